//! What files say of themselves.

use std::io::Cursor;

use media::peek::Peek;
use media::tag;

use crate::{fixture, kind};

#[test]
fn tags_of_every_format_read_alike() {
    for name in ["tone.mp3", "tone.flac", "tone.m4a", "tone.ogg", "tone.opus"] {
        let bytes = fixture(name);
        let peek = Peek::new(Cursor::new(&bytes), bytes.len() as u64).unwrap();
        let tags = tag::read(peek, kind(&bytes).unwrap(), true).unwrap();
        assert_eq!(
            (tags.title.as_str(), tags.artist.as_str(), tags.album.as_str(), tags.album_artist.as_str()),
            ("Low Tide", "Mira Feld", "Harbour Lights", "Kollektiv Nord"),
            "{name}"
        );
        assert_eq!((tags.track, tags.disc, tags.year), (Some(3), Some(1), Some(2019)), "{name}");
        assert!(tags.duration_ms.unwrap().abs_diff(2_000) < 60, "{name}");
        if !name.ends_with(".m4a") {
            assert_eq!((tags.isrc.as_str(), tags.label.as_str()), ("DEA121900003", "Quay"), "{name}");
        }
    }
}

#[test]
fn the_front_cover_is_found() {
    let bytes = fixture("tone.mp3");
    let picture = tag::picture(Cursor::new(&bytes), kind(&bytes).unwrap()).unwrap().unwrap();
    let (about, sizes) = media::picture::sizes(&picture).unwrap();
    assert_eq!((about.width, about.height, sizes.len()), (64, 48, 1));
    let bytes = fixture("tone.ogg");
    assert_eq!(tag::picture(Cursor::new(&bytes), kind(&bytes).unwrap()).unwrap(), None);
}
