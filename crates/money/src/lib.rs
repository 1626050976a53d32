//! Exact amounts, currencies, ratios, and the one division that rounds.
//!
//! This crate knows nothing of music, parties or books; it sees numbers with a currency. Every
//! other crate asks it to round ([`divide`], [`Amount::round_down_to_minor`], [`Amount::times_to_minor`]) and never
//! does so itself.
//!
//! ```
//! use money::{divide, Amount};
//! let pot: Amount = "EUR 1.00".parse().unwrap();
//! let parts = divide(pot, &[("ada", 1), ("kol", 1), ("mira", 1)]).unwrap();
//! // 333 333.33… micros each: the micro left over goes to the smaller key.
//! assert_eq!(parts[0].micros(), 333_334);
//! assert_eq!(parts.iter().map(|p| p.micros()).sum::<i64>(), pot.micros());
//! ```

mod amount;
mod currency;
mod divide;
mod division;
mod ratio;

pub use amount::{Amount, AmountError, MICROS_PER_UNIT, sum};
pub use currency::{Currency, UnknownCurrency};
pub use divide::{Undividable, divide};
pub use division::{ClassPart, Division, More, equally, over_classes};
pub use ratio::{Ratio, RatioError};
