//! Institutions: contracts, seats, what was heard, what was billed, what stayed here.

use app::institution::account::Became;
use app::institution::{self, account, bill, stayed, usage};
use app::member::invitation;
use app::partner;
use app::session::Need;
use jiff::Timestamp;
use jiff::civil::Date;

use super::caller::Ask;
use super::page::{self, Listed, Page};
use super::party::Done;
use super::problem::Wrong;
use super::shape::{ask, tell};
use super::value::{Money, Sum, part};

tell! {
    /// Who subscribes.
    Institution {
        /// The party.
        party: String,
        /// The name.
        name: String,
        /// The name in addresses.
        slug: String,
        /// `library`, `network`, `authority`, `works-council`, `venue`, `school` or `other`.
        kind: String,
        /// The town.
        town: String,
        /// The country.
        country: String,
        /// The places it belongs to.
        places: Vec<String>,
    }
    /// An institution of the directory.
    Partner {
        /// The institution.
        institution: Institution,
        /// Whether it subscribes today.
        open: bool,
        /// Whether its members listen there.
        on_site: bool,
        /// Whether they listen at home.
        home: bool,
    }
    /// A contract.
    Contract {
        /// Its id.
        id: String,
        /// Who signed.
        holder: String,
        /// The first day.
        start: Date,
        /// The first day after it.
        end: Date,
        /// How the price is reckoned.
        price_kind: String,
        /// The price.
        price: Money,
        /// What a term costs.
        total: Money,
        /// The rule its money is shared by.
        rule: String,
        /// Who is under it.
        members: Vec<UnderContract>,
    }
    /// An institution under a contract.
    UnderContract {
        /// The institution.
        institution: String,
        /// Its name.
        name: String,
        /// Its seats, where they are counted.
        seats: Option<i64>,
    }
    /// The seats of an institution.
    Seats {
        /// The contract they come from; absent where none runs.
        contract: Option<String>,
        /// The first day after it.
        until: Option<Date>,
        /// How many are paid, where they are counted.
        paid: Option<u64>,
        /// How many are taken.
        taken: Option<u64>,
    }
    /// What was heard, in figures of COUNTER.
    Statistics {
        /// The spans.
        spans: Vec<StatisticsSpan>,
    }
    /// What was heard in a span.
    StatisticsSpan {
        /// The first day.
        start: Date,
        /// The first day after it.
        end: Date,
        /// Below how many people a figure is not told.
        threshold: u64,
        /// How many members were active, where it is told.
        members: Option<u64>,
        /// How many sessions there were, where it is told.
        sessions: Option<u64>,
        /// All investigations.
        investigations: u64,
        /// All requests, where they are told.
        requests: Option<u64>,
    }
    /// An invoice to an institution.
    InstitutionInvoice {
        /// Its printed number.
        number: String,
        /// Invoice or credit note.
        kind: String,
        /// The first day it is for.
        start: Date,
        /// The first day after it.
        end: Date,
        /// Without tax.
        net: Money,
        /// The tax.
        vat: Money,
        /// With tax.
        gross: Money,
        /// What arrived.
        received: Money,
        /// The reference that the transfer has to carry.
        reference: String,
        /// The day it was issued.
        issued: Date,
        /// The day it is due.
        due: Date,
    }
    /// What stayed here.
    StayedHere {
        /// What was paid to parties.
        paid: Money,
        /// What of it stayed.
        stayed: Money,
        /// With how many parties.
        parties: u64,
        /// What cannot be told.
        untold: Money,
    }
    /// Where an institution's money went.
    InstitutionMoney {
        /// What stayed here, by currency.
        stayed: Vec<StayedHere>,
        /// Span by span.
        spans: Vec<MoneySpan>,
    }
    /// What became of a span's money.
    MoneySpan {
        /// The first day.
        start: Date,
        /// The first day after it.
        end: Date,
        /// The rule.
        rule: String,
        /// What was billed.
        billed: Money,
        /// What arrived.
        received: Money,
        /// What was paid to parties, where it is told.
        paid: Option<Money>,
        /// What waits, where it is told.
        waits: Option<Money>,
    }
    /// A code by which people join.
    Invitation {
        /// Its id.
        id: String,
        /// What it is for.
        note: String,
        /// How many may join by it.
        uses_most: i64,
        /// How many have.
        uses: i64,
        /// Until when.
        until: Timestamp,
        /// When it was ended.
        ended: Option<Timestamp>,
    }
    /// A code that was made.
    InvitationMade {
        /// Its id.
        id: String,
        /// The code, told once.
        code: String,
    }
}

