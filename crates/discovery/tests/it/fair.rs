//! A thousand briefs: attention follows what fit earned, where the best alone would take several times their due.

use discovery::fair::{Candidate, Fit, Policy, attention, measure, shortlist};

const ARTISTS: usize = 500;
const BRIEFS: usize = 1000;
const WAYS: usize = 6;

/// Numbers that look drawn by lot and are the same everywhere (SplitMix64).
struct Lot(u64);

impl Lot {
    fn unit(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// A sound: some direction, none more likely than another.
    fn direction(&mut self) -> Vec<f64> {
        let raw: Vec<f64> = (0..WAYS).map(|_| (0..12).map(|_| self.unit()).sum::<f64>() - 6.0).collect();
        let length = raw.iter().map(|x| x * x).sum::<f64>().sqrt();
        raw.into_iter().map(|x| x / length).collect()
    }
}

/// Artists with a sound and an audience (a few have most of it); a third are not free for a brief.
#[test]
fn over_a_thousand_briefs_attention_follows_fit() {
    let mut lot = Lot(7);
    let sounds: Vec<_> = (0..ARTISTS).map(|_| lot.direction()).collect();
    let audience: Vec<f64> = (0..ARTISTS).map(|_| lot.unit().powi(3)).collect();
    let policy = Policy::default();
    let (mut fair, mut plain) = (vec![measure::Record::default(); ARTISTS], vec![0; ARTISTS]);
    let mut fit = Fit::default();
    for _ in 0..BRIEFS {
        let wanted = lot.direction();
        let mut candidates = Vec::new();
        for artist in 0..ARTISTS {
            let like: f64 = sounds[artist].iter().zip(&wanted).map(|(a, b)| a * b).sum();
            let whole = 0.65 + 0.1 * (like + 1.0) + 0.1 * audience[artist] + 0.05 * lot.unit();
            if lot.unit() < 2.0 / 3.0 {
                candidates.push(Candidate {
                    artist: artist as u32,
                    fit: (whole * 1e6) as u32,
                    emerging: audience[artist] < 0.1,
                    owed: fair[artist].earned - fair[artist].shown,
                });
            }
        }
        candidates.sort_by_key(|c| std::cmp::Reverse(c.fit));
        for (rank, c) in candidates.iter().take(policy.places).enumerate() {
            plain[c.artist as usize] += attention(rank);
        }
        let made = shortlist(candidates, fit, &policy);
        fit = Fit { best: fit.best + made.fit.best, given: fit.given + made.fit.given };
        for s in &made.standings {
            let record = &mut fair[s.artist as usize];
            (record.earned, record.shown) = (record.earned + s.earned, record.shown + s.shown);
        }
    }
    let best: Vec<_> =
        fair.iter().zip(plain).map(|(r, shown)| measure::Record { earned: r.earned, shown }).collect();
    let loss = 1.0 - fit.given as f64 / fit.best as f64;
    println!(
        "{BRIEFS} briefs, {ARTISTS} artists: loss of fit {:.4}, inequity {:.4} (best alone {:.3}), upper tenth {:.2} of its due (best alone {:.2})",
        loss,
        measure::inequity(&fair),
        measure::inequity(&best),
        measure::upper_tenth(&fair),
        measure::upper_tenth(&best),
    );
    let off = fair.iter().filter(|r| (r.earned - r.shown).abs() * 10 > r.earned).count();
    assert_eq!(off, 0, "artists further than a tenth from what they earned");
    assert!(loss <= 0.03, "{loss}");
    assert!(
        measure::upper_tenth(&best) > 3.0,
        "the world must be one in which the best alone are shown too much"
    );
}
