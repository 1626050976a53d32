//! Statements as bytes that everybody writes alike (RFC 8785), their hashes, signatures and chains.
//!
//! A statement is a JSON object. Its **canonical bytes** are those of the object without `signature`, `log` and
//! `at`, which come after signing. Its **hash** is SHA-256 over them. Each statement of one speaker about one
//! subject names the hash of the one before in `prev`, so that none can be left out unseen.

use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use proof::Hash;
use serde_json::Value;

/// The fields that are not signed: they are known only after signing.
const UNSIGNED: [&str; 3] = ["signature", "log", "at"];

/// Why a statement is not believed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadStatement {
    /// It is not a JSON object, or it has numbers that have no canonical form.
    #[error("this is not a JSON object with a canonical form: {0}")]
    Json(String),
    /// A field is missing or not as it should be.
    #[error("`{0}` is missing or not hexadecimal digits of the right number")]
    Field(&'static str),
    /// The signature is wrong.
    #[error("the signature does not fit the statement; something was changed after signing")]
    Forged,
    /// The chain is broken.
    #[error(
        "statement {place} of this speaker and subject should name `{wanted}` as the one before, it names `{found}`"
    )]
    Chain {
        /// From 1.
        place: usize,
        /// The hash of the one before; empty for the first.
        wanted: String,
        /// What it names.
        found: String,
    },
}

/// The bytes that are hashed and signed.
///
/// # Errors
/// [`BadStatement::Json`] where it is no object.
pub fn canonical(statement: &Value) -> Result<Vec<u8>, BadStatement> {
    let mut object =
        statement.as_object().cloned().ok_or_else(|| BadStatement::Json("not an object".to_owned()))?;
    for field in UNSIGNED {
        object.remove(field);
    }
    serde_json_canonicalizer::to_vec(&object).map_err(|e| BadStatement::Json(e.to_string()))
}

/// The hash under which the next statement names this one.
///
/// # Errors
/// As [`canonical`].
pub fn hash(statement: &Value) -> Result<Hash, BadStatement> {
    Ok(Hash::of(&canonical(statement)?))
}

/// The statement with `key` and `signature` set by a key handed in as its 32-byte seed.
///
/// # Errors
/// As [`canonical`].
pub fn sign(mut statement: Value, seed: &[u8; 32]) -> Result<Value, BadStatement> {
    let key = SigningKey::from_bytes(seed);
    let object = statement.as_object_mut().ok_or_else(|| BadStatement::Json("not an object".to_owned()))?;
    object.insert("key".to_owned(), Value::String(hex(key.verifying_key().as_bytes())));
    let signature = key.sign(&canonical(&statement)?);
    if let Some(object) = statement.as_object_mut() {
        object.insert("signature".to_owned(), Value::String(hex(&signature.to_bytes())));
    }
    Ok(statement)
}

/// Checks the signature by the key in the statement. Whether that key is the speaker's is for the caller to know.
///
/// # Errors
/// [`BadStatement`] in the order: not canonical, no key, no signature, wrong signature.
pub fn verify(statement: &Value) -> Result<[u8; 32], BadStatement> {
    let bytes = canonical(statement)?;
    let field = |name: &'static str| statement.get(name).and_then(Value::as_str).unwrap_or_default();
    let key: [u8; 32] = unhex(field("key")).ok_or(BadStatement::Field("key"))?;
    let signature: [u8; 64] = unhex(field("signature")).ok_or(BadStatement::Field("signature"))?;
    let verifying = VerifyingKey::from_bytes(&key).map_err(|_| BadStatement::Field("key"))?;
    verifying.verify_strict(&bytes, &Signature::from_bytes(&signature)).map_err(|_| BadStatement::Forged)?;
    Ok(key)
}

/// Checks that statements of one speaker about one subject, oldest first, each name the one before.
///
/// # Errors
/// [`BadStatement::Chain`] at the first that does not.
pub fn verify_chain<'a>(
    statements: impl IntoIterator<Item = &'a Value>,
) -> Result<Option<Hash>, BadStatement> {
    let mut head: Option<Hash> = None;
    for (place, statement) in statements.into_iter().enumerate() {
        let found = statement.get("prev").and_then(Value::as_str).unwrap_or_default().to_owned();
        let wanted = head.map_or_else(String::new, |h| h.to_string());
        if found != wanted {
            return Err(BadStatement::Chain {
                place: place + 1,
                wanted,
                found: found.chars().take(80).collect(),
            });
        }
        head = Some(hash(statement)?);
    }
    Ok(head)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

fn unhex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    if text.len() != N * 2 || !text.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    for (at, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(at * 2..at * 2 + 2)?, 16).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_order_of_fields_and_the_place_in_the_log_do_not_change_the_bytes() {
        let a = json!({"b": 1, "a": "é", "log": 4, "at": "2026-01-01"});
        let b = json!({"a": "é", "signature": "00", "b": 1.0});
        assert_eq!(canonical(&a).unwrap(), canonical(&b).unwrap());
        assert_eq!(String::from_utf8(canonical(&a).unwrap()).unwrap(), r#"{"a":"é","b":1}"#);
        assert!(canonical(&json!([1])).is_err());
    }

    #[test]
    fn a_changed_word_breaks_the_signature() {
        let said = sign(json!({"type": "statement", "id": "S1", "kind": "refuse", "uses": ["*"]}), &[7; 32])
            .unwrap();
        assert!(verify(&said).is_ok());
        let mut changed = said.clone();
        changed["kind"] = json!("permit");
        assert_eq!(verify(&changed), Err(BadStatement::Forged));
        let mut bare = said.clone();
        bare["signature"] = json!("zz");
        assert_eq!(verify(&bare), Err(BadStatement::Field("signature")));
    }

    #[test]
    fn a_missing_link_is_seen() {
        let first = json!({"id": "S1"});
        let second = json!({"id": "S2", "prev": hash(&first).unwrap().to_string()});
        assert_eq!(verify_chain([&first, &second]).unwrap(), Some(hash(&second).unwrap()));
        assert!(verify_chain([&second]).is_err() && verify_chain([&second, &first]).is_err());
    }
}
