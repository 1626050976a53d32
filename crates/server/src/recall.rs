//! What was just looked up, kept for whoever looks again: who a session belongs to, and statements as they were drawn.
//!
//! Nothing here is believed without asking: every use case leaves a line in the journal, so each visit asks for the
//! lines that are new, one look-up by the primary key, and drops what they may have changed. A session that was ended
//! or a role that was taken away is gone with the next visit, whichever process did it; money that moved makes every
//! statement be drawn anew. What needs no line ends by the clock, half a minute later. The memory is bounded.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use app::House;
use app::session::Visitor;
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};
use store::{JournalRow, Tx};

use crate::flaw::Flaw;

/// For how long a session is remembered without its having been looked up again.
const SESSION_FOR: SignedDuration = SignedDuration::from_secs(30);
/// Most sessions that are remembered; some 30 MB.
const SESSIONS: usize = 20_000;
/// Most bytes of drawn statements, compressed.
const DRAWN_BYTES: usize = 112 * 1024 * 1024;
/// What one statement takes beside its bytes.
const DRAWN_EACH: usize = 200;
/// New lines of the journal that are looked through; where there are more, everything is dropped.
const LINES: i64 = 200;
/// Lines that may still come below the newest: on PostgreSQL a transaction that took its number earlier may end later.
const BEHIND: i64 = 64;
/// Acts that move no money and change no statement: doors, and what listeners keep.
const OF_DOORS: [&str; 9] = ["sign-in", "sign-out", "second factor", "passkey", "key ", "role ", "thanks", "member ", "card"];

/// Which drawing of a statement.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Drawing {
    /// The party as it was asked for.
    pub(crate) party: String,
    /// The period as it was asked for.
    pub(crate) period: String,
    /// The language.
    pub(crate) lang: &'static str,
    /// The day it was drawn on: what waits for its day shows on it.
    pub(crate) day: jiff::civil::Date,
}

/// A statement as it was drawn: its title and its content.
#[derive(Debug, Clone)]
pub(crate) struct Drawn {
    pub(crate) title: String,
    pub(crate) content: String,
}

/// A moment in the books: as long as it is the same, a statement is the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stamp(u64);

/// What is remembered.
#[derive(Debug, Default)]
pub(crate) struct Recall(Mutex<Table>);

#[derive(Debug, Default)]
struct Table {
    /// The newest line that was looked through; `None` before the first visit.
    newest: Option<i64>,
    /// The lines near it that were looked through.
    seen: BTreeSet<i64>,
    /// Grows with each line that may have changed a statement.
    books: u64,
    sessions: HashMap<[u8; 32], (Arc<Visitor>, Timestamp)>,
    drawn: HashMap<Drawing, (Stamp, Arc<Packed>)>,
    bytes: usize,
}

#[derive(Debug)]
struct Packed {
    title: String,
    content: Vec<u8>,
    /// How long the content is unpacked.
    long: usize,
}

impl Recall {
    /// Looks through what is new in the journal. To be asked before anything remembered is used.
    pub(crate) async fn look(&self, house: &House) -> Result<Stamp, Flaw> {
        let newest = self.table().newest;
        let mut tx = house.store.begin_read().await?;
        let behind = if matches!(tx, Tx::Postgres(_)) { BEHIND } else { 0 };
        let from = match newest {
            Some(newest) => newest,
            None => tx.journal_newest().await?,
        };
        let lines = tx.journal_after(from - behind, LINES + behind).await?;
        drop(tx);
        let mut table = self.table();
        if newest.is_none() || lines.len() as i64 >= LINES + behind {
            table.forget_all();
            table.newest = None;
        }
        for line in &lines {
            if table.seen.insert(line.seq) && table.newest.is_some_and(|newest| line.seq > newest - behind) {
                table.news(line);
            }
        }
        let newest = lines.last().map_or(from, |l| l.seq).max(from);
        table.newest = Some(newest.max(table.newest.unwrap_or(newest)));
        let keep = table.newest.unwrap_or(newest) - behind;
        table.seen = table.seen.split_off(&keep.saturating_add(1));
        Ok(Stamp(table.books))
    }

