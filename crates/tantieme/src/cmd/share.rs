//! `tantieme share`: a pot by plays in Parquet files, exact and stateless; `tantieme share set` for rights shares.

use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use allocation::RuleSet;
use app::Failure;
use bulk::{Ask, Catalogue, Holders, Report, Written};
use clap::Args;
use money::Amount;
use music::Problem;
use serde_json::json;

use super::cluster::{Found, Together};
use super::party::ShareCommand;
use crate::input::{cannot_read, cannot_write, parse, refuse};
use crate::output;
use crate::wiring::Place;

/// The least memory a run can be held to, in bytes: decoding and sums need most of it.
const LEAST_MEMORY: u64 = 64 << 20;

/// Share a pot by plays in Parquet files, or set rights shares
#[derive(Debug, Args)]
#[command(
    args_conflicts_with_subcommands = true,
    subcommand_negates_reqs = true,
    after_help = "Example: tantieme share --rule user-centric --pot \"EUR 100000\" --plays 'plays/*.parquet' --out lines.csv --manifest run.json"
)]
pub struct Share {
    #[command(subcommand)]
    command: Option<ShareCommand>,
    /// A rule that ships, as `name` or `name@version`, or a TOML file
    #[arg(long, required = true)]
    rule: Option<String>,
    /// The pot, as in `EUR 100000`
    #[arg(long, required = true)]
    pot: Option<String>,
    /// Parquet files with `member` and `recording`, and optionally `plays`, `played_s`, `sought`, `artist`; a pattern
    /// in quotes, a file or a folder; may be repeated
    #[arg(long, required = true, value_name = "GLOB")]
    plays: Vec<String>,
    /// Paid seats; those of active members without
    #[arg(long)]
    seats: Option<u64>,
    /// Who holds what: CSV `recording,party,share_ppm`; then lines are by recording and party
    #[arg(long, value_name = "FILE")]
    shares: Option<PathBuf>,
    /// What is known of recordings: `recording` and any of `artist`, `territory`, `tags`, `threshold_plays`
    #[arg(long, value_name = "FILE")]
    catalogue: Option<PathBuf>,
    /// Where the institution that pays is; recordings of the catalogue with this territory are local
    #[arg(long)]
    territory: Option<String>,
    /// The plays are all those of the months that a threshold of the rule asks for
    #[arg(long)]
    plays_cover_threshold: bool,
    /// Where the lines go; `-` is standard output
    #[arg(long, required = true, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Where the manifest goes
    #[arg(long, value_name = "FILE")]
    manifest: Option<PathBuf>,
    /// How many threads; all cores without
    #[arg(long)]
    threads: Option<usize>,
    /// How much memory to use; past it rows go to disk
    #[arg(long, default_value = "2GiB")]
    memory: String,
    /// Where rows go on disk [default: the folder for temporary files]
    #[arg(long, value_name = "DIR")]
    work_dir: Option<PathBuf>,
    #[command(flatten)]
    cluster: Together,
}

impl Share {
    /// Runs it.
    pub async fn run(&self, place: &Place) -> Result<ExitCode, Failure> {
        match &self.command {
            Some(command) => command.run(place).await,
            None => self.share(place.json),
        }
    }

    fn share(&self, as_json: bool) -> Result<ExitCode, Failure> {
        let started = Instant::now();
        let out = self.out.as_deref().unwrap_or(Path::new("-"));
        if self.manifest.as_deref() == Some(out) && out != Path::new("-") {
            return Err(refuse(
                "file",
                "the lines and the manifest would be one file",
                "give each a name of its own",
            ));
        }
        let rule = self.rule.as_deref().unwrap_or_default();
        let report = match self.ask().and_then(|(ask, found)| self.cluster.share(&ask, rule, &found)) {
            Ok(report) => report,
            Err(Stop::Problems(problems)) => return Ok(refused(&problems, as_json)),
            Err(Stop::Failure(failure)) => return Err(failure),
        };
        let (written, manifest) = write(&report, out, self.manifest.as_deref())?;
        let control = report.outcome().control;
        eprintln!(
            "{} plays in {} rows shared over {} lines in {:.1} s",
            control.plays,
            control.rows,
            written.lines,
            started.elapsed().as_secs_f64()
        );
        if as_json && out != Path::new("-") {
            print!("{manifest}");
        }
        Ok(ExitCode::SUCCESS)
    }

    /// What the options ask for.
    fn ask(&self) -> Result<(Ask, Found), Stop> {
        let pot: Amount = parse("pot-amount", self.pot.as_deref().unwrap_or_default())?;
        if !pot.is_positive() {
            let hint = "a pot holds what was paid in; a correction is a run of its own";
            return Err(refuse("pot-empty", format!("a pot of {pot} shares nothing"), hint).into());
        }
        let rule = rule(self.rule.as_deref().unwrap_or_default())?;
        let here = self.territory.as_deref().map(|text| parse("territory-unknown", text)).transpose()?;
        let threads =
            self.threads.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from));
        let folder = self.work_dir.clone().unwrap_or_else(std::env::temp_dir);
        let found = Found::by(&self.plays, &folder)?;
        let ask = Ask {
            rule,
            pot,
            seats: self.seats,
            holders: self.shares.as_deref().map(Holders::read).transpose()?,
            catalogue: self.catalogue.as_deref().map(Catalogue::read).transpose()?,
            here,
            covers_threshold: self.plays_cover_threshold,
            threads: threads.clamp(1, 1024),
            memory: memory(&self.memory)?,
            folder,
            plays: found.files.clone(),
        };
        Ok((ask, found))
    }
}

