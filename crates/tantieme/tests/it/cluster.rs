//! `cluster worker` and `share --cluster`, as processes of their own on loopback.

use std::path::Path;
use std::process::{Command, Output, Stdio};

use bulk::{Values, write};

/// A folder with plays that are always the same.
fn plays(rows: u64) -> tempfile::TempDir {
    let room = tempfile::tempdir().unwrap();
    let spread = |n: u64, most: u64| n.wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(23) % most;
    for file in 0..3 {
        let list = |most: u64, salt: u64| {
            (0..rows / 3).map(|n| spread(n * 3 + file + salt * 977, most) as u32).collect()
        };
        let columns = [
            ("member", Values::Small(list(rows / 20, 1))),
            ("recording", Values::Small(list(97, 2))),
            ("plays", Values::Small(list(30, 3))),
        ];
        write(&room.path().join(format!("plays-{file}.parquet")), &columns, 2_000).unwrap();
    }
    room
}

/// Shares the plays of a folder; the lines and the manifest go there too, under a name.
fn share(room: &Path, rule: &str, name: &str, more: &[&str]) -> Output {
    let (out, manifest) = (format!("{name}.csv"), format!("{name}.json"));
    Command::new(env!("CARGO_BIN_EXE_tantieme"))
        .args([
            "share",
            "--rule",
            rule,
            "--pot",
            "EUR 98765.432101",
            "--plays",
            "plays-*.parquet",
            "--threads",
            "2",
        ])
        .args(["--out", &out, "--manifest", &manifest])
        .args(more)
        .current_dir(room)
        .env("XDG_CONFIG_HOME", room.join("settings"))
        .env_remove("TANTIEME_CLUSTER_KEY")
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[cfg(not(feature = "cluster"))]
#[test]
fn a_program_without_the_engine_says_so_and_writes_nothing() {
    let room = plays(300);
    let done = share(room.path(), "user-centric", "together", &["--cluster", "127.0.0.1:7001"]);
    assert_eq!(done.status.code(), Some(1));
    assert!(said(&done).contains("built without the cluster"), "{}", said(&done));
    assert!(!room.path().join("together.csv").exists());
}

#[cfg(feature = "cluster")]
mod built {
    use std::io::{BufRead as _, BufReader};
    use std::process::Child;
    use std::sync::mpsc;
    use std::time::{Duration, Instant};

    use super::*;

    /// No case may take longer.
    const PATIENCE: Duration = Duration::from_secs(60);

    struct Worker {
        at: String,
        child: Child,
    }

    impl Worker {
        fn start(room: &Path, name: &str) -> Worker {
            let mut child = Command::new(env!("CARGO_BIN_EXE_tantieme"))
                .args([
                    "cluster",
                    "worker",
                    "--listen",
                    "127.0.0.1:0",
                    "--threads",
                    "2",
                    "--memory",
                    "512MiB",
                ])
                .args(["--work-dir", name])
                .current_dir(room)
                .env("XDG_CONFIG_HOME", room.join("settings"))
                .env_remove("TANTIEME_CLUSTER_KEY")
                .stdin(Stdio::null())
                .stderr(Stdio::piped())
                .spawn()
                .unwrap();
            let lines = BufReader::new(child.stderr.take().unwrap()).lines().map_while(Result::ok);
            let (tell, told) = mpsc::channel();
            std::thread::spawn(move || {
                for line in lines {
                    if let Some(at) = line.strip_prefix("worker listening on ") {
                        tell.send(at.to_owned()).ok();
                    }
                }
            });
            Worker { at: told.recv_timeout(PATIENCE).unwrap(), child }
        }
    }

    impl Drop for Worker {
        fn drop(&mut self) {
            // SIGKILL.
            self.child.kill().ok();
            self.child.wait().ok();
        }
    }

    fn bytes(room: &Path, name: &str) -> (String, String) {
        let read = |ending: &str| std::fs::read_to_string(room.join(format!("{name}.{ending}"))).unwrap();
        (read("csv"), read("json"))
    }

    #[test]
    fn two_workers_write_what_one_process_writes() {
        let room = plays(30_000);
        let room = room.path();
        let workers = [Worker::start(room, "one"), Worker::start(room, "two")];
        let together = format!("{},{}", workers[0].at, workers[1].at);
        for rule in ["user-centric", "pro-rata", "scaled-user-prop"] {
            assert!(share(room, rule, "alone", &[]).status.success());
            let done = share(room, rule, "together", &["--cluster", &together]);
            assert!(done.status.success(), "{rule}: {}", said(&done));
            assert_eq!(bytes(room, "together"), bytes(room, "alone"), "{rule}");
        }
    }

    #[test]
    fn killed_workers_change_no_amount() {
        let room = plays(30_000);
        let room = room.path();
        assert!(share(room, "user-centric", "alone", &[]).status.success());
        for (moment, both) in [(40, false), (160, false), (320, false), (0, true), (120, true)] {
            let mut workers = vec![Worker::start(room, "one"), Worker::start(room, "two")];
            let together = format!("{},{}", workers[0].at, workers[1].at);
            std::fs::remove_file(room.join("together.csv")).ok();
            let begin = Instant::now();
            let done = std::thread::scope(|scope| {
                scope.spawn(|| {
                    std::thread::sleep(Duration::from_millis(moment));
                    workers.truncate(usize::from(!both));
                });
                share(room, "user-centric", "together", &["--cluster", &together])
            });
            assert!(begin.elapsed() < PATIENCE, "it hung");
            match done.status.code() {
                Some(0) => assert_eq!(bytes(room, "together"), bytes(room, "alone"), "after {moment} ms"),
                Some(1) if both => {
                    assert!(said(&done).contains("no worker is left"), "{}", said(&done));
                    assert!(!room.join("together.csv").exists());
                }
                code => panic!("{code:?} after {moment} ms: {}", said(&done)),
            }
        }
    }

    #[test]
    fn a_worker_for_others_needs_a_key() {
        let room = plays(300);
        let done = Command::new(env!("CARGO_BIN_EXE_tantieme"))
            .args(["cluster", "worker", "--listen", "0.0.0.0:0", "--work-dir", "w"])
            .current_dir(room.path())
            .env("XDG_CONFIG_HOME", room.path().join("settings"))
            .env_remove("TANTIEME_CLUSTER_KEY")
            .output()
            .unwrap();
        assert_eq!(done.status.code(), Some(1));
        assert!(said(&done).contains("no key for the cluster"), "{}", said(&done));
    }
}
