//! Reading a model where it lies.

use crate::facts::Node;
use crate::file::*;
use crate::reason::Reason;
use sections::Sections;

/// A model over bytes that someone else holds, a memory map as a rule.
#[derive(Debug, Clone, Copy)]
pub struct Graph<'a> {
    file: Sections<'a, SECTIONS>,
    recordings: u32,
    names: u32,
}

/// A recording as the model knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Item<'a> {
    /// Its number in this model.
    pub recording: u32,
    /// The catalogue's id.
    pub id: &'a str,
    /// Artist credit.
    pub artist: &'a str,
    /// Title with its version.
    pub title: &'a str,
    /// Label.
    pub label: &'a str,
}

/// The facts of a recording as lists of numbers.
pub(crate) struct Facts<'a> {
    family: u32,
    artists: &'a [[u8; 4]],
    terms: &'a [[u8; 4]],
}

impl Facts<'_> {
    pub(crate) fn artists(&self) -> impl Iterator<Item = u32> {
        self.artists.iter().map(|a| u32::from_le_bytes(*a))
    }

    fn terms(&self) -> impl Iterator<Item = u32> {
        self.terms.iter().map(|a| u32::from_le_bytes(*a))
    }
}

impl<'a> Graph<'a> {
    /// Opens a model; looks at its header alone.
    pub fn open(bytes: &'a [u8]) -> Result<Graph<'a>, OpenError> {
        let file = Sections::open(KIND, bytes)?;
        let [recordings, names, _] = file.counts();
        let graph = Graph { file, recordings, names };
        let nodes = recordings as usize + names as usize;
        let fits = graph.section(RARITY).len() == nodes
            && graph.section(EDGE_OFFSETS).len() == (nodes + 1) * 4
            && graph.section(FACT_OFFSETS).len() == (recordings as usize + 1) * 4
            && graph.section(CREDIT_OFFSETS).len() == (names as usize + 1) * 4;
        if fits { Ok(graph) } else { Err(OpenError::Damaged) }
    }

    /// Reads everything and says whether it is as it was written.
    pub fn verify(&self) -> Result<(), OpenError> {
        Ok(self.file.verify()?)
    }

    /// How many recordings it holds.
    pub fn len(&self) -> u32 {
        self.recordings
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.recordings == 0
    }

    /// How many names it holds.
    pub fn names(&self) -> u32 {
        self.names
    }

    /// How many neighbours it holds in all.
    pub fn neighbours(&self) -> u64 {
        (self.section(EDGES).len() / EDGE) as u64
    }

    /// The settings it was trained with, as [`crate::Settings::line`] writes them.
    pub fn settings(&self) -> &'a str {
        std::str::from_utf8(self.section(SETTINGS)).unwrap_or_default()
    }

    /// The number in the settings behind a word, such as `least-people`.
    pub fn setting(&self, word: &str) -> Option<f32> {
        let mut words = self.settings().split(' ').skip_while(|w| *w != word);
        words.nth(1)?.parse().ok()
    }

    /// The number of the recording with an id.
    pub fn find(&self, id: &str) -> Option<u32> {
        let (mut low, mut high) = (0, self.recordings);
        while low < high {
            let middle = low + (high - low) / 2;
            if self.text(middle as usize * RECORDING_TEXTS) < id { low = middle + 1 } else { high = middle }
        }
        (low < self.recordings && self.text(low as usize * RECORDING_TEXTS) == id).then_some(low)
    }

