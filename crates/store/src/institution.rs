//! Institutions, what they agreed, who uses their seats, and the devices in their rooms.

use jiff::Timestamp;
use jiff::civil::Date;
use money::{Amount, Currency, Ratio};
use music::{ContractId, KioskId, PartyId};

use crate::db::{Row, Tx};
use crate::set_list::instant;
use crate::{Fault, FieldKey, args};

/// An institution.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InstitutionRow {
    /// The party it is.
    pub party: PartyId,
    /// Its name in addresses of pages.
    pub slug: String,
    /// `library`, `network`, `authority`, `works-council`, `venue`, `school` or `other`.
    pub kind: String,
    /// Street with number.
    pub street: String,
    /// Post code.
    pub postcode: String,
    /// Town.
    pub town: String,
    /// Country, two letters.
    pub country: String,
    /// Its own site; may be empty.
    pub url: String,
    /// Where it is: latitude and longitude in hundred-thousandths of a degree.
    pub at: Option<(i64, i64)>,
    /// Whether it stands in the public directory.
    pub listed: bool,
    /// Sites that may show its selections in a frame, separated by spaces.
    pub frames: String,
    /// When it was noted.
    pub created: Timestamp,
}

/// What an institution agreed with the house.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContractRow {
    /// Our id.
    pub id: ContractId,
    /// Who signs and is billed.
    pub holder: PartyId,
    /// First day.
    pub start: Date,
    /// First day after it.
    pub end: Date,
    /// `per-seat`, `flat` or `per-inhabitant`.
    pub price_kind: String,
    /// The price of a seat, of all, or of an inhabitant, before VAT, for the whole term.
    pub price: Amount,
    /// How the money is attributed: `equal`, `seats`, `inhabitants` or `weights`.
    pub key: String,
    /// The rule its pots are shared by.
    pub rule: String,
    /// What is sold, as the invoice says it.
    pub subject: String,
    /// The language of the invoices: `en` or `fr`.
    pub lang: String,
    /// How often plays are shared: `month`, `quarter` or `term`.
    pub closes: String,
    /// Whether kiosks are agreed.
    pub on_site: bool,
    /// Whether access from home is agreed.
    pub home: bool,
    /// VAT category: `S`, `Z`, `E`, `AE` or `O`.
    pub vat: String,
    /// Which of a country's rates, such as `standard`.
    pub vat_class: String,
    /// Why there is no VAT, as printed.
    pub exemption: String,
    /// The code of that reason (VATEX).
    pub exemption_code: String,
    /// The buyer's order number.
    pub order: String,
    /// Months by which it goes on.
    pub renews_months: Option<i64>,
    /// Days before the end until which notice may be given.
    pub notice_days: i64,
    /// The contract it goes on from.
    pub follows: Option<ContractId>,
    /// When notice was given.
    pub noticed: Option<Timestamp>,
    /// When it was noted.
    pub created: Timestamp,
    /// Who noted it.
    pub by: String,
}

/// An institution under a contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContractMemberRow {
    /// The contract.
    pub contract: ContractId,
    /// The institution.
    pub institution: PartyId,
    /// Its seats; not counted where absent.
    pub seats: Option<i64>,
    /// Its inhabitants.
    pub inhabitants: Option<i64>,
    /// Its weight, where the key says so.
    pub weight: Option<i64>,
}

/// A device in an institution's rooms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KioskRow {
    /// Our id.
    pub id: KioskId,
    /// Whose rooms.
    pub institution: PartyId,
    /// What they call it.
    pub name: String,
    /// SHA-256 of its token, as hexadecimal.
    pub token_hash: String,
    /// The networks it may call from, separated by spaces.
    pub networks: String,
    /// When it was set up.
    pub created: Timestamp,
    /// When it was ended.
    pub ended: Option<Timestamp>,
    /// Who set it up.
    pub by: String,
}

const INSTITUTION: &str =
    "party, slug, kind, street, postcode, town, country, url, lat_e5, lon_e5, listed, frames, created_us";
