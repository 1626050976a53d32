//! Attacks: what is asked to learn of one person what they played.

use std::collections::{BTreeMap, BTreeSet};

use discovery::{Graph, Heard, Known, Node, Options, Play, Reason, Settings, Source, Training, train};
use proptest::prelude::*;

use crate::world::{fact, model, play_all, play_name, scenes};

/// Every pair of neighbours that can be asked for, with its reasons.
fn told<'a>(graph: &Graph<'a>) -> BTreeMap<(&'a str, &'a str), Vec<Reason<'a>>> {
    let wide = Options { most: 10_000, one_per_artist: false, ..Options::default() };
    let mut all = BTreeMap::new();
    for a in 0..graph.len() {
        let from = graph.item(a).unwrap().id;
        for near in graph.similar_with(a, &wide) {
            all.insert((from, near.item.id), near.reasons);
        }
    }
    all
}

#[test]
fn ten_are_told_and_nine_are_not() {
    for (people, want) in [(9, false), (10, true)] {
        let mut t = Training::new(vec![fact("a", "A One", "", &[]), fact("b", "B Two", "", &[])]);
        play_all(&mut t, Source::Members, 0, people, &["a", "b"]);
        let bytes = model(&t);
        let graph = Graph::open(&bytes).unwrap();
        assert_eq!(told(&graph).contains_key(&("a", "b")), want, "{people} people");
    }
}

#[test]
fn people_of_two_sources_are_not_added_up() {
    let mut t = Training::new(vec![fact("a", "A One", "", &[]), fact("b", "B Two", "", &[])]);
    play_all(&mut t, Source::Members, 0, 9, &["a", "b"]);
    play_all(&mut t, Source::Djs, 0, 9, &["a", "b"]);
    let bytes = model(&t);
    assert!(told(&Graph::open(&bytes).unwrap()).is_empty());
}

#[test]
fn one_person_who_played_a_lot_is_still_one() {
    let mut t = Training::new(vec![fact("a", "A One", "", &[]), fact("b", "B Two", "", &[])]);
    for _ in 0..50 {
        play_all(&mut t, Source::Members, 0, 9, &["a", "b"]);
    }
    let bytes = model(&t);
    assert!(told(&Graph::open(&bytes).unwrap()).is_empty());
}

/// The attack on a history: the asker gives recordings that only one member is known to play, and looks for what
/// comes back. Nothing does that nine or fewer stand behind, whatever else is in the history.
#[test]
fn a_made_up_history_draws_nothing_out() {
    let mut t = scenes();
    let victim = 5_000;
    for id in ["alone", "quiet", "south-2"] {
        let what = t.recording(id).unwrap();
        t.play(Play { source: Source::Members, person: victim, what, count: 400 });
    }
    let bytes = model(&t);
    let graph = Graph::open(&bytes).unwrap();
    let heard = |ids: &[&str]| -> Vec<Heard> {
        ids.iter().map(|id| Heard { recording: graph.find(id).unwrap(), count: 100 }).collect()
    };
    assert_eq!(graph.recommend(&heard(&["alone"]), &Options::default()), []);
    let mixed = graph.recommend(&heard(&["alone", "north-1", "south-1"]), &Options::default());
    let plain = graph.recommend(&heard(&["north-1", "south-1"]), &Options::default());
    let scores = |list: &[discovery::Recommendation<'_>]| -> Vec<(String, f32)> {
        list.iter().filter(|r| r.item.id != "alone").map(|r| (r.item.id.to_owned(), r.score)).collect()
    };
    assert_eq!(scores(&mixed), scores(&plain), "the only listener's recording moves nothing");
    let to_alone = |from| graph.path(graph.find(from).unwrap(), graph.find("alone").unwrap(), 25);
    assert_eq!(to_alone("south-2"), None);
    assert!(graph.radio(graph.find("alone").unwrap(), 1, 20).is_empty());
}

