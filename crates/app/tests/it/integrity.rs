//! Comparisons that change nothing, flags that hold money, territories that add up, rates, replays: on each engine.

use app::compare::{Ask, compare};
use app::figures::Told;
use app::guard::{self, Decision};
use app::plays::{Deliver, Delivered, deliver};
use app::{Failure, House, allocation, doctor, party, policy, pot, rate, replay, territory};
use jiff::civil::Date;
use money::{Amount, Currency};
use music::pot::PayerRole;
use music::{Level, Period, PotId};
use testkit::house::{Fresh, each};

const CATALOGUE: &str = "id\tartist\ttitle\tisrc\tshares\nK1\tMira Feld\tUndertow\tDEN062600001\tMira Feld 100 %\nK2\tOrle Sand\tStone Fair\tFRX762600002\tOrle Sand 100 %\nK3\tVesper Okoro\tGlass Ferry\tUSL012600009\tVesper Okoro 100 %\n";

fn eur(text: &str) -> Amount {
    format!("EUR {text}").parse().unwrap()
}

fn code<T: std::fmt::Debug>(outcome: Result<T, Failure>) -> &'static str {
    match outcome {
        Err(Failure::Refused(refusal)) => refusal.code,
        other => panic!("{other:?}"),
    }
}

/// A pot of EUR 100 by a rule, paid by one library, with the recordings in the catalogue.
async fn library(house: &House, rule: &str) -> (PotId, String) {
    let input = Box::new(std::io::Cursor::new(CATALOGUE.as_bytes().to_vec()));
    app::catalogue::import(house, "catalogue.tsv", input, None, "ada", &|_| {}).await.unwrap();
    let register =
        party::Register { name: "Library".into(), kind: "organisation".into(), ..party::Register::default() };
    party::register(house, register).await.unwrap();
    let ask = pot::Open {
        purpose: "September".into(),
        currency: Currency::EUR,
        rule: rule.into(),
        event: None,
        by: "ada".into(),
    };
    let pot = pot::open(house, ask).await.unwrap().id;
    let ask = pot::Contribute {
        pot: pot.clone(),
        payer: "Library".into(),
        role: PayerRole::Venue,
        gift: pot::Gift::Amount(eur("100")),
        venue_attests: false,
        by: "ada".into(),
    };
    let payment = pot::contribute(house, ask).await.unwrap();
    (pot, payment.contribution.reference)
}

async fn receive(house: &House, reference: &str, amount: Option<&str>) -> Result<(), Failure> {
    let ask = pot::Receive {
        reference: reference.into(),
        amount: amount.map(|a| a.parse().unwrap()),
        evidence: "statement 1".into(),
        by: "ada".into(),
    };
    pot::receive(house, ask).await.map(drop)
}

async fn plays(house: &House, pot: &PotId, rows: &str) -> Delivered {
    let ask = Deliver {
        pot: pot.clone(),
        document: "plays.csv".into(),
        bytes: format!("member,recording,plays,played_s\n{rows}").into_bytes(),
        seats: None,
        days: 30,
        by: "ada".into(),
    };
    deliver(house, ask).await.unwrap()
}

async fn share(house: &House, pot: &PotId) -> allocation::Run {
    let ask = allocation::Allocate { pots: vec![pot.clone()], rule: None, by: "ada".into() };
    let draft = allocation::draft(house, ask).await.unwrap();
    allocation::approve(house, &draft.run.id, "ben").await.unwrap()
}

async fn adjusted(house: &House, pot: &PotId) -> allocation::Run {
    let draft = allocation::adjust(house, pot, "ada").await.unwrap();
    allocation::approve(house, &draft.run.id, "ben").await.unwrap()
}

async fn owed(house: &House, name: &str) -> Amount {
    let id = party::one(house, name).await.unwrap().party.id;
    let mut tx = house.store.begin_read().await.unwrap();
    let mut all = Amount::zero(Currency::EUR);
    for account in [ledger::Account::party(id.as_str()), ledger::Account::unclaimed(id.as_str())] {
        let balance = tx.balance(&account, Currency::EUR).await.unwrap();
        all = all.checked_sub(balance.posted).unwrap();
    }
    all
}

