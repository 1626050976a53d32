//! Marks to the bytes of a PDF.

use krilla::color::rgb;
use krilla::configure::{Archival, ConfigurationBuilder};
use krilla::embed::{AssociationKind, EmbeddedFile, MimeType};
use krilla::geom::{PathBuilder, Point, Rect};
use krilla::metadata::{DateTime, Metadata};
use krilla::num::NormalizedF32;
use krilla::page::PageSettings;
use krilla::paint::{Fill, FillRule};
use krilla::text::{Font, TextDirection};
use krilla::{Document, SerializeSettings};

use crate::layout::{self, HEIGHT, Ink, Mark, WIDTH};
use crate::metadata;
use crate::sheet::Sheet;
use crate::typeface::{Weight, writable};

/// A sheet could not be drawn; a fault of this crate, never of what the sheet says.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the document cannot be written as PDF: {0}")]
pub struct Undrawable(String);

/// The bytes of a PDF (PDF/A-2b, A4) that says what the sheet says. Equal sheets give equal bytes.
///
/// # Errors
/// [`Undrawable`] where the writer of PDF refuses its own work; it is not expected.
pub fn pdf(sheet: &Sheet) -> Result<Vec<u8>, Undrawable> {
    drawn(sheet, Archival::A2_B, None)
}

/// The bytes of a Factur-X document: a PDF (PDF/A-3b, A4) that says what the sheet says, with the XML of the invoice
/// inside as `factur-x.xml` and the mention of its profile, such as `EN 16931`, in its metadata.
///
/// # Errors
/// [`Undrawable`] where the writer of PDF refuses its own work; it is not expected.
pub fn factur_x(sheet: &Sheet, xml: &str, profile: &str) -> Result<Vec<u8>, Undrawable> {
    let bytes = drawn(sheet, Archival::A3_B, Some(xml))?;
    metadata::with_factur_x(bytes, profile)
        .ok_or_else(|| Undrawable("its metadata are not where they are expected".to_owned()))
}

fn drawn(sheet: &Sheet, archival: Archival, xml: Option<&str>) -> Result<Vec<u8>, Undrawable> {
    let bad = |what: &str| Undrawable(what.to_owned());
    let configuration = ConfigurationBuilder::new()
        .with_archival_validator(archival)
        .finish()
        .map_err(|e| Undrawable(format!("{e:?}")))?;
    let mut document =
        Document::new_with(SerializeSettings { configuration, ..SerializeSettings::default() });
    document.set_metadata(metadata(sheet));
    if let Some(xml) = xml {
        let file = EmbeddedFile {
            path: "factur-x.xml".to_owned(),
            mime_type: MimeType::new("text/xml"),
            description: Some("Factur-X".to_owned()),
            association_kind: AssociationKind::Alternative,
            data: xml.as_bytes().to_vec().into(),
            modification_date: Some(date(sheet)),
            compress: Some(true),
            location: None,
        };
        document.embed_file(file).ok_or_else(|| bad("its attachment is there twice"))?;
    }
    let font =
        |weight: Weight| Font::new(weight.bytes().into(), 0).ok_or_else(|| bad("its typeface is broken"));
    let fonts = [font(Weight::Regular)?, font(Weight::Strong)?];
    for marks in layout::pages(sheet) {
        let settings = PageSettings::from_wh(WIDTH, HEIGHT).ok_or_else(|| bad("its page has no size"))?;
        let mut page = document.start_page_with(settings);
        let mut surface = page.surface();
        for mark in &marks {
            match mark {
                Mark::Words { x, y, size, weight, ink, words } => {
                    surface.set_fill(Some(fill(*ink)));
                    let font = fonts[usize::from(*weight == Weight::Strong)].clone();
                    surface.draw_text(
                        Point::from_xy(*x, *y),
                        font,
                        *size,
                        words,
                        false,
                        TextDirection::LeftToRight,
                    );
                }
                Mark::Box { x, y, width, height, ink } => {
                    surface.set_fill(Some(fill(*ink)));
                    let mut path = PathBuilder::new();
                    if let Some(rect) = Rect::from_xywh(*x, *y, *width, *height) {
                        path.push_rect(rect);
                    }
                    if let Some(path) = path.finish() {
                        surface.draw_path(&path);
                    }
                }
            }
        }
        surface.finish();
        page.finish();
    }
    document.finish().map_err(|e| Undrawable(format!("{e:?}")))
}

fn date(sheet: &Sheet) -> DateTime {
    let day = sheet.made;
    DateTime::new(day.year).month(day.month.clamp(1, 12)).day(day.day.clamp(1, 31))
}

fn metadata(sheet: &Sheet) -> Metadata {
    Metadata::new()
        .title(writable(&sheet.title))
        .language(sheet.language.clone())
        .authors(vec![writable(&sheet.author)])
        .creator("Tantième".to_owned())
        .creation_date(date(sheet))
}

/// The inks of the pages on paper (`web/tantieme.css`).
fn fill(ink: Ink) -> Fill {
    let (r, g, b) = match ink {
        Ink::Black => (0x1c, 0x1a, 0x17),
        Ink::Soft => (0x5d, 0x57, 0x4e),
        Ink::Line => (0xc4, 0xbc, 0xae),
        Ink::Part(1) => (0xb5, 0x44, 0x2f),
        Ink::Part(2) => (0xc9, 0x8b, 0x1d),
        Ink::Part(3) => (0x2f, 0x7d, 0x72),
        Ink::Part(4) => (0x4a, 0x5f, 0xa5),
        Ink::Part(5) => (0x7d, 0x5a, 0x86),
        Ink::Part(_) => (0xcf, 0xc6, 0xb6),
    };
    Fill { paint: rgb::Color::new(r, g, b).into(), opacity: NormalizedF32::ONE, rule: FillRule::NonZero }
}
