//! What a worker says of itself when it is greeted.

use std::fmt;
use std::str::FromStr;

/// Counts the changes of how coordinator and worker understand each other.
const PROTOCOL: u32 = 1;

/// Version and size of a worker. It travels as one line of text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Greeting {
    /// The program's version and the protocol's.
    pub(crate) version: String,
    /// Partitions it works on at the same time.
    pub(crate) cores: usize,
    /// Bytes it may fill.
    pub(crate) memory: u64,
}

impl Greeting {
    /// Of this program.
    pub(crate) fn ours(cores: usize, memory: u64) -> Greeting {
        Greeting { version: format!("{}/{PROTOCOL}", env!("CARGO_PKG_VERSION")), cores: cores.max(1), memory }
    }
}

impl fmt::Display for Greeting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.version, self.cores, self.memory)
    }
}

impl FromStr for Greeting {
    type Err = ();

    fn from_str(text: &str) -> Result<Greeting, ()> {
        let mut words = text.split(' ');
        let (version, cores, memory) = (words.next(), words.next(), words.next());
        let cores = cores.and_then(|n| n.parse().ok()).filter(|n| (1..=1024).contains(n)).ok_or(())?;
        let memory = memory.and_then(|n| n.parse().ok()).ok_or(())?;
        Ok(Greeting { version: version.ok_or(())?.to_owned(), cores, memory })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_greeting_is_understood() {
        let ours = Greeting::ours(8, 1 << 34);
        assert_eq!(ours.to_string().parse(), Ok(ours));
        for text in ["", "1.0", "1.0 0 5", "1.0 2", "1.0 x y", "1.0 9999999 1"] {
            assert_eq!(text.parse::<Greeting>(), Err(()), "{text}");
        }
    }
}
