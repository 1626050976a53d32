//! People's access: opened by a link to their mail address or added by the house, entered by link or password.
//!
//! Nobody learns here whether an address is known: asking for a link always answers the same and looks the address up
//! later, in the background; a wrong password and an unknown address take as long and are refused in the same words.

pub(crate) mod password;
pub mod totp;

use jiff::{SignedDuration, Timestamp};
use ledger::Hash;
use store::{LinkRow, NewSignIn, RoleRow, SessionRow, SignInId, SignInRow, Tx};

use crate::failure::refuse;
use crate::job::{self, Enqueue, Held};
use crate::session::{self, Role};
use crate::{Failure, House, mail, policy};

/// The kind of job that sends a link.
pub const LINK_JOB: &str = "sign-in-link";
/// For how long a link works: half an hour, since mail is slow now and then.
pub const LINK_MINUTES: i64 = 30;
/// Links to one address in [`LINKS_WINDOW`].
const LINKS_MOST: i64 = 5;
const LINKS_WINDOW: SignedDuration = SignedDuration::from_hours(1);
/// Wrong passwords for one address or name in [`PASSWORDS_WINDOW`].
const PASSWORDS_MOST: i64 = 10;
const PASSWORDS_WINDOW: SignedDuration = SignedDuration::from_mins(15);
/// The longest name of a person, and the longest name at the door, in characters.
const NAME_MOST: usize = 100;

/// Somebody was let in.
#[derive(Debug, Clone)]
pub struct Entered {
    /// What the browser keeps: told once, stored as a hash.
    pub token: String,
    /// The session it opens.
    pub session: SessionRow,
    /// Where the person wanted to go; may be empty.
    pub next: String,
}

/// A person to add.
#[derive(Debug, Clone, Default)]
pub struct Add {
    /// The mail address; may be empty where there is a name at the door and a password.
    pub mail: String,
    /// A name that stands in for the address at the door; may be empty.
    pub login: String,
    /// How the person is addressed; may be empty.
    pub name: String,
    /// The language of mails: `fr` or `en`.
    pub lang: String,
    /// A first password; without one the person comes in by a link.
    pub password: Option<String>,
    /// Who adds.
    pub by: String,
}

/// Asks for a link to an address. The answer is the same whoever the address belongs to, and whether anybody.
///
/// # Errors
/// In this order: `mail`, `sign-in-often`.
pub async fn ask_link(house: &House, address: &str, lang: &str, next: &str) -> Result<(), Failure> {
    let address = mail::address(address)?;
    let now = house.now();
    let mark = mail_mark(house, &address);
    let mut tx = house.store.begin().await?;
    let tries = format!("link/{mark}");
    if tx.count_try(&tries, LINKS_WINDOW.as_micros() as i64, now).await? > LINKS_MOST {
        tx.commit().await?;
        return Err(refuse(
            "sign-in-often",
            format!("{LINKS_MOST} links were sent to this address within an hour"),
            "the newest one works; look among unwanted mail too",
        ));
    }
    let sealed = house.store.fields().seal("job/sign-in-link", &address, house.world.nonce())?;
    let payload = serde_json::json!({ "mail": hex(&sealed), "lang": lang, "next": next });
    job::enqueue_in(house, &mut tx, Enqueue::now(LINK_JOB, payload.to_string())).await?;
    tx.commit().await?;
    Ok(())
}

/// Makes a link and queues the mail that carries it; for an unknown address only where anybody may sign up.
pub(crate) async fn send_link(house: &House, job: &Held) -> Result<(), Failure> {
    let odd = || Failure::Fault(store::Fault::new("a job for a link does not hold what it should"));
    let payload: serde_json::Value = serde_json::from_str(job.payload()).map_err(|_| odd())?;
    let word = |key: &str| payload.get(key).and_then(|v| v.as_str()).unwrap_or_default();
    let sealed = unhex(word("mail")).ok_or_else(odd)?;
    let address = house.store.fields().open("job/sign-in-link", &sealed)?;
    let now = house.now();
    let mut tx = house.store.begin().await?;
    let mark = mail_mark(house, &address);
    let known = tx.sign_in_by_mark(house.store.fields(), &mark).await?;
    if known.is_some() || policy::text(&mut tx, "sign-up", now).await? == "open" {
        let lang = known.map_or_else(|| word("lang").to_owned(), |k| k.lang);
        let (token, _) = make_link(house, &mut tx, &address, &lang, word("next")).await?;
        queue_link(house, &mut tx, &token, address, &lang, job.id().as_str()).await?;
    }
    job.done(&mut tx, now).await?;
    tx.commit().await?;
    Ok(())
}

