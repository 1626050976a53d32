//! Catalogues as they are delivered: tables (CSV, TSV), DDEX release messages (ERN 3.x and 4.x) and
//! lines of the MusicBrainz JSON dumps, read as a stream.
//!
//! [`read`] pushes [`Item`]s into a sink while it reads, so that memory stays bounded whatever the size of
//! the document; the sink stops it by returning [`ControlFlow::Break`]. Nothing here knows where the items
//! go, what is in the store already, or whether the shares of a recording add up.
//!
//! A table is a list of independent rows: a bad row is a problem, the others stand. A release message is
//! one act: when it is cut short or refused, a fatal problem says so and nothing that was held is passed
//! on; a caller that has taken items from it already (see [`LateFacts`]) undoes them.

use std::io::BufRead;
use std::ops::ControlFlow;

use music::problem::{Origin, Problem, Severity};

mod cell;
mod csv;
mod ern;
mod item;
mod lines;
mod musicbrainz;
mod row;
mod source;
mod table;

pub use item::{
    Action, Credit, Deal, Item, LateFacts, MessageInfo, PartyItem, PartyRef, RecordingItem, ReleaseItem,
    ResourceFile, ShareItem, ShareLine, Subject, TrackItem, WithdrawItem, WorkItem,
};
pub use source::decompress;

/// The kinds of catalogue that are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Comma- or semicolon-separated values with a header, quoted as RFC 4180 has it.
    Csv,
    /// Tab-separated values with a header, no quoting.
    Tsv,
    /// A DDEX release message, ERN 3.x or 4.x.
    DdexErn,
    /// Lines of a MusicBrainz JSON dump, bare or inside the tar archive they come in.
    MusicBrainzJson,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Kind; 4] = [Kind::Csv, Kind::Tsv, Kind::DdexErn, Kind::MusicBrainzJson];

    /// The word that stands for it on the command line.
    pub const fn word(self) -> &'static str {
        match self {
            Kind::Csv => "csv",
            Kind::Tsv => "tsv",
            Kind::DdexErn => "ddex-ern",
            Kind::MusicBrainzJson => "musicbrainz-json",
        }
    }

    /// The kind a word stands for.
    pub fn from_word(word: &str) -> Option<Self> {
        Kind::ALL.into_iter().find(|k| k.word() == word)
    }
}

/// What came of reading one document.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Report {
    /// What the bytes were read as; `None` where they are no catalogue known to us.
    pub kind: Option<Kind>,
    /// Rows, resources or lines that were looked at.
    pub rows: u64,
    /// Recordings passed on.
    pub recordings: u64,
    /// Releases passed on.
    pub releases: u64,
    /// Works passed on by themselves.
    pub works: u64,
    /// Parties passed on by themselves.
    pub parties: u64,
    /// Shares passed on by themselves (rows of a shares file).
    pub shares: u64,
    /// Withdrawals: purged releases, and releases and recordings whose action is [`Action::Withdraw`].
    pub withdrawn: u64,
    /// Problems found, also those beyond [`PROBLEMS_SHOWN`].
    pub problems: u64,
    /// Whether the document was read to its end, without a fatal problem and without being stopped.
    pub complete: bool,
}

/// Problems passed on for one document; the rest is only counted, and a last problem says so.
///
/// A document with ten thousand problems is of the wrong kind or needs its maker, not an eleventh thousand.
pub const PROBLEMS_SHOWN: u64 = 10_000;

/// What [`sniff`] wants to see of a document to be sure: its first bytes, after decompression.
pub const SNIFF_BYTES: usize = 8192;

/// Says what a document is from its first bytes (up to [`SNIFF_BYTES`]), after decompression; `None` where it is no
/// catalogue known to us.
pub fn sniff(head: &[u8]) -> Option<Kind> {
    if source::is_tar(head) {
        return Some(Kind::MusicBrainzJson);
    }
    let text = source::head_text(head);
    let start = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    match start.chars().next()? {
        '<' => ["ReleaseMessage", "ddex.net"].iter().any(|w| start.contains(w)).then_some(Kind::DdexErn),
        '{' => Some(Kind::MusicBrainzJson),
        _ => table::sniff(start),
    }
}

