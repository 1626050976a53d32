//! Webhooks: a party's own program is told, signed, when something happens that concerns the party.
//!
//! What is told is written in the transaction of what it tells about: it is told if that happened, and only then. Bodies
//! carry ids and what changed, never names, words or amounts. Sending is `deliver`'s, and the queue's.

mod deliver;

use jiff::{SignedDuration, Timestamp};
use ports::http::is_public;
use proof::webhook::Secret;
use serde_json::{Value, json};
use store::{DeliveryId, DeliveryRow, SignInId, Tx, WebhookId, WebhookRow};
use url::{Host, Url};

use crate::failure::refuse;
use crate::job::{self, Enqueue};
use crate::{Failure, House, party};

pub(crate) use deliver::Deliver;
pub use deliver::{ATTEMPTS, JOB, Outlets, wait};

/// The owner that the house is.
pub const HOUSE: &str = "house";
/// Webhooks of one owner.
const MOST: usize = 20;
/// The longest address.
const URL_MOST: usize = 2_048;
/// How long the secret before signs too, unless something else is said, in hours.
pub const OVERLAP_HOURS: u32 = 24;
/// The longest overlap: a week.
const OVERLAP_MOST_HOURS: u32 = 168;
/// For so many days what was told is remembered.
pub(crate) const REMEMBERED_DAYS: i64 = 30;

/// What can be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Something said, ended or contested touches recordings in a licence or a training run of the licensee.
    ConsentChanged,
    /// A licence was signed.
    LicenceAgreed,
    /// A holder contests a part of a usage report.
    ReportContested,
    /// Something went beyond a licence.
    ViolationFound,
    /// A statement was issued.
    StatementReady,
    /// A payout left the house.
    PayoutSent,
    /// A set list was read and matched.
    SetListMatched,
    /// The public log has a new checkpoint.
    LogPublished,
    /// Asked for by hand, to see whether it arrives.
    WebhookTest,
}

impl Kind {
    /// Those that a webhook can be registered for; a test reaches every one.
    pub const ALL: [Kind; 8] = [
        Kind::ConsentChanged,
        Kind::LicenceAgreed,
        Kind::ReportContested,
        Kind::ViolationFound,
        Kind::StatementReady,
        Kind::PayoutSent,
        Kind::SetListMatched,
        Kind::LogPublished,
    ];

    /// The word in a body.
    pub const fn word(self) -> &'static str {
        match self {
            Kind::ConsentChanged => "consent.changed",
            Kind::LicenceAgreed => "licence.agreed",
            Kind::ReportContested => "report.contested",
            Kind::ViolationFound => "violation.found",
            Kind::StatementReady => "statement.ready",
            Kind::PayoutSent => "payout.sent",
            Kind::SetListMatched => "set_list.matched",
            Kind::LogPublished => "log.published",
            Kind::WebhookTest => "webhook.test",
        }
    }

    /// Whether everybody may be told, not only whom it concerns.
    pub const fn is_public(self) -> bool {
        matches!(self, Kind::LogPublished)
    }
}

/// A webhook to register.
#[derive(Debug, Clone, Default)]
pub struct Add {
    /// Whose: a party by id or name, a sign-in by id, or `house`.
    pub owner: String,
    /// Where: an `https` address of the public internet.
    pub url: String,
    /// Of what: words of [`Kind`]; all where empty.
    pub kinds: Vec<String>,
    /// Whether an address of this machine itself is fine, in plain text too: for the operator to say.
    pub loopback: bool,
    /// Who registers it.
    pub by: String,
}

/// Registers a webhook; its secret is told once.
///
/// # Errors
/// In this order: `party-unknown`, `webhook-kind`, `webhook-address`, `webhook-many`.
pub async fn add(house: &House, ask: &Add) -> Result<(WebhookRow, String), Failure> {
    let mut tx = house.store.begin().await?;
    let owner = owner(&mut tx, &ask.owner).await?;
    let kinds = kinds(&ask.kinds, &owner)?;
    let url = address(&ask.url, ask.loopback)?;
    let living = tx.webhooks_of(house.store.fields(), &owner).await?;
    if living.iter().filter(|w| w.ended.is_none()).count() >= MOST {
        let message = format!("there are {MOST} webhooks already");
        return Err(refuse("webhook-many", message, "remove those that nothing listens to"));
    }
    let row = WebhookRow {
        id: WebhookId::from_bits(house.world.bits()),
        owner,
        url: url.to_string(),
        kinds,
        loopback: ask.loopback,
        before_until: None,
        failures: 0,
        quiet: None,
        created: house.now(),
        ended: None,
        ended_why: String::new(),
    };
    let secret = fresh_secret(house)?;
    let nonces = [house.world.nonce(), house.world.nonce()];
    tx.insert_webhook(house.store.fields(), &row, &secret, nonces).await?;
    tx.note(house.now(), &ask.by, "webhook add", row.id.as_str(), &row.kinds).await?;
    tx.commit().await?;
    Ok((row, secret))
}

