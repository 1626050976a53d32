//! The demo's files: invented pieces in tagged folders as a small label sends them, a book and a game, all made here.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use app::audio::{analyse, scan};
use app::{Failure, House, catalogue, party};
use media::flac::{self, Beside};
use media::{pack, picture, tone};
use music::{Made, MediaKind, RecordingId};

use super::world::{CATALOGUE, LOCAL, LOCAL_LABEL};
use crate::input::cannot_write;
use crate::output;

/// Samples a second of the demo's files: those of their renditions, so that nothing is computed twice.
const RATE: u32 = 48_000;

/// Which rows of the catalogue come with sound, as short excerpts: hearing all of all of them would take the demo more than
/// some seconds.
const HEARD: [&str; 8] = ["D01", "D03", "D05", "D06", "D07", "D09", "D11", "D16"];

/// One piece of the demo.
#[derive(Debug, Clone)]
pub struct Piece {
    /// Who made it, as credited.
    pub artist: String,
    title: String,
    album: String,
    label: String,
    /// Its ISRC.
    pub isrc: String,
    year: String,
    genre: &'static str,
    disc: u32,
    track: u32,
    /// Seconds it plays; shorter than its row in the catalogue says, so that the demo is quick.
    pub seconds: u32,
    /// Whether its artist is at home where the demo's library is.
    pub local: bool,
}

/// Registers who made the local pieces, and takes their rows into the catalogue.
pub async fn register(house: &House) -> Result<(), Failure> {
    let artists: std::collections::BTreeSet<&str> = LOCAL.iter().map(|row| row[1]).collect();
    for artist in artists {
        let ask = party::Register {
            name: artist.to_owned(),
            kind: "person".to_owned(),
            territory: Some("FR-42".to_owned()),
            by: "house".to_owned(),
            ..party::Register::default()
        };
        party::register(house, ask).await?;
    }
    let rows = LOCAL.iter().map(|[id, artist, title, album, _, _, isrc]| {
        format!("{id}\t{artist}\t{title}\t{album}\t{LOCAL_LABEL}\t\t{isrc}\t2026\t{artist} 100 %\n")
    });
    let head = "id\tartist\ttitle\talbum\tlabel\tduration_s\tisrc\tyear\tshares\n".to_owned();
    let table: String = std::iter::once(head).chain(rows).collect();
    let input = Box::new(io::Cursor::new(table.into_bytes()));
    catalogue::import(house, "demo-local.tsv", input, None, "house", &|_| {}).await?;
    Ok(())
}

/// All pieces, in the order of their albums.
pub fn pieces() -> Vec<Piece> {
    let heard = |row: &&str| HEARD.iter().any(|id| row.starts_with(id));
    let mut all: Vec<Piece> = CATALOGUE.lines().skip(1).filter(heard).map(of_row).collect();
    all.extend(LOCAL.iter().map(|[_, artist, title, album, disc, genre, isrc]| {
        let text = |t: &str| t.to_owned();
        Piece {
            artist: text(artist),
            title: text(title),
            album: text(album),
            label: text(LOCAL_LABEL),
            isrc: text(isrc),
            year: text("2026"),
            genre,
            disc: disc.parse().unwrap_or(1),
            track: 0,
            seconds: 0,
            local: true,
        }
    }));
    let mut places: std::collections::BTreeMap<(String, u32), u32> = std::collections::BTreeMap::new();
    for (number, piece) in all.iter_mut().enumerate() {
        let place = places.entry((piece.album.clone(), piece.disc)).or_default();
        *place += 1;
        piece.track = *place;
        let least = if piece.local { 31 } else { 12 };
        piece.seconds = least + (number as u32 * 3) % 4;
    }
    all
}

