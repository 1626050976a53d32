//! The proof of participation: it says what it should, nothing more, and cannot be rewritten.

use proof::participation::{BadParticipation, FeeBy, Money, Participation, Shared, Threshold};
use proof::{Hash, Note, SigningKey};
use proptest::prelude::*;

fn house() -> SigningKey {
    SigningKey::from_seed("house.example/proofs", &[5; 32]).unwrap()
}

fn example() -> Participation {
    Participation {
        id: "prf-0000000000A1".to_owned(),
        performer: "Lio Marek".to_owned(),
        event: Some("Kanal 9, 4 September 2026".to_owned()),
        matched: 17,
        lines: 19,
        shared: Some(Shared { at_least: Threshold::from_percent(5).unwrap(), fee_by: FeeBy::DjAndVenue }),
        money: Money::Arrived,
        issued: "2026-09-30".parse().unwrap(),
        run: Some(Hash::of(b"manifest")),
    }
}

#[test]
fn says_what_it_should() {
    let text = example().sign(&house()).unwrap().to_string();
    let want = "proof of participation v1\nproof: prf-0000000000A1\nperformer: Lio Marek\nevent: Kanal 9, 4 September 2026\n\
                reported: yes\nlines: 17 of 19 matched\nshared: at least 5 % of the fee\nfee attested by: dj+venue\n\
                money: arrived\nissued: 2026-09-30\n";
    assert!(text.starts_with(want), "{text}");
    let known = [house().verifier().clone()];
    assert_eq!(Participation::verify(&text, &known).unwrap(), example());
}

#[test]
fn an_amount_without_a_fee_says_so() {
    let proof = Participation { shared: None, event: None, run: None, money: Money::Pledged, ..example() };
    let text = proof.sign(&house()).unwrap().to_string();
    assert!(
        text.contains("\nshared: an amount, fee not told\nmoney: pledged\nissued: 2026-09-30\n\n"),
        "{text}"
    );
    assert_eq!(Participation::verify(&text, &[house().verifier().clone()]).unwrap(), proof);
}

/// Two performers whose fees and gifts differ, but who reach the same threshold, get the same text.
#[test]
fn fee_and_gift_leave_no_trace() {
    let of = |gift, fee| {
        let shared = Threshold::reached(gift, fee).map(|at_least| Shared { at_least, fee_by: FeeBy::Dj });
        Participation { shared, ..example() }.sign(&house()).unwrap().to_string()
    };
    assert_eq!(of(50_000_000, 1_000_000_000), of(9_990_000, 100_000_000));
    assert_ne!(of(50_000_000, 1_000_000_000), of(49_999_999, 1_000_000_000));
}

#[test]
fn thresholds_are_reached_exactly() {
    for (gift, fee, want) in [
        (50, 1000, Some(5)),
        (49, 1000, Some(3)),
        (9, 1000, None),
        (10, 1000, Some(1)),
        (2000, 1000, Some(100)),
        (0, 1000, None),
        (5, 0, None),
        (-5, 100, None),
        (i64::MAX, i64::MAX, Some(100)),
    ] {
        assert_eq!(Threshold::reached(gift, fee).map(Threshold::percent), want, "{gift} of {fee}");
    }
}

#[test]
fn what_cannot_stand_in_a_proof_is_refused() {
    let long = "x".repeat(201);
    for label in ["", "  ", "Lio\nmoney: arrived", "tab\there", long.as_str()] {
        let proof = Participation { performer: label.to_owned(), ..example() };
        assert!(matches!(proof.sign(&house()), Err(BadParticipation::Label(_))), "{label:?}");
    }
    let many = Participation { matched: 20, ..example() };
    assert_eq!(many.sign(&house()), Err(BadParticipation::TooManyMatched { matched: 20, lines: 19 }));
}

#[test]
fn other_texts_of_the_house_are_no_proof() {
    let known = [house().verifier().clone()];
    let sign = |text: &str| Note::new(text).unwrap().signed_by(&house()).to_string();
    let good = example().to_string();
    assert!(Participation::verify(&sign(&good), &known).is_ok());
    for text in [
        "house.example/log\n3\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n".to_owned(),
        good.replace("v1", "v2"),
        good.replace("at least 5 %", "at least 4 %"),
        good.replace("at least 5 %", "at least 05 %"),
        good.replace("reported: yes", "reported: no"),
        good.replace("17 of 19", "20 of 19"),
        good.replace("money: arrived\n", ""),
        good.replace("2026-09-30", "2026-9-30"),
        format!("{good}fee: EUR 1000\n"),
    ] {
        assert!(Participation::verify(&sign(&text), &known).is_err(), "{text}");
    }
}

proptest! {
    #[test]
    fn every_proof_reads_back(
        performer in "[a-zé][ -~é]{0,20}", event in prop::option::of("[a-z:][ -~]{0,20}"), lines in 0_u32..100, missing in 0_u32..100,
        shared in prop::option::of((prop::sample::select(Threshold::ALL.to_vec()), any::<bool>())), arrived: bool, run in prop::option::of(any::<[u8; 32]>()),
    ) {
        let proof = Participation {
            performer, event, matched: lines.saturating_sub(missing), lines,
            shared: shared.map(|(at_least, both)| Shared { at_least, fee_by: if both { FeeBy::DjAndVenue } else { FeeBy::Dj } }),
            money: if arrived { Money::Arrived } else { Money::Pledged },
            run: run.map(Hash::from_bytes),
            ..example()
        };
        let text = proof.sign(&house()).unwrap().to_string();
        prop_assert_eq!(Participation::verify(&text, &[house().verifier().clone()]).unwrap(), proof);
    }

    #[test]
    fn one_changed_byte_is_never_believed(at: prop::sample::Index, byte: u8) {
        let mut bytes = example().sign(&house()).unwrap().to_string().into_bytes();
        let place = at.index(bytes.len());
        bytes[place] = byte;
        if let Ok(text) = String::from_utf8(bytes)
            && let Ok(read) = Participation::verify(&text, &[house().verifier().clone()])
        {
            prop_assert_eq!(read, example());
        }
    }

    #[test]
    fn any_text_is_answered(text in "(proof of participation v1|\n|proof: |performer: |lines: |[a-z0-9]| ){0,40}") {
        let _ = text.parse::<Participation>();
    }
}
