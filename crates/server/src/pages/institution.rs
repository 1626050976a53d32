//! What an institution's people see: seats, contracts, invoices, what members did, what the money did.

use app::institution::bill::{self, Sale};
use app::institution::usage::{Counts, Row};
use app::institution::{self, Agreed, stayed, usage};
use axum::extract::{Path, Query, State};
use axum::response::{Html, IntoResponse, Response};
use jiff::civil::Date;
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::json;

use crate::flaw::Flaw;
use crate::form::short;
use crate::pages::invoice::file;
use crate::print_sale::{self, lang_of};
use crate::visit::Visit;
use crate::{Lang, Web, layout, show as words};

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
    let content = html! {
        p.from { (lang.t(&format!("institution-{}", one.row.kind))) }
        h1 { (one.name) }
        nav.periods.screen aria-label=(lang.t("institution-ways")) {
            ul {
                li { a href=(format!("/institution/{id}/use")) { (lang.t("use-title")) } }
                li { a href=(format!("/institution/{id}/selections")) { (lang.t("editor-title")) } }
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
                    @if c.row.renews_months.is_some() { p { (lang.t(if c.row.noticed.is_some() { "contract-noticed" } else { "contract-renews" })) } }
                    ul { @for (m, name) in &c.members { li { (name) @if let Some(n) = m.seats { " · " (lang.with("contract-seats", &[("count", usize::try_from(n).unwrap_or(0).into())])) } } } }
                    p.soft translate="no" { (c.row.id) }
                }
            }
        }
    }
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

/// What members did.
pub(crate) async fn usage(
    State(web): State<Web>,
    visit: Visit,
    Path(party): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Html<String>, Flaw> {
    own(&party)?;
    let lang = visit.lang;
    let (from, until) = asked.days()?;
    let report = usage::report(web.house(), &party, from, until).await?;
    let id = report.institution.row.party.as_str();
    let tail = if visit.query.is_empty() { String::new() } else { format!("?{}", visit.query) };
    let title = lang.t("use-title");
    let content = html! {
        p.from { a href=(format!("/institution/{id}")) { (report.institution.name) } }
        h1 { (title) }
        p.lead { (lang.t("use-what")) }
        nav.periods.screen aria-label=(lang.t("as-file")) {
            ul {
                li { a href=(format!("/institution/{id}/use/csv{tail}")) { "CSV (COUNTER)" } }
                li { a href=(format!("/institution/{id}/use/json{tail}")) { "JSON" } }
            }
        }
        @if report.spans.is_empty() { p { (lang.t("use-none")) } }
        @for span in report.spans.iter().rev() { (span_section(span, lang)) }
        p.note { (lang.t("use-private")) }
    };
    Ok(layout::page(&visit, &title, &content))
}

fn span_section(span: &usage::Span, lang: Lang) -> Markup {
    let told = &span.told;
    let month = span.start.day() == 1 && span.start.last_of_month().tomorrow().is_ok_and(|n| n == span.end);
    let name = if month {
        format!("{} {}", lang.t(&format!("month-{}", span.start.month())), span.start.year())
    } else {
        let last = span.end.yesterday().unwrap_or(span.end);
        format!("{} – {}", words::day(span.start, lang), words::day(last, lang))
    };
    html! {
        section {
            h2 { (name) }
            @match told.members {
                None => p { (lang.with("use-few", &[("count", usize::try_from(told.threshold).unwrap_or(0).into())])) },
                Some(members) => {
                    p.lead { (lang.with("use-members", &[("count", usize::try_from(members).unwrap_or(0).into())])) @if let Some(n) = told.sessions { " · " (lang.with("use-sessions", &[("count", usize::try_from(n).unwrap_or(0).into())])) } }
                    div.wide { table.figures {
                        thead { tr { th scope="col" { (lang.t("use-of")) } @for key in ["use-total-requests", "use-unique-requests", "use-total-investigations", "use-unique-investigations", "use-active"] { th scope="col" { (lang.t(key)) } } } }
                        tbody { @for row in &told.media { (counts_row(&together(row, "medium", lang), &row.counts, row.members, lang)) } }
                        tbody { @for row in &told.near { (counts_row(&together(row, "near", lang), &row.counts, None, lang)) } }
                        tfoot { (counts_row(&lang.t("use-all"), &told.total, Some(members), lang)) }
                    } }
                }
            }
        }
    }
}

fn together(row: &Row, kind: &str, lang: Lang) -> String {
    let names: Vec<String> = row.of.iter().map(|w| lang.t(&format!("{kind}-{w}"))).collect();
    names.join(" + ")
}

fn counts_row(name: &str, c: &Counts, members: Option<u64>, lang: Lang) -> Markup {
    let figure = |n: Option<u64>| n.map_or_else(|| "–".to_owned(), |n| words::number(n, lang));
    html! {
        tr {
            th scope="row" { (name) }
            @for n in [c.total_requests, c.unique_requests, Some(c.total_investigations), c.unique_investigations, members] { td { (figure(n)) } }
        }
    }
}

/// What members did, as CSV in the manner of COUNTER 5.1.
pub(crate) async fn usage_csv(
    State(web): State<Web>,
    Path(party): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Flaw> {
    own(&party)?;
    let (from, until) = asked.days()?;
    let report = usage::report(web.house(), &party, from, until).await?;
    let today = web.house().now().to_zoned(jiff::tz::TimeZone::UTC).date();
    let csv = usage::csv(&report, "Tantième", today);
    Ok(file("text/csv; charset=utf-8", &format!("PR-{}.csv", report.institution.row.slug), csv.into_bytes())
        .into_response())
}

/// What members did, as JSON: the spans as they were told.
pub(crate) async fn usage_json(
    State(web): State<Web>,
    Path(party): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Flaw> {
    own(&party)?;
    let (from, until) = asked.days()?;
    let report = usage::report(web.house(), &party, from, until).await?;
    let spans: Vec<_> = report
        .spans
        .iter()
        .map(|s| json!({ "from": s.start.to_string(), "until": s.end.to_string(), "told": s.told }))
        .collect();
    let body = json!({ "institution": report.institution.name, "id": report.institution.row.party.as_str(), "spans": spans });
    let bytes = body.to_string().into_bytes();
    Ok(file("application/json", &format!("use-{}.json", report.institution.row.slug), bytes))
}
