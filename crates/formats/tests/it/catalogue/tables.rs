use formats::catalogue::{Kind, decompress, read};
use std::ops::ControlFlow;

use super::{beside, check, items_of};

#[test]
fn rows_in_any_column_order() {
    check(
        b"Title\tArtist\tcolour\tISRC\tduration_s\tyear\tid\tlabel\talbum\tversion\n\
          Night Drive\tAda Nwosu\tred\tDE-Z9A-26-00001\t405\t2026-09-04\tR1\tNordlicht\tNight Drive EP\tKN Remix\n\
          \n\
          Low Tide\n\
          \tnobody\n\
          Say \"hi\"\tx\t\tDEZ9A26\tlong\tsoon\n",
        "recording 2: R1 `Ada Nwosu` — `Night Drive` version `KN Remix` album `Night Drive EP` label `Nordlicht` 405 s 2026 DEZ9A2600001
         recording 4: unknown · low tide `` — `Low Tide`
         problem 5: title-missing the row has no title
         problem 6: isrc-invalid `DEZ9A26` is not an ISRC: it has two letters, three letters or digits, and seven digits, such as DEA123400001
         problem 6: duration-invalid `long` is not a duration
         problem 6: year-invalid `soon` is not a year
         recording 6: x · say \"hi\" `x` — `Say \"hi\"`",
    );
}

#[test]
fn quoted_values_with_either_separator() {
    check(
        "\u{feff}id,title,artist,duration\n1,\"Night, Drive\",\"Ada \"\"A\"\" Nwosu\",6:45\n2,\"Two\nlines\",x,\n3,\"open,x\n4,Fine,y\n".as_bytes(),
        "recording 2: 1 `Ada \"A\" Nwosu` — `Night, Drive` 405 s
         recording 3: 2 `x` — `Two lines`
         problem 5: quote-open a quote opened on this line is never closed
         recording 5: 3 `` — `open,x`
         recording 6: 4 `y` — `Fine`",
    );
    check(b"sep=;\ntitle;artist\nA;B, C\n", "recording 3: b, c · a `B, C` — `A`");
}

#[test]
fn everything_a_row_can_say() {
    check(
        b"isrc;title;kind;mbid;own_id;work;iswc;composer;remixer;shares;side;territory;from;until;gtin;catalogue number;action\n\
          DEZ9A2600001|DEZ9A2600002;A;video;11111111-2222-4333-8444-555555555501;TNT1;Night Drive;T-900.000.011-3;Ada Nwosu;Kollektiv Nord|Mira;\"Ada Nwosu 62,5 %; Kollektiv Nord: 3/8\";master;FR, DE;2026-01-01;2027-01-01;3601234000018;kn 7;\n\
          DEZ9A2600003;B;song;;;;;;;Ada 50; ; ; ; ;1;;withdraw\n\
          DEZ9A2600004;C;;;;;;;;Ada 50 %;left; ; ; ; ;;gone\n",
        "problem 2: own-id-invalid `TNT1` is not an own track id: it has the letters TNT and twelve letters or digits
         recording 2: DEZ9A2600001 `` — `A` DEZ9A2600001 DEZ9A2600002 [Remixer Kollektiv Nord] [Remixer Mira] work `Night Drive` T9000000113 [Composer Ada Nwosu] (Ada Nwosu 62.5 % of master in FR 2026-01-01..2027-01-01) (Ada Nwosu 62.5 % of master in DE 2026-01-01..2027-01-01) (Kollektiv Nord 37.5 % of master in FR 2026-01-01..2027-01-01) (Kollektiv Nord 37.5 % of master in DE 2026-01-01..2027-01-01) on gtin:3601234000018 catalogue:KN 7
         problem 3: kind-unknown `song` is not a kind of recording
         problem 3: share-invalid `50` is more than the whole (100 %)
         problem 3: gtin-invalid `1` is not an GTIN: it has 8, 12 (UPC), 13 (EAN) or 14 digits
         recording 3: DEZ9A2600003 `` — `B` DEZ9A2600003 withdrawn
         problem 4: action-unknown `gone` is not an action
         problem 4: side-unknown `left` is not a side
         recording 4: DEZ9A2600004 `` — `C` DEZ9A2600004",
    );
}

