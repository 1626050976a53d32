//! The client of the API. Made by `cargo xtask client` from `docs/reference/openapi.json`; not written by hand.
//! It is one piece because the document is one.
#![allow(clippy::all, missing_docs)]

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::wire::{Answer, Wire};

/// A page of a list.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Page<T> {
    pub items: Vec<T>,
    pub next: Option<String>,
}

/// Something that happens at an institution.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AgendaEntry {
    /// Its id.
    pub id: String,
    /// The day.
    pub day: String,
    /// What it is called.
    pub title: String,
    /// What is said about it.
    pub words: String,
    /// Where to read more.
    pub url: String,
}

/// Another name of a party.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Alias {
    /// The name.
    pub alias: String,
    /// Whether others carry it too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shared: Option<bool>,
}

/// What a holder allows now.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Allowed {
    /// The use.
    pub usage: String,
    /// The holder's own word on it, where there is one.
    pub said: Option<String>,
    /// How many of the recordings may be used.
    pub yes: u64,
    /// How many need a licence.
    pub license: u64,
    /// How many may not, by reason.
    pub no: u64,
}

/// A decision about an appeal.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AppealDecision {
    /// What becomes of it.
    pub decision: String,
    /// What was found.
    pub reason: String,
}

/// An appeal.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AppealTold {
    /// Its id.
    pub id: String,
    /// The period.
    pub period: String,
    /// Who appeals.
    pub party: String,
    /// The recording.
    pub recording: String,
    /// Against what.
    pub why: String,
    /// `open`, `granted` or `refused`.
    pub status: String,
    /// When it was made.
    pub opened: String,
    /// Why it was decided so.
    pub reason: String,
}

/// What a bank line is for.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Assignment {
    /// The reference of a contribution.
    pub reference: String,
}

/// The answer for a row of a manifest.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AuditRow {
    /// The row, from 1.
    pub row: u64,
    /// `permit`, `permit-if`, `needs-license` or `deny`.
    pub outcome: String,
    /// Why, as codes separated by semicolons.
    pub reasons: String,
}

/// The answers for a manifest.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Audited {
    /// Row by row.
    pub rows: Vec<AuditRow>,
}

/// What a party has in one currency.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Balance {
    /// On the account, without what is reserved.
    pub free: Money,
    /// Reserved for payouts that have not arrived.
    pub reserved: Money,
    /// Waiting under the name until somebody answers for it.
    pub unclaimed: Money,
}

/// What a party has.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Balances {
    /// One for each currency.
    pub balances: Vec<Balance>,
}

/// Where a party's money goes, as far as it is shown.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct BankDetails {
    /// The account, masked.
    pub masked: String,
    /// How payouts travel.
    pub rail: String,
    /// The account's country.
    pub country: String,
    /// From when on it is paid to: a change waits.
    pub usable: String,
}

/// A file for a bank.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct BankFile {
    /// The batch.
    pub batch: String,
    /// The file in base 64; asked again it has the same bytes.
    pub base64: String,
    /// How many payouts are in it.
    pub count: u64,
    /// Their sum.
    pub sum: Money,
    /// What was changed for the bank's sake.
    pub changes: Vec<Found>,
}

/// A line of the bank without a reference we know.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct BankLine {
    /// Our id.
    pub id: String,
    /// How much.
    pub amount: Money,
    /// Who sent it, as the bank names them.
    pub counterparty: String,
    /// What the transfer said.
    pub remittance: String,
    /// The day it was booked.
    pub booked: Option<String>,
}

/// What came of a message of the bank.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct BankMessage {
    /// What it was.
    pub kind: String,
    /// Whether the same bytes were imported before: nothing moved.
    pub before: bool,
    /// Contributions that money arrived for.
    pub received: Vec<Contribution>,
    /// Payouts that arrived, by end-to-end id.
    pub paid: Vec<String>,
    /// Payouts that were refused or came back.
    pub undone: Vec<String>,
    /// Money without a reference we know.
    pub unreferenced: Vec<Money>,
    /// Lines that were known from another message.
    pub known: u64,
    /// What was wrong.
    pub problems: Vec<Found>,
}

/// A payout of a batch.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct BatchPayout {
    /// Our id.
    pub id: String,
    /// To whom.
    pub party: String,
    /// The payee's name.
    pub name: String,
    /// The account, masked.
    pub account: String,
    /// What leaves the balance.
    pub gross: Money,
    /// What arrives.
    pub net: Money,
    /// Where it stands.
    pub status: String,
    /// The id that the bank shows.
    pub end_to_end: String,
}

/// The books against the bank.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Books {
    /// What the bank reported last.
    pub bank: Option<Money>,
    /// What the ledger says.
    pub ledger: Money,
    /// What is owed.
    pub owed: Money,
    /// What is held for others.
    pub held: Money,
    /// What nobody can explain.
    pub unexplained: Money,
}

/// An invoice to a brand, or a credit note.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct BrandInvoice {
    /// Its number.
    pub number: String,
    /// `invoice` or `credit-note`.
    pub kind: String,
    /// The invoice that is corrected; empty on one.
    pub corrects: String,
    /// The contract.
    pub deal: String,
    /// Day of issue.
    pub issued: String,
    /// Without VAT.
    pub net: String,
    /// VAT.
    pub vat: String,
    /// Both.
    pub gross: String,
    /// ISO 4217.
    pub currency: String,
    /// Its electronic form as CII XML (EN 16931); absent where it has none.
    pub xml: Option<String>,
}

/// A mandate by which an agency acts for a brand.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct BrandMandate {
    /// Its id.
    pub id: String,
    /// The brand.
    pub brand: String,
    /// The agency.
    pub agency: String,
    /// The paper it stands on.
    pub evidence: String,
    /// Since when.
    pub from: String,
    /// Until when; open where null.
    pub until: Option<String>,
    /// Whether it holds now.
    pub lives: bool,
}

/// What a brand looks for.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Brief {
    /// Its id.
    pub id: String,
    /// The brand.
    pub brand: String,
    /// The agency, where one works for it.
    pub agency: Option<String>,
    /// Its title.
    pub title: String,
    /// What is wanted.
    pub wanted: String,
    /// `draft`, `published`, `withdrawn` or `over`.
    pub status: String,
    /// Its version.
    pub version: i64,
    /// The hash of what it says.
    pub hash: String,
    /// What stands in the way of publishing it.
    pub flaws: Vec<BriefFlaw>,
    /// What it offers each artist, where that can be reckoned.
    pub offer: Option<BriefOffer>,
    /// Until when artists answer.
    pub answer: Option<String>,
    /// When it was written first.
    pub created: String,
}

/// An artist's yes.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct BriefAnswer {
    /// The invitation, by which the artist is chosen.
    pub invitation: String,
    /// The name, or a word where artists stay unnamed.
    pub name: String,
    /// What they say.
    pub words: String,
    /// Where it stands.
    pub state: String,
}

/// Who said yes to a brief.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct BriefAnswers {
    /// The answers.
    pub answers: Vec<BriefAnswer>,
}

/// What stands in the way of publishing a brief.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct BriefFlaw {
    /// A stable word for it.
    pub code: String,
    /// What is wrong.
    pub message: String,
    /// What to try.
    pub hint: String,
}

/// A brief that an artist is asked about.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct BriefInvitation {
    /// The brief.
    pub brief: String,
    /// The brand's name.
    pub brand: String,
    /// Its title.
    pub title: String,
    /// What is wanted.
    pub wanted: String,
    /// The fee.
    pub fee: Money,
    /// What the artist gets of it.
    pub net: Money,
    /// Where the artist's answer stands; absent for open calls that were not answered.
    pub state: Option<String>,
    /// Until when to answer.
    pub until: Option<String>,
}

/// What a brief offers.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct BriefOffer {
    /// The fee.
    pub fee: Money,
    /// What the artist gets of it.
    pub net: Money,
    /// The rule.
    pub rule: String,
}

/// What a line may be.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Candidate {
    /// The recording.
    pub recording: Recording,
    /// The chance, in millionths.
    pub probability_ppm: u64,
}

/// Something that was looked at.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Check {
    /// What.
    pub name: String,
    /// How many were examined.
    pub examined: i64,
    /// What was found.
    pub findings: Vec<Finding>,
}

/// What a receipt shows.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Checked {
    /// The answer in it, where it holds one.
    pub answer: Option<String>,
    /// How many statements it proves.
    pub statements: u64,
    /// For how many parties it proves that they said nothing.
    pub silent: u64,
    /// Whether it shows everybody who had to agree.
    pub complete: bool,
    /// The size of the log it was made at.
    pub size: u64,
    /// The size of the log now.
    pub now: u64,
}

/// A signed checkpoint.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Checkpoint {
    /// The size it was made at.
    pub size: i64,
    /// The root.
    pub root: String,
    /// The note, with cosignatures where there are any.
    pub note: String,
    /// When.
    pub at: String,
}

/// What a line is.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Choice {
    /// The recording; none of them where it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recording: Option<String>,
}

/// An assertion that a name is somebody's.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Claim {
    /// Our id.
    pub id: String,
    /// The party.
    pub party: String,
    /// `invited`, `open`, `accepted`, `refused` or `disputed`.
    pub status: String,
    /// Who claims.
    pub claimant: String,
    /// How the link came, where one did.
    pub relay: String,
    /// Why it was decided so.
    pub reason: String,
    /// When it was opened.
    pub created: String,
    /// When it was decided.
    pub decided: Option<String>,
}

/// What waited, and whose clock has run out.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ClockEnded {
    /// What waited.
    pub item: String,
    /// How much.
    pub amount: Money,
    /// Why it waited.
    pub reason: String,
    /// Where it was to go.
    pub destination: String,
}

/// Clocks that have run out.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ClocksEnded {
    /// In their order.
    pub ended: Vec<ClockEnded>,
}

/// A code.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Code {
    /// As it was given.
    pub code: String,
}

/// What one rule does with a pot.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Column {
    /// `name@version`.
    pub rule: String,
    /// Why it cannot be applied, where it cannot.
    pub refused: Option<String>,
    /// What is paid in all.
    pub paid: Option<Money>,
    /// What waits.
    pub waits: Option<Money>,
    /// What is taken before sharing.
    pub taken: Option<Money>,
    /// How many parties are paid.
    pub parties: Option<u64>,
    /// The Gini coefficient of what is paid, in millionths.
    pub gini_ppm: Option<u64>,
}

/// A pot shared by several rules; nothing is posted.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Comparison {
    /// The pot.
    pub pot: String,
    /// What is shared.
    pub amount: Money,
    /// One for each rule, in the order asked for.
    pub columns: Vec<Column>,
}

/// What confirms it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Confirmation {
    /// The code that was mailed.
    pub code: String,
}

/// What stands in the log.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ConsentStatement {
    /// Its id.
    pub id: String,
    /// What kind of statement it is.
    pub kind: String,
    /// Who said it.
    pub speaker: String,
    /// For whom.
    pub holder: String,
    /// About what.
    pub subject: String,
    /// The line itself.
    pub line: String,
    /// Its hash.
    pub hash: String,
    /// Its place in the log.
    pub place: i64,
    /// The day it was said.
    pub day: String,
    /// The day it ended, where it did.
    pub ended: Option<String>,
}

/// How a party can be reached for a contract; the party's own to read.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Contact {
    /// The postal address.
    pub contact: String,
    /// The country of residence for tax.
    pub country: String,
    /// The mail address for contracts; may be empty.
    pub mail: String,
    /// The VAT id; may be empty.
    pub vat_id: String,
    /// The number in a trade register; may be empty.
    pub registration: String,
}

/// An objection to a report.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Contest {
    /// Its id.
    pub id: String,
    /// The report.
    pub report: String,
    /// The recording.
    pub recording: String,
    /// `open`, `upheld` or `refused`.
    pub status: String,
    /// When it was made.
    pub opened: String,
}

/// A contract.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Contract {
    /// Its id.
    pub id: String,
    /// Who signed.
    pub holder: String,
    /// The first day.
    pub start: String,
    /// The first day after it.
    pub end: String,
    /// How the price is reckoned.
    pub price_kind: String,
    /// The price.
    pub price: Money,
    /// What a term costs.
    pub total: Money,
    /// The rule its money is shared by.
    pub rule: String,
    /// Who is under it.
    pub members: Vec<UnderContract>,
}

/// A promise of money to a pot.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Contribution {
    /// Our id.
    pub id: String,
    /// The pot.
    pub pot: String,
    /// Who pays.
    pub payer: String,
    /// In what role.
    pub role: String,
    /// The reference that the transfer has to carry.
    pub reference: String,
    /// What was promised.
    pub pledged: Money,
    /// What arrived.
    pub received: Money,
    /// When it was promised.
    pub created: String,
}

/// A name that is credited.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Credit {
    /// The party.
    pub party: String,
    /// The name.
    pub name: String,
    /// `unclaimed`, `here` or `frozen`.
    pub standing: String,
    /// How many recordings credit it.
    pub recordings: i64,
    /// Whether money waits.
    pub waits: bool,
}

/// Names that are credited.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Credits {
    /// What was found.
    pub items: Vec<Credit>,
}

/// A contract between a brand and an artist.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Deal {
    /// Its id.
    pub id: String,
    /// The brief.
    pub brief: String,
    /// The brand.
    pub brand: String,
    /// The artist.
    pub artist: String,
    /// Where it stands.
    pub state: String,
    /// The fee.
    pub fee: Money,
    /// What is held for it.
    pub held: Money,
    /// What was paid.
    pub paid: Money,
    /// The text, in words.
    pub text: String,
    /// The text's hash, which signatures name.
    pub hash: String,
    /// Who signed.
    pub signatures: Vec<DealSignature>,
    /// Its milestones.
    pub milestones: Vec<Milestone>,
    /// How to pay the budget; for the brand, once both have signed.
    pub payment: Option<HowToPay>,
    /// The labels that what is published has to carry.
    pub labels: Vec<DealLabel>,
    /// What both sides agreed to measure.
    pub indicators: Vec<String>,
    /// Raw figures of it, as both sides see them.
    pub figures: Vec<DealFigure>,
    /// What happened, in order.
    pub events: Vec<DealEvent>,
    /// When it was drawn up.
    pub created: String,
}

/// A milestone that is or was disputed, for the house.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DealDispute {
    /// The contract.
    pub deal: String,
    /// The milestone's place.
    pub place: i64,
    /// What it is.
    pub title: String,
    /// Whether it waits for a decision.
    pub open: bool,
    /// What was agreed for it; frozen while it is open.
    pub amount: Money,
    /// What of it was paid, once it is settled.
    pub awarded: Option<Money>,
    /// The brand.
    pub brand: String,
    /// The artist.
    pub artist: String,
    /// What happened to it: what both sides said.
    pub events: Vec<DealEvent>,
}

/// Something that happened to a contract.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DealEvent {
    /// The place of the milestone; absent where it is about the whole.
    pub milestone: Option<i64>,
    /// `drafted`, `signed`, `held`, `submitted`, `accepted`, `sent-back`, `disputed`, `evidence`, `settled` …
    pub what: String,
    /// `artist`, `brand` or `house`.
    pub side: String,
    /// Evidence, reasons, words.
    pub words: String,
    /// When.
    pub at: String,
}

/// A raw figure of what was agreed to be measured.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DealFigure {
    /// What was measured.
    pub indicator: String,
    /// How much.
    pub value: i64,
    /// Of which day.
    pub day: String,
    /// Where it comes from.
    pub source: String,
    /// Who says so.
    pub by: String,
}

/// A label of a delivery: one of its words is needed.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DealLabel {
    /// The territory.
    pub territory: String,
    /// `paid` or `virtual`.
    pub what: String,
    /// The words, the usual one first.
    pub words: Vec<String>,
}

/// A signature of a contract.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DealSignature {
    /// `brand` or `artist`.
    pub side: String,
    /// The hash that was signed.
    pub hash: String,
    /// When.
    pub at: String,
}

/// A message.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Delivery {
    /// Its id.
    pub id: String,
    /// What happened.
    pub kind: String,
    /// Where it stands.
    pub state: String,
    /// How often it was tried.
    pub attempts: i64,
    /// What the other side answered last.
    pub status: Option<i64>,
    /// What went wrong last.
    pub error: String,
    /// When it happened.
    pub created: String,
}

/// A document with recordings.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Document {
    /// Its name, such as `catalogue.tsv`.
    pub name: String,
    /// Its bytes in base 64.
    pub base64: String,
    /// What it is, where it shall not be guessed: `csv`, `tsv`, `ddex-ern`, `musicbrainz-json`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
}

/// It is done.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Done {
    /// The id of what it was done to.
    pub id: String,
}

/// A line that needs a person.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Doubt {
    /// The line.
    pub line: Line,
    /// What it may be, the likeliest first.
    pub candidates: Vec<Candidate>,
}

/// Lines that need a person.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Doubts {
    /// In their order.
    pub doubts: Vec<Doubt>,
}

/// A selection in which an artist could be chosen.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DrawnSession {
    /// One of its sessions.
    pub id: String,
    /// The day.
    pub day: String,
    /// The artist's own ticket.
    pub ticket: String,
    /// Whole first places that were owed.
    pub owed: u64,
    /// The place in the order of the choice, from 1.
    pub place: u64,
    /// Whether the artist was chosen.
    pub chosen: bool,
    /// SHA-256 of the selection log.
    pub hash: String,
    /// The selection log.
    pub log: Value,
}

/// Selections in which an artist could be chosen.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DrawnSessions {
    /// Each with the artist's own ticket.
    pub items: Vec<DrawnSession>,
}

/// How many sessions were ended.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Ended {
    /// So many.
    pub ended: u64,
}

/// What the doctor found.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Examination {
    /// Whether all is sound.
    pub sound: bool,
    /// What was looked at.
    pub checks: Vec<Check>,
    /// The books against the bank, by currency.
    pub books: Vec<Books>,
}

/// A time an artist was considered for a brief.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Exposed {
    /// The brief.
    pub brief: String,
    /// Its title.
    pub title: String,
    /// The brand.
    pub brand: String,
    /// When.
    pub at: String,
    /// The place on the list.
    pub place: i64,
    /// Where: the territories of the audience, or where it was to be shown.
    pub places: Vec<String>,
    /// What fit earned, in millionths of a first place.
    pub earned: i64,
    /// What was shown, in the same.
    pub shown: i64,
}

/// How an artist was shown.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Exposure {
    /// Time by time.
    pub items: Vec<Exposed>,
}

/// Something a member likes.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Favourite {
    /// Our id of it.
    pub item: String,
    /// `song`, `album` or `artist`.
    pub kind: String,
    /// Since when.
    pub at: String,
}

