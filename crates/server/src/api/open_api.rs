//! The document: OpenAPI 3.1, made of the table and of the types of its functions.

use std::sync::OnceLock;

use serde_json::{Map, Value, json};

use super::door::{KEY, REPLAYED, ROOT};
use super::problem::Problem;
use super::route::{Manner, Route, Scope};
use super::shape::{Book, Shape};
use super::table;

/// The document as text, made once.
pub(crate) fn text() -> &'static str {
    static TEXT: OnceLock<String> = OnceLock::new();
    TEXT.get_or_init(|| document().to_string())
}

fn document() -> Value {
    let mut book = Book::default();
    Problem::schema(&mut book);
    let mut paths = Map::new();
    for route in table::table() {
        let path = format!("{ROOT}{}", route.path);
        let operation = operation(&route, &mut book);
        let entry = paths.entry(path).or_insert_with(|| json!({}));
        entry[route.method.as_str().to_ascii_lowercase()] = operation;
    }
    let schemas: Map<String, Value> = book.0.into_iter().collect();
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Tantième",
            "version": "1",
            "description": "Everything the pages do. Amounts are strings with six decimals and their currency beside them; \
                lists come in pages; problems are `application/problem+json` (RFC 9457) with a stable `code`.",
            "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
        },
        "servers": [{ "url": "/" }],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "responses": responses(),
            "parameters": { "IdempotencyKey": key_header(false), "IdempotencyKeyNeeded": key_header(true) },
            "securitySchemes": {
                "key": { "type": "http", "scheme": "bearer", "description": "A key (`ttk_…`) with the scope that stands in the list." },
                "session": { "type": "apiKey", "in": "cookie", "name": "session", "description": "A signed-in browser; what moves money or consents asks for the second factor, shown within ten minutes." },
            },
        },
    })
}

fn operation(route: &Route, book: &mut Book) -> Value {
    let mut responses = Map::new();
    let mut good = json!({ "description": "It is done." });
    if route.manner == Manner::Reads {
        good["description"] = json!("What was asked for.");
    } else {
        let words = "`true` where this is the answer of before, to the same key";
        good["headers"] =
            json!({ (REPLAYED.as_str()): { "description": words, "schema": { "type": "string" } } });
    }
    good["content"] = json!({ "application/json": { "schema": (route.answer)(book) } });
    responses.insert(route.status.as_str().to_owned(), good);
    for status in statuses(route) {
        responses.insert((*status).to_owned(), json!({ "$ref": format!("#/components/responses/{status}") }));
    }
    let mut operation = json!({
        "operationId": route.id,
        "summary": route.words,
        "tags": [tag(route.path)],
        "parameters": parameters(route, book),
        "responses": responses,
        "security": security(route.scope),
    });
    let body = (route.body)(book);
    if !body.is_null() {
        operation["requestBody"] =
            json!({ "required": true, "content": { "application/json": { "schema": body } } });
    }
    if operation["parameters"].as_array().is_some_and(Vec::is_empty) {
        operation.as_object_mut().map(|o| o.remove("parameters"));
    }
    operation
}

fn security(scope: Scope) -> Value {
    match scope {
        Scope::Public => json!([]),
        Scope::Session => json!([{ "session": [] }]),
        scope => json!([{ "key": [scope.word()] }, { "session": [] }]),
    }
}

/// What may stand in the way, by status.
fn statuses(route: &Route) -> &'static [&'static str] {
    if route.method == axum::http::Method::GET {
        &["400", "401", "403", "404", "405", "422", "429", "500", "503"]
    } else {
        &["400", "401", "403", "404", "405", "409", "413", "415", "422", "429", "500", "503"]
    }
}

fn responses() -> Value {
    let all = [
        ("400", "The request cannot be read."),
        ("401", "Who asks is not known."),
        ("403", "It is not theirs, the key is not for this, or the second factor is missing."),
        ("404", "It is not here."),
        ("405", "The address is not for this method."),
        ("409", "A request under the same Idempotency-Key is at work."),
        ("413", "The body is too large."),
        ("415", "The body is not said to be JSON."),
        ("422", "It cannot be done as asked; nothing was changed."),
        ("429", "Too much was asked at once; `Retry-After` says when to come again."),
        ("500", "The house failed; nothing was changed."),
        ("503", "It took too long; nothing was changed."),
    ];
    let mut map = Map::new();
    for (status, words) in all {
        let schema = json!({ "$ref": "#/components/schemas/Problem" });
        let mut one = json!({
            "description": words,
            "content": { "application/problem+json": { "schema": schema } },
        });
        if status == "429" {
            one["headers"] = json!({ "Retry-After": { "description": "Seconds.", "required": true, "schema": { "type": "integer", "minimum": 1 } } });
        }
        map.insert(status.to_owned(), one);
    }
    Value::Object(map)
}

