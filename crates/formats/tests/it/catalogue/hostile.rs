use std::ops::ControlFlow;

use formats::catalogue::{Item, Kind, read, sniff};
use proptest::prelude::*;

use super::{Made, check, items, items_of};

const FIXTURES: [&[u8]; 6] = [
    include_bytes!("fixtures/ern-382-single.xml"),
    include_bytes!("fixtures/ern-411-album.xml"),
    include_bytes!("fixtures/ern-432-takedown.xml"),
    include_bytes!("fixtures/ern-42-purge.xml"),
    include_bytes!("fixtures/dump.jsonl"),
    b"id,title,shares,isrc,until\n1,\"A \"\"b\"\"\",Ada 50 %; Bo 1/2,DEZ9A2600001,2026-01-01\n2,\"x\ny\",,,\n",
];

fn only_problem(bytes: &[u8], code: &str) {
    let (report, items) = items_of(&mut &*bytes, Some(Kind::DdexErn));
    let problems: Vec<_> =
        items.iter().filter_map(|i| if let Item::Problem(p) = i { Some(p.code) } else { None }).collect();
    assert_eq!((problems.as_slice(), report.complete, report.recordings), ([code].as_slice(), false, 0));
}

#[test]
fn an_entity_bomb_is_refused_before_it_is_read() {
    let mut bomb = "<?xml version='1.0'?><!DOCTYPE bomb [<!ENTITY a0 'ha'>".to_owned();
    for n in 1..30 {
        let inner = format!("&a{};", n - 1).repeat(10);
        bomb += &format!("<!ENTITY a{n} '{inner}'>");
    }
    bomb += "]><NewReleaseMessage><MessageHeader><MessageId>&a29;</MessageId></MessageHeader></NewReleaseMessage>";
    only_problem(bomb.as_bytes(), "xml-doctype");
    only_problem(
        b"<NewReleaseMessage><!DOCTYPE x SYSTEM 'file:///etc/hosts'></NewReleaseMessage>",
        "xml-doctype",
    );
}

#[test]
fn nesting_without_end_is_refused() {
    for depth in [100, 10_000, 1_000_000] {
        let inside = "<ResourceList><SoundRecording>".to_owned() + &"<a>".repeat(depth);
        only_problem(format!("<NewReleaseMessage>{inside}").as_bytes(), "xml-too-deep");
        only_problem(format!("<NewReleaseMessage>{}", "<a>".repeat(depth)).as_bytes(), "xml-too-deep");
    }
    let tail = |depth: usize| "<a>".repeat(depth) + &"</a>".repeat(depth);
    let skipped = format!(
        "<NewReleaseMessage><ResourceList><SoundRecording><Genre>{}</Genre></SoundRecording></ResourceList></NewReleaseMessage>",
        tail(10_000)
    );
    only_problem(skipped.as_bytes(), "xml-too-deep");
}

#[test]
fn endless_tokens_are_refused() {
    for start in [
        "<NewReleaseMessage>",
        "<NewReleaseMessage a='",
        "<NewReleaseMessage><!--",
        "<NewReleaseMessage><![CDATA[",
        "<",
        "<?x ",
    ] {
        let parts = std::iter::once(start.to_owned()).chain((0..100_000).map(|_| "x".repeat(1000)));
        let mut taken = 0_usize;
        let parts = parts.inspect(|p| taken += p.len());
        let (report, items) = items_of(&mut Made::new(parts), Some(Kind::DdexErn));
        assert!(!report.complete && items.len() == 1, "{start}: {items:?}");
        assert!(taken < 3 << 20, "{start}: {taken} bytes were taken");
    }
    let amps =
        std::iter::once("<NewReleaseMessage>".to_owned()).chain((0..100_000).map(|_| "&amp;".repeat(400)));
    let (_, items) = items_of(&mut Made::new(amps), Some(Kind::DdexErn));
    assert!(matches!(&items[..], [Item::Problem(p)] if p.code == "xml-token-too-large"), "{items:?}");
    let attributes: String = (0..100).map(|n| format!(" a{n}='1'")).collect();
    only_problem(format!("<NewReleaseMessage{attributes}/>").as_bytes(), "xml-too-many-attributes");
}

