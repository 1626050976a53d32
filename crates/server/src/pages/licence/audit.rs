//! A manifest against the registry: which of so many recordings may be used for one thing, each with its reasons.

use app::consent::audit::{self, Answered, MOST, Manifest};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use maud::{Markup, html};

use super::{Fields, area, field, input, refused, uses};
use crate::access::Checked;
use crate::flaw::Flaw;
use crate::pages::consent::{language, outcome_key};
use crate::pages::invoice::file;
use crate::picture::{self, Part};
use crate::visit::Visit;
use crate::{Lang, Web, layout, show};

/// Rows that a page shows; the file has all.
const SHOWN: usize = 300;

/// The outcomes from yes to no, by the keys of their words, with their inks.
const OUTCOMES: [(&str, u8); 4] =
    [("outcome-permit", 3), ("outcome-permit-if", 2), ("outcome-needs-license", 4), ("outcome-deny", 1)];

/// An empty form.
pub(crate) async fn page(
    State(web): State<Web>,
    visit: Visit,
    Path(party): Path<String>,
) -> Result<Html<String>, Flaw> {
    let name = app::party::one(web.house(), &party).await?.party.name;
    let form = form(&visit, &Fields::new(), visit.lang);
    Ok(whole(&visit, &party, &name, &form))
}

/// Answers every row: as a page, or as a file where that was asked for.
pub(crate) async fn answer(
    State(web): State<Web>,
    visit: Visit,
    Path(party): Path<String>,
    Checked(fields): Checked<Fields>,
) -> Result<Response, Flaw> {
    let (house, lang) = (web.house(), visit.lang);
    let record = app::party::one(house, &party).await?;
    let rows: Vec<String> = rows(field(&fields, "works"));
    let territory = match field(&fields, "territory") {
        "" => "Worldwide",
        named => named,
    };
    let ask = Manifest {
        recordings: rows.clone(),
        usage: field(&fields, "use").to_owned(),
        licensee: record.party.id.to_string(),
        on: None,
        territory: territory.to_owned(),
    };
    let _seat = web.upload_seat().await?;
    match audit::audit(house, &ask).await {
        Ok(answers) if field(&fields, "as") == "csv" => {
            Ok(file("text/csv; charset=utf-8", "audit.csv", csv(&rows, &answers).into_bytes()))
        }
        Ok(answers) => {
            let content = html! { (answered(&rows, &answers, lang)) (form(&visit, &fields, lang)) };
            Ok(whole(&visit, &party, &record.party.name, &content).into_response())
        }
        Err(app::Failure::Refused(refusal)) => {
            let content = html! { (refused(Some(&refusal), lang)) (form(&visit, &fields, lang)) };
            let page = whole(&visit, &party, &record.party.name, &content);
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(other) => Err(other.into()),
    }
}

/// The first field of each line that has one: what people paste is one column, or the first of several.
fn rows(text: &str) -> Vec<String> {
    let first = |line: &str| {
        line.trim()
            .trim_start_matches('\u{feff}')
            .split([',', ';', '\t'])
            .next()
            .unwrap_or("")
            .trim()
            .to_owned()
    };
    let heading = |row: &String| ["isrc", "id", "recording"].contains(&row.to_ascii_lowercase().as_str());
    text.lines().map(first).filter(|row| !row.is_empty() && !heading(row)).take(MOST + 1).collect()
}

fn csv(rows: &[String], answers: &[Answered]) -> String {
    let mut text = "row,recording,outcome,reasons\n".to_owned();
    for (n, (row, a)) in rows.iter().zip(answers).enumerate() {
        // Nothing of what was pasted may end a field or begin a formula.
        let plain: String = row.chars().filter(|c| c.is_alphanumeric() || *c == '-').collect();
        let plain = plain.trim_start_matches('-');
        text.push_str(&format!("{},{plain},{},{}\n", n + 1, a.outcome.code(), a.reasons.codes()));
    }
    text
}

fn whole(visit: &Visit, party: &str, name: &str, content: &Markup) -> Html<String> {
    let lang = visit.lang;
    let title = lang.t("audit-title");
    let content = html! {
        p.from { a href=(format!("/licensee/{party}")) { (name) } }
        h1 { (title) }
        p.lead { (lang.with("audit-what", &[("count", show::number(MOST as u64, lang).into())])) }
        (content)
    };
    layout::page(visit, &title, &content)
}

fn form(visit: &Visit, fields: &Fields, lang: Lang) -> Markup {
    let usage = match field(fields, "use") {
        "" => "train.gen",
        chosen => chosen,
    };
    html! {
        form.sheet method="post" action=(visit.path) {
            input type="hidden" name="csrf" value=(visit.token());
            (uses(lang, usage))
            (input("audit", "territory", "text", &lang.t("audit-territory"), &lang.t("audit-territory-hint"), field(fields, "territory"), false))
            (area("audit", "works", &lang.t("audit-works"), &lang.t("audit-works-hint"), field(fields, "works"), 8, true))
            div.send.acts {
                button type="submit" { (lang.t("audit-send")) }
                button.plain type="submit" name="as" value="csv" { (lang.t("audit-csv")) }
            }
        }
    }
}

fn answered(rows: &[String], answers: &[Answered], lang: Lang) -> Markup {
    let parts: Vec<Part> = OUTCOMES
        .iter()
        .map(|(outcome, ink)| {
            let count = answers.iter().filter(|a| outcome_key(a.outcome) == *outcome).count() as u64;
            Part::new(count, lang.t(outcome), show::number(count, lang), *ink)
        })
        .filter(|p| p.size > 0)
        .collect();
    html! {
        section aria-labelledby="answers" {
            h2 #answers { (lang.with("audit-answers", &[("count", answers.len().into())])) }
            (picture::split(&lang.t("audit-title"), &parts))
            table.facts {
                @for (row, a) in rows.iter().zip(answers).take(SHOWN) {
                    tr {
                        th scope="row" { span translate="no" { (row.chars().take(40).collect::<String>()) }
                            @for reason in a.reasons.iter() { br; span.soft { (consent::words::reason_words(reason, language(lang))) } } }
                        td { (lang.t(outcome_key(a.outcome))) }
                    }
                }
            }
            @if answers.len() > SHOWN { p.note { (lang.with("audit-more", &[("count", (answers.len() - SHOWN).into())])) } }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_paste_becomes_rows() {
        let text = "\u{feff}ISRC,title\r\nQZ-AAA-26-00001,Low Tide\n\n  rec-ABC ; x\nde062600003\tother";
        assert_eq!(rows(text), ["QZ-AAA-26-00001", "rec-ABC", "de062600003"]);
        assert_eq!(rows(&"x\n".repeat(MOST * 2)).len(), MOST + 1);
    }

    #[test]
    fn a_pasted_row_neither_ends_a_field_nor_begins_a_formula() {
        let answer = Answered { outcome: consent::Outcome::Permit, reasons: consent::Reasons::default() };
        let file = csv(&["=1+1\",x".to_owned(), "--QZ".to_owned()], &[answer.clone(), answer]);
        assert_eq!(file, "row,recording,outcome,reasons\n1,11x,PERMIT,\n2,QZ,PERMIT,\n");
    }
}