async fn owner(tx: &mut Tx, text: &str) -> Result<String, Failure> {
    if text == HOUSE {
        return Ok(HOUSE.to_owned());
    }
    if let Ok(id) = text.parse::<SignInId>() {
        return Ok(id.to_string());
    }
    Ok(party::find(tx, text).await?.party.id.to_string())
}

fn kinds(asked: &[String], owner: &str) -> Result<String, Failure> {
    // An account that is no party has nothing of its own to be told.
    let fits = |kind: &Kind| kind.is_public() || owner.parse::<SignInId>().is_err();
    let known: Vec<&str> = Kind::ALL
        .into_iter()
        .filter(|k| fits(k) && (asked.is_empty() || asked.iter().any(|a| a == k.word())))
        .map(Kind::word)
        .collect();
    let odd = asked.iter().find(|a| !known.contains(&a.as_str()));
    if known.is_empty() || odd.is_some() {
        let shown: String = odd.map_or("", String::as_str).chars().take(60).collect();
        let choice = Kind::ALL.iter().filter(|k| fits(k)).map(|k| k.word()).collect::<Vec<_>>();
        let message = format!("`{shown}` is nothing this webhook can be told of");
        return Err(refuse("webhook-kind", message, choice.join(", ")));
    }
    Ok(known.join(" "))
}

/// An address that may be told. What its name leads to is looked at when it is told, each time.
fn address(text: &str, loopback: bool) -> Result<Url, Failure> {
    let text = text.trim();
    let shown: String = text.chars().filter(|c| !c.is_control()).take(80).collect();
    let bad = |what: &str| {
        let hint = "an `https` address on the public internet, such as `https://example.org/tantieme`";
        refuse("webhook-address", format!("`{shown}` {what}"), hint)
    };
    if text.len() > URL_MOST {
        return Err(bad("is longer than 2,048 bytes"));
    }
    let url: Url = text.parse().map_err(|_| bad("is no address"))?;
    if !url.username().is_empty() || url.password().is_some() || url.fragment().is_some() {
        return Err(bad("has a name, a password or a fragment in it"));
    }
    let (public, here) = match url.host() {
        None => return Err(bad("names no host")),
        Some(Host::Ipv4(ip)) => (is_public(ip.into()), ip.is_loopback()),
        Some(Host::Ipv6(ip)) => (is_public(ip.into()), ip.is_loopback()),
        Some(Host::Domain(name)) => {
            let name = name.trim_end_matches('.').to_ascii_lowercase();
            let own = ["localhost", "local", "internal", "lan", "home.arpa"];
            let inside = own.iter().any(|o| name == *o || name.ends_with(&format!(".{o}")));
            (!inside && name.contains('.'), name == "localhost")
        }
    };
    match (url.scheme(), loopback && here) {
        ("https", false) if !public => Err(bad("is no public address")),
        ("https", _) | ("http", true) => Ok(url),
        _ => Err(bad("is not asked over TLS")),
    }
}

fn fresh_secret(house: &House) -> Result<String, Failure> {
    let secret = Secret::of(&house.world.nonce());
    Ok(secret.map_err(|e| store::Fault::new(e.to_string()))?.text())
}

/// The webhooks of an owner, oldest first; all of them where none is named. Those that ended stand among them.
///
/// # Errors
/// `party-unknown`.
pub async fn list(house: &House, who: Option<&str>) -> Result<Vec<WebhookRow>, Failure> {
    let mut tx = house.store.begin_read().await?;
    let owner = match who {
        Some(who) => owner(&mut tx, who).await?,
        None => String::new(),
    };
    Ok(tx.webhooks_of(house.store.fields(), &owner).await?)
}

/// A webhook by id; of one owner where it is named, so that nobody looks at another's.
///
/// # Errors
/// `webhook-unknown`.
async fn known(house: &House, tx: &mut Tx, id: &str, of: Option<&str>) -> Result<WebhookRow, Failure> {
    let unknown = || {
        let shown: String = id.chars().filter(|c| !c.is_control()).take(60).collect();
        refuse(
            "webhook-unknown",
            format!("there is no webhook `{shown}`"),
            "`tantieme webhook list` shows all",
        )
    };
    let id: WebhookId = id.parse().map_err(|_| unknown())?;
    let row = tx.webhook(house.store.fields(), &id).await?;
    row.filter(|w| of.is_none_or(|of| w.owner == of)).ok_or_else(unknown)
}

