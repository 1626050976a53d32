//! From blocks to marks on pages: where each word stands. Points from the top left corner of an A4 page.
//!
//! A block that does not fit moves to the next page; a table breaks between its rows and repeats its headings; a
//! heading never stands alone at a page's end. A word wider than its column is broken where it must be.

use crate::sheet::{Block, Cell, Column, Part, Row, Sheet};
use crate::typeface::{Weight, writable};

/// The width of a page: 210 mm.
pub const WIDTH: f32 = 595.276;
/// The height of a page: 297 mm.
pub const HEIGHT: f32 = 841.89;
/// The margin at both sides: 22 mm.
const SIDE: f32 = 62.4;
const TOP: f32 = 56.0;
/// Where the text of a page ends; below stands its foot.
const BOTTOM: f32 = HEIGHT - 70.0;
const INNER: f32 = WIDTH - 2.0 * SIDE;

/// The ink of a mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ink {
    /// Text.
    Black,
    /// Text that says less.
    Soft,
    /// Fine lines.
    Line,
    /// One of the six inks of a bar.
    Part(u8),
}

/// Something on a page.
#[derive(Debug, Clone, PartialEq)]
pub enum Mark {
    /// Words, from their left end on the base line.
    Words {
        /// Left end.
        x: f32,
        /// Base line.
        y: f32,
        /// Size in points.
        size: f32,
        /// Weight.
        weight: Weight,
        /// Ink.
        ink: Ink,
        /// What they say.
        words: String,
    },
    /// A filled rectangle.
    Box {
        /// Left side.
        x: f32,
        /// Upper side.
        y: f32,
        /// How wide.
        width: f32,
        /// How high.
        height: f32,
        /// Ink.
        ink: Ink,
    },
}

/// Lays a sheet out; one list of marks per page, one page at least.
pub fn pages(sheet: &Sheet) -> Vec<Vec<Mark>> {
    let mut desk = Desk { pages: vec![Vec::new()], y: TOP };
    for (place, block) in sheet.blocks.iter().enumerate() {
        let keep = matches!(block, Block::Heading(_)) && place + 1 < sheet.blocks.len();
        desk.block(block, if keep { 60.0 } else { 0.0 });
    }
    desk.feet(&sheet.foot);
    desk.pages
}

struct Desk {
    pages: Vec<Vec<Mark>>,
    /// How far down the page everything stands already.
    y: f32,
}

/// How a paragraph is set.
#[derive(Clone, Copy)]
struct Style {
    size: f32,
    lead: f32,
    weight: Weight,
    ink: Ink,
}

const TITLE: Style = Style { size: 25.0, lead: 30.0, weight: Weight::Strong, ink: Ink::Black };
const HEADING: Style = Style { size: 11.5, lead: 16.0, weight: Weight::Strong, ink: Ink::Black };
const TEXT: Style = Style { size: 9.5, lead: 13.6, weight: Weight::Regular, ink: Ink::Black };
const STRONG: Style = Style { weight: Weight::Strong, ..TEXT };
const SOFT: Style = Style { size: 8.2, lead: 11.6, weight: Weight::Regular, ink: Ink::Soft };

impl Desk {
    fn put(&mut self, mark: Mark) {
        if let Some(page) = self.pages.last_mut() {
            page.push(mark);
        }
    }

    /// Begins another page unless `height` still fits on this one.
    fn need(&mut self, height: f32) -> bool {
        let over = self.y + height > BOTTOM && self.y > TOP;
        if over {
            self.pages.push(Vec::new());
            self.y = TOP;
        }
        over
    }

    fn words(&mut self, x: f32, y: f32, words: &str, style: Style) {
        self.put(Mark::Words {
            x,
            y: y + style.size,
            size: style.size,
            weight: style.weight,
            ink: style.ink,
            words: words.to_owned(),
        });
    }

    fn words_right(&mut self, right: f32, y: f32, words: &str, style: Style) {
        self.words(right - style.weight.width(words, style.size), y, words, style);
    }

    fn rule(&mut self, x: f32, width: f32, height: f32, ink: Ink) {
        let y = self.y;
        self.put(Mark::Box { x, y, width, height, ink });
    }