async fn queue_link(
    house: &House,
    tx: &mut Tx,
    token: &str,
    to: String,
    lang: &str,
    id: &str,
) -> Result<(), Failure> {
    let now = house.now();
    let name = policy::text(tx, "house-name", now).await?;
    let url = link_address(house, tx, token).await?;
    let (subject, body) = mail::sign_in_words(&name, lang == "fr", &url, LINK_MINUTES);
    let id = format!("sign-in-{id}");
    mail::queue(house, tx, id.clone(), to, subject, body, "sign-in").await?;
    job::enqueue_in(house, tx, Enqueue::now(job::DELIVER, id.clone()).once(id)).await.map(drop)
}

async fn link_address(house: &House, tx: &mut Tx, token: &str) -> Result<String, Failure> {
    let url = policy::text(tx, "house-url", house.now()).await?;
    Ok(format!("{}/sign-in/link/{token}", url.trim_end_matches('/')))
}

async fn make_link(
    house: &House,
    tx: &mut Tx,
    address: &str,
    lang: &str,
    next: &str,
) -> Result<(String, LinkRow), Failure> {
    let now = house.now();
    let token = hex(&house.world.nonce());
    let link = LinkRow {
        mail_mark: mail_mark(house, address),
        mail: address.to_owned(),
        lang: if lang == "fr" { "fr" } else { "en" }.to_owned(),
        next: next.to_owned(),
        until: now + SignedDuration::from_mins(LINK_MINUTES),
        used: None,
    };
    let hash = Hash::of(token.as_bytes()).to_string();
    tx.insert_link(house.store.fields(), &hash, &link, house.world.nonce(), now).await?;
    Ok((token, link))
}

/// A link made by the house for somebody it knows, to be handed over by other means than mail: the address, told once.
///
/// # Errors
/// `sign-in-unknown`.
pub async fn link_by_hand(house: &House, who: &str, by: &str) -> Result<String, Failure> {
    let now = house.now();
    let mut tx = house.store.begin().await?;
    let known = find(house, &mut tx, who).await?;
    let address = known.mail.ok_or_else(|| unknown(who))?;
    let (token, _) = make_link(house, &mut tx, &address, &known.lang, "").await?;
    let url = link_address(house, &mut tx, &token).await?;
    tx.note(now, by, "sign-in link made", known.id.as_str(), "").await?;
    tx.commit().await?;
    Ok(url)
}

/// What a link shows before it is used: the address, with most of it hidden. Nothing is changed, because mail programs
/// open links before people do.
///
/// # Errors
/// `link-unknown`, `link-used`, `link-late`.
pub async fn link_shown(house: &House, token: &str) -> Result<String, Failure> {
    let mut tx = house.store.begin_read().await?;
    let link = tx.link(house.store.fields(), &Hash::of(token.as_bytes()).to_string()).await?;
    Ok(masked(&usable(link, house.now())?.mail))
}

/// Lets the reader of a link in, once. A session the browser had before is over.
///
/// # Errors
/// As [`link_shown`].
pub async fn enter_by_link(
    house: &House,
    token: &str,
    agent: &str,
    before: Option<&str>,
) -> Result<Entered, Failure> {
    let key = house.store.fields();
    let now = house.now();
    let hash = Hash::of(token.as_bytes()).to_string();
    let mut tx = house.store.begin().await?;
    let link = usable(tx.link(key, &hash).await?, now)?;
    if !tx.use_link(&hash, now).await? {
        return Err(used());
    }
    let id = match tx.sign_in_by_mark(key, &link.mail_mark).await? {
        Some(known) => known.id,
        None => {
            let id = SignInId::from_bits(house.world.bits());
            let new = NewSignIn {
                id: &id,
                mail_mark: Some(&link.mail_mark),
                name_mark: None,
                mail: Some(&link.mail),
                name: "",
                lang: &link.lang,
            };
            tx.insert_sign_in(key, &new, [house.world.nonce(), house.world.nonce()], now).await?;
            tx.note(now, id.as_str(), "sign-in open", id.as_str(), "by link").await?;
            id
        }
    };
    tx.forget_tries(&format!("link/{}", link.mail_mark)).await?;
    let mut entered = session::open(house, &mut tx, &id, "link", agent, before).await?;
    entered.next = link.next;
    tx.commit().await?;
    Ok(entered)
}

