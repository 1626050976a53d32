//! Damaged indexes and models are refused or harmless.

use matching::{Index, Matcher, Model, Query, Row};
use proptest::prelude::*;

fn small() -> Vec<u8> {
    let rows = [
        Row {
            id: "a",
            artist: "Kora Lind",
            title: "Low Tide (Orrin Remix)",
            isrc: "DEA123400001",
            duration_s: Some(361),
            year: Some(2009),
            ..Row::default()
        },
        Row {
            id: "b",
            artist: "The Hollows",
            title: "Glass River",
            label: "Kleinstadt",
            aliases: "Mae; Quist",
            ..Row::default()
        },
    ];
    matching::index::build(rows).unwrap()
}

#[test]
fn what_went_in_comes_out() {
    let bytes = small();
    let index = Index::open(&bytes).unwrap();
    assert!(index.verify().is_ok());
    let row = index.row(0).unwrap();
    assert_eq!(
        (row.id, row.title, row.duration_s, row.year),
        ("a", "Low Tide (Orrin Remix)", Some(361), Some(2009))
    );
    assert_eq!(index.by_isrc("DE-A12-34-00001"), [0]);
    assert_eq!(index.by_id("b"), [1]);
    assert!(index.row(2).is_none());
}

#[test]
fn empty_catalogues_answer_nothing() {
    let bytes = matching::index::build([]).unwrap();
    let index = Index::open(&bytes).unwrap();
    assert!(
        Matcher::new(&index, Model::shipped())
            .match_line(&Query { text: "Kora Lind - Low Tide", ..Query::default() })
            .best()
            .is_none()
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn damage_is_refused_or_harmless(at in any::<prop::sample::Index>(), to in any::<u8>(), cut in any::<bool>(), text in any::<String>()) {
        let mut bytes = small();
        let at = at.index(bytes.len());
        if cut { bytes.truncate(at) } else { bytes[at] = to }
        if let Ok(index) = Index::open(&bytes) {
            let _ = index.verify();
            for row in 0..4 {
                let _ = index.row(row);
            }
            let matcher = Matcher::new(&index, Model::shipped());
            let _ = matcher.match_line(&Query { text: "Kora Lind - Low Tide (Orrin Remix)", ..Query::default() });
            let _ = matcher.match_line(&Query { text: &text, isrc: "DEA123400001", ..Query::default() });
        }
    }

    #[test]
    fn any_bytes_are_read_as_a_model_or_not(mut bytes in prop::collection::vec(any::<u8>(), 0..200), whole in any::<bool>()) {
        if whole {
            bytes.splice(..0, *b"TNTMODL1");
        }
        let _ = Model::read(&bytes);
    }
}
