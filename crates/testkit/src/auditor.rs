//! The independent auditor: it predicts every balance from a second, simpler model.
//!
//! It is told what happened outside (who promised, what the bank moved, who holds what, what was played) and
//! what was asked for, never what the books say. Its arithmetic is its own: whole micros in 128 bits, exact
//! fractions compared by cross-multiplication. It knows one rule of sharing, `set-list-per-line`, from its
//! text: 15 % for the house, the rest over the lines alike, each line over the holders.

use std::collections::{BTreeMap, BTreeSet};

/// Micros in a cent.
const CENT: i128 = 10_000;

/// What an account should hold: debits above zero, credits below.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Held {
    /// Posted.
    pub posted: i128,
    /// Debits that wait.
    pub pending_debits: i128,
    /// Credits that wait.
    pub pending_credits: i128,
}

/// A line that was played: our id of it, and the recording it was said to be.
#[derive(Debug, Clone)]
pub struct Played {
    /// The line's id.
    pub line: String,
    /// The set list's document and the line's place in it: by this, micros that do not divide are given.
    pub place: (String, u32),
    /// The recording's id; `None` where nobody knows it.
    pub recording: Option<String>,
}

/// A promise.
#[derive(Debug, Clone)]
pub struct Promise {
    /// The pot's id.
    pub pot: String,
    /// How much.
    pub pledged: i128,
    /// What arrived of it.
    pub received: i128,
}

/// A payout that should be made: everything in micros.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pay {
    /// Whose.
    pub party: String,
    /// What leaves the balance.
    pub gross: i128,
    /// What repays an advance.
    pub recouped: i128,
    /// What is kept back as tax.
    pub withheld: i128,
    /// What the transfer costs.
    pub fee: i128,
    /// What arrives.
    pub net: i128,
}

/// How a party can be paid.
#[derive(Debug, Clone, Default)]
pub struct Terms {
    /// Withholding, in per cent.
    pub withholding: i128,
    /// What a transfer costs; `None` without bank details.
    pub fee: Option<i128>,
    /// Whether a sanctions list names them.
    pub held: bool,
    /// The account's country.
    pub country: String,
}

type Sides = Vec<(String, i128)>;
type Shared = BTreeMap<String, i128>;

/// The auditor with its own record of events.
#[derive(Debug, Clone, Default)]
pub struct Auditor {
    accounts: BTreeMap<String, Held>,
    waiting: BTreeMap<String, Sides>,
    /// Promises by reference.
    pub promises: BTreeMap<String, Promise>,
    /// What was played for each pot.
    pub played: BTreeMap<String, Vec<Played>>,
    /// Holders of each recording: party, numerator, denominator.
    pub holders: BTreeMap<String, Vec<(String, i128, i128)>>,
    /// The parties that are here.
    pub here: BTreeSet<String>,
    /// How parties are paid.
    pub terms: BTreeMap<String, Terms>,
    now_shared: BTreeMap<String, Shared>,
    runs: BTreeMap<String, Vec<(String, i128, Shared)>>,
    /// The least that is paid.
    pub minimum: i128,
}

impl Auditor {
    /// Takes in an entry: sides add up to nothing.
    pub fn post(&mut self, sides: &[(String, i128)]) {
        assert_eq!(
            sides.iter().map(|s| s.1).sum::<i128>(),
            0,
            "the auditor's own entry does not balance: {sides:?}"
        );
        for (account, amount) in sides {
            self.accounts.entry(account.clone()).or_default().posted += amount;
        }
    }

    fn hold(&mut self, key: &str, sides: Sides) {
        for (account, amount) in &sides {
            let held = self.accounts.entry(account.clone()).or_default();
            held.pending_debits += (*amount).max(0);
            held.pending_credits += (*amount).min(0);
        }
        self.waiting.insert(key.to_owned(), sides);
    }

    fn end(&mut self, key: &str, kept: bool) {
        let sides = self.waiting.remove(key).unwrap_or_default();
        for (account, amount) in &sides {
            let held = self.accounts.entry(account.clone()).or_default();
            held.pending_debits -= (*amount).max(0);
            held.pending_credits -= (*amount).min(0);
            if kept {
                held.posted += amount;
            }
        }
    }

