//! Places at home: a territory, or a locality that the operator's list names below one.

use std::fmt;
use std::str::FromStr;

use crate::Territory;

/// A country (`FR`), a subdivision of ISO 3166-2 (`FR-42`), or a locality below either (`FR-42/roanne`).
///
/// The world is no place here: nobody is at home everywhere. Ordered by text.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place(String);

/// The text names no place.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is no place; write a country such as `FR`, a subdivision such as `FR-42` or a locality such as `FR-42/roanne`"
)]
pub struct UnknownPlace(pub String);

/// How finely places are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Countries.
    Country,
    /// Subdivisions of ISO 3166-2.
    Subdivision,
    /// Localities of the operator's list.
    Locality,
}

impl Level {
    /// The level a word stands for.
    pub fn from_word(word: &str) -> Option<Level> {
        match word {
            "country" => Some(Level::Country),
            "subdivision" => Some(Level::Subdivision),
            "locality" => Some(Level::Locality),
            _ => None,
        }
    }
}

impl Place {
    /// The canonical text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether `other` lies within this place, or is it.
    ///
    /// Worked: `FR` holds `FR-42`, which holds `FR-42/roanne`; `FR-4` holds neither.
    pub fn contains(&self, other: &Place) -> bool {
        other.0.strip_prefix(&self.0).is_some_and(|rest| {
            rest.is_empty() || rest.starts_with('/') || (rest.starts_with('-') && self.0.len() == 2)
        })
    }

    /// The place that holds it at a level; itself where it is told less finely.
    pub fn up_to(&self, level: Level) -> Place {
        let end = match level {
            Level::Country => 2,
            Level::Subdivision => self.0.find('/').unwrap_or(self.0.len()),
            Level::Locality => self.0.len(),
        };
        Place(self.0.get(..end).unwrap_or(&self.0).to_owned())
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Place {
    type Err = UnknownPlace;

    fn from_str(text: &str) -> Result<Place, UnknownPlace> {
        let unknown = || UnknownPlace(text.trim().chars().take(60).collect());
        let (territory, locality) = match text.trim().split_once('/') {
            Some((territory, locality)) => (territory, Some(locality)),
            None => (text.trim(), None),
        };
        let territory: Territory = territory.parse().map_err(|_| unknown())?;
        if territory.is_worldwide() {
            return Err(unknown());
        }
        let Some(locality) = locality else { return Ok(Place(territory.as_str().to_owned())) };
        let fine = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        let locality = locality.to_ascii_lowercase();
        if locality.is_empty() || locality.len() > 40 || !locality.bytes().all(fine) {
            return Err(unknown());
        }
        Ok(Place(format!("{territory}/{locality}")))
    }
}

impl From<&Territory> for Place {
    /// The place a territory is; the world has none and stands as itself, holding nothing.
    fn from(territory: &Territory) -> Place {
        Place(territory.as_str().to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_hold_each_other() {
        let p = |s: &str| s.parse::<Place>().unwrap();
        for (whole, part, want) in [
            ("FR", "FR-42", true),
            ("FR", "FR-42/roanne", true),
            ("FR-42", "FR-42/Roanne", true),
            ("FR-42", "FR", false),
            ("FR-4", "FR-42", false),
            ("FR-42/roanne", "FR-42/roanne-nord", false),
            ("FR/paris", "FR/paris", true),
        ] {
            assert_eq!(p(whole).contains(&p(part)), want, "{whole} {part}");
        }
        assert_eq!(p("FR-42/roanne").up_to(Level::Subdivision), p("FR-42"));
        assert_eq!(p("FR").up_to(Level::Locality), p("FR"));
        for bad in ["", "Worldwide", "FR-42/", "FR-42/a b", "ZZ", "FR-42/é", "FR-42/a/b"] {
            assert!(bad.parse::<Place>().is_err(), "{bad}");
        }
    }
}
