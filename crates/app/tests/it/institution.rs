//! Institutions: what they agree, what they are billed, how their money reaches pots, who has a seat, what they are told.

use app::institution::{self, Access, Agree, Agreed, Billing, Note, Under, bill, kiosk, usage};
use app::{Failure, House, allocation, bank, catalogue, doctor, party, policy, selection};
use jiff::Span;
use jiff::civil::Date;
use ledger::Account;
use money::{Amount, Currency};
use music::{MediaKind, PartyId};
use programmes::streaming::statistics::{Action, Event, Near};
use testkit::bank::Bank;
use testkit::house::{self, Fresh};

use crate::story::code;

fn eur(text: &str) -> Amount {
    format!("EUR {text}").parse().unwrap()
}

fn today(house: &House) -> Date {
    house.now().to_zoned(jiff::tz::TimeZone::UTC).date()
}

async fn library(house: &House, name: &str) -> PartyId {
    let ask = party::Register {
        name: name.into(),
        kind: "organisation".into(),
        territory: Some("FR-42".into()),
        ..party::Register::default()
    };
    let id = party::register(house, ask).await.unwrap().party.id;
    let note = Note {
        party: id.to_string(),
        kind: "library".into(),
        town: "Roc-Neuf".into(),
        country: "fr".into(),
        at: "45.9,4.1".into(),
        listed: true,
        by: "ada".into(),
        ..Note::default()
    };
    institution::note(house, note).await.unwrap();
    id
}

fn billing() -> Billing {
    Billing {
        name: "Commune de Roc-Neuf".into(),
        siret: "732 829 320 00074".into(),
        address: vec!["2 place du Marché".into()],
        postcode: "42990".into(),
        town: "Roc-Neuf".into(),
        country: "fr".into(),
        service_code: "LECTURE".into(),
        ..Billing::default()
    }
}

async fn ready(house: &House) {
    for (name, value) in [
        ("house-name", "Maison des Parts"),
        ("house-address", "rue de la Part; 12; 42000; Saint-Etienne; FR"),
        ("house-vat-id", "FR 44 732829320"),
        ("house-registration", "732 829 320 00074"),
        ("house-iban", house::HOUSE_IBAN),
    ] {
        policy::set(house, name, value, "ada").await.unwrap();
    }
}

fn under(name: &str, seats: u64, inhabitants: u64) -> Under {
    Under { institution: name.into(), seats: Some(seats), inhabitants: Some(inhabitants), weight: None }
}

fn ask(house: &House, holder: &str, members: Vec<Under>) -> Agree {
    let start = today(house).first_of_month();
    Agree {
        holder: holder.into(),
        members,
        start,
        end: start.checked_add(Span::new().years(1)).unwrap(),
        price_kind: "flat".into(),
        price: eur("12000"),
        key: "inhabitants".into(),
        rule: "territorial-contribution-by-member".into(),
        subject: "Abonnement".into(),
        lang: "fr".into(),
        closes: "month".into(),
        on_site: true,
        home: true,
        vat: "S".into(),
        vat_class: "standard".into(),
        exemption: String::new(),
        exemption_code: String::new(),
        order: "EJ-77".into(),
        renews_months: Some(12),
        notice_days: 90,
        by: "ada".into(),
    }
}

async fn two_libraries(house: &House) -> (Agreed, PartyId, PartyId) {
    ready(house).await;
    let (a, b) = (library(house, "Médiathèque Nord").await, library(house, "Médiathèque Sud").await);
    library(house, "Réseau des Rives").await;
    institution::set_billing(house, "Réseau des Rives", billing(), "ada").await.unwrap();
    let members = vec![under("Médiathèque Nord", 40, 34_000), under("Médiathèque Sud", 3, 12_000)];
    let agreed = institution::agree(house, ask(house, "Réseau des Rives", members)).await.unwrap();
    (agreed, a, b)
}

async fn balance(house: &House, account: Account) -> Amount {
    house
        .store
        .begin_read()
        .await
        .unwrap()
        .balance(&account, Currency::EUR)
        .await
        .unwrap()
        .posted
        .negated()
        .unwrap()
}

/// Every check of `doctor` passes but those that are only worth knowing.
async fn sound(fresh: &Fresh) {
    let report = doctor::examine(&fresh.house).await.unwrap();
    let faults: Vec<_> = report.checks.iter().flat_map(|c| &c.findings).filter(|f| !f.notice).collect();
    assert!(faults.is_empty(), "{}: {faults:?}", fresh.engine);
}

