//! The model as bytes: the same from any number of threads and in any order, and hostile ones do no harm.

use discovery::{Graph, OpenError, Options, Settings, Training, train};
use proptest::prelude::*;

use crate::world::{model, scenes};

#[test]
fn the_bytes_are_the_same_whatever_threads_and_order() {
    let world = scenes();
    let bytes = model(&world);
    for threads in [1, 2, 3, 8] {
        let mut turned = world.clone();
        turned.plays.reverse();
        assert!(train(&turned, &Settings::default(), threads).unwrap() == bytes, "{threads} threads");
    }
    Graph::open(&bytes).unwrap().verify().unwrap();
}

#[test]
fn nothing_makes_a_model_of_nothing() {
    let bytes = model(&Training::new(Vec::new()));
    let graph = Graph::open(&bytes).unwrap();
    assert!(graph.is_empty() && graph.find("x").is_none() && graph.similar(0, 5).is_empty());
    assert!(graph.radio(0, 1, 5).is_empty() && graph.path(0, 1, 5).is_none());
}

#[test]
fn settings_out_of_range_are_refused() {
    let bad = [
        Settings { beta: f32::NAN, ..Settings::default() },
        Settings { beta: 1.5, ..Settings::default() },
        Settings { alpha_out: -1.0, ..Settings::default() },
        Settings { keep: 0, ..Settings::default() },
        Settings { least_people: 0, ..Settings::default() },
        Settings { told_from: 3, ..Settings::default() },
    ];
    for settings in bad {
        assert!(train(&scenes(), &settings, 1).is_err(), "{settings:?}");
    }
}

#[test]
fn other_files_are_told_apart() {
    let bytes = model(&scenes());
    assert_eq!(Graph::open(b"").err(), Some(OpenError::NotAModel));
    assert_eq!(Graph::open(&[0; 4_096]).err(), Some(OpenError::NotAModel));
    assert_eq!(Graph::open(&bytes[..bytes.len() - 8]).err(), Some(OpenError::Damaged));
    let mut newer = bytes.clone();
    newer[8] = 9;
    assert_eq!(Graph::open(&newer).err(), Some(OpenError::Format { found: 9 }));
    let mut spoiled = bytes.clone();
    let last = spoiled.len() - 20;
    spoiled[last] ^= 0x55;
    assert_eq!(Graph::open(&spoiled).unwrap().verify(), Err(OpenError::Damaged));
}

/// Asks a model everything there is to ask.
fn ask_everything(bytes: &[u8]) {
    let Ok(graph) = Graph::open(bytes) else { return };
    let _ = graph.verify();
    for n in 0..graph.len().min(20) {
        let _ = (graph.similar(n, 10), graph.radio(n, 3, 10), graph.path(n, 3, 10), graph.item(n));
    }
    let _ = graph.voyage("The Stadium Act", &Options::default());
    let _ = graph.voyage("Kollektiv Nord", &Options { local: "FR-42".parse().ok(), ..Options::default() });
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn spoiled_bytes_do_no_harm(spoil in proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>()), 1..40)) {
        let mut bytes = model(&scenes());
        // behind the header, whose checksum would tell at once
        for (at, byte) in spoil {
            let at = 216 + at.index(bytes.len() - 216);
            bytes[at] = byte;
        }
        ask_everything(&bytes);
    }

    #[test]
    fn any_bytes_are_refused_or_read(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        ask_everything(&bytes);
        ask_everything(&[discovery::MAGIC.as_slice(), &bytes].concat());
    }
}
