//! Bank messages: what is written validates, what is read is exact, what is broken costs only itself.

// Helpers of tests may fail and speak like tests.
#![allow(clippy::unwrap_used, clippy::print_stderr)]

use std::path::{Path, PathBuf};
use std::process::Command;

use formats::bank::camt::{Counterparty, EntryStatus, Report, write_camt053, write_camt054};
use formats::bank::pain001::{Address, Debtor, Payment, Rail, Remittance, rail_for};
use formats::bank::pain002::write_pain002;
use formats::bank::{
    Account, AccountId, BankMessage, BankMessageKind, Direction, Entry, PaymentStatus, Reason, Statement,
    Transaction, Transfers, read, sniff,
};
use money::Amount;
use music::Problem;
use music::usage::Moment;
use proptest::prelude::*;

fn shared() -> Option<PathBuf> {
    let path = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/bank")).to_owned();
    if path.is_dir() {
        return Some(path);
    }
    skip("the folder ../shared/data/bank is absent");
    None
}

/// Says loudly what is not tested; where everything must be tested, fails.
fn skip(why: &str) {
    assert!(std::env::var("CI").as_deref() != Ok("true"), "cannot be skipped here: {why}");
    eprintln!("SKIPPED: {why}");
}

/// Validates a message against a schema of the shared folder with xmllint.
fn validate(xml: &str, schema: &str) {
    let Some(shared) = shared() else { return };
    if Command::new("xmllint").arg("--version").output().is_err() {
        return skip("xmllint is not installed (Debian: libxml2-utils)");
    }
    let name = format!("formats-bank-{}-{:?}.xml", std::process::id(), std::thread::current().id());
    let file = std::env::temp_dir().join(name.replace(['(', ')'], ""));
    std::fs::write(&file, xml).unwrap();
    let out = Command::new("xmllint")
        .args(["--noout", "--nonet", "--schema"])
        .arg(shared.join(schema))
        .arg(&file)
        .output()
        .unwrap();
    std::fs::remove_file(&file).unwrap();
    assert!(out.status.success(), "{}\n{xml}", String::from_utf8_lossy(&out.stderr));
}

fn eur(text: &str) -> Amount {
    format!("EUR {text}").parse().unwrap()
}

fn codes(problems: &[Problem]) -> Vec<&'static str> {
    problems.iter().map(|p| p.code).collect()
}

fn address(town: &str, country: &str) -> Address {
    Address {
        street: "Große Straße".to_owned(),
        building: "4a".to_owned(),
        postcode: "20359".to_owned(),
        town: town.to_owned(),
        country: country.parse().unwrap(),
    }
}

fn payment(id: &str, amount: &str, name: &str, account: Account) -> Payment {
    let amount: Amount = amount.parse().unwrap();
    Payment {
        end_to_end_id: id.to_owned(),
        amount,
        creditor: name.to_owned(),
        rail: rail_for(&account, amount.currency()),
        account,
        bic: None,
        address: None,
        remittance: Remittance::Text("Statement 2026-10: 17 lines".to_owned()),
        execution_date: None,
    }
}

fn iban(text: &str) -> Account {
    Account::Iban(text.parse().unwrap())
}

fn transfers() -> Transfers {
    let mut us =
        payment("PO-3", "USD 220.10", "Ada Nwosu", Account::other("000123456789", "CHASUS33", "US").unwrap());
    us.address = Some(address("Detroit", "US"));
    let mut jp =
        payment("PO-4", "JPY 3000", "Kenji Mori", Account::other("7654321", "BOTKJPJT", "JP").unwrap());
    jp.address = Some(address("Osaka", "JP"));
    let mut referenced = payment("PO-2", "EUR 0.25", "Kollektiv Nord", iban("NL91ABNA0417164300"));
    referenced.remittance = Remittance::Reference("RF18539007547034".parse().unwrap());
    let mut later = payment("PO-5", "EUR 7.00", "Mira Feld", iban("CH9300762011623852957"));
    later.execution_date = Some("2026-12-01".parse().unwrap());
    Transfers {
        message_id: "TNT-2026-11-21-1".to_owned(),
        created_at: "2026-11-21T08:00:00.123Z".parse().unwrap(),
        initiating_party: "Haus für Töne".to_owned(),
        debtor: Debtor {
            name: "Haus für Töne e.V.".to_owned(),
            account: iban("DE89370400440532013000"),
            bic: Some("COBADEFF".parse().unwrap()),
            address: Some(address("Hamburg", "DE")),
        },
        execution_date: "2026-11-24".parse().unwrap(),
        payments: vec![
            payment("PO-1", "EUR 60.00", "Zoë Åkesson & Co", iban("FR1420041010050500013M02606")),
            referenced,
            us,
            jp,
            later,
        ],
    }
}

