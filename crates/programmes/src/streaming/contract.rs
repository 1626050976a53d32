//! What an institution, or several together, agree with the house: a term, a price, seats, and a key by which the
//! money is attributed to each.
//!
//! The price is for the whole term and before VAT. What is billed for a part of the term is the difference of two
//! running sums by days, so parts bought one after the other cost what the whole costs. The money is attributed to
//! institutions first, by the key, then to the spans whose plays are shared together, by their days.
//!
//! Worked: a département pays EUR 12,000.00 flat for a year for two libraries, by inhabitants, 34,000 and 12,000.
//! The first brings 34/46: EUR 8,869.57, the second EUR 3,130.43. Of the first, January holds 31 of 365 days:
//! EUR 753.31.
//!
//! This module has no idea who plays what.

use jiff::Span;
use jiff::civil::Date;
use money::{Amount, Undividable, divide};
use music::PartyId;

/// What the price is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PriceKind {
    /// Of a seat.
    PerSeat,
    /// Of everything.
    Flat,
    /// Of an inhabitant.
    PerInhabitant,
}

/// By what the money is attributed to institutions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    /// Each the same.
    Equal,
    /// By seats.
    Seats,
    /// By inhabitants.
    Inhabitants,
    /// By weights that they agreed on.
    Weights,
}

/// How often plays are shared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Closes {
    /// Each calendar month.
    Month,
    /// Each quarter of the calendar.
    Quarter,
    /// Once for what was billed together.
    Term,
}

macro_rules! words {
    ($kind:ident: $($name:ident = $word:literal),*) => {
        impl $kind {
            /// All of them.
            pub const ALL: &'static [$kind] = &[$($kind::$name),*];

            /// The word that stands for it in files, in the store and on the command line.
            pub const fn word(self) -> &'static str {
                match self { $($kind::$name => $word),* }
            }

            /// What a word stands for.
            pub fn from_word(word: &str) -> Option<$kind> {
                $kind::ALL.iter().copied().find(|k| k.word() == word)
            }
        }
    };
}

words!(PriceKind: PerSeat = "per-seat", Flat = "flat", PerInhabitant = "per-inhabitant");
words!(Key: Equal = "equal", Seats = "seats", Inhabitants = "inhabitants", Weights = "weights");
words!(Closes: Month = "month", Quarter = "quarter", Term = "term");

/// An institution under a contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Who.
    pub institution: PartyId,
    /// Its seats; not counted where absent.
    pub seats: Option<u64>,
    /// Its inhabitants.
    pub inhabitants: Option<u64>,
    /// Its weight.
    pub weight: Option<u64>,
}

/// What was agreed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// First day.
    pub start: Date,
    /// First day after it.
    pub end: Date,
    /// What the price is of.
    pub kind: PriceKind,
    /// The price for the whole term, before VAT.
    pub price: Amount,
    /// By what the money is attributed.
    pub key: Key,
    /// How often plays are shared.
    pub closes: Closes,
    /// The institutions, at least one.
    pub members: Vec<Member>,
}

/// What stands in the way of terms.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadTerms {
    /// The term is empty or longer than ten years.
    #[error("a term from {0} until {1} is none; it has between a day and ten years")]
    Term(Date, Date),
    /// Nobody is under it.
    #[error("no institution is under the contract")]
    Nobody,
    /// An institution stands there twice.
    #[error("`{0}` stands there twice")]
    Twice(PartyId),
    /// What the price or the key counts is not known of an institution.
    #[error("the {1} of `{0}` are not told")]
    Untold(PartyId, &'static str),
    /// The price is below nothing, or the whole beyond 64 bits.
    #[error("a price of `{0}` cannot be billed")]
    Price(Amount),
}

/// Money attributed to an institution for a span.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Whose members.
    pub institution: PartyId,
    /// First day.
    pub start: Date,
    /// First day after it.
    pub end: Date,
    /// How much.
    pub amount: Amount,
}

impl Member {
    fn counted(&self, what: Key) -> Result<u64, BadTerms> {
        let (number, words) = match what {
            Key::Equal => (Some(1), ""),
            Key::Seats => (self.seats, "seats"),
            Key::Inhabitants => (self.inhabitants, "inhabitants"),
            Key::Weights => (self.weight, "weights"),
        };
        number.filter(|n| *n > 0).ok_or_else(|| BadTerms::Untold(self.institution.clone(), words))
    }
}

impl Terms {
    /// Whether the terms can be kept at all.
    ///
    /// # Errors
    /// In the order of [`BadTerms`].
    pub fn check(&self) -> Result<(), BadTerms> {
        let latest = self.start.checked_add(Span::new().years(10)).unwrap_or(Date::MAX);
        if self.start >= self.end || self.end > latest {
            return Err(BadTerms::Term(self.start, self.end));
        }
        if self.members.is_empty() {
            return Err(BadTerms::Nobody);
        }
        let mut seen = std::collections::BTreeSet::new();
        if let Some(twice) = self.members.iter().find(|m| !seen.insert(&m.institution)) {
            return Err(BadTerms::Twice(twice.institution.clone()));
        }
        for member in &self.members {
            member.counted(self.key)?;
            member.counted(self.priced())?;
        }
        self.total().map(drop)
    }

