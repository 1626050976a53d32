//! Counted plays of a period as Parquet files: small enough to hold, sorted so that no order of listening is left.

use std::fs::{self, File};
use std::path::Path;

use parquet::errors::{ParquetError, Result};
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::RowAccessor;

use crate::{Values, write};

/// Rows of one row group.
const GROUP: usize = 1_000_000;

/// What one member did with one recording in a period.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct UsageRow {
    /// The member's name in the period.
    pub member: String,
    /// The recording's id.
    pub recording: String,
    /// `counted`, or the word for why it was set aside.
    pub outcome: String,
    /// `play`, `session`, `view` or `read`.
    pub unit: String,
    /// How often.
    pub plays: u32,
    /// Seconds heard in all of it.
    pub played_s: u32,
}

/// Writes rows, sorted, whole or not at all, and down to the disk.
///
/// # Errors
/// Where the disk fails.
pub fn write_usage(path: &Path, mut rows: Vec<UsageRow>) -> Result<()> {
    rows.sort_unstable();
    let text = |of: fn(&UsageRow) -> &String| Values::Texts(rows.iter().map(|r| of(r).clone()).collect());
    let columns = [
        ("member", text(|r| &r.member)),
        ("recording", text(|r| &r.recording)),
        ("outcome", text(|r| &r.outcome)),
        ("unit", text(|r| &r.unit)),
        ("plays", Values::Small(rows.iter().map(|r| r.plays).collect())),
        ("played_s", Values::Small(rows.iter().map(|r| r.played_s).collect())),
    ];
    let draft = path.with_extension("draft");
    write(&draft, &columns, GROUP)?;
    File::open(&draft)?.sync_all()?;
    fs::rename(&draft, path)?;
    if let Some(folder) = path.parent() {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}

/// Reads rows of which `wanted` says yes to the recording.
///
/// # Errors
/// Where the file is not one that [`write_usage`] wrote, or the disk fails.
pub fn read_usage(path: &Path, wanted: impl Fn(&str) -> bool) -> Result<Vec<UsageRow>> {
    let reader = SerializedFileReader::new(File::open(path)?)?;
    if reader.metadata().file_metadata().schema_descr().num_columns() != 6 {
        return Err(ParquetError::General("not a file of counted plays".to_owned()));
    }
    let mut rows = Vec::new();
    for row in reader.get_row_iter(None)? {
        let row = row?;
        if wanted(row.get_string(1)?) {
            rows.push(UsageRow {
                member: row.get_string(0)?.clone(),
                recording: row.get_string(1)?.clone(),
                outcome: row.get_string(2)?.clone(),
                unit: row.get_string(3)?.clone(),
                plays: row.get_uint(4)?,
                played_s: row.get_uint(5)?,
            });
        }
    }
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back_without_its_order() {
        let folder = tempfile::tempdir().unwrap();
        let row = |member: &str, recording: &str, plays| UsageRow {
            member: member.to_owned(),
            recording: recording.to_owned(),
            outcome: "counted".to_owned(),
            unit: "play".to_owned(),
            plays,
            played_s: plays * 40,
        };
        let rows = vec![row("usg-b", "rec-1", 2), row("usg-a", "rec-2", 1), row("usg-a", "rec-1", 7)];
        let (one, two) = (folder.path().join("one.parquet"), folder.path().join("two.parquet"));
        write_usage(&one, rows.clone()).unwrap();
        write_usage(&two, rows.iter().rev().cloned().collect()).unwrap();
        assert_eq!(fs::read(&one).unwrap(), fs::read(&two).unwrap());
        let mut sorted = rows;
        sorted.sort();
        assert_eq!(read_usage(&one, |_| true).unwrap(), sorted);
        assert_eq!(read_usage(&one, |r| r == "rec-2").unwrap().len(), 1);
        write_usage(&one, Vec::new()).unwrap();
        assert!(read_usage(&one, |_| true).unwrap().is_empty());
    }
}
