//! What qualifies for a split, and its division by weight.

use std::collections::{BTreeMap, BTreeSet};

use money::Amount;
use music::{PartyId, RecordingId};

use super::members::{self, Seats};
use super::{Refusal, plays};
use crate::rule::{Destination, Measure, Missing, Split, Where};
use crate::{Input, Reason, SharesOf, Usage};

/// What qualifies for one split.
pub(super) enum Placed<'a> {
    /// Things with a weight each, by stable key.
    Weighed(Vec<Item<'a>>),
    /// Groups that get equal parts, each with things inside.
    Grouped(BTreeMap<GroupKey, Vec<Item<'a>>>),
    /// Things that get a flat amount each; the rest is left.
    Flat(Amount, Vec<Item<'a>>),
    /// Things with agreed amounts that must meet the pot.
    Agreed(Vec<(Item<'a>, Amount)>),
    /// Seats with money of their own.
    Seats(Seats<'a>),
}

/// An artist, or an unidentified line that stands for one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum GroupKey {
    Artist(String),
    Line(String),
}

/// One thing that money goes to.
#[derive(Debug, Clone)]
pub(super) struct Item<'a> {
    pub usage: Option<String>,
    pub recording: Option<RecordingId>,
    pub weight: u64,
    pub owner: Owner<'a>,
}

/// Who gets the money of a thing.
#[derive(Debug, Clone)]
pub(crate) enum Owner<'a> {
    /// Those who hold its recording.
    OfRecording,
    /// Those who are named with it.
    Given(&'a SharesOf),
    /// One party.
    Party(PartyId),
    /// One place.
    Carried(Destination),
    /// Nobody yet.
    Waits(Reason),
}

/// The lines of the input by key; rows of one key are added.
pub(super) type Usages<'a> = BTreeMap<&'a str, Merged<'a>>;

/// A line with all its rows added.
#[derive(Debug, Clone)]
pub(super) struct Merged<'a> {
    recording: Option<&'a RecordingId>,
    plays: u64,
    seconds: Option<u64>,
}

/// Adds the rows of each key.
pub(super) fn merged(usages: &[Usage]) -> Result<Usages<'_>, Refusal> {
    let mut lines: Usages<'_> = BTreeMap::new();
    for usage in usages {
        let plays = u64::from(usage.plays);
        let seconds = usage.played_s.map(u64::from);
        match lines.entry(&usage.key) {
            std::collections::btree_map::Entry::Vacant(place) => {
                place.insert(Merged { recording: usage.recording.as_ref(), plays, seconds });
            }
            std::collections::btree_map::Entry::Occupied(mut place) => {
                let line = place.get_mut();
                if line.recording != usage.recording.as_ref() {
                    return Err(Refusal::RowsContradict { key: usage.key.clone() });
                }
                line.plays += plays;
                line.seconds = line.seconds.zip(seconds).map(|(a, b)| a + b);
            }
        }
    }
    Ok(lines)
}

/// Finds what qualifies for a split.
pub(super) fn place<'a>(split: &Split, input: &'a Input, usages: &Usages<'a>) -> Result<Placed<'a>, Refusal> {
    let counts = |recording: Option<&RecordingId>| qualifies(split.filter, input, recording);
    Ok(match &split.measure {
        Measure::To(to) => Placed::Weighed(vec![one_place(to, input)]),
        Measure::Line => Placed::Weighed(lines(usages, counts, |line| line.plays)),
        Measure::Duration(missing) => by_duration(split, *missing, input, usages, counts)?,
        Measure::Recording => Placed::Weighed(equally(recordings(split.filter, input, usages))),
        Measure::Artist => by_artist(split, input, usages, counts)?,
        Measure::Play(terms) => Placed::Weighed(plays::by_play(split, terms, input, usages)?),
        Measure::Member(terms) => Placed::Seats(members::seats(split, *terms, input)?),
        Measure::Release(each) => releases(*each, input)?,
        Measure::Deliverable => deliverables(input)?,
        Measure::Attribution => attributed(input)?,
        Measure::LicensedWork => Placed::Weighed(equally(licensed(input))),
    })
}

impl<'a> Item<'a> {
    /// A recording with a weight, for its holders.
    pub(super) fn recording(recording: RecordingId, weight: u64) -> Item<'a> {
        Item { usage: None, recording: Some(recording), weight, owner: Owner::OfRecording }
    }

    fn unmatched(key: &str, weight: u64) -> Item<'a> {
        Item { usage: Some(key.to_owned()), recording: None, weight, owner: Owner::Waits(Reason::Unmatched) }
    }
}

/// Whether a line or play of this recording counts for a filter.
pub(super) fn qualifies(filter: Option<Where>, input: &Input, recording: Option<&RecordingId>) -> bool {
    let facts = || recording.and_then(|r| input.facts.get(r));
    match filter {
        None => true,
        Some(Where::Identified) => recording.is_some(),
        Some(Where::InCatalogue) => facts().is_some_and(|f| f.in_catalogue),
        Some(Where::Local) => facts().is_some_and(|f| f.local),
    }
}

