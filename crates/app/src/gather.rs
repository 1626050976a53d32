//! What a pot is shared by, as it is now: its set lists and plays, the shares live on the day, what is known of the
//! recordings, and what guards and people have said about it.

use std::collections::{BTreeMap, BTreeSet};

use allocation::held::Held;
use allocation::rule::{Measure, Pays, Where, Within};
use allocation::{Facts, Input, Play, RuleSet, Shares, SharesOf, Usage};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use ledger::Hash;
use music::event::Event;
use music::{
    LineId, Origin, PartyId, Place, PotId, RecordingId, RightsShare, ShareStatus, ShareSubject, Territory,
    UseType, name_key,
};
use store::{LineRow, PotRow, SetListRow, ShareRow, Tx};

use crate::failure::refuse;
use crate::{Failure, House, duplicate, guard, party};

/// Whether what is found out on the way is written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Credited names become parties, defaults become shares, guards flag.
    Record,
    /// Nothing is written; names that are not here yet get an id for the moment.
    Imagine,
}

/// What a pot is shared by.
pub(crate) struct Gathered {
    /// What the rule is given.
    pub input: Input,
    /// Names of parties that are only imagined.
    pub imagined: BTreeMap<PartyId, String>,
}

/// A played set list with its lines.
pub(crate) type Played = (SetListRow, Vec<LineRow>);

/// Gathers it. `ended` are lines whose money waited until its clock ran out and is shared otherwise since: a match
/// that comes later finds nothing to move. `rules` say what has to be known.
pub(crate) async fn gather(
    house: &House,
    tx: &mut Tx,
    pot: &PotRow,
    rules: &[RuleSet],
    ended: &BTreeSet<LineId>,
    mode: Mode,
) -> Result<Gathered, Failure> {
    if let Some(origin) = tx.pot_origin(&pot.id).await? {
        return crate::license::gathered(house, tx, pot, &origin, mode).await;
    }
    if let Some(deliverables) = crate::brief::deliverables(tx, pot).await? {
        let input = Input { deliverables, ..Input::default() };
        return Ok(Gathered { input, imagined: BTreeMap::new() });
    }
    let event = match &pot.event {
        Some(event) => Some(tx.event(event).await?.ok_or_else(|| {
            refuse("event-unknown", "the pot's event is missing", "`tantieme doctor` names it")
        })?),
        None => None,
    };
    let lists = match &event {
        Some(event) => played(tx, event).await?,
        None => Vec::new(),
    };
    let rows = tx.plays_of(&pot.id).await?;
    let usages = usages(tx, &lists, ended).await?;
    if usages.is_empty() && rows.is_empty() {
        return Err(refuse(
            "pot-without-usage",
            format!("the pot `{}` has no set list to be shared by", pot.id),
            "submit the set list of its event",
        ));
    }
    let created = pot.created.to_zoned(TimeZone::UTC).date();
    let day = event.as_ref().and_then(|e| e.date).unwrap_or(created);
    let territory = event.as_ref().and_then(|e| e.territory.clone());
    let mut recordings: BTreeSet<RecordingId> = usages.iter().filter_map(|u| u.recording.clone()).collect();
    recordings.extend(rows.iter().map(|r| r.recording.clone()));
    let use_type = if rows.is_empty() { UseType::SetList } else { UseType::Streaming };
    let mut imagined = BTreeMap::new();
    let asked = Asked { use_type, territory: territory.as_ref(), day, mode };
    let shares = live_shares(house, tx, &recordings, asked, &mut imagined).await?;
    let mut input = Input::set_list(usages, shares);
    input.performer = event.as_ref().map(|e| e.performer.clone());
    input.plays = rows.iter().map(play).collect();
    input.seats = seats(tx, &pot.id).await?;
    if rules.iter().any(needs_facts) {
        input.facts = facts(tx, pot, rules, &input, &recordings, territory.as_ref()).await?;
    }
    if mode == Mode::Record {
        guard::look(house, tx, pot, &lists, &rows, &input).await?;
    }
    let (held, wrong) = guard::standing(tx, &pot.id, house.now()).await?;
    let (held, wrong) = (by_key(held, &input), by_key(wrong, &input));
    input = allocation::held::without(&input, &wrong);
    if !held.is_empty() {
        input = allocation::held::set_apart(&input, &held);
    }
    Ok(Gathered { input, imagined })
}

/// Whether something is there that a pot can be shared by.
pub(crate) async fn has_usage(tx: &mut Tx, pot: &PotRow, now: Timestamp) -> Result<bool, Failure> {
    if let Some(event) = &pot.event
        && tx.set_lists_of(event).await?.iter().any(|l| l.status == "open")
    {
        return Ok(true);
    }
    if let Some(origin) = tx.pot_origin(&pot.id).await? {
        return Ok(crate::license::waits(tx, &origin, now).await?.is_none());
    }
    Ok(!tx.play_lists_of(&pot.id).await?.is_empty())
}