#[test]
fn a_payment_file_validates_and_reads_back() {
    let written = transfers().write().unwrap();
    validate(&written.xml, "pain.001.001.09.xsd");
    assert_eq!(transfers().write().unwrap(), written, "the same payments give the same bytes");
    assert!(written.xml.contains("<CtrlSum>3287.35</CtrlSum>") && !written.xml.contains("AdrLine"));
    let blocks: Vec<_> = written
        .blocks
        .iter()
        .map(|b| (b.payment_id.as_str(), b.rail, b.sum.to_string(), b.payments.clone()))
        .collect();
    assert_eq!(
        blocks,
        [
            ("TNT-2026-11-21-1-1", Rail::Sepa, "EUR 60.25".to_owned(), vec![0, 1]),
            ("TNT-2026-11-21-1-2", Rail::Sepa, "EUR 7.00".to_owned(), vec![4]),
            ("TNT-2026-11-21-1-3", Rail::CrossBorder, "JPY 3000".to_owned(), vec![3]),
            ("TNT-2026-11-21-1-4", Rail::CrossBorder, "USD 220.10".to_owned(), vec![2]),
        ]
    );
    let changed: Vec<_> = written.changes.iter().filter(|c| c.message.contains("Zoe Akesson + Co")).collect();
    assert_eq!((changed.len(), changed[0].origin.line), (1, 1), "{:?}", written.changes);
    let places: Vec<u64> = written.changes.iter().map(|c| c.origin.line).collect();
    assert_eq!(
        places,
        [0, 0, 0, 1, 4, 3],
        "each change once: names of house and debtor, streets, a payee: {:?}",
        written.changes
    );

    let (Some(BankMessage::PaymentOrder(back)), problems) = read(written.xml.as_bytes()) else { panic!() };
    assert_eq!((problems, back.is_complete, back.count), (vec![], true, Some(5)));
    let levels: Vec<_> =
        back.blocks.iter().map(|b| (b.service_level.as_deref(), b.charge_bearer.as_deref())).collect();
    assert_eq!(
        levels,
        [
            (Some("SEPA"), Some("SLEV")),
            (Some("SEPA"), Some("SLEV")),
            (None, Some("SHAR")),
            (None, Some("SHAR"))
        ]
    );
    let mut read_back: Vec<_> =
        back.payments().map(|p| (p.end_to_end_id.clone(), p.amount, p.account.clone().unwrap())).collect();
    read_back.sort_by_key(|p| p.0.clone());
    for (read, ordered) in read_back.iter().zip(&transfers().payments) {
        assert_eq!((&read.0, read.1), (&ordered.end_to_end_id, ordered.amount));
        assert!(read.2.is(&ordered.account));
    }
    assert_eq!(back.blocks[0].payments[1].reference.as_deref(), Some("RF18539007547034"));
}

#[test]
fn what_a_bank_would_refuse_is_refused_first() {
    type Change = fn(&mut Transfers);
    let cases: &[(&str, Change)] = &[
        ("id-invalid", |t| t.message_id = "/x".to_owned()),
        ("nothing-to-pay", |t| t.payments.clear()),
        ("name-missing", |t| t.initiating_party = "  ".to_owned()),
        ("bic-missing", |t| t.debtor.bic = None),
        ("address-missing", |t| t.debtor.address = None),
        ("address-incomplete", |t| t.payments[2].address.as_mut().unwrap().town.clear()),
        ("id-invalid", |t| t.payments[0].end_to_end_id = "A".repeat(36)),
        ("amount-not-positive", |t| t.payments[0].amount = eur("0")),
        ("amount-too-fine", |t| t.payments[0].amount = eur("1.001")),
        ("amount-too-large", |t| t.payments[0].amount = eur("1000000000")),
        ("name-missing", |t| t.payments[0].creditor.clear()),
        ("not-sepa", |t| t.payments[2].rail = Rail::Sepa),
        ("not-sepa", |t| t.payments[0].amount = "USD 1".parse().unwrap()),
        ("bic-missing", |t| t.payments[0].rail = Rail::CrossBorder),
        ("address-missing", |t| t.payments[2].address = None),
        ("id-repeated", |t| t.payments[1].end_to_end_id = "PO-1".to_owned()),
    ];
    for (number, (code, change)) in cases.iter().enumerate() {
        let mut file = transfers();
        change(&mut file);
        let problems = file.write().unwrap_err();
        assert!(codes(&problems).contains(code), "case {number} {code}: {problems:?}");
        assert!(problems.iter().all(|p| !p.hint.is_empty()));
    }
}

