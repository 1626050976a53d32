//! Who is signed in, for how long, and what they may do.
//!
//! A session is opened by a door of [`crate::sign_in`], looked up with each visit, and over when it was idle too long,
//! is too old, was ended by its owner, or its owner's rights changed.

use jiff::{SignedDuration, Timestamp};
use ledger::Hash;
use store::{RoleRow, SessionId, SessionRow, SignInId, SignInRow, Tx};

use crate::failure::refuse;
use crate::sign_in::{Entered, hex};
use crate::{Failure, House, Refusal};

/// A session is over when it was idle for so long, and at an age of so long at most.
const IDLE: SignedDuration = SignedDuration::from_hours(24 * 14);
const OLDEST: SignedDuration = SignedDuration::from_hours(24 * 90);
/// The same for whoever has a role of the house (OWASP: 15 to 30 minutes where much is at stake).
const HOUSE_IDLE: SignedDuration = SignedDuration::from_mins(30);
const HOUSE_OLDEST: SignedDuration = SignedDuration::from_hours(12);
/// How long a second factor, or a link just followed, stands for what matters.
pub const FRESH: SignedDuration = SignedDuration::from_mins(10);
/// That a session is used is written down so often at most: for whoever is idle for weeks, and for the house.
const SEEN_EVERY: SignedDuration = SignedDuration::from_mins(15);
const HOUSE_SEEN_EVERY: SignedDuration = SignedDuration::from_mins(2);

/// What somebody may do, for a party or for the house.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Answers for a party: acts, and decides who else may.
    Owner,
    /// Belongs to a band or label: acts for it.
    Member,
    /// Works for an institution: acts for it.
    Staff,
    /// Runs the house.
    Operator,
    /// Approves what operators prepare.
    Approver,
    /// Sees the house's books for a time, and changes nothing.
    Auditor,
}

impl Role {
    /// All of them.
    pub const ALL: [Role; 6] =
        [Role::Owner, Role::Member, Role::Staff, Role::Operator, Role::Approver, Role::Auditor];

    /// The word in the store.
    pub const fn word(self) -> &'static str {
        match self {
            Role::Owner => "owner",
            Role::Member => "member",
            Role::Staff => "staff",
            Role::Operator => "operator",
            Role::Approver => "approver",
            Role::Auditor => "auditor",
        }
    }

    /// The role a word stands for.
    pub fn from_word(word: &str) -> Option<Role> {
        Role::ALL.into_iter().find(|r| r.word() == word)
    }

    /// Whether it is a role of the house rather than of a party.
    pub const fn of_house(self) -> bool {
        matches!(self, Role::Operator | Role::Approver | Role::Auditor)
    }
}

/// What is needed for a page or an act.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need<'a> {
    /// To see what belongs to a party or institution: its people, and whoever sees the house.
    See(&'a str),
    /// To act for it: its people; operators for those who asked them to.
    Act(&'a str),
    /// To decide for it, who acts and where money goes: its owner alone.
    Own(&'a str),
    /// To see the house: operators, approvers, auditors.
    SeeHouse,
    /// To run the house.
    Operate,
    /// To approve what somebody else prepared.
    Approve,
}

/// The roles that somebody has now.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rights(Vec<(Role, String)>);

impl Rights {
    /// Those whose time has begun and is not over.
    pub fn new(roles: &[RoleRow], now: Timestamp) -> Rights {
        let now_held = roles.iter().filter(|r| r.since <= now && r.until.is_none_or(|until| now < until));
        Rights(now_held.filter_map(|r| Some((Role::from_word(&r.role)?, r.party.clone()))).collect())
    }

    /// Whether they are enough.
    ///
    /// ```
    /// use app::session::{Need, Rights, Role};
    /// let mira = Rights::of([(Role::Member, "pty-1")]);
    /// assert!(mira.allow(Need::Act("pty-1")));
    /// assert!(!mira.allow(Need::Own("pty-1")) && !mira.allow(Need::See("pty-2")) && !mira.allow(Need::SeeHouse));
    /// ```
    pub fn allow(&self, need: Need<'_>) -> bool {
        let house = |roles: &[Role]| self.0.iter().any(|(role, _)| roles.contains(role));
        let party = |roles: &[Role], id: &str| {
            !id.is_empty() && self.0.iter().any(|(role, of)| roles.contains(role) && of == id)
        };
        match need {
            Need::See(id) => {
                party(&[Role::Owner, Role::Member, Role::Staff], id)
                    || house(&[Role::Operator, Role::Approver, Role::Auditor])
            }
            Need::Act(id) => party(&[Role::Owner, Role::Member, Role::Staff], id) || house(&[Role::Operator]),
            Need::Own(id) => party(&[Role::Owner], id),
            Need::SeeHouse => house(&[Role::Operator, Role::Approver, Role::Auditor]),
            Need::Operate => house(&[Role::Operator]),
            Need::Approve => house(&[Role::Approver]),
        }
    }

    /// These roles, for tests and for the house's own machine.
    pub fn of<'a>(roles: impl IntoIterator<Item = (Role, &'a str)>) -> Rights {
        Rights(roles.into_iter().map(|(role, party)| (role, party.to_owned())).collect())
    }

    /// The parties and institutions that somebody may act for, each with the role.
    pub fn parties(&self) -> impl Iterator<Item = (Role, &str)> {
        self.0.iter().filter(|(role, _)| !role.of_house()).map(|(role, party)| (*role, party.as_str()))
    }

    /// Whether somebody sees the house for a time and changes nothing: an auditor, and nothing beside.
    pub fn only_looks(&self) -> bool {
        self.0.iter().any(|(role, _)| *role == Role::Auditor)
            && self.0.iter().all(|(role, _)| !matches!(role, Role::Operator | Role::Approver))
    }

    /// Whether any of them is a role of the house.
    pub fn of_house(&self) -> bool {
        self.0.iter().any(|(role, _)| role.of_house())
    }
}

