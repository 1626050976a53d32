//! Notes: what is signed reads back, what was changed is not believed, any bytes are answered.

use proof::checkpoint::{BadCheckpoint, Checkpoint};
use proof::note::{BadKey, BadNote, NOTE_MOST};
use proof::{Hash, Note, SigningKey, VerifierKey};
use proptest::prelude::*;

fn key(name: &str, seed: u8) -> SigningKey {
    SigningKey::from_seed(name, &[seed; 32]).unwrap()
}

fn house() -> SigningKey {
    key("house.example/log", 1)
}

fn signed() -> String {
    Note::new("first\n\nafter an empty line\n").unwrap().signed_by(&house()).to_string()
}

#[test]
fn a_signed_text_reads_back() {
    let note: Note = signed().parse().unwrap();
    let known = [house().verifier().clone()];
    let verified = note.verify(&known).unwrap();
    assert_eq!(verified.text, "first\n\nafter an empty line\n");
    assert_eq!(verified.by, [house().verifier()]);
}

#[test]
fn several_sign_and_strangers_are_ignored() {
    let witness = key("witness.example", 2);
    let text =
        Note::new("x\n").unwrap().signed_by(&house()).signed_by(&witness).signed_by(&witness).to_string();
    let note: Note = text.parse().unwrap();
    assert_eq!(note.signatures().len(), 2);
    let known =
        [key("other.example", 3).verifier().clone(), witness.verifier().clone(), house().verifier().clone()];
    assert_eq!(note.verify(&known).unwrap().by, [witness.verifier(), house().verifier()]);
    // The same name with another key is a stranger.
    let namesake = [key("house.example/log", 9).verifier().clone()];
    assert_eq!(
        note.verify(&namesake),
        Err(BadNote::Unknown("house.example/log, witness.example".to_owned()))
    );
}

#[test]
fn a_changed_text_is_not_believed() {
    let known = [house().verifier().clone()];
    let note: Note = signed().replace("first", "fjrst").parse().unwrap();
    assert_eq!(note.verify(&known), Err(BadNote::Forged("house.example/log".to_owned())));
}

#[test]
fn a_forged_second_signature_spoils_a_true_first() {
    let known = [house().verifier().clone()];
    let other = Note::new("other\n").unwrap().signed_by(&house()).to_string();
    let both = signed() + other.lines().last().unwrap() + "\n";
    assert!(matches!(both.parse::<Note>().unwrap().verify(&known), Err(BadNote::Forged(_))));
}

#[test]
fn what_is_no_note_is_refused() {
    let good = signed();
    let line = good.lines().last().unwrap();
    for (text, want) in [
        (String::new(), BadNote::NoSignatures),
        ("text\n".to_owned(), BadNote::NoSignatures),
        (good.trim_end().to_owned(), BadNote::NoSignatures),
        ("text\n\n".to_owned(), BadNote::NoSignatures),
        (format!("tab\there\n\n{line}\n"), BadNote::Text),
        (good.replace('—', "-"), BadNote::Signature(1)),
        (format!("{good}— house.example/log AAAA\n"), BadNote::Signature(2)),
        (format!("{good}— house+example AAAAAAAA\n"), BadNote::Signature(2)),
        (format!("x\n\n{}", format!("{line}\n").repeat(101)), BadNote::TooManySignatures),
        ("x".repeat(NOTE_MOST + 1), BadNote::TooLong(NOTE_MOST + 1)),
    ] {
        assert_eq!(text.parse::<Note>(), Err(want), "{}", &text.chars().take(80).collect::<String>());
    }
    assert_eq!(Note::new("no line break"), Err(BadNote::Text));
}

