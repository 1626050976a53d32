//! Writing an answer once, as JSON or as XML.
//!
//! What OpenSubsonic calls a field is a member in JSON and an attribute in XML; a list is an array or a repeated element.
//! Attributes come before elements, so an object writes its plain fields first, then what it holds.

use std::fmt::Write;

/// How an answer is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Format {
    /// XML, the default of old.
    Xml,
    /// JSON.
    Json,
    /// JSON as the argument of a function of this name.
    Jsonp(String),
}

impl Format {
    /// The media type.
    pub(crate) fn content_type(&self) -> &'static str {
        match self {
            Format::Xml => "application/xml; charset=utf-8",
            Format::Json => "application/json",
            Format::Jsonp(_) => "application/javascript; charset=utf-8",
        }
    }
}

/// An answer being written.
#[derive(Debug)]
pub(crate) struct Out {
    text: String,
    xml: bool,
    /// In XML: the start tag is still open. In JSON: nothing stands before the next member.
    fresh: bool,
}

impl Out {
    /// An object's fields, to be put into an answer later.
    pub(crate) fn new(xml: bool) -> Out {
        Out { text: String::with_capacity(4_096), xml, fresh: true }
    }

    /// What was written.
    pub(crate) fn into_text(self) -> String {
        self.text
    }

    /// Puts in what another wrote with [`Out::new`]: for parts that are written once and kept.
    pub(crate) fn put(&mut self, part: &str) {
        if part.is_empty() {
            return;
        }
        if self.xml {
            self.close_tag();
        } else if !self.fresh {
            self.text.push(',');
        }
        self.fresh = false;
        self.text.push_str(part);
    }

    fn close_tag(&mut self) {
        if self.fresh {
            self.text.push('>');
            self.fresh = false;
        }
    }

    fn name(&mut self, name: &str) {
        if self.xml {
            debug_assert!(self.fresh, "the attribute {name} comes after an element");
            self.text.push(' ');
            self.text.push_str(name);
            self.text.push_str("=\"");
        } else {
            if !self.fresh {
                self.text.push(',');
            }
            self.fresh = false;
            self.text.push('"');
            self.text.push_str(name);
            self.text.push_str("\":");
        }
    }

    /// A text.
    pub(crate) fn text(&mut self, name: &str, value: &str) {
        self.name(name);
        if self.xml {
            xml(&mut self.text, value);
            self.text.push('"');
        } else {
            json(&mut self.text, value);
        }
    }

    /// A text, where there is one.
    pub(crate) fn some(&mut self, name: &str, value: &str) {
        if !value.is_empty() {
            self.text(name, value);
        }
    }

    /// A number, a truth, or whatever is written the same in both.
    pub(crate) fn plain(&mut self, name: &str, value: impl std::fmt::Display) {
        self.name(name);
        let _ = write!(self.text, "{value}");
        if self.xml {
            self.text.push('"');
        }
    }

    /// A number, where it is not nothing.
    pub(crate) fn known(&mut self, name: &str, value: u32) {
        if value > 0 {
            self.plain(name, value);
        }
    }

    /// The content of this object: the member `value` in JSON, the text of the element in XML. Comes last.
    pub(crate) fn value(&mut self, value: &str) {
        if self.xml {
            self.close_tag();
            xml(&mut self.text, value);
        } else {
            self.text("value", value);
        }
    }

    /// An object.
    pub(crate) fn object(&mut self, name: &str, fields: impl FnOnce(&mut Out)) {
        if self.xml {
            self.element(name, fields);
        } else {
            self.name(name);
            self.braces(fields);
        }
    }

    /// A list of objects; written even where it is empty, as far as that can be.
    pub(crate) fn list<T>(
        &mut self,
        name: &str,
        items: impl IntoIterator<Item = T>,
        mut fields: impl FnMut(&mut Out, T),
    ) {
        if self.xml {
            for item in items {
                self.element(name, |o| fields(o, item));
            }
            return;
        }
        self.name(name);
        self.text.push('[');
        for (place, item) in items.into_iter().enumerate() {
            if place > 0 {
                self.text.push(',');
            }
            self.braces(|o| fields(o, item));
        }
        self.text.push(']');
    }

