//! Whether the house answers.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use crate::Web;

/// The state of the house for whoever watches it.
#[derive(Debug, Serialize)]
pub(crate) struct Health {
    status: &'static str,
    version: &'static str,
}

/// `ok` where the process lives and its database answers; whoever restarts processes asks here.
pub(crate) async fn show(State(web): State<Web>) -> Response {
    told(app::operation::is_ready(web.house()).await, "ok", "the database does not answer")
}

/// `alive` where the process answers at all, whatever its database does.
pub(crate) async fn live() -> Response {
    told(true, "alive", "")
}

/// `ready` where requests may be sent here: the database answers, and the end was not asked for.
pub(crate) async fn ready(State(web): State<Web>) -> Response {
    if web.meter().is_ending() {
        return told(false, "ready", "ending");
    }
    told(app::operation::is_ready(web.house()).await, "ready", "the database does not answer")
}

fn told(fine: bool, word: &'static str, else_word: &'static str) -> Response {
    let version = env!("CARGO_PKG_VERSION");
    let (code, status) =
        if fine { (StatusCode::OK, word) } else { (StatusCode::SERVICE_UNAVAILABLE, else_word) };
    (code, Json(Health { status, version })).into_response()
}
