//! Parties, their other names, and what is personal about them.

use jiff::Timestamp;
use money::Ratio;
use music::{Party, PartyId, PartyKind, name_key};

use crate::db::{Row, Tx};
use crate::{Fault, FieldKey, args};

/// Whether a party answers for the money in its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Standing {
    /// Credited by name; nobody has answered yet.
    Unclaimed,
    /// Registered or claimed.
    Here,
    /// Disputed: nothing moves.
    Frozen,
}

impl Standing {
    /// The word in the store.
    pub const fn word(self) -> &'static str {
        match self {
            Standing::Unclaimed => "unclaimed",
            Standing::Here => "here",
            Standing::Frozen => "frozen",
        }
    }

    pub(crate) fn from_word(word: &str) -> Result<Self, Fault> {
        [Standing::Unclaimed, Standing::Here, Standing::Frozen]
            .into_iter()
            .find(|s| s.word() == word)
            .ok_or_else(|| Fault::new(format!("`{word}` is no standing of a party")))
    }
}

/// A party as it stands in the house.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartyRecord {
    /// Who.
    pub party: Party,
    /// Whether it answers.
    pub standing: Standing,
    /// Tax kept back from payouts.
    pub withholding: Ratio,
    /// What was answered at the claim: whether this is the first money ever from music.
    pub first_payment: Option<bool>,
    /// The party that answers for this name since a claim was accepted.
    pub merged_into: Option<PartyId>,
}

const COLUMNS: &str = "id, name, kind, territory, isni, ipi, mbid, standing, withhold_num, withhold_den, first_payment, merged_into";

impl Tx {
    /// Writes a new party.
    pub async fn insert_party(
        &mut self,
        party: &Party,
        standing: Standing,
        now: Timestamp,
    ) -> Result<(), Fault> {
        let sql = "insert into party (id, name, name_key, kind, territory, isni, ipi, mbid, standing, created_us) \
                   values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
        self.run(
            sql,
            args![
                party.id.as_str(),
                &party.name,
                name_key(&party.name),
                party.kind.word(),
                party.territory.as_ref().map(|t| t.as_str().to_owned()),
                party.isni.as_ref().map(|i| i.as_str().to_owned()),
                party.ipi.as_ref().map(|i| i.as_str().to_owned()),
                party.mbid.as_ref().map(|i| i.as_str().to_owned()),
                standing.word(),
                now.as_microsecond(),
            ],
        )
        .await?;
        for alias in &party.aliases {
            self.add_alias(&party.id, alias).await?;
        }
        Ok(())
    }

    /// Adds another name; a name already there changes nothing.
    pub async fn add_alias(&mut self, party: &PartyId, alias: &str) -> Result<(), Fault> {
        let sql =
            "insert into party_alias (party, alias, alias_key) values ($1, $2, $3) on conflict do nothing";
        self.run(sql, args![party.as_str(), alias, name_key(alias)]).await.map(drop)
    }

    /// Takes another name back; tells whether it was there. Names are the same where their keys are.
    pub async fn remove_alias(&mut self, party: &PartyId, alias: &str) -> Result<bool, Fault> {
        let sql = "delete from party_alias where party = $1 and alias_key = $2";
        let gone = self.run(sql, args![party.as_str(), name_key(alias)]).await? > 0;
        if gone {
            self.next_number("aliases-removed").await?;
        }
        Ok(gone)
    }

    /// A party by id.
    pub async fn party(&mut self, id: &PartyId) -> Result<Option<PartyRecord>, Fault> {
        let sql = format!("select {COLUMNS} from party where id = $1");
        match self.row(&sql, args![id.as_str()]).await? {
            None => Ok(None),
            Some(row) => {
                let mut record = party_record(&row)?;
                let sql = "select alias from party_alias where party = $1 order by alias";
                for row in self.rows(sql, args![id.as_str()]).await? {
                    record.party.aliases.push(row.text(0)?);
                }
                Ok(Some(record))
            }
        }
    }

    /// The parties whose name or alias has this key, by id.
    pub async fn parties_named(&mut self, name: &str) -> Result<Vec<PartyRecord>, Fault> {
        let sql = format!(
            "select {COLUMNS} from party where name_key = $1 \
             or id in (select party from party_alias where alias_key = $1) order by id"
        );
        self.rows(&sql, args![name_key(name)]).await?.iter().map(party_record).collect()
    }

    /// The parties whose name or alias holds all words of a search, best known names first.
    pub async fn search_parties(&mut self, words: &str, limit: i64) -> Result<Vec<PartyRecord>, Fault> {
        let key = name_key(words);
        if key.is_empty() {
            return Ok(Vec::new());
        }
        let sql = format!(
            "select {COLUMNS} from party where name_key like $1 \
             or id in (select party from party_alias where alias_key like $1) \
             order by case when name_key = $2 then 0 else 1 end, length(name_key), id limit $3"
        );
        let like = format!("%{}%", key.replace(' ', "%"));
        self.rows(&sql, args![like, key, limit]).await?.iter().map(party_record).collect()
    }

