//! Simulated listening: members with players of several kinds, and what a tally that knows only the truth expects.
//!
//! The generator first decides who really listens to what, when and how long. From that it makes what players do, with
//! all their bad habits, and, by itself, the tally: one play for each sitting in which enough was heard and the player
//! said so. It knows nothing of how plays are counted.

use std::collections::{BTreeMap, BTreeSet};

use music::RecordingId;
use programmes::streaming::{Report, State};

use crate::chance::Chance;

/// A world to make.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    /// The same seed, the same world.
    pub seed: u64,
    /// How many members listen.
    pub members: usize,
    /// For how many days.
    pub days: i64,
    /// How many recordings there are.
    pub recordings: usize,
    /// Hours between two evenings of a member, at most; at least eight.
    pub pause_h: usize,
    /// How many machines of each kind try to get plays without listening.
    pub bots: usize,
}

/// What happens, and what should come of it.
#[derive(Debug, Clone, Default)]
pub struct World {
    /// What players do, in order of time.
    pub acts: Vec<Act>,
    /// How many plays of each member and recording there should be.
    pub expected: BTreeMap<(String, RecordingId), u64>,
    /// Members who never listen.
    pub machines: BTreeSet<String>,
    /// How often somebody really sat down to listen.
    pub sittings: u64,
}

/// One thing that a player does.
#[derive(Debug, Clone)]
pub struct Act {
    /// When, in milliseconds since the world began.
    pub at: i64,
    /// Whose player.
    pub member: String,
    /// Which of them.
    pub device: String,
    /// With which recording.
    pub recording: RecordingId,
    /// What it does.
    pub does: Does,
}

/// What a player does.
#[derive(Debug, Clone, Copy)]
pub enum Does {
    /// It asks for a part of the recording and gets it.
    Fetch {
        /// The request.
        stream: u64,
        /// From where, in milliseconds.
        from: u32,
        /// Up to where.
        to: u32,
        /// How long the recording is.
        length: u32,
    },
    /// Its line broke: nothing beyond this arrived.
    Break {
        /// The request.
        stream: u64,
        /// Up to where it arrived.
        at: u32,
    },
    /// It says something. Times are since the world began.
    Say(Report),
}

/// What a device is like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Player {
    /// Reports at a part of the recording, in percent; tells its own time or not.
    Scrobbles { percent: i64, tells: bool },
    /// Reports like a listen: at half, or after four minutes, in whole seconds.
    Listens,
    /// Reports where it stands.
    Positions,
    /// Fetches at home, plays on the way, reports when it is back.
    Offline,
}

struct Device {
    name: String,
    player: Player,
    /// By how much its clock is wrong, in milliseconds.
    skew: i64,
    /// When something was last seen of a recording.
    last: BTreeMap<usize, i64>,
    /// What it has whole.
    whole: BTreeSet<usize>,
}

/// Makes a world.
pub fn world(plan: Plan) -> World {
    let mut maker = Maker { plan, chance: Chance::of(plan.seed), world: World::default(), streams: 0 };
    for n in 0..plan.members {
        maker.member(&format!("member-{n:05}"));
    }
    for n in 0..plan.bots {
        maker.machines(n);
    }
    maker.world.acts.sort_by_key(|a| a.at);
    maker.world
}

/// How long a recording is, in milliseconds: one in forty is shorter than a play.
pub fn length(recording: usize) -> i64 {
    let n = (recording as i64).wrapping_mul(7_919).rem_euclid(1_000);
    if recording.is_multiple_of(40) { 10_000 + n * 15 } else { 90_000 + n * 310 }
}

/// The id of a recording.
pub fn id(recording: usize) -> RecordingId {
    RecordingId::from_bits(1 + recording as u64)
}

const HOUR: i64 = 3_600_000;
/// Two sittings with one recording on one device are at least so far apart.
const APART: i64 = 8 * HOUR;

struct Maker {
    plan: Plan,
    chance: Chance,
    world: World,
    streams: u64,
}

/// One sitting: somebody listens.
struct Sitting<'a> {
    member: &'a str,
    recording: usize,
    /// When it begins.
    at: i64,
    /// How much is listened to before it is skipped.
    heard: i64,
    /// A pause, after so much.
    pause: i64,
    pause_at: i64,
}

impl Maker {
    fn between(&mut self, from: i64, to: i64) -> i64 {
        from + self.chance.below((to - from).max(1) as usize) as i64
    }

