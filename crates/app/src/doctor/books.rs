//! The chain, each entry and every balance, recomputed from the first entry on.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use ledger::{Account, Chained, Draft, EntryState, GENESIS, Hash, Posting, chain_hash};
use money::{Amount, Currency};
use store::{EntryRecord, Tx};

use super::{Check, Finding};
use crate::{Failure, House};

/// How many entries are read at a time.
const PAGE: i64 = 2_000;

/// How many hashes are tried for one entry to find out which posting was changed or removed.
const TRIES: usize = 200_000;

/// How many are tried in all, so that books changed throughout are examined in time as well.
const ALL_TRIES: usize = 2_000_000;

const RESTORE: &str = "compare with the newest backup; correct by a new entry, never by hand in the database";

/// Chain, numbering, entries and balances.
pub(super) async fn examine(house: &House) -> Result<Vec<Check>, Failure> {
    let mut tx = house.store.begin_read().await?;
    let (count, highest, missing) = tx.numbering().await?;
    let stored = tx.stored_accounts().await?;
    let mut walk = Walk::new(&stored);
    let mut from = 1;
    while from <= highest {
        match tx.entries(from, PAGE).await {
            Ok(page) => {
                let Some(last) = page.last() else { break };
                from = last.seq + 1;
                page.into_iter().for_each(|entry| walk.take(entry));
            }
            Err(_) => {
                // A posting that no longer reads spoils its page: go on one by one and name the entry.
                tx = house.store.begin_read().await?;
                from = one_by_one(&mut tx, house, &mut walk, from).await?;
            }
        }
    }
    walk.settle(None);
    let numbering =
        missing.into_iter().map(|n| finding(n, "is missing: the numbers have a gap".to_owned())).collect();
    let balances = walk.balances(&stored);
    Ok(vec![
        Check { name: "numbering", examined: count, findings: numbering },
        Check { name: "chain", examined: count, findings: walk.chain },
        Check { name: "entries", examined: count, findings: walk.entries },
        Check { name: "balances", examined: stored.len() as i64, findings: balances },
    ])
}

async fn one_by_one(tx: &mut Tx, house: &House, walk: &mut Walk, from: i64) -> Result<i64, Failure> {
    for seq in from..from + PAGE {
        match tx.entries(seq, 1).await {
            Ok(page) => {
                let Some(entry) = page.into_iter().next() else { return Ok(seq + 1) };
                let next = entry.seq + 1;
                if entry.seq == seq {
                    walk.take(entry);
                } else {
                    return Ok(next - 1);
                }
            }
            Err(fault) => {
                *tx = house.store.begin_read().await?;
                walk.unreadable(seq, &fault.to_string());
            }
        }
    }
    Ok(from + PAGE)
}

fn finding(seq: i64, what: String) -> Finding {
    Finding { place: format!("entry {seq}"), what, hint: RESTORE, notice: false }
}

/// What is carried from entry to entry.
struct Walk {
    /// The hash stored with the entry before; `None` where it could not be read.
    before: Option<Hash>,
    /// The entry before where its hash does not fit, with the hash it should have.
    doubtful: Option<(EntryRecord, Hash, Hash)>,
    accounts: Vec<(Account, Currency)>,
    tries_left: usize,
    pending: HashMap<i64, Vec<Posting>>,
    sums: BTreeMap<(String, String), [i128; 3]>,
    chain: Vec<Finding>,
    entries: Vec<Finding>,
}

impl Walk {
    fn new(stored: &[(String, String, [i64; 3])]) -> Walk {
        let accounts = stored
            .iter()
            .filter_map(|(code, currency, _)| Some((code.parse().ok()?, currency.parse().ok()?)))
            .collect();
        Walk {
            before: Some(GENESIS),
            doubtful: None,
            accounts,
            tries_left: ALL_TRIES,
            pending: HashMap::new(),
            sums: BTreeMap::new(),
            chain: Vec::new(),
            entries: Vec::new(),
        }
    }

    fn unreadable(&mut self, seq: i64, why: &str) {
        self.settle(None);
        self.before = None;
        self.entries.push(finding(seq, format!("cannot be read: {why}")));
    }

