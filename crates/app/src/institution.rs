//! Institutions: who they are, what they agreed, who uses their seats, what they are billed and told.
//!
//! Members, players and periods ask here: [`seat`] says whether a member may listen, [`kiosk::open`] whether a device
//! may, [`pots`] where the money of an institution's span lies.

pub mod account;
mod agree;
pub mod bill;
mod body;
pub mod fund;
pub mod kiosk;
mod particulars;
mod seats;
pub mod stayed;
pub mod usage;

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use money::Amount;
use music::{ContractId, PartyId, PotId};
use programmes::streaming::contract::{Closes, Key, Member, PriceKind, Terms};
use store::{ContractMemberRow, ContractRow, InstitutionRow, Tx};

use crate::failure::refuse;
use crate::{Failure, House, party};

pub use agree::{Agree, Agreed, Under, agree, contracts, notice, renew, renew_due};
pub use body::{Body, LineBody, TaxBody, TraderBody};
pub use particulars::{Billing, Note, billing, note, rates, set_billing, set_rate, set_slug};
pub(crate) use particulars::{is_site, slug};
pub use seats::{Access, Seat, Standing, forget, seat, seat_in, seat_to_be, seats, visit_in};

/// An institution with its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Institution {
    /// What is known of it.
    pub row: InstitutionRow,
    /// Its name.
    pub name: String,
    /// The places it belongs to, by code.
    pub places: Vec<String>,
}

/// The kinds of institutions.
pub const KINDS: [&str; 7] = ["library", "network", "authority", "works-council", "venue", "school", "other"];

/// All institutions, by name in addresses.
pub async fn list(house: &House) -> Result<Vec<Institution>, Failure> {
    let mut tx = house.store.begin_read().await?;
    let mut all = Vec::new();
    for row in tx.institutions().await? {
        all.push(with_name(&mut tx, row).await?);
    }
    Ok(all)
}

/// One institution, by its party's id, its name in addresses, or its name.
///
/// # Errors
/// `institution-unknown`, or what finding a party refuses.
pub async fn one(house: &House, text: &str) -> Result<Institution, Failure> {
    let mut tx = house.store.begin_read().await?;
    found(&mut tx, text).await
}

pub(crate) async fn found(tx: &mut Tx, text: &str) -> Result<Institution, Failure> {
    // An id is an id, whatever somebody calls an address: guards of pages decide by it.
    if text.parse::<PartyId>().is_err()
        && let Some(row) = tx.institution_at(text.trim()).await?
    {
        return with_name(tx, row).await;
    }
    let party = party::find(tx, text).await?.party;
    match tx.institution(&party.id).await? {
        Some(row) => with_name(tx, row).await,
        None => Err(refuse(
            "institution-unknown",
            format!("`{}` is no institution here", party.name),
            "note it as one: `tantieme institution add NAME --kind library`",
        )),
    }
}

pub(crate) async fn with_name(tx: &mut Tx, row: InstitutionRow) -> Result<Institution, Failure> {
    let record = tx.party(&row.party).await?;
    let mut places = tx.tags_of(row.party.as_str()).await?;
    if places.is_empty() {
        let home = record.as_ref().and_then(|r| r.party.territory.as_ref());
        places.extend(home.filter(|t| !t.is_worldwide()).map(ToString::to_string));
    }
    Ok(Institution { name: record.map(|r| r.party.name).unwrap_or_default(), places, row })
}

/// Where the money of an institution's members lies for a span whose plays are shared together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Purse {
    /// Whose members.
    pub institution: PartyId,
    /// The contract.
    pub contract: ContractId,
    /// First day.
    pub start: Date,
    /// First day after it.
    pub end: Date,
    /// The pot.
    pub pot: PotId,
    /// The rule it is shared by.
    pub rule: String,
    /// Its paid seats; the active members count where absent.
    pub seats: Option<u64>,
    /// What was billed.
    pub billed: Amount,
    /// What of it arrived.
    pub received: Amount,
    /// `open`, `closed` or `allocated`.
    pub status: String,
}

