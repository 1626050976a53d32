//! Pages that members open: what COUNTER calls investigations, kept under the period's names until they are told.
//!
//! Only pages that a person opened are seen here. What players ask for while they fill their lists says nothing about
//! anybody's interest, as a request alone is no play.

use music::{PartyId, RecordingId};
use store::LookRow;

use super::Recorder;
use crate::Failure;

/// What a page is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Page<'a> {
    /// A recording.
    Recording,
    /// A release, by whatever tells it from others.
    Release(&'a str),
    /// An artist, by whatever tells them from others.
    Artist(&'a str),
    /// A selection, by its name in addresses.
    Selection(&'a str),
}

impl Page<'_> {
    const fn word(self) -> &'static str {
        match self {
            Page::Recording => "recording",
            Page::Release(_) => "release",
            Page::Artist(_) => "artist",
            Page::Selection(_) => "selection",
        }
    }
}

impl Recorder {
    /// A member, or a guest in the institution's rooms, opened a page. It counts under the medium and the origin of
    /// `recording`: the page's own, or the first one on it.
    ///
    /// # Errors
    /// As [`Recorder::say`]; a page is shown all the same.
    pub async fn look(
        &self,
        institution: &PartyId,
        member: &str,
        page: Page<'_>,
        recording: &RecordingId,
    ) -> Result<(), Failure> {
        let house = &self.0.house;
        let now = house.now();
        let open = self.open(institution, now).await?;
        let item = match page {
            Page::Recording => recording.as_str(),
            Page::Release(item) | Page::Artist(item) | Page::Selection(item) => item,
        };
        let row = LookRow {
            period: open.row.id.clone(),
            member: open.key.name("usg", &[institution.as_str(), member]),
            page: page.word().to_owned(),
            item: item.chars().take(200).collect(),
            recording: recording.clone(),
            at_s: now.as_second(),
        };
        let mut tx = house.store.begin().await?;
        tx.insert_look(&row).await?;
        tx.commit().await?;
        Ok(())
    }
}
