//! Lines that other matchers get wrong. Every error found adds a row.

use matching::{Decision, Index, Matcher, Model, Query, Row};

/// Columns: id, artist, title, label.
const CATALOGUE: &[(&str, &str, &str, &str)] = &[
    ("tide", "Kora Lind", "Low Tide", "Nordlicht"),
    ("tide-orrin", "Kora Lind", "Low Tide (Orrin Vale Remix)", "Nordlicht"),
    ("glass", "The Hollows & Mae Quist", "Glass River", "Kleinstadt"),
    ("glass-dub", "The Hollows & Mae Quist", "Glass River (Dub)", "Kleinstadt"),
    ("lantern", "Vesper Nine; Ilo Brandt", "Paper Lantern (feat. Ilo Brandt)", ""),
    ("k375", "Dubravka Sol", "K375 Unbound", "Steinweg"),
    ("dasha", "Даша Верес", "Белый Шум", ""),
    ("rush", "Torben Askew", "R.U.S.H.", "Fjell"),
    ("sonus", "Soundharbour", "Night Ferry (Original Mix)", "Fjell"),
    ("year", "Tin Bureau", "Join The Morning (1991)", ""),
    ("edit", "Marla Voss", "Copper Wire (Marla's Own Edit)", ""),
    ("anthem", "Ferro Blanc", "Harbour Lights", "Dune Poets Club"),
    ("detour", "Ilse Marrow", "Retrace", ""),
    ("lx4", "Ilse Marrow", "LX4", ""),
    ("acid", "Otto Reuven", "Restless Acid", ""),
    ("ras", "Digitalis", "Ras 78", ""),
    ("soul", "Dell & Pryor", "River Man", ""),
    ("stage", "Tobin Ferrar", "Tell Nobody", "Live Quarter"),
    ("gale", "Orla Finch", "Slow Gale (Halvard Dub Mix)", ""),
    ("named", "Orla Finch", "Soft Machine Room (Ivo Tamm)", ""),
    ("credited", "Pell; Runa Vik; Ivo Tamm", "More Rain (feat. Runa Vik) - Ivo Tamm Remix", ""),
];

/// Columns: line as written, accepted row (empty: no row may be accepted).
const LINES: &[(&str, &str)] = &[
    ("Kora Lind - Low Tide", "tide"),
    ("[15:12] KORA LIND — LOW TIDE (Original Mix) [Promo]", "tide"),
    ("03. Kora Lind - Low Tide (Orrin Vale rmx)", "tide-orrin"),
    ("kora lind - low tide orrin vale remix", "tide-orrin"),
    ("Low Tide (Orrin Vale Remix) - Kora Lind", "tide-orrin"),
    // the bracket is never dropped
    ("Kora Lind - Low Tide (Halvard Remix)", ""),
    ("Kora Lind - Low Tide (Instrumental)", ""),
    ("Mae Quist & The Hollows - Glass River", "glass"),
    ("The Hollows and Mae Quist - Glass River (Dub)", "glass-dub"),
    ("12_vesper_nine_-_paper_lantern_8A_124.mp3", "lantern"),
    // another number is another recording
    ("Dubravka Sol - K377 Unbound", ""),
    ("Dubravka Sol - K375 Unbound", "k375"),
    ("Dasha Veres - Belyi Shum", "dasha"),
    ("Torben Askew - Rush", "rush"),
    ("Sound Harbour - Night Ferry", "sonus"),
    ("Tin Bureau - Join The Morning (1991)", "year"),
    // a label with a word of versions in it is a label
    ("Ferro Blanc - Harbour Lights [Dune Poets Club]", "anthem"),
    ("Ferro Blanc - Harbour Lights [Dune Poets Club - DPC 018]", "anthem"),
    // a longer mix that the catalogue lacks is another recording
    ("Ferro Blanc - Harbour Lights (Extended Mix)", ""),
    ("Ferro Blanc - Harbour Lights (Oriignal Mxi)", "anthem"),
    ("Lights Harbour - Ferro Blnac", "anthem"),
    // another number, another year, another word
    ("Ilse Marrow - LX2", ""),
    ("Ilse Marrow - LX4", "lx4"),
    ("Otto Reuven - Restless Acid (1990)", ""),
    // the track's own number is no tempo
    ("21 digitalis-ras 78 (130 9A).wav", "ras"),
    // written together, or apart
    ("Dell & Pryor - Riverman", "soul"),
    // a label that reads like a version
    ("Tobin Ferrar - Tell Nobody [Live Quarter]", "stage"),
    // the word that closes a version may be left out, its author may not
    ("Orla Finch - Slow Gale (Halvard Dub)", "gale"),
    ("Orla Finch - Slow Gale (Ivo Tamm Dub)", ""),
    // nothing says that a row's bracket without a word of versions is a remix: too careful, as a rule
    ("Orla Finch - Soft Machine Room (Ivo Tamm Remix)", ""),
    // the remixer among the artists is the remixer
    ("Pell feat. Runa Vik - More Rain (Ivo Tamm Remix)", "credited"),
    // a DJ's own edit is a recording of its own
    ("Marla Voss - Copper Wire (Kora's Edit)", ""),
    ("ID - ID", ""),
    ("Somebody Else - Another Thing", ""),
    ("", ""),
];

