//! Opus in Ogg (RFC 7845): one rendition for players, and reading what comes as Opus.
//!
//! The rendition is seekable (a page each second) and free of gaps: what the encoder puts before the sound is told as
//! pre-skip, and the last page says at which sample the sound ends. The same sound gives the same bytes.

use std::io::{self, Read, Seek, Write};

use ogg::writing::{PacketWriteEndInfo, PacketWriter};
use ropus::{Application, Bitrate, Channels, DecodeMode, Decoder, Encoder, Signal};

use crate::flaw::Flaw;
use crate::resample::Resampler;

/// Kilobits a second of the rendition in stereo; transparent to most ears in public listening tests.
pub const STEREO_KBPS: u32 = 128;
/// The same for one channel.
pub const MONO_KBPS: u32 = 96;
/// Samples of each channel in a packet: 20 ms.
const PACKET: usize = 960;
/// Packets in a page: a second, so that a seek lands near.
const PAGE: u32 = 50;
/// Largest packet (RFC 6716, three frames of 1,275 bytes and their lengths).
const LARGEST: usize = 4_000;

/// Encodes sound into one Opus rendition as it comes by.
pub struct OpusWriter<W: Write> {
    encoder: Encoder,
    out: PacketWriter<'static, W>,
    resampler: Option<Resampler>,
    /// Channels of what comes, and of what goes out.
    from: usize,
    to: usize,
    serial: u32,
    pre_skip: u64,
    /// Samples at 48 kHz that came out of the resampler, and those not encoded yet, interleaved.
    taken: u64,
    waiting: Vec<f32>,
    packets: u64,
    /// The packet before this one: only at the end it is known which is the last.
    held: Option<Vec<u8>>,
    mixed: Vec<f32>,
    block: Vec<u8>,
}

impl<W: Write> std::fmt::Debug for OpusWriter<W> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "OpusWriter {{ packets: {}, … }}", self.packets)
    }
}

/// What a rendition is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rendered {
    /// Kilobits a second that were aimed at.
    pub kbps: u32,
    /// Milliseconds.
    pub duration_ms: u64,
}

impl<W: Write> OpusWriter<W> {
    /// Begins a rendition of sound of so many channels and samples a second. `serial` names the stream in its pages:
    /// any number, the same for the same sound.
    ///
    /// # Errors
    /// A [`Flaw`] where there is no encoder for it; [`Flaw::unread`] where `out` takes nothing.
    pub fn new(out: W, channels: usize, rate: u32, serial: u32) -> Result<OpusWriter<W>, Flaw> {
        let (to, count, kbps) =
            if channels == 1 { (1, Channels::Mono, MONO_KBPS) } else { (2, Channels::Stereo, STEREO_KBPS) };
        let encoder = Encoder::builder(48_000, count, Application::Audio)
            .bitrate(Bitrate::Bits(kbps * 1_000))
            .signal(Signal::Music)
            .vbr(true)
            .complexity(9)
            .build()
            .map_err(|e| Flaw::new("opus-encoder", format!("no Opus encoder: {e}"), ""))?;
        let resampler = if rate == 48_000 { None } else { Some(Resampler::new(rate, 48_000, to)?) };
        let pre_skip = u64::from(encoder.lookahead());
        let mut writer = OpusWriter {
            encoder,
            out: PacketWriter::new(out),
            resampler,
            from: channels,
            to,
            serial,
            pre_skip,
            taken: 0,
            waiting: Vec::new(),
            packets: 0,
            held: None,
            mixed: Vec::new(),
            block: vec![0; LARGEST],
        };
        let head = head(to as u8, pre_skip as u16, rate);
        writer.put(head, PacketWriteEndInfo::EndPage, 0)?;
        writer.put(tags(), PacketWriteEndInfo::EndPage, 0)?;
        Ok(writer)
    }

    /// Takes interleaved samples.
    ///
    /// # Errors
    /// As [`OpusWriter::new`].
    pub fn add(&mut self, samples: &[f32]) -> Result<(), Flaw> {
        let mut mixed = std::mem::take(&mut self.mixed);
        mix(samples, self.from, &mut mixed);
        match &mut self.resampler {
            Some(resampler) => resampler.add(&mixed, &mut self.waiting)?,
            None => self.waiting.extend_from_slice(&mixed),
        }
        self.mixed = mixed;
        self.encode_whole()
    }

