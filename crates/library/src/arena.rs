//! Many small texts in one: each is a place of four bytes.

/// A text kept in [`Texts`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Text(u32);

impl Text {
    /// The empty text.
    pub(crate) const EMPTY: Text = Text(0);
}

/// The texts, one after the other, each ended by a zero byte; place 0 holds the empty one.
#[derive(Debug, Clone)]
pub(crate) struct Texts(String);

impl Default for Texts {
    fn default() -> Self {
        Texts("\0".to_owned())
    }
}

impl Texts {
    /// Keeps a text; a zero byte inside it becomes a space. Past four gigabytes texts are empty.
    pub(crate) fn add(&mut self, text: &str) -> Text {
        let Ok(at) = u32::try_from(self.0.len()) else { return Text::EMPTY };
        if text.is_empty() {
            return Text::EMPTY;
        }
        if memchr::memchr(0, text.as_bytes()).is_some() {
            self.0.push_str(&text.replace('\0', " "));
        } else {
            self.0.push_str(text);
        }
        self.0.push('\0');
        Text(at)
    }

    /// The text at a place.
    pub(crate) fn get(&self, text: Text) -> &str {
        let at = text.0 as usize;
        let rest = self.0.as_bytes().get(at..).unwrap_or_default();
        let len = memchr::memchr(0, rest).unwrap_or(0);
        self.0.get(at..at + len).unwrap_or_default()
    }

    /// Gives back what was held in reserve.
    pub(crate) fn shrink(&mut self) {
        self.0.shrink_to_fit();
    }

    /// Bytes held.
    pub(crate) fn bytes(&self) -> usize {
        self.0.capacity()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_come_back_as_they_went_in() {
        let mut texts = Texts::default();
        let kept: Vec<(Text, &str)> =
            ["", "Night Drive", "é", "Даша"].into_iter().map(|t| (texts.add(t), t)).collect();
        for (place, text) in kept {
            assert_eq!(texts.get(place), text);
        }
        let zero = texts.add("a\0b");
        assert_eq!(texts.get(zero), "a b");
        assert_eq!(texts.get(Text(9_999)), "");
    }
}
