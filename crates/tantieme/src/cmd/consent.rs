//! `tantieme consent`: answers and audits from a registry, a file or the house's own.

use std::io::{BufRead, Read};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use app::Failure;
use clap::{Args, Subcommand, ValueEnum};
use consent::registry::{Level, read_line};
use consent::report::Report;
use consent::{Answer, Asked, Builder, Index, Language, Question, Session, Use};
use jiff::civil::Date;
use music::{Problem, Territory};
use serde_json::{Value, json};

use crate::input::{self, cannot_read, refuse};
use crate::output;
use crate::wiring::Place;

/// Consent to uses by AI
#[derive(Debug, Subcommand)]
pub enum Consent {
    /// May this recording be used this way? Answers with reasons, who was asked, and what was said
    #[command(
        after_help = "Example: tantieme consent decide --registry consents.ndjson --recording DEA122600001 --use train.gen --licensee modelmaker --on 2026-11-01 --territory FR"
    )]
    Decide(Decide),
    /// Answer for every row of a manifest, with one signed root over all answers
    #[command(
        after_help = "Example: tantieme consent audit --registry consents.ndjson --manifest manifest.csv --use train.gen --licensee modelmaker --on 2026-11-01 --territory FR --out answers.csv"
    )]
    Audit(super::consent_audit::Audit),
    /// What files that others wrote say of uses by AI; with `--for` it tightens what is held here
    #[command(
        after_help = "Example: tantieme consent import robots.txt undertow.wav license.xml\n         tantieme consent import undertow.wav --for \"Mira Feld\" --subject recording:DEA122600001"
    )]
    Import(super::consent_foreign::Import),
    /// What is allowed here, in the formats of others, with a list of what they cannot say
    #[command(after_help = "Example: tantieme consent export --format aipref --recording DEA122600001")]
    Export(super::consent_foreign::Export),
    /// Forget what a person said: text and salt go, the log stays, and what remains is silence
    #[command(after_help = "Example: tantieme consent erase \"Mira Feld\" --by Ines")]
    Erase {
        /// The person
        party: String,
        /// Who does it
        #[arg(long, default_value = "house")]
        by: String,
    },
    /// What the house itself may do with recordings, by the same decision as everybody
    #[command(after_help = "Example: tantieme consent own")]
    Own,
    /// What the house keeps
    #[command(flatten)]
    Kept(super::consent_house::Kept),
    /// The uses that can be asked for, and who must agree
    #[command(after_help = "Example: tantieme consent uses --json")]
    Uses,
    /// The schema of registry lines, as Markdown
    #[command(after_help = "Example: tantieme consent schema > registry.md")]
    Schema,
}

/// What every question tells.
#[derive(Debug, Args)]
pub struct Asking {
    /// Registry lines (NDJSON, also .xz, .zst, .gz), a folder of such files, a data folder or its export; the house's own without
    #[arg(long)]
    pub(super) registry: Option<PathBuf>,
    /// The use, such as `train.gen`
    #[arg(long = "use")]
    pub(super) usage: String,
    /// Who asks: the id of a party
    #[arg(long)]
    pub(super) licensee: String,
    /// The day the use begins
    #[arg(long)]
    pub(super) on: String,
    /// The day after its last
    #[arg(long)]
    pub(super) until: Option<String>,
    /// Where
    #[arg(long, default_value = "Worldwide")]
    pub(super) territory: String,
    /// As of how many leaves of the log; all without
    #[arg(long)]
    pub(super) log_size: Option<u64>,
    /// The model
    #[arg(long)]
    pub(super) model: Option<String>,
    /// The model's version
    #[arg(long)]
    pub(super) model_version: Option<String>,
    /// `research` or `commercial`
    #[arg(long)]
    pub(super) purpose: Option<String>,
    /// The project a voice or a tool is used in
    #[arg(long)]
    pub(super) project: Option<String>,
    /// How well everything must be verified that a yes rests on
    #[arg(long, default_value = "asserted")]
    pub(super) min_level: String,
}

/// The language of the answer.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum Tongue {
    En,
    Fr,
}

impl Tongue {
    pub(super) const fn language(self) -> Language {
        match self {
            Tongue::En => Language::En,
            Tongue::Fr => Language::Fr,
        }
    }
}

/// Answer one question.
#[derive(Debug, Args)]
pub struct Decide {
    #[command(flatten)]
    asking: Asking,
    /// The recording: its id or its ISRC
    #[arg(long, required_unless_present = "person")]
    recording: Option<String>,
    /// A person instead of a recording: for voice, style and name
    #[arg(long, conflicts_with = "recording")]
    person: Option<String>,
    /// The language of the answer
    #[arg(long, value_enum, default_value = "en")]
    lang: Tongue,
}

