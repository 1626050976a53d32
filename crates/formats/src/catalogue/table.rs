//! Catalogues and shares files as tables: a header line that names the columns, in any order, then a row each.
//!
//! Which columns mean what stands in [`COLUMNS`]; other columns are ignored, missing ones are empty. A header
//! with a title is a catalogue; one with a party and a share, and a recording, ISRC or work, is a shares file.

use std::borrow::Cow;
use std::ops::ControlFlow;

use encoding_rs::{Encoding, UTF_16BE, UTF_16LE};
use music::problem::Problem;
use music::{MediaKind, Period, Side, Territory, UseType};

use super::cell::{self, identifier, short};
use super::csv::{self, Record, Records};
use super::item::{
    Action, Credit, Item, PartyRef, RecordingItem, ReleaseItem, ShareItem, ShareLine, Subject, WorkItem,
};
use super::source::{Decoded, Lines, line_text};
use super::{Kind, Out};

/// Bytes one line may have; the longest rows met have a few hundred.
const LINE_BYTES: usize = 1 << 20;

/// Columns one row may have.
const ROW_COLUMNS: usize = 1000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Column {
    Id,
    Artist,
    Title,
    Version,
    Album,
    Label,
    Duration,
    Isrc,
    Year,
    Mbid,
    OwnId,
    Kind,
    Work,
    Iswc,
    Composer,
    Remixer,
    Gtin,
    CatalogueNumber,
    Shares,
    Action,
    Party,
    PartyId,
    Isni,
    Ipi,
    Share,
    SharePpm,
    Side,
    Territory,
    From,
    Until,
    LastDay,
    Use,
}

/// Each column with its names, the documented one first. Case, spaces and hyphens in a header do not matter.
const COLUMNS: &[(Column, &[&str])] = &[
    (Column::Id, &["id", "recording", "source_id", "recording_id"]),
    (Column::Artist, &["artist", "artists", "artist_credit", "artist_name"]),
    (Column::Title, &["title", "track", "track_title", "name"]),
    (Column::Version, &["version", "mix", "remix", "subtitle"]),
    (Column::Album, &["album", "release", "release_title"]),
    (Column::Label, &["label", "label_name"]),
    (Column::Duration, &["duration_s", "duration", "length", "time"]),
    (Column::Isrc, &["isrc", "isrcs"]),
    (Column::Year, &["year", "date", "release_date"]),
    (Column::Mbid, &["mbid", "musicbrainz_id", "recording_mbid"]),
    (Column::OwnId, &["own_id", "own_track_id"]),
    (Column::Kind, &["kind", "media_kind"]),
    (Column::Work, &["work", "work_title"]),
    (Column::Iswc, &["iswc"]),
    (Column::Composer, &["composer", "composers"]),
    (Column::Remixer, &["remixer", "remixers"]),
    (Column::Gtin, &["gtin", "ean", "upc", "icpn", "barcode"]),
    (Column::CatalogueNumber, &["catalogue_number", "catalog_number", "cat_no", "catno"]),
    (Column::Shares, &["shares", "splits"]),
    (Column::Action, &["action"]),
    (Column::Party, &["party", "holder"]),
    (Column::PartyId, &["party_id"]),
    (Column::Isni, &["isni"]),
    (Column::Ipi, &["ipi"]),
    (Column::Share, &["share", "percentage", "split"]),
    (Column::SharePpm, &["share_ppm"]),
    (Column::Side, &["side"]),
    (Column::Territory, &["territory", "territories", "territory_code"]),
    (Column::From, &["from", "start", "start_date"]),
    (Column::Until, &["until"]),
    (Column::LastDay, &["last_day", "end_date"]),
    (Column::Use, &["use", "use_type"]),
];

impl Column {
    fn of(name: &str) -> Option<Column> {
        let name: String = name
            .trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}' || c == '"')
            .chars()
            .map(|c| if matches!(c, ' ' | '-') { '_' } else { c.to_ascii_lowercase() })
            .collect();
        COLUMNS.iter().find(|(_, names)| names.contains(&name.as_str())).map(|(column, _)| *column)
    }
}

