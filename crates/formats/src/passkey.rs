//! What a passkey says: the three messages of W3C Web Authentication (Level 2) that reach the house, to values.
//!
//! Strict on purpose: a browser writes these bytes, never a person, so whatever is odd is refused as a whole. The module
//! has no idea who signs in, checks no signature, and trusts nothing: it says what stands there. Read with bounds on
//! size and depth, whatever the bytes are.

mod cbor;

use cbor::{Cbor, Value};

/// Most bytes of each message.
pub const MOST_BYTES: usize = 16 * 1024;
/// Most bytes of a passkey's own id (Web Authentication, section 4).
pub const MOST_ID_BYTES: usize = 1_023;

/// What the browser says it was asked, by whom: `clientDataJSON`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientData {
    /// `webauthn.create` or `webauthn.get`.
    pub kind: String,
    /// The challenge as it was given out.
    pub challenge: Vec<u8>,
    /// The origin of the page.
    pub origin: String,
    /// Whether the page stood in a frame of another site.
    pub framed: bool,
}

/// What the authenticator says: `authenticatorData`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// SHA-256 of the name of the house it answers to.
    pub rp_hash: [u8; 32],
    /// Whether somebody was there and touched it.
    pub present: bool,
    /// Whether it knows that this was its owner: by finger, face or code.
    pub verified: bool,
    /// Whether it may be copied to other devices of its owner.
    pub copyable: bool,
    /// Whether it was.
    pub copied: bool,
    /// How often it signed; 0 where it does not count.
    pub count: u32,
    /// The new passkey, where one was made.
    pub made: Option<Made>,
}

/// A passkey that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    /// Its own id.
    pub id: Vec<u8>,
    /// What verifies it.
    pub key: Key,
}

/// What verifies a passkey, of the three kinds that are taken (COSE, RFC 9053 and RFC 8812).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Key {
    /// ES256: ECDSA with SHA-256 on P-256; the uncompressed point.
    P256([u8; 65]),
    /// EdDSA on Ed25519.
    Ed25519([u8; 32]),
    /// RS256: RSASSA-PKCS1-v1_5 with SHA-256; modulus and exponent.
    Rsa(Vec<u8>, Vec<u8>),
}

/// What came with a new passkey: `attestationObject`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attestation {
    /// The authenticator's word, as bytes: they are signed.
    pub said: Vec<u8>,
    /// The signature by the passkey itself, where it brought one.
    pub by_itself: Option<Vec<u8>>,
}

/// Why it cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// Longer than [`MOST_BYTES`].
    #[error("it is longer than 16 kB")]
    TooLong,
    /// The browser's part is no such JSON.
    #[error("what the browser says cannot be read")]
    ClientData,
    /// The authenticator's part is cut short, or goes on too long.
    #[error("what the passkey says cannot be read")]
    Said,
    /// The key is of no kind that is taken.
    #[error("its key is of no kind that is taken here")]
    Key,
    /// It brings a certificate of its maker, which nobody asked for.
    #[error("it brings a certificate of its maker, which was not asked for")]
    Attestation,
}

/// Reads `clientDataJSON`.
///
/// # Errors
/// [`Unreadable::TooLong`], [`Unreadable::ClientData`].
pub fn client_data(bytes: &[u8]) -> Result<ClientData, Unreadable> {
    short(bytes)?;
    let odd = || Unreadable::ClientData;
    let value: serde_json::Value = serde_json::from_slice(bytes).map_err(|_| odd())?;
    let word = |key: &str| value.get(key).and_then(|v| v.as_str()).ok_or_else(odd);
    let framed = match value.get("crossOrigin") {
        None | Some(serde_json::Value::Bool(false)) => value.get("topOrigin").is_some(),
        _ => true,
    };
    Ok(ClientData {
        kind: word("type")?.to_owned(),
        challenge: base64url(word("challenge")?).ok_or_else(odd)?,
        origin: word("origin")?.to_owned(),
        framed,
    })
}

