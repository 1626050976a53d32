//! Plays a story in a folder of its own, through the real binary.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use bulk::Values;

use crate::bank;
use crate::pattern::{self, Names};
use crate::script::{self, Part, Script};

/// Plays every story of a folder, several at once, and tells all that went otherwise than told.
/// With `BLESS=1` the stories are rewritten to what happens.
pub fn folder(folder: &Path, slow: bool, check: impl Fn(&Path, &Script, &mut Stage) + Sync) {
    let bless = std::env::var_os("BLESS").is_some();
    let only = std::env::var("ONLY").unwrap_or_default();
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    files.retain(|f| {
        f.extension().is_some_and(|e| e == "md")
            && !f.ends_with("README.md")
            && f.to_string_lossy().contains(&only)
    });
    files.retain(|f| f.file_name().is_some_and(|n| n.to_string_lossy().starts_with("slow-")) == slow);
    files.sort();
    assert!(!files.is_empty(), "no stories in {}", folder.display());
    let (next, wrong) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let threads = std::thread::available_parallelism().map_or(2, usize::from) * 2;
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some(file) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let text = std::fs::read_to_string(file).unwrap();
                    let mut script = script::read(&text);
                    let mut stage = Stage::new(bless);
                    stage.play(&mut script);
                    check(file, &script, &mut stage);
                    if bless {
                        std::fs::write(file, script::write(&script)).unwrap();
                    }
                    let name = file.file_name().unwrap().to_string_lossy();
                    wrong.lock().unwrap().extend(stage.wrong.drain(..).map(|w| format!("── {name}\n{w}")));
                }
            });
        }
    });
    let wrong = wrong.into_inner().unwrap();
    assert!(
        wrong.is_empty(),
        "{}\n{} steps went otherwise; BLESS=1 writes down what happens",
        wrong.join("\n"),
        wrong.len()
    );
}

/// Writes a table as Parquet: a column holds integers, `true` and `false`, or else strings.
fn plays(path: &Path, table: &str) {
    let mut lines = table.lines().map(|line| line.split(',').map(str::trim).collect::<Vec<_>>());
    let names = lines.next().unwrap_or_default();
    let rows: Vec<Vec<&str>> = lines.collect();
    let column = |place: usize| {
        let texts = || rows.iter().map(|row| row[place]);
        if let Ok(values) = texts().map(str::parse).collect() {
            return Values::Small(values);
        }
        if let Ok(values) = texts().map(str::parse).collect() {
            return Values::Signed(values);
        }
        match texts().map(str::parse).collect() {
            Ok(values) => Values::Bools(values),
            Err(_) => Values::Texts(texts().map(str::to_owned).collect()),
        }
    };
    let columns: Vec<(&str, Values)> =
        names.iter().enumerate().map(|(place, name)| (*name, column(place))).collect();
    bulk::write(path, &columns, 1_000).unwrap();
}

/// Where a story is played.
pub struct Stage {
    folder: tempfile::TempDir,
    names: Names,
    bless: bool,
    /// What went otherwise than told.
    pub wrong: Vec<String>,
}

/// What a command did.
#[derive(Debug)]
pub struct Done {
    /// Its output.
    pub out: String,
    /// Its messages.
    pub err: String,
    /// Its exit code.
    pub code: i32,
}

impl Done {
    /// As a story shows it.
    fn shown(&self) -> String {
        let mut text = format!("{}{}", self.out, self.err);
        if !text.is_empty() && !text.ends_with('\n') {
            text.push('\n');
        }
        if self.code != 0 {
            text.push_str(&format!("[exit {}]\n", self.code));
        }
        text
    }
}

impl Stage {
    /// An empty folder.
    pub fn new(bless: bool) -> Stage {
        Stage { folder: tempfile::tempdir().unwrap(), names: Names::new(), bless, wrong: Vec::new() }
    }