fn usable(link: Option<LinkRow>, now: Timestamp) -> Result<LinkRow, Failure> {
    let hint = "ask for a new one";
    let link = link.ok_or_else(|| {
        refuse(
            "link-unknown",
            "this link is not one of ours",
            "copy it whole from the mail, or ask for a new one",
        )
    })?;
    if link.used.is_some() {
        return Err(used());
    }
    if link.until <= now {
        let message = format!("this link worked for {LINK_MINUTES} minutes and is over");
        return Err(refuse("link-late", message, hint));
    }
    Ok(link)
}

fn used() -> Failure {
    refuse("link-used", "this link was used already", "each works once; ask for a new one")
}

/// Lets somebody in who knows the password. A session the browser had before is over.
///
/// # Errors
/// In this order: `sign-in-often`, `sign-in-wrong`, the same for a wrong password and an unknown address.
pub async fn enter_by_password(
    house: &House,
    login: &str,
    password: &str,
    agent: &str,
    before: Option<&str>,
) -> Result<Entered, Failure> {
    let key = house.store.fields();
    let now = house.now();
    let mark = login_mark(house, login);
    let tries = format!("password/{mark}");
    let mut tx = house.store.begin().await?;
    let count = tx.count_try(&tries, PASSWORDS_WINDOW.as_micros() as i64, now).await?;
    let known = tx.sign_in_by_mark(key, &mark).await?;
    tx.commit().await?;
    if count > PASSWORDS_MOST {
        let minutes = PASSWORDS_WINDOW.as_secs() / 60;
        let message = format!("{PASSWORDS_MOST} tries within {minutes} minutes");
        return Err(refuse("sign-in-often", message, "wait a while, or ask for a link by mail"));
    }
    let phc = known.as_ref().and_then(|k| k.password.clone());
    let (right, stale) = password::fits(phc.clone(), password).await?;
    let Some(known) = known.filter(|_| right) else {
        note_wrong(house, &mark).await?;
        return Err(refuse(
            "sign-in-wrong",
            "this address and this password do not belong together",
            "try again, or ask for a link by mail",
        ));
    };
    let again = if stale { Some(password::rehash(house, password).await?) } else { None };
    let mut tx = house.store.begin().await?;
    tx.forget_tries(&tries).await?;
    // Only where nobody changed it since it was checked.
    let today = tx.sign_in(key, &known.id).await?;
    if today.as_ref().is_none_or(|t| t.ended.is_some() || t.password != phc) {
        return Err(refuse("sign-in-wrong", "the password was just changed", "try again"));
    }
    if let Some(phc) = again {
        tx.set_password(&known.id, Some(phc)).await?;
    }
    let entered = session::open(house, &mut tx, &known.id, "password", agent, before).await?;
    tx.commit().await?;
    Ok(entered)
}

/// A wrong password for somebody who is known goes into the journal.
async fn note_wrong(house: &House, mark: &str) -> Result<(), Failure> {
    let mut tx = house.store.begin().await?;
    if let Some(known) = tx.sign_in_by_mark(house.store.fields(), mark).await? {
        tx.note(house.now(), "nobody", "sign-in refused", known.id.as_str(), "password").await?;
    }
    tx.commit().await?;
    Ok(())
}

