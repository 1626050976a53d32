//! A licensee's page: ask what could be had, sign, pay, report, and get a permit for an hour.

use app::license::permit::Ask as PermitAsk;
use app::license::quote::{self, Quote, Wish};
use app::license::report::{self, HandIn, Handed};
use app::license::{key, permit, sign, violation};
use app::{House, license};
use axum::extract::{Form, Path, Query, State};
use axum::response::{Html, IntoResponse, Response};
use maud::{Markup, html};

use super::{
    Fields, answered, area, day, doing, fee_words, field, input, money_row, promise_words, refused,
    use_words, uses,
};
use crate::access::Asker;
use crate::flaw::Flaw;
use crate::pages::consent::language;
use crate::visit::Visit;
use crate::{Lang, Web, layout, show};

/// Everything the page tells.
struct Known {
    name: String,
    quote: Option<(Wish, Quote)>,
    licenses: Vec<license::Shown>,
    reports: Vec<report::Told>,
    violations: Vec<violation::Told>,
    permits: Vec<store::PermitRow>,
    /// The key that the licensee signs with itself.
    key: Option<store::PartyKeyRow>,
    /// The agreements of the wish, for that key to sign; a line each.
    drafts: String,
    /// A permit that was just given.
    given: Option<String>,
    problems: Vec<String>,
    /// What was sent and was not taken, to be mended.
    sent: Fields,
}

async fn known(house: &House, party: &str) -> Result<Known, Flaw> {
    let record = app::party::one(house, party).await?;
    let id = record.party.id.clone();
    Ok(Known {
        name: record.party.name,
        quote: None,
        licenses: license::list(house, Some(id.as_str()))
            .await?
            .into_iter()
            .filter(|l| l.row.licensee == id)
            .collect(),
        reports: report::list(house, Some(id.as_str()))
            .await?
            .into_iter()
            .filter(|r| r.row.licensee == id)
            .collect(),
        violations: violation::list(house, Some(id.as_str())).await?,
        permits: permit::list(house, id.as_str()).await?,
        key: key::list(house, id.as_str()).await?.into_iter().rfind(|k| k.end.is_none()),
        drafts: String::new(),
        given: None,
        problems: Vec::new(),
        sent: Fields::new(),
    })
}

/// Shows it; with a wish in the address also what could be had.
pub(crate) async fn page(
    State(web): State<Web>,
    visit: Visit,
    Path(party): Path<String>,
    Query(fields): Query<Fields>,
) -> Result<Response, Flaw> {
    let mut now = Known { sent: fields, ..known(web.house(), &party).await? };
    let mut refusal = None;
    if !field(&now.sent, "use").is_empty() {
        let wish = wish(&party, &now.sent);
        match quote::quote(web.house(), &wish).await {
            Ok(found) => {
                let comes = now.key.is_some() && found.offers.iter().any(|q| !q.works.is_empty());
                if comes {
                    let papers = sign::draft(web.house(), &wish).await?;
                    now.drafts = papers.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
                }
                now.quote = Some((wish, found));
            }
            Err(app::Failure::Refused(why)) => refusal = Some(why),
            Err(fault) => return Err(fault.into()),
        }
    }
    Ok(written(&visit, &now, refusal.as_ref()).into_response())
}

fn wish(party: &str, fields: &Fields) -> Wish {
    let lines = |name: &str| {
        let split = field(fields, name).split(|c: char| c.is_whitespace() || c == ',' || c == ';');
        split.filter(|t| !t.is_empty()).take(2_000).map(str::to_owned).collect()
    };
    Wish {
        licensee: party.to_owned(),
        uses: vec![field(fields, "use").to_owned()],
        model: field(fields, "model").to_owned(),
        version: field(fields, "version").to_owned(),
        recordings: lines("works"),
        offers: lines("offers"),
    }
}