fn living(row: &WebhookRow) -> Result<(), Failure> {
    if row.ended.is_none() {
        return Ok(());
    }
    let message = format!("the webhook `{}` is over: {}", row.id, row.ended_why);
    Err(refuse("webhook-ended", message, "register the address again"))
}

/// Gives a webhook a new secret, told once. The one before signs too for some hours, so that the receiver can change in peace;
/// with none it is over at once.
///
/// # Errors
/// `webhook-unknown`, `webhook-ended`.
pub async fn rotate(
    house: &House,
    id: &str,
    of: Option<&str>,
    overlap_hours: u32,
    by: &str,
) -> Result<(WebhookRow, String), Failure> {
    let now = house.now();
    let mut tx = house.store.begin().await?;
    let row = known(house, &mut tx, id, of).await?;
    living(&row)?;
    let hours = i64::from(overlap_hours.min(OVERLAP_MOST_HOURS));
    let until = now.checked_add(SignedDuration::from_hours(hours)).unwrap_or(now);
    let secret = fresh_secret(house)?;
    tx.rotate_webhook(house.store.fields(), &row.id, &secret, until, house.world.nonce()).await?;
    tx.note(now, by, "webhook rotate", row.id.as_str(), &format!("{hours} hours")).await?;
    let row = known(house, &mut tx, id, of).await?;
    tx.commit().await?;
    Ok((row, secret))
}

/// Ends a webhook: nothing more is told, address and secrets are forgotten.
///
/// # Errors
/// `webhook-unknown`, `webhook-ended`.
pub async fn remove(house: &House, id: &str, of: Option<&str>, by: &str) -> Result<(), Failure> {
    let mut tx = house.store.begin().await?;
    let row = known(house, &mut tx, id, of).await?;
    living(&row)?;
    end(house, &mut tx, &row.id, "removed").await?;
    tx.note(house.now(), by, "webhook remove", row.id.as_str(), "").await?;
    tx.commit().await?;
    Ok(())
}

/// Ends every webhook of an owner that goes.
pub(crate) async fn remove_all(house: &House, tx: &mut Tx, owner: &str) -> Result<(), Failure> {
    for row in tx.webhooks_of(house.store.fields(), owner).await? {
        end(house, tx, &row.id, "removed").await?;
    }
    Ok(())
}

pub(super) async fn end(house: &House, tx: &mut Tx, id: &WebhookId, why: &str) -> Result<(), Failure> {
    let nonces = [house.world.nonce(), house.world.nonce()];
    tx.end_webhook(house.store.fields(), id, why, house.now(), nonces).await?;
    Ok(())
}

/// What a webhook was told, newest first; of one state where it is named.
///
/// # Errors
/// `webhook-unknown`, `webhook-state`.
pub async fn deliveries(
    house: &House,
    id: &str,
    of: Option<&str>,
    state: &str,
    limit: i64,
) -> Result<(WebhookRow, Vec<DeliveryRow>), Failure> {
    if !["", "waiting", "delivered", "given-up"].contains(&state) {
        let message = format!("`{state}` is no state of a delivery");
        return Err(refuse("webhook-state", message, "`waiting`, `delivered` or `given-up`"));
    }
    let mut tx = house.store.begin_read().await?;
    let row = known(house, &mut tx, id, of).await?;
    let all = tx.deliveries(&row.id, state, limit).await?;
    Ok((row, all))
}

/// Tells something again that was delivered or given up, under the same id and from the first try.
///
/// # Errors
/// `delivery-unknown`, `webhook-unknown`, `webhook-ended`, `delivery-waits`.
pub async fn replay(house: &House, id: &str, of: Option<&str>, by: &str) -> Result<DeliveryRow, Failure> {
    let unknown = || {
        let shown: String = id.chars().filter(|c| !c.is_control()).take(60).collect();
        let hint = "`tantieme webhook deliveries WEBHOOK` lists those of 30 days";
        refuse("delivery-unknown", format!("there is no delivery `{shown}`"), hint)
    };
    let now = house.now();
    let mut tx = house.store.begin().await?;
    let delivery: DeliveryId = id.parse().map_err(|_| unknown())?;
    let row = tx.delivery(&delivery).await?.ok_or_else(unknown)?;
    let hook = known(house, &mut tx, row.webhook.as_str(), of).await?;
    living(&hook)?;
    let again = store::Tried { state: "waiting", attempts: 0, status: None, error: "", next: Some(now) };
    tx.delivery_tried(&row.id, &again, now).await?;
    tx.webhook_fine(&hook.id).await?;
    if job::enqueue_in(house, &mut tx, send(&row.id, now)).await?.is_none() {
        let message = format!("`{id}` waits to be tried again already");
        return Err(refuse("delivery-waits", message, "`tantieme webhook deliveries` tells when"));
    }
    tx.note(now, by, "webhook replay", row.id.as_str(), &row.kind).await?;
    let row = tx.delivery(&row.id).await?.unwrap_or(row);
    tx.commit().await?;
    Ok(row)
}

