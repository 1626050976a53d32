//! Who is asked for a brief, why, and how that stays fair over time.
//!
//! 1. Artists' own [`Terms`] are applied first. Whoever does not want the brief is not in it: no place, no fit, no debt.
//! 2. **Fit** is a mean of what the brief asks for, each between nought and one: sound (how near the artist's recordings are
//!    to the references), style (words in common), audience (heard there by enough people), home. What a brief does not ask
//!    for weighs nothing. Price is a condition, never a merit: the cheaper artist does not stand higher.
//! 3. Places are given by [`discovery::fair`]: attention is earned in proportion to fit, over all briefs, with a floor for
//!    the emerging and the local.
//!
//! Whoever is on the list is **asked**. The brand is told who said yes, and nothing else before the term ends: not how many
//! were asked, not who was not, not why. So nothing a brand can vary (fee, trade, dates, exclusions) moves anything it can see,
//! except through what an artist answered; halving a fee until an artist disappears finds nothing, since nobody disappears
//! who was not seen.

use std::collections::HashMap;

use discovery::fair::{self, Attention, Candidate, Fit, Policy};
use money::Amount;
use music::Place;

use super::brief::Brief;
use super::terms::{Ask, Terms};

/// What an artist earned here in the last twelve months, in steps that are public.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Tier {
    /// Below [`Tier::EMERGING_BELOW`].
    #[default]
    Emerging,
    /// Below [`Tier::RISING_BELOW`].
    Rising,
    /// From there.
    Established,
}

impl Tier {
    /// All of them, the smallest first.
    pub const ALL: [Tier; 3] = [Tier::Emerging, Tier::Rising, Tier::Established];
    /// EUR 1,000 a year, in micros.
    pub const EMERGING_BELOW: i64 = 1_000 * 1_000_000;
    /// EUR 10,000 a year, in micros.
    pub const RISING_BELOW: i64 = 10_000 * 1_000_000;

    /// The tier of a year's income; other currencies count by the same figures.
    pub fn of(income: Amount) -> Tier {
        match income.micros() {
            m if m < Tier::EMERGING_BELOW => Tier::Emerging,
            m if m < Tier::RISING_BELOW => Tier::Rising,
            _ => Tier::Established,
        }
    }

    /// A stable word.
    pub fn word(self) -> &'static str {
        match self {
            Tier::Emerging => "emerging",
            Tier::Rising => "rising",
            Tier::Established => "established",
        }
    }

    /// The tier a word stands for.
    pub fn from_word(word: &str) -> Option<Tier> {
        Tier::ALL.into_iter().find(|t| t.word() == word)
    }
}

/// An artist of the market.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Artist {
    /// A number that stays with the artist; ties go to the smaller.
    pub number: u32,
    /// The artist's own terms.
    pub terms: Terms,
    /// Words of style, as numbers of [`Market::tag`], sorted.
    pub tags: Vec<u32>,
    /// Where the artist is at home, as numbers of [`Market::place`].
    pub homes: Vec<u32>,
    /// Where enough people heard the artist (the threshold is applied before it comes here).
    pub heard: Vec<u32>,
    /// Income.
    pub tier: Tier,
    /// What earlier briefs earned less what they showed.
    pub owed: Attention,
}

/// All who have terms.
#[derive(Debug, Clone, Default)]
pub struct Market {
    /// Them.
    pub artists: Vec<Artist>,
    tags: HashMap<String, u32>,
    places: Vec<Place>,
    place_numbers: HashMap<Place, u32>,
}

impl Market {
    /// The number of a word of style.
    pub fn tag(&mut self, tag: &str) -> u32 {
        let next = self.tags.len() as u32;
        *self.tags.entry(tag.to_lowercase()).or_insert(next)
    }

    /// The number of a place.
    pub fn place(&mut self, place: &Place) -> u32 {
        if let Some(number) = self.place_numbers.get(place) {
            return *number;
        }
        let number = self.places.len() as u32;
        self.places.push(place.clone());
        self.place_numbers.insert(place.clone(), number);
        number
    }
}

