//! `cargo xtask client`: a typed client in Rust, made from the document of the API.
//!
//! It reads `docs/reference/openapi.json` alone, as anybody who writes a client would, and writes
//! `crates/testkit/src/client.rs`, with which our own tests speak to a house.

use std::fmt::Write;
use std::path::Path;
use std::process::ExitCode;

use serde_json::Value;

const DOCUMENT: &str = "docs/reference/openapi.json";
const CLIENT: &str = "crates/testkit/src/client.rs";

/// Writes the client, or says whether the one that is there is what the document says.
pub fn run(root: &Path, only_check: bool) -> ExitCode {
    let text = match std::fs::read_to_string(root.join(DOCUMENT)) {
        Ok(text) => text,
        Err(error) => return failed(&format!("{DOCUMENT}: {error}")),
    };
    let document: Value = match serde_json::from_str(&text) {
        Ok(document) => document,
        Err(error) => return failed(&format!("{DOCUMENT}: {error}")),
    };
    let client = client(&document);
    if only_check {
        let kept = std::fs::read_to_string(root.join(CLIENT)).unwrap_or_default();
        return if kept == client {
            ExitCode::SUCCESS
        } else {
            failed(&format!("{CLIENT} is not what {DOCUMENT} says; `cargo xtask client`"))
        };
    }
    match std::fs::write(root.join(CLIENT), client) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => failed(&format!("{CLIENT}: {error}")),
    }
}

fn failed(message: &str) -> ExitCode {
    eprintln!("error: {message}");
    ExitCode::FAILURE
}

/// The client's text.
fn client(document: &Value) -> String {
    let mut out = String::from(
        "//! The client of the API. Made by `cargo xtask client` from `docs/reference/openapi.json`; not written by hand.\n\
         #![allow(clippy::all, missing_docs)]\n\n\
         use serde::{Deserialize, Serialize};\nuse serde_json::Value;\n\n\
         use crate::wire::{Answer, Wire};\n\n\
         /// A page of a list.\n#[derive(Debug, Clone, Serialize, Deserialize)]\npub struct Page<T> {\n    pub items: Vec<T>,\n    pub next: Option<String>,\n}\n\n",
    );
    for (name, schema) in document["components"]["schemas"].as_object().into_iter().flatten() {
        structure(&mut out, name, schema);
    }
    out.push_str("/// Every operation of the API.\n#[derive(Debug, Clone)]\npub struct Client {\n    pub wire: Wire,\n}\n\nimpl Client {\n");
    for (path, item) in document["paths"].as_object().into_iter().flatten() {
        for (method, operation) in item.as_object().into_iter().flatten() {
            function(&mut out, document, path, method, operation);
        }
    }
    out.push_str("}\n");
    out
}

fn structure(out: &mut String, name: &str, schema: &Value) {
    let _ = writeln!(out, "/// {}", words(schema));
    let _ = writeln!(out, "#[derive(Debug, Clone, Serialize, Deserialize)]\npub struct {name} {{");
    let required = schema["required"].as_array().cloned().unwrap_or_default();
    for (field, part) in schema["properties"].as_object().into_iter().flatten() {
        let mut kind = kind(part);
        let _ = writeln!(out, "    /// {}", words(part));
        if !required.iter().any(|r| r == field) {
            out.push_str("    #[serde(default, skip_serializing_if = \"Option::is_none\")]\n");
            if !kind.starts_with("Option<") {
                kind = format!("Option<{kind}>");
            }
        }
        let _ = writeln!(out, "    pub {}: {kind},", ident(field));
    }
    out.push_str("}\n\n");
}

