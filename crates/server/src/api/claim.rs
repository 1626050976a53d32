//! Claims: whose name a credit is.

use app::claim::{self, About, Invite, Open, Relay};
use app::session::Need;
use music::ClaimId;
use music::claim::ClaimStatus;
use store::ClaimRow;

use super::caller::Ask;
use super::page::{self, Listed};
use super::party::{Done, Party};
use super::problem::Wrong;
use super::shape::{ask, choice, tell};
use super::value::read;

tell! {
    /// An assertion that a name is somebody's.
    Claim {
        /// Our id.
        id: String,
        /// The party.
        party: String,
        /// `invited`, `open`, `accepted`, `refused` or `disputed`.
        status: String,
        /// Who claims.
        claimant: String,
        /// How the link came, where one did.
        relay: String,
        /// Why it was decided so.
        reason: String,
        /// When it was opened.
        created: jiff::Timestamp,
        /// When it was decided.
        decided: Option<jiff::Timestamp>,
    }
    /// A name that is credited.
    Credit {
        /// The party.
        party: String,
        /// The name.
        name: String,
        /// `unclaimed`, `here` or `frozen`.
        standing: String,
        /// How many recordings credit it.
        recordings: i64,
        /// Whether money waits.
        waits: bool,
    }
    /// Names that are credited.
    Credits {
        /// What was found.
        items: Vec<Credit>,
    }
    /// A claim that was opened.
    Opened {
        /// Our id.
        id: String,
        /// Where it stands.
        status: String,
    }
}

choice! {
    /// Where a claim stands.
    Status { Invited = "invited", Open = "open", Accepted = "accepted", Refused = "refused", Disputed = "disputed", }
    /// Who passes a link on.
    By { Label = "label", Operator = "operator", Dj = "dj", }
}

ask! {
    /// What to look for.
    Words {
        /// A name.
        name: String,
    }
    /// Which claims.
    Claims {
        /// Where they stand; all where it is left out.
        status: Option<Status>,
        /// Where the page before ended.
        after: Option<String>,
        /// How many rows, 200 at most.
        limit: Option<u32>,
    }
    /// A claim.
    NewClaim {
        /// The party whose name it is.
        party: String,
        /// Who claims.
        claimant: String,
        /// Their mail address; kept encrypted.
        contact: String,
        /// What shows it; kept encrypted until it is decided.
        evidence: String,
        /// Whether this will be their first money ever from music.
        first_payment: Option<bool>,
        /// The token of a link, where one came.
        token: Option<String>,
    }
    /// Why.
    Reason {
        /// In words.
        reason: String,
    }
    /// How a dispute ends.
    NewSettlement {
        /// The claim that wins; whoever answered before where it is left out.
        winner: Option<String>,
    }
    /// A link to pass on.
    NewInvitation {
        /// Who passes it on.
        relay: By,
        /// Through whom it goes: a party that acts for the caller.
        to: String,
    }
}

impl Claim {
    fn of(row: &ClaimRow) -> Claim {
        Claim {
            id: row.id.to_string(),
            party: row.party.to_string(),
            status: row.status.word().to_owned(),
            claimant: row.claimant.clone(),
            relay: row.relay.clone(),
            reason: row.reason.clone(),
            created: row.created,
            decided: row.decided,
        }
    }
}

pub(crate) async fn search(ask: Ask<Words, ()>) -> Result<Credits, Wrong> {
    let found = claim::search(&ask.house, &ask.query.name).await?;
    let told = found.into_iter().map(|f| Credit {
        party: f.party.to_string(),
        name: f.name,
        standing: f.standing.word().to_owned(),
        recordings: f.recordings,
        waits: f.waits.any(),
    });
    Ok(Credits { items: told.collect() })
}

pub(crate) async fn list(ask: Ask<Claims, ()>) -> Result<Listed<Claim>, Wrong> {
    ask.require(Need::SeeHouse)?;
    let status = ask.query.status.map(|s| match s {
        Status::Invited => ClaimStatus::Invited,
        Status::Open => ClaimStatus::Open,
        Status::Accepted => ClaimStatus::Accepted,
        Status::Refused => ClaimStatus::Refused,
        Status::Disputed => ClaimStatus::Disputed,
    });
    let rows = claim::list(&ask.house, status).await?;
    let q = &ask.query;
    page::cut(rows, (q.after.as_deref(), q.limit), |c| page::by_time(c.created, &c.id), |c| Claim::of(&c))
}

pub(crate) async fn open(ask: Ask<(), NewClaim>) -> Result<Opened, Wrong> {
    let b = ask.body;
    let open = Open {
        party: b.party,
        claimant: b.claimant,
        contact: b.contact,
        evidence: b.evidence,
        first_payment: b.first_payment,
        token: b.token,
    };
    let row = claim::open(&ask.house, open).await?;
    Ok(Opened { id: row.id.to_string(), status: row.status.word().to_owned() })
}

fn claim_of<B>(ask: &Ask<(), B>) -> Result<ClaimId, Wrong> {
    read("claim-unknown", ask.at("claim"))
}

pub(crate) async fn accept(ask: Ask<(), ()>) -> Result<Claim, Wrong> {
    ask.require(Need::Operate)?;
    Ok(Claim::of(&claim::accept(&ask.house, &claim_of(&ask)?, ask.by()).await?))
}

pub(crate) async fn refuse(ask: Ask<(), Reason>) -> Result<Claim, Wrong> {
    ask.require(Need::Operate)?;
    Ok(Claim::of(&claim::refuse_claim(&ask.house, &claim_of(&ask)?, &ask.body.reason, ask.by()).await?))
}

pub(crate) async fn dispute(ask: Ask<(), Reason>) -> Result<Party, Wrong> {
    ask.require(Need::Operate)?;
    let about = About::Claim(claim_of(&ask)?);
    Ok(Party::of(&claim::dispute(&ask.house, &about, &ask.body.reason, ask.by()).await?))
}

pub(crate) async fn settle(ask: Ask<(), NewSettlement>) -> Result<Party, Wrong> {
    ask.require(Need::Operate)?;
    let winner = ask.body.winner.as_deref().map(|id| read("claim-unknown", id)).transpose()?;
    let done = claim::settle_dispute(&ask.house, ask.at("party"), winner.as_ref(), ask.by()).await?;
    Ok(Party::of(&done))
}

pub(crate) async fn invite(ask: Ask<(), NewInvitation>) -> Result<Done, Wrong> {
    ask.require(Need::Operate)?;
    let relay = match ask.body.relay {
        By::Label => Relay::Label,
        By::Operator => Relay::Operator,
        By::Dj => Relay::Dj,
    };
    let invite =
        Invite { party: ask.at("party").to_owned(), relay, to: ask.body.to.clone(), by: ask.by().to_owned() };
    let (row, _) = claim::invite(&ask.house, invite).await?;
    Ok(Done::with(row.id))
}
