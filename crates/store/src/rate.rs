//! Rates of exchange, and what was converted by them.

use jiff::Timestamp;
use money::{Amount, Currency};
use music::ContributionId;

use crate::db::{Row, Tx};
use crate::set_list::instant;
use crate::{Fault, args};

/// A rate as somebody published it: one unit of `base` is `num / den` units of `quote`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RateRow {
    /// Its id.
    pub id: String,
    /// What one unit is of.
    pub base: Currency,
    /// What it is told in.
    pub quote: Currency,
    /// Numerator.
    pub num: i64,
    /// Denominator.
    pub den: i64,
    /// The day it holds for, ISO 8601.
    pub day: String,
    /// Who published it.
    pub source: String,
    /// Who noted it.
    pub by: String,
    /// When.
    pub created: Timestamp,
}

/// Money that arrived in one currency for something in another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConversionRow {
    /// Its id.
    pub id: String,
    /// What it was for.
    pub contribution: ContributionId,
    /// What arrived.
    pub given: Amount,
    /// What it made.
    pub made: Amount,
    /// By which rate.
    pub rate: String,
    /// The entry.
    pub entry: i64,
    /// When.
    pub at: Timestamp,
}

const RATE: &str = "id, base, quote, num, den, day, source, by_party, created_us";

impl Tx {
    /// Notes a rate; false where this source's rate of the day is noted already.
    pub async fn insert_rate(&mut self, r: &RateRow) -> Result<bool, Fault> {
        let sql = format!(
            "insert into rate ({RATE}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict do nothing"
        );
        let values = args![
            &r.id,
            r.base.code(),
            r.quote.code(),
            r.num,
            r.den,
            &r.day,
            &r.source,
            &r.by,
            r.created.as_microsecond(),
        ];
        Ok(self.run(&sql, values).await? > 0)
    }

    /// The newest rate between two currencies, either way round, of a day up to `day`; of one day the last noted.
    pub async fn rate_on(
        &mut self,
        one: Currency,
        other: Currency,
        day: &str,
    ) -> Result<Option<RateRow>, Fault> {
        let sql = format!(
            "select {RATE} from rate where ((base = $1 and quote = $2) or (base = $2 and quote = $1)) and day <= $3 \
             order by day desc, created_us desc, id limit 1"
        );
        self.row(&sql, args![one.code(), other.code(), day]).await?.as_ref().map(rate_row).transpose()
    }

    /// A rate by id.
    pub async fn rate(&mut self, id: &str) -> Result<Option<RateRow>, Fault> {
        let sql = format!("select {RATE} from rate where id = $1");
        self.row(&sql, args![id]).await?.as_ref().map(rate_row).transpose()
    }

    /// All rates, newest day first.
    pub async fn rates(&mut self) -> Result<Vec<RateRow>, Fault> {
        let sql = format!("select {RATE} from rate order by day desc, base, quote, created_us desc, id");
        self.rows(&sql, args![]).await?.iter().map(rate_row).collect()
    }

    /// Notes a conversion.
    pub async fn insert_conversion(&mut self, c: &ConversionRow) -> Result<(), Fault> {
        let sql = "insert into conversion (id, contribution, given, given_currency, made, made_currency, rate, entry, at_us) \
                   values ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
        let values = args![
            &c.id,
            c.contribution.as_str(),
            c.given.micros(),
            c.given.currency().code(),
            c.made.micros(),
            c.made.currency().code(),
            &c.rate,
            c.entry,
            c.at.as_microsecond(),
        ];
        self.run(sql, values).await.map(drop)
    }

    /// The conversions for a contribution, oldest first.
    pub async fn conversions_of(&mut self, id: &ContributionId) -> Result<Vec<ConversionRow>, Fault> {
        let sql = "select id, contribution, given, given_currency, made, made_currency, rate, entry, at_us from conversion \
                   where contribution = $1 order by at_us, id";
        let rows = self.rows(sql, args![id.as_str()]).await?;
        rows.iter()
            .map(|r| {
                Ok(ConversionRow {
                    id: r.text(0)?,
                    contribution: r.parse(1)?,
                    given: Amount::from_micros(r.int(2)?, r.parse(3)?),
                    made: Amount::from_micros(r.int(4)?, r.parse(5)?),
                    rate: r.text(6)?,
                    entry: r.int(7)?,
                    at: instant(r.int(8)?)?,
                })
            })
            .collect()
    }
}

fn rate_row(row: &Row) -> Result<RateRow, Fault> {
    Ok(RateRow {
        id: row.text(0)?,
        base: row.parse(1)?,
        quote: row.parse(2)?,
        num: row.int(3)?,
        den: row.int(4)?,
        day: row.text(5)?,
        source: row.text(6)?,
        by: row.text(7)?,
        created: instant(row.int(8)?)?,
    })
}