    fn block(&mut self, block: &Block, keep: f32) {
        match block {
            Block::Bar(parts) => self.bar(parts),
            Block::Kicker(words) => {
                self.paragraph(words, Style { size: 9.0, lead: 15.0, ..SOFT }, SIDE, INNER)
            }
            Block::Title(words) => {
                self.paragraph(words, TITLE, SIDE, INNER);
                self.y += 3.0;
            }
            Block::Heading(words) => {
                self.y += 15.0;
                self.need(HEADING.lead + keep);
                self.paragraph(words, HEADING, SIDE, INNER);
                self.y += 2.5;
            }
            Block::Text(words) => self.loose(words, TEXT, SIDE, INNER.min(410.0)),
            Block::Soft(words) => self.loose(words, SOFT, SIDE, INNER.min(410.0)),
            Block::Code(words) => self.loose(words, Style { size: 7.2, lead: 10.2, ..SOFT }, SIDE, INNER),
            Block::Notice(words) => self.notice(words),
            Block::Beside(columns) => self.beside(columns),
            Block::Table { columns, rows } => self.table(columns, rows),
            Block::Totals(cells) => self.totals(cells),
            Block::Room(room) => self.y += *room as f32 / 1000.0,
        }
    }

    fn loose(&mut self, words: &str, style: Style, x: f32, width: f32) {
        self.paragraph(words, style, x, width);
        self.y += 4.0;
    }

    fn paragraph(&mut self, words: &str, style: Style, x: f32, width: f32) {
        for line in lines(words, style, width) {
            self.need(style.lead);
            self.words(x, self.y, &line, style);
            self.y += style.lead;
        }
    }

    fn notice(&mut self, words: &str) {
        let set = lines(words, TEXT, INNER - 24.0);
        self.need(TEXT.lead * set.len().min(6) as f32 + 12.0);
        self.y += 6.0;
        for line in set {
            self.need(TEXT.lead);
            self.rule(SIDE, 3.0, TEXT.lead, Ink::Part(1));
            self.words(SIDE + 14.0, self.y, &line, TEXT);
            self.y += TEXT.lead;
        }
        self.y += 6.0;
    }

    fn bar(&mut self, parts: &[Part]) {
        self.need(34.0);
        let whole: u128 = parts.iter().map(|p| u128::from(p.size)).sum();
        let ornament = parts.iter().all(|p| p.label.is_empty());
        let height = if ornament { 5.0 } else { 11.0 };
        let mut x = SIDE;
        for part in parts.iter().filter(|p| p.size > 0) {
            let width = (part.size as f64 / whole.max(1) as f64) as f32 * INNER;
            let y = self.y;
            self.put(Mark::Box { x, y, width, height, ink: Ink::Part(part.ink) });
            x += width;
        }
        self.y += height + 8.0;
        if ornament {
            self.y += 6.0;
            return;
        }
        let mut x = SIDE;
        for part in parts {
            let label = writable(&part.label);
            let width = 12.0 + SOFT.weight.width(&label, SOFT.size);
            if x + width > SIDE + INNER && x > SIDE {
                x = SIDE;
                self.y += SOFT.lead;
            }
            let y = self.y;
            self.put(Mark::Box { x, y: y + 2.0, width: 7.0, height: 7.0, ink: Ink::Part(part.ink) });
            self.words(x + 12.0, y, &label, SOFT);
            x += width + 16.0;
        }
        self.y += SOFT.lead + 4.0;
    }

    fn beside(&mut self, columns: &[(String, Vec<String>)]) {
        let gap = 18.0;
        let count = columns.len().max(1) as f32;
        let width = (INNER - gap * (count - 1.0)) / count;
        // The first line of each counts, however often it is broken.
        let set: Vec<(&String, Vec<(String, Style)>)> = columns
            .iter()
            .map(|(label, all)| {
                let style = |place| if place == 0 { STRONG } else { TEXT };
                let broken = all.iter().enumerate().flat_map(|(place, line)| {
                    lines(line, style(place), width).into_iter().map(move |l| (l, style(place)))
                });
                (label, broken.collect())
            })
            .collect();
        let tallest = set.iter().map(|(_, lines)| lines.len()).max().unwrap_or(0);
        self.y += 8.0;
        self.need((SOFT.lead + 8.0 + TEXT.lead * tallest as f32).min(BOTTOM - TOP));
        let start = self.y;
        let mut end = start;
        for (place, (label, set)) in set.iter().enumerate() {
            let x = SIDE + place as f32 * (width + gap);
            self.y = start;
            self.rule(x, width, 0.8, Ink::Black);
            self.words(x, start + 5.0, &writable(label), SOFT);
            for (n, (line, style)) in set.iter().enumerate() {
                self.words(x, start + 5.0 + SOFT.lead + 2.0 + n as f32 * TEXT.lead, line, *style);
            }
            end = end.max(start + 7.0 + SOFT.lead + set.len() as f32 * TEXT.lead);
        }
        self.y = end + 10.0;
    }

    fn table(&mut self, columns: &[Column], rows: &[Row]) {
        let whole: u32 = columns.iter().map(|c| c.width).sum::<u32>().max(1);
        let mut left = SIDE;
        let spans: Vec<(f32, f32)> = columns
            .iter()
            .map(|c| {
                let width = INNER * c.width as f32 / whole as f32;
                left += width;
                (left - width, width)
            })
            .collect();
        self.need(56.0);
        self.table_head(columns, &spans);
        for row in rows {
            self.table_row(columns, &spans, row);
        }
        self.rule(SIDE, INNER, 0.4, Ink::Line);
        self.y += 6.0;
    }

