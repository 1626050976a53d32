//! `tantieme statement`: what a party is told of a period.

use std::path::PathBuf;
use std::process::ExitCode;

use app::Failure;
use app::statement::{CAMPAIGN, Issued, LICENCES, SET_LISTS, STREAMING, Statement};
use clap::Args;
use money::{Amount, Currency};
use music::Period;
use serde_json::{Value, json};

use crate::input::{self, refuse};
use crate::wiring::Place;

/// What a party is told of a period, with its proof
#[derive(Debug, Args)]
#[command(
    after_help = "Example: tantieme statement \"Ada Nwosu\" --period 2026-09 --format html --out ada.html"
)]
pub struct StatementCommand {
    /// The party: id or unique name
    party: String,
    /// `2026`, `2026-09` or `2026-07-01..2026-10-01`; everything so far without
    #[arg(long)]
    period: Option<String>,
    /// `text`, `json`, `csv`, `html` or `pdf`
    #[arg(long, default_value = "text")]
    format: String,
    /// The same as `--format pdf`
    #[arg(long)]
    pdf: bool,
    /// `en` or `fr`, for HTML and PDF
    #[arg(long, default_value = "en")]
    lang: String,
    /// Where to write it; standard output without
    #[arg(long)]
    out: Option<PathBuf>,
}

