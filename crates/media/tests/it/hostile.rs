//! Whatever bytes come: an answer, soon, and in little memory.

use std::io::Cursor;

use media::format::sniff;
use media::{Format, book, hls, picture, tag, web_build};
use proptest::prelude::*;

use crate::{fixture, heard};

const NAMES: [&str; 11] = [
    "tone.mp3",
    "tone.flac",
    "tone.m4a",
    "alac.m4a",
    "tone.aac",
    "tone.ogg",
    "tone.opus",
    "tone.aiff",
    "tone.wav",
    "cover.png",
    "film.mp4",
];

fn everything(bytes: &[u8]) {
    let format = sniff(&bytes[..bytes.len().min(4_096)]);
    let _ = heard(bytes.to_vec());
    for format in format.into_iter().chain([Format::Mp3]) {
        let _ = tag::read(Cursor::new(bytes), format, true);
        let _ = tag::picture(Cursor::new(bytes), format);
    }
    let _ = picture::sizes(bytes);
    let _ = book::epub(Cursor::new(bytes));
    let _ = book::cbz(Cursor::new(bytes));
    let _ = web_build::WebBuild::open(Cursor::new(bytes));
    let _ = hls::check(bytes);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, max_shrink_iters: 0, ..ProptestConfig::default() })]

    #[test]
    fn damaged_files_get_an_answer(
        which in 0..NAMES.len(),
        cut in 0.0..1.0_f64,
        damage in prop::collection::vec((0.0..1.0_f64, any::<u8>()), 0..12),
    ) {
        let mut bytes = fixture(NAMES[which]);
        // Damage goes where headers are as often as elsewhere.
        for (place, (at, value)) in damage.into_iter().enumerate() {
            let span = if place % 2 == 0 { bytes.len().min(300) } else { bytes.len() };
            bytes[(at * span as f64) as usize] = value;
        }
        bytes.truncate((bytes.len() as f64 * (1.0 - cut * cut)) as usize);
        everything(&bytes);
    }

    #[test]
    fn noise_gets_an_answer(start in 0..12_usize, noise in prop::collection::vec(any::<u8>(), 0..2_000)) {
        let starts: [&[u8]; 12] = [
            b"", b"fLaC\0\0\0\x22", b"ID3\x04\0\0\0\0\x01\0", b"RIFF\xFF\xFF\xFF\xFFWAVEfmt ", b"FORM\0\0\x01\0AIFFCOMM",
            b"OggS\0\x02\0\0\0\0\0\0\0\0\x01\0\0\0\0\0\0\0", b"\0\0\0\x20ftypM4A ", b"\xFF\xFB\x90\0", b"\xFF\xF1\x50\x80",
            b"PK\x03\x04", b"#EXTM3U\n", b"\x89PNG\r\n\x1A\n",
        ];
        let mut bytes = starts[start].to_vec();
        bytes.extend(noise);
        everything(&bytes);
    }
}