fn of_row(row: &str) -> Piece {
    let mut cells = row.split('\t').map(str::to_owned);
    let mut next = || cells.next().unwrap_or_default();
    let (_, artist, title, album, label) = (next(), next(), next(), next(), next());
    let (_, isrc, year) = (next(), next(), next());
    let genre = match label.as_str() {
        "Nordlicht" => "Techno",
        "Tidal Room" => "House",
        "Lagoon Cuts" => "Electro",
        _ => "Ambient",
    };
    Piece { artist, title, album, label, isrc, year, genre, disc: 1, track: 0, seconds: 0, local: false }
}

/// Writes the files, takes them in as any label's folder, and hears each once.
pub async fn fill(house: &House, files: &Path) -> Result<(), Failure> {
    let folder = files.join("music");
    let all = pieces();
    let to = folder.clone();
    tokio::task::spawn_blocking(move || write_all(&to, &all))
        .await
        .map_err(|e| Failure::Fault(store::Fault::new(e.to_string())))?
        .map_err(|e| cannot_write(&folder, &e))?;
    let ask = scan::Scan { folder, by: "house".to_owned(), label: String::new(), made: Some(Made::Human) };
    scan::scan(house, ask, Arc::new(|_| {})).await?;
    let bar = output::progress("hearing the pieces");
    let shown = bar.clone();
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let run = analyse::Run { threads, ..analyse::Run::default() };
    let done = analyse::run(house, run, Arc::new(move |p| shown.set_position(p.done))).await;
    bar.finish_and_clear();
    done?;
    more(house, files).await
}

/// The files of all pieces, made by as many threads as there are cores.
fn write_all(folder: &Path, all: &[Piece]) -> io::Result<()> {
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    std::thread::scope(|scope| {
        let work: Vec<_> = (0..threads)
            .map(|first| {
                scope.spawn(move || {
                    all.iter().skip(first).step_by(threads).try_for_each(|p| write_piece(folder, p))
                })
            })
            .collect();
        work.into_iter()
            .try_for_each(|w| w.join().unwrap_or_else(|_| Err(io::Error::other("a thread stopped"))))
    })
}

fn write_piece(folder: &Path, piece: &Piece) -> io::Result<()> {
    let seed = piece.isrc.bytes().fold(11, |s: u64, b| s.wrapping_mul(31).wrapping_add(u64::from(b)));
    let album_seed = piece.album.bytes().fold(5, |s: u64, b| s.wrapping_mul(131).wrapping_add(u64::from(b)));
    let various = piece.album == COMPILATION;
    let mut place = folder.join(plain(if various { "Various Artists" } else { &piece.artist }));
    place.push(plain(&piece.album));
    if piece.disc > 1 {
        place.push(format!("CD {}", piece.disc));
    }
    std::fs::create_dir_all(&place)?;
    let (track, disc) = (piece.track.to_string(), piece.disc.to_string());
    let mut said = vec![
        ("TITLE", piece.title.as_str()),
        ("ARTIST", &piece.artist),
        ("ALBUM", &piece.album),
        ("LABEL", &piece.label),
        ("ISRC", &piece.isrc),
        ("DATE", &piece.year),
        ("GENRE", piece.genre),
        ("TRACKNUMBER", &track),
        ("DISCNUMBER", &disc),
        ("ALBUMARTIST", if various { "Various Artists" } else { main_artist(&piece.artist) }),
    ];
    let words = words(&piece.title, piece.seconds);
    let sings = piece.genre == "Chanson" || piece.genre == "Folk";
    if sings && piece.track % 2 == 1 {
        said.push(("LYRICS", &words));
    }
    let cover = picture::drawn(album_seed, 600).map_err(|e| io::Error::other(e.words))?;
    let inside = piece.disc == 1 && !various;
    let samples = tone::music(seed, piece.seconds, 1, RATE);
    let beside = Beside { comments: &said, cover: inside.then_some(cover.as_slice()) };
    let name = format!("{:02} {}", piece.track, plain(&piece.title));
    std::fs::write(place.join(format!("{name}.flac")), flac::write(&samples, 1, RATE, beside))?;
    if !inside {
        std::fs::write(place.join("cover.jpg"), &cover)?;
    }
    if sings && piece.track.is_multiple_of(2) {
        std::fs::write(place.join(format!("{name}.lrc")), &words)?;
    }
    Ok(())
}

