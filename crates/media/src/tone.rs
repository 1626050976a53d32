//! Short invented pieces from a number: for demonstrations and tests, so that nobody's music is needed for them.

/// Samples a second of what is made here.
pub const RATE: u32 = 44_100;

/// A short piece as WAV (16 bits, stereo), as [`music()`] makes it.
pub fn piece(seed: u64, seconds: u32) -> Vec<u8> {
    wav(&music(seed, seconds, 2, RATE), 2, RATE)
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

/// Interleaved 16-bit samples of a short piece for one or two channels: chords, a melody that comes back, perhaps drums.
/// The same numbers give the same piece; `seconds` is 1 to 600, `rate` 8,000 to 192,000.
///
/// Each note is made once and laid where it sounds, so that a minute takes some hundredths of a second.
pub fn music(seed: u64, seconds: u32, channels: u16, rate: u32) -> Vec<i16> {
    let (seconds, rate) = (seconds.clamp(1, 600), rate.clamp(8_000, 192_000));
    let frames = seconds as usize * rate as usize;
    let mut band = Band::new(seed, rate);
    let mut left = vec![0.0; frames];
    let mut right = if channels > 1 { vec![0.0; frames] } else { Vec::new() };
    let mut out = Sides { left: &mut left, right: &mut right };
    let bar = band.beat * 4;
    for (number, start) in (0..frames).step_by(bar.max(1)).enumerate() {
        band.bar(&mut out, number, start);
    }
    fade(&mut left, rate);
    fade(&mut right, rate);
    // As loud as each other, as pieces that somebody finished are.
    let peak = left.iter().chain(&right).fold(0.01_f32, |peak, s| peak.max(s.abs()));
    let sixteen = |s: f32| (s / peak * 0.7 * 32_767.0) as i16;
    if channels < 2 {
        return left.iter().map(|s| sixteen(*s)).collect();
    }
    left.iter().zip(&right).flat_map(|(l, r)| [sixteen(*l), sixteen(*r)]).collect()
}

struct Sides<'a> {
    left: &'a mut [f32],
    right: &'a mut [f32],
}

impl Sides<'_> {
    /// Lays a sound from a place on; `side` is 0.0 for the left to 1.0 for the right.
    fn lay(&mut self, sound: &[f32], start: usize, level: f32, side: f32) {
        for (out, gain) in [(&mut *self.left, 1.0 - side * 0.7), (&mut *self.right, 0.3 + side * 0.7)] {
            let gain = gain * level;
            for (sample, more) in out.iter_mut().skip(start).zip(sound) {
                *sample += gain * more;
            }
        }
    }
}

/// How a piece is played: everything that its seed decides.
struct Band {
    dice: Dice,
    scale: [i32; 5],
    key: i32,
    rate: u32,
    beat: usize,
    /// Roots of the chords of four bars.
    chords: [i32; 4],
    /// A step of the melody on each half beat of two bars, or a rest.
    melody: [Option<i32>; 16],
    drums: u64,
    /// How much of each overtone a note has.
    colour: [f32; 4],
    notes: std::collections::HashMap<(i32, bool), Vec<f32>>,
    knock: Vec<f32>,
    tick: Vec<f32>,
}

impl Band {
    fn new(seed: u64, rate: u32) -> Band {
        // A pentatonic scale never clashes, whatever the dice say.
        const SCALES: [[i32; 5]; 4] = [[0, 2, 4, 7, 9], [0, 3, 5, 7, 10], [0, 2, 5, 7, 9], [0, 3, 5, 8, 10]];
        const COLOURS: [[f32; 4]; 4] =
            [[1.0, 0.0, 0.35, 0.0], [1.0, 0.5, 0.25, 0.12], [1.0, 0.1, 0.0, 0.3], [1.0, 0.0, 0.0, 0.0]];
        let mut dice = Dice(seed);
        let scale = SCALES[dice.roll(4) as usize % 4];
        let colour = COLOURS[dice.roll(4) as usize % 4];
        let key = 40 + dice.roll(12) as i32;
        let beat = rate as usize * 60 / (68 + dice.roll(60) as usize);
        let chords = [(); 4].map(|()| dice.roll(5) as i32);
        let melody = [(); 16].map(|()| (dice.roll(5) > 1).then(|| 5 + dice.roll(7) as i32));
        let drums = dice.roll(4);
        let knock = decaying(rate, rate as usize / 4, 16.0, |t| {
            (50.0 * t + 6.0 * (1.0 - (-t * 30.0).exp())) * std::f32::consts::TAU
        });
        let mut hiss = Dice(seed ^ 0x5EED);
        let tick = (0..rate / 25)
            .map(|n| (hiss.roll(2_001) as f32 / 1_000.0 - 1.0) * (-(n as f32) / rate as f32 * 120.0).exp())
            .collect();
        let notes = std::collections::HashMap::new();
        Band { dice, scale, key, rate, beat, chords, melody, drums, colour, notes, knock, tick }
    }

