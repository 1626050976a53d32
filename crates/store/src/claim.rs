//! Claims, one-time links, and what is personal about whoever claims.

use jiff::Timestamp;
use money::{Amount, Currency};
use music::claim::ClaimStatus;
use music::{ClaimId, ContributionId, Ipi, Isni, PartyId, PayoutId, name_key};

use crate::db::{Row, Tx};
use crate::set_list::{instant, small};
use crate::{Fault, FieldKey, Standing, args};

/// A claim as it stands; contact and evidence are opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimRow {
    /// Our id.
    pub id: ClaimId,
    /// The name it is about.
    pub party: PartyId,
    /// Where it stands.
    pub status: ClaimStatus,
    /// Who claims, in their own words; empty while only invited.
    pub claimant: String,
    /// Mail address; gone once the claim is settled.
    pub contact: Option<String>,
    /// Evidence; gone once the claim is settled.
    pub evidence: Option<String>,
    /// Who relayed the invitation: `label`, `operator` or `dj`; empty without one.
    pub relay: String,
    /// Under what name they relayed it.
    pub relayed_by: String,
    /// How many reminders went out.
    pub reminders: u32,
    /// When the last one did.
    pub last_reminder: Option<Timestamp>,
    /// Why it was refused or is disputed.
    pub reason: String,
    /// Whether this is the claimant's first money ever from music, where answered.
    pub first_payment: Option<bool>,
    /// When it began.
    pub created: Timestamp,
    /// When it was decided.
    pub decided: Option<Timestamp>,
    /// By whom.
    pub decided_by: Option<String>,
}

/// What a claim starts with.
#[derive(Debug, Clone)]
pub struct NewClaim<'a> {
    /// Its id.
    pub id: &'a ClaimId,
    /// The name it is about.
    pub party: &'a PartyId,
    /// Where it stands.
    pub status: ClaimStatus,
    /// Who claims.
    pub claimant: &'a str,
    /// Mail address.
    pub contact: &'a str,
    /// Evidence.
    pub evidence: &'a str,
    /// Who relayed the invitation.
    pub relay: &'a str,
    /// Under what name.
    pub relayed_by: &'a str,
    /// Why it is what it is.
    pub reason: &'a str,
    /// Whether this is the first money ever from music.
    pub first_payment: Option<bool>,
}

/// Parties and money credited by approved runs, and the part of both that somebody answers for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credited {
    /// Parties credited.
    pub parties: i64,
    /// Those of them that are here.
    pub parties_here: i64,
    /// Money credited and the part of it to parties that are here, by currency.
    pub money: Vec<(Amount, Amount)>,
}

/// 1 January 9000 UTC in microseconds: bank details that become usable then are used never.
const NEVER_US: i64 = 221_845_392_000 * 1_000_000;

const CLAIM: &str = "id, party, status, claimant_name, sealed_contact, sealed_evidence, relay, relayed_by, reminders, \
                     last_reminder_us, reason, first_payment, created_us, decided_us, decided_by";

impl Tx {
    /// Writes a new claim, contact and evidence sealed.
    pub async fn insert_claim(
        &mut self,
        key: &FieldKey,
        claim: &NewClaim<'_>,
        nonces: [[u8; 24]; 2],
        now: Timestamp,
    ) -> Result<(), Fault> {
        let contact = key.seal(&format!("claim/{}/contact", claim.id), claim.contact, nonces[0])?;
        let evidence = key.seal(&format!("claim/{}/evidence", claim.id), claim.evidence, nonces[1])?;
        let sql = "insert into claim (id, party, status, claimant_name, sealed_contact, sealed_evidence, relay, relayed_by, reason, \
                   first_payment, created_us) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
        let values = args![
            claim.id.as_str(),
            claim.party.as_str(),
            claim.status.word(),
            claim.claimant,
            contact,
            evidence,
            claim.relay,
            claim.relayed_by,
            claim.reason,
            claim.first_payment.map(yes_no),
            now.as_microsecond(),
        ];
        self.run(sql, values).await.map(drop)
    }

