//! The command line of Tantième: wiring, printing, exit codes. The only place that prints.
//!
//! Exit codes: 0 done, 1 refused or problems found, 2 wrong usage, 3 fault. Data goes to standard output,
//! everything else to standard error.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "this is the binary that prints")]

/// Prints a line of data; a reader that closed the pipe has seen enough and ends the program quietly.
macro_rules! println {
    () => { $crate::output::write(format_args!("\n")) };
    ($($text:tt)*) => { $crate::output::write(format_args!("{}\n", format_args!($($text)*))) };
}

/// Prints data without a line break; see [`println`].
macro_rules! print {
    ($($text:tt)*) => { $crate::output::write(format_args!($($text)*)) };
}

mod cmd;
mod config;
mod input;
mod logs;
mod output;
mod wiring;

use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

/// Pays the people who make music: set lists, shares, ledger, bank, statements.
#[derive(Debug, Parser)]
#[command(name = "tantieme", version, propagate_version = true, arg_required_else_help = true)]
struct Cli {
    #[command(flatten)]
    place: wiring::Place,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// A small invented world through the whole loop, then where each euro went
    Demo(cmd::demo::Demo),
    /// Make a house: settings, keys, database, and what to do next
    Init(cmd::init::Init),
    /// The settings and where each comes from
    #[command(subcommand)]
    Config(cmd::config::ConfigCommand),
    /// Serve the pages and the API
    Serve(cmd::serve::Serve),
    /// Recordings: import and list
    #[command(subcommand)]
    Catalogue(cmd::catalogue::Catalogue),
    /// Files of recordings: sound, films, books, comics, games
    #[command(subcommand)]
    Audio(cmd::audio::Audio),
    /// Parties: register, find, bank details, shares
    #[command(subcommand)]
    Party(cmd::party::PartyCommand),
    /// Tracks before their release: register, release, list
    #[command(subcommand)]
    Recording(cmd::recording::RecordingCommand),
    /// Share a pot by plays in Parquet files; `share set` sets rights shares of recordings
    Share(cmd::share::Share),
    /// Set lists: submit, review, settle
    #[command(subcommand, name = "set-list")]
    SetList(cmd::set_list::SetList),
    /// Pots and what payers give to them
    #[command(subcommand)]
    Pot(cmd::pot::Pot),
    /// Share pots: a draft with its hash; approve it with `tantieme approve RUN`
    Allocate(cmd::allocation::Allocate),
    /// Approve a draft run and post it
    Approve(cmd::allocation::Approve),
    /// Draft what changed since a pot was shared: a late match, a changed share
    Adjust(cmd::allocation::Adjust),
    /// Draft the exact negative of an approved run
    Reverse(cmd::allocation::Reverse),
    /// Runs: list, show, drop a draft
    #[command(subcommand)]
    Run(cmd::allocation::RunCommand),
    /// One pot under several rules, side by side; nothing is posted
    Compare(cmd::compare::Compare),
    /// Plays of members, delivered for a pot
    #[command(subcommand)]
    Plays(cmd::plays::Plays),
    /// Periods of listening: counted, approved, appealed against, forgotten
    #[command(subcommand)]
    Period(cmd::period::Period),
    /// Flagged usages whose money waits for a person
    #[command(subcommand)]
    Guard(cmd::guard::Guard),
    /// Places, who belongs to them, and what stayed there
    #[command(subcommand)]
    Territory(cmd::territory::Territory),
    /// Institutions: contracts, invoices, seats, kiosks, statistics
    #[command(subcommand)]
    Institution(cmd::institution::InstitutionCommand),
    /// Selections that institutions publish
    #[command(subcommand)]
    Selection(cmd::selection::SelectionCommand),
    /// Briefs of brands: artists' terms, who says yes, contracts, money held and paid
    #[command(subcommand, visible_alias = "campaign")]
    Brief(cmd::brief::BriefCommand),
    /// Rates of exchange, and money that stands between two currencies
    #[command(subcommand)]
    Rate(cmd::rate::Rate),
    /// Walk a payout, a line or a run back to the line it came from
    Explain(cmd::allocation::Explain),
    /// Payouts: prepare, approve, export, confirm
    #[command(subcommand)]
    Payout(cmd::payout::Payout),
    /// Bank messages and money without a reference
    #[command(subcommand)]
    Bank(cmd::bank::Bank),
    /// Pay an advance from a fund, repaid from later payouts
    Advance(cmd::payout::Advance),
    /// Sanctions lists that payees are checked against
    #[command(subcommand)]
    Sanctions(cmd::payout::Sanctions),
    /// What a party is told of a period, with its proof
    Statement(cmd::statement::StatementCommand),
    /// Self-billed invoices for payees who asked for them
    #[command(subcommand)]
    Invoice(cmd::invoice::InvoiceCommand),
    /// Claims: is my name here?
    #[command(subcommand)]
    Claim(cmd::claim::Claim),
    /// Participation proofs that show neither fee nor list
    #[command(subcommand)]
    Proof(cmd::proof::Proof),
    /// The public figures
    Figures(cmd::figures::Figures),
    /// The rules of sharing, in words
    #[command(subcommand)]
    Rule(cmd::rule::Rule),
    /// Policies that change money or privacy, as versioned data
    #[command(subcommand)]
    Policy(cmd::policy::Policy),
    /// Mail that waits to go out
    #[command(subcommand)]
    Mail(cmd::claim::Mail),
    /// Take a set list that came by mail; for the pipe of a mail server
    #[command(name = "mail-in")]
    MailIn(cmd::mail_in::MailIn),
    /// Who may come in, and as what
    #[command(subcommand, name = "sign-in")]
    SignIn(cmd::sign_in::SignIn),
    /// Members of institutions: invitations, cards, doors
    #[command(subcommand)]
    Member(cmd::member::Member),
    /// Webhooks: a program of yours is told, signed, of what concerns you
    #[command(subcommand)]
    Webhook(cmd::webhook::Webhook),
    /// Background work: list, retry, run
    #[command(subcommand)]
    Jobs(cmd::job::Jobs),
    /// Check a statement, a proof, or a receipt of the log or of consent offline
    Verify(cmd::proof::Verify),
    /// Check that the books balance and nothing is orphaned
    Doctor(cmd::figures::Doctor),
    /// Everything in open formats (also the wind-down)
    Export(cmd::figures::Export),
    /// A house made again from an export, with the keys of the old one
    Import(cmd::transfer::Import),
    /// Copy the house while it works
    Backup(cmd::backup::Backup),
    /// A house made of a backup
    Restore(cmd::backup::Restore),
    /// Answers to doubtful lines as training lines, of DJs who agreed
    ExportTraining(cmd::set_list::ExportTraining),
    /// Match lines against a catalogue; touches no data directory
    Match(cmd::matching::Match),
    /// Build the memory-mapped index that `match` and the server use
    Index(cmd::matching::Index),
    /// Consent to uses by AI: say, show, decide, audit, receipts
    #[command(subcommand)]
    Consent(cmd::consent::Consent),
    /// Licences for uses by AI: offer, ask, accept, report, contest, permits, violations, imitation
    #[command(subcommand, alias = "license")]
    Licence(cmd::licence::Licence),
    /// Who else: train the recommender, ask it, measure it
    #[command(subcommand)]
    Discovery(cmd::discovery::Discovery),
    /// The public log: status, publish, mirror, keys, receipts
    #[command(subcommand)]
    Log(cmd::log::Log),
    /// Several machines for one pot: work for whoever shares with `--cluster`
    #[command(subcommand)]
    Cluster(cmd::cluster::ClusterCommand),
    /// Read any set-list file and print what it is; touches no data directory
    Read(cmd::read::Read),
}

