//! What an institution is told of the use its members made: taken once per span, kept as it was told, shown as CSV in
//! the manner of COUNTER 5.1 and as pages. A period that closes tells by itself, from what was counted and what was opened.

mod feed;

use std::collections::BTreeMap;

use jiff::civil::Date;
use ledger::Hash;
use music::{Level, PartyId, Place, RecordingId, ShareSubject};
use programmes::streaming::statistics::Counter;
pub use programmes::streaming::statistics::{Action, Counts, Event, ItemRow, Near, Row, Told};
use store::{Tx, UsageRow};

use crate::failure::refuse;
use crate::institution::{Institution, found, today};
use crate::{Failure, House, gather, policy};

pub(crate) use feed::tell;

/// What was told of a span.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// First day.
    pub start: Date,
    /// First day after it.
    pub end: Date,
    /// What was told.
    pub told: Told,
}

/// Everything told an institution.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The institution.
    pub institution: Institution,
    /// Span by span.
    pub spans: Vec<Span>,
}

/// Counts the events of an institution's members in a span that is over, and keeps what may be told of it for good.
/// Pseudonyms are of this span alone; a span is told once.
///
/// # Errors
/// What finding the institution refuses, `usage-span` (not over, or empty), `usage-told` (days told already).
pub async fn take<'a>(
    house: &House,
    who: &str,
    start: Date,
    end: Date,
    events: impl IntoIterator<Item = Event<'a>>,
    by: &str,
) -> Result<Span, Failure> {
    let mut counter = Counter::new();
    events.into_iter().for_each(|e| counter.add(&e));
    let mut tx = house.store.begin().await?;
    let one = found(&mut tx, who).await?;
    if start >= end || end > today(house) {
        return Err(refuse(
            "usage-span",
            format!("the days from {start} until {end} are not over, or are none"),
            "what is told of a span must not move with each member who comes; wait for its end",
        ));
    }
    tx.hold_institutions(std::slice::from_ref(&one.row.party)).await?;
    let before = tx.usage_of(&one.row.party).await?;
    if let Some(known) = before.iter().find(|u| u.start < end && start < u.end) {
        return Err(refuse(
            "usage-told",
            format!("the days from {} until {} were told already", known.start, known.end),
            "a second telling of the same days would tell about whoever is in one and not in the other",
        ));
    }
    let threshold = policy::count(&mut tx, "member-threshold", house.now()).await?;
    let span = Span { start, end, told: counter.told(u64::from(threshold.max(2))) };
    keep(house, &mut tx, &one, &span, by).await?;
    tx.commit().await?;
    Ok(span)
}

/// Writes down what was told, for good.
async fn keep(house: &House, tx: &mut Tx, one: &Institution, span: &Span, by: &str) -> Result<(), Failure> {
    let now = house.now();
    let body = serde_json::to_string(&span.told).map_err(|e| store::Fault::new(e.to_string()))?;
    let row = UsageRow {
        institution: one.row.party.clone(),
        start: span.start,
        end: span.end,
        hash: Hash::of(body.as_bytes()).to_string(),
        body,
        made: now,
        by: by.to_owned(),
    };
    tx.insert_usage(&row).await?;
    tx.note(now, by, "usage told", one.row.party.as_str(), &format!("{} until {}", span.start, span.end))
        .await?;
    Ok(())
}

/// Where recordings come from, seen from an institution: by their own tags, or else by the homes of those who hold
/// them. For whoever turns counted plays into events.
pub async fn origins(
    house: &House,
    who: &str,
    recordings: impl IntoIterator<Item = RecordingId>,
) -> Result<BTreeMap<RecordingId, Near>, Failure> {
    let mut tx = house.store.begin_read().await?;
    let one = found(&mut tx, who).await?;
    near(&mut tx, &one, recordings).await
}

