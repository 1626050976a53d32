//! Printing: JSON, tables, problems, progress.

use std::io::Write as _;
use std::time::Duration;

use comfy_table::{ContentArrangement, Table, presets::NOTHING};
use indicatif::{ProgressBar, ProgressStyle};
use money::Amount;
use music::Problem;
use serde_json::{Value, json};

/// Writes data to standard output.
pub fn write(text: std::fmt::Arguments<'_>) {
    if let Err(error) = std::io::stdout().lock().write_fmt(text) {
        let code = if error.kind() == std::io::ErrorKind::BrokenPipe { 0 } else { 3 };
        std::process::exit(code);
    }
}

/// Prints one JSON value on a line of its own.
pub fn json(value: &Value) {
    println!("{value}");
}

/// Money in JSON: six decimals and a currency beside them.
pub fn money(amount: Amount) -> Value {
    json!({ "amount": amount.to_decimal(), "currency": amount.currency().code() })
}

/// A problem in JSON.
pub fn problem(p: &Problem) -> Value {
    json!({ "line": p.origin.line, "code": p.code, "message": p.message, "hint": p.hint })
}

/// Prints problems to standard error; the first so many.
pub fn problems(document: &str, problems: &[Problem]) {
    for p in problems.iter().take(20) {
        eprintln!("{}", p.clone().in_document(document));
    }
    if problems.len() > 20 {
        eprintln!("… and {} more problems", problems.len() - 20);
    }
}

/// Prints rows under heads; numbers stand right where the head starts with `>`, and what is there for programs more
/// than for people, such as an id, is dimmed on a terminal where it starts with `~`.
pub fn table(heads: &[&str], rows: Vec<Vec<String>>) {
    if rows.is_empty() {
        return;
    }
    let mut table = Table::new();
    table.load_style(NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
    table.set_header(heads.iter().map(|h| h.trim_start_matches(['>', '~'])));
    for (place, head) in heads.iter().enumerate() {
        if head.starts_with('>')
            && let Some(column) = table.column_mut(place)
        {
            column.set_cell_alignment(comfy_table::CellAlignment::Right);
        }
    }
    for row in rows {
        table.add_row(row.into_iter().enumerate().map(|(place, text)| {
            let dim = heads.get(place).is_some_and(|head| head.starts_with('~'));
            let cell = comfy_table::Cell::new(text);
            if dim { cell.add_attribute(comfy_table::Attribute::Dim) } else { cell }
        }));
    }
    println!("{table}");
}

/// A progress bar for work that takes more than two seconds: drawn on a terminal, silent in a pipe.
pub fn progress(what: &str) -> ProgressBar {
    let bar = ProgressBar::new_spinner();
    let style = ProgressStyle::with_template("{spinner} {msg} {human_pos} ({per_sec}, {elapsed})");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()));
    bar.set_message(what.to_owned());
    bar.enable_steady_tick(Duration::from_millis(150));
    bar
}