impl StatementCommand {
    /// Runs it.
    pub async fn run(&self, place: &Place) -> Result<ExitCode, Failure> {
        let house = place.open().await?;
        let period = match &self.period {
            None => Period::ALWAYS,
            Some(text) => Period::parse(text).ok_or_else(|| {
                refuse(
                    "period",
                    format!("`{text}` is not a period"),
                    "as in `2026`, `2026-09` or `2026-07-01..2026-10-01`",
                )
            })?,
        };
        let issued = app::statement::make(&house, &self.party, period).await?;
        let format = match (place.json, self.pdf) {
            (true, _) => "json",
            (_, true) => "pdf",
            _ => self.format.as_str(),
        };
        let lang = if self.lang == "fr" { server::Lang::Fr } else { server::Lang::En };
        if format == "pdf" {
            let bytes = server::statement_pdf(&issued, lang)
                .map_err(|e| Failure::Fault(store::Fault::new(e.to_string())))?;
            input::write_whole(self.out.as_deref().unwrap_or(std::path::Path::new("-")), &bytes)?;
            return Ok(ExitCode::SUCCESS);
        }
        let text = match format {
            "json" => format!("{}\n", as_json(&issued)?),
            "text" => issued.iter().map(|i| as_text(&i.statement)).collect::<Vec<_>>().join("\n"),
            "csv" => as_csv(&issued),
            "html" => server::statement_html(&issued, lang),
            other => {
                return Err(refuse(
                    "statement-format",
                    format!("there is no format `{other}`"),
                    "`text`, `json`, `csv`, `html` or `pdf`",
                ));
            }
        };
        match &self.out {
            Some(file) => input::write_whole(file, text.as_bytes())?,
            None => print!("{text}"),
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn as_json(issued: &[Issued]) -> Result<Value, Failure> {
    let one =
        |i: &Issued| serde_json::to_value(i).map_err(|e| Failure::Fault(store::Fault::new(e.to_string())));
    match issued {
        [only] => one(only),
        several => Ok(json!({ "statements": several.iter().map(one).collect::<Result<Vec<_>, _>>()? })),
    }
}

/// An amount of a statement as people read it.
pub fn shown(amount: &str, currency: &str) -> String {
    let read = currency.parse::<Currency>().ok().and_then(|c| Amount::from_decimal(amount, c).ok());
    read.map_or_else(|| amount.to_owned(), |a| a.to_string())
}

/// A statement as text.
pub fn as_text(s: &Statement) -> String {
    let money = |amount: &str| shown(amount, &s.currency);
    let number =
        s.number.map_or_else(|| "draft: the period is not over".to_owned(), |n| format!("number {n}"));
    let span = match (s.from.as_str(), s.until.as_str()) {
        ("", "") => format!("until {}", s.made),
        (from, until) => format!("{from} up to, not including, {until}"),
    };
    let mut t = format!(
        "{}\nStatement for {} ({})\n{span}; {number}; made {}\n\n",
        s.house, s.party, s.party_id, s.made
    );
    t.push_str(&format!("{:<58}{:>20}\n", "Opening balance", money(&s.opening)));
    for line in &s.lines {
        for (place, r) in line.recordings.iter().enumerate() {
            let isrc = if r.isrc.is_empty() { String::new() } else { format!(" [{}]", r.isrc) };
            let plays = r.plays.map_or_else(String::new, |n| format!(" ×{n}"));
            // Licences pay two sides, each a line of its own.
            let side =
                if line.payers == LICENCES { format!(", {}, {LICENCES}", line.side) } else { String::new() };
            let name = format!("  {} - {}{isrc}{plays}{side}", r.artist, r.title);
            let last = place + 1 == line.recordings.len();
            let amount = if last && !line.amount.is_empty() { money(&line.amount) } else { String::new() };
            t.push_str(&format!("{name:<58}{amount:>20}\n"));
            for seen in &r.seen {
                t.push_str(&format!("      {seen}\n"));
            }
        }
    }
    t.push_str(&format!("{:<58}{:>20}\n", format!("Earned ({})", sources(s)), money(&s.credited)));
    if !s.withheld_detail.is_empty() {
        t.push_str(&format!("  ({})\n", s.withheld_detail));
    }
    for m in &s.movements {
        t.push_str(&format!("{:<58}{:>20}\n", format!("{} {}", m.day, m.what), money(&m.amount)));
    }
    for p in &s.payouts {
        t.push_str(&format!(
            "{:<58}{:>20}\n",
            format!("Payout {} ({})", p.end_to_end, p.status),
            format!("-{}", money(&p.gross))
        ));
        for (what, amount) in [
            ("repays an advance", &p.recouped),
            ("tax kept back", &p.withheld),
            ("cost of the transfer", &p.fee),
            ("arrives", &p.net),
        ] {
            if amount.bytes().any(|b| (b'1'..=b'9').contains(&b)) {
                t.push_str(&format!("    {what}: {}\n", money(amount)));
            }
        }
    }
    t.push_str(&format!("{:<58}{:>20}\n", "Balance", money(&s.balance)));
    if s.reserved.bytes().any(|b| (b'1'..=b'9').contains(&b)) {
        t.push_str(&format!(
            "{:<58}{:>20}\n",
            "  of it reserved by payouts on their way",
            money(&s.reserved)
        ));
    }
    if s.unclaimed.bytes().any(|b| (b'1'..=b'9').contains(&b)) {
        t.push_str(&format!(
            "{:<58}{:>20}\n",
            "  of it waiting until the name is claimed",
            money(&s.unclaimed)
        ));
    }
    if !s.owed_back.is_empty() {
        t.push_str(&format!("{:<58}{:>20}\n", "Owed back; later credits repay it", money(&s.owed_back)));
    }
    if !s.waits_until.is_empty() {
        t.push_str(&format!(
            "\nFurther money waits until enough have given, until {} at most\n",
            s.waits_until
        ));
    }
    for r in &s.rules {
        t.push_str(&format!("\nRule {} (hash {})\n", r.label, &r.hash[..r.hash.len().min(16)]));
        for line in r.reading_en.lines() {
            t.push_str(&format!("  {line}\n"));
        }
    }
    t
}

/// What the money was for: `set lists`, `streaming`, `licences`, or several of them, and on which side.
fn sources(s: &Statement) -> String {
    let of = |word: &str| s.lines.iter().any(|l| l.payers == word);
    let plays = of(STREAMING) || s.withheld_detail.contains("members of an institution");
    let licences = of(LICENCES);
    let campaigns = of(CAMPAIGN);
    let lists = of(SET_LISTS) || !(plays || licences || campaigns);
    let words = [(lists, SET_LISTS), (plays, STREAMING), (licences, LICENCES), (campaigns, "campaigns")];
    let words: Vec<&str> = words.iter().filter(|(there, _)| *there).map(|(_, word)| *word).collect();
    let side = if licences || campaigns { "" } else { ", master side" };
    match words.as_slice() {
        [first @ .., last] if !first.is_empty() => format!("{} and {last}{side}", first.join(", ")),
        words => format!("{}{side}", words.join("")),
    }
}

fn as_csv(issued: &[Issued]) -> String {
    let mut t =
        "period_from,period_until,currency,isrc,recording,artist,title,side,payers,plays,amount,rate\r\n"
            .to_owned();
    for i in issued {
        let s = &i.statement;
        for line in &s.lines {
            for r in &line.recordings {
                // A sum of several recordings stands once, in its first row.
                let first = std::ptr::eq(r, &line.recordings[0]);
                let amount = if first { line.amount.as_str() } else { "" };
                let plays = r.plays.map(|n| n.to_string()).unwrap_or_default();
                let cells = [
                    s.from.as_str(),
                    &s.until,
                    &s.currency,
                    &r.isrc,
                    &r.id,
                    &r.artist,
                    &r.title,
                    &line.side,
                    &line.payers,
                    &plays,
                    amount,
                    "1",
                ];
                t.push_str(&cells.map(csv_cell).join(","));
                t.push_str("\r\n");
            }
        }
    }
    t
}

fn csv_cell(text: &str) -> String {
    // What a spreadsheet would take for a formula gets an apostrophe before it; numbers stay numbers.
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']) && text.parse::<f64>().is_err();
    let text = if formula { format!("'{text}") } else { text.to_owned() };
    if text.contains([',', '"', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}
