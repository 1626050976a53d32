//! What a party is told of a period: every line opens to where it came from.

use app::statement::{
    self, CAMPAIGN, Issued, LICENCES, Line, Movement, Paid, RecordingLine, RuleUsed, STREAMING, Statement,
};
use axum::extract::{Path, Query, State};
use axum::response::{Html, IntoResponse, Redirect, Response};
use jiff::tz::TimeZone;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use music::Period;
use serde::Deserialize;

use crate::chart::Link;
use crate::flaw::Flaw;
use crate::form::short;
use crate::pages::{assets, invoice};
use crate::picture::{self, Part};
use crate::recall::{Drawing, Drawn};
use crate::visit::Visit;
use crate::{Lang, Web, chart, layout, print, show};

/// Which period is asked for.
#[derive(Debug, Deserialize)]
pub(crate) struct Asked {
    party: Option<String>,
    period: Option<String>,
}

/// The form that leads to a statement.
pub(crate) async fn find(visit: Visit, Query(asked): Query<Asked>) -> Result<Response, Flaw> {
    let lang = visit.lang;
    if let Some(party) = asked.party.map(|p| short(&p)).filter(|p| !p.is_empty()) {
        let period = asked.period.map(|p| short(&p)).filter(|p| !p.is_empty());
        let query = period.map(|p| format!("?period={}", encoded(&p))).unwrap_or_default();
        return Ok(Redirect::to(&format!("/statement/{}{query}", encoded(&party))).into_response());
    }
    let title = lang.t("statement-find");
    let content = html! {
        h1 { (title) }
        p.lead { (lang.t("statement-find-what")) }
        form.sheet method="get" action="/statement" {
            div.field { label for="party" { (lang.t("field-name")) } input #party name="party" required maxlength="60" autocomplete="off"; }
            div.field {
                label for="period" { (lang.t("field-period")) }
                p.hint #period-hint { (lang.t("field-period-hint")) }
                input #period name="period" maxlength="30" aria-describedby="period-hint" autocomplete="off";
            }
            p.send { button type="submit" { (lang.t("statement-send")) } }
        }
    };
    Ok(layout::page(&visit, &title, &content).into_response())
}

/// The statement of a party.
pub(crate) async fn show(
    State(web): State<Web>,
    visit: Visit,
    Path(party): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Html<String>, Flaw> {
    let lang = visit.lang;
    let today = web.house().now().to_zoned(TimeZone::UTC).date();
    let period = asked.period.clone().unwrap_or_default();
    let drawing = Drawing { party, period, lang: lang.tag(), day: today };
    // Whose session it is was just asked, and with it what is new.
    let stamp = match visit.who {
        Some(_) => web.recall().stamp(),
        None => web.recall().look(web.house()).await?,
    };
    let drawn = match web.recall().drawn(&drawing, stamp) {
        Some(drawn) => drawn,
        None => {
            let drawn = draw(&web, lang, &drawing.party, &asked).await?;
            web.recall().keep_drawn(drawing, stamp, &drawn);
            drawn
        }
    };
    Ok(layout::page(&visit, &drawn.title, &PreEscaped(drawn.content)))
}

/// Draws the statement of a party: the same for everybody who may see it.
async fn draw(web: &Web, lang: Lang, party: &str, asked: &Asked) -> Result<Drawn, Flaw> {
    let period = asked_period(asked)?;
    let issued = statement::make(web.house(), party, period).await?;
    let name = issued.first().map(|i| i.statement.party.clone()).unwrap_or_default();
    let today = web.house().now().to_zoned(TimeZone::UTC).date();
    let months = [today, today.first_of_month().yesterday().unwrap_or(today)]
        .map(|d| format!("{:04}-{:02}", d.year(), d.month()));
    let content = html! {
        nav.periods.screen aria-label=(lang.t("field-period")) {
            ul {
                li { a href="?" aria-current=[(period == Period::ALWAYS).then_some("true")] { (lang.t("period-always")) } }
                @for text in [today.year().to_string(), months[0].clone(), months[1].clone()] {
                    @let here = asked.period.as_deref() == Some(text.as_str());
                    li { a href=(format!("?period={text}")) aria-current=[here.then_some("true")] { (period_words(&text, lang)) } }
                }
            }
        }
        @for one in &issued { (article(one, lang)) }
        p.note.screen {
            a href=(pdf_address(&issued, asked)) { (lang.t("statement-pdf")) } " · "
            a href=(format!("/invoice/{}", issued.first().map(|i| i.statement.party_id.as_str()).unwrap_or_default())) { (lang.t("invoices-title")) } " · "
            a href=(format!("/heard/{}", issued.first().map(|i| i.statement.party_id.as_str()).unwrap_or_default())) { (lang.t("heard-link")) }
        }
    };
    let title = lang.with("statement-of", &[("name", name.as_str().into())]);
    Ok(Drawn { title, content: content.into_string() })
}

fn pdf_address(issued: &[Issued], asked: &Asked) -> String {
    let id = issued.first().map(|i| i.statement.party_id.as_str()).unwrap_or_default();
    let period = asked.period.as_deref().map(str::trim).filter(|p| !p.is_empty());
    let query = period.map(|p| format!("?period={}", encoded(p))).unwrap_or_default();
    format!("/statement/{id}/pdf{query}")
}

fn asked_period(asked: &Asked) -> Result<Period, Flaw> {
    match asked.period.as_deref().map(str::trim) {
        None | Some("") => Ok(Period::ALWAYS),
        Some(text) => Ok(Period::parse(text).ok_or_else(|| {
            app::Refusal::new(
                "period",
                format!("`{}` is no period", short(text)),
                "a year, a month or a day: 2026, 2026-09, 2026-09-04",
            )
        })?),
    }
}

/// The statement of a party as PDF.
pub(crate) async fn pdf(
    State(web): State<Web>,
    visit: Visit,
    Path(party): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Flaw> {
    let issued = statement::make(web.house(), &party, asked_period(&asked)?).await?;
    let bytes = print::statement_pdf(&issued, visit.lang)
        .map_err(|e| app::Failure::Fault(store::Fault::new(e.to_string())))?;
    let of = issued.first().map(|i| &i.statement);
    let name = of.map(|s| format!("{}-{}-{}.pdf", s.party_id, s.from, s.until)).unwrap_or_default();
    Ok(invoice::file("application/pdf", &name, bytes))
}

fn period_words(text: &str, lang: Lang) -> String {
    match text.split_once('-') {
        Some((year, month)) => {
            format!("{} {year}", lang.t(&format!("month-{}", month.trim_start_matches('0'))))
        }
        None => text.to_owned(),
    }
}

/// Statements as one document of their own, with its style inside: to be kept, mailed or printed.
pub fn statement_html(issued: &[Issued], lang: Lang) -> String {
    let name = issued.first().map(|i| i.statement.party.as_str()).unwrap_or_default();
    let page = html! {
        (DOCTYPE)
        html lang=(lang.tag()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (lang.with("statement-of", &[("name", name.into())])) }
                style { (maud::PreEscaped(assets::STYLE)) }
            }
            body.alone { main { @for one in issued { (article(one, lang)) } } }
        }
    };
    page.into_string()
}

fn article(issued: &Issued, lang: Lang) -> Markup {
    let s = &issued.statement;
    html! {
        article.statement {
            header {
                p.from { (s.house) }
                h1 { (lang.with("statement-of", &[("name", s.party.as_str().into())])) }
                p.lead { (span_words(s, lang)) }
                p.soft {
                    @match s.number {
                        Some(number) => { (lang.with("statement-number", &[("n", number.to_string().into())])) }
                        None => { (lang.t("statement-draft")) }
                    }
                    " · " (lang.with("statement-made", &[("day", show::iso_day(&s.made, lang).into())])) " · " span translate="no" { (s.party_id) }
                }
            }
            @if !s.waits_until.is_empty() { p.notice { (waits_words(s, lang)) } }
            (summary(s, lang))
            (earned(s, lang))
            (payouts(s, lang))
            (movements(&s.movements, &s.currency, lang))
            (rules(&s.rules, &s.currency, lang))
            (proof(&issued.proof, lang))
        }
    }
}

/// The days of a statement in words.
pub(crate) fn span_words(s: &Statement, lang: Lang) -> String {
    match (s.from.parse::<jiff::civil::Date>(), s.until.parse::<jiff::civil::Date>()) {
        (Ok(from), Ok(until)) => {
            let last = until.yesterday().unwrap_or(until);
            lang.with(
                "span",
                &[("from", show::day(from, lang).into()), ("until", show::day(last, lang).into())],
            )
        }
        (Ok(from), Err(_)) => lang.with("span-since", &[("from", show::day(from, lang).into())]),
        (Err(_), Ok(until)) => {
            let last = until.yesterday().unwrap_or(until);
            lang.with("span-until", &[("until", show::day(last, lang).into())])
        }
        _ => lang.t("span-always"),
    }
}

/// An amount of a statement as a size: its micros, nothing where it is below nothing.
pub(crate) fn size(text: &str, s: &Statement) -> u64 {
    show::amount(text, &s.currency).and_then(|a| u64::try_from(a.micros()).ok()).unwrap_or(0)
}

/// Until when money waits for enough givers.
pub(crate) fn waits_words(s: &Statement, lang: Lang) -> String {
    lang.with("statement-waits", &[("day", show::iso_day(&s.waits_until, lang).into())])
}

fn summary(s: &Statement, lang: Lang) -> Markup {
    let money = |text: &str| show::decimal(text, &s.currency, lang);
    let size = |text: &str| size(text, s);
    let paid: i64 = s
        .payouts
        .iter()
        .filter(|p| !["returned", "rejected", "dropped"].contains(&p.status.as_str()))
        .filter_map(|p| show::amount(&p.gross, &s.currency))
        .map(money::Amount::micros)
        .sum();
    let reserved = size(&s.reserved);
    let settled = u64::try_from(paid).unwrap_or(0).saturating_sub(reserved);
    let words = |micros: u64| in_words(micros, s, lang);
    let free = size(&s.balance).saturating_sub(reserved);
    let mut parts = vec![
        Part::new(settled, lang.t("part-paid"), words(settled), 1),
        Part::new(reserved, lang.t("part-reserved"), words(reserved), 3),
        Part::new(free, lang.t("part-balance"), words(free), 2),
    ];
    parts.retain(|p| p.size > 0);
    html! {
        section.summary aria-label=(lang.t("summary")) {
            p.sum { span { (lang.t("statement-credited")) } " " strong { (money(&s.credited)) } }
            @if !parts.is_empty() { (picture::split(&lang.t("summary"), &parts)) }
            table.facts {
                tr { th scope="row" { (lang.t("statement-opening")) } td { (money(&s.opening)) } }
                tr { th scope="row" { (lang.t("statement-credited")) } td { (money(&s.credited)) } }
                tr.total { th scope="row" { (lang.t("statement-balance")) } td { (money(&s.balance)) } }
                @if size(&s.unclaimed) > 0 { tr { th scope="row" { (lang.t("statement-unclaimed")) } td { (money(&s.unclaimed)) } } }
                @if !s.owed_back.is_empty() { tr { th scope="row" { (lang.t("statement-owed-back")) } td { (money(&s.owed_back)) } } }
            }
        }
    }
}

fn earned(s: &Statement, lang: Lang) -> Markup {
    html! {
        section aria-labelledby=(format!("earned-{}", s.currency)) {
            h2 id=(format!("earned-{}", s.currency)) { (lang.t("earned-title")) }
            @if s.lines.is_empty() { p { (lang.t("earned-none")) } }
            @if !s.withheld_detail.is_empty() { p.notice { (withheld(s, lang)) } }
            (came_from(s, lang))
            ul.ledger { @for line in &s.lines { (earned_line(line, s, lang)) } }
        }
    }
}

/// From which kind of payer to which recordings, where there are several; the lines below hold every figure.
fn came_from(s: &Statement, lang: Lang) -> Markup {
    /// Recordings with a band of their own; the rest is one.
    const OWN: usize = 6;
    let mut lines: Vec<(u64, &Line)> =
        s.lines.iter().map(|l| (size(&l.amount, s), l)).filter(|(size, _)| *size > 0).collect();
    if lines.len() < 2 {
        return html! {};
    }
    lines.sort_by_key(|(size, _)| std::cmp::Reverse(*size));
    let words = |micros: u64| in_words(micros, s, lang);
    let (mut from, mut to, mut links): (Vec<Part>, Vec<Part>, Vec<Link>) = Default::default();
    let others = lines.len().saturating_sub(OWN);
    for (n, (size, line)) in lines.into_iter().enumerate() {
        let payers = payers_words(line, lang);
        let left = from.iter().position(|p| p.name == payers).unwrap_or_else(|| {
            from.push(Part::new(0, payers, "", [1, 2, 3, 4][from.len() % 4]));
            from.len() - 1
        });
        let right = n.min(OWN);
        if right == to.len() {
            let one = line.recordings.first().filter(|_| line.recordings.len() == 1);
            let name = match one {
                _ if right == OWN => lang.with("earned-others", &[("count", others.into())]),
                Some(one) => one.title.clone(),
                None => line_title(line, lang),
            };
            to.push(Part::new(0, name, "", 6));
        }
        for part in [from.get_mut(left), to.get_mut(right)].into_iter().flatten() {
            part.size += size;
            part.value = words(part.size);
        }
        match links.iter_mut().find(|l| (l.from, l.to) == (left, right)) {
            Some(link) => link.size += size,
            None => links.push(Link { from: left, to: right, size }),
        }
    }
    links.sort_by_key(|l| (l.from, l.to));
    chart::flow(&lang.t("earned-title"), &from, &to, &links)
}

/// Micros of a statement's currency as a person reads them.
fn in_words(micros: u64, s: &Statement, lang: Lang) -> String {
    s.currency.parse().map_or_else(
        |_| String::new(),
        |c| show::money(money::Amount::from_micros(i64::try_from(micros).unwrap_or(i64::MAX), c), lang),
    )
}

/// Why not everything is shown, in the reader's language.
pub(crate) fn withheld(s: &Statement, lang: Lang) -> String {
    let number = |text: &str| text.split(' ').find(|w| w.parse::<u32>().is_ok()).unwrap_or("10").to_owned();
    let listeners = s.withheld_detail.split("; ").find(|part| part.contains("members of an institution"));
    let others = s.withheld_detail.split("; ").any(|part| Some(part) != listeners);
    let mut words = Vec::new();
    if s.lines.iter().any(|l| l.amount.is_empty()) {
        words.push(lang.with("withheld-givers", &[("count", number(&s.withheld_detail).into())]));
    } else if others {
        words.push(lang.t("withheld-fractions"));
    }
    if let Some(listeners) = listeners {
        words.push(lang.with("withheld-listeners", &[("count", number(listeners).into())]));
    }
    words.join(" ")
}

/// What a line is for.
pub(crate) fn line_title(line: &Line, lang: Lang) -> String {
    match line.recordings.as_slice() {
        [one] => recording_words(one),
        several => lang.with("together", &[("count", several.len().into())]),
    }
}

/// A recording by artist and title.
pub(crate) fn recording_words(one: &RecordingLine) -> String {
    format!("{} – {}", one.artist, one.title)
}

/// What a line was paid for.
pub(crate) fn payers_words(line: &Line, lang: Lang) -> String {
    lang.t(match line.payers.as_str() {
        STREAMING => "payers-streaming",
        LICENCES => "payers-licences",
        CAMPAIGN => "payers-campaign",
        _ => "payers-set-lists",
    })
}

/// On how many lines a recording stood, or how often members played it.
pub(crate) fn plays_words(plays: u64, line: &Line, lang: Lang) -> String {
    let key = if line.payers == STREAMING { "plays-heard" } else { "plays-on" };
    lang.with(key, &[("count", usize::try_from(plays).unwrap_or(usize::MAX).into())])
}

fn earned_line(line: &Line, s: &Statement, lang: Lang) -> Markup {
    let title = line_title(line, lang);
    html! {
        li {
            details {
                summary {
                    span.what { (title) }
                    span.amount {
                        @if line.amount.is_empty() { (lang.t("in-total")) } @else { (show::decimal(&line.amount, &s.currency, lang)) }
                    }
                }
                div.inside {
                    @for one in &line.recordings {
                        @if line.recordings.len() > 1 { h3 { (one.artist) " – " (one.title) } }
                        dl.facts {
                            @if !one.isrc.is_empty() { div { dt { "ISRC" } dd translate="no" { (one.isrc) } } }
                            @if let Some(plays) = one.plays {
                                div { dt { (lang.t("plays")) } dd { (plays_words(plays, line, lang)) } }
                            }
                            @if !one.seen.is_empty() {
                                div { dt { (lang.t("seen")) } dd { @for (seen, times) in counted(&one.seen) { (seen_words(seen, lang)) @if times > 1 { " ×" (times) } br; } } }
                            }
                        }
                    }
                    dl.facts {
                        div { dt { (lang.t("payers")) } dd { (payers_words(line, lang)) } }
                        div { dt { (lang.t("side")) } dd { (lang.t(if line.side == "composition" { "side-composition" } else { "side-master" })) } }
                        div { dt { (lang.t("shared-by")) } dd { @for rule in &s.rules { a href=(format!("#rule-{}-{}", anchor(&rule.label), s.currency)) { (rule.label) } " " } } }
                    }
                }
            }
        }
    }
}

/// What stands several times in a row, once with its count.
pub(crate) fn counted(texts: &[String]) -> Vec<(&str, usize)> {
    let mut all: Vec<(&str, usize)> = Vec::new();
    for text in texts {
        match all.last_mut() {
            Some((last, times)) if last == text => *times += 1,
            _ => all.push((text, 1)),
        }
    }
    all
}

/// `2026-09-04, Lyon, Name` with the day in words.
pub(crate) fn seen_words(seen: &str, lang: Lang) -> String {
    let (day, rest) = seen.split_once(", ").unwrap_or((seen, ""));
    let day = show::iso_day(day, lang);
    if rest.is_empty() { day } else { format!("{day}, {rest}") }
}

fn payouts(s: &Statement, lang: Lang) -> Markup {
    html! {
        @if !s.payouts.is_empty() {
            section aria-labelledby=(format!("payouts-{}", s.currency)) {
                h2 id=(format!("payouts-{}", s.currency)) { (lang.t("payouts-title")) }
                ul.ledger { @for paid in &s.payouts { (one_payout(paid, &s.currency, lang)) } }
            }
        }
    }
}

/// Where a payout stands.
pub(crate) fn status_words(paid: &Paid, lang: Lang) -> String {
    lang.maybe(&format!("payout-{}", paid.status), &[]).unwrap_or_else(|| paid.status.clone())
}

/// What a movement was.
pub(crate) fn movement_words(movement: &Movement, lang: Lang) -> String {
    lang.maybe(&format!("movement-{}", movement.kind()), &[]).unwrap_or_else(|| lang.t("movement-other"))
}

fn one_payout(paid: &Paid, currency: &str, lang: Lang) -> Markup {
    let status = status_words(paid, lang);
    let size =
        |text: &str| show::amount(text, currency).and_then(|a| u64::try_from(a.micros()).ok()).unwrap_or(0);
    let part = |text: &str, key: &str, ink| {
        Part::new(size(text), lang.t(key), show::decimal(text, currency, lang), ink)
    };
    let mut parts = vec![
        part(&paid.net, "payout-net", 1),
        part(&paid.recouped, "payout-recouped", 2),
        part(&paid.withheld, "payout-withheld", 4),
        part(&paid.fee, "payout-fee", 3),
    ];
    parts.retain(|p| p.size > 0);
    html! {
        li {
            details {
                summary {
                    span.what { (status) " " span.soft translate="no" { (paid.end_to_end) } }
                    span.amount { (show::decimal(&paid.net, currency, lang)) }
                }
                div.inside {
                    p { (lang.with("payout-gross", &[("amount", show::decimal(&paid.gross, currency, lang).into())])) }
                    (picture::split(&lang.t("payouts-title"), &parts))
                }
            }
        }
    }
}

fn movements(movements: &[Movement], currency: &str, lang: Lang) -> Markup {
    html! {
        @if !movements.is_empty() {
            section aria-labelledby=(format!("movements-{currency}")) {
                h2 id=(format!("movements-{currency}")) { (lang.t("movements-title")) }
                table.facts {
                    @for movement in movements {
                        tr { th scope="row" { (show::iso_day(&movement.day, lang)) " " span.soft { (movement_words(movement, lang)) } } td { (show::decimal(&movement.amount, currency, lang)) } }
                    }
                }
            }
        }
    }
}

fn rules(rules: &[RuleUsed], currency: &str, lang: Lang) -> Markup {
    html! {
        @if !rules.is_empty() {
            section aria-label=(lang.t("rules-title")) {
                h2 { (lang.t("rules-title")) }
                @for rule in rules {
                    details.rule id=(format!("rule-{}-{currency}", anchor(&rule.label))) {
                        summary { (rule.label) }
                        @for paragraph in (if lang == Lang::Fr { &rule.reading_fr } else { &rule.reading_en }).lines() { p { (show::quoted(paragraph, lang)) } }
                        p.soft { "SHA-256 " code { (rule.hash) } }
                    }
                }
            }
        }
    }
}

fn proof(proof: &str, lang: Lang) -> Markup {
    html! {
        details.proof {
            summary { (lang.t("proof-title")) }
            p { (lang.t("proof-what")) }
            pre { code { (proof) } }
        }
    }
}

fn anchor(text: &str) -> String {
    text.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect()
}

/// A text inside an address.
fn encoded(text: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-_.~".contains(&b);
    text.bytes().map(|b| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}