#[test]
fn a_message_cut_anywhere_changes_nothing() {
    let whole = FIXTURES[1];
    for end in (60..whole.len() - 25).step_by(97) {
        let (report, items) = items_of(&mut &whole[..end], Some(Kind::DdexErn));
        assert!(!report.complete && report.recordings == 0 && report.releases == 0, "cut at {end}");
        assert!(
            matches!(items.last(), Some(Item::Problem(p)) if p.severity == music::problem::Severity::Fatal),
            "cut at {end}"
        );
    }
}

#[test]
fn references_that_do_not_fit_are_problems() {
    check(
        b"<NewReleaseMessage><ResourceList>\n<SoundRecording><ResourceReference>A</ResourceReference>&nope;</SoundRecording>\n\
          <SoundRecording><ResourceReference>A</ResourceReference><Duration>soon</Duration></SoundRecording></ResourceList></NewReleaseMessage>",
        "message    `` 
         problem 2: title-missing the recording has no title
         problem 3: title-missing the recording has no title
         problem 3: duration-invalid `soon` is not a duration
         problem 3: reference-twice two resources are called `A`
         problem 0: xml-unknown-entity 1 references to unknown entities were left out
         recording 2: own:::A `` — ``
         recording 3: own:::A `` — ``",
    );
}

/// A message of so many resources and a release for every twenty of them, made while it is read.
fn large(count: usize) -> impl Iterator<Item = String> {
    let head = "<NewReleaseMessage xmlns='http://ddex.net/xml/ern/43'><MessageHeader><MessageId>L</MessageId></MessageHeader><ResourceList>";
    let resource = |n: usize| {
        format!(
            "<SoundRecording><ResourceReference>A{n}</ResourceReference><ResourceId><ISRC>DEZ9A{n:07}</ISRC></ResourceId>\
             <DisplayTitleText>Track {n}</DisplayTitleText></SoundRecording>\n"
        )
    };
    let release = |n: usize| {
        let items: String = (n * 20..n * 20 + 20)
            .map(|a| format!("<ReleaseResourceReference>A{a}</ReleaseResourceReference>"))
            .collect();
        format!(
            "<Release><ReleaseReference>R{n}</ReleaseReference><ReleaseId><CatalogNumber>KN{n}</CatalogNumber></ReleaseId><DisplayTitleText>Album {n}</DisplayTitleText><ReleaseResourceReferenceList>{items}</ReleaseResourceReferenceList></Release>\n"
        )
    };
    let deal = |n: usize| {
        format!(
            "<ReleaseDeal><DealReleaseReference>R{n}</DealReleaseReference><Deal><DealTerms><TerritoryCode>FR</TerritoryCode><UseType>Stream</UseType></DealTerms></Deal></ReleaseDeal>\n"
        )
    };
    std::iter::once(head.to_owned())
        .chain((0..count).map(resource))
        .chain(std::iter::once("</ResourceList><ReleaseList>".to_owned()))
        .chain((0..count / 20).map(release))
        .chain(std::iter::once("</ReleaseList><DealList>".to_owned()))
        .chain((0..count / 20).map(deal))
        .chain(std::iter::once("</DealList></NewReleaseMessage>".to_owned()))
}

/// Guards bounded memory: of a message too large to hold, recordings are let go while the rest of it has not even been
/// made, and each gets its album and deals later.
#[test]
fn a_message_of_200_000_resources_is_never_held() {
    const COUNT: usize = 200_000;
    let made = std::cell::Cell::new(0_usize);
    let parts = large(COUNT).inspect(|_| made.set(made.get() + 1));
    let (mut waiting, mut most, mut recordings, mut late, mut releases) = (0, 0, 0, 0, 0);
    let report = read(&mut Made::new(parts), None, "large", &mut |item| {
        match item {
            Item::Recording(r) => {
                recordings += 1;
                if recordings < COUNT / 2 {
                    waiting = made.get() - recordings;
                    most = most.max(waiting);
                }
                if !r.album.is_empty() {
                    assert_eq!(r.deals.len(), 1, "{}", r.source_id);
                }
            }
            Item::Late(l) => {
                late += 1;
                assert!(l.album.starts_with("Album ") && l.deals.len() == 1, "{l:?}");
            }
            Item::Release(r) => {
                releases += 1;
                assert_eq!((r.tracks.len(), r.deals.len()), (20, 1));
            }
            Item::Message(_) => {}
            other => panic!("{other:?}"),
        }
        ControlFlow::Continue(())
    });
    eprintln!("{report:?}, at most {most} recordings waiting, {late} late");
    assert!(report.complete && recordings == COUNT && releases == COUNT / 20, "{report:?}");
    assert!(most < 60_000 && late > COUNT / 2 && late < COUNT, "{most} waiting, {late} late");
}

