//! Invoices to a brand and credit notes: on a page, as Factur-X, and as XML of EN 16931.

use app::brief::tax::{self, Invoice};
use axum::extract::{Path, State};
use axum::response::{Html, Response};
use maud::{Markup, html};

use super::contract::at;
use crate::flaw::Flaw;
use crate::pages::institution::own as own_id;
use crate::pages::invoice::file;
use crate::print_sale::{self, lang_of};
use crate::visit::Visit;
use crate::{Lang, Web, layout, show as words};

/// All invoices to a brand, with their files.
pub(crate) async fn list(
    State(web): State<Web>,
    visit: Visit,
    Path(party): Path<String>,
) -> Result<Html<String>, Flaw> {
    own_id(&party)?;
    let lang = visit.lang;
    let all = tax::list(web.house(), Some(&party)).await?;
    let title = lang.t("brand-invoices");
    let content = html! {
        p.from { a href=(format!("/briefs/{party}")) { (lang.t("briefs-title")) } }
        h1 { (title) }
        p.lead { (lang.t("brand-invoices-what")) }
        @if all.is_empty() { p { (lang.t("brand-invoices-none")) } }
        ul.ledger { @for i in &all { li.row-link { a href=(format!("{}/invoice/{}", at(&party, &i.contract), i.number)) {
            span.what { (lang.t(&format!("brand-{}", i.kind))) " " span translate="no" { (i.number) } br; span.soft { (i.title) " · " (words::iso_day(&i.issued, lang)) } }
            span.amount { (words::decimal(&i.gross, &i.currency, lang)) }
        } } } }
    };
    Ok(layout::page(&visit, &title, &content))
}

/// One invoice.
pub(crate) async fn one(
    State(web): State<Web>,
    visit: Visit,
    Path((party, id, number)): Path<(String, String, String)>,
) -> Result<Html<String>, Flaw> {
    own_id(&party)?;
    let lang = visit.lang;
    let (i, hash) = tax::one(web.house(), &id, &number, &party).await?;
    let to = at(&party, &id);
    let title = format!("{} {}", lang.t(&format!("brand-{}", i.kind)), i.number);
    let content = html! {
        nav.periods.screen aria-label=(lang.t("brand-files")) { ul {
            li { a href=(to) { "← " (i.title) } }
            @if i.electronic.is_some() {
                li { a href=(format!("{to}/invoice/{}/pdf", i.number)) { "PDF (Factur-X)" } }
                li { a href=(format!("{to}/invoice/{}/xml", i.number)) { "XML (EN 16931)" } }
            }
        } }
        @match &i.electronic {
            Some(body) => { @let written = lang_of(body); div lang=(written.tag()) { (print_sale::article(body, written)) } }
            None => { p.notice.screen { (lang.t("brand-no-twin")) } (plain(&i, &title, lang)) }
        }
        p.small.screen translate="no" { "SHA-256 " (hash) }
    };
    Ok(layout::page(&visit, &title, &content))
}

/// An invoice that has no electronic twin.
fn plain(i: &Invoice, title: &str, lang: Lang) -> Markup {
    let money = |text: &str| words::decimal(text, &i.currency, lang);
    let side = |s: &tax::Side| {
        html! { p { strong { (s.name) } br; (s.address) br; (s.country) @if !s.vat_id.is_empty() { br; (lang.t("brand-vat-id")) " " span translate="no" { (s.vat_id) } } @if !s.registration.is_empty() { br; span translate="no" { (s.registration) } } } }
    };
    html! {
        article.invoice {
            h1 { (title) }
            p.soft { (words::iso_day(&i.issued, lang)) " · " (lang.t("brand-contract")) " " span translate="no" { (i.contract) } @if !i.corrects.is_empty() { " · " (lang.with("brand-corrects", &[("number", i.corrects.as_str().into())])) } }
            div.sides {
                section { h2 { (lang.t("brand-seller")) } (side(&i.seller)) }
                section { h2 { (lang.t("brand-buyer")) } (side(&i.buyer)) @if !i.agency.is_empty() { p.soft { (lang.with("brand-agency", &[("agency", i.agency.as_str().into())])) } } }
            }
            table.items {
                tbody { @for l in &i.lines { tr { th scope="row" { (lang.t(&format!("brand-line-{}", l.what))) @if !matches!(l.what.as_str(), "commission" | "solidarity") { br; span.soft { (if lang == Lang::Fr { &l.french } else { &l.words }) } } } td { (money(&l.net)) } } } }
                tfoot {
                    tr { th scope="row" { (lang.t("brand-net")) } td { (money(&i.net)) } }
                    tr { th scope="row" { (lang.with("deal-vat", &[("rate", i.rate.as_str().into())])) } td { (money(&i.vat)) } }
                    tr.total { th scope="row" { (lang.t("brand-gross")) } td { (money(&i.gross)) } }
                }
            }
            p.small { (lang.t(&format!("vat-{}", i.category))) }
        }
    }
}

/// One invoice as Factur-X.
pub(crate) async fn pdf(
    State(web): State<Web>,
    Path((party, id, number)): Path<(String, String, String)>,
) -> Result<Response, Flaw> {
    own_id(&party)?;
    let (i, _) = tax::one(web.house(), &id, &number, &party).await?;
    Ok(file("application/pdf", &format!("{}.pdf", i.number), print_sale::body_pdf(i.twin()?)?))
}

/// One invoice as CII XML.
pub(crate) async fn xml(
    State(web): State<Web>,
    Path((party, id, number)): Path<(String, String, String)>,
) -> Result<Response, Flaw> {
    own_id(&party)?;
    let (i, _) = tax::one(web.house(), &id, &number, &party).await?;
    Ok(file("application/xml", &format!("{}.xml", i.number), i.cii()?.into_bytes()))
}
