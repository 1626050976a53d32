//! What AI does in a brief is asked of the consent registry: of the person for voice, style and name, of the recordings for
//! everything else.
//!
//! Only a plain yes is one. Silence, a condition, an offer of a licence and a refusal keep an artist out of the running
//! alike, before anything is ranked; and a consent that was taken back meanwhile stops the contract. It is asked for the
//! brand, for commercial use, in every territory of the brief, from its first day until the granted months are over.

use std::collections::HashMap;

use consent::{Answer, Asked, Index, Outcome, Question, Session, Use};
use jiff::Span;
use jiff::civil::Date;
use music::{PartyId, ShareStatus, ShareSubject, Territory};
use programmes::brief::Brief;
use store::{BriefRow, Tx};

use crate::consent::registry;
use crate::failure::refuse;
use crate::{Failure, catalogue};

/// The registry, opened for one brief.
pub(super) struct Registry {
    index: Index,
    session: Session,
    answer: Answer,
    recordings: HashMap<PartyId, Vec<String>>,
    uses: Vec<Use>,
    territories: Vec<Territory>,
    brand: PartyId,
    on: Date,
    until: Date,
}

impl Registry {
    /// Opens it where the brief wants AI; checks its references where they are to be an input.
    ///
    /// # Errors
    /// `brief-ai-refused` for a reference; what finding one refuses.
    pub(super) async fn open(
        tx: &mut Tx,
        row: &BriefRow,
        brief: &Brief,
    ) -> Result<Option<Registry>, Failure> {
        if brief.ai.is_empty() {
            return Ok(None);
        }
        let index = registry::compile(&registry::told(tx, u64::MAX, None).await?)?;
        let mut recordings: HashMap<PartyId, Vec<String>> = HashMap::new();
        for row in tx.all_recording_shares().await? {
            if let ShareSubject::Recording(recording) = row.share.subject
                && row.share.status != ShareStatus::Withdrawn
            {
                let survivor = tx.survivor(&recording).await?;
                recordings.entry(row.share.party).or_default().push(survivor.to_string());
            }
        }
        let mut registry = Registry {
            index,
            session: Session::default(),
            answer: Answer::default(),
            recordings,
            uses: brief.ai.clone(),
            territories: brief.territories.clone(),
            brand: row.brand.clone(),
            on: brief.starts,
            until: brief.ends.saturating_add(Span::new().try_months(brief.months).unwrap_or_default()),
        };
        if brief.ai.contains(&Use::InputRef) {
            for text in &brief.references {
                let found = catalogue::row_named(tx, text).await?.recording;
                let id = tx.survivor(&found.id).await?.to_string();
                if !registry.says_yes(Asked::Recording(&id), Use::InputRef) {
                    return Err(refuse(
                        "brief-ai-refused",
                        format!("the consent registry does not permit `{text}` as `{}`", Use::InputRef),
                        "leave the reference out, or ask its holders: `tantieme consent decide`",
                    ));
                }
            }
        }
        Ok(Some(registry))
    }

    /// The first use that the registry does not permit for an artist.
    pub(super) fn refused(&mut self, artist: &PartyId) -> Option<Use> {
        let uses = self.uses.clone();
        uses.into_iter().find(|usage| !self.permits(artist, *usage))
    }

    fn permits(&mut self, artist: &PartyId, usage: Use) -> bool {
        if usage.is_personal() {
            return self.says_yes(Asked::Person(artist.as_str()), usage);
        }
        // What there is to work with: one recording at least.
        let own = self.recordings.get(artist).cloned().unwrap_or_default();
        own.iter().any(|id| self.says_yes(Asked::Recording(id), usage))
    }

    fn says_yes(&mut self, subject: Asked<'_>, usage: Use) -> bool {
        let Registry { index, session, answer, territories, brand, on, until, .. } = self;
        territories.iter().all(|territory| {
            let mut question = Question::new(subject, usage, brand.as_str(), *on, territory.clone());
            question.until = Some(*until);
            question.purpose = Some("commercial");
            index.decide(&question, session, answer);
            answer.outcome == Outcome::Permit
        })
    }
}

/// The first use of a brief that the registry does not permit for an artist; `None` where it permits all, or there are none.
pub(super) async fn refused(
    tx: &mut Tx,
    row: &BriefRow,
    brief: &Brief,
    artist: &PartyId,
) -> Result<Option<Use>, Failure> {
    Ok(Registry::open(tx, row, brief).await?.and_then(|mut r| r.refused(artist)))
}

/// Refuses where the registry does not permit everything for an artist.
///
/// # Errors
/// `brief-ai-refused`.
pub(super) async fn permitted(
    tx: &mut Tx,
    row: &BriefRow,
    brief: &Brief,
    artist: &PartyId,
) -> Result<(), Failure> {
    match refused(tx, row, brief, artist).await? {
        None => Ok(()),
        Some(usage) => Err(refuse(
            "brief-ai-refused",
            format!("the consent registry does not permit `{usage}` for this artist"),
            "only the holders' plain yes is one; it is said, and taken back, in the registry",
        )),
    }
}

/// A use with its code, in the language of a contract.
pub(super) fn words(usage: Use, french: bool) -> String {
    let language = if french { consent::Language::Fr } else { consent::Language::En };
    format!("{} ({})", usage.words(language), usage.code())
}

/// Why somebody on a list may be asked: the registry permits what AI does.
pub(super) fn reason(brief: &Brief) -> Option<(String, String, String)> {
    if brief.ai.is_empty() {
        return None;
    }
    let all = |french| brief.ai.iter().map(|u| words(*u, french)).collect::<Vec<_>>().join("; ");
    Some((
        "ai-permitted".to_owned(),
        format!("the consent registry permits: {}", all(false)),
        format!("le registre des consentements permet : {}", all(true)),
    ))
}
