//! `tantieme match` and `tantieme index`: stateless, streaming, the same bytes whatever the thread count.

use std::io::{BufRead, BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::{Arc, Mutex, mpsc};
use std::time::Instant;

use app::Failure;
use clap::Args;
use matching::bulk::{ANSWER_HEADER, Header, SET_MOST, match_sets};
use matching::{Builder, Model};
use ports::index_file::IndexFile;

use crate::input::{self, cannot_read, cannot_write, refuse};
use crate::output;

/// Match lines against a catalogue
#[derive(Debug, Args)]
#[command(
    after_help = "Example: tantieme match --catalogue catalogue.tsv.xz --lines lines.tsv --out answers.tsv"
)]
pub struct Match {
    /// A catalogue (TSV, also .xz, .zst, .gz) or an index made by `tantieme index`
    #[arg(long)]
    catalogue: PathBuf,
    /// TSV with `line text`, or `line` and any of `artist title version label duration_s isrc`; lines of one `set` (and
    /// `performer`) that stand together are matched together
    #[arg(long)]
    lines: PathBuf,
    /// Where the answers go; `-` is standard output
    #[arg(long)]
    out: PathBuf,
    /// How many threads; all cores without
    #[arg(long)]
    threads: Option<usize>,
}

/// Build the memory-mapped index
#[derive(Debug, Args)]
#[command(after_help = "Example: tantieme index --catalogue catalogue.tsv.xz --out catalogue.index")]
pub struct Index {
    /// A catalogue (TSV, also .xz, .zst, .gz)
    #[arg(long)]
    catalogue: PathBuf,
    /// Where the index goes
    #[arg(long)]
    out: PathBuf,
}

impl Index {
    /// Runs it.
    pub fn run(&self) -> Result<ExitCode, Failure> {
        let started = Instant::now();
        let (bytes, rows) = build(&self.catalogue)?;
        let size = bytes.len();
        IndexFile::create(&self.out, bytes).map_err(|e| cannot_write(&self.out, &e))?;
        eprintln!(
            "{rows} recordings, {size} bytes ({} a recording), {:.1} s",
            size / rows.max(1),
            started.elapsed().as_secs_f64()
        );
        Ok(ExitCode::SUCCESS)
    }
}

impl Match {
    /// Runs it.
    pub fn run(&self) -> Result<ExitCode, Failure> {
        let bytes = open_catalogue(&self.catalogue)?;
        let bad = |e: matching::index::OpenError| {
            refuse(
                "index-invalid",
                format!("`{}`: {e}", self.catalogue.display()),
                "build it anew: `tantieme index`",
            )
        };
        let index = matching::Index::open(&bytes).map_err(bad)?;
        let matcher = matching::Matcher::new(&index, Model::shipped());
        let mut lines = formats::catalogue::decompress(input::open(&self.lines)?);
        let mut header = String::new();
        read_line(&mut lines, &mut header).map_err(|e| cannot_read(&self.lines, &e))?;
        let header = Header::new(&header);
        if !header.has("line") || !["text", "artist", "title", "isrc"].iter().any(|c| header.has(c)) {
            return Err(refuse(
                "lines-header",
                format!("`{}` has no header with `line` and `text`", self.lines.display()),
                "the first row names the columns: `line text`, or `line` with any of `artist title version label duration_s isrc`",
            ));
        }
        let threads = self
            .threads
            .unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from))
            .max(1);
        let started = Instant::now();
        let (count, accepted) = self.stream(&matcher, &header, lines, threads)?;
        let seconds = started.elapsed().as_secs_f64();
        eprintln!(
            "{accepted} of {count} lines matched, {:.0} lines/s, peak memory {}",
            count as f64 / seconds.max(1e-9),
            peak_memory()
        );
        Ok(ExitCode::SUCCESS)
    }

    /// One reader, some workers, one writer that puts the answers back in order. The reader never runs further ahead of
    /// the writer than a few chunks per thread, however long one chunk takes, so memory does not grow with the file.
    fn stream(
        &self,
        matcher: &matching::Matcher<'_>,
        header: &Header,
        lines: Box<dyn BufRead + Send + '_>,
        threads: usize,
    ) -> Result<(u64, u64), Failure> {
        let bar = output::progress("matching");
        let mut out = output_file(&self.out)?;
        writeln!(out, "{ANSWER_HEADER}").map_err(|e| cannot_write(&self.out, &e))?;
        let ahead = threads * 8;
        let (permit, permits) = mpsc::sync_channel::<()>(ahead);
        for _ in 0..ahead {
            // There is room for all of them.
            let _ = permit.try_send(());
        }
        let (todo, jobs) = mpsc::sync_channel::<(u64, Vec<String>)>(threads * 2);
        let (answers, done) = mpsc::sync_channel::<(u64, u64, u64, String)>(threads * 2);
        // Shared by the workers alone: when the last of them stops, the reader learns that nobody listens.
        let jobs = Arc::new(Mutex::new(jobs));
        let (mut count, mut accepted) = (0, 0);
        let result: Result<(), Failure> = std::thread::scope(|scope| {
            let reader = scope.spawn(move || -> std::io::Result<()> {
                let mut chunks = Chunks { lines, header, next: None };
                for number in 0.. {
                    let chunk = chunks.take()?;
                    if chunk.is_empty() || permits.recv().is_err() || todo.send((number, chunk)).is_err() {
                        break;
                    }
                }
                Ok(())
            });
            for _ in 0..threads {
                let (jobs, answers) = (Arc::clone(&jobs), answers.clone());
                scope.spawn(move || {
                    let mut session = matcher.session();
                    loop {
                        let job = jobs.lock().map(|j| j.recv());
                        let Ok(Ok((number, chunk))) = job else { return };
                        let mut text = String::with_capacity(chunk.len() * 120);
                        let lines: Vec<&str> = chunk.iter().map(String::as_str).collect();
                        let accepted = match_sets(&mut session, header, &lines, &mut text);
                        if answers.send((number, chunk.len() as u64, accepted, text)).is_err() {
                            return;
                        }
                    }
                });
            }
            drop((answers, jobs));
            // Owned here, so that a reader that waits for it wakes up where writing fails.
            let permit = permit;
            let mut waiting = std::collections::BTreeMap::new();
            let mut next = 0;
            for (number, lines, matched, text) in done {
                waiting.insert(number, text);
                count += lines;
                accepted += matched;
                while let Some(text) = waiting.remove(&next) {
                    out.write_all(text.as_bytes()).map_err(|e| cannot_write(&self.out, &e))?;
                    next += 1;
                    // A reader that has finished wants no more permits.
                    let _ = permit.try_send(());
                }
                bar.set_position(count);
            }
            match reader.join() {
                Ok(read) => read.map_err(|e| cannot_read(&self.lines, &e)),
                Err(_) => Err(Failure::Fault(store::Fault::new("the reader of the lines stopped"))),
            }
        });
        bar.finish_and_clear();
        result?;
        out.flush().map_err(|e| cannot_write(&self.out, &e))?;
        Ok((count, accepted))
    }
}