    /// Somebody promised.
    pub fn promised(&mut self, reference: &str, pot: &str, amount: i128) {
        let promise = Promise { pot: pot.to_owned(), pledged: amount, received: 0 };
        self.promises.insert(reference.to_owned(), promise);
        self.hold(reference, vec![(format!("pledge:{pot}"), amount), (format!("pot:{pot}"), -amount)]);
    }

    /// Money came for a promise; gives what was too much.
    pub fn received(&mut self, reference: &str, amount: i128) -> i128 {
        let promise = self.promises.get_mut(reference).unwrap();
        let into = amount.min(promise.pledged - promise.received);
        promise.received += into;
        let pot = promise.pot.clone();
        self.end(reference, false);
        self.post(&[
            ("bank".to_owned(), amount),
            (format!("pot:{pot}"), -into),
            ("suspense:overpaid".to_owned(), into - amount),
        ]);
        amount - into
    }

    /// What a pot holds that is not shared.
    pub fn in_pot(&self, pot: &str) -> i128 {
        -self.posted(&format!("pot:{pot}"))
    }

    /// The posted balance of an account.
    pub fn posted(&self, account: &str) -> i128 {
        self.accounts.get(account).map_or(0, |h| h.posted)
    }

    /// Whether a pot is shared now.
    pub fn is_shared(&self, pot: &str) -> bool {
        self.now_shared.get(pot).is_some_and(|s| s.values().any(|v| *v != 0))
    }

    /// Pots were shared by a run, each with what it held.
    pub fn shared(&mut self, run: &str, pots: &[String]) {
        let mut credited = Shared::new();
        for pot in pots {
            let amount = self.in_pot(pot);
            let parts = self.shares_of(pot, amount);
            add(&mut credited, &parts);
            self.book(run, pot, amount, parts);
        }
        self.even_out(&credited);
    }

    /// The pot of a run was shared again as it is now; tells whether anything moved.
    pub fn adjusted(&mut self, run: &str, pot: &str) -> bool {
        let before = self.now_shared.get(pot).cloned().unwrap_or_default();
        let mut parts = self.shares_of(pot, before.values().sum());
        for (payee, amount) in before {
            *parts.entry(payee).or_default() -= amount;
        }
        let moved = parts.values().any(|v| *v != 0);
        self.book(run, pot, 0, parts.clone());
        self.even_out(&parts);
        moved
    }

    /// A run was taken back.
    pub fn reversed(&mut self, reversal: &str, run: &str) {
        let mut credited = Shared::new();
        for (pot, amount, parts) in self.runs.get(run).cloned().unwrap_or_default() {
            let parts: Shared = parts.into_iter().map(|(payee, amount)| (payee, -amount)).collect();
            add(&mut credited, &parts);
            self.book(reversal, &pot, -amount, parts);
        }
        self.even_out(&credited);
    }

    /// Nobody's balance stays below nothing: what is missing is owed back. Whoever owes repays with what comes.
    fn even_out(&mut self, credited: &Shared) {
        for (payee, credited) in credited {
            let Some(id) = payee.strip_prefix('@').filter(|id| self.here.contains(*id)) else { continue };
            let (own, owes) = (format!("party:{id}"), format!("receivable:{id}"));
            let held = self.accounts.get(&own).copied().unwrap_or_default();
            let part = (*credited).min(self.posted(&owes)).min(-held.posted - held.pending_debits);
            if held.posted > 0 {
                self.post(&[(owes, held.posted), (own, -held.posted)]);
            } else if part > 0 {
                self.post(&[(own, part), (owes, -part)]);
            }
        }
    }

    /// By how much what payees owe back, or will once payouts on their way arrive, goes beyond the house's own.
    pub fn beyond_own_money(&self) -> i128 {
        let mut owed_back = 0;
        let mut own = 0;
        for (name, held) in &self.accounts {
            match name.split(':').next() {
                Some("receivable") => owed_back += held.posted,
                Some("party") => owed_back += (held.posted + held.pending_debits).max(0),
                Some("house") if name != "house:payout-fees" => own -= held.posted,
                _ => {}
            }
        }
        (owed_back - own.max(0)).max(0)
    }

