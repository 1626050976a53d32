//! A brief: what a brand wants, what it pays, and what it may do with what it gets.
//!
//! [`Written`] is the document; [`Written::check`] makes a [`Brief`] of it, or says everything that is missing, in the order
//! in which a person fills it in. A published brief is never changed: another version of it is another document.
//!
//! It is one piece because the document, what it has to hold and what is said where it does not follow each other field by
//! field; the checker says each remark once, in both languages.

use jiff::civil::Date;
use money::{Amount, Ratio};
use music::{Place, Territory};
use serde::{Deserialize, Serialize};

use super::document::Flaw;
use super::words::{Kind, Sector, Set, Use, Word};

/// Days in which an artist answers, where the brief does not say otherwise.
pub const ANSWER_DAYS: u32 = 7;
/// Days after which a deliverable counts as accepted, where nothing else is agreed.
pub const SILENCE_DAYS: u32 = 5;
/// Fewest days a brand has to look at a deliverable.
pub const LEAST_SILENCE_DAYS: u32 = 2;
/// Most days: money is not held back for longer by silence.
pub const MOST_SILENCE_DAYS: u32 = 30;
/// Most artists of one brief.
pub const MOST_ARTISTS: u32 = 500;
/// Most milestones of one contract.
pub const MOST_STEPS: usize = 24;
/// Most bytes of a text.
const MOST_WORDS: usize = 20_000;

/// A step of the work with what is paid for it, as written.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct WrittenStep {
    /// What is delivered.
    pub title: String,
    /// What is paid for it, before commission and slice: `EUR 500`.
    pub pays: String,
    /// When it is due: `2026-11-01`.
    pub due: String,
}

/// A brief as written. Absent words are empty.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Written {
    /// What it is called.
    pub title: String,
    /// A word of [`Kind`].
    pub kind: String,
    /// What is wanted, in words.
    pub wanted: String,
    /// A word of [`Sector`].
    pub sector: String,
    /// One promotional objective; contracts for one objective in one year count together. The title where empty.
    pub objective: String,
    /// What the brand sets aside in all.
    pub budget: String,
    /// How many artists.
    pub artists: u32,
    /// What each is paid, by milestones in their order.
    pub milestones: Vec<WrittenStep>,
    /// What each gets beside the money, valued.
    pub benefits: String,
    /// What the benefits are.
    pub benefits_words: String,
    /// Where what is delivered is shown.
    pub territories: Vec<String>,
    /// First day of the work.
    pub starts: String,
    /// First day after it.
    pub ends: String,
    /// Words of [`Use`].
    pub uses: Vec<String>,
    /// What AI does with the artist's recordings, voice or name, where `uses` has `generation`: codes of the consent
    /// registry, such as `gen.style`.
    pub ai: Vec<String>,
    /// Months for which the uses are granted, from the delivery.
    pub months: u32,
    /// Days in which the artist works for no competitor; none where 0.
    pub exclusive_days: u32,
    /// Places where the audience is.
    pub audience: Vec<String>,
    /// Reference recordings: ids or ISRC.
    pub references: Vec<String>,
    /// Words of style.
    pub tags: Vec<String>,
    /// What the brand stands for.
    pub values: String,
    /// Artists that are not wanted.
    pub exclude: Vec<String>,
    /// What is measured: `views`, `clicks` …
    pub indicators: Vec<String>,
    /// Whether names are told only once both sides agree.
    pub anonymous: bool,
    /// Whether anybody whose terms allow it may pitch.
    pub open_call: bool,
    /// Days to answer in.
    pub answer_days: u32,
    /// Days until silence accepts a deliverable.
    pub silence_days: u32,
    /// What of a milestone that was begun is paid where the brand cancels.
    pub cancel_begun: String,
    /// What of a milestone that was not begun is paid where the brand cancels.
    pub cancel_ahead: String,
    /// Language of the contract: `fr` or `en`.
    pub lang: String,
    /// Country whose law applies: `FR`.
    pub law: String,
    /// The rule it is paid by.
    pub rule: String,
}

/// A step of the work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// What is delivered.
    pub title: String,
    /// What is paid for it, before commission and slice.
    #[serde(with = "super::text")]
    pub pays: Amount,
    /// When it is due.
    pub due: Date,
}