/// A thousand lines at a time, with whole sets where lines name theirs.
struct Chunks<'a> {
    lines: Box<dyn BufRead + Send + 'a>,
    header: &'a Header,
    next: Option<String>,
}

impl Chunks<'_> {
    /// The next lines; none at the end. Blank lines are no lines.
    fn take(&mut self) -> std::io::Result<Vec<String>> {
        const CHUNK: usize = 1_000;
        let sets = self.header.has("set");
        let mut chunk: Vec<String> = Vec::with_capacity(CHUNK);
        loop {
            let line = match self.next.take() {
                Some(line) => line,
                None => {
                    let mut line = String::new();
                    if read_line(&mut self.lines, &mut line)? == 0 {
                        return Ok(chunk);
                    }
                    line
                }
            };
            if line.trim().is_empty() {
                continue;
            }
            let set = self.header.set_of(&line);
            let goes_on = |last: &String| sets && set != ("", "") && self.header.set_of(last) == set;
            let full = chunk.len() >= CHUNK
                && (chunk.len() >= CHUNK + SET_MOST || !chunk.last().is_some_and(goes_on));
            if full {
                self.next = Some(line);
                return Ok(chunk);
            }
            chunk.push(line);
        }
    }
}

fn output_file(path: &Path) -> Result<Box<dyn Write>, Failure> {
    if path == Path::new("-") {
        return Ok(Box::new(BufWriter::new(std::io::stdout())));
    }
    let file = std::fs::File::create(path).map_err(|e| cannot_write(path, &e))?;
    Ok(Box::new(BufWriter::with_capacity(1 << 20, file)))
}

/// Reads one line, whatever its encoding; bytes that are no UTF-8 become replacement characters.
fn read_line(input: &mut dyn BufRead, line: &mut String) -> std::io::Result<usize> {
    let mut bytes = Vec::new();
    // A line beyond a mebibyte is no line; it is cut so that memory stays bounded, and the rest reads as further lines.
    let read = input.take(1 << 20).read_until(b'\n', &mut bytes)?;
    line.push_str(&String::from_utf8_lossy(&bytes));
    Ok(read)
}

fn open_catalogue(path: &Path) -> Result<IndexFile, Failure> {
    let mut magic = [0; 8];
    let mut file = std::fs::File::open(path).map_err(|e| cannot_read(path, &e))?;
    let read = file.read(&mut magic).map_err(|e| cannot_read(path, &e))?;
    if read == magic.len() && &magic == matching::index::MAGIC {
        return IndexFile::open(path).map_err(|e| cannot_read(path, &e));
    }
    let (bytes, rows) = build(path)?;
    eprintln!("{rows} recordings read; `tantieme index` keeps the index for next time");
    Ok(IndexFile::Held(bytes))
}

fn build(path: &Path) -> Result<(Vec<u8>, usize), Failure> {
    let mut input = formats::catalogue::decompress(input::open(path)?);
    let mut line = String::new();
    read_line(&mut input, &mut line).map_err(|e| cannot_read(path, &e))?;
    let header = Header::new(&line);
    if !header.has("id") || !header.has("title") {
        return Err(refuse(
            "catalogue-header",
            format!("`{}` has no header with `id` and `title`", path.display()),
            "the first row names the columns: `id artist title album label duration_s isrc year`",
        ));
    }
    let bar = output::progress("indexing");
    let mut builder = Builder::default();
    loop {
        line.clear();
        if read_line(&mut input, &mut line).map_err(|e| cannot_read(path, &e))? == 0 {
            break;
        }
        if !line.trim().is_empty() {
            builder.push(&header.row(&line));
            bar.inc(1);
        }
    }
    bar.finish_and_clear();
    let rows = builder.len();
    let bytes = builder.finish().map_err(|e| refuse("catalogue-too-large", e.to_string(), ""))?;
    Ok((bytes, rows))
}

/// The most memory the process has held, as Linux counts it.
fn peak_memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status
        .lines()
        .find_map(|l| l.strip_prefix("VmHWM:"))
        .and_then(|v| v.trim().trim_end_matches("kB").trim().parse::<u64>().ok());
    peak.map_or_else(|| "unknown".to_owned(), |kb| format!("{} MB", kb / 1024))
}
