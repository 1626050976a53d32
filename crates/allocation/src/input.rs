//! What a rule shares by: usages, plays, deliverables, and who holds what.
//!
//! All of it arrives as values, in any order; the order changes nothing.

use std::collections::{BTreeMap, BTreeSet};

use money::{Amount, Ratio};
use music::share::Standing;
use music::{Origin, PartyId, RecordingId, RightsShare, ShareStatus};

use crate::rule::Pays;

/// Everything one pot is shared by. A rule uses what it names and refuses when that is missing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Input {
    /// Lines of set lists.
    pub usages: Vec<Usage>,
    /// Plays by members.
    pub plays: Vec<Play>,
    /// Paid seats; the members with a play where not told.
    pub seats: Option<u64>,
    /// What is known of recordings, for filters, artists and thresholds.
    pub facts: BTreeMap<RecordingId, Facts>,
    /// Who holds each recording, by side.
    pub shares: Shares,
    /// Who performed the set.
    pub performer: Option<PartyId>,
    /// What an output was made from.
    pub attributions: Vec<Attribution>,
    /// What was delivered in a campaign.
    pub deliverables: Vec<Deliverable>,
    /// Releases an institution chose.
    pub releases: Vec<SelectedRelease>,
}

/// One line of a set list, as it counts for sharing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Usage {
    /// A stable identifier of the line: ties are decided by it, explanations lead back to it. Two rows
    /// with one key are one line whose plays and seconds add up.
    pub key: String,
    /// The document and line it came from.
    pub origin: Origin,
    /// The recording; `None` where it is not identified, and its money waits.
    pub recording: Option<RecordingId>,
    /// How many times, at least 1; 0 gets nothing.
    pub plays: u32,
    /// Seconds heard, where the source has them.
    pub played_s: Option<u32>,
}

impl Usage {
    /// A line played once.
    pub fn line(key: impl Into<String>, origin: Origin, recording: Option<RecordingId>) -> Usage {
        Usage { key: key.into(), origin, recording, plays: 1, played_s: None }
    }
}

/// What one member played of one recording.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Play {
    /// The member, as a pseudonym.
    pub member: String,
    /// The recording.
    pub recording: RecordingId,
    /// Counted plays.
    pub plays: u32,
    /// Seconds heard, where known.
    pub played_s: Option<u32>,
    /// Whether the member sought it.
    pub sought: bool,
    /// Plays of it by the same member before this period (for listen-to-own).
    pub before: u32,
}

/// What is known of a recording.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Facts {
    /// A stable key of its artist.
    pub artist: Option<String>,
    /// Available to the members of the institution that pays.
    pub in_catalogue: bool,
    /// Tagged with the territory of the institution that pays.
    pub local: bool,
    /// Part of the licensed set.
    pub licensed: bool,
    /// Plays in the months of a threshold, all listeners and this period included.
    pub threshold_plays: Option<u64>,
}

/// What was attributed to one source of an output.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attribution {
    /// A stable identifier of the report's row.
    pub key: String,
    /// The recording; `None` where the source is not identified.
    pub recording: Option<RecordingId>,
    /// How much, in any unit common to the report.
    pub weight: u64,
}

/// Something delivered in a campaign, with the amount agreed for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deliverable {
    /// A stable identifier.
    pub key: String,
    /// The amount agreed, before deductions.
    pub agreed: Amount,
    /// Whether it was accepted; the others get nothing yet.
    pub accepted: bool,
    /// Who is paid for it.
    pub shares: SharesOf,
}

/// A release that an institution chose for its collection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SelectedRelease {
    /// A stable identifier.
    pub key: String,
    /// Who is paid for it.
    pub shares: SharesOf,
}

/// One party and its fraction.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Holder {
    /// Whose.
    pub party: PartyId,
    /// How much of the whole.
    pub ratio: Ratio,
}

/// Who holds one recording on one side, and how that stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SharesOf {
    holders: Vec<Holder>,
    standing: Standing,
}

/// Who holds each recording, by side. What is absent has no known holder.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Shares {
    by_recording: BTreeMap<(RecordingId, Pays), SharesOf>,
}

impl SharesOf {
    /// Fractions of parties, not disputed. One party's fractions are added; order does not matter.
    pub fn new(holders: impl IntoIterator<Item = (PartyId, Ratio)>) -> SharesOf {
        SharesOf::standing_as(holders, false)
    }

    /// The same, as disputed: all money of it waits.
    pub fn disputed(holders: impl IntoIterator<Item = (PartyId, Ratio)>) -> SharesOf {
        SharesOf::standing_as(holders, true)
    }

    /// One party holds the whole.
    pub fn whole(party: PartyId) -> SharesOf {
        SharesOf::new([(party, Ratio::WHOLE)])
    }

    /// Parties in equal parts, as artists credited together are; up to four thousand million of them.
    pub fn equal(parties: impl IntoIterator<Item = PartyId>) -> SharesOf {
        let parties: BTreeSet<PartyId> = parties.into_iter().collect();
        let part = Ratio::new(1, parties.len().max(1) as u64).unwrap_or(Ratio::ZERO);
        SharesOf::new(parties.into_iter().map(|party| (party, part)))
    }

    /// The shares of one subject as registered, those that apply only (see [`RightsShare::applies`]).
    pub fn from_rights(shares: &[&RightsShare]) -> SharesOf {
        let disputed = shares.iter().any(|s| s.status == ShareStatus::Disputed);
        SharesOf::standing_as(shares.iter().map(|s| (s.party.clone(), s.ratio)), disputed)
    }

    /// Who holds how much, by party.
    pub fn holders(&self) -> &[Holder] {
        &self.holders
    }

