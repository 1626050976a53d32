//! Self-billed invoices: the list of a payee, and one of them as it is printed and kept.

use app::invoice::{self, Invoice, InvoiceLine, IssuedInvoice, Side, Treatment};
use axum::extract::{Path, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{Html, IntoResponse, Response};
use maud::{DOCTYPE, Markup, html};

use crate::flaw::Flaw;
use crate::pages::assets;
use crate::visit::Visit;
use crate::{Lang, Web, layout, picture, print, show};

/// All invoices in a payee's name.
pub(crate) async fn list(
    State(web): State<Web>,
    visit: Visit,
    Path(party): Path<String>,
) -> Result<Html<String>, Flaw> {
    let lang = visit.lang;
    let all = invoice::list(web.house(), &party).await?;
    let title = lang.t("invoices-title");
    let content = html! {
        h1 { (title) }
        p.lead { (lang.t("invoices-what")) }
        @if all.is_empty() { p { (lang.t("invoices-none")) } }
        ul.ledger {
            @for one in all.iter().rev() {
                @let i = &one.invoice;
                li.row-link {
                    a href=(format!("/invoice/{}/{}", i.party_id, i.number)) {
                        span.what { (self::title(i, lang)) " " span.soft translate="no" { (i.number) } br; span.soft { (span(i, lang)) } }
                        span.amount { (show::decimal(&i.gross, &i.currency, lang)) }
                    }
                }
            }
        }
    };
    Ok(layout::page(&visit, &title, &content))
}

/// One invoice.
pub(crate) async fn one(
    State(web): State<Web>,
    visit: Visit,
    Path((party, number)): Path<(String, String)>,
) -> Result<Html<String>, Flaw> {
    let lang = visit.lang;
    let issued = invoice::one(web.house(), &party, &number).await?;
    let i = &issued.invoice;
    let here = format!("/invoice/{}/{}", i.party_id, i.number);
    let content = html! {
        nav.periods.screen aria-label=(lang.t("as-file")) {
            ul {
                li { a href=(format!("/invoice/{}", i.party_id)) { (lang.t("invoices-title")) } }
                li { a href=(format!("{here}/pdf")) { "PDF" } }
                li { a href=(format!("{here}/json")) { "JSON" } }
            }
        }
        (article(&issued, lang))
    };
    Ok(layout::page(&visit, &format!("{} {}", title(i, lang), i.number), &content))
}

/// One invoice as PDF.
pub(crate) async fn pdf(
    State(web): State<Web>,
    visit: Visit,
    Path((party, number)): Path<(String, String)>,
) -> Result<Response, Flaw> {
    let issued = invoice::one(web.house(), &party, &number).await?;
    let bytes = print::invoice_pdf(&issued, visit.lang)
        .map_err(|e| app::Failure::Fault(store::Fault::new(e.to_string())))?;
    Ok(file("application/pdf", &format!("{}.pdf", issued.invoice.number), bytes))
}

/// One invoice as JSON, with its proof.
pub(crate) async fn json(
    State(web): State<Web>,
    Path((party, number)): Path<(String, String)>,
) -> Result<Response, Flaw> {
    let issued = invoice::one(web.house(), &party, &number).await?;
    let bytes =
        serde_json::to_vec(&issued).map_err(|e| app::Failure::Fault(store::Fault::new(e.to_string())))?;
    Ok(file("application/json", &format!("{}.json", issued.invoice.number), bytes))
}

/// A file to be kept; its name holds letters, digits, points and hyphens only.
pub(crate) fn file(kind: &'static str, name: &str, bytes: Vec<u8>) -> Response {
    let name: String =
        name.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-')).take(80).collect();
    let headers =
        [(CONTENT_TYPE, kind.to_owned()), (CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\""))];
    (headers, bytes).into_response()
}

/// An invoice as one document of its own, with its style inside.
pub fn invoice_html(issued: &IssuedInvoice, lang: Lang) -> String {
    let page = html! {
        (DOCTYPE)
        html lang=(lang.tag()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title(&issued.invoice, lang)) " " (issued.invoice.number) }
                style { (maud::PreEscaped(assets::STYLE)) }
            }
            body.alone { main { (article(issued, lang)) } }
        }
    };
    page.into_string()
}

fn article(issued: &IssuedInvoice, lang: Lang) -> Markup {
    let i = &issued.invoice;
    let money = |text: &str| show::decimal(text, &i.currency, lang);
    html! {
        article.invoice {
            (picture::ornament())
            header {
                p.from { (lang.t("invoice-mention")) }
                h1 { (title(i, lang)) }
                p.lead translate="no" { (lang.with("invoice-number", &[("number", i.number.as_str().into())])) }
            }
            @if !i.corrects.is_empty() { p.notice { (correction(i, lang)) } }
            div.sides {
                (side(&lang.t("invoice-supplier"), &i.supplier, lang))
                (side(&lang.t("invoice-customer"), &i.customer, lang))
            }
            dl.dates { @for (label, value) in dates(i, lang) { div { dt { (label) } dd { (value) } } } }
            table.items {
                thead { tr { th scope="col" { (lang.t("invoice-what")) } th scope="col" { (lang.t("invoice-net-column")) } } }
                tbody {
                    @for line in &i.lines {
                        @let (what, notes) = line_words(line, lang);
                        tr {
                            th scope="row" { (what) @for note in notes { br; span.soft { (note) } } }
                            td { (money(&line.net)) }
                        }
                    }
                }
                tfoot {
                    tr { th scope="row" { (lang.t("invoice-net")) } td { (money(&i.net)) } }
                    tr { th scope="row" { (vat_label(i, lang)) } td { (money(&i.vat)) } }
                    tr.total { th scope="row" { (lang.t("invoice-gross")) } td { (money(&i.gross)) } }
                }
            }
            @if let Some(words) = vat_words(i, lang) { p { (words) } }
            p.small { (mandate_words(i, lang)) }
            p.small { (contest_words(i, lang)) }
            p.small { (rule_words(i, lang)) }
            details.proof {
                summary { (lang.t("proof-title")) }
                p { (lang.t("invoice-proof-what")) }
                pre translate="no" { (issued.proof) }
            }
        }
    }
}

