//! Licences: offered, asked for, signed, reported on.

use app::license::{self, imitation, offer, permit, quote, report, sign, violation};
use app::session::Need;
use axum::http::StatusCode;
use jiff::civil::Date;
use serde_json::Value;

use super::caller::Ask;
use super::consent::Waiting;
use super::page::{self, Listed, Page};
use super::party::Done;
use super::problem::Wrong;
use super::recording::Found;
use super::set_list::HowToPay;
use super::shape::{ask, tell};
use super::value::{Money, Sum, bytes, part};

tell! {
    /// A key with which a licensee signs.
    PartyKey {
        /// Its id.
        id: String,
        /// The public key (Ed25519): 64 hexadecimal digits.
        key: String,
        /// Its place in the log.
        place: i64,
        /// Since when.
        since: jiff::Timestamp,
        /// Until when.
        ended: Option<jiff::Timestamp>,
    }
}

ask! {
    /// A key with which a licensee shall sign.
    NewPartyKey {
        /// The paper that binds it, signed by it: JSON, as `docs/licences.md` describes it.
        paper: Value,
    }
}

impl PartyKey {
    fn of(row: store::PartyKeyRow) -> PartyKey {
        let (place, ended) = (row.place, row.end.map(|(_, at)| at));
        PartyKey { id: row.id, key: row.key, place, since: row.since, ended }
    }
}

pub(crate) async fn party_keys(ask: Ask<Page, ()>) -> Result<Listed<PartyKey>, Wrong> {
    let party = ask.see()?;
    let all = license::key::list(&ask.house, &party).await?;
    let q = &ask.query;
    page::cut(all, (q.after.as_deref(), q.limit), |k| page::by_time(k.since, &k.id), PartyKey::of)
}

pub(crate) async fn add_party_key(ask: Ask<(), NewPartyKey>) -> Result<PartyKey, Wrong> {
    let party = ask.act()?;
    let paper = ask.body.paper.to_string();
    Ok(PartyKey::of(license::key::register(&ask.house, &paper, Some(&party), ask.by()).await?))
}

