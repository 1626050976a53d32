//! The catalogue: importing deliveries, listing it, and matching lines against it.

use std::collections::{BTreeMap, HashMap};
use std::io::BufRead;
use std::ops::ControlFlow;

use formats::catalogue::{
    Action, Deal, Item, Kind, PartyRef, RecordingItem, ReleaseItem, ShareItem, ShareLine, Subject,
};
use jiff::Timestamp;
use ledger::Hash;
use music::{
    PartyId, Problem, Recording, RecordingId, RecordingStatus, ReleaseId, RightsShare, Severity, ShareId,
    ShareStatus, ShareSubject, Side, WorkId,
};
use ports::index_file::IndexFile;
use store::{CatalogueRow, DealRow, ShareRow, Tx};
use tokio::sync::mpsc;

use crate::failure::refuse;
use crate::{Failure, House, party};

/// What came of importing one document.
#[derive(Debug, Clone, Default)]
pub struct Imported {
    /// What it was read as.
    pub kind: Option<Kind>,
    /// Recordings written.
    pub recordings: u64,
    /// Releases written.
    pub releases: u64,
    /// Shares written.
    pub shares: u64,
    /// Recordings withdrawn.
    pub withdrawn: u64,
    /// What was wrong, as far as it is shown.
    pub problems: Vec<Problem>,
    /// How many problems there were in all.
    pub problem_count: u64,
}

/// How many items travel together from the reader to the database, and how many such parcels may wait.
const PARCEL: usize = 1_000;
const PARCELS_WAITING: usize = 4;

/// Imports one document in one transaction. `progress` is told how many recordings were written so far.
///
/// A table keeps its good rows; a release message is one act and counts whole or not at all.
pub async fn import(
    house: &House,
    document: &str,
    input: Box<dyn BufRead + Send>,
    kind: Option<Kind>,
    by: &str,
    progress: &(dyn Fn(u64) + Sync),
) -> Result<Imported, Failure> {
    let now = house.now();
    let (send, mut receive) = mpsc::channel::<Vec<Item>>(PARCELS_WAITING);
    let name = document.to_owned();
    let reader = tokio::task::spawn_blocking(move || read_parcels(input, kind, &name, &send));
    let mut tx = house.store.begin().await?;
    let mut import = Import {
        house,
        now,
        source: "catalogue".to_owned(),
        parties: HashMap::new(),
        done: Imported::default(),
        rows: Vec::new(),
    };
    let mut fatal = None;
    while let Some(parcel) = receive.recv().await {
        for item in parcel {
            if let Item::Problem(problem) = &item
                && problem.severity == Severity::Fatal
            {
                fatal = Some(problem.clone());
            }
            import.take(&mut tx, item).await?;
        }
        progress(import.done.recordings);
    }
    import.flush(&mut tx).await?;
    let report =
        reader.await.map_err(|_| Failure::Fault(store::Fault::new("the reader of the catalogue stopped")))?;
    let mut done = import.done;
    (done.kind, done.problem_count) = (report.kind, report.problems);
    let message_cut = fatal.is_some() && report.kind == Some(Kind::DdexErn);
    if let Some(problem) = fatal.filter(|_| message_cut || done.recordings == 0) {
        return Err(refuse(problem.code, format!("`{document}`: {}", problem.message), problem.hint));
    }
    let detail = format!("{} recordings, {} withdrawn", done.recordings, done.withdrawn);
    tx.note(now, by, "catalogue import", document, &detail).await?;
    tx.commit().await?;
    Ok(done)
}

fn read_parcels(
    input: Box<dyn BufRead + Send>,
    kind: Option<Kind>,
    document: &str,
    send: &mpsc::Sender<Vec<Item>>,
) -> formats::catalogue::Report {
    let mut input = formats::catalogue::decompress(input);
    let mut parcel = Vec::with_capacity(PARCEL);
    let report = formats::catalogue::read(&mut input, kind, document, &mut |item| {
        parcel.push(item);
        if parcel.len() < PARCEL {
            return ControlFlow::Continue(());
        }
        let full = std::mem::replace(&mut parcel, Vec::with_capacity(PARCEL));
        if send.blocking_send(full).is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    });
    // A closed channel means that the other side gave up and says why itself.
    let _ = send.blocking_send(parcel);
    report
}

