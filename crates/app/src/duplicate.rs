//! Rows of the catalogue that are one recording: proposing, merging, setting apart again.
//!
//! A merge moves no money and rewrites no history. The row that goes keeps its facts, its shares, its lines and its past
//! runs; it only points at the row that answers for both from now on. Whoever asks for the one is told of the other, for ever.

use std::collections::{BTreeMap, BTreeSet};

use matching::duplicates;
use money::Ratio;
use music::share::Standing;
use music::{MergeId, PartyId, RecordingId, RecordingStatus, RightsShare, ShareStatus};
use store::{CatalogueRow, MergeRow, ShareRow, Tx};

use crate::catalogue::Matching;
use crate::failure::refuse;
use crate::{Failure, House, catalogue, party};

/// Rows that may be one recording.
#[derive(Debug, Clone)]
pub struct Proposal {
    /// The row to keep: the one that is out, has stated shares and says most.
    pub keep: CatalogueRow,
    /// The rows that would go.
    pub gone: Vec<CatalogueRow>,
    /// Chance of the weakest tie, in millionths.
    pub likelihood_ppm: u32,
    /// Each tie: two ids and why.
    pub ties: Vec<Tie>,
    /// How the shares of all of them together stand, in words.
    pub standing: String,
}

/// Why two rows are taken for one recording.
#[derive(Debug, Clone)]
pub struct Tie {
    /// One row.
    pub a: String,
    /// The other.
    pub b: String,
    /// Chance that they are one, in millionths.
    pub likelihood_ppm: u32,
    /// Readable reasons.
    pub reasons: Vec<String>,
}

/// Finds what may be merged, likeliest first. Pairs that somebody set apart are not proposed again.
pub async fn proposals(house: &House, matching: &Matching, least: f64) -> Result<Vec<Proposal>, Failure> {
    let damaged =
        |_| refuse("index-invalid", "the index of the catalogue is damaged", "delete it; it is built anew");
    let index = matching::Index::open(matching.bytes()).map_err(damaged)?;
    let groups = duplicates::find(&index, least);
    let mut tx = house.store.begin_read().await?;
    let apart = set_apart(&mut tx).await?;
    let id = |row: u32| index.row(row).map(|r| r.id.to_owned()).unwrap_or_default();
    let mut all = Vec::new();
    for group in &groups {
        let ties: Vec<Tie> = group.pairs.iter().map(|p| tie(id(p.a), id(p.b), &p.comparison)).collect();
        if ties.iter().any(|t| apart.contains(&ordered(&t.a, &t.b))) {
            continue;
        }
        let mut rows = Vec::new();
        for row in std::iter::once(group.keep).chain(group.gone.iter().copied()) {
            let Ok(id) = id(row).parse::<RecordingId>() else { continue };
            if let Some(row) = tx.recording(&id).await? {
                let stated = tx.shares_of_recording(&row.recording.id).await?;
                let stated = stated
                    .iter()
                    .any(|s| s.source != party::CREDIT && s.share.status != ShareStatus::Withdrawn);
                rows.push((row, stated));
            }
        }
        // the first of those that say as much, which is the one the comparison would keep
        let rank = |(row, stated): &(CatalogueRow, bool)| (rank(row.recording.status), *stated);
        let best = rows.iter().map(rank).max();
        let Some(place) = rows.iter().position(|r| Some(rank(r)) == best) else { continue };
        let keep = rows.remove(place).0;
        let gone: Vec<CatalogueRow> = rows.into_iter().map(|(row, _)| row).collect();
        let mut ids = vec![keep.recording.id.clone()];
        ids.extend(gone.iter().map(|g| g.recording.id.clone()));
        let shares = shares_together(&mut tx, &ids).await?;
        let standing = party::standing_in_words(&shares);
        all.push(Proposal { keep, gone, likelihood_ppm: ppm(group.likelihood()), ties, standing });
    }
    all.sort_by(|a, b| {
        b.likelihood_ppm.cmp(&a.likelihood_ppm).then_with(|| a.keep.recording.id.cmp(&b.keep.recording.id))
    });
    Ok(all)
}

fn rank(status: RecordingStatus) -> u8 {
    match status {
        RecordingStatus::Live => 3,
        RecordingStatus::Unreleased => 2,
        RecordingStatus::Withdrawn => 1,
        RecordingStatus::Merged => 0,
    }
}