/// Somebody who is signed in, as of this visit.
#[derive(Debug, Clone)]
pub struct Visitor {
    /// Who.
    pub sign_in: SignInRow,
    /// In which session.
    pub session: SessionRow,
    /// What they may do.
    pub rights: Rights,
}

/// Where somebody stands with the second factor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Second {
    /// None is set up.
    None,
    /// It was not shown, or too long ago.
    Stale,
    /// It was shown within [`FRESH`].
    Fresh,
}

impl Visitor {
    /// Refuses where the rights are not enough.
    ///
    /// # Errors
    /// `not-yours`.
    pub fn require(&self, need: Need<'_>) -> Result<(), Refusal> {
        if self.rights.allow(need) {
            return Ok(());
        }
        Err(Refusal::new("not-yours", "this is not yours to see or change", "sign in as somebody who may"))
    }

    /// Where the second factor stands.
    pub fn second_factor(&self, now: Timestamp) -> Second {
        let here = self.sign_in.totp_on.is_some() || self.sign_in.passkeys > 0;
        match (here, self.session.second) {
            (false, _) => Second::None,
            (true, Some(at)) if now < at + FRESH => Second::Fresh,
            _ => Second::Stale,
        }
    }

    /// Refuses what moves money or consent where the second factor was not just shown.
    ///
    /// # Errors
    /// `second-factor-none`, `second-factor-stale`.
    pub fn require_fresh_second_factor(&self, now: Timestamp) -> Result<(), Refusal> {
        let minutes = FRESH.as_secs() / 60;
        match self.second_factor(now) {
            Second::Fresh => Ok(()),
            Second::None => Err(Refusal::new(
                "second-factor-none",
                "this needs a second factor and none is set up",
                "set one up under your account",
            )),
            Second::Stale => Err(Refusal::new(
                "second-factor-stale",
                format!("this needs the second factor, shown within {minutes} minutes"),
                "show it and come back",
            )),
        }
    }

    /// Whether this session was opened by a link a moment ago, which shows that the mailbox is theirs.
    pub(crate) fn has_just_entered_by_link(&self, now: Timestamp) -> bool {
        self.session.door == "link" && now < self.session.created + FRESH
    }
}

/// Who a browser's token belongs to; `None` where the session is over or there was none.
pub async fn visitor(house: &House, token: &str) -> Result<Option<Visitor>, Failure> {
    let now = house.now();
    let key = house.store.fields();
    let mut tx = house.store.begin_read().await?;
    let Some(session) = tx.session(&Hash::of(token.as_bytes()).to_string()).await? else { return Ok(None) };
    let Some(sign_in) = tx.sign_in(key, &session.sign_in).await? else { return Ok(None) };
    let rights = Rights::new(&tx.roles_of(&session.sign_in).await?, now);
    drop(tx);
    if sign_in.ended.is_some() || !alive(&session, &rights, now) {
        return Ok(None);
    }
    let every = if rights.of_house() { HOUSE_SEEN_EVERY } else { SEEN_EVERY };
    if now >= session.seen + every {
        let mut tx = house.store.begin().await?;
        tx.session_seen(&session.id, now).await?;
        tx.commit().await?;
    }
    Ok(Some(Visitor { sign_in, session, rights }))
}

/// Whether a session still opens anything.
fn alive(session: &SessionRow, rights: &Rights, now: Timestamp) -> bool {
    let (idle, oldest) = if rights.of_house() { (HOUSE_IDLE, HOUSE_OLDEST) } else { (IDLE, OLDEST) };
    session.ended.is_none()
        && now < session.until
        && now < session.seen + idle
        && now < session.created + oldest
}

