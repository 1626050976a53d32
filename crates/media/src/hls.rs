//! Playlists of films cut into pieces (HTTP Live Streaming, RFC 8216), checked before anything is served.

use crate::flaw::Flaw;
use crate::web_build::inside;

/// Largest playlist, in bytes.
pub const LARGEST: usize = 4 * 1024 * 1024;
/// Most addresses in a playlist.
const MOST: usize = 50_000;

/// A playlist that was checked.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Playlist {
    /// Whether it lists variants of the film, and not pieces of one.
    pub is_master: bool,
    /// What it names, in order: playlists of variants and other tracks, or pieces, keys and maps. Paths are below the
    /// playlist's folder.
    pub paths: Vec<String>,
    /// Milliseconds of a list of pieces.
    pub duration_ms: u64,
}

/// Checks a playlist.
///
/// # Errors
/// A [`Flaw`] that names the line: no playlist, paths that lead out or elsewhere, pieces longer than told, no end.
pub fn check(bytes: &[u8]) -> Result<Playlist, Flaw> {
    if bytes.len() > LARGEST {
        return Err(flaw(0, "the playlist is larger than 4 MB"));
    }
    let text = std::str::from_utf8(bytes).map_err(|_| flaw(0, "the playlist is not UTF-8"))?;
    let mut lines = text.strip_prefix('\u{feff}').unwrap_or(text).lines().zip(1..);
    if lines.next().is_none_or(|(first, _)| first.trim_end() != "#EXTM3U") {
        return Err(flaw(1, "the playlist does not begin with `#EXTM3U`"));
    }
    let mut list = Playlist::default();
    let (mut target, mut ended, mut piece, mut variant, mut pieces) = (None, false, None, false, 0);
    for (line, number) in lines {
        let line = line.trim();
        let (tag, value) = line.split_once(':').unwrap_or((line, ""));
        match tag {
            "" => {}
            "#EXT-X-TARGETDURATION" => target = value.parse::<u64>().ok().filter(|s| *s > 0),
            "#EXT-X-ENDLIST" => ended = true,
            "#EXT-X-STREAM-INF" => {
                if !value.contains("BANDWIDTH=") {
                    return Err(flaw(number, "a variant does not say its `BANDWIDTH`"));
                }
                (list.is_master, variant) = (true, true);
            }
            "#EXTINF" => {
                let ms = seconds(value).ok_or_else(|| flaw(number, "a piece does not say how long it is"))?;
                piece = Some(ms);
            }
            "#EXT-X-KEY" | "#EXT-X-MAP" | "#EXT-X-MEDIA" | "#EXT-X-I-FRAME-STREAM-INF" => {
                if let Some(path) = quoted(value, "URI=") {
                    name(&mut list, path, number)?;
                }
                list.is_master |= matches!(tag, "#EXT-X-MEDIA" | "#EXT-X-I-FRAME-STREAM-INF");
            }
            tag if tag.starts_with('#') => {}
            _ if variant => {
                variant = false;
                name(&mut list, line, number)?;
            }
            _ => {
                let ms = piece.take().ok_or_else(|| flaw(number, "a piece has no `#EXTINF` before it"))?;
                list.duration_ms = list.duration_ms.saturating_add(ms);
                pieces += 1;
                // Rounded to whole seconds no piece is longer than told (RFC 8216, 4.3.3.1).
                if target.is_some_and(|t| (ms + 500) / 1_000 > t) {
                    return Err(flaw(number, "a piece is longer than `#EXT-X-TARGETDURATION`"));
                }
                name(&mut list, line, number)?;
            }
        }
    }
    match (list.is_master, pieces) {
        (true, 0) if !list.paths.is_empty() => Ok(list),
        (true, 1..) => Err(flaw(0, "the playlist mixes variants and pieces")),
        (_, 0) => Err(flaw(0, "the playlist names nothing to play")),
        _ if target.is_none() => Err(flaw(0, "the playlist does not say `#EXT-X-TARGETDURATION`")),
        _ if !ended => Err(flaw(0, "the playlist has no `#EXT-X-ENDLIST`: the film has no end")),
        _ => Ok(list),
    }
}

fn name(list: &mut Playlist, path: &str, line: u64) -> Result<(), Flaw> {
    if list.paths.len() >= MOST {
        return Err(flaw(line, "the playlist names more than 50,000 pieces"));
    }
    let bare = path.split(['?', '#']).next().unwrap_or_default();
    match inside(bare) {
        Ok(path) => list.paths.push(path),
        Err(_) => return Err(flaw(line, "an address leads out of the folder or to another server")),
    }
    Ok(())
}

/// `9.009,title` in milliseconds.
fn seconds(value: &str) -> Option<u64> {
    let seconds: f64 = value.split(',').next()?.trim().parse().ok()?;
    (seconds.is_finite() && (0.0..86_400.0).contains(&seconds)).then(|| (seconds * 1_000.0).round() as u64)
}

fn quoted<'t>(value: &'t str, name: &str) -> Option<&'t str> {
    let (_, rest) = value.split_once(name)?;
    rest.strip_prefix('"')?.split('"').next()
}

fn flaw(line: u64, words: &str) -> Flaw {
    let words = if line > 0 { format!("line {line}: {words}") } else { words.to_owned() };
    Flaw::new("playlist-wrong", words, "make the playlist anew for playing on demand, with relative paths")
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXT-X-MAP:URI=\"init.mp4\"\n#EXTINF:6.0,\na/1.m4s\n#EXTINF:3.5,\na/2.m4s\n#EXT-X-ENDLIST\n";

    #[test]
    fn a_good_list_names_its_pieces() {
        let list = check(GOOD.as_bytes()).unwrap();
        assert_eq!((list.is_master, list.duration_ms), (false, 9_500));
        assert_eq!(list.paths, ["init.mp4", "a/1.m4s", "a/2.m4s"]);
        let master = "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=800000\nlow/list.m3u8\n";
        assert!(check(master.as_bytes()).unwrap().is_master);
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line() {
        let cases = [
            ("", "line 1: the playlist does not begin"),
            ("#EXTM3U\n", "names nothing to play"),
            (&GOOD.replace("#EXT-X-ENDLIST", ""), "the film has no end"),
            (&GOOD.replace("a/2.m4s", "../../etc/passwd"), "line 7: an address leads out"),
            (&GOOD.replace("a/2.m4s", "https://elsewhere.example/2.m4s"), "line 7: an address leads out"),
            (&GOOD.replace("6.0,", "7.9,"), "line 5: a piece is longer"),
            (&GOOD.replace("#EXTINF:3.5,\n", ""), "line 6: a piece has no"),
            (&GOOD.replace("3.5", "inf"), "does not say how long"),
            (&GOOD.replace("#EXT-X-TARGETDURATION:6\n", ""), "does not say `#EXT-X-TARGETDURATION`"),
        ];
        for (text, want) in cases {
            let words = check(text.as_bytes()).unwrap_err().words;
            assert!(words.contains(want), "{words}");
        }
    }
}
