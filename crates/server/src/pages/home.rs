//! The first page: what this is, what came of it, where to go.

use axum::extract::State;
use axum::response::Html;
use maud::html;

use crate::flaw::Flaw;
use crate::pages::figures;
use crate::visit::Visit;
use crate::{Web, layout, picture};

/// The first page.
pub(crate) async fn show(State(web): State<Web>, visit: Visit) -> Result<Html<String>, Flaw> {
    let lang = visit.lang;
    let known = app::figures::public(web.house()).await?;
    let content = html! {
        section.hero {
            h1 { (lang.t("home-title")) }
            p.lead { (lang.t("home-what")) }
        }
        section aria-labelledby="worked" {
            h2 #worked { (lang.t("worked-title")) }
            (picture::worked_example(lang))
        }
        section aria-labelledby="doors" {
            h2.quiet #doors { (lang.t("doors-title")) }
            ul.doors {
                @for (address, key) in [("/set-list", "door-submit"), ("/search", "door-search"), ("/statement", "door-statement")] {
                    li {
                        a href=(address) { strong { (lang.t(key)) } span { (lang.t(&format!("{key}-what"))) } }
                    }
                }
            }
        }
        section aria-labelledby="figures" {
            h2 #figures { (lang.t("figures-short")) }
            (figures::flow(&known, lang))
            p { a href="/figures" { (lang.t("figures-all")) } }
        }
    };
    Ok(layout::page(&visit, &lang.t("home-title"), &content))
}
