//! The rows of `docs/counting.md`, read and run.

use music::RecordingId;
use programmes::streaming::{Event, Outcome, Report, Rule, State, Unit, What, count};

const PAGE: &str = include_str!("../../../../../docs/counting.md");
/// When the rows begin, in milliseconds: late enough for clocks that are hours slow.
const BEGIN: i64 = 1_790_000_000_000;

struct Row<'a> {
    case: &'a str,
    length_ms: u32,
    happens: &'a str,
    becomes: &'a str,
}

fn rows() -> Vec<Row<'static>> {
    let table = PAGE.split("| case | length | what happens | becomes |").nth(1).unwrap();
    let lines = table.lines().skip(2).take_while(|l| l.starts_with('|'));
    let rows: Vec<Row<'_>> = lines
        .map(|line| {
            let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
            let [case, length, happens, becomes] = cells[..] else { panic!("four cells: {line}") };
            Row { case, length_ms: length.parse::<u32>().unwrap() * 1_000, happens, becomes }
        })
        .collect();
    assert!(rows.len() > 35, "the table is there");
    rows
}

/// Milliseconds of `90`, `5min`, `2h`, `3d`.
fn ms(text: &str) -> i64 {
    let (digits, unit) = text.split_at(text.find(|c: char| c.is_ascii_alphabetic()).unwrap_or(text.len()));
    let n: i64 = digits.parse().unwrap_or_else(|_| panic!("a time: {text}"));
    n * match unit {
        "" => 1_000,
        "min" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        _ => panic!("a unit of time: {text}"),
    }
}

fn recording(n: u64) -> RecordingId {
    RecordingId::from_bits(n)
}

struct Script {
    length_ms: u32,
    events: Vec<Event>,
    streams: u64,
    last_part: (u64, i64),
}

impl Script {
    fn run(&mut self, happens: &str) {
        if let Some((before, repeated)) = happens.split_once("times every ") {
            let (before, n) = before.trim().rsplit_once(';').unwrap_or(("", before.trim()));
            if !before.is_empty() {
                self.run(before);
            }
            let (step, steps) = repeated.split_once(':').unwrap();
            for round in 0..n.trim().parse::<i64>().unwrap() {
                let own = if before.is_empty() { round as u64 + 10 } else { 1 };
                for one in steps.split(';') {
                    self.step(one.trim(), round * ms(step), own);
                }
            }
            return;
        }
        for one in happens.split(';') {
            self.step(one.trim(), 0, 1);
        }
    }

    fn step(&mut self, text: &str, shift: i64, own: u64) {
        let (at, rest) = text.split_once(' ').unwrap();
        let at = BEGIN + ms(at) + shift;
        let (device, rest) = rest.split_once('/').map_or(("desk", rest), |(d, r)| (d, r));
        let (recording, rest) = rest.strip_prefix("B ").map_or((recording(own), rest), |r| (recording(2), r));
        let (verb, argument) = rest.split_once(' ').unwrap_or((rest, ""));
        let position = || u32::try_from(ms(argument)).unwrap();
        let moved = |state| What::Said(Report::Moved { state, position_ms: position() });
        let what = match verb {
            "get" => {
                let (from, to) = argument.split_once('-').unwrap();
                self.streams += 1;
                self.last_part = (self.streams, 0);
                What::Delivered {
                    stream: self.streams,
                    from_ms: ms(from) as u32,
                    to_ms: ms(to) as u32,
                    length_ms: self.length_ms,
                    unit: Unit::Play,
                }
            }
            "cut" => What::Cut { stream: self.last_part.0, at_ms: position() },
            "open" => What::Said(Report::Opened),
            "heard" => What::Said(Report::Listened { at: None }),
            "playing" => moved(State::Playing),
            "paused" => moved(State::Paused),
            "stopped" => moved(State::Stopped),
            told => {
                let at = told.strip_prefix("heard@").unwrap_or_else(|| panic!("a verb: {told}"));
                What::Said(Report::Listened { at: Some(BEGIN + ms(at)) })
            }
        };
        self.events.push(Event { at, device: device.to_owned(), recording, what });
    }
}

fn became(happens: &str, length_ms: u32) -> Vec<String> {
    let mut script = Script { length_ms, events: Vec::new(), streams: 0, last_part: (0, 0) };
    script.run(happens);
    let mut words: Vec<String> = count(&script.events, &Rule::default())
        .into_iter()
        .map(|v| match v.outcome {
            Outcome::Counted { heard_ms } => format!("counted {}", heard_ms / 1_000),
            Outcome::SetAside(why) => why.word().to_owned(),
        })
        .collect();
    words.sort();
    words
}

fn expected(becomes: &str) -> Vec<String> {
    let mut words = Vec::new();
    for part in becomes.split(',').map(str::trim).filter(|p| *p != "nothing") {
        match part.split_once(' ') {
            Some((n, word)) if n.parse::<usize>().is_ok() => {
                words.extend(std::iter::repeat_n(word.to_owned(), n.parse().unwrap()));
            }
            _ => words.push(part.to_owned()),
        }
    }
    words.sort();
    words
}

#[test]
fn each_row_of_the_page_comes_out_as_it_says() {
    let mut wrong = Vec::new();
    for row in rows() {
        let (is, should) = (became(row.happens, row.length_ms), expected(row.becomes));
        if is != should {
            wrong.push(format!("{}: {} → {is:?}, the page says {should:?}", row.case, row.happens));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
