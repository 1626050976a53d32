//! What a person would look at when comparing a line with a row, as numbers.

use crate::fold;
use crate::index::{Field, Index, RARITY_STEPS};
use crate::query::{Asked, AskedWord, Region, is_joint};
use crate::text::edits;
use crate::version::{self, Classes, STRONG};

macro_rules! features {
    ($($name:ident: $text:literal,)*) => {
        /// Names of the features, by position.
        pub const NAMES: &[&str] = &[$(stringify!($name)),*];
        /// What each means.
        pub const MEANINGS: &[&str] = &[$($text),*];
        #[allow(non_camel_case_types, clippy::upper_case_acronyms)]
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[repr(usize)]
        #[allow(missing_docs)]
        pub(crate) enum F { $($name),* }
    };
}

features! {
    whole: "likeness of the whole line to artists, title and version, in either order",
    whole_first: "the same with the first artist alone",
    bare: "likeness without the line's version to artists and title",
    title_side: "likeness of the title side to the row's title, sides as best fits",
    artist_side: "likeness of the artist side to the row's artists, sides as best fits",
    swapped: "whether the sides fit better changed over",
    artist_found: "share of the artists' words found in the line",
    artist_best: "the same for the best-found artist",
    artist_first: "the same for the first artist",
    artists: "how many main artists the row has",
    artists_lost: "how many of them are not found",
    artist_slips: "edits in found artist words, by letter",
    title_found: "share of the title's words found",
    title_slips: "edits in found title words, by letter",
    title_lost: "rarity of title words not found",
    title_worst: "worst edits in one title word, by letter",
    artist_worst: "worst edits in one artist word, by letter",
    title_letters: "letters of the title",
    title_rarity: "rarity of the title",
    artist_rarity: "rarity of the artists",
    version_found: "share of the version's words found, -1 without version",
    version_lost: "rarity of version words not found",
    row_strong: "whether the row is a remix, edit, live or the like",
    line_strong: "whether the line names such a version",
    class_extra: "strong version classes of the line that the row lacks",
    class_lost: "strong version classes of the row that the line lacks",
    weak_extra: "weak version classes of the line that the row lacks",
    weak_lost: "weak version classes of the row that the line lacks",
    left: "rarity of the line's words that the row does not explain",
    left_worst: "the rarest of them",
    left_share: "their share of the line",
    left_artist: "rarity of those on the artist side",
    left_title: "rarity of those on the title side",
    left_version: "rarity of those in the version",
    number_extra: "numbers of the line that the row lacks",
    number_lost: "numbers of the row that the line lacks",
    label: "likeness of the labels, -1 if unknown",
    duration: "difference of the durations in seconds, -1 if unknown",
    year: "difference of the years, -1 if unknown",
    score: "score of the first stage",
    score_share: "the same over the best candidate's",
    rank: "place in the first stage",
    line_letters: "letters of the line",
    file_name: "whether the line is a file name",
    slips: "edits in all found words, by letter",
    gap: "closeness of this row minus that of the best other row",
    gap_title: "closeness of the best other row with another version of it",
    rivals: "how many other rows are nearly as close",
    edits_title: "edits in all title words",
    edits_artist: "edits in all artist words",
    and_extra: "`and` in the line's title or version that the row lacks",
    year_said: "a year in the line's brackets: 1 the row has it, -1 it lacks it, 0 none",
    original_said: "whether the line says `original mix`",
    author_found: "share of the version's author found, -1 without",
    author_lost: "rarity of the version author's words not found",
    author_left: "rarity of the line's version author that the row does not explain",
    siblings: "how many other candidates have the same artist and title",
    slips_known: "mistyped words of the line that are words of the catalogue themselves",
    slips_unknown: "mistyped words of the line that are no words of the catalogue",
    score_gap: "score of the first stage minus the best other candidate's",
    exact: "whether line and row say the same, word for word",
    extra_kind: "how telling the line's most telling version class is that the row lacks",
    lost_kind: "how telling the row's most telling version class is that the line lacks",
    author_titled: "rarity of the line's version author that stands in the row's title or version",
    slips_exchanged: "mistyped words in which neighbouring letters are exchanged and nothing else",
    slips_begin: "mistyped words that begin with another letter",
    slips_length: "letters by which mistyped words are longer or shorter",
    slips_rare: "rarity of mistyped words",
    and_version: "`and` inside the version that the other side lacks: `&` there, as a rule",
    credited_twice: "words of the version's author that the row has among its artists too",
}