async fn sound(fresh: &Fresh) {
    let report = doctor::examine(&fresh.house).await.unwrap();
    let faults: Vec<_> = report.faults().collect();
    assert!(faults.is_empty(), "{}: {faults:?}", fresh.engine);
    for replay in replay::replay_all(&fresh.house).await.unwrap() {
        assert!(replay.same(), "{}: {replay:?}", fresh.engine);
    }
}

/// A machine beside three listeners: what it played waits, and moves when somebody decides.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_flagged_waits_and_moves_on_a_decision() {
    for fresh in each(41).await {
        let house = &fresh.house;
        let (pot, reference) = library(house, "pro-rata").await;
        receive(house, &reference, None).await.unwrap();
        let rows = "a,K1,10,2000\nb,K2,10,2000\nc,K1,10,2000\nbot,K3,100000,3100000\n";
        assert!(matches!(plays(house, &pot, rows).await, Delivered::Taken(t) if t.members == 4));
        share(house, &pot).await;
        let flags = guard::list(house, Some(&pot)).await.unwrap();
        assert_eq!(flags.iter().map(|f| f.flag.kind.as_str()).collect::<Vec<_>>(), ["beyond-hearing"]);
        assert_eq!(owed(house, "Vesper Okoro").await, eur("0"), "what the machine played waits");
        let before = owed(house, "Mira Feld").await;
        assert!(before.is_positive());
        sound(&fresh).await;
        let id = flags[0].flag.id.clone();
        assert_eq!(code(guard::decide(house, &id, Decision::Uphold, " ", "ada").await), "guard-reason");
        guard::decide(house, &id, Decision::Uphold, "an account that never sleeps", "ada").await.unwrap();
        adjusted(house, &pot).await;
        assert_eq!(owed(house, "Mira Feld").await, eur("66.666667"), "the others share its part");
        assert_eq!(owed(house, "Vesper Okoro").await, eur("0"));
        assert_eq!(code(guard::decide(house, &id, Decision::Release, "no", "ada").await), "flag-decided");
        sound(&fresh).await;
    }
}

/// Whoever accuses has to say so in time.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_undecided_flag_counts_as_released() {
    for fresh in each(42).await {
        let house = &fresh.house;
        let (pot, reference) = library(house, "pro-rata").await;
        receive(house, &reference, None).await.unwrap();
        plays(house, &pot, "a,K1,10,2000\nbot,K3,100000,3100000\n").await;
        share(house, &pot).await;
        assert_eq!(owed(house, "Vesper Okoro").await, eur("0"));
        assert_eq!(code(allocation::adjust(house, &pot, "ada").await), "nothing-changed");
        fresh.world.pass_days(61);
        assert!(guard::list(house, None).await.unwrap()[0].overdue);
        adjusted(house, &pot).await;
        assert!(owed(house, "Vesper Okoro").await.micros() > eur("99").micros());
        sound(&fresh).await;
    }
}

/// A comparison reads; it leaves every table as it was.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_comparison_changes_nothing() {
    for fresh in each(43).await {
        let house = &fresh.house;
        let (pot, _) = library(house, "user-centric").await;
        plays(house, &pot, "a,K1,90,\nb,K2,1,\nbot,K3,100000,3100000\n").await;
        let counted = async || {
            let mut tx = house.store.begin_read().await.unwrap();
            let mut rows = Vec::new();
            for table in store::audit::TABLES {
                let count =
                    tx.number(&format!("select count(*) from \"{table}\""), Vec::new()).await.unwrap();
                rows.push((*table, count));
            }
            rows
        };
        let before = counted().await;
        let ask = Ask {
            pot: pot.clone(),
            rules: ["pro-rata", "user-centric", "threshold", "territorial-contribution", "set-list-per-line"]
                .map(str::to_owned)
                .to_vec(),
            levels: Vec::new(),
            level: Level::Country,
            amount: None,
        };
        let compared = compare(house, &ask).await.unwrap();
        assert_eq!((compared.basis, compared.comparison.amount), ("promised", eur("100")));
        assert_eq!(
            compared.comparison.outcomes().count(),
            4,
            "one of them cannot share plays: {compared:#?}"
        );
        assert_eq!(counted().await, before, "{}", fresh.engine);
    }
}

