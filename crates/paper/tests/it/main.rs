//! Sheets become PDF: the same bytes each time, whatever the words are.

use paper::{Block, Cell, Column, Day, Part, Row, Sheet, pdf};
use proptest::prelude::*;

fn sheet(words: &str) -> Sheet {
    let words = words.to_owned();
    Sheet {
        title: words.clone(),
        language: "fr".to_owned(),
        author: "Maison".to_owned(),
        made: Day { year: 2026, month: 10, day: 1 },
        foot: words.clone(),
        blocks: vec![
            Block::Bar(vec![
                Part { size: 3, ink: 1, label: words.clone() },
                Part { size: 1, ink: 2, label: String::new() },
            ]),
            Block::Kicker(words.clone()),
            Block::Title(words.clone()),
            Block::Beside(vec![("A".to_owned(), vec![words.clone()]), (words.clone(), vec![])]),
            Block::Heading(words.clone()),
            Block::Notice(words.clone()),
            Block::Table {
                columns: vec![
                    Column { title: words.clone(), width: 4, number: false },
                    Column { title: String::new(), width: 1, number: true },
                ],
                rows: vec![Row {
                    cells: vec![words.clone(), words.clone()],
                    notes: vec![words.clone()],
                    strong: true,
                }],
            },
            Block::Totals(vec![Cell { label: words.clone(), value: "1,00 €".to_owned(), strong: true }]),
            Block::Code(words.clone()),
            Block::Soft(words),
        ],
    }
}

#[test]
fn equal_sheets_are_equal_bytes() {
    let one = pdf(&sheet("Tantième, l’autofacturation d’Œuvres")).unwrap();
    assert!(one.starts_with(b"%PDF-"));
    assert_eq!(one, pdf(&sheet("Tantième, l’autofacturation d’Œuvres")).unwrap());
    assert!(one.len() < 60_000, "{} bytes: the typeface is cut to what is used", one.len());
}

#[test]
fn names_of_every_script_can_be_written() {
    for words in ["", "東京事変", "مرحبا", "हिन्दी", "e\u{301}te\u{301}", "🎧", "\u{202e}abc", "a\0b\u{feff}c"]
    {
        pdf(&sheet(words)).unwrap_or_else(|e| panic!("{words:?}: {e}"));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn any_words_become_a_document(words in "\\PC{0,60}") {
        prop_assert!(pdf(&sheet(&words)).is_ok());
    }
}

/// Every offset of the table of objects leads to an object, and the words of Factur-X stand in the metadata once.
#[test]
fn an_invoice_carries_its_twin() {
    let xml = "<rsm:CrossIndustryInvoice>é</rsm:CrossIndustryInvoice>";
    let plain = paper::pdf(&sheet("Twelve")).unwrap();
    let bytes = paper::factur_x(&sheet("Twelve"), xml, "EN 16931").unwrap();
    assert_eq!(bytes, paper::factur_x(&sheet("Twelve"), xml, "EN 16931").unwrap());
    assert!(plain.len() < bytes.len());
    let find = |what: &str| bytes.windows(what.len()).filter(|w| *w == what.as_bytes()).count();
    for (what, times) in [
        ("<fx:ConformanceLevel>EN 16931</fx:ConformanceLevel>", 1),
        ("<pdfaid:part>3</pdfaid:part>", 1),
        ("<pdfaid:conformance>B</pdfaid:conformance>", 1),
        ("<pdfaSchema:prefix>fx</pdfaSchema:prefix>", 1),
        ("/AFRelationship", 1),
        ("/Alternative", 1),
    ] {
        assert_eq!(find(what), times, "{what}");
    }
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let start: usize = text.rsplit("startxref\n").next().unwrap().lines().next().unwrap().parse().unwrap();
    let table = String::from_utf8_lossy(&bytes[start..]).into_owned();
    assert!(table.starts_with("xref"));
    let mut objects = 0;
    for line in table.lines().filter(|l| l.len() >= 18 && l.trim_end().ends_with(" n")) {
        let offset: usize = line[..10].parse().unwrap();
        let head = String::from_utf8_lossy(&bytes[offset..offset + 16]).into_owned();
        assert!(head.contains(" 0 obj"), "{offset}: {head}");
        objects += 1;
    }
    assert!(objects > 5);
}
