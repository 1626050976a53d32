//! From any name to recordings of the house: also a name that the catalogue does not hold.
//!
//! Names stand in the model beside recordings: those the catalogue credits, and those that lines of set lists wrote and
//! nothing matched. Both have neighbours where enough people played them. So a search for a name that is everywhere
//! but here leads to what is played beside it. A name nobody wrote leads nowhere, and that is said.

use std::collections::HashSet;

use crate::facts::{Node, label_family};
use crate::file::score;
use crate::graph::Graph;
use crate::reason::Reason;
use crate::recommend::{Neighbour, Options};

/// Most names of a near spelling that are told.
const NEAR: usize = 5;
/// Most recordings of one name in between.
const OF_ONE_NAME: usize = 2;
/// Letters of what is asked that are read.
const ASKED: usize = 200;

/// What the house knows of what was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Known<'a> {
    /// The catalogue credits the name.
    Here {
        /// As it is credited.
        name: &'a str,
    },
    /// Set lists name it, the catalogue does not.
    Played {
        /// As a set list wrote it.
        name: &'a str,
    },
    /// It is a label of the catalogue.
    Label,
    /// It is a style that recordings of the catalogue carry.
    Tag,
    /// Nothing.
    Nothing,
}

/// Where a name leads.
#[derive(Debug, Clone, PartialEq)]
pub struct Voyage<'a> {
    /// What is known of it.
    pub known: Known<'a>,
    /// Names that are spelled nearly like it, nearest first; told where the name itself leads nowhere.
    pub spelled_like: Vec<&'a str>,
    /// Recordings it leads to, each with its reasons.
    pub recordings: Vec<Neighbour<'a>>,
}

