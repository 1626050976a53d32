//! Briefs and contracts as an artist and a brand see them: what is asked, who said yes, what is agreed, held and paid.
//!
//! Each side sees its own; what an artist refuses is on no page of a brand.

pub(crate) mod contract;
pub(crate) mod field;
pub(crate) mod invoice;
pub(crate) mod own;
mod parts;
pub(crate) mod sheet;

use app::brief::answer::Invited;
use app::brief::{self, Offer, Seen, answer, deal, terms};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use maud::{Markup, html};
use serde::Deserialize;

use crate::access::{Checked, Person};
use crate::flaw::{Flaw, speak};
use crate::pages::institution::own as own_id;
use crate::visit::Visit;
use crate::{Lang, Web, layout, show as words};
use parts::said;

/// Leads to the first party that somebody acts for.
pub(crate) async fn mine(Person(visitor): Person) -> Result<Redirect, Flaw> {
    let first = visitor.rights.parties().next().map(|(_, id)| id.to_owned());
    Ok(Redirect::to(&first.map_or_else(|| "/account".to_owned(), |id| format!("/briefs/{id}"))))
}

/// What a party is asked, asks for, and has agreed.
pub(crate) async fn list(
    State(web): State<Web>,
    visit: Visit,
    Path(party): Path<String>,
) -> Result<Html<String>, Flaw> {
    own_id(&party)?;
    let (house, lang) = (web.house(), visit.lang);
    let name = app::party::one(house, &party).await?.party.name;
    let invitations = answer::invitations(house, &party).await?;
    let deals = deal::list(house, Some(&party)).await?;
    let briefs = brief::of_party(house, &party).await?;
    let exposure = terms::exposure(house, &party).await?;
    let drawn = app::brief::field::drawn_for(house, &party).await?;
    let billed = deals.iter().any(|d| d.row.artist.as_str() != party && !d.invoices.is_empty());
    let has_terms = terms::get(house, &party).await?.is_some();
    let title = lang.t("briefs-title");
    let content = html! {
        p.from { (name) }
        h1 { (title) }
        p.lead { (lang.t(if briefs.is_empty() { "briefs-what" } else { "briefs-what-brand" })) }
        ul.doors {
            li { a href=(format!("/briefs/{party}/terms")) { strong { (lang.t("terms-title")) } span { (lang.t(if has_terms { "terms-door" } else { "terms-door-none" })) } } }
            li { a href=(format!("/briefs/{party}/new")) { strong { (lang.t("brief-new")) } span { (lang.t("brief-new-door")) } } }
            li { a href=(format!("/briefs/{party}/contact")) { strong { (lang.t("contact-title")) } span { (lang.t("contact-door")) } } }
        }
        p { a href="/field" { (lang.t("field-title")) } @if billed { " · " a href=(format!("/briefs/{party}/invoices")) { (lang.t("brand-invoices")) } } }
        @if !invitations.is_empty() {
            section aria-labelledby="asked" { h2 #asked { (lang.t("briefs-asked")) }
                div.worked { @for i in &invitations { (invited(&visit, &party, i)) } }
            }
        }
        @if !briefs.is_empty() {
            section aria-labelledby="own" { h2 #own { (lang.t("briefs-own")) }
                ul.ledger { @for b in &briefs { li.row-link { a href=(format!("/briefs/{party}/brief/{}", b.row.id)) {
                    span.what { (b.written.title) br; span.soft { (lang.t(&format!("brief-status-{}", b.row.status))) } }
                    @if let Some(o) = &b.offer { span.amount { (words::money(o.fee, lang)) } }
                } } } }
            }
        }
        section aria-labelledby="deals" { h2 #deals { (lang.t("briefs-deals")) }
            @if deals.is_empty() { p { (lang.t("briefs-deals-none")) } }
            ul.ledger { @for d in &deals { (contract_row(d, &party, lang)) } }
        }
        @if !exposure.is_empty() {
            @let (earned, shown) = exposure.iter().fold((0, 0), |(e, s), x| (e + x.earned, s + x.shown));
            section aria-labelledby="exposure" { h2 #exposure { (lang.t("briefs-exposure")) }
                p { (lang.with("briefs-exposure-sum", &[("due", hundredths(earned, lang).into()), ("shown", hundredths(shown, lang).into())])) }
                ul.ledger { @for x in &exposure { li { details {
                    summary { span.what { (x.title) } span.amount { @if x.place > 0 { (lang.with("exposure-place", &[("place", usize::try_from(x.place).unwrap_or(0).into())])) } @else { (lang.t("exposure-none")) } } }
                    div.inside {
                        p.soft { @if x.brand.is_empty() { (lang.t("brand-hidden")) } @else { (x.brand) } " · " (x.places.join(", ")) " · " (day(x.at, lang)) }
                        p { (lang.with("exposure-one", &[("due", hundredths(x.earned, lang).into()), ("shown", hundredths(x.shown, lang).into())])) }
                        (reasons(&x.reasons, lang))
                    }
                } } } }
            }
        }
        @if !drawn.is_empty() {
            section aria-labelledby="sessions" { h2 #sessions { (lang.t("drawn-title")) }
                p.note { (lang.t("drawn-what")) }
                ul.ledger { @for s in &drawn { li { details {
                    summary { span.what { (words::iso_day(&s.day, lang)) } span.amount { (lang.t(if s.chosen { "drawn-chosen" } else { "drawn-passed" })) } }
                    div.inside {
                        p { (lang.with("drawn-one", &[("place", s.place.into()), ("owed", usize::try_from(s.owed).unwrap_or(0).into())])) " " span translate="no" { (s.ticket) } }
                        p { a href=(format!("/briefs/{party}/session/{}", s.id)) { (lang.t("grants-log")) } }
                        p.small translate="no" { "SHA-256 " (s.hash) }
                    }
                } } } }
            }
        }
    };
    Ok(layout::page(&visit, &title, &content))
}

