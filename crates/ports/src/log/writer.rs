//! The one writer of a log.

use std::fs::{self, File, TryLockError};
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};

use proof::checkpoint::BadCheckpoint;
use proof::log::{
    BadRotation, BadTree, Betrayal, Entry, KeyRing, Policy, Receipt, Rotation, Seen, TILE_WIDTH, Tile,
    TileKind, Tree, Trusted, grown_tiles, write_bundle, write_hashes,
};
use proof::merkle::{Frontier, root};
use proof::note::{BadKey, BadNote};
use proof::{Checkpoint, Hash, Note, SigningKey};

use super::disk::{Disk, STATE};
use super::reader::LogFolder;

/// How many entries one batch may have.
pub const BATCH_MOST: usize = 1024;

const WIDTH: usize = TILE_WIDTH as usize;

/// The checkpoint that counts, whatever is published.
const COUNTS: &str = ".state/checkpoint";

/// The checkpoint that is published.
const SHOWN: &str = "checkpoint";

/// Appends to a log. While it lives nobody else can.
#[derive(Debug)]
pub struct LogWriter {
    disk: Disk,
    keys: KeyRing,
    signers: Vec<SigningKey>,
    rotations: u32,
    state: State,
    note: Note,
    /// An earlier write failed: what lies on the disk is to be read again first.
    broken: bool,
    /// Held as long as the writer lives.
    _lock: File,
}

/// All that is needed to go on: the right edge of the tree and of the entries.
#[derive(Debug, Clone, Default)]
struct State {
    size: u64,
    frontier: Frontier,
    /// The partial tile of each level.
    edge: Vec<Vec<Hash>>,
    /// The bytes of the partial bundle.
    bundle: Vec<u8>,
}

