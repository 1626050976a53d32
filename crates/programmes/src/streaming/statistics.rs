//! What an institution is told about the use its members made: counted after COUNTER 5.1 and ISO 2789, hidden where
//! few stand behind it.
//!
//! **Counting.** An *investigation* is any interest in an item (its page, its details, a play); a *request* is a play,
//! a view, a session or a read. The same action on the same item in the same session within 30 seconds is one
//! (COUNTER's double-click). *Unique* counts an item once per session. An *active member* did anything at all.
//!
//! **Hiding.** Everything of a span is cut into four parts that are counted apart and never overlap: requested items
//! (once per session), items investigated only, repeated requests, other investigations. Each part by medium and by
//! where the item comes from is an *atom* with the set of members behind it. Atoms are joined into *blocks* until
//! behind each part of each block stand either nobody or at least `k` members. Whatever is published is a sum of
//! whole blocks: a medium, an origin, the total. So whatever is added or subtracted, the answer is of whole blocks
//! again, and no figure of fewer than `k` members follows. Media or origins that share a block are told together.
//! Where the four parts would need blocks more than twice as large, unique figures are left out, and then requests.
//!
//! Counts of members overlap between media; they are told by medium only where neither the members left out of one
//! nor those counted more than once are fewer than `k`, and the count of sessions only where as many came twice.
//! Items are told from `k` members on, and only if the items left in their block have as many, or none.
//!
//! Worked, k = 3: music was requested by 9 members, games by 2, film by 5. Games alone may not be told: they join
//! film, the smaller neighbour: "music" and "film and games" are told, and their sum.
//!
//! A span is told once, when it is over, and each span by itself: pseudonyms change between spans, so nobody can be
//! followed from one to the next. A span with fewer than `k` members is not told at all, in no sum either.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use music::MediaKind;
use serde::{Deserialize, Serialize};

/// Seconds within which the same action counts once (COUNTER 5.1, section 7.3).
pub const DOUBLE_CLICK_S: i64 = 30;

/// Most items that a report lists.
pub const MOST_ITEMS: usize = 200;

/// What a member did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Action {
    /// Looked at it without using it.
    Investigation,
    /// Used it: a counted play, view, session or read.
    Request,
}

/// Where an item comes from, seen from the institution.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Near {
    /// From a place of the institution.
    Here,
    /// From its country.
    Country,
    /// From elsewhere.
    Elsewhere,
    /// Nobody has said.
    Unknown,
}

impl Near {
    /// All of them, the nearest first.
    pub const ALL: [Near; 4] = [Near::Here, Near::Country, Near::Elsewhere, Near::Unknown];

    /// The word that stands for it.
    pub const fn word(self) -> &'static str {
        match self {
            Near::Here => "here",
            Near::Country => "country",
            Near::Elsewhere => "elsewhere",
            Near::Unknown => "unknown",
        }
    }
}

/// One thing a member did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Event<'a> {
    /// When, in seconds since 1970 UTC.
    pub at_s: i64,
    /// The member, as a pseudonym of this span.
    pub member: &'a str,
    /// The session, as far as it tells apart those of one member.
    pub session: &'a str,
    /// The item.
    pub item: &'a str,
    /// Its medium; the first told of an item counts.
    pub medium: MediaKind,
    /// Where it comes from; the first told of an item counts.
    pub near: Near,
    /// What was done.
    pub action: Action,
}

/// Figures of COUNTER 5.1; `None` where they would tell of fewer members than the threshold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Counts {
    /// `Total_Item_Investigations`.
    pub total_investigations: u64,
    /// `Unique_Item_Investigations`.
    pub unique_investigations: Option<u64>,
    /// `Total_Item_Requests`.
    pub total_requests: Option<u64>,
    /// `Unique_Item_Requests`.
    pub unique_requests: Option<u64>,
}

/// A row of a table: what is told together, and its figures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// The words of the media or origins that are told together.
    pub of: Vec<String>,
    /// Its figures.
    pub counts: Counts,
    /// Active members; only by medium, and only where nothing follows from it.
    pub members: Option<u64>,
}

/// An item that enough members used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemRow {
    /// The item.
    pub item: String,
    /// Its medium.
    pub medium: String,
    /// Its figures.
    pub counts: Counts,
}

