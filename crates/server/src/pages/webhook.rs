//! Webhooks of a party, of a person, of the house: addresses that are told, and what became of each telling.

use app::session::Need;
use app::webhook::{self, Add, HOUSE, Kind};
use axum::extract::{Form, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use maud::{Markup, html};
use store::{DeliveryRow, WebhookRow};

use super::licence::{Fields, doing, field, input, refused};
use crate::access::{Asker, Person};
use crate::flaw::Flaw;
use crate::visit::Visit;
use crate::{Lang, Web, layout, show};

/// So many tellings of each webhook are shown.
const SHOWN: i64 = 20;

/// Whose page it is.
struct Of {
    /// The owner of its webhooks.
    owner: String,
    /// The name above them.
    name: String,
    /// Who acts, for the journal.
    by: String,
    /// Whether only what is public can be told: an account is no party.
    public: bool,
}

/// The webhooks of a party.
pub(crate) async fn of_party(
    State(web): State<Web>,
    visit: Visit,
    Path(party): Path<String>,
    asker: Asker,
) -> Result<Response, Flaw> {
    let of = party_of(&web, &party, &asker).await?;
    page(&web, &visit, &of, None, None).await
}

/// Does what a form there asks.
pub(crate) async fn act_of_party(
    State(web): State<Web>,
    visit: Visit,
    Path(party): Path<String>,
    asker: Asker,
    Form(fields): Form<Fields>,
) -> Result<Response, Flaw> {
    let of = party_of(&web, &party, &asker).await?;
    act(&web, &visit, &of, &fields).await
}

/// The webhooks of the house, which are told of everything.
pub(crate) async fn of_house(State(web): State<Web>, visit: Visit, asker: Asker) -> Result<Response, Flaw> {
    page(&web, &visit, &house_of(&visit, &asker), None, None).await
}

/// Does what a form there asks.
pub(crate) async fn act_of_house(
    State(web): State<Web>,
    visit: Visit,
    asker: Asker,
    Form(fields): Form<Fields>,
) -> Result<Response, Flaw> {
    asker.require(Need::Operate)?;
    let of = house_of(&visit, &asker);
    act(&web, &visit, &of, &fields).await
}

/// The webhooks of a person who is no party: for what is public.
pub(crate) async fn of_person(
    State(web): State<Web>,
    visit: Visit,
    Person(visitor): Person,
) -> Result<Response, Flaw> {
    page(&web, &visit, &person_of(&visit, &visitor), None, None).await
}

/// Does what a form there asks.
pub(crate) async fn act_of_person(
    State(web): State<Web>,
    visit: Visit,
    Person(visitor): Person,
    Form(fields): Form<Fields>,
) -> Result<Response, Flaw> {
    let of = person_of(&visit, &visitor);
    act(&web, &visit, &of, &fields).await
}

async fn party_of(web: &Web, party: &str, asker: &Asker) -> Result<Of, Flaw> {
    let record = app::party::one(web.house(), party).await?;
    let owner = record.party.id.to_string();
    Ok(Of { by: who(asker), owner, name: record.party.name, public: false })
}

fn house_of(visit: &Visit, asker: &Asker) -> Of {
    let name = visit.lang.t("webhooks-house");
    Of { owner: HOUSE.to_owned(), name, by: who(asker), public: false }
}

fn person_of(visit: &Visit, visitor: &app::session::Visitor) -> Of {
    let id = visitor.sign_in.id.to_string();
    Of { owner: id.clone(), name: visit.lang.t("account-title"), by: id, public: true }
}

fn who(asker: &Asker) -> String {
    match asker {
        Asker::Person(visitor) => visitor.sign_in.id.to_string(),
        Asker::House => HOUSE.to_owned(),
    }
}

async fn act(web: &Web, visit: &Visit, of: &Of, fields: &Fields) -> Result<Response, Flaw> {
    visit.check(web, field(fields, "csrf"))?;
    let (house, id, own) = (web.house(), field(fields, "id"), Some(of.owner.as_str()));
    let mut secret = None;
    let done = match field(fields, "do") {
        "add" => {
            let kinds = Kind::ALL.iter().map(|k| k.word()).filter(|w| !field(fields, w).is_empty());
            let kinds: Vec<String> = kinds.map(str::to_owned).collect();
            if kinds.is_empty() {
                let hint = "tick what the program should hear of";
                Err(app::Refusal::new("webhook-kind", "nothing is chosen", hint).into())
            } else {
                let (owner, by) = (of.owner.clone(), of.by.clone());
                let ask = Add { owner, url: field(fields, "url").to_owned(), kinds, loopback: false, by };
                webhook::add(house, &ask).await.map(|(_, fresh)| secret = Some(fresh))
            }
        }
        "rotate" => {
            let hours = if field(fields, "now").is_empty() { webhook::OVERLAP_HOURS } else { 0 };
            webhook::rotate(house, id, own, hours, &of.by).await.map(|(_, fresh)| secret = Some(fresh))
        }
        "test" => webhook::test(house, id, own, &of.by).await.map(drop),
        "replay" => webhook::replay(house, id, own, &of.by).await.map(drop),
        "remove" => webhook::remove(house, id, own, &of.by).await,
        _ => return Err(Flaw::BadForm),
    };
    match done {
        Ok(()) if secret.is_some() => page(web, visit, of, None, secret.as_deref()).await,
        Ok(()) => Ok(Redirect::to(&visit.path).into_response()),
        Err(app::Failure::Refused(refusal)) => page(web, visit, of, Some(&refusal), None).await,
        Err(fault) => Err(fault.into()),
    }
}

async fn page(
    web: &Web,
    visit: &Visit,
    of: &Of,
    refusal: Option<&app::Refusal>,
    secret: Option<&str>,
) -> Result<Response, Flaw> {
    let lang = visit.lang;
    let mut all = Vec::new();
    for hook in webhook::list(web.house(), Some(&of.owner)).await? {
        if hook.ended.is_none() {
            all.push(webhook::deliveries(web.house(), hook.id.as_str(), None, "", SHOWN).await?);
        }
    }
    let title = lang.t("webhooks-title");
    let content = html! {
        h1 { (title) }
        p.lead { (of.name) }
        (refused(refusal, lang))
        @if let Some(secret) = secret {
            div.kept role="status" {
                p { strong { (lang.t("webhook-secret")) } }
                p { code.secret { (secret) } }
                p { (lang.t("key-made-once")) }
            }
        }
        p { (lang.t(if of.public { "webhooks-what-public" } else { "webhooks-what" })) }
        @for (hook, told) in &all { (one(visit, hook, told, lang)) }
        section aria-labelledby="add" {
            h2 #add { (lang.t("webhook-add")) }
            (form(visit, of, lang))
        }
        p.note { (lang.t("webhooks-note")) }
    };
    let status = if refusal.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Ok((status, layout::page(visit, &title, &content)).into_response())
}

fn form(visit: &Visit, of: &Of, lang: Lang) -> Markup {
    let fits = Kind::ALL.into_iter().filter(|k| k.is_public() || !of.public);
    html! {
        form.sheet method="post" action=(visit.path) {
            (doing(visit, "add"))
            (input("add", "url", "url", &lang.t("webhook-url"), &lang.t("webhook-url-hint"), "", true))
            fieldset {
                legend { (lang.t("webhook-kinds")) }
                @for kind in fits {
                    label.choice { input type="checkbox" name=(kind.word()) value="yes"; span { (words(kind.word(), lang)) } }
                }
            }
            p.send { button type="submit" { (lang.t("webhook-add")) } }
        }
    }
}

fn one(visit: &Visit, hook: &WebhookRow, told: &[DeliveryRow], lang: Lang) -> Markup {
    let heading = format!("hook-{}", hook.id);
    html! {
        section aria-labelledby=(heading) {
            h2 id=(heading) translate="no" { (host(&hook.url)) }
            p.soft translate="no" { (hook.url) }
            p { (hook.kinds.split(' ').map(|k| words(k, lang)).collect::<Vec<_>>().join(" · ")) }
            p { (state(hook, lang)) }
            @if told.is_empty() { p.soft { (lang.t("webhook-nothing")) } }
            @else {
                ul.found {
                    @for d in told {
                        li {
                            div {
                                strong { (words(&d.kind, lang)) }
                                p.soft { (became(d, lang)) }
                                p.soft translate="no" { (d.id) @if !d.error.is_empty() { " · " span lang="en" { (d.error) } } }
                            }
                            @if d.state != "waiting" {
                                (button(visit, "replay", d.id.as_str(), &lang.t("webhook-replay")))
                            }
                        }
                    }
                }
            }
            (button(visit, "test", hook.id.as_str(), &lang.t("webhook-test-send")))
            details.more {
                summary { (lang.t("webhook-change")) }
                form.sheet method="post" action=(visit.path) {
                    (doing(visit, "rotate"))
                    input type="hidden" name="id" value=(hook.id);
                    p { (lang.t("webhook-rotate-what")) }
                    label.choice { input type="checkbox" name="now" value="yes"; span { (lang.t("webhook-rotate-now")) } }
                    p.send { button.plain type="submit" { (lang.t("webhook-rotate")) } }
                }
                (button(visit, "remove", hook.id.as_str(), &lang.t("webhook-remove")))
            }
        }
    }
}

fn button(visit: &Visit, what: &str, id: &str, text: &str) -> Markup {
    html! {
        form method="post" action=(visit.path) {
            (doing(visit, what))
            input type="hidden" name="id" value=(id);
            button.plain type="submit" { (text) }
        }
    }
}

/// The words of a kind.
fn words(kind: &str, lang: Lang) -> String {
    lang.t(&format!("webhook-kind-{}", kind.replace(['.', '_'], "-")))
}

fn state(hook: &WebhookRow, lang: Lang) -> String {
    let count = usize::try_from(hook.failures).unwrap_or(usize::MAX);
    let mut told = if count == 0 {
        lang.t("webhook-works")
    } else {
        lang.with("webhook-fails", &[("count", count.into())])
    };
    if let Some(until) = hook.before_until {
        told.push(' ');
        told.push_str(&lang.with("webhook-two-secrets", &[("when", when(until, lang).into())]));
    }
    told
}

fn became(d: &DeliveryRow, lang: Lang) -> String {
    let tries = usize::try_from(d.attempts).unwrap_or(usize::MAX);
    let at = |t: Option<Timestamp>| when(t.unwrap_or(d.created), lang);
    match d.state.as_str() {
        "delivered" => {
            lang.with("webhook-delivered", &[("when", at(d.ended).into()), ("count", tries.into())])
        }
        "given-up" => lang.with("webhook-given-up", &[("when", at(d.ended).into()), ("count", tries.into())]),
        _ => lang.with("webhook-waiting", &[("when", at(d.next).into()), ("count", tries.into())]),
    }
}

/// A day and a minute, in UTC.
fn when(at: Timestamp, lang: Lang) -> String {
    let at = at.to_zoned(TimeZone::UTC);
    format!("{}, {:02}:{:02} UTC", show::day(at.date(), lang), at.hour(), at.minute())
}

fn host(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split(['/', '?']).next().unwrap_or(rest)
}