fn index() -> Vec<u8> {
    let own = CATALOGUE.iter().map(|(id, artist, title, label)| Row {
        id,
        artist,
        title,
        label,
        isrc: if *id == "tide" { "DEA123400001" } else { "" },
        ..Row::default()
    });
    // enough other rows that rarity means something
    let names: Vec<(String, String, String)> = (0..4_000_u32)
        .map(|i| {
            let word =
                |n: u32| ["ba", "ko", "ri", "mu", "te", "la", "so", "ne", "vi", "du"][(n % 10) as usize];
            let name = |n: u32| {
                format!("{}{}{} {}{}", word(n), word(n / 10), word(n / 7), word(n / 100), word(n / 3))
            };
            (format!("f{i}"), name(i * 7 + 1), name(i * 13 + 5))
        })
        .collect();
    matching::index::build(own.chain(names.iter().map(|(id, artist, title)| Row {
        id,
        artist,
        title,
        ..Row::default()
    })))
    .unwrap()
}

#[test]
fn hard_lines_find_their_row_or_none() {
    let bytes = index();
    let index = Index::open(&bytes).unwrap();
    let matcher = Matcher::new(&index, Model::shipped());
    let mut wrong = Vec::new();
    for (line, want) in LINES {
        let got = matcher.match_line(&Query { text: line, ..Query::default() });
        let best = got.best().map_or("", |b| b.id.as_str());
        let right = if want.is_empty() {
            got.decision != Decision::Matched
        } else {
            best == *want && got.decision != Decision::Unmatched
        };
        if !right {
            wrong.push(format!(
                "{line}: {best} {:?} {:.3} {}",
                got.decision,
                got.probability,
                got.reasons_text()
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn identifiers_come_first() {
    let bytes = index();
    let index = Index::open(&bytes).unwrap();
    let matcher = Matcher::new(&index, Model::shipped());
    let got = matcher.match_line(&Query { isrc: "de-a12-34-00001", ..Query::default() });
    assert_eq!((got.best().map(|b| b.id.as_str()), got.decision), (Some("tide"), Decision::Matched));
    let other = matcher.match_line(&Query {
        isrc: "DEA123400001",
        artist: "Torben Askew",
        title: "Rush",
        ..Query::default()
    });
    assert_eq!(other.decision, Decision::Ambiguous, "text and identifier contradict each other");
}

#[test]
fn an_alias_is_as_good_as_the_name() {
    let rows = [
        Row {
            id: "sea",
            artist: "Даша Верес",
            title: "Open Sea",
            aliases: "Halcyon Press; Dasha V",
            ..Row::default()
        },
        Row { id: "other", artist: "Halvard Press", title: "Open Land", ..Row::default() },
    ];
    let bytes = matching::index::build(rows).unwrap();
    let index = Index::open(&bytes).unwrap();
    let matcher = Matcher::new(&index, Model::shipped());
    let sure = |text| matcher.match_line(&Query { text, ..Query::default() }).decision == Decision::Matched;
    assert!(
        sure("Halcyon Press - Open Sea") && sure("Dasha Veres - Open Sea"),
        "either name alone is certain"
    );
    for text in ["Halcyon Press - Open Sea", "Dasha Veres - Open Sea", "Open Sea - Halcyon Press"] {
        let got = matcher.match_line(&Query { text, ..Query::default() });
        assert_eq!(got.best().map(|b| b.id.as_str()), Some("sea"), "{text}");
        assert_ne!(got.decision, Decision::Unmatched, "{text}: {}", got.reasons_text());
    }
}

#[test]
fn a_house_of_a_few_recordings_matches_too() {
    let rows =
        CATALOGUE.iter().map(|(id, artist, title, label)| Row { id, artist, title, label, ..Row::default() });
    let bytes = matching::index::build(rows).unwrap();
    let index = Index::open(&bytes).unwrap();
    let matcher = Matcher::new(&index, Model::shipped());
    for (text, want) in [
        ("Kora Lind - Low Tide", "tide"),
        ("03. Kora Lind - Low Tide (Orrin Vale rmx)", "tide-orrin"),
        ("The Hollows and Mae Quist - Glass River (Dub)", "glass-dub"),
        ("Torben Askew - Rush", "rush"),
    ] {
        let got = matcher.match_line(&Query { text, ..Query::default() });
        let best = got.best().map_or("", |b| b.id.as_str());
        assert_eq!((best, got.decision), (want, Decision::Matched), "{text}: {:.3}", got.probability);
    }
    let absent =
        matcher.match_line(&Query { text: "Kora Lind - Low Tide (Halvard Remix)", ..Query::default() });
    assert_ne!(absent.decision, Decision::Matched);
}

#[test]
fn the_same_line_gets_the_same_answer_in_any_company() {
    let bytes = index();
    let index = Index::open(&bytes).unwrap();
    let matcher = Matcher::new(&index, Model::shipped());
    let mut session = matcher.session();
    let queries: Vec<Query<'_>> = LINES.iter().map(|(text, _)| Query { text, ..Query::default() }).collect();
    let forwards: Vec<_> = queries.iter().map(|q| session.match_line(q)).collect();
    let mut backwards: Vec<_> = queries.iter().rev().map(|q| session.match_line(q)).collect();
    backwards.reverse();
    assert_eq!(forwards, backwards);
    assert_eq!(forwards, queries.iter().map(|q| matcher.match_line(q)).collect::<Vec<_>>());
}
