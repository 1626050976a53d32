//! What Factur-X asks of a document's metadata, written into the metadata stream of a finished PDF.
//!
//! The writer of PDF knows no such words, so its own stream is lengthened by them, and every offset behind it moved.
//! The stream is stored as it is (PDF/A asks for that), and the table of objects is the classical one.

/// The words and, since PDF/A knows them not, what they mean.
const SCHEMA: &str = r#"<rdf:li rdf:parseType="Resource"><pdfaSchema:schema>Factur-X PDFA Extension Schema</pdfaSchema:schema><pdfaSchema:namespaceURI>urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#</pdfaSchema:namespaceURI><pdfaSchema:prefix>fx</pdfaSchema:prefix><pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource"><pdfaProperty:name>DocumentFileName</pdfaProperty:name><pdfaProperty:valueType>Text</pdfaProperty:valueType><pdfaProperty:category>external</pdfaProperty:category><pdfaProperty:description>The name of the embedded XML document</pdfaProperty:description></rdf:li><rdf:li rdf:parseType="Resource"><pdfaProperty:name>DocumentType</pdfaProperty:name><pdfaProperty:valueType>Text</pdfaProperty:valueType><pdfaProperty:category>external</pdfaProperty:category><pdfaProperty:description>The type of the hybrid document in capital letters</pdfaProperty:description></rdf:li><rdf:li rdf:parseType="Resource"><pdfaProperty:name>Version</pdfaProperty:name><pdfaProperty:valueType>Text</pdfaProperty:valueType><pdfaProperty:category>external</pdfaProperty:category><pdfaProperty:description>The version of the standard</pdfaProperty:description></rdf:li><rdf:li rdf:parseType="Resource"><pdfaProperty:name>ConformanceLevel</pdfaProperty:name><pdfaProperty:valueType>Text</pdfaProperty:valueType><pdfaProperty:category>external</pdfaProperty:category><pdfaProperty:description>The conformance level of the embedded document</pdfaProperty:description></rdf:li></rdf:Seq></pdfaSchema:property></rdf:li>"#;

/// The document with its metadata lengthened; `None` where they are not as the writer of PDF leaves them.
pub(crate) fn with_factur_x(pdf: Vec<u8>, profile: &str) -> Option<Vec<u8>> {
    let table = table_start(&pdf)?;
    let kind = find(&pdf, b"/Subtype/XML").or_else(|| find(&pdf, b"/Subtype /XML"))?;
    let begin = kind + find(pdf.get(kind..)?, b"stream\n")? + b"stream\n".len();
    let old_length = find(pdf.get(begin..)?, b"\nendstream")?;
    let xmp = std::str::from_utf8(pdf.get(begin..begin + old_length)?).ok()?;
    let new = lengthened(xmp, profile)?;
    let (key, digits) = length_of(&pdf, kind, old_length)?;
    let mut made = Vec::with_capacity(pdf.len() + new.len());
    made.extend_from_slice(pdf.get(..key)?);
    made.extend_from_slice(new.len().to_string().as_bytes());
    made.extend_from_slice(pdf.get(key + digits..begin)?);
    made.extend_from_slice(new.as_bytes());
    let grown = made.len() - (begin + old_length);
    made.extend_from_slice(pdf.get(begin + old_length..table)?);
    moved_table(pdf.get(table..)?, begin, grown, table, &mut made)?;
    Some(made)
}

/// The metadata with the words of Factur-X: their meaning beside that of others, the words as a description of their
/// own.
fn lengthened(xmp: &str, profile: &str) -> Option<String> {
    let words = format!(
        "<rdf:Description rdf:about=\"\" xmlns:fx=\"urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#\">\
         <fx:DocumentType>INVOICE</fx:DocumentType><fx:DocumentFileName>factur-x.xml</fx:DocumentFileName>\
         <fx:Version>1.0</fx:Version><fx:ConformanceLevel>{profile}</fx:ConformanceLevel></rdf:Description>"
    );
    let bag = xmp.find("<pdfaExtension:schemas")?;
    let bag = bag + xmp.get(bag..)?.find("<rdf:Bag>")? + "<rdf:Bag>".len();
    let end = xmp.rfind("</rdf:RDF>")?;
    let mut text = String::with_capacity(xmp.len() + SCHEMA.len() + words.len());
    for part in [xmp.get(..bag)?, SCHEMA, xmp.get(bag..end)?, &words, xmp.get(end..)?] {
        text.push_str(part);
    }
    Some(text)
}

/// Where the digits of the stream's length stand, and how many they are: in the dictionary around `kind`.
fn length_of(pdf: &[u8], kind: usize, length: usize) -> Option<(usize, usize)> {
    let from = pdf.get(..kind)?.windows(4).rposition(|w| w == b" obj")?;
    let key = from + find(pdf.get(from..)?, b"/Length ")? + b"/Length ".len();
    let digits = pdf.get(key..)?.iter().take_while(|b| b.is_ascii_digit()).count();
    let told = std::str::from_utf8(pdf.get(key..key + digits)?).ok()?;
    (told.parse() == Ok(length)).then_some((key, digits))
}

/// Where the table of objects begins, as the document's end says.
fn table_start(pdf: &[u8]) -> Option<usize> {
    let at = pdf.windows(9).rposition(|w| w == b"startxref")? + 9;
    let number: String = pdf
        .get(at..)?
        .iter()
        .skip_while(|b| b.is_ascii_whitespace())
        .take_while(|b| b.is_ascii_digit())
        .map(|b| char::from(*b))
        .collect();
    number.parse().ok().filter(|n| pdf.get(*n..*n + 4) == Some(b"xref"))
}

/// The table with every offset behind `from` moved by `grown`, and where it begins now.
fn moved_table(tail: &[u8], from: usize, grown: usize, table: usize, made: &mut Vec<u8>) -> Option<()> {
    let trailer = find(tail, b"trailer")?;
    for line in tail.get(..trailer)?.split_inclusive(|b| *b == b'\n') {
        let text = std::str::from_utf8(line).ok()?;
        match text.get(..10).and_then(|digits| digits.parse::<usize>().ok()) {
            Some(offset) if text.trim_end().ends_with('n') && offset > from => {
                made.extend_from_slice(format!("{:010}", offset + grown).as_bytes());
                made.extend_from_slice(line.get(10..)?);
            }
            _ => made.extend_from_slice(line),
        }
    }
    let rest = tail.get(trailer..)?;
    let end = rest.windows(9).rposition(|w| w == b"startxref")?;
    made.extend_from_slice(rest.get(..end)?);
    made.extend_from_slice(format!("startxref\n{}\n%%EOF", table + grown).as_bytes());
    Some(())
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|w| w == what)
}
