//! Sound recordings, videos and works of a message.

use std::collections::BTreeMap;

use music::problem::{Origin, Problem};
use music::{Iswc, MediaKind, Side, Territory};

use super::deal::territories;
use super::party::{self, Parties};
use super::tree::Node;
use crate::catalogue::cell::{identifier, iso_seconds, short, year};
use crate::catalogue::item::{RecordingItem, WorkItem};

/// The works of a message by reference (ERN 3.x).
pub(super) type Works = BTreeMap<String, WorkItem>;

/// What a resource is looked up in and leaves behind.
pub(super) struct Context<'a> {
    pub(super) parties: &'a Parties,
    pub(super) works: &'a Works,
    /// The id to use where the resource has none of its own.
    pub(super) fallback_id: String,
}

/// Reads a `SoundRecording` or `Video`.
pub(super) fn read(
    node: &Node,
    origin: Origin,
    context: &Context<'_>,
    problems: &mut Vec<Problem>,
) -> RecordingItem {
    let details = details(node, &["SoundRecordingDetailsByTerritory", "VideoDetailsByTerritory"]);
    let mut scopes = details.clone();
    scopes.push(node);
    let mut item = RecordingItem::new(origin);
    item.kind = if node.name == "Video" { MediaKind::Video } else { MediaKind::Audio };
    let proprietary = ids(node, &mut item, problems);
    item.source_id = match &item.isrc {
        Some(isrc) => isrc.to_string(),
        None => proprietary.unwrap_or_else(|| context.fallback_id.clone()),
    };
    (item.title, item.version) = title(&scopes);
    if item.title.is_empty() {
        let hint = "the recording is kept; ask the sender for its title";
        problems.push(Problem::new("title-missing", node.line, "the recording has no title", hint));
    }
    item.artists = party::credits(&scopes, context.parties, problems);
    item.artist = party::artist(&scopes, &item.artists);
    item.label = label(&scopes).to_owned();
    item.duration_s = duration(node, problems);
    item.year = first_year(&scopes);
    item.works = works(node, &scopes, context.works, problems);
    item.shares = shares(node, context.parties, problems);
    item.files = super::file::files(node);
    item
}

/// The details by territory, those for everywhere first.
pub(super) fn details<'n>(node: &'n Node, names: &[&str]) -> Vec<&'n Node> {
    let mut details: Vec<&Node> = node.kids.iter().filter(|k| names.contains(&k.name.as_str())).collect();
    let everywhere = |d: &&Node| d.kids.iter().any(|k| k.name == "TerritoryCode" && k.text == "Worldwide");
    details.sort_by_key(|d| !everywhere(d));
    details
}

/// Reads the ids; answers the first proprietary one.
fn ids(node: &Node, item: &mut RecordingItem, problems: &mut Vec<Problem>) -> Option<String> {
    const IDS: [&str; 3] = ["SoundRecordingId", "VideoId", "ResourceId"];
    let editions = node.all(&["SoundRecordingEdition", "VideoEdition"]);
    let sets = node.all(&IDS).chain(editions.flat_map(|e| e.all(&IDS)));
    let mut proprietary = None;
    for id in sets.take(100).flat_map(|set| &set.kids) {
        match id.name.as_str() {
            "ISRC" => match identifier(&id.text, id.line, problems) {
                Some(isrc) if item.isrc.is_none() => item.isrc = Some(isrc),
                other => item.other_isrcs.extend(other.filter(|o| item.isrc.as_ref() != Some(o))),
            },
            "ProprietaryId" if proprietary.is_none() => {
                proprietary = Some(format!("own:{}", party::proprietary(id)))
            }
            _ => {}
        }
    }
    proprietary
}

/// Title and version, from the title to display, else the formal one, else whichever there is.
pub(super) fn title(scopes: &[&Node]) -> (String, String) {
    let typed = |kind: &str| {
        let titles = scopes.iter().flat_map(|s| s.all(&["Title", "AdditionalTitle"]));
        titles.into_iter().find(|t| t.attribute("TitleType") == kind && !t.at("TitleText").is_empty())
    };
    let named = |name: &str| {
        let titles: Vec<&Node> = scopes
            .iter()
            .flat_map(|s| &s.kids)
            .filter(|t| t.name == name && !t.at("TitleText").is_empty())
            .collect();
        let default = titles.iter().find(|t| t.attribute("IsDefault") == "true").or(titles.first());
        default.copied()
    };
    let found = named("DisplayTitle")
        .or_else(|| typed("DisplayTitle"))
        .or_else(|| typed("FormalTitle"))
        .or_else(|| named("ReferenceTitle"))
        .or_else(|| named("Title"))
        .or_else(|| named("AdditionalTitle"));
    if let Some(found) = found {
        let subtitles = found.kids.iter().filter(|k| k.name == "SubTitle" && !k.text.is_empty()).take(10);
        let version = subtitles.map(|s| s.text.as_str()).collect::<Vec<_>>().join(", ");
        return (found.at("TitleText").to_owned(), version);
    }
    let text = scopes.iter().map(|s| party::preferred(s, &["DisplayTitleText"])).find(|t| !t.is_empty());
    (text.unwrap_or_default().to_owned(), String::new())
}

