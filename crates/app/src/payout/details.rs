//! Where a party's money goes: given by the party, kept encrypted, and slow to change.

use formats::bank::pain001::{Address, Rail, rail_for};
use formats::bank::{Account as BankAccount, Bic, Iban};
use jiff::Span;
use jiff::tz::TimeZone;
use money::Currency;
use serde::{Deserialize, Serialize};
use store::{DetailsRow, MailRow};

use crate::failure::refuse;
use crate::{Failure, House, party, policy};

/// Where a party's money goes, as given by the party. Kept encrypted.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Details {
    /// The account holder's name.
    pub holder: String,
    /// IBAN; empty where the account has none.
    #[serde(default)]
    pub iban: String,
    /// Account number, where there is no IBAN.
    #[serde(default)]
    pub account: String,
    /// BIC; needed without IBAN.
    #[serde(default)]
    pub bic: String,
    /// The account's country, where there is no IBAN.
    #[serde(default)]
    pub country: String,
    /// Whether a payout provider carries it instead of a bank.
    #[serde(default)]
    pub provider: bool,
    /// Street without number.
    #[serde(default)]
    pub street: String,
    /// Building number.
    #[serde(default)]
    pub building: String,
    /// Post code.
    #[serde(default)]
    pub postcode: String,
    /// Town.
    #[serde(default)]
    pub town: String,
    /// Country of the address; that of the account where empty.
    #[serde(default)]
    pub address_country: String,
}

impl Details {
    pub(super) fn bank_account(&self) -> Result<BankAccount, Failure> {
        let bad = |e: formats::bank::BadAccount| refuse("bank-details", e.to_string(), e.hint());
        if self.iban.trim().is_empty() {
            return BankAccount::other(&self.account, &self.bic, &self.country).map_err(bad);
        }
        Ok(BankAccount::Iban(self.iban.parse::<Iban>().map_err(bad)?))
    }

    pub(super) fn bic(&self) -> Result<Option<Bic>, Failure> {
        if self.bic.trim().is_empty() {
            return Ok(None);
        }
        let bad = |e: formats::bank::BadAccount| refuse("bank-details", e.to_string(), e.hint());
        self.bic.parse().map(Some).map_err(bad)
    }

    pub(super) fn address(&self, account: &BankAccount) -> Option<Address> {
        if self.town.trim().is_empty() {
            return None;
        }
        let country = self.address_country.parse().unwrap_or_else(|_| account.country());
        Some(Address {
            street: self.street.clone(),
            building: self.building.clone(),
            postcode: self.postcode.clone(),
            town: self.town.clone(),
            country,
        })
    }
}

/// Sets a party's bank details. The first ones may be used at once; a change waits, and the contact known
/// before is told, so that a stolen sign-in cannot redirect money unseen.
pub async fn set_details(
    house: &House,
    who: &str,
    details: Details,
    by: &str,
) -> Result<DetailsRow, Failure> {
    let now = house.now();
    if details.holder.trim().is_empty() {
        return Err(refuse(
            "bank-details",
            "the account holder's name is missing",
            "banks compare it with the account; give it as on the bank card",
        ));
    }
    let account = details.bank_account()?;
    details.bic()?;
    let rail = match rail_for(&account, Currency::EUR) {
        _ if details.provider => "provider",
        Rail::Sepa => "sepa",
        Rail::CrossBorder => "cross-border",
    };
    if rail == "cross-border" && details.address(&account).is_none() {
        return Err(refuse(
            "bank-details",
            "a transfer outside SEPA needs the payee's address",
            "give town and country at least; unstructured addresses are refused by banks",
        ));
    }
    let mut tx = house.store.begin().await?;
    let party = party::find(&mut tx, who).await?.party;
    let before = tx.details_of(house.store.fields(), &party.id).await?;
    let wait = if before.is_empty() { 0 } else { policy::count(&mut tx, "bank-change-days", now).await? };
    let usable = now + Span::new().hours(i64::from(wait) * 24);
    let body =
        serde_json::to_string(&details).map_err(|e| Failure::Fault(store::Fault::new(e.to_string())))?;
    let country = account.country().as_str().to_owned();
    let row = DetailsRow {
        party: party.id.clone(),
        version: 0,
        body,
        masked: account.masked(),
        rail: rail.to_owned(),
        country,
        usable,
        created: now,
    };
    let version = tx.add_details(house.store.fields(), &row, house.world.nonce(), by).await?;
    if wait > 0
        && let Some(mail) = tx.secret(house.store.fields(), &party.id, "mail").await?
    {
        let body = format!(
            "Somebody changed the bank details of {} to {}.\nMoney goes there from {} on; until then it goes where it went before.\n\
             If this was not you, answer this mail at once. We never ask for bank details by mail.\n",
            party.name,
            row.masked,
            usable.to_zoned(TimeZone::UTC).date()
        );
        let id = format!("bank-change-{}-{version}", party.id);
        let mail = MailRow {
            id,
            to: mail,
            subject: "Your bank details were changed".to_owned(),
            body,
            reason: "bank-change".to_owned(),
            created: now,
        };
        tx.queue_mail(house.store.fields(), &mail, [house.world.nonce(), house.world.nonce()]).await?;
    }
    tx.note(now, by, "bank details", party.id.as_str(), &row.masked).await?;
    tx.commit().await?;
    Ok(DetailsRow { version, ..row })
}
