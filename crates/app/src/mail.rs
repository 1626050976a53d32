//! Mail: what waits goes out through one port; the words of every mail stand here.
//!
//! Every mail is plain text, French first and English below, and says that bank details are never asked
//! for by mail. No mail names an amount to anybody but the one who gave it.

use jiff::tz::TimeZone;
use ports::mail::Mail;
pub use ports::mail::Mailer;
use store::{ContributionRow, MailRow, Tx};

use crate::failure::refuse;
use crate::{Failure, House, policy};

/// After so many failures in a row the port is taken to be down and the rest waits for the next time.
const FAILURES_IN_A_ROW: usize = 3;

/// The longest address a mail server has to accept (RFC 5321, 4.5.3.1.3, less the angle brackets).
const ADDRESS_MOST: usize = 254;

/// What became of the waiting mails.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Delivered {
    /// How many went out.
    pub sent: usize,
    /// The ids of those that did not, with the reason; they wait.
    pub failed: Vec<(String, String)>,
    /// How many were not tried, because the port failed too often in a row.
    pub left: usize,
}

/// Hands every waiting mail to a port. Each is noted as sent by itself, so that a crash repeats one at
/// most, under the same id; then its address and text are forgotten.
pub async fn deliver(house: &House, port: &dyn Mailer) -> Result<Delivered, Failure> {
    let mut tx = house.store.begin_read().await?;
    let waiting = tx.waiting_mail(house.store.fields()).await?;
    drop(tx);
    let mut done = Delivered::default();
    let mut in_a_row = 0;
    for row in waiting {
        if in_a_row >= FAILURES_IN_A_ROW {
            done.left += 1;
            continue;
        }
        let mail = Mail {
            id: row.id.clone(),
            to: row.to,
            subject: row.subject,
            body: row.body,
            written: row.created,
        };
        match port.send(&mail).await {
            Ok(()) => {
                let mut tx = house.store.begin().await?;
                tx.mail_sent(&row.id, house.now()).await?;
                tx.commit().await?;
                done.sent += 1;
                in_a_row = 0;
            }
            Err(error) => {
                done.failed.push((row.id, error.to_string()));
                in_a_row += 1;
            }
        }
    }
    Ok(done)
}

/// Hands one mail to a port, where it still waits.
pub(crate) async fn deliver_one(house: &House, port: &dyn Mailer, id: &str) -> Result<(), Failure> {
    let mut tx = house.store.begin_read().await?;
    let waiting = tx.waiting_mail(house.store.fields()).await?.into_iter().find(|m| m.id == id);
    drop(tx);
    let Some(row) = waiting else { return Ok(()) };
    let mail = Mail { id: row.id, to: row.to, subject: row.subject, body: row.body, written: row.created };
    port.send(&mail).await.map_err(|e| store::Fault::new(e.to_string()))?;
    let mut tx = house.store.begin().await?;
    tx.mail_sent(&mail.id, house.now()).await?;
    tx.commit().await?;
    Ok(())
}

/// Queues a receipt for every contribution that is complete and whose payer can be reached; each once.
/// Tells how many.
pub async fn receipts(house: &House) -> Result<usize, Failure> {
    let now = house.now();
    let mut tx = house.store.begin().await?;
    let name = policy::text(&mut tx, "house-name", now).await?;
    let mut queued = 0;
    for id in tx.contributions_without_receipt().await? {
        let Some(contribution) = tx.contribution(&id).await? else { continue };
        let Some(to) = tx.secret(house.store.fields(), &contribution.payer, "mail").await? else { continue };
        let purpose = tx.pot(&contribution.pot).await?.map(|p| p.purpose).unwrap_or_default();
        let (subject, body) = receipt_words(&name, &contribution, &purpose);
        queue(house, &mut tx, format!("receipt-{id}"), to, subject, body, "receipt").await?;
        queued += 1;
    }
    tx.commit().await?;
    Ok(queued)
}

/// One address, trimmed and fit for a header.
///
/// # Errors
/// `mail` where it is not exactly one address.
pub fn address(text: &str) -> Result<String, Failure> {
    let text = text.trim();
    let bad = || {
        let shown: String = text.chars().take(80).filter(|c| !c.is_control()).collect();
        refuse(
            "mail",
            format!("`{shown}` is not a mail address"),
            "write one address, such as `name@example.org`",
        )
    };
    let odd = |c: char| c.is_whitespace() || c.is_control() || "<>()[],;:\\\"".contains(c);
    let (local, domain) = text.split_once('@').ok_or_else(bad)?;
    let labels_fine = domain.split('.').all(|l| !l.is_empty() && !l.starts_with('-') && !l.ends_with('-'));
    if local.is_empty()
        || domain.contains('@')
        || !domain.contains('.')
        || !labels_fine
        || text.len() > ADDRESS_MOST
        || text.contains(odd)
    {
        return Err(bad());
    }
    Ok(text.to_owned())
}

