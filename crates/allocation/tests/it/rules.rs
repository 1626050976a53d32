//! What the reader of rules accepts, refuses and survives.

use allocation::rule::{Destination, LONGEST_RULE, Measure, Pays, museum, read};
use allocation::{Lang, reading, shipped};
use money::Ratio;
use proptest::prelude::*;

/// The rule of the design, word for word: no side, no notice, no names.
const PUBLISHED: &str = r#"
name    = "territorial-contribution"
version = 1
summary = "What an institution pays follows its own members."

[[deduct]]
share  = "20 %"
to     = "house"
reason = "operation"

[[deduct]]
share  = "15 %"
to     = "house:research"
reason = "research and development"

[[deduct]]
share  = "10 %"
to     = "fund:solidarity"
reason = "advances"

[[split]]
share = "15 %"
by    = "recording"              # equally over the recordings available
where = "in catalogue"

[[split]]
share = "remaining"              # 40 %
by    = "play"

[unplayed]
to     = "fund:solidarity"

[unmatched]
hold   = "36 months"
then   = "recording"

[unclaimed]
hold   = "36 months"
then   = "fund:solidarity"
"#;

#[test]
fn the_published_rule_is_read() {
    let rule = read("rule.toml", PUBLISHED).unwrap();
    assert_eq!(rule.pays, Pays::Master);
    assert_eq!(rule.splits[0].name, "recording in catalogue");
    assert_eq!(rule.splits[1].share, Ratio::new(2, 5).unwrap());
    assert!(matches!(rule.splits[1].measure, Measure::Play(_)));
    assert_eq!(rule.unmatched.as_ref().unwrap().then, Destination::Recordings);
    assert_eq!(rule.deductions[1].to, Destination::House(Some("research".to_owned())));
}

#[test]
fn the_hash_follows_the_meaning_and_not_the_writing() {
    let rule = read("rule.toml", PUBLISHED).unwrap();
    let written = PUBLISHED.replace("20 %", "1/5").replace("    ", " ").replace("# 40 %", "");
    assert_eq!(read("other.toml", &written).unwrap().hash(), rule.hash());
    for (from, to) in [
        ("20 %", "21 %"),
        ("version = 1", "version = 2"),
        ("operation", "service"),
        ("36 months", "35 months"),
    ] {
        let changed = read("rule.toml", &PUBLISHED.replace(from, to)).unwrap();
        assert_ne!(changed.hash(), rule.hash(), "{from} to {to}");
    }
    assert_eq!(rule.hash().len(), 64);
    assert!(
        rule.canonical().starts_with("{\"deduct\":[{\"reason\":{\"en\":\"operation\"},\"share\":\"1/5\"")
    );
}

/// The first problem of a rule with one thing replaced: line, code, words of the message, words of the hint.
#[test]
fn problems_say_where_and_what_to_do() {
    for (from, to, line, code, message, hint) in [
        (
            "by    = \"play\"",
            "by    = \"plays\"",
            28,
            "rule-word-unknown",
            "`plays` is no word for `by`",
            "did you mean `play`?",
        ),
        (
            "share = \"15 %\"\n",
            "share = \"60 %\"\n",
            22,
            "rule-shares-exceed",
            "exceed the whole by 5 %",
            "100 %",
        ),
        (
            "share = \"remaining\" ",
            "share = \"37.5 %\"",
            27,
            "rule-shares-miss",
            "miss the whole by 2.5 %",
            "remaining",
        ),
        (
            "to     = \"house\"",
            "to     = \"bank\"",
            8,
            "rule-destination-unknown",
            "`bank` is no place",
            "`house`",
        ),
        (
            "where = \"in catalogue\"",
            "when = \"now\"",
            24,
            "rule-key-unknown",
            "no key `when`",
            "did you mean `where`?",
        ),
        (
            "[unplayed]\nto     = \"fund:solidarity\"",
            "",
            21,
            "rule-otherwise-missing",
            "nothing to divide by",
            "[unplayed]",
        ),
        (
            "[unplayed]\nto     = \"fund:solidarity\"",
            "[unplayed]\nto = \"play\"",
            31,
            "rule-otherwise-circle",
            "`play` → `play`",
            "next period",
        ),
        ("reason = \"operation\"", "", 6, "rule-key-missing", "[[deduct]] says no `reason`", "reason"),
        ("version = 1", "version = 0", 3, "rule-number-unfit", "`version` of the rule is 0", "from 1"),
        (
            "\"36 months\"\nthen   = \"recording\"",
            "\"ever\"\nthen   = \"recording\"",
            34,
            "rule-number-unfit",
            "`ever`",
            "36 months",
        ),
        (
            "share  = \"10 %\"",
            "share  = \"ten\"",
            17,
            "rule-share-unreadable",
            "`ten` is not a share",
            "12.5 %",
        ),
        (
            "share  = \"10 %\"",
            "share  = \"-10 %\"",
            17,
            "rule-share-unreadable",
            "`-10 %` is not a share",
            "12.5 %",
        ),
        ("name    = \"territorial-contribution\"", "name = ", 2, "rule-not-toml", "not TOML", "quotes"),
    ] {
        assert!(PUBLISHED.contains(from), "{from}");
        let problems = read("rule.toml", &PUBLISHED.replacen(from, to, 1)).expect_err(to);
        let first = &problems[0];
        let shown = first.to_string();
        assert_eq!((first.origin.line, first.code), (line, code), "{shown}");
        assert!(first.message.contains(message) && first.hint.contains(hint), "{shown}");
        assert!(shown.contains(&format!("rule.toml:{line}")), "{shown}");
    }
}

