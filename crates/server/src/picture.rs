//! The house's motif: a sum as a thin bar, divided into its parts. Each bar has its words beside it.

use maud::{Markup, PreEscaped, html};

use crate::Lang;

/// A part of a sum.
#[derive(Debug, Clone)]
pub(crate) struct Part {
    /// How large, in any unit common to the bar; parts of nothing are not drawn.
    pub(crate) size: u64,
    /// What it is, in words.
    pub(crate) name: String,
    /// Its size in words, such as `€42.50`.
    pub(crate) value: String,
    /// Its ink, 1 to 6; 6 is the quiet one.
    pub(crate) ink: u8,
}

impl Part {
    /// A part with its words.
    pub(crate) fn new(size: u64, name: impl Into<String>, value: impl Into<String>, ink: u8) -> Part {
        Part { size, name: name.into(), value: value.into(), ink }
    }
}

/// Units across a bar.
const WIDTH: u64 = 1_000;
/// Units between two parts.
const GAP: u64 = 4;

/// A bar with its parts in words below. `what` names the whole for those who do not see it.
pub(crate) fn split(what: &str, parts: &[Part]) -> Markup {
    let words: Vec<String> = parts.iter().map(|p| format!("{} {}", p.name, p.value)).collect();
    html! {
        figure.split {
            (bar(parts, Some(&format!("{what}: {}", words.join(", ")))))
            figcaption {
                ul.legend {
                    @for part in parts {
                        li { span class=(format!("swatch i{}", part.ink)) aria-hidden="true" {} span { (part.name) } " " strong { (part.value) } }
                    }
                }
            }
        }
    }
}

/// A bar alone; without a label it is an ornament.
pub(crate) fn bar(parts: &[Part], label: Option<&str>) -> Markup {
    html! {
        svg.bar viewBox=(format!("0 0 {WIDTH} 12")) preserveAspectRatio="none" role=[label.map(|_| "img")]
            aria-label=[label] aria-hidden=[label.is_none().then_some("true")] focusable="false" {
            @for (x, width, ink) in places(parts) {
                rect class=(format!("i{ink}")) x=(x) y="0" width=(width) height="12" {}
            }
        }
    }
}

/// Where each part begins and how wide it is; what is there is never too thin to be seen.
fn places(parts: &[Part]) -> Vec<(u64, u64, u8)> {
    let drawn: Vec<&Part> = parts.iter().filter(|p| p.size > 0).collect();
    let whole: u128 = drawn.iter().map(|p| u128::from(p.size)).sum();
    let mut places = Vec::with_capacity(drawn.len());
    let mut before: u128 = 0;
    for part in drawn {
        let at = |sum: u128| u64::try_from(sum * u128::from(WIDTH) / whole.max(1)).unwrap_or(WIDTH);
        let (start, end) = (at(before), at(before + u128::from(part.size)));
        let gap = if end < WIDTH { GAP } else { 0 };
        places.push((start, (end - start).saturating_sub(gap).max(3), part.ink));
        before += u128::from(part.size);
    }
    places
}

/// The ornament under the name of the house: a sum in five unequal parts.
pub(crate) fn ornament() -> Markup {
    let sizes = [(46, 1), (21, 2), (13, 3), (12, 4), (8, 5)];
    bar(&sizes.map(|(size, ink)| Part::new(size, "", "", ink)), None)
}

/// The worked example of the first page: a fee, its share, what music gets, one line of the list.
///
/// EUR 1,000 × 5 % = EUR 50; less 15 % for the house EUR 42.50; over 20 lines EUR 2.125 each.
pub(crate) fn worked_example(lang: Lang) -> Markup {
    let lines: String = (0..20)
        .map(|n| {
            format!(
                r#"<rect class="{}" x="{}" y="132" width="26" height="16"/>"#,
                if n == 6 { "i1" } else { "i1 soft" },
                n * 30
            )
        })
        .collect();
    html! {
        figure.worked {
            svg viewBox="0 0 600 150" role="img" aria-labelledby="worked-words" focusable="false" {
                (PreEscaped(r#"<rect class="i1" x="0" y="0" width="30" height="16"/><rect class="i6" x="34" y="0" width="566" height="16"/>
<path class="fan" d="M0 16 L0 66 L600 66 L30 16 Z"/>
<rect class="i1" x="0" y="66" width="507" height="16"/><rect class="i3" x="511" y="66" width="89" height="16"/>
<path class="fan" d="M0 82 L0 132 L596 132 L507 82 Z"/>"#))
                (PreEscaped(lines))
            }
            figcaption #worked-words {
                ol {
                    li { span { (lang.t("worked-fee")) } " " strong { (lang.t("worked-fee-value")) } }
                    li { span { (lang.t("worked-pot")) } " " strong { (lang.t("worked-pot-value")) } }
                    li { span { (lang.t("worked-line")) } " " strong { (lang.t("worked-line-value")) } }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_fill_the_bar_and_none_vanishes() {
        let part = |size| Part::new(size, "", "", 1);
        assert_eq!(places(&[part(1), part(0), part(1)]), vec![(0, 496, 1), (500, 500, 1)]);
        assert_eq!(places(&[part(u64::MAX), part(1)])[1].1, 3);
        assert!(places(&[part(0)]).is_empty());
    }
}