tell! {
    /// What a holder offers to licensees.
    Offer {
        /// Its id.
        id: String,
        /// The holder.
        holder: String,
        /// To whom alone.
        licensee: Option<String>,
        /// Which uses.
        uses: Vec<String>,
        /// Of what.
        subjects: Vec<String>,
        /// Where.
        territories: Vec<String>,
        /// The paper, as it is signed.
        paper: String,
        /// Its hash.
        hash: String,
        /// `open`, `withdrawn` or `signed`.
        status: String,
        /// When it was made.
        opened: jiff::Timestamp,
    }
    /// What came of an offer.
    OfferMade {
        /// The offer, where it stands now.
        offer: Option<String>,
        /// What waits, where it would lift a refusal.
        waits: Option<Waiting>,
    }
    /// A licence.
    Licence {
        /// Its id.
        id: String,
        /// The holder.
        holder: String,
        /// The licensee.
        licensee: String,
        /// For which model.
        model: String,
        /// Its version.
        version: String,
        /// The fee, in words.
        fee: String,
        /// What is promised beside it.
        promise: String,
        /// When it was signed.
        signed: jiff::Timestamp,
        /// The day it ended, where it did.
        ended: Option<Date>,
        /// Its works: how many.
        works: u64,
        /// The hash of the agreement.
        hash: String,
        /// Its money.
        money: Vec<LicenceMoney>,
    }
    /// Money of a licence.
    LicenceMoney {
        /// The pot.
        pot: String,
        /// What kind.
        kind: String,
        /// What it is for, in words.
        why: String,
        /// The reference that the transfer has to carry; empty for whom it does not concern.
        reference: String,
        /// What is due.
        pledged: Money,
        /// What arrived.
        received: Money,
        /// What was paid out of it.
        paid: Money,
    }
    /// What a use would cost.
    Quote {
        /// Offer by offer.
        offers: Vec<QuotedOffer>,
        /// Recording by recording.
        works: Vec<QuotedWork>,
    }
    /// An offer of a quote.
    QuotedOffer {
        /// The offer.
        offer: String,
        /// How many works it covers.
        works: u64,
        /// What is due on signing.
        due: Option<Money>,
        /// How it is reckoned.
        why: String,
    }
    /// A recording of a quote.
    QuotedWork {
        /// The recording.
        recording: String,
        /// What the offers make of it.
        state: String,
        /// Why.
        reasons: String,
    }
    /// A licence that was signed.
    SignedLicence {
        /// The licence.
        licence: Licence,
        /// How to pay what is due.
        payment: Option<HowToPay>,
    }
    /// Licences that were signed.
    SignedLicences {
        /// One for each offer.
        licences: Vec<SignedLicence>,
    }
    /// What outputs were made from.
    Report {
        /// Its id.
        id: String,
        /// The licence.
        license: String,
        /// The licensee.
        licensee: String,
        /// The first day.
        from: Date,
        /// The first day after it.
        until: Date,
        /// How many outputs.
        outputs: Option<i64>,
        /// The root of its rows.
        root: String,
        /// Until when it may be contested.
        contest_until: jiff::Timestamp,
        /// When it was handed in.
        opened: jiff::Timestamp,
    }
    /// What came of a report.
    ReportHanded {
        /// The report, where it was taken.
        report: Option<Report>,
        /// Whether it had been handed in before.
        before: bool,
        /// How to pay what is due.
        payment: Option<HowToPay>,
        /// How much went beyond the licence.
        violations: u64,
        /// Why it was not taken: money follows every row.
        problems: Vec<Found>,
    }
    /// An objection to a report.
    Contest {
        /// Its id.
        id: String,
        /// The report.
        report: String,
        /// The recording.
        recording: String,
        /// `open`, `upheld` or `refused`.
        status: String,
        /// When it was made.
        opened: jiff::Timestamp,
    }
    /// A short-lived permit of a tool.
    Permit {
        /// Its id.
        id: String,
        /// The project.
        project: String,
        /// The signed note.
        note: String,
        /// When it was given.
        issued: jiff::Timestamp,
        /// When it is over.
        expires: jiff::Timestamp,
    }
    /// Something beyond a licence.
    Violation {
        /// Its id.
        id: String,
        /// What kind.
        kind: String,
        /// Who.
        licensee: String,
        /// What shows it.
        evidence: String,
        /// Where it stands.
        status: String,
        /// When it was found.
        opened: jiff::Timestamp,
    }
    /// A report of an imitation.
    Imitation {
        /// Its id.
        id: String,
        /// About what.
        subject: String,
        /// In words.
        words: String,
        /// Where it stands.
        status: String,
        /// When it was brought.
        opened: jiff::Timestamp,
        /// Until when an answer may come.
        due: jiff::Timestamp,
    }
}

ask! {
    /// An offer to make.
    NewOffer {
        /// Which uses, such as `train.gen`.
        uses: Vec<String>,
        /// The fee, such as `EUR 2.00 per work`.
        fee: String,
        /// For whom, where the speaker has a mandate.
        for_party: Option<String>,
        /// To whom alone.
        licensee: Option<String>,
        /// Of what: recordings' ids; the whole catalogue where it is left out.
        subjects: Option<Vec<String>>,
        /// Where alone.
        territories: Option<Vec<String>>,
        /// From which day on.
        from: Option<Date>,
        /// Until before which day.
        until: Option<Date>,
        /// What is asked in return.
        conditions: Option<Value>,
        /// What is promised beside the fee.
        promise: Option<String>,
        /// How many days before its end notice is given.
        notice_days: Option<u32>,
        /// Most outputs.
        output_cap: Option<u64>,
    }
    /// What a licensee wants.
    NewWish {
        /// Which uses.
        uses: Vec<String>,
        /// For which model.
        model: String,
        /// Its version.
        version: String,
        /// With which recordings: ids or ISRCs.
        recordings: Vec<String>,
        /// Under which offers alone.
        offers: Option<Vec<String>>,
    }
    /// A report to hand in.
    NewReport {
        /// The licence.
        license: String,
        /// The table's bytes in base 64: CSV or TSV.
        base64: String,
        /// The document's name.
        name: Option<String>,
        /// The first day.
        from: Date,
        /// The first day after it.
        until: Date,
        /// How many outputs.
        outputs: Option<u64>,
        /// The income of the outputs.
        income: Option<Sum>,
    }
    /// An objection to make.
    NewContest {
        /// The report.
        report: String,
        /// The recording.
        recording: String,
        /// The part that it should have, such as `12.5 %`.
        asked: Option<String>,
        /// Why.
        words: String,
    }
    /// A permit to give.
    NewPermit {
        /// The project.
        project: String,
        /// Which uses.
        uses: Vec<String>,
        /// With which recordings.
        recordings: Vec<String>,
        /// For how many minutes.
        minutes: u32,
    }
    /// An imitation to report.
    NewImitation {
        /// About what: a licence, a model, an output.
        subject: String,
        /// What happened.
        words: String,
        /// What shows it; kept encrypted.
        evidence: String,
    }
    /// An answer.
    NewAnswer {
        /// In words.
        words: String,
    }
}

