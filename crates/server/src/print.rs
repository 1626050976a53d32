//! Statements and invoices as sheets of paper: the same words as on the pages, laid out for A4.

use app::invoice::{Invoice, InvoiceLine, IssuedInvoice, Side, Treatment};
use app::statement::{Issued, Line, RecordingLine, Statement};
use jiff::civil::Date;
use paper::{Block, Cell, Column, Day, Part, Row, Sheet};

use crate::pages::{invoice, statement};
use crate::{Lang, show};

/// A statement as PDF (PDF/A-2b, A4): all currencies one after the other.
pub fn statement_pdf(issued: &[Issued], lang: Lang) -> Result<Vec<u8>, paper::Undrawable> {
    paper::pdf(&statement_sheet(issued, lang))
}

/// An invoice as PDF (PDF/A-2b, A4).
pub fn invoice_pdf(issued: &IssuedInvoice, lang: Lang) -> Result<Vec<u8>, paper::Undrawable> {
    paper::pdf(&invoice_sheet(issued, lang))
}

/// An invoice as plain text.
pub fn invoice_text(issued: &IssuedInvoice, lang: Lang) -> String {
    paper::text(&invoice_sheet(issued, lang))
}

fn invoice_sheet(issued: &IssuedInvoice, lang: Lang) -> Sheet {
    let i = &issued.invoice;
    let money = |text: &str| show::decimal(text, &i.currency, lang);
    let title = invoice::title(i, lang);
    let mut blocks = vec![
        ornament(),
        Block::Kicker(lang.t("invoice-mention")),
        Block::Title(title.clone()),
        Block::Text(lang.with("invoice-number", &[("number", i.number.as_str().into())])),
    ];
    if !i.corrects.is_empty() {
        blocks.push(Block::Notice(invoice::correction(i, lang)));
    }
    blocks.push(Block::Beside(vec![
        (lang.t("invoice-supplier"), side_lines(&i.supplier, lang)),
        (lang.t("invoice-customer"), side_lines(&i.customer, lang)),
    ]));
    blocks.push(Block::Beside(
        invoice::dates(i, lang).into_iter().map(|(label, value)| (label, vec![value])).collect(),
    ));
    let column = |key: &str, width, number| Column { title: lang.t(key), width, number };
    blocks.push(Block::Table {
        columns: vec![column("invoice-what", 4, false), column("invoice-net-column", 1, true)],
        rows: i.lines.iter().map(|l| invoice_row(l, i, lang)).collect(),
    });
    blocks.push(Block::Totals(vec![
        cell(lang.t("invoice-net"), money(&i.net), false),
        cell(invoice::vat_label(i, lang), money(&i.vat), false),
        cell(lang.t("invoice-gross"), money(&i.gross), true),
    ]));
    if let Some(words) = invoice::vat_words(i, lang) {
        blocks.push(Block::Text(words));
    }
    blocks.push(Block::Soft(invoice::mandate_words(i, lang)));
    blocks.push(Block::Soft(invoice::contest_words(i, lang)));
    blocks.push(Block::Soft(invoice::rule_words(i, lang)));
    Sheet {
        title: format!("{title} {}", i.number),
        language: lang.tag().to_owned(),
        author: i.customer.name.clone(),
        made: day(&i.issued),
        foot: format!("{} · {} · {}", i.customer.name, i.number, show::iso_day(&i.issued, lang)),
        blocks,
    }
}

fn invoice_row(line: &InvoiceLine, i: &Invoice, lang: Lang) -> Row {
    let (what, notes) = invoice::line_words(line, lang);
    Row { cells: vec![what, show::decimal(&line.net, &i.currency, lang)], notes, strong: false }
}

fn side_lines(side: &Side, lang: Lang) -> Vec<String> {
    let mut lines = vec![side.name.clone()];
    lines.extend(side.address.iter().cloned());
    lines.push(side.country.clone());
    lines.extend(invoice::side_numbers(side, lang));
    lines
}

