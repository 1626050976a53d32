//! The close of a period as one story: what an institution pays and its members hear, from the contract to statements
//! that hold set lists as well; seats that nobody used; and the jobs that come round by themselves.

use app::counting::Page;
use app::institution::account::Became;
use app::institution::{self, Agree, Agreed, Billing, Note, Under, account, bill, stayed, usage};
use app::job::{self, Outcome};
use app::plays::{Deliver, Delivered};
use app::{
    House, allocation, carried, doctor, figures, heard, party, period, plays, policy, pot, replay, statement,
    suspense,
};
use jiff::civil::{Date, date};
use ledger::Account;
use money::{Amount, Currency};
use music::pot::PayerRole;
use music::{Period, PotId, RecordingId};
use programmes::streaming::{Report, Unit};
use testkit::house::{Fresh, each, sqlite};

use crate::counting::{Place, file, place};
use crate::story::{amount, begin, code};

const LIBRARY: &str = "Médiathèque du Port";
const DAY: i64 = 86_400_000;

async fn note_library(house: &House, name: &str) {
    let ask = party::Register {
        name: name.into(),
        kind: "organisation".into(),
        territory: Some("FR-42".into()),
        ..party::Register::default()
    };
    party::register(house, ask).await.unwrap();
    let note = Note {
        party: name.into(),
        kind: "library".into(),
        town: "Roc-Neuf".into(),
        country: "FR".into(),
        by: "ines".into(),
        ..Note::default()
    };
    institution::note(house, note).await.unwrap();
    let billing = Billing {
        name: "Commune de Roc-Neuf".into(),
        siret: "732 829 320 00074".into(),
        address: vec!["2 place du Marché".into()],
        postcode: "42990".into(),
        town: "Roc-Neuf".into(),
        country: "FR".into(),
        ..Billing::default()
    };
    institution::set_billing(house, name, billing, "ines").await.unwrap();
    for (name, value) in [
        ("house-address", "rue de la Part; 12; 42000; Saint-Etienne; FR"),
        ("house-vat-id", "FR 44 732829320"),
        ("house-registration", "732 829 320 00074"),
        ("house-iban", testkit::house::HOUSE_IBAN),
        ("sale-notes", "PMT: 40 euros | PMD: 3 fois le taux légal | AAB: sans escompte"),
    ] {
        policy::set(house, name, value, "ines").await.unwrap();
    }
}

fn contract(start: Date, end: Date, seats: u64, price: &str, rule: &str) -> Agree {
    Agree {
        holder: LIBRARY.into(),
        members: vec![Under {
            institution: LIBRARY.into(),
            seats: Some(seats),
            inhabitants: None,
            weight: None,
        }],
        start,
        end,
        price_kind: "flat".into(),
        price: amount(price),
        key: "equal".into(),
        rule: rule.into(),
        subject: "Abonnement".into(),
        lang: "fr".into(),
        closes: "month".into(),
        on_site: true,
        home: true,
        vat: "S".into(),
        vat_class: "standard".into(),
        exemption: String::new(),
        exemption_code: String::new(),
        order: String::new(),
        renews_months: Some(2),
        notice_days: 10,
        by: "ines".into(),
    }
}

async fn listens(place: &Place, member: &str, recording: &RecordingId, at: i64) {
    let recorder = place.recorder();
    let who = place.listener(member, "a phone");
    place.clock.set(at);
    let mut out = recorder.stream(&who, recording, file(200_000), Unit::Play);
    let mut sent = 0;
    while sent < 200_000 {
        sent = out.grant(sent).await.unwrap();
    }
    place.clock.set(at + 100_000);
    recorder.say(&who, &[(recording.clone(), Report::Listened { at: None })]).await.unwrap();
}

async fn named(house: &House, source_id: &str) -> RecordingId {
    let mut tx = house.store.begin_read().await.unwrap();
    tx.recordings_by_source_id(source_id).await.unwrap().first().unwrap().recording.id.clone()
}

async fn holds(house: &House, account: &str) -> Amount {
    let mut tx = house.store.begin_read().await.unwrap();
    let account: Account = account.parse().unwrap();
    tx.balance(&account, Currency::EUR).await.unwrap().posted.negated().unwrap()
}

async fn share(house: &House, pot: &PotId) -> Result<(), app::Failure> {
    let ask = allocation::Allocate { pots: vec![pot.clone()], rule: None, by: "ines".into() };
    let run = allocation::draft(house, ask).await?;
    allocation::approve(house, &run.run.id, "paul").await.map(drop)
}

