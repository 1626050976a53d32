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
    /// Whether the line's mistyped word is a word of the catalogue.
    known: bool,
}

fn row_words<'a>(mut tokens: &'a [u8]) -> Vec<RowWord<'a>> {
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
            words.push(RowWord { field, rarity, letters, credit, found: 0.0, edits: 0.0, known: false });
        }
    }
    // `(Original Mix)` says no more than nothing
    let plain =
        |w: &RowWord<'_>| w.field != Field::Version || matches!(w.letters, b"original" | b"mix" | b"version");
    if words.iter().all(plain) && words.iter().any(|w| w.field == Field::Version && w.letters == b"original")
    {
        words.retain(|w| w.field != Field::Version);
    }
    words
}

/// Pairs words of the row with words of the line, exact ones first; `left` tells which words of the line remain.
fn pair(asked: &Asked, words: &mut [RowWord<'_>]) -> [f32; 64] {
    let mut left = [0.0_f32; 64];
    for (slot, word) in left.iter_mut().zip(&asked.words) {
        *slot = if word.len > 0 { 1.0 } else { 0.0 };
    }
    for word in words.iter_mut() {
        let hit =
            asked.words.iter().enumerate().find(|(i, a)| left[*i] > 0.0 && asked.word(a) == word.letters);
        if let Some((i, _)) = hit {
            (left[i], word.found) = (0.0, 1.0);
        }
    }
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
            word.edits = d as f32;
            word.known = asked.words[i].count > 0;
            word.found = 1.0 - d as f32 / word.letters.len().max(asked.words[i].len) as f32;
            left[i] = 0.0;
        }
    }
    glued(asked, words, &mut left);
    // an artist named twice, as guest and as author of the version, is explained once and for all
    for (a, l) in asked.words.iter().zip(&mut left).filter(|(_, l)| **l > 0.0) {
        if words.iter().any(|w| w.found >= 1.0 && w.letters == asked.word(a)) {
            *l = 0.0;
        }
    }
    left
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
    let mut words = row_words(index.tokens(row));
    let left = pair(asked, &mut words);
    let mut set = |at: F, value: f32| f[at as usize] = value;
    whole(asked, &words, &mut set);
    artists(&words, &mut set);
    title(&words, &mut set);
    let classes = words
        .iter()
        .filter(|w| w.field == Field::Version)
        .fold(0, |c, w| c | version::class_of(w.letters).map_or(0, |k| k.bit()));
    versions(asked, &words, &left, classes, &mut set);
    leftovers(asked, &words, &left, &mut set);
    facts(asked, index, row, &mut set);
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

