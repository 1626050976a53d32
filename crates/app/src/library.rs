//! From the store to the library that listeners browse.
//!
//! Listed is what can be played: live recordings of sound with a file that was decoded and plays, whose deals offer them
//! today where the listener's institution is. What is not yet decoded, withdrawn, outside its window or territory is
//! hidden, because a song in a player's list that will not play is a broken promise.

use std::collections::HashMap;
use std::sync::Arc;

use consent::Use;
use formats::catalogue::Deal;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use library::{AudioIn, Builder, Library, Neighbours, ReleaseIn, SongIn, SongNo, song_title};
use music::Territory;
use store::{BrowseDeal, BrowseFile, BrowseRow, EditionRow, Tx};

use crate::discovery::Model;
use crate::{Failure, House, discovery};

/// Rows of one question to the store.
const AT_ONCE: i64 = 20_000;
/// Learned neighbours that are kept in all: eight bytes each, so 64 MiB.
const NEIGHBOURS_MOST: usize = 8 * 1024 * 1024;
/// Fewest and most of one song.
const NEIGHBOURS_EACH: (usize, usize) = (8, 200);

/// The state of the catalogue that a library shows: where two differ, the later is to be loaded anew.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    rows: [i64; 6],
    day: Date,
    /// The newest training of the recommender; empty before the first.
    trained: String,
    /// How often it changed what is left out of searches.
    own_turn: i64,
}

/// A book or comic that can be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edition {
    /// The id of the recording.
    pub id: String,
    /// Whether it is a comic rather than a book.
    pub is_comic: bool,
    /// The title.
    pub title: String,
    /// Who wrote it, as printed.
    pub author: String,
    /// Who published it.
    pub publisher: String,
    /// Genre; empty where it is not known.
    pub genre: String,
    /// Year; 0 where it is not known.
    pub year: u16,
    /// When it came into the catalogue, in microseconds since 1970.
    pub since_us: i64,
    /// BCP 47 tag; empty where it is not known.
    pub language: String,
    /// A blurb.
    pub description: String,
    /// Pages, where they can be counted.
    pub pages: Option<i64>,
    /// The media type of its file.
    pub content_type: &'static str,
    /// Bytes of its file.
    pub bytes: i64,
    /// The media type of its cover, where there is one.
    pub cover: Option<&'static str>,
}

/// A library, and what it shows.
#[derive(Debug)]
pub struct Loaded {
    /// The library.
    pub library: Library,
    /// What can be read, by title.
    pub editions: Vec<Edition>,
    /// The catalogue when it was read.
    pub mark: Mark,
    /// Whether deals keep anything to some territories: where not, one library serves all.
    pub bound: bool,
}

/// The state of the catalogue now.
pub async fn mark(house: &House) -> Result<Mark, Failure> {
    let mut tx = house.store.begin_read().await?;
    mark_in(house, &mut tx).await
}

async fn mark_in(house: &House, tx: &mut Tx) -> Result<Mark, Failure> {
    let trained = tx.discovery_runs(1).await?.pop().map(|run| run.id).unwrap_or_default();
    let own_turn = tx.own_turn().await?.2;
    Ok(Mark {
        own_turn,
        rows: tx.browse_mark().await?,
        day: house.now().to_zoned(TimeZone::UTC).date(),
        trained,
    })
}

/// Reads the catalogue as it is offered in a territory today; an empty or unknown one sees whatever is offered anywhere.
pub async fn load(house: &House, territory: &str) -> Result<Loaded, Failure> {
    let mut tx = house.store.begin_read().await?;
    let mark = mark_in(house, &mut tx).await?;
    let territory: Option<Territory> = territory.parse().ok();
    let deals = Deals::read(&mut tx).await?;
    let unfound = tx.barred(Use::IndexSearch.code()).await?;
    let mut builder = Builder::default();
    for (name, mbid) in tx.browse_mbids().await? {
        builder.artist_mbid(&name, &mbid);
    }
    let said: HashMap<String, EditionRow> = tx.browse_editions().await?.into_iter().collect();
    let covers: HashMap<String, String> = tx.browse_edition_covers().await?.into_iter().collect();
    let mut editions = Vec::new();
    let mut after = String::new();
    loop {
        let rows = tx.browse_recordings(&after, AT_ONCE).await?;
        let Some(last) = rows.last() else { break };
        after.clone_from(&last.id);
        for row in rows.iter().filter(|r| deals.offer(&r.id, territory.as_ref(), mark.day)) {
            add(&mut builder, row, unfound.contains(&row.id));
            editions.extend(edition(row, said.get(&row.id), covers.get(&row.id)));
        }
    }
    editions.sort_by_cached_key(|e| (library::sort_key(&e.title), e.id.clone()));
    add_releases(&mut tx, &mut builder).await?;
    tx.rest().await?;
    drop(tx);
    // Without a model, or with one that cannot be read, what is alike is guessed from the catalogue, and said to be.
    let model = discovery::open(house).await?;
    let finish = tokio::task::spawn_blocking(move || learned(builder.finish(), model.as_ref()));
    let library = finish
        .await
        .map_err(|e| Failure::Fault(store::Fault::new(format!("a library was not made: {e}"))))?;
    Ok(Loaded { library, editions, mark, bound: deals.bound })
}

