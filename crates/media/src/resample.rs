//! From one number of samples a second to another, without the delay of the filter.
//!
//! Each sample that goes out is the sound at its instant, read through a sinc of finite length (Kaiser window, some
//! 100 dB down beyond the band): the rates of studios meet in so few phases that all filters are kept. Between others
//! the nearest two of 512 phases are mixed.

use std::f64::consts::PI;

use crate::flaw::Flaw;

/// Taps of the filter at rates that rise; falling rates take more.
const TAPS: usize = 96;
/// How much of the narrower band passes: 21 of 22 kHz.
const BAND: f64 = 0.96;
/// Shape of the Kaiser window.
const BETA: f64 = 10.0;
/// Most phases that are kept.
const PHASES: u64 = 512;

/// Resamples interleaved sound as it comes by.
pub(crate) struct Resampler {
    channels: usize,
    taps: usize,
    phases: u64,
    /// Filters one behind the other, and the first once more.
    filters: Vec<f32>,
    /// The rates without their common divisor.
    from: u64,
    to: u64,
    /// Samples that may still be needed, interleaved; the first stands at `dropped`.
    held: Vec<f32>,
    dropped: u64,
    /// Samples of each channel that came, and that were given.
    came: u64,
    given: u64,
}

impl Resampler {
    pub(crate) fn new(from: u32, to: u32, channels: usize) -> Result<Resampler, Flaw> {
        if from == 0 || to == 0 || channels == 0 {
            return Err(Flaw::new(
                "sound-rate",
                "the sound has no rate",
                "send it with 48,000 samples a second",
            ));
        }
        let common = divisor(u64::from(from), u64::from(to));
        let (from, to) = (u64::from(from) / common, u64::from(to) / common);
        let narrow = (to as f64 / from as f64).min(1.0);
        let taps = ((TAPS as f64 / narrow / 2.0).ceil() as usize) * 2;
        let phases = to.min(PHASES);
        let filters =
            (0..=phases).flat_map(|p| filter(taps, narrow * BAND, p as f64 / phases as f64)).collect();
        // Silence before the first sample, as far as the filter looks back.
        let held = vec![0.0; (taps / 2 - 1) * channels];
        Ok(Resampler { channels, taps, phases, filters, from, to, held, dropped: 0, came: 0, given: 0 })
    }

    /// Takes samples; puts what is ready behind what is in `out`.
    pub(crate) fn add(&mut self, samples: &[f32], out: &mut Vec<f32>) {
        self.came += (samples.len() / self.channels) as u64;
        self.held.extend_from_slice(samples);
        self.give(u64::MAX, out);
        let needed = self.given * self.from / self.to;
        let gone = usize::try_from(needed - self.dropped).unwrap_or(0).min(self.held.len() / self.channels);
        // Moving what is left costs as much as it is: only once it is little beside what goes.
        if gone > self.taps * 8 {
            self.held.drain(..gone * self.channels);
            self.dropped += gone as u64;
        }
    }

    /// Gives what is left: as much sound as came, at the other rate.
    pub(crate) fn finish(&mut self, out: &mut Vec<f32>) {
        self.held.resize(self.held.len() + self.taps * self.channels, 0.0);
        self.give((self.came * self.to).div_ceil(self.from), out);
    }

    fn give(&mut self, most: u64, out: &mut Vec<f32>) {
        let frames = self.held.len() / self.channels;
        while self.given < most {
            let place = self.given * self.from;
            let first = usize::try_from(place / self.to - self.dropped).unwrap_or(usize::MAX);
            if first.saturating_add(self.taps) > frames {
                break;
            }
            let range = first * self.channels..(first + self.taps) * self.channels;
            let window = self.held.get(range).unwrap_or_default();
            let part = place % self.to;
            if self.phases == self.to {
                weigh(window, self.filter(part as usize), self.channels, 1.0, out);
            } else {
                let fine = part as f64 / self.to as f64 * self.phases as f64;
                let (phase, rest) = (fine as usize, fine.fract() as f32);
                weigh(window, self.filter(phase), self.channels, 1.0 - rest, out);
                let at = out.len() - self.channels;
                let near = out.split_off(at);
                weigh(window, self.filter(phase + 1), self.channels, rest, out);
                out.iter_mut().skip(at).zip(near).for_each(|(sum, near)| *sum += near);
            }
            self.given += 1;
        }
    }

