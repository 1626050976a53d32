//! Traktor NML: a collection, and playlists or histories whose entries name its tracks by their file.
//!
//! In a history, `DURATION` is seconds really played, `PLAYEDPUBLIC` 1 on air and 0 prelistened,
//! `STARTTIME` the second of the day, `STARTDATE` year, month and day packed as `y << 16 | m << 8 | d`.

use std::collections::HashMap;

use jiff::ToSpan;
use jiff::civil::Date;
use music::problem::Problem;
use music::usage::Moment;

use super::build::Builder;
use super::fields::{from_path, isrc, own_id, own_id_slip, seconds_of, tidy, year};
use super::xml::{Attributes, Step, Walk};
use super::{Format, Line, SetListFile};

/// Whether the head of a text is an NML.
pub(crate) fn sniff(head: &str) -> bool {
    head.contains("<NML ") || head.contains("<NML>")
}

/// Reads the playlists and histories of an NML.
pub(crate) fn read(text: &str) -> SetListFile {
    let mut walk = Walk::new(text);
    let mut state = State::default();
    while let Some(step) = walk.step() {
        match step {
            Step::Open(element) => state.open(&element.name, &element.attributes(), element.line),
            Step::Close(name) => state.close(&name),
            Step::Text(_) => {}
        }
    }
    state.close("ENTRY");
    state.resolve(walk.problems())
}

#[derive(Default)]
struct State {
    in_collection: bool,
    tracks: HashMap<String, Line>,
    track: Option<Line>,
    key: Option<String>,
    names: Vec<Option<String>>,
    playlists: Vec<(Option<String>, Vec<Play>)>,
    play: Option<Play>,
    problems: Vec<Problem>,
}

struct Play {
    key: Option<String>,
    line: u64,
    started_at: Option<Moment>,
    played_s: Option<u32>,
    played: bool,
}

impl State {
    fn open(&mut self, name: &str, attributes: &Attributes<'_>, line: u64) {
        let text = |name| attributes.get(name).and_then(tidy);
        match (name, self.in_collection) {
            ("COLLECTION", _) => self.in_collection = true,
            ("ENTRY", true) => {
                self.keep_track();
                self.track = Some(Line {
                    artist: text("ARTIST"),
                    title: text("TITLE"),
                    played: true,
                    ..Line::default()
                });
            }
            ("ENTRY", false) => {
                self.keep_play();
                self.play = Some(Play { key: None, line, started_at: None, played_s: None, played: true });
            }
            ("LOCATION", true) => {
                let part = |name| attributes.get(name).unwrap_or_default();
                self.key = Some([part("VOLUME"), part("DIR"), part("FILE")].concat());
            }
            ("ALBUM", true) => {
                if let Some(track) = &mut self.track {
                    track.album = text("TITLE");
                }
            }
            ("INFO", true) => self.info(attributes, line),
            ("NODE", _) => self.names.push(text("NAME")),
            ("PLAYLIST", _) => self.playlists.push((self.names.last().cloned().flatten(), Vec::new())),
            ("PRIMARYKEY", false) => {
                if let Some(play) = &mut self.play {
                    play.key = attributes.get("KEY").map(str::to_owned);
                }
            }
            ("EXTENDEDDATA", false) => {
                if let Some(play) = &mut self.play {
                    play.played_s = attributes
                        .get("DURATION")
                        .and_then(|d| d.parse::<f64>().ok())
                        .map(|d| d.clamp(0.0, 864_000.0) as u32);
                    play.played = attributes.get("PLAYEDPUBLIC") != Some("0");
                    play.started_at = started_at(attributes);
                }
            }
            _ => {}
        }
    }

