//! A fresh store on each engine.

use store::{Db, FieldKey, Store};

/// A store of its own, thrown away at the end.
pub struct Fresh {
    pub store: Store,
    pub engine: &'static str,
    /// Where it is, on PostgreSQL.
    pub url: Option<String>,
    #[allow(dead_code, reason = "kept so that it is deleted last")]
    pub folder: tempfile::TempDir,
}

/// One fresh store per engine that is there.
pub async fn each() -> Vec<Fresh> {
    let mut all = vec![sqlite().await];
    match std::env::var("TANTIEME_TEST_POSTGRES") {
        Ok(url) => all.push(postgres(&url).await),
        Err(_) => {
            assert!(std::env::var("CI").as_deref() != Ok("true"), "TANTIEME_TEST_POSTGRES is not set");
            eprintln!("SKIPPED: the PostgreSQL half (set TANTIEME_TEST_POSTGRES)");
        }
    }
    all
}

pub async fn sqlite() -> Fresh {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path(), FieldKey::new([1; 32])).await.unwrap();
    Fresh { store, engine: "sqlite", url: None, folder }
}

async fn postgres(url: &str) -> Fresh {
    static NEXT: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
    let number = NEXT.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    let name = format!("t{}_{number}", std::process::id());
    let db = Db::open_postgres(url).await.unwrap();
    let mut tx = db.begin().await.unwrap();
    tx.script(&format!("drop schema if exists {name} cascade; create schema {name}")).await.unwrap();
    tx.commit().await.unwrap();
    db.close().await;
    let joint = if url.contains('?') { '&' } else { '?' };
    let own = format!("{url}{joint}options=-csearch_path%3D{name}");
    let store = Store::connect(&own, FieldKey::new([1; 32])).await.unwrap();
    Fresh { store, engine: "postgres", url: Some(own), folder: tempfile::tempdir().unwrap() }
}