/// Does what a form on it asks. What promises money needs the second factor, just shown.
pub(crate) async fn act(
    State(web): State<Web>,
    visit: Visit,
    Path(party): Path<String>,
    asker: Asker,
    Form(fields): Form<Fields>,
) -> Result<Response, Flaw> {
    visit.check(&web, field(&fields, "csrf"))?;
    let house = web.house();
    let record = app::party::one(house, &party).await?;
    let id = record.party.id.as_str();
    let (mut given, mut problems) = (None, Vec::new());
    let done = match field(&fields, "do") {
        "accept" => {
            asker.require_fresh_second_factor(&web)?;
            accept(house, &wish(id, &fields), field(&fields, "signed"), id).await
        }
        "key" => {
            asker.require_fresh_second_factor(&web)?;
            key::register(house, field(&fields, "paper"), Some(id), id).await.map(drop)
        }
        "report" => hand_in(house, id, &fields, &mut problems).await,
        "permit" => {
            let split = |name: &str| {
                field(&fields, name)
                    .split(|c: char| c.is_whitespace() || c == ',')
                    .filter(|t| !t.is_empty())
                    .map(str::to_owned)
                    .collect()
            };
            let ask = PermitAsk {
                tool: id.to_owned(),
                project: field(&fields, "project").to_owned(),
                uses: vec![field(&fields, "use").to_owned()],
                recordings: split("recordings"),
                minutes: field(&fields, "minutes").parse().unwrap_or(0),
                by: id.to_owned(),
            };
            permit::issue(house, &ask).await.map(|(_, note)| given = Some(note))
        }
        _ => Ok(()),
    };
    let mut now = known(house, &party).await?;
    (now.given, now.problems) = (given, problems);
    if done.is_err() || !now.problems.is_empty() {
        now.sent = fields;
    }
    if now.given.is_some() || !now.problems.is_empty() {
        return Ok(written(&visit, &now, None).into_response());
    }
    answered(&visit, done, |refusal| written(&visit, &now, refusal.as_ref()))
}

/// Signs with the key the house keeps, or takes what the licensee signed itself.
async fn accept(house: &House, wish: &Wish, signed: &str, by: &str) -> Result<(), app::Failure> {
    if signed.is_empty() {
        return sign::accept(house, wish, by).await.map(drop);
    }
    let bad =
        |_| app::Refusal::new("paper", "this is no signed agreement", "one a line, as they were signed");
    let lines = signed.lines().map(str::trim).filter(|l| !l.is_empty());
    let papers =
        lines.map(serde_json::from_str).collect::<Result<Vec<serde_json::Value>, _>>().map_err(bad)?;
    sign::accept_signed(house, wish, &papers, by).await.map(drop)
}

async fn hand_in(
    house: &House,
    party: &str,
    fields: &Fields,
    problems: &mut Vec<String>,
) -> Result<(), app::Failure> {
    let missing = || app::Refusal::new("date-bad", "no day is named", "write a day such as 2026-11-01");
    let own = license::list(house, Some(party)).await?;
    let Some(one) =
        own.iter().find(|l| l.row.id == field(fields, "license") && l.row.licensee.as_str() == party)
    else {
        return Err(app::Refusal::new(
            "license-unknown",
            "this licence is not one of yours",
            "choose one of the list",
        )
        .into());
    };
    let currency = one.terms.fee.currency().unwrap_or(money::Currency::EUR);
    let income = Some(field(fields, "income")).filter(|i| !i.is_empty());
    let ask = HandIn {
        license: one.row.id.clone(),
        document: format!("report of {}", field(fields, "from")),
        bytes: field(fields, "table").as_bytes().to_vec(),
        from: day(fields, "from")?.ok_or_else(missing)?,
        until: day(fields, "until")?.ok_or_else(missing)?,
        outputs: field(fields, "outputs").parse().ok(),
        income: income.map(|i| crate::form::amount(i, currency)).transpose()?,
        by: party.to_owned(),
    };
    match report::hand_in(house, ask).await? {
        Handed::Taken(_) => Ok(()),
        Handed::Refused(found) => {
            problems.extend(found.iter().take(20).map(ToString::to_string));
            Ok(())
        }
    }
}

fn written(visit: &Visit, known: &Known, refusal: Option<&app::Refusal>) -> Html<String> {
    let lang = visit.lang;
    let title = lang.with("licensee-title", &[("name", known.name.as_str().into())]);
    let content = html! {
        h1 { (title) }
        (refused(refusal, lang))
        p.lead { (lang.t("licensee-what")) }
        p { a href="/consent" { (lang.t("consent-title")) } " · " a href="/credits" { (lang.t("credits-title")) } }
        @if let Some(note) = &known.given {
            div.kept role="status" { p { strong { (lang.t("permit-given")) } } pre translate="no" { (note) } }
        }
        @if !known.problems.is_empty() {
            div.alert role="alert" lang="en" { @for p in &known.problems { p { (p) } } }
        }
        (asking(visit, known, lang))
        (licenses(known, lang))
        (reporting(visit, known, lang))
        (permits(visit, known, lang))
        (violations(known, lang))
        (own_key(visit, known, lang))
    };
    layout::page(visit, &title, &content)
}