/// The selection log of a session that an artist could have been given.
pub(crate) async fn drawn(
    State(web): State<Web>,
    Path((party, grant)): Path<(String, String)>,
) -> Result<Response, Flaw> {
    own_id(&party)?;
    let all = app::brief::field::drawn_for(web.house(), &party).await?;
    let one = all.into_iter().find(|s| s.id == grant).ok_or(Flaw::NotFound)?;
    Ok(crate::pages::invoice::file("application/json", &format!("{grant}.json"), one.log.into_bytes()))
}

/// A contract in a list, with the step that waits for whoever reads.
fn contract_row(d: &deal::Shown, party: &str, lang: Lang) -> Markup {
    let step = contract::next_step(d, d.row.artist.as_str() == party).filter(|(_, place)| !place.is_empty());
    html! {
        li.row-link { a href=(format!("/briefs/{party}/contract/{}", d.row.id)) {
            span.what { (d.contract.title) br; span.soft { (d.contract.brand.name) " · " (d.contract.artist.name) " · " (lang.t(&format!("deal-state-{}", d.row.state))) }
                @if let Some((word, _)) = step { br; strong { (lang.t("next")) } " " (lang.t(&format!("next-{word}"))) } }
            span.amount { (words::money(d.row.fee, lang)) }
        } }
    }
}

fn hundredths(ppm: i64, lang: Lang) -> String {
    let text = format!("{:.2}", ppm as f64 / 1e6);
    if lang == Lang::Fr { text.replace('.', ",") } else { text }
}

fn day(at: Timestamp, lang: Lang) -> String {
    words::day(at.to_zoned(TimeZone::UTC).date(), lang)
}

fn reasons(all: &[(String, String, String)], lang: Lang) -> Markup {
    html! { ul.reasons { @for (_, en, fr) in all { li { span.known { (if lang == Lang::Fr { fr } else { en }) } } } } }
}

