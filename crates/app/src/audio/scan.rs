//! A folder of tagged files becomes recordings and releases; the files wait to be kept and decoded.
//!
//! Only tags are read here, and only of files that are new or changed since the last scan, or stand beside such a file:
//! places on a release are told of a folder as a whole. A recording that the catalogue has already, by ISRC or by the
//! id its producer registered, is found and not made anew. What a file is called in its source is made of what it says
//! of itself, so that moving or converting it changes nothing.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use media::peek::Peek;
use media::tag::{self, Tags};
use media::{Flaw, Format};
use music::{
    Gtin, Isrc, Made, MediaKind, OwnTrackId, Recording, RecordingId, RecordingStatus, Release, ReleaseId,
    Track,
};
use ports::folder::{self, Listed};
use store::{CatalogueRow, ScannedRow, Tx};

use super::{fault, keep};
use crate::catalogue::id_bits;
use crate::failure::refuse;
use crate::{Failure, House};

/// The source of recordings and releases that come with files.
pub const SOURCE: &str = "files";

/// A folder to scan.
#[derive(Debug, Clone)]
pub struct Scan {
    /// The folder.
    pub folder: PathBuf,
    /// Who brings it.
    pub by: String,
    /// The label, where tags name none.
    pub label: String,
    /// How the recordings are made, where whoever brings them declares it.
    pub made: Option<Made>,
}

/// What a scan found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Scanned {
    /// Files in the folder that are sound, or claim to be.
    pub files: u64,
    /// Files whose tags were read now.
    pub read: u64,
    /// Files that did not change since the last scan.
    pub unchanged: u64,
    /// Recordings that were made or told anew.
    pub recordings: u64,
    /// Recordings that the catalogue had already from elsewhere.
    pub known: u64,
    /// Releases that were made or told anew.
    pub releases: u64,
    /// Files that wait to be kept and decoded.
    pub waiting: u64,
    /// Files of no use, each with why; at most 200.
    pub flaws: Vec<(String, Flaw)>,
    /// How many there were in all.
    pub flaw_count: u64,
}

/// Scans a folder; `progress` is told how many files were read.
pub async fn scan(
    house: &House,
    ask: Scan,
    progress: std::sync::Arc<dyn Fn(u64) + Send + Sync>,
) -> Result<Scanned, Failure> {
    let root = folder::canonical(&ask.folder).map_err(|e| {
        let message = format!("the folder `{}` cannot be read: {e}", ask.folder.display());
        refuse("folder", message, "name a folder of sound files")
    })?;
    let name = root.to_str().map(str::to_owned).ok_or_else(|| {
        refuse("folder", format!("the folder `{}` has a name that is no UTF-8", root.display()), "rename it")
    })?;
    let mut tx = house.store.begin_read().await?;
    let before: HashMap<String, ScannedRow> =
        tx.scanned(&name).await?.into_iter().map(|r| (r.path.clone(), r)).collect();
    drop(tx);
    let read = tokio::task::spawn_blocking(move || read_folder(&root, &before, &*progress))
        .await
        .map_err(|e| fault("the folder could not be scanned", &e))?
        .map_err(|e| refuse("folder", format!("the folder `{name}` cannot be read: {e}"), ""))?;
    record(house, &ask, &name_of(&ask.folder)?, read).await
}

fn name_of(folder: &Path) -> Result<String, Failure> {
    let root = folder::canonical(folder).map_err(|e| fault("the folder is gone", &e))?;
    Ok(root.to_string_lossy().into_owned())
}

/// What was read of a folder.
struct Read {
    files: Vec<FileTags>,
    total: u64,
    unchanged: u64,
    flaws: Vec<(Listed, Flaw)>,
}

struct FileTags {
    listed: Listed,
    tags: Tags,
    /// Whether it changed; else it was read for its neighbours' sake and what is known of it stays.
    changed: bool,
    was: Option<ScannedRow>,
}

