//! The small tables beside the plays: who holds what, and what a catalogue says of recordings.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use allocation::rule::Pays;
use allocation::{Shares, SharesOf};
use money::Ratio;
use music::{PartyId, RecordingId, Territory};

use crate::Failure;
use crate::files::{Digest, cannot_read, document, sha256};
use crate::keys::{Key, KeyKind, Keys};

/// Who holds each recording, as `recording,party,share_ppm`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holders {
    rows: Vec<HolderRow>,
    document: String,
    digest: Digest,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct HolderRow {
    line: u64,
    recording: String,
    party: String,
    ppm: u32,
}

/// What a catalogue says of recordings, as `recording`, `artist`, `territory`, `tags`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Catalogue {
    rows: Vec<CatalogueRow>,
    has_artists: bool,
    has_territories: bool,
    has_plays: bool,
    document: String,
    digest: Digest,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct CatalogueRow {
    line: u64,
    recording: String,
    artist: String,
    territories: Vec<Territory>,
    local: bool,
    threshold_plays: Option<u64>,
}

/// A table read: its rows as texts by column, with their lines.
struct Table {
    columns: Vec<String>,
    rows: Vec<(u64, csv::StringRecord)>,
    document: String,
    digest: Digest,
}

impl Table {
    /// Reads a table; tabs separate columns where the header has one, without quoting, else commas.
    fn read(path: &Path) -> Result<Table, Failure> {
        let bytes = std::fs::read(path).map_err(|error| cannot_read(path, &error))?;
        let document = document(path);
        let digest = Digest { sha256: sha256(&bytes), bytes: bytes.len() as u64 };
        let text = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&bytes);
        let header = text.split(|byte| *byte == b'\n').next().unwrap_or_default();
        let tabs = header.contains(&b'\t');
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(if tabs { b'\t' } else { b',' })
            .quoting(!tabs)
            .flexible(true)
            .from_reader(text);
        let bad = |error: csv::Error| {
            let line = error.position().map_or(0, csv::Position::line);
            let hint = "save it as UTF-8, with the column names in the first row";
            Failure::problem("table-unreadable", &document, line, "the row cannot be read as text", hint)
        };
        let columns = reader.headers().map_err(bad)?.iter().map(|name| name.trim().to_owned()).collect();
        let mut rows = Vec::new();
        for record in reader.into_records() {
            let record = record.map_err(bad)?;
            let line = record.position().map_or(0, csv::Position::line);
            if record.iter().any(|field| !field.trim().is_empty()) {
                rows.push((line, record));
            }
        }
        Ok(Table { columns, rows, document, digest })
    }

    fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column == name)
    }

    fn needed(&self, name: &str, all: &str) -> Result<usize, Failure> {
        self.column(name).ok_or_else(|| {
            let message = format!("the column `{name}` is missing");
            Failure::problem(
                "table-column",
                &self.document,
                1,
                message,
                format!("the first row names the columns: `{all}`"),
            )
        })
    }
}

impl Holders {
    /// Reads the table.
    ///
    /// # Errors
    /// A problem with the first row that is none of `recording,party,share_ppm`.
    pub fn read(path: &Path) -> Result<Holders, Failure> {
        const ALL: &str = "recording,party,share_ppm";
        let table = Table::read(path)?;
        let recording = table.needed("recording", ALL)?;
        let (party, share) = (table.needed("party", ALL)?, table.needed("share_ppm", ALL)?);
        let mut rows = Vec::with_capacity(table.rows.len());
        for (line, record) in &table.rows {
            let field = |column: usize| record.get(column).unwrap_or_default().trim();
            let bad = |message: String, hint: &str| {
                Failure::problem("shares-row", &table.document, *line, message, hint)
            };
            let (recording, party, share) = (field(recording), field(party), field(share));
            if recording.is_empty() || party.is_empty() {
                let what = if recording.is_empty() { "recording" } else { "party" };
                return Err(bad(format!("the row names no {what}"), "write `recording,party,share_ppm`"));
            }
            let ppm = share.parse::<u32>().ok().filter(|ppm| *ppm <= 1_000_000).ok_or_else(|| {
                let hint = "parts of a million, from 0 to 1000000; a half is 500000";
                bad(format!("`{share}` is no share"), hint)
            })?;
            rows.push(HolderRow {
                line: *line,
                recording: recording.to_owned(),
                party: party.to_owned(),
                ppm,
            });
        }
        Ok(Holders { rows, document: table.document, digest: table.digest })
    }

    /// What the file is.
    pub fn digest(&self) -> &Digest {
        &self.digest
    }

    /// The shares by number, and the parties by number in the order of their keys.
    pub(crate) fn numbered(
        &self,
        recordings: &Keys,
        pays: Pays,
    ) -> Result<(Shares, BTreeMap<PartyId, String>), Failure> {
        let names: BTreeSet<&str> = self.rows.iter().map(|row| row.party.as_str()).collect();
        let ids: BTreeMap<&str, PartyId> =
            names.into_iter().zip(0..).map(|(name, number)| (name, PartyId::from_bits(number))).collect();
        let mut held: BTreeMap<u64, Vec<(PartyId, Ratio)>> = BTreeMap::new();
        for row in &self.rows {
            let bad = |message: String| {
                Failure::problem(
                    "shares-row",
                    &self.document,
                    row.line,
                    message,
                    "name recordings as the plays do",
                )
            };
            if !matches!(recordings, Keys::Texts { .. }) && row.recording.parse::<u64>().is_err() {
                return Err(bad(format!(
                    "`{}` is no integer, but the plays name recordings by integers",
                    row.recording
                )));
            }
            let (Some(number), Some(party)) =
                (recordings.of_written(&row.recording), ids.get(row.party.as_str()))
            else {
                // Shares of a recording that nobody played.
                continue;
            };
            let ratio = Ratio::from_ppm(row.ppm).map_err(|error| bad(error.to_string()))?;
            held.entry(number).or_default().push((party.clone(), ratio));
        }
        let sides: &[Pays] = if pays == Pays::BothSides {
            &[Pays::Master, Pays::Composition]
        } else {
            std::slice::from_ref(&pays)
        };
        let mut shares = Shares::new();
        for (number, holders) in held {
            let of = SharesOf::new(holders);
            sides.iter().for_each(|side| shares.set(RecordingId::from_bits(number), *side, of.clone()));
        }
        let names = ids.into_iter().map(|(name, id)| (id, name.to_owned()));
        Ok((shares, names.collect()))
    }
}

