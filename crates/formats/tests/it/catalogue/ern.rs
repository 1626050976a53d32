use super::{beside, check, items, shown};
use formats::catalogue::{Deal, Item};

#[test]
fn ern_382_update_with_works_shares_and_deals() {
    check(
        include_bytes!("fixtures/ern-382-single.xml"),
        "message 3.8.2 KN-0007 PADPIDA2026010101X `Nordlicht Vertrieb` 2026-09-04T08:30:00+02:00 update
         work `Night Drive` T9000000113 [Composer Ada Nwosu] (Ada Nwosu 100 % of composition in Worldwide)
         problem 94: isrc-invalid `DEZ9A26-BAD` is not an ISRC: it has two letters, three letters or digits, and seven digits, such as DEA123400001
         problem 114: reference-unknown `A9` refers to no resource of the message
         problem 154: reference-unknown `R8` refers to no release of the message
         recording 38: DEZ9A2600001 `Ada Nwosu feat. Mira & Joël` — `Night Drive` version `KN Remix` album `Night Drive EP` label `Nordlicht & Söhne` 405 s 2026 DEZ9A2600001 [MainArtist Ada Nwosu isni 0000000499990015] [FeaturedArtist Mira & Joël] [Remixer Kollektiv Nord] work `Night Drive` T9000000113 [Composer Ada Nwosu] (Kollektiv Nord 62.5 % of master in Worldwide) (Ada Nwosu 37.5 % of master in Worldwide) <deal Worldwide-US 2026-09-04..2027-09-04 SubscriptionModel+TipGated/OnDemandStream+Download> <take-down FR+BE 2026-09-01.. />
         recording 92: own:DPID:PADPIDA2026010101X:KN-2 `Ada Nwosu` — `Low Tide` album `Night Drive EP` label `Nordlicht` 300 s (Nordlicht ? of master in Worldwide) <deal Worldwide-US 2026-09-04..2027-09-04 SubscriptionModel+TipGated/OnDemandStream+Download>
         release gtin:3601234000018 catalogue:KN 007 `Ada Nwosu` — `Night Drive EP` `Nordlicht` Single 2026 1=own:DPID:PADPIDA2026010101X:KN-2 2=DEZ9A2600001 <deal Worldwide-US 2026-09-04..2027-09-04 SubscriptionModel+TipGated/OnDemandStream+Download>",
    );
}

#[test]
fn ern_41_with_a_party_list_and_track_releases() {
    check(
        include_bytes!("fixtures/ern-411-album.xml"),
        "message 4.1.1 LT-1 PADPIDA2026010103Z `Lowtide Digital` 2026-03-01T00:00:00Z
         problem 55: reference-unknown `PGone` refers to no party of the message
         problem 97: territory-unknown `XX` is not a territory; write `Worldwide`, a country such as `FR` or a subdivision such as `FR-42`
         recording 18: FRZ9A2600011 `Mira Feld` — `Ebb` version `Live` album `Tides` label `Lowtide` 243 s 2025 FRZ9A2600011 [MainArtist Mira Feld isni 0000000499990023 ipi 00123004539] [TapeOperator Ole Brandt] work `` T9000000226 (Mira Feld isni 0000000499990023 ipi 00123004539 75 % of master in Worldwide) (Ole Brandt 33.333333 % of composition in DE 2026-01-01..) <deal DE 2026-03-01..2026-06-01 PayAsYouGoModel/PermanentDownload>
         recording 50: FRZ9A2600012 `Mira Feld` — `Flood` album `Tides` label `Lowtide` 180 s FRZ9A2600012 [MainArtist ]
         release grid:A1ZZZZZLOWTIDE001Z gtin:3601234000025 `Mira Feld` — `Tides` `Lowtide` Album 2025 1=FRZ9A2600012 2=FRZ9A2600011",
    );
}