/// Whether the first line of a text is the header of a table we know, and which kind.
pub(super) fn sniff(text: &str) -> Option<Kind> {
    let mut lines = text.lines().filter(|l| !l.trim().is_empty());
    let mut first = lines.next()?;
    if first.starts_with("sep=") {
        first = lines.next()?;
    }
    let tab = first.contains('\t') && Header::new(first.split('\t')).is_ok();
    if tab {
        return Some(Kind::Tsv);
    }
    let separator = csv::separator(first);
    Header::new(csv::fields(first, Some(separator), b'\t').iter().map(AsRef::as_ref))
        .is_ok()
        .then_some(Kind::Csv)
}

/// Reads a table to its end, row by row.
pub(super) fn read(
    input: &mut dyn std::io::BufRead,
    encoding: &'static Encoding,
    plain: bool,
    out: &mut Out<'_>,
) -> ControlFlow<()> {
    if encoding == UTF_16LE || encoding == UTF_16BE {
        let mut decoded = Decoded::new(input, encoding);
        return Table::new(&mut decoded, plain).read(out);
    }
    Table::new(input, plain).read(out)
}

struct Table<'a> {
    records: Records<'a>,
    plain: bool,
    separator: Option<u8>,
    buf: Vec<u8>,
    told_encoding: bool,
}

impl<'a> Table<'a> {
    fn new(input: &'a mut dyn std::io::BufRead, plain: bool) -> Self {
        let records = Records::new(Lines::new(input, LINE_BYTES));
        Table { records, plain, separator: None, buf: Vec::new(), told_encoding: false }
    }

    fn read(&mut self, out: &mut Out<'_>) -> ControlFlow<()> {
        let Some(header) = self.header(out)? else { return ControlFlow::Continue(()) };
        while let Some(line) = self.row(out)? {
            let (text, guessed) = line_text(&self.buf);
            if guessed && !std::mem::replace(&mut self.told_encoding, true) {
                out.problem(guessed_encoding(line))?;
            }
            if text.trim().is_empty() {
                continue;
            }
            out.report.rows += 1;
            let cells = csv::fields(&text, self.separator, b'\t');
            header.row(line, &cells).pass_on(out)?;
        }
        ControlFlow::Continue(())
    }

    /// The header, or nothing where the table is of no use.
    fn header(&mut self, out: &mut Out<'_>) -> ControlFlow<(), Option<Header>> {
        while let Some(line) = self.row(out)? {
            let (text, _) = line_text(&self.buf);
            let text = text.trim_start_matches('\u{feff}');
            if text.trim().is_empty() || text.starts_with("sep=") {
                continue;
            }
            if !self.plain {
                let separator = csv::separator(text);
                self.separator = Some(separator);
                self.records.quoted(separator);
            }
            let cells = csv::fields(text, self.separator, b'\t');
            return match Header::new(cells.iter().map(AsRef::as_ref)) {
                Ok(header) => ControlFlow::Continue(Some(header)),
                Err(message) => {
                    let hint = "the first line names the columns, such as `id artist title album label duration_s isrc year`; \
                                a shares file has `isrc party share`";
                    out.problem(Problem::new("header-unknown", line, message, hint).fatal())?;
                    ControlFlow::Continue(None)
                }
            };
        }
        if !out.fatal {
            let hint = "give a file with a header line and a row for each recording";
            out.problem(Problem::new("catalogue-empty", 0, "the file is empty", hint).fatal())?;
        }
        ControlFlow::Continue(None)
    }

    /// The number of the next row, which is in the buffer; nothing at the end.
    fn row(&mut self, out: &mut Out<'_>) -> ControlFlow<(), Option<u64>> {
        loop {
            match self.records.next(&mut self.buf) {
                Record::Row(line) => return ControlFlow::Continue(Some(line)),
                Record::StrayQuote(line) => {
                    let hint = "close it, or double it where it is meant as a letter; the row was read to the line's end";
                    out.problem(Problem::new(
                        "quote-open",
                        line,
                        "a quote opened on this line is never closed",
                        hint,
                    ))?;
                    return ControlFlow::Continue(Some(line));
                }
                Record::TooLong(line) => {
                    let message = format!("the line has more than {} MiB", LINE_BYTES >> 20);
                    out.problem(Problem::new("line-too-long", line, message, "the line was skipped"))?;
                }
                Record::End => return ControlFlow::Continue(None),
                Record::Failed(failure) => {
                    out.problem(read_failed(0, &failure))?;
                    return ControlFlow::Continue(None);
                }
            }
        }
    }
}

