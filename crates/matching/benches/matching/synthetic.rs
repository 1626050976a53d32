//! Invented recordings, to fill a catalogue up to a size: their ids begin with `SYNTHETIC-`.
//!
//! Artists and titles are put together from words of the rows at hand, so that words are as common as in life and siblings and
//! namesakes abound; one word in four is changed into a new one, since a larger catalogue also has more words.

use matching::Row;

/// One invented recording.
pub struct Invented {
    id: String,
    artist: String,
    title: String,
}

impl Invented {
    pub fn row(&self) -> Row<'_> {
        Row { id: &self.id, artist: &self.artist, title: &self.title, ..Row::default() }
    }
}

/// Words to invent from.
pub struct Words<'a> {
    names: Vec<&'a str>,
    titles: Vec<&'a str>,
    state: u64,
}

const VERSIONS: [&str; 8] =
    ["", "", "", "", " (Original Mix)", " (Extended Mix)", " (Dub)", " (Instrumental)"];

impl<'a> Words<'a> {
    pub fn new(rows: &[Row<'a>], seed: u64) -> Words<'a> {
        let words = |of: fn(&Row<'a>) -> &'a str| {
            rows.iter().flat_map(move |r| of(r).split(' ')).filter(|w| w.len() > 1).collect()
        };
        Words { names: words(|r| r.artist), titles: words(|r| r.title), state: seed }
    }

    /// The recording of a number.
    pub fn invent(&mut self, number: usize) -> Invented {
        let artist = self.some(true, 1 + number % 2);
        let words = 1 + self.below(4);
        let title = self.some(false, words);
        let version = if self.below(5) == 0 {
            format!(" ({} Remix)", self.some(true, 2))
        } else {
            VERSIONS[self.below(VERSIONS.len())].to_owned()
        };
        Invented { id: format!("SYNTHETIC-{number:07}"), artist, title: title + &version }
    }

    fn some(&mut self, names: bool, count: usize) -> String {
        let mut out = String::new();
        for _ in 0..count {
            let (at, changed) = (self.next() as usize, self.below(4) == 0);
            let words = if names { &self.names } else { &self.titles };
            let Some(word) = words.get(at % words.len().max(1)) else { break };
            if !out.is_empty() {
                out.push(' ');
            }
            if changed { self.change(word, &mut out) } else { out.push_str(word) }
        }
        out
    }

    fn change(&mut self, word: &str, out: &mut String) {
        for letter in word.chars() {
            out.push(letter);
            if self.below(3) == 0 {
                out.push(char::from(b'a' + self.below(26) as u8));
            }
        }
    }

    fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }

    /// Splitmix64.
    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.state ^ (self.state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}
