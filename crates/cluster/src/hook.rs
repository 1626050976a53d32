//! A worker that fails on purpose, for tests: slow, lying, forgetful. No program sets one.

use std::fmt;
use std::sync::Arc;

use datafusion::arrow::array::RecordBatch;

use crate::answer::Answer;
use crate::totals::Totals;

type OnRows = dyn Fn(RecordBatch) -> RecordBatch + Send + Sync;
type OnAnswer = dyn Fn(&mut Totals, &mut Vec<u8>) + Send + Sync;

/// What happens to the rows that a kernel takes and to the answer it gives. It may block.
#[derive(Clone)]
pub struct Hook {
    rows: Arc<OnRows>,
    answer: Arc<OnAnswer>,
}

impl Hook {
    /// Both changes.
    pub fn new(
        rows: impl Fn(RecordBatch) -> RecordBatch + Send + Sync + 'static,
        answer: impl Fn(&mut Totals, &mut Vec<u8>) + Send + Sync + 'static,
    ) -> Hook {
        Hook { rows: Arc::new(rows), answer: Arc::new(answer) }
    }

    pub(crate) fn rows(&self, batch: RecordBatch) -> RecordBatch {
        (self.rows)(batch)
    }

    pub(crate) fn answer(&self, mut answer: Answer) -> Answer {
        (self.answer)(&mut answer.totals, &mut answer.bytes);
        answer
    }
}

impl fmt::Debug for Hook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Hook")
    }
}
