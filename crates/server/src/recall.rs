//! What was just looked up, kept for whoever looks again: who a session belongs to, and statements as they were drawn.
//!
//! Nothing here is believed without asking: every use case leaves a line in the journal, so each visit asks for the
//! lines that are new, one look-up by the primary key, and drops what they may have changed. A session that was ended
//! or a role that was taken away is gone with the next visit, whichever process did it; money that moved makes every
//! statement be drawn anew. What needs no line ends by the clock, a minute later. The memory is bounded.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use app::House;
use app::session::Visitor;
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};
use store::JournalRow;
use zstd::bulk::Compressor;
use zstd::dict::{DecoderDictionary, EncoderDictionary};
use zstd::zstd_safe::DCtx;

use crate::flaw::Flaw;

/// For how long a session is remembered without its having been looked up again.
const SESSION_FOR: SignedDuration = SignedDuration::from_secs(60);
/// Most sessions that are remembered; some 50 MB.
const SESSIONS: usize = 65_536;
/// Most bytes of drawn statements, packed.
const DRAWN_BYTES: usize = 80 * 1024 * 1024;
/// What one statement takes beside its bytes.
const DRAWN_EACH: usize = 200;
/// New lines of the journal that are looked through; where there are more, everything is dropped.
const LINES: i64 = 200;
/// Lines that may still come below the newest: on PostgreSQL a transaction that took its number earlier may end later.
const BEHIND: i64 = 64;
/// Acts that move no money and change no statement: doors, and what listeners keep.
const OF_DOORS: [&str; 9] =
    ["sign-in", "sign-out", "second factor", "passkey", "key ", "role ", "thanks", "member ", "card"];

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
pub(crate) struct Recall {
    table: Mutex<Table>,
    /// How many looks through the journal began, and whose turn it is: those who come while one is under way share the next.
    begun: AtomicU64,
    turn: tokio::sync::Mutex<()>,
}

#[derive(Debug, Default)]
struct Table {
    /// The last look that went well.
    looked: u64,
    /// The newest line that was looked through; `None` before the first visit.
    newest: Option<i64>,
    /// The lines near it that were looked through.
    seen: BTreeSet<i64>,
    /// Grows with each line that may have changed a statement.
    books: u64,
    sessions: HashMap<[u8; 32], (Arc<Visitor>, Timestamp)>,
    drawn: HashMap<Drawing, (Stamp, Arc<Packed>)>,
    bytes: usize,
    /// The first statement of each language: all others are packed as what they differ from it by.
    models: HashMap<&'static str, Arc<Model>>,
}

/// What statements of a language are packed beside.
struct Model {
    packs: EncoderDictionary<'static>,
    unpacks: DecoderDictionary<'static>,
}

impl std::fmt::Debug for Model {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Model(…)")
    }
}

thread_local! {
    static UNPACKER: RefCell<DCtx<'static>> = RefCell::new(DCtx::create());
}

impl Model {
    fn of(content: &str) -> Model {
        Model {
            packs: EncoderDictionary::copy(content.as_bytes(), 1),
            unpacks: DecoderDictionary::copy(content.as_bytes()),
        }
    }

    /// In a box: what packs leaves room for the worst case, several times what is kept.
    fn pack(&self, content: &str) -> Option<Box<[u8]>> {
        let packed =
            Compressor::with_prepared_dictionary(&self.packs).ok()?.compress(content.as_bytes()).ok()?;
        Some(packed.into_boxed_slice())
    }

    fn unpack(&self, packed: &Packed) -> Option<String> {
        let mut content = Vec::with_capacity(packed.long);
        // What unpacks is made once for each thread: making it took longer than unpacking.
        UNPACKER
            .with_borrow_mut(|by| {
                by.decompress_using_ddict(&mut content, &packed.content, self.unpacks.as_ddict())
            })
            .ok()?;
        String::from_utf8(content).ok()
    }
}

#[derive(Debug)]
struct Packed {
    title: String,
    content: Box<[u8]>,
    /// How long the content is unpacked.
    long: usize,
}

impl Recall {
    /// Looks through what is new in the journal, or waits for a look that began after this was asked. To be asked before
    /// anything remembered is used.
    pub(crate) async fn look(&self, house: &House) -> Result<Stamp, Flaw> {
        let before = self.begun.load(Ordering::SeqCst);
        let _turn = self.turn.lock().await;
        // Looks are one after another, so one that began since has ended.
        if self.table().looked > before {
            return Ok(self.stamp());
        }
        let this = self.begun.fetch_add(1, Ordering::SeqCst) + 1;
        let stamp = self.look_now(house).await?;
        self.table().looked = this;
        Ok(stamp)
    }

