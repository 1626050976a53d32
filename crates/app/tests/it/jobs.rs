//! Background work: once, whoever works; again after a crash; never under a lease that is over.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

use app::job::{self, Enqueue, Handler, Handlers, Held, LEASE, Outcome, Work};
use app::{Failure, House, Refusal};
use store::Fault;
use testkit::house;

/// Records each job's payload in the journal, in the transaction that notes it as done.
struct Write;

impl Handler for Write {
    fn kind(&self) -> &'static str {
        "write"
    }

    fn run<'a>(&'a self, house: &'a House, job: &'a Held) -> Work<'a> {
        Box::pin(async move {
            let now = house.now();
            let mut tx = house.store.begin().await?;
            job.done(&mut tx, now).await?;
            tx.note(now, "worker", "wrote", job.payload(), "").await?;
            tx.commit().await?;
            Ok(())
        })
    }
}

/// Does what its payload says.
struct Obey(AtomicUsize);

impl Handler for Obey {
    fn kind(&self) -> &'static str {
        "obey"
    }

    fn run<'a>(&'a self, _: &'a House, job: &'a Held) -> Work<'a> {
        Box::pin(async move {
            self.0.fetch_add(1, SeqCst);
            match job.payload() {
                "fault" => Err(Failure::Fault(Fault::new("the other side is away"))),
                "refuse" => Err(Failure::Refused(Refusal::new("x", "never", ""))),
                "panic" => panic!("a handler that breaks"),
                _ => Ok(()),
            }
        })
    }
}

