//! Games and films that are not one file: links, keys, web builds, streams in pieces.

use std::fs::File;
use std::path::Path;

use media::Flaw;
use media::web_build::WebBuild;
pub use media::web_build::content_type;
use music::{MediaKind, RecordingId};
use ports::depot::Depot;
use store::{AccessRow, PartRow};

use super::{depot, fault, keep};
use crate::failure::refuse;
use crate::{Failure, House};

/// How a game or film is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reach {
    /// At an address on the web.
    Link(String),
    /// By keys, each given once.
    Keys(Vec<String>),
    /// By a playlist and its pieces in a folder.
    Stream(std::path::PathBuf),
}

/// Longest address and key.
const LONGEST: usize = 2_000;

/// Says how a recording is reached; tells how many keys or files came.
pub async fn put(house: &House, recording: &str, reach: Reach, by: &str) -> Result<usize, Failure> {
    let mut tx = house.store.begin_read().await?;
    let id = super::named(&mut tx, recording).await?;
    let kind = tx.recording(&id).await?.map_or(MediaKind::Audio, |r| r.recording.kind);
    drop(tx);
    let fits = match &reach {
        Reach::Link(_) => kind != MediaKind::Audio,
        Reach::Keys(_) => kind == MediaKind::Game,
        Reach::Stream(_) => kind == MediaKind::Video,
    };
    if !fits {
        let message = format!("`{id}` is {}, which is not reached this way", kind.word());
        return Err(refuse("medium-mismatch", message, "sound is added as a file: `tantieme audio add`"));
    }
    match reach {
        Reach::Link(address) => link(house, &id, &address, by).await.map(|()| 1),
        Reach::Keys(keys) => put_keys(house, &id, keys, by).await,
        Reach::Stream(playlist) => stream(house, &id, &playlist, by).await,
    }
}

async fn link(house: &House, id: &RecordingId, address: &str, by: &str) -> Result<(), Failure> {
    let host = address.strip_prefix("https://").and_then(|rest| rest.split(['/', '?', '#']).next());
    let plain = |c: char| c.is_ascii_graphic() && !"\"<>\\^`{|}".contains(c);
    let fine = host.is_some_and(|h| h.contains('.') && !h.contains('@')) && address.chars().all(plain);
    if !fine || address.len() > LONGEST {
        let message = format!("`{}` is no address that can be linked to", address.escape_debug());
        return Err(refuse("link-wrong", message, "write it in full: `https://studio.example/game`"));
    }
    let now = house.now();
    let mut tx = house.store.begin().await?;
    let row = AccessRow {
        recording: id.clone(),
        way: "link".to_owned(),
        target: address.to_owned(),
        by: by.to_owned(),
    };
    tx.put_access(&row, now).await?;
    tx.note(now, by, "audio reach", id.as_str(), address).await?;
    Ok(tx.commit().await?)
}

async fn put_keys(house: &House, id: &RecordingId, keys: Vec<String>, by: &str) -> Result<usize, Failure> {
    let mut seen = std::collections::BTreeSet::new();
    for key in keys.iter().map(|k| k.trim()).filter(|k| !k.is_empty()) {
        if key.len() > LONGEST || key.chars().any(char::is_control) {
            return Err(refuse(
                "key-wrong",
                "a key is too long or holds signs that cannot be seen",
                "one key a line",
            ));
        }
        seen.insert(key.to_owned());
    }
    if seen.is_empty() {
        return Err(refuse("key-none", "there are no keys", "one key a line"));
    }
    let now = house.now();
    let mut sealed = Vec::new();
    for key in &seen {
        sealed.push(house.store.fields().seal(&context(id), key, house.world.nonce())?);
    }
    let mut tx = house.store.begin().await?;
    let row =
        AccessRow { recording: id.clone(), way: "key".to_owned(), target: String::new(), by: by.to_owned() };
    tx.put_access(&row, now).await?;
    tx.put_access_keys(id, sealed).await?;
    tx.note(now, by, "audio reach", id.as_str(), &format!("{} keys", seen.len())).await?;
    tx.commit().await?;
    Ok(seen.len())
}

pub(crate) fn context(id: &RecordingId) -> String {
    format!("access_key/{id}/sealed")
}

/// Gives a member the key of a game: the one they have, else the next free one.
pub async fn key_for(house: &House, id: &RecordingId, member: &str) -> Result<String, Failure> {
    let mut tx = house.store.begin().await?;
    let sealed = tx.give_access_key(id, member, house.now()).await?;
    let sealed = sealed.ok_or_else(|| {
        refuse("key-none", format!("no key of `{id}` is free"), "ask the studio for more keys")
    })?;
    let key = house.store.fields().open(&context(id), &sealed)?;
    tx.commit().await?;
    Ok(key)
}

