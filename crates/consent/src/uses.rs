//! The closed list of uses, and who must agree to each. A code never changes its meaning.
//!
//! A statement may also name a group (`train`, `gen`, `tool`, `gen.*` or `*`). A refusal of a group covers
//! everything in it; a permit of a group never covers the five personal uses.

use std::fmt;
use std::str::FromStr;

use crate::words::Language;

/// One use that can be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
#[allow(missing_docs, reason = "`LIST` tells each in words")]
pub enum Use {
    IndexSearch,
    AnalyseMine,
    TrainNongen,
    TrainGen,
    TrainAdapt,
    TrainVoice,
    InputRef,
    GenCover,
    GenRemix,
    GenMashup,
    GenStem,
    GenVoice,
    GenStyle,
    GenName,
    GenLyrics,
    ToolMix,
    ToolRestore,
    ToolAssist,
    ToolTranslate,
    PerfData,
}

/// In which capacity somebody must agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Role {
    /// Holds the recording (label, self-releasing artist).
    Master,
    /// Holds the work (author, composer, publisher).
    Work,
    /// Wrote or publishes the lyrics; where nobody is named, every holder of the work.
    Lyrics,
    /// Featured performer.
    Featured,
    /// Any performer: featured, voice or session.
    Performer,
    /// Whoever is heard or named: the voices and the featured performers.
    Person,
    /// The artist whose style it is: the featured performers.
    Artist,
    /// Owns the new project a tool is applied to.
    Owner,
}

/// How one role is asked for one use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Need {
    /// The role.
    pub role: Role,
    /// The person must say so, not an agent, and not by a wildcard.
    pub in_person: bool,
}

/// One row of the list: everything that is known of a use stands here, once.
#[derive(Debug)]
pub struct Row {
    /// The use.
    pub usage: Use,
    /// Its stable code.
    pub code: &'static str,
    /// What it is, in English.
    pub en: &'static str,
    /// What it is, in French.
    pub fr: &'static str,
    /// Who must agree, by default.
    pub needs: &'static [Need],
}

const fn any(role: Role) -> Need {
    Need { role, in_person: false }
}
const fn own(role: Role) -> Need {
    Need { role, in_person: true }
}
const fn row(
    usage: Use,
    code: &'static str,
    en: &'static str,
    fr: &'static str,
    needs: &'static [Need],
) -> Row {
    Row { usage, code, en, fr, needs }
}

const MASTER_WORK: &[Need] = &[any(Role::Master), any(Role::Work)];
const DERIVED: &[Need] = &[any(Role::Master), any(Role::Work), any(Role::Performer)];
const TOOL: &[Need] = &[any(Role::Owner), any(Role::Performer)];

/// The list, in the order of [`Use`].
pub static LIST: [Row; 20] = [
    row(
        Use::IndexSearch,
        "index.search",
        "find and point to the recording",
        "trouver l'enregistrement et y renvoyer",
        &[any(Role::Master)],
    ),
    row(
        Use::AnalyseMine,
        "analyse.mine",
        "look for patterns and metadata, keeping no model",
        "chercher des motifs et des métadonnées sans garder de modèle",
        MASTER_WORK,
    ),
    row(
        Use::TrainNongen,
        "train.nongen",
        "train a classifier, a recommender or a fingerprint",
        "entraîner un classifieur, une recommandation ou une empreinte",
        MASTER_WORK,
    ),
    row(
        Use::TrainGen,
        "train.gen",
        "train a generative model",
        "entraîner un modèle génératif",
        &[any(Role::Master), any(Role::Work), any(Role::Featured)],
    ),
    row(
        Use::TrainAdapt,
        "train.adapt",
        "tune a model to the sound of one artist or catalogue",
        "adapter un modèle au son d'un artiste ou d'un catalogue",
        &[any(Role::Master), any(Role::Work), own(Role::Featured)],
    ),
    row(
        Use::TrainVoice,
        "train.voice",
        "make a model of a voice",
        "faire le modèle d'une voix",
        &[own(Role::Person), any(Role::Master)],
    ),
    row(
        Use::InputRef,
        "input.ref",
        "use as a prompt, a reference or for retrieval",
        "servir de consigne, de référence ou de source de recherche",
        MASTER_WORK,
    ),
    row(
        Use::GenCover,
        "gen.cover",
        "generate a cover",
        "générer une reprise",
        &[any(Role::Work), any(Role::Performer)],
    ),
    row(Use::GenRemix, "gen.remix", "generate a remix", "générer un remix", DERIVED),
    row(Use::GenMashup, "gen.mashup", "generate a mashup", "générer un mashup", DERIVED),
    row(Use::GenStem, "gen.stem", "generate stems", "générer des pistes séparées", DERIVED),
    row(
        Use::GenVoice,
        "gen.voice",
        "sing or speak in a recognizable voice",
        "chanter ou parler avec une voix reconnaissable",
        &[own(Role::Person)],
    ),
    row(
        Use::GenStyle,
        "gen.style",
        "market or prompt output as someone's style",
        "vendre ou demander un résultat comme le style de quelqu'un",
        &[any(Role::Artist)],
    ),
    row(
        Use::GenName,
        "gen.name",
        "use a name, an image or a likeness",
        "utiliser un nom, une image ou une ressemblance",
        &[own(Role::Person)],
    ),
    row(
        Use::GenLyrics,
        "gen.lyrics",
        "continue or translate lyrics",
        "continuer ou traduire des paroles",
        &[any(Role::Lyrics)],
    ),
    row(
        Use::ToolMix,
        "tool.mix",
        "mix or master the artist's own new project",
        "mixer ou masteriser le nouveau projet de l'artiste",
        TOOL,
    ),
    row(
        Use::ToolRestore,
        "tool.restore",
        "restore the artist's own recording",
        "restaurer l'enregistrement de l'artiste",
        TOOL,
    ),
    row(
        Use::ToolAssist,
        "tool.assist",
        "assist in the artist's own new project",
        "assister le nouveau projet de l'artiste",
        TOOL,
    ),
    row(
        Use::ToolTranslate,
        "tool.translate",
        "translate within the artist's own new project",
        "traduire dans le nouveau projet de l'artiste",
        TOOL,
    ),
    row(
        Use::PerfData,
        "perf.data",
        "train on stems, takes, MIDI or performance data",
        "entraîner sur des pistes, prises, MIDI ou données de jeu",
        &[any(Role::Performer), any(Role::Master)],
    ),
];

