//! Parties: registering, finding, other names, shares.

use jiff::Timestamp;
use money::Ratio;
use music::share::Standing as Standing_;
use music::{
    Ipi, Isni, Party, PartyId, PartyKind, Period, RecordingId, RightsShare, ShareStatus, ShareSubject,
    Territory, UseType,
};
use store::{PartyRecord, ShareRow, Standing, Tx};

use crate::failure::refuse;
use crate::{Failure, House};

/// Somebody to register.
#[derive(Debug, Clone, Default)]
pub struct Register {
    /// The name as credited.
    pub name: String,
    /// `person`, `group` or `organisation`; a person where empty.
    pub kind: String,
    /// Where they are at home.
    pub territory: Option<String>,
    /// ISNI.
    pub isni: Option<String>,
    /// IPI name number.
    pub ipi: Option<String>,
    /// Other names.
    pub aliases: Vec<String>,
    /// Mail address; kept encrypted.
    pub mail: Option<String>,
    /// Who registers them.
    pub by: String,
}

/// Registers a party; the same name twice is fine, the same identifier is not.
pub async fn register(house: &House, ask: Register) -> Result<PartyRecord, Failure> {
    let now = house.now();
    if ask.name.trim().is_empty() {
        return Err(refuse("party-name", "a party needs a name", ""));
    }
    let kind = match ask.kind.as_str() {
        "" => PartyKind::Person,
        word => PartyKind::from_word(word).ok_or_else(|| {
            refuse(
                "party-kind",
                format!("`{word}` is no kind of party"),
                "`person`, `group` or `organisation`",
            )
        })?,
    };
    let party = Party {
        id: house.party_id(),
        name: ask.name.trim().to_owned(),
        aliases: ask.aliases.clone(),
        kind,
        territory: ask.territory.as_deref().map(read_territory).transpose()?,
        isni: ask.isni.as_deref().map(|t| t.parse::<Isni>().map_err(bad_identifier)).transpose()?,
        ipi: ask.ipi.as_deref().map(|t| t.parse::<Ipi>().map_err(bad_identifier)).transpose()?,
        mbid: None,
    };
    let mut tx = house.store.begin().await?;
    match tx.insert_party(&party, Standing::Here, now).await {
        Err(fault) if fault.is_duplicate() => {
            let hint = "`tantieme party list` shows who; add other names with `tantieme party alias`";
            return Err(refuse(
                "party-identifier",
                "another party has this ISNI or IPI number already",
                hint,
            ));
        }
        other => other?,
    }
    if let Some(mail) = &ask.mail {
        tx.set_secret(house.store.fields(), &party.id, "mail", mail, house.world.nonce(), now).await?;
    }
    tx.note(now, &ask.by, "party register", party.id.as_str(), &party.name).await?;
    let record = tx.party(&party.id).await?;
    tx.commit().await?;
    record.ok_or_else(|| Failure::Fault(store::Fault::new("a party vanished while it was written")))
}

/// The party meant by an id or by a name that only one party has.
pub async fn find(tx: &mut Tx, text: &str) -> Result<PartyRecord, Failure> {
    if let Ok(id) = text.parse::<PartyId>() {
        return tx
            .party(&id)
            .await?
            .ok_or_else(|| refuse("party-unknown", format!("there is no party `{text}`"), ""));
    }
    let mut named = tx.parties_named(text).await?;
    match (named.len(), named.pop()) {
        (1, Some(one)) => Ok(one),
        (0, _) => Err(refuse(
            "party-unknown",
            format!("nobody here is called `{text}`"),
            format!("register them: `tantieme party add \"{text}\"`"),
        )),
        (n, last) => {
            let mut ids: Vec<String> = named.iter().map(|p| p.party.id.to_string()).collect();
            ids.extend(last.map(|p| p.party.id.to_string()));
            Err(refuse(
                "party-several",
                format!("{n} parties are called `{text}`"),
                format!("use one of the ids: {}", ids.join(", ")),
            ))
        }
    }
}

/// The party a credit names, made as an unclaimed one where nobody has the name; `None` where several
/// have it and guessing would pay a stranger.
/// The name of a party; empty where it is not there.
pub(crate) async fn name(tx: &mut Tx, id: &PartyId) -> Result<String, Failure> {
    Ok(tx.party(id).await?.map(|p| p.party.name).unwrap_or_default())
}