ask! {
    /// Of which days.
    Span {
        /// The first day.
        from: Date,
        /// The first day after it.
        until: Date,
    }
    /// An institution to note.
    NewInstitution {
        /// `library`, `network`, `authority`, `works-council`, `venue`, `school` or `other`.
        kind: String,
        /// The street.
        street: Option<String>,
        /// The postcode.
        postcode: Option<String>,
        /// The town.
        town: String,
        /// The country.
        country: String,
        /// Its own pages.
        url: Option<String>,
        /// Whether it stands in the directory.
        listed: Option<bool>,
    }
    /// An institution under a contract to be.
    NewUnder {
        /// The institution.
        institution: String,
        /// Its seats.
        seats: Option<u64>,
        /// How many live there.
        inhabitants: Option<u64>,
        /// Its weight in the price.
        weight: Option<u64>,
    }
    /// A contract to be.
    NewContract {
        /// Who signs.
        holder: String,
        /// Who is under it.
        members: Vec<NewUnder>,
        /// The first day.
        start: Date,
        /// The first day after it.
        end: Date,
        /// How the price is reckoned: `flat`, `seat`, …
        price_kind: String,
        /// The price.
        price: Sum,
        /// How it is divided over members: `equal`, …
        key: String,
        /// The rule its money is shared by.
        rule: String,
        /// What stands on the invoice.
        subject: String,
        /// Its language, `fr` or `en`.
        lang: String,
        /// When pots are closed: `month`, …
        closes: String,
        /// Whether members listen there.
        on_site: bool,
        /// Whether they listen at home.
        home: bool,
        /// The category of tax, such as `S`.
        vat: String,
        /// The class of its rate, such as `standard`.
        vat_class: String,
        /// Why there is no tax.
        exemption: Option<String>,
        /// Its code.
        exemption_code: Option<String>,
        /// The buyer's order.
        order: Option<String>,
        /// By how many months it goes on.
        renews_months: Option<u32>,
        /// How many days before its end notice is given.
        notice_days: Option<u32>,
    }
    /// An invoice to issue.
    NewInvoice {
        /// The first day it is for; the contract's next span where it is left out.
        from: Option<Date>,
        /// The first day after it.
        until: Option<Date>,
    }
    /// Why.
    Why {
        /// In words.
        reason: String,
    }
    /// A code to make.
    NewCode {
        /// What it is for.
        note: String,
        /// How many may join by it.
        uses: u32,
        /// The last day.
        until: Date,
    }
    /// A rate of tax.
    NewVatRate {
        /// The country.
        country: String,
        /// The class.
        class: String,
        /// The first day.
        from: Date,
        /// The rate, such as `20 %`.
        rate: String,
    }
    /// Another name in addresses.
    NewSlug {
        /// The name.
        slug: String,
    }
}

impl Institution {
    pub(crate) fn of(one: &institution::Institution) -> Institution {
        Institution {
            party: one.row.party.to_string(),
            name: one.name.clone(),
            slug: one.row.slug.clone(),
            kind: one.row.kind.clone(),
            town: one.row.town.clone(),
            country: one.row.country.clone(),
            places: one.places.clone(),
        }
    }
}

impl Contract {
    fn of(a: &institution::Agreed) -> Contract {
        let c = &a.row;
        let members = a.members.iter().map(|(m, name)| UnderContract {
            institution: m.institution.to_string(),
            name: name.clone(),
            seats: m.seats,
        });
        Contract {
            id: c.id.to_string(),
            holder: c.holder.to_string(),
            start: c.start,
            end: c.end,
            price_kind: c.price_kind.clone(),
            price: c.price.into(),
            total: a.total.into(),
            rule: c.rule.clone(),
            members: members.collect(),
        }
    }
}

impl InstitutionInvoice {
    fn of(s: &bill::Sale) -> InstitutionInvoice {
        InstitutionInvoice {
            number: s.row.printed.clone(),
            kind: s.row.kind.clone(),
            start: s.row.start,
            end: s.row.end,
            net: s.row.net.into(),
            vat: s.row.vat.into(),
            gross: s.row.gross.into(),
            received: s.received.into(),
            reference: s.row.reference.clone(),
            issued: s.row.issued,
            due: s.row.due,
        }
    }
}

pub(crate) async fn directory(ask: Ask<Page, ()>) -> Result<Listed<Partner>, Wrong> {
    let all = partner::directory(&ask.house).await?;
    let q = &ask.query;
    let tell = |p: partner::Partner| Partner {
        institution: Institution::of(&p.institution),
        open: p.open,
        on_site: p.on_site,
        home: p.home,
    };
    page::cut(all, (q.after.as_deref(), q.limit), |p| p.institution.row.party.to_string(), tell)
}