impl Offer {
    fn of(o: &offer::Offered) -> Offer {
        Offer {
            id: o.row.id.clone(),
            holder: o.row.holder.to_string(),
            licensee: o.row.licensee.as_ref().map(ToString::to_string),
            uses: o.terms.uses.clone(),
            subjects: o.terms.subjects.clone(),
            territories: o.terms.territories.clone(),
            paper: o.row.paper.clone(),
            hash: o.row.hash.clone(),
            status: o.row.status.clone(),
            opened: o.row.opened,
        }
    }
}

impl Licence {
    fn of(shown: &license::Shown, asker: &str) -> Licence {
        let l = &shown.row;
        let pays = l.licensee.as_str() == asker;
        let money = shown.money.iter().map(|m| LicenceMoney {
            pot: m.pot.clone(),
            kind: m.kind.clone(),
            why: m.why.clone(),
            reference: if pays { m.reference.clone() } else { String::new() },
            pledged: m.pledged.into(),
            received: m.received.into(),
            paid: m.paid.into(),
        });
        Licence {
            id: l.id.clone(),
            holder: l.holder.to_string(),
            licensee: l.licensee.to_string(),
            model: l.model.clone(),
            version: l.version.clone(),
            fee: l.fee.clone(),
            promise: l.promise.clone(),
            signed: l.signed,
            ended: shown.ended,
            works: shown.works.len() as u64,
            hash: l.hash.clone(),
            money: money.collect(),
        }
    }
}

impl Report {
    fn of(t: &report::Told) -> Report {
        Report {
            id: t.row.id.clone(),
            license: t.row.license.clone(),
            licensee: t.row.licensee.to_string(),
            from: t.row.from,
            until: t.row.until,
            outputs: t.row.outputs,
            root: t.row.root.clone(),
            contest_until: t.row.contest_until,
            opened: t.row.opened,
        }
    }
}

impl Imitation {
    fn of(t: &imitation::Told) -> Imitation {
        Imitation {
            id: t.row.id.clone(),
            subject: t.row.subject.clone(),
            words: t.row.words.clone(),
            status: t.row.status.clone(),
            opened: t.row.opened,
            due: t.row.due,
        }
    }
}

/// Offers that anybody may ask for: those that name a licensee are between two.
pub(crate) async fn offers(ask: Ask<Page, ()>) -> Result<Listed<Offer>, Wrong> {
    let all = offer::list(&ask.house, None).await?;
    let seen = all.into_iter().filter(|o| {
        let to = o.row.licensee.as_ref();
        to.is_none_or(|to| ask.may(Need::See(to.as_str())) || ask.may(Need::See(o.row.holder.as_str())))
    });
    let q = &ask.query;
    page::cut(
        seen,
        (q.after.as_deref(), q.limit),
        |o| page::by_time(o.row.opened, &o.row.id),
        |o| Offer::of(&o),
    )
}

pub(crate) async fn own_offers(ask: Ask<Page, ()>) -> Result<Listed<Offer>, Wrong> {
    let party = ask.see()?;
    let all = offer::list(&ask.house, Some(&party)).await?;
    let q = &ask.query;
    page::cut(
        all,
        (q.after.as_deref(), q.limit),
        |o| page::by_time(o.row.opened, &o.row.id),
        |o| Offer::of(&o),
    )
}

pub(crate) async fn make_offer(ask: Ask<(), NewOffer>) -> Result<OfferMade, Wrong> {
    let party = ask.act()?;
    let b = ask.body;
    let make = offer::Make {
        speaker: party.clone(),
        for_party: b.for_party,
        licensee: b.licensee,
        uses: b.uses,
        subjects: b.subjects.unwrap_or_default(),
        territories: b.territories.unwrap_or_default(),
        from: b.from,
        until: b.until,
        conditions: b.conditions.filter(|c| !c.is_null()),
        fee: b.fee,
        promise: b.promise.unwrap_or_default(),
        notice_days: b.notice_days.unwrap_or_default(),
        output_cap: b.output_cap,
        by: party,
    };
    Ok(match offer::make(&ask.house, &make).await? {
        offer::Made::Open(row) => OfferMade { offer: Some(row.id), waits: None },
        offer::Made::Waits(row) => OfferMade { offer: None, waits: Some(Waiting::of(&row)) },
    })
}

