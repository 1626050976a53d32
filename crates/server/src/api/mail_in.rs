//! Set lists by mail: a party's private address, and what waits for it.

use app::mail_in::{self, Draft};
use jiff::Timestamp;
use jiff::civil::Date;

use super::caller::Ask;
use super::page::{self, Listed, Page};
use super::party::Done;
use super::problem::Wrong;
use super::shape::tell;

tell! {
    /// Where a party's set lists may be mailed to.
    MailAddress {
        /// The private address; null where there is none, or the house takes no mail.
        address: Option<String>,
        /// Since when it is in force.
        since: Option<Timestamp>,
    }
    /// A list that came by mail and waits.
    MailedList {
        /// Its id.
        id: String,
        /// The file's name.
        document: String,
        /// The night's name, out of the subject.
        event: String,
        /// The night's day, where the subject says one.
        date: Option<Date>,
        /// Since when it waits; thirty days at most.
        created: Timestamp,
    }
    /// A list that came by mail, with its file, to be handed in.
    MailedFile {
        /// Its id.
        id: String,
        /// The file's name.
        document: String,
        /// The file's bytes in base 64.
        file: String,
    }
}

impl MailAddress {
    fn of(address: Option<mail_in::Address>) -> MailAddress {
        let (address, since) = address.map(|a| (a.text, a.since)).unzip();
        MailAddress { address, since }
    }
}

pub(crate) async fn address(ask: Ask<(), ()>) -> Result<MailAddress, Wrong> {
    let party = ask.act()?;
    Ok(MailAddress::of(mail_in::address(&ask.house, &party).await?))
}

pub(crate) async fn renew(ask: Ask<(), ()>) -> Result<MailAddress, Wrong> {
    let party = ask.act()?;
    Ok(MailAddress::of(Some(mail_in::renew(&ask.house, &party, ask.by()).await?)))
}

pub(crate) async fn end(ask: Ask<(), ()>) -> Result<Done, Wrong> {
    let party = ask.act()?;
    mail_in::end(&ask.house, &party, ask.by()).await?;
    Ok(Done::with(party))
}

pub(crate) async fn list(ask: Ask<Page, ()>) -> Result<Listed<MailedList>, Wrong> {
    let party = ask.act()?;
    let all = mail_in::drafts(&ask.house, &party).await?;
    let q = &ask.query;
    let tell = |d: Draft| MailedList {
        id: d.id,
        document: d.document,
        event: d.event,
        date: d.date,
        created: d.created,
    };
    page::cut(all, (q.after.as_deref(), q.limit), |d| page::by_time(d.created, &d.id), tell)
}

pub(crate) async fn one(ask: Ask<(), ()>) -> Result<MailedFile, Wrong> {
    let party = ask.act()?;
    let d = mail_in::draft(&ask.house, &party, ask.at("mailed")).await?;
    Ok(MailedFile { id: d.id, document: d.document, file: super::value::base64(&d.bytes) })
}

pub(crate) async fn drop_one(ask: Ask<(), ()>) -> Result<Done, Wrong> {
    let party = ask.act()?;
    mail_in::drop_draft(&ask.house, &party, ask.at("mailed")).await?;
    Ok(Done::with(ask.at("mailed")))
}
