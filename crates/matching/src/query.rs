//! What is asked: a line or its fields, taken apart and folded once for all candidates.

use crate::fold::{self, Folded};
use crate::index::{Index, RARITY_STEPS, canonical, rarity};
use crate::parse::{self, Line, Span};
use crate::text::{Pattern, edits};
use crate::version::{self, Class, Classes};

/// A usage to be matched; any part may be empty or unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Query<'a> {
    /// The line as written; read by [`parse::line`] where `title` is empty.
    pub text: &'a str,
    /// Artist field.
    pub artist: &'a str,
    /// Title field, with or without its version.
    pub title: &'a str,
    /// Version field.
    pub version: &'a str,
    /// Label field.
    pub label: &'a str,
    /// Album field.
    pub album: &'a str,
    /// Seconds.
    pub duration_s: Option<u32>,
    /// ISRC, in any spelling.
    pub isrc: &'a str,
    /// MusicBrainz recording id.
    pub mbid: &'a str,
    /// Id given by the producer before release.
    pub own_id: &'a str,
    /// Year.
    pub year: Option<u16>,
}

/// Where a word of the question stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Region {
    Artist,
    Title,
    Version,
    /// No dash says whether artist or title.
    Mixed,
    /// Label, number, note: may help, must not hurt.
    Quiet,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct AskedWord {
    pub at: usize,
    pub len: usize,
    pub region: Region,
    /// Nats; 0 for words that only join names.
    pub rarity: f32,
    pub class: Classes,
    pub digits: bool,
    /// Says no more than nothing: `(Original Mix)`.
    pub neutral: bool,
    /// Rows of the catalogue that hold it.
    pub count: u32,
    /// Which letters it holds, one bit each.
    pub set: u64,
}

/// A question ready to be compared.
#[derive(Debug, Clone, Default)]
pub(crate) struct Asked {
    pub letters: Vec<u8>,
    pub words: Vec<AskedWord>,
    pub full: Pattern,
    pub bare: Pattern,
    pub artist: Pattern,
    pub title: Pattern,
    pub label: Vec<u8>,
    pub classes: Classes,
    pub divided: bool,
    pub unknown: bool,
    pub file_name: bool,
    pub duration_s: Option<u32>,
    pub year: Option<u16>,
    /// The word that is a year in brackets, if the text has one.
    pub said_year: Option<usize>,
    pub said_original: bool,
    /// From which word to which a square bracket at the end stands that reads like a version but may be a label.
    pub bracket: Option<(usize, usize)>,
    /// The whole line without that bracket, and its version classes.
    pub unlabelled: Pattern,
    pub unlabelled_classes: Classes,
    pub rarity: f32,
}

impl Asked {
    pub fn new(query: &Query<'_>, index: &Index<'_>) -> Self {
        let mut asked = Asked { duration_s: query.duration_s, year: query.year, ..Asked::default() };
        if query.title.is_empty() && query.artist.is_empty() {
            asked.read(query.text, &parse::line(query.text), index);
        } else {
            let joined;
            let title = parse::cut(query.title, parse::LINE_MAX);
            let whole = if query.artist.is_empty() {
                title
            } else {
                joined =
                    format!("{} - {title}", parse::cut(query.artist, parse::LINE_MAX).replace(" - ", " "));
                &joined
            };
            if query.artist.is_empty() {
                asked.read(whole, &parse::line(whole), index);
            } else {
                let (base, versions, _) = parse::versions(title, Span { start: 0, end: title.len() });
                asked.divided = true;
                asked.push(query.artist, Region::Artist, index);
                asked.push(base.of(title), Region::Title, index);
                if let Some(tail) = title.get(base.end..) {
                    asked.push(tail, Region::Version, index)
                }
                let _ = versions;
            }
            asked.push(query.version, Region::Version, index);
        }
        if !query.label.is_empty() {
            asked.label = Folded::new(parse::cut(query.label, parse::LINE_MAX)).letters;
        }
        asked.finish();
        asked
    }

    fn read(&mut self, text: &str, line: &Line, index: &Index<'_>) {
        self.divided = line.divided;
        self.unknown = line.unknown;
        self.file_name = line.file_name;
        self.year = self.year.or(line.year);
        if let (true, Some(number)) = (line.file_name, line.number) {
            self.push(&number.to_string(), Region::Quiet, index);
        }
        if let Some(note) = line.note {
            let from = self.words.len();
            self.push(note.of(text), Region::Quiet, index);
            self.words.iter_mut().skip(from).for_each(|w| w.rarity = 0.0);
        }
        // everything from the first to the last word of artist, title and versions, by where it stands
        self.push(line.artist.of(text), Region::Artist, index);
        self.push(line.title.of(text), if line.divided { Region::Title } else { Region::Mixed }, index);
        for version in line.versions.iter().rev() {
            let from = self.words.len();
            self.push(version.text.of(text), Region::Version, index);
            let square =
                version.text.start > 0 && text.get(..version.text.start).is_some_and(|t| t.ends_with('['));
            if square && line.label.is_none() {
                self.bracket = Some((from, self.words.len()));
            }
        }
        for credit in &line.artists {
            let inside = |s: Span| credit.name.start >= s.start && credit.name.end <= s.end;
            if !inside(line.artist) && !inside(line.title) && !line.versions.iter().any(|v| inside(v.text)) {
                self.push(credit.name.of(text), Region::Artist, index);
            }
        }
        if let Some(year) = line.year {
            self.said_year = Some(self.words.len());
            self.push(&year.to_string(), Region::Quiet, index);
        }
        if let Some(label) = line.label {
            self.label = Folded::new(label.of(text)).letters;
            self.push(label.of(text), Region::Quiet, index);
        }
    }

