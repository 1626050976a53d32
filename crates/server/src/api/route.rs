//! The table's rows: an address, what it needs, what goes in and out, and what answers.
//!
//! A row is made from a function by its types, so that the document cannot say anything else than what the function reads
//! and returns.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use axum::http::{Method, StatusCode};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::caller::{Ask, Call};
use super::problem::Wrong;
use super::shape::{Book, Nothing, Shape};

/// What a key has to be for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scope {
    /// Anybody may ask, without a key.
    Public,
    Read,
    Listen,
    SetLists,
    Catalogue,
    Consent,
    Money,
    /// A session alone: what concerns keys themselves.
    Session,
}

impl Scope {
    /// The word of a key's scope.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Scope::Public => "",
            Scope::Read => "read",
            Scope::Listen => "listen",
            Scope::SetLists => "set-lists",
            Scope::Catalogue => "catalogue",
            Scope::Consent => "consent",
            Scope::Money => "money",
            Scope::Session => "session",
        }
    }
}

/// How a request is carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Manner {
    /// It only reads.
    Reads,
    /// It records, in one transaction with its answer.
    Records,
    /// It takes long, or records in several transactions and may be done again without harm.
    Long,
}

/// An answer's body before it is written: JSON, as text.
pub(crate) type Work = Pin<Box<dyn Future<Output = Result<String, Wrong>> + Send>>;

/// A row of the table.
pub(crate) struct Route {
    pub(crate) method: Method,
    /// The path below `/api/v1`, with its parameters in braces.
    pub(crate) path: &'static str,
    /// The name of the operation, in camel case.
    pub(crate) id: &'static str,
    /// What it does, in a line.
    pub(crate) words: &'static str,
    pub(crate) scope: Scope,
    pub(crate) manner: Manner,
    /// Whether it moves or promises money, so that a key of the caller's choice has to come along.
    pub(crate) moves_money: bool,
    pub(crate) status: StatusCode,
    /// Most bytes of its body.
    pub(crate) most_bytes: usize,
    pub(crate) query: fn(&mut Book) -> Value,
    pub(crate) body: fn(&mut Book) -> Value,
    pub(crate) answer: fn(&mut Book) -> Value,
    pub(crate) run: Arc<dyn Fn(Call) -> Work + Send + Sync>,
}

impl std::fmt::Debug for Route {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.method, self.path)
    }
}

/// Most bytes of a body that holds no file.
const BODY_BYTES: usize = 256 * 1024;
/// Most bytes of a body that holds a file in base 64: 24 MiB of it.
const FILE_BYTES: usize = 32 * 1024 * 1024;

/// Something to read.
pub(crate) fn get<Q, A, F, Fut>(
    path: &'static str,
    id: &'static str,
    words: &'static str,
    scope: Scope,
    run: F,
) -> Route
where
    Q: Shape + DeserializeOwned + Send + 'static,
    A: Shape + Serialize,
    F: Fn(Ask<Q, ()>) -> Fut + Copy + Send + Sync + 'static,
    Fut: Future<Output = Result<A, Wrong>> + Send + 'static,
{
    let run =
        move |call: Call| -> Work { Box::pin(async move { written(&run(call.asked::<Q, ()>()?).await?) }) };
    Route {
        method: Method::GET,
        path,
        id,
        words,
        scope,
        manner: Manner::Reads,
        moves_money: false,
        status: StatusCode::OK,
        most_bytes: 0,
        query: Q::schema,
        body: Nothing::schema,
        answer: A::schema,
        run: Arc::new(run),
    }
}

/// Something to do.
pub(crate) fn post<B, A, F, Fut>(
    path: &'static str,
    id: &'static str,
    words: &'static str,
    scope: Scope,
    run: F,
) -> Route
where
    B: Shape + DeserializeOwned + Send + 'static,
    A: Shape + Serialize,
    F: Fn(Ask<(), B>) -> Fut + Copy + Send + Sync + 'static,
    Fut: Future<Output = Result<A, Wrong>> + Send + 'static,
{
    let run =
        move |call: Call| -> Work { Box::pin(async move { written(&run(call.asked::<(), B>()?).await?) }) };
    Route {
        method: Method::POST,
        path,
        id,
        words,
        scope,
        manner: Manner::Records,
        moves_money: false,
        status: StatusCode::OK,
        most_bytes: BODY_BYTES,
        query: Nothing::schema,
        body: B::schema,
        answer: A::schema,
        run: Arc::new(run),
    }
}

impl Route {
    /// It moves or promises money.
    pub(crate) fn money(self) -> Route {
        Route { moves_money: true, ..self }
    }

    /// It makes something new.
    pub(crate) fn made(self) -> Route {
        Route { status: StatusCode::CREATED, ..self }
    }

    /// It takes long.
    pub(crate) fn long(self) -> Route {
        Route { manner: Manner::Long, ..self }
    }

    /// It reads or works out something and records nothing.
    pub(crate) fn reads(self) -> Route {
        Route { manner: Manner::Reads, ..self }
    }

    /// Its body holds a file.
    pub(crate) fn file(self) -> Route {
        Route { most_bytes: FILE_BYTES, ..self }
    }

    /// The names of the parameters in its path.
    pub(crate) fn parameters(&self) -> impl Iterator<Item = &'static str> {
        self.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
    }
}

fn written(answer: &impl Serialize) -> Result<String, Wrong> {
    serde_json::to_string(answer).map_err(|e| Wrong::fault(&e.to_string()))
}

impl Shape for () {
    fn schema(_: &mut Book) -> Value {
        Value::Null
    }
}
