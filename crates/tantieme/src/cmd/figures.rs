//! `tantieme figures`, `doctor` and `export`.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use app::Failure;
use app::export::{Personal, Sink};
use app::figures::{Part, Public, Told};
use clap::Args;
use money::Amount;
use serde_json::{Value, json};

use crate::input::{self, cannot_write, refuse};
use crate::output;
use crate::wiring::Place;

/// The public figures
#[derive(Debug, Args)]
#[command(
    after_help = "Example: tantieme figures --json\n         tantieme figures --booked most-booked.txt --list 2026"
)]
pub struct Figures {
    /// First take in a list of the most booked, one name a line; only its total is shown
    #[arg(long, requires = "list")]
    booked: Option<PathBuf>,
    /// The name of that list
    #[arg(long)]
    list: Option<String>,
}

impl Figures {
    /// Runs it.
    pub async fn run(&self, place: &Place) -> Result<ExitCode, Failure> {
        let house = place.open().await?;
        if let (Some(file), Some(list)) = (&self.booked, &self.list) {
            let text = String::from_utf8_lossy(&input::read_whole(file)?).into_owned();
            app::figures::import_booked(&house, list, &text, "house").await?;
        }
        let public = app::figures::public(&house).await?;
        if place.json {
            output::json(&as_json(&public))
        } else {
            print(&public)
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn told(t: &Told<Amount>) -> Value {
    match t {
        Told::Known(amount) => output::money(*amount),
        Told::Withheld(why) => json!({ "withheld": why }),
    }
}

fn part(t: &Told<Part>) -> Value {
    match t {
        Told::Known(p) => json!({ "of_these": p.of_these, "of_all": p.of_all }),
        Told::Withheld(why) => json!({ "withheld": why }),
    }
}

fn as_json(public: &Public) -> Value {
    let figures: Vec<Value> = public
        .currencies
        .iter()
        .map(|f| {
            json!({
                "currency": f.currency.code(), "as_of": f.as_of.map(|d| d.to_string()), "received_gross": told(&f.received_gross), "deducted": told(&f.deducted),
                "shared_net": told(&f.shared_net), "allocated_net": told(&f.allocated_net), "carried": told(&f.carried), "paid_gross": told(&f.paid_gross), "paid_net": told(&f.paid_net),
                "in_suspense": match &f.in_suspense {
                    Told::Known(reasons) => reasons.iter().map(|(r, a)| json!({ "reason": r, "amount": output::money(*a) })).collect::<Vec<_>>().into(),
                    Told::Withheld(why) => json!({ "withheld": why }),
                },
                "parties_credited": f.parties_credited, "parties_paid": f.parties_paid,
                "claimed": { "of_these": f.claimed.of_these, "of_all": f.claimed.of_all }, "paid_lines": f.paid_lines,
                "cost_per_paid_line": told(&f.cost_per_paid_line), "top_tenth_of_givers": part(&f.top_tenth_of_givers),
                "first_payments": f.first_payments,
                "above_income": match &f.above_income {
                    Told::Known(levels) => levels.iter().map(|(l, n)| json!({ "above": output::money(*l), "parties": n })).collect::<Vec<_>>().into(),
                    Told::Withheld(why) => json!({ "withheld": why }),
                },
            })
        })
        .collect();
    json!({
        "currencies": figures, "countries": public.countries,
        "most_booked": public.booked.iter().map(|(list, p)| json!({ "list": list, "gave": part(p) })).collect::<Vec<_>>(),
    })
}

fn print(public: &Public) {
    let amount = |t: &Told<Amount>| match t {
        Told::Known(a) => a.to_string(),
        Told::Withheld(why) => format!("withheld: {why}"),
    };
    let share = |t: &Told<Part>| match t {
        Told::Known(p) => format!("{} of {}", p.of_these, p.of_all),
        Told::Withheld(why) => format!("withheld: {why}"),
    };
    for f in &public.currencies {
        let as_of = f.as_of.map_or_else(String::new, |day| format!(", as of {day}"));
        println!("{}{as_of}", f.currency);
        let mut rows = vec![
            vec!["received (gross)".to_owned(), amount(&f.received_gross)],
            vec!["deducted before sharing".to_owned(), amount(&f.deducted)],
            vec!["shared (net)".to_owned(), amount(&f.shared_net)],
            vec!["allocated to parties (net)".to_owned(), amount(&f.allocated_net)],
            vec!["paid (gross, from balances)".to_owned(), amount(&f.paid_gross)],
            vec!["paid (net, arrived)".to_owned(), amount(&f.paid_net)],
            vec!["parties credited".to_owned(), f.parties_credited.to_string()],
            vec!["parties paid".to_owned(), f.parties_paid.to_string()],
            vec!["claimed of credited".to_owned(), format!("{} of {}", f.claimed.of_these, f.claimed.of_all)],
            vec!["paid lines".to_owned(), f.paid_lines.to_string()],
            vec!["cost per paid line".to_owned(), amount(&f.cost_per_paid_line)],
            vec!["first money ever".to_owned(), f.first_payments.to_string()],
        ];
        if let Told::Known(p) = &f.top_tenth_of_givers {
            let percent = if p.of_all == 0 { 0 } else { p.of_these.saturating_mul(100) / p.of_all };
            rows.push(vec!["from the top tenth of givers".to_owned(), format!("{percent} %")]);
        }
        match &f.in_suspense {
            Told::Known(reasons) => {
                rows.extend(reasons.iter().map(|(r, a)| vec![format!("waits: {r}"), a.to_string()]))
            }
            Told::Withheld(why) => rows.push(vec!["waits".to_owned(), format!("withheld: {why}")]),
        }
        if let Told::Known(levels) = &f.above_income {
            rows.extend(levels.iter().map(|(l, n)| vec![format!("above {l} a year"), n.to_string()]));
        }
        output::table(&["figure", ">value"], rows);
    }
    println!("\ncountries: {}", public.countries.join(" "));
    for (list, p) in &public.booked {
        println!("most booked, {list}: {}", share(p));
    }
}

/// Check that the books balance and nothing is orphaned
#[derive(Debug, Args)]
#[command(after_help = "Example: tantieme doctor --json\n         tantieme doctor --replay")]
pub struct Doctor {
    /// Share every approved run again as well, by what was kept with it
    #[arg(long)]
    replay: bool,
}

impl Doctor {
    /// Runs it: exit 1 where a fault is found.
    pub async fn run(&self, place: &Place) -> Result<ExitCode, Failure> {
        let house = place.open().await?;
        if self.replay {
            let replays = app::replay::replay_all(&house).await?;
            if replays.iter().any(|r| !r.same()) {
                return Ok(crate::cmd::allocation::replayed(place, &replays));
            }
            eprintln!("replayed: {} runs, the same hash each", replays.len());
        }
        let report = app::doctor::examine(&house).await?;
        let (missing, contents) = app::audio::missing(&house).await?;
        let ffmpeg = app::audio::mp3::find();
        if place.json {
            output::json(&json!({
                "sound": report.is_sound() && missing.is_empty(),
                "depot": { "examined": contents, "missing": missing },
                "programs": { "ffmpeg": ffmpeg.as_ref().map(|f| json!({ "path": f.path.display().to_string(), "version": f.version })) },
                "checks": report.checks.iter().map(|c| json!({ "check": c.name, "examined": c.examined, "findings": c.findings.iter().map(|f| json!({ "place": f.place, "what": f.what, "hint": f.hint, "fault": !f.notice })).collect::<Vec<_>>() })).collect::<Vec<_>>(),
                "books": report.books.iter().map(|b| json!({ "currency": b.currency.code(), "bank": b.bank.map(output::money), "day": b.day, "ledger": output::money(b.ledger), "unexplained": output::money(b.unexplained), "held": output::money(b.held), "lent": output::money(b.lent), "owed_back": output::money(b.owed_back), "own": output::money(b.own), "owed": output::money(b.owed), "covered": b.covered() })).collect::<Vec<_>>(),
            }));
        } else {
            for c in &report.checks {
                let faults = c.findings.iter().filter(|f| !f.notice).count();
                println!(
                    "{:6} {} ({} examined)",
                    if faults == 0 { "sound" } else { "FAULT" },
                    c.name,
                    c.examined
                );
                for f in &c.findings {
                    println!(
                        "         {} {}: {}{}",
                        if f.notice { "note" } else { "fault" },
                        f.place,
                        f.what,
                        if f.hint.is_empty() {
                            String::new()
                        } else {
                            format!("\n           hint: {}", f.hint)
                        }
                    );
                }
            }
            println!("{:6} depot ({contents} examined)", if missing.is_empty() { "sound" } else { "FAULT" });
            for address in missing.iter().take(20) {
                println!(
                    "         fault {address}: the file is not in the depot\n           hint: restore the depot from its backup, or bring the file again"
                );
            }
            // A house without sound has no use for it.
            match &ffmpeg {
                _ if contents == 0 => {}
                Some(f) => {
                    eprintln!("ffmpeg {} at {}: players that want MP3 get it", f.version, f.path.display())
                }
                None => {
                    eprintln!("ffmpeg is not here: players that want MP3 get Opus or the file as it came")
                }
            }
            for b in &report.books {
                let bank = b.bank.map_or_else(
                    || "no statement yet".to_owned(),
                    |a| format!("{a} on {}", b.day.clone().unwrap_or_default()),
                );
                let lent = if b.lent.is_zero() {
                    String::new()
                } else {
                    format!(" and {} lent or still to be exchanged", b.lent)
                };
                println!(
                    "\n{}: bank {bank}; books {}; unexplained {}; held {}{lent} against {} owed: {}",
                    b.currency,
                    b.ledger,
                    b.unexplained,
                    b.held,
                    b.owed,
                    if b.covered() { "covered" } else { "NOT COVERED" }
                );
            }
        }
        Ok(if report.is_sound() && missing.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(1) })
    }
}

/// Everything in open formats
#[derive(Debug, Args)]
#[command(after_help = "Example: tantieme export --all wind-down\n         tantieme export --open open-data")]
#[command(group = clap::ArgGroup::new("what").required(true).args(["all", "open"]))]
pub struct Export {
    /// Everything, into this folder; made where missing, and must be empty
    #[arg(long, value_name = "DIR")]
    all: Option<PathBuf>,
    /// What anybody may have, into this folder: datasets above the thresholds, with dictionary and licence
    #[arg(long, value_name = "DIR")]
    open: Option<PathBuf>,
    /// Write personal fields in the clear instead of encrypted; no house can be made of such an export
    #[arg(long, conflicts_with_all = ["without_personal", "open"])]
    personal: bool,
    /// Leave personal fields out; no house can be made of such an export
    #[arg(long, conflicts_with = "open")]
    without_personal: bool,
    /// Sound, pictures, books and films too
    #[arg(long, conflicts_with = "open")]
    media: bool,
}

impl Export {
    /// Runs it.
    pub async fn run(&self, place: &Place) -> Result<ExitCode, Failure> {
        let Some(to) = self.all.as_ref().or(self.open.as_ref()) else {
            return Ok(ExitCode::from(2));
        };
        std::fs::create_dir_all(to).map_err(|e| cannot_write(to, &e))?;
        if std::fs::read_dir(to).is_ok_and(|mut d| d.next().is_some()) {
            return Err(refuse(
                "export-folder",
                format!("`{}` is not empty", to.display()),
                "name a new folder, so that no old file passes for a new one",
            ));
        }
        let house = place.open().await?;
        let mut folder = Folder { at: to.clone(), file: None, count: 0 };
        if self.open.is_some() {
            app::open_data::write(&house, &mut folder).await?;
        } else {
            let personal = match (self.personal, self.without_personal) {
                (true, _) => Personal::Clear,
                (_, true) => Personal::Sealed,
                _ => Personal::Encrypted,
            };
            app::export::all(&house, personal, &mut folder).await?;
            folder.count += super::transfer::files_along(&house, to, self.media).await?;
        }
        folder.finish().map_err(|e| cannot_write(to, &e))?;
        if place.json {
            output::json(&json!({ "files": folder.count, "dir": to.display().to_string() }))
        } else {
            println!("{} files in {}", folder.count, to.display())
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// A folder that an export is written to.
struct Folder {
    at: PathBuf,
    file: Option<BufWriter<File>>,
    count: usize,
}

impl Folder {
    fn finish(&mut self) -> std::io::Result<()> {
        self.file.take().map_or(Ok(()), |mut f| f.flush())
    }
}

impl Sink for Folder {
    fn begin(&mut self, name: &str) -> std::io::Result<()> {
        self.finish()?;
        self.file = Some(BufWriter::new(File::create(self.at.join(name))?));
        self.count += 1;
        Ok(())
    }

    fn write(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        self.file
            .as_mut()
            .map_or_else(|| Err(std::io::Error::other("no file was begun")), |f| f.write_all(bytes))
    }
}
