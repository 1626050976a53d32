//! The rules: by which sums are divided, what the house has set beside them, and what is to change. Whoever is signed in
//! may say something to a change until it holds.

use allocation::Lang as RuleLang;
use app::policy_change::{self, Announce, Told};
use app::session::Need;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use maud::{Markup, html};
use serde::Deserialize;

use super::house::{day, refused};
use crate::access::{self, Asker, Checked, Person};
use crate::flaw::Flaw;
use crate::visit::Visit;
use crate::{Lang, Web, layout};

/// The policies that are nobody's business but the house's.
const INNER: [&str; 5] = ["curators", "log-witnesses", "house-bic", "house-iban", "mail-in-domain"];

/// Where a form was loaded again by its address.
pub(crate) async fn back() -> Redirect {
    Redirect::to("/rules")
}

/// The rules.
pub(crate) async fn page(State(web): State<Web>, visit: Visit) -> Result<Html<String>, Flaw> {
    whole(&web, &visit, None).await
}

async fn whole(web: &Web, visit: &Visit, refusal: Option<&app::Refusal>) -> Result<Html<String>, Flaw> {
    let lang = visit.lang;
    let now = web.house().now();
    let told = policy_change::list(web.house()).await?;
    let (waiting, past): (Vec<&Told>, Vec<&Told>) = told.iter().partition(|t| t.waits(now));
    let policies = app::policy::list(web.house()).await?;
    let operates = visit.who.as_ref().is_some_and(|who| who.rights.allow(Need::Operate));
    let own = match &visit.who {
        Some(who) => access::own_parties(web, who).await?,
        None => Vec::new(),
    };
    let title = lang.t("rules-page-title");
    let content = html! {
        h1 { (title) }
        p.lead { (lang.t("rules-what")) }
        (refused(visit, refusal))
        section aria-labelledby="changes" {
            h2 #changes { (lang.t("rules-changes")) }
            @if waiting.is_empty() { p { (lang.t("rules-changes-none")) } }
            @for one in &waiting { (change(visit, one, Some((&own, operates)))) }
        }
        @if operates { (announce_form(visit, &policies)) }
        section aria-labelledby="sets" {
            h2 #sets { (lang.t("rules-sets")) }
            ul.ledger {
                @for rule in allocation::library() {
                    li { details {
                        summary { span.what translate="no" { (rule.label()) } }
                        div.inside { (words_of(&rule, lang)) p.soft { (lang.t("rules-hash")) " " code { (rule.hash()) } } }
                    } }
                }
            }
        }
        section aria-labelledby="policies" {
            h2 #policies { (lang.t("rules-policies")) }
            p.note { (lang.t("rules-policies-what")) }
            ul.ledger {
                @for (policy, value) in policies.iter().filter(|(p, _)| !INNER.contains(&p.name)) {
                    @let head = html! { span.what translate="no" { (policy.name) } span.amount { @if value.is_empty() { "–" } @else { (value) } } };
                    li { details { summary { (head) } div.inside { p { (meaning(policy.name, lang)) } } } }
                }
            }
        }
        @if !past.is_empty() {
            section aria-labelledby="past" {
                h2 #past { (lang.t("rules-past")) }
                @for one in &past { (change(visit, one, None)) }
            }
        }
    };
    Ok(layout::page(visit, &title, &content))
}

/// What a policy is for.
fn meaning(name: &str, lang: Lang) -> String {
    lang.maybe(&format!("policy-{name}"), &[]).unwrap_or_default()
}

fn words_of(rule: &allocation::RuleSet, lang: Lang) -> Markup {
    let words = match lang {
        Lang::En => RuleLang::En,
        Lang::Fr => RuleLang::Fr,
    };
    html! { @for line in allocation::reading(rule, words).lines() { p { (line) } } }
}

/// A change; with forms to answer and to withdraw it where it waits.
fn change(visit: &Visit, told: &Told, forms: Option<(&[(String, String)], bool)>) -> Markup {
    let lang = visit.lang;
    let c = &told.change;
    html! {
        article.pay aria-labelledby=(format!("t-{}", c.id)) {
            h3 id=(format!("t-{}", c.id)) { span translate="no" { (c.name) } ": " del { (c.before) } " → " ins { (c.value) } }
            p { (meaning(&c.name, lang)) }
            p.soft {
                @match c.withdrawn {
                    Some(at) => (lang.with("rules-withdrawn", &[("day", day(at, lang).into())])),
                    None => (lang.with("rules-from", &[("day", day(c.effective, lang).into()), ("told", day(c.announced, lang).into())])),
                }
            }
            p { (c.reason) }
            @if !c.withdrawn_why.is_empty() { p { strong { (lang.t("rules-withdrawn-why")) } " " (c.withdrawn_why) } }
            @if !told.comments.is_empty() {
                h4 { (lang.with("rules-comments", &[("count", told.comments.len().into())])) }
                @for (name, comment) in &told.comments {
                    blockquote { p { (comment.words) } p.soft { @if name.is_empty() { (lang.t("rules-somebody")) } @else { (name) } " · " (day(comment.said, lang)) } }
                }
            }
            @if let Some((own, operates)) = forms {
                @if visit.who.is_some() { (comment_form(visit, c.id.as_str(), own)) } @else { p { a href="/sign-in?next=/rules" { (lang.t("rules-comment-sign-in")) } } }
                @if operates { (withdraw_form(visit, c.id.as_str())) }
            }
        }
    }
}

