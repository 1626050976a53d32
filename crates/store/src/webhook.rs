//! Webhooks: addresses that are told of events, their secrets, and every telling with what became of it.
//!
//! Addresses and secrets are encrypted fields. What is told is written in the transaction of what it tells about.

use jiff::Timestamp;

use crate::db::{Row, Tx};
use crate::id::{DeliveryId, WebhookId};
use crate::set_list::instant;
use crate::{Fault, FieldKey, args};

/// A webhook, without its secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookRow {
    /// Its id.
    pub id: WebhookId,
    /// Whose: a party, a sign-in, or `house`.
    pub owner: String,
    /// Where it leads.
    pub url: String,
    /// Of what it is told: words separated by spaces.
    pub kinds: String,
    /// Whether this machine itself may be told, in plain text.
    pub loopback: bool,
    /// Until when the secret before signs too.
    pub before_until: Option<Timestamp>,
    /// How often it failed in a row.
    pub failures: i64,
    /// Until when it is left in peace.
    pub quiet: Option<Timestamp>,
    /// Since when it is here.
    pub created: Timestamp,
    /// When it was ended.
    pub ended: Option<Timestamp>,
    /// Why: `removed`, or `gone` where its receiver said so.
    pub ended_why: String,
}

/// One telling.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryRow {
    /// Its id, which the receiver sees too.
    pub id: DeliveryId,
    /// To which webhook.
    pub webhook: WebhookId,
    /// What happened.
    pub kind: String,
    /// The body, as it is signed and sent.
    pub body: String,
    /// `waiting`, `delivered` or `given-up`.
    pub state: String,
    /// How often it was tried.
    pub attempts: i64,
    /// What the receiver answered last.
    pub status: Option<i64>,
    /// What went wrong last; empty where nothing did.
    pub error: String,
    /// Since when it is here.
    pub created: Timestamp,
    /// When it is tried again.
    pub next: Option<Timestamp>,
    /// When it was delivered or given up.
    pub ended: Option<Timestamp>,
}

/// What came of one try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tried<'a> {
    /// `waiting`, `delivered` or `given-up`.
    pub state: &'a str,
    /// The try's number, from 1.
    pub attempts: i64,
    /// What the receiver answered.
    pub status: Option<u16>,
    /// What went wrong.
    pub error: &'a str,
    /// When it is tried again.
    pub next: Option<Timestamp>,
}

const HOOK: &str = "id, owner, sealed_url, kinds, loopback, before_until_us, failures, quiet_us, created_us, ended_us, ended_why";
const DELIVERY: &str =
    "id, webhook, kind, body, state, attempts, status, error, created_us, next_us, ended_us";

impl Tx {
    /// Keeps a webhook with its secret.
    pub async fn insert_webhook(
        &mut self,
        key: &FieldKey,
        hook: &WebhookRow,
        secret: &str,
        nonces: [[u8; 24]; 2],
    ) -> Result<(), Fault> {
        let sql = "insert into webhook (id, owner, sealed_url, kinds, loopback, sealed_secret, failures, created_us, ended_why) \
                   values ($1, $2, $3, $4, $5, $6, 0, $7, '')";
        let values = args![
            hook.id.as_str(),
            &hook.owner,
            key.seal(&place(&hook.id, "url"), &hook.url, nonces[0])?,
            &hook.kinds,
            i64::from(hook.loopback),
            key.seal(&place(&hook.id, "secret"), secret, nonces[1])?,
            hook.created.as_microsecond(),
        ];
        self.run(sql, values).await.map(drop)
    }

    /// A webhook by id.
    pub async fn webhook(&mut self, key: &FieldKey, id: &WebhookId) -> Result<Option<WebhookRow>, Fault> {
        let sql = format!("select {HOOK} from webhook where id = $1");
        self.row(&sql, args![id.as_str()]).await?.map(|r| hook_row(key, &r)).transpose()
    }