/// Late plays and changed shares make adjustments, a reversal is exact, and each can be shared again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_comes_later_is_an_adjustment_that_can_be_replayed() {
    for fresh in each(44).await {
        let house = &fresh.house;
        let (pot, reference) = library(house, "user-centric").await;
        receive(house, &reference, None).await.unwrap();
        plays(house, &pot, "a,K1,10,2000\n").await;
        share(house, &pot).await;
        assert_eq!(owed(house, "Mira Feld").await, eur("100"));
        plays(house, &pot, "b,K2,3,600\n").await;
        let run = adjusted(house, &pot).await;
        assert!(run.lines.iter().all(|l| l.why.starts_with("adjusted from EUR ")), "{:?}", run.lines);
        assert_eq!((owed(house, "Mira Feld").await, owed(house, "Orle Sand").await), (eur("50"), eur("50")));
        let again = plays(house, &pot, "b,K2,3,600\n").await;
        assert!(matches!(again, Delivered::Taken(t) if t.before), "the same delivery counts once");
        let reversal = allocation::reverse(house, &run.run.id, "ada").await.unwrap();
        allocation::approve(house, &reversal.run.id, "ben").await.unwrap();
        assert_eq!(owed(house, "Mira Feld").await, eur("100"));
        sound(&fresh).await;
        assert_eq!(replay::replay_all(house).await.unwrap().len(), 3);
    }
}

/// Dollars for a pot in euros: refused without a rate, converted by it at receipt, and exchanged later.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn money_of_another_currency_is_converted_when_it_arrives() {
    for fresh in each(45).await {
        let house = &fresh.house;
        let (_, reference) = library(house, "user-centric").await;
        assert_eq!(code(receive(house, &reference, Some("USD 60")).await), "rate-missing");
        let today = fresh.world.today();
        let set = |value: &str, day: Date| rate::Set {
            pair: "usd/eur".into(),
            value: value.into(),
            source: "ECB".into(),
            day,
            by: "ada".into(),
        };
        rate::set(house, set("0.5", today.checked_sub(jiff::Span::new().days(8)).unwrap())).await.unwrap();
        assert_eq!(code(receive(house, &reference, Some("USD 60")).await), "rate-missing", "too old");
        rate::set(house, set("0.91", today)).await.unwrap();
        assert_eq!(code(rate::set(house, set("0.92", today)).await), "rate-known");
        receive(house, &reference, Some("USD 60")).await.unwrap();
        let stands = rate::positions(house).await.unwrap();
        assert_eq!(stands, vec![("fx:EUR-USD".to_owned(), vec![eur("-54.60"), "USD 60".parse().unwrap()])]);
        sound(&fresh).await;
        let exchange = |sold: &str, bought: &str, evidence: &str| rate::Exchange {
            sold: sold.parse().unwrap(),
            bought: bought.parse().unwrap(),
            evidence: evidence.into(),
            by: "ada".into(),
        };
        assert_eq!(
            code(rate::exchange(house, exchange("USD 61", "EUR 50", "d0")).await),
            "exchange-too-much"
        );
        assert_eq!(rate::exchange(house, exchange("USD 30", "EUR 27.50", "d1")).await.unwrap(), eur("0.20"));
        assert_eq!(
            code(rate::exchange(house, exchange("USD 30", "EUR 27.50", "d1")).await),
            "exchange-before"
        );
        assert_eq!(rate::exchange(house, exchange("USD 30", "EUR 27.20", "d2")).await.unwrap(), eur("-0.10"));
        assert!(rate::positions(house).await.unwrap().is_empty());
        sound(&fresh).await;
    }
}

