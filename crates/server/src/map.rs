//! The map of partner places: our own drawing, from nobody else's server. Its words are the list beside it.

use app::partner::Partner;
use maud::{Markup, html};

use crate::Lang;

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