/// What the field is told: reference prices, parts by tier and territory, how fair the lists were, sessions.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FieldFigures {
    /// The first day that is not in it.
    pub until: String,
    /// All of it, as the page of the field has it.
    pub figures: Value,
}

/// What is told in public of one currency; what would tell of a single person is null.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Figures {
    /// The currency.
    pub currency: String,
    /// The day up to which it is told.
    pub as_of: Option<String>,
    /// What came in.
    pub received: Option<Money>,
    /// What was deducted.
    pub deducted: Option<Money>,
    /// What was allocated.
    pub allocated: Option<Money>,
    /// What was paid to parties.
    pub paid: Option<Money>,
    /// How many parties are credited.
    pub parties_credited: i64,
    /// How many were paid.
    pub parties_paid: i64,
    /// How many lines were paid.
    pub paid_lines: i64,
}

/// Something that was found.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Finding {
    /// Where.
    pub place: String,
    /// What.
    pub what: String,
    /// What to try.
    pub hint: String,
    /// Whether it is only worth knowing.
    pub notice: bool,
}

/// What a guard holds until a person decides.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Flag {
    /// Its id.
    pub id: String,
    /// The pot.
    pub pot: String,
    /// What it looks like.
    pub kind: String,
    /// About what.
    pub subject: String,
    /// What shows it.
    pub evidence: String,
    /// How many lines or plays it holds.
    pub count: u64,
    /// `held`, `released` or `upheld`.
    pub status: String,
    /// When it was seen.
    pub opened: String,
    /// When it counts as released by itself.
    pub due: String,
    /// Why it was decided so.
    pub reason: String,
}

/// A decision about a flag.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FlagDecision {
    /// What becomes of it.
    pub decision: String,
    /// What was found.
    pub reason: String,
}

/// What is forgotten.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Forget {
    /// The recording; all of them where it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recording: Option<String>,
}

/// Something that is wrong in a document.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Found {
    /// The line, from 1; 0 for the whole document.
    pub line: u64,
    /// A stable word for it.
    pub code: String,
    /// What is wrong.
    pub message: String,
    /// What to try.
    pub hint: String,
}

/// What a run takes from a pot.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FromPot {
    /// The pot.
    pub pot: String,
    /// How much.
    pub amount: Money,
}

/// What came of handing in a list.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Handed {
    /// The list with its lines.
    pub list: SetList,
    /// Its lines.
    pub lines: Vec<Line>,
    /// What was wrong in the document.
    pub problems: Vec<Found>,
    /// How to pay what was promised, where something was.
    pub payment: Option<HowToPay>,
    /// Whether the same list had been handed in before: nothing is doubled.
    pub before: bool,
}

/// What was counted of a recording.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct HeardCell {
    /// The recording.
    pub recording: String,
    /// Its title.
    pub title: String,
    /// `counted`, or why it was set aside.
    pub outcome: String,
    /// How many plays.
    pub plays: u64,
}

/// What was counted of a party's recordings in a period.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct HeardPeriod {
    /// The period's id.
    pub period: String,
    /// Its name, such as `2026-09`.
    pub label: String,
    /// The institution.
    pub institution: String,
    /// Recording by recording, as far as it may be told.
    pub cells: Vec<HeardCell>,
    /// How many recordings are told in one sum, where they are.
    pub rest_recordings: Option<u64>,
    /// Their plays.
    pub rest_plays: Option<u64>,
    /// Whether something is not told.
    pub withheld: bool,
}

/// What was counted of a party's recordings.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct HeardPeriods {
    /// Period by period.
    pub periods: Vec<HeardPeriod>,
}

/// What a member heard; only they see it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct HeardRecording {
    /// The recording.
    pub recording: String,
    /// How often.
    pub plays: i64,
    /// When last.
    pub last: String,
}

/// A share that a party holds.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct HeldShare {
    /// The share's id.
    pub id: String,
    /// The recording or work.
    pub subject: String,
    /// The part of the whole.
    pub part: String,
    /// The territory.
    pub territory: String,
    /// For which uses.
    pub use_type: String,
    /// What it was read from.
    pub source: String,
}

/// How a holder stands.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct HolderStanding {
    /// The party.
    pub party: String,
    /// How many recordings it has a word on.
    pub recordings: u64,
    /// Use by use.
    pub uses: Vec<Allowed>,
}

/// How to pay a promise.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct HowToPay {
    /// The contribution.
    pub contribution: String,
    /// What was promised.
    pub pledged: Money,
    /// The reference that the transfer has to carry.
    pub reference: String,
    /// The holder of the house's account.
    pub holder: String,
    /// The house's account.
    pub iban: String,
    /// The bank.
    pub bic: String,
}

/// A report of an imitation.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Imitation {
    /// Its id.
    pub id: String,
    /// About what.
    pub subject: String,
    /// In words.
    pub words: String,
    /// Where it stands.
    pub status: String,
    /// When it was brought.
    pub opened: String,
    /// Until when an answer may come.
    pub due: String,
}

/// What came of a document.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Imported {
    /// What it was read as.
    pub kind: Option<String>,
    /// Recordings written.
    pub recordings: u64,
    /// Releases written.
    pub releases: u64,
    /// Shares written.
    pub shares: u64,
    /// Recordings withdrawn.
    pub withdrawn: u64,
    /// What was wrong, as far as it is shown.
    pub problems: Vec<Found>,
    /// How many problems there were in all.
    pub problem_count: u64,
}

/// Who subscribes.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Institution {
    /// The party.
    pub party: String,
    /// The name.
    pub name: String,
    /// The name in addresses.
    pub slug: String,
    /// `library`, `network`, `authority`, `works-council`, `venue`, `school` or `other`.
    pub kind: String,
    /// The town.
    pub town: String,
    /// The country.
    pub country: String,
    /// The places it belongs to.
    pub places: Vec<String>,
}

/// An invoice to an institution.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct InstitutionInvoice {
    /// Its printed number.
    pub number: String,
    /// Invoice or credit note.
    pub kind: String,
    /// The first day it is for.
    pub start: String,
    /// The first day after it.
    pub end: String,
    /// Without tax.
    pub net: Money,
    /// The tax.
    pub vat: Money,
    /// With tax.
    pub gross: Money,
    /// What arrived.
    pub received: Money,
    /// The reference that the transfer has to carry.
    pub reference: String,
    /// The day it was issued.
    pub issued: String,
    /// The day it is due.
    pub due: String,
}

/// Where an institution's money went.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct InstitutionMoney {
    /// What stayed here, by currency.
    pub stayed: Vec<StayedHere>,
    /// Span by span.
    pub spans: Vec<MoneySpan>,
}

/// A code by which people join.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Invitation {
    /// Its id.
    pub id: String,
    /// What it is for.
    pub note: String,
    /// How many may join by it.
    pub uses_most: i64,
    /// How many have.
    pub uses: i64,
    /// Until when.
    pub until: String,
    /// When it was ended.
    pub ended: Option<String>,
}

/// A code that was made.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct InvitationMade {
    /// Its id.
    pub id: String,
    /// The code, told once.
    pub code: String,
}

/// An invoice issued in a party's name.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Invoice {
    /// Its number.
    pub number: String,
    /// Invoice or credit note.
    pub kind: String,
    /// The day it was issued.
    pub issued: String,
    /// The currency of its amounts.
    pub currency: String,
    /// Without tax.
    pub net: String,
    /// The tax.
    pub vat: String,
    /// With tax.
    pub gross: String,
    /// The whole invoice, as it is signed.
    pub document: Value,
    /// A signed note over the hash of the document's canonical JSON.
    pub proof: String,
}

/// Work that is done beside.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Job {
    /// Its id.
    pub id: String,
    /// What kind.
    pub kind: String,
    /// `waiting`, `running`, `done` or `failed`.
    pub state: String,
    /// When it is done next.
    pub run_at: String,
    /// How often it was tried.
    pub attempts: i64,
    /// What went wrong last.
    pub error: String,
    /// When it was put in line.
    pub created: String,
}

/// The newest entries of the journal.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Journal {
    /// The newest first.
    pub entries: Vec<JournalEntry>,
}

/// An entry of the journal: every act, with who and when.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct JournalEntry {
    /// Its number.
    pub seq: i64,
    /// When.
    pub at: String,
    /// Who.
    pub by: String,
    /// What.
    pub action: String,
    /// To what.
    pub subject: String,
    /// More.
    pub detail: String,
}

/// A key for programs.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Key {
    /// Its id.
    pub id: String,
    /// What it is for.
    pub name: String,
    /// What it may do.
    pub scopes: Vec<String>,
    /// When it was made.
    pub created: String,
    /// When it was used last.
    pub seen: Option<String>,
    /// Until when.
    pub until: Option<String>,
    /// When it was ended.
    pub ended: Option<String>,
}

/// A key that was made.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct KeyMade {
    /// The key.
    pub key: Key,
    /// Its secret, told once.
    pub secret: String,
}

/// A licence.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Licence {
    /// Its id.
    pub id: String,
    /// The holder.
    pub holder: String,
    /// The licensee.
    pub licensee: String,
    /// For which model.
    pub model: String,
    /// Its version.
    pub version: String,
    /// The fee, in words.
    pub fee: String,
    /// What is promised beside it.
    pub promise: String,
    /// When it was signed.
    pub signed: String,
    /// The day it ended, where it did.
    pub ended: Option<String>,
    /// Its works: how many.
    pub works: u64,
    /// The hash of the agreement.
    pub hash: String,
    /// Its money.
    pub money: Vec<LicenceMoney>,
}

/// Money of a licence.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct LicenceMoney {
    /// The pot.
    pub pot: String,
    /// What kind.
    pub kind: String,
    /// What it is for, in words.
    pub why: String,
    /// The reference that the transfer has to carry; empty for whom it does not concern.
    pub reference: String,
    /// What is due.
    pub pledged: Money,
    /// What arrived.
    pub received: Money,
    /// What was paid out of it.
    pub paid: Money,
}

/// A line of a set list.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Line {
    /// Our id.
    pub id: String,
    /// The place in the list, from 1.
    pub position: u64,
    /// What was written.
    pub text: String,
    /// Whether it was played.
    pub played: bool,
    /// `matched`, `ambiguous` or `unmatched`.
    pub verdict: String,
    /// The recording it is, or most likely is.
    pub recording: Option<String>,
    /// The chance that it is right, in millionths.
    pub probability_ppm: u64,
    /// Whether a person decided.
    pub by_a_person: bool,
}

/// An inclusion proof.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct LogReceipt {
    /// The entry's place.
    pub index: u64,
    /// The receipt, which anybody can check offline.
    pub receipt: String,
}

/// The log.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct LogStatus {
    /// Its origin.
    pub origin: String,
    /// The key that verifies it.
    pub verifier: String,
    /// How many entries it has.
    pub size: u64,
    /// How many of them are published.
    pub published: u64,
    /// The newest signed checkpoint.
    pub checkpoint: Option<String>,
    /// Who cosigns.
    pub witnesses: Vec<String>,
}

/// Where a party's set lists may be mailed to.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct MailAddress {
    /// The private address; null where there is none, or the house takes no mail.
    pub address: Option<String>,
    /// Since when it is in force.
    pub since: Option<String>,
}

/// A list that came by mail, with its file, to be handed in.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct MailedFile {
    /// Its id.
    pub id: String,
    /// The file's name.
    pub document: String,
    /// The file's bytes in base 64.
    pub file: String,
}

/// A list that came by mail and waits.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct MailedList {
    /// Its id.
    pub id: String,
    /// The file's name.
    pub document: String,
    /// The night's name, out of the subject.
    pub event: String,
    /// The night's day, where the subject says one.
    pub date: Option<String>,
    /// Since when it waits; thirty days at most.
    pub created: String,
}

/// Who calls.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Me {
    /// The sign-in's id.
    pub id: String,
    /// The name of the account.
    pub name: String,
    /// What the key may do; empty for a session.
    pub scopes: Vec<String>,
    /// The parties the caller acts for.
    pub parties: Vec<Role>,
    /// The roles of the house: `operator`, `approver`, `auditor`.
    pub house: Vec<String>,
}

/// A membership.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Membership {
    /// The member's random id.
    pub id: String,
    /// The institution.
    pub institution: String,
    /// The name in players.
    pub login: String,
    /// Since when.
    pub since: String,
    /// Why nothing may be heard now; null where it may.
    pub closed: Option<String>,
}

/// A message of the bank: pain.002, camt.053 or camt.054.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Message {
    /// The file's name.
    pub name: String,
    /// Its bytes in base 64.
    pub base64: String,
}

/// A milestone of a contract.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Milestone {
    /// Its place, from 1.
    pub place: i64,
    /// What it is.
    pub title: String,
    /// How much.
    pub amount: Money,
    /// The day it is due.
    pub due: String,
    /// Where it stands.
    pub state: String,
    /// When silence accepts it.
    pub silence: Option<String>,
}

/// An amount; never a floating-point number.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Money {
    /// Units with exactly six decimals.
    pub amount: String,
    /// ISO 4217.
    pub currency: String,
}

/// What became of a span's money.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct MoneySpan {
    /// The first day.
    pub start: String,
    /// The first day after it.
    pub end: String,
    /// The rule.
    pub rule: String,
    /// What was billed.
    pub billed: Money,
    /// What arrived.
    pub received: Money,
    /// What was paid to parties, where it is told.
    pub paid: Option<Money>,
    /// What waits, where it is told.
    pub waits: Option<Money>,
}

/// A recording that a name leads to.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NearRecording {
    /// The recording.
    pub recording: Recording,
    /// How near, from 0 to 1.
    pub similarity: f64,
    /// Why, in English.
    pub reasons: Vec<String>,
}

/// Recordings that are near.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NearRecordings {
    /// The nearest first.
    pub items: Vec<NearRecording>,
}

/// An advance.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewAdvance {
    /// How much.
    pub amount: Sum,
    /// The fund it comes from.
    pub fund: String,
}

/// An answer.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewAnswer {
    /// In words.
    pub words: String,
}

/// An appeal to make.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewAppeal {
    /// The institution.
    pub institution: String,
    /// The period's name, such as `2026-09`.
    pub period: String,
    /// The recording.
    pub recording: String,
    /// Against what: the outcome.
    pub why: String,
    /// In words.
    pub words: String,
}

/// An artist to ask.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewArtist {
    /// A party's id or unique name.
    pub artist: String,
}

/// A small manifest.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewAudit {
    /// Recordings by id or ISRC, 10,000 at most.
    pub recordings: Vec<String>,
    /// The use, such as `train.gen`.
    pub usage: String,
    /// By whom.
    pub licensee: String,
    /// On which day; today where it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on: Option<String>,
    /// Where, such as `FR`; the world where it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub territory: Option<String>,
}

/// Where a party's money goes; kept encrypted.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewBankDetails {
    /// The holder of the account.
    pub holder: String,
    /// The IBAN, where the country has them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub iban: Option<String>,
    /// The account's number elsewhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// The bank's BIC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bic: Option<String>,
    /// The account's country where there is no IBAN.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// Whether a payment provider pays it out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider: Option<bool>,
    /// The holder's street.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub street: Option<String>,
    /// The number of the house.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub building: Option<String>,
    /// The postcode.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub postcode: Option<String>,
    /// The town.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub town: Option<String>,
    /// The country of the address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address_country: Option<String>,
}

/// A batch to prepare.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewBatch {
    /// Its currency.
    pub currency: String,
}

/// A mandate to give.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewBrandMandate {
    /// The agency: a party's id or unique name.
    pub agency: String,
    /// The first day on which it no longer holds; open where it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
    /// The paper it stands on.
    pub evidence: String,
}

/// A brief to write.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewBrief {
    /// What it says: TOML, as `docs/brands.md` describes it.
    pub text: String,
    /// The brief that is written anew; a new one where it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub brief: Option<String>,
}

/// A receipt to check.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewCheck {
    /// The receipt's text.
    pub receipt: String,
}

/// An artist to choose.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewChoice {
    /// The invitation.
    pub invitation: String,
}

/// A claim.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewClaim {
    /// The party whose name it is.
    pub party: String,
    /// Who claims.
    pub claimant: String,
    /// Their mail address; kept encrypted.
    pub contact: String,
    /// What shows it; kept encrypted until it is decided.
    pub evidence: String,
    /// Whether this will be their first money ever from music.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_payment: Option<bool>,
    /// The token of a link, where one came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
}

/// A code to make.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewCode {
    /// What it is for.
    pub note: String,
    /// How many may join by it.
    pub uses: u64,
    /// The last day.
    pub until: String,
}

/// Rules to compare.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewComparison {
    /// The pot.
    pub pot: String,
    /// The rules: names, or `name@version`.
    pub rules: Vec<String>,
    /// What is shared; what the pot holds where it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Sum>,
}

/// How a party can be reached for a contract.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewContact {
    /// The postal address.
    pub contact: String,
    /// The country of residence for tax.
    pub country: String,
    /// The mail address for contracts; the party's own where it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mail: Option<String>,
    /// The VAT id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vat_id: Option<String>,
    /// The number in a trade register.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub registration: Option<String>,
}

/// An objection to make.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewContest {
    /// The report.
    pub report: String,
    /// The recording.
    pub recording: String,
    /// The part that it should have, such as `12.5 %`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked: Option<String>,
    /// Why.
    pub words: String,
}

/// A contract to be.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewContract {
    /// Who signs.
    pub holder: String,
    /// Who is under it.
    pub members: Vec<NewUnder>,
    /// The first day.
    pub start: String,
    /// The first day after it.
    pub end: String,
    /// How the price is reckoned: `flat`, `seat`, …
    pub price_kind: String,
    /// The price.
    pub price: Sum,
    /// How it is divided over members: `equal`, …
    pub key: String,
    /// The rule its money is shared by.
    pub rule: String,
    /// What stands on the invoice.
    pub subject: String,
    /// Its language, `fr` or `en`.
    pub lang: String,
    /// When pots are closed: `month`, …
    pub closes: String,
    /// Whether members listen there.
    pub on_site: bool,
    /// Whether they listen at home.
    pub home: bool,
    /// The category of tax, such as `S`.
    pub vat: String,
    /// The class of its rate, such as `standard`.
    pub vat_class: String,
    /// Why there is no tax.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exemption: Option<String>,
    /// Its code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exemption_code: Option<String>,
    /// The buyer's order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<String>,
    /// By how many months it goes on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub renews_months: Option<u64>,
    /// How many days before its end notice is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notice_days: Option<u64>,
}

/// A promise.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewContribution {
    /// Who pays: a party's id or unique name.
    pub payer: String,
    /// `dj`, `venue`, `promoter`, `ticket` or `at-source`.
    pub role: String,
    /// What is promised.
    pub gift: NewGift,
    /// Whether the venue attests the fee.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub venue_attests: Option<bool>,
}

