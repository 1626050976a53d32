//! What is told of use, and what stayed.

use std::process::ExitCode;

use app::institution::stayed;
use app::institution::usage::{self, Action, Event, Near};
use app::{Failure, House};
use music::MediaKind;
use serde_json::{Value, json};

use super::{Shown, span, whole_span};
use crate::input;
use crate::output;

/// What members did, a line each.
pub(super) async fn tell(
    house: &House,
    shown: Shown,
    who: &str,
    period: &str,
    file: &std::path::Path,
    by: &str,
) -> Result<ExitCode, Failure> {
    let (from, until) = whole_span(period)?;
    let text = String::from_utf8_lossy(&input::read_whole(file)?).into_owned();
    let mut problems = Vec::new();
    let mut events = Vec::new();
    for (n, line) in (1_u64..).zip(text.trim_start_matches('\u{feff}').lines()) {
        if line.trim().is_empty() || (n == 1 && line.starts_with("at")) {
            continue;
        }
        match event(line) {
            Some(event) => events.push(event),
            None => problems.push(music::Problem::new(
                "event",
                n,
                "this line is no event",
                "at,member,session,item,medium,near,action: `1790000000,m1,s1,rec-…,audio,here,request`",
            )),
        }
    }
    output::problems(&input::document_name(file), &problems);
    if !problems.is_empty() {
        // What is told is told once: a broken line would be missing in it for good.
        return Ok(ExitCode::from(1));
    }
    let span = usage::take(house, who, from, until, events, by).await?;
    if shown.json {
        output::json(
            &json!({ "from": span.start.to_string(), "until": span.end.to_string(), "told": span.told }),
        );
    } else {
        match span.told.members {
            Some(members) => {
                println!("{members} active members; `tantieme institution statistics` shows what is told")
            }
            None => {
                println!("fewer than {} active members: nothing is told of this span", span.told.threshold)
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn event(line: &str) -> Option<Event<'_>> {
    let parts: Vec<&str> = line.split(',').map(str::trim).collect();
    let &[at, member, session, item, medium, near, action] = parts.as_slice() else { return None };
    let at_s = at.parse().ok().or_else(|| at.parse::<jiff::Timestamp>().ok().map(|t| t.as_second()))?;
    let named = !member.is_empty() && !item.is_empty();
    named.then_some(())?;
    Some(Event {
        at_s,
        member,
        session,
        item,
        medium: MediaKind::ALL.into_iter().find(|m| m.word() == medium)?,
        near: Near::ALL.into_iter().find(|n| n.word() == near)?,
        action: match action {
            "request" => Action::Request,
            "investigation" => Action::Investigation,
            _ => return None,
        },
    })
}

/// What was told, as a file.
pub(super) async fn statistics(
    house: &House,
    shown: Shown,
    who: &str,
    period: Option<&str>,
    out: Option<&std::path::Path>,
) -> Result<(), Failure> {
    let (from, until) = span(period)?;
    let report = usage::report(house, who, from, until).await?;
    let text = if shown.json {
        let spans: Vec<Value> = report
            .spans
            .iter()
            .map(|s| json!({ "from": s.start.to_string(), "until": s.end.to_string(), "told": s.told }))
            .collect();
        format!("{}\n", json!({ "institution": report.institution.name, "spans": spans }))
    } else {
        let today = house.now().to_zoned(jiff::tz::TimeZone::UTC).date();
        usage::csv(&report, "Tantième", today)
    };
    input::write_whole(out.unwrap_or(std::path::Path::new("-")), text.as_bytes())
}

impl Shown {
    /// What stayed.
    pub(super) fn stayed(self, all: &[stayed::Stayed]) {
        if self.json {
            let rows: Vec<Value> = all.iter().map(|s| json!({ "currency": s.currency.code(), "paid": output::money(s.paid), "stayed": output::money(s.stayed), "parties": s.parties, "untold": output::money(s.untold) })).collect();
            output::json(&rows.into());
            return;
        }
        if all.is_empty() {
            println!("nothing of its money was shared in this time");
        }
        for s in all {
            if s.parties > 0 {
                println!("of {} paid, {} stayed with {} artists here", s.paid, s.stayed, s.parties);
            }
            if s.untold.is_positive() {
                println!(
                    "{} were shared for spans of which this is not told: too few stand behind them",
                    s.untold
                );
            }
        }
    }
}
