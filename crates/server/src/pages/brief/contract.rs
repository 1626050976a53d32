//! A contract: its text and signatures, its milestones with what was delivered, its money and VAT, what was measured; and
//! every step that its two sides take.

use app::brief::counts::Own;
use app::brief::deal::Shown;
use app::brief::dispute::{self, side_in};
use app::brief::domain::milestone::{Side, State as Step};
use app::brief::{counts, deal, wall, work};
use app::heard::Heard;
use axum::extract::{Path, State};
use axum::http::header::CONTENT_TYPE;
use axum::response::{Html, IntoResponse, Response};
use maud::{Markup, html};

use super::parts::{self, Sent, area, colon, field, line, said};
use super::{day, ended};
use crate::access::{Asker, Checked};
use crate::flaw::Flaw;
use crate::pages::institution::own as own_id;
use crate::visit::Visit;
use crate::{Lang, Web, layout, show as words};

/// The page.
pub(crate) async fn page(
    State(web): State<Web>,
    visit: Visit,
    Path((party, id)): Path<(String, String)>,
) -> Result<Html<String>, Flaw> {
    own_id(&party)?;
    let h = web.house();
    let d = deal::one(h, &id, &party).await?;
    let counted = counts::own(h, &id, &party).await?;
    let heard = app::heard::heard(h, &counted.artist).await?;
    let view = View { visit: &visit, d: &d, artist: d.row.artist.as_str() == party, at: at(&party, &id) };
    let lang = visit.lang;
    let content = html! {
        p.from { a href=(format!("/briefs/{party}")) { (lang.t("briefs-title")) } }
        h1 { (d.contract.title) }
        p.lead { (d.contract.brand.name) " · " (d.contract.artist.name) " · " (lang.t(&format!("deal-state-{}", d.row.state))) }
        (view.next())
        (view.money())
        (view.payment())
        (view.steps())
        (view.orders(&party))
        (view.text())
        (view.measured(&counted, &heard))
        (view.ending())
    };
    Ok(layout::page(&visit, &d.contract.title, &content))
}

pub(super) fn at(party: &str, id: &str) -> String {
    format!("/briefs/{party}/contract/{id}")
}

/// The text that is signed, as a file.
pub(crate) async fn text(
    State(web): State<Web>,
    Path((party, id)): Path<(String, String)>,
) -> Result<Response, Flaw> {
    own_id(&party)?;
    let d = deal::one(web.house(), &id, &party).await?;
    Ok(([(CONTENT_TYPE, "text/plain; charset=utf-8")], d.text.words).into_response())
}

struct View<'a> {
    visit: &'a Visit,
    d: &'a Shown,
    artist: bool,
    at: String,
}

