//! Runs: pots shared by a rule, drafted by one, approved by another; and what other rules would have done.

use allocation::Lang;
use app::allocation::{self as runs, Allocate};
use app::compare;
use app::session::Need;
use axum::http::StatusCode;
use music::{PotId, RunId};
use store::{AllocationRow, RunRow};

use super::caller::Ask;
use super::page::{self, Listed, Page};
use super::party::Done;
use super::problem::Wrong;
use super::shape::{ask, tell};
use super::value::{Money, Sum, read};

tell! {
    /// A sharing of pots.
    Run {
        /// Our id.
        id: String,
        /// `allocation`, `adjustment` or `reversal`.
        kind: String,
        /// `draft`, `approved` or `dropped`.
        status: String,
        /// The rule.
        rule: String,
        /// Its version.
        rule_version: u32,
        /// SHA-256 of the rule.
        rule_hash: String,
        /// The currency.
        currency: String,
        /// SHA-256 of what was shared by.
        input_hash: String,
        /// SHA-256 of the lines.
        lines_hash: String,
        /// Who made the draft.
        by: String,
        /// When.
        created: jiff::Timestamp,
        /// Who approved it.
        approved_by: Option<String>,
        /// When.
        approved: Option<jiff::Timestamp>,
    }
    /// A run with its pots and lines.
    WholeRun {
        /// The run.
        run: Run,
        /// What it takes from each pot.
        pots: Vec<FromPot>,
        /// Its lines, in order.
        lines: Vec<RunLine>,
    }
    /// What a run takes from a pot.
    FromPot {
        /// The pot.
        pot: String,
        /// How much.
        amount: Money,
    }
    /// A line of a run.
    RunLine {
        /// Our id.
        id: String,
        /// The pot.
        pot: String,
        /// The account it goes to.
        account: String,
        /// The party, where it goes to one.
        party: Option<String>,
        /// The recording it is for.
        recording: Option<String>,
        /// How much.
        amount: Money,
        /// Why, in words.
        why: String,
    }
    /// A rule by which pots are shared.
    Rule {
        /// `name@version`.
        label: String,
        /// What it is for, in English.
        summary_en: String,
        /// What it is for, in French.
        summary_fr: String,
        /// SHA-256 of its text.
        hash: String,
        /// In words, in English.
        reading_en: String,
        /// In words, in French.
        reading_fr: String,
    }
    /// All rules.
    Rules {
        /// In the order in which they ship.
        rules: Vec<Rule>,
    }
    /// A pot shared by several rules; nothing is posted.
    Comparison {
        /// The pot.
        pot: String,
        /// What is shared.
        amount: Money,
        /// One for each rule, in the order asked for.
        columns: Vec<Column>,
    }
    /// What one rule does with a pot.
    Column {
        /// `name@version`.
        rule: String,
        /// Why it cannot be applied, where it cannot.
        refused: Option<String>,
        /// What is paid in all.
        paid: Option<Money>,
        /// What waits.
        waits: Option<Money>,
        /// What is taken before sharing.
        taken: Option<Money>,
        /// How many parties are paid.
        parties: Option<u64>,
        /// The Gini coefficient of what is paid, in millionths.
        gini_ppm: Option<u64>,
    }
    /// A step of the walk from an amount to the document it came from.
    Step {
        /// How deep, from 0.
        depth: u32,
        /// What it is.
        what: String,
        /// Its id.
        id: String,
        /// In words.
        text: String,
    }
    /// The walk from an amount to the document it came from.
    Walk {
        /// From the top.
        steps: Vec<Step>,
    }
}

ask! {
    /// Pots to share together.
    NewRun {
        /// The pots.
        pots: Vec<String>,
        /// The rule; the pots' own where it is left out.
        rule: Option<String>,
    }
    /// Rules to compare.
    NewComparison {
        /// The pot.
        pot: String,
        /// The rules: names, or `name@version`.
        rules: Vec<String>,
        /// What is shared; what the pot holds where it is left out.
        amount: Option<Sum>,
    }
    /// For whom.
    AsWhom {
        /// The party that asks; what concerns others is left out. The house may leave it out.
        party: Option<String>,
    }
}

impl Run {
    fn of(row: &RunRow) -> Run {
        Run {
            id: row.id.to_string(),
            kind: row.kind.clone(),
            status: row.status.clone(),
            rule: row.rule.clone(),
            rule_version: row.rule_version,
            rule_hash: row.rule_hash.clone(),
            currency: row.currency.code().to_owned(),
            input_hash: row.input_hash.clone(),
            lines_hash: row.lines_hash.clone(),
            by: row.by.clone(),
            created: row.created,
            approved_by: row.approved_by.clone(),
            approved: row.approved,
        }
    }
}

impl WholeRun {
    fn of(run: &runs::Run) -> WholeRun {
        let line = |l: &AllocationRow| RunLine {
            id: l.id.to_string(),
            pot: l.pot.to_string(),
            account: l.account.clone(),
            party: l.party.as_ref().map(ToString::to_string),
            recording: l.recording.as_ref().map(ToString::to_string),
            amount: l.amount.into(),
            why: l.why.clone(),
        };
        WholeRun {
            run: Run::of(&run.run),
            pots: run
                .pots
                .iter()
                .map(|(pot, a)| FromPot { pot: pot.to_string(), amount: (*a).into() })
                .collect(),
            lines: run.lines.iter().map(line).collect(),
        }
    }
}

pub(crate) async fn list(ask: Ask<Page, ()>) -> Result<Listed<Run>, Wrong> {
    ask.require(Need::SeeHouse)?;
    let rows = runs::list(&ask.house).await?;
    let q = &ask.query;
    page::cut(rows, (q.after.as_deref(), q.limit), |r| page::by_time(r.created, &r.id), |r| Run::of(&r))
}

