//! Briefs and contracts as an artist and a brand see them: what is asked, who said yes, what is agreed, held and paid.
//!
//! Each side sees its own; what an artist refuses is on no page of a brand.

use app::brief::answer::Invited;
use app::brief::deal::Shown;
use app::brief::domain::milestone::State as Step;
use app::brief::{self, Offer, Seen, answer, deal, terms, work};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use maud::{Markup, html};
use serde::Deserialize;

use crate::access::{Asker, Checked, Person};
use crate::flaw::{Flaw, speak};
use crate::pages::institution::own;
use crate::visit::Visit;
use crate::{Lang, Web, layout, show as words};

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
    own(&party)?;
    let (house, lang) = (web.house(), visit.lang);
    let name = app::party::one(house, &party).await?.party.name;
    let invitations = answer::invitations(house, &party).await?;
    let deals = deal::list(house, Some(&party)).await?;
    let briefs: Vec<brief::Shown> = brief::list(house)
        .await?
        .into_iter()
        .filter(|b| {
            b.row.brand.as_str() == party || b.row.agency.as_ref().is_some_and(|a| a.as_str() == party)
        })
        .collect();
    let exposure = terms::exposure(house, &party).await?;
    let title = lang.t("briefs-title");
    let content = html! {
        p.from { (name) }
        h1 { (title) }
        p.lead { (lang.t("briefs-what")) }
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
            ul.ledger { @for d in &deals { li.row-link { a href=(format!("/briefs/{party}/contract/{}", d.row.id)) {
                span.what { (d.contract.title) br; span.soft { (d.contract.brand.name) " · " (d.contract.artist.name) " · " (lang.t(&format!("deal-state-{}", d.row.state))) } }
                span.amount { (words::money(d.row.fee, lang)) }
            } } } }
        }
        @if !exposure.is_empty() {
            @let (earned, shown) = exposure.iter().fold((0, 0), |(e, s), x| (e + x.earned, s + x.shown));
            section aria-labelledby="exposure" { h2 #exposure { (lang.t("briefs-exposure")) }
                p { (lang.with("briefs-exposure-sum", &[("due", hundredths(earned, lang).into()), ("shown", hundredths(shown, lang).into())])) }
                ul.ledger { @for x in &exposure { li { details {
                    summary { span.what { (x.title) } span.amount { @if x.place > 0 { (lang.with("exposure-place", &[("place", usize::try_from(x.place).unwrap_or(0).into())])) } @else { (lang.t("exposure-none")) } } }
                    div.inside { p.soft { (x.brand) " · " (day(x.at, lang)) } (reasons(&x.reasons, lang)) }
                } } } }
            }
        }
    };
    Ok(layout::page(&visit, &title, &content))
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

/// An answer, or a step of a contract.
#[derive(Debug, Deserialize)]
pub(crate) struct Act {
    act: String,
    #[serde(default)]
    words: String,
    #[serde(default)]
    milestone: i64,
    #[serde(default)]
    labels: String,
    #[serde(default)]
    hash: String,
    #[serde(default)]
    artist: String,
}

/// An artist answers a brief.
pub(crate) async fn answered(
    State(web): State<Web>,
    visit: Visit,
    Path((party, id)): Path<(String, String)>,
    Checked(a): Checked<Act>,
) -> Result<Response, Flaw> {
    own(&party)?;
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
    own(&party)?;
    let lang = visit.lang;
    let Seen { brief: b, answers, named } = brief::seen(web.house(), &id, &party).await?;
    let content = html! {
        p.from { a href=(format!("/briefs/{party}")) { (b.brand) } }
        h1 { (b.written.title) }
        p.lead { (b.written.wanted) }
        p.soft { (lang.t(&format!("brief-status-{}", b.row.status))) @if let Some(until) = b.row.answer { " · " (lang.with("answer-until", &[("day", day(until, lang).into())])) } }
        @for f in &b.flaws { p.alert { (f.message) @if !f.hint.is_empty() { br; span.hint { (f.hint) } } } }
        @if let Some(o) = &b.offer { (offered(o, lang)) }
        section aria-labelledby="yes" { h2 #yes { (lang.t("brief-yes")) }
            p.hint { (lang.t("brief-yes-what")) }
            @if answers.is_empty() { p { (lang.t("brief-yes-none")) } }
            @for a in &answers {
                article.pay {
                    h3 { (a.name) }
                    @if !a.words.is_empty() { p { (a.words) } }
                    (reasons(&a.reasons, lang))
                    @if a.state == "yes" && b.row.status == "published" {
                        form method="post" action=(format!("/briefs/{party}/brief/{}", b.row.id)) {
                            input type="hidden" name="csrf" value=(visit.token());
                            input type="hidden" name="artist" value=(a.invitation);
                            button type="submit" name="act" value="choose" { (lang.t("brief-choose")) }
                        }
                    }
                }
            }
            @for (name, word) in &named { p.soft { (name) " · " (lang.t(match word.as_str() { "open" => "named-open", "yes" => "named-yes", _ => "named-none" })) } }
        }
    };
    Ok(layout::page(&visit, &b.written.title, &content))
}

