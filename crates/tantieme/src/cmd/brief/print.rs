//! Briefs and contracts as people and programs read them.

use app::Failure;
use app::brief::answer::Invited;
use app::brief::deal::Shown;
use app::brief::dispute::{self, Disputed};
use app::brief::domain::Flaw;
use app::brief::field::Field;
use app::brief::tax::Invoice;
use app::brief::terms::Exposed;
use app::brief::{Due, Offer, Seen, Weighed};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Value, json};
use store::GrantRow;

use crate::input::refuse;
use crate::output;

fn day(at: Timestamp) -> String {
    at.to_zoned(TimeZone::UTC).date().to_string()
}

/// A word, or the same as JSON.
pub fn said(as_json: bool, word: &str) {
    if as_json { output::json(&json!({ "said": word })) } else { println!("{word}") }
}

/// A flaw on standard error.
pub fn flaw(f: &Flaw) {
    eprintln!("{}: {}", f.code, f.message);
    if !f.hint.is_empty() {
        eprintln!("  hint: {}", f.hint);
    }
}

fn offer(o: &Offer) -> Value {
    let deductions: Vec<Value> = o
        .deductions
        .iter()
        .map(|(to, en, fr, amount)| json!({ "to": to, "reason": en, "reason_fr": fr, "amount": output::money(*amount) }))
        .collect();
    json!({ "fee": output::money(o.fee), "deductions": deductions, "net": output::money(o.net), "rule": o.rule, "rule_hash": o.rule_hash })
}

fn brief_value(b: &app::brief::Shown) -> Value {
    let flaws: Vec<Value> = b
        .flaws
        .iter()
        .map(|f| json!({ "code": f.code, "field": f.field, "message": f.message, "hint": f.hint }))
        .collect();
    json!({
        "brief": b.row.id.as_str(), "version": b.row.version, "status": b.row.status, "brand": b.brand, "agency": b.agency,
        "answer_until": b.row.answer.map(|t| t.to_string()), "hash": b.hash, "flaws": flaws,
        "offer": b.offer.as_ref().map(offer), "written": serde_json::to_value(&b.written).unwrap_or_default(),
    })
}

/// A brief.
pub fn brief(as_json: bool, b: &app::brief::Shown) {
    if as_json {
        return output::json(&brief_value(b));
    }
    println!("{} {} · {} · version {} · {}", b.row.id, b.written.title, b.brand, b.row.version, b.row.status);
    if let Some(until) = b.row.answer {
        println!("artists answer until {}", day(until));
    }
    if let Some(o) = &b.offer {
        println!("{} for each artist", o.fee);
        for (to, reason, _, amount) in &o.deductions {
            println!("  − {amount} {reason} ({to})");
        }
        println!("  {} to the artist, by {}", o.net, o.rule);
    }
    b.flaws.iter().for_each(flaw);
}

/// All briefs.
pub fn briefs(as_json: bool, all: &[app::brief::Shown]) {
    if as_json {
        return output::json(&all.iter().map(brief_value).collect::<Vec<_>>().into());
    }
    let rows = all.iter().map(|b| {
        let fee = b.offer.as_ref().map(|o| o.fee.to_string()).unwrap_or_default();
        vec![b.row.id.to_string(), b.written.title.clone(), b.brand.clone(), fee, b.row.status.clone()]
    });
    output::table(&["brief", "title", "brand", ">each artist", "status"], rows.collect());
}

fn reasons(all: &[(String, String, String)]) -> Vec<Value> {
    all.iter().map(|(word, en, fr)| json!({ "reason": word, "en": en, "fr": fr })).collect()
}

