//! A database of every earlier schema, with data in it, becomes one of today that the doctor finds sound.

use app::{House, doctor, log};
use store::{ColumnKind, FieldKey, Store, Value};
use testkit::house;

use crate::small_house;

/// Puts the rows of a house into a store of an older schema: its tables and columns, as far as it has them.
async fn fill(old: &Store, house: &House) {
    let mut from = house.store.begin_read().await.unwrap();
    let mut to = old.begin().await.unwrap();
    let order = to.load_order().await.unwrap();
    for &table in &order {
        to.clear_first_rows(table).await.unwrap();
        let known = from.columns(table).await.unwrap();
        let columns: Vec<_> =
            to.load_columns(table).await.unwrap().into_iter().filter(|c| known.contains(&c.name)).collect();
        let names: Vec<String> = columns.iter().map(|c| c.name.clone()).collect();
        let mut rows = Vec::new();
        for row in from.table_page(table, &names, 0, 100_000).await.unwrap() {
            let typed = |(value, column): (&Value, &store::LoadColumn)| {
                let begins_anew = (table == "entry" && column.name == "sealed")
                    || (table == "account" && column.kind == ColumnKind::Int);
                match (value, column.kind) {
                    _ if begins_anew => Value::Int(Some(0)),
                    (Value::Text(None), ColumnKind::Int) => Value::Int(None),
                    (Value::Text(None), ColumnKind::Blob) => Value::Blob(None),
                    (other, _) => other.clone(),
                }
            };
            // A house before the log had no place in it.
            if table == "counter" && row.text(0).unwrap() == "log" && !order.contains(&"log_leaf") {
                continue;
            }
            rows.push(row.values().iter().zip(&columns).map(typed).collect());
        }
        to.load_rows(table, &names, rows).await.unwrap();
    }
    to.seal_loaded().await.unwrap();
    to.resume_numbers().await.unwrap();
    to.commit().await.unwrap();
}

#[tokio::test]
async fn a_database_of_every_schema_becomes_one_of_today() {
    // The neighbours of the larger changes; the other half of this test tries every one.
    upgrade(&["sqlite"], |schema| schema % 4 == 1 || schema + 2 > store::newest_schema()).await;
}

#[tokio::test]
#[ignore = "every schema on both engines, a minute"]
async fn slow_a_database_of_every_schema_becomes_one_of_today() {
    upgrade(&["sqlite", "postgres"], |_| true).await;
}

async fn upgrade(engines: &[&str], wanted: impl Fn(i64) -> bool) {
    let small = small_house::sqlite().await;
    let mut tx = small.house.store.begin_read().await.unwrap();
    let balances = tx.balances("").await.unwrap();
    drop(tx);
    let url = std::env::var("TANTIEME_TEST_POSTGRES").ok();
    assert!(
        url.is_some() || std::env::var("CI").as_deref() != Ok("true"),
        "TANTIEME_TEST_POSTGRES is not set"
    );
    for schema in store::schema_scripts().iter().map(|m| m.0).filter(|n| wanted(*n)) {
        for &engine in engines {
            let mut fresh = house::sqlite(90).await;
            let (key, folder) = (|| FieldKey::new([1; 32]), tempfile::tempdir().unwrap());
            let own = match (engine, &url) {
                ("sqlite", _) => None,
                (_, None) => {
                    house::skipped("the PostgreSQL half (set TANTIEME_TEST_POSTGRES)");
                    continue;
                }
                (_, Some(url)) => Some(house::schema_of(url).await),
            };
            let old = match &own {
                None => Store::open_at(folder.path(), key(), schema).await.unwrap(),
                Some(url) => Store::connect_at(url, key(), schema).await.unwrap(),
            };
            fill(&old, &small.house).await;
            old.close().await;
            fresh.house.store = match &own {
                None => Store::open(folder.path(), key()).await.unwrap(),
                Some(url) => Store::connect(url, key()).await.unwrap(),
            };
            let mut tx = fresh.house.store.begin_read().await.unwrap();
            assert_eq!(tx.schema().await.unwrap(), store::newest_schema());
            assert_eq!(tx.balances("").await.unwrap(), balances, "{engine} from schema {schema}");
            drop(tx);
            let report = doctor::examine(&fresh.house).await.unwrap();
            let faults: Vec<_> = report.faults().collect();
            assert!(faults.is_empty(), "{engine} from schema {schema}: {faults:?}");
            // It works: something is booked, something is logged.
            small_house::more(&fresh.house).await;
            log::publish(&fresh.house).await.unwrap();
            assert!(doctor::examine(&fresh.house).await.unwrap().is_sound(), "{engine} from schema {schema}");
            fresh.house.store.close().await;
        }
    }
}
