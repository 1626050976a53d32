//! Loudness after EBU R128, and what follows from it: ReplayGain 2.

use ebur128::{EbuR128, Mode};

/// Where ReplayGain 2 sets the loudness of a track: −18 LUFS, in thousandths.
pub const REFERENCE_MLUFS: i64 = -18_000;

/// How loud something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Loudness {
    /// Integrated loudness in thousandths of LUFS; `None` for silence and what is shorter than 400 ms.
    pub integrated_mlufs: Option<i64>,
    /// Loudness range in thousandths of LU.
    pub range_mlu: Option<i64>,
    /// True peak in thousandths of dBTP; `None` for silence.
    pub peak_mdbtp: Option<i64>,
}

/// Measures sound as it comes by. Its memory does not grow with the length.
pub struct Meter {
    state: Option<EbuR128>,
    channels: u32,
}

impl std::fmt::Debug for Meter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Meter(…)")
    }
}

impl Meter {
    /// A meter for sound of so many channels and samples a second; one that measures nothing where they are beyond
    /// what EBU R128 knows.
    pub fn new(channels: u32, rate: u32) -> Meter {
        let mode = Mode::I | Mode::LRA | Mode::TRUE_PEAK | Mode::HISTOGRAM;
        Meter { state: EbuR128::new(channels, rate, mode).ok(), channels }
    }

    /// Takes interleaved samples, full scale being ±1.
    pub fn add(&mut self, samples: &[f32]) {
        if let Some(state) = &mut self.state {
            // The one way to fail is a number of samples that is no multiple of the channels; the rest still counts.
            let _ = state.add_frames_f32(samples);
        }
    }

    /// What was measured.
    pub fn finish(self) -> Loudness {
        let Some(state) = self.state else { return Loudness::default() };
        let peak = (0..self.channels).filter_map(|c| state.true_peak(c).ok()).fold(0.0, f64::max);
        Loudness {
            integrated_mlufs: state.loudness_global().ok().and_then(thousandths),
            range_mlu: state.loudness_range().ok().and_then(thousandths),
            peak_mdbtp: (peak > 0.0).then(|| 20.0 * peak.log10()).and_then(thousandths),
        }
    }
}

fn thousandths(value: f64) -> Option<i64> {
    value.is_finite().then(|| (value * 1_000.0).round() as i64)
}

/// A true peak in thousandths of dBTP as millionths of full scale; may exceed a million.
pub fn peak_ppm(mdbtp: i64) -> i64 {
    (10_f64.powf(mdbtp as f64 / 20_000.0) * 1_000_000.0).round() as i64
}

/// The loudness of several tracks together in thousandths of LUFS: the mean of their energies weighted by duration
/// (milliseconds, thousandths of LUFS). `None` where there are none.
pub fn together(tracks: impl Iterator<Item = (i64, i64)>) -> Option<i64> {
    let (mut energy, mut time) = (0.0, 0.0);
    for (ms, mlufs) in tracks {
        energy += ms.max(0) as f64 * 10_f64.powf(mlufs as f64 / 10_000.0);
        time += ms.max(0) as f64;
    }
    if time > 0.0 && energy > 0.0 { thousandths(10.0 * (energy / time).log10()) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// EBU Tech 3341, case 1: a stereo sine of 1 kHz at −23 dBFS for 20 s measures −23.0 LUFS ± 0.1.
    #[test]
    fn a_sine_of_minus_23_measures_minus_23() {
        let level = 10_f32.powf(-23.0 / 20.0);
        let mut meter = Meter::new(2, 48_000);
        for second in 0..20 {
            let samples: Vec<f32> = (0..96_000)
                .map(|n| {
                    let at = (second * 48_000 + n / 2) as f32;
                    level * (at * 1_000.0 * std::f32::consts::TAU / 48_000.0).sin()
                })
                .collect();
            meter.add(&samples);
        }
        let loudness = meter.finish();
        assert!((loudness.integrated_mlufs.unwrap() + 23_000).abs() <= 100, "{loudness:?}");
        assert!((loudness.peak_mdbtp.unwrap() + 23_000).abs() <= 200, "{loudness:?}");
        assert!(loudness.range_mlu.unwrap() < 200);
    }

    #[test]
    fn silence_and_impossible_sound_measure_nothing() {
        let mut meter = Meter::new(2, 44_100);
        meter.add(&[0.0; 88_200]);
        assert_eq!(meter.finish(), Loudness { range_mlu: Some(0), ..Loudness::default() });
        let mut meter = Meter::new(0, 0);
        meter.add(&[1.0]);
        assert_eq!(meter.finish(), Loudness::default());
    }

    #[test]
    fn tracks_together_weigh_by_duration() {
        assert_eq!(together([(1_000, -18_000), (3_000, -18_000)].into_iter()), Some(-18_000));
        assert_eq!(together(std::iter::empty()), None);
        assert_eq!(together([(1_000, -10_000), (0, -50_000)].into_iter()), Some(-10_000));
        assert_eq!((peak_ppm(0), peak_ppm(-6_021)), (1_000_000, 499_977));
    }
}
