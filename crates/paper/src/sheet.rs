//! What a document says, before anybody knows where on the page it stands.

/// A document.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sheet {
    /// Its title, as a reader's window shows it.
    pub title: String,
    /// The language of its words (BCP 47).
    pub language: String,
    /// Who made it.
    pub author: String,
    /// The day it was made.
    pub made: Day,
    /// What stands at the foot of each page, beside the page's number.
    pub foot: String,
    /// What it says, from top to bottom.
    pub blocks: Vec<Block>,
}

/// A day of the calendar, as its parts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Day {
    /// The year, such as 2026.
    pub year: u16,
    /// The month, from 1.
    pub month: u8,
    /// The day, from 1.
    pub day: u8,
}

/// A part of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// The divided bar, over the whole width: each part as wide as its size, in its ink.
    Bar(Vec<Part>),
    /// Small words above a title.
    Kicker(String),
    /// The title.
    Title(String),
    /// What follows belongs together.
    Heading(String),
    /// A paragraph.
    Text(String),
    /// A paragraph that says less.
    Soft(String),
    /// A paragraph that must not be overlooked, with a line at its side.
    Notice(String),
    /// Blocks of lines side by side, each under its label.
    Beside(Vec<(String, Vec<String>)>),
    /// Rows under headings.
    Table {
        /// The columns.
        columns: Vec<Column>,
        /// The rows.
        rows: Vec<Row>,
    },
    /// Label and value, at the right side of the page.
    Totals(Vec<Cell>),
    /// Signs that are compared letter by letter, such as a digest; broken anywhere.
    Code(String),
    /// Room, in thousandths of a point.
    Room(u32),
}

/// A part of a bar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// How much, against the others.
    pub size: u64,
    /// Its ink, from 1 to 6.
    pub ink: u8,
    /// What it is; empty for an ornament.
    pub label: String,
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// What stands above it; may be empty.
    pub title: String,
    /// How wide it is against the others.
    pub width: u32,
    /// Whether it holds numbers, which stand at the right.
    pub number: bool,
}

/// A row of a table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Row {
    /// A cell for each column.
    pub cells: Vec<String>,
    /// What stands below the first cell, smaller.
    pub notes: Vec<String>,
    /// Whether it is a sum.
    pub strong: bool,
}

/// A label with its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// What it is.
    pub label: String,
    /// What it comes to.
    pub value: String,
    /// Whether it is the one that counts.
    pub strong: bool,
}
