//! `tantieme proof` and `tantieme verify`.

use std::path::PathBuf;
use std::process::ExitCode;

use app::Failure;
use app::proof::{Issue, Require};
use app::statement::Issued;
use clap::{Args, Subcommand};
use music::SetListId;
use serde_json::{Value, json};

use crate::input::{self, refuse};
use crate::output;
use crate::wiring::Place;

/// Participation proofs
#[derive(Debug, Subcommand)]
pub enum Proof {
    /// Prove that a set was reported and a part of the fee shared, without showing fee or list
    #[command(after_help = "Example: tantieme proof issue set-… --by \"DJ Low Tide\" --out proof.txt")]
    Issue {
        /// The set list
        set_list: SetListId,
        /// The performer
        #[arg(long)]
        by: String,
        /// Show a lower part than the one reached, in percent
        #[arg(long)]
        at_least: Option<u8>,
        /// Name the event
        #[arg(long)]
        event: bool,
        /// Where to write it; standard output without
        #[arg(long)]
        out: Option<PathBuf>,
    },
    /// A venue or agent requires proofs for its events from a day on
    #[command(after_help = "Example: tantieme proof require --since … \"Ada Nwosu\"")]
    Require {
        /// The venue or agent
        party: String,
        /// The venue's name on events; the party's own without
        #[arg(long, default_value = "")]
        venue: String,
        /// At least this part, in percent
        #[arg(long)]
        at_least: Option<u8>,
        /// From this day on
        #[arg(long)]
        since: String,
        /// Who notes it
        #[arg(long, default_value = "house")]
        by: String,
    },
    /// What is missing for a venue or agent, for its eyes only
    #[command(after_help = "Example: tantieme proof missing \"Ada Nwosu\"")]
    Missing {
        /// The venue or agent
        party: String,
    },
    /// The house's public key, with which anybody verifies
    #[command(after_help = "Example: tantieme proof key")]
    Key,
}