    /// The webhooks of an owner, all where it is empty, oldest first; ended ones too.
    pub async fn webhooks_of(&mut self, key: &FieldKey, owner: &str) -> Result<Vec<WebhookRow>, Fault> {
        let sql = format!("select {HOOK} from webhook where $1 = '' or owner = $1 order by created_us, id");
        self.rows(&sql, args![owner]).await?.iter().map(|r| hook_row(key, r)).collect()
    }

    /// The webhooks that are told of a kind of event: owner and id, those that are not ended.
    pub async fn webhooks_told(&mut self, kind: &str) -> Result<Vec<(String, WebhookId)>, Fault> {
        let sql = "select owner, id from webhook where ended_us is null and ' ' || kinds || ' ' like $1 order by owner, id";
        let rows = self.rows(sql, args![format!("% {kind} %")]).await?;
        rows.iter().map(|r| Ok((r.text(0)?, r.parse(1)?))).collect()
    }

    /// The secrets that sign for a webhook at an instant, the newest first.
    pub async fn webhook_secrets(
        &mut self,
        key: &FieldKey,
        id: &WebhookId,
        at: Timestamp,
    ) -> Result<Vec<String>, Fault> {
        let sql = "select sealed_secret, sealed_before, before_until_us from webhook where id = $1";
        let Some(row) = self.row(sql, args![id.as_str()]).await? else { return Ok(Vec::new()) };
        let context = place(id, "secret");
        let mut all = vec![key.open(&context, &row.blob(0)?)?];
        let until = row.opt_int(2)?;
        if let Some(before) = row.opt_blob(1)?
            && until.is_some_and(|until| at.as_microsecond() < until)
        {
            all.push(key.open(&context, &before)?);
        }
        Ok(all)
    }

    /// Gives a webhook a new secret; the one it had signs too until `until`.
    pub async fn rotate_webhook(
        &mut self,
        key: &FieldKey,
        id: &WebhookId,
        secret: &str,
        until: Timestamp,
        nonce: [u8; 24],
    ) -> Result<(), Fault> {
        let sql = "update webhook set sealed_before = sealed_secret, before_until_us = $2, sealed_secret = $3 where id = $1";
        let sealed = key.seal(&place(id, "secret"), secret, nonce)?;
        self.run(sql, args![id.as_str(), until.as_microsecond(), sealed]).await.map(drop)
    }

    /// Ends a webhook, and forgets address and secrets; false where it was over already.
    pub async fn end_webhook(
        &mut self,
        key: &FieldKey,
        id: &WebhookId,
        why: &str,
        now: Timestamp,
        nonces: [[u8; 24]; 2],
    ) -> Result<bool, Fault> {
        let sql = "update webhook set ended_us = $2, ended_why = $3, sealed_url = $4, sealed_secret = $5, sealed_before = null \
                   where id = $1 and ended_us is null";
        let values = args![
            id.as_str(),
            now.as_microsecond(),
            why,
            key.seal(&place(id, "url"), "", nonces[0])?,
            key.seal(&place(id, "secret"), "", nonces[1])?,
        ];
        Ok(self.run(sql, values).await? > 0)
    }

    /// Notes that a webhook failed once more, and until when it is left in peace.
    pub async fn webhook_failed(&mut self, id: &WebhookId, quiet: Timestamp) -> Result<(), Fault> {
        let sql = "update webhook set failures = failures + 1, quiet_us = $2 where id = $1";
        self.run(sql, args![id.as_str(), quiet.as_microsecond()]).await.map(drop)
    }

    /// Notes that a webhook works.
    pub async fn webhook_fine(&mut self, id: &WebhookId) -> Result<(), Fault> {
        let sql = "update webhook set failures = 0, quiet_us = null where id = $1 and (failures > 0 or quiet_us is not null)";
        self.run(sql, args![id.as_str()]).await.map(drop)
    }