pub(crate) async fn credited(
    house: &House,
    tx: &mut Tx,
    name: &str,
    now: Timestamp,
) -> Result<Option<PartyId>, Failure> {
    let name = name.trim();
    if music::name_key(name).is_empty() {
        return Ok(None);
    }
    let named = tx.parties_named(name).await?;
    match named.as_slice() {
        [one] => Ok(Some(one.party.id.clone())),
        [] => {
            let party = Party {
                id: house.party_id(),
                name: name.to_owned(),
                aliases: Vec::new(),
                kind: PartyKind::Person,
                territory: None,
                isni: None,
                ipi: None,
                mbid: None,
            };
            tx.insert_party(&party, Standing::Unclaimed, now).await?;
            Ok(Some(party.id))
        }
        _ => Ok(None),
    }
}

/// The party meant by an id or by a name that only one party has.
pub async fn one(house: &House, text: &str) -> Result<PartyRecord, Failure> {
    let mut tx = house.store.begin_read().await?;
    find(&mut tx, text).await
}

/// The names of parties, by id; who is not here is left out.
pub async fn names(
    house: &House,
    ids: impl IntoIterator<Item = PartyId>,
) -> Result<std::collections::BTreeMap<PartyId, String>, Failure> {
    let mut tx = house.store.begin_read().await?;
    let mut names = std::collections::BTreeMap::new();
    for id in ids {
        if !names.contains_key(&id)
            && let Some(record) = tx.party(&id).await?
        {
            names.insert(id, record.party.name);
        }
    }
    Ok(names)
}

/// All parties by name, or those whose name holds these words.
pub async fn list(house: &House, words: &str) -> Result<Vec<PartyRecord>, Failure> {
    let mut tx = house.store.begin_read().await?;
    Ok(if words.trim().is_empty() { tx.parties().await? } else { tx.search_parties(words, 200).await? })
}

/// Adds another name of a party. A name that somebody else has is refused unless it is said to be shared: then it still
/// finds both, and pays neither by the name alone.
pub async fn add_alias(
    house: &House,
    who: &str,
    alias: &str,
    shared: bool,
    by: &str,
) -> Result<PartyRecord, Failure> {
    let alias = alias.trim();
    if music::name_key(alias).is_empty() {
        return Err(refuse(
            "party-name",
            format!("`{alias}` is no name"),
            "a name has a letter or a digit at least",
        ));
    }
    let mut tx = house.store.begin().await?;
    let party = find(&mut tx, who).await?.party;
    let others: Vec<PartyRecord> =
        tx.parties_named(alias).await?.into_iter().filter(|p| p.party.id != party.id).collect();
    if let (Some(other), false) = (others.first(), shared) {
        let message = format!("`{alias}` is a name of `{}` (`{}`)", other.party.name, other.party.id);
        return Err(refuse(
            "alias-taken",
            message,
            "if both go by it: `--shared`; nobody is then paid by the name alone",
        ));
    }
    tx.add_alias(&party.id, alias).await?;
    tx.note(house.now(), by, "party alias", party.id.as_str(), alias).await?;
    let record = tx.party(&party.id).await?;
    tx.commit().await?;
    record.ok_or_else(|| Failure::Fault(store::Fault::new("a party vanished while it was written")))
}

/// Takes another name of a party back: lines that credit it no longer find the party, and the name alone pays it no longer.
/// What was matched or paid before stays as it is.
pub async fn remove_alias(house: &House, who: &str, alias: &str, by: &str) -> Result<PartyRecord, Failure> {
    let mut tx = house.store.begin().await?;
    let party = find(&mut tx, who).await?.party;
    if !tx.remove_alias(&party.id, alias).await? {
        let known = tx.party(&party.id).await?.map(|r| r.party.aliases).unwrap_or_default();
        let names = known.iter().map(|a| format!("`{a}`")).collect::<Vec<_>>().join(", ");
        let hint = if names.is_empty() {
            "it has no other names".to_owned()
        } else {
            format!("its other names: {names}")
        };
        return Err(refuse("alias-unknown", format!("`{alias}` is no other name of `{}`", party.name), hint));
    }
    tx.note(house.now(), by, "party alias removed", party.id.as_str(), alias.trim()).await?;
    let record = tx.party(&party.id).await?;
    tx.commit().await?;
    record.ok_or_else(|| Failure::Fault(store::Fault::new("a party vanished while it was written")))
}

