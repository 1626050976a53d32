//! Finding by the beginnings of words.
//!
//! Every word of the texts stands once in a sorted list, with the numbers of the things that hold it behind it. All
//! words with one beginning are neighbours, so what holds any of them is one stretch of numbers: a search for
//! `ni dri` crosses the stretch of `ni…` with that of `dri…`. Short beginnings are common; their sets are made once,
//! with the index, so that one letter in a million songs is no slower than a rare word.
//!
//! What is found comes in the order of the things, which is by title, but whatever begins with the whole search comes
//! before the rest.

use std::collections::HashMap;

use crate::bits::Bits;
use crate::fold::{sort_key, words};
use crate::{AlbumNo, ArtistNo, Library, SongNo};

/// Beginnings with at least so many numbers behind them have their set made with the index.
const COMMON: usize = 50_000;
/// Words of a search that are looked at; the rest is ignored.
const WORDS_MOST: usize = 12;

/// A part of a long answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    /// How many come before it.
    pub offset: usize,
    /// How many it holds at most.
    pub count: usize,
}

/// The words of many things.
#[derive(Debug, Default)]
pub(crate) struct Words {
    /// How many things.
    things: usize,
    /// All words, sorted, without spaces.
    letters: String,
    /// Where each word begins in `letters`; one more at the end.
    starts: Vec<u32>,
    /// Where the numbers of each word begin in `numbers`; one more at the end.
    firsts: Vec<u32>,
    numbers: Vec<u32>,
    common: HashMap<String, Bits>,
}

/// Gathers the words of many things, in the order of their numbers.
#[derive(Debug, Default)]
pub(crate) struct Gather {
    ids: HashMap<Box<str>, u32>,
    /// The words of each thing, and where those of the next begin.
    held: Vec<u32>,
    ends: Vec<u32>,
}

impl Gather {
    /// Notes the words of the next thing.
    pub(crate) fn thing(&mut self, texts: &[&str]) {
        let from = self.held.len();
        for text in texts {
            words(text, &mut |word| {
                let id = match self.ids.get(word) {
                    Some(id) => *id,
                    None => {
                        let id = self.ids.len() as u32;
                        self.ids.insert(word.into(), id);
                        id
                    }
                };
                if !self.held.get(from..).unwrap_or_default().contains(&id) {
                    self.held.push(id);
                }
            });
        }
        self.ends.push(self.held.len() as u32);
    }

    /// The index.
    pub(crate) fn finish(self) -> Words {
        let mut sorted: Vec<(Box<str>, u32)> = self.ids.into_iter().collect();
        sorted.sort_unstable();
        let mut index = Words { things: self.ends.len(), ..Words::default() };
        let mut place_of = vec![0_u32; sorted.len()];
        for (place, (word, id)) in sorted.iter().enumerate() {
            index.starts.push(index.letters.len() as u32);
            index.letters.push_str(word);
            if let Some(slot) = place_of.get_mut(*id as usize) {
                *slot = place as u32;
            }
        }
        index.starts.push(index.letters.len() as u32);
        drop(sorted);
        index.fill(&self.held, &self.ends, &place_of);
        index.letters.shrink_to_fit();
        index.prepare_common();
        index
    }
}

impl Words {
    /// Sorts the numbers behind their words by counting.
    fn fill(&mut self, held: &[u32], ends: &[u32], place_of: &[u32]) {
        let place = |id: u32| place_of.get(id as usize).map_or(0, |p| *p as usize);
        let mut next = vec![0_u32; place_of.len() + 1];
        for id in held {
            if let Some(count) = next.get_mut(place(*id) + 1) {
                *count += 1;
            }
        }
        for n in 1..next.len() {
            next[n] += next[n - 1];
        }
        self.firsts = next.clone();
        self.numbers = vec![0; held.len()];
        let mut from = 0;
        for (thing, end) in ends.iter().enumerate() {
            for id in held.get(from..*end as usize).unwrap_or_default() {
                let Some(at) = next.get_mut(place(*id)) else { continue };
                if let Some(slot) = self.numbers.get_mut(*at as usize) {
                    *slot = thing as u32;
                }
                *at += 1;
            }
            from = *end as usize;
        }
    }

    fn prepare_common(&mut self) {
        if self.numbers.len() < COMMON {
            return;
        }
        let mut beginnings: Vec<String> = Vec::new();
        for place in 0..self.starts.len().saturating_sub(1) {
            let word = self.word(place);
            for len in 1..=word.len().min(3) {
                let beginning = word.get(..len).unwrap_or_default();
                // Sorted words: a beginning that was seen is still the last of its length.
                if beginnings.iter().rev().take(3).all(|b| b != beginning) {
                    beginnings.push(beginning.to_owned());
                }
            }
        }
        beginnings.sort_unstable();
        beginnings.dedup();
        for beginning in beginnings {
            let numbers = self.behind(&beginning);
            if numbers.len() >= COMMON {
                let set = self.set_of(numbers);
                self.common.insert(beginning, set);
            }
        }
    }

    fn word(&self, place: usize) -> &str {
        let (Some(from), Some(to)) = (self.starts.get(place), self.starts.get(place + 1)) else { return "" };
        self.letters.get(*from as usize..*to as usize).unwrap_or_default()
    }

    /// The numbers behind all words with a beginning; not in order, some more than once.
    fn behind(&self, beginning: &str) -> &[u32] {
        let count = self.starts.len().saturating_sub(1);
        let low = partition(count, |place| self.word(place) < beginning);
        let high = low + partition(count - low, |place| self.word(low + place).starts_with(beginning));
        let at = |place: usize| self.firsts.get(place).map_or(0, |f| *f as usize);
        self.numbers.get(at(low)..at(high)).unwrap_or_default()
    }

