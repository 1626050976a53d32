//! The words that say that something is paid for, by territory.
//!
//! Sources: France: law 2023-451 of 9 June 2023 as amended by order 2024-978 of 6 November 2024, article 5 ("Publicité" or
//! "Collaboration commerciale"; "Images retouchées", "Images virtuelles"). Germany: UWG § 5a (4), guide of the media
//! authorities ("Werbung", "Anzeige"). United Kingdom: CAP guidance ("Ad"). United States: FTC, 16 CFR part 255 ("Ad",
//! "Sponsored"). Elsewhere the plain word of the country's language, or "Ad".

use music::Territory;

use super::words::{Kind, Set, Use};

/// One label that is needed: any one of its words will do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// For which territory.
    pub territory: String,
    /// What it says: `paid` or `virtual`.
    pub what: &'static str,
    /// The words, the usual one first.
    pub words: &'static [&'static str],
}

fn paid(country: &str) -> &'static [&'static str] {
    match country {
        "FR" | "LU" | "MC" => &["Publicité", "Collaboration commerciale"],
        "BE" => &["Publicité", "Reclame", "Collaboration commerciale"],
        "CH" => &["Publicité", "Werbung", "Pubblicità"],
        "DE" | "AT" | "LI" => &["Werbung", "Anzeige"],
        "ES" => &["Publicidad", "Colaboración pagada"],
        "IT" | "SM" => &["Pubblicità", "Advertising"],
        "NL" => &["Advertentie", "Reclame"],
        "PT" => &["Publicidade", "PUB"],
        "US" => &["Ad", "Sponsored", "Paid partnership"],
        _ => &["Ad", "Advertisement", "Paid partnership"],
    }
}

/// The labels a deliverable needs, one per territory and reason; none where nothing is published.
pub fn labels(kind: Kind, uses: Set<Use>, territories: &[Territory]) -> Vec<Label> {
    let published = kind.is_published() || uses.has(Use::OwnChannels) || uses.has(Use::PaidBoost);
    if !published {
        return Vec::new();
    }
    let mut all = Vec::new();
    for territory in territories {
        let country = territory.country().unwrap_or("001");
        let name = territory.to_string();
        all.push(Label { territory: name.clone(), what: "paid", words: paid(country) });
        if uses.has(Use::Generation) {
            let words: &[&str] = match country {
                "FR" | "LU" | "MC" => &["Images virtuelles"],
                _ => &["Made with AI", "AI-generated", "Images virtuelles", "KI-generiert"],
            };
            all.push(Label { territory: name, what: "virtual", words });
        }
    }
    all
}

/// The labels that are not among those present; case and `#` do not matter, words do.
pub fn absent<'a>(needed: &'a [Label], present: &[String]) -> Vec<&'a Label> {
    let plain = |t: &str| t.trim().trim_start_matches('#').to_lowercase();
    let present: Vec<String> = present.iter().map(|p| plain(p)).collect();
    needed.iter().filter(|l| !l.words.iter().any(|w| present.contains(&plain(w)))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_territory_has_its_words() {
        let of = |kind, uses: &[Use], where_: &[&str]| {
            let territories: Vec<Territory> = where_.iter().map(|t| t.parse().unwrap()).collect();
            labels(kind, Set::of(uses.iter().copied()), &territories)
        };
        let french = of(Kind::SocialContent, &[Use::Generation], &["FR", "DE"]);
        assert_eq!(
            french.iter().map(|l| l.words[0]).collect::<Vec<_>>(),
            ["Publicité", "Images virtuelles", "Werbung", "Made with AI"]
        );
        assert!(of(Kind::Concert, &[Use::Live], &["FR"]).is_empty());
        assert_eq!(of(Kind::Concert, &[Use::OwnChannels], &["US"])[0].words[0], "Ad");
        let said = ["#collaboration commerciale".to_owned(), "WERBUNG".to_owned()];
        assert_eq!(absent(&french, &said).iter().map(|l| l.what).collect::<Vec<_>>(), ["virtual", "virtual"]);
    }
}
