//! An artist's own terms: what is never wanted, and what is the least.
//!
//! They are applied before anything is ranked, and nobody but the artist and the house ever reads them. Whoever has
//! written none is asked nothing: being here for music is no wish to work for brands.

use std::collections::BTreeMap;

use jiff::civil::Date;
use money::{Amount, Ratio};
use music::{PartyId, Territory};
use serde::{Deserialize, Serialize};

use super::brief::Brief;
use super::document::Flaw;
use super::words::{Kind, Sector, Set, Use, Word};

/// Terms as an artist writes them. Absent words are empty.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct WrittenTerms {
    /// Whether anything is wanted at the moment.
    pub paused: bool,
    /// Kinds that are wanted; all where empty.
    pub kinds: Vec<String>,
    /// Trades that are never wanted.
    pub never_sectors: Vec<String>,
    /// Uses that are never wanted.
    pub never_uses: Vec<String>,
    /// Brands and agencies that are never wanted: ids.
    pub never_brands: Vec<String>,
    /// Least fee by kind, `any` for all others: `{ any = "EUR 300", concert = "EUR 800" }`.
    pub minimum: BTreeMap<String, String>,
    /// Where work may be shown; everywhere where empty.
    pub territories: Vec<String>,
    /// Spans without time, first day and first day after: `["2026-11-01", "2026-12-01"]`.
    pub away: Vec<[String; 2]>,
    /// Whether sound or images made by AI are acceptable at all.
    pub ai: bool,
    /// Who gets the solidarity slice: ids with their parts; the fund where empty.
    pub scene: Vec<[String; 2]>,
    /// Words of style.
    pub tags: Vec<String>,
}

/// Terms that hold.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Terms {
    /// Whether nothing is wanted at the moment.
    pub paused: bool,
    /// Kinds that are wanted; all where empty.
    pub kinds: Set<Kind>,
    /// Trades that are never wanted.
    pub never_sectors: Set<Sector>,
    /// Uses that are never wanted.
    pub never_uses: Set<Use>,
    /// Brands and agencies that are never wanted, sorted.
    pub never_brands: Vec<PartyId>,
    /// Least fees; the kind `None` stands for all others. Amounts of a kind are of different currencies.
    pub minimum: Vec<(Option<Kind>, Amount)>,
    /// Where work may be shown; everywhere where empty.
    pub territories: Vec<Territory>,
    /// First day and first day after.
    pub away: Vec<(Date, Date)>,
    /// Whether AI is acceptable.
    pub ai: bool,
    /// Who gets the solidarity slice.
    pub scene: Vec<(PartyId, Ratio)>,
    /// Words of style, lower case.
    pub tags: Vec<String>,
}

/// What an artist would be asked, as far as terms look at it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ask {
    /// The brand, and the agency that asks for it.
    pub brands: Vec<PartyId>,
    /// The brand's trade.
    pub sector: Sector,
    /// What is wanted.
    pub kind: Kind,
    /// What is done with it.
    pub uses: Set<Use>,
    /// What one artist is paid.
    pub fee: Amount,
    /// Where it is shown.
    pub territories: Vec<Territory>,
    /// First day.
    pub starts: Date,
    /// First day after; days of exclusivity count.
    pub ends: Date,
}

/// Why terms do not allow something. For the artist and the house alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Refused {
    /// Nothing is wanted at the moment.
    Paused,
    /// Not this kind of work.
    Kind,
    /// Never this trade.
    Sector,
    /// Never this brand.
    Brand,
    /// Never this use.
    Use,
    /// No AI.
    Ai,
    /// Not there.
    Territory,
    /// Not then.
    Away,
    /// Below the least fee, or a currency in which none was named.
    Fee,
}

impl Refused {
    /// A stable word.
    pub fn word(self) -> &'static str {
        match self {
            Refused::Paused => "paused",
            Refused::Kind => "kind",
            Refused::Sector => "sector",
            Refused::Brand => "brand",
            Refused::Use => "use",
            Refused::Ai => "ai",
            Refused::Territory => "territory",
            Refused::Away => "away",
            Refused::Fee => "fee",
        }
    }
}

