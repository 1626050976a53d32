//! Invoices to institutions as their receivers read them: PDF/A-3 with its electronic twin, checked with a schema and
//! the official rules of EN 16931 by programs that are not ours.

use std::path::Path;
use std::process::Command;

fn run(folder: &Path, args: &[&str]) -> String {
    let out = Command::new(env!("CARGO_BIN_EXE_tantieme")).current_dir(folder).args(args).output().unwrap();
    assert!(out.status.success(), "{args:?}: {}", String::from_utf8_lossy(&out.stderr));
    String::from_utf8(out.stdout).unwrap()
}

fn json(folder: &Path, args: &[&str]) -> serde_json::Value {
    let args = [&["--json"], args].concat();
    serde_json::from_str(&run(folder, &args)).unwrap()
}

/// A Python that has what the check needs; `TANTIEME_TEST_PYTHON` names another than the usual one.
fn python() -> Option<String> {
    let python = std::env::var("TANTIEME_TEST_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let there = Command::new(&python).args(["-c", "import facturx, pypdf, saxonche"]).output();
    if there.is_ok_and(|o| o.status.success()) {
        return Some(python);
    }
    assert!(std::env::var("CI").as_deref() != Ok("true"), "factur-x and saxonche are not there");
    eprintln!("SKIPPED: Factur-X by others' programs (needs factur-x and saxonche from PyPI)");
    None
}

fn house(folder: &Path) {
    for (name, value) in [
        ("house-name", "Maison des Parts & Cie"),
        ("house-address", "rue de la Part; 12; 42000; Saint-Etienne; FR"),
        ("house-vat-id", "FR44732829320"),
        ("house-registration", "73282932000074"),
        ("house-iban", "DE02120300000000202051"),
        (
            "sale-notes",
            "AAB: Pas d’escompte. | PMT: Indemnité de recouvrement : 40 €. | PMD: Trois fois le taux d’intérêt légal.",
        ),
    ] {
        run(folder, &["policy", "set", name, value]);
    }
}

fn institution(folder: &Path, name: &str, more: &[&str]) {
    run(folder, &["party", "add", name, "--kind", "organisation"]);
    run(folder, &["institution", "add", name, "--kind", "library", "--town", "Roc-Neuf", "--country", "FR"]);
    let billing = [
        "institution",
        "billing",
        name,
        "--name",
        name,
        "--street",
        "2 place du Marché",
        "--postcode",
        "42990",
        "--town",
        "Roc-Neuf",
    ];
    run(folder, &[&billing[..], more].concat());
}

fn billed(folder: &Path, holder: &str, more: &[&str]) -> String {
    let base = [
        "institution",
        "agree",
        holder,
        "--from",
        "2026-01-01",
        "--until",
        "2027-01-01",
        "--home",
        "--subject",
        "Abonnement « écoute »",
        "--order",
        "EJ-2026-77",
    ];
    let contract = json(folder, &[&base[..], more].concat())[0]["contract"].as_str().unwrap().to_owned();
    json(folder, &["institution", "bill", &contract])[0]["invoice"]["number"].as_str().unwrap().to_owned()
}

#[test]
fn others_read_our_invoices_without_complaint() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    house(at);
    let french = ["--country", "FR", "--siret", "73282932000074", "--service-code", "LECTURE"];
    for name in ["Médiathèque du Port", "Médiathèque Nord", "Médiathèque Sud", "Salle Exemptée"] {
        institution(at, name, &french);
    }
    institution(at, "Bibliothek Hafen", &["--country", "DE", "--vat-id", "DE136695976"]);
    let standard = billed(at, "Médiathèque du Port", &["--price", "EUR 4000"]);
    let group = [
        "--under",
        "Médiathèque Nord:inhabitants=34000",
        "--under",
        "Médiathèque Sud:inhabitants=12000",
        "--price-of",
        "per-inhabitant",
        "--price",
        "EUR 0.1234",
        "--key",
        "inhabitants",
        "--vat-class",
        "reduced",
    ];
    let numbers =
        [
            standard.clone(),
            billed(at, "Médiathèque Nord", &group),
            billed(at, "Bibliothek Hafen", &["--price", "EUR 999.99", "--vat", "AE", "--lang", "en"]),
            billed(
                at,
                "Salle Exemptée",
                &[
                    "--price",
                    "EUR 120",
                    "--vat",
                    "E",
                    "--exemption",
                    "TVA non applicable, art. 293 B du CGI",
                    "--exemption-code",
                    "VATEX-FR-FRANCHISE",
                ],
            ),
            json(at, &["institution", "credit", &standard, "--reason", "mauvais code service"])[0]["invoice"]
                ["number"]
                .as_str()
                .unwrap()
                .to_owned(),
        ];
    assert_eq!(numbers[4], "TM-2026-0005".replace("2026", &numbers[4][3..7]), "no gaps");
    let mut files = Vec::new();
    for number in &numbers {
        let file = at.join(format!("{number}.pdf"));
        run(at, &["institution", "invoice", number, "--format", "pdf", "--out", file.to_str().unwrap()]);
        let again = at.join("again.pdf");
        run(at, &["institution", "invoice", number, "--format", "pdf", "--out", again.to_str().unwrap()]);
        assert_eq!(std::fs::read(&file).unwrap(), std::fs::read(&again).unwrap(), "the same bytes each time");
        assert!(run(at, &["institution", "invoice", number, "--format", "text"]).contains(number));
        files.push(file);
    }
    let Some(python) = python() else { return };
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/factur_x.py");
    let out = Command::new(python).arg(script).args(&files).output().unwrap();
    let said = format!("{}{}", String::from_utf8_lossy(&out.stdout), String::from_utf8_lossy(&out.stderr));
    assert!(out.status.success(), "{said}");
}