pub(crate) async fn queue(
    house: &House,
    tx: &mut Tx,
    id: String,
    to: String,
    subject: String,
    body: String,
    reason: &str,
) -> Result<(), Failure> {
    let mail = MailRow { id, to, subject, body, reason: reason.to_owned(), created: house.now() };
    tx.queue_mail(house.store.fields(), &mail, [house.world.nonce(), house.world.nonce()]).await?;
    Ok(())
}

/// What an invitation to claim says.
pub(crate) struct Invitation<'a> {
    /// The house's name.
    pub house: &'a str,
    /// The name that is credited.
    pub name: &'a str,
    /// Who relayed it: `label`, `operator` or `dj`.
    pub relay: &'a str,
    /// Under what name.
    pub relayed_by: &'a str,
    /// Whether money waits; never how much.
    pub waits: bool,
    /// The one-time link.
    pub link: &'a str,
    /// Which reminder it is; 0 is the invitation itself.
    pub reminder: u32,
    /// How many reminders follow at most.
    pub follow: u32,
}

const NEVER_FR: &str = "Nous ne demandons jamais de coordonnées bancaires par courriel, et personne ne doit le faire en notre nom.";
const NEVER_EN: &str = "We never ask for bank details by mail, and nobody may do so in our name.";

/// Subject and body of an invitation or of a reminder of it.
pub(crate) fn invitation_words(i: &Invitation<'_>) -> (String, String) {
    let (subject_fr, subject_en) = if i.reminder == 0 {
        ("votre nom est crédité", "your name is credited")
    } else {
        ("rappel, votre nom est crédité", "reminder, your name is credited")
    };
    let subject = format!("{} : {subject_fr} / {subject_en}", i.house);
    let (relay_fr, relay_en) = match i.relay {
        "label" => ("le label", "the label"),
        "dj" => ("le ou la DJ", "the DJ"),
        _ => ("l'équipe de", "the team of"),
    };
    let (waits_fr, waits_en) = if i.waits { ("oui", "yes") } else { ("pas encore", "not yet") };
    let (follow_fr, follow_en) = match i.follow {
        0 => ("C'est le dernier rappel.".to_owned(), "This is the last reminder.".to_owned()),
        n => (
            format!("Sans réponse, {n} rappel(s) au plus suivront."),
            format!("Without an answer, at most {n} reminder(s) will follow."),
        ),
    };
    let body = format!(
        "Bonjour,\n\n\
         « {name} » est crédité·e chez {house} pour de la musique jouée en public.\n\
         Ce message est relayé par {relay_fr} {by}.\n\
         De l'argent attend-il ? {waits_fr}\n\n\
         Si c'est vous, dites-le ici (lien personnel, utilisable une fois) :\n{link}\n\n\
         Si ce n'est pas vous, ne faites rien. {follow_fr}\n{NEVER_FR}\n\n\
         ----\n\n\
         Hello,\n\n\
         \"{name}\" is credited at {house} for music played in public.\n\
         This message is relayed by {relay_en} {by}.\n\
         Does money wait? {waits_en}\n\n\
         If this is you, say so here (a personal link that works once):\n{link}\n\n\
         If it is not you, do nothing. {follow_en}\n{NEVER_EN}\n",
        name = one_line(i.name),
        house = i.house,
        by = one_line(i.relayed_by),
        link = i.link,
    );
    (subject, body)
}

/// Subject and body of the answer to a claim.
pub(crate) fn decision_words(house: &str, name: &str, accepted: bool, reason: &str) -> (String, String) {
    let name = one_line(name);
    if accepted {
        let body = format!(
            "Bonjour,\n\nvotre demande pour « {name} » est acceptée. Ce qui attendait est maintenant à votre compte.\n{NEVER_FR}\n\n----\n\n\
             Hello,\n\nyour claim to \"{name}\" is accepted. What waited is now on your account.\n{NEVER_EN}\n"
        );
        return (format!("{house} : demande acceptée / claim accepted"), body);
    }
    let body = format!(
        "Bonjour,\n\nvotre demande pour « {name} » n'est pas acceptée.\nRaison : {reason}\n{NEVER_FR}\n\n----\n\n\
         Hello,\n\nyour claim to \"{name}\" is not accepted.\nReason: {reason}\n{NEVER_EN}\n"
    );
    (format!("{house} : demande refusée / claim refused"), body)
}

/// Subject and body of the mail with a link that lets its reader in, in the reader's language.
pub(crate) fn sign_in_words(house: &str, french: bool, link: &str, minutes: i64) -> (String, String) {
    if french {
        let body = format!(
            "Bonjour,\n\n\
             quelqu'un, sans doute vous, a demandé à entrer chez {house} avec cette adresse.\n\
             Ce lien vous fait entrer, une fois, pendant {minutes} minutes :\n\n{link}\n\n\
             Si ce n'était pas vous, ne faites rien : sans ce lien, personne n'entre.\n\
             Ne le transmettez à personne, nous ne vous le demanderons jamais.\n{NEVER_FR}\n"
        );
        return (format!("{house} : votre lien pour entrer"), body);
    }
    let body = format!(
        "Hello,\n\n\
         somebody, most likely you, asked to sign in at {house} with this address.\n\
         This link lets you in, once, for {minutes} minutes:\n\n{link}\n\n\
         If it was not you, do nothing: without this link nobody gets in.\n\
         Pass it on to nobody; we will never ask you for it.\n{NEVER_EN}\n"
    );
    (format!("{house}: your link to sign in"), body)
}

