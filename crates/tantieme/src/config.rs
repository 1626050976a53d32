//! The settings of the program: one optional TOML file, the environment, options. Each setting stands once in [`SETTINGS`],
//! and the reference page, `config show`, the file's checks and the options' defaults come from there.
//!
//! What moves money or privacy is no setting: it is a policy, versioned in the database.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use app::{Failure, Refusal};
use clap::Command;
use toml_span::value::ValueInner;

use crate::input::refuse;

/// The name of the file where none is named.
pub const FILE: &str = "tantieme.toml";
/// The variable that names the file.
const FILE_VARIABLE: &str = "TANTIEME_CONFIG";
/// The longest file, in bytes.
const FILE_MOST: u64 = 1024 * 1024;

/// What a setting may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Any text.
    Text,
    /// A file or folder; in the file it is meant from the file's own folder.
    Path,
    /// An IP address with a port.
    Address,
    /// The address of a PostgreSQL database; its password is not shown.
    Database,
    /// A whole number within bounds.
    Count(u64, u64),
    /// A currency by its code.
    Currency,
    /// One of these words.
    Word(&'static [&'static str]),
}

/// A setting.
#[derive(Debug)]
pub struct Setting {
    /// Its name in the file: a table and a key, or a key alone.
    pub key: &'static str,
    /// What it is.
    pub help: &'static str,
    /// What holds where nobody says anything; empty where nothing does.
    pub default: &'static str,
    /// What it may hold.
    pub kind: Kind,
    /// The option that says the same, and the commands that have it; the program itself where there are none.
    pub option: &'static str,
    /// See [`Setting::option`].
    pub commands: &'static [&'static [&'static str]],
}

const MAILING: &[&[&str]] = &[&["serve"], &["mail", "send"], &["jobs", "run"]];
const SERVING: &[&[&str]] = &[&["serve"]];

/// All settings, in the order in which they are shown.
pub const SETTINGS: &[Setting] = &[
    Setting {
        key: "data",
        help: "Folder of the embedded database and the files beside it",
        default: "tantieme-data",
        kind: Kind::Path,
        option: "data",
        commands: &[],
    },
    Setting {
        key: "keys",
        help: "Folder of the keys, apart from data and backups; the data folder's name with `-keys` where nothing is said",
        default: "",
        kind: Kind::Path,
        option: "keys",
        commands: &[],
    },
    Setting {
        key: "database.url",
        help: "A PostgreSQL server instead of the embedded database",
        default: "",
        kind: Kind::Database,
        option: "database",
        commands: &[],
    },
    Setting {
        key: "database.connections",
        help: "Most connections of this process to PostgreSQL",
        default: "8",
        kind: Kind::Count(2, 500),
        option: "connections",
        commands: &[],
    },
    Setting {
        key: "currency",
        help: "The currency that commands mean where none is named",
        default: "EUR",
        kind: Kind::Currency,
        option: "currency",
        commands: &[&["pot", "open"], &["payout", "preview"], &["payout", "prepare"]],
    },
    Setting {
        key: "log.format",
        help: "How log lines are written to standard error: `text` for people, `json` for programs",
        default: "text",
        kind: Kind::Word(&["text", "json"]),
        option: "log_format",
        commands: &[],
    },
    Setting {
        key: "log.filter",
        help: "What is logged: `error`, `warn`, `info`, `debug`, or a list such as `info,sqlx=warn`; `info` for `serve` and `error` for other commands where nothing is said",
        default: "",
        kind: Kind::Text,
        option: "log_filter",
        commands: &[],
    },
    Setting {
        key: "serve.listen",
        help: "Where the pages are served",
        default: "127.0.0.1:8080",
        kind: Kind::Address,
        option: "listen",
        commands: SERVING,
    },
    Setting {
        key: "serve.password-file",
        help: "A file with the Argon2 hash (`$argon2id$…`) of the house password",
        default: "",
        kind: Kind::Path,
        option: "password_file",
        commands: SERVING,
    },
    Setting {
        key: "serve.metrics-token-file",
        help: "A file with the token that opens `/metrics` from other machines",
        default: "",
        kind: Kind::Path,
        option: "metrics_token_file",
        commands: SERVING,
    },
    Setting {
        key: "serve.lmtp",
        help: "Where the mail server of the house hands over set lists (LMTP), on this machine or in a private network; nowhere where nothing is said",
        default: "",
        kind: Kind::Address,
        option: "lmtp",
        commands: SERVING,
    },
    Setting {
        key: "serve.upload-mib",
        help: "Most MiB of an uploaded set list with its form",
        default: "64",
        kind: Kind::Count(1, 1024),
        option: "upload_mib",
        commands: SERVING,
    },
    Setting {
        key: "serve.request-seconds",
        help: "Longest time for one answer, in seconds",
        default: "120",
        kind: Kind::Count(1, 3600),
        option: "request_seconds",
        commands: SERVING,
    },
    Setting {
        key: "serve.farewell-seconds",
        help: "How long open answers may take once the end was asked for, in seconds; a job at work has half of it",
        default: "10",
        kind: Kind::Count(1, 600),
        option: "farewell_seconds",
        commands: SERVING,
    },
    Setting {
        key: "mail.outbox",
        help: "A folder that mail is written to, one file each",
        default: "",
        kind: Kind::Path,
        option: "outbox",
        commands: MAILING,
    },
    Setting {
        key: "mail.smtp",
        help: "A mail server instead; its password comes from TANTIEME_SMTP_PASSWORD alone",
        default: "",
        kind: Kind::Text,
        option: "smtp",
        commands: MAILING,
    },
    Setting {
        key: "mail.port",
        help: "Its port; the usual one where nothing is said",
        default: "",
        kind: Kind::Count(1, 65_535),
        option: "port",
        commands: MAILING,
    },
    Setting {
        key: "mail.tls",
        help: "How the connection is protected; `none` only on this machine",
        default: "starttls",
        kind: Kind::Word(&["implicit", "starttls", "none"]),
        option: "tls",
        commands: MAILING,
    },
    Setting {
        key: "mail.user",
        help: "The user at the mail server",
        default: "",
        kind: Kind::Text,
        option: "user",
        commands: MAILING,
    },
    Setting {
        key: "mail.from",
        help: "The sender's address",
        default: "house@localhost",
        kind: Kind::Text,
        option: "from",
        commands: MAILING,
    },
];

impl Setting {
    /// The variable of the environment that says the same.
    pub fn variable(&self) -> String {
        let key = if self.key == "database.url" { "database" } else { self.key };
        format!("TANTIEME_{}", key.to_ascii_uppercase().replace(['.', '-'], "_"))
    }

