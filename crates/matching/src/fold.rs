//! Folding: text of any script to plain lower-case words that can be compared.
//!
//! `Даша` and `Dasha`, `Tiësto` and `tiesto`, `R.U.S.H.` and `rush`, `Don't` and `dont` fold alike. It
//! knows nothing of artists or titles.

/// Longest word kept, in letters; the rest of a longer one is cut off.
pub const WORD_MAX: usize = 31;

/// A folded word and where it stood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Word {
    /// Where its letters begin in [`Folded::letters`].
    pub at: u32,
    /// How many letters (ASCII, `a`–`z` and `0`–`9`), 1 to [`WORD_MAX`].
    pub len: u8,
    /// Byte offset of its first character in the original text.
    pub start: u32,
    /// Byte offset just behind its last character in the original text.
    pub end: u32,
}

/// The words of a text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Folded {
    /// All letters, word after word, without spaces.
    pub letters: Vec<u8>,
    /// The words, in order.
    pub words: Vec<Word>,
}

impl Folded {
    /// The words of `text`.
    pub fn new(text: &str) -> Self {
        let mut folded = Folded::default();
        folded.push(text, 0);
        folded
    }

    /// Empties it, keeping the memory.
    pub fn clear(&mut self) {
        self.letters.clear();
        self.words.clear();
    }

    /// The letters of a word.
    pub fn word(&self, word: &Word) -> &[u8] {
        self.letters.get(word.at as usize..word.at as usize + usize::from(word.len)).unwrap_or_default()
    }

    /// Adds the words of `text`, whose first byte stands at `offset` of the original.
    pub fn push(&mut self, text: &str, offset: usize) {
        let mut open = Open::default();
        let bytes = text.as_bytes();
        let mut at = 0;
        while let Some(&b) = bytes.get(at) {
            if b < 0x80 {
                self.ascii(&mut open, bytes, at, offset);
                at += 1;
            } else {
                let Some(c) = text.get(at..).and_then(|rest| rest.chars().next()) else { break };
                self.foreign(&mut open, c, at, offset);
                at += c.len_utf8();
            }
        }
        self.close(&mut open);
    }

    fn ascii(&mut self, open: &mut Open, bytes: &[u8], at: usize, offset: usize) {
        let b = bytes[at]; // `at` is below the length: the caller read it
        let next = bytes.get(at + 1).copied().unwrap_or(b' ');
        let joins = open.len > 0 && (next.is_ascii_alphanumeric() || next >= 0x80);
        match b {
            b'a'..=b'z' | b'0'..=b'9' => self.letter(open, b, at + offset, at + offset + 1),
            b'A'..=b'Z' => self.letter(open, b.to_ascii_lowercase(), at + offset, at + offset + 1),
            b'\'' | b'`' if joins => {}
            b'$' if next.is_ascii_alphabetic() || (open.len > 0 && open.alpha) => {
                self.letter(open, b's', at + offset, at + offset + 1)
            }
            b'!' if joins && open.alpha && next.is_ascii_alphabetic() => {
                self.letter(open, b'i', at + offset, at + offset + 1)
            }
            b'@' if joins => self.letter(open, b'a', at + offset, at + offset + 1),
            b'*' if joins => {}
            b'&' if open.len == 0 && next.is_ascii_alphanumeric() => {
                b"and".iter().for_each(|l| self.letter(open, *l, at + offset, at + offset + 1));
            }
            b'.' if joins
                && open.acronym()
                && !bytes.get(at + 2).is_some_and(|b| b.is_ascii_alphanumeric()) =>
            {
                open.since_dot = 0;
            }
            _ => self.close(open),
        }
    }

    fn foreign(&mut self, open: &mut Open, c: char, at: usize, offset: usize) {
        if matches!(c, '\u{2019}' | '\u{2018}' | '\u{b4}' | '\u{300}'..='\u{36f}' | '\u{200b}'..='\u{200f}' | '\u{feff}')
        {
            return;
        }
        let Some(plain) = deunicode::deunicode_char(c) else { return self.close(open) };
        for b in plain.bytes() {
            if b.is_ascii_alphanumeric() {
                self.letter(open, b.to_ascii_lowercase(), at + offset, at + offset + c.len_utf8());
            } else if b != b'\'' && b != b'`' {
                self.close(open);
            }
        }
    }

    fn letter(&mut self, open: &mut Open, letter: u8, start: usize, end: usize) {
        if open.len == 0 {
            *open = Open { at: self.letters.len(), start, alpha: true, ..Open::default() };
        }
        if open.len < WORD_MAX {
            self.letters.push(letter);
            open.len += 1;
        }
        open.since_dot += 1;
        open.longest = open.longest.max(open.since_dot);
        open.alpha &= letter.is_ascii_alphabetic();
        open.end = end;
    }

