//! A contract: what both sides sign, as one text made from a template, in French or in English.
//!
//! A text is versioned, and its SHA-256 stands in the public log. It carries a random code, so that nobody who knows the
//! parties and guesses the price can find the hash by trying.
//!
//! In France a contract for promotion by an artist or another influencer has to be in writing where what one advertiser gives
//! one influencer within a year for one promotional objective, pay and benefits in kind together and before tax, comes to
//! EUR 1,000 or more; or it is void. It names the parties with postal and electronic addresses and country of residence
//! for tax, the tasks, the pay or the value of the benefits, the rights and duties of both (those in works among them),
//! and French law where the public is in France. Advertiser, agency and influencer answer together for damage to others
//! (law 2023-451 of 9 June 2023, article 8, as amended by order 2024-978 of 6 November 2024; decree 2025-1137 of
//! 28 November 2025, article 1, in force since 1 January 2026). [`Contract::missing`] checks it.

use std::fmt::Write as _;

use jiff::civil::Date;
use money::{Amount, Ratio};
use music::PartyId;
use serde::{Deserialize, Serialize};

use super::brief::Step;
use super::document::Flaw;

/// From so much a year for one objective a written contract is mandatory in France: EUR 1,000 before tax, in micros
/// (decree 2025-1137, article 1: "greater than or equal to").
pub const MANDATORY_FROM_EUR: i64 = 1_000 * 1_000_000;

/// The version of the templates; another text is another version.
pub const TEMPLATE: u32 = 2;

/// A party to a contract.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Party {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its postal address, in one line; a mail address in texts of template 1.
    pub contact: String,
    /// Its mail address.
    #[serde(default)]
    pub mail: String,
    /// Country of residence for tax, two letters.
    pub country: String,
}

/// Everything a contract says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contract {
    /// The deal's id.
    pub deal: String,
    /// Version of this text, from 1.
    pub version: u32,
    /// `fr` or `en`.
    pub lang: String,
    /// `single`, `framework` or `order`.
    pub form: String,
    /// The framework an order belongs to; empty for any other.
    pub framework: String,
    /// The day of this version.
    pub day: Date,
    /// What it is called.
    pub title: String,
    /// What the artist does.
    pub mission: String,
    /// The promotional objective.
    pub objective: String,
    /// The brand.
    pub brand: Party,
    /// The agency that signs for the brand under its mandate; none where the name is empty.
    pub agency: Party,
    /// The artist.
    pub artist: Party,
    /// What is paid, before commission and slice.
    #[serde(with = "super::text")]
    pub fee: Amount,
    /// By milestone.
    pub steps: Vec<Step>,
    /// Value of the benefits in kind.
    #[serde(with = "super::text")]
    pub benefits: Amount,
    /// What they are.
    pub benefits_words: String,
    /// The rule by which a milestone is shared, with version and hash.
    pub rule: String,
    /// What the rule takes first, in words: commission and solidarity slice.
    pub deductions: Vec<String>,
    /// What the artist's side gets of the whole.
    #[serde(with = "super::text")]
    pub net: Amount,
    /// How the artist's side divides it.
    #[serde(with = "super::text::parts")]
    pub split: Vec<(PartyId, Ratio)>,
    /// The names of those, in the same order.
    pub split_names: Vec<String>,
    /// Who gets the solidarity slice; the fund where empty.
    #[serde(with = "super::text::parts")]
    pub scene: Vec<(PartyId, Ratio)>,
    /// Their names.
    pub scene_names: Vec<String>,
    /// First day.
    pub starts: Date,
    /// First day after.
    pub ends: Date,
    /// What may be done, in the contract's language.
    pub uses: Vec<String>,
    /// What AI does, by codes of the consent registry with their words; nothing where empty.
    #[serde(default)]
    pub ai: Vec<String>,
    /// For how many months.
    pub months: u32,
    /// Where.
    pub territories: Vec<String>,
    /// Days without competitors.
    pub exclusive_days: u32,
    /// Days until silence accepts.
    pub silence_days: u32,
    /// Part of a begun milestone paid where the brand cancels.
    #[serde(with = "super::text")]
    pub cancel_begun: Ratio,
    /// Part of one that was not begun.
    #[serde(with = "super::text")]
    pub cancel_ahead: Ratio,
    /// Labels that deliverables carry.
    pub labels: Vec<String>,
    /// What is measured.
    pub indicators: Vec<String>,
    /// Country of the law.
    pub law: String,
    /// Whether the public is in France, among others.
    pub in_france: bool,
    /// Random hexadecimal digits.
    pub code: String,
}