/// The library with what the recommender learned about its songs; as it is where there is no model.
fn learned(library: Library, model: Option<&Model>) -> Library {
    let Some(graph) = model.and_then(|model| model.graph().ok()) else { return library };
    let songs: Vec<SongNo> = library.songs().collect();
    // The songs of this library among the recordings of the model: others are withdrawn or not offered here.
    let mut here: Vec<Option<SongNo>> = vec![None; graph.len() as usize];
    let mut numbers: Vec<Option<u32>> = Vec::with_capacity(songs.len());
    for song in &songs {
        let number = library.song(*song).and_then(|s| graph.find(s.id));
        if let Some(slot) = number.and_then(|n| here.get_mut(n as usize)) {
            *slot = Some(*song);
        }
        numbers.push(number);
    }
    let most = (NEIGHBOURS_MOST / songs.len().max(1)).clamp(NEIGHBOURS_EACH.0, NEIGHBOURS_EACH.1);
    let known = |(n, near): (u32, f32)| Some((here.get(n as usize).copied().flatten()?, near));
    let lists = numbers.into_iter().map(|number| {
        let near = number.map(|n| graph.near(n)).unwrap_or_default();
        near.into_iter().filter_map(known).take(most).collect::<Vec<_>>()
    });
    let neighbours = Neighbours::new(lists);
    if neighbours.is_empty() { library } else { library.with_neighbours(neighbours) }
}

async fn add_releases(tx: &mut Tx, builder: &mut Builder) -> Result<(), Failure> {
    let mut after = String::new();
    loop {
        let releases = tx.browse_releases(&after, AT_ONCE / 4).await?;
        let (Some(first), Some(last)) = (releases.first(), releases.last()) else { return Ok(()) };
        let mut places: HashMap<String, Vec<(i64, i64, i64)>> = HashMap::new();
        for (release, position, disc, number) in tx.browse_track_places(&first.id, &last.id).await? {
            places.entry(release).or_default().push((position, disc, number));
        }
        let mut tracks: HashMap<String, Vec<(i64, String)>> = HashMap::new();
        for (release, position, recording) in tx.browse_tracks(&first.id, &last.id).await? {
            tracks.entry(release).or_default().push((position, recording));
        }
        after.clone_from(&last.id);
        for release in &releases {
            builder.release(ReleaseIn {
                id: &release.id,
                title: &release.title,
                credit: &release.artist,
                label: &release.label,
                mbid: release.mbid.as_deref().unwrap_or_default(),
            });
            let small = |n: i64| u16::try_from(n.max(1)).unwrap_or(u16::MAX);
            for (position, disc, number) in places.remove(&release.id).unwrap_or_default() {
                builder.place(u32::try_from(position).unwrap_or(0), small(disc), small(number));
            }
            for (position, recording) in tracks.remove(&release.id).unwrap_or_default() {
                builder.track(u32::try_from(position).unwrap_or(0), &recording);
            }
        }
    }
}