#[tokio::test]
async fn contracts_are_refused_in_order_until_one_holds() {
    for fresh in house::each(51).await {
        let h = &fresh.house;
        assert_eq!(code(institution::agree(h, ask(h, "Nobody", Vec::new())).await), "party-unknown");
        party::register(h, party::Register { name: "Club".into(), ..party::Register::default() })
            .await
            .unwrap();
        assert_eq!(code(institution::agree(h, ask(h, "Club", Vec::new())).await), "institution-unknown");
        library(h, "Nord").await;
        type Change = fn(&mut Agree);
        let changes: [(&str, Change); 7] = [
            ("contract-word", |a| a.price_kind = "by the pound".into()),
            ("rule-unknown", |a| a.rule = "fairness".into()),
            ("contract-terms", |a| a.end = a.start),
            ("contract-terms", |a| a.key = "weights".into()),
            ("contract-access", |a| (a.home, a.on_site) = (false, false)),
            ("contract-vat", |a| a.vat = "E".into()),
            ("contract-vat", |a| a.vat_class.clear()),
        ];
        for (want, change) in changes {
            let mut bad = ask(h, "Nord", vec![under("Nord", 4, 100)]);
            change(&mut bad);
            assert_eq!(code(institution::agree(h, bad).await), want);
        }
        let first = institution::agree(h, ask(h, "Nord", vec![under("Nord", 4, 100)])).await.unwrap();
        let mut again = ask(h, "Nord", vec![under("Nord", 4, 100)]);
        again.start = first.row.end.yesterday().unwrap();
        again.end = again.start.checked_add(Span::new().years(1)).unwrap();
        assert_eq!(code(institution::agree(h, again.clone()).await), "contract-overlap");
        again.start = first.row.end;
        institution::agree(h, again).await.unwrap();
        let id = first.row.id.as_str();
        assert_eq!(code(institution::renew(h, id, "ada").await), "contract-overlap");
        institution::notice(h, id, "ada").await.unwrap();
        assert_eq!(code(institution::notice(h, id, "ada").await), "contract-notice");
        assert_eq!(code(institution::renew(h, id, "ada").await), "contract-renewal");
    }
}

#[tokio::test]
async fn a_contract_goes_on_by_itself_unless_notice_is_given() {
    for fresh in house::each(52).await {
        let h = &fresh.house;
        library(h, "Nord").await;
        let first = institution::agree(h, ask(h, "Nord", vec![under("Nord", 4, 100)])).await.unwrap();
        assert!(institution::renew_due(h, "clock").await.unwrap().0.is_empty());
        fresh.world.pass_days(300);
        assert_eq!(code(institution::notice(h, first.row.id.as_str(), "ada").await), "contract-notice");
        let (next, failed) = institution::renew_due(h, "clock").await.unwrap();
        assert!(failed.is_empty());
        assert_eq!((next[0].row.start, &next[0].row.follows), (first.row.end, &Some(first.row.id.clone())));
        assert!(institution::renew_due(h, "clock").await.unwrap().0.is_empty(), "once");
    }
}