#[test]
fn one_mistake_hides_no_other() {
    let text = PUBLISHED
        .replace("by    = \"play\"", "by = \"plays\"")
        .replace("\"house\"", "\"bank\"")
        .replace("36 months", "long");
    let problems = read("rule.toml", &text).unwrap_err();
    let codes: Vec<&str> = problems.iter().map(|p| p.code).collect();
    let expected =
        ["rule-destination-unknown", "rule-word-unknown", "rule-number-unfit", "rule-number-unfit"];
    assert_eq!(codes, expected);
}

#[test]
fn readings_are_told_in_both_languages() {
    let rule = read("rule.toml", PUBLISHED).unwrap();
    let english = reading(&rule, Lang::En);
    for said in [
        "20 % of the pot goes to the house: operation.",
        "15 % of the pot goes to the house (research)",
        "15 % of the pot is shared equally over the recordings, counting only recordings in the catalogue.",
        "The rest, 40 % of the pot, is shared by plays",
        "waits 36 months for its owner, then goes equally to the recordings of the same pot.",
    ] {
        assert!(english.contains(said), "{said}\n{english}");
    }
    let french = reading(&rule, Lang::Fr);
    for said in [
        "20 % de la cagnotte va à la maison : operation.",
        "Le reste, 40 % de la cagnotte, se partage selon les écoutes",
    ] {
        assert!(french.contains(said), "{said}\n{french}");
    }
}

#[test]
fn a_text_that_is_too_long_is_refused_at_once() {
    let problems = read("rule.toml", &"#".repeat(LONGEST_RULE + 1)).unwrap_err();
    assert_eq!(problems[0].code, "rule-too-long");
}

/// Texts like rules: shipped ones, exhibits, and pieces of them.
fn texts() -> impl Strategy<Value = String> {
    let mut whole: Vec<String> = shipped().iter().map(|s| s.text.to_owned()).collect();
    whole.extend(museum().into_iter().map(|e| e.rule));
    prop::sample::select(whole)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_survived(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let text = String::from_utf8_lossy(&bytes);
        if let Err(problems) = read("x", &text) {
            prop_assert!(!problems.is_empty());
        }
    }

    #[test]
    fn cut_and_changed_rules_are_survived(text in texts(), at in any::<prop::sample::Index>(), put in "[\\[\\]=\"a-z0-9 %#.\n\\\\]{0,6}", take in 0_usize..20) {
        let chars: Vec<char> = text.chars().collect();
        let from = at.index(chars.len());
        let until = (from + take).min(chars.len());
        let head: String = chars[..from].iter().collect();
        let tail: String = chars[until..].iter().collect();
        for changed in [head.clone(), format!("{head}{put}{tail}"), format!("{tail}{put}{head}")] {
            match read("x", &changed) {
                Ok(rule) => { let _ = (reading(&rule, Lang::En), reading(&rule, Lang::Fr), rule.hash()); }
                Err(problems) => prop_assert!(!problems.is_empty()),
            }
        }
    }

    /// Tables, lists of tables and dotted keys in any order: what TOML readers trip over.
    #[test]
    fn any_structure_is_survived(lines in prop::collection::vec(prop::sample::select(STRUCTURES), 0..14)) {
        if let Err(problems) = read("x", &lines.join("\n")) {
            prop_assert!(!problems.is_empty());
        }
    }
}

const STRUCTURES: &[&str] = &[
    "[split]",
    "[[split]]",
    "[split.price]",
    "[[split.price]]",
    "[[split.boost]]",
    "[split.boost.a]",
    "[[deduct]]",
    "[deduct.split]",
    "[[unplayed]]",
    "[unplayed]",
    "[sides]",
    "split.price = 1",
    "split.price.first = \"1\"",
    "price.plays = 9",
    "boost = []",
    "boost = [{ times = 2, when = \"sought\" }]",
    "split = [{}, 1]",
    "share = \"remaining\"",
    "by = \"play\"",
    "to = \"house\"",
    "sides = { master = \"50 %\" }",
    "name = \"x\"",
    "version = 1",
    "summary = \"\"\"x\"\"\"",
    "\"\" = 1",
    "a.b.c.d = { e.f = 1 }",
];
