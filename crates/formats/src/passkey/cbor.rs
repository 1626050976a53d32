//! The little of CBOR (RFC 8949) that passkeys use: integers, bytes, texts, lists, maps and simple values, of definite
//! length, each in its shortest form, no key of a map twice.

/// How deep values may lie in each other; CTAP2 allows four.
const DEEPEST: usize = 8;
/// How many values a list or a map may hold; there are five in a key.
const MOST_VALUES: u64 = 64;

/// A value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Value {
    /// A whole number.
    Int(i64),
    /// Bytes.
    Bytes(Vec<u8>),
    /// A text.
    Text(String),
    /// Values in their order.
    List(Vec<Value>),
    /// Keys and values in their order.
    Map(Vec<(Value, Value)>),
    /// False, true or null: 20, 21, 22.
    Simple(u8),
}

/// Bytes that are read from the front.
pub(crate) struct Cbor<'a>(&'a [u8]);

impl<'a> Cbor<'a> {
    /// A reader at the beginning of some bytes.
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Cbor(bytes)
    }

    /// What was not read yet.
    pub(crate) fn rest(&self) -> &'a [u8] {
        self.0
    }

    /// The next value; `None` where there is none that is taken.
    pub(crate) fn value(&mut self) -> Option<Value> {
        self.at_depth(0)
    }

    fn at_depth(&mut self, depth: usize) -> Option<Value> {
        if depth > DEEPEST {
            return None;
        }
        let (kind, number) = self.head()?;
        match kind {
            0 => i64::try_from(number).ok().map(Value::Int),
            1 => i64::try_from(number).ok().map(|n| Value::Int(-1 - n)),
            2 => self.take(number).map(|b| Value::Bytes(b.to_vec())),
            3 => self.take(number).and_then(|b| String::from_utf8(b.to_vec()).ok()).map(Value::Text),
            4 if number <= MOST_VALUES => {
                let values = (0..number).map(|_| self.at_depth(depth + 1)).collect::<Option<_>>()?;
                Some(Value::List(values))
            }
            5 if number <= MOST_VALUES => {
                let mut map: Vec<(Value, Value)> = Vec::new();
                for _ in 0..number {
                    let (key, value) = (self.at_depth(depth + 1)?, self.at_depth(depth + 1)?);
                    if map.iter().any(|(other, _)| *other == key) {
                        return None;
                    }
                    map.push((key, value));
                }
                Some(Value::Map(map))
            }
            7 if (20..=22).contains(&number) => u8::try_from(number).ok().map(Value::Simple),
            _ => None,
        }
    }

    /// Kind and number of the next value, the number in its shortest form.
    fn head(&mut self) -> Option<(u8, u64)> {
        let (&first, rest) = self.0.split_first()?;
        self.0 = rest;
        let (kind, short) = (first >> 5, first & 0x1F);
        let long = match short {
            0..=23 => return Some((kind, u64::from(short))),
            24..=27 => 1_usize << (short - 24),
            _ => return None,
        };
        let bytes = self.take(u64::try_from(long).ok()?)?;
        let number = bytes.iter().fold(0_u64, |sum, b| (sum << 8) | u64::from(*b));
        let least = match long {
            1 => 24,
            2 => 1 << 8,
            4 => 1 << 16,
            _ => 1 << 32,
        };
        (number >= least).then_some((kind, number))
    }

    fn take(&mut self, count: u64) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(usize::try_from(count).ok()?)?;
        self.0 = rest;
        Some(taken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_in_their_shortest_form_alone() {
        for (bytes, want) in [
            (&[0x17][..], Some(Value::Int(23))),
            (&[0x18, 24], Some(Value::Int(24))),
            (&[0x38, 0xFF], Some(Value::Int(-256))),
            (&[0x61, b'a'], Some(Value::Text("a".to_owned()))),
            (&[0x81, 0xF5], Some(Value::List(vec![Value::Simple(21)]))),
            (&[0x18, 23], None),
            (&[0x19, 0, 200], None),
            (&[0x5F, 0x41, 1, 0xFF], None),
            (&[0x58, 200, 1], None),
            (&[0x9B, 255, 255, 255, 255, 255, 255, 255, 255], None),
            (&[0xA2, 1, 1, 1, 2], None),
            (&[0xFB, 0, 0, 0, 0, 0, 0, 0, 0], None),
        ] {
            assert_eq!(Cbor::new(bytes).value(), want, "{bytes:02x?}");
        }
        assert_eq!(Cbor::new(&[0x81; 1_000]).value(), None, "too deep");
    }
}
