//! Releases of a message: ids, titles, and which resource stands where.

use std::collections::BTreeSet;

use music::problem::{Origin, Problem};

use super::party::{self, Parties};
use super::recording::{details, label, title};
use super::tree::Node;
use crate::catalogue::cell::{gtin_id, identifier, year};
use crate::catalogue::item::ReleaseItem;

/// A release and the references of its resources, in playing order.
pub(super) struct Read {
    pub(super) reference: String,
    /// Whether it is the wrapper of a single track within a larger release, not a release of its own.
    pub(super) is_track: bool,
    pub(super) item: ReleaseItem,
    pub(super) resources: Vec<String>,
}

/// Reads a `Release` or `TrackRelease`; `fallback_id` is used where it has no id of its own.
pub(super) fn read(
    node: &Node,
    origin: Origin,
    parties: &Parties,
    fallback_id: String,
    problems: &mut Vec<Problem>,
) -> Read {
    let mut scopes = details(node, &["ReleaseDetailsByTerritory"]);
    scopes.push(node);
    let mut item = ReleaseItem { origin, ..ReleaseItem::default() };
    ids(node, &mut item, problems);
    item.source_id = item.ids.first().cloned().unwrap_or(fallback_id);
    let (title, version) = title(&scopes);
    item.title = if version.is_empty() { title } else { format!("{title} ({version})") };
    item.artists = party::credits(&scopes, parties, problems);
    item.artist = party::artist(&scopes, &item.artists);
    item.label = release_label(&scopes, parties);
    item.release_type = node.all(&["ReleaseType"]).next().map(Node::word).unwrap_or_default();
    item.year = dates(&scopes);
    let is_track = node.name == "TrackRelease" || item.release_type == "TrackRelease";
    Read {
        reference: node.at("ReleaseReference").to_owned(),
        is_track,
        item,
        resources: resources(node, &scopes),
    }
}

/// All ids of the element's `ReleaseId`s, each with its scheme.
pub(super) fn ids(node: &Node, item: &mut ReleaseItem, problems: &mut Vec<Problem>) {
    for id in node
        .all(&["ReleaseId"])
        .take(100)
        .flat_map(|set| &set.kids)
        .filter(|id| !id.text.is_empty())
        .take(100)
    {
        let text = || id.text.replace([' ', '-'], "").to_uppercase();
        match id.name.as_str() {
            "GRid" => item.ids.push(format!("grid:{}", text())),
            "ICPN" => {
                let gtin: Option<music::Gtin> = identifier(&id.text, id.line, problems);
                // A wrong number still identifies the release to its sender.
                item.ids.push(gtin.as_ref().map_or_else(|| format!("gtin:{}", text()), gtin_id));
                item.gtin = item.gtin.take().or(gtin);
            }
            "ISRC" => item.ids.push(format!("isrc:{}", text())),
            "CatalogNumber" => {
                item.ids.push(format!("catalogue:{}", id.text.to_uppercase()));
                item.catalogue_number.clone_from(&id.text);
            }
            "ProprietaryId" => item.ids.push(format!("own:{}", party::proprietary(id))),
            _ => {}
        }
    }
    // The strongest first, so that the same release gets the same id from message to message.
    let strength = |id: &String| {
        ["grid:", "gtin:", "isrc:", "own:", "catalogue:"].iter().position(|s| id.starts_with(s))
    };
    item.ids.sort_by_key(strength);
}

fn release_label(scopes: &[&Node], parties: &Parties) -> String {
    let written = label(scopes);
    if !written.is_empty() {
        return written.to_owned();
    }
    let reference =
        scopes.iter().map(|s| party::preferred(s, &["ReleaseLabelReference"])).find(|r| !r.is_empty());
    reference.and_then(|r| parties.get(r)).map(|p| p.name.clone()).unwrap_or_default()
}

fn dates(scopes: &[&Node]) -> Option<u16> {
    const DATES: [&str; 4] =
        ["GlobalOriginalReleaseDate", "OriginalReleaseDate", "GlobalReleaseDate", "ReleaseDate"];
    let dates = scopes.iter().flat_map(|s| s.all(&DATES)).filter_map(|d| year(&d.text)).min();
    dates.or_else(|| scopes.iter().flat_map(|s| s.all(&["PLine"])).filter_map(|p| year(p.at("Year"))).min())
}

/// The references of resources: those in groups by their sequence, then the rest of the list.
fn resources(node: &Node, scopes: &[&Node]) -> Vec<String> {
    let mut order = Order::default();
    // Groups may be repeated for each territory; the first details that have them tell the order.
    let grouped = scopes.iter().find(|s| s.kid("ResourceGroup").is_some());
    for group in grouped.into_iter().flat_map(|s| s.all(&["ResourceGroup"])) {
        order.group(group);
    }
    let lists =
        node.all(&["ReleaseResourceReferenceList"]).flat_map(|l| l.all(&["ReleaseResourceReference"]));
    for reference in lists.chain(node.all(&["ReleaseResourceReference"])) {
        order.add(&reference.text);
    }
    order.references
}

#[derive(Default)]
struct Order {
    references: Vec<String>,
    seen: BTreeSet<String>,
}

impl Order {
    /// Recursion is bounded by the depth of the document ([`super::tree::DEPTH`]).
    fn group(&mut self, group: &Node) {
        let mut items: Vec<&Node> =
            group.kids.iter().filter(|k| k.name.starts_with("ResourceGroup")).collect();
        items.sort_by_key(|k| k.at("SequenceNumber").parse().unwrap_or(u32::MAX));
        for item in items {
            match item.name.as_str() {
                "ResourceGroup" => self.group(item),
                _ => item.all(&["ReleaseResourceReference"]).for_each(|r| self.add(&r.text)),
            }
        }
    }

    fn add(&mut self, reference: &str) {
        if !reference.is_empty() && self.seen.insert(reference.to_owned()) {
            self.references.push(reference.to_owned());
        }
    }
}
