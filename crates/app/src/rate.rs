//! Currencies: rates as somebody published them, and the one moment at which money is converted.
//!
//! That moment is the receipt: money that arrives in another currency than its pot becomes the pot's by the newest
//! stored rate of the day the bank booked it. From then on it is the pot's currency only. The two sides meet in an
//! account of the pair, `fx:EUR-USD`, where they stand until the house exchanges the money at its bank ([`exchange`]);
//! what that brings more or less is the house's, in `house:exchange`, and nobody else's. Payouts are never converted here.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use ledger::{Account, Draft};
use money::{Amount, Currency, divide};
use music::id;
use store::{ContributionRow, ConversionRow, RateRow, Tx};

use crate::failure::refuse;
use crate::{Failure, House, policy};

/// Largest denominator of a rate: twelve decimals.
const MOST_DECIMALS: usize = 12;

/// A rate to note.
#[derive(Debug, Clone)]
pub struct Set {
    /// What one unit is of, and what it is told in: `USD/EUR`.
    pub pair: String,
    /// The rate, as a decimal: `0.91`.
    pub value: String,
    /// Who published it.
    pub source: String,
    /// For which day.
    pub day: Date,
    /// Who notes it.
    pub by: String,
}

/// Notes a rate; the same source says one thing about one day.
pub async fn set(house: &House, ask: Set) -> Result<RateRow, Failure> {
    let now = house.now();
    let pair = ask.pair.trim().to_ascii_uppercase();
    let read = |code: &str| code.trim().parse::<Currency>().ok();
    let currencies = pair.split_once(['/', '-', ' ']).and_then(|(a, b)| Some((read(a)?, read(b)?)));
    let Some((base, quote)) = currencies.filter(|(a, b)| a != b) else {
        let message = format!("`{}` is no pair of two currencies", ask.pair);
        return Err(refuse("rate-pair", message, "write `USD/EUR`: what one dollar is in euros"));
    };
    let (num, den) = exact(&ask.value).ok_or_else(|| {
        let message = format!("`{}` is no rate", ask.value);
        refuse("rate-value", message, "write a number above zero with at most 12 decimals, such as `0.91`")
    })?;
    if ask.source.trim().is_empty() {
        return Err(refuse(
            "rate-source",
            "a rate needs its source",
            "name who published it: `--source ECB`",
        ));
    }
    if ask.day > now.to_zoned(TimeZone::UTC).date() {
        let message = format!("{} is not over: nobody has published its rate", ask.day);
        return Err(refuse("rate-day", message, "note it when it is published"));
    }
    let row = RateRow {
        id: format!("rat-{}", id::base32(house.world.bits())),
        base,
        quote,
        num,
        den,
        day: ask.day.to_string(),
        source: ask.source.trim().to_owned(),
        by: ask.by.clone(),
        created: now,
    };
    let mut tx = house.store.begin().await?;
    if !tx.insert_rate(&row).await? {
        let message = format!("the rate {base}/{quote} of {} by {} is noted already", row.day, row.source);
        return Err(refuse("rate-known", message, "rates never change; name another source to correct one"));
    }
    tx.note(now, &ask.by, "rate set", &row.id, &format!("{base}/{quote} {} {}", ask.value.trim(), row.day))
        .await?;
    tx.commit().await?;
    Ok(row)
}

/// A decimal as an exact fraction.
fn exact(text: &str) -> Option<(i64, i64)> {
    let (whole, fraction) = text.trim().split_once('.').unwrap_or((text.trim(), ""));
    let digits = |t: &str| t.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty()
        || !digits(whole)
        || !digits(fraction)
        || fraction.len() > MOST_DECIMALS
        || whole.len() > 7
    {
        return None;
    }
    let num: i64 = format!("{whole}{fraction}").parse().ok().filter(|n| *n > 0)?;
    Some((num, 10_i64.pow(u32::try_from(fraction.len()).ok()?)))
}

/// A rate in words: `1 USD = 0.91 EUR (ECB, 2026-09-04)`.
pub fn words(rate: &RateRow) -> String {
    let decimals = rate.den.to_string().len() - 1;
    let text = format!("{:0>width$}", rate.num, width = decimals + 1);
    let (whole, fraction) = text.split_at(text.len() - decimals);
    let point = if fraction.is_empty() { "" } else { "." };
    format!("1 {} = {whole}{point}{fraction} {} ({}, {})", rate.base, rate.quote, rate.source, rate.day)
}

/// All rates, newest first.
pub async fn list(house: &House) -> Result<Vec<RateRow>, Failure> {
    Ok(house.store.begin_read().await?.rates().await?)
}

