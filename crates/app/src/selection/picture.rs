//! Pictures as they come from cameras and phones, without what those write beside the picture.
//!
//! Only the parts of a file are read, nothing is decoded: a broken picture stays broken, and shows nothing.

/// The kind of a picture and its bytes without what a camera wrote beside it (place, device, thumbnails, comments);
/// `None` where it is no JPEG, PNG or WebP.
pub fn cleaned(bytes: &[u8]) -> Option<(&'static str, Vec<u8>)> {
    if bytes.starts_with(&[0xFF, 0xD8, 0xFF]) {
        return Some(("image/jpeg", jpeg(bytes)?));
    }
    if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        return Some(("image/png", png(bytes)?));
    }
    if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
        return Some(("image/webp", webp(bytes)?));
    }
    None
}

/// Segments up to the picture itself, without those of applications (but colour profiles and Adobe's mark) and comments.
fn jpeg(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut kept = vec![0xFF, 0xD8];
    let mut at = 2;
    loop {
        let &[0xFF, marker] = bytes.get(at..at + 2)? else { return None };
        if marker == 0xFF {
            at += 1;
            continue;
        }
        if marker == 0xDA {
            let end = bytes.windows(2).rposition(|w| w == [0xFF, 0xD9])? + 2;
            kept.extend_from_slice(bytes.get(at..end)?);
            return Some(kept);
        }
        let length = usize::from(u16::from_be_bytes(bytes.get(at + 2..at + 4)?.try_into().ok()?));
        let segment = bytes.get(at..at + 2 + length).filter(|_| length >= 2)?;
        let profile = segment.get(4..15) == Some(b"ICC_PROFILE");
        if !matches!(marker, 0xE1..=0xED | 0xEF | 0xFE) || (marker == 0xE2 && profile) {
            kept.extend_from_slice(segment);
        }
        at += 2 + length;
    }
}

fn png(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut kept = bytes.get(..8)?.to_vec();
    let mut at = 8;
    loop {
        let length = usize::try_from(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?)).ok()?;
        let end = at.checked_add(12)?.checked_add(length)?;
        let kind = bytes.get(at + 4..at + 8)?;
        let chunk = bytes.get(at..end)?;
        if !matches!(kind, b"tEXt" | b"zTXt" | b"iTXt" | b"eXIf" | b"tIME") {
            kept.extend_from_slice(chunk);
        }
        if kind == b"IEND" {
            return Some(kept);
        }
        at = end;
    }
}

fn webp(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut kept = b"RIFF\0\0\0\0WEBP".to_vec();
    let mut at = 12;
    while at + 8 <= bytes.len() {
        let kind = bytes.get(at..at + 4)?;
        let length = usize::try_from(u32::from_le_bytes(bytes.get(at + 4..at + 8)?.try_into().ok()?)).ok()?;
        let end = at.checked_add(8)?.checked_add(length)?.checked_add(length % 2)?;
        let chunk = bytes.get(at..end.min(bytes.len())).filter(|c| c.len() >= 8 + length)?;
        if !matches!(kind, b"EXIF" | b"XMP ") {
            let start = kept.len();
            kept.extend_from_slice(chunk);
            if kind == b"VP8X" {
                // The marks that say that EXIF and XMP follow.
                if let Some(flags) = kept.get_mut(start + 8) {
                    *flags &= !0b0000_1100;
                }
            }
        }
        at = end;
    }
    let size = u32::try_from(kept.len().checked_sub(8)?).ok()?;
    kept.get_mut(4..8)?.copy_from_slice(&size.to_le_bytes());
    (kept.len() > 12).then_some(kept)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_a_camera_wrote_is_left_out() {
        let mut jpeg = vec![0xFF, 0xD8, 0xFF, 0xE0, 0, 4, b'J', b'F', 0xFF, 0xE1, 0, 6];
        jpeg.extend(b"GPS!");
        jpeg.extend([0xFF, 0xDA, 0, 2, 1, 2, 3, 0xFF, 0xD9, b'x']);
        let (kind, clean) = cleaned(&jpeg).unwrap();
        assert_eq!(kind, "image/jpeg");
        assert!(!clean.windows(4).any(|w| w == b"GPS!") && clean.ends_with(&[0xFF, 0xD9]));
        let chunk = |kind: &[u8; 4], body: &[u8]| {
            [&(body.len() as u32).to_be_bytes()[..], kind, body, &[0, 0, 0, 0]].concat()
        };
        let png = [
            b"\x89PNG\r\n\x1a\n".to_vec(),
            chunk(b"IHDR", b"h"),
            chunk(b"eXIf", b"GPS!"),
            chunk(b"IEND", b""),
        ]
        .concat();
        let (_, clean) = cleaned(&png).unwrap();
        assert!(!clean.windows(4).any(|w| w == b"GPS!") && clean.windows(4).any(|w| w == b"IEND"));
        for bad in
            [&b""[..], b"GIF89a", b"\xFF\xD8\xFF", b"\x89PNG\r\n\x1a\n", b"RIFF\0\0\0\0WEBP", b"<svg/>"]
        {
            assert_eq!(cleaned(bad), None);
        }
    }

    proptest! {
        #[test]
        fn hostile_bytes_do_no_harm(head in 0_usize..3, body in proptest::collection::vec(any::<u8>(), 0..300)) {
            let heads: [&[u8]; 3] = [b"\xFF\xD8\xFF", b"\x89PNG\r\n\x1a\n", b"RIFF\x10\0\0\0WEBP"];
            let _ = cleaned(&[heads[head], &body].concat());
        }
    }
}
