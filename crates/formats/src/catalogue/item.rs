//! What a catalogue says, one item at a time: recordings, releases, works, parties, shares, deals.

use std::sync::Arc;

use jiff::civil::Date;
use money::Ratio;
use music::problem::{Origin, Problem};
use music::{Gtin, Ipi, Isni, Isrc, Iswc, Mbid, MediaKind, OwnTrackId, Period, Side, Territory, UseType};

/// One thing found in a catalogue.
#[derive(Debug, Clone, PartialEq)]
pub enum Item {
    /// The header of a release message; comes before everything else in it.
    Message(MessageInfo),
    /// A recording, whole: it replaces what this source said about it before.
    Recording(RecordingItem),
    /// A release with its tracks; comes after the recordings it names.
    Release(ReleaseItem),
    /// What became known of a recording after it had to be passed on (very large messages only).
    Late(LateFacts),
    /// A work by itself.
    Work(WorkItem),
    /// A party by itself.
    Party(PartyItem),
    /// A share by itself: a row of a shares file.
    Share(ShareItem),
    /// A release that is deleted by its sender.
    Withdraw(WithdrawItem),
    /// Something wrong; a fatal one is the last item.
    Problem(Problem),
}

/// Whether an item is there or gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Action {
    /// Insert it, or replace what this source said before.
    #[default]
    Upsert,
    /// Withdrawn: old usages still pay, new offers do not show it.
    Withdraw,
}

/// The header of a release message.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MessageInfo {
    /// Where it stands.
    pub origin: Origin,
    /// The sender's id for this message; may be empty.
    pub id: String,
    /// The thread it belongs to; may be empty.
    pub thread: String,
    /// The sender's DDEX party id; may be empty.
    pub sender_id: String,
    /// The sender's name; may be empty.
    pub sender_name: String,
    /// When the sender made it, as written (RFC 3339); orders messages about one release.
    pub created: String,
    /// The ERN version, such as `3.8.2` or `4.3`.
    pub version: String,
    /// Whether the sender marks it as an update of an earlier message. Either way it replaces.
    pub update: bool,
    /// Whether the sender marks it as a test; such a message should not be imported.
    pub test: bool,
}

/// A party as a source names it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PartyRef {
    /// The name as written; may be empty where only an id is given.
    pub name: String,
    /// International Standard Name Identifier.
    pub isni: Option<Isni>,
    /// IPI name number.
    pub ipi: Option<Ipi>,
    /// MusicBrainz artist or label.
    pub mbid: Option<Mbid>,
    /// The source's own id for it (a DDEX party id, a proprietary id); may be empty.
    pub source_id: String,
}

/// A party's part in a recording or release.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Credit {
    /// Who.
    pub party: PartyRef,
    /// As what, in the source's word (`MainArtist`, `FeaturedArtist`, `Producer`, `Remixer`); empty where it does not say.
    pub role: String,
}

/// A share as a source writes it, of the recording or work it stands with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShareLine {
    /// Whose.
    pub party: PartyRef,
    /// Recording or work.
    pub side: Side,
    /// How much of the whole; `None` where the source names a holder but not how much.
    pub ratio: Option<Ratio>,
    /// Where; a share for several territories comes as several.
    pub territory: Territory,
    /// When.
    pub period: Period,
    /// For what.
    pub use_type: UseType,
}

/// What a share that stands by itself is a share of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// The recording of this source with this id ([`RecordingItem::source_id`]).
    Recording(String),
    /// The recording with this ISRC, whatever the source.
    Isrc(Isrc),
    /// The work with this ISWC, whatever the source.
    Iswc(Iswc),
}

/// A share that stands by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShareItem {
    /// Where it stands.
    pub origin: Origin,
    /// Of what.
    pub subject: Subject,
    /// The share.
    pub share: ShareLine,
}

