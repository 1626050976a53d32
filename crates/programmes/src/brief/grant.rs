//! Who is given a session: emerging artists, those who are owed most attention first, by lot where they are owed alike.
//!
//! A selection log holds everything the choice follows from, so that anybody who has it draws again and finds the same:
//!
//! 1. The **seed** is SHA-256 of the public log's name, size and root as they stood in its newest checkpoint, and of how many
//!    selections there were before. A checkpoint is published and witnessed, so nobody picks a seed to their liking.
//! 2. Each candidate has a **ticket**, a keyed hash that only the house can make and the artist is told: nobody else learns
//!    from a log who was in it.
//! 3. Candidates stand by the whole first places they are owed, most first; who is owed alike by their **lot**, SHA-256 of
//!    seed and ticket, smallest first. The first ones are chosen.
//!
//! Worked case: three are owed 2, 0 and 0 first places, and two sessions are given: the first is chosen without a lot, and
//! the smaller lot of the other two decides.
//!
//! This module has no idea who is emerging, how attention is counted, or where the money comes from.

use proof::Hash;
use serde::{Deserialize, Serialize};

use super::Flaw;

/// The rule of the choice, as logs name it.
pub const RULE: &str = "owed-then-lot@1";

/// One who could be chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Candidate {
    /// The keyed hash that stands for the artist.
    pub ticket: String,
    /// Whole first places of attention that are owed.
    pub owed: u64,
}

/// Everything a choice follows from, and the choice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SelectionLog {
    /// [`RULE`].
    pub rule: String,
    /// The public log's name.
    pub origin: String,
    /// How many entries its newest checkpoint covered.
    pub size: u64,
    /// The root of that checkpoint.
    pub root: String,
    /// How many selections there were before.
    pub before: u64,
    /// What follows from these four.
    pub seed: String,
    /// Only artists at home there could be chosen; anywhere where empty.
    pub place: String,
    /// How much each is given.
    pub amount: String,
    /// How many could be given.
    pub count: u64,
    /// Who could be chosen, in the order of the choice.
    pub candidates: Vec<Candidate>,
    /// The tickets chosen, in order.
    pub chosen: Vec<String>,
}

/// The seed of a selection, 64 hexadecimal digits.
pub fn seed(origin: &str, size: u64, root: &str, before: u64) -> String {
    Hash::of(format!("tantieme/session-grant\n{origin}\n{size}\n{root}\n{before}\n").as_bytes()).to_string()
}

/// Puts candidates into the order of the choice.
pub fn ordered(seed: &str, mut candidates: Vec<Candidate>) -> Vec<Candidate> {
    let lot = |c: &Candidate| Hash::of(format!("{seed}\n{}\n", c.ticket).as_bytes()).to_string();
    candidates.sort_by_cached_key(|c| (std::cmp::Reverse(c.owed), lot(c), c.ticket.clone()));
    candidates
}

impl SelectionLog {
    /// Draws: fills seed, order and choice in.
    pub fn drawn(self) -> SelectionLog {
        let seed = seed(&self.origin, self.size, &self.root, self.before);
        let candidates = ordered(&seed, self.candidates);
        let most = usize::try_from(self.count).unwrap_or(usize::MAX);
        let chosen = candidates.iter().take(most).map(|c| c.ticket.clone()).collect();
        SelectionLog { seed, candidates, chosen, ..self }
    }

    /// Reads a log.
    ///
    /// # Errors
    /// `grant-log` where it is none, or one of before there were seeds.
    pub fn read(text: &str) -> Result<SelectionLog, Flaw> {
        serde_json::from_str(text).map_err(|e| {
            Flaw::new("grant-log", format!("this is no selection log: {e}"), "give the JSON as it was told")
        })
    }

    /// SHA-256 of the log as it is kept, which stands in the public log.
    pub fn hash(&self) -> String {
        Hash::of(serde_json::to_string(self).unwrap_or_default().as_bytes()).to_string()
    }

