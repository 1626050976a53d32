//! Whoever wants plays without listening.

use music::RecordingId;
use programmes::streaming::{Event, Outcome, Report, Rule, State, Unit, Verdict, What, Why, count};

const BEGIN: i64 = 1_790_000_000_000;

struct Attack {
    recordings: u64,
    plays: u64,
    /// How many times faster than it sounds.
    speed: i64,
    requests: bool,
    reports: Option<Reports>,
}

#[derive(Clone, Copy, PartialEq)]
enum Reports {
    Heard,
    HeardWithTimes,
    Positions,
    Opened,
}

const LENGTH: i64 = 200_000;

/// One recording after the other, each in a part of the time that it sounds, over and over.
fn events(a: &Attack) -> Vec<Event> {
    let mut events = Vec::new();
    for n in 0..a.plays {
        let at = BEGIN + n as i64 * LENGTH / a.speed;
        let end = at + LENGTH / a.speed;
        let recording = RecordingId::from_bits(n % a.recordings);
        let mut see = |at, what| {
            events.push(Event { at, device: "bot".to_owned(), recording: recording.clone(), what });
        };
        if a.requests {
            let length = LENGTH as u32;
            see(
                at,
                What::Delivered { stream: n, from_ms: 0, to_ms: length, length_ms: length, unit: Unit::Play },
            );
        }
        match a.reports {
            None => {}
            Some(Reports::Opened) => see(at, What::Said(Report::Opened)),
            Some(Reports::Heard) => see(end, What::Said(Report::Listened { at: None })),
            Some(Reports::HeardWithTimes) => {
                see(end, What::Said(Report::Listened { at: Some(BEGIN + n as i64 * LENGTH) }))
            }
            Some(Reports::Positions) => {
                see(at, What::Said(Report::Moved { state: State::Playing, position_ms: 0 }));
                see(end, What::Said(Report::Moved { state: State::Stopped, position_ms: LENGTH as u32 }));
            }
        }
    }
    events
}

fn counted(verdicts: &[Verdict]) -> usize {
    verdicts.iter().filter(|v| matches!(v.outcome, Outcome::Counted { .. })).count()
}

#[test]
fn only_requests_only_reports_and_both_at_a_hundred_times_the_speed_count_nothing_and_stay_as_evidence() {
    let kinds = [Reports::Heard, Reports::HeardWithTimes, Reports::Positions, Reports::Opened];
    for (recordings, plays) in [
        (1, 1),
        (1, 500),
        (2, 600),
        (5, 999),
        (13, 1_299),
        (40, 1_600),
        (250, 2_500),
        (290, 300),
        (2_000, 2_000),
    ] {
        let attack = |speed, requests, reports| Attack { recordings, plays, speed, requests, reports };
        let mut attacks = vec![attack(1, true, None), attack(100, true, None)];
        for kind in kinds {
            attacks.push(attack(1, false, Some(kind)));
            attacks.push(attack(100, false, Some(kind)));
            attacks.push(attack(100, true, Some(kind)));
        }
        for a in attacks {
            let verdicts = count(&events(&a), &Rule::default());
            let what = format!("{plays} plays of {recordings} recordings, ×{}, {}", a.speed, a.requests);
            assert_eq!(counted(&verdicts), 0, "{what}");
            // Opening alone claims nothing, so there is nothing to keep.
            if a.requests || a.reports != Some(Reports::Opened) {
                assert!(!verdicts.is_empty(), "{what}: no evidence");
            }
        }
    }
}

/// At its natural speed an attacker is a listener: it gets one play for each recording's length, and the guards see it.
#[test]
fn at_its_own_speed_a_machine_gets_what_a_listener_gets() {
    let a = Attack { recordings: 20, plays: 20, speed: 1, requests: true, reports: Some(Reports::Heard) };
    let verdicts = count(&events(&a), &Rule::default());
    assert_eq!(counted(&verdicts), 20);
    // Its seconds are all of its time (of the last play it is only known that it got half-way), so a guard that
    // looks at days without sleep sees it.
    let of = |o: Outcome| if let Outcome::Counted { heard_ms } = o { heard_ms } else { 0 };
    assert!(verdicts.iter().map(|v| of(v.outcome)).sum::<i64>() >= 19 * LENGTH);
}

/// A device that fetched a thousand recordings claims to have heard all of them offline in one evening.
#[test]
fn more_offline_plays_than_the_evening_is_long_count_nothing() {
    let mut all = Vec::new();
    for n in 0..1_000_u64 {
        let recording = RecordingId::from_bits(n);
        let length = LENGTH as u32;
        let sent =
            What::Delivered { stream: n, from_ms: 0, to_ms: length, length_ms: length, unit: Unit::Play };
        let mut see =
            |at, what| all.push(Event { at, device: "bot".to_owned(), recording: recording.clone(), what });
        see(BEGIN + n as i64, sent);
        let told = BEGIN + 3_600_000 + n as i64 * 10_000;
        see(BEGIN + 86_400_000, What::Said(Report::Listened { at: Some(told) }));
    }
    let verdicts = count(&all, &Rule::default());
    assert_eq!(counted(&verdicts), 0);
    assert_eq!(verdicts.iter().filter(|v| v.outcome == Outcome::SetAside(Why::AtOnce)).count(), 1_000);
}