/// Agencies' mandates.
pub fn mandates(as_json: bool, all: &[app::brief::mandate::Shown]) {
    if as_json {
        let rows = all.iter().map(|m| {
            json!({ "mandate": m.row.id.as_str(), "brand": m.brand, "agency": m.agency, "evidence": m.row.evidence,
                    "from": m.row.from.to_string(), "until": m.row.until.map(|t| t.to_string()), "holds": m.lives })
        });
        return output::json(&rows.collect::<Vec<_>>().into());
    }
    let rows = all.iter().map(|m| {
        let until = m.row.until.map(day).unwrap_or_default();
        let state = if m.lives { "holds" } else { "over" };
        vec![m.row.id.to_string(), m.brand.clone(), m.agency.clone(), until, state.to_owned()]
    });
    output::table(&["mandate", "brand", "agency", "until", "state"], rows.collect());
}

/// What a brand sees.
pub fn seen(as_json: bool, s: &Seen) {
    if as_json {
        let answers: Vec<Value> = s
            .answers
            .iter()
            .map(|a| {
                json!({ "artist": a.artist, "name": a.name, "invitation": a.invitation.as_str(), "kind": a.kind, "state": a.state,
                        "tier": a.tier, "words": a.words, "reasons": reasons(&a.reasons) })
            })
            .collect();
        let named: Vec<Value> = s.named.iter().map(|(n, w)| json!({ "name": n, "answer": w })).collect();
        return output::json(
            &json!({ "brief": s.brief.row.id.as_str(), "answers": answers, "named": named }),
        );
    }
    if s.answers.is_empty() {
        println!("nobody has said yes yet");
    }
    for a in &s.answers {
        println!("{} ({}, {}) {}", a.name, a.state, a.invitation, a.words);
        for (_, en, _) in &a.reasons {
            println!("  {en}");
        }
    }
    for (name, word) in &s.named {
        println!("asked by name: {name}, {word}");
    }
}

/// The shortlist with its reasons, for the house.
pub fn standings(as_json: bool, all: &[Weighed]) {
    if as_json {
        let rows: Vec<Value> = all
            .iter()
            .map(|w| {
                let s = &w.standing;
                json!({ "artist": s.artist.as_str(), "name": w.name, "place": s.place, "fit_ppm": s.fit, "earned_ppm": s.earned,
                        "shown_ppm": s.shown, "tier": s.tier, "reasons": reasons(&w.reasons) })
            })
            .collect();
        return output::json(&rows.into());
    }
    let rows = all.iter().map(|w| {
        let why: Vec<&str> = w.reasons.iter().map(|r| r.1.as_str()).collect();
        let place = if w.standing.place == 0 { "·".to_owned() } else { w.standing.place.to_string() };
        vec![
            place,
            w.name.clone(),
            format!("{} %", w.standing.fit / 10_000),
            w.standing.tier.clone(),
            why.join("; "),
        ]
    });
    output::table(&[">place", "artist", ">fit", "tier", "why"], rows.collect());
}

/// What an artist is asked.
pub fn invitations(as_json: bool, all: &[Invited]) {
    if as_json {
        let rows: Vec<Value> = all
            .iter()
            .map(|i| {
                json!({ "brief": i.row.id.as_str(), "title": i.brief.title, "wanted": i.brief.wanted, "brand": i.brand,
                        "state": i.invitation.as_ref().map_or("open", |x| x.state.as_str()),
                        "until": i.row.answer.map(|t| t.to_string()), "offer": offer(&i.offer), "reasons": reasons(&i.reasons) })
            })
            .collect();
        return output::json(&rows.into());
    }
    let rows = all.iter().map(|i| {
        let state = i.invitation.as_ref().map_or("open", |x| x.state.as_str());
        let brand = if i.brand.is_empty() { "a brand" } else { i.brand.as_str() };
        let until = i.row.answer.map(day).unwrap_or_default();
        vec![
            i.row.id.to_string(),
            i.brief.title.clone(),
            brand.to_owned(),
            i.offer.fee.to_string(),
            i.offer.net.to_string(),
            until,
            state.to_owned(),
        ]
    });
    output::table(&["brief", "title", "brand", ">fee", ">to you", "until", "answer"], rows.collect());
}

