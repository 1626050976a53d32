//! The one page that all pages are: head, name of the house, ways around, foot.

use axum::response::Html;
use maud::{DOCTYPE, Markup, html};

use crate::Lang;
use crate::flaw::Flaw;
use crate::pages::assets;
use crate::pages::listen::rows;
use crate::picture;
use crate::show;
use crate::visit::Visit;

/// The ways around that stand in every head: address and text.
const FIRST: [(&str, &str); 4] = [
    ("/discover", "nav-discover"),
    ("/set-list", "nav-submit"),
    ("/search", "nav-search"),
    ("/statement", "nav-statement"),
];

/// Those behind them.
const MORE: [(&str, &str); 5] = [
    ("/places", "nav-places"),
    ("/selections", "nav-selections"),
    ("/figures", "nav-figures"),
    ("/rules", "nav-rules"),
    ("/consent", "nav-consent"),
];

/// A page with its title and content.
pub(crate) fn page(visit: &Visit, title: &str, content: &Markup) -> Html<String> {
    let lang = visit.lang;
    let listens = visit.listens();
    let whole = html! {
        (DOCTYPE)
        html lang=(lang.tag()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) " · " (lang.t("house")) }
                link rel="stylesheet" href=(assets::style_address());
                link rel="icon" href="/static/icon.svg" type="image/svg+xml";
                link rel="manifest" href="/app.webmanifest" crossorigin="use-credentials";
                @if listens { script src=(assets::player_address()) defer {} }
            }
            body {
                a.skip href="#main" { (lang.t("skip")) }
                (top(visit))
                main #main tabindex="-1" { (content) }
                (foot(visit))
                @if listens { (player(visit)) }
            }
        }
    };
    Html(whole.into_string())
}

/// The head: in a line where there is room, else the name of the house and a menu that opens without scripts.
fn top(visit: &Visit) -> Markup {
    let lang = visit.lang;
    let listen = visit.who.as_ref().map(|_| ("/listen", "nav-listen"));
    let own = if visit.who.is_some() { ("/account", "nav-account") } else { ("/sign-in", "nav-sign-in") };
    let first: Vec<_> = listen.into_iter().chain(FIRST).collect();
    let is_behind = MORE.iter().any(|(address, _)| is_here(visit, address));
    html! {
        header.top {
            a.brand href="/" { span { (lang.t("house")) } (picture::ornament()) }
            nav.line aria-label=(lang.t("nav-label")) {
                ul {
                    @for way in &first { (way_to(visit, *way)) }
                    li {
                        details.menu {
                            summary aria-current=[is_behind.then_some("true")] { (lang.t("nav-more")) }
                            ul { @for way in MORE { (way_to(visit, way)) } }
                        }
                    }
                    (way_to(visit, own))
                }
            }
            details.menu.all {
                summary { (lang.t("nav-menu")) }
                nav aria-label=(lang.t("nav-label")) {
                    ul { @for way in first.iter().copied().chain(MORE).chain([own]) { (way_to(visit, way)) } }
                }
            }
        }
    }
}

fn is_here(visit: &Visit, address: &str) -> bool {
    visit.path.strip_prefix(address).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn way_to(visit: &Visit, (address, text): (&str, &str)) -> Markup {
    html! { li { a href=(address) aria-current=[is_here(visit, address).then_some("page")] { (visit.lang.t(text)) } } }
}

fn foot(visit: &Visit) -> Markup {
    let lang = visit.lang;
    html! {
        footer.foot {
            p { (lang.t("foot")) }
            nav aria-label=(lang.t("lang-label")) {
                ul {
                    @for other in Lang::ALL {
                        li {
                            a href=(visit.in_language(other)) lang=(other.tag()) hreflang=(other.tag())
                                aria-current=[(other == lang).then_some("true")] { (other.t("lang-name")) }
                        }
                    }
                }
            }
        }
    }
}

/// The player, which `web/player.js` fills and shows; its words are here, so that it speaks the reader's language.
fn player(visit: &Visit) -> Markup {
    let lang = visit.lang;
    let button = |act: &str, key: &str, sign: &str| {
        html! { button.sign type="button" data-do=(act) aria-label=(lang.t(key)) { (rows::sign(sign)) } }
    };
    html! {
        section #player.player hidden aria-label=(lang.t("player")) data-csrf=(visit.token())
            data-play=(lang.t("player-play")) data-pause=(lang.t("player-pause")) data-gone=(lang.t("player-gone"))
            data-place=(lang.t("player-place")) data-out=(lang.t("player-out")) {
            div.bar-in {
                (button("prev", "player-prev", "prev"))
                button.sign.big type="button" data-do="toggle" aria-label=(lang.t("player-play")) { (rows::sign("play")) (rows::sign("pause")) }
                (button("next", "player-next", "next"))
                div.on { a.title href="/listen" {} span.soft.by {} }
                div.seek {
                    svg viewBox="0 0 200 40" preserveAspectRatio="none" aria-hidden="true" { path.whole {} path.done {} }
                    input type="range" min="0" max="1" step="1" value="0" aria-label=(lang.t("player-seek"));
                }
                span.time {}
                button.sign type="button" data-do="queue" aria-expanded="false" aria-controls="queue" aria-label=(lang.t("player-queue")) { (rows::sign("queue")) }
            }
            p.soft.word role="status" {}
            ol #queue hidden {}
        }
    }
}

/// The page for something that went wrong.
pub(crate) fn flaw_page(visit: &Visit, flaw: &Flaw) -> Html<String> {
    let (title, hint) = flaw.words(visit.lang);
    let content = html! {
        h1 { (title) }
        p.lead { (hint) }
        @if let Some((address, text)) = way_out(visit, flaw) {
            p { a.button href=(address) { (visit.lang.t(text)) } }
        }
        p { a href="/" { (visit.lang.t("flaw-home")) } }
    };
    page(visit, &title, &content)
}

/// Where to go from a page that may not be seen yet, to come back to it.
fn way_out(visit: &Visit, flaw: &Flaw) -> Option<(String, &'static str)> {
    let next = show::query_word(&visit.here());
    match flaw {
        Flaw::Locked | Flaw::Foreign => Some((format!("/sign-in?next={next}"), "nav-sign-in")),
        Flaw::Refused(r) if r.code == "second-factor-stale" => {
            Some((format!("/second-factor?next={next}"), "second-show"))
        }
        Flaw::Refused(r) if r.code == "member-none" => Some(("/join".to_owned(), "join-title")),
        Flaw::Refused(r) if r.code == "second-factor-none" => {
            Some(("/account/second-factor".to_owned(), "second-set-up"))
        }
        _ => None,
    }
}

/// A message at the top of a form that could not be taken; read out first.
pub(crate) fn alert(message: &str, hint: &str, lang: Lang) -> Markup {
    html! {
        div.alert role="alert" lang=(lang.tag()) {
            p { strong { (message) } }
            @if !hint.is_empty() { p { (hint) } }
        }
    }
}
