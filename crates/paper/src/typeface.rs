//! The typeface inside: which signs it has, and how wide words are in it.

use std::sync::LazyLock;

use rustybuzz::{Face, UnicodeBuffer};

const REGULAR: &[u8] = include_bytes!("../fonts/NotoSans-Regular.ttf");
const STRONG: &[u8] = include_bytes!("../fonts/NotoSans-SemiBold.ttf");

/// A weight of the typeface.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    /// For reading.
    Regular,
    /// For what counts.
    Strong,
}

impl Weight {
    /// The font file.
    pub(crate) const fn bytes(self) -> &'static [u8] {
        match self {
            Weight::Regular => REGULAR,
            Weight::Strong => STRONG,
        }
    }

    fn face(self) -> Option<&'static Face<'static>> {
        static FACES: LazyLock<[Option<Face<'static>>; 2]> =
            LazyLock::new(|| [REGULAR, STRONG].map(|bytes| Face::from_slice(bytes, 0)));
        FACES[self as usize].as_ref()
    }

    /// How wide words are at a size, in points.
    pub(crate) fn width(self, words: &str, size: f32) -> f32 {
        let Some(face) = self.face() else { return 0.0 };
        let mut buffer = UnicodeBuffer::new();
        buffer.push_str(words);
        buffer.guess_segment_properties();
        let shaped = rustybuzz::shape(face, &[], buffer);
        let advance: i64 = shaped.glyph_positions().iter().map(|p| i64::from(p.x_advance)).sum();
        advance as f32 / face.units_per_em() as f32 * size
    }
}

/// Words as the typeface can write them.
///
/// It has Latin, Greek and Cyrillic letters. A sign of another script is written in Latin letters as it sounds, by
/// and large, so that a name stays recognizable; one that has no sound becomes `?`. Whoever needs the exact signs
/// finds them in the JSON and the HTML of the same document.
pub fn writable(words: &str) -> String {
    let mut out = String::with_capacity(words.len());
    for sign in words.chars() {
        if sign.is_control() {
            out.push(' ');
        } else if Weight::Regular.face().is_some_and(|face| face.glyph_index(sign).is_some()) {
            out.push(sign);
        } else {
            out.push_str(deunicode::deunicode_char(sign).filter(|s| s.is_ascii()).unwrap_or("?"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_scripts_are_written_as_they_sound() {
        assert_eq!(writable("Tantième – Łódź – Ψυχή – Дым"), "Tantième – Łódź – Ψυχή – Дым");
        assert_eq!(writable("東京 €5"), "Dong Jing  €5");
        assert_eq!(writable("a\tb\u{10ffff}"), "a b?");
    }

    #[test]
    fn digits_are_of_one_width() {
        let widths: Vec<f32> = ('0'..='9').map(|d| Weight::Strong.width(&d.to_string(), 1000.0)).collect();
        assert!(widths.windows(2).all(|w| (w[0] - w[1]).abs() < 0.01), "{widths:?}");
        assert!(Weight::Regular.width("mm", 10.0) > Weight::Regular.width("ii", 10.0));
    }
}