fn ppm(p: f64) -> u32 {
    (p.clamp(0.0, 1.0) * 1e6) as u32
}

fn tie(a: String, b: String, comparison: &duplicates::Comparison) -> Tie {
    let reasons = comparison.evidence.iter().map(|e| e.text.clone()).collect();
    Tie { a, b, likelihood_ppm: ppm(comparison.likelihood), reasons }
}

fn ordered(a: &str, b: &str) -> (String, String) {
    if a < b { (a.to_owned(), b.to_owned()) } else { (b.to_owned(), a.to_owned()) }
}

async fn set_apart(tx: &mut Tx) -> Result<BTreeSet<(String, String)>, Failure> {
    let undone = tx.merges().await?.into_iter().filter(|m| m.undoes.is_some());
    Ok(undone.map(|m| ordered(m.keep.as_str(), m.gone.as_str())).collect())
}

/// Two rows to merge.
#[derive(Debug, Clone)]
pub struct Merge {
    /// The row that answers from now on: our id, its ISRC, its own id or its id in its source.
    pub keep: String,
    /// The row that points at it from now on.
    pub gone: String,
    /// Whether to merge although the rows name different versions.
    pub anyway: bool,
    /// Who says so.
    pub by: String,
}

/// What came of a merge.
#[derive(Debug, Clone)]
pub struct Merged {
    /// The record.
    pub merge: MergeRow,
    /// The row that answers, as it stands.
    pub keep: CatalogueRow,
    /// The row that goes, as it stands.
    pub gone: CatalogueRow,
    /// How the shares of both together stand, in words.
    pub standing: String,
    /// What a person should look at.
    pub notices: Vec<String>,
    /// Set-list lines and lines of past runs that name the row that goes; all of them stay as they are.
    pub untouched: (i64, i64),
}

/// Merges a row into another. Refused where a row is merged already, where it would go round in a circle, where both
/// are the same row or of different media, and, unless `anyway`, where they are different versions.
pub async fn merge(house: &House, ask: Merge) -> Result<Merged, Failure> {
    let mut tx = house.store.begin().await?;
    let merged = merge_in(house, &mut tx, &ask).await?;
    tx.commit().await?;
    Ok(merged)
}

/// The same within a larger act.
pub(crate) async fn merge_in(house: &House, tx: &mut Tx, ask: &Merge) -> Result<Merged, Failure> {
    let now = house.now();
    let named = catalogue::row_named(tx, &ask.keep).await?;
    let gone = catalogue::row_named(tx, &ask.gone).await?;
    let (named_id, gone_id) = (named.recording.id.clone(), gone.recording.id.clone());
    if named_id == gone_id {
        return Err(refuse(
            "merge-same",
            format!("`{named_id}` cannot be merged into itself"),
            "name two rows",
        ));
    }
    if let Some(into) = &gone.merged_into {
        let message = format!("`{gone_id}` was merged into `{into}` already");
        return Err(refuse(
            "recording-merged",
            message,
            format!("set it apart first: `tantieme catalogue unmerge {gone_id}`"),
        ));
    }
    let keep_id = tx.survivor(&named_id).await?;
    if keep_id == gone_id {
        let message =
            format!("`{named_id}` was merged into `{gone_id}`; the other way round would be a circle");
        return Err(refuse(
            "merge-circle",
            message,
            format!("set it apart first: `tantieme catalogue unmerge {named_id}`"),
        ));
    }
    let keep = tx.recording(&keep_id).await?.ok_or_else(|| lost(&keep_id))?;
    if keep.recording.kind != gone.recording.kind {
        let message = format!(
            "`{keep_id}` is {}, `{gone_id}` is {}",
            keep.recording.kind.word(),
            gone.recording.kind.word()
        );
        return Err(refuse("merge-kind", message, "two media are never one recording"));
    }
    let comparison = compare(&keep, &gone);
    if !ask.anyway && comparison.evidence.iter().any(|e| e.code == "version-differs") {
        let message = format!("`{}` and `{}` are different versions", name(&keep), name(&gone));
        return Err(refuse(
            "merge-versions",
            message,
            "a remix is not its original; `--anyway` where the rows are wrong about that",
        ));
    }
    let merge = MergeRow {
        id: house.merge_id(),
        undoes: None,
        keep: keep_id.clone(),
        gone: gone_id.clone(),
        status_before: gone.recording.status,
        likelihood_ppm: ppm(comparison.likelihood),
        reasons: comparison.evidence.iter().map(|e| e.text.as_str()).collect::<Vec<_>>().join("\n"),
        by: ask.by.clone(),
        at: now,
    };
    let notices = notices(tx, &keep, &gone, &comparison).await?;
    tx.merge_recording(&merge).await?;
    tx.note(now, &ask.by, "catalogue merge", gone_id.as_str(), &format!("into {keep_id}")).await?;
    let standing = party::standing_in_words(&shares(tx, &keep_id).await?);
    let untouched = tx.lines_naming(&gone_id).await?;
    let keep = tx.recording(&keep_id).await?.ok_or_else(|| lost(&keep_id))?;
    let gone = tx.recording(&gone_id).await?.ok_or_else(|| lost(&gone_id))?;
    Ok(Merged { merge, keep, gone, standing, notices, untouched })
}

