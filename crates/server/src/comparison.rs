//! Rules side by side as a picture: how evenly each spreads the money, who gains and loses by rank, and how much the
//! best-paid get. Each panel has a title, a description in words and, on a page, a table beside it.

use allocation::RuleStamp;
use allocation::comparison::{Comparison, Outcome};

use crate::{Lang, show};

/// Units across a panel.
const WIDE: i64 = 480;

/// The colours of a picture that stands alone, for light and dark surroundings and for paper.
const COLOURS: &str = ":root{--paper:#fbf9f4;--ink:#1c1a17;--soft:#5d574e;--line:#d9d2c5;--field:#8b8477;--wash:#f2ecdf;--i1:#b5442f;--i2:#a8720f;--i3:#2f7d72;--i4:#4a5fa5;--i5:#7d5a86;--serif:\"Iowan Old Style\",Palatino,P052,Georgia,serif;--sans:system-ui,\"Segoe UI\",Roboto,\"Noto Sans\",\"Liberation Sans\",sans-serif}\
@media (prefers-color-scheme:dark){:root{--paper:#171512;--ink:#efe9de;--soft:#b3aa9c;--line:#3a352d;--field:#827a6c;--wash:#26221c;--i1:#e2745f;--i2:#d9a441;--i3:#5fb0a5;--i4:#8aa0dd;--i5:#b58fc0}}\
@media print{:root{--paper:#fff;--ink:#000;--soft:#444;--line:#bbb;--field:#777;--wash:#eee;--i1:#b5442f;--i2:#a8720f;--i3:#2f7d72;--i4:#4a5fa5;--i5:#7d5a86}}\
.paper{fill:var(--paper)}";

const STYLE: &str = include_str!("../../../web/compare.css");

/// One panel of the picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Panel {
    /// What it shows.
    pub title: String,
    /// What is to be seen, in words.
    pub words: String,
    /// The drawing.
    drawn: String,
    height: i64,
}

/// The picture as a file of its own.
pub fn svg(title: &str, comparison: &Comparison, lang: Lang) -> String {
    let panels = panels(comparison, lang);
    let legend: Vec<String> = (0..).zip(comparison.outcomes()).map(|(n, (rule, _))| {
        let y = 78 + 24 * n;
        format!(
            "<line class=\"curve k{k}\" x1=\"24\" x2=\"72\" y1=\"{l}\" y2=\"{l}\"/><text x=\"82\" y=\"{y}\">{k} · {}</text>",
            escaped(&label(rule)), k = n + 1, l = y - 5
        )
    }).collect();
    let top = 84 + 24 * legend.len() as i64;
    // Each panel goes below the shorter column.
    let (mut drawn, mut ends) = (String::new(), [top, top]);
    for panel in &panels {
        let column = usize::from(ends[1] < ends[0]);
        let (x, y) = ([24, 48 + WIDE][column], ends[column]);
        drawn.push_str(&format!(
            "<g transform=\"translate({x} {y})\" role=\"img\"><title>{}</title><desc>{}</desc>{}</g>",
            escaped(&panel.title),
            escaped(&panel.words),
            panel.drawn
        ));
        ends[column] += panel.height + 24;
    }
    let (wide, high) = (72 + 2 * WIDE, ends[0].max(ends[1]));
    let words: Vec<&str> = panels.iter().map(|p| p.words.as_str()).collect();
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"cmp\" lang=\"{}\" viewBox=\"0 0 {wide} {high}\" width=\"{wide}\" height=\"{high}\" role=\"img\" aria-labelledby=\"t d\">\
         <title id=\"t\">{t}</title><desc id=\"d\">{}</desc><style>{COLOURS}{STYLE}</style>\
         <rect class=\"paper\" width=\"{wide}\" height=\"{high}\"/><text class=\"head\" x=\"24\" y=\"38\">{t}</text>{}{drawn}</svg>\n",
        lang.tag(),
        escaped(&words.join(" ")),
        legend.concat(),
        t = escaped(title),
    )
}

impl Panel {
    /// The panel inside a page.
    pub(crate) fn inline(&self, id: &str) -> String {
        format!(
            "<svg class=\"cmp\" viewBox=\"0 0 {WIDE} {}\" role=\"img\" aria-labelledby=\"{id}-t {id}-d\" focusable=\"false\"><title id=\"{id}-t\">{}</title><desc id=\"{id}-d\">{}</desc>{}</svg>",
            self.height,
            escaped(&self.title),
            escaped(&self.words),
            self.drawn
        )
    }
}