/// What is told of a span.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// Behind each figure stand at least so many members.
    pub threshold: u64,
    /// Active members; `None` where they were fewer than the threshold: then nothing is told.
    pub members: Option<u64>,
    /// Sessions.
    pub sessions: Option<u64>,
    /// All figures together.
    pub total: Counts,
    /// By medium.
    pub media: Vec<Row>,
    /// By origin.
    pub near: Vec<Row>,
    /// Items, the most requested first.
    pub items: Vec<ItemRow>,
}

/// Counts a span as it goes by; the order of the events changes nothing.
#[derive(Debug, Default)]
pub struct Counter {
    members: HashMap<String, u32>,
    sessions: HashMap<(u32, String), u32>,
    items: BTreeMap<String, (u32, MediaKind, Near)>,
    member_of: Vec<u32>,
    rows: Vec<(u32, u32, Action, i64)>,
}

/// The parts that are counted apart: requested pairs, only-investigated pairs, repeated requests, other
/// investigations.
const PARTS: usize = 4;

/// Counts with the members behind each part.
#[derive(Debug, Clone, Default)]
struct Cell {
    count: [u64; PARTS],
    members: [BTreeSet<u32>; PARTS],
}

/// How finely the parts are told: each list is counted as one.
type Fineness = &'static [&'static [usize]];
const ALL_FIGURES: Fineness = &[&[0], &[1], &[2], &[3]];
const TOTALS: Fineness = &[&[0, 2], &[1, 3]];
const INTEREST: Fineness = &[&[0, 1, 2, 3]];

impl Counter {
    /// An empty counter.
    pub fn new() -> Counter {
        Counter::default()
    }

    /// Takes an event.
    pub fn add(&mut self, event: &Event<'_>) {
        let next = u32::try_from(self.members.len()).unwrap_or(u32::MAX);
        let member = match self.members.get(event.member) {
            Some(known) => *known,
            None => *self.members.entry(event.member.to_owned()).or_insert(next),
        };
        let next = u32::try_from(self.sessions.len()).unwrap_or(u32::MAX);
        let session = *self.sessions.entry((member, event.session.to_owned())).or_insert(next);
        if session == next {
            self.member_of.push(member);
        }
        let next = u32::try_from(self.items.len()).unwrap_or(u32::MAX);
        let item = match self.items.get_mut(event.item) {
            Some((item, medium, near)) => {
                // So that the order of events does not matter.
                (*medium, *near) = (*medium, *near).min((event.medium, event.near));
                *item
            }
            None => {
                self.items.insert(event.item.to_owned(), (next, event.medium, event.near));
                next
            }
        };
        self.rows.push((session, item, event.action, event.at_s));
    }

    /// What may be told, with at least `k` members behind each figure.
    pub fn told(mut self, k: u64) -> Told {
        let k = usize::try_from(k.max(1)).unwrap_or(usize::MAX);
        let active = self.members.len();
        let mut told = Told {
            threshold: k as u64,
            members: None,
            sessions: None,
            total: Counts::default(),
            media: Vec::new(),
            near: Vec::new(),
            items: Vec::new(),
        };
        if active < k {
            return told;
        }
        told.members = Some(active as u64);
        told.sessions = self.sessions_told(k);
        let items = self.cells();
        let mut atoms: BTreeMap<(MediaKind, Near), Cell> = BTreeMap::new();
        for (kind, cell) in items.values() {
            atoms.entry(*kind).or_default().join(cell);
        }
        let mut whole = Cell::default();
        atoms.values().for_each(|c| whole.join(c));
        let (fineness, blocks) = told_apart(&atoms, &whole, k);
        told.total = whole.counts(fineness);
        told.media = table(&blocks, fineness, |(m, _)| m.word());
        told.near = table(&blocks, fineness, |(_, n)| n.word());
        members_by_medium(&mut told.media, &atoms, active, k);
        told.items = self.item_rows(&items, &blocks, fineness, k);
        told
    }

    fn sessions_told(&self, k: usize) -> Option<u64> {
        let mut times: HashMap<u32, u32> = HashMap::new();
        self.member_of.iter().for_each(|m| *times.entry(*m).or_default() += 1);
        let twice = times.values().filter(|n| **n > 1).count();
        (twice == 0 || twice >= k).then_some(self.sessions.len() as u64)
    }

