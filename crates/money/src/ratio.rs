use std::fmt;
use std::str::FromStr;

/// An exact fraction between 0 and 1, such as a rights share or the part of a fee that is set aside.
///
/// Kept in lowest terms; numerator and denominator fit in 32 bits, so that sums of many of them can
/// be compared with the whole exactly (see [`Ratio::sum_to_whole`]).
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Ratio {
    num: u32,
    den: u32,
}

/// Why a text or a pair of numbers is no ratio.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RatioError {
    /// It cannot be read.
    #[error("`{0}` is not a share; write a percentage such as `12.5 %` or a fraction such as `11/12`")]
    Unreadable(String),
    /// It is above the whole.
    #[error("`{0}` is more than the whole (100 %)")]
    AboveWhole(String),
    /// The fraction needs more than 32 bits.
    #[error("`{0}` is finer than a share can be (32-bit numerator and denominator)")]
    TooFine(String),
}

impl Ratio {
    /// Nothing.
    pub const ZERO: Ratio = Ratio { num: 0, den: 1 };
    /// The whole, 100 %.
    pub const WHOLE: Ratio = Ratio { num: 1, den: 1 };

    /// `num`/`den` in lowest terms; refused when `den` is 0 or the value is above 1.
    pub fn new(num: u64, den: u64) -> Result<Ratio, RatioError> {
        let text = || format!("{num}/{den}");
        if den == 0 {
            return Err(RatioError::Unreadable(text()));
        }
        if num > den {
            return Err(RatioError::AboveWhole(text()));
        }
        let divisor = gcd(num, den);
        let small = |n: u64| u32::try_from(n / divisor).map_err(|_| RatioError::TooFine(text()));
        Ok(Ratio { num: small(num)?, den: small(den)? })
    }

    /// So many parts of a million; refused above a million.
    pub fn from_ppm(ppm: u32) -> Result<Ratio, RatioError> {
        Ratio::new(u64::from(ppm), 1_000_000)
    }

    /// The numerator in lowest terms.
    pub const fn numerator(self) -> u32 {
        self.num
    }

    /// The denominator in lowest terms; never 0.
    pub const fn denominator(self) -> u32 {
        self.den
    }

    /// The numerator over a million, rounded down (11/12 gives 916 666). For showing, never for paying.
    pub const fn ppm_floor(self) -> u32 {
        (self.num as u64 * 1_000_000 / self.den as u64) as u32
    }

    /// Whether it is nothing.
    pub const fn is_zero(self) -> bool {
        self.num == 0
    }

    /// One minus this.
    pub fn complement(self) -> Ratio {
        // In lowest terms already: a common divisor of `den - num` and `den` would divide `num` too.
        Ratio { num: self.den - self.num, den: self.den }
    }

    /// How a sum of ratios compares with the whole, exactly; `None` where the common denominator
    /// leaves 128 bits (some forty unrelated fractions), which callers refuse.
    pub fn sum_to_whole(ratios: &[Ratio]) -> Option<(u128, u128)> {
        let mut common: u128 = 1;
        for ratio in ratios {
            let den = u128::from(ratio.den);
            common = (common / gcd(common, den)).checked_mul(den)?;
        }
        let mut sum: u128 = 0;
        for ratio in ratios {
            sum = sum.checked_add((common / u128::from(ratio.den)).checked_mul(u128::from(ratio.num))?)?;
        }
        Some((sum, common))
    }

    /// Whole-number weights that stand in the same proportion as these ratios and what is missing to
    /// the whole, for [`crate::divide`]; `None` where they exceed the whole or do not fit in 64 bits.
    pub fn weights(ratios: &[Ratio]) -> Option<(Vec<u64>, u64)> {
        let (sum, common) = Ratio::sum_to_whole(ratios)?;
        let missing = u64::try_from(common.checked_sub(sum)?).ok()?;
        let weights = ratios
            .iter()
            .map(|r| u64::try_from(common / u128::from(r.den) * u128::from(r.num)).ok())
            .collect::<Option<Vec<u64>>>()?;
        Some((weights, missing))
    }
}

