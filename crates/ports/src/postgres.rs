//! PostgreSQL's own programs for copies: `pg_dump` and `pg_restore`, as far as they are on this machine.

use std::io;
use std::path::Path;
use std::process::{Command, Stdio};

/// Why a database was not copied.
#[derive(Debug, thiserror::Error)]
pub enum BadCopy {
    /// The program is not here.
    #[error(
        "`{0}` is not on this machine: {1}\n  hint: install the client programs of PostgreSQL, of the server's version or newer"
    )]
    Program(&'static str, io::Error),
    /// It ran and failed.
    #[error("`{0}` failed: {1}")]
    Failed(&'static str, String),
    /// The address cannot be read.
    #[error("the address of the database is none: {0}")]
    Address(String),
}

/// Copies a database as it stands now into a file, while others read and write. `schema` names the one schema that is
/// copied; all where it is empty. Blocks the thread.
///
/// # Errors
/// [`BadCopy`].
pub fn dump(database: &str, schema: &str, to: &Path) -> Result<(), BadCopy> {
    let mut command = of("pg_dump", database)?;
    command.arg("--format=custom").arg("--no-owner").arg("--no-privileges").arg("--file").arg(to);
    if !schema.is_empty() {
        command.arg(format!("--schema={schema}"));
    }
    run("pg_dump", command)
}

/// Puts a copy into a database that holds none of its tables, all of it or nothing. Blocks the thread.
///
/// # Errors
/// [`BadCopy`].
pub fn restore(database: &str, from: &Path) -> Result<(), BadCopy> {
    let mut command = of("pg_restore", database)?;
    command
        .arg("--no-owner")
        .arg("--no-privileges")
        .arg("--single-transaction")
        .arg("--exit-on-error")
        .arg(from);
    run("pg_restore", command)
}

/// The program with the address of the database; its password goes by the environment, where other users of the machine
/// do not see it.
fn of(program: &'static str, database: &str) -> Result<Command, BadCopy> {
    let mut address = url::Url::parse(database).map_err(|e| BadCopy::Address(e.to_string()))?;
    let mut command = Command::new(program);
    if let Some(password) = address.password() {
        command.env("PGPASSWORD", decoded(password));
        address.set_password(None).map_err(|()| BadCopy::Address("it names no server".to_owned()))?;
    }
    // What our driver understands and the programs do not.
    let known: Vec<(String, String)> = address
        .query_pairs()
        .filter(|(name, _)| !matches!(name.as_ref(), "options" | "statement-cache-capacity"))
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .collect();
    address.set_query(None);
    if !known.is_empty() {
        address.query_pairs_mut().extend_pairs(known);
    }
    command.arg("--dbname").arg(address.as_str()).stdin(Stdio::null()).stdout(Stdio::null());
    Ok(command)
}

fn decoded(text: &str) -> String {
    let pairs = format!("p={}", text.replace('+', "%2B"));
    url::form_urlencoded::parse(pairs.as_bytes())
        .next()
        .map(|(_, value)| value.into_owned())
        .unwrap_or_default()
}

fn run(program: &'static str, mut command: Command) -> Result<(), BadCopy> {
    let done = command.output().map_err(|e| BadCopy::Program(program, e))?;
    if done.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&done.stderr);
    let first: Vec<&str> = said.lines().filter(|l| !l.is_empty()).take(3).collect();
    Err(BadCopy::Failed(program, first.join("; ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_in_no_argument() {
        let command =
            of("pg_dump", "postgres://ada:s%2Bcret%40@db.example:5433/house?sslmode=require&options=-cx")
                .unwrap();
        let args: Vec<_> = command.get_args().map(|a| a.to_string_lossy().into_owned()).collect();
        assert_eq!(args, ["--dbname", "postgres://ada@db.example:5433/house?sslmode=require"]);
        let env: Vec<_> = command.get_envs().map(|(k, v)| (k.to_owned(), v.map(ToOwned::to_owned))).collect();
        assert_eq!(env, [("PGPASSWORD".into(), Some("s+cret@".into()))]);
        assert!(of("pg_dump", "no address").is_err());
    }
}
