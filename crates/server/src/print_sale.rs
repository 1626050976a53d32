//! An invoice to an institution or a brand as a page, as text, and as Factur-X: PDF/A-3b with its electronic twin inside.

use app::institution::Body;
use app::institution::bill::Sale;
use jiff::civil::Date;
use maud::{DOCTYPE, Markup, html};
use paper::{Block, Cell, Column, Day, Part, Row, Sheet};

use crate::pages::assets;
use crate::{Lang, picture, show};

/// The profile of Factur-X that is written.
const PROFILE: &str = "EN 16931";

/// An invoice as Factur-X: for a person on paper, for a machine inside.
///
/// # Errors
/// Where the kept invoice cannot be read, or the writer of PDF refuses its own work.
pub fn sale_pdf(sale: &Sale) -> Result<Vec<u8>, app::Failure> {
    body_pdf(&sale.body)
}

/// An invoice by what it says, as Factur-X.
///
/// # Errors
/// As [`sale_pdf`].
pub fn body_pdf(body: &Body) -> Result<Vec<u8>, app::Failure> {
    let xml = formats::einvoice::cii(&body.invoice()?);
    paper::factur_x(&sheet(body), &xml, PROFILE)
        .map_err(|e| app::Failure::Fault(store::Fault::new(e.to_string())))
}

/// An invoice as plain text.
pub fn sale_text(sale: &Sale) -> String {
    body_text(&sale.body)
}

/// An invoice by what it says, as plain text.
pub fn body_text(body: &Body) -> String {
    paper::text(&sheet(body))
}

/// An invoice as one document of its own, with its style inside.
pub fn sale_html(sale: &Sale) -> String {
    body_html(&sale.body)
}

/// An invoice by what it says, as one document.
pub fn body_html(b: &Body) -> String {
    let lang = lang_of(b);
    html! {
        (DOCTYPE)
        html lang=(lang.tag()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title(b, lang)) " " (b.number) }
                style { (maud::PreEscaped(assets::STYLE)) }
            }
            body.alone { main { (article(b, lang)) } }
        }
    }
    .into_string()
}

/// The language an invoice was written in.
pub(crate) fn lang_of(b: &Body) -> Lang {
    Lang::from_tag(&b.lang).unwrap_or_default()
}

/// What it is.
pub(crate) fn title(b: &Body, lang: Lang) -> String {
    lang.t(if b.kind == "invoice" { "sale-invoice" } else { "sale-credit-note" })
}

/// An invoice on a page.
pub(crate) fn article(b: &Body, lang: Lang) -> Markup {
    let money = |text: &str| show::decimal(text, &b.currency, lang);
    html! {
        article.invoice {
            (picture::ornament())
            header { h1 { (title(b, lang)) } p.lead translate="no" { (b.number) } }
            @if !b.corrects.is_empty() { p.notice { (corrects(b, lang)) } }
            div.sides {
                @for (key, lines) in [("sale-seller", trader_lines(&b.seller)), ("sale-buyer", trader_lines(&b.buyer))] {
                    section { h2 { (lang.t(key)) } @for line in lines { (line) br; } }
                }
            }
            dl.dates { @for (label, value) in dates(b, lang) { div { dt { (label) } dd { (value) } } } }
            table.items {
                thead { tr { th scope="col" { (lang.t("sale-what")) } th scope="col" { (lang.t("sale-net-column")) } } }
                tbody { @for line in &b.lines { tr { th scope="row" { (line.name) br; span.small { (line.description) " · " (quantity(line, b, lang)) } } td { (money(&line.net)) } } } }
                tfoot {
                    tr { th scope="row" { (lang.t("sale-net")) } td { (money(&b.net)) } }
                    @for tax in &b.taxes { tr { th scope="row" { (vat_words(tax, lang)) } td { (money(&tax.amount)) } } }
                    tr.total { th scope="row" { (lang.t("sale-gross")) } td { (money(&b.gross)) } }
                }
            }
            @for words in reasons(b) { p { (words) } }
            @if b.kind == "invoice" { p { (payment(b, lang)) } }
            @for note in &b.notes { p.small { (formats::einvoice::note_parts(note).1) } }
        }
    }
}

