//! What a holder, or an agent for them, says: signed, chained, logged.

use consent::registry::{Object, Statement, Word, read_line};
use consent::uses::{LIST, Named};
use jiff::civil::Date;
use music::{Iswc, PartyId, RecordingId, WorkId};
use serde_json::{Map, Value, json};
use store::{ConsentRow, PartyRecord, Standing, Tx};

use super::change::{self, Change};
use super::own;
use super::{Spoken, fresh_id, fresh_salt, mandate, roles, speaker_seed, today, wait};
use crate::failure::refuse;
use crate::{Failure, House, log, party};

/// The most characters an offer or a fee rule may have.
const WORDS_MOST: usize = 2_000;

/// Something to say. Names and ids of parties are both fine; lists that are empty mean everybody and everywhere.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Say {
    /// Who says it.
    pub speaker: String,
    /// For whom, where the speaker is an agent.
    pub for_party: Option<String>,
    /// `recording:…`, `work:…`, `project:…`, `person` or `catalogue`; a recording also by its ISRC.
    pub subject: String,
    /// `permit`, `refuse`, `ask` or `withdraw`.
    pub word: String,
    /// Uses and groups.
    pub uses: Vec<String>,
    /// To whom.
    pub licensees: Vec<String>,
    /// Where.
    pub territories: Vec<String>,
    /// First day.
    pub from: Option<Date>,
    /// The day after the last.
    pub until: Option<Date>,
    /// What is asked in return, as the registry writes it.
    pub conditions: Option<Value>,
    /// What an `ask` offers.
    pub offer: String,
    /// The statement that a withdrawal takes back.
    pub withdraws: String,
    /// Who enters it.
    pub by: String,
}

/// Says things in one transaction, in their order.
///
/// # Errors
/// In this order, for each: `party-unknown`, `party-not-here`, `consent-word`, `consent-subject`, `consent-use`,
/// `consent-mandate`, `consent-line`.
pub async fn say(house: &House, things: &[Say]) -> Result<Vec<Spoken>, Failure> {
    let mut tx = house.store.begin().await?;
    roles::sync(house, &mut tx).await?;
    let mut done = Vec::new();
    for thing in things {
        let made = Made::read(house, &mut tx, thing).await?;
        if let Some(refusal) = made.lifts(&mut tx).await? {
            let body = serde_json::to_value(thing).map_err(|e| log::broken(&e))?;
            let what = format!("{} {}", thing.word, thing.uses.join(" "));
            let waiting = wait::put_off(house, &mut tx, "lift", &made.holder, body, &what).await?;
            tx.note(house.now(), &thing.by, "consent waits", &waiting.id, &refusal).await?;
            done.push(Spoken::Waits(waiting));
        } else {
            done.push(Spoken::Said(made.put(house, &mut tx, &thing.by).await?));
        }
    }
    tx.commit().await?;
    Ok(done)
}

/// Says what had to wait, now.
pub(super) async fn say_now(
    house: &House,
    tx: &mut Tx,
    thing: &Say,
    by: &str,
) -> Result<ConsentRow, Failure> {
    Made::read(house, tx, thing).await?.put(house, tx, by).await
}

/// The refusal of the holder's own that something would lift, if there is one.
pub(crate) async fn lifted_by(house: &House, tx: &mut Tx, thing: &Say) -> Result<Option<String>, Failure> {
    Made::read(house, tx, thing).await?.lifts(tx).await
}

/// Takes an earlier statement back. Taking a permit back holds at once; a refusal waits.
///
/// # Errors
/// `statement-unknown`, `statement-not-yours`, then those of [`say`].
pub async fn withdraw(house: &House, id: &str, speaker: &str, by: &str) -> Result<Spoken, Failure> {
    let mut tx = house.store.begin_read().await?;
    let unknown = || {
        refuse(
            "statement-unknown",
            format!("there is no statement `{id}`"),
            "`tantieme consent show PARTY` lists them",
        )
    };
    let row = tx.consent_line(id).await?.filter(|r| r.kind == "statement").ok_or_else(unknown)?;
    let who = party::find(&mut tx, speaker).await?.party;
    drop(tx);
    if row.speaker != who.id {
        let message = format!("the statement `{id}` is not by `{}`", who.name);
        return Err(refuse(
            "statement-not-yours",
            message,
            "who said it takes it back; a holder overrides an agent by saying otherwise",
        ));
    }
    let said: Statement = read(&row)?;
    let thing = Say {
        speaker: who.id.to_string(),
        for_party: Some(row.holder.to_string()).filter(|_| row.holder != row.speaker),
        subject: row.subject.clone(),
        word: "withdraw".to_owned(),
        uses: said.uses,
        withdraws: row.id.clone(),
        by: by.to_owned(),
        ..Say::default()
    };
    let done = say(house, &[thing]).await?;
    done.into_iter().next().ok_or_else(|| Failure::Fault(store::Fault::new("a withdrawal left nothing")))
}

