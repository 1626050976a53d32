//! The rows of one row group, in batches of numbers.

use parquet::data_type::ByteArray;
use parquet::file::reader::FileReader;

use super::BATCH;
use super::column::{Column, Flaw};
use super::file::{Place, PlaysFile, RowGroup, damaged};
use super::survey::Numbering;
use crate::Failure;
use crate::keys::Keys;

/// Which columns are read beside member, recording and plays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Wanted {
    /// Seconds.
    pub seconds: bool,
    /// What was sought.
    pub sought: bool,
    /// Artists.
    pub artist: bool,
}

/// Some rows, column by column.
#[derive(Debug, Default)]
pub struct Batch {
    /// Members by number.
    pub members: Vec<u64>,
    /// Recordings by number; each fits in 32 bits.
    pub recordings: Vec<u64>,
    /// Plays; empty where every row is one. Each fits in 32 bits.
    pub plays: Vec<u64>,
    /// Seconds; empty where not wanted. Each fits in 32 bits.
    pub seconds: Vec<u64>,
    /// What was sought; empty where not wanted.
    pub sought: Vec<bool>,
    /// Artists by number; `u64::MAX` where a row has none, empty where not wanted.
    pub artists: Vec<u64>,
}

/// Reads one row group and shows its rows, batch by batch.
///
/// # Errors
/// A problem with the first row that has no key, or a count below nothing or above 32 bits; or a damaged file.
pub fn read(
    file: &PlaysFile,
    group: RowGroup,
    numbering: &Numbering,
    wanted: Wanted,
    each: &mut dyn FnMut(&Batch) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let work = std::panic::AssertUnwindSafe(|| Reader::open(file, group, wanted)?.run(numbering, each));
    // The decoder checks much and not everything: on bytes made to confuse it, it may stop with a panic.
    std::panic::catch_unwind(work).unwrap_or_else(|_| Err(damaged(&file.document, "it cannot be decoded")))
}

struct Reader<'a> {
    file: &'a PlaysFile,
    group: RowGroup,
    member: Column,
    recording: Column,
    plays: Option<Column>,
    seconds: Option<Column>,
    sought: Option<Column>,
    artist: Option<Column>,
}

impl<'a> Reader<'a> {
    fn open(file: &'a PlaysFile, group: RowGroup, wanted: Wanted) -> Result<Reader<'a>, Failure> {
        let optional = |wanted: bool, place: Option<Place>| {
            place.filter(|_| wanted).map(|place| open_column(file, group.group, place)).transpose()
        };
        Ok(Reader {
            file,
            group,
            member: open_column(file, group.group, file.member)?,
            recording: open_column(file, group.group, file.recording)?,
            plays: optional(true, file.plays)?,
            seconds: optional(wanted.seconds, file.seconds)?,
            sought: optional(wanted.sought, file.sought)?,
            artist: optional(wanted.artist, file.artist)?,
        })
    }

    fn run(
        &mut self,
        numbering: &Numbering,
        each: &mut dyn FnMut(&Batch) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let mut batch = Batch::default();
        let mut done = 0;
        while done < self.group.rows {
            let rows = self.fill()?;
            if rows == 0 {
                let message = format!("a row group ends after {done} of {} rows", self.group.rows);
                return Err(damaged(&self.file.document, &message));
            }
            let at = Spot { file: self.file, row: self.group.before + done };
            at.keys("member", &self.member, &numbering.members, &mut batch.members)?;
            at.keys("recording", &self.recording, &numbering.recordings, &mut batch.recordings)?;
            if let Some(plays) = &self.plays {
                at.counts("plays", plays, numbering.most_plays, &mut batch.plays)?;
            }
            if let Some(seconds) = &self.seconds {
                at.counts("played_s", seconds, numbering.most_seconds, &mut batch.seconds)?;
            }
            if let Some(sought) = &self.sought {
                if let Some(flaw) = sought.null() {
                    return Err(at.flaw("sought", flaw));
                }
                batch.sought.clear();
                batch.sought.extend_from_slice(sought.bools());
            }
            if let (Some(artist), Some(keys)) = (&self.artist, &numbering.artists) {
                artists(artist, keys, &mut batch.artists, rows);
            }
            each(&batch)?;
            done += rows as u64;
        }
        Ok(())
    }

    /// Reads the next batch of every column; they must agree on how many rows that is.
    fn fill(&mut self) -> Result<usize, Failure> {
        let document = &self.file.document;
        let damage = |error: parquet::errors::ParquetError| damaged(document, &error.to_string());
        let rows = self.member.fill(BATCH).map_err(damage)?;
        let others = [&mut self.plays, &mut self.seconds, &mut self.sought, &mut self.artist];
        for column in others.into_iter().flatten().chain([&mut self.recording]) {
            let found = column.fill(BATCH).map_err(damage)?;
            if found != rows {
                return Err(damaged(document, "its columns differ in length"));
            }
        }
        Ok(rows)
    }
}

fn open_column(file: &PlaysFile, group: usize, place: Place) -> Result<Column, Failure> {
    let group = file.reader.get_row_group(group);
    let column = group.and_then(|group| group.get_column_reader(place.index));
    let column = column.and_then(|reader| Column::new(reader, place.kind, place.optional));
    column.map_err(|error| damaged(&file.document, &error.to_string()))
}

/// Where a batch starts.
struct Spot<'a> {
    file: &'a PlaysFile,
    row: u64,
}

