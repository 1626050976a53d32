//! From what was seen of one recording on one device to windows in which it may have been heard.

use std::collections::{BTreeMap, BTreeSet};

use music::RecordingId;

use super::schedule::Window;
use super::{Event, Report, Rule, Silent, Spans, State, Unit, What, Why};

/// A player whose positions run faster than this has jumped.
const FASTEST: i64 = 4;

/// What was seen of one recording on one device.
#[derive(Debug, Default)]
pub(super) struct Strand {
    pieces: Vec<Piece>,
    cuts: BTreeMap<u64, u32>,
    opened: Vec<i64>,
    listened: Vec<Listened>,
    moved: Vec<Moved>,
    length_ms: u32,
    unit: Option<Unit>,
    /// What players said when it began, each moment once.
    told: BTreeSet<i64>,
}

#[derive(Debug, Clone, Copy)]
struct Piece {
    at: i64,
    stream: Option<u64>,
    from: u32,
    to: u32,
}

#[derive(Debug, Clone, Copy)]
struct Listened {
    /// When it was received.
    received: i64,
    /// When it began by the player's clock.
    told: Option<i64>,
    /// When it began as far as that can be.
    began: i64,
}

#[derive(Debug, Clone, Copy)]
struct Moved {
    at: i64,
    state: State,
    position: i64,
}

/// A listening session.
#[derive(Debug)]
pub(super) struct Session {
    /// When it began.
    pub at: i64,
    /// When it may have been heard, once or more often.
    pub claims: Vec<Window>,
    /// What is missing where there is no claim; `None` where nobody tried.
    pub lacks: Option<Why>,
}

/// Something that happened at a time, for cutting a strand into sessions.
#[derive(Debug, Clone, Copy)]
enum Mark {
    Piece(usize),
    Opened,
    Listened(usize),
    Moved(usize),
}

/// The reports of one strand within one session.
struct Part {
    /// When the first byte of this session left, or its first report of a start came.
    anchor: Option<i64>,
    first: i64,
    pieces: Vec<usize>,
    listened: Vec<Listened>,
    moved: Vec<Moved>,
}

impl Strand {
    /// Takes in one event; they come in order of time.
    pub fn see(&mut self, event: &Event) {
        match &event.what {
            What::Delivered { stream, from_ms, to_ms, length_ms, unit } => {
                self.pieces.push(Piece { at: event.at, stream: Some(*stream), from: *from_ms, to: *to_ms });
                self.know(*length_ms, *unit);
            }
            What::Held { held_ms, length_ms, unit, .. } => {
                self.pieces.push(Piece { at: event.seen(), stream: None, from: 0, to: *held_ms });
                self.know(*length_ms, *unit);
            }
            What::Cut { stream, at_ms } => {
                let cut = self.cuts.entry(*stream).or_insert(*at_ms);
                *cut = (*cut).min(*at_ms);
            }
            What::Said(Report::Opened) => self.opened.push(event.at),
            What::Said(Report::Listened { at }) => {
                // A player that got no answer says the same again: what it says began then is one listen.
                if at.is_none_or(|at| self.told.insert(at)) {
                    self.listened.push(Listened { received: event.at, told: *at, began: event.at });
                }
            }
            What::Said(Report::Moved { state, position_ms }) => {
                self.moved.push(Moved { at: event.at, state: *state, position: i64::from(*position_ms) });
            }
        }
    }

    fn know(&mut self, length_ms: u32, unit: Unit) {
        self.length_ms = self.length_ms.max(length_ms);
        self.unit = Some(self.unit.map_or(unit, |u| u.min(unit)));
    }

    /// What a use is called.
    pub fn unit(&self) -> Unit {
        self.unit.unwrap_or(Unit::Play)
    }

    /// When the first byte left; `None` where none ever did.
    fn first(&self) -> Option<i64> {
        self.pieces.iter().map(|p| p.at).min()
    }

