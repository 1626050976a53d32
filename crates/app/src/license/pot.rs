//! A licence's pot: what it is shared by, why it waits, and what became of its money.

use std::collections::BTreeMap;

use allocation::{Attribution, Facts, Input};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use ledger::Account;
use money::Amount;
use music::{PartyId, RecordingId};
use store::{PotOrigin, PotRow, Tx};

use super::Money;
use crate::failure::refuse;
use crate::gather::{self, Gathered, Mode};
use crate::{Failure, House};

/// What a licence's pot is shared by: the licensed set, and what was attributed or weighed. Keys are made of the document and
/// the line, so that whoever holds the file can check who gets a micro that does not divide.
pub(crate) async fn gathered(
    house: &House,
    tx: &mut Tx,
    pot: &PotRow,
    origin: &PotOrigin,
    mode: Mode,
) -> Result<Gathered, Failure> {
    if mode == Mode::Record
        && let Some(why) = waits(tx, origin, house.now()).await?
    {
        return Err(why);
    }
    let works = tx.pot_works(&pot.id).await?;
    let mut input = Input::default();
    let mut facts: BTreeMap<RecordingId, Facts> = BTreeMap::new();
    let mut licensed = |id: RecordingId| {
        facts.entry(id).or_default().licensed = true;
    };
    for work in &works {
        let recording = survivor(tx, work.recording.as_ref()).await?;
        if let Some(id) = recording.clone() {
            licensed(id);
        }
        if origin.kind == "settlement" {
            let key = format!("{}, line {:06}#{}", origin.why, work.line, work.source);
            let weight = u64::try_from(work.weight).unwrap_or(0);
            input.attributions.push(Attribution { key, recording, weight });
        }
    }
    if let Some(id) = &origin.report
        && let Some(report) = tx.report(id).await?
    {
        for source in tx.report_sources(id).await? {
            let recording = survivor(tx, source.recording.as_ref()).await?;
            if let Some(id) = recording.clone().filter(|_| source.licensed) {
                licensed(id);
            }
            let key = format!(
                "{} ({:.16}), line {:06}#{}",
                report.document, report.document_hash, source.line, source.source
            );
            let weight = u64::try_from(source.counted).unwrap_or(0);
            input.attributions.push(Attribution { key, recording, weight });
        }
    }
    if works.is_empty() && input.attributions.is_empty() {
        return Err(refuse(
            "pot-without-usage",
            format!("the pot `{}` has no licensed work to be shared by", pot.id),
            "`tantieme licence list` shows what each licence came through for",
        ));
    }
    let recordings =
        facts.keys().cloned().chain(input.attributions.iter().filter_map(|a| a.recording.clone()));
    let day = pot.created.to_zoned(TimeZone::UTC).date();
    let mut imagined = BTreeMap::new();
    input.shares =
        gather::licensing_shares(house, tx, recordings.collect(), day, mode, &mut imagined).await?;
    input.facts = facts;
    Ok(Gathered { input, imagined })
}

async fn survivor(tx: &mut Tx, id: Option<&RecordingId>) -> Result<Option<RecordingId>, Failure> {
    Ok(match id {
        Some(id) => Some(tx.survivor(id).await?),
        None => None,
    })
}

/// Why a licence's pot cannot be shared yet: its report may still be contested, or is; or a report of imitation holds it.
pub(crate) async fn waits(
    tx: &mut Tx,
    origin: &PotOrigin,
    now: Timestamp,
) -> Result<Option<Failure>, Failure> {
    let Some(id) = &origin.report else { return Ok(None) };
    let Some(report) = tx.report(id).await? else { return Ok(None) };
    let open: Vec<String> =
        tx.contests(id).await?.into_iter().filter(|c| c.status == "open").map(|c| c.id).collect();
    if !open.is_empty() {
        let message = format!("the report `{id}` is contested: {}", open.join(", "));
        let hint = "`tantieme licence decide` settles it; the money waits in its pot";
        return Ok(Some(refuse("report-contested", message, hint)));
    }
    if now < report.contest_until {
        let day = report.contest_until.to_zoned(TimeZone::UTC).date();
        let message = format!("the report `{id}` can be contested until {day}");
        let hint = "the money waits in its pot until then";
        return Ok(Some(refuse("report-contestable", message, hint)));
    }
    for claim in tx.imitations().await?.into_iter().filter(|i| i.decided.is_none()) {
        let about = claim.subject == format!("report:{id}");
        if about && tx.frozen_by(&claim.id).await?.is_empty() {
            let message =
                format!("`{}` says that what the report `{id}` is about imitates somebody", claim.id);
            return Ok(Some(refuse(
                "report-frozen",
                message,
                "it is decided by `tantieme licence imitation decide`",
            )));
        }
    }
    Ok(None)
}

/// Where a pot's money comes from, in words, for whoever asks for the walk back.
pub(crate) async fn told(
    tx: &mut Tx,
    origin: &PotOrigin,
) -> Result<Vec<(&'static str, String, String)>, Failure> {
    let mut all = Vec::new();
    if let Some(id) = &origin.license
        && let Some(row) = tx.license(id).await?
    {
        let name = tx.party(&row.licensee).await?.map(|p| p.party.name).unwrap_or_default();
        let model = format!("{} {}", row.model, row.version);
        let text = format!(
            "licence of {name}{}: {}; {}; agreement {:.16}",
            if model.trim().is_empty() { String::new() } else { format!(" for {model}") },
            row.fee,
            origin.why,
            row.hash
        );
        all.push(("licence", id.clone(), text));
    } else {
        all.push(("settlement", origin.pot.to_string(), origin.why.clone()));
    }
    if let Some(id) = &origin.report
        && let Some(report) = tx.report(id).await?
    {
        let text = format!(
            "{} ({:.16}), {} to {}",
            report.document, report.document_hash, report.from, report.until
        );
        all.push(("report", id.clone(), text));
    }
    Ok(all)
}

/// What a pot of a licence was promised, got and gave; `own` is what one party got of it.
pub(super) async fn money(
    tx: &mut Tx,
    origin: &PotOrigin,
    of: Option<&PartyId>,
) -> Result<Option<Money>, Failure> {
    let (Some(contribution), Some(pot)) =
        (tx.contribution(&origin.contribution).await?, tx.pot(&origin.pot).await?)
    else {
        return Ok(None);
    };
    let zero = Amount::zero(pot.currency);
    let (mut paid, mut waiting, mut own) = (zero, zero, zero);
    for line in tx.lines_of_pot(&pot.id).await? {
        match line.kind.as_str() {
            "pay" => {
                paid = paid.checked_add(line.amount)?;
                if line.party.as_ref().is_some_and(|p| Some(p) == of) {
                    own = own.checked_add(line.amount)?;
                }
            }
            "suspense" => waiting = waiting.checked_add(line.amount)?,
            _ => {}
        }
    }
    Ok(Some(Money {
        pot: pot.id.to_string(),
        kind: origin.kind.clone(),
        why: origin.why.clone(),
        report: origin.report.clone(),
        reference: contribution.reference,
        pledged: contribution.pledged,
        received: contribution.received,
        paid,
        waits: waiting,
        own,
    }))
}

/// What a pot holds that no run has shared.
pub(super) async fn unshared(tx: &mut Tx, pot: &PotRow) -> Result<Amount, Failure> {
    Ok(tx.balance(&Account::pot(pot.id.as_str()), pot.currency).await?.posted.negated()?)
}
