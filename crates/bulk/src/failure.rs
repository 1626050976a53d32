//! What can go wrong, and who is told how far the work is.

use music::Problem;

/// Why nothing came out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// Something is wrong with the input or the rule; nothing was written.
    #[error("{0}")]
    Problem(Box<Problem>),
    /// The machine failed: a disk, a file that went away.
    #[error("{0}")]
    Fault(String),
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Failure {
        Failure::Problem(Box::new(problem))
    }
}

impl Failure {
    /// A problem of the whole document.
    pub(crate) fn problem(
        code: &'static str,
        document: &str,
        line: u64,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) -> Failure {
        Problem::new(code, line, message, hint).fatal().in_document(document).into()
    }

    pub(crate) fn fault(what: &str, error: &impl std::fmt::Display) -> Failure {
        Failure::Fault(format!("{what}: {error}"))
    }
}

/// Told how far the work is: the step, how much of it is done, and how much there is.
pub type Watch<'a> = dyn Fn(&'static str, u64, u64) + Sync + 'a;
