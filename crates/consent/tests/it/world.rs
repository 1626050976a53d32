//! Small random worlds: few parties, few subjects, every kind of line, so that everything collides.

use consent::registry::*;
use consent::{Asked, Builder, Index, Question, Use, uses};
use jiff::civil::Date;

/// A cheap row of random numbers from a seed.
pub struct Chance(pub u64);

impl Chance {
    pub fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % n
    }
    pub fn one_in(&mut self, n: u64) -> bool {
        self.below(n) == 0
    }
    pub fn pick<'a>(&mut self, list: &[&'a str]) -> &'a str {
        list[self.below(list.len() as u64) as usize]
    }
}

pub const PARTIES: [&str; 4] = ["p0", "p1", "p2", "p3"];
const LICENSEES: [&str; 3] = ["x", "y", "z"];

pub fn date(n: u64) -> Date {
    Date::new(2026, 1 + (n / 28) as i8, 1 + (n % 28) as i8).unwrap()
}

fn maybe_date(c: &mut Chance, n: u64) -> Option<Date> {
    if c.one_in(n) { Some(date(c.below(56))) } else { None }
}

fn term(c: &mut Chance) -> (Option<Date>, Option<Date>) {
    match (maybe_date(c, 5), maybe_date(c, 5)) {
        (Some(a), Some(b)) if b <= a => (Some(b), None),
        both => both,
    }
}

fn places(c: &mut Chance) -> Vec<String> {
    let n = if c.one_in(4) { 1 + c.below(2) } else { 0 };
    (0..n).map(|_| c.pick(&["FR", "FR-75", "DE", "Worldwide"]).to_owned()).collect()
}

fn level(c: &mut Chance) -> Level {
    if c.one_in(2) { Level::Qualified } else { Level::ALL[c.below(5) as usize] }
}

fn uses_of(c: &mut Chance, asked: Use) -> Vec<String> {
    let group = asked.code().split('.').next().unwrap().to_owned();
    let n = 1 + c.below(2);
    let one = |c: &mut Chance| match c.below(8) {
        0 => "*".to_owned(),
        1 => group.clone(),
        2 => uses::LIST[c.below(20) as usize].code.to_owned(),
        _ => asked.code().to_owned(),
    };
    (0..n).map(|_| one(c)).collect()
}

fn conditions(c: &mut Chance) -> Conditions {
    let mut out = Conditions::default();
    if c.one_in(3) {
        match c.below(7) {
            0 => out.model = c.pick(&["m", "n"]).to_owned(),
            1 => out.version = c.pick(&["1", "2"]).to_owned(),
            2 => out.purpose = c.pick(&["research", "commercial"]).to_owned(),
            3 => out.project = c.pick(&["j0", "j1"]).to_owned(),
            4 => out.max_days = Some(c.below(40) as u32),
            5 => out.attribution = true,
            _ => out.output = vec!["walled".to_owned()],
        }
    }
    out
}

fn log(c: &mut Chance) -> (u64, Option<Date>) {
    (c.below(12), maybe_date(c, 4))
}