/// `user-centric@1`.
pub(crate) fn label(rule: &RuleStamp) -> String {
    format!("{}@{}", rule.name, rule.version)
}

/// The panels, in reading order.
pub(crate) fn panels(comparison: &Comparison, lang: Lang) -> Vec<Panel> {
    let outcomes: Vec<(&RuleStamp, &Outcome)> = comparison.outcomes().collect();
    let mut panels = vec![lorenz(&outcomes, lang), shares(&outcomes, lang)];
    if outcomes.len() > 1 {
        panels.insert(1, by_rank(&outcomes, lang));
    }
    panels
}

fn lorenz(outcomes: &[(&RuleStamp, &Outcome)], lang: Lang) -> Panel {
    const LEFT: i64 = 52;
    const SIDE: i64 = 400;
    const TOP: i64 = 40;
    let x = |ppm: u32| LEFT * 10 + i64::from(ppm) * SIDE * 10 / 1_000_000;
    let y = |ppm: u32| (TOP + SIDE) * 10 - i64::from(ppm) * SIDE * 10 / 1_000_000;
    let tenth = |n: i64| format!("{}.{}", n / 10, n % 10);
    let title = lang.t("compare-lorenz");
    let mut drawn = format!("<text class=\"head\" x=\"0\" y=\"18\">{}</text>", escaped(&title));
    for quarter in 0..=4_u32 {
        let (at_x, at_y) = (tenth(x(quarter * 250_000)), tenth(y(quarter * 250_000)));
        drawn.push_str(&format!(
            "<path class=\"axis\" d=\"M{LEFT} {at_y}H{}\"/><text class=\"faint\" x=\"{}\" y=\"{at_y}\" dy=\"4\" text-anchor=\"end\">{}</text><text class=\"faint\" x=\"{at_x}\" y=\"{}\" text-anchor=\"middle\">{}</text>",
            LEFT + SIDE, LEFT - 7, show::percent(u64::from(quarter) * 250_000, lang), TOP + SIDE + 18, show::percent(u64::from(quarter) * 250_000, lang)
        ));
    }
    drawn.push_str(&format!(
        "<path class=\"even\" d=\"M{LEFT} {}L{} {TOP}\"/><text class=\"faint\" x=\"{}\" y=\"{}\" text-anchor=\"middle\">{}</text><text class=\"faint\" x=\"{}\" y=\"{}\">{}</text>",
        TOP + SIDE, LEFT + SIDE, LEFT + SIDE / 2, TOP + SIDE + 38, escaped(&lang.t("compare-lorenz-x")), LEFT + 10, TOP + 20, escaped(&lang.t("compare-lorenz-y"))
    ));
    let mut words = vec![lang.t("compare-lorenz-what")];
    for (n, (rule, outcome)) in (1..).zip(outcomes) {
        let points: Vec<String> =
            outcome.curve.iter().map(|p| format!("{} {}", tenth(x(p.payees)), tenth(y(p.money)))).collect();
        drawn.push_str(&format!("<path class=\"curve k{n}\" d=\"M{}\"/>", points.join("L")));
        // The numbers of the curves stand at different places, so that none covers another.
        let at = outcome.curve.len() * (10 - n) / 11;
        if let Some(p) = outcome.curve.get(at) {
            drawn.push_str(&format!(
                "<text class=\"mark\" x=\"{}\" y=\"{}\" dy=\"5\" text-anchor=\"middle\">{n}</text>",
                tenth(x(p.payees)),
                tenth(y(p.money))
            ));
        }
        words.push(lang.with(
            "compare-lorenz-one",
            &[
                ("rule", label(rule).into()),
                ("gini", gini(outcome.figures.gini, lang).into()),
                ("half", show::percent(u64::from(poorer_half(outcome)), lang).into()),
            ],
        ));
    }
    Panel { title, words: words.join(" "), drawn, height: TOP + SIDE + 48 }
}

fn poorer_half(outcome: &Outcome) -> u32 {
    outcome.curve.iter().rfind(|p| p.payees <= 500_000).map_or(0, |p| p.money)
}

