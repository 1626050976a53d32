//! `tantieme claim` and `tantieme mail`.

use std::path::PathBuf;
use std::process::ExitCode;

use app::Failure;
use app::claim::{About, Invite, Open, Relay};
use clap::{Args, Subcommand};
use music::ClaimId;
use music::claim::ClaimStatus;
use ports::mail::{Mailer, Outbox, Smtp, SmtpConfig, Tls};
use serde_json::{Value, json};
use store::ClaimRow;

use crate::input::refuse;
use crate::output;
use crate::wiring::Place;

/// Claims
#[derive(Debug, Subcommand)]
pub enum Claim {
    /// Is my name here?
    #[command(after_help = "Example: tantieme claim search \"saltmarsh\"")]
    Search {
        /// Words of the name
        words: String,
    },
    /// Say that a name is yours
    #[command(
        after_help = "Example: tantieme claim open \"Saltmarsh Trio\" --claimant \"Wren Hale\" --mail wren@example.org --evidence \"https://saltmarsh.example\" --first-payment yes"
    )]
    Open {
        /// The name: a party id or a unique name; taken from `--token` without
        #[arg(default_value = "")]
        party: String,
        /// Who claims
        #[arg(long)]
        claimant: String,
        /// Mail address; kept encrypted
        #[arg(long)]
        mail: String,
        /// Evidence: text and links; kept encrypted
        #[arg(long)]
        evidence: String,
        /// Whether it will be the first money ever from music: `yes` or `no`
        #[arg(long)]
        first_payment: Option<String>,
        /// The one-time token of an invitation
        #[arg(long)]
        token: Option<String>,
    },
    /// All claims, oldest first
    #[command(after_help = "Example: tantieme claim list")]
    List {
        /// `invited`, `open`, `accepted`, `refused` or `disputed`
        #[arg(long)]
        status: Option<String>,
    },
    /// Invite somebody to claim, relayed by a label, the operator or the DJ
    #[command(
        after_help = "Example: tantieme claim invite \"Saltmarsh Trio\" --relay label --mail office@fen.example --by \"Fen Records\""
    )]
    Invite {
        /// The name
        party: String,
        /// `label`, `operator` or `dj`
        #[arg(long, default_value = "operator")]
        relay: String,
        /// To whom
        #[arg(long)]
        mail: String,
        /// Under what name it is relayed
        #[arg(long, default_value = "house")]
        by: String,
    },
    /// Remind those who were invited, as often as the policies allow
    #[command(after_help = "Example: tantieme claim remind")]
    Remind,
    /// Accept a claim: the money is released
    #[command(after_help = "Example: tantieme claim accept clm-… --by Paul")]
    Accept {
        /// The claim
        claim: ClaimId,
        /// The name is one of a party that is here already
        #[arg(long = "as", value_name = "PARTY")]
        existing: Option<String>,
        /// Who accepts
        #[arg(long, default_value = "house")]
        by: String,
    },
    /// Refuse a claim, with the reason
    #[command(after_help = "Example: tantieme claim refuse --reason … clm-…")]
    Refuse {
        /// The claim
        claim: ClaimId,
        /// Why
        #[arg(long)]
        reason: String,
        /// Who refuses
        #[arg(long, default_value = "house")]
        by: String,
    },
    /// Freeze a party: nothing is paid until it is settled
    #[command(after_help = "Example: tantieme claim dispute --reason … ABOUT…")]
    Dispute {
        /// A claim's id, a party's id or a unique name
        about: String,
        /// Why
        #[arg(long)]
        reason: String,
        /// Who says so
        #[arg(long, default_value = "house")]
        by: String,
    },
    /// Settle a dispute, for a claim or for whoever was there
    #[command(after_help = "Example: tantieme claim settle \"Ada Nwosu\"")]
    Settle {
        /// The party
        party: String,
        /// The claim that wins
        #[arg(long)]
        winner: Option<ClaimId>,
        /// Who decides
        #[arg(long, default_value = "house")]
        by: String,
    },
    /// Let the clocks run out: money past its term goes where its rule says
    #[command(after_help = "Example: tantieme claim due")]
    Due {
        /// Who runs it
        #[arg(long, default_value = "house")]
        by: String,
    },
    /// Erase what is personal about a party; the books stay
    #[command(after_help = "Example: tantieme claim erase \"Ada Nwosu\"")]
    Erase {
        /// The party
        party: String,
        /// Who erases
        #[arg(long, default_value = "house")]
        by: String,
    },
    /// Everything personal that is kept about a party, as JSON
    #[command(after_help = "Example: tantieme claim personal \"Ada Nwosu\"")]
    Personal {
        /// The party
        party: String,
    },
}