async fn sound(house: &House, engine: &str) {
    let report = doctor::examine(house).await.unwrap();
    let faults: Vec<_> = report.faults().collect();
    assert!(faults.is_empty(), "{engine}: {faults:?}");
    assert!(replay::replay_all(house).await.unwrap().iter().all(|r| r.same()), "{engine}");
}

/// From the first byte to the statement: twelve members of twenty seats, two months, user-centric; the money of
/// unused seats waits and joins the next month; set lists stand on the same statement.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_months_of_a_library_close() {
    for fresh in each(71).await {
        let mut story = begin(fresh).await;
        story.shared("DJ Lantern", "Mira Feld - Low Tide\n", amount("EUR 50")).await;
        note_library(&story.fresh.house, LIBRARY).await;
        let place = place(story.fresh, 0).await;
        let (house, engine) = (&place.house, place.engine);
        let terms = contract(date(2026, 10, 1), date(2026, 12, 1), 20, "EUR 610", "user-centric");
        let agreed = institution::agree(house, terms).await.unwrap();
        let sale = bill::issue(house, agreed.row.id.as_str(), None, "ines").await.unwrap();
        bill::receive(house, &sale.row.printed, None, "statement 7", "ines").await.unwrap();
        let (low, back) = (named(house, "S01").await, named(house, "S02").await);
        for m in 0..12_i64 {
            listens(&place, &format!("member-{m}"), &low, m * 600_000).await;
            // Each looks at the page of what they do not play.
            place
                .recorder()
                .look(&place.institution, &format!("member-{m}"), Page::Recording, &back)
                .await
                .unwrap();
        }
        let pages = [Page::Artist("Mira Feld"), Page::Release("rel-1"), Page::Selection("automne")];
        for page in pages {
            for m in 0..12 {
                place.recorder().look(&place.institution, &format!("member-{m}"), page, &low).await.unwrap();
            }
        }
        place.clock.set(32 * DAY);
        let drafted = period::draft(house, LIBRARY, "2026-10", None, "ines").await.unwrap();
        assert_eq!(drafted.period.seats, Some(20), "{engine}: the seats of the contract");
        assert!(usage::report(house, LIBRARY, Date::MIN, Date::MAX).await.unwrap().spans.is_empty());
        let closed = period::approve(house, LIBRARY, "2026-10", None, "paul").await.unwrap();
        let october = closed.pot.clone().unwrap();

        // What the institution is told: counted once, by itself, and what was opened is gone.
        let report = usage::report(house, LIBRARY, Date::MIN, Date::MAX).await.unwrap();
        assert_eq!(report.spans.len(), 1, "{engine}");
        let told = &report.spans[0].told;
        assert_eq!((report.spans[0].start, report.spans[0].end), (date(2026, 10, 1), date(2026, 11, 1)));
        assert_eq!((told.members, told.total.total_requests), (Some(12), Some(12)), "{engine}");
        assert_eq!(told.total.total_investigations, 12 + 4 * 12, "{engine}: plays are investigations too");
        let mut tx = house.store.begin_read().await.unwrap();
        assert!(tx.looks(&closed.id).await.unwrap().is_empty(), "{engine}");
        drop(tx);
        let csv = usage::csv(&report, "Tantième", date(2026, 11, 2));
        assert!(csv.contains(",Sound,Total_Item_Requests,12,12"), "{csv}");

        // The close: twelve of twenty seats follow their members, eight wait.
        let received = holds(house, &format!("pot:{october}")).await;
        assert_eq!(received, amount("EUR 310"));
        share(house, &october).await.unwrap();
        assert_eq!(holds(house, "suspense:unplayed").await, amount("EUR 124"), "{engine}: eight seats of 20");
        let waits = carried::waiting(house, None).await.unwrap();
        assert_eq!((waits[0].payer.clone(), waits[0].amount), (place.institution.clone(), amount("EUR 124")));
        sound(house, engine).await;

        // November: everybody listens, and what waited is shared with it.
        for m in 0..20_i64 {
            listens(&place, &format!("member-{m}"), &back, 34 * DAY + m * 600_000).await;
        }
        place.clock.set(63 * DAY);
        period::draft(house, LIBRARY, "2026-11", None, "ines").await.unwrap();
        let november = period::approve(house, LIBRARY, "2026-11", None, "paul").await.unwrap().pot.unwrap();
        assert_eq!(holds(house, "suspense:unplayed").await, amount("EUR 0"), "{engine}");
        assert_eq!(holds(house, &format!("pot:{november}")).await, amount("EUR 424"), "{engine}");
        share(house, &november).await.unwrap();
        sound(house, engine).await;
        // Everything that arrived is with artists: Low Tide is Mira's, Backroom Ledger half Orrin's.
        assert_eq!(holds(house, &party_account(house, "Orrin Vale").await).await, amount("EUR 212"));

        let book = account::book(house, LIBRARY).await.unwrap();
        let parts: Vec<_> = book.spans.iter().map(|s| s.told.clone().unwrap()).collect();
        let Became::Parts(first) = &parts[0] else { panic!("{engine}: {parts:?}") };
        assert_eq!(
            (first.paid, first.carried, first.brought),
            (amount("EUR 186"), amount("EUR 124"), amount("EUR 0"))
        );
        let Became::Parts(second) = &parts[1] else { panic!("{engine}: {parts:?}") };
        assert_eq!((second.paid, second.brought), (amount("EUR 424"), amount("EUR 124")));
        assert!(book.next.is_none());

        // One statement, set lists and plays; the unused seats are explained by the rule.
        let issued = statement::make(house, "Mira Feld", Period::ALWAYS).await.unwrap();
        let s = &issued[0].statement;
        let of = |payers: &str| s.lines.iter().filter(|l| l.payers == payers).count();
        assert!(of("set lists") == 1 && of("streaming") >= 1, "{engine}: {:?}", s.lines);
        let rule = s.rules.iter().find(|r| r.label == "user-centric@1").unwrap();
        assert!(rule.reading_en.contains("the same payer's next pot"), "{}", rule.reading_en);
        let told = heard::told(house, "Mira Feld").await.unwrap();
        assert_eq!((told.periods.len(), told.open.len()), (2, 2), "{engine}");

        // The run that carried money is taken back: what is shared by now is made up for by the next pot.
        let mut tx = house.store.begin_read().await.unwrap();
        let runs = tx.runs_of_pot(&november).await.unwrap();
        drop(tx);
        let back = allocation::reverse(house, &runs[0].id, "ines").await.unwrap();
        allocation::approve(house, &back.run.id, "paul").await.unwrap();
        assert_eq!(holds(house, &format!("pot:{november}")).await, amount("EUR 424"), "{engine}");
        share(house, &november).await.unwrap();
        sound(house, engine).await;
        figures::public(house).await.unwrap();
    }
}