struct Import<'a> {
    house: &'a House,
    now: Timestamp,
    source: String,
    parties: HashMap<String, Option<PartyId>>,
    done: Imported,
    rows: Vec<CatalogueRow>,
}

/// The id of a thing that a source calls by a name of its own: the same again with every delivery.
pub(crate) fn id_bits(source: &str, source_id: &str) -> u64 {
    let hash = Hash::of(format!("{source}\u{0}{source_id}").as_bytes());
    u64::from_be_bytes(hash.0[..8].try_into().unwrap_or_default())
}

impl Import<'_> {
    async fn take(&mut self, tx: &mut Tx, item: Item) -> Result<(), Failure> {
        match item {
            Item::Recording(item) => self.recording(tx, item).await,
            Item::Message(message) => {
                self.flush(tx).await?;
                let sender =
                    if message.sender_id.is_empty() { &message.sender_name } else { &message.sender_id };
                self.source = format!("ddex:{sender}");
                Ok(())
            }
            Item::Release(release) => {
                self.flush(tx).await?;
                self.release(tx, &release).await
            }
            Item::Late(late) => {
                self.flush(tx).await?;
                let id = RecordingId::from_bits(id_bits(&self.source, &late.source_id));
                tx.put_deals(&id, &deal_rows(&late.deals)).await?;
                if late.action == Action::Withdraw
                    && tx.withdraw_recording(&self.source, &late.source_id, self.now).await?
                {
                    self.done.withdrawn += 1;
                }
                Ok(())
            }
            Item::Work(work) => self.work(tx, &work, None).await,
            Item::Party(item) => {
                if let Some(id) = self.party(tx, &item.party).await? {
                    for alias in &item.aliases {
                        tx.add_alias(&id, alias).await?;
                    }
                }
                Ok(())
            }
            Item::Share(share) => {
                self.flush(tx).await?;
                self.share_row(tx, &share).await
            }
            Item::Withdraw(item) => {
                self.flush(tx).await?;
                self.withdraw_release(tx, &item.ids).await
            }
            Item::Problem(problem) => {
                if self.done.problems.len() < 200 {
                    self.done.problems.push(problem);
                }
                Ok(())
            }
        }
    }

    async fn recording(&mut self, tx: &mut Tx, item: RecordingItem) -> Result<(), Failure> {
        if item.mbid.is_some() && self.source == "catalogue" && item.source_id.len() == 36 {
            self.source = "musicbrainz".to_owned();
        }
        let id = RecordingId::from_bits(id_bits(&self.source, &item.source_id));
        let withdrawn = item.action == Action::Withdraw;
        let recording = Recording {
            id: id.clone(),
            kind: item.kind,
            artist: item.artist,
            title: item.title,
            version: item.version,
            album: item.album,
            label: item.label,
            duration_s: item.duration_s,
            year: item.year,
            isrc: item.isrc,
            mbid: item.mbid,
            own_id: item.own_id,
            status: if withdrawn { RecordingStatus::Withdrawn } else { RecordingStatus::Live },
        };
        self.done.recordings += 1;
        self.done.withdrawn += u64::from(withdrawn);
        let origin_line = i64::try_from(item.origin.line).unwrap_or(i64::MAX);
        self.rows.push(CatalogueRow {
            recording,
            source: self.source.clone(),
            source_id: item.source_id,
            origin_line,
            merged_into: None,
        });
        let plain = item.works.is_empty()
            && item.shares.is_empty()
            && item.deals.is_empty()
            && item.release.is_none();
        if plain {
            return if self.rows.len() >= PARCEL { self.flush(tx).await } else { Ok(()) };
        }
        self.flush(tx).await?;
        for work in &item.works {
            self.work(tx, work, Some(&id)).await?;
        }
        if !item.shares.is_empty() {
            tx.withdraw_shares(&id, &self.source, self.now).await?;
            tx.withdraw_shares(&id, party::CREDIT, self.now).await?;
            self.shares(tx, &id, &item.shares, origin_line).await?;
        }
        if !item.deals.is_empty() {
            tx.put_deals(&id, &deal_rows(&item.deals)).await?;
        }
        match &item.release {
            Some(release) => self.release(tx, release).await,
            None => Ok(()),
        }
    }

    async fn flush(&mut self, tx: &mut Tx) -> Result<(), Failure> {
        // One statement must not name the same row twice: of two rows with one id, the later counts.
        let mut last: BTreeMap<String, CatalogueRow> = BTreeMap::new();
        for row in self.rows.drain(..) {
            last.insert(row.source_id.clone(), row);
        }
        let rows: Vec<CatalogueRow> = last.into_values().collect();
        tx.upsert_recordings(&rows, self.now).await?;
        Ok(())
    }

    async fn release(&mut self, tx: &mut Tx, item: &ReleaseItem) -> Result<(), Failure> {
        let id = ReleaseId::from_bits(id_bits(&self.source, &format!("release\u{0}{}", item.source_id)));
        let release = music::Release {
            id: id.clone(),
            title: item.title.clone(),
            artist: item.artist.clone(),
            label: item.label.clone(),
            catalogue_number: item.catalogue_number.clone(),
            gtin: item.gtin.clone(),
        };
        tx.put_release(&release, &self.source, &item.source_id).await?;
        for track in &item.tracks {
            let recording = RecordingId::from_bits(id_bits(&self.source, &track.recording));
            if tx.recording(&recording).await?.is_some() {
                tx.put_track(&music::Track { release: id.clone(), position: track.position, recording })
                    .await?;
            }
        }
        self.done.releases += 1;
        if item.action == Action::Withdraw {
            self.withdraw_release(tx, std::slice::from_ref(&item.source_id)).await
        } else {
            Ok(())
        }
    }

    async fn withdraw_release(&mut self, tx: &mut Tx, ids: &[String]) -> Result<(), Failure> {
        for id in ids {
            for (source, source_id) in tx.withdrawable(&self.source, id).await? {
                if tx.withdraw_recording(&source, &source_id, self.now).await? {
                    self.done.withdrawn += 1;
                }
            }
        }
        Ok(())
    }

    async fn work(
        &mut self,
        tx: &mut Tx,
        item: &formats::catalogue::WorkItem,
        recording: Option<&RecordingId>,
    ) -> Result<(), Failure> {
        let iswc = item.iswc.as_ref().map(|i| i.as_str().to_owned());
        let name = iswc.clone().unwrap_or_else(|| item.title.clone());
        let id = WorkId::from_bits(id_bits(&self.source, &format!("work\u{0}{name}")));
        let id = tx.put_work(&id, &item.title, iswc.as_deref()).await?;
        if let Some(recording) = recording {
            tx.link_work(recording, &id).await?;
        }
        for (place, line) in item.shares.iter().enumerate() {
            self.put(tx, ShareSubject::Work(id.clone()), line, place, item.shares.len(), 0).await?;
        }
        Ok(())
    }

    async fn shares(
        &mut self,
        tx: &mut Tx,
        id: &RecordingId,
        lines: &[ShareLine],
        origin: i64,
    ) -> Result<(), Failure> {
        let masters = lines.iter().filter(|l| l.side == Side::Master).count();
        for (place, line) in lines.iter().enumerate() {
            let subject = match line.side {
                Side::Master => ShareSubject::Recording(id.clone()),
                Side::Composition => match tx.works_of(id).await?.first() {
                    Some(work) => ShareSubject::Work(work.id.clone()),
                    None => {
                        let work = WorkId::from_bits(id_bits(&self.source, &format!("work of\u{0}{id}")));
                        tx.put_work(&work, "", None).await?;
                        tx.link_work(id, &work).await?;
                        ShareSubject::Work(work)
                    }
                },
            };
            self.put(tx, subject, line, place, masters, origin).await?;
        }
        Ok(())
    }

    /// Writes one share. A holder without a fraction holds the whole where nobody else is named; where
    /// others are, guessing equal parts would be inventing a contract, so the claim stays open.
    async fn put(
        &mut self,
        tx: &mut Tx,
        subject: ShareSubject,
        line: &ShareLine,
        place: usize,
        holders: usize,
        origin: i64,
    ) -> Result<(), Failure> {
        let ratio = match line.ratio {
            Some(ratio) => ratio,
            None if holders == 1 => money::Ratio::WHOLE,
            None => return Ok(()),
        };
        let Some(party) = self.party(tx, &line.party).await? else { return Ok(()) };
        let of = match &subject {
            ShareSubject::Recording(id) => id.to_string(),
            ShareSubject::Work(id) => id.to_string(),
        };
        let key = format!(
            "share\u{0}{of}\u{0}{place}\u{0}{party}\u{0}{}\u{0}{}",
            line.territory,
            line.use_type.word()
        );
        let share = RightsShare {
            id: ShareId::from_bits(id_bits(&self.source, &key)),
            subject,
            party,
            ratio,
            territory: line.territory.clone(),
            period: line.period,
            use_type: line.use_type,
            status: ShareStatus::Claimed,
        };
        tx.put_share(&ShareRow { share, source: self.source.clone(), origin_line: origin }, self.now).await?;
        self.done.shares += 1;
        Ok(())
    }

    async fn share_row(&mut self, tx: &mut Tx, item: &ShareItem) -> Result<(), Failure> {
        let recordings = match &item.subject {
            Subject::Recording(source_id) => tx.recordings_by_source_id(source_id).await?,
            Subject::Isrc(isrc) => tx.recordings_by_isrc(isrc.as_str()).await?,
            Subject::Iswc(iswc) => {
                let id = WorkId::from_bits(id_bits(&self.source, &format!("work\u{0}{}", iswc.as_str())));
                let id = tx.put_work(&id, "", Some(iswc.as_str())).await?;
                return self.put(tx, ShareSubject::Work(id), &item.share, 0, 1, 0).await;
            }
        };
        let origin = i64::try_from(item.origin.line).unwrap_or(i64::MAX);
        if recordings.is_empty() {
            let message = "no recording of the catalogue is meant by this row";
            let mut problem = Problem::new(
                "share-without-recording",
                item.origin.line,
                message,
                "import the recordings first",
            );
            problem.origin = item.origin.clone();
            self.done.problems.push(problem);
        }
        for row in recordings {
            tx.withdraw_shares(&row.recording.id, party::CREDIT, self.now).await?;
            let lines = std::slice::from_ref(&item.share);
            self.shares(tx, &row.recording.id, lines, origin).await?;
        }
        Ok(())
    }

    async fn party(&mut self, tx: &mut Tx, named: &PartyRef) -> Result<Option<PartyId>, Failure> {
        let key = format!("{}\u{0}{:?}\u{0}{:?}", music::name_key(&named.name), named.isni, named.ipi);
        if let Some(known) = self.parties.get(&key) {
            return Ok(known.clone());
        }
        let by_identifier = tx.party_by_identifier(named.isni.as_ref(), named.ipi.as_ref()).await?;
        let found = match by_identifier {
            Some(id) => Some(id),
            None => party::credited(self.house, tx, &named.name, self.now).await?,
        };
        self.parties.insert(key, found.clone());
        Ok(found)
    }
}

