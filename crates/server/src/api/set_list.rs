//! Set lists: handed in, looked through, given with.

use app::pot::{Gift, Payment};
use app::session::Need;
use app::set_list::{self, Same, Submit, Submitted};
use app::{answer, catalogue, proof};
use axum::http::StatusCode;
use jiff::civil::Date;
use music::pot::PayerRole;
use music::{LineId, RecordingId, SetListId};
use store::{LineRow, SetListRow};

use super::caller::Ask;
use super::page::{self, Listed};
use super::party::Done;
use super::problem::Wrong;
use super::recording::{Found, Recording};
use super::shape::{ask, choice, tell};
use super::value::{Money, Sum, bytes, part, read};

tell! {
    /// What one performer played at one event.
    SetList {
        /// Our id.
        id: String,
        /// The event.
        event: String,
        /// Who played.
        performer: String,
        /// Who handed it in.
        submitted_by: String,
        /// The document it came in.
        document: String,
        /// What kind of document it was.
        format: String,
        /// What others see of it.
        visibility: String,
        /// Where it stands.
        status: String,
        /// When it came in.
        created: jiff::Timestamp,
    }
    /// A set list with its lines.
    WholeSetList {
        /// The list.
        list: SetList,
        /// What the event is called; may be empty.
        event_name: String,
        /// The day it began.
        date: Option<Date>,
        /// Its lines, in order.
        lines: Vec<Line>,
    }
    /// A line of a set list.
    Line {
        /// Our id.
        id: String,
        /// The place in the list, from 1.
        position: u32,
        /// What was written.
        text: String,
        /// Whether it was played.
        played: bool,
        /// `matched`, `ambiguous` or `unmatched`.
        verdict: String,
        /// The recording it is, or most likely is.
        recording: Option<String>,
        /// The chance that it is right, in millionths.
        probability_ppm: u32,
        /// Whether a person decided.
        by_a_person: bool,
    }
    /// What came of handing in a list.
    Handed {
        /// The list with its lines.
        list: SetList,
        /// Its lines.
        lines: Vec<Line>,
        /// What was wrong in the document.
        problems: Vec<Found>,
        /// How to pay what was promised, where something was.
        payment: Option<HowToPay>,
        /// Whether the same list had been handed in before: nothing is doubled.
        before: bool,
    }
    /// How to pay a promise.
    HowToPay {
        /// The contribution.
        contribution: String,
        /// What was promised.
        pledged: Money,
        /// The reference that the transfer has to carry.
        reference: String,
        /// The holder of the house's account.
        holder: String,
        /// The house's account.
        iban: String,
        /// The bank.
        bic: String,
    }
    /// A line that needs a person.
    Doubt {
        /// The line.
        line: Line,
        /// What it may be, the likeliest first.
        candidates: Vec<Candidate>,
    }
    /// What a line may be.
    Candidate {
        /// The recording.
        recording: Recording,
        /// The chance, in millionths.
        probability_ppm: u32,
    }
    /// Lines that need a person.
    Doubts {
        /// In their order.
        doubts: Vec<Doubt>,
    }
    /// A participation proof.
    Participation {
        /// The proof's id.
        id: String,
        /// The signed note, which `tantieme verify` reads.
        note: String,
        /// The performer's name as shown.
        performer: String,
        /// The event, where the performer shows it.
        event: Option<String>,
        /// Lines that were matched.
        matched: u32,
        /// Lines of the list.
        lines: u32,
        /// The day it was issued.
        issued: Date,
    }
}

choice! {
    /// What becomes of a list that looks like one of before.
    SameWord { Another = "another", }
}

ask! {
    /// Which set lists.
    Whose {
        /// Who handed them in; the caller's own parties where it is left out.
        party: Option<String>,
        /// Where the page before ended.
        after: Option<String>,
        /// How many rows, 200 at most.
        limit: Option<u32>,
    }
    /// What a payer sets aside: an amount, or a share of a fee that is used once and never stored.
    NewGift {
        /// An amount.
        amount: Option<Sum>,
        /// The fee.
        fee: Option<Sum>,
        /// The part of it, such as `5 %`.
        share: Option<String>,
    }
    /// A set list to hand in: a file, or lines.
    NewSetList {
        /// Who played: a party's id.
        performer: String,
        /// The file's name, such as `friday.m3u8`.
        name: Option<String>,
        /// The file's bytes in base 64.
        base64: Option<String>,
        /// Lines as text, one a line.
        lines: Option<String>,
        /// Which set of a file that holds several, from 1.
        set: Option<u32>,
        /// What is given with it.
        gift: Option<NewGift>,
        /// Who gives, where it is not who played.
        payer: Option<String>,
        /// `dj`, `venue`, `promoter`, `ticket` or `at-source`; a DJ where it is left out.
        role: Option<String>,
        /// What the event is called.
        event: Option<String>,
        /// The day it began.
        date: Option<Date>,
        /// The venue.
        venue: Option<String>,
        /// The city.
        city: Option<String>,
        /// The country, such as `FR`.
        territory: Option<String>,
        /// The IANA time zone, such as `Europe/Paris`.
        time_zone: Option<String>,
        /// What others see of it: `track-only` where it is left out.
        visibility: Option<String>,
        /// Whether the venue attests the fee.
        venue_attests: Option<bool>,
        /// `another` where it is another set than one that looks alike.
        same: Option<SameWord>,
        /// The list of before that it is.
        same_as: Option<String>,
    }
    /// What a line is.
    Choice {
        /// The recording; none of them where it is left out.
        recording: Option<String>,
    }
    /// What others see.
    Visibility {
        /// The word, such as `track-only`.
        visibility: String,
    }
    /// A participation proof to issue.
    NewProof {
        /// The share of the fee that it shows at least, in whole percent.
        at_least: Option<u8>,
        /// Whether it names the event.
        show_event: Option<bool>,
    }
}

