//! What a sound file says of itself: ID3, Vorbis comments, MP4 atoms, RIFF and AIFF chunks.
//!
//! Reading touches the tags only, never the sound, so that a folder of thousands is quickly seen.

use std::io::{Read, Seek};
use std::panic::{AssertUnwindSafe, catch_unwind};

use lofty::config::{ParseOptions, ParsingMode};
use lofty::file::{AudioFile as _, FileType, TaggedFile, TaggedFileExt as _};
use lofty::picture::PictureType;
use lofty::probe::Probe;
use lofty::tag::{Accessor as _, ItemKey, Tag};

use crate::ReadSeek;
use crate::flaw::Flaw;
use crate::format::Format;

/// Longest text that is taken from a tag, in bytes.
const LONGEST: usize = 1_000;
/// Longest lyrics that are taken, in bytes: some hundred pages.
pub const LONGEST_LYRICS: usize = 256 * 1024;

/// Tags; what is not there is empty.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tags {
    /// The title.
    pub title: String,
    /// The artist credit.
    pub artist: String,
    /// The release.
    pub album: String,
    /// The release's artist credit.
    pub album_artist: String,
    /// Place on its disc, from 1.
    pub track: Option<u32>,
    /// The disc, from 1.
    pub disc: Option<u32>,
    /// First year.
    pub year: Option<u16>,
    /// ISRC as written.
    pub isrc: String,
    /// The label.
    pub label: String,
    /// The label's own number for the release.
    pub catalogue_number: String,
    /// GTIN of the release as written.
    pub barcode: String,
    /// MusicBrainz recording as written.
    pub mbid: String,
    /// The comment, where producers write their own id.
    pub comment: String,
    /// The first genre.
    pub genre: String,
    /// The lyrics, with their line breaks; lines that begin with `[00:12.00]` are timed.
    pub lyrics: String,
    /// The language of the lyrics after ISO 639; empty where it is not told.
    pub lyrics_lang: String,
    /// MusicBrainz release as written.
    pub release_mbid: String,
    /// Milliseconds, as the file's header says; decoding tells the truth.
    pub duration_ms: Option<u64>,
}

/// Reads the tags of a sound; `exact` asks for its duration, too, which may cost reading more.
///
/// # Errors
/// A [`Flaw`] where the tags are damaged so that nothing can be read; the sound may be fine.
pub fn read<R: Read + Seek>(mut input: R, format: Format, exact: bool) -> Result<Tags, Flaw> {
    let options = options(false).read_properties(exact);
    read_dyn(&mut input, format, exact, options)
}

fn read_dyn(
    input: &mut dyn ReadSeek,
    format: Format,
    exact: bool,
    options: ParseOptions,
) -> Result<Tags, Flaw> {
    let Some(file) = parse(input, format, options)? else { return Ok(Tags::default()) };
    let mut tags = Tags::default();
    // The usual kind of tag for the format first; another fills what it leaves open.
    let first = file.primary_tag();
    let others = file.tags().iter().filter(|t| Some(t.tag_type()) != first.map(Tag::tag_type));
    for tag in first.into_iter().chain(others) {
        take(&mut tags, tag);
    }
    if exact {
        let ms = u64::try_from(file.properties().duration().as_millis()).unwrap_or(0);
        tags.duration_ms = (ms > 0).then_some(ms);
    }
    Ok(tags)
}

/// The picture in a sound's tags: the front cover, else the first.
///
/// # Errors
/// As [`read`].
pub fn picture<R: Read + Seek>(mut input: R, format: Format) -> Result<Option<Vec<u8>>, Flaw> {
    let options = options(true).read_properties(false);
    let Some(file) = parse(&mut input, format, options)? else { return Ok(None) };
    let all = || file.tags().iter().flat_map(|t| t.pictures());
    let best = all().find(|p| p.pic_type() == PictureType::CoverFront).or_else(|| all().next());
    Ok(best.map(|p| p.data().to_vec()))
}

fn options(pictures: bool) -> ParseOptions {
    ParseOptions::new().read_cover_art(pictures).parsing_mode(ParsingMode::Relaxed)
}