    fn take(&mut self, entry: EntryRecord) {
        self.settle(Some(&entry));
        self.check_entry(&entry);
        self.add(&entry);
        let hash = entry.hash;
        if let Some(before) = self.before {
            let expected = hash_after(&before, &entry, &entry.draft);
            if expected != hash {
                self.doubtful = Some((entry, before, expected));
            }
        }
        self.before = Some(hash);
    }

    /// Says what is wrong with the entry before. If the next entry continues from the hash it should have, its stored
    /// hash was changed; if from the stored one, the entry itself was.
    fn settle(&mut self, next: Option<&EntryRecord>) {
        let Some((entry, before, expected)) = self.doubtful.take() else { return };
        if next.is_some_and(|n| n.seq == entry.seq + 1 && hash_after(&expected, n, &n.draft) == n.hash) {
            let what = format!(
                "the chain is broken: its hash was changed to {:.12}…, it should be {expected:.12}…",
                entry.hash.to_string()
            );
            self.before = Some(expected);
            self.chain.push(finding(entry.seq, what));
            return;
        }
        let (place, what) = self.explain(&before, &entry);
        self.tries_left = self.tries_left.saturating_sub(self.tries(&entry) * 2);
        self.chain.push(Finding { place, ..finding(entry.seq, what) });
    }

    /// Which single posting, changed back or put back, makes the stored hash fit again.
    fn explain(&self, before: &Hash, entry: &EntryRecord) -> (String, String) {
        let seq = entry.seq;
        let fits = |draft: &Draft| hash_after(before, entry, draft) == entry.hash;
        let off = off_by(&entry.draft.postings);
        if let [(currency, off)] = off.as_slice() {
            for (place, posting) in
                entry.draft.postings.iter().enumerate().filter(|(_, p)| p.amount.currency() == *currency)
            {
                let Some(was) =
                    i128::from(posting.amount.micros()).checked_sub(*off).and_then(|m| i64::try_from(m).ok())
                else {
                    continue;
                };
                let mut draft = entry.draft.clone();
                draft.postings[place].amount = Amount::from_micros(was, *currency);
                if fits(&draft) {
                    let what =
                        format!("was changed to {}; it was {}", posting.amount, draft.postings[place].amount);
                    return (
                        format!("entry {seq}, posting {}", place + 1),
                        format!("`{}` {what}", posting.account),
                    );
                }
            }
            if let Some(found) = self.put_back(entry, *currency, *off, &fits) {
                return found;
            }
        }
        if let Some(found) = self.other_account(entry, &fits) {
            return found;
        }
        let unbalanced = if off.is_empty() { "" } else { ", and it does not balance" };
        (
            format!("entry {seq}"),
            format!("was changed after it was written: its hash does not fit what it says{unbalanced}"),
        )
    }

    /// How many hashes may be tried for an entry, each over one posting more or less.
    fn tries(&self, entry: &EntryRecord) -> usize {
        let places = entry.draft.postings.len() + 1;
        TRIES.min(self.tries_left).min(self.accounts.len() * places)
    }

    fn put_back(
        &self,
        entry: &EntryRecord,
        currency: Currency,
        off: i128,
        fits: &dyn Fn(&Draft) -> bool,
    ) -> Option<(String, String)> {
        let amount = Amount::from_micros(i64::try_from(-off).ok()?, currency);
        let places = entry.draft.postings.len() + 1;
        for (account, _) in
            self.accounts.iter().filter(|(_, c)| *c == currency).take(self.tries(entry) / places)
        {
            for place in 0..places {
                let mut draft = entry.draft.clone();
                draft.postings.insert(place, Posting { account: account.clone(), amount });
                if fits(&draft) {
                    let what = format!("is missing: `{account}` {amount}");
                    return Some((format!("entry {}, posting {}", entry.seq, place + 1), what));
                }
            }
        }
        None
    }

    fn other_account(&self, entry: &EntryRecord, fits: &dyn Fn(&Draft) -> bool) -> Option<(String, String)> {
        let places = entry.draft.postings.len().max(1);
        for (account, _) in self.accounts.iter().take(self.tries(entry) / places) {
            for (place, posting) in entry.draft.postings.iter().enumerate() {
                let mut draft = entry.draft.clone();
                draft.postings[place].account = account.clone();
                if fits(&draft) {
                    let what = format!("was moved from `{account}` to `{}`", posting.account);
                    return Some((format!("entry {}, posting {}", entry.seq, place + 1), what));
                }
            }
        }
        None
    }

