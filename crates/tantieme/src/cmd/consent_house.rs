//! `tantieme consent` on the house: what holders say, who speaks for them, what waits, and the receipts of it. It is
//! one piece because every command here is a few lines over one use case, read beside its neighbours; what a holder reads
//! is printed in the file below.

mod show;

use std::path::PathBuf;
use std::process::ExitCode;

use app::consent::mandate::Give;
use app::consent::receipt::Ask;
use app::consent::roles::Declare;
use app::consent::training::Register;
use app::consent::wait::{self};
use app::consent::{Say, Spoken};
use app::{Failure, House, consent};
use clap::{Args, Subcommand};
use jiff::civil::Date;
use serde_json::{Map, Value, json};
use store::{ConsentRow, WaitRow};

use crate::input::{self, refuse};
use crate::output;
use crate::wiring::Place;

/// What the house keeps of consent.
#[derive(Debug, Subcommand)]
pub enum Kept {
    /// Say what AI may do with a recording, a work, a voice, a project or a whole catalogue
    #[command(
        after_help = "Example: tantieme consent state \"Ada Nwosu\" --refuse train --ask gen.remix --permit index.search,analyse.mine\n         tantieme consent state \"Agency\" --for \"Ada Nwosu\" --subject recording:DEA122600001 --permit train.nongen --licensee \"Modelmaker\" --until 2027-01-01"
    )]
    State(State),
    /// Take a statement back
    #[command(after_help = "Example: tantieme consent withdraw cst-… --by \"Ada Nwosu\"")]
    Withdraw {
        /// The statement
        statement: String,
        /// Who said it
        #[arg(long)]
        by: String,
    },
    /// What a holder said and what is allowed now, or what is allowed with one recording
    #[command(
        after_help = "Example: tantieme consent show \"Ada Nwosu\"\n         tantieme consent show --recording DEA122600001"
    )]
    Show {
        /// The holder
        party: Option<String>,
        /// A recording instead: its id or ISRC
        #[arg(long, conflicts_with = "party")]
        recording: Option<String>,
    },
    /// The receipt of a statement, or of an answer, to be checked offline with `tantieme verify`
    #[command(
        after_help = "Example: tantieme consent receipt cst-… --out statement.json\n         tantieme consent receipt --recording DEA122600001 --use train.gen --licensee \"Modelmaker\" --out answer.json"
    )]
    Receipt(Receipt),
    /// Declare roles that no share tells: who wrote, sang, played, owns a project
    #[command(after_help = "Example: tantieme consent declare \"Ada Nwosu\" --role work,featured,voice")]
    Declare {
        /// Whose roles
        party: String,
        /// Which: work, lyrics, featured, voice, performer, owner
        #[arg(long = "role", value_delimiter = ',', required = true)]
        roles: Vec<String>,
        /// In what; every recording whose master the party holds without
        #[arg(long = "subject")]
        subjects: Vec<String>,
        /// Who enters it
        #[arg(long, default_value = "house")]
        by: String,
    },
    /// Let an agent speak for a holder: takes effect by the code mailed to the holder, or after some days
    #[command(
        after_help = "Example: tantieme consent mandate \"Ada Nwosu\" --agent \"Agency\" --use train,gen --until 2027-01-01"
    )]
    Mandate {
        /// Who is spoken for
        principal: String,
        /// Who speaks
        #[arg(long)]
        agent: String,
        /// Uses and groups; a group reaches no personal use
        #[arg(long = "use", value_delimiter = ',', required = true)]
        uses: Vec<String>,
        /// Where; everywhere without
        #[arg(long = "territory", value_delimiter = ',')]
        territories: Vec<String>,
        /// The day after its last
        #[arg(long)]
        until: Option<String>,
        /// The agent is the guardian of a minor
        #[arg(long)]
        guardian: bool,
        /// Who enters it
        #[arg(long, default_value = "house")]
        by: String,
    },
    /// Record a licence that its holders signed
    #[command(
        after_help = "Example: tantieme consent license \"Modelmaker\" --use train.gen --subject catalogue --signed-by \"Ada Nwosu\" --condition model=m --condition version=2 --condition fee=\"EUR 2 a work\" --notice-days 30 --promises \"no new version after consent ends\""
    )]
    License(License),
    /// The trained models that hold recordings of a party, and what was promised for when consent ends
    #[command(after_help = "Example: tantieme consent touched \"Ada Nwosu\"")]
    Touched {
        /// The holder
        party: String,
    },
    /// Take a mandate or a licence back; nothing new begins from then on
    #[command(after_help = "Example: tantieme consent revoke mdt-… --by \"Ada Nwosu\"")]
    Revoke {
        /// The mandate or the licence
        mandate: String,
        /// Who does it
        #[arg(long, default_value = "house")]
        by: String,
    },
    /// Hand a whole catalogue over: takes effect by the code mailed to the holder, or after some days
    #[command(after_help = "Example: tantieme consent hand-over \"Ada Nwosu\" --to \"Kollektiv Nord\"")]
    HandOver {
        /// Whose it is
        from: String,
        /// Whose it will be
        #[arg(long)]
        to: String,
        /// Who enters it
        #[arg(long, default_value = "house")]
        by: String,
    },
    /// What waits for a code or for time
    #[command(after_help = "Example: tantieme consent waiting \"Ada Nwosu\"")]
    Waiting {
        /// Of this party only
        party: Option<String>,
    },
    /// Do what waits at once, by the code that was mailed
    #[command(after_help = "Example: tantieme consent confirm wai-… --code 12345678")]
    Confirm {
        /// What waits
        id: String,
        /// The code
        #[arg(long)]
        code: String,
        /// Who does it
        #[arg(long, default_value = "house")]
        by: String,
    },
    /// Stop what waits
    #[command(after_help = "Example: tantieme consent stop wai-… --by \"Ada Nwosu\"")]
    Stop {
        /// What waits
        id: String,
        /// Who does it
        #[arg(long, default_value = "house")]
        by: String,
    },
    /// Note how well somebody is verified, with the evidence; without a level, the history
    #[command(
        after_help = "Example: tantieme consent level \"Ada Nwosu\" identified --evidence \"passport seen 4 September\" --by Ines"
    )]
    Level {
        /// Who
        party: String,
        /// asserted, contact, documented, identified or qualified
        #[arg(requires = "evidence")]
        level: Option<String>,
        /// What was seen
        #[arg(long)]
        evidence: Option<String>,
        /// Who noted it
        #[arg(long, default_value = "house")]
        by: String,
    },
    /// What a party permitted and touched; with a reason they are declared an impostor and nothing of it holds any more
    #[command(
        after_help = "Example: tantieme consent impostor \"Ada Nwosu\" --declare \"another person's passport\" --by Ines"
    )]
    Impostor {
        /// Who
        party: String,
        /// Declare them an impostor, for this reason
        #[arg(long, value_name = "REASON")]
        declare: Option<String>,
        /// Who does it
        #[arg(long, default_value = "house")]
        by: String,
    },
    /// Contest a recording, a work, a project or a person: what rests on it is a no until it is settled
    #[command(
        after_help = "Example: tantieme consent dispute recording:DEA122600001 --party \"Mira Feld\" --reason \"I sang this\""
    )]
    Dispute {
        /// What is contested
        subject: String,
        /// Who contests
        #[arg(long)]
        party: String,
        /// Why
        #[arg(long)]
        reason: String,
    },
    /// Settle a dispute
    #[command(after_help = "Example: tantieme consent settle dsp-… --reason \"both agree\" --by Ines")]
    Settle {
        /// The dispute
        dispute: String,
        /// Why
        #[arg(long)]
        reason: String,
        /// Who decides
        #[arg(long, default_value = "house")]
        by: String,
    },
    /// A link by which a holder reaches their own page; hand it over as a key
    #[command(after_help = "Example: tantieme consent link \"Ada Nwosu\"")]
    Link {
        /// The holder
        party: String,
        /// For how many days
        #[arg(long, default_value_t = 30)]
        days: u32,
        /// Who makes it
        #[arg(long, default_value = "house")]
        by: String,
    },
    /// Take statements that their speakers signed with keys of their own (NDJSON)
    #[command(after_help = "Example: tantieme consent submit statements.ndjson --by Ines")]
    Submit {
        /// The file
        file: PathBuf,
        /// Who vouches that the keys are the speakers'
        #[arg(long, default_value = "house")]
        by: String,
    },
    /// Register what a model was trained on: one id or ISRC a line
    #[command(
        after_help = "Example: tantieme consent training manifest.txt --licensee \"Modelmaker\" --model m --model-version 2 --use train.gen"
    )]
    Training {
        /// The manifest
        manifest: PathBuf,
        /// Who trained
        #[arg(long)]
        licensee: String,
        /// The model
        #[arg(long)]
        model: String,
        /// Its version
        #[arg(long)]
        model_version: String,
        /// For which use
        #[arg(long = "use")]
        usage: String,
        /// Who enters it
        #[arg(long, default_value = "house")]
        by: String,
    },
    /// Was this recording in a registered training run? Yes or no, with the proof
    #[command(after_help = "Example: tantieme consent was-in DEA122600001 --json > proofs.json")]
    WasIn {
        /// The recording: its id or ISRC
        recording: String,
        /// Ask this run only
        #[arg(long)]
        run: Option<String>,
    },
}