async fn near(
    tx: &mut Tx,
    one: &Institution,
    recordings: impl IntoIterator<Item = RecordingId>,
) -> Result<BTreeMap<RecordingId, Near>, Failure> {
    let here: Vec<Place> = one
        .places
        .iter()
        .filter_map(|p| p.parse::<Place>().ok())
        .map(|p| p.up_to(Level::Subdivision))
        .collect();
    let country: Option<Place> = one.row.country.parse().ok();
    let (tags, homes) = (gather::tags(tx, "rec-").await?, gather::homes(tx).await?);
    let mut holders: BTreeMap<String, Vec<PartyId>> = BTreeMap::new();
    for row in tx.all_recording_shares().await? {
        if let ShareSubject::Recording(id) = &row.share.subject {
            holders.entry(id.to_string()).or_default().push(row.share.party.clone());
        }
    }
    let mut all = BTreeMap::new();
    for recording in recordings {
        let mut places: Vec<&Place> = tags.get(recording.as_str()).into_iter().flatten().collect();
        if places.is_empty() {
            let parties = holders.get(recording.as_str()).into_iter().flatten();
            places.extend(parties.filter_map(|p| homes.get(p.as_str())).flatten());
        }
        let within = |whole: &Place| places.iter().any(|p| whole.contains(p));
        let near = if places.is_empty() {
            Near::Unknown
        } else if here.iter().any(within) {
            Near::Here
        } else if country.as_ref().is_some_and(within) {
            Near::Country
        } else {
            Near::Elsewhere
        };
        all.insert(recording, near);
    }
    Ok(all)
}

/// What was told an institution of the spans that lie within these days.
pub async fn report(house: &House, who: &str, from: Date, until: Date) -> Result<Report, Failure> {
    let mut tx = house.store.begin_read().await?;
    let institution = found(&mut tx, who).await?;
    let mut spans = Vec::new();
    for row in tx.usage_of(&institution.row.party).await? {
        if row.start >= from && row.end <= until {
            let told = serde_json::from_str(&row.body).map_err(|e| store::Fault::new(e.to_string()))?;
            spans.push(Span { start: row.start, end: row.end, told });
        }
    }
    Ok(Report { institution, spans })
}

/// What was told the institutions under a contract, each by itself: their sums say nothing that they do not.
pub async fn group(house: &House, contract: &str, from: Date, until: Date) -> Result<Vec<Report>, Failure> {
    let mut tx = house.store.begin_read().await?;
    let row = crate::institution::contract_in(&mut tx, contract).await?;
    let members = tx.contract_members(&row.id).await?;
    drop(tx);
    let mut all = Vec::new();
    for member in members {
        all.push(report(house, member.institution.as_str(), from, until).await?);
    }
    Ok(all)
}

/// A report's platform table (COUNTER 5.1, `PR`) as CSV: twelve lines of heads, an empty one, then a row for each data
/// type and metric with the sum and a column for each span. Spans or figures that are not told are empty, and in no
/// sum. Data types that are told together stand in one row, joined by `+`.
pub fn csv(report: &Report, platform: &str, created: Date) -> String {
    let mut out = Csv(String::new());
    let first = report.spans.first().map(|s| s.start.to_string()).unwrap_or_default();
    let last = report.spans.last().and_then(|s| s.end.yesterday().ok()).map(|d| d.to_string());
    let period = format!("begin_date={first}; end_date={}", last.unwrap_or_default());
    let withheld = report.spans.iter().filter(|s| s.told.members.is_none()).count();
    let exceptions = if withheld > 0 {
        format!("3031: {withheld} spans with fewer members than the threshold are not told")
    } else {
        String::new()
    };
    let id = format!("TANTIEME:{}", report.institution.row.party);
    for (key, value) in [
        ("Report_Name", "Platform Report"),
        ("Report_ID", "PR"),
        ("Release", "5.1"),
        ("Institution_Name", &report.institution.name),
        ("Institution_ID", &id),
        ("Metric_Types", ""),
        ("Report_Filters", ""),
        ("Report_Attributes", ""),
        ("Exceptions", &exceptions),
        ("Reporting_Period", &period),
        ("Created", &created.to_string()),
        ("Created_By", platform),
    ] {
        out.row([key, value]);
    }
    out.row([""]);
    let mut heads: Vec<String> =
        ["Platform", "Data_Type", "Metric_Type", "Reporting_Period_Total"].map(str::to_owned).to_vec();
    heads.extend(report.spans.iter().map(|s| span_name(s.start, s.end)));
    out.row(heads.iter().map(String::as_str));
    for (data_type, metric, figures) in table(report) {
        let total: u64 = figures.iter().flatten().sum();
        let mut cells = vec![platform.to_owned(), data_type, metric.to_owned(), total.to_string()];
        cells.extend(figures.into_iter().map(|f| f.map(|n| n.to_string()).unwrap_or_default()));
        out.row(cells.iter().map(String::as_str));
    }
    out.0
}

