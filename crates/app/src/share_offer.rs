//! Shares with collaborators: a holder offers a part of their own share of a recording, and once the other confirms it
//! moves, from a day on. Nobody can offer what they do not hold, and nobody gets a share they did not agree to; what was
//! played before that day is shared as before.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use money::Ratio;
use music::{PartyId, Period, RecordingId, RightsShare, ShareId, ShareStatus, ShareSubject, UseType};
use store::{CatalogueRow, ShareOfferId, ShareOfferRow, ShareRow, Tx};

use crate::failure::refuse;
use crate::{Failure, House, party};

/// The source of shares that two agreed on here.
pub const SOURCE: &str = "agreed";
/// The longest word that goes with an offer, in characters.
const WORDS_MOST: usize = 500;
/// Offers of one party that wait.
const OPEN_MOST: usize = 200;

/// An offer to make.
#[derive(Debug, Clone)]
pub struct Offer {
    /// Who gives: a party.
    pub from: String,
    /// Of which recording.
    pub recording: String,
    /// Who is to get: an id or a unique name.
    pub to: String,
    /// Which part of the whole recording.
    pub ratio: Ratio,
    /// What goes with it.
    pub words: String,
    /// Who of the giver's people.
    pub by: String,
}

/// A share that a party holds today.
#[derive(Debug, Clone, PartialEq)]
pub struct Held {
    /// The recording.
    pub recording: CatalogueRow,
    /// The share.
    pub share: RightsShare,
    /// Whether a part can be offered: a master share, for all uses and territories, not disputed.
    pub divisible: bool,
}

/// An offer with the names in it.
#[derive(Debug, Clone, PartialEq)]
pub struct Named {
    /// The offer.
    pub offer: ShareOfferRow,
    /// Of what.
    pub title: String,
    /// Who gives.
    pub from: String,
    /// Who is to get.
    pub to: String,
}

/// The master shares that a party holds today.
pub async fn held(house: &House, who: &PartyId) -> Result<Vec<Held>, Failure> {
    let today = house.now().to_zoned(TimeZone::UTC).date();
    let mut tx = house.store.begin_read().await?;
    let mut all = Vec::new();
    for row in tx.shares_of_party(who).await? {
        let ShareSubject::Recording(id) = &row.share.subject else { continue };
        if row.share.status == ShareStatus::Withdrawn || !row.share.period.contains(today) {
            continue;
        }
        if let Some(recording) = tx.recording(id).await? {
            let divisible = divisible(&row.share);
            all.push(Held { recording, share: row.share, divisible });
        }
    }
    Ok(all)
}

/// The offers that a party made or got, newest first.
pub async fn list(house: &House, who: &PartyId) -> Result<Vec<Named>, Failure> {
    let mut tx = house.store.begin_read().await?;
    let mut all = Vec::new();
    for offer in tx.share_offers_of(who).await? {
        let title =
            tx.recording(&offer.recording).await?.map(|r| crate::duplicate::name(&r)).unwrap_or_default();
        let from = tx.party(&offer.from).await?.map(|p| p.party.name).unwrap_or_default();
        let to = tx.party(&offer.to).await?.map(|p| p.party.name).unwrap_or_default();
        all.push(Named { offer, title, from, to });
    }
    Ok(all)
}

/// Offers a part of a share.
///
/// # Errors
/// In this order: `party-unknown`, `offer-self`, `recording-unknown`, `share-none`, `share-less`, `offer-many`.
pub async fn offer(house: &House, ask: Offer) -> Result<ShareOfferRow, Failure> {
    let now = house.now();
    let day = now.to_zoned(TimeZone::UTC).date();
    let mut tx = house.store.begin().await?;
    let from = party::find(&mut tx, &ask.from).await?.party;
    let to = party::find(&mut tx, &ask.to).await?.party;
    if from.id == to.id {
        return Err(refuse("offer-self", "this is yours already", "offer it to somebody else"));
    }
    let unknown = || refuse("recording-unknown", format!("there is no recording `{}`", ask.recording), "");
    let recording: RecordingId = ask.recording.parse().map_err(|_| unknown())?;
    let recording = tx.survivor(&recording).await?;
    let own = own_share(&mut tx, &recording, &from.id, day).await?;
    left(&own.share, ask.ratio)?;
    let open = tx
        .share_offers_of(&from.id)
        .await?
        .iter()
        .filter(|o| o.status == "open" && o.from == from.id)
        .count();
    if open >= OPEN_MOST {
        return Err(refuse("offer-many", format!("{OPEN_MOST} of your offers wait"), "withdraw some"));
    }
    let row = ShareOfferRow {
        id: ShareOfferId::from_bits(house.world.bits()),
        recording,
        from: from.id,
        to: to.id,
        ratio: ask.ratio,
        day,
        words: ask.words.trim().chars().filter(|c| !c.is_control()).take(WORDS_MOST).collect(),
        status: "open".to_owned(),
        offered: now,
        by: ask.by,
        answered: None,
    };
    tx.insert_share_offer(&row).await?;
    tx.note(now, &row.by, "share offer", row.id.as_str(), &row.ratio.to_string()).await?;
    tx.commit().await?;
    Ok(row)
}

