//! What a training is given: recordings with their facts, names, and who played what.

use std::collections::BTreeMap;

/// What the catalogue says of a recording.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fact {
    /// The catalogue's id.
    pub id: String,
    /// Artists credited, the main one first.
    pub artists: Vec<String>,
    /// Title, with its version.
    pub title: String,
    /// Label.
    pub label: String,
    /// Genres and other words from the delivery or the file's tags.
    pub tags: Vec<String>,
    /// Places it belongs to, as [`music::Place`] writes them: `FR`, `FR-42`, `FR-42/roanne`.
    pub places: Vec<String>,
}

/// Where plays come from. The people of each are counted apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Source {
    /// Members of institutions, by pseudonym.
    Members,
    /// DJs, by their set lists.
    Djs,
    /// Published selections: the selection itself stands for the person, and is public.
    Selections,
}

/// How many sources there are.
pub(crate) const SOURCES: usize = 3;

impl Source {
    /// All of them.
    pub const ALL: [Source; SOURCES] = [Source::Members, Source::Djs, Source::Selections];

    pub(crate) fn place(self) -> usize {
        match self {
            Source::Members => 0,
            Source::Djs => 1,
            Source::Selections => 2,
        }
    }
}

/// What was played: a recording, or only a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Node {
    /// The recording with this number.
    Recording(u32),
    /// The name with this number.
    Name(u32),
}

/// One person played something. Rows of the same person and thing are added up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Play {
    /// Which source.
    pub source: Source,
    /// A number for the person, of no meaning beyond this training.
    pub person: u32,
    /// What was played.
    pub what: Node,
    /// How often.
    pub count: u32,
}

/// All that a training reads.
#[derive(Debug, Clone, Default)]
pub struct Training {
    /// Who played what, in any order; see [`Training::play`].
    pub plays: Vec<Play>,
    facts: Vec<Fact>,
    keys: BTreeMap<String, u32>,
    names: Vec<String>,
}

impl Training {
    /// Takes the catalogue in, in any order; of rows with one id the first counts. Its artists become names.
    pub fn new(mut facts: Vec<Fact>) -> Training {
        facts.sort_by(|a, b| a.id.cmp(&b.id));
        facts.dedup_by(|b, a| a.id == b.id);
        let mut keys: BTreeMap<String, &str> = BTreeMap::new();
        for artist in facts.iter().flat_map(|f| &f.artists) {
            keys.entry(music::name_key(artist)).or_insert(artist);
        }
        keys.remove("");
        let names = keys.values().map(|name| (*name).to_owned()).collect();
        let keys = keys.into_keys().zip(0..).collect();
        Training { plays: Vec::new(), facts, keys, names }
    }

    /// Adds a name that no recording of the catalogue credits, as a line of a set list wrote it; its number, or `None`
    /// where no letter or digit is in it.
    pub fn add_name(&mut self, name: &str) -> Option<u32> {
        let key = music::name_key(name);
        if key.is_empty() {
            return None;
        }
        let next = self.names.len() as u32;
        let number = *self.keys.entry(key).or_insert(next);
        if number == next {
            self.names.push(name.trim().to_owned());
        }
        Some(number)
    }

    /// Adds a play; of a recording, it is one of its artists' names too.
    pub fn play(&mut self, play: Play) {
        self.plays.push(play);
        let Node::Recording(recording) = play.what else { return };
        let artists = self.facts.get(recording as usize).map(|f| self.artists_of(f)).unwrap_or_default();
        self.plays.extend(artists.into_iter().map(|name| Play { what: Node::Name(name), ..play }));
    }

    /// The recording with an id.
    pub fn recording(&self, id: &str) -> Option<Node> {
        self.facts.binary_search_by(|f| f.id.as_str().cmp(id)).ok().map(|n| Node::Recording(n as u32))
    }

    /// Recordings, by id.
    pub fn facts(&self) -> &[Fact] {
        &self.facts
    }

    /// Names as written, by their numbers.
    pub(crate) fn names(&self) -> &[String] {
        &self.names
    }

    /// Numbers of names by key.
    pub(crate) fn name_keys(&self) -> &BTreeMap<String, u32> {
        &self.keys
    }

    /// The numbers of a recording's artists, the main one first, at most four.
    pub(crate) fn artists_of(&self, fact: &Fact) -> Vec<u32> {
        let mut artists = Vec::new();
        for artist in &fact.artists {
            if let Some(number) = self.keys.get(&music::name_key(artist))
                && !artists.contains(number)
                && artists.len() < 4
            {
                artists.push(*number);
            }
        }
        artists
    }
}

/// The family of a label: its name without what any label is called. `Kollektiv Nord Records` and `Kollektiv Nord Digital`
/// are one family; empty where nothing is left.
pub fn label_family(label: &str) -> String {
    const COMMON: [&str; 19] = [
        "records",
        "record",
        "recordings",
        "recording",
        "recs",
        "rec",
        "music",
        "musique",
        "digital",
        "label",
        "limited",
        "ltd",
        "inc",
        "llc",
        "gmbh",
        "sarl",
        "sas",
        "productions",
        "production",
    ];
    let key = music::name_key(label);
    let mut words: Vec<&str> = key.split(' ').filter(|w| !w.is_empty()).collect();
    // from the end, and never the first word: `Records` stays `records`
    while words.len() > 1 && words.last().is_some_and(|w| COMMON.contains(w)) {
        words.pop();
    }
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_have_families() {
        for (label, want) in [
            ("Kollektiv Nord Records", "kollektiv nord"),
            ("Kollektiv Nord Digital", "kollektiv nord"),
            ("KOLLEKTIV NORD LTD", "kollektiv nord"),
            ("Records", "records"),
            ("", ""),
            ("…", ""),
        ] {
            assert_eq!(label_family(label), want, "{label}");
        }
    }

    #[test]
    fn names_meet_under_one_key() {
        let mut training = Training::new(vec![Fact {
            id: "b".into(),
            artists: vec!["The Kräken".into()],
            ..Fact::default()
        }]);
        assert_eq!(training.add_name("kraken"), Some(0));
        assert_eq!(training.add_name("Somebody Else"), Some(1));
        assert_eq!(training.add_name("SOMEBODY ELSE"), Some(1));
        assert_eq!(training.add_name("…"), None);
    }
}
