use jiff::Timestamp;
use ledger::{Account, Draft};
use money::Amount;
use store::{Posted, args};

use crate::fresh;

fn eur(text: &str) -> Amount {
    format!("EUR {text}").parse().unwrap()
}

fn gift(key: &str, amount: &str) -> Draft {
    Draft::posted("receive", "pot-1", key)
        .inputs("i")
        .debit(Account::bank(), eur(amount))
        .credit(Account::pot("pot-1"), eur(amount))
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

#[tokio::test]
async fn money_comes_in_once_however_often_it_is_told() {
    for fresh in fresh::each().await {
        let first = fresh.store.post(at(1), &[gift("a", "50"), gift("b", "7.5")]).await.unwrap();
        assert_eq!(first, [Posted::New(1), Posted::New(2)], "{}", fresh.engine);
        let again =
            fresh.store.post(at(2), &[gift("b", "7.5"), gift("c", "1"), gift("c", "1")]).await.unwrap();
        assert_eq!(again, [Posted::Before(2), Posted::New(3), Posted::Before(3)]);
        let other = Draft { input_hash: "other".into(), ..gift("a", "60") };
        assert!(fresh.store.post(at(3), &[other]).await.unwrap_err().to_string().contains("other inputs"));
        let mut tx = fresh.store.begin_read().await.unwrap();
        assert_eq!(tx.balance(&Account::bank(), money::Currency::EUR).await.unwrap().posted, eur("58.5"));
        assert_eq!(
            tx.balance(&Account::pot("pot-1"), money::Currency::EUR).await.unwrap().posted,
            eur("-58.5")
        );
    }
}

#[tokio::test]
async fn reserved_money_is_posted_or_voided_once() {
    for fresh in fresh::each().await {
        let reserve = |key: &str| {
            Draft::pending("payout", "pay-1", key)
                .debit(Account::party("pty-1"), eur("5"))
                .credit(Account::bank(), eur("5"))
        };
        let all = [
            reserve("r1"),
            reserve("r2"),
            Draft::posts(1, "payout-confirmed", "pay-1", "p1"),
            Draft::voids(2, "payout-returned", "pay-1", "v2"),
        ];
        fresh.store.post(at(1), &all).await.unwrap();
        let twice = fresh.store.post(at(2), &[Draft::voids(1, "payout-returned", "pay-1", "v1")]).await;
        assert!(twice.is_err(), "{}: resolved twice", fresh.engine);
        let mut tx = fresh.store.begin_read().await.unwrap();
        let balance = tx.balance(&Account::bank(), money::Currency::EUR).await.unwrap();
        assert_eq!(
            (balance.posted, balance.pending_debits, balance.pending_credits),
            (eur("-5"), eur("0"), eur("0"))
        );
    }
}

#[tokio::test]
async fn the_database_itself_refuses_what_rust_would_never_send() {
    for fresh in fresh::each().await {
        fresh.store.post(at(1), &[gift("a", "50")]).await.unwrap();
        let open = "insert into entry (seq, at_us, kind, memo, subject, state, resolves, key, input_hash, hash, sealed) \
                    values (2, 1, 'x', '', '', 'posted', null, 'k2', '', 'h', 0)";
        let one_side =
            "insert into posting (entry, place, account, currency, amount) values (2, 0, 'bank', 'EUR', 5)";
        let other_side = "insert into posting (entry, place, account, currency, amount) values (2, 1, 'pot:pot-1', 'EUR', -4)";
        let seal = "update entry set sealed = 1 where seq = 2";
        for (what, script) in [
            ("an unbalanced entry", vec![open, one_side, other_side, seal]),
            ("an entry with one side", vec![open, one_side, seal]),
            ("an empty entry", vec![open, seal]),
            (
                "a gap in the numbers",
                vec![
                    "insert into entry (seq, at_us, kind, memo, subject, state, resolves, key, input_hash, hash, sealed) \
                    values (9, 1, 'x', '', '', 'posted', null, 'k2', '', 'h', 0)",
                ],
            ),
            (
                "a posting added to a sealed entry",
                vec![
                    "insert into posting (entry, place, account, currency, amount) values (1, 7, 'bank', 'EUR', 0)",
                ],
            ),
            ("a changed posting", vec!["update posting set amount = 1 where entry = 1 and place = 0"]),
            ("a deleted posting", vec!["delete from posting where entry = 1"]),
            ("a deleted entry", vec!["delete from posting", "delete from entry"]),
            ("a changed memo", vec!["update entry set memo = 'x', sealed = 1 where seq = 1"]),
            ("an unsealed entry", vec!["update entry set sealed = 0 where seq = 1"]),
        ] {
            let mut tx = fresh.store.begin().await.unwrap();
            let mut refused = false;
            for sql in script {
                if tx.run(sql, args![]).await.is_err() {
                    refused = true;
                    break;
                }
            }
            assert!(refused, "{}: {what} was accepted", fresh.engine);
        }
    }
}

#[tokio::test]
async fn the_chain_reads_back_as_it_was_written() {
    for fresh in fresh::each().await {
        let drafts: Vec<Draft> = (0..50).map(|i| gift(&format!("k{i}"), "1.000001")).collect();
        fresh.store.post(at(1), &drafts[..20]).await.unwrap();
        fresh.store.post(at(2), &drafts[20..]).await.unwrap();
        let mut tx = fresh.store.begin_read().await.unwrap();
        let entries = tx.entries(1, 1000).await.unwrap();
        assert_eq!(entries.len(), 50);
        let mut hash = ledger::GENESIS;
        for (entry, draft) in entries.iter().zip(&drafts) {
            assert_eq!(&entry.draft, draft);
            hash = ledger::chain_hash(
                &hash,
                &ledger::Chained { seq: entry.seq, at_micros: entry.at_micros, draft },
            );
            assert_eq!(entry.hash, hash, "{}", fresh.engine);
        }
    }
}

/// The figure of docs/performance.md: `cargo test --release -p store -- --ignored a_hundred_thousand --nocapture`.
#[tokio::test]
#[ignore = "a measurement, not a test"]
async fn a_hundred_thousand_entries_of_four_lines() {
    for fresh in fresh::each().await {
        let drafts: Vec<Draft> = (0..100_000)
            .map(|i| {
                Draft::posted("allocate", "run-1", format!("k{i}"))
                    .debit(Account::pot(&format!("pot-{}", i % 100)), eur("42.5"))
                    .credit(Account::party(&format!("pty-{}", i % 5000)), eur("20"))
                    .credit(Account::party(&format!("pty-x{}", i % 5000)), eur("20"))
                    .credit("house:operation".parse().unwrap(), eur("2.5"))
            })
            .collect();
        let start = std::time::Instant::now();
        fresh.store.post(at(1), &drafts).await.unwrap();
        println!("{}: 100,000 entries of four lines in {:.1} s", fresh.engine, start.elapsed().as_secs_f64());
    }
}

/// Whoever asked may go away at any moment: a browser that closes, a time limit.
#[tokio::test]
async fn a_reading_given_up_on_its_way_leaves_the_next_to_write() {
    for fresh in fresh::each().await {
        for steps in 0..40 {
            let mut asking = Box::pin(fresh.store.begin_read());
            for _ in 0..steps % 8 {
                tokio::select! { biased; _ = &mut asking => break, () = tokio::task::yield_now() => {} }
                tokio::time::sleep(std::time::Duration::from_micros(50)).await;
            }
            drop(asking);
            let key = format!("k{steps}");
            fresh
                .store
                .post(at(1), &[gift(&key, "1")])
                .await
                .unwrap_or_else(|e| panic!("{}: {e}", fresh.engine));
        }
    }
}