fn read_folder(
    root: &Path,
    before: &HashMap<String, ScannedRow>,
    progress: &(dyn Fn(u64) + Send + Sync),
) -> std::io::Result<Read> {
    let listing = folder::list(root)?;
    let words = beside_words(&listing.files);
    // A text of timed lyrics beside a sound belongs to it: where it changes, the sound is read again.
    let stamped: Vec<Listed> = listing
        .files
        .iter()
        .filter(|f| may_be_sound(&f.path))
        .map(|f| {
            let words = words.get(stem(&f.path)).map_or(0, |w| w.changed_us);
            Listed { changed_us: f.changed_us.max(words), ..f.clone() }
        })
        .collect();
    let sounds: Vec<&Listed> = stamped.iter().collect();
    let changed = |f: &Listed| {
        before.get(&f.path).is_none_or(|b| {
            b.bytes != i64::try_from(f.bytes).unwrap_or(i64::MAX) || b.changed_us != f.changed_us
        })
    };
    let stirred: BTreeSet<&str> =
        sounds.iter().filter(|f| changed(f)).map(|f| album_folder(&f.path)).collect();
    let mut read = Read { files: Vec::new(), total: sounds.len() as u64, unchanged: 0, flaws: Vec::new() };
    for (path, why) in listing.passed {
        let listed = Listed { path, bytes: 0, changed_us: 0 };
        let flaw = Flaw::new(
            "path-passed",
            format!("it is passed over: {why}"),
            "put the file itself into the folder",
        );
        read.flaws.push((listed, flaw));
    }
    for (listed, count) in sounds.into_iter().zip(1..) {
        if !stirred.contains(album_folder(&listed.path)) {
            read.unchanged += 1;
            continue;
        }
        let is_changed = changed(listed);
        match read_tags(root, listed) {
            Ok(mut tags) => read.files.push(FileTags {
                listed: listed.clone(),
                tags: {
                    if let Some(words) = words.get(stem(&listed.path)) {
                        read_words(&mut tags, root, words);
                    }
                    tags
                },
                changed: is_changed,
                was: before.get(&listed.path).cloned(),
            }),
            Err(flaw) => read.flaws.push((listed.clone(), flaw)),
        }
        if count % 64 == 0 {
            progress(count);
        }
    }
    Ok(read)
}

fn may_be_sound(path: &str) -> bool {
    const ENDINGS: [&str; 14] = [
        "mp3", "flac", "wav", "wave", "aif", "aiff", "aifc", "aac", "m4a", "mp4", "ogg", "oga", "opus", "mp2",
    ];
    let ending = path.rsplit_once('.').map(|(_, e)| e.to_ascii_lowercase()).unwrap_or_default();
    ENDINGS.contains(&ending.as_str())
}

/// The largest text of lyrics that is read, in bytes.
const WORDS_MOST: u64 = tag::LONGEST_LYRICS as u64;

/// Texts of timed lyrics (`.lrc`) by what they are called without their ending.
fn beside_words(files: &[Listed]) -> HashMap<&str, &Listed> {
    let is_words = |f: &&Listed| {
        let ending = f.path.rsplit_once('.').map_or("", |(_, e)| e);
        ending.eq_ignore_ascii_case("lrc") && f.bytes > 0 && f.bytes <= WORDS_MOST
    };
    files.iter().filter(is_words).map(|f| (stem(&f.path), f)).collect()
}

fn stem(path: &str) -> &str {
    path.rsplit_once('.').map_or(path, |(stem, _)| stem)
}

/// Lyrics that lie beside the file go before those in its tags: they are timed. An unreadable text is passed over.
fn read_words(tags: &mut Tags, root: &Path, words: &Listed) {
    let mut bytes = Vec::new();
    let read = folder::open(root, &words.path).and_then(|(file, _)| {
        std::io::Read::read_to_end(&mut std::io::Read::take(file, WORDS_MOST), &mut bytes)
    });
    let text = tag::clean_lyrics(&String::from_utf8_lossy(&bytes));
    if read.is_ok() && !text.is_empty() {
        (tags.lyrics, tags.lyrics_lang) = (text, String::new());
    }
}