impl SetList {
    fn of(row: &SetListRow) -> SetList {
        SetList {
            id: row.id.to_string(),
            event: row.event.to_string(),
            performer: row.performer.to_string(),
            submitted_by: row.submitted_by.to_string(),
            document: row.document.clone(),
            format: row.format.clone(),
            visibility: row.visibility.clone(),
            status: row.status.clone(),
            created: row.created,
        }
    }
}

impl Line {
    fn of(row: &LineRow) -> Line {
        Line {
            id: row.id.to_string(),
            position: row.position,
            text: row.raw.clone(),
            played: row.played,
            verdict: row.verdict.clone(),
            recording: row.recording.as_ref().map(ToString::to_string),
            probability_ppm: row.probability_ppm,
            by_a_person: row.decided_by.is_some(),
        }
    }
}

impl HowToPay {
    pub(crate) fn of(p: &Payment) -> HowToPay {
        HowToPay {
            contribution: p.contribution.id.to_string(),
            pledged: p.contribution.pledged.into(),
            reference: p.contribution.reference.clone(),
            holder: p.holder.clone(),
            iban: p.iban.clone(),
            bic: p.bic.clone(),
        }
    }
}

impl NewGift {
    pub(crate) fn gift(&self) -> Result<Gift, Wrong> {
        match (&self.amount, &self.fee, &self.share) {
            (Some(amount), None, None) => Ok(Gift::Amount(amount.amount()?)),
            (None, Some(fee), Some(share)) => Ok(Gift::Share { fee: fee.amount()?, share: part(share)? }),
            _ => Err(Wrong::unfit("gift", "a gift is an amount, or a fee and a share", "send one of both")),
        }
    }
}

/// The list of the path, where the caller may see it, or act for whoever handed it in.
async fn own<Q, B>(
    ask: &Ask<Q, B>,
    acts: bool,
) -> Result<(SetListRow, music::event::Event, Vec<LineRow>), Wrong> {
    let Ok(id) = ask.at("set_list").parse::<SetListId>() else { return Err(Wrong::not_yours()) };
    let found = match set_list::show(&ask.house, &id).await {
        // Whether there is such a list is not told to whom it does not concern.
        Err(app::Failure::Refused(_)) if !ask.may(Need::SeeHouse) => return Err(Wrong::not_yours()),
        found => found?,
    };
    let by = found.0.submitted_by.as_str();
    ask.require(if acts { Need::Act(by) } else { Need::See(by) })?;
    Ok(found)
}

pub(crate) async fn list(ask: Ask<Whose, ()>) -> Result<Listed<SetList>, Wrong> {
    if let Some(party) = &ask.query.party {
        ask.require(Need::See(party))?;
    }
    let house = ask.may(Need::SeeHouse);
    let mut tx = ask.house.store.begin_read().await?;
    let rows = tx.set_lists(1_000_000).await?.into_iter().filter(|row| {
        let by = row.submitted_by.as_str();
        match &ask.query.party {
            Some(party) => party == by,
            None => house || ask.may(Need::See(by)),
        }
    });
    let q = &ask.query;
    page::cut(rows, (q.after.as_deref(), q.limit), |r| page::by_time(r.created, &r.id), |r| SetList::of(&r))
}

pub(crate) async fn one(ask: Ask<(), ()>) -> Result<WholeSetList, Wrong> {
    let (list, event, lines) = own(&ask, false).await?;
    Ok(WholeSetList {
        list: SetList::of(&list),
        event_name: event.name,
        date: event.date,
        lines: lines.iter().map(Line::of).collect(),
    })
}

pub(crate) async fn submit(ask: Ask<(), NewSetList>) -> Result<Handed, Wrong> {
    ask.require(Need::Act(&ask.body.performer))?;
    if let Some(payer) = &ask.body.payer {
        ask.require(Need::Act(payer))?;
    }
    let _seat = ask.web.upload_seat().await?;
    let wanted = wanted(&ask.body)?;
    let house = ask.house.clone();
    let runtime = tokio::runtime::Handle::current();
    // Matching a list is work for the processor: it does not hold up who waits for a page.
    let done = tokio::task::spawn_blocking(move || {
        runtime.block_on(async {
            let matching = catalogue::open_matching(&house).await?;
            set_list::submit(&house, &matching, wanted).await
        })
    });
    let Submitted { list, lines, problems, payment, before } =
        done.await.map_err(|e| Wrong::fault(&e.to_string()))??;
    Ok(Handed {
        list: SetList::of(&list),
        lines: lines.iter().map(Line::of).collect(),
        problems: problems.iter().map(Found::of).collect(),
        payment: payment.as_ref().map(HowToPay::of),
        before,
    })
}