fn one_place<'a>(to: &Destination, input: &Input) -> Item<'a> {
    let owner = match (to, &input.performer) {
        (Destination::Performer, Some(party)) => Owner::Party(party.clone()),
        (Destination::Performer, None) => Owner::Waits(Reason::NoPerformer),
        (place, _) => Owner::Carried(place.clone()),
    };
    Item { usage: None, recording: None, weight: 1, owner }
}

/// The lines that count, each with a weight.
fn lines<'a>(
    usages: &Usages<'a>,
    counts: impl Fn(Option<&RecordingId>) -> bool,
    weight: impl Fn(&Merged<'a>) -> u64,
) -> Vec<Item<'a>> {
    let counted = usages.iter().filter(|(_, line)| counts(line.recording));
    counted
        .map(|(key, line)| match line.recording {
            Some(recording) => {
                Item { usage: Some((*key).to_owned()), ..Item::recording(recording.clone(), weight(line)) }
            }
            None => Item::unmatched(key, weight(line)),
        })
        .collect()
}

fn by_duration<'a>(
    split: &Split,
    missing: Missing,
    input: &'a Input,
    usages: &Usages<'a>,
    counts: impl Fn(Option<&RecordingId>) -> bool,
) -> Result<Placed<'a>, Refusal> {
    let counted = || usages.iter().filter(|(_, line)| counts(line.recording));
    let mut known: Vec<u64> = counted().filter_map(|(_, line)| line.seconds).collect();
    let silent: Vec<&str> =
        counted().filter(|(_, line)| line.seconds.is_none()).map(|(key, _)| *key).collect();
    known.sort_unstable();
    let median = known.get((known.len().saturating_sub(1)) / 2).copied();
    if let Some(first) = silent.first().filter(|_| missing == Missing::Refuse || median.is_none()) {
        // People know the document and its line, not the key.
        let origin = input.usages.iter().find(|u| u.key == *first).map(|u| u.origin.to_string());
        let first = origin.filter(|o| !o.is_empty()).unwrap_or_else(|| (*first).to_owned());
        return Err(Refusal::NoDuration { split: split.name.clone(), count: silent.len(), first });
    }
    let mut items = lines(usages, &counts, |line| line.seconds.or(median).unwrap_or(0));
    let mut heard: BTreeMap<&RecordingId, u64> = BTreeMap::new();
    for play in input.plays.iter().filter(|p| counts(Some(&p.recording))) {
        let Some(seconds) = play.played_s else {
            let (split, first) = (split.name.clone(), play.recording.to_string());
            return Err(Refusal::NoDuration { split, count: 1, first });
        };
        *heard.entry(&play.recording).or_default() += u64::from(seconds);
    }
    items.extend(heard.into_iter().map(|(recording, seconds)| Item::recording(recording.clone(), seconds)));
    Ok(Placed::Weighed(items))
}

/// Recordings and unidentified lines, each once.
type Things = BTreeSet<(Option<RecordingId>, Option<String>)>;

/// The recordings that qualify: those of a filter on the catalogue, or else those that were played.
///
/// A flagged double counts beside nothing else: a recording that is also played otherwise is there once, as itself.
fn recordings(filter: Option<Where>, input: &Input, usages: &Usages<'_>) -> Things {
    let mut things = all_recordings(filter, input, usages);
    let own = |r: &RecordingId| input.facts.get(r).and_then(|f| f.held_for.clone());
    let doubles: Vec<_> = things
        .iter()
        .filter(|(r, _)| r.as_ref().and_then(own).is_some_and(|real| things.contains(&(Some(real), None))))
        .cloned()
        .collect();
    doubles.iter().for_each(|double| {
        things.remove(double);
    });
    things
}

fn all_recordings(filter: Option<Where>, input: &Input, usages: &Usages<'_>) -> Things {
    let of_catalogue = matches!(filter, Some(Where::InCatalogue | Where::Local));
    if of_catalogue {
        let kept = input.facts.keys().filter(|r| qualifies(filter, input, Some(r)));
        return kept.map(|r| (Some(r.clone()), None)).collect();
    }
    let counts = |recording: Option<&RecordingId>| qualifies(filter, input, recording);
    let lines = usages.iter().filter(|(_, line)| line.plays > 0 && counts(line.recording));
    let lines = lines.map(|(key, line)| match line.recording {
        Some(recording) => (Some(recording.clone()), None),
        None => (None, Some((*key).to_owned())),
    });
    let plays = input.plays.iter().filter(|p| p.plays > 0).map(|p| (Some(p.recording.clone()), None));
    lines.chain(plays).collect()
}

fn licensed(input: &Input) -> Things {
    input.facts.iter().filter(|(_, facts)| facts.licensed).map(|(r, _)| (Some(r.clone()), None)).collect()
}

fn equally<'a>(things: Things) -> Vec<Item<'a>> {
    let items = things.into_iter().map(|(recording, line)| match (recording, line) {
        (Some(recording), _) => Item::recording(recording, 1),
        (None, line) => Item::unmatched(line.as_deref().unwrap_or_default(), 1),
    });
    items.collect()
}