pub(crate) async fn list(ask: Ask<Page, ()>) -> Result<Listed<Institution>, Wrong> {
    ask.require(Need::SeeHouse)?;
    let all = institution::list(&ask.house).await?;
    let q = &ask.query;
    page::cut(all, (q.after.as_deref(), q.limit), |i| i.row.party.to_string(), |i| Institution::of(&i))
}

pub(crate) async fn one(ask: Ask<(), ()>) -> Result<Institution, Wrong> {
    Ok(Institution::of(&institution::one(&ask.house, &ask.see()?).await?))
}

pub(crate) async fn note(ask: Ask<(), NewInstitution>) -> Result<Institution, Wrong> {
    ask.require(Need::Operate)?;
    let party = ask.at("party").to_owned();
    let by = ask.by().to_owned();
    let b = ask.body;
    let note = institution::Note {
        party,
        kind: b.kind,
        street: b.street.unwrap_or_default(),
        postcode: b.postcode.unwrap_or_default(),
        town: b.town,
        country: b.country,
        url: b.url.unwrap_or_default(),
        listed: b.listed.unwrap_or_default(),
        by,
        ..institution::Note::default()
    };
    Ok(Institution::of(&institution::note(&ask.house, note).await?))
}

pub(crate) async fn set_slug(ask: Ask<(), NewSlug>) -> Result<Institution, Wrong> {
    ask.require(Need::Operate)?;
    Ok(Institution::of(&institution::set_slug(&ask.house, ask.at("party"), &ask.body.slug, ask.by()).await?))
}

pub(crate) async fn contracts(ask: Ask<Page, ()>) -> Result<Listed<Contract>, Wrong> {
    let party = ask.see()?;
    let all = institution::contracts(&ask.house, Some(&party)).await?;
    let q = &ask.query;
    let key = |c: &institution::Agreed| format!("{}/{}", c.row.start, c.row.id);
    page::cut(all, (q.after.as_deref(), q.limit), key, |c| Contract::of(&c))
}

pub(crate) async fn agree(ask: Ask<(), NewContract>) -> Result<Contract, Wrong> {
    ask.require(Need::Operate)?;
    let by = ask.by().to_owned();
    let b = ask.body;
    let members = b.members.into_iter().map(|m| institution::Under {
        institution: m.institution,
        seats: m.seats,
        inhabitants: m.inhabitants,
        weight: m.weight,
    });
    let agree = institution::Agree {
        holder: b.holder,
        members: members.collect(),
        start: b.start,
        end: b.end,
        price_kind: b.price_kind,
        price: b.price.amount()?,
        key: b.key,
        rule: b.rule,
        subject: b.subject,
        lang: b.lang,
        closes: b.closes,
        on_site: b.on_site,
        home: b.home,
        vat: b.vat,
        vat_class: b.vat_class,
        exemption: b.exemption.unwrap_or_default(),
        exemption_code: b.exemption_code.unwrap_or_default(),
        order: b.order.unwrap_or_default(),
        renews_months: b.renews_months,
        notice_days: b.notice_days.unwrap_or(90),
        by,
    };
    Ok(Contract::of(&institution::agree(&ask.house, agree).await?))
}

pub(crate) async fn notice(ask: Ask<(), ()>) -> Result<Done, Wrong> {
    ask.require(Need::Operate)?;
    institution::notice(&ask.house, ask.at("contract"), ask.by()).await?;
    Ok(Done::with(ask.at("contract")))
}

pub(crate) async fn seats(ask: Ask<(), ()>) -> Result<Seats, Wrong> {
    let seats = institution::seats(&ask.house, &ask.see()?).await?;
    Ok(Seats {
        contract: seats.as_ref().map(|s| s.contract.to_string()),
        until: seats.as_ref().map(|s| s.until),
        paid: seats.as_ref().and_then(|s| s.paid),
        taken: seats.as_ref().map(|s| s.taken),
    })
}

fn days(span: &Span) -> Result<(Date, Date), Wrong> {
    if span.until <= span.from || span.from.year() < 2000 || span.until.year() > 2200 {
        let detail = format!("from {} until before {} there are no days to tell of", span.from, span.until);
        return Err(Wrong::unfit("period", detail, "a span of days, such as a month"));
    }
    if span.from.until(span.until).map_or(true, |s| s.get_days().abs() > 3_700) {
        return Err(Wrong::unfit("period", "a span of more than ten years", "ask for less at once"));
    }
    Ok((span.from, span.until))
}

