//! What a handed-in list may leave open: which set, whether it is the same night, who played.

use app::{House, Refusal, set_list};
use axum::response::Html;
use maud::{Markup, html};
use music::{PartyId, SetListId};

use crate::adapters::{self, SetChoice};
use crate::flaw::Flaw;
use crate::lang::Text;
use crate::stash::Upload;
use crate::visit::Visit;
use crate::{Lang, layout, show};

/// A question with its possible answers.
#[derive(Debug)]
pub(crate) enum Question {
    /// The file holds several sets.
    Which(Vec<SetChoice>),
    /// Another list looks like the same performance: its id, event and day.
    Same(SetListId, String, String),
    /// Nobody here has this name.
    Unknown(String),
    /// Several have.
    Several(String, Vec<(PartyId, String)>),
}

impl Question {
    /// The question behind a refusal, where it is one that a person can answer at once.
    pub(crate) async fn of(
        house: &House,
        refusal: &Refusal,
        upload: &Upload,
    ) -> Result<Option<Question>, Flaw> {
        let name = upload.sheet.performer.trim().to_owned();
        Ok(match refusal.code {
            "set-several" => {
                let bytes = upload.bytes.clone();
                let sets = tokio::task::spawn_blocking(move || adapters::sets_of(&bytes)).await;
                sets.ok().filter(|sets| !sets.is_empty()).map(Question::Which)
            }
            "same-performance" => match adapters::twin_of(refusal) {
                Some(id) => {
                    let (list, event, _) = set_list::show(house, &id).await?;
                    let what = if event.name.is_empty() { list.document } else { event.name };
                    Some(Question::Same(id, what, event.date.map(|d| d.to_string()).unwrap_or_default()))
                }
                None => None,
            },
            // The payer's name is asked for in the form; only the performer's leads here.
            "party-unknown"
                if refusal.message.contains(&format!("`{name}`")) && name.parse::<PartyId>().is_err() =>
            {
                Some(Question::Unknown(name))
            }
            "party-several" if refusal.message.contains(&format!("`{name}`")) => {
                let all = adapters::namesakes(house, &name).await?;
                Some(Question::Several(name, all))
            }
            _ => None,
        })
    }
}

/// The page that asks.
pub(crate) fn page(visit: &Visit, question: &Question, kept: &str) -> Html<String> {
    let lang = visit.lang;
    let (title, hint, answers) = words(question, lang);
    let form = |inside: &Markup| {
        html! {
            form method="post" action="/set-list/answer" {
                input type="hidden" name="csrf" value=(visit.token());
                input type="hidden" name="kept" value=(kept);
                div.answers { (inside) }
            }
        }
    };
    let content = html! {
        h1 { (title) }
        p.lead { (hint) }
        (form(&answers))
        // A form of its own, so that the enter key in the field does not register anybody.
        @if let Question::Unknown(name) = question { (form(&another_name(name, lang))) }
        p { a href="/set-list" { (lang.t("ask-back")) } }
    };
    layout::page(visit, &title, &content)
}

fn words(question: &Question, lang: Lang) -> (String, String, Markup) {
    match question {
        Question::Which(sets) => {
            let title = lang.with("ask-set", &[("count", sets.len().into())]);
            (
                title,
                lang.t("ask-set-hint"),
                html! { @for (place, set) in sets.iter().enumerate() { (set_button(place, set, lang)) } },
            )
        }
        Question::Same(id, what, day) => {
            let values: [(&'static str, Text); 2] =
                [("what", what.as_str().into()), ("day", show::iso_day(day, lang).into())];
            let answers = html! {
                button.answer type="submit" name="same" value=(id) accesskey="1" { strong { (lang.t("ask-same-yes")) } span { (lang.t("ask-same-yes-what")) } }
                button.answer type="submit" name="same" value="another" accesskey="2" { strong { (lang.t("ask-same-no")) } span { (lang.t("ask-same-no-what")) } }
            };
            (lang.t("ask-same"), lang.with("ask-same-hint", &values), answers)
        }
        Question::Unknown(name) => {
            let values: [(&'static str, Text); 1] = [("name", name.as_str().into())];
            let answers = html! {
                button.answer type="submit" name="register" value="yes" accesskey="1" {
                    strong { (lang.with("ask-new-yes", &values)) } span { (lang.t("ask-new-yes-what")) }
                }
            };
            (lang.with("ask-new", &values), lang.t("ask-new-hint"), answers)
        }
        Question::Several(name, all) => {
            let answers = html! {
                @for (place, (id, name)) in all.iter().enumerate() {
                    button.answer type="submit" name="performer" value=(id) accesskey=[access_key(place)] { strong { (name) } span { (id) } }
                }
            };
            (lang.with("ask-who", &[("name", name.as_str().into())]), lang.t("ask-who-hint"), answers)
        }
    }
}

fn another_name(name: &str, lang: Lang) -> Markup {
    html! {
        div.field {
            label for="performer" { (lang.t("ask-new-no")) }
            input #performer name="performer" value=(name) maxlength="200";
        }
        button.plain type="submit" { (lang.t("ask-new-again")) }
    }
}

fn set_button(place: usize, set: &SetChoice, lang: Lang) -> Markup {
    let name = if set.name.is_empty() {
        lang.with("ask-set-number", &[("n", set.number.to_string().into())])
    } else {
        set.name.clone()
    };
    html! {
        button.answer type="submit" name="set" value=(set.number) accesskey=[access_key(place)] {
            strong { (name) }
            span { @if !set.started.is_empty() { (set.started) " · " } (lang.with("lines-played", &[("count", set.played.into())])) }
            @for line in &set.first { span.soft { (line) } }
        }
    }
}

/// The key that chooses an answer with the browser's access modifier: 1 to 9.
pub(crate) fn access_key(place: usize) -> Option<String> {
    (place < 9).then(|| (place + 1).to_string())
}