/// The album of several artists.
const COMPILATION: &str = "Confluences";

fn main_artist(credit: &str) -> &str {
    credit.split(" feat. ").next().unwrap_or(credit)
}

/// A name that every file system takes.
fn plain(name: &str) -> String {
    name.chars().map(|c| if c.is_alphanumeric() || " -'".contains(c) { c } else { '_' }).collect()
}

/// Four timed lines about nothing but the piece.
fn words(title: &str, seconds: u32) -> String {
    let lines = [
        format!("{title}, dit la rivière"),
        "et la ville répond plus bas".to_owned(),
        format!("{title}, disent les pierres"),
        "et personne ne s'en va".to_owned(),
    ];
    let each = seconds / 5;
    (1_u32..)
        .zip(lines)
        .map(|(n, line)| format!("[{:02}:{:02}.00]{line}\n", n * each / 60, n * each % 60))
        .collect()
}

/// A book and a game beside the music.
async fn more(house: &House, files: &Path) -> Result<(), Failure> {
    for (name, bytes, kind, artist, title) in [
        ("tides.epub", book(), MediaKind::Book, "", ""),
        ("weir.zip", game(), MediaKind::Game, "Noé Farge", "The Weir"),
    ] {
        let file: PathBuf = files.join(name);
        let bytes = bytes.map_err(|e| cannot_write(&file, &e))?;
        std::fs::write(&file, bytes).map_err(|e| cannot_write(&file, &e))?;
        let ask = scan::Bring {
            file,
            by: "house".to_owned(),
            artist: artist.to_owned(),
            title: title.to_owned(),
            kind: Some(kind),
            made: Some(Made::Human),
        };
        scan::bring(house, ask).await?;
    }
    Ok(())
}

fn book() -> io::Result<Vec<u8>> {
    let cover = picture::drawn(77, 600).map_err(|e| io::Error::other(e.words))?;
    pack::packed(&[
        ("mimetype", b"application/epub+zip"),
        ("META-INF/container.xml", include_bytes!("book/container.xml")),
        ("OEBPS/content.opf", include_bytes!("book/content.opf")),
        ("OEBPS/nav.xhtml", include_bytes!("book/nav.xhtml")),
        ("OEBPS/one.xhtml", include_bytes!("book/one.xhtml")),
        ("OEBPS/cover.jpg", &cover),
    ])
}

fn game() -> io::Result<Vec<u8>> {
    pack::packed(&[
        ("index.html", include_bytes!("game/index.html")),
        ("weir.css", include_bytes!("game/weir.css")),
        ("weir.js", include_bytes!("game/weir.js")),
    ])
}

/// The recordings of the pieces, with those that play.
pub async fn recordings(house: &House) -> Result<Vec<(Piece, RecordingId)>, Failure> {
    let mut tx = house.store.begin_read().await?;
    let mut all = Vec::new();
    for piece in pieces() {
        if let Some(row) = tx.recordings_by_isrc(&piece.isrc).await?.into_iter().next() {
            all.push((piece, row.recording.id));
        }
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_piece_is_long_enough_to_count_and_has_a_place_of_its_own() {
        let all = pieces();
        let least = |p: &Piece| if p.local { 31 } else { 12 };
        assert!(all.iter().all(|p| (least(p)..=90).contains(&p.seconds)), "{all:?}");
        let places: std::collections::BTreeSet<_> = all.iter().map(|p| (&p.album, p.disc, p.track)).collect();
        assert_eq!(places.len(), all.len());
        assert!(all.iter().any(|p| p.disc > 1));
    }
}