#[tokio::test]
async fn an_invoice_is_paid_through_the_bank_into_the_pots_of_its_spans() {
    for fresh in house::each(53).await {
        let h = &fresh.house;
        let (agreed, nord, sud) = two_libraries(h).await;
        let id = agreed.row.id.as_str();
        let sale = bill::issue(h, id, None, "ada").await.unwrap();
        assert_eq!([sale.row.net, sale.row.vat, sale.row.gross], ["12000", "2400", "14400"].map(eur));
        assert_eq!(sale.body.buyer.siret, "73282932000074");
        assert_eq!(sale.parts.len(), 24);
        assert!(
            sale.body.notes.iter().any(|n| n == "Médiathèque Nord: 34000/46000 habitants, EUR 8869.57"),
            "{:?}",
            sale.body.notes
        );
        assert_eq!(
            sale.invoice().unwrap(),
            app::institution::Body::read(&sale.row.body).unwrap().invoice().unwrap()
        );
        let xml = sale.cii().unwrap();
        for what in [
            "<ram:BuyerReference>LECTURE</ram:BuyerReference>",
            "<ram:IssuerAssignedID>EJ-77</ram:IssuerAssignedID>",
            "schemeID=\"0009\">73282932000074",
        ] {
            assert!(xml.contains(what), "{what}");
        }
        // A part, then the rest and EUR 10 too much.
        let mut bank = Bank::new(eur("0"));
        bank.credit(fresh.world.today(), "Trésor public", &sale.row.reference, eur("2000"));
        let message = bank.notification(h.now()).unwrap();
        let done = bank::import(h, "first.xml", &message, "ada").await.unwrap();
        assert_eq!(done.invoiced, [(sale.row.printed.clone(), eur("2000"))]);
        assert_eq!(balance(h, Account::vat("FR")).await, eur("333.333333"));
        let purses = institution::pots(h, None, sale.row.start, sale.row.end).await.unwrap();
        let of = |who: &PartyId, month: usize| {
            purses.iter().filter(|p| p.institution == *who).nth(month).unwrap().clone()
        };
        assert_eq!(of(&nord, 0).received, of(&nord, 0).billed, "the earliest span is full");
        assert_eq!((of(&nord, 11).received, of(&sud, 0).seats), (eur("0"), Some(3)));
        assert!(bank::import(h, "first.xml", &message, "ada").await.unwrap().before);
        bank.credit(fresh.world.today(), "Trésor public", &sale.row.reference, eur("12410"));
        let message = bank.statement(h.now(), fresh.world.today());
        bank::import(h, "second.xml", &message, "ada").await.unwrap();
        let purses = institution::pots(h, None, sale.row.start, sale.row.end).await.unwrap();
        assert!(purses.iter().all(|p| p.received == p.billed));
        let all = money::sum(purses.iter().map(|p| p.received), Currency::EUR).unwrap();
        assert_eq!((all, balance(h, Account::vat("FR")).await), (eur("12000"), eur("2400")));
        assert_eq!(balance(h, Account::invoice(sale.row.id.as_str())).await, eur("0"));
        let over = Account::suspense(ledger::Suspense::Overpaid);
        assert_eq!(balance(h, over.clone()).await, eur("10"));
        assert!(bill::one(h, &sale.row.printed).await.unwrap().open().is_zero());
        sound(&fresh).await;
        // A credit that names nothing is given to an invoice by hand.
        bank.credit(fresh.world.today(), "Mairie", "sans motif", eur("7"));
        let message = bank.statement(h.now(), fresh.world.today());
        bank::import(h, "third.xml", &message, "ada").await.unwrap();
        let line = bank::unreferenced_lines(h).await.unwrap()[0].id.clone();
        assert_eq!(code(bill::assign(h, "none", &sale.row.printed, "ada").await), "bank-line-unknown");
        bill::assign(h, &line, &sale.row.reference, "ada").await.unwrap();
        assert_eq!(balance(h, over.clone()).await, eur("17"), "it is paid already: too much");
        sound(&fresh).await;
        // Taken back: everything waits to be refunded, and the days can be billed again.
        assert_eq!(code(bill::issue(h, id, None, "ada").await), "sale-overlap");
        let note = bill::credit(h, &sale.row.printed, "wrong service code", "ada").await.unwrap();
        assert_eq!((note.row.number, note.row.gross), (2, eur("14400")));
        assert_eq!((balance(h, over).await, balance(h, Account::vat("FR")).await), (eur("14417"), eur("0")));
        assert_eq!(code(bill::credit(h, &sale.row.printed, "again", "ada").await), "sale-credited");
        assert!(institution::pots(h, None, sale.row.start, sale.row.end).await.unwrap().is_empty());
        let again = bill::issue(h, id, None, "ada").await.unwrap();
        assert_eq!(again.row.number, 3);
        sound(&fresh).await;
    }
}