    fn filter(&self, phase: usize) -> &[f32] {
        self.filters.get(phase * self.taps..(phase + 1) * self.taps).unwrap_or_default()
    }
}

/// Puts the weighed sum of each channel behind what is in `out`.
fn weigh(window: &[f32], filter: &[f32], channels: usize, level: f32, out: &mut Vec<f32>) {
    if channels == 1 {
        // Four sums side by side, since one waits for itself.
        let mut sums = [0.0_f32; 4];
        for (samples, taps) in window.chunks_exact(4).zip(filter.chunks_exact(4)) {
            for ((sum, sample), tap) in sums.iter_mut().zip(samples).zip(taps) {
                *sum += sample * tap;
            }
        }
        let rest = window.chunks_exact(4).remainder().iter().zip(filter.chunks_exact(4).remainder());
        out.push(level * (sums.iter().sum::<f32>() + rest.map(|(s, t)| s * t).sum::<f32>()));
        return;
    }
    if channels == 2 {
        let mut sums = [0.0_f32; 4];
        for (samples, taps) in window.chunks_exact(4).zip(filter.chunks_exact(2)) {
            for ((sum, sample), tap) in sums.iter_mut().zip(samples).zip([taps[0], taps[0], taps[1], taps[1]])
            {
                *sum += sample * tap;
            }
        }
        out.extend([level * (sums[0] + sums[2]), level * (sums[1] + sums[3])]);
        return;
    }
    for channel in 0..channels {
        let samples = window.iter().skip(channel).step_by(channels);
        out.push(level * samples.zip(filter).map(|(s, t)| s * t).sum::<f32>());
    }
}

/// The filter that reads the sound so much of a sample behind the middle of its window; its taps add up to one.
fn filter(taps: usize, band: f64, part: f64) -> Vec<f32> {
    let half = taps as f64 / 2.0;
    let raw: Vec<f64> = (0..taps)
        .map(|k| {
            let away = k as f64 - half + 1.0 - part;
            let turn = PI * band * away;
            let sinc = if turn.abs() < 1e-9 { 1.0 } else { turn.sin() / turn };
            let edge = (1.0 - (away / half).powi(2)).max(0.0);
            sinc * bessel(BETA * edge.sqrt())
        })
        .collect();
    let sum: f64 = raw.iter().sum();
    raw.into_iter().map(|tap| (tap / sum) as f32).collect()
}

/// The modified Bessel function of order zero, by its series.
fn bessel(x: f64) -> f64 {
    let (mut sum, mut term) = (1.0, 1.0);
    for n in 1..60 {
        term *= (x / (2.0 * f64::from(n))).powi(2);
        sum += term;
    }
    sum
}

fn divisor(a: u64, b: u64) -> u64 {
    if b == 0 { a.max(1) } else { divisor(b, a % b) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sine(hertz: f64, rate: u32, count: usize) -> Vec<f32> {
        (0..count).map(|n| ((n as f64) * hertz / f64::from(rate) * 2.0 * PI).sin() as f32).collect()
    }

    /// Sines come out as the same sines at the other rate, at the same place; what the new rate cannot hold is gone.
    #[test]
    fn a_sine_stays_a_sine_where_it_was() {
        for (from, hertz) in
            [(44_100, 1_000.0), (44_100, 15_000.0), (96_000, 1_000.0), (8_000, 440.0), (44_056, 997.0)]
        {
            let mut resampler = Resampler::new(from, 48_000, 1).unwrap();
            let mut out = Vec::new();
            for block in sine(hertz, from, from as usize).chunks(1_152) {
                resampler.add(block, &mut out);
            }
            resampler.finish(&mut out);
            assert_eq!(out.len(), 48_000, "{from}");
            let want = sine(hertz, 48_000, 48_000);
            let worst = out[2_000..46_000].iter().zip(&want[2_000..46_000]).map(|(a, b)| (a - b).abs());
            let worst = worst.fold(0.0, f32::max);
            assert!(worst < 0.001, "{from} {hertz}: {worst}");
        }
        let mut resampler = Resampler::new(96_000, 48_000, 2).unwrap();
        let mut out = Vec::new();
        let high: Vec<f32> = sine(30_000.0, 96_000, 96_000).into_iter().flat_map(|s| [s, s]).collect();
        resampler.add(&high, &mut out);
        let loudest = out[4_000..80_000].iter().fold(0.0_f32, |a, s| a.max(s.abs()));
        assert!(loudest < 0.0003, "{loudest}");
    }
}
