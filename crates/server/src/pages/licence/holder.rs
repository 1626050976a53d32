//! A holder's page: what they offer, what each licence pays, reports to contest, and whoever imitates them.

use app::license::imitation::{self, Bring};
use app::license::offer::{self, Make};
use app::license::report::{self, Contest};
use app::{House, license};
use axum::extract::{Form, Path, State};
use axum::response::{Html, Response};
use maud::{Markup, html};
use serde_json::json;

use super::{
    Fields, answered, area, day, doing, fee_words, field, input, money_row, promise_words, refused,
    use_words, uses,
};
use crate::flaw::Flaw;
use crate::visit::Visit;
use crate::{Lang, Web, layout, show};

/// Everything the page tells.
struct Known {
    id: String,
    name: String,
    offers: Vec<offer::Offered>,
    licenses: Vec<license::Shown>,
    reports: Vec<report::Told>,
    imitations: Vec<imitation::Told>,
    waits: Vec<store::WaitRow>,
}

async fn known(house: &House, party: &str) -> Result<Known, Flaw> {
    let record = app::party::one(house, party).await?;
    let id = record.party.id.to_string();
    let own = |t: &&license::Shown| t.row.holder == record.party.id;
    Ok(Known {
        offers: offer::list(house, Some(&id)).await?,
        licenses: license::list(house, Some(&id)).await?.iter().filter(own).cloned().collect(),
        reports: report::list(house, Some(&id))
            .await?
            .into_iter()
            .filter(|r| r.sources.iter().any(|s| s.own))
            .collect(),
        imitations: imitation::list(house, Some(&id)).await?,
        waits: app::consent::wait::list(house, Some(&id)).await?,
        name: record.party.name,
        id,
    })
}

/// Shows it.
pub(crate) async fn page(
    State(web): State<Web>,
    visit: Visit,
    Path(party): Path<String>,
) -> Result<Html<String>, Flaw> {
    Ok(written(&visit, &known(web.house(), &party).await?, None))
}

/// Does what a form on it asks.
pub(crate) async fn act(
    State(web): State<Web>,
    visit: Visit,
    Path(party): Path<String>,
    Form(fields): Form<Fields>,
) -> Result<Response, Flaw> {
    visit.check(&web, field(&fields, "csrf"))?;
    let record = app::party::one(web.house(), &party).await?;
    let done = perform(web.house(), record.party.id.as_str(), &fields).await;
    let now = known(web.house(), &party).await?;
    answered(&visit, done, |refusal| written(&visit, &now, refusal.as_ref()))
}

async fn perform(house: &House, party: &str, fields: &Fields) -> Result<(), app::Failure> {
    let text = |name: &str| field(fields, name).to_owned();
    match field(fields, "do") {
        "offer" => {
            let ask = Make {
                speaker: party.to_owned(),
                licensee: Some(text("to")).filter(|t| !t.is_empty()),
                uses: vec![text("use")],
                subjects: Some(text("subject")).filter(|t| !t.is_empty()).into_iter().collect(),
                until: day(fields, "until")?,
                conditions: fields.contains_key("attribution").then(|| json!({ "attribution": true })),
                fee: fee(fields)?,
                promise: text("promise"),
                by: party.to_owned(),
                ..Make::default()
            };
            offer::make(house, &ask).await.map(drop)
        }
        "withdraw" => {
            let own = offer::list(house, Some(party)).await?;
            match own.iter().find(|o| o.row.id == field(fields, "offer")) {
                Some(one) => offer::withdraw(house, &one.row.id, party).await.map(drop),
                None => Ok(()),
            }
        }
        "contest" => {
            let asked = Some(text("part")).filter(|p| !p.is_empty());
            let bad = |e: money::RatioError| {
                app::Refusal::new("share", e.to_string(), "write a part such as `12.5 %`")
            };
            let ask = Contest {
                report: text("report"),
                party: party.to_owned(),
                recording: text("recording"),
                asked: asked.map(|p| p.replace(',', ".").parse().map_err(bad)).transpose()?,
                words: text("words"),
                by: party.to_owned(),
            };
            report::contest(house, &ask).await.map(drop)
        }
        "imitation" => {
            let ask = Bring {
                reporter: party.to_owned(),
                subject: text("about"),
                part: None,
                words: text("words"),
                evidence: text("evidence"),
                by: party.to_owned(),
            };
            imitation::bring(house, &ask).await.map(drop)
        }
        "answer" => imitation::answer(house, field(fields, "report"), party, field(fields, "words"), party)
            .await
            .map(drop),
        _ => Ok(()),
    }
}

