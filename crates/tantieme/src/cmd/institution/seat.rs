//! Seats, and the pots where their money lies.

use app::institution::{self, Access};
use app::{Failure, House};
use serde_json::{Value, json};

use super::{Shown, span};
use crate::output;

/// The pots of institutions.
pub(super) async fn pots(
    house: &House,
    shown: Shown,
    who: Option<&str>,
    period: Option<&str>,
) -> Result<(), Failure> {
    let (from, until) = span(period)?;
    let party = match who {
        Some(text) => Some(institution::one(house, text).await?.row.party),
        None => None,
    };
    let all = institution::pots(house, party.as_ref(), from, until).await?;
    let names = app::party::names(house, all.iter().map(|p| p.institution.clone())).await?;
    let name = |p: &institution::Purse| names.get(&p.institution).cloned().unwrap_or_default();
    shown.table(
        &["institution", "from", "until", "pot", ">seats", ">billed", ">received", "state"],
        all.iter()
            .map(|p| vec![name(p), p.start.to_string(), p.end.to_string(), p.pot.to_string(), p.seats.map_or_else(|| "-".to_owned(), |s| s.to_string()), p.billed.to_string(), p.received.to_string(), p.status.clone()])
            .collect(),
        || {
            all.iter()
                .map(|p| json!({ "institution": p.institution.as_str(), "name": name(p), "contract": p.contract.as_str(), "from": p.start.to_string(), "until": p.end.to_string(), "pot": p.pot.as_str(), "rule": p.rule, "seats": p.seats, "billed": output::money(p.billed), "received": output::money(p.received), "status": p.status }))
                .collect()
        },
    );
    Ok(())
}

/// How an institution's seats stand, or whether a member may listen.
pub(super) async fn seats(
    house: &House,
    shown: Shown,
    who: &str,
    member: Option<&str>,
    on_site: bool,
) -> Result<(), Failure> {
    if let Some(member) = member {
        let party = institution::one(house, who).await?.row.party;
        let access = if on_site { Access::OnSite } else { Access::Home };
        let seat = institution::seat(house, &party, member, access).await?;
        if shown.json {
            output::json(
                &json!({ "contract": seat.contract.as_str(), "until": seat.until.to_string(), "home": seat.home, "on_site": seat.on_site, "fresh": seat.fresh }),
            );
        } else {
            println!("{member} may listen until {}", seat.until);
        }
        return Ok(());
    }
    match institution::seats(house, who).await? {
        Some(s) if shown.json => output::json(
            &json!({ "contract": s.contract.as_str(), "until": s.until.to_string(), "paid": s.paid, "taken": s.taken }),
        ),
        None if shown.json => output::json(&Value::Null),
        Some(s) => {
            let paid = s.paid.map_or_else(|| "any number of".to_owned(), |p| p.to_string());
            println!("{} of {paid} seats are taken, until {}", s.taken, s.until);
        }
        None => println!("no contract runs today"),
    }
    Ok(())
}
