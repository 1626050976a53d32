//! The traps, one by one, as lines a person would write.

use consent::registry::read_line;
use consent::{Answer, Asked, Builder, Index, Question, Session, Use};

const WORLD: &str = r#"
{"type":"party","id":"label","name":"Kollektiv Nord","level":"documented"}
{"type":"party","id":"mira","name":"Mira Feld","level":"identified"}
{"type":"recording","id":"r1","isrc":"DEA122600001","works":["w1"],"tdm_reserved":true}
{"type":"claim","id":"c1","subject":"recording:r1","role":"master","party":"label","level":"documented"}
{"type":"claim","id":"c2","subject":"work:w1","role":"work","party":"mira","level":"identified"}
{"type":"claim","id":"c3","subject":"recording:r1","role":"featured","party":"mira","level":"identified"}
"#;

fn index(more: &str) -> Index {
    let mut builder = Builder::default();
    for (line, text) in WORLD.lines().chain(more.lines()).enumerate() {
        if let Some(object) = read_line(line as u64 + 1, text.as_bytes()).unwrap() {
            builder.push(line as u64 + 1, &object).unwrap();
        }
    }
    builder.finish()
}

fn question(usage: Use) -> Question<'static> {
    Question::new(
        Asked::Recording("DEA122600001"),
        usage,
        "maker",
        "2026-11-01".parse().unwrap(),
        "FR".parse().unwrap(),
    )
}

#[track_caller]
fn check(more: &str, q: &Question<'_>, outcome: &str, reasons: &str) -> Answer {
    let (index, mut answer) = (index(more), Answer::default());
    index.decide(q, &mut Session::default(), &mut answer);
    assert_eq!((answer.outcome.code(), answer.reasons.codes().as_str()), (outcome, reasons), "{more}");
    answer
}

const LABEL: &str = r#"{"type":"statement","id":"s1","speaker":"label","subject":"catalogue","kind":"permit","uses":["*"],"level":"documented"}"#;
const MIRA: &str = r#"{"type":"statement","id":"s2","speaker":"mira","subject":"catalogue","kind":"permit","uses":["*"],"level":"identified"}"#;

#[test]
fn silence_is_never_consent() {
    let q = question(Use::TrainGen);
    check("", &q, "DENY", "SILENT");
    check(LABEL, &q, "DENY", "SILENT");
    let answer = check(&format!("{LABEL}\n{MIRA}"), &q, "PERMIT", "");
    assert_eq!((answer.weakest.code(), answer.tdm_reserved), ("documented", Some(true)));
}

#[test]
fn a_wildcard_asked_for_a_voice_grants_nothing() {
    let both = format!("{LABEL}\n{MIRA}");
    check(&both, &question(Use::TrainVoice), "DENY", "PERSON_CONSENT_MISSING;SILENT");
    check(&both, &question(Use::GenStyle), "DENY", "PERSON_CONSENT_MISSING;SILENT");
    let own = r#"{"type":"statement","id":"s3","speaker":"mira","subject":"person","kind":"permit","uses":["train.voice"]}
{"type":"statement","id":"s4","speaker":"label","subject":"recording:r1","kind":"permit","uses":["train.voice"]}"#;
    check(&format!("{both}\n{own}"), &question(Use::TrainVoice), "PERMIT", "");
}

