//! Seats: whether a member may listen now, and who counts as one that a seat is paid for.
//!
//! A seat is taken by a member's first use in a contract's term and stays taken until the term ends: a seat is an
//! active member. The member is whatever text the door knows it by; erasing a member renames the seat to nobody.

use jiff::civil::Date;
use music::{ContractId, PartyId};
use store::{ContractRow, Tx};

use crate::failure::refuse;
use crate::institution::{found, today};
use crate::{Failure, House};

/// From where a member comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// From anywhere.
    Home,
    /// From the institution's rooms: a kiosk, or its network.
    OnSite,
}

/// A seat that may be used now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seat {
    /// The contract that pays for it.
    pub contract: ContractId,
    /// The first day on which it no longer may.
    pub until: Date,
    /// Whether it may be used from home.
    pub home: bool,
    /// Whether kiosks may be used.
    pub on_site: bool,
    /// Whether it was taken just now.
    pub fresh: bool,
}

/// How an institution's seats stand today.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// The contract.
    pub contract: ContractId,
    /// The first day after it.
    pub until: Date,
    /// Seats that are paid; not counted where absent.
    pub paid: Option<u64>,
    /// Seats that are taken.
    pub taken: u64,
}

/// The seat of a member of an institution, taken now if it has none yet.
///
/// # Errors
/// In this order: `seat-none` (no contract ever), `seat-early` (it begins later), `seat-expired` (it ended),
/// `seat-home` or `seat-on-site` (not agreed), `seat-full` (every paid seat is taken).
pub async fn seat(house: &House, institution: &PartyId, member: &str, from: Access) -> Result<Seat, Failure> {
    let mut tx = house.store.begin().await?;
    let seat = seat_in(house, &mut tx, institution, member, from).await?;
    tx.commit().await?;
    Ok(seat)
}

/// The same within a transaction of the caller.
///
/// # Errors
/// As [`seat`].
pub async fn seat_in(
    house: &House,
    tx: &mut Tx,
    institution: &PartyId,
    member: &str,
    from: Access,
) -> Result<Seat, Failure> {
    let contract = running(house, tx, institution, from).await?;
    if tx.has_seat(&contract.id, member).await? {
        return Ok(of(&contract, false));
    }
    // Whoever takes a seat waits for whoever takes the last one.
    tx.hold_institutions(std::slice::from_ref(institution)).await?;
    free(tx, &contract, institution).await?;
    tx.take_seat(&contract.id, institution, member, house.now()).await?;
    Ok(of(&contract, true))
}

/// The seat that a member has; `fresh` where there is one to be had and the first play would take it. Nothing is taken.
///
/// # Errors
/// As [`seat`].
pub async fn seat_to_be(
    house: &House,
    tx: &mut Tx,
    institution: &PartyId,
    member: &str,
    from: Access,
) -> Result<Seat, Failure> {
    let contract = running(house, tx, institution, from).await?;
    let had = tx.has_seat(&contract.id, member).await?;
    if !had {
        free(tx, &contract, institution).await?;
    }
    Ok(of(&contract, !had))
}

/// A visit to the institution's rooms: it takes no seat, as a kiosk takes none, and asks for the same contract.
///
/// # Errors
/// In this order: `seat-none`, `seat-early`, `seat-expired`, `seat-on-site`.
pub async fn visit_in(house: &House, tx: &mut Tx, institution: &PartyId) -> Result<Seat, Failure> {
    Ok(of(&running(house, tx, institution, Access::OnSite).await?, false))
}

fn of(contract: &ContractRow, fresh: bool) -> Seat {
    Seat {
        contract: contract.id.clone(),
        until: contract.end,
        home: contract.home,
        on_site: contract.on_site,
        fresh,
    }
}

/// The contract that runs today and allows to come from there.
async fn running(
    house: &House,
    tx: &mut Tx,
    institution: &PartyId,
    from: Access,
) -> Result<ContractRow, Failure> {
    let day = today(house);
    let contracts = tx.contracts_of(institution).await?;
    let Some(contract) = contracts.iter().find(|c| c.start <= day && day < c.end) else {
        return Err(not_now(&contracts, day));
    };
    if from == Access::Home && !contract.home {
        return Err(refuse(
            "seat-home",
            "your institution subscribes for its own rooms",
            "listen there, at a kiosk or in its network",
        ));
    }
    if from == Access::OnSite && !contract.on_site {
        return Err(refuse(
            "seat-on-site",
            "your institution subscribes for access from home",
            "sign in as a member",
        ));
    }
    Ok(contract.clone())
}

/// Why no contract runs today.
fn not_now(contracts: &[ContractRow], day: Date) -> Failure {
    let next = contracts.iter().find(|c| c.start > day);
    let last = contracts.iter().rfind(|c| c.end <= day);
    match (last, next) {
        (None, Some(next)) => refuse(
            "seat-early",
            format!("your institution's subscription begins on {}", next.start),
            "come back then; selections are there for everybody",
        ),
        (Some(last), _) => refuse(
            "seat-expired",
            format!("your institution's subscription ended on {}", last.end),
            "ask your institution whether it goes on; what you saved stays",
        ),
        (None, None) => refuse(
            "seat-none",
            "your institution has no subscription",
            "ask it to subscribe: `/places` shows who does",
        ),
    }
}

/// Refuses where every paid seat is taken.
async fn free(tx: &mut Tx, contract: &ContractRow, institution: &PartyId) -> Result<(), Failure> {
    let members = tx.contract_members(&contract.id).await?;
    let paid = members.iter().find(|m| m.institution == *institution).and_then(|m| m.seats);
    match paid {
        Some(paid) if tx.seats_taken(&contract.id, institution).await? >= paid => Err(refuse(
            "seat-full",
            format!("all {paid} seats of your institution are taken until {}", contract.end),
            "ask it for more seats",
        )),
        _ => Ok(()),
    }
}

/// Forgets who had a member's seats; they stay taken. `name` is a text that leads to nobody.
pub async fn forget(tx: &mut Tx, member: &str, name: &str) -> Result<(), Failure> {
    Ok(tx.rename_seats(member, name).await?)
}

/// How an institution's seats stand today; `None` without a contract that runs.
pub async fn seats(house: &House, who: &str) -> Result<Option<Standing>, Failure> {
    let day = today(house);
    let mut tx = house.store.begin_read().await?;
    let one = found(&mut tx, who).await?;
    let contracts = tx.contracts_of(&one.row.party).await?;
    let Some(contract) = contracts.into_iter().find(|c| c.start <= day && day < c.end) else {
        return Ok(None);
    };
    let members = tx.contract_members(&contract.id).await?;
    let paid = members.iter().find(|m| m.institution == one.row.party).and_then(|m| m.seats);
    let taken = tx.seats_taken(&contract.id, &one.row.party).await?;
    Ok(Some(Standing {
        contract: contract.id,
        until: contract.end,
        paid: paid.and_then(|p| u64::try_from(p).ok()),
        taken: u64::try_from(taken).unwrap_or(0),
    }))
}
