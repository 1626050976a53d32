//! Every format decodes, and what is wrong with a file is said.

use media::tone;

use crate::{fixture, heard, kind};

#[test]
fn every_format_is_told_and_decoded() {
    let files = [
        ("tone.mp3", "mp3", 44_100, 2),
        ("tone.flac", "flac", 44_100, 2),
        ("tone.m4a", "m4a", 44_100, 2),
        ("alac.m4a", "m4a", 44_100, 2),
        ("tone.aac", "aac", 44_100, 2),
        ("tone.ogg", "vorbis", 44_100, 2),
        ("tone.opus", "opus", 48_000, 2),
        ("tone.aiff", "aiff", 22_050, 1),
        ("tone.wav", "wav", 22_050, 1),
    ];
    for (name, word, rate, channels) in files {
        let bytes = fixture(name);
        assert_eq!(kind(&bytes).map(|f| f.word()), Some(word), "{name}");
        let found = heard(bytes).unwrap_or_else(|flaw| panic!("{name}: {flaw:?}"));
        assert_eq!((found.rate, found.channels), (rate, channels), "{name}");
        assert_eq!(found.flaw, None, "{name}");
        // ADTS has no place to say how much is padding; the edit list of MPEG-4 does.
        let slack = match name {
            "tone.aac" => 80,
            "tone.m4a" => 2,
            _ => 45,
        };
        assert!(found.duration_ms.abs_diff(2_000) <= slack, "{name}: {} ms", found.duration_ms);
        let lufs = found.loudness.integrated_mlufs.unwrap();
        // One channel is 3 LU quieter than the same sound in two.
        assert!((-19_000..-10_000).contains(&lufs), "{name}: {lufs}");
        let peak = found.loudness.peak_mdbtp.unwrap();
        // The encoder of the two overshoots; another decoder measures the same −5.2 dBTP.
        let most = if name.contains("aac") || name == "tone.m4a" { -5_000 } else { -8_000 };
        assert!((-13_000..most).contains(&peak), "{name}: {peak}");
        // At most 800 columns, of 64 samples at least.
        let frames = usize::try_from(found.duration_ms).unwrap() * usize::try_from(rate).unwrap() / 1_000;
        assert!(
            found.peaks.len().abs_diff(frames.div_ceil(64).min(800)) <= 1,
            "{name}: {}",
            found.peaks.len()
        );
    }
}

#[test]
fn a_truncated_file_plays_as_far_as_it_goes_and_says_so() {
    for name in ["tone.mp3", "tone.flac", "tone.ogg", "tone.opus", "tone.wav", "tone.aiff", "alac.m4a"] {
        let bytes = fixture(name);
        let cut = bytes[..bytes.len() * 6 / 10].to_vec();
        match heard(cut) {
            Ok(found) => {
                let code = found.flaw.as_ref().map(|f| f.code);
                assert_eq!(code, Some("sound-truncated"), "{name}: {found:?}");
                assert!((600..1_700).contains(&found.duration_ms), "{name}: {} ms", found.duration_ms);
            }
            Err(flaw) => {
                assert!(matches!(flaw.code, "sound-truncated" | "sound-corrupt"), "{name}: {flaw:?}")
            }
        }
    }
}

#[test]
fn a_flac_that_differs_from_its_check_sum_is_corrupt() {
    let mut bytes = fixture("tone.flac");
    let middle = bytes.len() / 2;
    bytes[middle..middle + 40].fill(0x55);
    let found = heard(bytes).unwrap();
    assert_eq!(found.flaw.unwrap().code, "sound-corrupt");
}

#[test]
fn what_is_no_sound_is_refused() {
    for (bytes, code) in [
        (b"Dear label, here is my song".to_vec(), "file-kind-unknown"),
        (Vec::new(), "file-kind-unknown"),
        (fixture("cover.png"), "sound-"),
        (fixture("film.mp4"), "sound-"),
        (b"fLaC\0\0\0\x22".to_vec(), "sound-"),
        (tone::wav(&[], 2, 44_100), "sound-"),
        (b"OggS\0\x02\0\0\0\0\0\0\0\0abcd\0\0\0\0eeee\x01\x13OpusHead\x01\x09".to_vec(), "sound-"),
    ] {
        let flaw = heard(bytes).unwrap_err();
        assert!(flaw.code.starts_with(code), "{flaw:?}");
    }
}

/// Guards the promise that memory does not follow what the header claims: a WAV that claims two gigabytes.
#[test]
fn a_header_that_promises_more_is_not_believed() {
    let mut bytes = tone::sweep(200.0, 400.0, 1, 0.5, 8_000);
    bytes[40..44].copy_from_slice(&0x7FFF_FF00_u32.to_le_bytes());
    bytes[4..8].copy_from_slice(&0x7FFF_FFFF_u32.to_le_bytes());
    let found = heard(bytes).unwrap();
    assert_eq!(found.flaw.unwrap().code, "sound-truncated");
    assert_eq!(found.duration_ms, 1_000);
}