    /// A list of texts.
    pub(crate) fn texts<'a>(&mut self, name: &str, items: impl IntoIterator<Item = &'a str>) {
        self.values(name, items, |out, item| match out.xml {
            true => xml(&mut out.text, item),
            false => json(&mut out.text, item),
        });
    }

    /// A text that is an element of its own in XML.
    pub(crate) fn element_text(&mut self, name: &str, value: &str) {
        if self.xml {
            self.element(name, |o| {
                if !value.is_empty() {
                    o.value(value);
                }
            });
        } else {
            self.text(name, value);
        }
    }

    /// A list of numbers.
    pub(crate) fn numbers(&mut self, name: &str, items: impl IntoIterator<Item = i64>) {
        self.values(name, items, |out, item| {
            let _ = write!(out.text, "{item}");
        });
    }

    fn values<T>(
        &mut self,
        name: &str,
        items: impl IntoIterator<Item = T>,
        mut each: impl FnMut(&mut Out, T),
    ) {
        if self.xml {
            for item in items {
                self.close_tag();
                let _ = write!(self.text, "<{name}>");
                each(self, item);
                let _ = write!(self.text, "</{name}>");
            }
            return;
        }
        self.name(name);
        self.text.push('[');
        for (place, item) in items.into_iter().enumerate() {
            if place > 0 {
                self.text.push(',');
            }
            each(self, item);
        }
        self.text.push(']');
    }

    fn braces(&mut self, fields: impl FnOnce(&mut Out)) {
        self.text.push('{');
        self.fresh = true;
        fields(self);
        self.fresh = false;
        self.text.push('}');
    }

    fn element(&mut self, name: &str, fields: impl FnOnce(&mut Out)) {
        self.close_tag();
        self.text.push('<');
        self.text.push_str(name);
        self.fresh = true;
        fields(self);
        if self.fresh {
            self.text.push_str("/>");
        } else {
            let _ = write!(self.text, "</{name}>");
        }
        self.fresh = false;
    }
}

/// A whole answer: the envelope around what an endpoint writes.
pub(crate) fn answer(format: &Format, good: bool, fields: impl FnOnce(&mut Out)) -> String {
    let mut out = Out::new(*format == Format::Xml);
    let envelope = |o: &mut Out| {
        if o.xml {
            o.text("xmlns", "http://subsonic.org/restapi");
        }
        o.text("status", if good { "ok" } else { "failed" });
        o.text("version", super::VERSION);
        o.text("type", "tantieme");
        o.text("serverVersion", env!("CARGO_PKG_VERSION"));
        o.plain("openSubsonic", true);
        fields(o);
    };
    match format {
        Format::Xml => {
            out.text.push_str("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
            out.fresh = false;
            out.element("subsonic-response", envelope);
        }
        Format::Json => out.braces(|o| o.object("subsonic-response", envelope)),
        Format::Jsonp(function) => {
            let _ = write!(out.text, "{function}(");
            out.braces(|o| o.object("subsonic-response", envelope));
            out.text.push_str(");");
        }
    }
    out.text
}

fn json(out: &mut String, text: &str) {
    out.push('"');
    let mut from = 0;
    for (at, byte) in text.bytes().enumerate() {
        let escape = match byte {
            b'"' => "\\\"",
            b'\\' => "\\\\",
            b'\n' => "\\n",
            b'\t' => "\\t",
            b'\r' => "\\r",
            0..0x20 => "",
            _ => continue,
        };
        out.push_str(text.get(from..at).unwrap_or_default());
        if escape.is_empty() {
            let _ = write!(out, "\\u{byte:04x}");
        } else {
            out.push_str(escape);
        }
        from = at + 1;
    }
    out.push_str(text.get(from..).unwrap_or_default());
    out.push('"');
}

fn xml(out: &mut String, text: &str) {
    let mut from = 0;
    for (at, c) in text.char_indices() {
        let escape = match c {
            '&' => "&amp;",
            '<' => "&lt;",
            '>' => "&gt;",
            '"' => "&quot;",
            '\n' => "&#10;",
            '\t' => "&#9;",
            '\r' => "&#13;",
            // XML has no way to write these.
            '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => "",
            _ => continue,
        };
        out.push_str(text.get(from..at).unwrap_or_default());
        out.push_str(escape);
        from = at + c.len_utf8();
    }
    out.push_str(text.get(from..).unwrap_or_default());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(o: &mut Out) {
        o.object("album", |o| {
            o.text("name", "A & \"B\"\n\u{1}");
            o.plain("songCount", 2);
            o.texts("isrc", ["x<y"]);
            o.list("song", [1, 2], |o, n| o.plain("id", n));
            o.list("none", [] as [i32; 0], |o, n| o.plain("id", n));
        });
    }

    #[test]
    fn one_writing_gives_both() {
        let json = answer(&Format::Json, true, fields);
        assert!(json.ends_with(
            r#""openSubsonic":true,"album":{"name":"A & \"B\"\n\u0001","songCount":2,"isrc":["x<y"],"song":[{"id":1},{"id":2}],"none":[]}}}"#
        ), "{json}");
        let xml = answer(&Format::Xml, true, fields);
        assert!(xml.ends_with(
            r#"<album name="A &amp; &quot;B&quot;&#10;" songCount="2"><isrc>x&lt;y</isrc><song id="1"/><song id="2"/></album></subsonic-response>"#
        ), "{xml}");
        let called = answer(&Format::Jsonp("cb".into()), false, |_| ());
        assert!(
            called.starts_with("cb({\"subsonic-response\":{\"status\":\"failed\"")
                && called.ends_with("}});")
        );
    }
}
