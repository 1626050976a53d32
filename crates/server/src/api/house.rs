//! The house looked at by who runs it; and keys.

use app::session::Need;
use app::{api_key, doctor, job, policy};
use jiff::Timestamp;
use store::{ApiKeyRow, JobRow};

use super::caller::Ask;
use super::page::{self, Listed, Page};
use super::party::Done;
use super::problem::Wrong;
use super::shape::{ask, tell};
use super::value::Money;

tell! {
    /// What the doctor found.
    Examination {
        /// Whether all is sound.
        sound: bool,
        /// What was looked at.
        checks: Vec<Check>,
        /// The books against the bank, by currency.
        books: Vec<Books>,
    }
    /// Something that was looked at.
    Check {
        /// What.
        name: String,
        /// How many were examined.
        examined: i64,
        /// What was found.
        findings: Vec<Finding>,
    }
    /// Something that was found.
    Finding {
        /// Where.
        place: String,
        /// What.
        what: String,
        /// What to try.
        hint: String,
        /// Whether it is only worth knowing.
        notice: bool,
    }
    /// The books against the bank.
    Books {
        /// What the bank reported last.
        bank: Option<Money>,
        /// What the ledger says.
        ledger: Money,
        /// What is owed.
        owed: Money,
        /// What is held for others.
        held: Money,
        /// What nobody can explain.
        unexplained: Money,
    }
    /// Work that is done beside.
    Job {
        /// Its id.
        id: String,
        /// What kind.
        kind: String,
        /// `waiting`, `running`, `done` or `failed`.
        state: String,
        /// When it is done next.
        run_at: Timestamp,
        /// How often it was tried.
        attempts: i64,
        /// What went wrong last.
        error: String,
        /// When it was put in line.
        created: Timestamp,
    }
    /// A number or word that the house decides by.
    PolicyValue {
        /// Its name.
        name: String,
        /// What it means.
        help: String,
        /// What holds until it is set.
        default: String,
        /// What holds now.
        value: String,
    }
    /// All policies.
    Policies {
        /// By name.
        policies: Vec<PolicyValue>,
    }
    /// A policy that was set.
    PolicySet {
        /// Its version.
        version: i64,
    }
    /// An entry of the journal: every act, with who and when.
    JournalEntry {
        /// Its number.
        seq: i64,
        /// When.
        at: Timestamp,
        /// Who.
        by: String,
        /// What.
        action: String,
        /// To what.
        subject: String,
        /// More.
        detail: String,
    }
    /// The newest entries of the journal.
    Journal {
        /// The newest first.
        entries: Vec<JournalEntry>,
    }
    /// A key for programs.
    Key {
        /// Its id.
        id: String,
        /// What it is for.
        name: String,
        /// What it may do.
        scopes: Vec<String>,
        /// When it was made.
        created: Timestamp,
        /// When it was used last.
        seen: Option<Timestamp>,
        /// Until when.
        until: Option<Timestamp>,
        /// When it was ended.
        ended: Option<Timestamp>,
    }
    /// A key that was made.
    KeyMade {
        /// The key.
        key: Key,
        /// Its secret, told once.
        secret: String,
    }
}

ask! {
    /// Which jobs.
    Jobs {
        /// Where they stand; all where it is left out.
        state: Option<String>,
        /// Where the page before ended.
        after: Option<String>,
        /// How many rows, 200 at most.
        limit: Option<u32>,
    }
    /// A policy to set.
    NewPolicy {
        /// Its name.
        name: String,
        /// What shall hold.
        value: String,
    }
    /// How much of the journal.
    Much {
        /// How many entries, 200 at most.
        limit: Option<u32>,
    }
    /// A key to make.
    NewKey {
        /// What it is for.
        name: String,
        /// What it may do: `read`, `listen`, `set-lists`, `catalogue`, `consent`, `money`.
        scopes: Vec<String>,
        /// Until when.
        until: Option<Timestamp>,
    }
}

