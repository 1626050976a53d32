//! Why something is a neighbour, in words.

/// The languages of the words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    /// English.
    #[default]
    En,
    /// French.
    Fr,
}

/// Why something stands where it does. Each is true as it is said; those about people are said of enough of them alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason<'a> {
    /// The same DJs played both.
    SameDjs {
        /// At least so many of them: a rung of a ladder that begins at the threshold, never the count.
        at_least: u32,
    },
    /// The same members played both.
    SameMembers {
        /// At least so many of them, as above.
        at_least: u32,
    },
    /// Both are in one published selection.
    SameSelection,
    /// Both are out on one label, or on labels of one family.
    SameLabel {
        /// The label of the neighbour.
        label: &'a str,
    },
    /// An artist is credited on both.
    SameArtist {
        /// The artist.
        artist: &'a str,
    },
    /// Both carry one tag.
    SameTag {
        /// The tag.
        tag: &'a str,
    },
    /// It belongs to the place that was asked for.
    Local,
    /// It is by the artist that was asked for.
    ByArtist {
        /// The artist.
        artist: &'a str,
    },
    /// It is by an artist who is played by those who play an artist that was asked for.
    NearArtist {
        /// The artist in between.
        artist: &'a str,
    },
}

impl Reason<'_> {
    /// A stable word for programs.
    pub fn code(self) -> &'static str {
        match self {
            Reason::SameDjs { .. } => "same-djs",
            Reason::SameMembers { .. } => "same-members",
            Reason::SameSelection => "same-selection",
            Reason::SameLabel { .. } => "same-label",
            Reason::SameArtist { .. } => "same-artist",
            Reason::SameTag { .. } => "same-tag",
            Reason::Local => "local",
            Reason::ByArtist { .. } => "by-artist",
            Reason::NearArtist { .. } => "near-artist",
        }
    }

    /// The reason as a person would say it, without a full stop.
    pub fn words(self, language: Language) -> String {
        match language {
            Language::En => self.english(),
            Language::Fr => self.french(),
        }
    }

    fn english(self) -> String {
        match self {
            Reason::SameDjs { at_least } => format!("played by the same DJs, {at_least} of them or more"),
            Reason::SameMembers { at_least } => {
                format!("members who play this also play it, {at_least} of them or more")
            }
            Reason::SameSelection => "in the same published selection".to_owned(),
            Reason::SameLabel { label } => format!("same label family: {label}"),
            Reason::SameArtist { artist } => format!("with the same artist: {artist}"),
            Reason::SameTag { tag } => format!("same style: {tag}"),
            Reason::Local => "from here".to_owned(),
            Reason::ByArtist { artist } => format!("by {artist}"),
            Reason::NearArtist { artist } => format!("by an artist who is played together with {artist}"),
        }
    }

    fn french(self) -> String {
        match self {
            Reason::SameDjs { at_least } => format!("joué par les mêmes DJ, {at_least} ou plus"),
            Reason::SameMembers { at_least } => {
                format!("les membres qui écoutent ceci l’écoutent aussi, {at_least} ou plus")
            }
            Reason::SameSelection => "dans la même sélection publiée".to_owned(),
            Reason::SameLabel { label } => format!("même famille de labels : {label}"),
            Reason::SameArtist { artist } => format!("avec le même artiste : {artist}"),
            Reason::SameTag { tag } => format!("même style : {tag}"),
            Reason::Local => "d’ici".to_owned(),
            Reason::ByArtist { artist } => format!("de {artist}"),
            Reason::NearArtist { artist } => format!("d’un artiste que l’on joue avec {artist}"),
        }
    }
}