/// What money makes in another currency by a rate: rounded down to a micro, so that no more is shared than arrived.
///
/// # Errors
/// Results beyond 64 bits, and amounts of which not a micro is left.
pub fn converted(amount: Amount, to: Currency, rate: &RateRow) -> Result<Amount, Failure> {
    let (num, den) = if amount.currency() == rate.base { (rate.num, rate.den) } else { (rate.den, rate.num) };
    let micros = i128::from(amount.micros()) * i128::from(num) / i128::from(den);
    let made =
        i64::try_from(micros).map_err(|_| refuse("amount", "the converted amount is beyond 64 bits", ""))?;
    if made == 0 {
        return Err(refuse(
            "rate-nothing",
            format!("`{amount}` makes nothing in {to}"),
            "check the rate: `tantieme rate list`",
        ));
    }
    Ok(Amount::from_micros(made, to))
}

/// The rate that converts money booked on a day: the newest up to that day that is not too old; `None` where there is none.
pub(crate) async fn on(
    house: &House,
    tx: &mut Tx,
    from: Currency,
    to: Currency,
    day: Date,
) -> Result<Option<RateRow>, Failure> {
    let days = policy::count(tx, "rate-days", house.now()).await?;
    let rate = tx.rate_on(from, to, &day.to_string()).await?;
    Ok(rate.filter(|r| {
        let age = r.day.parse::<Date>().ok().and_then(|d| d.until(day).ok());
        age.is_some_and(|age| age.get_days() <= i32::try_from(days).unwrap_or(i32::MAX))
    }))
}

/// Money of another currency on its way into a pot: what it makes, by which rate.
pub(crate) struct Exchanged {
    /// What arrived.
    pub given: Amount,
    /// What it makes.
    pub made: Amount,
    /// By which rate.
    pub rate: RateRow,
}

/// Converts what arrived for a contribution; `None` where it is of its currency, a refusal where no rate is known.
pub(crate) async fn arriving(
    house: &House,
    tx: &mut Tx,
    contribution: &ContributionRow,
    given: Amount,
    day: Option<Date>,
) -> Result<Option<Exchanged>, Failure> {
    let to = contribution.pledged.currency();
    if given.currency() == to {
        return Ok(None);
    }
    let day = day.unwrap_or_else(|| house.now().to_zoned(TimeZone::UTC).date());
    let Some(rate) = on(house, tx, given.currency(), to, day).await? else {
        let from = given.currency();
        let message = format!("no rate between {from} and {to} is known for {day}");
        let hint = format!("note one: `tantieme rate set {from}/{to} RATE --source WHO --date {day}`");
        return Err(refuse("rate-missing", message, hint));
    };
    let made = converted(given, to, &rate)?;
    Ok(Some(Exchanged { given, made, rate }))
}

impl Exchanged {
    /// The sides of the entry: the bank has what arrived, the pair's account stands between.
    pub(crate) fn sides(&self, draft: Draft) -> Draft {
        let pair = Account::exchange(self.given.currency(), self.made.currency());
        draft.debit(Account::bank(), self.given).credit(pair.clone(), self.given).debit(pair, self.made)
    }

    /// Notes the conversion beside its entry.
    pub(crate) async fn note(
        &self,
        house: &House,
        tx: &mut Tx,
        contribution: &ContributionRow,
        entry: i64,
    ) -> Result<(), Failure> {
        let row = ConversionRow {
            id: format!("cnv-{}", id::base32(house.world.bits())),
            contribution: contribution.id.clone(),
            given: self.given,
            made: self.made,
            rate: self.rate.id.clone(),
            entry,
            at: house.now(),
        };
        Ok(tx.insert_conversion(&row).await?)
    }
}

/// What was converted for a contribution, in words.
pub(crate) async fn told(tx: &mut Tx, contribution: &ContributionRow) -> Result<Vec<String>, Failure> {
    let mut told = Vec::new();
    for c in tx.conversions_of(&contribution.id).await? {
        let rate = tx.rate(&c.rate).await?.map(|r| words(&r)).unwrap_or_default();
        told.push(format!("{} made {} at {rate}, on receipt (entry {})", c.given, c.made, c.entry));
    }
    Ok(told)
}

/// What stands between the currencies: pairs with what was received and what it made.
pub async fn positions(house: &House) -> Result<Vec<(String, Vec<Amount>)>, Failure> {
    let mut tx = house.store.begin_read().await?;
    let mut pairs: std::collections::BTreeMap<String, Vec<Amount>> = std::collections::BTreeMap::new();
    for (account, balance) in tx.balances("fx").await? {
        if !balance.posted.is_zero() {
            pairs.entry(account.to_string()).or_default().push(balance.posted.negated()?);
        }
    }
    Ok(pairs.into_iter().collect())
}

