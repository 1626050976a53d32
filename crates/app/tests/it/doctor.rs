use app::doctor::{self, Report};
use store::args;

use crate::small_house::{self, Small, eur};

/// Changes the database behind the back of every trigger.
async fn plant(small: &Small, scripts: &[&str]) {
    let mut tx = small.house.store.begin().await.unwrap();
    if small.engine == "sqlite" {
        for row in tx.rows("select name from sqlite_master where type = 'trigger'", args![]).await.unwrap() {
            tx.script(&format!("drop trigger {}", row.text(0).unwrap())).await.unwrap();
        }
    } else {
        for table in ["entry", "posting", "payout", "account", "run", "allocation_line"] {
            tx.script(&format!("alter table {table} disable trigger user")).await.unwrap();
        }
    }
    for script in scripts {
        tx.script(script).await.unwrap();
    }
    tx.commit().await.unwrap();
}

fn told(report: &Report) -> Vec<String> {
    report.faults().map(|(check, f)| format!("{check}: {}: {}", f.place, f.what)).collect()
}

/// The faults that a planted change must show, each as a part of one finding.
async fn check(scripts: &[&str], expected: &[&str]) {
    for small in small_house::each().await {
        plant(&small, scripts).await;
        let report = doctor::examine(&small.house).await.unwrap();
        let told = told(&report);
        for part in expected {
            assert!(
                told.iter().any(|t| t.contains(part)),
                "{}: `{part}` is not among {told:#?}",
                small.engine
            );
        }
        assert!(!report.is_sound());
    }
}

#[tokio::test]
async fn a_healthy_house_has_no_findings() {
    for small in small_house::each().await {
        let report = doctor::examine(&small.house).await.unwrap();
        assert_eq!(told(&report), Vec::<String>::new(), "{}", small.engine);
        assert!(report.checks.iter().any(|c| c.name == "chain" && c.examined > 8));
        let books = &report.books[0];
        assert_eq!(
            (books.ledger, books.owed, books.covered()),
            (eur("90"), eur("78"), true),
            "{}",
            small.engine
        );
    }
}

#[tokio::test]
async fn a_changed_posting_is_named_with_what_it_was() {
    check(
        &["update posting set amount = 60000000 where entry = 5 and place = 0"],
        &["chain: entry 5, posting 1", "entries: entry 5: does not balance", "balances: account bank in EUR"],
    )
    .await;
}

#[tokio::test]
async fn a_changed_posting_of_the_receipt_is_found_to_the_posting() {
    for small in small_house::each().await {
        let mut tx = small.house.store.begin_read().await.unwrap();
        let entries = tx.entries(1, 100).await.unwrap();
        drop(tx);
        let receipt = entries.iter().find(|e| e.draft.kind == "receive").unwrap();
        let seq = receipt.seq;
        plant(
            &small,
            &[&format!("update posting set amount = amount + 5 where entry = {seq} and place = 1")],
        )
        .await;
        let told = told(&doctor::examine(&small.house).await.unwrap());
        let place = format!("chain: entry {seq}, posting 2: `pot:");
        let found = told.iter().any(|t| {
            t.starts_with(&place) && t.ends_with("was changed to EUR -49.999995; it was EUR -50.00")
        });
        assert!(found, "{}: {told:#?}", small.engine);
    }
}

#[tokio::test]
async fn a_missing_line_is_named_with_what_is_gone() {
    for small in small_house::each().await {
        let mut tx = small.house.store.begin_read().await.unwrap();
        let entries = tx.entries(1, 100).await.unwrap();
        drop(tx);
        let run = entries.iter().find(|e| e.draft.kind == "allocation").unwrap();
        let (seq, places) = (run.seq, run.draft.postings.len());
        let last = &run.draft.postings[places - 1];
        plant(&small, &[&format!("delete from posting where entry = {seq} and place = {}", places - 1)])
            .await;
        let told = told(&doctor::examine(&small.house).await.unwrap());
        let expected =
            format!("chain: entry {seq}, posting {places}: is missing: `{}` {}", last.account, last.amount);
        assert!(told.contains(&expected), "{}: `{expected}` is not among {told:#?}", small.engine);
    }
}

