//! What anybody may have and use: figures, places, selections, rules, checkpoints, listening by month. Files with a
//! dictionary and a licence.
//!
//! Nothing here tells of a person who did not choose to be public. Figures come as they stand on the page of figures: from
//! one complete batch of givers to the next. A month of listening is told once, when all its periods are closed, of three
//! institutions at least and so many members as the policy says; it is frozen then, so that two editions never differ by
//! one institution, and it is rounded to ten, so that an institution that takes away its own is left with no small number.

use jiff::Timestamp;
use serde_json::{Value, json};
use store::Tx;

use crate::export::Sink;
use crate::figures::{Part, Told};
use crate::{Failure, House, figures, partner, policy, selection};

/// How many institutions stand behind a month that is told, at least: whoever takes away its own is left with two.
const INSTITUTIONS: usize = 3;
/// Counts of listening are rounded down to a multiple of this.
const ROUNDED_TO: i64 = 10;

/// The licence of the data: facts and the house's own words are free for every use with its name.
const LICENCE: &str = "CC-BY-4.0";

/// A dataset with its dictionary.
struct Dataset {
    name: &'static str,
    what: &'static str,
    columns: &'static [(&'static str, &'static str)],
}

const DATASETS: [Dataset; 6] = [
    Dataset {
        name: "figures",
        what: "What came in and where it went, as on the page of figures: up to the last complete batch of givers, or withheld",
        columns: &[
            ("currency", "ISO 4217"),
            ("as_of", "day of the last batch that is told of; empty before the first"),
            ("figure", "what it is"),
            ("value", "an amount with six decimals, or a count; empty where withheld"),
            ("withheld", "why it is not told; empty where it is"),
        ],
    },
    Dataset {
        name: "listening",
        what: "Plays counted in a calendar month over all institutions",
        columns: &[
            ("month", "YYYY-MM, in the house's time zone"),
            ("institutions", "how many institutions it is of, three at least"),
            ("members", "members who listened, rounded down to ten"),
            ("plays", "plays that count, rounded down to ten"),
        ],
    },
    Dataset {
        name: "places",
        what: "Institutions that stand in the public directory",
        columns: &[
            ("name", "its name"),
            ("address", "its page, below the house's address"),
            ("places", "places it belongs to, by code, separated by spaces"),
            ("open", "true where it subscribes today"),
        ],
    },
    Dataset {
        name: "selections",
        what: "Recordings of published selections, in their order",
        columns: &[
            ("selection", "its page, below the house's address"),
            ("title", "its title"),
            ("institution", "who published it"),
            ("paid_by", "the brand that paid for it; empty where nobody did"),
            ("place", "place of the recording in it, from 1"),
            ("artist", "artist as credited"),
            ("recording", "title of the recording"),
            ("page", "its page, below the house's address"),
        ],
    },
    Dataset {
        name: "rules",
        what: "The rules of sharing that this version ships",
        columns: &[
            ("name", "the rule's name"),
            ("version", "its version; its meaning never changes under one"),
            ("hash", "SHA-256 of its canonical text"),
            ("canonical", "its canonical text, JSON"),
        ],
    },
    Dataset {
        name: "checkpoints",
        what: "Checkpoints of the public log, newest last; the log itself is below `/log`",
        columns: &[("size", "entries it covers"), ("root", "root hash"), ("signed_at", "RFC 3339")],
    },
];

/// Writes all datasets, each as CSV with a header, a dictionary and the licence; tells how many rows each has.
pub async fn write(house: &House, sink: &mut dyn Sink) -> Result<Vec<(&'static str, usize)>, Failure> {
    let mut told = Vec::new();
    for dataset in &DATASETS {
        let rows = match dataset.name {
            "figures" => public_figures(house).await?,
            "listening" => listening(house).await?,
            "places" => places(house).await?,
            "selections" => selections(house).await?,
            "rules" => rules(),
            _ => checkpoints(house).await?,
        };
        let mut text = line(&dataset.columns.iter().map(|c| c.0.to_owned()).collect::<Vec<_>>());
        rows.iter().for_each(|row| text.push_str(&line(row)));
        put(sink, &format!("{}.csv", dataset.name), &text)?;
        told.push((dataset.name, rows.len()));
    }
    put(sink, "datapackage.json", &format!("{:#}\n", package(house)))?;
    put(sink, "README.md", &readme())?;
    put(sink, "LICENCE.txt", LICENCE_TEXT)?;
    Ok(told)
}

const LICENCE_TEXT: &str = "These files may be used for every purpose, also commercial, by whoever names the house they come from and says\n\
what was changed: Creative Commons Attribution 4.0 International, https://creativecommons.org/licenses/by/4.0/\n\n\
Names of works, recordings and artists are facts. The music is not in these files, and nothing here permits a use of it.\n";

fn put(sink: &mut dyn Sink, name: &str, text: &str) -> Result<(), Failure> {
    sink.begin(name)
        .and_then(|()| sink.write(text.as_bytes()))
        .map_err(|e| Failure::Fault(store::Fault::new(format!("the export cannot be written: {e}"))))
}

