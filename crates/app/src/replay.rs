//! Replays: what a run was shared by is kept with it, so anybody can share it again and must get the same lines.

use allocation::rule::Pays;
use allocation::{Facts, Input, Play, Shares, SharesOf, Usage};
use money::{Amount, Ratio};
use music::share::Standing;
use music::{Origin, PartyId, PotId, RecordingId, RunId};
use serde_json::{Value, json};
use store::{AllocationRow, RunRow, Tx};

use crate::allocation::{Planned, answers, differences, lines_hash, planned, rule_named, run_in};
use crate::failure::refuse;
use crate::{Failure, House};

/// What a replay found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replay {
    /// The run.
    pub run: RunId,
    /// What it is, and by which rule.
    pub what: String,
    /// The hash that was approved.
    pub stored: String,
    /// The hash of the lines that came out now.
    pub now: String,
    /// How many lines there are.
    pub lines: usize,
}

impl Replay {
    /// Whether the same came out.
    pub fn same(&self) -> bool {
        self.stored == self.now
    }
}

/// Keeps what the pots of a draft were shared by; a draft that was there already keeps its own.
pub(crate) async fn keep(tx: &mut Tx, run: &RunId, inputs: &[(PotId, Input)]) -> Result<(), Failure> {
    for (pot, input) in inputs {
        if tx.kept_input(run, pot).await?.is_none() {
            tx.keep_input(run, pot, &to_text(input)).await?;
        }
    }
    Ok(())
}

/// Shares the pots of a run again, by what was kept with it, and compares the hash of every line.
pub async fn replay(house: &House, id: &RunId) -> Result<Replay, Failure> {
    let mut tx = house.store.begin_read().await?;
    let run = run_in(&mut tx, id).await?;
    replay_in(&mut tx, &run).await
}

/// Replays every approved run; those from before inputs were kept are left out.
pub async fn replay_all(house: &House) -> Result<Vec<Replay>, Failure> {
    let mut tx = house.store.begin_read().await?;
    let mut all = Vec::new();
    for run in tx.runs("approved").await? {
        match replay_in(&mut tx, &run).await {
            Ok(replay) => all.push(replay),
            Err(Failure::Refused(refusal)) if refusal.code == "replay-not-kept" => {}
            Err(other) => return Err(other),
        }
    }
    Ok(all)
}

async fn replay_in(tx: &mut Tx, run: &RunRow) -> Result<Replay, Failure> {
    let stored = tx.lines_of_run(&run.id).await?;
    let amounts = tx.pots_of_run(&run.id).await?;
    let rule = rule_named(&format!("{}@{}", run.rule, run.rule_version))?;
    let mut shared = Vec::new();
    for pot in in_order(&stored, &amounts) {
        let brought = amounts.iter().find(|(p, _)| *p == pot).map_or(0, |(_, micros)| *micros);
        let amount = Amount::from_micros(brought, run.currency);
        let lines = match run.kind.as_str() {
            "reversal" => reversed(tx, run, &pot).await?,
            "adjustment" => {
                let old = before(tx, run, &pot).await?;
                let whole = money::sum(old.iter().map(|l| l.amount), run.currency)?;
                let input = kept(tx, run, &pot).await?;
                let new = planned(tx, whole, &input, &rule).await?;
                let answers = answers(tx, &old).await?;
                differences(old, new, &answers)?
            }
            _ => {
                let input = kept(tx, run, &pot).await?;
                planned(tx, amount, &input, &rule).await?
            }
        };
        shared.push((pot, amount, lines));
    }
    let parts: Vec<_> = shared.iter().map(|(pot, amount, lines)| (pot, *amount, lines.as_slice())).collect();
    Ok(Replay {
        run: run.id.clone(),
        what: format!("{} by {}@{}", run.kind, run.rule, run.rule_version),
        stored: run.lines_hash.clone(),
        now: lines_hash(&run.kind, &rule.hash(), run.of_run.as_ref(), &parts),
        lines: parts.iter().map(|(_, _, lines)| lines.len()).sum(),
    })
}