    /// How the fractions add up.
    pub fn standing(&self) -> &Standing {
        &self.standing
    }

    fn standing_as(holders: impl IntoIterator<Item = (PartyId, Ratio)>, disputed: bool) -> SharesOf {
        let mut by_party: BTreeMap<PartyId, Vec<Ratio>> = BTreeMap::new();
        for (party, ratio) in holders {
            by_party.entry(party).or_default().push(ratio);
        }
        let all: Vec<Ratio> = by_party.values().flatten().copied().collect();
        let added: Option<Vec<Holder>> = by_party
            .iter()
            .map(|(party, ratios)| Some(Holder { party: party.clone(), ratio: added(ratios)? }))
            .collect();
        let Some(holders) = added else {
            // One party alone claims more than the whole, or fractions too fine to add: no line can be paid.
            let holders = by_party.into_keys().map(|party| Holder { party, ratio: Ratio::ZERO }).collect();
            let over = over_whole(&all);
            return SharesOf { holders, standing: if disputed { Standing::Disputed } else { over } };
        };
        let standing = if disputed { Standing::Disputed } else { standing_of(&all) };
        SharesOf { holders, standing }
    }
}

fn added(ratios: &[Ratio]) -> Option<Ratio> {
    let (sum, common) = Ratio::sum_to_whole(ratios)?;
    Ratio::new(u64::try_from(sum).ok()?, u64::try_from(common).ok()?).ok()
}

fn standing_of(ratios: &[Ratio]) -> Standing {
    match Ratio::sum_to_whole(ratios) {
        Some((sum, common)) if sum == common => Standing::Whole,
        Some((sum, common)) if sum < common => {
            let missing = u64::try_from(common - sum).ok().zip(u64::try_from(common).ok());
            missing
                .and_then(|(m, c)| Ratio::new(m, c).ok())
                .map_or(Standing::Open(Ratio::ZERO), Standing::Open)
        }
        _ => over_whole(ratios),
    }
}

/// As [`music::share::standing`] says it.
fn over_whole(ratios: &[Ratio]) -> Standing {
    let Some((sum, common)) = Ratio::sum_to_whole(ratios).filter(|(sum, common)| sum > common) else {
        return Standing::Over("an amount too fine to add".to_owned());
    };
    let over = ((sum - common) as f64) * 100.0 / (common as f64);
    Standing::Over(format!("{over:.4}").trim_end_matches('0').trim_end_matches('.').to_owned() + " %")
}

impl Shares {
    /// No holder is known of anything.
    pub fn new() -> Shares {
        Shares::default()
    }

    /// Says who holds a recording on a side ([`Pays::BothSides`] is no side and is never looked up).
    pub fn set(&mut self, recording: RecordingId, side: Pays, shares: SharesOf) {
        self.by_recording.insert((recording, side), shares);
    }

    /// Who holds a recording on a side.
    pub fn get(&self, recording: &RecordingId, side: Pays) -> Option<&SharesOf> {
        // A look-up by a borrowed pair would need a key of its own; an id is a short text.
        self.by_recording.get(&(recording.clone(), side))
    }

    /// All that is known, by recording and side.
    pub fn iter(&self) -> impl Iterator<Item = (&RecordingId, Pays, &SharesOf)> {
        self.by_recording.iter().map(|((recording, side), shares)| (recording, *side, shares))
    }
}

impl Input {
    /// Nothing at all.
    pub const NOTHING: Input = Input {
        usages: Vec::new(),
        plays: Vec::new(),
        seats: None,
        facts: BTreeMap::new(),
        shares: Shares { by_recording: BTreeMap::new() },
        performer: None,
        attributions: Vec::new(),
        deliverables: Vec::new(),
        releases: Vec::new(),
    };

    /// A set list and who holds what was played.
    pub fn set_list(usages: Vec<Usage>, shares: Shares) -> Input {
        Input { usages, shares, ..Input::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn party(n: u64) -> PartyId {
        PartyId::from_bits(n)
    }

    fn ratio(text: &str) -> Ratio {
        text.parse().unwrap()
    }

    #[test]
    fn shares_of_one_party_are_added() {
        let shares =
            SharesOf::new([(party(2), ratio("30 %")), (party(1), ratio("1/2")), (party(2), ratio("20 %"))]);
        assert_eq!(shares.standing(), &Standing::Whole);
        let holders: Vec<(&PartyId, Ratio)> = shares.holders().iter().map(|h| (&h.party, h.ratio)).collect();
        assert_eq!(holders, [(&party(1), ratio("50 %")), (&party(2), ratio("50 %"))]);
    }

    #[test]
    fn standings() {
        for (ratios, want) in [
            (vec!["60 %", "40 %"], Standing::Whole),
            (vec!["60 %"], Standing::Open(ratio("40 %"))),
            (vec!["1/3", "1/3", "1/3"], Standing::Whole),
            (vec!["60 %", "52.5 %"], Standing::Over("12.5 %".to_owned())),
            (vec![], Standing::Open(Ratio::WHOLE)),
        ] {
            let shares = SharesOf::new(ratios.iter().enumerate().map(|(n, r)| (party(n as u64), ratio(r))));
            assert_eq!(shares.standing(), &want, "{ratios:?}");
        }
        assert_eq!(SharesOf::disputed([(party(1), Ratio::WHOLE)]).standing(), &Standing::Disputed);
        let greedy = SharesOf::new([(party(1), ratio("80 %")), (party(1), ratio("30 %"))]);
        assert_eq!(greedy.standing(), &Standing::Over("10 %".to_owned()));
        let three = SharesOf::equal([party(1), party(2), party(3), party(1)]);
        assert_eq!((three.holders().len(), three.standing()), (3, &Standing::Whole));
    }
}