fn deal_rows(deals: &[std::sync::Arc<Deal>]) -> Vec<DealRow> {
    let join = |list: &[music::Territory]| list.iter().map(|t| t.as_str()).collect::<Vec<_>>().join(" ");
    deals
        .iter()
        .map(|d| DealRow {
            territories: join(&d.territories),
            excluded: join(&d.excluded),
            start: d.period.start.map(|day| day.to_string()),
            end: d.period.end.map(|day| day.to_string()),
            terms: format!(
                "{}{} / {}",
                if d.take_down { "take down: " } else { "" },
                d.commercial_models.join(", "),
                d.use_types.join(", ")
            ),
        })
        .collect()
}

/// How the live shares of a recording stand: with overclaims and open claims visible.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The recording and where it comes from.
    pub row: CatalogueRow,
    /// Its shares, withdrawn ones too, with the holder's name.
    pub shares: Vec<(ShareRow, String)>,
}

/// Goes through the whole catalogue in order of id.
pub async fn list(house: &House, each: &mut dyn FnMut(Entry)) -> Result<(), Failure> {
    let mut tx = house.store.begin_read().await?;
    let mut shares: HashMap<RecordingId, Vec<ShareRow>> = HashMap::new();
    for row in tx.all_recording_shares().await? {
        if let ShareSubject::Recording(id) = &row.share.subject {
            shares.entry(id.clone()).or_default().push(row);
        }
    }
    let names: HashMap<PartyId, String> =
        tx.parties().await?.into_iter().map(|p| (p.party.id, p.party.name)).collect();
    let mut after = String::new();
    loop {
        let rows = tx.recordings_after(&after, 5_000).await?;
        let Some(last) = rows.last() else { return Ok(()) };
        after = last.recording.id.to_string();
        for row in rows {
            let held = shares.remove(&row.recording.id).unwrap_or_default();
            let named = held
                .into_iter()
                .map(|s| (s.clone(), names.get(&s.share.party).cloned().unwrap_or_default()))
                .collect();
            each(Entry { row, shares: named });
        }
    }
}