#[tokio::test]
async fn invoices_are_refused_in_order() {
    for fresh in house::each(54).await {
        let h = &fresh.house;
        assert_eq!(code(bill::issue(h, "ctr-0", None, "ada").await), "contract-unknown");
        library(h, "Nord").await;
        let mut terms = ask(h, "Nord", vec![under("Nord", 4, 100)]);
        terms.vat_class = "unheard-of".into();
        let agreed = institution::agree(h, terms).await.unwrap();
        let id = agreed.row.id.as_str();
        let early = agreed.row.start.yesterday().unwrap();
        assert_eq!(code(bill::issue(h, id, Some((early, agreed.row.end)), "ada").await), "sale-days");
        assert_eq!(code(bill::issue(h, id, None, "ada").await), "billing-missing");
        assert_eq!(code(institution::set_billing(h, "Nord", Billing::default(), "ada").await), "billing");
        institution::set_billing(h, "Nord", Billing { siret: "73282932000075".into(), ..billing() }, "ada")
            .await
            .unwrap();
        assert_eq!(code(bill::issue(h, id, None, "ada").await), "house-particulars");
        ready(h).await;
        assert_eq!(code(bill::issue(h, id, None, "ada").await), "sale-vat");
        institution::set_rate(h, "FR", "unheard-of", agreed.row.start, "20 %".parse().unwrap(), "ada")
            .await
            .unwrap();
        let failure = bill::issue(h, id, None, "ada").await.unwrap_err();
        assert!(
            failure.to_string().contains("BT-46: `73282932000075` of the buyer is no SIRET"),
            "{failure}"
        );
        institution::set_billing(h, "Nord", billing(), "ada").await.unwrap();
        let sale = bill::issue(h, id, None, "ada").await.unwrap();
        assert_eq!(sale.row.number, 1, "what was refused took no number");
        assert_eq!(code(bill::receive(h, "TM-1", None, "paper", "ada").await), "sale-unknown");
        assert_eq!(code(bill::receive(h, &sale.row.printed, None, " ", "ada").await), "evidence");
        bill::receive(h, &sale.row.printed, Some(eur("14400")), "statement 3", "ada").await.unwrap();
        assert_eq!(
            code(bill::receive(h, &sale.row.printed, None, "statement 4", "ada").await),
            "receive-amount"
        );
        assert_eq!(code(bill::credit(h, &sale.row.printed, " ", "ada").await), "invoice-reason");
        sound(&fresh).await;
    }
}

/// Guards the numbers: whoever issues at the same time, and whatever is refused, they run from 1 without gaps.
#[tokio::test]
async fn numbers_have_no_gaps_whoever_issues_at_once() {
    for fresh in house::each(55).await {
        let h = &fresh.house;
        ready(h).await;
        let mut contracts = Vec::new();
        for n in 0..8 {
            let name = format!("Bibliothèque {n}");
            library(h, &name).await;
            if n % 3 != 2 {
                institution::set_billing(h, &name, billing(), "ada").await.unwrap();
            }
            let mut terms = ask(h, &name, vec![under(&name, 4, 100)]);
            // Refused after its number was taken: nothing is sold.
            if n == 4 {
                terms.price = eur("0");
            }
            contracts.push(institution::agree(h, terms).await.unwrap().row.id);
        }
        let tasks: Vec<_> = contracts
            .iter()
            .chain(&contracts)
            .map(|id| {
                let (house, id) = (h.clone(), id.clone());
                tokio::spawn(async move { bill::issue(&house, id.as_str(), None, "ada").await.is_ok() })
            })
            .collect();
        let mut issued = 0;
        for task in tasks {
            issued += i64::from(task.await.unwrap());
        }
        let mut numbers: Vec<i64> = bill::list(h, None).await.unwrap().iter().map(|s| s.row.number).collect();
        numbers.sort_unstable();
        assert_eq!((issued, numbers), (5, (1..=5).collect()), "{}", fresh.engine);
    }
}

#[tokio::test]
async fn seats_are_for_active_members_and_end_with_the_contract() {
    for fresh in house::each(56).await {
        let h = &fresh.house;
        let (agreed, nord, sud) = two_libraries(h).await;
        let lonely = library(h, "Sans contrat").await;
        assert_eq!(code(institution::seat(h, &lonely, "m1", Access::Home).await), "seat-none");
        let tasks: Vec<_> = (0..9)
            .map(|n| {
                let (house, sud) = (h.clone(), sud.clone());
                tokio::spawn(async move {
                    institution::seat(&house, &sud, &format!("m{n}"), Access::Home).await.is_ok()
                })
            })
            .collect();
        let mut taken = 0;
        for task in tasks {
            taken += i32::from(task.await.unwrap());
        }
        assert_eq!(taken, 3, "{}", fresh.engine);
        let standing = institution::seats(h, "Médiathèque Sud").await.unwrap().unwrap();
        assert_eq!((standing.paid, standing.taken), (Some(3), 3));
        assert_eq!(code(institution::seat(h, &sud, "m99", Access::Home).await), "seat-full");
        let seat = institution::seat(h, &nord, "n1", Access::OnSite).await.unwrap();
        assert!(seat.fresh && seat.until == agreed.row.end);
        assert!(!institution::seat(h, &nord, "n1", Access::Home).await.unwrap().fresh);
        fresh.world.pass_days(400);
        assert_eq!(code(institution::seat(h, &nord, "n1", Access::Home).await), "seat-expired");
    }
}

