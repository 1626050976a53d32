//! What goes in and out, as Rust structs that describe themselves: the document of the API is made of them.
//!
//! [`tell!`](crate::api::shape) makes what is answered, [`ask!`](crate::api::shape) what is asked for. Both take the doc
//! comments along, so that a field without a meaning in words does not compile.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::{Map, Value, json};

/// A value with a JSON schema (2020-12, the dialect of OpenAPI 3.1).
pub(crate) trait Shape {
    /// The name under which the schema stands among the document's; inline where empty.
    const NAME: &'static str = "";
    /// Whether it may be left out of what is asked.
    const OPTIONAL: bool = false;
    /// The schema; named parts are put into the book and referred to.
    fn schema(book: &mut Book) -> Value;
}

/// The named schemas of the document.
#[derive(Debug, Default)]
pub(crate) struct Book(pub(crate) BTreeMap<String, Value>);

/// One field of a struct: name, meaning, schema, whether it has to be there.
pub(crate) type Field = (&'static str, String, Value, bool);

impl Book {
    /// A reference to a named object, which is made at its first mention.
    pub(crate) fn object(
        &mut self,
        name: &str,
        words: &str,
        closed: bool,
        fields: impl FnOnce(&mut Book) -> Vec<Field>,
    ) -> Value {
        if !self.0.contains_key(name) {
            // Its place is taken first, so that a part may hold parts of its own kind.
            self.0.insert(name.to_owned(), Value::Null);
            let object = object(words, closed, fields(self));
            self.0.insert(name.to_owned(), object);
        }
        json!({ "$ref": format!("#/components/schemas/{name}") })
    }
}

fn object(words: &str, closed: bool, fields: Vec<Field>) -> Value {
    let mut properties = Map::new();
    let mut required = Vec::new();
    for (name, words, schema, needed) in fields {
        if needed {
            required.push(name);
        }
        properties.insert(name.to_owned(), described(schema, &words));
    }
    let mut object = json!({ "type": "object", "description": words, "properties": properties });
    if !required.is_empty() {
        object["required"] = json!(required);
    }
    if closed {
        object["additionalProperties"] = json!(false);
    }
    object
}

/// A schema with its meaning in words.
fn described(mut schema: Value, words: &str) -> Value {
    if let Some(map) = schema.as_object_mut()
        && !words.is_empty()
    {
        map.insert("description".to_owned(), json!(words));
    }
    schema
}

/// The text of doc comments.
pub(crate) fn words(lines: &[&str]) -> String {
    lines.iter().map(|l| l.trim()).collect::<Vec<_>>().join(" ").trim().to_owned()
}

/// Makes a struct that is answered.
macro_rules! tell {
    ($($(#[doc = $doc:literal])+ $name:ident { $($(#[doc = $meaning:literal])+ $field:ident: $type:ty,)* })+) => {$(
        $(#[doc = $doc])+
        #[derive(Debug, Clone, serde::Serialize)]
        pub(crate) struct $name { $($(#[doc = $meaning])+ pub(crate) $field: $type,)* }

        impl $crate::api::shape::Shape for $name {
            const NAME: &'static str = stringify!($name);
            fn schema(book: &mut $crate::api::shape::Book) -> serde_json::Value {
                book.object(Self::NAME, &$crate::api::shape::words(&[$($doc),+]), false, |_book| vec![$((
                    stringify!($field).trim_start_matches("r#"),
                    $crate::api::shape::words(&[$($meaning),+]),
                    <$type as $crate::api::shape::Shape>::schema(_book),
                    true,
                )),*])
            }
        }
    )+};
}

/// Makes a struct that is asked for; whatever it does not name is refused.
macro_rules! ask {
    ($($(#[doc = $doc:literal])+ $name:ident { $($(#[doc = $meaning:literal])+ $field:ident: $type:ty,)* })+) => {$(
        $(#[doc = $doc])+
        #[derive(Debug, Clone, serde::Deserialize)]
        #[serde(deny_unknown_fields)]
        pub(crate) struct $name { $($(#[doc = $meaning])+ pub(crate) $field: $type,)* }

        impl $crate::api::shape::Shape for $name {
            const NAME: &'static str = stringify!($name);
            fn schema(book: &mut $crate::api::shape::Book) -> serde_json::Value {
                book.object(Self::NAME, &$crate::api::shape::words(&[$($doc),+]), true, |_book| vec![$((
                    stringify!($field).trim_start_matches("r#"),
                    $crate::api::shape::words(&[$($meaning),+]),
                    <$type as $crate::api::shape::Shape>::schema(_book),
                    !<$type as $crate::api::shape::Shape>::OPTIONAL,
                )),*])
            }
        }
    )+};
}

/// Makes a closed set of words.
macro_rules! choice {
    ($($(#[doc = $doc:literal])+ $name:ident { $($word:ident = $text:literal,)+ })+) => {$(
        $(#[doc = $doc])+
        #[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
        pub(crate) enum $name { $(#[doc = $text] #[serde(rename = $text)] $word,)+ }

        impl $crate::api::shape::Shape for $name {
            const NAME: &'static str = "";
            fn schema(_: &mut $crate::api::shape::Book) -> serde_json::Value {
                serde_json::json!({ "type": "string", "enum": [$($text),+] })
            }
        }
    )+};
}

pub(crate) use {ask, choice, tell};

macro_rules! plain {
    ($($type:ty => $schema:expr;)*) => {$(
        impl Shape for $type {
            fn schema(_: &mut Book) -> Value { $schema }
        }
    )*};
}

plain! {
    String => json!({ "type": "string" });
    &'static str => json!({ "type": "string" });
    bool => json!({ "type": "boolean" });
    u8 => json!({ "type": "integer", "minimum": 0, "maximum": 255 });
    u32 => json!({ "type": "integer", "minimum": 0, "maximum": u32::MAX });
    u64 => json!({ "type": "integer", "format": "int64", "minimum": 0 });
    i64 => json!({ "type": "integer", "format": "int64", "minimum": i64::MIN, "maximum": i64::MAX });
    f64 => json!({ "type": "number" });
    Timestamp => json!({ "type": "string", "format": "date-time" });
    Date => json!({ "type": "string", "format": "date" });
    Value => json!({});
}

impl<T: Shape> Shape for Option<T> {
    const OPTIONAL: bool = true;

    fn schema(book: &mut Book) -> Value {
        let mut schema = T::schema(book);
        match schema.get("type").cloned() {
            Some(Value::String(one)) => {
                schema["type"] = json!([one, "null"]);
                if let Some(words) = schema.get_mut("enum").and_then(Value::as_array_mut) {
                    words.push(Value::Null);
                }
                schema
            }
            _ if schema.get("$ref").is_some() => json!({ "anyOf": [schema, { "type": "null" }] }),
            _ => schema,
        }
    }
}

impl<T: Shape> Shape for Vec<T> {
    fn schema(book: &mut Book) -> Value {
        json!({ "type": "array", "items": T::schema(book) })
    }
}

/// Nothing is asked for, or answered.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Nothing;

impl Shape for Nothing {
    fn schema(_: &mut Book) -> Value {
        Value::Null
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    ask! {
        /// A night
        /// out.
        Night {
            /// Where.
            place: String,
            /// How long, in hours.
            hours: Option<u32>,
        }
    }

    #[test]
    fn structs_describe_themselves() {
        let mut book = Book::default();
        assert_eq!(Night::schema(&mut book), json!({ "$ref": "#/components/schemas/Night" }));
        assert_eq!(
            book.0["Night"],
            json!({
                "type": "object", "description": "A night out.", "additionalProperties": false,
                "properties": {
                    "place": { "type": "string", "description": "Where." },
                    "hours": { "type": ["integer", "null"], "minimum": 0, "maximum": u32::MAX, "description": "How long, in hours." },
                },
                "required": ["place"],
            })
        );
        assert!(serde_json::from_str::<Night>(r#"{"place": "here", "other": 1}"#).is_err());
        let night: Night = serde_json::from_str(r#"{"place": "here"}"#).unwrap();
        assert_eq!((night.place.as_str(), night.hours), ("here", None));
    }
}
