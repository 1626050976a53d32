//! A DJ's past sets: what was handed in and given, thanks that came for it, the same again, and a badge to show.

use std::collections::BTreeMap;

use app::proof::{self, Issue, Issued};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use maud::{Markup, html};
use money::Amount;
use music::PartyId;
use serde::Deserialize;
use store::SetListRow;

use super::house::{day, refused};
use crate::access::{Asker, Checked};
use crate::flaw::Flaw;
use crate::picture::Part;
use crate::visit::Visit;
use crate::{Lang, Web, chart, layout, picture, show};

/// How many sets are listed.
const SHOWN: i64 = 200;

/// A set as it is listed.
struct Set {
    list: SetListRow,
    name: String,
    place: String,
    given: Option<Amount>,
    thanks: usize,
}

/// Which set a badge is for, and what it shows.
#[derive(Debug, Deserialize)]
pub(crate) struct Wanted {
    set: String,
    #[serde(default)]
    event: String,
}

/// The sets of a party.
pub(crate) async fn page(
    State(web): State<Web>,
    visit: Visit,
    Path(party): Path<String>,
) -> Result<Html<String>, Flaw> {
    whole(&web, &visit, &party, None, None).await
}

async fn whole(
    web: &Web,
    visit: &Visit,
    party: &str,
    refusal: Option<&app::Refusal>,
    issued: Option<&Issued>,
) -> Result<Html<String>, Flaw> {
    let lang = visit.lang;
    let mut tx = web.house().store.begin_read().await?;
    let record = app::party::find(&mut tx, party).await?.party;
    drop(tx);
    let all = sets(web, &record.id).await?;
    let title = lang.t("sets-title");
    let content = html! {
        h1 { (title) }
        p.lead { (record.name) }
        (refused(visit, refusal))
        @if let Some(issued) = issued { (badge(issued, lang)) }
        @if let Some(last) = all.first() {
            p.acts {
                a.button href="/set-list" { (lang.t("nav-submit")) }
                a.button.plain href=(format!("/set-list?like={}", last.list.id)) { (lang.t("sets-again")) }
            }
        } @else { p { (lang.t("sets-none")) } p { a.button href="/set-list" { (lang.t("nav-submit")) } } }
        (months(&all, lang))
        ul.found { @for one in &all { (set(visit, party, one)) } }
        @if app::mail_in::is_open(web.house()).await? { (by_mail(web, visit, party).await?) }
    };
    Ok(layout::page(visit, &title, &content))
}

async fn sets(web: &Web, who: &PartyId) -> Result<Vec<Set>, Flaw> {
    let mut tx = web.house().store.begin_read().await?;
    let gifts = tx.contributions_by(who).await?;
    let mut pots = Vec::new();
    for gift in gifts {
        let event = tx.pot(&gift.pot).await?.and_then(|p| p.event);
        pots.push((event, gift.pledged));
    }
    let mut all = Vec::new();
    for list in tx.set_lists_by(who, SHOWN).await? {
        let event = tx.event(&list.event).await?;
        let given = pots.iter().find(|(of, _)| of.as_ref() == Some(&list.event)).map(|(_, given)| *given);
        let (name, place) = event
            .map(|e| {
                let place: Vec<String> = [e.venue, e.city].into_iter().filter(|t| !t.is_empty()).collect();
                (e.name, place.join(", "))
            })
            .unwrap_or_default();
        let thanks = tx.thanks_for(&list.id).await?.len();
        all.push(Set { list, name, place, given, thanks });
    }
    Ok(all)
}

/// What was given, month by month, in the currency of the newest gift; nothing before there are two months.
fn months(all: &[Set], lang: Lang) -> Markup {
    let gifts = || all.iter().filter_map(|s| Some((s.list.created.to_zoned(TimeZone::UTC).date(), s.given?)));
    let Some(currency) = gifts().next().map(|(_, given)| given.currency()) else { return html! {} };
    let mut sums: BTreeMap<Date, i64> = BTreeMap::new();
    for (day, given) in gifts().filter(|(_, given)| given.currency() == currency) {
        let sum = sums.entry(day.first_of_month()).or_default();
        *sum = sum.saturating_add(given.micros());
    }
    let bars: Vec<Part> = sums
        .into_iter()
        .rev()
        .take(12)
        .map(|(month, micros)| {
            let words = show::money(Amount::from_micros(micros, currency), lang);
            Part::new(u64::try_from(micros).unwrap_or(0), chart::month(month, lang), words, 1)
        })
        .rev()
        .collect();
    html! { @if bars.len() > 1 { (chart::columns(&lang.t("sets-months"), &bars)) } }
}

fn set(visit: &Visit, party: &str, one: &Set) -> Markup {
    let lang = visit.lang;
    let id = one.list.id.as_str();
    let name = if one.name.is_empty() { lang.t("sets-unnamed") } else { one.name.clone() };
    html! {
        li {
            div {
                strong { a href=(format!("/set-list/{id}")) { (name) } }
                p.soft {
                    (day(one.list.created, lang))
                    @if !one.place.is_empty() { " · " (one.place) }
                    @if let Some(given) = one.given { " · " (show::money(given, lang)) }
                    @if one.thanks > 0 { " · " strong { (lang.with("sets-thanks", &[("count", one.thanks.into())])) } }
                }
            }
            div.acts {
                a.button.plain href=(format!("/set-list?like={id}")) { (lang.t("sets-like-this")) span.hidden { " (" (name) ")" } }
                @if one.given.is_some() {
                    form method="post" action=(format!("/sets/{party}")) {
                        input type="hidden" name="csrf" value=(visit.token());
                        input type="hidden" name="set" value=(id);
                        input type="hidden" name="event" value="yes";
                        button.plain type="submit" { (lang.t("sets-badge")) span.hidden { " (" (name) ")" } }
                    }
                }
            }
        }
    }
}