/// The Gini coefficient with three decimals.
pub(crate) fn gini(ppm: u32, lang: Lang) -> String {
    let thousandths = (ppm + 500) / 1_000;
    let text = format!("{}.{:03}", thousandths / 1_000, thousandths % 1_000);
    if lang == Lang::Fr { text.replace('.', ",") } else { text }
}

/// How much more or less, in parts per million of before; `None` where there was nothing before.
pub(crate) fn change(movement: &allocation::compare::Movement) -> Option<i64> {
    let (before, after) = (movement.before_micros, movement.after_micros);
    (before > 0).then(|| i64::try_from((after - before) * 1_000_000 / before).unwrap_or(i64::MAX))
}

/// A change with its sign: `+12.5%`, `−3 %`.
pub(crate) fn signed(ppm: i64, lang: Lang) -> String {
    let sign = match ppm {
        0 => "±",
        n if n < 0 => "\u{2212}",
        _ => "+",
    };
    format!("{sign}{}", show::percent(ppm.unsigned_abs(), lang))
}

fn by_rank(outcomes: &[(&RuleStamp, &Outcome)], lang: Lang) -> Panel {
    const MIDDLE: i64 = 284;
    const HALF: i64 = 96;
    let title = lang.t("compare-rank");
    let base = outcomes.first().map(|(rule, _)| label(rule)).unwrap_or_default();
    let mut drawn = format!(
        "<text class=\"head\" x=\"0\" y=\"18\">{}</text><text class=\"faint\" x=\"0\" y=\"38\">{}</text>",
        escaped(&title),
        escaped(&lang.with("compare-rank-against", &[("rule", base.clone().into())]))
    );
    let mut words = vec![lang.with("compare-rank-against", &[("rule", base.into())])];
    let mut changes: Vec<(usize, &str, String, i64)> = Vec::new();
    for (n, (rule, outcome)) in (1..).zip(outcomes) {
        for (rank, movement) in outcome.against.iter().flat_map(|a| &a.by_rank) {
            changes.extend(change(movement).map(|ppm| (n, rank.as_str(), label(rule), ppm)));
        }
    }
    let most = changes.iter().map(|c| c.3.abs()).max().unwrap_or(0).clamp(50_000, 1_000_000);
    let mut ranks: Vec<&str> = Vec::new();
    for (_, rank, _, _) in &changes {
        if !ranks.contains(rank) {
            ranks.push(rank);
        }
    }
    let mut y = 62;
    for rank in ranks {
        drawn.push_str(&format!(
            "<text x=\"0\" y=\"{}\">{}</text>",
            y + 12,
            escaped(&ranks_words(rank, lang))
        ));
        for (n, _, rule, ppm) in changes.iter().filter(|c| c.1 == rank) {
            let long = (ppm.abs().min(most) * HALF / most).max(1);
            let (x, anchor, at) = if *ppm < 0 {
                (MIDDLE - long, "end", MIDDLE - long - 5)
            } else {
                (MIDDLE, "start", MIDDLE + long + 5)
            };
            drawn.push_str(&format!(
                "<rect class=\"b{n}\" x=\"{x}\" y=\"{y}\" width=\"{long}\" height=\"14\"/><text class=\"faint\" x=\"{at}\" y=\"{}\" text-anchor=\"{anchor}\">{n}: {}</text>",
                y + 12, signed(*ppm, lang)
            ));
            words.push(format!("{}, {rule}: {}.", ranks_words(rank, lang), signed(*ppm, lang)));
            y += 19;
        }
        y += 12;
    }
    drawn.push_str(&format!("<path class=\"zero\" d=\"M{MIDDLE} 54V{}\"/>", y - 6));
    Panel { title, words: words.join(" "), drawn, height: y }
}

/// `1–10` as `ranks 1–10`, `1001–` as `from rank 1001`.
pub(crate) fn ranks_words(rank: &str, lang: Lang) -> String {
    match rank.strip_suffix('–') {
        Some(from) => lang.with("compare-ranks-from", &[("from", from.into())]),
        None => lang.with("compare-ranks", &[("ranks", rank.into())]),
    }
}