#[tokio::test]
async fn a_kiosk_opens_from_its_networks_only() {
    for fresh in house::each(57).await {
        let h = &fresh.house;
        two_libraries(h).await;
        let nets = |n: &[&str]| n.iter().map(|s| (*s).to_owned()).collect::<Vec<_>>();
        assert_eq!(
            code(kiosk::set_up(h, "Médiathèque Nord", "hall", &nets(&["0.0.0.0/0"]), "ada").await),
            "kiosk-network"
        );
        let made =
            kiosk::set_up(h, "Médiathèque Nord", "hall", &nets(&["192.0.2.0/24"]), "ada").await.unwrap();
        assert_eq!(code(kiosk::open(h, "kiosk-guess", "192.0.2.9".parse().unwrap()).await), "kiosk-unknown");
        assert_eq!(
            code(kiosk::open(h, &made.token, "198.51.100.1".parse().unwrap()).await),
            "kiosk-elsewhere"
        );
        let open = kiosk::open(h, &made.token, "192.0.2.9".parse().unwrap()).await.unwrap();
        assert_eq!(open.institution.name, "Médiathèque Nord");
        kiosk::end(h, "Médiathèque Nord", made.row.id.as_str(), "ada").await.unwrap();
        assert_eq!(code(kiosk::open(h, &made.token, "192.0.2.9".parse().unwrap()).await), "kiosk-unknown");
    }
}

#[tokio::test]
async fn use_is_told_once_when_its_span_is_over() {
    for fresh in house::each(58).await {
        let h = &fresh.house;
        two_libraries(h).await;
        let names: Vec<String> = (0..30).map(|n| format!("m{n}")).collect();
        let event = |n: usize, medium: MediaKind| Event {
            at_s: 1_000 + n as i64 * 100,
            member: &names[n],
            session: "s",
            item: match medium {
                MediaKind::Audio => "rec-a",
                _ => "rec-g",
            },
            medium,
            near: Near::Here,
            action: Action::Request,
        };
        let mut events: Vec<Event<'_>> = (0..30).map(|n| event(n, MediaKind::Audio)).collect();
        events.extend((0..4).map(|n| event(n, MediaKind::Game)));
        let start = today(h).first_of_month();
        let end = start.checked_add(Span::new().months(1)).unwrap();
        assert_eq!(
            code(usage::take(h, "Médiathèque Nord", start, end, events.clone(), "ada").await),
            "usage-span"
        );
        fresh.world.pass_days(40);
        let span = usage::take(h, "Médiathèque Nord", start, end, events.clone(), "ada").await.unwrap();
        assert_eq!(span.told.media.len(), 1, "four members of games are told with the music only");
        assert_eq!((span.told.members, span.told.total.total_requests), (Some(30), Some(34)));
        assert_eq!(
            code(usage::take(h, "Médiathèque Nord", start, end, events.clone(), "ada").await),
            "usage-told"
        );
        usage::take(h, "Médiathèque Sud", start, end, events.into_iter().take(4), "ada").await.unwrap();
        let all = (Date::MIN, Date::MAX);
        let sud = usage::report(h, "Médiathèque Sud", all.0, all.1).await.unwrap();
        assert_eq!(sud.spans[0].told.members, None);
        let nord = usage::report(h, "Médiathèque Nord", all.0, all.1).await.unwrap();
        let csv = usage::csv(&nord, "Tantième", end);
        assert!(csv.starts_with("Report_Name,Platform Report\r\nReport_ID,PR\r\nRelease,5.1\r\n"), "{csv}");
        assert!(csv.contains("Tantième,Sound+Interactive_Resource,Total_Item_Requests,34,34"), "{csv}");
        assert!(usage::csv(&sud, "T", end).contains("3031"));
    }
}