fn side(label: &str, side: &Side, lang: Lang) -> Markup {
    html! {
        section {
            h2 { (label) }
            p translate="no" {
                strong { (side.name) } br;
                @for line in &side.address { (line) br; }
                (side.country)
                @for line in side_numbers(side, lang) { br; (line) }
            }
        }
    }
}

/// What the invoice is called.
pub(crate) fn title(i: &Invoice, lang: Lang) -> String {
    lang.t(if i.kind == "credit-note" { "invoice-title-credit" } else { "invoice-title" })
}

/// What is taken back, and why.
pub(crate) fn correction(i: &Invoice, lang: Lang) -> String {
    lang.with(
        "invoice-corrects",
        &[("number", i.corrects.as_str().into()), ("reason", i.reason.as_str().into())],
    )
}

/// The days that an invoice names, with their labels.
pub(crate) fn dates(i: &Invoice, lang: Lang) -> Vec<(String, String)> {
    vec![
        (lang.t("invoice-issued"), show::iso_day(&i.issued, lang)),
        (lang.t("invoice-period"), span(i, lang)),
        (lang.t("invoice-mandate"), show::iso_day(&i.mandate_day, lang)),
    ]
}

fn span(i: &Invoice, lang: Lang) -> String {
    let last = i.until.parse::<jiff::civil::Date>().ok().and_then(|d| d.yesterday().ok());
    let until = last.map_or_else(|| i.until.clone(), |d| show::day(d, lang));
    lang.with("span", &[("from", show::iso_day(&i.from, lang).into()), ("until", until.into())])
}

/// VAT id and register number of a side.
pub(crate) fn side_numbers(side: &Side, lang: Lang) -> Vec<String> {
    let mut lines = Vec::new();
    if !side.vat_id.is_empty() {
        lines.push(lang.with("invoice-vat-id", &[("id", side.vat_id.as_str().into())]));
    }
    if !side.registration.is_empty() {
        lines.push(lang.with("invoice-registration", &[("id", side.registration.as_str().into())]));
    }
    lines
}

/// What a line is for, and what stands below it.
pub(crate) fn line_words(line: &InvoiceLine, lang: Lang) -> (String, Vec<String>) {
    let side = match line.side.as_str() {
        "composition" => vec![lang.t("side-composition")],
        "" => Vec::new(),
        _ => vec![lang.t("side-master")],
    };
    match (line.kind.as_str(), line.recordings.as_slice()) {
        (_, [one]) => (one.clone(), side),
        ("recordings", several) => {
            let what = lang.with("together", &[("count", several.len().into())]);
            (what, several.iter().cloned().chain(side).collect())
        }
        ("earlier", _) => (lang.t("invoice-earlier"), Vec::new()),
        _ => (lang.t("invoice-fractions"), Vec::new()),
    }
}

/// VAT with its rate.
pub(crate) fn vat_label(i: &Invoice, lang: Lang) -> String {
    lang.with("invoice-vat", &[("rate", rate(&i.rate, lang).into())])
}

fn rate(text: &str, lang: Lang) -> String {
    text.parse::<money::Ratio>()
        .map_or_else(|_| text.to_owned(), |r| show::percent(r.ppm_floor().into(), lang))
}

/// Why no VAT is charged, in the words the law asks for.
pub(crate) fn vat_words(i: &Invoice, lang: Lang) -> Option<String> {
    match i.treatment {
        Treatment::Standard => None,
        // The words that French law prescribes stay French in either language.
        Treatment::NotLiable if i.supplier.country == "FR" => Some(lang.t("vat-not-liable-fr")),
        other => Some(lang.t(print::treatment_key(other))),
    }
}

/// Who issues in whose name, by which mandate.
pub(crate) fn mandate_words(i: &Invoice, lang: Lang) -> String {
    lang.with(
        "invoice-mandate-words",
        &[
            ("customer", i.customer.name.as_str().into()),
            ("supplier", i.supplier.name.as_str().into()),
            ("day", show::iso_day(&i.mandate_day, lang).into()),
        ],
    )
}

/// Until when it may be contested.
pub(crate) fn contest_words(i: &Invoice, lang: Lang) -> String {
    lang.with("invoice-contest", &[("day", show::iso_day(&i.contest_until, lang).into())])
}

/// By which rules the money was shared, and which statement tells more.
pub(crate) fn rule_words(i: &Invoice, lang: Lang) -> String {
    let number = i.statement.to_string();
    lang.with("invoice-rules", &[("rules", i.rules.join(", ").into()), ("n", number.into())])
}
