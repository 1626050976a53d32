//! ISCC codes (ISO 24138) as keys: what two codes of one file, or of one sound, have in common.

use iscc_lib::{iscc_decode, iscc_decompose};

/// The kinds of units by their number in the standard: the sound itself, and the file's bytes.
const CONTENT: u8 = 2;
const INSTANCE: u8 = 4;

/// Bytes of a unit that are compared: as many as the shortest has.
const COMPARED: usize = 8;

/// The keys of a code, the narrowest first: the file's bytes, the sound, and the code itself where it has neither part.
pub(crate) fn keys(text: &str) -> Vec<String> {
    let text = text.trim();
    let bare = match text.get(..5) {
        Some(head) if head.eq_ignore_ascii_case("iscc:") => text.get(5..).unwrap_or_default(),
        _ => text,
    };
    let plain: String = bare.chars().filter(|c| *c != '-').take(400).collect::<String>().to_ascii_uppercase();
    let mut found: Vec<(u8, String)> = Vec::new();
    for unit in iscc_decompose(&plain).unwrap_or_default() {
        if let Ok((kind, subtype, version, _, digest)) = iscc_decode(&unit)
            && matches!(kind, CONTENT | INSTANCE)
            && let Some(bytes) = digest.get(..COMPARED)
        {
            let digits: String = bytes.iter().map(|b| format!("{b:02x}")).collect();
            found.push((kind, format!("{kind}.{subtype}.{version}.{digits}")));
        }
    }
    found.sort_by_key(|(kind, _)| std::cmp::Reverse(*kind));
    let keys: Vec<String> = found.into_iter().map(|(_, key)| key).collect();
    if keys.is_empty() { vec![plain] } else { keys }
}

#[cfg(test)]
mod tests {
    use super::*;
    use iscc_lib::{gen_audio_code_v0, gen_data_code_v0, gen_instance_code_v0, gen_iscc_code_v0};
    use proptest::prelude::*;

    fn code(features: &[i32], bytes: &[u8]) -> String {
        let sound = gen_audio_code_v0(features, 64).unwrap().iscc;
        let data = gen_data_code_v0(bytes, 64).unwrap().iscc;
        let instance = gen_instance_code_v0(bytes, 64).unwrap().iscc;
        gen_iscc_code_v0(&[&sound, &data, &instance], false).unwrap().iscc
    }

    #[test]
    fn codes_of_one_sound_share_a_key_and_of_one_file_the_first() {
        let features: Vec<i32> = (1..400).map(|n: i32| n.wrapping_mul(2_654_435)).collect();
        let (one, two) = (code(&features, b"one file"), code(&features, b"another encoding"));
        assert_eq!(keys(&one).len(), 2);
        assert_eq!(keys(&one)[1], keys(&two)[1]);
        assert_ne!(keys(&one)[0], keys(&two)[0]);
        let spelled = one.replace("ISCC:", "iscc:").to_ascii_lowercase();
        assert_eq!(keys(&spelled), keys(&one));
        let sound = gen_audio_code_v0(&features, 256).unwrap().iscc;
        assert_eq!(keys(&sound), keys(&one)[1..]);
        assert_eq!(keys("ISCC:KAA"), ["KAA"]);
    }

    proptest! {
        #[test]
        fn any_text_has_keys(text in ".{0,80}") {
            prop_assert!(!keys(&text).is_empty());
        }
    }
}
