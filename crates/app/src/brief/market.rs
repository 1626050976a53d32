//! Who could be asked for a brief, and who is: everybody with terms, weighed by what the house knows and may tell.

use std::collections::{BTreeMap, HashMap};

use ::money::{Amount, Currency};
use discovery::fair::{Fit, Policy};
use discovery::{Heard, Language, Options};
use jiff::Span;
use jiff::tz::TimeZone;
use music::{PartyId, RecordingId, ShareStatus, ShareSubject, Territory};
use programmes::brief::Brief;
use programmes::brief::shortlist::{self, Artist, Market, Sound, Tier, Wanted};
use store::{BriefRow, StandingRow, Tx};

use super::{ai, ask_of, fault, terms};
use crate::discovery::Model;
use crate::{Failure, House, catalogue, gather, party};

/// How many different DJs must have played an artist in a territory before it is a reason.
pub const HEARD_LEAST: i64 = 10;
/// How many recordings near the references are looked at.
const NEAR: usize = 5_000;

/// One in the running, with name and reasons; for the house.
#[derive(Debug, Clone, PartialEq)]
pub struct Weighed {
    /// The standing.
    pub standing: StandingRow,
    /// The name.
    pub name: String,
    /// A word, English, French.
    pub reasons: Vec<(String, String, String)>,
}

pub(super) struct List {
    pub(super) standings: Vec<StandingRow>,
    pub(super) best: i64,
    pub(super) given: i64,
}

/// Makes the shortlist of a brief.
pub(super) async fn weigh(
    house: &House,
    tx: &mut Tx,
    row: &BriefRow,
    brief: &Brief,
    model: Option<&Model>,
) -> Result<List, Failure> {
    let (market, ids) = read(house, tx).await?;
    let numbers: HashMap<PartyId, u32> = ids.iter().map(|(n, p)| (p.clone(), *n)).collect();
    let sound = sound(tx, brief, model, &numbers).await?;
    let mut wanted = Wanted::of(brief, &market, sound);
    for name in &brief.exclude {
        wanted.excluded.extend(numbers.get(&party::find(tx, name).await?.party.id));
    }
    // Nobody is asked by themselves.
    wanted
        .excluded
        .extend([Some(&row.brand), row.agency.as_ref()].into_iter().flatten().filter_map(|p| numbers.get(p)));
    // Whom the consent registry keeps from what AI is to do is not in the running.
    if let Some(mut registry) = ai::Registry::open(tx, row, brief).await? {
        for (number, artist) in &ids {
            if registry.refused(artist).is_some() {
                wanted.excluded.push(*number);
            }
        }
    }
    let (best, given) = tx.fit_of_all_briefs().await?;
    let places = usize::try_from(brief.artists).unwrap_or(1).saturating_mul(4).max(Policy::default().places);
    let policy = Policy { places, ..Policy::default() };
    let list = shortlist::shortlist(&ask_of(row, brief), &wanted, &market, Fit { best, given }, &policy);
    let tiers: HashMap<u32, Tier> = market.artists.iter().map(|a| (a.number, a.tier)).collect();
    let mut standings = Vec::new();
    for s in &list.standings {
        let Some(artist) = ids.get(&s.artist) else { continue };
        let reasons: Vec<(String, String, String)> = s
            .reasons
            .iter()
            .map(|r| {
                let (en, fr) = r.said();
                (r.word().to_owned(), en, fr)
            })
            .chain((s.place > 0).then(|| ai::reason(brief)).flatten())
            .collect();
        standings.push(StandingRow {
            artist: artist.clone(),
            place: i64::from(s.place),
            fit: i64::from(s.fit),
            earned: s.earned,
            shown: s.shown,
            tier: tiers.get(&s.artist).copied().unwrap_or_default().word().to_owned(),
            reasons: serde_json::to_string(&reasons).map_err(|e| fault(&e))?,
        });
    }
    Ok(List { standings, best: list.fit.best, given: list.fit.given })
}

pub(super) fn reasons_of(standing: &StandingRow) -> Result<Vec<(String, String, String)>, Failure> {
    serde_json::from_str(&standing.reasons).map_err(|e| fault(&e))
}

