//! Who this house is: its id, the name of its log, and the keys it was made with.
//!
//! These stand in the database, since they must be the same for every process and after every restore. Of keys there
//! are marks only: hashes that say whether a key is the same.

use ledger::Hash;
use store::Store;

use crate::Failure;
use crate::failure::refuse;

/// The origin of a house that never named one.
pub const ORIGIN: &str = "tantieme.local/log";

/// The marks of the keys that a process holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Marks {
    /// Of the key that encrypts fields.
    pub fields: String,
    /// Of the key that salts commitments.
    pub commitments: String,
}

impl Marks {
    /// The marks of the keys of a store and of the commitment key.
    pub fn of(store: &Store, commitments: &[u8; 32]) -> Marks {
        let fields = store.fields().mark("house_fact", "fields");
        let commitments = Hash::of(&[b"tantieme/commitments/mark".as_slice(), commitments].concat());
        Marks { fields, commitments: commitments.to_string() }
    }
}

/// Who a house is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// Its id, made of chance.
    pub id: String,
    /// The name under which its log is signed.
    pub origin: String,
}

/// Reads who the house is; what no process has noted yet is noted now: the id made of `bits`, `origin` or the one that
/// houses have without a name, and the marks.
///
/// # Errors
/// `keys-other` where the keys are not those the house was made with.
pub async fn settle(
    store: &Store,
    marks: &Marks,
    origin: Option<&str>,
    bits: u64,
) -> Result<Identity, Failure> {
    let mut tx = store.begin_read().await?;
    let (id, known, fields, commitments) = (
        tx.house_fact("id").await?,
        tx.house_fact("origin").await?,
        tx.house_fact("key-fields").await?,
        tx.house_fact("key-commitments").await?,
    );
    drop(tx);
    if let (Some(id), Some(origin), Some(fields), Some(commitments)) = (id, known, fields, commitments) {
        same(marks, &fields, &commitments)?;
        return Ok(Identity { id, origin });
    }
    let mut tx = store.begin().await?;
    let id = tx.settle_fact("id", &format!("hse-{}", music::id::base32(bits))).await?;
    let origin = tx.settle_fact("origin", origin.unwrap_or(ORIGIN)).await?;
    let fields = tx.settle_fact("key-fields", &marks.fields).await?;
    let commitments = tx.settle_fact("key-commitments", &marks.commitments).await?;
    same(marks, &fields, &commitments)?;
    tx.commit().await?;
    Ok(Identity { id, origin })
}

fn same(marks: &Marks, fields: &str, commitments: &str) -> Result<(), Failure> {
    if marks.fields == fields && marks.commitments == commitments {
        return Ok(());
    }
    Err(refuse(
        "keys-other",
        "the keys are not those that this house was made with",
        "name the right folder with `--keys`, or restore it from its backup: with other keys nothing that is encrypted can be read",
    ))
}