/// The folder that a release lies in; `CD 1` and `Disc 2` are of the folder above.
fn album_folder(path: &str) -> &str {
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let (above, last) = folder.rsplit_once('/').unwrap_or(("", folder));
    let digits = |word: &str| {
        let rest = last
            .get(..word.len())
            .filter(|l| l.eq_ignore_ascii_case(word))
            .and_then(|_| last.get(word.len()..));
        rest.is_some_and(|r| {
            let r = r.trim_start_matches([' ', '_', '-']);
            !r.is_empty() && r.len() < 3 && r.bytes().all(|b| b.is_ascii_digit())
        })
    };
    if ["cd", "disc", "disk"].into_iter().any(digits) { above } else { folder }
}

fn read_tags(root: &Path, listed: &Listed) -> Result<Tags, Flaw> {
    // The listing has seen to it that the path stays in the folder; keeping the file looks again.
    let (file, bytes) = folder::open_named(&root.join(&listed.path)).map_err(|e| Flaw::unread(&e))?;
    if bytes == 0 {
        return Err(Flaw::new("file-empty", "the file is empty", "send it again; the upload broke off"));
    }
    let peek = Peek::new(file, bytes).map_err(|e| Flaw::unread(&e))?;
    let format = media::format::sniff(peek.head()).filter(|f| f.is_sound()).ok_or_else(|| {
        Flaw::new(
            "file-not-sound",
            "the content is no sound",
            "send MP3, FLAC, WAV, AIFF, AAC, M4A, Ogg Vorbis or Opus",
        )
    })?;
    let cheap = matches!(format, Format::Flac | Format::Wav | Format::Aiff | Format::Opus | Format::Vorbis);
    let mut tags = tag::read(peek, format, cheap)?;
    from_name(&mut tags, &listed.path);
    if tags.artist.is_empty() {
        let hint = "write the artist into its tags, or name the file `Artist - Title`";
        return Err(Flaw::new("tags-no-artist", "neither tags nor name tell whose it is", hint));
    }
    Ok(tags)
}

/// What tags leave open is taken from the file's name: `03 Artist - Title`, or the title alone.
fn from_name(tags: &mut Tags, path: &str) {
    let stem = path.rsplit('/').next().unwrap_or(path);
    let stem = stem.rsplit_once('.').map_or(stem, |(stem, _)| stem);
    let bare = stem.trim_start_matches(|c: char| c.is_ascii_digit() || " .-_".contains(c));
    let bare = if bare.is_empty() { stem } else { bare };
    if tags.artist.is_empty() {
        tags.artist.clone_from(&tags.album_artist);
    }
    if let Some((artist, title)) = bare.split_once(" - ").filter(|_| tags.artist.is_empty()) {
        tags.artist = artist.trim().to_owned();
        if tags.title.is_empty() {
            tags.title = title.trim().to_owned();
        }
    }
    if tags.title.is_empty() {
        tags.title = bare.trim().to_owned();
    }
}

/// A recording as files tell of it.
struct Told {
    file: FileTags,
    isrc: Option<Isrc>,
    own_id: Option<OwnTrackId>,
    source_id: String,
    release: Option<usize>,
    recording: RecordingId,
    known: bool,
}

struct ToldRelease {
    release: Release,
    source_id: String,
    /// Places in the list of recordings.
    tracks: Vec<usize>,
}