fn parse(
    input: &mut dyn ReadSeek,
    format: Format,
    options: ParseOptions,
) -> Result<Option<TaggedFile>, Flaw> {
    let kind = match format {
        Format::Mp3 => FileType::Mpeg,
        Format::Flac => FileType::Flac,
        Format::Wav => FileType::Wav,
        Format::Aiff => FileType::Aiff,
        Format::Aac => FileType::Aac,
        Format::M4a | Format::Mp4 => FileType::Mp4,
        Format::Vorbis => FileType::Vorbis,
        Format::Opus => FileType::Opus,
        _ => return Ok(None),
    };
    let flaw = |why: &str| {
        let words = format!("the tags cannot be read: {why}");
        Flaw::new("tags-unread", words, "write the tags anew, or import a table with the same names")
    };
    let read = catch_unwind(AssertUnwindSafe(|| Probe::with_file_type(input, kind).options(options).read()));
    match read {
        Ok(Ok(file)) => Ok(Some(file)),
        Ok(Err(error)) => Err(flaw(&error.to_string())),
        Err(_) => Err(flaw("they are damaged")),
    }
}

fn take(tags: &mut Tags, tag: &Tag) {
    let text = |slot: &mut String, key: ItemKey| {
        if slot.is_empty()
            && let Some(found) = tag.get_string(key)
        {
            *slot = clean(found);
        }
    };
    text(&mut tags.title, ItemKey::TrackTitle);
    text(&mut tags.artist, ItemKey::TrackArtist);
    text(&mut tags.album, ItemKey::AlbumTitle);
    text(&mut tags.album_artist, ItemKey::AlbumArtist);
    text(&mut tags.isrc, ItemKey::Isrc);
    text(&mut tags.label, ItemKey::Label);
    text(&mut tags.label, ItemKey::Publisher);
    text(&mut tags.catalogue_number, ItemKey::CatalogNumber);
    text(&mut tags.barcode, ItemKey::Barcode);
    text(&mut tags.mbid, ItemKey::MusicBrainzRecordingId);
    text(&mut tags.comment, ItemKey::Comment);
    text(&mut tags.release_mbid, ItemKey::MusicBrainzReleaseId);
    if tags.genre.is_empty() {
        tags.genre = genre(tag);
    }
    if tags.lyrics.is_empty() {
        (tags.lyrics, tags.lyrics_lang) = lyrics(tag);
    }
    tags.track = tags.track.or(tag.track().filter(|n| (1..10_000).contains(n)));
    tags.disc = tags.disc.or(tag.disk().filter(|n| (1..1_000).contains(n)));
    tags.year = tags.year.or_else(|| {
        let told = tag
            .date()
            .map(|d| d.year)
            .or_else(|| tag.get_string(ItemKey::Year).and_then(|y| y.get(..4)).and_then(|y| y.parse().ok()));
        told.filter(|y| (1_850..2_200).contains(y))
    });
}

/// The first of the genres, which are several fields or one text.
fn genre(tag: &Tag) -> String {
    let first = tag.get_strings(ItemKey::Genre).flat_map(|g| g.split([';', '\0'])).map(str::trim);
    first.into_iter().find(|g| !g.is_empty()).map(clean).unwrap_or_default()
}

/// Lyrics and their language: those with times before those without.
fn lyrics(tag: &Tag) -> (String, String) {
    let found = [ItemKey::Lyrics, ItemKey::UnsyncLyrics].into_iter().find_map(|key| tag.get(key));
    let Some(text) = found.and_then(|item| item.value().text()) else { return Default::default() };
    let lang = found.map(|item| String::from_utf8_lossy(&item.lang()[..]).to_ascii_lowercase());
    let lang = lang.filter(|l| l.bytes().all(|b| b.is_ascii_lowercase()) && l != "xxx" && l != "und");
    (clean_lyrics(text), lang.unwrap_or_default())
}

/// Lines without signs that move a cursor, of a length that can be shown.
pub fn clean_lyrics(text: &str) -> String {
    let end = (0..=text.len().min(LONGEST_LYRICS)).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    let lines = text.get(..end).unwrap_or_default().trim_start_matches('\u{feff}').replace("\r\n", "\n");
    let lines: String = lines
        .chars()
        .map(|c| match c {
            '\r' => '\n',
            '\n' => '\n',
            c if c.is_control() => ' ',
            c => c,
        })
        .collect();
    lines.trim().to_owned()
}

/// One line without signs that move a cursor, of a length that fits a column.
fn clean(text: &str) -> String {
    let mut clean: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    if clean.len() > LONGEST {
        let end = (0..=LONGEST).rev().find(|at| clean.is_char_boundary(*at)).unwrap_or(0);
        clean.truncate(end);
    }
    clean.trim().to_owned()
}
