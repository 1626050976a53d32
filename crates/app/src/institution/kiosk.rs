//! Kiosks: devices in an institution's rooms, each with a token that works from its networks only.

use std::net::IpAddr;

use ledger::Hash;
use music::KioskId;
use store::{ContractRow, KioskRow};

use crate::failure::refuse;
use crate::institution::{Institution, found, today};
use crate::{Failure, House};

/// A kiosk that was set up, with its token: told once, kept only as a hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetUp {
    /// The kiosk.
    pub row: KioskRow,
    /// Its token.
    pub token: String,
}

/// A kiosk that may be used now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Open {
    /// The kiosk.
    pub kiosk: KioskRow,
    /// Whose rooms.
    pub institution: Institution,
    /// The contract that pays for it.
    pub contract: ContractRow,
}

/// Most networks of a kiosk.
const MOST_NETWORKS: usize = 32;

/// Sets a kiosk up for networks such as `192.0.2.0/24` or `2001:db8::/48`.
///
/// # Errors
/// In this order: what finding the institution refuses, `kiosk-name`, `kiosk-network`.
pub async fn set_up(
    house: &House,
    who: &str,
    name: &str,
    networks: &[String],
    by: &str,
) -> Result<SetUp, Failure> {
    let now = house.now();
    let mut tx = house.store.begin().await?;
    let one = found(&mut tx, who).await?;
    let name = name.trim();
    if name.is_empty() || name.len() > 100 {
        return Err(refuse(
            "kiosk-name",
            "a kiosk needs a name of at most 100 letters",
            "such as `reading room`",
        ));
    }
    let bad = networks.iter().find(|n| Network::read(n).is_none());
    if networks.is_empty() || networks.len() > MOST_NETWORKS || bad.is_some() {
        let message = match bad {
            Some(network) => format!("`{network}` is no network"),
            None => format!("a kiosk has between 1 and {MOST_NETWORKS} networks"),
        };
        return Err(refuse(
            "kiosk-network",
            message,
            "an address with a length: `192.0.2.0/24`, `2001:db8::/48`",
        ));
    }
    let (a, b) = (house.world.nonce(), house.world.nonce());
    let bytes: Vec<u8> = a.iter().chain(&b[..8]).copied().collect();
    let token = format!("kiosk-{}", bytes.iter().map(|b| format!("{b:02x}")).collect::<String>());
    let row = KioskRow {
        id: house.kiosk_id(),
        institution: one.row.party.clone(),
        name: name.to_owned(),
        token_hash: Hash::of(token.as_bytes()).to_string(),
        networks: networks.iter().map(|n| n.trim()).collect::<Vec<_>>().join(" "),
        created: now,
        ended: None,
        by: by.to_owned(),
    };
    tx.insert_kiosk(&row).await?;
    tx.note(now, by, "kiosk set-up", row.id.as_str(), name).await?;
    tx.commit().await?;
    Ok(SetUp { row, token })
}

/// Whether the device with a token may be used from an address now.
///
/// # Errors
/// In this order: `kiosk-unknown` (no such token, or ended), `kiosk-elsewhere` (not one of its networks),
/// `seat-expired`, `seat-on-site`.
pub async fn open(house: &House, token: &str, from: IpAddr) -> Result<Open, Failure> {
    let day = today(house);
    let mut tx = house.store.begin_read().await?;
    let hash = Hash::of(token.trim().as_bytes()).to_string();
    let kiosk = tx.kiosk_by_token(&hash).await?.filter(|k| k.ended.is_none()).ok_or_else(|| {
        refuse("kiosk-unknown", "no kiosk has this token", "set it up again; a token is told once")
    })?;
    // A reading on two families of addresses is one: IPv4 inside IPv6 counts as IPv4.
    if !kiosk.networks.split(' ').filter_map(Network::read).any(|n| n.holds(from)) {
        let message = format!("the kiosk `{}` is used from `{from}`, outside its networks", kiosk.name);
        return Err(refuse("kiosk-elsewhere", message, "set it up again with the network it stands in"));
    }
    let contracts = tx.contracts_of(&kiosk.institution).await?;
    let running = contracts.into_iter().find(|c| c.start <= day && day < c.end).ok_or_else(|| {
        refuse(
            "seat-expired",
            "the institution of this kiosk has no subscription now",
            "ask it whether it goes on",
        )
    })?;
    if !running.on_site {
        let message = "the institution of this kiosk subscribes for access from home";
        return Err(refuse("seat-on-site", message, "a contract with `--on-site` opens kiosks"));
    }
    let institution = found(&mut tx, kiosk.institution.as_str()).await?;
    Ok(Open { kiosk, institution, contract: running })
}

