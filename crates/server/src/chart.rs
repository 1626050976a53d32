//! Pictures of sums: what flowed from where to where, and how much came when. Each says its figures to whoever does
//! not see it, and the tables beside it hold the same.

use jiff::civil::Date;
use maud::{Markup, html};

use crate::Lang;
use crate::picture::Part;

/// Units across a picture: as many as a telephone is wide, so that words keep their size there.
const WIDTH: f64 = 360.0;
/// Units that words need from line to line.
const LINE: f64 = 34.0;
/// How wide the two ends of a flow are.
const END: f64 = 8.0;

/// So much of one end's sum goes to an end on the other side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Link {
    /// Which one of the left side.
    pub(crate) from: usize,
    /// Which one of the right side.
    pub(crate) to: usize,
    /// How much, in the unit of the parts.
    pub(crate) size: u64,
}

/// Sums on the left, sums on the right, and bands between them as wide as what flows.
pub(crate) fn flow(what: &str, from: &[Part], to: &[Part], links: &[Link]) -> Markup {
    let scale = 180.0 / whole(from).max(whole(to)).max(1.0);
    let (left, right) = (Side::of(from, scale), Side::of(to, scale));
    let height = left.height.max(right.height);
    let words: Vec<String> = links
        .iter()
        .filter_map(|l| Some(format!("{} → {}", from.get(l.from)?.name, told(to.get(l.to)?))))
        .collect();
    html! {
        figure.chart {
            svg viewBox=(format!("0 0 {WIDTH:.0} {height:.0}")) role="img" aria-label=(format!("{what}: {}", words.join("; "))) focusable="false" {
                @for (d, ink) in bands(&left, &right, from, links, scale) { path.band class=(format!("i{ink}")) d=(d) {} }
                @for (part, (top, tall)) in from.iter().zip(&left.ends) { (end(part, 0.0, *top, *tall, false)) }
                @for (part, (top, tall)) in to.iter().zip(&right.ends) { (end(part, WIDTH - END, *top, *tall, true)) }
            }
        }
    }
}

/// A column for each span of time, its name below and its sum above.
pub(crate) fn columns(what: &str, bars: &[Part]) -> Markup {
    let most = bars.iter().map(|b| b.size).max().unwrap_or(0).max(1);
    let step = WIDTH / (bars.len().max(1) as f64);
    let wide = (step * 0.7).min(44.0);
    let words: Vec<String> = bars.iter().map(told).collect();
    html! {
        figure.chart {
            svg viewBox=(format!("0 0 {WIDTH:.0} 150")) role="img" aria-label=(format!("{what}: {}", words.join("; "))) focusable="false" {
                line.axis x1="0" x2=(WIDTH) y1="120.5" y2="120.5" {}
                @for (n, bar) in bars.iter().enumerate() {
                    @let tall = (bar.size as f64 / most as f64 * 96.0).max(if bar.size > 0 { 1.0 } else { 0.0 });
                    @let middle = step * (n as f64 + 0.5);
                    rect class=(format!("i{}", bar.ink)) x=(round(middle - wide / 2.0)) y=(round(120.0 - tall)) width=(round(wide)) height=(round(tall)) {}
                    // What does not fit beside its neighbours is told by the label alone.
                    @if step >= 52.0 { text.middle x=(round(middle)) y=(round(114.0 - tall)) { (bar.value) } }
                    @if step >= 26.0 || n % 3 == 0 { text.middle.soft x=(round(middle)) y="138" { (bar.name) } }
                }
            }
        }
    }
}

/// A month in three or four letters.
pub(crate) fn month(day: Date, lang: Lang) -> String {
    let name = lang.t(&format!("month-{}", day.month()));
    if name.chars().count() <= 4 { name } else { name.chars().take(3).chain(['.']).collect() }
}

fn told(part: &Part) -> String {
    format!("{} {}", part.name, part.value)
}

fn whole(parts: &[Part]) -> f64 {
    parts.iter().map(|p| p.size as f64).sum()
}

fn round(units: f64) -> String {
    format!("{units:.1}")
}

/// One side of a flow: where each end begins and how tall it is.
struct Side {
    ends: Vec<(f64, f64)>,
    height: f64,
}

