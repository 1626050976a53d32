//! What a partition answers, and how it travels: in pieces that are known to be whole.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use allocation::kernel::Control;
use datafusion::arrow::array::{Array as _, AsArray as _, BinaryArray, RecordBatch, UInt64Array};
use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef, UInt64Type};
use datafusion::arrow::error::ArrowError;
use sha2::{Digest as _, Sha256};

use crate::totals::Totals;

/// Longest piece in bytes: a message of a few megabytes is passed on while the next is made.
const PIECE: usize = 4 << 20;

/// What the kernel made of one partition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Answer {
    /// What it says it was made of.
    pub(crate) totals: Totals,
    /// What it made, in the kernel's own bytes.
    pub(crate) bytes: Vec<u8>,
}

/// Which partition answers: of which task of how many, and which within it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Place {
    pub(crate) task: usize,
    pub(crate) tasks: usize,
    pub(crate) partition: usize,
    pub(crate) partitions: usize,
}

static SCHEMA: LazyLock<SchemaRef> = LazyLock::new(|| {
    let number = |name: &str| Field::new(name, DataType::UInt64, false);
    let mut fields = ["task", "tasks", "partition", "partitions", "piece", "pieces"].map(number).to_vec();
    fields.push(Field::new("bytes", DataType::Binary, false));
    Arc::new(Schema::new(fields))
});

/// The columns of an answer.
pub(crate) fn schema() -> SchemaRef {
    Arc::clone(&SCHEMA)
}

impl Answer {
    /// One batch for each piece.
    pub(crate) fn to_batches(&self, place: Place) -> Result<Vec<RecordBatch>, ArrowError> {
        let whole = self.seal();
        let pieces: Vec<&[u8]> = whole.chunks(PIECE).collect();
        let of = pieces.len();
        pieces.into_iter().enumerate().map(|(piece, bytes)| batch(place, piece, of, bytes)).collect()
    }

    /// Totals, digest and bytes in one.
    fn seal(&self) -> Vec<u8> {
        let mut body = Vec::with_capacity(self.bytes.len() + 80);
        let Totals { control, money } = self.totals;
        [control.rows, control.plays, control.hash]
            .iter()
            .for_each(|number| body.extend(number.to_le_bytes()));
        body.extend(money.to_le_bytes());
        body.extend(&self.bytes);
        let digest = Sha256::digest(&body);
        body.extend(digest.iter());
        body
    }

    /// Reads what [`Answer::seal`] wrote.
    fn open(whole: &[u8]) -> Option<Answer> {
        let (body, digest) = whole.split_last_chunk::<32>()?;
        if Sha256::digest(body).as_slice() != digest {
            return None;
        }
        let (rows, body) = body.split_first_chunk::<8>()?;
        let (plays, body) = body.split_first_chunk::<8>()?;
        let (hash, body) = body.split_first_chunk::<8>()?;
        let (money, body) = body.split_first_chunk::<16>()?;
        let [rows, plays, hash] = [rows, plays, hash].map(|bytes| u64::from_le_bytes(*bytes));
        let totals = Totals { control: Control { rows, plays, hash }, money: u128::from_le_bytes(*money) };
        Some(Answer { totals, bytes: body.to_vec() })
    }
}

fn batch(place: Place, piece: usize, pieces: usize, bytes: &[u8]) -> Result<RecordBatch, ArrowError> {
    let number = |n: usize| Arc::new(UInt64Array::from(vec![n as u64])) as _;
    let mut columns =
        vec![number(place.task), number(place.tasks), number(place.partition), number(place.partitions)];
    columns.extend([number(piece), number(pieces), Arc::new(BinaryArray::from(vec![bytes])) as _]);
    RecordBatch::try_new(schema(), columns)
}

/// Pieces as they arrive, until every partition has answered once.
#[derive(Debug, Default)]
pub(crate) struct Gathering {
    partitions: BTreeMap<Place, Pieces>,
}

#[derive(Debug, Default)]
struct Pieces {
    of: u64,
    bytes: BTreeMap<u64, Vec<u8>>,
}