/// Tells a webhook that it is a test, to see whether it arrives.
///
/// # Errors
/// `webhook-unknown`, `webhook-ended`.
pub async fn test(house: &House, id: &str, of: Option<&str>, by: &str) -> Result<DeliveryRow, Failure> {
    let mut tx = house.store.begin().await?;
    let hook = known(house, &mut tx, id, of).await?;
    living(&hook)?;
    let data = json!({ "webhook": hook.id.as_str() });
    let delivery = write(house, &mut tx, &hook.id, Kind::WebhookTest, &data).await?;
    tx.note(house.now(), by, "webhook test", hook.id.as_str(), delivery.as_str()).await?;
    let row = tx.delivery(&delivery).await?;
    tx.commit().await?;
    row.ok_or_else(|| Failure::Fault(store::Fault::new("a delivery vanished while it was written")))
}

/// Who wants to be told of a kind of event; to be asked first where finding out whom it concerns costs something.
pub(crate) async fn listeners(tx: &mut Tx, kind: Kind) -> Result<Vec<(String, WebhookId)>, Failure> {
    Ok(tx.webhooks_told(kind.word()).await?)
}

/// Tells those whom an event concerns, and the house; everybody where it is public. `data` holds ids and what changed.
pub(crate) async fn tell(
    house: &House,
    tx: &mut Tx,
    kind: Kind,
    concerned: &[&str],
    data: &Value,
) -> Result<(), Failure> {
    for (owner, id) in listeners(tx, kind).await? {
        if kind.is_public() || owner == HOUSE || concerned.contains(&owner.as_str()) {
            write(house, tx, &id, kind, data).await?;
        }
    }
    Ok(())
}

/// Writes one telling and puts its sending into the queue.
pub(crate) async fn write(
    house: &House,
    tx: &mut Tx,
    webhook: &WebhookId,
    kind: Kind,
    data: &Value,
) -> Result<DeliveryId, Failure> {
    let now = house.now();
    let id = DeliveryId::from_bits(house.world.bits());
    let body = json!({ "data": data, "timestamp": now.to_string(), "type": kind.word() }).to_string();
    tx.insert_delivery(&id, webhook, kind.word(), &body, now).await?;
    job::enqueue_in(house, tx, send(&id, now)).await?;
    Ok(id)
}

fn send(id: &DeliveryId, at: Timestamp) -> Enqueue {
    Enqueue::now(JOB, id.as_str()).once(id.as_str()).at(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(url: &str, loopback: bool) -> &'static str {
        match address(url, loopback) {
            Ok(_) => "fine",
            Err(Failure::Refused(refusal)) => refusal.code,
            Err(_) => "fault",
        }
    }

    #[test]
    fn only_public_addresses_over_tls_are_registered() {
        for (url, want) in [
            ("https://example.org/hook?x=1", "fine"),
            ("https://93.184.216.34/", "fine"),
            ("http://example.org/", "webhook-address"),
            ("ftp://example.org/", "webhook-address"),
            ("https://ada:secret@example.org/", "webhook-address"),
            ("https://example.org/#part", "webhook-address"),
            ("https://localhost/", "webhook-address"),
            ("https://printer.local/", "webhook-address"),
            ("https://intranet/", "webhook-address"),
            ("https://127.0.0.1/", "webhook-address"),
            ("https://2130706433/", "webhook-address"),
            ("https://[::1]/", "webhook-address"),
            ("https://[::ffff:10.0.0.1]/", "webhook-address"),
            ("https://169.254.169.254/latest", "webhook-address"),
            ("http://127.0.0.1:9000/", "webhook-address"),
            ("example.org", "webhook-address"),
            ("", "webhook-address"),
        ] {
            assert_eq!(code(url, false), want, "{url}");
        }
        for (url, want) in [
            ("http://127.0.0.1:9000/hook", "fine"),
            ("http://localhost:9000/hook", "fine"),
            ("https://[::1]/", "fine"),
            ("http://10.0.0.1/", "webhook-address"),
            ("https://10.0.0.1/", "webhook-address"),
            ("http://example.org/", "webhook-address"),
        ] {
            assert_eq!(code(url, true), want, "{url}, with this machine");
        }
        assert_eq!(code(&format!("https://example.org/{}", "x".repeat(3_000)), false), "webhook-address");
    }
}
