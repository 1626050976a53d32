//! The house's own chores: `cargo xtask tidy`, `test`, `client` and `fuzz`.
//!
//! It knows the text of the repository and the shape of the workspace, and nothing of what the program does.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a chore talks to the person who started it")]

mod client;
mod fuzz;
mod test;
mod tidy;

use std::path::PathBuf;
use std::process::ExitCode;

const USAGE: &str = "\
usage: cargo xtask tidy    compare the code with what ARCHITECTURE.md claims
       cargo xtask test    the lean test set; everything under CI=true
       cargo xtask client [--check]    the typed client, made from docs/reference/openapi.json
       cargo xtask fuzz [DOOR] [SECONDS]    damaged bytes for every reader, guided by coverage";

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["tidy"] => tidy::run(&root()),
        ["test"] => test::run(&root()),
        ["client"] => client::run(&root(), false),
        ["client", "--check"] => client::run(&root(), true),
        ["fuzz", rest @ ..] => {
            let (door, seconds) = match rest {
                [] => (None, Some(60)),
                [one] => one.parse().map_or((Some(*one), Some(60)), |s| (None, Some(s))),
                [door, seconds] => (Some(*door), seconds.parse().ok()),
                _ => (None, None),
            };
            match seconds {
                Some(seconds) => fuzz::run(&root(), door, seconds),
                None => {
                    eprintln!("{USAGE}");
                    ExitCode::from(2)
                }
            }
        }
        ["help" | "--help" | "-h"] => {
            println!("{USAGE}");
            ExitCode::SUCCESS
        }
        _ => {
            eprintln!("{USAGE}");
            ExitCode::from(2)
        }
    }
}

/// The folder of the workspace, two above this crate.
fn root() -> PathBuf {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).map_or(here.clone(), PathBuf::from)
}
