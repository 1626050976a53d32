//! The libraries and shelves that answers are made from, in memory: swapped as a whole, never changed.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use app::House;
use app::library::{Edition, Mark};
use app::shelf::{ItemKind, Shelf};
use axum::body::Bytes;
use jiff::Timestamp;
use library::{AlbumNo, Library};

use super::ask::Wrong;

/// How often the store is asked whether the catalogue has changed.
const LOOK: Duration = Duration::from_secs(2);
/// A library is not made again before so many times the time it took have passed.
const PATIENCE: u32 = 10;
/// How old a shelf may be before the store is asked whether it still holds.
const FRESH: Duration = Duration::from_millis(250);
/// Shelves remembered; past them all are forgotten.
const SHELVES_MOST: usize = 5_000;

/// A library as it is served.
#[derive(Debug)]
pub(crate) struct Stand {
    /// The library.
    pub(crate) library: Library,
    /// Books and comics, by title.
    pub(crate) editions: Vec<Edition>,
    /// Differs for each library made.
    pub(crate) turn: u64,
    /// When it was made.
    pub(crate) made: Timestamp,
    mark: Mark,
    bound: bool,
    took: Duration,
    born: Instant,
    /// Long answers that are the same for everybody without stars: written once.
    written: Mutex<HashMap<String, Bytes>>,
}

impl Stand {
    /// A part of an answer that is the same for all who may share it, written at the first asking.
    pub(crate) fn written(&self, key: String, write: impl FnOnce() -> String) -> Bytes {
        let known = self.written.lock().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
        known.unwrap_or_else(|| {
            let text = Bytes::from(write());
            self.written.lock().unwrap_or_else(PoisonError::into_inner).insert(key, text.clone());
            text
        })
    }
}

/// What a listener keeps, with what it means in one library.
#[derive(Debug)]
pub(crate) struct Kept {
    /// Stars, ratings, plays.
    pub(crate) shelf: Shelf,
    /// Plays of albums: how often any of its songs, and when last.
    pub(crate) albums: HashMap<AlbumNo, (i64, Timestamp)>,
    /// Whether any artist is starred.
    pub(crate) artist_stars: bool,
    turn: u64,
}

/// The libraries, by territory, and the shelves, by member.
#[derive(Debug, Default)]
pub(crate) struct Stands {
    /// Under an empty territory: the one that serves all where nothing is bound to a place.
    all: Mutex<HashMap<String, Arc<Stand>>>,
    making: tokio::sync::Mutex<()>,
    looked: Mutex<Option<Instant>>,
    turns: AtomicU64,
    shelves: Mutex<HashMap<String, (Arc<Kept>, Instant)>>,
}

impl Stands {
    /// The library of a territory: the one at hand, made where there is none. Where the catalogue has changed the next
    /// one is made meanwhile.
    pub(crate) async fn library(
        self: &Arc<Self>,
        house: &House,
        territory: &str,
    ) -> Result<Arc<Stand>, Wrong> {
        if let Some(stand) = self.at_hand(territory) {
            self.look(house, territory, &stand);
            return Ok(stand);
        }
        let _turn = self.making.lock().await;
        match self.at_hand(territory) {
            Some(stand) => Ok(stand),
            None => self.make(house, territory).await,
        }
    }

    /// The library that is there; nothing is made for this.
    fn at_hand(&self, territory: &str) -> Option<Arc<Stand>> {
        let all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        all.get(territory).or_else(|| all.get("").filter(|s| !s.bound)).cloned()
    }

    async fn make(&self, house: &House, territory: &str) -> Result<Arc<Stand>, Wrong> {
        let begun = Instant::now();
        let loaded = app::library::load(house, territory).await?;
        let stand = Arc::new(Stand {
            library: loaded.library,
            editions: loaded.editions,
            turn: self.turns.fetch_add(1, Ordering::Relaxed) + 1,
            made: house.now(),
            mark: loaded.mark,
            bound: loaded.bound,
            took: begun.elapsed(),
            born: Instant::now(),
            written: Mutex::default(),
        });
        let mut all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        if stand.bound {
            all.retain(|_, s| s.bound);
            all.insert(territory.to_owned(), stand.clone());
        } else {
            all.clear();
            all.insert(String::new(), stand.clone());
        }
        Ok(stand)
    }

    /// Looks, now and then, whether the catalogue has changed, and if so makes the next library in the background.
    fn look(self: &Arc<Self>, house: &House, territory: &str, stand: &Arc<Stand>) {
        if stand.born.elapsed() < stand.took * PATIENCE {
            return;
        }
        {
            let mut looked = self.looked.lock().unwrap_or_else(PoisonError::into_inner);
            if looked.is_some_and(|at| at.elapsed() < LOOK) {
                return;
            }
            *looked = Some(Instant::now());
        }
        let (this, house, territory, stand) =
            (self.clone(), house.clone(), territory.to_owned(), stand.clone());
        tokio::spawn(async move {
            let Ok(_turn) = this.making.try_lock() else { return };
            match app::library::mark(&house).await {
                Ok(mark) if mark == stand.mark => {}
                Ok(_) => {
                    if let Err(wrong) = this.make(&house, &territory).await {
                        tracing::error!(cause = %wrong.message, "the library was not made anew");
                    }
                }
                Err(failure) => tracing::error!(cause = %failure, "the catalogue could not be looked at"),
            }
        });
    }

    /// What a member keeps.
    pub(crate) async fn kept(&self, house: &House, member: &str, stand: &Stand) -> Result<Arc<Kept>, Wrong> {
        let known = {
            let mut shelves = self.shelves.lock().unwrap_or_else(PoisonError::into_inner);
            match shelves.get_mut(member).filter(|(kept, _)| kept.turn == stand.turn) {
                Some((kept, at)) if at.elapsed() < FRESH => return Ok(kept.clone()),
                Some((kept, at)) => {
                    *at = Instant::now();
                    Some(kept.clone())
                }
                None => None,
            }
        };
        if let Some(kept) = known
            && app::shelf::changed(house, member).await? == Some(kept.shelf.changed)
        {
            return Ok(kept);
        }
        let shelf = app::shelf::load(house, member).await?;
        let kept = Arc::new(resolve(shelf, stand));
        let mut shelves = self.shelves.lock().unwrap_or_else(PoisonError::into_inner);
        if shelves.len() >= SHELVES_MOST {
            shelves.clear();
        }
        shelves.insert(member.to_owned(), (kept.clone(), Instant::now()));
        Ok(kept)
    }

    /// Forgets what a member keeps: it has just changed.
    pub(crate) fn forget(&self, member: &str) {
        self.shelves.lock().unwrap_or_else(PoisonError::into_inner).remove(member);
    }
}

fn resolve(shelf: Shelf, stand: &Stand) -> Kept {
    let mut albums: HashMap<AlbumNo, (i64, Timestamp)> = HashMap::new();
    for (recording, (plays, last)) in &shelf.plays {
        if let Some(song) = stand.library.song_by_id(recording) {
            let sum = albums.entry(song.album).or_insert((0, *last));
            *sum = (sum.0 + plays, sum.1.max(*last));
        }
    }
    let artist_stars = shelf.stars.values().any(|(kind, _)| *kind == ItemKind::Artist);
    Kept { shelf, albums, artist_stars, turn: stand.turn }
}
