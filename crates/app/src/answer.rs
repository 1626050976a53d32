//! What persons answered to doubtful lines: used again, weighed for others, taken back, handed to training.
//!
//! In this order, for a line that no identifier settles:
//!
//! 1. What the same DJ, or whoever hands in for them, answered to this text or spelling holds, newest first.
//! 2. So does what a curator of the house answered (policy `curators`).
//! 3. What others answered, or their files' identifiers settled, is weighed: [`matching::corroboration`].
//!
//! "Not in the catalogue" holds only against rows that were there when it was said.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;
use matching::corroboration::{self, Ground, Heard, Limits, Mark, Testimony};
use matching::{Decision, Query};
use music::{EventId, LineId, PartyId, RecordingId, name_key};
use store::{AnswerRow, IdentifiedRow, LineRow, Tx};

use crate::catalogue::{Matching, Verdict};
use crate::failure::refuse;
use crate::{Failure, House, party, policy};

/// Who asks: nobody corroborates himself.
pub(crate) struct Asker {
    /// Whose set list it is.
    pub performer: PartyId,
    /// Who hands it in.
    pub sender: PartyId,
}

/// A line as far as answers to it go.
pub(crate) struct Said<'a> {
    /// As written.
    pub raw: &'a str,
    /// Artist, title and version as folded.
    pub spelling: &'a str,
    /// Length of the track in seconds.
    pub duration_s: Option<u32>,
}

/// Durations that differ by more are of other recordings, in seconds.
const OTHER_LENGTH: u32 = 15;

/// Listens for one asker; remembers what it read on the way.
pub(crate) struct Listener {
    asker: Asker,
    limits: Limits,
    curators: Vec<PartyId>,
    now: Timestamp,
    vouchers: HashMap<EventId, Vec<(String, String)>>,
}

impl Listener {
    pub async fn new(house: &House, tx: &mut Tx, asker: Asker) -> Result<Listener, Failure> {
        let now = house.now();
        let voices = policy::count(tx, "corroboration-voices", now).await?;
        let model = matching::Model::shipped();
        let mut curators = Vec::new();
        for name in policy::text(tx, "curators", now).await?.split(';').filter(|n| !n.trim().is_empty()) {
            // A name that two parties have names neither: anybody may call themselves as a curator does.
            curators.extend(party::find(tx, name.trim()).await.ok().map(|p| p.party.id));
        }
        Ok(Listener {
            asker,
            limits: Limits {
                accept: f64::from(model.accept),
                ask: f64::from(model.ask),
                voices: usize::try_from(voices).unwrap_or(usize::MAX).max(2),
            },
            curators,
            now,
            vouchers: HashMap::new(),
        })
    }

    /// What a line is, after everything that was answered to it anywhere.
    pub async fn consider(
        &mut self,
        tx: &mut Tx,
        said: &Said<'_>,
        verdict: Verdict,
    ) -> Result<Verdict, Failure> {
        let text_key = name_key(said.raw);
        if said.spelling.is_empty() || text_key.is_empty() || verdict.identified() {
            return Ok(verdict);
        }
        let fits = |d: Option<u32>| d.zip(said.duration_s).is_none_or(|(a, b)| a.abs_diff(b) <= OTHER_LENGTH);
        let mut answers = tx.answers_to(&text_key, said.spelling).await?;
        answers.retain(|a| fits(a.duration_s));
        // the exact text before the spelling, each newest first
        answers.sort_by_key(|a| a.text_key != text_key);
        if let Some(settled) = self.own(tx, &answers, &verdict, said.duration_s).await? {
            return Ok(settled);
        }
        let mut identified = tx.identified_lines(said.spelling).await?;
        identified.retain(|i| fits(i.duration_s));
        let testimonies = self.testimonies(tx, &answers, &identified, &verdict).await?;
        let marks = [self.asker.performer.as_str(), self.asker.sender.as_str()].map(|p| Mark::of("party", p));
        let candidates: Vec<(RecordingId, f64)> =
            verdict.candidates.iter().map(|(id, ppm)| (id.clone(), f64::from(*ppm) / 1e6)).collect();
        let heard = Heard::new(&marks, &testimonies);
        Ok(match corroboration::apply(&candidates, &heard, self.limits) {
            Some(outcome) if !outcome.reasons.is_empty() => verdict.moved(outcome),
            _ => verdict,
        })
    }