/// The rows of a report: data type, metric, and a figure for each span, absent where it is not told.
pub fn table(report: &Report) -> Vec<(String, &'static str, Vec<Option<u64>>)> {
    let mut types: Vec<String> = Vec::new();
    for row in report.spans.iter().flat_map(|s| &s.told.media) {
        let name = data_type(&row.of);
        if !types.contains(&name) {
            types.push(name);
        }
    }
    let mut rows = Vec::new();
    let mut add = |name: &str, pick: &dyn Fn(&Told) -> Option<Counts>| {
        for (metric, figure) in METRICS {
            let figures: Vec<Option<u64>> =
                report.spans.iter().map(|s| pick(&s.told).and_then(|c| figure(&c))).collect();
            if figures.iter().any(Option::is_some) {
                rows.push((name.to_owned(), metric, figures));
            }
        }
    };
    add("Platform", &|t| t.members.map(|_| t.total));
    for name in &types {
        add(name, &|t| t.media.iter().find(|r| data_type(&r.of) == *name).map(|r| r.counts));
    }
    type Own = fn(&Told) -> Option<u64>;
    let own: [(&'static str, Own); 2] = [("Active_Members", |t| t.members), ("Sessions", |t| t.sessions)];
    for (metric, figure) in own {
        rows.push(("Platform".to_owned(), metric, report.spans.iter().map(|s| figure(&s.told)).collect()));
    }
    rows
}

type Figure = fn(&Counts) -> Option<u64>;

const METRICS: [(&str, Figure); 4] = [
    ("Total_Item_Investigations", |c| Some(c.total_investigations)),
    ("Unique_Item_Investigations", |c| c.unique_investigations),
    ("Total_Item_Requests", |c| c.total_requests),
    ("Unique_Item_Requests", |c| c.unique_requests),
];

/// COUNTER's data types for our media, joined by `+` where they are told together.
fn data_type(media: &[String]) -> String {
    let one = |word: &String| match word.as_str() {
        "audio" => "Sound",
        "video" => "Audiovisual",
        "game" => "Interactive_Resource",
        "book" | "comic" => "Book",
        _ => "Unspecified",
    };
    let mut names: Vec<&str> = media.iter().map(one).collect();
    names.dedup();
    // Books and comics apart are both books to COUNTER: two rows of one name would be summed by a reader.
    if media.len() == 1 && media.first().is_some_and(|m| m == "comic") {
        return "Book (comics)".to_owned();
    }
    names.join("+")
}

/// A calendar month as COUNTER writes it, such as `Sep-2026`; other spans by their days.
pub fn span_name(start: Date, end: Date) -> String {
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let whole = start.day() == 1 && start.last_of_month().tomorrow().is_ok_and(|next| next == end);
    let month = usize::try_from(start.month() - 1).ok().and_then(|m| MONTHS.get(m));
    match month {
        Some(month) if whole => format!("{month}-{}", start.year()),
        _ => format!("{start}..{end}"),
    }
}

struct Csv(String);

impl Csv {
    fn row<'a>(&mut self, cells: impl IntoIterator<Item = &'a str>) {
        for (n, cell) in cells.into_iter().enumerate() {
            if n > 0 {
                self.0.push(',');
            }
            // A sign that a spreadsheet would run is kept from standing first.
            let guarded = if cell.starts_with(['=', '+', '-', '@', '\t']) {
                format!("'{cell}")
            } else {
                cell.to_owned()
            };
            if guarded.contains([',', '"', '\n', '\r']) {
                self.0.push_str(&format!("\"{}\"", guarded.replace('"', "\"\"")));
            } else {
                self.0.push_str(&guarded);
            }
        }
        self.0.push_str("\r\n");
    }
}