    fn book(&mut self, run: &str, pot: &str, amount: i128, parts: Shared) {
        let mut sides = vec![(format!("pot:{pot}"), amount)];
        let now = self.now_shared.entry(pot.to_owned()).or_default();
        for (payee, part) in &parts {
            *now.entry(payee.clone()).or_default() += part;
        }
        for (payee, part) in &parts {
            sides.push((self.account_of(payee), -part));
        }
        self.post(&sides);
        self.runs.entry(run.to_owned()).or_default().push((pot.to_owned(), amount, parts));
    }

    fn account_of(&self, payee: &str) -> String {
        match payee.strip_prefix('@') {
            Some(party) if self.here.contains(party) => format!("party:{party}"),
            Some(party) => format!("unclaimed:{party}"),
            None => payee.to_owned(),
        }
    }

    fn shares_of(&self, pot: &str, amount: i128) -> Shared {
        let mut parts = Shared::new();
        let mut give = |payee: String, part: i128| *parts.entry(payee).or_default() += part;
        let first = divide(amount, &[("0 house".to_owned(), 15), ("1 lines".to_owned(), 85)]);
        give("house:operation".to_owned(), first[0]);
        let mut lines = self.played.get(pot).cloned().unwrap_or_default();
        lines.sort_by(|a, b| a.place.cmp(&b.place));
        let weights: Vec<((String, u32), i128)> = lines.iter().map(|l| (l.place.clone(), 1)).collect();
        for (line, part) in lines.iter().zip(divide(first[1], &weights)) {
            let Some(recording) = &line.recording else {
                give("suspense:unmatched".to_owned(), part);
                continue;
            };
            for (payee, part) in over_holders(self.holders.get(recording).map_or(&[], Vec::as_slice), part) {
                give(payee, part);
            }
        }
        parts
    }

    /// Somebody who was credited is here now.
    pub fn claimed(&mut self, party: &str) {
        let waits = self.posted(&format!("unclaimed:{party}"));
        // A name that owes is not paid out by a claim.
        if waits < 0 {
            self.post(&[(format!("unclaimed:{party}"), -waits), (format!("party:{party}"), waits)]);
        }
        self.here.insert(party.to_owned());
    }

    /// An advance was given.
    pub fn advanced(&mut self, party: &str, amount: i128) {
        self.post(&[(format!("advance:{party}"), amount), (format!("party:{party}"), -amount)]);
    }

    /// What a batch should pay now, by party.
    pub fn due(&self) -> Vec<Pay> {
        let mut all = Vec::new();
        for (party, terms) in &self.terms {
            let held = self.accounts.get(&format!("party:{party}")).copied().unwrap_or_default();
            let available = -held.posted - held.pending_debits;
            let (Some(fee), true, false) = (terms.fee, self.here.contains(party), terms.held) else {
                continue;
            };
            if available <= 0 {
                continue;
            }
            let gross = available / CENT * CENT;
            let lent = self.accounts.get(&format!("advance:{party}")).copied().unwrap_or_default();
            let lent = lent.posted + lent.pending_credits;
            let recouped = (gross / 2).min(lent).max(0) / CENT * CENT;
            let withheld = (gross - recouped) * terms.withholding / 100 / CENT * CENT;
            let net = gross - recouped - withheld - fee;
            if net >= self.minimum && net > 0 {
                all.push(Pay { party: party.clone(), gross, recouped, withheld, fee, net });
            }
        }
        all
    }

    /// A payout was reserved, under its end-to-end id.
    pub fn reserved(&mut self, end_to_end: &str, pay: &Pay) {
        let country = self.terms.get(&pay.party).map(|t| t.country.clone()).unwrap_or_default();
        self.hold(
            end_to_end,
            vec![
                (format!("party:{}", pay.party), pay.gross),
                ("bank".to_owned(), -pay.net),
                (format!("advance:{}", pay.party), -pay.recouped),
                (format!("withholding:{country}"), -pay.withheld),
                ("house:payout-fees".to_owned(), -pay.fee),
            ],
        );
    }

    /// A reserved payout left the bank.
    pub fn paid(&mut self, end_to_end: &str) {
        let sides = self.waiting.get(end_to_end).cloned().unwrap_or_default();
        self.end(end_to_end, true);
        self.even_out(&payee_of(&sides, -1));
        self.waiting.insert(format!("paid {end_to_end}"), sides);
    }

    /// A reserved payout was refused or dropped.
    pub fn lifted(&mut self, end_to_end: &str) {
        self.end(end_to_end, false);
    }

