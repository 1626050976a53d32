//! `tantieme serve`: the pages.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use app::mail::Mailer;
use app::{Failure, House};
use clap::Args;

use super::claim::MailRoute;
use crate::input::{self, refuse};
use crate::wiring::Place;

/// Serve the pages
#[derive(Debug, Args)]
#[command(
    after_help = "Example: tantieme serve --listen 127.0.0.1:8080\n         tantieme serve --listen 0.0.0.0:8080 --smtp mail.example.org --from house@example.org"
)]
pub struct Serve {
    /// Where to listen; anything but this machine itself needs an operator who can sign in, or a password
    #[arg(long, default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// A file with the Argon2 hash (`$argon2id$…`) of the house password
    #[arg(long)]
    password_file: Option<PathBuf>,
    /// A file with the token that opens `/metrics` from other machines
    #[arg(long)]
    metrics_token_file: Option<PathBuf>,
    /// Where the mail server of the house hands over set lists (LMTP), such as 127.0.0.1:2400; nowhere without
    #[arg(long)]
    lmtp: Option<SocketAddr>,
    /// Most MiB of an uploaded set list with its form
    #[arg(long, default_value_t = 64, value_parser = clap::value_parser!(u64).range(1..=1024))]
    upload_mib: u64,
    /// Longest time for one answer, in seconds
    #[arg(long, default_value_t = 120, value_parser = clap::value_parser!(u64).range(1..=3600))]
    request_seconds: u64,
    /// How long open answers may take once the end was asked for, in seconds
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=600))]
    farewell_seconds: u64,
    #[command(flatten)]
    route: MailRoute,
}

impl Serve {
    /// Runs it until interrupted.
    pub async fn run(&self, place: &Place) -> Result<ExitCode, Failure> {
        let line = |file: &Option<PathBuf>| match file {
            Some(file) => {
                input::read_whole(file).map(|b| Some(String::from_utf8_lossy(&b).trim().to_owned()))
            }
            None => Ok(None),
        };
        let (hash, token) = (line(&self.password_file)?, line(&self.metrics_token_file)?);
        if token.as_ref().is_some_and(|t| t.len() < 16) {
            let message = "the token of the metrics is shorter than 16 letters";
            return Err(refuse("metrics-token", message, "`openssl rand -hex 32` makes one"));
        }
        let house = place.open().await?;
        // Without a way chosen, mail waits for `tantieme mail send`, which may know another one.
        let mailer = self.route.chosen().then(|| self.route.mailer(place)).transpose()?;
        let mailer = mailer.map(Arc::from);
        let mut config = server::Config::at(self.listen);
        config.password_hash = hash;
        config.mailer = mailer;
        config.metrics_token = token;
        config.lmtp = self.lmtp;
        config.upload_bytes = usize::try_from(self.upload_mib).unwrap_or(64) * 1024 * 1024;
        config.request_time = Duration::from_secs(self.request_seconds);
        config.farewell = Duration::from_secs(self.farewell_seconds);
        until_ended(house, config, &place.key_folder(), |at| eprintln!("listening on http://{at}")).await
    }
}

/// Serves until an interrupt or a termination signal.
pub async fn until_interrupted(
    house: House,
    listen: SocketAddr,
    password_hash: Option<String>,
    mailer: Option<Arc<dyn Mailer>>,
    keys: &std::path::Path,
    ready: impl FnOnce(SocketAddr),
) -> Result<ExitCode, Failure> {
    let mut config = server::Config::at(listen);
    config.password_hash = password_hash;
    config.mailer = mailer;
    until_ended(house, config, keys, ready).await
}

async fn until_ended(
    house: House,
    mut config: server::Config,
    keys: &std::path::Path,
    ready: impl FnOnce(SocketAddr),
) -> Result<ExitCode, Failure> {
    // Each listener takes a connection and an open file; where the system gives no more, it says so when they run out.
    let _ = rlimit::increase_nofile_limit(65_536);
    let periods = ports::period_keys::PeriodKeys::at(keys);
    config.recorder = Some(app::counting::Recorder::new(house.clone(), periods));
    // Form tokens outlive a restart: their key is made from one that the house keeps anyway.
    config.secret = Some(ledger::Hash::of(&[b"forms".as_slice(), &house.commitment_key].concat()).0);
    let code = |e: &server::ServeError| match e {
        server::ServeError::PasswordNeeded(_) | server::ServeError::PasswordHash => "password",
        server::ServeError::LmtpOpen(_) => "lmtp-open",
        _ => "listen",
    };
    server::serve(house, config, ready, interrupted())
        .await
        .map_err(|e| refuse(code(&e), e.to_string(), ""))?;
    Ok(ExitCode::SUCCESS)
}

/// Waits for an interrupt or a termination signal.
pub async fn interrupted() {
    let terminate = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        () = terminate => {}
    }
}