/// A brief that can be published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Brief {
    /// What it is called.
    pub title: String,
    /// What is wanted.
    pub kind: Kind,
    /// In words.
    pub wanted: String,
    /// The brand's trade.
    pub sector: Sector,
    /// The promotional objective.
    pub objective: String,
    /// What is set aside in all.
    pub budget: Amount,
    /// How many artists.
    pub artists: u32,
    /// What each is paid, in all.
    pub fee: Amount,
    /// By milestone.
    pub steps: Vec<Step>,
    /// The value of what each gets beside the money.
    pub benefits: Amount,
    /// What that is.
    pub benefits_words: String,
    /// Where it is shown.
    pub territories: Vec<Territory>,
    /// First day.
    pub starts: Date,
    /// First day after.
    pub ends: Date,
    /// What may be done with it.
    pub uses: Set<Use>,
    /// What AI does, as uses of the consent registry; asked there for each artist's recordings.
    pub ai: Vec<consent::Use>,
    /// For how many months.
    pub months: u32,
    /// Days without competitors.
    pub exclusive_days: u32,
    /// Where the audience is.
    pub audience: Vec<Place>,
    /// Reference recordings, as written.
    pub references: Vec<String>,
    /// Words of style, lower case.
    pub tags: Vec<String>,
    /// What the brand stands for.
    pub values: String,
    /// Artists that are not wanted, as written.
    pub exclude: Vec<String>,
    /// What is measured.
    pub indicators: Vec<String>,
    /// Whether names wait until both sides agree.
    pub anonymous: bool,
    /// Whether anybody may pitch.
    pub open_call: bool,
    /// Days to answer in.
    pub answer_days: u32,
    /// Days until silence accepts.
    pub silence_days: u32,
    /// Part of a begun milestone that is paid where the brand cancels.
    pub cancel_begun: Ratio,
    /// Part of one that was not begun.
    pub cancel_ahead: Ratio,
    /// `fr` or `en`.
    pub lang: String,
    /// Country of the law.
    pub law: String,
    /// The rule's name.
    pub rule: String,
}

impl Written {
    /// A brief, or everything that is wrong or missing, in the order of the form.
    ///
    /// # Errors
    /// Codes: `brief-missing`, `brief-word`, `brief-sector-banned`, `brief-money`, `brief-budget`, `brief-dates`, `brief-past`,
    /// `brief-territory`, `brief-ai`, `brief-terms`.
    pub fn check(&self, today: Date) -> Result<Brief, Vec<Flaw>> {
        let mut c = Checker { flaws: Vec::new() };
        for (what, text) in [("title", &self.title), ("wanted", &self.wanted)] {
            c.present(what, text);
        }
        let kind: Option<Kind> = c.word("kind", &self.kind);
        let sector: Option<Sector> = c.word("sector", &self.sector);
        let territories =
            c.each("territories", &self.territories, ("a country such as `FR`", "un pays, comme `FR`"));
        if self.territories.is_empty() {
            c.missing("territories");
        }
        c.lawful(sector, &territories);
        let steps = self.steps(&mut c, today);
        let (budget, fee) = self.money(&mut c, &steps);
        let zero = fee.map(|f| Amount::zero(f.currency()));
        let benefits =
            if self.benefits.trim().is_empty() { zero } else { c.amount("benefits", &self.benefits) };
        let starts = c.day("starts", &self.starts);
        let ends = c.day("ends", &self.ends);
        if let (Some(starts), Some(ends)) = (starts, ends) {
            c.dates(starts, ends, &steps, today);
        }
        let uses = Set::of(self.uses.iter().filter_map(|w| c.word::<Use>("uses", w)));
        if self.uses.is_empty() {
            c.missing("uses");
        }
        let ai = c.ai(uses, &self.ai);
        let months = if uses.iter().all(|u| u == Use::Live) { self.months } else { c.months(self.months) };
        let audience =
            c.each("audience", &self.audience, ("a place such as `FR-42`", "un lieu, comme `FR-42`"));
        let answer_days = if self.answer_days == 0 { ANSWER_DAYS } else { self.answer_days };
        let silence_days = if self.silence_days == 0 { SILENCE_DAYS } else { self.silence_days };
        c.terms(silence_days, answer_days);
        let begun = c.part("cancel_begun", &self.cancel_begun, "100 %");
        let ahead = c.part("cancel_ahead", &self.cancel_ahead, "25 %");
        let lang = if self.lang.is_empty() { "fr" } else { self.lang.as_str() };
        let law = if self.law.is_empty() { "FR" } else { self.law.trim() };
        c.language_and_law(lang, law);
        self.sizes(&mut c);
        match (kind, sector, budget, fee, benefits, starts, ends) {
            (Some(kind), Some(sector), Some(budget), Some(fee), Some(benefits), Some(starts), Some(ends))
                if c.flaws.is_empty() =>
            {
                Ok(Brief {
                    title: one_line(&self.title),
                    kind,
                    wanted: self.wanted.trim().to_owned(),
                    sector,
                    objective: one_line(if self.objective.trim().is_empty() {
                        &self.title
                    } else {
                        &self.objective
                    }),
                    budget,
                    artists: self.artists,
                    fee,
                    steps,
                    benefits,
                    benefits_words: one_line(&self.benefits_words),
                    territories,
                    starts,
                    ends,
                    uses,
                    ai,
                    months,
                    exclusive_days: self.exclusive_days,
                    audience,
                    references: self.references.clone(),
                    tags: self
                        .tags
                        .iter()
                        .map(|t| t.trim().to_lowercase())
                        .filter(|t| !t.is_empty())
                        .collect(),
                    values: self.values.trim().to_owned(),
                    exclude: self.exclude.clone(),
                    indicators: self
                        .indicators
                        .iter()
                        .map(|i| one_line(i))
                        .filter(|i| !i.is_empty())
                        .collect(),
                    anonymous: self.anonymous,
                    open_call: self.open_call,
                    answer_days,
                    silence_days,
                    cancel_begun: begun,
                    cancel_ahead: ahead,
                    lang: lang.to_owned(),
                    law: law.to_owned(),
                    rule: if self.rule.is_empty() { "milestone".to_owned() } else { self.rule.clone() },
                })
            }
            _ => Err(c.flaws),
        }
    }

