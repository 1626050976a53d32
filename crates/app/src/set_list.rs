//! Set lists: submitting what was played, and settling the doubtful lines.

use std::collections::BTreeMap;

use formats::set_list::{Line, SetListFile};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use ledger::Hash;
use music::event::Event;
use music::pot::PayerRole;
use music::usage::Moment;
use music::{LineId, PartyId, Problem, RecordingId, SetListId, name_key};
use store::{CatalogueRow, LineRow, SetListRow, Tx};

use crate::answer::{Asker, Listener, Said};
use crate::catalogue::{Matching, Verdict};
use crate::failure::refuse;
use crate::own_edit::OwnEdits;
use crate::pot::{Contribute, Gift, Open, Payment};
use crate::{Failure, House, answer, catalogue, party, policy, pot, webhook};

/// Whether a list that looks like another one is the same performance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Same {
    /// It is: keep it as evidence, pay once.
    As(SetListId),
    /// It is another performance.
    Another,
}

/// A set list to submit.
#[derive(Debug, Clone)]
pub struct Submit {
    /// The file's name, for people.
    pub document: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// A `-wal` file beside a database.
    pub wal: Option<Vec<u8>>,
    /// Which of the file's sets.
    pub set: Option<u32>,
    /// Who played: an id or a unique name.
    pub performer: String,
    /// Who sends it and pays, where that is not the performer: a venue, a promoter.
    pub payer: Option<String>,
    /// In what role they pay.
    pub role: PayerRole,
    /// What is set aside; without it a recurring pledge counts, and without that nothing is.
    pub gift: Option<Gift>,
    /// The fee, where only a recurring share was promised.
    pub fee: Option<money::Amount>,
    /// The event's name.
    pub event: String,
    /// The day it began.
    pub date: Option<Date>,
    /// The venue.
    pub venue: String,
    /// The city.
    pub city: String,
    /// The country or subdivision.
    pub territory: Option<String>,
    /// The IANA time zone that resolves the file's local times; UTC where empty.
    pub time_zone: String,
    /// What producers see: `track-only`, `city-and-date` or `everything`.
    pub visibility: String,
    /// The rule's name; `set-list-per-line` where empty.
    pub rule: String,
    /// Whether the venue attests the fee.
    pub venue_attests: bool,
    /// The answer where a list of the same night overlaps.
    pub same: Option<Same>,
}

impl Default for Submit {
    fn default() -> Self {
        Submit {
            document: String::new(),
            bytes: Vec::new(),
            wal: None,
            set: None,
            performer: String::new(),
            payer: None,
            role: PayerRole::Dj,
            gift: None,
            fee: None,
            event: String::new(),
            date: None,
            venue: String::new(),
            city: String::new(),
            territory: None,
            time_zone: String::new(),
            visibility: "track-only".to_owned(),
            rule: String::new(),
            venue_attests: false,
            same: None,
        }
    }
}

/// What became of a submitted list.
#[derive(Debug, Clone)]
pub struct Submitted {
    /// The list.
    pub list: SetListRow,
    /// Its lines with their verdicts.
    pub lines: Vec<LineRow>,
    /// What was wrong with the file.
    pub problems: Vec<Problem>,
    /// How to pay, where something is set aside.
    pub payment: Option<Payment>,
    /// The same bytes were here before: nothing was changed.
    pub before: bool,
}

impl Submitted {
    /// How many played lines have a verdict.
    pub fn count(&self, verdict: &str) -> usize {
        self.lines.iter().filter(|l| l.played && l.verdict == verdict).count()
    }
}