#[test]
fn a_small_message_of_the_same_make_is_passed_on_whole() {
    let text: String = large(40).collect();
    let (report, items) = items(text.as_bytes());
    assert_eq!((report.recordings, report.releases, report.problems), (40, 2, 0));
    assert!(!items.iter().any(|i| matches!(i, Item::Late(_))));
}

#[test]
fn a_release_beyond_measure_is_cut_and_told() {
    let references = "<ReleaseResourceReference>A</ReleaseResourceReference>".repeat(300_000);
    let text = format!(
        "<NewReleaseMessage><ReleaseList><Release>{references}</Release></ReleaseList></NewReleaseMessage>"
    );
    let (report, items) = items(text.as_bytes());
    assert!(
        items.iter().any(|i| matches!(i, Item::Problem(p) if p.code == "unit-too-large")) && report.complete
    );
}

#[test]
fn lines_without_end_are_skipped_without_being_kept() {
    let parts = ["title\tartist\n".to_owned()]
        .into_iter()
        .chain((0..50_000).map(|_| "x".repeat(1000)))
        .chain(["\nA\tB\n".to_owned()]);
    let (report, items) = items_of(&mut Made::new(parts), None);
    assert_eq!((report.recordings, report.problems, items.len()), (1, 1, 2));
    let quotes =
        ["title,artist\n".to_owned()].into_iter().chain((0..200_000).map(|_| "a,\"b\"\"\n".to_owned()));
    let (report, _) = items_of(&mut Made::new(quotes), None);
    assert_eq!((report.rows, report.problems, report.complete), (200_000, 200_000, true));
}

#[test]
fn problems_without_end_are_counted_not_kept() {
    let rows = ["id\ttitle\n".to_owned()].into_iter().chain((0..30_000).map(|_| "1\t\n".to_owned()));
    let (report, items) = items_of(&mut Made::new(rows), None);
    assert_eq!((report.problems, items.len()), (30_000, 10_001));
    assert!(matches!(items.last(), Some(Item::Problem(p)) if p.code == "problems-left-out"));
}

fn any_kind() -> impl Strategy<Value = Option<Kind>> {
    prop_oneof![3 => Just(None), 1 => proptest::sample::select(Kind::ALL.to_vec()).prop_map(Some)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..2000), kind in any_kind()) {
        let _ = sniff(&bytes);
        let _ = items_of(&mut &bytes[..], kind);
    }

    #[test]
    fn no_mutation_panics(
        which in 0..FIXTURES.len(),
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..20),
        cut in any::<prop::sample::Index>(),
        kind in any_kind(),
    ) {
        let mut bytes = FIXTURES[which].to_vec();
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        bytes.truncate(bytes.len() - cut.index(bytes.len()) / 4);
        let (report, items) = items_of(&mut &bytes[..], kind);
        let problems = items.iter().filter(|i| matches!(i, Item::Problem(_))).count() as u64;
        prop_assert_eq!(report.problems, problems);
        prop_assert!(report.complete || problems > 0);
    }

    #[test]
    fn no_shuffled_lines_panic(which in 0..FIXTURES.len(), seed in any::<u64>(), quote in "[\",;\t<>&{}\\[\\]a0 %\n]{0,40}") {
        let mut lines: Vec<&[u8]> = FIXTURES[which].split_inclusive(|b| *b == b'\n').collect();
        let count = lines.len();
        lines.rotate_left(seed as usize % count);
        lines.insert(seed as usize % 7 % count, quote.as_bytes());
        let _ = items(&lines.concat());
    }
}