    fn play(&mut self, script: &mut Script) {
        for part in &mut script.parts {
            let Part::Block { kind, words, text } = part else { continue };
            match kind.as_str() {
                "file" => {
                    let bytes =
                        encoded(&pattern::fill(text, &self.names), words.get(1).map_or("", String::as_str));
                    std::fs::write(self.folder.path().join(&words[0]), bytes).unwrap();
                }
                "bank" => {
                    let bytes = bank::report(&words[0], &pattern::fill(text, &self.names));
                    std::fs::write(self.folder.path().join(&words[0]), bytes).unwrap();
                }
                "plays" => plays(&self.folder.path().join(&words[0]), text),
                "console" => *text = self.console(text),
                "refused" => {
                    let before = self.state();
                    let lock = words
                        .iter()
                        .any(|w| w == "locked")
                        .then(|| Lock::on(&self.folder.path().join("tantieme-data")));
                    *text = self.console(text);
                    if lock.is_none() && self.state() != before {
                        self.wrong.push(format!("the refusal changed the data folder:\n{text}"));
                    }
                    drop(lock);
                }
                _ => {}
            }
        }
    }

    /// Plays the commands of a block; gives the block as it is now.
    fn console(&mut self, text: &str) -> String {
        let mut now = String::new();
        for step in script::steps(text) {
            let done = self.run(&step.command);
            let shown = done.shown();
            now.push_str(&format!("$ {}\n", step.command));
            if pattern::matches(&step.prints, &shown, &mut self.names) {
                now.push_str(&step.prints);
                continue;
            }
            if self.bless {
                now.push_str(&format!("{}\n", spaced(&step.command, &shown, &mut self.names)));
            } else {
                let says = pattern::fill(&step.prints, &self.names);
                self.wrong.push(format!(
                    "$ {}\n  says:\n{}\n  prints:\n{}",
                    step.command,
                    indent(&says),
                    indent(&shown)
                ));
            }
        }
        now.replace("\n\n$ ", "\n$ ").trim_end().to_owned() + "\n"
    }

    /// Runs one command: `tantieme`, or one of the few others that stories need.
    pub fn run(&self, command: &str) -> Done {
        let words = script::words(&pattern::fill(command, &self.names));
        let mut args: Vec<&str> = words.iter().map(String::as_str).collect();
        let mut redirected = |sign: &str| {
            let place = args.iter().position(|a| *a == sign)?;
            args.remove(place);
            Some(self.folder.path().join(args.remove(place)))
        };
        let (input, output) = (redirected("<"), redirected(">"));
        if args[0] != "tantieme" {
            return self.tool(&args, output.as_deref());
        }
        let mut child = Command::new(env!("CARGO_BIN_EXE_tantieme"))
            .args(&args[1..])
            .current_dir(self.folder.path())
            .env_remove("TANTIEME_LOG")
            .env("LANG", "C")
            .stdin(input.as_ref().map_or_else(Stdio::null, |_| Stdio::piped()))
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        if let (Some(file), Some(mut stdin)) = (input, child.stdin.take()) {
            // Who does not read all of it has seen enough.
            let _ = stdin.write_all(&std::fs::read(file).unwrap());
        }
        let done = child.wait_with_output().unwrap();
        let mut out = String::from_utf8_lossy(&done.stdout).into_owned();
        if let Some(file) = output {
            std::fs::write(file, &done.stdout).unwrap();
            out.clear();
        }
        Done {
            out,
            err: String::from_utf8_lossy(&done.stderr).into_owned(),
            code: done.status.code().unwrap_or(-1),
        }
    }

    fn tool(&self, args: &[&str], output: Option<&Path>) -> Done {
        let at = |name: &str| self.folder.path().join(name);
        let mut out = String::new();
        match args {
            ["cat", file] => out = String::from_utf8_lossy(&std::fs::read(at(file)).unwrap()).into_owned(),
            ["head", "-c", count, file] => {
                let bytes = std::fs::read(at(file)).unwrap();
                std::fs::write(output.expect("> FILE"), &bytes[..count.parse().unwrap()]).unwrap();
            }
            ["truncate", "-s", "1G", file] => {
                std::fs::File::create(at(file)).unwrap().set_len(1 << 30).unwrap()
            }
            ["cp", from, to] => drop(std::fs::copy(at(from), at(to)).unwrap()),
            ["rm", file] => std::fs::remove_file(at(file)).unwrap(),
            ["chmod", mode, file] => chmod(&at(file), mode),
            other => panic!("no story knows the command {other:?}"),
        }
        Done { out, err: String::new(), code: 0 }
    }

    /// Everything the database holds, table by table; its files change even where nothing in them does.
    fn state(&self) -> Vec<(String, Option<String>)> {
        let file = self.folder.path().join("tantieme-data/tantieme.db");
        if !file.exists() {
            return Vec::new();
        }
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(contents(&file)).unwrap()
    }
}

