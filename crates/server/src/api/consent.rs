//! What AI may do with somebody's music: said, waited for, asked.

use app::consent::{self, Say, Spoken, receipt, wait};
use jiff::civil::Date;
use serde_json::Value;
use store::{ConsentRow, WaitRow};

use super::caller::Ask;
use super::page::{self, Listed, Page};
use super::problem::Wrong;
use super::shape::{ask, choice, tell};

tell! {
    /// What stands in the log.
    ConsentStatement {
        /// Its id.
        id: String,
        /// What kind of statement it is.
        kind: String,
        /// Who said it.
        speaker: String,
        /// For whom.
        holder: String,
        /// About what.
        subject: String,
        /// The line itself.
        line: String,
        /// Its hash.
        hash: String,
        /// Its place in the log.
        place: i64,
        /// The day it was said.
        day: Date,
        /// The day it ended, where it did.
        ended: Option<Date>,
    }
    /// Something that waits: it would lift a refusal.
    Waiting {
        /// Its id.
        id: String,
        /// What kind of thing it is.
        kind: String,
        /// `waiting`, `confirmed` or `stopped`.
        status: String,
        /// When it began to wait.
        opened: jiff::Timestamp,
        /// When it holds by itself.
        due: jiff::Timestamp,
    }
    /// What came of a word.
    Word {
        /// What stands in the log, where it holds now.
        said: Option<ConsentStatement>,
        /// What waits, where it lifts a refusal.
        waits: Option<Waiting>,
    }
    /// What came of words.
    WordsSaid {
        /// In the order in which they were said.
        words: Vec<Word>,
    }
    /// What a holder allows now.
    Allowed {
        /// The use.
        usage: String,
        /// The holder's own word on it, where there is one.
        said: Option<String>,
        /// How many of the recordings may be used.
        yes: u64,
        /// How many need a licence.
        license: u64,
        /// How many may not, by reason.
        no: u64,
    }
    /// How a holder stands.
    HolderStanding {
        /// The party.
        party: String,
        /// How many recordings it has a word on.
        recordings: u64,
        /// Use by use.
        uses: Vec<Allowed>,
    }
    /// What holds for a use of a recording.
    UseAnswer {
        /// The use.
        usage: String,
        /// `permit`, `permit-if`, `needs-license` or `deny`.
        outcome: String,
        /// Why, as codes.
        reasons: String,
    }
    /// What holds for a recording.
    RecordingConsents {
        /// The recording.
        recording: String,
        /// Use by use, for anybody, today.
        uses: Vec<UseAnswer>,
    }
    /// An answer with everything that proves it.
    Receipt {
        /// The receipt, which anybody can check offline.
        receipt: String,
    }
    /// What a receipt shows.
    Checked {
        /// The answer in it, where it holds one.
        answer: Option<String>,
        /// How many statements it proves.
        statements: u64,
        /// For how many parties it proves that they said nothing.
        silent: u64,
        /// Whether it shows everybody who had to agree.
        complete: bool,
        /// The size of the log it was made at.
        size: u64,
        /// The size of the log now.
        now: u64,
    }
    /// The answer for a row of a manifest.
    AuditRow {
        /// The row, from 1.
        row: u64,
        /// `permit`, `permit-if`, `needs-license` or `deny`.
        outcome: String,
        /// Why, as codes separated by semicolons.
        reasons: String,
    }
    /// The answers for a manifest.
    Audited {
        /// Row by row.
        rows: Vec<AuditRow>,
    }
}

choice! {
    /// A holder's word.
    Says { Permit = "permit", Ask = "ask", Refuse = "refuse", }
}

