//! `tantieme audio`: the files of recordings, and `tantieme catalogue ingest`: a folder of them.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use app::audio::made::{self, Standing};
use app::audio::{analyse, deliver, keep, reach, scan};
use app::{Failure, House};
use clap::Subcommand;
use indicatif::{ProgressBar, ProgressStyle};
use media::Flaw;
use music::{Made, MediaKind};
use serde_json::{Value, json};

use crate::input::{self, refuse};
use crate::output;
use crate::wiring::Place;

/// Files of recordings: sound, films, books, comics, games
#[derive(Debug, Subcommand)]
pub enum Audio {
    /// Take a file for a recording; its sound is decoded by `analyse`, or by the server in the background
    #[command(after_help = "Example: tantieme audio add rec-… low-tide.flac")]
    Add {
        /// Our id, ISRC, own id or its id in its source
        recording: String,
        /// The file
        file: PathBuf,
        /// Who brings it
        #[arg(long, default_value = "house")]
        by: String,
    },
    /// Take a picture for a recording or release, in all sizes
    #[command(after_help = "Example: tantieme audio cover rel-… front.jpg")]
    Cover {
        /// A recording, or a release by its id
        subject: String,
        /// The picture
        file: PathBuf,
        /// Who brings it
        #[arg(long, default_value = "house")]
        by: String,
    },
    /// Take the files beside a distributor's DDEX message, which is imported first
    #[command(after_help = "Example: tantieme audio deliver 5012345678900/5012345678900.xml")]
    Deliver {
        /// The messages
        #[arg(required = true)]
        messages: Vec<PathBuf>,
        /// Who brings them
        #[arg(long, default_value = "house")]
        by: String,
    },
    /// Keep and decode what waits: integrity, loudness, waveform, one Opus rendition
    #[command(after_help = "Example: tantieme audio analyse --threads 2")]
    Analyse {
        /// How many files at the same time [default: as many as there are cores]
        #[arg(long)]
        threads: Option<usize>,
        /// End after so many steps
        #[arg(long)]
        most: Option<u64>,
    },
    /// What can be played, and what is wrong with what cannot
    #[command(after_help = "Example: tantieme audio list --json")]
    List,
    /// All about the file of one recording
    #[command(after_help = "Example: tantieme audio show rec-…")]
    Show {
        /// Our id, ISRC, own id or its id in its source
        recording: String,
    },
    /// Write the bytes that a player would get
    #[command(after_help = "Example: tantieme audio get rec-… --format opus --out low-tide.opus")]
    Get {
        /// Our id, ISRC, own id or its id in its source
        recording: String,
        /// `opus`, `mp3` (where ffmpeg is), or `raw` for the file as it came
        #[arg(long, default_value = "raw")]
        format: String,
        /// The most kilobits a second
        #[arg(long)]
        kbps: Option<u32>,
        /// Where to
        #[arg(long)]
        out: PathBuf,
    },
    /// Where files lie from now on: a folder, or `s3://bucket/prefix`; what is there does not move
    #[command(after_help = "Example: tantieme audio place /srv/music")]
    Place {
        /// The place; without one it is shown
        place: Option<String>,
    },
    /// Declare how a recording is made: `human`, `assisted` or `generated`
    #[command(after_help = "Example: tantieme audio declare rec-… human --by pty-…")]
    Declare {
        /// The recording
        recording: String,
        /// `human`, `assisted` or `generated`
        made: String,
        /// Who declares it
        #[arg(long)]
        by: String,
    },
    /// Contest what was declared
    #[command(after_help = "Example: tantieme audio contest rec-… generated --by pty-… --reason \"…\"")]
    Contest {
        /// The recording
        recording: String,
        /// What it is instead
        made: String,
        /// Who contests
        #[arg(long)]
        by: String,
        /// Why
        #[arg(long)]
        reason: String,
    },
    /// Decide a contest: `uphold` what was declared, or `correct` it
    #[command(
        after_help = "Example: tantieme audio decide rec-… correct --by Paul --reason \"heard the stems\""
    )]
    Decide {
        /// The recording
        recording: String,
        /// `uphold` or `correct`
        how: String,
        /// Who decides
        #[arg(long)]
        by: String,
        /// Why
        #[arg(long, default_value = "")]
        reason: String,
    },
    /// Contests that wait to be decided
    #[command(after_help = "Example: tantieme audio contests")]
    Contests,
    /// Say where a game, film or edition is on the web
    #[command(after_help = "Example: tantieme audio link rec-… https://studio.example/game")]
    Link {
        /// The recording
        recording: String,
        /// The address
        address: String,
        /// Who says so
        #[arg(long, default_value = "house")]
        by: String,
    },
    /// Add keys of a game, one a line; each is given once
    #[command(after_help = "Example: tantieme audio keys rec-… keys.txt")]
    Keys {
        /// The recording
        recording: String,
        /// The file; `-` is standard input
        file: PathBuf,
        /// Who brings them
        #[arg(long, default_value = "house")]
        by: String,
    },
    /// Take a film cut into pieces: an HLS playlist with everything it names beside it
    #[command(after_help = "Example: tantieme audio stream rec-… film/index.m3u8")]
    Stream {
        /// The recording
        recording: String,
        /// The playlist
        playlist: PathBuf,
        /// Who brings it
        #[arg(long, default_value = "house")]
        by: String,
    },
}

