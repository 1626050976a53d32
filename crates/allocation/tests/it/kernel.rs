//! Two ways, one answer: the kernel against the plain rule, over random plays, rules and partitions.

use std::collections::BTreeMap;

use allocation::kernel::{Layout, Outcome, Plan, PlayRow, Recordings, Row, hold, partition_of, run};
use allocation::rule::{Pays, read};
use allocation::{
    Facts, Input, LineKind, Play, Reason, Refusal, RuleSet, Shares, SharesOf, allocate, library,
};
use money::{Amount, Currency, Ratio};
use music::{PartyId, RecordingId};
use proptest::prelude::*;

const SPLITS: [&str; 16] = [
    "by = \"play\"",
    "by = \"play\"\nwhere = \"local\"",
    "by = \"duration\"",
    "by = \"recording\"",
    "by = \"recording\"\nwhere = \"in catalogue\"",
    "by = \"artist\"",
    "by = \"play\"\ncap = \"3 plays\"",
    "by = \"play\"\ncap = \"7 plays\"\nwhere = \"local\"",
    "by = \"play\"\nthreshold = \"4 plays in 12 months\"",
    "by = \"member\"",
    "by = \"member\"\nwhere = \"local\"",
    "by = \"member\"\nwithin = \"artist\"",
    "by = \"member\"\nwithin = \"duration\"",
    "by = \"member\"\nwithin = \"recording\"",
    "by = \"member\"\nscaled = \"60 %\"",
    "to = \"fund:solidarity\"",
];
const TERMS: [&str; 3] = [
    "[[split.boost]]\ntimes = 3\nwhen = \"sought\"\n",
    "[[split.boost]]\ntimes = 2\nwhen = \"professional artist\"\nplays = 9\nlisteners = 2\n[[split.boost]]\ntimes = 3\nwhen = \"sought\"\n",
    "[split.price]\nfirst = \"0.002\"\nplays = 4\n",
];

fn rules() -> impl Strategy<Value = RuleSet> {
    let split = (0..SPLITS.len(), 1_u32..20, prop::option::of(0..TERMS.len()));
    let random = (prop::collection::vec(split, 1..4), prop::collection::vec(1_u32..10, 0..3));
    let random = random.prop_map(|(splits, deductions)| {
        let mut text = "name = \"random\"\nversion = 1\nsummary = \"random\"\npays = \"master\"\n".to_owned();
        for (n, percent) in deductions.iter().enumerate() {
            text += &format!("[[deduct]]\nshare = \"{percent}.5 %\"\nto = \"house:p-{n}\"\nreason = \"{n}\"\n");
        }
        for (n, (which, percent, terms)) in splits.iter().enumerate() {
            let share = if n == 0 { "remaining".to_owned() } else { format!("{percent} %") };
            text += &format!("[[split]]\nname = \"split {n}\"\nshare = \"{share}\"\n{}\n", SPLITS[*which]);
            if n > 0 {
                text += "otherwise = \"split 0\"\n";
            }
            if let Some(terms) = terms.filter(|_| SPLITS[*which].starts_with("by = \"play\"")) {
                text += TERMS[terms];
            }
        }
        text += "[unplayed]\nto = \"next period\"\n[unclaimed]\nhold = \"36 months\"\nthen = \"fund:solidarity\"\n";
        read("random.toml", &text).unwrap_or_else(|problems| panic!("{}\n{text}", problems[0]))
    });
    let names = [
        "pro-rata",
        "user-centric",
        "equal-per-listener",
        "scaled-user-prop",
        "artist-centric",
        "threshold",
        "listen-to-own",
        "territorial-contribution",
        "territorial-contribution-by-member",
    ];
    let shipped = prop::sample::select(names.to_vec())
        .prop_map(|name| library().into_iter().find(|rule| rule.name == name).unwrap());
    prop_oneof![random, shipped]
}

/// member, recording, plays, seconds, sought.
type Plays = Vec<(u64, u32, u32, u32, bool)>;

fn plays() -> impl Strategy<Value = Plays> {
    let few = prop_oneof![3 => 0_u32..9, 1 => 900_u32..1_200, 1 => Just(u32::MAX)];
    prop::collection::vec((0_u64..9, 0_u32..8, few, 0_u32..900, any::<bool>()), 0..60)
}

fn shares() -> impl Strategy<Value = Vec<(u32, Vec<(u64, u32)>)>> {
    prop::collection::vec((0_u32..8, prop::collection::vec((0_u64..4, 0_u32..=600_000), 0..3)), 0..8)
}

