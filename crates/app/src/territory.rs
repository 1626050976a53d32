//! Territories: the list of places, who and what belongs to them, and what of the money paid there stayed there.

use std::collections::{BTreeMap, BTreeSet};

use allocation::territory::{Where, over};
use jiff::tz::TimeZone;
use money::{Amount, Currency};
use music::{Level, PartyId, Period, Place, Problem, RecordingId};
use store::{PlaceRow, Tx};

use crate::failure::refuse;
use crate::figures::Told;
use crate::gather;
use crate::{Failure, House, party, policy};

/// Takes in a list of places: `code` and `name` a line, separated by a tab, a semicolon or a comma. Good lines are
/// kept, the others told.
pub async fn import(
    house: &House,
    document: &str,
    text: &str,
    by: &str,
) -> Result<(usize, Vec<Problem>), Failure> {
    let now = house.now();
    let (mut rows, mut problems) = (BTreeMap::new(), Vec::new());
    for (n, line) in (1..).zip(text.trim_start_matches('\u{feff}').lines()) {
        let line = line.trim();
        if line.is_empty()
            || line.starts_with('#')
            || (n == 1 && line.to_ascii_lowercase().starts_with("code"))
        {
            continue;
        }
        let (code, name) = line.split_once(['\t', ';', ',']).unwrap_or((line, ""));
        let name = name.trim().trim_matches('"').trim();
        match code.trim().parse::<Place>() {
            Ok(place) if !name.is_empty() && name.len() <= 200 => {
                let row =
                    PlaceRow { code: place.to_string(), name: name.to_owned(), source: document.to_owned() };
                rows.insert(row.code.clone(), row);
            }
            Ok(place) => {
                let message = format!("`{place}` has no name, or one of more than 200 bytes");
                problems.push(Problem::new("place-name", n, message, "write `FR-42/roanne;Roanne`"));
            }
            Err(unknown) => {
                let hint = "a locality lies below its subdivision: `FR-42/roanne`";
                problems.push(Problem::new("place-unknown", n, unknown.to_string(), hint));
            }
        }
    }
    if rows.is_empty() {
        let message = format!("`{document}` names no place");
        return Err(refuse("places-none", message, "one place a line: `FR-42;Loire`, `FR-42/roanne;Roanne`"));
    }
    let rows: Vec<PlaceRow> = rows.into_values().collect();
    let mut tx = house.store.begin().await?;
    tx.put_places(&rows, now).await?;
    tx.note(now, by, "territory import", document, &format!("{} places", rows.len())).await?;
    tx.commit().await?;
    Ok((rows.len(), problems))
}

/// All places of the list.
pub async fn list(house: &House) -> Result<Vec<PlaceRow>, Failure> {
    Ok(house.store.begin_read().await?.places().await?)
}

/// The places in which parties of this house live, and the countries around them, with their names where the list has
/// them; in the order of their codes.
pub async fn lived_in(house: &House) -> Result<Vec<(Place, String)>, Failure> {
    let mut tx = house.store.begin_read().await?;
    let homes = gather::homes(&mut tx).await?;
    let levels = [Level::Country, Level::Subdivision, Level::Locality];
    let places: std::collections::BTreeSet<Place> =
        homes.into_values().flatten().flat_map(|home| levels.map(|level| home.up_to(level))).collect();
    let names: BTreeMap<String, String> = tx.places().await?.into_iter().map(|p| (p.code, p.name)).collect();
    let named = |p: Place| (names.get(p.as_str()).cloned().unwrap_or_default(), p);
    Ok(places.into_iter().map(named).map(|(name, place)| (place, name)).collect())
}

/// Tags a recording or a party (by id, or a party by its unique name) with a place, or takes the tag away.
pub async fn tag(house: &House, subject: &str, code: &str, remove: bool, by: &str) -> Result<bool, Failure> {
    let now = house.now();
    let place: Place = code.parse().map_err(|e: music::place::UnknownPlace| {
        refuse("place-unknown", e.to_string(), "`tantieme territory list` shows the places of this house")
    })?;
    let mut tx = house.store.begin().await?;
    if place.as_str().contains('/') && tx.place(place.as_str()).await?.is_none() {
        let message = format!("the locality `{place}` is not in this house's list");
        return Err(refuse(
            "place-not-listed",
            message,
            "add it with its name: `tantieme territory import FILE`",
        ));
    }
    let subject = match subject.parse::<RecordingId>() {
        Ok(id) => match tx.recording(&id).await? {
            Some(row) => row.recording.id.to_string(),
            None => {
                let hint = "`tantieme catalogue list` shows the recordings";
                return Err(refuse("recording-unknown", format!("there is no recording `{id}`"), hint));
            }
        },
        Err(_) => party::find(&mut tx, subject).await?.party.id.to_string(),
    };
    let changed = if remove {
        tx.untag(&subject, place.as_str()).await?
    } else {
        tx.tag(&subject, place.as_str(), by, now).await?
    };
    if changed {
        let action = if remove { "territory untag" } else { "territory tag" };
        tx.note(now, by, action, &subject, place.as_str()).await?;
    }
    tx.commit().await?;
    Ok(changed)
}