/// The statement in a row.
///
/// # Errors
/// `statement-erased` where what it said was erased.
pub(crate) fn read(row: &ConsentRow) -> Result<Statement, Failure> {
    match read_line(1, row.line.as_bytes()) {
        Ok(Some(Object::Statement(said))) => Ok(said),
        _ => Err(refuse(
            "statement-erased",
            format!("what the statement `{}` said was erased", row.id),
            "its place and its hash stay in the log",
        )),
    }
}

/// What became of a statement that somebody signed with a key of their own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Submitted {
    /// Its line in the file, from 1.
    pub line: u64,
    /// Its place in the log, or why it was not taken.
    pub taken: Result<ConsentRow, String>,
}

/// Takes statements signed with keys of their speakers' own; one bad statement costs only itself.
///
/// The first statement of a speaker with a key binds that key to it, if somebody of the house vouches (`by`); a later one
/// with another key is refused.
pub async fn submit(house: &House, lines: &[u8], by: &str) -> Result<Vec<Submitted>, Failure> {
    let mut all = Vec::new();
    for (number, line) in (1..).zip(lines.split(|b| *b == b'\n')) {
        if line.trim_ascii().is_empty() {
            continue;
        }
        let mut tx = house.store.begin().await?;
        let taken = match submit_one(house, &mut tx, number, line, by).await {
            Ok(row) => {
                tx.commit().await?;
                Ok(row)
            }
            Err(Failure::Refused(refusal)) => Err(refusal.message),
            Err(fault) => return Err(fault),
        };
        all.push(Submitted { line: number, taken });
    }
    Ok(all)
}

async fn submit_one(
    house: &House,
    tx: &mut Tx,
    number: u64,
    line: &[u8],
    by: &str,
) -> Result<ConsentRow, Failure> {
    let bad = |what: String| refuse("consent-line", what, "docs/consent.md tells how a statement is signed");
    let value: Value = serde_json::from_slice(line).map_err(|e| bad(e.to_string()))?;
    let Ok(Some(Object::Statement(said))) = read_line(number, line) else {
        return Err(bad("this line is no statement".to_owned()));
    };
    if value.get("log").is_some() || value.get("at").is_some() {
        return Err(bad("`log` and `at` are given by the log".to_owned()));
    }
    let hash = consent::statement::hash(&value).map_err(|e| bad(e.to_string()))?;
    consent::statement::verify(&value).map_err(|e| bad(e.to_string()))?;
    if let Some(known) = tx.consent_line(&said.id).await? {
        return if known.hash == hash.to_string() {
            Ok(known)
        } else {
            Err(bad(format!("`{}` is another statement already", said.id)))
        };
    }
    let speaker = here(tx, &said.speaker).await?;
    let holder = match &said.for_party {
        Some(other) => here(tx, other).await?,
        None => speaker.clone(),
    };
    for row in tx
        .consent_of(&speaker.party.id)
        .await?
        .iter()
        .filter(|r| r.kind == "statement" && r.speaker == speaker.party.id)
    {
        let key = serde_json::from_str::<Value>(&row.line)
            .ok()
            .and_then(|v| Some(v.get("key")?.as_str()?.to_owned()));
        let house_key = consent::statement::sign(json!({}), &speaker_seed(house, said.speaker.as_str()));
        let own = house_key.ok().and_then(|v| Some(v.get("key")?.as_str()?.to_owned()));
        if key.is_some_and(|k| k != said.key && Some(&k) != own.as_ref()) {
            return Err(bad(format!("`{}` signs with another key", speaker.party.name)));
        }
    }
    let own = crate::license::key::live(tx, speaker.party.id.as_str()).await?;
    if own.is_some_and(|own| own.key != said.key) {
        return Err(bad(format!("`{}` registered another key", speaker.party.name)));
    }
    let level = super::level::of(tx, &speaker).await?;
    if said.level > level {
        return Err(bad(format!(
            "`{}` is verified as {} and not as {}",
            speaker.party.name,
            level.code(),
            said.level.code()
        )));
    }
    let prev = tx.consent_head(&speaker.party.id, &holder.party.id, &said.subject).await?.unwrap_or_default();
    if said.prev != prev {
        return Err(bad(format!("`prev` should be `{prev}`: the statement before this one")));
    }
    if !said.withdraws.is_empty()
        && tx.consent_line(&said.withdraws).await?.is_none_or(|r| r.subject != said.subject)
    {
        return Err(bad(format!("`{}` is not a statement about the same subject", said.withdraws)));
    }
    let thing = Say {
        speaker: said.speaker.clone(),
        for_party: said.for_party.clone(),
        subject: said.subject.clone(),
        word: word_of(said.kind).to_owned(),
        uses: said.uses.clone(),
        withdraws: said.withdraws.clone(),
        by: by.to_owned(),
        ..Say::default()
    };
    let made = Made {
        speaker: speaker.party.id,
        holder: holder.party.id,
        subject: said.subject.clone(),
        word: said.kind,
        uses: named(&said.uses)?,
        line: value,
        withdraws: thing.withdraws,
    };
    if made.lifts(tx).await?.is_some() {
        return Err(bad("it lifts a refusal: say it here, so that a code or time confirms it".to_owned()));
    }
    made.put_signed(house, tx, by).await
}

