//! Who may speak for whom. Adding an agent waits; taking one away holds at once.

use consent::registry::{Mandate, Object, read_line};
use consent::uses::{LIST, Named};
use jiff::civil::Date;
use music::Party;
use serde_json::{Value, json};
use store::{ConsentRow, Tx, WaitRow};

use super::change::{self, Change};
use super::{end_line, fresh_id, put_line, say, today, wait};
use crate::failure::refuse;
use crate::{Failure, House, log};

/// A mandate to give.
#[derive(Debug, Clone, Default, serde::Serialize, serde::Deserialize)]
pub struct Give {
    /// Who is spoken for.
    pub principal: String,
    /// Who speaks.
    pub agent: String,
    /// For which uses and groups.
    pub uses: Vec<String>,
    /// Where; everywhere where empty.
    pub territories: Vec<String>,
    /// Until when; the day after the last.
    pub until: Option<Date>,
    /// The agent is the guardian of a minor.
    pub guardian: bool,
    /// Who enters it.
    pub by: String,
}

/// Gives a mandate: it waits for the principal's code or for time.
///
/// # Errors
/// `party-unknown`, `party-not-here`, `consent-agent-self`, `consent-use`, `consent-line`.
pub async fn give(house: &House, ask: &Give) -> Result<WaitRow, Failure> {
    let mut tx = house.store.begin().await?;
    let (line, principal, agent) = read(house, &mut tx, ask).await?;
    let _ = line;
    let body = serde_json::to_value(ask).map_err(|e| log::broken(&e))?;
    let what = format!("agent {}: {}", agent.name, ask.uses.join(" "));
    let waiting = wait::put_off(house, &mut tx, "agent", &principal.id, body, &what).await?;
    tx.note(house.now(), &ask.by, "consent mandate", principal.id.as_str(), &what).await?;
    tx.commit().await?;
    Ok(waiting)
}

pub(super) async fn give_now(house: &House, tx: &mut Tx, ask: &Give) -> Result<ConsentRow, Failure> {
    let (line, principal, agent) = read(house, tx, ask).await?;
    put_line(house, tx, "mandate", &agent.id, &principal.id, &format!("mandate:{}", agent.id), &line).await
}

async fn read(house: &House, tx: &mut Tx, ask: &Give) -> Result<(Value, Party, Party), Failure> {
    let principal = say::here(tx, &ask.principal).await?;
    let agent = say::here(tx, &ask.agent).await?;
    if principal.party.id == agent.party.id {
        return Err(refuse(
            "consent-agent-self",
            format!("`{}` speaks for itself without a mandate", agent.party.name),
            "name another party",
        ));
    }
    say::named(&ask.uses)?;
    let level = super::level::of(tx, &principal).await?;
    let mut line = json!({
        "type": "mandate", "id": fresh_id(house, "mdt"), "principal": principal.party.id.as_str(),
        "agent": agent.party.id.as_str(), "uses": ask.uses, "level": level.code(),
    });
    if let Some(object) = line.as_object_mut() {
        if !ask.territories.is_empty() {
            object.insert("territories".into(), json!(ask.territories));
        }
        if let Some(until) = ask.until {
            object.insert("until".into(), until.to_string().into());
        }
        if ask.guardian {
            object.insert("guardian".into(), true.into());
        }
    }
    let told = |p: music::Problem| refuse("consent-line", p.message, p.hint);
    if let Some(object) = read_line(1, line.to_string().as_bytes()).map_err(told)? {
        consent::Builder::default().push(1, &object).map_err(told)?;
    }
    Ok((line, principal.party, agent.party))
}

/// Takes a mandate back, by either side; it holds at once.
///
/// # Errors
/// `mandate-unknown`, `mandate-ended`.
pub async fn revoke(house: &House, id: &str, by: &str) -> Result<ConsentRow, Failure> {
    let mut tx = house.store.begin().await?;
    let row = tx.consent_line(id).await?.filter(|r| r.kind == "mandate");
    let row = row.ok_or_else(|| {
        refuse(
            "mandate-unknown",
            format!("there is no mandate `{id}`"),
            "`tantieme consent show PARTY` lists them",
        )
    })?;
    if row.end.is_some() {
        return Err(refuse(
            "mandate-ended",
            format!("the mandate `{id}` was taken back already"),
            "nothing is left to do",
        ));
    }
    end_line(house, &mut tx, &row).await?;
    let change = Change {
        what: "mandate-ended",
        line: id,
        holder: Some(&row.holder),
        subjects: &["catalogue".to_owned()],
        uses: &[],
        licensees: &[],
    };
    change::tell(house, &mut tx, &change).await?;
    tx.note(house.now(), by, "consent revoke", id, row.holder.as_str()).await?;
    let row = tx.consent_line(id).await?.unwrap_or(row);
    tx.commit().await?;
    Ok(row)
}

/// That an agent has a live mandate for everything it says.
pub(crate) async fn speaks(
    house: &House,
    tx: &mut Tx,
    agent: &Party,
    holder: &Party,
    uses: &Named,
) -> Result<(), Failure> {
    let day = today(house);
    let lives = |m: &Mandate| m.until.is_none_or(|u| day < u) && m.from.is_none_or(|f| f <= day);
    let mut covered = Named::default();
    for row in tx.consent_of(&holder.id).await? {
        if row.kind != "mandate" || row.speaker != agent.id || row.end.is_some() {
            continue;
        }
        if let Ok(Some(Object::Mandate(m))) = read_line(1, row.line.as_bytes())
            && lives(&m)
        {
            m.uses.iter().for_each(|u| drop(covered.add(u)));
        }
    }
    let missing = LIST.iter().find(|row| uses.speaks_of(row.usage) && !covered.speaks_of(row.usage));
    match missing {
        None => Ok(()),
        Some(row) => Err(refuse(
            "consent-mandate",
            format!("`{}` has no mandate of `{}` for `{}`", agent.name, holder.name, row.code),
            "the holder gives one: `tantieme consent mandate`",
        )),
    }
}