fn parameters(route: &Route, book: &mut Book) -> Vec<Value> {
    let mut all: Vec<Value> = route
        .parameters()
        .map(|name| {
            json!({
                "name": name, "in": "path", "required": true, "description": meaning(name),
                "schema": { "type": "string", "minLength": 1, "maxLength": 200 },
            })
        })
        .collect();
    // A query is one object; its fields are the parameters.
    let reference = (route.query)(book);
    let name = reference["$ref"].as_str().and_then(|r| r.rsplit('/').next()).unwrap_or_default().to_owned();
    if let Some(object) = book.0.remove(&name) {
        let required = object["required"].as_array().cloned().unwrap_or_default();
        for (field, schema) in object["properties"].as_object().into_iter().flatten() {
            let mut schema = schema.clone();
            let words = schema.as_object_mut().and_then(|s| s.remove("description")).unwrap_or_default();
            // What is left out of a query is not null.
            if let Some(first) = schema["type"].get(0).cloned() {
                schema["type"] = first;
            }
            if let Some(words) = schema.get_mut("enum").and_then(Value::as_array_mut) {
                words.retain(|w| !w.is_null());
            }
            all.push(json!({
                "name": field, "in": "query", "required": required.contains(&json!(field)),
                "description": words, "schema": schema,
            }));
        }
    }
    if route.manner != Manner::Reads && route.scope != Scope::Public {
        let name = if route.moves_money { "IdempotencyKeyNeeded" } else { "IdempotencyKey" };
        all.push(json!({ "$ref": format!("#/components/parameters/{name}") }));
    }
    all
}

/// The header with a key of the caller's choice.
fn key_header(needed: bool) -> Value {
    json!({
        "name": KEY.as_str(), "in": "header", "required": needed,
        "description": "A word of your choice: asked again with it, the same request is answered as before and not done twice. Kept for two days.",
        "schema": { "type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$" },
    })
}

fn tag(path: &str) -> &str {
    path.trim_start_matches('/').split('/').find(|p| !p.starts_with('{')).unwrap_or("house")
}

/// What stands in the braces of a path.
fn meaning(name: &str) -> String {
    match name {
        "party" => "The party's id, such as `pty-7K3QX9ZP2M4T`.".to_owned(),
        "slug" => "The name in addresses.".to_owned(),
        other => format!("The {}'s id.", other.replace('_', " ")),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    const SNAPSHOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/reference/openapi.json");

    /// The document that clients build on changes only where somebody looked at it: `BLESS=1` writes it anew.
    #[test]
    fn the_document_is_the_snapshot() {
        let text = format!("{:#}\n", document());
        if std::env::var_os("BLESS").is_some() {
            std::fs::write(SNAPSHOT, &text).unwrap();
        }
        let kept = std::fs::read_to_string(SNAPSHOT).unwrap_or_default();
        assert!(
            kept == text,
            "docs/reference/openapi.json is not what the code says; look at the change, then BLESS=1"
        );
    }

    #[test]
    fn every_operation_has_one_name_and_every_reference_leads_somewhere() {
        let document = document();
        let mut names = HashSet::new();
        for route in table::table() {
            assert!(names.insert(route.id), "{} twice", route.id);
            assert!(route.words.len() > 5 && route.words.ends_with('.'), "{}", route.id);
            assert!(
                !route.moves_money
                    || route.scope == Scope::Money
                    || route.scope == Scope::SetLists
                    || route.scope == Scope::Consent
                    || route.scope == Scope::Catalogue,
                "{}",
                route.id
            );
        }
        let text = document.to_string();
        for part in text.split("\"#/components/").skip(1) {
            let pointer = format!("/components/{}", part.split('"').next().unwrap());
            assert!(document.pointer(&pointer).is_some_and(|v| !v.is_null()), "{pointer}");
        }
    }
}
