//! What makes a rule whole: shares that meet the pot exactly, names that stand once, money that always
//! has somewhere to go, and no circle.

use std::collections::BTreeMap;

use money::Ratio;

use super::read::{Reader, guess, short};
use super::words::{Notice, Pays};
use super::{Deduction, Destination, Hold, Measure, RuleSet, Split, Text};

/// Something the text says, and the line it says it on.
#[derive(Debug, Clone)]
pub(super) struct Said<T> {
    pub value: T,
    pub line: u64,
}

/// A rule as far as it could be read, before it is known to hold together.
pub(super) struct Draft {
    pub name: String,
    pub version: u32,
    pub summary: Text,
    pub pays: Option<Said<Pays>>,
    pub notice: Option<Said<Notice>>,
    pub sides: Option<Said<(Ratio, Ratio)>>,
    pub deductions: Vec<DraftDeduction>,
    pub splits: Vec<DraftSplit>,
    pub unplayed: Option<Said<String>>,
    pub unmatched: Option<(Hold, Said<String>)>,
    pub unclaimed: Option<(Hold, Said<String>)>,
    pub disputed: Option<(Hold, Said<String>)>,
}

/// A deduction as far as it could be read.
pub(super) struct DraftDeduction {
    pub line: u64,
    pub share: Option<Said<Ratio>>,
    pub to: Option<Destination>,
    pub reason: Text,
}

/// A split as far as it could be read.
pub(super) struct DraftSplit {
    pub line: u64,
    pub share: Option<Said<Ratio>>,
    pub remaining: bool,
    pub name: Option<Said<String>>,
    pub measure: Option<Measure>,
    pub filter: Option<super::Where>,
    pub otherwise: Option<Said<String>>,
}

/// Checks a draft as a whole; problems go to the reader, and a rule comes back where there is enough of one.
pub(super) fn finish(reader: &mut Reader<'_>, draft: Draft) -> Option<RuleSet> {
    let names = split_names(reader, &draft.splits);
    deductions_differ(reader, &draft.deductions);
    let remaining = whole(reader, &draft);
    let pays = draft.pays.as_ref().map_or(Pays::Master, |said| said.value);
    let master_part = sides(reader, pays, draft.sides.as_ref());
    let unplayed = draft.unplayed.as_ref().and_then(|said| destination(reader, said, &names, false));
    let otherwise: Vec<Option<Destination>> = draft
        .splits
        .iter()
        .map(|split| split.otherwise.as_ref().and_then(|said| destination(reader, said, &names, false)))
        .collect();
    somewhere_to_go(reader, &draft, &otherwise, unplayed.as_ref());
    circles(reader, &draft, &names, &otherwise, unplayed.as_ref());
    let unmatched = hold(reader, draft.unmatched, &names);
    let unclaimed = hold(reader, draft.unclaimed, &names);
    let disputed = hold(reader, draft.disputed, &names);
    let deductions = draft
        .deductions
        .into_iter()
        .map(|d| Some(Deduction { share: d.share?.value, to: d.to?, reason: d.reason }))
        .collect::<Option<Vec<_>>>()?;
    let splits = draft
        .splits
        .into_iter()
        .zip(names)
        .zip(otherwise)
        .map(|((split, name), otherwise)| {
            let share = if split.remaining { remaining? } else { split.share?.value };
            let (remaining, filter) = (split.remaining, split.filter);
            Some(Split { name, share, remaining, measure: split.measure?, filter, otherwise })
        })
        .collect::<Option<Vec<_>>>()?;
    Some(RuleSet {
        name: draft.name,
        version: draft.version,
        summary: draft.summary,
        pays,
        master_part,
        notice: draft.notice.map(|said| said.value),
        deductions,
        splits,
        unplayed,
        unmatched,
        unclaimed,
        disputed,
    })
}

/// The name of each split: its own, or the words of `by` and `where`.
fn split_names(reader: &mut Reader<'_>, splits: &[DraftSplit]) -> Vec<String> {
    if splits.is_empty() {
        let hint = "add `[[split]]` with `share = \"remaining\"` and `by = \"line\"`";
        reader.problem("rule-key-missing", 1, "the rule has no `[[split]]`, so it shares nothing", hint);
    }
    let names: Vec<String> = splits.iter().map(split_name).collect();
    let mut seen: BTreeMap<&str, u64> = BTreeMap::new();
    for (split, name) in splits.iter().zip(&names) {
        let line = split.name.as_ref().map_or(split.line, |said| said.line);
        if let Some(said) = &split.name {
            let fine = |c: char| c.is_alphanumeric() || matches!(c, ' ' | '-');
            if said.value.trim() != said.value
                || said.value.is_empty()
                || said.value.len() > 60
                || !said.value.chars().all(fine)
            {
                let message = format!("`{}` cannot be the name of a split", short(&said.value));
                reader.problem(
                    "rule-name-unfit",
                    line,
                    message,
                    "use letters, digits, spaces and hyphens, at most 60",
                );
            } else if Destination::parse(&said.value).is_some_and(|d| d != Destination::Recordings) {
                let message = format!("`{}` is a place already, so it cannot name a split", said.value);
                reader.problem("rule-name-unfit", line, message, "choose a name that is no destination");
            }
        }
        if let Some(first) = seen.insert(name, line).filter(|_| split.measure.is_some()) {
            let message = format!("the split `{}` stands twice, first on line {first}", short(name));
            let hint = "give each a `name` of its own; where they share alike, make them one";
            reader.problem("rule-name-twice", line, message, hint);
        }
    }
    names
}

