//! A second factor, or time: what gives a holder's voice away does not happen by one stolen password.
//!
//! Lifting a refusal, adding an agent and handing over a catalogue are put off. A code of eight digits goes to the address
//! the holder gave earlier and to who owns its access; with it the thing happens at once. Without it, it happens after the policy
//! `consent-wait-days`, of which the holder is told by the same mail, and until then it can be stopped.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use ledger::Hash;
use music::PartyId;
use serde_json::Value;
use store::{Tx, WaitRow};

use super::{fresh_id, mandate, say};
use crate::failure::refuse;
use crate::same::same;
use crate::session::{Need, Role, Visitor};
use crate::{Failure, House, mail, party, policy};

/// How many wrong codes are taken before only time helps.
const TRIES_MOST: i64 = 5;

/// Puts something off and tells the holder.
pub(crate) async fn put_off(
    house: &House,
    tx: &mut Tx,
    kind: &str,
    party: &PartyId,
    body: Value,
    what: &str,
) -> Result<WaitRow, Failure> {
    let now = house.now();
    let days = policy::count(tx, "consent-wait-days", now).await?;
    let due = now.checked_add(SignedDuration::from_hours(24 * i64::from(days))).unwrap_or(now);
    let code = format!("{:08}", house.world.bits() % 100_000_000);
    let id = fresh_id(house, "wai");
    let row = WaitRow {
        code_hash: hash(&id, &code),
        id,
        kind: kind.to_owned(),
        party: party.clone(),
        body: body.to_string(),
        tries: 0,
        status: "waiting".to_owned(),
        opened: now,
        due,
        decided_by: None,
    };
    tx.insert_wait(&row).await?;
    let name = policy::text(tx, "house-name", now).await?;
    for (place, to) in told(house, tx, party).await?.into_iter().enumerate() {
        let (subject, text) = mail::wait_words(&name, kind, what, &row.id, &code, due);
        let id = if place == 0 { format!("wait-{}", row.id) } else { format!("wait-{}-{place}", row.id) };
        mail::queue(house, tx, id, to, subject, text, "consent-wait").await?;
    }
    Ok(row)
}

/// Where a holder is told: at the address it gave, and at those of the people who own its access.
async fn told(house: &House, tx: &mut Tx, party: &PartyId) -> Result<BTreeSet<String>, Failure> {
    let (key, now) = (house.store.fields(), house.now());
    let mut all: BTreeSet<String> = tx.secret(key, party, "mail").await?.into_iter().collect();
    for role in tx.roles_for(party.as_str()).await? {
        if role.role != Role::Owner.word() || role.since > now || role.until.is_some_and(|until| until <= now)
        {
            continue;
        }
        let owner = tx.sign_in(key, &role.sign_in).await?.filter(|s| s.ended.is_none());
        all.extend(owner.and_then(|s| s.mail).filter(|m| !m.is_empty()));
    }
    Ok(all)
}

fn hash(id: &str, code: &str) -> String {
    Hash::of(format!("{id} {code}").as_bytes()).to_string()
}

/// Does what waits at once, by the code that was mailed to the holder.
///
/// # Errors
/// In this order: `wait-unknown`, `wait-decided`, `wait-tries`, `wait-code`, then those of what is done.
pub async fn confirm(house: &House, id: &str, code: &str, by: &str) -> Result<WaitRow, Failure> {
    let mut tx = house.store.begin().await?;
    let row = open(&mut tx, id).await?;
    if row.tries >= TRIES_MOST {
        return Err(refuse(
            "wait-tries",
            format!("too many wrong codes for `{id}`"),
            format!("it happens by itself on {}", day(row.due)),
        ));
    }
    if !same(&hash(id, code.trim()), &row.code_hash) {
        tx.wait_tried(id).await?;
        tx.commit().await?;
        return Err(refuse(
            "wait-code",
            "this is not the code that was mailed",
            format!("without it, it happens by itself on {}", day(row.due)),
        ));
    }
    perform(house, &mut tx, &row, by).await?;
    let row = tx.wait(id).await?.unwrap_or(row);
    tx.commit().await?;
    Ok(row)
}

/// Does what waits at once, by an owner of the holder's access who has just shown the second factor.
///
/// # Errors
/// In this order: `wait-unknown`, `wait-decided`, `not-yours`, `second-factor-none`, `second-factor-stale`, then those of
/// what is done.
pub async fn confirm_in_person(house: &House, id: &str, visitor: &Visitor) -> Result<WaitRow, Failure> {
    let mut tx = house.store.begin().await?;
    let row = open(&mut tx, id).await?;
    visitor.require(Need::Own(row.party.as_str()))?;
    visitor.require_fresh_second_factor(house.now())?;
    perform(house, &mut tx, &row, visitor.sign_in.id.as_str()).await?;
    let row = tx.wait(id).await?.unwrap_or(row);
    tx.commit().await?;
    Ok(row)
}

/// Stops what waits; whoever may speak for the holder may.
///
/// # Errors
/// `wait-unknown`, `wait-decided`.
pub async fn stop(house: &House, id: &str, by: &str) -> Result<WaitRow, Failure> {
    let mut tx = house.store.begin().await?;
    let row = open(&mut tx, id).await?;
    tx.decide_wait(id, "stopped", by, house.now()).await?;
    tx.note(house.now(), by, "consent stop", id, row.party.as_str()).await?;
    let row = tx.wait(id).await?.unwrap_or(row);
    tx.commit().await?;
    Ok(row)
}