pub(crate) async fn withdraw_offer(ask: Ask<(), ()>) -> Result<Done, Wrong> {
    let party = ask.act()?;
    let own = offer::list(&ask.house, Some(&party)).await?;
    let one = own.iter().find(|o| o.row.id == ask.at("offer")).ok_or_else(Wrong::not_yours)?;
    let row = offer::withdraw(&ask.house, &one.row.id, &party).await?;
    Ok(Done::with(row.id))
}

pub(crate) async fn licences(ask: Ask<Page, ()>) -> Result<Listed<Licence>, Wrong> {
    let party = ask.see()?;
    let all = license::list(&ask.house, Some(&party)).await?;
    let q = &ask.query;
    let tell = |l: license::Shown| Licence::of(&l, &party);
    page::cut(all, (q.after.as_deref(), q.limit), |l| page::by_time(l.row.signed, &l.row.id), tell)
}

pub(crate) async fn licence(ask: Ask<(), ()>) -> Result<Licence, Wrong> {
    let party = ask.see()?;
    let all = license::list(&ask.house, Some(&party)).await?;
    let one = all.iter().find(|l| l.row.id == ask.at("licence")).ok_or_else(Wrong::not_yours)?;
    Ok(Licence::of(one, &party))
}

fn wish(party: &str, b: &NewWish) -> quote::Wish {
    quote::Wish {
        licensee: party.to_owned(),
        uses: b.uses.clone(),
        model: b.model.clone(),
        version: b.version.clone(),
        recordings: b.recordings.clone(),
        offers: b.offers.clone().unwrap_or_default(),
    }
}

pub(crate) async fn quote_of(ask: Ask<(), NewWish>) -> Result<Quote, Wrong> {
    let party = ask.act()?;
    let quote = quote::quote(&ask.house, &wish(&party, &ask.body)).await?;
    let offers = quote.offers.iter().map(|o| QuotedOffer {
        offer: o.offer.row.id.clone(),
        works: o.works.len() as u64,
        due: o.due.as_ref().map(|d| d.amount.into()),
        why: o.due.as_ref().map(|d| d.why.clone()).unwrap_or_default(),
    });
    let works = quote.works.iter().map(|w| QuotedWork {
        recording: w.recording.clone(),
        state: w.state.to_owned(),
        reasons: w.reasons.clone(),
    });
    Ok(Quote { offers: offers.collect(), works: works.collect() })
}

pub(crate) async fn accept(ask: Ask<(), NewWish>) -> Result<SignedLicences, Wrong> {
    let party = ask.act()?;
    let signed = sign::accept(&ask.house, &wish(&party, &ask.body), &party).await?;
    let told = signed.iter().map(|s| SignedLicence {
        licence: Licence::of(&s.license, &party),
        payment: s.payment.as_ref().map(HowToPay::of),
    });
    Ok(SignedLicences { licences: told.collect() })
}

pub(crate) async fn reports(ask: Ask<Page, ()>) -> Result<Listed<Report>, Wrong> {
    let party = ask.see()?;
    let all = report::list(&ask.house, Some(&party)).await?;
    let q = &ask.query;
    page::cut(
        all,
        (q.after.as_deref(), q.limit),
        |t| page::by_time(t.row.opened, &t.row.id),
        |t| Report::of(&t),
    )
}

pub(crate) async fn hand_in(ask: Ask<(), NewReport>) -> Result<ReportHanded, Wrong> {
    let party = ask.act()?;
    let own = license::list(&ask.house, Some(&party)).await?;
    if !own.iter().any(|l| l.row.id == ask.body.license && l.row.licensee.as_str() == party) {
        let detail = "this licence is not one of yours";
        return Err(Wrong::new(StatusCode::NOT_FOUND, "license-unknown", detail, "ask for the list"));
    }
    let _seat = ask.web.upload_seat().await?;
    let name = ask.body.name.clone().unwrap_or_else(|| format!("report of {}", ask.body.from));
    let hand_in = report::HandIn {
        license: ask.body.license.clone(),
        document: name.chars().filter(|c| !c.is_control()).take(120).collect(),
        bytes: bytes(&ask.body.base64)?,
        from: ask.body.from,
        until: ask.body.until,
        outputs: ask.body.outputs,
        income: ask.body.income.as_ref().map(Sum::amount).transpose()?,
        by: party,
    };
    Ok(match report::hand_in(&ask.house, hand_in).await? {
        report::Handed::Taken(taken) => ReportHanded {
            report: Some(Report::of(&taken.report)),
            before: taken.before,
            payment: taken.payment.as_ref().map(HowToPay::of),
            violations: taken.violations as u64,
            problems: Vec::new(),
        },
        report::Handed::Refused(found) => ReportHanded {
            report: None,
            before: false,
            payment: None,
            violations: 0,
            problems: found.iter().take(100).map(Found::of).collect(),
        },
    })
}

