//! What an institution's people see: seats, contracts, invoices; in the files below what members did, what the money did,
//! and invitations.

mod invitation;
mod money;
mod usage;

use app::institution::bill::{self, Sale};
use app::institution::{self, Agreed, stayed};
use axum::extract::{Path, State};
use axum::response::{Html, Response};
use jiff::civil::Date;
use maud::{Markup, html};
use serde::Deserialize;

use crate::flaw::Flaw;
use crate::form::short;
use crate::pages::invoice::file;
use crate::print_sale::{self, lang_of};
use crate::visit::Visit;
use crate::{Lang, Web, layout, show as words};

pub(crate) use invitation::{end as end_invitation, list as invitations, make as invite};
pub(crate) use money::page as money;
pub(crate) use usage::{as_json as usage_json, csv as usage_csv, page as usage};

/// Of which time.
#[derive(Debug, Deserialize)]
pub(crate) struct Asked {
    period: Option<String>,
}

impl Asked {
    fn days(&self) -> Result<(Date, Date), Flaw> {
        let text = self.period.as_deref().map(str::trim).unwrap_or_default();
        if text.is_empty() {
            return Ok((Date::MIN, Date::MAX));
        }
        let period = music::Period::parse(text).ok_or_else(|| {
            app::Refusal::new(
                "period",
                format!("`{}` is no period", short(text)),
                "2026, 2026-09, 2026-09-04",
            )
        })?;
        Ok((period.start.unwrap_or(Date::MIN), period.end.unwrap_or(Date::MAX)))
    }
}

/// Refuses an address that names its party otherwise than by its id: what the guard let through and what is shown are
/// then the same.
pub(crate) fn own(party: &str) -> Result<(), Flaw> {
    party.parse::<music::PartyId>().map(drop).map_err(|_| Flaw::NotFound)
}

/// The overview.
pub(crate) async fn show(
    State(web): State<Web>,
    visit: Visit,
    Path(party): Path<String>,
) -> Result<Html<String>, Flaw> {
    own(&party)?;
    let lang = visit.lang;
    let house = web.house();
    let one = institution::one(house, &party).await?;
    let id = one.row.party.as_str();
    let seats = institution::seats(house, id).await?;
    let contracts = institution::contracts(house, Some(id)).await?;
    let sales = bill::list(house, Some(id)).await?;
    let stayed = stayed::report(house, id, Date::MIN, Date::MAX).await?;
    let told = usage::last(house, id).await?;
    let (_, url, _) = app::harvest::about(house).await?;
    let entrances = app::member::entrances(house, id).await?;
    let content = html! {
        p.from { (lang.t(&format!("institution-{}", one.row.kind))) }
        h1 { (one.name) }
        nav.periods.screen aria-label=(lang.t("institution-ways")) {
            ul {
                li { a href=(format!("/institution/{id}/use")) { (lang.t("use-title")) } }
                li { a href=(format!("/institution/{id}/money")) { (lang.t("money-title")) } }
                li { a href=(format!("/institution/{id}/selections")) { (lang.t("editor-title")) } }
                li { a href=(format!("/institution/{id}/invitations")) { (lang.t("invitations-title")) } }
                @if one.row.listed { li { a href=(format!("/places/{}", one.row.slug)) { (lang.t("institution-public")) } } }
            }
        }
        @for s in &stayed { (stayed_words(s, lang)) }
        section aria-labelledby="seats" {
            h2 #seats { (lang.t("seats-title")) }
            @match &seats {
                None => p { (lang.t("seats-none")) },
                Some(s) => p.lead { @match s.paid {
                    Some(paid) => (lang.with("seats-of", &[("taken", words::number(s.taken, lang).into()), ("paid", words::number(paid, lang).into()), ("day", words::day(s.until, lang).into())])),
                    None => (lang.with("seats-open", &[("taken", words::number(s.taken, lang).into()), ("day", words::day(s.until, lang).into())])),
                } },
            }
        }
        section aria-labelledby="used" {
            h2 #used { (lang.t("use-title")) }
            @match &told {
                None => p { (lang.t("use-none")) },
                Some(span) => { (usage::summary(span, lang)) p { a href=(format!("/institution/{id}/use")) { (lang.t("use-more")) } } }
            }
        }
        (connect(&url, id, &entrances, lang))
        section aria-labelledby="contracts" {
            h2 #contracts { (lang.t("contracts-title")) }
            @if contracts.is_empty() { p { (lang.t("contracts-none")) } }
            ul.ledger { @for c in contracts.iter().rev() { (contract(c, lang)) } }
        }
        section aria-labelledby="sales" {
            h2 #sales { (lang.t("sales-title")) }
            @if sales.is_empty() { p { (lang.t("sales-none")) } }
            ul.ledger { @for s in sales.iter().rev() { (sale_row(s, id, lang)) } }
        }
    };
    Ok(layout::page(&visit, &one.name, &content))
}