/// A day of a house's account: pledges come in, payouts leave, one comes back.
fn day(report: Report) -> Statement {
    let at = Moment::Instant("2026-11-21T18:00:00Z".parse().unwrap());
    let account = AccountId::of("DE89370400440532013000");
    let on = "2026-11-21".parse().unwrap();
    let mut day = Statement::new(report, "BANK-1", "2026-325", at, account);
    day.currency = Some(money::Currency::EUR);
    day.owner = Some("Haus für Töne & Co".to_owned());
    day.sequence = Some("325".to_owned());

    let mut pledged = Transaction::new(Direction::Credit, eur("50"));
    pledged.creditor_reference = Some("RF18539007547034".parse().unwrap());
    pledged.structured = vec!["RF18539007547034".to_owned()];
    pledged.end_to_end_id = Some("GIG-7".to_owned());
    pledged.debtor = Counterparty {
        name: Some("Club <Nord>".to_owned()),
        account: Some(AccountId::of("NL91ABNA0417164300")),
        bic: Some("ABNANL2A".parse().unwrap()),
    };
    let mut typed = Transaction::new(Direction::Credit, eur("20.50"));
    typed.unstructured = vec!["for the night, rf18 5390".to_owned(), "0754 7034 thanks".to_owned()];
    let paid = |id: &str, amount: &str| {
        let mut t = Transaction::new(Direction::Debit, eur(amount));
        t.end_to_end_id = Some(id.to_owned());
        t.creditor.name = Some("Ada Nwosu".to_owned());
        t
    };
    let mut returned = Transaction::new(Direction::Credit, eur("0.25"));
    returned.end_to_end_id = Some("PO-2".to_owned());
    returned.return_reason = Some(Reason { code: "AC04".to_owned(), text: "closed in May".to_owned() });

    let mut batch = Entry::new(Direction::Debit, eur("60.25"), on, "B-3")
        .with(vec![paid("PO-1", "60"), paid("PO-2", "0.25")]);
    batch.batch_message_id = Some("TNT-2026-11-21-1".to_owned());
    batch.batch_payment_id = Some("TNT-2026-11-21-1-1".to_owned());
    let mut back = Entry::new(Direction::Credit, eur("0.25"), on, "B-4").with(vec![returned]);
    back.is_reversal = true;
    let mut fee = Entry::new(Direction::Debit, eur("1.20"), on, "unused");
    fee.servicer_reference = None;
    fee.note = Some("account fee".to_owned());
    let mut coming = Entry::new(Direction::Credit, eur("999"), on, "B-5");
    coming.status = EntryStatus::Pending;
    day.entries = vec![
        Entry::new(Direction::Credit, eur("50"), on, "B-1").with(vec![pledged]),
        Entry::new(Direction::Credit, eur("20.50"), on, "B-2").with(vec![typed]),
        batch,
        back,
        fee.clone(),
        fee,
        coming,
    ];
    if report == Report::Statement {
        day.balance(eur("100"), "2026-11-20".parse().unwrap(), on).unwrap();
    }
    day
}

fn statements(bytes: &[u8]) -> (Vec<Statement>, Vec<Problem>) {
    match read(bytes) {
        (Some(BankMessage::Statements(all)), problems) => (all, problems),
        other => panic!("{other:?}"),
    }
}