fn run_of<Q, B>(ask: &Ask<Q, B>) -> Result<RunId, Wrong> {
    read("run-unknown", ask.at("run"))
}

pub(crate) async fn one(ask: Ask<(), ()>) -> Result<WholeRun, Wrong> {
    ask.require(Need::SeeHouse)?;
    Ok(WholeRun::of(&runs::show(&ask.house, &run_of(&ask)?).await?))
}

pub(crate) async fn draft(ask: Ask<(), NewRun>) -> Result<WholeRun, Wrong> {
    ask.require(Need::Operate)?;
    let pots: Result<Vec<PotId>, Wrong> = ask.body.pots.iter().map(|p| read("pot-unknown", p)).collect();
    let allocate = Allocate { pots: pots?, rule: ask.body.rule.clone(), by: ask.by().to_owned() };
    Ok(WholeRun::of(&runs::draft(&ask.house, allocate).await?))
}

pub(crate) async fn adjust(ask: Ask<(), ()>) -> Result<WholeRun, Wrong> {
    ask.require(Need::Operate)?;
    let pot: PotId = read("pot-unknown", ask.at("pot"))?;
    Ok(WholeRun::of(&runs::adjust(&ask.house, &pot, ask.by()).await?))
}

pub(crate) async fn reverse(ask: Ask<(), ()>) -> Result<WholeRun, Wrong> {
    ask.require(Need::Operate)?;
    Ok(WholeRun::of(&runs::reverse(&ask.house, &run_of(&ask)?, ask.by()).await?))
}

pub(crate) async fn approve(ask: Ask<(), ()>) -> Result<WholeRun, Wrong> {
    if !ask.may(Need::Approve) {
        ask.require(Need::Operate)?;
    }
    Ok(WholeRun::of(&runs::approve(&ask.house, &run_of(&ask)?, ask.by()).await?))
}

pub(crate) async fn drop_draft(ask: Ask<(), ()>) -> Result<Done, Wrong> {
    ask.require(Need::Operate)?;
    let run = run_of(&ask)?;
    runs::drop_draft(&ask.house, &run, ask.by()).await?;
    Ok(Done::with(run))
}

impl Rule {
    fn of(rule: &allocation::RuleSet) -> Rule {
        Rule {
            label: format!("{}@{}", rule.name, rule.version),
            summary_en: rule.summary.get(Lang::En).to_owned(),
            summary_fr: rule.summary.get(Lang::Fr).to_owned(),
            hash: rule.hash(),
            reading_en: allocation::reading(rule, Lang::En),
            reading_fr: allocation::reading(rule, Lang::Fr),
        }
    }
}

pub(crate) async fn rules(_: Ask<(), ()>) -> Result<Rules, Wrong> {
    Ok(Rules { rules: allocation::library().iter().map(Rule::of).collect() })
}

pub(crate) async fn rule(ask: Ask<(), ()>) -> Result<Rule, Wrong> {
    Ok(Rule::of(&runs::rule_named(ask.at("rule"))?))
}

pub(crate) async fn compared(ask: Ask<(), NewComparison>) -> Result<Comparison, Wrong> {
    ask.require(Need::SeeHouse)?;
    let wanted = compare::Ask {
        pot: read("pot-unknown", &ask.body.pot)?,
        rules: ask.body.rules.clone(),
        levels: Vec::new(),
        level: music::place::Level::Country,
        amount: ask.body.amount.as_ref().map(Sum::amount).transpose()?,
    };
    let done = compare::compare(&ask.house, &wanted).await?;
    let column = |c: &allocation::comparison::Column| {
        let good = c.outcome.as_ref().ok();
        Column {
            rule: format!("{}@{}", c.rule.name, c.rule.version),
            refused: c.outcome.as_ref().err().map(|p| p.message.clone()),
            paid: good.map(|o| o.figures.total.into()),
            waits: good.map(|o| o.waits.into()),
            taken: good.map(|o| o.taken.into()),
            parties: good.map(|o| o.figures.paid),
            gini_ppm: good.map(|o| u64::from(o.figures.gini)),
        }
    };
    Ok(Comparison {
        pot: done.pot.id.to_string(),
        amount: done.comparison.amount.into(),
        columns: done.comparison.columns.iter().map(column).collect(),
    })
}

pub(crate) async fn explain(ask: Ask<AsWhom, ()>) -> Result<Walk, Wrong> {
    let asker = match &ask.query.party {
        None => {
            ask.require(Need::SeeHouse)?;
            None
        }
        Some(party) => {
            ask.require(Need::See(party))?;
            Some(read("party-unknown", party)?)
        }
    };
    let id = ask.at("id");
    // What a party walks from is its own: a payout or a line of a run. Runs and lists are the house's.
    let own = id.starts_with("pay-") || id.starts_with("all-");
    if asker.is_some() && !own {
        return Err(Wrong::not_yours());
    }
    let steps = match app::explain::walk(&ask.house, id, asker.as_ref()).await {
        Err(app::Failure::Refused(r)) if asker.is_some() && r.code != "not-yours" => {
            return Err(Wrong::new(
                StatusCode::NOT_FOUND,
                "explain-unknown",
                "there is nothing of yours under this id",
                "",
            ));
        }
        Err(app::Failure::Refused(_)) if asker.is_some() => return Err(Wrong::not_yours()),
        done => done?,
    };
    let told = steps.into_iter().map(|s| Step {
        depth: u32::try_from(s.depth).unwrap_or(u32::MAX),
        what: s.what.to_owned(),
        id: s.id,
        text: s.text,
    });
    Ok(Walk { steps: told.collect() })
}
