//! Parties, credits and rights controllers of a message, in the spellings of ERN 3.x and 4.x.

use std::collections::BTreeMap;

use money::Ratio;
use music::problem::Problem;
use music::{Side, Territory, UseType};

use super::deal::period;
use super::tree::Node;
use crate::catalogue::cell::{identifier, short};
use crate::catalogue::item::{Credit, PartyRef, ShareLine};

/// The parties of a message by reference (ERN 4.x).
pub(super) type Parties = BTreeMap<String, PartyRef>;

/// Credits one resource or release keeps.
const CREDITS: usize = 1000;

/// A party of the list, with its reference.
pub(super) fn listed(node: &Node, problems: &mut Vec<Problem>) -> Option<(String, PartyRef)> {
    let reference = node.at("PartyReference");
    (!reference.is_empty()).then(|| (reference.to_owned(), described(node, problems)))
}

/// The party an element describes by `PartyName` and `PartyId`.
pub(super) fn described(node: &Node, problems: &mut Vec<Problem>) -> PartyRef {
    let mut party = PartyRef::default();
    let names = node.all(&["PartyName"]).map(|n| match n.kid("FullName") {
        Some(full) if full.text.is_empty() => full.at("Name"),
        Some(full) => &full.text,
        None => &n.text,
    });
    party.name = names.into_iter().find(|n| !n.is_empty()).unwrap_or_default().to_owned();
    for id in node.all(&["PartyId"]) {
        party_id(id, &mut party, problems);
    }
    party
}

fn party_id(id: &Node, party: &mut PartyRef, problems: &mut Vec<Problem>) {
    if id.attribute("IsISNI") == "true" {
        party.isni = identifier(&id.text, id.line, problems);
    } else if !id.text.is_empty() {
        party.source_id.clone_from(&id.text);
    }
    for kid in &id.kids {
        match kid.name.as_str() {
            "ISNI" => party.isni = identifier(&kid.text, kid.line, problems),
            "IpiNameNumber" | "IPI" => party.ipi = identifier(&kid.text, kid.line, problems),
            "DPID" => party.source_id.clone_from(&kid.text),
            "ProprietaryId" if party.source_id.is_empty() => party.source_id = proprietary(kid),
            _ => {}
        }
    }
}

/// A proprietary id with its namespace.
pub(super) fn proprietary(node: &Node) -> String {
    format!("{}:{}", node.attribute("Namespace"), node.text)
}

/// The artists shown and the other contributors, from these elements (a resource or release and its details).
pub(super) fn credits(scopes: &[&Node], parties: &Parties, problems: &mut Vec<Problem>) -> Vec<Credit> {
    const NAMES: [&str; 5] = [
        "DisplayArtist",
        "Contributor",
        "ResourceContributor",
        "IndirectResourceContributor",
        "MusicalWorkContributor",
    ];
    let mut nodes: Vec<&Node> = scopes.iter().flat_map(|s| s.all(&NAMES)).take(CREDITS).collect();
    nodes.sort_by_key(|n| NAMES.iter().position(|name| *name == n.name));
    nodes.into_iter().map(|node| credit(node, parties, problems)).collect()
}

fn credit(node: &Node, parties: &Parties, problems: &mut Vec<Problem>) -> Credit {
    const REFERENCES: [&str; 3] = ["ArtistPartyReference", "ContributorPartyReference", "PartyReference"];
    const ROLES: [&str; 6] = [
        "DisplayArtistRole",
        "ArtistRole",
        "Role",
        "ResourceContributorRole",
        "IndirectResourceContributorRole",
        "MusicalWorkContributorRole",
    ];
    let role = node.all(&ROLES).next().map(Node::word).unwrap_or_default();
    Credit { party: referenced(node, &REFERENCES, parties, problems), role }
}

fn referenced(node: &Node, references: &[&str], parties: &Parties, problems: &mut Vec<Problem>) -> PartyRef {
    let Some(reference) = node.all(references).next() else { return described(node, problems) };
    parties.get(&reference.text).cloned().unwrap_or_else(|| {
        let message = format!("`{}` refers to no party of the message", short(&reference.text));
        let hint = "the credit is kept without a name; ask the sender to list the party";
        problems.push(Problem::new("reference-unknown", reference.line, message, hint));
        PartyRef { source_id: reference.text.clone(), ..PartyRef::default() }
    })
}