/// What stayed here, in one currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stayed {
    /// The currency.
    pub currency: Currency,
    /// What payers of this place brought to pots that were shared in the period.
    pub paid_in: Told<Amount>,
    /// What of it parties of this place got.
    pub stayed: Told<Amount>,
    /// How many parties those are.
    pub parties: Told<u64>,
    /// Where all of it went, by place at the level asked for, with what is unknown, waits, or was taken: the sum is `paid_in`.
    pub went: Told<Vec<(Where, Amount)>>,
}

/// A report on a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The place.
    pub place: Place,
    /// Its name, where the list has one.
    pub name: String,
    /// Of which time.
    pub period: Period,
    /// One per currency.
    pub currencies: Vec<Stayed>,
}

/// The sums of one currency while they are added up.
#[derive(Default)]
struct Sums {
    paid_in: i128,
    givers: BTreeMap<PartyId, i128>,
    here: BTreeMap<PartyId, i128>,
    went: BTreeMap<Where, i128>,
}

/// What of the money that payers of a place paid stayed there.
///
/// Amounts are told where at least the policy `giver-threshold` of payers stand behind them and none gave more than
/// half; parties and the places they live in where as many were paid. So nothing follows about one payer or one payee.
pub async fn report(house: &House, code: &str, period: Period, level: Level) -> Result<Report, Failure> {
    let place: Place = code.parse().map_err(|e: music::place::UnknownPlace| {
        refuse("place-unknown", e.to_string(), "`tantieme territory list` shows the places of this house")
    })?;
    let mut tx = house.store.begin_read().await?;
    let threshold = policy::count(&mut tx, "giver-threshold", house.now()).await?;
    let homes = gather::homes(&mut tx).await?;
    let tagged = gather::tags(&mut tx, "rec-").await?;
    let mut sums: BTreeMap<Currency, Sums> = BTreeMap::new();
    for pot in tx.pots("").await? {
        let here = share_of_here(&mut tx, &pot, &place, &homes).await?;
        let Some((num, den, givers)) = here else { continue };
        let lines = lines_in(&mut tx, &pot.id, period).await?;
        if lines.is_empty() {
            continue;
        }
        let sum = sums.entry(pot.currency).or_default();
        for (giver, amount) in givers {
            *sum.givers.entry(giver).or_default() += amount;
        }
        let ours = portion(&lines.iter().map(|l| l.amount).collect::<Vec<_>>(), num, den)?;
        for (line, amount) in lines.iter().zip(ours) {
            sum.paid_in += i128::from(amount.micros());
            for (at, part) in belongs(line, amount, &homes, &tagged, level) {
                *sum.went.entry(at).or_default() += i128::from(part.micros());
            }
            let at_home = belongs(line, amount, &homes, &tagged, Level::Locality);
            let stayed: i128 = at_home
                .iter()
                .filter(|(w, _)| matches!(w, Where::At(c) if c.parse::<Place>().is_ok_and(|p| place.contains(&p))))
                .map(|(_, part)| i128::from(part.micros()))
                .sum();
            if let Some(party) = line.party.as_ref().filter(|_| stayed != 0) {
                *sum.here.entry(party.clone()).or_default() += stayed;
            }
        }
    }
    let name = tx.place(place.as_str()).await?.map(|p| p.name).unwrap_or_default();
    let currencies =
        sums.into_iter().map(|(currency, s)| told(currency, s, threshold)).collect::<Result<_, _>>()?;
    Ok(Report { place, name, period, currencies })
}

/// Which part of a pot was paid by payers of a place, and by whom; `None` where nothing was.
async fn share_of_here(
    tx: &mut Tx,
    pot: &store::PotRow,
    place: &Place,
    homes: &BTreeMap<String, Vec<Place>>,
) -> Result<Option<(u64, u64, Vec<(PartyId, i128)>)>, Failure> {
    let territory = match &pot.event {
        Some(event) => tx.event(event).await?.and_then(|e| e.territory).filter(|t| !t.is_worldwide()),
        None => None,
    };
    let event_here = territory.as_ref().is_some_and(|t| place.contains(&Place::from(t)));
    let (mut ours, mut all, mut givers) = (0_u64, 0_u64, Vec::new());
    for c in tx.contributions_to(&pot.id).await? {
        let received = u64::try_from(c.received.micros()).unwrap_or(0);
        all += received;
        let home = homes.get(c.payer.as_str());
        let here = home.map_or(event_here, |places| places.iter().any(|p| place.contains(p)));
        if here && received > 0 {
            ours += received;
            givers.push((c.payer, i128::from(received)));
        }
    }
    Ok((ours > 0).then_some((ours, all, givers)))
}

