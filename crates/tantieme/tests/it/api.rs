//! The API as programs meet it: through the client that is made from its document, against a house that listens, also
//! when that house is killed; and through a stranger who tries everything the document allows.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use testkit::client::{Client, NewPot};
use testkit::wire::{Problem, Wire};

/// The keys of three who run the house.
pub const KEYS: [&str; 3] = [
    "ttk_00000000000000000000000000000000",
    "ttk_00000000000000000000000000000001",
    "ttk_00000000000000000000000000000002",
];

/// A house that listens, with a key of its operator.
struct House {
    child: Child,
    at: String,
}

impl Drop for House {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub fn tantieme(folder: &Path, args: &[&str]) {
    let done = Command::new(env!("CARGO_BIN_EXE_tantieme"))
        .args(args)
        .current_dir(folder)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert!(done.status.success(), "{args:?}: {}", String::from_utf8_lossy(&done.stderr));
}

/// A folder with a house in it that somebody runs who has a key.
pub fn found() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("words"), "four quiet tides\n").unwrap();
    for name in ["Ada", "Bea", "Cy"] {
        tantieme(
            folder.path(),
            &["sign-in", "add", "--login", name, "--name", name, "--password-file", "words"],
        );
        tantieme(folder.path(), &["sign-in", "grant", name, "operator"]);
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(keys(&folder.path().join("tantieme-data/tantieme.db"))).unwrap();
    folder
}

/// Keys as their owners would make them with a second factor.
async fn keys(file: &Path) -> Result<(), sqlx::Error> {
    use sqlx::Connection;
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(file);
    let mut db = sqlx::SqliteConnection::connect_with(&options).await?;
    for (n, key) in KEYS.iter().enumerate() {
        let hash = ledger::Hash::of(key.as_bytes()).to_string();
        sqlx::query("insert into api_key (hash, id, sign_in, name, scopes, created_us) select $1, $2, id, 'tests', 'read listen set-lists catalogue consent money', 1 from sign_in order by id limit 1 offset $3")
            .bind(hash)
            .bind(format!("key-00000000000{n}"))
            .bind(n as i64)
            .execute(&mut db)
            .await?;
    }
    db.close().await
}

fn serve(folder: &Path) -> House {
    let mut child = Command::new(env!("CARGO_BIN_EXE_tantieme"))
        .args(["serve", "--listen", "127.0.0.1:0"])
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let at = lines
        .by_ref()
        .map_while(Result::ok)
        .find_map(|l| l.split_once("listening on http://").map(|(_, at)| at.trim().to_owned()))
        .unwrap();
    // What else it says is read away, so that it never waits for a reader.
    std::thread::spawn(move || lines.map_while(Result::ok).for_each(drop));
    House { child, at }
}

fn client(at: &str) -> Client {
    Client { wire: Wire { at: at.to_owned(), key: KEYS[0].to_owned() } }
}

fn pot(n: usize) -> NewPot {
    NewPot {
        purpose: format!("night {n}"),
        currency: "EUR".to_owned(),
        rule: "set-list-per-line".to_owned(),
        event: None,
    }
}

#[test]
fn the_made_client_runs_a_house() {
    let folder = found();
    let house = serve(folder.path());
    let client = client(&house.at);
    let me = client.me().unwrap();
    assert!(["Ada", "Bea", "Cy"].contains(&me.name.as_str()), "{me:?}");
    assert_eq!(me.house, ["operator"]);
    let opened = client.open_pot("w", &pot(1)).unwrap();
    assert_eq!(client.open_pot("w", &pot(1)).unwrap().id, opened.id);
    let reused = client.open_pot("w", &pot(2)).unwrap_err();
    assert_eq!(reused.code(), "idempotency-key-reused");
    for n in 2..6 {
        client.open_pot(&format!("w{n}"), &pot(n)).unwrap();
    }
    let (mut seen, mut after) = (Vec::new(), None::<String>);
    loop {
        let page = client.pots(after.as_deref(), Some("2")).unwrap();
        seen.extend(page.items.into_iter().map(|p| p.pot.purpose));
        match page.next {
            Some(next) => after = Some(next),
            None => break,
        }
    }
    assert_eq!(seen, (1..6).map(|n| format!("night {n}")).collect::<Vec<_>>());
    assert!(client.doctor().unwrap().sound);
    assert!(client.rules().unwrap().rules.len() > 5);
    assert_eq!(client.recording("rec-000000000001").unwrap_err().code(), "recording-unknown");
    let nobody = Client { wire: Wire { at: house.at.clone(), key: String::new() } };
    assert_eq!(nobody.me().unwrap_err().code(), "key-missing");
    nobody.figures().unwrap();
}

