//! What forms of briefs, terms and contracts are made of: fields with remarks beside them, lists of words, rows.

use app::brief::domain::{Flaw as Remark, Word, WrittenStep};
use maud::{Markup, html};
use money::Currency;

use crate::{Lang, form};

/// What a form sent: names with values, repeated names for lists.
#[derive(Debug, Default)]
pub(super) struct Sent(pub(super) Vec<(String, String)>);

impl Sent {
    /// The first value of a name.
    pub(super) fn text(&self, name: &str) -> String {
        self.0.iter().find(|(n, _)| n == name).map(|(_, v)| v.trim().to_owned()).unwrap_or_default()
    }

    /// Every value of a name.
    pub(super) fn all(&self, name: &str) -> Vec<String> {
        self.0
            .iter()
            .filter(|(n, v)| n == name && !v.trim().is_empty())
            .map(|(_, v)| v.trim().to_owned())
            .collect()
    }

    /// Whether a box is ticked.
    pub(super) fn ticked(&self, name: &str) -> bool {
        self.0.iter().any(|(n, _)| n == name)
    }

    /// A number; nought where it is none.
    pub(super) fn count(&self, name: &str) -> u32 {
        self.text(name).parse().unwrap_or(0)
    }

    /// What stands on lines of its own.
    pub(super) fn lines(&self, name: &str) -> Vec<String> {
        split(&self.text(name), &['\n', '\r'])
    }

    /// What stands between commas, or on lines.
    pub(super) fn list(&self, name: &str) -> Vec<String> {
        split(&self.text(name), &[',', ';', '\n', '\r'])
    }

    /// An amount with its currency, as the checker reads it; what cannot be read stays as it is and is remarked on.
    pub(super) fn amount(&self, name: &str) -> String {
        amount(&self.text(name))
    }

    /// Rows of two fields, `NAME-1` … : those in which something stands.
    pub(super) fn pairs(&self, first: &str, second: &str) -> Vec<[String; 2]> {
        let row = |n: usize| [self.text(&format!("{first}-{n}")), self.text(&format!("{second}-{n}"))];
        (1..=MOST_ROWS).map(row).filter(|[a, b]| !a.is_empty() || !b.is_empty()).collect()
    }

    /// Milestones: rows in which something stands.
    pub(super) fn steps(&self) -> Vec<WrittenStep> {
        let row = |n: usize| WrittenStep {
            title: self.text(&format!("step-title-{n}")),
            pays: self.amount(&format!("step-pays-{n}")),
            due: self.text(&format!("step-due-{n}")),
        };
        let filled = |s: &WrittenStep| !s.title.is_empty() || !s.pays.is_empty() || !s.due.is_empty();
        (1..=MOST_ROWS).map(row).filter(filled).collect()
    }
}

/// Most rows of a form.
const MOST_ROWS: usize = 24;

fn split(text: &str, at: &[char]) -> Vec<String> {
    text.split(at).map(|t| t.trim().to_owned()).filter(|t| !t.is_empty()).collect()
}

fn amount(text: &str) -> String {
    if text.is_empty() {
        return String::new();
    }
    form::amount(text, Currency::EUR).map_or_else(|_| text.to_owned(), |a| a.to_string())
}

/// An amount as it stands in a field: without its currency where it is in euros.
pub(super) fn plain(amount: &str) -> &str {
    amount.strip_prefix("EUR ").unwrap_or(amount)
}

/// The remarks of the checker on one field, in the reader's language.
pub(super) fn remarks(all: &[Remark], field: &str, lang: Lang) -> Markup {
    html! {
        @for r in all.iter().filter(|r| r.field == field) {
            @let (message, hint) = said(r, lang);
            p.remark { strong { (message) } @if !hint.is_empty() { " " (hint) } }
        }
    }
}

/// A remark in the reader's language, as sentences.
pub(super) fn said(r: &Remark, lang: Lang) -> (String, String) {
    let (message, hint) = match lang {
        Lang::Fr if !r.french.0.is_empty() => (&r.french.0, &r.french.1),
        _ => (&r.message, &r.hint),
    };
    (sentence(message, lang), sentence(hint, lang))
}

/// A colon with its spaces.
pub(super) fn colon(lang: Lang) -> &'static str {
    if lang == Lang::Fr { "\u{a0}: " } else { ": " }
}

fn sentence(text: &str, lang: Lang) -> String {
    let text = crate::show::quoted(text.trim(), lang);
    let text = if lang == Lang::Fr { text.replace('\'', "’") } else { text };
    let mut letters = text.chars();
    let mut out: String = letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect();
    if !out.is_empty() && !out.ends_with(['.', '?', '!', '…']) {
        out.push('.');
    }
    out
}