/// How a recording is reached, where it is not one file.
pub async fn of(house: &House, id: &RecordingId) -> Result<Option<AccessRow>, Failure> {
    let mut tx = house.store.begin_read().await?;
    Ok(tx.access_to(id).await?)
}

/// One file of a web build or stream: where its bytes lie and what they are. A path that leads out is unknown.
pub async fn part(house: &House, id: &RecordingId, path: &str) -> Result<PartRow, Failure> {
    let unknown = || refuse("part-unknown", format!("there is no `{}` in `{id}`", path.escape_debug()), "");
    let path = media::web_build::inside(path).map_err(|_| unknown())?;
    let mut tx = house.store.begin_read().await?;
    tx.part(id, &path).await?.ok_or_else(unknown)
}

async fn stream(house: &House, id: &RecordingId, playlist: &Path, by: &str) -> Result<usize, Failure> {
    let name = playlist.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    let folder = playlist.parent().map(Path::to_path_buf).filter(|p| !p.as_os_str().is_empty());
    let folder = folder.unwrap_or_else(|| ".".into());
    let place = depot(house)?;
    let first = name.clone();
    let (parts, ms) = tokio::task::spawn_blocking(move || pieces(&place, &folder, &first))
        .await
        .map_err(|e| fault("a playlist could not be read", &e))?
        .map_err(|(file, flaw)| keep::refused(&file, &flaw))?;
    let now = house.now();
    let mut tx = house.store.begin().await?;
    tx.put_parts(id, &parts).await?;
    let row =
        AccessRow { recording: id.clone(), way: "hls".to_owned(), target: name.clone(), by: by.to_owned() };
    tx.put_access(&row, now).await?;
    tx.note(now, by, "audio reach", id.as_str(), &format!("{name}, {} files, {ms} ms", parts.len())).await?;
    tx.commit().await?;
    Ok(parts.len())
}

/// Every file that a playlist and the playlists it names need, kept; and how long the film is.
fn pieces(depot: &Depot, folder: &Path, first: &str) -> Result<(Vec<PartRow>, u64), (String, Flaw)> {
    let mut waiting = vec![first.to_owned()];
    let mut parts: std::collections::BTreeMap<String, PartRow> = std::collections::BTreeMap::new();
    let mut longest = 0;
    while let Some(path) = waiting.pop() {
        if parts.contains_key(&path) {
            continue;
        }
        let flawed = |flaw: Flaw| (path.clone(), flaw);
        let (mut file, bytes) = ports::folder::open(folder, &path).map_err(|e| flawed(Flaw::unread(&e)))?;
        let is_list = path.to_ascii_lowercase().ends_with(".m3u8");
        let kept = if is_list {
            if bytes > media::hls::LARGEST as u64 {
                let flaw = Flaw::new("playlist-wrong", "the playlist is larger than 4 MB", "make it anew");
                return Err(flawed(flaw));
            }
            let mut text = Vec::new();
            std::io::Read::read_to_end(&mut file, &mut text).map_err(|e| flawed(Flaw::unread(&e)))?;
            let list = media::hls::check(&text).map_err(flawed)?;
            longest = longest.max(list.duration_ms);
            let below = path.rsplit_once('/').map_or(String::new(), |(folder, _)| format!("{folder}/"));
            waiting.extend(list.paths.iter().map(|p| format!("{below}{p}")));
            depot.keep_bytes(&text)
        } else {
            depot.keep(&mut file)
        };
        let kept = kept.map_err(|e| (path.clone(), Flaw::unread(&e)))?;
        parts.insert(path.clone(), part_row(path, kept));
    }
    Ok((parts.into_values().collect(), longest))
}

fn part_row(path: String, kept: ports::depot::Kept) -> PartRow {
    PartRow {
        format: content_type(&path).to_owned(),
        path,
        address: kept.address.to_string(),
        bytes: i64::try_from(kept.bytes).unwrap_or(i64::MAX),
    }
}

/// Unpacks a checked web build into the depot. Blocks.
pub(crate) fn unpack(depot: &Depot, file: &File) -> Result<Vec<PartRow>, Flaw> {
    let mut build = WebBuild::open(file)?;
    let mut rows = Vec::new();
    for part in build.files().to_vec() {
        let mut incoming = depot.begin().map_err(|e| Flaw::unread(&e))?;
        build.unpack(&part, &mut incoming)?;
        rows.push(part_row(part.path.clone(), incoming.finish().map_err(|e| Flaw::unread(&e))?));
    }
    Ok(rows)
}

pub(crate) fn web_row(recording: &RecordingId, by: &str) -> AccessRow {
    AccessRow {
        recording: recording.clone(),
        way: "web".to_owned(),
        target: "index.html".to_owned(),
        by: by.to_owned(),
    }
}