/// From the brief to a cancelled contract: an invoice that was paid before it was issued, and its credit note.
fn billed_to_brand(at: &Path, brand: &str, contact: &[&str]) -> Vec<String> {
    run(at, &["party", "add", brand, "--kind", "organisation"]);
    run(at, &[&["brief", "contact", brand], contact].concat());
    let file = at.join("brief.toml");
    std::fs::write(
        &file,
        "title = \"La rive\"\nkind = \"social-content\"\nwanted = \"Un film\"\nsector = \"insurance\"\nbudget = \"EUR 1000.03\"\nartists = 1\n\
         territories = [\"FR\"]\nstarts = \"2099-10-01\"\nends = \"2099-12-01\"\nuses = [\"own-channels\"]\nmonths = 12\nlang = \"fr\"\n\
         milestones = [{ title = \"Un\", pays = \"EUR 400.01\", due = \"2099-10-10\" }, { title = \"Deux\", pays = \"EUR 300.01\", due = \"2099-10-11\" }, { title = \"Trois\", pays = \"EUR 300.01\", due = \"2099-10-12\" }]\n",
    )
    .unwrap();
    let brief = json(at, &["brief", "write", file.to_str().unwrap(), "--brand", brand]);
    let brief = brief["brief"].as_str().unwrap();
    run(at, &["brief", "publish", brief]);
    run(at, &["brief", "answer", brief, "Mira Feld", "--yes"]);
    let deal = json(at, &["brief", "choose", brief, "Mira Feld", "--by", brand]);
    let deal = deal["contract"].as_str().unwrap();
    run(at, &["brief", "sign", deal, "--by", "Mira Feld"]);
    let signed = json(at, &["brief", "sign", deal, "--by", brand]);
    let reference = signed["payment"]["reference"].as_str().unwrap();
    run(at, &["pot", "receive", reference, "--evidence", "statement 3, line 1"]);
    run(at, &["brief", "due"]);
    run(at, &["brief", "cancel", deal, "--reasons", "plans changed", "--by", brand]);
    let all = json(at, &["brief", "invoice"]);
    let of_deal = |i: &&serde_json::Value| i["contract"] == deal;
    all.as_array().unwrap().iter().filter(of_deal).map(|i| i["number"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn others_read_our_invoices_to_brands_without_complaint() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    house(at);
    run(at, &["party", "add", "Mira Feld"]);
    std::fs::write(at.join("terms.toml"), "").unwrap();
    run(at, &["brief", "terms", "Mira Feld", at.join("terms.toml").to_str().unwrap()]);
    let artist =
        ["--contact", "2 quai Nord, 42990 Roc-Neuf", "--country", "FR", "--mail", "mira@example.org"];
    run(at, &[&["brief", "contact", "Mira Feld"][..], &artist[..]].concat());
    let contact = |country: &'static str, postal: &'static str, more: [&'static str; 2]| {
        let mut all = vec!["--contact", postal, "--country", country, "--mail", "factures@example.org"];
        all.extend(more);
        all
    };
    let french = contact("FR", "1 rue Haute, 42000 Saint-Etienne", ["--registration", "732 829 320 00074"]);
    let german = contact("DE", "Hafenstr. 4, 20095 Hamburg", ["--vat-id", "DE136695976"]);
    let mut numbers = billed_to_brand(at, "Mutuelle des Rives", &french);
    numbers.extend(billed_to_brand(at, "Werft am Hafen", &german));
    // An invoice each, and a credit note for each milestone that was cancelled.
    assert_eq!(numbers.len(), 8, "{numbers:?}");
    let mut files = Vec::new();
    for number in &numbers {
        let file = at.join(format!("{number}.pdf"));
        let pdf = ["brief", "invoice", number, "--format", "pdf", "--out", file.to_str().unwrap()];
        run(at, &pdf);
        let first = std::fs::read(&file).unwrap();
        run(at, &pdf);
        assert_eq!(first, std::fs::read(&file).unwrap(), "the same bytes each time");
        assert!(run(at, &["brief", "invoice", number, "--format", "text"]).contains(number));
        assert!(
            run(at, &["brief", "invoice", number, "--format", "xml"]).contains("urn:cen.eu:en16931:2017")
        );
        files.push(file);
    }
    run(at, &["doctor"]);
    let Some(python) = python() else { return };
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/factur_x.py");
    let out = Command::new(python).arg(script).args(&files).output().unwrap();
    let said = format!("{}{}", String::from_utf8_lossy(&out.stdout), String::from_utf8_lossy(&out.stderr));
    assert!(out.status.success(), "{said}");
}