/// A part of a contract's money.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewCut {
    /// Whose.
    pub who: String,
    /// Which part, such as `25 %`.
    pub part: String,
}

/// What is agreed otherwise.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewDealTerms {
    /// How the artist's side divides it; the artist alone where it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub split: Option<Vec<NewCut>>,
    /// A recording whose shares say how it is divided instead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub split_of: Option<String>,
    /// Who gets the solidarity slice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scene: Option<Vec<NewCut>>,
    /// Other steps than the brief's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub milestones: Option<Vec<NewStep>>,
}

/// Something to like, or to like no more.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewFavourite {
    /// Our id of it.
    pub item: String,
    /// What it is.
    pub kind: String,
    /// Whether it is liked.
    pub on: bool,
}

/// A raw figure.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewFigure {
    /// What was measured, one of the contract's indicators.
    pub indicator: String,
    /// How much.
    pub value: i64,
    /// Where it comes from.
    pub source: String,
}

/// What a payer sets aside: an amount, or a share of a fee that is used once and never stored.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewGift {
    /// An amount.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Sum>,
    /// The fee.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fee: Option<Sum>,
    /// The part of it, such as `5 %`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub share: Option<String>,
}

/// Sessions to give.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewGrant {
    /// How much each.
    pub amount: Sum,
    /// How many.
    pub count: u64,
    /// Only artists at home there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
}

/// Something that will happen.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewHappening {
    /// The day.
    pub day: String,
    /// What it is called.
    pub title: String,
    /// What is said about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub words: Option<String>,
    /// Where to read more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

/// An imitation to report.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewImitation {
    /// About what: a licence, a model, an output.
    pub subject: String,
    /// What happened.
    pub words: String,
    /// What shows it; kept encrypted.
    pub evidence: String,
}

/// An institution to note.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewInstitution {
    /// `library`, `network`, `authority`, `works-council`, `venue`, `school` or `other`.
    pub kind: String,
    /// The street.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub street: Option<String>,
    /// The postcode.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub postcode: Option<String>,
    /// The town.
    pub town: String,
    /// The country.
    pub country: String,
    /// Its own pages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Whether it stands in the directory.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub listed: Option<bool>,
}

/// A link to pass on.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewInvitation {
    /// Who passes it on.
    pub relay: String,
    /// Through whom it goes: a party that acts for the caller.
    pub to: String,
}

/// An invoice to issue.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewInvoice {
    /// The first day it is for; the contract's next span where it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// The first day after it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
}

/// A recording to select.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewItem {
    /// The recording.
    pub recording: String,
    /// What is said about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub words: Option<String>,
}

/// A key to make.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewKey {
    /// What it is for.
    pub name: String,
    /// What it may do: `read`, `listen`, `set-lists`, `catalogue`, `consent`, `money`.
    pub scopes: Vec<String>,
    /// Until when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
}

/// A selection that carries a brand's name.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewLabel {
    /// The selection.
    pub selection: String,
}

/// How a person is addressed.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewName {
    /// The name; may be empty.
    pub name: String,
    /// The language of mails.
    pub lang: String,
}

/// An offer to make.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewOffer {
    /// Which uses, such as `train.gen`.
    pub uses: Vec<String>,
    /// The fee, such as `EUR 2.00 per work`.
    pub fee: String,
    /// For whom, where the speaker has a mandate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub for_party: Option<String>,
    /// To whom alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub licensee: Option<String>,
    /// Of what: recordings' ids; the whole catalogue where it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subjects: Option<Vec<String>>,
    /// Where alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub territories: Option<Vec<String>>,
    /// From which day on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// Until before which day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
    /// What is asked in return.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conditions: Option<Value>,
    /// What is promised beside the fee.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub promise: Option<String>,
    /// How many days before its end notice is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notice_days: Option<u64>,
    /// Most outputs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output_cap: Option<u64>,
}

/// A party to register.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewParty {
    /// The name as credited.
    pub name: String,
    /// `person`, `group` or `organisation`; a person where it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// Where it is at home, such as `FR`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub territory: Option<String>,
    /// International Standard Name Identifier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub isni: Option<String>,
    /// IPI name number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ipi: Option<String>,
    /// Other names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub aliases: Option<Vec<String>>,
    /// The mail address, kept encrypted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mail: Option<String>,
}

/// A key with which a licensee shall sign.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewPartyKey {
    /// The paper that binds it, signed by it: JSON, as `docs/licences.md` describes it.
    pub paper: Value,
}

/// What a browser answered.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewPasskey {
    /// The answer of `navigator.credentials.create`, as `web/passkey.js` writes it.
    pub answer: Value,
    /// What its owner calls it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// A new name for a passkey.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewPasskeyName {
    /// At most 60 letters.
    pub name: String,
}

/// A password to set, or to take away.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewPassword {
    /// The one before, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub old: Option<String>,
    /// The new one; taken away where it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<String>,
}

/// A permit to give.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewPermit {
    /// The project.
    pub project: String,
    /// Which uses.
    pub uses: Vec<String>,
    /// With which recordings.
    pub recordings: Vec<String>,
    /// For how many minutes.
    pub minutes: u64,
}

/// A picture to show with a selection.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewPicture {
    /// Its bytes in base 64: a JPEG, PNG or WebP of at most 2 MB.
    pub file: String,
    /// What is on it, for those who do not see it.
    pub alt: String,
    /// Whose it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credit: Option<String>,
}

/// What an artist says before they are asked.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewPitch {
    /// In words.
    pub words: String,
}

/// A standing promise: what a payer gives with every set list that says nothing else.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewPlan {
    /// The currency.
    pub currency: String,
    /// The same amount each time, in units with a point; either this or `share`; neither ends the plan.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<String>,
    /// The same share of each fee, such as `5 %`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub share: Option<String>,
}

/// A password or key to make.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewPlayerKey {
    /// The device or player it is for.
    pub name: String,
    /// Which of the two.
    pub kind: String,
}

/// A playlist to make.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewPlaylist {
    /// Its name.
    pub name: String,
    /// Its recordings, in order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub songs: Option<Vec<String>>,
}

/// A policy to set.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewPolicy {
    /// Its name.
    pub name: String,
    /// What shall hold.
    pub value: String,
}

/// A change to announce.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewPolicyChange {
    /// The policy.
    pub name: String,
    /// What shall hold.
    pub value: String,
    /// Why.
    pub reason: String,
    /// The day from which it holds: thirty days away at least.
    pub day: String,
}

/// What somebody says to a change.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewPolicyComment {
    /// In words.
    pub words: String,
    /// The party that says it; nobody's where it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub party: Option<String>,
}

/// A pot to open.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewPot {
    /// What it is for.
    pub purpose: String,
    /// Its currency.
    pub currency: String,
    /// The rule it is shared by: a name, or `name@version`.
    pub rule: String,
    /// The event it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event: Option<String>,
}

/// A participation proof to issue.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewProof {
    /// The share of the fee that it shows at least, in whole percent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_least: Option<u64>,
    /// Whether it names the event.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub show_event: Option<bool>,
}

/// A question.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewQuestion {
    /// A recording by id or ISRC; either this or `person`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recording: Option<String>,
    /// A person by id: their voice, name or likeness.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<String>,
    /// The use, such as `train.gen`.
    pub usage: String,
    /// By whom.
    pub licensee: String,
    /// On which day; today where it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on: Option<String>,
    /// Where, such as `FR`; the world where it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub territory: Option<String>,
    /// For which project.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub project: Option<String>,
}

/// Why.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewReasons {
    /// In words.
    pub reasons: String,
}

/// The release of a track.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewRelease {
    /// Its ISRC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub isrc: Option<String>,
    /// The recording of the catalogue that it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub row: Option<String>,
}

/// A report to hand in.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewReport {
    /// The licence.
    pub license: String,
    /// The table's bytes in base 64: CSV or TSV.
    pub base64: String,
    /// The document's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The first day.
    pub from: String,
    /// The first day after it.
    pub until: String,
    /// How many outputs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outputs: Option<u64>,
    /// The income of the outputs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub income: Option<Sum>,
}

/// Pots to share together.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewRun {
    /// The pots.
    pub pots: Vec<String>,
    /// The rule; the pots' own where it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
}

/// A selection to write.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewSelection {
    /// Its title.
    pub title: String,
    /// The one that is written anew: its id or its name in addresses; a new one where it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub selection: Option<String>,
    /// What is said about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub words: Option<String>,
    /// Its language, `fr` or `en`.
    pub lang: String,
    /// What is in it, in order; 500 at most.
    pub items: Vec<NewItem>,
    /// Who made it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub curators: Option<Vec<String>>,
    /// From when on it is shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// Until when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
}

/// A set list to hand in: a file, or lines.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewSetList {
    /// Who played: a party's id.
    pub performer: String,
    /// The file's name, such as `friday.m3u8`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The file's bytes in base 64.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base64: Option<String>,
    /// Lines as text, one a line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lines: Option<String>,
    /// Which set of a file that holds several, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub set: Option<u64>,
    /// What is given with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gift: Option<NewGift>,
    /// Who gives, where it is not who played.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payer: Option<String>,
    /// `dj`, `venue`, `promoter`, `ticket` or `at-source`; a DJ where it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// What the event is called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event: Option<String>,
    /// The day it began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<String>,
    /// The venue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub venue: Option<String>,
    /// The city.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub city: Option<String>,
    /// The country, such as `FR`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub territory: Option<String>,
    /// The IANA time zone, such as `Europe/Paris`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
    /// What others see of it: `track-only` where it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub visibility: Option<String>,
    /// Whether the venue attests the fee.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub venue_attests: Option<bool>,
    /// `another` where it is another set than one that looks alike.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub same: Option<String>,
    /// The list of before that it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub same_as: Option<String>,
}

/// How a dispute ends.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewSettlement {
    /// The claim that wins; whoever answered before where it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub winner: Option<String>,
}

/// A share of a recording.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewShare {
    /// The recording.
    pub recording: String,
    /// The party.
    pub party: String,
    /// The part of the whole, such as `50 %`.
    pub part: String,
    /// The territory; the world where it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub territory: Option<String>,
    /// The first day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// The first day after it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
    /// `any`, `set-list`, `streaming`, `campaign` or `licensing`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub use_type: Option<String>,
}

/// An answer to an offer.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewShareAnswer {
    /// `withdraw` is for who made it, the others for whom it was made to.
    pub answer: String,
}

/// A part of a share to offer.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewShareOffer {
    /// The recording.
    pub recording: String,
    /// To whom: a party's id or unique name.
    pub to: String,
    /// The part of the whole, such as `25 %`.
    pub part: String,
    /// What is said with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub words: Option<String>,
}

/// A signature.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewSignature {
    /// The hash of the text that was read.
    pub hash: String,
}

/// Another name in addresses.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewSlug {
    /// The name.
    pub slug: String,
}

/// Where it shall stand.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewStatus {
    /// The word.
    pub status: String,
}

/// A step of a contract.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewStep {
    /// What is delivered.
    pub title: String,
    /// What is paid for it, such as `EUR 500`.
    pub pays: String,
    /// When it is due.
    pub due: String,
}

/// An artist's own terms.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewTerms {
    /// TOML, as `docs/brands.md` describes it.
    pub text: String,
}

/// Thanks.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewThanks {
    /// The set list.
    pub set_list: String,
    /// In words, 280 letters at most.
    pub words: String,
}

/// A track before its release.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewTrack {
    /// The artist.
    pub artist: String,
    /// The title.
    pub title: String,
    /// The version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// The label.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// Seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration_s: Option<u64>,
    /// Whether it is another one than the registered track of the same name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub another: Option<bool>,
}

/// Whether what is heard may train the house's programs.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewTraining {
    /// Whether it may.
    pub allowed: bool,
}

/// An institution under a contract to be.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewUnder {
    /// The institution.
    pub institution: String,
    /// Its seats.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seats: Option<u64>,
    /// How many live there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inhabitants: Option<u64>,
    /// Its weight in the price.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weight: Option<u64>,
}

/// A rate of tax.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewVatRate {
    /// The country.
    pub country: String,
    /// The class.
    pub class: String,
    /// The first day.
    pub from: String,
    /// The rate, such as `20 %`.
    pub rate: String,
}

/// A webhook to make.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewWebhook {
    /// The address, by `https`.
    pub url: String,
    /// What it shall be told.
    pub kinds: Vec<String>,
}

/// What a licensee wants.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewWish {
    /// Which uses.
    pub uses: Vec<String>,
    /// For which model.
    pub model: String,
    /// Its version.
    pub version: String,
    /// With which recordings: ids or ISRCs.
    pub recordings: Vec<String>,
    /// Under which offers alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offers: Option<Vec<String>>,
}

/// A holder's word on uses.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewWord {
    /// The word.
    pub word: String,
    /// The uses, such as `train.gen`.
    pub uses: Vec<String>,
    /// About what: `catalogue`, or a recording's id; the catalogue where it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// For whom, where the speaker has a mandate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub for_party: Option<String>,
    /// To whom alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub licensees: Option<Vec<String>>,
    /// Where alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub territories: Option<Vec<String>>,
    /// From which day on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// Until before which day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
    /// What is asked in return, such as `{"attribution": true}`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conditions: Option<Value>,
    /// What the holder would want, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offer: Option<String>,
}

/// Words of a holder.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewWords {
    /// At most 200; all hold or none.
    pub words: Vec<NewWord>,
}

/// What was made.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewWork {
    /// Where it can be seen.
    pub evidence: String,
    /// The labels it carries.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub labels: Option<Vec<String>>,
}

/// An artist's answer.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewYes {
    /// Yes or no.
    pub yes: bool,
    /// What they say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub words: Option<String>,
}

/// What a holder offers to licensees.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Offer {
    /// Its id.
    pub id: String,
    /// The holder.
    pub holder: String,
    /// To whom alone.
    pub licensee: Option<String>,
    /// Which uses.
    pub uses: Vec<String>,
    /// Of what.
    pub subjects: Vec<String>,
    /// Where.
    pub territories: Vec<String>,
    /// The paper, as it is signed.
    pub paper: String,
    /// Its hash.
    pub hash: String,
    /// `open`, `withdrawn` or `signed`.
    pub status: String,
    /// When it was made.
    pub opened: String,
}

/// What came of an offer.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct OfferMade {
    /// The offer, where it stands now.
    pub offer: Option<String>,
    /// What waits, where it would lift a refusal.
    pub waits: Option<Waiting>,
}

/// A claim that was opened.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Opened {
    /// Our id.
    pub id: String,
    /// Where it stands.
    pub status: String,
}

/// A session of the caller's.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct OwnSession {
    /// Its id.
    pub id: String,
    /// By which door it was opened.
    pub door: String,
    /// The browser, as it calls itself.
    pub agent: String,
    /// Whether it is the one that asks.
    pub own: bool,
    /// When it was opened.
    pub created: String,
    /// When it was used last.
    pub seen: String,
}

/// The label of what a brand paid for.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PaidLabel {
    /// The word, such as `Publicité`.
    pub label: String,
    /// The brand.
    pub brand: String,
}

/// A participation proof.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Participation {
    /// The proof's id.
    pub id: String,
    /// The signed note, which `tantieme verify` reads.
    pub note: String,
    /// The performer's name as shown.
    pub performer: String,
    /// The event, where the performer shows it.
    pub event: Option<String>,
    /// Lines that were matched.
    pub matched: u64,
    /// Lines of the list.
    pub lines: u64,
    /// The day it was issued.
    pub issued: String,
}

/// An institution of the directory.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Partner {
    /// The institution.
    pub institution: Institution,
    /// Whether it subscribes today.
    pub open: bool,
    /// Whether its members listen there.
    pub on_site: bool,
    /// Whether they listen at home.
    pub home: bool,
}

/// A person or organisation in any role.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Party {
    /// Our id.
    pub id: String,
    /// The name as credited.
    pub name: String,
    /// Other names.
    pub aliases: Vec<String>,
    /// `person`, `group` or `organisation`.
    pub kind: String,
    /// Where it is at home, where known.
    pub territory: Option<String>,
    /// International Standard Name Identifier, where known.
    pub isni: Option<String>,
    /// IPI name number, where known.
    pub ipi: Option<String>,
    /// `unclaimed`, `here` or `frozen`.
    pub standing: String,
    /// The party that took its place, where it was merged.
    pub merged_into: Option<String>,
}

/// A key with which a licensee signs.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PartyKey {
    /// Its id.
    pub id: String,
    /// The public key (Ed25519): 64 hexadecimal digits.
    pub key: String,
    /// Its place in the log.
    pub place: i64,
    /// Since when.
    pub since: String,
    /// Until when.
    pub ended: Option<String>,
}

/// A payout to a party.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PartyPayout {
    /// The payout's id.
    pub id: String,
    /// What left the balance.
    pub gross: Money,
    /// What of it repaid an advance.
    pub recouped: Money,
    /// What of it was kept back as tax.
    pub withheld: Money,
    /// What of it paid for the transfer.
    pub fee: Money,
    /// What arrives.
    pub net: Money,
    /// `reserved`, `sent`, `paid`, or why not.
    pub status: String,
    /// The id that the bank shows.
    pub end_to_end: String,
}

/// A passkey of the caller's.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Passkey {
    /// Its id.
    pub id: String,
    /// What its owner calls it.
    pub name: String,
    /// Whether its maker says that it may be on several devices.
    pub copied: bool,
    /// When it was made.
    pub created: String,
    /// When it was shown last.
    pub seen: Option<String>,
}

/// What a browser is told: the argument of `navigator.credentials.create`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PasskeyAsk {
    /// As the browser takes it; what is binary is in Base64url.
    pub ask: Value,
}

/// Payouts that travel together.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PayoutBatch {
    /// Our id.
    pub id: String,
    /// Its number.
    pub number: i64,
    /// Its currency.
    pub currency: String,
    /// `prepared`, `approved`, `exported`, `dropped` or `settled`.
    pub status: String,
    /// Who prepared it.
    pub prepared_by: String,
    /// When.
    pub prepared: String,
    /// Who approved it: somebody else.
    pub approved_by: Option<String>,
    /// When it was written for the bank.
    pub exported: Option<String>,
    /// Its payouts.
    pub payouts: Vec<BatchPayout>,
    /// What stays on balances, and why; told when it is prepared.
    pub stays: Vec<Staying>,
}