/// An artist's exposure account.
pub fn exposure(as_json: bool, all: &[Exposed]) {
    let sum = |of: fn(&Exposed) -> i64| all.iter().map(of).sum::<i64>();
    let (earned, shown) = (sum(|e| e.earned), sum(|e| e.shown));
    if as_json {
        let rows: Vec<Value> = all
            .iter()
            .map(|e| {
                json!({ "brief": e.brief.as_str(), "title": e.title, "brand": e.brand, "at": e.at.to_string(), "places": e.places, "place": e.place,
                        "earned_ppm": e.earned, "shown_ppm": e.shown, "reasons": reasons(&e.reasons) })
            })
            .collect();
        return output::json(
            &json!({ "briefs": rows, "earned_ppm": earned, "shown_ppm": shown, "owed_ppm": earned - shown }),
        );
    }
    let part = |n: i64| format!("{:.2}", n as f64 / 1e6);
    let mut rows: Vec<Vec<String>> = all
        .iter()
        .map(|e| {
            let place = if e.place == 0 { "not shown".to_owned() } else { e.place.to_string() };
            vec![day(e.at), e.title.clone(), e.brand.clone(), place, part(e.earned), part(e.shown)]
        })
        .collect();
    rows.push(vec!["in all".into(), String::new(), String::new(), String::new(), part(earned), part(shown)]);
    output::table(&["day", "brief", "brand", ">place", ">due", ">shown"], rows);
}

fn deal_value(d: &Shown) -> Value {
    let milestones: Vec<Value> = d
        .milestones
        .iter()
        .map(|m| {
            json!({ "milestone": m.place, "id": m.id.as_str(), "title": m.title, "amount": output::money(m.amount), "due": m.due, "state": m.state,
                    "silence_accepts": m.silence.map(|t| t.to_string()), "awarded": m.awarded.map(output::money), "pot": m.pot.as_ref().map(|p| p.as_str()) })
        })
        .collect();
    let signatures: Vec<Value> = d
        .signatures
        .iter()
        .map(|s| json!({ "side": s.side, "version": s.version, "hash": s.hash, "by": s.by, "at": s.at.to_string() }))
        .collect();
    let events: Vec<Value> = d
        .events
        .iter()
        .map(|e| json!({ "milestone": e.milestone.as_ref().map(|m| m.as_str()), "what": e.what, "words": e.words, "by": e.by, "at": e.at.to_string() }))
        .collect();
    let figures: Vec<Value> = d
        .figures
        .iter()
        .map(|f| json!({ "indicator": f.indicator, "value": f.value, "day": f.day, "source": f.source, "by": f.by }))
        .collect();
    let payment = d.payment.as_ref().map(|p| {
        let c = &p.contribution;
        json!({ "reference": c.reference, "amount": output::money(c.pledged), "received": output::money(c.received), "iban": p.iban, "holder": p.holder })
    });
    json!({
        "contract": d.row.id.as_str(), "brief": d.row.brief.as_str(), "form": d.row.form, "state": d.row.state, "version": d.row.version,
        "framework": d.row.framework.as_ref().map(|f| f.as_str()), "orders": d.orders.iter().map(|o| o.as_str()).collect::<Vec<_>>(),
        "brand": d.contract.brand.name, "artist": d.contract.artist.name, "fee": output::money(d.row.fee), "net": output::money(d.contract.net),
        "held": output::money(d.held), "paid": output::money(d.paid), "hash": d.text.hash, "payment": payment,
        "milestones": milestones, "signatures": signatures, "events": events, "figures": figures, "labels": d.contract.labels,
    })
}