/// The private address for lists by mail, and what came to it.
async fn by_mail(web: &Web, visit: &Visit, party: &str) -> Result<Markup, Flaw> {
    let lang = visit.lang;
    let address = app::mail_in::address(web.house(), party).await?;
    let drafts = app::mail_in::drafts(web.house(), party).await?;
    let act = |act: &str, key: &str| {
        html! { button.plain type="submit" name="act" value=(act) { (lang.t(key)) } }
    };
    Ok(html! {
        section aria-labelledby="by-mail" {
            h2 #by-mail { (lang.t("mail-in-title")) }
            p { (lang.t("mail-in-what")) }
            form method="post" action=(format!("/sets/{party}/mail")) {
                input type="hidden" name="csrf" value=(visit.token());
                @match &address {
                    Some(address) => {
                        @let (local, domain) = address.text.split_once('@').unwrap_or_default();
                        p.big { a href=(format!("mailto:{}", address.text)) translate="no" { (local) wbr; "@" (domain) } }
                        p.soft { (lang.with("mail-in-since", &[("day", day(address.since, lang).into())])) " · " (lang.t("mail-in-secret")) }
                        div.acts { (act("renew", "mail-in-renew")) (act("end", "mail-in-end")) }
                    }
                    None => { p { (lang.t("mail-in-none")) } div.acts { (act("renew", "mail-in-make")) } }
                }
            }
            @if !drafts.is_empty() {
                h3 { (lang.t("mail-in-drafts")) }
                ul.found { @for one in &drafts { (draft(visit, party, one)) } }
            }
        }
    })
}

fn draft(visit: &Visit, party: &str, one: &app::mail_in::Draft) -> Markup {
    let lang = visit.lang;
    html! {
        li {
            div {
                strong { a href=(format!("/sets/{party}/mailed/{}", one.id)) { (one.document) } }
                p.soft { (day(one.created, lang)) @if !one.event.is_empty() { " · " (one.event) } }
            }
            form.acts method="post" action=(format!("/sets/{party}/mail")) {
                input type="hidden" name="csrf" value=(visit.token());
                input type="hidden" name="draft" value=(one.id);
                button.plain type="submit" name="act" value="drop" { (lang.t("mail-in-drop")) span.hidden { " (" (one.document) ")" } }
            }
        }
    }
}

/// What is to be done about lists by mail.
#[derive(Debug, Deserialize)]
pub(crate) struct MailAct {
    act: String,
    #[serde(default)]
    draft: String,
}

/// Makes, changes or closes the private address, or puts a draft aside.
pub(crate) async fn mail(
    State(web): State<Web>,
    visit: Visit,
    asker: Asker,
    Path(party): Path<String>,
    Checked(ask): Checked<MailAct>,
) -> Result<Response, Flaw> {
    let by = asker.by();
    let done = match ask.act.as_str() {
        "renew" => app::mail_in::renew(web.house(), &party, &by).await.map(drop),
        "end" => app::mail_in::end(web.house(), &party, &by).await,
        "drop" => app::mail_in::drop_draft(web.house(), &party, &ask.draft).await,
        _ => return Err(Flaw::BadForm),
    };
    match done {
        Ok(()) => Ok(Redirect::to(&format!("/sets/{party}#by-mail")).into_response()),
        Err(app::Failure::Refused(refusal)) => {
            let page = whole(&web, &visit, &party, Some(&refusal), None).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(failure) => Err(failure.into()),
    }
}

/// A badge: what it says, as a picture for people, and the signed note that anybody can check.
fn badge(issued: &Issued, lang: Lang) -> Markup {
    let p = &issued.proof;
    let part = p.shared.as_ref().map(|s| s.at_least.percent());
    html! {
        article.pay aria-labelledby="badge" {
            h2 #badge { (lang.t("badge-title")) }
            (picture::ornament())
            p.big { (p.performer) @if let Some(event) = &p.event { " · " (event) } }
            @if let Some(part) = part { p { (lang.with("badge-share", &[("percent", usize::from(part).into())])) } }
            p { (lang.with("badge-lines", &[("matched", (p.matched as usize).into()), ("lines", (p.lines as usize).into())])) }
            details.proof { summary { (lang.t("proof-title")) } p { (lang.t("badge-check")) } pre { code { (issued.note) } } }
        }
    }
}

/// Issues a badge and shows it.
pub(crate) async fn prove(
    State(web): State<Web>,
    visit: Visit,
    Path(party): Path<String>,
    Checked(wanted): Checked<Wanted>,
) -> Result<Response, Flaw> {
    let set_list = wanted.set.parse().map_err(|_| Flaw::NotFound)?;
    let ask = Issue { set_list, at_least: None, show_event: wanted.event == "yes", by: party.clone() };
    match proof::issue(web.house(), ask).await {
        Ok(issued) => Ok(whole(&web, &visit, &party, None, Some(&issued)).await?.into_response()),
        Err(app::Failure::Refused(refusal)) => {
            let page = whole(&web, &visit, &party, Some(&refusal), None).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(failure) => Err(failure.into()),
    }
}
