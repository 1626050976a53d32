//! Who calls: app passwords and API keys, remembered so that a request costs one MD5 and no question to the store.
//!
//! What is remembered is forgotten whenever any password, key or listener has changed; the store is asked for that at
//! most four times a second.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use app::{House, listener};
use md5::{Digest, Md5};
use store::ListenerRow;

use super::ask::{Params, Wrong};

/// How old what is remembered may be before the store is asked whether it still holds.
const FRESH: Duration = Duration::from_millis(250);
/// Callers remembered; past them all are forgotten, which costs each one question.
const MOST: usize = 20_000;

/// Who calls, and with which password or key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Caller {
    /// The listener.
    pub(crate) listener: ListenerRow,
    /// The id of the app password or key.
    pub(crate) door: String,
}

#[derive(Debug)]
struct Known {
    row: ListenerRow,
    /// Id and text of each password in force.
    secrets: Vec<(String, String)>,
}

/// The callers remembered.
#[derive(Debug, Default)]
pub(crate) struct Callers(Mutex<Table>);

#[derive(Debug, Default)]
struct Table {
    logins: HashMap<String, Arc<Known>>,
    keys: HashMap<String, Arc<Caller>>,
    changes: i64,
    asked: Option<Instant>,
}

/// What a request proves itself with.
enum Proof<'a> {
    Key(&'a str),
    Password { login: &'a str, password: String },
    Token { login: &'a str, token: &'a str, salt: &'a str },
}

impl Callers {
    /// Who calls.
    ///
    /// # Errors
    /// In this order: 43 for two ways at once, 10 where something is missing, 44 or 40 where it does not fit.
    pub(crate) async fn find(&self, house: &House, params: &Params) -> Result<Arc<Caller>, Wrong> {
        let proof = proof(params)?;
        self.refresh(house).await?;
        match proof {
            Proof::Key(key) => {
                self.by_key(house, key).await?.ok_or_else(|| Wrong::new(44, "invalid API key"))
            }
            Proof::Password { login, password } => {
                self.by_secret(house, login, |secret| same(secret.as_bytes(), password.as_bytes())).await
            }
            Proof::Token { login, token, salt } => {
                let token = token.to_ascii_lowercase();
                self.by_secret(house, login, |secret| same(salted(secret, salt).as_bytes(), token.as_bytes()))
                    .await
            }
        }
    }

    /// Whose API key this is.
    pub(crate) async fn key(&self, house: &House, key: &str) -> Result<Option<Arc<Caller>>, Wrong> {
        self.refresh(house).await?;
        self.by_key(house, key).await
    }

    /// Whose login and app password these are.
    pub(crate) async fn password(
        &self,
        house: &House,
        login: &str,
        password: &str,
    ) -> Result<Arc<Caller>, Wrong> {
        self.refresh(house).await?;
        self.by_secret(house, login, |secret| same(secret.as_bytes(), password.as_bytes())).await
    }

    /// Forgets everybody where a password, key or listener has changed.
    async fn refresh(&self, house: &House) -> Result<(), Wrong> {
        {
            let mut table = self.table();
            if table.asked.is_some_and(|at| at.elapsed() < FRESH) {
                return Ok(());
            }
            // Those who come while the question is out go on with what is known.
            table.asked = Some(Instant::now());
        }
        let changes = listener::changes(house).await?;
        let mut table = self.table();
        if table.changes != changes {
            table.logins.clear();
            table.keys.clear();
            table.changes = changes;
        }
        Ok(())
    }

    async fn by_secret(
        &self,
        house: &House,
        login: &str,
        opens: impl Fn(&str) -> bool,
    ) -> Result<Arc<Caller>, Wrong> {
        let wrong = || Wrong::new(40, "wrong username or app password");
        let known = self.table().logins.get(login).cloned();
        let known = match known {
            Some(known) => known,
            None => {
                let (row, secrets) = listener::by_login(house, login).await?.ok_or_else(wrong)?;
                let known = Arc::new(Known { row, secrets });
                let mut table = self.table();
                if table.logins.len() >= MOST {
                    table.logins.clear();
                }
                table.logins.insert(login.to_owned(), known.clone());
                known
            }
        };
        let door = known.secrets.iter().find(|(_, secret)| opens(secret)).ok_or_else(wrong)?;
        Ok(Arc::new(Caller { listener: known.row.clone(), door: door.0.clone() }))
    }

    async fn by_key(&self, house: &House, key: &str) -> Result<Option<Arc<Caller>>, Wrong> {
        if let Some(known) = self.table().keys.get(key) {
            return Ok(Some(known.clone()));
        }
        if key.len() > 2_048 {
            return Ok(None);
        }
        // A person's own key is asked for each time: what ends it is not counted with players' passwords.
        if key.starts_with(app::api_key::PREFIX) {
            let found = app::api_key::listener(house, key).await?;
            return Ok(found.map(|(listener, door)| Arc::new(Caller { listener, door })));
        }
        let Some((listener, door)) = listener::by_key(house, key).await? else { return Ok(None) };
        let caller = Arc::new(Caller { listener, door });
        let mut table = self.table();
        if table.keys.len() >= MOST {
            table.keys.clear();
        }
        table.keys.insert(key.to_owned(), caller.clone());
        Ok(Some(caller))
    }

    fn table(&self) -> std::sync::MutexGuard<'_, Table> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn proof(params: &Params) -> Result<Proof<'_>, Wrong> {
    let get = |name| params.get(name);
    let (key, login, password) = (get("apiKey"), get("u"), get("p"));
    let (token, salt) = (get("t"), get("s"));
    let conflict = || Wrong::new(43, "multiple conflicting authentication mechanisms provided");
    if let Some(key) = key {
        return match (login, password, token, salt) {
            (None, None, None, None) => Ok(Proof::Key(key)),
            _ => Err(conflict()),
        };
    }
    if password.is_some() && (token.is_some() || salt.is_some()) {
        return Err(conflict());
    }
    let login = login.ok_or_else(|| Wrong::missing("u"))?;
    match (password, token, salt) {
        (Some(password), ..) => Ok(Proof::Password { login, password: plain(password) }),
        (None, Some(token), Some(salt)) => Ok(Proof::Token { login, token, salt }),
        (None, Some(_), None) => Err(Wrong::missing("s")),
        (None, None, Some(_)) => Err(Wrong::missing("t")),
        (None, None, None) => Err(Wrong::missing("p")),
    }
}

/// A password as sent: plain, or hexadecimal behind `enc:`.
fn plain(password: &str) -> String {
    let hidden = password.strip_prefix("enc:").and_then(crate::visit::unhex);
    hidden.and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_else(|| password.to_owned())
}

fn salted(secret: &str, salt: &str) -> String {
    let mut md5 = Md5::new();
    md5.update(secret.as_bytes());
    md5.update(salt.as_bytes());
    crate::visit::hex(&md5.finalize())
}

/// Whether two texts are the same, in a time that tells nothing but their lengths.
fn same(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && a.iter().zip(b).fold(0, |differ, (x, y)| differ | (x ^ y)) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_token_of_the_protocols_example() {
        assert_eq!(salted("sesame", "c19b2d"), "26719a1196d2a940705a59634eb18eab");
        assert_eq!(plain("enc:736573616d65"), "sesame");
        assert_eq!(plain("enc:zz"), "enc:zz");
    }

    #[test]
    fn two_ways_at_once_are_refused_and_empty_ones_are_none() {
        let code = |query: &str| {
            let uri = format!("/rest/ping?{query}").parse().unwrap();
            proof(&Params::read(&uri, b"")).err().map(|w| w.code)
        };
        for (query, want) in [
            ("u=a&p=b", None),
            ("u=a&p=b&t=&s=", None),
            ("u=a&p=&t=b&s=c", None),
            ("apiKey=k&u=&p=", None),
            ("apiKey=k&u=a", Some(43)),
            ("u=a&p=b&t=c&s=d", Some(43)),
            ("u=a", Some(10)),
            ("p=b", Some(10)),
            ("u=a&t=b", Some(10)),
            ("", Some(10)),
        ] {
            assert_eq!(code(query), want, "{query}");
        }
    }
}