    /// The option as it is written.
    pub fn flag(&self) -> String {
        format!("--{}", self.option.replace('_', "-"))
    }

    fn check(&self, value: &str) -> Result<(), String> {
        match self.kind {
            Kind::Text | Kind::Path => {
                if value.chars().any(char::is_control) {
                    return Err("it holds a control character".to_owned());
                }
                Ok(())
            }
            Kind::Address => value
                .parse::<std::net::SocketAddr>()
                .map(drop)
                .map_err(|_| "it is no address with a port, such as `127.0.0.1:8080`".to_owned()),
            Kind::Database => {
                if value.starts_with("postgres://") || value.starts_with("postgresql://") {
                    Ok(())
                } else {
                    Err("it is no address of PostgreSQL, such as `postgres://user@host/name`".to_owned())
                }
            }
            Kind::Count(least, most) => match value.parse::<u64>() {
                Ok(n) if (least..=most).contains(&n) => Ok(()),
                _ => Err(format!("it is no whole number from {least} to {most}")),
            },
            Kind::Currency => value.parse::<money::Currency>().map(drop).map_err(|e| e.to_string()),
            Kind::Word(words) if words.contains(&value) => Ok(()),
            Kind::Word(words) => Err(format!("it is none of {}", words.join(", "))),
        }
    }
}

/// Where a value comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// Nobody said anything.
    Default,
    /// A line of the file.
    File(PathBuf, usize),
    /// A variable of the environment.
    Environment(String),
    /// An option.
    Option(String),
}