    /// A payout came back whole.
    pub fn returned(&mut self, end_to_end: &str) {
        let sides = self.waiting.remove(&format!("paid {end_to_end}")).unwrap();
        let credited = payee_of(&sides, 1);
        let back: Sides = sides.into_iter().map(|(account, amount)| (account, -amount)).collect();
        self.post(&back);
        self.even_out(&credited);
    }

    /// Every account that is not as predicted, in words.
    pub fn compare(&self, books: &BTreeMap<String, Held>) -> Vec<String> {
        let names: BTreeSet<&String> = self.accounts.keys().chain(books.keys()).collect();
        let of = |all: &BTreeMap<String, Held>, name: &String| all.get(name).copied().unwrap_or_default();
        names
            .into_iter()
            .filter(|name| of(&self.accounts, name) != of(books, name))
            .map(|name| {
                format!(
                    "{name}: predicted {:?}, the books say {:?}",
                    of(&self.accounts, name),
                    of(books, name)
                )
            })
            .collect()
    }
}

fn add(to: &mut Shared, parts: &Shared) {
    for (payee, part) in parts {
        *to.entry(payee.clone()).or_default() += part;
    }
}

/// The payee of a payout's sides with what left the balance, times a sign.
fn payee_of(sides: &Sides, sign: i128) -> Shared {
    let payee = sides.iter().find_map(|(account, amount)| Some((account.strip_prefix("party:")?, amount)));
    payee.map(|(id, amount)| (format!("@{id}"), amount * sign)).into_iter().collect()
}

/// A line's money over the holders of its recording; what nobody may have yet, to the account of its reason.
fn over_holders(holders: &[(String, i128, i128)], part: i128) -> Vec<(String, i128)> {
    if holders.is_empty() {
        return vec![("suspense:no-holder".to_owned(), part)];
    }
    let common: i128 = holders.iter().map(|h| h.2).product();
    let mut weights: Vec<(String, i128)> = Vec::new();
    for (party, num, den) in holders {
        match weights.iter_mut().find(|w| w.0 == *party) {
            Some(same) => same.1 += num * (common / den),
            None => weights.push((party.clone(), num * (common / den))),
        }
    }
    weights.sort();
    let claimed: i128 = weights.iter().map(|w| w.1).sum();
    if claimed > common {
        return vec![("suspense:overclaimed".to_owned(), part)];
    }
    // After every party in ties.
    weights.push(("~open".to_owned(), common - claimed));
    let parts = divide(part, &weights);
    let name = |party: &String| {
        if party == "~open" { "suspense:open-share".to_owned() } else { format!("@{party}") }
    };
    weights.iter().zip(parts).filter(|(w, _)| w.1 > 0).map(|(w, part)| (name(&w.0), part)).collect()
}

/// Largest remainder, said a second time and more slowly: floors first, then one micro each to the largest
/// fractions, ties to the smaller name; below nothing it is the mirror image.
fn divide<K: Ord>(amount: i128, weights: &[(K, i128)]) -> Vec<i128> {
    let total: i128 = weights.iter().map(|w| w.1).sum();
    let size = amount.abs();
    let mut parts: Vec<i128> = weights.iter().map(|w| size * w.1 / total).collect();
    let mut left = size - parts.iter().sum::<i128>();
    let mut order: Vec<usize> = (0..weights.len()).collect();
    order.sort_by(|a, b| {
        let fraction = |i: usize| size * weights[i].1 % total;
        fraction(*b).cmp(&fraction(*a)).then_with(|| weights[*a].0.cmp(&weights[*b].0))
    });
    for place in order {
        if left > 0 {
            parts[place] += 1;
            left -= 1;
        }
    }
    parts.into_iter().map(|p| p * amount.signum()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thousand_at_five_per_cent_over_twenty_lines() {
        let mut auditor = Auditor::default();
        let lines = (0..20)
            .map(|n| Played {
                line: format!("l{n:02}"),
                place: ("list".to_owned(), n),
                recording: Some("r".to_owned()),
            })
            .collect();
        auditor.played.insert("p".to_owned(), lines);
        auditor.holders.insert("r".to_owned(), vec![("ada".to_owned(), 1, 1)]);
        let parts = auditor.shares_of("p", 50_000_000);
        assert_eq!((parts["house:operation"], parts["@ada"]), (7_500_000, 20 * 2_125_000));
    }
}
