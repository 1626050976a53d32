//! What goes beyond a licence: use without one, beyond its term, more output than its cap.
//!
//! A violation is found from what the licensee itself registered or reported, and carries that as evidence. What it
//! costs is for people to settle; the money of unlicensed sources waits meanwhile.

use jiff::civil::Date;

/// What kind of violation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Used without a licence.
    NoLicense,
    /// Used before or after the licence's term, or after it was revoked.
    BeyondTerm,
    /// More output than the cap.
    OverCap,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Kind; 3] = [Kind::NoLicense, Kind::BeyondTerm, Kind::OverCap];

    /// Its stable word.
    pub const fn code(self) -> &'static str {
        match self {
            Kind::NoLicense => "no-license",
            Kind::BeyondTerm => "beyond-term",
            Kind::OverCap => "over-cap",
        }
    }
}

/// One violation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// Its kind.
    pub kind: Kind,
    /// About what: `recording:ID`, `source:AS WRITTEN`, or the licence's id.
    pub subject: String,
    /// What shows it, in words.
    pub evidence: String,
}

/// When a licence held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Term {
    /// First day.
    pub from: Option<Date>,
    /// The day after the last.
    pub until: Option<Date>,
    /// The day after which outputs may not go on, where it was revoked: with its notice.
    pub ended: Option<Date>,
}

/// What was used or reported.
#[derive(Debug, Clone, Copy)]
pub struct Used<'a> {
    /// The licence.
    pub license: &'a str,
    /// The report or run that tells it.
    pub origin: &'a str,
    /// When the licence held.
    pub term: Term,
    /// The first day of the use.
    pub from: Date,
    /// The day after its last.
    pub until: Date,
    /// How many outputs were told.
    pub outputs: Option<u64>,
    /// How many were licensed.
    pub cap: Option<u64>,
    /// Each source: as written, the recording where it is known, whether it was licensed.
    pub sources: &'a [(String, Option<String>, bool)],
}

/// The violations in what was used, sorted, each once.
pub fn find(used: &Used<'_>) -> Vec<Violation> {
    let mut all = Vec::new();
    for (written, recording, licensed) in used.sources {
        if *licensed || (recording.is_none() && written.is_empty()) {
            continue;
        }
        let subject = match recording {
            Some(id) => format!("recording:{id}"),
            None => format!("source:{written}"),
        };
        let evidence = format!("{} names `{written}`, which {} does not license", used.origin, used.license);
        all.push(Violation { kind: Kind::NoLicense, subject, evidence });
    }
    if let Some(evidence) = beyond(used) {
        all.push(Violation { kind: Kind::BeyondTerm, subject: used.license.to_owned(), evidence });
    }
    if let (Some(outputs), Some(cap)) = (used.outputs, used.cap)
        && outputs > cap
    {
        let evidence = format!("{} tells {outputs} outputs, and {cap} are licensed", used.origin);
        all.push(Violation { kind: Kind::OverCap, subject: used.license.to_owned(), evidence });
    }
    all.sort_by(|a, b| (a.kind, &a.subject).cmp(&(b.kind, &b.subject)));
    all.dedup();
    all
}

fn beyond(used: &Used<'_>) -> Option<String> {
    let Used { origin, term, from, until, .. } = *used;
    let last = [term.until, term.ended].into_iter().flatten().min();
    if let Some(first) = term.from.filter(|first| from < *first) {
        return Some(format!("{origin} begins on {from}, and the licence on {first}"));
    }
    last.filter(|last| until > *last)
        .map(|last| format!("{origin} ends before {until}, and the licence before {last}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn each_kind_is_found_with_its_evidence_and_nothing_else_is() {
        let sources = [
            ("A".to_owned(), Some("rec-1".to_owned()), true),
            ("B".to_owned(), Some("rec-2".to_owned()), false),
            ("C".to_owned(), None, false),
            (String::new(), None, false),
        ];
        let term = Term { from: Some(day("2026-01-01")), until: Some(day("2027-01-01")), ended: None };
        let used = Used {
            license: "lic-1",
            origin: "report rpt-1",
            term,
            from: day("2026-03-01"),
            until: day("2026-04-01"),
            outputs: Some(10),
            cap: Some(10),
            sources: &sources,
        };
        let kinds =
            |u: &Used<'_>| find(u).into_iter().map(|v| (v.kind.code(), v.subject)).collect::<Vec<_>>();
        let no = [("no-license", "recording:rec-2".to_owned()), ("no-license", "source:C".to_owned())];
        assert_eq!(kinds(&used), no);
        let bare = Used { sources: &[], ..used };
        let license = || "lic-1".to_owned();
        for (changed, want) in [
            (bare, vec![]),
            (Used { outputs: Some(11), ..bare }, vec![("over-cap", license())]),
            (Used { until: day("2027-01-02"), ..bare }, vec![("beyond-term", license())]),
            (Used { until: day("2027-01-01"), ..bare }, vec![]),
            (Used { from: day("2025-12-31"), ..bare }, vec![("beyond-term", license())]),
            (
                Used { term: Term { ended: Some(day("2026-03-15")), ..term }, ..bare },
                vec![("beyond-term", license())],
            ),
            (Used { outputs: None, ..bare }, vec![]),
        ] {
            assert_eq!(kinds(&changed), want);
        }
        assert_eq!(find(&used)[0].evidence, "report rpt-1 names `B`, which lic-1 does not license");
    }
}