#[test]
fn a_take_down_withdraws_what_nothing_else_offers() {
    check(
        include_bytes!("fixtures/ern-432-takedown.xml"),
        "message 4.3.2 TD-1 PADPIDA2026010103Z `` 2026-05-01T10:00:00Z test
         problem 0: test-message the sender marks this message as a test
         recording 13: FRZ9A2600021 `Mira Feld` — `Undertow` album `Undertow` 301 s 2024 FRZ9A2600021 [MainArtist Mira Feld] <take-down Worldwide 2026-05-01.. /> withdrawn
         recording 25: FRZ9A2600022 `Mira Feld` — `Shore` album `Undertow` FRZ9A2600022 <take-down Worldwide 2026-05-01.. /> <deal DE .. SubscriptionModel/Stream>
         release gtin:3601234000025 `Mira Feld` — `Undertow` `` Single  1=FRZ9A2600021 2=FRZ9A2600022 <take-down Worldwide 2026-05-01.. /> withdrawn",
    );
}

#[test]
fn a_purge_withdraws() {
    check(
        include_bytes!("fixtures/ern-42-purge.xml"),
        "message 4.2 P-1  `` 
         withdraw grid:A1ZZZZZLOWTIDE001Z gtin:3601234000018 `Tides`
         problem 7: release-unidentified the purged release has no id",
    );
}

#[test]
fn deals_hold_in_their_places_and_on_their_days() {
    let (_, items) = items(include_bytes!("fixtures/ern-382-single.xml"));
    let deals =
        items.iter().find_map(|i| if let Item::Recording(r) = i { Some(&r.deals) } else { None }).unwrap();
    for (place, day, want) in [
        ("DE", "2026-09-04", true),
        ("DE", "2026-09-03", false),
        ("DE", "2027-09-03", true),
        ("DE", "2027-09-04", false),
        ("US", "2026-10-01", false),
        // The track is taken down in France, the release it stands on is not.
        ("FR", "2026-10-01", true),
        ("BE-BRU", "2027-10-01", false),
    ] {
        let place = place.parse().unwrap();
        assert_eq!(Deal::offered(deals, Some(&place), day.parse().unwrap()), want, "{place} {day}");
    }
}

#[test]
fn a_message_in_utf_16_or_latin_1_reads_the_same() {
    let text = include_str!("fixtures/ern-382-single.xml");
    let want = shown(text.as_bytes());
    let utf_16 = text.replace("UTF-8", "UTF-16");
    let little: Vec<u8> = utf_16.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let big: Vec<u8> = format!("\u{feff}{utf_16}").encode_utf16().flat_map(u16::to_be_bytes).collect();
    let latin: Vec<u8> =
        text.replace("UTF-8", "ISO-8859-1").chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    for bytes in [little, big, latin] {
        assert_eq!(shown(&bytes), want);
    }
}

#[test]
fn messages_really_delivered() {
    let base = "ddex/ern-3.8.2-audius/fixtures";
    for (file, want) in [
        ("01_delivery.xml", "1 recordings 1 releases 0 withdrawn 0 problems"),
        ("02_update.xml", "1 recordings 1 releases 0 withdrawn 0 problems"),
        ("03_delete.xml", "0 recordings 0 releases 1 withdrawn 0 problems"),
        ("04_no_deal.xml", "1 recordings 1 releases 0 withdrawn 0 problems"),
        ("album_basic.xml", "1 recordings 1 releases 0 withdrawn 0 problems"),
        // The message says T1234567890, whose check digit is wrong.
        ("dealTypes.xml", "2 recordings 1 releases 0 withdrawn 1 problems"),
        ("mead_artist_update.xml", "0 recordings 0 releases 0 withdrawn 1 problems"),
        ("track_basic.xml", "1 recordings 1 releases 0 withdrawn 0 problems"),
        ("track_follow_gated.xml", "1 recordings 1 releases 0 withdrawn 0 problems"),
        ("track_pay_gated.xml", "1 recordings 1 releases 0 withdrawn 0 problems"),
    ] {
        let Some(bytes) = beside(&format!("{base}/{file}")) else { return };
        let (report, _) = items(&bytes);
        let text = shown(&bytes);
        let got = format!(
            "{} recordings {} releases {} withdrawn {} problems",
            report.recordings, report.releases, report.withdrawn, report.problems
        );
        eprintln!("{file}\n{text}");
        assert_eq!(got, want, "{file}\n{text}");
        if report.recordings > 0 {
            assert!(text.contains("<deal Worldwide 2023-09-02..") && report.complete, "{file}\n{text}");
        }
    }
}