/// The label's name where it stands as text (ERN 3.x).
pub(super) fn label<'n>(scopes: &[&'n Node]) -> &'n str {
    scopes.iter().map(|s| s.at("LabelName")).find(|l| !l.is_empty()).unwrap_or_default()
}

fn duration(node: &Node, problems: &mut Vec<Problem>) -> Option<u32> {
    let text = node.at("Duration");
    let read = iso_seconds(text).filter(|s| *s > 0);
    if read.is_none() && !text.is_empty() && iso_seconds(text) != Some(0) {
        let message = format!("`{}` is not a duration", short(text));
        let hint = "the recording is kept without it; a duration is written `PT3M45S`";
        problems.push(Problem::new("duration-invalid", node.line, message, hint));
    }
    read
}

/// The earliest of the years that the P line and the dates tell.
fn first_year(scopes: &[&Node]) -> Option<u16> {
    const DATES: [&str; 6] = [
        "OriginalResourceReleaseDate",
        "FirstPublicationDate",
        "ResourceReleaseDate",
        "OriginalReleaseDate",
        "CreationDate",
        "MasteredDate",
    ];
    let editions = scopes.iter().flat_map(|s| s.all(&["SoundRecordingEdition", "VideoEdition"]));
    let p_lines =
        scopes.iter().copied().chain(editions).flat_map(|s| s.all(&["PLine"])).map(|p| p.at("Year"));
    let dates = scopes.iter().flat_map(|s| s.all(&DATES[..4])).map(|d| d.text.as_str());
    p_lines.chain(dates).filter_map(year).min().or_else(|| {
        let made = scopes.iter().flat_map(|s| s.all(&DATES[4..]));
        made.filter_map(|d| year(&d.text)).min()
    })
}

fn works(node: &Node, scopes: &[&Node], listed: &Works, problems: &mut Vec<Problem>) -> Vec<WorkItem> {
    let mut works: Vec<WorkItem> = Vec::new();
    let sets = scopes
        .iter()
        .flat_map(|s| s.all(&["IndirectSoundRecordingId", "IndirectVideoId", "WorkId", "MusicalWorkId"]));
    for iswc in sets.take(100).flat_map(|set| set.all(&["ISWC"])) {
        let read: Option<Iswc> = identifier(&iswc.text, iswc.line, problems);
        if read.is_some() && !works.iter().any(|w| w.iswc == read) {
            works.push(WorkItem { iswc: read, ..WorkItem::default() });
        }
    }
    let references = node
        .all(&["ResourceMusicalWorkReferenceList"])
        .flat_map(|l| l.all(&["ResourceMusicalWorkReference"]));
    for reference in references.take(100) {
        let inner = reference.at("ResourceMusicalWorkReference");
        let name = if inner.is_empty() { &reference.text } else { inner };
        let known =
            listed.get(name).filter(|w| w.iswc.is_none() || !works.iter().any(|seen| seen.iswc == w.iswc));
        // The work's own shares come with the work.
        works.extend(known.map(|w| WorkItem { shares: Vec::new(), ..w.clone() }));
    }
    works
}

fn shares(
    node: &Node,
    parties: &Parties,
    problems: &mut Vec<Problem>,
) -> Vec<crate::catalogue::item::ShareLine> {
    let mut shares = party::shares(node, Side::Master, &[], parties, problems);
    for block in node.all(&["SoundRecordingDetailsByTerritory", "VideoDetailsByTerritory"]) {
        let places: Vec<Territory> = territories(block, &["TerritoryCode"], problems);
        shares.extend(party::shares(block, Side::Master, &places, parties, problems));
    }
    shares
}

/// Reads a `MusicalWork` (ERN 3.x); answers its reference too.
pub(super) fn work(
    node: &Node,
    origin: Origin,
    parties: &Parties,
    problems: &mut Vec<Problem>,
) -> (String, WorkItem) {
    let blocks = details(node, &["MusicalWorkDetailsByTerritory"]);
    let mut scopes = blocks.clone();
    scopes.push(node);
    let iswc = node.all(&["MusicalWorkId"]).flat_map(|id| id.all(&["ISWC"])).next();
    let mut shares = party::shares(node, Side::Composition, &[], parties, problems);
    for block in blocks {
        let places = territories(block, &["TerritoryCode"], problems);
        shares.extend(party::shares(block, Side::Composition, &places, parties, problems));
    }
    let item = WorkItem {
        origin,
        title: title(&scopes).0,
        iswc: iswc.and_then(|n| identifier(&n.text, n.line, problems)),
        mbid: None,
        credits: party::credits(&scopes, parties, problems),
        shares,
    };
    (node.at("MusicalWorkReference").to_owned(), item)
}
