//! What is seen of members' listening: written down before it is acknowledged, under names that lead to nobody.
//!
//! [`Recorder`] is what doors to players call. A delivery is written down before its bytes leave, a report before it
//! is answered; whatever was acknowledged is on disk, and a crash at any moment loses only what was not. What
//! counts is decided later, from the set of all that was seen ([`programmes::streaming::count()`]).

mod look;
mod queue;

use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use music::{PartyId, RecordingId, id};
use ports::period_keys::PeriodKey;
pub use ports::period_keys::PeriodKeys;
use programmes::streaming::{self, Event, Report, TimeMap, Unit, What};
use store::{EventRow, PeriodRow, Tx};

use crate::failure::refuse;
use crate::{Failure, House, policy};

pub use look::Page;

/// Who listens, and on what.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Listener {
    /// The institution whose seat it is.
    pub institution: PartyId,
    /// The member's random id; it is written nowhere from here.
    pub member: String,
    /// What tells the member's devices apart: the id of an app password or key with the player's name, a kiosk's id.
    pub device: String,
}

/// One thing seen of one listener.
#[derive(Debug, Clone)]
pub struct Seen<'a> {
    /// When, by the house's clock.
    pub at: Timestamp,
    /// Of whom.
    pub listener: &'a Listener,
    /// Of what.
    pub recording: RecordingId,
    /// What.
    pub what: What,
}

/// How much of a recording is written down at a time before it leaves, at first: until a play could be full the
/// record is this exact even where the house stops in the middle.
const FIRST_BLOCK_MS: u32 = 10_000;
/// How much at a time afterwards.
const BLOCK_MS: u32 = 60_000;
/// How much leaves in first blocks.
const EXACT_MS: u32 = 30_000;
/// What has no length counts as delivered whole.
const WHOLE_MS: u32 = 86_400_000;

/// Writes down what is seen. Cheap to clone; one for a process.
#[derive(Clone)]
pub struct Recorder(Arc<Inner>);

struct Inner {
    house: House,
    keys: PeriodKeys,
    writer: i64,
    next: AtomicI64,
    queue: queue::Queue,
    periods: Mutex<HashMap<PartyId, Arc<Open>>>,
}

/// A period that is open, with its key.
struct Open {
    row: PeriodRow,
    key: PeriodKey,
}

/// A delivery that is going on: the answer to one request for bytes.
pub struct Stream {
    recorder: Recorder,
    listener: Listener,
    recording: RecordingId,
    map: TimeMap,
    unit: Unit,
    id: u64,
    /// What was written down: from the first byte asked for to here.
    granted: Option<(u64, u64)>,
}

impl Recorder {
    /// What is seen from now on in this process.
    pub fn new(house: House, keys: PeriodKeys) -> Recorder {
        let writer = positive(house.world.bits());
        Recorder(Arc::new(Inner {
            house,
            keys,
            writer,
            next: AtomicI64::new(0),
            queue: queue::Queue::default(),
            periods: Mutex::default(),
        }))
    }

    /// Where the periods' keys are.
    pub fn keys(&self) -> &PeriodKeys {
        &self.0.keys
    }

    /// How many things seen this process has written down, or tried to.
    pub fn written(&self) -> i64 {
        self.0.next.load(Ordering::Relaxed)
    }

    /// A request for bytes of a file is going to be answered. Ask [`Stream::grant`] before sending.
    pub fn stream(&self, listener: &Listener, recording: &RecordingId, map: TimeMap, unit: Unit) -> Stream {
        Stream {
            recorder: self.clone(),
            listener: listener.clone(),
            recording: recording.clone(),
            map,
            unit,
            id: positive(self.0.house.world.bits()) as u64,
            granted: None,
        }
    }

    /// Something without a length is handed out: a game's key or page, a book. Its reports then count by the clock.
    ///
    /// # Errors
    /// As [`Recorder::say`].
    pub async fn hand_out(
        &self,
        listener: &Listener,
        recording: &RecordingId,
        unit: Unit,
    ) -> Result<(), Failure> {
        let stream = positive(self.0.house.world.bits()) as u64;
        let what = What::Delivered { stream, from_ms: 0, to_ms: WHOLE_MS, length_ms: 0, unit };
        self.write(listener, vec![(recording.clone(), what)]).await
    }

    /// A player says something about one recording or several at once. On return it is on disk.
    ///
    /// # Errors
    /// `institution-unknown` where no party has that id, `usage-zone` where the policy names no time zone, and faults
    /// of the store or the key folder: then the player must be told to say it again.
    pub async fn say(&self, listener: &Listener, said: &[(RecordingId, Report)]) -> Result<(), Failure> {
        let open = self.open(&listener.institution, self.0.house.now()).await?;
        let mut seen = Vec::new();
        for (recording, report) in said {
            if *report != Report::Opened {
                seen.extend(
                    self.held(&open, listener, recording).await?.map(|what| (recording.clone(), what)),
                );
            }
            seen.push((recording.clone(), What::Said(*report)));
        }
        self.write(listener, seen).await
    }

