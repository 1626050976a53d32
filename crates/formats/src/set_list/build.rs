//! Collects lines, sets and problems while a file is read, with limits on how much one file may hold.

use music::problem::Problem;
use music::usage::Moment;

use super::{Format, Line, Set, SetListFile};

/// Most lines read from one file. The longest histories of a working life have fewer.
pub(crate) const MAX_LINES: usize = 200_000;

/// Most problems told about one file; past it they repeat themselves.
pub(crate) const MAX_PROBLEMS: usize = 500;

/// A file being read.
pub(crate) struct Builder {
    file: SetListFile,
    waiting: Option<Set>,
    position: u32,
    refused: u64,
    untold: u64,
}

impl Builder {
    pub fn new(format: Format) -> Self {
        let file =
            SetListFile { format: Some(format), lines: Vec::new(), sets: Vec::new(), problems: Vec::new() };
        Builder { file, waiting: None, position: 0, refused: 0, untold: 0 }
    }

    /// Begins a set. Sets without lines are dropped.
    pub fn set(&mut self, name: Option<String>, started_at: Option<Moment>) {
        self.waiting = Some(Set { number: 0, name, started_at });
    }

    /// Adds a line to the set begun last, or to a nameless one; its set and position are filled in.
    pub fn line(&mut self, line: Line) {
        if self.file.lines.len() >= MAX_LINES {
            self.refused += 1;
            return;
        }
        let number = self.number(line.started_at);
        self.position += 1;
        self.file.lines.push(Line { set: number, position: self.position, ..line });
    }

    /// Whether more lines would be refused.
    pub fn is_full(&self) -> bool {
        self.refused > 0
    }

    /// How many lines there are.
    pub fn len(&self) -> usize {
        self.file.lines.len()
    }

    pub fn problem(&mut self, problem: Problem) {
        if self.file.problems.len() < MAX_PROBLEMS {
            self.file.problems.push(problem)
        } else {
            self.untold += 1
        }
    }

    /// The file; one that has neither lines nor problems gets the problem that it is empty.
    pub fn finish(mut self) -> SetListFile {
        if self.refused > 0 {
            let message = format!("only the first {MAX_LINES} lines are read");
            self.file.problems.push(Problem::new("too-many-lines", 0, message, "export one night at a time"));
        }
        if self.untold > 0 {
            let message = format!("{} more problems of these kinds", self.untold);
            self.file.problems.push(Problem::new("more-problems", 0, message, "").notice());
        }
        if self.file.lines.is_empty() && self.file.problems.is_empty() {
            let problem = Problem::new(
                "no-lines",
                0,
                "the file holds no track that was played",
                "export the history of the night",
            );
            self.file.problems.push(problem.fatal());
        }
        self.file
    }

    fn number(&mut self, started_at: Option<Moment>) -> u32 {
        if self.waiting.is_some() || self.file.sets.is_empty() {
            let set = self.waiting.take().unwrap_or_default();
            let number = self.file.sets.len() as u32 + 1;
            self.file.sets.push(Set { number, started_at: set.started_at.or(started_at), ..set });
            self.position = 0;
        }
        self.file.sets.len() as u32
    }
}