impl Audio {
    /// Runs it.
    pub async fn run(&self, place: &Place) -> Result<ExitCode, Failure> {
        match self {
            Audio::Add { recording, file, by } => add(place, recording, file, by).await,
            Audio::Cover { subject, file, by } => {
                let house = place.open().await?;
                let sizes = keep::cover(&house, subject, file, by).await?;
                said(place, json!({ "pictures": sizes }), format!("{sizes} pictures"))
            }
            Audio::Deliver { messages, by } => deliver_all(place, messages, by).await,
            Audio::Analyse { threads, most } => {
                analyse_all(&place.open().await?, place, *threads, *most).await
            }
            Audio::List => list(place).await,
            Audio::Show { recording } => show(place, recording).await,
            Audio::Get { recording, format, kbps, out } => get(place, recording, format, *kbps, out).await,
            Audio::Place { place: at } => put_place(place, at.as_deref()).await,
            Audio::Declare { recording, made, by } => {
                let house = place.open().await?;
                told(place, &made::declare(&house, recording, made_of(made)?, by).await?)
            }
            Audio::Contest { recording, made, by, reason } => {
                let house = place.open().await?;
                told(place, &made::contest(&house, recording, made_of(made)?, by, reason).await?)
            }
            Audio::Decide { recording, how, by, reason } => {
                let correct = match how.as_str() {
                    "correct" => true,
                    "uphold" => false,
                    other => {
                        return Err(refuse(
                            "decision",
                            format!("`{other}` is no decision"),
                            "`uphold` or `correct`",
                        ));
                    }
                };
                let house = place.open().await?;
                told(place, &made::decide(&house, recording, correct, by, reason).await?)
            }
            Audio::Contests => contests(place).await,
            Audio::Link { recording, address, by } => {
                let house = place.open().await?;
                reach::put(&house, recording, reach::Reach::Link(address.clone()), by).await?;
                said(place, json!({ "link": address }), address.clone())
            }
            Audio::Keys { recording, file, by } => {
                let text = String::from_utf8_lossy(&input::read_whole(file)?).into_owned();
                let keys = text.lines().map(str::to_owned).collect();
                let house = place.open().await?;
                let count = reach::put(&house, recording, reach::Reach::Keys(keys), by).await?;
                said(place, json!({ "keys": count }), format!("{count} keys"))
            }
            Audio::Stream { recording, playlist, by } => {
                let house = place.open().await?;
                let count = reach::put(&house, recording, reach::Reach::Stream(playlist.clone()), by).await?;
                said(place, json!({ "files": count }), format!("{count} files"))
            }
        }
    }
}

