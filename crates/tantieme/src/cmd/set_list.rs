//! `tantieme set-list`: what was played.

use std::path::PathBuf;
use std::process::ExitCode;

use app::Failure;
use app::pot::{Gift, Payment};
use app::set_list::{Same, Submit, Submitted};
use clap::{Args, Subcommand};
use money::Amount;
use music::pot::PayerRole;
use music::{LineId, SetListId};
use serde_json::{Value, json};
use store::LineRow;

use crate::input::{self, parse, refuse};
use crate::output;
use crate::wiring::Place;

/// Set lists
#[derive(Debug, Subcommand)]
pub enum SetList {
    /// Submit what was played and set a share of the fee aside
    #[command(
        after_help = "Example: tantieme set-list submit history.nml --by \"DJ Low Tide\" --fee \"EUR 1000\" --share 5% --event \"Club Nord\" --date 2026-09-04\n         tantieme set-list submit list.txt --by \"DJ Low Tide\" --amount \"EUR 50\""
    )]
    Submit(Box<SubmitArgs>),
    /// Lines that need a person, with candidates
    #[command(after_help = "Example: tantieme set-list review set-…")]
    Review {
        /// One set list; all without
        id: Option<SetListId>,
    },
    /// Settle a line: the recording it is, or that it is none of the catalogue
    #[command(after_help = "Example: tantieme set-list settle lin-… --recording rec-… --by \"DJ Low Tide\"")]
    Settle {
        /// The line
        line: LineId,
        /// The recording: our id or its ISRC
        #[arg(long, conflicts_with = "none", required_unless_present = "none")]
        recording: Option<String>,
        /// It is no recording of the catalogue
        #[arg(long)]
        none: bool,
        /// Who says so: a party
        #[arg(long)]
        by: String,
    },
    /// Take back what was answered to a line: it says again what the matcher makes of it, and counts nowhere else
    #[command(after_help = "Example: tantieme set-list take-back lin-… --by \"DJ Low Tide\"")]
    TakeBack {
        /// The line
        line: LineId,
        /// Who says so: a party
        #[arg(long)]
        by: String,
    },
    /// All set lists, newest first
    #[command(after_help = "Example: tantieme set-list list")]
    List,
    /// One set list with its lines and verdicts
    #[command(after_help = "Example: tantieme set-list show set-…")]
    Show {
        /// The set list
        id: SetListId,
    },
    /// Choose what producers see: `track-only`, `city-and-date` or `everything`
    #[command(after_help = "Example: tantieme set-list visibility set-… city-and-date")]
    Visibility {
        /// The set list
        id: SetListId,
        /// What producers see
        choice: String,
        /// Who chooses
        #[arg(long, default_value = "house")]
        by: String,
    },
}

/// Write answers to doubtful lines as training lines: of DJs who agreed, without their names
#[derive(Debug, Args)]
#[command(after_help = "Example: tantieme export-training --out answers.tsv")]
pub struct ExportTraining {
    /// Where they go; `-` is standard output
    #[arg(long)]
    out: PathBuf,
}

impl ExportTraining {
    /// Runs it.
    pub async fn run(&self, place: &Place) -> Result<ExitCode, Failure> {
        let house = place.open().await?;
        let own = app::consent::own::decided(&house, consent::Use::TrainNongen).await?;
        let all = app::answer::training(&house).await?;
        let many = all.len();
        // What a person wrote is theirs and no recording is read; one that somebody spoke against is left out all the same.
        let open = |r: &music::RecordingId| !own.spoken_against.contains(r);
        let examples: Vec<_> = all.into_iter().filter(|e| e.recording.as_ref().is_none_or(open)).collect();
        if many > examples.len() {
            eprintln!("{} left out: their recordings may not train ({})", many - examples.len(), own.terms);
        }
        let read: Vec<String> =
            examples.iter().filter_map(|e| e.recording.as_ref().map(ToString::to_string)).collect();
        if !read.is_empty() {
            let version = consent::statement::hash(
                &serde_json::json!({ "lines": examples.len(), "terms": own.terms, "read": read }),
            );
            let version = version.map(|h| h.to_string()).unwrap_or_default();
            let row = app::consent::own::register(
                &house,
                "matcher",
                &version,
                consent::Use::TrainNongen,
                read,
                "house",
            )
            .await?;
            eprintln!("registered as {}", row.id);
        }
        input::write_whole(&self.out, app::answer::training_tsv(&examples).as_bytes())?;
        eprintln!("{} answered lines", examples.len());
        Ok(ExitCode::SUCCESS)
    }
}

