//! Guards over the plays of members.
//!
//! A ring is found against chance: if devoted listeners were spread over parties as they are spread over all
//! other parties, how probable are k of them among the n listeners of this one? The bound of Chernoff,
//! exp(−n·D(k/n ‖ q)), is multiplied by the number of parties, since as many are looked at.
//!
//! Worked: one pair of member and party in 500 is devoted (q = 0.002). A party with 12 listeners of whom 8
//! are devoted: D(0.667 ‖ 0.002) = 3.5, so chance is below e^−42. One with 3,000 listeners of whom 8 are: no sign of anything.

use std::collections::{BTreeMap, BTreeSet};

use super::{Flag, Heard, Kind, Limits, baskets};
use crate::held::Held;

/// Seconds that a play lasts at least where nothing is known: shorter ones are not counted by anybody.
const SHORTEST_PLAY_S: u64 = 30;

const DAY_S: u64 = 86_400;

/// What one member did.
#[derive(Default)]
pub(super) struct Member<'a> {
    pub rows: Vec<&'a Heard>,
    plays: u64,
    seconds: u64,
    by_party: BTreeMap<&'a str, u64>,
    by_day: BTreeMap<i64, u64>,
}

/// Looks at all plays of a pot, over a period of so many seconds. The order of rows changes nothing.
pub fn plays(rows: &[Heard], period_s: u64, limits: &Limits) -> Vec<Flag> {
    let mut members: BTreeMap<&str, Member<'_>> = BTreeMap::new();
    for row in rows.iter().filter(|r| r.plays > 0) {
        members.entry(&row.member).or_default().take(row);
    }
    let mut flags = Vec::new();
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    for (name, member) in &members {
        if let Some(flag) = beyond_hearing(name, member, period_s, limits) {
            seen.insert(name);
            flags.push(flag);
        }
    }
    flags.extend(one_party(&members, &mut seen, limits));
    flags.extend(rings(&members, &mut seen, limits));
    flags.extend(baskets::same(&members, &seen, limits));
    flags
}

impl<'a> Member<'a> {
    fn take(&mut self, row: &'a Heard) {
        let plays = u64::from(row.plays);
        let shortest = row.duration_s.map_or(SHORTEST_PLAY_S, |d| u64::from(d).min(SHORTEST_PLAY_S));
        let seconds = row.played_s.map_or(plays * shortest, u64::from);
        self.plays += plays;
        self.seconds += seconds;
        if let Some(party) = &row.party {
            *self.by_party.entry(party).or_default() += plays;
        }
        if let Some(at) = row.at {
            *self.by_day.entry(at.div_euclid(DAY_S as i64)).or_default() += seconds;
        }
        self.rows.push(row);
    }

    /// The party that got most of its plays, and how many; ties go to the smaller name.
    fn favourite(&self) -> Option<(&'a str, u64)> {
        self.by_party.iter().map(|(p, n)| (*p, *n)).max_by(|a, b| a.1.cmp(&b.1).then_with(|| b.0.cmp(a.0)))
    }

    fn devoted(&self, limits: &Limits) -> Option<(&'a str, u64)> {
        self.favourite().filter(|(_, n)| n * 100 >= self.plays * limits.devoted_percent)
    }

    fn held(&self, name: &str, of: Option<&str>) -> impl Iterator<Item = (String, music::RecordingId)> {
        let meant = |row: &&&Heard| of.is_none() || row.party.as_deref() == of;
        self.rows
            .iter()
            .filter(meant)
            .map(|r| (name.to_owned(), r.recording.clone()))
            .collect::<Vec<_>>()
            .into_iter()
    }
}

fn beyond_hearing(name: &str, member: &Member<'_>, period_s: u64, limits: &Limits) -> Option<Flag> {
    let hours = |seconds: u64| seconds / 3_600;
    // Whoever starts a long piece before midnight hears it after: a day may run over by a little.
    let longest = member.by_day.iter().max_by_key(|(_, s)| **s).filter(|(_, s)| **s > DAY_S + DAY_S / 10);
    let waking = period_s / 24 * limits.hours_a_day;
    let (en, fr) = if member.seconds > period_s {
        (
            format!("{} hours were played in {} hours", hours(member.seconds), hours(period_s)),
            format!("{} heures ont été jouées en {} heures", hours(member.seconds), hours(period_s)),
        )
    } else if let Some((_, seconds)) = longest {
        (
            format!("{} hours were played in one day", hours(*seconds)),
            format!("{} heures ont été jouées en un jour", hours(*seconds)),
        )
    } else if period_s >= 7 * DAY_S && member.seconds > waking {
        let a_day = member.seconds * 24 / period_s;
        (
            format!("{a_day} hours a day were played, day after day, more than {} a day", limits.hours_a_day),
            format!(
                "{a_day} heures par jour ont été jouées, jour après jour, plus de {} par jour",
                limits.hours_a_day
            ),
        )
    } else {
        return None;
    };
    Some(Flag {
        kind: Kind::BeyondHearing,
        subject: name.to_owned(),
        evidence: format!("{en}, in {} plays of {} recordings", member.plays, recordings(member)),
        evidence_fr: format!("{fr}, en {} écoutes de {} enregistrements", member.plays, recordings(member)),
        held: Held { plays: member.held(name, None).collect(), ..Held::default() },
    })
}

