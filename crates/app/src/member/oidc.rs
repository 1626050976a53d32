//! OpenID Connect: discovery, authorization code with PKCE, and real checks of the token that comes back.
//!
//! Followed are OpenID Connect Core 1.0 (3.1.2 and 3.1.3.7), Discovery 1.0, RFC 7636 with S256, RFC 9207. Of the token
//! only `sub` is used; names and mail are neither asked for nor read.

use std::collections::HashSet;

use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD as URL64};
use jiff::SignedDuration;
use jsonwebtoken::jwk::{JwkSet, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use ledger::Hash;
use ports::http::{Ask, Fetch};
use serde::Deserialize;
use store::WayRow;
use url::Url;

use super::{Browser, Door, Known, arrive, away, door};
use crate::failure::refuse;
use crate::same::same;
use crate::sign_in::{Entered, hex};
use crate::{Failure, House};

/// How long somebody may take at the institution's page.
const WAY: SignedDuration = SignedDuration::from_mins(15);
/// How far the clocks may differ.
const SKEW_S: i64 = 60;
/// The oldest token that is taken, in seconds.
const OLDEST_S: i64 = 600;
/// What may sign a token: nothing with a shared key, and never `none`.
const SIGNATURES: [Algorithm; 9] = [
    Algorithm::RS256,
    Algorithm::RS384,
    Algorithm::RS512,
    Algorithm::PS256,
    Algorithm::PS384,
    Algorithm::PS512,
    Algorithm::ES256,
    Algorithm::ES384,
    Algorithm::EdDSA,
];

/// The way to an institution's page.
#[derive(Debug, Clone)]
pub struct Departure {
    /// Where the browser goes.
    pub to: String,
    /// What the browser keeps in a cookie meanwhile: only the browser that left comes back.
    pub ticket: String,
}

#[derive(Deserialize)]
struct Discovery {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    jwks_uri: String,
    #[serde(default)]
    token_endpoint_auth_methods_supported: Vec<String>,
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
}

#[derive(Deserialize)]
struct Tokens {
    id_token: String,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Several(Vec<String>),
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    aud: Audience,
    #[serde(default)]
    azp: Option<String>,
    exp: i64,
    iat: i64,
    #[serde(default)]
    nbf: Option<i64>,
    #[serde(default)]
    nonce: Option<String>,
}

#[derive(serde::Serialize, Deserialize)]
struct HeldBack {
    nonce: String,
    verifier: String,
    ticket: String,
    back: String,
    next: String,
}

/// Sends somebody to an institution's page; `back` is our address to come back to.
///
/// # Errors
/// In this order: `door-none`, `door-away` where the institution's system does not answer as it should.
pub async fn depart(
    house: &House,
    fetch: &dyn Fetch,
    institution: &str,
    back: &str,
    next: &str,
) -> Result<Departure, Failure> {
    let (issuer, client_id, _) = config(house, institution).await?;
    let found = discover(fetch, &issuer).await?;
    let fresh = || hex(&house.world.nonce());
    let (state, ticket) = (fresh(), fresh());
    let held = HeldBack {
        nonce: fresh(),
        // RFC 7636, 4.1: 43 to 128 letters.
        verifier: format!("{}{}", fresh(), fresh()),
        ticket: Hash::of(ticket.as_bytes()).to_string(),
        back: back.to_owned(),
        next: next.to_owned(),
    };
    let challenge = URL64.encode(Hash::of(held.verifier.as_bytes()).0);
    let mut to = Url::parse(&found.authorization_endpoint).map_err(|_| away("its page has no address"))?;
    to.query_pairs_mut()
        .append_pair("response_type", "code")
        .append_pair("scope", "openid")
        .append_pair("client_id", &client_id)
        .append_pair("redirect_uri", back)
        .append_pair("state", &state)
        .append_pair("nonce", &held.nonce)
        .append_pair("code_challenge", &challenge)
        .append_pair("code_challenge_method", "S256");
    let way = WayRow {
        institution: institution.to_owned(),
        kind: "oidc".to_owned(),
        held: serde_json::to_string(&held).map_err(|e| store::Fault::new(e.to_string()))?,
        until: house.now() + WAY,
    };
    let mut tx = house.store.begin().await?;
    tx.insert_way(house.store.fields(), &Hash::of(state.as_bytes()).to_string(), &way, house.world.nonce())
        .await?;
    tx.commit().await?;
    Ok(Departure { to: to.into(), ticket })
}

/// What the institution's page sent back.
#[derive(Debug, Clone, Default)]
pub struct Return<'a> {
    /// The state that was given along.
    pub state: &'a str,
    /// The code, where it let somebody through.
    pub code: Option<&'a str>,
    /// Who says so (RFC 9207), where it is told.
    pub issuer: Option<&'a str>,
    /// What the browser kept.
    pub ticket: &'a str,
}

