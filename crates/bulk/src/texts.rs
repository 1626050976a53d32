//! Some columns of text out of a Parquet file, as rows of CSV: what lists of recordings are read from.

use std::fs::File;
use std::path::Path;

use parquet::column::reader::ColumnReader;
use parquet::data_type::ByteArray;
use parquet::errors::{ParquetError, Result};
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::schema::types::ColumnDescriptor;

use crate::Failure;

/// Rows of one batch.
const BATCH: usize = 1 << 15;

/// What every Parquet file begins with.
pub const MAGIC: &[u8; 4] = b"PAR1";

/// The columns whose names are wanted, as CSV with a header; every row of the file is a row, also one without any value.
/// Columns that are lists or no text are left out.
///
/// # Errors
/// `manifest-parquet` where the file is damaged or has none of the columns.
pub fn columns_as_csv(path: &Path, wanted: &dyn Fn(&str) -> bool) -> std::result::Result<Vec<u8>, Failure> {
    let document = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    let wrong = |message: String| {
        Failure::problem(
            "manifest-parquet",
            &document,
            0,
            message,
            "write the file again, its columns as plain text",
        )
    };
    let work = std::panic::AssertUnwindSafe(|| read(path, wanted));
    // The decoder checks much and not everything: on bytes made to confuse it, it may stop with a panic.
    match std::panic::catch_unwind(work) {
        Ok(Ok(Some(text))) => Ok(text),
        Ok(Ok(None)) => Err(wrong("the file has no column of text that names recordings".to_owned())),
        Ok(Err(e)) => Err(wrong(format!("the file cannot be read: {e}"))),
        Err(_) => Err(wrong("the file cannot be decoded".to_owned())),
    }
}

fn read(path: &Path, wanted: &dyn Fn(&str) -> bool) -> Result<Option<Vec<u8>>> {
    let reader = SerializedFileReader::new(File::open(path)?)?;
    let schema = reader.metadata().file_metadata().schema_descr_ptr();
    let fits = |c: &ColumnDescriptor| {
        c.max_rep_level() == 0
            && c.max_def_level() <= 1
            && c.physical_type() == parquet::basic::Type::BYTE_ARRAY
            && wanted(c.name().trim())
    };
    let chosen: Vec<usize> = (0..schema.num_columns()).filter(|n| fits(&schema.column(*n))).collect();
    if chosen.is_empty() {
        return Ok(None);
    }
    let heads: Vec<String> =
        chosen.iter().map(|n| schema.column(*n).name().trim().to_ascii_lowercase()).collect();
    let mut out = heads.join(",").into_bytes();
    out.push(b'\n');
    for group in 0..reader.num_row_groups() {
        let rows = reader.get_row_group(group)?;
        let mut columns = Vec::new();
        for place in &chosen {
            let optional = schema.column(*place).max_def_level() > 0;
            columns.push(Column {
                reader: rows.get_column_reader(*place)?,
                optional,
                levels: Vec::new(),
                values: Vec::new(),
            });
        }
        loop {
            let mut many = None;
            for column in &mut columns {
                let found = column.fill()?;
                if *many.get_or_insert(found) != found {
                    return Err(ParquetError::General("columns of different length".to_owned()));
                }
            }
            let many = many.unwrap_or(0);
            if many == 0 {
                break;
            }
            for row in 0..many {
                for (n, column) in columns.iter_mut().enumerate() {
                    if n > 0 {
                        out.push(b',');
                    }
                    // A row of one column without a value is a row all the same.
                    push(&mut out, column.take(row), chosen.len() == 1);
                }
                out.push(b'\n');
            }
        }
    }
    Ok(Some(out))
}

struct Column {
    reader: ColumnReader,
    optional: bool,
    levels: Vec<i16>,
    values: Vec<ByteArray>,
}

impl Column {
    fn fill(&mut self) -> Result<usize> {
        self.levels.clear();
        self.values.clear();
        let ColumnReader::ByteArrayColumnReader(reader) = &mut self.reader else {
            return Err(ParquetError::General("a column of another kind than the schema says".to_owned()));
        };
        let levels = self.optional.then_some(&mut self.levels);
        let (rows, _, _) = reader.read_records(BATCH, levels, None, &mut self.values)?;
        // Values stand without gaps; turned round they are taken from the end.
        self.values.reverse();
        Ok(rows)
    }

    /// The next row's value; rows are asked for in their order.
    fn take(&mut self, row: usize) -> Option<ByteArray> {
        let has = !self.optional || self.levels.get(row).is_some_and(|level| *level > 0);
        if has { self.values.pop() } else { None }
    }
}

fn push(out: &mut Vec<u8>, value: Option<ByteArray>, alone: bool) {
    let bytes = value.as_ref().map(ByteArray::data).unwrap_or_default();
    let quoted = bytes.iter().any(|b| matches!(b, b',' | b'"' | b'\n' | b'\r' | b';' | b'\t'));
    if quoted || (alone && bytes.trim_ascii().is_empty()) {
        out.push(b'"');
        for byte in bytes {
            if *byte == b'"' {
                out.push(b'"');
            }
            out.push(*byte);
        }
        out.push(b'"');
    } else {
        out.extend_from_slice(bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Values;

    #[test]
    fn text_comes_out_as_csv_and_the_rest_is_left_out() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("manifest.parquet");
        let texts = |t: &[&str]| Values::Texts(t.iter().map(|t| (*t).to_owned()).collect());
        let columns = [
            ("ISRC", texts(&["DEA122600001", "", "DEA122600003"])),
            ("plays", Values::Small(vec![1, 2, 3])),
            ("title", texts(&["Low \"Tide\", live", "x", "y"])),
        ];
        crate::write(&path, &columns, 2).unwrap();
        let csv =
            columns_as_csv(&path, &|n| ["isrc", "title", "plays"].iter().any(|w| w.eq_ignore_ascii_case(n)))
                .unwrap();
        let want = "isrc,title\nDEA122600001,\"Low \"\"Tide\"\", live\"\n,x\nDEA122600003,y\n";
        assert_eq!(String::from_utf8(csv).unwrap(), want);
        let alone = columns_as_csv(&path, &|n| n.eq_ignore_ascii_case("isrc")).unwrap();
        assert_eq!(String::from_utf8(alone).unwrap(), "isrc\nDEA122600001\n\"\"\nDEA122600003\n");
        assert!(columns_as_csv(&path, &|n| n == "plays").is_err());
        let whole = std::fs::read(&path).unwrap();
        for cut in [0, 3, 40, whole.len() / 2, whole.len() - 1] {
            std::fs::write(&path, &whole[..cut]).unwrap();
            assert!(columns_as_csv(&path, &|n| n.eq_ignore_ascii_case("isrc")).is_err(), "{cut}");
        }
    }
}