    fn sizes(&self, c: &mut Checker) {
        let texts = [&self.title, &self.wanted, &self.values, &self.benefits_words, &self.objective];
        if texts.iter().any(|t| t.len() > MOST_WORDS)
            || [&self.references, &self.tags, &self.exclude, &self.indicators].iter().any(|l| l.len() > 200)
        {
            c.say(
                "brief-terms",
                "",
                ("the brief is too long".into(), "le brief est trop long".into()),
                (
                    &format!("{MOST_WORDS} bytes of a text and 200 items of a list at most"),
                    &format!("{MOST_WORDS} octets par texte et 200 éléments par liste au plus"),
                ),
            );
        }
    }

    fn steps(&self, c: &mut Checker, today: Date) -> Vec<Step> {
        if self.milestones.is_empty() {
            c.missing("milestones");
        }
        if self.milestones.len() > MOST_STEPS {
            let n = self.milestones.len();
            c.say(
                "brief-terms",
                "milestones",
                (format!("{n} milestones are too many"), format!("{n} étapes, c'est trop")),
                (&format!("{MOST_STEPS} at most"), &format!("{MOST_STEPS} au plus")),
            );
        }
        let mut steps = Vec::new();
        for (n, step) in self.milestones.iter().take(MOST_STEPS).enumerate() {
            let name = format!("milestone {}", n + 1);
            c.present(&name, &step.title);
            let pays = c.amount(&name, &step.pays);
            let due = c.day(&name, &step.due);
            if pays.is_some_and(|p| !p.is_positive()) {
                c.say(
                    "brief-money",
                    &name,
                    (format!("{name} pays nothing"), format!("l'étape {} ne paie rien", n + 1)),
                    (
                        "no work without pay, and nothing is paid to apply: give an amount above nothing",
                        "pas de travail sans paie, et postuler ne coûte rien : donnez un montant positif",
                    ),
                );
            }
            if due.is_some_and(|due| due < today) {
                let day = step.due.trim();
                c.say(
                    "brief-past",
                    &name,
                    (
                        format!("{name} was due on {day}, which is past"),
                        format!("l'étape {} était pour le {day}, qui est passé", n + 1),
                    ),
                    ("give a day from today on", "donnez un jour à partir d'aujourd'hui"),
                );
            }
            if let (Some(pays), Some(due)) = (pays, due) {
                steps.push(Step { title: one_line(&step.title), pays, due });
            }
        }
        steps
    }