fn gcd<T>(a: T, b: T) -> T
where
    T: Copy + PartialEq + std::ops::Rem<Output = T> + Default,
{
    if b == T::default() { a } else { gcd(b, a % b) }
}

/// `12.5 %` where six decimals of a percent say it exactly, otherwise the fraction: `11/12`.
impl fmt::Display for Ratio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scaled = u128::from(self.num) * 100_000_000;
        let den = u128::from(self.den);
        if scaled % den != 0 {
            return f.pad(&format!("{}/{}", self.num, self.den));
        }
        let percent = scaled / den;
        let fraction = format!("{:06}", percent % 1_000_000);
        let fraction = fraction.trim_end_matches('0');
        let point = if fraction.is_empty() { "" } else { "." };
        f.pad(&format!("{}{point}{fraction} %", percent / 1_000_000))
    }
}

impl fmt::Debug for Ratio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl PartialOrd for Ratio {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Ratio {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (u64::from(self.num) * u64::from(other.den)).cmp(&(u64::from(other.num) * u64::from(self.den)))
    }
}

impl FromStr for Ratio {
    type Err = RatioError;

    /// Reads `12.5 %`, `12.5%`, `11/12` or `0.125`.
    fn from_str(text: &str) -> Result<Self, RatioError> {
        let trimmed = text.trim();
        let unreadable = || RatioError::Unreadable(trimmed.to_owned());
        if let Some((num, den)) = trimmed.split_once('/') {
            let num = num.trim().parse().map_err(|_| unreadable())?;
            return Ratio::new(num, den.trim().parse().map_err(|_| unreadable())?)
                .map_err(|e| e.about(trimmed));
        }
        let (number, whole) = match trimmed.strip_suffix('%') {
            Some(number) => (number.trim_end(), 100),
            None => (trimmed, 1),
        };
        let (digits, decimals) = number.split_once('.').unwrap_or((number, ""));
        let fine = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
        if digits.is_empty() || !fine(digits) || !fine(decimals) || number.ends_with('.') {
            return Err(unreadable());
        }
        let decimals = decimals.trim_end_matches('0');
        if decimals.len() > 9 {
            return Err(RatioError::TooFine(trimmed.to_owned()));
        }
        let num: u64 =
            format!("{digits}{decimals}").parse().map_err(|_| RatioError::AboveWhole(trimmed.to_owned()))?;
        let den = whole * 10_u64.pow(decimals.len() as u32);
        Ratio::new(num, den).map_err(|e| e.about(trimmed))
    }
}

impl RatioError {
    fn about(self, text: &str) -> RatioError {
        match self {
            RatioError::Unreadable(_) => RatioError::Unreadable(text.to_owned()),
            RatioError::AboveWhole(_) => RatioError::AboveWhole(text.to_owned()),
            RatioError::TooFine(_) => RatioError::TooFine(text.to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_and_shows() {
        for (text, shown) in [
            ("5%", "5 %"),
            ("12.5 %", "12.5 %"),
            ("11/12", "11/12"),
            ("0.15", "15 %"),
            ("100 %", "100 %"),
            ("2/4", "50 %"),
        ] {
            assert_eq!(text.parse::<Ratio>().unwrap().to_string(), shown, "{text}");
        }
    }

    #[test]
    fn refuses() {
        for (text, want) in [
            ("", "not a share"),
            ("-5%", "not a share"),
            ("five", "not a share"),
            ("101 %", "more than the whole"),
            ("1/0", "not a share"),
            ("5,5 %", "not a share"),
            ("0.12345678901 %", "finer"),
        ] {
            let message = text.parse::<Ratio>().unwrap_err().to_string();
            assert!(message.contains(want), "{text}: {message}");
        }
    }

    #[test]
    fn thirds_and_a_twelfth_make_exactly_the_whole() {
        let ratios: Vec<Ratio> = ["11/12", "1/24", "1/24"].iter().map(|t| t.parse().unwrap()).collect();
        assert_eq!(Ratio::sum_to_whole(&ratios), Some((24, 24)));
        assert_eq!(Ratio::weights(&ratios), Some((vec![22, 1, 1], 0)));
    }
}