#[test]
fn shares_files() {
    check(
        b"isrc,party,share,side,territory,from,last_day,use,iswc,ipi\n\
          DEZ9A2600001,Ada Nwosu,62.5 %,,,,,,,00123004539\n\
          DEZ9A2600001,Kollektiv Nord,3/8,master,Worldwide,2026-01-01,2026-12-31,set-list,,\n\
          ,Mira Feld,\"33,3 %\",,,,,,T9000000226,\n\
          DEZ9A2600001,Ole,150 %,,,,,,,\n\
          DEZ9A2600001,,50 %,,,,,,,\n\
          ,Ole,50 %,,,,,,,\n\
          DEZ9A2600001,Ole,50 %,,Mars,,,,,\n\
          DEZ9A2600001,Ole,50 %,,,2026-02-01,2026-01-01,,,\n\
          DEZ9A2600001,Ole,50 %,,,,,dancing,,\n",
        "share 2: isrc DEZ9A2600001 (Ada Nwosu ipi 00123004539 62.5 % of master in Worldwide)
         share 3: isrc DEZ9A2600001 (Kollektiv Nord 37.5 % of master in Worldwide 2026-01-01..2027-01-01set-list)
         share 4: iswc T9000000226 (Mira Feld 33.3 % of composition in Worldwide)
         problem 5: share-invalid `150 %` is more than the whole (100 %)
         problem 6: party-missing the row names no party
         problem 7: recording-missing the row does not say of which recording
         problem 8: territory-unknown `Mars` is not a territory; write `Worldwide`, a country such as `FR` or a subdivision such as `FR-42`
         problem 9: period-invalid the share ends before it begins
         problem 10: use-unknown `dancing` is not a use",
    );
    check(
        b"recording,party,share\nDE-Z9A-26-00001,Ada,1\n",
        "share 2: isrc DEZ9A2600001 (Ada 100 % of master in Worldwide)",
    );
    check(
        b"recording\tparty\tshare_ppm\nR1\tAda\t625000\n",
        "share 2: R1 (Ada 62.5 % of master in Worldwide)",
    );
}

#[test]
fn other_encodings_are_found_out() {
    let utf_16: Vec<u8> =
        "\u{feff}title\tartist\nÉté\tJoël\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    check(&utf_16, "recording 2: joël · été `Joël` — `Été`");
    check(
        b"title;artist\n\xc9t\xe9;Jo\xebl\n",
        "problem 2: encoding-guessed the text is not UTF-8 and was read as Windows-1252
         recording 2: joël · été `Joël` — `Été`",
    );
}

#[test]
fn a_header_without_a_title_is_one_message() {
    let (report, items) = items_of(&mut "name of song\tsinger\n1\t2\n".as_bytes(), Some(Kind::Tsv));
    assert_eq!((items.len(), report.complete), (1, false));
    assert_eq!(
        super::shown::item(&items[0]),
        "problem 1: header-unknown the header has no column `title`, only `name of song`, `singer`"
    );
}

#[test]
fn the_real_catalogue_streams() {
    let Some(packed) = beside("matching/catalogue.tsv.xz") else { return };
    let (mut count, mut with_isrc, mut problems) = (0_u64, 0_u64, Vec::new());
    let report = read(&mut decompress(Box::new(&packed[..])), None, "catalogue", &mut |item| {
        match item {
            formats::catalogue::Item::Recording(r) => {
                count += 1;
                with_isrc += u64::from(r.isrc.is_some());
            }
            other => problems.push(other),
        }
        ControlFlow::Continue(())
    });
    eprintln!("{report:?}, {with_isrc} with ISRC, {:?}", problems.first());
    // One row of the real list has a size of vinyl for its duration.
    assert_eq!(problems.len() as u64, report.problems);
    assert!(count > 200_000 && report.recordings == count && report.complete, "{report:?}");
    assert_eq!(report.rows, count);
}

#[test]
fn rows_before_a_break_stand() {
    let text: String = ["id\ttitle\n".to_owned()]
        .into_iter()
        .chain((0..100_000).map(|n| format!("{n}\tTrack {}\n", n * 7919 % 10_007)))
        .collect();
    let packed = zstd::encode_all(text.as_bytes(), 3).unwrap();
    let cut = &packed[..packed.len() * 2 / 3];
    let (report, items) = items_of(&mut decompress(Box::new(cut)), None);
    assert!(report.recordings > 10_000 && !report.complete && report.problems == 1, "{report:?}");
    assert!(
        super::shown::item(items.last().unwrap()).starts_with("problem 0: truncated the file breaks off")
    );
    let (report, items) = items_of(&mut decompress(Box::new(&b"\xFD7zXZ\0garbage"[..])), None);
    assert_eq!((report.problems, report.kind, items.len()), (1, None, 1));
}