#[test]
fn an_expired_mandate_speaks_for_nobody() {
    let agent = |more: &str| {
        format!(
            "{LABEL}\n{}\n{}",
            r#"{"type":"statement","id":"s5","speaker":"agency","for":"mira","subject":"catalogue","kind":"permit","uses":["train"]}"#,
            format_args!(
                r#"{{"type":"mandate","id":"m1","principal":"mira","agent":"agency","uses":["train"]{more}}}"#
            )
        )
    };
    let q = question(Use::TrainGen);
    check(&agent(""), &q, "PERMIT", "");
    check(&agent(r#","until":"2026-10-31""#), &q, "DENY", "NO_MANDATE;EXPIRED");
    check(&agent(r#","revoked_at":"2026-11-01""#), &q, "DENY", "MANDATE_REVOKED");
    check(&agent(r#","revoked_at":"2026-11-02""#), &q, "PERMIT", "");
    check(&agent(""), &question(Use::TrainAdapt), "DENY", "PERSON_CONSENT_MISSING;SILENT");
    let refuses = r#"{"type":"statement","id":"s0","speaker":"mira","subject":"catalogue","kind":"refuse","uses":["train"]}"#;
    check(&format!("{}\n{refuses}", agent("")), &q, "DENY", "PROHIBITED");
}

#[test]
fn a_licence_overrides_its_signers_general_refusal_and_nobody_elses() {
    let refuses = r#"{"type":"statement","id":"s6","speaker":"mira","subject":"catalogue","kind":"refuse","uses":["*"],"log":5}"#;
    let license = |signers: &str| {
        format!(
            "{LABEL}\n{refuses}\n{}",
            format_args!(
                r#"{{"type":"license","id":"l1","licensee":"maker","uses":["train.gen"],"subjects":["recording:r1"],"signed_by":[{signers}],"conditions":{{"model":"m","version":"2"}}}}"#
            )
        )
    };
    let q = question(Use::TrainGen);
    check(&license(r#""label""#), &q, "DENY", "PROHIBITED");
    check(&license(r#""label","mira""#), &q, "PERMIT_IF", "");
    check(&license(r#""label","mira""#), &Question { licensee: "other", ..q.clone() }, "DENY", "PROHIBITED");
    check(&license(r#""label","mira""#), &Question { version: Some("3"), ..q.clone() }, "DENY", "PROHIBITED");
}

#[test]
fn who_asks_to_be_asked_needs_a_licence() {
    let asks = r#"{"type":"statement","id":"s7","speaker":"mira","subject":"catalogue","kind":"ask","uses":["train.gen"],"offer":"EUR 2 a work"}"#;
    let q = question(Use::TrainGen);
    let index = index(&format!("{LABEL}\n{asks}"));
    let mut answer = Answer::default();
    index.decide(&q, &mut Session::default(), &mut answer);
    let report = index.report(&q, &answer);
    assert_eq!(
        (report.outcome.code(), report.offers.as_slice()),
        ("NEEDS_LICENSE", &[("mira".to_owned(), "EUR 2 a work".to_owned())][..])
    );
    assert!(report.words(q.usage, consent::Language::Fr).starts_with("Pas sans licence"));
}

#[test]
fn an_unknown_link_is_an_unknown_subject() {
    let q = Question { subject: Asked::Recording("r9"), ..question(Use::TrainGen) };
    check("", &q, "DENY", "UNKNOWN_SUBJECT");
    check("", &question(Use::ToolMix), "DENY", "UNKNOWN_SUBJECT;SILENT");
}

/// The reference page is what the code says; `BLESS=1` writes it.
#[test]
fn the_schema_is_documented() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/reference/registry.md");
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(path, consent::schema::page()).unwrap();
    }
    let there = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        there == consent::schema::page(),
        "docs/reference/registry.md is stale: BLESS=1 cargo test -p consent schema"
    );
}

#[test]
fn hostile_lines_are_problems_and_nothing_else() {
    for text in [
        "{",
        "[]",
        "[\"party\"]",
        "7",
        "{\"type\":\"party\"",
        "{\"type\":\"ghost\"}",
        "{\"type\":7}",
        "{\"type\":\"claim\",\"from\":\"2026-02-30\"}",
    ] {
        let problem = read_line(3, text.as_bytes()).unwrap_err();
        assert_eq!(problem.origin.line, 3, "{text}");
        assert!(!problem.hint.is_empty() && !problem.message.ends_with('.'), "{text}");
    }
    assert!(read_line(1, format!("{}{}", "[".repeat(100_000), "]".repeat(100_000)).as_bytes()).is_err());
    assert!(read_line(1, b"  ").unwrap().is_none());
}

proptest::proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(at in 0_usize..400, byte: u8, cut in 0_usize..400) {
        for line in WORLD.lines() {
            let mut bytes = line.as_bytes().to_vec();
            if let Some(place) = bytes.get_mut(at) {
                *place = byte;
            }
            bytes.truncate(cut);
            if let Ok(Some(object)) = read_line(1, &bytes) {
                let _ = Builder::default().push(1, &object);
            }
        }
    }
}
