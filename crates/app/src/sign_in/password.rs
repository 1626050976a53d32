//! Passwords: Argon2id with the parameters that OWASP asks for, off the threads that answer, a few at a time.

use std::sync::LazyLock;

use argon2::password_hash::{PasswordHash, PasswordHasher, SaltString};
use argon2::{Algorithm, Argon2, Params, PasswordVerifier, Version};
use tokio::sync::Semaphore;

use crate::failure::refuse;
use crate::{Failure, House};

/// Memory in KiB, passes, lanes: the OWASP password storage cheat sheet's first choice for Argon2id with one lane
/// (19 MiB, two passes).
const COST: (u32, u32, u32) = (19 * 1_024, 2, 1);
/// So many hashes are worked on at once; the others wait. Two take 38 MiB and as many cores.
static SEATS: Semaphore = Semaphore::const_new(2);
/// The shortest password, in characters (NIST SP 800-63B-4 asks for eight beside a second factor).
pub const SHORTEST: usize = 10;
/// The longest, in bytes: enough for any phrase, and no work for an attacker to hand out.
pub const LONGEST: usize = 256;

/// What an unknown name is checked against, so that it takes as long as a known one.
static NOBODY: LazyLock<String> = LazyLock::new(|| hash_with(b"nobody", &[0x5a; 16]).unwrap_or_default());

/// The PHC text of a password's hash, after a look at whether it is fit to be one.
///
/// # Errors
/// `password-weak`, with what is wrong.
pub(crate) async fn hash(house: &House, password: &str, login: &str) -> Result<String, Failure> {
    fit(password, login)?;
    rehash(house, password).await
}

/// The hash of a password that has just fitted an older one.
pub(crate) async fn rehash(house: &House, password: &str) -> Result<String, Failure> {
    let salt = house.world.nonce();
    let password = password.to_owned();
    let hashed = worked(move || hash_with(password.as_bytes(), &salt[..16])).await?;
    hashed.ok_or_else(|| Failure::Fault(store::Fault::new("a password could not be hashed")))
}

/// Whether a password fits a hash; without one it takes as long and does not. The second part tells whether it has to
/// be hashed again because the parameters are others today.
pub(crate) async fn fits(phc: Option<String>, password: &str) -> Result<(bool, bool), Failure> {
    let password: Vec<u8> = password.as_bytes().iter().copied().take(LONGEST + 1).collect();
    worked(move || {
        let known = phc.is_some();
        let phc = phc.as_deref().unwrap_or(&NOBODY);
        let Ok(hash) = PasswordHash::new(phc) else { return (false, false) };
        // A hash carries its own parameters; ours apply to new ones only.
        let right = Argon2::default().verify_password(&password, &hash).is_ok();
        let stale = Params::try_from(&hash).is_ok_and(|p| (p.m_cost(), p.t_cost(), p.p_cost()) != COST)
            || hash.algorithm != Algorithm::Argon2id.ident();
        (known && right, stale)
    })
    .await
}

fn hash_with(password: &[u8], salt: &[u8]) -> Option<String> {
    let params = Params::new(COST.0, COST.1, COST.2, None).ok()?;
    let salt = SaltString::encode_b64(salt).ok()?;
    let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    argon.hash_password(password, &salt).ok().map(|h| h.to_string())
}

async fn worked<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Failure> {
    let broke = |e: String| Failure::Fault(store::Fault::new(format!("checking a password broke off: {e}")));
    let _seat = SEATS.acquire().await.map_err(|e| broke(e.to_string()))?;
    tokio::task::spawn_blocking(work).await.map_err(|e| broke(e.to_string()))
}

/// Length, and not the address itself or one letter repeated: no rules about kinds of characters, which only make
/// people write passwords down.
fn fit(password: &str, login: &str) -> Result<(), Failure> {
    let letters = password.chars().count();
    let hint = "a few words in a row make a good one";
    let weak = |message: String| Err(refuse("password-weak", message, hint));
    if letters < SHORTEST {
        return weak(format!("a password of {letters} characters is too short; at least {SHORTEST}"));
    }
    if password.len() > LONGEST {
        return weak(format!("a password of {} bytes is too long; at most {LONGEST}", password.len()));
    }
    let plain = password.to_lowercase();
    let local = login.split('@').next().unwrap_or_default().to_lowercase();
    let kinds = plain.chars().collect::<std::collections::BTreeSet<_>>().len();
    if kinds < 4 || plain == login.to_lowercase() || (local.len() > 3 && plain.replace(&local, "").len() < 4)
    {
        return weak("this password is easily guessed".to_owned());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weak_ones_are_named() {
        for bad in ["", "short", "aaaaaaaaaaaaaa", "abababababab", "mira@example.org", "mira-mira-1"] {
            assert!(fit(bad, "mira@example.org").is_err(), "{bad}");
        }
        assert!(fit(&"x1y2".repeat(65), "").is_err());
        for good in ["four quiet tides", "Nicht-leicht-7", "été à la mer"] {
            assert!(fit(good, "mira@example.org").is_ok(), "{good}");
        }
    }

    #[tokio::test]
    async fn hashes_fit_and_old_ones_are_told() {
        let phc = hash_with(b"four quiet tides", b"a salt for tests").unwrap();
        assert!(phc.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{phc}");
        assert_eq!(fits(Some(phc.clone()), "four quiet tides").await.unwrap(), (true, false));
        assert!(!fits(Some(phc), "four quiet tide").await.unwrap().0);
        assert!(!fits(None, "nobody").await.unwrap().0, "nobody is let in as nobody");
        let salt = SaltString::encode_b64(b"a salt for tests").unwrap();
        let small = Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(64, 1, 1, None).unwrap());
        let old = small.hash_password(b"four quiet tides", &salt).unwrap().to_string();
        assert_eq!(fits(Some(old), "four quiet tides").await.unwrap(), (true, true));
        assert_eq!(fits(Some("nonsense".to_owned()), "x").await.unwrap(), (false, false));
    }
}
