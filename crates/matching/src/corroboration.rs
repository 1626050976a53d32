//! What set lists say of each other: the same odd spelling, settled elsewhere on other grounds than its letters.
//!
//! A line is settled on other grounds where a person answered it, or where its file carried an identifier. Such a line is a
//! [`Testimony`]; what the matcher made of the text alone is none, since it would make the same of it again.
//!
//! - **A voice** is whatever hangs together by any mark: performer, who answered, who paid, under what name the bank knows
//!   the payer. Many accounts of one person are one voice, and where nobody has paid there is none. A voice says its newest word once.
//! - The asker's own voice is not heard here: nobody corroborates himself.
//! - A voice weighs ln 4 where a person answered and ln 6 where an identifier did, half as much after each [`HALF_LIFE_DAYS`].
//!   The odds of what it says, a candidate or "not here", are multiplied by that, by `e` to [`MOST`] at most for all voices together;
//!   then all chances are made to add up again, so that what speaks for one speaks against the others.
//! - **Fewer voices than the house asks for decide nothing**: they move a probability, but never across the accepting
//!   threshold, in neither direction. Nor do any that contradict each other by more than a third.
//! - A recording that only others' words name, and the matcher did not find, is offered to a person and never accepted.
//!
//! So a wrong answer reaches no other list before several who paid from different accounts agree with it, one right answer
//! holds it up, and it fades. It knows no names: marks are numbers, and its reasons tell neither who nor which list.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use crate::fold::Folded;
use crate::parse::{self, Span};
use crate::query::Query;
use crate::verdict::{Decision, Reason, reason};

/// Days after which a word counts half.
pub const HALF_LIFE_DAYS: f64 = 730.0;

/// What all voices of one saying multiply its odds by at most, as a logarithm: a factor of a hundred.
pub const MOST: f64 = 4.6;

/// Chance before any voice of a recording that the matcher did not find: one in fifty.
const UNFOUND: f64 = 0.02;

/// The part of all weight that may speak otherwise before voices count as contradicting each other.
const CONTESTED: f64 = 0.34;

/// The key that lines of one spelling share: artist, title and versions as folded, without number, time and label.
/// Empty where nobody knows what was played.
///
/// ```
/// use matching::{Query, corroboration::spelling};
///
/// let text = |text| spelling(&Query { text, ..Query::default() });
/// assert_eq!(text("03. Kora Lindt - Low Tied"), "kora lindt|low tied|");
/// assert_eq!(text("[12:04] KORA LINDT – Low Tied"), text("03. Kora Lindt - Low Tied"));
/// assert_eq!(spelling(&Query { artist: "Kora Lindt", title: "Low Tied", ..Query::default() }), text("03. Kora Lindt - Low Tied"));
/// assert_eq!(text("ID - ID"), "");
/// ```
pub fn spelling(query: &Query<'_>) -> String {
    let mut parts = [String::new(), String::new(), String::new()];
    let mut add = |part: usize, text: &str| {
        let folded = Folded::new(parse::cut(text, parse::LINE_MAX));
        for word in &folded.words {
            if !parts[part].is_empty() {
                parts[part].push(' ');
            }
            parts[part].push_str(std::str::from_utf8(folded.word(word)).unwrap_or_default());
        }
    };
    if query.title.is_empty() && query.artist.is_empty() {
        let text = query.text;
        let line = parse::line(text);
        if line.unknown {
            return String::new();
        }
        add(0, line.artist.of(text));
        add(1, line.title.of(text));
        line.versions.iter().rev().for_each(|v| add(2, v.text.of(text)));
        let inside = |s: Span, t: Span| s.start >= t.start && s.end <= t.end;
        for credit in &line.artists {
            let known = inside(credit.name, line.artist) || inside(credit.name, line.title);
            if !known && !line.versions.iter().any(|v| inside(credit.name, v.text)) {
                add(0, credit.name.of(text));
            }
        }
    } else {
        let title = parse::cut(query.title, parse::LINE_MAX);
        let (base, versions, guests) = parse::versions(title, Span { start: 0, end: title.len() });
        add(0, query.artist);
        add(1, base.of(title));
        versions.iter().rev().for_each(|v| add(2, v.text.of(title)));
        let inside = |s: Span| versions.iter().any(|v| s.start >= v.text.start && s.end <= v.text.end);
        guests.iter().filter(|g| !inside(g.name)).for_each(|g| add(0, g.name.of(title)));
    }
    add(2, query.version);
    if parts.iter().all(String::is_empty) { String::new() } else { parts.join("|") }
}

/// Something that ties lines to a person, as a number; equal texts of one kind give equal marks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mark(u64);

impl Mark {
    /// The mark of a text: a party's id, an account holder's name.
    pub fn of(kind: &str, text: &str) -> Mark {
        let mut hasher = DefaultHasher::new();
        (kind, text).hash(&mut hasher);
        Mark(hasher.finish())
    }
}

