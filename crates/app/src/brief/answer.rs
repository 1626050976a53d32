//! Invitations, answers and pitches. Nothing here costs an artist anything, and no way leads through a payment.

use programmes::brief::Brief;
use store::{BriefInvitationRow, BriefRow, Tx};

use super::{ai, ask_of, asked, brief_in, of_the_brand, terms, whole};
use crate::failure::refuse;
use crate::{Failure, House, party};

/// Most bytes of a pitch.
const MOST_WORDS: usize = 5_000;

/// What an artist sees of a brief it is asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct Invited {
    /// The invitation; `None` for an open call that was not answered yet.
    pub invitation: Option<BriefInvitationRow>,
    /// The brief.
    pub row: BriefRow,
    /// What it says.
    pub brief: Brief,
    /// Who asks: `a brand` while names wait.
    pub brand: String,
    /// What the artist would get.
    pub offer: super::Offer,
    /// Why the artist is asked.
    pub reasons: Vec<(String, String, String)>,
}

/// Asks an artist by name. Where the artist's terms keep it away, the brand sees what it would see of anybody who does not
/// answer, and the artist is not bothered.
///
/// # Errors
/// In this order: `brief-unknown`, `not-yours`, `brief-status`, `brief-anonymous`, what finding the artist refuses, `brief-asked`.
pub async fn invite(house: &House, id: &str, artist: &str, by: &str) -> Result<(), Failure> {
    let now = house.now();
    let mut tx = house.store.begin().await?;
    let row = brief_in(&mut tx, id).await?;
    of_the_brand(house, &mut tx, &row, by).await?;
    let until = open_until(house, &row)?;
    let brief = whole(house, &mut tx, &row).await?;
    if brief.anonymous {
        return Err(refuse(
            "brief-anonymous",
            "nobody is asked by name for a brief in which names wait",
            "whom a name is asked of could be told from the answers: write a brief with names",
        ));
    }
    let artist = party::find(&mut tx, artist).await?.party.id;
    if let Some(known) = tx.brief_invitation(&row.id, &artist).await? {
        // That the list asked already is not told either: the invitation by name is the same one from now on.
        if known.kind == "invited" {
            return Err(refuse(
                "brief-asked",
                "this artist is asked for this brief already",
                "wait for the answer",
            ));
        }
        tx.name_brief_invitation(&known.id).await?;
    } else {
        let terms = terms::of(house, &mut tx, &artist).await?;
        let by_terms = terms.is_none_or(|t| t.admits(&ask_of(&row, &brief)).is_err());
        let unseen = by_terms || ai::refused(&mut tx, &row, &brief, &artist).await?.is_some();
        asked(house, &mut tx, &row, &brief, &artist, ("invited", unseen), until).await?;
    }
    tx.note(now, by, "brief invite", row.id.as_str(), artist.as_str()).await?;
    tx.commit().await?;
    Ok(())
}

/// An artist's answer: yes with a pitch, or no. A no is told to nobody.
///
/// # Errors
/// In this order: `brief-unknown`, what finding the artist refuses, `not-asked`, `answer-late`, `answer-given`, `pitch-long`.
pub async fn answer(house: &House, id: &str, artist: &str, yes: bool, words: &str) -> Result<(), Failure> {
    let now = house.now();
    let mut tx = house.store.begin().await?;
    let row = brief_in(&mut tx, id).await?;
    let artist = party::find(&mut tx, artist).await?.party;
    let invitation = tx.brief_invitation(&row.id, &artist.id).await?.filter(|i| !i.unseen);
    let Some(invitation) = invitation else {
        return Err(refuse(
            "not-asked",
            format!("`{}` is not asked for the brief `{}`", artist.name, row.id),
            "an open call takes a pitch: `tantieme brief pitch`",
        ));
    };
    if now >= invitation.until || row.status != "published" {
        return Err(refuse("answer-late", "the term for answering is over", "nothing was changed"));
    }
    let words = pitch_words(words)?;
    let state = if yes { "yes" } else { "no" };
    let moved = match invitation.state.as_str() {
        // As long as the brand has not chosen, an artist may think again.
        from @ ("asked" | "yes" | "no") => {
            tx.move_brief_invitation(&invitation.id, (from, state), Some(&words), Some(now)).await?
        }
        _ => false,
    };
    if !moved {
        let message = format!("the invitation is {} already", invitation.state);
        return Err(refuse(
            "answer-given",
            message,
            "a contract that is drafted can be declined by not signing it",
        ));
    }
    tx.note(now, artist.id.as_str(), "brief answer", row.id.as_str(), "").await?;
    tx.commit().await?;
    Ok(())
}