impl Contract {
    /// Whether French law wants it in writing, with `before` already agreed by the same two for the same objective this year.
    pub fn is_mandatory(&self, before: Amount) -> bool {
        let sum = [self.fee, self.benefits, before].iter().map(|a| i128::from(a.micros())).sum::<i128>();
        // Other currencies count by the same figures: rather a contract too many.
        (self.in_france || self.law == "FR") && sum >= i128::from(MANDATORY_FROM_EUR)
    }

    /// What a contract lacks: for every one what makes it a contract, and where it is mandatory what French law adds.
    pub fn missing(&self, before: Amount) -> Vec<Flaw> {
        let mut lacks = Lacks(Vec::new());
        let named = |p: &Party| !p.id.is_empty() && !p.name.is_empty();
        lacks.need(named(&self.brand), ("the brand", "l'annonceur"), NO_HINT);
        lacks.need(named(&self.artist), ("the artist", "l'artiste"), NO_HINT);
        let wanted = ("`wanted` in the brief", "le champ « Ce qui est demandé » du brief");
        lacks.need(!self.mission.is_empty(), ("what the artist does", "les missions"), wanted);
        let paid = self.form == "framework" || self.fee.is_positive() || self.benefits.is_positive();
        lacks.need(paid, ("any pay", "une rémunération"), NO_HINT);
        lacks.need(self.ends > self.starts, ("when it ends", "sa fin"), NO_HINT);
        let there = ("`territories` in the brief", "les territoires du brief");
        lacks.need(!self.territories.is_empty(), ("where", "où"), there);
        lacks.need(!self.law.is_empty(), ("the law that applies", "le droit applicable"), LAW_HINT);
        if self.is_mandatory(before) {
            self.mandatory(&mut lacks);
        }
        lacks.0
    }

    /// What article 8 of law 2023-451 wants named, in its order.
    fn mandatory(&self, lacks: &mut Lacks) {
        let sides = [
            (("brand", "de l'annonceur"), &self.brand),
            (("artist", "de l'artiste"), &self.artist),
            (("agency", "de l'agence"), &self.agency),
        ];
        for ((en, fr), party) in sides {
            if en == "agency" && party.id.is_empty() {
                continue;
            }
            let postal = format!("the {en}'s postal address");
            lacks.need(
                is_postal(&party.contact),
                (&postal, &format!("l'adresse postale {fr}")),
                CONTACT_HINT,
            );
            let mail = format!("the {en}'s mail address");
            let electronic = format!("l'adresse électronique {fr}");
            lacks.need(party.mail.contains('@'), (&mail, &electronic), CONTACT_HINT);
            let tax = format!("the {en}'s country of residence for tax");
            lacks.need(
                party.country.len() == 2,
                (&tax, &format!("le pays de résidence fiscale {fr}")),
                CONTACT_HINT,
            );
        }
        lacks.need(
            !self.benefits.is_positive() || !self.benefits_words.is_empty(),
            ("what the benefits are", "ce que sont les avantages"),
            ("`benefits_words` in the brief", "le champ « En quoi » du brief"),
        );
        lacks.need(
            !self.uses.is_empty(),
            ("which rights are granted", "les droits cédés"),
            ("`uses` in the brief", "les usages du brief"),
        );
        lacks.need(
            self.law == "FR" || !self.in_france,
            (
                "French law, though the public is in France",
                "le droit français, alors que le public est en France",
            ),
            LAW_HINT,
        );
    }

