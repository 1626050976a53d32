//! The set-list formats: one value each, with its word, name and help. Menus and messages come from here.

/// A format of set lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// rekordbox, playlist exported as text.
    RekordboxTxt,
    /// rekordbox, library exported as XML.
    RekordboxXml,
    /// rekordbox, `export.pdb` of a USB stick.
    RekordboxPdb,
    /// rekordbox 6 and 7, `master.db`.
    RekordboxDb,
    /// Traktor, histories, playlists and collections.
    TraktorNml,
    /// Serato, a session of the history folder.
    SeratoSession,
    /// Serato, history exported as CSV.
    SeratoCsv,
    /// Serato, history exported as text.
    SeratoTxt,
    /// Serato DJ 4, database.
    SeratoDb,
    /// Serato, a saved page of a live playlist.
    SeratoLiveHtml,
    /// Engine DJ, playlist or history exported as CSV.
    EngineCsv,
    /// Engine DJ, database.
    EngineDb,
    /// VirtualDJ, history as m3u.
    VirtualDjM3u,
    /// VirtualDJ, list exported as CSV.
    VirtualDjCsv,
    /// Mixxx, database.
    MixxxDb,
    /// Cue sheet of a recorded set.
    Cue,
    /// M3U or M3U8 playlist.
    M3u,
    /// PLS playlist.
    Pls,
    /// XSPF playlist.
    Xspf,
    /// A small list in JSON.
    JsonList,
    /// Any other table with columns for artist and title.
    Table,
    /// Plain text as people paste it.
    PlainText,
}

impl Format {
    /// Every format, in the order menus show them.
    pub const ALL: [Format; 22] = [
        Format::RekordboxTxt,
        Format::RekordboxXml,
        Format::RekordboxPdb,
        Format::RekordboxDb,
        Format::TraktorNml,
        Format::SeratoSession,
        Format::SeratoCsv,
        Format::SeratoTxt,
        Format::SeratoDb,
        Format::SeratoLiveHtml,
        Format::EngineCsv,
        Format::EngineDb,
        Format::VirtualDjM3u,
        Format::VirtualDjCsv,
        Format::MixxxDb,
        Format::Cue,
        Format::M3u,
        Format::Pls,
        Format::Xspf,
        Format::JsonList,
        Format::Table,
        Format::PlainText,
    ];

    /// The stable word for it, such as `rekordbox-txt`.
    pub fn word(self) -> &'static str {
        self.about().0
    }

    /// Its name as people say it.
    pub fn name(self) -> &'static str {
        self.about().1
    }

    /// Where to find such a file, in one line.
    pub fn help(self) -> &'static str {
        self.about().2
    }

    /// The format with this word.
    pub fn from_word(word: &str) -> Option<Format> {
        Format::ALL.into_iter().find(|format| format.word() == word)
    }

    fn about(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Format::RekordboxTxt => (
                "rekordbox-txt",
                "rekordbox TXT",
                "right-click the history, `Export a playlist to a file (*.txt)`",
            ),
            Format::RekordboxXml => (
                "rekordbox-xml",
                "rekordbox XML",
                "`File`, `Export collection in xml format`; has playlists, no histories",
            ),
            Format::RekordboxPdb => (
                "rekordbox-pdb",
                "rekordbox USB stick",
                "`PIONEER/rekordbox/export.pdb` on the stick, with its histories",
            ),
            Format::RekordboxDb => (
                "rekordbox-db",
                "rekordbox database",
                "an unlocked `master.db` of rekordbox 6 or 7, with its histories",
            ),
            Format::TraktorNml => (
                "traktor-nml",
                "Traktor NML",
                "`Traktor/History/history_….nml`, or a playlist exported as NML",
            ),
            Format::SeratoSession => {
                ("serato-session", "Serato session", "`_Serato_/History/Sessions/….session`, one per night")
            }
            Format::SeratoCsv => {
                ("serato-csv", "Serato CSV", "`History`, choose the session, `Export`, `CSV`")
            }
            Format::SeratoTxt => {
                ("serato-txt", "Serato TXT", "`History`, choose the session, `Export`, `TXT`")
            }
            Format::SeratoDb => (
                "serato-db",
                "Serato DJ 4 database",
                "the library database of Serato DJ 4, with its histories",
            ),
            Format::SeratoLiveHtml => (
                "serato-live-html",
                "Serato Live Playlist page",
                "the page of a playlist on serato.com, saved as HTML",
            ),
            Format::EngineCsv => {
                ("engine-csv", "Engine DJ CSV", "`Export as CSV` on a playlist or history of Engine DJ")
            }
            Format::EngineDb => (
                "engine-db",
                "Engine DJ database",
                "`Engine Library/Database2/hm.db`, or `m.db` of the 1.x versions",
            ),
            Format::VirtualDjM3u => {
                ("virtualdj-m3u", "VirtualDJ history", "`VirtualDJ/History/….m3u`, one per day")
            }
            Format::VirtualDjCsv => {
                ("virtualdj-csv", "VirtualDJ CSV", "a list exported from VirtualDJ as CSV")
            }
            Format::MixxxDb => ("mixxx-db", "Mixxx database", "`mixxxdb.sqlite`, with its history"),
            Format::Cue => ("cue", "cue sheet", "the `.cue` beside a recorded set"),
            Format::M3u => ("m3u", "M3U playlist", "`.m3u` or `.m3u8` of any player"),
            Format::Pls => ("pls", "PLS playlist", "`.pls` of any player"),
            Format::Xspf => ("xspf", "XSPF playlist", "`.xspf` of any player"),
            Format::JsonList => {
                ("json-list", "JSON list", "lists of files or of tracks with `artist` and `title`")
            }
            Format::Table => ("table", "table", "CSV or TSV with a header row such as `artist,title,label`"),
            Format::PlainText => {
                ("plain-text", "plain text", "one track a line, such as `Artist - Title (Remix) [Label]`")
            }
        }
    }
}

/// Its word.
impl std::fmt::Display for Format {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.word())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_kebab_case_and_lead_back() {
        for format in Format::ALL {
            let word = format.word();
            assert!(
                word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'),
                "{word}"
            );
            assert_eq!(Format::from_word(word), Some(format));
            assert!(!format.name().is_empty() && !format.help().is_empty());
        }
    }
}