impl Claim {
    /// Runs it.
    pub async fn run(&self, place: &Place) -> Result<ExitCode, Failure> {
        let house = place.open().await?;
        match self {
            Claim::Search { words } => {
                let found = app::claim::search(&house, words).await?;
                if place.json {
                    let all: Vec<Value> = found.iter().map(|f| json!({ "party": f.party.as_str(), "name": f.name, "standing": f.standing.word(), "recordings": f.recordings, "money_waits": f.waits.any() })).collect();
                    output::json(&all.into());
                } else if found.is_empty() {
                    println!("nobody of that name is credited yet");
                } else {
                    let rows = found.iter().map(|f| {
                        vec![
                            f.party.to_string(),
                            f.name.clone(),
                            f.standing.word().to_owned(),
                            f.recordings.to_string(),
                            if f.waits.any() { "yes".to_owned() } else { "no".to_owned() },
                        ]
                    });
                    output::table(
                        &["party", "name", "standing", ">recordings", "money waits"],
                        rows.collect(),
                    );
                }
            }
            Claim::Open { party, claimant, mail, evidence, first_payment, token } => {
                let first_payment = match first_payment.as_deref() {
                    None => None,
                    Some("yes") => Some(true),
                    Some("no") => Some(false),
                    Some(other) => {
                        return Err(refuse(
                            "first-payment",
                            format!("`{other}` is neither `yes` nor `no`"),
                            "leave `--first-payment` out where it is not known",
                        ));
                    }
                };
                let ask = Open {
                    party: party.clone(),
                    claimant: claimant.clone(),
                    contact: mail.clone(),
                    evidence: evidence.clone(),
                    first_payment,
                    token: token.clone(),
                };
                say(place, &app::claim::open(&house, ask).await?);
            }
            Claim::List { status } => {
                let status = match status {
                    None => None,
                    Some(word) => Some(ClaimStatus::from_word(word).ok_or_else(|| {
                        refuse(
                            "claim-status",
                            format!("`{word}` is no state of a claim"),
                            "`invited`, `open`, `accepted`, `refused` or `disputed`",
                        )
                    })?),
                };
                let claims = app::claim::list(&house, status).await?;
                if place.json {
                    output::json(&claims.iter().map(claim_json).collect::<Vec<_>>().into());
                } else {
                    let rows = claims.iter().map(|c| {
                        vec![
                            c.id.to_string(),
                            c.party.to_string(),
                            c.status.word().to_owned(),
                            c.claimant.clone(),
                            c.reason.clone(),
                        ]
                    });
                    output::table(&["claim", "party", "status", "claimant", "reason"], rows.collect());
                }
            }
            Claim::Invite { party, relay, mail, by } => {
                let relay = Relay::from_word(relay).ok_or_else(|| {
                    refuse("relay", format!("`{relay}` relays no invitations"), "`label`, `operator` or `dj`")
                })?;
                let (row, token) = app::claim::invite(
                    &house,
                    Invite { party: party.clone(), relay, to: mail.clone(), by: by.clone() },
                )
                .await?;
                if place.json {
                    output::json(&json!({ "claim": row.id.as_str(), "link": format!("/claim/{token}") }))
                } else {
                    println!("{} invited; the one-time link is /claim/{token}", row.id)
                }
            }
            Claim::Remind => {
                let count = app::claim::remind(&house).await?;
                if place.json {
                    output::json(&json!({ "reminded": count }))
                } else {
                    println!("{count} reminded")
                }
            }
            Claim::Accept { claim, existing, by } => {
                let row = match existing {
                    Some(party) => app::claim::accept_as(&house, claim, party, by).await?,
                    None => app::claim::accept(&house, claim, by).await?,
                };
                say(place, &row);
            }
            Claim::Refuse { claim, reason, by } => {
                say(place, &app::claim::refuse_claim(&house, claim, reason, by).await?)
            }
            Claim::Dispute { about, reason, by } => {
                let about = about.parse().map_or_else(|_| About::Party(about.clone()), About::Claim);
                let party = app::claim::dispute(&house, &about, reason, by).await?;
                if place.json {
                    output::json(
                        &json!({ "party": party.party.id.as_str(), "standing": party.standing.word() }),
                    )
                } else {
                    println!("{} is {}", party.party.name, party.standing.word())
                }
            }
            Claim::Settle { party, winner, by } => {
                let party = app::claim::settle_dispute(&house, party, winner.as_ref(), by).await?;
                if place.json {
                    output::json(
                        &json!({ "party": party.party.id.as_str(), "standing": party.standing.word() }),
                    )
                } else {
                    println!("{} is {}", party.party.name, party.standing.word())
                }
            }
            Claim::Due { by } => {
                let ended = app::suspense::due(&house, by).await?;
                if place.json {
                    let all: Vec<Value> = ended.iter().map(|e| json!({ "item": e.item.id.as_str(), "reason": e.item.reason, "amount": output::money(e.item.amount), "to": e.moved.iter().map(|(a, m)| json!({ "account": a.as_str(), "amount": output::money(*m) })).collect::<Vec<_>>(), "notice": e.notice })).collect();
                    output::json(&all.into());
                } else {
                    let rows = ended.iter().map(|e| {
                        vec![
                            e.item.id.to_string(),
                            e.item.reason.clone(),
                            e.item.amount.to_string(),
                            e.item.destination.clone(),
                            e.notice.clone().unwrap_or_default(),
                        ]
                    });
                    output::table(&["item", "reason", ">amount", "to", "notice"], rows.collect());
                }
            }
            Claim::Erase { party, by } => {
                app::claim::erase(&house, party, by).await?;
                if !place.json {
                    println!("erased; the name as credited and the books stay");
                }
            }
            Claim::Personal { party } => output::json(&app::claim::export(&house, party).await?),
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn claim_json(c: &ClaimRow) -> Value {
    json!({
        "claim": c.id.as_str(), "party": c.party.as_str(), "status": c.status.word(), "claimant": c.claimant, "relay": c.relay,
        "reminders": c.reminders, "reason": c.reason, "created": c.created.to_string(), "decided_by": c.decided_by,
    })
}

fn say(place: &Place, c: &ClaimRow) {
    if place.json { output::json(&claim_json(c)) } else { println!("{} is {}", c.id, c.status.word()) }
}

/// Mail
#[derive(Debug, Subcommand)]
pub enum Mail {
    /// Send what waits: into the outbox folder, or through a mail server
    #[command(
        after_help = "Example: tantieme mail send\n         TANTIEME_SMTP_PASSWORD=… tantieme mail send --smtp mail.example.org --user house --from house@example.org"
    )]
    Send {
        #[command(flatten)]
        route: MailRoute,
    },
}

/// How mail goes out
#[derive(Debug, Clone, Args)]
pub struct MailRoute {
    /// The folder of the outbox; `outbox` in the data folder without
    #[arg(long)]
    outbox: Option<PathBuf>,
    /// A mail server instead
    #[arg(long)]
    smtp: Option<String>,
    /// Its port
    #[arg(long, requires = "smtp")]
    port: Option<u16>,
    /// `implicit`, `starttls` or `none` (only on this machine)
    #[arg(long, default_value = "starttls")]
    tls: String,
    /// The user; the password comes from TANTIEME_SMTP_PASSWORD
    #[arg(long, requires = "smtp")]
    user: Option<String>,
    /// The sender's address
    #[arg(long, default_value = "house@localhost")]
    from: String,
}

impl MailRoute {
    /// Whether one was chosen.
    pub fn chosen(&self) -> bool {
        self.outbox.is_some() || self.smtp.is_some()
    }

