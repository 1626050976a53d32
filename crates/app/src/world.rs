use std::path::PathBuf;
use std::sync::Arc;

use jiff::Timestamp;
use store::Store;

/// What only the world can tell: the time, and what nobody can foresee.
pub trait World: Send + Sync {
    /// Now.
    fn now(&self) -> Timestamp;
    /// Sixty-four fresh bits, for ids.
    fn bits(&self) -> u64;
    /// Twenty-four fresh bytes, for encrypting a field.
    fn nonce(&self) -> [u8; 24];
}

/// What every use case works with.
#[derive(Clone)]
pub struct House {
    /// The memory.
    pub store: Store,
    /// Time and chance.
    pub world: Arc<dyn World>,
    /// Where files beside the database lie: index, tiles, outbox.
    pub folder: PathBuf,
    /// Seed of the Ed25519 key that signs the log, proofs and statements.
    pub log_seed: [u8; 32],
    /// Key under which commitments in public manifests are salted.
    pub commitment_key: [u8; 32],
    /// The log's origin: the name the house signs under.
    pub origin: String,
}

impl House {
    /// Now.
    pub fn now(&self) -> Timestamp {
        self.world.now()
    }
}

/// Makes ids of each kind from the world's bits.
macro_rules! fresh_ids {
    ($($(#[$doc:meta])* $name:ident -> $id:ident;)*) => {
        impl House {
            $($(#[$doc])* pub fn $name(&self) -> music::$id { music::$id::from_bits(self.world.bits()) })*
        }
    };
}

fresh_ids! {
    /// A new party's id.
    party_id -> PartyId;
    /// A new recording's id.
    recording_id -> RecordingId;
    /// A new share's id.
    share_id -> ShareId;
    /// A new event's id.
    event_id -> EventId;
    /// A new set list's id.
    set_list_id -> SetListId;
    /// A new set-list line's id.
    line_id -> LineId;
    /// A new pot's id.
    pot_id -> PotId;
    /// A new contribution's id.
    contribution_id -> ContributionId;
    /// A new run's id.
    run_id -> RunId;
    /// A new allocation line's id.
    allocation_line_id -> AllocationLineId;
    /// A new claim's id.
    claim_id -> ClaimId;
    /// A new payout's id.
    payout_id -> PayoutId;
    /// A new batch's id.
    batch_id -> BatchId;
    /// A new statement's id.
    statement_id -> StatementId;
    /// A new invoice's id.
    invoice_id -> InvoiceId;
    /// A new contract's id.
    contract_id -> ContractId;
    /// A new invoice to an institution.
    sale_id -> SaleId;
    /// A new kiosk's id.
    kiosk_id -> KioskId;
    /// A new selection's id.
    selection_id -> SelectionId;
    /// A new suspense item's id.
    suspense_id -> SuspenseId;
    /// A new advance's id.
    advance_id -> AdvanceId;
    /// A new merge's id.
    merge_id -> MergeId;
    /// A new proof's id.
    proof_id -> ProofId;
}
