//! A draft as it is written down: its lines, its hash, what the public log carries of it.

use std::collections::{BTreeMap, BTreeSet};

use allocation::RuleSet;
use ledger::Hash;
use money::{Amount, Currency};
use music::{PotId, RunId};
use store::{AllocationRow, PotRow, RunRow, Tx};

use super::plan::Planned;
use super::{Run, pots_of};
use crate::{Failure, House, policy};

/// Records a draft. The same inputs find the draft that is there already.
pub(super) async fn record(
    house: &House,
    tx: &mut Tx,
    by: &str,
    kind: &str,
    of_run: Option<RunId>,
    rule: &RuleSet,
    currency: Currency,
    shared: Vec<(PotRow, Amount, Vec<Planned>)>,
) -> Result<Run, Failure> {
    let now = house.now();
    let parts: Vec<_> =
        shared.iter().map(|(pot, amount, lines)| (&pot.id, *amount, lines.as_slice())).collect();
    let hash = lines_hash(kind, &rule.hash(), of_run.as_ref(), &parts);
    if let Some(known) = tx.runs("draft").await?.into_iter().find(|r| r.input_hash == hash) {
        let lines = tx.lines_of_run(&known.id).await?;
        let pots = pots_of(tx, &known).await?;
        return Ok(Run { run: known, lines, pots });
    }
    let givers = count_givers(tx, &shared).await?;
    let threshold = policy::count(tx, "giver-threshold", now).await?;
    let id = house.run_id();
    let lines: Vec<AllocationRow> = shared
        .iter()
        .flat_map(|(pot, _, lines)| lines.iter().map(move |l| (pot, l)))
        .enumerate()
        .map(|(place, (pot, l))| AllocationRow {
            id: house.allocation_line_id(),
            run: id.clone(),
            place: place as i64,
            pot: pot.id.clone(),
            kind: l.kind.to_owned(),
            account: l.account.clone(),
            party: l.party.clone(),
            recording: l.recording.clone(),
            set_line: l.set_line.clone(),
            side: l.side.clone(),
            reason: l.reason.clone(),
            amount: l.amount,
            why: l.why.clone(),
        })
        .collect();
    let private = givers < threshold;
    let pots: Vec<(PotId, Amount)> =
        shared.iter().map(|(pot, amount, _)| (pot.id.clone(), *amount)).collect();
    let run = RunRow {
        id: id.clone(),
        kind: kind.to_owned(),
        status: "draft".to_owned(),
        rule: rule.name.clone(),
        rule_version: rule.version,
        rule_hash: rule.hash(),
        currency,
        input_hash: hash.clone(),
        lines_hash: hash.clone(),
        manifest: manifest(house, &id, kind, rule, currency, private, &lines, &hash)?,
        private,
        givers,
        of_run,
        by: by.to_owned(),
        created: now,
        approved_by: None,
        approved: None,
        entry: None,
    };
    tx.insert_run(&run, &pots, &lines).await?;
    tx.note(now, by, "draft", id.as_str(), kind).await?;
    Ok(Run { run, lines, pots })
}

/// The hash of a run: kind, rule, what it corrects, and every line of every pot, in order.
pub(crate) fn lines_hash(
    kind: &str,
    rule_hash: &str,
    of_run: Option<&RunId>,
    shared: &[(&PotId, Amount, &[Planned])],
) -> String {
    let mut text = format!("{kind}\n{rule_hash}\n{}\n", of_run.map_or("", |r| r.as_str()));
    for (pot, amount, lines) in shared {
        text.push_str(&format!("{pot}\t{amount}\n"));
        for l in *lines {
            let part = |o: Option<&str>| o.unwrap_or("-").to_owned();
            text.push_str(&format!(
                "{}\t{}\t{}\t{}\t{}\t{}\n",
                l.account,
                part(l.recording.as_ref().map(|r| r.as_str())),
                part(l.set_line.as_ref().map(|r| r.as_str())),
                part(l.side.as_deref()),
                l.reason,
                l.amount
            ));
        }
    }
    Hash::of(text.as_bytes()).to_string()
}

async fn count_givers(tx: &mut Tx, shared: &[(PotRow, Amount, Vec<Planned>)]) -> Result<u32, Failure> {
    let mut givers = BTreeSet::new();
    for (pot, _, _) in shared {
        for contribution in tx.contributions_to(&pot.id).await? {
            if contribution.received.is_positive() {
                givers.insert(contribution.payer);
            }
        }
    }
    Ok(u32::try_from(givers.len()).unwrap_or(u32::MAX))
}

/// What the public log carries of a run: the rule, the combined totals where enough parties gave, and a
/// salted commitment to the lines. Nothing in it leads to one giver.
fn manifest(
    house: &House,
    id: &RunId,
    kind: &str,
    rule: &RuleSet,
    currency: Currency,
    private: bool,
    lines: &[AllocationRow],
    hash: &str,
) -> Result<Vec<u8>, Failure> {
    let salt = proof::commitment::MasterKey::from_bytes(house.commitment_key).salt("run", id.as_str());
    let commitment = proof::commitment::Commitment::to("lines", hash.as_bytes(), &salt);
    let mut totals: BTreeMap<&str, Amount> = BTreeMap::new();
    for line in lines {
        let total = totals.entry(line.kind.as_str()).or_insert(Amount::zero(currency));
        *total = total.checked_add(line.amount)?;
    }
    let totals: serde_json::Map<String, serde_json::Value> =
        totals.into_iter().map(|(kind, total)| (kind.to_owned(), total.to_decimal().into())).collect();
    // Keys in alphabetical order, no white space: the bytes are canonical (RFC 8785 for these types).
    let value = serde_json::json!({
        "commitment": commitment.to_string(),
        "currency": currency.code(),
        "kind": kind,
        "rule": { "hash": rule.hash(), "name": rule.name, "version": rule.version },
        "run": id.as_str(),
        "totals": if private { serde_json::Value::Null } else { totals.into() },
    });
    Ok(value.to_string().into_bytes())
}