async fn party_account(house: &House, name: &str) -> String {
    format!("party:{}", party::one(house, name).await.unwrap().party.id)
}

/// Money of unused seats goes on to the fund where no next pot comes, and never to nobody: over random months every
/// micro is with artists, in a fund, in a pot, or waits.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn unused_seats_lose_no_micro() {
    for (seed, fresh) in [(1_u64, sqlite(72).await), (2, sqlite(73).await)]
        .into_iter()
        .chain(each(74).await.into_iter().skip(1).map(|fresh| (3, fresh)))
    {
        let story = begin(fresh).await;
        let house = story.house().clone();
        let engine = story.fresh.engine;
        let mut chance = seed;
        let mut next = |below: u64| {
            chance = chance.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (chance >> 33) % below
        };
        for name in ["Library A", "Library B"] {
            party::register(&house, party::Register { name: name.into(), ..Default::default() })
                .await
                .unwrap();
        }
        let mut given = 0;
        for month in 0..6 {
            let rule = ["user-centric", "equal-per-listener", "scaled-user-prop"][next(3) as usize];
            let ask = pot::Open {
                purpose: format!("month {month}"),
                currency: Currency::EUR,
                rule: rule.into(),
                event: None,
                by: "ines".into(),
            };
            let pot = pot::open(&house, ask).await.unwrap().id;
            for name in ["Library A", "Library B"].into_iter().take(1 + next(2) as usize) {
                let cents = 100 + next(90_000);
                let gift = amount(&format!("EUR {}.{:02}", cents / 100, cents % 100));
                given += gift.micros();
                give(&house, &pot, name, gift, month).await;
            }
            let (active, idle) = (1 + next(5), next(6));
            let mut rows = String::from("member,recording,plays\n");
            for m in 0..active {
                rows.push_str(&format!("m{m},S0{},{}\n", 1 + next(2), 1 + next(9)));
            }
            let ask = Deliver {
                pot: pot.clone(),
                document: format!("month-{month}.csv"),
                bytes: rows.into_bytes(),
                seats: Some(active + idle),
                days: 30,
                by: "ines".into(),
            };
            assert!(matches!(plays::deliver(&house, ask).await.unwrap(), Delivered::Taken(_)));
            share(&house, &pot).await.unwrap();
            assert_eq!(everything(&house).await, given, "{engine}, seed {seed}, month {month}");
        }
        sound(&house, engine).await;
        let waits = holds(&house, "suspense:unplayed").await;
        let sum: i64 = carried::waiting(&house, None).await.unwrap().iter().map(|w| w.amount.micros()).sum();
        assert_eq!(waits.micros(), sum);
        // Nobody subscribes any more: after a year it goes to the fund, and says so.
        story.fresh.world.pass_days(400);
        suspense::due(&house, "clock").await.unwrap();
        assert_eq!(holds(&house, "suspense:unplayed").await.micros(), 0, "{engine}, seed {seed}");
        assert!(holds(&house, carried::FUND).await.micros() >= waits.micros());
        assert_eq!(everything(&house).await, given, "{engine}, seed {seed}");
        sound(&house, engine).await;
    }
}

