//! Writes set lists as DJ software does, for the demonstration and for tests that read them back.
//!
//! Each writer keeps to the shape of the real files: encodings, line ends, column orders, locale dates.

use std::fmt::Write as _;

use jiff::civil::DateTime;
use music::usage::Moment;

use super::Line;

/// rekordbox's text export: UTF-16LE with mark, tabs, CRLF.
pub fn rekordbox_txt(lines: &[Line]) -> Vec<u8> {
    let mut text = String::from(
        "#\tArtwork\tTrack Title\tArtist\tAlbum\tGenre\tBPM\tRating\tTime\tKey\tDate Added\tLabel\tComments\r\n",
    );
    for (line, number) in lines.iter().zip(1..) {
        let time = line.duration_s.map(|s| format!("{:02}:{:02}", s / 60, s % 60)).unwrap_or_default();
        let cells = [
            number.to_string(),
            String::new(),
            full_title(line),
            flat(&line.artist),
            flat(&line.album),
            String::new(),
            String::new(),
        ];
        let own = line.own_id.as_ref().map(ToString::to_string).unwrap_or_default();
        let rest = ["     ".to_owned(), time, String::new(), String::new(), flat(&line.label), own];
        let row: Vec<String> = cells.into_iter().chain(rest).collect();
        text.push_str(&row.join("\t"));
        text.push_str("\r\n");
    }
    [0xFF, 0xFE].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect()
}

/// A Traktor history: a collection, and a playlist whose entries say when, how long and whether on air.
///
/// Lines without a wall-clock start follow one another from `started_at`.
pub fn traktor_nml(name: &str, started_at: DateTime, lines: &[Line]) -> Vec<u8> {
    let mut text = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"no\" ?>\n<NML VERSION=\"19\"><HEAD COMPANY=\"www.native-instruments.com\" PROGRAM=\"Traktor\"></HEAD>\n<MUSICFOLDERS></MUSICFOLDERS>\n",
    );
    let _ = writeln!(text, "<COLLECTION ENTRIES=\"{}\">", lines.len());
    for (line, number) in lines.iter().zip(1..) {
        let _ = writeln!(
            text,
            "<ENTRY TITLE=\"{}\" ARTIST=\"{}\">",
            attribute(&line.title),
            attribute(&line.artist)
        );
        let _ = writeln!(
            text,
            "<LOCATION DIR=\"/:Music/:\" FILE=\"{number:04}.mp3\" VOLUME=\"Crates\" VOLUMEID=\"Crates\"></LOCATION>"
        );
        let _ = writeln!(text, "<ALBUM TITLE=\"{}\"></ALBUM>", attribute(&line.album));
        let own = line.own_id.as_ref().map(ToString::to_string);
        let mut info = String::new();
        for (key, value) in
            [("MIX", &line.version), ("REMIXER", &line.remixer), ("LABEL", &line.label), ("COMMENT", &own)]
        {
            if value.is_some() {
                let _ = write!(info, " {key}=\"{}\"", attribute(value));
            }
        }
        if let Some(seconds) = line.duration_s {
            let _ = write!(info, " PLAYTIME=\"{seconds}\" PLAYTIME_FLOAT=\"{seconds}.000000\"");
        }
        if let Some(year) = line.year {
            let _ = write!(info, " RELEASE_DATE=\"{year}/1/1\"");
        }
        let _ = writeln!(text, "<INFO BITRATE=\"320000\"{info}></INFO>\n</ENTRY>");
    }
    text.push_str("</COLLECTION>\n<SETS ENTRIES=\"0\"></SETS>\n<PLAYLISTS><NODE TYPE=\"FOLDER\" NAME=\"$ROOT\"><SUBNODES COUNT=\"1\">");
    let _ = write!(
        text,
        "<NODE TYPE=\"PLAYLIST\" NAME=\"{}\"><PLAYLIST ENTRIES=\"{}\" TYPE=\"LIST\" UUID=\"00000000000000000000000000000000\">",
        quick_xml::escape::escape(name),
        lines.len()
    );
    for ((line, number), at) in lines.iter().zip(1..).zip(starts(started_at, lines)) {
        let (date, time) = (at.date(), at.time());
        let packed = i32::from(date.year()) << 16 | i32::from(date.month()) << 8 | i32::from(date.day());
        let second = i32::from(time.hour()) * 3600 + i32::from(time.minute()) * 60 + i32::from(time.second());
        let _ = writeln!(
            text,
            "<ENTRY><PRIMARYKEY TYPE=\"TRACK\" KEY=\"Crates/:Music/:{number:04}.mp3\"></PRIMARYKEY>\n<EXTENDEDDATA DECK=\"{}\" DURATION=\"{}.000000\" EXTENDEDTYPE=\"HistoryData\" PLAYEDPUBLIC=\"{}\" STARTDATE=\"{packed}\" STARTTIME=\"{second}\"></EXTENDEDDATA>\n</ENTRY>",
            (number - 1) % 2,
            line.played_s.or(line.duration_s).unwrap_or(0),
            u8::from(line.played),
        );
    }
    text.push_str(
        "</PLAYLIST>\n</NODE>\n</SUBNODES>\n</NODE>\n</PLAYLISTS>\n<INDEXING></INDEXING>\n</NML>\n",
    );
    text.into_bytes()
}