async fn contents(file: &Path) -> Result<Vec<(String, Option<String>)>, sqlx::Error> {
    use sqlx::{AssertSqlSafe, Connection};
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(file);
    let mut db = sqlx::SqliteConnection::connect_with(&options).await?;
    let tables: Vec<(String,)> =
        sqlx::query_as("select name from sqlite_master where type = 'table' order by name")
            .fetch_all(&mut db)
            .await?;
    let mut all = Vec::new();
    for (table,) in tables {
        let columns: Vec<(String,)> =
            sqlx::query_as("select 'quote(\"' || name || '\")' from pragma_table_info($1)")
                .bind(&table)
                .fetch_all(&mut db)
                .await?;
        let columns: Vec<String> = columns.into_iter().map(|(c,)| c).collect();
        let sql = format!("select group_concat({}) from \"{table}\"", columns.join(" || ',' || "));
        let (rows,): (Option<String>,) = sqlx::query_as(AssertSqlSafe(sql)).fetch_one(&mut db).await?;
        all.push((table, rows));
    }
    db.close().await?;
    Ok(all)
}

#[cfg(unix)]
fn chmod(file: &Path, mode: &str) {
    use std::os::unix::fs::PermissionsExt;
    let mode = u32::from_str_radix(mode, 8).unwrap();
    std::fs::set_permissions(file, std::fs::Permissions::from_mode(mode)).unwrap();
}

#[cfg(not(unix))]
fn chmod(_: &Path, _: &str) {}

fn encoded(text: &str, how: &str) -> Vec<u8> {
    match how {
        "encoding=utf-16le" => {
            [0xFF, 0xFE].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect()
        }
        "encoding=latin-1" => text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect(),
        "encoding=hex" => {
            let digits: Vec<u32> = text.chars().filter_map(|c| c.to_digit(16)).collect();
            digits.chunks(2).map(|pair| u8::try_from(pair[0] * 16 + pair[1]).unwrap()).collect()
        }
        _ => text.as_bytes().to_vec(),
    }
}

/// The text with its own spacing, ids under their names, and what hangs on today's clock left open.
fn spaced(command: &str, shown: &str, names: &mut Names) -> String {
    pattern::tell(command, shown, names);
    let mut text = shown.to_owned();
    for (name, value) in names.iter() {
        text = text.replace(value.as_str(), &format!("{{{name}}}"));
        if value.starts_with("RF") {
            let grouped: Vec<&str> =
                (0..value.len()).step_by(4).map(|at| &value[at..(at + 4).min(value.len())]).collect();
            text = text.replace(&grouped.join(" "), &format!("{{{name}}}"));
        }
    }
    let today = jiff::Timestamp::now().to_string();
    let year = format!("{}-", &today[..4]);
    let words: Vec<String> = text
        .split('\n')
        .map(|line| {
            line.split(' ')
                .map(|w| {
                    if w.starts_with(&year) && w.contains('T')
                        || w.trim_end_matches([',', ';']) == &today[..10]
                    {
                        "…".to_owned()
                    } else {
                        w.to_owned()
                    }
                })
                .collect::<Vec<_>>()
                .join(" ")
                .trim_end()
                .to_owned()
        })
        .collect();
    words.join("\n").trim_end().to_owned()
}

fn indent(text: &str) -> String {
    text.lines().map(|l| format!("    {l}")).collect::<Vec<_>>().join("\n")
}

/// Holds the database as another program that writes would, until dropped.
struct Lock(std::sync::mpsc::Sender<()>, Option<std::thread::JoinHandle<()>>);

impl Lock {
    fn on(data: &Path) -> Lock {
        let data = data.to_owned();
        let (release, released) = std::sync::mpsc::channel::<()>();
        let (ready, is_ready) = std::sync::mpsc::channel();
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let store = store::Store::open(&data, store::FieldKey::new([0; 32])).await.unwrap();
                let tx = store.begin().await.unwrap();
                ready.send(()).unwrap();
                let _ = released.recv();
                drop(tx);
            });
        });
        is_ready.recv().unwrap();
        Lock(release, Some(thread))
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        let _ = self.0.send(());
        if let Some(thread) = self.1.take() {
            let _ = thread.join();
        }
    }
}
