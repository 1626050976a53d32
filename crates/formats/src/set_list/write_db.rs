//! Writes set lists in the binary shapes of DJ software, for demonstrations and tests.
//!
//! What a format has no place for is left out: `.session` files keep no version, no ISRC and no local times.

use music::usage::Moment;

use super::Line;
use super::serato_session::field;

/// A Serato `.session` file with these lines, one record each.
///
/// Times of [`Moment::Local`] are left out. A line without a length played gets no end.
pub fn serato_session(lines: &[Line]) -> Vec<u8> {
    let mut file = record(b"vrsn", &utf16("1.0/Serato Scratch LIVE Review"));
    for (line, row) in lines.iter().zip(1_u32..) {
        file.extend(record(b"oent", &record(b"adat", &fields(line, row))));
    }
    file
}

fn fields(line: &Line, row: u32) -> Vec<u8> {
    let mut fields = Vec::new();
    let mut add = |field: u32, value: &[u8]| fields.extend(record(&field.to_be_bytes(), value));
    let text = |value: &str| utf16(&format!("{value}\0"));
    let start = match line.started_at {
        Some(Moment::Instant(at)) => u32::try_from(at.as_second()).ok(),
        _ => None,
    };
    let end = start.zip(line.played_s).map(|(start, played)| start.saturating_add(played));
    add(field::ROW, &row.to_be_bytes());
    let name = line.title.as_deref().or(line.text.as_deref()).unwrap_or("untitled");
    add(field::PATH, &text(&format!("/Music/{row:02} {}.mp3", name.replace(['/', '\\'], "_"))));
    let length = line.duration_s.map(|s| format!("{:02}:{:02}.00", s / 60, s % 60));
    let year = line.year.map(|year| year.to_string());
    let texts = [
        (field::TITLE, line.title.as_deref()),
        (field::ARTIST, line.artist.as_deref()),
        (field::ALBUM, line.album.as_deref()),
        (field::LENGTH, length.as_deref()),
        (field::COMMENT, line.own_id.as_ref().map(|id| id.as_str())),
        (field::REMIXER, line.remixer.as_deref()),
        (field::LABEL, line.label.as_deref()),
        (field::YEAR, year.as_deref()),
    ];
    for (field, value) in texts {
        value.into_iter().for_each(|value| add(field, &text(value)));
    }
    let numbers = [
        (field::START, start),
        (field::END, end),
        (field::DECK, Some(row % 2 + 1)),
        (field::PLAYTIME, line.played_s),
    ];
    for (field, value) in numbers {
        value.into_iter().for_each(|value| add(field, &value.to_be_bytes()));
    }
    add(field::SESSION, &line.set.max(1).to_be_bytes());
    add(field::PLAYED, &[u8::from(line.played)]);
    end.or(start).into_iter().for_each(|at| add(field::UPDATED, &at.to_be_bytes()));
    fields
}

fn record(tag: &[u8; 4], value: &[u8]) -> Vec<u8> {
    let length = u32::try_from(value.len()).unwrap_or(u32::MAX); // four gigabytes of tags do not occur
    [tag, &length.to_be_bytes()[..], value].concat()
}

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_be_bytes).collect()
}
