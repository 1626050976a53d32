//! Parties: who is paid, what they have, where their money goes.

use app::party::{self, Register};
use app::payout::Details;
use app::session::Need;
use music::PartyId;
use store::PartyRecord;

use super::caller::{Ask, Caller};
use super::page::{self, Listed};
use super::problem::Wrong;
use super::shape::{ask, tell};
use super::value::{Money, Sum, currency, part, read};

tell! {
    /// Who calls.
    Me {
        /// The sign-in's id.
        id: String,
        /// The name of the account.
        name: String,
        /// What the key may do; empty for a session.
        scopes: Vec<String>,
        /// The parties the caller acts for.
        parties: Vec<Role>,
        /// The roles of the house: `operator`, `approver`, `auditor`.
        house: Vec<String>,
    }
    /// A party that somebody acts for.
    Role {
        /// The party's id.
        party: String,
        /// `owner`, `member` or `staff`.
        role: String,
    }
    /// A person or organisation in any role.
    Party {
        /// Our id.
        id: String,
        /// The name as credited.
        name: String,
        /// Other names.
        aliases: Vec<String>,
        /// `person`, `group` or `organisation`.
        kind: String,
        /// Where it is at home, where known.
        territory: Option<String>,
        /// International Standard Name Identifier, where known.
        isni: Option<String>,
        /// IPI name number, where known.
        ipi: Option<String>,
        /// `unclaimed`, `here` or `frozen`.
        standing: String,
        /// The party that took its place, where it was merged.
        merged_into: Option<String>,
    }
    /// What a party has in one currency.
    Balance {
        /// On the account, without what is reserved.
        free: Money,
        /// Reserved for payouts that have not arrived.
        reserved: Money,
        /// Waiting under the name until somebody answers for it.
        unclaimed: Money,
    }
    /// What a party has.
    Balances {
        /// One for each currency.
        balances: Vec<Balance>,
    }
    /// Where a party's money goes, as far as it is shown.
    BankDetails {
        /// The account, masked.
        masked: String,
        /// How payouts travel.
        rail: String,
        /// The account's country.
        country: String,
        /// From when on it is paid to: a change waits.
        usable: jiff::Timestamp,
    }
    /// A share that a party holds.
    HeldShare {
        /// The share's id.
        id: String,
        /// The recording or work.
        subject: String,
        /// The part of the whole.
        part: String,
        /// The territory.
        territory: String,
        /// For which uses.
        use_type: String,
        /// What it was read from.
        source: String,
    }
    /// A payout to a party.
    PartyPayout {
        /// The payout's id.
        id: String,
        /// What left the balance.
        gross: Money,
        /// What of it repaid an advance.
        recouped: Money,
        /// What of it was kept back as tax.
        withheld: Money,
        /// What of it paid for the transfer.
        fee: Money,
        /// What arrives.
        net: Money,
        /// `reserved`, `sent`, `paid`, or why not.
        status: String,
        /// The id that the bank shows.
        end_to_end: String,
    }
    /// It is done.
    Done {
        /// The id of what it was done to.
        id: String,
    }
}

ask! {
    /// Which parties.
    Names {
        /// Words of the name; all where it is left out.
        words: Option<String>,
        /// Where the page before ended.
        after: Option<String>,
        /// How many rows, 200 at most.
        limit: Option<u32>,
    }
    /// A party to register.
    NewParty {
        /// The name as credited.
        name: String,
        /// `person`, `group` or `organisation`; a person where it is left out.
        kind: Option<String>,
        /// Where it is at home, such as `FR`.
        territory: Option<String>,
        /// International Standard Name Identifier.
        isni: Option<String>,
        /// IPI name number.
        ipi: Option<String>,
        /// Other names.
        aliases: Option<Vec<String>>,
        /// The mail address, kept encrypted.
        mail: Option<String>,
    }
    /// Another name of a party.
    Alias {
        /// The name.
        alias: String,
        /// Whether others carry it too.
        shared: Option<bool>,
    }
    /// Where a party's money goes; kept encrypted.
    NewBankDetails {
        /// The holder of the account.
        holder: String,
        /// The IBAN, where the country has them.
        iban: Option<String>,
        /// The account's number elsewhere.
        account: Option<String>,
        /// The bank's BIC.
        bic: Option<String>,
        /// The account's country where there is no IBAN.
        country: Option<String>,
        /// Whether a payment provider pays it out.
        provider: Option<bool>,
        /// The holder's street.
        street: Option<String>,
        /// The number of the house.
        building: Option<String>,
        /// The postcode.
        postcode: Option<String>,
        /// The town.
        town: Option<String>,
        /// The country of the address.
        address_country: Option<String>,
    }
    /// Tax that is kept back.
    Withholding {
        /// The part of each payout, such as `15 %`.
        rate: String,
    }
    /// An advance.
    NewAdvance {
        /// How much.
        amount: Sum,
        /// The fund it comes from.
        fund: String,
    }
    /// A standing promise: what a payer gives with every set list that says nothing else.
    NewPlan {
        /// The currency.
        currency: String,
        /// The same amount each time, in units with a point; either this or `share`; neither ends the plan.
        amount: Option<String>,
        /// The same share of each fee, such as `5 %`.
        share: Option<String>,
    }
}

