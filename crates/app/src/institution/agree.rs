//! Contracts: what is agreed, for how long, how it goes on and how it ends.

use jiff::civil::Date;
use jiff::{Span, Timestamp};
use money::Amount;
use music::PartyId;
use store::{ContractMemberRow, ContractRow, Tx};

use crate::failure::refuse;
use crate::institution::{contract_in, found, terms, today};
use crate::{Failure, House, allocation};

/// An institution under a contract to be.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Under {
    /// Id, name in addresses or name.
    pub institution: String,
    /// Its seats; not counted where absent.
    pub seats: Option<u64>,
    /// Its inhabitants.
    pub inhabitants: Option<u64>,
    /// Its weight.
    pub weight: Option<u64>,
}

/// A contract to note.
#[derive(Debug, Clone)]
pub struct Agree {
    /// Who signs and is billed.
    pub holder: String,
    /// The institutions under it; the holder alone where empty, with nothing counted.
    pub members: Vec<Under>,
    /// First day.
    pub start: Date,
    /// First day after it.
    pub end: Date,
    /// `per-seat`, `flat` or `per-inhabitant`.
    pub price_kind: String,
    /// The price for the whole term, before VAT.
    pub price: Amount,
    /// `equal`, `seats`, `inhabitants` or `weights`.
    pub key: String,
    /// The rule's name.
    pub rule: String,
    /// What is sold, as the invoice says it.
    pub subject: String,
    /// `en` or `fr`.
    pub lang: String,
    /// `month`, `quarter` or `term`.
    pub closes: String,
    /// Whether kiosks are agreed.
    pub on_site: bool,
    /// Whether access from home is agreed.
    pub home: bool,
    /// VAT category: `S`, `Z`, `E`, `AE` or `O`.
    pub vat: String,
    /// Which of the country's rates.
    pub vat_class: String,
    /// Why there is no VAT, as printed.
    pub exemption: String,
    /// The code of that reason.
    pub exemption_code: String,
    /// The buyer's order number.
    pub order: String,
    /// Months by which it goes on.
    pub renews_months: Option<u32>,
    /// Days before the end until which notice may be given.
    pub notice_days: u32,
    /// Who notes it.
    pub by: String,
}

/// A contract with who is under it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agreed {
    /// The contract.
    pub row: ContractRow,
    /// The institutions, each with its name.
    pub members: Vec<(ContractMemberRow, String)>,
    /// The holder's name.
    pub holder: String,
    /// The price of the whole term.
    pub total: Amount,
}

/// Notes a contract.
///
/// # Errors
/// In this order: what finding the institutions refuses, `contract-word` (a word that is not known), `rule-unknown`,
/// `contract-terms`, `contract-access`, `contract-vat`, `contract-overlap`.
pub async fn agree(house: &House, ask: Agree) -> Result<Agreed, Failure> {
    let now = house.now();
    let mut tx = house.store.begin().await?;
    let holder = found(&mut tx, &ask.holder).await?.row.party;
    let id = house.contract_id();
    let mut members = Vec::new();
    let alone = [Under { institution: holder.to_string(), ..Under::default() }];
    let under = if ask.members.is_empty() { &alone[..] } else { ask.members.as_slice() };
    let count = |n: Option<u64>| n.and_then(|n| i64::try_from(n).ok());
    for one in under {
        members.push(ContractMemberRow {
            contract: id.clone(),
            institution: found(&mut tx, &one.institution).await?.row.party,
            seats: count(one.seats),
            inhabitants: count(one.inhabitants),
            weight: count(one.weight),
        });
    }
    let row = ContractRow {
        id,
        holder,
        start: ask.start,
        end: ask.end,
        price_kind: known(&ask.price_kind, &["per-seat", "flat", "per-inhabitant"])?,
        price: ask.price,
        key: known(&ask.key, &["equal", "seats", "inhabitants", "weights"])?,
        rule: allocation::rule_named(&ask.rule)?.label(),
        subject: ask.subject.trim().to_owned(),
        lang: known(&ask.lang, &["en", "fr"])?,
        closes: known(&ask.closes, &["month", "quarter", "term"])?,
        on_site: ask.on_site,
        home: ask.home,
        vat: known(&ask.vat, &["S", "Z", "E", "AE", "O"])?,
        vat_class: ask.vat_class.trim().to_owned(),
        exemption: ask.exemption.trim().to_owned(),
        exemption_code: ask.exemption_code.trim().to_owned(),
        order: ask.order.trim().to_owned(),
        renews_months: ask.renews_months.filter(|m| *m > 0).map(i64::from),
        notice_days: i64::from(ask.notice_days),
        follows: None,
        noticed: None,
        created: now,
        by: ask.by.clone(),
    };
    let agreed = record(house, &mut tx, row, members, &ask.by, "contract", now).await?;
    tx.commit().await?;
    Ok(agreed)
}

