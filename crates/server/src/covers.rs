//! The pictures of songs, albums and artists: their own, or that of something that belongs to them.

use app::{Failure, House, audio};
use library::Library;

use crate::stream::Content;

/// Things looked at for a picture before giving up.
pub(crate) const TRIED: usize = 5;

/// The first picture that any of some things has.
pub(crate) async fn picture(
    house: &House,
    subjects: &[String],
    pixels: u32,
) -> Result<Option<Content>, Failure> {
    for subject in subjects {
        if let Some(picture) = audio::picture(house, subject, pixels).await? {
            let blob = audio::open(house, &picture.address).await?;
            let tag = picture.address.to_string();
            let content_type = picture.format.content_type();
            return Ok(Some(Content { blob, tag, content_type, save_as: None }));
        }
    }
    Ok(None)
}

/// What may have the picture of an id: itself, then a few of what belongs to it.
pub(crate) fn subjects(library: &Library, id: &str) -> Vec<String> {
    let album_song =
        |no| library.album_songs(no).next().and_then(|(s, _)| library.song(s)).map(|s| s.id.to_owned());
    if let Some(song) = library.song_by_id(id) {
        let album = library.album(song.album).map(|a| a.id.to_owned());
        return [Some(id.to_owned()), album].into_iter().flatten().collect();
    }
    if let Some(album) = library.album_by_id(id) {
        return [Some(id.to_owned()), album_song(album.no)].into_iter().flatten().collect();
    }
    let Some(artist) = library.artist_by_id(id) else { return Vec::new() };
    let albums: Vec<_> = library.artist_albums(artist.no).take(TRIED).collect();
    let own = albums.iter().filter_map(|no| library.album(*no)).map(|a| a.id.to_owned());
    own.chain(albums.iter().filter_map(|no| album_song(*no))).collect()
}
