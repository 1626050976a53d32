//! What a person's own access consists of: name, password, second factor, passkeys, sessions.
//!
//! What changes it asks for a session: a key for programs opens no other door.

use app::passkey::{self, Answer, Site};
use app::{second_factor, session, sign_in};
use jiff::Timestamp;
use serde_json::Value;
use store::{PasskeyRow, SessionRow};

use super::caller::Ask;
use super::page::{self, Listed, Page};
use super::party::Done;
use super::problem::Wrong;
use super::shape::{ask, choice, tell};

tell! {
    /// A passkey of the caller's.
    Passkey {
        /// Its id.
        id: String,
        /// What its owner calls it.
        name: String,
        /// Whether its maker says that it may be on several devices.
        copied: bool,
        /// When it was made.
        created: Timestamp,
        /// When it was shown last.
        seen: Option<Timestamp>,
    }
    /// What a browser is told: the argument of `navigator.credentials.create`.
    PasskeyAsk {
        /// As the browser takes it; what is binary is in Base64url.
        ask: Value,
    }
    /// What came of a change of the doors: other sessions are over, and this one has another token.
    Renewed {
        /// The session's new token, in place of the one in the cookie.
        session: String,
        /// Codes for paper, told once; none where there were some.
        codes: Vec<String>,
    }
    /// A second factor that is offered.
    SecondFactor {
        /// The address to be shown as a picture to an authenticator.
        address: String,
        /// The secret to be typed, in groups of four.
        secret: String,
    }
    /// A session of the caller's.
    OwnSession {
        /// Its id.
        id: String,
        /// By which door it was opened.
        door: String,
        /// The browser, as it calls itself.
        agent: String,
        /// Whether it is the one that asks.
        own: bool,
        /// When it was opened.
        created: Timestamp,
        /// When it was used last.
        seen: Timestamp,
    }
    /// How many sessions were ended.
    Ended {
        /// So many.
        ended: u64,
    }
}

choice! {
    /// A language.
    Tongue { French = "fr", English = "en", }
}

ask! {
    /// A new name for a passkey.
    NewPasskeyName {
        /// At most 60 letters.
        name: String,
    }
    /// What a browser answered.
    NewPasskey {
        /// The answer of `navigator.credentials.create`, as `web/passkey.js` writes it.
        answer: Value,
        /// What its owner calls it.
        name: Option<String>,
    }
    /// A code of the authenticator.
    SixDigits {
        /// Six digits.
        code: String,
    }
    /// A password to set, or to take away.
    NewPassword {
        /// The one before, where there is one.
        old: Option<String>,
        /// The new one; taken away where it is left out.
        password: Option<String>,
    }
    /// How a person is addressed.
    NewName {
        /// The name; may be empty.
        name: String,
        /// The language of mails.
        lang: Tongue,
    }
}

impl Passkey {
    fn of(row: PasskeyRow) -> Passkey {
        Passkey {
            id: row.id.to_string(),
            name: row.name,
            copied: row.copied,
            created: row.created,
            seen: row.seen,
        }
    }
}

/// The house as browsers know it.
async fn site<Q, B>(ask: &Ask<Q, B>) -> Result<Site, Wrong> {
    let mut tx = ask.house.store.begin_read().await?;
    let url = app::policy::text(&mut tx, "house-url", ask.house.now()).await?;
    Site::of(&url).ok_or_else(|| {
        let hint = "the house sets the policy `house-url`";
        Wrong::unfit("passkey-no-site", "passkeys need an address with a name and TLS", hint)
    })
}

pub(crate) async fn passkeys(ask: Ask<Page, ()>) -> Result<Listed<Passkey>, Wrong> {
    let all = passkey::list(&ask.house, ask.person()?).await?;
    let q = &ask.query;
    page::cut(all, (q.after.as_deref(), q.limit), |k| page::by_time(k.created, &k.id), Passkey::of)
}

