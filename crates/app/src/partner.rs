//! Partner places: a directory and a map of institutions that take part, and how often others are asked to.

use jiff::tz::TimeZone;
use music::Place;

use crate::failure::refuse;
use crate::institution::{self, Institution};
use crate::{Failure, House, policy};

/// An institution of the directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Partner {
    /// The institution.
    pub institution: Institution,
    /// Whether it subscribes today.
    pub open: bool,
    /// Whether it has kiosks.
    pub on_site: bool,
    /// Whether its members listen at home.
    pub home: bool,
}

/// The institutions that stand in the directory, by name.
pub async fn directory(house: &House) -> Result<Vec<Partner>, Failure> {
    let day = institution::today(house);
    let mut all = Vec::new();
    for one in institution::list(house).await?.into_iter().filter(|i| i.row.listed) {
        let mut tx = house.store.begin_read().await?;
        let mut contracts = tx.contracts_of(&one.row.party).await?;
        // A network that signs for its members is open as they are.
        contracts.extend(tx.contracts_held(&one.row.party).await?);
        let running = contracts.iter().find(|c| c.start <= day && day < c.end);
        all.push(Partner {
            open: running.is_some(),
            on_site: running.is_some_and(|c| c.on_site),
            home: running.is_some_and(|c| c.home),
            institution: one,
        });
    }
    all.sort_by_key(|p| music::name_key(&p.institution.name));
    Ok(all)
}

/// Asks for a place to take part. Only the place and the month are counted: nobody who asks is kept.
///
/// # Errors
/// `place-unknown`, `place-not-listed`.
pub async fn wish(house: &House, code: &str) -> Result<String, Failure> {
    let place: Place = code.trim().parse().map_err(|e: music::place::UnknownPlace| {
        refuse("place-unknown", e.to_string(), "choose one of the list")
    })?;
    let month = house.now().to_zoned(TimeZone::UTC).strftime("%Y-%m").to_string();
    let mut tx = house.store.begin().await?;
    let Some(row) = tx.place(place.as_str()).await? else {
        let message = format!("the place `{place}` is not in this house's list");
        return Err(refuse("place-not-listed", message, "choose one of the list"));
    };
    tx.add_wish(place.as_str(), &month).await?;
    tx.commit().await?;
    Ok(row.name)
}

/// How often each place was asked for: code, name, how often; only those asked for as often as the policy
/// `giver-threshold` says, most often first. The house sees all.
pub async fn wishes(house: &House, all: bool) -> Result<Vec<(String, String, u64)>, Failure> {
    let mut tx = house.store.begin_read().await?;
    let least =
        if all { 1 } else { i64::from(policy::count(&mut tx, "giver-threshold", house.now()).await?) };
    let mut told = Vec::new();
    for (code, count) in tx.wishes().await? {
        if count >= least {
            let name = tx.place(&code).await?.map(|p| p.name).unwrap_or_default();
            told.push((code, name, u64::try_from(count).unwrap_or(0)));
        }
    }
    Ok(told)
}

/// The localities and subdivisions that can be asked for: code and name.
pub async fn places(house: &House) -> Result<Vec<(String, String)>, Failure> {
    let mut tx = house.store.begin_read().await?;
    Ok(tx.places().await?.into_iter().filter(|p| p.code.len() > 2).map(|p| (p.code, p.name)).collect())
}