    /// The sessions, in order of time. `starts` are all starts on the device, in order of time.
    pub fn sessions(
        &self,
        rule: &Rule,
        recording: &RecordingId,
        starts: &[(i64, &RecordingId)],
    ) -> Vec<Session> {
        let mut marks: Vec<(i64, Mark)> = Vec::new();
        marks.extend(self.pieces.iter().enumerate().map(|(i, p)| (p.at, Mark::Piece(i))));
        marks.extend(self.opened.iter().map(|at| (*at, Mark::Opened)));
        marks.extend(self.listened.iter().enumerate().map(|(i, l)| (l.began, Mark::Listened(i))));
        marks.extend(self.moved.iter().enumerate().map(|(i, m)| (m.at, Mark::Moved(i))));
        marks.sort_by_key(|m| m.0);
        let gap = rule.gap(self.length_ms);
        let mut delivery = Delivery::of(self);
        let mut sessions = Vec::new();
        for part in marks.chunk_by(|a, b| b.0 - a.0 <= gap).filter_map(|marks| self.part(marks)) {
            let asked = Asked { rule, recording, starts, gap };
            sessions.push(self.session(&part, &mut delivery, asked));
        }
        sessions
    }

    fn part(&self, marks: &[(i64, Mark)]) -> Option<Part> {
        let first = marks.first()?.0;
        let mut part =
            Part { anchor: None, first, pieces: Vec::new(), listened: Vec::new(), moved: Vec::new() };
        for (at, mark) in marks {
            match mark {
                Mark::Piece(i) => {
                    part.pieces.push(*i);
                    part.anchor = Some(part.anchor.map_or(*at, |a| a.min(*at)));
                }
                Mark::Opened => part.anchor = Some(part.anchor.map_or(*at, |a| a.min(*at))),
                Mark::Listened(i) => part.listened.extend(self.listened.get(*i)),
                Mark::Moved(i) => part.moved.extend(self.moved.get(*i)),
            }
        }
        Some(part)
    }

    fn session(&self, part: &Part, delivery: &mut Delivery<'_>, asked: Asked<'_>) -> Session {
        let need = asked.rule.needed(self.length_ms);
        let mut session = Session { at: part.first, claims: Vec::new(), lacks: None };
        if part.moved.iter().any(|m| m.state == State::Playing) {
            self.by_positions(part, delivery, need, &asked, &mut session);
        } else if !part.listened.is_empty() {
            self.by_reports(part, delivery, need, &asked, &mut session);
        } else if !part.pieces.is_empty() {
            self.by_requests(part, delivery, need, &asked, &mut session);
        }
        session
    }

    /// The player says where it stands: what it played through between two reports, as far as it was delivered and
    /// no faster than the clock.
    fn by_positions(
        &self,
        part: &Part,
        delivery: &mut Delivery<'_>,
        need: i64,
        asked: &Asked<'_>,
        out: &mut Session,
    ) {
        let mut moved = part.moved.clone();
        if let (Some(last), Some(l)) = (moved.last().copied(), part.listened.iter().map(|l| l.received).max())
            && last.state == State::Playing
            && l > last.at
            && l - last.at <= asked.gap
        {
            moved.push(Moved { at: l, state: State::Stopped, position: last.position + l - last.at });
        }
        let (mut cover, mut clock) = (Spans::new(), 0);
        for pair in moved.windows(2) {
            let [a, b] = pair else { continue };
            let wall = b.at - a.at;
            if a.state != State::Playing || wall <= 0 {
                continue;
            }
            // What has no length has no positions either: a game that runs, a book that is open.
            let progress = if self.length_ms == 0 { wall } else { b.position - a.position };
            let from = if self.length_ms == 0 { clock } else { a.position };
            let played = if progress > wall.saturating_mul(FASTEST) { wall } else { progress };
            if played > 0 {
                cover.add(from, from + played);
                clock += played.min(wall);
            }
        }
        let begin = moved.iter().find(|m| m.state == State::Playing).map_or(part.first, |m| m.at);
        let end = moved.last().map_or(begin, |m| m.at);
        let delivered = delivery.until(end, asked.rule);
        let heard = clock.min(cover.common(delivered).total());
        let window = Window { from: begin, to: end, need, heard };
        if delivered.total() == 0 {
            out.lacks = Some(Why::Undelivered);
        } else if delivered.total() < need {
            out.lacks = Some(Why::PartlyDelivered);
        } else if heard < need || end - begin < need {
            out.lacks = Some(Why::NotHeard);
        } else {
            out.claims.push(window);
        }
    }

