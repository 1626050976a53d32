//! Selections: what an institution's librarians chose, with words, a picture and their names; when it is shown; and what
//! happens in the institution beside it.

use jiff::Timestamp;
use jiff::civil::Date;
use ledger::Hash;
use music::RecordingId;
use store::{AgendaRow, PictureRow, SelectionItemRow, SelectionRow, Tx};

use crate::failure::refuse;
use crate::institution::{Institution, found, today};
use crate::{Failure, House};

mod picture;

pub use picture::cleaned;

/// Most recordings of a selection.
pub const MOST_ITEMS: usize = 500;
/// Most bytes of a picture.
pub const MOST_PICTURE_BYTES: usize = 2 * 1024 * 1024;
/// Most bytes of words about a selection.
const MOST_WORDS: usize = 20_000;

/// A selection to write.
#[derive(Debug, Clone, Default)]
pub struct Write {
    /// The institution.
    pub institution: String,
    /// The selection that is changed, by its name in addresses or id; a new one where empty.
    pub selection: String,
    /// Title.
    pub title: String,
    /// Words about it, paragraphs apart by an empty line.
    pub words: String,
    /// `en` or `fr`.
    pub lang: String,
    /// Recordings, each with words about it.
    pub items: Vec<(RecordingId, String)>,
    /// Who chose.
    pub curators: Vec<String>,
    /// Shown from then on.
    pub from: Option<Timestamp>,
    /// Not shown from then on.
    pub until: Option<Timestamp>,
    /// Who writes it.
    pub by: String,
}

/// A recording of a selection as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// The recording.
    pub recording: RecordingId,
    /// Its artist.
    pub artist: String,
    /// Its title, with its version.
    pub title: String,
    /// What they say about it.
    pub words: String,
    /// Whether it comes from a place of the institution.
    pub local: bool,
}

/// A selection as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selection {
    /// What is kept of it.
    pub row: SelectionRow,
    /// Whose.
    pub institution: Institution,
    /// Its recordings.
    pub items: Vec<Item>,
    /// Who chose.
    pub curators: Vec<String>,
    /// What is on its picture, who made it, and its hash; `None` without one.
    pub picture: Option<(String, String, String)>,
    /// Whether everybody sees it now.
    pub shown: bool,
    /// Where a brand paid for it: the label it carries, and the brand's name.
    pub paid: Option<(String, String)>,
}

/// Writes a selection, or changes one.
///
/// # Errors
/// In this order: what finding the institution refuses, `selection-unknown`, `selection-title`, `selection-words`,
/// `selection-items`, `recording-unknown`, `selection-span`.
pub async fn write(house: &House, ask: Write) -> Result<Selection, Failure> {
    let now = house.now();
    let mut tx = house.store.begin().await?;
    let institution = found(&mut tx, &ask.institution).await?;
    let before = if ask.selection.trim().is_empty() {
        None
    } else {
        Some(own(&mut tx, &institution, &ask.selection).await?)
    };
    let title = ask.title.trim();
    if title.is_empty() || title.len() > 200 {
        return Err(refuse("selection-title", "a selection needs a title of at most 200 letters", ""));
    }
    if ask.words.len() > MOST_WORDS || ask.items.iter().any(|i| i.1.len() > 2_000) {
        let message = "words about a selection are at most 20,000 letters, about a recording 2,000";
        return Err(refuse("selection-words", message, "make it two selections"));
    }
    if ask.items.len() > MOST_ITEMS || ask.curators.len() > 50 {
        let message = format!("a selection has at most {MOST_ITEMS} recordings and 50 names");
        return Err(refuse("selection-items", message, "make it two selections"));
    }
    let mut items = Vec::new();
    for (recording, words) in &ask.items {
        if tx.recording(recording).await?.is_none() {
            let hint = "`tantieme catalogue list` shows the recordings";
            return Err(refuse("recording-unknown", format!("there is no recording `{recording}`"), hint));
        }
        items.push(SelectionItemRow { recording: recording.clone(), words: words.trim().to_owned() });
    }
    if let (Some(from), Some(until)) = (ask.from, ask.until)
        && until <= from
    {
        let message = format!("it would be hidden at {until}, before it is shown at {from}");
        return Err(refuse("selection-span", message, "give a later end, or none"));
    }
    let id = before.as_ref().map_or_else(|| house.selection_id(), |b| b.id.clone());
    let slug = match &before {
        Some(row) => row.slug.clone(),
        None => free_slug(&mut tx, title, id.as_str()).await?,
    };
    let row = SelectionRow {
        id,
        institution: institution.row.party.clone(),
        slug,
        lang: if ask.lang == "fr" { "fr" } else { "en" }.to_owned(),
        title: title.to_owned(),
        words: ask.words.trim().replace("\r\n", "\n"),
        status: before.as_ref().map_or_else(|| "draft".to_owned(), |b| b.status.clone()),
        from: ask.from,
        until: ask.until,
        created: before.as_ref().map_or(now, |b| b.created),
        changed: now,
        by: before.map_or_else(|| ask.by.clone(), |b| b.by),
    };
    let names = |c: &String| c.trim().chars().take(200).collect::<String>();
    let curators: Vec<String> = ask.curators.iter().map(names).filter(|c| !c.is_empty()).collect();
    tx.put_selection(&row, &items, &curators).await?;
    tx.note(now, &ask.by, "selection write", row.id.as_str(), &row.title).await?;
    let shown = whole(house, &mut tx, row).await?;
    tx.commit().await?;
    Ok(shown)
}

