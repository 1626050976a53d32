//! An answer told: codes become ids and words. Nothing here decides.

use crate::answer::{Answer, Finding, Outcome, Question, Reasons, Stand};
use crate::decide::Prepared;
use crate::index::Index;
use crate::uses::Use;
use crate::words::{Language, reason_words, sentence};

/// An answer with ids instead of numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The outcome.
    pub outcome: Outcome,
    /// All reasons, the first being the one of the outcome.
    pub reasons: Reasons,
    /// The weakest verification it rests on.
    pub weakest: crate::registry::Level,
    /// The EU reservation of text and data mining, beside the outcome.
    pub tdm_reserved: Option<bool>,
    /// Who was asked and how each stands.
    pub asked: Vec<Heard>,
    /// What must be kept: `key=value`, sorted, each once.
    pub conditions: Vec<String>,
    /// Where a licence is needed: what each holder offers, by party.
    pub offers: Vec<(String, String)>,
    /// Open disputes.
    pub disputes: Vec<String>,
}

/// One who was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heard {
    /// In which role.
    pub role: &'static str,
    /// The party's id.
    pub party: String,
    /// Its name, where it is known.
    pub name: String,
    /// How it stands.
    pub stand: Stand,
    /// The statement or licence that says so.
    pub by: Option<String>,
    /// Why that is no yes.
    pub reasons: Reasons,
}

impl Stand {
    /// Its stable word.
    pub const fn code(self) -> &'static str {
        match self {
            Stand::Agrees => "agrees",
            Stand::Licensed => "licensed",
            Stand::Asks => "asks",
            Stand::Refuses => "refuses",
            Stand::Silent => "silent",
        }
    }

    const fn words(self, language: Language) -> &'static str {
        match (language, self) {
            (Language::En, Stand::Agrees) => "agrees",
            (Language::En, Stand::Licensed) => "agrees by licence",
            (Language::En, Stand::Asks) => "asks for a licence",
            (Language::En, Stand::Refuses) => "refuses",
            (Language::En, Stand::Silent) => "was asked; nothing counts as a yes",
            (Language::Fr, Stand::Agrees) => "consent",
            (Language::Fr, Stand::Licensed) => "consent par licence",
            (Language::Fr, Stand::Asks) => "demande une licence",
            (Language::Fr, Stand::Refuses) => "refuse",
            (Language::Fr, Stand::Silent) => "question posée ; rien ne vaut un oui",
        }
    }
}

impl Index {
    /// Tells an answer to a question in ids and codes.
    pub fn report(&self, question: &Question<'_>, answer: &Answer) -> Report {
        let prepared = self.prepare(question);
        let asked = answer.findings.iter().map(|f| self.heard(f)).collect();
        let offered = answer.findings.iter().filter(|f| f.stand == Stand::Asks);
        let offer = |f: &Finding| {
            let said = self.said.get(f.by? as usize)?;
            let words = self.offers.get(&said.name).cloned().unwrap_or_default();
            Some((self.party_id(f.party).to_owned(), words))
        };
        let mut offers: Vec<_> = offered.filter_map(offer).collect();
        offers.sort();
        offers.dedup();
        Report {
            outcome: answer.outcome,
            reasons: answer.reasons,
            weakest: answer.weakest,
            tdm_reserved: answer.tdm_reserved,
            asked,
            conditions: self.conditions_of(&prepared, answer),
            offers,
            disputes: self.dispute_ids(answer),
        }
    }

    fn dispute_ids(&self, answer: &Answer) -> Vec<String> {
        let ids = answer.disputes.iter().filter_map(|d| self.disputes.get(*d as usize));
        ids.map(|d| self.ids.get(d.name).to_owned()).collect()
    }

    /// The union of the conditions that a yes rests on.
    pub(crate) fn conditions_of(&self, q: &Prepared<'_>, answer: &Answer) -> Vec<String> {
        let mut list = Vec::new();
        for finding in &answer.findings {
            let number = match (finding.stand, finding.by) {
                (Stand::Agrees, Some(by)) => self.said.get(by as usize).map(|s| s.conditions),
                (Stand::Licensed, Some(by)) => self.licenses.get(by as usize).map(|l| l.conditions),
                _ => None,
            };
            if let Some(conditions) = number.and_then(|n| self.condition(n)) {
                q.open_conditions(conditions, &mut list);
            }
        }
        list.sort();
        list.dedup();
        list
    }

    fn heard(&self, f: &Finding) -> Heard {
        let name = match f.stand {
            Stand::Licensed => f.by.and_then(|n| self.licenses.get(n as usize)).map(|l| l.name),
            _ => f.by.and_then(|n| self.said.get(n as usize)).map(|s| s.name),
        };
        Heard {
            role: f.role.code(),
            party: self.party_id(f.party).to_owned(),
            name: self.party_names.get(&f.party).cloned().unwrap_or_default(),
            stand: f.stand,
            by: name.map(|n| self.ids.get(n).to_owned()),
            reasons: f.reasons,
        }
    }
}

impl Report {
    /// The whole answer in plain words.
    pub fn words(&self, usage: Use, language: Language) -> String {
        let mut text = sentence(self.outcome, usage, language);
        for reason in self.reasons.iter().skip(1) {
            text.push_str(&format!("\n{}", reason_words(reason, language)));
        }
        for heard in &self.asked {
            let who = if heard.name.is_empty() { &heard.party } else { &heard.name };
            let by = heard.by.as_ref().map_or_else(String::new, |b| format!(" ({b})"));
            text.push_str(&format!("\n  {} {who}: {}{by}", heard.role, heard.stand.words(language)));
        }
        let (conditions, level, reserved) = match language {
            Language::En => {
                ("conditions", "weakest verification", "text and data mining is reserved under EU law")
            }
            Language::Fr => (
                "conditions",
                "vérification la plus faible",
                "la fouille de textes et de données est réservée (droit de l'UE)",
            ),
        };
        if !self.conditions.is_empty() {
            text.push_str(&format!("\n  {conditions}: {}", self.conditions.join("; ")));
        }
        for (party, offer) in &self.offers {
            text.push_str(&format!("\n  {party}: {offer}"));
        }
        text.push_str(&format!("\n  {level}: {}", self.weakest.code()));
        if self.tdm_reserved == Some(true) {
            text.push_str(&format!("\n  {reserved}"));
        }
        text
    }
}
