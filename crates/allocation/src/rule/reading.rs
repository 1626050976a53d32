//! A rule told in plain words, in English and French.

use super::words::{Notice, Pays, Where, Within};
use super::{
    Boost, Destination, Hold, Measure, MemberTerms, Missing, PlayTerms, Requirement, RuleSet, Split,
};
use crate::{Lang, Unit};

/// Tells a rule in words, a paragraph of one or more sentences for each of its parts.
///
/// Worked: `[[deduct]] share = "15 %" to = "house" reason = "running the service"` reads "15 % of the pot
/// goes to the house: running the service."
pub fn reading(rule: &RuleSet, lang: Lang) -> String {
    let mut told = vec![
        format!("{}, version {}.", rule.name, rule.version),
        rule.summary.get(lang).to_owned(),
        pays(rule, lang),
    ];
    for deduction in &rule.deductions {
        let (share, to) = (lang.ratio(deduction.share), place(&deduction.to, lang));
        let reason = deduction.reason.get(lang);
        told.push(match lang {
            Lang::En => format!("{share} of the pot goes {to}: {reason}."),
            Lang::Fr => format!("{share} de la cagnotte va {to} : {reason}."),
        });
    }
    told.extend(rule.splits.iter().map(|s| split(rule, s, lang)));
    told.extend(rule.unplayed.as_ref().map(|to| {
        let to = place(to, lang);
        match lang {
            Lang::En => format!("What a split cannot place, because nothing qualifies, goes {to}."),
            Lang::Fr => format!("Ce qu'un partage ne peut placer, faute d'élément retenu, va {to}."),
        }
    }));
    told.extend(rule.unmatched.as_ref().map(|h| {
        hold(
            h,
            lang,
            "The money of lines that are no known recording",
            "L'argent des lignes sans enregistrement connu",
        )
    }));
    told.extend(rule.unclaimed.as_ref().map(|h| {
        hold(
            h,
            lang,
            "Money that nobody has claimed, open shares included,",
            "L'argent que personne n'a réclamé, parts ouvertes comprises,",
        )
    }));
    told.extend(rule.disputed.as_ref().map(|h| {
        hold(h, lang, "Disputed and overclaimed money", "L'argent contesté ou réclamé au-delà du tout")
    }));
    told.push(notice(lang));
    told.join("\n")
}

/// The sentence that every reading ends with, whether or not the rule repeats it.
fn notice(lang: Lang) -> String {
    let word = Notice::ReplacesNoLicence.entry();
    match lang {
        Lang::En => format!("A voluntary share replaces no collecting society's licence. {}", word.help),
        Lang::Fr => {
            format!(
                "Un partage volontaire ne remplace aucune autorisation d'une société de gestion. {}",
                word.aide
            )
        }
    }
}

fn pays(rule: &RuleSet, lang: Lang) -> String {
    let said = match (rule.pays, lang) {
        (Pays::CreditedArtist, Lang::En) => "The rule pays the credited artists.",
        (Pays::CreditedArtist, Lang::Fr) => "La règle paie les artistes crédités.",
        (Pays::Master, Lang::En) => "The rule pays the master side: those who hold shares of the recording.",
        (Pays::Master, Lang::Fr) => {
            "La règle paie le côté enregistrement : ceux qui en détiennent des parts."
        }
        (Pays::Composition, Lang::En) => "The rule pays the composition: those who hold shares of the work.",
        (Pays::Composition, Lang::Fr) => {
            "La règle paie la composition : ceux qui détiennent des parts de l'œuvre."
        }
        (Pays::BothSides, _) => {
            let (master, composition) =
                (lang.ratio(rule.master_part), lang.ratio(rule.master_part.complement()));
            return match lang {
                Lang::En => format!(
                    "The rule pays both sides: {master} of each line to the master, {composition} to the composition."
                ),
                Lang::Fr => format!(
                    "La règle paie les deux côtés : {master} de chaque ligne à l'enregistrement, {composition} à la composition."
                ),
            };
        }
    };
    said.to_owned()
}

