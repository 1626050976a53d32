//! `tantieme init`: a new house.

use std::fmt::Write as _;
use std::io::{BufRead, IsTerminal, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use app::session::Role;
use app::sign_in::{Add, Grant};
use app::{Failure, policy, sign_in};
use clap::Args;
use serde_json::json;

use crate::config::{self, FILE};
use crate::input::{self, cannot_write, refuse};
use crate::output;
use crate::wiring::Place;

/// A new house
#[derive(Debug, Args)]
#[command(
    after_help = "Example: tantieme init --name \"Maison Example\" --iban DE02120300000000202051 --operator ada@example.org\n         tantieme --database postgres://house@db/house init --name \"Maison Example\" --url https://music.example.org\n\nWhat is not named is asked for where there is a terminal, and left for later where there is none."
)]
pub struct Init {
    /// The house's legal name
    #[arg(long)]
    name: Option<String>,
    /// Its address: `street; number; postcode; town; country`
    #[arg(long)]
    address: Option<String>,
    /// The currency that commands mean where none is named
    #[arg(long)]
    currency: Option<String>,
    /// The account that money for others lies in
    #[arg(long)]
    iban: Option<String>,
    /// Where its pages will be, such as `https://music.example.org`
    #[arg(long)]
    url: Option<String>,
    /// The mail address of whoever runs it first
    #[arg(long, value_name = "MAIL")]
    operator: Option<String>,
    /// A file whose first line is a first password of theirs
    #[arg(long, value_name = "FILE")]
    operator_password_file: Option<PathBuf>,
    /// The language of mails to them: `fr` or `en`
    #[arg(long)]
    lang: Option<String>,
}

/// What the house is told of itself.
struct Answers {
    name: String,
    address: String,
    currency: String,
    iban: String,
    url: String,
    operator: String,
    lang: String,
}

impl Init {
    /// Runs it: refuses to write over anything.
    pub async fn run(&self, place: &Place) -> Result<ExitCode, Failure> {
        let file = place.config.clone().unwrap_or_else(|| place.data.join(FILE));
        let keys = place.key_folder();
        nothing_there(place, &file, &keys)?;
        let answers = self.answers()?;
        let password = match &self.operator_password_file {
            Some(file) => {
                let text = String::from_utf8_lossy(&input::read_whole(file)?).into_owned();
                Some(text.lines().next().unwrap_or_default().to_owned())
            }
            None => None,
        };
        let made = (!place.data.exists(), !keys.exists());
        let done = make(place, &answers, &file, password).await;
        if done.is_err() && made == (true, true) && place.database.is_none() {
            // Half a house would stand in the way of the next attempt; nothing was in these folders before.
            let _ = std::fs::remove_dir_all(&place.data);
            let _ = std::fs::remove_dir_all(&keys);
        }
        let origin = done?;
        tell(place, &answers, &file, &keys, &origin);
        Ok(ExitCode::SUCCESS)
    }

    fn answers(&self) -> Result<Answers, Failure> {
        let answers = Answers {
            name: ask("The house's legal name", &self.name, "")?,
            address: ask("Its address (street; number; postcode; town; country)", &self.address, "")?,
            currency: ask("Its currency", &self.currency, "EUR")?,
            iban: ask("The account for money of others (IBAN)", &self.iban, "")?,
            url: ask("Where its pages will be", &self.url, "http://127.0.0.1:8080")?,
            operator: ask("Mail address of whoever runs it first", &self.operator, "")?,
            lang: ask("Language of mails (fr, en)", &self.lang, "fr")?,
        };
        if answers.name.is_empty() {
            return Err(refuse("init-name", "the house has no name", "`--name \"Maison Example\"`"));
        }
        input::parse::<money::Currency>("currency", &answers.currency)?;
        for (name, value) in policies(&answers) {
            policy::check(name, value)?;
        }
        if !answers.operator.is_empty() {
            app::mail::address(&answers.operator)?;
        }
        if !["fr", "en"].contains(&answers.lang.as_str()) {
            return Err(refuse(
                "init-lang",
                format!("`{}` is no language of the house", answers.lang),
                "`fr` or `en`",
            ));
        }
        Ok(answers)
    }
}

/// What was given, or an answer where somebody sits there, or what holds otherwise.
fn ask(what: &str, given: &Option<String>, otherwise: &str) -> Result<String, Failure> {
    if let Some(given) = given {
        return Ok(given.trim().to_owned());
    }
    if !std::io::stdin().is_terminal() || !std::io::stderr().is_terminal() {
        return Ok(otherwise.to_owned());
    }
    let shown = if otherwise.is_empty() { String::new() } else { format!(" [{otherwise}]") };
    let mut err = std::io::stderr().lock();
    let _ = write!(err, "{what}{shown}: ").and_then(|()| err.flush());
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line).map_err(|e| input::cannot_read(Path::new("-"), &e))?;
    let line = line.trim();
    Ok(if line.is_empty() { otherwise.to_owned() } else { line.to_owned() })
}

fn nothing_there(place: &Place, file: &Path, keys: &Path) -> Result<(), Failure> {
    let there = [file.to_owned(), place.data.join("tantieme.db"), keys.join("fields.key")];
    match there.iter().find(|f| f.exists()) {
        Some(one) => Err(refuse(
            "init-over-house",
            format!("`{}` is there already", one.display()),
            "a house is made once; name other folders with `--data` and `--keys` for another one",
        )),
        None => Ok(()),
    }
}

