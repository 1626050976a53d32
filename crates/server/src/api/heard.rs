//! What was heard of a party's recordings, what was set aside of it, and who decides.

use app::guard::{self, Decision, Flagged};
use app::heard::{self, Appeal};
use app::session::Need;
use jiff::Timestamp;
use store::AppealRow;

use super::caller::Ask;
use super::page::{self, Listed, Page};
use super::problem::Wrong;
use super::shape::{ask, choice, tell};
use super::value::read;

tell! {
    /// What was counted of a party's recordings in a period.
    HeardPeriod {
        /// The period's id.
        period: String,
        /// Its name, such as `2026-09`.
        label: String,
        /// The institution.
        institution: String,
        /// Recording by recording, as far as it may be told.
        cells: Vec<HeardCell>,
        /// How many recordings are told in one sum, where they are.
        rest_recordings: Option<u64>,
        /// Their plays.
        rest_plays: Option<u64>,
        /// Whether something is not told.
        withheld: bool,
    }
    /// What was counted of a recording.
    HeardCell {
        /// The recording.
        recording: String,
        /// Its title.
        title: String,
        /// `counted`, or why it was set aside.
        outcome: String,
        /// How many plays.
        plays: u64,
    }
    /// What was counted of a party's recordings.
    HeardPeriods {
        /// Period by period.
        periods: Vec<HeardPeriod>,
    }
    /// An appeal.
    AppealTold {
        /// Its id.
        id: String,
        /// The period.
        period: String,
        /// Who appeals.
        party: String,
        /// The recording.
        recording: String,
        /// Against what.
        why: String,
        /// `open`, `granted` or `refused`.
        status: String,
        /// When it was made.
        opened: Timestamp,
        /// Why it was decided so.
        reason: String,
    }
    /// What a guard holds until a person decides.
    Flag {
        /// Its id.
        id: String,
        /// The pot.
        pot: String,
        /// What it looks like.
        kind: String,
        /// About what.
        subject: String,
        /// What shows it.
        evidence: String,
        /// How many lines or plays it holds.
        count: u64,
        /// `held`, `released` or `upheld`.
        status: String,
        /// When it was seen.
        opened: Timestamp,
        /// When it counts as released by itself.
        due: Timestamp,
        /// Why it was decided so.
        reason: String,
    }
}

choice! {
    /// What becomes of a flag.
    FlagWord { Release = "release", Uphold = "uphold", }
    /// What becomes of an appeal.
    AppealWord { Grant = "grant", Refuse = "refuse", }
}

ask! {
    /// An appeal to make.
    NewAppeal {
        /// The institution.
        institution: String,
        /// The period's name, such as `2026-09`.
        period: String,
        /// The recording.
        recording: String,
        /// Against what: the outcome.
        why: String,
        /// In words.
        words: String,
    }
    /// A decision about a flag.
    FlagDecision {
        /// What becomes of it.
        decision: FlagWord,
        /// What was found.
        reason: String,
    }
    /// A decision about an appeal.
    AppealDecision {
        /// What becomes of it.
        decision: AppealWord,
        /// What was found.
        reason: String,
    }
}

impl AppealTold {
    fn of(row: &AppealRow) -> AppealTold {
        AppealTold {
            id: row.id.clone(),
            period: row.period.clone(),
            party: row.party.to_string(),
            recording: row.recording.to_string(),
            why: row.why.clone(),
            status: row.status.clone(),
            opened: row.opened,
            reason: row.reason.clone(),
        }
    }
}

pub(crate) async fn heard_of(ask: Ask<(), ()>) -> Result<HeardPeriods, Wrong> {
    let party = ask.see()?;
    let all = heard::heard(&ask.house, &party).await?;
    let told = all.into_iter().map(|h| HeardPeriod {
        period: h.period.id,
        label: h.period.label,
        institution: h.institution,
        cells: h
            .cells
            .into_iter()
            .map(|c| HeardCell {
                recording: c.recording.to_string(),
                title: c.title,
                outcome: c.outcome,
                plays: c.plays,
            })
            .collect(),
        rest_recordings: h.rest.as_ref().map(|(r, _)| r.len() as u64),
        rest_plays: h.rest.as_ref().map(|(_, n)| *n),
        withheld: h.withheld,
    });
    Ok(HeardPeriods { periods: told.collect() })
}

pub(crate) async fn appeal(ask: Ask<(), NewAppeal>) -> Result<AppealTold, Wrong> {
    let party = ask.act()?;
    let b = ask.body;
    let appeal = Appeal {
        party,
        institution: b.institution,
        period: b.period,
        recording: read("recording-unknown", &b.recording)?,
        why: b.why,
        words: b.words,
    };
    Ok(AppealTold::of(&heard::appeal(&ask.house, appeal).await?))
}

pub(crate) async fn appeals(ask: Ask<Page, ()>) -> Result<Listed<AppealTold>, Wrong> {
    ask.require(Need::SeeHouse)?;
    let all = heard::appeals(&ask.house).await?;
    let q = &ask.query;
    let key = |a: &heard::Asked| page::by_time(a.appeal.opened, &a.appeal.id);
    page::cut(all, (q.after.as_deref(), q.limit), key, |a| AppealTold::of(&a.appeal))
}

pub(crate) async fn decide_appeal(ask: Ask<(), AppealDecision>) -> Result<AppealTold, Wrong> {
    ask.require(Need::Operate)?;
    let grant = matches!(ask.body.decision, AppealWord::Grant);
    let row = heard::decide(&ask.house, ask.at("appeal"), grant, &ask.body.reason, ask.by()).await?;
    Ok(AppealTold::of(&row))
}

impl Flag {
    fn of(f: &Flagged) -> Flag {
        Flag {
            id: f.flag.id.clone(),
            pot: f.flag.pot.to_string(),
            kind: f.flag.kind.clone(),
            subject: f.flag.subject.clone(),
            evidence: f.flag.evidence.clone(),
            count: f.count as u64,
            status: f.flag.status.clone(),
            opened: f.flag.opened,
            due: f.flag.due,
            reason: f.flag.reason.clone(),
        }
    }
}

pub(crate) async fn flags(ask: Ask<Page, ()>) -> Result<Listed<Flag>, Wrong> {
    ask.require(Need::SeeHouse)?;
    let all = guard::list(&ask.house, None).await?;
    let q = &ask.query;
    page::cut(
        all,
        (q.after.as_deref(), q.limit),
        |f| page::by_time(f.flag.opened, &f.flag.id),
        |f| Flag::of(&f),
    )
}

pub(crate) async fn decide_flag(ask: Ask<(), FlagDecision>) -> Result<Flag, Wrong> {
    ask.require(Need::Operate)?;
    let decision = match ask.body.decision {
        FlagWord::Release => Decision::Release,
        FlagWord::Uphold => Decision::Uphold,
    };
    let flag = guard::decide(&ask.house, ask.at("flag"), decision, &ask.body.reason, ask.by()).await?;
    Ok(Flag::of(&Flagged { count: flag.held.lines().count(), overdue: false, flag }))
}