fn split(rule: &RuleSet, split: &Split, lang: Lang) -> String {
    let share = match (split.remaining, rule.deductions.is_empty() && rule.splits.len() == 1, lang) {
        (true, true, Lang::En) => "The whole pot".to_owned(),
        (true, true, Lang::Fr) => "Toute la cagnotte".to_owned(),
        (true, false, Lang::En) => format!("The rest, {} of the pot,", lang.ratio(split.share)),
        (true, false, Lang::Fr) => format!("Le reste, {} de la cagnotte,", lang.ratio(split.share)),
        (false, _, Lang::En) => format!("{} of the pot", lang.ratio(split.share)),
        (false, _, Lang::Fr) => format!("{} de la cagnotte", lang.ratio(split.share)),
    };
    let mut told = format!("{share} {}", measure(split, lang));
    if let Some(filter) = split.filter {
        told.push_str(only(filter, lang));
    }
    told.push('.');
    if let Measure::Play(terms) = &split.measure {
        told.push_str(&play_terms(terms, lang));
    }
    if let Some(to) = &split.otherwise {
        let to = place(to, lang);
        told.push_str(&match lang {
            Lang::En => format!(" Where nothing qualifies, it goes {to}."),
            Lang::Fr => format!(" Si rien n'est retenu, elle va {to}."),
        });
    }
    told
}

fn measure(split: &Split, lang: Lang) -> String {
    let said = match &split.measure {
        Measure::To(to) => {
            let to = place(to, lang);
            return match lang {
                Lang::En => format!("goes {to}"),
                Lang::Fr => format!("va {to}"),
            };
        }
        Measure::Member(terms) => return members(terms, lang),
        Measure::Release(Some(each)) => {
            let each = lang.amount(*each);
            return match lang {
                Lang::En => format!("is there to pay {each} for each selected release"),
                Lang::Fr => format!("sert à payer {each} pour chaque parution choisie"),
            };
        }
        Measure::Duration(Missing::Median) => lang.pick(
            "is shared by the seconds heard of each line; a line without a time counts the median of the others",
            "se partage selon les secondes entendues de chaque ligne ; une ligne sans durée compte la médiane des autres",
        ),
        Measure::Duration(Missing::Refuse) => {
            lang.pick("is shared by the seconds heard of each line", "se partage selon les secondes entendues de chaque ligne")
        }
        Measure::Line => lang.pick(
            "is shared equally over the lines of the set list, identified or not",
            "se partage à parts égales entre les lignes de la setlist, identifiées ou non",
        ),
        Measure::Recording => {
            lang.pick("is shared equally over the recordings", "se partage à parts égales entre les enregistrements")
        }
        Measure::Artist => lang.pick(
            "is shared equally over the artists played, and within an artist by plays",
            "se partage à parts égales entre les artistes joués, et chez un artiste selon les écoutes",
        ),
        Measure::Play(_) => lang.pick(
            "is shared by plays, all of them in one heap",
            "se partage selon les écoutes, toutes dans un seul tas",
        ),
        Measure::Release(None) => {
            lang.pick("is shared equally over the selected releases", "se partage à parts égales entre les parutions choisies")
        }
        Measure::Deliverable => lang.pick(
            "pays the accepted deliverables, each by the amount agreed for it",
            "paie les livrables acceptés, chacun selon le montant convenu",
        ),
        Measure::Attribution => lang.pick(
            "follows what was attributed to each source; the part of unlicensed sources waits",
            "suit ce qui a été attribué à chaque source ; la part des sources sans licence attend",
        ),
        Measure::LicensedWork => {
            lang.pick("is shared equally over the licensed works", "se partage à parts égales entre les œuvres sous licence")
        }
    };
    said.to_owned()
}

