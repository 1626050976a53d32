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

/// Deals kept of one release and of one recording; real ones have up to sixty.
pub(super) const DEALS: usize = 200;

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
/// take-down in force holds everywhere and nothing is offered any more. A take-down for some countries stays
/// a deal. `sent` is the day the message was made, which says whether a take-down is already in force.
pub(super) fn action(deals: &[Arc<Deal>], sent: Option<Date>) -> Action {
    let in_force =
        |deal: &Deal| !matches!((deal.period.start, sent), (Some(start), Some(sent)) if start > sent);
    let down = deals.iter().any(|d| d.take_down && d.is_worldwide() && in_force(d));
    if down && deals.iter().all(|d| d.take_down) { Action::Withdraw } else { Action::Upsert }
}
