//! How a line came about, in sentences with exact numbers.

use money::{Amount, Ratio};
use music::PartyId;

use crate::rule::Pays;
use crate::rule::reading::{micros_text, place, unit};
use crate::{Allocation, How, Lang, Line, LineKind, Part, Reason, Unit};

/// Tells how a line came about: the pot and its rule, the part, the weight, the holder's share.
///
/// `name` gives the name of a party as the asker may see it. Lines that sum over members say how many
/// members that were; whoever shows them hides counts below the privacy threshold.
///
/// Worked: "The pot of EUR 50.00 was shared by the rule set-list-per-line, version 1." "The split `line`
/// carries 85 % of the pot: EUR 42.50." "This line weighs 1 of 20 lines: EUR 2.125." "Ada Nwosu holds 50 %
/// of the master side: EUR 1.0625."
pub fn explain(
    allocation: &Allocation,
    line: &Line,
    lang: Lang,
    name: &dyn Fn(&PartyId) -> String,
) -> Vec<String> {
    let mut told = vec![pot(allocation, lang)];
    match &line.how {
        How::Deducted { share, reason } => told.push(deducted(line, *share, reason.get(lang), lang)),
        How::Whole { part } => told.extend(allocation.parts.get(*part).map(|p| self::part(p, lang))),
        How::Flat { part, each } => {
            told.extend(allocation.parts.get(*part).map(|p| self::part(p, lang)));
            told.push(flat(*each, lang));
        }
        How::Weighed { part, weight, due, .. } => {
            if let Some(part) = allocation.parts.get(*part) {
                told.push(self::part(part, lang));
                told.push(weighed(part, *weight, *due, lang));
            }
        }
        How::Members { part, members, due, .. } => {
            if let Some(part) = allocation.parts.get(*part) {
                told.push(self::part(part, lang));
                told.push(from_members(part, *members, *due, lang));
            }
        }
    }
    told.extend(destination(line, lang, name));
    told
}

/// Tells a holder how a line came about without telling what the payer gave: the rule, what it follows and
/// the holder's share, but no pot, no part, no weight and no count.
///
/// What one night's pot was is known to its payer and the house only; this is what a producer's statement
/// prints. The amount itself still tells the pot to whoever knows how many lines there were, so a
/// single line is shown only where the payer agreed; else see [`crate::combine()`].
pub fn explain_to_holder(
    allocation: &Allocation,
    line: &Line,
    lang: Lang,
    name: &dyn Fn(&PartyId) -> String,
) -> Vec<String> {
    let (rule, version) = (&allocation.rule.name, allocation.rule.version);
    let mut told = vec![match lang {
        Lang::En => format!("Shared by the rule {rule}, version {version}."),
        Lang::Fr => format!("Partagé par la règle {rule}, version {version}."),
    }];
    if let Some(part) = line.how.part().and_then(|at| allocation.parts.get(at)) {
        let name = &part.name;
        told.push(match lang {
            Lang::En => format!("It comes from the split `{name}`."),
            Lang::Fr => format!("Cela vient du partage « {name} »."),
        });
    }
    told.extend(destination(line, lang, name));
    told
}

fn pot(allocation: &Allocation, lang: Lang) -> String {
    let (pot, rule) = (lang.amount(allocation.pot), &allocation.rule);
    let (name, version, hash) = (&rule.name, rule.version, rule.hash.get(..12).unwrap_or(&rule.hash));
    match lang {
        Lang::En => {
            format!("The pot of {pot} was shared by the rule {name}, version {version} (hash {hash}…).")
        }
        Lang::Fr => format!(
            "La cagnotte de {pot} a été partagée par la règle {name}, version {version} (empreinte {hash}…)."
        ),
    }
}

fn deducted(line: &Line, share: Ratio, reason: &str, lang: Lang) -> String {
    let (share, amount) = (lang.ratio(share), lang.amount(line.amount));
    match lang {
        Lang::En => format!("{share} of it is deducted: {amount} ({reason})."),
        Lang::Fr => format!("{share} en est déduit : {amount} ({reason})."),
    }
}

fn part(part: &Part, lang: Lang) -> String {
    let (name, share, own) = (&part.name, lang.ratio(part.share), lang.amount(part.own));
    let mut told = match lang {
        Lang::En => format!("The split `{name}` carries {share} of the pot: {own}."),
        Lang::Fr => format!("Le partage « {name} » porte {share} de la cagnotte : {own}."),
    };
    if !part.taken_over.is_empty() {
        let (from, amount) = (part.taken_over.join(", "), lang.amount(part.amount));
        told.push_str(&match lang {
            Lang::En => format!(" Nothing qualified for {from}, so its money came here: {amount} in all."),
            Lang::Fr => {
                format!(" Rien n'a été retenu pour {from}, dont l'argent est venu ici : {amount} en tout.")
            }
        });
    }
    if part.idle > 0 {
        let (idle, seats) = (lang.count(part.idle), lang.count(part.idle + part.count));
        told.push_str(&match lang {
            Lang::En => format!(" {idle} of {seats} seats had no play."),
            Lang::Fr => format!(" {idle} places sur {seats} n'ont eu aucune écoute."),
        });
    }
    told
}

fn flat(each: Amount, lang: Lang) -> String {
    let each = lang.amount(each);
    match lang {
        Lang::En => format!("Each selected release gets {each}."),
        Lang::Fr => format!("Chaque parution choisie reçoit {each}."),
    }
}