/// How near an artist's recordings are to the references, and why, in words that may be told.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sound {
    /// In millionths of the nearest.
    pub near: u32,
    /// Why, in English and French.
    pub why: Vec<(String, String)>,
}

/// What a brief looks for in a market.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// By an artist's number; absent where far.
    pub sound: HashMap<u32, Sound>,
    /// Whether references were given that lead anywhere.
    pub by_sound: bool,
    tags: Vec<u32>,
    by_style: bool,
    audience: Vec<bool>,
    by_audience: bool,
    /// Numbers of artists that the brand does not want.
    pub excluded: Vec<u32>,
}

/// Weights of sound, style, audience and home in a fit, in parts of a thousand of those that are asked for.
const WEIGHTS: [u64; 4] = [550, 150, 200, 100];

impl Wanted {
    /// What a brief looks for; sound comes from the recommender.
    pub fn of(brief: &Brief, market: &Market, sound: HashMap<u32, Sound>) -> Wanted {
        let mut tags: Vec<u32> = brief.tags.iter().filter_map(|t| market.tags.get(t).copied()).collect();
        tags.sort_unstable();
        Wanted {
            by_sound: !sound.is_empty(),
            sound,
            tags,
            by_style: !brief.tags.is_empty(),
            audience: market.places.iter().map(|p| brief.audience.iter().any(|a| a.contains(p))).collect(),
            by_audience: !brief.audience.is_empty(),
            excluded: Vec::new(),
        }
    }

    fn there(&self, places: &[u32]) -> bool {
        places.iter().any(|p| self.audience.get(*p as usize).copied().unwrap_or(false))
    }

    /// How well an artist fits, in millionths.
    pub fn fit(&self, artist: &Artist) -> u32 {
        let common = self.tags.iter().filter(|t| artist.tags.binary_search(t).is_ok()).count() as u64;
        let parts = [
            (self.by_sound, self.sound.get(&artist.number).map_or(0, |s| u64::from(s.near))),
            (self.by_style, common * 1_000_000 / (self.tags.len() as u64).max(1)),
            (self.by_audience, u64::from(self.there(&artist.heard)) * 1_000_000),
            (self.by_audience, u64::from(self.there(&artist.homes)) * 1_000_000),
        ];
        let asked = parts.iter().zip(WEIGHTS).filter(|((asked, _), _)| *asked);
        let (sum, whole) = asked.fold((0_u64, 0_u64), |(sum, whole), ((_, value), weight)| {
            (sum + value * weight, whole + weight)
        });
        // Who is asked for nothing fits as well as everybody.
        sum.checked_div(whole).map_or(1_000_000, |fit| fit as u32)
    }
}

/// Why somebody is on a list. Each is true as it is said; none tells a number of people below the threshold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// Near the references, with the recommender's own words.
    Sound(String, String),
    /// Words of style in common.
    Style(u32),
    /// Heard by enough people where the audience is.
    Heard,
    /// At home there.
    Home,
    /// The floor for emerging artists.
    Emerging,
    /// Has time and agrees to fee and uses, as far as the terms say.
    TermsAllow,
    /// Was shown less than fit had earned until now.
    Owed,
}

impl Reason {
    /// A stable word.
    pub fn word(&self) -> &'static str {
        match self {
            Reason::Sound(..) => "sound",
            Reason::Style(_) => "style",
            Reason::Heard => "heard-there",
            Reason::Home => "at-home-there",
            Reason::Emerging => "emerging",
            Reason::TermsAllow => "terms-allow",
            Reason::Owed => "owed",
        }
    }

    /// In English and in French.
    pub fn said(&self) -> (String, String) {
        let (en, fr) = match self {
            Reason::Sound(en, fr) => {
                (format!("near the references: {en}"), format!("proche des références : {fr}"))
            }
            Reason::Style(1) => {
                ("a word of style in common".to_owned(), "un mot de style en commun".to_owned())
            }
            Reason::Style(n) => {
                (format!("{n} words of style in common"), format!("{n} mots de style en commun"))
            }
            Reason::Heard => (
                "heard by ten people or more where the audience is".to_owned(),
                "écouté·e par dix personnes ou plus là où est le public".to_owned(),
            ),
            Reason::Home => {
                ("at home where the audience is".to_owned(), "chez soi là où est le public".to_owned())
            }
            Reason::Emerging => (
                "emerging: part of the places is kept for emerging artists".to_owned(),
                "émergent·e : une part des places revient aux artistes émergents".to_owned(),
            ),
            Reason::TermsAllow => (
                "kind, dates, uses and fee are within the artist's own terms".to_owned(),
                "nature, dates, usages et cachet entrent dans ses propres conditions".to_owned(),
            ),
            Reason::Owed => (
                "was shown less often than fit had earned until now".to_owned(),
                "a été montré·e moins souvent que mérité jusqu'ici".to_owned(),
            ),
        };
        (en, fr)
    }
}

