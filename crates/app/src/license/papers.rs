//! The papers of a licence in one file, with the log's receipts, for whoever checks them with the log's key and nothing else.

use ::consent::statement;
use programmes::licensing::paper;
use proof::log::{Policy, Receipt};
use serde_json::{Value, json};

use super::{key, known, offer};
use crate::{Failure, House, log};

/// The type of the file.
pub const TYPE: &str = "licence-papers";

/// Offer, agreement and works of a licence, the paper of the licensee's key where it signed itself, and the log's receipt for each.
///
/// # Errors
/// `license-unknown`.
pub async fn of(house: &House, id: &str) -> Result<Value, Failure> {
    let mut tx = house.store.begin_read().await?;
    let row = known(&mut tx, id).await?;
    let offer = offer::known(&mut tx, &row.offer).await?;
    let works = tx.license_works(&row.id).await?;
    let agreement: Value = serde_json::from_str(&row.agreement).map_err(|e| log::broken(&e))?;
    let signer = agreement.get("key").and_then(Value::as_str).unwrap_or_default().to_owned();
    let keys = tx.party_keys(row.licensee.as_str()).await?;
    // The last one before the agreement: a key may come, go, and come again.
    let own = keys.into_iter().rfind(|k| k.key == signer && k.place < row.place);
    drop(tx);
    let paper = |text: &str| serde_json::from_str::<Value>(text).unwrap_or(Value::Null);
    let mut file = json!({
        "type": TYPE, "version": 1, "license": row.id, "offer": paper(&offer.paper), "agreement": agreement,
        "works": works.iter().map(|w| w.as_str()).collect::<Vec<_>>(),
        "receipts": { "offer": receipt(house, offer.place).await, "agreement": receipt(house, row.place).await },
    });
    if let Some(own) = own {
        file["key"] = paper(&own.paper);
        file["receipts"]["key"] = receipt(house, own.place).await.into();
    }
    Ok(file)
}

/// The log's receipt for an entry; empty where no checkpoint covers it yet.
async fn receipt(house: &House, place: i64) -> String {
    log::receipt_at(house, place).await.map(|r| r.to_string()).unwrap_or_default()
}

/// What such a file shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// The licence.
    pub license: String,
    /// How many works.
    pub works: usize,
    /// The key that the licensee registered and signed with; nothing where the house signed for it.
    pub own_key: Option<String>,
    /// The size of the log that the newest of its receipts is under.
    pub size: u64,
}

/// Checks such a file: the papers belong together and are as they were signed, each is an entry of the log, and where the
/// licensee signed itself, its key was bound to it by an entry before.
///
/// # Errors
/// Why it is not believed, in words.
pub fn verify(file: &Value, policy: &Policy) -> Result<Shown, String> {
    let text = |v: &Value, name: &str| v.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let (offer, agreement) =
        (file.get("offer").unwrap_or(&Value::Null), file.get("agreement").unwrap_or(&Value::Null));
    let listed = file.get("works").and_then(Value::as_array).ok_or("it lists no works")?;
    let works: Option<Vec<String>> = listed.iter().map(|w| w.as_str().map(str::to_owned)).collect();
    let works = works.ok_or("a work cannot be read")?;
    paper::check(offer, agreement, Some(&works)).map_err(|e| e.to_string())?;
    if text(agreement, "license") != text(file, "license") {
        return Err("the agreement is about another licence".to_owned());
    }
    let (_, first) = logged(file, "offer", offer, policy)?;
    let (signed_at, second) = logged(file, "agreement", agreement, policy)?;
    let mut size = first.max(second);
    let own_key = match file.get("key") {
        None => None,
        Some(bound) => {
            let (party, new_key, _) = key::read(bound)?;
            if party != text(agreement, "licensee") || new_key != text(agreement, "key") {
                return Err("the key is not the one that signed the agreement for this licensee".to_owned());
            }
            let (bound_at, third) = logged(file, "key", bound, policy)?;
            if bound_at >= signed_at {
                return Err("the key was bound to the licensee only after it signed".to_owned());
            }
            size = size.max(third);
            Some(new_key)
        }
    };
    Ok(Shown { license: text(file, "license"), works: works.len(), own_key, size })
}

/// The place of a paper's entry, and the size of the log its receipt is under.
fn logged(file: &Value, name: &str, paper: &Value, policy: &Policy) -> Result<(u64, u64), String> {
    let text = file.get("receipts").and_then(|r| r.get(name)).and_then(Value::as_str).unwrap_or_default();
    if text.is_empty() {
        return Err(format!(
            "it carries no receipt of the log for the {name}: ask again once the log is published"
        ));
    }
    let receipt: Receipt = text.parse().map_err(|e: proof::log::BadReceipt| e.to_string())?;
    let under = receipt.verify(policy).map_err(|e| e.to_string())?;
    let hash = statement::hash(paper).map_err(|e| e.to_string())?.to_string();
    let entry: Value =
        serde_json::from_slice(receipt.entry.as_deref().unwrap_or_default()).unwrap_or_default();
    if entry.get("leaf") != Some(&json!(name)) || entry.get("hash") != Some(&json!(hash)) {
        return Err(format!("the entry that is proved is not the {name}"));
    }
    Ok((receipt.index, under.checkpoint.size))
}
