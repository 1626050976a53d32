//! `tantieme consent import` and `export`: what others say of uses by AI, and what is held here in their formats.

use std::path::PathBuf;
use std::process::ExitCode;

use app::Failure;
use app::consent::Spoken;
use app::consent::foreign::{self, Read};
use clap::{Args, ValueEnum};
use consent::foreign::rsl::Asker;
use consent::foreign::source::{For, Kind};
use consent::uses::{LIST, UseSet};
use serde_json::{Value, json};

use crate::input::{self, refuse};
use crate::output;
use crate::wiring::Place;

/// Read what others say.
#[derive(Debug, Args)]
pub struct Import {
    /// `robots.txt`, the head of an HTTP answer, a page, RSL, `tdmrep.json`, ODRL, TDM·AI, a CAWG assertion, a sound with a signed
    /// manifest, or our own statements as CSV or NDJSON
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// What the files are, where their content leaves it open
    #[arg(long, value_enum)]
    kind: Option<Known>,
    /// The address or path that is asked about
    #[arg(long, default_value = "/")]
    address: String,
    /// The crawler that asks
    #[arg(long, default_value = "*")]
    agent: String,
    /// The kind of user, as RSL tells them apart
    #[arg(long)]
    user: Option<String>,
    /// The country, as RSL tells them apart
    #[arg(long)]
    country: Option<String>,
    /// Refuse for this holder what the files refuse
    #[arg(long = "for", value_name = "PARTY")]
    holder: Option<String>,
    /// About what
    #[arg(long, default_value = "catalogue", requires = "holder")]
    subject: String,
    /// Who enters it
    #[arg(long, default_value = "house")]
    by: String,
}

/// The kinds by their words.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Known {
    Robots,
    Headers,
    Page,
    Rsl,
    Tdmrep,
    Odrl,
    Tdmai,
    Cawg,
}

/// Write what is allowed here.
#[derive(Debug, Args)]
pub struct Export {
    /// The format
    #[arg(long, value_enum)]
    format: Format,
    /// The recording it is about
    #[arg(long, required_unless_present = "party")]
    recording: Option<String>,
    /// A party whose own words are written; with a foreign format its whole catalogue
    #[arg(long, conflicts_with = "recording")]
    party: Option<String>,
    /// The address the file stands for; the ISCC for TDM·AI
    #[arg(long, default_value = "/")]
    address: String,
    /// Where to write it; standard output without
    #[arg(long)]
    out: Option<PathBuf>,
}

/// What can be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Aipref,
    Robots,
    Rsl,
    Tdmrep,
    Odrl,
    Cawg,
    Tdmai,
    Csv,
    Ndjson,
}

impl Known {
    const fn kind(self) -> Kind {
        match self {
            Known::Robots => Kind::Robots,
            Known::Headers => Kind::Headers,
            Known::Page => Kind::Page,
            Known::Rsl => Kind::Rsl,
            Known::Tdmrep => Kind::Tdmrep,
            Known::Odrl => Kind::Odrl,
            Known::Tdmai => Kind::Tdmai,
            Known::Cawg => Kind::Cawg,
        }
    }
}

/// The codes of a set of uses.
fn codes(set: UseSet) -> Vec<&'static str> {
    LIST.iter().filter(|r| set.has(r.usage)).map(|r| r.code).collect()
}

impl Import {
    /// Runs it: exit 1 where a file cannot be read.
    pub async fn run(&self, place: &Place) -> Result<ExitCode, Failure> {
        let (mut all, mut refused, mut bad) = (Vec::new(), UseSet::default(), false);
        let mut statements = Vec::new();
        for file in &self.files {
            let bytes = input::read_whole(file)?;
            let name = input::document_name(file);
            let asker = Asker { user: self.user.as_deref(), country: self.country.as_deref() };
            let asked = For { address: &self.address, agent: &self.agent, asker };
            let read = foreign::read(&name, &bytes, self.kind.map(Known::kind), asked)?;
            output::problems(&name, &read.problems);
            bad |= !read.problems.is_empty();
            refused.0 |= read.told.iter().fold(0, |set, t| set | t.refused.0);
            statements.extend(read.statements.clone());
            all.push((name, read));
        }
        let mut said = Vec::new();
        if let Some(holder) = &self.holder {
            let house = place.open().await?;
            let done = foreign::tighten(&house, holder, &self.subject, refused, &self.by).await?;
            said.extend(done.into_iter().map(Spoken::Said));
        }
        let mut taken = 0;
        if !statements.is_empty() {
            let house = place.open().await?;
            let outcome = foreign::say_all(&house, &statements, &self.by).await?;
            output::problems("statements", &outcome.problems);
            bad |= !outcome.problems.is_empty();
            taken = outcome.said.len();
            said.extend(outcome.said);
        }
        self.tell(place, &all, &said, taken);
        Ok(if bad { ExitCode::FAILURE } else { ExitCode::SUCCESS })
    }