/// Reads `authenticatorData`; nothing may follow.
///
/// # Errors
/// [`Unreadable::TooLong`], [`Unreadable::Said`], [`Unreadable::Key`].
pub fn said(bytes: &[u8]) -> Result<Said, Unreadable> {
    const PRESENT: u8 = 0x01;
    const VERIFIED: u8 = 0x04;
    const COPYABLE: u8 = 0x08;
    const COPIED: u8 = 0x10;
    const MADE: u8 = 0x40;
    const EXTENSIONS: u8 = 0x80;
    short(bytes)?;
    let odd = || Unreadable::Said;
    let (rp_hash, rest) = bytes.split_first_chunk::<32>().ok_or_else(odd)?;
    let (&flags, rest) = rest.split_first().ok_or_else(odd)?;
    let (count, mut rest) = rest.split_first_chunk::<4>().ok_or_else(odd)?;
    let has = |bit: u8| flags & bit != 0;
    let mut found = None;
    if has(MADE) {
        let (one, after) = made(rest)?;
        (found, rest) = (Some(one), after);
    }
    if has(EXTENSIONS) {
        let mut cbor = Cbor::new(rest);
        if !matches!(cbor.value(), Some(Value::Map(_))) {
            return Err(odd());
        }
        rest = cbor.rest();
    }
    if !rest.is_empty() || (has(COPIED) && !has(COPYABLE)) {
        return Err(odd());
    }
    Ok(Said {
        rp_hash: *rp_hash,
        present: has(PRESENT),
        verified: has(VERIFIED),
        copyable: has(COPYABLE),
        copied: has(COPIED),
        count: u32::from_be_bytes(*count),
        made: found,
    })
}

/// Reads `attestationObject`. The maker's word is not asked for, so it is either absent or the passkey's own.
///
/// # Errors
/// [`Unreadable::TooLong`], [`Unreadable::Said`], [`Unreadable::Attestation`].
pub fn attestation(bytes: &[u8]) -> Result<Attestation, Unreadable> {
    short(bytes)?;
    let mut cbor = Cbor::new(bytes);
    let Some(Value::Map(map)) = cbor.value() else { return Err(Unreadable::Said) };
    if !cbor.rest().is_empty() {
        return Err(Unreadable::Said);
    }
    let field = |name: &str| map.iter().find(|(k, _)| *k == Value::Text(name.to_owned())).map(|(_, v)| v);
    let (Some(Value::Bytes(said)), Some(Value::Text(format)), Some(Value::Map(statement))) =
        (field("authData"), field("fmt"), field("attStmt"))
    else {
        return Err(Unreadable::Said);
    };
    let part =
        |name: &str| statement.iter().find(|(k, _)| *k == Value::Text(name.to_owned())).map(|(_, v)| v);
    let by_itself = match (format.as_str(), statement.len(), part("sig")) {
        ("none", 0, _) => None,
        ("packed", 2, Some(Value::Bytes(signature))) if part("alg").is_some() => Some(signature.clone()),
        _ => return Err(Unreadable::Attestation),
    };
    Ok(Attestation { said: said.clone(), by_itself })
}

/// The bytes that a text of base64url without padding stands for; `None` where it is none, or not the shortest.
pub fn base64url(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() * 3 / 4);
    let (mut bits, mut held) = (0_u32, 0_u32);
    for byte in text.bytes() {
        let six = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'-' => 62,
            b'_' => 63,
            _ => return None,
        };
        bits = (bits << 6) | u32::from(six);
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push(u8::try_from((bits >> held) & 0xFF).ok()?);
            bits &= (1 << held) - 1;
        }
    }
    (held < 6 && bits == 0).then_some(bytes)
}

impl Key {
    /// The kind and the bytes that are kept.
    pub fn kept(&self) -> (&'static str, Vec<u8>) {
        match self {
            Key::P256(point) => ("ES256", point.to_vec()),
            Key::Ed25519(key) => ("EdDSA", key.to_vec()),
            Key::Rsa(n, e) => {
                let mut bytes = u16::try_from(n.len()).unwrap_or(u16::MAX).to_be_bytes().to_vec();
                bytes.extend(n);
                bytes.extend(e);
                ("RS256", bytes)
            }
        }
    }