impl Party {
    pub(crate) fn of(record: &PartyRecord) -> Party {
        let p = &record.party;
        Party {
            id: p.id.to_string(),
            name: p.name.clone(),
            aliases: p.aliases.clone(),
            kind: p.kind.word().to_owned(),
            territory: p.territory.as_ref().map(ToString::to_string),
            isni: p.isni.as_ref().map(ToString::to_string),
            ipi: p.ipi.as_ref().map(ToString::to_string),
            standing: record.standing.word().to_owned(),
            merged_into: record.merged_into.as_ref().map(ToString::to_string),
        }
    }
}

impl Done {
    pub(crate) fn with(id: impl std::fmt::Display) -> Done {
        Done { id: id.to_string() }
    }
}

pub(crate) async fn me(ask: Ask<(), ()>) -> Result<Me, Wrong> {
    let name = ask.person()?.sign_in.name.clone();
    let scopes = match &ask.caller {
        Caller::Key { key, .. } => key.scopes.split(' ').map(str::to_owned).collect(),
        _ => Vec::new(),
    };
    let rights = ask.caller.rights().cloned().unwrap_or_default();
    let parties =
        rights.parties().map(|(role, party)| Role { party: party.to_owned(), role: role.word().to_owned() });
    let house = [("operator", Need::Operate), ("approver", Need::Approve)].into_iter();
    let mut house: Vec<String> = house.filter(|(_, n)| rights.allow(*n)).map(|(w, _)| w.to_owned()).collect();
    if house.is_empty() && rights.allow(Need::SeeHouse) {
        house.push("auditor".to_owned());
    }
    Ok(Me { id: ask.by().to_owned(), name, scopes, parties: parties.collect(), house })
}

pub(crate) async fn list(ask: Ask<Names, ()>) -> Result<Listed<Party>, Wrong> {
    ask.require(Need::SeeHouse)?;
    let all = party::list(&ask.house, ask.query.words.as_deref().unwrap_or_default()).await?;
    let q = &ask.query;
    page::cut(all, (q.after.as_deref(), q.limit), |r| r.party.id.to_string(), |r| Party::of(&r))
}

pub(crate) async fn one(ask: Ask<(), ()>) -> Result<Party, Wrong> {
    let id = ask.see()?;
    Ok(Party::of(&party::one(&ask.house, &id).await?))
}

pub(crate) async fn register(ask: Ask<(), NewParty>) -> Result<Party, Wrong> {
    ask.require(Need::Operate)?;
    let by = ask.by().to_owned();
    let b = ask.body;
    let kind = b.kind.unwrap_or_default();
    let register = Register {
        name: b.name,
        kind: if kind.is_empty() { Register::default().kind } else { kind },
        territory: b.territory,
        isni: b.isni,
        ipi: b.ipi,
        aliases: b.aliases.unwrap_or_default(),
        mail: b.mail,
        by,
    };
    Ok(Party::of(&party::register(&ask.house, register).await?))
}

pub(crate) async fn add_alias(ask: Ask<(), Alias>) -> Result<Party, Wrong> {
    ask.require(Need::Operate)?;
    let shared = ask.body.shared.unwrap_or_default();
    let done = party::add_alias(&ask.house, ask.at("party"), &ask.body.alias, shared, ask.by()).await?;
    Ok(Party::of(&done))
}

pub(crate) async fn remove_alias(ask: Ask<(), Alias>) -> Result<Party, Wrong> {
    ask.require(Need::Operate)?;
    Ok(Party::of(&party::remove_alias(&ask.house, ask.at("party"), &ask.body.alias, ask.by()).await?))
}

pub(crate) async fn balance(ask: Ask<(), ()>) -> Result<Balances, Wrong> {
    let id: PartyId = read("party-unknown", &ask.see()?)?;
    let balances = app::balance::of(&ask.house, &id).await?;
    let told = balances.into_iter().map(|b| Balance {
        free: b.free.into(),
        reserved: b.reserved.into(),
        unclaimed: b.unclaimed.into(),
    });
    Ok(Balances { balances: told.collect() })
}

