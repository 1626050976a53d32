//! rekordbox XML: a collection of tracks and a tree of playlists that name them by `TrackID`.
//!
//! It holds no histories; a bare collection is no set list.

use std::collections::HashMap;

use music::problem::Problem;

use super::build::Builder;
use super::fields::{isrc, own_id, own_id_slip, seconds_of, tidy, year};
use super::xml::{Attributes, Step, Walk};
use super::{Format, Line, SetListFile};

/// Whether the head of a text is a rekordbox XML.
pub(crate) fn sniff(head: &str) -> bool {
    head.contains("<DJ_PLAYLISTS")
}

/// Reads the playlists of a rekordbox XML.
pub(crate) fn read(text: &str) -> SetListFile {
    let mut walk = Walk::new(text);
    let mut library = Library::default();
    let mut plays = Vec::new();
    let mut nodes: Vec<Option<usize>> = Vec::new();
    let mut in_collection = false;
    while let Some(step) = walk.step() {
        match step {
            Step::Open(element) if element.name == "COLLECTION" => in_collection = true,
            Step::Close(name) if name == "COLLECTION" => in_collection = false,
            Step::Open(element) if element.name == "TRACK" && in_collection => {
                library.add(&element.attributes(), element.line);
            }
            Step::Open(element) if element.name == "NODE" => {
                let attributes = element.attributes();
                let is_list = attributes.get("Type") == Some("1");
                if is_list {
                    plays.push(Playlist {
                        name: attributes.get("Name").and_then(tidy),
                        by_place: attributes.get("KeyType") == Some("1"),
                        tracks: Vec::new(),
                    });
                }
                nodes.push(is_list.then(|| plays.len() - 1));
            }
            Step::Close(name) if name == "NODE" => {
                nodes.pop();
            }
            Step::Open(element) if element.name == "TRACK" => {
                let list = nodes.iter().rev().find_map(|n| *n).and_then(|n| plays.get_mut(n));
                if let (Some(list), Some(key)) = (list, element.attributes().get("Key")) {
                    list.tracks.push((key.to_owned(), element.line));
                }
            }
            _ => {}
        }
    }
    resolve(&library, &plays, walk.problems())
}

struct Playlist {
    name: Option<String>,
    by_place: bool,
    tracks: Vec<(String, u64)>,
}

#[derive(Default)]
struct Library {
    tracks: Vec<Line>,
    by_id: HashMap<String, usize>,
    by_place: HashMap<String, usize>,
    problems: Vec<Problem>,
}

impl Library {
    fn add(&mut self, track: &Attributes<'_>, line: u64) {
        let Some(id) = track.get("TrackID") else { return };
        let text = |name| track.get(name).and_then(tidy);
        let isrc = isrc(track.get("ISRC").unwrap_or_default(), line).unwrap_or_else(|problem| {
            self.problems.push(problem);
            None
        });
        self.by_id.insert(id.to_owned(), self.tracks.len());
        if let Some(place) = track.get("Location") {
            self.by_place.insert(place.to_owned(), self.tracks.len());
        }
        self.tracks.push(Line {
            artist: text("Artist"),
            title: text("Name"),
            version: text("Mix"),
            remixer: text("Remixer"),
            album: text("Album"),
            label: text("Label"),
            year: track.get("Year").and_then(year),
            duration_s: track.get("TotalTime").and_then(|t| t.parse().ok()).and_then(seconds_of),
            own_id: own_id(&[track.get("Comments"), track.get("Grouping")]),
            own_id_slip: own_id_slip(&[track.get("Comments"), track.get("Grouping")]),
            isrc,
            played: true,
            ..Line::default()
        });
    }
}

fn resolve(library: &Library, playlists: &[Playlist], problems: Vec<Problem>) -> SetListFile {
    let mut out = Builder::new(Format::RekordboxXml);
    for list in playlists {
        out.set(list.name.clone(), None);
        for (key, line) in &list.tracks {
            let index = if list.by_place { library.by_place.get(key) } else { library.by_id.get(key) };
            match index.and_then(|index| library.tracks.get(*index)) {
                Some(track) => out.line(Line { line: *line, ..track.clone() }),
                None => {
                    let message = format!(
                        "track `{}` is not in the collection of this file",
                        tidy(key).unwrap_or_default()
                    );
                    out.problem(Problem::new(
                        "track-unknown",
                        *line,
                        message,
                        "export the collection again with all its tracks",
                    ));
                }
            }
            if out.is_full() {
                break;
            }
        }
    }
    let broken = !problems.is_empty();
    problems.into_iter().chain(library.problems.iter().cloned()).for_each(|p| out.problem(p));
    if out.len() == 0 && !broken {
        let message = format!(
            "a collection of {} tracks without a filled playlist is no set list",
            library.tracks.len()
        );
        let hint = "put the night's history into a playlist before exporting, or export the history as TXT";
        out.problem(Problem::new("bare-collection", 0, message, hint).fatal());
    }
    out.finish()
}
