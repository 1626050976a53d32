//! The closed vocabularies: what is wanted, in which trade, and what may be done with it.

use std::marker::PhantomData;

/// A word of a closed list.
pub trait Word: Copy + 'static {
    /// All of them, in order; 64 at most.
    const LIST: &'static [Self];
    /// The word in files and in the store.
    fn word(self) -> &'static str;
    /// In English and in French, for people.
    fn said(self) -> (&'static str, &'static str);
    /// Its place in the list.
    fn place(self) -> u32;
    /// The one that a word stands for.
    fn from_word(word: &str) -> Option<Self> {
        Self::LIST.iter().copied().find(|w| w.word() == word.trim())
    }
}

macro_rules! words {
    ($($(#[$doc:meta])* $name:ident { $($(#[$each:meta])* $one:ident $word:literal $en:literal $fr:literal,)* })*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $(#[doc = $en] $(#[$each])* $one,)* }

        impl Word for $name {
            const LIST: &'static [$name] = &[$($name::$one,)*];

            fn word(self) -> &'static str {
                match self { $($name::$one => $word,)* }
            }

            fn said(self) -> (&'static str, &'static str) {
                match self { $($name::$one => ($en, $fr),)* }
            }

            fn place(self) -> u32 {
                self as u32
            }
        }
    )*};
}

words! {
    /// What a brand can want.
    Kind {
        Concert "concert" "a concert" "un concert",
        Event "event" "an event" "un événement",
        RecordingSession "recording-session" "a recording session" "une session d'enregistrement",
        SocialContent "social-content" "content for social networks" "des contenus pour les réseaux sociaux",
        Promotion "promotion" "promotional support" "un soutien promotionnel",
        BrandedSelection "branded-selection" "a branded selection" "une sélection de marque",
        Synchronisation "synchronisation" "synchronisation" "une synchronisation",
        Partnership "partnership" "a long-term partnership" "un partenariat de longue durée",
    }

    /// The trade of a brand.
    Sector {
        Alcohol "alcohol" "alcohol" "alcool",
        Tobacco "tobacco" "tobacco and vaping" "tabac et vapotage",
        Nicotine "nicotine" "nicotine products" "produits à la nicotine",
        Gambling "gambling" "gambling and betting" "jeux d'argent et paris",
        CosmeticSurgery "cosmetic-surgery" "cosmetic surgery" "chirurgie esthétique",
        Crypto "crypto" "crypto-assets" "cryptoactifs",
        Weapons "weapons" "weapons" "armement",
        FossilFuels "fossil-fuels" "fossil fuels" "énergies fossiles",
        Aviation "aviation" "aviation" "aviation",
        FastFashion "fast-fashion" "fast fashion" "mode éphémère",
        FastFood "fast-food" "fast food" "restauration rapide",
        SoftDrinks "soft-drinks" "soft drinks" "boissons sans alcool",
        Food "food" "food" "alimentation",
        Fashion "fashion" "fashion" "mode",
        Luxury "luxury" "luxury" "luxe",
        Cosmetics "cosmetics" "cosmetics" "cosmétiques",
        Pharma "pharma" "medicines" "médicaments",
        Finance "finance" "banking and finance" "banque et finance",
        Insurance "insurance" "insurance and mutuals" "assurances et mutuelles",
        Technology "technology" "technology" "technologie",
        GenerativeAi "generative-ai" "generative AI" "IA générative",
        Telecom "telecom" "telecommunications" "télécommunications",
        Mobility "mobility" "cars and mobility" "automobile et mobilité",
        Energy "energy" "renewable energy" "énergies renouvelables",
        Retail "retail" "retail" "distribution",
        Media "media" "media" "médias",
        Instruments "instruments" "instruments and sound" "instruments et son",
        Culture "culture" "culture" "culture",
        Sport "sport" "sport" "sport",
        Tourism "tourism" "tourism" "tourisme",
        Public "public" "public bodies" "organismes publics",
        Politics "politics" "politics" "politique",
        Religion "religion" "religion" "religion",
        Charity "charity" "charities" "associations caritatives",
        Other "other" "another trade" "un autre secteur",
    }

    /// What may be done with what an artist delivers.
    Use {
        Live "live" "on the spot" "sur place",
        OwnChannels "own-channels" "on the artist's own channels" "sur les canaux de l'artiste",
        BrandChannels "brand-channels" "on the brand's channels" "sur les canaux de la marque",
        PaidBoost "paid-boost" "paid boost" "mise en avant payante",
        Web "web" "on the web" "sur le web",
        Press "press" "in the press" "dans la presse",
        Radio "radio" "on the radio" "à la radio",
        Television "television" "on television" "à la télévision",
        Cinema "cinema" "in cinemas" "au cinéma",
        Outdoor "outdoor" "on posters" "en affichage",
        Shop "shop" "in shops" "en magasin",
        Game "game" "in games" "dans des jeux",
        Likeness "likeness" "name and image" "nom et image",
        Recording "recording" "a recording of the music" "un enregistrement de la musique",
        Training "training" "training of AI" "entraînement d'IA",
        Generation "generation" "AI-made sound or images" "sons ou images produits par IA",
    }
}

impl Kind {
    /// Whether what is delivered is published, so that it has to say that it is paid for.
    pub fn is_published(self) -> bool {
        matches!(self, Kind::SocialContent | Kind::Promotion | Kind::BrandedSelection | Kind::Partnership)
    }
}

/// A set of words of one list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Set<W>(u64, PhantomData<W>);

impl<W> Default for Set<W> {
    fn default() -> Self {
        Set(0, PhantomData)
    }
}

impl<W: Word> Set<W> {
    /// The set of these.
    pub fn of(words: impl IntoIterator<Item = W>) -> Set<W> {
        Set(words.into_iter().fold(0, |bits, w| bits | 1 << w.place()), PhantomData)
    }

    /// Whether one is in it.
    pub fn has(self, word: W) -> bool {
        self.0 >> word.place() & 1 == 1
    }

    /// The ones in both.
    pub fn both(self, other: Set<W>) -> Set<W> {
        Set(self.0 & other.0, PhantomData)
    }

    /// Whether nothing is in it.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// What is in it, in the order of the list.
    pub fn iter(self) -> impl Iterator<Item = W> {
        W::LIST.iter().copied().filter(move |w| self.has(*w))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_reads_back_and_has_a_place_of_its_own() {
        fn check<W: Word + PartialEq + std::fmt::Debug>() {
            assert!(W::LIST.len() <= 64);
            for (n, w) in W::LIST.iter().enumerate() {
                assert_eq!((W::from_word(w.word()), w.place()), (Some(*w), n as u32));
                assert!(!w.said().0.is_empty() && !w.said().1.is_empty());
                assert_eq!(Set::of([*w]).iter().collect::<Vec<_>>(), [*w]);
            }
        }
        check::<Kind>();
        check::<Sector>();
        check::<Use>();
    }
}