/// Sets a merged row apart again, by a record of its own. What was matched to the row that stayed remains there: nobody
/// can tell which of the two was meant. Gives the record and how many lines that concerns.
pub async fn unmerge(house: &House, gone: &str, by: &str) -> Result<(MergeRow, i64), Failure> {
    let now = house.now();
    let mut tx = house.store.begin().await?;
    let gone = catalogue::row_named(&mut tx, gone).await?.recording.id;
    let Some(standing) = tx.standing_merge(&gone).await? else {
        return Err(refuse(
            "not-merged",
            format!("`{gone}` is not merged into anything"),
            "`tantieme catalogue merges` lists what is",
        ));
    };
    let undoing = MergeRow {
        id: house.merge_id(),
        undoes: Some(standing.id.clone()),
        reasons: String::new(),
        by: by.to_owned(),
        at: now,
        ..standing.clone()
    };
    tx.unmerge_recording(&undoing).await?;
    tx.note(now, by, "catalogue unmerge", gone.as_str(), &format!("from {}", standing.keep)).await?;
    let survivor = tx.survivor(&standing.keep).await?;
    let since = tx.lines_since(&survivor, standing.at).await?;
    tx.commit().await?;
    Ok((undoing, since))
}

/// Every merge and undoing, oldest first.
pub async fn merges(house: &House) -> Result<Vec<MergeRow>, Failure> {
    Ok(house.store.begin_read().await?.merges().await?)
}

/// The merges that lead from a recording to the one that answers for it: who, when, why, in words.
pub(crate) async fn chain(
    tx: &mut Tx,
    id: &RecordingId,
) -> Result<Vec<(MergeId, RecordingId, String)>, Failure> {
    let mut all = Vec::new();
    let mut at = id.clone();
    while let Some(merge) = tx.standing_merge(&at).await? {
        if all.len() > 100 {
            break;
        }
        let text = format!(
            "`{at}` was merged into `{}` on {} by {}",
            merge.keep,
            merge.at.strftime("%Y-%m-%d"),
            merge.by
        );
        at = merge.keep.clone();
        all.push((merge.id, merge.keep, text));
    }
    Ok(all)
}

async fn notices(
    tx: &mut Tx,
    keep: &CatalogueRow,
    gone: &CatalogueRow,
    comparison: &duplicates::Comparison,
) -> Result<Vec<String>, Failure> {
    let (k, g) = (&keep.recording, &gone.recording);
    let mut all = Vec::new();
    if comparison.likelihood < 0.5 {
        let against: Vec<&str> = comparison.evidence.iter().map(|e| e.text.as_str()).collect();
        all.push(format!("the rows do not look like one recording: {}", against.join("; ")));
    }
    if music::name_key(&k.artist) != music::name_key(&g.artist) {
        all.push(format!(
            "credited as `{}` and `{}`; where nobody states a share, `{}` is paid from now on",
            k.artist, g.artist, k.artist
        ));
    }
    let mut ids = tx.family(&k.id).await?;
    ids.extend(tx.family(&g.id).await?);
    match music::share::standing(&live(&shares_together(tx, &ids).await?)) {
        Standing::Over(_) | Standing::Disputed => all.push(format!(
            "the shares stated for both contradict each other; the money of future lines waits until one is withdrawn: \
             `tantieme share set {} --party … --share \"0 %\"`",
            k.id
        )),
        Standing::Whole | Standing::Open(_) => {}
    }
    let (works, others) = (tx.works_of(&k.id).await?, tx.works_of(&g.id).await?);
    if !works.is_empty() && !others.is_empty() && works != others {
        all.push("the rows name different works; those of the row that stays count".to_owned());
    }
    Ok(all)
}

