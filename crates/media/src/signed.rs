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
    let number =
        |v: &Cbor, name: &str| v.get(name).and_then(Cbor::whole).and_then(|n| usize::try_from(n).ok());
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use ring::rand::SystemRandom;
    use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING as P256, EcdsaKeyPair, KeyPair};

    fn der(tag: u8, inside: &[u8]) -> Vec<u8> {
        let mut out = vec![tag, 0x82];
        out.extend((inside.len() as u16).to_be_bytes());
        out.extend(inside);
        out
    }

    /// A certificate with nothing but a name and a key.
    fn certificate(name: &str, key: &[u8]) -> Vec<u8> {
        let text = der(12, name.as_bytes());
        let kind = [6, 3, 0x55, 4, 3];
        let subject = der(0x30, &der(0x31, &der(0x30, &[&kind[..], &text].concat())));
        let bits = der(3, &[&[0], key].concat());
        let public = der(0x30, &[der(0x30, &[]), bits].concat());
        let parts = [
            der(0xa0, &der(2, &[2])),
            der(2, &[7]),
            der(0x30, &[]),
            der(0x30, &[]),
            der(0x30, &[]),
            subject,
            public,
        ];
        der(0x30, &der(0x30, &parts.concat()))
    }

    fn head(kind: u8, length: usize) -> Vec<u8> {
        [vec![kind << 5 | 25], (length as u16).to_be_bytes().to_vec()].concat()
    }

    fn text(t: &str) -> Vec<u8> {
        [head(3, t.len()), t.as_bytes().to_vec()].concat()
    }

    fn bytes(b: &[u8]) -> Vec<u8> {
        [head(2, b.len()), b.to_vec()].concat()
    }

    fn map(pairs: &[(Vec<u8>, Vec<u8>)]) -> Vec<u8> {
        pairs.iter().fold(head(5, pairs.len()), |mut out, (k, v)| {
            out.extend(k);
            out.extend(v);
            out
        })
    }

    fn boxed(kind: &[u8; 4], inside: &[u8]) -> Vec<u8> {
        [&(inside.len() as u32 + 8).to_be_bytes(), &kind[..], inside].concat()
    }

    fn payload(kind: &[u8; 4], label: &str, contents: &[u8]) -> Vec<u8> {
        let description = [&kind[..], &[0; 12], &[3], label.as_bytes(), &[0]].concat();
        [boxed(b"jumd", &description), contents.to_vec()].concat()
    }

    /// A sound whose manifest says this, with the claim changed after signing where wanted.
    fn sound(entries: &str, forged: bool) -> Vec<u8> {
        let assertion = payload(b"json", "cawg.training-mining__1", &boxed(b"json", entries.as_bytes()));
        let hash = Sha256::digest(&assertion).to_vec();
        let named = map(&[
            (text("url"), text("self#jumbf=c2pa.assertions/cawg.training-mining__1")),
            (text("hash"), bytes(&hash)),
        ]);
        let claim =
            map(&[(text("alg"), text("sha256")), (text("created_assertions"), [head(4, 1), named].concat())]);
        let random = SystemRandom::new();
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(&P256, &random).unwrap();
        let key = EcdsaKeyPair::from_pkcs8(&P256, pkcs8.as_ref(), &random).unwrap();
        let protected = map(&[
            (vec![1], vec![0x26]),
            (vec![0x18, 33], bytes(&certificate("Mira Feld", key.public_key().as_ref()))),
        ]);
        let message =
            [vec![0x84], b"\x6aSignature1".to_vec(), cose_bytes(&protected), vec![0x40], cose_bytes(&claim)]
                .concat();
        let signature = key.sign(&random, &message).unwrap();
        let cose =
            [vec![0xd2, 0x84], bytes(&protected), vec![0xa0, 0xf6], bytes(signature.as_ref())].concat();
        let claim = if forged { [claim, vec![0]].concat() } else { claim };
        let manifest = [
            boxed(b"jumb", &payload(b"c2as", "c2pa.assertions", &boxed(b"jumb", &assertion))),
            boxed(b"jumb", &payload(b"c2cl", "c2pa.claim.v2", &boxed(b"cbor", &claim))),
            boxed(b"jumb", &payload(b"c2cs", "c2pa.signature", &boxed(b"cbor", &cose))),
        ];
        let manifest = boxed(b"jumb", &payload(b"c2ma", "urn:c2pa:1", &manifest.concat()));
        let store = boxed(b"jumb", &payload(b"c2pa", "c2pa", &manifest));
        let mut wav = b"RIFF\0\0\0\0WAVEdata\x02\0\0\0\0\0C2PA".to_vec();
        wav.extend((store.len() as u32).to_le_bytes());
        wav.extend(store);
        wav
    }

    /// As the message that is signed writes byte strings.
    fn cose_bytes(b: &[u8]) -> Vec<u8> {
        match b.len() {
            0..=23 => [&[0x40 | b.len() as u8], b].concat(),
            24..=255 => [&[0x58, b.len() as u8], b].concat(),
            n => [&[0x59], &(n as u16).to_be_bytes()[..], b].concat(),
        }
    }

    #[test]
    fn a_signed_sound_is_read_and_a_changed_one_is_told() {
        let file = sound("{\"entries\":{}}", false);
        let found = read(&file).unwrap();
        assert_eq!(found.signature, Signature::Fits { signer: "Mira Feld".into() });
        let one = &found.assertions[0];
        assert_eq!(
            (one.label.as_str(), one.json.as_str(), one.claimed),
            ("cawg.training-mining", "{\"entries\":{}}", true)
        );
        assert_eq!(found.binding, Binding::Unchecked);
        let forged = read(&sound("{\"entries\":{}}", true)).unwrap();
        assert_eq!(forged.signature, Signature::Broken { signer: "Mira Feld".into() });
        let at = file.windows(11).position(|w| w == b"\"entries\":{").unwrap();
        let mut swapped = file.clone();
        swapped[at + 1] = b'E';
        assert!(!read(&swapped).unwrap().assertions[0].claimed);
        for cut in 0..file.len() {
            let _ = read(&file[..cut]);
        }
    }

    #[test]
    fn files_that_others_signed_are_read() {
        let python = std::env::var("TANTIEME_TEST_PYTHON").unwrap_or_else(|_| "python3".into());
        let folder = std::env::temp_dir().join(format!("signed-{}", std::process::id()));
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../../scripts/sign-sound.py");
        let done = std::process::Command::new(&python).arg(script).arg(&folder).output();
        if !done.as_ref().is_ok_and(|d| d.status.success()) {
            let why = done.map(|d| String::from_utf8_lossy(&d.stderr).into_owned()).unwrap_or_default();
            assert!(std::env::var("CI").is_err(), "c2pa-python is missing or failed: {why}");
            eprintln!("SKIPPED: no c2pa-python; pip install c2pa-python cryptography");
            return;
        }
        let file = |name: &str| std::fs::read(folder.join(format!("{name}.wav"))).unwrap();
        for name in ["constrained-es256", "constrained-es384", "constrained-ps256", "constrained-ed25519"] {
            let found = read(&file(name)).unwrap();
            assert_eq!(found.signature, Signature::Fits { signer: "Mira Feld".into() }, "{name}");
            assert_eq!(found.binding, Binding::Fits, "{name}");
            let one = found.assertions.iter().find(|a| a.label == "cawg.training-mining").unwrap();
            assert!(one.claimed && one.json.contains("\"use\":\"constrained\""), "{}", one.json);
        }
        assert!(read(&file("refused-old")).unwrap().assertions.iter().any(|a| a.json.contains("notAllowed")));
        assert!(!read(&file("nothing")).unwrap().assertions.iter().any(|a| a.label.contains("mining")));
        let mut changed = file("allowed");
        let at = changed.windows(4).position(|w| w == b"data").unwrap() + 100;
        changed[at] ^= 1;
        assert_eq!(read(&changed).unwrap().binding, Binding::Broken);
        std::fs::remove_dir_all(&folder).unwrap();
    }

    proptest! {
        #[test]
        fn any_change_of_a_byte_is_survived(at in 0_usize..2_000, byte: u8) {
            let mut file = sound("{\"entries\":{}}", false);
            let at = at % file.len();
            file[at] = byte;
            let _ = read(&file);
        }
    }
}