/// The artist credit as printed: the name to display, else the main artists joined, then the featured ones.
pub(super) fn artist(scopes: &[&Node], credits: &[Credit]) -> String {
    let shown = scopes.iter().map(|s| preferred(s, &["DisplayArtistName"])).find(|n| !n.is_empty());
    if let Some(shown) = shown {
        return shown.to_owned();
    }
    let named = |roles: &[&str], join: &str| {
        let names = credits.iter().filter(|c| roles.contains(&c.role.as_str()) && !c.party.name.is_empty());
        names.map(|c| c.party.name.as_str()).take(20).collect::<Vec<_>>().join(join)
    };
    let main = named(&["MainArtist", "Artist", ""], " & ");
    let featured = named(&["FeaturedArtist"], " & ");
    match (main.is_empty(), featured.is_empty()) {
        (false, false) => format!("{main} feat. {featured}"),
        (false, true) => main,
        (true, _) => featured,
    }
}

/// Of several children that differ by language or territory: the default one, else one for everywhere, else the first.
pub(super) fn preferred<'n>(node: &'n Node, names: &[&str]) -> &'n str {
    let all = || node.kids.iter().filter(|k| names.contains(&k.name.as_str()) && !k.text.is_empty());
    let place = |k: &&Node| matches!(k.attribute("ApplicableTerritoryCode"), "" | "Worldwide");
    let default = all().find(|k| k.attribute("IsDefault") == "true");
    default.or_else(|| all().find(place)).or_else(|| all().next()).map_or("", |k| &k.text)
}

/// The rights controllers of a resource or work, each as a share; `places` are the territories of the block they
/// stand in.
pub(super) fn shares(
    scope: &Node,
    side: Side,
    places: &[Territory],
    parties: &Parties,
    problems: &mut Vec<Problem>,
) -> Vec<ShareLine> {
    let mut shares = Vec::new();
    for node in &scope.kids {
        match node.name.as_str() {
            "RightsController" | "ResourceRightsController" => {
                controller(node, side, places, parties, &mut shares, problems)
            }
            "WorkRightsController" => {
                controller(node, Side::Composition, places, parties, &mut shares, problems)
            }
            "RightShare" => {
                for inner in node.all(&["RightsController"]) {
                    right_share(node, inner, side, places, parties, &mut shares, problems);
                }
            }
            _ => {}
        }
        if shares.len() > CREDITS {
            shares.truncate(CREDITS);
            break;
        }
    }
    shares
}

fn controller(
    node: &Node,
    side: Side,
    places: &[Territory],
    parties: &Parties,
    shares: &mut Vec<ShareLine>,
    problems: &mut Vec<Problem>,
) {
    right_share(node, node, side, places, parties, shares, problems);
}

/// A share whose terms stand at `terms` and whose holder and, perhaps, percentage at `holder`.
fn right_share(
    terms: &Node,
    holder: &Node,
    side: Side,
    places: &[Territory],
    parties: &Parties,
    shares: &mut Vec<ShareLine>,
    problems: &mut Vec<Problem>,
) {
    let party = referenced(holder, &["RightsControllerPartyReference"], parties, problems);
    if party == PartyRef::default() {
        return;
    }
    let ratio = match percentage(holder).or_else(|| percentage(terms)) {
        None => None,
        Some(Ok(ratio)) => Some(ratio),
        Some(Err(problem)) => return problems.push(problem),
    };
    let own = super::deal::territories(terms, &["TerritoryCode", "Territory"], problems);
    let places = if own.is_empty() { places } else { &own };
    let worldwide = [Territory::worldwide()];
    let places = if places.is_empty() { &worldwide } else { places };
    let Some(period) = period(terms.kid("ValidityPeriod").unwrap_or(terms), problems) else { return };
    shares.extend(places.iter().take(300).map(|territory| ShareLine {
        party: party.clone(),
        side,
        ratio,
        territory: territory.clone(),
        period,
        use_type: UseType::Any,
    }));
}

fn percentage(node: &Node) -> Option<Result<Ratio, Problem>> {
    let share = node.kid("RightSharePercentage")?;
    let of_one = share.attribute("HasMaxValueOfOne") == "true";
    let text = if of_one {
        share.text.clone()
    } else {
        format!("{} %", share.text.trim_end_matches('%').trim_end())
    };
    let hint = "the share was skipped; ask the sender for a percentage between 0 and 100";
    Some(
        text.parse::<Ratio>().map_err(|bad| Problem::new("share-invalid", share.line, bad.to_string(), hint)),
    )
}