    /// The text that is signed. The same contract has the same bytes.
    pub fn text(&self) -> String {
        let fr = self.lang == "fr";
        let mut t = Paper(String::new());
        let say = |en: &str, f: &str| if fr { f.to_owned() } else { en.to_owned() };
        let form = match self.form.as_str() {
            "framework" => say("FRAMEWORK AGREEMENT", "CONTRAT-CADRE"),
            "order" => say("ORDER UNDER A FRAMEWORK AGREEMENT", "BON DE COMMANDE SOUS CONTRAT-CADRE"),
            _ => say("CONTRACT", "CONTRAT"),
        };
        t.line(&format!("{form} — {}", self.title));
        t.line(&format!(
            "{} {} · {} {} · {}",
            say("Number", "Numéro"),
            self.deal,
            say("version", "version"),
            self.version,
            self.day
        ));
        if !self.framework.is_empty() {
            t.line(&format!(
                "{} {}",
                say("Under the framework agreement", "Sous le contrat-cadre"),
                self.framework
            ));
        }
        t.head(1, &say("Parties", "Parties"));
        for (role, p) in [
            (say("Brand", "Annonceur"), &self.brand),
            (say("Agency, under the brand's mandate", "Agence, sous mandat de l'annonceur"), &self.agency),
            (say("Artist", "Artiste"), &self.artist),
        ] {
            if !p.name.is_empty() {
                let contact: String = [&p.contact, &p.mail]
                    .into_iter()
                    .filter(|c| !c.is_empty())
                    .map(|c| format!(", {c}"))
                    .collect();
                let country = if p.country.is_empty() {
                    String::new()
                } else {
                    format!(", {} {}", say("resident for tax in", "résidence fiscale :"), p.country)
                };
                t.line(&format!("{role}{} {} ({}){contact}{country}", say(":", " :"), p.name, p.id));
            }
        }
        t.head(2, &say("What the artist does", "Missions"));
        t.line(&self.mission);
        t.line(&format!("{} {}", say("Promotional objective:", "Objectif promotionnel :"), self.objective));
        t.line(&if fr {
            format!("Du {} au {} (exclu).", self.starts, self.ends)
        } else {
            format!("From {} until {} (not included).", self.starts, self.ends)
        });
        t.head(3, &say("Pay and benefits", "Rémunération et avantages"));
        if self.form == "framework" {
            t.line(&say(
                "Each order names its own pay, which is held before its work starts.",
                "Chaque bon de commande fixe sa rémunération, mise en réserve avant le début du travail.",
            ));
        } else {
            t.line(&if fr {
                format!("{} hors taxes, en réserve chez la maison avant le début du travail.", self.fee)
            } else {
                format!("{} before tax, held by the house before work starts.", self.fee)
            });
            for (n, step) in self.steps.iter().enumerate() {
                t.line(&if fr {
                    format!("{}. {} : {}, pour le {}", n + 1, step.title, step.pays, step.due)
                } else {
                    format!("{}. {}: {}, due on {}", n + 1, step.title, step.pays, step.due)
                });
            }
            for d in &self.deductions {
                t.line(&format!("− {d}"));
            }
            t.line(&if fr {
                format!("Pour l'artiste : {}. Règle de partage : {}.", self.net, self.rule)
            } else {
                format!("For the artist: {}. Rule of sharing: {}.", self.net, self.rule)
            });
            if !self.split.is_empty() {
                t.line(&format!(
                    "{} {}",
                    say("Divided between:", "Répartition :"),
                    told(&self.split, &self.split_names)
                ));
            }
            let scene = if self.scene.is_empty() {
                say("the solidarity fund", "le fonds de solidarité")
            } else {
                told(&self.scene, &self.scene_names)
            };
            t.line(&format!(
                "{} {scene}",
                say("The solidarity slice goes to:", "La part de solidarité va à :")
            ));
        }
        if self.benefits.is_positive() {
            t.line(&format!(
                "{} {} ({})",
                say("Benefits in kind:", "Avantages en nature :"),
                self.benefits_words,
                self.benefits
            ));
        }
        t.head(4, &say("Acceptance", "Acceptation"));
        t.line(&if fr { format!("L'annonceur accepte chaque livrable, ou le renvoie avec ses raisons, sous {} jours ; passé ce délai, le silence vaut acceptation. Ce qui est accepté est payé.", self.silence_days) } else { format!("The brand accepts each deliverable, or sends it back with reasons, within {} days; after that silence accepts it. What is accepted is paid.", self.silence_days) });
        t.line(&say(
            "A dispute freezes the milestone it is about, and no other.",
            "Un litige gèle l'étape qu'il concerne, et aucune autre.",
        ));
        t.head(5, &say("Rights", "Droits"));
        t.line(&if fr { format!("{}, {}, pour {} mois à compter de la livraison. Tout autre usage demande un nouvel accord. Les droits sur la musique elle-même restent à leurs titulaires et à leurs organismes de gestion.", self.uses.join(", "), self.territories.join(", "), self.months) } else { format!("{}, {}, for {} months from the delivery. Any other use needs another agreement. The rights in the music itself stay with their holders and their collecting societies.", self.uses.join(", "), self.territories.join(", "), self.months) });
        t.line(&if self.ai.is_empty() {
            say("No use by artificial intelligence.", "Aucun usage par une intelligence artificielle.")
        } else {
            format!(
                "{} {}",
                say(
                    "Use by artificial intelligence, each as far as the consent registry permits it on the day of the use:",
                    "Usage par une intelligence artificielle, chacun dans la mesure où le registre des consentements le permet au jour de l'usage :"
                ),
                self.ai.join("; ")
            )
        });
        t.line(&match self.exclusive_days {
            0 => say("No exclusivity.", "Aucune exclusivité."),
            n if fr => format!("Aucun travail pour un concurrent pendant {n} jours après la fin."),
            n => format!("No work for a competitor for {n} days after the end."),
        });
        if !self.labels.is_empty() {
            t.line(&format!(
                "{} {}",
                say("What is published says so:", "Ce qui est publié porte la mention :"),
                self.labels.join("; ")
            ));
        }
        t.line(&say("The artist may ask that what is published be taken down where it harms them; the brand where it breaks the law.", "L'artiste peut demander le retrait d'une publication qui lui nuit ; l'annonceur, d'une publication illicite."));
        t.head(6, &say("Cancelling", "Annulation"));
        t.line(&if fr { format!("Si l'annonceur annule : {} d'une étape commencée, {} d'une étape non commencée ; le reste lui est rendu. Si l'artiste annule : ce qui est accepté reste payé, le reste est rendu.", self.cancel_begun, self.cancel_ahead) } else { format!("Where the brand cancels: {} of a milestone that was begun, {} of one that was not; the rest goes back. Where the artist cancels: what was accepted stays paid, the rest goes back.", self.cancel_begun, self.cancel_ahead) });
        if !self.indicators.is_empty() {
            t.head(7, &say("Measurement", "Mesure"));
            t.line(&format!(
                "{} {}",
                say("Both sides see the raw figures of:", "Les deux parties voient les chiffres bruts de :"),
                self.indicators.join(", ")
            ));
        }
        t.head(8, &say("Duties and law", "Obligations et droit applicable"));
        t.line(&say("Both sides keep the law on advertising, consumers and personal data. The artist says that it is paid for, wherever it is published; the brand gives true and lawful information. The brand, its agency and the artist answer jointly for damage done to others in carrying out this contract.", "Les deux parties respectent le droit de la publicité, de la consommation et des données personnelles. L'artiste indique, partout où il publie, que c'est rémunéré ; l'annonceur fournit des informations exactes et licites. L'annonceur, son mandataire et l'artiste sont solidairement responsables des dommages causés aux tiers dans l'exécution du présent contrat."));
        t.line(&match (self.law.as_str(), fr) {
            ("FR", true) => "Le présent contrat est soumis au droit français, notamment au code de la consommation, au code de la propriété intellectuelle et à la loi n° 2023-451 du 9 juin 2023.".to_owned(),
            ("FR", false) => "French law applies, in particular the consumer code, the intellectual property code and law 2023-451 of 9 June 2023.".to_owned(),
            (law, true) => format!("Droit applicable : {law}."),
            (law, false) => format!("The law of {law} applies."),
        });
        t.line(&format!("{} {TEMPLATE} · {} {}", say("Template", "Modèle"), say("code", "code"), self.code));
        t.0
    }
}