    /// The key that was kept.
    pub fn of_kept(kind: &str, bytes: &[u8]) -> Option<Key> {
        match kind {
            "ES256" => bytes.try_into().ok().map(Key::P256),
            "EdDSA" => bytes.try_into().ok().map(Key::Ed25519),
            "RS256" => {
                let (long, rest) = bytes.split_first_chunk::<2>()?;
                let (n, e) = rest.split_at_checked(usize::from(u16::from_be_bytes(*long)))?;
                Some(Key::Rsa(n.to_vec(), e.to_vec()))
            }
            _ => None,
        }
    }
}

fn short(bytes: &[u8]) -> Result<(), Unreadable> {
    if bytes.len() > MOST_BYTES { Err(Unreadable::TooLong) } else { Ok(()) }
}

fn made(bytes: &[u8]) -> Result<(Made, &[u8]), Unreadable> {
    let odd = || Unreadable::Said;
    let (_maker, rest) = bytes.split_at_checked(16).ok_or_else(odd)?;
    let (long, rest) = rest.split_first_chunk::<2>().ok_or_else(odd)?;
    let long = usize::from(u16::from_be_bytes(*long));
    if long == 0 || long > MOST_ID_BYTES {
        return Err(odd());
    }
    let (id, rest) = rest.split_at_checked(long).ok_or_else(odd)?;
    let mut cbor = Cbor::new(rest);
    let Some(Value::Map(map)) = cbor.value() else { return Err(odd()) };
    Ok((Made { id: id.to_vec(), key: key(&map)? }, cbor.rest()))
}

