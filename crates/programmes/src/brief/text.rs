//! Values with one canonical text, as text in documents.

use std::fmt::Display;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serializer};

/// Writes a value as its text.
pub(super) fn serialize<T: Display, S: Serializer>(value: &T, to: S) -> Result<S::Ok, S::Error> {
    to.collect_str(value)
}

/// Reads a value from its text.
pub(super) fn deserialize<'de, T, D>(from: D) -> Result<T, D::Error>
where
    T: FromStr,
    T::Err: Display,
    D: Deserializer<'de>,
{
    String::deserialize(from)?.parse().map_err(serde::de::Error::custom)
}

/// The same for parties with their parts of a whole.
pub(super) mod parts {
    use money::Ratio;
    use music::PartyId;

    use super::{Deserialize, Deserializer, Serializer};

    pub(in crate::brief) fn serialize<S: Serializer>(
        parts: &[(PartyId, Ratio)],
        to: S,
    ) -> Result<S::Ok, S::Error> {
        to.collect_seq(parts.iter().map(|(p, r)| [p.to_string(), r.to_string()]))
    }

    pub(in crate::brief) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Vec<(PartyId, Ratio)>, D::Error> {
        let texts = Vec::<[String; 2]>::deserialize(from)?;
        let bad = |e: &dyn std::fmt::Display| serde::de::Error::custom(e);
        texts
            .iter()
            .map(|[p, r]| Ok((p.parse().map_err(|e| bad(&e))?, r.parse().map_err(|e| bad(&e))?)))
            .collect()
    }
}