fn main() -> ExitCode {
    let cli = match command_line() {
        Ok(cli) => cli,
        Err(failure) => return told(failure, std::env::args().any(|a| a == "--json")),
    };
    let otherwise = if matches!(cli.command, Command::Serve(_)) { "info" } else { "error" };
    logs::begin(&cli.place.log_format, &cli.place.log_filter, otherwise);
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("fault: {error}");
            return ExitCode::from(3);
        }
    };
    let as_json = cli.place.json;
    match runtime.block_on(run(cli)) {
        Ok(code) => code,
        Err(failure) => told(failure, as_json),
    }
}

/// Reads settings and arguments; options win over what settings say.
fn command_line() -> Result<Cli, app::Failure> {
    let args: Vec<String> = std::env::args_os().map(|a| a.to_string_lossy().into_owned()).collect();
    let help = |a: &String| matches!(a.as_str(), "--help" | "-h" | "help" | "--version" | "-V");
    let settings = match config::read(&args, &|name| std::env::var(name).ok()) {
        // Help is given whatever the file says.
        Err(_) if args.iter().any(help) => config::Resolved::default(),
        other => other?,
    };
    let matches = settings.apply(Cli::command()).get_matches();
    let mut cli = Cli::from_arg_matches(&matches).unwrap_or_else(|e| e.exit());
    cli.place.settings = std::sync::Arc::new(settings);
    Ok(cli)
}

