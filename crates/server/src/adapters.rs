//! Puts together for a page what use cases return apart from each other. Pages see these values and no store.

use app::figures::{Figures, Told};
use app::set_list::{self, Doubt};
use app::{House, Refusal, party, policy};
use formats::bank::CreditorReference;
use money::{Amount, Currency, Ratio};
use music::event::Event;
use music::{PartyId, SetListId};
use store::{CatalogueRow, ContributionRow, LineRow, SetListRow};

use crate::flaw::Flaw;

/// Where the money of one currency is: the parts of the bar.
#[derive(Debug, Clone)]
pub(crate) struct Flow {
    /// Everything that came in for pots.
    pub(crate) received: Amount,
    /// What the house keeps of it.
    pub(crate) deducted: Amount,
    /// What was paid out.
    pub(crate) paid: Amount,
    /// What is credited to somebody and not yet paid.
    pub(crate) owed: Amount,
    /// What waits for an owner or an agreement; `None` where it is told within `owed`.
    pub(crate) suspense: Option<Amount>,
    /// What is carried over.
    pub(crate) open: Amount,
}

/// The flow of one currency, where enough have given for it to be told.
pub(crate) fn flow(figures: &Figures) -> Option<Flow> {
    let (Told::Known(received), Told::Known(deducted), Told::Known(shared), Told::Known(paid)) =
        (&figures.received_gross, &figures.deducted, &figures.shared_net, &figures.paid_gross)
    else {
        return None;
    };
    let of = |micros: i64| Amount::from_micros(micros, figures.currency);
    let suspense = match &figures.in_suspense {
        Told::Known(waiting) => Some(waiting.iter().map(|(_, a)| a.micros()).sum::<i64>()),
        Told::Withheld(_) => None,
    };
    let rest = received.micros() - deducted.micros() - shared.micros();
    Some(Flow {
        received: *received,
        deducted: *deducted,
        paid: *paid,
        owed: of((shared.micros() - suspense.unwrap_or(0) - paid.micros()).max(0)),
        suspense: suspense.map(of),
        open: of(rest.max(0)),
    })
}

/// The name and id of the party that a claim would be about.
///
/// Only credited names that a search shows: who merely performs or pays is nobody's business.
pub(crate) async fn claimable(house: &House, id: &str) -> Result<(PartyId, String), Flaw> {
    let mut tx = house.store.begin_read().await?;
    let record = party::find(&mut tx, id).await?;
    drop(tx);
    let shown = app::claim::search(house, &record.party.name).await?;
    if shown.iter().any(|f| f.party == record.party.id) {
        Ok((record.party.id, record.party.name))
    } else {
        Err(Flaw::NotFound)
    }
}

/// A set list as its page shows it.
#[derive(Debug, Clone)]
pub(crate) struct Review {
    /// The list.
    pub(crate) list: SetListRow,
    /// The night.
    pub(crate) event: Event,
    /// Who played.
    pub(crate) performer: String,
    /// Its lines with what they were recognized as.
    pub(crate) lines: Vec<(LineRow, Option<CatalogueRow>)>,
    /// The lines that need a person.
    pub(crate) doubts: Vec<Doubt>,
    /// What the sender promised, and how to pay it.
    pub(crate) payments: Vec<Payment>,
}

/// How to pay a promise.
#[derive(Debug, Clone)]
pub(crate) struct Payment {
    /// The promise.
    pub(crate) contribution: ContributionRow,
    /// The reference in groups of four.
    pub(crate) reference: String,
    /// The account holder.
    pub(crate) holder: String,
    /// The account in groups of four; empty until the house has one.
    pub(crate) iban: String,
    /// The bank; may be empty.
    pub(crate) bic: String,
    /// The payment code as SVG; empty where none can be made.
    pub(crate) code: String,
}

impl Review {
    /// How many played lines have a verdict.
    pub(crate) fn count(&self, verdict: &str) -> usize {
        self.lines.iter().filter(|(line, _)| line.played && line.verdict == verdict).count()
    }

    /// How many lines were not played to the public.
    pub(crate) fn unplayed(&self) -> usize {
        self.lines.iter().filter(|(line, _)| !line.played).count()
    }
}