    fn act(&mut self, at: i64, member: &str, device: &Device, recording: usize, does: Does) {
        let act = Act {
            at,
            member: member.to_owned(),
            device: device.name.clone(),
            recording: id(recording),
            does,
        };
        self.world.acts.push(act);
    }

    fn fetch(&mut self, at: i64, member: &str, device: &Device, recording: usize, part: (i64, i64)) -> u64 {
        self.streams += 1;
        let stream = self.streams;
        let length = length(recording) as u32;
        let does = Does::Fetch { stream, from: part.0 as u32, to: part.1 as u32, length };
        self.act(at, member, device, recording, does);
        stream
    }

    fn say(&mut self, at: i64, member: &str, device: &Device, recording: usize, report: Report) {
        self.act(at, member, device, recording, Does::Say(report));
    }

    fn expect(&mut self, member: &str, recording: usize) {
        *self.world.expected.entry((member.to_owned(), id(recording))).or_default() += 1;
    }

    fn member(&mut self, name: &str) {
        let mut devices: Vec<Device> = (0..1 + self.chance.below(2)).map(|n| self.device(n)).collect();
        let end = self.plan.days * 24 * HOUR - 60 * HOUR;
        let mut at = self.between(0, 48 * HOUR.min(end));
        while at < end {
            let which = self.chance.below(devices.len());
            let device = &mut devices[which];
            at = match device.player {
                Player::Offline => self.journey(name, device, at),
                _ => self.evening(name, device, at),
            };
            at += self.between(APART, HOUR * self.plan.pause_h.max(9) as i64);
        }
    }

    fn device(&mut self, n: usize) -> Device {
        let player = match self.chance.below(6) {
            0 => Player::Scrobbles { percent: 50, tells: false },
            1 => Player::Scrobbles { percent: 70, tells: true },
            2 => Player::Scrobbles { percent: 75, tells: false },
            3 => Player::Listens,
            4 => Player::Positions,
            _ => Player::Offline,
        };
        let skews = [0, 0, 0, 0, 120_000, -90_000, 3 * HOUR, -3 * HOUR];
        let skew = *self.chance.one(&skews).unwrap();
        Device { name: format!("device-{n}"), player, skew, last: BTreeMap::new(), whole: BTreeSet::new() }
    }

    /// A recording that this device has not touched for a while; the first ones are liked most.
    fn choose(&mut self, device: &Device, at: i64, long: bool) -> usize {
        loop {
            let (a, b) = (self.chance.below(self.plan.recordings), self.chance.below(self.plan.recordings));
            let recording = a * b / self.plan.recordings;
            let fresh = device.last.get(&recording).is_none_or(|last| at - last > APART + 5 * HOUR);
            if fresh && (!long || length(recording) > 60_000) {
                return recording;
            }
        }
    }

    /// One after the other, at home.
    fn evening(&mut self, member: &str, device: &mut Device, from: i64) -> i64 {
        let mut at = from;
        if self.chance.percent(20) {
            // Logs in: fetches and shows what was last in the queue; nobody presses play.
            let recording = self.choose(device, at, true);
            self.fetch(at, member, device, recording, (0, 60_000));
            self.say(at, member, device, recording, Report::Opened);
            device.last.insert(recording, at);
            at += 20_000;
        }
        let count = 2 + self.chance.below(7);
        let mut short = false;
        let mut n = 0;
        // What is shorter than a play is followed by something: by that a player shows that it was played out.
        while n < count || short {
            n += 1;
            let recording = self.choose(device, at, short || n > count);
            short = length(recording) < 60_000;
            at = self.sit(member, device, recording, at, n > 1);
        }
        at
    }

