//! What a party says of itself: an artist's own terms, how it can be reached for a contract, and agencies' mandates.

use app::brief::domain::terms::WrittenTerms;
use app::brief::domain::{Kind, Sector, Use, Word as _};
use app::brief::terms::Contact;
use app::brief::{mandate, terms};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use jiff::tz::TimeZone;
use maud::{Markup, html};
use serde::Deserialize;

use super::parts::{self, Sent, area, boxes, date, field, line, plain, tick, word};
use crate::access::Checked;
use crate::flaw::{Flaw, speak};
use crate::pages::institution::own as own_id;
use crate::visit::Visit;
use crate::{Web, layout, show as words};

/// Spare rows of spans without time.
const SPARE: usize = 2;

/// An artist's own terms.
pub(crate) async fn terms_form(
    State(web): State<Web>,
    visit: Visit,
    Path(party): Path<String>,
) -> Result<Html<String>, Flaw> {
    own_id(&party)?;
    let known = terms::named(web.house(), &party).await?;
    let kept = visit.query.split('&').any(|q| q == "kept=1");
    Ok(terms_page(&visit, &party, &known.clone().unwrap_or_default(), known.is_none(), kept, None))
}

/// Keeps an artist's own terms.
pub(crate) async fn keep_terms(
    State(web): State<Web>,
    visit: Visit,
    Path(party): Path<String>,
    Checked(sent): Checked<Vec<(String, String)>>,
) -> Result<Response, Flaw> {
    own_id(&party)?;
    let written = written(&Sent(sent));
    let text = serde_json::to_string(&written).map_err(|e| Flaw::Fault(e.to_string()))?;
    match terms::set(web.house(), &party, &text, &party).await {
        Ok(_) => Ok(Redirect::to(&format!("/briefs/{party}/terms?kept=1")).into_response()),
        Err(app::Failure::Refused(refusal)) => {
            let page = terms_page(&visit, &party, &written, false, false, Some(&refusal));
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(other) => Err(other.into()),
    }
}

fn written(s: &Sent) -> WrittenTerms {
    let mut minimum = std::collections::BTreeMap::new();
    let kinds = Kind::LIST.iter().map(|k| k.word());
    for kind in std::iter::once("any").chain(kinds) {
        let amount = s.amount(&format!("minimum-{kind}"));
        if !amount.is_empty() {
            minimum.insert(kind.to_owned(), amount);
        }
    }
    WrittenTerms {
        paused: s.ticked("paused"),
        kinds: s.all("kinds"),
        never_sectors: s.all("never_sectors"),
        never_uses: s.all("never_uses"),
        never_brands: s.lines("never_brands"),
        minimum,
        territories: s.list("territories").into_iter().map(|t| t.to_uppercase()).collect(),
        away: s.pairs("away-from", "away-until"),
        ai: s.ticked("ai"),
        scene: s.pairs("scene-who", "scene-part"),
        tags: s.list("tags"),
    }
}

fn terms_page(
    visit: &Visit,
    party: &str,
    t: &WrittenTerms,
    none: bool,
    kept: bool,
    refused: Option<&app::Refusal>,
) -> Html<String> {
    let lang = visit.lang;
    let title = lang.t("terms-title");
    let least = |kind: &str| t.minimum.get(kind).map(|a| plain(a).to_owned()).unwrap_or_default();
    let content = html! {
        p.from { a href=(format!("/briefs/{party}")) { (lang.t("briefs-title")) } }
        h1 { (title) }
        p.lead { (lang.t("terms-what")) }
        @if kept { p.kept role="status" { (lang.t("terms-kept")) } }
        @if none { p.notice { (lang.t("terms-none")) } }
        @if let Some(r) = refused { @let said = speak(r, lang); (layout::alert(&said.message, &said.hint, said.lang)) }
        form.sheet method="post" action=(format!("/briefs/{party}/terms")) {
            input type="hidden" name="csrf" value=(visit.token());
            (tick("paused", "1", t.paused, &lang.t("terms-paused")))
            fieldset { legend { (lang.t("terms-part-want")) }
                p.note { (lang.t("terms-kinds")) }
                (boxes::<Kind>(lang, "kinds", &t.kinds, &[]))
                (field(lang, "tags", "terms-tags", &[], line("tags", &t.tags.join(", "), 400)))
            }
            fieldset { legend { (lang.t("terms-part-never")) }
                details.more open[!t.never_sectors.is_empty()] { summary { (lang.t("terms-sectors")) }
                    (boxes::<Sector>(lang, "never_sectors", &t.never_sectors, &[])) }
                details.more open[!t.never_uses.is_empty()] { summary { (lang.t("terms-uses")) }
                    (boxes::<Use>(lang, "never_uses", &t.never_uses, &[])) }
                (field(lang, "never_brands", "terms-brands", &[], area("never_brands", &t.never_brands.join("\n"), 2)))
                (tick("ai", "1", t.ai, &lang.t("terms-ai")))
                p.hint { (lang.t("terms-ai-hint")) " " a href=(format!("/consent/of/{party}")) { (lang.t("nav-consent")) } }
            }
            fieldset { legend { (lang.t("terms-part-fee")) }
                (field(lang, "minimum-any", "terms-minimum", &[], line("minimum-any", &least("any"), 60)))
                details.more open[t.minimum.keys().any(|k| k != "any")] { summary { (lang.t("terms-minimum-kinds")) }
                    div.checks { @for kind in Kind::LIST { @let id = format!("minimum-{}", kind.word());
                        div.field { label for=(id) { (word(*kind, lang)) } (line(&id, &least(kind.word()), 60)) } } }
                }
            }
            fieldset { legend { (lang.t("terms-part-where")) }
                (field(lang, "territories", "terms-territories", &[], line("territories", &t.territories.join(", "), 400)))
                p.note { (lang.t("terms-away")) }
                @for n in 1..=(t.away.len() + SPARE).min(20) {
                    @let (from, until) = t.away.get(n - 1).map_or(("", ""), |[a, b]| (a.as_str(), b.as_str()));
                    div.pair {
                        div.field { label for=(format!("away-from-{n}")) { (lang.t("terms-away-from")) } (date(&format!("away-from-{n}"), from)) }
                        div.field { label for=(format!("away-until-{n}")) { (lang.t("terms-away-until")) } (date(&format!("away-until-{n}"), until)) }
                    }
                }
            }
            fieldset { legend { (lang.t("terms-part-scene")) }
                p.note { (lang.t("terms-scene")) }
                (parts::parts(lang, "scene", &t.scene, 2))
            }
            div.send { button type="submit" { (lang.t("terms-keep")) } }
        }
    };
    layout::page(visit, &title, &content)
}

/// How a party can be reached for contracts, and the mandates of agencies.
pub(crate) async fn contact_form(
    State(web): State<Web>,
    visit: Visit,
    Path(party): Path<String>,
) -> Result<Html<String>, Flaw> {
    own_id(&party)?;
    contact_page(&web, &visit, &party, None).await
}

/// What is sent from that page: an address, a mandate given or taken back.
#[derive(Debug, Deserialize)]
pub(crate) struct Act {
    act: String,
    #[serde(default)]
    contact: String,
    #[serde(default)]
    country: String,
    #[serde(default)]
    mail: String,
    #[serde(default)]
    vat_id: String,
    #[serde(default)]
    registration: String,
    #[serde(default)]
    agency: String,
    #[serde(default)]
    evidence: String,
    #[serde(default)]
    until: String,
    #[serde(default)]
    mandate: String,
}

/// Keeps what was sent.
pub(crate) async fn keep_contact(
    State(web): State<Web>,
    visit: Visit,
    Path(party): Path<String>,
    Checked(a): Checked<Act>,
) -> Result<Response, Flaw> {
    own_id(&party)?;
    let h = web.house();
    let done = match a.act.as_str() {
        "contact" => {
            let ask = Contact {
                contact: a.contact,
                country: a.country,
                mail: a.mail,
                vat_id: a.vat_id,
                registration: a.registration,
            };
            terms::set_contact(h, &party, ask, &party).await
        }
        "give" => {
            let ask = mandate::Give {
                brand: party.clone(),
                agency: a.agency,
                until: a.until,
                evidence: a.evidence,
                by: party.clone(),
            };
            mandate::give(h, ask).await.map(drop)
        }
        "end" => mandate::end(h, &a.mandate, &party).await.map(drop),
        _ => return Err(Flaw::BadForm),
    };
    match done {
        Ok(()) => Ok(Redirect::to(&format!("/briefs/{party}/contact?kept=1")).into_response()),
        Err(app::Failure::Refused(refusal)) => {
            let page = contact_page(&web, &visit, &party, Some(&refusal)).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(other) => Err(other.into()),
    }
}

async fn contact_page(
    web: &Web,
    visit: &Visit,
    party: &str,
    refused: Option<&app::Refusal>,
) -> Result<Html<String>, Flaw> {
    let lang = visit.lang;
    let c = terms::contact(web.house(), party).await?;
    let mandates = mandate::list(web.house(), party).await?;
    let title = lang.t("contact-title");
    let kept = visit.query.split('&').any(|q| q == "kept=1");
    let to = format!("/briefs/{party}/contact");
    let content = html! {
        p.from { a href=(format!("/briefs/{party}")) { (lang.t("briefs-title")) } }
        h1 { (title) }
        p.lead { (lang.t("contact-what")) }
        @if kept { p.kept role="status" { (lang.t("terms-kept")) } }
        @if let Some(r) = refused { @let said = speak(r, lang); (layout::alert(&said.message, &said.hint, said.lang)) }
        form.sheet method="post" action=(to) {
            input type="hidden" name="csrf" value=(visit.token());
            (field(lang, "contact", "contact-postal", &[], line("contact", &c.contact, 300)))
            div.pair {
                (field(lang, "country", "contact-country", &[], line("country", &c.country, 2)))
                (field(lang, "mail", "contact-mail", &[], html! { input #mail name="mail" type="email" value=(c.mail) maxlength="254" autocomplete="email"; }))
            }
            div.pair {
                (field(lang, "vat_id", "contact-vat", &[], line("vat_id", &c.vat_id, 20)))
                (field(lang, "registration", "contact-registration", &[], line("registration", &c.registration, 60)))
            }
            div.send { button type="submit" name="act" value="contact" { (lang.t("terms-keep")) } }
        }
        section aria-labelledby="mandates" { h2 #mandates { (lang.t("mandates-title")) }
            p.note { (lang.t("mandates-what")) }
            @for m in &mandates { (one_mandate(visit, party, &to, m)) }
            details.more open[mandates.is_empty() && refused.is_some()] { summary { (lang.t("mandate-new")) }
                form.sheet method="post" action=(to) {
                    input type="hidden" name="csrf" value=(visit.token());
                    (field(lang, "agency", "mandate-agency", &[], line("agency", "", 200)))
                    (field(lang, "evidence", "mandate-evidence", &[], line("evidence", "", 300)))
                    (field(lang, "until", "mandate-until", &[], date("until", "")))
                    div.send { button type="submit" name="act" value="give" { (lang.t("mandate-give")) } }
                }
            }
        }
    };
    Ok(layout::page(visit, &title, &content))
}

fn one_mandate(visit: &Visit, party: &str, to: &str, m: &mandate::Shown) -> Markup {
    let lang = visit.lang;
    let given = m.row.brand.as_str() == party;
    let day = |t: jiff::Timestamp| words::day(t.to_zoned(TimeZone::UTC).date(), lang);
    html! {
        article.pay {
            p.from { (lang.t(if m.lives { "mandate-lives" } else { "mandate-over" })) }
            h3 { @if given { (lang.with("mandate-for", &[("agency", m.agency.as_str().into())])) } @else { (lang.with("mandate-of", &[("brand", m.brand.as_str().into())])) } }
            p.soft { (m.row.evidence) " · " (day(m.row.from)) @if let Some(until) = m.row.until { " – " (day(until)) } }
            @if m.lives { form method="post" action=(to) {
                input type="hidden" name="csrf" value=(visit.token());
                input type="hidden" name="mandate" value=(m.row.id);
                p { button.plain type="submit" name="act" value="end" { (lang.t("mandate-end")) } }
            } }
        }
    }
}