    /// What the device has had since an earlier period, where it got nothing of it in this one.
    async fn held(
        &self,
        open: &Open,
        listener: &Listener,
        recording: &RecordingId,
    ) -> Result<Option<What>, Failure> {
        let house = &self.0.house;
        let mut tx = house.store.begin_read().await?;
        let (member, device) = names(&open.key, listener);
        let here = tx.events_of_device(&open.row.id, &member, &device, recording).await?;
        if streaming::held(&here).is_some() {
            return Ok(None);
        }
        let now = house.now();
        let days = policy::count(&mut tx, "play-shelf-days", now).await?;
        let since = now.checked_sub(SignedDuration::from_hours(24 * i64::from(days))).unwrap_or(now);
        let mut seen = Vec::new();
        for row in tx.usage_periods(Some(&listener.institution)).await? {
            if row.id == open.row.id || row.end < since || row.start > now {
                continue;
            }
            let Some(key) = self.0.keys.existing(&row.id).map_err(key_fault)? else { continue };
            let (member, device) = names(&key, listener);
            seen.extend(tx.events_of_device(&row.id, &member, &device, recording).await?);
        }
        Ok(streaming::held(&seen))
    }

    async fn write(&self, listener: &Listener, seen: Vec<(RecordingId, What)>) -> Result<(), Failure> {
        let at = self.0.house.now();
        let seen = seen.into_iter().map(|(recording, what)| Seen { at, listener, recording, what });
        self.record(seen.collect()).await
    }

    /// Writes down many things seen, by several listeners or over some time, in one commit.
    ///
    /// # Errors
    /// As [`Recorder::say`]; then none of it may be believed to be there, and all may be said again.
    pub async fn record(&self, seen: Vec<Seen<'_>>) -> Result<(), Failure> {
        let mut rows = Vec::with_capacity(seen.len());
        for Seen { at, listener, recording, what } in seen {
            let open = self.open(&listener.institution, at).await?;
            let (member, device) = names(&open.key, listener);
            rows.push(EventRow {
                writer: self.0.writer,
                number: self.0.next.fetch_add(1, Ordering::Relaxed),
                period: open.row.id.clone(),
                member,
                event: Event { at: at.as_millisecond(), device, recording, what },
            });
        }
        self.0.queue.append(&self.0.house.store, rows).await
    }

    /// The institution's period at an instant, opened where there is none.
    async fn open(&self, institution: &PartyId, now: Timestamp) -> Result<Arc<Open>, Failure> {
        let known = self.0.periods.lock().unwrap_or_else(PoisonError::into_inner).get(institution).cloned();
        if let Some(open) = known.filter(|o| o.row.start <= now && now < o.row.end) {
            return Ok(open);
        }
        let row = open_at(&self.0.house, institution, now).await?;
        let key = self.0.keys.load_or_create(&row.id, ports::world::bytes::<32>).map_err(key_fault)?;
        same_key(&self.0.house, &row.id, &key).await?;
        let open = Arc::new(Open { row, key });
        let mut periods = self.0.periods.lock().unwrap_or_else(PoisonError::into_inner);
        periods.insert(institution.clone(), open.clone());
        Ok(open)
    }
}

impl Stream {
    /// Writes down that bytes from here on leave, and tells up to which byte they may. To be called again there;
    /// bytes of one stream follow each other without a hole.
    ///
    /// # Errors
    /// As [`Recorder::say`]; nothing may be sent then.
    pub async fn grant(&mut self, from: u64) -> Result<u64, Failure> {
        let start = self.granted.map_or(from, |g| g.0);
        let sent = self.map.moment(from).saturating_sub(self.map.moment(start));
        let block = if sent < EXACT_MS { FIRST_BLOCK_MS } else { BLOCK_MS };
        let to = self.map.byte_after(from, block).max(from);
        let part = self.map.part(from..to);
        self.granted = Some((start, to));
        if !part.is_empty() {
            let what = What::Delivered {
                stream: self.id,
                from_ms: part.start,
                to_ms: part.end,
                length_ms: self.map.length_ms(),
                unit: self.unit,
            };
            self.recorder.write(&self.listener, vec![(self.recording.clone(), what)]).await?;
        }
        Ok(if to > from { to } else { u64::MAX })
    }