fn input(plays: &Plays, recordings: &Recordings, seats: Option<u64>) -> Input {
    let play = |(member, recording, plays, seconds, sought): &(u64, u32, u32, u32, bool)| Play {
        member: format!("member-{member:03}"),
        recording: RecordingId::from_bits(u64::from(*recording)),
        plays: *plays,
        played_s: Some(*seconds),
        sought: *sought,
        before: 0,
    };
    let facts = |n: usize| Facts {
        artist: Some(format!("artist-{:02}", recordings.artist[n])),
        in_catalogue: recordings.in_catalogue[n],
        local: recordings.local[n],
        licensed: false,
        threshold_plays: recordings.threshold_plays[n],
        held_for: None,
    };
    let facts = (0..recordings.count).map(|n| (RecordingId::from_bits(n as u64), facts(n)));
    Input { plays: plays.iter().map(play).collect(), facts: facts.collect(), seats, ..Input::default() }
}

fn recordings() -> impl Strategy<Value = Recordings> {
    prop::collection::vec((0_u32..3, any::<bool>(), any::<bool>(), 0_u64..1_500), 8).prop_map(|all| {
        Recordings {
            count: all.len(),
            artist: all.iter().map(|r| r.0).collect(),
            artists: 3,
            known: vec![true; all.len()],
            in_catalogue: all.iter().map(|r| r.1).collect(),
            local: all.iter().map(|r| r.2).collect(),
            threshold_plays: all.iter().map(|r| Some(r.3)).collect(),
        }
    })
}

fn kernel<R: Row>(
    layout: &Layout,
    rule: &RuleSet,
    pot: Amount,
    seats: Option<u64>,
    recordings: &Recordings,
    plays: &Plays,
    log2: u32,
) -> Result<Outcome, Refusal> {
    let plan = Plan::compile(rule).unwrap();
    let mut partitions: Vec<Vec<R>> = vec![Vec::new(); 1 << log2];
    for (member, recording, plays, seconds, sought) in plays {
        let row = PlayRow {
            member: *member,
            recording: *recording,
            sought: *sought,
            plays: *plays,
            seconds: *seconds,
        };
        partitions[partition_of(*member, log2)].push(layout.pack(row));
    }
    run(&plan, pot, seats, recordings, layout, &mut partitions)
}

/// Sums by what is paid: recordings, deductions and places.
type Sums = BTreeMap<String, i64>;

fn plainly(pot: Amount, input: &Input, rule: &RuleSet) -> Result<Sums, Refusal> {
    let mut sums = Sums::new();
    for line in allocate(pot, input, rule)?.lines {
        let key = match (&line.kind, &line.recording) {
            (LineKind::Suspense { reason: Reason::NoHolder }, Some(recording)) => recording.to_string(),
            (kind, _) => kind.target(),
        };
        *sums.entry(key).or_default() += line.amount.micros();
    }
    sums.retain(|_, sum| *sum != 0);
    Ok(sums)
}

