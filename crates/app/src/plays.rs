//! Plays of members, delivered for a pot.

use ledger::Hash;
use music::pot::Programme;
use music::{PotId, Problem, RecordingId, id};
use store::{PlayListRow, PlayRow, Tx};

use crate::failure::refuse;
use crate::{Failure, House, carried, pot};

/// A delivery of plays.
#[derive(Debug, Clone)]
pub struct Deliver {
    /// The pot.
    pub pot: PotId,
    /// The file's name.
    pub document: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Paid seats; the members with a play where not told.
    pub seats: Option<u64>,
    /// How many days the plays took.
    pub days: u32,
    /// Who delivers it.
    pub by: String,
}

/// What became of a delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Delivered {
    /// Nothing is wrong with it: it is here.
    Taken(Taken),
    /// Something is: nothing was taken, since plays left out would move other members' money.
    Refused(Vec<Problem>),
}

/// A delivery that is here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// Rows.
    pub rows: usize,
    /// Members.
    pub members: usize,
    /// The same bytes were here before: nothing was changed.
    pub before: bool,
}

/// Most seats of one delivery.
const MOST_SEATS: u64 = 10_000_000;

/// Takes a delivery in, whole or not at all. Members are kept under salted names that lead to nobody.
pub async fn deliver(house: &House, ask: Deliver) -> Result<Delivered, Failure> {
    let now = house.now();
    if ask.seats.is_some_and(|s| s == 0 || s > MOST_SEATS) || ask.days == 0 || ask.days > 366 {
        return Err(refuse(
            "plays-period",
            "a delivery has between 1 and 10,000,000 seats, and takes between 1 and 366 days",
            "`--seats 3000 --days 30`",
        ));
    }
    let (lines, mut problems) = formats::plays::read(&ask.bytes);
    let mut tx = house.store.begin().await?;
    let pot = pot::pot_in(&mut tx, &ask.pot).await?;
    let hash = Hash::of(&ask.bytes).to_string();
    let known = tx.play_lists_of(&pot.id).await?.into_iter().any(|l| l.document_hash == hash);
    let (mut rows, mut members) = (Vec::new(), std::collections::BTreeSet::new());
    let mut recordings: std::collections::HashMap<&str, Option<RecordingId>> =
        std::collections::HashMap::new();
    for line in &lines {
        if !recordings.contains_key(line.recording.as_str()) {
            let found = recording(&mut tx, &line.recording).await?;
            recordings.insert(&line.recording, found);
        }
        let Some(Some(recording)) = recordings.get(line.recording.as_str()) else {
            let message = format!("no recording here is `{}`", line.recording);
            let hint = "import the catalogue first; a recording is named by its id, its ISRC or the id of its delivery";
            problems.push(Problem::new("plays-recording", line.line, message, hint));
            continue;
        };
        let member = pseudonym(house, &line.member);
        members.insert(member.clone());
        rows.push(PlayRow {
            line: i64::try_from(line.line).unwrap_or(i64::MAX),
            member,
            recording: recording.clone(),
            plays: i64::from(line.plays),
            played_s: line.played_s.map(i64::from),
            at_s: line.at_s,
            sought: line.sought,
            before: i64::from(line.before),
        });
    }
    if let Some(seats) = ask.seats.filter(|s| *s < members.len() as u64) {
        let message = format!("{} members played, and only {seats} seats are paid", members.len());
        problems.push(Problem::new("seats-too-few", 0, message, "check `--seats`"));
    }
    if !problems.is_empty() {
        problems.sort_by_key(|p| p.origin.line);
        return Ok(Delivered::Refused(problems));
    }
    let taken = Taken { rows: rows.len(), members: members.len(), before: known };
    if !known {
        let list = PlayListRow {
            id: format!("pls-{}", id::base32(house.world.bits())),
            pot: pot.id.clone(),
            document: ask.document.clone(),
            document_hash: hash,
            seats: ask.seats.and_then(|s| i64::try_from(s).ok()),
            period_s: i64::from(ask.days) * 86_400,
            by: ask.by.clone(),
            created: now,
        };
        if pot.event.is_none() && pot.programme != Programme::Streaming.word() {
            tx.set_pot_programme(&pot.id, Programme::Streaming.word()).await?;
        }
        tx.insert_plays(&list, &rows).await?;
        carried::bring(house, &mut tx, &pot).await?;
        tx.note(now, &ask.by, "plays deliver", pot.id.as_str(), &format!("{} rows", rows.len())).await?;
    }
    tx.commit().await?;
    Ok(Delivered::Taken(taken))
}

/// The same member has the same name in every delivery of this house, and no way leads back without its key.
fn pseudonym(house: &House, member: &str) -> String {
    let text = [house.commitment_key.as_slice(), b"member", member.trim().as_bytes()].concat();
    format!("mem-{:.20}", Hash::of(&text).to_string())
}

async fn recording(tx: &mut Tx, text: &str) -> Result<Option<RecordingId>, Failure> {
    if let Ok(id) = text.parse::<RecordingId>()
        && let Some(row) = tx.recording(&id).await?
    {
        return Ok(Some(row.recording.id));
    }
    if let Ok(isrc) = text.parse::<music::Isrc>()
        && let [one, ..] = tx.recordings_by_isrc(&isrc.to_string()).await?.as_slice()
    {
        return Ok(Some(one.recording.id.clone()));
    }
    match tx.recordings_by_source_id(text).await?.as_slice() {
        [one] => Ok(Some(one.recording.id.clone())),
        _ => Ok(None),
    }
}
