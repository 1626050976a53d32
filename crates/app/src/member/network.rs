//! On-site networks: whoever is on the institution's premises listens, without a name, for a day at most.

use std::net::IpAddr;

use jiff::SignedDuration;

use super::{Browser, Door, admit, door, forget, nameless};
use crate::failure::refuse;
use crate::session;
use crate::sign_in::Entered;
use crate::{Failure, House};

/// For how long somebody who came in on site listens.
const VISIT: SignedDuration = SignedDuration::from_hours(12);
/// For how long what they kept stays after that, and how many are forgotten when the next one comes.
const KEPT: SignedDuration = SignedDuration::from_hours(24);
const SWEPT: i64 = 20;

/// Addresses that begin alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    bits: u128,
    prefix: u32,
    v4: bool,
}

impl Network {
    /// Reads `192.0.2.0/24`, `2001:db8::/48`, or one address. Wider than /8 and /16 is refused: it is a slip.
    pub fn read(text: &str) -> Option<Network> {
        let (address, prefix) = match text.trim().split_once('/') {
            Some((address, prefix)) => (address, Some(prefix.parse::<u32>().ok()?)),
            None => (text.trim(), None),
        };
        let (bits, v4, whole, least) = match address.parse::<IpAddr>().ok()?.to_canonical() {
            IpAddr::V4(ip) => (u128::from(u32::from(ip)) << 96, true, 32, 8),
            IpAddr::V6(ip) => (u128::from(ip), false, 128, 16),
        };
        let prefix = prefix.unwrap_or(whole);
        (least..=whole).contains(&prefix).then_some(Network { bits: bits & mask(prefix), prefix, v4 })
    }

    /// Whether an address is within.
    pub fn holds(&self, ip: IpAddr) -> bool {
        let (bits, v4) = match ip.to_canonical() {
            IpAddr::V4(ip) => (u128::from(u32::from(ip)) << 96, true),
            IpAddr::V6(ip) => (u128::from(ip), false),
        };
        v4 == self.v4 && bits & mask(self.prefix) == self.bits
    }
}

fn mask(prefix: u32) -> u128 {
    if prefix == 0 { 0 } else { u128::MAX << (128 - prefix) }
}

/// Lets somebody in who is on an institution's premises.
///
/// # Errors
/// In this order: `door-none`, `network-elsewhere`.
pub async fn enter(
    house: &House,
    institution: &str,
    from: IpAddr,
    browser: Browser<'_>,
) -> Result<Entered, Failure> {
    let Door::Network { networks } = door(house, institution, "network").await? else {
        return Err(super::no_door("network"));
    };
    if !networks.iter().filter_map(|n| Network::read(n)).any(|n| n.holds(from)) {
        return Err(refuse(
            "network-elsewhere",
            "this door opens on the institution's own network only",
            "come in with your card or an invitation from elsewhere",
        ));
    }
    let now = house.now();
    let mut tx = house.store.begin().await?;
    for visit in tx.past_visits(institution, now - KEPT, SWEPT).await? {
        forget(house, &mut tx, &visit.id).await?;
        tx.erase_sign_in(&visit.sign_in, now).await?;
    }
    // Nobody is known by an address: each visit is a member of its own, which ends with the day.
    let sign_in = nameless(house, &mut tx, browser.lang).await?;
    admit(house, &mut tx, institution, &sign_in, Some(now + VISIT)).await?;
    let entered = session::open(house, &mut tx, &sign_in, "network", browser.agent, browser.before).await?;
    tx.commit().await?;
    Ok(entered)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_hold_their_own() {
        for (network, ip, want) in [
            ("192.0.2.0/24", "192.0.2.200", true),
            ("192.0.2.77/24", "192.0.2.1", true),
            ("192.0.2.0/24", "192.0.3.1", false),
            ("192.0.2.9", "192.0.2.9", true),
            ("192.0.2.9", "192.0.2.8", false),
            ("192.0.2.0/24", "::ffff:192.0.2.5", true),
            ("2001:db8::/48", "2001:db8:0:5::1", true),
            ("2001:db8::/48", "2001:db8:1::1", false),
            ("192.0.2.0/24", "c000:200::1", false),
        ] {
            assert_eq!(Network::read(network).unwrap().holds(ip.parse().unwrap()), want, "{network} {ip}");
        }
        for odd in ["", "0.0.0.0/0", "10.0.0.0/7", "192.0.2.0/33", "::/0", "library", "1.2.3.4/x"] {
            assert_eq!(Network::read(odd), None, "{odd}");
        }
    }
}