/// What `submit` takes.
#[derive(Debug, Args)]
pub struct SubmitArgs {
    /// The file; `-` is standard input
    file: PathBuf,
    /// Who played: a party id or a unique name
    #[arg(long)]
    by: String,
    /// The fee, of which `--share` is set aside; used once and never stored
    #[arg(long, allow_hyphen_values = true)]
    fee: Option<String>,
    /// The part of the fee
    #[arg(long, requires = "fee")]
    share: Option<String>,
    /// An amount instead, without telling a fee
    #[arg(long, conflicts_with = "share", allow_hyphen_values = true)]
    amount: Option<String>,
    /// Who pays, where that is not the performer: a venue, a promoter
    #[arg(long)]
    payer: Option<String>,
    /// In what role: `dj`, `venue`, `promoter`, `ticket` or `at-source`
    #[arg(long, default_value = "dj")]
    role: String,
    /// The venue attests the fee too
    #[arg(long)]
    venue_attests: bool,
    /// The event's name
    #[arg(long, default_value = "")]
    event: String,
    /// The day it began
    #[arg(long)]
    date: Option<String>,
    /// The venue
    #[arg(long, default_value = "")]
    venue: String,
    /// The city
    #[arg(long, default_value = "")]
    city: String,
    /// Country or subdivision
    #[arg(long)]
    territory: Option<String>,
    /// IANA time zone of the place
    #[arg(long, default_value = "UTC")]
    time_zone: String,
    /// Which set of a file that holds several
    #[arg(long)]
    set: Option<u32>,
    /// What producers see: `track-only`, `city-and-date` or `everything`
    #[arg(long, default_value = "track-only")]
    show: String,
    /// The rule
    #[arg(long, default_value = "set-list-per-line")]
    rule: String,
    /// It is the same performance as this set list: paid once
    #[arg(long, conflicts_with = "another")]
    same_as: Option<SetListId>,
    /// It is another performance although lines, or the whole file, are the same
    #[arg(long)]
    another: bool,
}