    /// Writes down what is to be told.
    pub async fn insert_delivery(
        &mut self,
        id: &DeliveryId,
        webhook: &WebhookId,
        kind: &str,
        body: &str,
        now: Timestamp,
    ) -> Result<(), Fault> {
        let sql = "insert into webhook_delivery (id, webhook, kind, body, state, attempts, error, created_us, next_us) \
                   values ($1, $2, $3, $4, 'waiting', 0, '', $5, $5)";
        self.run(sql, args![id.as_str(), webhook.as_str(), kind, body, now.as_microsecond()]).await.map(drop)
    }

    /// One telling by id.
    pub async fn delivery(&mut self, id: &DeliveryId) -> Result<Option<DeliveryRow>, Fault> {
        let sql = format!("select {DELIVERY} from webhook_delivery where id = $1");
        self.row(&sql, args![id.as_str()]).await?.as_ref().map(delivery_row).transpose()
    }

    /// What a webhook was told, newest first; of one state where it is named.
    pub async fn deliveries(
        &mut self,
        webhook: &WebhookId,
        state: &str,
        limit: i64,
    ) -> Result<Vec<DeliveryRow>, Fault> {
        let sql = format!(
            "select {DELIVERY} from webhook_delivery where webhook = $1 and ($2 = '' or state = $2) \
             order by created_us desc, id limit $3"
        );
        let rows = self.rows(&sql, args![webhook.as_str(), state, limit]).await?;
        rows.iter().map(delivery_row).collect()
    }

    /// Notes what came of a try.
    pub async fn delivery_tried(
        &mut self,
        id: &DeliveryId,
        tried: &Tried<'_>,
        now: Timestamp,
    ) -> Result<(), Fault> {
        let sql = "update webhook_delivery set state = $2, attempts = $3, status = $4, error = $5, next_us = $6, ended_us = $7 \
                   where id = $1";
        let over = (tried.state != "waiting").then(|| now.as_microsecond());
        let values = args![
            id.as_str(),
            tried.state,
            tried.attempts,
            tried.status.map(i64::from),
            tried.error,
            tried.next.map(|t| t.as_microsecond()),
            over,
        ];
        self.run(sql, values).await.map(drop)
    }

    /// Forgets what was told before an instant and is over.
    pub async fn sweep_deliveries(&mut self, before: Timestamp) -> Result<u64, Fault> {
        let sql = "delete from webhook_delivery where ended_us < $1";
        self.run(sql, args![before.as_microsecond()]).await
    }
}

fn place(id: &WebhookId, field: &str) -> String {
    format!("webhook/{id}/{field}")
}

fn hook_row(key: &FieldKey, r: &Row) -> Result<WebhookRow, Fault> {
    let id: WebhookId = r.parse(0)?;
    let moment = |column: usize| r.opt_int(column)?.map(instant).transpose();
    Ok(WebhookRow {
        owner: r.text(1)?,
        url: key.open(&place(&id, "url"), &r.blob(2)?)?,
        kinds: r.text(3)?,
        loopback: r.int(4)? != 0,
        before_until: moment(5)?,
        failures: r.int(6)?,
        quiet: moment(7)?,
        created: instant(r.int(8)?)?,
        ended: moment(9)?,
        ended_why: r.text(10)?,
        id,
    })
}

fn delivery_row(r: &Row) -> Result<DeliveryRow, Fault> {
    Ok(DeliveryRow {
        id: r.parse(0)?,
        webhook: r.parse(1)?,
        kind: r.text(2)?,
        body: r.text(3)?,
        state: r.text(4)?,
        attempts: r.int(5)?,
        status: r.opt_int(6)?,
        error: r.text(7)?,
        created: instant(r.int(8)?)?,
        next: r.opt_int(9)?.map(instant).transpose()?,
        ended: r.opt_int(10)?.map(instant).transpose()?,
    })
}
