//! Encrypted fields: bank details, claim evidence, mail addresses.

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use hmac::{Hmac, Mac};
use sha2::Sha256;

use crate::Fault;

/// The key for encrypted fields; shown to nobody.
#[derive(Clone)]
pub struct FieldKey([u8; 32]);

impl std::fmt::Debug for FieldKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("FieldKey(…)")
    }
}

impl FieldKey {
    /// A key of thirty-two bytes, as read from the key folder.
    pub fn new(bytes: [u8; 32]) -> Self {
        FieldKey(bytes)
    }

    /// Encrypts a text with XChaCha20-Poly1305. `context` (table, row, field) is bound in, so that a
    /// sealed field cannot be moved to another row; `nonce` must be fresh random bytes.
    pub fn seal(&self, context: &str, text: &str, nonce: [u8; 24]) -> Result<Vec<u8>, Fault> {
        let cipher = XChaCha20Poly1305::new(&Key::from(self.0));
        let payload = Payload { msg: text.as_bytes(), aad: context.as_bytes() };
        let sealed = cipher.encrypt(&XNonce::from(nonce), payload);
        let mut bytes = nonce.to_vec();
        bytes.extend(sealed.map_err(|_| Fault::new("a field could not be encrypted"))?);
        Ok(bytes)
    }

    /// A keyed hash of a text, as 64 hexadecimal digits: equal texts are found by it, and without the key nobody can
    /// try texts. `context` keeps the marks of one table from meaning anything in another.
    pub fn mark(&self, context: &str, text: &str) -> String {
        // HMAC fills a short key up with zeros to the block of the hash: the same key, in its full length.
        let mut block = [0; 64];
        block[..32].copy_from_slice(&self.0);
        let mut mac = <Hmac<Sha256> as KeyInit>::new(&block.into());
        for part in ["mark", context, text] {
            mac.update(part.as_bytes());
            mac.update(&[0]);
        }
        mac.finalize().into_bytes().iter().map(|b| format!("{b:02x}")).collect()
    }

    /// Decrypts what [`FieldKey::seal`] made with the same context.
    pub fn open(&self, context: &str, sealed: &[u8]) -> Result<String, Fault> {
        let wrong =
            || Fault::new("a field could not be decrypted: another key, or the field was changed or moved");
        let (nonce, body) = sealed.split_at_checked(24).ok_or_else(wrong)?;
        let nonce: [u8; 24] = nonce.try_into().map_err(|_| wrong())?;
        let cipher = XChaCha20Poly1305::new(&Key::from(self.0));
        let payload = Payload { msg: body, aad: context.as_bytes() };
        let text = cipher.decrypt(&XNonce::from(nonce), payload).map_err(|_| wrong())?;
        String::from_utf8(text).map_err(|_| wrong())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sealed_field_opens_only_in_its_place() {
        let key = FieldKey::new([7; 32]);
        let sealed = key.seal("party_secret/pty-1/iban", "DE02120300000000202051", [9; 24]).unwrap();
        assert_eq!(key.open("party_secret/pty-1/iban", &sealed).unwrap(), "DE02120300000000202051");
        assert!(key.open("party_secret/pty-2/iban", &sealed).is_err());
        assert!(FieldKey::new([8; 32]).open("party_secret/pty-1/iban", &sealed).is_err());
        assert!(key.open("party_secret/pty-1/iban", &sealed[..10]).is_err());
    }

    #[test]
    fn a_mark_depends_on_key_place_and_text() {
        let key = FieldKey::new([7; 32]);
        let mark = key.mark("sign_in/mail", "ada@example.org");
        assert_eq!((mark.len(), &mark), (64, &key.mark("sign_in/mail", "ada@example.org")));
        for other in [
            key.mark("sign_in/mail", "eda@example.org"),
            key.mark("sign_in/name", "ada@example.org"),
            FieldKey::new([8; 32]).mark("sign_in/mail", "ada@example.org"),
        ] {
            assert_ne!(mark, other);
        }
    }
}
