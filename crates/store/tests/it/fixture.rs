//! Databases of released schemas open with the code of today (`tests/fixtures/README.md`).

use std::path::PathBuf;

use jiff::Timestamp;
use ledger::{Account, Draft};
use store::{FieldKey, Store};

use crate::verify::verify;

fn file() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/0001-house.db.zst"))
}

fn drafts() -> Vec<Draft> {
    let eur = |text: &str| format!("EUR {text}").parse::<money::Amount>().unwrap();
    let pot = || Account::pot("pot-000000000001");
    let party = || Account::party("pty-000000000001");
    vec![
        Draft::pending("pledge", "con-000000000001", "pledge:1")
            .inputs("1")
            .debit(Account::pledge("pot-000000000001"), eur("50"))
            .credit(pot(), eur("50")),
        Draft::posted("receive", "con-000000000001", "receive:1")
            .inputs("1")
            .debit(Account::bank(), eur("50"))
            .credit(pot(), eur("50")),
        Draft::voids(1, "pledge-kept", "con-000000000001", "pledge-kept:1"),
        Draft::posted("allocation", "run-000000000001", "allocation:1")
            .inputs("1")
            .debit(pot(), eur("50"))
            .credit(party(), eur("40.000001"))
            .credit("house:operation".parse().unwrap(), eur("9.999999")),
        Draft::pending("payout", "pay-000000000001", "payout:1")
            .inputs("1")
            .debit(party(), eur("40"))
            .credit(Account::bank(), eur("40")),
        Draft::posts(5, "payout-confirmed", "pay-000000000001", "payout-settled:1"),
    ]
}

#[tokio::test]
#[ignore = "writes the fixture; only for a schema that is not released yet"]
async fn write_the_fixture() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path(), FieldKey::new([1; 32])).await.unwrap();
    store.post(Timestamp::from_second(1_788_000_000).unwrap(), &drafts()).await.unwrap();
    store.close().await;
    let bytes = std::fs::read(folder.path().join("tantieme.db")).unwrap();
    std::fs::write(file(), zstd::encode_all(bytes.as_slice(), 19).unwrap()).unwrap();
}

#[tokio::test]
async fn a_database_of_the_first_schema_opens_and_its_books_hold() {
    let folder = tempfile::tempdir().unwrap();
    let bytes = zstd::decode_all(std::fs::File::open(file()).unwrap()).unwrap();
    std::fs::write(folder.path().join("tantieme.db"), bytes).unwrap();
    let store = Store::open(folder.path(), FieldKey::new([1; 32])).await.unwrap();
    let keys: Vec<String> = drafts().into_iter().map(|d| d.key).collect();
    assert_eq!(verify(&store).await, keys);
    // It goes on from there: what was booked is known, what is new is chained to it.
    store.post(Timestamp::from_second(1_788_000_001).unwrap(), &drafts()).await.unwrap();
    assert_eq!(verify(&store).await.len(), keys.len());
    let mut tx = store.begin_read().await.unwrap();
    let paid = tx.balance(&Account::party("pty-000000000001"), money::Currency::EUR).await.unwrap();
    assert_eq!(paid.posted.to_string(), "EUR -0.000001");
}
