//! Parquet out: small tables of named columns, compressed with zstd.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use parquet::basic::{Compression, ZstdLevel};
use parquet::column::writer::ColumnWriter;
use parquet::data_type::ByteArray;
use parquet::errors::{ParquetError, Result};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;

/// The values of a column, one for each row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Values {
    /// Integers of 32 bits without a sign.
    Small(Vec<u32>),
    /// Integers of 64 bits without a sign.
    Large(Vec<u64>),
    /// Integers of 64 bits with a sign.
    Signed(Vec<i64>),
    /// Strings.
    Texts(Vec<String>),
    /// Yes and no.
    Bools(Vec<bool>),
}

/// Writes a table; columns have the same number of rows.
///
/// # Errors
/// Where columns differ in length, a name is no name, or the disk fails.
pub fn write(path: &Path, columns: &[(&str, Values)], rows_per_group: usize) -> Result<()> {
    let rows = columns.first().map_or(0, |(_, values)| values.len());
    if columns.iter().any(|(_, values)| values.len() != rows) {
        return Err(ParquetError::General("columns differ in length".to_owned()));
    }
    let fields: Vec<String> = columns.iter().map(|(name, values)| values.field(name)).collect();
    let schema = Arc::new(parse_message_type(&format!("message plays {{ {} }}", fields.join(" ")))?);
    let level = Compression::ZSTD(ZstdLevel::try_new(3)?);
    let properties = WriterProperties::builder().set_compression(level).build();
    let mut writer = SerializedFileWriter::new(File::create(path)?, schema, Arc::new(properties))?;
    let step = rows_per_group.max(1);
    for start in (0..rows).step_by(step) {
        let mut group = writer.next_row_group()?;
        for (_, values) in columns {
            let Some(mut column) = group.next_column()? else { break };
            values.put(start..(start + step).min(rows), column.untyped())?;
            column.close()?;
        }
        group.close()?;
    }
    writer.close()?;
    Ok(())
}

impl Values {
    /// How many.
    pub fn len(&self) -> usize {
        match self {
            Values::Small(values) => values.len(),
            Values::Large(values) => values.len(),
            Values::Signed(values) => values.len(),
            Values::Texts(values) => values.len(),
            Values::Bools(values) => values.len(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn field(&self, name: &str) -> String {
        let (kind, note) = match self {
            Values::Small(_) => ("int32", " (integer(32,false))"),
            Values::Large(_) => ("int64", " (integer(64,false))"),
            Values::Signed(_) => ("int64", ""),
            Values::Texts(_) => ("binary", " (string)"),
            Values::Bools(_) => ("boolean", ""),
        };
        format!("required {kind} {name}{note};")
    }

    fn put(&self, rows: std::ops::Range<usize>, column: &mut ColumnWriter<'_>) -> Result<()> {
        match (self, column) {
            (Values::Small(values), ColumnWriter::Int32ColumnWriter(writer)) => {
                let values: Vec<i32> = values[rows].iter().map(|value| *value as i32).collect();
                writer.write_batch(&values, None, None)?;
            }
            (Values::Large(values), ColumnWriter::Int64ColumnWriter(writer)) => {
                let values: Vec<i64> = values[rows].iter().map(|value| *value as i64).collect();
                writer.write_batch(&values, None, None)?;
            }
            (Values::Signed(values), ColumnWriter::Int64ColumnWriter(writer)) => {
                writer.write_batch(&values[rows], None, None)?;
            }
            (Values::Texts(values), ColumnWriter::ByteArrayColumnWriter(writer)) => {
                let values: Vec<ByteArray> =
                    values[rows].iter().map(|value| ByteArray::from(value.clone().into_bytes())).collect();
                writer.write_batch(&values, None, None)?;
            }
            (Values::Bools(values), ColumnWriter::BoolColumnWriter(writer)) => {
                writer.write_batch(&values[rows], None, None)?;
            }
            _ => return Err(ParquetError::General("a column of another kind than its values".to_owned())),
        }
        Ok(())
    }
}
