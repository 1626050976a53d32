//! Favourites: kept with one press, on whatever page.

use app::shelf::{self, ItemKind};
use axum::extract::State;
use axum::response::Redirect;
use serde::Deserialize;

use super::{Ears, to};
use crate::Web;
use crate::access::Checked;
use crate::flaw::Flaw;

/// A thing to keep, `song ID`, or with `-` before it no longer.
#[derive(Debug, Deserialize)]
pub(crate) struct Star {
    item: String,
    #[serde(default)]
    next: String,
}

/// Keeps a thing, or takes it away.
pub(crate) async fn star(
    State(web): State<Web>,
    ears: Ears,
    Checked(form): Checked<Star>,
) -> Result<Redirect, Flaw> {
    let (on, item) = form.item.strip_prefix('-').map_or((true, form.item.as_str()), |item| (false, item));
    let (kind, id) = item.split_once(' ').ok_or(Flaw::BadForm)?;
    let library = ears.library();
    let (kind, there) = match kind {
        "song" => (ItemKind::Song, library.song_by_id(id).is_some()),
        "album" => (ItemKind::Album, library.album_by_id(id).is_some()),
        "artist" => (ItemKind::Artist, library.artist_by_id(id).is_some()),
        _ => return Err(Flaw::BadForm),
    };
    // A star can be taken from what is not there any more.
    if on && !there {
        return Err(Flaw::NotFound);
    }
    shelf::star(web.house(), ears.id(), &[(kind, id.to_owned())], on).await?;
    web.players().stands().forget(ears.id());
    Ok(to(&form.next))
}
