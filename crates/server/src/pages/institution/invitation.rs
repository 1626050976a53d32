//! Invitations: what an institution's people hand out so that somebody becomes a member.

use app::institution;
use app::member::{self, invitation};
use axum::extract::{Path, State};
use axum::response::{Html, IntoResponse, Redirect, Response};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use maud::{Markup, html};
use serde::Deserialize;

use super::own;
use crate::access::{Asker, Checked};
use crate::flaw::{Flaw, speak};
use crate::visit::Visit;
use crate::{Lang, Web, layout, show as words};

/// An invitation as its form has it.
#[derive(Debug, Clone, Default, Deserialize)]
pub(crate) struct Sheet {
    #[serde(default)]
    note: String,
    #[serde(default)]
    uses: String,
    #[serde(default)]
    until: String,
}

/// Which invitation ends.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Ended {
    id: String,
}

/// All invitations, with a form for a new one.
pub(crate) async fn list(
    State(web): State<Web>,
    visit: Visit,
    Path(party): Path<String>,
) -> Result<Html<String>, Flaw> {
    whole(&web, &visit, &party, None, None).await
}

/// Makes one; its code is shown once, on this answer.
pub(crate) async fn make(
    State(web): State<Web>,
    visit: Visit,
    Path(party): Path<String>,
    asker: Asker,
    Checked(sheet): Checked<Sheet>,
) -> Result<Response, Flaw> {
    own(&party)?;
    let one = institution::one(web.house(), &party).await?;
    let bad = |code, message: &str, hint: &str| app::Failure::Refused(app::Refusal::new(code, message, hint));
    let made = match (sheet.uses.trim().parse::<u32>(), end_of(&sheet.until)) {
        (Err(_), _) => {
            Err(bad("invitation-uses", "this is no number of people", "write a number such as 30"))
        }
        (_, None) => Err(bad("invitation-until", "this is no day", "choose a day to come")),
        (Ok(uses), Some(until)) => {
            let by = asker.by();
            invitation::create(web.house(), one.row.party.as_str(), &sheet.note, uses, until, &by).await
        }
    };
    match made {
        Ok((_, code)) => Ok(whole(&web, &visit, &party, Some(&code), None).await?.into_response()),
        Err(app::Failure::Refused(refusal)) => {
            Ok(whole(&web, &visit, &party, None, Some(&refusal)).await?.into_response())
        }
        Err(failure) => Err(failure.into()),
    }
}

/// Ends one; whoever joined by it stays.
pub(crate) async fn end(
    State(web): State<Web>,
    visit: Visit,
    Path(party): Path<String>,
    asker: Asker,
    Checked(ended): Checked<Ended>,
) -> Result<Response, Flaw> {
    own(&party)?;
    let one = institution::one(web.house(), &party).await?;
    let id = one.row.party.as_str();
    match invitation::end(web.house(), id, &ended.id, &asker.by()).await {
        Ok(()) => Ok(Redirect::to(&format!("/institution/{id}/invitations")).into_response()),
        Err(app::Failure::Refused(refusal)) => {
            Ok(whole(&web, &visit, &party, None, Some(&refusal)).await?.into_response())
        }
        Err(failure) => Err(failure.into()),
    }
}

/// Good through the whole of a day, everywhere: noon in UTC of the day after.
fn end_of(day: &str) -> Option<Timestamp> {
    let next = day.trim().parse::<Date>().ok()?.tomorrow().ok()?;
    next.at(12, 0, 0, 0).to_zoned(TimeZone::UTC).ok().map(|z| z.timestamp())
}

async fn whole(
    web: &Web,
    visit: &Visit,
    party: &str,
    code: Option<&str>,
    refusal: Option<&app::Refusal>,
) -> Result<Html<String>, Flaw> {
    own(party)?;
    let lang = visit.lang;
    let one = institution::one(web.house(), party).await?;
    let id = one.row.party.as_str();
    let (all, members) = (invitation::list(web.house(), id).await?, member::count(web.house(), id).await?);
    let title = lang.t("invitations-title");
    let content = html! {
        p.from { a href=(format!("/institution/{id}")) { (one.name) } }
        h1 { (title) }
        p.lead { (lang.t("invitations-what")) }
        @if let Some(code) = code {
            p.kept role="status" { (lang.t("invitation-made")) br; strong.code translate="no" { (code) } }
        }
        @if let Some(refusal) = refusal {
            @let said = speak(refusal, lang);
            (layout::alert(&said.message, &said.hint, said.lang))
        }
        p { (lang.with("invitations-members", &[("count", usize::try_from(members).unwrap_or(0).into())])) }
        @if all.is_empty() { p { (lang.t("invitations-none")) } }
        @else { ul.ledger { @for i in all.iter().rev() { (row(visit, web, id, i, lang)) } } }
        section aria-labelledby="new" {
            h2 #new { (lang.t("invitation-new")) }
            form.sheet method="post" action=(format!("/institution/{id}/invitations")) {
                input type="hidden" name="csrf" value=(visit.token());
                div.field { label for="note" { (lang.t("invitation-note")) } p.hint #note-hint { (lang.t("invitation-note-hint")) } input #note name="note" maxlength="100" autocomplete="off" aria-describedby="note-hint"; }
                div.pair {
                    div.field { label for="uses" { (lang.t("invitation-uses")) } input #uses name="uses" type="number" min="1" max="100000" required value="30"; }
                    div.field { label for="until" { (lang.t("invitation-until")) } input #until name="until" type="date" required; }
                }
                p.send { button type="submit" { (lang.t("invitation-send")) } }
            }
        }
    };
    Ok(layout::page(visit, &title, &content))
}

fn row(visit: &Visit, web: &Web, id: &str, i: &store::InvitationRow, lang: Lang) -> Markup {
    let over = i.ended.is_some() || i.until <= web.house().now();
    let n = |n: i64| usize::try_from(n).unwrap_or(0);
    html! {
        li { details {
            summary {
                span.what { @if i.note.is_empty() { (lang.t("invitation-nameless")) } @else { (i.note) } }
                span.state { (lang.with("invitation-used", &[("used", n(i.uses).into()), ("most", n(i.uses_most).into())])) }
            }
            div.inside {
                p { (lang.with(if over { "invitation-over" } else { "invitation-runs" }, &[("day", words::day(member::last_day(i.until), lang).into())])) }
                @if !over {
                    form method="post" action=(format!("/institution/{id}/invitations/end")) {
                        input type="hidden" name="csrf" value=(visit.token());
                        input type="hidden" name="id" value=(i.id);
                        button type="submit" { (lang.t("invitation-end")) }
                    }
                }
            }
        } }
    }
}
