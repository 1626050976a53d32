//! `tantieme rule`: the rules of sharing, in words.

use std::path::PathBuf;
use std::process::ExitCode;

use allocation::{Lang, RuleSet};
use app::Failure;
use clap::Subcommand;
use serde_json::{Value, json};

use crate::{input, output};

/// Rules
#[derive(Debug, Subcommand)]
pub enum Rule {
    /// The rules that ship
    #[command(after_help = "Example: tantieme rule list")]
    List,
    /// One rule in words
    #[command(after_help = "Example: tantieme rule show set-list-per-line --lang fr")]
    Show {
        /// Its name, or `name@version`
        name: String,
        /// `en` or `fr`
        #[arg(long, default_value = "en")]
        lang: String,
    },
    /// Check a rule's text: exit 1 with every problem and its line
    #[command(after_help = "Example: tantieme rule check mine.toml")]
    Check {
        /// The TOML file
        file: PathBuf,
    },
}

impl Rule {
    /// Runs it.
    pub fn run(&self, as_json: bool) -> Result<ExitCode, Failure> {
        match self {
            Rule::List if as_json => {
                let all: Vec<Value> = allocation::library()
                    .iter()
                    .map(|r| json!({ "rule": r.label(), "summary": r.summary.en, "hash": r.hash() }))
                    .collect();
                output::json(&all.into());
            }
            Rule::List => {
                let rows = allocation::library()
                    .iter()
                    .map(|r| vec![r.label(), r.summary.en.clone(), r.hash()[..16].to_owned()])
                    .collect();
                output::table(&["rule", "summary", "hash"], rows);
            }
            Rule::Show { name, lang } => print(&app::allocation::rule_named(name)?, lang),
            Rule::Check { file } => {
                let text = String::from_utf8_lossy(&input::read_whole(file)?).into_owned();
                match allocation::rule::read(&input::document_name(file), &text) {
                    Ok(rule) => print(&rule, "en"),
                    Err(problems) => {
                        let shown: Vec<Value> = problems.iter().map(output::problem).collect();
                        if as_json {
                            output::json(&json!({ "problems": shown }));
                        }
                        for p in &problems {
                            eprintln!("{p}");
                        }
                        return Ok(ExitCode::from(1));
                    }
                }
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn print(rule: &RuleSet, lang: &str) {
    let lang = if lang == "fr" { Lang::Fr } else { Lang::En };
    println!("{}  {}\n\n{}", rule.label(), rule.hash(), allocation::reading(rule, lang));
}