async fn record(
    house: &House,
    tx: &mut Tx,
    row: ContractRow,
    members: Vec<ContractMemberRow>,
    by: &str,
    action: &str,
    now: Timestamp,
) -> Result<Agreed, Failure> {
    let terms = terms(&row, &members)?;
    terms.check().map_err(|e| {
        let hint = "what the price and the key count is told of every institution: `--under NAME:seats=40:inhabitants=34000`";
        refuse("contract-terms", e.to_string(), hint)
    })?;
    if !row.on_site && !row.home {
        let message = "a contract without kiosks and without access from home gives access to nobody";
        return Err(refuse("contract-access", message, "`--home`, `--on-site`, or both"));
    }
    let mention = row.vat == "E" && row.exemption.is_empty();
    let class = row.vat == "S" && row.vat_class.is_empty();
    if mention || class {
        let message =
            if mention { "an exemption from VAT needs its mention" } else { "VAT needs its class of rates" };
        return Err(refuse(
            "contract-vat",
            message,
            "`--exemption \"TVA non applicable, …\"`, or `--vat-class standard`",
        ));
    }
    let institutions: Vec<PartyId> = members.iter().map(|m| m.institution.clone()).collect();
    tx.hold_institutions(&institutions).await?;
    for institution in &institutions {
        let others = tx.contracts_of(institution).await?;
        if let Some(other) = others.iter().find(|o| o.start < row.end && row.start < o.end) {
            let name = tx.party(institution).await?.map(|p| p.party.name).unwrap_or_default();
            return Err(refuse(
                "contract-overlap",
                format!(
                    "`{name}` stands under the contract `{}` from {} until {} already",
                    other.id, other.start, other.end
                ),
                "begin the new one where that one ends",
            ));
        }
    }
    tx.insert_contract(&row, &members).await?;
    let detail = format!("{} until {}", row.start, row.end);
    tx.note(house.now().max(now), by, &format!("institution {action}"), row.id.as_str(), &detail).await?;
    shown(tx, row).await
}

/// The contracts an institution signed or stands under; all where none is named. By their first days.
pub async fn contracts(house: &House, who: Option<&str>) -> Result<Vec<Agreed>, Failure> {
    let mut tx = house.store.begin_read().await?;
    let rows = match who {
        None => tx.all_contracts().await?,
        Some(text) => {
            let party = found(&mut tx, text).await?.row.party;
            let mut rows = tx.contracts_of(&party).await?;
            for held in tx.contracts_held(&party).await? {
                if !rows.iter().any(|r| r.id == held.id) {
                    rows.push(held);
                }
            }
            rows.sort_by_key(|r| r.start);
            rows
        }
    };
    let mut all = Vec::new();
    for row in rows {
        all.push(shown(&mut tx, row).await?);
    }
    Ok(all)
}

pub(crate) async fn shown(tx: &mut Tx, row: ContractRow) -> Result<Agreed, Failure> {
    let rows = tx.contract_members(&row.id).await?;
    let total = terms(&row, &rows)?.total().map_err(|e| Failure::Fault(store::Fault::new(e.to_string())))?;
    let mut members = Vec::new();
    for member in rows {
        let name = tx.party(&member.institution).await?.map(|p| p.party.name).unwrap_or_default();
        members.push((member, name));
    }
    let holder = tx.party(&row.holder).await?.map(|p| p.party.name).unwrap_or_default();
    Ok(Agreed { row, members, holder, total })
}

