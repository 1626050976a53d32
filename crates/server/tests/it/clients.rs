//! The client libraries that people's players are made with, against a server that listens.
//!
//! They are other people's programs: `py-opensonic` and `py-sonic` for Python (where `TANTIEME_TEST_PYTHON` names one that
//! has them, else `python3`), `subsonic-api` for Node.js (in the folder that `TANTIEME_TEST_NODE` names, else here).

use std::process::Command;

use crate::players::{Stage, skipped, stage};

/// Whether a program ends well.
fn works(command: &mut Command) -> bool {
    command.output().is_ok_and(|o| o.status.success())
}

fn missing(what: &str) {
    assert!(std::env::var("CI").as_deref() != Ok("true"), "{what} is not there");
    skipped(what);
}

async fn listening(stage: &Stage) -> std::net::SocketAddr {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap();
    let app = stage.app.clone().into_make_service_with_connect_info::<std::net::SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, app).await });
    at
}

async fn passes(mut command: Command) {
    let output = tokio::task::spawn_blocking(move || command.output()).await.unwrap().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}\n{said}", String::from_utf8_lossy(&output.stdout));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn python_clients_browse_play_and_scrobble() {
    let python = std::env::var("TANTIEME_TEST_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    if !works(Command::new(&python).args(["-c", "import libopensonic, libsonic"])) {
        return missing("py-opensonic and py-sonic for Python");
    }
    let stage = stage().await;
    let at = listening(&stage).await;
    let mut command = Command::new(&python);
    command.arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/clients/clients.py"));
    command.args([&at.ip().to_string(), &at.port().to_string(), &stage.login, &stage.password, &stage.key]);
    passes(command).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_javascript_client_browses_plays_and_scrobbles() {
    let folder = std::env::var("TANTIEME_TEST_NODE").unwrap_or_else(|_| ".".to_owned());
    let mut found = Command::new("node");
    found.current_dir(&folder).args(["-e", "require.resolve('subsonic-api')"]);
    if !works(&mut found) {
        return missing("subsonic-api for Node.js");
    }
    let stage = stage().await;
    let at = listening(&stage).await;
    let mut command = Command::new("node");
    command.current_dir(&folder).arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/clients/clients.mjs"));
    command.args([&format!("http://{at}"), &stage.login, &stage.password, &stage.key]);
    passes(command).await;
}
