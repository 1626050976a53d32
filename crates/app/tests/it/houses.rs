//! A fresh house on each engine, with a clock that stands still until it is moved.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU32, AtomicU64, Ordering::Relaxed};

use app::{House, World};
use jiff::Timestamp;
use store::{Db, FieldKey, Store};

pub struct FixedWorld {
    second: AtomicI64,
    next: AtomicU64,
}

impl FixedWorld {
    pub fn pass_days(&self, days: i64) {
        self.second.fetch_add(days * 86_400, Relaxed);
    }
}

impl World for FixedWorld {
    fn now(&self) -> Timestamp {
        Timestamp::from_second(self.second.load(Relaxed)).unwrap()
    }

    fn bits(&self) -> u64 {
        self.next.fetch_add(1, Relaxed).wrapping_mul(0x9E37_79B9_7F4A_7C15)
    }

    fn nonce(&self) -> [u8; 24] {
        let mut nonce = [0; 24];
        nonce[..8].copy_from_slice(&self.bits().to_le_bytes());
        nonce
    }
}

pub struct Fresh {
    pub house: House,
    pub world: Arc<FixedWorld>,
    pub engine: &'static str,
    pub folder: tempfile::TempDir,
}

/// One fresh house per engine that is there.
pub async fn each() -> Vec<Fresh> {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path(), FieldKey::new([1; 32])).await.unwrap();
    let mut all = vec![fresh(store, "sqlite", folder)];
    match std::env::var("TANTIEME_TEST_POSTGRES") {
        Ok(url) => all.push(fresh(postgres(&url).await, "postgres", tempfile::tempdir().unwrap())),
        Err(_) => {
            assert!(std::env::var("CI").as_deref() != Ok("true"), "TANTIEME_TEST_POSTGRES is not set");
            eprintln!("SKIPPED: the PostgreSQL half (set TANTIEME_TEST_POSTGRES)");
        }
    }
    all
}

fn fresh(store: Store, engine: &'static str, folder: tempfile::TempDir) -> Fresh {
    let world = Arc::new(FixedWorld { second: AtomicI64::new(1_790_000_000), next: AtomicU64::new(1) });
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
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let name = format!("c{}_{}", std::process::id(), NEXT.fetch_add(1, Relaxed));
    let db = Db::open_postgres(url).await.unwrap();
    let mut tx = db.begin().await.unwrap();
    tx.script(&format!("drop schema if exists {name} cascade; create schema {name}")).await.unwrap();
    tx.commit().await.unwrap();
    db.close().await;
    let joint = if url.contains('?') { '&' } else { '?' };
    Store::connect(&format!("{url}{joint}options=-csearch_path%3D{name}"), FieldKey::new([1; 32]))
        .await
        .unwrap()
}

/// A fresh house on SQLite in this folder.
pub async fn sqlite_in(folder: tempfile::TempDir) -> Fresh {
    let store = Store::open(folder.path(), FieldKey::new([1; 32])).await.unwrap();
    fresh(store, "sqlite", folder)
}