/// Random lines about one recording, made to matter for one use.
pub fn objects(c: &mut Chance, asked: Use) -> Vec<Object> {
    let mut list = Vec::new();
    for id in PARTIES {
        if !c.one_in(4) {
            let minor_until = if c.one_in(8) { Some(date(c.below(56))) } else { None };
            list.push(Object::Party(Party {
                id: id.into(),
                minor_until,
                level: level(c),
                ..Default::default()
            }));
        }
    }
    if !c.one_in(30) {
        let n = if c.one_in(12) { c.below(3) } else { 1 };
        let works = (0..n).map(|w| format!("w{w}")).collect();
        let project = if c.one_in(2) { c.pick(&["j0", "j1"]).to_owned() } else { String::new() };
        let row = Recording { id: "r".into(), works, project, log: c.below(3), ..Default::default() };
        list.push(Object::Recording(row));
    }
    let roles = [
        ClaimRole::Master,
        ClaimRole::Work,
        ClaimRole::Featured,
        ClaimRole::Voice,
        ClaimRole::Lyrics,
        ClaimRole::Performer,
        ClaimRole::Owner,
    ];
    for n in 0..2 + c.below(5) {
        let role = if n < 3 { roles[n as usize] } else { roles[c.below(7) as usize] };
        let subject = match role {
            ClaimRole::Work | ClaimRole::Lyrics => {
                c.pick(&["work:w0", "work:w0", "work:w0", "work:w1", "recording:r"])
            }
            ClaimRole::Owner => c.pick(&["project:j0", "project:j1", "recording:r"]),
            _ => c.pick(&["recording:r", "recording:r", "recording:r", "project:j0", "work:w0"]),
        };
        let (from, until) = if c.one_in(3) { term(c) } else { (None, None) };
        let (log, at) = if c.one_in(3) { log(c) } else { (0, None) };
        let share_ppm = if c.one_in(12) { Some(0) } else { None };
        list.push(Object::Claim(Claim {
            subject: subject.into(),
            role,
            party: c.pick(&PARTIES).into(),
            share_ppm,
            territories: if c.one_in(3) { places(c) } else { vec![] },
            from,
            until,
            log,
            at,
            level: level(c),
            revoked_at: maybe_date(c, 8),
            revoked_log: c.below(12),
            ..Default::default()
        }));
    }
    for n in 0..c.below(3) {
        let (from, until) = term(c);
        let (log, at) = log(c);
        let revoked_at = maybe_date(c, 4);
        list.push(Object::Mandate(Mandate {
            id: format!("m{n}"),
            principal: c.pick(&PARTIES).into(),
            agent: c.pick(&["a", "p0"]).into(),
            uses: uses_of(c, asked),
            territories: places(c),
            from,
            until,
            guardian: c.one_in(3),
            revoked_at,
            revoked_log: c.below(12),
            log,
            at,
            level: level(c),
            ..Default::default()
        }));
    }
    for n in 0..c.below(9) {
        list.push(Object::Statement(said(c, asked, n)));
    }
    for n in 0..c.below(3) {
        let (from, until) = term(c);
        let (log, at) = log(c);
        let signed_by = PARTIES.iter().filter(|_| !c.one_in(4)).map(|p| (*p).to_owned()).collect();
        let subjects =
            vec![c.pick(&["recording:r", "work:w0", "project:j0", "catalogue", "person"]).to_owned()];
        list.push(Object::License(License {
            id: format!("l{n}"),
            licensee: c.pick(&LICENSEES).into(),
            uses: vec![asked.code().into()],
            subjects,
            territories: places(c),
            from,
            until,
            signed_by,
            conditions: conditions(c),
            notice_days: c.below(20) as u32,
            revoked_at: maybe_date(c, 4),
            revoked_log: c.below(12),
            log,
            at,
            level: level(c),
            ..Default::default()
        }));
    }
    if c.one_in(8) {
        let (log, at) = log(c);
        let subject =
            c.pick(&["recording:r", "work:w0", "project:j0", "person:p1", "recording:q"]).to_owned();
        list.push(Object::Dispute(Dispute {
            id: "d".into(),
            subject,
            closed_at: maybe_date(c, 2),
            closed_log: c.below(12),
            log,
            at,
            ..Default::default()
        }));
    }
    list
}

pub fn said(c: &mut Chance, asked: Use, n: u64) -> Statement {
    let (from, until) = term(c);
    let (log, at) = log(c);
    let speaker = if c.one_in(4) { "a" } else { c.pick(&PARTIES) };
    let for_party = if speaker == "a" || c.one_in(8) { Some(c.pick(&PARTIES).to_owned()) } else { None };
    let kind = [Word::Permit, Word::Permit, Word::Permit, Word::Ask, Word::Refuse, Word::Withdraw]
        [c.below(6) as usize];
    let licensees = if c.one_in(3) {
        (0..1 + c.below(2)).map(|_| c.pick(&LICENSEES).to_owned()).collect()
    } else {
        vec![]
    };
    let withdraws = if c.one_in(2) { format!("s{}", c.below(9)) } else { String::new() };
    Statement {
        id: format!("s{n}"),
        speaker: speaker.into(),
        for_party,
        subject: c
            .pick(&["recording:r", "work:w0", "project:j0", "person", "catalogue", "catalogue"])
            .to_owned(),
        kind,
        uses: uses_of(c, asked),
        licensees,
        territories: places(c),
        from,
        until,
        conditions: conditions(c),
        withdraws,
        log,
        at,
        level: level(c),
        ..Default::default()
    }
}

/// A question that may be about a person, may be early in the log, and may tell much or little.
pub fn question(c: &mut Chance, usage: Use) -> Question<'static> {
    let subject = if usage.is_personal() && c.one_in(5) {
        Asked::Person(c.pick(&PARTIES))
    } else {
        Asked::Recording("r")
    };
    let territory = c.pick(&["FR", "FR", "FR-75", "DE", "Worldwide"]).parse().unwrap();
    let mut q = Question::new(subject, usage, c.pick(&["x", "y", "nobody"]), date(c.below(56)), territory);
    if c.one_in(3) {
        q.until = Some(date(56 + c.below(28)));
    }
    if c.one_in(2) {
        q.log_size = c.below(14);
    }
    if c.one_in(2) {
        (q.model, q.version) = (Some("m"), Some("1"));
    }
    if c.one_in(2) {
        q.purpose = Some("research");
    }
    if !c.one_in(3) {
        q.project = Some(c.pick(&["j0", "j1"]));
    }
    if c.one_in(4) {
        q.min_level = Level::ALL[c.below(5) as usize];
    }
    q
}

pub fn build(list: &[Object]) -> Index {
    let mut builder = Builder::default();
    for object in list {
        builder.push(1, object).unwrap();
    }
    builder.finish()
}