fn asking(visit: &Visit, known: &Known, lang: Lang) -> Markup {
    let of = |name: &str| field(&known.sent, name);
    let usage = Some(of("use")).filter(|u| !u.is_empty()).unwrap_or("train.gen");
    html! {
        section aria-labelledby="ask" {
            h2 #ask { (lang.t("ask-title")) }
            form.sheet method="get" action=(visit.path) {
                (uses(lang, usage))
                (input("ask", "model", "text", &lang.t("ask-model"), &lang.t("ask-model-hint"), of("model"), false))
                (input("ask", "version", "text", &lang.t("ask-version"), "", of("version"), false))
                (area("ask", "works", &lang.t("ask-works"), &lang.t("ask-works-hint"), of("works"), 3, false))
                p.send { button type="submit" { (lang.t("ask-send")) } }
            }
            p { a href=(format!("{}/audit", visit.path)) { (lang.t("audit-title")) } }
            @if let Some((wish, found)) = &known.quote { (quoted(visit, wish, found, &known.drafts, lang)) }
        }
    }
}

fn quoted(visit: &Visit, wish: &Wish, found: &Quote, drafts: &str, lang: Lang) -> Markup {
    let count = |state: &str| found.works.iter().filter(|w| w.state == state).count();
    let offers: Vec<&str> =
        found.offers.iter().filter(|q| !q.works.is_empty()).map(|q| q.offer.row.id.as_str()).collect();
    html! {
        div #quote {
            h3 { (lang.t("quote-title")) }
            p { (lang.with("quote-counts", &[("licensed", count("licensed").into()), ("permitted", count("permitted").into()), ("missing", (count("missing") + count("unknown")).into())])) }
            ul.ledger.words {
                @for q in &found.offers {
                    li class=(if q.works.is_empty() { "unmatched" } else { "matched" }) {
                        details {
                            summary { span.what { (q.offer.holder) } span.state { @match &q.due { Some(due) => (show::money(due.amount, lang)), None => (lang.t("quote-later")) } } }
                            div.inside {
                                p { (lang.with("licence-works", &[("count", q.works.len().into())])) " · " (fee_words(&q.offer.terms.fee, lang)) }
                                p { (lang.t("licence-promised")) " " (promise_words(q.offer.terms.promise, lang)) }
                                p.from translate="no" { (q.offer.row.id) }
                            }
                        }
                    }
                }
            }
            details {
                summary { (lang.t("quote-works")) }
                table.facts { @for w in found.works.iter().take(500) {
                    tr { th scope="row" { @if w.title.is_empty() { span translate="no" { (w.recording) } } @else { (w.title) } } td { (lang.t(&format!("quote-{}", w.state))) @for words in reasons(&w.reasons, lang) { br; span.soft { (words) } } } }
                } }
            }
            @if !offers.is_empty() {
                form.sheet method="post" action=(visit.path) {
                    (doing(visit, "accept"))
                    input type="hidden" name="use" value=(wish.uses.join(""));
                    input type="hidden" name="model" value=(wish.model);
                    input type="hidden" name="version" value=(wish.version);
                    input type="hidden" name="works" value=(wish.recordings.join(" "));
                    input type="hidden" name="offers" value=(offers.join(" "));
                    @if !drafts.is_empty() {
                        p { (lang.t("own-key-sign")) }
                        pre translate="no" { (drafts) }
                        (area("accept", "signed", &lang.t("own-key-signed"), "", "", 4, true))
                    }
                    p.send { button type="submit" { (lang.t("quote-accept")) } }
                    p.note { (lang.t("quote-note")) }
                }
            }
        }
    }
}

/// Why a recording is missing, in words: the codes stand behind the answer's own, a semicolon between them.
fn reasons(codes: &str, lang: Lang) -> impl Iterator<Item = &'static str> {
    let known = |code: &str| consent::Reason::ALL.into_iter().find(|r| r.code() == code);
    let codes = codes.split([' ', ';']);
    codes
        .filter_map(known)
        .map(move |r| consent::words::reason_words(r, language(lang)))
        .collect::<Vec<_>>()
        .into_iter()
}

/// The key by which the licensee signs itself, and the way to register one.
fn own_key(visit: &Visit, known: &Known, lang: Lang) -> Markup {
    html! {
        section aria-labelledby="own-key" {
            h2 #own-key { (lang.t("own-key-title")) }
            p { (lang.t("own-key-what")) }
            @if let Some(key) = &known.key {
                p { strong { (lang.t("own-key-is")) } " " code translate="no" { (key.key) } }
                p.from { (lang.with("own-key-entry", &[("place", key.place.to_string().into())])) }
            }
            details.more {
                summary { (lang.t(if known.key.is_some() { "own-key-change" } else { "own-key-add" })) }
                form.sheet method="post" action=(visit.path) {
                    (doing(visit, "key"))
                    (area("key", "paper", &lang.t("own-key-paper"), &lang.t("own-key-paper-hint"), field(&known.sent, "paper"), 4, true))
                    p.send { button type="submit" { (lang.t("own-key-send")) } }
                }
            }
        }
    }
}

