//! The shape of a sound for the eye: the loudest sample in each of a few hundred columns.

/// Most columns of a waveform.
pub const COLUMNS: usize = 800;

/// Collects peaks as sound comes by, in bounded memory whatever the length: when there are too many columns, two
/// become one.
#[derive(Debug, Clone)]
pub struct Peaks {
    channels: usize,
    columns: Vec<f32>,
    /// Samples of each channel in a column, and in the one that is open.
    width: u64,
    open: (f32, u64),
}

impl Peaks {
    /// For sound of so many channels.
    pub fn new(channels: usize) -> Peaks {
        Peaks { channels: channels.max(1), columns: Vec::new(), width: 64, open: (0.0, 0) }
    }

    /// Takes interleaved samples, full scale being ±1.
    pub fn add(&mut self, samples: &[f32]) {
        for frame in samples.chunks(self.channels) {
            let peak = frame.iter().fold(0.0_f32, |peak, s| peak.max(s.abs()));
            self.open.0 = self.open.0.max(peak);
            self.open.1 += 1;
            if self.open.1 == self.width {
                self.close();
            }
        }
    }

    fn close(&mut self) {
        self.columns.push(self.open.0);
        self.open = (0.0, 0);
        if self.columns.len() >= COLUMNS * 2 {
            self.columns = self.columns.chunks(2).map(|pair| pair.iter().fold(0.0, |a: f32, b| a.max(*b))).collect();
            self.width *= 2;
        }
    }

    /// The waveform: at most [`COLUMNS`] bytes, 255 is full scale or beyond.
    pub fn finish(mut self) -> Vec<u8> {
        if self.open.1 > 0 {
            self.columns.push(self.open.0);
        }
        let count = self.columns.len();
        let wanted = count.min(COLUMNS);
        (0..wanted)
            .map(|column| {
                let range = column * count / wanted..(column + 1) * count / wanted;
                let peak = self.columns.get(range).unwrap_or_default().iter().fold(0.0, |a: f32, b| a.max(*b));
                (peak.min(1.0) * 255.0).round() as u8
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_swell_rises_and_a_long_sound_takes_no_more_room() {
        let mut peaks = Peaks::new(2);
        for n in 0..2_000_000_u32 {
            let level = f64::from(n) as f32 / 2_000_000.0;
            peaks.add(&[level, -level * 0.5]);
        }
        assert!(peaks.columns.len() < COLUMNS * 2);
        let shape = peaks.finish();
        assert_eq!(shape.len(), COLUMNS);
        assert!(shape.is_sorted() && shape[0] < 3 && shape[COLUMNS - 1] >= 254, "{shape:?}");
        assert!(Peaks::new(0).finish().is_empty());
    }
}
