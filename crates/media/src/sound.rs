//! Sound, decoded block by block: MP3, FLAC, WAV, AIFF, AAC, M4A (AAC, ALAC), Ogg Vorbis and Opus.
//!
//! Memory stays that of a block whatever the file says of itself. Packets that cannot be decoded are left out and
//! counted; a file that ends before it said it would is told so at the end.

use std::io::{Read, Seek, SeekFrom};

use symphonia::core::codecs::audio::{AudioDecoder, AudioDecoderOptions};
use symphonia::core::errors::Error;
use symphonia::core::formats::probe::Hint;
use symphonia::core::formats::{FormatOptions, FormatReader, TrackType};
use symphonia::core::io::{MediaSource, MediaSourceStream};
use symphonia::core::meta::MetadataOptions;

use crate::edit_list;
use crate::flaw::Flaw;
use crate::format::Format;
use crate::opus::OpusSource;

/// Longest sound that is decoded, in seconds: a day.
pub const LONGEST_S: u64 = 24 * 3_600;
/// Most channels that are decoded.
pub const MOST_CHANNELS: usize = 8;
/// Samples a second that are believed.
const RATES: std::ops::RangeInclusive<u32> = 4_000..=768_000;
/// How many undecodable packets in a row end a file.
const BROKEN_IN_A_ROW: u32 = 500;

/// Bytes that can be read and sought, as from a file.
pub trait Input: Read + Seek + Send + Sync {}
impl<T: Read + Seek + Send + Sync> Input for T {}

/// A sound on its way.
pub struct Sound {
    source: Source,
    rate: u32,
    channels: usize,
    frames: u64,
    expected: Option<u64>,
    broken: u64,
    /// Samples of each channel at the beginning that are not heard.
    skip: u64,
    /// How many are heard after them, where the container says so.
    most: Option<u64>,
    end: Option<End>,
}

/// How a sound ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct End {
    /// What is wrong with it, if anything; what was decoded is good all the same.
    pub flaw: Option<Flaw>,
    /// How many packets were left out.
    pub broken: u64,
}

enum Source {
    Symphonia { format: Box<dyn FormatReader>, decoder: Box<dyn AudioDecoder>, track: u32, ends_in: Ending },
    Opus(OpusSource<Box<dyn Input>>),
}

/// What tells that the end is the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ending {
    /// The container says how long it is.
    Told,
    /// Pages, the last of which is marked; whether it is.
    Marked(bool),
}

impl std::fmt::Debug for Sound {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Sound { rate, channels, frames, .. } = self;
        write!(f, "Sound {{ rate: {rate}, channels: {channels}, frames: {frames}, … }}")
    }
}

struct Held(Box<dyn Input>, u64);

impl Read for Held {
    fn read(&mut self, block: &mut [u8]) -> std::io::Result<usize> {
        self.0.read(block)
    }
}

impl Seek for Held {
    fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
        self.0.seek(to)
    }
}

impl MediaSource for Held {
    fn is_seekable(&self) -> bool {
        true
    }

    fn byte_len(&self) -> Option<u64> {
        Some(self.1)
    }
}

impl Sound {
    /// Opens a sound of a kind that [`crate::format::sniff`] told.
    ///
    /// # Errors
    /// A [`Flaw`] where nothing of it can be decoded.
    pub fn open(mut input: Box<dyn Input>, format: Format) -> Result<Sound, Flaw> {
        let bytes = input.seek(SeekFrom::End(0)).map_err(|e| Flaw::unread(&e))?;
        let paged = matches!(format, Format::Vorbis | Format::Opus | Format::OggFlac);
        let marked =
            if paged { ends_marked(&mut *input, bytes).map_err(|e| Flaw::unread(&e))? } else { true };
        // A list that cannot be read is as good as none: the file plays from its first sample.
        let part = if format == Format::M4a { edit_list::heard(&mut *input).unwrap_or(None) } else { None };
        input.seek(SeekFrom::Start(0)).map_err(|e| Flaw::unread(&e))?;
        if format == Format::Opus {
            return Sound::opus(input, marked);
        }
        let ends_in = if paged { Ending::Marked(marked) } else { Ending::Told };
        Ok(Sound::symphonia(input, bytes, format, ends_in)?.part(part))
    }

    fn opus(input: Box<dyn Input>, marked: bool) -> Result<Sound, Flaw> {
        let source = OpusSource::open(input)?;
        let channels = source.channels();
        Ok(Sound {
            source: Source::Opus(source),
            rate: 48_000,
            channels,
            frames: 0,
            expected: None,
            broken: 0,
            skip: 0,
            most: None,
            end: None,
        }
        .marked(marked))
    }

    fn marked(mut self, marked: bool) -> Sound {
        if let Source::Opus(source) = &mut self.source {
            source.set_marked(marked);
        }
        self
    }

