//! Where librarians write selections and what happens in their rooms.

use app::institution;
use app::selection::{self, Happening, Selection, Write};
use axum::extract::{Multipart, Path, State};
use axum::response::{Html, IntoResponse, Redirect, Response};
use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use maud::{Markup, html};
use music::RecordingId;
use serde::Deserialize;

use crate::access::{Asker, Checked};
use crate::flaw::{Flaw, speak};
use crate::pages::institution::own;
use crate::pages::selection::article;
use crate::pages::set_list::broken;
use crate::visit::Visit;
use crate::{Lang, Web, layout, show as words};

/// A selection as its form has it.
#[derive(Debug, Clone, Default, Deserialize)]
pub(crate) struct Sheet {
    #[serde(default)]
    selection: String,
    title: String,
    #[serde(default)]
    words: String,
    #[serde(default)]
    lang: String,
    #[serde(default)]
    items: String,
    #[serde(default)]
    curators: String,
    #[serde(default)]
    from: String,
    #[serde(default)]
    until: String,
}

/// All selections of an institution, with a form for a new one, and its agenda.
pub(crate) async fn list(
    State(web): State<Web>,
    visit: Visit,
    Path(party): Path<String>,
) -> Result<Html<String>, Flaw> {
    own(&party)?;
    let lang = visit.lang;
    let one = institution::one(web.house(), &party).await?;
    let id = one.row.party.as_str();
    let all = selection::list(web.house(), Some(id), false).await?;
    let events = selection::happenings(web.house(), id).await?;
    let title = lang.t("editor-title");
    let content = html! {
        p.from { a href=(format!("/institution/{id}")) { (one.name) } }
        h1 { (title) }
        @if all.is_empty() { p { (lang.t("selections-none")) } }
        ul.ledger {
            @for s in &all {
                li.row-link { a href=(format!("/institution/{id}/selections/{}", s.row.slug)) {
                    span.what { (s.row.title) br; span.soft { (state(s, lang)) } }
                    span.amount { (lang.with("selection-count", &[("count", s.items.len().into())])) }
                } }
            }
        }
        section aria-labelledby="new" {
            h2 #new { (lang.t("editor-new")) }
            (sheet(&visit, id, &Sheet { lang: lang.tag().to_owned(), ..Sheet::default() }))
        }
        section aria-labelledby="agenda" {
            h2 #agenda { (lang.t("agenda-title")) }
            (agenda(&visit, id, &events))
        }
    };
    Ok(layout::page(&visit, &title, &content))
}

fn state(s: &Selection, lang: Lang) -> String {
    let key = match (s.row.status.as_str(), s.shown) {
        ("published", true) => "selection-shown",
        ("published", false) => "selection-waits",
        ("withdrawn", _) => "selection-withdrawn",
        _ => "selection-draft",
    };
    lang.t(key)
}