    fn close(&mut self, open: &mut Open) {
        if open.len > 0 {
            let word = Word {
                at: open.at as u32,
                len: open.len as u8,
                start: open.start as u32,
                end: open.end as u32,
            };
            self.words.push(word);
        }
        *open = Open::default();
    }
}

/// A word being read.
#[derive(Debug, Clone, Copy, Default)]
struct Open {
    at: usize,
    len: usize,
    start: usize,
    end: usize,
    alpha: bool,
    since_dot: usize,
    longest: usize,
}

impl Open {
    /// Whether all of it so far is single letters with dots between: `r.u.s`.
    fn acronym(&self) -> bool {
        self.longest == 1 && self.alpha
    }
}

/// A stable 32-bit hash of letters (FNV-1a with a final mix), the same on every machine.
pub fn hash(letters: &[u8]) -> u32 {
    let mut h = 0x811c_9dc5_u32;
    for b in letters {
        h = (h ^ u32::from(*b)).wrapping_mul(0x0100_0193);
    }
    h ^= h >> 15;
    h = h.wrapping_mul(0x2c1b_3c6d);
    h ^ (h >> 13)
}

/// The number of a letter: 0 for a word's edge, 1–26 for letters, 27–36 for digits.
pub fn code(letter: u8) -> usize {
    usize::from(CODES[usize::from(letter)]) // one for each byte
}

/// How many codes of letters there are.
pub(crate) const CODES_ALL: usize = 37;

const CODES: [u8; 256] = {
    let mut codes = [0; 256];
    let mut letter = 0_u8;
    while letter < u8::MAX {
        codes[letter as usize] = match letter {
            b'a'..=b'z' => letter - b'a' + 1,
            b'0'..=b'9' => letter - b'0' + 27,
            _ => 0,
        };
        letter += 1;
    }
    codes
};

/// Which letters occur, one bit each.
pub fn letter_set(letters: &[u8]) -> u64 {
    letters.iter().fold(0, |set, l| set | 1 << code(*l))
}

/// Whether a set of letters holds a digit.
pub(crate) fn has_digit(set: u64) -> bool {
    set >> 27 != 0
}

/// How many different three-letter pieces there can be (37 codes each).
pub const GRAMS: usize = CODES_ALL * CODES_ALL * CODES_ALL;

/// Calls `each` with the number of every three-letter piece of a word, its edges included.
pub fn grams(word: &[u8], mut each: impl FnMut(usize)) {
    let (mut a, mut b) = (0, word.first().map_or(0, |l| code(*l)));
    for i in 1..=word.len() {
        let c = word.get(i).map_or(0, |l| code(*l));
        each((a * 37 + b) * 37 + c);
        (a, b) = (b, c);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn words(text: &str) -> String {
        let folded = Folded::new(text);
        folded
            .words
            .iter()
            .map(|w| String::from_utf8_lossy(folded.word(w)).into_owned())
            .collect::<Vec<_>>()
            .join(" ")
    }

    #[test]
    fn spellings_of_one_name_fold_alike() {
        for (text, want) in [
            ("R.U.S.H.", "rush"),
            ("A.Paul", "a paul"),
            ("Don’t Stop", "dont stop"),
            ("Don't", "dont"),
            ("Даша", "dasha"),
            ("Tiësto", "tiesto"),
            ("Hanne Mjøen", "hanne mjoen"),
            ("Re*Brand", "rebrand"),
            ("Ty Dolla $ign", "ty dolla sign"),
            ("P!nk", "pink"),
            ("Blow!", "blow"),
            ("m.i.s.t. — outerspace", "mist outerspace"),
            ("AC/DC", "ac dc"),
            ("&Co", "andco"),
            ("A & B", "a b"),
        ] {
            assert_eq!(words(text), want, "{text}");
        }
    }

    #[test]
    fn pieces_carry_the_edges() {
        let mut seen = Vec::new();
        grams(b"abc", |g| seen.push(g));
        assert_eq!(seen, [37 + 2, (37 + 2) * 37 + 3, (2 * 37 + 3) * 37]);
    }

    proptest! {
        #[test]
        fn any_text_folds_to_words_inside_it(text in any::<String>()) {
            let folded = Folded::new(&text);
            for w in &folded.words {
                prop_assert!(w.start < w.end && w.end as usize <= text.len());
                prop_assert!(folded.word(w).len() == usize::from(w.len));
            }
        }
    }
}