fn handlers() -> (Handlers, Arc<Obey>) {
    let obey = Arc::new(Obey(AtomicUsize::new(0)));
    (Arc::new(vec![Arc::new(Write), obey.clone()]), obey)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn workers_side_by_side_never_run_one_job_twice() {
    for fresh in house::each(11).await {
        let house = &fresh.house;
        for n in 0..60 {
            job::enqueue(house, Enqueue::now("write", n.to_string())).await.unwrap().unwrap();
        }
        let (all, _) = handlers();
        let mut crew = Vec::new();
        for n in 0..4 {
            let (house, all) = (house.clone(), all.clone());
            crew.push(tokio::spawn(async move {
                let mut done = 0;
                loop {
                    match job::run_one(&house, &all, &format!("w{n}")).await.unwrap() {
                        Some((_, outcome)) => {
                            assert_eq!(outcome, Outcome::Done);
                            done += 1;
                        }
                        // Another one may just have been quicker: only a queue without what is due is empty.
                        None if !house
                            .store
                            .begin_read()
                            .await
                            .unwrap()
                            .job_is_due(house.now())
                            .await
                            .unwrap() =>
                        {
                            break done;
                        }
                        None => tokio::task::yield_now().await,
                    }
                }
            }));
        }
        let mut sum = 0;
        for worker in crew {
            sum += worker.await.unwrap();
        }
        assert_eq!(sum, 60, "{}", fresh.engine);
        let mut tx = house.store.begin_read().await.unwrap();
        let mut wrote: Vec<String> = tx
            .journal(200)
            .await
            .unwrap()
            .into_iter()
            .filter(|j| j.action == "wrote")
            .map(|j| j.subject)
            .collect();
        wrote.sort();
        let mut want: Vec<String> = (0..60).map(|n| n.to_string()).collect();
        want.sort();
        assert_eq!(wrote, want, "{}", fresh.engine);
    }
}

/// A worker that is killed keeps its job until the lease ends; then another one has it, and the fence keeps out the first.
#[tokio::test]
async fn a_job_of_a_killed_worker_is_taken_again_and_the_late_one_is_refused() {
    for fresh in house::each(12).await {
        let house = &fresh.house;
        let (all, _) = handlers();
        job::enqueue(house, Enqueue::now("write", "only")).await.unwrap();
        let mut tx = house.store.begin().await.unwrap();
        let late =
            tx.take_job(&["write"], "killed", house.now() + LEASE, house.now()).await.unwrap().unwrap();
        tx.commit().await.unwrap();
        assert_eq!(job::run_one(house, &all, "second").await.unwrap(), None, "the lease holds");
        fresh.world.pass_seconds(LEASE.as_secs());
        let (row, outcome) = job::run_one(house, &all, "second").await.unwrap().unwrap();
        assert_eq!(
            (row.id.clone(), row.fence, row.attempts, outcome),
            (late.id.clone(), 2, 2, Outcome::Done)
        );
        let mut tx = house.store.begin().await.unwrap();
        assert!(!tx.hold_job(&late.id, late.fence).await.unwrap(), "{}", fresh.engine);
        assert!(!tx.finish_job(&late.id, late.fence, house.now()).await.unwrap());
        assert!(!tx.extend_job(&late.id, late.fence, house.now() + LEASE).await.unwrap());
        assert!(!tx.postpone_job(&late.id, late.fence, house.now(), "").await.unwrap());
        drop(tx);
        assert_eq!(job::run_one(house, &all, "third").await.unwrap(), None);
    }
}

#[tokio::test]
async fn faults_are_retried_apart_and_given_up_refusals_at_once() {
    for fresh in house::each(13).await {
        let house = &fresh.house;
        let (all, obey) = handlers();
        let ask = |what: &str| Enqueue { attempts: 3, ..Enqueue::now("obey", what) };
        for what in ["fault", "panic"] {
            let id = job::enqueue(house, ask(what)).await.unwrap().unwrap();
            let mut waits = Vec::new();
            for attempt in 1..=3 {
                let (_, outcome) = job::run_one(house, &all, "w").await.unwrap().unwrap();
                match outcome {
                    Outcome::Again(at, _) => {
                        let wait = at.as_second() - house.now().as_second();
                        assert!(
                            job::run_one(house, &all, "w").await.unwrap().is_none(),
                            "not before its time"
                        );
                        waits.push(wait);
                        fresh.world.pass_seconds(wait + 1);
                    }
                    Outcome::Dead(_) => assert_eq!(attempt, 3),
                    other => panic!("{other:?}"),
                }
            }
            assert!((4..=10).contains(&waits[0]) && (9..=20).contains(&waits[1]), "{waits:?}");
            let dead = &job::list(house, "dead", 10).await.unwrap()[0];
            assert!(dead.id == id && !dead.error.is_empty(), "{dead:?}");
            job::retry(house, id.as_str(), "ada").await.unwrap();
            assert!(job::run_one(house, &all, "w").await.unwrap().is_some(), "it is tried again");
            let mut tx = house.store.begin().await.unwrap();
            tx.run("delete from job", Vec::new()).await.unwrap();
            tx.commit().await.unwrap();
        }
        job::enqueue(house, ask("refuse")).await.unwrap();
        let (row, outcome) = job::run_one(house, &all, "w").await.unwrap().unwrap();
        assert_eq!(outcome, Outcome::Dead("never".to_owned()));
        assert_eq!(obey.0.load(SeqCst), 9);
        for (id, want) in [("job-0", "job-unknown"), ("x", "job-unknown")] {
            let refused = job::retry(house, id, "ada").await.unwrap_err();
            assert!(matches!(refused, Failure::Refused(r) if r.code == want));
        }
        job::retry(house, row.id.as_str(), "ada").await.unwrap();
        let refused = job::retry(house, row.id.as_str(), "ada").await.unwrap_err();
        assert!(matches!(refused, Failure::Refused(r) if r.code == "job-not-dead"));
        assert!(job::list(house, "odd", 1).await.is_err());
    }
}

/// A job that ends its worker each time is given up rather than ending every worker for ever.
#[tokio::test]
async fn a_job_that_kills_its_workers_dies() {
    for fresh in house::each(14).await {
        let house = &fresh.house;
        job::enqueue(house, Enqueue { attempts: 2, ..Enqueue::now("write", "poison") }).await.unwrap();
        for _ in 0..2 {
            let mut tx = house.store.begin().await.unwrap();
            tx.take_job(&["write"], "killed", house.now() + LEASE, house.now()).await.unwrap().unwrap();
            tx.commit().await.unwrap();
            fresh.world.pass_seconds(LEASE.as_secs());
        }
        let (_, outcome) = job::run_one(house, &handlers().0, "w").await.unwrap().unwrap();
        assert_eq!(outcome, Outcome::Dead("its worker died 2 times".to_owned()), "{}", fresh.engine);
    }
}

#[tokio::test]
async fn one_key_is_in_the_queue_once_and_unknown_kinds_wait() {
    for fresh in house::each(15).await {
        let house = &fresh.house;
        let (all, _) = handlers();
        let ask = || Enqueue::now("write", "x").once("daily");
        assert!(job::enqueue(house, ask()).await.unwrap().is_some());
        assert!(job::enqueue(house, ask()).await.unwrap().is_none(), "{}", fresh.engine);
        assert!(job::enqueue(house, Enqueue::now("obey", "").once("daily")).await.unwrap().is_some());
        let later = house.now() + jiff::SignedDuration::from_secs(90);
        job::enqueue(house, Enqueue::now("write", "later").at(later)).await.unwrap();
        job::enqueue(house, Enqueue::now("of a newer version", "")).await.unwrap();
        for _ in 0..2 {
            assert!(matches!(job::run_one(house, &all, "w").await.unwrap(), Some((_, Outcome::Done))));
        }
        assert!(job::run_one(house, &all, "w").await.unwrap().is_none());
        assert!(job::enqueue(house, ask()).await.unwrap().is_some(), "done, so it may come again");
        fresh.world.pass_seconds(90);
        for _ in 0..2 {
            assert!(job::run_one(house, &all, "w").await.unwrap().is_some());
        }
        assert!(job::run_one(house, &all, "w").await.unwrap().is_none());
        assert_eq!(job::list(house, "waiting", 10).await.unwrap()[0].kind, "of a newer version");
    }
}

/// Works until it is broken off.
struct Endless(Arc<tokio::sync::Notify>);

impl Handler for Endless {
    fn kind(&self) -> &'static str {
        "endless"
    }

    fn run<'a>(&'a self, _: &'a House, _: &'a Held) -> Work<'a> {
        Box::pin(async move {
            self.0.notify_one();
            std::future::pending().await
        })
    }
}

