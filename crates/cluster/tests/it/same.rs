//! Workers and one process: the same bytes.

use crate::world::{How, Plays, SMALL, World, worker, worker_with};

/// Rules that use what the kernel can do: seats, artists, scaled members, caps, boosts, sums alone.
const RULES: [&str; 8] = [
    "user-centric",
    "pro-rata",
    "equal-per-listener",
    "scaled-user-prop",
    "artist-centric",
    "listen-to-own",
    "threshold",
    "territorial-contribution",
];

#[test]
fn two_workers_are_one_process() {
    let world = World::new(SMALL);
    let workers = [worker(None), worker(None)];
    let how = How::of(workers.iter().map(|w| w.at).collect());
    for rule in RULES {
        let (bytes, course) = world.together(rule, None, &how);
        assert_eq!(text(bytes.unwrap()), text(world.alone(rule, None).unwrap()), "{rule}");
        assert_eq!((course.workers, course.shards, course.events), (2, 4, Vec::<String>::new()), "{rule}");
    }
}

#[test]
fn strings_are_as_good_as_integers() {
    let world = World::new(Plays { texts: true, ..SMALL });
    let workers = [worker(None), worker(None)];
    let how = How::of(workers.iter().map(|w| w.at).collect());
    for rule in ["user-centric", "scaled-user-prop", "artist-centric"] {
        let bytes = world.together(rule, Some(5_000), &how).0;
        assert_eq!(bytes.map(text), world.alone(rule, Some(5_000)).map(text), "{rule}");
    }
}

#[test]
fn the_number_of_shards_and_workers_changes_nothing() {
    let world = World::new(SMALL);
    let alone = world.alone("user-centric", None).unwrap();
    let workers: Vec<_> = (0..3).map(|_| worker(None)).collect();
    for (count, shards) in [(1, Some(1)), (1, None), (2, Some(16)), (3, Some(1)), (3, Some(2))] {
        let mut how = How::of(workers.iter().take(count).map(|w| w.at).collect());
        how.shards = shards;
        let bytes = world.together("user-centric", None, &how).0;
        assert_eq!(bytes.map(text), Ok(text(alone.clone())), "{count} workers, {shards:?} shards");
    }
}

#[test]
fn what_does_not_fit_is_cut_smaller() {
    let world = World::new(Plays { rows: 200_000, members: 20_000, recordings: 50, texts: false, files: 2 });
    let workers = [worker_with(None, 1 << 20), worker_with(None, 1 << 20)];
    let mut how = How::of(workers.iter().map(|w| w.at).collect());
    how.shards = Some(1);
    let (bytes, course) = world.together("user-centric", None, &how);
    assert_eq!(bytes.map(text), world.alone("user-centric", None).map(text), "{course:?}");
    assert!(course.shards > 1, "{course:?}");
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap()
}