fn weighed(part: &Part, weight: u64, due: Amount, lang: Lang) -> String {
    let due_text = lang.amount(due);
    if part.unit == Unit::Artist {
        let (artists, plays) = (lang.count(part.count), lang.count(weight));
        return match lang {
            Lang::En => format!(
                "Each of {artists} artists carries the same; within the artist this weighs {plays} plays: {due_text}."
            ),
            Lang::Fr => format!(
                "Chacun des {artists} artistes porte autant ; chez l'artiste ceci pèse {plays} écoutes : {due_text}."
            ),
        };
    }
    let number = |n: u64| if part.unit.scale() == 1 { lang.count(n) } else { micros_text(n, lang) };
    let (weight_text, total, unit) = (number(weight), number(part.weight), unit(part.unit, lang));
    let rounded = if is_exact(part.amount, weight, part.weight) {
        ""
    } else if matches!(part.unit, Unit::Line | Unit::Second) {
        lang.pick(
            ", to the millionth (the millionths left over go to the largest fractions, of equal ones to the earlier lines)",
            ", au millionième près (les millionièmes restants vont aux plus grandes fractions et, à égalité, aux premières lignes)",
        )
    } else {
        lang.pick(
            ", to the millionth (the millionths left over go to the largest fractions)",
            ", au millionième près (les millionièmes restants vont aux plus grandes fractions)",
        )
    };
    match lang {
        Lang::En => format!("This weighs {weight_text} of {total} {unit}: {due_text}{rounded}."),
        Lang::Fr => format!("Ceci pèse {weight_text} sur {total} {unit} : {due_text}{rounded}."),
    }
}

fn is_exact(amount: Amount, weight: u64, total: u64) -> bool {
    let due = u128::from(amount.micros().unsigned_abs()) * u128::from(weight);
    total != 0 && due.is_multiple_of(u128::from(total))
}

fn from_members(part: &Part, members: u64, due: Amount, lang: Lang) -> String {
    let (members, all, due) = (lang.count(members), lang.count(part.count), lang.amount(due));
    match lang {
        Lang::En => format!(
            "{members} of {all} members played it; from each came a part of that member's own money: {due} together."
        ),
        Lang::Fr => format!(
            "{members} membres sur {all} l'ont joué ; de chacun vient une part de son propre argent : {due} ensemble."
        ),
    }
}

fn destination(line: &Line, lang: Lang, name: &dyn Fn(&PartyId) -> String) -> Option<String> {
    let amount = lang.amount(line.amount);
    let share = match &line.how {
        How::Weighed { share, .. } | How::Members { share, .. } => share.map(|s| lang.ratio(s)),
        _ => None,
    };
    Some(match &line.kind {
        LineKind::Deduct { to, .. } => match lang {
            Lang::En => format!("It goes {}.", place(to, lang)),
            Lang::Fr => format!("Cela va {}.", place(to, lang)),
        },
        LineKind::Carry { to } => match lang {
            Lang::En => format!("{amount} goes {}.", place(to, lang)),
            Lang::Fr => format!("{amount} va {}.", place(to, lang)),
        },
        LineKind::Pay { party } => {
            let name = name(party);
            match (lang, share, side(line.side, lang)) {
                (Lang::En, Some(share), Some(side)) => format!("{name} holds {share} of {side}: {amount}."),
                (Lang::Fr, Some(share), Some(side)) => format!("{name} détient {share} {side} : {amount}."),
                (Lang::En, ..) => format!("{name} gets {amount}."),
                (Lang::Fr, ..) => format!("{name} reçoit {amount}."),
            }
        }
        LineKind::Suspense { reason } => {
            let why = why(*reason, lang);
            match lang {
                Lang::En => format!("{amount} waits: {why}."),
                Lang::Fr => format!("{amount} attend : {why}."),
            }
        }
    })
}

fn side(side: Option<Pays>, lang: Lang) -> Option<&'static str> {
    Some(match side? {
        Pays::CreditedArtist => lang.pick("the artists' credit", "du crédit des artistes"),
        Pays::Master => lang.pick("the master side", "de l'enregistrement"),
        Pays::Composition | Pays::BothSides => lang.pick("the composition", "de la composition"),
    })
}

/// Why money waits, after a colon.
pub fn why(reason: Reason, lang: Lang) -> &'static str {
    match reason {
        Reason::Unmatched => lang
            .pick("the line is no known recording yet", "la ligne n'est encore aucun enregistrement connu"),
        Reason::OpenShare => lang.pick("nobody has claimed this share", "personne n'a réclamé cette part"),
        Reason::Overclaimed => lang.pick("more than the whole is claimed", "plus que le tout est réclamé"),
        Reason::Disputed => lang.pick("a share is disputed", "une part est contestée"),
        Reason::NoHolder => lang.pick("nobody is known to hold it", "aucun ayant droit n'est connu"),
        Reason::Unlicensed => lang.pick("the source is not licensed", "la source n'est pas sous licence"),
        Reason::NoPerformer => lang.pick("nobody is named as performer", "aucun interprète n'est nommé"),
        Reason::Flagged => lang.pick(
            "a guard flagged how it was played, and a person has not decided yet",
            "une garde a signalé la façon dont il a été joué, et personne n'a encore tranché",
        ),
    }
}
