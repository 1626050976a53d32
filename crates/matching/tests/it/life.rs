//! Names in other scripts, other orders and other words; own ids; whole nights in bulk.

use matching::bulk::{Header, match_lines, match_sets};
use matching::{Decision, Index, Matcher, Model, Query, Row};

fn rows() -> Vec<Row<'static>> {
    let row = |id, artist, title, aliases, own_id| Row {
        id,
        artist,
        title,
        aliases,
        own_id,
        label: "Kiln",
        ..Row::default()
    };
    let mut all = vec![
        row("dasha", "Даша Верес", "Белый Шум", "", ""),
        row("dasha-latin", "Dasha Okun", "Зимний Сад", "", ""),
        row("pair", "Kora Lind & Orrin Vale", "Paper Lantern", "", ""),
        row("three", "Mae Quist; Ilo Brandt; Torben Askew", "Copper Wire", "", ""),
        row("alias", "Vesper Okoro", "Glass Ferry", "Nachtfalter;V.O.", ""),
        row("promo", "Vesper Okoro", "Unnamed Sketch", "", "TNT0000000000AI"),
        row("orig", "Mira Feld", "Salt Road", "", ""),
    ];
    let other: &[(&str, &str)] =
        &[("Tin Bureau", "Join"), ("Marla Voss", "Night"), ("Fjell", "Ash"), ("Soundharbour", "Quay")];
    all.extend(other.iter().map(|(a, t)| row("other", a, t, "", "")));
    all
}

#[test]
fn names_are_found_however_they_are_written() {
    let bytes = matching::index::build(rows()).unwrap();
    let index = Index::open(&bytes).unwrap();
    let matcher = Matcher::new(&index, Model::shipped());
    for (text, want) in [
        // transliteration, in both directions
        ("Dasha Veres - Belyi Shum", "dasha"),
        ("Даша Верес - Белый Шум", "dasha"),
        ("ДАША ОКУН - Zimnii Sad", "dasha-latin"),
        // other order of artists, other joints, the first alone
        ("Orrin Vale & Kora Lind - Paper Lantern", "pair"),
        ("Orrin Vale x Kora Lind - Paper Lantern", "pair"),
        ("Kora Lind - Paper Lantern", "pair"),
        ("Torben Askew, Mae Quist & Ilo Brandt - Copper Wire", "three"),
        // a name that is nothing like the other
        ("Nachtfalter - Glass Ferry", "alias"),
        // somebody else's name is none
        ("Nordlicht - Glass Ferry", ""),
        // a DJ's own edit is a version of its own: never the original by itself
        ("Mira Feld - Salt Road (DJ Reef Edit)", ""),
        ("Mira Feld - Salt Road (Reef's Re-Edit)", ""),
        ("Mira Feld - Salt Road", "orig"),
    ] {
        let verdict = matcher.match_line(&Query { text, ..Query::default() });
        let accepted =
            verdict.best().filter(|_| verdict.decision == Decision::Matched).map_or("", |b| b.id.as_str());
        assert_eq!(accepted, want, "{text}: {verdict:?}");
    }
}

#[test]
fn an_own_id_in_any_tag_settles_the_line() {
    let own = music::OwnTrackId::from_bits(4711).to_string();
    let mut rows = rows();
    rows.iter_mut().filter(|r| r.id == "promo").for_each(|r| r.own_id = &own);
    let bytes = matching::index::build(rows).unwrap();
    let index = Index::open(&bytes).unwrap();
    let matcher = Matcher::new(&index, Model::shipped());
    let text = format!("untitled 3 FINAL {own}");
    for query in [
        Query { text: &text, ..Query::default() },
        Query { artist: "Mira Feld", title: "Salt Road", own_id: &own, ..Query::default() },
    ] {
        let verdict = matcher.match_line(&query);
        assert_eq!((verdict.decision, verdict.best().unwrap().id.as_str()), (Decision::Matched, "promo"));
        assert_eq!(verdict.reasons[0].code, "own-id-same");
    }
}

#[test]
fn lines_of_one_set_stand_together_and_others_by_themselves() {
    let bytes = matching::index::build(rows()).unwrap();
    let index = Index::open(&bytes).unwrap();
    let matcher = Matcher::new(&index, Model::shipped());
    let header = Header::new("line\ttext\tset\tperformer");
    assert_eq!(header.set_of("1\tx\tS1\tReef"), ("Reef", "S1"));
    assert_eq!(header.set_of("1\tx\t\tReef"), ("", ""));
    let lines = [
        "1\tMira Feld - Salt Road\t\t",
        "2\tKora Lind - Paper Lantern\tS\tA",
        "3\tMae Quist - Copper Wire\tS\tA",
        "4\tMira Feld - Salt Road\tS\tB",
    ];
    let (mut together, mut apart) = (String::new(), String::new());
    let mut session = matcher.session();
    let accepted = match_sets(&mut session, &header, &lines, &mut together);
    assert_eq!(accepted, match_lines(&mut session, &header, lines, &mut apart));
    // all of them are certain, so that context has nothing to add
    assert_eq!(together, apart);
    assert_eq!(together.lines().count(), 4);
}