/// Sets the tax that is kept back from a party's payouts.
pub async fn withhold(house: &House, who: &str, rate: Ratio, by: &str) -> Result<(), Failure> {
    let mut tx = house.store.begin().await?;
    let party = find(&mut tx, who).await?.party;
    tx.set_withholding(&party.id, rate).await?;
    tx.note(house.now(), by, "party withhold", party.id.as_str(), &rate.to_string()).await?;
    tx.commit().await?;
    Ok(())
}

/// How the live shares of a recording add up, in words.
pub fn standing_in_words(shares: &[ShareRow]) -> String {
    let live: Vec<&RightsShare> =
        shares.iter().map(|r| &r.share).filter(|s| s.status != ShareStatus::Withdrawn).collect();
    match music::share::standing(&live) {
        _ if live.is_empty() => "none stated; the credited artist by default".to_owned(),
        Standing_::Whole => "whole".to_owned(),
        Standing_::Open(missing) => format!("open claim: {missing} missing, its money waits"),
        Standing_::Over(by) => format!("overclaim: {by} beyond the whole, the money waits"),
        Standing_::Disputed => "disputed, the money waits".to_owned(),
    }
}

/// A share to set by hand.
#[derive(Debug, Clone)]
pub struct SetShare {
    /// The recording.
    pub recording: RecordingId,
    /// Whose share.
    pub party: String,
    /// How much of the whole.
    pub ratio: Ratio,
    /// Where; worldwide where empty.
    pub territory: Option<String>,
    /// When; always where empty.
    pub period: Period,
    /// For what; everything where empty.
    pub use_type: Option<UseType>,
    /// Who says so.
    pub by: String,
}

/// Sets the share of a party in a recording. A default share that came from the printed credit alone
/// gives way to the first share that somebody states.
pub async fn set_share(house: &House, ask: SetShare) -> Result<(ShareRow, String), Failure> {
    let now = house.now();
    let territory =
        ask.territory.as_deref().map(read_territory).transpose()?.unwrap_or_else(Territory::worldwide);
    let mut tx = house.store.begin().await?;
    let party = find(&mut tx, &ask.party).await?;
    if tx.recording(&ask.recording).await?.is_none() {
        return Err(refuse(
            "recording-unknown",
            format!("there is no recording `{}`", ask.recording),
            "`tantieme catalogue list` shows all",
        ));
    }
    let recording = tx.survivor(&ask.recording).await?;
    tx.withdraw_shares(&recording, CREDIT, now).await?;
    let use_type = ask.use_type.unwrap_or(UseType::Any);
    // what somebody says of a recording replaces what any of its merged rows says of the same
    let mut known = Vec::new();
    for row in tx.family(&recording).await? {
        known.extend(tx.shares_of_recording(&row).await?.into_iter().filter(|row| {
            let s = &row.share;
            s.party == party.party.id
                && s.territory == territory
                && s.use_type == use_type
                && s.period == ask.period
        }));
    }
    let status = if ask.ratio.is_zero() { ShareStatus::Withdrawn } else { ShareStatus::Claimed };
    for other in known.iter().skip(1).filter(|row| row.share.status != ShareStatus::Withdrawn) {
        let mut other = other.clone();
        (other.share.ratio, other.share.status) = (ask.ratio, status);
        tx.put_share(&other, now).await?;
    }
    let known = known.into_iter().next();
    let share = RightsShare {
        id: known.as_ref().map_or_else(|| house.share_id(), |row| row.share.id.clone()),
        subject: known.map_or_else(|| ShareSubject::Recording(recording.clone()), |row| row.share.subject),
        party: party.party.id.clone(),
        ratio: ask.ratio,
        territory,
        period: ask.period,
        use_type,
        status,
    };
    let row = ShareRow { share, source: format!("by {}", ask.by), origin_line: 0 };
    tx.put_share(&row, now).await?;
    let detail = format!("{} {}", party.party.name, ask.ratio);
    tx.note(now, &ask.by, "share set", ask.recording.as_str(), &detail).await?;
    let standing = standing_in_words(&crate::duplicate::shares(&mut tx, &recording).await?);
    tx.commit().await?;
    Ok((row, standing))
}

/// The source of a default share: the artist credit as printed, and nothing else.
pub const CREDIT: &str = "credit";

pub(crate) fn read_territory(text: &str) -> Result<Territory, Failure> {
    text.parse().map_err(|e: music::territory::UnknownTerritory| refuse("territory", e.to_string(), ""))
}

pub(crate) fn bad_identifier(error: music::BadIdentifier) -> Failure {
    refuse("identifier", error.to_string(), "compare it with the document it was copied from")
}