    fn sit(&mut self, member: &str, device: &mut Device, recording: usize, at: i64, follows: bool) -> i64 {
        self.world.sittings += 1;
        let long = length(recording);
        let heard = match self.chance.below(20) {
            _ if long < 60_000 => long,
            0..3 => self.between(3_000, 25_000),
            3..8 => self.between(31_000, long),
            _ => long,
        };
        let pause =
            if long > 60_000 && self.chance.percent(8) { self.between(10_000, 20 * 60_000) } else { 0 };
        let pause_at = self.between(1_000, heard.max(1_001));
        let sitting = Sitting { member, recording, at, heard, pause, pause_at };
        let ahead = if follows && self.chance.percent(40) { self.between(1_000, 20_000) } else { 0 };
        let cached = device.whole.contains(&recording) && self.chance.percent(60);
        if !cached {
            self.fetch_somehow(&sitting, device, ahead);
        }
        let rounds = if heard == long && long > 60_000 && self.chance.percent(3) {
            2 + self.chance.below(6)
        } else {
            1
        };
        let counts = match device.player {
            Player::Positions => self.positions(&sitting, device),
            player => self.reports(&sitting, device, player, rounds as i64),
        };
        if counts {
            self.expect(member, recording);
        }
        let again = if device.player == Player::Positions { 0 } else { (rounds as i64 - 1) * long };
        let end = at + heard + pause + again;
        device.last.insert(recording, end + HOUR);
        end
    }

    fn fetch_somehow(&mut self, s: &Sitting<'_>, device: &mut Device, ahead: i64) {
        let long = length(s.recording);
        let start = s.at - ahead;
        match self.chance.below(10) {
            // The line breaks; the player asks for the rest before it needs it.
            0 => {
                let (cut, from) = (long * 3 / 10, s.at + long / 10);
                let stream = self.fetch(start, s.member, device, s.recording, (0, long));
                self.act(
                    start + 2_000,
                    s.member,
                    device,
                    s.recording,
                    Does::Break { stream, at: cut as u32 },
                );
                self.fetch(from.min(start + 20_000), s.member, device, s.recording, (cut, long));
                device.whole.insert(s.recording);
            }
            // The same request twice at once.
            1 => {
                self.fetch(start, s.member, device, s.recording, (0, long));
                self.fetch(start, s.member, device, s.recording, (0, long));
                device.whole.insert(s.recording);
            }
            // By ranges, as it plays; what is skipped is not asked for. Seeks would ask for more.
            2 | 3 if s.pause == 0 && device.player != Player::Positions => {
                let mut from = 0;
                while from < long && from - 10_000 <= s.heard {
                    let to = (from + 40_000).min(long);
                    self.fetch(s.at + (from - 10_000).max(0), s.member, device, s.recording, (from, to));
                    from = to;
                }
            }
            _ => {
                self.fetch(start, s.member, device, s.recording, (0, long));
                device.whole.insert(s.recording);
            }
        }
    }

    /// When a place of the recording sounds.
    fn sounds(s: &Sitting<'_>, place: i64) -> i64 {
        s.at + place + if place > s.pause_at { s.pause } else { 0 }
    }

    fn reports(&mut self, s: &Sitting<'_>, device: &Device, player: Player, rounds: i64) -> bool {
        let long = length(s.recording);
        self.say(s.at, s.member, device, s.recording, Report::Opened);
        let (place, told) = match player {
            Player::Scrobbles { percent, tells } => {
                (long * percent / 100, tells.then_some(s.at + device.skew))
            }
            _ => ((long / 2).min(240_000), Some((s.at + device.skew).div_euclid(1_000) * 1_000)),
        };
        if s.heard < place {
            return false;
        }
        let at = Self::sounds(s, place);
        self.say(at, s.member, device, s.recording, Report::Listened { at: told });
        if self.chance.percent(10) {
            // No answer came: the player says it again.
            self.say(at + 5_000, s.member, device, s.recording, Report::Listened { at: told });
            if told.is_some() {
                self.say(at + HOUR, s.member, device, s.recording, Report::Listened { at: told });
            }
        }
        for round in 1..rounds {
            let shift = round * long + s.pause;
            let told = told.map(|told| told + shift);
            let at = s.at + place + shift;
            self.say(at, s.member, device, s.recording, Report::Listened { at: told });
        }
        true
    }

