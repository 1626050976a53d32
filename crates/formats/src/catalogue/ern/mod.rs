//! DDEX release messages, ERN 3.x and 4.x, whatever their prefix.
//!
//! Each resource, release, party and set of deals is read as a small tree of bounded size and turned into an item
//! at once; the document as a whole is never a tree. Recordings wait, up to [`limit::HELD_BYTES`], for the deals at the
//! message's end, so that they can be passed on whole and only when the message is complete. A message larger
//! than that passes its recordings on early, and their album, label and deals later, as [`LateFacts`]. What
//! references, parties and releases take may reach [`limit::INDEX_BYTES`]; a message that needs more is refused.
//!
//! A document type declaration is refused wherever it stands, so that no entity is ever expanded.

use std::collections::BTreeMap;
use std::io::BufRead;
use std::ops::ControlFlow;
use std::sync::Arc;

use encoding_rs::Encoding;
use jiff::civil::Date;
use music::problem::Problem;

use super::Out;
use super::cell::{days, short};
use super::item::{
    Action, Deal, Item, LateFacts, MessageInfo, RecordingItem, ReleaseItem, ResourceFile, TrackItem,
    WithdrawItem,
};
use limit::{
    DEALS_IN_ALL, HELD_BYTES, INDEX_BYTES, deal_weight, message_too_large, not_a_message, unit_too_large,
    unknown, weight,
};
use party::Parties;
use recording::{Context, Works};
use tree::{Message, Node, Step, cut_short};

mod deal;
mod file;
mod limit;
mod party;
mod recording;
mod release;
mod tree;

/// Reads a message to its end.
pub(super) fn read(
    input: &mut dyn BufRead,
    encoding: &'static Encoding,
    out: &mut Out<'_>,
) -> ControlFlow<()> {
    let mut message = Message::new(input, encoding);
    let mut delivery = Delivery::default();
    match delivery.walk(&mut message, out) {
        Ok(flow) => flow?,
        Err(refused) => return out.problem(refused),
    }
    if message.damaged() {
        let hint = "some letters are lost; ask the sender for valid UTF-8";
        out.problem(
            Problem::new("encoding-damaged", 0, "bytes in the message are not of its encoding", hint)
                .notice(),
        )?;
    }
    if message.unknown_entities > 0 {
        let message = format!("{} references to unknown entities were left out", message.unknown_entities);
        out.problem(Problem::new(
            "xml-unknown-entity",
            0,
            message,
            "ask the sender to write the letters themselves",
        ))?;
    }
    delivery.pass_on(out)
}

/// What is known of a message so far.
#[derive(Default)]
struct Delivery {
    info: MessageInfo,
    told: bool,
    sent: Option<Date>,
    parties: Parties,
    works: Works,
    /// Resources by reference; those that are no recordings have no slot.
    resources: BTreeMap<String, Option<u32>>,
    /// Files of pictures by reference, and whether they are front covers.
    images: BTreeMap<String, (bool, Vec<ResourceFile>)>,
    slots: Vec<Slot>,
    /// How many slots there were, once they are being passed on.
    recordings: usize,
    releases: Vec<Held>,
    by_reference: BTreeMap<String, u32>,
    held_bytes: usize,
    index_bytes: usize,
}

/// A recording and the releases it is on.
struct Slot {
    /// `None` once it was passed on early.
    item: Option<Box<RecordingItem>>,
    source_id: String,
    line: u64,
    releases: Vec<u32>,
}

/// A release that waits for its deals.
struct Held {
    item: ReleaseItem,
    is_track: bool,
    tracks: Vec<u32>,
}

/// Goes on, or the message was refused.
type Walk = Result<ControlFlow<()>, Problem>;

const ON: Walk = Ok(ControlFlow::Continue(()));

macro_rules! go {
    ($flow:expr) => {
        if $flow.is_break() {
            return Ok(ControlFlow::Break(()));
        }
    };
}

impl Delivery {
    fn walk(&mut self, message: &mut Message<'_>, out: &mut Out<'_>) -> Walk {
        match message.step()? {
            Step::Open(root) => self.root(&root, out.origin(root.line))?,
            _ => return Err(not_a_message("", message.line())),
        }
        let mut path: Vec<String> = Vec::new();
        loop {
            message.forget_text();
            match message.step()? {
                Step::Open(node) if is_unit(&path, &node.name) => {
                    let (unit, cut) = message.unit(node)?;
                    let list = path.last().map(String::as_str).unwrap_or_default();
                    if cut {
                        go!(out.problem(unit_too_large(&unit)));
                    }
                    go!(self.unit(list, &unit, out)?);
                }
                Step::Open(node) => path.push(node.name),
                Step::Close if path.pop().is_none() => return ON,
                Step::Close => {}
                Step::End => return Err(cut_short(message.line())),
            }
        }
    }