/// How many features there are.
pub const COUNT: usize = NAMES.len();

/// The features of one candidate.
pub type Vector = [f32; COUNT];

struct RowWord<'a> {
    field: Field,
    rarity: f32,
    letters: &'a [u8],
    credit: usize,
    /// How well it was found: 0 not, 1 exactly.
    found: f32,
    edits: f32,
    slip: Slip,
}

/// What is known of a mistyped word.
#[derive(Clone, Copy, Default)]
struct Slip {
    /// Whether the line's word is a word of the catalogue.
    known: bool,
    /// Whether neighbouring letters are exchanged and nothing else.
    exchanged: bool,
    /// Whether it begins with another letter.
    begin: bool,
    /// Letters by which it is longer or shorter.
    length: u8,
}

impl Slip {
    fn new(row: &[u8], line: &[u8], known: bool) -> Slip {
        let exchanged = exchanged(row, line);
        Slip {
            known,
            exchanged,
            begin: !exchanged && row.first() != line.first(),
            length: row.len().abs_diff(line.len()) as u8,
        }
    }
}

/// Whether two words differ by one or two exchanges of neighbours alone.
fn exchanged(a: &[u8], b: &[u8]) -> bool {
    let mut at = 0;
    while let (Some(x), Some(y)) = (a.get(at), b.get(at)) {
        if x == y {
            at += 1;
        } else if a.get(at + 1) == Some(y) && b.get(at + 1) == Some(x) {
            at += 2;
        } else {
            return false;
        }
    }
    a.len() == b.len()
}

/// What remains of the line beside a row, and where the rest was found.
struct Left {
    /// By word of the line: 1 where the row does not explain it.
    words: [f32; 64],
    /// By word of the line: whether the row's title or version has it.
    titled: [bool; 64],
    /// By word of the line: whether the row's version has it.
    versioned: [bool; 64],
    /// Whether what reads like a version in square brackets is the row's label.
    labelled: bool,
    /// How many words of the version are found by a mention among the artists.
    by_mention: usize,
}

/// The row's words, and how many were left out because they name the version's author once more.
fn row_words<'a>(mut tokens: &'a [u8]) -> (Vec<RowWord<'a>>, usize) {
    let mut words: Vec<RowWord<'a>> = Vec::with_capacity(20);
    let (mut credit, mut last) = (0, Field::Artist);
    while let [head, nats, rest @ ..] = tokens {
        let (letters, after) = rest.split_at_checked(usize::from(head & 31)).unwrap_or((rest, &[]));
        tokens = after;
        let mut field = Field::from_bits(head >> 5);
        match field {
            Field::More => field = last,
            Field::Artist | Field::Guest | Field::Alias => credit += 1,
            _ => {}
        }
        last = field;
        let rarity = if is_joint(letters) { 0.0 } else { f32::from(*nats) / RARITY_STEPS };
        if words.len() < 48 {
            words.push(RowWord {
                field,
                rarity,
                letters,
                credit,
                found: 0.0,
                edits: 0.0,
                slip: Slip::default(),
            });
        }
    }
    // `(Original Mix)` says no more than nothing
    let plain =
        |w: &RowWord<'_>| w.field != Field::Version || matches!(w.letters, b"original" | b"mix" | b"version");
    if words.iter().all(plain) && words.iter().any(|w| w.field == Field::Version && w.letters == b"original")
    {
        words.retain(|w| w.field != Field::Version);
    }
    // the version's author named among the guests once more says nothing new
    let all = words.len();
    let guests = words.iter().any(|w| w.field == Field::Guest);
    for i in (0..if guests { all } else { 0 }).rev() {
        let of_version = |w: &RowWord<'_>| w.field == Field::Version && w.letters == words[i].letters;
        if words[i].field == Field::Guest && words[i + 1..].iter().any(of_version) {
            words.remove(i);
        }
    }
    let twice = all - words.len();
    (words, twice)
}

