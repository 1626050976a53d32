//! Canonical bytes: one text for one value, so that equal things have equal hashes.
//!
//! The form is the JSON of RFC 8785, restricted: object keys are ASCII and sorted, there is no white
//! space, numbers are whole and fit in 53 bits (counts and versions), and money is a string with six
//! decimals. So any JSON library can read it, and RFC 8785 writers give the same bytes.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use sha2::{Digest, Sha256};

/// A value with exactly one text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Nothing is known.
    Null,
    /// Yes or no.
    Bool(bool),
    /// A count or version.
    Number(u64),
    /// A text, also every amount and hash.
    Text(String),
    /// Values in an order that means something.
    List(Vec<Value>),
    /// Values by key.
    Map(BTreeMap<&'static str, Value>),
}

impl Value {
    /// A text.
    pub fn text(text: impl Into<String>) -> Value {
        Value::Text(text.into())
    }

    /// A text or nothing.
    pub fn maybe(text: Option<impl Into<String>>) -> Value {
        text.map_or(Value::Null, Value::text)
    }

    /// An object of these entries, without those that say nothing: null, false and empty lists.
    ///
    /// So a key that is added to the language later changes no hash of what does not use it.
    pub fn map(entries: impl IntoIterator<Item = (&'static str, Value)>) -> Value {
        let says = |value: &Value| match value {
            Value::Null | Value::Bool(false) => false,
            Value::List(values) => !values.is_empty(),
            _ => true,
        };
        Value::Map(entries.into_iter().filter(|(_, value)| says(value)).collect())
    }

    /// The canonical text.
    pub fn to_canonical(&self) -> String {
        let mut out = String::new();
        write(self, &mut out);
        out
    }

    /// SHA-256 of the canonical text, in lower-case hexadecimal.
    pub fn hash(&self) -> String {
        sha256_hex(self.to_canonical().as_bytes())
    }
}

/// SHA-256 of some bytes, in 64 lower-case hexadecimal digits.
pub fn sha256_hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::with_capacity(64), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn write(value: &Value, out: &mut String) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(yes) => out.push_str(if *yes { "true" } else { "false" }),
        Value::Number(number) => out.push_str(&number.to_string()),
        Value::Text(text) => write_text(text, out),
        Value::List(values) => {
            out.push('[');
            for (place, value) in values.iter().enumerate() {
                if place > 0 {
                    out.push(',');
                }
                write(value, out);
            }
            out.push(']');
        }
        Value::Map(entries) => {
            out.push('{');
            for (place, (key, value)) in entries.iter().enumerate() {
                if place > 0 {
                    out.push(',');
                }
                write_text(key, out);
                out.push(':');
                write(value, out);
            }
            out.push('}');
        }
    }
}

/// Escapes as RFC 8785 (section 3.2.2.2) does: the short forms, `\u00xx` for other controls, nothing else.
fn write_text(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c < ' ' => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_sorted_and_controls_escaped() {
        let value = Value::map([
            ("b", Value::List(vec![Value::Number(3), Value::Null, Value::Bool(true)])),
            ("a", Value::text("é \"\\\n\u{1}")),
            ("c", Value::Null),
            ("d", Value::List(Vec::new())),
        ]);
        assert_eq!(value.to_canonical(), r#"{"a":"é \"\\\n\u0001","b":[3,null,true]}"#);
        assert_eq!(sha256_hex(b"abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
}
