//! What a file is, told from its content; names and endings are not believed.

use music::MediaKind;

/// A kind of file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// MPEG audio, layers I to III.
    Mp3,
    /// FLAC by itself.
    Flac,
    /// RIFF/WAVE.
    Wav,
    /// AIFF or AIFF-C.
    Aiff,
    /// AAC in ADTS frames.
    Aac,
    /// MPEG-4 with sound: AAC or ALAC.
    M4a,
    /// Vorbis in Ogg.
    Vorbis,
    /// Opus in Ogg.
    Opus,
    /// FLAC in Ogg.
    OggFlac,
    /// MPEG-4 with pictures that move.
    Mp4,
    /// Matroska or WebM.
    Webm,
    /// A playlist for HTTP live streaming.
    Hls,
    /// EPUB.
    Epub,
    /// Comic pages in a zip.
    Cbz,
    /// Any other zip, such as a game's web build.
    Zip,
    /// PDF.
    Pdf,
    /// JPEG.
    Jpeg,
    /// PNG.
    Png,
    /// WebP.
    Webp,
    /// GIF.
    Gif,
}

/// What stands in the books for each format: word, media type, usual ending, what it is a file of.
const ABOUT: [(Format, &str, &str, &str, Option<MediaKind>); 20] = [
    (Format::Mp3, "mp3", "audio/mpeg", "mp3", Some(MediaKind::Audio)),
    (Format::Flac, "flac", "audio/flac", "flac", Some(MediaKind::Audio)),
    (Format::Wav, "wav", "audio/wav", "wav", Some(MediaKind::Audio)),
    (Format::Aiff, "aiff", "audio/aiff", "aiff", Some(MediaKind::Audio)),
    (Format::Aac, "aac", "audio/aac", "aac", Some(MediaKind::Audio)),
    (Format::M4a, "m4a", "audio/mp4", "m4a", Some(MediaKind::Audio)),
    (Format::Vorbis, "vorbis", "audio/ogg", "ogg", Some(MediaKind::Audio)),
    (Format::Opus, "opus", "audio/ogg", "opus", Some(MediaKind::Audio)),
    (Format::OggFlac, "oggflac", "audio/ogg", "oga", Some(MediaKind::Audio)),
    (Format::Mp4, "mp4", "video/mp4", "mp4", Some(MediaKind::Video)),
    (Format::Webm, "webm", "video/webm", "webm", Some(MediaKind::Video)),
    (Format::Hls, "hls", "application/vnd.apple.mpegurl", "m3u8", Some(MediaKind::Video)),
    (Format::Epub, "epub", "application/epub+zip", "epub", Some(MediaKind::Book)),
    (Format::Cbz, "cbz", "application/vnd.comicbook+zip", "cbz", Some(MediaKind::Comic)),
    (Format::Zip, "zip", "application/zip", "zip", Some(MediaKind::Game)),
    (Format::Pdf, "pdf", "application/pdf", "pdf", Some(MediaKind::Book)),
    (Format::Jpeg, "jpeg", "image/jpeg", "jpg", None),
    (Format::Png, "png", "image/png", "png", None),
    (Format::Webp, "webp", "image/webp", "webp", None),
    (Format::Gif, "gif", "image/gif", "gif", None),
];

impl Format {
    /// The word that stands for it in the store.
    pub fn word(self) -> &'static str {
        self.about().1
    }

    /// Its media type, as HTTP says it.
    pub fn content_type(self) -> &'static str {
        self.about().2
    }

    /// The usual ending of a file's name, without the dot.
    pub fn ending(self) -> &'static str {
        self.about().3
    }

    /// What a file of this kind is the master of; `None` for pictures.
    pub fn medium(self) -> Option<MediaKind> {
        self.about().4
    }

    /// The format a word stands for.
    pub fn from_word(word: &str) -> Option<Format> {
        ABOUT.iter().find(|about| about.1 == word).map(|about| about.0)
    }

    /// Whether it is sound by itself.
    pub fn is_sound(self) -> bool {
        self.medium() == Some(MediaKind::Audio)
    }

    /// Whether it is a picture that [`crate::picture`] reads.
    pub fn is_picture(self) -> bool {
        self.medium().is_none()
    }

    fn about(self) -> &'static (Format, &'static str, &'static str, &'static str, Option<MediaKind>) {
        // The table holds every format, in order, as a test checks.
        &ABOUT[self as usize]
    }
}