ask! {
    /// A holder's word on uses.
    NewWord {
        /// The word.
        word: Says,
        /// The uses, such as `train.gen`.
        uses: Vec<String>,
        /// About what: `catalogue`, or a recording's id; the catalogue where it is left out.
        subject: Option<String>,
        /// For whom, where the speaker has a mandate.
        for_party: Option<String>,
        /// To whom alone.
        licensees: Option<Vec<String>>,
        /// Where alone.
        territories: Option<Vec<String>>,
        /// From which day on.
        from: Option<Date>,
        /// Until before which day.
        until: Option<Date>,
        /// What is asked in return, such as `{"attribution": true}`.
        conditions: Option<Value>,
        /// What the holder would want, in words.
        offer: Option<String>,
    }
    /// Words of a holder.
    NewWords {
        /// At most 200; all hold or none.
        words: Vec<NewWord>,
    }
    /// What confirms it.
    Confirmation {
        /// The code that was mailed.
        code: String,
    }
    /// A question.
    NewQuestion {
        /// A recording by id or ISRC; either this or `person`.
        recording: Option<String>,
        /// A person by id: their voice, name or likeness.
        person: Option<String>,
        /// The use, such as `train.gen`.
        usage: String,
        /// By whom.
        licensee: String,
        /// On which day; today where it is left out.
        on: Option<Date>,
        /// Where, such as `FR`; the world where it is left out.
        territory: Option<String>,
        /// For which project.
        project: Option<String>,
    }
    /// A receipt to check.
    NewCheck {
        /// The receipt's text.
        receipt: String,
    }
    /// A small manifest.
    NewAudit {
        /// Recordings by id or ISRC, 10,000 at most.
        recordings: Vec<String>,
        /// The use, such as `train.gen`.
        usage: String,
        /// By whom.
        licensee: String,
        /// On which day; today where it is left out.
        on: Option<Date>,
        /// Where, such as `FR`; the world where it is left out.
        territory: Option<String>,
    }
}

impl ConsentStatement {
    fn of(row: &ConsentRow) -> ConsentStatement {
        ConsentStatement {
            id: row.id.clone(),
            kind: row.kind.clone(),
            speaker: row.speaker.to_string(),
            holder: row.holder.to_string(),
            subject: row.subject.clone(),
            line: row.line.clone(),
            hash: row.hash.clone(),
            place: row.place,
            day: row.day,
            ended: row.end.as_ref().map(|(_, day)| *day),
        }
    }
}

impl Waiting {
    pub(crate) fn of(row: &WaitRow) -> Waiting {
        Waiting {
            id: row.id.clone(),
            kind: row.kind.clone(),
            status: row.status.clone(),
            opened: row.opened,
            due: row.due,
        }
    }
}

impl Word {
    fn of(spoken: &Spoken) -> Word {
        match spoken {
            Spoken::Said(row) => Word { said: Some(ConsentStatement::of(row)), waits: None },
            Spoken::Waits(row) => Word { said: None, waits: Some(Waiting::of(row)) },
        }
    }
}

pub(crate) async fn standing(ask: Ask<(), ()>) -> Result<HolderStanding, Wrong> {
    let party = ask.see()?;
    let standing = consent::standing(&ask.house, &party).await?;
    let uses = standing.uses.iter().map(|u| Allowed {
        usage: u.usage.code().to_owned(),
        said: u.said.map(str::to_owned),
        yes: u.yes as u64,
        license: u.license as u64,
        no: u.no.iter().map(|(_, n)| *n as u64).sum(),
    });
    Ok(HolderStanding { party, recordings: standing.recordings.len() as u64, uses: uses.collect() })
}

pub(crate) async fn statements(ask: Ask<Page, ()>) -> Result<Listed<ConsentStatement>, Wrong> {
    let party = ask.see()?;
    let lines = consent::standing(&ask.house, &party).await?.lines;
    let q = &ask.query;
    page::cut(
        lines,
        (q.after.as_deref(), q.limit),
        |r| format!("{:020}/{}", r.place, r.id),
        |r| ConsentStatement::of(&r),
    )
}

pub(crate) async fn say(ask: Ask<(), NewWords>) -> Result<WordsSaid, Wrong> {
    let party = ask.act()?;
    if ask.body.words.is_empty() || ask.body.words.len() > 200 {
        return Err(Wrong::unfit("words", "1 to 200 words are said at once", ""));
    }
    let say = |w: NewWord| Say {
        speaker: party.clone(),
        for_party: w.for_party,
        subject: w.subject.unwrap_or_else(|| "catalogue".to_owned()),
        word: match w.word {
            Says::Permit => "permit",
            Says::Ask => "ask",
            Says::Refuse => "refuse",
        }
        .to_owned(),
        uses: w.uses,
        licensees: w.licensees.unwrap_or_default(),
        territories: w.territories.unwrap_or_default(),
        from: w.from,
        until: w.until,
        conditions: w.conditions.filter(|c| !c.is_null()),
        offer: w.offer.unwrap_or_default(),
        by: party.clone(),
        ..Say::default()
    };
    let things: Vec<Say> = ask.body.words.into_iter().map(say).collect();
    let said = consent::say(&ask.house, &things).await?;
    Ok(WordsSaid { words: said.iter().map(Word::of).collect() })
}

