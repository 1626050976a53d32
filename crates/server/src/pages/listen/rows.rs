//! Songs, albums and artists as a member's pages show them.

use app::shelf::ItemKind;
use library::{Album, Artist, Song, SongNo};
use maud::{Markup, PreEscaped, html};

use super::Ears;
use crate::Lang;
use crate::visit::Visit;

/// Minutes and seconds.
pub(crate) fn length(seconds: u32) -> String {
    if seconds >= 3_600 {
        return format!("{}:{:02}:{:02}", seconds / 3_600, seconds / 60 % 60, seconds % 60);
    }
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

/// A picture of signs: `play`, `star`, `next`, `queue`, …; for the eye alone.
pub(crate) fn sign(name: &str) -> Markup {
    let path = match name {
        "play" => "M4 2v12l10-6z",
        "pause" => "M3 2h4v12H3zM9 2h4v12H9z",
        "next" => "M2 2v12l8-6zM11 2h3v12h-3z",
        "prev" => "M14 2v12L6 8zM2 2h3v12H2z",
        "queue" => "M1 2h14v2H1zM1 7h14v2H1zM1 12h9v2H1z",
        "add" => "M7 2h2v5h5v2H9v5H7V9H2V7h5z",
        _ => "M8 1l2.1 4.6 5 .6-3.7 3.4 1 5L8 12.100l-4.400 2.500 1-5L.9 6.200l5-.6z",
    };
    html! { svg viewBox="0 0 16 16" aria-hidden="true" { (PreEscaped(format!("<path d=\"{path}\"/>"))) } }
}

/// Recordings in a row, to be played from any of them on.
pub(crate) fn songs<'a>(visit: &Visit, ears: &Ears, all: impl Iterator<Item = Song<'a>>) -> Markup {
    html! { ol.songs { @for song in all { (row(visit, ears, &song, None)) } } }
}

/// Recordings by their places in the library.
pub(crate) fn numbered(visit: &Visit, ears: &Ears, all: &[SongNo]) -> Markup {
    songs(visit, ears, all.iter().filter_map(|no| ears.library().song(*no)))
}

/// One recording; `more` stands at its end.
pub(crate) fn row(visit: &Visit, ears: &Ears, song: &Song<'_>, more: Option<&Markup>) -> Markup {
    let lang = visit.lang;
    let address = format!("/listen/song/{}", song.id);
    let play = lang.with("listen-play", &[("title", song.title.into())]);
    html! {
        li data-song=(song.id) data-s=(song.seconds) data-g=[song.audio.gain.map(|g| g.0)] {
            a.play href=(address) aria-label=(play) { (sign("play")) }
            span.what { a.title href=(address) { (song.title) } (credit(ears, song)) }
            span.len { (length(song.seconds)) }
            (star(ears, ItemKind::Song, song.id, song.title, lang))
            button.sign.add.js type="button" aria-label=(lang.with("listen-queue-add", &[("title", song.title.into())])) { (sign("add")) }
            @if let Some(more) = more { (more) }
        }
    }
}

/// Who made it: a link where it is one artist of the library.
pub(crate) fn credit(ears: &Ears, song: &Song<'_>) -> Markup {
    let library = ears.library();
    let mut artists = library.song_artists(song.no).filter_map(|no| library.artist(no));
    let first = artists.next();
    html! {
        span.soft.by {
            @match first {
                Some(artist) => a href=(format!("/listen/artist/{}", artist.id)) { (song.credit) },
                None => (song.credit),
            }
        }
    }
}

/// Keeps a thing among the favourites, or takes it away; the form stands once on the page.
pub(crate) fn star(ears: &Ears, kind: ItemKind, id: &str, name: &str, lang: Lang) -> Markup {
    let on = ears.kept.shelf.stars.contains_key(id);
    let value = format!("{}{} {id}", if on { "-" } else { "" }, kind.word());
    html! {
        button.sign.star type="submit" form="star" name="item" value=(value) aria-pressed=(if on { "true" } else { "false" })
            aria-label=(lang.with("listen-star", &[("title", name.into())])) { (sign("star")) }
    }
}

/// Albums as cards.
pub(crate) fn albums<'a>(all: impl Iterator<Item = Album<'a>>) -> Markup {
    html! {
        ul.cards.albums {
            @for album in all {
                li {
                    a href=(format!("/listen/album/{}", album.id)) {
                        img src=(format!("/listen/cover/{}?size=300", album.id)) alt="" width="300" height="300" loading="lazy";
                        strong { (album.name) }
                        span.soft { (album.credit) @if album.year > 0 { " · " (album.year) } }
                    }
                }
            }
        }
    }
}

/// Artists in a line.
pub(crate) fn artists<'a>(all: impl Iterator<Item = Artist<'a>>) -> Markup {
    html! {
        ul.names { @for artist in all { li { a href=(format!("/listen/artist/{}", artist.id)) { (artist.name) } } } }
    }
}

/// A shape of a sound as a picture: columns from 0 to 255.
pub(crate) fn wave(columns: &[u8]) -> Markup {
    let columns = thinned(columns, 160);
    let path: String = columns
        .iter()
        .enumerate()
        .map(|(x, peak)| {
            let height = (u32::from(*peak) * 19 / 255).max(1);
            format!("M{x}.5 {}v{}", 20 - height, height * 2)
        })
        .collect();
    html! {
        svg.wave viewBox=(format!("0 0 {} 40", columns.len().max(1))) preserveAspectRatio="none" aria-hidden="true" {
            (PreEscaped(format!("<path d=\"{path}\"/>")))
        }
    }
}

/// So many columns at most, each the highest of those it stands for.
pub(crate) fn thinned(columns: &[u8], most: usize) -> Vec<u8> {
    let each = columns.len().div_ceil(most).max(1);
    columns.chunks(each).map(|part| part.iter().copied().max().unwrap_or(0)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_and_shapes() {
        assert_eq!((length(65), length(3_725)), ("1:05".to_owned(), "1:02:05".to_owned()));
        assert_eq!(thinned(&[1, 9, 3, 4, 5], 2), [9, 5]);
        assert_eq!(thinned(&[], 2), Vec::<u8>::new());
        assert!(wave(&[255, 0]).into_string().contains("M0.5 1v38M1.5 19v2"));
    }
}