    fn set_of(&self, numbers: &[u32]) -> Bits {
        let mut set = Bits::new(self.things);
        for number in numbers {
            set.put(*number);
        }
        set
    }

    /// The things that hold words beginning with all of the search's, in order; `None` for a search without words.
    fn find(&self, search: &str) -> Option<Found> {
        let mut wanted: Vec<String> = Vec::new();
        words(search, &mut |word| {
            if wanted.len() < WORDS_MOST && !wanted.iter().any(|w| w == word) {
                wanted.push(word.to_owned());
            }
        });
        let mut behind: Vec<(String, &[u32])> =
            wanted.into_iter().map(|w| (w.clone(), self.behind(&w))).collect();
        behind.sort_by_key(|(_, numbers)| numbers.len());
        let mut parts = behind.into_iter();
        let (word, numbers) = parts.next()?;
        if numbers.len() < COMMON / 8 {
            let mut list = numbers.to_vec();
            list.sort_unstable();
            list.dedup();
            for (word, numbers) in parts {
                if list.is_empty() {
                    break;
                }
                match self.common.get(&word) {
                    Some(set) => list.retain(|n| set.has(*n)),
                    None => {
                        let set = self.set_of(numbers);
                        list.retain(|n| set.has(*n));
                    }
                }
            }
            return Some(Found::List(list));
        }
        let set_of = |word: &str, numbers: &[u32]| match self.common.get(word) {
            Some(set) => set.clone(),
            None => self.set_of(numbers),
        };
        let mut set = set_of(&word, numbers);
        for (word, numbers) in parts {
            match self.common.get(&word) {
                Some(other) => set.keep(other),
                None => set.keep(&self.set_of(numbers)),
            }
        }
        Some(Found::Set(set))
    }

    /// Bytes held.
    pub(crate) fn bytes(&self) -> usize {
        let common: usize = self.common.values().map(Bits::bytes).sum();
        self.letters.len() + (self.starts.len() + self.firsts.len() + self.numbers.len()) * 4 + common
    }
}

enum Found {
    List(Vec<u32>),
    Set(Bits),
}

impl Found {
    fn has(&self, number: u32) -> bool {
        match self {
            Found::List(list) => list.binary_search(&number).is_ok(),
            Found::Set(set) => set.has(number),
        }
    }

    /// A page: first what is found within `before` (whatever begins with the search), then the rest.
    fn page(&self, before: std::ops::Range<u32>, page: Page) -> Vec<u32> {
        let head = before.clone().filter(|n| self.has(*n));
        let tail: Box<dyn Iterator<Item = u32> + '_> = match self {
            Found::List(list) => Box::new(list.iter().copied()),
            Found::Set(set) => Box::new(set.iter()),
        };
        head.chain(tail.filter(|n| !before.contains(n))).skip(page.offset).take(page.count).collect()
    }
}

/// How many of `0..count` come before the first that does not fit; those that fit come first.
fn partition(count: usize, fits: impl Fn(usize) -> bool) -> usize {
    let (mut low, mut high) = (0, count);
    while low < high {
        let middle = low + (high - low) / 2;
        if fits(middle) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    low
}

impl Library {
    /// Songs whose title, credit and album hold words that begin as those of the search; all of them, by title, for a
    /// search without words.
    pub fn search_songs(&self, search: &str, page: Page) -> Vec<SongNo> {
        let key = |n: usize| self.song(SongNo(n as u32)).map_or(String::new(), |s| sort_key(s.title));
        paged(&self.song_words, self.songs.len(), search, page, key).into_iter().map(SongNo).collect()
    }

    /// Albums whose name and credit hold words that begin as those of the search; all of them, by name, for a search
    /// without words.
    pub fn search_albums(&self, search: &str, page: Page) -> Vec<AlbumNo> {
        let key = |n: usize| self.album(AlbumNo(n as u32)).map_or(String::new(), |a| sort_key(a.name));
        paged(&self.album_words, self.albums.len(), search, page, key).into_iter().map(AlbumNo).collect()
    }

    /// Artists whose name holds words that begin as those of the search; all of them, by name, for a search without
    /// words.
    pub fn search_artists(&self, search: &str, page: Page) -> Vec<ArtistNo> {
        let key = |n: usize| self.artist(ArtistNo(n as u32)).map_or(String::new(), |a| sort_key(a.name));
        paged(&self.artist_words, self.artists.len(), search, page, key).into_iter().map(ArtistNo).collect()
    }
}

fn paged(words: &Words, count: usize, search: &str, page: Page, key: impl Fn(usize) -> String) -> Vec<u32> {
    let search = bare(search);
    if search.is_empty() {
        return (page.offset..count).take(page.count).map(|n| n as u32).collect();
    }
    // Signs alone are words of nothing, so they find nothing.
    let Some(found) = words.find(search) else { return Vec::new() };
    let whole = sort_key(search);
    let low = partition(count, |n| key(n) < whole);
    let high = low + partition(count - low, |n| key(low + n).starts_with(&whole));
    found.page(low as u32..high as u32, page)
}

/// A search without the quotation marks and stars that some players put around it; two marks alone are an empty one.
fn bare(search: &str) -> &str {
    search.trim().trim_matches(|c| c == '"' || c == '\'').trim().trim_end_matches('*').trim()
}