/// A set list with everything its page needs.
pub(crate) async fn review(house: &House, id: &SetListId) -> Result<Review, Flaw> {
    let (list, event, rows) = set_list::show(house, id).await?;
    let doubts = set_list::review(house, Some(id)).await?;
    let mut tx = house.store.begin_read().await?;
    let performer = tx.party(&list.performer).await?.map(|p| p.party.name).unwrap_or_default();
    let mut lines = Vec::with_capacity(rows.len());
    for line in rows {
        let recording = match &line.recording {
            Some(recording) => tx.recording(recording).await?,
            None => None,
        };
        lines.push((line, recording));
    }
    let now = house.now();
    let mut payments = Vec::new();
    for contribution in tx.contributions_by(&list.submitted_by).await? {
        let Some(pot) = tx.pot(&contribution.pot).await? else { continue };
        if pot.event.as_ref() != Some(&list.event) {
            continue;
        }
        let holder = policy::text(&mut tx, "house-name", now).await?;
        let iban = policy::text(&mut tx, "house-iban", now).await?;
        let bic = policy::text(&mut tx, "house-bic", now).await?;
        payments.push(payment(contribution, holder, &iban, bic));
    }
    Ok(Review { list, event, performer, lines, doubts, payments })
}

fn payment(contribution: ContributionRow, holder: String, iban: &str, bic: String) -> Payment {
    let reference = contribution.reference.parse::<CreditorReference>().ok();
    let account = iban.parse::<formats::bank::Iban>().ok();
    let due = contribution.pledged.checked_sub(contribution.received).unwrap_or(contribution.pledged);
    let code = account.clone().filter(|_| due.is_positive()).and_then(|iban| {
        let request = formats::bank::TransferRequest {
            name: holder.clone(),
            iban,
            bic: bic.parse().ok(),
            amount: Some(due),
            reference: reference.clone(),
            note: String::new(),
        };
        request.to_svg().ok()
    });
    Payment {
        reference: reference.map_or_else(|| contribution.reference.clone(), |r| r.grouped()),
        contribution,
        holder,
        iban: account.map(|a| groups_of_four(a.as_str())).unwrap_or_default(),
        bic,
        code: code.unwrap_or_default(),
    }
}

fn groups_of_four(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    letters.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}

/// A set of a file, to be chosen.
#[derive(Debug, Clone)]
pub(crate) struct SetChoice {
    /// Its number.
    pub(crate) number: u32,
    /// Its name in the file; may be empty.
    pub(crate) name: String,
    /// When it began, as the file says it; may be empty.
    pub(crate) started: String,
    /// How many lines were played to the public.
    pub(crate) played: usize,
    /// The first lines, to tell it by.
    pub(crate) first: Vec<String>,
}

/// The sets of a file.
pub(crate) fn sets_of(bytes: &[u8]) -> Vec<SetChoice> {
    let file = formats::set_list::read(bytes, None);
    let choice = |set: &formats::set_list::Set| {
        let mut lines = file.lines.iter().filter(|l| l.set == set.number && l.played);
        let first = lines.by_ref().take(2).map(line_words).collect();
        SetChoice {
            number: set.number,
            name: set.name.clone().unwrap_or_default(),
            started: set.started_at.map(|m| m.to_string().replace('T', " ")).unwrap_or_default(),
            played: file.lines.iter().filter(|l| l.set == set.number && l.played).count(),
            first,
        }
    };
    file.sets.iter().map(choice).filter(|c| c.played > 0).collect()
}

fn line_words(line: &formats::set_list::Line) -> String {
    match (line.artist.as_deref(), line.title.as_deref(), line.text.as_deref()) {
        (Some(artist), Some(title), _) => format!("{artist} – {title}"),
        (_, Some(title), None) => title.to_owned(),
        (_, _, Some(text)) => text.to_owned(),
        (artist, _, _) => artist.unwrap_or_default().to_owned(),
    }
}

/// The set list that a refusal says to look like the one handed in.
pub(crate) fn twin_of(refusal: &Refusal) -> Option<SetListId> {
    refusal.message.split('`').find_map(|word| word.parse().ok())
}

/// The parties a name may mean, with a word to tell them apart.
pub(crate) async fn namesakes(house: &House, name: &str) -> Result<Vec<(PartyId, String)>, Flaw> {
    let mut tx = house.store.begin_read().await?;
    let named = tx.parties_named(name).await?;
    Ok(named.into_iter().map(|p| (p.party.id, p.party.name)).collect())
}

/// Registers somebody who plays here for the first time.
pub(crate) async fn register(house: &House, name: &str) -> Result<(), Flaw> {
    let ask = party::Register { name: name.to_owned(), by: "pages".to_owned(), ..party::Register::default() };
    party::register(house, ask).await?;
    Ok(())
}

/// The share that is suggested, and the smallest gift in a currency.
pub(crate) async fn suggestion(house: &House, currency: Currency) -> Result<(Ratio, Amount), Flaw> {
    let now = house.now();
    let mut tx = house.store.begin_read().await?;
    Ok((
        policy::share(&mut tx, "suggested-share", now).await?,
        policy::money(&mut tx, "minimum-gift", currency, now).await?,
    ))
}