/// Something to say.
#[derive(Debug, Args)]
pub struct State {
    /// Who says it
    speaker: String,
    /// For whom, where the speaker is an agent
    #[arg(long = "for")]
    for_party: Option<String>,
    /// `catalogue`, `person`, `recording:ISRC`, `work:ISWC` or `project:NAME`
    #[arg(long, default_value = "catalogue")]
    subject: String,
    /// Uses to permit
    #[arg(long, value_delimiter = ',')]
    permit: Vec<String>,
    /// Uses to be asked about for a licence
    #[arg(long, value_delimiter = ',')]
    ask: Vec<String>,
    /// Uses to refuse
    #[arg(long, value_delimiter = ',', required_unless_present_any = ["permit", "ask"])]
    refuse: Vec<String>,
    /// To whom; everybody without
    #[arg(long = "licensee")]
    licensees: Vec<String>,
    /// Where; everywhere without
    #[arg(long = "territory", value_delimiter = ',')]
    territories: Vec<String>,
    /// First day
    #[arg(long)]
    from: Option<String>,
    /// The day after the last
    #[arg(long)]
    until: Option<String>,
    /// What a permit asks in return, such as `attribution`, `purpose=research`, `model=m`, `max_days=365`, `output=walled,download`
    #[arg(long = "condition")]
    conditions: Vec<String>,
    /// What is offered where a licence is asked for
    #[arg(long, default_value = "")]
    offer: String,
    /// Who enters it
    #[arg(long, default_value = "house")]
    by: String,
}