/// What settled a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ground {
    /// A person's answer.
    Answer,
    /// An identifier in the file.
    Identifier,
}

/// What one settled line says of a spelling.
#[derive(Debug, Clone, PartialEq)]
pub struct Testimony<T> {
    /// Whatever ties it to a person.
    pub marks: Vec<Mark>,
    /// Whether somebody has paid for the list it stands in; without that it is no voice, but still ties marks together.
    pub paid: bool,
    /// The recording; `None` for "not in the catalogue".
    pub says: Option<T>,
    /// How long ago, in days.
    pub days: f64,
    /// What settled it.
    pub ground: Ground,
}

/// What is heard of a spelling: for each saying how many voices and how much they weigh.
#[derive(Debug, Clone, PartialEq)]
pub struct Heard<T: Ord> {
    /// Voices and their weight, by what they say.
    pub sayings: BTreeMap<Option<T>, (usize, f64)>,
}

/// Where decisions are made.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limits {
    /// Accepted from this probability on.
    pub accept: f64,
    /// Asked about from this probability on.
    pub ask: f64,
    /// Voices that may carry a probability across the accepting threshold.
    pub voices: usize,
}

/// What corroboration makes of a line.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome<T> {
    /// The candidates with their chances, likeliest first.
    pub candidates: Vec<(T, f64)>,
    /// What to do now.
    pub decision: Decision,
    /// Why it moved.
    pub reasons: Vec<Reason>,
}

impl<T: Ord + Clone> Heard<T> {
    /// Listens to testimonies of one spelling for somebody with these marks.
    pub fn new(asker: &[Mark], testimonies: &[Testimony<T>]) -> Heard<T> {
        let groups = voices(asker, testimonies);
        let mut newest: BTreeMap<usize, &Testimony<T>> = BTreeMap::new();
        for (group, testimony) in groups.iter().zip(testimonies) {
            let Some(group) = group else { continue };
            if testimony.paid && newest.get(group).is_none_or(|n| testimony.days < n.days) {
                newest.insert(*group, testimony);
            }
        }
        let mut sayings: BTreeMap<Option<T>, (usize, f64)> = BTreeMap::new();
        for testimony in newest.values() {
            let slot = sayings.entry(testimony.says.clone()).or_default();
            slot.0 += 1;
            slot.1 += weight(testimony.ground, testimony.days);
        }
        Heard { sayings }
    }

    fn all(&self) -> f64 {
        self.sayings.values().map(|(_, w)| w).sum()
    }

    /// Voices for a candidate and against it.
    fn votes(&self, candidate: &T) -> (usize, usize) {
        let pro = self.sayings.get(&Some(candidate.clone())).map_or(0, |(voices, _)| *voices);
        let all: usize = self.sayings.values().map(|(voices, _)| voices).sum();
        (pro, all - pro)
    }

    /// What a saying multiplies odds by.
    fn factor(&self, says: &Option<T>) -> f64 {
        self.sayings.get(says).map_or(1.0, |(_, weight)| weight.min(MOST).exp())
    }

    fn contested(&self, candidate: &T) -> bool {
        let other: f64 =
            self.sayings.iter().filter(|(s, _)| s.as_ref() != Some(candidate)).map(|(_, (_, w))| w).sum();
        other > CONTESTED * self.all()
    }
}

/// Moves the candidates of a line by what is heard; `None` where nothing is heard or nothing moves.
pub fn apply<T: Ord + Clone>(
    candidates: &[(T, f64)],
    heard: &Heard<T>,
    limits: Limits,
) -> Option<Outcome<T>> {
    if heard.sayings.is_empty() {
        return None;
    }
    let told_of = |c: &T| candidates.iter().any(|(known, _)| known == c);
    let mut all: Vec<(T, f64)> = candidates.to_vec();
    let mut elsewhere =
        (1.0 - candidates.iter().map(|(_, p)| p).sum::<f64>()).max(0.01) * heard.factor(&None);
    for (says, (voices, _)) in &heard.sayings {
        let Some(recording) = says.as_ref().filter(|r| !told_of(r)) else { continue };
        // below the number the house asks for, naming it would tell what somebody played
        if *voices >= limits.voices && !heard.contested(recording) {
            all.push((recording.clone(), UNFOUND));
        } else {
            elsewhere += UNFOUND * heard.factor(says);
        }
    }
    let odds = |c: &T, p: f64| p * heard.factor(&Some(c.clone()));
    let whole = elsewhere + all.iter().map(|(c, p)| odds(c, *p)).sum::<f64>();
    let held = |c: T, p: f64| {
        let q = odds(&c, p) / whole.max(1e-12);
        let q = if told_of(&c) { held_back(&c, p, q, heard, limits) } else { q.min(below(limits.accept)) };
        (c, q)
    };
    let mut moved: Vec<(T, f64)> = all.into_iter().map(|(c, p)| held(c, p)).collect();
    moved.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    let (best, p) = moved.first()?;
    let before = candidates.iter().find(|(c, _)| c == best).map_or(0.0, |(_, p)| *p);
    let reasons = told(best, before, *p, heard, limits);
    let decision = if *p >= limits.accept {
        Decision::Matched
    } else if *p >= limits.ask {
        Decision::Ambiguous
    } else {
        Decision::Unmatched
    };
    Some(Outcome { candidates: moved.clone(), decision, reasons })
}