/// A statement that is understood and not yet signed.
struct Made {
    speaker: PartyId,
    holder: PartyId,
    subject: String,
    word: Word,
    uses: Named,
    withdraws: String,
    line: Value,
}

impl Made {
    async fn read(house: &House, tx: &mut Tx, thing: &Say) -> Result<Made, Failure> {
        let speaker = here(tx, &thing.speaker).await?;
        let holder = match &thing.for_party {
            Some(other) => party::find(tx, other).await?,
            None => speaker.clone(),
        };
        let word = word(&thing.word)?;
        let subject = subject(tx, &thing.subject).await?;
        let uses = named(&thing.uses)?;
        if speaker.party.id != holder.party.id {
            mandate::speaks(house, tx, &speaker.party, &holder.party, &uses).await?;
        }
        let mut line = Map::new();
        line.insert("type".into(), "statement".into());
        line.insert("id".into(), fresh_id(house, "cst").into());
        line.insert("speaker".into(), speaker.party.id.as_str().into());
        if speaker.party.id != holder.party.id {
            line.insert("for".into(), holder.party.id.as_str().into());
        }
        line.insert("subject".into(), subject.clone().into());
        line.insert("kind".into(), word_of(word).into());
        line.insert("uses".into(), json!(thing.uses));
        let mut licensees = Vec::new();
        for name in &thing.licensees {
            licensees.push(party::find(tx, name).await?.party.id.to_string());
        }
        let mut some = |name: &str, value: Value| {
            let empty =
                matches!(&value, Value::Array(a) if a.is_empty()) || value == json!("") || value.is_null();
            if !empty {
                line.insert(name.into(), value);
            }
        };
        some("licensees", json!(licensees));
        some("territories", json!(thing.territories));
        some("from", json!(thing.from.map(|d| d.to_string())));
        some("until", json!(thing.until.map(|d| d.to_string())));
        some("conditions", thing.conditions.clone().unwrap_or(Value::Null));
        some("offer", json!(short(&thing.offer)));
        some("withdraws", json!(thing.withdraws));
        some("salt", json!(fresh_salt(house)));
        some("level", json!(super::level::of(tx, &speaker).await?.code()));
        let line = Value::Object(line);
        understood(&line)?;
        Ok(Made {
            speaker: speaker.party.id,
            holder: holder.party.id,
            subject,
            word,
            uses,
            withdraws: thing.withdraws.clone(),
            line,
        })
    }