/// A brand chooses.
pub(crate) async fn chosen(
    State(web): State<Web>,
    visit: Visit,
    Path((party, id)): Path<(String, String)>,
    Checked(a): Checked<Act>,
) -> Result<Response, Flaw> {
    own(&party)?;
    match deal::choose(web.house(), &id, &a.artist, "single", deal::Terms::default(), &party).await {
        Ok(shown) => Ok(Redirect::to(&format!("/briefs/{party}/contract/{}", shown.row.id)).into_response()),
        Err(failure) => ended(&visit, Err(failure.into()), &format!("/briefs/{party}/brief/{id}")),
    }
}

/// A contract: its text, its milestones, its money.
pub(crate) async fn contract(
    State(web): State<Web>,
    visit: Visit,
    Path((party, id)): Path<(String, String)>,
) -> Result<Html<String>, Flaw> {
    own(&party)?;
    let d = deal::one(web.house(), &id, &party).await?;
    let lang = visit.lang;
    let artist = d.row.artist.as_str() == party;
    let side = if artist { "artist" } else { "brand" };
    let signed = d.signatures.iter().any(|s| s.side == side);
    let at = format!("/briefs/{party}/contract/{}", d.row.id);
    let content = html! {
        p.from { a href=(format!("/briefs/{party}")) { (lang.t("briefs-title")) } }
        h1 { (d.contract.title) }
        p.lead { (d.contract.brand.name) " · " (d.contract.artist.name) " · " (lang.t(&format!("deal-state-{}", d.row.state))) }
        table.facts {
            tr { th { (lang.t("deal-fee")) } td { (words::money(d.row.fee, lang)) } }
            tr { th { (lang.t("deal-held")) } td { (words::money(d.held, lang)) } }
            tr { th { (lang.t("deal-paid")) } td { (words::money(d.paid, lang)) } }
            tr.total { th { (lang.t("offer-net")) } td { (words::money(d.contract.net, lang)) } }
        }
        @if let (Some(p), "signed", false) = (&d.payment, d.row.state.as_str(), artist) {
            div.pay { h2 { (lang.t("deal-pay")) } p { (lang.t("deal-pay-what")) }
                dl.facts { dt { "IBAN" } dd translate="no" { (p.iban) } dt { (lang.t("deal-reference")) } dd.big translate="no" { (p.contribution.reference) } dt { (lang.t("deal-fee")) } dd { (words::money(p.contribution.pledged, lang)) } } }
        }
        @if !d.milestones.is_empty() { section aria-labelledby="steps" { h2 #steps { (lang.t("deal-steps")) } div.worked { @for m in &d.milestones { (milestone(&visit, &d, m, artist, &at)) } } } }
        @if !d.figures.is_empty() { section aria-labelledby="figures" { h2 #figures { (lang.t("deal-figures")) }
            table.facts { @for f in &d.figures { tr { th { (f.indicator) br; span.soft { (f.source) } } td { (words::number(u64::try_from(f.value).unwrap_or(0), lang)) } } } } } }
        section aria-labelledby="text" { h2 #text { (lang.t("deal-text")) }
            details.more open[!signed] { summary { (lang.with("deal-version", &[("version", usize::try_from(d.row.version).unwrap_or(0).into())])) } pre lang=(d.contract.lang) { (d.text.words) } p.small translate="no" { "SHA-256 " (d.text.hash) } }
            @for s in &d.signatures { p.soft { (lang.t(if s.side == "artist" { "signed-artist" } else { "signed-brand" })) " · " (day(s.at, lang)) } }
            @if !signed && matches!(d.row.state.as_str(), "drafted" | "half-signed") { form method="post" action=(at) { (hidden(&visit, 0)) input type="hidden" name="hash" value=(d.text.hash); p { button type="submit" name="act" value="sign" { (lang.t("deal-sign")) } } } }
        }
    };
    Ok(layout::page(&visit, &d.contract.title, &content))
}

fn hidden(visit: &Visit, milestone: i64) -> Markup {
    html! { input type="hidden" name="csrf" value=(visit.token()); input type="hidden" name="milestone" value=(milestone); }
}

fn milestone(visit: &Visit, d: &Shown, m: &store::MilestoneRow, artist: bool, at: &str) -> Markup {
    let lang = visit.lang;
    let state = Step::from_word(&m.state);
    let (words_id, labels_id) = (format!("words-{}", m.place), format!("labels-{}", m.place));
    html! {
        article.pay {
            p.from { (lang.t(&format!("step-{}", m.state))) " · " (lang.with("step-due", &[("day", words::iso_day(&m.due, lang).into())])) }
            h3 { (m.place) ". " (m.title) }
            p.big { (words::money(m.amount, lang)) }
            @if let Some(awarded) = m.awarded.filter(|a| *a != m.amount) { p { (lang.with("step-awarded", &[("amount", words::money(awarded, lang).into())])) } }
            @if let Some(silence) = m.silence { p.hint { (lang.with("step-silence", &[("day", day(silence, lang).into())])) } }
            @for e in d.events.iter().filter(|e| e.milestone.as_ref() == Some(&m.id) && e.what == "sent-back") { p.soft { (e.words) " · " (day(e.at, lang)) } }
            @if artist && matches!(state, Some(Step::Held | Step::SentBack)) {
                form.sheet method="post" action=(at) { (hidden(visit, m.place))
                    div.field { label for=(words_id) { (lang.t("step-evidence")) } input #(words_id) name="words" required maxlength="2000"; }
                    @if !d.contract.labels.is_empty() { div.field { label for=(labels_id) { (lang.t("step-labels")) } p.hint { (d.contract.labels.join(", ")) } input #(labels_id) name="labels" maxlength="500"; } }
                    p { button type="submit" name="act" value="submit" { (lang.t("step-submit")) } } }
            }
            @if !artist && state == Some(Step::Submitted) {
                form.sheet method="post" action=(at) { (hidden(visit, m.place))
                    div.field { label for=(words_id) { (lang.t("step-reasons")) } textarea #(words_id) name="words" rows="2" maxlength="5000" {} }
                    div.row { button type="submit" name="act" value="accept" { (lang.t("step-accept")) } button.plain type="submit" name="act" value="send-back" { (lang.t("step-send-back")) } } }
            }
        }
    }
}

/// A step of a contract. What moves money or binds asks for the second factor.
pub(crate) async fn stepped(
    State(web): State<Web>,
    visit: Visit,
    asker: Asker,
    Path((party, id)): Path<(String, String)>,
    Checked(a): Checked<Act>,
) -> Result<Response, Flaw> {
    own(&party)?;
    let h = web.house();
    let at = format!("/briefs/{party}/contract/{id}");
    if matches!(a.act.as_str(), "sign" | "accept") {
        asker.require_fresh_second_factor(&web)?;
    }
    let labels = a.labels.split([',', ';']).map(|l| l.trim().to_owned()).filter(|l| !l.is_empty()).collect();
    let submit = work::Submit {
        deal: id.clone(),
        milestone: a.milestone,
        evidence: a.words.clone(),
        labels,
        by: party.clone(),
    };
    let done = match a.act.as_str() {
        "sign" => deal::sign(h, &id, Some(&a.hash), &party).await,
        "submit" => work::submit(h, submit).await,
        "accept" => work::accept(h, &id, a.milestone, &party).await,
        "send-back" => work::send_back(h, &id, a.milestone, &a.words, &party).await,
        _ => return Err(Flaw::BadForm),
    };
    ended(&visit, done.map(drop).map_err(Flaw::from), &at)
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
