//! A house made again from its export, and from its backup: the same books, the same log, the same statements.

use std::path::Path;

use app::export::{self, Personal, Sink};
use app::sign_in::{self, Add};
use app::{Failure, House, backup, doctor, import, log};
use testkit::house::{self, Fresh};

use crate::small_house;

/// A folder that an export goes to.
struct Folder<'a>(&'a Path, Option<std::fs::File>);

impl Sink for Folder<'_> {
    fn begin(&mut self, name: &str) -> std::io::Result<()> {
        self.1 = Some(std::fs::File::create(self.0.join(name))?);
        Ok(())
    }

    fn write(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        use std::io::Write;
        self.1.as_mut().unwrap().write_all(bytes)
    }
}

async fn export(house: &House, personal: Personal) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    export::all(house, personal, &mut Folder(folder.path(), None)).await.unwrap();
    folder
}

/// What a house of the test has beside its books: somebody at the door, and a log.
async fn furnish(house: &House) {
    let ask = Add {
        mail: "ada@label.example".into(),
        login: "ada".into(),
        name: "Ada \"the \\x\" Nwosu, ☂".into(),
        lang: "en".into(),
        password: Some("seven lanterns burn low".into()),
        by: "house".into(),
    };
    sign_in::add(house, ask).await.unwrap();
    log::publish(house).await.unwrap();
}

fn code(failure: Failure) -> &'static str {
    match failure {
        Failure::Refused(r) => r.code,
        Failure::Fault(f) => panic!("{f}"),
    }
}

/// All balances and the statements of all parties, as text.
async fn told(house: &House) -> Vec<String> {
    let mut tx = house.store.begin_read().await.unwrap();
    let mut all: Vec<String> =
        tx.balances("").await.unwrap().into_iter().map(|(account, b)| format!("{account} {b:?}")).collect();
    let rows = tx.rows("select hash from entry order by seq", store::args![]).await.unwrap();
    all.extend(rows.iter().map(|r| r.text(0).unwrap()));
    all
}

fn files_of(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut all: Vec<(String, Vec<u8>)> = std::fs::read_dir(folder)
        .unwrap()
        .map(|e| e.unwrap())
        .map(|e| (e.file_name().to_string_lossy().into_owned(), std::fs::read(e.path()).unwrap()))
        // What importing itself notes, and the lease of whoever published.
        .filter(|(name, _)| !["journal", "log_writer", "house.json"].iter().any(|n| name.starts_with(n)))
        .collect();
    all.sort();
    all
}

#[tokio::test]
async fn an_export_makes_the_same_house_on_either_engine() {
    for small in small_house::each().await {
        let old = &small.house;
        furnish(old).await;
        let folder = export(old, Personal::Encrypted).await;
        for new in house::each(77).await {
            let way = format!("{} to {}", small.engine, new.engine);
            let done =
                import::all(&new.house, folder.path(), "ada").await.unwrap_or_else(|e| panic!("{way}: {e}"));
            assert!(
                done.entries > 5 && done.accounts > 3 && done.log > 0 && done.rows > 50,
                "{way}: {done:?}"
            );
            assert_eq!(told(&new.house).await, told(old).await, "{way}");
            assert!(
                log::catch_up(&new.house).await.unwrap() && !log::catch_up(&new.house).await.unwrap(),
                "{way}"
            );
            let shown = |h: &House| std::fs::read_to_string(h.folder.join("log/checkpoint")).unwrap();
            assert_eq!(shown(&new.house), shown(old), "{way}");
            let report = doctor::examine(&new.house).await.unwrap();
            assert!(report.is_sound(), "{way}: {:?}", report.faults().collect::<Vec<_>>());
            // Everything leaves again as it came, encrypted fields included.
            let again = export(&new.house, Personal::Encrypted).await;
            for ((name, was), (_, is)) in files_of(folder.path()).iter().zip(&files_of(again.path())) {
                assert!(was == is, "{way}: {name}");
            }
            assert_eq!(files_of(folder.path()).len(), files_of(again.path()).len());
            // It goes on: numbers, books and log.
            let mut tx = new.house.store.begin().await.unwrap();
            tx.note(new.house.now(), "ada", "test", "", "").await.unwrap();
            tx.commit().await.unwrap();
            small_house::more(&new.house).await;
            let published = log::publish(&new.house).await.unwrap();
            assert!(published.size as i64 > done.log, "{way}");
            assert!(doctor::examine(&new.house).await.unwrap().is_sound(), "{way}");
        }
    }
}