/// Publishes a selection (`published`), takes it back (`withdrawn`), or makes it a draft again.
///
/// # Errors
/// What finding the institution refuses, `selection-unknown`, `selection-status`.
pub async fn set_status(
    house: &House,
    who: &str,
    selection: &str,
    status: &str,
    by: &str,
) -> Result<Selection, Failure> {
    let now = house.now();
    let mut tx = house.store.begin().await?;
    let institution = found(&mut tx, who).await?;
    let mut row = own(&mut tx, &institution, selection).await?;
    if !["draft", "published", "withdrawn"].contains(&status) {
        let message = format!("`{status}` is no state of a selection");
        return Err(refuse("selection-status", message, "`draft`, `published` or `withdrawn`"));
    }
    tx.set_selection_status(&row.id, status, now).await?;
    tx.note(now, by, "selection status", row.id.as_str(), status).await?;
    status.clone_into(&mut row.status);
    let shown = whole(house, &mut tx, row).await?;
    tx.commit().await?;
    Ok(shown)
}

/// Gives a selection a picture. What cameras write into files (where it was taken, by which device) is left out.
///
/// # Errors
/// What finding the institution refuses, `selection-unknown`, `picture`, `picture-alt`.
pub async fn set_picture(
    house: &House,
    who: &str,
    selection: &str,
    bytes: &[u8],
    alt: &str,
    credit: &str,
    by: &str,
) -> Result<(), Failure> {
    let mut tx = house.store.begin().await?;
    let institution = found(&mut tx, who).await?;
    let row = own(&mut tx, &institution, selection).await?;
    let bad = |message: String| refuse("picture", message, "a JPEG, PNG or WebP of at most 2 MB");
    if bytes.len() > MOST_PICTURE_BYTES {
        return Err(bad(format!("the picture has {} bytes", bytes.len())));
    }
    let (kind, clean) =
        picture::cleaned(bytes).ok_or_else(|| bad("this is no picture that can be shown".to_owned()))?;
    if alt.trim().is_empty() {
        let message = "a picture needs words for those who do not see it";
        return Err(refuse("picture-alt", message, "say in a sentence what is on it"));
    }
    let picture = PictureRow {
        kind: kind.to_owned(),
        alt: alt.trim().chars().take(500).collect(),
        credit: credit.trim().chars().take(200).collect(),
        hash: Hash::of(&clean).to_string(),
        bytes: clean,
    };
    tx.put_picture(&row.id, &picture).await?;
    tx.note(house.now(), by, "selection picture", row.id.as_str(), "").await?;
    tx.commit().await?;
    Ok(())
}

/// The picture of a selection that everybody sees now.
pub async fn picture(house: &House, slug: &str) -> Result<Option<PictureRow>, Failure> {
    let mut tx = house.store.begin_read().await?;
    match tx.selection_at(slug).await? {
        Some(row) if is_shown(&row, house.now()) => Ok(tx.picture(&row.id).await?),
        _ => Ok(None),
    }
}

/// A selection as everybody sees it now.
///
/// # Errors
/// `selection-unknown` where it is not there, not published, or not now.
pub async fn public(house: &House, slug: &str) -> Result<Selection, Failure> {
    let mut tx = house.store.begin_read().await?;
    let row = tx.selection_at(slug.trim()).await?.filter(|r| is_shown(r, house.now()));
    whole(house, &mut tx, row.ok_or_else(|| unknown(slug))?).await
}

/// A selection as its institution sees it.
///
/// # Errors
/// What finding the institution refuses, `selection-unknown`.
pub async fn one(house: &House, who: &str, selection: &str) -> Result<Selection, Failure> {
    let mut tx = house.store.begin_read().await?;
    let institution = found(&mut tx, who).await?;
    let row = own(&mut tx, &institution, selection).await?;
    whole(house, &mut tx, row).await
}

/// The selections of an institution (of all where none is named), newest first; only those that everybody sees now
/// where `shown`.
pub async fn list(house: &House, who: Option<&str>, shown: bool) -> Result<Vec<Selection>, Failure> {
    let now = house.now();
    let mut tx = house.store.begin_read().await?;
    let party = match who {
        Some(text) => Some(found(&mut tx, text).await?.row.party),
        None => None,
    };
    let mut all = Vec::new();
    for row in tx.selections(party.as_ref()).await? {
        if !shown || is_shown(&row, now) {
            all.push(whole(house, &mut tx, row).await?);
        }
    }
    Ok(all)
}