    /// Ends the rendition; gives back where it was written to.
    ///
    /// # Errors
    /// As [`OpusWriter::new`].
    pub fn finish(mut self) -> Result<(W, Rendered), Flaw> {
        if let Some(resampler) = &mut self.resampler {
            resampler.finish(&mut self.waiting)?;
        }
        self.encode_whole()?;
        let sound = self.taken + (self.waiting.len() / self.to) as u64;
        // Silence behind the sound until the encoder has given all of it back.
        let need = (sound + self.pre_skip).div_ceil(PACKET as u64).max(1);
        self.waiting.resize(((need - self.packets_begun()) as usize) * PACKET * self.to, 0.0);
        self.encode_whole()?;
        if let Some(last) = self.held.take() {
            self.put(last, PacketWriteEndInfo::EndStream, sound + self.pre_skip)?;
        }
        let kbps = if self.to == 1 { MONO_KBPS } else { STEREO_KBPS };
        let mut out = self.out.into_inner();
        out.flush().map_err(|e| Flaw::unread(&e))?;
        Ok((out, Rendered { kbps, duration_ms: sound * 1_000 / 48_000 }))
    }

    /// Packets encoded, the one held back included.
    fn packets_begun(&self) -> u64 {
        self.packets + u64::from(self.held.is_some())
    }

    fn encode_whole(&mut self) -> Result<(), Flaw> {
        let waiting = std::mem::take(&mut self.waiting);
        let whole = waiting.chunks_exact(PACKET * self.to);
        let rest = whole.remainder().to_vec();
        for frame in whole {
            let count = self
                .encoder
                .encode_float(frame, &mut self.block)
                .map_err(|e| Flaw::new("opus-encoder", format!("the Opus encoder stopped: {e}"), ""))?;
            self.taken += PACKET as u64;
            let packet = self.block.get(..count).unwrap_or_default().to_vec();
            if let Some(before) = self.held.replace(packet) {
                self.packets += 1;
                let ends = self.packets.is_multiple_of(u64::from(PAGE));
                let info = if ends { PacketWriteEndInfo::EndPage } else { PacketWriteEndInfo::NormalPacket };
                let position = self.packets * PACKET as u64;
                self.put(before, info, position)?;
            }
        }
        self.waiting = rest;
        Ok(())
    }

    fn put(&mut self, packet: Vec<u8>, info: PacketWriteEndInfo, position: u64) -> Result<(), Flaw> {
        self.out.write_packet(packet, self.serial, info, position).map_err(|e| Flaw::unread(&e))
    }
}

fn head(channels: u8, pre_skip: u16, rate: u32) -> Vec<u8> {
    let mut head = b"OpusHead\x01".to_vec();
    head.push(channels);
    head.extend(pre_skip.to_le_bytes());
    head.extend(rate.to_le_bytes());
    // no gain, channels as usual
    head.extend([0, 0, 0]);
    head
}

fn tags() -> Vec<u8> {
    const VENDOR: &[u8] = b"tantieme";
    let mut tags = b"OpusTags".to_vec();
    tags.extend((VENDOR.len() as u32).to_le_bytes());
    tags.extend(VENDOR);
    tags.extend(0_u32.to_le_bytes());
    tags
}

/// One channel stays one, two stay two; more are mixed to two as ITU-R BS.775 says, with the whole lowered so that
/// nothing is cut off.
fn mix(samples: &[f32], channels: usize, out: &mut Vec<f32>) {
    out.clear();
    if channels <= 2 {
        out.extend_from_slice(samples);
        return;
    }
    const HALF: f32 = std::f32::consts::FRAC_1_SQRT_2;
    // Left, right, centre, low frequencies (left out), then pairs behind and beside.
    let (left, right): (&[f32], &[f32]) = match channels {
        3 => (&[1.0, 0.0, HALF], &[0.0, 1.0, HALF]),
        4 => (&[1.0, 0.0, HALF, 0.0], &[0.0, 1.0, 0.0, HALF]),
        _ => (&[1.0, 0.0, HALF, 0.0, HALF, 0.0, HALF, 0.0], &[0.0, 1.0, HALF, 0.0, 0.0, HALF, 0.0, HALF]),
    };
    let weigh = |frame: &[f32], row: &[f32]| {
        let sum: f32 = row.iter().take(channels).sum();
        frame.iter().zip(row).map(|(s, w)| s * w).sum::<f32>() / sum
    };
    for frame in samples.chunks_exact(channels) {
        out.push(weigh(frame, left));
        out.push(weigh(frame, right));
    }
}