impl View<'_> {
    fn lang(&self) -> Lang {
        self.visit.lang
    }

    fn is(&self, states: &[&str]) -> bool {
        states.contains(&self.d.row.state.as_str())
    }

    fn signed(&self) -> bool {
        let side = if self.artist { "artist" } else { "brand" };
        self.d.signatures.iter().any(|s| s.side == side)
    }

    fn hidden(&self, milestone: i64) -> Markup {
        html! { input type="hidden" name="csrf" value=(self.visit.token()); input type="hidden" name="milestone" value=(milestone); }
    }

    /// What is to be done next, by whom, with the way there.
    fn next(&self) -> Markup {
        let lang = self.lang();
        html! {
            @if let Some((word, place)) = next_step(self.d, self.artist) {
                @let said = lang.t(&format!("next-{word}"));
                p.notice { strong { (lang.t("next")) } " " @if place.is_empty() { (said) } @else { a href=(format!("#{place}")) { (said) } } }
            }
        }
    }

    fn money(&self) -> Markup {
        let (d, lang) = (self.d, self.lang());
        html! {
            table.facts {
                tr { th scope="row" { (lang.t("deal-fee")) } td { (words::money(d.row.fee, lang)) } }
                @if let (Some(t), false) = (&d.tax, self.artist) {
                    tr { th scope="row" { (lang.with("deal-vat", &[("rate", t.rate.as_str().into())])) br; span.soft { (lang.t(&format!("vat-{}", t.category))) } } td { (words::money(t.vat, lang)) } }
                }
                @if d.row.benefits.is_positive() { tr { th scope="row" { (lang.t("deal-benefits")) br; span.soft { (d.contract.benefits_words) } } td { (words::money(d.row.benefits, lang)) } } }
                tr { th scope="row" { (lang.t("deal-held")) } td { (words::money(d.held, lang)) } }
                tr { th scope="row" { (lang.t("deal-paid")) } td { (words::money(d.paid, lang)) } }
                tr.total { th scope="row" { (lang.t("offer-net")) } td { (words::money(d.contract.net, lang)) } }
            }
            @if !self.artist && !d.invoices.is_empty() {
                ul.ledger { @for i in &d.invoices { li.row-link { a href=(format!("{}/invoice/{}", self.at, i.number)) {
                    span.what { (lang.t(&format!("brand-{}", i.kind))) " " span.soft translate="no" { (i.number) } }
                    span.amount { (words::decimal(&(i.net.to_decimal()), i.net.currency().code(), lang)) " + " (words::money(i.vat, lang)) }
                } } } }
            }
        }
    }

    fn payment(&self) -> Markup {
        let (d, lang) = (self.d, self.lang());
        html! {
            @if let (Some(p), "signed", false) = (&d.payment, d.row.state.as_str(), self.artist) {
                div.pay { h2 #pay { (lang.t("deal-pay")) } p { (lang.t("deal-pay-what")) }
                    dl.facts { dt { (lang.t("deal-holder")) } dd { (p.holder) } dt { "IBAN" } dd translate="no" { (p.iban) } dt { (lang.t("deal-reference")) } dd.big translate="no" { (p.contribution.reference) } dt { (lang.t("deal-gross")) } dd { (words::money(p.contribution.pledged, lang)) }
                        @if p.contribution.received.is_positive() { dt { (lang.t("deal-received")) } dd { (words::money(p.contribution.received, lang)) } } } }
            }
        }
    }

    fn steps(&self) -> Markup {
        html! {
            @if !self.d.milestones.is_empty() {
                section aria-labelledby="steps" { h2 #steps { (self.lang().t("deal-steps")) } div.worked { @for m in &self.d.milestones { (self.step(m)) } } }
            }
        }
    }

    fn step(&self, m: &store::MilestoneRow) -> Markup {
        let (d, lang) = (self.d, self.lang());
        let state = Step::from_word(&m.state);
        let (words_id, labels_id) = (format!("words-{}", m.place), format!("labels-{}", m.place));
        html! {
            article.pay {
                p.from { (lang.t(&format!("step-{}", m.state))) " · " (lang.with("step-due", &[("day", words::iso_day(&m.due, lang).into())])) }
                h3 { (m.place) ". " (m.title) }
                p.big { (words::money(m.amount, lang)) }
                @if let Some(awarded) = m.awarded.filter(|a| *a != m.amount) { p { (lang.with("step-awarded", &[("amount", words::money(awarded, lang).into())])) } }
                @if let Some(silence) = m.silence { p.hint { (lang.with("step-silence", &[("day", day(silence, lang).into())])) } }
                @let events: Vec<_> = d.events.iter().filter(|e| e.milestone.as_ref() == Some(&m.id)).collect();
                @if !events.is_empty() { ul.reasons { @for e in events { (told(&d.row, e, lang)) } } }
                @if self.artist && matches!(state, Some(Step::Held | Step::SentBack)) && self.is(&["held"]) {
                    form.sheet method="post" action=(self.at) { (self.hidden(m.place))
                        div.field { label for=(words_id) { (lang.t("step-evidence")) } p.hint { (lang.t("step-evidence-hint")) } textarea.words #(words_id) name="words" required rows="2" maxlength="5000" {} }
                        @if !d.labels.is_empty() { fieldset.labels { legend { (lang.t("step-labels")) } p.hint { (lang.t("step-labels-hint")) }
                            @for (n, l) in (1..).zip(&d.labels) { div.field {
                                label for=(format!("{labels_id}-{n}")) { (lang.t(&format!("label-{}", l.what))) " (" (l.territory) ")" }
                                select #(format!("{labels_id}-{n}")) name="labels" { option value="" { (lang.t("label-none")) } @for w in l.words { option value=(w) translate="no" { (w) } } } } } } }
                        p { button type="submit" name="act" value="submit" { (lang.t("step-submit")) } } }
                }
                @if !self.artist && state == Some(Step::Submitted) {
                    form.sheet method="post" action=(self.at) { (self.hidden(m.place))
                        div.field { label for=(words_id) { (lang.t("step-reasons")) } textarea.words #(words_id) name="words" rows="2" maxlength="5000" {} }
                        div.send { button type="submit" name="act" value="accept" { (lang.t("step-accept")) } button.plain type="submit" name="act" value="send-back" { (lang.t("step-send-back")) } } }
                }
                @if state == Some(Step::Disputed) {
                    p { (lang.t("dispute-what")) }
                    form.sheet method="post" action=(self.at) { (self.hidden(m.place))
                        div.field { label for=(words_id) { (lang.t("dispute-say")) } p.hint { (lang.t("dispute-say-hint")) } textarea.words #(words_id) name="words" required rows="3" maxlength="5000" {} }
                        p { button.plain type="submit" name="act" value="evidence" { (lang.t("dispute-send")) } } }
                }
                @if matches!(state, Some(Step::Submitted | Step::SentBack)) {
                    details.more { summary { (lang.t("step-dispute")) }
                        form.sheet method="post" action=(self.at) { (self.hidden(m.place))
                            p.hint { (lang.t("step-dispute-what")) }
                            div.field { label for=(format!("dispute-{}", m.place)) { (lang.t("step-dispute-why")) } textarea.words #(format!("dispute-{}", m.place)) name="words" required rows="2" maxlength="5000" {} }
                            p { button.plain type="submit" name="act" value="dispute" { (lang.t("step-dispute-send")) } } } }
                }
            }
        }
    }

    fn orders(&self, party: &str) -> Markup {
        let (d, lang) = (self.d, self.lang());
        html! {
            @if d.row.form == "framework" {
                section aria-labelledby="orders" { h2 #orders { (lang.t("deal-orders")) }
                    p.note { (lang.t("deal-orders-what")) }
                    ul.ledger { @for o in &d.orders { li.row-link { a href=(at(party, o.as_str())) { span.what translate="no" { (o) } } } } }
                    @if !self.artist && self.is(&["signed"]) {
                        details.more open[d.orders.is_empty()] { summary { (lang.t("deal-order")) }
                            form.sheet method="post" action=(self.at) { (self.hidden(0))
                                (parts::steps(lang, &[], &[], 3))
                                (self.division())
                                div.send { button type="submit" name="act" value="order" { (lang.t("deal-order-send")) } } } }
                    }
                }
            }
            @if let Some(frame) = &d.row.framework { p.soft { (lang.t("deal-under")) " " a href=(at(party, frame.as_str())) translate="no" { (frame) } } }
        }
    }

    /// How the artist's side divides, and who gets the slice.
    fn division(&self) -> Markup {
        let (c, lang) = (&self.d.contract, self.lang());
        let told = |parts: &[(music::PartyId, money::Ratio)], names: &[String]| -> Vec<[String; 2]> {
            parts
                .iter()
                .enumerate()
                .map(|(n, (p, r))| [names.get(n).cloned().unwrap_or_else(|| p.to_string()), r.to_string()])
                .collect()
        };
        let (split, scene) = (told(&c.split, &c.split_names), told(&c.scene, &c.scene_names));
        html! {
            details.more open[!split.is_empty()] { summary { (lang.t("deal-split")) }
                p.hint { (lang.t("deal-split-what")) }
                (parts::parts(lang, "split", &split, 3))
                (field(lang, "split_of", "deal-split-of", &[], line("split_of", "", 80)))
            }
            details.more open[!scene.is_empty()] { summary { (lang.t("deal-scene")) }
                p.hint { (lang.t("deal-scene-what")) }
                (parts::parts(lang, "scene", &scene, 2))
            }
        }
    }

    fn text(&self) -> Markup {
        let (d, lang) = (self.d, self.lang());
        let signed = self.signed();
        html! {
            section aria-labelledby="text" { h2 #text { (lang.t("deal-text")) }
                @if d.mandatory { p.note { (lang.t("deal-mandatory")) } }
                @if !d.lacks.is_empty() {
                    div.notice { p { strong { (lang.t("deal-lacks")) } }
                        @for r in &d.lacks { @let (message, hint) = said(r, lang); p { (message) @if !hint.is_empty() { " " span.hint { (hint) } } } } }
                }
                details.more open[!signed] { summary { (lang.with("deal-version", &[("version", usize::try_from(d.row.version).unwrap_or(0).into())])) }
                    pre.paper lang=(d.contract.lang) { (d.text.words) }
                    p.small translate="no" { "SHA-256 " (d.text.hash) " · " a href=(format!("{}/text", self.at)) { (lang.t("deal-text-file")) } } }
                @for s in &d.signatures { p.soft { (lang.t(if s.side == "artist" { "signed-artist" } else { "signed-brand" })) " · " (day(s.at, lang)) } }
                @if !signed && self.is(&["drafted", "half-signed"]) {
                    p.hint { (lang.with("deal-sign-until", &[("day", day(d.row.sign, lang).into())])) }
                    form method="post" action=(self.at) { (self.hidden(0)) input type="hidden" name="hash" value=(d.text.hash); p { button type="submit" name="act" value="sign" { (lang.t("deal-sign")) } } }
                }
                @if self.is(&["drafted"]) {
                    details.more { summary { (lang.t("deal-revise")) }
                        form.sheet method="post" action=(self.at) { (self.hidden(0))
                            p.hint { (lang.t("deal-revise-what")) }
                            @if d.row.form != "framework" { (parts::steps(lang, &written(d), &[], 1)) }
                            (self.division())
                            div.send { button.plain type="submit" name="act" value="revise" { (lang.t("deal-revise-send")) } } } }
                }
            }
        }
    }

    fn measured(&self, counted: &Own, heard: &[Heard]) -> Markup {
        let (d, lang) = (self.d, self.lang());
        let plays: Vec<(String, u64)> = plays(d, counted, heard);
        let empty = plays.is_empty() && counted.set_lists.is_none() && counted.selections.is_empty();
        html! {
            section aria-labelledby="figures" { h2 #figures { (lang.t("deal-figures")) }
                @if !d.contract.indicators.is_empty() { p.note { (lang.t("deal-indicators")) " " (d.contract.indicators.join(", ")) } }
                @if !d.figures.is_empty() { table.facts { @for f in &d.figures { tr { th scope="row" { (f.indicator) br; span.soft { (f.source) " · " (words::iso_day(&f.day, lang)) } } td { (words::number(u64::try_from(f.value).unwrap_or(0), lang)) } } } } }
                @if !d.contract.indicators.is_empty() && self.is(&["held", "done"]) {
                    details.more { summary { (lang.t("deal-measure")) }
                        form.sheet method="post" action=(self.at) { (self.hidden(0))
                            div.pair {
                                div.field { label for="indicator" { (lang.t("deal-indicator")) } select #indicator name="indicator" { @for i in &d.contract.indicators { option value=(i) { (i) } } } }
                                div.field { label for="value" { (lang.t("deal-value")) } input #value name="value" required inputmode="numeric" maxlength="18"; }
                            }
                            div.field { label for="source" { (lang.t("deal-source")) } p.hint { (lang.t("deal-source-hint")) } input #source name="source" required maxlength="500"; }
                            p { button.plain type="submit" name="act" value="measure" { (lang.t("deal-measure-send")) } } } }
                }
                h3 { (lang.t("deal-own")) }
                p.note { (lang.t("deal-own-what")) }
                @if empty { p { (lang.t("deal-own-none")) } }
                @if !plays.is_empty() || counted.set_lists.is_some() {
                    table.facts {
                        @for (title, n) in &plays { tr { th scope="row" { (title) br; span.soft { (lang.t("deal-own-plays")) } } td { (words::number(*n, lang)) } } }
                        @if let Some(n) = counted.set_lists { tr { th scope="row" { (lang.t("deal-own-lists")) } td { (lang.with("field-at-least", &[("count", usize::try_from(n).unwrap_or(0).into())])) } } }
                    }
                }
                @if !counted.selections.is_empty() { ul.ledger { @for (slug, title, label) in &counted.selections { li.row-link { a href=(format!("/selection/{slug}")) { span.what { (title) } @if let Some(label) = label { span.tag { (label) } } } } } } }
                @if d.row.kind == "branded-selection" && self.is(&["held", "done"]) {
                    form.sheet method="post" action=(self.at) { (self.hidden(0))
                        div.field { label for="selection" { (lang.t("deal-label")) } p.hint { (lang.t("deal-label-hint")) } input #selection name="selection" required maxlength="100"; }
                        p { button.plain type="submit" name="act" value="label" { (lang.t("deal-label-send")) } } }
                }
            }
        }
    }

    fn ending(&self) -> Markup {
        let (d, lang) = (self.d, self.lang());
        html! {
            @if self.is(&["drafted", "half-signed", "signed", "held"]) {
                section aria-labelledby="end" { h2 #end { (lang.t("deal-cancel")) }
                    p { (lang.with(if self.artist { "deal-cancel-artist" } else { "deal-cancel-brand" }, &[("begun", d.contract.cancel_begun.to_string().into()), ("ahead", d.contract.cancel_ahead.to_string().into())])) }
                    details.more { summary { (lang.t("deal-cancel-open")) }
                        form.sheet method="post" action=(self.at) { (self.hidden(0))
                            (field(lang, "words", "deal-cancel-why", &[], area("words", "", 2)))
                            p { button.plain type="submit" name="act" value="cancel" { (lang.t("deal-cancel-send")) } } } }
                }
            }
        }
    }
}

/// The next step of a contract as one side sees it: a word, and the part of the page where it is done; no part where the other
/// side is to act, nothing once it is over.
pub(super) fn next_step(d: &Shown, artist: bool) -> Option<(&'static str, &'static str)> {
    let any = |state: Step| d.milestones.iter().any(|m| Step::from_word(&m.state) == Some(state));
    let side = if artist { "artist" } else { "brand" };
    let signed = d.signatures.iter().any(|s| s.side == side);
    Some(match d.row.state.as_str() {
        "drafted" | "half-signed" if !d.lacks.is_empty() => ("lacks", "text"),
        "drafted" | "half-signed" if signed => ("other-signs", ""),
        "drafted" | "half-signed" => ("sign", "text"),
        "signed" if d.row.form == "framework" && artist => ("order-waits", ""),
        "signed" if d.row.form == "framework" => ("order", "orders"),
        "signed" if artist => ("pay-waits", ""),
        "signed" => ("pay", "pay"),
        "held" if artist && any(Step::SentBack) => ("sent-back", "steps"),
        "held" if artist && any(Step::Held) => ("deliver", "steps"),
        "held" if !artist && any(Step::Submitted) => ("accept", "steps"),
        "held" if any(Step::Disputed) => ("disputed", "steps"),
        "held" if artist => ("accept-waits", ""),
        "held" => ("deliver-waits", ""),
        "cancelled" if any(Step::Disputed) => ("disputed", "steps"),
        _ => return None,
    })
}

/// A line of what happened to a milestone: who, with what evidence or reasons.
pub(crate) fn told(deal: &store::BrandDealRow, e: &store::BrandEventRow, lang: Lang) -> Markup {
    let read: Option<serde_json::Value> =
        if e.what == "submitted" { serde_json::from_str(&e.words).ok() } else { None };
    let text = |key: &str| {
        read.as_ref().and_then(|t| t.get(key)).and_then(|v| v.as_str()).unwrap_or_default().to_owned()
    };
    let labels: Vec<String> = read
        .as_ref()
        .and_then(|t| t.get("labels"))
        .and_then(|l| l.as_array())
        .map(|l| l.iter().filter_map(|x| x.as_str()).map(str::to_owned).collect())
        .unwrap_or_default();
    let who = match side_in(deal, &e.by) {
        Some(Side::Artist) => "said-artist",
        Some(Side::Brand) => "said-brand",
        None => "",
    };
    html! {
        li { span.known { (day(e.at, lang)) " · " (lang.t(&format!("event-{}", e.what)))
            @if !who.is_empty() && matches!(e.what.as_str(), "disputed" | "evidence") { " " (lang.t(who)) }
            @if e.what == "submitted" { (colon(lang)) (linked(&text("evidence"))) @if !labels.is_empty() { " · " (lang.t("step-labels")) (colon(lang)) (labels.join(", ")) } }
            @else if e.what == "settled" { @match e.words.split_once(": ") {
                Some((award, why)) => { (colon(lang)) strong { (award.parse().map_or_else(|_| award.to_owned(), |a| words::money(a, lang))) } " · " (why) }
                None => { (colon(lang)) (e.words) }
            } }
            @else if !e.words.is_empty() && matches!(e.what.as_str(), "sent-back" | "disputed" | "evidence") { (colon(lang)) (linked(&e.words)) }
        } }
    }
}

/// Plays of the artist's recordings in closed periods since the contract's first day, as far as they may be told.
fn plays(d: &Shown, counted: &Own, heard: &[Heard]) -> Vec<(String, u64)> {
    let mut all: std::collections::BTreeMap<String, u64> = std::collections::BTreeMap::new();
    for period in heard {
        let since = period.period.start.to_zoned(jiff::tz::TimeZone::UTC).date();
        if since < d.contract.starts {
            continue;
        }
        let counts =
            |c: &&app::heard::Cell| c.outcome == "counted" && counted.recordings.contains(&c.recording);
        for cell in period.cells.iter().filter(counts) {
            *all.entry(cell.title.clone()).or_default() += cell.plays;
        }
    }
    all.into_iter().collect()
}

/// Words, as a link where they are nothing but an address.
fn linked(text: &str) -> Markup {
    let address =
        (text.starts_with("https://") || text.starts_with("http://")) && !text.contains(char::is_whitespace);
    html! { @if address { a href=(text) rel="noopener nofollow" translate="no" { (text) } } @else { (text) } }
}

/// The milestones of a contract as its form has them.
fn written(d: &Shown) -> Vec<app::brief::domain::WrittenStep> {
    let step = |s: &app::brief::domain::Step| app::brief::domain::WrittenStep {
        title: s.title.clone(),
        pays: s.pays.to_string(),
        due: s.due.to_string(),
    };
    d.contract.steps.iter().map(step).collect()
}

/// A step of a contract. What moves money or binds asks for the second factor.
pub(crate) async fn stepped(
    State(web): State<Web>,
    visit: Visit,
    asker: Asker,
    Path((party, id)): Path<(String, String)>,
    Checked(sent): Checked<Vec<(String, String)>>,
) -> Result<Response, Flaw> {
    own_id(&party)?;
    let (h, sent) = (web.house(), Sent(sent));
    let to = at(&party, &id);
    let act = sent.text("act");
    if matches!(act.as_str(), "sign" | "accept" | "cancel" | "order") {
        asker.require_fresh_second_factor(&web)?;
    }
    let place: i64 = sent.text("milestone").parse().unwrap_or(0);
    let said = sent.text("words");
    let agreed = || deal::Terms {
        split: sent.pairs("split-who", "split-part"),
        split_of: sent.text("split_of"),
        scene: sent.pairs("scene-who", "scene-part"),
        milestones: sent.steps(),
    };
    let done = match act.as_str() {
        "sign" => deal::sign(h, &id, Some(&sent.text("hash")), &party).await.map(drop),
        "revise" => deal::revise(h, &id, agreed(), &party).await.map(drop),
        "order" => match deal::order(h, &id, agreed(), &party).await {
            Ok(order) => return ended(&visit, Ok(()), &at(&party, order.row.id.as_str())),
            Err(failure) => Err(failure),
        },
        "submit" => {
            let ask = work::Submit {
                deal: id.clone(),
                milestone: place,
                evidence: said,
                labels: sent.all("labels"),
                by: party.clone(),
            };
            work::submit(h, ask).await.map(drop)
        }
        "accept" => work::accept(h, &id, place, &party).await.map(drop),
        "send-back" => work::send_back(h, &id, place, &said, &party).await.map(drop),
        "dispute" => work::dispute(h, &id, place, &said, &party).await.map(drop),
        "evidence" => dispute::say(h, &id, place, &said, &party).await.map(drop),
        "cancel" => work::cancel(h, &id, &said, &party).await.map(drop),
        "measure" => {
            let digits: String = sent.text("value").chars().filter(char::is_ascii_digit).collect();
            let value = digits.parse().unwrap_or(-1);
            work::measure(h, &id, &sent.text("indicator"), value, &sent.text("source"), &party)
                .await
                .map(drop)
        }
        "label" => wall::label_selection(h, &id, &sent.text("selection"), &party).await.map(drop),
        _ => return Err(Flaw::BadForm),
    };
    ended(&visit, done.map_err(Flaw::from), &to)
}
