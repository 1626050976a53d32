//! A second, simpler reading of the books: chain, balance of each entry, balances of accounts.

use std::collections::BTreeMap;

use ledger::{Chained, EntryState, GENESIS, Posting};
use store::Store;

/// Reads all entries, checks everything that must hold, and gives the keys in order.
pub async fn verify(store: &Store) -> Vec<String> {
    let mut tx = store.begin_read().await.unwrap();
    let (mut hash, mut keys, mut next) = (GENESIS, Vec::new(), 1);
    let mut accounts: BTreeMap<(String, String), [i64; 3]> = BTreeMap::new();
    let mut pending: BTreeMap<i64, Vec<Posting>> = BTreeMap::new();
    loop {
        let page = tx.entries(next, 1000).await.unwrap();
        let Some(last) = page.last() else { break };
        next = last.seq + 1;
        for entry in page {
            assert_eq!(entry.seq as usize, keys.len() + 1, "a gap in the numbers");
            assert!(entry.sealed, "entry {} was left open", entry.seq);
            entry.draft.check().unwrap();
            hash = ledger::chain_hash(
                &hash,
                &Chained { seq: entry.seq, at_micros: entry.at_micros, draft: &entry.draft },
            );
            assert_eq!(hash, entry.hash, "entry {}", entry.seq);
            keys.push(entry.draft.key.clone());
            let (postings, sign, counts) = match entry.draft.state {
                EntryState::Posted => (entry.draft.postings.clone(), 0, true),
                EntryState::Pending => {
                    pending.insert(entry.seq, entry.draft.postings.clone());
                    (entry.draft.postings.clone(), 1, false)
                }
                EntryState::Posts(of) => (pending.remove(&of).expect("resolves a pending entry"), -1, true),
                EntryState::Voids(of) => (pending.remove(&of).expect("resolves a pending entry"), -1, false),
            };
            for posting in postings {
                let micros = posting.amount.micros();
                let slot = accounts
                    .entry((posting.account.to_string(), posting.amount.currency().code().to_owned()))
                    .or_default();
                slot[0] += if counts { micros } else { 0 };
                slot[if micros > 0 { 1 } else { 2 }] += sign * micros;
            }
        }
    }
    let stored: BTreeMap<_, _> = tx
        .balances("")
        .await
        .unwrap()
        .into_iter()
        .map(|(account, b)| {
            let key = (account.to_string(), b.posted.currency().code().to_owned());
            (key, [b.posted.micros(), b.pending_debits.micros(), b.pending_credits.micros()])
        })
        .collect();
    assert_eq!(stored, accounts);
    keys
}