    /// A recording by its number; `None` behind the last.
    pub fn item(&self, recording: u32) -> Option<Item<'a>> {
        let at = (recording < self.recordings).then_some(recording as usize * RECORDING_TEXTS)?;
        let [id, artist, title, label] = [0, 1, 2, 3].map(|field| self.text(at + field));
        Some(Item { recording, id, artist, title, label })
    }

    /// A name as written; empty behind the last.
    pub fn name(&self, name: u32) -> &'a str {
        self.name_text(name, 1)
    }

    pub(crate) fn name_key(&self, name: u32) -> &'a str {
        self.name_text(name, 0)
    }

    fn name_text(&self, name: u32, field: usize) -> &'a str {
        if name >= self.names {
            return "";
        }
        self.text(self.recordings as usize * RECORDING_TEXTS + name as usize * NAME_TEXTS + field)
    }

    /// Whether the catalogue says that a recording belongs to a place, or to one within it.
    pub fn is_local(&self, recording: u32, place: &music::Place) -> bool {
        let Some(facts) = self.facts(recording) else { return false };
        facts.terms().any(|term| {
            let code = self.term(term).strip_prefix('p');
            code.and_then(|code| code.parse().ok()).is_some_and(|at| place.contains(&at))
        })
    }

    /// About how many people a node has; never fewer than the threshold.
    pub(crate) fn people(&self, node: Node) -> f32 {
        people_of(self.section(RARITY).get(self.place(node)).copied().unwrap_or(0))
    }

    pub(crate) fn facts(&self, recording: u32) -> Option<Facts<'a>> {
        let words =
            self.list(FACT_OFFSETS, FACTS, recording as usize).filter(|_| recording < self.recordings)?;
        let [family, count, rest @ ..] = words else { return None };
        let count = u32::from_le_bytes(*count) as usize;
        let (artists, terms) = rest.split_at_checked(count)?;
        Some(Facts { family: u32::from_le_bytes(*family), artists, terms })
    }

    /// The recordings that credit a name.
    pub fn recordings_of(&self, name: u32) -> impl Iterator<Item = u32> + use<'a> {
        let list = self.list(CREDIT_OFFSETS, CREDITS, name as usize).unwrap_or_default();
        list.iter().map(|n| u32::from_le_bytes(*n))
    }

    /// The neighbours of a node, strongest first.
    pub(crate) fn edges(&self, node: Node) -> impl Iterator<Item = Edge> + use<'a> {
        let offsets = self.section(EDGE_OFFSETS);
        let at = self.place(node) * 4;
        let (start, end) = (number(offsets, at) as usize, number(offsets, at + 4) as usize);
        let bytes = self.section(EDGES).get(start.saturating_mul(EDGE)..end.saturating_mul(EDGE));
        bytes.unwrap_or_default().as_chunks::<EDGE>().0.iter().map(|e| Edge::read(*e))
    }

    /// Which node an edge leads to.
    pub(crate) fn node(&self, number: u32) -> Node {
        if number < self.recordings { Node::Recording(number) } else { Node::Name(number - self.recordings) }
    }

    /// Why an edge stands, strongest ground first.
    pub(crate) fn reasons(&self, from: Node, edge: Edge) -> Vec<Reason<'a>> {
        let told_from = self.setting("told-from").unwrap_or(10.0) as u32;
        let mut reasons = Vec::new();
        let told = |rung: u8| {
            let times = LADDER.get(usize::from(rung).saturating_sub(1)).copied().unwrap_or(1);
            told_from.saturating_mul(times)
        };
        if edge.has(Ground::Djs) && edge.djs() > 0 {
            reasons.push(Reason::SameDjs { at_least: told(edge.djs()) });
        }
        if edge.has(Ground::Members) && edge.members() > 0 {
            reasons.push(Reason::SameMembers { at_least: told(edge.members()) });
        }
        if edge.has(Ground::Selections) {
            reasons.push(Reason::SameSelection);
        }
        let (Node::Recording(from), Node::Recording(to)) = (from, self.node(edge.to)) else { return reasons };
        let (Some(a), Some(b)) = (self.facts(from), self.facts(to)) else { return reasons };
        if edge.has(Ground::Label) && a.family == b.family && a.family != u32::MAX {
            reasons.push(Reason::SameLabel { label: self.item(to).map_or("", |i| i.label) });
        }
        if edge.has(Ground::Artist)
            && let Some(artist) = a.artists().find(|x| b.artists().any(|y| y == *x))
        {
            reasons.push(Reason::SameArtist { artist: self.name(artist) });
        }
        if edge.has(Ground::Tag) {
            let shared = a.terms().find(|x| self.term(*x).starts_with('t') && b.terms().any(|y| y == *x));
            if let Some(tag) = shared {
                reasons.push(Reason::SameTag { tag: self.term(tag).strip_prefix('t').unwrap_or_default() });
            }
        }
        reasons
    }

    /// The label of a recording, if it is of a family.
    pub(crate) fn label_in(&self, recording: u32, family: &str) -> Option<&'a str> {
        let facts = self.facts(recording).filter(|f| f.family != u32::MAX)?;
        let same = self.term(facts.family).strip_prefix('l') == Some(family);
        if same { self.item(recording).map(|i| i.label) } else { None }
    }

    /// The tag of a recording, if it carries it.
    pub(crate) fn tag_in(&self, recording: u32, key: &str) -> Option<&'a str> {
        let facts = self.facts(recording)?;
        facts.terms().filter_map(|term| self.term(term).strip_prefix('t')).find(|tag| *tag == key)
    }

    fn term(&self, term: u32) -> &'a str {
        let before = self.recordings as usize * RECORDING_TEXTS + self.names as usize * NAME_TEXTS;
        self.text(before + term as usize)
    }

    fn place(&self, node: Node) -> usize {
        match node {
            Node::Recording(n) if n < self.recordings => n as usize,
            Node::Name(n) if n < self.names => self.recordings as usize + n as usize,
            // behind the last: reads as nothing
            _ => self.recordings as usize + self.names as usize,
        }
    }

    fn text(&self, at: usize) -> &'a str {
        let offsets = self.section(TEXT_OFFSETS);
        let Some((start, end)) = sections::number(offsets, at * 4).zip(sections::number(offsets, at * 4 + 4))
        else {
            return "";
        };
        let bytes = self.section(TEXTS).get(start as usize..end as usize).unwrap_or_default();
        std::str::from_utf8(bytes).unwrap_or_default()
    }

    fn list(&self, offsets: usize, data: usize, at: usize) -> Option<&'a [[u8; 4]]> {
        let offsets = self.section(offsets);
        let (start, end) =
            (sections::number(offsets, at * 4)? as usize, sections::number(offsets, at * 4 + 4)? as usize);
        Some(self.section(data).get(start.checked_mul(4)?..end.checked_mul(4)?)?.as_chunks::<4>().0)
    }

    fn section(&self, section: usize) -> &'a [u8] {
        self.file.section(section)
    }
}

fn number(bytes: &[u8], at: usize) -> u32 {
    sections::number(bytes, at).unwrap_or_default()
}
