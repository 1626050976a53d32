//! Control totals: what a shard says of its own rows, to be compared with what somebody else counted.
//!
//! All of them add up over rows whatever their order, so partitions, workers and files can be added in any
//! order too. A row that is lost, doubled or changed on its way changes the sum over what rows say
//! ([`Control`]), except with a chance of about one in 2⁶⁴; a total of money alone would prove nothing.

use allocation::kernel::Control;

/// Sums over rows, and the money that was shared over them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Totals {
    /// Rows, plays, and the sum over what the rows say.
    pub control: Control,
    /// Money shared, in micros without a sign; zero where nothing was shared yet.
    pub money: u128,
}

impl Totals {
    /// All together.
    pub(crate) fn sum(all: impl IntoIterator<Item = Totals>) -> Totals {
        all.into_iter().fold(Totals::default(), |mut sum, more| {
            sum.control.add(&more.control);
            sum.money = sum.money.saturating_add(more.money);
            sum
        })
    }

    /// What differs between these and what was counted, in words; `None` where nothing does. Money is not
    /// part of a count and is compared elsewhere.
    pub(crate) fn differ_from(&self, counted: &Control) -> Option<String> {
        let here = &self.control;
        let words: Vec<String> = [("rows", here.rows, counted.rows), ("plays", here.plays, counted.plays)]
            .into_iter()
            .filter(|(_, here, there)| here != there)
            .map(|(what, here, there)| format!("{here} {what} where {there} were counted"))
            .collect();
        if !words.is_empty() {
            return Some(words.join(", "));
        }
        (here.hash != counted.hash).then(|| "other rows than were counted".to_owned())
    }
}