async fn give(house: &House, pot: &PotId, payer: &str, gift: Amount, month: u64) {
    let ask = pot::Contribute {
        pot: pot.clone(),
        payer: payer.into(),
        role: PayerRole::Subscriber,
        gift: pot::Gift::Amount(gift),
        venue_attests: false,
        by: "ines".into(),
    };
    let payment = pot::contribute(house, ask).await.unwrap();
    let ask = pot::Receive {
        reference: payment.contribution.reference,
        amount: None,
        evidence: format!("statement {month} {payer}"),
        by: "ines".into(),
    };
    pot::receive(house, ask).await.unwrap();
}

/// All that is owed to anybody or waits, in micros.
async fn everything(house: &House) -> i64 {
    let mut tx = house.store.begin_read().await.unwrap();
    let mut sum = 0;
    for kind in ["party", "unclaimed", "suspense", "fund", "pot", "house"] {
        for (_, balance) in tx.balances(kind).await.unwrap() {
            sum -= balance.posted.micros();
        }
    }
    sum
}

async fn ready(fresh: &Fresh) -> Agreed {
    let house = &fresh.house;
    note_library(house, LIBRARY).await;
    let today = fresh.world.today();
    let terms = contract(
        today,
        today.checked_add(jiff::Span::new().months(2)).unwrap(),
        3,
        "EUR 100",
        "user-centric",
    );
    institution::agree(house, terms).await.unwrap()
}

/// The jobs of a day run once, whoever puts them in line and however often; each does its work, and a restart changes
/// nothing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_comes_round_is_done_once_a_day() {
    for fresh in each(75).await {
        let (house, engine) = (&fresh.house, fresh.engine);
        let first = ready(&fresh).await;
        let sale = bill::issue(house, first.row.id.as_str(), None, "ines").await.unwrap();
        let keys = ports::period_keys::PeriodKeys::at(&fresh.folder.path().join("keys"));
        let all = job::handlers_with(None, Some(keys));
        let mut kinds = Vec::new();
        // Two processes start, and one starts again in the middle of the day.
        for _ in 0..2 {
            job::round(house).await.unwrap();
            job::round(house).await.unwrap();
            while let Some((row, outcome)) = job::run_one(house, &all, "w").await.unwrap() {
                assert_eq!(outcome, Outcome::Done, "{engine}: {row:?}");
                kinds.push(row.kind);
            }
        }
        for kind in [job::RENEW, job::BILL, job::FORGET, job::TRAIN] {
            assert_eq!(kinds.iter().filter(|k| *k == kind).count(), 1, "{engine}: {kind} in {kinds:?}");
        }
        assert_eq!(institution::contracts(house, None).await.unwrap().len(), 1, "notice can still be given");
        fresh.world.pass_days(55);
        job::round(house).await.unwrap();
        while let Some((row, outcome)) = job::run_one(house, &all, "w").await.unwrap() {
            assert_eq!(outcome, Outcome::Done, "{engine}: {row:?}");
        }
        let contracts = institution::contracts(house, None).await.unwrap();
        assert_eq!(contracts.len(), 2, "{engine}: it goes on");
        // Renewed on that day, and billed at the latest on the next: the order of two jobs of one day is nobody's.
        fresh.world.pass_days(1);
        job::round(house).await.unwrap();
        while job::run_one(house, &all, "w").await.unwrap().is_some() {}
        let sales = bill::list(house, None).await.unwrap();
        assert_eq!(sales.len(), 2, "{engine}");
        assert_eq!((sales[1].row.start, sales[1].row.net), (first.row.end, sale.row.net), "{engine}");
        assert_eq!(bill::issue_due(house, "x").await.unwrap().0.len(), 0, "{engine}: once");
        // What a person bills in parts is left to a person.
        let (done, failed) = institution::renew_due(house, "x").await.unwrap();
        assert!(done.is_empty() && failed.is_empty());
    }
}