/// A short-lived permit of a tool.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Permit {
    /// Its id.
    pub id: String,
    /// The project.
    pub project: String,
    /// The signed note.
    pub note: String,
    /// When it was given.
    pub issued: String,
    /// When it is over.
    pub expires: String,
}

/// Everything that is known of a person.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PersonalExport {
    /// The whole of it.
    pub export: Value,
}

/// A place.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Place {
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
}

/// A payout that would be made.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PlannedPayout {
    /// To whom.
    pub party: String,
    /// What would leave the balance.
    pub gross: Money,
    /// What would arrive.
    pub net: Money,
}

/// A set in which a party's recordings were played.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PlayedSet {
    /// The set list.
    pub set_list: String,
    /// Who played, where they show it.
    pub performer: Option<String>,
    /// What of the party's was played.
    pub titles: Vec<String>,
    /// What was said in thanks.
    pub thanked: Option<String>,
}

/// A password or key by which a player signs in.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PlayerKey {
    /// Its id.
    pub id: String,
    /// What its owner calls it.
    pub name: String,
    /// Whether it is a key rather than a password.
    pub is_key: bool,
    /// When it was made.
    pub created: String,
    /// When it was revoked.
    pub revoked: Option<String>,
}

/// A password or key that was made; its secret is told once.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PlayerKeyMade {
    /// Its id.
    pub id: String,
    /// The name to sign in with.
    pub login: String,
    /// What to enter in the player.
    pub secret: String,
}

/// A playlist.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Playlist {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// A comment.
    pub comment: String,
    /// Its recordings, in order.
    pub songs: Vec<String>,
    /// When it was made.
    pub created: String,
    /// When it was changed last.
    pub changed: String,
}

/// What changes of a playlist.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PlaylistChange {
    /// Its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// A comment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// All its recordings anew.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub songs: Option<Vec<String>>,
    /// Recordings to put at its end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub add: Option<Vec<String>>,
}

/// All policies.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Policies {
    /// By name.
    pub policies: Vec<PolicyValue>,
}

/// A change that was announced.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PolicyChange {
    /// Its id.
    pub id: String,
    /// The policy.
    pub name: String,
    /// What held before.
    pub before: String,
    /// What shall hold.
    pub value: String,
    /// Why.
    pub reason: String,
    /// When it was announced.
    pub announced: String,
    /// When it holds.
    pub effective: String,
    /// When it was withdrawn.
    pub withdrawn: Option<String>,
    /// What people say to it.
    pub comments: Vec<PolicyComment>,
}

/// What somebody says to a change.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PolicyComment {
    /// In words.
    pub words: String,
    /// When.
    pub said: String,
}

/// A policy that was set.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PolicySet {
    /// Its version.
    pub version: i64,
}

/// A number or word that the house decides by.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PolicyValue {
    /// Its name.
    pub name: String,
    /// What it means.
    pub help: String,
    /// What holds until it is set.
    pub default: String,
    /// What holds now.
    pub value: String,
}

/// Money set aside for one purpose.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Pot {
    /// Our id.
    pub id: String,
    /// Which programme it belongs to.
    pub programme: String,
    /// What it is for.
    pub purpose: String,
    /// Its currency.
    pub currency: String,
    /// The rule it is shared by.
    pub rule: String,
    /// Where it stands.
    pub status: String,
    /// When it was opened.
    pub created: String,
}

/// A pot with its sums.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PotSummary {
    /// The pot.
    pub pot: Pot,
    /// What was promised.
    pub pledged: Money,
    /// What arrived.
    pub received: Money,
    /// What no approved run has shared yet.
    pub to_share: Money,
    /// Who promised what.
    pub contributions: Vec<Contribution>,
}

/// What a batch would do now.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Preview {
    /// What would be paid.
    pub payouts: Vec<PlannedPayout>,
    /// How many balances would stay.
    pub stay: u64,
}

/// What stands in the way (RFC 9457).
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Problem {
    /// `urn:tantieme:problem:` and the code.
    pub r#type: String,
    /// The status in words.
    pub title: String,
    /// The HTTP status.
    pub status: u64,
    /// A stable word for it, such as `not-received`.
    pub code: String,
    /// What stands in the way, for a person.
    pub detail: String,
    /// What to try; empty where nothing can be done.
    pub hint: String,
}

/// What is told in public.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PublicFigures {
    /// By currency.
    pub currencies: Vec<Figures>,
    /// The countries it reached.
    pub countries: Vec<String>,
}

/// What a use would cost.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Quote {
    /// Offer by offer.
    pub offers: Vec<QuotedOffer>,
    /// Recording by recording.
    pub works: Vec<QuotedWork>,
}

/// An offer of a quote.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct QuotedOffer {
    /// The offer.
    pub offer: String,
    /// How many works it covers.
    pub works: u64,
    /// What is due on signing.
    pub due: Option<Money>,
    /// How it is reckoned.
    pub why: String,
}

/// A recording of a quote.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct QuotedWork {
    /// The recording.
    pub recording: String,
    /// What the offers make of it.
    pub state: String,
    /// Why.
    pub reasons: String,
}

/// How a batch travels.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Rail {
    /// The rail, such as `sepa`.
    pub rail: String,
}

/// Why.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Reason {
    /// In words.
    pub reason: String,
}

/// An answer with everything that proves it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Receipt {
    /// The receipt, which anybody can check offline.
    pub receipt: String,
}

/// Money that arrived without a bank message.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Received {
    /// How much; all that was promised where it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Sum>,
    /// What shows that it arrived.
    pub evidence: String,
}

/// One fixed performance.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Recording {
    /// Our id.
    pub id: String,
    /// What kind of thing it is.
    pub kind: String,
    /// The artist credit as printed.
    pub artist: String,
    /// The title.
    pub title: String,
    /// The version, where the source keeps it apart.
    pub version: String,
    /// The release it is best known from.
    pub album: String,
    /// The label.
    pub label: String,
    /// Seconds, where known.
    pub duration_s: Option<u64>,
    /// First year, where known.
    pub year: Option<u64>,
    /// ISRC, where known.
    pub isrc: Option<String>,
    /// `live`, `unreleased`, `withdrawn` or `merged`.
    pub status: String,
    /// The recording that took its place, where it was merged.
    pub merged_into: Option<String>,
}

/// What holds for a recording.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RecordingConsents {
    /// The recording.
    pub recording: String,
    /// Use by use, for anybody, today.
    pub uses: Vec<UseAnswer>,
}

/// Who holds a recording.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RecordingShares {
    /// In the order of their ids.
    pub shares: Vec<ShareOf>,
}

/// Money to go back to its sender.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Refund {
    /// What waits.
    pub item: String,
    /// How much.
    pub amount: Money,
    /// Who sent it.
    pub to: String,
    /// What the transfer has to carry.
    pub reference: String,
}

/// What came of a change of the doors: other sessions are over, and this one has another token.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Renewed {
    /// The session's new token, in place of the one in the cookie.
    pub session: String,
    /// Codes for paper, told once; none where there were some.
    pub codes: Vec<String>,
}

/// What outputs were made from.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Report {
    /// Its id.
    pub id: String,
    /// The licence.
    pub license: String,
    /// The licensee.
    pub licensee: String,
    /// The first day.
    pub from: String,
    /// The first day after it.
    pub until: String,
    /// How many outputs.
    pub outputs: Option<i64>,
    /// The root of its rows.
    pub root: String,
    /// Until when it may be contested.
    pub contest_until: String,
    /// When it was handed in.
    pub opened: String,
}

/// What came of a report.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ReportHanded {
    /// The report, where it was taken.
    pub report: Option<Report>,
    /// Whether it had been handed in before.
    pub before: bool,
    /// How to pay what is due.
    pub payment: Option<HowToPay>,
    /// How much went beyond the licence.
    pub violations: u64,
    /// Why it was not taken: money follows every row.
    pub problems: Vec<Found>,
}

/// A party that somebody acts for.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Role {
    /// The party's id.
    pub party: String,
    /// `owner`, `member` or `staff`.
    pub role: String,
}

/// A rule by which pots are shared.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Rule {
    /// `name@version`.
    pub label: String,
    /// What it is for, in English.
    pub summary_en: String,
    /// What it is for, in French.
    pub summary_fr: String,
    /// SHA-256 of its text.
    pub hash: String,
    /// In words, in English.
    pub reading_en: String,
    /// In words, in French.
    pub reading_fr: String,
}

/// All rules.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Rules {
    /// In the order in which they ship.
    pub rules: Vec<Rule>,
}

/// A sharing of pots.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Run {
    /// Our id.
    pub id: String,
    /// `allocation`, `adjustment` or `reversal`.
    pub kind: String,
    /// `draft`, `approved` or `dropped`.
    pub status: String,
    /// The rule.
    pub rule: String,
    /// Its version.
    pub rule_version: u64,
    /// SHA-256 of the rule.
    pub rule_hash: String,
    /// The currency.
    pub currency: String,
    /// SHA-256 of what was shared by.
    pub input_hash: String,
    /// SHA-256 of the lines.
    pub lines_hash: String,
    /// Who made the draft.
    pub by: String,
    /// When.
    pub created: String,
    /// Who approved it.
    pub approved_by: Option<String>,
    /// When.
    pub approved: Option<String>,
}

/// A line of a run.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RunLine {
    /// Our id.
    pub id: String,
    /// The pot.
    pub pot: String,
    /// The account it goes to.
    pub account: String,
    /// The party, where it goes to one.
    pub party: Option<String>,
    /// The recording it is for.
    pub recording: Option<String>,
    /// How much.
    pub amount: Money,
    /// Why, in words.
    pub why: String,
}

/// Where the money of a seat went.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SeatMoney {
    /// The period.
    pub period: String,
    /// The institution.
    pub institution: String,
    /// The rule.
    pub rule: String,
    /// What the seat had, where it is told.
    pub seat: Option<Money>,
    /// To which recordings it went.
    pub moved: Vec<SeatMoved>,
}

/// Where the money of a seat went, period by period.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SeatMonies {
    /// The periods.
    pub periods: Vec<SeatMoney>,
}

/// What a recording got of a seat.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SeatMoved {
    /// The recording.
    pub recording: String,
    /// The artist.
    pub artist: String,
    /// The title.
    pub title: String,
    /// How much, where it is told.
    pub amount: Option<Money>,
    /// The part of the seat, in millionths.
    pub part_ppm: u64,
}

/// The seats of an institution.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Seats {
    /// The contract they come from; absent where none runs.
    pub contract: Option<String>,
    /// The first day after it.
    pub until: Option<String>,
    /// How many are paid, where they are counted.
    pub paid: Option<u64>,
    /// How many are taken.
    pub taken: Option<u64>,
}

/// A second factor that is offered.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SecondFactor {
    /// The address to be shown as a picture to an authenticator.
    pub address: String,
    /// The secret to be typed, in groups of four.
    pub secret: String,
}

/// A selection.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Selection {
    /// Its id.
    pub id: String,
    /// The institution.
    pub institution: String,
    /// Its name in addresses.
    pub slug: String,
    /// Its language.
    pub lang: String,
    /// Its title.
    pub title: String,
    /// What is said about it.
    pub words: String,
    /// `draft`, `published` or `ended`.
    pub status: String,
    /// Whether it is shown now.
    pub shown: bool,
    /// Who made it.
    pub curators: Vec<String>,
    /// Where a brand paid for it: the label that goes with it wherever it is shown.
    pub paid: Option<PaidLabel>,
    /// What is in it, in order.
    pub items: Vec<SelectionItem>,
    /// When it was made.
    pub created: String,
    /// When it was changed last.
    pub changed: String,
}

/// A recording of a selection.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SelectionItem {
    /// The recording.
    pub recording: String,
    /// The artist.
    pub artist: String,
    /// The title.
    pub title: String,
    /// What is said about it.
    pub words: String,
    /// Whether it is from here.
    pub local: bool,
}

/// A session given to an emerging artist.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SessionGrant {
    /// Its id.
    pub id: String,
    /// The artist.
    pub artist: String,
    /// How much.
    pub amount: Money,
    /// The day.
    pub day: String,
    /// Where artists had to be at home; empty for anywhere.
    pub place: String,
    /// From how many, as a rung.
    pub candidates: u64,
    /// SHA-256 of the selection log, as it stands in the public log.
    pub hash: String,
    /// The selection log, by which anybody can draw again; absent where fewer than ten could be chosen.
    pub log: Value,
}

/// Sessions that were given.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SessionGrants {
    /// Each with its artist, amount, day, and the hash of its selection log.
    pub items: Vec<SessionGrant>,
}

/// What one performer played at one event.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SetList {
    /// Our id.
    pub id: String,
    /// The event.
    pub event: String,
    /// Who played.
    pub performer: String,
    /// Who handed it in.
    pub submitted_by: String,
    /// The document it came in.
    pub document: String,
    /// What kind of document it was.
    pub format: String,
    /// What others see of it.
    pub visibility: String,
    /// Where it stands.
    pub status: String,
    /// When it came in.
    pub created: String,
}

/// A share of a recording and whose it is.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ShareOf {
    /// The party.
    pub party: String,
    /// The share.
    pub share: HeldShare,
}

/// A part of a share that is offered to a collaborator.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ShareOffer {
    /// Its id.
    pub id: String,
    /// The recording.
    pub recording: String,
    /// Who offers.
    pub from: String,
    /// To whom.
    pub to: String,
    /// The part of the whole.
    pub part: String,
    /// What is said with it.
    pub words: String,
    /// Where it stands.
    pub status: String,
    /// When it was offered.
    pub offered: String,
}

/// A licence that was signed.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SignedLicence {
    /// The licence.
    pub licence: Licence,
    /// How to pay what is due.
    pub payment: Option<HowToPay>,
}

/// Licences that were signed.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SignedLicences {
    /// One for each offer.
    pub licences: Vec<SignedLicence>,
}

/// A code of the authenticator.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SixDigits {
    /// Six digits.
    pub code: String,
}

/// What a party is told about a period, in one currency.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Statement {
    /// Its number; absent where there is nothing to number.
    pub number: Option<i64>,
    /// The party.
    pub party: String,
    /// The party's name.
    pub name: String,
    /// The currency of all its amounts.
    pub currency: String,
    /// The first day; empty for ever before.
    pub from: String,
    /// The first day after it.
    pub until: String,
    /// The balance at its beginning.
    pub opening: String,
    /// What was credited in it.
    pub credited: String,
    /// The balance at its end.
    pub balance: String,
    /// What of it is reserved for payouts.
    pub reserved: String,
    /// The whole statement, as it is signed.
    pub document: Value,
    /// A signed note over the hash of the document's canonical JSON.
    pub proof: String,
}

/// What a party is told about a period.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Statements {
    /// One for each currency.
    pub statements: Vec<Statement>,
}

/// What was heard, in figures of COUNTER.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Statistics {
    /// The spans.
    pub spans: Vec<StatisticsSpan>,
}

/// What was heard in a span.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct StatisticsSpan {
    /// The first day.
    pub start: String,
    /// The first day after it.
    pub end: String,
    /// Below how many people a figure is not told.
    pub threshold: u64,
    /// How many members were active, where it is told.
    pub members: Option<u64>,
    /// How many sessions there were, where it is told.
    pub sessions: Option<u64>,
    /// All investigations.
    pub investigations: u64,
    /// All requests, where they are told.
    pub requests: Option<u64>,
}

/// What stayed here.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct StayedHere {
    /// What was paid to parties.
    pub paid: Money,
    /// What of it stayed.
    pub stayed: Money,
    /// With how many parties.
    pub parties: u64,
    /// What cannot be told.
    pub untold: Money,
}

/// Money that stays on a balance.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Staying {
    /// Whose.
    pub name: String,
    /// How much.
    pub amount: Money,
    /// Why, in words.
    pub reasons: Vec<String>,
}

/// A step of the walk from an amount to the document it came from.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Step {
    /// How deep, from 0.
    pub depth: u64,
    /// What it is.
    pub what: String,
    /// Its id.
    pub id: String,
    /// In words.
    pub text: String,
}

/// An amount that is asked for.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Sum {
    /// Units, with at most six decimals.
    pub amount: String,
    /// ISO 4217.
    pub currency: String,
}

/// An artist's own terms.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Terms {
    /// As they were set; null where none are.
    pub terms: Value,
}

/// What stayed in a territory.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Territory {
    /// The place.
    pub code: String,
    /// Its name.
    pub name: String,
    /// By currency.
    pub currencies: Vec<TerritoryFigures>,
}

/// What stayed in a territory, in one currency; what would tell of a single person is null.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TerritoryFigures {
    /// The currency.
    pub currency: String,
    /// What was paid in there.
    pub paid_in: Option<Money>,
    /// What of it stayed.
    pub stayed: Option<Money>,
    /// With how many parties.
    pub parties: Option<u64>,
}

/// An institution under a contract.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct UnderContract {
    /// The institution.
    pub institution: String,
    /// Its name.
    pub name: String,
    /// Its seats, where they are counted.
    pub seats: Option<i64>,
}

/// What holds for a use of a recording.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct UseAnswer {
    /// The use.
    pub usage: String,
    /// `permit`, `permit-if`, `needs-license` or `deny`.
    pub outcome: String,
    /// Why, as codes.
    pub reasons: String,
}

/// Something beyond a licence.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Violation {
    /// Its id.
    pub id: String,
    /// What kind.
    pub kind: String,
    /// Who.
    pub licensee: String,
    /// What shows it.
    pub evidence: String,
    /// Where it stands.
    pub status: String,
    /// When it was found.
    pub opened: String,
}

/// What others see.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Visibility {
    /// The word, such as `track-only`.
    pub visibility: String,
}

/// Something that waits: it would lift a refusal.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Waiting {
    /// Its id.
    pub id: String,
    /// What kind of thing it is.
    pub kind: String,
    /// `waiting`, `confirmed` or `stopped`.
    pub status: String,
    /// When it began to wait.
    pub opened: String,
    /// When it holds by itself.
    pub due: String,
}

/// The walk from an amount to the document it came from.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Walk {
    /// From the top.
    pub steps: Vec<Step>,
}

/// A place to ask for.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct WantedPlace {
    /// Its code.
    pub code: String,
}

/// Where a program is told what happened.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Webhook {
    /// Its id.
    pub id: String,
    /// The address.
    pub url: String,
    /// What it is told, by word.
    pub kinds: String,
    /// When it was made.
    pub created: String,
    /// How often it failed in a row.
    pub failures: i64,
    /// When it was ended.
    pub ended: Option<String>,
    /// Why.
    pub ended_why: String,
}

/// A webhook that was made.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct WebhookMade {
    /// The webhook.
    pub webhook: Webhook,
    /// The secret its messages are signed with, told once.
    pub secret: String,
}

/// Which membership.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct WhichMember {
    /// The member's id.
    pub member: String,
}

