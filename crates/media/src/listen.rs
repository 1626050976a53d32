//! What is found when a file's sound is decoded once: integrity, duration, loudness, waveform, and the rendition.

use std::io::Write;

use crate::address::Address;
use crate::flaw::Flaw;
use crate::format::Format;
use crate::loudness::{Loudness, Meter};
use crate::opus::{OpusWriter, Rendered};
use crate::sound::{Input, Sound};
use crate::waveform::Peaks;

/// What decoding found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Milliseconds of sound that can be heard.
    pub duration_ms: u64,
    /// Samples a second.
    pub rate: u32,
    /// How many channels.
    pub channels: usize,
    /// How loud it is.
    pub loudness: Loudness,
    /// Its waveform ([`crate::waveform`]).
    pub peaks: Vec<u8>,
    /// What is wrong with it although it plays.
    pub flaw: Option<Flaw>,
}

/// Decodes a sound once, and writes its Opus rendition to `out` where there is one. `heard` is told the milliseconds
/// decoded so far, a few times a second of work; it may end the work by saying `false`.
///
/// # Errors
/// A [`Flaw`] where nothing of it can be used; `interrupted` where `heard` ended it.
pub fn listen<W: Write>(
    input: Box<dyn Input>,
    format: Format,
    address: &Address,
    out: Option<W>,
    heard: &mut dyn FnMut(u64) -> bool,
) -> Result<(Found, Option<(W, Rendered)>), Flaw> {
    let mut sound = Sound::open(input, format)?;
    let mut block = Vec::new();
    // The first block says what the sound is.
    while block.is_empty() && sound.next(&mut block)? {}
    let (rate, channels) = (sound.rate(), sound.channels());
    let mut meter = Meter::new(channels as u32, rate);
    let mut peaks = Peaks::new(channels);
    let serial = u32::from_be_bytes([address.0[0], address.0[1], address.0[2], address.0[3]]);
    let mut opus = out.map(|out| OpusWriter::new(out, channels, rate, serial)).transpose()?;
    let mut told = 0;
    loop {
        tame(&mut block);
        meter.add(&block);
        peaks.add(&block);
        if let Some(opus) = &mut opus {
            opus.add(&block)?;
        }
        let ms = sound.frames() * 1_000 / u64::from(rate.max(1));
        if ms >= told + 5_000 {
            told = ms;
            if !heard(ms) {
                return Err(Flaw::new("interrupted", "the work was interrupted", ""));
            }
        }
        if !sound.next(&mut block)? {
            break;
        }
    }
    let found = Found {
        duration_ms: sound.frames() * 1_000 / u64::from(rate.max(1)),
        rate,
        channels,
        loudness: meter.finish(),
        peaks: peaks.finish(),
        flaw: sound.end().and_then(|end| end.flaw.clone()),
    };
    Ok((found, opus.map(OpusWriter::finish).transpose()?))
}

/// Floating-point files may hold what is no number, or far beyond full scale; both would spoil every measure.
fn tame(block: &mut [f32]) {
    for sample in block {
        *sample = if sample.is_finite() { sample.clamp(-8.0, 8.0) } else { 0.0 };
    }
}
