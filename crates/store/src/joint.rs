//! One transaction around several: a request of the API is done, noted and answered as a whole, or not at all.
//!
//! Use cases begin and commit transactions of their own. Inside of a [`Joint`] these are savepoints of one transaction,
//! so that what they recorded lasts together with what is recorded beside it: the answer that is given again.

use std::sync::{Arc, Mutex, PoisonError};

use crate::Fault;
use crate::db::Tx;

/// The transaction, while nobody has it.
#[derive(Debug, Clone)]
pub(crate) struct Shared {
    here: Arc<Mutex<Place>>,
    postgres: bool,
}

#[derive(Debug, Default)]
struct Place {
    tx: Option<Box<Tx>>,
    /// Whether somebody who wrote gave it back without committing.
    undo: bool,
}

impl Shared {
    pub(crate) fn new(tx: Tx) -> Shared {
        let postgres = tx.is_postgres();
        Shared { here: Arc::new(Mutex::new(Place { tx: Some(Box::new(tx)), undo: false })), postgres }
    }

    fn place(&self) -> std::sync::MutexGuard<'_, Place> {
        // A panic leaves the place as it was: with the transaction, or without.
        self.here.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes the transaction, with what was given up undone.
    async fn take(&self) -> Result<Box<Tx>, Fault> {
        let (tx, undo) = {
            let mut place = self.place();
            (place.tx.take(), std::mem::take(&mut place.undo))
        };
        let mut tx = tx.ok_or_else(|| Fault::new("a transaction was begun inside of another one"))?;
        if undo {
            tx.run("rollback to savepoint inner_one", Vec::new()).await?;
            tx.run("release savepoint inner_one", Vec::new()).await?;
        }
        Ok(tx)
    }

    pub(crate) async fn lend_to_write(&self) -> Result<Tx, Fault> {
        let mut tx = self.take().await?;
        if let Err(fault) = tx.run("savepoint inner_one", Vec::new()).await {
            self.place().tx = Some(tx);
            return Err(fault);
        }
        Ok(Tx::Lent(Lent { tx: Some(tx), home: self.clone(), writes: true }))
    }

    pub(crate) async fn lend_to_read(&self) -> Result<Tx, Fault> {
        let tx = self.take().await?;
        Ok(Tx::Lent(Lent { tx: Some(tx), home: self.clone(), writes: false }))
    }
}

/// The outer transaction. Dropped without [`Joint::commit`] it leaves no trace.
#[derive(Debug)]
pub struct Joint(Shared);

impl Joint {
    pub(crate) fn new(shared: Shared) -> Joint {
        Joint(shared)
    }

    /// Makes everything since the beginning last.
    ///
    /// # Errors
    /// A fault where a part of it is still at work, or the database fails.
    pub async fn commit(self) -> Result<(), Fault> {
        let tx = self.0.take().await?;
        Box::pin(tx.commit()).await
    }
}

/// The transaction while somebody has it; it goes back when this is dropped.
#[derive(Debug)]
pub struct Lent {
    tx: Option<Box<Tx>>,
    home: Shared,
    /// Whether what is not kept has to be undone.
    writes: bool,
}

impl Lent {
    pub(crate) fn is_postgres(&self) -> bool {
        self.home.postgres
    }

    pub(crate) fn tx(&mut self) -> Result<&mut Tx, Fault> {
        self.tx.as_deref_mut().ok_or_else(|| Fault::new("a transaction was used after its end"))
    }

    /// Keeps what was written, as long as the outer transaction is kept.
    pub(crate) async fn keep(mut self) -> Result<(), Fault> {
        if self.writes {
            Box::pin(self.tx()?.run("release savepoint inner_one", Vec::new())).await?;
            self.writes = false;
        }
        Ok(())
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        if let Some(tx) = self.tx.take() {
            let mut place = self.home.place();
            place.tx = Some(tx);
            place.undo = self.writes;
        }
    }
}
