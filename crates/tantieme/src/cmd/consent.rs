//! `tantieme consent`: answers and audits from a registry, a file or the house's own.

use std::io::{BufRead, Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use app::Failure;
use base64::{Engine, engine::general_purpose::STANDARD};
use clap::{Args, Subcommand, ValueEnum};
use consent::audit::{self, CHUNK, Decided, Root, Row};
use consent::manifest::Manifest;
use consent::registry::{Level, read_line};
use consent::report::Report;
use consent::{Answer, Asked, Builder, Index, Language, Question, Session, Use};
use jiff::civil::Date;
use music::{Problem, Territory};
use proof::{Checkpoint, Hash, SigningKey};
use serde_json::{Value, json};

use crate::input::{self, cannot_read, cannot_write, refuse};
use crate::output;
use crate::wiring::Place;

/// The origin of an audit's root, where no house signs it.
const ORIGIN: &str = "tantieme.local/audit";

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
    Audit(Audit),
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
    registry: Option<PathBuf>,
    /// The use, such as `train.gen`
    #[arg(long = "use")]
    usage: String,
    /// Who asks: the id of a party
    #[arg(long)]
    licensee: String,
    /// The day the use begins
    #[arg(long)]
    on: String,
    /// The day after its last
    #[arg(long)]
    until: Option<String>,
    /// Where
    #[arg(long, default_value = "Worldwide")]
    territory: String,
    /// As of how many leaves of the log; all without
    #[arg(long)]
    log_size: Option<u64>,
    /// The model
    #[arg(long)]
    model: Option<String>,
    /// The model's version
    #[arg(long)]
    model_version: Option<String>,
    /// `research` or `commercial`
    #[arg(long)]
    purpose: Option<String>,
    /// The project a voice or a tool is used in
    #[arg(long)]
    project: Option<String>,
    /// How well everything must be verified that a yes rests on
    #[arg(long, default_value = "asserted")]
    min_level: String,
}

/// The language of the answer.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Tongue {
    En,
    Fr,
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

/// Answer for a manifest.
#[derive(Debug, Args)]
pub struct Audit {
    #[command(flatten)]
    asking: Asking,
    /// CSV or NDJSON with `isrc`, `recording`, `file_hash`, `iscc`, or `artist` and `title`
    #[arg(long)]
    manifest: PathBuf,
    /// Where the answers go; `-` is standard output
    #[arg(long, required_unless_present = "proof")]
    out: Option<PathBuf>,
    /// Print the proof that one row is under the root, counted from 1
    #[arg(long)]
    proof: Option<u64>,
    /// The signing key: a file of 64 hexadecimal digits; a key for this one time without
    #[arg(long)]
    key: Option<PathBuf>,
    /// How many threads; all cores without
    #[arg(long)]
    threads: Option<usize>,
}