const NO_HINT: (&str, &str) = ("", "");
const LAW_HINT: (&str, &str) = ("`law = \"FR\"` in the brief", "droit applicable FR, dans le brief");
const CONTACT_HINT: (&str, &str) = (
    "mandatory in France from EUR 1,000 a year for one objective: set it with `tantieme brief contact`",
    "obligatoire en France à partir de 1 000 € par an pour un même objectif : complétez les coordonnées pour contrats, puis faites refaire le texte",
);

/// Whether an address is more than a mail address: somewhere a letter arrives.
fn is_postal(contact: &str) -> bool {
    !contact.trim().is_empty() && !contact.contains('@')
}

/// What a contract lacks, in the order of the law.
struct Lacks(Vec<Flaw>);

impl Lacks {
    fn need(&mut self, fine: bool, (en, fr): (&str, &str), hint: (&str, &str)) {
        if !fine {
            let flaw = Flaw::new("contract-missing", format!("the contract does not name {en}"), hint.0);
            self.0.push(flaw.french(format!("Le contrat ne nomme pas {fr}."), hint.1));
        }
    }
}

fn told(parts: &[(PartyId, Ratio)], names: &[String]) -> String {
    let name = |n: usize, p: &PartyId| names.get(n).cloned().unwrap_or_else(|| p.to_string());
    parts.iter().enumerate().map(|(n, (p, r))| format!("{} {r}", name(n, p))).collect::<Vec<_>>().join(", ")
}

