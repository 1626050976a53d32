//! Whether a passkey's answer is true: W3C Web Authentication, sections 7.1 and 7.2, for a house that asks for no word of
//! the maker, wants its owner known every time, and stands in nobody's frame.

use formats::passkey::{self, ClientData, Key, Made, Said, Unreadable, base64url};
use ring::signature::{
    ECDSA_P256_SHA256_ASN1, ED25519, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents, UnparsedPublicKey,
};
use sha2::{Digest, Sha256};
use store::PasskeyRow;

use super::{Answer, Site};
use crate::Failure;
use crate::failure::refuse;

/// What a passkey that is known showed, read and not yet verified.
#[derive(Debug)]
pub(crate) struct Shown {
    /// The passkey's own id.
    pub(crate) id: Vec<u8>,
    /// The challenge that it answers.
    pub(crate) challenge: Vec<u8>,
    /// What it says.
    pub(crate) said: Said,
    signed: Vec<u8>,
    signature: Vec<u8>,
}

/// Checks what came with a new passkey; gives the challenge that it answers, what it says and what was made.
pub(crate) fn made(site: &Site, answer: &Answer) -> Result<(Vec<u8>, Said, Made), Failure> {
    let (client, client_bytes) = client(site, answer, "webauthn.create")?;
    let attestation = passkey::attestation(&bytes(&answer.attestation_object)?).map_err(unreadable)?;
    let mut said = passkey::said(&attestation.said).map_err(unreadable)?;
    owner_there(site, &said)?;
    let made = said.made.take().ok_or_else(|| refused("no passkey was made"))?;
    if bytes(&answer.id)? != made.id {
        return Err(refused("the id is another than the passkey's"));
    }
    if let Some(signature) = attestation.by_itself {
        verify(&made.key, &together(&attestation.said, &client_bytes), &signature)?;
    }
    Ok((client.challenge, said, made))
}

/// Reads what a known passkey showed and checks all but its signature, for which its key has to be found first.
pub(crate) fn shown(site: &Site, answer: &Answer) -> Result<Shown, Failure> {
    let (client, client_bytes) = client(site, answer, "webauthn.get")?;
    let said_bytes = bytes(&answer.authenticator_data)?;
    let said = passkey::said(&said_bytes).map_err(unreadable)?;
    owner_there(site, &said)?;
    Ok(Shown {
        id: bytes(&answer.id)?,
        challenge: client.challenge,
        said,
        signed: together(&said_bytes, &client_bytes),
        signature: bytes(&answer.signature)?,
    })
}

/// Checks the signature of what was shown.
pub(crate) fn signed(row: &PasskeyRow, shown: &Shown) -> Result<(), Failure> {
    let key = Key::of_kept(&row.kind, &row.public_key)
        .ok_or_else(|| Failure::Fault(store::Fault::new("a stored passkey cannot be read")))?;
    verify(&key, &shown.signed, &shown.signature)
}

pub(super) fn refused(why: &str) -> Failure {
    refuse(
        "passkey-refused",
        format!("this passkey was not taken: {why}"),
        "load the page again and try once more",
    )
}

fn unreadable(why: Unreadable) -> Failure {
    refused(&why.to_string())
}

fn bytes(text: &str) -> Result<Vec<u8>, Failure> {
    base64url(text).ok_or_else(|| refused("what the browser handed over cannot be read"))
}

fn client(site: &Site, answer: &Answer, kind: &str) -> Result<(ClientData, Vec<u8>), Failure> {
    let raw = bytes(&answer.client_data)?;
    let client = passkey::client_data(&raw).map_err(unreadable)?;
    if client.kind != kind {
        return Err(refused("it answers another question"));
    }
    if client.origin != site.origin || client.framed {
        return Err(refused("it was shown to another site"));
    }
    Ok((client, raw))
}

fn owner_there(site: &Site, said: &Said) -> Result<(), Failure> {
    let house: [u8; 32] = Sha256::digest(site.host.as_bytes()).into();
    if said.rp_hash != house {
        return Err(refused("it answers another house"));
    }
    if !(said.present && said.verified) {
        return Err(refused("it does not know that you were there"));
    }
    Ok(())
}

/// What is signed: what the authenticator says, and the hash of what the browser says.
fn together(said: &[u8], client: &[u8]) -> Vec<u8> {
    let mut all = said.to_vec();
    all.extend_from_slice(&Sha256::digest(client));
    all
}

fn verify(key: &Key, signed: &[u8], signature: &[u8]) -> Result<(), Failure> {
    let right = match key {
        Key::P256(point) => UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, point).verify(signed, signature),
        Key::Ed25519(key) => UnparsedPublicKey::new(&ED25519, key).verify(signed, signature),
        Key::Rsa(n, e) => {
            RsaPublicKeyComponents { n, e }.verify(&RSA_PKCS1_2048_8192_SHA256, signed, signature)
        }
    };
    right.map_err(|_| refused("its signature is not right"))
}
