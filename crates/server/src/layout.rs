//! The one page that all pages are: head, name of the house, ways around, foot.

use axum::response::Html;
use maud::{DOCTYPE, Markup, html};

use crate::Lang;
use crate::flaw::Flaw;
use crate::pages::assets;
use crate::picture;
use crate::show;
use crate::visit::Visit;

/// The ways around: address and text.
const WAYS: [(&str, &str); 4] = [
    ("/set-list", "nav-submit"),
    ("/search", "nav-search"),
    ("/statement", "nav-statement"),
    ("/figures", "nav-figures"),
];

/// A page with its title and content.
pub(crate) fn page(visit: &Visit, title: &str, content: &Markup) -> Html<String> {
    let lang = visit.lang;
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
            }
            body {
                a.skip href="#main" { (lang.t("skip")) }
                header.top {
                    a.brand href="/" { span { (lang.t("house")) } (picture::ornament()) }
                    nav aria-label=(lang.t("nav-label")) {
                        ul {
                            @for (address, text) in WAYS {
                                @let here = visit.path == address || visit.path.starts_with(&format!("{address}/"));
                                li { a href=(address) aria-current=[here.then_some("page")] { (lang.t(text)) } }
                            }
                            @let (address, text) = if visit.who.is_some() { ("/account", "nav-account") } else { ("/sign-in", "nav-sign-in") };
                            li { a href=(address) aria-current=[visit.path.starts_with(address).then_some("page")] { (lang.t(text)) } }
                        }
                    }
                }
                main #main tabindex="-1" { (content) }
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
    };
    Html(whole.into_string())
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