    /// Turns an invitation that was answered into an open (or disputed) claim; who relayed it stays.
    pub async fn answer_claim(
        &mut self,
        key: &FieldKey,
        claim: &NewClaim<'_>,
        nonces: [[u8; 24]; 2],
    ) -> Result<(), Fault> {
        let contact = key.seal(&format!("claim/{}/contact", claim.id), claim.contact, nonces[0])?;
        let evidence = key.seal(&format!("claim/{}/evidence", claim.id), claim.evidence, nonces[1])?;
        let sql = "update claim set status = $2, claimant_name = $3, sealed_contact = $4, sealed_evidence = $5, reason = $6, \
                   first_payment = $7 where id = $1";
        let values = args![
            claim.id.as_str(),
            claim.status.word(),
            claim.claimant,
            contact,
            evidence,
            claim.reason,
            claim.first_payment.map(yes_no),
        ];
        self.run(sql, values).await.map(drop)
    }

    /// A claim by id.
    pub async fn claim(&mut self, key: &FieldKey, id: &ClaimId) -> Result<Option<ClaimRow>, Fault> {
        Ok(self.claims_where(key, "id = $1", id.as_str()).await?.into_iter().next())
    }

    /// The claims to a party, oldest first.
    pub async fn claims_of(&mut self, key: &FieldKey, party: &PartyId) -> Result<Vec<ClaimRow>, Fault> {
        self.claims_where(key, "party = $1", party.as_str()).await
    }

    /// All claims, oldest first; of one state where it is named.
    pub async fn claims(&mut self, key: &FieldKey, status: &str) -> Result<Vec<ClaimRow>, Fault> {
        self.claims_where(key, "$1 = '' or status = $1", status).await
    }

    async fn claims_where(
        &mut self,
        key: &FieldKey,
        condition: &str,
        value: &str,
    ) -> Result<Vec<ClaimRow>, Fault> {
        let sql = format!("select {CLAIM} from claim where {condition} order by created_us, id");
        self.rows(&sql, args![value]).await?.iter().map(|row| claim_row(key, row)).collect()
    }

    /// Changes where a claim stands.
    pub async fn claim_status(
        &mut self,
        id: &ClaimId,
        status: ClaimStatus,
        reason: &str,
        by: &str,
        now: Timestamp,
    ) -> Result<(), Fault> {
        let sql = "update claim set status = $2, reason = $3, decided_by = $4, decided_us = $5 where id = $1";
        self.run(sql, args![id.as_str(), status.word(), reason, by, now.as_microsecond()]).await.map(drop)
    }

    /// Forgets contact and evidence of a settled claim and closes its links.
    pub async fn settle_claim(&mut self, id: &ClaimId, now: Timestamp) -> Result<(), Fault> {
        let sql = "update claim set sealed_contact = null, sealed_evidence = null where id = $1";
        self.run(sql, args![id.as_str()]).await?;
        self.use_tokens(id, now).await
    }

    /// Notes a reminder.
    pub async fn claim_reminded(&mut self, id: &ClaimId, now: Timestamp) -> Result<(), Fault> {
        let sql = "update claim set reminders = reminders + 1, last_reminder_us = $2 where id = $1";
        self.run(sql, args![id.as_str(), now.as_microsecond()]).await.map(drop)
    }

    /// Keeps the hash of a one-time token.
    pub async fn insert_token(&mut self, hash: &str, claim: &ClaimId, now: Timestamp) -> Result<(), Fault> {
        let sql = "insert into claim_token (token_hash, claim, created_us) values ($1, $2, $3)";
        self.run(sql, args![hash, claim.as_str(), now.as_microsecond()]).await.map(drop)
    }

    /// The claim a token belongs to, and whether it was used.
    pub async fn token(&mut self, hash: &str) -> Result<Option<(ClaimId, bool)>, Fault> {
        let sql = "select claim, used_us from claim_token where token_hash = $1";
        self.row(sql, args![hash]).await?.map(|r| Ok((r.parse(0)?, r.opt_int(1)?.is_some()))).transpose()
    }

    /// Closes every link of a claim.
    pub async fn use_tokens(&mut self, claim: &ClaimId, now: Timestamp) -> Result<(), Fault> {
        let sql = "update claim_token set used_us = $2 where claim = $1 and used_us is null";
        self.run(sql, args![claim.as_str(), now.as_microsecond()]).await.map(drop)
    }

    /// How many recordings credit a party.
    pub async fn recordings_crediting(&mut self, party: &PartyId) -> Result<i64, Fault> {
        let sql = "select count(distinct recording) from share where party = $1 and status <> 'withdrawn'";
        self.number(sql, args![party.as_str()]).await
    }

