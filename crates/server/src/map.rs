//! Maps: where partners are, and where money went. Our own drawing, from nobody else's server; its words are the list
//! beside it.

use app::partner::Partner;
use maud::{Markup, html};

use crate::Lang;
use crate::picture::Part;

/// The coast and borders of the French mainland, roughly: latitude and longitude in hundredths of a degree, drawn for
/// orientation only.
const FRANCE: &[(i32, i32)] = &[
    (5108, 254),
    (5098, 186),
    (5072, 158),
    (5021, 155),
    (4993, 108),
    (4970, 23),
    (4944, 8),
    (4929, -18),
    (4937, -110),
    (4967, -126),
    (4972, -194),
    (4937, -183),
    (4883, -157),
    (4864, -150),
    (4868, -203),
    (4878, -305),
    (4886, -351),
    (4866, -433),
    (4838, -476),
    (4804, -472),
    (4785, -435),
    (4780, -397),
    (4771, -337),
    (4748, -312),
    (4749, -276),
    (4728, -248),
    (4715, -217),
    (4687, -215),
    (4648, -179),
    (4616, -115),
    (4570, -123),
    (4546, -113),
    (4466, -126),
    (4365, -144),
    (4337, -179),
    (4312, -148),
    (4285, -72),
    (4270, 0),
    (4272, 71),
    (4260, 145),
    (4243, 176),
    (4243, 304),
    (4258, 304),
    (4305, 310),
    (4329, 353),
    (4353, 397),
    (4345, 458),
    (4334, 504),
    (4321, 537),
    (4311, 593),
    (4327, 664),
    (4355, 702),
    (4370, 727),
    (4377, 753),
    (4414, 768),
    (4436, 689),
    (4475, 703),
    (4515, 663),
    (4542, 711),
    (4583, 687),
    (4612, 689),
    (4640, 679),
    (4622, 605),
    (4658, 612),
    (4698, 651),
    (4737, 705),
    (4751, 759),
    (4809, 757),
    (4858, 780),
    (4897, 823),
    (4919, 737),
    (4944, 636),
    (4955, 574),
    (4979, 518),
    (5014, 487),
    (4999, 415),
    (5036, 366),
    (5069, 316),
    (5079, 263),
];

/// Corsica, as roughly.
const CORSICA: &[(i32, i32)] = &[
    (4302, 940),
    (4270, 945),
    (4210, 955),
    (4160, 930),
    (4138, 920),
    (4162, 880),
    (4190, 862),
    (4236, 854),
    (4256, 873),
    (4272, 925),
];

/// The middle of each département of the mainland and Corsica, roughly, by the code of ISO 3166-2 behind `FR-`.
#[rustfmt::skip]
const DEPARTEMENTS: &[(&str, i32, i32)] = &[
    ("01", 4620, 523), ("02", 4956, 362), ("03", 4640, 320), ("04", 4409, 624), ("05", 4466, 635),
    ("06", 4390, 715), ("07", 4474, 450), ("08", 4965, 470), ("09", 4295, 150), ("10", 4830, 407),
    ("11", 4310, 240), ("12", 4435, 265), ("13", 4355, 510), ("14", 4910, -35), ("15", 4505, 265),
    ("16", 4570, 20), ("17", 4580, -70), ("18", 4705, 250), ("19", 4535, 185), ("2A", 4190, 900),
    ("2B", 4240, 920), ("21", 4745, 480), ("22", 4845, -285), ("23", 4610, 200), ("24", 4515, 75),
    ("25", 4720, 635), ("26", 4470, 520), ("27", 4910, 100), ("28", 4840, 135), ("29", 4825, -405),
    ("30", 4395, 420), ("31", 4335, 120), ("32", 4370, 45), ("33", 4480, -55), ("34", 4360, 340),
    ("35", 4815, -165), ("36", 4680, 160), ("37", 4725, 70), ("38", 4525, 560), ("39", 4675, 570),
    ("40", 4395, -75), ("41", 4765, 140), ("42", 4570, 420), ("43", 4510, 380), ("44", 4735, -165),
    ("45", 4790, 235), ("46", 4460, 160), ("47", 4435, 45), ("48", 4455, 350), ("49", 4740, -55),
    ("50", 4900, -130), ("51", 4895, 425), ("52", 4810, 520), ("53", 4815, -65), ("54", 4880, 615),
    ("55", 4900, 540), ("56", 4785, -280), ("57", 4905, 665), ("58", 4710, 350), ("59", 5045, 320),
    ("60", 4940, 240), ("61", 4860, 10), ("62", 5050, 240), ("63", 4570, 315), ("64", 4325, -75),
    ("65", 4310, 15), ("66", 4260, 250), ("67", 4865, 755), ("68", 4785, 725), ("69", 4585, 465),
    ("70", 4765, 610), ("71", 4665, 450), ("72", 4800, 20), ("73", 4550, 640), ("74", 4605, 640),
    ("75", 4886, 235), ("76", 4965, 100), ("77", 4860, 295), ("78", 4880, 185), ("79", 4650, -35),
    ("80", 4995, 225), ("81", 4380, 215), ("82", 4405, 130), ("83", 4345, 620), ("84", 4405, 515),
    ("85", 4665, -130), ("86", 4655, 45), ("87", 4590, 125), ("88", 4820, 640), ("89", 4785, 360),
    ("90", 4763, 692), ("91", 4850, 225), ("92", 4885, 218), ("93", 4892, 250), ("94", 4878, 247),
    ("95", 4907, 215),
];