    /// The player says that it was listened to, and nothing of where it stood.
    fn by_reports(
        &self,
        part: &Part,
        delivery: &mut Delivery<'_>,
        need: i64,
        asked: &Asked<'_>,
        out: &mut Session,
    ) {
        let long = i64::from(self.length_ms).max(need);
        let (mut before, mut last) = (None, None);
        let mut listened = part.listened.clone();
        listened.sort_by_key(|l| (l.began, l.received));
        for l in listened {
            // Said again at once: one listen. A chain of such reports is one listen, too.
            let again = last.is_some_and(|last| l.began - last < need);
            last = Some(l.began);
            if again {
                continue;
            }
            let live = l.received - l.began <= asked.gap;
            let anchor = part.anchor.filter(|a| before.is_none() && *a <= l.received);
            let mut from = anchor.or(before.filter(|_| part.anchor.is_some() && live)).unwrap_or(l.began);
            let mut to = if live { l.received } else { l.received.min(l.began + long) };
            if to - from < need && anchor.is_none() && before.is_none_or(|b: i64| b <= l.began) {
                // The player told the end, not the beginning.
                let earliest = self.first().unwrap_or(l.began).max(before.unwrap_or(i64::MIN));
                (from, to) = ((l.began - long).max(earliest), if live { l.received } else { l.began });
            }
            if to - from < need && live {
                to = to.max(asked.next_start(l.received).unwrap_or(to).min(l.received + long));
            }
            before = Some(to.max(from));
            let delivered = delivery.until(to, asked.rule).total();
            let window = Window { from, to, need, heard: delivered.min(to - from).min(long) };
            if delivered >= need && to - from >= need {
                out.claims.push(window);
            } else if out.lacks.is_none() {
                out.lacks = Some(match delivered {
                    0 => Why::Undelivered,
                    d if d < need => Why::PartlyDelivered,
                    _ => Why::TooSoon,
                });
            }
        }
    }

    /// Nobody says anything: only the pace at which it was fetched can tell, and only where the rule believes it.
    fn by_requests(
        &self,
        part: &Part,
        delivery: &mut Delivery<'_>,
        need: i64,
        asked: &Asked<'_>,
        out: &mut Session,
    ) {
        let at = |i: &usize| self.pieces.get(*i).map(|p| p.at);
        let (Some(from), Some(to)) =
            (part.pieces.iter().filter_map(at).min(), part.pieces.iter().filter_map(at).max())
        else {
            return;
        };
        let mut fetched = Spans::new();
        for piece in part.pieces.iter().filter_map(|i| self.pieces.get(*i)) {
            let (a, b) = delivery.kept(piece);
            fetched.add(a, b);
        }
        if fetched.total() < need {
            return; // a look at its beginning, as players take at whatever stands in a list
        }
        let heard = fetched.total().min(to - from);
        if asked.rule.silent == Silent::ByPace && heard >= need {
            out.claims.push(Window { from, to, need, heard });
        } else {
            out.lacks = Some(Why::Unreported);
        }
    }
}

/// What a session is judged by.
#[derive(Clone, Copy)]
struct Asked<'a> {
    rule: &'a Rule,
    recording: &'a RecordingId,
    starts: &'a [(i64, &'a RecordingId)],
    gap: i64,
}

impl Asked<'_> {
    /// When the device next started something else.
    fn next_start(&self, after: i64) -> Option<i64> {
        let first = self.starts.partition_point(|s| s.0 <= after);
        self.starts.iter().skip(first).take(16).find(|s| s.1 != self.recording).map(|s| s.0)
    }
}

/// What of a recording had been delivered at a moment; moments are asked for in any order.
struct Delivery<'a> {
    strand: &'a Strand,
    /// Pieces in order of time.
    order: Vec<usize>,
    /// How many of them are in the union.
    done: usize,
    union: Spans,
    last: Option<i64>,
    nothing: Spans,
}