/// The terms under which a release or recording is offered (DDEX Deal), or no longer is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Deal {
    /// The [`ReleaseItem::source_id`] of the release, or the track release's own id.
    pub release: String,
    /// Where it holds; empty is everywhere.
    pub territories: Vec<Territory>,
    /// Where it does not, within those.
    pub excluded: Vec<Territory>,
    /// The days on which it holds.
    pub period: Period,
    /// The sender's words for how it is paid, such as `SubscriptionModel`.
    pub commercial_models: Vec<String>,
    /// The sender's words for what may be done, such as `OnDemandStream`.
    pub use_types: Vec<String>,
    /// Whether it ends the offer instead of making one.
    pub take_down: bool,
}

impl Deal {
    /// Whether it says something about this place (`None` is a place unknown) on this day.
    pub fn covers(&self, territory: Option<&Territory>, day: Date) -> bool {
        let within = |list: &[Territory]| territory.is_some_and(|t| list.iter().any(|l| l.contains(t)));
        let included = self.territories.is_empty() || territory.is_none() || within(&self.territories);
        included && !within(&self.excluded) && self.period.contains(day)
    }

    /// Whether these deals together offer something here on this day. A take-down outweighs the offers of its release
    /// that do not begin after it; another release may still offer the same recording.
    pub fn offered(deals: &[Arc<Deal>], territory: Option<&Territory>, day: Date) -> bool {
        let covering = || deals.iter().filter(|d| d.covers(territory, day));
        covering().filter(|d| !d.take_down).any(|offer| !covering().any(|d| d.outweighs(offer)))
    }

    /// Whether it is a take-down that ends this offer.
    pub(super) fn outweighs(&self, offer: &Deal) -> bool {
        let later = self.period.start.is_none() || offer.period.start <= self.period.start;
        self.take_down && later && self.release == offer.release
    }

    /// Whether it is everywhere, without exception.
    pub fn is_worldwide(&self) -> bool {
        let everywhere = self.territories.is_empty() || self.territories.iter().any(Territory::is_worldwide);
        everywhere && self.excluded.is_empty()
    }
}

/// A file that a delivery names beside its message.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ResourceFile {
    /// Its path as written, from the folder of the message; nothing is promised about where it leads.
    pub path: String,
    /// The sender's word for how its check sum is made, such as `MD5`; empty where there is none.
    pub hash_kind: String,
    /// The check sum as written.
    pub hash: String,
}

/// A recording as a source describes it, whole.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordingItem {
    /// Where it stands.
    pub origin: Origin,
    /// What this source calls it; the same in the source's next delivery. Where the source has no id: its ISRC,
    /// MusicBrainz id or own id, else artist, title and version.
    pub source_id: String,
    /// What kind of thing it is.
    pub kind: MediaKind,
    /// The artist credit as printed.
    pub artist: String,
    /// Who is behind the credit, and other contributors; may be empty.
    pub artists: Vec<Credit>,
    /// The title, with its version where the source does not keep that apart.
    pub title: String,
    /// The version, where the source keeps it apart.
    pub version: String,
    /// The release or album it is best known from; may be empty.
    pub album: String,
    /// The label; may be empty.
    pub label: String,
    /// Whole seconds, where known.
    pub duration_s: Option<u32>,
    /// First year, where known.
    pub year: Option<u16>,
    /// ISRC.
    pub isrc: Option<Isrc>,
    /// Further ISRCs of the same recording.
    pub other_isrcs: Vec<Isrc>,
    /// MusicBrainz recording.
    pub mbid: Option<Mbid>,
    /// The producer's own id before release.
    pub own_id: Option<OwnTrackId>,
    /// The works it is a performance of.
    pub works: Vec<WorkItem>,
    /// Shares of the recording (master side) and of its work (composition side).
    pub shares: Vec<ShareLine>,
    /// The release it stands on in this row, where the source is a table with release columns.
    pub release: Option<Box<ReleaseItem>>,
    /// The deals of the releases it is on; at most 2000, fewer in messages of very many recordings.
    pub deals: Vec<Arc<Deal>>,
    /// The files that hold it, clips left out; at most 20.
    pub files: Vec<ResourceFile>,
    /// There or gone.
    pub action: Action,
}