/// Reads a file, matches its played lines, and records list, event, pot and promise in one transaction.
pub async fn submit(house: &House, matching: &Matching, ask: Submit) -> Result<Submitted, Failure> {
    let now = house.now();
    let file = formats::set_list::read(&ask.bytes, ask.wal.as_deref());
    let (number, lines) = choose_set(&file, &ask)?;
    let hash = Hash::of(&[ask.bytes.as_slice(), &number.to_be_bytes()].concat()).to_string();
    let zone = time_zone(&ask.time_zone)?;
    if !["track-only", "city-and-date", "everything"].contains(&ask.visibility.as_str()) {
        let message = format!("`{}` is nothing producers can be shown", ask.visibility);
        return Err(refuse("visibility", message, "`track-only`, `city-and-date` or `everything`"));
    }
    let verdicts = matching.verdicts(&lines);
    let mut tx = house.store.begin().await?;
    let performer = party::find(&mut tx, &ask.performer).await?.party;
    let payer = match &ask.payer {
        Some(payer) => party::find(&mut tx, payer).await?.party,
        None => performer.clone(),
    };
    for known in tx.set_lists_by_hash(&hash).await? {
        if known.performer == performer.id && ask.same != Some(Same::Another) {
            let lines = tx.lines_of(&known.id).await?;
            return Ok(Submitted {
                list: known,
                lines,
                problems: file.problems,
                payment: None,
                before: true,
            });
        }
    }
    let same = same_performance(house, &mut tx, &ask, &performer.id, &lines).await?;
    let event = match &same {
        Some(other) => tx.event(&other.event).await?.ok_or_else(|| lost("event"))?,
        None => new_event(house, &mut tx, &ask, &performer.id, &lines, &zone).await?,
    };
    let list = SetListRow {
        id: house.set_list_id(),
        event: event.id.clone(),
        performer: performer.id.clone(),
        submitted_by: payer.id.clone(),
        document: ask.document.clone(),
        document_hash: hash,
        format: file.format.map_or("unknown", |f| f.word()).to_owned(),
        set_number: number,
        visibility: ask.visibility.clone(),
        status: if same.is_some() { "same" } else { "open" }.to_owned(),
        same_as: same.map(|s| s.id),
        created: now,
    };
    tx.insert_set_list(&list).await?;
    let mut rows = Vec::with_capacity(lines.len());
    let asker = Asker { performer: performer.id.clone(), sender: payer.id.clone() };
    let mut listener = Listener::new(house, &mut tx, asker).await?;
    let own = OwnEdits::of(house, &mut tx, &performer.id).await?;
    for (line, verdict) in lines.iter().zip(verdicts) {
        let spelling = matching::corroboration::spelling(&catalogue::query(line));
        let said = Said { raw: &raw_text(line), spelling: &spelling, duration_s: line.duration_s };
        let verdict = own.consider(matching, line, listener.consider(&mut tx, &said, verdict).await?);
        rows.push(line_row(house, &list, line, verdict, spelling, &zone));
    }
    tx.insert_lines(&rows).await?;
    let payment = give(house, &mut tx, &ask, &event, payer.id.as_str()).await?;
    let count = |verdict: &str| rows.iter().filter(|l| l.played && l.verdict == verdict).count();
    let data = serde_json::json!({
        "ambiguous": count("ambiguous"), "event": list.event.as_str(), "lines": rows.len(), "matched": count("matched"),
        "performer": performer.id.as_str(), "set_list": list.id.as_str(), "unmatched": count("unmatched"),
    });
    let concerned = [performer.id.as_str(), payer.id.as_str()];
    webhook::tell(house, &mut tx, webhook::Kind::SetListMatched, &concerned, &data).await?;
    let detail = format!("{} lines", rows.len());
    tx.note(now, payer.id.as_str(), "set-list submit", list.id.as_str(), &detail).await?;
    tx.commit().await?;
    Ok(Submitted { list, lines: rows, problems: file.problems, payment, before: false })
}

/// What a file holds, before anything is recorded.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Look {
    /// How many sets; where there are several one has to be chosen.
    pub sets: usize,
    /// How many lines were played to the public; of all sets.
    pub played: usize,
    /// How many of them are recognized; 0 where a set has to be chosen first.
    pub matched: usize,
    /// How many are doubtful.
    pub doubtful: usize,
    /// How many lines could not be read.
    pub problems: usize,
}