async fn lines_in(
    tx: &mut Tx,
    pot: &music::PotId,
    period: Period,
) -> Result<Vec<store::AllocationRow>, Failure> {
    let mut runs: BTreeMap<music::RunId, bool> = BTreeMap::new();
    for run in tx.runs_of_pot(pot).await? {
        let day = run.approved.map(|at| at.to_zoned(TimeZone::UTC).date());
        runs.insert(run.id, day.is_some_and(|d| period.contains(d)));
    }
    let lines = tx.lines_of_pot(pot).await?;
    Ok(lines.into_iter().filter(|l| runs.get(&l.run) == Some(&true)).collect())
}

/// The same part of each amount, rounded so that the parts of all add up to the part of the sum.
fn portion(amounts: &[Amount], num: u64, den: u64) -> Result<Vec<Amount>, Failure> {
    let Some(first) = amounts.first() else { return Ok(Vec::new()) };
    if num == den {
        return Ok(amounts.to_vec());
    }
    // Running sums are cut, and their differences taken: nothing is lost on the way.
    let (mut sum, mut before, mut parts) = (0_i128, 0_i64, Vec::with_capacity(amounts.len()));
    for amount in amounts {
        sum += i128::from(amount.micros());
        let whole = i64::try_from(sum).map_err(|_| refuse("amount", "a sum is beyond 64 bits", ""))?;
        let cut = money::divide(Amount::from_micros(whole, first.currency()), &[(0, num), (1, den - num)])
            .map_err(|e| refuse("territory-divide", e.to_string(), ""))?;
        let until = cut.first().map_or(0, |a| a.micros());
        parts.push(Amount::from_micros(until - before, first.currency()));
        before = until;
    }
    Ok(parts)
}

/// Where a line belongs: to the home of its payee, or else to the place of its recording.
fn belongs(
    line: &store::AllocationRow,
    amount: Amount,
    homes: &BTreeMap<String, Vec<Place>>,
    tagged: &BTreeMap<String, Vec<Place>>,
    level: Level,
) -> Vec<(Where, Amount)> {
    match line.kind.as_str() {
        "deduct" => vec![(Where::Taken, amount)],
        "pay" => {
            let home = line.party.as_ref().and_then(|p| homes.get(p.as_str()));
            let recording = || line.recording.as_ref().and_then(|r| tagged.get(r.as_str()));
            let places = home.or_else(recording).map(Vec::as_slice).unwrap_or_default();
            over(amount, places.iter().map(|p| p.up_to(level).to_string()).collect())
        }
        _ => vec![(Where::Waiting, amount)],
    }
}

fn told(currency: Currency, sums: Sums, threshold: u32) -> Result<Stayed, Failure> {
    let amount = |micros: i128| {
        let beyond = |_| refuse("amount", "a sum is beyond 64 bits", "");
        i64::try_from(micros).map(|m| Amount::from_micros(m, currency)).map_err(beyond)
    };
    let least = threshold as usize;
    let given: i128 = sums.givers.values().sum();
    let most = sums.givers.values().max().copied().unwrap_or(0);
    let few = sums.givers.len() < least || most * 2 > given;
    let why_givers = || {
        format!(
            "fewer than {threshold} payers of this place, or one with more than half of it, stand behind it"
        )
    };
    let here: i128 = sums.here.values().sum();
    let count = sums.here.len();
    let most_here = sums.here.values().max().copied().unwrap_or(0);
    let few_here = count < least || most_here * 2 > here;
    let why_here =
        || format!("fewer than {threshold} parties of this place were paid, or one got more than half of it");
    // Whole cents: the sixth decimal of a sum could tell what one gave.
    let cents = |micros: i128| amount(micros).map(Amount::round_down_to_minor);
    let went =
        sums.went.into_iter().map(|(w, m)| amount(m).map(|a| (w, a))).collect::<Result<Vec<_>, _>>()?;
    Ok(Stayed {
        currency,
        paid_in: if few { Told::Withheld(why_givers()) } else { Told::Known(cents(sums.paid_in)?) },
        stayed: match (few, few_here) {
            (true, _) => Told::Withheld(why_givers()),
            (_, true) => Told::Withheld(why_here()),
            _ => Told::Known(cents(here)?),
        },
        parties: if few_here { Told::Withheld(why_here()) } else { Told::Known(count as u64) },
        went: if few || few_here {
            Told::Withheld(if few { why_givers() } else { why_here() })
        } else {
            Told::Known(went)
        },
    })
}

/// Codes without a tag in the list, for whoever wants to name them.
pub async fn unnamed(house: &House) -> Result<Vec<String>, Failure> {
    let mut tx = house.store.begin_read().await?;
    let named: BTreeSet<String> = tx.places().await?.into_iter().map(|p| p.code).collect();
    let used: BTreeSet<String> = tx.tags("").await?.into_iter().map(|(_, code)| code).collect();
    Ok(used.difference(&named).cloned().collect())
}