pub(crate) async fn begin_passkey(ask: Ask<(), ()>) -> Result<PasskeyAsk, Wrong> {
    let site = site(&ask).await?;
    let text = passkey::ask_add(&ask.house, ask.person()?, &site).await?;
    let ask = serde_json::from_str(&text).map_err(|e| Wrong::fault(&e.to_string()))?;
    Ok(PasskeyAsk { ask })
}

pub(crate) async fn add_passkey(ask: Ask<(), NewPasskey>) -> Result<Renewed, Wrong> {
    let site = site(&ask).await?;
    let answer = Answer::read(&ask.body.answer.to_string())?;
    let name = ask.body.name.clone().unwrap_or_default();
    let (session, codes) = passkey::add(&ask.house, ask.person()?, &site, &name, &answer).await?;
    Ok(Renewed { session, codes })
}

pub(crate) async fn rename_passkey(ask: Ask<(), NewPasskeyName>) -> Result<Done, Wrong> {
    passkey::rename(&ask.house, ask.person()?, ask.at("passkey"), &ask.body.name).await?;
    Ok(Done::with(ask.at("passkey")))
}

pub(crate) async fn end_passkey(ask: Ask<(), ()>) -> Result<Renewed, Wrong> {
    let session = passkey::remove(&ask.house, ask.person()?, ask.at("passkey")).await?;
    Ok(Renewed { session, codes: Vec::new() })
}

pub(crate) async fn offer_second_factor(ask: Ask<(), ()>) -> Result<SecondFactor, Wrong> {
    let offer = second_factor::offer(&ask.house, ask.person()?).await?;
    Ok(SecondFactor { address: offer.address, secret: offer.secret })
}

pub(crate) async fn confirm_second_factor(ask: Ask<(), SixDigits>) -> Result<Renewed, Wrong> {
    let (session, codes) = second_factor::confirm(&ask.house, ask.person()?, &ask.body.code).await?;
    Ok(Renewed { session, codes })
}

pub(crate) async fn show_second_factor(ask: Ask<(), SixDigits>) -> Result<Renewed, Wrong> {
    let session = second_factor::show(&ask.house, ask.person()?, &ask.body.code).await?;
    Ok(Renewed { session, codes: Vec::new() })
}

pub(crate) async fn remove_second_factor(ask: Ask<(), ()>) -> Result<Renewed, Wrong> {
    let session = second_factor::remove(&ask.house, ask.person()?).await?;
    Ok(Renewed { session, codes: Vec::new() })
}

pub(crate) async fn set_password(ask: Ask<(), NewPassword>) -> Result<Renewed, Wrong> {
    let old = ask.body.old.as_deref().unwrap_or_default();
    let session = sign_in::set_password(&ask.house, ask.person()?, old, ask.body.password.as_deref()).await?;
    Ok(Renewed { session, codes: Vec::new() })
}

pub(crate) async fn set_name(ask: Ask<(), NewName>) -> Result<Done, Wrong> {
    let id = ask.person()?.sign_in.id.clone();
    let lang = match ask.body.lang {
        Tongue::French => "fr",
        Tongue::English => "en",
    };
    sign_in::rename(&ask.house, &id, &ask.body.name, lang).await?;
    Ok(Done::with(id))
}

pub(crate) async fn sessions(ask: Ask<Page, ()>) -> Result<Listed<OwnSession>, Wrong> {
    let person = ask.person()?;
    let own = person.session.id.clone();
    let all = session::list(&ask.house, person).await?;
    let q = &ask.query;
    let tell = |row: SessionRow| OwnSession {
        own: row.id == own,
        id: row.id.to_string(),
        door: row.door,
        agent: row.agent,
        created: row.created,
        seen: row.seen,
    };
    page::cut(all, (q.after.as_deref(), q.limit), |s| page::by_time(s.created, &s.id), tell)
}

pub(crate) async fn end_session(ask: Ask<(), ()>) -> Result<Done, Wrong> {
    session::end(&ask.house, ask.person()?, ask.at("session")).await?;
    Ok(Done::with(ask.at("session")))
}

pub(crate) async fn end_other_sessions(ask: Ask<(), ()>) -> Result<Ended, Wrong> {
    Ok(Ended { ended: session::end_others(&ask.house, ask.person()?).await? })
}