impl Side {
    fn of(parts: &[Part], scale: f64) -> Side {
        let mut height = 2.0;
        let mut ends = Vec::with_capacity(parts.len());
        for part in parts {
            let tall = (part.size as f64 * scale).max(1.5);
            ends.push((height, tall));
            height += tall.max(LINE) + 6.0;
        }
        Side { ends, height }
    }
}

/// Each band as a path, in the ink of the end it comes from.
fn bands(left: &Side, right: &Side, from: &[Part], links: &[Link], scale: f64) -> Vec<(String, u8)> {
    let mut used = (vec![0.0; left.ends.len()], vec![0.0; right.ends.len()]);
    let mut bands = Vec::with_capacity(links.len());
    for link in links {
        let (Some((top, _)), Some((goal, _)), Some(part)) =
            (left.ends.get(link.from), right.ends.get(link.to), from.get(link.from))
        else {
            continue;
        };
        let tall = (link.size as f64 * scale).max(1.0);
        let (Some(out), Some(into)) = (used.0.get_mut(link.from), used.1.get_mut(link.to)) else { continue };
        let (a, b) = (top + *out, goal + *into);
        *out += link.size as f64 * scale;
        *into += link.size as f64 * scale;
        let (x, z, m) = (END, WIDTH - END, WIDTH / 2.0);
        bands.push((
            format!(
                "M{x:.0} {a:.1}C{m:.0} {a:.1} {m:.0} {b:.1} {z:.0} {b:.1}V{:.1}C{m:.0} {:.1} {m:.0} {:.1} {x:.0} {:.1}Z",
                b + tall,
                b + tall,
                a + tall,
                a + tall
            ),
            part.ink,
        ));
    }
    bands
}

fn end(part: &Part, x: f64, top: f64, tall: f64, right: bool) -> Markup {
    let at = if right { WIDTH - END - 6.0 } else { END + 6.0 };
    let name: String = if part.name.chars().count() > 26 {
        part.name.chars().take(25).chain(['…']).collect()
    } else {
        part.name.clone()
    };
    html! {
        rect class=(format!("i{}", part.ink)) x=(round(x)) y=(round(top)) width=(END) height=(round(tall)) {}
        text class=(if right { "end" } else { "begin" }) x=(round(at)) y=(round(top + 12.0)) { (name) }
        text class=(if right { "soft end" } else { "soft begin" }) x=(round(at)) y=(round(top + 27.0)) { (part.value) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(size: u64, name: &str) -> Part {
        Part::new(size, name, size.to_string(), 1)
    }

    #[test]
    fn bands_leave_and_arrive_without_a_gap() {
        let (from, to) = ([part(60, "sets"), part(40, "plays")], [part(70, "one"), part(30, "two")]);
        let links = [
            Link { from: 0, to: 0, size: 60 },
            Link { from: 1, to: 0, size: 10 },
            Link { from: 1, to: 1, size: 30 },
        ];
        let (left, right) = (Side::of(&from, 1.0), Side::of(&to, 1.0));
        let drawn = bands(&left, &right, &from, &links, 1.0);
        assert_eq!(drawn.len(), 3);
        // The second band arrives where the first one ended: 2 + 60.
        assert!(drawn[1].0.contains(" 352 62.0V72.0"), "{}", drawn[1].0);
        let told = flow("what", &from, &to, &links).into_string();
        assert!(told.contains("what: sets → one 70; plays → one 70; plays → two 30"));
    }

    #[test]
    fn nothing_and_the_largest_sums_are_drawn() {
        for size in [0, 1, u64::MAX] {
            let one = [part(size, "x")];
            let drawn = flow("w", &one, &one, &[Link { from: 0, to: 0, size }]).into_string();
            let more = columns("w", &one).into_string();
            for text in [drawn, more] {
                assert!(!text.contains("NaN") && !text.contains("inf"), "{text}");
            }
        }
        assert!(flow("w", &[], &[], &[Link { from: 3, to: 1, size: 1 }]).into_string().contains("w: "));
        assert!(columns("w", &[]).into_string().contains("svg"));
    }

    #[test]
    fn columns_say_their_sums() {
        let bars = [part(3, "July"), part(9, "August")];
        let told = columns("Paid", &bars).into_string();
        assert!(told.contains("Paid: July 3; August 9") && told.contains(">August<"), "{told}");
    }
}