pub(crate) async fn contest(ask: Ask<(), NewContest>) -> Result<Contest, Wrong> {
    let party = ask.act()?;
    let contest = report::Contest {
        report: ask.body.report.clone(),
        party: party.clone(),
        recording: ask.body.recording.clone(),
        asked: ask.body.asked.as_deref().map(part).transpose()?,
        words: ask.body.words.clone(),
        by: party,
    };
    let row = report::contest(&ask.house, &contest).await?;
    Ok(Contest {
        id: row.id,
        report: row.report,
        recording: row.recording.to_string(),
        status: row.status,
        opened: row.opened,
    })
}

pub(crate) async fn permits(ask: Ask<Page, ()>) -> Result<Listed<Permit>, Wrong> {
    let party = ask.see()?;
    let all = permit::list(&ask.house, &party).await?;
    let q = &ask.query;
    let tell = |p: store::PermitRow| Permit {
        id: p.id,
        project: p.project,
        note: p.note,
        issued: p.issued,
        expires: p.expires,
    };
    page::cut(all, (q.after.as_deref(), q.limit), |p| page::by_time(p.issued, &p.id), tell)
}

pub(crate) async fn give_permit(ask: Ask<(), NewPermit>) -> Result<Permit, Wrong> {
    let party = ask.act()?;
    let b = ask.body;
    let issue = permit::Ask {
        tool: party.clone(),
        project: b.project,
        uses: b.uses,
        recordings: b.recordings,
        minutes: b.minutes,
        by: party.clone(),
    };
    let (given, note) = permit::issue(&ask.house, &issue).await?;
    let row = permit::list(&ask.house, &party).await?.into_iter().find(|p| p.id == given.id);
    let row = row.ok_or_else(|| Wrong::fault("a permit that was given is not there"))?;
    Ok(Permit { id: row.id, project: row.project, note, issued: row.issued, expires: row.expires })
}

pub(crate) async fn violations(ask: Ask<Page, ()>) -> Result<Listed<Violation>, Wrong> {
    let party = ask.see()?;
    let all = violation::list(&ask.house, Some(&party)).await?;
    let q = &ask.query;
    let tell = |t: violation::Told| Violation {
        id: t.row.id,
        kind: t.row.kind,
        licensee: t.row.licensee.to_string(),
        evidence: t.row.evidence,
        status: t.row.status,
        opened: t.row.opened,
    };
    page::cut(all, (q.after.as_deref(), q.limit), |t| page::by_time(t.row.opened, &t.row.id), tell)
}

pub(crate) async fn imitations(ask: Ask<Page, ()>) -> Result<Listed<Imitation>, Wrong> {
    let party = ask.see()?;
    let all = imitation::list(&ask.house, Some(&party)).await?;
    let q = &ask.query;
    page::cut(
        all,
        (q.after.as_deref(), q.limit),
        |t| page::by_time(t.row.opened, &t.row.id),
        |t| Imitation::of(&t),
    )
}

pub(crate) async fn bring(ask: Ask<(), NewImitation>) -> Result<Imitation, Wrong> {
    let party = ask.act()?;
    let b = ask.body;
    let bring = imitation::Bring {
        reporter: party.clone(),
        subject: b.subject,
        part: None,
        words: b.words,
        evidence: b.evidence,
        by: party,
    };
    Ok(Imitation::of(&imitation::bring(&ask.house, &bring).await?))
}

pub(crate) async fn answer(ask: Ask<(), NewAnswer>) -> Result<Imitation, Wrong> {
    let party = ask.act()?;
    let told = imitation::answer(&ask.house, ask.at("imitation"), &party, &ask.body.words, &party).await?;
    Ok(Imitation::of(&told))
}