const CONTRACT: &str = "id, holder, start_day, end_day, currency, price_kind, price, share_key, rule, closes, on_site, home, vat, \
                        vat_class, exemption, exemption_code, order_number, renews_months, notice_days, follows, noticed_us, \
                        created_us, by_party, subject, lang";
const KIOSK: &str = "id, institution, name, token_hash, networks, created_us, ended_us, by_party";

impl Tx {
    /// Writes an institution, or replaces what is known of it; its billing particulars stay.
    pub async fn put_institution(&mut self, i: &InstitutionRow) -> Result<(), Fault> {
        let sql = format!(
            "insert into institution ({INSTITUTION}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) \
             on conflict (party) do update set slug = excluded.slug, kind = excluded.kind, street = excluded.street, \
             postcode = excluded.postcode, town = excluded.town, country = excluded.country, url = excluded.url, \
             lat_e5 = excluded.lat_e5, lon_e5 = excluded.lon_e5, listed = excluded.listed, frames = excluded.frames"
        );
        let values = args![
            i.party.as_str(),
            &i.slug,
            &i.kind,
            &i.street,
            &i.postcode,
            &i.town,
            &i.country,
            &i.url,
            i.at.map(|a| a.0),
            i.at.map(|a| a.1),
            i.listed,
            &i.frames,
            i.created.as_microsecond(),
        ];
        self.run(&sql, values).await.map(drop)
    }

    /// All institutions, by their names in addresses.
    pub async fn institutions(&mut self) -> Result<Vec<InstitutionRow>, Fault> {
        let sql = format!("select {INSTITUTION} from institution order by slug");
        self.rows(&sql, args![]).await?.iter().map(institution_row).collect()
    }

    /// An institution by its party.
    pub async fn institution(&mut self, party: &PartyId) -> Result<Option<InstitutionRow>, Fault> {
        let sql = format!("select {INSTITUTION} from institution where party = $1");
        self.row(&sql, args![party.as_str()]).await?.as_ref().map(institution_row).transpose()
    }

    /// An institution by its name in addresses, the present one or an earlier one.
    pub async fn institution_at(&mut self, slug: &str) -> Result<Option<InstitutionRow>, Fault> {
        let sql = format!(
            "select {INSTITUTION} from institution where slug = $1 \
             or party in (select party from institution_name where slug = $1) order by slug = $1 desc"
        );
        self.row(&sql, args![slug]).await?.as_ref().map(institution_row).transpose()
    }

    /// Keeps a name in addresses that another took the place of, or takes it back where it is in use again.
    pub async fn keep_old_name(&mut self, slug: &str, party: &PartyId, now: Timestamp) -> Result<(), Fault> {
        let sql = "insert into institution_name (slug, party, until_us) values ($1, $2, $3) \
                   on conflict (slug) do update set until_us = excluded.until_us";
        self.run(sql, args![slug, party.as_str(), now.as_microsecond()]).await.map(drop)
    }

    /// Forgets that a name was an earlier one.
    pub async fn drop_old_name(&mut self, slug: &str) -> Result<(), Fault> {
        self.run("delete from institution_name where slug = $1", args![slug]).await.map(drop)
    }

    /// Makes whoever changes these institutions' contracts, seats or invoices wait for each other until the end of the
    /// transaction. In order of their ids, so that two never wait for one another.
    pub async fn hold_institutions(&mut self, parties: &[PartyId]) -> Result<(), Fault> {
        let mut ordered: Vec<&PartyId> = parties.iter().collect();
        ordered.sort();
        ordered.dedup();
        for party in ordered {
            let sql = "update institution set created_us = created_us where party = $1";
            self.run(sql, args![party.as_str()]).await?;
        }
        Ok(())
    }

    /// Notes what an invoice to an institution needs, encrypted.
    pub async fn set_billing(
        &mut self,
        key: &FieldKey,
        party: &PartyId,
        body: &str,
        nonce: [u8; 24],
    ) -> Result<(), Fault> {
        let sealed = key.seal(&format!("institution/{party}/billing"), body, nonce)?;
        let sql = "update institution set sealed_billing = $2 where party = $1";
        self.run(sql, args![party.as_str(), sealed]).await.map(drop)
    }

