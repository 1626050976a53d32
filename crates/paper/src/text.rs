//! The same document as plain text, for a terminal or a mail.

use crate::sheet::{Block, Column, Row, Sheet};

/// How many signs a line has.
const WIDTH: usize = 78;

/// A sheet as plain text; every sign stays as it is.
pub fn text(sheet: &Sheet) -> String {
    let mut out = String::new();
    for block in &sheet.blocks {
        match block {
            Block::Bar(_) | Block::Room(_) => {}
            Block::Kicker(words) | Block::Code(words) => push(&mut out, words, ""),
            Block::Title(words) => push(&mut out, &words.to_uppercase(), ""),
            Block::Heading(words) => {
                out.push('\n');
                push(&mut out, words, "");
            }
            Block::Text(words) | Block::Soft(words) => push(&mut out, words, ""),
            Block::Notice(words) => push(&mut out, words, "| "),
            Block::Beside(columns) => {
                for (label, lines) in columns {
                    out.push('\n');
                    push(&mut out, label, "");
                    lines.iter().for_each(|line| push(&mut out, line, "  "));
                }
            }
            Block::Table { columns, rows } => {
                out.push('\n');
                table(&mut out, columns, rows);
            }
            Block::Totals(cells) => {
                out.push('\n');
                cells.iter().for_each(|cell| pair(&mut out, &cell.label, &cell.value));
            }
        }
    }
    if !sheet.foot.is_empty() {
        out.push('\n');
        push(&mut out, &sheet.foot, "");
    }
    out
}

fn table(out: &mut String, columns: &[Column], rows: &[Row]) {
    let titles: Vec<String> = columns.iter().map(|c| c.title.clone()).collect();
    if titles.iter().any(|t| !t.is_empty()) {
        row(out, &titles);
        out.push_str(&"-".repeat(WIDTH));
        out.push('\n');
    }
    for r in rows {
        row(out, &r.cells);
        r.notes.iter().for_each(|note| push(out, note, "    "));
    }
}

/// The last cell at the right, the others before it.
fn row(out: &mut String, cells: &[String]) {
    match cells.split_last() {
        Some((last, [])) => push(out, last, ""),
        Some((last, first)) => pair(out, &first.join("  "), last),
        None => {}
    }
}

fn pair(out: &mut String, label: &str, value: &str) {
    let room = WIDTH.saturating_sub(value.chars().count() + 2).max(20);
    let lines = folded(label, room);
    for (place, line) in lines.iter().enumerate() {
        out.push_str(line);
        if place + 1 == lines.len() {
            let used = line.chars().count() + value.chars().count();
            out.push_str(&" ".repeat(WIDTH.saturating_sub(used).max(1)));
            out.push_str(value);
        }
        out.push('\n');
    }
}

fn push(out: &mut String, words: &str, before: &str) {
    for line in folded(words, WIDTH - before.len()) {
        out.push_str(before);
        out.push_str(&line);
        out.push('\n');
    }
}

fn folded(words: &str, width: usize) -> Vec<String> {
    let mut all = Vec::new();
    for paragraph in words.split('\n') {
        let mut line = String::new();
        for word in paragraph.split(' ').filter(|w| !w.is_empty()) {
            if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > width {
                all.push(std::mem::take(&mut line));
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        all.push(line);
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sheet::Cell;

    #[test]
    fn values_stand_at_the_right() {
        let blocks = vec![
            Block::Title("Bill".to_owned()),
            Block::Totals(vec![Cell {
                label: "Net".to_owned(), value: "€10.00".to_owned(), strong: false
            }]),
        ];
        let text = text(&Sheet { blocks, ..Sheet::default() });
        assert_eq!(text, format!("BILL\n\nNet{}€10.00\n", " ".repeat(WIDTH - 9)));
    }
}