/// One of a list, or one in the running who is not on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The artist's number.
    pub artist: u32,
    /// From 1; nought where not on the list.
    pub place: u32,
    /// How well, in millionths.
    pub fit: u32,
    /// What the brief earned the artist.
    pub earned: Attention,
    /// What it shows.
    pub shown: Attention,
    /// Why; of those on the list alone.
    pub reasons: Vec<Reason>,
}

/// A shortlist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shortlist {
    /// Everybody in the running, the list first.
    pub standings: Vec<Entry>,
    /// Fit of this list.
    pub fit: Fit,
}

impl Shortlist {
    /// Those who are asked, in order.
    pub fn asked(&self) -> impl Iterator<Item = &Entry> {
        self.standings.iter().filter(|s| s.place > 0)
    }
}

/// Makes the shortlist of a brief. The order of the artists changes nothing.
pub fn shortlist(ask: &Ask, wanted: &Wanted, market: &Market, before: Fit, policy: &Policy) -> Shortlist {
    let excluded: std::collections::HashSet<u32> = wanted.excluded.iter().copied().collect();
    let candidate = |a: &Artist| Candidate {
        artist: a.number,
        fit: wanted.fit(a),
        emerging: a.tier == Tier::Emerging || (wanted.by_audience && wanted.there(&a.homes)),
        owed: a.owed,
    };
    let wanting =
        market.artists.iter().filter(|a| a.terms.admits(ask).is_ok() && !excluded.contains(&a.number));
    let list = fair::shortlist(wanting.map(candidate).collect(), before, policy);
    let by_number: HashMap<u32, &Artist> = if list.places().is_empty() {
        HashMap::new()
    } else {
        let asked: std::collections::HashSet<u32> = list.places().iter().map(|s| s.artist).collect();
        market.artists.iter().filter(|a| asked.contains(&a.number)).map(|a| (a.number, a)).collect()
    };
    let standings = list.standings.iter().map(|s| Entry {
        artist: s.artist,
        place: s.place,
        fit: s.fit,
        earned: s.earned,
        shown: s.shown,
        reasons: by_number.get(&s.artist).map(|a| reasons(a, wanted)).unwrap_or_default(),
    });
    Shortlist { standings: standings.collect(), fit: list.fit }
}

fn reasons(artist: &Artist, wanted: &Wanted) -> Vec<Reason> {
    let mut all = Vec::new();
    if let Some(sound) = wanted.sound.get(&artist.number) {
        all.extend(sound.why.iter().take(2).map(|(en, fr)| Reason::Sound(en.clone(), fr.clone())));
    }
    let common = wanted.tags.iter().filter(|t| artist.tags.binary_search(t).is_ok()).count() as u32;
    if common > 0 {
        all.push(Reason::Style(common));
    }
    if wanted.there(&artist.heard) {
        all.push(Reason::Heard);
    }
    if wanted.there(&artist.homes) {
        all.push(Reason::Home);
    }
    all.push(Reason::TermsAllow);
    if artist.tier == Tier::Emerging {
        all.push(Reason::Emerging);
    }
    if artist.owed > 500_000 {
        all.push(Reason::Owed);
    }
    all
}

