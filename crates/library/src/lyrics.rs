//! Lyrics as files carry them: plain lines, or lines with their times in square brackets (LRC).

/// One line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LyricLine {
    /// Milliseconds from the start of the song, where the text says so.
    pub start_ms: Option<u32>,
    /// The words.
    pub text: String,
}

/// A text of lyrics.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lyrics {
    /// Whether every line has its time.
    pub synced: bool,
    /// The lines; with times in order of time.
    pub lines: Vec<LyricLine>,
}

/// Lines past this are left out.
const LINES_MOST: usize = 5_000;

/// Reads lyrics. `[mm:ss.xx]` before a line is its time, several of them repeat it; lines such as `[ar:…]` are
/// notes and left out, `[offset:±ms]` moves all times. Where no line has a time the text is taken as it stands.
///
/// ```
/// let lyrics = library::read_lyrics("[00:02.50]Low tide\n[00:01]High\n");
/// assert!(lyrics.synced);
/// assert_eq!((lyrics.lines[0].start_ms, lyrics.lines[1].text.as_str()), (Some(1_000), "Low tide"));
/// ```
pub fn read_lyrics(text: &str) -> Lyrics {
    let (mut timed, mut plain, mut offset) = (Vec::new(), Vec::new(), 0_i64);
    for line in text.lines().map(str::trim_end).take(LINES_MOST) {
        let (mut rest, mut times) = (line.trim_start_matches('\u{feff}').trim_start(), Vec::new());
        while let Some((tag, after)) = rest.strip_prefix('[').and_then(|r| r.split_once(']')) {
            match stamp(tag) {
                Some(ms) => times.push(ms),
                None if note(tag) => {
                    if let Some(moved) =
                        tag.strip_prefix("offset:").and_then(|v| v.trim().parse::<i64>().ok())
                    {
                        offset = moved.clamp(-600_000, 600_000);
                    }
                    times.push(u32::MAX);
                }
                None => break,
            }
            rest = after;
        }
        if times.contains(&u32::MAX) {
            continue;
        }
        if times.is_empty() {
            plain.push(LyricLine { start_ms: None, text: line.to_owned() });
        }
        timed.extend(times.iter().take(50).map(|ms| (*ms, rest.trim().to_owned())));
    }
    if timed.is_empty() {
        while plain.last().is_some_and(|l| l.text.is_empty()) {
            plain.pop();
        }
        return Lyrics { synced: false, lines: plain };
    }
    timed.sort_by_key(|(ms, _)| *ms);
    timed.truncate(LINES_MOST);
    let moved = |ms: u32| u32::try_from((i64::from(ms) - offset).max(0)).unwrap_or(0);
    let lines = timed.into_iter().map(|(ms, text)| LyricLine { start_ms: Some(moved(ms)), text }).collect();
    Lyrics { synced: true, lines }
}

/// `mm:ss`, `mm:ss.x`, `mm:ss.xx` or `mm:ss.xxx` as milliseconds.
fn stamp(tag: &str) -> Option<u32> {
    let (minutes, seconds) = tag.split_once(':')?;
    let (seconds, part) = seconds.split_once(['.', ':']).unwrap_or((seconds, ""));
    let digits = |t: &str, most: usize| t.len() <= most && t.bytes().all(|b| b.is_ascii_digit());
    if minutes.is_empty()
        || seconds.is_empty()
        || !digits(minutes, 4)
        || !digits(seconds, 2)
        || !digits(part, 3)
    {
        return None;
    }
    let part: u32 = format!("{part:0<3}").parse().ok()?;
    Some(minutes.parse::<u32>().ok()? * 60_000 + seconds.parse::<u32>().ok()? * 1_000 + part)
}

/// Whether a tag is a note about the text: letters, a colon, anything.
fn note(tag: &str) -> bool {
    tag.split_once(':').is_some_and(|(name, _)| {
        !name.is_empty() && name.len() <= 10 && name.bytes().all(|b| b.is_ascii_alphabetic() || b == b'#')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_notes_and_offsets_are_read() {
        let got = read_lyrics("[ar:Ada Nwosu]\n[offset:+500]\n[00:12.00][00:40.5]Night\n\n[01:02.345]Drive");
        let lines: Vec<(u32, &str)> =
            got.lines.iter().map(|l| (l.start_ms.unwrap(), l.text.as_str())).collect();
        assert_eq!(lines, [(11_500, "Night"), (40_000, "Night"), (61_845, "Drive")]);
    }

    #[test]
    fn plain_text_stays_as_it_is() {
        let got = read_lyrics("Low tide\n\n[Chorus]\nagain\n\n");
        assert!(!got.synced);
        assert_eq!(
            got.lines.iter().map(|l| l.text.as_str()).collect::<Vec<_>>(),
            ["Low tide", "", "[Chorus]", "again"]
        );
    }

    proptest::proptest! {
        #[test]
        fn whatever_comes_in_is_bounded(text in "(\\[[0-9:.a-z]{0,8}\\]|[a-z\\n ]){0,200}") {
            let got = read_lyrics(&text);
            proptest::prop_assert!(got.lines.len() <= LINES_MOST);
            proptest::prop_assert!(got.lines.iter().all(|l| l.start_ms.is_some() == got.synced));
        }
    }
}