/// The fee rule that the fields make; as written where somebody sends it whole.
fn fee(fields: &Fields) -> Result<String, app::Refusal> {
    if !field(fields, "fee").is_empty() {
        return Ok(field(fields, "fee").to_owned());
    }
    let amount =
        || crate::form::amount(field(fields, "fee-amount"), money::Currency::EUR).map(|a| a.to_string());
    Ok(match field(fields, "fee-kind") {
        "per-version" => format!("{} per version", amount()?),
        "per-output" => format!("{} per output", amount()?),
        "of-income" => {
            let share = field(fields, "fee-share").replace(',', ".");
            let share = if share.ends_with('%') { share } else { format!("{share} %") };
            format!("{share} of income, at least {}", amount()?)
        }
        "nothing" => "nothing".to_owned(),
        _ => format!("{} per work", amount()?),
    })
}

fn written(visit: &Visit, known: &Known, refusal: Option<&app::Refusal>) -> Html<String> {
    let lang = visit.lang;
    let title = lang.with("licence-title", &[("name", known.name.as_str().into())]);
    let content = html! {
        h1 { (title) }
        (refused(refusal, lang))
        p.lead { (lang.t("licence-what")) }
        p { a href=(format!("/consent/of/{}", known.id)) { (lang.t("licence-to-consent")) } " · " a href=(format!("/statement/{}", known.id)) { (lang.t("nav-statement")) } " · " a href="/credits" { (lang.t("credits-title")) } }
        @for row in known.waits.iter().filter(|w| w.status == "waiting") {
            p.notice { (lang.t(&format!("wait-{}", row.kind))) " " (lang.with("wait-due", &[("day", show::day(row.due.to_zoned(jiff::tz::TimeZone::UTC).date(), lang).into())])) " " a href=(format!("/consent/of/{}", known.id)) { (lang.t("licence-wait-where")) } }
        }
        (earned(known, lang))
        (reports(visit, known, lang))
        (offers(visit, known, lang))
        (imitations(visit, known, lang))
    };
    layout::page(visit, &title, &content)
}