/// Sums by place as discs, each as large as its sum; places that are not on the map are left to the table.
pub(crate) fn of_money(what: &str, sums: &[(String, Part)]) -> Markup {
    let place = |code: &str| {
        let code = code.strip_prefix("FR-")?;
        DEPARTEMENTS.iter().find(|(known, ..)| *known == code).map(|(_, lat, lon)| (*lat, *lon))
    };
    let mut spots: Vec<(&Part, (i32, i32))> =
        sums.iter().filter(|(_, p)| p.size > 0).filter_map(|(code, p)| Some((p, place(code)?))).collect();
    if spots.is_empty() {
        return html! {};
    }
    // Small ones are drawn last, above the large.
    spots.sort_by_key(|(part, _)| std::cmp::Reverse(part.size));
    let most = spots.first().map_or(1, |(part, _)| part.size).max(1);
    let words: Vec<String> = spots.iter().map(|(p, _)| format!("{} {}", p.name, p.value)).collect();
    let frame = Frame::around(std::iter::empty(), true);
    html! {
        figure.map {
            svg viewBox=(format!("0 0 {:.0} {:.0}", frame.width, frame.height)) role="img" aria-label=(format!("{what}: {}", words.join("; "))) {
                path.land d=(frame.path(FRANCE)) {}
                path.land d=(frame.path(CORSICA)) {}
                @for (part, (lat, lon)) in &spots {
                    @let (x, y) = frame.place(degrees(i64::from(*lat), 100), degrees(i64::from(*lon), 100));
                    @let reach = (part.size as f64 / most as f64).sqrt() * 34.0;
                    circle.sum.i1 cx=(format!("{x:.1}")) cy=(format!("{y:.1}")) r=(format!("{:.1}", reach.max(3.0))) { title { (part.name) " " (part.value) } }
                }
            }
        }
    }
}

/// A picture of where the partners are; nothing where none of them says so.
pub(crate) fn of(partners: &[Partner], lang: Lang) -> Markup {
    let spots: Vec<(&Partner, f64, f64)> = partners
        .iter()
        .filter_map(|p| {
            p.institution.row.at.map(|(lat, lon)| (p, degrees(lat, 100_000), degrees(lon, 100_000)))
        })
        .collect();
    if spots.is_empty() {
        return html! {};
    }
    let inside = |lat: f64, lon: f64| (41.0..51.5).contains(&lat) && (-5.5..10.0).contains(&lon);
    let france = spots.iter().all(|(_, lat, lon)| inside(*lat, *lon));
    let frame = Frame::around(spots.iter().map(|(_, lat, lon)| (*lat, *lon)), france);
    html! {
        figure.map {
            svg viewBox=(format!("0 0 {:.0} {:.0}", frame.width, frame.height)) role="group" aria-label=(lang.with("map-label", &[("count", spots.len().into())])) {
                @if france { path.land d=(frame.path(FRANCE)) {} path.land d=(frame.path(CORSICA)) {} }
                @for (p, lat, lon) in &spots {
                    @let (x, y) = frame.place(*lat, *lon);
                    a href=(format!("/places/{}", p.institution.row.slug)) {
                        title { (p.institution.name) }
                        circle.reach cx=(format!("{x:.1}")) cy=(format!("{y:.1}")) r="22" {}
                        circle class=(if p.open { "i1" } else { "i6" }) cx=(format!("{x:.1}")) cy=(format!("{y:.1}")) r="7" {}
                    }
                }
            }
            figcaption.legend {
                span { span.swatch.i1 aria-hidden="true" {} " " (lang.t("map-open")) }
                span { span.swatch.i6 aria-hidden="true" {} " " (lang.t("map-closed")) }
            }
        }
    }
}