async fn played(tx: &mut Tx, event: &Event) -> Result<Vec<Played>, Failure> {
    let mut lists = Vec::new();
    for list in tx.set_lists_of(&event.id).await?.into_iter().filter(|l| l.status == "open") {
        let lines = tx.lines_of(&list.id).await?.into_iter().filter(|l| l.played).collect();
        lists.push((list, lines));
    }
    Ok(lists)
}

async fn usages(tx: &mut Tx, lists: &[Played], ended: &BTreeSet<LineId>) -> Result<Vec<Usage>, Failure> {
    let mut usages = Vec::new();
    for (list, lines) in lists {
        for line in lines {
            // A line that was matched to a row merged since counts for the row that answers now.
            let recording = match &line.recording {
                Some(id) if line.verdict == "matched" && !ended.contains(&line.id) => {
                    Some(tx.survivor(id).await?)
                }
                _ => None,
            };
            let origin = Origin::new(list.document.clone(), u64::try_from(line.origin_line).unwrap_or(0));
            usages.push(Usage {
                played_s: line.played_s,
                ..Usage::line(usage_key(list, line), origin, recording)
            });
        }
    }
    Ok(usages)
}

/// What decides which line gets a micro that does not divide: the set list's document, then what is in it, then the
/// line's place in it, the smaller first. Anybody who holds the file can check it, and another house given the same
/// files divides alike. The line's own id behind it only leads back to the line ([`line_of`]).
fn usage_key(list: &SetListRow, line: &LineRow) -> String {
    format!("{} ({:.16}), line {:06}#{}", list.document, list.document_hash, line.position, line.id)
}

/// The line that a usage's key stands for.
pub(crate) fn line_of(key: &str) -> Option<LineId> {
    key.rsplit_once('#').and_then(|(_, id)| id.parse().ok())
}

/// What guards hold by the ids of lines, by the keys of usages.
fn by_key(mut held: Held, input: &Input) -> Held {
    let ids = std::mem::take(&mut held.usages);
    let meant = |key: &&String| line_of(key).is_some_and(|id| ids.contains(id.as_str()));
    held.usages = input.usages.iter().map(|u| &u.key).filter(meant).cloned().collect();
    held
}

fn play(row: &store::PlayRow) -> Play {
    let small = |n: i64| u32::try_from(n).unwrap_or(u32::MAX);
    Play {
        member: row.member.clone(),
        recording: row.recording.clone(),
        plays: small(row.plays),
        played_s: row.played_s.map(small),
        sought: row.sought,
        before: small(row.before),
    }
}

async fn seats(tx: &mut Tx, pot: &PotId) -> Result<Option<u64>, Failure> {
    let lists = tx.play_lists_of(pot).await?;
    // The last delivery that told them; seats are paid once however often plays are delivered.
    Ok(lists.iter().rev().find_map(|l| l.seats).and_then(|s| u64::try_from(s).ok()))
}

fn needs_facts(rule: &RuleSet) -> bool {
    rule.splits.iter().any(|split| {
        matches!(split.filter, Some(Where::InCatalogue | Where::Local))
            || match &split.measure {
                Measure::Artist => true,
                Measure::Member(terms) => terms.within == Within::Artist,
                Measure::Play(terms) => !terms.boosts.is_empty() || terms.threshold.is_some(),
                _ => false,
            }
    })
}

/// What is known of the recordings that were played; of all where a rule shares over the catalogue.
async fn facts(
    tx: &mut Tx,
    pot: &PotRow,
    rules: &[RuleSet],
    input: &Input,
    played: &BTreeSet<RecordingId>,
    territory: Option<&Territory>,
) -> Result<BTreeMap<RecordingId, Facts>, Failure> {
    let whole = rules.iter().flat_map(|r| &r.splits).any(|s| {
        matches!(s.measure, Measure::Recording) && matches!(s.filter, Some(Where::InCatalogue | Where::Local))
    });
    let here = payers_places(tx, &pot.id, territory).await?;
    let tagged = tags(tx, "rec-").await?;
    let homes = homes(tx).await?;
    let earlier = earlier_plays(tx, rules, pot).await?;
    let mut now: BTreeMap<&RecordingId, u64> = BTreeMap::new();
    for play in &input.plays {
        *now.entry(&play.recording).or_default() += u64::from(play.plays);
    }
    let mut facts = BTreeMap::new();
    let mut after = String::new();
    loop {
        let page = if whole { tx.recordings_after(&after, 2_000).await? } else { some(tx, played).await? };
        let Some(last) = page.last() else { break };
        after = last.recording.id.to_string();
        for row in &page {
            let r = &row.recording;
            let known = played.contains(&r.id);
            if !known && r.status.word() != "live" {
                continue;
            }
            let places = places_of(&r.id, &tagged, &homes, input);
            facts.insert(
                r.id.clone(),
                Facts {
                    artist: Some(name_key(&r.artist)).filter(|a| !a.is_empty()),
                    in_catalogue: r.status.word() == "live",
                    local: here.iter().any(|h| places.iter().any(|p| h.contains(p))),
                    threshold_plays: Some(
                        earlier.get(&r.id).copied().unwrap_or(0).max(now.get(&r.id).copied().unwrap_or(0)),
                    ),
                    ..Facts::default()
                },
            );
        }
        if !whole {
            break;
        }
    }
    Ok(facts)
}