/// A contract.
pub fn deal(as_json: bool, d: &Shown) {
    if as_json {
        return output::json(&deal_value(d));
    }
    println!(
        "{} {} · {} · {} with {} · {}",
        d.row.id, d.contract.title, d.row.form, d.contract.brand.name, d.contract.artist.name, d.row.state
    );
    println!(
        "{} agreed, {} to the artist's side; {} held, {} paid",
        d.row.fee, d.contract.net, d.held, d.paid
    );
    if let Some(p) = d.payment.as_ref().filter(|_| d.row.state == "signed") {
        let c = &p.contribution;
        println!("the brand pays {} under {}; {} arrived", c.pledged, c.reference, c.received);
    }
    for m in &d.milestones {
        let silence = m.silence.map(|t| format!(", silence accepts it on {}", day(t))).unwrap_or_default();
        let awarded = m.awarded.map(|a| format!(", {a} of it paid")).unwrap_or_default();
        println!("  {} {} · {} · due {} · {}{silence}{awarded}", m.place, m.title, m.amount, m.due, m.state);
    }
    for f in &d.figures {
        println!("  {} {} ({}, {})", f.indicator, f.value, f.source, f.day);
    }
    for order in &d.orders {
        println!("  order {order}");
    }
    println!("text {} of version {}", d.text.hash, d.row.version);
}

/// Contracts.
pub fn deals(as_json: bool, all: &[Shown]) {
    if as_json {
        return output::json(&all.iter().map(deal_value).collect::<Vec<_>>().into());
    }
    let rows = all.iter().map(|d| {
        let (brand, artist) = (d.contract.brand.name.clone(), d.contract.artist.name.clone());
        vec![
            d.row.id.to_string(),
            d.contract.title.clone(),
            brand,
            artist,
            d.row.fee.to_string(),
            d.held.to_string(),
            d.paid.to_string(),
            d.row.state.clone(),
        ]
    });
    output::table(
        &["contract", "title", "brand", "artist", ">agreed", ">held", ">paid", "state"],
        rows.collect(),
    );
}

/// Disputes, with what was said to them.
pub fn disputes(as_json: bool, all: &[Disputed]) {
    if as_json {
        let row = |d: &Disputed| {
            let events: Vec<Value> = d
                .events
                .iter()
                .map(|e| json!({ "what": e.what, "side": dispute::side_in(&d.deal.row, &e.by).map(|s| s.word()), "words": e.words, "at": e.at.to_string() }))
                .collect();
            json!({ "contract": d.deal.row.id.as_str(), "milestone": d.milestone.place, "title": d.milestone.title, "open": d.is_open(),
                    "amount": output::money(d.milestone.amount), "awarded": d.milestone.awarded.map(output::money),
                    "brand": d.deal.contract.brand.name, "artist": d.deal.contract.artist.name, "events": events })
        };
        return output::json(&all.iter().map(row).collect::<Vec<_>>().into());
    }
    for d in all {
        let (c, m) = (&d.deal.contract, &d.milestone);
        let held = if d.is_open() {
            "frozen".to_owned()
        } else {
            format!("{}, of which {} paid", m.state, m.awarded.unwrap_or(m.amount))
        };
        println!(
            "{} {} · {} · {} with {} · {} {held}",
            d.deal.row.id, m.place, m.title, c.brand.name, c.artist.name, m.amount
        );
        for e in &d.events {
            let side = dispute::side_in(&d.deal.row, &e.by).map_or("", |s| s.word());
            println!("  {} {} {side} {}", day(e.at), e.what, e.words);
        }
    }
}

/// Invoices to brands.
pub fn invoices(as_json: bool, all: &[Invoice]) {
    if as_json {
        return output::json(&serde_json::to_value(all).unwrap_or_default());
    }
    let rows = all.iter().map(|i| {
        let kind =
            if i.corrects.is_empty() { i.kind.clone() } else { format!("{} of {}", i.kind, i.corrects) };
        let electronic = if i.electronic.is_some() { "yes" } else { "no" };
        vec![
            i.number.clone(),
            i.buyer.name.clone(),
            kind,
            i.issued.clone(),
            i.net.clone(),
            i.vat.clone(),
            i.gross.clone(),
            i.currency.clone(),
            electronic.to_owned(),
        ]
    });
    let head = ["number", "buyer", "kind", "issued", ">net", ">VAT", ">total", "in", "EN 16931"];
    output::table(&head, rows.collect());
}