    fn bar(&mut self, out: &mut Sides<'_>, number: usize, start: usize) {
        let root = self.chords[number % 4];
        for voice in [0, 2, 4] {
            let length = self.beat * 4;
            let sound = self.note(root + voice, true, length);
            out.lay(&sound, start, 0.11, 0.5);
            self.notes.insert((root + voice, true), sound);
        }
        // The first bars breathe, and every eighth bar rests.
        let sings = number > 0 && number % 8 != 7;
        for half in 0..8 {
            let at = start + half * self.beat / 2;
            let place = number % 2 * 8 + half;
            let step = self.melody[place].filter(|_| sings);
            // Now and then the melody goes its own way.
            let step = step.map(|s| if self.dice.roll(6) == 0 { s + 1 } else { s });
            let side = 0.2 + 0.6 * (place as f32 / 15.0);
            if let Some(step) = step {
                let sound = self.note(step, false, self.rate as usize);
                out.lay(&sound, at, 0.22, side);
                self.notes.insert((step, false), sound);
            }
            let knocks = match self.drums {
                0 => false,
                1 => half % 4 == 0,
                _ => half % 2 == 0,
            };
            if knocks && number > 1 {
                out.lay(&self.knock, at, 0.4, 0.5);
            }
            if self.drums == 3 && half % 2 == 1 && number > 3 {
                out.lay(&self.tick, at, 0.12, 0.7);
            }
        }
    }

    /// A note of the scale, kept by the caller once it was made.
    fn note(&mut self, step: i32, swells: bool, length: usize) -> Vec<f32> {
        if let Some(known) = self.notes.remove(&(step, swells)) {
            return known;
        }
        let degree = self.scale[step.rem_euclid(5) as usize] + 12 * step.div_euclid(5);
        let hertz = 440.0 * 2.0_f64.powf(f64::from(self.key + degree - 57) / 12.0);
        let mut sound = vec![0.0; length];
        for (overtone, level) in (1_u32..).zip(self.colour).filter(|(_, level)| *level > 0.0) {
            let turn = hertz * f64::from(overtone) / f64::from(self.rate) * std::f64::consts::TAU;
            // A point that turns by the same angle each time: no sine has to be asked for.
            let (step_sin, step_cos) = turn.sin_cos();
            let (mut sin, mut cos) = (0.0_f64, 1.0_f64);
            let fall =
                if swells { 1.0 } else { (-(4.0 + 3.0 * f64::from(overtone)) / f64::from(self.rate)).exp() };
            let mut loud = f64::from(level);
            for sample in &mut sound {
                *sample += (sin * loud) as f32;
                (sin, cos) = (sin * step_cos + cos * step_sin, cos * step_cos - sin * step_sin);
                loud *= fall;
            }
        }
        let edge = if swells { length / 2 } else { self.rate as usize / 400 }.max(1);
        for (n, sample) in sound.iter_mut().enumerate() {
            let near = n.min(length - 1 - n).min(edge) as f32 / edge as f32;
            *sample *= near * (2.0 - near);
        }
        sound
    }
}

fn decaying(rate: u32, length: usize, fall: f32, turn: impl Fn(f32) -> f32) -> Vec<f32> {
    (0..length).map(|n| n as f32 / rate as f32).map(|t| (-t * fall).exp() * turn(t).sin()).collect()
}

/// A beginning and an end without a click.
fn fade(out: &mut [f32], rate: u32) {
    let (count, length) = (out.len(), rate as usize / 2);
    for (n, sample) in out.iter_mut().enumerate() {
        let near = n.min(count - 1 - n);
        if near < length {
            *sample *= near as f32 / length as f32;
        }
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