async fn record(house: &House, ask: &Scan, folder: &str, read: Read) -> Result<Scanned, Failure> {
    let now = house.now();
    let mut done = Scanned {
        files: read.total,
        read: read.files.len() as u64,
        unchanged: read.unchanged,
        ..Scanned::default()
    };
    let mut told: Vec<Told> = read.files.into_iter().map(tell).collect();
    let releases = group(&mut told, ask);
    let mut tx = house.store.begin().await?;
    find_known(&mut tx, &mut told).await?;
    let rows = recording_rows(&told, ask);
    done.known = told.iter().filter(|t| t.known).map(|t| &t.recording).collect::<BTreeSet<_>>().len() as u64;
    (done.recordings, done.releases) = (rows.len() as u64, releases.len() as u64);
    tx.upsert_recordings(&rows, now).await?;
    let release_rows: Vec<(Release, String, String)> =
        releases.iter().map(|r| (r.release.clone(), SOURCE.to_owned(), r.source_id.clone())).collect();
    tx.put_releases(&release_rows).await?;
    tx.put_tracks(&tracks(&told, &releases)).await?;
    put_said(&mut tx, &told, &releases).await?;
    if let Some(made) = ask.made {
        let ids: BTreeSet<String> = told.iter().map(|t| t.recording.to_string()).collect();
        let ids: Vec<String> = ids.into_iter().collect();
        tx.declare_many(&ids, made.word(), &ask.by, now).await?;
    }
    let mut scanned: Vec<ScannedRow> =
        told.iter().map(|t| scanned_row(t, &releases, folder, &ask.by)).collect();
    done.waiting = scanned.iter().filter(|r| r.state == "waiting").count() as u64;
    for (listed, flaw) in &read.flaws {
        if listed.bytes > 0 || listed.changed_us > 0 {
            scanned.push(useless_row(listed, flaw, folder, &ask.by));
        }
    }
    tx.put_scanned(&scanned).await?;
    let detail = format!(
        "{} files, {} read, {} recordings, {} of no use",
        done.files,
        done.read,
        done.recordings,
        read.flaws.len()
    );
    tx.note(now, &ask.by, "catalogue ingest", folder, &detail).await?;
    tx.commit().await?;
    done.flaw_count = read.flaws.len() as u64;
    done.flaws = read.flaws.into_iter().take(200).map(|(l, f)| (l.path, f)).collect();
    Ok(done)
}

fn tell(file: FileTags) -> Told {
    let isrc: Option<Isrc> = file.tags.isrc.split([';', '/', ',']).next().and_then(|t| t.trim().parse().ok());
    let own_id = OwnTrackId::find(&file.tags.comment);
    let t = &file.tags;
    let key = music::name_key;
    let source_id = match &isrc {
        Some(isrc) => isrc.to_string(),
        None => {
            let place = format!("{}-{}", t.disc.unwrap_or(1), t.track.unwrap_or(0));
            format!("file:{}/{}/{place}/{}", key(&t.artist), key(&t.album), key(&t.title))
        }
    };
    let recording = RecordingId::from_bits(id_bits(SOURCE, &source_id));
    Told { file, isrc, own_id, source_id, release: None, recording, known: false }
}

/// Files that name a release stand together: by its number, else by artist and title.
fn group(told: &mut [Told], ask: &Scan) -> Vec<ToldRelease> {
    let mut by_name: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (place, one) in told.iter().enumerate() {
        let t = &one.file.tags;
        if t.album.is_empty() {
            continue;
        }
        // Without an artist of its own a release is what lies in one folder: a compilation has many.
        let whose = if t.album_artist.is_empty() {
            format!("in {}", album_folder(&one.file.listed.path))
        } else {
            music::name_key(&t.album_artist)
        };
        let name = match t.barcode.trim().parse::<Gtin>() {
            Ok(gtin) => format!("gtin:{gtin}"),
            Err(_) => format!("release:{whose}/{}", music::name_key(&t.album)),
        };
        by_name.entry(name).or_default().push(place);
    }
    let mut releases = Vec::new();
    for (source_id, mut places) in by_name {
        places.sort_by_cached_key(|p| {
            let f = &told[*p].file;
            (f.tags.disc.unwrap_or(1), f.tags.track.unwrap_or(u32::MAX), f.listed.path.clone())
        });
        for place in &places {
            told[*place].release = Some(releases.len());
        }
        let first = |of: &dyn Fn(&Tags) -> String| {
            places.iter().map(|p| of(&told[*p].file.tags)).find(|t| !t.is_empty()).unwrap_or_default()
        };
        let artists: BTreeSet<&str> = places.iter().map(|p| told[*p].file.tags.artist.as_str()).collect();
        let mut artist = first(&|t| t.album_artist.clone());
        if artist.is_empty() && artists.len() == 1 {
            artist = first(&|t| t.artist.clone());
        }
        let label = first(&|t| t.label.clone());
        let release = Release {
            id: ReleaseId::from_bits(id_bits(SOURCE, &format!("release\u{0}{source_id}"))),
            title: first(&|t| t.album.clone()),
            artist,
            label: if label.is_empty() { ask.label.clone() } else { label },
            catalogue_number: first(&|t| t.catalogue_number.clone()),
            gtin: first(&|t| t.barcode.clone()).trim().parse().ok(),
        };
        releases.push(ToldRelease { release, source_id, tracks: places });
    }
    releases
}