    /// What the asker, or a curator, answered before.
    async fn own(
        &self,
        tx: &mut Tx,
        answers: &[AnswerRow],
        verdict: &Verdict,
        duration_s: Option<u32>,
    ) -> Result<Option<Verdict>, Failure> {
        let mine = |a: &&AnswerRow| {
            let me = [&self.asker.performer, &self.asker.sender];
            me.contains(&&a.by) || a.performer == self.asker.performer
        };
        let mut found = answers
            .iter()
            .find(mine)
            .map(|a| (a, "answered", "this text was answered before for the same DJ"));
        if found.is_none() {
            let by_house = answers.iter().find(|a| self.curators.contains(&a.by));
            found = by_house.map(|a| (a, "answered-by-house", "the house answered this spelling before"));
        }
        let Some((answer, code, text)) = found else { return Ok(None) };
        match &answer.recording {
            Some(id) => {
                let id = tx.survivor(id).await?;
                let length = tx.recording(&id).await?.and_then(|r| r.recording.duration_s);
                // A file of another length is another recording, whatever the text.
                let fits = length.zip(duration_s).is_none_or(|(a, b)| a.abs_diff(b) <= OTHER_LENGTH);
                Ok(fits.then(|| Verdict::answered(Some(id), code, text)))
            }
            None if self.older(tx, verdict, answer.at).await? => {
                Ok(Some(Verdict::answered(None, code, text)))
            }
            None => Ok(None),
        }
    }

    /// Whether the best candidate was in the catalogue at an instant, so that "not here" was said of it too.
    async fn older(&self, tx: &mut Tx, verdict: &Verdict, at: Timestamp) -> Result<bool, Failure> {
        let Some((best, _)) = verdict.candidates.first() else { return Ok(true) };
        Ok(tx.recording_since(best).await?.is_none_or(|since| since <= at))
    }

    async fn testimonies(
        &mut self,
        tx: &mut Tx,
        answers: &[AnswerRow],
        identified: &[IdentifiedRow],
        verdict: &Verdict,
    ) -> Result<Vec<Testimony<RecordingId>>, Failure> {
        let mut all = Vec::with_capacity(answers.len() + identified.len());
        for answer in answers {
            let says = match &answer.recording {
                Some(id) => Some(tx.survivor(id).await?),
                None if self.older(tx, verdict, answer.at).await? => None,
                None => continue,
            };
            let parties = [answer.by.as_str(), answer.performer.as_str()];
            let (marks, paid) = self.marks(tx, &parties, answer.event.as_ref()).await?;
            all.push(Testimony { marks, paid, says, days: self.days(answer.at), ground: Ground::Answer });
        }
        for line in identified {
            let says = Some(tx.survivor(&line.recording).await?);
            let (marks, paid) = self.marks(tx, &[line.performer.as_str()], Some(&line.event)).await?;
            all.push(Testimony { marks, paid, says, days: self.days(line.at), ground: Ground::Identifier });
        }
        Ok(all)
    }

    /// What ties a line to persons: the parties named, who paid for its event, and as whom their bank knows them.
    async fn marks(
        &mut self,
        tx: &mut Tx,
        parties: &[&str],
        event: Option<&EventId>,
    ) -> Result<(Vec<Mark>, bool), Failure> {
        let mut marks: Vec<Mark> = parties.iter().map(|p| Mark::of("party", p)).collect();
        let Some(event) = event else { return Ok((marks, false)) };
        if !self.vouchers.contains_key(event) {
            let vouchers = tx.vouchers(event).await?;
            self.vouchers.insert(event.clone(), vouchers);
        }
        let vouchers = self.vouchers.get(event).map(Vec::as_slice).unwrap_or_default();
        for (payer, holder) in vouchers {
            marks.push(Mark::of("party", payer));
            let holder = name_key(holder);
            if !holder.is_empty() {
                marks.push(Mark::of("account holder", &holder));
            }
        }
        Ok((marks, !vouchers.is_empty()))
    }

    fn days(&self, at: Timestamp) -> f64 {
        (self.now.as_second() - at.as_second()).max(0) as f64 / 86_400.0
    }
}