#[tokio::test]
async fn a_posting_moved_to_another_account_is_found() {
    check(
        &["update posting set account = 'suspense:overpaid' where account = 'suspense:unmatched'"],
        &[
            "was moved from `suspense:unmatched` to `suspense:overpaid`",
            "balances: account suspense:unmatched in EUR",
        ],
    )
    .await;
}

#[tokio::test]
async fn an_orphan_payout_is_found() {
    check(
        &["update payout set pending_entry = 4711"],
        &["payouts: payout pay-", "its entry 4711 is not there", "which is not there"],
    )
    .await;
}

#[tokio::test]
async fn a_payout_without_its_row_is_found() {
    check(&["delete from payout"], &["payouts: entry ", "reserves the payout pay-"]).await;
}

#[tokio::test]
async fn a_broken_chain_is_named_once() {
    let hash = "update entry set hash = replace(hash, substr(hash, 1, 4), 'abcd') where seq = 2";
    check(&[hash], &["chain: entry 2: the chain is broken: its hash was changed to"]).await;
    let small = small_house::sqlite().await;
    plant(&small, &[hash]).await;
    assert_eq!(told(&doctor::examine(&small.house).await.unwrap()).len(), 1);
}

#[tokio::test]
async fn a_changed_memo_is_found() {
    check(
        &["update entry set memo = 'a gift' where seq = 3"],
        &["chain: entry 3: was changed after it was written"],
    )
    .await;
}

#[tokio::test]
async fn a_wrong_balance_names_account_and_difference() {
    check(
        &["update account set posted = posted + 1 where code = 'bank'"],
        &["balances: account bank in EUR: its balance (posted) is EUR 90.000001, and its entries add up to EUR 90.00: off by EUR 0.000001"],
    )
    .await;
}

#[tokio::test]
async fn a_missing_entry_leaves_a_gap() {
    let scripts = ["delete from posting where entry = 5", "delete from entry where seq = 5"];
    check(&scripts, &["numbering: entry 5: is missing", "chain: entry 6"]).await;
}

#[tokio::test]
async fn what_the_tables_say_is_compared_with_the_books() {
    for (script, expected) in [
        (
            "update contribution set received = received + 1 where received = 50000000",
            "says that EUR 50.000001 arrived, and the books show EUR 50.00",
        ),
        ("update payout set status = 'paid'", "is paid, and its entry"),
        ("update batch set status = 'confirmed'", "batches: batch "),
        ("update batch set approved_by = prepared_by", "was approved by who prepared it: ada"),
        (
            "update suspense_item set amount = amount - 1 where reason = 'unmatched'",
            "its open items add up to EUR 7.999999, and it holds EUR 8.00",
        ),
        ("update allocation_line set amount = amount + 1 where place = 1", "runs: run run-"),
        ("update run_pot set amount = 79000000", "brought EUR 79.00, and its lines add up to EUR 80.00"),
    ] {
        check(&[script], &[expected]).await;
    }
}

#[tokio::test]
async fn the_banks_closing_balance_is_reconciled() {
    for small in small_house::each().await {
        let house = &small.house;
        let mut tx = house.store.begin().await.unwrap();
        tx.insert_bank_message("h", "camt.053", "a.xml", "ada", house.now()).await.unwrap();
        tx.put_bank_balance("DE02120300000000202051", "2026-09-21", eur("90"), "h").await.unwrap();
        tx.commit().await.unwrap();
        let report = doctor::examine(house).await.unwrap();
        assert_eq!(
            (told(&report), report.books[0].unexplained, report.books[0].covered()),
            (vec![], eur("0"), true)
        );
        let mut tx = house.store.begin().await.unwrap();
        tx.put_bank_balance("DE02120300000000202051", "2026-09-22", eur("70"), "h").await.unwrap();
        tx.commit().await.unwrap();
        let report = doctor::examine(house).await.unwrap();
        assert!(!report.books[0].covered(), "{}", small.engine);
        assert!(told(&report).iter().any(|t| t.contains("EUR 70.00 is held")), "{:?}", told(&report));
    }
}

/// A book that no longer reads at all must end in findings, not in a fault or an endless walk.
#[tokio::test]
async fn an_unreadable_entry_is_named_and_the_rest_examined() {
    check(
        &[
            "update entry set state = 'posts', resolves = null where seq = 3",
            "update entry set hash = 'x' where seq = 5",
        ],
        &["entries: entry 3: cannot be read", "entries: entry 5: cannot be read", "balances: "],
    )
    .await;
}
