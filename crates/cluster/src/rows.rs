//! The columns of plays as the engine reads them.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray as _, BooleanArray, RecordBatch, UInt32Array};
use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef};

/// Names of the columns that a pass may need.
pub(crate) const MEMBER: &str = "member";
pub(crate) const RECORDING: &str = "recording";
pub(crate) const PLAYS: &str = "plays";
pub(crate) const SECONDS: &str = "played_s";
pub(crate) const SOUGHT: &str = "sought";

/// The columns of a scan, the member first. Integers are read as 64 bits, strings as bytes, counts as 32
/// bits; whatever does not fit was refused when the inputs were first read.
pub(crate) fn schema(texts: (bool, bool), others: &[&str]) -> SchemaRef {
    let key = |texts: bool| if texts { DataType::Binary } else { DataType::UInt64 };
    let mut fields = vec![Field::new(MEMBER, key(texts.0), true), Field::new(RECORDING, key(texts.1), true)];
    for name in others {
        let kind = if *name == SOUGHT { DataType::Boolean } else { DataType::UInt32 };
        fields.push(Field::new(*name, kind, true));
    }
    Arc::new(Schema::new(fields))
}

/// The columns of a batch of [`schema`].
pub(crate) struct Columns<'a> {
    pub(crate) member: &'a ArrayRef,
    pub(crate) recording: &'a ArrayRef,
    plays: Option<&'a UInt32Array>,
    seconds: Option<&'a UInt32Array>,
    sought: Option<&'a BooleanArray>,
}

impl<'a> Columns<'a> {
    /// Finds them.
    ///
    /// # Errors
    /// In words, where one is missing or of another kind.
    pub(crate) fn of(batch: &'a RecordBatch) -> Result<Columns<'a>, String> {
        let key =
            |name: &str| batch.column_by_name(name).ok_or_else(|| format!("the column `{name}` is missing"));
        let other = |name: &str| format!("the column `{name}` is of another kind");
        let counts = |name: &str| match batch.column_by_name(name) {
            None => Ok(None),
            Some(column) => column.as_primitive_opt().map(Some).ok_or_else(|| other(name)),
        };
        let sought = match batch.column_by_name(SOUGHT) {
            None => None,
            Some(column) => Some(column.as_boolean_opt().ok_or_else(|| other(SOUGHT))?),
        };
        Ok(Columns {
            member: key(MEMBER)?,
            recording: key(RECORDING)?,
            plays: counts(PLAYS)?,
            seconds: counts(SECONDS)?,
            sought,
        })
    }

    /// Plays of a row; 1 where its file does not say.
    pub(crate) fn plays(&self, row: usize) -> u32 {
        self.plays.filter(|c| c.is_valid(row)).map_or(1, |c| c.value(row))
    }

    /// Seconds of a row; 0 where its file does not say.
    pub(crate) fn seconds(&self, row: usize) -> u32 {
        self.seconds.filter(|c| c.is_valid(row)).map_or(0, |c| c.value(row))
    }

    /// Whether a row was sought; no where its file does not say.
    pub(crate) fn sought(&self, row: usize) -> bool {
        self.sought.is_some_and(|c| c.is_valid(row) && c.value(row))
    }
}
