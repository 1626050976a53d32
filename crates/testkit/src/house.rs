//! Fresh houses on the engines that are there.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use app::House;
use store::{Db, FieldKey, Store};

use crate::world::FixedWorld;

/// The house's account in every test that needs one.
pub const HOUSE_IBAN: &str = "DE02120300000000202051";

/// A house thrown away at the end.
pub struct Fresh {
    /// The house.
    pub house: House,
    /// Its world.
    pub world: Arc<FixedWorld>,
    /// `sqlite` or `postgres`.
    pub engine: &'static str,
    /// Where its files lie.
    pub folder: tempfile::TempDir,
}

/// One fresh house per engine that is there. PostgreSQL is where `TANTIEME_TEST_POSTGRES` names a server that
/// may be filled with throw-away schemas; without it that half says that it skips, and under `CI=true` it fails.
pub async fn each(seed: u64) -> Vec<Fresh> {
    let mut all = vec![sqlite(seed).await];
    match std::env::var("TANTIEME_TEST_POSTGRES") {
        Ok(url) => all.push(fresh(postgres(&url).await, "postgres", tempfile::tempdir().unwrap(), seed)),
        Err(_) => {
            assert!(std::env::var("CI").as_deref() != Ok("true"), "TANTIEME_TEST_POSTGRES is not set");
            skipped("the PostgreSQL half (set TANTIEME_TEST_POSTGRES)");
        }
    }
    all
}

/// A fresh house on SQLite, in a folder of its own.
pub async fn sqlite(seed: u64) -> Fresh {
    sqlite_in(tempfile::tempdir().unwrap(), seed).await
}

/// A house on SQLite in this folder, which may hold one already.
pub async fn sqlite_in(folder: tempfile::TempDir, seed: u64) -> Fresh {
    let store = Store::open(folder.path(), FieldKey::new([1; 32])).await.unwrap();
    fresh(store, "sqlite", folder, seed)
}

/// Says loudly that a part of a test was skipped.
#[allow(clippy::print_stderr)] // a test that skips must say so
pub fn skipped(what: &str) {
    eprintln!("SKIPPED: {what}");
}

fn fresh(store: Store, engine: &'static str, folder: tempfile::TempDir, seed: u64) -> Fresh {
    let world = Arc::new(FixedWorld::of(seed));
    let house = House {
        store,
        world: world.clone(),
        folder: folder.path().to_owned(),
        log_seed: [2; 32],
        commitment_key: [3; 32],
        origin: "house.example/log".to_owned(),
    };
    Fresh { house, world, engine, folder }
}

async fn postgres(url: &str) -> Store {
    Store::connect(&schema_of(url).await, FieldKey::new([1; 32])).await.unwrap()
}

/// The address of an empty schema of its own on a server.
pub async fn schema_of(url: &str) -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let name = format!("w{}_{}", std::process::id(), NEXT.fetch_add(1, Relaxed));
    let db = Db::open_postgres(url).await.unwrap();
    let mut tx = db.begin().await.unwrap();
    tx.script(&format!("drop schema if exists {name} cascade; create schema {name}")).await.unwrap();
    tx.commit().await.unwrap();
    db.close().await;
    let joint = if url.contains('?') { '&' } else { '?' };
    format!("{url}{joint}options=-csearch_path%3D{name}")
}