impl Consent {
    /// Runs it.
    pub async fn run(&self, place: &Place) -> Result<ExitCode, Failure> {
        match self {
            Consent::Decide(c) => c.run(place).await,
            Consent::Audit(c) => c.run(place).await,
            Consent::Import(c) => c.run(place).await,
            Consent::Export(c) => c.run(place).await,
            Consent::Erase { party, by } => {
                let house = place.open().await?;
                let done = app::consent::erase::erase(&house, party, by).await?;
                if place.json {
                    output::json(&json!({ "statements": done.statements, "mandates": done.mandates }));
                } else {
                    println!("{} statements forgotten, {} mandates ended", done.statements, done.mandates);
                }
                Ok(ExitCode::SUCCESS)
            }
            Consent::Own => own(place).await,
            Consent::Kept(c) => c.run(place).await,
            Consent::Uses => {
                uses(place.json);
                Ok(ExitCode::SUCCESS)
            }
            Consent::Schema => {
                print!("{}", consent::schema::page());
                Ok(ExitCode::SUCCESS)
            }
        }
    }
}

async fn own(place: &Place) -> Result<ExitCode, Failure> {
    let house = place.open().await?;
    let mut rows = Vec::new();
    for (activity, usage) in app::consent::own::ACTIVITIES {
        rows.push((activity, app::consent::own::decided(&house, usage).await?));
    }
    if place.json {
        let row = |(activity, own): &(&str, app::consent::own::Own)| {
            json!({ "activity": activity, "terms": own.terms, "allowed": own.allowed.len(), "refused": own.refused.len(),
                "spoken_against": own.spoken_against.len() })
        };
        output::json(&rows.iter().map(row).collect());
    } else {
        let rows = rows.iter().map(|(activity, own)| {
            vec![
                (*activity).to_owned(),
                own.allowed.len().to_string(),
                own.refused.len().to_string(),
                own.terms.clone(),
            ]
        });
        output::table(&["what", "may", "may not", "asked as"], rows.collect());
    }
    Ok(ExitCode::SUCCESS)
}

fn uses(as_json: bool) {
    let needs = |r: &consent::uses::Row| {
        let need = |n: &consent::uses::Need| {
            format!("{}{}", n.role.code(), if n.in_person { " in person" } else { "" })
        };
        r.needs.iter().map(need).collect::<Vec<_>>()
    };
    if as_json {
        let rows = consent::uses::LIST.iter();
        output::json(
            &rows.map(|r| json!({ "use": r.code, "en": r.en, "fr": r.fr, "asks": needs(r) })).collect(),
        );
        return;
    }
    let rows =
        consent::uses::LIST.iter().map(|r| vec![r.code.to_owned(), r.en.to_owned(), needs(r).join(", ")]);
    output::table(&["use", "what it is", "who must agree"], rows.collect());
}

impl Asking {
    pub(super) fn question<'a>(&'a self, subject: Asked<'a>) -> Result<Question<'a>, Failure> {
        let usage: Use = self.usage.parse().map_err(|e: consent::uses::UnknownUse| {
            refuse(
                "use-unknown",
                format!("`{}` is not a use", e.0),
                "`tantieme consent uses` lists them; a question asks for one use, not for a group",
            )
        })?;
        let day = |text: &str| -> Result<Date, Failure> {
            let bad =
                |_| refuse("date-bad", format!("`{text}` is not a day"), "write a day such as 2026-11-01");
            text.parse().map_err(bad)
        };
        let bad_place =
            |e: music::territory::UnknownTerritory| refuse("territory-unknown", e.to_string(), "");
        let territory: Territory = self.territory.parse().map_err(bad_place)?;
        let min_level: Level = self.min_level.parse().map_err(|e: String| refuse("level-unknown", e, ""))?;
        if let Some(p) = self.purpose.as_deref().filter(|p| !["research", "commercial"].contains(p)) {
            return Err(refuse(
                "purpose-unknown",
                format!("`{p}` is not a purpose"),
                "write `research` or `commercial`",
            ));
        }
        Ok(Question {
            until: self.until.as_deref().map(day).transpose()?,
            log_size: self.log_size.unwrap_or(u64::MAX),
            model: self.model.as_deref(),
            version: self.model_version.as_deref(),
            purpose: self.purpose.as_deref(),
            project: self.project.as_deref(),
            min_level,
            ..Question::new(subject, usage, &self.licensee, day(&self.on)?, territory)
        })
    }

    /// The index of the registry, or of a house, and what was wrong with its lines.
    pub(super) async fn index(&self, place: &Place) -> Result<(Index, Vec<Problem>), Failure> {
        let Some(registry) = &self.registry else {
            let house = place.open().await?;
            return Ok((app::consent::registry::index(&house, u64::MAX).await?, Vec::new()));
        };
        if registry.join("tantieme.db").is_file() {
            let house = place.beside(registry).await?;
            return Ok((app::consent::registry::index(&house, u64::MAX).await?, Vec::new()));
        }
        index(registry)
    }
}