/// Money exchanged at the bank.
#[derive(Debug, Clone)]
pub struct Exchange {
    /// What the bank took.
    pub sold: Amount,
    /// What it gave for it.
    pub bought: Amount,
    /// What proves it.
    pub evidence: String,
    /// Who answers for it.
    pub by: String,
}

/// Books an exchange at the bank against what stands between the two currencies: that part of it is settled, and what
/// the bank gave more or less than the rates of receipt is the house's. Gives that difference.
pub async fn exchange(house: &House, ask: Exchange) -> Result<Amount, Failure> {
    let now = house.now();
    let (sold, bought) = (ask.sold, ask.bought);
    if !sold.is_positive() || !bought.is_positive() || sold.currency() == bought.currency() {
        let message = format!("`{sold}` for `{bought}` is no exchange");
        return Err(refuse(
            "exchange-amounts",
            message,
            "two amounts above zero of two currencies: what was sold, what it brought",
        ));
    }
    if ask.evidence.trim().is_empty() {
        return Err(refuse(
            "evidence",
            "an exchange booked by hand needs evidence",
            "name the document: `--evidence \"deal 4711\"`",
        ));
    }
    let mut tx = house.store.begin().await?;
    let pair = Account::exchange(sold.currency(), bought.currency());
    let stands = tx.balance(&pair, sold.currency()).await?.posted.negated()?;
    let cost = tx.balance(&pair, bought.currency()).await?.posted;
    if sold.micros() > stands.micros() {
        let message = format!("{sold} was sold, and only {stands} stands in `{pair}`");
        return Err(refuse(
            "exchange-too-much",
            message,
            "`tantieme rate positions` shows what waits to be exchanged",
        ));
    }
    let weights = [(0, sold.micros().unsigned_abs()), (1, (stands.micros() - sold.micros()).unsigned_abs())];
    let parts = divide(cost, &weights).map_err(|e| refuse("exchange-divide", e.to_string(), ""))?;
    let settled = parts.first().copied().unwrap_or(cost);
    let difference = bought.checked_sub(settled)?;
    let house_account: Account =
        "house:exchange".parse().map_err(|e: ledger::BadAccount| refuse("account", e.to_string(), ""))?;
    let key = format!("exchange:{}", ask.evidence.trim());
    let mut draft = Draft::posted("exchange", pair.detail(), key)
        .memo(format!("{sold} sold for {bought}: {}", ask.evidence.trim()))
        .inputs(format!("{sold} {bought}"))
        .debit(pair.clone(), sold)
        .credit(Account::bank(), sold)
        .debit(Account::bank(), bought)
        .credit(pair, settled);
    if !difference.is_zero() {
        draft = draft.credit(house_account, difference);
    }
    if let store::Posted::Before(seq) = tx.post_one(now, draft).await? {
        let hint = format!("entry {seq} booked it; nothing was booked now");
        return Err(refuse(
            "exchange-before",
            format!("the exchange `{}` is booked already", ask.evidence.trim()),
            hint,
        ));
    }
    tx.note(now, &ask.by, "rate exchange", &sold.to_string(), &bought.to_string()).await?;
    tx.commit().await?;
    Ok(difference)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_exact_and_read_back() {
        for (text, want) in [
            ("0.91", Some((91, 100))),
            ("1", Some((1, 1))),
            ("108.42", Some((10_842, 100))),
            ("0", None),
            ("-1", None),
            ("1e3", None),
            ("0.0000000000001", None),
        ] {
            assert_eq!(exact(text), want, "{text}");
        }
        let rate = RateRow {
            id: String::new(),
            base: Currency::USD,
            quote: Currency::EUR,
            num: 91,
            den: 100,
            day: "2026-09-04".into(),
            source: "ECB".into(),
            by: String::new(),
            created: jiff::Timestamp::UNIX_EPOCH,
        };
        assert_eq!(words(&rate), "1 USD = 0.91 EUR (ECB, 2026-09-04)");
        assert_eq!(
            converted("USD 60".parse().unwrap(), Currency::EUR, &rate).unwrap(),
            "EUR 54.60".parse().unwrap()
        );
        assert_eq!(
            converted("EUR 0.91".parse().unwrap(), Currency::USD, &rate).unwrap(),
            "USD 1".parse().unwrap()
        );
    }
}