impl std::fmt::Display for Origin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Origin::Default => f.write_str("default"),
            Origin::File(file, line) => write!(f, "{}:{line}", file.display()),
            Origin::Environment(name) => write!(f, "environment {name}"),
            Origin::Option(name) => write!(f, "option {name}"),
        }
    }
}

/// The settings as file and environment say.
#[derive(Debug, Clone, Default)]
pub struct Resolved {
    /// The file that was read, if there was one.
    pub file: Option<PathBuf>,
    said: BTreeMap<&'static str, (String, Origin)>,
}

impl Resolved {
    /// The value of a setting and where it comes from.
    pub fn value(&self, setting: &Setting) -> (String, Origin) {
        let said = self.said.get(setting.key).cloned();
        said.unwrap_or_else(|| (setting.default.to_owned(), Origin::Default))
    }

    /// Makes what was said the defaults of the options, so that an option on the command line wins.
    pub fn apply(&self, mut command: Command) -> Command {
        for setting in SETTINGS {
            let Some((value, _)) = self.said.get(setting.key) else { continue };
            // The command keeps its defaults for as long as the program runs.
            let value: &'static str = Box::leak(value.clone().into_boxed_str());
            if setting.commands.is_empty() {
                command = command.mut_arg(setting.option, |arg| arg.default_value(value));
            }
            for path in setting.commands {
                command = within(command, path, setting.option, value);
            }
        }
        command
    }
}

fn within(command: Command, path: &[&str], option: &'static str, value: &'static str) -> Command {
    match path.split_first() {
        None => command.mut_arg(option, |arg| arg.default_value(value)),
        Some((first, rest)) => command.mut_subcommand(*first, |sub| within(sub, rest, option, value)),
    }
}

/// Reads what the file and the environment say. `args` are those of the command line, of which `--config` and `--data`
/// matter; `variable` gives the environment's.
///
/// # Errors
/// In this order: `config-file`, `config-unknown`, `config-value`.
pub fn read(args: &[String], variable: &dyn Fn(&str) -> Option<String>) -> Result<Resolved, Failure> {
    let mut resolved = Resolved::default();
    let named = option_in(args, "--config").or_else(|| variable(FILE_VARIABLE)).map(PathBuf::from);
    let data = option_in(args, "--data").or_else(|| variable("TANTIEME_DATA"));
    let data = PathBuf::from(data.unwrap_or_else(|| "tantieme-data".to_owned()));
    let file = named.or_else(|| [data.join(FILE), PathBuf::from(FILE)].into_iter().find(|f| f.is_file()));
    if let Some(file) = file {
        read_file(&file, &mut resolved)?;
        resolved.file = Some(file);
    }
    for setting in SETTINGS {
        let name = setting.variable();
        let alias = || (setting.key == "log.filter").then(|| variable("TANTIEME_LOG")).flatten();
        let Some(value) = variable(&name).or_else(alias).filter(|v| !v.is_empty()) else { continue };
        setting.check(&value).map_err(|why| {
            refuse(
                "config-value",
                format!("the variable {name} holds `{}`: {why}", shown(setting, &value)),
                "",
            )
        })?;
        resolved.said.insert(setting.key, (value, Origin::Environment(name)));
    }
    Ok(resolved)
}

/// The value of an option among arguments that were not read yet.
fn option_in(args: &[String], name: &str) -> Option<String> {
    let mut args = args.iter().take_while(|a| *a != "--");
    while let Some(arg) = args.next() {
        if arg == name {
            return args.next().cloned();
        }
        if let Some(value) = arg.strip_prefix(name).and_then(|rest| rest.strip_prefix('=')) {
            return Some(value.to_owned());
        }
    }
    None
}

