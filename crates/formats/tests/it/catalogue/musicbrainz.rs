use super::check;

const DUMP: &[u8] = include_bytes!("fixtures/dump.jsonl");

const WANT: &str = "
    recording 1: 11111111-2222-4333-8444-555555555501 `Ada Nwosu feat. Mira` — `Night Drive (KN remix)` album `Night Drive EP` 405 s 2026 DEZ9A2600001 DEZ9A2600002 [MainArtist Ada Nwosu] [FeaturedArtist Mira Feld] [remixer Kollektiv Nord] work `Night Drive` T9000000113
    problem 2: json-invalid the line is no entity of a MusicBrainz dump: EOF while parsing a string at line 1 column 13
    recording 3: 11111111-2222-4333-8444-555555555502 `Mira Feld` — `Ebb` album `Tides` label `Lowtide` 243 s 2025
    release mbid:11111111-2222-4333-8444-555555555511 gtin:3601234000025 catalogue:LT 1 `Mira Feld` — `Tides` `Lowtide` Album 2025 1=11111111-2222-4333-8444-555555555502
    party Mira Feld isni 0000000499990023 ipi 00123004539 Some(Person) [\"Feld, Mira\", \"M. Feld\"] DE
    work `Night Drive` T9000000113 [composer Ada Nwosu]
    problem 6: json-invalid X
    problem 7: entity-unknown the line is no entity that a catalogue needs";

#[test]
fn entities_are_told_by_their_keys() {
    let got = super::shown(DUMP);
    for (got, want) in got.lines().zip(WANT.lines().skip(1).map(str::trim)) {
        let want = want.trim_end_matches('X');
        assert!(got.starts_with(want), "got {got}\nwant {want}");
    }
    assert_eq!(got.lines().count(), 8);
}

#[test]
fn a_dump_is_read_inside_its_archive() {
    let mut tar = vec![0_u8; 512];
    tar[257..262].copy_from_slice(b"ustar");
    tar.extend_from_slice(b"JSON dump of an invented server\n");
    tar.resize(1536, 0);
    tar.extend_from_slice(DUMP.split_inclusive(|b| *b == b'\n').next().unwrap());
    tar.resize(tar.len() + 2048, 0);
    let got = super::shown(&tar);
    assert!(got.lines().count() == 1 && got.contains("Night Drive EP"), "{got}");
}

#[test]
fn a_deeply_nested_line_is_a_problem_and_no_crash() {
    let text =
        format!("{{\"id\":\"x\",\"title\":\"a\",\"tags\":{}{}}}\n", "[".repeat(100_000), "]".repeat(100_000));
    let got = super::shown(text.as_bytes());
    assert!(got.starts_with("problem 1: ") && got.lines().count() == 1, "{got}");
    let text = format!(
        "{{\"relations\":{}{}}}\n",
        "[{\"work\":{\"relations\":".repeat(10_000),
        "}}]".repeat(10_000)
    );
    assert!(super::shown(text.as_bytes()).starts_with("problem 1: json-invalid"));
    check(
        b"{\"id\":null,\"title\":\"A\",\"isrcs\":null,\"video\":null,\"artist-credit\":[{\"name\":\"B\"}]}\n",
        "recording 1:  `B` — `A`",
    );
}