#[tokio::test]
async fn selections_are_seen_when_they_are_published_and_due() {
    for fresh in house::each(59).await {
        let h = &fresh.house;
        two_libraries(h).await;
        let table = "id\tartist\ttitle\talbum\tlabel\tduration_s\tisrc\tyear\na1\tMira Feld\tLow Tide\t\t\t200\t\t2024\n";
        let input = Box::new(std::io::Cursor::new(table.as_bytes().to_vec()));
        catalogue::import(h, "c.tsv", input, None, "ada", &|_| {}).await.unwrap();
        let mut all = Vec::new();
        catalogue::list(h, &mut |entry| all.push(entry.row.recording.id.clone())).await.unwrap();
        let recording = all[0].clone();
        let near = async |house: &House| {
            let all = usage::origins(house, "Médiathèque Nord", [recording.clone()]).await.unwrap();
            all[&recording]
        };
        assert_eq!(near(h).await, Near::Unknown);
        for (place, want) in [("DE", Near::Elsewhere), ("FR-29", Near::Country), ("FR-42", Near::Here)] {
            app::territory::tag(h, recording.as_str(), place, false, "ada").await.unwrap();
            assert_eq!(near(h).await, want);
        }
        let ask = selection::Write {
            institution: "Médiathèque Nord".into(),
            title: "Voix de la Loire".into(),
            words: "Trois disques.".into(),
            lang: "fr".into(),
            items: vec![(recording, "à écouter fort".into())],
            curators: vec!["Inès Roux".into()],
            from: h.now().checked_add(Span::new().hours(24)).ok(),
            by: "ada".into(),
            ..selection::Write::default()
        };
        let bad = selection::Write { title: " ".into(), ..ask.clone() };
        assert_eq!(code(selection::write(h, bad).await), "selection-title");
        let bad = selection::Write { until: Some(h.now()), ..ask.clone() };
        assert_eq!(code(selection::write(h, bad).await), "selection-span");
        let made = selection::write(h, ask.clone()).await.unwrap();
        let slug = made.row.slug.clone();
        assert_eq!(code(selection::public(h, &slug).await), "selection-unknown", "a draft");
        selection::set_status(h, "Médiathèque Nord", &slug, "published", "ada").await.unwrap();
        assert_eq!(code(selection::public(h, &slug).await), "selection-unknown", "not yet");
        fresh.world.pass_days(2);
        let seen = selection::public(h, &slug).await.unwrap();
        assert_eq!((seen.items[0].title.as_str(), seen.curators[0].as_str()), ("Low Tide", "Inès Roux"));
        assert_eq!(
            code(selection::set_status(h, "Médiathèque Sud", &slug, "withdrawn", "eve").await),
            "selection-unknown"
        );
        assert_eq!(
            code(
                selection::set_picture(h, "Médiathèque Nord", &slug, b"<svg onload=x>", "a", "", "ada").await
            ),
            "picture"
        );
        let changed = selection::Write { selection: slug.clone(), title: "Voix".into(), ..ask };
        assert_eq!(selection::write(h, changed).await.unwrap().row.slug, slug, "its address stays");
        selection::set_status(h, "Médiathèque Nord", &slug, "withdrawn", "ada").await.unwrap();
        assert_eq!(code(selection::public(h, &slug).await), "selection-unknown");
    }
}

#[tokio::test]
async fn a_wish_leaves_nothing_but_a_count() -> Result<(), Failure> {
    for fresh in house::each(60).await {
        let h = &fresh.house;
        app::territory::import(h, "places.csv", "code;name\nFR-42;Loire\nFR-42/roanne;Roanne\n", "ada")
            .await?;
        for _ in 0..10 {
            app::partner::wish(h, "FR-42/roanne").await?;
        }
        assert_eq!(code(app::partner::wish(h, "FR-42/elsewhere").await), "place-not-listed");
        app::partner::wish(h, "FR-42").await?;
        assert_eq!(
            app::partner::wishes(h, false).await?,
            [("FR-42/roanne".to_owned(), "Roanne".to_owned(), 10)]
        );
        assert_eq!(app::partner::wishes(h, true).await?.len(), 2);
        let _ = allocation::rule_named("territorial-contribution-by-member")?;
    }
    Ok(())
}