    fn positions(&mut self, s: &Sitting<'_>, device: &Device) -> bool {
        let moved = |state, place: i64| Report::Moved { state, position_ms: place as u32 };
        self.say(s.at, s.member, device, s.recording, moved(State::Starting, 0));
        self.say(s.at, s.member, device, s.recording, moved(State::Playing, 0));
        let long = length(s.recording);
        // Jumps ahead once: what is heard before and after is heard, what lies between is not.
        let jump =
            if s.pause == 0 && s.heard < long - 30_000 && self.chance.percent(30) { 25_000 } else { 0 };
        let turn = s.heard / 2;
        let mut place = 60_000;
        while place < s.heard {
            let stands = place + if place > turn { jump } else { 0 };
            // A player that pauses says so; its regular reports would only repeat it.
            if s.pause == 0 || (place - s.pause_at).abs() > 2_000 {
                self.say(
                    Self::sounds(s, place),
                    s.member,
                    device,
                    s.recording,
                    moved(State::Playing, stands),
                );
            }
            place += 60_000;
        }
        if jump > 0 {
            self.say(s.at + turn, s.member, device, s.recording, moved(State::Playing, turn));
            self.say(s.at + turn + 1, s.member, device, s.recording, moved(State::Playing, turn + 1 + jump));
        }
        if s.pause > 0 {
            self.say(s.at + s.pause_at, s.member, device, s.recording, moved(State::Paused, s.pause_at));
            let back = s.at + s.pause_at + s.pause;
            self.say(back, s.member, device, s.recording, moved(State::Playing, s.pause_at));
        }
        let end = s.at + s.heard + s.pause;
        self.say(end, s.member, device, s.recording, moved(State::Stopped, s.heard + jump));
        s.heard >= 30_000 || s.heard == long
    }

    /// Fetches at home, plays on the way, reports everything when it is back.
    fn journey(&mut self, member: &str, device: &mut Device, from: i64) -> i64 {
        let count = 2 + self.chance.below(6);
        let mut list: Vec<usize> = Vec::new();
        while list.len() < count {
            let recording = self.choose(device, from, true);
            if !list.contains(&recording) {
                list.push(recording);
            }
        }
        for (n, recording) in list.iter().enumerate() {
            self.fetch(from + n as i64 * 5_000, member, device, *recording, (0, length(*recording)));
            device.whole.insert(*recording);
        }
        let mut at = from + self.between(HOUR, 6 * HOUR);
        if self.chance.percent(15) {
            // The first of them once more, later on the way.
            list.push(list[0]);
        }
        let mut told = Vec::new();
        for (n, recording) in list.iter().enumerate() {
            self.world.sittings += 1;
            let long = length(*recording);
            if n == count {
                at += 4 * HOUR;
            }
            let heard = if self.chance.percent(15) {
                self.between(3_000, 25_000)
            } else {
                self.between(long / 2, long + 1)
            };
            if heard >= long / 2 {
                told.push((*recording, at + device.skew));
                self.expect(member, *recording);
            }
            at += heard;
        }
        let back = at + self.between(5 * 60_000, 10 * HOUR);
        for again in [0, HOUR].iter().take(1 + usize::from(self.chance.percent(30))) {
            for (recording, told) in &told {
                self.say(back + again, member, device, *recording, Report::Listened { at: Some(*told) });
            }
        }
        for recording in list {
            device.last.insert(recording, back + HOUR);
        }
        back + HOUR
    }

    /// Whoever wants plays without listening, each in four ways; and a machine that plays day and night.
    fn machines(&mut self, n: usize) {
        let start = HOUR * (1 + n as i64);
        let robot = |name: &str| Device {
            name: name.to_owned(),
            player: Player::Listens,
            skew: 0,
            last: BTreeMap::new(),
            whole: BTreeSet::new(),
        };
        for (kind, fast, fetches, says) in [
            ("requests", 1, true, false),
            ("requests-fast", 100, true, false),
            ("reports", 1, false, true),
            ("both-fast", 100, true, true),
        ] {
            let (member, device) = (format!("{kind}-{n}"), robot(kind));
            let mut at = start;
            for play in 0..300 {
                let recording = (play * 7 + n) % self.plan.recordings.min(90 + 40 * n);
                if fetches {
                    self.fetch(at, &member, &device, recording, (0, length(recording)));
                }
                at += (length(recording) / fast).max(10);
                if says {
                    let told = (play % 2 == 0).then_some(at);
                    self.say(at, &member, &device, recording, Report::Listened { at: told });
                }
            }
            self.world.machines.insert(member);
        }
        // It does what a listener does, day and night: it counts, and a guard has to see it.
        let (member, device) = (format!("day-and-night-{n}"), robot("day-and-night"));
        let mut at = start;
        for play in 0..self.plan.recordings.min(600) {
            if length(play) > 60_000 {
                self.fetch(at, &member, &device, play, (0, length(play)));
                self.say(at + length(play) / 2, &member, &device, play, Report::Listened { at: None });
                self.expect(&member, play);
                self.world.sittings += 1;
            }
            at += length(play);
        }
    }
}