fn licenses(known: &Known, lang: Lang) -> Markup {
    html! {
        section aria-labelledby="mine" {
            h2 #mine { (lang.t("licences-title")) }
            @if known.licenses.is_empty() { p { (lang.t("licences-none")) } }
            ul.ledger.words {
                @for one in &known.licenses {
                    li class=(if one.ended.is_some() { "unmatched" } else { "matched" }) {
                        details {
                            summary {
                                span.what { (one.holder) " " span.soft { (one.terms.uses.iter().map(|u| use_words(u, lang)).collect::<Vec<_>>().join(", ")) " · " span translate="no" { (one.row.model) " " (one.row.version) } } }
                                span.state { (fee_words(&one.terms.fee, lang)) }
                            }
                            div.inside {
                                p { (lang.with("licence-works", &[("count", one.works.len().into())])) }
                                @for (_, title) in one.works.iter().take(20) { p { (title) } }
                                p { (lang.t("licence-promised")) " " (promise_words(one.terms.promise, lang)) }
                                @if let Some(day) = one.ended { p { (lang.with("licence-ended", &[("day", show::day(day, lang).into())])) } }
                                @if !one.money.is_empty() { table.facts { @for m in &one.money { (money_row(m, false, lang)) } } }
                                p.from translate="no" { (one.row.id) }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn reporting(visit: &Visit, known: &Known, lang: Lang) -> Markup {
    let of = |name: &str| field(&known.sent, name);
    html! {
        section aria-labelledby="use-reports" {
            h2 #use-reports { (lang.t("use-reports-title")) }
            ul.ledger.words { @for r in &known.reports { (super::report(r, false, lang)) } }
            @if !known.licenses.is_empty() {
                form.sheet method="post" action=(visit.path) {
                    (doing(visit, "report"))
                    h3 { (lang.t("use-new")) }
                    div.field {
                        label for="license" { (lang.t("use-license")) }
                        select #license name="license" required { @for l in &known.licenses { option value=(l.row.id) { (l.holder) " · " (l.row.model) " " (l.row.version) " · " (l.row.id) } } }
                    }
                    (input("report", "from", "date", &lang.t("use-from"), "", of("from"), true))
                    (input("report", "until", "date", &lang.t("use-until"), "", of("until"), true))
                    (input("report", "income", "text", &lang.t("use-income"), &lang.t("use-income-hint"), of("income"), false))
                    (input("report", "outputs", "number", &lang.t("use-outputs"), "", of("outputs"), false))
                    (area("report", "table", &lang.t("use-table"), &lang.t("use-table-hint"), of("table"), 6, true))
                    p.send { button type="submit" { (lang.t("use-send")) } }
                }
            }
        }
    }
}

fn permits(visit: &Visit, known: &Known, lang: Lang) -> Markup {
    let of = |name: &str| field(&known.sent, name);
    let minutes = Some(of("minutes")).filter(|m| !m.is_empty()).unwrap_or("60");
    html! {
        section aria-labelledby="permits" {
            h2 #permits { (lang.t("permits-title")) }
            p.note { (lang.t("permits-what")) }
            @for p in known.permits.iter().take(5) { p { (p.project) " " span.soft { (lang.with("permit-until", &[("time", p.expires.strftime("%Y-%m-%d %H:%M UTC").to_string().into())])) " · " span translate="no" { (p.id) } } } }
            form.sheet method="post" action=(visit.path) {
                (doing(visit, "permit"))
                (input("permit", "project", "text", &lang.t("permit-project"), "", of("project"), true))
                div.field {
                    label for="permit-use" { (lang.t("licence-use")) }
                    select #permit-use name="use" { @for code in ["tool.mix", "tool.restore", "tool.assist", "tool.translate"] { option value=(code) { (use_words(code, lang)) } } }
                }
                (input("permit", "recordings", "text", &lang.t("permit-recordings"), &lang.t("permit-recordings-hint"), of("recordings"), true))
                (input("permit", "minutes", "number", &lang.t("permit-minutes"), "", minutes, true))
                p.send { button type="submit" { (lang.t("permit-send")) } }
            }
        }
    }
}

fn violations(known: &Known, lang: Lang) -> Markup {
    html! {
        @if !known.violations.is_empty() {
            section aria-labelledby="violations" {
                h2 #violations { (lang.t("violations-title")) }
                p.note { (lang.t("violations-what")) }
                ul.ledger.words {
                    @for v in &known.violations {
                        li class=(if v.row.status == "open" { "unmatched" } else { "matched" }) {
                            details {
                                summary { span.what { (lang.t(&format!("violation-{}", v.row.kind))) } span.state { (lang.t(&format!("violation-{}", v.row.status))) } }
                                div.inside { p lang="en" { (v.row.evidence) } @if !v.row.reason.is_empty() { p { (v.row.reason) } } }
                            }
                        }
                    }
                }
            }
        }
    }
}