/// A licence.
#[derive(Debug, Args)]
pub struct License {
    /// Who may
    licensee: String,
    /// Uses, one by one
    #[arg(long = "use", value_delimiter = ',', required = true)]
    uses: Vec<String>,
    /// Of what; `catalogue` is all of the signers'
    #[arg(long = "subject", default_value = "catalogue")]
    subjects: Vec<String>,
    /// The holders who signed
    #[arg(long = "signed-by", required = true)]
    signers: Vec<String>,
    /// Where; everywhere without
    #[arg(long = "territory", value_delimiter = ',')]
    territories: Vec<String>,
    /// The day after its last
    #[arg(long)]
    until: Option<String>,
    /// What it asks in return, as with `state`; `fee=…` is the fee rule
    #[arg(long = "condition")]
    conditions: Vec<String>,
    /// For how many days outputs may go on after a revocation
    #[arg(long, default_value_t = 0)]
    notice_days: u32,
    /// What is promised for trained models when consent ends
    #[arg(long, default_value = "")]
    promises: String,
    /// Who enters it
    #[arg(long, default_value = "house")]
    by: String,
}

impl License {
    fn grant(&self) -> Result<consent::license::Grant, Failure> {
        Ok(consent::license::Grant {
            licensee: self.licensee.clone(),
            uses: self.uses.clone(),
            subjects: self.subjects.clone(),
            signers: self.signers.clone(),
            territories: self.territories.clone(),
            until: day(self.until.as_deref())?,
            conditions: conditions(&self.conditions)?,
            notice_days: self.notice_days,
            promises: self.promises.clone(),
            by: self.by.clone(),
        })
    }
}

/// A receipt.
#[derive(Debug, Args)]
pub struct Receipt {
    /// The statement
    #[arg(required_unless_present_any = ["recording", "person"])]
    statement: Option<String>,
    /// A recording that is asked about instead
    #[arg(long, conflicts_with = "statement")]
    recording: Option<String>,
    /// A person that is asked about instead
    #[arg(long, conflicts_with_all = ["statement", "recording"])]
    person: Option<String>,
    /// The use
    #[arg(long = "use", default_value = "train.gen")]
    usage: String,
    /// Who asks
    #[arg(long, default_value = "anybody")]
    licensee: String,
    /// On which day; today without
    #[arg(long)]
    on: Option<String>,
    /// Where
    #[arg(long, default_value = "Worldwide")]
    territory: String,
    /// The project, for a voice or a tool
    #[arg(long)]
    project: Option<String>,
    /// Where to write it; standard output without
    #[arg(long)]
    out: Option<PathBuf>,
}

