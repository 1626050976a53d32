//! One pot of the house under several rules. Nothing is written, and nothing can be: it reads in a transaction that cannot write.

use std::collections::{BTreeMap, BTreeSet};

use allocation::comparison::{self, Comparison, MOST_RULES, Payee};
use allocation::{Input, RuleSet};
use money::{Amount, Currency};
use music::{Level, PartyId, PotId};
use store::{PotRow, Tx};

use crate::allocation::{available, rule_named};
use crate::failure::refuse;
use crate::gather::{self, Gathered, Mode};
use crate::{Failure, House, policy, pot};

/// What to compare.
#[derive(Debug, Clone)]
pub struct Ask {
    /// The pot.
    pub pot: PotId,
    /// The rules, by name; the first is what the others are measured against. Empty: the pot's own and its usual alternatives.
    pub rules: Vec<String>,
    /// Amounts to count payees at or above, in the pot's currency; EUR 1, 10 and 100 and their like where empty.
    pub levels: Vec<Amount>,
    /// How finely places are told apart.
    pub level: Level,
    /// Another sum than the pot's.
    pub amount: Option<Amount>,
}

/// A comparison, and of what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compared {
    /// The pot.
    pub pot: PotRow,
    /// Which of its money it is: `to share`, `shared before`, `promised` or `as asked`.
    pub basis: &'static str,
    /// The rules side by side.
    pub comparison: Comparison,
}

/// Puts the rules side by side.
pub async fn compare(house: &House, ask: &Ask) -> Result<Compared, Failure> {
    let mut tx = house.store.begin_read().await?;
    let row = pot::pot_in(&mut tx, &ask.pot).await?;
    let (amount, basis) = sum(&mut tx, &row, ask.amount).await?;
    let mut rules = named(&ask.rules)?;
    let with_plays = !tx.play_lists_of(&row.id).await?.is_empty();
    if rules.is_empty() {
        rules = named(&usual(&row, with_plays))?;
    }
    let ended: BTreeSet<_> = tx.ended_lines(&row.id).await?.into_iter().collect();
    let Gathered { input, imagined } =
        gather::gather(house, &mut tx, &row, &rules, &ended, Mode::Imagine).await?;
    let payees = payees(house, &mut tx, &input, &imagined, ask.level, row.currency).await?;
    let levels = if ask.levels.is_empty() { usual_levels(row.currency) } else { ask.levels.clone() };
    if let Some(other) = levels.iter().find(|l| l.currency() != row.currency) {
        let message = format!("`{other}` is no amount of {}", row.currency);
        return Err(refuse("compare-level", message, "give levels in the pot's currency"));
    }
    let comparison =
        comparison::comparison(amount, &input, &rules, allocation::compare::party, &payees, &levels)?;
    if comparison.outcomes().next().is_none() {
        let first = comparison.columns.first().and_then(|c| c.outcome.as_ref().err());
        let hint = first.map_or(String::new(), |p| format!("{}: {}", p.message, p.hint));
        return Err(refuse(
            "compare-none",
            format!("none of these rules can share the pot `{}`", row.id),
            hint,
        ));
    }
    Ok(Compared { pot: row, basis, comparison })
}

/// The rules of these names, each once.
pub fn named(names: &[String]) -> Result<Vec<RuleSet>, Failure> {
    let mut rules: Vec<RuleSet> = Vec::new();
    for name in names {
        let rule = rule_named(name.trim())?;
        if !rules.iter().any(|r| r.label() == rule.label()) {
            rules.push(rule);
        }
    }
    if rules.len() > MOST_RULES {
        let message = format!("{} rules are too many to tell apart in one picture", rules.len());
        return Err(refuse("compare-many", message, format!("compare at most {MOST_RULES} at a time")));
    }
    Ok(rules)
}

fn usual(pot: &PotRow, plays: bool) -> Vec<String> {
    let others: &[&str] = if plays {
        &["pro-rata", "user-centric", "equal-per-listener", "scaled-user-prop"]
    } else {
        &["set-list-per-line", "set-list-by-duration", "pro-rata"]
    };
    std::iter::once(pot.rule.clone()).chain(others.iter().map(|r| (*r).to_owned())).collect()
}

fn usual_levels(currency: Currency) -> Vec<Amount> {
    [1, 10, 100].map(|units: i64| Amount::from_micros(units * money::MICROS_PER_UNIT, currency)).to_vec()
}