/// One selection with its form.
pub(crate) async fn form(
    State(web): State<Web>,
    visit: Visit,
    Path((party, slug)): Path<(String, String)>,
) -> Result<Html<String>, Flaw> {
    own(&party)?;
    let lang = visit.lang;
    let one = institution::one(web.house(), &party).await?;
    let id = one.row.party.as_str();
    let s = selection::one(web.house(), id, &slug).await?;
    let here = format!("/institution/{id}/selections/{}", s.row.slug);
    let filled = Sheet {
        selection: s.row.slug.clone(),
        title: s.row.title.clone(),
        words: s.row.words.clone(),
        lang: s.row.lang.clone(),
        items: s
            .items
            .iter()
            .map(|i| format!("{} {}", i.recording, i.words.replace('\n', " ")))
            .collect::<Vec<_>>()
            .join("\n"),
        curators: s.curators.join("\n"),
        from: s.row.from.map(local).unwrap_or_default(),
        until: s.row.until.map(local).unwrap_or_default(),
    };
    let content = html! {
        p.from { a href=(format!("/institution/{id}/selections")) { (lang.t("editor-title")) } " · " (state(&s, lang)) }
        (article(&s, lang))
        section aria-labelledby="show" {
            h2 #show { (lang.t("editor-show")) }
            form method="post" action=(format!("{here}/status")) {
                input type="hidden" name="csrf" value=(visit.token());
                @if s.row.status == "published" {
                    button.plain name="status" value="withdrawn" { (lang.t("editor-withdraw")) }
                } @else {
                    button name="status" value="published" { (lang.t("editor-publish")) }
                }
            }
            @if s.row.status == "published" {
                p { (lang.t("editor-address")) " " code { "/selection/" (s.row.slug) } }
                p { (lang.t("editor-embed")) }
                pre { "<iframe src=\"…/embed/selection/" (s.row.slug) "\" title=\"" (s.row.title) "\" width=\"100%\" height=\"600\"></iframe>" }
                @if one.row.frames.is_empty() { p.note { (lang.t("editor-frames")) } }
                p { (lang.t("editor-kiosk")) " " a href=(format!("/kiosk/{}", one.row.slug)) { "/kiosk/" (one.row.slug) } }
            }
        }
        section aria-labelledby="picture" {
            h2 #picture { (lang.t("editor-picture")) }
            form.sheet method="post" action=(format!("{here}/picture")) enctype="multipart/form-data" {
                input type="hidden" name="csrf" value=(visit.token());
                div.field { label for="file" { (lang.t("editor-picture-file")) } input #file type="file" name="file" accept="image/jpeg,image/png,image/webp" required; }
                div.field { label for="alt" { (lang.t("editor-picture-alt")) } input #alt name="alt" required maxlength="500"; }
                div.field { label for="credit" { (lang.t("editor-picture-credit")) } input #credit name="credit" maxlength="200"; }
                div.send { button { (lang.t("editor-save")) } }
            }
        }
        section aria-labelledby="change" {
            h2 #change { (lang.t("editor-change")) }
            (sheet(&visit, id, &filled))
        }
    };
    Ok(layout::page(&visit, &s.row.title, &content))
}

fn sheet(visit: &Visit, id: &str, s: &Sheet) -> Markup {
    let lang = visit.lang;
    html! {
        form.sheet method="post" action=(format!("/institution/{id}/selections")) {
            input type="hidden" name="csrf" value=(visit.token());
            input type="hidden" name="selection" value=(s.selection);
            div.field { label for="title" { (lang.t("editor-name")) } input #title name="title" value=(s.title) required maxlength="200"; }
            div.field { label for="words" { (lang.t("editor-words")) } textarea #words name="words" rows="6" { (s.words) } }
            div.field {
                label for="items" { (lang.t("editor-items")) }
                textarea #items name="items" rows="8" aria-describedby="items-hint" { (s.items) }
                p.hint #items-hint { (lang.t("editor-items-hint")) }
            }
            div.field { label for="curators" { (lang.t("editor-curators")) } textarea #curators name="curators" rows="2" { (s.curators) } }
            div.pair {
                div.field { label for="from" { (lang.t("editor-from")) } input #from type="datetime-local" name="from" value=(s.from); }
                div.field { label for="until" { (lang.t("editor-until")) } input #until type="datetime-local" name="until" value=(s.until); }
            }
            p.hint { (lang.t("editor-utc")) }
            div.field {
                label for="lang" { (lang.t("editor-lang")) }
                select #lang name="lang" { @for l in Lang::ALL { option value=(l.tag()) selected[s.lang == l.tag()] { (l.t("lang-name")) } } }
            }
            div.send { button { (lang.t("editor-save")) } }
        }
    }
}

/// Writes a selection.
pub(crate) async fn write(
    State(web): State<Web>,
    visit: Visit,
    asker: Asker,
    Path(party): Path<String>,
    Checked(s): Checked<Sheet>,
) -> Result<Response, Flaw> {
    own(&party)?;
    match written(&web, &asker, &party, &s).await {
        Ok(made) => {
            Ok(Redirect::to(&format!("/institution/{party}/selections/{}", made.row.slug)).into_response())
        }
        Err(Flaw::Refused(refusal)) => {
            let said = speak(&refusal, visit.lang);
            let one = institution::one(web.house(), &party).await?;
            let content = html! {
                h1 { (visit.lang.t("editor-title")) }
                (layout::alert(&said.message, &said.hint, said.lang))
                (sheet(&visit, one.row.party.as_str(), &s))
            };
            let page = layout::page(&visit, &visit.lang.t("editor-title"), &content);
            Ok((axum::http::StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(other) => Err(other),
    }
}

async fn written(web: &Web, asker: &Asker, party: &str, s: &Sheet) -> Result<Selection, Flaw> {
    let mut items = Vec::new();
    for line in s.items.lines().map(str::trim).filter(|l| !l.is_empty()) {
        let (id, words) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        let recording: RecordingId = id.parse().map_err(|_| {
            let id: String = id.chars().take(60).collect();
            app::Refusal::new(
                "recording-unknown",
                format!("there is no recording `{id}`"),
                "each line begins with a recording's id, then words about it",
            )
        })?;
        items.push((recording, words.trim().to_owned()));
    }
    let ask = Write {
        institution: party.to_owned(),
        selection: s.selection.clone(),
        title: s.title.clone(),
        words: s.words.clone(),
        lang: s.lang.clone(),
        items,
        curators: s.curators.lines().map(str::to_owned).collect(),
        from: instant(&s.from)?,
        until: instant(&s.until)?,
        by: asker.by(),
    };
    Ok(selection::write(web.house(), ask).await?)
}

/// Whether everybody sees it.
#[derive(Debug, Deserialize)]
pub(crate) struct Status {
    status: String,
}

/// Publishes a selection or takes it back.
pub(crate) async fn status(
    State(web): State<Web>,
    asker: Asker,
    Path((party, slug)): Path<(String, String)>,
    Checked(s): Checked<Status>,
) -> Result<Redirect, Flaw> {
    own(&party)?;
    selection::set_status(web.house(), &party, &slug, &s.status, &asker.by()).await?;
    Ok(Redirect::to(&format!("/institution/{party}/selections/{slug}")))
}

/// Gives a selection its picture.
pub(crate) async fn picture(
    State(web): State<Web>,
    visit: Visit,
    asker: Asker,
    Path((party, slug)): Path<(String, String)>,
    mut form: Multipart,
) -> Result<Redirect, Flaw> {
    own(&party)?;
    let (mut bytes, mut alt, mut credit, mut checked) = (Vec::new(), String::new(), String::new(), false);
    while let Some(field) = form.next_field().await.map_err(broken)? {
        match field.name().unwrap_or_default() {
            "csrf" => {
                visit.check(&web, &field.text().await.map_err(broken)?)?;
                checked = true;
            }
            // The token stands first in our forms: nothing of a forged one is kept in memory.
            _ if !checked => return Err(Flaw::Forgery),
            "alt" => alt = field.text().await.map_err(broken)?,
            "credit" => credit = field.text().await.map_err(broken)?,
            "file" => bytes = field.bytes().await.map_err(broken)?.to_vec(),
            _ => {}
        }
    }
    if !checked {
        return Err(Flaw::Forgery);
    }
    selection::set_picture(web.house(), &party, &slug, &bytes, &alt, &credit, &asker.by()).await?;
    Ok(Redirect::to(&format!("/institution/{party}/selections/{slug}")))
}

fn agenda(visit: &Visit, id: &str, events: &[store::AgendaRow]) -> Markup {
    let lang = visit.lang;
    html! {
        @if !events.is_empty() {
            ul.found { @for e in events { li {
                div { strong { (e.title) } p.soft { (words::day(e.day, lang)) } }
                form method="post" action=(format!("/institution/{id}/agenda/remove")) {
                    input type="hidden" name="csrf" value=(visit.token());
                    input type="hidden" name="id" value=(e.id);
                    button.plain { (lang.t("agenda-remove")) span.hidden { " " (e.title) } }
                }
            } } }
        }
        form.sheet method="post" action=(format!("/institution/{id}/agenda")) {
            input type="hidden" name="csrf" value=(visit.token());
            div.pair {
                div.field { label for="day" { (lang.t("agenda-day")) } input #day type="date" name="day" required; }
                div.field { label for="event" { (lang.t("agenda-what")) } input #event name="title" required maxlength="200"; }
            }
            div.field { label for="event-words" { (lang.t("agenda-words")) } input #event-words name="words" maxlength="2000"; }
            div.field { label for="event-url" { (lang.t("agenda-url")) } input #event-url type="url" name="url" placeholder="https://"; }
            div.send { button { (lang.t("agenda-add")) } }
        }
    }
}

/// An event of the agenda.
#[derive(Debug, Deserialize)]
pub(crate) struct Event {
    day: String,
    title: String,
    #[serde(default)]
    words: String,
    #[serde(default)]
    url: String,
}

/// Adds an event.
pub(crate) async fn add_event(
    State(web): State<Web>,
    asker: Asker,
    Path(party): Path<String>,
    Checked(e): Checked<Event>,
) -> Result<Redirect, Flaw> {
    own(&party)?;
    let day: Date = e.day.trim().parse().map_err(|_| Flaw::BadForm)?;
    let ask = Happening {
        institution: party.clone(),
        day,
        title: e.title,
        words: e.words,
        url: e.url,
        by: asker.by(),
    };
    selection::add_happening(web.house(), ask).await?;
    Ok(Redirect::to(&format!("/institution/{party}/selections#agenda")))
}

/// Which event.
#[derive(Debug, Deserialize)]
pub(crate) struct Which {
    id: String,
}

/// Takes an event away.
pub(crate) async fn remove_event(
    State(web): State<Web>,
    asker: Asker,
    Path(party): Path<String>,
    Checked(which): Checked<Which>,
) -> Result<Redirect, Flaw> {
    own(&party)?;
    selection::remove_happening(web.house(), &party, &which.id, &asker.by()).await?;
    Ok(Redirect::to(&format!("/institution/{party}/selections#agenda")))
}

/// Where a form of a selection was loaded again by its address.
pub(crate) async fn back(Path((party, slug)): Path<(String, String)>) -> Redirect {
    Redirect::to(&format!("/institution/{party}/selections/{slug}"))
}

/// Where a form of the agenda was loaded again by its address.
pub(crate) async fn back_all(Path(party): Path<String>) -> Redirect {
    Redirect::to(&format!("/institution/{party}/selections"))
}

fn instant(text: &str) -> Result<Option<Timestamp>, Flaw> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let at: DateTime = text.parse().map_err(|_| Flaw::BadForm)?;
    at.to_zoned(TimeZone::UTC).map(|z| Some(z.timestamp())).map_err(|_| Flaw::BadForm)
}

fn local(at: Timestamp) -> String {
    at.to_zoned(TimeZone::UTC).strftime("%Y-%m-%dT%H:%M").to_string()
}