/// The pots of an institution (of all where none is named) whose spans share a day with these, by span. What was taken
/// back by a credit note is left out.
pub async fn pots(
    house: &House,
    institution: Option<&PartyId>,
    from: Date,
    until: Date,
) -> Result<Vec<Purse>, Failure> {
    let mut tx = house.store.begin_read().await?;
    let mut all = Vec::new();
    let whose: Vec<PartyId> = match institution {
        Some(one) => vec![one.clone()],
        None => tx.institutions().await?.into_iter().map(|i| i.party).collect(),
    };
    let sales: BTreeMap<_, _> =
        tx.all_sales(house.store.fields()).await?.into_iter().map(|s| (s.id.clone(), s)).collect();
    let undone: Vec<_> = sales.values().filter_map(|s| s.corrects.clone()).collect();
    for institution in whose {
        for part in tx.sale_parts_of(&institution).await? {
            let Some(sale) = sales.get(&part.sale).filter(|s| !undone.contains(&s.id)) else { continue };
            if part.end <= from || until <= part.start {
                continue;
            }
            let members = tx.contract_members(&sale.contract).await?;
            let seats = members.iter().find(|m| m.institution == institution).and_then(|m| m.seats);
            let pot = tx.pot(&part.pot).await?;
            let contribution = tx.contribution(&part.contribution).await?;
            all.push(Purse {
                institution: institution.clone(),
                contract: sale.contract.clone(),
                start: part.start,
                end: part.end,
                pot: part.pot,
                rule: pot.as_ref().map(|p| p.rule.clone()).unwrap_or_default(),
                seats: seats.and_then(|s| u64::try_from(s).ok()),
                billed: part.amount,
                received: contribution.map_or(Amount::zero(part.amount.currency()), |c| c.received),
                status: pot.map(|p| p.status).unwrap_or_default(),
            });
        }
    }
    all.sort_by(|a, b| (a.start, &a.institution).cmp(&(b.start, &b.institution)));
    Ok(all)
}

/// A stored contract as terms.
pub(crate) fn terms(row: &ContractRow, members: &[ContractMemberRow]) -> Result<Terms, Failure> {
    let unread = |what: &str| {
        Failure::Fault(store::Fault::new(format!("the contract {} has no {what} that is known", row.id)))
    };
    let count = |n: Option<i64>| n.and_then(|n| u64::try_from(n).ok());
    Ok(Terms {
        start: row.start,
        end: row.end,
        kind: PriceKind::from_word(&row.price_kind).ok_or_else(|| unread("price"))?,
        price: row.price,
        key: Key::from_word(&row.key).ok_or_else(|| unread("key"))?,
        closes: Closes::from_word(&row.closes).ok_or_else(|| unread("closing"))?,
        members: members
            .iter()
            .map(|m| Member {
                institution: m.institution.clone(),
                seats: count(m.seats),
                inhabitants: count(m.inhabitants),
                weight: count(m.weight),
            })
            .collect(),
    })
}

/// The paid seats of an institution on a day; `None` where they are not counted, or no contract runs.
pub(crate) async fn paid_seats(
    tx: &mut Tx,
    institution: &PartyId,
    day: Date,
) -> Result<Option<u64>, Failure> {
    let contracts = tx.contracts_of(institution).await?;
    let Some(contract) = contracts.iter().find(|c| c.start <= day && day < c.end) else { return Ok(None) };
    let members = tx.contract_members(&contract.id).await?;
    let seats = members.iter().find(|m| m.institution == *institution).and_then(|m| m.seats);
    Ok(seats.and_then(|s| u64::try_from(s).ok()))
}

/// A contract by its id.
pub(crate) async fn contract_in(tx: &mut Tx, text: &str) -> Result<ContractRow, Failure> {
    let unknown = || {
        refuse(
            "contract-unknown",
            format!("there is no contract `{}`", text.trim()),
            "`tantieme institution contracts` shows all",
        )
    };
    let id: ContractId = text.trim().parse().map_err(|_| unknown())?;
    tx.contract(&id).await?.ok_or_else(unknown)
}

pub(crate) fn today(house: &House) -> Date {
    house.now().to_zoned(TimeZone::UTC).date()
}
