//! Answers in plain words, English and French. It decides nothing.

/// The languages of the pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    /// English.
    #[default]
    En,
    /// French.
    Fr,
}

use crate::answer::{Outcome, Reason};
use crate::uses::Use;

/// What the outcome of a question means, as one sentence for whoever asked.
pub fn sentence(outcome: Outcome, usage: Use, language: Language) -> String {
    let what = usage.words(language);
    match (language, outcome) {
        (Language::En, Outcome::Permit) => format!("Allowed ({what})."),
        (Language::Fr, Outcome::Permit) => format!("Permis : {what}."),
        (Language::En, Outcome::PermitIf) => format!("Allowed under conditions ({what})."),
        (Language::Fr, Outcome::PermitIf) => format!("Permis sous conditions : {what}."),
        (Language::En, Outcome::NeedsLicense) => {
            format!("Not without a licence ({what}). A holder asks to be asked.")
        }
        (Language::Fr, Outcome::NeedsLicense) => {
            format!("Pas sans licence : {what}. Un ayant droit demande qu'on s'adresse à lui.")
        }
        (Language::En, Outcome::Deny(reason)) => {
            format!("Not allowed ({what}). {}", reason_words(reason, language))
        }
        (Language::Fr, Outcome::Deny(reason)) => {
            format!("Non permis : {what}. {}", reason_words(reason, language))
        }
    }
}

/// What a reason means, as a sentence.
pub fn reason_words(reason: Reason, language: Language) -> &'static str {
    let (en, fr) = match reason {
        Reason::UnknownSubject => (
            "The recording, or who holds a role in it, is not known here.",
            "L'enregistrement, ou qui y tient un rôle, n'est pas connu ici.",
        ),
        Reason::Disputed => ("Somebody contests who holds it.", "Quelqu'un conteste à qui il appartient."),
        Reason::Minor => (
            "One who must agree is a minor, and no guardian has agreed.",
            "Une personne dont l'accord est requis est mineure et aucun représentant légal n'a consenti.",
        ),
        Reason::PersonConsentMissing => (
            "The person has not agreed in person, by naming this use.",
            "La personne n'a pas consenti elle-même en nommant cet usage.",
        ),
        Reason::Prohibited => ("A holder refuses.", "Un ayant droit refuse."),
        Reason::MandateRevoked => (
            "The agent who agreed no longer speaks for the holder: the mandate was revoked.",
            "Le mandataire qui a consenti ne parle plus pour l'ayant droit : le mandat a été révoqué.",
        ),
        Reason::NoMandate => (
            "The agent who agreed has no live mandate for this.",
            "Le mandataire qui a consenti n'a pas de mandat en vigueur pour cela.",
        ),
        Reason::NotYet => ("The consent has not begun yet.", "Le consentement n'a pas encore pris effet."),
        Reason::Expired => ("The consent has ended.", "Le consentement a pris fin."),
        Reason::Territory => {
            ("The consent is for other territories.", "Le consentement vaut pour d'autres territoires.")
        }
        Reason::Licensee => {
            ("The consent is for somebody else.", "Le consentement vaut pour quelqu'un d'autre.")
        }
        Reason::ModelVersion => (
            "The consent is for another model or version; a retrain is a new licence.",
            "Le consentement vaut pour un autre modèle ou une autre version ; réentraîner exige une nouvelle licence.",
        ),
        Reason::TermTooLong => {
            ("The term asked for is longer than the one agreed.", "La durée demandée dépasse celle convenue.")
        }
        Reason::Silent => (
            "A holder has not spoken, and silence is never consent.",
            "Un ayant droit ne s'est pas exprimé, et le silence ne vaut jamais accord.",
        ),
    };
    match language {
        Language::En => en,
        Language::Fr => fr,
    }
}
