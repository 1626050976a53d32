//! The players a member already has: what to type into them, and how to shut them out again.

use app::app_password::{self, Made};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use serde::Deserialize;

use super::history::day;
use super::{Ears, csrf, page};
use crate::Web;
use crate::access::Checked;
use crate::flaw::Flaw;
use crate::pages::sign_in::refused;
use crate::visit::Visit;

/// The member's app passwords and keys.
pub(crate) async fn show(State(web): State<Web>, visit: Visit, ears: Ears) -> Result<Response, Flaw> {
    shown(&web, &visit, &ears, None, None).await
}

async fn shown(
    web: &Web,
    visit: &Visit,
    ears: &Ears,
    made: Option<(&Made, bool)>,
    refusal: Option<&app::Refusal>,
) -> Result<Response, Flaw> {
    let lang = visit.lang;
    let all = app_password::list(web.house(), ears.id()).await?;
    let mut tx = web.house().store.begin_read().await?;
    let address = app::policy::text(&mut tx, "house-url", web.house().now()).await?;
    tx.rest().await?;
    let address = address.trim_end_matches('/');
    let title = lang.t("listen-players");
    let content = html! {
        h1 { (title) }
        p.lead { (lang.t("listen-players-what")) }
        (refused(visit, refusal))
        @if let Some((made, is_key)) = made { (once(visit, made, is_key, address)) }
        @if on_a_visit(ears) { p { (lang.t("listen-players-visit")) } } @else { (forms(visit)) }
        @let open: Vec<_> = all.iter().filter(|p| p.revoked.is_none()).collect();
        @if !open.is_empty() {
            section aria-labelledby="open" {
                h2 #open { (lang.t("listen-players-open")) }
                ul.found {
                    @for one in &open {
                        li {
                            div { strong { (one.name) } p.soft { (lang.t(if one.is_key { "listen-key" } else { "listen-password" })) " · " (lang.with("listen-since", &[("day", day(one.created, lang).into())])) } }
                            form method="post" action="/listen/players/end" {
                                (csrf(visit))
                                input type="hidden" name="id" value=(one.id);
                                button.plain type="submit" { (lang.t("listen-players-end")) }
                            }
                        }
                    }
                }
            }
        }
        section aria-labelledby="how" {
            h2 #how { (lang.t("listen-players-how")) }
            dl.facts {
                div { dt { (lang.t("listen-server")) } dd.big { (address) } }
                div { dt { (lang.t("listen-login")) } dd.big { (ears.at.listener.login) } }
            }
            p.note { (lang.t("listen-players-which")) }
            dl.facts {
                div { dt { (lang.t("listen-opds")) } dd { (address) "/opds/v2/" } }
                div { dt { (lang.t("listen-scrobble")) } dd { (address) "/" } }
            }
        }
    };
    let status = refusal.map_or(StatusCode::OK, |r| Flaw::Refused(r.clone()).status());
    Ok((status, page(visit, ears, &title, &content)).into_response())
}

/// Whoever is in the institution's rooms for a day takes no player along.
fn on_a_visit(ears: &Ears) -> bool {
    app::member::access(&ears.visitor) == app::institution::Access::OnSite
}

/// What was just made: the one time it is shown.
fn once(visit: &Visit, made: &Made, is_key: bool, address: &str) -> Markup {
    let lang = visit.lang;
    html! {
        div.pay role="status" {
            p { strong { (lang.t("listen-made")) } }
            dl.facts {
                div { dt { (lang.t("listen-server")) } dd.big { (address) } }
                @if !is_key { div { dt { (lang.t("listen-login")) } dd.big { (made.login) } } }
                div { dt { (lang.t(if is_key { "listen-key" } else { "listen-password" })) } dd.big { code.secret { (made.secret) } } }
            }
            p.note { (lang.t("listen-made-once")) }
        }
    }
}

fn forms(visit: &Visit) -> Markup {
    let lang = visit.lang;
    html! {
        form.sheet method="post" action="/listen/players" {
            (csrf(visit))
            div.field {
                label for="name" { (lang.t("listen-player-name")) }
                p.hint #name-hint { (lang.t("listen-player-name-hint")) }
                input #name name="name" required maxlength="100" autocomplete="off" aria-describedby="name-hint";
            }
            p.send {
                button type="submit" name="kind" value="password" { (lang.t("listen-password-make")) } " "
                button.plain type="submit" name="kind" value="key" { (lang.t("listen-key-make")) }
            }
        }
    }
}

/// A password or key to make.
#[derive(Debug, Deserialize)]
pub(crate) struct Make {
    name: String,
    #[serde(default)]
    kind: String,
}

/// Makes a password or key, and shows it once.
pub(crate) async fn make(
    State(web): State<Web>,
    visit: Visit,
    ears: Ears,
    Checked(form): Checked<Make>,
) -> Result<Response, Flaw> {
    if on_a_visit(&ears) {
        return Ok(Redirect::to("/listen/players").into_response());
    }
    let is_key = form.kind == "key";
    let made = match is_key {
        true => app_password::create_key(web.house(), ears.id(), &form.name).await,
        false => app_password::create(web.house(), ears.id(), &form.name).await,
    };
    match made {
        Err(app::Failure::Refused(refusal)) => shown(&web, &visit, &ears, None, Some(&refusal)).await,
        made => shown(&web, &visit, &ears, Some((&made?, is_key)), None).await,
    }
}

/// Which to revoke.
#[derive(Debug, Deserialize)]
pub(crate) struct Which {
    id: String,
}

/// Revokes a password or key.
pub(crate) async fn end(
    State(web): State<Web>,
    visit: Visit,
    ears: Ears,
    Checked(form): Checked<Which>,
) -> Result<Response, Flaw> {
    match app_password::revoke(web.house(), ears.id(), &form.id).await {
        Err(app::Failure::Refused(refusal)) => shown(&web, &visit, &ears, None, Some(&refusal)).await,
        done => {
            done?;
            Ok(Redirect::to("/listen/players").into_response())
        }
    }
}

/// Where a form was loaded again by its address.
pub(crate) async fn back() -> Redirect {
    Redirect::to("/listen/players")
}