/// Recordings that the catalogue has from elsewhere: by ISRC where one row has it, by the producer's own id.
async fn find_known(tx: &mut Tx, told: &mut [Told]) -> Result<(), Failure> {
    let isrcs: BTreeSet<String> =
        told.iter().filter_map(|t| t.isrc.as_ref()).map(ToString::to_string).collect();
    let isrcs: Vec<String> = isrcs.into_iter().collect();
    let mut by_isrc: HashMap<String, Vec<RecordingId>> = HashMap::new();
    for (isrc, id) in tx.recordings_by_isrcs(&isrcs).await? {
        by_isrc.entry(isrc).or_default().push(id);
    }
    for one in told {
        let ours = one.recording.clone();
        let others = one.isrc.as_ref().and_then(|i| by_isrc.get(i.as_str()));
        let mut found = match others.map(Vec::as_slice) {
            Some([other]) => Some(other.clone()),
            _ => None,
        };
        if let Some(own) = &one.own_id
            && let Some(row) = tx.recording_by_own_id(own).await?
        {
            found = Some(tx.survivor(&row.recording.id).await?);
        }
        if let Some(found) = found.filter(|f| *f != ours) {
            (one.recording, one.known) = (found, true);
        }
    }
    Ok(())
}

fn recording_rows(told: &[Told], ask: &Scan) -> Vec<CatalogueRow> {
    // One statement must not name the same row twice: of two files with one id, the later counts.
    let mut rows: BTreeMap<&str, CatalogueRow> = BTreeMap::new();
    for one in told.iter().filter(|t| !t.known) {
        let t = &one.file.tags;
        let label = if t.label.is_empty() { ask.label.clone() } else { t.label.clone() };
        let recording = Recording {
            id: one.recording.clone(),
            kind: MediaKind::Audio,
            artist: t.artist.clone(),
            title: t.title.clone(),
            version: String::new(),
            album: t.album.clone(),
            label,
            duration_s: t.duration_ms.and_then(|ms| u32::try_from((ms + 500) / 1_000).ok()),
            year: t.year,
            isrc: one.isrc.clone(),
            mbid: t.mbid.trim().parse().ok(),
            own_id: one.own_id.clone(),
            status: RecordingStatus::Live,
        };
        let row = CatalogueRow {
            recording,
            source: SOURCE.to_owned(),
            source_id: one.source_id.clone(),
            origin_line: 0,
            merged_into: None,
        };
        rows.insert(&one.source_id, row);
    }
    rows.into_values().collect()
}

fn tracks(told: &[Told], releases: &[ToldRelease]) -> Vec<Track> {
    let mut all = Vec::new();
    for release in releases {
        let mut seen = BTreeSet::new();
        let recordings = release.tracks.iter().filter_map(|p| told.get(*p)).map(|t| &t.recording);
        for (recording, position) in recordings.filter(|r| seen.insert(r.as_str())).zip(1..) {
            all.push(Track { release: release.release.id.clone(), position, recording: recording.clone() });
        }
    }
    all
}