    /// The counts of each item, by its number.
    fn cells(&mut self) -> BTreeMap<u32, ((MediaKind, Near), Cell)> {
        self.rows.sort_unstable();
        let kinds: HashMap<u32, (MediaKind, Near)> =
            self.items.values().map(|(item, medium, near)| (*item, (*medium, *near))).collect();
        let mut cells: BTreeMap<u32, ((MediaKind, Near), Cell)> = BTreeMap::new();
        for pair in self.rows.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)) {
            let Some(&(session, item, ..)) = pair.first() else { continue };
            let counted = |action: Action| {
                let mut times = pair.iter().filter(|r| r.2 == action).map(|r| r.3);
                let Some(mut last) = times.next() else { return 0_u64 };
                let mut count = 1;
                for at in times {
                    count += u64::from(at - last > DOUBLE_CLICK_S);
                    last = at;
                }
                count
            };
            let (looked, used) = (counted(Action::Investigation), counted(Action::Request));
            let parts = if used > 0 { [1, 0, used - 1, looked] } else { [0, 1, 0, looked - 1] };
            let member = self.member_of.get(session as usize).copied().unwrap_or(u32::MAX);
            let Some(kind) = kinds.get(&item) else { continue };
            let (_, cell) = cells.entry(item).or_insert_with(|| (*kind, Cell::default()));
            for (place, count) in parts.into_iter().enumerate().filter(|(_, n)| *n > 0) {
                cell.count[place] += count; // place < PARTS
                cell.members[place].insert(member);
            }
        }
        cells
    }

    fn item_rows(
        &self,
        items: &BTreeMap<u32, ((MediaKind, Near), Cell)>,
        blocks: &[Block],
        fineness: Fineness,
        k: usize,
    ) -> Vec<ItemRow> {
        let names: HashMap<u32, &str> =
            self.items.iter().map(|(name, (n, ..))| (*n, name.as_str())).collect();
        let mut rows = Vec::new();
        for block in blocks {
            let within = || items.iter().filter(|(_, (kind, _))| block.atoms.contains(kind));
            let size = |c: &Cell| c.members.iter().map(BTreeSet::len).max().unwrap_or(0);
            let mut shown: Vec<(usize, u32, &Cell)> = within()
                .filter(|(_, (_, c))| c.fits(fineness, k))
                .map(|(n, (_, c))| (size(c), *n, c))
                .collect();
            shown.sort_by(|a, b| b.0.cmp(&a.0).then(names.get(&a.1).cmp(&names.get(&b.1))));
            let beyond = shown.split_off(shown.len().min(MOST_ITEMS));
            let mut rest = Cell::default();
            within().filter(|(_, (_, c))| !c.fits(fineness, k)).for_each(|(_, (_, c))| rest.join(c));
            beyond.iter().for_each(|(.., c)| rest.join(c));
            while !rest.fits(fineness, k) {
                let Some((.., cell)) = shown.pop() else { break };
                rest.join(cell);
            }
            for (_, number, cell) in shown {
                let medium = items.get(&number).map_or("", |((m, _), _)| m.word());
                rows.push(ItemRow {
                    item: names.get(&number).copied().unwrap_or_default().to_owned(),
                    medium: medium.to_owned(),
                    counts: cell.counts(fineness),
                });
            }
        }
        let requests = |r: &ItemRow| r.counts.total_requests.unwrap_or(r.counts.total_investigations);
        rows.sort_by(|a, b| requests(b).cmp(&requests(a)).then(a.item.cmp(&b.item)));
        rows
    }
}

impl Cell {
    fn join(&mut self, other: &Cell) {
        for place in 0..PARTS {
            self.count[place] += other.count[place];
            self.members[place].extend(&other.members[place]);
        }
    }

    /// Whether behind each group of parts stand nobody or at least `k` members.
    fn fits(&self, fineness: Fineness, k: usize) -> bool {
        fineness.iter().all(|group| {
            let behind: BTreeSet<u32> =
                group.iter().filter_map(|p| self.members.get(*p)).flatten().copied().collect();
            behind.is_empty() || behind.len() >= k
        })
    }

    fn counts(&self, fineness: Fineness) -> Counts {
        let [wanted, looked, again, other] = self.count;
        let all = fineness.len() == ALL_FIGURES.len();
        Counts {
            total_investigations: wanted + looked + again + other,
            unique_investigations: all.then_some(wanted + looked),
            total_requests: (fineness.len() > 1).then_some(wanted + again),
            unique_requests: all.then_some(wanted),
        }
    }
}

/// Atoms that are never told apart.
struct Block {
    atoms: BTreeSet<(MediaKind, Near)>,
    cell: Cell,
}