async fn read(house: &House, tx: &mut Tx) -> Result<(Market, BTreeMap<u32, PartyId>), Failure> {
    let homes = gather::homes(tx).await?;
    let owed: HashMap<PartyId, i64> = tx.attention_owed().await?.into_iter().collect();
    let incomes = incomes(house, tx).await?;
    let mut heard: HashMap<PartyId, Vec<Territory>> = HashMap::new();
    for (party, territory) in tx.heard_by_djs(HEARD_LEAST).await? {
        heard.entry(party).or_default().extend(territory.parse::<Territory>().ok());
    }
    let (mut market, mut ids) = (Market::default(), BTreeMap::new());
    for (party, number, body) in tx.all_artist_terms(house.store.fields()).await? {
        let terms = terms::read(&body)?;
        let mut tags: Vec<u32> = terms.tags.iter().map(|t| market.tag(t)).collect();
        tags.sort_unstable();
        tags.dedup();
        let own = homes.get(party.as_str()).cloned().unwrap_or_default();
        let there = heard.get(&party).into_iter().flatten().filter(|t| !t.is_worldwide());
        let there: Vec<music::Place> = there.map(music::Place::from).collect();
        let homes = own.iter().map(|p| market.place(p)).collect();
        let heard = there.iter().map(|p| market.place(p)).collect();
        market.artists.push(Artist {
            number,
            terms,
            tags,
            homes,
            heard,
            tier: tier(&incomes, &party),
            owed: owed.get(&party).copied().unwrap_or(0),
        });
        ids.insert(number, party);
    }
    Ok((market, ids))
}

/// What everybody earned within a year, in micros.
pub(super) async fn incomes(house: &House, tx: &mut Tx) -> Result<HashMap<PartyId, i64>, Failure> {
    let day = house.now().to_zoned(TimeZone::UTC);
    let since = day.checked_sub(Span::new().years(1)).unwrap_or(day).timestamp();
    Ok(tx.incomes_since(since).await?.into_iter().collect())
}

/// The tier of somebody by these.
pub(super) fn tier(incomes: &HashMap<PartyId, i64>, party: &PartyId) -> Tier {
    Tier::of(Amount::from_micros(incomes.get(party).copied().unwrap_or(0), Currency::EUR))
}

/// The tier of one artist.
pub(super) async fn tier_of(house: &House, tx: &mut Tx, artist: &PartyId) -> Result<Tier, Failure> {
    Ok(tier(&incomes(house, tx).await?, artist))
}

/// How near each artist's recordings are to the references, by the recommender; its words alone are told.
async fn sound(
    tx: &mut Tx,
    brief: &Brief,
    model: Option<&Model>,
    numbers: &HashMap<PartyId, u32>,
) -> Result<HashMap<u32, Sound>, Failure> {
    let mut references: Vec<RecordingId> = Vec::new();
    for text in &brief.references {
        let row = catalogue::row_named(tx, text).await?;
        references.push(tx.survivor(&row.recording.id).await?);
    }
    if references.is_empty() {
        return Ok(HashMap::new());
    }
    let mut holders: HashMap<RecordingId, Vec<u32>> = HashMap::new();
    for row in tx.all_recording_shares().await? {
        if let (ShareSubject::Recording(recording), Some(number)) =
            (row.share.subject, numbers.get(&row.share.party))
            && row.share.status != ShareStatus::Withdrawn
        {
            holders.entry(recording).or_default().push(*number);
        }
    }
    let mut all: HashMap<u32, Sound> = HashMap::new();
    for reference in &references {
        for number in holders.get(reference).into_iter().flatten() {
            let why = (
                "one of the references is theirs".to_owned(),
                "l'une des références est d'elle ou de lui".to_owned(),
            );
            all.insert(*number, Sound { near: 1_000_000, why: vec![why] });
        }
    }
    let Some(model) = model else { return Ok(all) };
    let graph = model.graph()?;
    let heard: Vec<Heard> = references
        .iter()
        .filter_map(|r| graph.find(r.as_str()))
        .map(|recording| Heard { recording, count: 1 })
        .collect();
    let options = Options { most: NEAR, one_per_artist: false, ..Options::default() };
    for near in graph.recommend(&heard, &options) {
        let Ok(recording) = near.item.id.parse::<RecordingId>() else { continue };
        let score = (near.score.clamp(0.0, 1.0) * 1e6) as u32;
        let reasons = near.because.iter().flat_map(|b| &b.reasons).chain(&near.reasons);
        let why: Vec<(String, String)> =
            reasons.take(2).map(|r| (r.words(Language::En), r.words(Language::Fr))).collect();
        for number in holders.get(&recording).into_iter().flatten() {
            let slot = all.entry(*number).or_default();
            if score > slot.near {
                *slot = Sound { near: score, why: why.clone() };
            }
        }
    }
    Ok(all)
}