pub(crate) async fn shares(ask: Ask<page::Page, ()>) -> Result<Listed<HeldShare>, Wrong> {
    let id: PartyId = read("party-unknown", &ask.see()?)?;
    let mut tx = ask.house.store.begin_read().await?;
    let rows = tx.shares_of_party(&id).await?;
    let q = &ask.query;
    page::cut(rows, (q.after.as_deref(), q.limit), |r| r.share.id.to_string(), |r| HeldShare::of(&r))
}

impl HeldShare {
    pub(crate) fn of(row: &store::ShareRow) -> HeldShare {
        let share = &row.share;
        let subject = match &share.subject {
            music::ShareSubject::Recording(id) => id.to_string(),
            music::ShareSubject::Work(id) => id.to_string(),
        };
        HeldShare {
            id: share.id.to_string(),
            subject,
            part: share.ratio.to_string(),
            territory: share.territory.to_string(),
            use_type: share.use_type.word().to_owned(),
            source: row.source.clone(),
        }
    }
}

pub(crate) async fn payouts(ask: Ask<page::Page, ()>) -> Result<Listed<PartyPayout>, Wrong> {
    let id: PartyId = read("party-unknown", &ask.see()?)?;
    let mut tx = ask.house.store.begin_read().await?;
    let rows = tx.payouts_of_party(&id).await?;
    let q = &ask.query;
    let tell = |p: store::PayoutRow| PartyPayout {
        id: p.id.to_string(),
        gross: p.gross.into(),
        recouped: p.recouped.into(),
        withheld: p.withheld.into(),
        fee: p.fee.into(),
        net: p.net.into(),
        status: p.status,
        end_to_end: p.end_to_end,
    };
    page::cut(rows, (q.after.as_deref(), q.limit), |p| format!("{:020}", p.pending_entry), tell)
}

pub(crate) async fn set_bank_details(ask: Ask<(), NewBankDetails>) -> Result<BankDetails, Wrong> {
    let party = ask.at("party").to_owned();
    ask.require(Need::Own(&party))?;
    let by = ask.by().to_owned();
    let b = ask.body;
    let text = |t: Option<String>| t.unwrap_or_default();
    let details = Details {
        holder: b.holder,
        iban: text(b.iban),
        account: text(b.account),
        bic: text(b.bic),
        country: text(b.country),
        provider: b.provider.unwrap_or_default(),
        street: text(b.street),
        building: text(b.building),
        postcode: text(b.postcode),
        town: text(b.town),
        address_country: text(b.address_country),
    };
    let row = app::payout::set_details(&ask.house, &party, details, &by).await?;
    Ok(BankDetails { masked: row.masked, rail: row.rail, country: row.country, usable: row.usable })
}

pub(crate) async fn bank_details(ask: Ask<(), ()>) -> Result<BankDetails, Wrong> {
    let id: PartyId = read("party-unknown", &ask.see()?)?;
    let mut tx = ask.house.store.begin_read().await?;
    let newest = tx.details_of(ask.house.store.fields(), &id).await?.into_iter().next();
    let none = || Wrong::new(axum::http::StatusCode::NOT_FOUND, "details-unknown", "no account is known", "");
    let row = newest.ok_or_else(none)?;
    Ok(BankDetails { masked: row.masked, rail: row.rail, country: row.country, usable: row.usable })
}

pub(crate) async fn withhold(ask: Ask<(), Withholding>) -> Result<Done, Wrong> {
    ask.require(Need::Operate)?;
    party::withhold(&ask.house, ask.at("party"), part(&ask.body.rate)?, ask.by()).await?;
    Ok(Done::with(ask.at("party")))
}

pub(crate) async fn advance(ask: Ask<(), NewAdvance>) -> Result<Done, Wrong> {
    ask.require(Need::Operate)?;
    let amount = ask.body.amount.amount()?;
    let row = app::payout::advance(&ask.house, ask.at("party"), amount, &ask.body.fund, ask.by()).await?;
    Ok(Done::with(row.id))
}

pub(crate) async fn plan(ask: Ask<(), NewPlan>) -> Result<Done, Wrong> {
    use app::pot::Plan;
    let party = ask.act()?;
    let of = currency(&ask.body.currency)?;
    let plan = match (&ask.body.amount, &ask.body.share) {
        (None, None) => None,
        (Some(amount), None) => Some(Plan::Amount(Sum::new(amount, &ask.body.currency).amount()?)),
        (None, Some(share)) => Some(Plan::Share(part(share)?)),
        (Some(_), Some(_)) => {
            return Err(Wrong::unfit("plan", "a plan is an amount or a share", "leave one of them out"));
        }
    };
    app::pot::plan(&ask.house, &party, of, plan, ask.by()).await?;
    Ok(Done::with(party))
}