#[test]
fn statements_validate_and_read_back() {
    let statement = write_camt053(&day(Report::Statement));
    let notification = write_camt054(&day(Report::Notification));
    validate(&statement, "camt.053.001.08.xsd");
    validate(&notification, "camt.054.001.08.xsd");
    let (all, problems) = statements(statement.as_bytes());
    assert_eq!(problems, []);
    let read = &all[0];
    assert_eq!(read.closing().unwrap().amount, eur("108.10"));
    assert_eq!((read.opening().unwrap().amount, read.entries.len(), read.is_complete), (eur("100"), 7, true));
    assert_eq!(read.booked().count(), 7, "the batch holds two, the pending entry does not count");
    let mut plain = read.clone();
    plain.line = 0;
    for entry in &mut plain.entries {
        (entry.line, entry.identity) = (0, String::new());
        for transaction in &mut entry.transactions {
            (transaction.line, transaction.identity) = (0, String::new());
        }
    }
    assert_eq!(plain, day(Report::Statement));
    let rf: formats::bank::CreditorReference = "RF18539007547034".parse().unwrap();
    for place in [0, 1] {
        assert!(read.entries[place].transactions[0].references().contains(&rf), "{place}");
    }
    assert_eq!(read.entries[0].transactions[0].counterparty().name.as_deref(), Some("Club <Nord>"));
    let back = &read.entries[3].transactions[0];
    assert!(
        back.is_return() && back.return_reason.as_ref().unwrap().explained().contains("account is closed")
    );
}

#[test]
fn the_same_movement_is_one_however_often_it_is_told() {
    let ids = |xml: &str| {
        let (all, _) = statements(xml.as_bytes());
        all[0].booked().map(|(_, t)| t.identity.clone()).collect::<Vec<_>>()
    };
    let statement = ids(&write_camt053(&day(Report::Statement)));
    let distinct: std::collections::BTreeSet<_> = statement.iter().collect();
    assert_eq!(distinct.len(), statement.len(), "two equal fees stay two: {statement:?}");
    let mut anew = day(Report::Statement);
    anew.message_id = "BANK-2".to_owned();
    anew.created_at = Some(Moment::Instant("2026-11-22T07:00:00Z".parse().unwrap()));
    assert_eq!(ids(&write_camt053(&anew)), statement, "downloaded again under a new message id");
    let noticed = ids(&write_camt054(&day(Report::Notification)));
    assert_eq!(noticed, statement, "told by notification first");
    let mut next = day(Report::Notification);
    next.id = "2026-326".to_owned();
    let next = ids(&write_camt054(&next));
    assert_ne!(
        next[5], statement[5],
        "an equal entry without the bank's reference in another notification is another"
    );
}

#[test]
fn a_transaction_that_cannot_be_read_costs_only_itself() {
    let xml = write_camt053(&day(Report::Statement));
    let (whole, _) = statements(xml.as_bytes());
    let (all, problems) = statements(xml.replacen(">PO-1<", ">&bomb;<", 1).as_bytes());
    assert_eq!(codes(&problems), ["entity-refused", "transaction-unreadable", "batch-sum"]);
    let (batch, want) = (&all[0].entries[2], &whole[0].entries[2]);
    assert_eq!((batch.adds_up, batch.transactions.len(), batch.amount), (false, 1, eur("60.25")));
    assert_eq!(batch.transactions[0].index, 2);
    assert_eq!(batch.transactions[0].identity, want.transactions[1].identity, "the second stays the second");
    assert_eq!(all[0].entries.len(), whole[0].entries.len());
}

