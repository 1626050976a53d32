//! Simulated members, with crashes in the middle: every play that should count counts once, by an independent tally.

use std::collections::BTreeMap;

use app::counting::{Listener, Seen, pseudonym};
use app::period;
use jiff::Timestamp;
use music::RecordingId;
use programmes::streaming::{Unit, What};
use store::{FieldKey, Store};
use testkit::chance::Chance;
use testkit::house::{each, sqlite};
use testkit::listening::{Act, Does, Plan, World, world};

use super::{BEGIN, Place, act, broken, counted, place, told};

const MONTH: &str = "2026-10";

/// What the tally expects, under the names of the period, and what was counted.
async fn compare(place: &Place, world: &World) -> period::Draft {
    place.clock.set(32 * 86_400_000);
    let draft = period::draft(&place.house, "Médiathèque du Port", MONTH, None, "ines").await.unwrap();
    let mut expected: BTreeMap<(String, RecordingId), u64> = BTreeMap::new();
    for ((member, recording), n) in &world.expected {
        let name = pseudonym(&place.keys, &draft.period.id, &place.institution, member).unwrap().unwrap();
        expected.insert((name, recording.clone()), *n);
    }
    let is = counted(place.fresh.folder.path(), &draft.period.id);
    let wrong: Vec<String> = expected
        .keys()
        .chain(is.keys())
        .filter(|k| expected.get(*k) != is.get(*k))
        .map(|k| format!("{k:?}: {:?} expected, {:?} counted", expected.get(k), is.get(k)))
        .take(20)
        .collect();
    assert!(wrong.is_empty(), "{}: {wrong:#?}", place.engine);
    assert_eq!(draft.totals.plays, expected.values().sum::<u64>());
    for machine in &world.machines {
        let name = pseudonym(&place.keys, &draft.period.id, &place.institution, machine).unwrap().unwrap();
        assert!(is.keys().all(|(member, _)| *member != name), "{machine} got plays");
    }
    draft
}

/// Through the doors' own calls, on both engines; the process ends every now and then, sometimes before an answer.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_play_counts_once_through_restarts_and_retries() {
    let plan = Plan { seed: 5, members: 12, days: 8, recordings: 400, pause_h: 40, bots: 1 };
    let world = world(plan);
    assert!(world.sittings > 150, "{}", world.sittings);
    for fresh in each(12).await {
        let place = place(fresh, 400).await;
        let (mut recorder, mut chance) = (place.recorder(), Chance::of(9));
        let lines = broken(&world.acts);
        for one in &world.acts {
            place.clock.set(one.at);
            let who = place.listener(&one.member, &one.device);
            if chance.below(150) == 0 {
                // The process ends somewhere in the middle of it; the player gets no answer, and does it again.
                let steps = chance.below(12);
                let mut doing = Box::pin(act(&recorder, &who, one, &lines));
                for _ in 0..steps {
                    let mut step = std::pin::pin!(tokio::time::sleep(std::time::Duration::ZERO));
                    tokio::select! { biased; () = &mut doing => break, () = &mut step => {} }
                }
                drop(doing);
                recorder = place.recorder();
            }
            act(&recorder, &who, one, &lines).await;
        }
        let draft = compare(&place, &world).await;
        assert!(draft.totals.set_aside.values().sum::<u64>() > 100, "{:?}", draft.totals);
        // Drawn again from the same events it is the same.
        let again = period::draft(&place.house, "Médiathèque du Port", MONTH, None, "ines").await.unwrap();
        assert_eq!(again.period.hash, draft.period.hash);
    }
}

fn seen<'a>(act: &Act, listener: &'a Listener) -> Seen<'a> {
    let what = match act.does {
        Does::Fetch { stream, from, to, length } => {
            What::Delivered { stream, from_ms: from, to_ms: to, length_ms: length, unit: Unit::Play }
        }
        Does::Break { stream, at } => What::Cut { stream, at_ms: at },
        Does::Say(report) => What::Said(told(report)),
    };
    let at = Timestamp::from_millisecond(BEGIN + act.at).unwrap();
    Seen { at, listener, recording: act.recording.clone(), what }
}

/// 2,000 members playing at once for a month.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "about half a minute; the same in small runs each time"]
async fn slow_two_thousand_members_for_a_month() {
    let begin = std::time::Instant::now();
    let plan = Plan { seed: 2_000, members: 2_000, days: 30, recordings: 3_000, pause_h: 180, bots: 12 };
    let world = world(plan);
    let made = begin.elapsed();
    let mut place = place(sqlite(13).await, 3_000).await;
    let (mut recorder, mut chance, mut crashes) = (place.recorder(), Chance::of(77), 0);
    let mut listeners: BTreeMap<(&str, &str), Listener> = BTreeMap::new();
    for act in &world.acts {
        let key = (act.member.as_str(), act.device.as_str());
        listeners.entry(key).or_insert_with(|| place.listener(&act.member, &act.device));
    }
    // What happens within ten minutes shares a commit.
    for batch in world.acts.chunk_by(|a, b| a.at / 600_000 == b.at / 600_000) {
        place.clock.set(batch[0].at);
        let rows = || -> Vec<Seen<'_>> {
            batch.iter().map(|a| seen(a, &listeners[&(a.member.as_str(), a.device.as_str())])).collect()
        };
        if chance.below(60) == 0 {
            // The process is gone somewhere in the middle: nobody knows whether it was written. The players, without
            // an answer, say it all again, to a process that has just started.
            crashes += 1;
            let steps = chance.below(8);
            let mut doing = Box::pin(recorder.record(rows()));
            for _ in 0..steps {
                let mut step = std::pin::pin!(tokio::time::sleep(std::time::Duration::from_micros(200)));
                tokio::select! { biased; _ = &mut doing => break, () = &mut step => {} }
            }
            drop(doing);
            place.house.store.close().await;
            place.house.store = Store::open(place.fresh.folder.path(), FieldKey::new([1; 32])).await.unwrap();
            recorder = place.recorder();
        }
        recorder.record(rows()).await.unwrap();
    }
    let written = begin.elapsed();
    let draft = compare(&place, &world).await;
    println!(
        "{} members, {} sittings, {} things done, {crashes} crashes: {} plays of {} members, set aside {:?}; made in {made:.1?}, written in {:.1?}, counted and compared in {:.1?}",
        plan.members,
        world.sittings,
        world.acts.len(),
        draft.totals.plays,
        draft.totals.members,
        draft.totals.set_aside,
        written - made,
        begin.elapsed() - written,
    );
    assert!(crashes > 20);
    place.house.store.close().await;
}