/// Lets somebody in who comes back from an institution's page.
///
/// # Errors
/// In this order: `door-replayed` for a way that nobody is on (any more), `door-late`, `door-refused` where the
/// institution let nobody through, `door-away`, `door-token` for a token that does not hold.
pub async fn come_back(
    house: &House,
    fetch: &dyn Fetch,
    came: Return<'_>,
    browser: Browser<'_>,
) -> Result<Entered, Failure> {
    let now = house.now();
    // Taken back first, and for good: whatever comes now, nobody comes this way again.
    let mut tx = house.store.begin().await?;
    let way = tx.take_way(house.store.fields(), &Hash::of(came.state.as_bytes()).to_string()).await?;
    tx.commit().await?;
    let way = way.filter(|w| w.kind == "oidc").ok_or_else(replayed)?;
    let held: HeldBack = serde_json::from_str(&way.held).map_err(|e| store::Fault::new(e.to_string()))?;
    if Hash::of(came.ticket.as_bytes()).to_string() != held.ticket {
        return Err(replayed());
    }
    if way.until <= now {
        return Err(refuse("door-late", "you were away for more than 15 minutes", "begin once more"));
    }
    let code = came.code.ok_or_else(|| {
        refuse(
            "door-refused",
            "your institution let nobody through",
            "try again, or ask it how its members come in",
        )
    })?;
    let (issuer, client_id, secret) = config(house, &way.institution).await?;
    let found = discover(fetch, &issuer).await?;
    if came.issuer.map_or(found.authorization_response_iss_parameter_supported, |i| i != found.issuer) {
        return Err(bad_token("another system answered than was asked"));
    }
    let token = redeem(fetch, &found, &client_id, secret.as_deref(), code, &held).await?;
    let keys = keys(fetch, &found.jwks_uri).await?;
    let subject = checked(&token, &keys, &issuer, &client_id, &held.nonce, now.as_second())?;
    let mut tx = house.store.begin().await?;
    let known = Known { institution: &way.institution, door: "oidc", subject: &subject, until: None };
    let mut entered = arrive(house, &mut tx, known, browser).await?;
    entered.next = held.next;
    tx.commit().await?;
    Ok(entered)
}

async fn config(house: &House, institution: &str) -> Result<(String, String, Option<String>), Failure> {
    match door(house, institution, "oidc").await? {
        Door::Oidc { issuer, client_id, client_secret } => Ok((issuer, client_id, client_secret)),
        _ => Err(super::no_door("oidc")),
    }
}

async fn discover(fetch: &dyn Fetch, issuer: &str) -> Result<Discovery, Failure> {
    let address = format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'));
    let found: Discovery = json(fetch, &address).await?;
    // Discovery 1.0, 4.3: it must be exactly the issuer that was asked for.
    if found.issuer != issuer {
        return Err(away("it calls itself by another name than was configured"));
    }
    Ok(found)
}

async fn keys(fetch: &dyn Fetch, address: &str) -> Result<JwkSet, Failure> {
    // Keys of kinds that we do not know are left out, rather than spoiling those that we do.
    let all: serde_json::Value = json(fetch, address).await?;
    let each = all.get("keys").and_then(|k| k.as_array()).cloned().unwrap_or_default();
    let keys = each.into_iter().filter_map(|k| serde_json::from_value(k).ok()).take(50).collect();
    Ok(JwkSet { keys })
}

async fn json<T: for<'de> Deserialize<'de>>(fetch: &dyn Fetch, address: &str) -> Result<T, Failure> {
    let url = Url::parse(address).map_err(|_| away("one of its addresses is none"))?;
    let answer = fetch.ask(Ask::get(url)).await.map_err(|e| away(&e.to_string()))?;
    if answer.status != 200 {
        return Err(away(&format!("it answered with status {}", answer.status)));
    }
    serde_json::from_slice(&answer.body).map_err(|_| away("its answer cannot be read"))
}