/// The pots of a run in the order of its lines.
fn in_order(lines: &[AllocationRow], amounts: &[(PotId, i64)]) -> Vec<PotId> {
    let mut pots: Vec<PotId> = Vec::new();
    for pot in lines.iter().map(|l| &l.pot).chain(amounts.iter().map(|(pot, _)| pot)) {
        if pots.last() != Some(pot) && !pots.contains(pot) {
            pots.push(pot.clone());
        }
    }
    pots
}

pub(crate) async fn kept(tx: &mut Tx, run: &RunRow, pot: &PotId) -> Result<Input, Failure> {
    let text = tx.kept_input(&run.id, pot).await?.ok_or_else(|| {
        let message =
            format!("what the run `{}` was shared by was not kept: an older version made it", run.id);
        refuse("replay-not-kept", message, "its hash and lines stand; only newer runs can be replayed")
    })?;
    of_text(&text).ok_or_else(|| {
        Failure::Fault(store::Fault::new(format!("what the run {} was shared by cannot be read", run.id)))
    })
}

/// The lines of a pot that counted when a correction of it was made.
async fn before(tx: &mut Tx, run: &RunRow, pot: &PotId) -> Result<Vec<AllocationRow>, Failure> {
    let earlier: Vec<RunId> = tx
        .runs_of_pot(pot)
        .await?
        .into_iter()
        .filter(|r| r.id != run.id && r.entry.is_some_and(|e| run.entry.is_none_or(|own| e < own)))
        .map(|r| r.id)
        .collect();
    let lines = tx.lines_of_pot(pot).await?;
    Ok(lines.into_iter().filter(|l| earlier.contains(&l.run)).collect())
}

async fn reversed(tx: &mut Tx, run: &RunRow, pot: &PotId) -> Result<Vec<Planned>, Failure> {
    let Some(of) = &run.of_run else { return Ok(Vec::new()) };
    let mut lines = Vec::new();
    for line in tx.lines_of_run(of).await?.iter().filter(|l| l.pot == *pot) {
        let mut planned = Planned::of(line);
        planned.amount = planned.amount.negated()?;
        lines.push(planned);
    }
    Ok(lines)
}

/// An input as text: JSON in the order given, nothing of it lost that a house's pot is shared by.
fn to_text(input: &Input) -> String {
    let usages = input.usages.iter().map(|u| {
        json!([
            u.key,
            u.recording.as_ref().map(|r| r.as_str()),
            u.plays,
            u.played_s,
            u.origin.document,
            u.origin.line
        ])
    });
    let plays = input
        .plays
        .iter()
        .map(|p| json!([p.member, p.recording.as_str(), p.plays, p.played_s, p.sought, p.before]));
    let facts = input.facts.iter().map(|(id, f)| {
        let held = f.held_for.as_ref().map(|r| r.as_str());
        json!([id.as_str(), f.artist, f.in_catalogue, f.local, f.licensed, f.threshold_plays, held])
    });
    let shares = input.shares.iter().map(|(id, side, held)| {
        let holders: Vec<Value> = held
            .holders()
            .iter()
            .map(|h| json!([h.party.as_str(), h.ratio.numerator(), h.ratio.denominator()]))
            .collect();
        let standing = match held.standing() {
            Standing::Whole | Standing::Open(_) => "sure",
            Standing::Over(_) => "over",
            Standing::Disputed => "disputed",
        };
        json!([id.as_str(), side.word(), standing, holders])
    });
    json!({
        "format": "tantieme-run-input/1",
        "usages": usages.collect::<Vec<_>>(), "plays": plays.collect::<Vec<_>>(), "seats": input.seats,
        "facts": facts.collect::<Vec<_>>(), "shares": shares.collect::<Vec<_>>(),
        "performer": input.performer.as_ref().map(|p| p.as_str()),
    })
    .to_string()
}

