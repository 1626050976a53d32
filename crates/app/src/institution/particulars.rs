//! What is known of an institution: where it is, what an invoice needs; and the rates of VAT.

use jiff::civil::Date;
use money::Ratio;
use serde::{Deserialize, Serialize};
use store::InstitutionRow;

use crate::failure::refuse;
use crate::institution::{Institution, KINDS, found};
use crate::{Failure, House, party};

/// An institution to note.
#[derive(Debug, Clone, Default)]
pub struct Note {
    /// The party: id or unique name.
    pub party: String,
    /// One of [`KINDS`].
    pub kind: String,
    /// Street with number.
    pub street: String,
    /// Post code.
    pub postcode: String,
    /// Town.
    pub town: String,
    /// Country, two letters.
    pub country: String,
    /// Its own site.
    pub url: String,
    /// Latitude and longitude, such as `45.4339,4.39`.
    pub at: String,
    /// Whether it stands in the public directory.
    pub listed: bool,
    /// Sites that may show its selections in a frame: `https://library.example`.
    pub frames: Vec<String>,
    /// Who notes it.
    pub by: String,
}

/// What an invoice to an institution needs. Kept encrypted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Billing {
    /// Legal name.
    pub name: String,
    /// SIRET; may be empty.
    pub siret: String,
    /// Another registration; may be empty.
    pub registration: String,
    /// VAT id; may be empty.
    pub vat_id: String,
    /// Address, line by line, without post code and town.
    pub address: Vec<String>,
    /// Post code.
    pub postcode: String,
    /// Town.
    pub town: String,
    /// Country, two letters.
    pub country: String,
    /// Chorus Pro: the code of the service that is billed; may be empty.
    pub service_code: String,
}

/// Notes an institution, or what is new about it.
///
/// # Errors
/// In this order: `party-unknown` or `party-several`, `institution-kind`, `institution-country`, `institution-url`,
/// `institution-where`, `institution-frame`.
pub async fn note(house: &House, ask: Note) -> Result<Institution, Failure> {
    let now = house.now();
    let mut tx = house.store.begin().await?;
    let party = party::find(&mut tx, &ask.party).await?.party;
    if !KINDS.contains(&ask.kind.as_str()) {
        let message = format!("`{}` is no kind of institution", ask.kind);
        return Err(refuse("institution-kind", message, format!("one of {}", KINDS.join(", "))));
    }
    let country = ask.country.trim().to_ascii_uppercase();
    if country.parse::<music::Territory>().is_err() || country.len() != 2 {
        let message = format!("`{}` is no country", ask.country);
        return Err(refuse("institution-country", message, "two letters, such as `FR`"));
    }
    let url = ask.url.trim().to_owned();
    if !url.is_empty() && !is_site(&url) {
        let message = format!("`{url}` is no address of a site");
        return Err(refuse("institution-url", message, "it begins with `https://`"));
    }
    let at = if ask.at.trim().is_empty() { None } else { Some(coordinates(&ask.at)?) };
    for frame in &ask.frames {
        if !is_origin(frame) {
            let message = format!("`{frame}` is no site that could show a frame");
            return Err(refuse(
                "institution-frame",
                message,
                "scheme and host alone: `https://library.example`",
            ));
        }
    }
    let before = tx.institution(&party.id).await?;
    let slug = match &before {
        Some(row) => row.slug.clone(),
        None => free_slug(&mut tx, &party.name, party.id.as_str()).await?,
    };
    let row = InstitutionRow {
        party: party.id.clone(),
        slug: slug.clone(),
        kind: ask.kind,
        street: ask.street.trim().to_owned(),
        postcode: ask.postcode.trim().to_owned(),
        town: ask.town.trim().to_owned(),
        country,
        url,
        at,
        listed: ask.listed,
        frames: ask.frames.join(" "),
        created: before.map_or(now, |b| b.created),
    };
    tx.put_institution(&row).await?;
    tx.note(now, &ask.by, "institution note", party.id.as_str(), &slug).await?;
    let one = found(&mut tx, party.id.as_str()).await?;
    tx.commit().await?;
    Ok(one)
}

/// Words that stand in addresses where a name would.
const TAKEN: [&str; 2] = ["oidc", "cas"];
/// Shortest and longest name in addresses.
const SLUG: std::ops::RangeInclusive<usize> = 3..=60;