fn statement_sheet(issued: &[Issued], lang: Lang) -> Sheet {
    let first = issued.first().map(|i| &i.statement);
    let name = first.map(|s| s.party.as_str()).unwrap_or_default();
    let title = lang.with("statement-of", &[("name", name.into())]);
    let house = first.map(|s| s.house.clone()).unwrap_or_default();
    let mut blocks = Vec::new();
    for (place, one) in issued.iter().enumerate() {
        if place > 0 {
            blocks.push(Block::Room(30_000));
        }
        statement_blocks(one, lang, &mut blocks);
    }
    Sheet {
        foot: format!("{house} · {title}"),
        title,
        language: lang.tag().to_owned(),
        author: house,
        made: first.map(|s| day(&s.made)).unwrap_or_default(),
        blocks,
    }
}

fn statement_blocks(issued: &Issued, lang: Lang, blocks: &mut Vec<Block>) {
    let s = &issued.statement;
    let money = |text: &str| show::decimal(text, &s.currency, lang);
    blocks.push(ornament());
    blocks.push(Block::Kicker(s.house.clone()));
    blocks.push(Block::Title(lang.with("statement-of", &[("name", s.party.as_str().into())])));
    blocks.push(Block::Text(statement::span_words(s, lang)));
    let number = match s.number {
        Some(number) => lang.with("statement-number", &[("n", number.to_string().into())]),
        None => lang.t("statement-draft"),
    };
    let made = lang.with("statement-made", &[("day", show::iso_day(&s.made, lang).into())]);
    blocks.push(Block::Soft(format!("{number} · {made} · {}", s.party_id)));
    if !s.waits_until.is_empty() {
        blocks.push(Block::Notice(statement::waits_words(s, lang)));
    }
    let mut sums = vec![
        cell(lang.t("statement-opening"), money(&s.opening), false),
        cell(lang.t("statement-credited"), money(&s.credited), false),
    ];
    if statement::size(&s.reserved, s) > 0 {
        sums.push(cell(lang.t("part-reserved"), money(&s.reserved), false));
    }
    if statement::size(&s.unclaimed, s) > 0 {
        sums.push(cell(lang.t("statement-unclaimed"), money(&s.unclaimed), false));
    }
    sums.push(cell(lang.t("statement-balance"), money(&s.balance), true));
    blocks.push(Block::Totals(sums));
    earned(s, lang, blocks);
    paid(s, lang, blocks);
    rules(issued, lang, blocks);
}

fn earned(s: &Statement, lang: Lang, blocks: &mut Vec<Block>) {
    blocks.push(Block::Heading(lang.t("earned-title")));
    if s.lines.is_empty() {
        blocks.push(Block::Text(lang.t("earned-none")));
    }
    if !s.withheld_detail.is_empty() {
        blocks.push(Block::Notice(statement::withheld(s, lang)));
    }
    if !s.lines.is_empty() {
        let rows = s.lines.iter().map(|l| earned_row(l, s, lang)).collect();
        blocks.push(Block::Table { columns: two_columns(), rows });
    }
}

fn earned_row(line: &Line, s: &Statement, lang: Lang) -> Row {
    let mut notes = Vec::new();
    if let [one] = line.recordings.as_slice() {
        notes.extend(recording_notes(one, line, lang));
    } else {
        for one in &line.recordings {
            notes.push(statement::recording_words(one));
            notes.extend(recording_notes(one, line, lang).into_iter().map(|n| format!("– {n}")));
        }
    }
    if line.payers != app::statement::SET_LISTS {
        notes.push(statement::payers_words(line, lang));
    }
    let amount = match line.amount.as_str() {
        "" => lang.t("in-total"),
        amount => show::decimal(amount, &s.currency, lang),
    };
    Row { cells: vec![statement::line_title(line, lang), amount], notes, strong: false }
}