    fn push(&mut self, text: &str, region: Region, index: &Index<'_>) {
        let folded = Folded::new(parse::cut(text, parse::LINE_MAX));
        for word in folded.words.iter().take(64usize.saturating_sub(self.words.len())) {
            let letters = folded.word(word);
            let letters = match region {
                Region::Version => version::mended(canonical(letters)),
                Region::Mixed => canonical(letters),
                _ => letters,
            };
            let letters = match region {
                Region::Artist | Region::Title | Region::Mixed if version::is_short_form(letters) => {
                    canonical(letters)
                }
                Region::Artist | Region::Title | Region::Mixed if index.word(letters).count == 0 => {
                    version::mended(letters)
                }
                _ => letters,
            };
            let class = version::class_of(letters).map_or(0, |c| c.bit());
            let digits = letters.iter().all(u8::is_ascii_digit);
            let count = index.word(letters).count;
            let nats =
                if is_joint(letters) { 0.0 } else { f32::from(rarity(index.len(), count)) / RARITY_STEPS };
            let at = self.letters.len();
            self.letters.extend_from_slice(letters);
            self.words.push(AskedWord {
                at,
                len: letters.len(),
                region,
                rarity: nats,
                class,
                digits,
                neutral: false,
                count,
                set: fold::letter_set(letters),
            });
        }
    }

    fn finish(&mut self) {
        let (original, mix) = (Class::Original.bit(), Class::Mix.bit() | Class::Version.bit());
        for i in 0..self.words.len() {
            let next = self.words.get(i + 1).map_or(mix, |w| w.class);
            let near_mix = self
                .words
                .get(i + 1)
                .is_some_and(|w| (2..=4).contains(&w.len) && edits(self.word(w), b"mix") <= 1);
            let next = if near_mix { mix } else { next };
            let Some(word) =
                self.words.get_mut(i).filter(|w| w.class == original && w.region != Region::Quiet)
            else {
                continue;
            };
            word.neutral = next & mix != 0 || word.region == Region::Version;
            let follows = word.neutral && next & mix != 0;
            if let Some(word) = self.words.get_mut(i + 1).filter(|_| follows) {
                word.neutral = true;
            }
        }
        self.said_original = self.words.iter().any(|w| w.neutral);
        let letters = |regions: &'static [Region]| {
            self.words
                .iter()
                .filter(move |w| regions.contains(&w.region) && w.rarity > 0.0 && !w.neutral)
                .flat_map(|w| self.word(w).iter().copied())
        };
        let full = Pattern::new(letters(&[Region::Artist, Region::Title, Region::Version, Region::Mixed]));
        let bare = Pattern::new(letters(&[Region::Artist, Region::Title, Region::Mixed]));
        let artist = Pattern::new(letters(&[Region::Artist]));
        let title = Pattern::new(letters(&[Region::Title]));
        if let Some((from, to)) = self.bracket {
            let kept = |i: &usize| *i < from || *i >= to;
            let words = || self.words.iter().enumerate().filter(|(i, _)| kept(i)).map(|(_, w)| w);
            let said = words().filter(|w| w.region != Region::Quiet && w.rarity > 0.0 && !w.neutral);
            let pattern = Pattern::new(said.flat_map(|w| self.word(w).iter().copied()));
            let classes = words().filter(|w| w.region == Region::Version).fold(0, |c, w| c | w.class);
            (self.unlabelled, self.unlabelled_classes) = (pattern, classes);
        }
        self.rarity = self.words.iter().filter(|w| w.region != Region::Quiet).map(|w| w.rarity).sum();
        self.classes = self.words.iter().filter(|w| w.region == Region::Version).fold(0, |c, w| c | w.class);
        (self.full, self.bare, self.artist, self.title) = (full, bare, artist, title);
    }

    pub fn word(&self, word: &AskedWord) -> &[u8] {
        self.letters.get(word.at..word.at + word.len).unwrap_or_default()
    }
}

/// Whether a folded word only joins names.
pub(crate) fn is_joint(word: &[u8]) -> bool {
    matches!(
        word,
        b"and" | b"feat" | b"ft" | b"featuring" | b"vs" | b"versus" | b"pres" | b"presents" | b"the"
    )
}
