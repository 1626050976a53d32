//! One row of a table as items.

use std::borrow::Cow;
use std::ops::ControlFlow;

use music::problem::Problem;
use music::{MediaKind, Period, Side, Territory, UseType};

use super::Out;
use super::cell::{self, identifier, short};
use super::item::{
    Action, Credit, Item, PartyRef, RecordingItem, ReleaseItem, ShareItem, ShareLine, Subject, WorkItem,
};
use super::table::{Column, Header};

/// One row on its way to an item.
pub(super) struct Row<'c> {
    pub(super) header: &'c Header,
    pub(super) line: u64,
    pub(super) cells: &'c [Cow<'c, str>],
    pub(super) problems: Vec<Problem>,
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

    /// Passes on what the row says and what is wrong with it.
    pub(super) fn pass_on(mut self, out: &mut Out<'_>) -> ControlFlow<()> {
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
            let artist = if item.artist.is_empty() { "unknown" } else { &item.artist };
            let version =
                if item.version.is_empty() { String::new() } else { format!(" · {}", item.version) };
            format!("{artist} · {}{version}", item.title).to_lowercase()
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
        ids.extend(gtin.as_ref().map(cell::gtin_id));
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
            // Who has no other id for a recording writes its ISRC there.
            (false, ..) => Some((id.parse().map_or(Subject::Recording(id), Subject::Isrc), None)),
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