fn receipt_words(house: &str, c: &ContributionRow, purpose: &str) -> (String, String) {
    let day = c.receipt.map(|t| t.to_zoned(TimeZone::UTC).date().to_string()).unwrap_or_default();
    let (amount, reference, purpose) = (c.received, &c.reference, one_line(purpose));
    let body = format!(
        "Bonjour,\n\nnous avons reçu {amount} le {day} pour « {purpose} ».\nRéférence : {reference}\nMerci.\n{NEVER_FR}\n\n----\n\n\
         Hello,\n\nwe received {amount} on {day} for \"{purpose}\".\nReference: {reference}\nThank you.\n{NEVER_EN}\n"
    );
    (format!("{house} : reçu / receipt {reference}"), body)
}

/// What a holder is told of something that waits for their code or for time.
pub(crate) fn wait_words(
    house: &str,
    kind: &str,
    what: &str,
    id: &str,
    code: &str,
    due: jiff::Timestamp,
) -> (String, String) {
    let (day, what) = (due.to_zoned(TimeZone::UTC).date(), one_line(what));
    let (fr, en) = match kind {
        "agent" => ("une personne doit pouvoir parler en votre nom", "somebody is to speak in your name"),
        "hand-over" => {
            ("votre catalogue doit passer à quelqu'un d'autre", "your catalogue is to go to somebody else")
        }
        _ => ("un refus que vous avez exprimé doit être levé", "a refusal of yours is to be lifted"),
    };
    let body = format!(
        "Bonjour,\n\n{fr} : {what}\nSi c'est vous : code {code} (demande {id}).\nSans code, cela prend effet le {day}. Si ce n'est pas vous, \
         arrêtez la demande avant cette date ou répondez à la maison.\n{NEVER_FR}\n\n----\n\n\
         Hello,\n\n{en}: {what}\nIf this is you: code {code} (request {id}).\nWithout the code it takes effect on {day}. If it is not you, \
         stop the request before that day or tell the house.\n{NEVER_EN}\n"
    );
    (format!("{house} : à confirmer / to confirm"), body)
}

/// What a holder is told of a usage report that names their works.
pub(crate) fn report_words(
    house: &str,
    licensee: &str,
    model: &str,
    id: &str,
    until: jiff::Timestamp,
) -> (String, String) {
    let (day, licensee, model) = (until.to_zoned(TimeZone::UTC).date(), one_line(licensee), one_line(model));
    let body = format!(
        "Bonjour,\n\n{licensee} a déclaré ce dont les résultats du modèle {model} sont faits, et vos œuvres y sont (relevé {id}).\n\
         Vous pouvez le contester jusqu'au {day} ; l'argent attend jusque-là.\n{NEVER_FR}\n\n----\n\n\
         Hello,\n\n{licensee} reported what outputs of the model {model} were made from, and your works are in it (report {id}).\n\
         You can contest it until {day}; the money waits until then.\n{NEVER_EN}\n"
    );
    (format!("{house} : relevé d'usage / usage report {id}"), body)
}

/// What somebody is told who is said to imitate somebody else.
pub(crate) fn imitation_words(
    house: &str,
    reporter: &str,
    about: &str,
    id: &str,
    until: jiff::Timestamp,
) -> (String, String) {
    let (day, reporter, about) = (until.to_zoned(TimeZone::UTC).date(), one_line(reporter), one_line(about));
    let body = format!(
        "Bonjour,\n\n{reporter} signale une imitation : {about} (signalement {id}).\nL'argent en cause attend. Vous pouvez répondre jusqu'au {day}.\n\
         {NEVER_FR}\n\n----\n\n\
         Hello,\n\n{reporter} reports an imitation: {about} (report {id}).\nThe money concerned waits. You can answer until {day}.\n{NEVER_EN}\n"
    );
    (format!("{house} : signalement / report {id}"), body)
}

/// A name as one line of a mail.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(200).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_one_address_is_an_address() {
        assert_eq!(address(" ada@example.org ").unwrap(), "ada@example.org");
        for text in [
            "",
            "ada",
            "@example.org",
            "ada@",
            "ada@org",
            "a b@example.org",
            "ada@example.org,eve@example.org",
            "ada@example.org\nBcc: x@example.org",
            "ada@ex..org",
            "ada@@example.org",
        ] {
            assert!(address(text).is_err(), "{text}");
        }
        assert!(address(&format!("{}@example.org", "a".repeat(300))).is_err());
    }

    #[test]
    fn a_name_cannot_add_lines_to_a_mail() {
        let words = Invitation {
            house: "H",
            name: "Ada\n\nSend your IBAN",
            relay: "dj",
            relayed_by: "x\r\ny",
            waits: true,
            link: "l",
            reminder: 0,
            follow: 3,
        };
        let (_, body) = invitation_words(&words);
        assert!(body.contains("Ada  Send your IBAN") && body.contains("x  y"), "{body}");
    }
}