/// Why it stopped: problems that are told with their place, or another failure.
pub enum Stop {
    Problems(Vec<Problem>),
    Failure(Failure),
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Stop {
        Stop::Failure(failure)
    }
}

impl From<bulk::Failure> for Stop {
    fn from(failure: bulk::Failure) -> Stop {
        match failure {
            bulk::Failure::Problem(problem) => Stop::Problems(vec![*problem]),
            bulk::Failure::Fault(fault) => Stop::Failure(Failure::Fault(store::Fault::new(fault))),
        }
    }
}

/// Shares with a progress bar.
pub fn watched(
    share: impl FnOnce(&bulk::Watch<'_>) -> Result<Report, bulk::Failure>,
) -> Result<Report, bulk::Failure> {
    let bar = output::progress("reading");
    let report = share(&|step, done, _| {
        if bar.message() != step {
            bar.set_message(step);
        }
        bar.set_position(done);
    });
    bar.finish_and_clear();
    report
}

fn refused(problems: &[Problem], as_json: bool) -> ExitCode {
    for p in problems {
        if as_json {
            let mut shown = output::problem(p);
            shown["document"] = json!(p.origin.document);
            eprintln!("{}", json!({ "error": shown }));
        } else {
            eprintln!("{p}");
        }
    }
    ExitCode::from(1)
}

/// A rule that ships, or one in a file.
fn rule(name: &str) -> Result<RuleSet, Stop> {
    let path = Path::new(name);
    if path.extension().is_none_or(|ending| ending != "toml") {
        return allocation::find(name).map_err(|problem| Stop::Problems(vec![problem]));
    }
    allocation::rule::read(&crate::input::document_name(path), &rule_text(name)?).map_err(Stop::Problems)
}

/// The text of the same.
pub fn rule_text(name: &str) -> Result<String, Failure> {
    let path = Path::new(name);
    if path.extension().is_some_and(|ending| ending == "toml") {
        return std::fs::read_to_string(path).map_err(|e| cannot_read(path, &e));
    }
    let found = allocation::find(name).ok();
    let shipped = allocation::shipped().iter().find(|shipped| {
        found.as_ref().is_some_and(|rule| shipped.file.strip_suffix(".toml") == Some(rule.name.as_str()))
    });
    Ok(shipped.map(|shipped| shipped.text.to_owned()).unwrap_or_default())
}

/// Bytes: `512MiB`, `2GiB`, `1.5GB`, or a plain number.
pub fn memory(text: &str) -> Result<u64, Failure> {
    let trimmed = text.trim();
    let digits = trimmed.find(|c: char| !c.is_ascii_digit()).unwrap_or(trimmed.len());
    let (number, unit) = trimmed.split_at(digits);
    let unit: Option<u64> = match unit.trim().to_ascii_lowercase().as_str() {
        "" | "b" => Some(1),
        "k" | "kib" => Some(1 << 10),
        "kb" => Some(1_000),
        "m" | "mib" => Some(1 << 20),
        "mb" => Some(1_000_000),
        "g" | "gib" => Some(1 << 30),
        "gb" => Some(1_000_000_000),
        "t" | "tib" => Some(1 << 40),
        "tb" => Some(1_000_000_000_000),
        _ => None,
    };
    let bytes = number.parse::<u64>().ok().zip(unit).and_then(|(number, unit)| number.checked_mul(unit));
    let bytes = bytes.ok_or_else(|| {
        refuse(
            "memory",
            format!("`{text}` is no size of memory"),
            "write a whole number with a unit, as in `512MiB` or `2GiB`",
        )
    })?;
    if bytes < LEAST_MEMORY {
        let message = format!("`{text}` is less than the {} MiB that are needed", LEAST_MEMORY >> 20);
        return Err(refuse("memory", message, "give at least `64MiB`"));
    }
    Ok(bytes)
}

/// Writes lines and manifest; half-written files are never seen under their names.
fn write(report: &Report, out: &Path, manifest: Option<&Path>) -> Result<(Written, String), Failure> {
    if out == Path::new("-") {
        let stdout = std::io::stdout();
        let written = report.write(&mut BufWriter::new(stdout.lock())).map_err(|e| cannot_write(out, &e))?;
        let text = report.manifest(&written);
        if let Some(path) = manifest {
            crate::input::write_whole(path, text.as_bytes())?;
        }
        return Ok((written, text));
    }
    let part = part_of(out);
    let fail = |error: std::io::Error| {
        // What is half written goes; if that fails too, the first error is the one to tell.
        let _ = std::fs::remove_file(&part);
        cannot_write(out, &error)
    };
    let written = write_lines(report, &part).map_err(fail)?;
    let text = report.manifest(&written);
    if let Some(path) = manifest
        && let Err(failure) = crate::input::write_whole(path, text.as_bytes())
    {
        let _ = std::fs::remove_file(&part);
        return Err(failure);
    }
    std::fs::rename(&part, out).map_err(fail)?;
    Ok((written, text))
}

fn write_lines(report: &Report, path: &Path) -> std::io::Result<Written> {
    let mut file = BufWriter::with_capacity(1 << 18, std::fs::File::create(path)?);
    let written = report.write(&mut file)?;
    file.flush()?;
    Ok(written)
}

fn part_of(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".part");
    path.with_file_name(name)
}