fn whole(asked: &Asked, words: &[RowWord<'_>], set: &mut impl FnMut(F, f32)) {
    let artist = |w: &RowWord<'_>| matches!(w.field, Field::Artist | Field::Guest);
    let first = |w: &RowWord<'_>| artist(w) && w.credit == 1;
    let name = |w: &RowWord<'_>| matches!(w.field, Field::Title | Field::Version);
    let title = |w: &RowWord<'_>| w.field == Field::Title;
    let either =
        |p: &crate::text::Pattern, a: &dyn Fn(&RowWord<'_>) -> bool, t: &dyn Fn(&RowWord<'_>) -> bool| {
            let one = p.likeness(pieces(words, a).chain(pieces(words, t)));
            if one > 0.97 { one } else { one.max(p.likeness(pieces(words, t).chain(pieces(words, a)))) }
        };
    let all = either(&asked.full, &artist, &name);
    set(F::whole, all);
    set(F::whole_first, either(&asked.full, &first, &name).max(all));
    set(F::bare, either(&asked.bare, &artist, &title).max(either(&asked.bare, &first, &title)));
    if !asked.divided {
        [F::title_side, F::artist_side, F::swapped].into_iter().for_each(|at| set(at, -1.0));
        return;
    }
    let sides = |a: &crate::text::Pattern, t: &crate::text::Pattern| {
        (
            a.likeness(pieces(words, artist)).max(a.likeness(pieces(words, first))),
            t.likeness(pieces(words, title)),
        )
    };
    let (straight, over) = (sides(&asked.artist, &asked.title), sides(&asked.title, &asked.artist));
    let swapped = over.0 + over.1 > straight.0 + straight.1;
    let best = if swapped { over } else { straight };
    set(F::artist_side, best.0);
    set(F::title_side, best.1);
    set(F::swapped, f32::from(u8::from(swapped)));
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
    let alias = words.iter().any(|w| w.field == Field::Alias);
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
    let [found, slips, worst, all_edits, lost, rarity] = tally(words.iter().filter(is));
    let letters: usize = words.iter().filter(is).map(|w| w.letters.len()).sum();
    let [_, every, ..] = tally(words.iter());
    let slipped = |known: bool| words.iter().filter(|w| w.edits > 0.0 && w.known == known).count() as f32;
    for (at, value) in [
        (F::title_found, found),
        (F::title_slips, slips),
        (F::title_worst, worst),
        (F::edits_title, all_edits),
        (F::title_lost, lost),
        (F::title_rarity, rarity),
        (F::title_letters, letters as f32),
        (F::slips, every),
        (F::slips_known, slipped(true)),
        (F::slips_unknown, slipped(false)),
    ] {
        set(at, value);
    }
}

fn versions(
    asked: &Asked,
    words: &[RowWord<'_>],
    left: &[f32; 64],
    row: Classes,
    set: &mut impl FnMut(F, f32),
) {
    let [found, _, _, _, lost, rarity] = tally(words.iter().filter(|w| w.field == Field::Version));
    set(F::version_found, if rarity > 0.0 { found } else { -1.0 });
    set(F::version_lost, lost);
    // where no bracket shows the version, any unexplained version word counts
    let loose = asked
        .words
        .iter()
        .zip(left)
        .filter(|(w, l)| **l > 0.0 && w.region != Region::Quiet && w.region != Region::Artist);
    let line = asked.classes | loose.fold(0, |c, (w, _)| c | w.class);
    let named = asked.words.iter().filter(|w| w.region != Region::Quiet).fold(0, |c, w| c | w.class);
    let count = |set: Classes| set.count_ones() as f32;
    let author = |w: &&RowWord<'_>| w.field == Field::Version && version::class_of(w.letters).is_none();
    let [by, _, _, _, by_lost, by_rarity] = tally(words.iter().filter(author));
    set(F::author_found, if by_rarity > 0.0 { by } else { -1.0 });
    set(F::author_lost, by_lost);
    let unexplained = asked.words.iter().zip(left).filter(|(_, l)| **l > 0.0).map(|(w, _)| w);
    let others = unexplained.filter(|w| w.region == Region::Version && w.class == 0);
    set(F::author_left, others.map(|w| w.rarity).sum());
    set(F::row_strong, count(row & STRONG).min(1.0));
    set(F::line_strong, count(line & STRONG).min(1.0));
    set(F::class_extra, count(line & STRONG & !row));
    set(F::class_lost, count(row & STRONG & !named));
    set(F::weak_extra, count(line & !STRONG & !row));
    set(F::weak_lost, count(row & !STRONG & !named));
}

fn leftovers(asked: &Asked, words: &[RowWord<'_>], left: &[f32; 64], set: &mut impl FnMut(F, f32)) {
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
    let year = asked.said_year.and_then(|at| left.get(at)).map_or(0.0, |l| if *l > 0.0 { -1.0 } else { 1.0 });
    let lost = words.iter().filter(|w| w.found < 1.0 && w.letters.iter().any(u8::is_ascii_digit)).count();

    for (at, value) in [
        (F::left, total),
        (F::left_worst, worst),
        (F::left_share, total / asked.rarity.max(1.0)),
        (F::left_artist, sides[0]),
        (F::left_title, sides[1]),
        (F::left_version, sides[2]),
        (F::number_extra, numbers as f32),
        (F::number_lost, lost as f32),
        (F::and_extra, and_extra as f32),
        (F::year_said, year),
        (F::original_said, f32::from(u8::from(asked.said_original))),
        (F::line_letters, asked.full.len() as f32),
        (F::file_name, f32::from(u8::from(asked.file_name))),
    ] {
        set(at, value);
    }
}

fn facts(asked: &Asked, index: &Index<'_>, row: u32, set: &mut impl FnMut(F, f32)) {
    let (mut label, mut duration, mut year) = (-1.0, -1.0, -1.0);
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