/// Whoever looks before and after one member joins sees no neighbour and no reason come that fewer than ten stand behind.
#[test]
fn the_tenth_brings_the_pair_and_nobody_else_does() {
    let world = |people| {
        let mut t = scenes();
        play_all(&mut t, Source::Members, 7_000, people, &["alone", "south-2"]);
        t
    };
    let pair = |bytes: &[u8]| told(&Graph::open(bytes).unwrap()).contains_key(&("alone", "south-2"));
    let found: Vec<bool> = (0..=10).map(|people| pair(&model(&world(people)))).collect();
    assert_eq!(found.iter().filter(|f| **f).count(), 1);
    assert!(found[10]);
}

#[test]
fn a_name_that_nine_djs_wrote_leaves_no_letter() {
    let bytes = model(&scenes());
    let graph = Graph::open(&bytes).unwrap();
    let voyage = graph.voyage("Only Nine", &Options::default());
    assert_eq!((voyage.known, voyage.recordings.len()), (Known::Nothing, 0));
    assert!(graph.voyage("Only Nina", &Options::default()).spelled_like.is_empty());
    let within = |needle: &[u8]| bytes.windows(needle.len()).any(|w| w == needle);
    assert!(!within(b"Only Nine") && !within(b"only nine"));
    assert!(within(b"The Stadium Act"));
}

#[test]
fn names_of_ten_djs_lead_to_what_ten_djs_played() {
    let mut t = scenes();
    // ten wrote the name, nine of them also played `alone`
    play_name(&mut t, 9_000, 10, "Tenfold");
    play_all(&mut t, Source::Djs, 9_000, 9, &["alone"]);
    play_all(&mut t, Source::Djs, 9_000, 10, &["north-2"]);
    let bytes = model(&t);
    let graph = Graph::open(&bytes).unwrap();
    let found = graph.voyage("Tenfold", &Options::default());
    let ids: Vec<&str> = found.recordings.iter().map(|n| n.item.id).collect();
    assert!(ids.contains(&"north-2") && !ids.contains(&"alone"), "{ids:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// In any world: a neighbour by people has the threshold of people behind it, and what is said about their number is
    /// true. Counted by a second, plain count.
    #[test]
    fn what_is_said_about_people_is_true(
        plays in proptest::collection::vec((0_u8..3, 0_u32..30, 0_u32..12, 1_u32..5), 1..600),
        least in 2_u32..6,
    ) {
        let facts = (0..12).map(|n| fact(&format!("r{n:02}"), &format!("Artist {n}"), "", &[])).collect();
        let mut t = Training::new(facts);
        let mut heard: BTreeMap<(u8, u32), BTreeSet<u32>> = BTreeMap::new();
        for (source, person, recording, count) in plays {
            heard.entry((source, person)).or_default().insert(recording);
            let source = Source::ALL[usize::from(source)];
            t.play(Play { source, person, what: Node::Recording(recording), count });
        }
        let both = |source: u8, a: u32, b: u32| {
            heard.iter().filter(|((s, _), r)| *s == source && r.contains(&a) && r.contains(&b)).count() as u32
        };
        let settings = Settings { least_people: least, told_from: least, ..Settings::default() };
        let bytes = train(&t, &settings, 2).unwrap();
        let graph = Graph::open(&bytes).unwrap();
        for ((from, to), reasons) in told(&graph) {
            let number = |id: &str| id[1..].parse::<u32>().unwrap();
            let count = |source| both(source, number(from), number(to));
            let mut direct = false;
            for reason in reasons {
                match reason {
                    Reason::SameMembers { at_least } => { prop_assert!(at_least >= least && count(0) >= at_least); direct = true; }
                    Reason::SameDjs { at_least } => { prop_assert!(at_least >= least && count(1) >= at_least); direct = true; }
                    Reason::SameSelection => { prop_assert!(count(2) >= 1); direct = true; }
                    // by the artists in between, whose own neighbourhood has the threshold behind it
                    Reason::NearArtist { .. } => direct = true,
                    other => prop_assert!(false, "{other:?}"),
                }
            }
            prop_assert!(direct, "{from} {to} has no ground");
        }
    }
}