fn members(terms: &MemberTerms, lang: Lang) -> String {
    let within = match terms.within {
        Within::Play => {
            lang.pick("what that member played, play by play", "ce que ce membre a joué, écoute par écoute")
        }
        Within::Duration => {
            lang.pick("the seconds that member heard", "les secondes que ce membre a entendues")
        }
        Within::Recording => lang.pick(
            "equally the recordings that member played",
            "à parts égales les enregistrements joués par ce membre",
        ),
        Within::Artist => lang.pick(
            "equally the artists that member played",
            "à parts égales les artistes joués par ce membre",
        ),
    };
    let scaled = terms.scaled.map(|alpha| lang.ratio(alpha));
    match (lang, scaled) {
        (Lang::En, None) => {
            format!("is divided equally over the seats, and each seat's money follows {within}")
        }
        (Lang::Fr, None) => {
            format!("se divise à parts égales entre les places, et l'argent de chaque place suit {within}")
        }
        (Lang::En, Some(alpha)) => format!(
            "is divided over the active members by how much they played, up to a level from which on all weigh the same; the level is such that together they weigh {alpha} of as many full members; each member's money follows {within}"
        ),
        (Lang::Fr, Some(alpha)) => format!(
            "se divise entre les membres actifs selon leurs écoutes, jusqu'à un niveau à partir duquel tous pèsent autant ; ce niveau est tel qu'ensemble ils pèsent {alpha} d'autant de membres entiers ; l'argent de chaque membre suit {within}"
        ),
    }
}

fn play_terms(terms: &PlayTerms, lang: Lang) -> String {
    let mut told = String::new();
    if let Some(cap) = terms.cap {
        let cap = lang.count(u64::from(cap));
        told.push_str(&match lang {
            Lang::En => format!(" A member counts at most {cap} plays; whoever played more has them scaled down alike."),
            Lang::Fr => format!(" Un membre compte au plus {cap} écoutes ; au-delà, toutes les siennes sont réduites d'autant."),
        });
    }
    if let Some(threshold) = terms.threshold {
        let (plays, months) = (lang.count(u64::from(threshold.plays)), threshold.months);
        told.push_str(&match lang {
            Lang::En => format!(" A recording with fewer than {plays} plays in {months} months earns nothing; its money goes to the others."),
            Lang::Fr => format!(" Un enregistrement de moins de {plays} écoutes en {months} mois ne gagne rien ; son argent va aux autres."),
        });
    }
    for boost in &terms.boosts {
        told.push_str(&boosted(boost, lang));
    }
    if let Some(most) = terms.at_most {
        told.push_str(&match lang {
            Lang::En => format!(" Together these factors make at most {most}."),
            Lang::Fr => format!(" Ensemble ces facteurs font au plus {most}."),
        });
    }
    if let Some(price) = terms.price {
        let first = micros_text(price.first_micros, lang);
        told.push_str(&match lang {
            Lang::En => format!(" A member's first play of a recording weighs {first}, each next one twice the one before; after {} plays it is owned and weighs nothing more.", price.plays),
            Lang::Fr => format!(" La première écoute d'un enregistrement par un membre pèse {first}, chaque suivante le double de la précédente ; après {} écoutes il est acquis et ne pèse plus rien.", price.plays),
        });
    }
    told
}

/// A number of millionths, exactly: `0.002`.
pub(crate) fn micros_text(micros: u64, lang: Lang) -> String {
    let text = format!("{}.{:06}", micros / 1_000_000, micros % 1_000_000);
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if lang == Lang::Fr { text.replace('.', ",") } else { text.to_owned() }
}