fn package(house: &House) -> Value {
    let resource = |d: &Dataset| {
        let fields: Vec<Value> = d
            .columns
            .iter()
            .map(|(name, what)| json!({ "name": name, "type": "string", "description": what }))
            .collect();
        json!({
            "name": d.name, "path": format!("{}.csv", d.name), "description": d.what, "format": "csv",
            "mediatype": "text/csv", "encoding": "utf-8", "schema": { "fields": fields },
        })
    };
    json!({
        "name": "open-data",
        "title": "Open data of a house that pays the people who make music",
        "origin": house.origin,
        "licenses": [{ "name": LICENCE, "path": "https://creativecommons.org/licenses/by/4.0/" }],
        "resources": DATASETS.iter().map(resource).collect::<Vec<_>>(),
    })
}

fn readme() -> String {
    let mut text = String::from(
        "# Open data\n\nCSV (RFC 4180, UTF-8, header). `datapackage.json` describes the same for programs (Frictionless Data). Licence: `LICENCE.txt`.\n\n\
         What is told and what is not: money figures stand still and jump from one complete batch of givers to the next. A\n\
         month of listening is told once all its periods are closed, of three institutions at least and no fewer members than\n\
         the policy `listener-threshold` says; it is rounded down to ten and never changes afterwards. No file breaks a number\n\
         down by member, device, recording or institution.\n",
    );
    for dataset in &DATASETS {
        text.push_str(&format!("\n## {}.csv\n\n{}.\n\n", dataset.name, dataset.what));
        for (name, what) in dataset.columns {
            text.push_str(&format!("- `{name}`: {what}\n"));
        }
    }
    text
}

async fn public_figures(house: &House) -> Result<Vec<Vec<String>>, Failure> {
    let mut rows = Vec::new();
    for f in figures::public(house).await?.currencies {
        let (currency, day) =
            (f.currency.code().to_owned(), f.as_of.map_or_else(String::new, |d| d.to_string()));
        let mut add = |name: &str, value: String, withheld: String| {
            rows.push(vec![currency.clone(), day.clone(), name.to_owned(), value, withheld]);
        };
        let amounts = [
            ("received, gross", &f.received_gross),
            ("deducted before sharing", &f.deducted),
            ("shared, net", &f.shared_net),
            ("allocated to parties, net", &f.allocated_net),
            ("carried", &f.carried),
            ("paid, gross", &f.paid_gross),
            ("paid, net", &f.paid_net),
            ("cost per paid line", &f.cost_per_paid_line),
        ];
        for (name, told) in amounts {
            match told {
                Told::Known(amount) => add(name, amount.to_decimal(), String::new()),
                Told::Withheld(why) => add(name, String::new(), why.clone()),
            }
        }
        // Before the first batch counts are nought, and say nothing.
        let counts = [
            ("parties credited", f.parties_credited),
            ("parties paid", f.parties_paid),
            ("parties credited who have claimed", f.claimed.of_these),
            ("paid lines", f.paid_lines),
            ("first money ever", f.first_payments),
        ];
        for (name, count) in counts {
            add(name, count.to_string(), String::new());
        }
        match &f.top_tenth_of_givers {
            Told::Known(Part { of_these, of_all }) => {
                let percent = if *of_all == 0 { 0 } else { of_these.saturating_mul(100) / of_all };
                add("percent of the money from the top tenth of givers", percent.to_string(), String::new());
            }
            Told::Withheld(why) => {
                add("percent of the money from the top tenth of givers", String::new(), why.clone());
            }
        }
    }
    Ok(rows)
}

/// What is frozen of a month under this name, among the facts of the house.
fn frozen_as(month: &str) -> String {
    format!("open-listening-{month}")
}

async fn listening(house: &House) -> Result<Vec<Vec<String>>, Failure> {
    let mut tx = house.store.begin().await?;
    let rows = months(&mut tx, house.now()).await?;
    tx.commit().await?;
    Ok(rows)
}

async fn months(tx: &mut Tx, now: Timestamp) -> Result<Vec<Vec<String>>, Failure> {
    let threshold = i64::from(policy::count(tx, "listener-threshold", now).await?);
    let mut by_month: std::collections::BTreeMap<String, Vec<store::PeriodRow>> =
        std::collections::BTreeMap::new();
    for period in tx.usage_periods(None).await? {
        if period.label.len() == 7 {
            by_month.entry(period.label.clone()).or_default().push(period);
        }
    }
    let mut rows = Vec::new();
    for (month, periods) in by_month {
        let name = frozen_as(&month);
        let known = match tx.house_fact(&name).await? {
            Some(known) => Some(known),
            None => match told(&month, &periods, threshold, now) {
                Some(row) => Some(tx.settle_fact(&name, &row.to_string()).await?),
                None => None,
            },
        };
        let Some(row) = known.and_then(|text| serde_json::from_str::<Value>(&text).ok()) else { continue };
        let number = |name: &str| row[name].as_i64().unwrap_or(0).to_string();
        rows.push(vec![month, number("institutions"), number("members"), number("plays")]);
    }
    Ok(rows)
}

