//! Cards that the library's own system answers for, asked by SIP2 each time somebody comes in.
//!
//! The card is the same member as where it came in by a list: a library that changes from lists to its system keeps its
//! readers' playlists.

use formats::door::card_number;
use formats::sip2::{self, Terminal};
use jiff::tz::TimeZone;
use ports::http::{Fetch, Talk};
use url::Url;

use super::{Browser, Door, Known, arrive, away, card, door, no_door, seat};
use crate::sign_in::Entered;
use crate::{Failure, House};

/// Lets somebody in whose library confirms card and PIN.
///
/// # Errors
/// In this order: `door-none`, `sign-in-often`, `card-wrong` (the same for an unknown card), `door-away`, `seat-over`.
pub async fn enter(
    house: &House,
    fetch: &dyn Fetch,
    institution: &str,
    number: &str,
    pin: &str,
    browser: Browser<'_>,
) -> Result<Entered, Failure> {
    let Door::Sip2 { server, institution: ao, user, password, location, terminal_password } =
        door(house, institution, "sip2").await?
    else {
        return Err(no_door("sip2"));
    };
    let plain = card_number(number);
    let tries = card::tried(house, institution, &plain).await?;
    let (typed, pin) = (number.replace(' ', ""), pin.trim());
    if plain.is_empty() || pin.is_empty() || !sip2::is_sayable(&typed) || !sip2::is_sayable(pin) {
        return Err(card::wrong());
    }
    let terminal = Terminal {
        institution: &ao,
        user: &user,
        password: &password,
        location: &location,
        terminal_password: &terminal_password,
    };
    let now = house.now();
    let asked = sip2::patron(&terminal, &typed, pin, now.to_zoned(TimeZone::UTC).datetime());
    let mut lines: Vec<(Vec<u8>, &'static [u8])> = vec![(asked, b"64")];
    if !user.is_empty() {
        lines.insert(0, (sip2::login(&terminal), b"941"));
    }
    let sign_in_first = lines.len() > 1;
    let url = Url::parse(&server).map_err(|_| away("its address is none"))?;
    let answers = fetch.talk(Talk { url, lines }).await.map_err(|e| away(&e.to_string()))?;
    let mut answers = answers.iter();
    if sign_in_first {
        let answer = answers.next().map(Vec::as_slice).unwrap_or_default();
        sip2::read_login(answer).map_err(|e| away(&e.to_string()))?;
    }
    let answer = answers.next().map(Vec::as_slice).unwrap_or_default();
    let patron = sip2::read_patron(answer).map_err(|e| away(&e.to_string()))?;
    if !(patron.valid && patron.pin_right) {
        return Err(card::wrong());
    }
    let until = patron.until.and_then(card::end_of);
    seat(until, now)?;
    let mut tx = house.store.begin().await?;
    tx.forget_tries(&tries).await?;
    let known = Known { institution, door: "card", subject: &plain, until };
    let entered = arrive(house, &mut tx, known, browser).await?;
    tx.commit().await?;
    Ok(entered)
}