pub(crate) async fn statistics(ask: Ask<Span, ()>) -> Result<Statistics, Wrong> {
    let party = ask.see()?;
    let (from, until) = days(&ask.query)?;
    let report = usage::report(&ask.house, &party, from, until).await?;
    let spans = report.spans.iter().map(|s| StatisticsSpan {
        start: s.start,
        end: s.end,
        threshold: s.told.threshold,
        members: s.told.members,
        sessions: s.told.sessions,
        investigations: s.told.total.total_investigations,
        requests: s.told.total.total_requests,
    });
    Ok(Statistics { spans: spans.collect() })
}

pub(crate) async fn invoices(ask: Ask<Page, ()>) -> Result<Listed<InstitutionInvoice>, Wrong> {
    let party = ask.see()?;
    let all = bill::list(&ask.house, Some(&party)).await?;
    let q = &ask.query;
    let key = |s: &bill::Sale| format!("{}/{:020}", s.row.series, s.row.number);
    page::cut(all, (q.after.as_deref(), q.limit), key, |s| InstitutionInvoice::of(&s))
}

pub(crate) async fn issue(ask: Ask<(), NewInvoice>) -> Result<InstitutionInvoice, Wrong> {
    ask.require(Need::Operate)?;
    let days = ask.body.from.zip(ask.body.until);
    let sale = bill::issue(&ask.house, ask.at("contract"), days, ask.by()).await?;
    Ok(InstitutionInvoice::of(&sale))
}

pub(crate) async fn credit(ask: Ask<(), Why>) -> Result<InstitutionInvoice, Wrong> {
    ask.require(Need::Operate)?;
    let sale = bill::credit(&ask.house, ask.at("number"), &ask.body.reason, ask.by()).await?;
    Ok(InstitutionInvoice::of(&sale))
}

pub(crate) async fn money(ask: Ask<Span, ()>) -> Result<InstitutionMoney, Wrong> {
    let party = ask.see()?;
    let (from, until) = days(&ask.query)?;
    let stayed = stayed::report(&ask.house, &party, from, until).await?;
    let book = account::book(&ask.house, &party).await?;
    let stayed = stayed.into_iter().map(|s| StayedHere {
        paid: s.paid.into(),
        stayed: s.stayed.into(),
        parties: s.parties,
        untold: s.untold.into(),
    });
    let spans = book.spans.iter().filter(|s| s.start < until && from < s.end).map(|s| {
        let parts = match &s.told {
            Some(Became::Parts(parts)) => Some(parts),
            _ => None,
        };
        MoneySpan {
            start: s.start,
            end: s.end,
            rule: s.rule.clone(),
            billed: s.billed.into(),
            received: s.received.into(),
            paid: parts.map(|p| p.paid.into()),
            waits: parts.map(|p| p.waits.into()),
        }
    });
    Ok(InstitutionMoney { stayed: stayed.collect(), spans: spans.collect() })
}

pub(crate) async fn invitations(ask: Ask<Page, ()>) -> Result<Listed<Invitation>, Wrong> {
    let party = ask.act()?;
    let all = invitation::list(&ask.house, &party).await?;
    let q = &ask.query;
    let tell = |i: store::InvitationRow| Invitation {
        id: i.id,
        note: i.note,
        uses_most: i.uses_most,
        uses: i.uses,
        until: i.until,
        ended: i.ended,
    };
    page::cut(all, (q.after.as_deref(), q.limit), |i| page::by_time(i.created, &i.id), tell)
}

pub(crate) async fn invite(ask: Ask<(), NewCode>) -> Result<InvitationMade, Wrong> {
    let party = ask.act()?;
    let bad = || Wrong::unfit("invitation-until", "this is no day to come", "choose a day to come");
    // Good through the whole of a day, everywhere: noon in UTC of the day after.
    let next = ask.body.until.tomorrow().map_err(|_| bad())?.at(12, 0, 0, 0);
    let until = next.to_zoned(jiff::tz::TimeZone::UTC).map_err(|_| bad())?.timestamp();
    let made = invitation::create(&ask.house, &party, &ask.body.note, ask.body.uses, until, ask.by()).await?;
    Ok(InvitationMade { id: made.0.id, code: made.1 })
}

pub(crate) async fn end_invitation(ask: Ask<(), ()>) -> Result<Done, Wrong> {
    let party = ask.act()?;
    invitation::end(&ask.house, &party, ask.at("invitation"), ask.by()).await?;
    Ok(Done::with(ask.at("invitation")))
}

pub(crate) async fn set_vat_rate(ask: Ask<(), NewVatRate>) -> Result<Done, Wrong> {
    ask.require(Need::Operate)?;
    let b = &ask.body;
    institution::set_rate(&ask.house, &b.country, &b.class, b.from, part(&b.rate)?, ask.by()).await?;
    Ok(Done::with(format!("{} {} {}", b.country, b.class, b.from)))
}