    /// The answer has ended after the byte before this one: what was granted beyond it did not leave.
    ///
    /// # Errors
    /// As [`Recorder::say`].
    pub async fn ended(self, at: u64) -> Result<(), Failure> {
        if self.granted.is_none_or(|(_, to)| at >= to) {
            return Ok(());
        }
        let what = What::Cut { stream: self.id, at_ms: self.map.moment(at) };
        self.recorder.write(&self.listener, vec![(self.recording.clone(), what)]).await
    }
}

/// Makes sure that every process names members of a period under the same key.
async fn same_key(house: &House, period: &str, key: &PeriodKey) -> Result<(), Failure> {
    let mark = key.name("mark", &[period]);
    let mut tx = house.store.begin().await?;
    let stands = tx.settle_usage_key(period, &mark).await?;
    tx.commit().await?;
    if stands == mark {
        return Ok(());
    }
    Err(Failure::Fault(store::Fault::new(format!(
        "the key of the period {period} in this key folder is not the one that others count with\n  hint: every process needs the same key folder: share it, or copy the key from the process that made it"
    ))))
}

/// The member's and the device's name under a period's key.
fn names(key: &PeriodKey, listener: &Listener) -> (String, String) {
    let (institution, member) = (listener.institution.as_str(), listener.member.as_str());
    let device = key.name("dev", &[institution, member, &listener.device]);
    (key.name("usg", &[institution, member]), device)
}

/// The name of a member of an institution in a period; `None` once its key is destroyed.
///
/// # Errors
/// Where the key cannot be read.
pub fn pseudonym(
    keys: &PeriodKeys,
    period: &str,
    institution: &PartyId,
    member: &str,
) -> Result<Option<String>, Failure> {
    let key = keys.existing(period).map_err(key_fault)?;
    Ok(key.map(|key| key.name("usg", &[institution.as_str(), member])))
}

/// The period of an institution at an instant; the calendar month in the policy `usage-zone` where none is open.
pub(crate) async fn open_at(
    house: &House,
    institution: &PartyId,
    at: Timestamp,
) -> Result<PeriodRow, Failure> {
    let mut tx = house.store.begin_read().await?;
    if let Some(row) = tx.usage_period_at(institution, at).await? {
        return Ok(row);
    }
    drop(tx);
    let mut tx = house.store.begin().await?;
    if let Some(row) = tx.usage_period_at(institution, at).await? {
        return Ok(row);
    }
    if tx.party(institution).await?.is_none() {
        let message = format!("there is no institution `{institution}`");
        return Err(refuse("institution-unknown", message, "`tantieme party add` makes its party"));
    }
    let row = month(house, &mut tx, institution, at).await?;
    tx.insert_usage_period(&row).await?;
    let row = tx.usage_period_at(institution, at).await?.unwrap_or(row);
    tx.note(at, "house", "period open", &row.id, &row.label).await?;
    tx.commit().await?;
    Ok(row)
}

/// The calendar month of an instant, cut where another period of the institution begins or ends in it.
async fn month(
    house: &House,
    tx: &mut Tx,
    institution: &PartyId,
    at: Timestamp,
) -> Result<PeriodRow, Failure> {
    let zone = zone(tx, house.now()).await?;
    let local = at.to_zoned(zone.clone());
    let first = local.date().first_of_month();
    let fault = |e: jiff::Error| Failure::Fault(store::Fault::new(e.to_string()));
    let mut start = first.to_zoned(zone.clone()).map_err(fault)?.timestamp();
    let next = first.checked_add(jiff::Span::new().months(1)).map_err(fault)?;
    let mut end = next.to_zoned(zone).map_err(fault)?.timestamp();
    for other in tx.usage_periods(Some(institution)).await? {
        if other.end <= at {
            start = start.max(other.end);
        }
        if other.start > at {
            end = end.min(other.start);
        }
    }
    Ok(PeriodRow {
        id: format!("upd-{}", id::base32(house.world.bits())),
        institution: institution.clone(),
        label: format!("{:04}-{:02}", first.year(), first.month()),
        start,
        end,
        status: "open".to_owned(),
        pot: None,
        seats: None,
        manifest: String::new(),
        hash: String::new(),
        drafted: None,
        closed: None,
    })
}

/// The zone in which months of listening begin and end.
pub(crate) async fn zone(tx: &mut Tx, now: Timestamp) -> Result<TimeZone, Failure> {
    let name = policy::text(tx, "usage-zone", now).await?;
    TimeZone::get(name.trim()).map_err(|_| {
        let message = format!("the policy `usage-zone` names no time zone: `{name}`");
        refuse("usage-zone", message, "`tantieme policy set usage-zone Europe/Paris`")
    })
}

pub(crate) fn key_fault(e: ports::keys::BadKeys) -> Failure {
    Failure::Fault(store::Fault::new(e.to_string()))
}

fn positive(bits: u64) -> i64 {
    i64::try_from(bits >> 1).unwrap_or(i64::MAX)
}
