//! Guards over a set list: whose recordings it names, and whether its order was seen before.

use std::collections::BTreeSet;

use music::RecordingId;

use super::{Flag, Kind, Limits};
use crate::held::Held;

/// How many lines in a row make a piece of an order.
const RUN: usize = 3;

/// A set list as the guards see it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ListSeen {
    /// Its id.
    pub list: String,
    /// Who performed it.
    pub performer: String,
    /// Its played lines, in order.
    pub lines: Vec<SeenLine>,
}

/// A played line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenLine {
    /// The line's key.
    pub key: String,
    /// What was recognized.
    pub recording: Option<RecordingId>,
    /// Whether its performer holds at least half of it.
    pub own: bool,
}

/// Looks at a list beside earlier lists of other performers.
pub fn list(list: &ListSeen, earlier: &[ListSeen], limits: &Limits) -> Vec<Flag> {
    own_tracks(list, limits).into_iter().chain(copied(list, earlier, limits)).collect()
}

fn own_tracks(list: &ListSeen, limits: &Limits) -> Option<Flag> {
    let known = list.lines.iter().filter(|l| l.recording.is_some()).count();
    let own: BTreeSet<String> = list.lines.iter().filter(|l| l.own).map(|l| l.key.clone()).collect();
    let enough =
        known >= limits.least_recordings && own.len() as u64 * 100 >= known as u64 * limits.own_percent;
    enough.then(|| Flag {
        kind: Kind::OwnTracks,
        subject: list.list.clone(),
        evidence: format!(
            "{} of {known} known lines are recordings of which the performer holds at least half",
            own.len()
        ),
        evidence_fr: format!(
            "{} des {known} lignes connues sont des enregistrements dont l'interprète détient au moins la moitié",
            own.len()
        ),
        held: Held { usages: own, ..Held::default() },
    })
}

fn copied(list: &ListSeen, earlier: &[ListSeen], limits: &Limits) -> Option<Flag> {
    let order = runs(list);
    if order.len() + RUN <= limits.least_recordings {
        return None;
    }
    let others = earlier.iter().filter(|o| o.performer != list.performer && o.list != list.list);
    let (same, other) = others
        .map(|other| (runs(other).intersection(&order).count(), other))
        .max_by(|a, b| a.0.cmp(&b.0).then_with(|| b.1.list.cmp(&a.1.list)))?;
    let percent = same as u64 * 100 / (order.len() as u64).max(1);
    let theirs: BTreeSet<&RecordingId> = other.lines.iter().filter_map(|l| l.recording.as_ref()).collect();
    let taken = list.lines.iter().filter(|l| l.recording.as_ref().is_some_and(|r| theirs.contains(r)));
    (percent >= limits.copied_percent).then(|| Flag {
        kind: Kind::CopiedList,
        subject: list.list.clone(),
        evidence: format!(
            "{percent} % of its order is the same as in the list `{}` of another performer",
            other.list
        ),
        evidence_fr: format!(
            "{percent} % de son ordre est le même que dans la liste « {} » d'un autre interprète",
            other.list
        ),
        held: Held { usages: taken.map(|l| l.key.clone()).collect(), ..Held::default() },
    })
}

/// Every three known recordings that follow each other.
fn runs(list: &ListSeen) -> BTreeSet<[&RecordingId; RUN]> {
    let known: Vec<&RecordingId> = list.lines.iter().filter_map(|l| l.recording.as_ref()).collect();
    known.windows(RUN).filter_map(|w| <[&RecordingId; RUN]>::try_from(w).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(name: &str, performer: &str, recordings: impl IntoIterator<Item = u64>, own: bool) -> ListSeen {
        let line = |(n, r): (usize, u64)| SeenLine {
            key: format!("{name}-{n}"),
            recording: Some(RecordingId::from_bits(r)),
            own,
        };
        ListSeen {
            list: name.to_owned(),
            performer: performer.to_owned(),
            lines: recordings.into_iter().enumerate().map(line).collect(),
        }
    }

    fn kinds(one: &ListSeen, earlier: &[ListSeen]) -> Vec<&'static str> {
        list(one, earlier, &Limits::default()).iter().map(|f| f.kind.word()).collect()
    }

    #[test]
    fn lists_are_flagged_for_what_they_are() {
        let night = of("a", "umbra", 1..21, false);
        for (what, one, want) in [
            ("the same list by somebody else", of("b", "vero", 1..21, false), vec!["copied-list"]),
            ("the same list again by the same DJ", of("b", "umbra", 1..21, false), vec![]),
            ("common records in another order", of("b", "vero", (1..21).rev(), false), vec![]),
            ("half of it, then own ideas", of("b", "vero", (1..11).chain(40..50), false), vec![]),
            ("a live act", of("b", "vero", 60..70, true), vec!["own-tracks"]),
            ("too short to tell", of("b", "vero", 1..6, true), vec![]),
        ] {
            assert_eq!(kinds(&one, std::slice::from_ref(&night)), want, "{what}");
        }
    }
}