impl Verdict {
    /// Whether an identifier of the line settled it.
    fn identified(&self) -> bool {
        let by = |code: &str| matches!(code, "own-id-same" | "isrc-same" | "mbid-same");
        self.word == "matched" && self.codes().any(by)
    }

    pub(crate) fn answered(recording: Option<RecordingId>, code: &'static str, text: &str) -> Verdict {
        Verdict {
            word: if recording.is_some() { "matched" } else { "unmatched" },
            probability_ppm: if recording.is_some() { 1_000_000 } else { 0 },
            candidates: recording.iter().map(|id| (id.clone(), 1_000_000)).collect(),
            recording,
            reasons: format!("{code}\t{text}"),
        }
    }

    /// The verdict after other set lists were heard.
    fn moved(mut self, outcome: corroboration::Outcome<RecordingId>) -> Verdict {
        let before = self.candidates.first().map(|(id, _)| id.clone());
        self.candidates =
            outcome.candidates.iter().map(|(id, p)| (id.clone(), (p.clamp(0.0, 1.0) * 1e6) as u32)).collect();
        let best = self.candidates.first().cloned();
        self.probability_ppm = best.as_ref().map_or(0, |(_, ppm)| *ppm);
        self.word = outcome.decision.word();
        self.recording =
            best.as_ref().filter(|_| outcome.decision == Decision::Matched).map(|(id, _)| id.clone());
        if best.map(|(id, _)| id) != before {
            // the old reasons are about another candidate
            self.reasons.clear();
        }
        for reason in outcome.reasons {
            self.add(reason.code, &reason.text);
        }
        self
    }

    /// Adds a reason.
    pub(crate) fn add(&mut self, code: &str, text: &str) {
        if !self.reasons.is_empty() {
            self.reasons.push('\n');
        }
        self.reasons.push_str(code);
        self.reasons.push('\t');
        self.reasons.push_str(text);
    }

    /// The codes of the reasons.
    pub(crate) fn codes(&self) -> impl Iterator<Item = &str> {
        self.reasons.lines().map(|line| line.split_once('\t').map_or("", |(code, _)| code))
    }
}

/// Takes back what was answered to a line: it counts nowhere any more, and the line says again what the matcher makes of
/// it. Where its pot is shared already, an adjustment moves the money later.
pub async fn take_back(
    house: &House,
    matching: &Matching,
    id: &LineId,
    by: &str,
) -> Result<LineRow, Failure> {
    let now = house.now();
    let mut tx = house.store.begin().await?;
    let by = party::find(&mut tx, by).await?.party;
    let unknown = || {
        refuse(
            "line-unknown",
            format!("there is no set-list line `{id}`"),
            "`tantieme set-list show` lists them",
        )
    };
    let mut row = tx.line(id).await?.ok_or_else(unknown)?;
    let list = tx.set_list(&row.set_list).await?.ok_or_else(unknown)?;
    if tx.take_back_answers(id, by.id.as_str(), now).await? == 0 {
        let message = format!("nobody's answer to the line `{id}` stands");
        return Err(refuse("not-answered", message, "only a person's answer can be taken back"));
    }
    let verdict = matching.verdict(&query_of(&row));
    let spelling = spelling_of(&row);
    let asker = Asker { performer: list.performer, sender: list.submitted_by };
    let mut listener = Listener::new(house, &mut tx, asker).await?;
    let said = Said { raw: &row.raw.clone(), spelling: &spelling, duration_s: row.duration_s };
    let verdict = listener.consider(&mut tx, &said, verdict).await?;
    verdict.write_to(&mut row);
    tx.rematch_line(&row).await?;
    tx.note(now, by.id.as_str(), "set-list take-back", id.as_str(), &row.verdict).await?;
    let row = tx.line(id).await?.ok_or_else(unknown)?;
    tx.commit().await?;
    Ok(row)
}

impl Verdict {
    /// Writes what was decided into a line.
    pub(crate) fn write_to(self, row: &mut LineRow) {
        row.candidates = self.candidate_text();
        row.verdict = self.word.to_owned();
        row.recording = self.recording;
        row.probability_ppm = self.probability_ppm;
        row.reasons = self.reasons;
    }

