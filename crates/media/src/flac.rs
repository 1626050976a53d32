//! Writing FLAC (RFC 9639) with tags and a picture: for demonstrations and tests, so that a tagged file of any size can
//! be made without anybody's music.
//!
//! Fixed predictors of the second order and one Rice parameter a channel and block: half the size of WAV, and quick. It
//! knows nothing of reading: that is [`crate::sound`].

/// Samples of a block.
const BLOCK: usize = 4_096;

/// What is written beside the sound.
#[derive(Debug, Clone, Copy, Default)]
pub struct Beside<'a> {
    /// Vorbis comments: names such as `TITLE`, and texts.
    pub comments: &'a [(&'a str, &'a str)],
    /// The front cover, as JPEG.
    pub cover: Option<&'a [u8]>,
}

/// Interleaved 16-bit samples of one or two channels as a FLAC file. A piece of a sample is left out; a rate of more
/// than 655,350 and more than two channels are written as that much.
pub fn write(samples: &[i16], channels: u16, rate: u32, beside: Beside<'_>) -> Vec<u8> {
    let channels = usize::from(channels.clamp(1, 2));
    let frames = samples.len() / channels;
    let mut out = Vec::with_capacity(samples.len() + 8_192);
    out.extend(b"fLaC");
    block(&mut out, 0, &stream_info(frames as u64, channels, rate.clamp(1, 655_350)), false);
    if let Some(cover) = beside.cover {
        block(&mut out, 6, &picture(cover), false);
    }
    block(&mut out, 4, &comments(beside.comments), true);
    for (number, part) in samples.chunks(BLOCK * channels).enumerate() {
        frame(&mut out, number as u64, part, channels);
    }
    out
}

fn block(out: &mut Vec<u8>, kind: u8, body: &[u8], last: bool) {
    // Lengths have 24 bits; what is longer is not written at all rather than wrongly.
    let body = if body.len() < 1 << 24 { body } else { &[] };
    out.push(if last { 0x80 | kind } else { kind });
    out.extend(&(body.len() as u32).to_be_bytes()[1..]);
    out.extend(body);
}

fn stream_info(frames: u64, channels: usize, rate: u32) -> Vec<u8> {
    let mut info = Vec::with_capacity(34);
    info.extend((BLOCK as u16).to_be_bytes());
    info.extend((BLOCK as u16).to_be_bytes());
    info.extend([0; 6]);
    // 20 bits of rate, 3 of channels less one, 5 of bits a sample less one, 36 of samples.
    let packed = u64::from(rate) << 44 | (channels as u64 - 1) << 41 | 15 << 36 | (frames & 0xF_FFFF_FFFF);
    info.extend(packed.to_be_bytes());
    // No check sum of the whole: each block has its own.
    info.extend([0; 16]);
    info
}

fn comments(all: &[(&str, &str)]) -> Vec<u8> {
    let mut out = Vec::new();
    let text = |out: &mut Vec<u8>, text: &str| {
        out.extend((text.len() as u32).to_le_bytes());
        out.extend(text.as_bytes());
    };
    text(&mut out, "tantieme");
    out.extend((all.len() as u32).to_le_bytes());
    for (name, value) in all {
        text(&mut out, &format!("{name}={value}"));
    }
    out
}

fn picture(jpeg: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(jpeg.len() + 64);
    // 3 is the front cover; sizes and colours may be 0, which says that the picture tells them.
    out.extend(3_u32.to_be_bytes());
    out.extend(10_u32.to_be_bytes());
    out.extend(b"image/jpeg");
    out.extend([0; 20]);
    out.extend((jpeg.len() as u32).to_be_bytes());
    out.extend(jpeg);
    out
}

fn frame(out: &mut Vec<u8>, number: u64, part: &[i16], channels: usize) {
    let from = out.len();
    let count = part.len() / channels;
    let full = count == BLOCK;
    out.extend([0xFF, 0xF8]);
    // 12: 4,096 samples; 7: so many as 16 bits after the number say, less one. The rate is that of the stream.
    out.push(if full { 0xC0 } else { 0x70 });
    // Four bits of channels less one, three of the kind of samples: 16 bits.
    out.push((channels as u8 - 1) << 4 | 4 << 1);
    coded(out, number);
    if !full {
        out.extend((count.max(1) as u16 - 1).to_be_bytes());
    }
    let head = crc8(out.get(from..).unwrap_or_default());
    out.push(head);
    let mut bits = Bits { out, held: 0, count: 0 };
    for channel in 0..channels {
        let samples: Vec<i32> = part.iter().skip(channel).step_by(channels).map(|s| i32::from(*s)).collect();
        subframe(&mut bits, &samples);
    }
    bits.flush();
    let foot = crc16(out.get(from..).unwrap_or_default());
    out.extend(foot.to_be_bytes());
}

/// A number as UTF-8 would write it, up to 36 bits.
fn coded(out: &mut Vec<u8>, number: u64) {
    if number < 0x80 {
        out.push(number as u8);
        return;
    }
    let more = (1..6_u32).find(|more| number < 1 << (6 * more + (6 - more))).unwrap_or(6);
    let lead = (0xFF00_u32 >> (more + 1)) as u8;
    out.push(lead | (number >> (6 * more)) as u8);
    for place in (0..more).rev() {
        out.push(0x80 | (number >> (6 * place)) as u8 & 0x3F);
    }
}

