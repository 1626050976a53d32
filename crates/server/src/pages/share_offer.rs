//! Shares with collaborators: what a party holds, a part of it offered to another, and what others offered.

use app::session::Need;
use app::share_offer::{self, Answer, Held, Named, Offer};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use maud::{Markup, html};
use music::PartyId;
use serde::Deserialize;

use super::house::{day, refused};
use crate::access::{Asker, Checked};
use crate::flaw::Flaw;
use crate::visit::Visit;
use crate::{Lang, Web, form, layout};

/// How many recordings are listed.
const SHOWN: usize = 500;

/// What to do: offer, or answer an offer.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Act {
    act: String,
    #[serde(default)]
    offer: String,
    #[serde(default)]
    recording: String,
    #[serde(default)]
    to: String,
    #[serde(default)]
    share: String,
    #[serde(default)]
    words: String,
}

/// Shares and offers of a party.
pub(crate) async fn page(
    State(web): State<Web>,
    visit: Visit,
    Path(party): Path<String>,
) -> Result<Html<String>, Flaw> {
    whole(&web, &visit, &party, None).await
}

async fn whole(
    web: &Web,
    visit: &Visit,
    party: &str,
    refusal: Option<(&app::Refusal, &Act)>,
) -> Result<Html<String>, Flaw> {
    let lang = visit.lang;
    let mut tx = web.house().store.begin_read().await?;
    let record = app::party::find(&mut tx, party).await?.party;
    drop(tx);
    let held = share_offer::held(web.house(), &record.id).await?;
    let offers = share_offer::list(web.house(), &record.id).await?;
    let (mine, theirs): (Vec<&Named>, Vec<&Named>) = offers.iter().partition(|o| o.offer.from == record.id);
    let typed = refusal.map(|(_, act)| act);
    let title = lang.t("shares-title");
    let content = html! {
        h1 { (title) }
        p.lead { (record.name) }
        (refused(visit, refusal.map(|(r, _)| r)))
        section aria-labelledby="theirs" {
            h2 #theirs { (lang.t("shares-to-you")) }
            @if theirs.is_empty() { p { (lang.t("shares-to-you-none")) } }
            ul.found { @for one in &theirs { (offer(visit, party, one, false)) } }
        }
        section aria-labelledby="held" {
            h2 #held { (lang.t("shares-held")) }
            @if held.is_empty() { p { (lang.t("shares-held-none")) } } @else {
                p.note { (lang.t("shares-held-what")) }
                table.facts { @for one in held.iter().take(SHOWN) { tr { th scope="row" { (name(one)) } td { (one.share.ratio) } } } }
            }
        }
        @if held.iter().any(|h| h.divisible) { (offer_form(visit, party, &held, typed)) }
        section aria-labelledby="mine" {
            h2 #mine { (lang.t("shares-from-you")) }
            @if mine.is_empty() { p { (lang.t("shares-from-you-none")) } }
            ul.found { @for one in &mine { (offer(visit, party, one, true)) } }
        }
    };
    Ok(layout::page(visit, &title, &content))
}

fn name(held: &Held) -> String {
    let r = &held.recording.recording;
    let version = if r.version.is_empty() { String::new() } else { format!(" ({})", r.version) };
    format!("{} – {}{version}", r.artist, r.title)
}

fn offer(visit: &Visit, party: &str, one: &Named, mine: bool) -> Markup {
    let lang = visit.lang;
    let o = &one.offer;
    let answers: &[(&str, &str)] = match (o.status == "open", mine) {
        (true, true) => &[("withdraw", "shares-withdraw")],
        (true, false) => &[("confirm", "shares-confirm"), ("refuse", "shares-refuse")],
        (false, _) => &[],
    };
    let other = if mine { &one.to } else { &one.from };
    html! {
        li {
            div {
                strong { (o.ratio) " · " (one.title) }
                p.soft { (lang.with(if mine { "shares-to" } else { "shares-by" }, &[("name", other.as_str().into())])) " · " (day(o.offered, lang)) " · " (lang.t(&format!("offer-{}", o.status))) }
                @if !o.words.is_empty() { p { (crate::show::quoted(&o.words, lang)) } }
            }
            @if !answers.is_empty() {
                form method="post" action=(format!("/shares/{party}")) {
                    input type="hidden" name="csrf" value=(visit.token());
                    input type="hidden" name="offer" value=(o.id);
                    div.acts { @for (act, key) in answers { button.plain type="submit" name="act" value=(act) { (lang.t(key)) span.hidden { " (" (one.title) ")" } } } }
                }
            }
        }
    }
}