fn split_name(split: &DraftSplit) -> String {
    if let Some(said) = &split.name {
        return said.value.clone();
    }
    let by = match &split.measure {
        None => return String::new(),
        Some(Measure::To(to)) => return to.to_string().replace(':', " "),
        Some(measure) => measure.word(),
    };
    split.filter.map_or_else(|| by.to_owned(), |filter| format!("{by} {}", filter.word()))
}

fn deductions_differ(reader: &mut Reader<'_>, deductions: &[DraftDeduction]) {
    let mut seen: BTreeMap<(&Option<Destination>, &str), u64> = BTreeMap::new();
    for deduction in deductions {
        if let Some(first) = seen.insert((&deduction.to, &deduction.reason.en), deduction.line) {
            let message = format!("this deduction has the place and reason of the one on line {first}");
            let hint = "add the two shares in one deduction, or give each its own reason";
            reader.problem("rule-name-twice", deduction.line, message, hint);
        }
    }
}

/// Compares all shares with the whole and works out `remaining`.
fn whole(reader: &mut Reader<'_>, draft: &Draft) -> Option<Ratio> {
    let mut wanting = draft.splits.iter().filter(|s| s.remaining);
    let first = wanting.next();
    for second in wanting {
        let hint = "give one of them a share; only one split can take what remains";
        reader.problem("rule-remaining-twice", second.line, "two splits say `remaining`", hint);
    }
    let unread = draft.deductions.iter().any(|d| d.share.is_none())
        || draft.splits.iter().any(|s| s.share.is_none() && !s.remaining);
    let said = draft.deductions.iter().filter_map(|d| d.share.as_ref());
    let said: Vec<&Said<Ratio>> = said.chain(draft.splits.iter().filter_map(|s| s.share.as_ref())).collect();
    let last = said.iter().map(|s| s.line).max().unwrap_or(1);
    let ratios: Vec<Ratio> = said.iter().map(|s| s.value).collect();
    let Some((sum, common)) = Ratio::sum_to_whole(&ratios) else {
        let hint = "use percentages, or fractions with a common denominator";
        reader.problem("rule-share-unreadable", last, "the shares are too fine to be added exactly", hint);
        return None;
    };
    if sum > common {
        let message = format!("the shares exceed the whole by {}", difference(sum - common, common));
        reader.problem(
            "rule-shares-exceed",
            last,
            message,
            "deductions and splits together make 100 % of the pot",
        );
        return None;
    }
    if unread {
        return None;
    }
    match first {
        Some(split) if sum == common => {
            let hint = "take the split out, or lower another share";
            reader.problem(
                "rule-shares-exceed",
                split.line,
                "nothing remains for the split that says `remaining`",
                hint,
            );
            None
        }
        Some(split) => {
            let rest = u64::try_from(common - sum).ok().zip(u64::try_from(common).ok());
            let rest = rest.and_then(|(rest, common)| Ratio::new(rest, common).ok());
            if rest.is_none() {
                let hint = "use percentages, or fractions with a common denominator";
                reader.problem(
                    "rule-share-unreadable",
                    split.line,
                    "what remains is too fine to be a share",
                    hint,
                );
            }
            rest
        }
        None => {
            if sum < common && !draft.splits.is_empty() {
                let message = format!("the shares miss the whole by {}", difference(common - sum, common));
                let hint = "raise a share, or write `share = \"remaining\"` on one split";
                reader.problem("rule-shares-miss", last, message, hint);
            }
            None
        }
    }
}

/// An exact difference, as a percentage or fraction; above the whole as a percentage of it.
fn difference(size: u128, common: u128) -> String {
    let whole = size / common;
    let rest = u64::try_from(size % common).ok().zip(u64::try_from(common).ok());
    let rest = rest.and_then(|(r, c)| Ratio::new(r, c).ok()).map(|r| r.to_string());
    match (whole, rest) {
        (0, Some(rest)) => rest,
        (_, Some(rest)) if rest == "0 %" => format!("{} %", whole * 100),
        (_, rest) => format!("{} % and {}", whole * 100, rest.as_deref().unwrap_or("a little")),
    }
}