pub(crate) async fn withdraw(ask: Ask<(), ()>) -> Result<Word, Wrong> {
    let party = ask.act()?;
    Ok(Word::of(&consent::withdraw(&ask.house, ask.at("statement"), &party, &party).await?))
}

pub(crate) async fn waits(ask: Ask<Page, ()>) -> Result<Listed<Waiting>, Wrong> {
    let party = ask.see()?;
    let rows = wait::list(&ask.house, Some(&party)).await?;
    let q = &ask.query;
    page::cut(rows, (q.after.as_deref(), q.limit), |w| page::by_time(w.opened, &w.id), |w| Waiting::of(&w))
}

/// The wait of the path, where it is one of the party's.
async fn own_wait<B>(ask: &Ask<(), B>) -> Result<(String, String), Wrong> {
    let party = ask.act()?;
    let mine = wait::list(&ask.house, Some(&party)).await?;
    let found = mine.iter().find(|w| w.id == ask.at("wait"));
    Ok((party, found.map(|w| w.id.clone()).ok_or_else(Wrong::not_yours)?))
}

pub(crate) async fn confirm(ask: Ask<(), Confirmation>) -> Result<Waiting, Wrong> {
    let (party, id) = own_wait(&ask).await?;
    Ok(Waiting::of(&wait::confirm(&ask.house, &id, &ask.body.code, &party).await?))
}

pub(crate) async fn stop(ask: Ask<(), ()>) -> Result<Waiting, Wrong> {
    let (party, id) = own_wait(&ask).await?;
    Ok(Waiting::of(&wait::stop(&ask.house, &id, &party).await?))
}

pub(crate) async fn of_recording(ask: Ask<(), ()>) -> Result<RecordingConsents, Wrong> {
    let (holding, uses) = consent::consents_of_recording(&ask.house, ask.at("recording")).await?;
    let told = uses.iter().map(|(usage, report)| UseAnswer {
        usage: usage.code().to_owned(),
        outcome: report.outcome.code().to_owned(),
        reasons: report.reasons.codes(),
    });
    Ok(RecordingConsents { recording: holding.id, uses: told.collect() })
}

pub(crate) async fn decide(ask: Ask<(), NewQuestion>) -> Result<Receipt, Wrong> {
    let b = ask.body;
    let question = receipt::Ask {
        recording: b.recording,
        person: b.person,
        usage: b.usage,
        licensee: b.licensee,
        on: b.on,
        territory: b.territory.unwrap_or_else(|| "Worldwide".to_owned()),
        project: b.project,
    };
    Ok(Receipt { receipt: receipt::answer(&ask.house, &question).await? })
}

pub(crate) async fn check(ask: Ask<(), NewCheck>) -> Result<Checked, Wrong> {
    let checked = receipt::check(&ask.house, &ask.body.receipt).await?;
    Ok(Checked {
        answer: checked.answer,
        statements: checked.statements as u64,
        silent: checked.silent as u64,
        complete: checked.complete,
        size: checked.size,
        now: checked.now,
    })
}

pub(crate) async fn audit(ask: Ask<(), NewAudit>) -> Result<Audited, Wrong> {
    let _seat = ask.web.upload_seat().await?;
    let b = ask.body;
    let manifest = consent::audit::Manifest {
        recordings: b.recordings,
        usage: b.usage,
        licensee: b.licensee,
        on: b.on,
        territory: b.territory.unwrap_or_else(|| "Worldwide".to_owned()),
    };
    let answers = consent::audit::audit(&ask.house, &manifest).await?;
    let rows = answers.into_iter().zip(1..).map(|(a, row)| AuditRow {
        row,
        outcome: a.outcome.code().to_owned(),
        reasons: a.reasons.codes(),
    });
    Ok(Audited { rows: rows.collect() })
}