/// An invoice to a brand in a format.
///
/// # Errors
/// `invoice-electronic`, `invoice-format`.
pub fn invoice(i: &Invoice, format: &str) -> Result<Vec<u8>, Failure> {
    Ok(match format {
        "text" => server::body_text(i.twin()?).into_bytes(),
        "html" => server::body_html(i.twin()?).into_bytes(),
        "json" => format!("{}\n", serde_json::to_value(i).unwrap_or_default()).into_bytes(),
        "xml" => i.cii()?.into_bytes(),
        "pdf" => server::body_pdf(i.twin()?)?,
        other => {
            let hint = "`text`, `json`, `html`, `xml` or `pdf`";
            return Err(refuse("invoice-format", format!("there is no format `{other}`"), hint));
        }
    })
}

/// What became due.
pub fn due(as_json: bool, d: &Due) {
    if as_json {
        return output::json(
            &json!({ "lapsed": d.lapsed, "unsigned": d.unsigned, "held": d.held, "accepted": d.accepted, "failed": d.failed }),
        );
    }
    println!(
        "{} answers did not come, {} contracts were not signed, {} budgets are held, silence accepted {}",
        d.lapsed,
        d.unsigned.len(),
        d.held.len(),
        d.accepted.len()
    );
    for (what, why) in &d.failed {
        eprintln!("{what}: {why}");
    }
}

/// What the field is told.
pub fn field(as_json: bool, f: &Field) {
    use app::brief::domain::Word as _;
    let fairness = f.fairness.map(|x| {
        json!({ "within_ten_per_cent": x.within, "inequity_of_attention": x.inequity, "upper_tenth": x.upper_tenth, "loss_of_fit": x.loss })
    });
    if as_json {
        let prices: Vec<Value> = f
            .prices
            .iter()
            .map(|p| json!({ "kind": p.kind.word(), "tier": p.tier.word(), "about": output::money(p.middle), "deals_at_least": p.at_least }))
            .collect();
        let parts = |all: &[(String, money::Currency, i64)]| -> Vec<Value> {
            all.iter()
                .map(|(name, c, part)| json!({ "name": name, "currency": c.code(), "per_cent": part }))
                .collect()
        };
        let attention: Vec<Value> =
            f.attention.iter().map(|(t, n)| json!({ "tier": t, "per_cent": n })).collect();
        return output::json(
            &json!({ "until": f.until, "prices": prices, "attention": attention, "money_by_tier": parts(&f.money), "money_by_territory": parts(&f.territories), "fairness": fairness }),
        );
    }
    println!("until {}", f.until);
    if f.prices.is_empty() {
        println!(
            "no reference price yet: five deals of three brands and three artists, none dominant, have to stand behind one"
        );
    }
    for p in &f.prices {
        println!("{}, {}: about {} ({} deals or more)", p.kind.said().0, p.tier.word(), p.middle, p.at_least);
    }
    for (tier, part) in &f.attention {
        println!("{tier}: {part} % of the attention");
    }
    for (name, currency, part) in f.money.iter().chain(&f.territories) {
        println!("{name}: {part} % of the money in {currency}");
    }
    if let Some(x) = f.fairness {
        println!(
            "{:.0} % of artists within 10 % of their due; loss of fit {:.2} %",
            x.within * 100.0,
            x.loss * 100.0
        );
    }
}

/// Sessions that were given.
pub fn grants(as_json: bool, all: &[GrantRow]) {
    if as_json {
        let rows: Vec<Value> = all
            .iter()
            .map(|g| json!({ "grant": g.id.as_str(), "artist": g.artist.as_str(), "amount": output::money(g.amount), "entry": g.entry, "choice": g.choice }))
            .collect();
        return output::json(&rows.into());
    }
    let rows =
        all.iter().map(|g| vec![g.id.to_string(), g.artist.to_string(), g.amount.to_string(), day(g.at)]);
    output::table(&["grant", "artist", ">amount", "day"], rows.collect());
}
