//! Deals of a message: where, when, how paid, for what; and take-downs.
//!
//! A day named as the end of a period belongs to it, so that our half-open period ends a day later. Of a time
//! only the day is kept: a deal that ends at midnight ends before that day, one that ends later with it.

use std::sync::Arc;

use jiff::civil::Date;
use music::problem::Problem;
use music::{Period, Territory};

use super::tree::Node;
use crate::catalogue::cell::{self, identifier, short};
use crate::catalogue::item::{Action, Deal};

/// Deals kept of one release and of one recording; a release with terms of its own for each country has hundreds.
pub(super) const DEALS: usize = 2000;

/// Territories kept of one deal: more than there are countries.
const TERRITORIES: usize = 400;

/// What one `ReleaseDeal` says, and of which releases (by reference).
pub(super) struct ReleaseDeal {
    /// References and the line each stands on.
    pub(super) releases: Vec<(String, u64)>,
    pub(super) deals: Vec<Deal>,
}

/// Reads a `ReleaseDeal`.
pub(super) fn read(node: &Node, problems: &mut Vec<Problem>) -> ReleaseDeal {
    let releases = node.all(&["DealReleaseReference"]).map(|n| (n.text.clone(), n.line)).collect();
    let mut deals = Vec::new();
    for terms in node.all(&["Deal"]).flat_map(|d| d.all(&["DealTerms"])) {
        if deals.len() >= DEALS {
            let message = format!("a release has more than {DEALS} deals");
            problems.push(Problem::new("too-many-deals", terms.line, message, "the first ones were kept"));
            break;
        }
        deals.extend(terms_of(terms, problems));
    }
    ReleaseDeal { releases, deals }
}

fn terms_of(terms: &Node, problems: &mut Vec<Problem>) -> Vec<Deal> {
    let words = |node: &Node, name: &str| node.all(&[name]).take(100).map(Node::word).collect::<Vec<_>>();
    let mut use_types = words(terms, "UseType");
    use_types.extend(terms.all(&["Usage"]).take(100).flat_map(|usage| words(usage, "UseType")));
    let take_down = terms.says("TakeDown") || terms.says("AllDealsCancelled");
    let named = terms.all(&["TerritoryCode"]).next().is_some();
    let deal = Deal {
        release: String::new(),
        territories: territories(terms, &["TerritoryCode"], problems),
        excluded: territories(terms, &["ExcludedTerritoryCode"], problems),
        period: Period::ALWAYS,
        commercial_models: words(terms, "CommercialModelType"),
        use_types,
        take_down,
    };
    if named && deal.territories.is_empty() {
        // Places were named but none is known: an empty list would mean everywhere.
        return Vec::new();
    }
    let periods: Vec<&Node> = terms.all(&["ValidityPeriod"]).take(20).collect();
    if periods.is_empty() {
        return vec![deal];
    }
    let with = |period| Deal { period, ..deal.clone() };
    periods.into_iter().filter_map(|p| period(p, problems)).map(with).collect()
}

/// The territories that children of these names tell.
pub(super) fn territories(node: &Node, names: &[&str], problems: &mut Vec<Problem>) -> Vec<Territory> {
    node.all(names).take(TERRITORIES).filter_map(|n| identifier(&n.text, n.line, problems)).collect()
}

/// The days from `StartDate` or `StartDateTime` to `EndDate` or `EndDateTime`; nothing, and a problem, where one of
/// them cannot be read, since an open end would offer more than was meant.
pub(super) fn period(node: &Node, problems: &mut Vec<Problem>) -> Option<Period> {
    let start = edge(node, &["StartDate", "StartDateTime"], problems, |first, _, _| first)?;
    let end =
        edge(
            node,
            &["EndDate", "EndDateTime"],
            problems,
            |first, after, text| {
                if is_midnight(text) { first } else { after }
            },
        )?;
    if matches!((start, end), (Some(s), Some(e)) if s > e) {
        let message = "the period ends before it begins".to_owned();
        problems.push(Problem::new("period-invalid", node.line, message, "what it stands with was skipped"));
        return None;
    }
    // A deal of one instant is written with equal ends by some senders: it covers no day.
    Some(Period { start, end })
}

