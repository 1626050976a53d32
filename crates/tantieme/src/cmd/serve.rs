//! `tantieme serve`: the pages.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

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
    #[command(flatten)]
    route: MailRoute,
}

impl Serve {
    /// Runs it until interrupted.
    pub async fn run(&self, place: &Place) -> Result<ExitCode, Failure> {
        let hash = match &self.password_file {
            Some(file) => Some(String::from_utf8_lossy(&input::read_whole(file)?).trim().to_owned()),
            None => None,
        };
        let house = place.open().await?;
        // Without a way chosen, mail waits for `tantieme mail send`, which may know another one.
        let mailer = self.route.chosen().then(|| self.route.mailer(place)).transpose()?;
        let mailer = mailer.map(Arc::from);
        until_interrupted(house, self.listen, hash, &place.key_folder(), mailer, |at| {
            eprintln!("listening on http://{at}");
        })
        .await
    }
}

/// Serves until an interrupt or a termination signal.
pub async fn until_interrupted(
    house: House,
    listen: SocketAddr,
    password_hash: Option<String>,
    keys: &std::path::Path,
    mailer: Option<Arc<dyn Mailer>>,
    ready: impl FnOnce(SocketAddr),
) -> Result<ExitCode, Failure> {
    let mut config = server::Config::at(listen);
    config.password_hash = password_hash;
    let periods = ports::period_keys::PeriodKeys::at(keys);
    config.recorder = Some(app::counting::Recorder::new(house.clone(), periods));
    config.mailer = mailer;
    // Form tokens outlive a restart: their key is made from one that the house keeps anyway.
    config.secret = Some(ledger::Hash::of(&[b"forms".as_slice(), &house.commitment_key].concat()).0);
    let code = |e: &server::ServeError| match e {
        server::ServeError::PasswordNeeded(_) | server::ServeError::PasswordHash => "password",
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