impl Terms {
    /// Whether an artist wants to be asked this.
    ///
    /// Worked case: `minimum = { any = "EUR 300" }` admits EUR 300.00 and not EUR 299.99, and no fee in another currency:
    /// nothing is exchanged in somebody's mind.
    ///
    /// # Errors
    /// The first reason, in the order of [`Refused`].
    pub fn admits(&self, ask: &Ask) -> Result<(), Refused> {
        let no = |refused, is| if is { Err(refused) } else { Ok(()) };
        no(Refused::Paused, self.paused)?;
        no(Refused::Kind, !self.kinds.is_empty() && !self.kinds.has(ask.kind))?;
        no(Refused::Sector, self.never_sectors.has(ask.sector))?;
        no(Refused::Brand, ask.brands.iter().any(|b| self.never_brands.binary_search(b).is_ok()))?;
        no(Refused::Use, !self.never_uses.both(ask.uses).is_empty())?;
        no(Refused::Ai, !self.ai && (ask.uses.has(Use::Generation) || ask.uses.has(Use::Training)))?;
        let there = |t: &Territory| self.territories.iter().any(|own| own.contains(t));
        no(Refused::Territory, !self.territories.is_empty() && !ask.territories.iter().all(there))?;
        no(Refused::Away, self.away.iter().any(|(from, until)| *from < ask.ends && ask.starts < *until))?;
        no(Refused::Fee, !self.is_enough(ask.kind, ask.fee))
    }

    fn is_enough(&self, kind: Kind, fee: Amount) -> bool {
        let own: Vec<&Amount> =
            self.minimum.iter().filter(|(k, _)| *k == Some(kind)).map(|(_, a)| a).collect();
        let least: Vec<&Amount> = if own.is_empty() {
            self.minimum.iter().filter(|(k, _)| k.is_none()).map(|(_, a)| a).collect()
        } else {
            own
        };
        least.is_empty() || least.iter().any(|a| a.currency() == fee.currency() && a.micros() <= fee.micros())
    }
}

impl Ask {
    /// What one artist is asked by a brief.
    pub fn of(brief: &Brief, brands: Vec<PartyId>) -> Ask {
        let days = jiff::Span::new().try_days(brief.exclusive_days).unwrap_or_default();
        Ask {
            brands,
            sector: brief.sector,
            kind: brief.kind,
            uses: brief.uses,
            fee: brief.fee,
            territories: brief.territories.clone(),
            starts: brief.starts,
            ends: brief.ends.saturating_add(days),
        }
    }
}

impl WrittenTerms {
    /// Terms, or everything that is wrong with them. The amounts of a kind may be in several currencies, separated by `;`.
    ///
    /// # Errors
    /// `terms` with what is wrong.
    pub fn check(&self) -> Result<Terms, Vec<Flaw>> {
        let mut flaws = Vec::new();
        let mut terms = Terms {
            paused: self.paused,
            kinds: Set::of(words(&mut flaws, "kinds", &self.kinds)),
            never_sectors: Set::of(words(&mut flaws, "never_sectors", &self.never_sectors)),
            never_uses: Set::of(words(&mut flaws, "never_uses", &self.never_uses)),
            never_brands: parsed(&mut flaws, "never_brands", &self.never_brands),
            territories: parsed(&mut flaws, "territories", &self.territories),
            ai: self.ai,
            tags: self
                .tags
                .iter()
                .map(|t| t.trim().to_lowercase())
                .filter(|t| !t.is_empty())
                .take(50)
                .collect(),
            ..Terms::default()
        };
        terms.never_brands.sort();
        for (word, texts) in &self.minimum {
            let kind = if word == "any" {
                None
            } else {
                words::<Kind>(&mut flaws, "minimum", std::slice::from_ref(word)).pop()
            };
            for text in texts.split(';') {
                match text.parse::<Amount>() {
                    Ok(amount) if !amount.is_negative() => terms.minimum.push((kind, amount)),
                    _ => flaws.push(wrong("minimum", text)),
                }
            }
        }
        for [from, until] in &self.away {
            match (from.trim().parse::<Date>(), until.trim().parse::<Date>()) {
                (Ok(from), Ok(until)) if from < until => terms.away.push((from, until)),
                _ => flaws.push(wrong("away", &format!("{from}, {until}"))),
            }
        }
        for [party, part] in &self.scene {
            match (party.trim().parse::<PartyId>(), part.parse::<Ratio>()) {
                (Ok(party), Ok(part)) if !part.is_zero() => terms.scene.push((party, part)),
                _ => flaws.push(wrong("scene", &format!("{party}, {part}"))),
            }
        }
        let parts: Vec<Ratio> = terms.scene.iter().map(|(_, r)| *r).collect();
        if !parts.is_empty() && !is_whole(&parts) {
            flaws.push(
                Flaw::new(
                    "terms",
                    "the parts of `scene` do not make the whole",
                    "write `50 %` and `50 %`, say",
                )
                .of("scene")
                .french("les parts ne font pas le tout", "écrivez par exemple `50 %` et `50 %`"),
            );
        }
        if flaws.is_empty() { Ok(terms) } else { Err(flaws) }
    }
}

