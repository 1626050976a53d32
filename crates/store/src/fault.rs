use std::fmt;

/// The world failed: the database cannot be reached, refused a statement, or holds what it should not.
///
/// Unlike a problem or a refusal there is nothing the asker can do about it.
#[derive(Debug)]
pub struct Fault {
    what: String,
    cause: Option<sqlx::Error>,
}

impl Fault {
    /// A fault in words.
    pub fn new(what: impl Into<String>) -> Self {
        Fault { what: what.into(), cause: None }
    }

    pub(crate) fn database(cause: sqlx::Error) -> Self {
        Fault { what: "the database failed".to_owned(), cause: Some(cause) }
    }

    pub(crate) fn statement(sql: &str, cause: sqlx::Error) -> Self {
        let head: String = sql.split_whitespace().take(12).collect::<Vec<_>>().join(" ");
        Fault { what: format!("the database refused `{head} …`"), cause: Some(cause) }
    }

    pub(crate) fn shape(column: usize, want: &str) -> Self {
        Fault::new(format!("the database holds something else than {want} in column {column}"))
    }

    /// Whether a unique key stood in the way.
    pub fn is_duplicate(&self) -> bool {
        matches!(&self.cause, Some(sqlx::Error::Database(e)) if e.is_unique_violation())
    }

    /// The message of the database itself, where it has one: what a trigger said, for example.
    pub fn database_message(&self) -> Option<&str> {
        match &self.cause {
            Some(sqlx::Error::Database(e)) => Some(e.message()),
            _ => None,
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.cause {
            Some(cause) => write!(f, "{}: {cause}", self.what),
            None => f.write_str(&self.what),
        }
    }
}

impl std::error::Error for Fault {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.cause.as_ref().map(|c| c as _)
    }
}
