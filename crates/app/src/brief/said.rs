//! The words of mails about briefs and contracts, through the one mail port, in the reader's language: that of whoever
//! signs in with the address, else that of the country the party is at home in; both where neither is known.

use ::money::Amount;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use music::PartyId;
use programmes::brief::Brief;
use store::Tx;

use crate::{Failure, House, mail, policy};

/// Subject and text, without the house's name.
pub(super) type Words = ([String; 2], [String; 2]);

/// Queues a mail to a party that can be reached; once per id.
pub(super) async fn tell(
    house: &House,
    tx: &mut Tx,
    to: &PartyId,
    id: &str,
    words: Words,
) -> Result<(), Failure> {
    let Some(address) = tx.secret(house.store.fields(), to, "mail").await? else { return Ok(()) };
    let now = house.now();
    let (name, url) = (policy::text(tx, "house-name", now).await?, policy::text(tx, "house-url", now).await?);
    let ([fr, en], [body_fr, body_en]) = words;
    let french = format!(
        "Bonjour,\n\n{body_fr}\n{url}/briefs\n\nRien à payer, jamais, pour répondre. Nous ne demandons jamais de coordonnées bancaires par courriel.\n"
    );
    let english = format!(
        "Hello,\n\n{body_en}\n{url}/briefs\n\nAnswering never costs anything. We never ask for bank details by mail.\n"
    );
    let (subject, body) = match language(house, tx, to, &address).await? {
        Some("fr") => (format!("{name} : {fr}"), french),
        Some(_) => (format!("{name}: {en}"), english),
        None => (format!("{name} : {fr} / {en}"), format!("{french}\n----\n\n{english}")),
    };
    let plain: String = subject.chars().map(|c| if c.is_control() { ' ' } else { c }).take(200).collect();
    mail::queue(house, tx, id.to_owned(), address, plain, body, "brief").await
}

/// Countries in which most read French.
const FRENCH: [&str; 4] = ["FR", "MC", "LU", "SN"];
/// Countries with several languages, French among them: both are said.
const SEVERAL: [&str; 3] = ["BE", "CH", "CA"];

/// In which language a party reads: `fr`, `en`, or unknown.
async fn language(
    house: &House,
    tx: &mut Tx,
    to: &PartyId,
    address: &str,
) -> Result<Option<&'static str>, Failure> {
    let mark = crate::sign_in::mail_mark(house, address);
    if let Some(known) = tx.sign_in_by_mark(house.store.fields(), &mark).await? {
        return Ok(Some(if known.lang == "fr" { "fr" } else { "en" }));
    }
    let home = tx.party(to).await?.and_then(|p| p.party.territory);
    Ok(match home.as_ref().and_then(|t| t.country()) {
        Some(country) if FRENCH.contains(&country) => Some("fr"),
        Some(country) if SEVERAL.contains(&country) => None,
        Some(_) => Some("en"),
        None => None,
    })
}

pub(super) fn asked(brief: &Brief, until: Timestamp, id: &str) -> Words {
    let (day, fee) = (until.to_zoned(TimeZone::UTC).date(), brief.fee);
    let (en, fr) = programmes::brief::Word::said(brief.kind);
    (
        [
            "une proposition qui entre dans vos conditions".to_owned(),
            "an offer within your own terms".to_owned(),
        ],
        [
            format!(
                "« {} » : {fr}, {fee} avant commission. Répondez oui ou non jusqu'au {day} (brief {id}) ; le silence vaut non.",
                brief.title
            ),
            format!(
                "\"{}\": {en}, {fee} before commission. Answer yes or no until {day} (brief {id}); silence is a no.",
                brief.title
            ),
        ],
    )
}

pub(super) fn to_sign(title: &str, id: &str, until: Timestamp) -> Words {
    let day = until.to_zoned(TimeZone::UTC).date();
    (
        ["un contrat à signer".to_owned(), "a contract to sign".to_owned()],
        [
            format!("« {title} » : le contrat {id} attend votre signature jusqu'au {day}."),
            format!("\"{title}\": the contract {id} awaits your signature until {day}."),
        ],
    )
}

pub(super) fn to_pay(title: &str, id: &str, reference: &str) -> Words {
    (
        ["un budget à mettre en réserve".to_owned(), "a budget to be held".to_owned()],
        [
            format!(
                "« {title} » : le contrat {id} est signé. Le travail commence quand le budget est arrivé, sous la référence {reference}."
            ),
            format!(
                "\"{title}\": the contract {id} is signed. Work starts when the budget has come, under the reference {reference}."
            ),
        ],
    )
}

/// A dispute was settled.
pub(super) fn settled(title: &str, award: Amount, of: Amount, reasons: &str) -> Words {
    let subject = step(title, ("the dispute is settled", "le litige est tranché")).0;
    (
        subject,
        [
            format!(
                "« {title} » : sur {of}, {award} sont payés, le reste revient à la marque. Raisons de la maison : {reasons}"
            ),
            format!(
                "\"{title}\": of {of}, {award} are paid, the rest goes back to the brand. The house's reasons: {reasons}"
            ),
        ],
    )
}

/// A session was given.
pub(super) fn granted(amount: &str) -> Words {
    (
        ["une session vous est donnée".to_owned(), "a session is given to you".to_owned()],
        [
            format!(
                "Le fonds de solidarité vous donne une session : {amount}. Comment elle a été attribuée est sur votre page."
            ),
            format!("The solidarity fund gives you a session: {amount}. How it was chosen is on your page."),
        ],
    )
}

/// Something happened to a milestone.
pub(super) fn step(title: &str, what: (&str, &str)) -> Words {
    let (en, fr) = what;
    (
        [format!("« {title} » : {fr}"), format!("\"{title}\": {en}")],
        [format!("« {title} » : {fr}."), format!("\"{title}\": {en}.")],
    )
}
