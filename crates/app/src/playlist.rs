//! Playlists of listeners. Each is its owner's alone: what somebody listens to is shown to nobody else.

use std::collections::HashMap;

pub use store::PlaylistRow;
use store::Tx;

use crate::failure::refuse;
use crate::{Failure, House};

/// Songs of one playlist.
const SONGS_MOST: usize = 10_000;
/// Playlists of one listener.
const LISTS_MOST: usize = 1_000;

/// A playlist with the recordings on it, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Playlist {
    /// The list.
    pub row: PlaylistRow,
    /// Its recordings.
    pub songs: Vec<String>,
}

/// How a playlist is to change; what is `None` or empty stays.
#[derive(Debug, Clone, Default)]
pub struct Change {
    /// A new name.
    pub name: Option<String>,
    /// A new comment.
    pub comment: Option<String>,
    /// All its songs, anew.
    pub songs: Option<Vec<String>>,
    /// Places to take out, from 0, counted before anything changes.
    pub out: Vec<usize>,
    /// Songs to add at the end.
    pub add: Vec<String>,
}

/// Makes a playlist.
///
/// # Errors
/// In this order: `playlist-name`, `playlists-many`, `playlist-long`.
pub async fn create(
    house: &House,
    member: &str,
    name: &str,
    songs: Vec<String>,
) -> Result<Playlist, Failure> {
    let name = named(name)?;
    let now = house.now();
    let mut tx = house.store.begin().await?;
    if tx.playlists(member).await?.len() >= LISTS_MOST {
        let message = format!("there are {LISTS_MOST} playlists already");
        return Err(refuse("playlists-many", message, "delete one that is not used any more"));
    }
    let row = PlaylistRow {
        id: format!("lst-{}", music::id::base32(house.world.bits())),
        member: member.to_owned(),
        name,
        comment: String::new(),
        created: now,
        changed: now,
    };
    write(&mut tx, &row, &songs).await?;
    tx.commit().await?;
    Ok(Playlist { row, songs })
}

/// Changes a playlist.
///
/// # Errors
/// In this order: `playlist-unknown`, `playlist-name`, `playlist-long`.
pub async fn change(house: &House, member: &str, id: &str, change: Change) -> Result<Playlist, Failure> {
    let mut tx = house.store.begin().await?;
    let mut row = own(&mut tx, member, id).await?;
    if let Some(name) = &change.name {
        row.name = named(name)?;
    }
    if let Some(comment) = &change.comment {
        row.comment = comment.chars().take(2_000).collect();
    }
    let old = match change.songs {
        Some(songs) => songs,
        None => tx.playlist_songs(id).await?,
    };
    let kept = old.into_iter().enumerate().filter(|(place, _)| !change.out.contains(place)).map(|(_, s)| s);
    let songs: Vec<String> = kept.chain(change.add).collect();
    row.changed = house.now();
    write(&mut tx, &row, &songs).await?;
    tx.commit().await?;
    Ok(Playlist { row, songs })
}

/// Deletes a playlist.
///
/// # Errors
/// `playlist-unknown`.
pub async fn delete(house: &House, member: &str, id: &str) -> Result<(), Failure> {
    let mut tx = house.store.begin().await?;
    own(&mut tx, member, id).await?;
    tx.drop_playlist(id).await?;
    tx.commit().await?;
    Ok(())
}

/// One playlist of a listener.
///
/// # Errors
/// `playlist-unknown`.
pub async fn one(house: &House, member: &str, id: &str) -> Result<Playlist, Failure> {
    let mut tx = house.store.begin_read().await?;
    let row = own(&mut tx, member, id).await?;
    let songs = tx.playlist_songs(id).await?;
    Ok(Playlist { row, songs })
}

/// The playlists of a listener, by name.
pub async fn list(house: &House, member: &str) -> Result<Vec<Playlist>, Failure> {
    let mut tx = house.store.begin_read().await?;
    let rows = tx.playlists(member).await?;
    let mut songs: HashMap<String, Vec<String>> = HashMap::new();
    for (playlist, song) in tx.all_playlist_songs(member).await? {
        songs.entry(playlist).or_default().push(song);
    }
    Ok(rows
        .into_iter()
        .map(|row| Playlist { songs: songs.remove(&row.id).unwrap_or_default(), row })
        .collect())
}

async fn own(tx: &mut Tx, member: &str, id: &str) -> Result<PlaylistRow, Failure> {
    // Somebody else's is as unknown as none.
    tx.playlist(id).await?.filter(|row| row.member == member).ok_or_else(|| {
        refuse(
            "playlist-unknown",
            format!("there is no playlist `{id}` of yours"),
            "it may have been deleted",
        )
    })
}

async fn write(tx: &mut Tx, row: &PlaylistRow, songs: &[String]) -> Result<(), Failure> {
    if songs.len() > SONGS_MOST {
        let message = format!("a playlist of {} songs is longer than {SONGS_MOST}", songs.len());
        return Err(refuse("playlist-long", message, "make two of it"));
    }
    tx.put_playlist(row).await?;
    tx.put_playlist_songs(&row.id, songs).await?;
    Ok(())
}

fn named(name: &str) -> Result<String, Failure> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > 300 {
        return Err(refuse("playlist-name", "a playlist needs a name of at most 300 letters", ""));
    }
    Ok(name.to_owned())
}