async fn some(tx: &mut Tx, ids: &BTreeSet<RecordingId>) -> Result<Vec<store::CatalogueRow>, Failure> {
    let mut rows = Vec::new();
    for id in ids {
        rows.extend(tx.recording(id).await?);
    }
    Ok(rows)
}

/// Plays of each recording in the months of a threshold, this pot's included; empty where no rule has one.
async fn earlier_plays(
    tx: &mut Tx,
    rules: &[RuleSet],
    pot: &PotRow,
) -> Result<BTreeMap<RecordingId, u64>, Failure> {
    let months = rules.iter().flat_map(|r| &r.splits).filter_map(|s| match &s.measure {
        Measure::Play(terms) => terms.threshold.map(|t| t.months),
        _ => None,
    });
    let Some(months) = months.max() else { return Ok(BTreeMap::new()) };
    let day = pot.created.to_zoned(TimeZone::UTC);
    let since = day.checked_sub(Span::new().months(i64::from(months))).unwrap_or(day);
    Ok(tx.plays_since(since.timestamp()).await?.into_iter().collect())
}

/// The places that a recording belongs to: its own tags, or else those of its holders.
pub(crate) fn places_of(
    recording: &RecordingId,
    tagged: &BTreeMap<String, Vec<Place>>,
    homes: &BTreeMap<String, Vec<Place>>,
    input: &Input,
) -> Vec<Place> {
    if let Some(own) = tagged.get(recording.as_str()) {
        return own.clone();
    }
    let holders = input.shares.get(recording, Pays::Master).map(|s| s.holders()).unwrap_or_default();
    holders.iter().flat_map(|h| homes.get(h.party.as_str()).cloned().unwrap_or_default()).collect()
}

/// Tags by subject.
pub(crate) async fn tags(tx: &mut Tx, kind: &str) -> Result<BTreeMap<String, Vec<Place>>, Failure> {
    let mut all: BTreeMap<String, Vec<Place>> = BTreeMap::new();
    for (subject, code) in tx.tags(kind).await? {
        if let Ok(place) = code.parse() {
            all.entry(subject).or_default().push(place);
        }
    }
    Ok(all)
}

/// Where each party is at home: its tags, or else the territory it was registered with.
pub(crate) async fn homes(tx: &mut Tx) -> Result<BTreeMap<String, Vec<Place>>, Failure> {
    let mut all = tags(tx, "pty-").await?;
    for record in tx.parties().await? {
        if let Some(territory) = record.party.territory.filter(|t| !t.is_worldwide()) {
            all.entry(record.party.id.to_string()).or_insert_with(|| vec![Place::from(&territory)]);
        }
    }
    Ok(all)
}

/// Where the money of a pot comes from: the places of its payers, or else where its event was.
pub(crate) async fn payers_places(
    tx: &mut Tx,
    pot: &PotId,
    territory: Option<&Territory>,
) -> Result<Vec<Place>, Failure> {
    let mut places = Vec::new();
    for contribution in tx.contributions_to(pot).await? {
        places.extend(home(tx, &contribution.payer).await?);
    }
    if places.is_empty() {
        places.extend(territory.filter(|t| !t.is_worldwide()).map(Place::from));
    }
    places.sort();
    places.dedup();
    Ok(places)
}

/// Where one party is at home.
pub(crate) async fn home(tx: &mut Tx, party: &PartyId) -> Result<Vec<Place>, Failure> {
    let tags: Vec<Place> = tx.tags_of(party.as_str()).await?.iter().filter_map(|c| c.parse().ok()).collect();
    if !tags.is_empty() {
        return Ok(tags);
    }
    let territory = tx.party(party).await?.and_then(|p| p.party.territory);
    Ok(territory.filter(|t| !t.is_worldwide()).as_ref().map(Place::from).into_iter().collect())
}