fn read_file(file: &Path, resolved: &mut Resolved) -> Result<(), Failure> {
    use std::io::Read;
    let hint = "write it anew: `tantieme init` makes one";
    let bad = |e: &dyn std::fmt::Display| {
        refuse("config-file", format!("`{}` cannot be read: {e}", file.display()), hint)
    };
    let mut text = String::new();
    std::fs::File::open(file)
        .and_then(|f| f.take(FILE_MOST).read_to_string(&mut text))
        .map_err(|e| bad(&e))?;
    let mut root = toml_span::parse(&text).map_err(|e| {
        let place = format!("`{}`, line {}", file.display(), line_of(&text, e.span.start));
        refuse("config-file", format!("{place}: {e}"), "a setting is `key = \"value\"` below its `[table]`")
    })?;
    let ValueInner::Table(table) = root.take() else { return Ok(()) };
    for (key, mut value) in table {
        let at = line_of(&text, value.span.start);
        match value.take() {
            ValueInner::Table(inner) => {
                for (name, mut value) in inner {
                    let at = line_of(&text, value.span.start);
                    set(file, at, &format!("{}.{}", key.name, name.name), value.take(), resolved)?;
                }
            }
            other => set(file, at, &key.name, other, resolved)?,
        }
    }
    Ok(())
}

fn line_of(text: &str, offset: usize) -> usize {
    1 + text.bytes().take(offset).filter(|b| *b == b'\n').count()
}

fn set(
    file: &Path,
    line: usize,
    key: &str,
    value: ValueInner<'_>,
    resolved: &mut Resolved,
) -> Result<(), Failure> {
    let place = format!("`{}`, line {line}", file.display());
    let Some(setting) = SETTINGS.iter().find(|s| s.key == key) else {
        return Err(refuse("config-unknown", format!("{place}: there is no setting `{key}`"), near(key)));
    };
    let text = match value {
        ValueInner::String(text) => text.into_owned(),
        ValueInner::Integer(number) => number.to_string(),
        ValueInner::Boolean(word) => word.to_string(),
        _ => {
            let message = format!("{place}: `{key}` holds neither text nor a number");
            return Err(refuse("config-value", message, setting.help));
        }
    };
    setting.check(&text).map_err(|why| {
        let message = format!("{place}: `{key}` holds `{}`: {why}", shown(setting, &text));
        Failure::Refused(Refusal::new("config-value", message, setting.help))
    })?;
    let text = match setting.kind {
        Kind::Path if !text.is_empty() => below(file, &text),
        _ => text,
    };
    if !text.is_empty() {
        resolved.said.insert(setting.key, (text, Origin::File(file.to_owned(), line)));
    }
    Ok(())
}

/// A path of the file as it is meant: from the file's own folder.
fn below(file: &Path, text: &str) -> String {
    match file.parent().filter(|p| !p.as_os_str().is_empty()) {
        Some(folder) if Path::new(text).is_relative() => folder.join(text).to_string_lossy().into_owned(),
        _ => text.to_owned(),
    }
}

/// What to try where there is no such setting: the nearest one, or all.
fn near(key: &str) -> String {
    let best = SETTINGS.iter().map(|s| (distance(key, s.key), s.key)).min();
    match best {
        Some((far, word)) if far <= 1 + word.len() / 4 => format!("did you mean `{word}`?"),
        _ => {
            let last = |s: &&Setting| s.key.rsplit('.').next() == key.rsplit('.').next();
            match SETTINGS.iter().find(last) {
                Some(setting) => format!("did you mean `{}`?", setting.key),
                None => "`tantieme config show` lists all settings".to_owned(),
            }
        }
    }
}

/// How many letters have to be put in, left out or replaced.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().take(100).enumerate() {
        let mut corner = i;
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
        for (j, y) in b.iter().enumerate() {
            let above = row[j + 1]; // the row is one longer than `b`
            let best = (corner + usize::from(x != *y)).min(above + 1).min(row[j] + 1);
            corner = above;
            row[j + 1] = best;
        }
    }
    row.last().copied().unwrap_or(0)
}

