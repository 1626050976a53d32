//! Rules that change are told beforehand: what holds, what is to hold, why, and from when; whoever is signed in may say
//! something to it until then. What was announced holds by itself on its day, or is withdrawn before.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use store::{PolicyChangeId, PolicyChangeRow, PolicyCommentId, PolicyCommentRow};

use crate::failure::refuse;
use crate::session::{Need, Visitor};
use crate::{Failure, House, party, policy};

/// Days between telling a change and its day, at least.
pub const NOTICE_DAYS: i64 = 30;
/// The longest reason and the longest comment, in characters.
pub const MOST: usize = 2_000;
/// How many changes are shown.
const SHOWN: i64 = 200;

/// A change to announce.
#[derive(Debug, Clone)]
pub struct Announce {
    /// The policy's name.
    pub name: String,
    /// What is to hold.
    pub value: String,
    /// Why.
    pub reason: String,
    /// The day on whose beginning, in UTC, it holds.
    pub day: Date,
    /// Who announces.
    pub by: String,
}

/// A change with what was said of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// The change.
    pub change: PolicyChangeRow,
    /// What was said: the party in whose name (a reader where empty), and the comment.
    pub comments: Vec<(String, PolicyCommentRow)>,
}

impl Told {
    /// Whether it waits for its day.
    pub fn waits(&self, now: Timestamp) -> bool {
        self.change.withdrawn.is_none() && now < self.change.effective
    }
}

/// Announces a change; it holds on its day unless it is withdrawn before.
///
/// # Errors
/// In this order: `policy-unknown`, `policy-value`, `change-same`, `change-reason`, `change-early`.
pub async fn announce(house: &House, ask: Announce) -> Result<PolicyChangeRow, Failure> {
    let now = house.now();
    policy::check(&ask.name, &ask.value)?;
    let mut tx = house.store.begin().await?;
    let value = ask.value.trim();
    let before = policy::text(&mut tx, &ask.name, now).await?;
    if before == value {
        return Err(refuse("change-same", format!("the policy `{}` is `{value}` already", ask.name), ""));
    }
    let reason = said(&ask.reason, "change-reason")?;
    let effective = ask.day.to_zoned(TimeZone::UTC).map(|z| z.timestamp()).unwrap_or(now);
    if effective < now + SignedDuration::from_hours(24 * NOTICE_DAYS) {
        let first = (now + SignedDuration::from_hours(24 * (NOTICE_DAYS + 1))).to_zoned(TimeZone::UTC).date();
        return Err(refuse(
            "change-early",
            format!("a change is told {NOTICE_DAYS} days before it holds, at least"),
            format!("the first day is {first}"),
        ));
    }
    let row = PolicyChangeRow {
        id: PolicyChangeId::from_bits(house.world.bits()),
        name: ask.name.clone(),
        before,
        value: value.to_owned(),
        reason,
        announced: now,
        effective,
        by: ask.by.clone(),
        withdrawn: None,
        withdrawn_why: String::new(),
    };
    tx.insert_policy_change(&row).await?;
    tx.set_policy(&row.name, &row.value, effective, &ask.by).await?;
    tx.note(now, &ask.by, "policy announce", row.id.as_str(), &format!("{} {}", row.name, row.value)).await?;
    tx.commit().await?;
    Ok(row)
}

/// Withdraws a change before its day: what holds goes on holding.
///
/// # Errors
/// In this order: `change-reason`, `change-unknown`, `change-over`.
pub async fn withdraw(house: &House, id: &str, why: &str, by: &str) -> Result<(), Failure> {
    let now = house.now();
    let why = said(why, "change-reason")?;
    let mut tx = house.store.begin().await?;
    let id: PolicyChangeId = id.parse().map_err(|_| unknown(id))?;
    let change = tx.policy_change(&id).await?.ok_or_else(|| unknown(id.as_str()))?;
    if !tx.withdraw_policy_change(&id, &why, now).await? {
        return Err(over());
    }
    // A version is never taken back: a newer one says, from the same moment, what would hold without it.
    let stays = policy::text(&mut tx, &change.name, now).await?;
    tx.set_policy(&change.name, &stays, change.effective, by).await?;
    tx.note(now, by, "policy withdraw", id.as_str(), &why).await?;
    tx.commit().await?;
    Ok(())
}

/// Says something of a change that waits, in the name of a party of one's own or of nobody.
///
/// # Errors
/// In this order: `change-reason`, `change-unknown`, `change-over`, `not-yours`, `change-often`.
pub async fn comment(
    house: &House,
    visitor: &Visitor,
    id: &str,
    who: &str,
    words: &str,
) -> Result<PolicyCommentRow, Failure> {
    /// Comments of one person on one change.
    const MOST_EACH: usize = 5;
    let now = house.now();
    let words = said(words, "change-reason")?;
    let mut tx = house.store.begin().await?;
    let id: PolicyChangeId = id.parse().map_err(|_| unknown(id))?;
    let change = tx.policy_change(&id).await?.ok_or_else(|| unknown(id.as_str()))?;
    if change.withdrawn.is_some() || change.effective <= now {
        return Err(over());
    }
    let who = who.trim();
    if !who.is_empty() {
        visitor.require(Need::Act(who))?;
        party::find(&mut tx, who).await?;
    }
    let before = tx.policy_comments(&id).await?;
    if before.iter().filter(|c| c.sign_in == visitor.sign_in.id).count() >= MOST_EACH {
        return Err(refuse("change-often", format!("you have said {MOST_EACH} things to this change"), ""));
    }
    let row = PolicyCommentRow {
        id: PolicyCommentId::from_bits(house.world.bits()),
        change: id,
        sign_in: visitor.sign_in.id.clone(),
        party: who.to_owned(),
        words,
        said: now,
    };
    tx.insert_policy_comment(&row).await?;
    tx.note(now, visitor.sign_in.id.as_str(), "policy comment", row.change.as_str(), "").await?;
    tx.commit().await?;
    Ok(row)
}

/// The changes with what was said of them, those that hold last first.
pub async fn list(house: &House) -> Result<Vec<Told>, Failure> {
    let mut tx = house.store.begin_read().await?;
    let mut all = Vec::new();
    for change in tx.policy_changes(SHOWN).await? {
        let mut comments = Vec::new();
        for comment in tx.policy_comments(&change.id).await? {
            let name = match comment.party.parse() {
                Ok(id) => tx.party(&id).await?.map(|p| p.party.name).unwrap_or_default(),
                Err(_) => String::new(),
            };
            comments.push((name, comment));
        }
        all.push(Told { change, comments });
    }
    Ok(all)
}

fn said(words: &str, code: &'static str) -> Result<String, Failure> {
    let words: String = words.trim().chars().filter(|c| !c.is_control() || *c == '\n').collect();
    let count = words.chars().count();
    if count == 0 || count > MOST {
        return Err(refuse(
            code,
            format!("this takes 1 to {MOST} letters, it has {count}"),
            "say why, in a few sentences",
        ));
    }
    Ok(words)
}

fn unknown(id: &str) -> Failure {
    refuse("change-unknown", format!("there is no change `{id}`"), "the page of the rules lists them")
}

fn over() -> Failure {
    refuse("change-over", "this change holds already, or was withdrawn", "announce another one")
}
