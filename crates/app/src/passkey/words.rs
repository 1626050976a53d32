//! What browsers are told, as JSON.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use store::{PasskeyRow, SignInId};

use super::{ASK_FOR, Site};
use crate::House;
use crate::session::Visitor;
use crate::sign_in::unhex;

/// The ways to a passkey that browsers know; others are not kept.
const TRANSPORTS: [&str; 6] = ["usb", "nfc", "ble", "smart-card", "hybrid", "internal"];

pub(super) fn to_make(
    house: &House,
    visitor: &Visitor,
    site: &Site,
    challenge: &[u8],
    here: &[PasskeyRow],
) -> String {
    let who = visitor.sign_in.mail.as_deref().unwrap_or(&visitor.sign_in.name);
    let shown = if visitor.sign_in.name.is_empty() { who } else { &visitor.sign_in.name };
    // ES256, EdDSA, RS256 (COSE).
    let kinds = [-7, -8, -257].map(|alg| json!({ "type": "public-key", "alg": alg }));
    json!({
        "challenge": text(challenge),
        "rp": { "id": site.host, "name": site.host },
        "user": { "id": text(&handle(house, &visitor.sign_in.id)), "name": who, "displayName": shown },
        "pubKeyCredParams": kinds,
        "timeout": ASK_FOR.as_millis() as u64,
        "attestation": "none",
        "authenticatorSelection": { "residentKey": "required", "requireResidentKey": true, "userVerification": "required" },
        "excludeCredentials": named(here),
    })
    .to_string()
}

pub(super) fn to_show(site: &Site, challenge: &[u8], here: &[PasskeyRow]) -> String {
    json!({
        "challenge": text(challenge),
        "rpId": site.host,
        "timeout": ASK_FOR.as_millis() as u64,
        "userVerification": "required",
        "allowCredentials": named(here),
    })
    .to_string()
}

/// What a passkey is told its owner is: thirty-two bytes that say nothing.
pub(super) fn handle(house: &House, id: &SignInId) -> Vec<u8> {
    unhex(&house.store.fields().mark("passkey/handle", id.as_str())).unwrap_or_default()
}

/// The ways that are known among those a browser names.
pub(super) fn transports(said: &[String]) -> String {
    let known: Vec<&str> = TRANSPORTS.into_iter().filter(|t| said.iter().any(|s| s == t)).collect();
    known.join(" ")
}

fn named(here: &[PasskeyRow]) -> Vec<Value> {
    let one = |row: &PasskeyRow| {
        let ways: Vec<&str> = row.transports.split_whitespace().collect();
        json!({ "type": "public-key", "id": text(&unhex(&row.credential).unwrap_or_default()), "transports": ways })
    };
    here.iter().map(one).collect()
}

fn text(bytes: &[u8]) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}
