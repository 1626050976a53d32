//! What is like a song: learned neighbours where there are some, else what the catalogue itself says.

use std::collections::{BinaryHeap, HashMap, HashSet};

use crate::{ArtistNo, Library, SongNo};

/// How many songs are looked at on the way from one to another before giving up.
const STEPS_MOST: usize = 20_000;
/// How many neighbours of each are followed on that way.
const FOLLOWED: usize = 40;

/// A song and how like another it is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Near {
    /// The song.
    pub song: SongNo,
    /// From 0 (nothing in common) to 1 (the same); `None` where it was never measured.
    pub likeness: Option<f32>,
}

/// Learned neighbours: for each song of one library the nearest others, nearest first.
#[derive(Debug, Clone, Default)]
pub struct Neighbours {
    firsts: Vec<u32>,
    near: Vec<(u32, f32)>,
}

impl Neighbours {
    /// From a list for each song, in the order of the songs; likeness from 0 to 1.
    pub fn new(lists: impl IntoIterator<Item = Vec<(SongNo, f32)>>) -> Neighbours {
        let mut all = Neighbours { firsts: vec![0], near: Vec::new() };
        for list in lists {
            all.near.extend(list.into_iter().map(|(song, likeness)| (song.0, likeness.clamp(0.0, 1.0))));
            all.firsts.push(all.near.len() as u32);
        }
        all
    }

    /// Whether no song has any.
    pub fn is_empty(&self) -> bool {
        self.near.is_empty()
    }

    fn of(&self, song: SongNo) -> &[(u32, f32)] {
        let at = |n: usize| self.firsts.get(n).map_or(0, |f| *f as usize);
        self.near.get(at(song.0 as usize)..at(song.0 as usize + 1)).unwrap_or_default()
    }
}

impl Library {
    /// The same library with learned neighbours.
    pub fn with_neighbours(mut self, neighbours: Neighbours) -> Library {
        self.near = Some(neighbours);
        self
    }

    /// Whether neighbours were learned, or are only guessed from the catalogue.
    pub fn has_neighbours(&self) -> bool {
        self.near.is_some()
    }

    /// Songs like one: those learned, the most alike first, each artist once and its own last, then those left over;
    /// without any, others of the same artist, of the same album label and of the same genre in turn, an artist at most
    /// three times, by chance.
    pub fn like_song(&self, song: SongNo, count: usize, seed: u64) -> Vec<Near> {
        let learned = self.near.as_ref().map_or(&[][..], |n| n.of(song));
        if !learned.is_empty() {
            return self.each_artist_once(song, learned, count);
        }
        self.guessed(song, count, seed).into_iter().map(|song| Near { song, likeness: None }).collect()
    }

    fn each_artist_once(&self, song: SongNo, learned: &[(u32, f32)], count: usize) -> Vec<Near> {
        let credit = |song: SongNo| self.song(song).map_or("", |s| s.credit);
        let mut seen: HashSet<&str> = HashSet::from([credit(song)]);
        let (first, again): (Vec<Near>, Vec<Near>) = learned
            .iter()
            .map(|(n, likeness)| Near { song: SongNo(*n), likeness: Some(*likeness) })
            .partition(|near| seen.insert(credit(near.song)));
        first.into_iter().chain(again).take(count).collect()
    }

    /// Songs like those of an artist: the nearest of each of some of theirs in turn, and theirs between them.
    pub fn like_artist(&self, artist: ArtistNo, count: usize, seed: u64) -> Vec<Near> {
        let own: Vec<SongNo> = self.artist_songs(artist).collect();
        let starts: Vec<SongNo> = draw(own.len(), 10, seed).filter_map(|n| own.get(n).copied()).collect();
        let lists: Vec<Vec<Near>> = starts.iter().map(|s| self.like_song(*s, count, seed)).collect();
        let (mut seen, mut all) = (HashSet::new(), Vec::new());
        for round in 0..count {
            let turn = lists.iter().filter_map(|l| l.get(round)).copied();
            let mine = starts.get(round).map(|s| Near { song: *s, likeness: None });
            for near in mine.into_iter().chain(turn) {
                if all.len() < count && seen.insert(near.song) {
                    all.push(near);
                }
            }
        }
        all
    }

