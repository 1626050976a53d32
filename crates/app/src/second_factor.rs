//! The second factor: codes of an authenticator, and ten codes on paper for the day it is lost.

use jiff::SignedDuration;
use store::Tx;

use crate::failure::refuse;
use crate::session::{self, Second, Visitor};
use crate::sign_in::{hex, totp, unhex};
use crate::{Failure, House, policy};

/// Wrong codes of one person in [`WINDOW`]: with three codes that fit at a time, a guesser needs years.
const MOST: i64 = 6;
const WINDOW: SignedDuration = SignedDuration::from_mins(15);
/// How many codes on paper.
pub const RECOVERY_CODES: usize = 10;

/// What an authenticator has to be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// The address to be shown as a picture.
    pub address: String,
    /// The secret to be typed, in groups of four.
    pub secret: String,
}

/// Offers a second factor; showing the page again offers the same. It counts once a code was shown.
///
/// # Errors
/// `second-factor-stale` where there is a passkey, `second-factor-here`.
pub async fn offer(house: &House, visitor: &Visitor) -> Result<Offer, Failure> {
    by_whoever_has_one(house, visitor)?;
    let id = &visitor.sign_in.id;
    let key = house.store.fields();
    let mut tx = house.store.begin().await?;
    let known = tx.sign_in(key, id).await?;
    if known.as_ref().is_some_and(|s| s.totp_on.is_some()) {
        let hint = "take it away first to set up another one";
        return Err(refuse("second-factor-here", "a second factor is set up already", hint));
    }
    let secret = match known.and_then(|s| s.totp) {
        Some(secret) => secret,
        None => {
            let secret = hex(&house.world.nonce()[..totp::SECRET_BYTES]);
            tx.offer_totp(key, id, &secret, house.world.nonce()).await?;
            secret
        }
    };
    let name = policy::text(&mut tx, "house-name", house.now()).await?;
    tx.commit().await?;
    let bytes = unhex(&secret).unwrap_or_default();
    let typed = totp::base32(&bytes);
    let groups: Vec<String> =
        typed.as_bytes().chunks(4).map(|g| String::from_utf8_lossy(g).into_owned()).collect();
    let who = visitor.sign_in.mail.as_deref().unwrap_or(&visitor.sign_in.name);
    Ok(Offer { address: totp::address(&bytes, &name, who), secret: groups.join(" ") })
}

/// Lets the offered second factor count: the new token of the session, and the codes for paper, both told once.
///
/// # Errors
/// As [`show`], and `second-factor-here`.
pub async fn confirm(house: &House, visitor: &Visitor, code: &str) -> Result<(String, Vec<String>), Failure> {
    let now = house.now();
    let id = &visitor.sign_in.id;
    if visitor.sign_in.totp_on.is_some() {
        return Err(refuse("second-factor-here", "a second factor is set up already", ""));
    }
    by_whoever_has_one(house, visitor)?;
    count(house, visitor).await?;
    let mut tx = house.store.begin().await?;
    take_code(house, &mut tx, visitor, code).await?;
    tx.confirm_totp(id, now).await?;
    let codes = paper_codes(house, &mut tx, visitor).await?;
    tx.end_other_sessions(id, Some(&visitor.session.id), now).await?;
    let token = session::rotate(house, &mut tx, &visitor.session.id, Some(now)).await?;
    tx.forget_tries(&tries(visitor)).await?;
    tx.note(now, id.as_str(), "second factor set up", id.as_str(), "").await?;
    tx.commit().await?;
    Ok((token, codes))
}

/// Where there is a passkey already, another factor is set up by whoever shows it: a session that was stolen is not made
/// to matter by bringing a factor along.
fn by_whoever_has_one(house: &House, visitor: &Visitor) -> Result<(), Failure> {
    match visitor.second_factor(house.now()) {
        Second::Stale if visitor.sign_in.passkeys > 0 => {
            Ok(visitor.require_fresh_second_factor(house.now())?)
        }
        _ => Ok(()),
    }
}

/// New codes for paper, told once; those from before are worthless.
pub(crate) async fn paper_codes(
    house: &House,
    tx: &mut Tx,
    visitor: &Visitor,
) -> Result<Vec<String>, Failure> {
    let codes: Vec<String> = (0..RECOVERY_CODES).map(|_| recovery_code(house.world.nonce())).collect();
    let hashes: Vec<String> = codes.iter().map(|c| recovery_mark(house, visitor, c)).collect();
    tx.set_recovery(&visitor.sign_in.id, &hashes).await?;
    Ok(codes)
}

