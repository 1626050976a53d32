//! Invitations: a code that an institution hands out, good for so many people until a day.

use jiff::Timestamp;
use ledger::Hash;
use store::InvitationRow;

use crate::failure::refuse;
use crate::session::Visitor;
use crate::{Failure, House};

/// Most people one code may let in.
const USES_MOST: u32 = 100_000;

/// Makes an invitation; its code is told once.
///
/// # Errors
/// In this order: `invitation-uses`, `invitation-until`.
pub async fn create(
    house: &House,
    institution: &str,
    note: &str,
    uses: u32,
    until: Timestamp,
    by: &str,
) -> Result<(InvitationRow, String), Failure> {
    let now = house.now();
    if uses == 0 || uses > USES_MOST {
        let message = format!("a code for {uses} people cannot be made");
        return Err(refuse("invitation-uses", message, format!("between 1 and {USES_MOST}")));
    }
    if until <= now {
        return Err(refuse("invitation-until", "this code would be over already", "choose a day to come"));
    }
    let bits = house.world.nonce().iter().take(8).fold(0_u64, |sum, b| (sum << 8) | u64::from(*b));
    let text = music::id::base32(bits);
    // Always twelve letters of ASCII.
    let code = format!("{}-{}-{}", &text[..4], &text[4..8], &text[8..]);
    let row = InvitationRow {
        id: format!("inv-{}", music::id::base32(house.world.bits())),
        institution: institution.to_owned(),
        note: note.trim().chars().filter(|c| !c.is_control()).take(100).collect(),
        uses_most: i64::from(uses),
        uses: 0,
        created: now,
        until,
        ended: None,
    };
    let mut tx = house.store.begin().await?;
    tx.insert_invitation(&hash(&code), &row, by).await?;
    tx.note(now, by, "invitation create", &row.id, institution).await?;
    tx.commit().await?;
    Ok((row, code))
}

/// Makes somebody who is signed in a member by a code.
///
/// # Errors
/// In this order: `invitation-unknown`, `invitation-over`, `member-here`, `invitation-used-up`.
pub async fn join(house: &House, visitor: &Visitor, code: &str) -> Result<InvitationRow, Failure> {
    let now = house.now();
    let hash = hash(code);
    let of = &visitor.sign_in.id;
    let mut tx = house.store.begin().await?;
    let row = tx.invitation(&hash).await?.ok_or_else(|| {
        refuse("invitation-unknown", "this code is not one of ours", "three groups of four, as on the paper")
    })?;
    if row.ended.is_some() || row.until <= now {
        return Err(refuse("invitation-over", "this code is over", "ask your institution for a new one"));
    }
    if tx.members_of(of).await?.iter().any(|m| m.institution == row.institution) {
        return Err(refuse(
            "member-here",
            "you are a member there already",
            "the code is left for somebody else",
        ));
    }
    if !tx.use_invitation(&hash, now).await? {
        let message = format!("this code let in {} people and no more", row.uses_most);
        return Err(refuse("invitation-used-up", message, "ask your institution for a new one"));
    }
    super::admit(house, &mut tx, &row.institution, of, None).await?;
    tx.commit().await?;
    Ok(row)
}

/// The invitations of an institution.
pub async fn list(house: &House, institution: &str) -> Result<Vec<InvitationRow>, Failure> {
    let mut tx = house.store.begin_read().await?;
    Ok(tx.invitations_of(institution).await?)
}

/// Ends an invitation; who joined by it stays.
///
/// # Errors
/// `invitation-unknown`.
pub async fn end(house: &House, institution: &str, id: &str, by: &str) -> Result<(), Failure> {
    let now = house.now();
    let mut tx = house.store.begin().await?;
    if !tx.end_invitation(id, institution, now).await? {
        return Err(refuse(
            "invitation-unknown",
            format!("there is no invitation `{id}`"),
            "it may be over already",
        ));
    }
    tx.note(now, by, "invitation end", id, institution).await?;
    tx.commit().await?;
    Ok(())
}

/// A code as it was meant, hashed: sixty random bits need no salt.
fn hash(code: &str) -> String {
    let plain: String = code
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .take(20)
        .map(|c| match c.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            c => c,
        })
        .collect();
    Hash::of(format!("invitation {plain}").as_bytes()).to_string()
}
