//! `tantieme cluster worker`, and what `share --cluster` needs of a command line.
//!
//! A program built without the feature `cluster` knows these words and says how to get one with it.

use std::net::ToSocketAddrs as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use app::Failure;
use bulk::{Ask, Report};
use clap::{Args, Subcommand};

use super::share::{Stop, watched};
use crate::input::refuse;

/// Several machines for one pot
#[derive(Debug, Subcommand)]
pub enum ClusterCommand {
    /// Work for whoever shares with `--cluster`, until interrupted
    Worker(Worker),
}

/// Work for whoever shares with `--cluster`, until interrupted
#[derive(Debug, Args)]
#[command(after_help = "Example: tantieme cluster worker --listen 127.0.0.1:7001 --work-dir worker-1")]
pub struct Worker {
    /// Where to listen; anything but this machine itself needs a key
    #[arg(long, value_name = "HOST:PORT")]
    listen: String,
    /// A folder of its own for rows that do not fit into memory; made where it is missing
    #[arg(long, value_name = "DIR")]
    work_dir: PathBuf,
    /// How much memory to use; half of what the machine has free without
    #[arg(long)]
    memory: Option<String>,
    /// How many partitions to work on at once; all cores without
    #[arg(long)]
    threads: Option<usize>,
    #[command(flatten)]
    key: KeyFile,
}

/// The key that coordinator and workers share
#[derive(Debug, Clone, Args)]
pub struct KeyFile {
    /// A file with the key of the cluster, the same on every machine; without it `TANTIEME_CLUSTER_KEY` holds the
    /// key, or on one machine a key of this user's is made
    #[arg(long, value_name = "FILE")]
    pub cluster_key: Option<PathBuf>,
}

/// Whether a pot is shared by this process or by others
#[derive(Debug, Clone, Args)]
pub struct Together {
    /// Workers that share together, as HOST:PORT with commas between them; every one of them reads the plays itself
    #[arg(long, value_name = "HOST:PORT", value_delimiter = ',')]
    cluster: Vec<String>,
    /// The longest time a cluster may take, in minutes
    #[arg(long, value_name = "MINUTES", default_value_t = 360)]
    cluster_timeout: u64,
    #[command(flatten)]
    key: KeyFile,
}

impl Together {
    /// Shares here, or together.
    pub fn share(&self, ask: &Ask, rule: &str, found: &Found) -> Result<Report, Stop> {
        if self.cluster.is_empty() {
            return Ok(watched(|watch| bulk::share(ask, watch))?);
        }
        self.together(ask, rule, found)
    }

    #[cfg(not(feature = "cluster"))]
    fn together(&self, _: &Ask, _: &str, _: &Found) -> Result<Report, Stop> {
        Err(not_built().into())
    }

    #[cfg(feature = "cluster")]
    fn together(&self, ask: &Ask, rule: &str, found: &Found) -> Result<Report, Stop> {
        use std::time::Duration;

        let workers = cluster::address::parse_all(&self.cluster).map_err(|refusal| refused(&refusal))?;
        let here_only = workers.iter().all(cluster::address::is_here);
        let key = cluster::KeySource::of_process(self.key.cluster_key.clone()).find(here_only);
        let key = key.map_err(|refusal| refused(&refusal))?;
        let whole = Duration::from_secs(self.cluster_timeout.clamp(1, 60 * 24 * 30) * 60);
        let limits = cluster::Limits { whole, ..cluster::Limits::default() };
        let (rule, places) = (super::share::rule_text(rule)?, found.places.clone());
        let options = cluster::Options { rule, workers, key, limits, shards: None, places };
        let mut together = cluster::Cluster::new(options).map_err(|refusal| refused(&refusal))?;
        let report = watched(|watch| bulk::share_elsewhere(ask, &mut together, watch));
        for event in &together.course().events {
            eprintln!("{event}");
        }
        Ok(report?)
    }
}

/// The files of plays, wherever they lie.
#[derive(Debug, Default)]
pub struct Found {
    /// Files that can be read here: the plays, or copies of them.
    pub files: Vec<PathBuf>,
    /// What copies are copies of.
    #[cfg(feature = "cluster")]
    places: Vec<(PathBuf, cluster::Url)>,
    /// Where the copies lie, as long as they are needed.
    #[cfg(feature = "cluster")]
    _room: Option<tempfile::TempDir>,
}