fn shares(outcomes: &[(&RuleStamp, &Outcome)], lang: Lang) -> Panel {
    const LEFT: i64 = 20;
    const LONG: i64 = 370;
    let title = lang.t("compare-shares");
    let mut drawn = format!("<text class=\"head\" x=\"0\" y=\"18\">{}</text>", escaped(&title));
    let mut words = Vec::new();
    type Figure = (&'static str, fn(&Outcome) -> u32);
    let figures: [Figure; 4] = [
        ("compare-top-10", |o| o.figures.top_10),
        ("compare-top-1-percent", |o| o.figures.top_1_percent),
        ("compare-top-10-percent", |o| o.figures.top_10_percent),
        ("compare-gini", |o| o.figures.gini),
    ];
    let mut y = 34;
    for (key, of) in figures {
        drawn.push_str(&format!("<text x=\"0\" y=\"{}\">{}</text>", y + 13, escaped(&lang.t(key))));
        y += 21;
        for (n, (rule, outcome)) in (1..).zip(outcomes) {
            let ppm = of(outcome);
            let long = (i64::from(ppm) * LONG / 1_000_000).max(1);
            let value =
                if key == "compare-gini" { gini(ppm, lang) } else { show::percent(u64::from(ppm), lang) };
            drawn.push_str(&format!(
                "<text class=\"faint\" x=\"0\" y=\"{t}\">{n}</text><rect class=\"track\" x=\"{LEFT}\" y=\"{y}\" width=\"{LONG}\" height=\"12\"/><rect class=\"b{n}\" x=\"{LEFT}\" y=\"{y}\" width=\"{long}\" height=\"12\"/><text class=\"faint\" x=\"{}\" y=\"{t}\">{value}</text>",
                LEFT + LONG + 8, t = y + 11
            ));
            words.push(format!("{}, {}: {value}.", lang.t(key), label(rule)));
            y += 17;
        }
        y += 10;
    }
    Panel { title, words: words.join(" "), drawn, height: y }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use allocation::comparison::comparison;
    use allocation::{Input, Play, Shares, SharesOf, find, rule::Pays};
    use music::{PartyId, RecordingId};

    fn drawn(lang: Lang) -> String {
        let mut shares = Shares::new();
        let mut plays = Vec::new();
        for n in 0..20_u64 {
            shares.set(RecordingId::from_bits(n), Pays::Master, SharesOf::whole(PartyId::from_bits(n)));
            plays.push(Play {
                member: format!("m{}", n % 7),
                recording: RecordingId::from_bits(n),
                plays: 1 + (n * n) as u32,
                played_s: None,
                sought: false,
                before: 0,
            });
        }
        let input = Input { plays, shares, ..Input::default() };
        let rules = ["pro-rata", "user-centric", "set-list-per-line"].map(|r| find(r).unwrap());
        let none = std::collections::BTreeMap::new();
        let told =
            comparison("EUR 90".parse().unwrap(), &input, &rules, allocation::compare::party, &none, &[]);
        svg("Night & <Day> \"9\"", &told.unwrap(), lang)
    }

    #[test]
    fn a_picture_stands_alone_and_says_what_it_shows() {
        for (lang, word) in [(Lang::En, "How evenly"), (Lang::Fr, "répartition")] {
            let svg = drawn(lang);
            assert!(svg.contains("Night &amp; &lt;Day&gt; &quot;9&quot;") && svg.contains(word), "{svg}");
            assert!(svg.contains("<title id=\"t\">") && svg.contains("<desc id=\"d\">"));
            assert!(svg.contains("prefers-color-scheme:dark") && svg.contains("@media print"));
            assert!(
                !svg.contains("Unknown localization") && !svg.contains("<script") && !svg.contains("NaN")
            );
            for (tag, end) in
                [("<svg", "</svg>"), ("<g ", "</g>"), ("<title", "</title>"), ("<text", "</text>")]
            {
                assert_eq!(svg.matches(tag).count(), svg.matches(end).count(), "{tag}");
            }
            let outside = svg.replace("http://www.w3.org/2000/svg", "");
            assert!(!outside.contains("http"), "nothing is loaded from elsewhere");
        }
    }

    #[test]
    fn numbers_carry_their_signs() {
        assert_eq!(signed(125_000, Lang::En), "+12.5%");
        assert_eq!(signed(-30_000, Lang::Fr), "\u{2212}3\u{a0}%");
        assert_eq!(gini(754_600, Lang::Fr), "0,755");
    }
}