/// Reads a catalogue (already [decompressed](decompress)) and passes on what it finds, in the document's order as far
/// as the format allows; release messages are passed on at their end, when deals are known.
///
/// ```
/// use formats::catalogue::{Item, read};
/// use std::ops::ControlFlow;
///
/// let mut file = "id\tartist\ttitle\nR1\tAda Nwosu\tNight Drive\n".as_bytes();
/// let mut titles = Vec::new();
/// let report = read(&mut file, None, "catalogue.tsv", &mut |item| {
///     if let Item::Recording(recording) = item {
///         titles.push(recording.title);
///     }
///     ControlFlow::Continue(())
/// });
/// assert_eq!((titles, report.complete), (vec!["Night Drive".to_owned()], true));
/// ```
///
/// `kind` overrides what is sniffed. `document` becomes the document of every [`Origin`].
pub fn read(
    input: &mut dyn BufRead,
    kind: Option<Kind>,
    document: &str,
    sink: &mut dyn FnMut(Item) -> ControlFlow<()>,
) -> Report {
    let (head, failure) = source::peek(input, SNIFF_BYTES);
    let mut out = Out::new(document, sink);
    let kind = kind.or_else(|| sniff(&head));
    out.report.kind = kind;
    let tar = source::is_tar(&head);
    let encoding = source::encoding(&head);
    let unread = no_catalogue(&head, failure.as_ref());
    let mut input = source::rejoin(head, input, failure);
    let flow = match kind {
        Some(Kind::Csv | Kind::Tsv) => table::read(&mut input, encoding, kind == Some(Kind::Tsv), &mut out),
        Some(Kind::DdexErn) => ern::read(&mut input, encoding, &mut out),
        Some(Kind::MusicBrainzJson) => musicbrainz::read(&mut input, tar, &mut out),
        None => out.problem(unread),
    };
    out.finish(flow)
}

/// Why nothing could be made of these first bytes.
fn no_catalogue(head: &[u8], failure: Option<&std::io::Error>) -> Problem {
    if let Some(failure) = failure {
        return table::read_failed(0, failure).fatal();
    }
    if head.is_empty() {
        return table::empty();
    }
    let hint = "give a CSV or TSV with a header line (`id artist title …`), a DDEX release message, or lines of a \
                MusicBrainz JSON dump; `--kind` overrides what is sniffed";
    Problem::new("catalogue-unknown", 0, "this is no catalogue known to us", hint).fatal()
}

/// Where readers put what they find.
struct Out<'a> {
    document: &'a str,
    sink: &'a mut dyn FnMut(Item) -> ControlFlow<()>,
    report: Report,
    /// Whether the document was not read to its end, or is of no use.
    incomplete: bool,
}

impl<'a> Out<'a> {
    fn new(document: &'a str, sink: &'a mut dyn FnMut(Item) -> ControlFlow<()>) -> Self {
        Out { document, sink, report: Report::default(), incomplete: false }
    }

    fn origin(&self, line: u64) -> Origin {
        Origin::new(self.document, line)
    }

    fn put(&mut self, item: Item) -> ControlFlow<()> {
        let report = &mut self.report;
        let (count, action) = match &item {
            Item::Recording(r) => (&mut report.recordings, r.action),
            Item::Release(r) => (&mut report.releases, r.action),
            Item::Withdraw(_) => (&mut report.withdrawn, Action::Upsert),
            Item::Work(_) => (&mut report.works, Action::Upsert),
            Item::Party(_) => (&mut report.parties, Action::Upsert),
            Item::Share(_) => (&mut report.shares, Action::Upsert),
            Item::Late(late) => (&mut report.withdrawn, late.action),
            Item::Message(_) | Item::Problem(_) => return (self.sink)(item),
        };
        if !matches!(item, Item::Late(_)) {
            *count += 1;
        }
        if action == Action::Withdraw {
            report.withdrawn += 1;
        }
        (self.sink)(item)
    }

    /// Passes a problem on, with the document's name; those beyond [`PROBLEMS_SHOWN`] are counted only, unless fatal.
    fn problem(&mut self, problem: Problem) -> ControlFlow<()> {
        self.report.problems += 1;
        let fatal = problem.severity == Severity::Fatal;
        self.incomplete |= fatal;
        if self.report.problems > PROBLEMS_SHOWN && !fatal {
            return ControlFlow::Continue(());
        }
        let problem = problem.in_document(self.document);
        (self.sink)(Item::Problem(problem))
    }

    fn problems(&mut self, problems: Vec<Problem>) -> ControlFlow<()> {
        problems.into_iter().try_for_each(|p| self.problem(p))
    }

    fn finish(mut self, flow: ControlFlow<()>) -> Report {
        let left_out = self.report.problems.saturating_sub(PROBLEMS_SHOWN);
        if left_out > 0 && flow.is_continue() {
            let message = format!("{left_out} more problems are not shown");
            let problem =
                Problem::new("problems-left-out", 0, message, "mend the first ones and read it again");
            // Nothing follows that could be stopped.
            let _ = (self.sink)(Item::Problem(problem.notice().in_document(self.document)));
        }
        self.report.complete = flow.is_continue() && !self.incomplete;
        self.report
    }
}