impl Gathering {
    /// Takes what arrived.
    ///
    /// # Errors
    /// In words, where it is not an answer or a piece came twice.
    pub(crate) fn take(&mut self, batch: &RecordBatch) -> Result<(), String> {
        if batch.schema().fields() != SCHEMA.fields() {
            return Err("an answer has other columns than were asked for".to_owned());
        }
        let number = |column: usize, row: usize| batch.column(column).as_primitive::<UInt64Type>().value(row);
        let size = |column, row| usize::try_from(number(column, row)).unwrap_or(usize::MAX);
        let bytes = batch.column(6).as_binary::<i32>();
        for row in 0..batch.num_rows() {
            let place = Place {
                task: size(0, row),
                tasks: size(1, row),
                partition: size(2, row),
                partitions: size(3, row),
            };
            let pieces = self.partitions.entry(place).or_default();
            pieces.of = number(5, row);
            if bytes.is_null(row) || pieces.bytes.insert(number(4, row), bytes.value(row).to_vec()).is_some()
            {
                return Err(format!("partition {} of task {} answered twice", place.partition, place.task));
            }
        }
        Ok(())
    }

    /// The answers, in the order of their places.
    ///
    /// # Errors
    /// In words, where a partition or a piece is missing, or bytes changed on the way.
    pub(crate) fn finish(self) -> Result<Vec<Answer>, String> {
        let first = self.partitions.keys().next().copied().ok_or("nothing was answered")?;
        let (tasks, partitions) = (first.tasks, first.partitions);
        let due = (0..tasks).flat_map(|task| (0..partitions).map(move |partition| (task, partition)));
        let came = self.partitions.keys().map(|p| (p.task, p.partition));
        let same_shape = self.partitions.keys().all(|p| p.tasks == tasks && p.partitions == partitions);
        if !same_shape || self.partitions.len() != tasks.saturating_mul(partitions) || !due.eq(came) {
            return Err(format!(
                "{} of {} partitions answered",
                self.partitions.len(),
                tasks.saturating_mul(partitions)
            ));
        }
        self.partitions.into_iter().map(|(place, pieces)| pieces.whole(place)).collect()
    }
}

impl Pieces {
    fn whole(self, place: Place) -> Result<Answer, String> {
        let wrong =
            |what: &str| format!("the answer of partition {} of task {} {what}", place.partition, place.task);
        if !self.bytes.keys().copied().eq(0..self.of) {
            return Err(wrong("is not whole"));
        }
        let whole: Vec<u8> = self.bytes.into_values().flatten().collect();
        Answer::open(&whole).ok_or_else(|| wrong("changed on its way"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(task: usize, partition: usize) -> Place {
        Place { task, tasks: 2, partition, partitions: 2 }
    }

    fn answer(size: usize) -> Answer {
        let bytes = (0..size).map(|i| (i * 7) as u8).collect();
        Answer { totals: Totals { control: Control { rows: 3, plays: 5, hash: 7 }, money: 11 }, bytes }
    }

    fn batches() -> Vec<RecordBatch> {
        let sizes = [(0, 0, 0), (0, 1, PIECE * 2 + 5), (1, 0, 17), (1, 1, PIECE)];
        sizes.into_iter().flat_map(|(t, p, size)| answer(size).to_batches(place(t, p)).unwrap()).collect()
    }

    fn gather(batches: &[RecordBatch]) -> Result<Vec<Answer>, String> {
        let mut gathering = Gathering::default();
        batches.iter().try_for_each(|b| gathering.take(b))?;
        gathering.finish()
    }

    #[test]
    fn answers_arrive_whole_in_any_order() {
        let mut batches = batches();
        batches.reverse();
        let answers = gather(&batches).unwrap();
        assert_eq!(answers, [answer(0), answer(PIECE * 2 + 5), answer(17), answer(PIECE)]);
    }

    #[test]
    fn whatever_is_missing_or_doubled_is_noticed() {
        let batches = batches();
        for missing in 0..batches.len() {
            let mut rest = batches.clone();
            rest.remove(missing);
            assert!(gather(&rest).is_err(), "without {missing}");
            let mut twice = batches.clone();
            twice.push(batches[missing].clone());
            assert!(gather(&twice).is_err(), "twice {missing}");
        }
        assert!(gather(&[]).is_err());
    }

    #[test]
    fn a_changed_byte_is_noticed() {
        let sealed = answer(100).seal();
        assert_eq!(Answer::open(&sealed), Some(answer(100)));
        for at in 0..sealed.len() {
            let mut other = sealed.clone();
            other[at] ^= 1;
            assert_eq!(Answer::open(&other), None, "byte {at}");
            assert_eq!(Answer::open(&sealed[..at]), None, "cut at {at}");
        }
    }
}
