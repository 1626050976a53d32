//! Whether the house answers.

use axum::Json;
use axum::extract::State;
use serde::Serialize;

use crate::Web;
use crate::flaw::Flaw;

/// The state of the house for whoever watches it.
#[derive(Debug, Serialize)]
pub(crate) struct Health {
    status: &'static str,
    version: &'static str,
}

/// `ok` where the database answers.
pub(crate) async fn show(State(web): State<Web>) -> Result<Json<Health>, Flaw> {
    let mut tx = web.house().store.begin_read().await?;
    tx.policy("house-name", web.house().now()).await?;
    Ok(Json(Health { status: "ok", version: env!("CARGO_PKG_VERSION") }))
}