impl<'a> Graph<'a> {
    /// Where a name leads: an artist's, also one who is not in the catalogue, a label's, or that of a style.
    pub fn voyage(&self, asked: &str, options: &Options) -> Voyage<'a> {
        let asked: String = asked.chars().take(ASKED).collect();
        let key = music::name_key(&asked);
        if key.is_empty() {
            return Voyage { known: Known::Nothing, spelled_like: Vec::new(), recordings: Vec::new() };
        }
        let (exact, near) = self.spelled(&key);
        if let Some(name) = exact {
            let recordings = self.by_name(name, options);
            let here = self.recordings_of(name).next().is_some();
            let written = self.name(name);
            let known = if here { Known::Here { name: written } } else { Known::Played { name: written } };
            let spelled_like = if recordings.is_empty() { near } else { Vec::new() };
            return Voyage { known, spelled_like, recordings };
        }
        let (known, recordings) = self.by_word(&asked, &key, options);
        Voyage { known, spelled_like: near, recordings }
    }

    /// The name with a key, and those of nearly that key.
    fn spelled(&self, key: &str) -> (Option<u32>, Vec<&'a str>) {
        let (mut exact, mut near) = (None, Vec::new());
        let far = if key.len() < 4 {
            0
        } else if key.len() < 10 {
            1
        } else {
            2
        };
        for name in 0..self.names() {
            let other = self.name_key(name);
            if other.is_empty() {
                continue;
            }
            if other == key {
                exact = Some(name);
            } else if let Some(distance) = within(key, other, far) {
                near.push((distance, name));
            }
        }
        near.sort_unstable();
        near.truncate(NEAR);
        (exact, near.into_iter().map(|(_, name)| self.name(name)).collect())
    }

    /// Recordings by a name, then those that are played beside it.
    fn by_name(&self, name: u32, options: &Options) -> Vec<Neighbour<'a>> {
        let written = self.name(name);
        let mut found: Vec<(f32, u32, Vec<Reason<'a>>)> = Vec::new();
        for edge in self.edges(Node::Name(name)) {
            let worth = score(edge.strength);
            match self.node(edge.to) {
                Node::Recording(to) => found.push((worth, to, self.reasons(Node::Name(name), edge))),
                Node::Name(other) => {
                    let share = worth / OF_ONE_NAME as f32;
                    let reason = Reason::NearArtist { artist: written };
                    let few = self.few_of(other, OF_ONE_NAME).into_iter();
                    found.extend(few.map(|to| (share, to, vec![reason])));
                }
            }
        }
        let own: HashSet<u32> = self.recordings_of(name).collect();
        found.retain(|(_, to, _)| !own.contains(to));
        let mut list = self.ordered(found, options);
        // the artist's own work first: whoever asks for somebody who is here is not sent past them
        if let Some(item) = self.few_of(name, 1).first().and_then(|own| self.item(*own)) {
            list.truncate(options.most.saturating_sub(1));
            let reasons = vec![Reason::ByArtist { artist: written }];
            list.insert(0, Neighbour { item, similarity: 1.0, reasons });
        }
        list
    }

    /// Recordings of a label or a style.
    fn by_word(&self, asked: &str, key: &str, options: &Options) -> (Known<'a>, Vec<Neighbour<'a>>) {
        let family = label_family(asked);
        let (mut of_label, mut of_tag) = (Vec::new(), Vec::new());
        for recording in 0..self.len() {
            if let Some(label) = self.label_in(recording, &family) {
                of_label.push((1.0, recording, vec![Reason::SameLabel { label }]));
            } else if let Some(tag) = self.tag_in(recording, key) {
                of_tag.push((1.0, recording, vec![Reason::SameTag { tag }]));
            }
        }
        let (known, mut found) = match (of_label.is_empty(), of_tag.is_empty()) {
            (false, _) => (Known::Label, of_label),
            (_, false) => (Known::Tag, of_tag),
            _ => return (Known::Nothing, Vec::new()),
        };
        // what few play comes first
        for (worth, recording, _) in &mut found {
            *worth = 1.0 / self.people(Node::Recording(*recording));
        }
        (known, self.ordered(found, options))
    }

    fn ordered(&self, mut found: Vec<(f32, u32, Vec<Reason<'a>>)>, options: &Options) -> Vec<Neighbour<'a>> {
        let dial = options.dial.clamp(-1.0, 1.0);
        let boost = 1.0 + options.local_boost.clamp(0.0, 10.0);
        for (worth, to, reasons) in &mut found {
            *worth /= self.people(Node::Recording(*to)).powf(dial);
            if options.local.as_ref().is_some_and(|place| self.is_local(*to, place)) {
                *worth *= boost;
                reasons.push(Reason::Local);
            }
        }
        found.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let best = found.first().map_or(1.0, |f| f.0).max(f32::MIN_POSITIVE);
        let (mut artists, mut seen, mut list) = (HashSet::new(), HashSet::new(), Vec::new());
        for (worth, to, reasons) in found {
            let Some(item) = self.item(to) else { continue };
            let fine = list.len() < options.most
                && !options.without.contains(&to)
                && seen.insert(to)
                && (!options.one_per_artist || self.first_of(to, &mut artists));
            if fine {
                let similarity = (worth / best).clamp(f32::MIN_POSITIVE, 1.0);
                list.push(Neighbour { item, similarity, reasons });
            }
        }
        list
    }
}

/// Letters to change, add or leave out to make one of the other, where they are few enough.
fn within(a: &str, b: &str, most: usize) -> Option<usize> {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    if most == 0 || a.len().abs_diff(b.len()) > most || b.len() > ASKED * 4 {
        return None;
    }
    let mut before: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut now = vec![i + 1; b.len() + 1];
        for (j, y) in b.iter().enumerate() {
            let change = before[j] + usize::from(x != y); // both rows have one place more than `b`
            now[j + 1] = change.min(before[j + 1] + 1).min(now[j] + 1);
        }
        if now.iter().min().is_none_or(|least| *least > most) {
            return None;
        }
        before = now;
    }
    before.last().copied().filter(|distance| *distance <= most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_are_near_or_not() {
        assert_eq!(within("kora lind", "kora lynd", 2), Some(1));
        assert_eq!(within("kora lind", "cora linnd", 2), Some(2));
        assert_eq!(within("kora lind", "kora", 2), None);
        assert_eq!(within("kora lind", "mira feld", 2), None);
        assert_eq!(within("abc", "abd", 0), None);
    }
}
