//! Whoever only looks is looked at: each page that an auditor asks for is written down.

use store::{AuditVisitRow, SignInId};

use crate::session::{Need, Visitor};
use crate::{Failure, House};

/// The longest address that is written down, in bytes.
const PATH_MOST: usize = 500;
/// How many are shown.
const SHOWN: i64 = 500;

/// Writes down that an auditor asked for a page; nothing for anybody else.
pub async fn note(house: &House, visitor: &Visitor, path: &str, answer: u16) -> Result<(), Failure> {
    if !visitor.rights.only_looks() {
        return Ok(());
    }
    let mut path = path.to_owned();
    path.truncate((0..=PATH_MOST.min(path.len())).rev().find(|at| path.is_char_boundary(*at)).unwrap_or(0));
    let row = AuditVisitRow {
        sign_in: visitor.sign_in.id.clone(),
        at: house.now(),
        path,
        answer: i64::from(answer),
    };
    let mut tx = house.store.begin().await?;
    tx.insert_audit_visit(&row).await?;
    tx.commit().await?;
    Ok(())
}

/// What auditors looked at, newest first: all of it for whoever runs the house, their own for an auditor.
///
/// # Errors
/// `not-yours`.
pub async fn list(house: &House, visitor: Option<&Visitor>) -> Result<Vec<AuditVisitRow>, Failure> {
    let own: Option<SignInId> = match visitor {
        Some(visitor) if visitor.rights.only_looks() => Some(visitor.sign_in.id.clone()),
        Some(visitor) => {
            visitor.require(Need::SeeHouse)?;
            None
        }
        None => None,
    };
    Ok(house.store.begin_read().await?.audit_visits(own.as_ref(), SHOWN).await?)
}