impl Catalogue {
    /// Reads the table. Columns: `recording`, then any of `artist`, `territory`, `tags`, `threshold_plays`.
    ///
    /// # Errors
    /// A problem with the first row that cannot be understood.
    pub fn read(path: &Path) -> Result<Catalogue, Failure> {
        const ALL: &str = "recording artist territory tags";
        let table = Table::read(path)?;
        let recording = table.needed("recording", ALL)?;
        let [artist, territory, tags, plays] =
            ["artist", "territory", "tags", "threshold_plays"].map(|name| table.column(name));
        let mut rows = Vec::with_capacity(table.rows.len());
        for (line, record) in &table.rows {
            let field = |column: Option<usize>| column.and_then(|c| record.get(c)).unwrap_or_default().trim();
            let bad = |message: String, hint: &str| {
                Failure::problem("catalogue-row", &table.document, *line, message, hint)
            };
            let recording = field(Some(recording));
            if recording.is_empty() {
                return Err(bad(
                    "the row names no recording".to_owned(),
                    "every row starts from a recording",
                ));
            }
            let words = |text: &str| {
                text.split([' ', ';', '|', ','])
                    .filter(|w| !w.is_empty())
                    .map(str::to_owned)
                    .collect::<Vec<_>>()
            };
            let territories = words(field(territory))
                .iter()
                .map(|word| word.parse::<Territory>())
                .collect::<Result<Vec<_>, _>>();
            let territories =
                territories.map_err(|error| bad(error.to_string(), "several are separated by spaces"))?;
            let threshold_plays =
                match field(plays) {
                    "" => None,
                    count => Some(count.parse().map_err(|_| {
                        bad(format!("`{count}` is no count of plays"), "write a whole number")
                    })?),
                };
            rows.push(CatalogueRow {
                line: *line,
                recording: recording.to_owned(),
                artist: field(artist).to_owned(),
                territories,
                local: words(field(tags)).iter().any(|tag| tag == "local"),
                threshold_plays,
            });
        }
        Ok(Catalogue {
            rows,
            has_artists: artist.is_some(),
            has_territories: territory.is_some() || tags.is_some(),
            has_plays: plays.is_some(),
            document: table.document,
            digest: table.digest,
        })
    }

    /// What the file is.
    pub fn digest(&self) -> &Digest {
        &self.digest
    }

    /// Whether it has the columns for artists, places, and plays in the months of a threshold.
    pub fn has(&self) -> [bool; 3] {
        [self.has_artists, self.has_territories, self.has_plays]
    }

    /// Whether some recording has the tag `local`.
    pub(crate) fn tags_local(&self) -> bool {
        self.rows.iter().any(|row| row.local)
    }

    /// Its recordings as keys.
    pub(crate) fn recordings(&self, kind: KeyKind) -> Result<Vec<Key>, Failure> {
        let key = |row: &CatalogueRow| match kind {
            KeyKind::Texts => Ok(Key::Text(row.recording.as_bytes().into())),
            KeyKind::Numbers => row.recording.parse().map(Key::Number).map_err(|_| {
                let message =
                    format!("`{}` is no integer, but the plays name recordings by integers", row.recording);
                Failure::problem(
                    "catalogue-row",
                    &self.document,
                    row.line,
                    message,
                    "name recordings as the plays do",
                )
            }),
        };
        self.rows.iter().map(key).collect()
    }

    /// Its artists as keys.
    pub(crate) fn artists(&self) -> Vec<Key> {
        let named = self.rows.iter().filter(|row| !row.artist.is_empty());
        named.map(|row| Key::Text(row.artist.as_bytes().into())).collect()
    }

    /// What it says of each recording that is numbered.
    pub(crate) fn facts<'a>(
        &'a self,
        recordings: &'a Keys,
        here: Option<&'a Territory>,
    ) -> impl Iterator<Item = Fact<'a>> + 'a {
        self.rows.iter().filter_map(move |row| {
            let number = recordings.of_written(&row.recording)?;
            let tagged = |here: &Territory| row.territories.iter().any(|tag| here.contains(tag));
            let local = row.local || here.is_some_and(tagged);
            let artist = (!row.artist.is_empty()).then_some(row.artist.as_str());
            Some(Fact { line: row.line, number, artist, local, threshold_plays: row.threshold_plays })
        })
    }

    /// A row that contradicts another one.
    pub(crate) fn contradicts(&self, line: u64, recording: &str) -> Failure {
        let message = format!("recording `{recording}` stands twice with different facts");
        Failure::problem("catalogue-row", &self.document, line, message, "keep one row of each recording")
    }
}

/// What one row of a catalogue says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Fact<'a> {
    pub line: u64,
    pub number: u64,
    pub artist: Option<&'a str>,
    pub local: bool,
    pub threshold_plays: Option<u64>,
}
