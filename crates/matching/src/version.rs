//! Versions: the words that set a recording apart from its siblings, and the classes they stand for.

/// A class of versions; a version may be of several (`Live Extended Remix`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u32)]
pub enum Class {
    /// Another producer's remix.
    Remix,
    /// A shortened or rearranged edit.
    Edit,
    /// A dub.
    Dub,
    /// Recorded at a concert.
    Live,
    /// Longer, for mixing.
    Extended,
    /// Without the voice.
    Instrumental,
    /// The voice alone.
    Acapella,
    /// New transfer of the old recording.
    Remaster,
    /// Made without asking.
    Bootleg,
    /// The artist's own second version.
    Vip,
    /// Played without electricity.
    Acoustic,
    /// For the radio.
    Radio,
    /// The first one, said in so many words.
    Original,
    /// A mix, with or without a name before it.
    Mix,
    /// A rework, refix, remake, revision, rebuild.
    Rework,
    /// For the club.
    Club,
    /// Played by others.
    Cover,
    /// A demonstration.
    Demo,
    /// A version, with or without a name before it.
    Version,
    /// Two recordings laid over each other.
    Mashup,
    /// Words changed for broadcast, or not.
    Clean,
    /// With the voice, said in so many words.
    Vocal,
    /// A short piece that opens or closes.
    Intro,
    /// Made slower or faster.
    Speed,
}

/// The words of each class; the first is the usual one.
pub const WORDS: [(Class, &[&str]); 24] = [
    (Class::Remix, &["remix", "rmx", "remx", "rx", "rmix", "remixed", "remixes", "remixx", "rmixx", "remi"]),
    (Class::Edit, &["edit", "reedit", "edt", "edits", "edited"]),
    (Class::Dub, &["dub", "dubmix", "dubs"]),
    (Class::Live, &["live", "vivo"]),
    (Class::Extended, &["extended", "ext", "extd", "long", "12inch"]),
    (Class::Instrumental, &["instrumental", "instr", "inst", "instrumentals"]),
    (Class::Acapella, &["acapella", "acappella", "accapella", "accapela", "pella"]),
    (Class::Remaster, &["remaster", "remastered", "remasterd"]),
    (Class::Bootleg, &["bootleg", "boot", "bootie"]),
    (Class::Vip, &["vip"]),
    (Class::Acoustic, &["acoustic", "unplugged", "stripped"]),
    (Class::Radio, &["radio"]),
    (Class::Original, &["original", "orig", "orginal"]),
    (Class::Mix, &["mix", "mixx", "mx"]),
    (
        Class::Rework,
        &[
            "rework",
            "refix",
            "remake",
            "revision",
            "rebuild",
            "rerub",
            "rewerk",
            "reconstruction",
            "remodel",
            "reprise",
            "reinterpretation",
            "reshape",
            "flip",
            "repaint",
            "retouch",
            "refit",
        ],
    ),
    (Class::Club, &["club"]),
    (Class::Cover, &["cover", "karaoke", "tribute"]),
    (Class::Demo, &["demo"]),
    (Class::Version, &["version", "ver", "vers"]),
    (Class::Mashup, &["mashup"]),
    (Class::Clean, &["clean", "explicit", "dirty"]),
    (Class::Vocal, &["vocal"]),
    (Class::Intro, &["intro", "outro", "interlude"]),
    (Class::Speed, &["slowed", "sped"]),
];

/// A set of classes, one bit each.
pub type Classes = u32;

impl Class {
    /// Its bit in a set of classes.
    pub const fn bit(self) -> Classes {
        1 << self as u32
    }

    /// The usual word for it.
    pub fn word(self) -> &'static str {
        WORDS.iter().find(|(class, _)| *class == self).map_or("", |(_, words)| words[0]) // every class has words
    }
}

/// Classes that make another recording; the others often are the same recording said at more length.
pub const STRONG: Classes = Class::Remix.bit()
    | Class::Edit.bit()
    | Class::Dub.bit()
    | Class::Live.bit()
    | Class::Instrumental.bit()
    | Class::Acapella.bit()
    | Class::Bootleg.bit()
    | Class::Vip.bit()
    | Class::Acoustic.bit()
    | Class::Rework.bit()
    | Class::Cover.bit()
    | Class::Demo.bit()
    | Class::Mashup.bit()
    | Class::Speed.bit();

/// Classes whose word may close a version (`… remix`, `… version`), so that a bracket ending in it is one.
const CLOSING: Classes = !(Class::Vocal.bit() | Class::Intro.bit());