    fn symphonia(input: Box<dyn Input>, bytes: u64, format: Format, ends_in: Ending) -> Result<Sound, Flaw> {
        let mut hint = Hint::new();
        hint.with_extension(format.ending());
        let stream = MediaSourceStream::new(Box::new(Held(input, bytes)), Default::default());
        let reader = symphonia::default::get_probe()
            .probe(&hint, stream, FormatOptions::default(), MetadataOptions::default())
            .map_err(|e| unreadable(&e))?;
        let none =
            || Flaw::new("sound-missing", "the file holds no sound", "send the file that holds the sound");
        let track = reader.default_track(TrackType::Audio).ok_or_else(none)?;
        let params = track.codec_params.as_ref().and_then(|p| p.audio()).ok_or_else(none)?;
        let decoder = symphonia::default::get_codecs()
            .make_audio_decoder(params, &AudioDecoderOptions::default().verify(true))
            .map_err(|e| unreadable(&e))?;
        let (rate, channels) =
            (params.sample_rate.unwrap_or(0), params.channels.as_ref().map_or(0, |c| c.count()));
        let (track, expected) = (track.id, track.num_frames);
        let mut sound = Sound {
            source: Source::Symphonia { format: reader, decoder, track, ends_in },
            rate,
            channels,
            frames: 0,
            expected,
            broken: 0,
            skip: 0,
            most: None,
            end: None,
        };
        if sound.rate != 0 && sound.channels != 0 {
            sound.check()?;
        }
        sound.source_is_plausible();
        Ok(sound)
    }

    /// Only a part is heard; the rest was put there by an encoder that needs whole packets.
    fn part(mut self, part: Option<edit_list::Part>) -> Sound {
        // A file whose track counts otherwise than in samples is played whole.
        if let Some(part) = part.filter(|p| self.rate != 0 && p.scale == self.rate) {
            self.skip = part.skip;
            let length = part.length_ms.saturating_mul(u64::from(self.rate)) / 1_000;
            let told = self.expected.map_or(u64::MAX, |all| all.saturating_sub(part.skip));
            // Milliseconds are coarser than samples: up to one of them more is still the same length.
            let most = length.saturating_add(u64::from(self.rate) / 1_000).min(told);
            (self.most, self.expected) = (Some(most), Some(most.min(length)));
        }
        self
    }

    /// Leaves out of a block what is not heard; whether there is more to come.
    fn trim(&mut self, out: &mut Vec<f32>) -> bool {
        let channels = self.channels.max(1);
        let before = usize::try_from(self.skip).unwrap_or(usize::MAX).min(out.len() / channels);
        out.drain(..before * channels);
        self.skip -= before as u64;
        let Some(most) = self.most else { return true };
        let left = usize::try_from(most.saturating_sub(self.frames)).unwrap_or(usize::MAX);
        out.truncate(left.saturating_mul(channels));
        left > out.len() / channels
    }

    /// A length beyond what is ever decoded is not believed.
    fn source_is_plausible(&mut self) {
        self.expected =
            self.expected.filter(|frames| *frames / u64::from(self.rate.max(1)) <= LONGEST_S * 10);
    }

    fn check(&self) -> Result<(), Flaw> {
        if self.channels == 0 || self.channels > MOST_CHANNELS {
            let words = format!("the sound has {} channels", self.channels);
            return Err(Flaw::new("sound-channels", words, "send it with at most 8 channels"));
        }
        if !RATES.contains(&self.rate) {
            let words = format!("the sound has {} samples a second", self.rate);
            return Err(Flaw::new("sound-rate", words, "send it with 44,100 or 48,000 samples a second"));
        }
        Ok(())
    }

    /// Samples a second; known once a block was read.
    pub fn rate(&self) -> u32 {
        self.rate
    }

    /// How many channels; known once a block was read.
    pub fn channels(&self) -> usize {
        self.channels
    }

    /// Samples of each channel that were decoded so far.
    pub fn frames(&self) -> u64 {
        self.frames
    }

    /// Puts the next block of interleaved samples into `out`, replacing what was there; `false` at the end.
    ///
    /// # Errors
    /// A [`Flaw`] where not even one packet could be decoded, or the sound changes in the middle.
    pub fn next(&mut self, out: &mut Vec<f32>) -> Result<bool, Flaw> {
        out.clear();
        if self.end.is_some() {
            return Ok(false);
        }
        if self.frames > LONGEST_S * u64::from(self.rate.max(1)) {
            let words = format!("the sound is longer than {} hours", LONGEST_S / 3_600);
            return Err(Flaw::new("sound-too-long", words, "send it in parts"));
        }
        let mut end = match &mut self.source {
            Source::Opus(_) => self.next_opus(out)?,
            Source::Symphonia { .. } => self.next_packet(out)?,
        };
        // At the end of what is heard the sound is whole, whatever packets follow.
        end |= !self.trim(out);
        self.frames += (out.len() / self.channels.max(1)) as u64;
        if end {
            self.finish()?;
        }
        Ok(!out.is_empty() || !end)
    }

    /// How it ended; `None` before its end.
    pub fn end(&self) -> Option<&End> {
        self.end.as_ref()
    }

    fn next_opus(&mut self, out: &mut Vec<f32>) -> Result<bool, Flaw> {
        let Source::Opus(source) = &mut self.source else { return Ok(true) };
        let more = source.next(out)?;
        self.broken = source.broken();
        Ok(!more)
    }