    fn info(&mut self, info: &Attributes<'_>, line: u64) {
        let Some(track) = &mut self.track else { return };
        let text = |name| info.get(name).and_then(tidy);
        track.version = text("MIX");
        track.remixer = text("REMIXER");
        track.label = text("LABEL");
        track.year = info.get("RELEASE_DATE").and_then(year);
        let length = info.get("PLAYTIME_FLOAT").or(info.get("PLAYTIME"));
        track.duration_s = length.and_then(|t| t.parse().ok()).and_then(seconds_of);
        track.own_id = own_id(&[info.get("COMMENT"), info.get("RATING"), info.get("COMMENT2")]);
        track.own_id_slip = own_id_slip(&[info.get("COMMENT"), info.get("RATING"), info.get("COMMENT2")]);
        match isrc(info.get("ISRC").unwrap_or_default(), line) {
            Ok(isrc) => track.isrc = isrc,
            Err(problem) => self.problems.push(problem),
        }
    }

    fn close(&mut self, name: &str) {
        match name {
            "COLLECTION" => {
                self.keep_track();
                self.in_collection = false;
            }
            "ENTRY" if self.in_collection => self.keep_track(),
            "ENTRY" => self.keep_play(),
            "NODE" => {
                self.names.pop();
            }
            _ => {}
        }
    }

    fn keep_track(&mut self) {
        if let (Some(track), Some(key)) = (self.track.take(), self.key.take()) {
            self.tracks.insert(key, track);
        }
    }

    fn keep_play(&mut self) {
        if let Some(play) = self.play.take() {
            if self.playlists.is_empty() {
                self.playlists.push((None, Vec::new()));
            }
            if let Some((_, plays)) = self.playlists.last_mut() {
                plays.push(play);
            }
        }
    }

    fn resolve(mut self, broken: Vec<Problem>) -> SetListFile {
        let mut out = Builder::new(Format::TraktorNml);
        let no_problem = broken.is_empty();
        let (mut from_path_only, mut total) = (0_usize, 0_usize);
        for (name, plays) in std::mem::take(&mut self.playlists) {
            out.set(name, None);
            for play in plays {
                total += 1;
                let known = play.key.as_ref().and_then(|key| self.tracks.get(key)).cloned();
                from_path_only += usize::from(known.is_none());
                let track = known.unwrap_or_else(|| by_path(play.key.as_deref().unwrap_or_default()));
                out.line(Line {
                    line: play.line,
                    started_at: play.started_at,
                    played_s: play.played_s,
                    played: play.played,
                    ..track
                });
            }
        }
        broken.into_iter().chain(self.problems).for_each(|p| out.problem(p));
        if from_path_only > 0 {
            let message = format!(
                "{from_path_only} of {total} entries are not in the collection of this file; their words come from the file name"
            );
            out.problem(
                Problem::new(
                    "track-not-in-collection",
                    0,
                    message,
                    "export the list from the computer that holds the tracks",
                )
                .notice(),
            );
        }
        if out.len() == 0 && no_problem {
            let message = format!(
                "a collection of {} tracks without a filled playlist or history is no set list",
                self.tracks.len()
            );
            let hint = "send the file of the night from the folder `History` instead";
            out.problem(Problem::new("bare-collection", 0, message, hint).fatal());
        }
        out.finish()
    }
}

fn by_path(key: &str) -> Line {
    let found = from_path(key);
    let text = super::fields::file_stem(key);
    Line {
        text,
        artist: found.artist,
        title: found.title,
        album: found.album,
        played: true,
        ..Line::default()
    }
}

fn started_at(history: &Attributes<'_>) -> Option<Moment> {
    let packed: i64 = history.get("STARTDATE")?.parse().ok()?;
    let second: i64 = history.get("STARTTIME")?.parse().ok()?;
    let date =
        Date::new(i16::try_from(packed >> 16).ok()?, (packed >> 8 & 0xFF) as i8, (packed & 0xFF) as i8)
            .ok()?;
    let midnight = date.to_datetime(jiff::civil::Time::midnight());
    // A set past midnight may count on beyond the day.
    (0..172_800)
        .contains(&second)
        .then(|| midnight.checked_add(second.seconds()).ok())
        .flatten()
        .map(Moment::Local)
}
