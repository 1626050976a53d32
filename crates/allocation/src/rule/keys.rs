//! The keys of a rule: what may stand in each section, once, with an example.

/// One key of one section.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key {
    /// The section as it is written; `the rule` for the top.
    pub section: &'static str,
    /// The key.
    pub key: &'static str,
    /// An example of its value.
    pub example: &'static str,
    /// What it says.
    pub help: &'static str,
}

/// The top of a rule.
pub const TOP: &str = "the rule";

macro_rules! keys {
    ($($section:literal { $($key:literal = $example:literal, $help:literal;)* })*) => {
        /// Every key of the language, by section in the order of a rule.
        pub const KEYS: &[Key] = &[$($(
            Key { section: $section, key: $key, example: $example, help: $help },
        )*)*];
    };
}

keys! {
    "the rule" {
        "name" = "\"set-list-per-line\"", "The name: lower-case letters, digits and hyphens. Needed.";
        "version" = "1", "The version; a rule's meaning never changes under one version. Needed.";
        "summary" = "\"What is set aside for one night follows the set list.\"", "One sentence on what it is for. Needed.";
        "summary_fr" = "\"Ce qui est mis de côté pour une soirée suit la setlist.\"", "The same in French.";
        "pays" = "\"master\"", "The side it pays; `master` where it says nothing.";
        "notice" = "\"a voluntary share replaces no collecting society's licence\"", "This one sentence. Readings end with it in any case.";
        "sides" = "", "A section: how much of each line goes to which side.";
        "deduct" = "", "Sections: what is taken before sharing.";
        "split" = "", "Sections: how the rest is shared.";
        "unplayed" = "", "A section: where money goes that a split cannot place.";
        "unmatched" = "", "A section: money of lines that are no known recording.";
        "unclaimed" = "", "A section: money nobody has claimed, open shares, unlicensed sources.";
        "disputed" = "", "A section: disputed and overclaimed money; as `[unclaimed]` where it is absent.";
    }
    "[sides]" {
        "master" = "\"50 %\"", "Part of each line for the master side.";
        "composition" = "\"50 %\"", "Part of each line for the composition; with `master` the whole.";
    }
    "[[deduct]]" {
        "share" = "\"15 %\"", "How much of the pot. Needed.";
        "to" = "\"house\"", "The house, a fund, or the next period. Needed.";
        "reason" = "\"running the service\"", "Why, as statements print it. Needed.";
        "reason_fr" = "\"fonctionnement du service\"", "The same in French.";
    }
    "[[split]]" {
        "share" = "\"remaining\"", "How much of the pot; one split may say `remaining`. Needed.";
        "by" = "\"line\"", "What the money follows. Needed, unless `to` stands there.";
        "to" = "\"performer\"", "One place for all of it, in place of `by`.";
        "where" = "\"local\"", "Which recordings count.";
        "otherwise" = "\"members\"", "Where the money goes when nothing qualifies: another split or a destination. Before `[unplayed]`.";
        "name" = "\"local floor\"", "Its name; the words of `by` and `where` where it says nothing.";
        "within" = "\"play\"", "What a member's money follows, under `by = \"member\"`.";
        "scaled" = "\"70 %\"", "The α of ScaledUserProp, under `by = \"member\"`: little-active members carry less.";
        "missing" = "\"median\"", "What a line without seconds weighs, under `by = \"duration\"`.";
        "cap" = "\"1000 plays\"", "The most that one member counts, under `by = \"play\"`; above it all plays are scaled down alike.";
        "threshold" = "\"1000 plays in 12 months\"", "What a recording needs to earn anything, under `by = \"play\"`.";
        "at_most" = "4", "The highest product of boosts, under `by = \"play\"`.";
        "boost" = "", "Sections `[[split.boost]]`: factors on plays, under `by = \"play\"`.";
        "price" = "", "A section `[split.price]`: what plays cost, under `by = \"play\"`.";
        "each" = "\"USD 200.00\"", "A flat amount, under `by = \"release\"`.";
    }
    "[[split.boost]]" {
        "times" = "2", "The factor, from 2. Needed.";
        "when" = "\"sought\"", "When it counts. Needed.";
        "plays" = "1000", "Plays that a professional artist has at least.";
        "listeners" = "500", "Listeners that a professional artist has at least.";
    }
    "[split.price]" {
        "first" = "\"0.002\"", "What a member's first play of a recording costs, in credits; each next one costs twice as much. Needed.";
        "plays" = "9", "How many plays are paid until the recording is owned, at most 30. Needed.";
    }
    "[unplayed]" {
        "to" = "\"next period\"", "A destination or a split. Needed.";
    }
    "[unmatched]" {
        "hold" = "\"36 months\"", "How long the money waits: until the same day so many months later, or that month's last. Needed.";
        "then" = "\"recording\"", "The destination after that. Needed.";
    }
    "[unclaimed]" {
        "hold" = "\"36 months\"", "As above. Needed.";
        "then" = "\"fund:solidarity\"", "As above. Needed.";
    }
    "[disputed]" {
        "hold" = "\"36 months\"", "As above. Needed.";
        "then" = "\"fund:solidarity\"", "As above. Needed.";
    }
}

/// The keys that may stand in a section.
pub fn keys_in(section: &str) -> impl Iterator<Item = &'static str> + Clone + '_ {
    KEYS.iter().filter(move |key| key.section == section).map(|key| key.key)
}