    fn table_head(&mut self, columns: &[Column], spans: &[(f32, f32)]) {
        if columns.iter().all(|c| c.title.is_empty()) {
            return;
        }
        self.y += 2.0;
        for (column, (x, width)) in columns.iter().zip(spans) {
            let title = writable(&column.title);
            if column.number {
                self.words_right(x + width, self.y, &title, SOFT);
            } else {
                self.words(*x, self.y, &title, SOFT);
            }
        }
        self.y += SOFT.lead + 4.0;
    }

    fn table_row(&mut self, columns: &[Column], spans: &[(f32, f32)], row: &Row) {
        let style = if row.strong { STRONG } else { TEXT };
        let gap = 10.0;
        let set: Vec<Vec<String>> = row
            .cells
            .iter()
            .zip(spans)
            .map(|(cell, (_, width))| lines(cell, style, (*width - gap).max(20.0)))
            .collect();
        let first = spans.first().copied().unwrap_or((SIDE, INNER));
        let notes: Vec<String> =
            row.notes.iter().flat_map(|n| lines(n, SOFT, (first.1 - gap).max(20.0))).collect();
        let tallest = set.iter().map(Vec::len).max().unwrap_or(0) as f32;
        let height = (tallest * style.lead).max(set.first().map_or(0, Vec::len) as f32 * style.lead) + 7.0;
        if self.need(height + SOFT.lead.min(notes.len() as f32 * SOFT.lead)) {
            self.table_head(columns, spans);
        }
        self.rule(
            SIDE,
            INNER,
            if row.strong { 0.8 } else { 0.4 },
            if row.strong { Ink::Black } else { Ink::Line },
        );
        let top = self.y + 2.8;
        for ((column, (x, width)), set) in columns.iter().zip(spans).zip(&set) {
            for (n, line) in set.iter().enumerate() {
                let y = top + n as f32 * style.lead;
                if column.number {
                    self.words_right(x + width, y, line, style);
                } else {
                    self.words(*x, y, line, style);
                }
            }
        }
        // The notes go below the first cell; the other cells may be taller than it.
        let mut y = top + set.first().map_or(0, Vec::len) as f32 * style.lead;
        let mut end = top + tallest * style.lead;
        for note in notes {
            self.y = y;
            if self.need(SOFT.lead) {
                y = self.y;
            }
            self.words(first.0, y, &note, SOFT);
            y += SOFT.lead;
            end = if self.y <= TOP { y } else { end.max(y) };
        }
        self.y = end.max(y) + 4.2;
    }

    fn totals(&mut self, cells: &[Cell]) {
        let x = SIDE + INNER * 0.45;
        self.need(17.0 * cells.len().min(8) as f32 + 6.0);
        self.y += 4.0;
        for cell in cells {
            let style = if cell.strong { Style { size: 11.5, lead: 16.0, ..STRONG } } else { TEXT };
            self.need(style.lead + 6.0);
            self.rule(
                x,
                SIDE + INNER - x,
                if cell.strong { 0.8 } else { 0.4 },
                if cell.strong { Ink::Black } else { Ink::Line },
            );
            let value = writable(&cell.value);
            let room = SIDE + INNER - x - style.weight.width(&value, style.size) - 10.0;
            let label = lines(&cell.label, style, room.max(60.0));
            self.words_right(SIDE + INNER, self.y + 3.0, &value, style);
            for (n, line) in label.iter().enumerate() {
                self.words(x, self.y + 3.0 + n as f32 * style.lead, line, style);
            }
            self.y += style.lead * label.len().max(1) as f32 + 5.0;
        }
        self.y += 6.0;
    }

    fn feet(&mut self, foot: &str) {
        let count = self.pages.len();
        let foot = lines(foot, SOFT, INNER - 50.0);
        for (place, page) in self.pages.iter_mut().enumerate() {
            let y = BOTTOM + 20.0;
            let mark = |x, y, words: String| Mark::Words {
                x,
                y: y + SOFT.size,
                size: SOFT.size,
                weight: SOFT.weight,
                ink: SOFT.ink,
                words,
            };
            page.push(Mark::Box { x: SIDE, y: y - 6.0, width: INNER, height: 0.4, ink: Ink::Line });
            for (n, line) in foot.iter().take(3).enumerate() {
                page.push(mark(SIDE, y + n as f32 * SOFT.lead, line.clone()));
            }
            let number = format!("{}/{count}", place + 1);
            let x = SIDE + INNER - SOFT.weight.width(&number, SOFT.size);
            page.push(mark(x, y, number));
        }
    }
}