    fn check_entry(&mut self, entry: &EntryRecord) {
        let seq = entry.seq;
        if !entry.sealed {
            self.entries.push(finding(seq, "was never finished: it is not sealed".to_owned()));
        }
        for (currency, off) in off_by(&entry.draft.postings) {
            let off = i64::try_from(off).map_or_else(
                |_| "more than 64 bits hold".to_owned(),
                |m| Amount::from_micros(m, currency).to_string(),
            );
            self.entries.push(finding(seq, format!("does not balance: debits and credits differ by {off}")));
        }
        let sides = entry.draft.postings.len();
        match entry.draft.state {
            EntryState::Posted | EntryState::Pending if sides < 2 => {
                self.entries
                    .push(finding(seq, format!("a posting is missing: {sides} of two at least are there")));
            }
            EntryState::Posts(of) | EntryState::Voids(of) => {
                if sides > 0 {
                    self.entries.push(finding(
                        seq,
                        format!("resolves entry {of} and carries {sides} postings of its own"),
                    ));
                }
                if !self.pending.contains_key(&of) {
                    self.entries.push(finding(
                        seq,
                        format!("resolves entry {of}, which is not pending or was resolved before"),
                    ));
                }
            }
            _ => {}
        }
    }

    fn add(&mut self, entry: &EntryRecord) {
        let (postings, counts, reserves) = match entry.draft.state {
            EntryState::Posted => (entry.draft.postings.clone(), 1, 0),
            EntryState::Pending => {
                self.pending.insert(entry.seq, entry.draft.postings.clone());
                (entry.draft.postings.clone(), 0, 1)
            }
            EntryState::Posts(of) => (self.pending.remove(&of).unwrap_or_default(), 1, -1),
            EntryState::Voids(of) => (self.pending.remove(&of).unwrap_or_default(), 0, -1),
        };
        for posting in postings {
            let micros = i128::from(posting.amount.micros());
            let key = (posting.account.to_string(), posting.amount.currency().code().to_owned());
            let slot = self.sums.entry(key).or_default();
            slot[0] += counts * micros;
            slot[1] += reserves * micros.max(0);
            slot[2] += reserves * micros.min(0);
        }
    }

    /// Where the stored balances differ from what the entries add up to.
    fn balances(&self, stored: &[(String, String, [i64; 3])]) -> Vec<Finding> {
        let stored: BTreeMap<(String, String), [i64; 3]> =
            stored.iter().map(|(a, c, b)| ((a.clone(), c.clone()), *b)).collect();
        let keys: BTreeSet<_> = stored.keys().chain(self.sums.keys()).collect();
        let mut found = Vec::new();
        for key in keys {
            let have = stored.get(key).copied().unwrap_or_default();
            let want = self.sums.get(key).copied().unwrap_or_default();
            for (place, word) in ["posted", "pending debits", "pending credits"].into_iter().enumerate() {
                let off = i128::from(have[place]) - want[place];
                if off != 0 {
                    let what = format!(
                        "its balance ({word}) is {}, and its entries add up to {}: off by {}",
                        in_words(have[place].into(), &key.1),
                        in_words(want[place], &key.1),
                        in_words(off, &key.1)
                    );
                    found.push(Finding {
                        place: format!("account {} in {}", key.0, key.1),
                        what,
                        hint: RESTORE,
                        notice: false,
                    });
                }
            }
        }
        found
    }
}

fn in_words(micros: i128, currency: &str) -> String {
    match (i64::try_from(micros), currency.parse()) {
        (Ok(micros), Ok(currency)) => Amount::from_micros(micros, currency).to_string(),
        _ => format!("{micros} micros of {currency}"),
    }
}

fn hash_after(before: &Hash, entry: &EntryRecord, draft: &Draft) -> Hash {
    chain_hash(before, &Chained { seq: entry.seq, at_micros: entry.at_micros, draft })
}

/// The currencies in which postings do not add up to nothing, with what is too much.
fn off_by(postings: &[Posting]) -> Vec<(Currency, i128)> {
    let mut sums: BTreeMap<Currency, i128> = BTreeMap::new();
    for posting in postings {
        *sums.entry(posting.amount.currency()).or_default() += i128::from(posting.amount.micros());
    }
    sums.into_iter().filter(|(_, off)| *off != 0).collect()
}
