//! Territories: countries and their subdivisions.

use std::fmt;
use std::str::FromStr;

/// A country (ISO 3166-1 alpha-2, `FR`), one of its subdivisions (ISO 3166-2, `FR-42`), or the world.
///
/// The world is written `Worldwide`, as DDEX does. Ordered by text.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Territory(String);

/// The text names no territory.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is not a territory; write `Worldwide`, a country such as `FR` or a subdivision such as `FR-42`"
)]
pub struct UnknownTerritory(pub String);

impl Territory {
    /// Everywhere.
    pub fn worldwide() -> Self {
        Territory("Worldwide".to_owned())
    }

    /// Whether it is everywhere.
    pub fn is_worldwide(&self) -> bool {
        self.0 == "Worldwide"
    }

    /// The canonical text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The country's two letters; `None` for the world.
    pub fn country(&self) -> Option<&str> {
        (!self.is_worldwide()).then(|| &self.0[..2])
    }

    /// Whether `other` lies within this territory: the world holds all, a country its subdivisions.
    pub fn contains(&self, other: &Territory) -> bool {
        self.is_worldwide()
            || self == other
            || (self.0.len() == 2 && other.country() == Some(self.0.as_str()))
    }

    /// Whether the two share any place.
    pub fn overlaps(&self, other: &Territory) -> bool {
        self.contains(other) || other.contains(self)
    }
}

impl fmt::Display for Territory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for Territory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Territory {
    type Err = UnknownTerritory;

    fn from_str(text: &str) -> Result<Self, UnknownTerritory> {
        let trimmed = text.trim();
        if trimmed.eq_ignore_ascii_case("worldwide")
            || trimmed.eq_ignore_ascii_case("world")
            || trimmed == "2136"
        {
            return Ok(Territory::worldwide());
        }
        let code = trimmed.to_ascii_uppercase();
        let unknown = || UnknownTerritory(trimmed.to_owned());
        let (country, rest) = code.split_once('-').map_or((code.as_str(), None), |(c, r)| (c, Some(r)));
        if country.len() != 2 || !COUNTRIES.split(' ').any(|c| c == country) {
            return Err(unknown());
        }
        let fine =
            rest.is_none_or(|r| (1..=3).contains(&r.len()) && r.bytes().all(|b| b.is_ascii_alphanumeric()));
        if fine { Ok(Territory(code)) } else { Err(unknown()) }
    }
}

/// The officially assigned codes of ISO 3166-1, and XK (Kosovo) and UK (a common slip) as they are met in the trade.
const COUNTRIES: &str = "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UK UM US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_country_holds_its_subdivisions() {
        let t = |s: &str| s.parse::<Territory>().unwrap();
        assert!(
            t("fr").contains(&t("FR-42")) && !t("FR-42").contains(&t("FR")) && t("FR-42").overlaps(&t("FR"))
        );
        assert!(t("world").contains(&t("DE")) && !t("DE").contains(&t("AT")));
        for bad in ["", "F", "FRA", "ZZ", "FR-", "FR-1234", "é"] {
            assert!(bad.parse::<Territory>().is_err(), "{bad}");
        }
    }
}