    fn guessed(&self, song: SongNo, count: usize, seed: u64) -> Vec<SongNo> {
        let Some(this) = self.song(song) else { return Vec::new() };
        let label = self.album(this.album).map_or("", |a| a.label);
        let artists: Vec<SongNo> =
            self.song_artists(song).take(4).flat_map(|a| self.artist_songs(a).take(2_000)).collect();
        let genre: Vec<SongNo> = match this.genre {
            Some(genre) => {
                let all = self.genre_songs(genre);
                let len = all.len();
                let chosen: HashSet<usize> = draw(len, count.saturating_mul(4).min(2_000), seed).collect();
                all.enumerate().filter(|(n, _)| chosen.contains(n)).map(|(_, s)| s).collect()
            }
            None => Vec::new(),
        };
        // Labels have no list of their own: the neighbours in the genre and the artist's come sorted by it.
        let (same, other): (Vec<SongNo>, Vec<SongNo>) = genre.into_iter().partition(|s| {
            !label.is_empty()
                && self.song(*s).and_then(|s| self.album(s.album)).is_some_and(|a| a.label == label)
        });
        let mixed = |list: Vec<SongNo>| -> Vec<SongNo> {
            draw(list.len(), list.len(), seed ^ 0x9E37).filter_map(|n| list.get(n).copied()).collect()
        };
        let mut seen: HashSet<SongNo> = HashSet::from([song]);
        let mut often: HashMap<&str, usize> = HashMap::new();
        let mut all = Vec::new();
        for near in [mixed(artists), mixed(same), mixed(other)].into_iter().flatten() {
            let credit = self.song(near).map_or("", |s| s.credit);
            let times = often.entry(credit).or_default();
            if all.len() < count && *times < 3 && seen.insert(near) {
                *times += 1;
                all.push(near);
            }
        }
        all
    }

    /// A way from one song to another over songs that are each like the one before, both ends included, at most
    /// `count` long; likeness is to the first. Empty where no neighbours were learned or no way is found.
    pub fn path(&self, from: SongNo, to: SongNo, count: usize) -> Vec<Near> {
        let Some(near) = &self.near else { return Vec::new() };
        let mut back: HashMap<u32, (u32, f32, usize)> = HashMap::from([(from.0, (from.0, 0.0, 1))]);
        // The cheapest first: a step costs little where two songs are alike. Distances count in thousandths.
        let mut open = BinaryHeap::from([(std::cmp::Reverse(0_u64), from.0)]);
        let mut done: HashSet<u32> = HashSet::new();
        while let Some((std::cmp::Reverse(far), song)) = open.pop() {
            if song == to.0 || done.len() >= STEPS_MOST {
                break;
            }
            if !done.insert(song) {
                continue;
            }
            let length = back.get(&song).map_or(1, |b| b.2);
            if length >= count {
                continue;
            }
            for (next, likeness) in near.of(SongNo(song)).iter().take(FOLLOWED) {
                let cost = far as f32 + 1.0 + (1.0 - likeness) * 1000.0;
                if back.get(next).is_none_or(|b| cost < b.1) && !done.contains(next) {
                    back.insert(*next, (song, cost, length + 1));
                    open.push((std::cmp::Reverse(cost as u64), *next));
                }
            }
        }
        if !back.contains_key(&to.0) {
            return Vec::new();
        }
        let mut way = vec![to.0];
        while let Some((before, ..)) = way.last().filter(|s| **s != from.0).and_then(|s| back.get(s)) {
            way.push(*before);
        }
        way.reverse();
        let direct: HashMap<u32, f32> = near.of(from).iter().copied().collect();
        let likeness = |song: u32| match song == from.0 {
            true => Some(1.0),
            false => Some(direct.get(&song).copied().unwrap_or(0.0)),
        };
        way.into_iter().map(|s| Near { song: SongNo(s), likeness: likeness(s) }).collect()
    }
}

/// So many different numbers below `of`, by chance: the first of a shuffle that is not written out.
pub(crate) fn draw(of: usize, count: usize, seed: u64) -> impl Iterator<Item = usize> {
    let mut moved: HashMap<usize, usize> = HashMap::new();
    let mut state = seed;
    (0..count.min(of)).map(move |place| {
        state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = state;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        let other = place + ((z ^ (z >> 31)) % (of - place) as u64) as usize;
        let here = moved.get(&place).copied().unwrap_or(place);
        let there = moved.insert(other, here).unwrap_or(other);
        if other == place { here } else { there }
    })
}
