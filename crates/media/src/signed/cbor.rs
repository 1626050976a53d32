//! CBOR (RFC 8949), as far as signed manifests use it: bytes in, a tree out, bounded in depth and in memory.

/// How deep values may lie in each other.
const DEEPEST: u32 = 32;

/// How many values are read in all, so that a few bytes cannot ask for gigabytes.
const VALUES_MOST: usize = 200_000;

/// One value. Text that is no UTF-8 is not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Cbor {
    Whole(i128),
    Bytes(Vec<u8>),
    Text(String),
    List(Vec<Cbor>),
    /// Pairs as they stand: a key may repeat.
    Map(Vec<(Cbor, Cbor)>),
    Tag(u64, Box<Cbor>),
    Truth(bool),
    /// Nothing, and whatever is not told apart here: numbers with a fraction, undefined.
    Null,
}

/// Reads one value and tells how many bytes it takes; `None` where the bytes are none.
pub(super) fn read(bytes: &[u8]) -> Option<(Cbor, usize)> {
    let mut reader = Reader { bytes, at: 0, left: VALUES_MOST };
    let value = reader.value(0)?;
    Some((value, reader.at))
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    left: usize,
}

/// A length: known, or until a break.
type Length = Option<u64>;

impl Reader<'_> {
    fn byte(&mut self) -> Option<u8> {
        let byte = *self.bytes.get(self.at)?;
        self.at += 1;
        Some(byte)
    }

    fn take(&mut self, many: u64) -> Option<Vec<u8>> {
        let end = self.at.checked_add(usize::try_from(many).ok()?)?;
        let found = self.bytes.get(self.at..end)?.to_vec();
        self.at = end;
        Some(found)
    }

    /// The number behind a head's low five bits.
    fn number(&mut self, low: u8) -> Option<Length> {
        let width = match low {
            0..=23 => return Some(Some(u64::from(low))),
            24 => 1,
            25 => 2,
            26 => 4,
            27 => 8,
            31 => return Some(None),
            _ => return None,
        };
        Some(Some(self.take(width)?.into_iter().fold(0, |n, b| n << 8 | u64::from(b))))
    }

    fn value(&mut self, depth: u32) -> Option<Cbor> {
        self.left = self.left.checked_sub(1)?;
        if depth > DEEPEST {
            return None;
        }
        let head = self.byte()?;
        let number = self.number(head & 31)?;
        match head >> 5 {
            0 => Some(Cbor::Whole(i128::from(number?))),
            1 => Some(Cbor::Whole(-1 - i128::from(number?))),
            2 => self.string(2, number).map(Cbor::Bytes),
            3 => String::from_utf8(self.string(3, number)?).ok().map(Cbor::Text),
            4 => self.list(number, depth).map(Cbor::List),
            5 => {
                let mut pairs = Vec::new();
                while self.more(number, pairs.len())? {
                    pairs.push((self.value(depth + 1)?, self.value(depth + 1)?));
                }
                Some(Cbor::Map(pairs))
            }
            6 => Some(Cbor::Tag(number?, Box::new(self.value(depth + 1)?))),
            _ => match head & 31 {
                20 => Some(Cbor::Truth(false)),
                21 => Some(Cbor::Truth(true)),
                31 => None,
                _ => Some(Cbor::Null),
            },
        }
    }

    fn list(&mut self, length: Length, depth: u32) -> Option<Vec<Cbor>> {
        let mut list = Vec::new();
        while self.more(length, list.len())? {
            list.push(self.value(depth + 1)?);
        }
        Some(list)
    }

    /// Whether another element follows; swallows the break.
    fn more(&mut self, length: Length, have: usize) -> Option<bool> {
        match length {
            Some(length) => Some((have as u64) < length),
            None if *self.bytes.get(self.at)? == 0xff => {
                self.at += 1;
                Some(false)
            }
            None => Some(true),
        }
    }

    /// A string, whole or in pieces of the same kind.
    fn string(&mut self, kind: u8, length: Length) -> Option<Vec<u8>> {
        let Some(length) = length else {
            let mut whole = Vec::new();
            while self.more(None, 0)? {
                self.left = self.left.checked_sub(1)?;
                let head = self.byte()?;
                if head >> 5 != kind {
                    return None;
                }
                let length = self.number(head & 31)??;
                whole.extend(self.take(length)?);
            }
            return Some(whole);
        };
        self.take(length)
    }
}