/// Which shares apply.
#[derive(Clone, Copy)]
struct Asked<'a> {
    use_type: UseType,
    territory: Option<&'a Territory>,
    day: Date,
    mode: Mode,
}

/// The shares of the recordings, by side, for a use here, on this day. A recording nobody has stated a
/// share of goes whole to the artist as credited; that default is written down as a share with source
/// `credit`, and gives way to the first stated one.
async fn live_shares(
    house: &House,
    tx: &mut Tx,
    recordings: &BTreeSet<RecordingId>,
    asked: Asked<'_>,
    imagined: &mut BTreeMap<PartyId, String>,
) -> Result<Shares, Failure> {
    let Asked { use_type, territory, day, mode } = asked;
    let now = house.now();
    let (mut rights, mut works) = (Vec::new(), Vec::new());
    for id in recordings {
        for work in works_of(tx, id).await? {
            rights.extend(tx.shares_of_work(&work.id).await?.into_iter().map(|row| row.share));
            works.push((id.clone(), work.id));
        }
    }
    // Of the composition there is no default: a printed artist credit names no composer.
    rights.sort_by(|a, b| a.id.cmp(&b.id));
    rights.dedup_by(|a, b| a.id == b.id);
    let mut shares = Shares::registered(&rights, &works, use_type, territory, day);
    for id in recordings {
        let mut rows = duplicate::shares(tx, id).await?;
        if rows.iter().all(|r| r.share.status == ShareStatus::Withdrawn) {
            rows.extend(default_share(house, tx, id, now, mode, imagined).await?);
        }
        let live: Vec<&RightsShare> =
            rows.iter().map(|r| &r.share).filter(|s| s.applies(use_type, territory, day)).collect();
        if !live.is_empty() {
            for side in [Pays::Master, Pays::CreditedArtist] {
                shares.set(id.clone(), side, SharesOf::from_rights(&live));
            }
        }
    }
    Ok(shares)
}

/// The shares of recordings for uses by AI, everywhere, on a day.
pub(crate) async fn licensing_shares(
    house: &House,
    tx: &mut Tx,
    recordings: BTreeSet<RecordingId>,
    day: Date,
    mode: Mode,
    imagined: &mut BTreeMap<PartyId, String>,
) -> Result<Shares, Failure> {
    let asked = Asked { use_type: UseType::Licensing, territory: None, day, mode };
    live_shares(house, tx, &recordings, asked, imagined).await
}

/// The works of a recording; of a row merged into it where it names none itself.
async fn works_of(tx: &mut Tx, id: &RecordingId) -> Result<Vec<music::Work>, Failure> {
    for row in tx.family(id).await? {
        let works = tx.works_of(&row).await?;
        if !works.is_empty() {
            return Ok(works);
        }
    }
    Ok(Vec::new())
}

async fn default_share(
    house: &House,
    tx: &mut Tx,
    id: &RecordingId,
    now: Timestamp,
    mode: Mode,
    imagined: &mut BTreeMap<PartyId, String>,
) -> Result<Option<ShareRow>, Failure> {
    let Some(row) = tx.recording(id).await? else { return Ok(None) };
    let artist = &row.recording.artist;
    let party = match mode {
        Mode::Record => party::credited(house, tx, artist, now).await?,
        Mode::Imagine => imagine(tx, artist, imagined).await?,
    };
    let Some(party) = party else { return Ok(None) };
    let share = RightsShare {
        id: house.share_id(),
        subject: ShareSubject::Recording(id.clone()),
        party,
        ratio: money::Ratio::WHOLE,
        territory: Territory::worldwide(),
        period: music::Period::ALWAYS,
        use_type: UseType::Any,
        status: ShareStatus::Claimed,
    };
    let row = ShareRow { share, source: party::CREDIT.to_owned(), origin_line: row.origin_line };
    if mode == Mode::Record {
        tx.put_share(&row, now).await?;
    }
    Ok(Some(row))
}

/// The party a credit names; one made of the name where nobody has it yet.
async fn imagine(
    tx: &mut Tx,
    name: &str,
    imagined: &mut BTreeMap<PartyId, String>,
) -> Result<Option<PartyId>, Failure> {
    let key = name_key(name);
    if key.is_empty() {
        return Ok(None);
    }
    match tx.parties_named(name.trim()).await?.as_slice() {
        [one] => Ok(Some(one.party.id.clone())),
        [] => {
            let hash = Hash::of(format!("imagined {key}").as_bytes()).to_string();
            let id = PartyId::from_bits(u64::from_str_radix(&hash[..16], 16).unwrap_or_default());
            imagined.insert(id.clone(), name.trim().to_owned());
            Ok(Some(id))
        }
        _ => Ok(None),
    }
}