/// Killed again and again under load: what was answered is there, what is asked again is not done twice.
#[test]
fn nothing_is_lost_or_doubled_when_the_house_is_killed() {
    let folder = found();
    let answered: Mutex<BTreeMap<usize, String>> = Mutex::default();
    let (next, over) = (AtomicUsize::new(0), AtomicBool::new(false));
    let at = Mutex::new(String::new());
    let mut house = serve(folder.path());
    *at.lock().unwrap() = house.at.clone();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                while !over.load(Ordering::Relaxed) {
                    let n = next.fetch_add(1, Ordering::Relaxed);
                    // Until it is answered, under one word; the end may come in between.
                    loop {
                        let here = client(&at.lock().unwrap());
                        match here.open_pot(&format!("n{n}"), &pot(n)) {
                            Ok(done) => {
                                answered.lock().unwrap().insert(n, done.id);
                                break;
                            }
                            Err(Problem::Lost(_)) => std::thread::sleep(std::time::Duration::from_millis(20)),
                            Err(problem) => panic!("{problem:?}"),
                        }
                    }
                }
            });
        }
        for round in 0..6_u64 {
            std::thread::sleep(std::time::Duration::from_millis(250 + round * 70));
            house.child.kill().unwrap();
            house.child.wait().unwrap();
            house = serve(folder.path());
            *at.lock().unwrap() = house.at.clone();
        }
        over.store(true, Ordering::Relaxed);
    });
    let answered = answered.into_inner().unwrap();
    let (mut all, mut after) = (BTreeMap::new(), None::<String>);
    loop {
        let page = client(&house.at).pots(after.as_deref(), Some("200")).unwrap();
        for one in page.items {
            let n: usize = one.pot.purpose.trim_start_matches("night ").parse().unwrap();
            assert_eq!(all.insert(n, one.pot.id), None, "night {n} twice");
        }
        match page.next {
            Some(next) => after = Some(next),
            None => break,
        }
    }
    assert_eq!(answered, all);
    assert!(all.len() > 20, "{}", all.len());
    assert!(client(&house.at).doctor().unwrap().sound);
}

fn python() -> Option<String> {
    let python = std::env::var("TANTIEME_TEST_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let there =
        Command::new(&python).args(["-c", "import schemathesis"]).output().is_ok_and(|o| o.status.success());
    if there {
        return Some(python);
    }
    assert!(std::env::var("CI").as_deref() != Ok("true"), "schemathesis for Python is not there");
    eprintln!("SKIPPED: schemathesis for Python (set TANTIEME_TEST_PYTHON)");
    None
}

/// Strangers with the house's keys send whatever the document allows, and what it does not: nothing fails, and every
/// answer is as the document says. Three, since one alone would soon be told to wait. `TANTIEME_SCHEMATHESIS_EXAMPLES` sets
/// how many requests each address gets, `TANTIEME_SCHEMATHESIS_SEED` which.
#[test]
#[ignore = "a minute; CI runs it"]
fn slow_whatever_is_sent_is_answered_as_the_document_says() {
    let Some(python) = python() else { return };
    let folder = found();
    let house = serve(folder.path());
    let word = |name: &str, usual: &str| std::env::var(name).unwrap_or_else(|_| usual.to_owned());
    let examples = word("TANTIEME_SCHEMATHESIS_EXAMPLES", "4");
    let seed = word("TANTIEME_SCHEMATHESIS_SEED", "7");
    let parts = [
        ["--include-path-regex", "^/api/v1/parties"],
        ["--include-path-regex", "^/api/v1/[a-i]"],
        ["--exclude-path-regex", "^/api/v1/([a-i]|parties)"],
    ];
    let run = |(part, key): (&[&str; 2], &&str)| {
        Command::new(&python)
            .args(["-m", "schemathesis.cli", "run", &format!("http://{}/api/v1/openapi.json", house.at)])
            .args(["--header", &format!("Authorization: Bearer {key}")])
            .args(["--checks", "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance,response_headers_conformance"])
            .args(["--phases", "coverage,fuzzing", "--max-examples", &examples, "--seed", &seed, "--mode", "all"])
            .args(["--request-timeout", "30", "--no-color", "--no-shrink", "--warnings", "off"])
            .args(part)
            .env("PYTHONUTF8", "1")
            .current_dir(folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    };
    let running: Vec<Child> = parts.iter().zip(&KEYS).map(run).collect();
    for one in running {
        let done = one.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&done.stdout).into_owned();
        let lines: Vec<&str> = said.lines().collect();
        let tail = lines[lines.len().saturating_sub(150)..].join("\n");
        assert!(done.status.success(), "{tail}\n{}", String::from_utf8_lossy(&done.stderr));
        let cases = lines.iter().find(|l| l.contains("generated")).unwrap_or(&"");
        eprintln!("{}", cases.trim());
    }
    let checked = client(&house.at).doctor().unwrap();
    assert!(checked.sound, "{checked:?}");
}