/// Adds somebody.
///
/// # Errors
/// In this order: `mail`, `sign-in-name`, `password-weak`, `sign-in-here`.
pub async fn add(house: &House, ask: Add) -> Result<SignInRow, Failure> {
    let key = house.store.fields();
    let now = house.now();
    let login = ask.login.trim();
    let address = match ask.mail.trim() {
        "" if !login.is_empty() => None,
        text => Some(mail::address(text)?),
    };
    let odd = |c: char| c.is_control() || c == '@';
    if login.contains(odd) || login.chars().count() > NAME_MOST || ask.name.chars().count() > NAME_MOST {
        return Err(refuse(
            "sign-in-name",
            "this name cannot be used at the door",
            "up to 100 letters, no `@`",
        ));
    }
    let known_as = address.clone().unwrap_or_else(|| login.to_owned());
    let phc = match &ask.password {
        Some(password) => Some(password::hash(house, password, &known_as).await?),
        None => None,
    };
    let id = SignInId::from_bits(house.world.bits());
    let mail_mark = address.as_deref().map(|a| mail_mark(house, a));
    let name_mark = Some(login).filter(|l| !l.is_empty()).map(|l| login_mark(house, l));
    let new = NewSignIn {
        id: &id,
        mail_mark: mail_mark.as_deref(),
        name_mark: name_mark.as_deref(),
        mail: address.as_deref(),
        name: ask.name.trim(),
        lang: if ask.lang == "fr" { "fr" } else { "en" },
    };
    let mut tx = house.store.begin().await?;
    if !tx.insert_sign_in(key, &new, [house.world.nonce(), house.world.nonce()], now).await? {
        let message = format!("somebody comes in as `{known_as}` already");
        return Err(refuse("sign-in-here", message, "`tantieme sign-in list` shows all"));
    }
    tx.set_password(&id, phc).await?;
    tx.note(now, &ask.by, "sign-in add", id.as_str(), "").await?;
    let row = tx.sign_in(key, &id).await?.ok_or_else(|| unknown(&known_as))?;
    tx.commit().await?;
    Ok(row)
}

/// A role to give.
#[derive(Debug, Clone)]
pub struct Grant {
    /// To whom: an id, a mail address or a name at the door.
    pub who: String,
    /// Which.
    pub role: Role,
    /// For which party or institution; empty for the roles of the house.
    pub party: String,
    /// Until when; an auditor's role needs an end.
    pub until: Option<Timestamp>,
    /// Who gives it.
    pub by: String,
}

/// Gives a role. The person's sessions end, so that none was opened under less.
///
/// # Errors
/// In this order: `sign-in-unknown`, `role-party`, `role-until`.
pub async fn grant(house: &House, ask: Grant) -> Result<RoleRow, Failure> {
    let now = house.now();
    let mut tx = house.store.begin().await?;
    let known = find(house, &mut tx, &ask.who).await?;
    let of_house = ask.role.of_house();
    if of_house != ask.party.is_empty() {
        let word = ask.role.word();
        let (message, hint) = if of_house {
            (format!("`{word}` is a role of the house"), "leave the party out")
        } else {
            (format!("`{word}` is a role for a party"), "say which")
        };
        return Err(refuse("role-party", message, hint));
    }
    if ask.until.is_some_and(|t| t <= now) || (ask.role == Role::Auditor && ask.until.is_none()) {
        return Err(refuse(
            "role-until",
            "this role needs an end in the future",
            "such as `--until 2027-01-31`",
        ));
    }
    let row = RoleRow {
        sign_in: known.id.clone(),
        role: ask.role.word().to_owned(),
        party: ask.party,
        since: now,
        until: ask.until,
    };
    tx.grant_role(&row, &ask.by).await?;
    tx.end_other_sessions(&known.id, None, now).await?;
    tx.note(now, &ask.by, "role grant", known.id.as_str(), &format!("{} {}", row.role, row.party)).await?;
    tx.commit().await?;
    Ok(row)
}

/// Takes a role away; the person's sessions end.
///
/// # Errors
/// In this order: `sign-in-unknown`, `role-unknown`.
pub async fn revoke(house: &House, who: &str, role: Role, party: &str, by: &str) -> Result<(), Failure> {
    let now = house.now();
    let mut tx = house.store.begin().await?;
    let known = find(house, &mut tx, who).await?;
    if !tx.revoke_role(&known.id, role.word(), party).await? {
        let message = format!("`{who}` has no role `{}`", role.word());
        return Err(refuse("role-unknown", message, "`tantieme sign-in list` shows who has which"));
    }
    tx.end_other_sessions(&known.id, None, now).await?;
    tx.note(now, by, "role revoke", known.id.as_str(), &format!("{} {party}", role.word())).await?;
    tx.commit().await?;
    Ok(())
}

/// Everybody who may come in, with their roles.
pub async fn list(house: &House) -> Result<Vec<(SignInRow, Vec<RoleRow>)>, Failure> {
    let mut tx = house.store.begin_read().await?;
    let mut all = Vec::new();
    for row in tx.sign_ins(house.store.fields()).await? {
        let roles = tx.roles_of(&row.id).await?;
        all.push((row, roles));
    }
    Ok(all)
}

/// Whether somebody could come in as the house at all.
pub async fn house_has_a_door(house: &House) -> Result<bool, Failure> {
    let mut tx = house.store.begin_read().await?;
    Ok(tx.roles_for("").await?.iter().any(|r| r.role == Role::Operator.word()))
}

