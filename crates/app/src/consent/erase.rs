//! What a person said of uses by AI is forgotten, and the log stays as it is.
//!
//! An entry carries a hash over what was said and a random salt. The rows lose text and salt; then nobody can tell from the hash
//! what it was, and every proof of every entry still holds. Forgetting never makes a no into a yes: all that was said for the
//! person and by them goes at once, agents' words too, and mandates end, so that what remains is silence.

use store::Tx;

use super::change::{self, Change};
use super::end_line;
use crate::{Failure, House, party};

/// What was forgotten.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Erased {
    /// Statements.
    pub statements: usize,
    /// Mandates that ended.
    pub mandates: usize,
}

/// Forgets what was said for a party and by it, the evidence of who they are, what waits, and their links.
///
/// # Errors
/// `party-unknown`.
pub async fn erase(house: &House, who: &str, by: &str) -> Result<Erased, Failure> {
    let mut tx = house.store.begin().await?;
    let party = party::find(&mut tx, who).await?.party.id;
    let mandates = end_mandates(house, &mut tx, &party).await?;
    let statements = tx.erase_consents_of(&party).await?;
    let change = Change {
        what: "erased",
        line: "",
        holder: Some(&party),
        subjects: &["catalogue".to_owned()],
        uses: &[],
        licensees: &[],
    };
    change::tell(house, &mut tx, &change).await?;
    let told = format!("{statements} statements, {mandates} mandates");
    tx.note(house.now(), by, "consent erase", party.as_str(), &told).await?;
    tx.commit().await?;
    Ok(Erased { statements, mandates })
}

async fn end_mandates(house: &House, tx: &mut Tx, party: &music::PartyId) -> Result<usize, Failure> {
    let live = tx.consent_lines("mandate").await?;
    let mut ended = 0;
    for row in live.iter().filter(|r| r.end.is_none() && (r.holder == *party || r.speaker == *party)) {
        end_line(house, tx, row).await?;
        ended += 1;
    }
    Ok(ended)
}