impl Proof {
    /// Runs it.
    pub async fn run(&self, place: &Place) -> Result<ExitCode, Failure> {
        let house = place.open().await?;
        match self {
            Proof::Issue { set_list, by, at_least, event, out } => {
                let issued = app::proof::issue(
                    &house,
                    Issue {
                        set_list: set_list.clone(),
                        at_least: *at_least,
                        show_event: *event,
                        by: by.clone(),
                    },
                )
                .await?;
                match out {
                    Some(file) => input::write_whole(file, issued.note.as_bytes())?,
                    None if place.json => {
                        output::json(&json!({ "proof": issued.id.as_str(), "note": issued.note }))
                    }
                    None => print!("{}", issued.note),
                }
            }
            Proof::Require { party, venue, at_least, since, by } => {
                let since = since
                    .parse()
                    .map_err(|_| refuse("date", format!("`{since}` is not a day"), "as in `2026-09-04`"))?;
                app::proof::require(
                    &house,
                    Require {
                        party: party.clone(),
                        venue: venue.clone(),
                        at_least: *at_least,
                        since,
                        by: by.clone(),
                    },
                )
                .await?;
            }
            Proof::Missing { party } => {
                let missing = app::proof::missing(&house, party).await?;
                if place.json {
                    let all: Vec<Value> = missing.iter().map(|m| json!({ "event": m.event.as_str(), "label": m.label, "performer": m.performer, "set_list": m.set_list.as_ref().map(|s| s.as_str()), "lack": m.lack.words() })).collect();
                    output::json(&all.into());
                } else {
                    let rows = missing
                        .iter()
                        .map(|m| vec![m.label.clone(), m.performer.clone(), m.lack.words().to_owned()]);
                    output::table(&["event", "performer", "missing"], rows.collect());
                }
            }
            Proof::Key => {
                let key = app::proof::verifier(&house)?;
                if place.json { output::json(&json!({ "verifier_key": key })) } else { println!("{key}") }
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// Check a statement, an invoice, a participation proof, a checkpoint, or a receipt of the log or of consent offline
#[derive(Debug, Args)]
#[command(
    after_help = "Example: tantieme verify statement.json --key \"tantieme.local/log+…\"\n         tantieme verify answer.json --key \"tantieme.local/log+…\" --seen checkpoint\n         tantieme verify release.tlog-proof --key \"log.example+…\" --origin log.example/all --entry release.txt"
)]
pub struct Verify {
    /// A statement, an invoice, the papers of a licence or a consent receipt as JSON, a log receipt's, a checkpoint's or a
    /// proof's text
    file: PathBuf,
    #[command(flatten)]
    trust: Trust,
    /// The entry that a log receipt is for, where the receipt does not carry it
    #[arg(long, value_name = "FILE")]
    entry: Option<PathBuf>,
}

/// Whose signatures are believed, and what was seen before.
#[derive(Debug, Args)]
pub struct Trust {
    /// The house's public key, as `tantieme proof key` prints it; of a log the first one
    #[arg(long)]
    key: String,
    /// The log's name, where its key has another
    #[arg(long)]
    origin: Option<String>,
    /// The newest checkpoint seen before: an older one is refused
    #[arg(long, value_name = "FILE")]
    seen: Option<PathBuf>,
    /// A notice of a change of the log's keys, in their order (`/log/rotation/1` …)
    #[arg(long = "rotation", value_name = "FILE")]
    rotations: Vec<PathBuf>,
    /// A witness whose cosignature is asked for, as `name+id+key`
    #[arg(long = "witness")]
    witnesses: Vec<String>,
    /// How many of them must have cosigned; all without
    #[arg(long)]
    quorum: Option<usize>,
}

impl Verify {
    /// Runs it: exit 1 where it does not verify.
    pub fn run(&self, as_json: bool) -> Result<ExitCode, Failure> {
        let text = String::from_utf8_lossy(&input::read_whole(&self.file)?).into_owned();
        let key = self.trust.key()?;
        if let Some(what) = self.logged(&text)? {
            return valid(as_json, &what);
        }
        let what = match serde_json::from_str::<Issued>(&text) {
            Ok(issued) => {
                app::statement::verify(&issued, &key)?;
                format!(
                    "statement of {} from {} until {}",
                    issued.statement.party, issued.statement.from, issued.statement.until
                )
            }
            Err(_) if text.trim_start().starts_with('{') => {
                if let Ok(issued) = serde_json::from_str::<app::invoice::IssuedInvoice>(&text) {
                    app::invoice::verify(&issued, &key)?;
                    return valid(as_json, &format!("invoice {}", issued.invoice.number));
                }
                return Err(refuse(
                    "verify-unknown",
                    format!("`{}` is no statement and no invoice", input::document_name(&self.file)),
                    "give the JSON of `tantieme statement --json` or `tantieme invoice show --json`, or the text of a proof",
                ));
            }
            Err(_) => {
                let p = app::proof::verify(&text, &self.trust.key)?;
                format!(
                    "{} reported a set, {} of {} lines matched, issued {}",
                    p.performer, p.matched, p.lines, p.issued
                )
            }
        };
        valid(as_json, &what)
    }
}

impl Verify {
    /// What a receipt shows, where the file is one.
    fn logged(&self, text: &str) -> Result<Option<String>, Failure> {
        let said = not_believed;
        let value: Option<Value> = serde_json::from_str(text).ok();
        let kind = value.as_ref().and_then(|v| v.get("type")?.as_str()).unwrap_or_default().to_owned();
        match (kind.as_str(), value) {
            (consent::receipt::TYPE, _) => {
                let (policy, seen) = self.trust.policy()?;
                let shown = consent::receipt::verify(text, &policy, seen.as_ref()).map_err(|e| said(&e))?;
                let mut what =
                    format!("consent receipt as of {} entries of {}", shown.size, policy.keys.origin());
                if let Some(answer) = &shown.answer {
                    what.push_str(&format!(": {answer}"));
                }
                what.push_str(&format!(
                    "; {} statements proved, {} silences proved",
                    shown.statements.len(),
                    shown.silent
                ));
                what.push_str(if shown.complete {
                    "; nothing was revoked, ended or disputed up to there that is not shown"
                } else {
                    "; that nothing was revoked or disputed is not shown: ask for a newer receipt"
                });
                for by in &shown.under.cosigned {
                    what.push_str(&format!("; cosigned by {}", by.witness));
                }
                Ok(Some(what))
            }
            ("statement", Some(value)) => {
                consent::statement::verify(&value).map_err(|e| said(&e))?;
                let hash = consent::statement::hash(&value).map_err(|e| said(&e))?;
                Ok(Some(format!(
                    "a signed statement, hash {hash}; that it is in the log is for its receipt to show"
                )))
            }
            ("was-in", Some(value)) => {
                let present = app::consent::training::verify(&value).map_err(|e| said(&e))?;
                let word = if present { "was in" } else { "was not in" };
                let bare = value.get("receipt").and_then(Value::as_str).is_none_or(str::is_empty);
                let registered = if bare {
                    "that the run is registered is not shown: ask again once the log is published".to_owned()
                } else {
                    let (policy, seen) = self.trust.policy()?;
                    let under =
                        app::consent::training::verify_registered(&value, &policy).map_err(|e| said(&e))?;
                    if let Some(seen) = &seen {
                        seen.not_older(&under.checkpoint).map_err(|e| said(&e))?;
                    }
                    format!(
                        "the run is an entry of {} entries of {}",
                        under.checkpoint.size,
                        policy.keys.origin()
                    )
                };
                Ok(Some(format!("the recording {word} the training run under its root; {registered}")))
            }
            (app::license::papers::TYPE, Some(value)) => {
                let (policy, seen) = self.trust.policy()?;
                let shown = app::license::papers::verify(&value, &policy).map_err(|e| said(&e))?;
                if seen.as_ref().is_some_and(|seen| shown.size < seen.size) {
                    return Err(said(&"its receipts are older than the checkpoint seen before"));
                }
                let by = shown.own_key.as_ref().map_or_else(
                    || "signed for the licensee by the house".to_owned(),
                    |own| format!("signed by the licensee's own key {own}, which was bound to it before"),
                );
                Ok(Some(format!(
                    "licence {} for {} works, {by}; offer and agreement are entries of {} entries of {}",
                    shown.license,
                    shown.works,
                    shown.size,
                    policy.keys.origin()
                )))
            }
            _ if text.starts_with("c2sp.org/tlog-proof@") => {
                let (policy, seen) = self.trust.policy()?;
                let mut receipt: proof::log::Receipt =
                    text.parse().map_err(|e: proof::log::BadReceipt| said(&e))?;
                if let Some(file) = &self.entry {
                    receipt.entry = Some(input::read_whole(file)?);
                }
                let under = match &seen {
                    Some(seen) => receipt.verify_current(&policy, seen),
                    None => receipt.verify(&policy),
                };
                let under = under.map_err(|e| said(&e))?;
                Ok(Some(format!(
                    "entry {} of {} entries of {}",
                    receipt.index,
                    under.checkpoint.size,
                    policy.keys.origin()
                )))
            }
            _ => self.checkpoint(text),
        }
    }

    /// What a bare checkpoint shows, where the text is one.
    fn checkpoint(&self, text: &str) -> Result<Option<String>, Failure> {
        let claims = |note: &proof::Note| note.claimed_text().parse::<proof::Checkpoint>().is_ok();
        let Some(note) = text.parse::<proof::Note>().ok().filter(claims) else { return Ok(None) };
        let (policy, seen) = self.trust.policy()?;
        let under = policy.open_note(&note).map_err(|e| not_believed(&e))?;
        if let Some(seen) = &seen {
            seen.not_older(&under.checkpoint).map_err(|e| not_believed(&e))?;
        }
        let at = &under.checkpoint;
        let mut what =
            format!("checkpoint of {} entries of {}, root {}", at.size, policy.keys.origin(), at.root);
        for by in &under.cosigned {
            what.push_str(&format!("; cosigned by {}", by.witness));
        }
        if seen.is_some_and(|seen| seen.size < at.size) {
            what.push_str("; that it grew from what was seen is for `tantieme log check` to show");
        }
        Ok(Some(what))
    }
}

/// A refusal of what a log or its house says.
pub(super) fn not_believed(why: &dyn std::fmt::Display) -> Failure {
    refuse(
        "receipt-not-believed",
        why.to_string(),
        "ask for it again, from who issued it or from a mirror of the log",
    )
}

impl Trust {
    /// Whether changes of keys were handed over.
    pub(super) const fn names_rotations(&self) -> bool {
        !self.rotations.is_empty()
    }

    /// The first key.
    pub(super) fn key(&self) -> Result<proof::VerifierKey, Failure> {
        self.key.parse().map_err(|e: proof::note::BadKey| {
            refuse("verifier-key", e.to_string(), "`tantieme proof key` prints it")
        })
    }

    /// What is asked of a checkpoint, and what was seen before.
    pub(super) fn policy(&self) -> Result<(proof::log::Policy, Option<proof::log::Seen>), Failure> {
        let key = self.key()?;
        let origin = self.origin.as_deref().unwrap_or(key.name());
        let mut keys = proof::log::KeyRing::new(origin, key.clone());
        for file in &self.rotations {
            let note = String::from_utf8_lossy(&input::read_whole(file)?).into_owned();
            keys.rotate(&note).map_err(|e| {
                refuse("rotation", e.to_string(), "give all of them in their order, from the first")
            })?;
        }
        let witnesses =
            self.witnesses.iter().map(|w| w.parse()).collect::<Result<Vec<proof::log::WitnessKey>, _>>();
        let witnesses = witnesses.map_err(|e| refuse("verifier-key", e.to_string(), ""))?;
        let quorum = self.quorum.unwrap_or(witnesses.len());
        let policy = proof::log::Policy { keys, witnesses, quorum };
        let seen = match &self.seen {
            None => None,
            Some(file) => {
                let note = String::from_utf8_lossy(&input::read_whole(file)?).into_owned();
                let known = proof::log::Policy::log_only(policy.keys.clone()).open(&note);
                let known = known
                    .map_err(|e| refuse("checkpoint", e.to_string(), "give a checkpoint of this log"))?;
                Some(proof::log::Seen::from(&known.checkpoint))
            }
        };
        Ok((policy, seen))
    }
}

fn valid(as_json: bool, what: &str) -> Result<ExitCode, Failure> {
    if as_json {
        output::json(&json!({ "valid": true, "what": what }))
    } else {
        println!("valid: {what}")
    }
    Ok(ExitCode::SUCCESS)
}