    fn money(&self, c: &mut Checker, steps: &[Step]) -> (Option<Amount>, Option<Amount>) {
        let budget = c.amount("budget", &self.budget);
        if self.artists == 0 || self.artists > MOST_ARTISTS {
            c.say(
                "brief-terms",
                "artists",
                (
                    format!("{} artists cannot be asked for", self.artists),
                    format!("on ne peut pas demander {} artistes", self.artists),
                ),
                (&format!("1 to {MOST_ARTISTS}"), &format!("de 1 à {MOST_ARTISTS}")),
            );
        }
        let Some(budget) = budget else { return (None, None) };
        let fee = match money::sum(steps.iter().map(|s| s.pays), budget.currency()) {
            Ok(fee) => fee,
            Err(e) => {
                c.say(
                    "brief-money",
                    "milestones",
                    (
                        format!("the milestones do not add up: {e}"),
                        "les étapes ne s'additionnent pas".to_owned(),
                    ),
                    (
                        "one currency for budget and milestones",
                        "une seule monnaie pour le budget et les étapes, et des montants possibles",
                    ),
                );
                return (Some(budget), None);
            }
        };
        let whole = i128::from(fee.micros()) * i128::from(self.artists);
        if i128::from(budget.micros()) < whole {
            let n = self.artists;
            c.say(
                "brief-budget",
                "budget",
                (
                    format!(
                        "a budget of {budget} is below the milestones: {fee} for each artist, {n} in all"
                    ),
                    format!(
                        "un budget de {budget} est inférieur aux étapes : {fee} par artiste, {n} en tout"
                    ),
                ),
                (
                    "raise the budget, ask for fewer artists, or pay less for the milestones",
                    "augmentez le budget, demandez moins d'artistes ou payez moins par étape",
                ),
            );
        }
        (Some(budget), Some(fee))
    }
}

/// Trades whose promotion by artists is forbidden in France: tobacco and vaping (public health code, L. 3512-4 and
/// L. 3513-4), nicotine products and cosmetic surgery (law 2023-451 of 9 June 2023, article 4).
pub const BANNED_IN_FRANCE: [Sector; 3] = [Sector::Tobacco, Sector::Nicotine, Sector::CosmeticSurgery];