#[tokio::test]
async fn a_worker_that_has_to_end_gives_its_job_back_at_once() {
    for fresh in house::each(16).await {
        let house = &fresh.house;
        let begun = Arc::new(tokio::sync::Notify::new());
        let endless: Handlers = Arc::new(vec![Arc::new(Endless(begun.clone()))]);
        let id = job::enqueue(house, Enqueue { attempts: 1, ..Enqueue::now("endless", "") })
            .await
            .unwrap()
            .unwrap();
        for _ in 0..3 {
            let stop = begun.notified();
            let (row, outcome) = job::run_one_until(house, &endless, "w", stop).await.unwrap().unwrap();
            assert_eq!((row.id, outcome), (id.clone(), Outcome::GivenBack), "{}", fresh.engine);
            let mut tx = house.store.begin_read().await.unwrap();
            let now = tx.job(&id).await.unwrap().unwrap();
            // As if it had not been tried: however often processes end, it is not given up for that.
            assert_eq!((now.state.as_str(), now.attempts), ("waiting", 0), "{}", fresh.engine);
        }
        // What was done in the moment of the end is done.
        job::enqueue(house, Enqueue::now("write", "last")).await.unwrap();
        let (all, _) = handlers();
        let (_, outcome) = job::run_one_until(house, &all, "w", async {
            tokio::time::sleep(std::time::Duration::from_secs(5)).await;
        })
        .await
        .unwrap()
        .unwrap();
        assert_eq!(outcome, Outcome::Done);
    }
}