/// Plays and lines of each recording that counts, and unidentified lines by their key.
pub(super) fn played<'a>(
    input: &'a Input,
    usages: &Usages<'a>,
    counts: impl Fn(Option<&RecordingId>) -> bool,
) -> (BTreeMap<&'a RecordingId, u64>, Vec<Item<'a>>) {
    let mut recordings: BTreeMap<&RecordingId, u64> = BTreeMap::new();
    let mut unknown = Vec::new();
    for (key, line) in usages.iter().filter(|(_, line)| counts(line.recording)) {
        match line.recording {
            Some(recording) => *recordings.entry(recording).or_default() += line.plays,
            None => unknown.push(Item::unmatched(key, line.plays)),
        }
    }
    for play in input.plays.iter().filter(|p| counts(Some(&p.recording))) {
        *recordings.entry(&play.recording).or_default() += u64::from(play.plays);
    }
    (recordings, unknown)
}

fn by_artist<'a>(
    split: &Split,
    input: &'a Input,
    usages: &Usages<'a>,
    counts: impl Fn(Option<&RecordingId>) -> bool,
) -> Result<Placed<'a>, Refusal> {
    let (recordings, unknown) = played(input, usages, counts);
    let mut groups: BTreeMap<GroupKey, Vec<Item<'a>>> = BTreeMap::new();
    for (recording, plays) in recordings.into_iter().filter(|(_, plays)| *plays > 0) {
        let key = GroupKey::Artist(artist(split, input, recording)?.to_owned());
        groups.entry(key).or_default().push(Item::recording(recording.clone(), plays));
    }
    for item in unknown.into_iter().filter(|item| item.weight > 0) {
        let key = GroupKey::Line(item.usage.clone().unwrap_or_default());
        groups.insert(key, vec![item]);
    }
    Ok(Placed::Grouped(groups))
}

/// The artist of a recording, which a rule by artist needs.
pub(super) fn artist<'a>(
    split: &Split,
    input: &'a Input,
    recording: &RecordingId,
) -> Result<&'a str, Refusal> {
    let artist = input.facts.get(recording).and_then(|f| f.artist.as_deref());
    artist.ok_or_else(|| Refusal::NoArtist { split: split.name.clone(), recording: recording.to_string() })
}

fn releases<'a>(each: Option<Amount>, input: &'a Input) -> Result<Placed<'a>, Refusal> {
    let items = input.releases.iter().map(|r| given(&r.key, 1, &r.shares));
    let items = keyed_once(items.collect())?;
    Ok(match each {
        Some(each) => Placed::Flat(each, items),
        None => Placed::Weighed(items),
    })
}

fn deliverables(input: &Input) -> Result<Placed<'_>, Refusal> {
    let accepted = input.deliverables.iter().filter(|d| d.accepted);
    // An agreed amount below nothing is no weight; the comparison with the pot then refuses it.
    let items: Vec<(Item<'_>, Amount)> = accepted
        .map(|d| (given(&d.key, u64::try_from(d.agreed.micros()).unwrap_or(0), &d.shares), d.agreed))
        .collect();
    let amounts: BTreeMap<String, Amount> =
        items.iter().map(|(item, agreed)| (item.usage.clone().unwrap_or_default(), *agreed)).collect();
    let items = keyed_once(items.into_iter().map(|(item, _)| item).collect())?;
    Ok(Placed::Agreed(items.into_iter().zip(amounts.into_values()).collect()))
}

fn given<'a>(key: &str, weight: u64, shares: &'a SharesOf) -> Item<'a> {
    Item { usage: Some(key.to_owned()), recording: None, weight, owner: Owner::Given(shares) }
}

/// Sorted by key; a key that stands twice is refused.
fn keyed_once(mut items: Vec<Item<'_>>) -> Result<Vec<Item<'_>>, Refusal> {
    items.sort_by(|a, b| a.usage.cmp(&b.usage));
    match items.windows(2).find(|pair| pair[0].usage == pair[1].usage) {
        Some(pair) => Err(Refusal::KeyTwice { key: pair[0].usage.clone().unwrap_or_default() }),
        None => Ok(items),
    }
}

fn attributed(input: &Input) -> Result<Placed<'_>, Refusal> {
    let mut rows: BTreeMap<(&str, Option<&RecordingId>), u64> = BTreeMap::new();
    for row in &input.attributions {
        let weight = rows.entry((&row.key, row.recording.as_ref())).or_default();
        *weight = weight.checked_add(row.weight).ok_or(Refusal::TooLarge)?;
    }
    let items = rows.into_iter().map(|((key, recording), weight)| {
        let licensed = recording.and_then(|r| input.facts.get(r)).is_some_and(|f| f.licensed);
        let owner = if licensed { Owner::OfRecording } else { Owner::Waits(Reason::Unlicensed) };
        Item { usage: Some(key.to_owned()), recording: recording.cloned(), weight, owner }
    });
    Ok(Placed::Weighed(items.collect()))
}