fn wanted(b: &NewSetList) -> Result<Submit, Wrong> {
    let (document, bytes) = match (&b.base64, &b.lines) {
        (Some(file), None) => (b.name.as_deref().unwrap_or("set-list"), bytes(file)?),
        (None, Some(lines)) => (b.name.as_deref().unwrap_or("pasted.txt"), lines.clone().into_bytes()),
        _ => {
            return Err(Wrong::unfit(
                "file-missing",
                "a set list is a file or lines",
                "send `base64` or `lines`",
            ));
        }
    };
    let same = match (&b.same_as, b.same) {
        (Some(id), _) => Some(Same::As(read("set-list-unknown", id)?)),
        (None, Some(SameWord::Another)) => Some(Same::Another),
        (None, None) => None,
    };
    let role = match b.role.as_deref() {
        None => PayerRole::Dj,
        Some(word) => PayerRole::from_word(word).filter(|r| PayerRole::ALL.contains(r)).ok_or_else(|| {
            let known = PayerRole::ALL.map(PayerRole::word).join(", ");
            Wrong::unfit("payer-role", format!("`{}` is no role", crate::form::short(word)), known)
        })?,
    };
    let text = |t: &Option<String>| t.clone().unwrap_or_default();
    let plain = Submit::default();
    Ok(Submit {
        document: document.chars().filter(|c| !c.is_control()).take(120).collect(),
        bytes,
        set: b.set,
        performer: b.performer.clone(),
        payer: b.payer.clone(),
        role,
        gift: b.gift.as_ref().map(NewGift::gift).transpose()?,
        event: text(&b.event),
        date: b.date,
        venue: text(&b.venue),
        city: text(&b.city),
        territory: b.territory.clone(),
        time_zone: text(&b.time_zone),
        visibility: b.visibility.clone().unwrap_or_else(|| "track-only".to_owned()),
        venue_attests: b.venue_attests.unwrap_or_default(),
        same,
        ..plain
    })
}

pub(crate) async fn doubts(ask: Ask<(), ()>) -> Result<Doubts, Wrong> {
    let (list, _, _) = own(&ask, false).await?;
    let doubts = set_list::review(&ask.house, Some(&list.id)).await?;
    let told = doubts.iter().map(|d| Doubt {
        line: Line::of(&d.line),
        candidates: d
            .candidates
            .iter()
            .map(|(row, ppm)| Candidate { recording: Recording::of(row), probability_ppm: *ppm })
            .collect(),
    });
    Ok(Doubts { doubts: told.collect() })
}

/// A line of the list of the path.
async fn own_line<B>(ask: &Ask<(), B>) -> Result<(SetListRow, LineId), Wrong> {
    let (list, _, lines) = own(ask, true).await?;
    let line = lines.iter().find(|l| l.id.as_str() == ask.at("line")).ok_or_else(|| {
        Wrong::new(StatusCode::NOT_FOUND, "line-unknown", "this list has no such line", "ask for the list")
    })?;
    Ok((list, line.id.clone()))
}

pub(crate) async fn settle(ask: Ask<(), Choice>) -> Result<Line, Wrong> {
    let (list, line) = own_line(&ask).await?;
    let recording: Option<RecordingId> =
        ask.body.recording.as_deref().map(|r| read("recording-unknown", r)).transpose()?;
    let by = list.submitted_by.as_str();
    Ok(Line::of(&set_list::settle(&ask.house, &line, recording.as_ref(), by).await?))
}

pub(crate) async fn take_back(ask: Ask<(), ()>) -> Result<Line, Wrong> {
    let (list, line) = own_line(&ask).await?;
    let matching = catalogue::open_matching(&ask.house).await?;
    Ok(Line::of(&answer::take_back(&ask.house, &matching, &line, list.submitted_by.as_str()).await?))
}

pub(crate) async fn show_as(ask: Ask<(), Visibility>) -> Result<Done, Wrong> {
    let (list, _, _) = own(&ask, true).await?;
    set_list::show_as(&ask.house, &list.id, &ask.body.visibility, list.submitted_by.as_str()).await?;
    Ok(Done::with(list.id))
}

pub(crate) async fn prove(ask: Ask<(), NewProof>) -> Result<Participation, Wrong> {
    let (list, _, _) = own(&ask, true).await?;
    let issue = proof::Issue {
        set_list: list.id,
        at_least: ask.body.at_least,
        show_event: ask.body.show_event.unwrap_or_default(),
        by: list.submitted_by.to_string(),
    };
    let issued = proof::issue(&ask.house, issue).await?;
    Ok(Participation {
        id: issued.id.to_string(),
        note: issued.note,
        performer: issued.proof.performer,
        event: issued.proof.event,
        matched: issued.proof.matched,
        lines: issued.proof.lines,
        issued: issued.proof.issued,
    })
}