fn fast(outcome: &Outcome) -> Sums {
    let mut sums = Sums::new();
    let recordings = outcome.by_recording().unwrap();
    let recordings =
        recordings.into_iter().map(|(n, a)| (RecordingId::from_bits(u64::from(n)).to_string(), a));
    let deducted = outcome.deducted.iter().map(|d| (d.to.to_string(), d.amount));
    let carried = outcome.carried.iter().map(|c| (c.to.to_string(), c.amount));
    for (key, amount) in recordings.chain(deducted).chain(carried) {
        *sums.entry(key).or_default() += amount.micros();
    }
    sums.retain(|_, sum| *sum != 0);
    sums
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    /// Amounts and refusals are those of the plain rule, in one partition or several, in both widths.
    #[test]
    fn the_kernel_is_the_plain_rule(
        micros in prop_oneof![-1_000_i64..1_000, 1_i64..100_000_000_000, Just(i64::MAX), Just(i64::MIN + 1)],
        rule in rules(), plays in plays(), recordings in recordings(),
        more_seats in prop::option::of(-1_i64..5), log2 in 0_u32..4,
    ) {
        let pot = Amount::from_micros(micros, Currency::EUR);
        let active: std::collections::BTreeSet<u64> = plays.iter().filter(|p| p.2 > 0).map(|p| p.0).collect();
        let seats = more_seats.map(|more| u64::try_from(active.len() as i64 + more).unwrap_or(0));
        let expected = plainly(pot, &input(&plays, &recordings, seats), &rule).map_err(|refusal| refusal.code());
        let layout = Layout::for_largest(8, 7, true, Some(u32::MAX), Some(899)).unwrap();
        let narrow = kernel::<u64>(&layout, &rule, pot, seats, &recordings, &plays, log2);
        prop_assert_eq!(narrow.as_ref().map(fast).map_err(|refusal| refusal.code()), expected.clone());
        let wide = kernel::<u128>(&layout, &rule, pot, seats, &recordings, &plays, 0);
        prop_assert_eq!(wide.as_ref().ok(), narrow.as_ref().ok());
    }

    /// Over holders the lines are those of the plain rule too.
    #[test]
    fn holders_get_what_the_plain_rule_gives(
        micros in 1_i64..100_000_000, rule in rules(), plays in plays(), recordings in recordings(), held in shares(),
    ) {
        let pot = Amount::from_micros(micros, Currency::EUR);
        let mut shares = Shares::new();
        for (recording, holders) in held {
            let holders = holders.into_iter().map(|(p, ppm)| (PartyId::from_bits(p), Ratio::from_ppm(ppm).unwrap()));
            shares.set(RecordingId::from_bits(u64::from(recording)), rule.pays, SharesOf::new(holders));
        }
        prop_assert!(rule.pays != Pays::BothSides);
        let input = Input { shares: shares.clone(), ..input(&plays, &recordings, None) };
        let Ok(allocation) = allocate(pot, &input, &rule) else { return Ok(()) };
        let mut expected: BTreeMap<(RecordingId, String), i64> = BTreeMap::new();
        for line in allocation.lines {
            if let (Some(recording), LineKind::Pay { .. } | LineKind::Suspense { .. }) = (line.recording, &line.kind) {
                *expected.entry((recording, line.kind.target())).or_default() += line.amount.micros();
            }
        }
        let layout = Layout::for_largest(8, 7, true, Some(u32::MAX), Some(899)).unwrap();
        let outcome = kernel::<u64>(&layout, &rule, pot, None, &recordings, &plays, 2).unwrap();
        let lines = hold(&Plan::compile(&rule).unwrap(), &outcome, &shares).unwrap();
        let mut found: BTreeMap<(RecordingId, String), i64> = BTreeMap::new();
        for line in lines {
            let whom = line.whom.map_or_else(|reason| reason.word().to_owned(), |party| party.to_string());
            *found.entry((RecordingId::from_bits(u64::from(line.recording)), whom)).or_default() += line.micros;
        }
        expected.retain(|_, sum| *sum != 0);
        found.retain(|_, sum| *sum != 0);
        prop_assert_eq!(found, expected);
    }
}

#[test]
fn a_lost_or_doubled_row_is_noticed() {
    use allocation::kernel::{Census, Shared, finish, settle};
    let rule = library().into_iter().find(|rule| rule.name == "user-centric").unwrap();
    let plan = Plan::compile(&rule).unwrap();
    let (recordings, pot) = (Recordings::numbered(4), Amount::from_micros(9_000_001, Currency::EUR));
    let layout = Layout::for_largest(9, 3, false, Some(9), None).unwrap();
    let row = |member, recording, plays| {
        layout.pack::<u64>(PlayRow { member, recording, plays, ..PlayRow::default() })
    };
    let rows = vec![row(1, 0, 2), row(1, 3, 1), row(2, 1, 5), row(4, 1, 1)];
    for damaged in [
        vec![rows[0], rows[2], rows[3]],
        vec![rows[0], rows[1], rows[2], rows[2], rows[3]],
        vec![rows[0], rows[1], row(2, 0, 5), rows[3]],
    ] {
        let mut census = Census::new(&plan, &recordings);
        census.take(&rows, &layout, &plan, &recordings).unwrap();
        let mut settlement = settle(&plan, pot, None, &recordings, &census).unwrap();
        let question = settlement.question().unwrap();
        let mut counts = question.counts();
        allocation::kernel::tally(&rows, &layout, &plan, &recordings, &settlement, &question, &mut counts);
        assert_eq!(settlement.answer(&question, &counts), None);
        let mut shared = Shared::new(&plan, &recordings);
        shared.take(&damaged, &layout, &plan, &recordings, &settlement).unwrap();
        assert!(finish(&plan, &recordings, &census, settlement, shared).is_err());
    }
}