/// The addresses that the institution's own systems need: the feed of the catalogue, and its readers' way in.
fn connect(url: &str, id: &str, entrances: &app::member::Entrances, lang: Lang) -> Markup {
    let mut ways: Vec<String> =
        entrances.kinds.iter().map(|kind| lang.t(&format!("way-in-{kind}"))).collect();
    if entrances.cards {
        ways.push(lang.t("way-in-card"));
    }
    html! {
        section aria-labelledby="connect" {
            h2 #connect { (lang.t("connect-title")) }
            p { (lang.t("connect-what")) }
            dl.facts.dates {
                div { dt { (lang.t("connect-feed")) } dd { code translate="no" { (url) "/oai" } } }
                div { dt { (lang.t("connect-forms")) } dd { code translate="no" { "oai_dc" } ", " code translate="no" { "oai1dtouch_dc" } } }
                div { dt { (lang.t("connect-enter")) } dd { code translate="no" { (url) "/enter/" (id) } } }
                div { dt { (lang.t("connect-doors")) } dd { @if ways.is_empty() { (lang.t("connect-none")) } @else { (ways.join(", ")) } } }
            }
            p { a href="/oai?verb=Identify" { (lang.t("connect-try")) } }
        }
    }
}

fn stayed_words(s: &stayed::Stayed, lang: Lang) -> Markup {
    html! {
        section {
            h2 { (lang.t("stayed-title")) }
            @if s.parties > 0 {
                p.lead { (lang.with("stayed-what", &[("paid", words::money(s.paid, lang).into()), ("stayed", words::money(s.stayed, lang).into()), ("parties", usize::try_from(s.parties).unwrap_or(usize::MAX).into())])) }
            }
            @if s.untold.is_positive() { p.note { (lang.with("stayed-untold", &[("amount", words::money(s.untold, lang).into())])) } }
        }
    }
}

fn contract(c: &Agreed, lang: Lang) -> Markup {
    let days = lang.with(
        "contract-days",
        &[("from", words::day(c.row.start, lang).into()), ("until", words::day(c.row.end, lang).into())],
    );
    html! {
        li {
            details {
                summary {
                    span.what { (days) }
                    span.amount { (words::money(c.total, lang)) }
                }
                div.inside {
                    p { (lang.t(&format!("price-{}", c.row.price_kind))) ": " (words::money(c.row.price, lang)) }
                    p { (lang.t("contract-key")) " " (lang.t(&format!("key-{}", c.row.key))) }
                    p { (lang.t(match (c.row.home, c.row.on_site) { (true, true) => "access-both", (true, false) => "access-home", _ => "access-on-site" })) }
                    p { (lang.with("contract-rule", &[("rule", c.row.rule.as_str().into())])) @if carries(&c.row.rule) { " " (lang.t("contract-carries")) } }
                    @if c.row.renews_months.is_some() { p { (lang.t(if c.row.noticed.is_some() { "contract-noticed" } else { "contract-renews" })) } }
                    ul { @for (m, name) in &c.members { li { (name) @if let Some(n) = m.seats { " · " (lang.with("contract-seats", &[("count", usize::try_from(n).unwrap_or(0).into())])) } } } }
                    p.soft translate="no" { (c.row.id) }
                }
            }
        }
    }
}