fn offer_form(visit: &Visit, party: &str, held: &[Held], typed: Option<&Act>) -> Markup {
    let lang: Lang = visit.lang;
    let word = |of: fn(&Act) -> &String| typed.map(of).cloned().unwrap_or_default();
    let chosen = word(|a| &a.recording);
    html! {
        section aria-labelledby="offer" {
            h2 #offer { (lang.t("shares-offer")) }
            p.note { (lang.t("shares-offer-what")) }
            form.sheet method="post" action=(format!("/shares/{party}")) {
                input type="hidden" name="csrf" value=(visit.token());
                input type="hidden" name="act" value="offer";
                div.field {
                    label for="recording" { (lang.t("shares-recording")) }
                    select #recording name="recording" required {
                        @for one in held.iter().filter(|h| h.divisible).take(SHOWN) {
                            @let id = one.recording.recording.id.as_str();
                            option value=(id) selected[chosen == id] { (name(one)) " · " (one.share.ratio) }
                        }
                    }
                }
                div.pair {
                    div.field { label for="to" { (lang.t("shares-whom")) } p.hint #to-hint { (lang.t("shares-whom-hint")) } input #to name="to" value=(word(|a| &a.to)) required maxlength="200" autocomplete="off" aria-describedby="to-hint"; }
                    div.field { label for="share" { (lang.t("shares-part")) } p.hint #share-hint { (lang.t("shares-part-hint")) } input #share name="share" value=(word(|a| &a.share)) required maxlength="20" inputmode="decimal" autocomplete="off" aria-describedby="share-hint"; }
                }
                div.field { label for="words" { (lang.t("shares-words")) } input #words name="words" value=(word(|a| &a.words)) maxlength="500" autocomplete="off"; }
                p.send { button type="submit" { (lang.t("shares-offer-send")) } }
            }
        }
    }
}

/// Offers, confirms, refuses or withdraws. A share is money to come: the owner's, with the second factor.
pub(crate) async fn act(
    State(web): State<Web>,
    visit: Visit,
    asker: Asker,
    Path(party): Path<String>,
    Checked(act): Checked<Act>,
) -> Result<Response, Flaw> {
    let mut tx = web.house().store.begin_read().await?;
    let id: PartyId = app::party::find(&mut tx, &party).await?.party.id;
    drop(tx);
    asker.require(Need::Own(id.as_str()))?;
    asker.require_fresh_second_factor(&web)?;
    let by = asker.by();
    let done = match act.act.as_str() {
        "offer" => match form::share(&act.share) {
            Ok(ratio) => {
                let ask = Offer {
                    from: id.to_string(),
                    recording: act.recording.clone(),
                    to: act.to.clone(),
                    ratio,
                    words: act.words.clone(),
                    by,
                };
                share_offer::offer(web.house(), ask).await.map(drop)
            }
            Err(refusal) => Err(refusal.into()),
        },
        "confirm" => share_offer::answer(web.house(), &id, &act.offer, Answer::Confirm, &by).await,
        "refuse" => share_offer::answer(web.house(), &id, &act.offer, Answer::Refuse, &by).await,
        "withdraw" => share_offer::answer(web.house(), &id, &act.offer, Answer::Withdraw, &by).await,
        _ => return Err(Flaw::BadForm),
    };
    match done {
        Ok(()) => Ok(Redirect::to(&format!("/shares/{id}")).into_response()),
        Err(app::Failure::Refused(refusal)) => {
            let page = whole(&web, &visit, &party, Some((&refusal, &act))).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(failure) => Err(failure.into()),
    }
}
