use std::fmt;

use store::Fault;

/// A use case that cannot be done, named for the state of the world, with what to try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// A stable word, such as `not-received`; documented in the museum of errors.
    pub code: &'static str,
    /// What stands in the way, for the person who asked.
    pub message: String,
    /// What to try; empty where nothing can be done.
    pub hint: String,
}

impl Refusal {
    /// A refusal in words.
    pub fn new(code: &'static str, message: impl Into<String>, hint: impl Into<String>) -> Refusal {
        Refusal { code, message: message.into(), hint: hint.into() }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "error: {}", self.message)?;
        if !self.hint.is_empty() {
            write!(f, "\n  hint: {}", self.hint)?;
        }
        Ok(())
    }
}

/// Why a use case ended without its result.
#[derive(Debug)]
pub enum Failure {
    /// It cannot be done as asked; nothing was changed.
    Refused(Refusal),
    /// The world failed; nothing was changed.
    Fault(Fault),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Refused(refusal) => refusal.fmt(f),
            Failure::Fault(fault) => write!(f, "fault: {fault}"),
        }
    }
}

impl std::error::Error for Failure {}

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Self {
        Failure::Fault(fault)
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Failure::Refused(refusal)
    }
}

impl From<money::AmountError> for Failure {
    fn from(error: money::AmountError) -> Self {
        Failure::Refused(Refusal::new("amount", error.to_string(), ""))
    }
}

/// A refusal as a failure, for `return Err(refuse(…))`.
pub(crate) fn refuse(code: &'static str, message: impl Into<String>, hint: impl Into<String>) -> Failure {
    Failure::Refused(Refusal::new(code, message, hint))
}