/// What stayed here adds up to what was paid in; few payers or payees are told of nothing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_stayed_here_adds_up_and_tells_of_nobody() {
    for fresh in each(46).await {
        let house = &fresh.house;
        let (pot, reference) = library(house, "territorial-contribution-by-member").await;
        receive(house, &reference, None).await.unwrap();
        let list = "code;name\nFR-42;Loire\nFR-42/roanne;Roanne\nnonsense;x\n";
        let (count, problems) = territory::import(house, "places.csv", list, "ada").await.unwrap();
        assert_eq!((count, problems.len()), (2, 1));
        for (who, place) in [("Library", "FR-42"), ("Orle Sand", "FR-42/roanne")] {
            assert!(territory::tag(house, who, place, false, "ada").await.unwrap());
        }
        assert_eq!(
            code(territory::tag(house, "Mira Feld", "FR-42/feurs", false, "ada").await),
            "place-not-listed"
        );
        plays(house, &pot, "a,K1,10,2000\na,K2,10,2000\nb,K3,5,1000\n").await;
        let run = share(house, &pot).await;
        // The floor of 10 % goes to the one local recording, wherever else its members listened.
        let floor =
            run.lines.iter().find(|l| l.why.contains("institution's territory") || l.why.contains("local"));
        assert!(floor.is_some(), "{:?}", run.lines);
        let report = territory::report(house, "FR-42", Period::ALWAYS, Level::Subdivision).await.unwrap();
        assert!(matches!(report.currencies[0].paid_in, Told::Withheld(_)));
        assert!(matches!(report.currencies[0].went, Told::Withheld(_)));
        // One payer has all of it, so even a threshold of one tells nothing about this place.
        policy::set(house, "giver-threshold", "1", "ada").await.unwrap();
        let report = territory::report(house, "FR-42", Period::ALWAYS, Level::Subdivision).await.unwrap();
        assert!(matches!(report.currencies[0].paid_in, Told::Withheld(_)));
        sound(&fresh).await;
    }
}

/// With enough payers and payees it is told, and where everything went adds up to what was paid in.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_stayed_here_is_told_of_many() {
    for fresh in each(47).await {
        let house = &fresh.house;
        let (pot, reference) = library(house, "set-list-per-line").await;
        policy::set(house, "giver-threshold", "3", "ada").await.unwrap();
        receive(house, &reference, None).await.unwrap();
        for name in ["Second", "Third"] {
            let ask =
                party::Register { name: name.into(), territory: Some("FR-42".into()), ..Default::default() };
            party::register(house, ask).await.unwrap();
            let ask = pot::Contribute {
                pot: pot.clone(),
                payer: name.into(),
                role: PayerRole::Venue,
                gift: pot::Gift::Amount(eur("100")),
                venue_attests: false,
                by: "ada".into(),
            };
            let reference = pot::contribute(house, ask).await.unwrap().contribution.reference;
            receive_as(house, &reference, name).await;
        }
        for who in ["Library", "Mira Feld", "Orle Sand", "Vesper Okoro"] {
            territory::tag(house, who, "FR-42", false, "ada").await.unwrap();
        }
        plays(house, &pot, "a,K1,10,2000\nb,K2,10,2000\nc,K3,10,2000\n").await;
        let ask = allocation::Allocate {
            pots: vec![pot.clone()],
            rule: Some("user-centric".into()),
            by: "ada".into(),
        };
        let draft = allocation::draft(house, ask).await.unwrap();
        allocation::approve(house, &draft.run.id, "ben").await.unwrap();
        let report = territory::report(house, "FR", Period::ALWAYS, Level::Country).await.unwrap();
        let one = &report.currencies[0];
        assert_eq!((&one.paid_in, &one.stayed), (&Told::Known(eur("300")), &Told::Known(eur("300"))));
        assert_eq!(one.parties, Told::Known(3));
        let Told::Known(went) = &one.went else { panic!("{one:?}") };
        assert_eq!(money::sum(went.iter().map(|(_, a)| *a), Currency::EUR).unwrap(), eur("300"));
        let elsewhere = territory::report(house, "DE", Period::ALWAYS, Level::Country).await.unwrap();
        assert!(elsewhere.currencies.is_empty());
        sound(&fresh).await;
    }
}

async fn receive_as(house: &House, reference: &str, evidence: &str) {
    let ask = pot::Receive {
        reference: reference.into(),
        amount: None,
        evidence: evidence.into(),
        by: "ada".into(),
    };
    pot::receive(house, ask).await.unwrap();
}