/// What the matcher says of one line, in the words of the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// `matched`, `ambiguous` or `unmatched`.
    pub word: &'static str,
    /// The recording, where matched.
    pub recording: Option<RecordingId>,
    /// Chance of the best candidate, in millionths.
    pub probability_ppm: u32,
    /// Reasons, one a line: `code<TAB>words`.
    pub reasons: String,
    /// The best candidates with their chances in millionths.
    pub candidates: Vec<(RecordingId, u32)>,
}

/// A catalogue ready to match against.
#[derive(Debug, Clone)]
pub struct Matching {
    bytes: std::sync::Arc<IndexFile>,
    /// Identifiers of merged rows, each with the identifier of the row that answers.
    known: std::sync::Arc<HashMap<String, String>>,
}

impl Matching {
    /// The index.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Verdicts for the lines of one set, matched together, in their order.
    pub fn verdicts(&self, lines: &[&formats::set_list::Line]) -> Vec<Verdict> {
        let Ok(index) = matching::Index::open(&self.bytes) else {
            return lines
                .iter()
                .map(|_| Verdict::none("index-damaged\tthe index of the catalogue is damaged"))
                .collect();
        };
        let matcher = matching::Matcher::new(&index, matching::Model::shipped());
        let queries: Vec<matching::Query<'_>> = lines.iter().map(|l| self.query(l)).collect();
        matcher.match_set(&queries).iter().map(Verdict::of).collect()
    }

