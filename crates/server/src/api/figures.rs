//! Public figures, places, and the log.

use app::figures::{self, Told};
use app::session::Need;
use app::{log, partner, territory};
use jiff::civil::Date;
use money::Amount;
use music::Period;
use music::place::Level;

use super::caller::Ask;
use super::page::{self, Listed, Page};
use super::problem::Wrong;
use super::shape::{ask, choice, tell};
use super::value::Money;

tell! {
    /// What is told in public of one currency; what would tell of a single person is null.
    Figures {
        /// The currency.
        currency: String,
        /// The day up to which it is told.
        as_of: Option<Date>,
        /// What came in.
        received: Option<Money>,
        /// What was deducted.
        deducted: Option<Money>,
        /// What was allocated.
        allocated: Option<Money>,
        /// What was paid to parties.
        paid: Option<Money>,
        /// How many parties are credited.
        parties_credited: i64,
        /// How many were paid.
        parties_paid: i64,
        /// How many lines were paid.
        paid_lines: i64,
    }
    /// What is told in public.
    PublicFigures {
        /// By currency.
        currencies: Vec<Figures>,
        /// The countries it reached.
        countries: Vec<String>,
    }
    /// What stayed in a territory, in one currency; what would tell of a single person is null.
    TerritoryFigures {
        /// The currency.
        currency: String,
        /// What was paid in there.
        paid_in: Option<Money>,
        /// What of it stayed.
        stayed: Option<Money>,
        /// With how many parties.
        parties: Option<u64>,
    }
    /// What stayed in a territory.
    Territory {
        /// The place.
        code: String,
        /// Its name.
        name: String,
        /// By currency.
        currencies: Vec<TerritoryFigures>,
    }
    /// A place.
    Place {
        /// Its code.
        code: String,
        /// Its name.
        name: String,
    }
    /// A place that was asked for.
    Wished {
        /// Its name.
        name: String,
    }
    /// The log.
    LogStatus {
        /// Its origin.
        origin: String,
        /// The key that verifies it.
        verifier: String,
        /// How many entries it has.
        size: u64,
        /// How many of them are published.
        published: u64,
        /// The newest signed checkpoint.
        checkpoint: Option<String>,
        /// Who cosigns.
        witnesses: Vec<String>,
    }
    /// A signed checkpoint.
    Checkpoint {
        /// The size it was made at.
        size: i64,
        /// The root.
        root: String,
        /// The note, with cosignatures where there are any.
        note: String,
        /// When.
        at: jiff::Timestamp,
    }
    /// An inclusion proof.
    LogReceipt {
        /// The entry's place.
        index: u64,
        /// The receipt, which anybody can check offline.
        receipt: String,
    }
}

choice! {
    /// How finely places are told.
    Fineness { Country = "country", Subdivision = "subdivision", Locality = "locality", }
}

ask! {
    /// Which period and how finely.
    InPeriod {
        /// The first day.
        from: Option<Date>,
        /// The first day after it.
        until: Option<Date>,
        /// How finely.
        level: Option<Fineness>,
    }
    /// A place to ask for.
    WantedPlace {
        /// Its code.
        code: String,
    }
}

fn told(figure: &Told<Amount>) -> Option<Money> {
    match figure {
        Told::Known(amount) => Some((*amount).into()),
        Told::Withheld(_) => None,
    }
}

pub(crate) async fn public(ask: Ask<(), ()>) -> Result<PublicFigures, Wrong> {
    let public = figures::public(&ask.house).await?;
    let currencies = public.currencies.iter().map(|f| Figures {
        currency: f.currency.code().to_owned(),
        as_of: f.as_of,
        received: told(&f.received_gross),
        deducted: told(&f.deducted),
        allocated: told(&f.allocated_net),
        paid: told(&f.paid_net),
        parties_credited: f.parties_credited,
        parties_paid: f.parties_paid,
        paid_lines: f.paid_lines,
    });
    Ok(PublicFigures { currencies: currencies.collect(), countries: public.countries })
}

pub(crate) async fn of_territory(ask: Ask<InPeriod, ()>) -> Result<Territory, Wrong> {
    ask.require(Need::SeeHouse)?;
    let level = match ask.query.level {
        None | Some(Fineness::Country) => Level::Country,
        Some(Fineness::Subdivision) => Level::Subdivision,
        Some(Fineness::Locality) => Level::Locality,
    };
    let period = Period { start: ask.query.from, end: ask.query.until };
    let report = territory::report(&ask.house, ask.at("code"), period, level).await?;
    let currencies = report.currencies.iter().map(|s| TerritoryFigures {
        currency: s.currency.code().to_owned(),
        paid_in: told(&s.paid_in),
        stayed: told(&s.stayed),
        parties: match &s.parties {
            Told::Known(n) => Some(*n),
            Told::Withheld(_) => None,
        },
    });
    Ok(Territory { code: report.place.to_string(), name: report.name, currencies: currencies.collect() })
}

pub(crate) async fn places(ask: Ask<Page, ()>) -> Result<Listed<Place>, Wrong> {
    let all = partner::places(&ask.house).await?;
    let q = &ask.query;
    let tell = |(code, name): (String, String)| Place { code, name };
    page::cut(all, (q.after.as_deref(), q.limit), |(code, _)| code.clone(), tell)
}

pub(crate) async fn wish(ask: Ask<(), WantedPlace>) -> Result<Wished, Wrong> {
    Ok(Wished { name: partner::wish(&ask.house, &ask.body.code).await? })
}

pub(crate) async fn log_status(ask: Ask<(), ()>) -> Result<LogStatus, Wrong> {
    let status = log::status(&ask.house).await?;
    Ok(LogStatus {
        origin: status.origin,
        verifier: status.verifier,
        size: status.size,
        published: status.published,
        checkpoint: status.head.map(|h| if h.cosigned.is_empty() { h.note } else { h.cosigned }),
        witnesses: status.witnesses,
    })
}

pub(crate) async fn checkpoints(ask: Ask<Page, ()>) -> Result<Listed<Checkpoint>, Wrong> {
    let all = log::heads(&ask.house, 100_000).await?;
    let q = &ask.query;
    let tell = |h: store::HeadRow| Checkpoint {
        size: h.size,
        root: h.root,
        note: if h.cosigned.is_empty() { h.note } else { h.cosigned },
        at: h.at,
    };
    page::cut(all, (q.after.as_deref(), q.limit), |h| format!("{:020}", h.size), tell)
}

pub(crate) async fn receipt(ask: Ask<(), ()>) -> Result<LogReceipt, Wrong> {
    let receipt = log::receipt(&ask.house, ask.at("kind"), ask.at("subject")).await?;
    Ok(LogReceipt { index: receipt.index, receipt: receipt.to_string() })
}