fn subframe(bits: &mut Bits<'_>, samples: &[i32]) {
    let order = samples.len().min(2);
    bits.put(0b001_000 << 1 | (order as u64) << 1, 8);
    for sample in samples.iter().take(order) {
        bits.put(*sample as u64 & 0xFFFF, 16);
    }
    let rest: Vec<u32> =
        samples.windows(3).map(|w| w[2] - 2 * w[1] + w[0]).map(|r| (r << 1 ^ r >> 31) as u32).collect();
    let sum: u64 = rest.iter().map(|r| u64::from(*r)).sum();
    let mean = sum / (rest.len() as u64).max(1);
    // The parameter at which the tails are about as long as the heads.
    let parameter = u64::from(u64::BITS - mean.leading_zeros()).saturating_sub(1).min(14);
    bits.put(0, 6);
    bits.put(parameter, 4);
    for value in rest {
        let value = u64::from(value);
        let mut tail = value >> parameter;
        while tail >= 32 {
            bits.put(0, 32);
            tail -= 32;
        }
        bits.put(1, tail as u32 + 1);
        bits.put(value & ((1 << parameter) - 1), parameter as u32);
    }
}

struct Bits<'a> {
    out: &'a mut Vec<u8>,
    held: u64,
    count: u32,
}

impl Bits<'_> {
    /// At most 33 bits at a time, so that seven that are held and they fit into one word.
    fn put(&mut self, value: u64, count: u32) {
        self.held = self.held << count | value;
        self.count += count;
        while self.count >= 8 {
            self.count -= 8;
            self.out.push((self.held >> self.count) as u8);
        }
    }

    fn flush(&mut self) {
        if self.count > 0 {
            self.put(0, 8 - self.count);
        }
    }
}

fn crc8(bytes: &[u8]) -> u8 {
    bytes.iter().fold(0, |crc, byte| {
        (0..8).fold(crc ^ byte, |c, _| if c & 0x80 == 0 { c << 1 } else { c << 1 ^ 0x07 })
    })
}

const CRC16: [u16; 256] = {
    let mut table = [0; 256];
    let mut n = 0;
    while n < 256 {
        let (mut crc, mut bit) = ((n as u16) << 8, 0);
        while bit < 8 {
            crc = if crc & 0x8000 == 0 { crc << 1 } else { crc << 1 ^ 0x8005 };
            bit += 1;
        }
        table[n] = crc;
        n += 1;
    }
    table
};

fn crc16(bytes: &[u8]) -> u16 {
    // The index has eight bits.
    bytes.iter().fold(0, |crc, byte| crc << 8 ^ CRC16[usize::from((crc >> 8) as u8 ^ byte)])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sound::Sound;
    use crate::{Format, tag, tone};

    fn heard(file: &[u8]) -> (Vec<i16>, bool) {
        let mut sound = Sound::open(Box::new(std::io::Cursor::new(file.to_vec())), Format::Flac).unwrap();
        let (mut all, mut block) = (Vec::new(), Vec::new());
        while sound.next(&mut block).unwrap() {
            all.extend(block.iter().map(|s| (s * 32_768.0).round() as i16));
        }
        (all, sound.end().is_some_and(|e| e.flaw.is_none()))
    }

    #[test]
    fn what_is_written_is_heard() {
        let loud: Vec<i16> = (0..9_001_i32).map(|n| (n * 7_919 % 65_536 - 32_768) as i16).collect();
        for (samples, channels) in [
            (tone::music(3, 2, 2, 48_000), 2),
            (tone::music(4, 1, 1, 44_100), 1),
            (vec![0; 5_000], 1),
            (loud, 1),
        ] {
            let file = write(&samples, channels, 48_000, Beside::default());
            assert_eq!(crate::format::sniff(&file), Some(Format::Flac));
            assert!(heard(&file) == (samples, true), "{channels}");
        }
    }

    #[test]
    fn block_numbers_are_coded_as_utf_8_would() {
        for number in [0_u32, 127, 128, 2_047, 2_048, 65_535, 65_536, 1_114_111] {
            let mut out = Vec::new();
            coded(&mut out, u64::from(number));
            if let Some(c) = char::from_u32(number) {
                assert_eq!(out, c.to_string().as_bytes(), "{number}");
            }
        }
    }

    #[test]
    fn tags_and_picture_are_found_again() {
        let cover = crate::picture::drawn(5, 64).unwrap();
        let said =
            [("TITLE", "Low Tide"), ("GENRE", "Dub"), ("DISCNUMBER", "2"), ("LYRICS", "[00:01.00]so\nit")];
        let samples = tone::music(1, 1, 1, 48_000);
        let file = write(&samples, 1, 48_000, Beside { comments: &said, cover: Some(&cover) });
        let tags = tag::read(std::io::Cursor::new(&file), Format::Flac, true).unwrap();
        assert_eq!((tags.title.as_str(), tags.genre.as_str(), tags.disc), ("Low Tide", "Dub", Some(2)));
        assert_eq!((tags.lyrics.as_str(), tags.duration_ms), ("[00:01.00]so\nit", Some(1_000)));
        assert_eq!(tag::picture(std::io::Cursor::new(&file), Format::Flac).unwrap(), Some(cover));
    }
}