impl SetList {
    /// Runs it.
    pub async fn run(&self, place: &Place) -> Result<ExitCode, Failure> {
        match self {
            SetList::Submit(args) => return submit(place, args).await,
            SetList::Review { id } => review(place, id.as_ref()).await?,
            SetList::Settle { line, recording, none: _, by } => {
                let house = place.open().await?;
                let recording = match recording {
                    Some(text) => Some(app::catalogue::find(&house, text).await?),
                    None => None,
                };
                let row = app::set_list::settle(&house, line, recording.as_ref(), by).await?;
                if place.json {
                    output::json(&line_json(&row))
                } else {
                    println!("{} is {} now", row.raw, row.verdict)
                }
            }
            SetList::TakeBack { line, by } => {
                let house = place.open().await?;
                let matching = app::catalogue::open_matching(&house).await?;
                let row = app::answer::take_back(&house, &matching, line, by).await?;
                if place.json {
                    output::json(&line_json(&row))
                } else {
                    println!("{} is {} again", row.raw, row.verdict)
                }
            }
            SetList::List => {
                let house = place.open().await?;
                let lists = app::set_list::list(&house).await?;
                if place.json {
                    let all: Vec<Value> = lists.iter().map(|(l, name, n)| json!({ "set_list": l.id.as_str(), "performer": name, "lines": n, "document": l.document, "status": l.status, "shown": l.visibility, "created": l.created.to_string() })).collect();
                    output::json(&all.into());
                } else {
                    let rows = lists.iter().map(|(l, name, n)| {
                        vec![
                            l.id.to_string(),
                            name.clone(),
                            n.to_string(),
                            l.document.clone(),
                            l.status.clone(),
                            l.visibility.clone(),
                        ]
                    });
                    output::table(
                        &["set list", "performer", ">lines", "document", "status", "shown"],
                        rows.collect(),
                    );
                }
            }
            SetList::Show { id } => {
                let house = place.open().await?;
                let (list, event, lines) = app::set_list::show(&house, id).await?;
                if place.json {
                    output::json(
                        &json!({ "set_list": list.id.as_str(), "event": event.name, "date": event.date.map(|d| d.to_string()), "lines": lines.iter().map(line_json).collect::<Vec<_>>() }),
                    );
                } else {
                    let rows = lines.iter().map(|l| {
                        vec![
                            l.position.to_string(),
                            l.id.to_string(),
                            l.raw.clone(),
                            if l.played { l.verdict.clone() } else { "not played".to_owned() },
                            l.recording.as_ref().map(ToString::to_string).unwrap_or_default(),
                        ]
                    });
                    output::table(&[">#", "id", "line", "verdict", "recording"], rows.collect());
                }
            }
            SetList::Visibility { id, choice, by } => {
                let house = place.open().await?;
                app::set_list::show_as(&house, id, choice, by).await?;
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

async fn submit(place: &Place, args: &SubmitArgs) -> Result<ExitCode, Failure> {
    let house = place.open().await?;
    let role = PayerRole::from_word(&args.role).ok_or_else(|| {
        let words: Vec<&str> = PayerRole::ALL.iter().map(|r| r.word()).collect();
        refuse("role", format!("`{}` is no payer's role", args.role), format!("one of {}", words.join(", ")))
    })?;
    let fee: Option<Amount> = args.fee.as_deref().map(|t| parse("fee", t)).transpose()?;
    let gift = match (fee, &args.share, &args.amount) {
        (_, _, Some(amount)) => Some(Gift::Amount(parse("amount", amount)?)),
        (Some(fee), Some(share), None) => Some(Gift::Share { fee, share: parse("share", share)? }),
        _ => None,
    };
    if gift.is_none()
        && fee.is_some()
        && !app::pot::has_plan(&house, args.payer.as_deref().unwrap_or(&args.by)).await?
    {
        return Err(refuse(
            "share-missing",
            "a fee is given, but no share of it",
            "add `--share 5%`, or give an amount: `--amount \"EUR 50\"`",
        ));
    }
    let mut wal_name = args.file.as_os_str().to_owned();
    wal_name.push("-wal");
    let ask = Submit {
        document: input::document_name(&args.file),
        bytes: input::read_whole(&args.file)?,
        wal: std::fs::read(&wal_name).ok().filter(|w| !w.is_empty()),
        set: args.set,
        performer: args.by.clone(),
        payer: args.payer.clone(),
        role,
        gift,
        fee,
        event: args.event.clone(),
        date: args
            .date
            .as_deref()
            .map(|t| {
                t.parse().map_err(|_| refuse("date", format!("`{t}` is not a day"), "as in `2026-09-04`"))
            })
            .transpose()?,
        venue: args.venue.clone(),
        city: args.city.clone(),
        territory: args.territory.clone(),
        time_zone: args.time_zone.clone(),
        visibility: args.show.clone(),
        rule: args.rule.clone(),
        venue_attests: args.venue_attests,
        same: match (&args.same_as, args.another) {
            (Some(id), _) => Some(Same::As(id.clone())),
            (None, true) => Some(Same::Another),
            (None, false) => None,
        },
    };
    let matching = app::catalogue::open_matching(&house).await?;
    let done = app::set_list::submit(&house, &matching, ask).await?;
    if place.json {
        output::json(&submitted_json(&done))
    } else {
        print_submitted(&done)
    }
    output::problems(&done.list.document, &done.problems);
    Ok(ExitCode::SUCCESS)
}

fn submitted_json(done: &Submitted) -> Value {
    json!({
        "set_list": done.list.id.as_str(), "event": done.list.event.as_str(), "format": done.list.format, "before": done.before,
        "matched": done.count("matched"), "ambiguous": done.count("ambiguous"), "unmatched": done.count("unmatched"),
        "payment": done.payment.as_ref().map(payment_json), "lines": done.lines.iter().map(line_json).collect::<Vec<_>>(),
        "problems": done.problems.iter().map(output::problem).collect::<Vec<_>>(),
    })
}

/// How to pay, in JSON.
pub fn payment_json(p: &Payment) -> Value {
    json!({
        "pot": p.contribution.pot.as_str(), "contribution": p.contribution.id.as_str(), "reference": p.contribution.reference,
        "pledged": output::money(p.contribution.pledged), "holder": p.holder, "iban": p.iban, "bic": p.bic,
    })
}

fn line_json(l: &LineRow) -> Value {
    json!({
        "line": l.id.as_str(), "position": l.position, "document_line": l.origin_line, "text": l.raw, "played": l.played,
        "verdict": l.verdict, "recording": l.recording.as_ref().map(|r| r.as_str()), "probability": f64::from(l.probability_ppm) / 1e6,
        "reasons": l.reasons().map(|(_, words)| words).collect::<Vec<_>>(), "started_at": l.started_at, "played_s": l.played_s,
    })
}

fn print_submitted(done: &Submitted) {
    if done.before {
        println!("{} is here already as {}; nothing was changed", done.list.document, done.list.id);
        return;
    }
    println!(
        "{} ({}): {} matched, {} to settle, {} not in the catalogue",
        done.list.id,
        done.list.format,
        done.count("matched"),
        done.count("ambiguous"),
        done.count("unmatched")
    );
    print_lines(&done.lines);
    match &done.payment {
        Some(payment) => print_payment(payment),
        None => println!("\nReported without a contribution."),
    }
    if done.count("ambiguous") > 0 {
        println!("\nSettle the doubtful lines: tantieme set-list review {}", done.list.id);
    }
}

fn print_lines(lines: &[LineRow]) {
    let rows = lines.iter().map(|l| {
        let verdict = if l.played { l.verdict.as_str() } else { "not played" };
        let chance = if l.probability_ppm == 0 {
            String::new()
        } else {
            format!("{}.{} %", l.probability_ppm / 10_000, l.probability_ppm % 10_000 / 1_000)
        };
        vec![
            l.position.to_string(),
            l.raw.clone(),
            verdict.to_owned(),
            chance,
            l.recording.as_ref().map(ToString::to_string).unwrap_or_default(),
        ]
    });
    output::table(&[">#", "line", "verdict", ">chance", "recording"], rows.collect());
}

/// Prints how to pay: the transfer's fields, and a QR code that banking apps read.
pub fn print_payment(p: &Payment) {
    let c = &p.contribution;
    let grouped = c
        .reference
        .parse::<formats::bank::CreditorReference>()
        .map_or_else(|_| c.reference.clone(), |r| r.grouped());
    println!(
        "\nTo pay: {} to {}{}",
        c.pledged,
        p.holder,
        if p.iban.is_empty() { String::new() } else { format!(", {}", p.iban) }
    );
    println!("Reference: {grouped}   (pot {})", c.pot);
    if let Ok(request) = app::pot::transfer_request(p)
        && std::io::IsTerminal::is_terminal(&std::io::stdout())
        && let Ok(code) = request.to_text(formats::bank::epc_qr::Background::Dark)
    {
        println!("{code}");
    }
}

async fn review(place: &Place, id: Option<&SetListId>) -> Result<(), Failure> {
    let house = place.open().await?;
    let doubts = app::set_list::review(&house, id).await?;
    if place.json {
        let all: Vec<Value> = doubts
            .iter()
            .map(|d| {
                let candidates: Vec<Value> = d.candidates.iter().map(|(row, ppm)| json!({ "recording": row.recording.id.as_str(), "artist": row.recording.artist, "title": row.recording.title, "version": row.recording.version, "probability": f64::from(*ppm) / 1e6 })).collect();
                json!({ "line": line_json(&d.line), "set_list": d.line.set_list.as_str(), "candidates": candidates, "reasons": d.line.reasons().map(|(_, words)| words).collect::<Vec<_>>() })
            })
            .collect();
        output::json(&all.into());
        return Ok(());
    }
    if doubts.is_empty() {
        println!("nothing to settle");
    }
    for doubt in &doubts {
        println!("\n{}  {}", doubt.line.id, doubt.line.raw);
        let rows = doubt.candidates.iter().map(|(row, ppm)| {
            let r = &row.recording;
            vec![
                format!("{} %", ppm / 10_000),
                r.id.to_string(),
                r.artist.clone(),
                r.title.clone(),
                r.label.clone(),
            ]
        });
        output::table(&[">chance", "recording", "artist", "title", "label"], rows.collect());
        for (_, reason) in doubt.line.reasons() {
            println!("  why: {reason}");
        }
    }
    Ok(())
}