    /// The port that mail goes out through.
    pub fn mailer(&self, place: &Place) -> Result<Box<dyn Mailer>, Failure> {
        let from = self.from.clone();
        let Some(host) = &self.smtp else {
            let folder = self.outbox.clone().unwrap_or_else(|| place.data.join("outbox"));
            return Ok(Box::new(Outbox::new(folder, from)));
        };
        let tls = match self.tls.as_str() {
            "implicit" => Tls::Implicit,
            "starttls" => Tls::StartTls,
            "none" => Tls::None,
            other => {
                let message = format!("`{other}` protects no connection");
                return Err(refuse("smtp", message, "`implicit`, `starttls` or `none`"));
            }
        };
        let password = std::env::var("TANTIEME_SMTP_PASSWORD").unwrap_or_default();
        let user = self.user.clone().map(|u| (u, password));
        let config = SmtpConfig { host: host.clone(), port: self.port, tls, user, from };
        Ok(Box::new(Smtp::new(&config).map_err(|e| refuse("smtp", e.to_string(), ""))?))
    }
}

impl Mail {
    /// Runs it.
    pub async fn run(&self, place: &Place) -> Result<ExitCode, Failure> {
        let Mail::Send { route } = self;
        let house = place.open().await?;
        app::mail::receipts(&house).await?;
        let mailer = route.mailer(place)?;
        let done = app::mail::deliver(&house, mailer.as_ref()).await?;
        for (id, why) in &done.failed {
            eprintln!("error: {id} was not sent: {why}");
        }
        if place.json {
            output::json(&json!({ "sent": done.sent, "failed": done.failed.len(), "left": done.left }))
        } else {
            println!("{} sent, {} failed, {} left", done.sent, done.failed.len(), done.left)
        }
        Ok(if done.failed.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(1) })
    }
}