/// What waits or waited, oldest first; of one party where it is named.
pub async fn list(house: &House, who: Option<&str>) -> Result<Vec<WaitRow>, Failure> {
    let mut tx = house.store.begin_read().await?;
    let party = match who {
        Some(who) => party::find(&mut tx, who).await?.party.id.to_string(),
        None => String::new(),
    };
    Ok(tx.waits(&party, "").await?)
}

/// Does everything whose time has come; one that cannot be done any more is stopped with its reason. Tells how many were
/// done.
pub async fn settle_due(house: &House) -> Result<usize, Failure> {
    let now = house.now();
    let mut tx = house.store.begin_read().await?;
    let due: Vec<WaitRow> = tx.waits("", "waiting").await?.into_iter().filter(|w| w.due <= now).collect();
    drop(tx);
    let mut done = 0;
    for row in due {
        let mut tx = house.store.begin().await?;
        match perform(house, &mut tx, &row, "time").await {
            Ok(()) => {
                tx.commit().await?;
                done += 1;
            }
            Err(Failure::Refused(refusal)) => {
                drop(tx);
                let mut tx = house.store.begin().await?;
                tx.decide_wait(&row.id, "stopped", refusal.code, now).await?;
                tx.commit().await?;
            }
            Err(fault) => return Err(fault),
        }
    }
    Ok(done)
}

async fn open(tx: &mut Tx, id: &str) -> Result<WaitRow, Failure> {
    let row = tx.wait(id).await?;
    let row = row.ok_or_else(|| {
        refuse("wait-unknown", format!("nothing waits as `{id}`"), "`tantieme consent waiting` lists it")
    })?;
    if row.status != "waiting" {
        return Err(refuse("wait-decided", format!("`{id}` is {} already", row.status), "ask anew"));
    }
    Ok(row)
}

async fn perform(house: &House, tx: &mut Tx, row: &WaitRow, by: &str) -> Result<(), Failure> {
    if !tx.decide_wait(&row.id, "done", by, house.now()).await? {
        return Err(refuse("wait-decided", format!("`{}` was decided meanwhile", row.id), "ask anew"));
    }
    let read =
        |e: serde_json::Error| Failure::Fault(store::Fault::new(format!("what waits cannot be read: {e}")));
    match row.kind.as_str() {
        "lift" if row.body.starts_with("{\"offer\":") => {
            let body: Value = serde_json::from_str(&row.body).map_err(read)?;
            let ask = serde_json::from_value(body.get("offer").cloned().unwrap_or_default()).map_err(read)?;
            crate::license::offer::make_now(house, tx, &ask, by).await?;
        }
        "lift" => {
            let thing: say::Say = serde_json::from_str(&row.body).map_err(read)?;
            say::say_now(house, tx, &thing, by).await?;
        }
        "agent" => {
            let ask: mandate::Give = serde_json::from_str(&row.body).map_err(read)?;
            mandate::give_now(house, tx, &ask).await?;
        }
        _ => {
            let ask: HandOver = serde_json::from_str(&row.body).map_err(read)?;
            hand_over_now(house, tx, &ask, by).await?;
        }
    }
    tx.note(house.now(), by, "consent done", &row.id, &row.kind).await?;
    Ok(())
}

/// A catalogue to hand over.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub struct HandOver {
    /// Whose it is.
    pub from: String,
    /// Whose it will be.
    pub to: String,
}

/// Hands all shares of a party over to another: it waits for the party's code or for time.
///
/// # Errors
/// `party-unknown`, `party-not-here`, `consent-agent-self`.
pub async fn hand_over(house: &House, from: &str, to: &str, by: &str) -> Result<WaitRow, Failure> {
    let mut tx = house.store.begin().await?;
    let (from, to) = (say::here(&mut tx, from).await?.party, say::here(&mut tx, to).await?.party);
    if from.id == to.id {
        return Err(refuse(
            "consent-agent-self",
            format!("`{}` holds it already", to.name),
            "name another party",
        ));
    }
    let ask = HandOver { from: from.id.to_string(), to: to.id.to_string() };
    let body = serde_json::to_value(&ask).map_err(|e| crate::log::broken(&e))?;
    let what = format!("hand over to {}", to.name);
    let row = put_off(house, &mut tx, "hand-over", &from.id, body, &what).await?;
    tx.note(house.now(), by, "consent hand-over", from.id.as_str(), to.id.as_str()).await?;
    tx.commit().await?;
    Ok(row)
}

async fn hand_over_now(house: &House, tx: &mut Tx, ask: &HandOver, by: &str) -> Result<(), Failure> {
    let (from, to) = (say::here(tx, &ask.from).await?.party, say::here(tx, &ask.to).await?.party);
    let many = tx.hand_over_shares(&from.id, &to.id, house.now()).await?;
    super::roles::sync(house, tx).await?;
    tx.note(house.now(), by, "consent handed-over", from.id.as_str(), &format!("{many} shares to {}", to.id))
        .await?;
    Ok(())
}

fn day(at: Timestamp) -> jiff::civil::Date {
    at.to_zoned(jiff::tz::TimeZone::UTC).date()
}