fn boosted(boost: &Boost, lang: Lang) -> String {
    let times = boost.times;
    match (boost.when, lang) {
        (Requirement::Sought, Lang::En) => format!(" A play that the member sought counts {times} times."),
        (Requirement::Sought, Lang::Fr) => {
            format!(" Une écoute que le membre a cherchée compte {times} fois.")
        }
        (Requirement::Professional { plays, listeners }, _) => {
            let (plays, listeners) = (lang.count(u64::from(plays)), lang.count(u64::from(listeners)));
            match lang {
                Lang::En => format!(
                    " Plays of an artist with at least {plays} plays from at least {listeners} listeners count {times} times."
                ),
                Lang::Fr => format!(
                    " Les écoutes d'un artiste qui en a au moins {plays} d'au moins {listeners} auditeurs comptent {times} fois."
                ),
            }
        }
    }
}

fn only(filter: Where, lang: Lang) -> &'static str {
    match filter {
        Where::InCatalogue => lang.pick(
            ", counting only recordings in the catalogue",
            ", en ne comptant que les enregistrements au catalogue",
        ),
        Where::Local => lang.pick(
            ", counting only recordings of the institution's territory",
            ", en ne comptant que les enregistrements du territoire de l'institution",
        ),
        Where::Identified => {
            lang.pick(", counting only identified lines", ", en ne comptant que les lignes identifiées")
        }
    }
}

fn hold(hold: &Hold, lang: Lang, what: &str, quoi: &str) -> String {
    let (months, then) = (hold.months, place(&hold.then, lang));
    match lang {
        Lang::En => format!("{what} waits {months} months for its owner, then goes {then}."),
        Lang::Fr => format!("{quoi} attend {months} mois qu'on le réclame, puis va {then}."),
    }
}

/// A destination after "goes" or "va".
pub(crate) fn place(to: &Destination, lang: Lang) -> String {
    match (to, lang) {
        (Destination::House(None), _) => lang.pick("to the house", "à la maison").to_owned(),
        (Destination::House(Some(name)), Lang::En) => format!("to the house ({name})"),
        (Destination::House(Some(name)), Lang::Fr) => format!("à la maison ({name})"),
        (Destination::Fund(name), Lang::En) => format!("to the fund `{name}`"),
        (Destination::Fund(name), Lang::Fr) => format!("au fonds « {name} »"),
        (Destination::NextPeriod, _) => {
            lang.pick(
                "to the same payer's next pot, or to the fund `solidarity` where none comes in time",
                "à la prochaine cagnotte du même payeur, ou au fonds « solidarity » s'il n'en vient pas à temps",
            )
            .to_owned()
        }
        (Destination::Institution, _) => {
            lang.pick("back to the institution", "à l'institution qui a payé").to_owned()
        }
        (Destination::Performer, _) => {
            lang.pick("to whoever performed the set", "à la personne qui a joué le set").to_owned()
        }
        (Destination::Recordings, _) => lang
            .pick(
                "equally to the recordings of the same pot",
                "à parts égales aux enregistrements de la même cagnotte",
            )
            .to_owned(),
        (Destination::Split(name), Lang::En) => format!("to the split `{name}`"),
        (Destination::Split(name), Lang::Fr) => format!("au partage « {name} »"),
    }
}

/// What weights count, after a number: "lines", "seconds".
pub(crate) fn unit(unit: Unit, lang: Lang) -> &'static str {
    match unit {
        Unit::Nothing => "",
        Unit::Line => lang.pick("lines", "lignes"),
        Unit::Second => lang.pick("seconds", "secondes"),
        Unit::Play | Unit::PlayMillionth => lang.pick("plays", "écoutes"),
        Unit::CreditMillionth => lang.pick("credits", "crédits"),
        Unit::Recording => lang.pick("recordings", "enregistrements"),
        Unit::Artist => lang.pick("artists", "artistes"),
        Unit::Member => lang.pick("members", "membres"),
        Unit::Release => lang.pick("releases", "parutions"),
        Unit::AgreedMicro => lang.pick("of the agreed amounts", "des montants convenus"),
        Unit::Attributed => lang.pick("attributed parts", "parts attribuées"),
    }
}