/// A run with its pots and lines.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct WholeRun {
    /// The run.
    pub run: Run,
    /// What it takes from each pot.
    pub pots: Vec<FromPot>,
    /// Its lines, in order.
    pub lines: Vec<RunLine>,
}

/// A set list with its lines.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct WholeSetList {
    /// The list.
    pub list: SetList,
    /// What the event is called; may be empty.
    pub event_name: String,
    /// The day it began.
    pub date: Option<String>,
    /// Its lines, in order.
    pub lines: Vec<Line>,
}

/// Why.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Why {
    /// In words.
    pub reason: String,
}

/// A place that was asked for.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Wished {
    /// Its name.
    pub name: String,
}

/// Why a change is withdrawn.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct WithdrawalOfChange {
    /// In words.
    pub reason: String,
}

/// Tax that is kept back.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Withholding {
    /// The part of each payout, such as `15 %`.
    pub rate: String,
}

/// What came of a word.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Word {
    /// What stands in the log, where it holds now.
    pub said: Option<ConsentStatement>,
    /// What waits, where it lifts a refusal.
    pub waits: Option<Waiting>,
}

/// What came of words.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct WordsSaid {
    /// In the order in which they were said.
    pub words: Vec<Word>,
}

/// Every operation of the API.
#[derive(Debug, Clone)]
pub struct Client {
    pub wire: Wire,
}

impl Client {
    /// Parts of shares offered to and by a party.
    pub fn share_offers(&self, party: &str, after: Option<&str>, limit: Option<&str>) -> Answer<Page<ShareOffer>> {
        self.wire.send("GET", format!("/api/v1/parties/{}/share-offers", Wire::part(party)), &[("after", after), ("limit", limit)], None, None)
    }

    /// Offers a part of a share to a collaborator.
    pub fn offer_share(&self, party: &str, once: &str, body: &NewShareOffer) -> Answer<ShareOffer> {
        self.wire.send("POST", format!("/api/v1/parties/{}/share-offers", Wire::part(party)), &[], Some(once), Some(serde_json::to_value(body).unwrap_or_default()))
    }

    /// Confirms, refuses or takes back an offer.
    pub fn answer_share_offer(&self, party: &str, share_offer: &str, once: &str, body: &NewShareAnswer) -> Answer<Done> {
        self.wire.send("POST", format!("/api/v1/parties/{}/share-offers/{}/answer", Wire::part(party), Wire::part(share_offer)), &[], Some(once), Some(serde_json::to_value(body).unwrap_or_default()))
    }

    /// Sets in which a party's recordings were played.
    pub fn played_sets(&self, party: &str, after: Option<&str>, limit: Option<&str>) -> Answer<Page<PlayedSet>> {
        self.wire.send("GET", format!("/api/v1/parties/{}/played", Wire::part(party)), &[("after", after), ("limit", limit)], None, None)
    }

    /// Thanks whoever played.
    pub fn thank(&self, party: &str, once: Option<&str>, body: &NewThanks) -> Answer<Done> {
        self.wire.send("POST", format!("/api/v1/parties/{}/thanks", Wire::part(party)), &[], once, Some(serde_json::to_value(body).unwrap_or_default()))
    }

    /// Where a party's programs are told what happened; `house` for the house.
    pub fn webhooks(&self, party: &str, after: Option<&str>, limit: Option<&str>) -> Answer<Page<Webhook>> {
        self.wire.send("GET", format!("/api/v1/parties/{}/webhooks", Wire::part(party)), &[("after", after), ("limit", limit)], None, None)
    }

    /// Adds a webhook; its secret is told once.
    pub fn add_webhook(&self, party: &str, once: Option<&str>, body: &NewWebhook) -> Answer<WebhookMade> {
        self.wire.send("POST", format!("/api/v1/parties/{}/webhooks", Wire::part(party)), &[], once, Some(serde_json::to_value(body).unwrap_or_default()))
    }

    /// Gives a webhook a new secret, told once.
    pub fn rotate_webhook(&self, party: &str, webhook: &str, once: Option<&str>) -> Answer<WebhookMade> {
        self.wire.send("POST", format!("/api/v1/parties/{}/webhooks/{}/rotate", Wire::part(party), Wire::part(webhook)), &[], once, None)
    }

    /// Sends a message to see whether it arrives.
    pub fn test_webhook(&self, party: &str, webhook: &str, once: Option<&str>) -> Answer<Delivery> {
        self.wire.send("POST", format!("/api/v1/parties/{}/webhooks/{}/test", Wire::part(party), Wire::part(webhook)), &[], once, None)
    }

    /// Ends a webhook.
    pub fn remove_webhook(&self, party: &str, webhook: &str, once: Option<&str>) -> Answer<Done> {
        self.wire.send("POST", format!("/api/v1/parties/{}/webhooks/{}/remove", Wire::part(party), Wire::part(webhook)), &[], once, None)
    }

    /// The messages of a webhook.
    pub fn deliveries(&self, party: &str, webhook: &str, after: Option<&str>, limit: Option<&str>) -> Answer<Page<Delivery>> {
        self.wire.send("GET", format!("/api/v1/parties/{}/webhooks/{}/deliveries", Wire::part(party), Wire::part(webhook)), &[("after", after), ("limit", limit)], None, None)
    }

    /// Sends a message again.
    pub fn replay_delivery(&self, party: &str, delivery: &str, once: Option<&str>) -> Answer<Delivery> {
        self.wire.send("POST", format!("/api/v1/parties/{}/deliveries/{}/replay", Wire::part(party), Wire::part(delivery)), &[], once, None)
    }

    /// Who calls, and for whom.
    pub fn me(&self) -> Answer<Me> {
        self.wire.send("GET", "/api/v1/me".to_owned(), &[], None, None)
    }

    /// The caller's keys.
    pub fn keys(&self, after: Option<&str>, limit: Option<&str>) -> Answer<Page<Key>> {
        self.wire.send("GET", "/api/v1/keys".to_owned(), &[("after", after), ("limit", limit)], None, None)
    }

    /// Makes a key for programs; its secret is told once.
    pub fn make_key(&self, once: Option<&str>, body: &NewKey) -> Answer<KeyMade> {
        self.wire.send("POST", "/api/v1/keys".to_owned(), &[], once, Some(serde_json::to_value(body).unwrap_or_default()))
    }

    /// Ends a key.
    pub fn end_key(&self, key: &str, once: Option<&str>) -> Answer<Done> {
        self.wire.send("POST", format!("/api/v1/keys/{}/end", Wire::part(key)), &[], once, None)
    }

    /// All parties, for the house.
    pub fn parties(&self, words: Option<&str>, after: Option<&str>, limit: Option<&str>) -> Answer<Page<Party>> {
        self.wire.send("GET", "/api/v1/parties".to_owned(), &[("words", words), ("after", after), ("limit", limit)], None, None)
    }

    /// Registers a party.
    pub fn register_party(&self, once: Option<&str>, body: &NewParty) -> Answer<Party> {
        self.wire.send("POST", "/api/v1/parties".to_owned(), &[], once, Some(serde_json::to_value(body).unwrap_or_default()))
    }

    /// A party.
    pub fn party(&self, party: &str) -> Answer<Party> {
        self.wire.send("GET", format!("/api/v1/parties/{}", Wire::part(party)), &[], None, None)
    }

    /// Gives a party another name.
    pub fn add_alias(&self, party: &str, once: Option<&str>, body: &Alias) -> Answer<Party> {
        self.wire.send("POST", format!("/api/v1/parties/{}/aliases", Wire::part(party)), &[], once, Some(serde_json::to_value(body).unwrap_or_default()))
    }

    /// Takes a name from a party.
    pub fn remove_alias(&self, party: &str, once: Option<&str>, body: &Alias) -> Answer<Party> {
        self.wire.send("POST", format!("/api/v1/parties/{}/aliases/remove", Wire::part(party)), &[], once, Some(serde_json::to_value(body).unwrap_or_default()))
    }

    /// What a party has.
    pub fn balance(&self, party: &str) -> Answer<Balances> {
        self.wire.send("GET", format!("/api/v1/parties/{}/balance", Wire::part(party)), &[], None, None)
    }

    /// The shares a party holds.
    pub fn party_shares(&self, party: &str, after: Option<&str>, limit: Option<&str>) -> Answer<Page<HeldShare>> {
        self.wire.send("GET", format!("/api/v1/parties/{}/shares", Wire::part(party)), &[("after", after), ("limit", limit)], None, None)
    }

    /// The payouts to a party.
    pub fn party_payouts(&self, party: &str, after: Option<&str>, limit: Option<&str>) -> Answer<Page<PartyPayout>> {
        self.wire.send("GET", format!("/api/v1/parties/{}/payouts", Wire::part(party)), &[("after", after), ("limit", limit)], None, None)
    }

    /// What a party promised and paid.
    pub fn party_contributions(&self, party: &str, after: Option<&str>, limit: Option<&str>) -> Answer<Page<Contribution>> {
        self.wire.send("GET", format!("/api/v1/parties/{}/contributions", Wire::part(party)), &[("after", after), ("limit", limit)], None, None)
    }

    /// Where a party's money goes, masked.
    pub fn bank_details(&self, party: &str) -> Answer<BankDetails> {
        self.wire.send("GET", format!("/api/v1/parties/{}/bank-details", Wire::part(party)), &[], None, None)
    }

    /// Says where a party's money goes; a change waits.
    pub fn set_bank_details(&self, party: &str, once: &str, body: &NewBankDetails) -> Answer<BankDetails> {
        self.wire.send("POST", format!("/api/v1/parties/{}/bank-details", Wire::part(party)), &[], Some(once), Some(serde_json::to_value(body).unwrap_or_default()))
    }

    /// Says what tax is kept back.
    pub fn set_withholding(&self, party: &str, once: &str, body: &Withholding) -> Answer<Done> {
        self.wire.send("POST", format!("/api/v1/parties/{}/withholding", Wire::part(party)), &[], Some(once), Some(serde_json::to_value(body).unwrap_or_default()))
    }

    /// Pays an advance from a fund.
    pub fn pay_advance(&self, party: &str, once: &str, body: &NewAdvance) -> Answer<Done> {
        self.wire.send("POST", format!("/api/v1/parties/{}/advances", Wire::part(party)), &[], Some(once), Some(serde_json::to_value(body).unwrap_or_default()))
    }

    /// Notes or ends a standing promise.
    pub fn set_plan(&self, party: &str, once: &str, body: &NewPlan) -> Answer<Done> {
        self.wire.send("POST", format!("/api/v1/parties/{}/plan", Wire::part(party)), &[], Some(once), Some(serde_json::to_value(body).unwrap_or_default()))
    }

    /// What a party is told about a period, signed.
    pub fn statements(&self, party: &str, from: Option<&str>, until: Option<&str>) -> Answer<Statements> {
        self.wire.send("GET", format!("/api/v1/parties/{}/statements", Wire::part(party)), &[("from", from), ("until", until)], None, None)
    }

    /// The invoices issued in a party's name.
    pub fn invoices(&self, party: &str, after: Option<&str>, limit: Option<&str>) -> Answer<Page<Invoice>> {
        self.wire.send("GET", format!("/api/v1/parties/{}/invoices", Wire::part(party)), &[("after", after), ("limit", limit)], None, None)
    }

    /// An invoice issued in a party's name.
    pub fn invoice(&self, party: &str, number: &str) -> Answer<Invoice> {
        self.wire.send("GET", format!("/api/v1/parties/{}/invoices/{}", Wire::part(party), Wire::part(number)), &[], None, None)
    }

    /// What was counted of a party's recordings.
    pub fn heard(&self, party: &str) -> Answer<HeardPeriods> {
        self.wire.send("GET", format!("/api/v1/parties/{}/heard", Wire::part(party)), &[], None, None)
    }

    /// Appeals against what was set aside.
    pub fn appeal(&self, party: &str, once: Option<&str>, body: &NewAppeal) -> Answer<AppealTold> {
        self.wire.send("POST", format!("/api/v1/parties/{}/appeals", Wire::part(party)), &[], once, Some(serde_json::to_value(body).unwrap_or_default()))
    }

    /// Makes a link to pass on to whose name it is.
    pub fn invite_claimant(&self, party: &str, once: Option<&str>, body: &NewInvitation) -> Answer<Done> {
        self.wire.send("POST", format!("/api/v1/parties/{}/invitations", Wire::part(party)), &[], once, Some(serde_json::to_value(body).unwrap_or_default()))
    }

    /// Whether a name is credited here.
    pub fn search_credits(&self, name: &str) -> Answer<Credits> {
        self.wire.send("GET", "/api/v1/credits".to_owned(), &[("name", Some(name))], None, None)
    }

    /// Claims a name.
    pub fn open_claim(&self, once: Option<&str>, body: &NewClaim) -> Answer<Opened> {
        self.wire.send("POST", "/api/v1/claims".to_owned(), &[], once, Some(serde_json::to_value(body).unwrap_or_default()))
    }

    /// All claims, for the house.
    pub fn claims(&self, status: Option<&str>, after: Option<&str>, limit: Option<&str>) -> Answer<Page<Claim>> {
        self.wire.send("GET", "/api/v1/claims".to_owned(), &[("status", status), ("after", after), ("limit", limit)], None, None)
    }

    /// Accepts a claim; its money is released.
    pub fn accept_claim(&self, claim: &str, once: &str) -> Answer<Claim> {
        self.wire.send("POST", format!("/api/v1/claims/{}/accept", Wire::part(claim)), &[], Some(once), None)
    }

    /// Refuses a claim.
    pub fn refuse_claim(&self, claim: &str, once: Option<&str>, body: &Reason) -> Answer<Claim> {
        self.wire.send("POST", format!("/api/v1/claims/{}/refuse", Wire::part(claim)), &[], once, Some(serde_json::to_value(body).unwrap_or_default()))
    }

    /// Settles what was frozen.
    pub fn settle_dispute(&self, party: &str, once: Option<&str>, body: &NewSettlement) -> Answer<Party> {
        self.wire.send("POST", format!("/api/v1/parties/{}/dispute/settle", Wire::part(party)), &[], once, Some(serde_json::to_value(body).unwrap_or_default()))
    }

    /// Freezes what is contradicted.
    pub fn dispute_claim(&self, claim: &str, once: Option<&str>, body: &Reason) -> Answer<Party> {
        self.wire.send("POST", format!("/api/v1/claims/{}/dispute", Wire::part(claim)), &[], once, Some(serde_json::to_value(body).unwrap_or_default()))
    }

    /// How the caller is addressed.
    pub fn set_my_name(&self, once: Option<&str>, body: &NewName) -> Answer<Done> {
        self.wire.send("POST", "/api/v1/me/name".to_owned(), &[], once, Some(serde_json::to_value(body).unwrap_or_default()))
    }

    /// Sets a password, or takes it away.
    pub fn set_my_password(&self, once: Option<&str>, body: &NewPassword) -> Answer<Renewed> {
        self.wire.send("POST", "/api/v1/me/password".to_owned(), &[], once, Some(serde_json::to_value(body).unwrap_or_default()))
    }

    /// The caller's sessions.
    pub fn my_sessions(&self, after: Option<&str>, limit: Option<&str>) -> Answer<Page<OwnSession>> {
        self.wire.send("GET", "/api/v1/me/sessions".to_owned(), &[("after", after), ("limit", limit)], None, None)
    }

    /// Ends a session.
    pub fn end_my_session(&self, session: &str, once: Option<&str>) -> Answer<Done> {
        self.wire.send("POST", format!("/api/v1/me/sessions/{}/end", Wire::part(session)), &[], once, None)
    }

    /// Ends all sessions but this one.
    pub fn end_my_other_sessions(&self, once: Option<&str>) -> Answer<Ended> {
        self.wire.send("POST", "/api/v1/me/other-sessions/end".to_owned(), &[], once, None)
    }

    /// Offers a second factor; it counts once a code was shown.
    pub fn offer_second_factor(&self, once: Option<&str>) -> Answer<SecondFactor> {
        self.wire.send("POST", "/api/v1/me/second-factor".to_owned(), &[], once, None)
    }

    /// Lets the offered second factor count.
    pub fn confirm_second_factor(&self, once: Option<&str>, body: &SixDigits) -> Answer<Renewed> {
        self.wire.send("POST", "/api/v1/me/second-factor/confirm".to_owned(), &[], once, Some(serde_json::to_value(body).unwrap_or_default()))
    }

    /// Shows the second factor, for what matters.
    pub fn show_second_factor(&self, once: Option<&str>, body: &SixDigits) -> Answer<Renewed> {
        self.wire.send("POST", "/api/v1/me/second-factor/show".to_owned(), &[], once, Some(serde_json::to_value(body).unwrap_or_default()))
    }

    /// Takes the second factor away.
    pub fn remove_second_factor(&self, once: Option<&str>) -> Answer<Renewed> {
        self.wire.send("POST", "/api/v1/me/second-factor/remove".to_owned(), &[], once, None)
    }

    /// The caller's passkeys.
    pub fn passkeys(&self, after: Option<&str>, limit: Option<&str>) -> Answer<Page<Passkey>> {
        self.wire.send("GET", "/api/v1/me/passkeys".to_owned(), &[("after", after), ("limit", limit)], None, None)
    }

    /// Keeps the passkey that a browser made.
    pub fn add_passkey(&self, once: Option<&str>, body: &NewPasskey) -> Answer<Renewed> {
        self.wire.send("POST", "/api/v1/me/passkeys".to_owned(), &[], once, Some(serde_json::to_value(body).unwrap_or_default()))
    }

    /// What a browser is told to make a passkey.
    pub fn begin_passkey(&self, once: Option<&str>) -> Answer<PasskeyAsk> {
        self.wire.send("POST", "/api/v1/me/passkeys/begin".to_owned(), &[], once, None)
    }

    /// Gives a passkey another name.
    pub fn rename_passkey(&self, passkey: &str, once: Option<&str>, body: &NewPasskeyName) -> Answer<Done> {
        self.wire.send("POST", format!("/api/v1/me/passkeys/{}/name", Wire::part(passkey)), &[], once, Some(serde_json::to_value(body).unwrap_or_default()))
    }

    /// Ends a passkey.
    pub fn end_passkey(&self, passkey: &str, once: Option<&str>) -> Answer<Renewed> {
        self.wire.send("POST", format!("/api/v1/me/passkeys/{}/end", Wire::part(passkey)), &[], once, None)
    }

    /// The catalogue, by id.
    pub fn recordings(&self, isrc: Option<&str>, after: Option<&str>, limit: Option<&str>) -> Answer<Page<Recording>> {
        self.wire.send("GET", "/api/v1/recordings".to_owned(), &[("isrc", isrc), ("after", after), ("limit", limit)], None, None)
    }