fn edge(
    node: &Node,
    names: &[&str],
    problems: &mut Vec<Problem>,
    day: impl Fn(Date, Date, &str) -> Date,
) -> Option<Option<Date>> {
    let Some(found) = node.all(names).find(|n| !n.text.is_empty()) else { return Some(None) };
    match cell::days(&found.text) {
        Some((first, after)) => Some(Some(day(first, after, &found.text))),
        None => {
            let message = format!("`{}` is not a date", short(&found.text));
            let hint = "what it stands with was skipped; a date is written `2026-09-04`";
            problems.push(Problem::new("date-invalid", found.line, message, hint));
            None
        }
    }
}

fn is_midnight(text: &str) -> bool {
    text.trim().get(10..).is_some_and(|time| time.starts_with("T00:00"))
        && !text.trim().get(16..).is_some_and(|rest| rest.starts_with(':') && !rest.starts_with(":00"))
}

/// What the deals of a release, or of all releases a recording is on, make of it: withdrawn where at least one
/// take-down in force holds everywhere and no offer stands any more. A take-down for some countries stays a
/// deal. `sent` is the day the message was made, which says what is in force and what has ended.
pub(super) fn action(deals: &[Arc<Deal>], sent: Option<Date>) -> Action {
    let in_force =
        |deal: &Deal| !matches!((deal.period.start, sent), (Some(start), Some(sent)) if start > sent);
    let ended = |deal: &Deal| matches!((deal.period.end, sent), (Some(end), Some(sent)) if end <= sent);
    let downs: Vec<&Arc<Deal>> =
        deals.iter().filter(|d| d.take_down && d.is_worldwide() && in_force(d)).collect();
    let stands =
        |offer: &Deal| !offer.take_down && !ended(offer) && !downs.iter().any(|d| d.outweighs(offer));
    if !downs.is_empty() && !deals.iter().any(|d| stands(d)) { Action::Withdraw } else { Action::Upsert }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `-` a take-down, `+` an offer; then the release, the place and the days.
    fn deals(text: &str) -> Vec<Arc<Deal>> {
        let deal = |words: Vec<&str>| Deal {
            release: words[1].to_owned(),
            territories: vec![words[2].parse().unwrap()],
            period: Period::parse(words[3]).unwrap(),
            take_down: words[0] == "-",
            ..Deal::default()
        };
        text.split(',').map(|d| Arc::new(deal(d.split_whitespace().collect()))).collect()
    }

    #[test]
    fn what_take_downs_and_offers_make_of_a_recording() {
        for (text, withdrawn, offered) in [
            ("+ A world 2026-01-01..", false, true),
            ("+ A world 2026-07-01..", false, false),
            ("+ A world 2025-01-01..2026-01-01", false, false),
            ("- A world 2026-05-01..", true, false),
            ("- A FR 2026-05-01..", false, false),
            ("- A world 2026-07-01..", false, false),
            ("+ A world 2026-01-01..,- A world 2026-05-01..", true, false),
            ("+ A world 2026-05-02..,- A world 2026-05-01..", false, true),
            ("+ A world 2026-01-01..,- A DE 2026-05-01..", false, false),
            ("+ A world 2026-01-01..,- A FR 2026-05-01..", false, true),
            ("+ B DE 2026-01-01..,- A world 2026-05-01..", false, true),
            ("+ B DE 2025-01-01..2026-01-01,- A world 2026-05-01..", true, false),
        ] {
            let (deals, day, place) = (deals(text), "2026-06-01".parse().unwrap(), "DE".parse().unwrap());
            assert_eq!(action(&deals, Some(day)) == Action::Withdraw, withdrawn, "{text}");
            assert_eq!(Deal::offered(&deals, Some(&place), day), offered, "{text}");
        }
    }

    #[test]
    fn the_last_day_belongs_to_a_period_and_midnight_does_not() {
        for (name, text, want) in [
            ("EndDate", "2026-08-31", "2026-09-01"),
            ("EndDate", "2026", "2027-01-01"),
            ("EndDateTime", "2026-09-01T00:00:00", "2026-09-01"),
            ("EndDateTime", "2026-09-01T00:00:00Z", "2026-09-01"),
            ("EndDateTime", "2026-08-31T23:59:59+02:00", "2026-09-01"),
            ("EndDateTime", "2026-08-31T00:00:01", "2026-09-01"),
        ] {
            let end = Node { name: name.to_owned(), text: text.to_owned(), ..Node::default() };
            let node = Node { kids: vec![end], ..Node::default() };
            let mut problems = Vec::new();
            let period = period(&node, &mut problems).unwrap();
            assert_eq!((period.end.unwrap().to_string().as_str(), problems.len()), (want, 0), "{text}");
        }
    }
}