/// A refusal stands in the queue until somebody looks, and everything else is done all the same.
#[tokio::test]
async fn what_cannot_be_billed_says_why() {
    let fresh = sqlite(76).await;
    let house = &fresh.house;
    let first = ready(&fresh).await;
    bill::issue(house, first.row.id.as_str(), None, "ines").await.unwrap();
    fresh.world.pass_days(55);
    institution::renew_due(house, "clock").await.unwrap();
    policy::set(house, "house-address", "", "ines").await.unwrap();
    let (done, failed) = bill::issue_due(house, "clock").await.unwrap();
    assert!(done.is_empty());
    assert!(failed[0].1.to_string().contains("address"), "{:?}", failed[0].1);
}

/// Fewer members than the threshold: nothing is told of them, what they opened is gone all the same, and what became
/// of the money is not told either, as unused seats would tell how many they were.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn few_members_are_told_nowhere() {
    let story = begin(sqlite(77).await).await;
    note_library(&story.fresh.house, LIBRARY).await;
    let place = place(story.fresh, 0).await;
    let house = &place.house;
    let terms = contract(date(2026, 10, 1), date(2026, 12, 1), 15, "EUR 610", "user-centric");
    let agreed = institution::agree(house, terms).await.unwrap();
    let sale = bill::issue(house, agreed.row.id.as_str(), None, "ines").await.unwrap();
    bill::receive(house, &sale.row.printed, None, "statement 7", "ines").await.unwrap();
    let low = named(house, "S01").await;
    for m in 0..4_i64 {
        listens(&place, &format!("member-{m}"), &low, m * 600_000).await;
        place
            .recorder()
            .look(&place.institution, &format!("member-{m}"), Page::Recording, &low)
            .await
            .unwrap();
    }
    place.clock.set(32 * DAY);
    period::draft(house, LIBRARY, "2026-10", None, "ines").await.unwrap();
    let october = period::approve(house, LIBRARY, "2026-10", None, "paul").await.unwrap();
    share(house, october.pot.as_ref().unwrap()).await.unwrap();
    let report = usage::report(house, LIBRARY, Date::MIN, Date::MAX).await.unwrap();
    assert_eq!((report.spans.len(), report.spans[0].told.members), (1, None));
    let text = format!("{:?} {}", report.spans[0].told, usage::csv(&report, "T", date(2026, 11, 2)));
    assert!(!text.contains("Some(4)") && !text.contains(",4"), "{text}");
    let mut tx = house.store.begin_read().await.unwrap();
    assert!(tx.looks(&october.id).await.unwrap().is_empty());
    drop(tx);
    let book = account::book(house, LIBRARY).await.unwrap();
    assert_eq!(book.spans[0].told, Some(Became::Untold));
    assert!(book.next.is_none(), "what waits would tell how many seats were used");
    assert!(
        stayed::report(house, LIBRARY, Date::MIN, Date::MAX).await.unwrap().iter().all(|s| s.parties == 0)
    );
    // A period that nobody closes keeps what was opened no longer than what was heard.
    place.clock.set(40 * DAY);
    place.recorder().look(&place.institution, "member-9", Page::Recording, &low).await.unwrap();
    place.clock.set(70 * DAY + 60 * DAY);
    period::forget(house, &place.keys, "clock").await.unwrap();
    let mut tx = house.store.begin_read().await.unwrap();
    for row in tx.usage_periods(None).await.unwrap() {
        assert!(tx.looks(&row.id).await.unwrap().is_empty(), "{}", row.label);
    }
    assert_eq!(
        code(usage::take(house, LIBRARY, date(2026, 10, 1), date(2026, 11, 1), [], "x").await),
        "usage-told"
    );
}