    /// What an invoice to an institution needs, where it is known.
    pub async fn billing(&mut self, key: &FieldKey, party: &PartyId) -> Result<Option<String>, Fault> {
        let sql = "select sealed_billing from institution where party = $1";
        let sealed =
            self.row(sql, args![party.as_str()]).await?.map(|r| r.opt_blob(0)).transpose()?.flatten();
        sealed.map(|bytes| key.open(&format!("institution/{party}/billing"), &bytes)).transpose()
    }

    /// Writes a contract with the institutions under it.
    pub async fn insert_contract(
        &mut self,
        c: &ContractRow,
        members: &[ContractMemberRow],
    ) -> Result<(), Fault> {
        let sql = format!(
            "insert into contract ({CONTRACT}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, \
             $17, $18, $19, $20, $21, $22, $23, $24, $25)"
        );
        let values = args![
            c.id.as_str(),
            c.holder.as_str(),
            c.start.to_string(),
            c.end.to_string(),
            c.price.currency().code(),
            &c.price_kind,
            c.price.micros(),
            &c.key,
            &c.rule,
            &c.closes,
            c.on_site,
            c.home,
            &c.vat,
            &c.vat_class,
            &c.exemption,
            &c.exemption_code,
            &c.order,
            c.renews_months,
            c.notice_days,
            c.follows.as_ref().map(|f| f.as_str().to_owned()),
            c.noticed.map(|t| t.as_microsecond()),
            c.created.as_microsecond(),
            &c.by,
            &c.subject,
            &c.lang,
        ];
        self.run(&sql, values).await?;
        let rows = members
            .iter()
            .map(|m| args![m.contract.as_str(), m.institution.as_str(), m.seats, m.inhabitants, m.weight])
            .collect();
        let head = "insert into contract_member (contract, institution, seats, inhabitants, weight)";
        self.insert_many(head, rows, "").await
    }

    /// A contract by id.
    pub async fn contract(&mut self, id: &ContractId) -> Result<Option<ContractRow>, Fault> {
        Ok(self.contracts("id = $1", id.as_str()).await?.into_iter().next())
    }

    /// All contracts, by their first days.
    pub async fn all_contracts(&mut self) -> Result<Vec<ContractRow>, Fault> {
        self.contracts("$1 = ''", "").await
    }

    /// The contracts an institution stands under, by their first days.
    pub async fn contracts_of(&mut self, institution: &PartyId) -> Result<Vec<ContractRow>, Fault> {
        let condition = "id in (select contract from contract_member where institution = $1)";
        self.contracts(condition, institution.as_str()).await
    }

    /// The contracts an institution signed, by their first days.
    pub async fn contracts_held(&mut self, holder: &PartyId) -> Result<Vec<ContractRow>, Fault> {
        self.contracts("holder = $1", holder.as_str()).await
    }

    async fn contracts(&mut self, condition: &str, value: &str) -> Result<Vec<ContractRow>, Fault> {
        let sql = format!("select {CONTRACT} from contract where {condition} order by start_day, id");
        self.rows(&sql, args![value]).await?.iter().map(contract_row).collect()
    }

    /// The institutions under a contract, by id.
    pub async fn contract_members(&mut self, id: &ContractId) -> Result<Vec<ContractMemberRow>, Fault> {
        let sql = "select contract, institution, seats, inhabitants, weight from contract_member \
                   where contract = $1 order by institution";
        let rows = self.rows(sql, args![id.as_str()]).await?;
        rows.iter()
            .map(|r| {
                Ok(ContractMemberRow {
                    contract: r.parse(0)?,
                    institution: r.parse(1)?,
                    seats: r.opt_int(2)?,
                    inhabitants: r.opt_int(3)?,
                    weight: r.opt_int(4)?,
                })
            })
            .collect()
    }