    /// The verdict for one line by itself.
    pub(crate) fn verdict(&self, query: &matching::Query<'_>) -> Verdict {
        let Ok(index) = matching::Index::open(&self.bytes) else {
            return Verdict::none("index-damaged\tthe index of the catalogue is damaged");
        };
        Verdict::of(&matching::Matcher::new(&index, matching::Model::shipped()).match_line(query))
    }
}

impl Matching {
    /// The question that a line asks, by the identifiers that answer now.
    fn query<'a>(&'a self, line: &'a formats::set_list::Line) -> matching::Query<'a> {
        let mut asked = query(line);
        for id in [&mut asked.isrc, &mut asked.mbid, &mut asked.own_id] {
            if let Some(known) = self.known.get(*id) {
                *id = known;
            }
        }
        asked
    }
}

pub(crate) fn query(line: &formats::set_list::Line) -> matching::Query<'_> {
    fn text(value: &Option<String>) -> &str {
        value.as_deref().unwrap_or_default()
    }
    let version = if text(&line.version).is_empty() { text(&line.remixer) } else { text(&line.version) };
    matching::Query {
        text: text(&line.text),
        artist: text(&line.artist),
        title: text(&line.title),
        version,
        label: text(&line.label),
        album: text(&line.album),
        duration_s: line.duration_s,
        isrc: line.isrc.as_ref().map_or("", |i| i.as_str()),
        mbid: line.mbid.as_ref().map_or("", |i| i.as_str()),
        own_id: line.own_id.as_ref().map_or("", |i| i.as_str()),
        year: line.year,
    }
}

impl Verdict {
    fn none(reason: &str) -> Verdict {
        Verdict {
            word: "unmatched",
            recording: None,
            probability_ppm: 0,
            reasons: reason.to_owned(),
            candidates: Vec::new(),
        }
    }

