//! Writing a brief: a form with typed fields, and what the checker remarks beside them.

use app::brief::domain::{Flaw as Remark, Kind, Sector, Use, Written};
use app::brief::{self, Shown};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use maud::{Markup, html};

use super::parts::{self, Sent, area, boxes, choose, date, field, line, number, plain, remarks, tick};
use crate::access::Checked;
use crate::flaw::{Flaw, speak};
use crate::pages::institution::own as own_id;
use crate::visit::Visit;
use crate::{Lang, Web, layout};

/// What stands in the form.
struct Sheet {
    written: Written,
    brand: String,
    brands: Vec<(String, String)>,
    remarks: Vec<Remark>,
    spare: usize,
    refused: Option<app::Refusal>,
}

/// An empty form.
pub(crate) async fn begin(
    State(web): State<Web>,
    visit: Visit,
    Path(party): Path<String>,
) -> Result<Html<String>, Flaw> {
    own_id(&party)?;
    let mine = visit.lang.tag().get(..2).unwrap_or("fr").to_owned();
    let written = Written {
        lang: mine,
        law: "FR".to_owned(),
        territories: vec!["FR".to_owned()],
        artists: 1,
        months: 12,
        ..Written::default()
    };
    let sheet = Sheet {
        written,
        brand: party.clone(),
        brands: brands(&web, &party).await?,
        remarks: Vec::new(),
        spare: 3,
        refused: None,
    };
    let title = visit.lang.t("brief-new");
    Ok(layout::page(&visit, &title, &form(&visit, &party, None, &sheet)))
}

/// A draft in its form, with what is missing in it.
pub(crate) async fn edit(
    State(web): State<Web>,
    visit: Visit,
    Path((party, id)): Path<(String, String)>,
) -> Result<Response, Flaw> {
    own_id(&party)?;
    let shown = brief::seen(web.house(), &id, &party).await?.brief;
    if shown.row.status != "draft" {
        return Ok(Redirect::to(&format!("/briefs/{party}/brief/{id}")).into_response());
    }
    let sheet = Sheet {
        written: shown.written.clone(),
        brand: shown.row.brand.to_string(),
        brands: Vec::new(),
        remarks: shown.flaws.clone(),
        spare: 1,
        refused: None,
    };
    Ok(layout::page(&visit, &title(&shown, visit.lang), &form(&visit, &party, Some(&id), &sheet))
        .into_response())
}

fn title(shown: &Shown, lang: Lang) -> String {
    if shown.written.title.is_empty() { lang.t("brief-untitled") } else { shown.written.title.clone() }
}

async fn brands(web: &Web, party: &str) -> Result<Vec<(String, String)>, Flaw> {
    let all = brief::brands_of(web.house(), party).await?;
    Ok(all.into_iter().map(|(id, name)| (id.to_string(), name)).collect())
}

/// Keeps a new brief.
pub(crate) async fn write(
    State(web): State<Web>,
    visit: Visit,
    Path(party): Path<String>,
    Checked(sent): Checked<Vec<(String, String)>>,
) -> Result<Response, Flaw> {
    keep(&web, &visit, &party, None, Sent(sent)).await
}

/// Keeps another version of a draft.
pub(crate) async fn rewrite(
    State(web): State<Web>,
    visit: Visit,
    Path((party, id)): Path<(String, String)>,
    Checked(sent): Checked<Vec<(String, String)>>,
) -> Result<Response, Flaw> {
    keep(&web, &visit, &party, Some(id), Sent(sent)).await
}

async fn keep(
    web: &Web,
    visit: &Visit,
    party: &str,
    id: Option<String>,
    sent: Sent,
) -> Result<Response, Flaw> {
    own_id(party)?;
    let written = written(&sent);
    let text = serde_json::to_string(&written).map_err(|e| Flaw::Fault(e.to_string()))?;
    let (brand, agency) = match sent.text("brand") {
        b if b.is_empty() || b == party => (party.to_owned(), String::new()),
        brand => (brand, party.to_owned()),
    };
    let ask = brief::Write {
        brand: brand.clone(),
        agency,
        brief: id.clone().unwrap_or_default(),
        text,
        by: party.to_owned(),
    };
    match brief::write(web.house(), ask).await {
        Ok(shown) => {
            let at = format!("/briefs/{party}/brief/{}", shown.row.id);
            let whole = shown.flaws.is_empty() && !sent.ticked("more");
            Ok(Redirect::to(&if whole { at } else { format!("{at}/edit#remarks") }).into_response())
        }
        Err(app::Failure::Refused(refusal)) => {
            let sheet = Sheet {
                written,
                brand,
                brands: if id.is_none() { brands(web, party).await? } else { Vec::new() },
                remarks: Vec::new(),
                spare: 2,
                refused: Some(refusal),
            };
            let page = form(visit, party, id.as_deref(), &sheet);
            Ok((StatusCode::UNPROCESSABLE_ENTITY, layout::page(visit, &visit.lang.t("brief-new"), &page))
                .into_response())
        }
        Err(other) => Err(other.into()),
    }
}

