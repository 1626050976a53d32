//! Short invented pieces from a number: for demonstrations and tests, so that nobody's music is needed for them.

/// Samples a second of what is made here.
pub const RATE: u32 = 44_100;

/// A short piece as WAV (16 bits, stereo): a slow chord, a plucked melody, a soft beat. The same seed gives the same
/// piece; `seconds` is 1 to 600.
pub fn piece(seed: u64, seconds: u32) -> Vec<u8> {
    wav(&samples(seed, seconds.clamp(1, 600)), 2, RATE)
}

/// A sine that rises from `from` to `to` hertz, one channel, as WAV; `level` is its peak, 1.0 being full scale.
pub fn sweep(from: f32, to: f32, seconds: u32, level: f32, rate: u32) -> Vec<u8> {
    let count = u64::from(seconds) * u64::from(rate);
    let mut phase = 0.0_f64;
    let samples: Vec<i16> = (0..count)
        .map(|n| {
            let hertz = f64::from(from) + f64::from(to - from) * n as f64 / count as f64;
            phase += hertz / f64::from(rate) * std::f64::consts::TAU;
            (phase.sin() * f64::from(level) * 32_767.0) as i16
        })
        .collect();
    wav(&samples, 1, rate)
}

/// Interleaved 16-bit samples as a WAV file.
pub fn wav(samples: &[i16], channels: u16, rate: u32) -> Vec<u8> {
    let bytes = u32::try_from(samples.len() * 2).unwrap_or(u32::MAX);
    let block = channels * 2;
    let mut out = Vec::with_capacity(samples.len() * 2 + 44);
    out.extend(b"RIFF");
    out.extend((bytes.saturating_add(36)).to_le_bytes());
    out.extend(b"WAVEfmt ");
    out.extend(16_u32.to_le_bytes());
    out.extend(1_u16.to_le_bytes());
    out.extend(channels.to_le_bytes());
    out.extend(rate.to_le_bytes());
    out.extend((rate * u32::from(block)).to_le_bytes());
    out.extend(block.to_le_bytes());
    out.extend(16_u16.to_le_bytes());
    out.extend(b"data");
    out.extend(bytes.to_le_bytes());
    out.extend(samples.iter().flat_map(|s| s.to_le_bytes()));
    out
}

struct Dice(u64);

impl Dice {
    /// The next number below `sides` (splitmix64).
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ z >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ z >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ z >> 31) % sides.max(1)
    }
}

fn samples(seed: u64, seconds: u32) -> Vec<i16> {
    // A pentatonic scale never clashes, whatever the dice say.
    const SCALES: [[i32; 5]; 3] = [[0, 2, 4, 7, 9], [0, 3, 5, 7, 10], [0, 2, 5, 7, 9]];
    let mut dice = Dice(seed);
    let scale = SCALES[dice.roll(3) as usize % 3];
    let key = 40 + dice.roll(12) as i32;
    let beat = RATE as usize * 60 / (70 + dice.roll(56) as usize);
    let frames = RATE as usize * seconds as usize;
    let mut left = vec![0.0_f32; frames];
    let mut right = vec![0.0_f32; frames];
    let tone = |step: i32| {
        let degree = scale[step.rem_euclid(5) as usize] + 12 * step.div_euclid(5);
        440.0 * 2.0_f32.powf((key + degree - 57) as f32 / 12.0)
    };
    let mut start = 0;
    while start < frames {
        // Every four beats a chord, on every half beat perhaps a note.
        let root = dice.roll(5) as i32;
        for voice in [0, 2, 4] {
            swell(&mut left, &mut right, start, beat * 4, tone(root + voice), 0.08);
        }
        for half in 0..8 {
            if dice.roll(3) > 0 {
                let side = dice.roll(100) as f32 / 100.0;
                pluck(
                    &mut left,
                    &mut right,
                    start + half * beat / 2,
                    tone(root + 5 + dice.roll(7) as i32),
                    side,
                );
            }
            if half % 2 == 0 {
                knock(&mut left, &mut right, start + half * beat / 2);
            }
        }
        start += beat * 4;
    }
    fade(&mut left);
    fade(&mut right);
    let sixteen = |s: f32| (s.tanh() * 0.8 * 32_767.0) as i16;
    left.iter().zip(&right).flat_map(|(l, r)| [sixteen(*l), sixteen(*r)]).collect()
}

fn each(out: &mut [f32], start: usize, length: usize) -> impl Iterator<Item = (f32, &mut f32)> {
    out.iter_mut().skip(start).take(length).zip(0_u32..).map(|(s, n)| (n as f32 / RATE as f32, s))
}

fn swell(left: &mut [f32], right: &mut [f32], start: usize, length: usize, hertz: f32, level: f32) {
    let seconds = length as f32 / RATE as f32;
    for (out, apart) in [(left, 1.0), (right, 1.003)] {
        for (t, sample) in each(out, start, length) {
            let shape = (t / seconds * std::f32::consts::PI).sin();
            let turn = t * hertz * apart * std::f32::consts::TAU;
            *sample += level * shape * (turn.sin() + 0.3 * (turn * 2.0).sin());
        }
    }
}

fn pluck(left: &mut [f32], right: &mut [f32], start: usize, hertz: f32, side: f32) {
    for (out, level) in [(left, 1.0 - side * 0.7), (right, 0.3 + side * 0.7)] {
        for (t, sample) in each(out, start, RATE as usize) {
            let turn = t * hertz * std::f32::consts::TAU;
            *sample +=
                0.22 * level * (-t * 5.0).exp() * (turn.sin() + 0.4 * (-t * 9.0).exp() * (turn * 3.0).sin());
        }
    }
}

fn knock(left: &mut [f32], right: &mut [f32], start: usize) {
    for out in [left, right] {
        for (t, sample) in each(out, start, RATE as usize / 4) {
            let turn = (50.0 * t + 6.0 * (1.0 - (-t * 30.0).exp())) * std::f32::consts::TAU;
            *sample += 0.35 * (-t * 16.0).exp() * turn.sin();
        }
    }
}

/// A beginning and an end without a click.
fn fade(out: &mut [f32]) {
    let (count, length) = (out.len(), RATE as usize / 2);
    for (n, sample) in out.iter_mut().enumerate() {
        let near = n.min(count - 1 - n).min(length) as f32 / length as f32;
        *sample *= near;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_is_a_piece() {
        let piece_1 = piece(1, 2);
        assert_eq!(piece_1.len(), 44 + 2 * 2 * 2 * RATE as usize);
        assert_eq!(piece_1, piece(1, 2));
        assert_ne!(piece_1, piece(2, 2));
        assert_eq!(crate::format::sniff(&piece_1), Some(crate::Format::Wav));
        assert!(piece_1[44..].chunks(2).any(|s| i16::from_le_bytes([s[0], s[1]]).abs() > 4_000));
    }
}
