//! The Opus rendition: as long as the master, where it was, seekable, the same each time.

use std::io::Cursor;

use media::listen::listen;
use media::{Address, Format, tone};

use crate::{fixture, heard};

fn rendered(bytes: &[u8], format: Format) -> Vec<u8> {
    let address = Address::of(bytes);
    let input = Box::new(Cursor::new(bytes.to_vec()));
    let (_, out) = listen(input, format, &address, Some(Vec::new()), &mut |_| true).unwrap();
    out.unwrap().0
}

/// The samples of a mono sound.
fn samples(bytes: Vec<u8>, format: Format) -> Vec<f32> {
    let mut sound = media::sound::Sound::open(Box::new(Cursor::new(bytes)), format).unwrap();
    let (mut all, mut block) = (Vec::new(), Vec::new());
    while sound.next(&mut block).unwrap() {
        all.extend_from_slice(&block);
    }
    all
}

#[test]
fn the_rendition_is_as_long_as_the_sound_at_every_rate() {
    for (rate, seconds) in [(44_100, 3), (48_000, 2), (22_050, 2), (96_000, 1), (8_000, 2)] {
        let wav = tone::sweep(150.0, 2_000.0, seconds, 0.5, rate);
        let opus = rendered(&wav, Format::Wav);
        let found = heard(opus.clone()).unwrap();
        assert_eq!((found.flaw, found.duration_ms), (None, u64::from(seconds) * 1_000), "{rate}");
        assert_eq!(samples(opus, Format::Opus).len(), seconds as usize * 48_000, "{rate}");
    }
}

/// Guards the delays of filter and encoder: the rendition must lie on the master sample by sample.
#[test]
fn the_rendition_lies_where_the_sound_was() {
    let wav = tone::sweep(300.0, 3_000.0, 2, 0.5, 48_000);
    let (master, made) =
        (samples(wav.clone(), Format::Wav), samples(rendered(&wav, Format::Wav), Format::Opus));
    let apart = |shift: i64| -> f64 {
        let range = 20_000..70_000_i64;
        range.map(|n| f64::from(master[n as usize] - made[(n + shift) as usize]).powi(2)).sum()
    };
    let best = (-400..400).min_by(|a, b| apart(*a).total_cmp(&apart(*b))).unwrap();
    assert_eq!(best, 0);
    // And from another rate, within the half sample that rounding leaves.
    let wav = tone::sweep(300.0, 3_000.0, 2, 0.5, 24_000);
    let half = samples(rendered(&wav, Format::Wav), Format::Opus);
    let apart = |shift: i64| -> f64 {
        (20_000..70_000_i64).map(|n| f64::from(made[n as usize] - half[(n + shift) as usize]).powi(2)).sum()
    };
    let best = (-100..100).min_by(|a, b| apart(*a).total_cmp(&apart(*b))).unwrap();
    assert!(best.abs() <= 1, "{best}");
}

#[test]
fn the_rendition_has_a_page_each_second_and_is_the_same_each_time() {
    let wav = tone::piece(7, 5);
    let opus = rendered(&wav, Format::Wav);
    assert_eq!(opus, rendered(&wav, Format::Wav));
    let pages: Vec<usize> =
        opus.windows(5).enumerate().filter(|(_, w)| *w == b"OggS\0").map(|(at, _)| at).collect();
    assert!((7..=9).contains(&pages.len()), "{} pages", pages.len());
    let position = |at: usize| u64::from_le_bytes(opus[at + 6..at + 14].try_into().unwrap());
    let told: Vec<u64> = pages.iter().skip(2).map(|at| position(*at)).collect();
    assert_eq!(&told[..4], [48_000, 96_000, 144_000, 192_000]);
    assert_eq!(*told.last().unwrap(), 240_000 + 312);
    let kbps = opus.len() * 8 / 5_000;
    assert!((90..=180).contains(&kbps), "{kbps} kbit/s");
}

#[test]
fn loudness_of_the_rendition_is_that_of_the_master() {
    for name in ["tone.flac", "tone.mp3"] {
        let bytes = fixture(name);
        let before = heard(bytes.clone()).unwrap();
        let after = heard(rendered(&bytes, crate::kind(&bytes).unwrap())).unwrap();
        let lufs = |f: &media::listen::Found| f.loudness.integrated_mlufs.unwrap();
        assert!((lufs(&before) - lufs(&after)).abs() < 300, "{name}: {} {}", lufs(&before), lufs(&after));
    }
}

/// The reference decoder agrees, where `ffmpeg` is here.
#[test]
fn ffmpeg_decodes_the_rendition_to_the_same_length() {
    let folder = std::env::temp_dir().join(format!("tantieme-rendition-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("piece.opus");
    std::fs::write(&file, rendered(&tone::piece(3, 4), Format::Wav)).unwrap();
    let out = std::process::Command::new("ffmpeg")
        .args(["-v", "error", "-i"])
        .arg(&file)
        .args(["-f", "f32le", "-ac", "2", "-ar", "48000", "-"])
        .output();
    std::fs::remove_dir_all(&folder).unwrap();
    match out {
        Ok(out) => {
            assert!(out.stderr.is_empty(), "{}", String::from_utf8_lossy(&out.stderr));
            assert_eq!(out.stdout.len(), 4 * 48_000 * 8);
        }
        Err(_) if std::env::var("CI").as_deref() == Ok("true") => panic!("ffmpeg is not here"),
        Err(error) => eprintln!("SKIPPED: ffmpeg is not here: {error}"),
    }
}
