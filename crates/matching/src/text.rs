//! Distances between folded words and strings, bit by bit in one machine word.

/// Edits that turn `a` into `b`: a letter put in, left out, replaced, or two neighbours exchanged
/// (optimal string alignment). Strings over 64 letters are compared by their first 64.
pub fn edits(a: &[u8], b: &[u8]) -> usize {
    let (a, b) = (&a[..a.len().min(64)], &b[..b.len().min(64)]);
    if a.is_empty() || b.is_empty() {
        return a.len().max(b.len());
    }
    // Hyyrö 2003: vertical differences as bits, one column per letter of `b`.
    let last = 1_u64 << (a.len() - 1);
    let (mut vp, mut vn, mut d0_old, mut pm_old) = (u64::MAX, 0_u64, 0_u64, 0_u64);
    let mut distance = a.len();
    for letter in b {
        let pm = mask(a, *letter);
        let tr = (((!d0_old) & pm) << 1) & pm_old;
        let d0 = (((pm & vp).wrapping_add(vp)) ^ vp) | pm | vn | tr;
        let hp = vn | !(d0 | vp);
        let hn = d0 & vp;
        distance += usize::from(hp & last != 0);
        distance -= usize::from(hn & last != 0);
        let (hp, hn) = ((hp << 1) | 1, hn << 1);
        vp = hn | !(d0 | hp);
        vn = hp & d0;
        (d0_old, pm_old) = (d0, pm);
    }
    distance
}

fn mask(a: &[u8], letter: u8) -> u64 {
    a.iter().enumerate().fold(0, |m, (i, l)| m | (u64::from(*l == letter) << i))
}

/// A string prepared to be compared with many: where each of the 37 letters stands in its first 128.
#[derive(Debug, Clone)]
pub struct Pattern {
    masks: [u128; 37],
    len: usize,
}

impl Default for Pattern {
    fn default() -> Self {
        Pattern { masks: [0; 37], len: 0 }
    }
}

impl Pattern {
    /// The string as a pattern.
    pub fn new(letters: impl IntoIterator<Item = u8>) -> Self {
        let mut pattern = Pattern::default();
        pattern.set(letters);
        pattern
    }

    /// Sets it anew.
    pub fn set(&mut self, letters: impl IntoIterator<Item = u8>) {
        *self = Pattern::default();
        for letter in letters.into_iter().take(128) {
            self.masks[crate::fold::code(letter)] |= 1 << self.len; // `code` is below 37
            self.len += 1;
        }
    }

    /// Letters in it.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether it has no letters.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Likeness to the string that the pieces make together: twice the longest common subsequence over
    /// both lengths, 0 to 1.
    pub fn likeness<'a>(&self, pieces: impl IntoIterator<Item = &'a [u8]>) -> f32 {
        let (common, len) = self.common(pieces);
        if len + self.len == 0 { 0.0 } else { 2.0 * common as f32 / (len + self.len) as f32 }
    }

    /// Letters of the longest common subsequence, and letters in the pieces.
    pub fn common<'a>(&self, pieces: impl IntoIterator<Item = &'a [u8]>) -> (usize, usize) {
        if self.len <= 64 {
            let (mut s, mut len) = (u64::MAX, 0);
            for letter in pieces.into_iter().flatten().take(128) {
                let u = s & self.masks[crate::fold::code(*letter)] as u64;
                s = s.wrapping_add(u) | (s - u);
                len += 1;
            }
            let used = if self.len == 64 { u64::MAX } else { (1 << self.len) - 1 };
            return ((!s & used).count_ones() as usize, len);
        }
        let (mut s, mut len) = (u128::MAX, 0);
        for letter in pieces.into_iter().flatten().take(128) {
            let u = s & self.masks[crate::fold::code(*letter)];
            s = s.wrapping_add(u) | (s - u);
            len += 1;
        }
        let used = if self.len == 128 { u128::MAX } else { (1 << self.len) - 1 };
        ((!s & used).count_ones() as usize, len)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn slow_edits(a: &[u8], b: &[u8]) -> usize {
        let mut d = vec![vec![0; b.len() + 1]; a.len() + 1];
        for i in 0..=a.len() {
            for j in 0..=b.len() {
                d[i][j] = if i == 0 || j == 0 {
                    i + j
                } else {
                    let mut best = (d[i - 1][j] + 1)
                        .min(d[i][j - 1] + 1)
                        .min(d[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]));
                    if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                        best = best.min(d[i - 2][j - 2] + 1);
                    }
                    best
                };
            }
        }
        d[a.len()][b.len()]
    }

    fn slow_common(a: &[u8], b: &[u8]) -> usize {
        let mut d = vec![vec![0; b.len() + 1]; a.len() + 1];
        for i in 1..=a.len() {
            for j in 1..=b.len() {
                d[i][j] =
                    if a[i - 1] == b[j - 1] { d[i - 1][j - 1] + 1 } else { d[i - 1][j].max(d[i][j - 1]) };
            }
        }
        d[a.len()][b.len()]
    }

    #[test]
    fn exchanged_neighbours_are_one_edit() {
        assert_eq!(edits(b"remix", b"remxi"), 1);
        assert_eq!(edits(b"good", b"gooood"), 2);
        assert_eq!(edits(b"", b"ab"), 2);
    }

    proptest! {
        #[test]
        fn the_fast_way_agrees_with_the_slow(a in "[a-d]{0,40}", b in "[a-d]{0,40}", c in "[a-c]{0,120}") {
            prop_assert_eq!(edits(a.as_bytes(), b.as_bytes()), slow_edits(a.as_bytes(), b.as_bytes()));
            let (common, len) = Pattern::new(c.bytes()).common([a.as_bytes(), b.as_bytes()]);
            prop_assert_eq!((common, len), (slow_common(c.as_bytes(), format!("{a}{b}").as_bytes()), a.len() + b.len()));
        }
    }
}
