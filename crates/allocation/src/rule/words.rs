//! The closed vocabulary of the rule language: every word once, with its one definition.
//!
//! Menus, the reference page and the checker's "did you mean" all come from [`vocabulary`].

/// One word of the language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Word {
    /// The key it is written behind, such as `by`.
    pub family: &'static str,
    /// As it is written.
    pub word: &'static str,
    /// What it means, in English.
    pub help: &'static str,
    /// What it means, in French.
    pub aide: &'static str,
}

macro_rules! words {
    ($($(#[$doc:meta])* $name:ident behind $family:literal { $($variant:ident = $word:literal, $help:literal, $aide:literal;)* })*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $(#[doc = $help] $variant,)*
        }

        impl $name {
            /// The key these words are written behind.
            pub const FAMILY: &'static str = $family;
            /// All of them.
            pub const ALL: &'static [$name] = &[$($name::$variant,)*];

            /// As it is written in a rule.
            pub const fn word(self) -> &'static str {
                match self { $($name::$variant => $word,)* }
            }

            /// What it means.
            pub const fn entry(self) -> Word {
                match self {
                    $($name::$variant => Word { family: $family, word: $word, help: $help, aide: $aide },)*
                }
            }

            /// The variant a word stands for.
            pub fn from_word(word: &str) -> Option<Self> {
                $name::ALL.iter().copied().find(|v| v.word() == word)
            }
        }
    )*

    /// Every word of the language that stands for one fixed meaning, in the order of the reference.
    pub fn vocabulary() -> Vec<Word> {
        let mut words = Vec::new();
        $(words.extend($name::ALL.iter().map(|v| v.entry()));)*
        words
    }};
}