impl<'a> Delivery<'a> {
    fn of(strand: &'a Strand) -> Delivery<'a> {
        let mut order: Vec<usize> = (0..strand.pieces.len()).collect();
        order.sort_by_key(|i| strand.pieces.get(*i).map(|p| p.at));
        Delivery { strand, order, done: 0, union: Spans::new(), last: None, nothing: Spans::new() }
    }

    /// The part of a piece that left.
    fn kept(&self, piece: &Piece) -> (i64, i64) {
        let cut = piece.stream.and_then(|s| self.strand.cuts.get(&s)).copied().unwrap_or(u32::MAX);
        (i64::from(piece.from), i64::from(piece.to.min(cut)))
    }

    /// What had left by a moment, as far as a device is believed to have kept it.
    fn until(&mut self, moment: i64, rule: &Rule) -> &Spans {
        if self.last.is_some_and(|last| last > moment) {
            (self.done, self.union, self.last) = (0, Spans::new(), None);
        }
        while let Some(piece) = self.order.get(self.done).and_then(|i| self.strand.pieces.get(*i)) {
            if piece.at > moment {
                break;
            }
            let (from, to) = self.kept(piece);
            self.union.add(from, to);
            self.last = Some(piece.at);
            self.done += 1;
        }
        match self.last {
            Some(last) if moment.saturating_sub(last) <= rule.shelf_ms => &self.union,
            _ => &self.nothing,
        }
    }
}

/// What a device holds of a recording by what was seen of it: since when, how much, how long the whole is, and the
/// unit. `None` where nothing left. For carrying it over into the next period.
pub fn held(events: &[Event]) -> Option<What> {
    let mut strand = Strand::default();
    for event in events {
        strand.see(event);
    }
    let since = strand.first()?;
    let all = Rule { shelf_ms: i64::MAX, ..Rule::default() };
    let total = Delivery::of(&strand).until(i64::MAX - 1, &all).total();
    let held_ms = u32::try_from(total).unwrap_or(u32::MAX);
    (held_ms > 0).then(|| What::Held { since, held_ms, length_ms: strand.length_ms, unit: strand.unit() })
}

/// Says of each report when it began as far as that can be. A player's clock may be wrong by hours, and is wrong by
/// the same in all reports that it sends together: these are moved together, as little as it takes, so that nothing
/// was heard before its first byte left or after it was told.
pub(super) fn set_clocks(strands: &mut BTreeMap<(&str, &RecordingId), Strand>) {
    let mut ahead: BTreeMap<(String, i64), (i64, i64)> = BTreeMap::new();
    for ((device, _), strand) in strands.iter() {
        let first = strand.first();
        for (l, told) in strand.listened.iter().filter_map(|l| Some((l, l.told?))) {
            let together = ahead.entry(((*device).to_owned(), l.received)).or_insert((i64::MAX, i64::MIN));
            if let Some(first) = first {
                together.0 = together.0.min(told.saturating_sub(first));
            }
            together.1 = together.1.max(told.saturating_sub(l.received));
        }
    }
    for ((device, _), strand) in strands.iter_mut() {
        let first = strand.first();
        for l in &mut strand.listened {
            let Some(told) = l.told else { continue };
            let together = ahead.get(&((*device).to_owned(), l.received)).copied();
            let (early, late) = together.unwrap_or((0, 0));
            let shift = if late > 0 { late.saturating_neg() } else { early.min(0).saturating_neg() };
            let earliest = first.unwrap_or(i64::MIN).min(l.received);
            l.began = told.saturating_add(shift).clamp(earliest, l.received);
        }
    }
}

/// When each device started what, in order of time.
pub(super) fn starts<'k>(
    strands: &BTreeMap<(&'k str, &'k RecordingId), Strand>,
) -> BTreeMap<&'k str, Vec<(i64, &'k RecordingId)>> {
    let mut starts: BTreeMap<&str, Vec<(i64, &RecordingId)>> = BTreeMap::new();
    for ((device, recording), strand) in strands {
        let told = strand.listened.iter().filter(|l| l.told.is_some()).map(|l| l.began);
        let playing = strand.moved.iter().filter(|m| matches!(m.state, State::Starting | State::Playing));
        let all = strand.opened.iter().copied().chain(told).chain(playing.map(|m| m.at));
        starts.entry(device).or_default().extend(all.map(|at| (at, *recording)));
    }
    for list in starts.values_mut() {
        list.sort_unstable();
    }
    starts
}