    /// Notes that a contract will not be renewed; false where that is noted already.
    pub async fn notice_contract(&mut self, id: &ContractId, now: Timestamp) -> Result<bool, Fault> {
        let sql = "update contract set noticed_us = $2 where id = $1 and noticed_us is null";
        Ok(self.run(sql, args![id.as_str(), now.as_microsecond()]).await? > 0)
    }

    /// Whether a member has a seat in a contract.
    pub async fn has_seat(&mut self, contract: &ContractId, member: &str) -> Result<bool, Fault> {
        let sql = "select 1 from seat where contract = $1 and member = $2";
        Ok(self.row(sql, args![contract.as_str(), member]).await?.is_some())
    }

    /// How many of an institution's seats in a contract are taken.
    pub async fn seats_taken(&mut self, contract: &ContractId, institution: &PartyId) -> Result<i64, Fault> {
        let sql = "select count(*) from seat where contract = $1 and institution = $2";
        self.number(sql, args![contract.as_str(), institution.as_str()]).await
    }

    /// Gives a member a seat; the same seat twice is one.
    pub async fn take_seat(
        &mut self,
        contract: &ContractId,
        institution: &PartyId,
        member: &str,
        now: Timestamp,
    ) -> Result<(), Fault> {
        let sql = "insert into seat (contract, member, institution, since_us) values ($1, $2, $3, $4) on conflict do nothing";
        let values = args![contract.as_str(), member, institution.as_str(), now.as_microsecond()];
        self.run(sql, values).await.map(drop)
    }

    /// Gives a member another name in every seat, such as one that leads to nobody; the seats stay taken.
    pub async fn rename_seats(&mut self, member: &str, name: &str) -> Result<(), Fault> {
        self.run("update seat set member = $2 where member = $1", args![member, name]).await.map(drop)
    }

    /// Writes a kiosk.
    pub async fn insert_kiosk(&mut self, k: &KioskRow) -> Result<(), Fault> {
        let sql = format!("insert into kiosk ({KIOSK}) values ($1, $2, $3, $4, $5, $6, $7, $8)");
        let values = args![
            k.id.as_str(),
            k.institution.as_str(),
            &k.name,
            &k.token_hash,
            &k.networks,
            k.created.as_microsecond(),
            k.ended.map(|t| t.as_microsecond()),
            &k.by,
        ];
        self.run(&sql, values).await.map(drop)
    }

    /// The kiosks of an institution, by name.
    pub async fn kiosks_of(&mut self, institution: &PartyId) -> Result<Vec<KioskRow>, Fault> {
        let sql = format!("select {KIOSK} from kiosk where institution = $1 order by name, id");
        self.rows(&sql, args![institution.as_str()]).await?.iter().map(kiosk_row).collect()
    }

    /// The kiosk with a token, by the token's hash.
    pub async fn kiosk_by_token(&mut self, hash: &str) -> Result<Option<KioskRow>, Fault> {
        let sql = format!("select {KIOSK} from kiosk where token_hash = $1");
        self.row(&sql, args![hash]).await?.as_ref().map(kiosk_row).transpose()
    }

    /// Ends a kiosk; false where there is none that runs.
    pub async fn end_kiosk(&mut self, id: &KioskId, now: Timestamp) -> Result<bool, Fault> {
        let sql = "update kiosk set ended_us = $2 where id = $1 and ended_us is null";
        Ok(self.run(sql, args![id.as_str(), now.as_microsecond()]).await? > 0)
    }

    /// A country's rate of VAT of a class on a day.
    pub async fn vat_rate(&mut self, country: &str, class: &str, day: Date) -> Result<Option<Ratio>, Fault> {
        let sql = "select num, den from vat_rate where country = $1 and class = $2 and since_day <= $3 \
                   order by since_day desc limit 1";
        let row = self.row(sql, args![country, class, day.to_string()]).await?;
        row.map(|r| ratio(&r, 0)).transpose()
    }