/// What may be told of a month, if anything may.
fn told(month: &str, periods: &[store::PeriodRow], threshold: i64, now: Timestamp) -> Option<Value> {
    let closed = |p: &store::PeriodRow| matches!(p.status.as_str(), "closed" | "forgotten");
    if periods.iter().any(|p| !closed(p) || p.end > now) {
        return None;
    }
    let (mut members, mut plays) = (0_i64, 0_i64);
    let mut institutions = std::collections::BTreeSet::new();
    for period in periods {
        let manifest: Value = serde_json::from_str(&period.manifest).ok()?;
        let heard = manifest["members"].as_i64()?;
        if heard == 0 {
            continue;
        }
        institutions.insert(period.institution.clone());
        members = members.checked_add(heard)?;
        plays = plays.checked_add(manifest["plays"].as_i64()?)?;
    }
    let round = |n: i64| n - n.rem_euclid(ROUNDED_TO);
    (institutions.len() >= INSTITUTIONS && members >= threshold.max(ROUNDED_TO)).then(|| {
        json!({ "month": month, "institutions": institutions.len(), "members": round(members), "plays": round(plays) })
    })
}

async fn places(house: &House) -> Result<Vec<Vec<String>>, Failure> {
    let all = partner::directory(house).await?;
    Ok(all
        .into_iter()
        .map(|p| {
            let i = p.institution;
            vec![i.name, format!("/places/{}", i.row.slug), i.places.join(" "), p.open.to_string()]
        })
        .collect())
}

async fn selections(house: &House) -> Result<Vec<Vec<String>>, Failure> {
    let mut rows = Vec::new();
    for s in selection::list(house, None, true).await? {
        for (place, item) in s.items.iter().enumerate() {
            rows.push(vec![
                format!("/selection/{}", s.row.slug),
                s.row.title.clone(),
                s.institution.name.clone(),
                s.paid.as_ref().map_or_else(String::new, |(_, brand)| brand.clone()),
                (place + 1).to_string(),
                item.artist.clone(),
                item.title.clone(),
                format!("/recording/{}", item.recording),
            ]);
        }
    }
    Ok(rows)
}

fn rules() -> Vec<Vec<String>> {
    let row = |r: ::allocation::RuleSet| vec![r.name.clone(), r.version.to_string(), r.hash(), r.canonical()];
    ::allocation::library().into_iter().map(row).collect()
}

async fn checkpoints(house: &House) -> Result<Vec<Vec<String>>, Failure> {
    let mut heads = crate::log::heads(house, 100_000).await?;
    heads.reverse();
    Ok(heads.into_iter().map(|h| vec![h.size.to_string(), h.root, h.at.to_string()]).collect())
}

fn line(fields: &[String]) -> String {
    let field = |text: &String| {
        if text.contains(['"', ',', '\r', '\n']) {
            format!("\"{}\"", text.replace('"', "\"\""))
        } else {
            text.clone()
        }
    };
    let mut line = fields.iter().map(field).collect::<Vec<_>>().join(",");
    line.push_str("\r\n");
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    fn period(institution: u64, members: i64, plays: i64, status: &str) -> store::PeriodRow {
        store::PeriodRow {
            id: format!("upd-{institution}"),
            institution: music::PartyId::from_bits(institution),
            label: "2026-08".into(),
            start: Timestamp::from_second(0).unwrap(),
            end: Timestamp::from_second(1_000).unwrap(),
            status: status.into(),
            pot: None,
            seats: None,
            manifest: json!({ "members": members, "plays": plays }).to_string(),
            hash: String::new(),
            drafted: None,
            closed: None,
        }
    }

    #[test]
    fn a_month_is_told_of_many_and_closed_only() {
        let now = Timestamp::from_second(2_000).unwrap();
        let three = |status: &str| {
            vec![period(1, 5, 21, "closed"), period(2, 9, 30, "forgotten"), period(3, 6, 48, status)]
        };
        let row = told("2026-08", &three("closed"), 10, now).unwrap();
        assert_eq!(
            (row["institutions"].as_i64(), row["members"].as_i64(), row["plays"].as_i64()),
            (Some(3), Some(20), Some(90))
        );
        assert_eq!(told("2026-08", &three("open"), 10, now), None, "a month that is not over");
        assert_eq!(told("2026-08", &three("closed"), 21, now), None, "too few members");
        assert_eq!(told("2026-08", &three("closed")[..2], 10, now), None, "too few institutions");
        let mut silent = three("closed");
        silent[2].manifest = json!({ "members": 0, "plays": 0 }).to_string();
        assert_eq!(told("2026-08", &silent, 10, now), None, "whoever had no listeners hides nobody");
        assert_eq!(told("2026-08", &three("closed"), 10, Timestamp::from_second(500).unwrap()), None);
    }
}