    /// How many the price is paid for: seats, inhabitants, or 1.
    pub fn quantity(&self) -> Result<u64, BadTerms> {
        if self.kind == PriceKind::Flat {
            return Ok(1);
        }
        self.members.iter().try_fold(0_u64, |sum, m| {
            sum.checked_add(m.counted(self.priced())?).ok_or(BadTerms::Price(self.price))
        })
    }

    /// The price of the whole term, in whole minor units.
    pub fn total(&self) -> Result<Amount, BadTerms> {
        let whole = self.price.times_to_minor(self.quantity()?, 1);
        whole.filter(|w| !self.price.is_negative() && !w.is_negative()).ok_or(BadTerms::Price(self.price))
    }

    /// What the days from `from` until `until` (not included) cost: running sums by days, cut to minor units, and
    /// their difference. Days outside the term cost nothing.
    pub fn price_of(&self, from: Date, until: Date) -> Result<Amount, BadTerms> {
        let total = self.total()?;
        let upto = |day: Date| self.running(total, day.clamp(self.start, self.end));
        upto(until.max(from))?.checked_sub(upto(from)?).map_err(|_| BadTerms::Price(self.price))
    }

    fn running(&self, total: Amount, day: Date) -> Result<Amount, BadTerms> {
        let (past, all) = (days(self.start, day), days(self.start, self.end));
        if past == all {
            return Ok(total);
        }
        in_minor(total, &[(0_u8, past), (1, all - past)])
            .and_then(|parts| parts.into_iter().next())
            .ok_or(BadTerms::Price(self.price))
    }

    /// What each institution counts by the key, in the order of the members.
    pub fn weights(&self) -> Result<Vec<u64>, BadTerms> {
        self.members.iter().map(|m| m.counted(self.key)).collect()
    }

    /// An amount attributed to the institutions by the key, in the order of the members; whole in minor units.
    pub fn by_institution(&self, amount: Amount) -> Result<Vec<Amount>, BadTerms> {
        let weights: Vec<(&PartyId, u64)> =
            self.members.iter().map(|m| &m.institution).zip(self.weights()?).collect();
        in_minor(amount, &weights).ok_or(BadTerms::Price(self.price))
    }

    /// An amount for the days from `from` until `until`, attributed to institutions and to the spans whose plays are
    /// shared together; parts of nothing are left out.
    pub fn parts(&self, amount: Amount, from: Date, until: Date) -> Result<Vec<Part>, BadTerms> {
        let spans = spans(from, until, self.closes);
        let weights: Vec<(Date, u64)> = spans.iter().map(|(s, e)| (*s, days(*s, *e))).collect();
        let mut parts = Vec::new();
        for (member, share) in self.members.iter().zip(self.by_institution(amount)?) {
            let shares = in_minor(share, &weights).ok_or(BadTerms::Price(self.price))?;
            for ((start, end), amount) in spans.iter().zip(shares).filter(|(_, a)| !a.is_zero()) {
                parts.push(Part {
                    institution: member.institution.clone(),
                    start: *start,
                    end: *end,
                    amount,
                });
            }
        }
        Ok(parts)
    }

    /// What the price counts, as a key.
    pub fn priced(&self) -> Key {
        match self.kind {
            PriceKind::PerSeat => Key::Seats,
            PriceKind::Flat => Key::Equal,
            PriceKind::PerInhabitant => Key::Inhabitants,
        }
    }
}

/// The spans of days whose plays are shared together, cut at the ends of months or quarters of the calendar.
pub fn spans(from: Date, until: Date, closes: Closes) -> Vec<(Date, Date)> {
    let mut all = Vec::new();
    let mut start = from;
    while start < until {
        let next = match closes {
            Closes::Term => until,
            Closes::Month => month_after(start, 1),
            Closes::Quarter => month_after(start, 3 - (i32::from(start.month()) - 1) % 3),
        };
        let end = next.min(until);
        all.push((start, end));
        start = end;
    }
    all
}

/// The term that follows: it begins where this one ends and has so many months.
pub fn next_term(end: Date, months: i32) -> Option<(Date, Date)> {
    end.checked_add(Span::new().try_months(months).ok()?).ok().filter(|e| *e > end).map(|e| (end, e))
}

/// The first day of the month so many months after a day's own.
fn month_after(day: Date, months: i32) -> Date {
    Span::new()
        .try_months(months)
        .ok()
        .and_then(|s| day.first_of_month().checked_add(s).ok())
        .unwrap_or(Date::MAX)
}

/// Days from one to another, not included; 0 where the second is not later.
pub fn days(from: Date, until: Date) -> u64 {
    from.until(until).ok().and_then(|s| u64::try_from(s.get_days()).ok()).unwrap_or(0)
}

