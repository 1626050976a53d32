//! Why a cluster did not do what it was asked: nothing was written in any of these cases.

use std::fmt;

use bulk::Failure;
use music::Problem;

/// What stands in the way. Each is a state of the world that a person can change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// A worker's address, or the one to listen at, cannot be used.
    Address(String),
    /// There is no key, or it cannot be used.
    Key(String),
    /// Even the smallest shards do not fit into the workers.
    Memory(String),
    /// The inputs cannot be read, or not by every worker.
    Input(String),
    /// The plays do not allow what was asked, or cannot be read; a single process says the same.
    Failed(Failure),
    /// Not one worker answers.
    NoWorker {
        /// What each said or did not say.
        why: Vec<String>,
    },
    /// A worker is of another version, so its arithmetic is not known to be ours.
    Version {
        /// The worker.
        worker: String,
        /// Its version.
        theirs: String,
        /// Ours.
        ours: String,
    },
    /// A shard failed or gave doubtful totals as often as is allowed.
    Shard {
        /// Which shard, from 1.
        shard: u32,
        /// Of how many.
        of: u32,
        /// What happened at each attempt.
        attempts: Vec<String>,
    },
    /// The whole took longer than allowed.
    TooLong {
        /// The limit in seconds.
        seconds: u64,
    },
    /// The totals of the whole do not agree; a fault of this program, and nothing is posted.
    Totals(String),
}

impl Refusal {
    /// A name that stays the same, for programs and for the reference.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Refusal::Address(_) => "cluster-address",
            Refusal::Key(_) => "cluster-key",
            Refusal::Memory(_) => "cluster-memory",
            Refusal::Input(_) => "cluster-input",
            Refusal::Failed(_) => "cluster-failed",
            Refusal::NoWorker { .. } => "cluster-no-worker",
            Refusal::Version { .. } => "cluster-version",
            Refusal::Shard { .. } => "cluster-shard",
            Refusal::TooLong { .. } => "cluster-too-long",
            Refusal::Totals(_) => "cluster-totals",
        }
    }

    /// What to try, in one line.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Refusal::Address(_) => "write HOST:PORT, several with commas between them",
            Refusal::Key(_) => {
                "one line of random text, the same on every machine; `openssl rand -hex 24` makes one"
            }
            Refusal::Memory(_) => "give them more with `--memory`, or add some; nothing was written",
            Refusal::Input(_) => {
                "every worker reads the inputs itself: use a path or a bucket that all of them see"
            }
            Refusal::Failed(_) => "the same command without `--cluster` says the same",
            Refusal::NoWorker { .. } => {
                "start some with `tantieme cluster worker`, or run without `--cluster`; nothing was written"
            }
            Refusal::Version { .. } => "run the same build everywhere",
            Refusal::Shard { .. } => "nothing was written; look at the workers, or run without `--cluster`",
            Refusal::TooLong { .. } => "nothing was written; add workers, or allow more time",
            Refusal::Totals(_) => "nothing was written; please report this with the command and the versions",
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refusal::Address(what) | Refusal::Key(what) | Refusal::Input(what) => f.write_str(what),
            Refusal::Memory(why) => write!(f, "the workers have too little memory: {why}"),
            Refusal::Failed(failure) => failure.fmt(f),
            Refusal::NoWorker { why } if why.is_empty() => f.write_str("no worker is left"),
            Refusal::NoWorker { why } => write!(f, "no worker is left: {}", why.join("; ")),
            Refusal::Version { worker, theirs, ours } => {
                write!(f, "worker `{worker}` is version `{theirs}` and this is `{ours}`")
            }
            Refusal::Shard { shard, of, attempts } => {
                write!(f, "shard {shard} of {of} could not be computed: {}", attempts.join("; "))
            }
            Refusal::TooLong { seconds } => write!(f, "the cluster was not done after {seconds} s"),
            Refusal::Totals(what) => write!(f, "the totals of the cluster do not agree: {what}"),
        }
    }
}

impl std::error::Error for Refusal {}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Failure {
        match refusal {
            Refusal::Failed(failure) => failure,
            other => Problem::new(other.code(), 0, other.to_string(), other.hint()).fatal().into(),
        }
    }
}