fn recording_notes(one: &RecordingLine, line: &Line, lang: Lang) -> Vec<String> {
    let mut parts = Vec::new();
    if !one.isrc.is_empty() {
        parts.push(format!("ISRC {}", one.isrc));
    }
    if let Some(plays) = one.plays {
        parts.push(statement::plays_words(plays, line, lang));
    }
    let mut notes: Vec<String> = (!parts.is_empty()).then(|| parts.join(" · ")).into_iter().collect();
    for (seen, times) in statement::counted(&one.seen) {
        let times = if times > 1 { format!(" ×{times}") } else { String::new() };
        notes.push(format!("{}{times}", statement::seen_words(seen, lang)));
    }
    notes
}

fn paid(s: &Statement, lang: Lang, blocks: &mut Vec<Block>) {
    let money = |text: &str| show::decimal(text, &s.currency, lang);
    if !s.payouts.is_empty() {
        blocks.push(Block::Heading(lang.t("payouts-title")));
        let rows = s.payouts.iter().map(|p| {
            let parts = [
                ("payout-recouped", &p.recouped),
                ("payout-withheld", &p.withheld),
                ("payout-fee", &p.fee),
                ("payout-net", &p.net),
            ];
            let notes = parts
                .iter()
                .filter(|(_, text)| statement::size(text, s) > 0)
                .map(|(key, text)| format!("{}: {}", lang.t(key), money(text)))
                .collect();
            let what = format!("{} {}", statement::status_words(p, lang), p.end_to_end);
            Row { cells: vec![what, money(&p.gross)], notes, strong: false }
        });
        blocks.push(Block::Table { columns: two_columns(), rows: rows.collect() });
    }
    if !s.movements.is_empty() {
        blocks.push(Block::Heading(lang.t("movements-title")));
        let rows = s.movements.iter().map(|m| {
            let what = format!("{} – {}", show::iso_day(&m.day, lang), statement::movement_words(m, lang));
            Row { cells: vec![what, money(&m.amount)], ..Row::default() }
        });
        blocks.push(Block::Table { columns: two_columns(), rows: rows.collect() });
    }
}

fn rules(issued: &Issued, lang: Lang, blocks: &mut Vec<Block>) {
    let s = &issued.statement;
    if !s.rules.is_empty() {
        blocks.push(Block::Heading(lang.t("rules-title")));
    }
    for rule in &s.rules {
        blocks.push(Block::Text(rule.label.clone()));
        let reading = if lang == Lang::Fr { &rule.reading_fr } else { &rule.reading_en };
        for paragraph in reading.lines().filter(|l| !l.trim().is_empty()) {
            blocks.push(Block::Soft(show::quoted(paragraph, lang)));
        }
        blocks.push(Block::Code(format!("SHA-256 {}", rule.hash)));
    }
    blocks.push(Block::Heading(lang.t("proof-title")));
    blocks.push(Block::Soft(lang.t("proof-what")));
    blocks.push(Block::Code(issued.proof.clone()));
}

fn two_columns() -> Vec<Column> {
    [(4, false), (1, true)].map(|(width, number)| Column { title: String::new(), width, number }).to_vec()
}

fn cell(label: String, value: String, strong: bool) -> Cell {
    Cell { label, value, strong }
}

/// The divided bar of the house's name.
fn ornament() -> Block {
    let part = |size, ink| Part { size, ink, label: String::new() };
    Block::Bar(vec![part(46, 1), part(21, 2), part(13, 3), part(12, 4), part(8, 5)])
}

fn day(text: &str) -> Day {
    let date: Date = text.parse().unwrap_or_default();
    let small = |n: i8| u8::try_from(n).unwrap_or(1);
    Day { year: u16::try_from(date.year()).unwrap_or(0), month: small(date.month()), day: small(date.day()) }
}

/// The treatment as its key in the texts.
pub(crate) fn treatment_key(treatment: Treatment) -> &'static str {
    match treatment {
        Treatment::Standard => "vat-standard",
        Treatment::NotLiable => "vat-not-liable",
        Treatment::ReverseCharge => "vat-reverse-charge",
    }
}