    /// A recording.
    pub fn recording(&self, recording: &str) -> Answer<Recording> {
        self.wire.send("GET", format!("/api/v1/recordings/{}", Wire::part(recording)), &[], None, None)
    }

    /// Who holds a recording, for the house.
    pub fn recording_shares(&self, recording: &str) -> Answer<RecordingShares> {
        self.wire.send("GET", format!("/api/v1/recordings/{}/shares", Wire::part(recording)), &[], None, None)
    }

    /// What is near a recording, and why.
    pub fn similar_recordings(&self, recording: &str) -> Answer<NearRecordings> {
        self.wire.send("GET", format!("/api/v1/recordings/{}/similar", Wire::part(recording)), &[], None, None)
    }

    /// What AI may do with a recording today.
    pub fn recording_consents(&self, recording: &str) -> Answer<RecordingConsents> {
        self.wire.send("GET", format!("/api/v1/recordings/{}/consents", Wire::part(recording)), &[], None, None)
    }

    /// Where a name leads.
    pub fn voyage(&self, name: &str) -> Answer<NearRecordings> {
        self.wire.send("GET", "/api/v1/voyage".to_owned(), &[("name", Some(name))], None, None)
    }

    /// Sets a share of a recording.
    pub fn set_share(&self, once: Option<&str>, body: &NewShare) -> Answer<HeldShare> {
        self.wire.send("POST", "/api/v1/shares".to_owned(), &[], once, Some(serde_json::to_value(body).unwrap_or_default()))
    }

    /// Reads a document with recordings.
    pub fn import_catalogue(&self, once: Option<&str>, body: &Document) -> Answer<Imported> {
        self.wire.send("POST", "/api/v1/catalogue/imports".to_owned(), &[], once, Some(serde_json::to_value(body).unwrap_or_default()))
    }

    /// A party's tracks before their release.
    pub fn tracks(&self, party: &str, after: Option<&str>, limit: Option<&str>) -> Answer<Page<Recording>> {
        self.wire.send("GET", format!("/api/v1/parties/{}/tracks", Wire::part(party)), &[("after", after), ("limit", limit)], None, None)
    }

    /// Registers a track before its release.
    pub fn register_track(&self, party: &str, once: Option<&str>, body: &NewTrack) -> Answer<Recording> {
        self.wire.send("POST", format!("/api/v1/parties/{}/tracks", Wire::part(party)), &[], once, Some(serde_json::to_value(body).unwrap_or_default()))
    }

    /// Says what a track was released as.
    pub fn release_track(&self, party: &str, recording: &str, once: Option<&str>, body: &NewRelease) -> Answer<Recording> {
        self.wire.send("POST", format!("/api/v1/parties/{}/tracks/{}/release", Wire::part(party), Wire::part(recording)), &[], once, Some(serde_json::to_value(body).unwrap_or_default()))
    }

    /// Where a party's set lists may be mailed to.
    pub fn mail_address(&self, party: &str) -> Answer<MailAddress> {
        self.wire.send("GET", format!("/api/v1/parties/{}/mail-address", Wire::part(party)), &[], None, None)
    }

    /// Makes a private address; one before ends.
    pub fn renew_mail_address(&self, party: &str, once: Option<&str>) -> Answer<MailAddress> {
        self.wire.send("POST", format!("/api/v1/parties/{}/mail-address", Wire::part(party)), &[], once, None)
    }

    /// Ends the private address.
    pub fn end_mail_address(&self, party: &str, once: Option<&str>) -> Answer<Done> {
        self.wire.send("POST", format!("/api/v1/parties/{}/mail-address/end", Wire::part(party)), &[], once, None)
    }

    /// Lists that came by mail and wait.
    pub fn mailed_lists(&self, party: &str, after: Option<&str>, limit: Option<&str>) -> Answer<Page<MailedList>> {
        self.wire.send("GET", format!("/api/v1/parties/{}/mailed-lists", Wire::part(party)), &[("after", after), ("limit", limit)], None, None)
    }

    /// A list that came by mail, with its file.
    pub fn mailed_list(&self, party: &str, mailed: &str) -> Answer<MailedFile> {
        self.wire.send("GET", format!("/api/v1/parties/{}/mailed-lists/{}", Wire::part(party), Wire::part(mailed)), &[], None, None)
    }

    /// Puts aside a list that came by mail.
    pub fn drop_mailed_list(&self, party: &str, mailed: &str, once: Option<&str>) -> Answer<Done> {
        self.wire.send("POST", format!("/api/v1/parties/{}/mailed-lists/{}/drop", Wire::part(party), Wire::part(mailed)), &[], once, None)
    }

    /// Set lists, the caller's own.
    pub fn set_lists(&self, party: Option<&str>, after: Option<&str>, limit: Option<&str>) -> Answer<Page<SetList>> {
        self.wire.send("GET", "/api/v1/set-lists".to_owned(), &[("party", party), ("after", after), ("limit", limit)], None, None)
    }

    /// Hands in a set list, and gives with it.
    pub fn submit_set_list(&self, once: &str, body: &NewSetList) -> Answer<Handed> {
        self.wire.send("POST", "/api/v1/set-lists".to_owned(), &[], Some(once), Some(serde_json::to_value(body).unwrap_or_default()))
    }

    /// A set list with its lines.
    pub fn set_list(&self, set_list: &str) -> Answer<WholeSetList> {
        self.wire.send("GET", format!("/api/v1/set-lists/{}", Wire::part(set_list)), &[], None, None)
    }

    /// Lines that need a person.
    pub fn doubts(&self, set_list: &str) -> Answer<Doubts> {
        self.wire.send("GET", format!("/api/v1/set-lists/{}/doubts", Wire::part(set_list)), &[], None, None)
    }

    /// Says what a line is.
    pub fn settle_line(&self, set_list: &str, line: &str, once: Option<&str>, body: &Choice) -> Answer<Line> {
        self.wire.send("POST", format!("/api/v1/set-lists/{}/lines/{}/settle", Wire::part(set_list), Wire::part(line)), &[], once, Some(serde_json::to_value(body).unwrap_or_default()))
    }

    /// Takes back what was said of a line.
    pub fn take_back_line(&self, set_list: &str, line: &str, once: Option<&str>) -> Answer<Line> {
        self.wire.send("POST", format!("/api/v1/set-lists/{}/lines/{}/take-back", Wire::part(set_list), Wire::part(line)), &[], once, None)
    }

    /// Says what others see of a list.
    pub fn show_set_list_as(&self, set_list: &str, once: Option<&str>, body: &Visibility) -> Answer<Done> {
        self.wire.send("POST", format!("/api/v1/set-lists/{}/visibility", Wire::part(set_list)), &[], once, Some(serde_json::to_value(body).unwrap_or_default()))
    }

    /// Issues a participation proof.
    pub fn prove_participation(&self, set_list: &str, once: Option<&str>, body: &NewProof) -> Answer<Participation> {
        self.wire.send("POST", format!("/api/v1/set-lists/{}/proofs", Wire::part(set_list)), &[], once, Some(serde_json::to_value(body).unwrap_or_default()))
    }

    /// All pots with their sums, for the house.
    pub fn pots(&self, after: Option<&str>, limit: Option<&str>) -> Answer<Page<PotSummary>> {
        self.wire.send("GET", "/api/v1/pots".to_owned(), &[("after", after), ("limit", limit)], None, None)
    }

    /// Opens a pot.
    pub fn open_pot(&self, once: &str, body: &NewPot) -> Answer<Pot> {
        self.wire.send("POST", "/api/v1/pots".to_owned(), &[], Some(once), Some(serde_json::to_value(body).unwrap_or_default()))
    }

    /// A pot with its sums.
    pub fn pot(&self, pot: &str) -> Answer<PotSummary> {
        self.wire.send("GET", format!("/api/v1/pots/{}", Wire::part(pot)), &[], None, None)
    }

    /// Closes a pot to further promises.
    pub fn close_pot(&self, pot: &str, once: &str) -> Answer<Pot> {
        self.wire.send("POST", format!("/api/v1/pots/{}/close", Wire::part(pot)), &[], Some(once), None)
    }

    /// Promises money to a pot.
    pub fn contribute(&self, pot: &str, once: &str, body: &NewContribution) -> Answer<HowToPay> {
        self.wire.send("POST", format!("/api/v1/pots/{}/contributions", Wire::part(pot)), &[], Some(once), Some(serde_json::to_value(body).unwrap_or_default()))
    }

    /// Drafts what changed since a pot was shared.
    pub fn adjust_pot(&self, pot: &str, once: &str) -> Answer<WholeRun> {
        self.wire.send("POST", format!("/api/v1/pots/{}/adjust", Wire::part(pot)), &[], Some(once), None)
    }

    /// Books money that arrived without a bank message.
    pub fn receive_contribution(&self, reference: &str, once: &str, body: &Received) -> Answer<Contribution> {
        self.wire.send("POST", format!("/api/v1/contributions/{}/receive", Wire::part(reference)), &[], Some(once), Some(serde_json::to_value(body).unwrap_or_default()))
    }

    /// All runs, for the house.
    pub fn runs(&self, after: Option<&str>, limit: Option<&str>) -> Answer<Page<Run>> {
        self.wire.send("GET", "/api/v1/runs".to_owned(), &[("after", after), ("limit", limit)], None, None)
    }

    /// Shares pots, as a draft.
    pub fn draft_run(&self, once: &str, body: &NewRun) -> Answer<WholeRun> {
        self.wire.send("POST", "/api/v1/runs".to_owned(), &[], Some(once), Some(serde_json::to_value(body).unwrap_or_default()))
    }

    /// A run with its lines.
    pub fn run(&self, run: &str) -> Answer<WholeRun> {
        self.wire.send("GET", format!("/api/v1/runs/{}", Wire::part(run)), &[], None, None)
    }

    /// Approves a draft: it is posted.
    pub fn approve_run(&self, run: &str, once: &str) -> Answer<WholeRun> {
        self.wire.send("POST", format!("/api/v1/runs/{}/approve", Wire::part(run)), &[], Some(once), None)
    }

    /// Drops a draft.
    pub fn drop_run(&self, run: &str, once: &str) -> Answer<Done> {
        self.wire.send("POST", format!("/api/v1/runs/{}/drop", Wire::part(run)), &[], Some(once), None)
    }

    /// Drafts the negative of a run.
    pub fn reverse_run(&self, run: &str, once: &str) -> Answer<WholeRun> {
        self.wire.send("POST", format!("/api/v1/runs/{}/reverse", Wire::part(run)), &[], Some(once), None)
    }

    /// The rules that ship, in words.
    pub fn rules(&self) -> Answer<Rules> {
        self.wire.send("GET", "/api/v1/rules".to_owned(), &[], None, None)
    }

    /// A rule in words.
    pub fn rule(&self, rule: &str) -> Answer<Rule> {
        self.wire.send("GET", format!("/api/v1/rules/{}", Wire::part(rule)), &[], None, None)
    }

    /// Shares a pot by several rules; nothing is posted.
    pub fn compare_rules(&self, body: &NewComparison) -> Answer<Comparison> {
        self.wire.send("POST", "/api/v1/comparisons".to_owned(), &[], None, Some(serde_json::to_value(body).unwrap_or_default()))
    }

    /// Walks an amount back to where it came from.
    pub fn explain(&self, id: &str, party: Option<&str>) -> Answer<Walk> {
        self.wire.send("GET", format!("/api/v1/explanations/{}", Wire::part(id)), &[("party", party)], None, None)
    }

    /// What guards hold, for the house.
    pub fn guards(&self, after: Option<&str>, limit: Option<&str>) -> Answer<Page<Flag>> {
        self.wire.send("GET", "/api/v1/guards".to_owned(), &[("after", after), ("limit", limit)], None, None)
    }

    /// Decides what a guard holds.
    pub fn decide_guard(&self, flag: &str, once: &str, body: &FlagDecision) -> Answer<Flag> {
        self.wire.send("POST", format!("/api/v1/guards/{}/decide", Wire::part(flag)), &[], Some(once), Some(serde_json::to_value(body).unwrap_or_default()))
    }

    /// All appeals, for the house.
    pub fn appeals(&self, after: Option<&str>, limit: Option<&str>) -> Answer<Page<AppealTold>> {
        self.wire.send("GET", "/api/v1/appeals".to_owned(), &[("after", after), ("limit", limit)], None, None)
    }

    /// Decides an appeal.
    pub fn decide_appeal(&self, appeal: &str, once: &str, body: &AppealDecision) -> Answer<AppealTold> {
        self.wire.send("POST", format!("/api/v1/appeals/{}/decide", Wire::part(appeal)), &[], Some(once), Some(serde_json::to_value(body).unwrap_or_default()))
    }

    /// All batches, for the house.
    pub fn payout_batches(&self, after: Option<&str>, limit: Option<&str>) -> Answer<Page<PayoutBatch>> {
        self.wire.send("GET", "/api/v1/payout-batches".to_owned(), &[("after", after), ("limit", limit)], None, None)
    }

    /// Reserves everything that is due.
    pub fn prepare_payouts(&self, once: &str, body: &NewBatch) -> Answer<PayoutBatch> {
        self.wire.send("POST", "/api/v1/payout-batches".to_owned(), &[], Some(once), Some(serde_json::to_value(body).unwrap_or_default()))
    }

    /// What a batch would do now.
    pub fn payout_preview(&self, currency: Option<&str>) -> Answer<Preview> {
        self.wire.send("GET", "/api/v1/payout-preview".to_owned(), &[("currency", currency)], None, None)
    }

    /// Approves a batch: never by who prepared it.
    pub fn approve_payouts(&self, batch: &str, once: &str) -> Answer<PayoutBatch> {
        self.wire.send("POST", format!("/api/v1/payout-batches/{}/approve", Wire::part(batch)), &[], Some(once), None)
    }

    /// Drops a batch that was not exported.
    pub fn drop_payouts(&self, batch: &str, once: &str) -> Answer<Done> {
        self.wire.send("POST", format!("/api/v1/payout-batches/{}/drop", Wire::part(batch)), &[], Some(once), None)
    }

    /// Writes the file of a batch for the bank.
    pub fn export_payouts(&self, batch: &str, once: &str, body: &Rail) -> Answer<BankFile> {
        self.wire.send("POST", format!("/api/v1/payout-batches/{}/export", Wire::part(batch)), &[], Some(once), Some(serde_json::to_value(body).unwrap_or_default()))
    }

    /// Reads what the bank says.
    pub fn import_bank_message(&self, once: &str, body: &Message) -> Answer<BankMessage> {
        self.wire.send("POST", "/api/v1/bank-messages".to_owned(), &[], Some(once), Some(serde_json::to_value(body).unwrap_or_default()))
    }

    /// Lines of the bank without a reference we know.
    pub fn bank_lines(&self, after: Option<&str>, limit: Option<&str>) -> Answer<Page<BankLine>> {
        self.wire.send("GET", "/api/v1/bank-lines".to_owned(), &[("after", after), ("limit", limit)], None, None)
    }

    /// Says what a line of the bank is for.
    pub fn assign_bank_line(&self, bank_line: &str, once: &str, body: &Assignment) -> Answer<Contribution> {
        self.wire.send("POST", format!("/api/v1/bank-lines/{}/assign", Wire::part(bank_line)), &[], Some(once), Some(serde_json::to_value(body).unwrap_or_default()))
    }

    /// Prepares money to go back to its sender.
    pub fn refund(&self, item: &str, once: &str) -> Answer<Refund> {
        self.wire.send("POST", format!("/api/v1/suspense/{}/refund", Wire::part(item)), &[], Some(once), None)
    }

    /// Moves what waited and whose clock has run out.
    pub fn run_clocks(&self, once: &str) -> Answer<ClocksEnded> {
        self.wire.send("POST", "/api/v1/suspense/clocks".to_owned(), &[], Some(once), None)
    }

    /// What a holder allows now, use by use.
    pub fn consent_standing(&self, party: &str) -> Answer<HolderStanding> {
        self.wire.send("GET", format!("/api/v1/parties/{}/consents", Wire::part(party)), &[], None, None)
    }

    /// Says what AI may do; what lifts a refusal waits.
    pub fn say_consent(&self, party: &str, once: Option<&str>, body: &NewWords) -> Answer<WordsSaid> {
        self.wire.send("POST", format!("/api/v1/parties/{}/consents", Wire::part(party)), &[], once, Some(serde_json::to_value(body).unwrap_or_default()))
    }

    /// What a holder said, as it stands in the log.
    pub fn consent_statements(&self, party: &str, after: Option<&str>, limit: Option<&str>) -> Answer<Page<ConsentStatement>> {
        self.wire.send("GET", format!("/api/v1/parties/{}/consents/statements", Wire::part(party)), &[("after", after), ("limit", limit)], None, None)
    }

    /// Withdraws a statement.
    pub fn withdraw_consent(&self, party: &str, statement: &str, once: Option<&str>) -> Answer<Word> {
        self.wire.send("POST", format!("/api/v1/parties/{}/consents/statements/{}/withdraw", Wire::part(party), Wire::part(statement)), &[], once, None)
    }

    /// What waits for a code or for time.
    pub fn consent_waits(&self, party: &str, after: Option<&str>, limit: Option<&str>) -> Answer<Page<Waiting>> {
        self.wire.send("GET", format!("/api/v1/parties/{}/consents/waits", Wire::part(party)), &[("after", after), ("limit", limit)], None, None)
    }

    /// Confirms what waits by its code.
    pub fn confirm_consent(&self, party: &str, wait: &str, once: Option<&str>, body: &Confirmation) -> Answer<Waiting> {
        self.wire.send("POST", format!("/api/v1/parties/{}/consents/waits/{}/confirm", Wire::part(party), Wire::part(wait)), &[], once, Some(serde_json::to_value(body).unwrap_or_default()))
    }

    /// Stops what waits.
    pub fn stop_consent(&self, party: &str, wait: &str, once: Option<&str>) -> Answer<Waiting> {
        self.wire.send("POST", format!("/api/v1/parties/{}/consents/waits/{}/stop", Wire::part(party), Wire::part(wait)), &[], once, None)
    }

    /// Answers one question with everything that proves it.
    pub fn decide_consent(&self, body: &NewQuestion) -> Answer<Receipt> {
        self.wire.send("POST", "/api/v1/consent/decisions".to_owned(), &[], None, Some(serde_json::to_value(body).unwrap_or_default()))
    }

    /// Checks a receipt.
    pub fn check_receipt(&self, body: &NewCheck) -> Answer<Checked> {
        self.wire.send("POST", "/api/v1/consent/checks".to_owned(), &[], None, Some(serde_json::to_value(body).unwrap_or_default()))
    }