/// Sets or takes away the password of a person, ends their other sessions, and gives this one a new token.
///
/// # Errors
/// In this order: `password-weak`, `sign-in-wrong` where there is a password already and `old` is not it.
pub async fn set_password(
    house: &House,
    visitor: &session::Visitor,
    old: &str,
    new: Option<&str>,
) -> Result<String, Failure> {
    let now = house.now();
    let id = &visitor.sign_in.id;
    let known_as = visitor.sign_in.mail.clone().unwrap_or_default();
    let phc = match new {
        Some(new) => Some(password::hash(house, new, &known_as).await?),
        None => None,
    };
    let had = visitor.sign_in.password.clone();
    // Whoever has just come in by a link or shown the second factor may replace a forgotten password.
    if had.is_some() && !visitor.has_just_entered_by_link(now) && !password::fits(had, old).await?.0 {
        return Err(refuse(
            "sign-in-wrong",
            "this is not your password",
            "sign in by a link to set a new one",
        ));
    }
    let mut tx = house.store.begin().await?;
    tx.set_password(id, phc).await?;
    tx.end_other_sessions(id, Some(&visitor.session.id), now).await?;
    let token = session::rotate(house, &mut tx, &visitor.session.id, None).await?;
    let what = if new.is_some() { "set" } else { "taken away" };
    tx.note(now, id.as_str(), "sign-in password", id.as_str(), what).await?;
    tx.commit().await?;
    Ok(token)
}

/// Changes how a person is addressed, and the language of mails.
pub async fn rename(house: &House, id: &SignInId, name: &str, lang: &str) -> Result<(), Failure> {
    let name: String = name.trim().chars().filter(|c| !c.is_control()).take(NAME_MOST).collect();
    let lang = if lang == "fr" { "fr" } else { "en" };
    let mut tx = house.store.begin().await?;
    tx.rename_sign_in(house.store.fields(), id, &name, lang, house.world.nonce()).await?;
    tx.commit().await?;
    Ok(())
}

/// Closes a person's access and erases what is personal about it. What was done stays in the journal under the id.
pub async fn erase(house: &House, id: &SignInId, by: &str) -> Result<(), Failure> {
    let now = house.now();
    let mut tx = house.store.begin().await?;
    for member in tx.members_of(id).await? {
        tx.end_member(&member.id, now).await?;
    }
    crate::webhook::remove_all(house, &mut tx, id.as_str()).await?;
    tx.erase_sign_in(id, now).await?;
    tx.note(now, by, "sign-in erase", id.as_str(), "").await?;
    tx.commit().await?;
    Ok(())
}

/// Somebody by id, mail address or name at the door.
///
/// # Errors
/// `sign-in-unknown`.
pub async fn find(house: &House, tx: &mut Tx, who: &str) -> Result<SignInRow, Failure> {
    let key = house.store.fields();
    let found = match who.parse::<SignInId>() {
        Ok(id) => tx.sign_in(key, &id).await?.filter(|s| s.ended.is_none()),
        Err(_) => tx.sign_in_by_mark(key, &login_mark(house, who)).await?,
    };
    found.ok_or_else(|| unknown(who))
}

fn unknown(who: &str) -> Failure {
    refuse("sign-in-unknown", format!("nobody comes in as `{who}`"), "`tantieme sign-in list` shows all")
}

pub(crate) fn mail_mark(house: &House, address: &str) -> String {
    house.store.fields().mark("sign_in/mail", &address.trim().to_lowercase())
}

/// The mark of what somebody typed at the door: an address, or a name.
fn login_mark(house: &House, login: &str) -> String {
    if login.contains('@') {
        mail_mark(house, login)
    } else {
        house.store.fields().mark("sign_in/name", &login.trim().to_lowercase())
    }
}

/// An address with most of it hidden: `m…@example.org`.
pub fn masked(address: &str) -> String {
    match address.split_once('@') {
        Some((local, domain)) => format!("{}…@{domain}", local.chars().take(1).collect::<String>()),
        None => "…".to_owned(),
    }
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

pub(crate) fn unhex(text: &str) -> Option<Vec<u8>> {
    if !text.len().is_multiple_of(2) || !text.is_ascii() {
        return None;
    }
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(text.get(at..at + 2)?, 16).ok()).collect()
}