/// A division in whole minor units: as many micros are divided as there are minor units.
fn in_minor<K: Ord>(amount: Amount, weights: &[(K, u64)]) -> Option<Vec<Amount>> {
    let whole = Amount::from_micros(amount.minor_units(), amount.currency());
    let parts: Result<Vec<Amount>, Undividable> = divide(whole, weights);
    parts.ok()?.into_iter().map(|p| Amount::from_minor(p.micros(), amount.currency())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    fn eur(text: &str) -> Amount {
        format!("EUR {text}").parse().unwrap()
    }

    fn member(n: u64, seats: u64, inhabitants: u64) -> Member {
        Member {
            institution: PartyId::from_bits(n),
            seats: Some(seats),
            inhabitants: Some(inhabitants),
            weight: None,
        }
    }

    fn terms(kind: PriceKind, price: &str, key: Key, members: Vec<Member>) -> Terms {
        Terms {
            start: day("2026-01-01"),
            end: day("2027-01-01"),
            kind,
            price: eur(price),
            key,
            closes: Closes::Month,
            members,
        }
    }

    #[test]
    fn a_departement_pays_by_inhabitants() {
        let t = terms(
            PriceKind::Flat,
            "12000",
            Key::Inhabitants,
            vec![member(1, 1, 34_000), member(2, 1, 12_000)],
        );
        assert_eq!(t.check(), Ok(()));
        assert_eq!(t.by_institution(t.total().unwrap()).unwrap(), [eur("8869.57"), eur("3130.43")]);
        let parts = t.parts(t.total().unwrap(), t.start, t.end).unwrap();
        assert_eq!((parts.len(), parts[0].amount), (24, eur("753.31")));
        assert_eq!(money::sum(parts.iter().map(|p| p.amount), money::Currency::EUR), Ok(eur("12000")));
    }

    #[test]
    fn prices_are_of_seats_inhabitants_or_all() {
        for (kind, price, want) in [
            (PriceKind::PerSeat, "2.50", "250"),
            (PriceKind::Flat, "4000", "4000"),
            (PriceKind::PerInhabitant, "0.1234", "5676.40"),
        ] {
            let t = terms(kind, price, Key::Equal, vec![member(1, 60, 34_000), member(2, 40, 12_000)]);
            assert_eq!(t.total(), Ok(eur(want)), "{kind:?}");
        }
    }

    #[test]
    fn terms_that_cannot_be_kept_are_refused_in_order() {
        let one = || vec![member(1, 10, 100)];
        let mut bad = terms(PriceKind::PerSeat, "-1", Key::Weights, Vec::new());
        bad.end = bad.start;
        assert_eq!(bad.check(), Err(BadTerms::Term(bad.start, bad.end)));
        bad.end = day("2027-01-01");
        assert_eq!(bad.check(), Err(BadTerms::Nobody));
        bad.members = vec![member(1, 1, 1), member(1, 1, 1)];
        assert_eq!(bad.check(), Err(BadTerms::Twice(PartyId::from_bits(1))));
        bad.members = one();
        assert_eq!(bad.check(), Err(BadTerms::Untold(PartyId::from_bits(1), "weights")));
        bad.key = Key::Seats;
        assert_eq!(bad.check(), Err(BadTerms::Price(eur("-1"))));
        bad.price = eur("1");
        assert_eq!(bad.check(), Ok(()));
    }

    #[test]
    fn spans_end_with_the_calendar() {
        let show = |c| {
            spans(day("2026-02-14"), day("2026-08-01"), c)
                .into_iter()
                .map(|(s, _)| s.to_string())
                .collect::<Vec<_>>()
                .join(" ")
        };
        assert_eq!(show(Closes::Month), "2026-02-14 2026-03-01 2026-04-01 2026-05-01 2026-06-01 2026-07-01");
        assert_eq!(show(Closes::Quarter), "2026-02-14 2026-04-01 2026-07-01");
        assert_eq!(show(Closes::Term), "2026-02-14");
        assert_eq!(next_term(day("2027-01-01"), 12), Some((day("2027-01-01"), day("2028-01-01"))));
    }

    proptest! {
        #[test]
        fn parts_bought_one_after_the_other_cost_the_whole(price in 0_i64..10_000_000_000, cuts in proptest::collection::vec(0_u16..365, 0..6), a in 1_u64..100_000, b in 1_u64..100_000) {
            let mut t = terms(PriceKind::Flat, "1", Key::Inhabitants, vec![member(1, 1, a), member(2, 1, b)]);
            t.price = Amount::from_micros(price, money::Currency::EUR);
            let at = |n: u16| t.start.checked_add(Span::new().days(i64::from(n))).unwrap();
            let mut ends: Vec<Date> = cuts.into_iter().map(at).collect();
            ends.extend([t.start, t.end]);
            ends.sort();
            let mut sum = 0;
            for pair in ends.windows(2) {
                let amount = t.price_of(pair[0], pair[1]).unwrap();
                prop_assert!(!amount.is_negative());
                let parts = t.parts(amount, pair[0], pair[1]).unwrap();
                prop_assert_eq!(parts.iter().map(|p| p.amount.micros()).sum::<i64>(), amount.micros());
                sum += amount.micros();
            }
            prop_assert_eq!(sum, t.total().unwrap().micros());
        }
    }
}