    fn root(&mut self, root: &Node, origin: music::Origin) -> Result<(), Problem> {
        if !matches!(root.name.as_str(), "NewReleaseMessage" | "PurgeReleaseMessage") {
            return Err(not_a_message(&root.name, root.line));
        }
        self.info.version = version(root);
        self.info.origin = origin;
        Ok(())
    }

    fn unit(&mut self, list: &str, unit: &Node, out: &mut Out<'_>) -> Walk {
        if !matches!(unit.name.as_str(), "MessageHeader" | "UpdateIndicator") {
            go!(self.tell(out));
        }
        match (list, unit.name.as_str()) {
            ("", "MessageHeader") => self.header(unit),
            ("", "UpdateIndicator") => self.info.update = unit.text == "UpdateMessage",
            ("", _) => go!(purged(unit, out)),
            ("PartyList", _) => go!(self.party(unit, out)),
            ("WorkList", _) => go!(self.work(unit, out)),
            ("ResourceList", "SoundRecording" | "Video") => go!(self.recording(unit, out)),
            ("ResourceList", _) => self.other_resource(unit),
            ("ReleaseList", _) => go!(self.release(unit, out)),
            _ => go!(self.deals(unit, out)),
        }
        if self.index_bytes > INDEX_BYTES { Err(message_too_large(unit.line)) } else { ON }
    }

    fn header(&mut self, header: &Node) {
        let info = &mut self.info;
        header.at("MessageId").clone_into(&mut info.id);
        header.at("MessageThreadId").clone_into(&mut info.thread);
        header.at("MessageSender/PartyId").clone_into(&mut info.sender_id);
        header.at("MessageSender/PartyName/FullName").clone_into(&mut info.sender_name);
        header.at("MessageCreatedDateTime").clone_into(&mut info.created);
        info.test = header.at("MessageControlType") == "TestMessage";
        self.sent = days(&info.created).map(|(first, _)| first);
    }

    /// Passes the header on, once.
    fn tell(&mut self, out: &mut Out<'_>) -> ControlFlow<()> {
        if std::mem::replace(&mut self.told, true) {
            return ControlFlow::Continue(());
        }
        out.put(Item::Message(self.info.clone()))?;
        if self.info.test {
            let hint = "ask the sender for a live message, unless this is a test";
            out.problem(
                Problem::new("test-message", 0, "the sender marks this message as a test", hint).notice(),
            )?;
        }
        ControlFlow::Continue(())
    }

    fn party(&mut self, unit: &Node, out: &mut Out<'_>) -> ControlFlow<()> {
        let mut problems = Vec::new();
        if let Some((reference, party)) = party::listed(unit, &mut problems) {
            self.index_bytes += 300 + reference.len() + party.name.len() + party.source_id.len();
            self.parties.insert(reference, party);
        }
        out.problems(problems)
    }

    fn work(&mut self, unit: &Node, out: &mut Out<'_>) -> ControlFlow<()> {
        let mut problems = Vec::new();
        let (reference, work) = recording::work(unit, out.origin(unit.line), &self.parties, &mut problems);
        out.problems(problems)?;
        // The recordings that refer to it need no shares: those are told here.
        let light = super::item::WorkItem { shares: Vec::new(), ..work.clone() };
        self.index_bytes += 500 + reference.len() + light.title.len() + light.credits.len() * 300;
        self.works.insert(reference, light);
        out.put(Item::Work(work))
    }

    fn other_resource(&mut self, unit: &Node) {
        let reference = unit.at("ResourceReference");
        self.index_bytes += 100 + reference.len();
        self.resources.insert(reference.to_owned(), None);
        if unit.name == "Image" {
            let files = file::files(unit);
            let front =
                unit.at("ImageType").starts_with("FrontCover") || unit.at("Type").starts_with("FrontCover");
            self.index_bytes += 200 + files.iter().map(|f| f.path.len() + f.hash.len() + 72).sum::<usize>();
            self.images.insert(reference.to_owned(), (front, files));
        }
    }