fn add(builder: &mut Builder, row: &BrowseRow, unfound: bool) {
    let Some(file) =
        row.file.as_ref().filter(|f| row.kind == "audio" && matches!(f.state.as_str(), "good" | "damaged"))
    else {
        return;
    };
    let seconds = file.duration_ms.map(|ms| (ms + 500) / 1_000).or(row.duration_s).unwrap_or(0);
    builder.song(SongIn {
        id: &row.id,
        title: &song_title(&row.title, &row.version),
        credit: &row.artist,
        album: &row.album,
        label: &row.label,
        genre: row.genre.as_deref().unwrap_or_default(),
        seconds: u32::try_from(seconds).unwrap_or(0),
        year: row.year.and_then(|y| u16::try_from(y).ok()).unwrap_or(0),
        isrc: row.isrc.as_deref().unwrap_or_default(),
        mbid: row.mbid.as_deref().unwrap_or_default(),
        added: u32::try_from(row.since_us.max(0) / 1_000_000).unwrap_or(u32::MAX),
        unfound,
        audio: audio(file),
    });
}

fn edition(row: &BrowseRow, said: Option<&EditionRow>, cover: Option<&String>) -> Option<Edition> {
    let file = row.file.as_ref().filter(|_| matches!(row.kind.as_str(), "book" | "comic"))?;
    let text = |of: fn(&EditionRow) -> &String| said.map(of).cloned().unwrap_or_default();
    let publisher = text(|s| &s.publisher);
    Some(Edition {
        id: row.id.clone(),
        is_comic: row.kind == "comic",
        title: song_title(&row.title, &row.version),
        author: row.artist.clone(),
        publisher: if publisher.is_empty() { row.label.clone() } else { publisher },
        genre: row.genre.clone().unwrap_or_default(),
        year: row.year.and_then(|y| u16::try_from(y).ok()).unwrap_or(0),
        since_us: row.since_us,
        language: text(|s| &s.language),
        description: text(|s| &s.description),
        pages: said.and_then(|s| s.pages).filter(|p| *p > 0),
        content_type: media::Format::from_word(&file.format)?.content_type(),
        bytes: file.bytes,
        cover: cover.and_then(|word| media::Format::from_word(word)).map(|f| f.content_type()),
    })
}

fn audio(file: &BrowseFile) -> AudioIn<'_> {
    let bytes = u64::try_from(file.bytes).unwrap_or(0);
    let ms = file.duration_ms.and_then(|ms| u64::try_from(ms).ok()).filter(|ms| *ms > 0);
    let gain = |mlufs: i64| i16::try_from(media::loudness::REFERENCE_MLUFS.saturating_sub(mlufs) / 10).ok();
    let peak = file.peak_mdbtp.map(media::loudness::peak_ppm).and_then(|p| u32::try_from(p).ok());
    let suffix = media::Format::from_word(&file.format).map_or("", |f| f.word());
    AudioIn {
        bytes,
        kbps: ms.and_then(|ms| u16::try_from(bytes.saturating_mul(8) / ms).ok()).unwrap_or(0),
        suffix,
        hertz: file.sample_rate.and_then(|r| u32::try_from(r).ok()).unwrap_or(0),
        channels: file.channels.and_then(|c| u8::try_from(c).ok()).unwrap_or(0),
        gain: file.loudness_mlufs.and_then(gain).zip(peak),
    }
}

/// The deals of every recording that has some.
struct Deals {
    of: HashMap<String, Vec<Arc<Deal>>>,
    bound: bool,
}

impl Deals {
    async fn read(tx: &mut Tx) -> Result<Deals, Failure> {
        let mut all = Deals { of: HashMap::new(), bound: false };
        for row in tx.browse_deals().await? {
            let deal = deal(&row);
            all.bound |= !deal.excluded.is_empty() || !deal.territories.iter().any(Territory::is_worldwide);
            all.of.entry(row.recording).or_default().push(Arc::new(deal));
        }
        Ok(all)
    }

    fn offer(&self, recording: &str, territory: Option<&Territory>, day: Date) -> bool {
        self.of.get(recording).is_none_or(|deals| Deal::offered(deals, territory, day))
    }
}

fn deal(row: &BrowseDeal) -> Deal {
    let places = |text: &str| text.split(' ').filter_map(|t| t.parse().ok()).collect();
    let day = |text: &Option<String>| text.as_deref().and_then(|t| t.get(..10)).and_then(|t| t.parse().ok());
    Deal {
        territories: places(&row.territories),
        excluded: places(&row.excluded),
        period: music::Period { start: day(&row.start), end: day(&row.end) },
        take_down: row.take_down,
        ..Deal::default()
    }
}

/// Lyrics of a recording: language and text.
pub async fn lyrics(house: &House, recording: &str) -> Result<Vec<(String, String)>, Failure> {
    Ok(house.store.begin_read().await?.lyrics(recording).await?)
}
