//! Signed manifests (C2PA) in files of sound: what they assert, and whether claim, signature and file fit.
//!
//! A file carries boxes (JUMBF); the last manifest in them is the one that speaks. It holds assertions, a claim that hashes
//! them, and a signature (COSE) over the claim by the key of a certificate. One of the assertions hashes the file.
//!
//! It knows nobody to trust and no clock: that a signature fits says that who holds the certificate signed it, not that
//! the certificate is anybody's. Whoever takes permission from a manifest must ask more; a refusal needs none of it.

mod carrier;
mod cbor;
mod cose;
mod jumbf;

use sha2::{Digest, Sha256, Sha384, Sha512};

use self::cbor::Cbor;
use self::jumbf::Labelled;

/// What a file's manifest says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed {
    /// The manifest's label.
    pub label: String,
    /// How many manifests the file carries, those of its ingredients among them.
    pub manifests: usize,
    /// What it asserts, in its order.
    pub assertions: Vec<Assertion>,
    /// Whether the signature fits.
    pub signature: Signature,
    /// Whether the file is the one that was signed.
    pub binding: Binding,
}

/// One assertion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assertion {
    /// Its label, such as `cawg.training-mining`; without the number of a repeated one.
    pub label: String,
    /// As JSON text. A key that repeats stands twice.
    pub json: String,
    /// Whether the claim hashes it as it stands: another was put in or changed after signing otherwise.
    pub claimed: bool,
}

/// Whether the claim's signature fits its certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Signature {
    /// It fits; who the certificate names.
    Fits {
        /// The name in it.
        signer: String,
    },
    /// It does not: something was changed after signing.
    Broken {
        /// The name in the certificate.
        signer: String,
    },
    /// It is by an algorithm that is not checked here.
    Unchecked {
        /// The name in the certificate.
        signer: String,
        /// The algorithm's number in the register of COSE.
        algorithm: i128,
    },
    /// There is none that can be read.
    Missing,
}

/// Whether the file's bytes are those that were signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Binding {
    /// They are.
    Fits,
    /// They are not: the sound was changed, or the manifest is of another file.
    Broken,
    /// Not checked here: the file is hashed by boxes, or by nothing.
    Unchecked,
}

/// Reads the manifest that a file's bytes carry; nothing where they carry none.
pub fn read(bytes: &[u8]) -> Option<Signed> {
    let found = carrier::find(bytes)?;
    let stores = jumbf::read(&found);
    let store = stores.iter().find(|b| b.label == "c2pa")?;
    let manifest = store.children.iter().rev().find(|m| &m.kind == b"c2ma" || &m.kind == b"c2um")?;
    let claim = manifest.children.iter().find(|b| b.label.starts_with("c2pa.claim"));
    let claim_bytes = claim.and_then(|c| c.content(b"cbor")).unwrap_or_default();
    let claim = cbor::read(claim_bytes).map_or(Cbor::Null, |(claim, _)| claim);
    let signed = manifest.child("c2pa.signature").and_then(|s| s.content(b"cbor"));
    let signature = signed.map_or(Signature::Missing, |s| cose::check(s, claim_bytes));
    let inside = manifest.child("c2pa.assertions").map(|a| a.children.as_slice()).unwrap_or_default();
    let assertions = inside.iter().filter_map(|one| assertion(one, &claim)).collect();
    Some(Signed {
        label: manifest.label.clone(),
        manifests: store.children.len(),
        assertions,
        signature,
        binding: binding(inside, &claim, bytes),
    })
}

fn assertion(one: &Labelled<'_>, claim: &Cbor) -> Option<Assertion> {
    let json = match (one.content(b"cbor"), one.content(b"json")) {
        (Some(bytes), _) => cbor::read(bytes)?.0.json(),
        (None, Some(bytes)) => String::from_utf8_lossy(bytes).into_owned(),
        (None, None) => return None,
    };
    Some(Assertion { label: bare(&one.label).to_owned(), json, claimed: claimed(one, claim) })
}

/// A label without the number that tells several of one kind apart.
fn bare(label: &str) -> &str {
    match label.rsplit_once("__") {
        Some((before, number)) if number.bytes().all(|b| b.is_ascii_digit()) => before,
        _ => label,
    }
}

/// Whether the claim names this assertion with its hash.
fn claimed(one: &Labelled<'_>, claim: &Cbor) -> bool {
    let lists = ["assertions", "created_assertions", "gathered_assertions"];
    let named = lists.iter().filter_map(|name| claim.get(name)).flat_map(Cbor::list).find(|entry| {
        let url = entry.get("url").and_then(Cbor::text).unwrap_or_default();
        url.rsplit('/').next() == Some(one.label.as_str())
    });
    let Some(entry) = named else { return false };
    let algorithm = entry.get("alg").or_else(|| claim.get("alg")).and_then(Cbor::text).unwrap_or("sha256");
    let found = hashed(algorithm, &[one.payload]);
    found.is_some() && found.as_deref() == entry.get("hash").and_then(Cbor::bytes)
}

fn binding(assertions: &[Labelled<'_>], claim: &Cbor, file: &[u8]) -> Binding {
    let Some(one) = assertions.iter().find(|a| bare(&a.label) == "c2pa.hash.data") else {
        return Binding::Unchecked;
    };
    let Some((said, _)) = one.content(b"cbor").and_then(cbor::read) else { return Binding::Broken };
    let algorithm = said.get("alg").or_else(|| claim.get("alg")).and_then(Cbor::text).unwrap_or("sha256");
    let number = |v: &Cbor, name: &str| v.get(name).and_then(Cbor::whole).and_then(|n| usize::try_from(n).ok());
    let (mut parts, mut at) = (Vec::new(), 0_usize);
    let mut holes: Vec<(usize, usize)> = Vec::new();
    for hole in said.get("exclusions").map(Cbor::list).unwrap_or_default() {
        let (Some(start), Some(length)) = (number(hole, "start"), number(hole, "length")) else {
            return Binding::Broken;
        };
        holes.push((start, start.saturating_add(length)));
    }
    holes.sort_unstable();
    for (start, end) in holes {
        let Some(part) = file.get(at..start) else { return Binding::Broken };
        parts.push(part);
        at = end;
    }
    let Some(rest) = file.get(at..) else { return Binding::Broken };
    parts.push(rest);
    match (hashed(algorithm, &parts), said.get("hash").and_then(Cbor::bytes)) {
        (None, _) => Binding::Unchecked,
        (Some(found), Some(wanted)) if found == wanted => Binding::Fits,
        _ => Binding::Broken,
    }
}

fn hashed(algorithm: &str, parts: &[&[u8]]) -> Option<Vec<u8>> {
    fn over<D: Digest>(parts: &[&[u8]]) -> Vec<u8> {
        let mut digest = D::new();
        parts.iter().for_each(|p| digest.update(p));
        digest.finalize().to_vec()
    }
    match algorithm {
        "sha256" => Some(over::<Sha256>(parts)),
        "sha384" => Some(over::<Sha384>(parts)),
        "sha512" => Some(over::<Sha512>(parts)),
        _ => None,
    }
}