/// What tags say beyond the catalogue's rows: genres, lyrics, discs and numbers, MusicBrainz releases.
async fn put_said(tx: &mut Tx, told: &[Told], releases: &[ToldRelease]) -> Result<(), Failure> {
    let mut genres: BTreeMap<String, String> = BTreeMap::new();
    for one in told.iter().filter(|t| !t.file.tags.genre.is_empty()) {
        genres.insert(one.recording.to_string(), one.file.tags.genre.clone());
    }
    tx.put_genres(&genres.into_iter().collect::<Vec<_>>()).await?;
    for one in told.iter().filter(|t| !t.file.tags.lyrics.is_empty()) {
        let tags = &one.file.tags;
        let lang = if tags.lyrics_lang.is_empty() { "und" } else { &tags.lyrics_lang };
        tx.put_lyrics(one.recording.as_str(), lang, &tags.lyrics).await?;
    }
    let ids: Vec<&str> = releases.iter().map(|r| r.release.id.as_str()).collect();
    tx.put_track_places(&ids, &places(told, releases)).await?;
    let mbid = |r: &ToldRelease| {
        let tags = r.tracks.iter().filter_map(|p| told.get(*p)).map(|t| t.file.tags.release_mbid.trim());
        let found = tags.filter_map(|t| t.parse::<music::Mbid>().ok()).next()?;
        Some((r.release.id.to_string(), found.to_string()))
    };
    Ok(tx.put_release_mbids(&releases.iter().filter_map(mbid).collect::<Vec<_>>()).await?)
}

/// Disc and number of the tracks whose order does not tell them: release, position, disc, number.
fn places(told: &[Told], releases: &[ToldRelease]) -> Vec<(String, i64, i64, i64)> {
    let mut all = Vec::new();
    for release in releases {
        let mut seen = BTreeSet::new();
        let list = release.tracks.iter().filter_map(|p| told.get(*p));
        for (one, position) in list.filter(|t| seen.insert(t.recording.as_str())).zip(1_i64..) {
            let tags = &one.file.tags;
            let disc = tags.disc.map_or(1, i64::from);
            let number = tags.track.map_or(position, i64::from);
            if (disc, number) != (1, position) {
                all.push((release.release.id.to_string(), position, disc, number));
            }
        }
    }
    all
}

fn scanned_row(told: &Told, releases: &[ToldRelease], folder: &str, by: &str) -> ScannedRow {
    let listed = &told.file.listed;
    let kept = !told.file.changed && told.file.was.as_ref().is_some_and(|w| w.state == "kept");
    let same = told.file.was.as_ref().is_some_and(|w| w.recording == told.recording.as_str());
    ScannedRow {
        folder: folder.to_owned(),
        path: listed.path.clone(),
        bytes: i64::try_from(listed.bytes).unwrap_or(i64::MAX),
        changed_us: listed.changed_us,
        state: if kept && same { "kept" } else { "waiting" }.to_owned(),
        recording: told.recording.to_string(),
        release: told
            .release
            .and_then(|r| releases.get(r))
            .map_or(String::new(), |r| r.release.id.to_string()),
        by: by.to_owned(),
        ..ScannedRow::default()
    }
}

fn useless_row(listed: &Listed, flaw: &Flaw, folder: &str, by: &str) -> ScannedRow {
    ScannedRow {
        folder: folder.to_owned(),
        path: listed.path.clone(),
        bytes: i64::try_from(listed.bytes).unwrap_or(i64::MAX),
        changed_us: listed.changed_us,
        state: "useless".to_owned(),
        by: by.to_owned(),
        problem: flaw.code.to_owned(),
        problem_words: flaw.words.clone(),
        ..ScannedRow::default()
    }
}

/// A book, comic, film or game that comes as one file becomes a recording of its medium, with what the file says of
/// itself.
#[derive(Debug, Clone)]
pub struct Bring {
    /// The file.
    pub file: PathBuf,
    /// Who brings it.
    pub by: String,
    /// Who made it, where the file does not say.
    pub artist: String,
    /// What it is called, where the file does not say.
    pub title: String,
    /// What it is, where content alone does not tell: a zip is a game unless it is said to be a comic.
    pub kind: Option<MediaKind>,
    /// How it is made, where whoever brings it declares it.
    pub made: Option<Made>,
}

