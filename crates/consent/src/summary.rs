//! A draft of the public summary of training content that the EU's AI Act asks of makers of general models (article
//! 53(1)(d)), from an audit: what was counted, in the order of the Commission's template, and what the maker has to add.
//!
//! It states facts of the audit only and judges nothing. What an audit cannot know is left open, by name.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::words::Language;

/// What an audit counted.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    /// Who asked.
    pub licensee: String,
    /// The model and its version, where they were told.
    pub model: String,
    /// The use asked about.
    pub usage: String,
    /// The day the use begins.
    pub on: String,
    /// Where.
    pub territory: String,
    /// As of how many entries of the log; empty for all.
    pub log_size: String,
    /// Rows of the manifest.
    pub rows: u64,
    /// Rows by outcome.
    pub outcomes: BTreeMap<String, u64>,
    /// Rows by first reason.
    pub reasons: BTreeMap<String, u64>,
    /// Rows by how they were found.
    pub methods: BTreeMap<String, u64>,
    /// The root over all answers.
    pub root: String,
}

/// Longest id that is shown.
const SHOWN: usize = 200;

/// The draft as Markdown.
pub fn draft(facts: &Facts, language: Language) -> String {
    let t = |en: &'static str, fr: &'static str| match language {
        Language::En => en,
        Language::Fr => fr,
    };
    let open = t("*to be added by the provider*", "*à compléter par le fournisseur*");
    let or_open = |text: &str| if text.is_empty() { open.to_owned() } else { format!("`{}`", plain(text)) };
    let of =
        |map: &BTreeMap<String, u64>, keys: &[&str]| keys.iter().filter_map(|k| map.get(*k)).sum::<u64>();
    let yes = of(&facts.outcomes, &["PERMIT", "PERMIT_IF"]);
    let mut text = String::new();
    let mut line = |words: String| {
        let _ = writeln!(text, "{words}"); // into a string, which does not fail
    };
    line(format!(
        "# {}",
        t("Summary of training content: draft", "Résumé du contenu d'entraînement : projet")
    ));
    line(String::new());
    line(t(
        "Drafted from one audit of consents. Every figure is counted; whatever an audit cannot know is left to the provider.",
        "Rédigé à partir d'un audit des consentements. Chaque chiffre est compté ; ce qu'un audit ne peut pas savoir reste au fournisseur.",
    ).to_owned());
    line(format!("\n## 1. {}\n", t("General information", "Informations générales")));
    line(format!("- {}: {}", t("provider", "fournisseur"), or_open(&facts.licensee)));
    line(format!("- {}: {}", t("model and version", "modèle et version"), or_open(&facts.model)));
    line(format!(
        "- {}: {}",
        t("modality", "modalité"),
        t("sound (recordings of music)", "son (enregistrements musicaux)")
    ));
    line(format!("- {}: {}", t("recordings in the manifest", "enregistrements au manifeste"), facts.rows));
    line(format!(
        "- {}: {open}",
        t("hours of sound, latest date of collection", "heures de son, dernière date de collecte")
    ));
    line(format!("\n## 2. {}\n", t("Sources", "Sources")));
    line(format!("### 2.1 {}\n\n{open}\n", t("Public datasets", "Jeux de données publics")));
    line(format!("### 2.2 {}\n", t("Obtained from rightsholders", "Obtenus des ayants droit")));
    line(format!(
        "- {} (`{}`, {}, {}): **{yes}**",
        t(
            "recordings whose holders agreed to the use",
            "enregistrements dont les ayants droit ont consenti à l'usage"
        ),
        plain(&facts.usage),
        plain(&facts.on),
        plain(&facts.territory),
    ));
    line(format!(
        "- {}: {}",
        t("of these under conditions that must be kept", "dont sous conditions à respecter"),
        of(&facts.outcomes, &["PERMIT_IF"]),
    ));
    line(format!(
        "- {}: **{}**",
        t("not without a licence that was not there", "pas sans une licence qui n'existait pas"),
        of(&facts.outcomes, &["NEEDS_LICENSE"]),
    ));
    line(format!("- {}: **{}**\n", t("not allowed", "non permis"), of(&facts.outcomes, &["DENY"])));
    for (number, en, fr) in [
        ("2.3", "Crawled from the web", "Collectés sur le web"),
        ("2.4", "From users", "Provenant d'utilisateurs"),
        ("2.5", "Synthetic", "Synthétiques"),
        ("2.6", "Other", "Autres"),
    ] {
        line(format!("### {number} {}\n\n{open}\n", t(en, fr)));
    }
    line(format!("## 3. {}\n", t("Processing", "Traitement")));
    line(format!("### 3.1 {}\n", t("Reservations and refusals", "Réserves et refus")));
    line(t(
        "Each recording of the manifest was asked about one by one; silence counted as a no. Reasons of what was not allowed:",
        "Chaque enregistrement du manifeste a fait l'objet d'une question ; le silence a valu refus. Motifs de ce qui n'était pas permis :",
    ).to_owned());
    line(String::new());
    table(&mut line, t("reason", "motif"), t("recordings", "enregistrements"), &facts.reasons);
    line(format!(
        "\n{}\n",
        t("How recordings were told apart:", "Comment les enregistrements ont été identifiés :")
    ));
    table(&mut line, t("found by", "trouvé par"), t("rows", "lignes"), &facts.methods);
    line(format!(
        "\n### 3.2 {}\n\n{open}\n",
        t("Removal of unlawful content", "Retrait de contenus illicites")
    ));
    line(format!("## {}\n", t("Evidence", "Preuve")));
    line(format!(
        "- {}: `{}`",
        t("root over all answers", "racine de toutes les réponses"),
        plain(&facts.root)
    ));
    let size = if facts.log_size.is_empty() {
        t("all entries", "toutes les entrées").to_owned()
    } else {
        plain(&facts.log_size)
    };
    line(format!("- {}: {size}", t("as of this many entries of the log", "à cette taille du journal")));
    line(format!(
        "- {}",
        t(
            "each answer is proved under the root by the file of answers (`--proof ROW`)",
            "chaque réponse se prouve sous la racine par le fichier des réponses (`--proof LIGNE`)",
        )
    ));
    text
}

fn table(line: &mut impl FnMut(String), what: &str, many: &str, counts: &BTreeMap<String, u64>) {
    line(format!("| {what} | {many} |"));
    line("|---|---:|".to_owned());
    for (name, count) in counts {
        line(format!("| `{}` | {count} |", plain(name)));
    }
}

/// A text of somebody else's in one line that can mean nothing in Markdown.
fn plain(text: &str) -> String {
    text.chars().filter(|c| !c.is_control() && !"`|<>[]".contains(*c)).take(SHOWN).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_stand_in_both_languages_and_nothing_breaks_out() {
        let facts = Facts {
            licensee: "maker`|\n<x>".to_owned(),
            rows: 10,
            outcomes: [("PERMIT", 3), ("PERMIT_IF", 2), ("DENY", 5)].map(|(k, n)| (k.to_owned(), n)).into(),
            reasons: [("SILENT".to_owned(), 5)].into(),
            ..Facts::default()
        };
        for (language, word) in [(Language::En, "holders agreed"), (Language::Fr, "ont consenti")] {
            let text = draft(&facts, language);
            assert!(
                text.contains("**5**") && text.contains("| `SILENT` | 5 |") && text.contains(word),
                "{text}"
            );
            assert!(text.contains("`makerx`"));
        }
    }
}