/// A pitch to an open call. It costs nothing.
///
/// # Errors
/// In this order: `brief-unknown`, what finding the artist refuses, `brief-closed-call`, `brief-status`, `terms-missing`,
/// `terms-refuse`, `brief-ai-refused`, `pitch-long`, `brief-asked`.
pub async fn pitch(house: &House, id: &str, artist: &str, words: &str) -> Result<(), Failure> {
    let now = house.now();
    let mut tx = house.store.begin().await?;
    let row = brief_in(&mut tx, id).await?;
    let artist = party::find(&mut tx, artist).await?.party;
    let until = open_until(house, &row)?;
    let brief = whole(house, &mut tx, &row).await?;
    if !brief.open_call {
        return Err(refuse(
            "brief-closed-call",
            "this brief is no open call",
            "only who is asked can answer it",
        ));
    }
    let Some(terms) = terms::of(house, &mut tx, &artist.id).await? else {
        return Err(refuse(
            "terms-missing",
            format!("`{}` has no terms yet", artist.name),
            "say first what you never want: `tantieme brief terms`",
        ));
    };
    terms.admits(&ask_of(&row, &brief)).map_err(|why| {
        let message = format!("your own terms keep this brief away: {}", why.word());
        refuse("terms-refuse", message, "change them first; nobody else is told")
    })?;
    ai::permitted(&mut tx, &row, &brief, &artist.id).await?;
    let words = pitch_words(words)?;
    match tx.brief_invitation(&row.id, &artist.id).await? {
        Some(i) if matches!(i.state.as_str(), "asked" | "no") && !i.unseen => {
            tx.move_brief_invitation(&i.id, (&i.state, "yes"), Some(&words), Some(now)).await?;
        }
        Some(_) => return Err(refuse("brief-asked", "this brief is answered already", "")),
        None => {
            let invitation = BriefInvitationRow {
                id: store::BriefInvitationId::from_bits(house.world.bits()),
                brief: row.id.clone(),
                artist: artist.id.clone(),
                kind: "pitch".to_owned(),
                state: "yes".to_owned(),
                unseen: false,
                asked: now,
                until,
                answered: Some(now),
                words,
            };
            tx.insert_brief_invitation(&invitation).await?;
        }
    }
    tx.note(now, artist.id.as_str(), "brief pitch", row.id.as_str(), "").await?;
    tx.commit().await?;
    Ok(())
}

/// What an artist is asked, newest first, and the open calls that the artist's terms allow. The others do not exist.
pub async fn invitations(house: &House, artist: &str) -> Result<Vec<Invited>, Failure> {
    let now = house.now();
    let mut tx = house.store.begin_read().await?;
    let artist = party::find(&mut tx, artist).await?.party.id;
    let mut all = Vec::new();
    for i in tx.invitations_of_artist(&artist).await? {
        if let Some(row) = tx.brief(&i.brief).await? {
            all.push(invited(house, &mut tx, row, Some(i)).await?);
        }
    }
    if let Some(terms) = terms::of(house, &mut tx, &artist).await? {
        for row in tx.briefs().await? {
            let open = row.status == "published" && row.answer.is_some_and(|until| now < until);
            if !open || all.iter().any(|i| i.row.id == row.id) {
                continue;
            }
            let brief = whole(house, &mut tx, &row).await?;
            let of_theirs = artist == row.brand || row.agency.as_ref() == Some(&artist);
            if brief.open_call
                && !of_theirs
                && terms.admits(&ask_of(&row, &brief)).is_ok()
                && ai::refused(&mut tx, &row, &brief, &artist).await?.is_none()
            {
                all.push(invited(house, &mut tx, row, None).await?);
            }
        }
    }
    Ok(all)
}

async fn invited(
    house: &House,
    tx: &mut Tx,
    row: BriefRow,
    invitation: Option<BriefInvitationRow>,
) -> Result<Invited, Failure> {
    let brief = whole(house, tx, &row).await?;
    let hidden = brief.anonymous && invitation.as_ref().is_none_or(|i| i.state != "chosen");
    let brand = match hidden {
        true => String::new(),
        false => tx.party(&row.brand).await?.map(|p| p.party.name).unwrap_or_default(),
    };
    let reasons = match &invitation {
        Some(i) => {
            let standing =
                tx.standings(&row.id).await?.into_iter().find(|s| s.artist == i.artist && s.place > 0);
            standing.as_ref().map(super::market::reasons_of).transpose()?.unwrap_or_default()
        }
        None => Vec::new(),
    };
    let offer = super::money::offer(brief.fee, &brief.rule)?;
    Ok(Invited { invitation, row, brief, brand, offer, reasons })
}

fn open_until(house: &House, row: &BriefRow) -> Result<jiff::Timestamp, Failure> {
    match row.answer {
        Some(until) if row.status == "published" && house.now() < until => Ok(until),
        _ => Err(refuse(
            "brief-status",
            format!("the brief `{}` takes no more answers", row.id),
            "a brief is open from its publication until its term",
        )),
    }
}

fn pitch_words(words: &str) -> Result<String, Failure> {
    if words.len() > MOST_WORDS {
        return Err(refuse(
            "pitch-long",
            format!("a pitch of {} bytes is too long", words.len()),
            format!("{MOST_WORDS} at most"),
        ));
    }
    Ok(words.trim().chars().filter(|c| *c == '\n' || !c.is_control()).collect())
}
