//! Why a pot is not shared, in the order in which it is checked, until it is.

use allocation::example::{examples, party_id, recording_id};
use allocation::rule::{Pays, read};
use allocation::{
    Deliverable, Facts, Input, Play, RuleSet, SelectedRelease, SharesOf, Usage, allocate, library, shipped,
};
use money::Amount;
use music::Origin;
use proptest::prelude::*;

fn eur(text: &str) -> Amount {
    format!("EUR {text}").parse().unwrap()
}

fn rule(name: &str) -> RuleSet {
    library().into_iter().find(|r| r.name == name).unwrap()
}

fn code(pot: &str, input: &Input, rule: &RuleSet) -> &'static str {
    allocate(eur(pot), input, rule).map_or_else(|refusal| refusal.code(), |_| "shared")
}

#[test]
fn a_set_list_is_refused_until_it_can_be_shared() {
    let text = "name = \"strict\"\nversion = 1\nsummary = \"strict\"\n[[split]]\nshare = \"remaining\"\nby = \"duration\"\n";
    let holds = "[unmatched]\nhold = \"36 months\"\nthen = \"recording\"\n[unclaimed]\nhold = \"36 months\"\nthen = \"house\"\n";
    let without = read("strict.toml", text).unwrap();
    let with = read("strict.toml", &format!("{text}{holds}")).unwrap();
    let line =
        |key: &str, title: &str| Usage::line(key, Origin::new("set.txt", 1), Some(recording_id(title)));
    let mut input =
        Input::set_list(vec![line("lin-1", "Night Drive"), line("lin-1", "Low Tide")], Default::default());
    assert_eq!(code("50", &input, &without), "rows-contradict");
    input.usages[1].key = "lin-2".to_owned();
    assert_eq!(code("50", &input, &without), "no-duration");
    input.usages.iter_mut().for_each(|u| u.played_s = Some(0));
    assert_eq!(code("50", &input, &without), "nothing-qualifies");
    input.usages.iter_mut().for_each(|u| u.played_s = Some(200));
    assert_eq!(code("50", &input, &without), "no-hold");
    assert_eq!(code("50", &input, &with), "shared");
    for title in ["Night Drive", "Low Tide"] {
        input.shares.set(recording_id(title), Pays::Master, SharesOf::whole(party_id("Ada")));
    }
    assert_eq!(code("50", &input, &without), "shared", "nothing waits, so no hold is needed");
}

#[test]
fn a_pot_of_seats_is_refused_until_it_can_be_shared() {
    let play = |member: &str, title: &str| Play {
        member: member.to_owned(),
        recording: recording_id(title),
        plays: 3,
        played_s: None,
        sought: false,
        before: 0,
    };
    let plays = vec![play("anna", "Night Drive"), play("bela", "Low Tide")];
    let mut input = Input { plays, seats: Some(20_000_000), ..Input::default() };
    let equal = rule("equal-per-listener");
    assert_eq!(code("20", &input, &equal), "no-artist");
    for title in ["Night Drive", "Low Tide"] {
        input
            .facts
            .insert(recording_id(title), Facts { artist: Some("mira".to_owned()), ..Facts::default() });
    }
    assert_eq!(code("20", &input, &equal), "seats-too-many");
    input.seats = Some(1);
    assert_eq!(code("20", &input, &equal), "seats-too-few");
    input.seats = Some(3);
    assert_eq!(code("20", &input, &equal), "shared");
    assert_eq!(code("20", &input, &rule("threshold")), "no-earlier-plays");
    input.plays.push(Play { before: 2, ..play("anna", "Night Drive") });
    assert_eq!(code("20", &input, &rule("listen-to-own")), "rows-contradict");
}

#[test]
fn other_currencies_and_double_keys_are_refused() {
    let release =
        |key: &str| SelectedRelease { key: key.to_owned(), shares: SharesOf::whole(party_id("Ada")) };
    let mut input = Input { releases: vec![release("ep"), release("ep")], ..Input::default() };
    assert_eq!(code("500", &input, &rule("honorarium")), "key-twice");
    input.releases.pop();
    assert_eq!(code("500", &input, &rule("honorarium")), "amount");
    let agreed = eur("100");
    let deliverable = |key: &str| Deliverable {
        key: key.to_owned(),
        agreed,
        accepted: true,
        shares: SharesOf::whole(party_id("Ada")),
    };
    input.deliverables = vec![deliverable("demo"), deliverable("demo")];
    assert_eq!(code("200", &input, &rule("milestone")), "key-twice");
    input.deliverables[1].key = "master".to_owned();
    assert_eq!(code("100", &input, &rule("milestone")), "pot-not-agreed");
    assert_eq!(code("200", &input, &rule("milestone")), "shared");
}

#[test]
fn refusals_are_told_as_problems() {
    let refusal = allocate(eur("50"), &Input::default(), &rule("set-list-per-line")).unwrap_err();
    let told = refusal.problem().to_string();
    let message =
        "error: nothing qualifies for the split `line`, and the rule does not say where its money goes then";
    let hint = "hint: let the rule say it with `otherwise` or `[unplayed]`, or check what came in";
    assert_eq!(told, format!("{message}\n  {hint}"));
}

#[test]
fn the_largest_pots_are_shared_or_refused_but_never_wrong() {
    let input = Input::set_list(
        (0..3)
            .map(|n| Usage::line(format!("lin-{n}"), Origin::default(), Some(recording_id("Low Tide"))))
            .collect(),
        Default::default(),
    );
    let rule = rule("set-list-per-line");
    for micros in [i64::MAX, i64::MIN, 1, -1, 0] {
        let pot = Amount::from_micros(micros, money::Currency::EUR);
        let allocation = allocate(pot, &input, &rule).unwrap();
        assert_eq!(allocation.total(|_| true).unwrap(), pot);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    /// Worked examples are foreign text too: cut and changed ones are read or refused, and never panic.
    #[test]
    fn changed_examples_are_survived(
        which in 0..shipped().len(), at in any::<prop::sample::Index>(), put in "[a-z0-9 \":,.%#?\n]{0,6}", take in 0_usize..12,
    ) {
        let chars: Vec<char> = shipped()[which].examples.chars().collect();
        let from = at.index(chars.len());
        let changed: String = chars[..from].iter().copied().chain(put.chars())
            .chain(chars[(from + take).min(chars.len())..].iter().copied()).collect();
        let rule = &library()[which];
        match examples("x.txt", &changed) {
            Ok(examples) => examples.iter().for_each(|example| { let _ = example.check(rule); }),
            Err(problems) => prop_assert!(!problems.is_empty()),
        }
    }
}