fn said(place: &Place, value: Value, text: String) -> Result<ExitCode, Failure> {
    if place.json {
        output::json(&value);
    } else {
        println!("{text}");
    }
    Ok(ExitCode::SUCCESS)
}

fn made_of(word: &str) -> Result<Made, Failure> {
    Made::from_word(word).ok_or_else(|| {
        refuse(
            "made",
            format!("`{word}` is not how a recording is made"),
            "`human`, `assisted` or `generated`",
        )
    })
}

fn told(place: &Place, s: &Standing) -> Result<ExitCode, Failure> {
    let word = s.made.map_or("", Made::word);
    let contested = if s.contested { ", contested" } else { "" };
    said(
        place,
        json!({
            "made": s.made.map(Made::word), "by": s.by, "contested": s.contested,
            "history": s.history.iter().map(|d| json!({ "act": d.act, "made": d.made, "by": d.by, "reason": d.reason, "at": d.at.to_string() })).collect::<Vec<_>>(),
        }),
        format!("{word}, says {}{contested}", s.by),
    )
}

fn flaw_json(name: &str, flaw: &Flaw) -> Value {
    json!({ "file": name, "code": flaw.code, "message": flaw.words, "hint": flaw.hint })
}

fn flaws(list: &[(String, Flaw)], count: u64) {
    for (name, flaw) in list.iter().take(20) {
        let hint = if flaw.hint.is_empty() { String::new() } else { format!("\n  hint: {}", flaw.hint) };
        eprintln!("{name}: {}{hint}", flaw.words);
    }
    if count > 20 {
        eprintln!("… and {} more", count - 20);
    }
}

async fn add(place: &Place, recording: &str, file: &Path, by: &str) -> Result<ExitCode, Failure> {
    let house = place.open().await?;
    let ask = keep::Add { recording: recording.to_owned(), file: file.to_owned(), by: by.to_owned() };
    let added = keep::add(&house, ask).await?;
    let waits = if added.due { "; its sound waits for `tantieme audio analyse`" } else { "" };
    said(
        place,
        json!({
            "recording": added.recording.as_str(), "address": added.address, "format": added.format.word(), "bytes": added.bytes,
            "waits": added.due, "flaw": added.flaw.as_ref().map(|f| f.words.clone()),
        }),
        format!("{}: {}, {} bytes{waits}", added.recording, added.format.word(), added.bytes),
    )
}

/// What `tantieme catalogue ingest` was asked.
pub struct Ingest<'a> {
    /// Folders of sound, and files of other media.
    pub paths: &'a [PathBuf],
    /// The label where tags name none.
    pub label: &'a str,
    /// Who made it, where the file does not say.
    pub artist: &'a str,
    /// What it is called, where the file does not say.
    pub title: &'a str,
    /// What it is, where content alone does not tell.
    pub kind: Option<&'a str>,
    /// How it is made.
    pub made: Option<&'a str>,
    /// Whether to decode at once.
    pub analyse: bool,
    /// Who brings it.
    pub by: &'a str,
}

/// `tantieme catalogue ingest`: folders of tagged files become recordings and releases; other files become books,
/// comics, films and games.
pub async fn ingest(place: &Place, ask: Ingest<'_>) -> Result<ExitCode, Failure> {
    let house = place.open().await?;
    let made = ask.made.map(made_of).transpose()?;
    for path in ask.paths {
        if path.is_dir() {
            scan_folder(&house, place, path, &ask, made).await?;
            continue;
        }
        let kind = match ask.kind {
            None => None,
            Some(word) => Some(MediaKind::ALL.into_iter().find(|k| k.word() == word).ok_or_else(|| {
                refuse(
                    "kind",
                    format!("`{word}` is no medium"),
                    "`audio`, `video`, `game`, `book` or `comic`",
                )
            })?),
        };
        let bring = scan::Bring {
            file: path.clone(),
            by: ask.by.to_owned(),
            artist: ask.artist.to_owned(),
            title: ask.title.to_owned(),
            kind,
            made,
        };
        let id = scan::bring(&house, bring).await?;
        said(place, json!({ "file": input::document_name(path), "recording": id.as_str() }), id.to_string())?;
    }
    if ask.analyse {
        return analyse_all(&house, place, None, None).await;
    }
    let (keep, due) = analyse::waiting(&house).await?;
    if keep + due > 0 && !place.json {
        eprintln!(
            "{} files wait to be decoded: `tantieme audio analyse`, or the server in the background",
            keep + due
        );
    }
    Ok(ExitCode::SUCCESS)
}