/// The document that a form says.
fn written(s: &Sent) -> Written {
    let upper = |all: Vec<String>| all.into_iter().map(|t| t.to_uppercase()).collect();
    Written {
        title: s.text("title"),
        kind: s.text("kind"),
        wanted: s.text("wanted"),
        sector: s.text("sector"),
        objective: s.text("objective"),
        budget: s.amount("budget"),
        artists: s.count("artists"),
        milestones: s.steps(),
        benefits: s.amount("benefits"),
        benefits_words: s.text("benefits_words"),
        territories: upper(s.list("territories")),
        starts: s.text("starts"),
        ends: s.text("ends"),
        uses: s.all("uses"),
        ai: s.all("ai"),
        months: s.count("months"),
        exclusive_days: s.count("exclusive_days"),
        audience: upper(s.list("audience")),
        references: s.lines("references"),
        tags: s.list("tags"),
        values: s.text("values"),
        exclude: s.lines("exclude"),
        indicators: s.list("indicators"),
        anonymous: s.ticked("anonymous"),
        open_call: s.ticked("open_call"),
        answer_days: s.count("answer_days"),
        silence_days: s.count("silence_days"),
        cancel_begun: percent(s.text("cancel_begun")),
        cancel_ahead: percent(s.text("cancel_ahead")),
        lang: s.text("lang"),
        law: s.text("law").to_uppercase(),
        rule: s.text("rule"),
    }
}

/// A bare number is a percentage.
fn percent(text: String) -> String {
    let bare = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b',' | b'.'));
    if bare { format!("{} %", text.replace(',', ".")) } else { text }
}