/// The probability after all voices, held back at the accepting threshold where they are too few or at odds.
fn held_back<T: Ord + Clone>(
    candidate: &T,
    before: f64,
    after: f64,
    heard: &Heard<T>,
    limits: Limits,
) -> f64 {
    let (pro, contra) = heard.votes(candidate);
    if before < limits.accept && (pro < limits.voices || heard.contested(candidate)) {
        after.min(below(limits.accept))
    } else if before >= limits.accept && contra < limits.voices {
        after.max(limits.accept)
    } else {
        after
    }
}

fn told<T: Ord + Clone>(best: &T, before: f64, after: f64, heard: &Heard<T>, limits: Limits) -> Vec<Reason> {
    let (pro, contra) = heard.votes(best);
    let mut reasons = Vec::new();
    if pro >= limits.voices {
        let text = format!(
            "this spelling was settled as this recording in at least {} other set lists",
            rounded(pro)
        );
        reasons.push(reason("spelling-known", text));
    } else if after > before {
        reasons.push(reason("spelling-seen", "this spelling was settled as this recording before"));
    }
    if contra >= limits.voices {
        let text =
            format!("this spelling was settled otherwise in at least {} other set lists", rounded(contra));
        reasons.push(reason("spelling-contested", text));
    } else if contra > 0 && after < before {
        reasons.push(reason("spelling-otherwise", "this spelling was settled otherwise before"));
    }
    reasons
}

/// A count told so coarsely that one list more or less cannot be read from it.
fn rounded(count: usize) -> usize {
    [100, 50, 20, 10, 5].into_iter().find(|step| count >= *step).unwrap_or(count.min(3))
}

fn weight(ground: Ground, days: f64) -> f64 {
    let whole = match ground {
        Ground::Answer => 4.0_f64.ln(),
        Ground::Identifier => 6.0_f64.ln(),
    };
    whole * 0.5_f64.powf(days.max(0.0) / HALF_LIFE_DAYS)
}

fn below(threshold: f64) -> f64 {
    threshold - 1e-6
}

/// The voice that each testimony belongs to; `None` for those that hang together with the asker.
fn voices<T>(asker: &[Mark], testimonies: &[Testimony<T>]) -> Vec<Option<usize>> {
    let count = testimonies.len();
    // one place more stands for the asker
    let mut parent: Vec<usize> = (0..=count).collect();
    let mut owner: BTreeMap<Mark, usize> = asker.iter().map(|m| (*m, count)).collect();
    for (i, testimony) in testimonies.iter().enumerate() {
        for mark in &testimony.marks {
            let other = *owner.entry(*mark).or_insert(i);
            let (a, b) = (root(&mut parent, i), root(&mut parent, other));
            if let Some(slot) = parent.get_mut(a.min(b)) {
                *slot = a.max(b);
            }
        }
    }
    let own = root(&mut parent, count);
    (0..count).map(|i| Some(root(&mut parent, i)).filter(|voice| *voice != own)).collect()
}

