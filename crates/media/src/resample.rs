//! From one number of samples a second to another, without the delay of the filter.

use rubato::audioadapter_buffers::direct::InterleavedSlice;
use rubato::{Fft, FixedSync, Indexing, Resampler as _};

use crate::flaw::Flaw;

/// How many samples of each channel go through at a time.
const CHUNK: usize = 1_024;

/// Resamples interleaved sound as it comes by.
pub(crate) struct Resampler {
    inner: Fft<f32>,
    channels: usize,
    waiting: Vec<f32>,
    out: Vec<f32>,
    /// Samples of each channel to leave out at the beginning: the filter's delay.
    skip: usize,
    /// Samples of each channel that came, and that were given.
    came: u64,
    given: u64,
    ratio: (u64, u64),
}

impl Resampler {
    pub(crate) fn new(from: u32, to: u32, channels: usize) -> Result<Resampler, Flaw> {
        let inner = Fft::new(from as usize, to as usize, CHUNK, channels, FixedSync::Input).map_err(|e| odd(&e))?;
        let out = vec![0.0; inner.output_frames_max() * channels];
        let skip = inner.output_delay();
        let ratio = (u64::from(from), u64::from(to));
        Ok(Resampler { inner, channels, waiting: Vec::new(), out, skip, came: 0, given: 0, ratio })
    }

    /// Takes samples; puts what is ready behind what is in `out`.
    pub(crate) fn add(&mut self, samples: &[f32], out: &mut Vec<f32>) -> Result<(), Flaw> {
        self.came += (samples.len() / self.channels) as u64;
        self.waiting.extend_from_slice(samples);
        let mut from = 0;
        loop {
            let need = self.inner.input_frames_next() * self.channels;
            if self.waiting.len() - from < need {
                break;
            }
            self.chunk(from, need, None, out)?;
            from += need;
        }
        self.waiting.drain(..from);
        Ok(())
    }

    /// Gives what is left: as much sound as came, at the other rate.
    pub(crate) fn finish(&mut self, out: &mut Vec<f32>) -> Result<(), Flaw> {
        let want = (self.came * self.ratio.1).div_ceil(self.ratio.0);
        let mut rounds = 0;
        while self.given < want && rounds < 64 {
            let frames = self.waiting.len() / self.channels;
            let need = self.inner.input_frames_next() * self.channels;
            self.waiting.resize(need, 0.0);
            self.chunk(0, need, Some(frames), out)?;
            self.waiting.clear();
            rounds += 1;
        }
        let over = self.given.saturating_sub(want) as usize * self.channels;
        out.truncate(out.len().saturating_sub(over));
        Ok(())
    }

    fn chunk(
        &mut self,
        from: usize,
        need: usize,
        partial: Option<usize>,
        out: &mut Vec<f32>,
    ) -> Result<(), Flaw> {
        let samples = self.waiting.get(from..from + need).unwrap_or_default();
        let input = InterleavedSlice::new(samples, self.channels, need / self.channels).map_err(|e| odd(&e))?;
        let frames = self.out.len() / self.channels;
        let mut output =
            InterleavedSlice::new_mut(&mut self.out, self.channels, frames).map_err(|e| odd(&e))?;
        let indexing = partial.map(|frames| Indexing::new().partial_len(frames));
        let (_, made) =
            self.inner.process_into_buffer(&input, &mut output, indexing.as_ref()).map_err(|e| odd(&e))?;
        let skip = self.skip.min(made);
        self.skip -= skip;
        self.given += (made - skip) as u64;
        out.extend_from_slice(self.out.get(skip * self.channels..made * self.channels).unwrap_or_default());
        Ok(())
    }
}

fn odd(error: &dyn std::fmt::Display) -> Flaw {
    Flaw::new("sound-rate", format!("the sound cannot be resampled: {error}"), "send it with 48,000 samples a second")
}