impl Kept {
    /// Runs it.
    pub async fn run(&self, place: &Place) -> Result<ExitCode, Failure> {
        let house = place.open().await?;
        let h = &house;
        match self {
            Kept::State(s) => spoken(h, place, s.things()?).await?,
            Kept::Withdraw { statement, by } => {
                let done = consent::withdraw(h, statement, by, by).await?;
                tell(h, place, &[done]).await?;
            }
            Kept::Show { party, recording } => {
                show::show(h, place, party.as_deref(), recording.as_deref()).await?
            }
            Kept::Receipt(r) => r.run(h).await?,
            Kept::Declare { party, roles, subjects, by } => {
                let ask = Declare {
                    party: party.clone(),
                    roles: roles.clone(),
                    subjects: subjects.clone(),
                    by: by.clone(),
                };
                let many = consent::roles::declare(h, ask).await?;
                published(h).await?;
                say(place, json!({ "declared": many }), &format!("{many} roles declared"));
            }
            Kept::Mandate { principal, agent, uses, territories, until, guardian, by } => {
                let ask = Give {
                    principal: principal.clone(),
                    agent: agent.clone(),
                    uses: uses.clone(),
                    territories: territories.clone(),
                    until: day(until.as_deref())?,
                    guardian: *guardian,
                    by: by.clone(),
                };
                waits(place, &consent::mandate::give(h, &ask).await?);
            }
            Kept::Revoke { mandate, by } => {
                let row = if mandate.starts_with("lic-") {
                    consent::license::revoke(h, mandate, by).await?
                } else {
                    consent::mandate::revoke(h, mandate, by).await?
                };
                published(h).await?;
                say(
                    place,
                    json!({ "mandate": row.id, "entry": row.end.map(|e| e.0) }),
                    &format!("{} is taken back", row.id),
                );
            }
            Kept::License(l) => {
                let row = consent::license::grant(h, &l.grant()?).await?;
                published(h).await?;
                say(place, row_json(&row), &format!("{} is entry {} of the log", row.id, row.place));
            }
            Kept::Touched { party } => {
                for t in consent::license::touched(h, party).await? {
                    say(
                        place,
                        json!({ "run": t.run, "model": t.model, "licensee": t.licensee, "recordings": t.recordings, "promises": t.promises }),
                        &format!(
                            "{} {} of {}: {} recordings; promised: {}",
                            t.run,
                            t.model,
                            t.licensee,
                            t.recordings,
                            if t.promises.is_empty() { "nothing".to_owned() } else { t.promises.join("; ") }
                        ),
                    );
                }
            }
            Kept::HandOver { from, to, by } => waits(place, &wait::hand_over(h, from, to, by).await?),
            Kept::Waiting { party } => waiting(place, &wait::list(h, party.as_deref()).await?),
            Kept::Confirm { id, code, by } => {
                let row = wait::confirm(h, id, code, by).await?;
                published(h).await?;
                say(place, wait_json(&row), &format!("{} is done", row.id));
            }
            Kept::Stop { id, by } => {
                let row = wait::stop(h, id, by).await?;
                say(place, wait_json(&row), &format!("{} is stopped", row.id));
            }
            Kept::Level { party, level, evidence, by } => match (level, evidence) {
                (Some(level), Some(evidence)) => {
                    let entry = consent::level::note(h, party, level, evidence, by).await?;
                    published(h).await?;
                    say(
                        place,
                        json!({ "level": level, "entry": entry }),
                        &format!("{party} is {level} from entry {entry} on"),
                    );
                }
                _ => {
                    for (entry, level, evidence, by) in consent::level::history(h, party).await? {
                        say(
                            place,
                            json!({ "entry": entry, "level": level, "evidence": evidence, "by": by }),
                            &format!("entry {entry}: {level}, by {by}: {evidence}"),
                        );
                    }
                }
            },
            Kept::Impostor { party, declare, by } => {
                show::impostor(h, place, party, declare.as_deref(), by).await?
            }
            Kept::Dispute { subject, party, reason } => {
                let row = consent::level::dispute(h, subject, party, reason, party).await?;
                published(h).await?;
                say(place, row_json(&row), &format!("{} contests {}", row.id, row.subject));
            }
            Kept::Settle { dispute, reason, by } => {
                let row = consent::level::settle(h, dispute, reason, by).await?;
                published(h).await?;
                say(place, row_json(&row), &format!("{} is settled", row.id));
            }
            Kept::Link { party, days, by } => {
                let token = consent::link(h, party, *days, by).await?;
                say(
                    place,
                    json!({ "path": format!("/consent/mine/{token}"), "days": days }),
                    &format!("/consent/mine/{token}"),
                );
            }
            Kept::Submit { file, by } => return submit(h, place, file, by).await,
            Kept::Training { manifest, licensee, model, model_version, usage, by } => {
                let text = String::from_utf8_lossy(&input::read_whole(manifest)?).into_owned();
                let ask = Register {
                    licensee: licensee.clone(),
                    model: model.clone(),
                    version: model_version.clone(),
                    usage: usage.clone(),
                    recordings: text.lines().map(str::to_owned).collect(),
                    by: by.clone(),
                };
                let done = consent::training::register(h, ask).await?;
                published(h).await?;
                say(
                    place,
                    json!({ "run": done.row.id, "entry": done.row.place, "rows": done.rows, "unknown": done.unknown }),
                    &format!(
                        "{} with {} recordings, {} of them unknown here",
                        done.row.id, done.rows, done.unknown
                    ),
                );
            }
            Kept::WasIn { recording, run } => {
                for one in consent::training::was_in(h, recording, run.as_deref()).await? {
                    let word = if one.present { "yes" } else { "no" };
                    let model =
                        |name: &str| one.run.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
                    say(
                        place,
                        one.to_json(),
                        &format!("{word:3} {} {} {}", model("id"), model("model"), model("version")),
                    );
                }
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl State {
    fn things(&self) -> Result<Vec<Say>, Failure> {
        let mut things = Vec::new();
        for (word, uses) in [("permit", &self.permit), ("ask", &self.ask), ("refuse", &self.refuse)] {
            if uses.is_empty() {
                continue;
            }
            things.push(Say {
                speaker: self.speaker.clone(),
                for_party: self.for_party.clone(),
                subject: self.subject.clone(),
                word: word.to_owned(),
                uses: uses.clone(),
                licensees: self.licensees.clone(),
                territories: self.territories.clone(),
                from: day(self.from.as_deref())?,
                until: day(self.until.as_deref())?,
                conditions: if word == "permit" { conditions(&self.conditions)? } else { None },
                offer: if word == "ask" { self.offer.clone() } else { String::new() },
                withdraws: String::new(),
                by: self.by.clone(),
            });
        }
        Ok(things)
    }
}

impl Receipt {
    async fn run(&self, house: &House) -> Result<(), Failure> {
        published(house).await?;
        let text = match &self.statement {
            Some(id) => consent::receipt::statement(house, id).await?,
            None => {
                let ask = Ask {
                    recording: self.recording.clone(),
                    person: self.person.clone(),
                    usage: self.usage.clone(),
                    licensee: licensee(house, &self.licensee).await?,
                    on: day(self.on.as_deref())?,
                    territory: self.territory.clone(),
                    project: self.project.clone(),
                };
                consent::receipt::answer(house, &ask).await?
            }
        };
        match &self.out {
            Some(file) => input::write_whole(file, text.as_bytes()),
            None => {
                print!("{text}");
                Ok(())
            }
        }
    }
}

/// The id of a licensee by its name, where the house knows it.
pub async fn licensee(house: &House, name: &str) -> Result<String, Failure> {
    match app::party::list(house, name).await {
        Ok(found) => {
            let mut named = found.into_iter().filter(|p| p.party.name == name || p.party.id.as_str() == name);
            Ok(named.next().map_or_else(|| name.to_owned(), |p| p.party.id.to_string()))
        }
        Err(failure) => Err(failure),
    }
}

fn conditions(list: &[String]) -> Result<Option<Value>, Failure> {
    let mut all = Map::new();
    for one in list {
        let (name, value) = one.split_once('=').unwrap_or((one, ""));
        let value = match name {
            "attribution" | "detection" => json!(value.is_empty() || value == "true"),
            "max_days" => json!(value.parse::<u32>().map_err(|_| {
                refuse("consent-condition", format!("`{one}` has no number of days"), "as in `max_days=365`")
            })?),
            "output" => json!(value.split(',').collect::<Vec<_>>()),
            "model" | "version" | "purpose" | "project" | "fee" => json!(value),
            _ => {
                return Err(refuse(
                    "consent-condition",
                    format!("`{name}` is no condition"),
                    "output, model, version, purpose, project, max_days, attribution, detection or fee",
                ));
            }
        };
        all.insert(name.to_owned(), value);
    }
    Ok(if all.is_empty() { None } else { Some(all.into()) })
}

fn day(text: Option<&str>) -> Result<Option<Date>, Failure> {
    let bad = |t: &str| refuse("date-bad", format!("`{t}` is not a day"), "write a day such as 2026-11-01");
    text.map(|t| t.parse().map_err(|_| bad(t))).transpose()
}

async fn spoken(house: &House, place: &Place, things: Vec<Say>) -> Result<(), Failure> {
    let done = consent::say(house, &things).await?;
    tell(house, place, &done).await
}

async fn tell(house: &House, place: &Place, done: &[Spoken]) -> Result<(), Failure> {
    published(house).await?;
    for one in done {
        match one {
            Spoken::Said(row) => {
                say(place, row_json(row), &format!("{} is entry {} of the log", row.id, row.place))
            }
            Spoken::Waits(row) => waits(place, row),
        }
    }
    Ok(())
}

/// How often publishing is tried while somebody else does it, and how long apart.
const TRIES: u32 = 20;
const APART: std::time::Duration = std::time::Duration::from_millis(500);

/// Publishes the log. What was said is said already, so a log that is busy is only told.
async fn published(house: &House) -> Result<(), Failure> {
    for _ in 0..TRIES {
        match app::log::publish(house).await {
            Err(Failure::Refused(refusal)) if refusal.code == "log-busy" => tokio::time::sleep(APART).await,
            done => return done.map(drop),
        }
    }
    eprintln!("the log is being published by somebody else; this is in it and follows");
    Ok(())
}

fn say(place: &Place, value: Value, words: &str) {
    if place.json { output::json(&value) } else { println!("{words}") }
}

fn row_json(row: &ConsentRow) -> Value {
    json!({
        "id": row.id, "kind": row.kind, "speaker": row.speaker.as_str(), "for": row.holder.as_str(), "subject": row.subject,
        "entry": row.place, "day": row.day.to_string(), "hash": row.hash, "ended": row.end.map(|e| e.1.to_string()),
        "line": serde_json::from_str::<Value>(&row.line).ok(),
    })
}

fn wait_json(row: &WaitRow) -> Value {
    json!({ "waits": row.id, "kind": row.kind, "party": row.party.as_str(), "status": row.status, "due": row.due.to_string() })
}

fn waits(place: &Place, row: &WaitRow) {
    let day = row.due.to_zoned(jiff::tz::TimeZone::UTC).date();
    say(
        place,
        wait_json(row),
        &format!("{} waits: it takes effect by the code mailed to the holder, or on {day}", row.id),
    );
}

fn waiting(place: &Place, rows: &[WaitRow]) {
    if place.json {
        output::json(&rows.iter().map(wait_json).collect());
        return;
    }
    for row in rows {
        let day = row.due.to_zoned(jiff::tz::TimeZone::UTC).date();
        println!("{} {} of {}: {}, due {day}", row.id, row.kind, row.party, row.status);
    }
    if rows.is_empty() {
        println!("nothing waits");
    }
}

async fn submit(house: &House, place: &Place, file: &std::path::Path, by: &str) -> Result<ExitCode, Failure> {
    let done = consent::submit(house, &input::read_whole(file)?, by).await?;
    published(house).await?;
    let mut bad = 0;
    for one in &done {
        match &one.taken {
            Ok(row) => say(
                place,
                row_json(row),
                &format!("line {}: {} is entry {} of the log", one.line, row.id, row.place),
            ),
            Err(why) => {
                bad += 1;
                if place.json {
                    output::json(&json!({ "line": one.line, "refused": why }));
                } else {
                    eprintln!("line {}: {why}", one.line);
                }
            }
        }
    }
    Ok(if bad == 0 { ExitCode::SUCCESS } else { ExitCode::from(1) })
}
