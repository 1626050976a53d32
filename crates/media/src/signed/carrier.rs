//! Where a file of sound carries its manifests: a chunk of RIFF, a frame of ID3v2, a box of MP4; or the bytes by themselves.

use std::borrow::Cow;

use super::jumbf::boxes;

/// The type of the box that MP4 carries manifests in.
const MP4: [u8; 16] =
    [0xd8, 0xfe, 0xc3, 0xd6, 0x1b, 0x0e, 0x48, 0x3c, 0x92, 0x97, 0x58, 0x28, 0x87, 0x7e, 0xc4, 0x81];

/// The manifests in a file's bytes, as they stand there.
pub(super) fn find(bytes: &[u8]) -> Option<Cow<'_, [u8]>> {
    if bytes.get(4..8) == Some(b"jumb") {
        return Some(Cow::Borrowed(bytes));
    }
    match (bytes.get(..4)?, bytes.get(8..12).unwrap_or_default()) {
        (b"RIFF" | b"RF64", _) => chunk(bytes.get(12..)?, false).map(Cow::Borrowed),
        (b"FORM", b"AIFF" | b"AIFC") => chunk(bytes.get(12..)?, true).map(Cow::Borrowed),
        ([b'I', b'D', b'3', _], _) => frame(bytes).map(Cow::Owned),
        _ if bytes.get(4..8) == Some(b"ftyp") => mp4(bytes).map(Cow::Borrowed),
        _ => None,
    }
}

/// The chunk `C2PA`; in AIFF lengths stand the other way round.
fn chunk(mut bytes: &[u8], big: bool) -> Option<&[u8]> {
    loop {
        let length: [u8; 4] = bytes.get(4..8)?.try_into().ok()?;
        let length = if big { u32::from_be_bytes(length) } else { u32::from_le_bytes(length) } as usize;
        if bytes.get(..4)?.eq_ignore_ascii_case(b"c2pa") {
            return bytes.get(8..8_usize.checked_add(length)?);
        }
        bytes = bytes.get(8_usize.checked_add(length)?.checked_add(length % 2)?..)?;
    }
}

/// The frame `GEOB` of manifests in a tag of ID3v2.3 or 2.4.
fn frame(bytes: &[u8]) -> Option<Vec<u8>> {
    let (version, flags) = (*bytes.get(3)?, *bytes.get(5)?);
    let length = synchsafe(bytes.get(6..10)?)?;
    let tag = bytes.get(10..10_usize.checked_add(length)?.min(bytes.len()))?;
    let plain = if flags & 0x80 != 0 && version < 4 { unsynchronised(tag) } else { tag.to_vec() };
    let mut rest = plain.as_slice();
    if flags & 0x40 != 0 {
        let size = rest.get(..4)?;
        let skip = if version >= 4 {
            synchsafe(size)?
        } else {
            4 + u32::from_be_bytes(size.try_into().ok()?) as usize
        };
        rest = rest.get(skip..)?;
    }
    loop {
        let (name, size) = (rest.get(..4)?, rest.get(4..8)?);
        if name == [0; 4] {
            return None;
        }
        let size =
            if version >= 4 { synchsafe(size)? } else { u32::from_be_bytes(size.try_into().ok()?) as usize };
        let of_frame = *rest.get(9)?;
        let body = rest.get(10..10_usize.checked_add(size)?)?;
        if name == b"GEOB" {
            let mut body = body;
            // 2.4: a length of its own before the data, and bytes that were kept apart.
            if version >= 4 && of_frame & 1 != 0 {
                body = body.get(4..)?;
            }
            let body = if version >= 4 && of_frame & 2 != 0 { unsynchronised(body) } else { body.to_vec() };
            if let Some(found) = object(&body) {
                return Some(found.to_vec());
            }
        }
        rest = rest.get(10_usize.checked_add(size)?..)?;
    }
}

/// The data of a general object whose kind is that of manifests.
fn object(body: &[u8]) -> Option<&[u8]> {
    let (encoding, body) = body.split_first()?;
    let end = body.iter().position(|b| *b == 0)?;
    let kind = body.get(..end)?.to_ascii_lowercase();
    if kind != b"application/x-c2pa-manifest-store" && kind != b"application/c2pa" {
        return None;
    }
    let mut rest = body.get(end + 1..)?;
    for _ in 0..2 {
        let end = if matches!(encoding, 1 | 2) {
            2 + 2 * rest.chunks(2).position(|pair| pair == [0, 0])?
        } else {
            1 + rest.iter().position(|b| *b == 0)?
        };
        rest = rest.get(end..)?;
    }
    Some(rest)
}

fn synchsafe(bytes: &[u8]) -> Option<usize> {
    let value = bytes.iter().fold(0_usize, |n, b| n << 7 | usize::from(b & 0x7f));
    (bytes.len() == 4).then_some(value)
}

fn unsynchronised(bytes: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(bytes.len());
    let mut skip = false;
    for (byte, next) in bytes.iter().zip(bytes.iter().skip(1).map(Some).chain([None])) {
        if !std::mem::take(&mut skip) {
            plain.push(*byte);
            skip = *byte == 0xff && next == Some(&0);
        }
    }
    plain
}

/// The box of manifests in MP4: its purpose, the place of a later tree, then the boxes.
fn mp4(bytes: &[u8]) -> Option<&[u8]> {
    let mut left = 10_000;
    let found = boxes(bytes, &mut left).into_iter().find(|b| b.0 == *b"uuid" && b.1.starts_with(&MP4))?.1;
    let rest = found.get(20..)?;
    let end = rest.iter().position(|b| *b == 0)?;
    if rest.get(..end)? != b"manifest" {
        return None;
    }
    rest.get(end + 9..)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn finds_the_chunk_whatever_stands_before() {
        let mut wav = b"RIFF\0\0\0\0WAVEfmt \x03\0\0\0abc\0".to_vec();
        wav.extend(b"C2PA\x04\0\0\0mani");
        assert_eq!(find(&wav).as_deref(), Some(b"mani".as_slice()));
        wav.truncate(wav.len() - 1);
        assert_eq!(find(&wav), None);
        assert_eq!(find(b"RIFF"), None);
    }

    #[test]
    fn finds_the_frame_in_both_versions() {
        for version in [3_u8, 4] {
            let mut body = b"\0application/x-c2pa-manifest-store\0c2pa\0store\0mani".to_vec();
            let mut tag = b"TIT2\0\0\0\x02\0\0\0a".to_vec();
            tag.extend(b"GEOB\0\0\0");
            tag.push(body.len() as u8);
            tag.extend([0, 0]);
            tag.append(&mut body);
            let mut file = vec![b'I', b'D', b'3', version, 0, 0, 0, 0, 0, tag.len() as u8];
            file.append(&mut tag);
            assert_eq!(find(&file).as_deref(), Some(b"mani".as_slice()), "{version}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_looked_through(
            head in prop::sample::select(vec![&b"RIFF\0\0\0\0WAVE"[..], b"ID3\x03\0\0\0\0\x02\0", b"ID3\x04\0\xc0\0\0\x02\0", b"\0\0\0\x08ftyp", b"FORM\0\0\0\0AIFF"]),
            bytes in prop::collection::vec(any::<u8>(), 0..300),
        ) {
            let whole: Vec<u8> = head.iter().copied().chain(bytes).collect();
            let _ = find(&whole);
        }
    }
}