/// A labelled field with its hint, the control, and the remarks on it.
pub(super) fn field(lang: Lang, id: &str, key: &str, all: &[Remark], control: Markup) -> Markup {
    let hint = lang.maybe(&format!("{key}-hint"), &[]);
    html! {
        div.field {
            label for=(id) { (lang.t(key)) }
            @if let Some(hint) = hint { p.hint { (hint) } }
            (control)
            (remarks(all, id, lang))
        }
    }
}

/// A line of text.
pub(super) fn line(id: &str, value: &str, most: u32) -> Markup {
    html! { input #(id) name=(id) value=(value) maxlength=(most) autocomplete="off"; }
}

/// Several lines.
pub(super) fn area(id: &str, value: &str, rows: u32) -> Markup {
    html! { textarea.words #(id) name=(id) rows=(rows) maxlength="20000" { (value) } }
}

/// A day.
pub(super) fn date(id: &str, value: &str) -> Markup {
    html! { input #(id) name=(id) type="date" value=(value); }
}

/// A number; empty where it is nought.
pub(super) fn number(id: &str, value: u32) -> Markup {
    let text = if value == 0 { String::new() } else { value.to_string() };
    html! { input #(id) name=(id) inputmode="numeric" value=(text) maxlength="6"; }
}

/// A box with its words.
pub(super) fn tick(name: &str, value: &str, ticked: bool, words: &str) -> Markup {
    html! { label.choice { input type="checkbox" name=(name) value=(value) checked[ticked]; span { (words) } } }
}

/// One word of a closed list.
pub(super) fn choose<W: Word>(lang: Lang, id: &str, value: &str) -> Markup {
    html! {
        select #(id) name=(id) {
            option value="" { (lang.t("choose-one")) }
            @for w in W::LIST { option value=(w.word()) selected[w.word() == value] { (word(*w, lang)) } }
        }
    }
}

/// Boxes for the words of a closed list.
pub(super) fn boxes<W: Word>(lang: Lang, name: &str, ticked: &[String], leave_out: &[&str]) -> Markup {
    html! {
        div.checks {
            @for w in W::LIST.iter().filter(|w| !leave_out.contains(&w.word())) {
                (tick(name, w.word(), ticked.iter().any(|t| t == w.word()), &word(*w, lang)))
            }
        }
    }
}

/// A word for people, with a capital.
pub(super) fn word<W: Word>(w: W, lang: Lang) -> String {
    let (en, fr) = w.said();
    crate::pages::consent::capital(if lang == Lang::Fr { fr } else { en })
}

/// Rows of milestones, with empty ones below.
pub(super) fn steps(lang: Lang, all: &[WrittenStep], flaws: &[Remark], spare: usize) -> Markup {
    let rows = (all.len() + spare).clamp(1, MOST_ROWS);
    let empty = WrittenStep::default();
    html! {
        @for n in 1..=rows {
            @let s = all.get(n - 1).unwrap_or(&empty);
            div.step {
                p.from { (lang.with("step-number", &[("number", n.into())])) }
                div.field { label for=(format!("step-title-{n}")) { (lang.t("step-title")) } (line(&format!("step-title-{n}"), &s.title, 200)) }
                div.pair {
                    div.field { label for=(format!("step-pays-{n}")) { (lang.t("step-pays")) } (line(&format!("step-pays-{n}"), plain(&s.pays), 40)) }
                    div.field { label for=(format!("step-due-{n}")) { (lang.t("step-day")) } (date(&format!("step-due-{n}"), &s.due)) }
                }
                (remarks(flaws, &format!("milestone {n}"), lang))
            }
        }
        (remarks(flaws, "milestones", lang))
    }
}

/// Rows of a name and a part.
pub(super) fn parts(lang: Lang, prefix: &str, all: &[[String; 2]], spare: usize) -> Markup {
    html! {
        @for n in 1..=(all.len() + spare).clamp(1, MOST_ROWS) {
            @let (who, part) = all.get(n - 1).map_or(("", ""), |[a, b]| (a.as_str(), b.as_str()));
            div.pair {
                div.field { label for=(format!("{prefix}-who-{n}")) { (lang.t("part-who")) } (line(&format!("{prefix}-who-{n}"), who, 200)) }
                div.field { label for=(format!("{prefix}-part-{n}")) { (lang.t("part-part")) } (line(&format!("{prefix}-part-{n}"), part, 20)) }
            }
        }
    }
}