    /// The refusal of the same holder that this would lift, if there is one.
    async fn lifts(&self, tx: &mut Tx) -> Result<Option<String>, Failure> {
        if self.word == Word::Refuse {
            return Ok(None);
        }
        let rows: Vec<ConsentRow> = tx
            .consent_of(&self.holder)
            .await?
            .into_iter()
            .filter(|r| r.kind == "statement" && r.holder == self.holder)
            .collect();
        let said: Vec<(&ConsentRow, Statement)> =
            rows.iter().filter_map(|r| Some((r, read(r).ok()?))).collect();
        let covers = |s: &Statement, at: usize| {
            let mut named = Named::default();
            let read = s.uses.iter().all(|u| named.add(u).is_ok());
            let usage = LIST.get(at).map(|row| row.usage);
            read && usage.is_some_and(|u| named.speaks_of(u) && self.uses.speaks_of(u))
        };
        let gone = |row: &ConsentRow, s: &Statement| {
            said.iter().any(|(r, w)| {
                w.kind == Word::Withdraw
                    && r.place >= row.place
                    && r.speaker == row.speaker
                    && if w.withdraws.is_empty() {
                        r.subject == row.subject && w.uses == s.uses
                    } else {
                        w.withdraws == row.id
                    }
            })
        };
        for (row, s) in said.iter().filter(|(r, s)| s.kind == Word::Refuse && !gone(r, s)) {
            // A word about something wider leaves a narrower refusal as it is.
            let reaches = if self.word == Word::Withdraw {
                if self.withdraws.is_empty() { row.subject == self.subject } else { self.withdraws == row.id }
            } else {
                row.subject == self.subject || width(&self.subject) < width(&row.subject)
            };
            let later = |at: usize| {
                said.iter().any(|(r, l)| {
                    r.subject == row.subject
                        && r.place > row.place
                        && r.speaker == r.holder
                        && !matches!(l.kind, Word::Withdraw | Word::Refuse)
                        && covers(l, at)
                        && l.licensees.is_empty()
                        && !gone(r, l)
                })
            };
            if reaches && (0..LIST.len()).any(|at| covers(s, at) && !later(at)) {
                return Ok(Some(row.id.clone()));
            }
        }
        Ok(None)
    }

    async fn put(mut self, house: &House, tx: &mut Tx, by: &str) -> Result<ConsentRow, Failure> {
        if let Some(prev) = tx.consent_head(&self.speaker, &self.holder, &self.subject).await?
            && let Some(line) = self.line.as_object_mut()
        {
            line.insert("prev".into(), prev.into());
        }
        let seed = speaker_seed(house, self.speaker.as_str());
        self.line = consent::statement::sign(self.line, &seed)
            .map_err(|e| refuse("consent-line", e.to_string(), ""))?;
        self.put_signed(house, tx, by).await
    }

    async fn put_signed(self, house: &House, tx: &mut Tx, by: &str) -> Result<ConsentRow, Failure> {
        let hash =
            consent::statement::hash(&self.line).map_err(|e| refuse("consent-line", e.to_string(), ""))?;
        let id = self.line.get("id").and_then(Value::as_str).unwrap_or_default().to_owned();
        let leaf = consent::receipt::leaf(&self.line, &hash);
        let place = log::add(house, tx, "statement", &id, &leaf).await?;
        let row = ConsentRow {
            id,
            kind: "statement".to_owned(),
            speaker: self.speaker,
            holder: self.holder,
            subject: self.subject,
            line: self.line.to_string(),
            hash: hash.to_string(),
            place,
            day: today(house),
            end: None,
        };
        tx.insert_consent(&row).await?;
        let listed = self.line.get("licensees").and_then(Value::as_array).into_iter().flatten();
        let licensees: Vec<String> = listed.filter_map(|l| l.as_str().map(str::to_owned)).collect();
        let uses = self.line.get("uses").and_then(Value::as_array).into_iter().flatten();
        let uses: Vec<String> = uses.filter_map(|u| u.as_str().map(str::to_owned)).collect();
        let change = Change {
            what: word_of(self.word),
            line: &row.id,
            holder: Some(&row.holder),
            subjects: std::slice::from_ref(&row.subject),
            uses: &uses,
            licensees: &licensees,
        };
        change::tell(house, tx, &change).await?;
        own::tighten(house, tx, &read(&row)?, &row.holder).await?;
        tx.note(
            house.now(),
            by,
            "consent state",
            &row.id,
            &format!("{} {}", word_of(self.word), row.subject),
        )
        .await?;
        Ok(row)
    }
}

/// How wide a subject is; the narrower holds.
fn width(subject: &str) -> u8 {
    match subject.split(':').next() {
        Some("recording") => 0,
        Some("work") => 1,
        Some("project") => 2,
        Some("person") => 3,
        _ => 4,
    }
}