/// Takes a code of the authenticator or one from paper; the session gets a new token, and for a while what matters may
/// be done.
///
/// # Errors
/// In this order: `second-factor-none`, `sign-in-often`, `code-wrong`, `code-used`.
pub async fn show(house: &House, visitor: &Visitor, code: &str) -> Result<String, Failure> {
    let now = house.now();
    let id = &visitor.sign_in.id;
    if visitor.second_factor(now) == Second::None {
        return Err(refuse(
            "second-factor-none",
            "no second factor is set up",
            "set one up under your account",
        ));
    }
    count(house, visitor).await?;
    let mut tx = house.store.begin().await?;
    let paper = plain(code);
    let by = if paper.len() == 12 {
        if !tx.use_recovery(id, &recovery_mark(house, visitor, &paper), now).await? {
            drop(tx);
            return Err(wrong(house, visitor).await);
        }
        "paper"
    } else {
        match take_code(house, &mut tx, visitor, code).await {
            Ok(()) => "code",
            Err(Failure::Refused(refusal)) if refusal.code == "code-wrong" => {
                drop(tx);
                return Err(wrong(house, visitor).await);
            }
            Err(other) => return Err(other),
        }
    };
    let token = session::rotate(house, &mut tx, &visitor.session.id, Some(now)).await?;
    tx.forget_tries(&tries(visitor)).await?;
    tx.note(now, id.as_str(), "second factor shown", visitor.session.id.as_str(), by).await?;
    tx.commit().await?;
    Ok(token)
}

/// Takes the second factor away; only for whoever has just shown it.
///
/// # Errors
/// As [`Visitor::require_fresh_second_factor`].
pub async fn remove(house: &House, visitor: &Visitor) -> Result<String, Failure> {
    let now = house.now();
    visitor.require_fresh_second_factor(now)?;
    let id = &visitor.sign_in.id;
    let mut tx = house.store.begin().await?;
    tx.drop_totp(id).await?;
    tx.end_other_sessions(id, Some(&visitor.session.id), now).await?;
    let token = session::rotate(house, &mut tx, &visitor.session.id, None).await?;
    tx.note(now, id.as_str(), "second factor taken away", id.as_str(), "").await?;
    tx.commit().await?;
    Ok(token)
}

/// How many codes on paper are left.
pub async fn recovery_left(house: &House, visitor: &Visitor) -> Result<i64, Failure> {
    let mut tx = house.store.begin_read().await?;
    Ok(tx.recovery_left(&visitor.sign_in.id).await?)
}

async fn take_code(house: &House, tx: &mut Tx, visitor: &Visitor, code: &str) -> Result<(), Failure> {
    let id = &visitor.sign_in.id;
    let secret = tx.sign_in(house.store.fields(), id).await?.and_then(|s| s.totp);
    let secret = secret.and_then(|s| unhex(&s)).ok_or_else(|| {
        refuse("second-factor-none", "no second factor is set up", "set one up under your account")
    })?;
    let step = totp::step_of(&secret, code, house.now().as_second()).ok_or_else(code_wrong)?;
    if !tx.use_totp_step(id, step).await? {
        return Err(refuse(
            "code-used",
            "this code was used already",
            "wait for the next one: 30 seconds at most",
        ));
    }
    Ok(())
}

async fn count(house: &House, visitor: &Visitor) -> Result<(), Failure> {
    let mut tx = house.store.begin().await?;
    let count = tx.count_try(&tries(visitor), WINDOW.as_micros() as i64, house.now()).await?;
    tx.commit().await?;
    if count > MOST {
        let message = format!("{MOST} wrong codes within {} minutes", WINDOW.as_secs() / 60);
        return Err(refuse(
            "sign-in-often",
            message,
            "wait a while; the clock of the authenticator may be wrong",
        ));
    }
    Ok(())
}

async fn wrong(house: &House, visitor: &Visitor) -> Failure {
    let noted = async {
        let mut tx = house.store.begin().await?;
        let id = visitor.sign_in.id.as_str();
        tx.note(house.now(), id, "second factor refused", visitor.session.id.as_str(), "").await?;
        tx.commit().await
    };
    match noted.await {
        Ok(()) => code_wrong(),
        Err(fault) => Failure::Fault(fault),
    }
}

fn code_wrong() -> Failure {
    refuse(
        "code-wrong",
        "this code does not fit",
        "take the one that is shown now, or one of the codes on paper",
    )
}

fn tries(visitor: &Visitor) -> String {
    format!("second/{}", visitor.sign_in.id)
}

/// Sixty bits as three groups of four letters and digits.
fn recovery_code(chance: [u8; 24]) -> String {
    let bits = chance.iter().take(8).fold(0_u64, |sum, b| (sum << 8) | u64::from(*b));
    let text = music::id::base32(bits);
    // Always twelve letters of ASCII.
    format!("{}-{}-{}", &text[..4], &text[4..8], &text[8..])
}

/// A code as it was meant: no hyphens, and the letters that are not used read as the digits they look like.
fn plain(code: &str) -> String {
    let letters = code.chars().filter(|c| c.is_ascii_alphanumeric()).take(20);
    letters
        .map(|c| match c.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            c => c,
        })
        .collect()
}

fn recovery_mark(house: &House, visitor: &Visitor, code: &str) -> String {
    house.store.fields().mark(&format!("recovery/{}", visitor.sign_in.id), &plain(code))
}