/// Something that happens in an institution, to note.
#[derive(Debug, Clone)]
pub struct Happening {
    /// The institution.
    pub institution: String,
    /// When.
    pub day: Date,
    /// What.
    pub title: String,
    /// More about it.
    pub words: String,
    /// Where to read on.
    pub url: String,
    /// Who notes it.
    pub by: String,
}

/// Notes something that happens in an institution.
///
/// # Errors
/// What finding the institution refuses, `agenda-title`, `institution-url`.
pub async fn add_happening(house: &House, ask: Happening) -> Result<AgendaRow, Failure> {
    let now = house.now();
    let mut tx = house.store.begin().await?;
    let institution = found(&mut tx, &ask.institution).await?;
    let url = ask.url.trim();
    if ask.title.trim().is_empty() || ask.title.len() > 200 || ask.words.len() > 2_000 {
        return Err(refuse(
            "agenda-title",
            "an event needs a title of at most 200 letters, and at most 2,000 words' letters",
            "",
        ));
    }
    if !url.is_empty() && !crate::institution::is_site(url) {
        let message = format!("`{url}` is no address of a site");
        return Err(refuse("institution-url", message, "it begins with `https://`"));
    }
    let row = AgendaRow {
        id: format!("agd-{}", music::id::base32(house.world.bits())),
        institution: institution.row.party,
        day: ask.day,
        title: ask.title.trim().to_owned(),
        words: ask.words.trim().to_owned(),
        url: url.to_owned(),
    };
    tx.insert_agenda(&row, &ask.by, now).await?;
    tx.note(now, &ask.by, "agenda add", &row.id, &row.title).await?;
    tx.commit().await?;
    Ok(row)
}

/// Takes something out of an institution's agenda.
///
/// # Errors
/// What finding the institution refuses, `agenda-unknown`.
pub async fn remove_happening(house: &House, who: &str, id: &str, by: &str) -> Result<(), Failure> {
    let mut tx = house.store.begin().await?;
    let institution = found(&mut tx, who).await?;
    if !tx.delete_agenda(&institution.row.party, id.trim()).await? {
        return Err(refuse("agenda-unknown", format!("there is no event `{id}`"), ""));
    }
    tx.note(house.now(), by, "agenda remove", id, "").await?;
    tx.commit().await?;
    Ok(())
}

/// What happens in an institution from today on.
pub async fn happenings(house: &House, who: &str) -> Result<Vec<AgendaRow>, Failure> {
    let mut tx = house.store.begin_read().await?;
    let institution = found(&mut tx, who).await?;
    Ok(tx.agenda_of(&institution.row.party, today(house), 20).await?)
}

pub(crate) fn is_shown(row: &SelectionRow, now: Timestamp) -> bool {
    row.status == "published" && row.from.is_none_or(|f| f <= now) && row.until.is_none_or(|u| now < u)
}

async fn own(tx: &mut Tx, institution: &Institution, text: &str) -> Result<SelectionRow, Failure> {
    let row = tx.selection_at(text.trim()).await?;
    row.filter(|r| r.institution == institution.row.party).ok_or_else(|| unknown(text))
}

fn unknown(text: &str) -> Failure {
    let text: String = text.trim().chars().take(80).collect();
    refuse(
        "selection-unknown",
        format!("there is no selection `{text}` to see"),
        "`/selections` shows what there is now",
    )
}

async fn whole(house: &House, tx: &mut Tx, row: SelectionRow) -> Result<Selection, Failure> {
    let institution = found(tx, row.institution.as_str()).await?;
    let places: Vec<music::Place> = institution.places.iter().filter_map(|p| p.parse().ok()).collect();
    let mut items = Vec::new();
    for item in tx.selection_items(&row.id).await? {
        let Some(found) = tx.recording(&item.recording).await? else { continue };
        let r = found.recording;
        let tags = tx.tags_of(r.id.as_str()).await?;
        let here = |t: &String| t.parse().is_ok_and(|t| places.iter().any(|p| p.contains(&t)));
        items.push(Item {
            artist: r.artist.clone(),
            title: r.title.clone(),
            local: tags.iter().any(here),
            recording: r.id,
            words: item.words,
        });
    }
    let picture = tx.picture(&row.id).await?.map(|p| (p.alt, p.credit, p.hash));
    let curators = tx.selection_curators(&row.id).await?;
    let paid = tx.brand_label(&row.id).await?;
    Ok(Selection { shown: is_shown(&row, house.now()), institution, items, curators, picture, paid, row })
}

async fn free_slug(tx: &mut Tx, title: &str, id: &str) -> Result<String, Failure> {
    let slug = crate::institution::slug(title);
    if !slug.is_empty() && tx.selection_at(&slug).await?.is_none() {
        return Ok(slug);
    }
    let tail: String = id.rsplit('-').next().unwrap_or(id).to_ascii_lowercase();
    Ok(if slug.is_empty() { tail } else { format!("{slug}-{tail}") })
}
