//! Items as single lines, for comparing.

use std::sync::Arc;

use formats::catalogue::{
    Action, Credit, Deal, Item, PartyRef, RecordingItem, ReleaseItem, ShareLine, Subject, WorkItem,
};

pub(super) fn item(item: &Item) -> String {
    match item {
        Item::Message(m) => {
            let (update, test) = (if m.update { " update" } else { "" }, if m.test { " test" } else { "" });
            format!(
                "message {} {} {} `{}` {}{update}{test}",
                m.version, m.id, m.sender_id, m.sender_name, m.created
            )
        }
        Item::Recording(r) => recording(r),
        Item::Release(r) => release(r),
        Item::Late(l) => format!(
            "late {} album `{}` label `{}`{}{}",
            l.source_id,
            l.album,
            l.label,
            deals(&l.deals),
            gone(l.action)
        ),
        Item::Work(w) => format!("work{}", work(w)),
        Item::Party(p) => {
            let place = p.territory.as_ref().map(ToString::to_string).unwrap_or_default();
            format!("party {} {:?} {:?} {place}", party(&p.party), p.kind, p.aliases)
        }
        Item::Share(s) => {
            let subject = match &s.subject {
                Subject::Recording(id) => id.clone(),
                Subject::Isrc(isrc) => format!("isrc {isrc}"),
                Subject::Iswc(iswc) => format!("iswc {iswc}"),
            };
            format!("share {}: {subject}{}", s.origin.line, share(&s.share))
        }
        Item::Withdraw(w) => format!("withdraw {} `{}`", w.ids.join(" "), w.title),
        Item::Problem(p) => format!("problem {}: {} {}", p.origin.line, p.code, p.message),
    }
}

fn recording(r: &RecordingItem) -> String {
    let mut text = format!("recording {}: {} `{}` — `{}`", r.origin.line, r.source_id, r.artist, r.title);
    for (name, value) in [("version", &r.version), ("album", &r.album), ("label", &r.label)] {
        if !value.is_empty() {
            text += &format!(" {name} `{value}`");
        }
    }
    text += &r.duration_s.map(|s| format!(" {s} s")).unwrap_or_default();
    text += &r.year.map(|y| format!(" {y}")).unwrap_or_default();
    text += &r.isrc.iter().chain(&r.other_isrcs).map(|i| format!(" {i}")).collect::<String>();
    text += &r.own_id.iter().map(|i| format!(" {i}")).collect::<String>();
    text += &r.artists.iter().map(credit).collect::<String>();
    text += &r.works.iter().map(|w| format!(" work{}", work(w))).collect::<String>();
    text += &r.shares.iter().map(share).collect::<String>();
    text += &r.release.as_ref().map(|r| format!(" on {}", r.ids.join(" "))).unwrap_or_default();
    text + &deals(&r.deals) + gone(r.action)
}

fn release(r: &ReleaseItem) -> String {
    let tracks: String = r.tracks.iter().map(|t| format!(" {}={}", t.position, t.recording)).collect();
    let year = r.year.map(|y| y.to_string()).unwrap_or_default();
    let (ids, credits) = (r.ids.join(" "), r.artists.iter().map(credit).collect::<String>());
    let head =
        format!("release {ids} `{}` — `{}` `{}` {} {year}", r.artist, r.title, r.label, r.release_type);
    head + &credits + &tracks + &deals(&r.deals) + gone(r.action)
}

fn work(w: &WorkItem) -> String {
    let iswc = w.iswc.as_ref().map(|i| format!(" {i}")).unwrap_or_default();
    let (credits, shares): (String, String) =
        (w.credits.iter().map(credit).collect(), w.shares.iter().map(share).collect());
    format!(" `{}`{iswc}{credits}{shares}", w.title)
}

fn credit(c: &Credit) -> String {
    format!(" [{} {}]", c.role, party(&c.party))
}

fn party(p: &PartyRef) -> String {
    let ids = [p.isni.as_ref().map(|i| format!(" isni {i}")), p.ipi.as_ref().map(|i| format!(" ipi {i}"))];
    format!("{}{}", p.name, ids.into_iter().flatten().collect::<String>())
}

fn share(s: &ShareLine) -> String {
    let ratio = s.ratio.map_or("?".to_owned(), |r| r.to_string());
    let period = if s.period == music::Period::ALWAYS { String::new() } else { format!(" {}", s.period) };
    let usage = if s.use_type == music::UseType::Any { "" } else { s.use_type.word() };
    format!(" ({} {ratio} of {} in {}{period}{usage})", party(&s.party), s.side.word(), s.territory)
}

fn deals(deals: &[Arc<Deal>]) -> String {
    deals
        .iter()
        .map(|d| {
            let places: Vec<&str> = d.territories.iter().map(|t| t.as_str()).collect();
            let not: String = d.excluded.iter().map(|t| format!("-{t}")).collect();
            let (what, words) = (
                if d.take_down { "take-down" } else { "deal" },
                [d.commercial_models.join("+"), d.use_types.join("+")],
            );
            format!(" <{what} {}{not} {} {}>", places.join("+"), d.period, words.join("/"))
        })
        .collect()
}

fn gone(action: Action) -> &'static str {
    if action == Action::Withdraw { " withdrawn" } else { "" }
}
