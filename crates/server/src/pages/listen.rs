//! A member's own pages: to find, play, keep and list, and to see what came of it. Nobody else sees them.
//!
//! Each page works as it is, with the browser's own player on the page of a recording. Where scripts run, one player
//! (`web/player.js`) goes on while pages change around it.

pub(crate) mod history;
pub(crate) mod home;
pub(crate) mod keep;
pub(crate) mod lists;
pub(crate) mod money;
pub(crate) mod players;
pub(crate) mod rows;
pub(crate) mod say;
pub(crate) mod things;

use std::sync::Arc;

use app::counting::Page;
use app::member::{self, Membership};
use app::session::Visitor;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Redirect, Response};
use library::Library;
use maud::{Markup, html};

use crate::access::Person;
use crate::flaw::{Flaw, speak};
use crate::sound::Hearer;
use crate::subsonic::stand::{Kept, Stand};
use crate::visit::Visit;
use crate::{Web, layout, look};

/// A member on their own pages.
pub(crate) struct Ears {
    /// Who is signed in.
    pub(crate) visitor: Arc<Visitor>,
    /// As which member.
    pub(crate) at: Membership,
    /// What they may browse.
    pub(crate) stand: Arc<Stand>,
    /// What they keep.
    pub(crate) kept: Arc<Kept>,
}

impl Ears {
    /// The member's id, on which all hangs that they keep.
    pub(crate) fn id(&self) -> &str {
        &self.at.listener.member
    }

    /// What they may browse.
    pub(crate) fn library(&self) -> &Library {
        &self.stand.library
    }

    /// Notes that they opened a page, for the figures of their institution. `song` is the page's own or its first one.
    pub(crate) async fn looked(&self, web: &Web, page: Page<'_>, song: Option<&str>) {
        if let Some(recording) = song.and_then(|id| id.parse().ok()).filter(|_| self.at.closed.is_none()) {
            let listener = &self.at.listener;
            look::note(web, (&listener.institution, &listener.member), page, &recording).await;
        }
    }

    /// As who they hear in this browser: each session is a device.
    pub(crate) fn hearer(&self) -> Hearer<'_> {
        let device = format!("{} pages", self.visitor.session.id);
        Hearer { listener: &self.at.listener, from: member::access(&self.visitor), device }
    }
}

impl FromRequestParts<Web> for Ears {
    type Rejection = Flaw;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Flaw> {
        let Person(visitor) = Person::from_request_parts(parts, web).await?;
        let at = member::membership(web.house(), &visitor).await?;
        let stands = web.players().stands();
        let stand = stands.library(web.house(), &at.listener.territory).await?;
        let kept = stands.kept(web.house(), &at.listener.member, &stand).await?;
        Ok(Ears { visitor, at, stand, kept })
    }
}

/// A page of a member: on top, where they may not listen now, why.
pub(crate) fn page(visit: &Visit, ears: &Ears, title: &str, content: &Markup) -> Response {
    let whole = html! {
        @if let Some(closed) = &ears.at.closed {
            @let said = speak(closed, visit.lang);
            (layout::alert(&said.message, &said.hint, said.lang))
        }
        (content)
        form #star method="post" action="/listen/star" {
            (csrf(visit))
            input type="hidden" name="next" value=(visit.here());
        }
    };
    layout::page(visit, title, &whole).into_response()
}

pub(crate) fn csrf(visit: &Visit) -> Markup {
    html! { input type="hidden" name="csrf" value=(visit.token()); }
}

/// Where a form was loaded again by its address.
pub(crate) async fn back() -> Redirect {
    Redirect::to("/listen")
}

/// Back to a page of the house, or to the first of the member's.
pub(crate) fn to(next: &str) -> Redirect {
    let next = super::sign_in::inside(next);
    Redirect::to(if next.is_empty() { "/listen" } else { next })
}
