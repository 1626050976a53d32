//! A request of the API under a key of the caller's choice: done once, answered as often as it is asked.
//!
//! What a request does, the note of who asked for it, and its answer are one transaction. A program that was cut off
//! asks again under the same key: where the first request was done it gets that answer, where it was not it is done now.

use jiff::SignedDuration;
use ledger::Hash;
use store::{ApiAnswerRow, Joint, Taken};

use crate::failure::refuse;
use crate::{Failure, House};

/// How long answers are kept at least.
pub const KEPT: SignedDuration = SignedDuration::from_hours(48);
/// How long a request outside of one transaction is believed to be at work.
const WORKS: SignedDuration = SignedDuration::from_mins(5);

/// Who asks for what.
#[derive(Debug, Clone)]
pub struct Request {
    /// The sign-in.
    pub caller: String,
    /// The key or session it came with, for the journal.
    pub with: String,
    /// Method and path, for the journal.
    pub what: String,
    /// The key of the caller's choice; without one the request is not remembered.
    pub key: Option<String>,
    /// SHA-256 of method, path, query and body.
    pub hash: String,
}

/// What is to be done about a request.
pub enum Begun {
    /// It is to be done, in this house; then [`Work::keep`] is called.
    Fresh(House, Work),
    /// It was done before; this was its answer.
    Before(u16, String),
}

/// A request at work. Dropped without [`Work::keep`] it leaves no trace.
pub struct Work {
    house: House,
    request: Request,
    joint: Option<Joint>,
}

/// Begins a request whose use case records in transactions that can be parts of one.
///
/// # Errors
/// `idempotency-key-reused`.
pub async fn begin(house: &House, request: Request) -> Result<Begun, Failure> {
    let (store, joint) = house.store.begin_joint().await?;
    let within = House { store, ..house.clone() };
    if let Some(key) = &request.key {
        let mut tx = within.store.begin_read().await?;
        let taken = tx.hold_api_key_word(within.store.fields(), &request.caller, key).await?;
        if let Some(before) = same(house, taken, &request)? {
            return Ok(Begun::Before(before.status, before.body));
        }
    }
    let work = Work { house: within.clone(), request, joint: Some(joint) };
    Ok(Begun::Fresh(within, work))
}

/// Begins a request that takes long, or records in several transactions and may be done again without harm.
///
/// # Errors
/// `idempotency-key-reused`, `idempotency-key-busy`.
pub async fn begin_long(house: &House, request: Request) -> Result<Begun, Failure> {
    if let Some(key) = &request.key {
        let (store, joint) = house.store.begin_joint().await?;
        let mut tx = store.begin().await?;
        let taken = tx.hold_api_key_word(store.fields(), &request.caller, key).await?;
        match same(house, taken, &request)? {
            Some(before) if before.status != 0 => return Ok(Begun::Before(before.status, before.body)),
            Some(before) if house.now() < before.at + WORKS => {
                let message = "a request under this key is at work";
                return Err(refuse(
                    "idempotency-key-busy",
                    message,
                    "ask again in a minute, under the same key",
                ));
            }
            _ => {}
        }
        let row =
            ApiAnswerRow { request: request.hash.clone(), status: 0, body: String::new(), at: house.now() };
        tx.keep_api_answer(store.fields(), house.world.nonce(), &request.caller, key, &row).await?;
        tx.commit().await?;
        joint.commit().await?;
    }
    let work = Work { house: house.clone(), request, joint: None };
    Ok(Begun::Fresh(house.clone(), work))
}

/// The answer of before, where it was to the same request.
fn same(house: &House, taken: Taken, request: &Request) -> Result<Option<ApiAnswerRow>, Failure> {
    let Taken::Before(row) = taken else { return Ok(None) };
    if row.at + KEPT <= house.now() {
        return Ok(None);
    }
    if row.request != request.hash {
        let message = "this key came with another request before";
        return Err(refuse(
            "idempotency-key-reused",
            message,
            "take a new key for each request that is another",
        ));
    }
    Ok(Some(row))
}

impl Work {
    /// Keeps what was done, who asked for it and what is answered.
    ///
    /// # Errors
    /// Those of the database; then nothing was done.
    pub async fn keep(self, status: u16, body: &str) -> Result<(), Failure> {
        let Work { house, request, joint } = self;
        let now = house.now();
        let mut tx = house.store.begin().await?;
        tx.note(now, &request.caller, "api", &request.what, &request.with).await?;
        if let Some(key) = &request.key {
            let row = ApiAnswerRow { request: request.hash, status, body: body.to_owned(), at: now };
            tx.keep_api_answer(house.store.fields(), house.world.nonce(), &request.caller, key, &row).await?;
        }
        tx.commit().await?;
        if let Some(joint) = joint {
            joint.commit().await?;
        }
        Ok(())
    }

    /// Gives the request up: it was refused and changed nothing, so that its key is free again.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn drop(self) -> Result<(), Failure> {
        let Work { house, request, joint: None } = self else { return Ok(()) };
        if let Some(key) = &request.key {
            let mut tx = house.store.begin().await?;
            tx.drop_api_answer(house.store.fields(), &request.caller, key).await?;
            tx.commit().await?;
        }
        Ok(())
    }
}

/// The hash of a request.
pub fn hash(method: &str, path: &str, query: &str, body: &[u8]) -> String {
    let mut all = format!("{method}\n{path}\n{query}\n").into_bytes();
    all.extend_from_slice(body);
    Hash::of(&all).to_string()
}
