//! Writes a catalogue row down as DJs and their software do.

/// A small seeded generator (splitmix64).
pub struct Dice(pub u64);

/// Well-mixed bits of a number.
pub fn mixed(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

impl Dice {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mixed(self.0)
    }

    pub fn below(&mut self, n: usize) -> usize {
        (self.next() % n.max(1) as u64) as usize
    }

    pub fn chance(&mut self, p: f64) -> bool {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64 <= p
    }

    pub fn pick<'a, T: ?Sized>(&mut self, of: &[&'a T]) -> &'a T {
        of[self.below(of.len())]
    }
}

/// A line as a person or a programme writes it.
pub fn written(dice: &mut Dice, artist: &str, title: &str, label: &str) -> String {
    let (mut artist, mut title) = (credit(dice, artist), name(dice, title));
    if dice.chance(0.5) {
        artist = if dice.chance(0.5) { slip(dice, &artist, true) } else { artist };
        title = if dice.chance(0.5) { slip(dice, &title, true) } else { title };
    }
    if dice.chance(0.12) && !title.contains(['(', '[']) {
        title += dice.pick(&[
            " (Original Mix)",
            " (Original Mix)",
            " - Original Mix",
            " (Original)",
            " [Original Mix]",
        ]);
    }
    let dash = dice.pick(&[" - ", " - ", " - ", " – ", " — ", "  -  "]);
    let mut line = format!("{artist}{dash}{title}");
    if dice.chance(0.2) {
        line = if dice.chance(0.5) { line.to_lowercase() } else { line.to_uppercase() };
    }
    if dice.chance(0.25) {
        let label = if label.is_empty() || dice.chance(0.3) {
            dice.pick(&["Promo", "White", "Unreleased", "Nordlicht", "Kleinstadt - KST 07"])
        } else {
            label
        };
        line = format!("{line} [{label}]");
    }
    match dice.below(8) {
        0 => format!("{:02}. {line}", dice.below(40)),
        1 => format!("[{:02}:{:02}] {line}", dice.below(100), dice.below(60)),
        2 => format!("{}{} {line}", dice.pick(&["A", "B", "C", "D"]), 1 + dice.below(5)),
        3 => format!("[{}] {line}", dice.below(120)),
        4 if dice.chance(0.3) => {
            format!("{}: {line}", dice.pick(&["Tune Of The Week", "Flashback", "Record Of The Week", "Now"]))
        }
        _ => line,
    }
}

/// The same, after a hard night.
pub fn rough(dice: &mut Dice, artist: &str, title: &str) -> String {
    let mut artist = credit(dice, artist);
    if dice.chance(0.12) {
        artist = first(&artist);
    }
    let mut title = name(dice, title);
    if dice.chance(0.4) {
        for from in [" Remix", " remix"] {
            title = title.replace(
                from,
                dice.pick(&[" Remix", " rmx", " remx", " rx", " Remxi", " remixed", ""]).trim_end(),
            );
        }
        title = title.replace("Original", "orig").replace("Extended", "ext").replace("Instrumental", "inst");
    }
    if dice.chance(0.12) {
        title += dice.pick(&[" (Original Mix)", " (Original Mix)", " (orig)", " - orig", " (orig Mix)"]);
    }
    for _ in 0..[0, 0, 0, 1, 1, 2, 2, 3][dice.below(8)] {
        let pretty = dice.chance(0.4);
        if dice.chance(0.5) {
            artist = slip(dice, &artist, pretty)
        } else {
            title = slip(dice, &title, pretty)
        }
    }
    match dice.below(10) {
        0 | 1 => {
            let base = format!(
                "{:02}_{artist}_-_{title}_{}{}_{}",
                1 + dice.below(30),
                1 + dice.below(12),
                dice.pick(&["A", "B"]),
                115 + dice.below(25)
            );
            let base = base.replace(' ', "_").replace(['&', '/', ':', '?', '"'], "").replace("__", "_");
            format!(
                "{}.mp3",
                if dice.chance(0.4) { base.to_lowercase().replace(['(', ')', '\''], "") } else { base }
            )
        }
        2 => {
            let artist = plain(dice, &artist);
            let title = plain(dice, &title);
            format!(
                "{:02} {artist}-{title} ({} {}A).wav",
                1 + dice.below(30),
                115 + dice.below(25),
                1 + dice.below(12)
            )
        }
        3 => format!("{artist} {title}"),
        4 | 5 => format!("{title} - {artist}"),
        6 => lower(&format!("{artist} - {title}")),
        7 => lower(&format!("{title} - {artist}")),
        8 if dice.chance(0.4) => lower(&format!("{artist} {title}")),
        _ => format!("{artist} - {title}"),
    }
}

