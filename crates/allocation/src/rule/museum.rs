//! The museum of errors: each problem a rule can have, with a small rule that provokes it.

/// One problem and how to provoke it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exhibit {
    /// The code of the problem.
    pub code: &'static str,
    /// What it means.
    pub meaning: &'static str,
    /// A rule that has it.
    pub rule: &'static str,
}

/// Every problem that [`super::read`] can find, each once.
pub fn museum() -> &'static [Exhibit] {
    &[]
}