    fn tell(&self, place: &Place, all: &[(String, Read)], said: &[Spoken], taken: usize) {
        let row = |s: &Spoken| match s {
            Spoken::Said(row) => json!({ "id": row.id, "entry": row.place }),
            Spoken::Waits(wait) => json!({ "waits": wait.id }),
        };
        if place.json {
            let files = all.iter().map(|(name, read)| {
                let told = read.told.iter().map(|t| {
                    json!({ "format": t.format, "about": t.about, "refused": codes(t.refused), "noted": codes(t.noted),
                        "tdm_reserved": t.reserved, "lost": t.lost })
                });
                json!({ "file": name, "told": told.collect::<Vec<Value>>(), "signed": read.signed, "statements": read.statements.len(),
                    "problems": read.problems.iter().map(output::problem).collect::<Vec<_>>() })
            });
            output::json(
                &json!({ "files": files.collect::<Vec<_>>(), "said": said.iter().map(row).collect::<Vec<_>>() }),
            );
            return;
        }
        for (name, read) in all {
            println!("{name}");
            for words in &read.signed {
                println!("  {words}");
            }
            for told in &read.told {
                let about = if told.about.is_empty() { String::new() } else { format!(" ({})", told.about) };
                println!("  {}{about}", told.format);
                let list = |set: UseSet| {
                    if set == UseSet::default() { "nothing".to_owned() } else { codes(set).join(" ") }
                };
                println!("    refuses  {}", list(told.refused));
                println!("    says yes {} (noted, never a permit)", list(told.noted));
                if let Some(reserved) = told.reserved {
                    println!("    text and data mining is {}reserved", if reserved { "" } else { "not " });
                }
                for words in &told.lost {
                    println!("    not kept: {words}");
                }
            }
        }
        if self.holder.is_some() || taken > 0 {
            println!(
                "{} statements are in the log",
                said.iter().filter(|s| matches!(s, Spoken::Said(_))).count()
            );
        }
    }
}

impl Export {
    /// Runs it.
    pub async fn run(&self, place: &Place) -> Result<ExitCode, Failure> {
        let house = place.open().await?;
        if matches!(self.format, Format::Csv | Format::Ndjson) {
            let Some(party) = &self.party else {
                return Err(refuse(
                    "consent-subject",
                    "our own statements are a party's",
                    "name it with `--party`",
                ));
            };
            let text = foreign::statements(&house, party, self.format == Format::Csv).await?;
            return self.write(place, &text, &[]);
        }
        let answers = foreign::answers(&house, self.recording.as_deref(), self.party.as_deref()).await?;
        use consent::foreign::{aipref, cawg, odrl, rsl, tdmai, tdmrep};
        let out = match self.format {
            Format::Aipref => aipref::export(&answers),
            Format::Robots => {
                let mut out = aipref::export(&answers);
                out.text = format!("User-agent: *\nContent-Usage: {} {}\nAllow: /\n", self.address, out.text);
                out
            }
            Format::Rsl => rsl::export(&self.address, &answers),
            Format::Tdmrep => tdmrep::export(&self.address, None, &answers),
            Format::Odrl => odrl::export(&self.address, &answers),
            Format::Cawg => cawg::export(&answers),
            Format::Tdmai => tdmai::export(&self.address, &answers),
            Format::Csv | Format::Ndjson => return Ok(ExitCode::SUCCESS),
        };
        self.write(place, &out.text, &out.unsaid)
    }

    fn write(&self, place: &Place, text: &str, unsaid: &[String]) -> Result<ExitCode, Failure> {
        let ended = format!("{}\n", text.trim_end());
        match &self.out {
            Some(file) => input::write_whole(file, ended.as_bytes())?,
            None if place.json => output::json(&json!({ "text": ended, "unsaid": unsaid })),
            None => print!("{ended}"),
        }
        for words in unsaid.iter().filter(|_| !place.json) {
            eprintln!("not said: {words}");
        }
        Ok(ExitCode::SUCCESS)
    }
}