    fn recording(&mut self, unit: &Node, out: &mut Out<'_>) -> ControlFlow<()> {
        out.report.rows += 1;
        let mut problems = Vec::new();
        let reference = unit.at("ResourceReference");
        let context =
            Context { parties: &self.parties, works: &self.works, fallback_id: self.fallback_id(reference) };
        let item = recording::read(unit, out.origin(unit.line), &context, &mut problems);
        out.problems(problems)?;
        if self.resources.contains_key(reference) {
            let message = format!("two resources are called `{}`", short(reference));
            let hint = "deals and tracks go to the first of them; ask the sender for different references";
            out.problem(Problem::new("reference-twice", unit.line, message, hint))?;
        } else {
            self.resources.insert(reference.to_owned(), Some(self.slots.len() as u32));
        }
        self.index_bytes += 200 + reference.len() + item.source_id.len();
        self.held_bytes += weight(&item);
        let (source_id, line) = (item.source_id.clone(), unit.line);
        self.slots.push(Slot { item: Some(Box::new(item)), source_id, line, releases: Vec::new() });
        if self.held_bytes > HELD_BYTES { self.pass_on_early(out) } else { ControlFlow::Continue(()) }
    }

    fn pass_on_early(&mut self, out: &mut Out<'_>) -> ControlFlow<()> {
        self.held_bytes = 0;
        // Those passed on before stand at the front.
        let from = self.slots.iter().rposition(|s| s.item.is_none()).map_or(0, |at| at + 1);
        for item in self.slots[from..].iter_mut().filter_map(|s| s.item.take()) {
            out.put(Item::Recording(*item))?;
        }
        ControlFlow::Continue(())
    }

    fn release(&mut self, unit: &Node, out: &mut Out<'_>) -> ControlFlow<()> {
        let mut problems = Vec::new();
        let fallback = self.fallback_id(unit.at("ReleaseReference"));
        let read = release::read(unit, out.origin(unit.line), &self.parties, fallback, &mut problems);
        let number = self.releases.len() as u32;
        let mut tracks = Vec::new();
        for resource in &read.resources {
            match self.resources.get(resource) {
                Some(Some(slot)) => {
                    tracks.push(*slot);
                    self.slots[*slot as usize].releases.push(number);
                }
                Some(None) => {}
                None => problems.push(unknown("resource", resource, unit.line)),
            }
        }
        self.index_bytes +=
            600 + read.reference.len() + read.item.title.len() + read.item.artist.len() + tracks.len() * 8;
        self.index_bytes +=
            read.item.artists.len() * 300 + read.item.ids.iter().map(|i| i.len() + 24).sum::<usize>();
        let mut images: Vec<&(bool, Vec<ResourceFile>)> =
            read.resources.iter().filter_map(|r| self.images.get(r)).collect();
        images.sort_by_key(|(front, _)| !front);
        let images = images.into_iter().flat_map(|(_, files)| files.iter().cloned()).take(20);
        let item = ReleaseItem { images: images.collect(), ..read.item };
        self.index_bytes += item.images.iter().map(|f| f.path.len() + f.hash.len() + 72).sum::<usize>();
        self.by_reference.entry(read.reference).or_insert(number);
        self.releases.push(Held { item, is_track: read.is_track, tracks });
        out.problems(problems)
    }

    fn deals(&mut self, unit: &Node, out: &mut Out<'_>) -> ControlFlow<()> {
        let mut problems = Vec::new();
        let read = deal::read(unit, &mut problems);
        // Terms shared by many releases are kept once for each, since each names its release.
        for (reference, line) in &read.releases {
            let held = self.by_reference.get(reference).and_then(|n| self.releases.get_mut(*n as usize));
            let Some(held) = held else {
                problems.push(unknown("release", reference, *line));
                continue;
            };
            let room = deal::DEALS.saturating_sub(held.item.deals.len());
            for deal in read.deals.iter().take(room) {
                self.index_bytes += deal_weight(deal);
                held.item.deals.push(Arc::new(Deal { release: held.item.source_id.clone(), ..deal.clone() }));
            }
            if self.index_bytes > INDEX_BYTES {
                break;
            }
        }
        out.problems(problems)
    }

    fn fallback_id(&self, reference: &str) -> String {
        let info = &self.info;
        let thread = if info.thread.is_empty() { &info.id } else { &info.thread };
        format!("own:{}:{thread}:{reference}", info.sender_id)
    }

    /// The message is complete: recordings, then releases, then what is late.
    fn pass_on(mut self, out: &mut Out<'_>) -> ControlFlow<()> {
        self.tell(out)?;
        let slots = std::mem::take(&mut self.slots);
        self.recordings = slots.len();
        let ids: Vec<String> = slots.iter().map(|s| s.source_id.clone()).collect();
        let mut late = Vec::new();
        for mut slot in slots {
            match slot.item.take() {
                Some(item) => out.put(Item::Recording(self.whole(*item, &slot)))?,
                None => late.push(slot),
            }
        }
        for slot in late {
            out.put(Item::Late(self.late(&slot, out)))?;
        }
        let sent = self.sent;
        // A message of nothing but track releases means them as releases.
        let only_tracks = self.releases.iter().all(|r| r.is_track);
        for held in self.releases.into_iter().filter(|r| only_tracks || !r.is_track) {
            let mut item = held.item;
            let tracks = held
                .tracks
                .iter()
                .zip(1..)
                .filter_map(|(n, position)| Some((ids.get(*n as usize)?, position)));
            item.tracks =
                tracks.map(|(id, position)| TrackItem { recording: id.clone(), position }).collect();
            item.action = deal::action(&item.deals, sent);
            out.put(Item::Release(item))?;
        }
        ControlFlow::Continue(())
    }