/// Looks into a file as [`submit`] would, and records nothing.
///
/// # Errors
/// Those of [`submit`] about the file itself: `set-list-empty`, `set-not-played`.
pub fn look(matching: &Matching, document: &str, bytes: &[u8]) -> Result<Look, Failure> {
    let file = formats::set_list::read(bytes, None);
    let ask = Submit { document: document.to_owned(), ..Submit::default() };
    let mut look = Look {
        sets: file.sets.len().max(1),
        played: file.lines.iter().filter(|l| l.played).count(),
        problems: file.problems.len(),
        ..Look::default()
    };
    match choose_set(&file, &ask) {
        Ok((_, lines)) => {
            let verdicts = matching.verdicts(&lines);
            let counted = lines.iter().zip(&verdicts).filter(|(l, _)| l.played).map(|(_, v)| v.word);
            for word in counted {
                look.matched += usize::from(word == "matched");
                look.doubtful += usize::from(word == "ambiguous");
            }
            Ok(look)
        }
        Err(Failure::Refused(r)) if r.code == "set-several" => Ok(look),
        Err(failure) => Err(failure),
    }
}

fn choose_set<'a>(file: &'a SetListFile, ask: &Submit) -> Result<(u32, Vec<&'a Line>), Failure> {
    let why = file.problems.first();
    let hint = why
        .map_or("export the history as text from the DJ software, or paste the lines", |p| p.hint.as_str());
    if file.lines.is_empty() {
        let message = why.map_or_else(
            || format!("`{}` holds no set list", ask.document),
            |p| format!("`{}`: {}", ask.document, p.message),
        );
        return Err(refuse("set-list-empty", message, hint));
    }
    let number = match (ask.set, file.sets.as_slice()) {
        (Some(number), sets) if sets.iter().any(|s| s.number == number) => number,
        (Some(number), sets) => {
            return Err(refuse(
                "set-unknown",
                format!("`{}` has no set {number}", ask.document),
                format!("its sets: {}", set_names(sets)),
            ));
        }
        (None, [only]) => only.number,
        (None, []) => 1,
        (None, sets) => {
            let message = format!("`{}` holds {} sets", ask.document, sets.len());
            return Err(refuse(
                "set-several",
                message,
                format!("choose one with `--set N`: {}", set_names(sets)),
            ));
        }
    };
    let lines: Vec<&Line> = file.lines.iter().filter(|l| l.set == number).collect();
    if !lines.iter().any(|l| l.played) {
        let message = format!("nothing in set {number} of `{}` was played to the public", ask.document);
        return Err(refuse(
            "set-not-played",
            message,
            "prelistened and merely loaded tracks do not count; choose another set",
        ));
    }
    Ok((number, lines))
}

fn set_names(sets: &[formats::set_list::Set]) -> String {
    let name = |s: &formats::set_list::Set| match (&s.name, &s.started_at) {
        (Some(name), _) => format!("{} `{name}`", s.number),
        (None, Some(at)) => format!("{} ({at})", s.number),
        (None, None) => s.number.to_string(),
    };
    let mut names: Vec<String> = sets.iter().take(12).map(name).collect();
    if sets.len() > names.len() {
        names.push(format!("… {} more", sets.len() - names.len()));
    }
    names.join(", ")
}

fn time_zone(name: &str) -> Result<TimeZone, Failure> {
    let name = if name.is_empty() { "UTC" } else { name };
    TimeZone::get(name).map_err(|_| {
        refuse("time-zone", format!("`{name}` is not a time zone"), "use an IANA name such as `Europe/Paris`")
    })
}