    /// Where the books stood when somebody looked last.
    pub(crate) fn stamp(&self) -> Stamp {
        Stamp(self.table().books)
    }

    /// Who a session's token belongs to, where that is known from a moment ago.
    pub(crate) fn visitor(&self, token: &str, now: Timestamp) -> Option<Arc<Visitor>> {
        let table = self.table();
        let (visitor, until) = table.sessions.get(&key(token))?;
        (now < *until).then(|| visitor.clone())
    }

    /// Remembers who a token belongs to. Whoever works for the house is looked up every time.
    pub(crate) fn keep_visitor(&self, token: &str, visitor: &Arc<Visitor>, now: Timestamp) {
        if visitor.rights.of_house() {
            return;
        }
        let mut table = self.table();
        if table.sessions.len() >= SESSIONS {
            table.sessions.retain(|_, (_, until)| now < *until);
        }
        if table.sessions.len() >= SESSIONS {
            table.sessions.clear();
        }
        table.sessions.insert(key(token), (visitor.clone(), now + SESSION_FOR));
    }

    /// Forgets a session: whoever sent a form may have changed what is known of them.
    pub(crate) fn forget(&self, token: &str) {
        self.table().sessions.remove(&key(token));
    }

    /// A statement as it was drawn, where nothing changed since.
    pub(crate) fn drawn(&self, drawing: &Drawing, stamp: Stamp) -> Option<Drawn> {
        let packed = {
            let table = self.table();
            let (was, packed) = table.drawn.get(drawing)?;
            if *was != stamp {
                return None;
            }
            packed.clone()
        };
        let content = zstd::bulk::decompress(&packed.content, packed.long).ok()?;
        Some(Drawn { title: packed.title.clone(), content: String::from_utf8(content).ok()? })
    }

    /// Remembers a statement as it was drawn when the books stood at `stamp`.
    pub(crate) fn keep_drawn(&self, drawing: Drawing, stamp: Stamp, drawn: &Drawn) {
        let Ok(content) = zstd::bulk::compress(drawn.content.as_bytes(), 1) else { return };
        let packed = Packed { title: drawn.title.clone(), content, long: drawn.content.len() };
        let mut table = self.table();
        if table.bytes + packed.bytes() > DRAWN_BYTES {
            table.drawn.retain(|_, (was, _)| *was == stamp);
            table.bytes = table.drawn.values().map(|(_, p)| p.bytes()).sum();
        }
        if table.bytes + packed.bytes() > DRAWN_BYTES {
            table.drawn.clear();
            table.bytes = 0;
        }
        table.bytes += packed.bytes();
        if let Some((_, old)) = table.drawn.insert(drawing, (stamp, Arc::new(packed))) {
            table.bytes -= old.bytes();
        }
    }

    fn table(&self) -> std::sync::MutexGuard<'_, Table> {
        // A lock that a panic left behind holds a table that is still right, or forgets.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Table {
    fn news(&mut self, line: &JournalRow) {
        let theirs = |who: &Visitor| who.sign_in.id.as_str() == line.by || who.sign_in.id.as_str() == line.subject;
        self.sessions.retain(|_, (who, _)| !theirs(who));
        if !OF_DOORS.iter().any(|door| line.action.starts_with(door)) {
            self.books += 1;
        }
    }

    fn forget_all(&mut self) {
        self.sessions.clear();
        self.drawn.clear();
        self.seen.clear();
        self.bytes = 0;
        self.books += 1;
    }
}

impl Packed {
    fn bytes(&self) -> usize {
        self.content.len() + self.title.len() + DRAWN_EACH
    }
}

fn key(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}