impl Cbor {
    /// The value of a text key; of one that repeats the first.
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.pairs().iter().find(|(k, _)| k.text() == Some(key)).map(|(_, v)| v)
    }

    /// The value of a numbered key.
    pub fn at(&self, key: i128) -> Option<&Self> {
        self.pairs().iter().find(|(k, _)| *k == Cbor::Whole(key)).map(|(_, v)| v)
    }

    pub fn pairs(&self) -> &[(Self, Self)] {
        if let Cbor::Map(pairs) = self { pairs } else { &[] }
    }

    pub fn list(&self) -> &[Self] {
        if let Cbor::List(list) = self { list } else { &[] }
    }

    pub fn text(&self) -> Option<&str> {
        if let Cbor::Text(text) = self { Some(text) } else { None }
    }

    pub fn bytes(&self) -> Option<&[u8]> {
        if let Cbor::Bytes(bytes) = self { Some(bytes) } else { None }
    }

    pub fn whole(&self) -> Option<i128> {
        if let Cbor::Whole(n) = self { Some(*n) } else { None }
    }

    /// As JSON text, keys that repeat kept twice so that whoever reads it sees them; bytes as hexadecimal digits.
    pub fn json(&self) -> String {
        let mut text = String::new();
        self.write(&mut text);
        text
    }

    fn write(&self, out: &mut String) {
        match self {
            Cbor::Whole(n) => out.push_str(&n.to_string()),
            Cbor::Bytes(bytes) => {
                let digits: String = bytes.iter().map(|b| format!("{b:02x}")).collect();
                quoted(&digits, out);
            }
            Cbor::Text(text) => quoted(text, out),
            Cbor::List(list) => {
                out.push('[');
                for (n, value) in list.iter().enumerate() {
                    if n > 0 {
                        out.push(',');
                    }
                    value.write(out);
                }
                out.push(']');
            }
            Cbor::Map(pairs) => {
                out.push('{');
                for (n, (key, value)) in pairs.iter().enumerate() {
                    if n > 0 {
                        out.push(',');
                    }
                    match key {
                        Cbor::Text(text) => quoted(text, out),
                        other => quoted(&other.json(), out),
                    }
                    out.push(':');
                    value.write(out);
                }
                out.push('}');
            }
            Cbor::Tag(_, inner) => inner.write(out),
            Cbor::Truth(yes) => out.push_str(if *yes { "true" } else { "false" }),
            Cbor::Null => out.push_str("null"),
        }
    }
}

fn quoted(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            c if u32::from(c) < 32 => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn reads_what_the_standard_shows() {
        let json = |hex: &[u8]| read(hex).map(|(v, n)| (v.json(), n));
        assert_eq!(json(&[0x18, 0x64]), Some(("100".into(), 2)));
        assert_eq!(json(&[0x39, 0x03, 0xe7]), Some(("-1000".into(), 3)));
        assert_eq!(json(b"\xa2\x61a\x01\x61a\x82\x02\x03"), Some(("{\"a\":1,\"a\":[2,3]}".into(), 9)));
        assert_eq!(json(b"\xbf\x63Fun\xf5\x63Amt\x21\xff"), Some(("{\"Fun\":true,\"Amt\":-2}".into(), 12)));
        assert_eq!(json(b"\x7f\x65strea\x64ming\xff"), Some(("\"streaming\"".into(), 13)));
        assert_eq!(json(b"\xd2\x44\x01\x02\x03\x04"), Some(("\"01020304\"".into(), 6)));
    }

    #[test]
    fn what_lies_or_never_ends_is_nothing() {
        assert!(read(&[]).is_none() && read(&[0x9b, 255, 255, 255, 255, 255, 255, 255, 255]).is_none());
        assert!(read(&[0x5b, 127, 255, 255, 255, 255, 255, 255, 255]).is_none());
        assert!(read(&[0x81; 5_000]).is_none() && read(&[0x9f; 5_000]).is_none());
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_not(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            if let Some((value, n)) = read(&bytes) {
                prop_assert!(n <= bytes.len());
                let _ = value.json();
            }
        }
    }
}