    /// The candidates as a line keeps them.
    pub(crate) fn candidate_text(&self) -> String {
        self.candidates.iter().map(|(id, ppm)| format!("{id}\t{ppm}")).collect::<Vec<_>>().join("\n")
    }
}

fn query_of(row: &LineRow) -> Query<'_> {
    Query {
        text: &row.raw,
        artist: &row.artist,
        title: &row.title,
        version: &row.version,
        label: &row.label,
        duration_s: row.duration_s,
        isrc: row.isrc.as_deref().unwrap_or_default(),
        mbid: row.mbid.as_deref().unwrap_or_default(),
        own_id: row.own_id.as_deref().unwrap_or_default(),
        ..Query::default()
    }
}

/// The spelling of a stored line; worked out anew for lines of before it was kept.
pub(crate) fn spelling_of(row: &LineRow) -> String {
    row.spelling.clone().unwrap_or_else(|| corroboration::spelling(&query_of(row)))
}

/// Says whether a party's lines may go into the training of the matcher; nobody's do until they say so.
pub async fn consent_to_training(house: &House, who: &str, yes: bool, by: &str) -> Result<PartyId, Failure> {
    let mut tx = house.store.begin().await?;
    let party = party::find(&mut tx, who).await?.party;
    tx.set_training_consent(&party.id, yes, house.now()).await?;
    let word = if yes { "yes" } else { "no" };
    tx.note(house.now(), by, "party training", party.id.as_str(), word).await?;
    tx.commit().await?;
    Ok(party.id)
}

/// A line for training: what was written, and what a person said it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Example {
    /// The line as written.
    pub text: String,
    /// Length of the track in seconds, where the file told it.
    pub duration_s: Option<u32>,
    /// Our id; `None` for "not in the catalogue".
    pub recording: Option<RecordingId>,
    /// The delivery's id of it; empty where there is none.
    pub source_id: String,
}

/// The header of a file of training lines.
pub const TRAINING_HEADER: &str = "line\ttext\tduration_s\trecording\tsource_id";

/// What may go into training: answers to lines whose DJ and answerer both agreed, each text once. Nothing in it tells whose
/// they are: neither names nor nights nor an order, and texts that name somebody who plays here are left out.
pub async fn training(house: &House) -> Result<Vec<Example>, Failure> {
    let mut tx = house.store.begin_read().await?;
    let names = tx.performer_names().await?;
    let performers: Vec<String> = names.iter().map(|n| name_key(n)).filter(|k| k.len() > 2).collect();
    let mut examples: BTreeMap<String, Example> = BTreeMap::new();
    for (line, recording) in tx.training_answers().await? {
        let key = name_key(&line.raw);
        let names_somebody = performers.iter().any(|p| format!(" {key} ").contains(&format!(" {p} ")));
        let recording = match recording {
            Some(id) => Some(tx.survivor(&id).await?),
            None => None,
        };
        let row = match &recording {
            Some(id) => tx.recording(id).await?,
            None => None,
        };
        // a performer who is the credited artist is no secret of the line
        let credited = row
            .as_ref()
            .is_some_and(|r| performers.iter().any(|p| name_key(&r.recording.artist).contains(p)));
        if names_somebody && !credited {
            continue;
        }
        let source_id = row.map(|r| r.source_id).unwrap_or_default();
        let example = Example { text: line.raw.clone(), duration_s: line.duration_s, recording, source_id };
        // by hash: the order of set lists is nobody's business
        examples.insert(ledger::Hash::of(line.raw.as_bytes()).to_string(), example);
    }
    Ok(examples.into_values().collect())
}

/// Training lines as plain TSV.
pub fn training_tsv(examples: &[Example]) -> String {
    let plain = |t: &str| t.replace(['\t', '\n', '\r'], " ");
    let mut out = format!("{TRAINING_HEADER}\n");
    for (place, e) in examples.iter().enumerate() {
        let duration = e.duration_s.map(|s| s.to_string()).unwrap_or_default();
        let recording = e.recording.as_ref().map_or("", |r| r.as_str());
        out.push_str(&format!(
            "{}\t{}\t{duration}\t{recording}\t{}\n",
            place + 1,
            plain(&e.text),
            plain(&e.source_id)
        ));
    }
    out
}