#[cfg(test)]
mod tests {
    use jiff::civil::{Date, date};
    use money::Currency;
    use music::{PartyId, Territory};

    use super::*;
    use crate::brief::words::{Kind, Sector, Set, Use, Word};

    struct Chance(u64);

    impl Chance {
        fn next(&mut self, below: u64) -> u64 {
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 7;
            self.0 ^= self.0 << 17;
            (self.0 >> 11) % below
        }

        fn some<W: Word>(&mut self, rare: u64) -> Set<W> {
            Set::of(W::LIST.iter().copied().filter(|_| self.next(rare) == 0).collect::<Vec<_>>())
        }

        fn one<W: Word>(&mut self) -> W {
            W::LIST[self.next(W::LIST.len() as u64) as usize]
        }

        fn day(&mut self) -> Date {
            date(2026, 1 + self.next(12) as i8, 1 + self.next(28) as i8)
        }

        fn places(&mut self, most: u64) -> Vec<Territory> {
            (0..self.next(most))
                .map(|_| ["FR", "DE", "GB", "US"][self.next(4) as usize].parse().unwrap())
                .collect()
        }

        fn money(&mut self) -> Amount {
            let currency = if self.next(8) == 0 { Currency::USD } else { Currency::EUR };
            Amount::from_micros(self.next(2_000) as i64 * 1_000_000, currency)
        }

        fn terms(&mut self) -> Terms {
            let from = self.day();
            Terms {
                paused: self.next(10) == 0,
                kinds: if self.next(2) == 0 { Set::default() } else { self.some(2) },
                never_sectors: self.some(5),
                never_uses: self.some(8),
                never_brands: if self.next(3) == 0 { vec![PartyId::from_bits(self.next(3))] } else { vec![] },
                minimum: (0..self.next(3))
                    .map(|_| (if self.next(2) == 0 { None } else { Some(self.one()) }, self.money()))
                    .collect(),
                territories: self.places(4),
                away: if self.next(2) == 0 {
                    vec![(from, from.saturating_add(jiff::Span::new().days(9)))]
                } else {
                    vec![]
                },
                ai: self.next(2) == 0,
                ..Terms::default()
            }
        }

        fn ask(&mut self) -> Ask {
            let starts = self.day();
            Ask {
                brands: vec![PartyId::from_bits(self.next(3)), PartyId::from_bits(self.next(3))],
                sector: self.one(),
                kind: self.one(),
                uses: self.some(4),
                fee: self.money(),
                territories: self.places(3),
                starts,
                ends: starts.saturating_add(jiff::Span::new().days(1 + self.next(60) as i64)),
            }
        }
    }

    /// Says once more, in its own words and slowly, what terms forbid.
    fn unwanted(t: &Terms, a: &Ask) -> bool {
        let kinds: Vec<Kind> = t.kinds.iter().collect();
        let (sectors, uses): (Vec<Sector>, Vec<Use>) =
            (t.never_sectors.iter().collect(), t.never_uses.iter().collect());
        let days = |(from, until): &(Date, Date)| {
            let mut day = a.starts;
            while day < a.ends {
                if day >= *from && day < *until {
                    return true;
                }
                day = day.tomorrow().unwrap();
            }
            false
        };
        let of_kind: Vec<_> = t.minimum.iter().filter(|(k, _)| *k == Some(a.kind)).collect();
        let of_any: Vec<_> = t.minimum.iter().filter(|(k, _)| k.is_none()).collect();
        let least = if of_kind.is_empty() { of_any } else { of_kind };
        t.paused
            || (!kinds.is_empty() && !kinds.contains(&a.kind))
            || sectors.contains(&a.sector)
            || a.uses.iter().any(|u| uses.contains(&u))
            || a.brands.iter().any(|b| t.never_brands.contains(b))
            || (!t.ai && a.uses.iter().any(|u| matches!(u, Use::Generation | Use::Training)))
            || (!t.territories.is_empty()
                && a.territories.iter().any(|x| !t.territories.iter().any(|own| own.contains(x))))
            || t.away.iter().any(days)
            || (!least.is_empty()
                && !least
                    .iter()
                    .any(|(_, m)| m.currency() == a.fee.currency() && m.micros() <= a.fee.micros()))
    }