    /// Draws again, and says what is otherwise than the log claims.
    ///
    /// # Errors
    /// `grant-log`, with the first thing that does not follow.
    pub fn check(&self) -> Result<(), Flaw> {
        let again = self.clone().drawn();
        let wrong = if self.rule != RULE {
            Some(format!("the rule `{}` is not known", short(&self.rule)))
        } else if self.seed != again.seed {
            Some(format!("the seed is `{}` by its own origin, size and root", again.seed))
        } else if self.candidates != again.candidates {
            Some("the candidates do not stand in the order that seed and debts give".to_owned())
        } else if self.chosen != again.chosen {
            Some("others would have been chosen".to_owned())
        } else {
            None
        };
        let hint = "compare its hash with the one in the public log";
        wrong.map_or(Ok(()), |message| Err(Flaw::new("grant-log", message, hint)))
    }
}

fn short(text: &str) -> String {
    text.chars().take(40).filter(|c| !c.is_control()).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn log(owed: &[u64], count: u64) -> SelectionLog {
        let candidates = owed
            .iter()
            .zip(1_u64..)
            .map(|(owed, n)| Candidate { ticket: format!("{n:016x}"), owed: *owed })
            .collect();
        SelectionLog {
            rule: RULE.to_owned(),
            origin: "house.example".to_owned(),
            size: 12,
            root: "ab".repeat(32),
            before: 0,
            seed: String::new(),
            place: String::new(),
            amount: "EUR 200.00".to_owned(),
            count,
            candidates,
            chosen: Vec::new(),
        }
        .drawn()
    }

    #[test]
    fn who_is_owed_more_comes_first_and_the_lot_decides_the_rest() {
        let drawn = log(&[0, 2, 0], 2);
        assert_eq!(drawn.chosen[0], format!("{:016x}", 2));
        assert_eq!(drawn.chosen.len(), 2);
        drawn.check().unwrap();
        // Another checkpoint is another lot: over many, each of the two has about half.
        let firsts = (0..400_u64)
            .filter(|size| {
                let again = SelectionLog { size: *size, ..drawn.clone() }.drawn();
                again.chosen[1] == format!("{:016x}", 1)
            })
            .count();
        assert!((150..250).contains(&firsts), "{firsts} of 400");
    }

    #[test]
    fn whatever_is_changed_is_found() {
        let good = log(&[3, 1, 1, 0, 0, 0], 2);
        let mut swapped = good.clone();
        swapped.chosen.swap(0, 1);
        let mut richer = good.clone();
        richer.candidates[5].owed = 9;
        for bad in [
            swapped,
            richer,
            SelectionLog { size: 13, ..good.clone() },
            SelectionLog { seed: "00".repeat(32), ..good.clone() },
            SelectionLog { count: 3, ..good.clone() },
            SelectionLog { rule: "the owner's friends@1".to_owned(), ..good.clone() },
        ] {
            assert_eq!(bad.check().unwrap_err().code, "grant-log");
        }
        let text = serde_json::to_string(&good).unwrap();
        assert_eq!(SelectionLog::read(&text).unwrap(), good);
        assert!(SelectionLog::read(&text.replace("\"rule\"", "\"role\"")).is_err());
    }

    proptest! {
        #[test]
        fn the_order_of_candidates_as_they_come_changes_nothing(
            owed in prop::collection::vec(0_u64..4, 1..30),
            turn in 0_usize..30,
            count in 1_u64..10,
        ) {
            let drawn = log(&owed, count);
            let mut turned = drawn.clone();
            turned.candidates.rotate_left(turn % owed.len());
            prop_assert_eq!(turned.drawn(), drawn.clone());
            prop_assert!(drawn.check().is_ok());
        }

        #[test]
        fn anything_may_come_in(text in "\\PC{0,200}") {
            let _ = SelectionLog::read(&text).map(|l| l.check());
        }
    }
}