/// Why a log cannot be opened or written.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// Another writer is at work.
    #[error("another program is writing the log in `{0}`; a log has one writer")]
    Locked(PathBuf),
    /// The folder cannot be read or written.
    #[error("the log in `{0}` cannot be read or written: {1}")]
    Folder(PathBuf, #[source] io::Error),
    /// There is a published log without the writer's state.
    #[error(
        "`{0}` has a published checkpoint and no `.state/checkpoint`; restore the whole folder, or copy `checkpoint` there if it is surely the newest"
    )]
    NoState(PathBuf),
    /// The state is not the one published or seen: it is older, or of another history.
    #[error(
        "the log's folder is not what was published before: {0}; restore the newest copy, never go on from an older one"
    )]
    Contradicted(Betrayal),
    /// The checkpoint is not signed as it should be.
    #[error("the log's own checkpoint is not believed: {0}")]
    Checkpoint(#[from] BadCheckpoint),
    /// A tile at the log's edge is missing or changed.
    #[error(transparent)]
    Tree(#[from] BadTree),
    /// A rotation of keys cannot be followed.
    #[error(transparent)]
    Rotation(#[from] BadRotation),
    /// The key in force is not among those handed in.
    #[error("the log is signed by key `{0}` now, and that key was not given")]
    NoKey(String),
    /// The batch has too many entries.
    #[error("the batch has {0} entries; at most {BATCH_MOST} are logged at once")]
    Batch(usize),
    /// An earlier write failed.
    #[error("an earlier write to the log failed; open the log again")]
    Broken,
    /// The cosigned checkpoint is another than the newest.
    #[error("the cosigned checkpoint is not the log's newest")]
    OtherCheckpoint,
    /// A key's name cannot be used.
    #[error(transparent)]
    Key(#[from] BadKey),
    /// A note cannot be written.
    #[error(transparent)]
    Note(#[from] BadNote),
}

impl LogWriter {
    /// Opens the log in a folder, or begins one where it is empty.
    ///
    /// `keys` knows the log's name and first key; `signers` are the private keys at hand, of which the one in force signs.
    /// `seen` is the newest state the house remembers elsewhere (its database, a witness): a folder restored from an
    /// older copy is refused.
    ///
    /// # Errors
    /// [`LogError`], in this order: the lock, the folder, keys, the checkpoint, its tiles, what was seen.
    pub fn open(
        folder: &Path,
        keys: KeyRing,
        signers: Vec<SigningKey>,
        seen: Option<&Seen>,
    ) -> Result<LogWriter, LogError> {
        let fault = |e| LogError::Folder(folder.to_owned(), e);
        let disk = Disk::open(folder).map_err(fault)?;
        let lock = lock(folder)?;
        disk.clear().map_err(fault)?;
        let (keys, rotations, unfinished) = read_rotations(folder, keys)?;
        let counts = read_text(&folder.join(COUNTS)).map_err(fault)?;
        let public = read_text(&folder.join(SHOWN)).map_err(fault)?;
        let Some(counts) = counts else {
            if public.is_some() {
                return Err(LogError::NoState(folder.to_owned()));
            }
            return LogWriter::begin(disk, lock, keys, signers, rotations, seen);
        };
        let note: Note = counts.parse()?;
        let checkpoint = keys.open(&note)?;
        let shown = public.as_deref().map(|p| keys.open(&p.parse()?)).transpose()?;
        let shown = shown.as_ref().map(Seen::from);
        let state = State::read(folder, &checkpoint, [seen, shown.as_ref()].into_iter().flatten())?;
        let mut writer =
            LogWriter { disk, keys, signers, rotations, state, note, broken: false, _lock: lock };
        if public.as_deref() != Some(counts.as_str()) {
            writer.write(&[(SHOWN.to_owned(), counts.into_bytes())])?;
        }
        if let Some(rotation) = unfinished.filter(|r| r.from > checkpoint.size) {
            writer.finish_rotation(&rotation)?;
        }
        Ok(writer)
    }

    /// Appends a batch; gives the places of its entries once it is flushed, signed and published.
    ///
    /// # Errors
    /// [`LogError::Batch`]; [`LogError::NoKey`]; [`LogError::Folder`] where the disk fails: then nothing is acknowledged, and the log
    /// must be opened again to learn whether the batch counts.
    pub fn append(&mut self, entries: &[Entry]) -> Result<Range<u64>, LogError> {
        if entries.len() > BATCH_MOST {
            return Err(LogError::Batch(entries.len()));
        }
        if self.broken {
            return Err(LogError::Broken);
        }
        let (old, mut state) = (self.state.size, self.state.clone());
        let files = state.grow(entries);
        if !entries.is_empty() {
            let note = self.sign(&state)?;
            self.write(&files)?;
            self.publish(&note)?;
            (self.state, self.note) = (state, note);
            self.remove_partial(old);
        }
        Ok(old..self.state.size)
    }

    /// How many entries the log has.
    pub const fn size(&self) -> u64 {
        self.state.size
    }

    /// The newest checkpoint with all its signatures.
    pub const fn checkpoint(&self) -> &Note {
        &self.note
    }

    /// The newest state, to be remembered elsewhere.
    pub fn seen(&self) -> Seen {
        Seen { size: self.state.size, root: self.state.frontier.root() }
    }

    /// The log's keys, as far as they have come.
    pub const fn keys(&self) -> &KeyRing {
        &self.keys
    }

    /// The receipt of one entry under the newest checkpoint.
    ///
    /// # Errors
    /// [`LogError::Tree`] where there is no such entry or a file was changed.
    pub fn receipt(&self, index: u64) -> Result<Receipt, LogError> {
        let checkpoint = self.keys.open(&self.note)?;
        let trusted = Trusted { checkpoint, cosigned: Vec::new() };
        Ok(LogFolder::new(self.disk.root()).receipt(index, self.note.clone(), &trusted)?)
    }

    /// The proof that the log merely grew since it had `old` entries, for a witness or a monitor.
    ///
    /// # Errors
    /// [`LogError::Tree`].
    pub fn consistency(&self, old: u64) -> Result<Vec<Hash>, LogError> {
        let source = LogFolder::new(self.disk.root()).source();
        Ok(Tree::open(self.state.size, &self.state.frontier.root(), source)?.consistency(old)?)
    }

    /// Publishes the newest checkpoint with the witnesses' cosignatures, and keeps it under `cosigned/`.
    ///
    /// # Errors
    /// [`LogError::OtherCheckpoint`] where the log has grown meanwhile; the cosigned one is not lost to who holds it.
    pub fn keep_cosigned(&mut self, cosigned: &Note) -> Result<(), LogError> {
        let trusted = Policy::log_only(self.keys.clone()).open_note(cosigned);
        if trusted.map(|t| Seen::from(&t.checkpoint)) != Ok(self.seen()) {
            return Err(LogError::OtherCheckpoint);
        }
        self.write(&[(format!("cosigned/{}", self.state.size), cosigned.to_string().into_bytes())])?;
        self.publish(cosigned)?;
        self.note = cosigned.clone();
        Ok(())
    }

    /// Goes on with a new key: logs a rotation that both keys sign. The checkpoint with it is the first of the new key.
    ///
    /// # Errors
    /// [`LogError`]; after a crash, opening the log with both keys finishes what was begun.
    pub fn rotate(&mut self, new: SigningKey) -> Result<u64, LogError> {
        let from = self.state.size + 1;
        let rotation = Rotation { origin: self.keys.origin().to_owned(), from, key: new.verifier().clone() };
        let note = rotation.sign(self.signer(self.state.size)?, &new)?.to_string();
        let path = format!("rotation/{}", self.rotations + 1);
        self.write(&[(path, note.clone().into_bytes())])?;
        self.keys.rotate(&note)?;
        self.rotations += 1;
        self.signers.push(new);
        Ok(self.append(&[entry(note)?])?.start)
    }

    fn begin(
        disk: Disk,
        lock: File,
        keys: KeyRing,
        signers: Vec<SigningKey>,
        rotations: u32,
        seen: Option<&Seen>,
    ) -> Result<LogWriter, LogError> {
        let state = State { edge: vec![Vec::new(); 8], ..State::default() };
        if let Some(seen) = seen.filter(|s| s.size > 0) {
            return Err(LogError::Contradicted(Betrayal::RolledBack { found: 0, seen: seen.size }));
        }
        let unsigned = Note::new("nothing\n")?;
        let mut writer =
            LogWriter { disk, keys, signers, rotations, state, note: unsigned, broken: false, _lock: lock };
        let note = writer.sign(&writer.state)?;
        writer.publish(&note)?;
        writer.note = note;
        Ok(writer)
    }

    /// Logs the rotation a writer before was stopped at.
    fn finish_rotation(&mut self, rotation: &Rotation) -> Result<(), LogError> {
        let path = self.disk.root().join(format!("rotation/{}", self.rotations));
        let note = fs::read_to_string(path).map_err(|e| self.fault(e))?;
        if rotation.from == self.state.size + 1 {
            self.append(&[entry(note)?])?;
        }
        Ok(())
    }

    fn sign(&self, state: &State) -> Result<Note, LogError> {
        let (origin, root) = (self.keys.origin().to_owned(), state.frontier.root());
        let checkpoint = Checkpoint { origin, size: state.size, root, extensions: Vec::new() };
        Ok(checkpoint.sign(self.signer(state.size)?)?)
    }

    /// The key in force at a size.
    fn signer(&self, size: u64) -> Result<&SigningKey, LogError> {
        let wanted = self.keys.key_at(size);
        let found = self.signers.iter().find(|key| key.verifier() == wanted);
        found.ok_or_else(|| LogError::NoKey(wanted.to_string()))
    }

    /// Makes a checkpoint count, then shows it.
    fn publish(&mut self, note: &Note) -> Result<(), LogError> {
        self.guarded(|disk| disk.put_then_show(COUNTS, SHOWN, note.to_string().as_bytes()))
    }

    fn write(&mut self, files: &[(String, Vec<u8>)]) -> Result<(), LogError> {
        self.guarded(|disk| disk.put_all(files))
    }

    /// After a failure nothing more is written: what lies on the disk is not known any longer.
    fn guarded(&mut self, write: impl FnOnce(&mut Disk) -> io::Result<()>) -> Result<(), LogError> {
        if self.broken {
            return Err(LogError::Broken);
        }
        let written = write(&mut self.disk);
        self.broken = written.is_err();
        written.map_err(|e| self.fault(e))
    }

    /// Removes partial tiles that are full now; readers of older checkpoints find the full ones.
    fn remove_partial(&self, old: u64) {
        for tile in grown_tiles(old, self.state.size).into_iter().filter(Tile::is_full) {
            self.disk.remove_folder(&format!("{tile}.p"));
        }
    }

    fn fault(&self, error: io::Error) -> LogError {
        LogError::Folder(self.disk.root().to_owned(), error)
    }
}

/// Writes the files of a log anew from its entries, up to a checkpoint that was published before: after a folder was
/// lost, or restored from an older copy. The same entries give the same bytes, so nobody sees a second history.
///
/// `rotations` are the notes by which its keys followed each other; `entries` gives those from a place on, at least
/// one and at most [`BATCH_MOST`] at a time.
///
/// # Errors
/// [`LogError::Contradicted`] where the entries do not lead to the checkpoint's root, and nothing is published then;
/// [`LogError::Batch`] where entries are missing.
pub fn restore(
    folder: &Path,
    mut keys: KeyRing,
    rotations: &[String],
    note: &Note,
    mut entries: impl FnMut(u64) -> Vec<Entry>,
) -> Result<(), LogError> {
    let fault = |e| LogError::Folder(folder.to_owned(), e);
    rotations.iter().try_for_each(|rotation| keys.rotate(rotation))?;
    let checkpoint = keys.open(note)?;
    let mut disk = Disk::open(folder).map_err(fault)?;
    let _lock = lock(folder)?;
    disk.clear().map_err(fault)?;
    let mut state = State { edge: vec![Vec::new(); 8], ..State::default() };
    while state.size < checkpoint.size {
        let (old, mut batch) = (state.size, entries(state.size));
        batch.truncate(usize::try_from(checkpoint.size - state.size).unwrap_or(usize::MAX));
        if batch.is_empty() || batch.len() > BATCH_MOST {
            return Err(LogError::Batch(batch.len()));
        }
        disk.put_all(&state.grow(&batch)).map_err(fault)?;
        for tile in grown_tiles(old, state.size).into_iter().filter(Tile::is_full) {
            disk.remove_folder(&format!("{tile}.p"));
        }
    }
    let found = state.frontier.root();
    if found != checkpoint.root {
        let split = Betrayal::Split { size: checkpoint.size, seen: checkpoint.root, found };
        return Err(LogError::Contradicted(split));
    }
    let path = |n: usize| format!("rotation/{}", n + 1);
    let files: Vec<_> =
        rotations.iter().enumerate().map(|(n, text)| (path(n), text.clone().into_bytes())).collect();
    disk.put_all(&files).map_err(fault)?;
    disk.put_then_show(COUNTS, SHOWN, note.to_string().as_bytes()).map_err(fault)
}

impl State {
    /// The state a checkpoint speaks of, each file it needs checked.
    fn read<'a>(
        folder: &Path,
        checkpoint: &Checkpoint,
        before: impl Iterator<Item = &'a Seen>,
    ) -> Result<State, LogError> {
        let before: Vec<&Seen> = before.collect();
        before.iter().try_for_each(|seen| seen.not_older(checkpoint)).map_err(LogError::Contradicted)?;
        let mut tree = Tree::open(checkpoint.size, &checkpoint.root, LogFolder::new(folder).source())?;
        for seen in before {
            let found = tree.root_at(seen.size)?;
            if found != seen.root {
                let split = Betrayal::Split { size: seen.size, seen: seen.root, found };
                return Err(LogError::Contradicted(split));
            }
        }
        let mut bundle = Vec::new();
        if !checkpoint.size.is_multiple_of(WIDTH as u64) {
            write_bundle(&tree.entries(checkpoint.size / WIDTH as u64)?, &mut bundle);
        }
        let edge = tree.edge().to_vec();
        let frontier = Frontier::from_parts(checkpoint.size, peaks(&edge)).unwrap_or_default();
        Ok(State { size: checkpoint.size, frontier, edge, bundle })
    }

    /// Adds entries; gives every file that is new or wider.
    fn grow(&mut self, entries: &[Entry]) -> Vec<(String, Vec<u8>)> {
        let (old, mut files) = (self.size, Vec::new());
        let mut file = |kind, index, width: usize, bytes| {
            let width = u16::try_from(width).unwrap_or(TILE_WIDTH);
            files.extend(Tile::new(kind, index, width).map(|tile| (tile.to_string(), bytes)));
        };
        for entry in entries {
            write_bundle([entry], &mut self.bundle);
            let (mut hash, mut place) = (entry.leaf(), self.size);
            self.frontier.push(&hash);
            self.size += 1;
            for (level, hashes) in (0_u8..).zip(&mut self.edge) {
                hashes.push(hash);
                if hashes.len() < WIDTH {
                    break;
                }
                place /= WIDTH as u64;
                file(TileKind::Hashes(level), place, WIDTH, write_hashes(hashes));
                hash = root(hashes);
                hashes.clear();
            }
            if self.size.is_multiple_of(WIDTH as u64) {
                let full = std::mem::take(&mut self.bundle);
                file(TileKind::Entries, (self.size - 1) / WIDTH as u64, WIDTH, full);
            }
        }
        for tile in grown_tiles(old, self.size).iter().filter(|t| !t.is_full()) {
            let bytes = match tile.kind() {
                TileKind::Entries => self.bundle.clone(),
                TileKind::Hashes(level) => {
                    self.edge.get(usize::from(level)).map_or_else(Vec::new, |h| write_hashes(h))
                }
            };
            file(tile.kind(), tile.index(), usize::from(tile.width()), bytes);
        }
        files
    }
}

/// The roots of the full subtrees an edge consists of, the largest first.
fn peaks(edge: &[Vec<Hash>]) -> Vec<Hash> {
    let mut peaks = Vec::new();
    for hashes in edge.iter().rev() {
        let mut start = 0;
        while start < hashes.len() {
            let width = 1 << (hashes.len() - start).ilog2();
            peaks.push(root(hashes.get(start..start + width).unwrap_or_default()));
            start += width;
        }
    }
    peaks
}

fn entry(note: String) -> Result<Entry, LogError> {
    let length = note.len();
    Entry::new(note.into_bytes()).map_err(|_| LogError::Note(BadNote::TooLong(length)))
}

fn lock(folder: &Path) -> Result<File, LogError> {
    let fault = |e| LogError::Folder(folder.to_owned(), e);
    let file = File::options().create(true).truncate(false).write(true).open(folder.join(STATE).join("lock"));
    let file = file.map_err(fault)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(LogError::Locked(folder.to_owned())),
        Err(TryLockError::Error(e)) => Err(fault(e)),
    }
}

/// The log's keys as its rotations tell them, how many there are, and the last one.
fn read_rotations(folder: &Path, mut keys: KeyRing) -> Result<(KeyRing, u32, Option<Rotation>), LogError> {
    let (mut count, mut last) = (0, None);
    while let Some(text) = read_text(&folder.join(format!("rotation/{}", count + 1)))
        .map_err(|e| LogError::Folder(folder.to_owned(), e))?
    {
        keys.rotate(&text)?;
        let body = text.split("\n\n").next().map(|body| format!("{body}\n"));
        last = body.and_then(|b| b.parse().ok());
        count += 1;
    }
    Ok((keys, count, last))
}

fn read_text(path: &Path) -> io::Result<Option<String>> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(e) => Err(e),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ORIGIN: &str = "house.example/log";

    fn key(seed: u8) -> SigningKey {
        SigningKey::from_seed(ORIGIN, &[seed; 32]).unwrap()
    }

    fn open(folder: &Path, seen: Option<&Seen>) -> Result<LogWriter, LogError> {
        LogWriter::open(folder, KeyRing::new(ORIGIN, key(1).verifier().clone()), vec![key(1), key(2)], seen)
    }

    fn batch(from: u64, count: u64, mark: &str) -> Vec<Entry> {
        (from..from + count).map(|i| Entry::new(format!("{mark} {i}").into_bytes()).unwrap()).collect()
    }

    /// The power fails at every single step of a batch, the last byte half written; whatever was acknowledged is there
    /// afterwards, and the log goes on from it.
    #[test]
    fn a_crash_at_any_step_loses_nothing_and_forks_nothing() {
        for start in [3_u64, 250] {
            let mut finished = false;
            for steps in 0.. {
                let folder = tempfile::tempdir().unwrap();
                let mut writer = open(folder.path(), None).unwrap();
                writer.append(&batch(0, start, "kept")).unwrap();
                let before = writer.seen();
                writer.disk.steps_left = Some(steps);
                finished = writer.append(&batch(start, 10, "torn")).is_ok();
                assert!(writer.append(&batch(0, 1, "more")).is_err(), "{steps}");
                let shown = LogFolder::new(folder.path()).checkpoint().unwrap();
                let shown = Seen::from(&writer.keys.open(&shown.parse().unwrap()).unwrap());
                drop(writer);

                let mut writer = open(folder.path(), Some(&before)).unwrap();
                assert!(
                    [start, start + 10].contains(&writer.size()) && writer.size() >= shown.size,
                    "{steps}"
                );
                assert!(!finished || writer.size() == start + 10);
                let mark = if writer.size() == start { "else" } else { "further" };
                writer.append(&batch(writer.size(), 300, mark)).unwrap();
                let seen = writer.seen();
                let proof = writer.consistency(shown.size).unwrap();
                shown.accept(&writer.keys.open(writer.checkpoint()).unwrap(), &proof).unwrap();
                if start > 0 {
                    let entry = writer.receipt(start - 1).unwrap().entry.unwrap();
                    assert_eq!(entry, format!("kept {}", start - 1).into_bytes());
                }
                drop(writer);
                assert_eq!(open(folder.path(), Some(&seen)).unwrap().seen(), seen);
                if finished {
                    break;
                }
            }
            assert!(finished);
        }
    }

    #[test]
    fn a_rotation_that_was_stopped_is_finished() {
        for steps in 0..24 {
            let folder = tempfile::tempdir().unwrap();
            let mut writer = open(folder.path(), None).unwrap();
            writer.append(&batch(0, 3, "kept")).unwrap();
            writer.disk.steps_left = Some(steps);
            let acknowledged = writer.rotate(key(2)).is_ok();
            drop(writer);
            let mut writer = open(folder.path(), None).unwrap();
            assert!(!acknowledged || writer.size() == 4);
            let first = KeyRing::new(ORIGIN, key(1).verifier().clone());
            let turned = writer.size() == 4;
            assert_eq!(writer.keys() != &first, turned);
            writer.append(&batch(9, 2, "after")).unwrap();
            let mut keys = first;
            LogFolder::new(folder.path()).follow_keys(&mut keys).unwrap();
            assert!(writer.receipt(2).unwrap().verify(&Policy::log_only(keys)).is_ok());
        }
    }

    #[test]
    fn one_writer_and_no_older_folder() {
        let folder = tempfile::tempdir().unwrap();
        let mut writer = open(folder.path(), None).unwrap();
        assert!(matches!(open(folder.path(), None), Err(LogError::Locked(_))));
        writer.append(&batch(0, 5, "a")).unwrap();
        let (seen, newest) = (writer.seen(), writer.checkpoint().to_string());
        assert!(matches!(writer.append(&batch(0, 1025, "a")), Err(LogError::Batch(1025))));
        drop(writer);

        let ahead = Seen { size: 6, ..seen };
        assert!(matches!(open(folder.path(), Some(&ahead)), Err(LogError::Contradicted(_))));
        let other = Seen { root: Hash::of(b"x"), ..seen };
        assert!(matches!(open(folder.path(), Some(&other)), Err(LogError::Contradicted(_))));
        let stranger = KeyRing::new(ORIGIN, key(7).verifier().clone());
        assert!(LogWriter::open(folder.path(), stranger, vec![key(7)], None).is_err());

        // The writer's state from yesterday beside the published log of today.
        let yesterday = tempfile::tempdir().unwrap();
        open(yesterday.path(), None).unwrap().append(&batch(0, 4, "a")).unwrap();
        fs::copy(yesterday.path().join(COUNTS), folder.path().join(COUNTS)).unwrap();
        assert!(matches!(open(folder.path(), None), Err(LogError::Contradicted(_))));
        fs::remove_file(folder.path().join(COUNTS)).unwrap();
        assert!(matches!(open(folder.path(), None), Err(LogError::NoState(_))));
        fs::write(folder.path().join(COUNTS), newest).unwrap();
        assert_eq!(open(folder.path(), Some(&seen)).unwrap().seen(), seen);
        fs::write(folder.path().join("tile/0/000.p/5"), [0; 160]).unwrap();
        assert!(matches!(open(folder.path(), None), Err(LogError::Tree(BadTree::Root { .. }))));
    }

    #[test]
    fn cosignatures_are_published_and_kept() {
        let folder = tempfile::tempdir().unwrap();
        let mut writer = open(folder.path(), None).unwrap();
        writer.append(&batch(0, 5, "a")).unwrap();
        let witness = proof::log::WitnessSigningKey::from_seed("witness.example/w1", &[3; 32]).unwrap();
        let note = writer.checkpoint().clone();
        let cosigned = note.clone().with(witness.cosign(&note, 77).unwrap()).unwrap();
        writer.keep_cosigned(&cosigned).unwrap();
        let keys = writer.keys().clone();
        let policy = Policy { keys, witnesses: vec![witness.verifier().clone()], quorum: 1 };
        assert_eq!(writer.receipt(4).unwrap().verify(&policy).unwrap().cosigned[0].time, 77);
        writer.append(&batch(5, 1, "a")).unwrap();
        assert!(matches!(writer.keep_cosigned(&cosigned), Err(LogError::OtherCheckpoint)));
        drop(writer);
        assert_eq!(fs::read_to_string(folder.path().join("cosigned/5")).unwrap(), cosigned.to_string());
        assert_eq!(open(folder.path(), None).unwrap().size(), 6);
    }

    #[test]
    fn the_longest_entries_lie_beside_empty_ones() {
        let folder = tempfile::tempdir().unwrap();
        let mut writer = open(folder.path(), None).unwrap();
        let long = Entry::new(vec![7; 65_535]).unwrap();
        let entries = [long.clone(), Entry::new(Vec::new()).unwrap(), long.clone()];
        assert_eq!(writer.append(&entries).unwrap(), 0..3);
        drop(writer);
        let mut writer = open(folder.path(), None).unwrap();
        assert_eq!(writer.append(&entries).unwrap(), 3..6);
        let receipt = writer.receipt(5).unwrap().to_string();
        let policy = Policy::log_only(writer.keys().clone());
        assert!(receipt.parse::<Receipt>().unwrap().verify(&policy).is_ok());
    }
}