struct Paper(String);

impl Paper {
    fn line(&mut self, text: &str) {
        let _ = writeln!(self.0, "{}", text.trim());
    }

    fn head(&mut self, n: u32, text: &str) {
        let _ = writeln!(self.0, "\n{n}. {text}");
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    fn contract() -> Contract {
        let day = |t: &str| t.parse::<Date>().unwrap();
        let party = |id: &str, name: &str| Party {
            id: id.into(),
            name: name.into(),
            contact: "12 rue de la Part, Roc-Neuf".into(),
            mail: "a@example.org".into(),
            country: "FR".into(),
        };
        Contract {
            deal: "dea-1".into(),
            version: 1,
            lang: "fr".into(),
            form: "single".into(),
            framework: String::new(),
            day: day("2026-09-21"),
            title: "Automne".into(),
            mission: "Deux films".into(),
            objective: "Automne".into(),
            brand: party("pty-B", "Mutuelle des Rives"),
            agency: Party::default(),
            artist: party("pty-A", "Mira Feld"),
            fee: "EUR 1000".parse().unwrap(),
            steps: vec![Step {
                title: "Film".into(),
                pays: "EUR 1000".parse().unwrap(),
                due: day("2026-10-20"),
            }],
            benefits: "EUR 0".parse().unwrap(),
            benefits_words: String::new(),
            rule: "milestone@1".into(),
            deductions: vec!["10 % commission".into()],
            net: "EUR 850".parse().unwrap(),
            split: vec![],
            split_names: vec![],
            scene: vec![],
            scene_names: vec![],
            starts: day("2026-10-01"),
            ends: day("2026-12-01"),
            uses: vec!["sur le web".into()],
            ai: vec![],
            months: 12,
            territories: vec!["FR".into()],
            exclusive_days: 0,
            silence_days: 5,
            cancel_begun: "100 %".parse().unwrap(),
            cancel_ahead: "25 %".parse().unwrap(),
            labels: vec!["Publicité (FR)".into()],
            indicators: vec!["vues".into()],
            law: "FR".into(),
            in_france: true,
            code: "00ff".into(),
        }
    }

    #[test]
    fn what_french_law_wants_is_wanted_from_a_thousand_a_year() {
        let none: Amount = "EUR 0".parse().unwrap();
        let lacks = |change: fn(&mut Contract), before: &str| {
            let mut c = contract();
            change(&mut c);
            c.missing(before.parse().unwrap()).len()
        };
        assert!(contract().is_mandatory(none) && contract().missing(none).is_empty());
        assert_eq!(lacks(|c| c.artist.contact.clear(), "EUR 0"), 1);
        assert_eq!(
            lacks(|c| c.artist.contact = "a@example.org".into(), "EUR 0"),
            1,
            "no letter arrives there"
        );
        assert_eq!(lacks(|c| c.brand.mail.clear(), "EUR 0"), 1);
        assert_eq!(
            lacks(
                |c| c.agency = Party { id: "pty-Q".into(), name: "Quai".into(), ..Party::default() },
                "EUR 0"
            ),
            3
        );
        assert_eq!(
            lacks(|c| (c.fee, c.artist.contact) = ("EUR 999.99".parse().unwrap(), String::new()), "EUR 0"),
            0
        );
        assert_eq!(
            lacks(|c| (c.fee, c.artist.contact) = ("EUR 999.99".parse().unwrap(), String::new()), "EUR 0.01"),
            1,
            "the year counts together"
        );
        assert_eq!(
            lacks(
                |c| (c.fee, c.benefits, c.artist.country) =
                    ("EUR 500".parse().unwrap(), "EUR 500".parse().unwrap(), String::new()),
                "EUR 0"
            ),
            2,
            "benefits count"
        );
        assert_eq!(lacks(|c| c.law = "DE".into(), "EUR 0"), 1, "the public is in France");
        assert_eq!(
            lacks(|c| (c.law, c.in_france, c.brand.country) = ("DE".into(), false, String::new()), "EUR 0"),
            0
        );
        assert_eq!(lacks(|c| c.mission.clear(), "EUR 0"), 1);
    }

    #[test]
    fn the_text_says_what_was_agreed_in_both_languages() {
        let mut c = contract();
        c.split = vec![
            ("pty-A".parse().unwrap(), "50 %".parse().unwrap()),
            ("pty-C".parse().unwrap(), "50 %".parse().unwrap()),
        ];
        c.split_names = vec!["Mira Feld".into(), "Orrin Vale".into()];
        for (lang, words) in [
            ("fr", ["silence vaut acceptation", "droit français", "solidairement responsables"]),
            ("en", ["silence accepts it", "French law", "answer jointly"]),
        ] {
            c.lang = lang.into();
            let text = c.text();
            for w in words.into_iter().chain([
                "EUR 1000.00",
                "EUR 850.00",
                "Mira Feld 50 %, Orrin Vale 50 %",
                "Mutuelle des Rives",
                "25 %",
                "00ff",
                "pty-A",
            ]) {
                assert!(text.contains(w), "{w}: {text}");
            }
            assert_eq!(text, c.text());
        }
        let json = serde_json::to_string(&c).unwrap();
        assert_eq!(serde_json::from_str::<Contract>(&json).unwrap(), c);
    }
}