fn recordings(member: &Member<'_>) -> usize {
    member.rows.iter().map(|r| &r.recording).collect::<BTreeSet<_>>().len()
}

fn one_party<'a>(
    members: &BTreeMap<&'a str, Member<'a>>,
    seen: &mut BTreeSet<&'a str>,
    limits: &Limits,
) -> Vec<Flag> {
    let mut sizes: Vec<u64> = members.values().map(|m| m.plays).collect();
    sizes.sort_unstable();
    // The plays that 99 of 100 members stay at or below.
    let usual = sizes.get((sizes.len() * 99 / 100).min(sizes.len().saturating_sub(2))).copied().unwrap_or(0);
    let limit = (usual * limits.times_the_most).max(limits.least_plays);
    let mut flags = Vec::new();
    for (name, member) in members {
        let Some((party, plays)) = member.devoted(limits).filter(|(_, n)| *n > limit) else { continue };
        if !seen.insert(name) {
            continue;
        }
        let percent = plays * 100 / member.plays.max(1);
        flags.push(Flag {
            kind: Kind::OneParty,
            subject: (*name).to_owned(),
            evidence: format!(
                "{plays} plays, {percent} % of all its plays, for one party; 99 of 100 members have at most {usual} plays in all"
            ),
            evidence_fr: format!(
                "{plays} écoutes, {percent} % de toutes les siennes, pour un seul ayant droit ; 99 membres sur 100 en ont au plus {usual} en tout"
            ),
            held: Held { plays: member.held(name, Some(party)).collect(), ..Held::default() },
        });
    }
    flags
}

fn rings<'a>(
    members: &BTreeMap<&'a str, Member<'a>>,
    seen: &mut BTreeSet<&'a str>,
    limits: &Limits,
) -> Vec<Flag> {
    // One play says nothing about devotion.
    const LEAST: u64 = 10;
    let mut listeners: BTreeMap<&str, u64> = BTreeMap::new();
    let mut devoted: BTreeMap<&str, Vec<&'a str>> = BTreeMap::new();
    let mut party_plays: BTreeMap<&str, u64> = BTreeMap::new();
    for (name, member) in members {
        for (party, plays) in &member.by_party {
            *party_plays.entry(party).or_default() += plays;
        }
        if member.plays < LEAST {
            continue;
        }
        for party in member.by_party.keys() {
            *listeners.entry(party).or_default() += 1;
        }
        if let Some((party, _)) = member.devoted(limits) {
            devoted.entry(party).or_default().push(name);
        }
    }
    let pairs: u64 = listeners.values().sum();
    let all: u64 = devoted.values().map(|d| d.len() as u64).sum();
    let mut flags = Vec::new();
    for (party, names) in &devoted {
        let (n, k) = (listeners.get(party).copied().unwrap_or(0), names.len() as u64);
        if names.len() < limits.least_members {
            continue;
        }
        // The rate among everybody else; one more, so that it is never nothing.
        let q = ((all - k + 1) as f64) / ((pairs - n + 500) as f64);
        let chance = tail(n, k, q) * (listeners.len() as f64);
        let fed: u64 = names.iter().filter_map(|m| members.get(m)?.by_party.get(party)).sum();
        let total = party_plays.get(party).copied().unwrap_or(0).max(1);
        if chance >= limits.chance || fed * 2 < total {
            continue;
        }
        let plays = names
            .iter()
            .filter_map(|m| Some((m, members.get(m)?)))
            .flat_map(|(m, member)| member.held(m, Some(party)));
        flags.push(Flag {
            kind: Kind::Ring,
            subject: (*party).to_owned(),
            evidence: format!(
                "{k} of the {n} members who played this party gave it at least {} % of their plays, together {} % of its plays; chance makes fewer than {} of them",
                limits.devoted_percent,
                fed * 100 / total,
                limits.least_members
            ),
            evidence_fr: format!(
                "{k} des {n} membres qui ont joué cet ayant droit lui ont donné au moins {} % de leurs écoutes, ensemble {} % des siennes ; le hasard en fait moins de {}",
                limits.devoted_percent,
                fed * 100 / total,
                limits.least_members
            ),
            held: Held { plays: plays.collect(), ..Held::default() },
        });
        seen.extend(names);
    }
    flags
}

/// An upper bound of the probability that at least k of n happen, each with probability q.
fn tail(n: u64, k: u64, q: f64) -> f64 {
    let (n, p) = (n as f64, k as f64 / (n.max(1) as f64));
    if p <= q {
        return 1.0;
    }
    let rest = if p >= 1.0 { 0.0 } else { (1.0 - p) * ((1.0 - p) / (1.0 - q)).ln() };
    (-n * (p * (p / q).ln() + rest)).exp()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tails_bound_the_binomial() {
        // P(X ≥ 2 | 3, 0.1) = 0.028 exactly.
        assert!(tail(3, 2, 0.1) >= 0.028 && tail(3, 2, 0.1) < 0.2);
        assert!(tail(100, 5, 0.1) >= 1.0);
        assert!(tail(12, 8, 0.002) < 1e-15);
        assert!(tail(5, 5, 0.5) >= 0.03124);
    }
}