/// The uses that no wildcard and no group ever grants.
pub const PERSONAL: UseSet = UseSet(
    1 << Use::TrainVoice as u32
        | 1 << Use::TrainAdapt as u32
        | 1 << Use::GenVoice as u32
        | 1 << Use::GenStyle as u32
        | 1 << Use::GenName as u32,
);

/// A set of uses, a bit for each in the order of [`LIST`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub struct UseSet(pub u32);

/// What a statement or a mandate names: single uses, and groups of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub struct Named {
    /// Uses named one by one.
    pub single: UseSet,
    /// Uses that are in a named group.
    pub group: UseSet,
}

/// A text that is no use and no group of uses.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a use; write one such as `train.gen`, a group such as `train`, or `*`")]
pub struct UnknownUse(pub String);

impl Use {
    /// Its row of the list.
    pub fn row(self) -> &'static Row {
        &LIST[self as usize] // the list has a row for every use, in order; a test says so
    }

    /// Its stable code.
    pub fn code(self) -> &'static str {
        self.row().code
    }

    /// Whether only the person's own explicit word grants it.
    pub const fn is_personal(self) -> bool {
        PERSONAL.has(self)
    }

    /// Whether it makes outputs, rather than models; those may run on through a licence's notice.
    pub fn is_output(self) -> bool {
        self.code().starts_with("gen.") || self.code().starts_with("tool.")
    }

    /// What it is, in words.
    pub fn words(self, language: Language) -> &'static str {
        match language {
            Language::En => self.row().en,
            Language::Fr => self.row().fr,
        }
    }
}

impl fmt::Display for Use {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.code())
    }
}

impl FromStr for Use {
    type Err = UnknownUse;

    fn from_str(text: &str) -> Result<Use, UnknownUse> {
        let found = LIST.iter().find(|r| r.code == text.trim());
        found.map(|r| r.usage).ok_or_else(|| UnknownUse(text.chars().take(80).collect()))
    }
}

impl UseSet {
    /// Whether the use is in it.
    pub const fn has(self, usage: Use) -> bool {
        self.0 & (1 << usage as u32) != 0
    }

    /// With one more.
    pub const fn with(self, usage: Use) -> UseSet {
        UseSet(self.0 | 1 << usage as u32)
    }
}

impl Named {
    /// Adds a use or a group: `train.gen`, `train`, `train.*`, `*`.
    ///
    /// # Errors
    /// [`UnknownUse`] for anything else.
    pub fn add(&mut self, text: &str) -> Result<(), UnknownUse> {
        let text = text.trim();
        if let Ok(one) = text.parse::<Use>() {
            self.single = self.single.with(one);
            return Ok(());
        }
        let group = text.strip_suffix(".*").unwrap_or(text);
        let inside = |code: &str| group == "*" || code.split('.').next() == Some(group);
        let mut found = false;
        for row in LIST.iter().filter(|r| inside(r.code)) {
            self.group = self.group.with(row.usage);
            found = true;
        }
        if found { Ok(()) } else { Err(UnknownUse(text.chars().take(80).collect())) }
    }

    /// Whether a refusal or a request for a licence in these words speaks of the use.
    pub const fn speaks_of(self, usage: Use) -> bool {
        self.single.has(usage) || self.group.has(usage)
    }

    /// Whether a permit in these words grants the use: a group never grants a personal one.
    pub const fn grants(self, usage: Use) -> bool {
        self.single.has(usage) || (self.group.has(usage) && !usage.is_personal())
    }
}

impl Role {
    /// Its word in files.
    pub const fn code(self) -> &'static str {
        match self {
            Role::Master => "master",
            Role::Work => "work",
            Role::Lyrics => "lyrics",
            Role::Featured => "featured",
            Role::Performer => "performer",
            Role::Person => "person",
            Role::Artist => "artist",
            Role::Owner => "owner",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_in_order_and_reads_back() {
        for (place, row) in LIST.iter().enumerate() {
            assert_eq!(row.usage as usize, place);
            assert_eq!(row.code.parse::<Use>().unwrap(), row.usage);
            assert!(!row.needs.is_empty());
        }
        assert!("train".parse::<Use>().is_err() && "TRAIN.GEN".parse::<Use>().is_err());
    }

    #[test]
    fn a_group_refuses_its_children_and_grants_no_voice() {
        for text in ["*", "gen", "gen.*"] {
            let mut named = Named::default();
            named.add(text).unwrap();
            assert!(named.speaks_of(Use::GenVoice) && !named.grants(Use::GenVoice), "{text}");
            assert!(named.grants(Use::GenRemix), "{text}");
        }
        let mut named = Named::default();
        named.add("gen.voice").unwrap();
        assert!(named.grants(Use::GenVoice) && !named.speaks_of(Use::GenRemix));
        for bad in ["", "ge", "gen.", "gen.voice.*", "**", "gen.*.*"] {
            assert!(Named::default().add(bad).is_err(), "{bad}");
        }
    }
}