fn told(failure: app::Failure, as_json: bool) -> ExitCode {
    match failure {
        app::Failure::Refused(refusal) => {
            if as_json {
                let app::Refusal { code, message, hint } = refusal;
                eprintln!(
                    "{}",
                    serde_json::json!({ "error": { "code": code, "message": message, "hint": hint } })
                );
            } else {
                eprintln!("{refusal}");
            }
            ExitCode::from(1)
        }
        app::Failure::Fault(fault) => {
            if as_json {
                eprintln!(
                    "{}",
                    serde_json::json!({ "error": { "code": "fault", "message": fault.to_string(), "hint": "" } })
                );
            } else {
                eprintln!("fault: {fault}");
            }
            ExitCode::from(3)
        }
    }
}

async fn run(cli: Cli) -> Result<ExitCode, app::Failure> {
    let place = &cli.place;
    match cli.command {
        Command::Demo(c) => c.run(place).await,
        Command::Init(c) => c.run(place).await,
        Command::Config(c) => c.run(place),
        Command::Serve(c) => c.run(place).await,
        Command::Catalogue(c) => c.run(place).await,
        Command::Audio(c) => c.run(place).await,
        Command::Party(c) => c.run(place).await,
        Command::Recording(c) => c.run(place).await,
        Command::Share(c) => c.run(place).await,
        Command::SetList(c) => c.run(place).await,
        Command::Pot(c) => c.run(place).await,
        Command::Allocate(c) => c.run(place).await,
        Command::Approve(c) => c.run(place).await,
        Command::Adjust(c) => c.run(place).await,
        Command::Reverse(c) => c.run(place).await,
        Command::Run(c) => c.run(place).await,
        Command::Compare(c) => c.run(place).await,
        Command::Plays(c) => c.run(place).await,
        Command::Period(c) => c.run(place).await,
        Command::Guard(c) => c.run(place).await,
        Command::Territory(c) => c.run(place).await,
        Command::Institution(c) => c.run(place).await,
        Command::Selection(c) => c.run(place).await,
        Command::Brief(c) => c.run(place).await,
        Command::Rate(c) => c.run(place).await,
        Command::Explain(c) => c.run(place).await,
        Command::Payout(c) => c.run(place).await,
        Command::Bank(c) => c.run(place).await,
        Command::Advance(c) => c.run(place).await,
        Command::Sanctions(c) => c.run(place).await,
        Command::Statement(c) => c.run(place).await,
        Command::Invoice(c) => c.run(place).await,
        Command::Claim(c) => c.run(place).await,
        Command::Proof(c) => c.run(place).await,
        Command::Figures(c) => c.run(place).await,
        Command::Rule(c) => c.run(place.json),
        Command::Policy(c) => c.run(place).await,
        Command::Mail(c) => c.run(place).await,
        Command::MailIn(c) => c.run(place).await,
        Command::SignIn(c) => c.run(place).await,
        Command::Member(c) => c.run(place).await,
        Command::Webhook(c) => c.run(place).await,
        Command::Jobs(c) => c.run(place).await,
        Command::Verify(c) => c.run(place.json),
        Command::Doctor(c) => c.run(place).await,
        Command::Export(c) => c.run(place).await,
        Command::Import(c) => c.run(place).await,
        Command::Backup(c) => c.run(place).await,
        Command::Restore(c) => c.run(place).await,
        Command::ExportTraining(c) => c.run(place).await,
        Command::Match(c) => c.run(),
        Command::Index(c) => c.run(),
        Command::Discovery(c) => c.run(place).await,
        Command::Consent(c) => c.run(place).await,
        Command::Licence(c) => c.run(place).await,
        Command::Log(c) => c.run(place).await,
        Command::Cluster(c) => c.run().await,
        Command::Read(c) => c.run(place.json),
    }
}