/// Whether a contract's rule carries the money of unused seats over.
fn carries(rule: &str) -> bool {
    app::allocation::rule_named(rule).is_ok_and(|rule| app::carried::carries(&rule))
}

fn sale_row(s: &Sale, id: &str, lang: Lang) -> Markup {
    let state = match (s.row.kind.as_str(), s.credited_by.is_empty(), s.open().is_zero()) {
        ("credit-note", ..) => "sale-state-credit",
        (_, false, _) => "sale-state-credited",
        (_, _, true) => "sale-state-paid",
        _ => "sale-state-open",
    };
    html! {
        li.row-link {
            a href=(format!("/institution/{id}/invoice/{}", s.row.printed)) {
                span.what { (print_sale::title(&s.body, lang)) " " span.soft translate="no" { (s.row.printed) } br; span.soft { (words::iso_day(&s.body.issued, lang)) " · " (lang.t(state)) } }
                span.amount { (words::money(s.row.gross, lang)) }
            }
        }
    }
}

async fn own_sale(web: &Web, party: &str, number: &str) -> Result<Sale, Flaw> {
    let one = institution::one(web.house(), party).await?;
    let sale = bill::one(web.house(), number).await?;
    if sale.row.buyer == one.row.party { Ok(sale) } else { Err(Flaw::NotFound) }
}

/// One invoice.
pub(crate) async fn invoice(
    State(web): State<Web>,
    visit: Visit,
    Path((party, number)): Path<(String, String)>,
) -> Result<Html<String>, Flaw> {
    own(&party)?;
    let lang = visit.lang;
    let sale = own_sale(&web, &party, &number).await?;
    let here = format!("/institution/{}/invoice/{}", sale.row.buyer, sale.row.printed);
    let written = lang_of(&sale.body);
    let content = html! {
        nav.periods.screen aria-label=(lang.t("as-file")) {
            ul {
                li { a href=(format!("/institution/{}", sale.row.buyer)) { (lang.t("sales-title")) } }
                li { a href=(format!("{here}/pdf")) { "Factur-X (PDF)" } }
                li { a href=(format!("{here}/xml")) { "XML" } }
            }
        }
        @if sale.received.is_positive() { p.kept { (lang.with("sale-received", &[("amount", words::money(sale.received, lang).into()), ("open", words::money(sale.open(), lang).into())])) } }
        @if !sale.credited_by.is_empty() { p.notice { (lang.with("sale-credited", &[("number", sale.credited_by.as_str().into())])) } }
        div lang=(written.tag()) { (print_sale::article(&sale.body, written)) }
    };
    Ok(layout::page(
        &visit,
        &format!("{} {}", print_sale::title(&sale.body, lang), sale.row.printed),
        &content,
    ))
}

/// One invoice as Factur-X.
pub(crate) async fn invoice_pdf(
    State(web): State<Web>,
    Path((party, number)): Path<(String, String)>,
) -> Result<Response, Flaw> {
    own(&party)?;
    let sale = own_sale(&web, &party, &number).await?;
    Ok(file("application/pdf", &format!("{}.pdf", sale.row.printed), print_sale::sale_pdf(&sale)?))
}

/// One invoice as CII XML.
pub(crate) async fn invoice_xml(
    State(web): State<Web>,
    Path((party, number)): Path<(String, String)>,
) -> Result<Response, Flaw> {
    own(&party)?;
    let sale = own_sale(&web, &party, &number).await?;
    Ok(file("application/xml", &format!("{}.xml", sale.row.printed), sale.cii()?.into_bytes()))
}