#[cfg(not(feature = "cluster"))]
impl Found {
    /// Finds them by patterns.
    pub fn by(patterns: &[String], _: &Path) -> Result<Found, Stop> {
        if patterns.iter().any(|pattern| pattern.starts_with("s3://")) {
            return Err(not_built().into());
        }
        Ok(Found { files: bulk::expand(patterns)? })
    }
}

#[cfg(feature = "cluster")]
impl Found {
    /// Finds them by patterns; those in a bucket are copied below `folder`.
    pub fn by(patterns: &[String], folder: &Path) -> Result<Found, Stop> {
        let (there, here): (Vec<String>, Vec<String>) =
            patterns.iter().cloned().partition(|pattern| cluster::bucket::is_bucket(pattern));
        let mut found = Found::default();
        if !here.is_empty() {
            found.files = bulk::expand(&here)?;
        }
        if !there.is_empty() {
            let room = tempfile::TempDir::with_prefix_in("plays-", folder);
            let room = room.map_err(|error| crate::input::cannot_write(folder, &error))?;
            for (number, pattern) in there.iter().enumerate() {
                let own = room.path().join(number.to_string());
                let copies = cluster::bucket::copy(pattern, &own).map_err(|refusal| refused(&refusal))?;
                found.places.extend(copies);
            }
            found.files.extend(found.places.iter().map(|(copy, _)| copy.clone()));
            found._room = Some(room);
        }
        Ok(found)
    }
}

impl ClusterCommand {
    /// Runs it.
    pub async fn run(self) -> Result<ExitCode, Failure> {
        match self {
            ClusterCommand::Worker(worker) => worker.run().await,
        }
    }
}

#[cfg(not(feature = "cluster"))]
impl Worker {
    async fn run(self) -> Result<ExitCode, Failure> {
        // Everything a command line can get wrong is told first, as the full program does.
        listen_at(&self.listen)?;
        let _ = (self.work_dir, self.memory, self.threads, self.key.cluster_key);
        Err(not_built())
    }
}

#[cfg(feature = "cluster")]
impl Worker {
    async fn run(self) -> Result<ExitCode, Failure> {
        let listen = listen_at(&self.listen)?;
        let key = cluster::KeySource::of_process(self.key.cluster_key).find(listen.ip().is_loopback());
        let memory = match &self.memory {
            Some(text) => super::share::memory(text)?,
            None => half_of_what_is_free(),
        };
        let cores =
            self.threads.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from));
        let options = cluster::WorkerOptions {
            listen,
            work_dir: self.work_dir,
            key: key.map_err(|refusal| refused(&refusal))?,
            memory,
            cores: cores.clamp(1, 1024),
            hook: None,
        };
        let ready = |at| eprintln!("worker listening on {at}");
        let served = cluster::serve(options, ready, super::serve::interrupted()).await;
        served
            .map_err(|why| refuse("cluster-worker", why.to_string(), "check the address and the folder"))?;
        Ok(ExitCode::SUCCESS)
    }
}

fn listen_at(text: &str) -> Result<std::net::SocketAddr, Failure> {
    let found = text.to_socket_addrs().ok().and_then(|mut found| found.next());
    found.ok_or_else(|| refuse("listen", format!("`{text}` is no address to listen at"), "write HOST:PORT"))
}

/// What a program says that was built without the engine.
#[cfg(not(feature = "cluster"))]
pub fn not_built() -> Failure {
    let hint = "build it with `cargo build --release --features cluster`; without `--cluster` one machine shares alone";
    refuse("cluster-not-built", "this program was built without the cluster", hint)
}

/// A refusal of the cluster as a failure.
#[cfg(feature = "cluster")]
pub fn refused(refusal: &cluster::Refusal) -> Failure {
    refuse(refusal.code(), refusal.to_string(), refusal.hint())
}

/// Bytes: half of the memory that the system says is free, at least 512 MiB.
#[cfg(feature = "cluster")]
fn half_of_what_is_free() -> u64 {
    const LEAST: u64 = 512 << 20;
    let told = std::fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let line = told.lines().find_map(|line| line.strip_prefix("MemAvailable:"));
    let kib = line.and_then(|rest| rest.trim().trim_end_matches("kB").trim().parse::<u64>().ok());
    (kib.unwrap_or(0).saturating_mul(1024) / 2).max(LEAST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_host_and_port() {
        assert!(listen_at("127.0.0.1:0").is_ok());
        for text in ["", "127.0.0.1", "127.0.0.1:x", ":1:2"] {
            assert!(listen_at(text).is_err(), "{text}");
        }
    }
}