#[tokio::test]
async fn what_does_not_fit_is_refused_and_nothing_is_imported() {
    let small = small_house::sqlite().await;
    furnish(&small.house).await;
    let folder = export(&small.house, Personal::Encrypted).await;
    let try_it = async |new: &Fresh| import::all(&new.house, folder.path(), "ada").await.map_err(code);
    let sealed = export(&small.house, Personal::Sealed).await;
    let new = house::sqlite(78).await;
    assert_eq!(import::all(&new.house, sealed.path(), "a").await.map_err(code), Err("import-sealed"));
    assert_eq!(import::all(&small.house, folder.path(), "a").await.map_err(code), Err("import-not-empty"));
    assert_eq!(import::all(&new.house, Path::new("nowhere"), "a").await.map_err(code), Err("import-folder"));
    let mut other = house::sqlite(79).await;
    other.house.commitment_key = [9; 32];
    assert_eq!(try_it(&other).await.map_err(|c| c.to_owned()), Err("keys-other".to_owned()));
    let swap = |name: &str, from: &str, to: &str| {
        let file = folder.path().join(name);
        let was = std::fs::read_to_string(&file).unwrap();
        assert!(was.contains(from), "{name}");
        std::fs::write(&file, was.replacen(from, to, 1)).unwrap();
        (file, was)
    };
    for (name, from, to, want) in [
        ("posting.jsonl", "\"amount\":50000000", "\"amount\":50000001", "import-changed"),
        ("party.jsonl", "Mira Feld", "Nira Feld", "import-changed"),
        ("party.jsonl", "{\"id\"", "[\"id\"", "import-changed"),
        ("house.json", "\"party\"", "\"quux\"", "import-newer"),
        ("house.json", "\"schema\": 2", "\"schema\": 92", "import-newer"),
        ("house.json", "\"format\": 1", "\"format\": 2", "import-newer"),
        ("house.json", "\"format\": 1,", "", "import-format"),
    ] {
        let (file, was) = swap(name, from, to);
        assert_eq!(try_it(&new).await.map(drop), Err(want), "{name}: {from}");
        std::fs::write(file, was).unwrap();
        let mut tx = new.house.store.begin_read().await.unwrap();
        assert!(tx.is_new_house().await.unwrap(), "{name}: something was imported");
    }
    assert!(try_it(&new).await.is_ok(), "the whole one passes");
}

#[tokio::test]
async fn a_backup_of_a_house_that_works_makes_a_sound_house() {
    let small = small_house::sqlite().await;
    let old = &small.house;
    furnish(old).await;
    std::fs::create_dir_all(old.folder.join("media/ab")).unwrap();
    std::fs::write(old.folder.join("media/ab/cd"), b"sound").unwrap();
    let room = tempfile::tempdir().unwrap();
    let to = room.path().join("backup");
    // Somebody writes meanwhile, again and again.
    let (end, mut ended) = tokio::sync::oneshot::channel::<()>();
    let writing = {
        let house = old.clone();
        tokio::spawn(async move {
            let mut many = 0_u32;
            while ended.try_recv().is_err() {
                let mut tx = house.store.begin().await.unwrap();
                tx.note(house.now(), "busy", "test", "", &"x".repeat(500)).await.unwrap();
                tx.commit().await.unwrap();
                many += 1;
            }
            many
        })
    };
    let ask = backup::Ask { to: &to, database: None, media: true, by: "ada" };
    let done = backup::write(old, ask.clone()).await.unwrap();
    end.send(()).unwrap();
    assert!(writing.await.unwrap() > 0);
    assert!(done.entries > 5 && done.published > 0 && done.files > 3, "{done:?}");
    assert_eq!(backup::write(old, ask).await.map_err(code), Err("backup-folder"));
    let before = told(old).await;
    let whole = backup::examine(&to).unwrap();
    let data = room.path().join("data");
    whole.put(&data, None, None).await.unwrap();
    assert_eq!(whole.put(&data, None, None).await.map_err(code), Err("restore-over-data"));
    assert_eq!(
        whole.put(&room.path().join("x"), Some("postgres://x/y"), None).await.map_err(code),
        Err("restore-database")
    );
    let restored = restored(&data).await;
    assert_eq!(told(&restored.house).await, before);
    assert_eq!(std::fs::read(data.join("media/ab/cd")).unwrap(), b"sound");
    assert!(log::catch_up(&restored.house).await.unwrap());
    let shown = std::fs::read_to_string(data.join("log/checkpoint")).unwrap();
    assert_eq!(shown, whole.checkpoint());
    assert!(doctor::examine(&restored.house).await.unwrap().is_sound());
    // It goes on without a second history.
    small_house::more(&restored.house).await;
    assert!(log::publish(&restored.house).await.unwrap().new > 0);
    assert!(doctor::examine(&restored.house).await.unwrap().is_sound());

    // The lost house had published more: the restored one publishes nothing.
    small_house::more(old).await;
    log::publish(old).await.unwrap();
    let mirror = room.path().join("mirror");
    log::mirror(old, &mirror).await.unwrap();
    let data = room.path().join("late");
    whole.put(&data, None, Some(&mirror)).await.unwrap();
    let late = self::restored(&data).await;
    assert!(!log::catch_up(&late.house).await.unwrap());
    assert_eq!(log::publish(&late.house).await.map_err(code), Err("log-rolled-back"));

    let file = to.join("media/ab/cd");
    std::fs::write(&file, b"other").unwrap();
    assert_eq!(backup::examine(&to).map(drop).map_err(code), Err("restore-changed"));
    std::fs::remove_file(to.join("backup.json")).unwrap();
    assert_eq!(backup::examine(&to).map(drop).map_err(code), Err("restore-folder"));
}

async fn restored(data: &Path) -> Fresh {
    // The folder of the fresh house is another one; only its world is wanted.
    let mut fresh = house::sqlite(80).await;
    fresh.house.store = store::Store::open(data, store::FieldKey::new([1; 32])).await.unwrap();
    fresh.house.folder = data.to_owned();
    fresh
}
