//! `tantieme config`: the settings and where each comes from.

use std::process::ExitCode;

use app::Failure;
use clap::Subcommand;
use serde_json::json;

use crate::config::{Origin, SETTINGS, Setting, shown};
use crate::output;
use crate::wiring::Place;

/// The settings
#[derive(Debug, Subcommand)]
pub enum ConfigCommand {
    /// Each setting with its value and where that comes from; passwords are not shown
    #[command(
        after_help = "Example: tantieme config show\n         tantieme --config house.toml config show --json"
    )]
    Show,
}

impl ConfigCommand {
    /// Runs it.
    pub fn run(&self, place: &Place) -> Result<ExitCode, Failure> {
        let rows: Vec<(&Setting, String, Origin)> = SETTINGS
            .iter()
            .map(|s| (s, in_force(place, s)))
            .map(|(s, (value, origin))| (s, value, origin))
            .collect();
        if place.json {
            let all = rows.iter().map(|(s, value, origin)| {
                let (kind, file, line) = match origin {
                    Origin::Default => ("default", None, None),
                    Origin::File(file, line) => ("file", Some(file.display().to_string()), Some(*line)),
                    Origin::Environment(_) => ("environment", None, None),
                    Origin::Option(_) => ("option", None, None),
                };
                json!({
                    "setting": s.key, "value": shown(s, value), "origin": kind, "file": file, "line": line,
                    "environment": s.variable(), "option": s.flag(), "help": s.help,
                })
            });
            output::json(&all.collect::<Vec<_>>().into());
            return Ok(ExitCode::SUCCESS);
        }
        let line = |(s, value, origin): &(&Setting, String, Origin)| {
            let value = if value.is_empty() { "(none)".to_owned() } else { shown(s, value) };
            vec![s.key.to_owned(), value, origin.to_string()]
        };
        output::table(&["setting", "value", "~origin"], rows.iter().map(line).collect());
        Ok(ExitCode::SUCCESS)
    }
}

/// The value that holds here, options of this call included.
fn in_force(place: &Place, setting: &Setting) -> (String, Origin) {
    let (value, origin) = place.settings.value(setting);
    let path = |p: &std::path::Path| p.display().to_string();
    let here = match setting.key {
        "data" => path(&place.data),
        "keys" if value.is_empty() && place.keys.is_none() => {
            return (path(&place.key_folder()), Origin::Default);
        }
        "keys" => path(&place.key_folder()),
        "database.url" => place.database.clone().unwrap_or_default(),
        "database.connections" => place.connections.to_string(),
        "log.format" => place.log_format.clone(),
        "log.filter" => place.log_filter.clone(),
        _ => return (value, origin),
    };
    if here == value { (value, origin) } else { (here, Origin::Option(setting.flag())) }
}
