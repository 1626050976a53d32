//! What a cluster does not do, in the order in which it finds out.

use std::sync::Arc;

use bulk::Failure;
use cluster::Key;
use datafusion::arrow::array::{ArrayRef, Int64Array, RecordBatch, UInt64Array};

use crate::world::{How, SMALL, World, worker, write};

fn problem<T: std::fmt::Debug>(result: Result<T, Failure>) -> (String, String) {
    match result {
        Err(Failure::Problem(problem)) => (problem.code.to_string(), problem.message.clone()),
        other => panic!("{other:?}"),
    }
}

#[test]
fn nobody_there() {
    let world = World::new(SMALL);
    let gone = worker(None).at;
    let (code, message) = problem(world.together("user-centric", None, &How::of(vec![gone])).0);
    assert_eq!(code, "cluster-no-worker");
    assert!(message.contains(&gone.to_string()), "{message}");
}

#[test]
fn another_key() {
    let world = World::new(SMALL);
    let worker = worker(None);
    let how = How { key: Key::parse("quite-another-key").unwrap(), ..How::of(vec![worker.at]) };
    let (code, message) = problem(world.together("user-centric", None, &how).0);
    assert_eq!(code, "cluster-no-worker");
    assert!(message.contains("another key"), "{message}");
}

#[test]
fn bad_rows_are_told_as_one_process_tells_them() {
    let worker = worker(None);
    let whole = |list: Vec<i64>| Arc::new(Int64Array::from(list)) as ArrayRef;
    let cases = [
        vec![("member", whole(vec![1, 2, -3])), ("recording", whole(vec![1, 2, 3]))],
        vec![
            ("member", whole(vec![1, 2, 3])),
            ("recording", whole(vec![1, 2, 3])),
            ("plays", whole(vec![1, -1, 1])),
        ],
        vec![
            ("member", whole(vec![1, 2, 3])),
            ("recording", whole(vec![1, 2, 3])),
            ("plays", whole(vec![1, 1 << 40, 1])),
        ],
        vec![
            ("member", Arc::new(UInt64Array::from(vec![Some(1), None])) as ArrayRef),
            ("recording", whole(vec![1, 2])),
        ],
        vec![("member", whole(vec![1, 2, 3]))],
    ];
    for columns in cases {
        let mut world = World::new(SMALL);
        let path = world.room.path().join("bad.parquet");
        let batch =
            RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(n, c)| (n, c, true))).unwrap();
        write(&path, &batch);
        world.files = vec![path];
        let alone = problem(world.alone("user-centric", None));
        assert_eq!(problem(world.together("user-centric", None, &How::of(vec![worker.at])).0), alone);
    }
}

#[test]
fn too_few_seats_are_told_as_one_process_tells_them() {
    let world = World::new(SMALL);
    let worker = worker(None);
    let alone = problem(world.alone("user-centric", Some(3)));
    assert_eq!(problem(world.together("user-centric", Some(3), &How::of(vec![worker.at])).0), alone);
}