async fn redeem(
    fetch: &dyn Fetch,
    found: &Discovery,
    client_id: &str,
    secret: Option<&str>,
    code: &str,
    held: &HeldBack,
) -> Result<String, Failure> {
    let (form, headers) = question(found, client_id, secret, code, held);
    let url = Url::parse(&found.token_endpoint).map_err(|_| away("one of its addresses is none"))?;
    let ask = Ask { url, form: Some(form), headers };
    let answer = fetch.ask(ask).await.map_err(|e| away(&e.to_string()))?;
    if answer.status != 200 {
        // A code that was used or made up is refused there.
        return Err(refuse(
            "door-refused",
            "your institution did not confirm who you are",
            "begin once more",
        ));
    }
    let tokens: Tokens =
        serde_json::from_slice(&answer.body).map_err(|_| away("its answer cannot be read"))?;
    Ok(tokens.id_token)
}

/// The form and the headers that redeem a code.
fn question(
    found: &Discovery,
    client_id: &str,
    secret: Option<&str>,
    code: &str,
    held: &HeldBack,
) -> (String, Vec<(&'static str, String)>) {
    let mut form = url::form_urlencoded::Serializer::new(String::new());
    form.append_pair("grant_type", "authorization_code")
        .append_pair("code", code)
        .append_pair("redirect_uri", &held.back)
        .append_pair("code_verifier", &held.verifier);
    let mut headers = vec![("accept", "application/json".to_owned())];
    let methods = &found.token_endpoint_auth_methods_supported;
    let in_header = methods.is_empty() || methods.iter().any(|m| m == "client_secret_basic");
    match secret {
        Some(secret) if in_header => {
            // RFC 6749, 2.3.1: both are form-encoded first.
            let encoded = |t: &str| url::form_urlencoded::byte_serialize(t.as_bytes()).collect::<String>();
            let pair = format!("{}:{}", encoded(client_id), encoded(secret));
            headers.push(("authorization", format!("Basic {}", BASE64_STANDARD.encode(pair))));
        }
        Some(secret) => {
            form.append_pair("client_id", client_id).append_pair("client_secret", secret);
        }
        None => {
            form.append_pair("client_id", client_id);
        }
    }
    (form.finish(), headers)
}

/// The subject of a token that holds: signed by a key of the issuer, for us, now, in answer to what was asked
/// (Core, 3.1.3.7).
fn checked(
    token: &str,
    keys: &JwkSet,
    issuer: &str,
    client_id: &str,
    nonce: &str,
    now: i64,
) -> Result<String, Failure> {
    let header = jsonwebtoken::decode_header(token).map_err(|_| bad_token("it cannot be read"))?;
    if !SIGNATURES.contains(&header.alg) {
        return Err(bad_token("it is signed in a way that is not taken"));
    }
    let fitting = keys.keys.iter().filter(|k| {
        let named = header.kid.is_none() || k.common.key_id == header.kid;
        let for_signing = !matches!(k.common.public_key_use, Some(PublicKeyUse::Encryption));
        let for_this = k.common.key_algorithm.is_none_or(|a| a.to_string() == format!("{:?}", header.alg));
        named && for_signing && for_this
    });
    let mut rules = Validation::new(header.alg);
    // Time is the house's to tell; the rest is checked below in the order of the standard.
    rules.validate_exp = false;
    rules.validate_nbf = false;
    rules.validate_aud = false;
    rules.required_spec_claims = HashSet::new();
    let claims = fitting
        .filter_map(|k| DecodingKey::from_jwk(k).ok())
        .find_map(|key| jsonwebtoken::decode::<Claims>(token, &key, &rules).ok())
        .ok_or_else(|| bad_token("no key of the institution signed it, or something is missing"))?
        .claims;
    let (ours, several) = match &claims.aud {
        Audience::One(one) => (one == client_id, false),
        Audience::Several(all) => (all.iter().any(|a| a == client_id), all.len() > 1),
    };
    let why = if claims.iss != issuer {
        "another system made it"
    } else if !ours {
        "it is for somebody else than us"
    } else if claims.azp.as_ref().map_or(several, |azp| azp != client_id) {
        "it was given to somebody else than us"
    } else if claims.exp + SKEW_S <= now {
        "its time is over"
    } else if claims.iat - SKEW_S > now || claims.nbf.is_some_and(|nbf| nbf - SKEW_S > now) {
        "its time has not come"
    } else if claims.iat + OLDEST_S + SKEW_S < now {
        "it is too old"
    } else if !claims.nonce.as_deref().is_some_and(|said| same(said, nonce)) {
        "it does not answer what was asked"
    } else if claims.sub.is_empty() || claims.sub.len() > 255 {
        "it names nobody"
    } else {
        return Ok(claims.sub);
    };
    Err(bad_token(why))
}

fn bad_token(why: &str) -> Failure {
    refuse(
        "door-token",
        format!("what your institution's system sent does not hold: {why}"),
        "begin once more; if it stays, tell your institution",
    )
}

fn replayed() -> Failure {
    refuse(
        "door-replayed",
        "this way in was used already, or by another browser",
        "begin once more at your institution's page",
    )
}

#[cfg(test)]
mod tests {
    use jsonwebtoken::{EncodingKey, Header, encode};
    use serde_json::{Value, json};

    use super::*;

    const NOW: i64 = 1_790_000_000;

    /// A key pair as a provider has it: for signing, and as published.
    fn pair() -> (EncodingKey, JwkSet) {
        use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
        let chance = ring::rand::SystemRandom::new();
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &chance).unwrap();
        let pair =
            EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8.as_ref(), &chance).unwrap();
        let point = pair.public_key().as_ref();
        let set = json!({ "keys": [{ "kty": "EC", "crv": "P-256", "kid": "k1", "use": "sig", "alg": "ES256",
            "x": URL64.encode(&point[1..33]), "y": URL64.encode(&point[33..]) }] });
        (EncodingKey::from_ec_der(pkcs8.as_ref()), serde_json::from_value(set).unwrap())
    }

    fn good() -> Value {
        json!({ "iss": "https://id.example", "sub": "reader-7", "aud": "tantieme", "exp": NOW + 300, "iat": NOW,
                "nonce": "n1", "name": "Somebody", "email": "somebody@example.org" })
    }

    fn check(key: &EncodingKey, keys: &JwkSet, claims: &Value) -> Result<String, Failure> {
        let header = Header { kid: Some("k1".to_owned()), ..Header::new(Algorithm::ES256) };
        checked(&encode(&header, claims, key).unwrap(), keys, "https://id.example", "tantieme", "n1", NOW)
    }

    #[test]
    fn a_token_holds_or_is_refused_for_what_is_wrong() {
        let (key, keys) = pair();
        assert_eq!(check(&key, &keys, &good()).unwrap(), "reader-7");
        let several = json!(["other", "tantieme"]);
        for (field, value, want) in [
            ("iss", json!("https://evil.example"), "another system"),
            ("aud", json!("other"), "somebody else than us"),
            ("aud", several.clone(), "given to somebody else"),
            ("azp", json!("other"), "given to somebody else"),
            ("exp", json!(NOW - 60), "its time is over"),
            ("iat", json!(NOW + 61), "has not come"),
            ("nbf", json!(NOW + 61), "has not come"),
            ("iat", json!(NOW - 700), "too old"),
            ("nonce", json!("n2"), "does not answer"),
            ("nonce", Value::Null, "does not answer"),
            ("sub", json!(""), "names nobody"),
        ] {
            let mut claims = good();
            claims[field] = value;
            let Err(Failure::Refused(refusal)) = check(&key, &keys, &claims) else { panic!("{field}") };
            assert!(
                refusal.code == "door-token" && refusal.message.contains(want),
                "{field}: {}",
                refusal.message
            );
        }
        let mut claims = good();
        claims["aud"] = several;
        claims["azp"] = json!("tantieme");
        assert!(check(&key, &keys, &claims).is_ok());
    }

    #[test]
    fn nobody_but_the_institution_signs() {
        let (key, keys) = pair();
        let (stranger, _) = pair();
        let refused = |token: &str| {
            let done = checked(token, &keys, "https://id.example", "tantieme", "n1", NOW);
            matches!(done, Err(Failure::Refused(r)) if r.code == "door-token")
        };
        assert!(
            matches!(check(&stranger, &keys, &good()), Err(Failure::Refused(r)) if r.code == "door-token")
        );
        // The oldest tricks: no signature, and the public key taken for a shared one.
        let body = URL64.encode(good().to_string());
        for header in [json!({ "alg": "none" }), json!({ "alg": "HS256", "kid": "k1" })] {
            assert!(refused(&format!("{}.{body}.", URL64.encode(header.to_string()))));
        }
        let shared = EncodingKey::from_secret(keys.keys[0].common.key_id.as_deref().unwrap().as_bytes());
        assert!(refused(&encode(&Header::new(Algorithm::HS256), &good(), &shared).unwrap()));
        let header = Header { kid: Some("k2".to_owned()), ..Header::new(Algorithm::ES256) };
        assert!(refused(&encode(&header, &good(), &key).unwrap()), "a key that is not published");
        for odd in ["", "a.b.c", "...", "é"] {
            assert!(refused(odd), "{odd}");
        }
    }
}
