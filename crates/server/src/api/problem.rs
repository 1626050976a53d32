//! What stands in the way, as `application/problem+json` (RFC 9457).

use app::{Failure, Refusal};
use axum::http::header::{
    ALLOW, CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::shape::tell;
use crate::flaw::Flaw;

tell! {
    /// What stands in the way (RFC 9457).
    Problem {
        /// `urn:tantieme:problem:` and the code.
        r#type: String,
        /// The status in words.
        title: String,
        /// The HTTP status.
        status: u32,
        /// A stable word for it, such as `not-received`.
        code: String,
        /// What stands in the way, for a person.
        detail: String,
        /// What to try; empty where nothing can be done.
        hint: String,
    }
}

/// Why a request does not get what it asked for.
#[derive(Debug, Clone)]
pub(crate) struct Wrong {
    pub(crate) status: StatusCode,
    pub(crate) code: &'static str,
    pub(crate) detail: String,
    pub(crate) hint: String,
    /// In how many seconds it may be asked again.
    wait: Option<u64>,
    /// What is allowed instead.
    allow: Option<String>,
}

impl Wrong {
    /// A problem in words.
    pub(crate) fn new(
        status: StatusCode,
        code: &'static str,
        detail: impl Into<String>,
        hint: impl Into<String>,
    ) -> Wrong {
        Wrong { status, code, detail: detail.into(), hint: hint.into(), wait: None, allow: None }
    }

    /// Something that cannot be read.
    pub(crate) fn bad(code: &'static str, detail: impl Into<String>, hint: impl Into<String>) -> Wrong {
        Wrong::new(StatusCode::BAD_REQUEST, code, detail, hint)
    }

    /// A request whose words can be read and do not fit.
    pub(crate) fn unfit(code: &'static str, detail: impl Into<String>, hint: impl Into<String>) -> Wrong {
        Wrong::new(StatusCode::UNPROCESSABLE_ENTITY, code, detail, hint)
    }

    pub(crate) fn not_found() -> Wrong {
        Wrong::new(
            StatusCode::NOT_FOUND,
            "not-found",
            "nothing is at this address",
            "see /api/v1/openapi.json",
        )
    }

    pub(crate) fn not_yours() -> Wrong {
        Refusal::new("not-yours", "this is not yours to see or change", "use another key").into()
    }

    pub(crate) fn method(allowed: String) -> Wrong {
        let detail = "this address is not for this method";
        let wrong = Wrong::new(StatusCode::METHOD_NOT_ALLOWED, "method", detail, format!("use {allowed}"));
        Wrong { allow: Some(allowed), ..wrong }
    }

    pub(crate) fn too_fast(seconds: u64) -> Wrong {
        let detail = "too much was asked at once";
        let hint = format!("ask again in {seconds} s");
        let wrong = Wrong::new(StatusCode::TOO_MANY_REQUESTS, "too-fast", detail, hint);
        Wrong { wait: Some(seconds), ..wrong }
    }

    pub(crate) fn fault(cause: &str) -> Wrong {
        tracing::error!(%cause, "a request of the API failed");
        let detail = "the house failed; nothing was changed";
        Wrong::new(StatusCode::INTERNAL_SERVER_ERROR, "fault", detail, "ask again later, under the same key")
    }
}

impl From<Refusal> for Wrong {
    fn from(refusal: Refusal) -> Wrong {
        let status = match refusal.code {
            "scope-missing" => StatusCode::FORBIDDEN,
            "idempotency-key-busy" => StatusCode::CONFLICT,
            _ => Flaw::Refused(refusal.clone()).status(),
        };
        let wait = (status == StatusCode::TOO_MANY_REQUESTS || status == StatusCode::CONFLICT).then_some(60);
        Wrong { status, code: refusal.code, detail: refusal.message, hint: refusal.hint, wait, allow: None }
    }
}

impl From<Failure> for Wrong {
    fn from(failure: Failure) -> Wrong {
        match failure {
            Failure::Refused(refusal) => refusal.into(),
            Failure::Fault(fault) => Wrong::fault(&fault.to_string()),
        }
    }
}

impl From<store::Fault> for Wrong {
    fn from(fault: store::Fault) -> Wrong {
        Wrong::fault(&fault.to_string())
    }
}

impl From<Flaw> for Wrong {
    fn from(flaw: Flaw) -> Wrong {
        match flaw {
            Flaw::Refused(refusal) => refusal.into(),
            Flaw::Fault(cause) => Wrong::fault(&cause),
            Flaw::TooFast(seconds) => Wrong::too_fast(seconds),
            Flaw::NotFound => Wrong::not_found(),
            Flaw::Forgery => {
                let detail = "another site sent this";
                Wrong::new(StatusCode::FORBIDDEN, "cross-site", detail, "ask from this site, or with a key")
            }
            other => Wrong::new(other.status(), "not-now", "this cannot be done now", "ask again later"),
        }
    }
}

impl IntoResponse for Wrong {
    fn into_response(self) -> Response {
        let body = json!({
            "type": format!("urn:tantieme:problem:{}", self.code),
            "title": self.status.canonical_reason().unwrap_or("Problem"),
            "status": self.status.as_u16(),
            "code": self.code,
            "detail": self.detail,
            "hint": self.hint,
        });
        let mut response = (self.status, body.to_string()).into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        if let Some(seconds) = self.wait {
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        if let Some(allow) = self.allow.and_then(|a| HeaderValue::from_str(&a).ok()) {
            headers.insert(ALLOW, allow);
        }
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"Tantieme\""));
        }
        response
    }
}