fn of_text(text: &str) -> Option<Input> {
    let value: Value = serde_json::from_str(text).ok()?;
    if value["format"] != "tantieme-run-input/1" {
        return None;
    }
    let mut input = Input { seats: value["seats"].as_u64(), ..Input::default() };
    input.performer = optional::<PartyId>(&value["performer"])?;
    for u in value["usages"].as_array()? {
        input.usages.push(Usage {
            key: u[0].as_str()?.to_owned(),
            recording: optional(&u[1])?,
            plays: small(&u[2])?,
            played_s: optional_small(&u[3])?,
            origin: Origin::new(u[4].as_str()?, u[5].as_u64()?),
        });
    }
    for p in value["plays"].as_array()? {
        input.plays.push(Play {
            member: p[0].as_str()?.to_owned(),
            recording: p[1].as_str()?.parse().ok()?,
            plays: small(&p[2])?,
            played_s: optional_small(&p[3])?,
            sought: p[4].as_bool()?,
            before: small(&p[5])?,
        });
    }
    for f in value["facts"].as_array()? {
        let facts = Facts {
            artist: f[1].as_str().map(str::to_owned),
            in_catalogue: f[2].as_bool()?,
            local: f[3].as_bool()?,
            licensed: f[4].as_bool()?,
            threshold_plays: f[5].as_u64(),
            held_for: optional(&f[6])?,
        };
        input.facts.insert(f[0].as_str()?.parse().ok()?, facts);
    }
    input.shares = shares_of(&value["shares"])?;
    Some(input)
}

fn shares_of(value: &Value) -> Option<Shares> {
    let mut shares = Shares::new();
    for s in value.as_array()? {
        let recording: RecordingId = s[0].as_str()?.parse().ok()?;
        let sides = [Pays::Master, Pays::Composition, Pays::CreditedArtist];
        let side = sides.into_iter().find(|p| Some(p.word()) == s[1].as_str())?;
        let mut holders: Vec<(PartyId, Ratio)> = Vec::new();
        for h in s[3].as_array()? {
            let ratio = Ratio::new(h[1].as_u64()?, h[2].as_u64()?).ok()?;
            holders.push((h[0].as_str()?.parse().ok()?, ratio));
        }
        let held = match s[2].as_str()? {
            "disputed" => SharesOf::disputed(holders),
            // By how much it is over is not kept: nothing of it is paid, whatever it was.
            "over" => SharesOf::new(
                holders.iter().flat_map(|(p, _)| [(p.clone(), Ratio::WHOLE), (p.clone(), Ratio::WHOLE)]),
            ),
            _ => SharesOf::new(holders),
        };
        shares.set(recording, side, held);
    }
    Some(shares)
}

fn small(value: &Value) -> Option<u32> {
    u32::try_from(value.as_u64()?).ok()
}

fn optional_small(value: &Value) -> Option<Option<u32>> {
    if value.is_null() { Some(None) } else { small(value).map(Some) }
}

/// A text that may be absent; `None` where it cannot be read.
fn optional<T: std::str::FromStr>(value: &Value) -> Option<Option<T>> {
    if value.is_null() { Some(None) } else { value.as_str()?.parse().ok().map(Some) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_input_survives_its_text() {
        let recording = |n| RecordingId::from_bits(n);
        let party = PartyId::from_bits;
        let mut input = Input { seats: Some(9), performer: Some(party(7)), ..Input::default() };
        input.usages.push(Usage {
            played_s: Some(5),
            ..Usage::line("lin-1", Origin::new("é \"x\"", 3), Some(recording(1)))
        });
        input.usages.push(Usage::line("lin-2", Origin::default(), None));
        input.plays.push(Play {
            member: "m".into(),
            recording: recording(2),
            plays: 3,
            played_s: None,
            sought: true,
            before: 1,
        });
        input.facts.insert(
            recording(2),
            Facts { artist: Some("a".into()), local: true, held_for: Some(recording(1)), ..Facts::default() },
        );
        input.shares.set(recording(1), Pays::Master, SharesOf::new([(party(1), "1/3".parse().unwrap())]));
        input.shares.set(recording(2), Pays::Composition, SharesOf::disputed([(party(2), Ratio::WHOLE)]));
        assert_eq!(of_text(&to_text(&input)), Some(input.clone()));
        input.shares.set(
            recording(3),
            Pays::Master,
            SharesOf::new([(party(1), Ratio::WHOLE), (party(1), Ratio::WHOLE)]),
        );
        let again = of_text(&to_text(&input)).unwrap();
        assert!(matches!(
            again.shares.get(&recording(3), Pays::Master).unwrap().standing(),
            Standing::Over(_)
        ));
        for bad in ["", "{}", "{\"format\":\"tantieme-run-input/1\"}", "[1]"] {
            assert_eq!(of_text(bad), None, "{bad}");
        }
    }
}
