//! A game: what it is, and the way to it. A build runs in a frame that is shut away ([`crate::web_build`]); a link leads
//! out; a key is given once to each member.

use app::audio::reach;
use app::counting::Listener;
use app::streaming::{Report, State as Playing, Unit};
use app::{Failure, discovery, member};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{Extension, Html, IntoResponse, Response};
use maud::{Markup, html};
use music::{MediaKind, PartyId, RecordingId};
use serde::Deserialize;
use store::{AccessRow, CatalogueRow};

use crate::access::{Checked, Person};
use crate::flaw::Flaw;
use crate::frame::Runs;
use crate::pages::listen;
use crate::visit::Visit;
use crate::{Web, layout, web_build};

/// What a game's page says while it is open.
#[derive(Debug, Deserialize)]
pub(crate) struct Beat {
    /// Seconds since it was opened.
    seconds: u32,
}

/// The button that opens it.
#[derive(Debug, Deserialize)]
pub(crate) struct Go {}

async fn game(web: &Web, id: &str) -> Result<(CatalogueRow, Option<AccessRow>), Flaw> {
    let id: RecordingId = id.parse().map_err(|_| Flaw::NotFound)?;
    let row = discovery::recording(web.house(), &id).await?.ok_or(Flaw::NotFound)?;
    if row.recording.kind != MediaKind::Game {
        return Err(Flaw::NotFound);
    }
    let way = reach::of(web.house(), &row.recording.id).await?;
    Ok((row, way))
}

/// The page of a game.
pub(crate) async fn show(
    State(web): State<Web>,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Html<String>, Flaw> {
    let (row, way) = game(&web, &id).await?;
    let lang = visit.lang;
    let r = &row.recording;
    let content = html! {
        (head(&row))
        @if way.is_none() { p { (lang.t("game-no-way")) } }
        @else {
            form method="post" action=(format!("/game/{}", r.id)) {
                (listen::csrf(&visit))
                button { (lang.t("game-open")) }
            }
            p.note { (lang.t("game-members")) }
        }
    };
    Ok(layout::page(&visit, &format!("{} – {}", r.artist, r.title), &content))
}

fn head(row: &CatalogueRow) -> Markup {
    let r = &row.recording;
    html! { h1 { (r.title) } p.lead { (r.artist) @if let Some(year) = r.year { " · " (year) } } }
}

/// Opens it for a member with a seat.
pub(crate) async fn open(
    State(web): State<Web>,
    visit: Visit,
    Person(who): Person,
    Path(id): Path<String>,
    Checked(Go {}): Checked<Go>,
) -> Result<Response, Flaw> {
    let (row, way) = game(&web, &id).await?;
    let way = way.ok_or(Flaw::NotFound)?;
    let (lang, r) = (visit.lang, &row.recording);
    let listener = listener(&web, &who).await?;
    let key = match way.way.as_str() {
        "keys" => Some(reach::key_for(web.house(), &r.id, &listener.member).await?),
        _ => None,
    };
    if let Some(recorder) = web.players().recorder() {
        recorder.hand_out(&listener, &r.id, Unit::Session).await?;
    }
    let content = html! {
        (head(&row))
        @match (way.way.as_str(), key) {
            ("web", _) => {
                iframe.game title=(r.title) sandbox="allow-scripts allow-pointer-lock allow-orientation-lock"
                    allow="fullscreen; gamepad; autoplay" referrerpolicy="no-referrer"
                    src=(web_build::address(&web, &r.id, web.house().now())) {}
                p.note { (lang.t("game-apart")) }
                form #beat hidden method="post" action=(format!("/game/{}/beat", r.id)) {
                    (listen::csrf(&visit))
                    input type="hidden" name="seconds" value="0";
                }
                script src="/static/beat.js" defer {}
            }
            (_, Some(key)) => {
                p { (lang.t("game-key")) }
                p { code { (key) } }
            }
            _ => p { a.button href=(way.target) rel="noopener noreferrer external" { (lang.t("game-out")) } }
        }
    };
    let page = layout::page(&visit, &format!("{} – {}", r.artist, r.title), &content);
    Ok((Extension(Runs), page).into_response())
}

/// A build is still open in front of its member.
pub(crate) async fn beat(
    State(web): State<Web>,
    Person(who): Person,
    Path(id): Path<String>,
    Checked(beat): Checked<Beat>,
) -> Result<StatusCode, Flaw> {
    let (row, _) = game(&web, &id).await?;
    let listener = listener(&web, &who).await?;
    if let Some(recorder) = web.players().recorder() {
        let position_ms = beat.seconds.min(12 * 3_600) * 1_000;
        let said = Report::Moved { state: Playing::Playing, position_ms };
        recorder.say(&listener, &[(row.recording.id, said)]).await?;
    }
    Ok(StatusCode::NO_CONTENT)
}

async fn listener(web: &Web, who: &app::session::Visitor) -> Result<Listener, Flaw> {
    let row = member::listening(web.house(), who, None).await?.member;
    let institution: PartyId = row.institution.parse().map_err(|_| {
        Failure::Refused(app::Refusal::new("member-none", "you are not a member of an institution here", ""))
    })?;
    Ok(Listener { institution, member: row.id.to_string(), device: "page game".to_owned() })
}