/// Gives an institution another name in addresses. Its earlier ones lead on to it, and nobody else gets them.
///
/// # Errors
/// In this order: what finding it refuses, `slug`, `slug-taken`.
pub async fn set_slug(house: &House, who: &str, text: &str, by: &str) -> Result<Institution, Failure> {
    let now = house.now();
    let mut tx = house.store.begin().await?;
    let one = found(&mut tx, who).await?;
    let wanted = text.trim();
    let is_name =
        SLUG.contains(&wanted.len()) && slug(wanted) == wanted && wanted.parse::<music::PartyId>().is_err();
    if !is_name || TAKEN.contains(&wanted) {
        let message = format!("`{wanted}` cannot be a name in addresses");
        let hint = format!(
            "{} to {} small letters, digits and hyphens, such as `roc-neuf`",
            SLUG.start(),
            SLUG.end()
        );
        return Err(refuse("slug", message, hint));
    }
    if tx.institution_at(wanted).await?.is_some_and(|other| other.party != one.row.party) {
        let message = format!("another institution is, or was, at `{wanted}`");
        return Err(refuse(
            "slug-taken",
            message,
            "choose another name; what is printed somewhere has to lead on",
        ));
    }
    if one.row.slug != wanted {
        tx.keep_old_name(&one.row.slug, &one.row.party, now).await?;
        tx.drop_old_name(wanted).await?;
        tx.put_institution(&InstitutionRow { slug: wanted.to_owned(), ..one.row.clone() }).await?;
        tx.note(now, by, "institution slug", one.row.party.as_str(), wanted).await?;
    }
    let one = found(&mut tx, one.row.party.as_str()).await?;
    tx.commit().await?;
    Ok(one)
}

/// Notes what an invoice to an institution needs.
///
/// # Errors
/// What finding it refuses, and `billing`.
pub async fn set_billing(house: &House, who: &str, mut billing: Billing, by: &str) -> Result<(), Failure> {
    let now = house.now();
    let mut tx = house.store.begin().await?;
    let one = found(&mut tx, who).await?;
    billing.country = billing.country.trim().to_ascii_uppercase();
    let compact =
        |t: &str| t.chars().filter(|c| c.is_ascii_alphanumeric()).collect::<String>().to_uppercase();
    (billing.siret, billing.vat_id) = (compact(&billing.siret), compact(&billing.vat_id));
    billing.address.retain(|l| !l.trim().is_empty());
    let siret = billing.siret.is_empty()
        || (billing.siret.len() == 14 && billing.siret.bytes().all(|b| b.is_ascii_digit()));
    if billing.name.trim().is_empty()
        || billing.town.trim().is_empty()
        || billing.country.len() != 2
        || !siret
    {
        return Err(refuse(
            "billing",
            "an invoice needs the legal name, the town, the country as two letters, and a SIRET of fourteen digits if any",
            "give them as the buyer's accounts have them",
        ));
    }
    let body = serde_json::to_string(&billing).map_err(|e| store::Fault::new(e.to_string()))?;
    tx.set_billing(house.store.fields(), &one.row.party, &body, house.world.nonce()).await?;
    tx.note(now, by, "institution billing", one.row.party.as_str(), "").await?;
    tx.commit().await?;
    Ok(())
}

/// What an invoice to an institution needs, where it is known.
pub async fn billing(house: &House, who: &str) -> Result<Option<Billing>, Failure> {
    let mut tx = house.store.begin_read().await?;
    let one = found(&mut tx, who).await?;
    billing_in(house, &mut tx, &one).await
}

pub(crate) async fn billing_in(
    house: &House,
    tx: &mut store::Tx,
    one: &Institution,
) -> Result<Option<Billing>, Failure> {
    let body = tx.billing(house.store.fields(), &one.row.party).await?;
    let read = |text: String| serde_json::from_str(&text).map_err(|e| store::Fault::new(e.to_string()));
    Ok(body.map(read).transpose()?)
}

/// The rates of VAT: country, class, first day, rate.
pub async fn rates(house: &House) -> Result<Vec<(String, String, Date, Ratio)>, Failure> {
    Ok(house.store.begin_read().await?.vat_rates().await?)
}