/// Pairs words of the row with words of the line, exact ones first.
fn pair(asked: &Asked, words: &mut [RowWord<'_>], index: &Index<'_>, row: u32) -> Left {
    let mut left = [0.0_f32; 64];
    let (mut titled, mut versioned) = ([false; 64], [false; 64]);
    for (slot, word) in left.iter_mut().zip(&asked.words) {
        *slot = if word.len > 0 { 1.0 } else { 0.0 };
    }
    for word in words.iter_mut() {
        let hit =
            asked.words.iter().enumerate().find(|(i, a)| {
                a.len == word.letters.len() && left[*i] > 0.0 && asked.word(a) == word.letters
            });
        if let Some((i, _)) = hit {
            (left[i], word.found) = (0.0, 1.0);
            titled[i] = matches!(word.field, Field::Title | Field::Version);
            versioned[i] = word.field == Field::Version;
        }
    }
    if asked.words.iter().zip(&left).any(|(_, l)| *l > 0.0) {
        glued(asked, words, &mut left);
        mistyped(asked, words, &mut left, &mut titled);
        // an artist named twice, as guest and as author of the version, is explained once and for all
        for (a, l) in asked.words.iter().zip(&mut left).filter(|(_, l)| **l > 0.0) {
            if words.iter().any(|w| w.found >= 1.0 && w.letters == asked.word(a)) {
                *l = 0.0;
            }
        }
    }
    // an author named among the artists and in the version is found by one mention
    let mut by_mention = 0;
    for i in 0..words.len() {
        let (before, rest) = words.split_at_mut(i);
        let Some(word) = rest.first_mut().filter(|w| w.field == Field::Version && w.found < 1.0) else {
            continue;
        };
        let named = |w: &RowWord<'_>| w.field == Field::Artist && w.found >= 1.0 && w.letters == word.letters;
        if before.iter().any(named) {
            (word.found, word.edits) = (1.0, 0.0);
            by_mention += 1;
        }
    }
    let labelled = is_label(asked, &left, index, row);
    if let Some((from, to)) = asked.bracket.filter(|_| labelled) {
        left.iter_mut().take(to).skip(from).for_each(|l| *l = 0.0);
    }
    Left { words: left, titled, versioned, labelled, by_mention }
}

fn mistyped(asked: &Asked, words: &mut [RowWord<'_>], left: &mut [f32; 64], titled: &mut [bool; 64]) {
    for word in words.iter_mut().filter(|w| w.found < 1.0 && w.field != Field::Alias) {
        let set = fold::letter_set(word.letters);
        let mut best: Option<(usize, usize)> = None;
        for (i, a) in asked.words.iter().enumerate() {
            let longer = a.len.max(word.letters.len());
            if left[i] <= 0.0
                || a.digits
                || a.len.abs_diff(word.letters.len()) > 3
                || longer < 2
                || a.region == Region::Quiet
            {
                continue;
            }
            let most = longer * 2 / 5 + 1;
            if (set ^ a.set).count_ones() as usize > 2 * most
                || (set | a.set) >> 27 != 0 && (longer < 4 || !same_digits(word.letters, asked.word(a)))
            {
                continue;
            }
            let d = edits(word.letters, asked.word(a));
            if d * 5 <= longer * 2 + 1 && best.is_none_or(|(_, b)| d < b) {
                best = Some((i, d));
            }
        }
        if let Some((i, d)) = best {
            let a = &asked.words[i];
            word.edits = d as f32;
            word.slip = Slip::new(word.letters, asked.word(a), a.count > 0);
            word.found = 1.0 - d as f32 / word.letters.len().max(a.len) as f32;
            left[i] = 0.0;
            titled[i] = matches!(word.field, Field::Title | Field::Version);
        }
    }
}

/// Whether the square bracket that reads like a version is the row's label: `[Live Jam]`.
fn is_label(asked: &Asked, left: &[f32; 64], index: &Index<'_>, row: u32) -> bool {
    let Some((from, to)) = asked.bracket else { return false };
    if left.iter().take(to).skip(from).all(|l| *l <= 0.0) {
        return false;
    }
    let label = index.row(row).unwrap_or_default().label;
    // or begins as it does: `[Big & Dirty]`, `Big & Dirty (Be Yourself)`
    let said: Vec<u8> = asked.words.iter().take(to).skip(from).flat_map(|w| asked.word(w)).copied().collect();
    said.len() >= 4 && fold::Folded::new(label).letters.starts_with(&said)
}

/// Numbers are not mistyped, they are other numbers: `K375` is not `K377`.
fn same_digits(a: &[u8], b: &[u8]) -> bool {
    a.iter().filter(|l| l.is_ascii_digit()).eq(b.iter().filter(|l| l.is_ascii_digit()))
}

/// Words written together on one side only: `Soundstream` and `Sound Stream`.
fn glued(asked: &Asked, words: &mut [RowWord<'_>], left: &mut [f32; 64]) {
    for i in 0..asked.words.len().min(64) {
        let a = &asked.words[i];
        if left[i] <= 0.0 {
            continue;
        }
        for w in 0..words.len().saturating_sub(1) {
            let (one, two) = (words[w].letters, words[w + 1].letters);
            if a.len > 2
                && words[w].found < 1.0
                && words[w + 1].found < 1.0
                && asked.word(a).strip_prefix(one) == Some(two)
            {
                (words[w].found, words[w + 1].found, left[i]) = (1.0, 1.0, 0.0);
                (words[w].edits, words[w + 1].edits) = (0.0, 0.0);
            }
        }
        if let Some(b) = asked.words.get(i + 1).filter(|_| i + 1 < 64 && left[i + 1] > 0.0) {
            let hit = words
                .iter_mut()
                .find(|w| w.found < 1.0 && w.letters.strip_prefix(asked.word(a)) == Some(asked.word(b)));
            if let Some(word) = hit {
                (word.found, word.edits, left[i], left[i + 1]) = (1.0, 0.0, 0.0, 0.0);
            }
        }
    }
}

/// Fills in everything that concerns one row alone.
pub(crate) fn of_row(
    asked: &Asked,
    index: &Index<'_>,
    row: u32,
    score: f32,
    top: f32,
    rank: usize,
) -> Vector {
    let mut f = [0.0; COUNT];
    let (mut words, twice) = row_words(index.tokens(row));
    let left = pair(asked, &mut words, index, row);
    let mut set = |at: F, value: f32| f[at as usize] = value;
    set(F::credited_twice, (twice + left.by_mention) as f32);
    whole(asked, &words, left.labelled, &mut set);
    artists(&words, &mut set);
    title(&words, &mut set);
    let classes = words
        .iter()
        .filter(|w| w.field == Field::Version)
        .fold(0, |c, w| c | version::class_of(w.letters).map_or(0, |k| k.bit()));
    versions(asked, &words, &left, classes, &mut set);
    leftovers(asked, &words, &left, &mut set);
    facts(asked, &left, index, row, &mut set);
    set(F::score, score);
    set(F::score_share, if top > 0.0 { score / top } else { 0.0 });
    set(F::rank, rank as f32);
    f
}

fn pieces<'a>(
    words: &'a [RowWord<'a>],
    keep: impl Fn(&RowWord<'_>) -> bool + 'a,
) -> impl Iterator<Item = &'a [u8]> {
    words.iter().filter(move |w| w.rarity > 0.0 && keep(w)).map(|w| w.letters)
}

fn whole(asked: &Asked, words: &[RowWord<'_>], labelled: bool, set: &mut impl FnMut(F, f32)) {
    let artist = |w: &RowWord<'_>| matches!(w.field, Field::Artist | Field::Guest);
    let first = |w: &RowWord<'_>| artist(w) && w.credit == 1;
    let year = asked.said_year.and_then(|at| asked.words.get(at)).map(|w| asked.word(w));
    let name = |w: &RowWord<'_>| matches!(w.field, Field::Title | Field::Version) && Some(w.letters) != year;
    let title = |w: &RowWord<'_>| w.field == Field::Title && Some(w.letters) != year;
    let either =
        |p: &crate::text::Pattern, a: &dyn Fn(&RowWord<'_>) -> bool, t: &dyn Fn(&RowWord<'_>) -> bool| {
            let one = p.likeness(pieces(words, a).chain(pieces(words, t)));
            if one > 0.97 { one } else { one.max(p.likeness(pieces(words, t).chain(pieces(words, a)))) }
        };
    let full = if labelled { &asked.unlabelled } else { &asked.full };
    let all = either(full, &artist, &name);
    // one artist alone is the first; without versions on both sides all is bare
    let several = words.iter().any(|w| artist(w) && w.credit > 1);
    let mut by_first = if all > 0.99 || !several { all } else { either(full, &first, &name).max(all) };
    let plain = full.len() == asked.bare.len() && !words.iter().any(|w| w.field == Field::Version);
    let bare = if plain {
        by_first
    } else {
        let all = either(&asked.bare, &artist, &title);
        if several { either(&asked.bare, &first, &title).max(all) } else { all }
    };
    let alias = named_alias(words);
    let aliased = |w: &RowWord<'_>| w.field == Field::Alias && w.credit == alias;
    if alias > 0 {
        by_first = by_first.max(either(full, &aliased, &name));
    }
    set(F::whole, if alias > 0 { by_first } else { all });
    set(F::whole_first, by_first);
    set(F::bare, bare);
    if !asked.divided {
        [F::title_side, F::artist_side, F::swapped].into_iter().for_each(|at| set(at, -1.0));
        return;
    }
    let sides = |a: &crate::text::Pattern, t: &crate::text::Pattern| {
        let mut named = a.likeness(pieces(words, artist));
        if several {
            named = named.max(a.likeness(pieces(words, first)));
        }
        if alias > 0 {
            named = named.max(a.likeness(pieces(words, aliased)));
        }
        (named, t.likeness(pieces(words, title)))
    };
    let (straight, over) = (sides(&asked.artist, &asked.title), sides(&asked.title, &asked.artist));
    let swapped = over.0 + over.1 > straight.0 + straight.1;
    let best = if swapped { over } else { straight };
    set(F::artist_side, best.0);
    set(F::title_side, best.1);
    set(F::swapped, f32::from(u8::from(swapped)));
}

/// The credit of an alias that the line names in full; 0 for none.
fn named_alias(words: &[RowWord<'_>]) -> usize {
    let mut aliases = words.iter().filter(|w| w.field == Field::Alias);
    let is = |w: &&RowWord<'_>, credit: usize| w.field == Field::Alias && w.credit == credit;
    let named = |credit: usize| words.iter().filter(|w| is(w, credit)).all(|w| w.found >= 1.0);
    aliases.find(|w| named(w.credit)).map_or(0, |w| w.credit)
}

/// Rarity-weighted share found, edits by letter, worst edits by letter, all edits, rarity not found.
fn tally<'a>(words: impl Iterator<Item = &'a RowWord<'a>>) -> [f32; 6] {
    let (mut all, mut found, mut letters, mut slips, mut worst, mut lost) =
        (0.0, 0.0, 0.0, 0.0, 0.0_f32, 0.0);
    for w in words {
        let len = w.letters.len() as f32;
        all += w.rarity;
        found += w.rarity * w.found;
        if w.found > 0.0 {
            (letters, slips, worst) = (letters + len, slips + w.edits, worst.max(w.edits / len));
        } else {
            lost += w.rarity;
        }
    }
    let share = if all > 0.0 { found / all } else { 1.0 };
    [share, if letters > 0.0 { slips / letters } else { 0.0 }, worst, slips, lost, all]
}

fn artists(words: &[RowWord<'_>], set: &mut impl FnMut(F, f32)) {
    let main = |w: &&RowWord<'_>| w.field == Field::Artist;
    let any = |w: &&RowWord<'_>| matches!(w.field, Field::Artist | Field::Guest | Field::Alias);
    let [found, slips, worst, all_edits, _, rarity] = tally(words.iter().filter(main));
    let (mut best, mut first, mut count, mut lost) = (0.0_f32, 0.0, 0, 0);
    for credit in 1..=words.iter().filter(any).map(|w| w.credit).max().unwrap_or(0) {
        let [share, ..] = tally(words.iter().filter(any).filter(|w| w.credit == credit));
        best = best.max(share);
        first = if credit == 1 { share } else { first };
        if words.iter().any(|w| w.credit == credit && w.field == Field::Artist) {
            count += 1;
            lost += usize::from(share < 0.5);
        }
    }
    // which of them the alias is of is not told: one that is not found is taken to be named by it
    let alias = named_alias(words) > 0;
    let lost = if alias { lost - lost.min(1) } else { lost };
    for (at, value) in [
        (F::artist_found, if alias { found.max(best) } else { found }),
        (F::artist_best, best),
        (F::artist_first, if alias { first.max(best) } else { first }),
        (F::artists, count as f32),
        (F::artists_lost, lost as f32),
        (F::artist_slips, slips),
        (F::artist_worst, worst),
        (F::edits_artist, all_edits),
        (F::artist_rarity, rarity),
    ] {
        set(at, value);
    }
}

fn title(words: &[RowWord<'_>], set: &mut impl FnMut(F, f32)) {
    let is = |w: &&RowWord<'_>| w.field == Field::Title;
    let [found, edited, worst, all_edits, lost, rarity] = tally(words.iter().filter(is));
    let letters: usize = words.iter().filter(is).map(|w| w.letters.len()).sum();
    let [_, every, ..] = tally(words.iter());
    let slips = || words.iter().filter(|w| w.edits > 0.0);
    let slipped = |which: &dyn Fn(&Slip) -> bool| slips().filter(|w| which(&w.slip)).count() as f32;
    for (at, value) in [
        (F::title_found, found),
        (F::title_slips, edited),
        (F::title_worst, worst),
        (F::edits_title, all_edits),
        (F::title_lost, lost),
        (F::title_rarity, rarity),
        (F::title_letters, letters as f32),
        (F::slips, every),
        (F::slips_known, slipped(&|s| s.known)),
        (F::slips_unknown, slipped(&|s| !s.known)),
        (F::slips_exchanged, slipped(&|s| s.exchanged)),
        (F::slips_begin, slipped(&|s| s.begin)),
        (F::slips_length, slips().map(|w| f32::from(w.slip.length)).sum()),
        (F::slips_rare, slips().map(|w| w.rarity).sum()),
    ] {
        set(at, value);
    }
}

fn versions(asked: &Asked, words: &[RowWord<'_>], left: &Left, row: Classes, set: &mut impl FnMut(F, f32)) {
    let [found, _, _, _, lost, rarity] = tally(words.iter().filter(|w| w.field == Field::Version));
    set(F::version_found, if rarity > 0.0 { found } else { -1.0 });
    set(F::version_lost, lost);
    // where no bracket shows the version, any unexplained version word counts
    let loose = asked
        .words
        .iter()
        .zip(&left.words)
        .filter(|(w, l)| **l > 0.0 && w.region != Region::Quiet && w.region != Region::Artist);
    let line = if left.labelled { asked.unlabelled_classes } else { asked.classes }
        | loose.fold(0, |c, (w, _)| c | w.class);
    let named = asked.words.iter().filter(|w| w.region != Region::Quiet).fold(0, |c, w| c | w.class);
    let count = |set: Classes| set.count_ones() as f32;
    let author = |w: &&RowWord<'_>| w.field == Field::Version && version::class_of(w.letters).is_none();
    let [by, _, _, _, by_lost, by_rarity] = tally(words.iter().filter(author));
    set(F::author_found, if by_rarity > 0.0 { by } else { -1.0 });
    set(F::author_lost, by_lost);
    let unexplained = asked.words.iter().zip(&left.words).filter(|(_, l)| **l > 0.0).map(|(w, _)| w);
    let others = unexplained.filter(|w| w.region == Region::Version && w.class == 0);
    set(F::author_left, others.map(|w| w.rarity).sum());
    set(F::row_strong, count(row & STRONG).min(1.0));
    set(F::line_strong, count(line & STRONG).min(1.0));
    set(F::class_extra, count(line & STRONG & !row));
    set(F::class_lost, count(row & STRONG & !named));
    set(F::weak_extra, count(line & !STRONG & !row));
    set(F::weak_lost, count(row & !STRONG & !named));
    set(F::extra_kind, version::telling(line & !row));
    set(F::lost_kind, version::telling(row & !named));
    let titled = asked.words.iter().zip(&left.titled).filter(|(w, t)| **t && w.class == 0);
    set(F::author_titled, titled.filter(|(w, _)| w.region == Region::Version).map(|(w, _)| w.rarity).sum());
}

fn leftovers(asked: &Asked, words: &[RowWord<'_>], left: &Left, set: &mut impl FnMut(F, f32)) {
    let all = left;
    let left = &left.words;
    let (mut total, mut worst, mut sides, mut numbers) = (0.0, 0.0_f32, [0.0; 3], 0);
    for (w, _) in asked.words.iter().zip(left).filter(|(w, l)| **l > 0.0 && w.region != Region::Quiet) {
        let neutral = w.class & version::Class::Original.bit() != 0
            || (w.class & version::Class::Mix.bit() != 0 && asked.said_original);
        if neutral {
            continue;
        }
        total += w.rarity;
        worst = worst.max(w.rarity);
        numbers += usize::from(fold::has_digit(w.set));
        match w.region {
            Region::Artist => sides[0] += w.rarity,
            Region::Version => sides[2] += w.rarity,
            _ => sides[1] += w.rarity,
        }
    }
    let is_and = |w: &AskedWord| w.len == 3 && asked.word(w) == b"and";
    let ands = asked.words.iter().zip(left).filter(|(w, l)| **l > 0.0 && is_and(w));
    let and_extra = ands.filter(|(w, _)| !matches!(w.region, Region::Artist | Region::Quiet)).count();
    let unlike = and_version(asked, words, all);
    let year = asked.said_year.and_then(|at| left.get(at)).map_or(0.0, |l| if *l > 0.0 { -1.0 } else { 1.0 });
    let lost = words.iter().filter(|w| w.found < 1.0 && w.letters.iter().any(u8::is_ascii_digit)).count();

    let said = |w: &&RowWord<'_>| w.rarity > 0.0 && !matches!(w.field, Field::Guest | Field::Alias);
    let same = |w: &RowWord<'_>| w.found >= 1.0 && w.edits <= 0.0;
    let exact = total <= 0.0 && unlike == 0 && words.iter().filter(said).all(same);
    for (at, value) in [
        (F::exact, f32::from(u8::from(exact))),
        (F::left, total),
        (F::left_worst, worst),
        (F::left_share, total / asked.rarity.max(1.0)),
        (F::left_artist, sides[0]),
        (F::left_title, sides[1]),
        (F::left_version, sides[2]),
        (F::number_extra, numbers as f32),
        (F::number_lost, lost as f32),
        (F::and_extra, and_extra as f32),
        (F::and_version, unlike as f32),
        (F::year_said, year),
        (F::original_said, f32::from(u8::from(asked.said_original))),
        (F::line_letters, asked.full.len() as f32),
        (F::file_name, f32::from(u8::from(asked.file_name))),
    ] {
        set(at, value);
    }
}

/// How often line and row differ by `and` between two words of the version.
fn and_version(asked: &Asked, words: &[RowWord<'_>], left: &Left) -> usize {
    let is = |at: usize| left.versioned.get(at).copied().unwrap_or(false);
    let said = asked.words.iter().enumerate().filter(|(at, w)| {
        left.words.get(*at).is_some_and(|l| *l > 0.0)
            && asked.word(w) == b"and"
            && (w.region == Region::Version || *at > 0 && is(at - 1) && is(at + 1))
    });
    let kept = |w: &&RowWord<'_>| w.field == Field::Version && w.found < 1.0 && w.letters == b"and";
    said.count() + words.iter().filter(kept).count()
}

fn facts(asked: &Asked, left: &Left, index: &Index<'_>, row: u32, set: &mut impl FnMut(F, f32)) {
    let (mut label, mut duration, mut year) = (if left.labelled { 1.0 } else { -1.0 }, -1.0, -1.0);
    if !asked.label.is_empty() || asked.duration_s.is_some() || asked.year.is_some() {
        let row = index.row(row).unwrap_or_default();
        if !row.label.is_empty() && !asked.label.is_empty() {
            let letters = fold::Folded::new(row.label).letters;
            label = crate::text::Pattern::new(asked.label.iter().copied()).likeness([letters.as_slice()]);
        }
        if let (Some(a), Some(b)) = (asked.duration_s, row.duration_s) {
            duration = a.abs_diff(b) as f32;
        }
        if let (Some(a), Some(b)) = (asked.year, row.year) {
            year = f32::from(a.abs_diff(b));
        }
        // some sources have the year for a label
        let mut said = asked.said_year.and_then(|at| asked.words.get(at)).into_iter();
        if said.any(|w| asked.word(w) == row.label.as_bytes()) {
            set(F::year_said, 1.0);
        }
    }
    set(F::label, label);
    set(F::duration, duration);
    set(F::year, year);
}

/// Candidates so much less close than another are not worth the model's time.
pub const HOPELESS: f32 = -1.0;

/// How much closer a row is than the best other one, by a plain sum.
pub fn gap(f: &Vector) -> f32 {
    f[F::gap as usize]
}

/// How close a row is, as a plain sum; orders candidates before the model does.
pub(crate) fn closeness(f: &Vector) -> f32 {
    let v = |at: F| f[at as usize];
    v(F::whole_first) + 0.5 * v(F::artist_first).max(v(F::artist_found)) + v(F::title_found)
        - 0.04 * (v(F::left) + v(F::title_lost) + v(F::version_lost))
        - 0.2 * (v(F::class_extra) + v(F::class_lost))
}

/// Fills in what concerns a row beside the others.
pub(crate) fn compare(all: &mut [Vector]) {
    let close: Vec<f32> = all.iter().map(closeness).collect();
    let bases: Vec<f32> =
        all.iter().map(|f| f[F::artist_best as usize] + f[F::title_found as usize]).collect();
    let scores: Vec<f32> = all.iter().map(|f| f[F::score as usize]).collect();
    for (i, f) in all.iter_mut().enumerate() {
        let others = || close.iter().enumerate().filter(|(j, _)| *j != i);
        let best = others().map(|(_, c)| *c).fold(-3.0, f32::max);
        let sibling = others().filter(|(j, _)| bases[*j] > 1.8).map(|(_, c)| *c).fold(-3.0, f32::max);
        f[F::gap as usize] = close[i] - best;
        f[F::gap_title as usize] = close[i] - sibling;
        let score = others().map(|(j, _)| scores.get(j).copied().unwrap_or(0.0)).fold(0.0, f32::max);
        f[F::score_gap as usize] = f[F::score as usize] - score;
        f[F::siblings as usize] = others().filter(|(j, _)| bases[*j] > 1.8).count() as f32;
        f[F::rivals as usize] = others().filter(|(_, c)| **c > close[i] - 0.1).count() as f32;
    }
}
