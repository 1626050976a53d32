//! All SQL, for SQLite and PostgreSQL; migrations; the books.
//!
//! One file per noun; each method is one question or one record. Nothing here decides: what is paid,
//! matched or refused is settled before it comes here.

mod answer;
mod api_answer;
pub mod audit;
mod audit_visit;
mod brand;
mod brand_tax;
mod brief;
mod browse;
mod claim;
mod consent;
pub mod db;
mod discovery;
mod entry;
mod fault;
mod flag;
mod harvest;
mod house;
mod id;
mod imitation;
mod institution;
mod invoice;
mod job;
mod joint;
mod license;
mod listener;
mod load;
mod log;
mod look;
mod mail_in;
mod master;
mod medium;
mod member;
mod merge;
mod migration;
mod operation;
mod own;
mod party;
mod party_key;
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
mod webhook;

pub use answer::{AnswerRow, IdentifiedRow};
pub use api_answer::{ApiAnswerRow, Taken};
pub use audit_visit::AuditVisitRow;
pub use brand::{BrandDealRow, BrandEventRow, BrandTextRow, FigureRow, GrantRow, MilestoneRow, SignatureRow};
pub use brand_tax::{BrandInvoiceRow, BrandMandateRow, BrandTaxRow};
pub use brief::{BriefInvitationRow, BriefRow, BriefTextRow, ExposureRow, StandingRow};
pub use browse::{BrowseDeal, BrowseFile, BrowseRelease, BrowseRow};
pub use claim::{ClaimRow, Credited, NewClaim};
pub use consent::{ConsentRow, RoleClaimRow, ToldRecording, WaitRow};
pub use db::{Db, Row, Tx, Value};
pub use discovery::{DiscoveryRunRow, PlayedLine};
pub use entry::{EntryRecord, MovementRow, Posted};
pub use fault::Fault;
pub use flag::FlagRow;
pub use harvest::FeedRow;
pub use house::JournalRow;
pub use id::{
    ApiKeyId, BrandDealId, BrandMandateId, BriefId, BriefInvitationId, DeliveryId, GrantId, JobId, MemberId,
    MilestoneId, PasskeyId, PolicyChangeId, PolicyCommentId, SessionId, ShareOfferId, SignInId, ThanksId,
    WebhookId,
};
pub use imitation::{FrozenRow, ImitationRow};
pub use institution::{ContractMemberRow, ContractRow, InstitutionRow, KioskRow};
pub use invoice::{InvoiceRow, MandateRow};
pub use job::{JobRow, NewJob};
pub use joint::{Joint, Lent};
pub use license::{
    ContestRow, LicenseRow, OfferRow, PermitRow, PotOrigin, PotWorkRow, ReportRow, SourceRow, ViolationRow,
};
pub use listener::{AppPasswordRow, ListenerRow};
pub use load::{ColumnKind, LoadColumn};
pub use log::{HeadRow, LeafRow, LogKeyRow, UnloggedRun};
pub use look::LookRow;
pub use mail_in::MailDraftRow;
pub use master::{AnalysisRow, CoverRow, DueRow, MasterRow, PlayableRow, RenditionRow, ScannedRow};
pub use medium::{AccessRow, DeclarationRow, EditionRow, PartRow};
pub use member::{CardRow, InvitationRow, MemberRow, WayRow};
pub use merge::MergeRow;
pub use migration::{ADDITIVE_SINCE, newest as newest_schema, scripts as schema_scripts};
pub use operation::{JobCount, PoolState};
pub use party::{PartyRecord, Standing};
pub use party_key::PartyKeyRow;
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
pub use webhook::{DeliveryRow, Tried, WebhookRow};

use std::path::Path;

/// The house's memory: a pool and the key for encrypted fields.
#[derive(Debug, Clone)]
pub struct Store {
    db: Db,
    fields: FieldKey,
    /// The transaction that everything of this store is a part of, if there is one.
    within: Option<joint::Shared>,
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
        Ok(Store { db, fields, within: None })
    }

    /// Opens the embedded database at an older schema: what tests of upgrades start from.
    #[doc(hidden)]
    pub async fn open_at(folder: &Path, fields: FieldKey, schema: i64) -> Result<Store, Fault> {
        let db = Db::open_sqlite(&folder.join("tantieme.db")).await?;
        migration::migrate_to(&db, schema).await?;
        Ok(Store { db, fields, within: None })
    }

    /// The same on PostgreSQL.
    #[doc(hidden)]
    pub async fn connect_at(url: &str, fields: FieldKey, schema: i64) -> Result<Store, Fault> {
        let db = Db::open_postgres(url).await?;
        migration::migrate_to(&db, schema).await?;
        Ok(Store { db, fields, within: None })
    }

    /// Connects to PostgreSQL with so many connections at most.
    pub async fn connect_with(url: &str, fields: FieldKey, connections: u32) -> Result<Store, Fault> {
        Store::with(Db::open_postgres_with(url, connections).await?, fields).await
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
        match &self.within {
            Some(shared) => shared.lend_to_write().await,
            None => self.db.begin().await,
        }
    }

    /// Begins a transaction that only reads.
    pub async fn begin_read(&self) -> Result<Tx, Fault> {
        match &self.within {
            Some(shared) => shared.lend_to_read().await,
            None => self.db.begin_read().await,
        }
    }

    /// Begins a transaction around others: all that begins and is committed through the store given back lasts when the
    /// [`Joint`] is committed, and leaves no trace where it is dropped.
    pub async fn begin_joint(&self) -> Result<(Store, Joint), Fault> {
        let shared = joint::Shared::new(self.db.begin().await?);
        let within = Store { within: Some(shared.clone()), ..self.clone() };
        Ok((within, Joint::new(shared)))
    }

    /// Closes all connections.
    pub async fn close(&self) {
        self.db.close().await;
    }
}