/// The earlier list that this one repeats: the same performer, a night that may be the same, and more
/// common lines than chance would give. Somebody has to say so; it is never guessed and never paid twice.
async fn same_performance(
    house: &House,
    tx: &mut Tx,
    ask: &Submit,
    performer: &PartyId,
    lines: &[&Line],
) -> Result<Option<SetListRow>, Failure> {
    if let Some(Same::As(id)) = &ask.same {
        let known = tx.set_list(id).await?.filter(|l| l.performer == *performer);
        let unknown =
            || refuse("set-list-unknown", format!("there is no set list `{id}` of this performer"), "");
        return Ok(Some(known.ok_or_else(unknown)?));
    }
    if ask.same == Some(Same::Another) {
        return Ok(None);
    }
    let least = policy::share(tx, "same-set-overlap", house.now()).await?;
    let mine = line_keys(
        lines
            .iter()
            .filter(|l| l.played)
            .map(|l| key_of(l.artist.as_deref(), l.title.as_deref(), l.text.as_deref())),
    );
    let night = ask.date.or_else(|| first_day(lines));
    for event in tx.events_of(performer).await? {
        if matches!((event.date, night), (Some(a), Some(b)) if a != b) {
            continue;
        }
        for list in tx.set_lists_of(&event.id).await? {
            if list.status == "withdrawn" {
                continue;
            }
            let theirs = tx.lines_of(&list.id).await?;
            let theirs = line_keys(
                theirs
                    .iter()
                    .filter(|l| l.played)
                    .map(|l| key_of(Some(&l.artist), Some(&l.title), Some(&l.raw))),
            );
            let common: usize = mine.iter().map(|(k, n)| (*n).min(theirs.get(k).copied().unwrap_or(0))).sum();
            let shorter = mine.values().sum::<usize>().min(theirs.values().sum());
            let overlap = common as u64 * u64::from(least.denominator())
                >= shorter as u64 * u64::from(least.numerator());
            if shorter > 0 && common > 0 && overlap {
                let message = format!(
                    "{common} of {shorter} lines are those of the set list `{}` of the same night",
                    list.id
                );
                let hint = format!(
                    "if it is the same performance: `--same-as {}` (it is paid once); if not: `--another`",
                    list.id
                );
                return Err(refuse("same-performance", message, hint));
            }
        }
    }
    Ok(None)
}

fn line_keys(keys: impl Iterator<Item = String>) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for key in keys.filter(|k| !k.is_empty()) {
        *counts.entry(key).or_insert(0) += 1;
    }
    counts
}

fn key_of(artist: Option<&str>, title: Option<&str>, text: Option<&str>) -> String {
    match (artist.unwrap_or_default(), title.unwrap_or_default()) {
        ("", "") => name_key(text.unwrap_or_default()),
        (artist, title) => name_key(&format!("{artist} {title}")),
    }
}

fn first_day(lines: &[&Line]) -> Option<Date> {
    lines.iter().find_map(|l| match l.started_at? {
        Moment::Local(at) => Some(at.date()),
        Moment::Instant(at) => Some(at.to_zoned(TimeZone::UTC).date()),
    })
}

/// The event of a new list: one the performer has on that day at that place, or a new one.
async fn new_event(
    house: &House,
    tx: &mut Tx,
    ask: &Submit,
    performer: &PartyId,
    lines: &[&Line],
    zone: &TimeZone,
) -> Result<Event, Failure> {
    let date = ask.date.or_else(|| first_day(lines));
    for event in tx.events_of(performer).await? {
        let same_place =
            name_key(&event.venue) == name_key(&ask.venue) && name_key(&event.name) == name_key(&ask.event);
        if event.date.is_some() && event.date == date && same_place && ask.same != Some(Same::Another) {
            return Ok(event);
        }
    }
    let event = Event {
        id: house.event_id(),
        name: ask.event.clone(),
        date,
        venue: ask.venue.clone(),
        city: ask.city.clone(),
        territory: ask.territory.as_deref().map(party::read_territory).transpose()?,
        time_zone: zone.iana_name().unwrap_or("UTC").to_owned(),
        performer: performer.clone(),
    };
    tx.insert_event(&event).await?;
    Ok(event)
}

