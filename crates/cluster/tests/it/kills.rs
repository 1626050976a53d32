//! Workers killed while they work: the same bytes, or nothing; never a wrong amount, never a hang.

use std::time::{Duration, Instant};

use bulk::Failure;

use crate::world::{Draw, How, Process, SMALL, World};

#[test]
#[ignore = "slow: fifty runs with two processes each"]
fn slow_a_worker_killed_at_fifty_moments_changes_nothing() {
    let world = World::new(SMALL);
    let alone = world.alone("user-centric", None).unwrap();
    let mut pair = [Process::start(), Process::start()];
    let begin = Instant::now();
    let how = How::of(pair.iter().map(|p| p.at).collect());
    assert_eq!(world.together("user-centric", None, &how).0, Ok(alone.clone()));
    let whole = begin.elapsed();
    let (mut drawn, mut hurt) = (Draw(7), 0);
    for moment in 0..50 {
        let how = How::of(pair.iter().map(|p| p.at).collect());
        let wait = whole.mul_f64((moment as f64 + drawn.below(1000) as f64 / 1000.0) / 48.0);
        let (victim, witness) = pair.split_at_mut(1);
        let victim = if moment % 2 == 0 { &mut victim[0] } else { &mut witness[0] };
        let (bytes, course) = std::thread::scope(|scope| {
            scope.spawn(|| {
                std::thread::sleep(wait);
                victim.kill();
            });
            world.together("user-centric", None, &how)
        });
        assert_eq!(bytes, Ok(alone.clone()), "killed after {wait:?} of {whole:?}: {course:?}");
        hurt += usize::from(!course.events.is_empty());
        *victim = Process::start();
    }
    assert!(hurt >= 25, "only {hurt} of 50 kills met the work");
    println!("{hurt} of 50 kills met the work, which takes {whole:?} undisturbed");
}

#[test]
fn with_no_worker_left_it_is_refused() {
    let world = World::new(SMALL);
    let alone = world.alone("user-centric", None).unwrap();
    let mut refused = 0;
    for moment in [0_u64, 40, 120, 250, 400] {
        let mut pair = [Process::start(), Process::start()];
        let how = How::of(pair.iter().map(|p| p.at).collect());
        let bytes = std::thread::scope(|scope| {
            for (place, process) in (0..).zip(&mut pair) {
                scope.spawn(move || {
                    std::thread::sleep(Duration::from_millis(moment + 60 * place));
                    process.kill();
                });
            }
            world.together("user-centric", None, &how).0
        });
        match bytes {
            Ok(bytes) => assert_eq!(bytes, alone),
            Err(Failure::Problem(problem)) => {
                assert_eq!(problem.code, "cluster-no-worker", "{problem}");
                refused += 1;
            }
            Err(fault) => panic!("{fault}"),
        }
    }
    assert!(refused >= 2, "{refused}");
}
