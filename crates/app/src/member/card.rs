//! Cards: a number and a PIN that an institution handed in as a list.
//!
//! Kept are keyed hashes of both. A PIN is short, so what protects it is the key, which is not where the database is,
//! and the few tries that a card has.

use formats::door::card_number;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use music::Problem;
use store::CardRow;

use super::{Browser, Known, arrive, seat};
use crate::failure::refuse;
use crate::same::same;
use crate::sign_in::Entered;
use crate::{Failure, House};

/// Wrong PINs of one card in [`WINDOW`].
const MOST: i64 = 5;
const WINDOW: SignedDuration = SignedDuration::from_mins(15);

/// What became of a list of cards.
#[derive(Debug, Clone)]
pub struct HandedIn {
    /// How many cards were taken over.
    pub cards: usize,
    /// How many earlier ones are over because the list leaves them out.
    pub over: u64,
    /// What was wrong with lines.
    pub problems: Vec<Problem>,
}

/// Takes over a list of cards. With `whole` it names everybody: cards that it leaves out are over.
///
/// # Errors
/// `cards-none` where no line can be used; nothing is changed.
pub async fn hand_in(
    house: &House,
    institution: &str,
    bytes: &[u8],
    whole: bool,
    by: &str,
) -> Result<HandedIn, Failure> {
    let (read, problems) = formats::door::read_cards(bytes);
    if read.is_empty() {
        let why = problems.first().map(|p| p.message.clone()).unwrap_or_default();
        return Err(refuse(
            "cards-none",
            format!("no card can be read from this list: {why}"),
            "CSV with `card;pin;until`",
        ));
    }
    let now = house.now();
    let mut cards = std::collections::BTreeMap::new();
    for card in read {
        let until = card.until.and_then(end_of);
        let mark = card_mark(house, institution, &card.number);
        let pin_mark = pin_mark(house, institution, &card.number, &card.pin);
        cards.insert(mark.clone(), CardRow { mark, pin_mark, until, ended: None });
    }
    let rows: Vec<CardRow> = cards.into_values().collect();
    let list = format!("lst-{}", music::id::base32(house.world.bits()));
    let mut tx = house.store.begin().await?;
    let over = tx.put_cards(institution, &list, &rows, whole, now).await?;
    tx.note(now, by, "cards hand-in", institution, &format!("{} cards, {over} over", rows.len())).await?;
    tx.commit().await?;
    Ok(HandedIn { cards: rows.len(), over, problems })
}

/// Lets somebody in who knows a card's number and PIN.
///
/// # Errors
/// In this order: `sign-in-often`, `card-wrong` (the same for an unknown card), `seat-over`.
pub async fn enter(
    house: &House,
    institution: &str,
    number: &str,
    pin: &str,
    browser: Browser<'_>,
) -> Result<Entered, Failure> {
    let now = house.now();
    let number = card_number(number);
    let mark = card_mark(house, institution, &number);
    let tries = tried(house, institution, &number).await?;
    let mut tx = house.store.begin().await?;
    let card =
        tx.card(&mark).await?.filter(|c| same(&c.pin_mark, &pin_mark(house, institution, &number, pin)));
    let Some(card) = card else { return Err(wrong()) };
    seat(card.until, now)?;
    seat(card.ended, now)?;
    tx.forget_tries(&tries).await?;
    let known = Known { institution, door: "card", subject: &number, until: card.until };
    let entered = arrive(house, &mut tx, known, browser).await?;
    tx.commit().await?;
    Ok(entered)
}

/// Counts a try with a card, and tells under which name, so that a right one forgets them.
///
/// # Errors
/// `sign-in-often`.
pub(super) async fn tried(house: &House, institution: &str, number: &str) -> Result<String, Failure> {
    let tries = format!("card/{}", card_mark(house, institution, number));
    let mut tx = house.store.begin().await?;
    let count = tx.count_try(&tries, WINDOW.as_micros() as i64, house.now()).await?;
    tx.commit().await?;
    if count > MOST {
        let message = format!("{MOST} tries within {} minutes", WINDOW.as_secs() / 60);
        return Err(refuse("sign-in-often", message, "wait a while, or ask at your library"));
    }
    Ok(tries)
}

/// The same for an unknown card and for a wrong PIN.
pub(super) fn wrong() -> Failure {
    refuse("card-wrong", "this card and this PIN do not belong together", "try again, or ask at your library")
}

/// When a last day is over: it counts whole, wherever in the world the house stands.
pub(super) fn end_of(day: Date) -> Option<Timestamp> {
    Some(day.tomorrow().ok()?.to_zoned(TimeZone::UTC).ok()?.timestamp() + SignedDuration::from_hours(12))
}

fn card_mark(house: &House, institution: &str, number: &str) -> String {
    house.store.fields().mark(&format!("card/{institution}"), number)
}

fn pin_mark(house: &House, institution: &str, number: &str, pin: &str) -> String {
    house.store.fields().mark(&format!("card/{institution}/{number}/pin"), pin.trim())
}