/// Promises what the submission says, or else what the payer's recurring pledge says.
async fn give(
    house: &House,
    tx: &mut Tx,
    ask: &Submit,
    event: &Event,
    payer: &str,
) -> Result<Option<Payment>, Failure> {
    let gift = match ask.gift {
        Some(gift) => Some(gift),
        None => match tx.plan_of(&payer.parse().map_err(|_| lost("payer"))?).await? {
            Some((Some(amount), _)) => Some(Gift::Amount(amount)),
            Some((None, Some(share))) => ask.fee.map(|fee| Gift::Share { fee, share }),
            _ => None,
        },
    };
    let Some(gift) = gift else { return Ok(None) };
    let currency = gift.amount()?.currency();
    let pot = match tx.pot_of_event(&event.id, currency).await? {
        Some(pot) if pot.status == "open" => pot,
        _ => {
            let purpose = if event.name.is_empty() { "set list".to_owned() } else { event.name.clone() };
            let rule = if ask.rule.is_empty() { "set-list-per-line" } else { &ask.rule };
            let open = Open {
                purpose,
                currency,
                rule: rule.to_owned(),
                event: Some(event.id.clone()),
                by: payer.to_owned(),
            };
            pot::open_in(house, tx, &open).await?
        }
    };
    let contribute = Contribute {
        pot: pot.id.clone(),
        payer: payer.to_owned(),
        role: ask.role,
        gift,
        venue_attests: ask.venue_attests,
        by: payer.to_owned(),
    };
    pot::contribute_in(house, tx, &pot, &contribute).await.map(Some)
}

fn line_row(
    house: &House,
    list: &SetListRow,
    line: &Line,
    verdict: Verdict,
    spelling: String,
    zone: &TimeZone,
) -> LineRow {
    let or_empty = |text: &Option<String>| text.clone().unwrap_or_default();
    let started_at = line.started_at.map(|moment| match moment {
        Moment::Instant(at) => at.to_string(),
        Moment::Local(at) => {
            at.to_zoned(zone.clone()).map_or_else(|_| at.to_string(), |z| z.timestamp().to_string())
        }
    });
    LineRow {
        id: house.line_id(),
        set_list: list.id.clone(),
        position: line.position,
        origin_line: i64::try_from(line.line).unwrap_or(i64::MAX),
        raw: raw_text(line),
        artist: or_empty(&line.artist),
        title: or_empty(&line.title),
        version: or_empty(&line.version),
        label: or_empty(&line.label),
        duration_s: line.duration_s,
        isrc: line.isrc.as_ref().map(|i| i.as_str().to_owned()),
        mbid: line.mbid.as_ref().map(|i| i.as_str().to_owned()),
        own_id: line.own_id.as_ref().map(|i| i.as_str().to_owned()),
        started_at,
        played_s: line.played_s,
        played: line.played,
        verdict: verdict.word.to_owned(),
        candidates: verdict.candidate_text(),
        recording: verdict.recording,
        probability_ppm: verdict.probability_ppm,
        reasons: verdict.reasons,
        spelling: Some(spelling).filter(|s| !s.is_empty()),
        decided_by: None,
    }
}

fn raw_text(line: &Line) -> String {
    if let Some(text) = &line.text {
        return text.clone();
    }
    let artist = line.artist.as_deref().unwrap_or_default();
    let title = line.title.as_deref().unwrap_or_default();
    let version =
        line.version.as_deref().filter(|v| !v.is_empty()).map(|v| format!(" ({v})")).unwrap_or_default();
    if artist.is_empty() { format!("{title}{version}") } else { format!("{artist} - {title}{version}") }
}

/// A line that waits for a person, with what it could be.
#[derive(Debug, Clone)]
pub struct Doubt {
    /// The line.
    pub line: LineRow,
    /// The candidates, likeliest first, each with its chance in millionths.
    pub candidates: Vec<(CatalogueRow, u32)>,
}

/// The lines that need a person: of one list, or of all.
pub async fn review(house: &House, list: Option<&SetListId>) -> Result<Vec<Doubt>, Failure> {
    let mut tx = house.store.begin_read().await?;
    let mut doubts = Vec::new();
    for line in tx.lines_to_review(list).await? {
        let mut candidates = Vec::new();
        for row in line.candidates.lines() {
            let Some((id, ppm)) = row.split_once('\t') else { continue };
            let Ok(id) = id.parse::<RecordingId>() else { continue };
            let id = tx.survivor(&id).await?;
            let known = candidates.iter().any(|(row, _): &(CatalogueRow, u32)| row.recording.id == id);
            if let Some(recording) = tx.recording(&id).await?.filter(|_| !known) {
                candidates.push((recording, ppm.parse().unwrap_or(0)));
            }
        }
        doubts.push(Doubt { line, candidates });
    }
    Ok(doubts)
}