/// How finely the parts are told, and the blocks: the finest, unless a coarser telling keeps more than twice as many
/// blocks apart. All that is published is of this one choice.
fn told_apart(atoms: &BTreeMap<(MediaKind, Near), Cell>, whole: &Cell, k: usize) -> (Fineness, Vec<Block>) {
    let mut best: Option<(Fineness, Vec<Block>)> = None;
    for fineness in [ALL_FIGURES, TOTALS, INTEREST].into_iter().filter(|f| whole.fits(f, k)) {
        let apart = blocks(atoms, fineness, k);
        if best.as_ref().is_none_or(|(_, finer)| finer.len() * 2 < apart.len()) {
            best = Some((fineness, apart));
        }
    }
    best.unwrap_or_else(|| (INTEREST, blocks(atoms, INTEREST, k)))
}

/// Joins atoms until each block has nobody or at least `k` members behind each part: with the smallest other block
/// of the same medium, or of any.
fn blocks(atoms: &BTreeMap<(MediaKind, Near), Cell>, fineness: Fineness, k: usize) -> Vec<Block> {
    let mut all: Vec<Block> = atoms
        .iter()
        .map(|(kind, cell)| Block { atoms: BTreeSet::from([*kind]), cell: cell.clone() })
        .collect();
    while let Some(at) = all.iter().position(|b| !b.cell.fits(fineness, k)) {
        if all.len() == 1 {
            break; // the whole fits: it was asked before
        }
        let needy = all.swap_remove(at);
        let media: BTreeSet<MediaKind> = needy.atoms.iter().map(|a| a.0).collect();
        let size = |b: &Block| b.cell.count.iter().sum::<u64>();
        let other_medium = |b: &Block| !b.atoms.iter().any(|a| media.contains(&a.0));
        let partner = all.iter_mut().min_by_key(|b| {
            let first = b.atoms.first().copied();
            (other_medium(b), size(b), first)
        });
        if let Some(partner) = partner {
            partner.cell.join(&needy.cell);
            partner.atoms.extend(needy.atoms);
        }
    }
    all
}