fn comment_form(visit: &Visit, id: &str, own: &[(String, String)]) -> Markup {
    let lang = visit.lang;
    html! {
        details.more {
            summary { (lang.t("rules-comment")) }
            form.sheet method="post" action="/rules/comment" {
                input type="hidden" name="csrf" value=(visit.token());
                input type="hidden" name="change" value=(id);
                div.field {
                    label for=(format!("w-{id}")) { (lang.t("rules-comment-words")) }
                    textarea id=(format!("w-{id}")) name="words" rows="4" required maxlength=(policy_change::MOST) {}
                }
                @if !own.is_empty() {
                    div.field {
                        label for=(format!("p-{id}")) { (lang.t("rules-comment-as")) }
                        select id=(format!("p-{id}")) name="party" {
                            @for (party, name) in own { option value=(party) { (name) } }
                            option value="" { (lang.t("rules-comment-nobody")) }
                        }
                    }
                }
                p.send { button type="submit" { (lang.t("rules-comment-send")) } }
            }
        }
    }
}

fn withdraw_form(visit: &Visit, id: &str) -> Markup {
    let lang = visit.lang;
    html! {
        details.more {
            summary { (lang.t("rules-withdraw")) }
            form.sheet method="post" action="/rules/withdraw" {
                input type="hidden" name="csrf" value=(visit.token());
                input type="hidden" name="change" value=(id);
                div.field { label for=(format!("y-{id}")) { (lang.t("guards-reason")) } input id=(format!("y-{id}")) name="words" required maxlength="500" autocomplete="off"; }
                p.send { button.plain type="submit" { (lang.t("rules-withdraw")) } }
            }
        }
    }
}

fn announce_form(visit: &Visit, policies: &[(app::policy::Policy, String)]) -> Markup {
    let lang = visit.lang;
    html! {
        section aria-labelledby="announce" {
            h2 #announce { (lang.t("rules-announce")) }
            p.note { (lang.with("rules-announce-what", &[("count", usize::try_from(policy_change::NOTICE_DAYS).unwrap_or(0).into())])) }
            form.sheet method="post" action="/rules/announce" {
                input type="hidden" name="csrf" value=(visit.token());
                div.pair {
                    div.field {
                        label for="policy" { (lang.t("rules-policy")) }
                        select #policy name="policy" { @for (policy, _) in policies { option value=(policy.name) { (policy.name) } } }
                    }
                    div.field { label for="value" { (lang.t("rules-value")) } input #value name="value" required maxlength="500" autocomplete="off"; }
                }
                div.field { label for="day" { (lang.t("rules-day")) } input #day type="date" name="day" required; }
                div.field { label for="why" { (lang.t("guards-reason")) } textarea #why name="words" rows="3" required maxlength=(policy_change::MOST) {} }
                p.send { button type="submit" { (lang.t("rules-announce-send")) } }
            }
        }
    }
}

/// A change to announce.
#[derive(Debug, Deserialize)]
pub(crate) struct Announced {
    policy: String,
    value: String,
    day: String,
    words: String,
}

/// A change, and words to it.
#[derive(Debug, Deserialize)]
pub(crate) struct Said {
    change: String,
    words: String,
    #[serde(default)]
    party: String,
}

/// Announces a change.
pub(crate) async fn announce(
    State(web): State<Web>,
    visit: Visit,
    asker: Asker,
    Checked(sheet): Checked<Announced>,
) -> Result<Response, Flaw> {
    asker.require(Need::Operate)?;
    asker.require_fresh_second_factor(&web)?;
    let day = sheet.day.trim().parse().map_err(|_| Flaw::BadForm)?;
    let ask = Announce { name: sheet.policy, value: sheet.value, reason: sheet.words, day, by: asker.by() };
    let done = policy_change::announce(web.house(), ask).await.map(drop);
    settled(&web, &visit, done).await
}

/// Withdraws one.
pub(crate) async fn withdraw(
    State(web): State<Web>,
    visit: Visit,
    asker: Asker,
    Checked(sheet): Checked<Said>,
) -> Result<Response, Flaw> {
    asker.require(Need::Operate)?;
    asker.require_fresh_second_factor(&web)?;
    let done = policy_change::withdraw(web.house(), &sheet.change, &sheet.words, &asker.by()).await;
    settled(&web, &visit, done).await
}

/// Says something to one.
pub(crate) async fn comment(
    State(web): State<Web>,
    visit: Visit,
    Person(visitor): Person,
    Checked(sheet): Checked<Said>,
) -> Result<Response, Flaw> {
    let done = policy_change::comment(web.house(), &visitor, &sheet.change, &sheet.party, &sheet.words).await;
    settled(&web, &visit, done.map(drop)).await
}

async fn settled(web: &Web, visit: &Visit, done: Result<(), app::Failure>) -> Result<Response, Flaw> {
    match done {
        Ok(()) => Ok(Redirect::to("/rules").into_response()),
        Err(app::Failure::Refused(refusal)) => {
            let page = whole(web, visit, Some(&refusal)).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(failure) => Err(failure.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flaw::sentence;

    /// The pages say in both languages what the command line says in one: a policy without its words, or with others
    /// than its own, is told here.
    #[test]
    fn every_policy_says_in_both_languages_what_it_is_for() {
        for policy in app::policy::POLICIES {
            let (en, fr) = (meaning(policy.name, Lang::En), meaning(policy.name, Lang::Fr));
            assert_eq!(en, sentence(policy.help), "{}", policy.name);
            assert!(fr.ends_with('.') && fr != en && !fr.contains('`'), "{}: {fr}", policy.name);
        }
    }
}