    const SEED: u64 = 0x9E37_79B9_7F4A_7C15;

    fn worlds(seed: u64, many: u64) {
        let mut chance = Chance(seed);
        let (mut asked, mut wanting) = (0_u64, 0_u64);
        let policy = Policy { places: 2, ..Policy::default() };
        for _ in 0..many {
            let ask = chance.ask();
            let mut market = Market::default();
            for number in 0..1 + chance.next(3) as u32 {
                market.artists.push(Artist {
                    number,
                    terms: chance.terms(),
                    owed: chance.next(3_000_000) as i64 - 1_500_000,
                    ..Artist::default()
                });
            }
            let list = shortlist(&ask, &Wanted::default(), &market, Fit::default(), &policy);
            for standing in &list.standings {
                let artist = &market.artists[standing.artist as usize];
                assert!(!unwanted(&artist.terms, &ask), "{ask:?}\n{artist:?}");
                asked += u64::from(standing.place > 0);
            }
            // And nobody who wants it is left out of the running (all fit alike here).
            let want = market.artists.iter().filter(|a| !unwanted(&a.terms, &ask)).count();
            assert_eq!(list.standings.len(), want);
            wanting += want as u64;
        }
        assert!(asked > many / 100 && wanting >= asked, "the worlds are not empty: {asked} of {many}");
    }

    #[test]
    fn nobody_is_asked_what_they_never_want() {
        worlds(SEED, 5_000);
    }

    #[test]
    #[ignore = "a million random worlds"]
    fn slow_nobody_is_asked_what_they_never_want_in_a_million_worlds() {
        std::thread::scope(|all| {
            for n in 1..=4_u64 {
                all.spawn(move || worlds(SEED ^ (n << 20), 250_000));
            }
        });
    }

    #[test]
    fn reasons_are_true_and_price_is_no_merit() {
        let brief = crate::brief::Brief {
            tags: vec!["dub".into(), "bass".into()],
            ..super::super::brief::tests::written().check(date(2026, 9, 21)).unwrap()
        };
        let mut market = Market::default();
        let (here, there) = (market.place(&"FR-42".parse().unwrap()), market.place(&"DE".parse().unwrap()));
        let (dub, bass) = (market.tag("dub"), market.tag("Bass"));
        let cheap = Terms { minimum: vec![(None, "EUR 1".parse().unwrap())], ..Terms::default() };
        let dear = Terms { minimum: vec![(None, "EUR 2000".parse().unwrap())], ..Terms::default() };
        for (number, tags, homes, heard, terms) in [
            (0, vec![dub], vec![there], vec![], cheap),
            (1, vec![dub, bass], vec![here], vec![here], dear),
            (2, vec![dub], vec![there], vec![], Terms::default()),
        ] {
            market.artists.push(Artist { number, terms, tags, homes, heard, ..Artist::default() });
        }
        let sound = HashMap::from([(
            1,
            Sound {
                near: 1_000_000,
                why: vec![("played by the same DJs".into(), "joué par les mêmes DJ".into())],
            },
        )]);
        let wanted = Wanted::of(&brief, &market, sound);
        assert_eq!(
            wanted.fit(&market.artists[0]),
            wanted.fit(&market.artists[2]),
            "the cheaper stands no higher"
        );
        assert_eq!(wanted.fit(&market.artists[1]), 1_000_000);
        let ask = Ask::of(&brief, vec![]);
        let list = shortlist(&ask, &wanted, &market, Fit::default(), &Policy::default());
        let first = list.asked().next().unwrap();
        let words: Vec<_> = first.reasons.iter().map(Reason::word).collect();
        assert_eq!(
            (first.artist, words),
            (1, vec!["sound", "style", "heard-there", "at-home-there", "terms-allow", "emerging"])
        );
        assert!(first.reasons.iter().all(|r| !r.said().0.is_empty() && !r.said().1.is_empty()));
    }
}
