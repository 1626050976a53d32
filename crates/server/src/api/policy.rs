//! Changes of what the house decides by: announced, commented, dated before effect.

use app::policy_change::{self, Announce, Told};
use app::session::Need;
use jiff::Timestamp;
use jiff::civil::Date;

use super::caller::Ask;
use super::page::{self, Listed, Page};
use super::party::Done;
use super::problem::Wrong;
use super::shape::{ask, tell};

tell! {
    /// A change that was announced.
    PolicyChange {
        /// Its id.
        id: String,
        /// The policy.
        name: String,
        /// What held before.
        before: String,
        /// What shall hold.
        value: String,
        /// Why.
        reason: String,
        /// When it was announced.
        announced: Timestamp,
        /// When it holds.
        effective: Timestamp,
        /// When it was withdrawn.
        withdrawn: Option<Timestamp>,
        /// What people say to it.
        comments: Vec<PolicyComment>,
    }
    /// What somebody says to a change.
    PolicyComment {
        /// In words.
        words: String,
        /// When.
        said: Timestamp,
    }
}

ask! {
    /// A change to announce.
    NewPolicyChange {
        /// The policy.
        name: String,
        /// What shall hold.
        value: String,
        /// Why.
        reason: String,
        /// The day from which it holds: thirty days away at least.
        day: Date,
    }
    /// What somebody says to a change.
    NewPolicyComment {
        /// In words.
        words: String,
        /// The party that says it; nobody's where it is left out.
        party: Option<String>,
    }
    /// Why a change is withdrawn.
    WithdrawalOfChange {
        /// In words.
        reason: String,
    }
}

pub(crate) async fn list(ask: Ask<Page, ()>) -> Result<Listed<PolicyChange>, Wrong> {
    let all = policy_change::list(&ask.house).await?;
    let q = &ask.query;
    let tell = |t: Told| PolicyChange {
        id: t.change.id.to_string(),
        name: t.change.name,
        before: t.change.before,
        value: t.change.value,
        reason: t.change.reason,
        announced: t.change.announced,
        effective: t.change.effective,
        withdrawn: t.change.withdrawn,
        comments: t
            .comments
            .into_iter()
            .map(|(_, c)| PolicyComment { words: c.words, said: c.said })
            .collect(),
    };
    let key = |t: &Told| page::by_time(t.change.announced, &t.change.id);
    page::cut(all, (q.after.as_deref(), q.limit), key, tell)
}

pub(crate) async fn announce(ask: Ask<(), NewPolicyChange>) -> Result<Done, Wrong> {
    ask.require(Need::Operate)?;
    let announce = Announce {
        name: ask.body.name.clone(),
        value: ask.body.value.clone(),
        reason: ask.body.reason.clone(),
        day: ask.body.day,
        by: ask.by().to_owned(),
    };
    Ok(Done::with(policy_change::announce(&ask.house, announce).await?.id))
}

pub(crate) async fn comment(ask: Ask<(), NewPolicyComment>) -> Result<Done, Wrong> {
    let party = ask.body.party.clone().unwrap_or_default();
    if !party.is_empty() {
        ask.require(Need::Act(&party))?;
    }
    let row =
        policy_change::comment(&ask.house, ask.person()?, ask.at("change"), &party, &ask.body.words).await?;
    Ok(Done::with(row.id))
}

pub(crate) async fn withdraw(ask: Ask<(), WithdrawalOfChange>) -> Result<Done, Wrong> {
    ask.require(Need::Operate)?;
    policy_change::withdraw(&ask.house, ask.at("change"), &ask.body.reason, ask.by()).await?;
    Ok(Done::with(ask.at("change")))
}