/// The title with the word that closes its version left out, put in or exchanged for another now and then:
/// `(Dub)` and `(Dub Mix)`, `(X)` and `(X Remix)` are the same.
pub fn closed(dice: &mut Dice, title: &str, is_artist: impl Fn(&str) -> bool) -> String {
    let Some((base, inner)) = title.strip_suffix(')').and_then(|t| t.rsplit_once(" (")) else {
        return title.to_owned();
    };
    let last = inner.rsplit(' ').next().unwrap_or_default();
    let inner = match last {
        "Mix" | "Remix" | "Version" if dice.chance(0.05) => {
            inner.strip_suffix(last).unwrap_or(inner).trim_end().to_owned()
        }
        "Mix" if dice.chance(0.04) => format!("{}Remix", inner.strip_suffix(last).unwrap_or(inner)),
        "Remix" if dice.chance(0.04) => {
            format!("{}{}", inner.strip_suffix(last).unwrap_or(inner), dice.pick(&["Mix", "Version"]))
        }
        "Dub" | "Instrumental" | "Extended" | "Club" | "VIP" | "Vocal" if dice.chance(0.08) => {
            format!("{inner} {}", dice.pick(&["Mix", "Mix", "Version"]))
        }
        _ if is_artist(inner) && dice.chance(0.4) => format!("{inner} {}", dice.pick(&["Remix", "Mix"])),
        _ => inner.to_owned(),
    };
    if inner.is_empty() || inner == "Original" { title.to_owned() } else { format!("{base} ({inner})") }
}

/// The title as a version that the catalogue lacks: another author, class, year or number.
pub fn foreign(dice: &mut Dice, title: &str, other: &str) -> String {
    let base = if dice.chance(0.6) { title.split(" (").next().unwrap_or(title) } else { title };
    let number = 2 + dice.below(4);
    match dice.below(14) {
        0 | 1 => format!("{base} ({})", 1985 + dice.below(40)),
        2 => format!("{base} [{}]", 1985 + dice.below(40)),
        3 | 4 => format!("{base} ({other} Remix)"),
        5 => format!(
            "{base} ({other} {})",
            dice.pick(&["Edit", "Mix", "Dub", "Rework", "Version", "Bootleg", "VIP"])
        ),
        6 | 7 => format!(
            "{base} {}",
            dice.pick(&["(Extended Mix)", "(Extended)", "(Extended Mix)", "(Club Mix)", "(Radio Edit)"])
        ),
        8 => format!(
            "{base} {}",
            dice.pick(&["(Dub)", "(Live)", "(Instrumental)", "(VIP)", "(Dub Mix)", "(Acoustic)"])
        ),
        9 => format!(
            "{base} {}",
            dice.pick(&["(Edit)", "(Remix)", "(Part 2)", "(Bonus)", "(Intro)", "(Reprise)"])
        ),
        10 => format!("{base} {number}"),
        11 => format!("{base} ({})", dice.pick(&["A", "B", "P", "2", "S"])),
        12 => {
            title.replacen(" Remix", " Edit", 1).replacen(" Mix)", " Dub)", 1).replacen("Dub)", "Dub 2)", 1)
        }
        _ => {
            let digit = char::from(b'0' + dice.below(10) as u8).to_string();
            let at = title.find(|c: char| c.is_ascii_digit());
            at.map_or_else(
                || format!("{base} {number}"),
                |at| format!("{}{digit}{}", &title[..at], &title[at + 1..]),
            )
        }
    }
}

fn plain(dice: &mut Dice, text: &str) -> String {
    if dice.chance(0.5) { lower(text) } else { text.to_owned() }
}

fn lower(text: &str) -> String {
    let kept: String = text
        .to_lowercase()
        .chars()
        .map(|c| {
            if matches!(c, '(' | ')' | '[' | ']' | '&' | ',' | '.' | '\'' | '!') {
                if c == '\'' { '\u{0}' } else { ' ' }
            } else {
                c
            }
        })
        .filter(|c| *c != '\u{0}')
        .collect();
    let mut out = String::new();
    kept.split_whitespace().for_each(|w| {
        out.push_str(w);
        out.push(' ');
    });
    out.trim_end().to_owned()
}

fn first(artist: &str) -> String {
    let end = [" & ", ", ", " Feat. ", " feat. ", " vs ", " and ", "; "]
        .iter()
        .filter_map(|j| artist.find(j))
        .min();
    artist[..end.unwrap_or(artist.len())].to_owned()
}