async fn scan_folder(
    house: &House,
    place: &Place,
    folder: &Path,
    ask: &Ingest<'_>,
    made: Option<Made>,
) -> Result<(), Failure> {
    let name = folder.display().to_string();
    let bar = output::progress(&format!("reading {name}"));
    let scan =
        scan::Scan { folder: folder.to_owned(), by: ask.by.to_owned(), label: ask.label.to_owned(), made };
    let shown = bar.clone();
    let done = scan::scan(house, scan, Arc::new(move |n| shown.set_position(n))).await;
    bar.finish_and_clear();
    let done = done?;
    if place.json {
        output::json(&json!({
            "folder": name, "files": done.files, "read": done.read, "unchanged": done.unchanged, "recordings": done.recordings,
            "known": done.known, "releases": done.releases, "waiting": done.waiting, "useless": done.flaw_count,
            "flaws": done.flaws.iter().map(|(f, flaw)| flaw_json(f, flaw)).collect::<Vec<_>>(),
        }));
        return Ok(());
    }
    flaws(&done.flaws, done.flaw_count);
    println!(
        "{name}: {} files, {} unchanged; {} recordings, {} known before, {} releases; {} files of no use",
        done.files, done.unchanged, done.recordings, done.known, done.releases, done.flaw_count
    );
    Ok(())
}

async fn analyse_all(
    house: &House,
    place: &Place,
    threads: Option<usize>,
    most: Option<u64>,
) -> Result<ExitCode, Failure> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let stop = Arc::new(AtomicBool::new(false));
    let told = stop.clone();
    tokio::spawn(async move {
        // Asked to end, it ends the files it has begun and says how much is left.
        if tokio::signal::ctrl_c().await.is_ok() {
            told.store(true, std::sync::atomic::Ordering::Relaxed);
        }
    });
    let bar = ProgressBar::new(0);
    let style = ProgressStyle::with_template("{wide_bar} {pos}/{len} {msg} ({elapsed}, {eta} left)");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    let shown = bar.clone();
    let progress = move |p: analyse::Progress| {
        shown.set_length(p.total);
        shown.set_position(p.done);
        shown.set_message(format!("{} min heard", p.heard_ms / 60_000));
    };
    let run = analyse::Run { threads: threads.unwrap_or(cores), most, stop };
    let done = analyse::run(house, run, Arc::new(progress)).await;
    bar.finish_and_clear();
    let done = done?;
    if place.json {
        output::json(&json!({
            "kept": done.kept, "good": done.good, "damaged": done.damaged, "unreadable": done.unreadable,
            "interrupted": done.interrupted, "flaws": done.flaws.iter().map(|(f, flaw)| flaw_json(f, flaw)).collect::<Vec<_>>(),
        }));
    } else {
        flaws(&done.flaws, done.flaw_count);
        println!(
            "{} kept; {} good, {} damaged, {} unreadable{}",
            done.kept,
            done.good,
            done.damaged,
            done.unreadable,
            if done.interrupted { "; more waits" } else { "" }
        );
    }
    Ok(ExitCode::SUCCESS)
}