/// Notes that a contract will not go on.
///
/// # Errors
/// `contract-unknown`, `contract-notice` where notice comes too late, was given, or has nothing to end.
pub async fn notice(house: &House, contract: &str, by: &str) -> Result<(), Failure> {
    let now = house.now();
    let mut tx = house.store.begin().await?;
    let row = contract_in(&mut tx, contract).await?;
    let last = row.end.checked_sub(Span::new().days(row.notice_days)).unwrap_or(row.start);
    let refused = if row.renews_months.is_none() {
        Some("it ends by itself".to_owned())
    } else if row.noticed.is_some() {
        Some("notice was given already".to_owned())
    } else if today(house) > last {
        Some(format!("notice had to be given by {last}"))
    } else {
        None
    };
    if let Some(why) = refused {
        let message = format!("no notice can be given of the contract `{}`: {why}", row.id);
        return Err(refuse("contract-notice", message, "let it go on and give notice of the next term"));
    }
    tx.notice_contract(&row.id, now).await?;
    tx.note(now, by, "institution notice", row.id.as_str(), "").await?;
    tx.commit().await?;
    Ok(())
}

/// Lets a contract go on for its next term, with the same terms.
///
/// # Errors
/// `contract-unknown`, `contract-renewal` where it does not go on or did, and what noting a contract refuses.
pub async fn renew(house: &House, contract: &str, by: &str) -> Result<Agreed, Failure> {
    let mut tx = house.store.begin().await?;
    let row = contract_in(&mut tx, contract).await?;
    let agreed = renew_in(house, &mut tx, &row, by).await?;
    tx.commit().await?;
    Ok(agreed)
}

/// Lets every contract go on whose notice is over and whose next term is not noted; a job of each day. Tells the new
/// ones, and of each that could not go on why.
pub async fn renew_due(house: &House, by: &str) -> Result<(Vec<Agreed>, Vec<(String, Failure)>), Failure> {
    let day = today(house);
    let mut read = house.store.begin_read().await?;
    let rows = read.all_contracts().await?;
    drop(read);
    let (mut done, mut failed) = (Vec::new(), Vec::new());
    for row in &rows {
        let last = row.end.checked_sub(Span::new().days(row.notice_days)).unwrap_or(row.start);
        let followed = rows.iter().any(|r| r.follows.as_ref() == Some(&row.id));
        if row.renews_months.is_none() || row.noticed.is_some() || followed || day <= last {
            continue;
        }
        match renew(house, row.id.as_str(), by).await {
            Ok(agreed) => done.push(agreed),
            Err(Failure::Fault(fault)) => return Err(Failure::Fault(fault)),
            Err(refused) => failed.push((row.id.to_string(), refused)),
        }
    }
    Ok((done, failed))
}

async fn renew_in(house: &House, tx: &mut Tx, row: &ContractRow, by: &str) -> Result<Agreed, Failure> {
    let now = house.now();
    let no = |why: &str| {
        let message = format!("the contract `{}` does not go on: {why}", row.id);
        refuse("contract-renewal", message, "note a new contract: `tantieme institution agree`")
    };
    let months =
        row.renews_months.and_then(|m| i32::try_from(m).ok()).ok_or_else(|| no("no renewal was agreed"))?;
    if row.noticed.is_some() {
        return Err(no("notice was given"));
    }
    if tx.contracts_held(&row.holder).await?.iter().any(|c| c.follows.as_ref() == Some(&row.id)) {
        return Err(no("its next term is noted already"));
    }
    let (start, end) = programmes::streaming::contract::next_term(row.end, months)
        .ok_or_else(|| no("its next term is beyond the calendar"))?;
    let id = house.contract_id();
    let mut members = tx.contract_members(&row.id).await?;
    members.iter_mut().for_each(|m| m.contract = id.clone());
    let next = ContractRow {
        id,
        start,
        end,
        follows: Some(row.id.clone()),
        noticed: None,
        created: now,
        by: by.to_owned(),
        ..row.clone()
    };
    record(house, tx, next, members, by, "renew", now).await
}

fn known(word: &str, words: &[&str]) -> Result<String, Failure> {
    let word = word.trim();
    if words.contains(&word) {
        return Ok(word.to_owned());
    }
    Err(refuse(
        "contract-word",
        format!("`{word}` is not known in a contract"),
        format!("one of {}", words.join(", ")),
    ))
}
