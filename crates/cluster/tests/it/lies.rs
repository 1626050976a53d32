//! Workers that answer something else than the truth are caught, and the others do the work.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bulk::Failure;
use cluster::{Hook, Totals};
use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::compute::concat_batches;

use crate::world::{How, SMALL, World, worker};

type Lie = (&'static str, fn() -> Hook);

const LIES: [Lie; 6] = [
    ("a row is counted twice", || {
        of_rows(|batch| concat_batches(&batch.schema(), [&batch, &batch.slice(0, 1)]).unwrap())
    }),
    ("a row is lost", || of_rows(|batch| batch.slice(0, batch.num_rows().saturating_sub(1)))),
    ("a row is counted twice in place of another", || {
        of_rows(|batch| match batch.num_rows() {
            0 | 1 => batch,
            many => concat_batches(&batch.schema(), [&batch.slice(0, many - 1), &batch.slice(0, 1)]).unwrap(),
        })
    }),
    ("a total is one too many", || of_answers(|totals, _| totals.control.plays += 1)),
    ("money is claimed that was not given", || {
        of_answers(|totals, _| totals.money += u128::from(totals.money > 0))
    }),
    ("sums are not what they were", || {
        of_answers(|_, bytes| {
            if let Some(last) = bytes.last_mut() {
                *last ^= 1;
            }
        })
    }),
];

fn of_rows(lie: impl Fn(RecordBatch) -> RecordBatch + Send + Sync + 'static) -> Hook {
    Hook::new(lie, |_, _| {})
}

fn of_answers(lie: impl Fn(&mut Totals, &mut Vec<u8>) + Send + Sync + 'static) -> Hook {
    Hook::new(|batch| batch, lie)
}

#[test]
fn a_liar_is_caught_and_left_out() {
    let world = World::new(SMALL);
    let alone = world.alone("user-centric", None).unwrap();
    let honest = worker(None);
    for (name, lie) in LIES {
        let liar = worker(Some(lie()));
        let how = How::of(vec![honest.at, liar.at]);
        let (bytes, course) = world.together("user-centric", None, &how);
        assert_eq!(bytes, Ok(alone.clone()), "{name}: {course:?}");
        assert!(course.events.iter().any(|e| e.contains("doubtful")), "{name}: {course:?}");
        let shunned = format!("{} is not asked again", liar.at);
        assert!(course.events.iter().any(|e| e.contains(&shunned)), "{name}: {course:?}");
    }
}

#[test]
fn liars_alone_get_nothing_written() {
    let world = World::new(SMALL);
    for (name, lie) in LIES {
        let liars = [worker(Some(lie())), worker(Some(lie()))];
        let how = How::of(liars.iter().map(|w| w.at).collect());
        let (bytes, course) = world.together("user-centric", None, &how);
        match bytes {
            Err(Failure::Problem(problem)) => {
                assert!(["cluster-no-worker", "cluster-shard"].contains(&problem.code), "{name}: {problem}");
            }
            other => panic!("{name}: {other:?} {course:?}"),
        }
    }
}

#[test]
fn who_stumbles_once_is_asked_again() {
    let world = World::new(SMALL);
    let alone = world.alone("user-centric", None).unwrap();
    let answers = Arc::new(AtomicUsize::new(0));
    let stumbles = of_answers(move |totals, _| {
        if answers.fetch_add(1, Ordering::Relaxed) == 3 {
            totals.control.rows += 1;
        }
    });
    let workers = [worker(Some(stumbles)), worker(None)];
    let how = How::of(workers.iter().map(|w| w.at).collect());
    let (bytes, course) = world.together("user-centric", None, &how);
    assert_eq!(bytes, Ok(alone), "{course:?}");
    assert!(!course.events.is_empty());
}