impl Consent {
    /// Runs it.
    pub async fn run(&self, place: &Place) -> Result<ExitCode, Failure> {
        match self {
            Consent::Decide(c) => c.run(place).await,
            Consent::Audit(c) => c.run(place).await,
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
    fn question<'a>(&'a self, subject: Asked<'a>) -> Result<Question<'a>, Failure> {
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
    async fn index(&self, place: &Place) -> Result<(Index, Vec<Problem>), Failure> {
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

fn exit(bad: &[Problem]) -> ExitCode {
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
        let language = match self.lang {
            Tongue::En => Language::En,
            Tongue::Fr => Language::Fr,
        };
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

impl Audit {
    async fn run(&self, place: &Place) -> Result<ExitCode, Failure> {
        let as_json = place.json;
        let question = self.asking.question(Asked::Recording(""))?;
        let key = self.signing_key()?;
        let started = Instant::now();
        let (index, bad) = self.asking.index(place).await?;
        let built = started.elapsed().as_secs_f64();
        let started = Instant::now();
        let bytes = std::fs::read(&self.manifest).map_err(|e| cannot_read(&self.manifest, &e))?;
        let name = input::document_name(&self.manifest);
        let bad_head = |p: Problem| refuse(p.code, format!("`{name}`: {}", p.message), p.hint);
        let manifest = Manifest::open(&bytes).map_err(bad_head)?;
        let threads = self
            .threads
            .unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from))
            .max(1);
        let decided = decide_all(&index, &question, threads);
        let rows = resolve(&manifest, &index, &decided, threads);
        if self.proof.is_some_and(|n| n == 0 || n > rows.len() as u64) {
            return Err(refuse(
                "row-unknown",
                format!("the manifest has {} rows", rows.len()),
                "rows count from 1, without the header",
            ));
        }
        let (root, leaves) = self.write(&decided, &rows, threads)?;
        let checkpoint = Checkpoint {
            origin: key.name().to_owned(),
            size: rows.len() as u64,
            root,
            extensions: self.extensions(),
        };
        let note = checkpoint
            .sign(&key)
            .map_err(|e| refuse("checkpoint", e.to_string(), "ids in a question are one line"))?
            .to_string();
        if let Some(out) = self.out.as_deref().filter(|o| *o != Path::new("-")) {
            let mut name = out.as_os_str().to_owned();
            name.push(".root");
            input::write_whole(Path::new(&name), note.as_bytes())?;
        }
        let seconds = started.elapsed().as_secs_f64();
        eprintln!(
            "index of {} recordings and {} statements in {built:.1} s",
            index.recordings_len(),
            index.statements_len()
        );
        eprintln!("{} rows answered in {seconds:.1} s", rows.len());
        if self.key.is_none() {
            eprintln!("signed by a key for this one time; name your own with `--key`");
        }
        if let Some(row) = self.proof {
            print!("{}", self.row_proof(row, &decided, &rows, &leaves, &note)?);
        } else if as_json {
            output::json(
                &json!({ "rows": rows.len(), "outcomes": outcomes(&decided, &rows), "root": root.to_string(),
                "checkpoint": note, "verifier_key": key.verifier().to_string(), "index_s": built, "audit_s": seconds,
                "problems": bad.iter().map(output::problem).collect::<Vec<_>>() }),
            );
        } else if self.out.as_deref() != Some(Path::new("-")) {
            for (outcome, count) in outcomes(&decided, &rows) {
                println!("{count:>12} {outcome}");
            }
            println!("verifier key {}", key.verifier());
            print!("{note}");
        }
        Ok(exit(&bad))
    }

    fn signing_key(&self) -> Result<SigningKey, Failure> {
        let seed = match &self.key {
            None => ports::world::bytes::<32>(),
            Some(file) => {
                let text = std::fs::read_to_string(file).map_err(|e| cannot_read(file, &e))?;
                let bad = |_| {
                    refuse(
                        "key",
                        format!("`{}` is not a key", file.display()),
                        "a key file holds 64 hexadecimal digits",
                    )
                };
                *text.trim().parse::<Hash>().map_err(bad)?.as_bytes()
            }
        };
        SigningKey::from_seed(ORIGIN, &seed).map_err(|e| refuse("key", e.to_string(), ""))
    }

    /// The question, signed with the root.
    fn extensions(&self) -> Vec<String> {
        let a = &self.asking;
        let size = a.log_size.map_or_else(|| "all".to_owned(), |n| n.to_string());
        vec![
            format!("use {}", a.usage),
            format!("licensee {}", a.licensee),
            format!("on {}", a.on),
            format!("territory {}", a.territory),
            format!("log-size {size}"),
            format!("policy {}", consent::POLICY),
        ]
    }

    /// Writes the answers and gives their root, and the leaves where a proof is wanted.
    fn write(&self, decided: &Decided, rows: &[Row], threads: usize) -> Result<(Hash, Vec<Hash>), Failure> {
        let conditions = rows.iter().any(|r| decided.has_conditions(*r));
        let tails = decided.tails(conditions);
        let (mut root, mut leaves) = (Root::default(), Vec::new());
        let mut out = self.out.as_deref().map(|o| output_file(o).map(|f| (o, f))).transpose()?;
        if let Some((path, file)) = &mut out {
            writeln!(file, "{}", decided.header(conditions)).map_err(|e| cannot_write(path, &e))?;
        }
        let chunks: Vec<(usize, &[Row])> = rows.chunks(CHUNK).enumerate().collect();
        let wanted = self.proof.is_some();
        for batch in chunks.chunks(threads) {
            let done: Vec<_> = std::thread::scope(|scope| {
                let one = |(place, rows): &(usize, &[Row])| {
                    let (mut text, mut kept) = (Vec::with_capacity(rows.len() * 40), Vec::new());
                    let leaves = if wanted { Some(&mut kept) } else { None };
                    let hashes = tails.write((place * CHUNK + 1) as u64, rows, &mut text, leaves);
                    (text, hashes, rows.len(), kept)
                };
                let (tails_of, first) = batch.split_at(batch.len() - 1); // a batch has at least one chunk
                let others: Vec<_> = tails_of.iter().map(|c| scope.spawn(move || one(c))).collect();
                let mine: Vec<_> = first.iter().map(one).collect();
                others.into_iter().filter_map(|t| t.join().ok()).chain(mine).collect()
            });
            if done.len() != batch.len() {
                return Err(Failure::Fault(store::Fault::new("a thread of the audit stopped")));
            }
            for (text, hashes, many, kept) in done {
                root.push(hashes, many);
                leaves.extend(kept);
                if let Some((path, file)) = &mut out {
                    file.write_all(&text).map_err(|e| cannot_write(path, &e))?;
                }
            }
        }
        if let Some((path, file)) = &mut out {
            file.flush().map_err(|e| cannot_write(path, &e))?;
        }
        Ok((root.finish(), leaves))
    }

    /// The proof of one row (C2SP `tlog-proof`), the row itself as its extra data.
    fn row_proof(
        &self,
        row: u64,
        decided: &Decided,
        rows: &[Row],
        leaves: &[Hash],
        note: &str,
    ) -> Result<String, Failure> {
        let conditions = rows.iter().any(|r| decided.has_conditions(*r));
        let at = usize::try_from(row - 1).unwrap_or(usize::MAX); // checked to be at least 1
        let mut line = Vec::new();
        decided.tails(conditions).write(row, rows.get(at..=at).unwrap_or_default(), &mut line, None);
        let path = proof::merkle::inclusion_proof(leaves, row - 1).ok_or_else(|| {
            refuse("row-unknown", format!("row {row} is not in the manifest"), "rows count from 1")
        })?;
        let mut text = format!(
            "c2sp.org/tlog-proof@v1\nextra {}\nindex {}\n",
            STANDARD.encode(line.trim_ascii_end()),
            row - 1
        );
        for hash in path {
            text.push_str(&format!("{}\n", STANDARD.encode(hash.as_bytes())));
        }
        Ok(format!("{text}\n{note}"))
    }
}

fn output_file(path: &Path) -> Result<Box<dyn Write>, Failure> {
    if path == Path::new("-") {
        return Ok(Box::new(std::io::stdout()));
    }
    Ok(Box::new(std::fs::File::create(path).map_err(|e| cannot_write(path, &e))?))
}

fn decide_all(index: &Index, question: &Question<'_>, threads: usize) -> Decided {
    let many = index.recordings_len();
    let size = many.div_ceil(threads).max(1);
    let ranges: Vec<_> = (0..many).step_by(size).map(|a| a..(a + size).min(many)).collect();
    let parts = std::thread::scope(|scope| {
        let run = |range| scope.spawn(move || audit::decide_range(index, question, range));
        let running: Vec<_> = ranges.into_iter().map(run).collect();
        running.into_iter().filter_map(|t| t.join().ok()).collect()
    });
    audit::join(index, question, parts)
}

fn resolve(manifest: &Manifest<'_>, index: &Index, decided: &Decided, threads: usize) -> Vec<Row> {
    let parts: Vec<Vec<Row>> = std::thread::scope(|scope| {
        let run = |part| scope.spawn(move || manifest.resolve(part, index, decided));
        let running: Vec<_> = manifest.parts(threads).into_iter().map(run).collect();
        running.into_iter().filter_map(|t| t.join().ok()).collect()
    });
    parts.concat()
}

fn outcomes(decided: &Decided, rows: &[Row]) -> std::collections::BTreeMap<&'static str, u64> {
    let mut counts = std::collections::BTreeMap::new();
    for row in rows {
        if let Some(kind) = decided.kind(*row) {
            *counts.entry(kind.outcome).or_default() += 1;
        }
    }
    counts
}
