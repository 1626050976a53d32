//! All SQL, for SQLite and PostgreSQL; migrations; the books.
//!
//! One file per noun; each method is one question or one record. Nothing here decides: what is paid,
//! matched or refused is settled before it comes here.

mod answer;
pub mod audit;
mod audit_visit;
mod brand;
mod brief;
mod browse;
mod claim;
mod consent;
pub mod db;
mod discovery;
mod entry;
mod fault;
mod flag;
mod house;
mod id;
mod imitation;
mod institution;
mod invoice;
mod job;
mod license;
mod listener;
mod log;
mod look;
mod master;
mod medium;
mod member;
mod merge;
mod migration;
mod party;
mod passkey;
mod payout;
mod place;
mod play;
mod policy_change;
mod pot;
mod proof;
mod rate;
mod recording;
mod registration;
mod run;
mod sale;
mod seal;
mod selection;
mod session;
mod set_list;
mod share_offer;
mod shelf;
mod sign_in;
mod statement;
mod thanks;
mod usage;

pub use answer::{AnswerRow, IdentifiedRow};
pub use audit_visit::AuditVisitRow;
pub use brand::{BrandDealRow, BrandEventRow, BrandTextRow, FigureRow, GrantRow, MilestoneRow, SignatureRow};
pub use brief::{BriefInvitationRow, BriefRow, BriefTextRow, ExposureRow, StandingRow};
pub use browse::{BrowseDeal, BrowseFile, BrowseRelease, BrowseRow};
pub use claim::{ClaimRow, Credited, NewClaim};
pub use consent::{ConsentRow, RoleClaimRow, ToldRecording, WaitRow};
pub use db::{Db, Row, Tx, Value};
pub use discovery::{DiscoveryRunRow, PlayedLine};
pub use entry::{EntryRecord, MovementRow, Posted};
pub use fault::Fault;
pub use flag::FlagRow;
pub use house::JournalRow;
pub use id::{
    ApiKeyId, BrandDealId, BriefId, BriefInvitationId, GrantId, JobId, MemberId, MilestoneId, PasskeyId,
    PolicyChangeId, PolicyCommentId, SessionId, ShareOfferId, SignInId, ThanksId,
};
pub use imitation::{FrozenRow, ImitationRow};
pub use institution::{ContractMemberRow, ContractRow, InstitutionRow, KioskRow};
pub use invoice::{InvoiceRow, MandateRow};
pub use job::{JobRow, NewJob};
pub use license::{
    ContestRow, LicenseRow, OfferRow, PermitRow, PotOrigin, PotWorkRow, ReportRow, SourceRow, ViolationRow,
};
pub use listener::{AppPasswordRow, ListenerRow};
pub use log::{HeadRow, LeafRow, LogKeyRow, UnloggedRun};
pub use look::LookRow;
pub use master::{AnalysisRow, CoverRow, DueRow, MasterRow, PlayableRow, RenditionRow, ScannedRow};
pub use medium::{AccessRow, DeclarationRow, EditionRow, PartRow};
pub use member::{CardRow, InvitationRow, MemberRow, WayRow};
pub use merge::MergeRow;
pub use party::{PartyRecord, Standing};
pub use passkey::PasskeyRow;
pub use payout::{AdvanceRow, BatchRow, DetailsRow, MailRow, PayoutRow};
pub use place::PlaceRow;
pub use play::{PlayListRow, PlayRow};
pub use policy_change::{PolicyChangeRow, PolicyCommentRow};
pub use pot::{BankLine, ContributionRow, PotRow};
pub use proof::{DemandRow, ProofRow};
pub use rate::{ConversionRow, RateRow};
pub use recording::{CatalogueRow, DealRow, ShareRow};
pub use run::{AllocationRow, RunRow, SuspenseRow};
pub use sale::{SalePartRow, SaleRow, UsageRow};
pub use seal::FieldKey;
pub use selection::{AgendaRow, PictureRow, SelectionItemRow, SelectionRow};
pub use session::{ApiKeyRow, SessionRow};
pub use set_list::{LineRow, SetListRow};
pub use share_offer::ShareOfferRow;
pub use shelf::{BookmarkRow, ItemKind, NowRow, PlaylistRow, QueueRow, RatingRow, StarRow, TallyRow};
pub use sign_in::{LinkRow, NewSignIn, RoleRow, SignInRow};
pub use statement::StatementRow;
pub use thanks::ThanksRow;
pub use usage::{AppealRow, EventRow, PeriodRow};

use std::path::Path;

/// The house's memory: a pool and the key for encrypted fields.
#[derive(Debug, Clone)]
pub struct Store {
    db: Db,
    fields: FieldKey,
}

impl Store {
    /// Opens the embedded database in a folder and brings its schema up to date.
    pub async fn open(folder: &Path, fields: FieldKey) -> Result<Store, Fault> {
        let db = Db::open_sqlite(&folder.join("tantieme.db")).await?;
        Store::with(db, fields).await
    }

    /// Connects to PostgreSQL and brings its schema up to date.
    pub async fn connect(url: &str, fields: FieldKey) -> Result<Store, Fault> {
        Store::with(Db::open_postgres(url).await?, fields).await
    }

    async fn with(db: Db, fields: FieldKey) -> Result<Store, Fault> {
        migration::migrate(&db).await?;
        Ok(Store { db, fields })
    }

    /// The database below, for reading what no method offers yet.
    pub fn db(&self) -> &Db {
        &self.db
    }

    /// The key for encrypted fields.
    pub fn fields(&self) -> &FieldKey {
        &self.fields
    }

    /// Begins a transaction that will write.
    pub async fn begin(&self) -> Result<Tx, Fault> {
        self.db.begin().await
    }

    /// Begins a transaction that only reads.
    pub async fn begin_read(&self) -> Result<Tx, Fault> {
        self.db.begin_read().await
    }

    /// Closes all connections.
    pub async fn close(&self) {
        self.db.close().await;
    }
}
