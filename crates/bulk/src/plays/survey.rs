//! Before the rows: how members, recordings and artists are numbered, and how large counts are.
//!
//! Where the files say how large their integers are and those are small, nothing is read for it. Strings and
//! scattered integers are listed first.

use std::sync::Mutex;

use super::file::{Place, PlaysFile, RowGroup};
use super::read::{Wanted, keys};
use crate::keys::{Key, KeyKind, Keys, Met};
use crate::{Failure, share::parallel};

/// Recordings whose numbers stay below this are their own numbers: a sum for each takes 128 MiB at most.
const DIRECT_RECORDINGS: u64 = 1 << 24;

/// How keys are numbered, and how large counts are.
#[derive(Debug)]
pub struct Numbering {
    /// Members.
    pub members: Keys,
    /// Recordings; below 2^32.
    pub recordings: Keys,
    /// Artists named by plays or catalogue, where the rule asks for them.
    pub artists: Option<Keys>,
    /// The most plays of a row; `None` where every row is one.
    pub most_plays: Option<u32>,
    /// The most seconds of a row; `None` where not wanted.
    pub most_seconds: Option<u32>,
}

/// What is to be listed by reading.
struct Listed {
    members: bool,
    recordings: bool,
    artists: bool,
}

/// Finds how keys are numbered. `more` are recordings and artists that a catalogue names.
///
/// # Errors
/// A problem where files disagree on the kind of keys, or one cannot be read.
pub fn survey(
    files: &[PlaysFile],
    groups: &[RowGroup],
    wanted: Wanted,
    more: (&[Key], &[Key]),
    threads: usize,
) -> Result<Numbering, Failure> {
    let kinds = same_kinds(files)?;
    let bounds = |which: usize| {
        files
            .iter()
            .filter_map(|file| file.bounds()[which])
            .reduce(|a, b| super::Bounds { largest: a.largest.max(b.largest), told: a.told && b.told })
    };
    let most = |which: usize| bounds(which).map(|b| u32::try_from(b.largest).unwrap_or(u32::MAX));
    let largest_more =
        more.0.iter().map(|key| if let Key::Number(n) = key { *n } else { 0 }).max().unwrap_or(0);
    let small = bounds(1).is_some_and(|b| b.told && b.largest.max(largest_more) < DIRECT_RECORDINGS);
    let listed = Listed {
        members: kinds.0 == KeyKind::Texts,
        recordings: kinds.1 == KeyKind::Texts || !small,
        artists: wanted.artist,
    };
    let (members, mut recordings, mut artists) = list(files, groups, &listed, threads)?;
    more.0.iter().for_each(|key| recordings.insert(key));
    more.1.iter().for_each(|key| artists.insert(key));
    let members = match listed.members {
        true => Keys::numbered(kinds.0, members).ok_or_else(|| too_many("members"))?,
        false => Keys::Direct { largest: bounds(0).map_or(0, |b| b.largest) },
    };
    let recordings = if listed.recordings {
        let scattered = recordings.numbers.iter().any(|number| *number >= DIRECT_RECORDINGS);
        match (kinds.1, scattered) {
            (KeyKind::Numbers, false) => {
                Keys::Direct { largest: recordings.numbers.iter().copied().max().unwrap_or(0) }
            }
            _ => Keys::numbered(kinds.1, recordings).ok_or_else(|| too_many("recordings"))?,
        }
    } else {
        Keys::Direct { largest: bounds(1).map_or(0, |b| b.largest).max(largest_more) }
    };
    let artists = if listed.artists || !more.1.is_empty() {
        let kind = if artists.texts.is_empty() { KeyKind::Numbers } else { KeyKind::Texts };
        Some(Keys::numbered(kind, artists).ok_or_else(|| too_many("artists"))?)
    } else {
        None
    };
    // A file without the column counts one play a row; beside files with it that is a count like any other.
    let most_plays = files.iter().any(|file| file.has()[0]).then(|| most(2).unwrap_or(u32::MAX).max(1));
    let most_seconds = wanted.seconds.then(|| most(3).unwrap_or(u32::MAX));
    Ok(Numbering { members, recordings, artists, most_plays, most_seconds })
}

fn too_many(what: &str) -> Failure {
    let message = format!("there are more than {} {what}", u32::MAX);
    Failure::problem("plays-too-many", "", 0, message, "share in several pots")
}

/// The kinds of the keys, which must be those of the first file.
fn same_kinds(files: &[PlaysFile]) -> Result<(KeyKind, KeyKind), Failure> {
    let kinds = files.first().map_or((KeyKind::Numbers, KeyKind::Numbers), PlaysFile::key_kinds);
    for file in files {
        let other = file.key_kinds();
        for (name, kind, other) in [("member", kinds.0, other.0), ("recording", kinds.1, other.1)] {
            if kind != other {
                let first = files.first().map_or("", |file| &file.document);
                let message =
                    format!("the column `{name}` holds {} here and {} in {first}", other.word(), kind.word());
                let hint =
                    "a key is the same in every file: write all of them as integers, or all as strings";
                return Err(Failure::problem("plays-column", &file.document, 0, message, hint));
            }
        }
    }
    let artists = |file: &PlaysFile| file.artist.map(|place| place.key_kind());
    let first = files.iter().find_map(artists);
    if let Some(file) = files.iter().find(|file| artists(file).is_some_and(|kind| Some(kind) != first)) {
        let message = "the column `artist` holds integers in one file and strings in another";
        let hint = "a key is the same in every file: write all of them as integers, or all as strings";
        return Err(Failure::problem("plays-column", &file.document, 0, message, hint));
    }
    Ok(kinds)
}

/// Lists the keys that must be.
fn list(
    files: &[PlaysFile],
    groups: &[RowGroup],
    listed: &Listed,
    threads: usize,
) -> Result<(Met, Met, Met), Failure> {
    let all = Mutex::new((Met::default(), Met::default(), Met::default()));
    if !listed.members && !listed.recordings && !listed.artists {
        return Ok(all.into_inner().unwrap_or_default());
    }
    parallel(threads, groups.len(), |tasks| {
        let mut met = [Met::default(), Met::default(), Met::default()];
        for task in tasks {
            let group = groups[task];
            let file = &files[group.file];
            let columns: [(bool, Option<Place>); 3] = [
                (listed.members, Some(file.member)),
                (listed.recordings, Some(file.recording)),
                (listed.artists, file.artist),
            ];
            let (which, places): (Vec<usize>, Vec<Place>) = columns
                .into_iter()
                .enumerate()
                .filter_map(|(which, (wanted, place))| Some((which, place.filter(|_| wanted)?)))
                .unzip();
            keys(file, group, &places, &mut |column, numbers, texts| {
                let met = &mut met[which[column]];
                met.numbers.extend(numbers);
                texts.iter().for_each(|text| met.text(text.data()));
            })?;
        }
        let [members, recordings, artists] = met;
        if let Ok(mut all) = all.lock() {
            all.0.join(members);
            all.1.join(recordings);
            all.2.join(artists);
        }
        Ok(())
    })?;
    Ok(all.into_inner().unwrap_or_default())
}