/// The kiosks of an institution, by name.
pub async fn list(house: &House, who: &str) -> Result<Vec<KioskRow>, Failure> {
    let mut tx = house.store.begin_read().await?;
    let party = found(&mut tx, who).await?.row.party;
    Ok(tx.kiosks_of(&party).await?)
}

/// Ends a kiosk; its token opens nothing any more.
///
/// # Errors
/// What finding the institution refuses, and `kiosk-unknown`.
pub async fn end(house: &House, who: &str, kiosk: &str, by: &str) -> Result<(), Failure> {
    let now = house.now();
    let mut tx = house.store.begin().await?;
    let party = found(&mut tx, who).await?.row.party;
    let id: Option<KioskId> = kiosk.trim().parse().ok();
    let kiosks = tx.kiosks_of(&party).await?;
    let one = kiosks.iter().find(|k| Some(&k.id) == id.as_ref() && k.ended.is_none()).ok_or_else(|| {
        refuse(
            "kiosk-unknown",
            format!("`{kiosk}` is no kiosk of it"),
            "`tantieme institution kiosks NAME` shows them",
        )
    })?;
    tx.end_kiosk(&one.id, now).await?;
    tx.note(now, by, "kiosk end", one.id.as_str(), "").await?;
    tx.commit().await?;
    Ok(())
}

/// Whether an address lies in any of these networks, such as those of an institution's kiosks.
pub fn within(networks: &str, address: IpAddr) -> bool {
    networks.split(' ').filter_map(Network::read).any(|n| n.holds(address))
}

struct Network {
    address: IpAddr,
    bits: u32,
}

impl Network {
    fn read(text: &str) -> Option<Network> {
        let (address, bits) = match text.trim().split_once('/') {
            Some((address, bits)) => (address.parse().ok()?, Some(bits.parse::<u32>().ok()?)),
            None => (text.trim().parse().ok()?, None),
        };
        let most = match address {
            IpAddr::V4(_) => 32,
            IpAddr::V6(_) => 128,
        };
        let bits = bits.unwrap_or(most);
        // The whole internet is no room.
        (8..=most).contains(&bits).then_some(Network { address, bits })
    }

    fn holds(&self, other: IpAddr) -> bool {
        match (self.address, other.to_canonical()) {
            (IpAddr::V4(net), IpAddr::V4(other)) => {
                let shift = 32 - self.bits;
                u32::from(net) >> shift == u32::from(other) >> shift
            }
            (IpAddr::V6(net), IpAddr::V6(other)) => {
                let shift = 128 - self.bits;
                u128::from(net) >> shift == u128::from(other) >> shift
            }
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_hold_their_addresses() {
        for (network, address, want) in [
            ("192.0.2.0/24", "192.0.2.255", true),
            ("192.0.2.0/24", "192.0.3.0", false),
            ("192.0.2.7", "192.0.2.7", true),
            ("192.0.2.7", "192.0.2.8", false),
            ("192.0.2.0/24", "::ffff:192.0.2.9", true),
            ("2001:db8::/32", "2001:db8:1::1", true),
            ("2001:db8::/32", "2001:db9::1", false),
            ("10.0.0.0/8", "2001:db8::1", false),
        ] {
            assert_eq!(within(network, address.parse().unwrap()), want, "{network} {address}");
        }
        for bad in ["", "0.0.0.0/0", "192.0.2.0/33", "::/0", "house", "192.0.2/24", "192.0.2.0/-1"] {
            assert!(Network::read(bad).is_none(), "{bad}");
        }
    }
}