fn sides(reader: &mut Reader<'_>, pays: Pays, said: Option<&Said<(Ratio, Ratio)>>) -> Ratio {
    let half = || Ratio::new(1, 2).unwrap_or(Ratio::ZERO);
    let Some(Said { value: (master, composition), line }) = said else {
        return match pays {
            Pays::BothSides => half(),
            Pays::Composition => Ratio::ZERO,
            Pays::CreditedArtist | Pays::Master => Ratio::WHOLE,
        };
    };
    if pays != Pays::BothSides {
        let message = format!("`[sides]` means nothing for a rule that pays `{}`", pays.word());
        reader.problem(
            "rule-key-unfit",
            *line,
            message,
            "take it out, or write `pays = \"master and composition\"`",
        );
    } else if master.complement() != *composition {
        let message = format!("the sides are {master} and {composition}, which is not the whole");
        reader.problem("rule-shares-miss", *line, message, "the two sides together make 100 % of each line");
    }
    *master
}

/// A destination with the names of the splits known.
fn destination(
    reader: &mut Reader<'_>,
    said: &Said<String>,
    names: &[String],
    after_hold: bool,
) -> Option<Destination> {
    let found = match Destination::parse(&said.value) {
        Some(Destination::Recordings) if after_hold => Some(Destination::Recordings),
        Some(Destination::Recordings | Destination::Performer) | None => {
            let named = !after_hold && names.contains(&said.value);
            named.then(|| Destination::Split(said.value.clone()))
        }
        found => found,
    };
    if found.is_none() {
        let mut places = vec!["house", "next period", "institution"];
        if after_hold {
            places.push("recording");
        } else {
            places.extend(names.iter().map(String::as_str).filter(|n| !n.is_empty()));
        }
        let message = format!("`{}` is no destination", short(&said.value));
        let hint = guess(&said.value, places, "write `fund:NAME`, `house:NAME` or one of");
        reader.problem("rule-destination-unknown", said.line, message, hint);
    }
    found
}

fn hold(reader: &mut Reader<'_>, said: Option<(Hold, Said<String>)>, names: &[String]) -> Option<Hold> {
    let (hold, then) = said?;
    destination(reader, &then, names, true).map(|then| Hold { then, ..hold })
}

/// A split that can come out empty by its own words needs somewhere for its money to go.
fn somewhere_to_go(
    reader: &mut Reader<'_>,
    draft: &Draft,
    otherwise: &[Option<Destination>],
    unplayed: Option<&Destination>,
) {
    if draft.unplayed.is_some() || unplayed.is_some() {
        return;
    }
    for (split, otherwise) in draft.splits.iter().zip(otherwise) {
        if otherwise.is_some() || split.otherwise.is_some() {
            continue;
        }
        let why = match (&split.measure, split.filter) {
            (_, Some(filter)) => format!("where = \"{}\" can leave nothing to divide by", filter.word()),
            (Some(Measure::Play(terms)), _) if terms.threshold.is_some() => {
                "the threshold can leave nothing to divide by".to_owned()
            }
            (Some(Measure::Release(Some(_))), _) => {
                "flat amounts can leave a part of the pot over".to_owned()
            }
            _ => continue,
        };
        let hint = "say where the money goes then: `otherwise = \"NAME OF A SPLIT\"` here, or `[unplayed]` with `to`";
        reader.problem("rule-otherwise-missing", split.line, why, hint);
    }
}

/// Follows `otherwise` and `[unplayed]` from every split; coming back is a circle.
fn circles(
    reader: &mut Reader<'_>,
    draft: &Draft,
    names: &[String],
    otherwise: &[Option<Destination>],
    unplayed: Option<&Destination>,
) {
    let next = |place: usize| match otherwise.get(place)?.as_ref().or(unplayed)? {
        Destination::Split(name) => names.iter().position(|n| n == name),
        _ => None,
    };
    for (start, split) in draft.splits.iter().enumerate() {
        let mut way = vec![start];
        while let Some(place) = way.last().and_then(|last| next(*last)) {
            if way.contains(&place) {
                // Told once for a circle, by its first member, and not again by those that only lead into it.
                if place == start && way.iter().all(|p| *p >= start) {
                    let told: Vec<String> = way
                        .iter()
                        .chain([&place])
                        .filter_map(|p| names.get(*p))
                        .map(|n| format!("`{n}`"))
                        .collect();
                    let message = format!("the money goes round in a circle: {}", told.join(" → "));
                    let line = split
                        .otherwise
                        .as_ref()
                        .or(draft.unplayed.as_ref())
                        .map_or(split.line, |said| said.line);
                    let hint = "let one of them end outside, as in `otherwise = \"next period\"`";
                    reader.problem("rule-otherwise-circle", line, message, hint);
                }
                break;
            }
            way.push(place);
        }
    }
}