fn offered(o: &Offer, lang: Lang) -> Markup {
    html! {
        table.facts {
            tr { th { (lang.t("brief-offer-fee")) } td { (words::money(o.fee, lang)) } }
            @for (_, en, fr, amount) in &o.deductions { tr { th { "− " (if lang == Lang::Fr { fr } else { en }) } td { (words::money(*amount, lang)) } } }
            tr.total { th { (lang.t("offer-net")) } td { (words::money(o.net, lang)) } }
        }
    }
}

fn invited(visit: &Visit, party: &str, i: &Invited) -> Markup {
    let lang = visit.lang;
    let state = i.invitation.as_ref().map_or("open", |x| x.state.as_str());
    let kind = brief::kind_said(brief::domain::Word::word(i.brief.kind));
    html! {
        article.pay {
            p.from { @if i.brand.is_empty() { (lang.t("brand-hidden")) } @else { (i.brand) } " · " (if lang == Lang::Fr { kind.1 } else { kind.0 }) }
            h3 { (i.brief.title) }
            p { (i.brief.wanted) }
            (offered(&i.offer, lang))
            (granted(i, lang))
            p.soft { (words::day(i.brief.starts, lang)) " – " (words::day(i.brief.ends, lang)) @if let Some(until) = i.row.answer { " · " (lang.with("answer-until", &[("day", day(until, lang).into())])) } }
            (reasons(&i.reasons, lang))
            @if matches!(state, "asked" | "yes" | "no" | "open") {
                @if state != "asked" && state != "open" { p { strong { (lang.t(&format!("answered-{state}"))) } } }
                form.sheet method="post" action=(format!("/briefs/{party}/answer/{}", i.row.id)) {
                    input type="hidden" name="csrf" value=(visit.token());
                    div.field { label for=(format!("words-{}", i.row.id)) { (lang.t("answer-words")) } textarea #(format!("words-{}", i.row.id)) name="words" rows="3" maxlength="5000" {} }
                    p.hint { (lang.t("answer-free")) }
                    div.row { button type="submit" name="act" value=(if state == "open" { "pitch" } else { "yes" }) { (lang.t("answer-yes")) }
                        @if state != "open" { button.plain type="submit" name="act" value="no" { (lang.t("answer-no")) } } }
                }
            } @else { p { strong { (lang.t(&format!("answered-{state}"))) } } }
        }
    }
}

/// What is granted for the fee: milestones, uses, where, for how long, and what AI does.
fn granted(i: &Invited, lang: Lang) -> Markup {
    let b = &i.brief;
    let said = |(en, fr): (&'static str, &'static str)| if lang == Lang::Fr { fr } else { en };
    let uses: Vec<&str> = b.uses.iter().map(|u| said(brief::domain::Word::said(u))).collect();
    let places: Vec<String> = b.territories.iter().map(ToString::to_string).collect();
    let ai: Vec<&str> = b.ai.iter().map(|u| u.words(crate::pages::consent::language(lang))).collect();
    html! {
        details.more { summary { (lang.t("brief-granted")) }
            ol.reasons { @for s in &b.steps { li { span.known { (s.title) " · " (words::money(s.pays, lang)) " · " (words::day(s.due, lang)) } } } }
            p { (crate::pages::consent::capital(&uses.join(", "))) " · " (places.join(", ")) " · " (lang.with("brief-for-months", &[("months", usize::try_from(b.months).unwrap_or(0).into())])) }
            @if b.exclusive_days > 0 { p { (lang.with("brief-exclusive-days", &[("days", usize::try_from(b.exclusive_days).unwrap_or(0).into())])) } }
            @if b.benefits.is_positive() { p { (lang.t("deal-benefits")) " " (words::money(b.benefits, lang)) " · " (b.benefits_words) } }
            p { @if ai.is_empty() { (lang.t("brief-no-ai")) } @else { (lang.t("brief-ai")) (parts::colon(lang)) (ai.join("; ")) } }
            @if !b.values.is_empty() { p.soft { (b.values) } }
        }
    }
}

/// An answer, or a step of a brief.
#[derive(Debug, Deserialize)]
pub(crate) struct Act {
    act: String,
    #[serde(default)]
    words: String,
    #[serde(default)]
    artist: String,
    #[serde(default)]
    form: String,
}

/// An artist answers a brief.
pub(crate) async fn answered(
    State(web): State<Web>,
    visit: Visit,
    Path((party, id)): Path<(String, String)>,
    Checked(a): Checked<Act>,
) -> Result<Response, Flaw> {
    own_id(&party)?;
    let done = match a.act.as_str() {
        "pitch" => answer::pitch(web.house(), &id, &party, &a.words).await,
        act => answer::answer(web.house(), &id, &party, act == "yes", &a.words).await,
    };
    ended(&visit, done.map_err(Flaw::from), &format!("/briefs/{party}"))
}

/// A brand's brief: what it offers, what is missing, who said yes.
pub(crate) async fn one(
    State(web): State<Web>,
    visit: Visit,
    Path((party, id)): Path<(String, String)>,
) -> Result<Html<String>, Flaw> {
    own_id(&party)?;
    let lang = visit.lang;
    let Seen { brief: b, answers, named } = brief::seen(web.house(), &id, &party).await?;
    let at = format!("/briefs/{party}/brief/{}", b.row.id);
    let mut deals = deal::list(web.house(), Some(&party)).await?;
    deals.retain(|d| d.row.brief == b.row.id);
    let act = |value: &str, key: &str, plain: bool| {
        html! { form method="post" action=(at) { input type="hidden" name="csrf" value=(visit.token()); p { button.plain[plain] type="submit" name="act" value=(value) { (lang.t(key)) } } } }
    };
    let draft = b.row.status == "draft";
    let published = b.row.status == "published";
    let standing = deals
        .iter()
        .filter(|d| d.row.framework.is_none() && !matches!(d.row.state.as_str(), "lapsed" | "cancelled"));
    let full = standing.count() >= usize::try_from(b.written.artists).unwrap_or(usize::MAX);
    let open = published && !full;
    let content = html! {
        p.from { a href=(format!("/briefs/{party}")) { (lang.t("briefs-title")) } " · " (b.brand) @if !b.agency.is_empty() { " · " (b.agency) } }
        h1 { @if b.written.title.is_empty() { (lang.t("brief-untitled")) } @else { (b.written.title) } }
        p.lead { (b.written.wanted) }
        p.soft { (lang.t(&format!("brief-status-{}", b.row.status))) @if let Some(until) = b.row.answer { " · " (lang.with("answer-until", &[("day", day(until, lang).into())])) } }
        @for f in &b.flaws { @let (message, hint) = said(f, lang); p.remark { strong { (message) } @if !hint.is_empty() { " " (hint) } } }
        @if draft { p { a.button href=(format!("{at}/edit")) { (lang.t("brief-edit")) } } }
        @if let Some(o) = &b.offer {
            (offered(o, lang))
            p.hint { (lang.with("brief-budget-what", &[("budget", b.written.budget.parse().map_or_else(|_| b.written.budget.clone(), |a| words::money(a, lang)).into()), ("artists", usize::try_from(b.written.artists).unwrap_or(0).into())])) }
        }
        @if draft && b.flaws.is_empty() { div.notice { p { (lang.t("brief-publish-what")) } (act("publish", "brief-publish", false)) } }
        @if !draft { section aria-labelledby="yes" { h2 #yes { (lang.t("brief-yes")) }
            @if published && full { p.kept { (lang.t("brief-all-chosen")) } }
            p.hint { (lang.t("brief-yes-what")) }
            @if answers.is_empty() { p { (lang.t("brief-yes-none")) } }
            div.worked { @for a in &answers {
                article.pay {
                    h3 { @match a.name.strip_prefix("artist ") { Some(n) if a.artist.is_empty() => { (lang.with("brief-nameless", &[("number", n.into())])) } _ => { (a.name) } } }
                    @if !a.tier.is_empty() { p.from { (lang.t(&format!("tier-{}", a.tier))) } }
                    @if !a.words.is_empty() { p { (a.words) } }
                    (reasons(&a.reasons, lang))
                    @if a.state == "yes" && open {
                        form.sheet method="post" action=(at) {
                            input type="hidden" name="csrf" value=(visit.token());
                            input type="hidden" name="artist" value=(a.invitation);
                            div.field { label for=(format!("form-{}", a.invitation)) { (lang.t("brief-form")) }
                                select #(format!("form-{}", a.invitation)) name="form" { option value="single" { (lang.t("brief-form-single")) } option value="framework" selected[b.written.kind == "partnership"] { (lang.t("brief-form-framework")) } } }
                            p { button type="submit" name="act" value="choose" { (lang.t("brief-choose")) } }
                        }
                    } @else if a.state == "chosen" { p.soft { (lang.t("brief-chosen")) } }
                }
            } }
            @for (name, word) in &named { p.soft { (name) " · " (lang.t(match word.as_str() { "open" => "named-open", "yes" => "named-yes", _ => "named-none" })) } }
            @if open && !b.written.anonymous {
                details.more { summary { (lang.t("brief-invite")) }
                    form.sheet method="post" action=(at) {
                        input type="hidden" name="csrf" value=(visit.token());
                        div.field { label for="invite" { (lang.t("brief-invite-who")) } p.hint { (lang.t("brief-invite-what")) } input #invite name="artist" required maxlength="200"; }
                        p { button.plain type="submit" name="act" value="invite" { (lang.t("brief-invite-send")) } } } }
            }
        } }
        @if !deals.is_empty() { section aria-labelledby="deals" { h2 #deals { (lang.t("briefs-deals")) } ul.ledger { @for d in &deals { (contract_row(d, &party, lang)) } } } }
        @if published { section aria-labelledby="withdraw" { h2 #withdraw { (lang.t("brief-withdraw")) } p { (lang.t("brief-withdraw-what")) } (act("withdraw", "brief-withdraw-send", true)) } }
    };
    Ok(layout::page(&visit, &b.written.title, &content))
}

/// A brand publishes its brief, takes it back, asks somebody by name, or chooses.
pub(crate) async fn acted(
    State(web): State<Web>,
    visit: Visit,
    Path((party, id)): Path<(String, String)>,
    Checked(a): Checked<Act>,
) -> Result<Response, Flaw> {
    own_id(&party)?;
    let h = web.house();
    let to = format!("/briefs/{party}/brief/{id}");
    let form = if a.form == "framework" { "framework" } else { "single" };
    let done = match a.act.as_str() {
        "publish" => brief::publish(h, &id, &party).await.map(drop),
        "withdraw" => brief::withdraw(h, &id, &party).await.map(drop),
        "invite" => answer::invite(h, &id, &a.artist, &party).await,
        "choose" => match deal::choose(h, &id, &a.artist, form, deal::Terms::default(), &party).await {
            Ok(made) => return ended(&visit, Ok(()), &format!("/briefs/{party}/contract/{}", made.row.id)),
            Err(failure) => Err(failure),
        },
        _ => return Err(Flaw::BadForm),
    };
    ended(&visit, done.map_err(Flaw::from), &to)
}

fn ended(visit: &Visit, done: Result<(), Flaw>, to: &str) -> Result<Response, Flaw> {
    match done {
        Ok(()) => Ok(Redirect::to(to).into_response()),
        Err(Flaw::Refused(refusal)) => {
            let lang = visit.lang;
            let said = speak(&refusal, lang);
            let content = html! {
                h1 { (lang.t("briefs-title")) }
                (layout::alert(&said.message, &said.hint, said.lang))
                p { a.button href=(to) { (lang.t("briefs-back")) } }
            };
            Ok((StatusCode::UNPROCESSABLE_ENTITY, layout::page(visit, &lang.t("briefs-title"), &content))
                .into_response())
        }
        Err(other) => Err(other),
    }
}
