//! Selections: what an institution puts before its people, and what happens there.

use app::selection::{self, Happening, Write};
use jiff::Timestamp;
use jiff::civil::Date;
use music::RecordingId;

use super::caller::Ask;
use super::page::{self, Listed, Page};
use super::party::Done;
use super::problem::Wrong;
use super::shape::{ask, choice, tell};
use super::value::{bytes, read};

tell! {
    /// A selection.
    Selection {
        /// Its id.
        id: String,
        /// The institution.
        institution: String,
        /// Its name in addresses.
        slug: String,
        /// Its language.
        lang: String,
        /// Its title.
        title: String,
        /// What is said about it.
        words: String,
        /// `draft`, `published` or `ended`.
        status: String,
        /// Whether it is shown now.
        shown: bool,
        /// Who made it.
        curators: Vec<String>,
        /// Where a brand paid for it: the label that goes with it wherever it is shown.
        paid: Option<PaidLabel>,
        /// What is in it, in order.
        items: Vec<SelectionItem>,
        /// When it was made.
        created: Timestamp,
        /// When it was changed last.
        changed: Timestamp,
    }
    /// The label of what a brand paid for.
    PaidLabel {
        /// The word, such as `Publicité`.
        label: String,
        /// The brand.
        brand: String,
    }
    /// A recording of a selection.
    SelectionItem {
        /// The recording.
        recording: String,
        /// The artist.
        artist: String,
        /// The title.
        title: String,
        /// What is said about it.
        words: String,
        /// Whether it is from here.
        local: bool,
    }
    /// Something that happens at an institution.
    AgendaEntry {
        /// Its id.
        id: String,
        /// The day.
        day: Date,
        /// What it is called.
        title: String,
        /// What is said about it.
        words: String,
        /// Where to read more.
        url: String,
    }
}

choice! {
    /// Where a selection stands.
    SelectionStatus { Draft = "draft", Published = "published", Ended = "ended", }
}

ask! {
    /// A recording to select.
    NewItem {
        /// The recording.
        recording: String,
        /// What is said about it.
        words: Option<String>,
    }
    /// A selection to write.
    NewSelection {
        /// Its title.
        title: String,
        /// The one that is written anew: its id or its name in addresses; a new one where it is left out.
        selection: Option<String>,
        /// What is said about it.
        words: Option<String>,
        /// Its language, `fr` or `en`.
        lang: String,
        /// What is in it, in order; 500 at most.
        items: Vec<NewItem>,
        /// Who made it.
        curators: Option<Vec<String>>,
        /// From when on it is shown.
        from: Option<Timestamp>,
        /// Until when.
        until: Option<Timestamp>,
    }
    /// A picture to show with a selection.
    NewPicture {
        /// Its bytes in base 64: a JPEG, PNG or WebP of at most 2 MB.
        file: String,
        /// What is on it, for those who do not see it.
        alt: String,
        /// Whose it is.
        credit: Option<String>,
    }
    /// Where it shall stand.
    NewStatus {
        /// The word.
        status: SelectionStatus,
    }
    /// Something that will happen.
    NewHappening {
        /// The day.
        day: Date,
        /// What it is called.
        title: String,
        /// What is said about it.
        words: Option<String>,
        /// Where to read more.
        url: Option<String>,
    }
}

impl Selection {
    fn of(s: &selection::Selection) -> Selection {
        let items = s.items.iter().map(|i| SelectionItem {
            recording: i.recording.to_string(),
            artist: i.artist.clone(),
            title: i.title.clone(),
            words: i.words.clone(),
            local: i.local,
        });
        Selection {
            id: s.row.id.to_string(),
            institution: s.row.institution.to_string(),
            slug: s.row.slug.clone(),
            lang: s.row.lang.clone(),
            title: s.row.title.clone(),
            words: s.row.words.clone(),
            status: s.row.status.clone(),
            shown: s.shown,
            curators: s.curators.clone(),
            paid: s.paid.clone().map(|(label, brand)| PaidLabel { label, brand }),
            items: items.collect(),
            created: s.row.created,
            changed: s.row.changed,
        }
    }
}

