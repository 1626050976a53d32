//! The signature of a manifest: COSE (RFC 9052) over the claim, by the key of a certificate that comes along.
//!
//! It says whether the signature fits the key, and whose certificate it is. It does not know whom to trust, what the
//! time is, or whether a certificate was taken back.

use ring::signature::{self, UnparsedPublicKey, VerificationAlgorithm};

use super::Signature;
use super::cbor::{self, Cbor};

/// Checks a signature over a claim's bytes.
pub(super) fn check(cose: &[u8], claim: &[u8]) -> Signature {
    let Some((value, _)) = cbor::read(cose) else { return Signature::Missing };
    let inner = if let Cbor::Tag(18, inner) = &value { inner } else { &value };
    let [protected, open, payload, signed] = inner.list() else { return Signature::Missing };
    let (Some(protected), Some(signed)) = (protected.bytes(), signed.bytes()) else {
        return Signature::Missing;
    };
    let head = cbor::read(protected).map_or(Cbor::Null, |(head, _)| head);
    let Some(certificate) = certificate(&head).or_else(|| certificate(open)) else {
        return Signature::Missing;
    };
    let signer = name(certificate);
    // A payload inside would be signed instead of the claim.
    if payload.bytes().is_some_and(|inside| inside != claim) {
        return Signature::Broken { signer };
    }
    let number = head.at(1).and_then(Cbor::whole).unwrap_or_default();
    let Some(algorithm) = algorithm(number) else {
        return Signature::Unchecked { signer, algorithm: number };
    };
    let mut message = vec![0x84];
    message.extend(b"\x6aSignature1");
    push(&mut message, protected);
    push(&mut message, b"");
    push(&mut message, claim);
    let fits = public_key(certificate)
        .is_some_and(|key| UnparsedPublicKey::new(algorithm, key).verify(&message, signed).is_ok());
    if fits { Signature::Fits { signer } } else { Signature::Broken { signer } }
}

/// The algorithms by their number in the register of COSE.
fn algorithm(number: i128) -> Option<&'static dyn VerificationAlgorithm> {
    Some(match number {
        -7 => &signature::ECDSA_P256_SHA256_FIXED,
        -35 => &signature::ECDSA_P384_SHA384_FIXED,
        -37 => &signature::RSA_PSS_2048_8192_SHA256,
        -38 => &signature::RSA_PSS_2048_8192_SHA384,
        -39 => &signature::RSA_PSS_2048_8192_SHA512,
        -8 => &signature::ED25519,
        _ => return None,
    })
}

/// A byte string as CBOR writes it.
fn push(out: &mut Vec<u8>, bytes: &[u8]) {
    let length = bytes.len() as u64;
    match length {
        0..=23 => out.push(0x40 | length as u8),
        24..=0xff => out.extend([0x58, length as u8]),
        0x100..=0xffff => {
            out.push(0x59);
            out.extend((length as u16).to_be_bytes());
        }
        0x1_0000..=0xffff_ffff => {
            out.push(0x5a);
            out.extend((length as u32).to_be_bytes());
        }
        _ => {
            out.push(0x5b);
            out.extend(length.to_be_bytes());
        }
    }
    out.extend(bytes);
}

/// The signer's own certificate: the first of the chain.
fn certificate(head: &Cbor) -> Option<&[u8]> {
    let chain = head.at(33).or_else(|| head.get("x5chain"))?;
    chain.bytes().or_else(|| chain.list().first()?.bytes())
}

/// An element of DER: its tag, what is inside, what follows.
fn element(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (tag, first) = (*bytes.first()?, *bytes.get(1)?);
    let (head, length) = if first < 0x80 {
        (2, usize::from(first))
    } else {
        let width = usize::from(first & 0x7f);
        let digits = bytes.get(2..2 + width).filter(|_| (1..=4).contains(&width))?;
        (2 + width, digits.iter().fold(0, |n, b| n << 8 | usize::from(*b)))
    };
    let end = head.checked_add(length)?;
    Some((tag, bytes.get(head..end)?, bytes.get(end..)?))
}

/// The parts of a certificate from its serial number on.
fn parts(certificate: &[u8]) -> Option<Vec<&[u8]>> {
    let (_, outer, _) = element(certificate)?;
    let (_, mut rest, _) = element(outer)?;
    let mut parts = Vec::new();
    while let Some((tag, inside, after)) = element(rest) {
        // The version stands before the number, and may be missing.
        if tag != 0xa0 {
            parts.push(inside);
        }
        rest = after;
        if parts.len() == 6 {
            break;
        }
    }
    Some(parts)
}

/// The public key: number, algorithm, issuer, validity, subject, **key**.
fn public_key(certificate: &[u8]) -> Option<&[u8]> {
    let parts = parts(certificate)?;
    let (_, _, after) = element(parts.get(5)?)?;
    let (tag, bits, _) = element(after)?;
    // A string of bits begins with how many of its last byte do not count.
    bits.split_first().filter(|(unused, _)| tag == 3 && **unused == 0).map(|(_, key)| key)
}

/// Whose certificate it is: its common name, else its organisation, else nothing.
fn name(certificate: &[u8]) -> String {
    let subject = parts(certificate).and_then(|p| p.get(4).copied()).unwrap_or_default();
    let mut found = [String::new(), String::new()];
    let mut rest = subject;
    while let Some((_, set, after)) = element(rest) {
        rest = after;
        let Some((_, pair, _)) = element(set) else { continue };
        let Some((6, kind, value)) = element(pair) else { continue };
        let Some((_, text, _)) = element(value) else { continue };
        let text: String =
            String::from_utf8_lossy(text).chars().filter(|c| !c.is_control()).take(120).collect();
        match kind {
            [0x55, 4, 3] => found[0] = text,
            [0x55, 4, 10] => found[1] = text,
            _ => {}
        }
    }
    let [common, organisation] = found;
    if common.is_empty() { organisation } else { common }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn any_signature_and_certificate_is_looked_at(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = check(&bytes, b"claim");
            let _ = (name(&bytes), public_key(&bytes));
        }
    }
}