words! {
    /// Which side of the music a rule pays.
    Pays behind "pays" {
        CreditedArtist = "credited artist",
            "The artists credited on the recording, in equal parts unless their shares say otherwise.",
            "Les artistes crédités sur l'enregistrement, à parts égales sauf si leurs parts disent autre chose.";
        Master = "master",
            "Those who hold shares of the recording: producers, labels, performers.",
            "Ceux qui détiennent des parts de l'enregistrement : producteurs, labels, interprètes.";
        Composition = "composition",
            "Those who hold shares of the work: composers, lyricists, publishers.",
            "Ceux qui détiennent des parts de l'œuvre : compositeurs, paroliers, éditeurs.";
        BothSides = "master and composition",
            "Both sides; `[sides]` says how much goes to each, half and half unless it does.",
            "Les deux côtés ; `[sides]` dit combien va à chacun, moitié-moitié à défaut.";
    }

    /// What a split follows.
    By behind "by" {
        Member = "member",
            "Each seat carries the same money, and it follows what that member did (`within`). Seats without a play leave theirs to `[unplayed]`.",
            "Chaque place porte la même somme, et elle suit ce que ce membre a fait (`within`). Les places sans écoute laissent la leur à `[unplayed]`.";
        Play = "play",
            "Each counted play weighs one; the money of all plays is in one heap.",
            "Chaque écoute comptée pèse un ; l'argent de toutes les écoutes est dans un seul tas.";
        Line = "line",
            "Each line of the set list weighs one, identified or not.",
            "Chaque ligne de la setlist pèse un, identifiée ou non.";
        Duration = "duration",
            "Each line or play weighs the seconds that were heard of it.",
            "Chaque ligne ou écoute pèse les secondes entendues.";
        Recording = "recording",
            "Equally over the recordings that qualify: those of `where`, or else those that were played.",
            "À parts égales sur les enregistrements retenus : ceux de `where`, sinon ceux qui ont été joués.";
        Artist = "artist",
            "Equally over the artists played at least once; an artist's part follows the plays of each recording.",
            "À parts égales sur les artistes joués au moins une fois ; la part d'un artiste suit les écoutes de chaque enregistrement.";
        Release = "release",
            "Over the selected releases: the flat amount of `each`, or else equally.",
            "Sur les parutions choisies : le montant fixe de `each`, sinon à parts égales.";
        Deliverable = "deliverable",
            "Over the accepted deliverables, by the amount agreed for each; the pot must be the sum of these amounts.",
            "Sur les livrables acceptés, selon le montant convenu pour chacun ; la cagnotte doit être la somme de ces montants.";
        Attribution = "attribution",
            "Each source of an output weighs what was attributed to it; unlicensed sources go to suspense.",
            "Chaque source d'un résultat pèse ce qui lui a été attribué ; les sources sans licence vont en attente.";
        LicensedWork = "licensed work",
            "Equally over all recordings and works of the licensed set.",
            "À parts égales sur tous les enregistrements et œuvres de l'ensemble sous licence.";
    }

    /// What one member's money follows, under `by = "member"`.
    Within behind "within" {
        Play = "play",
            "The member's counted plays. This is user-centric sharing, and what is meant when nothing is said.",
            "Les écoutes comptées du membre. C'est le partage par auditeur, et le sens à défaut.";
        Duration = "duration",
            "The seconds the member heard.",
            "Les secondes que le membre a entendues.";
        Recording = "recording",
            "Equally the recordings the member played at least once.",
            "À parts égales les enregistrements que le membre a joués au moins une fois.";
        Artist = "artist",
            "Equally the artists the member played at least once; an artist's part follows the member's plays.",
            "À parts égales les artistes que le membre a joués au moins une fois ; la part d'un artiste suit les écoutes du membre.";
    }

    /// Which recordings a split counts.
    Where behind "where" {
        InCatalogue = "in catalogue",
            "Recordings available to the members, played or not.",
            "Les enregistrements offerts aux membres, joués ou non.";
        Local = "local",
            "Recordings tagged with the territory of the institution that pays.",
            "Les enregistrements rattachés au territoire de l'institution qui paie.";
        Identified = "identified",
            "Lines whose recording is known; the others get nothing from this split.",
            "Les lignes dont l'enregistrement est connu ; les autres ne reçoivent rien de ce partage.";
    }

    /// What happens under `by = "duration"` to a line whose seconds are not known.
    Missing behind "missing" {
        Refuse = "refuse",
            "The run is refused. This is meant when nothing is said.",
            "Le calcul est refusé. C'est le sens à défaut.";
        Median = "median",
            "It weighs the median of the known seconds (of two middle ones the smaller).",
            "Elle pèse la médiane des secondes connues (de deux valeurs centrales, la plus petite).";
    }

    /// When a boost counts.
    When behind "when" {
        Sought = "sought",
            "The member looked for the artist or recording; it was not put on by a machine.",
            "Le membre a cherché l'artiste ou l'enregistrement ; aucune machine ne l'a lancé.";
        Professional = "professional artist",
            "The artist reached the plays of `plays` from the listeners of `listeners` within the pot.",
            "L'artiste a atteint les écoutes de `plays` venant des auditeurs de `listeners` dans la cagnotte.";
    }

    /// The sentence that every rule states.
    Notice behind "notice" {
        ReplacesNoLicence = "a voluntary share replaces no collecting society's licence",
            "What is shared here is given freely; public performance still needs the licence of the collecting societies.",
            "Ce qui est partagé ici est donné librement ; l'exécution publique demande toujours l'autorisation des sociétés de gestion.";
    }

    /// A destination without a name of its own.
    Place behind "to, otherwise, then" {
        House = "house",
            "The house that runs the service; `house:NAME` for one of its purposes.",
            "La maison qui tient le service ; `house:NOM` pour un de ses objets.";
        Fund = "fund",
            "A fund, always with its name: `fund:solidarity`.",
            "Un fonds, toujours avec son nom : `fund:solidarity`.";
        NextPeriod = "next period",
            "The same payer's next pot of plays; where none comes in time, the fund `solidarity`.",
            "La prochaine cagnotte d'écoutes du même payeur ; s'il n'en vient pas à temps, le fonds `solidarity`.";
        Institution = "institution",
            "Back to the institution that paid.",
            "Retour à l'institution qui a payé.";
        Performer = "performer",
            "Who performed the set (only as the `to` of a split).",
            "Qui a joué le set (seulement comme `to` d'un partage).";
        Recordings = "recording",
            "Only after a hold: equally over the recordings of the same pot.",
            "Seulement après une attente : à parts égales sur les enregistrements de la même cagnotte.";
    }
}

/// The word of a list that somebody most likely meant: a slip of a letter or two, or a beginning.
pub fn did_you_mean<'a>(given: &str, words: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let given = given.trim().to_lowercase();
    if given.is_empty() || given.len() > 60 {
        return None;
    }
    words
        .into_iter()
        .map(|word| (distance(&given, word), word))
        .filter(|(far, word)| {
            *far <= 2 && *far < word.len() || word.starts_with(&given) || given.starts_with(*word)
        })
        .min()
        .map(|(_, word)| word)
}

/// How many letters must be put in, taken out or replaced (Levenshtein).
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut corner = i;
        let mut left = i + 1;
        let mut next = vec![left];
        for (y, above) in b.iter().zip(&row[1..]) {
            left = (corner + usize::from(x != *y)).min(left + 1).min(above + 1);
            corner = *above;
            next.push(left);
        }
        row = next;
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_understood() {
        let words = || By::ALL.iter().map(|b| b.word());
        assert_eq!(did_you_mean("lines", words()), Some("line"));
        assert_eq!(did_you_mean("durration", words()), Some("duration"));
        assert_eq!(did_you_mean("licensed", words()), Some("licensed work"));
        assert_eq!(did_you_mean("popularity", words()), None);
        assert_eq!(distance("kitten", "sitting"), 3);
    }

    #[test]
    fn no_word_stands_twice_in_a_family() {
        let mut seen = std::collections::BTreeSet::new();
        for word in vocabulary() {
            assert!(seen.insert((word.family, word.word)), "{word:?}");
            assert!(word.help.ends_with('.') && word.aide.ends_with('.'), "{word:?}");
        }
    }
}