pub(crate) async fn examine(ask: Ask<(), ()>) -> Result<Examination, Wrong> {
    ask.require(Need::SeeHouse)?;
    let report = doctor::examine(&ask.house).await?;
    let sound = report.is_sound();
    let check = |c: doctor::Check| Check {
        name: c.name.to_owned(),
        examined: c.examined,
        findings: c
            .findings
            .into_iter()
            .map(|f| Finding { place: f.place, what: f.what, hint: f.hint.to_owned(), notice: f.notice })
            .collect(),
    };
    let book = |b: doctor::Reconciliation| Books {
        bank: b.bank.map(Into::into),
        ledger: b.ledger.into(),
        owed: b.owed.into(),
        held: b.held.into(),
        unexplained: b.unexplained.into(),
    };
    Ok(Examination {
        sound,
        checks: report.checks.into_iter().map(check).collect(),
        books: report.books.into_iter().map(book).collect(),
    })
}

fn job_told(row: JobRow) -> Job {
    Job {
        id: row.id.to_string(),
        kind: row.kind,
        state: row.state,
        run_at: row.run_at,
        attempts: row.attempts,
        error: row.error,
        created: row.created,
    }
}

pub(crate) async fn jobs(ask: Ask<Jobs, ()>) -> Result<Listed<Job>, Wrong> {
    ask.require(Need::SeeHouse)?;
    let all = job::list(&ask.house, ask.query.state.as_deref().unwrap_or_default(), 10_000).await?;
    let q = &ask.query;
    page::cut(all, (q.after.as_deref(), q.limit), |j| page::by_time(j.created, &j.id), job_told)
}

pub(crate) async fn retry(ask: Ask<(), ()>) -> Result<Job, Wrong> {
    ask.require(Need::Operate)?;
    Ok(job_told(job::retry(&ask.house, ask.at("job"), ask.by()).await?))
}

pub(crate) async fn policies(ask: Ask<(), ()>) -> Result<Policies, Wrong> {
    ask.require(Need::SeeHouse)?;
    let all = policy::list(&ask.house).await?;
    let told = all.into_iter().map(|(p, value)| PolicyValue {
        name: p.name.to_owned(),
        help: p.help.to_owned(),
        default: p.default.to_owned(),
        value,
    });
    Ok(Policies { policies: told.collect() })
}

pub(crate) async fn set_policy(ask: Ask<(), NewPolicy>) -> Result<PolicySet, Wrong> {
    ask.require(Need::Operate)?;
    let version = policy::set(&ask.house, &ask.body.name, &ask.body.value, ask.by()).await?;
    Ok(PolicySet { version })
}

pub(crate) async fn journal(ask: Ask<Much, ()>) -> Result<Journal, Wrong> {
    ask.require(Need::SeeHouse)?;
    let most = page::limit(ask.query.limit)?;
    let mut tx = ask.house.store.begin_read().await?;
    let rows = tx.journal(most as i64).await?;
    let told = rows.into_iter().map(|r| JournalEntry {
        seq: r.seq,
        at: r.at,
        by: r.by,
        action: r.action,
        subject: r.subject,
        detail: r.detail,
    });
    Ok(Journal { entries: told.collect() })
}

impl Key {
    fn of(row: ApiKeyRow) -> Key {
        Key {
            id: row.id.to_string(),
            name: row.name,
            scopes: row.scopes.split(' ').map(str::to_owned).collect(),
            created: row.created,
            seen: row.seen,
            until: row.until,
            ended: row.ended,
        }
    }
}

pub(crate) async fn keys(ask: Ask<Page, ()>) -> Result<Listed<Key>, Wrong> {
    let all = api_key::list(&ask.house, ask.person()?).await?;
    let q = &ask.query;
    page::cut(all, (q.after.as_deref(), q.limit), |k| page::by_time(k.created, &k.id), Key::of)
}

pub(crate) async fn make_key(ask: Ask<(), NewKey>) -> Result<KeyMade, Wrong> {
    let b = &ask.body;
    let (row, secret) = api_key::create(&ask.house, ask.person()?, &b.name, &b.scopes, b.until).await?;
    Ok(KeyMade { key: Key::of(row), secret })
}

pub(crate) async fn end_key(ask: Ask<(), ()>) -> Result<Done, Wrong> {
    api_key::end(&ask.house, ask.person()?, ask.at("key")).await?;
    Ok(Done::with(ask.at("key")))
}