fn earned(known: &Known, lang: Lang) -> Markup {
    html! {
        section aria-labelledby="earned" {
            h2 #earned { (lang.t("licence-earned")) }
            @if known.licenses.is_empty() { p { (lang.t("licence-none")) } } @else {
                ul.ledger.words {
                    @for one in &known.licenses {
                        li class=(if one.ended.is_some() { "unmatched" } else { "matched" }) {
                            details {
                                summary {
                                    span.what { (one.licensee) " " span.soft { (one.terms.uses.iter().map(|u| use_words(u, lang)).collect::<Vec<_>>().join(", ")) } }
                                    span.state { (fee_words(&one.terms.fee, lang)) }
                                }
                                div.inside {
                                    p { (lang.with("licence-works", &[("count", one.works.len().into())])) @if !one.row.model.is_empty() { " · " span translate="no" { (one.row.model) " " (one.row.version) } } }
                                    p { (lang.t("licence-promised")) " " (promise_words(one.terms.promise, lang)) }
                                    @if let Some(day) = one.ended { p { (lang.with("licence-ended", &[("day", show::day(day, lang).into())])) } }
                                    @if !one.money.is_empty() { table.facts { @for m in &one.money { (money_row(m, true, lang)) } } }
                                    p.from translate="no" { (one.row.id) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn reports(visit: &Visit, known: &Known, lang: Lang) -> Markup {
    let open: Vec<&report::Told> = known.reports.iter().filter(|r| r.waits.is_some()).collect();
    html! {
        section aria-labelledby="reports" {
            h2 #reports { (lang.t("reports-title")) }
            p.note { (lang.t("reports-what")) }
            @if known.reports.is_empty() { p { (lang.t("reports-none")) } }
            ul.ledger.words { @for r in &known.reports { (super::report(r, true, lang)) } }
            @if !open.is_empty() {
                form.sheet method="post" action=(visit.path) {
                    (doing(visit, "contest"))
                    h3 { (lang.t("contest-title")) }
                    div.field {
                        label for="report" { (lang.t("contest-report")) }
                        select #report name="report" required { @for r in &open { option value=(r.row.id) { (r.row.model) " " (r.row.version) " · " (show::day(r.row.from, lang)) } } }
                    }
                    div.field {
                        label for="recording" { (lang.t("contest-recording")) }
                        select #recording name="recording" required {
                            @let mut seen = std::collections::BTreeSet::new();
                            @for s in open.iter().flat_map(|r| &r.sources).filter(|s| s.own) {
                                @if let Some(id) = &s.row.recording { @if seen.insert(id.to_string()) { option value=(id.as_str()) { (s.title) } } }
                            }
                        }
                    }
                    (input("contest", "part", "text", &lang.t("contest-part"), &lang.t("contest-part-hint"), "", false))
                    (area("contest", "words", &lang.t("contest-words"), "", "", 3, true))
                    p.send { button type="submit" { (lang.t("contest-send")) } }
                }
            }
        }
    }
}

fn offers(visit: &Visit, known: &Known, lang: Lang) -> Markup {
    html! {
        section aria-labelledby="offers" {
            h2 #offers { (lang.t("offers-title")) }
            ul.ledger.words {
                @for o in &known.offers {
                    li class=(if o.row.status == "open" { "matched" } else { "unmatched" }) {
                        details {
                            summary {
                                span.what { (o.terms.uses.iter().map(|u| use_words(u, lang)).collect::<Vec<_>>().join(", ")) }
                                span.state { (fee_words(&o.terms.fee, lang)) }
                            }
                            div.inside {
                                p { (lang.t("offer-to")) " " @match &o.licensee { Some(name) => (name), None => (lang.t("offer-everybody")) } }
                                p { (lang.t("licence-promised")) " " (promise_words(o.terms.promise, lang)) }
                                @if let Some(until) = o.terms.until { p { (lang.with("offer-until-day", &[("day", show::day(until, lang).into())])) } }
                                p.from translate="no" { (o.row.id) }
                                @if o.row.status == "open" {
                                    form method="post" action=(visit.path) {
                                        (doing(visit, "withdraw"))
                                        input type="hidden" name="offer" value=(o.row.id);
                                        p { button.plain type="submit" { (lang.t("offer-withdraw")) } }
                                    }
                                }
                            }
                        }
                    }
                }
            }
            form.sheet method="post" action=(visit.path) {
                (doing(visit, "offer"))
                h3 { (lang.t("offer-new")) }
                (uses(lang, "train.gen"))
                div.field {
                    label for="fee-kind" { (lang.t("offer-fee")) }
                    select #fee-kind name="fee-kind" {
                        @for kind in ["per-work", "per-version", "of-income", "per-output", "nothing"] { option value=(kind) { (lang.t(&format!("fee-kind-{kind}"))) } }
                    }
                }
                (input("offer", "fee-amount", "text", &lang.t("offer-amount"), &lang.t("offer-amount-hint"), "", false))
                (input("offer", "fee-share", "text", &lang.t("offer-share"), &lang.t("offer-share-hint"), "", false))
                div.field {
                    label for="promise" { (lang.t("offer-promise")) }
                    select #promise name="promise" {
                        @for text in ["retrain within 90 days", "withdraw within 30 days", "next version", "nothing"] {
                            option value=(text) { (promise_words(text.parse().unwrap_or_default(), lang)) }
                        }
                    }
                }
                (input("offer", "to", "text", &lang.t("offer-licensee"), &lang.t("offer-licensee-hint"), "", false))
                (input("offer", "subject", "text", &lang.t("offer-subject"), &lang.t("offer-subject-hint"), "", false))
                (input("offer", "until", "date", &lang.t("offer-until"), "", "", false))
                label.choice { input type="checkbox" name="attribution" value="yes" checked; span { (lang.t("set-attribution")) } }
                p.send { button type="submit" { (lang.t("offer-send")) } }
                p.note { (lang.t("offer-note")) }
            }
        }
    }
}

fn imitations(visit: &Visit, known: &Known, lang: Lang) -> Markup {
    html! {
        section aria-labelledby="imitation" {
            h2 #imitation { (lang.t("imitation-title")) }
            p.note { (lang.t("imitation-what")) }
            ul.ledger.words {
                @for one in &known.imitations {
                    @let mine = one.row.reporter.as_str() == known.id;
                    li {
                        details open[!mine && one.row.decided.is_none()] {
                            summary { span.what { (one.reporter) " · " (one.about) } span.state { (lang.t(&format!("imitation-{}", one.row.status))) } }
                            div.inside {
                                p { (one.row.words) }
                                @for f in &one.frozen { p { (lang.with("imitation-frozen", &[("amount", show::money(f.amount, lang).into())])) } }
                                @if !one.row.answer.is_empty() { p { (lang.t("imitation-answer")) " " (one.row.answer) } }
                                @if one.row.decided.is_none() { p.from { (lang.with("imitation-due", &[("day", show::day(one.row.due.to_zoned(jiff::tz::TimeZone::UTC).date(), lang).into())])) } }
                                @else { p { (one.row.reason) } }
                                @if !mine && matches!(one.row.status.as_str(), "open" | "unanswered") {
                                    form.sheet method="post" action=(visit.path) {
                                        (doing(visit, "answer"))
                                        input type="hidden" name="report" value=(one.row.id);
                                        (area(&one.row.id, "words", &lang.t("imitation-answer-words"), "", "", 3, true))
                                        p.send { button type="submit" { (lang.t("imitation-answer-send")) } }
                                    }
                                }
                            }
                        }
                    }
                }
            }
            form.sheet method="post" action=(visit.path) {
                (doing(visit, "imitation"))
                h3 { (lang.t("imitation-new")) }
                (input("imitation", "about", "text", &lang.t("imitation-about"), &lang.t("imitation-about-hint"), "", true))
                (area("imitation", "words", &lang.t("imitation-words"), "", "", 3, true))
                (area("imitation", "evidence", &lang.t("imitation-evidence"), &lang.t("imitation-evidence-hint"), "", 4, true))
                p.send { button type="submit" { (lang.t("imitation-send")) } }
            }
        }
    }
}