    async fn look_now(&self, house: &House) -> Result<Stamp, Flaw> {
        let newest = self.table().newest;
        let mut tx = house.store.begin_read().await?;
        let behind = if tx.is_postgres() { BEHIND } else { 0 };
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
            // Room for many at once: a sweep for each newcomer would cost more than it keeps.
            if table.sessions.len() > SESSIONS / 2 {
                halve(&mut table.sessions);
            }
        }
        table.sessions.insert(key(token), (visitor.clone(), now + SESSION_FOR));
    }

    /// Forgets a session: whoever sent a form may have changed what is known of them.
    pub(crate) fn forget(&self, token: &str) {
        self.table().sessions.remove(&key(token));
    }

    /// A statement as it was drawn, where nothing changed since.
    pub(crate) fn drawn(&self, drawing: &Drawing, stamp: Stamp) -> Option<Drawn> {
        let (packed, model) = {
            let table = self.table();
            let (was, packed) = table.drawn.get(drawing)?;
            if *was != stamp {
                return None;
            }
            (packed.clone(), table.models.get(drawing.lang)?.clone())
        };
        Some(Drawn { title: packed.title.clone(), content: model.unpack(&packed)? })
    }

    /// Remembers a statement as it was drawn when the books stood at `stamp`.
    pub(crate) fn keep_drawn(&self, drawing: Drawing, stamp: Stamp, drawn: &Drawn) {
        let model = || Arc::new(Model::of(&drawn.content));
        let model = self.table().models.entry(drawing.lang).or_insert_with(model).clone();
        let Some(content) = model.pack(&drawn.content) else { return };
        let packed = Packed { title: drawn.title.clone(), content, long: drawn.content.len() };
        let mut table = self.table();
        if table.bytes + packed.bytes() > DRAWN_BYTES {
            table.drawn.retain(|_, (was, _)| *was == stamp);
            let bytes = |table: &Table| table.drawn.values().map(|(_, p)| p.bytes()).sum();
            table.bytes = bytes(&table);
            while table.bytes + packed.bytes() > DRAWN_BYTES / 2 && !table.drawn.is_empty() {
                halve(&mut table.drawn);
                table.bytes = bytes(&table);
            }
        }
        table.bytes += packed.bytes();
        if let Some((_, old)) = table.drawn.insert(drawing, (stamp, Arc::new(packed))) {
            table.bytes -= old.bytes();
        }
    }

    fn table(&self) -> std::sync::MutexGuard<'_, Table> {
        // A lock that a panic left behind holds a table that is still right, or forgets.
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Table {
    fn news(&mut self, line: &JournalRow) {
        let theirs =
            |who: &Visitor| who.sign_in.id.as_str() == line.by || who.sign_in.id.as_str() == line.subject;
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

/// Forgets every other one.
fn halve<K, V>(map: &mut HashMap<K, V>) {
    let mut keep = true;
    map.retain(|_, _| {
        keep = !keep;
        keep
    });
}

fn key(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawing(party: &str) -> Drawing {
        Drawing {
            party: party.to_owned(),
            period: String::new(),
            lang: "en",
            day: jiff::civil::date(2026, 9, 4),
        }
    }

    fn drawn(n: usize) -> Drawn {
        let content = (0..200).map(|line| format!("<p>line {line} of {n}</p>")).collect();
        Drawn { title: format!("t{n}"), content }
    }

    #[test]
    fn a_drawing_comes_back_as_long_as_the_books_stand() {
        let recall = Recall::default();
        for n in 0..50 {
            recall.keep_drawn(drawing(&format!("pty-{n}")), Stamp(1), &drawn(n));
        }
        for n in 0..50 {
            let back = recall.drawn(&drawing(&format!("pty-{n}")), Stamp(1)).unwrap();
            assert_eq!((back.title, back.content), (drawn(n).title, drawn(n).content));
        }
        assert!(recall.drawn(&drawing("pty-1"), Stamp(2)).is_none(), "the books moved");
        assert!(recall.drawn(&drawing("pty-99"), Stamp(1)).is_none());
        let table = recall.table();
        assert!(table.bytes < 50 * 1_200, "packed beside the first: {}", table.bytes);
        let other = Drawing { lang: "fr", ..drawing("pty-1") };
        drop(table);
        assert!(recall.drawn(&other, Stamp(1)).is_none(), "another language");
    }

    #[test]
    fn every_other_is_forgotten() {
        let mut map: HashMap<usize, ()> = (0..101).map(|n| (n, ())).collect();
        halve(&mut map);
        assert_eq!(map.len(), 50);
        halve(&mut HashMap::<usize, ()>::new());
        let mut one = HashMap::from([(1, ())]);
        halve(&mut one);
        assert!(one.is_empty(), "so that making room comes to an end");
    }

    #[test]
    fn memory_is_bounded() {
        let recall = Recall::default();
        recall.keep_drawn(drawing("pty-0"), Stamp(1), &drawn(0));
        let noise = |n: u64| {
            let mut at = n;
            let next = |_| {
                at = at.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                char::from(b'a' + u8::try_from((at >> 40) % 26).unwrap())
            };
            Drawn { title: String::new(), content: (0..2_000_000).map(next).collect() }
        };
        for n in 0..90 {
            recall.keep_drawn(drawing(&format!("pty-{n}")), Stamp(n), &noise(n));
        }
        assert!(recall.table().bytes <= DRAWN_BYTES);
    }
}