/// How many bytes of the beginning [`sniff`] wants to see; fewer are fine where the file is shorter.
pub const HEAD: usize = 4_096;

/// What a file is, from its first bytes; `None` where they belong to nothing that is read here.
///
/// An ID3 tag may stand before MP3, AAC and FLAC and may be larger than the head: then MP3 is assumed, which the
/// decoder confirms or not.
pub fn sniff(head: &[u8]) -> Option<Format> {
    let at = |from: usize, mark: &[u8]| head.get(from..).is_some_and(|rest| rest.starts_with(mark));
    if at(0, b"ID3") {
        return Some(behind_id3(head));
    }
    if at(0, b"RIFF") || at(0, b"RF64") || at(0, b"RIFX") {
        return match head.get(8..12)? {
            b"WAVE" => Some(Format::Wav),
            b"WEBP" => Some(Format::Webp),
            _ => None,
        };
    }
    if at(0, b"FORM") {
        return matches!(head.get(8..12)?, b"AIFF" | b"AIFC").then_some(Format::Aiff);
    }
    if at(4, b"ftyp") {
        return Some(mpeg4(head));
    }
    let marks: [(&[u8], Format); 7] = [
        (b"fLaC", Format::Flac),
        (b"\xFF\xD8\xFF", Format::Jpeg),
        (b"\x89PNG\r\n\x1A\n", Format::Png),
        (b"GIF87a", Format::Gif),
        (b"GIF89a", Format::Gif),
        (b"%PDF-", Format::Pdf),
        (b"\x1A\x45\xDF\xA3", Format::Webm),
    ];
    if let Some((_, format)) = marks.iter().find(|(mark, _)| at(0, mark)) {
        return Some(*format);
    }
    if at(0, b"OggS") {
        return ogg(head);
    }
    if at(0, b"PK\x03\x04") || at(0, b"PK\x05\x06") {
        return Some(zip(head));
    }
    if at(0, b"#EXTM3U") || at(0, b"\xEF\xBB\xBF#EXTM3U") {
        return Some(Format::Hls);
    }
    frames(head)
}

fn behind_id3(head: &[u8]) -> Format {
    let size = match head.get(6..10) {
        Some(&[a, b, c, d]) => [a, b, c, d].iter().fold(0, |sum, b| sum << 7 | usize::from(b & 0x7F)),
        _ => return Format::Mp3,
    };
    match head.get(size + 10..) {
        Some(rest) if rest.starts_with(b"fLaC") => Format::Flac,
        Some(rest) => frames(rest).unwrap_or(Format::Mp3),
        None => Format::Mp3,
    }
}

/// MPEG audio and ADTS begin with a sync word and nothing else: the header must make sense, and where the next
/// frame can be seen it must begin where this one says.
fn frames(head: &[u8]) -> Option<Format> {
    // A few zero bytes before the first frame are common.
    let start = head.iter().position(|b| *b != 0).filter(|start| *start < 2_048)?;
    let head = &head[start..];
    let (&first, &second, &third) = (head.first()?, head.get(1)?, head.get(2)?);
    if first != 0xFF {
        return None;
    }
    if second & 0xF6 == 0xF0 {
        let (&fourth, &fifth, &sixth) = (head.get(3)?, head.get(4)?, head.get(5)?);
        let length = usize::from(fourth & 3) << 11 | usize::from(fifth) << 3 | usize::from(sixth) >> 5;
        let fine = third >> 2 & 0xF < 13 && length > 7;
        let next = head.get(length..length + 2).is_none_or(|next| next[0] == 0xFF && next[1] & 0xF6 == 0xF0);
        return (fine && next).then_some(Format::Aac);
    }
    let length = mpeg_frame(second, third)?;
    let next = head.get(length..length + 2).is_none_or(|next| next[0] == 0xFF && next[1] & 0xE0 == 0xE0);
    next.then_some(Format::Mp3)
}

