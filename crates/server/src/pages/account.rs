//! What a person's access consists of: name, password, second factor, browsers that are signed in, keys for programs.

use app::session::{Second, Visitor};
use app::{api_key, second_factor, session, sign_in};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use jiff::Timestamp;
use maud::{Markup, html};
use serde::Deserialize;

use super::sign_in::refused;
use crate::access::{Checked, Person};
use crate::flaw::Flaw;
use crate::visit::Visit;
use crate::{Lang, Web, layout, show as words};

/// The account.
pub(crate) async fn show(
    State(web): State<Web>,
    visit: Visit,
    Person(visitor): Person,
) -> Result<Response, Flaw> {
    page(&web, &visit, &visitor, None, None).await
}

/// Where a form was loaded again by its address.
pub(crate) async fn back() -> Redirect {
    Redirect::to("/account")
}

async fn page(
    web: &Web,
    visit: &Visit,
    visitor: &Visitor,
    refusal: Option<&app::Refusal>,
    fresh_key: Option<&str>,
) -> Result<Response, Flaw> {
    let lang = visit.lang;
    let house = web.house();
    let sessions = session::list(house, visitor).await?;
    let keys = api_key::list(house, visitor).await?;
    let left = second_factor::recovery_left(house, visitor).await?;
    let second =
        if visitor.sign_in.totp_on.is_none() { Second::None } else { visitor.second_factor(house.now()) };
    let passkeys = app::passkey::list(house, visitor).await?;
    let title = lang.t("account-title");
    let content = html! {
        h1 { (title) }
        (refused(visit, refusal))
        @if let Some(secret) = fresh_key {
            div.kept role="status" { p { strong { (lang.t("key-made")) } } p { code.secret { (secret) } } p { (lang.t("key-made-once")) } }
        }
        @let known_as = visitor.sign_in.mail.as_deref().unwrap_or(&visitor.sign_in.name);
        @if !known_as.is_empty() { p.lead { (known_as) } }
        (roles(web, visitor, lang).await?)
        (memberships(web, visit, visitor).await?)
        section aria-labelledby="you" { h2 #you { (lang.t("account-you")) } (name_form(visit, visitor)) }
        section aria-labelledby="second" { h2 #second { (lang.t("account-second")) } (second_part(visit, second, left, !passkeys.is_empty())) }
        section aria-labelledby="passkeys" { h2 #passkeys { (lang.t("passkeys-title")) } (super::passkey::list(visit, &passkeys)) }
        // Whoever comes by an institution's door has no use for one.
        @if visitor.sign_in.mail.is_some() || visitor.sign_in.password.is_some() { section aria-labelledby="password" { h2 #password { (lang.t("account-password")) } (password_form(visit, visitor)) } }
        section aria-labelledby="sessions" { h2 #sessions { (lang.t("account-sessions")) } (session_list(visit, visitor, &sessions)) }
        section aria-labelledby="keys" {
            h2 #keys { (lang.t("account-keys")) }
            (key_list(visit, &keys))
            p { a href="/account/webhooks" { (lang.t("account-webhooks-public")) } }
        }
        section {
            form method="post" action="/sign-out" {
                (csrf(visit))
                button.plain type="submit" { (lang.t("sign-out")) }
            }
        }
        section aria-labelledby="all" {
            h2 #all { (lang.t("account-all")) }
            p { a href="/account/export" { (lang.t("account-export")) } }
            details.more {
                summary { (lang.t("account-erase")) }
                form.sheet method="post" action="/account/erase" {
                    (csrf(visit))
                    p { (lang.t("account-erase-what")) }
                    label.choice { input type="checkbox" name="sure" value="yes" required; span { (lang.t("account-erase-sure")) } }
                    p.send { button type="submit" { (lang.t("account-erase-send")) } }
                }
            }
        }
    };
    let status = refusal.map_or(StatusCode::OK, |r| Flaw::Refused(r.clone()).status());
    Ok((status, layout::page(visit, &title, &content)).into_response())
}

fn csrf(visit: &Visit) -> Markup {
    html! { input type="hidden" name="csrf" value=(visit.token()); }
}

/// For whom the person may act, with the way to each of their pages.
async fn roles(web: &Web, visitor: &Visitor, lang: Lang) -> Result<Markup, Flaw> {
    let mut tx = web.house().store.begin_read().await?;
    let mut parties = Vec::new();
    for (role, id) in visitor.rights.parties() {
        let named = app::party::find(&mut tx, id).await;
        let institution = match id.parse() {
            Ok(id) => tx.institution(&id).await?.is_some(),
            Err(_) => false,
        };
        let name = named.map(|p| p.party.name).unwrap_or_else(|_| id.to_owned());
        parties.push((role, name, ways(id, institution)));
    }
    drop(tx);
    let way = |(address, text): &(String, &str)| html! { li { a href=(address) { (lang.t(text)) } } };
    Ok(html! {
        @if visitor.rights.of_house() {
            p { (lang.t("account-of-house")) }
            ul.names {
                @for (address, text) in [("/house", "house-title"), ("/guards", "guards-title"), ("/jobs", "jobs-title"), ("/webhooks", "account-webhooks")] {
                    (way(&(address.to_owned(), text)))
                }
            }
        }
        @if !parties.is_empty() {
            ul.found {
                @for (role, name, ways) in &parties {
                    li {
                        div {
                            p.soft { (lang.t(&format!("role-of-{}", role.word()))) }
                            strong { (name) }
                            dl.ways { @for (group, ways) in ways { dt { (lang.t(group)) } dd { ul.names { @for one in ways { (way(one)) } } } } }
                        }
                    }
                }
            }
        }
    })
}

/// The pages of a party, by what people come for; an institution's own first.
fn ways(id: &str, institution: bool) -> Vec<(&'static str, Vec<(String, &'static str)>)> {
    let place = ("ways-place", &[("institution", "account-institution")][..]);
    let all = [
        (
            "ways-money",
            &[("statement", "nav-statement"), ("heard", "account-heard"), ("bank", "nav-bank")][..],
        ),
        ("ways-music", &[("shares", "nav-shares"), ("tracks", "nav-tracks"), ("thanks", "nav-thanks")][..]),
        ("ways-sets", &[("sets", "nav-sets")][..]),
        (
            "ways-ai",
            &[
                ("consent/of", "nav-consent"),
                ("licence", "account-licences"),
                ("licensee", "account-licensed"),
            ][..],
        ),
        ("ways-brands", &[("briefs", "nav-briefs")][..]),
        ("ways-programs", &[("webhooks", "account-webhooks")][..]),
    ];
    let groups = Some(place).filter(|_| institution).into_iter().chain(all);
    groups
        .map(|(group, pages)| {
            (group, pages.iter().map(|(page, text)| (format!("/{page}/{id}"), *text)).collect())
        })
        .collect()
}

async fn memberships(web: &Web, visit: &Visit, visitor: &Visitor) -> Result<Markup, Flaw> {
    let lang = visit.lang;
    let mut named = Vec::new();
    for one in app::member::of(web.house(), visitor).await? {
        let mut tx = web.house().store.begin_read().await?;
        let party = app::party::find(&mut tx, &one.institution).await;
        named.push((party.map(|p| p.party.name).unwrap_or_else(|_| one.institution.clone()), one));
    }
    Ok(html! {
        @if !named.is_empty() {
            section aria-labelledby="memberships" {
                h2 #memberships { (lang.t("account-memberships")) }
                ul.found {
                    @for (name, one) in &named {
                        li {
                            div {
                                strong { (name) }
                                p.soft { (match one.until { Some(until) => lang.with("member-until", &[("day", words::day(app::member::last_day(until), lang).into())]), None => lang.t("member-open") }) }
                            }
                            a.button.plain href="/listen" { (lang.t("nav-listen")) }
                            form method="post" action="/account/leave" {
                                (csrf(visit))
                                input type="hidden" name="institution" value=(one.institution);
                                button.plain type="submit" { (lang.t("member-leave")) }
                            }
                        }
                    }
                }
                p.note { (lang.t("member-private")) }
            }
        }
    })
}

fn name_form(visit: &Visit, visitor: &Visitor) -> Markup {
    let lang = visit.lang;
    html! {
        form.sheet method="post" action="/account/name" {
            (csrf(visit))
            div.pair {
                div.field { label for="name" { (lang.t("field-called")) } input #name name="name" value=(visitor.sign_in.name) maxlength="100" autocomplete="name"; }
                div.field {
                    label for="lang" { (lang.t("field-mail-lang")) }
                    select #lang name="lang" {
                        @for other in Lang::ALL { option value=(other.tag()) selected[visitor.sign_in.lang == other.tag()] { (other.t("lang-name")) } }
                    }
                }
            }
            p.send { button.plain type="submit" { (lang.t("account-save")) } }
        }
    }
}

fn second_part(visit: &Visit, second: Second, left: i64, passkey: bool) -> Markup {
    let lang = visit.lang;
    let left = usize::try_from(left).unwrap_or(0);
    html! {
        @if second == Second::None {
            @if passkey { p { (lang.with("account-second-passkey", &[("count", left.into())])) } }
            @else { p { (lang.t("account-second-none")) } }
            p { a.button href="/account/second-factor" { (lang.t("second-set-up")) } }
        } @else {
            p { (lang.with("account-second-on", &[("count", left.into())])) }
            form method="post" action="/account/second-factor/remove" {
                (csrf(visit))
                button.plain type="submit" { (lang.t("second-remove")) }
            }
        }
    }
}

fn password_form(visit: &Visit, visitor: &Visitor) -> Markup {
    let lang = visit.lang;
    let has = visitor.sign_in.password.is_some();
    html! {
        p { (lang.t(if has { "account-password-has" } else { "account-password-none" })) }
        details.more {
            summary { (lang.t(if has { "account-password-change" } else { "account-password-set" })) }
            form.sheet method="post" action="/account/password" {
                (csrf(visit))
                // For whoever keeps passwords: whose it is.
                input type="hidden" name="username" value=(visitor.sign_in.mail.as_deref().unwrap_or_default()) autocomplete="username";
                @if has { div.field { label for="old" { (lang.t("field-password-old")) } input #old type="password" name="old" maxlength="256" autocomplete="current-password"; } }
                div.field {
                    label for="new" { (lang.t("field-password-new")) }
                    p.hint #new-hint { (lang.t("field-password-hint")) }
                    input #new type="password" name="new" required minlength="10" maxlength="256" autocomplete="new-password" aria-describedby="new-hint";
                }
                p.send { button type="submit" { (lang.t("account-save")) } }
            }
        }
    }
}

fn session_list(visit: &Visit, visitor: &Visitor, all: &[store::SessionRow]) -> Markup {
    let lang = visit.lang;
    html! {
        ul.found {
            @for one in all {
                @let here = one.id == visitor.session.id;
                li {
                    div {
                        strong { (browser(&one.agent, lang)) @if here { " · " (lang.t("session-here")) } }
                        p.soft { (lang.with("session-since", &[("day", day(one.created, lang).into()), ("seen", day(one.seen, lang).into())])) }
                    }
                    @if !here {
                        form method="post" action="/account/sessions" {
                            (csrf(visit))
                            input type="hidden" name="session" value=(one.id);
                            button.plain type="submit" { (lang.t("session-end")) }
                        }
                    }
                }
            }
        }
        @if all.len() > 1 {
            form method="post" action="/account/sessions" {
                (csrf(visit))
                button.plain type="submit" { (lang.t("session-end-others")) }
            }
        }
    }
}

fn key_list(visit: &Visit, all: &[store::ApiKeyRow]) -> Markup {
    let lang = visit.lang;
    html! {
        p { (lang.t("account-keys-what")) }
        @if !all.is_empty() {
            ul.found {
                @for one in all {
                    li {
                        div {
                            strong { (one.name) }
                            p.soft { (scope_words(&one.scopes, lang)) " · " (match one.seen { Some(at) => lang.with("key-seen", &[("day", day(at, lang).into())]), None => lang.t("key-unseen") }) }
                        }
                        form method="post" action="/account/keys/end" {
                            (csrf(visit))
                            input type="hidden" name="key" value=(one.id);
                            button.plain type="submit" { (lang.t("key-end")) }
                        }
                    }
                }
            }
        }
        details.more {
            summary { (lang.t("key-make")) }
            form.sheet method="post" action="/account/keys" {
                (csrf(visit))
                div.field { label for="key-name" { (lang.t("field-key-name")) } input #key-name name="name" required maxlength="60" autocomplete="off"; }
                fieldset {
                    legend { (lang.t("field-scopes")) }
                    @for scope in api_key::SCOPES {
                        label.choice { input type="checkbox" name=(scope) value="yes"; span { (lang.t(&format!("scope-{scope}"))) } }
                    }
                }
                p.send { button type="submit" { (lang.t("key-make")) } }
            }
        }
    }
}

fn scope_words(scopes: &str, lang: Lang) -> String {
    scopes.split(' ').map(|s| lang.t(&format!("scope-{s}"))).collect::<Vec<_>>().join(", ")
}

fn day(at: Timestamp, lang: Lang) -> String {
    words::iso_day(&at.to_zoned(jiff::tz::TimeZone::UTC).date().to_string(), lang)
}

/// A browser by its name, as far as it says it.
fn browser(agent: &str, lang: Lang) -> String {
    let named = |known: &[(&str, &str)]| {
        known.iter().find(|(mark, _)| agent.contains(mark)).map(|(_, name)| (*name).to_owned())
    };
    let browser = named(&[
        ("Firefox/", "Firefox"),
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ]);
    let system = named(&[
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS", "macOS"),
        ("Linux", "Linux"),
    ]);
    match (browser, system) {
        (Some(browser), Some(system)) => format!("{browser}, {system}"),
        (Some(one), None) | (None, Some(one)) => one,
        (None, None) => lang.t("session-unknown-browser"),
    }
}

/// A name and a language.
#[derive(Debug, Deserialize)]
pub(crate) struct Named {
    name: String,
    lang: String,
}

/// Changes how the person is addressed.
pub(crate) async fn rename(
    State(web): State<Web>,
    Person(visitor): Person,
    Checked(named): Checked<Named>,
) -> Result<Redirect, Flaw> {
    sign_in::rename(web.house(), &visitor.sign_in.id, &named.name, &named.lang).await?;
    Ok(Redirect::to("/account"))
}

/// A new password, and the old one where there is one.
#[derive(Deserialize)]
pub(crate) struct Password {
    #[serde(default)]
    old: String,
    new: String,
}

/// Sets a password.
pub(crate) async fn password(
    State(web): State<Web>,
    visit: Visit,
    Person(visitor): Person,
    Checked(typed): Checked<Password>,
) -> Result<Response, Flaw> {
    match sign_in::set_password(web.house(), &visitor, &typed.old, Some(&typed.new)).await {
        Err(app::Failure::Refused(refusal)) => page(&web, &visit, &visitor, Some(&refusal), None).await,
        token => Ok((StatusCode::SEE_OTHER, visit.session_cookie(Some(&token?)), [("location", "/account")])
            .into_response()),
    }
}

/// Which session to end; all others where it names none.
#[derive(Debug, Deserialize)]
pub(crate) struct Which {
    session: Option<String>,
}

/// Ends a session, or all but this one.
pub(crate) async fn end_sessions(
    State(web): State<Web>,
    visit: Visit,
    Person(visitor): Person,
    Checked(which): Checked<Which>,
) -> Result<Response, Flaw> {
    let done = match &which.session {
        Some(id) => session::end(web.house(), &visitor, id).await,
        None => session::end_others(web.house(), &visitor).await.map(drop),
    };
    settled(&web, &visit, &visitor, done).await
}

/// A key to make: its name, and a box for each scope.
#[derive(Debug, Deserialize)]
pub(crate) struct KeyForm {
    name: String,
    #[serde(flatten)]
    boxes: std::collections::BTreeMap<String, String>,
}

/// Makes a key and shows its secret, once.
pub(crate) async fn make_key(
    State(web): State<Web>,
    visit: Visit,
    Person(visitor): Person,
    Checked(form): Checked<KeyForm>,
) -> Result<Response, Flaw> {
    let scopes: Vec<String> =
        api_key::SCOPES.iter().filter(|s| form.boxes.contains_key(**s)).map(|s| (*s).to_owned()).collect();
    match api_key::create(web.house(), &visitor, &form.name, &scopes, None).await {
        Err(app::Failure::Refused(refusal)) if refusal.code.starts_with("second-factor") => {
            Err(Flaw::Refused(refusal))
        }
        Err(app::Failure::Refused(refusal)) => page(&web, &visit, &visitor, Some(&refusal), None).await,
        made => page(&web, &visit, &visitor, None, Some(&made?.1)).await,
    }
}

/// Which key to end.
#[derive(Debug, Deserialize)]
pub(crate) struct WhichKey {
    key: String,
}

/// Ends a key.
pub(crate) async fn end_key(
    State(web): State<Web>,
    visit: Visit,
    Person(visitor): Person,
    Checked(which): Checked<WhichKey>,
) -> Result<Response, Flaw> {
    let done = api_key::end(web.house(), &visitor, &which.key).await;
    settled(&web, &visit, &visitor, done).await
}

async fn settled(
    web: &Web,
    visit: &Visit,
    visitor: &Visitor,
    done: Result<(), app::Failure>,
) -> Result<Response, Flaw> {
    match done {
        Err(app::Failure::Refused(refusal)) => page(web, visit, visitor, Some(&refusal), None).await,
        done => {
            done?;
            Ok(Redirect::to("/account").into_response())
        }
    }
}

/// Which membership to leave.
#[derive(Debug, Deserialize)]
pub(crate) struct WhichMember {
    institution: String,
}

/// Leaves an institution.
pub(crate) async fn leave(
    State(web): State<Web>,
    visit: Visit,
    Person(visitor): Person,
    Checked(which): Checked<WhichMember>,
) -> Result<Response, Flaw> {
    let all = app::member::of(web.house(), &visitor).await?;
    let mine = all.into_iter().find(|m| m.institution == which.institution);
    let done = match mine {
        Some(member) => app::member::leave(web.house(), &visitor, member.id.as_str()).await.map(drop),
        None => Ok(()),
    };
    settled(&web, &visit, &visitor, done).await
}

/// Everything the house keeps about the person.
pub(crate) async fn export(State(web): State<Web>, Person(visitor): Person) -> Result<Response, Flaw> {
    let keys = web.players().recorder().map(app::counting::Recorder::keys);
    let mut libraries = Vec::new();
    for one in app::member::of(web.house(), &visitor).await? {
        if let Some(listener) = app::listener::find(web.house(), one.id.as_str()).await? {
            libraries.push(web.players().stands().library(web.house(), &listener.territory).await?);
        }
    }
    let named = |id: &str| {
        libraries.iter().find_map(|stand| {
            let album = stand.library.album_by_id(id).map(|a| format!("{} – {}", a.credit, a.name));
            album.or_else(|| stand.library.artist_by_id(id).map(|a| a.name.to_owned()))
        })
    };
    let all = app::member::export(web.house(), &visitor, keys, &named).await?;
    let headers = [
        ("content-type", "application/json"),
        ("content-disposition", "attachment; filename=\"tantieme.json\""),
    ];
    Ok((headers, format!("{all:#}\n")).into_response())
}

/// Whether somebody is sure.
#[derive(Debug, Deserialize)]
pub(crate) struct Sure {
    #[serde(default)]
    sure: String,
}

/// Erases the person's access.
pub(crate) async fn erase(
    State(web): State<Web>,
    visit: Visit,
    Person(visitor): Person,
    Checked(sure): Checked<Sure>,
) -> Result<Response, Flaw> {
    if sure.sure != "yes" {
        return Ok(Redirect::to("/account").into_response());
    }
    app::member::erase(web.house(), &visitor).await?;
    Ok((StatusCode::SEE_OTHER, visit.session_cookie(None), [("location", "/")]).into_response())
}