async fn deliver_all(place: &Place, messages: &[PathBuf], by: &str) -> Result<ExitCode, Failure> {
    let house = place.open().await?;
    for message in messages {
        let name = input::document_name(message);
        let bar = output::progress(&format!("importing {name}"));
        let shown = bar.clone();
        let imported = app::catalogue::import(
            &house,
            &name,
            input::open(message)?,
            Some(formats::catalogue::Kind::DdexErn),
            by,
            &|n| shown.set_position(n),
        )
        .await?;
        output::problems(&name, &imported.problems);
        bar.set_message(format!("taking the files of {name}"));
        let shown = bar.clone();
        let ask = deliver::Deliver { message: message.clone(), by: by.to_owned() };
        let done = deliver::deliver(&house, ask, Arc::new(move |n| shown.set_position(n))).await;
        bar.finish_and_clear();
        let done = done?;
        if place.json {
            output::json(&json!({
                "message": name, "recordings": imported.recordings, "releases": imported.releases, "files": done.files, "pictures": done.pictures,
                "without": done.without, "useless": done.flaw_count,
                "flaws": done.flaws.iter().map(|(f, flaw)| flaw_json(f, flaw)).collect::<Vec<_>>(),
            }));
            continue;
        }
        flaws(&done.flaws, done.flaw_count);
        println!(
            "{name}: {} recordings, {} files, {} pictures; {} recordings without a file, {} files of no use",
            imported.recordings, done.files, done.pictures, done.without, done.flaw_count
        );
    }
    Ok(ExitCode::SUCCESS)
}

fn lufs(mlufs: Option<i64>) -> String {
    mlufs.map_or_else(|| "-".to_owned(), |m| format!("{:.1} LUFS", m as f64 / 1_000.0))
}

fn duration(ms: Option<i64>) -> String {
    ms.map_or_else(|| "-".to_owned(), |ms| format!("{}:{:02}", ms / 60_000, ms / 1_000 % 60))
}