/// Words as one line.
pub(super) fn one_line(text: &str) -> String {
    text.trim().chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// Notes what is wrong, each in English and French and beside its field.
struct Checker {
    flaws: Vec<Flaw>,
}

impl Checker {
    fn say(&mut self, code: &'static str, field: &str, (en, fr): (String, String), hint: (&str, &str)) {
        self.flaws.push(Flaw::new(code, en, hint.0).of(field).french(fr, hint.1));
    }

    fn missing(&mut self, what: &str) {
        self.say(
            "brief-missing",
            what,
            (format!("`{what}` is missing"), "cela manque".to_owned()),
            (
                "a brief says everything an artist needs to decide",
                "un brief dit tout ce qu'il faut à un artiste pour décider",
            ),
        );
    }

    fn present(&mut self, what: &str, text: &str) {
        if text.trim().is_empty() {
            self.missing(what);
        }
    }

    fn word<W: Word>(&mut self, what: &str, text: &str) -> Option<W> {
        if text.trim().is_empty() {
            self.missing(what);
            return None;
        }
        let found = W::from_word(text);
        if found.is_none() {
            let all: Vec<&str> = W::LIST.iter().map(|w| w.word()).collect();
            let (all, text) = (all.join(", "), short(text));
            self.say(
                "brief-word",
                what,
                (format!("`{text}` is not known as `{what}`"), format!("« {text} » n'est pas connu ici")),
                (&format!("one of {all}"), &format!("l'un de : {all}")),
            );
        }
        found
    }

    fn amount(&mut self, what: &str, text: &str) -> Option<Amount> {
        if text.trim().is_empty() {
            self.missing(what);
            return None;
        }
        match text.parse::<Amount>() {
            Ok(amount) if !amount.is_negative() && amount == amount.round_down_to_minor() => Some(amount),
            Ok(amount) => {
                self.say(
                    "brief-money",
                    what,
                    (
                        format!("`{amount}` cannot be paid as `{what}`"),
                        format!("« {amount} » ne peut pas être payé"),
                    ),
                    ("an amount above nothing, in whole cents", "un montant positif, en centimes entiers"),
                );
                None
            }
            Err(e) => {
                self.say(
                    "brief-money",
                    what,
                    (format!("`{what}`: {e}"), "ce n'est pas un montant".to_owned()),
                    ("write an amount such as `EUR 500`", "écrivez un montant, comme `EUR 500`"),
                );
                None
            }
        }
    }

    fn day(&mut self, what: &str, text: &str) -> Option<Date> {
        if text.trim().is_empty() {
            self.missing(what);
            return None;
        }
        let day = text.trim().parse::<Date>().ok();
        if day.is_none() {
            let text = short(text);
            self.say(
                "brief-dates",
                what,
                (format!("`{text}` is no day of `{what}`"), format!("« {text} » n'est pas un jour")),
                ("write it as `2026-11-01`", "écrivez-le comme `2026-11-01`"),
            );
        }
        day
    }

    fn dates(&mut self, starts: Date, ends: Date, steps: &[Step], today: Date) {
        if ends <= starts {
            self.say(
                "brief-dates",
                "ends",
                (
                    format!("it ends on {ends}, not after it starts on {starts}"),
                    format!("la fin, le {ends}, ne suit pas le début, le {starts}"),
                ),
                ("`ends` is the first day after the work", "la fin est le premier jour après le travail"),
            );
        }
        if ends <= today {
            self.say(
                "brief-past",
                "ends",
                (format!("it ended on {ends}, which is past"), format!("la fin, le {ends}, est passée")),
                ("give days from today on", "donnez des jours à partir d'aujourd'hui"),
            );
        }
        if let Some((n, late)) = steps.iter().enumerate().find(|(_, s)| s.due < starts) {
            let (title, due) = (&late.title, late.due);
            self.say(
                "brief-dates",
                &format!("milestone {}", n + 1),
                (
                    format!("`{title}` is due on {due}, before the work starts on {starts}"),
                    format!("« {title} » est pour le {due}, avant le début du travail, le {starts}"),
                ),
                ("due days follow the start", "les échéances suivent le début"),
            );
        }
        if steps.windows(2).any(|w| matches!(w, [a, b] if b.due < a.due)) {
            self.say(
                "brief-dates",
                "milestones",
                (
                    "the milestones are not in the order of their days".to_owned(),
                    "les étapes ne sont pas dans l'ordre de leurs jours".to_owned(),
                ),
                ("write the one that is due first, first", "écrivez d'abord celle qui est due d'abord"),
            );
        }
    }

    fn lawful(&mut self, sector: Option<Sector>, territories: &[Territory]) {
        let in_france = territories.iter().any(|t| t.is_worldwide() || t.country() == Some("FR"));
        if let Some(banned) = sector.filter(|s| in_france && BANNED_IN_FRANCE.contains(s)) {
            let (en, fr) = banned.said();
            self.say(
                "brief-sector-banned",
                "sector",
                (
                    format!("{en} may not be promoted in France"),
                    format!("promouvoir cela est interdit en France : {fr}"),
                ),
                (
                    "the law names the trades: articles L. 3512-4 and L. 3513-4 of the public health code, and law 2023-451",
                    "la loi nomme les secteurs : articles L. 3512-4 et L. 3513-4 du code de la santé publique, loi n° 2023-451",
                ),
            );
        }
    }

    /// What AI does: named by uses of the consent registry wherever AI is wanted, and never a training.
    fn ai(&mut self, uses: Set<Use>, codes: &[String]) -> Vec<consent::Use> {
        let training = |c: &str| c.trim().starts_with("train");
        if uses.has(Use::Training) || codes.iter().any(|c| training(c)) {
            self.say(
                "brief-ai",
                "ai",
                (
                    "training of AI is licensed, not briefed".to_owned(),
                    "entraîner une IA se concède par une licence, pas par un brief".to_owned(),
                ),
                (
                    "ask for a license: the consent registry says who may be asked",
                    "demandez une licence : le registre des consentements dit à qui",
                ),
            );
        }
        let mut all = Vec::new();
        for code in codes.iter().filter(|c| !training(c)) {
            match code.trim().parse::<consent::Use>() {
                Ok(usage) => all.push(usage),
                Err(_) => {
                    let code = short(code);
                    self.say(
                        "brief-ai",
                        "ai",
                        (
                            format!("`{code}` is no use of the consent registry"),
                            format!("« {code} » n'est pas un usage du registre des consentements"),
                        ),
                        (
                            "one of input.ref, gen.cover, gen.voice, gen.style, gen.name …: `tantieme consent uses`",
                            "l'un de : input.ref, gen.cover, gen.voice, gen.style, gen.name …",
                        ),
                    );
                }
            }
        }
        if uses.has(Use::Generation) && codes.is_empty() {
            self.say(
                "brief-ai",
                "ai",
                (
                    "`ai` is missing: the brief does not say what AI does".to_owned(),
                    "le brief ne dit pas ce que fait l'IA".to_owned(),
                ),
                (
                    "name the uses, such as `ai = [\"gen.style\"]`; the consent registry is asked for each",
                    "nommez les usages, comme « gen.style » ; le registre des consentements est interrogé pour chacun",
                ),
            );
        } else if !uses.has(Use::Generation) && !codes.is_empty() {
            self.say(
                "brief-ai",
                "ai",
                (
                    "`ai` says what AI does, and `uses` does not grant `generation`".to_owned(),
                    "une IA est décrite, mais l'usage « sons ou images produits par IA » n'est pas coché"
                        .to_owned(),
                ),
                ("add `generation` to `uses`", "cochez cet usage"),
            );
        }
        all.sort_unstable();
        all.dedup();
        all
    }

    fn terms(&mut self, silence: u32, answer: u32) {
        if !(LEAST_SILENCE_DAYS..=MOST_SILENCE_DAYS).contains(&silence) || answer > 90 {
            let field = if answer > 90 { "answer_days" } else { "silence_days" };
            self.say(
                "brief-terms",
                field,
                (
                    format!("{silence} days to accept and {answer} days to answer are out of range"),
                    format!("{silence} jours pour accepter et {answer} jours pour répondre sont hors limites"),
                ),
                (
                    &format!(
                        "{LEAST_SILENCE_DAYS} to {MOST_SILENCE_DAYS} days to accept, 90 at most to answer"
                    ),
                    &format!("de {LEAST_SILENCE_DAYS} à {MOST_SILENCE_DAYS} jours pour accepter, 90 au plus pour répondre"),
                ),
            );
        }
    }

    fn language_and_law(&mut self, lang: &str, law: &str) {
        if !matches!(lang, "fr" | "en") {
            let lang = short(lang);
            self.say(
                "brief-word",
                "lang",
                (
                    format!("`{lang}` is no language of contracts"),
                    format!("« {lang} » n'est pas une langue de contrat"),
                ),
                ("`fr` or `en`", "`fr` ou `en`"),
            );
        }
        if law.len() != 2 || !law.bytes().all(|b| b.is_ascii_uppercase()) {
            let law = short(law);
            self.say(
                "brief-word",
                "law",
                (
                    format!("`{law}` is no country of law"),
                    format!("« {law} » n'est pas un pays dont le droit s'applique"),
                ),
                ("two letters, such as `FR`", "deux lettres, comme `FR`"),
            );
        }
    }

    fn each<T: std::str::FromStr>(&mut self, what: &str, texts: &[String], hint: (&str, &str)) -> Vec<T> {
        let mut all = Vec::new();
        for text in texts {
            match text.trim().parse() {
                Ok(one) => all.push(one),
                Err(_) => {
                    let text = short(text);
                    self.say(
                        "brief-territory",
                        what,
                        (
                            format!("`{text}` is not known as `{what}`"),
                            format!("« {text} » n'est pas un territoire connu"),
                        ),
                        hint,
                    );
                }
            }
        }
        all
    }

    fn months(&mut self, n: u32) -> u32 {
        if n == 0 || n > 1_200 {
            self.say(
                "brief-terms",
                "months",
                (format!("`months` is {n}"), format!("les droits sont cédés pour {n} mois")),
                (
                    "rights are granted for a time: 1 to 1,200 months",
                    "des droits se cèdent pour une durée : de 1 à 1 200 mois",
                ),
            );
        }
        n
    }

    fn part(&mut self, what: &str, text: &str, otherwise: &str) -> Ratio {
        let text = if text.trim().is_empty() { otherwise } else { text };
        text.parse().unwrap_or_else(|_| {
            let text = short(text);
            self.say(
                "brief-money",
                what,
                (
                    format!("`{text}` is no part of a whole for `{what}`"),
                    format!("« {text} » n'est pas une part d'un tout"),
                ),
                ("write `25 %`", "écrivez `25 %`"),
            );
            Ratio::ZERO
        })
    }
}

fn short(text: &str) -> String {
    one_line(text).chars().take(60).collect()
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(in crate::brief) fn written() -> Written {
        crate::brief::read(
            r#"
title = "Autumn on the river"
kind = "social-content"
wanted = "Two short films of a rehearsal by the river"
sector = "insurance"
budget = "EUR 6000"
artists = 3
territories = ["FR"]
starts = "2026-10-01"
ends = "2026-12-01"
uses = ["own-channels", "brand-channels"]
months = 12
audience = ["FR-42"]
milestones = [
  { title = "First film", pays = "EUR 1000", due = "2026-10-20" },
  { title = "Second film", pays = "EUR 1000", due = "2026-11-10" },
]
"#,
        )
        .unwrap()
    }

    fn today() -> Date {
        "2026-09-21".parse().unwrap()
    }

    fn codes(written: &Written) -> Vec<&'static str> {
        match written.check(today()) {
            Ok(_) => Vec::new(),
            Err(flaws) => flaws.iter().map(|f| f.code).collect(),
        }
    }

    #[test]
    fn a_whole_brief_is_read() {
        let brief = written().check(today()).unwrap();
        assert_eq!((brief.fee.to_string().as_str(), brief.artists), ("EUR 2000.00", 3));
        assert_eq!((brief.silence_days, brief.cancel_ahead.to_string().as_str()), (SILENCE_DAYS, "25 %"));
        let json = serde_json::to_string(&written()).unwrap();
        assert_eq!(crate::brief::read::<Written>(&json).unwrap(), written());
    }

    #[test]
    fn what_is_missing_is_said_in_the_order_of_the_form() {
        let flaws = Written::default().check(today()).unwrap_err();
        let missing: Vec<&str> = flaws
            .iter()
            .filter(|f| f.code == "brief-missing")
            .map(|f| f.message.split('`').nth(1).unwrap())
            .collect();
        assert_eq!(
            missing,
            [
                "title",
                "wanted",
                "kind",
                "sector",
                "territories",
                "milestones",
                "budget",
                "starts",
                "ends",
                "uses"
            ]
        );
    }

    #[test]
    fn each_flaw_has_its_code() {
        let with = |change: fn(&mut Written)| {
            let mut w = written();
            change(&mut w);
            codes(&w)
        };
        assert_eq!(with(|w| w.budget = "EUR 5999.99".into()), ["brief-budget"]);
        assert_eq!(with(|w| w.milestones[0].due = "2026-09-20".into()), ["brief-past", "brief-dates"]);
        assert_eq!(with(|w| w.ends = "2026-10-01".into()), ["brief-dates"]);
        assert_eq!(with(|w| w.sector = "tobacco".into()), ["brief-sector-banned"]);
        assert_eq!(with(|w| w.kind = "gig".into()), ["brief-word"]);
        assert_eq!(with(|w| w.milestones[0].pays = "USD 5".into()), ["brief-money"]);
        assert_eq!(with(|w| w.milestones[0].pays = "EUR 0".into()), ["brief-money"]);
        assert_eq!(with(|w| w.milestones[1].pays = "EUR 9223372036854".into()), ["brief-money"]);
        assert_eq!(with(|w| w.budget = "EUR -1".into()), ["brief-money"]);
        assert_eq!(with(|w| w.uses.push("training".into())), ["brief-ai"]);
        assert_eq!(with(|w| w.silence_days = 90), ["brief-terms"]);
        assert_eq!(with(|w| w.territories = vec!["Nowhere".into()]), ["brief-territory"]);
    }

    #[test]
    fn a_damaged_document_is_refused_by_its_line() {
        let flaw = crate::brief::read::<Written>("title = \"x\"\nkind = \n").unwrap_err();
        assert!(flaw.code == "document" && flaw.message.contains("line 2"), "{}", flaw.message);
        let flaw = crate::brief::read::<Written>("surprise = 1").unwrap_err();
        assert!(flaw.message.contains("surprise"), "{}", flaw.message);
        assert!(crate::brief::read::<Written>(&"[".repeat(200_000)).is_err());
        assert!(crate::brief::read::<Written>(&"a.".repeat(60_000)).is_err());
        assert!(crate::brief::read::<Written>(&format!("{{\"title\":{}", "[".repeat(100_000))).is_err());
    }

    proptest::proptest! {
        #[test]
        fn anything_may_come_in(text in "\\PC{0,200}") {
            if let Ok(written) = crate::brief::read::<Written>(&text) {
                let _ = written.check(today());
            }
        }
    }
}