/// The input broke off: what was read stands.
pub(super) fn read_failed(line: u64, failure: &std::io::Error) -> Problem {
    let message = format!("the file breaks off: {}", short(&failure.to_string().to_lowercase()));
    Problem::new("truncated", line, message, "the rows before it were read; fetch the file again")
}

fn guessed_encoding(line: u64) -> Problem {
    let hint = "save the file as UTF-8 if letters look wrong";
    Problem::new("encoding-guessed", line, "the text is not UTF-8 and was read as Windows-1252", hint)
        .notice()
}

/// Where each column stands.
struct Header {
    places: [Option<usize>; COLUMNS.len()],
    shares: bool,
}

impl Header {
    fn new<'c>(cells: impl Iterator<Item = &'c str>) -> Result<Header, String> {
        let mut places = [None; COLUMNS.len()];
        let mut names = Vec::new();
        for (at, cell) in cells.take(ROW_COLUMNS).enumerate() {
            names.push(short(cell));
            if let Some(column) = Column::of(cell) {
                places[column as usize].get_or_insert(at);
            }
        }
        let has = |column: Column| places[column as usize].is_some();
        let subject = has(Column::Id) || has(Column::Isrc) || has(Column::Iswc);
        let shares = has(Column::Party)
            && (has(Column::Share) || has(Column::SharePpm))
            && subject
            && !has(Column::Title);
        if shares || has(Column::Title) {
            return Ok(Header { places, shares });
        }
        let shown = names.iter().take(12).map(|n| format!("`{n}`")).collect::<Vec<_>>().join(", ");
        Err(format!("the header has no column `title`, only {shown}"))
    }

    fn row<'c>(&'c self, line: u64, cells: &'c [Cow<'c, str>]) -> Row<'c> {
        Row { header: self, line, cells, problems: Vec::new() }
    }
}

/// One row on its way to an item.
struct Row<'c> {
    header: &'c Header,
    line: u64,
    cells: &'c [Cow<'c, str>],
    problems: Vec<Problem>,
}