/// The credit in another spelling now and then.
fn credit(dice: &mut Dice, artist: &str) -> String {
    let joint = dice.pick(&[" & ", ", ", " & ", " feat. ", " and ", " vs ", " x ", " w/ "]);
    let mut names: Vec<&str> = artist.split("; ").collect();
    if names.len() > 1 && dice.chance(0.25) {
        names.truncate(1 + dice.below(names.len()));
    }
    if names.len() > 1 && dice.chance(0.25) {
        let last = names.len() - 1;
        names.swap(0, last);
    }
    let mut out = names.join(joint);
    if dice.chance(0.3) {
        let from = dice.pick(&[" & ", " Feat. ", ", ", " and ", " vs "]);
        if let Some((a, b)) = out.clone().split_once(from) {
            out = if dice.chance(0.4) { format!("{b}{joint}{a}") } else { format!("{a}{joint}{b}") };
        }
    }
    if dice.chance(0.04) {
        out = out
            .strip_prefix("DJ ")
            .or_else(|| out.strip_prefix("The "))
            .map_or_else(|| format!("{}{out}", dice.pick(&["DJ ", "The "])), str::to_owned);
    }
    spaces(dice, out)
}

/// A blank lost or put in.
fn spaces(dice: &mut Dice, text: String) -> String {
    if !dice.chance(0.05) {
        return text;
    }
    let blanks: Vec<usize> = text.match_indices(' ').map(|(at, _)| at).collect();
    let mut out = text.clone();
    if dice.chance(0.5) && !blanks.is_empty() {
        out.remove(blanks[dice.below(blanks.len())]);
    } else {
        let ends: Vec<usize> = text.char_indices().skip(2).map(|(at, _)| at).collect();
        let digit = |at: &usize| text[*at..].starts_with(|c: char| c.is_ascii_digit());
        let ends: Vec<usize> =
            if ends.iter().any(digit) { ends.into_iter().filter(digit).collect() } else { ends };
        if !ends.is_empty() {
            out.insert(ends[dice.below(ends.len())], ' ');
        }
    }
    out
}

fn name(dice: &mut Dice, title: &str) -> String {
    let mut out = title.to_owned();
    if dice.chance(0.5)
        && let Some(at) = out.find("(feat")
        && let Some(end) = out[at..].find(')')
    {
        out = format!("{}{}", out[..at].trim_end(), &out[at + end + 1..]);
    }
    if dice.chance(0.05) {
        out = if dice.chance(0.5) { out.replace(" Remix", " Mix") } else { out.replace(" Mix)", " Remix)") };
    }
    if dice.chance(0.04) {
        out = if dice.chance(0.7) {
            out.replace(" Remix)", " Version)")
        } else {
            out.replace(" Version)", " Remix)")
        };
    }
    if dice.chance(0.03) {
        out = out.replace(" Remix)", ")");
    }
    if dice.chance(0.05) {
        out = out.strip_prefix("The ").map_or_else(|| format!("The {out}"), str::to_owned);
    }
    if dice.chance(0.1) {
        out = out.replace('(', "[").replace(')', "]");
    }
    if dice.chance(0.05) {
        // in a version, the sources take both spellings for two recordings
        let base = out.find(['(', '[']).unwrap_or(out.len());
        out = format!("{}{}", out[..base].replace(" & ", " And "), &out[base..]);
    }
    if dice.chance(0.03)
        && let Some(at) = out.rfind(" (")
        && out.ends_with(')')
        && !out[at..].contains("emix")
    {
        out.truncate(at);
    }
    spaces(dice, out)
}

/// One typing error.
fn slip(dice: &mut Dice, text: &str, exchange: bool) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    let places: Vec<usize> = (0..letters.len().saturating_sub(1))
        .filter(|i| letters[*i].is_alphabetic() && letters[*i + 1].is_alphabetic())
        .collect();
    if places.is_empty() {
        return text.to_owned();
    }
    let at = places[dice.below(places.len())];
    let any = char::from(b'a' + dice.below(26) as u8);
    match dice.below(4) {
        _ if exchange => letters.swap(at, at + 1),
        0 => drop(letters.remove(at)),
        1 => letters.insert(at, letters[at]),
        2 => letters[at] = dice.pick(&["s", "a", "e", "t", "o", "n", "r", "i"]).chars().next().unwrap_or(any),
        _ => letters[at + 1] = any,
    }
    letters.into_iter().collect()
}