/// What becomes of an offer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// Whom it was made to takes it.
    Confirm,
    /// Whom it was made to does not.
    Refuse,
    /// Who made it takes it back.
    Withdraw,
}

/// Answers an offer, as `who`: confirmed, the part moves from the day of today on.
///
/// # Errors
/// In this order: `offer-unknown` (also where it is not `who`'s to answer), `offer-answered`, `share-none`, `share-less`.
pub async fn answer(house: &House, who: &PartyId, id: &str, answer: Answer, by: &str) -> Result<(), Failure> {
    let now = house.now();
    let unknown =
        || refuse("offer-unknown", format!("there is no offer `{id}`"), "it may be somebody else's");
    let offer_id: ShareOfferId = id.parse().map_err(|_| unknown())?;
    let mut tx = house.store.begin().await?;
    let offer = tx.share_offer(&offer_id).await?.ok_or_else(unknown)?;
    let whose = if answer == Answer::Withdraw { &offer.from } else { &offer.to };
    if whose != who {
        return Err(unknown());
    }
    let status = match answer {
        Answer::Confirm => "confirmed",
        Answer::Refuse => "refused",
        Answer::Withdraw => "withdrawn",
    };
    if !tx.answer_share_offer(&offer_id, status, by, now).await? {
        return Err(refuse("offer-answered", format!("this offer was {}", offer.status), "make a new one"));
    }
    if answer == Answer::Confirm {
        hand_over(house, &mut tx, &offer, by).await?;
    }
    tx.note(now, by, "share offer answered", offer_id.as_str(), status).await?;
    tx.commit().await?;
    Ok(())
}

async fn hand_over(house: &House, tx: &mut Tx, offer: &ShareOfferRow, by: &str) -> Result<(), Failure> {
    let now = house.now();
    let day = now.to_zoned(TimeZone::UTC).date();
    let recording = tx.survivor(&offer.recording).await?;
    let own = own_share(tx, &recording, &offer.from, day).await?;
    let rest = left(&own.share, offer.ratio)?;
    let end = own.share.period.end;
    let fresh = |party: &PartyId, ratio: Ratio| ShareRow {
        share: RightsShare {
            id: ShareId::from_bits(house.world.bits()),
            party: party.clone(),
            ratio,
            period: Period { start: Some(day), end },
            status: ShareStatus::Claimed,
            ..own.share.clone()
        },
        source: SOURCE.to_owned(),
        origin_line: 0,
    };
    let mut before = own.clone();
    before.share.period.end = Some(day);
    // One that began today was never in force on another day: it is withdrawn, not given an empty period.
    if own.share.period.start == Some(day) {
        before.share = RightsShare { status: ShareStatus::Withdrawn, ..own.share.clone() };
    }
    tx.put_share(&before, now).await?;
    tx.put_share(&fresh(&offer.to, offer.ratio), now).await?;
    if let Some(rest) = rest {
        tx.put_share(&fresh(&offer.from, rest), now).await?;
    }
    tx.note(now, by, "share moved", recording.as_str(), &format!("{} to {}", offer.ratio, offer.to)).await?;
    Ok(())
}

fn divisible(share: &RightsShare) -> bool {
    share.territory.is_worldwide()
        && share.use_type == UseType::Any
        && matches!(share.status, ShareStatus::Claimed | ShareStatus::Confirmed)
}

/// The one share of a party in a recording that can be divided today.
async fn own_share(
    tx: &mut Tx,
    recording: &RecordingId,
    who: &PartyId,
    day: Date,
) -> Result<ShareRow, Failure> {
    let rows = tx.shares_of_recording(recording).await?;
    let mut own = rows.into_iter().filter(|r| {
        r.share.party == *who
            && r.share.period.contains(day)
            && divisible(&r.share)
            && !r.share.ratio.is_zero()
    });
    match (own.next(), own.next()) {
        (Some(one), None) => Ok(one),
        _ => Err(refuse(
            "share-none",
            "you hold no one share of this recording, for all uses everywhere, that could be divided",
            "state your share first, or ask the house",
        )),
    }
}

/// What is left of a share; `None` where nothing is.
fn left(share: &RightsShare, part: Ratio) -> Result<Option<Ratio>, Failure> {
    let held = share.ratio;
    // Products of two 32-bit numbers.
    let (a, b) = (u64::from(held.numerator()), u64::from(held.denominator()));
    let (c, d) = (u64::from(part.numerator()), u64::from(part.denominator()));
    let less = || {
        refuse(
            "share-less",
            format!("you hold {held} of this recording, and offer {part}"),
            "offer a part of it",
        )
    };
    let rest = (a * d).checked_sub(c * b).filter(|_| c > 0).ok_or_else(less)?;
    if rest == 0 {
        return Ok(None);
    }
    Ratio::new(rest, b * d).map(Some).map_err(|e| refuse("share-less", e.to_string(), "offer a rounder part"))
}