impl<'c> Row<'c> {
    fn get(&self, column: Column) -> &'c str {
        let place = self.header.places[column as usize];
        place.and_then(|at| self.cells.get(at)).map_or("", |c| c.trim())
    }

    fn text(&self, column: Column) -> String {
        let text = self.get(column);
        if text.contains(['\n', '\r', '\t']) {
            text.replace(['\n', '\r', '\t'], " ")
        } else {
            text.to_owned()
        }
    }

    fn problem(&mut self, code: &'static str, message: String, hint: &str) {
        self.problems.push(Problem::new(code, self.line, message, hint));
    }

    fn pass_on(mut self, out: &mut Out<'_>) -> ControlFlow<()> {
        let items = if self.header.shares { self.shares_row(out) } else { self.recording_row(out) };
        out.problems(std::mem::take(&mut self.problems))?;
        items.into_iter().try_for_each(|item| out.put(item))
    }

    fn recording_row(&mut self, out: &Out<'_>) -> Vec<Item> {
        let mut item = RecordingItem::new(out.origin(self.line));
        item.title = self.text(Column::Title);
        if item.title.is_empty() {
            self.problem(
                "title-missing",
                "the row has no title".to_owned(),
                "the row was skipped; add the title",
            );
            return Vec::new();
        }
        item.artist = self.text(Column::Artist);
        item.version = self.text(Column::Version);
        item.album = self.text(Column::Album);
        item.label = self.text(Column::Label);
        item.mbid = identifier(self.get(Column::Mbid), self.line, &mut self.problems);
        item.own_id = identifier(self.get(Column::OwnId), self.line, &mut self.problems);
        item.action = self.action();
        item.kind = self.kind();
        self.isrcs(&mut item);
        self.numbers(&mut item);
        item.source_id = self.source_id(&item);
        item.artists = self.credits();
        item.works = self.work(out).into_iter().collect();
        item.shares = self.row_shares();
        item.release = self.release(&item);
        vec![Item::Recording(item)]
    }

    fn isrcs(&mut self, item: &mut RecordingItem) {
        for text in self.get(Column::Isrc).split([';', '|', ',', '/']).take(100) {
            match identifier(text, self.line, &mut self.problems) {
                isrc if item.isrc.is_none() => item.isrc = isrc,
                isrc => item.other_isrcs.extend(isrc),
            }
        }
    }

    fn numbers(&mut self, item: &mut RecordingItem) {
        let (duration, year) = (self.get(Column::Duration), self.get(Column::Year));
        item.duration_s = cell::seconds(duration).filter(|s| *s > 0);
        if item.duration_s.is_none() && !duration.is_empty() && cell::seconds(duration) != Some(0) {
            let message = format!("`{}` is not a duration", short(duration));
            self.problem(
                "duration-invalid",
                message,
                "write seconds such as `213` or minutes such as `3:33`",
            );
        }
        item.year = cell::year(year);
        if item.year.is_none() && !year.is_empty() {
            let message = format!("`{}` is not a year", short(year));
            self.problem("year-invalid", message, "write `2026` or a date such as `2026-09-04`");
        }
    }

    fn source_id(&self, item: &RecordingItem) -> String {
        let id = self.text(Column::Id);
        if !id.is_empty() {
            return id;
        }
        let known =
            item.isrc.as_ref().map(ToString::to_string).or(item.mbid.as_ref().map(ToString::to_string));
        known.or(item.own_id.as_ref().map(ToString::to_string)).unwrap_or_else(|| {
            let parts = [&item.artist, &item.title, &item.version].map(|p| p.to_lowercase());
            parts.join(" · ").trim_end_matches(" · ").to_owned()
        })
    }

    fn action(&mut self) -> Action {
        match self.get(Column::Action).to_ascii_lowercase().as_str() {
            "" | "upsert" | "add" | "insert" | "update" => Action::Upsert,
            "withdraw" | "delete" | "takedown" | "remove" => Action::Withdraw,
            other => {
                let message = format!("`{}` is not an action", short(other));
                self.problem(
                    "action-unknown",
                    message,
                    "write `upsert` or `withdraw`; the row was read as `upsert`",
                );
                Action::Upsert
            }
        }
    }

    fn kind(&mut self) -> MediaKind {
        let word = self.get(Column::Kind).to_ascii_lowercase();
        let known = MediaKind::ALL.into_iter().find(|k| k.word() == word);
        if known.is_none() && !word.is_empty() {
            let message = format!("`{}` is not a kind of recording", short(&word));
            self.problem(
                "kind-unknown",
                message,
                "write `audio`, `video`, `game`, `book` or `comic`; read as `audio`",
            );
        }
        known.unwrap_or(MediaKind::Audio)
    }

    fn credits(&self) -> Vec<Credit> {
        let remixers = names(self.get(Column::Remixer));
        remixers
            .map(|name| Credit {
                party: PartyRef { name, ..PartyRef::default() },
                role: "Remixer".to_owned(),
            })
            .collect()
    }

    fn work(&mut self, out: &Out<'_>) -> Option<WorkItem> {
        let iswc = identifier(self.get(Column::Iswc), self.line, &mut self.problems);
        let title = self.text(Column::Work);
        let composers = names(self.get(Column::Composer));
        let credits: Vec<Credit> = composers
            .map(|name| Credit {
                party: PartyRef { name, ..PartyRef::default() },
                role: "Composer".to_owned(),
            })
            .collect();
        let any = iswc.is_some() || !title.is_empty() || !credits.is_empty();
        any.then(|| WorkItem { origin: out.origin(self.line), title, iswc, credits, ..WorkItem::default() })
    }

    fn release(&mut self, item: &RecordingItem) -> Option<Box<ReleaseItem>> {
        let gtin: Option<music::Gtin> = identifier(self.get(Column::Gtin), self.line, &mut self.problems);
        let catalogue_number = self.text(Column::CatalogueNumber);
        let mut ids = Vec::new();
        ids.extend(gtin.as_ref().map(|g| format!("gtin:{g}")));
        if !catalogue_number.is_empty() {
            ids.push(format!("catalogue:{}", catalogue_number.to_uppercase()));
        }
        let source_id = ids.first()?.clone();
        let (origin, title, label) = (item.origin.clone(), item.album.clone(), item.label.clone());
        let release = ReleaseItem {
            origin,
            source_id,
            ids,
            title,
            label,
            catalogue_number,
            gtin,
            year: item.year,
            ..ReleaseItem::default()
        };
        Some(Box::new(release))
    }

    /// The column `shares`: `Ada Nwosu 50 %; Kollektiv Nord 50 %`.
    fn row_shares(&mut self) -> Vec<ShareLine> {
        let text = self.get(Column::Shares);
        if text.is_empty() {
            return Vec::new();
        }
        let Some(terms) = self.terms() else { return Vec::new() };
        let mut shares = Vec::new();
        for part in text.split([';', '|', '\n']).map(str::trim).filter(|p| !p.is_empty()).take(1000) {
            match named_share(part) {
                Ok((name, ratio)) => {
                    let party = PartyRef { name, ..PartyRef::default() };
                    shares.extend(terms.share(party, Some(ratio)));
                }
                Err(message) => {
                    self.problem("share-invalid", message, "write `Ada Nwosu 50 %; Kollektiv Nord 50 %`")
                }
            }
        }
        shares
    }

    fn shares_row(&mut self, out: &Out<'_>) -> Vec<Item> {
        let origin = out.origin(self.line);
        let Some((subject, side)) = self.subject() else { return Vec::new() };
        let party = PartyRef {
            name: self.text(Column::Party),
            isni: identifier(self.get(Column::Isni), self.line, &mut self.problems),
            ipi: identifier(self.get(Column::Ipi), self.line, &mut self.problems),
            mbid: None,
            source_id: self.text(Column::PartyId),
        };
        if party.name.is_empty() {
            self.problem(
                "party-missing",
                "the row names no party".to_owned(),
                "the row was skipped; say whose share it is",
            );
            return Vec::new();
        }
        let Some(ratio) = self.ratio() else { return Vec::new() };
        let Some(mut terms) = self.terms() else { return Vec::new() };
        terms.side = side.unwrap_or(terms.side);
        let item = |share| Item::Share(ShareItem { origin: origin.clone(), subject: subject.clone(), share });
        terms.share(party, Some(ratio)).map(item).collect()
    }

    /// What a shares row is about; an ISWC alone also settles the side.
    fn subject(&mut self) -> Option<(Subject, Option<Side>)> {
        let isrc = identifier(self.get(Column::Isrc), self.line, &mut self.problems);
        let iswc = identifier(self.get(Column::Iswc), self.line, &mut self.problems);
        let id = self.text(Column::Id);
        let subject = match (id.is_empty(), isrc, iswc) {
            (false, ..) => Some((Subject::Recording(id), None)),
            (true, Some(isrc), _) => Some((Subject::Isrc(isrc), None)),
            (true, None, Some(iswc)) => Some((Subject::Iswc(iswc), Some(Side::Composition))),
            (true, None, None) => None,
        };
        if subject.is_none() {
            let hint = "the row was skipped; give `recording` (its id), `isrc` or `iswc`";
            self.problem("recording-missing", "the row does not say of which recording".to_owned(), hint);
        }
        subject
    }

    fn ratio(&mut self) -> Option<money::Ratio> {
        let (share, ppm) = (self.get(Column::Share), self.get(Column::SharePpm));
        let read = match ppm.parse::<u32>() {
            Ok(ppm) if share.is_empty() => money::Ratio::from_ppm(ppm),
            _ => decimal_point(share).parse(),
        };
        let hint = "the row was skipped; write `12.5 %`, `1/8` or `0.125`";
        read.map_err(|bad| self.problem("share-invalid", bad.to_string(), hint)).ok()
    }

    /// Side, territories, period and use of the row's shares; nothing where one of them cannot be read, since a share
    /// that applies elsewhere than meant moves money.
    fn terms(&mut self) -> Option<Terms> {
        let (before, line) = (self.problems.len(), self.line);
        let side = match self.get(Column::Side).to_ascii_lowercase().as_str() {
            "" | "master" | "recording" => Side::Master,
            "composition" | "work" | "publishing" => Side::Composition,
            other => {
                let message = format!("`{}` is not a side", short(other));
                self.problem(
                    "side-unknown",
                    message,
                    "write `master` or `composition`; the shares were skipped",
                );
                Side::Master
            }
        };
        let codes =
            self.get(Column::Territory).split([',', ';', '|', ' ']).filter(|c| !c.is_empty()).take(300);
        let mut territories: Vec<Territory> =
            codes.filter_map(|c| identifier(c, line, &mut self.problems)).collect();
        if territories.is_empty() {
            territories.push(Territory::worldwide());
        }
        let use_word = self.get(Column::Use).to_ascii_lowercase();
        let use_type = if use_word.is_empty() { Some(UseType::Any) } else { UseType::from_word(&use_word) };
        if use_type.is_none() {
            let message = format!("`{}` is not a use", short(&use_word));
            self.problem(
                "use-unknown",
                message,
                "write `any`, `set-list`, `streaming`, `campaign` or `licensing`",
            );
        }
        let period = self.period();
        (self.problems.len() == before).then_some(Terms { side, territories, period, use_type: use_type? })
    }

    fn period(&mut self) -> Period {
        let start = self.day(Column::From).map(|(first, _)| first);
        let until = self.day(Column::Until).map(|(first, _)| first);
        let end = until.or(self.day(Column::LastDay).map(|(_, after)| after));
        if matches!((start, end), (Some(s), Some(e)) if s >= e) {
            let message = "the share ends before it begins".to_owned();
            self.problem(
                "period-invalid",
                message,
                "`until` is the first day after it, `last_day` the last day of it",
            );
        }
        Period { start, end }
    }

    fn day(&mut self, column: Column) -> Option<(jiff::civil::Date, jiff::civil::Date)> {
        let text = self.get(column);
        let days = cell::days(text);
        if days.is_none() && !text.is_empty() {
            self.problem("date-invalid", format!("`{}` is not a date", short(text)), "write `2026-09-04`");
        }
        days
    }
}

