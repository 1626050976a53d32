use std::collections::BTreeMap;

use app::House;
use app::export::{self, Personal};

use crate::small_house;

type Files = Vec<(String, Vec<u8>)>;

async fn export(house: &House, personal: Personal) -> Files {
    let mut files = Files::new();
    export::all(house, personal, &mut files).await.unwrap();
    files
}

fn text(files: &Files, name: &str) -> String {
    let (_, bytes) = files.iter().find(|(n, _)| n == name).unwrap();
    String::from_utf8(bytes.clone()).unwrap()
}

#[tokio::test]
async fn the_exported_books_add_up_to_the_balances() {
    for small in small_house::each().await {
        let house = &small.house;
        let files = export(house, Personal::Sealed).await;
        let mut sums: BTreeMap<String, i64> = BTreeMap::new();
        for line in text(&files, "journal.ledger").lines().filter(|l| l.starts_with("    ")) {
            let words: Vec<&str> = line.split_whitespace().collect();
            let amount: money::Amount = format!("{} {}", words[2], words[1]).parse().unwrap();
            *sums.entry(words[0].to_owned()).or_default() += amount.micros();
        }
        let mut tx = house.store.begin_read().await.unwrap();
        for (account, balance) in tx.balances("").await.unwrap() {
            assert_eq!(
                sums.get(account.as_str()).copied().unwrap_or(0),
                balance.posted.micros(),
                "{}: {account}",
                small.engine
            );
        }
        let mut from_lines: BTreeMap<String, i64> = BTreeMap::new();
        for line in text(&files, "posting.jsonl").lines() {
            let posting: serde_json::Value = serde_json::from_str(line).unwrap();
            *from_lines.entry(posting["account"].as_str().unwrap().to_owned()).or_default() +=
                posting["amount"].as_i64().unwrap();
        }
        assert_eq!(from_lines.values().sum::<i64>(), 0);
        assert_eq!(
            text(&files, "posting.csv").lines().count(),
            text(&files, "posting.jsonl").lines().count() + 1
        );
    }
}

#[tokio::test]
async fn personal_fields_leave_only_when_asked_for() {
    for small in small_house::each().await {
        let sealed = export(&small.house, Personal::Sealed).await;
        assert_eq!(sealed, export(&small.house, Personal::Sealed).await, "the same bytes each time");
        // The house's own account is a policy and no secret; the payee's is masked and sealed.
        assert!(!text(&sealed, "bank_details.jsonl").contains("DE02120300000000202051"), "{}", small.engine);
        let clear = export(&small.house, Personal::Clear).await;
        assert!(text(&clear, "bank_details.jsonl").contains("DE02120300000000202051"), "{}", small.engine);
        assert!(text(&sealed, "README.md").contains("## bank_details"));
    }
}

/// Guards against a table that a later schema adds and the export forgets.
#[tokio::test]
async fn no_table_is_left_out() {
    let small = small_house::sqlite().await;
    let mut tx = small.house.store.begin_read().await.unwrap();
    let sql = "select name from sqlite_master where type = 'table' and name not like 'sqlite_%' and name <> 'migration'";
    for row in tx.rows(sql, store::args![]).await.unwrap() {
        let table = row.text(0).unwrap();
        assert!(store::audit::TABLES.contains(&table.as_str()), "`{table}` is not exported");
    }
}