fn compare(a: &CatalogueRow, b: &CatalogueRow) -> duplicates::Comparison {
    duplicates::compare(&(&a.recording).into(), &(&b.recording).into())
}

/// How a recording is called in messages.
pub(crate) fn name(row: &CatalogueRow) -> String {
    let r = &row.recording;
    let version = if r.version.is_empty() { String::new() } else { format!(" ({})", r.version) };
    format!("{} - {}{version}", r.artist, r.title)
}

fn live(shares: &[ShareRow]) -> Vec<&RightsShare> {
    shares.iter().map(|r| &r.share).filter(|s| s.status != ShareStatus::Withdrawn).collect()
}

/// The shares of a recording and of every row merged into it, as they count; withdrawn ones too.
pub(crate) async fn shares(tx: &mut Tx, survivor: &RecordingId) -> Result<Vec<ShareRow>, Failure> {
    let family = tx.family(survivor).await?;
    shares_together(tx, &family).await
}

/// The shares of several rows as those of one recording. What two rows say alike counts once, never twice; what they say
/// of one party differently is disputed; default shares of the printed credit give way to stated ones, and without any only
/// the first row's count.
pub(crate) async fn shares_together(tx: &mut Tx, rows: &[RecordingId]) -> Result<Vec<ShareRow>, Failure> {
    let mut by_row = Vec::with_capacity(rows.len());
    for id in rows {
        by_row.push(tx.shares_of_recording(id).await?);
    }
    if by_row.len() < 2 {
        return Ok(by_row.pop().unwrap_or_default());
    }
    let mut answers: BTreeMap<PartyId, PartyId> = BTreeMap::new();
    for share in by_row.iter().flatten() {
        let party = &share.share.party;
        if !answers.contains_key(party) {
            let into = tx.party(party).await?.and_then(|p| p.merged_into).unwrap_or_else(|| party.clone());
            answers.insert(party.clone(), into);
        }
    }
    Ok(as_one(by_row, &answers))
}

type Key = (PartyId, String, String, &'static str);

fn as_one(by_row: Vec<Vec<ShareRow>>, answers: &BTreeMap<PartyId, PartyId>) -> Vec<ShareRow> {
    let counts = |s: &ShareRow| s.share.status != ShareStatus::Withdrawn;
    let stated = |s: &ShareRow| counts(s) && s.source != party::CREDIT;
    if !by_row.iter().flatten().any(stated) {
        return by_row.into_iter().next().unwrap_or_default();
    }
    let key = |s: &RightsShare| -> Key {
        let party = answers.get(&s.party).unwrap_or(&s.party).clone();
        (party, s.territory.to_string(), s.period.to_string(), s.use_type.word())
    };
    let mut said: BTreeMap<Key, Vec<Vec<Ratio>>> = BTreeMap::new();
    for row in &by_row {
        let mut here: BTreeMap<Key, Vec<Ratio>> = BTreeMap::new();
        for share in row.iter().filter(|s| stated(s)) {
            here.entry(key(&share.share)).or_default().push(share.share.ratio);
        }
        for (key, mut ratios) in here {
            ratios.sort();
            said.entry(key).or_default().push(ratios);
        }
    }
    let mut first: BTreeMap<Key, usize> = BTreeMap::new();
    let mut all = Vec::new();
    for (place, row) in by_row.into_iter().enumerate() {
        for mut share in row {
            if stated(&share) {
                let key = key(&share.share);
                if *first.entry(key.clone()).or_insert(place) != place {
                    continue;
                }
                if said.get(&key).is_some_and(|all| all.windows(2).any(|pair| pair.first() != pair.last())) {
                    share.share.status = ShareStatus::Disputed;
                }
            } else if counts(&share) {
                continue;
            }
            all.push(share);
        }
    }
    all
}

fn lost(id: &RecordingId) -> Failure {
    Failure::Fault(store::Fault::new(format!("the recording `{id}` is missing; `tantieme doctor` names it")))
}