struct Terms {
    side: Side,
    territories: Vec<Territory>,
    period: Period,
    use_type: UseType,
}

impl Terms {
    fn share(&self, party: PartyRef, ratio: Option<money::Ratio>) -> impl Iterator<Item = ShareLine> + '_ {
        let (side, period, use_type) = (self.side, self.period, self.use_type);
        self.territories.iter().map(move |territory| ShareLine {
            party: party.clone(),
            side,
            ratio,
            territory: territory.clone(),
            period,
            use_type,
        })
    }
}

fn names(text: &str) -> impl Iterator<Item = String> {
    text.split([';', '|']).map(str::trim).filter(|n| !n.is_empty()).take(1000).map(str::to_owned)
}

/// `12,5 %` as `12.5 %`.
fn decimal_point(text: &str) -> String {
    text.replace(',', ".")
}

/// A name and the share after it: `Ada Nwosu 50 %`, `Ada Nwosu: 1/2`.
fn named_share(text: &str) -> Result<(String, money::Ratio), String> {
    let number = |c: char| c.is_ascii_digit() || matches!(c, '.' | ',' | '/');
    let text = text.trim_end_matches(|c: char| c == ')' || c.is_whitespace());
    let body = text.strip_suffix('%').map_or(text, str::trim_end);
    let name = body.trim_end_matches(number);
    let ratio = decimal_point(&text[name.len()..]);
    let name =
        name.trim_end_matches(|c: char| c.is_whitespace() || matches!(c, ':' | '=' | '(' | '-')).trim();
    if name.is_empty() {
        return Err(format!("`{}` names no party", short(text)));
    }
    if ratio.is_empty() {
        return Err(format!("`{}` has no share after the name", short(text)));
    }
    ratio.parse().map(|ratio| (name.to_owned(), ratio)).map_err(|bad: money::RatioError| bad.to_string())
}