/// Notes a country's rate of VAT of a class from a day on. What was billed before stays.
///
/// # Errors
/// `institution-country`, `vat-class`.
pub async fn set_rate(
    house: &House,
    country: &str,
    class: &str,
    since: Date,
    rate: Ratio,
    by: &str,
) -> Result<(), Failure> {
    let (country, class) = (country.trim().to_ascii_uppercase(), class.trim());
    if country.parse::<music::Territory>().is_err() || country.len() != 2 {
        return Err(refuse(
            "institution-country",
            format!("`{country}` is no country"),
            "two letters, such as `FR`",
        ));
    }
    if class.is_empty() || !class.bytes().all(|b| b.is_ascii_lowercase() || b == b'-') || rate.is_zero() {
        return Err(refuse(
            "vat-class",
            format!("`{class}` at {rate} is no class of rates"),
            "a word such as `standard`, and a rate above nothing",
        ));
    }
    let mut tx = house.store.begin().await?;
    tx.put_vat_rate(&country, class, since, rate, by).await?;
    tx.note(house.now(), by, "vat rate", &country, &format!("{class} {rate} since {since}")).await?;
    tx.commit().await?;
    Ok(())
}

/// A name in addresses that nobody has yet, made of a name.
async fn free_slug(tx: &mut store::Tx, name: &str, id: &str) -> Result<String, Failure> {
    let slug = slug(name);
    if !slug.is_empty() && tx.institution_at(&slug).await?.is_none() {
        return Ok(slug);
    }
    let tail: String = id.rsplit('-').next().unwrap_or(id).to_ascii_lowercase();
    Ok(if slug.is_empty() { tail } else { format!("{slug}-{tail}") })
}

/// Letters and digits of a name in lower case, hyphens between words; at most 60.
pub(crate) fn slug(name: &str) -> String {
    let mut slug = String::new();
    for c in music::name_key(name).chars() {
        match c {
            'a'..='z' | '0'..='9' => slug.push(c),
            _ if !slug.is_empty() && !slug.ends_with('-') => slug.push('-'),
            _ => {}
        }
    }
    slug.truncate(60);
    slug.trim_end_matches('-').to_owned()
}

fn coordinates(text: &str) -> Result<(i64, i64), Failure> {
    let part = |t: &str, most: f64| {
        let value: f64 = t.trim().parse().ok()?;
        (value.abs() <= most).then_some((value * 100_000.0).round() as i64)
    };
    let pair = text.split_once(',').and_then(|(lat, lon)| Some((part(lat, 90.0)?, part(lon, 180.0)?)));
    pair.ok_or_else(|| {
        refuse(
            "institution-where",
            format!("`{}` is no place on a map", text.trim()),
            "latitude and longitude in degrees: `45.4339,4.39`",
        )
    })
}

/// Whether a text is an address of a site that a page may lead to.
pub(crate) fn is_site(url: &str) -> bool {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    rest.is_some_and(|r| {
        !r.is_empty()
            && url.len() <= 300
            && url.bytes().all(|b| b.is_ascii_graphic() && b != b'"' && b != b'<' && b != b'>')
    })
}

/// Whether a text is scheme and host alone, as a policy of frames names them.
fn is_origin(text: &str) -> bool {
    let Some(host) = text.strip_prefix("https://") else { return false };
    let fine = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b".-:".contains(&b);
    !host.is_empty() && host.len() <= 200 && host.bytes().all(fine) && !host.starts_with(['.', '-', ':'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_looked_at() {
        assert_eq!(slug("Médiathèque de Roc-Neuf !"), slug("mediatheque de roc neuf"));
        for (text, fine) in [
            ("https://library.example", true),
            ("https://library.example:8443", true),
            ("http://library.example", false),
            ("https://library.example/page", false),
            ("https://a.example; script-src *", false),
            ("https://", false),
            ("*", false),
        ] {
            assert_eq!(is_origin(text), fine, "{text}");
        }
        assert!(
            is_site("https://library.example/a?b=c")
                && !is_site("javascript:alert(1)")
                && !is_site("https://a b")
        );
        assert_eq!(coordinates("45.4339, 4.39").unwrap(), (4_543_390, 439_000));
        for bad in ["", "45", "91,0", "0,181", "NaN,0", "a,b"] {
            assert!(coordinates(bad).is_err(), "{bad}");
        }
    }
}