/// The lines that words take in a column. Line breaks in the words are kept.
fn lines(words: &str, style: Style, width: f32) -> Vec<String> {
    let mut all = Vec::new();
    for paragraph in words.split('\n') {
        let mut line = String::new();
        let mut used = 0.0;
        let space = style.weight.width(" ", style.size);
        for word in writable(paragraph).split_whitespace_breakable() {
            let wide = style.weight.width(word, style.size);
            if !line.is_empty() && used + space + wide <= width {
                line.push(' ');
                line.push_str(word);
                used += space + wide;
            } else {
                if !line.is_empty() {
                    all.push(std::mem::take(&mut line));
                }
                (line, used) = broken(word, wide, style, width, &mut all);
            }
        }
        if !line.is_empty() {
            all.push(line);
        }
    }
    all
}

/// The last piece of a word, after those that fill a line each.
fn broken(word: &str, wide: f32, style: Style, width: f32, all: &mut Vec<String>) -> (String, f32) {
    if wide <= width {
        return (word.to_owned(), wide);
    }
    let (mut piece, mut used) = (String::new(), 0.0);
    for sign in word.chars() {
        let step = style.weight.width(sign.encode_utf8(&mut [0; 4]), style.size);
        if used + step > width && !piece.is_empty() {
            all.push(std::mem::take(&mut piece));
            used = 0.0;
        }
        piece.push(sign);
        used += step;
    }
    (piece, used)
}

trait Breakable {
    fn split_whitespace_breakable(&self) -> impl Iterator<Item = &str>;
}

impl Breakable for String {
    /// The words between which a line may end: not at a no-break space.
    fn split_whitespace_breakable(&self) -> impl Iterator<Item = &str> {
        self.split([' ', '\t', '\u{2009}']).filter(|w| !w.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(pages: &[Vec<Mark>]) -> Vec<Vec<&str>> {
        let of = |page: &'_ Vec<Mark>| -> Vec<String> {
            page.iter()
                .filter_map(|m| match m {
                    Mark::Words { words, .. } => Some(words.clone()),
                    Mark::Box { .. } => None,
                })
                .collect()
        };
        pages.iter().map(|p| of(p).into_iter().map(|w| &*Box::leak(w.into_boxed_str())).collect()).collect()
    }

    fn rows(count: usize) -> Block {
        let column = |title: &str, number| Column { title: title.to_owned(), width: 1, number };
        let row = |n: usize| Row { cells: vec![format!("row {n}"), "1.00".to_owned()], ..Row::default() };
        Block::Table {
            columns: vec![column("What", false), column("Amount", true)],
            rows: (0..count).map(row).collect(),
        }
    }

    #[test]
    fn a_long_table_repeats_its_headings_and_loses_no_row() {
        let sheet = Sheet { foot: "Foot".to_owned(), blocks: vec![rows(200)], ..Sheet::default() };
        let pages = pages(&sheet);
        assert!(pages.len() > 3, "{}", pages.len());
        let words = words(&pages);
        for page in &words {
            assert!(page.contains(&"What") && page.contains(&"Foot"));
        }
        let seen = words.iter().flatten().filter(|w| w.starts_with("row ")).count();
        assert_eq!(seen, 200);
        assert!(words[0].contains(&format!("1/{}", pages.len()).as_str()));
    }

    #[test]
    fn nothing_leaves_the_page() {
        let long = "x".repeat(4_000);
        let many = "word ".repeat(3_000);
        let sheet = Sheet {
            foot: many.clone(),
            blocks: vec![
                Block::Title(long.clone()),
                Block::Text(many.clone()),
                Block::Beside(vec![("A".to_owned(), vec![long.clone()]), ("B".to_owned(), vec![])]),
                Block::Totals(vec![Cell { label: many, value: "1".to_owned(), strong: true }]),
                Block::Heading("The end".to_owned()),
            ],
            ..Sheet::default()
        };
        for mark in pages(&sheet).iter().flatten() {
            if let Mark::Words { x, size, weight, words, .. } = mark {
                assert!(*x >= SIDE - 0.1, "{words}");
                assert!(x + weight.width(words, *size) <= SIDE + INNER + 1.0, "{words}");
            }
        }
    }

    #[test]
    fn a_heading_stays_with_what_follows() {
        for room in 600..720 {
            let blocks = vec![
                Block::Room(room * 1000),
                Block::Heading("Head".to_owned()),
                Block::Text("Body".to_owned()),
            ];
            let pages = pages(&Sheet { blocks, ..Sheet::default() });
            let words = words(&pages);
            let page = |word: &str| words.iter().position(|p| p.contains(&word));
            assert_eq!(page("Head"), page("Body"), "{room}");
        }
    }
}
