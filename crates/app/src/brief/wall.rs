//! The wall: brand money changes no voyage, search, count or rule; what a brand paid for says so.
//!
//! What keeps it: the recommender's training and options have no place for money ([`crate::discovery`]), selections that a
//! brand paid for are left out of training, and every place that shows one shows its label.

use music::SelectionId;

use super::deal::{deal_in, not_yours, side_of};
use super::{HOUSE, fault};
use crate::failure::refuse;
use crate::{Failure, House};

/// Labels a selection as paid for by the brand of a contract. It stays labelled.
///
/// # Errors
/// In this order: `deal-unknown`, `not-yours`, `deal-kind`, `selection-unknown`, `selection-branded`.
pub async fn label_selection(
    house: &House,
    deal: &str,
    selection: &str,
    by: &str,
) -> Result<String, Failure> {
    let now = house.now();
    let mut tx = house.store.begin().await?;
    let deal = deal_in(&mut tx, deal).await?;
    if by != HOUSE && side_of(house, &mut tx, &deal, by).await?.is_none() {
        return Err(not_yours(&deal));
    }
    if deal.kind != "branded-selection" {
        let message = format!("the contract `{}` is for {}", deal.id, deal.kind);
        return Err(refuse("deal-kind", message, "a contract for a branded selection can label one"));
    }
    let row = tx.selection_at(selection.trim()).await?.ok_or_else(|| {
        refuse(
            "selection-unknown",
            format!("there is no selection `{}`", selection.trim()),
            "`tantieme selection list` shows all",
        )
    })?;
    let label = if row.lang == "fr" { "Publicité" } else { "Ad" };
    if !tx.brand_selection(&row.id, &deal.id, label, now).await? {
        return Err(refuse("selection-branded", "this selection is labelled already", ""));
    }
    tx.note(now, by, "brief label", row.id.as_str(), label).await?;
    tx.commit().await?;
    Ok(label.to_owned())
}

/// The label of a selection and the brand that paid for it; `None` where nobody did.
pub async fn label_of(house: &House, selection: &SelectionId) -> Result<Option<(String, String)>, Failure> {
    let mut tx = house.store.begin_read().await.map_err(|e| fault(&e))?;
    Ok(tx.brand_label(selection).await?)
}