/// Whether parts make the whole, exactly.
pub fn is_whole(parts: &[Ratio]) -> bool {
    Ratio::sum_to_whole(parts).is_some_and(|(sum, whole)| sum == whole)
}

fn wrong(what: &str, text: &str) -> Flaw {
    let shown: String = super::brief::one_line(text).chars().take(60).collect();
    Flaw::new("terms", format!("`{shown}` cannot be read as `{what}`"), "the reference page shows every word")
        .of(what)
        .french(format!("« {shown} » ne peut pas être lu ici"), "voyez l'exemple sous le champ")
}

fn words<W: Word>(flaws: &mut Vec<Flaw>, what: &str, texts: &[String]) -> Vec<W> {
    let mut all = Vec::new();
    for text in texts {
        match W::from_word(text) {
            Some(word) => all.push(word),
            None => flaws.push(wrong(what, text)),
        }
    }
    all
}

fn parsed<T: std::str::FromStr>(flaws: &mut Vec<Flaw>, what: &str, texts: &[String]) -> Vec<T> {
    let mut all = Vec::new();
    for text in texts {
        match text.trim().parse() {
            Ok(one) => all.push(one),
            Err(_) => flaws.push(wrong(what, text)),
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms(text: &str) -> Terms {
        super::super::read::<WrittenTerms>(text).unwrap().check().unwrap()
    }

    fn ask() -> Ask {
        let brief = super::super::brief::tests::written().check("2026-09-21".parse().unwrap()).unwrap();
        Ask::of(&brief, vec!["pty-BRAND".parse().unwrap(), "pty-AGENCY".parse().unwrap()])
    }

    #[test]
    fn each_term_is_kept() {
        for (text, want) in [
            ("", Ok(())),
            ("paused = true", Err(Refused::Paused)),
            ("kinds = [\"concert\"]", Err(Refused::Kind)),
            ("never_sectors = [\"insurance\"]", Err(Refused::Sector)),
            ("never_brands = [\"pty-AGENCY\"]", Err(Refused::Brand)),
            ("never_uses = [\"brand-channels\"]", Err(Refused::Use)),
            ("never_uses = [\"television\"]", Ok(())),
            ("territories = [\"DE\"]", Err(Refused::Territory)),
            ("territories = [\"FR\", \"DE\"]", Ok(())),
            ("away = [[\"2026-11-30\", \"2026-12-05\"]]", Err(Refused::Away)),
            ("away = [[\"2026-12-01\", \"2026-12-05\"]]", Ok(())),
            ("minimum = { any = \"EUR 2000\" }", Ok(())),
            ("minimum = { any = \"EUR 2000.01\" }", Err(Refused::Fee)),
            ("minimum = { any = \"EUR 9000\", social-content = \"EUR 1\" }", Ok(())),
            ("minimum = { any = \"USD 1\" }", Err(Refused::Fee)),
            ("minimum = { any = \"USD 1; EUR 5\" }", Ok(())),
        ] {
            assert_eq!(terms(text).admits(&ask()), want, "{text}");
        }
        let mut made = ask();
        made.uses = Set::of([Use::Generation]);
        assert_eq!(terms("").admits(&made), Err(Refused::Ai));
        assert_eq!(terms("ai = true").admits(&made), Ok(()));
    }

    #[test]
    fn what_cannot_be_read_is_said() {
        for text in [
            "never_sectors = [\"cheese\"]",
            "minimum = { any = \"lots\" }",
            "away = [[\"2026-12-05\", \"2026-12-01\"]]",
            "scene = [[\"pty-A\", \"60 %\"]]",
            "never_brands = [\"Acme\"]",
        ] {
            let flaws = super::super::read::<WrittenTerms>(text).unwrap().check().unwrap_err();
            assert!(flaws.len() == 1 && flaws[0].code == "terms", "{text}: {flaws:?}");
        }
    }
}