    /// Answers each row of a small manifest.
    pub fn audit_consents(&self, body: &NewAudit) -> Answer<Audited> {
        self.wire.send("POST", "/api/v1/consent/audits".to_owned(), &[], None, Some(serde_json::to_value(body).unwrap_or_default()))
    }

    /// Offers to licensees.
    pub fn offers(&self, after: Option<&str>, limit: Option<&str>) -> Answer<Page<Offer>> {
        self.wire.send("GET", "/api/v1/offers".to_owned(), &[("after", after), ("limit", limit)], None, None)
    }

    /// A holder's offers.
    pub fn party_offers(&self, party: &str, after: Option<&str>, limit: Option<&str>) -> Answer<Page<Offer>> {
        self.wire.send("GET", format!("/api/v1/parties/{}/offers", Wire::part(party)), &[("after", after), ("limit", limit)], None, None)
    }

    /// Makes an offer, signed and logged.
    pub fn make_offer(&self, party: &str, once: Option<&str>, body: &NewOffer) -> Answer<OfferMade> {
        self.wire.send("POST", format!("/api/v1/parties/{}/offers", Wire::part(party)), &[], once, Some(serde_json::to_value(body).unwrap_or_default()))
    }

    /// Withdraws an offer.
    pub fn withdraw_offer(&self, party: &str, offer: &str, once: Option<&str>) -> Answer<Done> {
        self.wire.send("POST", format!("/api/v1/parties/{}/offers/{}/withdraw", Wire::part(party), Wire::part(offer)), &[], once, None)
    }

    /// The licences of a holder or licensee.
    pub fn licences(&self, party: &str, after: Option<&str>, limit: Option<&str>) -> Answer<Page<Licence>> {
        self.wire.send("GET", format!("/api/v1/parties/{}/licences", Wire::part(party)), &[("after", after), ("limit", limit)], None, None)
    }

    /// Accepts offers: licences are signed and money is due.
    pub fn sign_licences(&self, party: &str, once: &str, body: &NewWish) -> Answer<SignedLicences> {
        self.wire.send("POST", format!("/api/v1/parties/{}/licences", Wire::part(party)), &[], Some(once), Some(serde_json::to_value(body).unwrap_or_default()))
    }

    /// A licence.
    pub fn licence(&self, party: &str, licence: &str) -> Answer<Licence> {
        self.wire.send("GET", format!("/api/v1/parties/{}/licences/{}", Wire::part(party), Wire::part(licence)), &[], None, None)
    }

    /// What a use would cost.
    pub fn quote_licences(&self, party: &str, once: Option<&str>, body: &NewWish) -> Answer<Quote> {
        self.wire.send("POST", format!("/api/v1/parties/{}/quotes", Wire::part(party)), &[], once, Some(serde_json::to_value(body).unwrap_or_default()))
    }

    /// What outputs were made from.
    pub fn licence_reports(&self, party: &str, after: Option<&str>, limit: Option<&str>) -> Answer<Page<Report>> {
        self.wire.send("GET", format!("/api/v1/parties/{}/licence-reports", Wire::part(party)), &[("after", after), ("limit", limit)], None, None)
    }

    /// Reports what outputs were made from.
    pub fn report_outputs(&self, party: &str, once: &str, body: &NewReport) -> Answer<ReportHanded> {
        self.wire.send("POST", format!("/api/v1/parties/{}/licence-reports", Wire::part(party)), &[], Some(once), Some(serde_json::to_value(body).unwrap_or_default()))
    }

    /// Objects to a report.
    pub fn contest_report(&self, party: &str, once: Option<&str>, body: &NewContest) -> Answer<Contest> {
        self.wire.send("POST", format!("/api/v1/parties/{}/contests", Wire::part(party)), &[], once, Some(serde_json::to_value(body).unwrap_or_default()))
    }

    /// Keys with which a licensee signs.
    pub fn signing_keys(&self, party: &str, after: Option<&str>, limit: Option<&str>) -> Answer<Page<PartyKey>> {
        self.wire.send("GET", format!("/api/v1/parties/{}/signing-keys", Wire::part(party)), &[("after", after), ("limit", limit)], None, None)
    }

    /// Binds a key of a licensee's own.
    pub fn add_signing_key(&self, party: &str, once: Option<&str>, body: &NewPartyKey) -> Answer<PartyKey> {
        self.wire.send("POST", format!("/api/v1/parties/{}/signing-keys", Wire::part(party)), &[], once, Some(serde_json::to_value(body).unwrap_or_default()))
    }

    /// The permits of a tool.
    pub fn permits(&self, party: &str, after: Option<&str>, limit: Option<&str>) -> Answer<Page<Permit>> {
        self.wire.send("GET", format!("/api/v1/parties/{}/permits", Wire::part(party)), &[("after", after), ("limit", limit)], None, None)
    }

    /// Gives a tool a short-lived permit.
    pub fn give_permit(&self, party: &str, once: Option<&str>, body: &NewPermit) -> Answer<Permit> {
        self.wire.send("POST", format!("/api/v1/parties/{}/permits", Wire::part(party)), &[], once, Some(serde_json::to_value(body).unwrap_or_default()))
    }

    /// What went beyond licences.
    pub fn violations(&self, party: &str, after: Option<&str>, limit: Option<&str>) -> Answer<Page<Violation>> {
        self.wire.send("GET", format!("/api/v1/parties/{}/violations", Wire::part(party)), &[("after", after), ("limit", limit)], None, None)
    }

    /// Reports of imitations.
    pub fn imitations(&self, party: &str, after: Option<&str>, limit: Option<&str>) -> Answer<Page<Imitation>> {
        self.wire.send("GET", format!("/api/v1/parties/{}/imitations", Wire::part(party)), &[("after", after), ("limit", limit)], None, None)
    }

    /// Reports an imitation.
    pub fn report_imitation(&self, party: &str, once: Option<&str>, body: &NewImitation) -> Answer<Imitation> {
        self.wire.send("POST", format!("/api/v1/parties/{}/imitations", Wire::part(party)), &[], once, Some(serde_json::to_value(body).unwrap_or_default()))
    }

    /// Answers a report of an imitation.
    pub fn answer_imitation(&self, party: &str, imitation: &str, once: Option<&str>, body: &NewAnswer) -> Answer<Imitation> {
        self.wire.send("POST", format!("/api/v1/parties/{}/imitations/{}/answer", Wire::part(party), Wire::part(imitation)), &[], once, Some(serde_json::to_value(body).unwrap_or_default()))
    }

    /// The public log.
    pub fn log(&self) -> Answer<LogStatus> {
        self.wire.send("GET", "/api/v1/log".to_owned(), &[], None, None)
    }

    /// Signed checkpoints of the log.
    pub fn checkpoints(&self, after: Option<&str>, limit: Option<&str>) -> Answer<Page<Checkpoint>> {
        self.wire.send("GET", "/api/v1/log/checkpoints".to_owned(), &[("after", after), ("limit", limit)], None, None)
    }

    /// The inclusion proof of an entry.
    pub fn log_receipt(&self, kind: &str, subject: &str) -> Answer<LogReceipt> {
        self.wire.send("GET", format!("/api/v1/log/receipts/{}/{}", Wire::part(kind), Wire::part(subject)), &[], None, None)
    }

    /// All institutions, for the house.
    pub fn institutions(&self, after: Option<&str>, limit: Option<&str>) -> Answer<Page<Institution>> {
        self.wire.send("GET", "/api/v1/institutions".to_owned(), &[("after", after), ("limit", limit)], None, None)
    }

    /// An institution.
    pub fn institution(&self, party: &str) -> Answer<Institution> {
        self.wire.send("GET", format!("/api/v1/institutions/{}", Wire::part(party)), &[], None, None)
    }

    /// Notes what a party is as an institution.
    pub fn note_institution(&self, party: &str, once: Option<&str>, body: &NewInstitution) -> Answer<Institution> {
        self.wire.send("POST", format!("/api/v1/institutions/{}", Wire::part(party)), &[], once, Some(serde_json::to_value(body).unwrap_or_default()))
    }

    /// Gives an institution another name in addresses.
    pub fn name_institution(&self, party: &str, once: Option<&str>, body: &NewSlug) -> Answer<Institution> {
        self.wire.send("POST", format!("/api/v1/institutions/{}/slug", Wire::part(party)), &[], once, Some(serde_json::to_value(body).unwrap_or_default()))
    }

    /// An institution's contracts.
    pub fn contracts(&self, party: &str, after: Option<&str>, limit: Option<&str>) -> Answer<Page<Contract>> {
        self.wire.send("GET", format!("/api/v1/institutions/{}/contracts", Wire::part(party)), &[("after", after), ("limit", limit)], None, None)
    }

    /// Agrees on a contract.
    pub fn agree_contract(&self, once: &str, body: &NewContract) -> Answer<Contract> {
        self.wire.send("POST", "/api/v1/contracts".to_owned(), &[], Some(once), Some(serde_json::to_value(body).unwrap_or_default()))
    }

    /// Gives notice of a contract.
    pub fn give_notice(&self, contract: &str, once: &str) -> Answer<Done> {
        self.wire.send("POST", format!("/api/v1/contracts/{}/notice", Wire::part(contract)), &[], Some(once), None)
    }

    /// Issues an invoice.
    pub fn issue_invoice(&self, contract: &str, once: &str, body: &NewInvoice) -> Answer<InstitutionInvoice> {
        self.wire.send("POST", format!("/api/v1/contracts/{}/invoices", Wire::part(contract)), &[], Some(once), Some(serde_json::to_value(body).unwrap_or_default()))
    }

    /// Credits an invoice.
    pub fn credit_invoice(&self, number: &str, once: &str, body: &Why) -> Answer<InstitutionInvoice> {
        self.wire.send("POST", format!("/api/v1/institution-invoices/{}/credit", Wire::part(number)), &[], Some(once), Some(serde_json::to_value(body).unwrap_or_default()))
    }

    /// Sets a rate of tax.
    pub fn set_vat_rate(&self, once: &str, body: &NewVatRate) -> Answer<Done> {
        self.wire.send("POST", "/api/v1/vat-rates".to_owned(), &[], Some(once), Some(serde_json::to_value(body).unwrap_or_default()))
    }

    /// An institution's seats.
    pub fn seats(&self, party: &str) -> Answer<Seats> {
        self.wire.send("GET", format!("/api/v1/institutions/{}/seats", Wire::part(party)), &[], None, None)
    }

    /// What was heard, in figures of COUNTER.
    pub fn statistics(&self, party: &str, from: &str, until: &str) -> Answer<Statistics> {
        self.wire.send("GET", format!("/api/v1/institutions/{}/statistics", Wire::part(party)), &[("from", Some(from)), ("until", Some(until))], None, None)
    }

    /// An institution's invoices.
    pub fn institution_invoices(&self, party: &str, after: Option<&str>, limit: Option<&str>) -> Answer<Page<InstitutionInvoice>> {
        self.wire.send("GET", format!("/api/v1/institutions/{}/invoices", Wire::part(party)), &[("after", after), ("limit", limit)], None, None)
    }

    /// Where an institution's money went, and what stayed here.
    pub fn institution_money(&self, party: &str, from: &str, until: &str) -> Answer<InstitutionMoney> {
        self.wire.send("GET", format!("/api/v1/institutions/{}/money", Wire::part(party)), &[("from", Some(from)), ("until", Some(until))], None, None)
    }

    /// Codes by which people join.
    pub fn member_invitations(&self, party: &str, after: Option<&str>, limit: Option<&str>) -> Answer<Page<Invitation>> {
        self.wire.send("GET", format!("/api/v1/institutions/{}/invitations", Wire::part(party)), &[("after", after), ("limit", limit)], None, None)
    }

    /// Makes a code by which people join; it is told once.
    pub fn invite_members(&self, party: &str, once: Option<&str>, body: &NewCode) -> Answer<InvitationMade> {
        self.wire.send("POST", format!("/api/v1/institutions/{}/invitations", Wire::part(party)), &[], once, Some(serde_json::to_value(body).unwrap_or_default()))
    }

    /// Ends a code.
    pub fn end_invitation(&self, party: &str, invitation: &str, once: Option<&str>) -> Answer<Done> {
        self.wire.send("POST", format!("/api/v1/institutions/{}/invitations/{}/end", Wire::part(party), Wire::part(invitation)), &[], once, None)
    }

    /// An institution's selections.
    pub fn own_selections(&self, party: &str, after: Option<&str>, limit: Option<&str>) -> Answer<Page<Selection>> {
        self.wire.send("GET", format!("/api/v1/institutions/{}/selections", Wire::part(party)), &[("after", after), ("limit", limit)], None, None)
    }

    /// Writes a selection.
    pub fn write_selection(&self, party: &str, once: Option<&str>, body: &NewSelection) -> Answer<Selection> {
        self.wire.send("POST", format!("/api/v1/institutions/{}/selections", Wire::part(party)), &[], once, Some(serde_json::to_value(body).unwrap_or_default()))
    }

    /// Shows or ends a selection.
    pub fn set_selection_status(&self, party: &str, selection: &str, once: Option<&str>, body: &NewStatus) -> Answer<Selection> {
        self.wire.send("POST", format!("/api/v1/institutions/{}/selections/{}/status", Wire::part(party), Wire::part(selection)), &[], once, Some(serde_json::to_value(body).unwrap_or_default()))
    }

    /// What happens at an institution.
    pub fn agenda(&self, party: &str, after: Option<&str>, limit: Option<&str>) -> Answer<Page<AgendaEntry>> {
        self.wire.send("GET", format!("/api/v1/institutions/{}/agenda", Wire::part(party)), &[("after", after), ("limit", limit)], None, None)
    }

    /// Adds what will happen.
    pub fn add_happening(&self, party: &str, once: Option<&str>, body: &NewHappening) -> Answer<AgendaEntry> {
        self.wire.send("POST", format!("/api/v1/institutions/{}/agenda", Wire::part(party)), &[], once, Some(serde_json::to_value(body).unwrap_or_default()))
    }

    /// Removes what will not happen.
    pub fn remove_happening(&self, party: &str, entry: &str, once: Option<&str>) -> Answer<Done> {
        self.wire.send("POST", format!("/api/v1/institutions/{}/agenda/{}/remove", Wire::part(party), Wire::part(entry)), &[], once, None)
    }

    /// Shows a picture with a selection.
    pub fn set_selection_picture(&self, party: &str, selection: &str, once: Option<&str>, body: &NewPicture) -> Answer<Done> {
        self.wire.send("POST", format!("/api/v1/institutions/{}/selections/{}/picture", Wire::part(party), Wire::part(selection)), &[], once, Some(serde_json::to_value(body).unwrap_or_default()))
    }

    /// Selections that are shown.
    pub fn selections(&self, after: Option<&str>, limit: Option<&str>) -> Answer<Page<Selection>> {
        self.wire.send("GET", "/api/v1/selections".to_owned(), &[("after", after), ("limit", limit)], None, None)
    }

    /// A selection that is shown.
    pub fn selection(&self, slug: &str) -> Answer<Selection> {
        self.wire.send("GET", format!("/api/v1/selections/{}", Wire::part(slug)), &[], None, None)
    }

    /// The directory of institutions.
    pub fn partners(&self, after: Option<&str>, limit: Option<&str>) -> Answer<Page<Partner>> {
        self.wire.send("GET", "/api/v1/partners".to_owned(), &[("after", after), ("limit", limit)], None, None)
    }

    /// The caller's membership.
    pub fn membership(&self) -> Answer<Membership> {
        self.wire.send("GET", "/api/v1/member".to_owned(), &[], None, None)
    }

    /// Joins an institution by a code.
    pub fn join(&self, once: Option<&str>, body: &Code) -> Answer<Done> {
        self.wire.send("POST", "/api/v1/member/join".to_owned(), &[], once, Some(serde_json::to_value(body).unwrap_or_default()))
    }

    /// Leaves an institution; what was kept is forgotten.
    pub fn leave(&self, once: Option<&str>, body: &WhichMember) -> Answer<Done> {
        self.wire.send("POST", "/api/v1/member/leave".to_owned(), &[], once, Some(serde_json::to_value(body).unwrap_or_default()))
    }

    /// What the member likes.
    pub fn favourites(&self, after: Option<&str>, limit: Option<&str>) -> Answer<Page<Favourite>> {
        self.wire.send("GET", "/api/v1/member/favourites".to_owned(), &[("after", after), ("limit", limit)], None, None)
    }

    /// Likes something, or no more.
    pub fn favour(&self, once: Option<&str>, body: &NewFavourite) -> Answer<Done> {
        self.wire.send("POST", "/api/v1/member/favourites".to_owned(), &[], once, Some(serde_json::to_value(body).unwrap_or_default()))
    }

    /// The member's playlists.
    pub fn playlists(&self, after: Option<&str>, limit: Option<&str>) -> Answer<Page<Playlist>> {
        self.wire.send("GET", "/api/v1/member/playlists".to_owned(), &[("after", after), ("limit", limit)], None, None)
    }

    /// Makes a playlist.
    pub fn make_playlist(&self, once: Option<&str>, body: &NewPlaylist) -> Answer<Playlist> {
        self.wire.send("POST", "/api/v1/member/playlists".to_owned(), &[], once, Some(serde_json::to_value(body).unwrap_or_default()))
    }

    /// A playlist.
    pub fn playlist(&self, playlist: &str) -> Answer<Playlist> {
        self.wire.send("GET", format!("/api/v1/member/playlists/{}", Wire::part(playlist)), &[], None, None)
    }

    /// Changes a playlist.
    pub fn change_playlist(&self, playlist: &str, once: Option<&str>, body: &PlaylistChange) -> Answer<Playlist> {
        self.wire.send("POST", format!("/api/v1/member/playlists/{}", Wire::part(playlist)), &[], once, Some(serde_json::to_value(body).unwrap_or_default()))
    }

    /// Drops a playlist.
    pub fn drop_playlist(&self, playlist: &str, once: Option<&str>) -> Answer<Done> {
        self.wire.send("POST", format!("/api/v1/member/playlists/{}/drop", Wire::part(playlist)), &[], once, None)
    }

    /// What the member heard; only they see it.
    pub fn history(&self, after: Option<&str>, limit: Option<&str>) -> Answer<Page<HeardRecording>> {
        self.wire.send("GET", "/api/v1/member/history".to_owned(), &[("after", after), ("limit", limit)], None, None)
    }

    /// Forgets what was heard.
    pub fn forget_history(&self, once: Option<&str>, body: &Forget) -> Answer<Done> {
        self.wire.send("POST", "/api/v1/member/history/forget".to_owned(), &[], once, Some(serde_json::to_value(body).unwrap_or_default()))
    }

    /// Where the money of the member's seat went.
    pub fn seat_money(&self) -> Answer<SeatMonies> {
        self.wire.send("GET", "/api/v1/member/money".to_owned(), &[], None, None)
    }