/// Serato's history export: quoted, the session first, dates as `16.5.2015 0:50:20`, times without a date.
pub fn serato_csv(started_at: DateTime, lines: &[Line]) -> Vec<u8> {
    let clock = |at: DateTime| format!("{}:{:02}:{:02}", at.hour(), at.minute(), at.second());
    let day = |at: DateTime| format!("{}.{}.{}", at.day(), at.month(), at.year());
    let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    let starts = starts(started_at, lines);
    let ends: Vec<DateTime> = starts.iter().zip(lines).map(|(at, line)| after(*at, heard(line))).collect();
    let end = ends.last().copied().unwrap_or(started_at);
    let mut text = String::from(
        "\"artist\",\"name\",\"album\",\"label\",\"comment\",\"start time\",\"end time\",\"length\"\n",
    );
    let session = [
        String::new(),
        day(started_at),
        String::new(),
        String::new(),
        String::new(),
        format!("{} {}", day(started_at), clock(started_at)),
        format!("{} {}", day(end), clock(end)),
        String::new(),
    ];
    let rows = lines.iter().zip(&starts).zip(&ends).map(|((line, start), end)| {
        let length = line.duration_s.map(|s| format!("{:02}:{:02}", s / 60, s % 60)).unwrap_or_default();
        let own = line.own_id.as_ref().map(ToString::to_string).unwrap_or_default();
        [
            flat(&line.artist),
            full_title(line),
            flat(&line.album),
            flat(&line.label),
            own,
            clock(*start),
            clock(*end),
            length,
        ]
    });
    for row in std::iter::once(session).chain(rows) {
        let cells: Vec<String> = row.iter().map(|cell| quoted(cell)).collect();
        text.push_str(&cells.join(","));
        text.push('\n');
    }
    text.into_bytes()
}

/// VirtualDJ's history of a day: UTF-8 with mark, CRLF. `instants` are the seconds since 1970 of each line's
/// start; lines past their end have none.
pub fn virtualdj_m3u(instants: &[i64], lines: &[Line]) -> Vec<u8> {
    let mut text = String::from("\u{FEFF}#EXTM3U\r\n");
    let instants = instants.iter().map(Some).chain(std::iter::repeat(None));
    for ((line, number), at) in lines.iter().zip(1..).zip(instants) {
        text.push_str("#EXTVDJ:");
        if let Some(at) = at {
            let second = at.rem_euclid(86_400);
            let _ = write!(
                text,
                "<time>{:02}:{:02}</time><lastplaytime>{at}</lastplaytime>",
                second / 3600,
                second / 60 % 60
            );
        }
        let _ = write!(text, "<filesize>{}</filesize>", 8_000_000 + number * 1_024);
        let own = line.own_id.as_ref().map(ToString::to_string);
        for (tag, value) in [
            ("artist", &line.artist),
            ("title", &line.title),
            ("remix", &line.version),
            ("label", &line.label),
            ("comment", &own),
        ] {
            if value.is_some() {
                let _ = write!(
                    text,
                    "<{tag}>{}</{tag}>",
                    quick_xml::escape::partial_escape(flat(value).as_str())
                );
            }
        }
        if let Some(seconds) = line.duration_s {
            let _ = write!(text, "<songlength>{seconds}.000</songlength>");
        }
        let _ = write!(text, "\r\nD:\\Music\\{number:04}.mp3\r\n");
    }
    text.into_bytes()
}

/// A list as a person would paste it: a heading, numbers, `Artist - Title (Version) [Label]`.
pub fn plain_text(heading: &str, lines: &[Line]) -> Vec<u8> {
    let mut text = String::new();
    if !heading.is_empty() {
        let _ = writeln!(text, "{heading}:\n");
    }
    for (line, number) in lines.iter().zip(1..) {
        let artist = line.artist.as_ref().map(|_| format!("{} - ", flat(&line.artist))).unwrap_or_default();
        let label = line.label.as_ref().map(|_| format!(" [{}]", flat(&line.label))).unwrap_or_default();
        let _ = writeln!(text, "{number}. {artist}{}{label}", full_title(line));
    }
    text.into_bytes()
}

/// Title with its version in brackets, unless it has it already.
fn full_title(line: &Line) -> String {
    let title = flat(&line.title);
    match &line.version {
        Some(version) if !title.contains(version.as_str()) => format!("{title} ({})", flat(&line.version)),
        _ => title,
    }
}

fn flat(text: &Option<String>) -> String {
    text.as_deref().unwrap_or_default().replace(['\t', '\n', '\r'], " ")
}

fn attribute(text: &Option<String>) -> String {
    quick_xml::escape::escape(flat(text).as_str()).into_owned()
}

fn heard(line: &Line) -> u32 {
    line.played_s.or(line.duration_s).unwrap_or(300)
}

fn after(at: DateTime, seconds: u32) -> DateTime {
    at.checked_add(jiff::Span::new().seconds(i64::from(seconds))).unwrap_or(at)
}

fn starts(started_at: DateTime, lines: &[Line]) -> Vec<DateTime> {
    let mut next = started_at;
    let mut starts = Vec::with_capacity(lines.len());
    for line in lines {
        let at = match line.started_at {
            Some(Moment::Local(at)) => at,
            _ => next,
        };
        starts.push(at);
        next = after(at, heard(line));
    }
    starts
}