    fn whole(&self, mut item: RecordingItem, slot: &Slot) -> RecordingItem {
        let facts = self.facts(slot);
        if item.artist.is_empty() {
            item.artist = facts.release.map(|r| r.artist.clone()).unwrap_or_default();
        }
        if item.label.is_empty() {
            item.label = facts.label();
        }
        item.album = facts.album();
        (item.deals, item.action) = (facts.deals, facts.action);
        item
    }

    fn late(&self, slot: &Slot, out: &Out<'_>) -> LateFacts {
        let facts = self.facts(slot);
        let (album, label, origin) = (facts.album(), facts.label(), out.origin(slot.line));
        LateFacts {
            origin,
            source_id: slot.source_id.clone(),
            album,
            label,
            deals: facts.deals,
            action: facts.action,
        }
    }

    /// How many deals each recording gets, so that many recordings with many deals stay in proportion.
    fn deals_each(&self) -> usize {
        (DEALS_IN_ALL / self.recordings.max(1)).clamp(50, deal::DEALS)
    }

    fn facts(&self, slot: &Slot) -> Facts<'_> {
        let on = || slot.releases.iter().filter_map(|n| self.releases.get(*n as usize));
        let deals: Vec<Arc<Deal>> =
            on().flat_map(|r| r.item.deals.iter().cloned()).take(self.deals_each()).collect();
        let release = on().find(|r| !r.is_track).or_else(|| on().next());
        Facts { release: release.map(|r| &r.item), action: deal::action(&deals, self.sent), deals }
    }
}

/// What releases and deals say of a recording.
struct Facts<'a> {
    release: Option<&'a ReleaseItem>,
    deals: Vec<Arc<Deal>>,
    action: Action,
}

impl Facts<'_> {
    fn album(&self) -> String {
        self.release.map(|r| r.title.clone()).unwrap_or_default()
    }

    fn label(&self) -> String {
        self.release.map(|r| r.label.clone()).unwrap_or_default()
    }
}

fn is_unit(path: &[String], name: &str) -> bool {
    match path.last().map(String::as_str) {
        None => matches!(name, "MessageHeader" | "UpdateIndicator" | "PurgedRelease"),
        Some(list) if path.len() == 1 => match list {
            "PartyList" => name == "Party",
            "WorkList" => name == "MusicalWork",
            "ResourceList" => true,
            "ReleaseList" => matches!(name, "Release" | "TrackRelease"),
            "DealList" => name == "ReleaseDeal",
            _ => false,
        },
        Some(_) => false,
    }
}

fn purged(unit: &Node, out: &mut Out<'_>) -> ControlFlow<()> {
    out.report.rows += 1;
    let mut problems = Vec::new();
    let mut item = ReleaseItem::default();
    release::ids(unit, &mut item, &mut problems);
    if item.ids.is_empty() {
        let hint = "nothing was withdrawn; ask the sender for its GRid or GTIN";
        problems.push(Problem::new("release-unidentified", unit.line, "the purged release has no id", hint));
    }
    out.problems(problems)?;
    if item.ids.is_empty() {
        return ControlFlow::Continue(());
    }
    let title = recording::title(&[unit]).0;
    out.put(Item::Withdraw(WithdrawItem { origin: out.origin(unit.line), ids: item.ids, title }))
}

/// The version that the namespace or the schema attribute tells: `…/ern/382` is 3.8.2.
fn version(root: &Node) -> String {
    let from = |text: &str| {
        let (_, digits) = text.split_once("ern/").or_else(|| text.split_once("ern-main/"))?;
        let digits: Vec<String> =
            digits.chars().take_while(char::is_ascii_digit).take(4).map(String::from).collect();
        (!digits.is_empty()).then(|| digits.join("."))
    };
    root.attributes()
        .find_map(|(name, value)| {
            let telling =
                name == "ern" || name == "xmlns" || name == "xmlns:ern" || name == "MessageSchemaVersionId";
            from(value).filter(|_| telling || name.starts_with("xmlns"))
        })
        .unwrap_or_default()
}
