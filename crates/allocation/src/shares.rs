//! Who holds a recording, on which side, and how far that is agreed.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use money::Ratio;
use music::share::Standing;
use music::{PartyId, RecordingId, RightsShare, ShareStatus, ShareSubject, Territory, UseType, WorkId};

use crate::rule::Pays;

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

    /// Several subjects that make one, each an equal part; a subject nobody holds leaves its part open.
    fn in_equal_parts(subjects: Vec<Option<&SharesOf>>) -> SharesOf {
        if let [Some(only)] = subjects.as_slice() {
            return (*only).clone();
        }
        let count = subjects.len().max(1) as u64;
        let known = || subjects.iter().copied().flatten();
        if let Some(unsure) = known().find(|s| matches!(s.standing, Standing::Over(_))) {
            return SharesOf { holders: unsure.holders.clone(), standing: unsure.standing.clone() };
        }
        let part = |holder: &Holder| {
            let den = u64::from(holder.ratio.denominator()) * count;
            Ratio::new(u64::from(holder.ratio.numerator()), den)
                .ok()
                .map(|ratio| (holder.party.clone(), ratio))
        };
        let disputed = known().any(|s| s.standing == Standing::Disputed);
        let holders: Option<Vec<(PartyId, Ratio)>> = known().flat_map(|s| &s.holders).map(part).collect();
        match holders {
            Some(holders) => SharesOf::standing_as(holders, disputed),
            // Finer than a share can be: as elsewhere, no line can be paid.
            None => SharesOf {
                holders: known().flat_map(|s| s.holders.clone()).collect(),
                standing: over_whole(&[]),
            },
        }
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
    pub const NONE: Shares = Shares { by_recording: BTreeMap::new() };

    /// No holder is known of anything.
    pub fn new() -> Shares {
        Shares::NONE
    }

    /// The registered shares that apply to a use of this type, here, on this day.
    ///
    /// Shares of recordings pay the master side. Shares of works pay the composition of the recordings that
    /// `works` names for them; a recording of several works, such as a medley, is held by each of them in equal parts.
    /// Credited artists are no rights shares: say them with [`Shares::set`].
    pub fn registered(
        rights: &[RightsShare],
        works: &[(RecordingId, WorkId)],
        use_type: UseType,
        territory: Option<&Territory>,
        day: Date,
    ) -> Shares {
        let mut by_subject: BTreeMap<&ShareSubject, Vec<&RightsShare>> = BTreeMap::new();
        for share in rights.iter().filter(|s| s.applies(use_type, territory, day)) {
            by_subject.entry(&share.subject).or_default().push(share);
        }
        let mut shares = Shares::new();
        let mut of_works: BTreeMap<&WorkId, SharesOf> = BTreeMap::new();
        for (subject, rights) in by_subject {
            match subject {
                ShareSubject::Recording(recording) => {
                    shares.set(recording.clone(), Pays::Master, SharesOf::from_rights(&rights));
                }
                ShareSubject::Work(work) => {
                    of_works.insert(work, SharesOf::from_rights(&rights));
                }
            }
        }
        let mut by_recording: BTreeMap<&RecordingId, BTreeSet<&WorkId>> = BTreeMap::new();
        for (recording, work) in works {
            by_recording.entry(recording).or_default().insert(work);
        }
        for (recording, works) in by_recording {
            let held = works.iter().map(|work| of_works.get(work));
            shares.set(recording.clone(), Pays::Composition, SharesOf::in_equal_parts(held.collect()));
        }
        shares
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

    #[test]
    fn registered_shares_by_side_place_and_day() {
        let (recording, day) = (RecordingId::from_bits(1), "2026-09-04".parse().unwrap());
        let right = |n: u64, subject: &ShareSubject, text: &str, territory: &str| RightsShare {
            id: music::ShareId::from_bits(n),
            subject: subject.clone(),
            party: party(n),
            ratio: ratio(text),
            territory: territory.parse().unwrap(),
            period: music::Period::ALWAYS,
            use_type: UseType::SetList,
            status: ShareStatus::Claimed,
        };
        let master = ShareSubject::Recording(recording.clone());
        let (one, two) = (WorkId::from_bits(1), WorkId::from_bits(2));
        let rights = [
            right(1, &master, "100 %", "FR"),
            right(2, &master, "100 %", "DE"),
            right(3, &ShareSubject::Work(one.clone()), "100 %", "world"),
            right(4, &ShareSubject::Work(two.clone()), "50 %", "world"),
        ];
        let works = [(recording.clone(), one), (recording.clone(), two)];
        let here = "FR".parse().unwrap();
        let shares = Shares::registered(&rights, &works, UseType::SetList, Some(&here), day);
        assert_eq!(shares.get(&recording, Pays::Master).unwrap(), &SharesOf::whole(party(1)));
        let composed = shares.get(&recording, Pays::Composition).unwrap();
        assert_eq!(composed, &SharesOf::new([(party(3), ratio("50 %")), (party(4), ratio("25 %"))]));
        assert_eq!(composed.standing(), &Standing::Open(ratio("25 %")));
        let streamed = Shares::registered(&rights, &works, UseType::Streaming, Some(&here), day);
        assert!(streamed.get(&recording, Pays::Master).is_none());
    }
}