impl RecordingItem {
    pub(super) fn new(origin: Origin) -> Self {
        RecordingItem {
            origin,
            source_id: String::new(),
            kind: MediaKind::Audio,
            artist: String::new(),
            artists: Vec::new(),
            title: String::new(),
            version: String::new(),
            album: String::new(),
            label: String::new(),
            duration_s: None,
            year: None,
            isrc: None,
            other_isrcs: Vec::new(),
            mbid: None,
            own_id: None,
            works: Vec::new(),
            shares: Vec::new(),
            release: None,
            deals: Vec::new(),
            files: Vec::new(),
            action: Action::Upsert,
        }
    }
}

/// What became known of a recording only after it had been passed on.
#[derive(Debug, Clone, PartialEq)]
pub struct LateFacts {
    /// Where the recording stands.
    pub origin: Origin,
    /// [`RecordingItem::source_id`].
    pub source_id: String,
    /// As in [`RecordingItem::album`]; empty where nothing new is known.
    pub album: String,
    /// As in [`RecordingItem::label`]; empty where nothing new is known.
    pub label: String,
    /// As in [`RecordingItem::deals`].
    pub deals: Vec<Arc<Deal>>,
    /// As in [`RecordingItem::action`].
    pub action: Action,
}

/// The place of a recording on a release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrackItem {
    /// [`RecordingItem::source_id`].
    pub recording: String,
    /// Its place, from 1, counted through all media.
    pub position: u32,
}

/// A release as a source describes it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ReleaseItem {
    /// Where it stands.
    pub origin: Origin,
    /// What this source calls it: the first of `ids`, or a name made of the message and its reference.
    pub source_id: String,
    /// All its ids, each with its scheme: `grid:…`, `gtin:…`, `catalogue:…`, `isrc:…`, `mbid:…`, `own:NAMESPACE:…`. A
    /// withdrawal may name any of them.
    pub ids: Vec<String>,
    /// The title.
    pub title: String,
    /// The artist credit as printed.
    pub artist: String,
    /// Who is behind the credit.
    pub artists: Vec<Credit>,
    /// The label.
    pub label: String,
    /// The label's own number for it.
    pub catalogue_number: String,
    /// GTIN (EAN, UPC).
    pub gtin: Option<Gtin>,
    /// The source's word for what it is, such as `Album`, `Single`.
    pub release_type: String,
    /// Year of release.
    pub year: Option<u16>,
    /// Its tracks, in order.
    pub tracks: Vec<TrackItem>,
    /// Its deals.
    pub deals: Vec<Arc<Deal>>,
    /// Its pictures, the front cover first where the source says which it is; at most 20.
    pub images: Vec<ResourceFile>,
    /// There or gone.
    pub action: Action,
}

/// A release that its sender deletes; its recordings go where no other release holds them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WithdrawItem {
    /// Where it stands.
    pub origin: Origin,
    /// Ids in the form of [`ReleaseItem::ids`]; any of them identifies it.
    pub ids: Vec<String>,
    /// The title, where told; may be empty.
    pub title: String,
}

/// A work as a source describes it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct WorkItem {
    /// Where it stands.
    pub origin: Origin,
    /// The title; may be empty where only the ISWC is told.
    pub title: String,
    /// ISWC.
    pub iswc: Option<Iswc>,
    /// MusicBrainz work.
    pub mbid: Option<Mbid>,
    /// Composers, lyricists, publishers.
    pub credits: Vec<Credit>,
    /// Shares of the work.
    pub shares: Vec<ShareLine>,
}

/// A party as a source describes it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PartyItem {
    /// Where it stands.
    pub origin: Origin,
    /// Who.
    pub party: PartyRef,
    /// Other names: aliases, the sort name.
    pub aliases: Vec<String>,
    /// Person or group, where told.
    pub kind: Option<music::PartyKind>,
    /// Home, where told.
    pub territory: Option<Territory>,
}