    /// All parties, by name.
    pub async fn parties(&mut self) -> Result<Vec<PartyRecord>, Fault> {
        let sql = format!("select {COLUMNS} from party order by name_key, id");
        self.rows(&sql, args![]).await?.iter().map(party_record).collect()
    }

    /// Changes whether a party answers for its money.
    pub async fn set_standing(&mut self, party: &PartyId, standing: Standing) -> Result<(), Fault> {
        let sql = "update party set standing = $2 where id = $1";
        self.run(sql, args![party.as_str(), standing.word()]).await.map(drop)
    }

    /// Sets the tax kept back from payouts.
    pub async fn set_withholding(&mut self, party: &PartyId, rate: Ratio) -> Result<(), Fault> {
        let sql = "update party set withhold_num = $2, withhold_den = $3 where id = $1";
        self.run(sql, args![party.as_str(), rate.numerator(), rate.denominator()]).await.map(drop)
    }

    /// Notes the answer to "is this your first money from music?".
    pub async fn set_first_payment(&mut self, party: &PartyId, first: bool) -> Result<(), Fault> {
        let sql = "update party set first_payment = $2 where id = $1";
        self.run(sql, args![party.as_str(), if first { "yes" } else { "no" }]).await.map(drop)
    }

    /// Writes a personal field, encrypted; `nonce` is fresh random bytes.
    pub async fn set_secret(
        &mut self,
        key: &FieldKey,
        party: &PartyId,
        field: &str,
        text: &str,
        nonce: [u8; 24],
        now: Timestamp,
    ) -> Result<(), Fault> {
        let sealed = key.seal(&format!("party_secret/{party}/{field}"), text, nonce)?;
        let sql = "insert into party_secret (party, field, sealed, changed_us) values ($1, $2, $3, $4) \
                   on conflict (party, field) do update set sealed = excluded.sealed, changed_us = excluded.changed_us";
        self.run(sql, args![party.as_str(), field, sealed, now.as_microsecond()]).await.map(drop)
    }

    /// Reads a personal field.
    pub async fn secret(
        &mut self,
        key: &FieldKey,
        party: &PartyId,
        field: &str,
    ) -> Result<Option<String>, Fault> {
        let sql = "select sealed from party_secret where party = $1 and field = $2";
        match self.row(sql, args![party.as_str(), field]).await? {
            None => Ok(None),
            Some(row) => key.open(&format!("party_secret/{party}/{field}"), &row.blob(0)?).map(Some),
        }
    }
}

fn party_record(row: &Row) -> Result<PartyRecord, Fault> {
    let kind = row.text(2)?;
    let part = |value: i64| u64::try_from(value).map_err(|_| Fault::new("a withholding rate is negative"));
    let party = Party {
        id: row.parse(0)?,
        name: row.text(1)?,
        aliases: Vec::new(),
        kind: PartyKind::from_word(&kind)
            .ok_or_else(|| Fault::new(format!("`{kind}` is no kind of party")))?,
        territory: row.opt_parse(3)?,
        isni: row.opt_parse(4)?,
        ipi: row.opt_parse(5)?,
        mbid: row.opt_parse(6)?,
    };
    Ok(PartyRecord {
        party,
        standing: Standing::from_word(&row.text(7)?)?,
        withholding: Ratio::new(part(row.int(8)?)?, part(row.int(9)?)?)
            .map_err(|e| Fault::new(e.to_string()))?,
        first_payment: row.opt_text(10)?.map(|word| word == "yes"),
        merged_into: row.opt_parse(11)?,
    })
}

impl Tx {
    /// The party with an ISNI or an IPI number.
    pub async fn party_by_identifier(
        &mut self,
        isni: Option<&music::Isni>,
        ipi: Option<&music::Ipi>,
    ) -> Result<Option<PartyId>, Fault> {
        if isni.is_none() && ipi.is_none() {
            return Ok(None);
        }
        let sql =
            "select coalesce(merged_into, id) from party where isni = $1 or ipi = $2 order by id limit 1";
        let values = args![isni.map(|i| i.as_str().to_owned()), ipi.map(|i| i.as_str().to_owned())];
        self.row(sql, values).await?.map(|r| r.parse(0)).transpose()
    }
}

impl Tx {
    /// How many aliases were ever added or removed: with the catalogue's version it tells whether an index is still right.
    pub async fn alias_version(&mut self) -> Result<i64, Fault> {
        let sql = "select cast(count(*) + 2 * coalesce((select value from counter where name = 'aliases-removed'), 0) as bigint) \
                   from party_alias";
        self.number(sql, args![]).await
    }

    /// The names of every party that has more than one, the credited one first.
    pub async fn names_by_party(&mut self) -> Result<Vec<Vec<String>>, Fault> {
        let sql = "select p.id, p.name, a.alias from party_alias a join party p on p.id = a.party order by p.id, a.alias";
        let mut names: std::collections::BTreeMap<String, Vec<String>> = std::collections::BTreeMap::new();
        for row in self.rows(sql, args![]).await? {
            let name = row.text(1)?;
            names.entry(row.text(0)?).or_insert_with(|| vec![name]).push(row.text(2)?);
        }
        Ok(names.into_values().collect())
    }
}