/// Length in bytes of an MPEG audio frame with this header; `None` where there is no such header.
fn mpeg_frame(second: u8, third: u8) -> Option<usize> {
    const V1_L3: [usize; 15] = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320];
    const V1_L2: [usize; 15] = [0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384];
    const V2_L3: [usize; 15] = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160];
    let (version, layer) = (second >> 3 & 3, second >> 1 & 3);
    if second & 0xE0 != 0xE0 || version == 1 || layer == 0 {
        return None;
    }
    let rate = *[44_100_usize, 48_000, 32_000].get(usize::from(third >> 2 & 3))?;
    let rate = rate >> match version { 3 => 0, 2 => 1, _ => 2 };
    let padding = usize::from(third >> 1 & 1);
    let row = match (version, layer) {
        (3, 1) => &V1_L3,
        (3, 2) => &V1_L2,
        (3, _) => return Some(4),
        _ => &V2_L3,
    };
    let kbps = *row.get(usize::from(third >> 4)).filter(|kbps| **kbps > 0)?;
    let samples = if version != 3 && layer == 1 { 72_000 } else { 144_000 };
    Some(samples * kbps / rate + padding)
}

fn mpeg4(head: &[u8]) -> Format {
    match head.get(8..12) {
        Some(b"M4A " | b"M4B " | b"M4P ") => Format::M4a,
        Some(b"M4V " | b"avc1" | b"qt  ") => Format::Mp4,
        // Files of phones and recorders call themselves by the general names; a picture track says otherwise.
        _ if has(head, b"vmhd") || has(head, b"avc1") || has(head, b"hvc1") => Format::Mp4,
        _ if has(head, b"smhd") || has(head, b"mp4a") || has(head, b"alac") => Format::M4a,
        _ => Format::Mp4,
    }
}

fn ogg(head: &[u8]) -> Option<Format> {
    let packet = head.get(28..)?;
    let marks: [(&[u8], Format); 3] =
        [(b"OpusHead", Format::Opus), (b"\x01vorbis", Format::Vorbis), (b"\x7FFLAC", Format::OggFlac)];
    marks.iter().find(|(mark, _)| packet.starts_with(mark)).map(|(_, format)| *format)
}

/// EPUB says so in its first entry; a comic begins with a picture, in a folder or not.
fn zip(head: &[u8]) -> Format {
    let length = head.get(26..28).map_or(0, |l| usize::from(l[0]) | usize::from(l[1]) << 8);
    let name = head.get(30..30 + length).unwrap_or_default().to_ascii_lowercase();
    if name == b"mimetype" && has(head, b"application/epub+zip") {
        return Format::Epub;
    }
    let picture = [".jpg", ".jpeg", ".png", ".webp", ".gif"].iter().any(|e| name.ends_with(e.as_bytes()));
    if picture || name.ends_with(b"comicinfo.xml") { Format::Cbz } else { Format::Zip }
}

fn has(head: &[u8], mark: &[u8]) -> bool {
    head.windows(mark.len()).any(|window| window == mark)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_format_stands_at_its_place() {
        for (place, about) in ABOUT.iter().enumerate() {
            assert_eq!(about.0 as usize, place);
            assert_eq!(Format::from_word(about.0.word()), Some(about.0));
        }
    }

    #[test]
    fn beginnings_tell() {
        let mut mp3 = vec![0xFF, 0xFB, 0x90, 0x00];
        mp3.resize(417, 0);
        mp3.extend([0xFF, 0xFB, 0x90, 0x00]);
        let mut tagged = b"ID3\x04\0\0\0\0\0\x02zz".to_vec();
        tagged.extend(b"fLaC");
        let cases: [(&[u8], Option<Format>); 13] = [
            (b"fLaC\0\0\0\x22", Some(Format::Flac)),
            (b"RIFF\x24\0\0\0WAVEfmt ", Some(Format::Wav)),
            (b"RIFF\x24\0\0\0WEBPVP8 ", Some(Format::Webp)),
            (b"FORM\0\0\0\x24AIFFCOMM", Some(Format::Aiff)),
            (b"\0\0\0\x20ftypM4A ", Some(Format::M4a)),
            (b"%PDF-1.7", Some(Format::Pdf)),
            (b"#EXTM3U\n#EXT-X-VERSION:3", Some(Format::Hls)),
            (&mp3, Some(Format::Mp3)),
            (&tagged, Some(Format::Flac)),
            (b"Dear label, here is my song", None),
            (b"\xFF\xFE<\0h\0t\0m\0l\0", None),
            (b"", None),
            (&[0; 4_096], None),
        ];
        for (head, want) in cases {
            assert_eq!(sniff(head), want, "{:?}", String::from_utf8_lossy(&head[..head.len().min(20)]));
        }
    }
}