pub(crate) async fn public(ask: Ask<Page, ()>) -> Result<Listed<Selection>, Wrong> {
    let all = selection::list(&ask.house, None, true).await?;
    let q = &ask.query;
    page::cut(
        all,
        (q.after.as_deref(), q.limit),
        |s| page::by_time(s.row.created, &s.row.id),
        |s| Selection::of(&s),
    )
}

pub(crate) async fn one_public(ask: Ask<(), ()>) -> Result<Selection, Wrong> {
    Ok(Selection::of(&selection::public(&ask.house, ask.at("slug")).await?))
}

pub(crate) async fn list(ask: Ask<Page, ()>) -> Result<Listed<Selection>, Wrong> {
    let party = ask.act()?;
    let all = selection::list(&ask.house, Some(&party), false).await?;
    let q = &ask.query;
    page::cut(
        all,
        (q.after.as_deref(), q.limit),
        |s| page::by_time(s.row.created, &s.row.id),
        |s| Selection::of(&s),
    )
}

pub(crate) async fn write(ask: Ask<(), NewSelection>) -> Result<Selection, Wrong> {
    let party = ask.act()?;
    let by = ask.by().to_owned();
    let b = ask.body;
    let items: Result<Vec<(RecordingId, String)>, Wrong> = b
        .items
        .into_iter()
        .map(|i| Ok((read("recording-unknown", &i.recording)?, i.words.unwrap_or_default())))
        .collect();
    let write = Write {
        institution: party,
        selection: b.selection.unwrap_or_default(),
        title: b.title,
        words: b.words.unwrap_or_default(),
        lang: b.lang,
        items: items?,
        curators: b.curators.unwrap_or_default(),
        from: b.from,
        until: b.until,
        by,
    };
    Ok(Selection::of(&selection::write(&ask.house, write).await?))
}

pub(crate) async fn set_status(ask: Ask<(), NewStatus>) -> Result<Selection, Wrong> {
    let party = ask.act()?;
    let word = match ask.body.status {
        SelectionStatus::Draft => "draft",
        SelectionStatus::Published => "published",
        SelectionStatus::Ended => "ended",
    };
    Ok(Selection::of(&selection::set_status(&ask.house, &party, ask.at("selection"), word, ask.by()).await?))
}

pub(crate) async fn set_picture(ask: Ask<(), NewPicture>) -> Result<Done, Wrong> {
    let party = ask.act()?;
    let b = &ask.body;
    let (file, credit) = (bytes(&b.file)?, b.credit.as_deref().unwrap_or_default());
    selection::set_picture(&ask.house, &party, ask.at("selection"), &file, &b.alt, credit, ask.by()).await?;
    Ok(Done::with(ask.at("selection")))
}

pub(crate) async fn agenda(ask: Ask<Page, ()>) -> Result<Listed<AgendaEntry>, Wrong> {
    let party = ask.act()?;
    let all = selection::happenings(&ask.house, &party).await?;
    let q = &ask.query;
    page::cut(all, (q.after.as_deref(), q.limit), |a| format!("{}/{}", a.day, a.id), AgendaEntry::of)
}

impl AgendaEntry {
    fn of(row: store::AgendaRow) -> AgendaEntry {
        AgendaEntry { id: row.id, day: row.day, title: row.title, words: row.words, url: row.url }
    }
}

pub(crate) async fn add_happening(ask: Ask<(), NewHappening>) -> Result<AgendaEntry, Wrong> {
    let party = ask.act()?;
    let by = ask.by().to_owned();
    let b = ask.body;
    let happening = Happening {
        institution: party,
        day: b.day,
        title: b.title,
        words: b.words.unwrap_or_default(),
        url: b.url.unwrap_or_default(),
        by,
    };
    Ok(AgendaEntry::of(selection::add_happening(&ask.house, happening).await?))
}

pub(crate) async fn remove_happening(ask: Ask<(), ()>) -> Result<Done, Wrong> {
    let party = ask.act()?;
    selection::remove_happening(&ask.house, &party, ask.at("entry"), ask.by()).await?;
    Ok(Done::with(ask.at("entry")))
}
