//! Where the money of a member's seat went, as that member is told.

use app::member::{money as money_of, own};
use app::pot::{self, Gift};
use app::{allocation, period};
use money::Currency;
use music::pot::PayerRole;
use programmes::streaming::{Report, Unit};
use store::MemberRow;
use testkit::house::each;
use testkit::listening::id;

use super::{Place, file, place};
use crate::story::amount;

const LIBRARY: &str = "Médiathèque du Port";
const DAY: i64 = 86_400_000;

fn member(place: &Place, n: usize) -> MemberRow {
    MemberRow {
        id: format!("mbr-MEMBER{n:04}").parse().unwrap(),
        institution: place.institution.to_string(),
        sign_in: "sgn-NOBODY000001".parse().unwrap(),
        created: place.house.now(),
        until: None,
        confirmed: place.house.now(),
        ended: None,
    }
}

async fn listens(place: &Place, n: usize, recording: usize, at: i64) {
    let recorder = place.recorder();
    let who = place.listener(member(place, n).id.as_str(), "a phone");
    place.clock.set(at);
    let mut out = recorder.stream(&who, &id(recording), file(200_000), Unit::Play);
    let mut sent = 0;
    while sent < 200_000 {
        sent = out.grant(sent).await.unwrap();
    }
    place.clock.set(at + 100_000);
    recorder.say(&who, &[(id(recording), Report::Listened { at: None })]).await.unwrap();
}

/// Counts October, shares EUR 400 over so many seats, and gives what it took from the members' names.
async fn shared(place: &Place, seats: u64) {
    let house = &place.house;
    period::draft(house, LIBRARY, "2026-10", Some(seats), "ines").await.unwrap();
    let ask = pot::Open {
        purpose: "October at the library".into(),
        currency: Currency::EUR,
        rule: "territorial-contribution-by-member".into(),
        event: None,
        by: "ines".into(),
    };
    let pot = pot::open(house, ask).await.unwrap().id;
    let ask = pot::Contribute {
        pot: pot.clone(),
        payer: LIBRARY.into(),
        role: PayerRole::Subscriber,
        gift: Gift::Amount(amount("EUR 400")),
        venue_attests: false,
        by: "ines".into(),
    };
    let reference = pot::contribute(house, ask).await.unwrap().contribution.reference;
    let ask = pot::Receive { reference, amount: None, evidence: "statement 7".into(), by: "ines".into() };
    pot::receive(house, ask).await.unwrap();
    period::approve(house, LIBRARY, "2026-10", Some(&pot), "paul").await.unwrap();
    let ask = allocation::Allocate { pots: vec![pot], rule: None, by: "ines".into() };
    let run = allocation::draft(house, ask).await.unwrap();
    allocation::approve(house, &run.run.id, "paul").await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_member_sees_where_their_seat_went_until_the_key_is_gone() {
    for fresh in each(41).await {
        let place = place(fresh, 6).await;
        for n in 0..12_usize {
            listens(&place, n, n % 3, n as i64 * 600_000).await;
        }
        listens(&place, 0, 4, DAY).await;
        let (house, keys) = (&place.house, &place.keys);
        let first = member(&place, 0);
        let heard = own::counted(house, keys, &first).await.unwrap();
        assert_eq!((heard.len(), heard[0].rows.len()), (1, 2), "what is open is told to oneself");
        assert!(money_of::seat(house, keys, &first).await.unwrap().is_empty(), "nothing is shared yet");
        place.clock.set(32 * DAY);
        shared(&place, 20).await;
        let told = money_of::seat(house, keys, &first).await.unwrap();
        let [one] = told.as_slice() else { panic!("{told:?}") };
        assert_eq!(one.seat.unwrap().to_string(), "EUR 20.00");
        assert_eq!(one.lines[0].amount.unwrap().to_string(), "EUR 4.00", "a twentieth of 20 %");
        let lines = |name: &str| one.lines.iter().find(|l| l.what.en == name).unwrap();
        let own_line = lines("members");
        let moved = own_line.moved.as_ref().unwrap();
        assert_eq!(moved.len(), 2);
        assert_eq!(moved[0].amount, moved[1].amount, "one play each");
        let sum = moved[0].amount.unwrap().checked_add(moved[1].amount.unwrap()).unwrap();
        assert_eq!(sum, own_line.amount.unwrap());
        // Nobody played anything of the place, so that part went to what was played as well: 40 % of a seat.
        assert_eq!(own_line.amount.unwrap().to_string(), "EUR 8.00");
        assert!(!format!("{told:?}").contains("usg-"), "no name of anybody is told");
        let nobody = money_of::seat(house, keys, &member(&place, 99)).await.unwrap();
        assert!(nobody[0].lines.iter().all(|l| l.moved.as_ref().is_none_or(Vec::is_empty)));
        place.clock.set(100 * DAY);
        period::forget(house, keys, "house").await.unwrap();
        assert!(money_of::seat(house, keys, &first).await.unwrap().is_empty());
        assert!(own::counted(house, keys, &first).await.unwrap().is_empty());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_few_seats_parts_are_told_and_no_amounts() {
    for fresh in each(42).await {
        let place = place(fresh, 6).await;
        for n in 0..3_usize {
            listens(&place, n, n, n as i64 * 600_000).await;
        }
        place.clock.set(32 * DAY);
        shared(&place, 4).await;
        let told = money_of::seat(&place.house, &place.keys, &member(&place, 1)).await.unwrap();
        assert!(told[0].seat.is_none() && told[0].lines.iter().all(|l| l.amount.is_none()));
        let moved: Vec<_> = told[0].lines.iter().filter_map(|l| l.moved.as_ref()).flatten().collect();
        assert_eq!(moved.len(), 1);
        assert_eq!((moved[0].part_ppm, moved[0].amount), (1_000_000, None));
    }
}