pub(crate) async fn here(tx: &mut Tx, name: &str) -> Result<PartyRecord, Failure> {
    let record = party::find(tx, name).await?;
    if record.standing != Standing::Here {
        let message = format!("nobody answers for `{}`: it is {}", record.party.name, record.standing.word());
        return Err(refuse("party-not-here", message, "claim the name first: `tantieme claim open`"));
    }
    Ok(record)
}

fn word(text: &str) -> Result<Word, Failure> {
    match text {
        "permit" => Ok(Word::Permit),
        "ask" => Ok(Word::Ask),
        "refuse" => Ok(Word::Refuse),
        "withdraw" => Ok(Word::Withdraw),
        other => Err(refuse(
            "consent-word",
            format!("`{other}` is nothing to say"),
            "permit, refuse, ask or withdraw",
        )),
    }
}

const fn word_of(word: Word) -> &'static str {
    match word {
        Word::Permit => "permit",
        Word::Ask => "ask",
        Word::Refuse => "refuse",
        Word::Withdraw => "withdraw",
    }
}

pub(crate) fn named(uses: &[String]) -> Result<Named, Failure> {
    let mut named = Named::default();
    for one in uses {
        named
            .add(one)
            .map_err(|e| refuse("consent-use", e.to_string(), "`tantieme consent uses` lists them"))?;
    }
    if uses.is_empty() {
        return Err(refuse(
            "consent-use",
            "no use is named",
            "`tantieme consent uses` lists them; `*` is all",
        ));
    }
    Ok(named)
}

/// A subject with its id as the house knows it.
pub(crate) async fn subject(tx: &mut Tx, text: &str) -> Result<String, Failure> {
    let bad = |what: String| {
        refuse(
            "consent-subject",
            what,
            "`catalogue`, `person`, `recording:` with an id or ISRC, `work:` with an id or ISWC, or `project:` with a name",
        )
    };
    let (kind, rest) = text.trim().split_once(':').unwrap_or((text.trim(), ""));
    match (kind, rest.trim()) {
        ("catalogue" | "person", "") => Ok(kind.to_owned()),
        ("project", name) if !name.is_empty() && name.len() <= 200 && !name.chars().any(char::is_control) => {
            Ok(format!("project:{name}"))
        }
        ("recording", name) => Ok(format!("recording:{}", recording(tx, name).await?)),
        ("work", name) => {
            let id = match (name.parse::<WorkId>(), name.parse::<Iswc>()) {
                (Ok(id), _) => Some(id),
                (_, Ok(iswc)) => tx.work_by_iswc(iswc.as_str()).await?,
                _ => None,
            };
            let id = id.ok_or_else(|| bad(format!("there is no work `{name}`")))?;
            Ok(format!("work:{id}"))
        }
        _ => Err(bad(format!("`{text}` is no subject"))),
    }
}

/// A recording by its id or ISRC: the row that answers for it.
pub(crate) async fn recording(tx: &mut Tx, name: &str) -> Result<RecordingId, Failure> {
    let unknown = || {
        refuse(
            "recording-unknown",
            format!("there is no recording `{name}`"),
            "`tantieme catalogue list` shows all; an ISRC that two share needs the id",
        )
    };
    let id = match name.parse::<RecordingId>() {
        Ok(id) => tx.recording(&id).await?.map(|_| id),
        Err(_) => {
            let rows = tx.recordings_by_isrc(&name.replace('-', "").to_ascii_uppercase()).await?;
            let mut ids = Vec::new();
            for row in rows {
                ids.push(tx.survivor(&row.recording.id).await?);
            }
            ids.dedup();
            ids.pop().filter(|_| ids.is_empty())
        }
    };
    Ok(tx.survivor(&id.ok_or_else(unknown)?).await?)
}

/// That a line can stand in the registry.
pub(crate) fn understood(line: &Value) -> Result<(), Failure> {
    let told = |p: music::Problem| refuse("consent-line", p.message, p.hint);
    let object = read_line(1, line.to_string().as_bytes()).map_err(told)?;
    let object = object.ok_or_else(|| refuse("consent-line", "nothing was said", ""))?;
    consent::Builder::default().push(1, &object).map_err(told)
}

fn short(text: &str) -> String {
    text.trim().chars().filter(|c| !c.is_control()).take(WORDS_MOST).collect()
}