fn form(visit: &Visit, party: &str, id: Option<&str>, s: &Sheet) -> Markup {
    let (lang, w, all) = (visit.lang, &s.written, s.remarks.as_slice());
    let to = match id {
        Some(id) => format!("/briefs/{party}/brief/{id}/edit"),
        None => format!("/briefs/{party}/new"),
    };
    html! {
        p.from { a href=(format!("/briefs/{party}")) { (lang.t("briefs-title")) } }
        h1 { (lang.t(if id.is_some() { "brief-edit" } else { "brief-new" })) }
        p.lead { (lang.t("brief-new-what")) }
        @if let Some(r) = &s.refused { @let said = speak(r, lang); (layout::alert(&said.message, &said.hint, said.lang)) }
        @if !all.is_empty() {
            div.notice #remarks { p { strong { (lang.with("brief-remarks", &[("count", all.len().into())])) } " " (lang.t("brief-remarks-what")) } (remarks(all, "", lang)) }
        }
        form.sheet method="post" action=(to) {
            input type="hidden" name="csrf" value=(visit.token());
            @if s.brands.len() > 1 { (field(lang, "brand", "brief-brand", all, html! {
                select #brand name="brand" { @for (id, name) in &s.brands { option value=(id) selected[*id == s.brand] { (name) } } }
            })) } @else if id.is_none() { input type="hidden" name="brand" value=(s.brand); }
            fieldset { legend { (lang.t("brief-part-what")) }
                (field(lang, "title", "brief-title", all, line("title", &w.title, 200)))
                (field(lang, "kind", "brief-kind", all, choose::<Kind>(lang, "kind", &w.kind)))
                (field(lang, "wanted", "brief-wanted", all, area("wanted", &w.wanted, 5)))
                (field(lang, "sector", "brief-sector", all, choose::<Sector>(lang, "sector", &w.sector)))
                (field(lang, "values", "brief-values", all, area("values", &w.values, 2)))
            }
            fieldset { legend { (lang.t("brief-part-money")) }
                div.pair {
                    (field(lang, "budget", "brief-budget", all, line("budget", plain(&w.budget), 40)))
                    (field(lang, "artists", "brief-artists", all, number("artists", w.artists)))
                }
                p.note { (lang.t("brief-steps-what")) }
                (parts::steps(lang, &w.milestones, all, s.spare))
                div.pair {
                    (field(lang, "benefits", "brief-benefits", all, line("benefits", plain(&w.benefits), 40)))
                    (field(lang, "benefits_words", "brief-benefits-words", all, line("benefits_words", &w.benefits_words, 300)))
                }
                (remarks(all, "rule", lang))
            }
            fieldset { legend { (lang.t("brief-part-where")) }
                div.pair {
                    (field(lang, "starts", "brief-starts", all, date("starts", &w.starts)))
                    (field(lang, "ends", "brief-ends", all, date("ends", &w.ends)))
                }
                div.pair {
                    (field(lang, "territories", "brief-territories", all, line("territories", &w.territories.join(", "), 400)))
                    (field(lang, "audience", "brief-audience", all, line("audience", &w.audience.join(", "), 400)))
                }
            }
            fieldset { legend { (lang.t("brief-part-rights")) }
                p.note { (lang.t("brief-uses")) }
                (boxes::<Use>(lang, "uses", &w.uses, &["training"]))
                (remarks(all, "uses", lang))
                details.more open[!w.ai.is_empty() || all.iter().any(|r| r.field == "ai")] { summary { (lang.t("brief-ai")) }
                    p.note { (lang.t("brief-ai-hint")) }
                    div.checks { @for row in consent::uses::LIST.iter().filter(|r| !r.code.starts_with("train")) {
                        @let words = crate::pages::consent::capital(if lang == Lang::Fr { row.fr } else { row.en });
                        (tick("ai", row.code, w.ai.iter().any(|c| c == row.code), &words))
                    } }
                    (remarks(all, "ai", lang))
                }
                div.pair {
                    (field(lang, "months", "brief-months", all, number("months", w.months)))
                    (field(lang, "exclusive_days", "brief-exclusive", all, number("exclusive_days", w.exclusive_days)))
                }
            }
            fieldset { legend { (lang.t("brief-part-who")) }
                (field(lang, "references", "brief-references", all, area("references", &w.references.join("\n"), 3)))
                (field(lang, "tags", "brief-tags", all, line("tags", &w.tags.join(", "), 400)))
                (field(lang, "exclude", "brief-exclude", all, area("exclude", &w.exclude.join("\n"), 2)))
                (tick("anonymous", "1", w.anonymous, &lang.t("brief-anonymous")))
                (tick("open_call", "1", w.open_call, &lang.t("brief-open-call")))
            }
            fieldset { legend { (lang.t("brief-part-terms")) }
                (field(lang, "objective", "brief-objective", all, line("objective", &w.objective, 300)))
                (field(lang, "indicators", "brief-indicators", all, line("indicators", &w.indicators.join(", "), 300)))
                div.pair {
                    (field(lang, "answer_days", "brief-answer-days", all, number("answer_days", w.answer_days)))
                    (field(lang, "silence_days", "brief-silence-days", all, number("silence_days", w.silence_days)))
                }
                div.pair {
                    (field(lang, "cancel_begun", "brief-cancel-begun", all, line("cancel_begun", &w.cancel_begun, 20)))
                    (field(lang, "cancel_ahead", "brief-cancel-ahead", all, line("cancel_ahead", &w.cancel_ahead, 20)))
                }
                div.pair {
                    (field(lang, "lang", "brief-lang", all, html! { select #lang name="lang" { option value="fr" lang="fr" selected[w.lang != "en"] { "français" } option value="en" lang="en" selected[w.lang == "en"] { "English" } } }))
                    (field(lang, "law", "brief-law", all, line("law", &w.law, 2)))
                }
                input type="hidden" name="rule" value=(w.rule);
            }
            div.send {
                button type="submit" { (lang.t("brief-save")) }
                button.plain type="submit" name="more" value="1" { (lang.t("brief-save-more")) }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_says_a_document() {
        let pair = |n: &str, v: &str| (n.to_owned(), v.to_owned());
        let sent = Sent(vec![
            pair("title", " Rive "),
            pair("budget", "1 200,50"),
            pair("artists", "2"),
            pair("uses", "web"),
            pair("uses", "live"),
            pair("territories", "fr, be"),
            pair("step-title-2", "Film"),
            pair("step-pays-2", "600"),
            pair("step-due-2", "2026-11-01"),
            pair("cancel_ahead", "30"),
            pair("references", "rec-A\r\nrec-B"),
        ]);
        let w = written(&sent);
        assert_eq!((w.title.as_str(), w.budget.as_str(), w.artists), ("Rive", "EUR 1200.50", 2));
        assert_eq!((w.uses.len(), w.territories.join(" ")), (2, "FR BE".to_owned()));
        assert_eq!((w.milestones.len(), w.milestones[0].pays.as_str()), (1, "EUR 600.00"));
        assert_eq!((w.cancel_ahead.as_str(), w.references.len()), ("30 %", 2));
        // What cannot be read stays, and the checker says so beside its field.
        let odd = written(&Sent(vec![pair("budget", "lots")]));
        let flaws = odd.check("2026-01-01".parse().unwrap()).unwrap_err();
        assert!(flaws.iter().any(|f| f.field == "budget" && !f.french.0.is_empty()));
        assert!(flaws.iter().all(|f| !f.french.0.is_empty()));
    }
}