/// What the picture shows: degrees to its own units, as wide as long on the ground in the middle.
struct Frame {
    north: f64,
    west: f64,
    per_lat: f64,
    per_lon: f64,
    width: f64,
    height: f64,
}

impl Frame {
    fn around(spots: impl Iterator<Item = (f64, f64)>, france: bool) -> Frame {
        let all: Vec<(f64, f64)> = if france {
            FRANCE
                .iter()
                .chain(CORSICA)
                .map(|(lat, lon)| (degrees(i64::from(*lat), 100), degrees(i64::from(*lon), 100)))
                .collect()
        } else {
            spots.collect()
        };
        let least = |f: fn(&(f64, f64)) -> f64| all.iter().map(f).fold(f64::INFINITY, f64::min);
        let most = |f: fn(&(f64, f64)) -> f64| all.iter().map(f).fold(f64::NEG_INFINITY, f64::max);
        // Half a degree of room, so that a single place has surroundings.
        let (south, north) = (least(|s| s.0) - 0.5, most(|s| s.0) + 0.5);
        let (west, east) = (least(|s| s.1) - 0.5, most(|s| s.1) + 0.5);
        let narrow = ((south + north) / 2.0).to_radians().cos().max(0.1);
        let per_lat = 560.0 / (north - south).max((east - west) * narrow);
        let per_lon = per_lat * narrow;
        Frame {
            north,
            west,
            per_lat,
            per_lon,
            width: (east - west) * per_lon,
            height: (north - south) * per_lat,
        }
    }

    fn place(&self, lat: f64, lon: f64) -> (f64, f64) {
        ((lon - self.west) * self.per_lon, (self.north - lat) * self.per_lat)
    }

    fn path(&self, outline: &[(i32, i32)]) -> String {
        let mut d = String::new();
        for (n, (lat, lon)) in outline.iter().enumerate() {
            let (x, y) = self.place(degrees(i64::from(*lat), 100), degrees(i64::from(*lon), 100));
            d.push_str(&format!("{}{x:.1} {y:.1}", if n == 0 { 'M' } else { 'L' }));
        }
        d.push('Z');
        d
    }
}

fn degrees(n: i64, part: u32) -> f64 {
    n as f64 / f64::from(part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_departement_is_once_on_the_land() {
        let codes: std::collections::BTreeSet<&str> = DEPARTEMENTS.iter().map(|(code, ..)| *code).collect();
        assert_eq!((codes.len(), DEPARTEMENTS.len()), (96, 96));
        assert!(
            DEPARTEMENTS.iter().all(|(_, lat, lon)| (4130..5120).contains(lat) && (-480..960).contains(lon))
        );
    }

    #[test]
    fn sums_are_drawn_by_their_area_and_said() {
        let sum = |code: &str, size| (code.to_owned(), Part::new(size, code, size.to_string(), 1));
        let drawn = of_money("Went", &[sum("FR-42", 400), sum("FR-69", 100), sum("FR-75", 0), sum("DE", 9)]);
        let drawn = drawn.into_string();
        assert!(drawn.contains("Went: FR-42 400; FR-69 100") && !drawn.contains("DE 9"), "{drawn}");
        assert!(drawn.contains(r#"r="34.0""#) && drawn.contains(r#"r="17.0""#), "{drawn}");
        assert_eq!(of_money("Went", &[sum("DE", 9)]).into_string(), "");
    }
}