/// What a comparison is about: the money to share, or else what was shared, or else what was promised.
async fn sum(tx: &mut Tx, pot: &PotRow, asked: Option<Amount>) -> Result<(Amount, &'static str), Failure> {
    if let Some(amount) = asked {
        if amount.currency() != pot.currency || !amount.is_positive() {
            let message = format!("`{amount}` cannot be shared from a pot of {}", pot.currency);
            return Err(refuse("compare-amount", message, "give an amount above zero in the pot's currency"));
        }
        return Ok((amount, "as asked"));
    }
    let there = available(tx, pot).await?;
    let shared = money::sum(tx.lines_of_pot(&pot.id).await?.iter().map(|l| l.amount), pot.currency)?;
    let promised = money::sum(tx.contributions_to(&pot.id).await?.iter().map(|c| c.pledged), pot.currency)?;
    [(there, "to share"), (shared, "shared before"), (promised, "promised")]
        .into_iter()
        .find(|(amount, _)| amount.is_positive())
        .ok_or_else(|| {
            let message = format!("the pot `{}` has no money, and none is promised", pot.id);
            refuse("compare-empty", message, "name a sum: `--amount \"EUR 100\"`")
        })
}

/// Everybody who holds something of what was played: name, place, and what they earned here in the last 365 days.
async fn payees(
    house: &House,
    tx: &mut Tx,
    input: &Input,
    imagined: &BTreeMap<PartyId, String>,
    level: Level,
    currency: Currency,
) -> Result<BTreeMap<String, Payee>, Failure> {
    let homes = gather::homes(tx).await?;
    let earned = earned(house, tx, currency).await?;
    let mut levels: Vec<i64> = policy::text(tx, "income-levels", house.now())
        .await?
        .split_whitespace()
        .filter_map(|l| Amount::from_decimal(l, currency).ok())
        .map(Amount::micros)
        .collect();
    levels.sort_unstable();
    let mut payees = BTreeMap::new();
    for (_, _, held) in input.shares.iter() {
        for holder in held.holders() {
            if payees.contains_key(holder.party.as_str()) {
                continue;
            }
            let name = match imagined.get(&holder.party) {
                Some(name) => name.clone(),
                None => tx.party(&holder.party).await?.map(|p| p.party.name).unwrap_or_default(),
            };
            let place = homes.get(holder.party.as_str()).and_then(|p| p.first());
            let payee = Payee {
                name,
                place: place.map(|p| p.up_to(level).to_string()).unwrap_or_default(),
                tier: tier(earned.get(&holder.party).copied().unwrap_or(0), &levels),
            };
            payees.insert(holder.party.to_string(), payee);
        }
    }
    Ok(payees)
}

/// What each party was credited here in the last 365 days, in micros.
async fn earned(house: &House, tx: &mut Tx, currency: Currency) -> Result<BTreeMap<PartyId, i64>, Failure> {
    let now = house.now();
    let since = now.checked_sub(jiff::SignedDuration::from_hours(24 * 365)).unwrap_or(now);
    Ok(tx.parties_credited_since(currency.code(), since).await?.into_iter().collect())
}

/// A tier by yearly income: `0`, `1-10`, `10-100`, `1000-`.
fn tier(micros: i64, levels: &[i64]) -> String {
    if micros <= 0 {
        return "0".to_owned();
    }
    let unit = |micros: i64| (micros / money::MICROS_PER_UNIT).to_string();
    let at = levels.iter().filter(|l| micros >= **l).count();
    let from = at.checked_sub(1).and_then(|n| levels.get(n)).map_or_else(|| "0".to_owned(), |l| unit(*l));
    match levels.get(at) {
        Some(to) => format!("{from}–{}", unit(*to)),
        None => format!("{from}–"),
    }
}

/// Plays of a file, which belong to no house: each recording is a payee.
pub struct Stateless {
    /// The plays.
    pub input: Input,
    /// Names of the payees by recording id.
    pub payees: BTreeMap<String, Payee>,
}

/// Reads plays for a comparison without a house.
pub fn stateless(bytes: &[u8], seats: Option<u64>) -> Result<Stateless, Vec<music::Problem>> {
    let (lines, problems) = formats::plays::read(bytes);
    if !problems.is_empty() {
        return Err(problems);
    }
    let names: BTreeSet<&str> = lines.iter().map(|l| l.recording.as_str()).collect();
    let ids: BTreeMap<&str, music::RecordingId> =
        (1..).zip(names).map(|(n, name)| (name, music::RecordingId::from_bits(n))).collect();
    let mut input = Input { seats, ..Input::default() };
    let mut payees = BTreeMap::new();
    for (n, (name, id)) in (1..).zip(&ids) {
        let party = PartyId::from_bits(n);
        payees.insert(party.to_string(), Payee { name: (*name).to_owned(), ..Payee::default() });
        for side in [allocation::rule::Pays::Master, allocation::rule::Pays::CreditedArtist] {
            input.shares.set(id.clone(), side, allocation::SharesOf::whole(party.clone()));
        }
        let facts = allocation::Facts { artist: Some((*name).to_owned()), ..allocation::Facts::default() };
        input.facts.insert(id.clone(), facts);
    }
    for line in &lines {
        if let Some(id) = ids.get(line.recording.as_str()) {
            input.plays.push(allocation::Play {
                member: line.member.clone(),
                recording: id.clone(),
                plays: line.plays,
                played_s: line.played_s,
                sought: line.sought,
                before: line.before,
            });
        }
    }
    Ok(Stateless { input, payees })
}