fn policies(a: &Answers) -> [(&'static str, &str); 4] {
    [("house-name", &a.name), ("house-address", &a.address), ("house-iban", &a.iban), ("house-url", &a.url)]
}

/// Makes it; tells the name of its log.
async fn make(place: &Place, a: &Answers, file: &Path, password: Option<String>) -> Result<String, Failure> {
    let house = place.open_as(Some(&origin_of(&a.url))).await?;
    let mut tx = house.store.begin_read().await?;
    let new = tx.is_new_house().await?;
    drop(tx);
    if !new {
        let hint = "a house is made once; name an empty database";
        return Err(refuse("init-over-house", "the database holds a house already", hint));
    }
    for (name, value) in policies(a).into_iter().filter(|p| !p.1.is_empty()) {
        policy::set(&house, name, value, "house").await?;
    }
    if !a.operator.is_empty() {
        let by = || "house".to_owned();
        let ask = Add {
            mail: a.operator.clone(),
            login: String::new(),
            name: String::new(),
            lang: a.lang.clone(),
            password,
            by: by(),
        };
        let who = sign_in::add(&house, ask).await?.id.to_string();
        let grant = Grant { who, role: Role::Operator, party: String::new(), until: None, by: by() };
        sign_in::grant(&house, grant).await?;
    }
    if let Some(folder) = file.parent().filter(|p| !p.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).map_err(|e| cannot_write(folder, &e))?;
    }
    ports::keys::write_private(file, settings(place, a, file).as_bytes())
        .map_err(|e| cannot_write(file, &e))?;
    Ok(house.origin.clone())
}

/// The name of the log: the host of the house's pages.
fn origin_of(url: &str) -> String {
    let host = url.split_once("://").map_or(url, |(_, rest)| rest);
    let host = host.split(['/', ':', '?', '#']).next().unwrap_or_default().to_ascii_lowercase();
    let fine = !host.is_empty()
        && host.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.' || b == b'-')
        && host.contains(|c: char| c.is_ascii_alphabetic());
    if fine { format!("{host}/log") } else { app::identity::ORIGIN.to_owned() }
}

/// The file of the settings: what was said, and everything else as a comment.
fn settings(place: &Place, a: &Answers, file: &Path) -> String {
    let whole = |p: &Path| std::path::absolute(p).unwrap_or_else(|_| p.to_owned()).display().to_string();
    let inside = file.parent() == Some(place.data.as_path());
    let said = |key: &str| match key {
        "data" if !inside => Some(whole(&place.data)),
        "keys" if place.keys.is_some() || !inside => Some(whole(&place.key_folder())),
        "database.url" => place.database.clone(),
        "currency" if a.currency != "EUR" => Some(a.currency.clone()),
        "mail.from" if !a.operator.is_empty() => None,
        _ => None,
    };
    let mut text = format!(
        "# Settings of {}. An option wins over the environment, the environment over this file; `tantieme config show`\n# prints what holds. What moves money or privacy is a policy: `tantieme policy list`.\n",
        a.name.replace(char::is_control, " ")
    );
    let mut table = "";
    // Keys without a table first, as TOML wants it.
    let (bare, within): (Vec<_>, Vec<_>) = config::SETTINGS.iter().partition(|s| !s.key.contains('.'));
    for setting in bare.into_iter().chain(within) {
        let (head, key) = setting.key.split_once('.').unwrap_or(("", setting.key));
        if head != table {
            let _ = write!(text, "\n[{head}]");
            table = head;
        }
        let (mark, value) = match said(setting.key) {
            Some(value) => ("", value),
            None => ("# ", setting.default.to_owned()),
        };
        let value = match setting.kind {
            config::Kind::Count(..) => value,
            _ => format!("\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\"")),
        };
        let _ = write!(text, "\n# {}\n{mark}{key} = {value}\n", setting.help);
    }
    text
}

fn tell(place: &Place, a: &Answers, file: &Path, keys: &Path, origin: &str) {
    let mut next = vec![format!(
        "copy the key folder {} to a safe place, apart from every backup: without it nothing that is encrypted can be read",
        keys.display()
    )];
    if a.iban.is_empty() {
        next.push(
            "name the account that money for others lies in: `tantieme policy set house-iban …`".to_owned(),
        );
    }
    if a.operator.is_empty() {
        next.push(
            "let somebody in: `tantieme sign-in add --mail …` and `tantieme sign-in grant … operator`"
                .to_owned(),
        );
    }
    next.push(
        "let a second person approve what the first prepares: `tantieme sign-in grant … approver`".to_owned(),
    );
    next.push("say how mail goes out: `[mail]` in the file of the settings".to_owned());
    next.push("read docs/law.md: what has to be settled before other people's money is taken".to_owned());
    next.push("start: `tantieme serve`".to_owned());
    if place.json {
        output::json(&json!({
            "settings": file.display().to_string(), "keys": keys.display().to_string(), "data": place.data.display().to_string(),
            "origin": origin, "next": next,
        }));
        return;
    }
    println!(
        "{} is made: settings in {}, keys in {}, its log is {origin}",
        a.name,
        file.display(),
        keys.display()
    );
    println!("\nNext:");
    for (number, step) in next.iter().enumerate() {
        println!("{}. {step}", number + 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_is_named_after_its_host() {
        for (url, want) in [
            ("https://Music.example.org/x", "music.example.org/log"),
            ("https://music.example.org:8443", "music.example.org/log"),
            ("http://127.0.0.1:8080", app::identity::ORIGIN),
            ("", app::identity::ORIGIN),
            ("https://a b", app::identity::ORIGIN),
        ] {
            assert_eq!(origin_of(url), want, "{url}");
        }
    }
}