fn function(out: &mut String, document: &Value, path: &str, method: &str, operation: &Value) {
    let name = snake(operation["operationId"].as_str().unwrap_or_default());
    let (mut arguments, mut query, mut address) = (String::new(), String::new(), path.to_owned());
    let mut key = "None";
    for parameter in operation["parameters"].as_array().into_iter().flatten() {
        let parameter = resolved(document, parameter);
        let of = parameter["name"].as_str().unwrap_or_default();
        match parameter["in"].as_str() {
            Some("path") => {
                let _ = write!(arguments, ", {}: &str", ident(of));
                address = address.replace(&format!("{{{of}}}"), "{}");
            }
            Some("query") if parameter["required"] == true => {
                let _ = write!(arguments, ", {}: &str", ident(of));
                let _ = write!(query, "(\"{of}\", Some({})), ", ident(of));
            }
            Some("query") => {
                let _ = write!(arguments, ", {}: Option<&str>", ident(of));
                let _ = write!(query, "(\"{of}\", {}), ", ident(of));
            }
            _ if parameter["required"] == true => {
                arguments.push_str(", once: &str");
                key = "Some(once)";
            }
            _ => {
                arguments.push_str(", once: Option<&str>");
                key = "once";
            }
        }
    }
    let body = &operation["requestBody"]["content"]["application/json"]["schema"];
    let sent = if body.is_null() {
        "None"
    } else {
        let _ = write!(arguments, ", body: &{}", kind(body));
        "Some(serde_json::to_value(body).unwrap_or_default())"
    };
    let good =
        operation["responses"].as_object().into_iter().flatten().find(|(status, _)| status.starts_with('2'));
    let answer = good.map_or("Value".to_owned(), |(_, r)| kind(&r["content"]["application/json"]["schema"]));
    let places: Vec<String> = path
        .split('/')
        .filter_map(|p| p.strip_prefix('{')?.strip_suffix('}'))
        .map(|p| format!("Wire::part({})", ident(p)))
        .collect();
    let address = match places.is_empty() {
        true => format!("\"{address}\".to_owned()"),
        false => format!("format!(\"{address}\", {})", places.join(", ")),
    };
    let _ = writeln!(out, "    /// {}", operation["summary"].as_str().unwrap_or_default());
    let _ = writeln!(out, "    pub fn {name}(&self{arguments}) -> Answer<{answer}> {{");
    let _ = writeln!(
        out,
        "        self.wire.send(\"{}\", {address}, &[{}], {key}, {sent})",
        method.to_uppercase(),
        query.trim_end_matches(", ")
    );
    out.push_str("    }\n\n");
}

fn resolved<'a>(document: &'a Value, part: &'a Value) -> &'a Value {
    part["$ref"].as_str().and_then(|r| document.pointer(r.trim_start_matches('#'))).unwrap_or(part)
}

/// The Rust type of a schema.
fn kind(schema: &Value) -> String {
    if let Some(name) = schema["$ref"].as_str() {
        return name.rsplit('/').next().unwrap_or_default().to_owned();
    }
    if let Some(all) = schema["anyOf"].as_array() {
        return format!("Option<{}>", all.first().map(kind).unwrap_or_default());
    }
    match &schema["type"] {
        Value::String(one) => plain(one, schema),
        Value::Array(all) => {
            let one = all.first().and_then(Value::as_str).unwrap_or_default();
            format!("Option<{}>", plain(one, schema))
        }
        _ => "Value".to_owned(),
    }
}

fn plain(word: &str, schema: &Value) -> String {
    match word {
        "string" => "String".to_owned(),
        "boolean" => "bool".to_owned(),
        "number" => "f64".to_owned(),
        "integer" if schema["minimum"].as_i64() == Some(0) => "u64".to_owned(),
        "integer" => "i64".to_owned(),
        "array" => format!("Vec<{}>", kind(&schema["items"])),
        "object" if schema["properties"]["items"].is_object() => {
            format!("Page<{}>", kind(&schema["properties"]["items"]["items"]))
        }
        _ => "Value".to_owned(),
    }
}

fn words(schema: &Value) -> String {
    schema["description"].as_str().unwrap_or_default().replace('\n', " ")
}

/// A name that Rust does not keep for itself.
fn ident(name: &str) -> String {
    match name {
        "type" | "use" | "match" | "where" | "in" | "for" | "ref" => format!("r#{name}"),
        name => name.replace('-', "_"),
    }
}

fn snake(name: &str) -> String {
    let mut out = String::new();
    for c in name.chars() {
        if c.is_ascii_uppercase() {
            out.push('_');
        }
        out.push(c.to_ascii_lowercase());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The client that our tests use is the one that the document makes.
    #[test]
    fn the_client_is_the_snapshot() {
        let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
        let document = std::fs::read_to_string(format!("{root}/{DOCUMENT}")).unwrap();
        let kept = std::fs::read_to_string(format!("{root}/{CLIENT}")).unwrap();
        assert!(
            kept == client(&serde_json::from_str(&document).unwrap()),
            "`cargo xtask client` makes it anew"
        );
    }
}
