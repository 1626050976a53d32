//! All plays of some files at once, for whoever needs them in memory: training, not sharing.

use std::path::PathBuf;

use super::file::{PlaysFile, RowGroup, open};
use super::read::{Wanted, read};
use super::survey::{Numbering, survey};
use crate::Failure;

/// Most rows that are held at once; 1.2 GB.
const MOST_ROWS: u64 = 50_000_000;

/// Plays as they were read.
#[derive(Debug)]
pub struct Listed {
    /// Member, recording, plays, row by row; the first two by their numbers.
    pub rows: Vec<(u64, u64, u64)>,
    /// What the numbers stand for.
    pub numbering: Numbering,
}

/// Reads every row of some files.
///
/// # Errors
/// A problem where a file cannot be read as plays, or where there are more than fifty million rows.
pub fn listed(paths: &[PathBuf], threads: usize) -> Result<Listed, Failure> {
    let files: Vec<PlaysFile> = paths.iter().map(|path| open(path)).collect::<Result<_, _>>()?;
    let mut groups = Vec::new();
    for (place, file) in files.iter().enumerate() {
        let mut before = 0;
        for (group, rows) in file.groups() {
            groups.push(RowGroup { file: place, group, rows, before });
            before += rows;
        }
    }
    groups.retain(|group| group.rows > 0);
    if groups.iter().map(|g| g.rows).sum::<u64>() > MOST_ROWS {
        let message = format!("there are more than {MOST_ROWS} rows of plays");
        return Err(Failure::problem("plays-too-many", "", 0, message, "take a shorter period"));
    }
    let numbering = survey(&files, &groups, Wanted::default(), (&[], &[]), threads)?;
    let mut rows = Vec::new();
    for group in groups {
        let Some(file) = files.get(group.file) else { continue };
        read(file, group, &numbering, Wanted::default(), &mut |batch| {
            for (place, (member, recording)) in batch.members.iter().zip(&batch.recordings).enumerate() {
                rows.push((*member, *recording, batch.plays.get(place).copied().unwrap_or(1)));
            }
            Ok(())
        })?;
    }
    Ok(Listed { rows, numbering })
}