fn sheet(b: &Body) -> Sheet {
    let lang = lang_of(b);
    let money = |text: &str| show::decimal(text, &b.currency, lang);
    let part = |size, ink| Part { size, ink, label: String::new() };
    let mut blocks = vec![
        Block::Bar(vec![part(46, 1), part(21, 2), part(13, 3), part(12, 4), part(8, 5)]),
        Block::Title(title(b, lang)),
        Block::Text(b.number.clone()),
    ];
    if !b.corrects.is_empty() {
        blocks.push(Block::Notice(corrects(b, lang)));
    }
    blocks.push(Block::Beside(vec![
        (lang.t("sale-seller"), trader_lines(&b.seller)),
        (lang.t("sale-buyer"), trader_lines(&b.buyer)),
    ]));
    let dates = dates(b, lang);
    for row in dates.chunks(3) {
        blocks.push(Block::Beside(row.iter().map(|(l, v)| (l.clone(), vec![v.clone()])).collect()));
    }
    let column = |key: &str, width, number| Column { title: lang.t(key), width, number };
    blocks.push(Block::Table {
        columns: vec![column("sale-what", 4, false), column("sale-net-column", 1, true)],
        rows: b
            .lines
            .iter()
            .map(|l| Row {
                cells: vec![l.name.clone(), money(&l.net)],
                notes: vec![l.description.clone(), quantity(l, b, lang)],
                strong: false,
            })
            .collect(),
    });
    let mut totals = vec![Cell { label: lang.t("sale-net"), value: money(&b.net), strong: false }];
    for tax in &b.taxes {
        totals.push(Cell { label: vat_words(tax, lang), value: money(&tax.amount), strong: false });
    }
    totals.push(Cell { label: lang.t("sale-gross"), value: money(&b.gross), strong: true });
    blocks.push(Block::Totals(totals));
    blocks.extend(reasons(b).into_iter().map(Block::Text));
    if b.kind == "invoice" {
        blocks.push(Block::Text(payment(b, lang)));
    }
    blocks.extend(b.notes.iter().map(|n| Block::Soft(formats::einvoice::note_parts(n).1.to_owned())));
    Sheet {
        title: format!("{} {}", title(b, lang), b.number),
        language: lang.tag().to_owned(),
        author: b.seller.name.clone(),
        made: day(&b.issued),
        foot: format!("{} · {} · {}", b.seller.name, b.number, show::iso_day(&b.issued, lang)),
        blocks,
    }
}

fn trader_lines(t: &app::institution::TraderBody) -> Vec<String> {
    let mut lines = vec![t.name.clone()];
    lines.extend(t.address.iter().cloned());
    lines.push(format!("{} {}", t.postcode, t.town).trim().to_owned());
    lines.push(t.country.clone());
    for (what, number) in [("SIRET", &t.siret), ("", &t.registration), ("VAT", &t.vat_id)] {
        if !number.is_empty() {
            lines.push(format!("{what} {number}").trim().to_owned());
        }
    }
    lines
}

fn dates(b: &Body, lang: Lang) -> Vec<(String, String)> {
    let span = lang.with(
        "sale-span-value",
        &[("from", show::iso_day(&b.from, lang).into()), ("to", show::iso_day(&b.to, lang).into())],
    );
    let mut all = vec![
        (lang.t("sale-issued"), show::iso_day(&b.issued, lang)),
        (lang.t(if b.prepaid.is_empty() { "sale-due" } else { "sale-paid-on" }), show::iso_day(&b.due, lang)),
        (lang.t("sale-span"), span),
    ];
    for (key, value) in
        [("sale-service", &b.service_code), ("sale-order", &b.order), ("sale-contract", &b.contract)]
    {
        if !value.is_empty() {
            all.push((lang.t(key), value.clone()));
        }
    }
    all
}

fn quantity(line: &app::institution::LineBody, b: &Body, lang: Lang) -> String {
    format!("{} × {}", show::number(line.quantity, lang), show::decimal(&line.price, &b.currency, lang))
}

fn vat_words(tax: &app::institution::TaxBody, lang: Lang) -> String {
    lang.with("sale-vat", &[("rate", tax.rate.as_str().into())])
}

fn reasons(b: &Body) -> Vec<String> {
    b.taxes.iter().map(|t| t.reason.clone()).filter(|r| !r.is_empty()).collect()
}

fn corrects(b: &Body, lang: Lang) -> String {
    lang.with(
        "sale-corrects",
        &[("number", b.corrects.as_str().into()), ("day", show::iso_day(&b.corrects_issued, lang).into())],
    )
}

fn payment(b: &Body, lang: Lang) -> String {
    if !b.prepaid.is_empty() {
        let reference = b.payment_reference.as_str();
        return lang.with(
            "sale-prepaid",
            &[
                ("amount", show::decimal(&b.prepaid, &b.currency, lang).into()),
                ("reference", reference.into()),
            ],
        );
    }
    let account =
        if b.iban.is_empty() { String::new() } else { format!("{} {}", b.iban, b.bic).trim().to_owned() };
    lang.with(
        "sale-payment",
        &[
            ("day", show::iso_day(&b.due, lang).into()),
            ("reference", b.payment_reference.as_str().into()),
            ("holder", b.holder.as_str().into()),
            ("account", account.into()),
        ],
    )
}

fn day(text: &str) -> Day {
    let date: Date = text.parse().unwrap_or_default();
    let small = |n: i8| u8::try_from(n).unwrap_or(1);
    Day { year: u16::try_from(date.year()).unwrap_or(0), month: small(date.month()), day: small(date.day()) }
}