    /// Whether any approved run that pays a party is shown combined only.
    pub async fn paid_privately(&mut self, party: &PartyId) -> Result<bool, Fault> {
        let sql = "select count(*) from allocation_line l join run r on r.id = l.run \
                   where l.party = $1 and r.status = 'approved' and r.private = 1";
        Ok(self.number(sql, args![party.as_str()]).await? > 0)
    }

    /// What approved runs credited, and to whom who is here.
    pub async fn credited(&mut self) -> Result<Credited, Fault> {
        let lines = "from allocation_line l join run r on r.id = l.run join party p on p.id = l.party \
                     where l.kind = 'pay' and r.status = 'approved'";
        let sql = format!(
            "select count(*), cast(sum(here) as bigint) from (select coalesce(p.merged_into, p.id) as who, \
             max(case when p.standing = 'here' then 1 else 0 end) as here {lines} \
             group by coalesce(p.merged_into, p.id) having sum(l.amount) > 0) as t"
        );
        let row = self.row(&sql, args![]).await?.ok_or_else(|| Fault::new("a count gave no answer"))?;
        let (parties, parties_here) = (row.int(0)?, row.opt_int(1)?.unwrap_or(0));
        let sql = format!(
            "select r.currency, cast(sum(l.amount) as bigint), \
             cast(sum(case when p.standing = 'here' then l.amount else 0 end) as bigint) {lines} group by r.currency order by 1"
        );
        let mut money = Vec::new();
        for row in self.rows(&sql, args![]).await? {
            let currency: Currency = row.parse(0)?;
            money.push((
                Amount::from_micros(row.int(1)?, currency),
                Amount::from_micros(row.int(2)?, currency),
            ));
        }
        Ok(Credited { parties, parties_here, money })
    }

    /// Freezes a party and remembers what it was.
    pub async fn freeze(&mut self, party: &PartyId) -> Result<(), Fault> {
        let sql = "update party set frozen_from = standing, standing = 'frozen' where id = $1 and standing <> 'frozen'";
        self.run(sql, args![party.as_str()]).await.map(drop)
    }

    /// What a frozen party was before.
    pub async fn frozen_from(&mut self, party: &PartyId) -> Result<Option<Standing>, Fault> {
        let row = self.row("select frozen_from from party where id = $1", args![party.as_str()]).await?;
        row.map(|r| r.opt_text(0)).transpose()?.flatten().map(|w| Standing::from_word(&w)).transpose()
    }

    /// Makes one party answer for the name of another: shares, identifiers it lacks, and the name as an
    /// alias go to it; the other keeps its lines and is found by no name any more.
    pub async fn merge_party(&mut self, from: &PartyId, into: &PartyId, now: Timestamp) -> Result<(), Fault> {
        let Some(old) = self.party(from).await? else {
            return Err(Fault::new("a party to merge is missing"));
        };
        let new = self.party(into).await?.ok_or_else(|| Fault::new("a party to merge into is missing"))?;
        let sql = "update share set party = $2, changed_us = $3 where party = $1";
        self.run(sql, args![from.as_str(), into.as_str(), now.as_microsecond()]).await?;
        let isni: Option<Isni> = old.party.isni.filter(|_| new.party.isni.is_none());
        let ipi: Option<Ipi> = old.party.ipi.filter(|_| new.party.ipi.is_none());
        if let Some(isni) = isni {
            self.run("update party set isni = null where id = $1", args![from.as_str()]).await?;
            self.run("update party set isni = $2 where id = $1", args![into.as_str(), isni.as_str()]).await?;
        }
        if let Some(ipi) = ipi {
            self.run("update party set ipi = null where id = $1", args![from.as_str()]).await?;
            self.run("update party set ipi = $2 where id = $1", args![into.as_str(), ipi.as_str()]).await?;
        }
        for alias in std::iter::once(&old.party.name).chain(&old.party.aliases) {
            if name_key(alias) != name_key(&new.party.name) {
                self.add_alias(into, alias).await?;
            }
        }
        self.run("delete from party_alias where party = $1", args![from.as_str()]).await?;
        // No name has a hyphen as its key.
        let sql = "update party set merged_into = $2, standing = 'here', name_key = '-' where id = $1";
        self.run(sql, args![from.as_str(), into.as_str()]).await.map(drop)
    }

