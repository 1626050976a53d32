//! Files that are no plays, or bad ones: one clear problem, and nothing else.

use std::path::Path;

use bulk::{Catalogue, Failure, Holders, Values, write};
use proptest::prelude::*;

use crate::house::{Form, ask, files, rule, share};

fn code(failure: &Failure) -> String {
    match failure {
        Failure::Problem(problem) => {
            assert!(!problem.hint.is_empty(), "{problem}");
            format!("{} {}", problem.code, problem.message)
        }
        Failure::Fault(fault) => panic!("{fault}"),
    }
}

fn refused(path: &Path) -> String {
    code(&share(&ask(&rule("user-centric"), "EUR 90".parse().unwrap(), vec![path.to_owned()])).unwrap_err())
}

/// A file's name, its columns, and what is said of it.
type Case = (&'static str, Vec<(&'static str, Values)>, &'static str);

#[test]
fn what_is_wrong_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let keys = || Values::Small(vec![1, 2, 3]);
    let texts = || Values::Texts(["a", "b", "c"].map(str::to_owned).to_vec());
    let cases: [Case; 6] = [
        (
            "no-member",
            vec![("recording", keys())],
            "plays-column the column `member` is missing; the file has `recording`",
        ),
        (
            "no-recording",
            vec![("member", keys()), ("song", texts())],
            "plays-column the column `recording` is missing; the file has `member`, `song`",
        ),
        (
            "negative",
            vec![("member", keys()), ("recording", keys()), ("plays", Values::Signed(vec![1, -4, 2]))],
            "plays-count row 2 has `plays` -4, which is below nothing",
        ),
        (
            "absurd",
            vec![("member", keys()), ("recording", keys()), ("plays", Values::Signed(vec![1, 2, i64::MAX]))],
            "plays-count row 3 has `plays` 9223372036854775807, more than one row can hold (4294967295)",
        ),
        (
            "bool-key",
            vec![("member", Values::Bools(vec![true; 3])), ("recording", keys())],
            "plays-column the column `member` holds boolean, not integers or strings",
        ),
        (
            "nothing",
            vec![("member", Values::Small(vec![])), ("recording", Values::Small(vec![]))],
            "plays-empty the files hold no plays",
        ),
    ];
    for (name, columns, expected) in cases {
        let path = at(name);
        write(&path, &columns, 10).unwrap();
        assert_eq!(refused(&path), expected, "{name}");
    }
    std::fs::write(at("text"), "member,recording\n1,2\n").unwrap();
    assert_eq!(refused(&at("text")), "parquet-unreadable the file is not Parquet");
    std::fs::write(at("void"), "").unwrap();
    assert_eq!(refused(&at("void")), "parquet-unreadable the file is empty");
    let whole = std::fs::read(at("negative")).unwrap();
    std::fs::write(at("cut"), &whole[..whole.len() - 9]).unwrap();
    assert!(refused(&at("cut")).starts_with("parquet-unreadable the file is cut off after"));

    write(&at("texts"), &[("member", texts()), ("recording", keys())], 10).unwrap();
    write(&at("numbers"), &[("member", keys()), ("recording", keys())], 10).unwrap();
    let mixed = ask(&rule("user-centric"), "EUR 90".parse().unwrap(), vec![at("numbers"), at("texts")]);
    assert_eq!(
        code(&share(&mixed).unwrap_err()),
        "plays-column the column `member` holds strings here and integers in numbers"
    );

    assert!(
        code(&bulk::expand(&[at("*.parquet").display().to_string()]).unwrap_err()).starts_with("plays-none")
    );
    assert_eq!(bulk::expand(&[at("numb*").display().to_string()]).unwrap(), [at("numbers")]);

    let mut small = ask(&rule("user-centric"), "EUR 0.000002".parse().unwrap(), vec![at("numbers")]);
    assert!(code(&share(&small).unwrap_err()).starts_with("seat-without-money"));
    (small.pot, small.seats) = ("EUR 90".parse().unwrap(), Some(2));
    assert!(code(&share(&small).unwrap_err()).starts_with("seats-too-few"));
    for (name, needed) in [
        ("equal-per-listener", "artist"),
        ("artist-centric", "sought"),
        ("territorial-contribution", "catalogue"),
        ("set-list-per-line", "goes by `line`"),
    ] {
        let failure = share(&ask(&rule(name), "EUR 90".parse().unwrap(), vec![at("numbers")])).unwrap_err();
        assert!(code(&failure).contains(needed), "{name}: {failure}");
    }
}

#[test]
fn tables_with_mistakes() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path().join("table");
    for (text, expected) in [
        ("recording,share_ppm\n1,2\n", "table-column the column `party` is missing"),
        ("recording,party,share_ppm\n1,Ada,half\n", "shares-row `half` is no share"),
        ("recording,party,share_ppm\n1,Ada,1000001\n", "shares-row `1000001` is no share"),
        ("recording,party,share_ppm\n1,,5\n", "shares-row the row names no party"),
        ("recording,party,share_ppm\n\u{fffd},Ada,-1\n", "shares-row `-1` is no share"),
    ] {
        std::fs::write(&at, text).unwrap();
        assert_eq!(code(&Holders::read(&at).unwrap_err()), expected);
    }
    std::fs::write(&at, "recording\tterritory\n1\tAtlantis\n").unwrap();
    assert!(
        code(&Catalogue::read(&at).unwrap_err()).starts_with("catalogue-row `Atlantis` is not a territory")
    );
    std::fs::write(&at, b"recording,party,share_ppm\n1,\xff\xfe,5\n").unwrap();
    assert!(code(&Holders::read(&at).unwrap_err()).starts_with("table-unreadable"));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    /// Bytes changed or cut off: a result or a problem, never a panic that escapes, never a hang.
    #[test]
    fn damaged_files_are_problems(changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6), cut in prop::option::of(any::<prop::sample::Index>())) {
        let folder = tempfile::tempdir().unwrap();
        let rows: Vec<_> = (0..40_u64).map(|n| (n % 7, n % 5, 1 + n as u32 % 3, 10, n % 2 == 0, 0)).collect();
        let path = files(folder.path(), &rows, if cut.is_some() { Form::Texts } else { Form::Small }, 1, 16).remove(0);
        let mut bytes = std::fs::read(&path).unwrap();
        for (place, byte) in &changes {
            let place = place.index(bytes.len());
            bytes[place] = *byte;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        std::fs::write(&path, &bytes).unwrap();
        match share(&ask(&rule("user-centric"), "EUR 90".parse().unwrap(), vec![path])) {
            Ok(report) => prop_assert_eq!(crate::house::sums(&report).values().sum::<i64>(), 90_000_000),
            Err(Failure::Problem(_)) => {}
            Err(Failure::Fault(fault)) => prop_assert!(false, "{}", fault),
        }
    }
}