/// Opens a session and ends the one that the browser had.
pub(crate) async fn open(
    house: &House,
    tx: &mut Tx,
    id: &SignInId,
    door: &str,
    agent: &str,
    before: Option<&str>,
) -> Result<Entered, Failure> {
    let now = house.now();
    if let Some(token) = before
        && let Some(old) = tx.session(&Hash::of(token.as_bytes()).to_string()).await?
    {
        tx.end_session(&old.id, &old.sign_in, now).await?;
    }
    let token = hex(&house.world.nonce());
    let session = SessionRow {
        id: SessionId::from_bits(house.world.bits()),
        sign_in: id.clone(),
        door: door.to_owned(),
        agent: agent.chars().filter(|c| !c.is_control()).take(120).collect(),
        created: now,
        seen: now,
        second: None,
        until: now + OLDEST,
        ended: None,
    };
    tx.insert_session(&Hash::of(token.as_bytes()).to_string(), &session).await?;
    tx.note(now, id.as_str(), "sign-in", session.id.as_str(), door).await?;
    Ok(Entered { token, session, next: String::new() })
}

/// Gives a session a new token, which is told once.
pub(crate) async fn rotate(
    house: &House,
    tx: &mut Tx,
    id: &SessionId,
    second: Option<Timestamp>,
) -> Result<String, Failure> {
    let token = hex(&house.world.nonce());
    tx.rotate_session(id, &Hash::of(token.as_bytes()).to_string(), second).await?;
    Ok(token)
}

/// The sessions of a person that are not over.
pub async fn list(house: &House, visitor: &Visitor) -> Result<Vec<SessionRow>, Failure> {
    let now = house.now();
    let mut tx = house.store.begin_read().await?;
    let mut all = tx.sessions_of(&visitor.sign_in.id).await?;
    all.retain(|s| alive(s, &visitor.rights, now));
    Ok(all)
}

/// Ends a session of the person's own: this one to sign out, or another one.
///
/// # Errors
/// `session-unknown`.
pub async fn end(house: &House, visitor: &Visitor, id: &str) -> Result<(), Failure> {
    let now = house.now();
    let of = &visitor.sign_in.id;
    let unknown =
        || refuse("session-unknown", format!("you have no session `{id}`"), "it may be over already");
    let session: SessionId = id.parse().map_err(|_| unknown())?;
    let mut tx = house.store.begin().await?;
    if !tx.end_session(&session, of, now).await? {
        return Err(unknown());
    }
    tx.note(now, of.as_str(), "sign-out", session.as_str(), "").await?;
    tx.commit().await?;
    Ok(())
}

/// Ends all sessions of a person but the present one; tells how many.
pub async fn end_others(house: &House, visitor: &Visitor) -> Result<u64, Failure> {
    let now = house.now();
    let of = &visitor.sign_in.id;
    let mut tx = house.store.begin().await?;
    let count = tx.end_other_sessions(of, Some(&visitor.session.id), now).await?;
    tx.note(now, of.as_str(), "sign-out others", of.as_str(), &count.to_string()).await?;
    tx.commit().await?;
    Ok(count)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every role against every need, so that a change shows.
    #[test]
    fn who_may_what() {
        let needs = [
            Need::See("pty-1"),
            Need::Act("pty-1"),
            Need::Own("pty-1"),
            Need::SeeHouse,
            Need::Operate,
            Need::Approve,
            Need::See("pty-2"),
            Need::Act("pty-2"),
            Need::Own(""),
        ];
        for (role, party, want) in [
            (Role::Owner, "pty-1", "111000000"),
            (Role::Member, "pty-1", "110000000"),
            (Role::Staff, "pty-1", "110000000"),
            (Role::Operator, "", "110110110"),
            (Role::Approver, "", "100101100"),
            (Role::Auditor, "", "100100100"),
        ] {
            let rights = Rights::of([(role, party)]);
            let got: String = needs.iter().map(|n| if rights.allow(*n) { '1' } else { '0' }).collect();
            assert_eq!(got, want, "{role:?}");
        }
    }

    #[test]
    fn roles_have_their_time() {
        let at = |s: i64| Timestamp::from_second(s).unwrap();
        let row = RoleRow {
            sign_in: SignInId::from_bits(1),
            role: "auditor".to_owned(),
            party: String::new(),
            since: at(10),
            until: Some(at(20)),
        };
        for (now, want) in [(9, false), (10, true), (19, true), (20, false)] {
            assert_eq!(Rights::new(std::slice::from_ref(&row), at(now)).allow(Need::SeeHouse), want, "{now}");
        }
    }
}