    /// Makes bank details unusable that somebody else than the rightful claimant gave.
    pub async fn retire_details(&mut self, party: &PartyId) -> Result<(), Fault> {
        let sql = "update bank_details set usable_us = $2 where party = $1";
        self.run(sql, args![party.as_str(), NEVER_US]).await.map(drop)
    }

    /// The payouts to a party that are reserved and in no file yet, with their pending entries.
    pub async fn reserved_payouts(&mut self, party: &PartyId) -> Result<Vec<(PayoutId, i64)>, Fault> {
        let sql = "select id, pending_entry from payout where party = $1 and status = 'reserved' order by id";
        self.rows(sql, args![party.as_str()]).await?.iter().map(|r| Ok((r.parse(0)?, r.int(1)?))).collect()
    }

    /// Drops the batches of which every payout was dropped.
    pub async fn drop_empty_batches(&mut self) -> Result<(), Fault> {
        let sql = "update batch set status = 'dropped' where status in ('prepared', 'approved') \
                   and not exists (select 1 from payout p where p.batch = batch.id and p.status <> 'dropped')";
        self.run(sql, args![]).await.map(drop)
    }

    /// The personal fields kept of a party, by name.
    pub async fn secret_fields(&mut self, party: &PartyId) -> Result<Vec<String>, Fault> {
        let sql = "select field from party_secret where party = $1 order by field";
        self.rows(sql, args![party.as_str()]).await?.iter().map(|r| r.text(0)).collect()
    }

    /// Erases what is personal about a party: fields, bank details, what its claims said.
    pub async fn erase_personal(&mut self, party: &PartyId, now: Timestamp) -> Result<(), Fault> {
        self.run("delete from party_secret where party = $1", args![party.as_str()]).await?;
        self.run("delete from bank_details where party = $1", args![party.as_str()]).await?;
        self.run("delete from mail_draft where party = $1", args![party.as_str()]).await?;
        self.run("delete from mail_taken where party = $1", args![party.as_str()]).await?;
        self.run("delete from mail_door where party = $1", args![party.as_str()]).await?;
        let sql = "update claim_token set used_us = $2 where used_us is null and claim in (select id from claim where party = $1)";
        self.run(sql, args![party.as_str(), now.as_microsecond()]).await?;
        let sql = "update claim set sealed_contact = null, sealed_evidence = null, claimant_name = 'erased' where party = $1";
        self.run(sql, args![party.as_str()]).await.map(drop)
    }

    /// The contributions that are complete and whose payer got no receipt yet.
    pub async fn contributions_without_receipt(&mut self) -> Result<Vec<ContributionId>, Fault> {
        let sql = "select id from contribution where receipt_us is not null \
                   and not exists (select 1 from mail where mail.id = 'receipt-' || contribution.id) order by created_us, id";
        self.rows(sql, args![]).await?.iter().map(|r| r.parse(0)).collect()
    }

    /// How many mails for one reason were queued, sent ones too.
    pub async fn mails_for(&mut self, reason: &str) -> Result<i64, Fault> {
        self.number("select count(*) from mail where reason = $1", args![reason]).await
    }
}

fn yes_no(yes: bool) -> &'static str {
    if yes { "yes" } else { "no" }
}

fn claim_row(key: &FieldKey, row: &Row) -> Result<ClaimRow, Fault> {
    let id: ClaimId = row.parse(0)?;
    let word = row.text(2)?;
    let open = |field: &str, sealed: Option<Vec<u8>>| {
        sealed.map(|bytes| key.open(&format!("claim/{id}/{field}"), &bytes)).transpose()
    };
    Ok(ClaimRow {
        party: row.parse(1)?,
        status: ClaimStatus::from_word(&word)
            .ok_or_else(|| Fault::new(format!("`{word}` is no state of a claim")))?,
        claimant: row.text(3)?,
        contact: open("contact", row.opt_blob(4)?)?,
        evidence: open("evidence", row.opt_blob(5)?)?,
        relay: row.text(6)?,
        relayed_by: row.text(7)?,
        reminders: small(row.int(8)?)?,
        last_reminder: row.opt_int(9)?.map(instant).transpose()?,
        reason: row.text(10)?,
        first_payment: row.opt_text(11)?.map(|word| word == "yes"),
        created: instant(row.int(12)?)?,
        decided: row.opt_int(13)?.map(instant).transpose()?,
        decided_by: row.opt_text(14)?,
        id,
    })
}