    fn of(verdict: &matching::Verdict) -> Verdict {
        let ppm = |p: f64| (p.clamp(0.0, 1.0) * 1e6) as u32;
        let candidates: Vec<(RecordingId, u32)> = verdict
            .candidates
            .iter()
            .filter_map(|c| Some((c.id.parse().ok()?, ppm(c.probability))))
            .collect();
        let own = verdict.decision == matching::Decision::Matched
            && verdict.reasons.iter().any(|r| r.code == "own-id-same");
        let matched = verdict.decision == matching::Decision::Matched;
        Verdict {
            word: verdict.decision.word(),
            recording: candidates.first().filter(|_| matched).map(|(id, _)| id.clone()),
            // a producer's own id is no guess
            probability_ppm: if own { 1_000_000 } else { ppm(verdict.probability) },
            reasons: verdict
                .reasons
                .iter()
                .map(|r| format!("{}\t{}", r.code, r.text))
                .collect::<Vec<_>>()
                .join("\n"),
            candidates,
        }
    }
}

/// Opens the catalogue for matching. The index lies beside the database under a name that tells the
/// catalogue's version; where that version has none yet, it is built and named.
pub async fn open_matching(house: &House) -> Result<Matching, Failure> {
    let mut tx = house.store.begin_read().await?;
    let (count, changed) = tx.catalogue_version().await?;
    let (aliases, merges) = (tx.alias_version().await?, tx.merge_version().await?);
    let format = matching::index::FORMAT;
    let file = house.folder.join(format!("catalogue-{format}-{count}-{changed}-{aliases}-{merges}.index"));
    let gone = if merges > 0 { tx.gone_rows().await? } else { HashMap::new() };
    if let Ok(bytes) = IndexFile::open(&file)
        && matching::Index::open(&bytes).is_ok()
    {
        return Ok(Matching { bytes: std::sync::Arc::new(bytes), known: known_by(&mut tx, &gone).await? });
    }
    let names = OtherNames::new(tx.names_by_party().await?);
    let mut builder = matching::Builder::default();
    let mut after = String::new();
    loop {
        let rows = tx.recordings_after(&after, 20_000).await?;
        let Some(last) = rows.last() else { break };
        after = last.recording.id.to_string();
        for row in rows.iter().filter(|r| r.recording.status != RecordingStatus::Merged) {
            let mut whole = row.recording.clone();
            let mut aliases = names.of(&whole.artist);
            for other in gone.get(&whole.id).into_iter().flatten() {
                take_identifiers(&mut whole, &other.recording);
                if music::name_key(&other.recording.artist) != music::name_key(&whole.artist) {
                    aliases.push(other.recording.artist.clone());
                }
            }
            builder.push(&matching::Row { aliases: &aliases.join(";"), ..(&whole).into() });
        }
    }
    let bytes = builder.finish().map_err(|e| {
        refuse("catalogue-too-large", e.to_string(), "use the columns that matter, or split the catalogue")
    })?;
    let fault = |e: std::io::Error| {
        Failure::Fault(store::Fault::new(format!("the index `{}` cannot be written: {e}", file.display())))
    };
    let bytes = std::sync::Arc::new(IndexFile::create(&file, bytes).map_err(fault)?);
    Ok(Matching { bytes, known: known_by(&mut tx, &gone).await? })
}

/// Gives a row the identifiers that a row merged into it has and it lacks.
fn take_identifiers(keep: &mut Recording, gone: &Recording) {
    keep.isrc = keep.isrc.take().or_else(|| gone.isrc.clone());
    keep.mbid = keep.mbid.take().or_else(|| gone.mbid.clone());
    keep.own_id = keep.own_id.take().or_else(|| gone.own_id.clone());
}

/// Identifiers of merged rows that the surviving row does not carry itself, each with one that it does.
async fn known_by(
    tx: &mut Tx,
    gone: &HashMap<RecordingId, Vec<CatalogueRow>>,
) -> Result<std::sync::Arc<HashMap<String, String>>, Failure> {
    let mut known = HashMap::new();
    for (survivor, rows) in gone {
        let Some(row) = tx.recording(survivor).await? else { continue };
        let mut whole = row.recording;
        rows.iter().for_each(|other| take_identifiers(&mut whole, &other.recording));
        let texts = |r: &Recording| {
            [
                r.isrc.as_ref().map(ToString::to_string),
                r.mbid.as_ref().map(ToString::to_string),
                r.own_id.as_ref().map(ToString::to_string),
            ]
        };
        let own = texts(&whole);
        for other in rows {
            for (theirs, ours) in texts(&other.recording).into_iter().zip(&own) {
                if let (Some(theirs), Some(ours)) = (theirs, ours)
                    && theirs != *ours
                {
                    known.insert(theirs, ours.clone());
                }
            }
        }
    }
    Ok(std::sync::Arc::new(known))
}