/// The index of a registry, and what was wrong with its lines: the first twenty problems of each file.
pub fn index(registry: &Path) -> Result<(Index, Vec<Problem>), Failure> {
    let mut files = vec![registry.to_owned()];
    if registry.join("registry.ndjson").is_file() {
        files = vec![registry.join("registry.ndjson")];
    } else if registry.is_dir() {
        let entries = std::fs::read_dir(registry).map_err(|e| cannot_read(registry, &e))?;
        files =
            entries.flatten().map(|e| e.path()).filter(|p| p.to_string_lossy().contains(".ndjson")).collect();
        files.sort();
    }
    let (mut builder, mut bad) = (Builder::default(), Vec::new());
    for file in &files {
        bad.extend(read_registry(file, &mut builder)?);
    }
    Ok((builder.finish(), bad))
}

fn read_registry(file: &Path, builder: &mut Builder) -> Result<Vec<Problem>, Failure> {
    let mut lines = formats::catalogue::decompress(input::open(file)?);
    let (mut problems, mut many, mut line): (Vec<Problem>, usize, Vec<u8>) = (Vec::new(), 0, Vec::new());
    for number in 1.. {
        line.clear();
        // Longer lines are cut, told as a problem and skipped to their end, so that memory stays bounded.
        let most = consent::registry::LINE_MOST as u64 + 2;
        let read = (&mut lines).take(most).read_until(b'\n', &mut line).map_err(|e| cannot_read(file, &e))?;
        if read == 0 {
            break;
        }
        if read as u64 == most && line.last() != Some(&b'\n') {
            skip_line(&mut lines).map_err(|e| cannot_read(file, &e))?;
        }
        let done =
            read_line(number, &line).and_then(|object| object.map_or(Ok(()), |o| builder.push(number, &o)));
        if let Err(problem) = done {
            many += 1;
            if problems.len() < 20 {
                problems.push(problem);
            }
        }
    }
    output::problems(&input::document_name(file), &problems);
    if many > problems.len() {
        eprintln!("… and {} more problems", many - problems.len());
    }
    Ok(problems)
}

fn skip_line(lines: &mut dyn BufRead) -> std::io::Result<()> {
    loop {
        let (used, found) = {
            let held = lines.fill_buf()?;
            let end = held.iter().position(|b| *b == b'\n');
            (end.map_or(held.len(), |e| e + 1), end.is_some() || held.is_empty())
        };
        lines.consume(used);
        if found {
            return Ok(());
        }
    }
}

pub(super) fn exit(bad: &[Problem]) -> ExitCode {
    if bad.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

impl Decide {
    async fn run(&self, place: &Place) -> Result<ExitCode, Failure> {
        let as_json = place.json;
        let subject = match (&self.recording, &self.person) {
            (_, Some(person)) => Asked::Person(person),
            (recording, None) => Asked::Recording(recording.as_deref().unwrap_or_default()),
        };
        let question = self.asking.question(subject)?;
        let (index, bad) = self.asking.index(place).await?;
        let mut answer = Answer::default();
        index.decide(&question, &mut Session::default(), &mut answer);
        let report = index.report(&question, &answer);
        let language = self.lang.language();
        if as_json {
            let mut value = told(&report, &question, answer.needs_license, language);
            value["problems"] = bad.iter().map(output::problem).collect();
            output::json(&value);
        } else {
            let reason = report.reasons.codes();
            println!("{}{}{reason}", report.outcome.code(), if reason.is_empty() { "" } else { " " });
            println!("{}", report.words(question.usage, language));
        }
        Ok(exit(&bad))
    }
}

fn told(r: &Report, q: &Question<'_>, needs_license: bool, language: Language) -> Value {
    let asked = r.asked.iter().map(|h| {
        json!({ "role": h.role, "party": h.party, "name": h.name, "stand": h.stand.code(), "by": h.by,
            "reasons": h.reasons.iter().map(|x| x.code()).collect::<Vec<_>>() })
    });
    let reasons: Vec<_> =
        r.reasons.iter().map(|x| x.code()).chain(needs_license.then_some("NEEDS_LICENSE")).collect();
    json!({
        "outcome": r.outcome.code(),
        "reason": reasons.first(),
        "reasons": reasons,
        "conditions": r.conditions,
        "offers": r.offers.iter().map(|(p, o)| json!({ "party": p, "offer": o })).collect::<Vec<_>>(),
        "asked": asked.collect::<Vec<_>>(),
        "statements": r.asked.iter().filter_map(|h| h.by.clone()).collect::<std::collections::BTreeSet<_>>(),
        "disputes": r.disputes,
        "weakest_verification": r.weakest.code(),
        "tdm_reserved": r.tdm_reserved,
        "policy": consent::POLICY,
        "words": r.words(q.usage, language),
    })
}