/// A value as it may be shown: without the password of a database.
pub fn shown(setting: &Setting, value: &str) -> String {
    if setting.kind != Kind::Database {
        return value.to_owned();
    }
    let Some((scheme, rest)) = value.split_once("://") else { return "…".to_owned() };
    // A password may hold anything but an at sign; the options may name one too.
    let (rest, options) = rest.split_once('?').map_or((rest, ""), |(rest, _)| (rest, "?…"));
    let rest = match rest.rsplit_once('@') {
        Some((who, at)) => match who.split_once(':') {
            Some((user, _)) => format!("{user}:…@{at}"),
            None => format!("{who}@{at}"),
        },
        None => rest.to_owned(),
    };
    format!("{scheme}://{rest}{options}")
}

/// The reference page of all settings.
#[cfg(test)]
fn reference() -> String {
    let mut text = String::from(
        "# Settings\n\nMade from the program; do not edit by hand. One optional file: the one that `--config FILE` or `TANTIEME_CONFIG` names, else\n\
         `tantieme.toml` in the data folder, else in the folder the program is started in. An option on the command line wins over the\n\
         environment, the environment over the file, the file over the default. Paths in the file are meant from the file's folder.\n\
         A key that is no setting is refused. `tantieme config show` prints each value with its origin.\n\n\
         What moves money or privacy is no setting: see `tantieme policy list`. Two secrets come from the environment alone:\n\
         `TANTIEME_SMTP_PASSWORD` and `TANTIEME_CLUSTER_KEY`.\n",
    );
    for setting in SETTINGS {
        let default =
            if setting.default.is_empty() { "none".to_owned() } else { format!("`{}`", setting.default) };
        let kind = match setting.kind {
            Kind::Text => "text".to_owned(),
            Kind::Path => "a path".to_owned(),
            Kind::Address => "an address with a port".to_owned(),
            Kind::Database => "`postgres://…`; the password is never shown".to_owned(),
            Kind::Currency => "a currency by its code (ISO 4217)".to_owned(),
            Kind::Count(least, most) => format!("a whole number from {least} to {most}"),
            Kind::Word(words) => words.iter().map(|w| format!("`{w}`")).collect::<Vec<_>>().join(", "),
        };
        let commands: Vec<String> = setting.commands.iter().map(|c| format!("`{}`", c.join(" "))).collect();
        let of = if commands.is_empty() { "every command".to_owned() } else { commands.join(", ") };
        text.push_str(&format!(
            "\n## `{}`\n\n{}.\n\n- holds: {kind}\n- default: {default}\n- environment: `{}`\n- option: `{}` of {of}\n",
            setting.key,
            setting.help,
            setting.variable(),
            setting.flag()
        ));
    }
    text
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    fn none(_: &str) -> Option<String> {
        None
    }

    fn refused(text: &str) -> String {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("house.toml");
        std::fs::write(&file, text).unwrap();
        let args = vec!["tantieme".to_owned(), format!("--config={}", file.display())];
        match read(&args, &none) {
            Err(Failure::Refused(r)) => {
                format!("{} {} | {}", r.code, r.message.replace(&file.display().to_string(), "F"), r.hint)
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn every_setting_is_an_option_of_its_commands() {
        let command = crate::Cli::command();
        for setting in SETTINGS {
            let paths: &[&[&str]] = if setting.commands.is_empty() { &[&[]] } else { setting.commands };
            for path in paths {
                let mut at = &command;
                for word in *path {
                    at = at
                        .find_subcommand(word)
                        .unwrap_or_else(|| panic!("{}: no command {word}", setting.key));
                }
                let found = at.get_arguments().any(|a| a.get_id() == setting.option);
                assert!(found, "{}: `{}` has no option {}", setting.key, path.join(" "), setting.option);
            }
            if !setting.default.is_empty() {
                setting.check(setting.default).unwrap();
            }
        }
        let serve = command.find_subcommand("serve").unwrap();
        for arg in serve.get_arguments() {
            let id = arg.get_id().as_str();
            let known = SETTINGS.iter().any(|s| s.option == id && s.commands.iter().any(|c| *c == ["serve"]));
            assert!(known || ["help", "version"].contains(&id), "`serve --{id}` is no setting");
        }
    }

    #[test]
    fn what_is_wrong_in_the_file_is_told_with_its_line() {
        for (text, want) in [
            ("a = ", "config-file `F`, line 1"),
            (
                "\n[serve]\nlisen = \"x\"",
                "config-unknown `F`, line 3: there is no setting `serve.lisen` | did you mean `serve.listen`?",
            ),
            (
                "listen = \"127.0.0.1:1\"",
                "config-unknown `F`, line 1: there is no setting `listen` | did you mean `serve.listen`?",
            ),
            ("quux = 1", "there is no setting `quux` | `tantieme config show` lists all settings"),
            (
                "[serve]\nlisten = \"here\"",
                "config-value `F`, line 2: `serve.listen` holds `here`: it is no address with a port",
            ),
            ("[serve]\nupload-mib = 0", "it is no whole number from 1 to 1024"),
            ("[log]\nformat = \"xml\"", "it is none of text, json"),
            ("[log]\nfilter = [1]", "holds neither text nor a number"),
            (
                "[database]\nurl = \"mysql://ada:secret@x/y\"",
                "holds `mysql://ada:…@x/y`: it is no address of PostgreSQL",
            ),
        ] {
            let got = refused(text);
            assert!(got.contains(want), "{text}: {got}");
        }
    }

    #[test]
    fn the_environment_wins_over_the_file_and_paths_are_meant_from_it() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join(FILE);
        std::fs::write(&file, "keys = \"k\"\n[serve]\nlisten = \"127.0.0.1:1\"\nupload-mib = 5\n").unwrap();
        let args = ["tantieme", "--data", &folder.path().display().to_string(), "serve"].map(str::to_owned);
        let variable = |name: &str| (name == "TANTIEME_SERVE_LISTEN").then(|| "127.0.0.1:2".to_owned());
        let resolved = read(&args, &variable).unwrap();
        let of = |key: &str| {
            let setting = SETTINGS.iter().find(|s| s.key == key).unwrap();
            let (value, origin) = resolved.value(setting);
            (value, origin.to_string())
        };
        assert_eq!(of("serve.listen"), ("127.0.0.1:2".into(), "environment TANTIEME_SERVE_LISTEN".into()));
        assert_eq!(of("serve.upload-mib"), ("5".into(), format!("{}:4", file.display())));
        assert_eq!(of("keys").0, folder.path().join("k").display().to_string());
        assert_eq!(of("mail.tls"), ("starttls".into(), "default".into()));
        let matches =
            resolved.apply(crate::Cli::command()).try_get_matches_from(["tantieme", "serve"]).unwrap();
        let serve = matches.subcommand_matches("serve").unwrap();
        assert_eq!(serve.get_one::<u64>("upload_mib"), Some(&5));
        let args = ["tantieme", "serve", "--upload-mib", "7"];
        let matches = resolved.apply(crate::Cli::command()).try_get_matches_from(args).unwrap();
        assert_eq!(
            matches.subcommand_matches("serve").unwrap().get_one::<u64>("upload_mib"),
            Some(&7),
            "options win"
        );
    }

    #[test]
    fn no_password_is_shown() {
        let setting = SETTINGS.iter().find(|s| s.key == "database.url").unwrap();
        for (value, want) in [
            ("postgres://ada:s@cret@host/name", "postgres://ada:…@host/name"),
            ("postgres://ada@host/name", "postgres://ada@host/name"),
            ("postgres://host/name?password=secret", "postgres://host/name?…"),
            ("ada:secret", "…"),
        ] {
            assert_eq!(shown(setting, value), want);
        }
    }

    #[test]
    fn the_reference_page_is_made_from_the_settings() {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference/settings.md");
        if std::env::var_os("BLESS").is_some() {
            std::fs::write(&file, reference()).unwrap();
        }
        let there = std::fs::read_to_string(&file).unwrap_or_default();
        assert!(there == reference(), "BLESS=1 writes {}", file.display());
    }
}
