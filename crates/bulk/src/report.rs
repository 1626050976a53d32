//! What came out: lines by recording, or by recording and party, and the manifest.

use std::collections::BTreeMap;
use std::io::{self, Write};

use allocation::Reason;
use allocation::RuleStamp;
use allocation::kernel::{HolderLines, Outcome};
use money::Amount;
use music::PartyId;
use sha2::{Digest as _, Sha256};

use crate::files::Digest;
use crate::keys::Keys;
use crate::share::Ask;

/// A pot shared.
#[derive(Debug)]
pub struct Report {
    pub(crate) rule: RuleStamp,
    pub(crate) outcome: Outcome,
    pub(crate) recordings: Keys,
    pub(crate) held: Option<Held>,
    pub(crate) files: Vec<InputFile>,
    pub(crate) seats: Option<u64>,
    pub(crate) tables: [Option<Digest>; 2],
    pub(crate) here: Option<String>,
    pub(crate) covers_threshold: bool,
}

/// Lines over holders, with the names of the parties.
#[derive(Debug)]
pub(crate) struct Held {
    pub lines: HolderLines,
    pub parties: BTreeMap<PartyId, String>,
}

/// A file of plays, whatever its name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct InputFile {
    /// What it is.
    pub digest: Digest,
    /// How many rows.
    pub rows: u64,
}

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// Lines without the header.
    pub lines: u64,
    /// Bytes and their hash.
    pub digest: Digest,
}

impl Report {
    pub(crate) fn new(
        ask: &Ask,
        outcome: Outcome,
        recordings: Keys,
        held: Option<Held>,
        files: Vec<InputFile>,
    ) -> Report {
        Report {
            rule: RuleStamp::of(&ask.rule),
            outcome,
            recordings,
            held,
            files,
            seats: ask.seats,
            tables: [
                ask.holders.as_ref().map(|table| table.digest().clone()),
                ask.catalogue.as_ref().map(|table| table.digest().clone()),
            ],
            here: ask.here.as_ref().map(|here| here.as_str().to_owned()),
            covers_threshold: ask.covers_threshold,
        }
    }

    /// The result by recording.
    pub fn outcome(&self) -> &Outcome {
        &self.outcome
    }

    /// The keys of recordings.
    pub fn recordings(&self) -> &Keys {
        &self.recordings
    }

    /// Writes the lines as CSV: `recording,amount_micros`, or with holders `recording,party,amount_micros`, by
    /// recording and party. Money that waits stands under `suspense:` and the reason.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn write(&self, out: &mut dyn Write) -> io::Result<Written> {
        let mut out = Hashing { out, hash: Sha256::new(), bytes: 0 };
        let lines = match &self.held {
            None => self.write_recordings(&mut out),
            Some(held) => self.write_held(held, &mut out),
        }?;
        out.flush()?;
        let sha256 = out.hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(Written { lines, digest: Digest { sha256, bytes: out.bytes } })
    }

    fn write_recordings(&self, out: &mut impl Write) -> io::Result<u64> {
        let mut buffer = b"recording,amount_micros\n".to_vec();
        let sums = self.outcome.by_recording().map_err(io::Error::other)?;
        for (recording, amount) in &sums {
            field(&self.recordings.written(u64::from(*recording)), &mut buffer);
            buffer.push(b',');
            buffer.extend_from_slice(amount.micros().to_string().as_bytes());
            buffer.push(b'\n');
            flush_full(&mut buffer, out)?;
        }
        out.write_all(&buffer)?;
        Ok(sums.len() as u64)
    }

    fn write_held(&self, held: &Held, out: &mut impl Write) -> io::Result<u64> {
        let mut buffer = b"recording,party,amount_micros\n".to_vec();
        for line in &held.lines {
            field(&self.recordings.written(u64::from(line.recording)), &mut buffer);
            buffer.push(b',');
            match &line.whom {
                Ok(party) => field(held.parties.get(party).map_or(b"", |name| name.as_bytes()), &mut buffer),
                Err(reason) => buffer.extend_from_slice(suspense(*reason).as_bytes()),
            }
            buffer.push(b',');
            buffer.extend_from_slice(line.micros.to_string().as_bytes());
            buffer.push(b'\n');
            flush_full(&mut buffer, out)?;
        }
        out.write_all(&buffer)?;
        Ok(held.lines.len() as u64)
    }

    /// What waits, by reason: micros and recordings.
    pub fn waiting(&self) -> BTreeMap<Reason, (Amount, u64)> {
        let currency = self.outcome.pot.currency();
        let mut sums: BTreeMap<Reason, (i64, u64)> = BTreeMap::new();
        for line in self.held.iter().flat_map(|held| &held.lines) {
            if let Err(reason) = &line.whom {
                let sum = sums.entry(*reason).or_default();
                *sum = (sum.0 + line.micros, sum.1 + 1);
            }
        }
        sums.into_iter()
            .map(|(reason, (micros, count))| (reason, (Amount::from_micros(micros, currency), count)))
            .collect()
    }
}

/// The account money waits in.
pub(crate) fn suspense(reason: Reason) -> String {
    format!("suspense:{}", reason.word())
}

/// A field of a CSV, in quotes where it must be.
fn field(text: &[u8], out: &mut Vec<u8>) {
    if text.iter().any(|byte| matches!(byte, b',' | b'"' | b'\n' | b'\r')) {
        out.push(b'"');
        text.iter().for_each(|byte| {
            out.extend_from_slice(if *byte == b'"' { b"\"\"" } else { std::slice::from_ref(byte) })
        });
        out.push(b'"');
    } else {
        out.extend_from_slice(text);
    }
}

fn flush_full(buffer: &mut Vec<u8>, out: &mut impl Write) -> io::Result<()> {
    if buffer.len() > 1 << 16 {
        out.write_all(buffer)?;
        buffer.clear();
    }
    Ok(())
}

/// A writer that hashes what goes through it.
struct Hashing<'a> {
    out: &'a mut dyn Write,
    hash: Sha256,
    bytes: u64,
}

impl Write for Hashing<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.out.write(bytes)?;
        self.hash.update(&bytes[..written]);
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}