impl Spot<'_> {
    fn keys(&self, name: &str, column: &Column, keys: &Keys, out: &mut Vec<u64>) -> Result<(), Failure> {
        if let Keys::Texts { .. } = keys {
            if let Some(flaw) = column.null() {
                return Err(self.flaw(name, flaw));
            }
            out.clear();
            for text in column.texts() {
                out.push(keys.of_text(text.data()).ok_or_else(|| self.changed())?);
            }
            return Ok(());
        }
        column.numbers(out).map_err(|flaw| self.flaw(name, flaw))?;
        match keys {
            Keys::Direct { largest } => match out.iter().position(|key| key > largest) {
                Some(row) => Err(self.beyond(name, row, out[row], *largest)),
                None => Ok(()),
            },
            _ => {
                for key in out.iter_mut() {
                    *key = keys.of_number(*key).ok_or_else(|| self.changed())?;
                }
                Ok(())
            }
        }
    }

    fn counts(
        &self,
        name: &str,
        column: &Column,
        most: Option<u32>,
        out: &mut Vec<u64>,
    ) -> Result<(), Failure> {
        column.numbers(out).map_err(|flaw| self.flaw(name, flaw))?;
        let most = u64::from(most.unwrap_or(u32::MAX));
        let Some(row) = out.iter().position(|count| *count > most) else { return Ok(()) };
        if out[row] <= u64::from(u32::MAX) {
            return Err(self.beyond(name, row, out[row], most));
        }
        let message = format!(
            "row {} has `{name}` {}, more than one row can hold ({})",
            self.line(row),
            out[row],
            u32::MAX
        );
        let hint = "check how the counts were made; a member cannot play that much";
        Err(Failure::problem("plays-count", &self.file.document, self.line(row), message, hint))
    }

    fn line(&self, row: usize) -> u64 {
        self.row + row as u64 + 1
    }

    fn flaw(&self, name: &str, flaw: Flaw) -> Failure {
        let (row, message) = match flaw {
            Flaw::Null(row) => (row, format!("row {} has no `{name}`", self.line(row))),
            Flaw::Negative(row, value) => {
                (row, format!("row {} has `{name}` {value}, which is below nothing", self.line(row)))
            }
        };
        let hint = match (flaw, name) {
            (Flaw::Null(_), _) => "fill the value in, or leave the row out; nothing was shared",
            (_, "plays" | "played_s") => {
                "a correction is a run of its own: share the right counts, then reverse the old run"
            }
            _ => "keys are integers from 0, or strings",
        };
        Failure::problem("plays-count", &self.file.document, self.line(row), message, hint)
    }

    /// A value above what the file's own statistics say.
    fn beyond(&self, name: &str, row: usize, value: u64, largest: u64) -> Failure {
        let message = format!(
            "the largest `{name}` is {largest} by the file's own statistics, but row {} has {value}",
            self.line(row)
        );
        Failure::problem(
            "parquet-unreadable",
            &self.file.document,
            self.line(row),
            message,
            "write the file anew",
        )
    }

    fn changed(&self) -> Failure {
        let hint = "let whatever writes it finish, then try again";
        Failure::problem("plays-changed", &self.file.document, 0, "the file changed while it was read", hint)
    }
}

/// Artists by number; rows without one get `u64::MAX`.
fn artists(column: &Column, keys: &Keys, out: &mut Vec<u64>, rows: usize) {
    let mut there = Vec::new();
    if let Keys::Texts { .. } = keys {
        there.extend(column.texts().iter().map(|text| keys.of_text(text.data()).unwrap_or(u64::MAX)));
    } else {
        column.numbers_there(&mut there);
        there.iter_mut().for_each(|key| *key = keys.of_number(*key).unwrap_or(u64::MAX));
    }
    out.clear();
    if column.levels().is_empty() {
        out.extend_from_slice(&there);
    } else {
        let mut there = there.into_iter();
        out.extend(
            column
                .levels()
                .iter()
                .map(|level| if *level > 0 { there.next().unwrap_or(u64::MAX) } else { u64::MAX }),
        );
    }
    out.resize(rows, u64::MAX);
}

/// Shown a batch of keys: the column's place in the list, its integers, its strings.
pub(super) type EachKeys<'a> = dyn FnMut(usize, &[u64], &[ByteArray]) + 'a;

/// Shows the keys of the columns of one row group, to number them.
pub(super) fn keys(
    file: &PlaysFile,
    group: RowGroup,
    places: &[Place],
    each: &mut EachKeys<'_>,
) -> Result<(), Failure> {
    let work = std::panic::AssertUnwindSafe(|| {
        let mut numbers = Vec::new();
        for (which, place) in places.iter().enumerate() {
            let mut column = open_column(file, group.group, *place)?;
            let mut done = 0;
            while done < group.rows {
                let rows = column.fill(BATCH).map_err(|error| damaged(&file.document, &error.to_string()))?;
                if rows == 0 {
                    break;
                }
                column.numbers_there(&mut numbers);
                each(which, &numbers, column.texts());
                done += rows as u64;
            }
        }
        Ok(())
    });
    std::panic::catch_unwind(work).unwrap_or_else(|_| Err(damaged(&file.document, "it cannot be decoded")))
}