/// Follows the parents to the largest of a group, halving the way.
fn root(parent: &mut [usize], mut at: usize) -> usize {
    while let Some(next) = parent.get(at).copied().filter(|n| *n != at) {
        let after = parent.get(next).copied().unwrap_or(next);
        if let Some(slot) = parent.get_mut(at) {
            *slot = after;
        }
        at = after;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: Limits = Limits { accept: 0.875, ask: 0.27, voices: 3 };

    fn said(who: &[&str], says: Option<&'static str>, days: f64) -> Testimony<&'static str> {
        let marks = who.iter().map(|w| Mark::of("party", w)).collect();
        Testimony { marks, paid: true, says, days, ground: Ground::Answer }
    }

    fn after(p: f64, testimonies: &[Testimony<&'static str>]) -> Option<Outcome<&'static str>> {
        apply(&[("tide", p), ("dub", 0.1)], &Heard::new(&[Mark::of("party", "asker")], testimonies), LIMITS)
    }

    #[test]
    fn several_independent_voices_carry_a_doubtful_line_and_one_does_not() {
        let three = ["a", "b", "c"].map(|w| said(&[w], Some("tide"), 10.0));
        let outcome = after(0.6, &three).unwrap();
        assert_eq!(outcome.decision, Decision::Matched);
        assert_eq!(outcome.reasons[0].code, "spelling-known");
        assert!(
            outcome.reasons[0].text.contains("at least 3 other set lists"),
            "{}",
            outcome.reasons[0].text
        );
        let outcome = after(0.6, &three[..1]).unwrap();
        assert_eq!((outcome.decision, outcome.reasons[0].code), (Decision::Ambiguous, "spelling-seen"));
        assert!(outcome.candidates[0].1 > 0.6 && outcome.candidates[0].1 < LIMITS.accept);
        assert_eq!(after(0.6, &[]), None);
    }

    #[test]
    fn one_person_with_many_accounts_is_one_voice() {
        // ten accounts, each with lists of its own, all paid from one bank account
        let accounts: Vec<String> = (0..10).map(|n| format!("account {n}")).collect();
        let pushed: Vec<_> =
            accounts.iter().map(|a| said(&[a, "bank: Z. Pusher"], Some("dub"), 1.0)).collect();
        assert_eq!(Heard::new(&[], &pushed).sayings[&Some("dub")].0, 1);
        let outcome = after(0.6, &pushed).unwrap();
        assert_eq!(outcome.candidates[0].0, "tide");
        assert_eq!(outcome.decision, Decision::Ambiguous);
        // two hundred lists of accounts that nobody pays for say nothing at all
        let unpaid: Vec<_> = (0..200)
            .map(|n| Testimony { paid: false, ..said(&[&format!("ghost {n}")], Some("dub"), 1.0) })
            .collect();
        assert_eq!(after(0.6, &unpaid), None);
        // nor do they tie honest voices together unless they share a mark with them
        let mut honest = ["a", "b", "c"].map(|w| said(&[w], Some("tide"), 10.0)).to_vec();
        honest.extend(unpaid);
        assert_eq!(after(0.6, &honest).unwrap().decision, Decision::Matched);
    }

    #[test]
    fn nobody_corroborates_himself() {
        let own = [said(&["asker"], Some("tide"), 1.0), said(&["other", "asker"], Some("tide"), 1.0)];
        assert_eq!(after(0.6, &own), None);
    }

    #[test]
    fn a_wrong_answer_is_held_up_by_a_right_one_and_fades() {
        let mut voices = ["a", "b", "c"].map(|w| said(&[w], Some("dub"), 10.0)).to_vec();
        voices.push(said(&["d"], Some("tide"), 1.0));
        voices.push(said(&["e"], Some("tide"), 1.0));
        let outcome = after(0.6, &voices).unwrap();
        assert_ne!(outcome.decision, Decision::Matched);
        // after eight half-lives three voices weigh less than an eightieth of one
        let faded = ["a", "b", "c"].map(|w| said(&[w], Some("dub"), 8.0 * HALF_LIFE_DAYS));
        let outcome = after(0.6, &faded).unwrap();
        assert!((outcome.candidates[0].1 - 0.6).abs() < 0.02);
    }

    #[test]
    fn what_only_others_name_is_offered_and_never_accepted() {
        let many: Vec<_> = (0..40).map(|n| said(&[&format!("dj {n}")], Some("far"), 1.0)).collect();
        let outcome = apply(&[], &Heard::new(&[], &many), LIMITS).unwrap();
        assert_eq!(outcome.candidates[0].0, "far");
        assert_eq!(outcome.decision, Decision::Ambiguous);
        assert_eq!(apply(&[], &Heard::new(&[], &many[..2]), LIMITS), None);
    }

    #[test]
    fn few_contrary_voices_never_unsettle_a_certain_line() {
        let two = ["a", "b"].map(|w| said(&[w], None, 1.0));
        assert_eq!(after(0.9, &two).unwrap().decision, Decision::Matched);
        let many: Vec<_> = (0..9).map(|n| said(&[&format!("dj {n}")], None, 1.0)).collect();
        let outcome = after(0.9, &many).unwrap();
        assert_eq!(outcome.decision, Decision::Ambiguous);
        assert!(outcome.reasons[0].text.contains("at least 5"), "{:?}", outcome.reasons);
    }

    #[test]
    fn reasons_tell_neither_who_nor_how_many_exactly() {
        for count in [3, 4, 5, 9, 10, 19, 64, 1_000] {
            let voices: Vec<_> =
                (0..count).map(|n| said(&[&format!("Kora {n}")], Some("tide"), 1.0)).collect();
            let text = after(0.5, &voices).unwrap().reasons[0].text.clone();
            assert!(!text.contains("Kora"));
            let told: usize = text.split(' ').find_map(|w| w.parse().ok()).unwrap();
            assert!(told <= count && [3, 5, 10, 20, 50, 100].contains(&told), "{text}");
        }
    }
}