#[test]
fn of_a_foreign_payment_the_booked_amount_counts() {
    let mut foreign = Transaction::new(Direction::Credit, eur("46.10"));
    foreign.instructed = Some("USD 50".parse().unwrap());
    let mut one = day(Report::Notification);
    one.entries = vec![
        Entry::new(Direction::Credit, eur("46.10"), "2026-11-21".parse().unwrap(), "X").with(vec![foreign]),
    ];
    let xml = write_camt054(&one);
    let mut named_in_dollars = xml.clone();
    let booked = r#"<Amt Ccy="EUR">46.10</Amt>"#;
    let at = xml.rfind(booked).unwrap();
    named_in_dollars.replace_range(at..at + booked.len(), r#"<Amt Ccy="USD">50.00</Amt>"#);
    for text in [xml, named_in_dollars] {
        let (all, problems) = statements(text.as_bytes());
        let read = &all[0].entries[0].transactions[0];
        assert_eq!((read.amount, read.instructed), (eur("46.10"), Some("USD 50".parse().unwrap())));
        assert!(problems.is_empty() && all[0].entries[0].adds_up);
    }
}

#[test]
fn shared_samples_are_read() {
    let Some(shared) = shared() else { return };
    let load = |name: &str| std::fs::read(shared.join(name)).unwrap();

    let (all, problems) = statements(&load("camt054.v2.with-account-name.xml"));
    assert_eq!(codes(&problems), [""; 0]);
    let entry = &all[0].entries[0];
    assert_eq!((entry.amount.to_string(), entry.direction), ("SEK 200000.00".to_owned(), Direction::Debit));
    assert_eq!(
        (all[0].owner.as_deref(), entry.transactions[0].debtor.name.as_deref()),
        (Some("Account Owner Name"), Some("MUELLER"))
    );

    for name in ["camt054.v4.xml", "camt054.v8.xml"] {
        let (all, problems) = statements(&load(name));
        assert_eq!(codes(&problems), ["batch-sum"], "{name}: {problems:?}");
        let entry = &all[0].entries[0];
        assert_eq!(
            (entry.transactions.len(), entry.adds_up, entry.code.family.as_str()),
            (3, false, "ICDT"),
            "{name}"
        );
        let third = &entry.transactions[2];
        assert_eq!(
            (third.amount.to_string(), third.structured.len(), third.unstructured.len()),
            ("CHF 3.20".to_owned(), 2, 4)
        );
        assert_eq!(third.creditor.name.as_deref(), Some("Example Creditor 3 - V3"));
        assert_eq!(third.creditor.bic.as_ref().map(|b| b.as_str()), Some("BANKCHBE"));
        assert_eq!(entry.batch_payment_id.as_deref(), Some("UXC06170000006PI00001"));
    }
    let (all, problems) = statements(&load("camt054.v8-with-financial-institution.xml"));
    assert!(problems.is_empty() && all[0].entries[0].transactions[0].creditor.name.is_some());

    let (Some(BankMessage::PaymentOrder(order)), problems) = read(&load("fr-sepa-credit-transfer.xml"))
    else {
        panic!()
    };
    assert!(problems.is_empty() && order.control_sum.as_deref() == Some("2340.80"));
    let paid = order.payments().next().unwrap();
    assert_eq!((paid.reference.as_deref(), paid.town.as_deref()), (Some("RF18539007547034"), Some("Lille")));
    for schema in ["pain.001.001.09.xsd", "camt.053.001.08.xsd"] {
        assert!(read(&load(schema)).0.is_none(), "{schema}");
    }
}

/// A statement of version 2, as older banks send it: prefixes, BIC, bare status, one bad entry between good ones.
const OLD: &str = r#"<?xml version="1.0" encoding="ISO-8859-1"?>
<n:Document xmlns:n="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><n:BkToCstmrStmt>
<n:GrpHdr><n:MsgId>M1</n:MsgId><n:CreDtTm>2026-11-21T18:00:00</n:CreDtTm></n:GrpHdr>
<n:Stmt><n:Id>S1</n:Id><n:Acct><n:Id><n:Othr><n:Id>12-345</n:Id></n:Othr></n:Id></n:Acct>
<n:Bal><n:Tp><n:CdOrPrtry><n:Cd>PRCD</n:Cd></n:CdOrPrtry></n:Tp><n:Amt Ccy="EUR">10</n:Amt><n:CdtDbtInd>DBIT</n:CdtDbtInd><n:Dt><n:Dt>2026-11-20</n:Dt></n:Dt></n:Bal>
<n:Ntry><n:Amt Ccy="EUR">5.5</n:Amt><n:CdtDbtInd>CRDT</n:CdtDbtInd><n:Sts>BOOK</n:Sts><n:BookgDt><n:DtTm>2026-11-21T23:30:00+01:00</n:DtTm></n:BookgDt>
<n:NtryDtls><n:TxDtls><n:AmtDtls><n:TxAmt><n:Amt Ccy="EUR">5.5</n:Amt></n:TxAmt></n:AmtDtls><n:RltdPties><n:Dbtr><n:Nm>J&#246;rg &amp; Zo*</n:Nm></n:Dbtr></n:RltdPties><n:RltdAgts><n:DbtrAgt><n:FinInstnId><n:BIC>COBADEFF</n:BIC></n:FinInstnId></n:DbtrAgt></n:RltdAgts></n:TxDtls></n:NtryDtls></n:Ntry>
<n:Ntry><n:Amt Ccy="EUR">WRONG</n:Amt><n:CdtDbtInd>CRDT</n:CdtDbtInd><n:Sts>BOOK</n:Sts></n:Ntry>
<n:Ntry><n:Amt Ccy="JPY">7</n:Amt><n:CdtDbtInd>DBIT</n:CdtDbtInd><n:Sts>INFO</n:Sts></n:Ntry>
</n:Stmt></n:BkToCstmrStmt></n:Document>
"#;

fn old(amount: &str) -> Vec<u8> {
    // The star stands for an e with diaeresis in the old encoding.
    OLD.replace("WRONG", amount).bytes().map(|b| if b == b'*' { 0xEB } else { b }).collect()
}

#[test]
fn old_versions_and_encodings_are_read_and_a_bad_entry_costs_only_itself() {
    for (bad, code) in [
        ("12,50", "amount-invalid"),
        ("", "amount-invalid"),
        ("-3", "amount-invalid"),
        ("1.001", "amount-too-fine"),
        ("99999999999999999999", "amount-invalid"),
        ("&bomb;", "entity-refused"),
    ] {
        let (all, problems) = statements(&old(bad));
        assert!(codes(&problems).contains(&code) && problems[0].origin.line == 8, "{bad}: {problems:?}");
        assert_eq!(all[0].entries.len(), 2, "{bad}");
    }
    let (all, _) = statements(&old("1"));
    assert_eq!(all[0].entries.len(), 3);
    let first = &all[0].entries[0];
    assert_eq!(first.transactions[0].debtor.name.as_deref(), Some("Jörg & Zoë"));
    assert_eq!(first.transactions[0].debtor.bic.as_ref().map(|b| b.as_str()), Some("COBADEFF"));
    assert_eq!(first.booked_on, Some("2026-11-21".parse().unwrap()));
    assert_eq!(
        (all[0].opening().unwrap().amount, all[0].entries[2].status.clone()),
        (eur("-10"), EntryStatus::Information)
    );
    assert_eq!(all[0].account, Some(AccountId::Other("12345".to_owned())));
}

#[test]
fn utf_16_is_read() {
    let text = write_camt054(&day(Report::Notification)).replace("UTF-8", "UTF-16");
    let bytes: Vec<u8> =
        [0xFF, 0xFE].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    assert_eq!(sniff(&bytes), Some(BankMessageKind::Camt054));
    assert_eq!(statements(&bytes).0[0].entries.len(), 7);
}

const REPORT: &str = r#"<?xml version="1.0"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.03"><CstmrPmtStsRpt>
<GrpHdr><MsgId>R1</MsgId><CreDtTm>2026-11-21T09:00:00Z</CreDtTm></GrpHdr>
<OrgnlGrpInfAndSts><OrgnlMsgId>TNT-1</OrgnlMsgId><OrgnlMsgNmId>pain.001.001.09</OrgnlMsgNmId><GrpSts>PART</GrpSts></OrgnlGrpInfAndSts>
<OrgnlPmtInfAndSts><OrgnlPmtInfId>TNT-1-1</OrgnlPmtInfId><PmtInfSts>ACSP</PmtInfSts>
<TxInfAndSts><OrgnlEndToEndId>PO-1</OrgnlEndToEndId><TxSts>RJCT</TxSts><StsRsnInf><Rsn><Cd>AC04</Cd></Rsn><AddtlInf>closed</AddtlInf></StsRsnInf><OrgnlTxRef><Amt><InstdAmt Ccy="EUR">60.00</InstdAmt></Amt></OrgnlTxRef></TxInfAndSts>
<TxInfAndSts><OrgnlEndToEndId>PO-9</OrgnlEndToEndId></TxInfAndSts>
<TxInfAndSts><OrgnlEndToEndId>PO-2</OrgnlEndToEndId><TxSts>ACSC</TxSts></TxInfAndSts>
</OrgnlPmtInfAndSts>
<OrgnlPmtInfAndSts><OrgnlPmtInfId>TNT-1-2</OrgnlPmtInfId><PmtInfSts>RJCT</PmtInfSts><StsRsnInf><Rsn><Prtry>X9</Prtry></Rsn></StsRsnInf></OrgnlPmtInfAndSts>
</CstmrPmtStsRpt></Document>
"#;

#[test]
fn status_reports_tell_of_each_payment() {
    let (Some(BankMessage::StatusReport(report)), problems) = read(REPORT.as_bytes()) else { panic!() };
    assert_eq!(
        problems.iter().map(|p| (p.code, p.origin.line)).collect::<Vec<_>>(),
        [("status-unreadable", 7)]
    );
    assert_eq!((report.original_message_id.as_str(), report.is_complete), ("TNT-1", true));
    let first = &report.transactions[0];
    assert_eq!((first.payment_id.as_deref(), first.amount), (Some("TNT-1-1"), Some(eur("60"))));
    assert_eq!(first.reasons[0].explained(), "the account is closed (AC04): closed");
    let said = |id, block| report.status_of(id, block).map(|(status, _)| status.clone());
    assert_eq!(said("PO-1", "TNT-1-1"), Some(PaymentStatus::Rejected));
    assert_eq!(said("PO-2", "TNT-1-1"), Some(PaymentStatus::Settled));
    assert_eq!(said("PO-7", "TNT-1-1"), Some(PaymentStatus::InProcess));
    assert_eq!(said("PO-8", "TNT-1-2"), Some(PaymentStatus::Rejected));
    assert_eq!(said("PO-8", "TNT-1-3"), None, "a partly accepted file says nothing of what it does not list");
}

#[test]
fn a_written_status_report_validates_and_reads_back() {
    let (Some(BankMessage::StatusReport(mut report)), _) = read(REPORT.as_bytes()) else { panic!() };
    report.transactions[1].servicer_reference = Some("B-77".to_owned());
    report.blocks[1].reasons[0].code = "HOUSE RULE".to_owned();
    let xml = write_pain002(&report);
    validate(&xml, "pain.002.001.12.xsd");
    let (Some(BankMessage::StatusReport(mut back)), problems) = read(xml.as_bytes()) else { panic!() };
    assert_eq!(problems, []);
    for (old, new) in report.transactions.iter().zip(&mut back.transactions) {
        new.line = old.line;
    }
    for (old, new) in report.blocks.iter().zip(&mut back.blocks) {
        new.line = old.line;
    }
    assert_eq!(back, report);
}

#[test]
fn every_cut_keeps_what_was_whole_before_it() {
    let text = write_camt053(&day(Report::Statement));
    let ends: Vec<usize> = text.match_indices("</Ntry>").map(|(at, end)| at + end.len()).collect();
    for cut in (0..text.len() - 1).step_by(7).filter(|cut| text.is_char_boundary(*cut)) {
        let (message, problems) = read(&text.as_bytes()[..cut]);
        let whole = ends.iter().filter(|end| **end <= cut).count();
        match message {
            Some(BankMessage::Statements(all)) => {
                assert_eq!(all.iter().map(|s| s.entries.len()).sum::<usize>(), whole, "cut at {cut}");
                let closed = text[..cut].contains("</Stmt>");
                assert!(all.iter().all(|s| s.is_complete == closed), "cut at {cut}");
            }
            _ => assert_eq!(whole, 0, "cut at {cut}"),
        }
        assert!(!problems.is_empty() || text[cut..].trim().is_empty(), "cut at {cut}");
    }
}

#[test]
fn hostile_files_are_refused_quickly() {
    let bomb = r#"<?xml version="1.0"?><!DOCTYPE Document [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><Document><BkToCstmrStmt><Stmt>&b;</Stmt></BkToCstmrStmt></Document>"#;
    let deep = format!("<Document><BkToCstmrStmt>{}", "<Stmt>".repeat(100_000));
    let wide = format!(
        "<Document><BkToCstmrStmt><Stmt><Ntry>{}</Ntry></Stmt></BkToCstmrStmt></Document>",
        "<a/>".repeat(300_000)
    );
    let long = format!(
        "<Document><BkToCstmrStmt><Stmt><Id>{}</Id></Stmt></BkToCstmrStmt></Document>",
        "x".repeat(5_000_000)
    );
    let bad = format!(
        "<Document><BkToCstmrStmt><Stmt>{}</Stmt></BkToCstmrStmt></Document>",
        "<Ntry/>".repeat(100_000)
    );
    for (text, code) in [
        (bomb.to_owned(), "doctype-refused"),
        (deep, "too-deep"),
        (wide, "too-large"),
        (long, "account-missing"),
        (bad, "too-many-problems"),
        ("\0".repeat(10_000_000), "not-a-bank-message"),
        ("<html><body>login</body></html>".to_owned(), "not-a-bank-message"),
        ("<Document><BkToCstmrAcctRpt/></Document>".to_owned(), "not-a-bank-message"),
        (":20:STARTUMSE\n:25:1/2".to_owned(), "bank-mt940"),
        (String::new(), "not-a-bank-message"),
        ("1\tArtist - Title\n".to_owned(), "not-a-bank-message"),
    ] {
        let (_, problems) = read(text.as_bytes());
        assert!(codes(&problems).contains(&code), "{code}: {problems:?}");
        assert!(problems.len() <= 501 && problems.iter().all(|p| !p.hint.is_empty()));
    }
}

#[test]
fn kinds_are_told_from_the_first_bytes() {
    for (text, kind) in [
        (transfers().write().unwrap().xml, BankMessageKind::Pain001),
        (REPORT.to_owned(), BankMessageKind::Pain002),
        (write_camt053(&day(Report::Statement)), BankMessageKind::Camt053),
        (write_camt054(&day(Report::Notification)), BankMessageKind::Camt054),
        (format!("\u{FEFF}\n{REPORT}"), BankMessageKind::Pain002),
        ("reference,status,amount\nPO-1,paid,3\n".to_owned(), BankMessageKind::ProviderResults),
    ] {
        assert_eq!(sniff(&text.as_bytes()[..text.len().min(400)]), Some(kind));
        assert!(read(text.as_bytes()).0.is_some());
    }
}

#[test]
fn a_bulky_statement_takes_linear_time() {
    let mut big = day(Report::Notification);
    let entries = big.entries.clone();
    big.entries = (0..2_000).flat_map(|_| entries.clone()).collect();
    let xml = write_camt054(&big);
    let (all, problems) = statements(xml.as_bytes());
    assert_eq!((all[0].entries.len(), problems.len()), (14_000, 0));
    let distinct: std::collections::HashSet<_> = all[0].booked().map(|(_, t)| &t.identity).collect();
    assert_eq!(distinct.len(), all[0].booked().count());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = (sniff(&bytes), read(&bytes));
        let framed = [b"<Document><BkToCstmrStmt><Stmt>", &bytes[..]].concat();
        let _ = read(&framed);
        let table = [b"reference,status,amount,currency\n", &bytes[..]].concat();
        let _ = read(&table);
    }

    #[test]
    fn no_mutation_panics(
        which in 0_usize..5,
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        cut: prop::sample::Index,
        swap: (prop::sample::Index, prop::sample::Index),
    ) {
        let mut bytes = match which {
            0 => transfers().write().unwrap().xml.into_bytes(),
            1 => REPORT.as_bytes().to_vec(),
            2 => write_camt053(&day(Report::Statement)).into_bytes(),
            3 => write_camt054(&day(Report::Notification)).into_bytes(),
            _ => old("1"),
        };
        for (place, byte) in changes {
            let place = place.index(bytes.len());
            bytes[place] = byte;
        }
        let _ = read(&bytes);
        let (a, b) = (swap.0.index(bytes.len()), swap.1.index(bytes.len()));
        bytes.rotate_left(a);
        let _ = read(&bytes);
        bytes.swap(a, b);
        bytes.truncate(cut.index(bytes.len()));
        let _ = read(&bytes);
    }

    #[test]
    fn control_sums_are_exact(cents in prop::collection::vec(1_i64..99_999_999_999, 1..30)) {
        let mut file = transfers();
        let one = file.payments[0].clone();
        file.payments = cents.iter().enumerate().map(|(n, c)| Payment {
            end_to_end_id: format!("PO-{n}"),
            amount: Amount::from_minor(*c, money::Currency::EUR).unwrap(),
            ..one.clone()
        }).collect();
        let total: i64 = cents.iter().sum();
        let want = format!("<CtrlSum>{}.{:02}</CtrlSum>", total / 100, total % 100);
        prop_assert_eq!(file.write().unwrap().xml.matches(&want).count(), 2);
    }
}