/// The class a folded word stands for, spelt right or in a usual short form.
pub fn class_of(word: &[u8]) -> Option<Class> {
    if word.len() < 2 || word.len() > 16 {
        return None;
    }
    // first letters of all words above: most words are turned away here
    if !matches!(
        word[0],
        b'r' | b'e'
            | b'd'
            | b'l'
            | b'v'
            | b'i'
            | b'a'
            | b'b'
            | b'o'
            | b'm'
            | b'c'
            | b'u'
            | b's'
            | b'k'
            | b't'
            | b'f'
            | b'p'
            | b'1'
    ) {
        return None;
    }
    WORDS.iter().find(|(_, words)| words.iter().any(|w| w.as_bytes() == word)).map(|(class, _)| *class)
}

/// Whether a folded word, mistyped or not, reads like the end of a version: `remix`, `remxi`, `edti`.
pub fn closes(word: &[u8]) -> bool {
    if let Some(class) = class_of(word) {
        return class.bit() & CLOSING != 0;
    }
    exchanged(word).is_some()
        || word.len() >= 5
            && [
                "remix",
                "rework",
                "version",
                "remaster",
                "bootleg",
                "mashup",
                "extended",
                "original",
                "instrumental",
            ]
            .iter()
            .any(|w| {
                w.len().abs_diff(word.len()) <= 1
                    && crate::text::edits(w.as_bytes(), word) <= 1 + usize::from(w.len() > 7)
            })
}

/// A short version word with two neighbours exchanged: `mxi`, `deit`.
fn exchanged(word: &[u8]) -> Option<&'static [u8]> {
    let is = |w: &&&[u8]| {
        let mut letters = [0_u8; 4];
        let Some(room) = letters.get_mut(..w.len()).filter(|_| w.len() == word.len()) else { return false };
        (0..word.len() - 1).any(|i| {
            room.copy_from_slice(word);
            room.swap(i, i + 1);
            room == **w
        })
    };
    [b"mix".as_slice(), b"edit", b"live", b"dub", b"long"]
        .iter()
        .find(is)
        .map(|w| if *w == b"long" { b"extended" } else { *w })
}

/// A version word with its slips mended: `remxi` is `remix`, `oirginal` is `original`.
pub fn mended(word: &[u8]) -> &[u8] {
    if class_of(word).is_some() {
        return word;
    }
    if word.len() < 5 {
        return exchanged(word).unwrap_or(word);
    }
    let near = |w: &&str| {
        w.len().abs_diff(word.len()) <= 1
            && crate::text::edits(w.as_bytes(), word) <= 1 + usize::from(w.len() > 7)
    };
    let words = ["remix", "original", "extended", "version", "rework", "remaster", "bootleg", "instrumental"];
    words.iter().find(|w| near(w)).map_or(word, |w| w.as_bytes())
}

/// Whether a folded word is a short form that stands for nothing else, wherever it stands.
pub fn is_short_form(word: &[u8]) -> bool {
    matches!(
        word,
        b"rmx"
            | b"remx"
            | b"rx"
            | b"rmix"
            | b"rmixx"
            | b"remixx"
            | b"orig"
            | b"orginal"
            | b"edt"
            | b"instr"
            | b"extd"
            | b"dubmix"
    )
}

/// From the class that tells least of another recording to the one that tells most.
const TELLING: [Class; 24] = [
    Class::Original,
    Class::Mix,
    Class::Version,
    Class::Clean,
    Class::Vocal,
    Class::Remaster,
    Class::Extended,
    Class::Club,
    Class::Remix,
    Class::Rework,
    Class::Radio,
    Class::Edit,
    Class::Dub,
    Class::Instrumental,
    Class::Bootleg,
    Class::Vip,
    Class::Speed,
    Class::Demo,
    Class::Intro,
    Class::Mashup,
    Class::Acoustic,
    Class::Live,
    Class::Acapella,
    Class::Cover,
];

/// How much the most telling of some classes tells of another recording: 0 for none, 1 (`original`) to 24.
pub(crate) fn telling(classes: Classes) -> f32 {
    TELLING.iter().rposition(|c| classes & c.bit() != 0).map_or(0.0, |at| at as f32 + 1.0)
}

/// The set of classes named by folded words.
pub fn classes<'a>(words: impl Iterator<Item = &'a [u8]>) -> Classes {
    words.filter_map(class_of).fold(0, |set, class| set | class.bit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_forms_and_slips_are_known() {
        assert_eq!(class_of(b"rmx"), Some(Class::Remix));
        assert_eq!(class_of(b"remix"), Some(Class::Remix));
        assert_eq!(class_of(b"night"), None);
        assert!(closes(b"remxi") && closes(b"edit") && !closes(b"night"));
    }
}