/// Settles a line by a person's word and remembers the answer for the same text. Where its pot is shared
/// already, an adjustment moves the money later.
pub async fn settle(
    house: &House,
    line: &LineId,
    recording: Option<&RecordingId>,
    by: &str,
) -> Result<LineRow, Failure> {
    let now = house.now();
    let mut tx = house.store.begin().await?;
    let by = party::find(&mut tx, by).await?.party;
    let unknown = || {
        refuse(
            "line-unknown",
            format!("there is no set-list line `{line}`"),
            "`tantieme set-list review` lists the doubtful ones",
        )
    };
    let row = tx.line(line).await?.ok_or_else(unknown)?;
    if let Some(id) = recording
        && tx.recording(id).await?.is_none()
    {
        return Err(refuse(
            "recording-unknown",
            format!("there is no recording `{id}`"),
            "`tantieme catalogue list` shows all",
        ));
    }
    let answering = match recording {
        Some(id) => Some(tx.survivor(id).await?),
        None => None,
    };
    let recording = answering.as_ref();
    let reason = format!("settled\tsettled by `{}`", by.name);
    tx.settle_line(line, recording, &reason, &by.id).await?;
    let performer = tx.set_list(&row.set_list).await?.map_or_else(|| by.id.clone(), |l| l.performer);
    let (text_key, spelling) = (name_key(&row.raw), answer::spelling_of(&row));
    // a text of nothing but signs has no spelling; its plain text then stands for it
    let spelling = if spelling.is_empty() { &text_key } else { &spelling };
    tx.remember_answer(&row, (&text_key, spelling), recording, &by.id, &performer, now).await?;
    let what = recording.map_or("not in the catalogue", |r| r.as_str());
    tx.note(now, by.id.as_str(), "set-list settle", line.as_str(), what).await?;
    let row = tx.line(line).await?.ok_or_else(unknown)?;
    tx.commit().await?;
    Ok(row)
}

/// One set list with its event and lines.
pub async fn show(house: &House, id: &SetListId) -> Result<(SetListRow, Event, Vec<LineRow>), Failure> {
    let mut tx = house.store.begin_read().await?;
    let list = tx
        .set_list(id)
        .await?
        .ok_or_else(|| refuse("set-list-unknown", format!("there is no set list `{id}`"), ""))?;
    let event = tx.event(&list.event).await?.ok_or_else(|| lost("event"))?;
    let lines = tx.lines_of(id).await?;
    Ok((list, event, lines))
}

/// Changes what producers may see of a set list.
pub async fn show_as(house: &House, id: &SetListId, visibility: &str, by: &str) -> Result<(), Failure> {
    if !["track-only", "city-and-date", "everything"].contains(&visibility) {
        return Err(refuse(
            "visibility",
            format!("`{visibility}` is nothing producers can be shown"),
            "`track-only`, `city-and-date` or `everything`",
        ));
    }
    let mut tx = house.store.begin().await?;
    tx.set_visibility(id, visibility).await?;
    tx.note(house.now(), by, "set-list visibility", id.as_str(), visibility).await?;
    tx.commit().await?;
    Ok(())
}

fn lost(what: &str) -> Failure {
    Failure::Fault(store::Fault::new(format!(
        "the {what} of a record is missing; `tantieme doctor` names it"
    )))
}

/// All set lists, newest first: the list, the performer's name, how many lines.
pub async fn list(house: &House) -> Result<Vec<(SetListRow, String, usize)>, Failure> {
    let mut tx = house.store.begin_read().await?;
    let mut all = Vec::new();
    for list in tx.set_lists(10_000).await? {
        let name = tx.party(&list.performer).await?.map(|p| p.party.name).unwrap_or_default();
        let lines = tx.lines_of(&list.id).await?.len();
        all.push((list, name, lines));
    }
    Ok(all)
}