    /// Notes a rate of VAT from a day on.
    pub async fn put_vat_rate(
        &mut self,
        country: &str,
        class: &str,
        since: Date,
        rate: Ratio,
        by: &str,
    ) -> Result<(), Fault> {
        let sql = "insert into vat_rate (country, class, since_day, num, den, by_party) values ($1, $2, $3, $4, $5, $6) \
                   on conflict (country, class, since_day) do update set num = excluded.num, den = excluded.den, by_party = excluded.by_party";
        let (num, den) = (i64::from(rate.numerator()), i64::from(rate.denominator()));
        self.run(sql, args![country, class, since.to_string(), num, den, by]).await.map(drop)
    }

    /// All rates of VAT: country, class, first day, rate.
    pub async fn vat_rates(&mut self) -> Result<Vec<(String, String, Date, Ratio)>, Fault> {
        let sql =
            "select country, class, since_day, num, den from vat_rate order by country, class, since_day";
        let rows = self.rows(sql, args![]).await?;
        rows.iter().map(|r| Ok((r.text(0)?, r.text(1)?, r.parse(2)?, ratio(r, 3)?))).collect()
    }

    /// Asks once more for a place to take part.
    pub async fn add_wish(&mut self, place: &str, month: &str) -> Result<(), Fault> {
        let sql = "insert into place_wish (place, month, wishes) values ($1, $2, 1) \
                   on conflict (place, month) do update set wishes = place_wish.wishes + 1";
        self.run(sql, args![place, month]).await.map(drop)
    }

    /// How often each place was asked for, most often first.
    pub async fn wishes(&mut self) -> Result<Vec<(String, i64)>, Fault> {
        let sql = "select place, cast(sum(wishes) as bigint) as n from place_wish group by place order by n desc, place";
        self.rows(sql, args![]).await?.iter().map(|r| Ok((r.text(0)?, r.int(1)?))).collect()
    }
}

fn ratio(row: &Row, from: usize) -> Result<Ratio, Fault> {
    let part = |at| row.int(at).map(|v| u64::try_from(v).unwrap_or(0));
    Ratio::new(part(from)?, part(from + 1)?).map_err(|e| Fault::new(e.to_string()))
}

fn institution_row(r: &Row) -> Result<InstitutionRow, Fault> {
    Ok(InstitutionRow {
        party: r.parse(0)?,
        slug: r.text(1)?,
        kind: r.text(2)?,
        street: r.text(3)?,
        postcode: r.text(4)?,
        town: r.text(5)?,
        country: r.text(6)?,
        url: r.text(7)?,
        at: r.opt_int(8)?.zip(r.opt_int(9)?),
        listed: r.int(10)? == 1,
        frames: r.text(11)?,
        created: instant(r.int(12)?)?,
    })
}

fn contract_row(r: &Row) -> Result<ContractRow, Fault> {
    let currency: Currency = r.parse(4)?;
    Ok(ContractRow {
        id: r.parse(0)?,
        holder: r.parse(1)?,
        start: r.parse(2)?,
        end: r.parse(3)?,
        price_kind: r.text(5)?,
        price: Amount::from_micros(r.int(6)?, currency),
        key: r.text(7)?,
        rule: r.text(8)?,
        closes: r.text(9)?,
        on_site: r.int(10)? == 1,
        home: r.int(11)? == 1,
        vat: r.text(12)?,
        vat_class: r.text(13)?,
        exemption: r.text(14)?,
        exemption_code: r.text(15)?,
        order: r.text(16)?,
        renews_months: r.opt_int(17)?,
        notice_days: r.int(18)?,
        follows: r.opt_parse(19)?,
        noticed: r.opt_int(20)?.map(instant).transpose()?,
        created: instant(r.int(21)?)?,
        by: r.text(22)?,
        subject: r.text(23)?,
        lang: r.text(24)?,
    })
}

fn kiosk_row(r: &Row) -> Result<KioskRow, Fault> {
    Ok(KioskRow {
        id: r.parse(0)?,
        institution: r.parse(1)?,
        name: r.text(2)?,
        token_hash: r.text(3)?,
        networks: r.text(4)?,
        created: instant(r.int(5)?)?,
        ended: r.opt_int(6)?.map(instant).transpose()?,
        by: r.text(7)?,
    })
}
