//! Writing XML.

use money::Amount;

/// Writes XML with two spaces a level, the same bytes for the same calls.
pub(in crate::bank) struct XmlOut {
    text: String,
    open: Vec<&'static str>,
}

impl XmlOut {
    /// Begins a message of a namespace.
    pub fn message(namespace: &str) -> XmlOut {
        let text = format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Document xmlns=\"{namespace}\">\n");
        XmlOut { text, open: vec!["Document"] }
    }

    /// An element with what `inside` writes.
    pub fn element(&mut self, name: &'static str, inside: impl FnOnce(&mut XmlOut)) {
        self.line(&format!("<{name}>"));
        self.open.push(name);
        inside(self);
        self.open.pop();
        self.line(&format!("</{name}>"));
    }

    /// Elements around one text: `path(&["Id", "IBAN"], …)`.
    pub fn path(&mut self, names: &[&'static str], text: &str) {
        match names {
            [] => {}
            [name] => self.line(&format!("<{name}>{}</{name}>", escape(text))),
            [name, rest @ ..] => self.element(name, |out| out.path(rest, text)),
        }
    }

    /// An element with a text.
    pub fn leaf(&mut self, name: &'static str, text: &str) {
        self.path(&[name], text);
    }

    /// An element with a text, where there is one.
    pub fn leaf_if(&mut self, name: &'static str, text: Option<&str>) {
        if let Some(text) = text.filter(|t| !t.is_empty()) {
            self.leaf(name, text);
        }
    }

    /// An amount with its currency.
    pub fn amount(&mut self, name: &'static str, amount: Amount) {
        let line = format!("<{name} Ccy=\"{}\">{}</{name}>", amount.currency(), amount.to_minor_decimal());
        self.line(&line);
    }

    /// The finished message.
    pub fn finish(mut self) -> String {
        self.open.clear();
        self.line("</Document>");
        self.text
    }

    fn line(&mut self, line: &str) {
        self.text.extend(std::iter::repeat_n("  ", self.open.len()));
        self.text.push_str(line);
        self.text.push('\n');
    }
}

/// A text as XML carries it; characters that XML forbids become spaces.
fn escape(text: &str) -> String {
    let allowed =
        |c: char| matches!(c, '\t' | '\n' | ' '..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..);
    let clean: String = text.chars().map(|c| if allowed(c) { c } else { ' ' }).collect();
    quick_xml::escape::escape(clean.as_str()).into_owned()
}
