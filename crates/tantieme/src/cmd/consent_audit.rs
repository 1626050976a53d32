//! `tantieme consent audit`: a manifest in, an answer for every row out, under one signed root.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use app::Failure;
use base64::{Engine, engine::general_purpose::STANDARD};
use clap::Args;
use consent::audit::{self, CHUNK, Columns, Decided, EXACT, Root, Row};
use consent::manifest::{ByTitle, Manifest};
use consent::summary::{self, Facts};
use consent::{Asked, Index, Question};
use matching::{Matcher, Session};
use music::Problem;
use proof::{Checkpoint, Hash, SigningKey};
use serde_json::json;

use super::consent::{Asking, Tongue, exit};
use crate::input::{self, cannot_read, cannot_write, refuse};
use crate::output;
use crate::wiring::Place;

/// The origin of an audit's root, where no house signs it.
const ORIGIN: &str = "tantieme.local/audit";

/// Answer for a manifest.
#[derive(Debug, Args)]
pub struct Audit {
    #[command(flatten)]
    asking: Asking,
    /// CSV, NDJSON or Parquet with `isrc`, `recording`, `file_hash`, `iscc`, or `artist` and `title`
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
    /// Only rows whose answer is another than as of this many leaves of the log
    #[arg(long, value_name = "SIZE", conflicts_with = "proof")]
    since: Option<u64>,
    /// Draft the public summary of training content (EU AI Act) from the audit into this file
    #[arg(long, value_name = "FILE")]
    summary: Option<PathBuf>,
    /// The language of the summary
    #[arg(long, value_enum, default_value = "en")]
    lang: Tongue,
    /// How many threads; all cores without
    #[arg(long)]
    threads: Option<usize>,
}