    /// Whether what is heard may train the house's programs.
    pub fn set_training(&self, once: Option<&str>, body: &NewTraining) -> Answer<Done> {
        self.wire.send("POST", "/api/v1/member/history/training".to_owned(), &[], once, Some(serde_json::to_value(body).unwrap_or_default()))
    }

    /// Passwords and keys for players.
    pub fn player_keys(&self, after: Option<&str>, limit: Option<&str>) -> Answer<Page<PlayerKey>> {
        self.wire.send("GET", "/api/v1/member/player-keys".to_owned(), &[("after", after), ("limit", limit)], None, None)
    }

    /// Makes a password or key for a player; its secret is told once.
    pub fn make_player_key(&self, once: Option<&str>, body: &NewPlayerKey) -> Answer<PlayerKeyMade> {
        self.wire.send("POST", "/api/v1/member/player-keys".to_owned(), &[], once, Some(serde_json::to_value(body).unwrap_or_default()))
    }

    /// Revokes a password or key for a player.
    pub fn end_player_key(&self, player_key: &str, once: Option<&str>) -> Answer<Done> {
        self.wire.send("POST", format!("/api/v1/member/player-keys/{}/end", Wire::part(player_key)), &[], once, None)
    }

    /// Everything that is known of the caller.
    pub fn export_me(&self) -> Answer<PersonalExport> {
        self.wire.send("GET", "/api/v1/me/export".to_owned(), &[], None, None)
    }

    /// Erases the caller's access and what was kept.
    pub fn erase_me(&self, once: Option<&str>) -> Answer<Done> {
        self.wire.send("POST", "/api/v1/me/erase".to_owned(), &[], once, None)
    }

    /// All briefs, for the house.
    pub fn all_briefs(&self, after: Option<&str>, limit: Option<&str>) -> Answer<Page<Brief>> {
        self.wire.send("GET", "/api/v1/briefs".to_owned(), &[("after", after), ("limit", limit)], None, None)
    }

    /// A brand's briefs.
    pub fn briefs(&self, party: &str, after: Option<&str>, limit: Option<&str>) -> Answer<Page<Brief>> {
        self.wire.send("GET", format!("/api/v1/parties/{}/briefs", Wire::part(party)), &[("after", after), ("limit", limit)], None, None)
    }

    /// Writes a brief.
    pub fn write_brief(&self, party: &str, once: Option<&str>, body: &NewBrief) -> Answer<Brief> {
        self.wire.send("POST", format!("/api/v1/parties/{}/briefs", Wire::part(party)), &[], once, Some(serde_json::to_value(body).unwrap_or_default()))
    }

    /// Publishes a brief: artists are asked.
    pub fn publish_brief(&self, party: &str, brief: &str, once: Option<&str>) -> Answer<Brief> {
        self.wire.send("POST", format!("/api/v1/parties/{}/briefs/{}/publish", Wire::part(party), Wire::part(brief)), &[], once, None)
    }

    /// Withdraws a brief.
    pub fn withdraw_brief(&self, party: &str, brief: &str, once: Option<&str>) -> Answer<Brief> {
        self.wire.send("POST", format!("/api/v1/parties/{}/briefs/{}/withdraw", Wire::part(party), Wire::part(brief)), &[], once, None)
    }

    /// Who said yes to a brief.
    pub fn brief_answers(&self, party: &str, brief: &str) -> Answer<BriefAnswers> {
        self.wire.send("GET", format!("/api/v1/parties/{}/briefs/{}/answers", Wire::part(party), Wire::part(brief)), &[], None, None)
    }

    /// Chooses an artist: a contract is drawn up.
    pub fn choose_artist(&self, party: &str, brief: &str, once: &str, body: &NewChoice) -> Answer<Deal> {
        self.wire.send("POST", format!("/api/v1/parties/{}/briefs/{}/choose", Wire::part(party), Wire::part(brief)), &[], Some(once), Some(serde_json::to_value(body).unwrap_or_default()))
    }

    /// Briefs that an artist is asked about.
    pub fn brief_invitations(&self, party: &str, after: Option<&str>, limit: Option<&str>) -> Answer<Page<BriefInvitation>> {
        self.wire.send("GET", format!("/api/v1/parties/{}/brief-invitations", Wire::part(party)), &[("after", after), ("limit", limit)], None, None)
    }

    /// Says yes or no to a brief.
    pub fn answer_brief(&self, party: &str, brief: &str, once: Option<&str>, body: &NewYes) -> Answer<Done> {
        self.wire.send("POST", format!("/api/v1/parties/{}/brief-invitations/{}/answer", Wire::part(party), Wire::part(brief)), &[], once, Some(serde_json::to_value(body).unwrap_or_default()))
    }

    /// A party's contracts with brands or artists.
    pub fn deals(&self, party: &str, after: Option<&str>, limit: Option<&str>) -> Answer<Page<Deal>> {
        self.wire.send("GET", format!("/api/v1/parties/{}/deals", Wire::part(party)), &[("after", after), ("limit", limit)], None, None)
    }

    /// A contract.
    pub fn deal(&self, party: &str, deal: &str) -> Answer<Deal> {
        self.wire.send("GET", format!("/api/v1/parties/{}/deals/{}", Wire::part(party), Wire::part(deal)), &[], None, None)
    }

    /// Signs a contract.
    pub fn sign_deal(&self, party: &str, deal: &str, once: &str, body: &NewSignature) -> Answer<Deal> {
        self.wire.send("POST", format!("/api/v1/parties/{}/deals/{}/sign", Wire::part(party), Wire::part(deal)), &[], Some(once), Some(serde_json::to_value(body).unwrap_or_default()))
    }

    /// Shows what was made.
    pub fn submit_work(&self, party: &str, deal: &str, place: &str, once: Option<&str>, body: &NewWork) -> Answer<Deal> {
        self.wire.send("POST", format!("/api/v1/parties/{}/deals/{}/milestones/{}/submit", Wire::part(party), Wire::part(deal), Wire::part(place)), &[], once, Some(serde_json::to_value(body).unwrap_or_default()))
    }

    /// Accepts what was made: it is paid.
    pub fn accept_work(&self, party: &str, deal: &str, place: &str, once: &str) -> Answer<Deal> {
        self.wire.send("POST", format!("/api/v1/parties/{}/deals/{}/milestones/{}/accept", Wire::part(party), Wire::part(deal), Wire::part(place)), &[], Some(once), None)
    }

    /// Sends back what was made.
    pub fn send_back_work(&self, party: &str, deal: &str, place: &str, once: Option<&str>, body: &NewReasons) -> Answer<Deal> {
        self.wire.send("POST", format!("/api/v1/parties/{}/deals/{}/milestones/{}/send-back", Wire::part(party), Wire::part(deal), Wire::part(place)), &[], once, Some(serde_json::to_value(body).unwrap_or_default()))
    }

    /// Asks an artist about a brief.
    pub fn invite_artist(&self, party: &str, brief: &str, once: Option<&str>, body: &NewArtist) -> Answer<Done> {
        self.wire.send("POST", format!("/api/v1/parties/{}/briefs/{}/invite", Wire::part(party), Wire::part(brief)), &[], once, Some(serde_json::to_value(body).unwrap_or_default()))
    }

    /// Says something to a brief without being asked.
    pub fn pitch(&self, party: &str, brief: &str, once: Option<&str>, body: &NewPitch) -> Answer<Done> {
        self.wire.send("POST", format!("/api/v1/parties/{}/brief-invitations/{}/pitch", Wire::part(party), Wire::part(brief)), &[], once, Some(serde_json::to_value(body).unwrap_or_default()))
    }

    /// Writes a contract anew before it is signed.
    pub fn revise_deal(&self, party: &str, deal: &str, once: Option<&str>, body: &NewDealTerms) -> Answer<Deal> {
        self.wire.send("POST", format!("/api/v1/parties/{}/deals/{}/revise", Wire::part(party), Wire::part(deal)), &[], once, Some(serde_json::to_value(body).unwrap_or_default()))
    }

    /// Orders under a framework.
    pub fn order_under_deal(&self, party: &str, deal: &str, once: &str, body: &NewDealTerms) -> Answer<Deal> {
        self.wire.send("POST", format!("/api/v1/parties/{}/deals/{}/orders", Wire::part(party), Wire::part(deal)), &[], Some(once), Some(serde_json::to_value(body).unwrap_or_default()))
    }

    /// Disputes a milestone: it is frozen, and no other.
    pub fn dispute_work(&self, party: &str, deal: &str, place: &str, once: Option<&str>, body: &NewReasons) -> Answer<Deal> {
        self.wire.send("POST", format!("/api/v1/parties/{}/deals/{}/milestones/{}/dispute", Wire::part(party), Wire::part(deal), Wire::part(place)), &[], once, Some(serde_json::to_value(body).unwrap_or_default()))
    }

    /// Says something to a dispute; the other side and the house read it.
    pub fn say_to_dispute(&self, party: &str, deal: &str, place: &str, once: Option<&str>, body: &NewReasons) -> Answer<Deal> {
        self.wire.send("POST", format!("/api/v1/parties/{}/deals/{}/milestones/{}/evidence", Wire::part(party), Wire::part(deal), Wire::part(place)), &[], once, Some(serde_json::to_value(body).unwrap_or_default()))
    }

    /// Disputed milestones, for the house.
    pub fn deal_disputes(&self, after: Option<&str>, limit: Option<&str>) -> Answer<Page<DealDispute>> {
        self.wire.send("GET", "/api/v1/deal-disputes".to_owned(), &[("after", after), ("limit", limit)], None, None)
    }

    /// Settles a dispute for the house: so much is paid, the rest goes back.
    pub fn settle_work_dispute(&self, deal: &str, place: &str, once: &str, body: &NewSettlement) -> Answer<Deal> {
        self.wire.send("POST", format!("/api/v1/deals/{}/milestones/{}/settle", Wire::part(deal), Wire::part(place)), &[], Some(once), Some(serde_json::to_value(body).unwrap_or_default()))
    }

    /// Cancels a contract: what it says is paid, the rest goes back.
    pub fn cancel_deal(&self, party: &str, deal: &str, once: &str, body: &NewReasons) -> Answer<Deal> {
        self.wire.send("POST", format!("/api/v1/parties/{}/deals/{}/cancel", Wire::part(party), Wire::part(deal)), &[], Some(once), Some(serde_json::to_value(body).unwrap_or_default()))
    }

    /// Notes a raw figure of what was agreed to be measured.
    pub fn measure_deal(&self, party: &str, deal: &str, once: Option<&str>, body: &NewFigure) -> Answer<Deal> {
        self.wire.send("POST", format!("/api/v1/parties/{}/deals/{}/figures", Wire::part(party), Wire::part(deal)), &[], once, Some(serde_json::to_value(body).unwrap_or_default()))
    }

    /// Invoices to a brand and credit notes, with their electronic form.
    pub fn brand_invoices(&self, party: &str, after: Option<&str>, limit: Option<&str>) -> Answer<Page<BrandInvoice>> {
        self.wire.send("GET", format!("/api/v1/parties/{}/brand-invoices", Wire::part(party)), &[("after", after), ("limit", limit)], None, None)
    }

    /// What the field is told of briefs and prices.
    pub fn field(&self) -> Answer<FieldFigures> {
        self.wire.send("GET", "/api/v1/field".to_owned(), &[], None, None)
    }

    /// Sessions given to emerging artists, with how each was chosen.
    pub fn session_grants(&self) -> Answer<SessionGrants> {
        self.wire.send("GET", "/api/v1/session-grants".to_owned(), &[], None, None)
    }

    /// Draws and gives sessions from the solidarity fund, for the house.
    pub fn give_sessions(&self, once: &str, body: &NewGrant) -> Answer<SessionGrants> {
        self.wire.send("POST", "/api/v1/session-grants".to_owned(), &[], Some(once), Some(serde_json::to_value(body).unwrap_or_default()))
    }

    /// Selections in which an artist could be chosen, with their logs.
    pub fn drawn_sessions(&self, party: &str) -> Answer<DrawnSessions> {
        self.wire.send("GET", format!("/api/v1/parties/{}/session-grants", Wire::part(party)), &[], None, None)
    }

    /// Labels a selection that a brand paid for.
    pub fn label_selection(&self, party: &str, deal: &str, once: Option<&str>, body: &NewLabel) -> Answer<Done> {
        self.wire.send("POST", format!("/api/v1/parties/{}/deals/{}/labels", Wire::part(party), Wire::part(deal)), &[], once, Some(serde_json::to_value(body).unwrap_or_default()))
    }

    /// Mandates of agencies, given and held.
    pub fn brand_mandates(&self, party: &str, after: Option<&str>, limit: Option<&str>) -> Answer<Page<BrandMandate>> {
        self.wire.send("GET", format!("/api/v1/parties/{}/brand-mandates", Wire::part(party)), &[("after", after), ("limit", limit)], None, None)
    }

    /// Gives an agency a mandate.
    pub fn give_brand_mandate(&self, party: &str, once: Option<&str>, body: &NewBrandMandate) -> Answer<BrandMandate> {
        self.wire.send("POST", format!("/api/v1/parties/{}/brand-mandates", Wire::part(party)), &[], once, Some(serde_json::to_value(body).unwrap_or_default()))
    }

    /// Takes a mandate back.
    pub fn end_brand_mandate(&self, party: &str, brand_mandate: &str, once: Option<&str>) -> Answer<BrandMandate> {
        self.wire.send("POST", format!("/api/v1/parties/{}/brand-mandates/{}/end", Wire::part(party), Wire::part(brand_mandate)), &[], once, None)
    }

    /// How a party can be reached for a contract.
    pub fn contact(&self, party: &str) -> Answer<Contact> {
        self.wire.send("GET", format!("/api/v1/parties/{}/contact", Wire::part(party)), &[], None, None)
    }

    /// Notes how a party can be reached for a contract.
    pub fn set_contact(&self, party: &str, once: Option<&str>, body: &NewContact) -> Answer<Done> {
        self.wire.send("POST", format!("/api/v1/parties/{}/contact", Wire::part(party)), &[], once, Some(serde_json::to_value(body).unwrap_or_default()))
    }

    /// An artist's own terms.
    pub fn brief_terms(&self, party: &str) -> Answer<Terms> {
        self.wire.send("GET", format!("/api/v1/parties/{}/brief-terms", Wire::part(party)), &[], None, None)
    }

    /// Sets an artist's own terms.
    pub fn set_brief_terms(&self, party: &str, once: Option<&str>, body: &NewTerms) -> Answer<Done> {
        self.wire.send("POST", format!("/api/v1/parties/{}/brief-terms", Wire::part(party)), &[], once, Some(serde_json::to_value(body).unwrap_or_default()))
    }

    /// How an artist was shown to brands.
    pub fn exposure(&self, party: &str) -> Answer<Exposure> {
        self.wire.send("GET", format!("/api/v1/parties/{}/exposure", Wire::part(party)), &[], None, None)
    }

    /// What came in, what went out, in public.
    pub fn figures(&self) -> Answer<PublicFigures> {
        self.wire.send("GET", "/api/v1/figures".to_owned(), &[], None, None)
    }

    /// What stayed in a territory, for the house.
    pub fn territory(&self, code: &str, from: Option<&str>, until: Option<&str>, level: Option<&str>) -> Answer<Territory> {
        self.wire.send("GET", format!("/api/v1/territories/{}", Wire::part(code)), &[("from", from), ("until", until), ("level", level)], None, None)
    }

    /// The places that can be asked for.
    pub fn places(&self, after: Option<&str>, limit: Option<&str>) -> Answer<Page<Place>> {
        self.wire.send("GET", "/api/v1/places".to_owned(), &[("after", after), ("limit", limit)], None, None)
    }

    /// Asks for a place to take part; only a count is kept.
    pub fn wish_for_place(&self, body: &WantedPlace) -> Answer<Wished> {
        self.wire.send("POST", "/api/v1/places/wishes".to_owned(), &[], None, Some(serde_json::to_value(body).unwrap_or_default()))
    }

    /// Whether all is sound, for the house.
    pub fn doctor(&self) -> Answer<Examination> {
        self.wire.send("GET", "/api/v1/doctor".to_owned(), &[], None, None)
    }

    /// Work that is done beside, for the house.
    pub fn jobs(&self, state: Option<&str>, after: Option<&str>, limit: Option<&str>) -> Answer<Page<Job>> {
        self.wire.send("GET", "/api/v1/jobs".to_owned(), &[("state", state), ("after", after), ("limit", limit)], None, None)
    }

    /// Tries a failed job again.
    pub fn retry_job(&self, job: &str, once: Option<&str>) -> Answer<Job> {
        self.wire.send("POST", format!("/api/v1/jobs/{}/retry", Wire::part(job)), &[], once, None)
    }

    /// What the house decides by.
    pub fn policies(&self) -> Answer<Policies> {
        self.wire.send("GET", "/api/v1/policies".to_owned(), &[], None, None)
    }

    /// Sets what the house decides by.
    pub fn set_policy(&self, once: &str, body: &NewPolicy) -> Answer<PolicySet> {
        self.wire.send("POST", "/api/v1/policies".to_owned(), &[], Some(once), Some(serde_json::to_value(body).unwrap_or_default()))
    }

    /// Changes that were announced, with what people say.
    pub fn policy_changes(&self, after: Option<&str>, limit: Option<&str>) -> Answer<Page<PolicyChange>> {
        self.wire.send("GET", "/api/v1/policy-changes".to_owned(), &[("after", after), ("limit", limit)], None, None)
    }

    /// Announces a change, dated before effect.
    pub fn announce_change(&self, once: &str, body: &NewPolicyChange) -> Answer<Done> {
        self.wire.send("POST", "/api/v1/policy-changes".to_owned(), &[], Some(once), Some(serde_json::to_value(body).unwrap_or_default()))
    }

    /// Says something to a change.
    pub fn comment_change(&self, change: &str, once: Option<&str>, body: &NewPolicyComment) -> Answer<Done> {
        self.wire.send("POST", format!("/api/v1/policy-changes/{}/comments", Wire::part(change)), &[], once, Some(serde_json::to_value(body).unwrap_or_default()))
    }

    /// Withdraws a change that does not hold yet.
    pub fn withdraw_change(&self, change: &str, once: &str, body: &WithdrawalOfChange) -> Answer<Done> {
        self.wire.send("POST", format!("/api/v1/policy-changes/{}/withdraw", Wire::part(change)), &[], Some(once), Some(serde_json::to_value(body).unwrap_or_default()))
    }

    /// Every act with who and when, for the house.
    pub fn journal(&self, limit: Option<&str>) -> Answer<Journal> {
        self.wire.send("GET", "/api/v1/journal".to_owned(), &[("limit", limit)], None, None)
    }

}