/// Opus as it comes in.
pub(crate) struct OpusSource<R: Read + Seek> {
    packets: ogg::PacketReader<R>,
    decoder: Decoder,
    serial: u32,
    channels: usize,
    /// Samples still to be left out at the beginning.
    skip: u64,
    /// Samples given out, and the sample at which the sound ends, once told.
    given: u64,
    pre_skip: u64,
    broken: u64,
    marked: bool,
    block: Vec<f32>,
}

impl<R: Read + Seek> OpusSource<R> {
    pub(crate) fn open(input: R) -> Result<OpusSource<R>, Flaw> {
        let corrupt = |what: &str| {
            let hint = "send the file again, or in another format";
            Flaw::new("sound-corrupt", format!("the Opus file cannot be read: {what}"), hint)
        };
        let mut packets = ogg::PacketReader::new(input);
        let head = packets.read_packet().map_err(|e| corrupt(&e.to_string()))?.ok_or_else(|| corrupt("it is empty"))?;
        let (serial, data) = (head.stream_serial(), &head.data);
        let byte = |at: usize| data.get(at).copied().unwrap_or(0);
        let channels = usize::from(byte(9));
        if !data.starts_with(b"OpusHead") || data.len() < 19 {
            return Err(corrupt("it does not begin with `OpusHead`"));
        }
        let family = byte(18);
        if family != 0 || !(1..=2).contains(&channels) {
            let words = format!("the sound uses what is not decoded here: Opus with {channels} channels");
            return Err(Flaw::new("sound-unsupported", words, "send it in stereo, or as FLAC"));
        }
        let pre_skip = u64::from(u16::from_le_bytes([byte(10), byte(11)]));
        let layout = if channels == 1 { Channels::Mono } else { Channels::Stereo };
        let decoder = Decoder::new(48_000, layout).map_err(|e| corrupt(&e.to_string()))?;
        packets.read_packet().map_err(|e| corrupt(&e.to_string()))?;
        // The longest packet is 120 ms.
        let block = vec![0.0; 5_760 * channels];
        let (given, broken, marked) = (0, 0, true);
        Ok(OpusSource { packets, decoder, serial, channels, skip: pre_skip, given, pre_skip, broken, marked, block })
    }

    pub(crate) fn channels(&self) -> usize {
        self.channels
    }

    pub(crate) fn broken(&self) -> u64 {
        self.broken
    }

    pub(crate) fn set_marked(&mut self, marked: bool) {
        self.marked = marked;
    }

    pub(crate) fn is_marked(&self) -> bool {
        self.marked
    }

    /// The next samples; `false` at the end.
    pub(crate) fn next(&mut self, out: &mut Vec<f32>) -> Result<bool, Flaw> {
        loop {
            let packet = match self.packets.read_packet() {
                Ok(Some(packet)) => packet,
                Ok(None) => return Ok(false),
                Err(ogg::OggReadError::ReadError(e)) if e.kind() != io::ErrorKind::UnexpectedEof => {
                    return Err(Flaw::unread(&e));
                }
                Err(_) => {
                    self.broken += 1;
                    return Ok(false);
                }
            };
            if packet.stream_serial() != self.serial {
                continue;
            }
            let Ok(frames) = self.decoder.decode_float(&packet.data, &mut self.block, DecodeMode::Normal) else {
                self.broken += 1;
                if self.broken > 500 {
                    return Ok(false);
                }
                continue;
            };
            let skipped = self.skip.min(frames as u64);
            self.skip -= skipped;
            let mut keep = frames as u64 - skipped;
            if packet.last_in_stream() {
                let end = packet.absgp_page().saturating_sub(self.pre_skip);
                keep = keep.min(end.saturating_sub(self.given));
            }
            self.given += keep;
            let (from, to) = (skipped as usize * self.channels, (skipped + keep) as usize * self.channels);
            out.extend_from_slice(self.block.get(from..to).unwrap_or_default());
            if packet.last_in_stream() {
                return Ok(false);
            }
            if keep > 0 {
                return Ok(true);
            }
        }
    }
}
