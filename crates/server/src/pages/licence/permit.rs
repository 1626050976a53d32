//! A permit for a tool maker's program: asked for with a key or signed by its maker's own, answered as text that anybody can check offline.

use app::api_key;
use app::license::permit::{Ask, REQUEST, issue, issue_signed};
use app::session::Need;
use axum::Json;
use axum::extract::State;
use axum::http::header::{AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::Web;
use crate::flaw::Flaw;

/// What a program asks for.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Asked {
    /// The tool's maker: a party that the key's owner acts for.
    tool: String,
    project: String,
    uses: Vec<String>,
    /// Ids or ISRCs.
    recordings: Vec<String>,
    minutes: u32,
}

/// Gives a permit to whoever has a key with the scope `consent` and acts for the tool's maker, or signed the request with the
/// key that the maker registered.
pub(crate) async fn give(
    State(web): State<Web>,
    headers: HeaderMap,
    asked: Result<Json<Value>, axum::extract::rejection::JsonRejection>,
) -> Result<Response, Flaw> {
    let house = web.house();
    if let Ok(Json(request)) = &asked
        && request.get("type").and_then(Value::as_str) == Some(REQUEST)
    {
        return answered(issue_signed(house, request).await);
    }
    let bearer =
        headers.get(AUTHORIZATION).and_then(|v| v.to_str().ok()).and_then(|v| v.strip_prefix("Bearer "));
    let caller = match bearer {
        Some(secret) => api_key::caller(house, secret.trim()).await?,
        None => None,
    };
    let Some(caller) = caller else {
        return Ok(problem(
            StatusCode::UNAUTHORIZED,
            "key",
            "no key with the scope `consent` was sent",
            "send `Authorization: Bearer ttk_…`",
        ));
    };
    let asked = asked.map_err(|e| e.body_text());
    let asked = asked.and_then(|Json(a)| serde_json::from_value::<Asked>(a).map_err(|e| e.to_string()));
    let asked = match asked {
        Ok(asked) => asked,
        Err(error) => {
            let hint = "`tool`, `project`, `uses`, `recordings`, `minutes`";
            return Ok(problem(StatusCode::BAD_REQUEST, "json", &error, hint));
        }
    };
    let done = async {
        let tool = app::party::one(house, &asked.tool).await?.party.id;
        caller.require("consent", Need::Act(tool.as_str()))?;
        let ask = Ask {
            tool: tool.to_string(),
            project: asked.project,
            uses: asked.uses,
            recordings: asked.recordings,
            minutes: asked.minutes,
            by: tool.to_string(),
        };
        issue(house, &ask).await
    };
    answered(done.await)
}

fn answered(done: Result<(app::licensing::Permit, String), app::Failure>) -> Result<Response, Flaw> {
    match done {
        Ok((_, note)) => {
            let heads = [(CONTENT_TYPE, "text/plain; charset=utf-8"), (CACHE_CONTROL, "no-store")];
            Ok((StatusCode::OK, heads, note).into_response())
        }
        Err(app::Failure::Refused(r)) => {
            let status =
                if r.code == "not-yours" { StatusCode::FORBIDDEN } else { StatusCode::UNPROCESSABLE_ENTITY };
            Ok(problem(status, r.code, &r.message, &r.hint))
        }
        Err(fault) => Err(fault.into()),
    }
}

fn problem(status: StatusCode, code: &str, message: &str, hint: &str) -> Response {
    let body = json!({ "type": "about:blank", "title": message, "status": status.as_u16(), "code": code, "detail": hint });
    (status, [(CONTENT_TYPE, "application/problem+json")], body.to_string()).into_response()
}
