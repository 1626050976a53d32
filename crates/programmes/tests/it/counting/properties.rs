//! What holds whatever happened.

use music::RecordingId;
use programmes::streaming::{Event, Outcome, Report, Rule, Silent, State, Unit, Verdict, What, count};
use proptest::prelude::*;

fn what() -> impl Strategy<Value = What> {
    let state = prop::sample::select(State::ALL.to_vec());
    prop_oneof![
        4 => (0_u64..6, 0_u32..200, 0_u32..200).prop_map(|(stream, from, long)| What::Delivered {
            stream,
            from_ms: from * 1_000,
            to_ms: (from + long) * 1_000,
            length_ms: 200_000,
            unit: Unit::Play,
        }),
        1 => (0_u64..6, 0_u32..200_000).prop_map(|(stream, at_ms)| What::Cut { stream, at_ms }),
        1 => Just(What::Said(Report::Opened)),
        2 => Just(What::Said(Report::Listened { at: None })),
        2 => (-20_000_i64..30_000).prop_map(|at| What::Said(Report::Listened { at: Some(at * 1_000) })),
        3 => (state, 0_u32..200).prop_map(|(state, at)| What::Said(Report::Moved { state, position_ms: at * 1_000 })),
    ]
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    let one = (0_i64..20_000, 0_u8..2, 0_u64..4, what()).prop_map(|(at, device, recording, what)| Event {
        at: at * 1_000,
        device: format!("d{device}"),
        recording: RecordingId::from_bits(recording),
        what,
    });
    prop::collection::vec(one, 0..60)
}

fn heard(events: &[Event], rule: &Rule) -> i64 {
    let of = |o: Outcome| if let Outcome::Counted { heard_ms } = o { heard_ms } else { 0 };
    count(events, rule).iter().map(|v| of(v.outcome)).sum()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// The order of events, and which of them were written down twice, change nothing.
    #[test]
    fn order_and_repeats_change_nothing(events in events(), order in prop::collection::vec(any::<usize>(), 60), again in 0_usize..60) {
        let rule = Rule::default();
        let once = count(&events, &rule);
        let mut mixed = events.clone();
        mixed.extend(events.iter().take(again).cloned());
        for (i, o) in order.iter().enumerate() {
            if !mixed.is_empty() { let n = mixed.len(); mixed.swap(i % n, o % n); }
        }
        prop_assert_eq!(count(&mixed, &rule), once);
    }

    /// A member never hears more than there was time between the first and the last thing seen, whatever is claimed.
    #[test]
    fn nobody_hears_more_than_the_clock_allows(events in events(), by_pace in any::<bool>()) {
        let rule = Rule { silent: if by_pace { Silent::ByPace } else { Silent::SetAside }, ..Rule::default() };
        let first = events.iter().map(|e| e.at).min().unwrap_or(0);
        let last = events.iter().map(|e| e.at).max().unwrap_or(0);
        prop_assert!(heard(&events, &rule) <= last - first);
    }

    /// Each counted play has its needed time, and there are no more plays than fit.
    #[test]
    fn each_play_has_its_time(events in events()) {
        let rule = Rule::default();
        for v in count(&events, &rule) {
            if let Outcome::Counted { heard_ms } = v.outcome { prop_assert!(heard_ms >= rule.heard_ms, "{v:?}"); }
        }
    }

    /// Without a delivery nothing counts; without a report nothing counts.
    #[test]
    fn one_witness_is_none(events in events()) {
        let rule = Rule::default();
        let said = |e: &&Event| matches!(e.what, What::Said(_));
        let only_said: Vec<Event> = events.iter().filter(said).cloned().collect();
        let only_sent: Vec<Event> = events.iter().filter(|e| !said(e)).cloned().collect();
        prop_assert_eq!(heard(&only_said, &rule), 0);
        prop_assert_eq!(heard(&only_sent, &rule), 0);
    }

    /// Events of other members cannot matter; those of other recordings only by the clock: adding a recording never
    /// makes another count more often.
    #[test]
    fn a_later_session_leaves_earlier_ones(events in events()) {
        let rule = Rule::default();
        let before = count(&events, &rule);
        let far = 10_000_000_000;
        let mut more = events.clone();
        let recording = RecordingId::from_bits(99);
        let sent = What::Delivered { stream: 77, from_ms: 0, to_ms: 200_000, length_ms: 200_000, unit: Unit::Play };
        more.push(Event { at: far, device: "d0".to_owned(), recording: recording.clone(), what: sent });
        more.push(Event { at: far + 100_000, device: "d0".to_owned(), recording: recording.clone(), what: What::Said(Report::Listened { at: None }) });
        let after = count(&more, &rule);
        // Only the seconds of the last play may grow: what comes later tells that it went on.
        let told = |all: &[Verdict]| {
            let others = all.iter().filter(|v| v.recording != recording);
            others.map(|v| (v.recording.clone(), v.at, v.outcome.word())).collect::<Vec<_>>()
        };
        prop_assert_eq!(told(&after), told(&before));
        let late = after.iter().find(|v| v.recording == recording).map(|v| v.outcome.word());
        prop_assert_eq!(late, Some("counted"));
    }
}

/// Any time whatever, as hostile players may tell it.
#[test]
fn absurd_times_do_no_harm() {
    let recording = RecordingId::from_bits(1);
    let event = |at, what| Event { at, device: "d".to_owned(), recording: recording.clone(), what };
    let sent =
        What::Delivered { stream: 1, from_ms: 0, to_ms: u32::MAX, length_ms: u32::MAX, unit: Unit::View };
    let mut events = vec![event(1_790_000_000_000, sent)];
    for at in [i64::MIN, -1, 0, 1, i64::MAX] {
        events.push(event(1_790_000_100_000, What::Said(Report::Listened { at: Some(at) })));
    }
    let moved = What::Said(Report::Moved { state: State::Playing, position_ms: u32::MAX });
    events.push(event(1_790_000_200_000, moved));
    count(&events, &Rule::default());
}

/// A member with very many events costs no more than the sorting of them.
#[test]
fn many_events_of_one_member_are_counted_in_time() {
    let mut events = Vec::new();
    for i in 0..40_000_i64 {
        let recording = RecordingId::from_bits(u64::try_from(i % 7).unwrap());
        let at = 1_790_000_000_000 + i * 977;
        let from_ms = u32::try_from(i * 37 % 190_000).unwrap();
        let sent = What::Delivered {
            stream: i as u64,
            from_ms,
            to_ms: from_ms + 5,
            length_ms: 200_000,
            unit: Unit::Play,
        };
        let told = What::Said(Report::Listened { at: Some(at - i * 500) });
        for what in [sent, told] {
            events.push(Event { at, device: "d".to_owned(), recording: recording.clone(), what });
        }
    }
    let verdicts = count(&events, &Rule::default());
    assert!(!verdicts.is_empty());
}