async fn list(place: &Place) -> Result<ExitCode, Failure> {
    let house = place.open().await?;
    let mut after = String::new();
    loop {
        let rows = house.store.begin_read().await?.playables_after(&after, 1_000).await?;
        let Some(last) = rows.last() else { break };
        after = last.master.recording.to_string();
        for row in &rows {
            let (m, a) = (&row.master, &row.analysis);
            if place.json {
                output::json(&json!({
                    "recording": m.recording.as_str(), "medium": m.kind, "format": m.format, "bytes": m.bytes, "state": a.state,
                    "duration_ms": a.duration_ms, "loudness_lufs": a.loudness_mlufs.map(|l| l as f64 / 1_000.0),
                    "problem": (!a.problem.is_empty()).then_some(&a.problem), "message": a.problem_words, "origin": m.origin,
                }));
            } else {
                println!(
                    "{}\t{}\t{}\t{}\t{}\t{}\t{}",
                    m.recording,
                    a.state,
                    m.format,
                    duration(a.duration_ms),
                    lufs(a.loudness_mlufs),
                    m.origin,
                    a.problem_words
                );
            }
        }
    }
    for row in analyse::useless(&house, 10_000).await? {
        if place.json {
            output::json(
                &json!({ "recording": null, "state": "useless", "problem": row.problem, "message": row.problem_words, "origin": row.path }),
            );
        } else {
            println!("-\tuseless\t-\t-\t-\t{}\t{}", row.path, row.problem_words);
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn show(place: &Place, recording: &str) -> Result<ExitCode, Failure> {
    let house = place.open().await?;
    let id = app::catalogue::find(&house, recording).await?;
    let none = || refuse("file-none", format!("there is no file for `{id}`"), "`tantieme audio add`");
    let found = app::audio::playable(&house, &id).await?.ok_or_else(none)?;
    let gain = app::audio::gain(&mut house.store.begin_read().await?, &found).await?;
    let standing = made::standing(&house, &id).await?;
    let (m, a) = (&found.master, &found.analysis);
    let hundredth = |v: Option<i64>| v.map(|v| v as f64 / 100.0);
    let value = json!({
        "recording": m.recording.as_str(), "medium": m.kind, "format": m.format, "bytes": m.bytes, "sha256": m.address, "origin": m.origin,
        "state": a.state, "message": a.problem_words, "duration_ms": a.duration_ms, "sample_rate": a.sample_rate, "channels": a.channels,
        "loudness_lufs": a.loudness_mlufs.map(|l| l as f64 / 1_000.0), "true_peak_dbtp": a.peak_mdbtp.map(|l| l as f64 / 1_000.0),
        "track_gain_db": hundredth(gain.track_cdb), "album_gain_db": hundredth(gain.release_cdb), "made": standing.made.map(Made::word),
        "made_by": standing.by, "contested": standing.contested,
        "renditions": found.renditions.iter().map(|r| json!({ "format": r.format, "kbps": r.kbps, "bytes": r.bytes, "duration_ms": r.duration_ms })).collect::<Vec<_>>(),
    });
    let mut text = format!(
        "{}: {} {}, {} bytes, {}\nsha256 {}\n{}, {}, peak {} dBTP, gain {} dB",
        m.recording,
        a.state,
        m.format,
        m.bytes,
        m.origin,
        m.address,
        duration(a.duration_ms),
        lufs(a.loudness_mlufs),
        a.peak_mdbtp.map_or_else(|| "-".to_owned(), |p| format!("{:.1}", p as f64 / 1_000.0)),
        hundredth(gain.track_cdb).map_or_else(|| "-".to_owned(), |g| format!("{g:.2}")),
    );
    for r in &found.renditions {
        text.push_str(&format!("\n{} {} kbit/s, {} bytes", r.format, r.kbps, r.bytes));
    }
    if let Some(made) = standing.made {
        text.push_str(&format!("\n{}, says {}", made.word(), standing.by));
    }
    said(place, value, text)
}

async fn get(
    place: &Place,
    recording: &str,
    format: &str,
    kbps: Option<u32>,
    out: &Path,
) -> Result<ExitCode, Failure> {
    let house = place.open().await?;
    let id = app::catalogue::find(&house, recording).await?;
    let none = || {
        refuse(
            "file-none",
            format!("there is no `{format}` of `{id}`"),
            "`tantieme audio show` tells what there is",
        )
    };
    let found = app::audio::playable(&house, &id).await?.ok_or_else(none)?;
    let choice = if format == "mp3" {
        app::audio::mp3::of(&house, &id, kbps, app::audio::mp3::find().as_ref()).await?
    } else {
        found.pick(app::audio::Want { format: Some(format), most_kbps: kbps })
    };
    let choice = choice.ok_or_else(none)?;
    let blob = app::audio::open(&house, &choice.address).await?;
    let cannot =
        |e: std::io::Error| refuse("file", format!("`{}` cannot be written: {e}", out.display()), "");
    let mut file = std::fs::File::create(out).map_err(cannot)?;
    let mut at = 0;
    while at < blob.bytes() {
        let block = blob.read_at(at, 1 << 20).await.map_err(cannot)?;
        at += block.len() as u64;
        std::io::Write::write_all(&mut file, &block).map_err(cannot)?;
    }
    said(
        place,
        json!({ "format": choice.format.word(), "bytes": choice.bytes, "kbps": choice.kbps }),
        format!("{} {} bytes", choice.format.word(), choice.bytes),
    )
}

async fn put_place(place: &Place, at: Option<&str>) -> Result<ExitCode, Failure> {
    let house = place.open().await?;
    if let Some(at) = at {
        app::audio::Depot::choose(&house.folder, at).map_err(|e| {
            refuse("depot", format!("`{at}` cannot be used: {e}"), "a folder, or `s3://bucket/prefix`")
        })?;
    }
    let now = app::audio::depot(&house)?.place();
    said(place, json!({ "place": now }), now.clone())
}

async fn contests(place: &Place) -> Result<ExitCode, Failure> {
    let house = place.open().await?;
    for c in made::contests(&house).await? {
        if place.json {
            output::json(
                &json!({ "recording": c.recording.as_str(), "made": c.made, "by": c.by, "reason": c.reason, "at": c.at.to_string() }),
            );
        } else {
            println!("{}\t{}\t{}\t{}", c.recording, c.made, c.by, c.reason);
        }
    }
    Ok(ExitCode::SUCCESS)
}
