//! Who calls, and what is asked: the values that every function of the API begins with.

use std::collections::BTreeMap;
use std::sync::Arc;

use app::session::{Need, Rights, Visitor};
use app::{House, Refusal};
use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, StatusCode};
use serde::de::DeserializeOwned;
use store::{ApiKeyRow, SessionId, SessionRow};

use super::problem::Wrong;
use super::route::Scope;
use crate::Web;
use crate::visit::Visit;

/// Who calls.
#[derive(Debug, Clone)]
pub(crate) enum Caller {
    /// Nobody that is known.
    Anybody,
    /// A program with a person's key.
    Key { visitor: Arc<Visitor>, key: ApiKeyRow },
    /// A person's browser.
    Session(Arc<Visitor>),
}

impl Caller {
    /// Who a request comes from.
    ///
    /// # Errors
    /// `key-over`.
    pub(crate) async fn of(web: &Web, visit: &Visit, headers: &HeaderMap) -> Result<Caller, Wrong> {
        if let Some(value) = headers.get(AUTHORIZATION) {
            let secret = value
                .to_str()
                .ok()
                .and_then(|v| v.split_once(' '))
                .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
            let known = match secret {
                Some((_, secret)) => app::api_key::caller(web.house(), secret.trim()).await?,
                None => None,
            };
            let detail = "this key opens nothing";
            let hint = "send `Authorization: Bearer ttk_…` with a key that is not over";
            let known =
                known.ok_or_else(|| Wrong::new(StatusCode::UNAUTHORIZED, "key-over", detail, hint))?;
            return Ok(Caller::with_key(known));
        }
        if let Some(token) = &visit.session
            && let Some(visitor) = app::session::visitor(web.house(), token).await?
        {
            return Ok(Caller::Session(Arc::new(visitor)));
        }
        Ok(Caller::Anybody)
    }

    /// A key stands for its owner in a session of its own, in which no second factor was ever shown.
    fn with_key(known: app::api_key::Caller) -> Caller {
        let app::api_key::Caller { sign_in, key, rights } = known;
        let session = SessionRow {
            id: SessionId::from_bits(0),
            sign_in: sign_in.id.clone(),
            door: "key".to_owned(),
            agent: key.name.clone(),
            created: key.created,
            seen: key.created,
            second: None,
            until: key.created,
            ended: None,
        };
        Caller::Key { visitor: Arc::new(Visitor { sign_in, session, rights }), key }
    }

    /// The person who calls.
    pub(crate) fn visitor(&self) -> Option<&Arc<Visitor>> {
        match self {
            Caller::Anybody => None,
            Caller::Key { visitor, .. } | Caller::Session(visitor) => Some(visitor),
        }
    }

    /// The sign-in, for the journal; `anybody` where none is known.
    pub(crate) fn id(&self) -> &str {
        self.visitor().map_or("anybody", |v| v.sign_in.id.as_str())
    }

    /// The key or session, for the journal.
    pub(crate) fn with(&self) -> &str {
        match self {
            Caller::Anybody => "",
            Caller::Key { key, .. } => key.id.as_str(),
            Caller::Session(visitor) => visitor.session.id.as_str(),
        }
    }

    pub(crate) fn rights(&self) -> Option<&Rights> {
        self.visitor().map(|v| &v.rights)
    }

    /// Refuses a caller whose key is not for this, or whose second factor was not just shown where money or consents
    /// change. (A key for these was made with the second factor.)
    ///
    /// # Errors
    /// `key-missing`, `scope-missing`, `second-factor-none`, `second-factor-stale`.
    pub(crate) fn admit(&self, web: &Web, scope: Scope, changes: bool) -> Result<(), Wrong> {
        let missing = |hint: &str| {
            let detail = "who asks is not known";
            Wrong::new(StatusCode::UNAUTHORIZED, "key-missing", detail, hint)
        };
        match (scope, self) {
            (Scope::Public, _) => Ok(()),
            (Scope::Session, Caller::Session(_)) => Ok(()),
            (Scope::Session, _) => Err(missing("sign in: a key makes no keys")),
            (_, Caller::Anybody) => Err(missing("send `Authorization: Bearer ttk_…`, or sign in")),
            (scope, Caller::Key { key, .. }) => {
                if key.scopes.split(' ').any(|s| s == scope.word()) {
                    return Ok(());
                }
                let message = format!("this key may not `{}`", scope.word());
                Err(Refusal::new("scope-missing", message, "make one that may").into())
            }
            (Scope::Money | Scope::Consent, Caller::Session(visitor)) if changes => {
                Ok(visitor.require_fresh_second_factor(web.house().now())?)
            }
            (_, Caller::Session(_)) => Ok(()),
        }
    }
}

/// A request before its words are read.
pub(crate) struct Call {
    pub(crate) web: Web,
    /// The house to work in: for what records, inside of the request's own transaction.
    pub(crate) house: House,
    pub(crate) caller: Caller,
    pub(crate) path: BTreeMap<String, String>,
    pub(crate) query: String,
    pub(crate) body: Vec<u8>,
}

impl Call {
    /// Reads the words of query and body.
    ///
    /// # Errors
    /// `query-unreadable`, and those of bodies.
    pub(crate) fn asked<Q: DeserializeOwned, B: DeserializeOwned>(self) -> Result<Ask<Q, B>, Wrong> {
        let query = super::body::query(&self.query)?;
        let body = super::body::read(&self.body)?;
        let Call { web, house, caller, path, .. } = self;
        Ok(Ask { web, house, caller, path, query, body })
    }
}

/// What a function of the API works with.
pub(crate) struct Ask<Q, B> {
    pub(crate) web: Web,
    pub(crate) house: House,
    pub(crate) caller: Caller,
    path: BTreeMap<String, String>,
    pub(crate) query: Q,
    pub(crate) body: B,
}

impl<Q, B> Ask<Q, B> {
    /// A parameter of the path.
    pub(crate) fn at(&self, name: &str) -> &str {
        self.path.get(name).map_or("", String::as_str)
    }

    /// Who does it, for the journal: the sign-in.
    pub(crate) fn by(&self) -> &str {
        self.caller.id()
    }

    /// The person who calls.
    ///
    /// # Errors
    /// `not-yours`.
    pub(crate) fn person(&self) -> Result<&Visitor, Wrong> {
        self.caller.visitor().map(Arc::as_ref).ok_or_else(Wrong::not_yours)
    }

    /// Refuses where the caller's rights are not enough.
    ///
    /// # Errors
    /// `not-yours`.
    pub(crate) fn require(&self, need: Need<'_>) -> Result<(), Wrong> {
        if self.caller.rights().is_some_and(|r| r.allow(need)) { Ok(()) } else { Err(Wrong::not_yours()) }
    }

    /// Whether the caller's rights are enough.
    pub(crate) fn may(&self, need: Need<'_>) -> bool {
        self.caller.rights().is_some_and(|r| r.allow(need))
    }

    /// The party of the path, that the caller may see.
    ///
    /// # Errors
    /// `not-yours`.
    pub(crate) fn see(&self) -> Result<String, Wrong> {
        let party = self.at("party").to_owned();
        self.require(Need::See(&party))?;
        Ok(party)
    }

    /// The party of the path, that the caller may act for.
    ///
    /// # Errors
    /// `not-yours`.
    pub(crate) fn act(&self) -> Result<String, Wrong> {
        let party = self.at("party").to_owned();
        self.require(Need::Act(&party))?;
        Ok(party)
    }
}