/// The other names of parties, found by any of their names.
struct OtherNames {
    /// Names of each party, the credited one first.
    parties: Vec<Vec<String>>,
    /// Which party has a name; `None` where several have it, since a stranger's names would match.
    by_key: HashMap<String, Option<usize>>,
}

impl OtherNames {
    fn new(parties: Vec<Vec<String>>) -> OtherNames {
        let mut by_key: HashMap<String, Option<usize>> = HashMap::new();
        for (place, names) in parties.iter().enumerate() {
            for key in names.iter().map(|n| music::name_key(n)) {
                let slot = by_key.entry(key).or_insert(Some(place));
                *slot = slot.filter(|other| *other == place);
            }
        }
        OtherNames { parties, by_key }
    }

    /// The other names of the artists of a credit: of the whole credit, and of each artist in it.
    fn of(&self, credit: &str) -> Vec<String> {
        let mut all: Vec<String> = Vec::new();
        if self.parties.is_empty() {
            return all;
        }
        let span = matching::parse::Span { start: 0, end: credit.len() };
        let credits = matching::parse::artists(credit, span);
        for name in std::iter::once(credit).chain(credits.iter().map(|c| c.name.of(credit))) {
            let key = music::name_key(name);
            let Some(Some(place)) = self.by_key.get(&key) else { continue };
            let others = self.parties.get(*place).into_iter().flatten();
            for other in others {
                let other_key = music::name_key(other);
                let alone = self.by_key.get(&other_key) == Some(&Some(*place));
                if alone && other_key != key && !all.contains(other) {
                    all.push(other.clone());
                }
            }
        }
        all
    }
}

/// The recording meant by our id, by an ISRC that one recording has, by its own id, or by its id in its source. A row that
/// was merged leads to the one that answers for it, for ever.
pub async fn find(house: &House, text: &str) -> Result<RecordingId, Failure> {
    let mut tx = house.store.begin_read().await?;
    let row = named(&mut tx, text, true).await?;
    Ok(tx.survivor(&row.recording.id).await?)
}

/// The very row meant by a text, merged or not.
pub(crate) async fn row_named(tx: &mut Tx, text: &str) -> Result<CatalogueRow, Failure> {
    named(tx, text, false).await
}

async fn named(tx: &mut Tx, text: &str, answering: bool) -> Result<CatalogueRow, Failure> {
    if let Ok(id) = text.parse::<RecordingId>()
        && let Some(row) = tx.recording(&id).await?
    {
        return Ok(row);
    }
    if let Ok(id) = text.parse::<music::OwnTrackId>()
        && let Some(row) = tx.recording_by_own_id(&id).await?
    {
        return Ok(row);
    }
    let mut found = match text.parse::<music::Isrc>() {
        Ok(isrc) => tx.recordings_by_isrc(isrc.as_str()).await?,
        Err(_) => Vec::new(),
    };
    if found.is_empty() {
        found = tx.recordings_by_source_id(text).await?;
    }
    if answering && found.len() > 1 {
        // several rows that are merged into one mean that one
        let mut answers = Vec::new();
        for row in &found {
            let survivor = tx.survivor(&row.recording.id).await?;
            if !answers.contains(&survivor) {
                answers.push(survivor);
            }
        }
        if let [one] = answers.as_slice() {
            found.retain(|r| r.recording.id == *one);
            found.extend(if found.is_empty() { tx.recording(one).await? } else { None });
        }
    }
    match found.as_slice() {
        [one] => Ok(one.clone()),
        [] => Err(refuse(
            "recording-unknown",
            format!("there is no recording `{text}`"),
            "`tantieme catalogue list` shows all",
        )),
        several => {
            let ids: Vec<&str> = several.iter().map(|r| r.recording.id.as_str()).collect();
            Err(refuse(
                "recording-several",
                format!("{} recordings are known as `{text}`", ids.len()),
                format!("use one of the ids: {}", ids.join(", ")),
            ))
        }
    }
}
