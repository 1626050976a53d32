//! One column of a row group, read in batches straight into vectors.

use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DataType, Int32Type, Int64Type};
use parquet::errors::{ParquetError, Result};

/// How a column's values are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnKind {
    /// Integers of at most 32 bits.
    Int32 {
        /// Whether they are declared without a sign.
        unsigned: bool,
    },
    /// Integers of 64 bits.
    Int64 {
        /// Whether they are declared without a sign.
        unsigned: bool,
    },
    /// Strings.
    Bytes,
    /// Yes or no.
    Bool,
}

/// A column of one row group.
pub(super) struct Column {
    source: Source,
    optional: bool,
    unsigned: bool,
    levels: Vec<i16>,
}

enum Source {
    Int32(ColumnReaderImpl<Int32Type>, Vec<i32>),
    Int64(ColumnReaderImpl<Int64Type>, Vec<i64>),
    Bytes(ColumnReaderImpl<ByteArrayType>, Vec<ByteArray>),
    Bool(ColumnReaderImpl<BoolType>, Vec<bool>),
}

/// What one batch of a column lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Flaw {
    /// This row, counted from 0 in the batch, has no value.
    Null(usize),
    /// This row has a value below nothing.
    Negative(usize, i64),
}

impl Column {
    pub fn new(reader: ColumnReader, kind: ColumnKind, optional: bool) -> Result<Column> {
        let unsigned =
            matches!(kind, ColumnKind::Int32 { unsigned: true } | ColumnKind::Int64 { unsigned: true });
        let source = match reader {
            ColumnReader::Int32ColumnReader(reader) => Source::Int32(reader, Vec::new()),
            ColumnReader::Int64ColumnReader(reader) => Source::Int64(reader, Vec::new()),
            ColumnReader::ByteArrayColumnReader(reader) => Source::Bytes(reader, Vec::new()),
            ColumnReader::BoolColumnReader(reader) => Source::Bool(reader, Vec::new()),
            _ => {
                return Err(ParquetError::General(
                    "a column of another kind than the schema says".to_owned(),
                ));
            }
        };
        Ok(Column { source, optional, unsigned, levels: Vec::new() })
    }

    /// Reads up to so many rows; how many there were.
    pub fn fill(&mut self, rows: usize) -> Result<usize> {
        self.levels.clear();
        let levels = self.optional.then_some(&mut self.levels);
        match &mut self.source {
            Source::Int32(reader, values) => fill(reader, values, levels, rows),
            Source::Int64(reader, values) => fill(reader, values, levels, rows),
            Source::Bytes(reader, values) => fill(reader, values, levels, rows),
            Source::Bool(reader, values) => fill(reader, values, levels, rows),
        }
    }

    /// The first row of the batch without a value.
    pub fn null(&self) -> Option<Flaw> {
        self.levels.iter().position(|level| *level == 0).map(Flaw::Null)
    }

    /// The batch as numbers without a sign; nothing where it holds no integers.
    pub fn numbers(&self, out: &mut Vec<u64>) -> std::result::Result<(), Flaw> {
        out.clear();
        if let Some(null) = self.null() {
            return Err(null);
        }
        match &self.source {
            // The cast takes the bits of an unsigned value as they are.
            Source::Int32(_, values) if self.unsigned => {
                out.extend(values.iter().map(|v| u64::from(*v as u32)))
            }
            Source::Int64(_, values) if self.unsigned => out.extend(values.iter().map(|v| *v as u64)),
            Source::Int32(_, values) => {
                if values.iter().fold(0, |all, value| all | value) < 0 {
                    return Err(negative(values.iter().map(|value| i64::from(*value))));
                }
                out.extend(values.iter().map(|value| u64::from(*value as u32)));
            }
            Source::Int64(_, values) => {
                if values.iter().fold(0, |all, value| all | value) < 0 {
                    return Err(negative(values.iter().copied()));
                }
                out.extend(values.iter().map(|value| *value as u64));
            }
            Source::Bytes(..) | Source::Bool(..) => {}
        }
        Ok(())
    }

    /// The batch as strings, those that are there; nothing where it holds none.
    pub fn texts(&self) -> &[ByteArray] {
        match &self.source {
            Source::Bytes(_, values) => values,
            _ => &[],
        }
    }

    /// Which rows of the batch have a value; empty where all have.
    pub fn levels(&self) -> &[i16] {
        &self.levels
    }

    /// The batch as numbers, those that are there, for columns where some may lack.
    pub fn numbers_there(&self, out: &mut Vec<u64>) {
        out.clear();
        match &self.source {
            Source::Int32(_, values) if self.unsigned => {
                out.extend(values.iter().map(|v| u64::from(*v as u32)))
            }
            Source::Int32(_, values) => out.extend(values.iter().map(|v| *v as i64 as u64)),
            Source::Int64(_, values) => out.extend(values.iter().map(|v| *v as u64)),
            Source::Bytes(..) | Source::Bool(..) => {}
        }
    }

    /// The batch as yes and no; nothing where it holds none.
    pub fn bools(&self) -> &[bool] {
        match &self.source {
            Source::Bool(_, values) => values,
            _ => &[],
        }
    }
}

fn fill<T: DataType>(
    reader: &mut ColumnReaderImpl<T>,
    values: &mut Vec<T::T>,
    levels: Option<&mut Vec<i16>>,
    rows: usize,
) -> Result<usize> {
    values.clear();
    Ok(reader.read_records(rows, levels, None, values)?.0)
}

fn negative(mut values: impl Iterator<Item = i64>) -> Flaw {
    let first = values.by_ref().enumerate().find(|(_, value)| *value < 0);
    first.map_or(Flaw::Null(0), |(row, value)| Flaw::Negative(row, value))
}