    fn next_packet(&mut self, out: &mut Vec<f32>) -> Result<bool, Flaw> {
        let Source::Symphonia { format, decoder, track, .. } = &mut self.source else { return Ok(true) };
        let mut in_a_row = 0;
        while in_a_row < BROKEN_IN_A_ROW {
            let packet = match format.next_packet() {
                Ok(Some(packet)) => packet,
                // Nothing more can be read; whether that is the end is told by how much there was.
                Ok(None) | Err(Error::IoError(_) | Error::ResetRequired) => return Ok(true),
                Err(Error::DecodeError(_)) => {
                    self.broken += 1;
                    in_a_row += 1;
                    continue;
                }
                Err(_) => {
                    self.broken += 1;
                    return Ok(true);
                }
            };
            if packet.track_id != *track {
                continue;
            }
            let decoded = match decoder.decode(&packet) {
                Ok(decoded) => decoded,
                Err(Error::DecodeError(_) | Error::IoError(_)) => {
                    self.broken += 1;
                    in_a_row += 1;
                    continue;
                }
                Err(_) => {
                    self.broken += 1;
                    return Ok(true);
                }
            };
            if decoded.frames() == 0 {
                continue;
            }
            let (rate, channels) = (decoded.spec().rate(), decoded.spec().channels().count());
            decoded.copy_to_vec_interleaved(out);
            return self.took(rate, channels).map(|()| false);
        }
        Ok(true)
    }

    /// The first block says what the sound is; a later one that says otherwise ends it.
    fn took(&mut self, rate: u32, channels: usize) -> Result<(), Flaw> {
        if self.frames == 0 {
            (self.rate, self.channels) = (rate, channels);
            return self.check();
        }
        if (self.rate, self.channels) == (rate, channels) {
            return Ok(());
        }
        let words = format!(
            "the sound changes from {} channels and {} samples a second to {channels} and {rate}",
            self.channels, self.rate
        );
        Err(Flaw::new("sound-changes", words, "send a file that keeps one form throughout"))
    }

    fn finish(&mut self) -> Result<(), Flaw> {
        if self.frames == 0 {
            let hint = "listen to the file; if it plays, send it in another format";
            return Err(Flaw::new("sound-empty", "nothing of the sound can be decoded", hint));
        }
        let (marked, verified) = match &mut self.source {
            Source::Symphonia { decoder, ends_in, .. } => {
                (*ends_in != Ending::Marked(false), decoder.finalize().verify_ok)
            }
            Source::Opus(source) => (source.is_marked(), None),
        };
        // A thousandth, or a packet, may be missing where encoders count differently.
        let short = self.expected.is_some_and(|e| self.frames + 4_608.max(e / 1_000) < e);
        let flaw = if short || !marked {
            Some(truncated())
        } else if self.broken > 0 || verified == Some(false) {
            let words = match self.broken {
                0 => "what is decoded differs from the check sum that the file carries".to_owned(),
                count => format!("{count} packets cannot be decoded and were left out"),
            };
            Some(Flaw::new("sound-corrupt", words, "send the file again from the master"))
        } else {
            None
        };
        self.end = Some(End { flaw, broken: self.broken });
        Ok(())
    }
}

pub(crate) fn truncated() -> Flaw {
    Flaw::new(
        "sound-truncated",
        "the file ends before its sound does",
        "send the file again; the upload broke off",
    )
}

fn unreadable(error: &Error) -> Flaw {
    let hint = "send the file again, or in another format";
    match error {
        Error::IoError(e) if e.kind() == std::io::ErrorKind::UnexpectedEof => truncated(),
        Error::IoError(e) => Flaw::unread(e),
        // The index of an MPEG-4 file stands at its end more often than not.
        Error::Unsupported(what) if what.contains("missing moov") => truncated(),
        Error::Unsupported(what) => {
            Flaw::new("sound-unsupported", format!("the sound uses what is not decoded here: {what}"), hint)
        }
        other => Flaw::new("sound-corrupt", format!("the sound cannot be decoded: {other}"), hint),
    }
}

/// Whether the last page of an Ogg file is marked as the last.
fn ends_marked(input: &mut dyn Input, bytes: u64) -> std::io::Result<bool> {
    const PAGE: u64 = 27 + 255 + 255 * 255;
    input.seek(SeekFrom::Start(bytes.saturating_sub(PAGE)))?;
    let mut tail = Vec::new();
    input.take(PAGE).read_to_end(&mut tail)?;
    let last = tail.windows(6).rposition(|w| w.starts_with(b"OggS") && w.get(4) == Some(&0));
    let whole = last.is_some_and(|at| {
        let page = tail.get(at..).unwrap_or_default();
        let segments = page.get(26).map_or(0, |n| usize::from(*n));
        let size: usize =
            page.get(27..27 + segments).unwrap_or_default().iter().map(|s| usize::from(*s)).sum();
        page.get(5).is_some_and(|flags| flags & 4 != 0) && page.len() >= 27 + segments + size
    });
    Ok(whole)
}