fn key(map: &[(Value, Value)]) -> Result<Key, Unreadable> {
    let odd = || Unreadable::Key;
    let field = |label: i64| map.iter().find(|(k, _)| *k == Value::Int(label)).map(|(_, v)| v);
    let bytes = |label: i64| match field(label) {
        Some(Value::Bytes(bytes)) => Ok(bytes.as_slice()),
        _ => Err(odd()),
    };
    let int = |label: i64| match field(label) {
        Some(Value::Int(n)) => Some(*n),
        _ => None,
    };
    // Labels 1 and 3 are kind and algorithm, −1 to −3 what belongs to the kind (RFC 9052, RFC 9053, RFC 8230).
    match (int(1), int(3), int(-1)) {
        (Some(2), Some(-7), Some(1)) => {
            let (x, y): ([u8; 32], [u8; 32]) =
                (bytes(-2)?.try_into().map_err(|_| odd())?, bytes(-3)?.try_into().map_err(|_| odd())?);
            let mut point = [4; 65];
            point[1..33].copy_from_slice(&x);
            point[33..].copy_from_slice(&y);
            Ok(Key::P256(point))
        }
        (Some(1), Some(-8), Some(6)) => Ok(Key::Ed25519(bytes(-2)?.try_into().map_err(|_| odd())?)),
        (Some(3), Some(-257), None) => {
            let (n, e) = (bytes(-1)?, bytes(-2)?);
            // 2,048 to 4,096 bits: less is weak, more is slow.
            let fine = (256..=512).contains(&n.len()) && (1..=4).contains(&e.len()) && n[0] != 0 && e[0] != 0;
            if fine { Ok(Key::Rsa(n.to_vec(), e.to_vec())) } else { Err(odd()) }
        }
        _ => Err(odd()),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn p256() -> Vec<u8> {
        let mut bytes = vec![0xA5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20];
        bytes.extend([7; 32]);
        bytes.extend([0x22, 0x58, 0x20]);
        bytes.extend([9; 32]);
        bytes
    }

    fn made_bytes(key: &[u8]) -> Vec<u8> {
        let mut bytes = vec![1; 32];
        bytes.push(0x45);
        bytes.extend([0, 0, 0, 3]);
        bytes.extend([0; 16]);
        bytes.extend([0, 4, 1, 2, 3, 4]);
        bytes.extend(key);
        bytes
    }

    #[test]
    fn a_passkey_is_read() {
        let said = said(&made_bytes(&p256())).unwrap();
        assert!(said.present && said.verified && !said.copyable && said.count == 3);
        let made = said.made.unwrap();
        assert_eq!(made.id, [1, 2, 3, 4]);
        let (kind, bytes) = made.key.kept();
        assert_eq!((kind, bytes.len()), ("ES256", 65));
        assert_eq!(Key::of_kept(kind, &bytes), Some(made.key));
    }

    #[test]
    fn what_is_odd_is_refused() {
        let good = made_bytes(&p256());
        for end in 0..good.len() {
            assert!(said(&good[..end]).is_err(), "cut at {end}");
        }
        let mut long = good.clone();
        long.push(0);
        assert_eq!(said(&long), Err(Unreadable::Said), "something follows");
        let mut copied = good.clone();
        copied[32] |= 0x10;
        assert_eq!(said(&copied), Err(Unreadable::Said), "copied and not copyable");
        // Another curve, another algorithm, a key twice, an indefinite length.
        for (at, byte) in [(6, 2), (4, 0x27), (3, 0x01), (0, 0xBF)] {
            let mut key = p256();
            key[at] = byte;
            assert!(said(&made_bytes(&key)).is_err(), "{at} {byte}");
        }
        assert_eq!(said(&vec![0; MOST_BYTES + 1]), Err(Unreadable::TooLong));
    }

    #[test]
    fn client_data_is_read() {
        let text = r#"{"type":"webauthn.get","challenge":"AAEC_-8","origin":"https://house.example","crossOrigin":false}"#;
        let read = client_data(text.as_bytes()).unwrap();
        assert_eq!(
            (read.kind.as_str(), read.challenge.as_slice()),
            ("webauthn.get", &[0, 1, 2, 255, 239][..])
        );
        assert!(!read.framed);
        let framed = text.replace("false", "true");
        assert!(client_data(framed.as_bytes()).unwrap().framed);
        for bad in [
            "",
            "{}",
            "[1]",
            r#"{"type":1,"challenge":"","origin":""}"#,
            r#"{"type":"","challenge":"+","origin":""}"#,
        ] {
            assert_eq!(client_data(bad.as_bytes()), Err(Unreadable::ClientData), "{bad}");
        }
    }

    #[test]
    fn base64url_has_one_text_for_each_value() {
        assert_eq!(base64url("AAEC_-8"), Some(vec![0, 1, 2, 255, 239]));
        assert_eq!(base64url(""), Some(vec![]));
        for bad in ["A", "AB", "AAEC_-9", "AA==", "A+", " AA"] {
            assert_eq!(base64url(bad), None, "{bad}");
        }
    }

    #[test]
    fn attestation_is_none_or_its_own() {
        let object = |format: &[u8], statement: &[u8]| {
            let mut bytes = vec![0xA3, 0x63];
            bytes.extend(b"fmt");
            bytes.extend(format);
            bytes.push(0x67);
            bytes.extend(b"attStmt");
            bytes.extend(statement);
            bytes.push(0x68);
            bytes.extend(b"authData");
            bytes.extend([0x42, 1, 2]);
            bytes
        };
        let none = attestation(&object(b"\x64none", &[0xA0])).unwrap();
        assert_eq!((none.said.as_slice(), none.by_itself), (&[1, 2][..], None));
        let own = attestation(&object(b"\x66packed", b"\xA2\x63alg\x26\x63sig\x41\x05")).unwrap();
        assert_eq!(own.by_itself, Some(vec![5]));
        let maker = b"\xA3\x63alg\x26\x63sig\x41\x05\x63x5c\x80";
        assert_eq!(attestation(&object(b"\x66packed", maker)), Err(Unreadable::Attestation));
        assert_eq!(attestation(&object(b"\x64none", b"\xA1\x61a\x01")), Err(Unreadable::Attestation));
    }

    proptest! {
        #[test]
        fn nothing_breaks_the_readers(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            let _ = (client_data(&bytes), said(&bytes), attestation(&bytes));
        }
    }
}