#[test]
fn keys_say_what_is_wrong_with_them() {
    let text = house().verifier().to_string();
    assert_eq!(text.parse::<VerifierKey>().unwrap(), *house().verifier());
    let other_name = text.replace("/log", "/lag");
    assert!(matches!(other_name.parse::<VerifierKey>(), Err(BadKey::Id { .. })));
    for bad in
        ["", "a", "a+b", "a+00000000", "a+00000000+", "a+00000000+!!", "a+0+AeHTu4Q3", "a++0000000+AAAA"]
    {
        assert!(bad.parse::<VerifierKey>().is_err(), "{bad}");
    }
    for name in ["", "two words", "a+b", "no\u{a0}break", "new\nline"] {
        assert!(matches!(SigningKey::from_seed(name, &[1; 32]), Err(BadKey::Name(_))), "{name}");
    }
    assert_eq!(format!("{:?}", house()), "SigningKey(house.example/log, …)");
}

#[test]
fn a_checkpoint_is_of_its_own_log() {
    let checkpoint = Checkpoint {
        origin: "house.example/log".to_owned(),
        size: 3,
        root: Hash::of(b"x"),
        extensions: vec![],
    };
    let note = checkpoint.sign(&house()).unwrap().to_string();
    let known = [house().verifier().clone()];
    assert_eq!(Checkpoint::open(&note, "house.example/log", &known).unwrap(), checkpoint);
    assert!(matches!(Checkpoint::open(&note, "other.example", &known), Err(BadCheckpoint::Origin { .. })));
    assert!(matches!(
        Checkpoint::open(&note, "house.example/log", &[]),
        Err(BadCheckpoint::Note(BadNote::Unknown(_)))
    ));
    for origin in ["", "two\nlines"] {
        assert!(Checkpoint { origin: origin.to_owned(), ..checkpoint.clone() }.sign(&house()).is_err());
    }
    assert!(Checkpoint { extensions: vec![String::new()], ..checkpoint }.sign(&house()).is_err());
}

#[test]
fn what_is_no_checkpoint_is_refused() {
    let root = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
    assert!(format!("o\n0\n{root}\n").parse::<Checkpoint>().is_ok());
    for text in [
        String::new(),
        "\n".to_owned(),
        "o\n0\n".to_owned(),
        format!("\n0\n{root}\n"),
        format!("o\n00\n{root}\n"),
        format!("o\n+1\n{root}\n"),
        format!("o\n-1\n{root}\n"),
        format!("o\n\n{root}\n"),
        format!("o\n18446744073709551616\n{root}\n"),
        format!("o\n0\n{root}"),
        format!("o\n0\n{root}\n\n"),
        "o\n0\nAAAA\n".to_owned(),
    ] {
        assert!(text.parse::<Checkpoint>().is_err(), "{text:?}");
    }
}

proptest! {
    #[test]
    fn any_text_signs_and_reads_back(text in "[ -~\u{a1}-\u{ff}\n]{0,60}", seeds in prop::collection::btree_set(any::<u8>(), 1..5)) {
        let text = text + "\n";
        let keys: Vec<SigningKey> = seeds.iter().map(|s| key(&format!("k{s}"), *s)).collect();
        let note = keys.iter().fold(Note::new(&text).unwrap(), |n, k| n.signed_by(k));
        let known: Vec<VerifierKey> = keys.iter().map(|k| k.verifier().clone()).collect();
        let again: Note = note.to_string().parse().unwrap();
        prop_assert_eq!(&again, &note);
        let verified = again.verify(&known).unwrap();
        prop_assert_eq!(verified.text, &text);
        prop_assert_eq!(verified.by.len(), keys.len());
    }

    #[test]
    fn one_changed_byte_is_never_believed_to_say_something_else(at: prop::sample::Index, byte: u8) {
        let mut bytes = signed().into_bytes();
        let place = at.index(bytes.len());
        bytes[place] = byte;
        let known = [house().verifier().clone()];
        if let Some(note) = String::from_utf8(bytes).ok().and_then(|t| t.parse::<Note>().ok())
            && let Ok(verified) = note.verify(&known)
        {
            prop_assert_eq!(verified.text, "first\n\nafter an empty line\n");
        }
    }

    #[test]
    fn any_bytes_are_answered(text in "(— |\n|\\+|[a-c]|=|é|AAAA|\t| ){0,60}") {
        let _ = text.parse::<Note>();
        let _ = text.parse::<VerifierKey>();
        let _ = text.parse::<Checkpoint>();
    }
}