impl Audit {
    /// Runs it.
    pub async fn run(&self, place: &Place) -> Result<ExitCode, Failure> {
        let as_json = place.json;
        let question = self.asking.question(Asked::Recording(""))?;
        let key = self.signing_key()?;
        let started = Instant::now();
        let (index, bad) = self.asking.index(place).await?;
        let built = started.elapsed().as_secs_f64();
        let started = Instant::now();
        let bytes = self.bytes()?;
        let name = input::document_name(&self.manifest);
        let bad_head = |p: Problem| refuse(p.code, format!("`{name}`: {}", p.message), p.hint);
        let manifest = Manifest::open(&bytes).map_err(bad_head)?;
        let threads = self
            .threads
            .unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from))
            .max(1);
        let decided = decide_all(&index, &question, threads);
        let titles = if manifest.has_titles() { Titles::of(&index)? } else { None };
        let rows = match &titles {
            None => resolve(&manifest, &index, &decided, threads, None),
            Some(titles) => titles.resolve(&manifest, &index, &decided, threads)?,
        };
        if self.proof.is_some_and(|n| n == 0 || n > rows.len() as u64) {
            return Err(refuse(
                "row-unknown",
                format!("the manifest has {} rows", rows.len()),
                "rows count from 1, without the header",
            ));
        }
        let (root, leaves, written) = match self.since {
            None => self.write(&decided, &rows, threads).map(|(root, leaves)| (root, leaves, rows.len()))?,
            Some(size) => {
                let question = Question { log_size: size, ..question.clone() };
                let before = decide_all(&index, &question, threads);
                let then = match &titles {
                    None => resolve(&manifest, &index, &before, threads, None),
                    Some(titles) => titles.resolve(&manifest, &index, &before, threads)?,
                };
                self.write_changes(&decided, &rows, &before, &then)?
            }
        };
        let checkpoint = Checkpoint {
            origin: key.name().to_owned(),
            size: written as u64,
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
        if let Some(file) = &self.summary {
            let facts = self.facts(&decided, &rows, &root);
            input::write_whole(file, summary::draft(&facts, self.lang.language()).as_bytes())?;
        }
        let seconds = started.elapsed().as_secs_f64();
        eprintln!(
            "index of {} recordings and {} statements in {built:.1} s",
            index.recordings_len(),
            index.statements_len()
        );
        eprintln!("{} rows answered in {seconds:.1} s", rows.len());
        if let Some(size) = self.since {
            eprintln!("{written} of them are answered otherwise than as of {size} entries");
        }
        if self.key.is_none() {
            eprintln!("signed by a key for this one time; name your own with `--key`");
        }
        if let Some(row) = self.proof {
            print!("{}", self.row_proof(row, &decided, &rows, &leaves, &note)?);
        } else if as_json {
            output::json(
                &json!({ "rows": rows.len(), "written": written, "outcomes": outcomes(&decided, &rows), "root": root.to_string(),
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
        [
            format!("use {}", a.usage),
            format!("licensee {}", a.licensee),
            format!("on {}", a.on),
            format!("territory {}", a.territory),
            format!("log-size {size}"),
            format!("policy {}", consent::POLICY),
        ]
        .into_iter()
        .chain(self.since.map(|size| format!("since {size}")))
        .collect()
    }

    /// The manifest's bytes; Parquet as CSV, anything else as it is read.
    fn bytes(&self) -> Result<Vec<u8>, Failure> {
        let bytes = std::fs::read(&self.manifest).map_err(|e| cannot_read(&self.manifest, &e))?;
        if !bytes.starts_with(bulk::texts::MAGIC) {
            return Ok(consent::manifest::plain(bytes));
        }
        drop(bytes);
        bulk::texts::columns_as_csv(&self.manifest, &consent::manifest::reads_column).map_err(|failure| {
            match failure {
                bulk::Failure::Problem(p) => {
                    refuse(p.code, format!("`{}`: {}", self.manifest.display(), p.message), p.hint.clone())
                }
                bulk::Failure::Fault(words) => Failure::Fault(store::Fault::new(words)),
            }
        })
    }

    /// What the audit counted, for the summary.
    fn facts(&self, decided: &Decided, rows: &[Row], root: &Hash) -> Facts {
        let a = &self.asking;
        let (mut reasons, mut methods) = (BTreeMap::new(), BTreeMap::new());
        for row in rows {
            let reason = decided.kind(*row).and_then(|k| k.reasons.split(';').next()).unwrap_or_default();
            if !reason.is_empty() {
                *reasons.entry(reason).or_insert(0_u64) += 1;
            }
            *methods.entry(row.method().code()).or_insert(0_u64) += 1;
        }
        let owned = |m: BTreeMap<&str, u64>| m.into_iter().map(|(k, n)| (k.to_owned(), n)).collect();
        Facts {
            licensee: a.licensee.clone(),
            model: [a.model.as_deref(), a.model_version.as_deref()]
                .into_iter()
                .flatten()
                .collect::<Vec<_>>()
                .join(" "),
            usage: a.usage.clone(),
            on: a.on.clone(),
            territory: a.territory.clone(),
            log_size: a.log_size.map(|n| n.to_string()).unwrap_or_default(),
            rows: rows.len() as u64,
            outcomes: owned(outcomes(decided, rows)),
            reasons: owned(reasons),
            methods: owned(methods),
            root: root.to_string(),
        }
    }

    /// Writes the rows that are answered otherwise, under a root of their own; tells how many.
    fn write_changes(
        &self,
        decided: &Decided,
        rows: &[Row],
        before: &Decided,
        then: &[Row],
    ) -> Result<(Hash, Vec<Hash>, usize), Failure> {
        let lines = decided.changes(rows, before, then);
        let leaves: Vec<Hash> = lines.iter().map(|l| proof::merkle::leaf_hash(l.as_bytes())).collect();
        if let Some(path) = self.out.as_deref() {
            let mut file = std::io::BufWriter::new(output_file(path)?);
            let mut put = |line: &str| writeln!(file, "{line}").map_err(|e| cannot_write(path, &e));
            put(&format!("{},was", decided.columns(rows).header()))?;
            lines.iter().try_for_each(|l| put(l))?;
            file.flush().map_err(|e| cannot_write(path, &e))?;
        }
        Ok((proof::merkle::root(&leaves), leaves, lines.len()))
    }

    /// Writes the answers and gives their root, and the leaves where a proof is wanted.
    fn write(&self, decided: &Decided, rows: &[Row], threads: usize) -> Result<(Hash, Vec<Hash>), Failure> {
        let columns: Columns = decided.columns(rows);
        let tails = decided.tails(columns);
        let (mut root, mut leaves) = (Root::default(), Vec::new());
        let mut out = self.out.as_deref().map(|o| output_file(o).map(|f| (o, f))).transpose()?;
        if let Some((path, file)) = &mut out {
            writeln!(file, "{}", columns.header()).map_err(|e| cannot_write(path, &e))?;
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
        let columns = decided.columns(rows);
        let at = usize::try_from(row - 1).unwrap_or(usize::MAX); // checked to be at least 1
        let mut line = Vec::new();
        decided.tails(columns).write(row, rows.get(at..=at).unwrap_or_default(), &mut line, None);
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

fn resolve(
    manifest: &Manifest<'_>,
    index: &Index,
    decided: &Decided,
    threads: usize,
    matcher: Option<&Matcher<'_>>,
) -> Vec<Row> {
    let parts: Vec<Vec<Row>> = std::thread::scope(|scope| {
        let one = move |part| {
            let Some(matcher) = matcher else { return manifest.resolve(part, index, decided, None) };
            let session = RefCell::new(matcher.session());
            let by_title =
                |artist: &str, title: &str| found(matcher, &mut session.borrow_mut(), artist, title);
            manifest.resolve(part, index, decided, Some(&by_title as &ByTitle<'_>))
        };
        let run = |part| scope.spawn(move || one(part));
        let running: Vec<_> = manifest.parts(threads).into_iter().map(run).collect();
        running.into_iter().filter_map(|t| t.join().ok()).collect()
    });
    parts.concat()
}

fn outcomes(decided: &Decided, rows: &[Row]) -> BTreeMap<&'static str, u64> {
    let mut counts = BTreeMap::new();
    for row in rows {
        if let Some(kind) = decided.kind(*row) {
            *counts.entry(kind.outcome).or_default() += 1;
        }
    }
    counts
}

/// Artists and titles of the registry, ready to be matched.
struct Titles {
    bytes: Vec<u8>,
}

impl Titles {
    /// Nothing where the registry has no titles.
    fn of(index: &Index) -> Result<Option<Titles>, Failure> {
        if index.texts().is_empty() {
            return Ok(None);
        }
        let mut builder = matching::Builder::default();
        for (number, artist, title) in index.texts().iter() {
            let id = number.to_string();
            builder.push(&matching::index::Row { id: &id, artist, title, ..matching::index::Row::default() });
        }
        let bytes = builder.finish().map_err(|e| refuse("registry", e.to_string(), "split the registry"))?;
        Ok(Some(Titles { bytes }))
    }

    fn resolve(
        &self,
        manifest: &Manifest<'_>,
        index: &Index,
        decided: &Decided,
        threads: usize,
    ) -> Result<Vec<Row>, Failure> {
        let open = matching::Index::open(&self.bytes)
            .map_err(|e| Failure::Fault(store::Fault::new(format!("the index of titles: {e}"))))?;
        let matcher = Matcher::new(&open, matching::Model::shipped());
        Ok(resolve(manifest, index, decided, threads, Some(&matcher)))
    }
}

/// The recording that the matcher is sure enough of, with its chance in ten-thousandths.
fn found(
    matcher: &Matcher<'_>,
    session: &mut Session<'_, '_>,
    artist: &str,
    title: &str,
) -> Option<(u32, u16)> {
    let verdict = session.match_line(&matching::Query { artist, title, ..matching::Query::default() });
    let best = verdict.best().filter(|_| verdict.decision == matching::Decision::Matched)?;
    let number = matcher.index().id(best.row).parse().ok()?;
    let chance = (verdict.probability * f64::from(EXACT)).round().clamp(0.0, f64::from(EXACT));
    Some((number, chance as u16))
}
