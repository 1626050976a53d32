//! What must hold whatever the world.

use std::collections::BTreeSet;

use consent::registry::{Object, Word};
use consent::{Answer, Index, Question, Session, Use, uses};

use crate::reference::{self, Told};
use crate::world::{Chance, build, objects, question, said};

fn ask(index: &Index, q: &Question<'_>, session: &mut Session, answer: &mut Answer) -> Told {
    index.decide(q, session, answer);
    let stands = answer
        .findings
        .iter()
        .map(|f| (f.role, index.party_id(f.party).to_owned(), f.stand.code()))
        .collect();
    let reasons: BTreeSet<_> = answer.reasons.iter().collect();
    (answer.outcome.code(), reasons, answer.needs_license, answer.weakest, stands)
}

fn usage(c: &mut Chance) -> Use {
    uses::LIST[c.below(20) as usize].usage
}

/// Runs worlds from a seed and counts the outcomes, so that a dull generator is seen.
fn worlds(seed: u64, count: u64) -> [u64; 4] {
    let (mut session, mut answer, mut seen) = (Session::default(), Answer::default(), [0; 4]);
    for n in 0..count {
        let mut c = Chance(seed.wrapping_add(n).wrapping_mul(0x2545_F491_4F6C_DD1D));
        let usage = usage(&mut c);
        let world = objects(&mut c, usage);
        let q = question(&mut c, usage);
        let ours = ask(&build(&world), &q, &mut session, &mut answer);
        let theirs = reference::decide(&world, &q);
        assert_eq!(ours, theirs, "seed {seed} world {n}: {q:#?}\n{world:#?}");
        let place = ["PERMIT", "PERMIT_IF", "NEEDS_LICENSE", "DENY"].iter().position(|o| *o == ours.0);
        seen[place.unwrap()] += 1;
    }
    seen
}

#[test]
fn the_reference_agrees() {
    let seen = worlds(1, 20_000);
    assert!(seen.iter().all(|n| *n > 100), "the worlds are dull: {seen:?}");
}

#[test]
#[ignore = "slow: a million worlds"]
fn slow_the_reference_agrees_on_a_million_worlds() {
    let half = std::thread::spawn(|| worlds(1 << 40, 500_000));
    let seen = worlds(1 << 20, 500_000);
    let other = half.join().unwrap();
    println!("{seen:?} {other:?} (permit, permit if, needs licence, deny)");
}

/// Adding a refusal never turns a no into a yes, nor one that asks for a licence into a yes.
#[test]
fn a_refusal_never_opens_anything() {
    let (mut session, mut answer) = (Session::default(), Answer::default());
    for n in 0..20_000 {
        let mut c = Chance(77 + n);
        let usage = usage(&mut c);
        let mut world = objects(&mut c, usage);
        let q = question(&mut c, usage);
        build(&world).decide(&q, &mut session, &mut answer);
        let before = answer.outcome;
        let more = consent::registry::Statement { kind: Word::Refuse, ..said(&mut c, usage, 99) };
        world.push(Object::Statement(more));
        build(&world).decide(&q, &mut session, &mut answer);
        assert!(
            before.is_yes() || !answer.outcome.is_yes(),
            "world {n}: {before:?} became {:?}",
            answer.outcome
        );
        assert!(!before.is_yes() || before == answer.outcome || !answer.outcome.is_yes(), "world {n}");
    }
}

/// The order of lines changes nothing, and later lines change nothing at an earlier size of the log.
#[test]
fn neither_order_nor_the_future_matters() {
    let (mut session, mut answer) = (Session::default(), Answer::default());
    for n in 0..20_000 {
        let mut c = Chance(4_000_000 + n);
        let usage = usage(&mut c);
        let mut world = objects(&mut c, usage);
        let q = question(&mut c, usage);
        let first = ask(&build(&world), &q, &mut session, &mut answer);
        for place in (1..world.len()).rev() {
            let other = c.below(place as u64 + 1) as usize;
            world.swap(place, other);
        }
        assert_eq!(ask(&build(&world), &q, &mut session, &mut answer), first, "world {n} shuffled");
        if q.log_size < 100 {
            for number in 50..54 {
                let later = consent::registry::Statement {
                    log: q.log_size + c.below(9),
                    ..said(&mut c, usage, number)
                };
                world.push(Object::Statement(later));
            }
            assert_eq!(ask(&build(&world), &q, &mut session, &mut answer), first, "world {n} later");
        }
    }
}