/// Makes a recording of a file that is no sound, and takes the file as its master.
pub async fn bring(house: &House, ask: Bring) -> Result<RecordingId, Failure> {
    let name = ask.file.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    let (file, bytes) = folder::open_named(&ask.file)
        .map_err(|e| refuse("file", format!("`{}` cannot be read: {e}", ask.file.display()), ""))?;
    let place = super::depot(house)?;
    let kind = ask.kind;
    let took = tokio::task::spawn_blocking(move || keep::take(&place, file, bytes, kind))
        .await
        .map_err(|e| fault("a file could not be read", &e))?
        .map_err(|flaw| keep::refused(&name, &flaw))?;
    let told = took.edition.clone().unwrap_or_default();
    let or = |given: &str, said: &str| {
        if given.trim().is_empty() { said.to_owned() } else { given.trim().to_owned() }
    };
    let (artist, title) = (or(&ask.artist, &told.creators), or(&ask.title, &told.title));
    if artist.is_empty() || title.is_empty() {
        let message =
            format!("`{name}` does not say {}", if title.is_empty() { "its title" } else { "who made it" });
        return Err(refuse("edition-unnamed", message, "`--artist \"…\" --title \"…\"`"));
    }
    let kind = match (ask.kind, took.format.medium(), took.edition.is_some()) {
        (Some(kind), ..) => kind,
        (None, Some(MediaKind::Comic), false) => MediaKind::Game,
        (None, medium, _) => medium.unwrap_or(MediaKind::Book),
    };
    let now = house.now();
    let source_id = format!("{}:{}/{}", kind.word(), music::name_key(&artist), music::name_key(&title));
    let id = RecordingId::from_bits(id_bits(SOURCE, &source_id));
    let row = edition_row(&id, kind, artist, title, &told, source_id);
    let mut tx = house.store.begin().await?;
    tx.upsert_recordings(std::slice::from_ref(&row), now).await?;
    let id = tx.survivor(&id).await?;
    keep::record(house, &mut tx, &took, &id, &name, &ask.by).await?;
    if let Some(made) = ask.made {
        tx.declare_many(&[id.to_string()], made.word(), &ask.by, now).await?;
    }
    note(&mut tx, now, &ask.by, &id, &name).await?;
    tx.commit().await?;
    Ok(id)
}

async fn note(tx: &mut Tx, now: Timestamp, by: &str, id: &RecordingId, name: &str) -> Result<(), Failure> {
    Ok(tx.note(now, by, "catalogue ingest", id.as_str(), name).await?)
}

fn edition_row(
    id: &RecordingId,
    kind: MediaKind,
    artist: String,
    title: String,
    told: &media::book::Edition,
    source_id: String,
) -> CatalogueRow {
    let recording = Recording {
        id: id.clone(),
        kind,
        artist,
        title,
        version: String::new(),
        album: String::new(),
        label: told.publisher.clone(),
        duration_s: None,
        year: told.year,
        isrc: None,
        mbid: None,
        own_id: None,
        status: RecordingStatus::Live,
    };
    CatalogueRow { recording, source: SOURCE.to_owned(), source_id, origin_line: 0, merged_into: None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn discs_lie_in_their_release() {
        for (path, folder) in [
            ("a/b/01.flac", "a/b"),
            ("a/b/CD 1/01.flac", "a/b"),
            ("a/b/disc2/01.flac", "a/b"),
            ("a/cdlabel/01.flac", "a/cdlabel"),
            ("CD1/01.flac", ""),
            ("01.flac", ""),
            ("é/01.flac", "é"),
        ] {
            assert_eq!(album_folder(path), folder, "{path}");
        }
    }

    #[test]
    fn a_name_tells_what_tags_leave_open() {
        let mut tags = Tags::default();
        from_name(&mut tags, "x/03 - Mira Feld - Low Tide.mp3");
        assert_eq!((tags.artist.as_str(), tags.title.as_str()), ("Mira Feld", "Low Tide"));
        let mut tags = Tags { artist: "Ada".into(), ..Tags::default() };
        from_name(&mut tags, "1999.mp3");
        assert_eq!((tags.artist.as_str(), tags.title.as_str()), ("Ada", "1999"));
    }
}