/// Sums of whole blocks: names that share a block are told together.
fn table(blocks: &[Block], fineness: Fineness, name: impl Fn((MediaKind, Near)) -> &'static str) -> Vec<Row> {
    let mut groups: Vec<(BTreeSet<&'static str>, Cell)> = Vec::new();
    for block in blocks {
        let mut names: BTreeSet<&'static str> = block.atoms.iter().map(|a| name(*a)).collect();
        let mut cell = block.cell.clone();
        let (touched, rest): (Vec<_>, Vec<_>) =
            groups.into_iter().partition(|(others, _)| !others.is_disjoint(&names));
        for (others, more) in touched {
            names.extend(others);
            cell.join(&more);
        }
        groups = rest;
        groups.push((names, cell));
    }
    let order = |word: &str| {
        let media = MediaKind::ALL.iter().position(|m| m.word() == word);
        media.or_else(|| Near::ALL.iter().position(|n| n.word() == word)).unwrap_or(usize::MAX)
    };
    let mut rows: Vec<Row> = groups
        .into_iter()
        .map(|(names, cell)| {
            let mut of: Vec<String> = names.into_iter().map(str::to_owned).collect();
            of.sort_by_key(|w| order(w));
            Row { of, counts: cell.counts(fineness), members: None }
        })
        .collect();
    rows.sort_by_key(|r| r.of.first().map_or(usize::MAX, |w| order(w)));
    rows
}

/// Active members by medium, where neither those left out of a medium nor those in more than one are few.
fn members_by_medium(rows: &mut [Row], atoms: &BTreeMap<(MediaKind, Near), Cell>, active: usize, k: usize) {
    let behind = |row: &Row| -> usize {
        let of = |m: MediaKind| row.of.iter().any(|w| w == m.word());
        let cells = atoms.iter().filter(|((m, _), _)| of(*m)).map(|(_, c)| c);
        cells.flat_map(|c| c.members.iter().flatten()).collect::<BTreeSet<_>>().len()
    };
    let counts: Vec<usize> = rows.iter().map(behind).collect();
    let few = |n: usize| n > 0 && n < k;
    let several = counts.iter().sum::<usize>().saturating_sub(active);
    if few(several) || counts.iter().any(|n| few(active.saturating_sub(*n)) || few(*n)) {
        return;
    }
    for (row, count) in rows.iter_mut().zip(counts) {
        row.members = Some(count as u64);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    type Fact = (i64, u8, u8, u8, u8);
    /// The smallest thing there is: an item's number and a part.
    type Atom = (u8, usize);
    type Sums = Vec<BTreeMap<Atom, i128>>;
    type Behind = BTreeMap<Atom, BTreeSet<u32>>;

    const PRIME: i128 = 2_147_483_647;

    fn medium(n: u8) -> MediaKind {
        MediaKind::ALL[usize::from(n) % 3]
    }

    fn near(n: u8) -> Near {
        Near::ALL[usize::from(n / 3) % 3]
    }

    fn counted(facts: &[Fact]) -> Counter {
        let mut counter = Counter::new();
        for (at, member, session, item, action) in facts {
            counter.add(&Event {
                at_s: *at,
                member: &format!("m{member}"),
                session: &format!("s{session}"),
                item: &format!("i{item:02}"),
                medium: medium(*item),
                near: near(*item),
                action: if *action > 0 { Action::Request } else { Action::Investigation },
            });
        }
        counter
    }

    #[test]
    fn counter_counts_as_counter_does() {
        // A looks, plays, plays again at once (one) and after a minute; B looks twice; C plays.
        let facts = [
            (0, 0, 0, 0, 0),
            (5, 0, 0, 0, 1),
            (20, 0, 0, 0, 1),
            (80, 0, 0, 0, 1),
            (0, 1, 0, 0, 0),
            (90, 1, 0, 0, 0),
            (7, 2, 0, 0, 1),
        ];
        let told = counted(&facts).told(1);
        let want = Counts {
            total_investigations: 6,
            unique_investigations: Some(3),
            total_requests: Some(3),
            unique_requests: Some(2),
        };
        assert_eq!((told.members, told.sessions, told.total), (Some(3), Some(3), want));
        assert_eq!(counted(&facts).told(4), Counter::new().told(4), "fewer than four: nothing is told");
    }

    #[test]
    fn a_small_medium_is_told_with_its_neighbour() {
        let mut facts: Vec<Fact> = (0..9).map(|m| (0, m, 0, 0, 1)).collect();
        facts.extend((0..5).map(|m| (100, m, 0, 1, 1)));
        facts.extend((0..2).map(|m| (200, m, 0, 2, 1)));
        let told = counted(&facts).told(3);
        let rows: Vec<(String, u64)> =
            told.media.iter().map(|r| (r.of.join("+"), r.counts.total_investigations)).collect();
        assert_eq!(rows, [("audio".to_owned(), 9), ("video+game".to_owned(), 7)]);
    }

    /// A published figure as a sum over the smallest things there are: (item, part).
    fn published(facts: &[Fact], k: u64) -> (Sums, Behind, Told) {
        let mut counter = counted(facts);
        let cells = counter.cells();
        let by_number: BTreeMap<u32, u8> =
            counter.items.iter().map(|(name, (n, ..))| (*n, name[1..].parse().unwrap())).collect();
        let mut behind = BTreeMap::new();
        for (number, (_, cell)) in &cells {
            for part in 0..PARTS {
                if cell.count[part] > 0 {
                    behind.insert((by_number[number], part), cell.members[part].clone());
                }
            }
        }
        let told = counted(facts).told(k);
        let mut sums = Vec::new();
        let mut add = |counts: &Counts, of: &dyn Fn(u8) -> bool| {
            let figures: [(bool, &[usize]); 4] = [
                (true, &[0, 1, 2, 3]),
                (counts.unique_investigations.is_some(), &[0, 1]),
                (counts.total_requests.is_some(), &[0, 2]),
                (counts.unique_requests.is_some(), &[0]),
            ];
            for (_, parts) in figures.iter().filter(|(there, _)| *there) {
                let sum: BTreeMap<(u8, usize), i128> = behind
                    .keys()
                    .filter(|(item, part)| of(*item) && parts.contains(part))
                    .map(|key| (*key, 1))
                    .collect();
                sums.push(sum);
            }
        };
        if told.members.is_some() {
            add(&told.total, &|_| true);
        }
        for row in &told.media {
            add(&row.counts, &|i| row.of.iter().any(|w| w == medium(i).word()));
        }
        for row in &told.near {
            add(&row.counts, &|i| row.of.iter().any(|w| w == near(i).word()));
        }
        for row in &told.items {
            let item: u8 = row.item[1..].parse().unwrap();
            add(&row.counts, &|i| i == item);
        }
        (sums, behind, told)
    }

    fn inverse(a: i128) -> i128 {
        let (mut power, mut base, mut result) = (PRIME - 2, a.rem_euclid(PRIME), 1);
        while power > 0 {
            if power % 2 == 1 {
                result = result * base % PRIME;
            }
            base = base * base % PRIME;
            power /= 2;
        }
        result
    }

    /// Rows in echelon form, by their leading key; what an attacker who adds and subtracts can reach.
    #[derive(Default)]
    struct Reach(BTreeMap<(u8, usize), BTreeMap<(u8, usize), i128>>);

    impl Reach {
        fn reduced(&self, mut row: BTreeMap<(u8, usize), i128>) -> BTreeMap<(u8, usize), i128> {
            for (lead, known) in &self.0 {
                if let Some(factor) = row.get(lead).copied() {
                    for (key, value) in known {
                        let slot = row.entry(*key).or_default();
                        *slot = (*slot - factor * value).rem_euclid(PRIME);
                    }
                    row.retain(|_, v| *v != 0);
                }
            }
            row
        }

        fn add(&mut self, row: BTreeMap<(u8, usize), i128>) {
            let row = self.reduced(row);
            if let Some((lead, value)) = row.iter().next().map(|(k, v)| (*k, *v)) {
                let by = inverse(value);
                self.0.insert(lead, row.into_iter().map(|(k, v)| (k, v * by % PRIME)).collect());
            }
        }
    }

    fn facts() -> impl Strategy<Value = Vec<Fact>> {
        proptest::collection::vec((0_i64..400, 0_u8..14, 0_u8..3, 0_u8..18, 0_u8..3), 0..160)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]

        /// Subtracting published figures from each other in any way never gives a figure of fewer than k members.
        #[test]
        fn nothing_small_follows_by_subtraction(facts in facts(), k in 2_u64..7, picks in proptest::collection::vec(proptest::bits::u64::ANY, 60)) {
            let (sums, behind, told) = published(&facts, k);
            let mut reach = Reach::default();
            sums.iter().for_each(|s| reach.add(s.clone()));
            let keys: Vec<(u8, usize)> = behind.keys().copied().collect();
            let mut secrets: Vec<BTreeSet<(u8, usize)>> = keys.iter().map(|k| BTreeSet::from([*k])).collect();
            for (i, sum) in sums.iter().enumerate() {
                for other in &sums[..i] {
                    let minus = |a: &BTreeMap<(u8, usize), i128>, b: &BTreeMap<(u8, usize), i128>| a.keys().filter(|k| !b.contains_key(k)).copied().collect();
                    secrets.push(minus(sum, other));
                    secrets.push(minus(other, sum));
                }
            }
            secrets.extend(picks.iter().map(|bits| keys.iter().enumerate().filter(|(n, _)| bits >> (n % 64) & 1 == 1).map(|(_, k)| *k).collect()));
            for secret in secrets {
                let members: BTreeSet<u32> = secret.iter().flat_map(|k| behind[k].iter().copied()).collect();
                if members.is_empty() || members.len() >= usize::try_from(k).unwrap() {
                    continue;
                }
                let rest = reach.reduced(secret.iter().map(|k| (*k, 1)).collect());
                prop_assert!(!rest.is_empty(), "{:?} of {} members follows from {:?}", secret, members.len(), told);
            }
        }

        /// Counts of members give away no few either.
        #[test]
        fn no_few_members_follow(facts in facts(), k in 2_u64..7) {
            let told = counted(&facts).told(k);
            let few = |n: u64| n > 0 && n < k;
            if let Some(all) = told.members {
                prop_assert!(all >= k);
                let by: Vec<u64> = told.media.iter().filter_map(|r| r.members).collect();
                if !by.is_empty() {
                    prop_assert_eq!(by.len(), told.media.len());
                    prop_assert!(by.iter().all(|n| !few(*n) && !few(all - n)) && !few(by.iter().sum::<u64>() - all));
                }
            } else {
                prop_assert!(told.media.is_empty() && told.near.is_empty() && told.items.is_empty() && told.total == Counts::default());
            }
        }

        /// The tables add up to the total, and the order of events changes nothing.
        #[test]
        fn tables_add_up_whatever_the_order(facts in facts(), k in 1_u64..7) {
            let told = counted(&facts).told(k);
            for table in [&told.media, &told.near] {
                let sum: u64 = table.iter().map(|r| r.counts.total_investigations).sum();
                prop_assert_eq!(sum, told.total.total_investigations);
                let sum: u64 = table.iter().filter_map(|r| r.counts.unique_requests).sum();
                prop_assert_eq!(sum, told.total.unique_requests.unwrap_or(0));
            }
            let mut turned = facts.clone();
            turned.reverse();
            prop_assert_eq!(counted(&turned).told(k), told);
        }
    }
}
