//! Values as bytes and back: small numbers in few bytes, lists of ascending numbers as their differences.
//!
//! What is read may have been written by anybody who knows the key, so reading never panics and never
//! takes more memory than the bytes that are there.

/// Bytes that grow.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Writer(Vec<u8>);

impl Writer {
    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.0
    }

    /// Seven bits a byte, least first.
    pub(crate) fn number(&mut self, number: impl Into<u128>) {
        let mut rest: u128 = number.into();
        while rest >= 0x80 {
            self.0.push(rest as u8 | 0x80);
            rest >>= 7;
        }
        self.0.push(rest as u8);
    }

    pub(crate) fn size(&mut self, size: usize) {
        self.number(size as u64);
    }

    /// Small numbers of either sign in few bytes.
    pub(crate) fn signed(&mut self, number: i128) {
        self.number(((number << 1) ^ (number >> 127)) as u128);
    }

    pub(crate) fn flag(&mut self, flag: bool) {
        self.0.push(u8::from(flag));
    }

    pub(crate) fn bytes(&mut self, bytes: &[u8]) {
        self.size(bytes.len());
        self.0.extend_from_slice(bytes);
    }

    pub(crate) fn text(&mut self, text: &str) {
        self.bytes(text.as_bytes());
    }

    pub(crate) fn maybe<T>(&mut self, value: Option<T>, write: impl FnOnce(&mut Writer, T)) {
        self.flag(value.is_some());
        if let Some(value) = value {
            write(self, value);
        }
    }

    pub(crate) fn numbers(&mut self, list: &[u64]) {
        self.size(list.len());
        list.iter().for_each(|number| self.number(*number));
    }

    /// Numbers that never fall.
    pub(crate) fn ascending(&mut self, list: &[u64]) {
        self.size(list.len());
        let mut last = 0;
        for number in list {
            self.number(number.wrapping_sub(last));
            last = *number;
        }
    }

    pub(crate) fn flags(&mut self, list: &[bool]) {
        self.size(list.len());
        self.0.extend(list.chunks(8).map(|eight| {
            eight.iter().enumerate().fold(0_u8, |byte, (at, flag)| byte | (u8::from(*flag) << at))
        }));
    }
}

/// What is left of bytes. Everything is `None` where they end early or say something else.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Reader<'a> {
        Reader(bytes)
    }

    /// Whether all was read.
    pub(crate) fn is_done(&self) -> bool {
        self.0.is_empty()
    }

    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    pub(crate) fn wide(&mut self) -> Option<u128> {
        let (mut number, mut shift) = (0_u128, 0_u32);
        loop {
            let byte = self.byte()?;
            let bits = u128::from(byte & 0x7f);
            if shift >= 128 || (bits << shift) >> shift != bits {
                return None;
            }
            number |= bits << shift;
            if byte & 0x80 == 0 {
                return Some(number);
            }
            shift += 7;
        }
    }

    pub(crate) fn number(&mut self) -> Option<u64> {
        self.wide()?.try_into().ok()
    }

    pub(crate) fn small(&mut self) -> Option<u32> {
        self.number()?.try_into().ok()
    }

    /// A length of something of which each takes at least one bit.
    pub(crate) fn size(&mut self) -> Option<usize> {
        let size = usize::try_from(self.number()?).ok()?;
        (size <= self.0.len().saturating_mul(8)).then_some(size)
    }

    /// A number that lengths are compared with.
    pub(crate) fn count(&mut self) -> Option<usize> {
        usize::try_from(self.number()?).ok()
    }

    pub(crate) fn signed(&mut self) -> Option<i128> {
        let wide = self.wide()?;
        Some((wide >> 1) as i128 ^ -((wide & 1) as i128))
    }

    pub(crate) fn flag(&mut self) -> Option<bool> {
        match self.byte()? {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        }
    }

    pub(crate) fn bytes(&mut self) -> Option<&'a [u8]> {
        let size = self.size()?;
        let (bytes, rest) = self.0.split_at_checked(size)?;
        self.0 = rest;
        Some(bytes)
    }

    pub(crate) fn text(&mut self) -> Option<&'a str> {
        std::str::from_utf8(self.bytes()?).ok()
    }

    pub(crate) fn maybe<T>(&mut self, read: impl FnOnce(&mut Reader<'a>) -> Option<T>) -> Option<Option<T>> {
        if self.flag()? { read(self).map(Some) } else { Some(None) }
    }

    /// So many of something that takes at least one byte each.
    pub(crate) fn list<T>(&mut self, mut read: impl FnMut(&mut Reader<'a>) -> Option<T>) -> Option<Vec<T>> {
        let size = self.size().filter(|size| *size <= self.0.len())?;
        (0..size).map(|_| read(self)).collect()
    }

    pub(crate) fn numbers(&mut self) -> Option<Vec<u64>> {
        self.list(Reader::number)
    }

    pub(crate) fn ascending(&mut self) -> Option<Vec<u64>> {
        let mut last = 0_u64;
        self.list(|reader| {
            last = last.checked_add(reader.number()?)?;
            Some(last)
        })
    }

    pub(crate) fn flags(&mut self) -> Option<Vec<bool>> {
        let size = self.size()?;
        let (bytes, rest) = self.0.split_at_checked(size.div_ceil(8))?;
        self.0 = rest;
        Some((0..size).map(|at| bytes.get(at / 8).is_some_and(|byte| byte >> (at % 8) & 1 == 1)).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_written_is_read(
            wide: u128, signed: i128, flag: bool, text: String, mut list: Vec<u64>, flags: Vec<bool>, maybe: Option<u64>,
        ) {
            let mut writer = Writer::default();
            writer.number(wide);
            writer.signed(signed);
            writer.flag(flag);
            writer.text(&text);
            writer.numbers(&list);
            list.sort_unstable();
            writer.ascending(&list);
            writer.flags(&flags);
            writer.maybe(maybe, |w, n| w.number(n));
            let bytes = writer.into_bytes();
            let mut reader = Reader::new(&bytes);
            prop_assert_eq!(reader.wide(), Some(wide));
            prop_assert_eq!(reader.signed(), Some(signed));
            prop_assert_eq!(reader.flag(), Some(flag));
            prop_assert_eq!(reader.text(), Some(text.as_str()));
            let mut read = reader.numbers().unwrap();
            read.sort_unstable();
            prop_assert_eq!(&read, &list);
            prop_assert_eq!(reader.ascending(), Some(list));
            prop_assert_eq!(reader.flags(), Some(flags));
            prop_assert_eq!(reader.maybe(Reader::number), Some(maybe));
            prop_assert!(reader.is_done());
        }

        #[test]
        fn any_bytes_are_read_without_harm(bytes: Vec<u8>) {
            let mut reader = Reader::new(&bytes);
            while !reader.is_done() {
                let before = reader.0.len();
                let _ = (reader.ascending(), reader.flags(), reader.text(), reader.signed(), reader.maybe(Reader::size));
                if reader.0.len() == before {
                    break;
                }
            }
        }
    }
}
