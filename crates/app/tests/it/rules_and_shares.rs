//! Rules told before they change, shares handed to collaborators, and auditors who are looked at.

use app::policy_change::{self, Announce};
use app::session::{Role, Visitor};
use app::share_offer::{self, Answer, Offer};
use app::sign_in::{self, Add, Grant};
use app::{Failure, House, audit_visit, party, policy, session};
use jiff::SignedDuration;
use jiff::tz::TimeZone;
use money::Ratio;
use music::{
    PartyId, Period, RecordingId, RightsShare, ShareId, ShareStatus, ShareSubject, Territory, UseType,
};
use store::ShareRow;
use testkit::house;

const PHRASE: &str = "four quiet tides";

fn code(failure: Failure) -> &'static str {
    match failure {
        Failure::Refused(refusal) => refusal.code,
        Failure::Fault(fault) => panic!("{fault}"),
    }
}

async fn named(house: &House, name: &str) -> PartyId {
    let ask = party::Register { name: name.to_owned(), by: "ada".to_owned(), ..party::Register::default() };
    party::register(house, ask).await.unwrap().party.id
}

async fn person(house: &House, login: &str, role: Option<(Role, &str)>) -> Visitor {
    let ask = Add {
        login: login.to_owned(),
        password: Some(PHRASE.to_owned()),
        by: "ada".to_owned(),
        ..Add::default()
    };
    sign_in::add(house, ask).await.unwrap();
    if let Some((role, of)) = role {
        let until = (role == Role::Auditor).then(|| house.now() + SignedDuration::from_hours(24));
        let ask = Grant { who: login.to_owned(), role, party: of.to_owned(), until, by: "ada".to_owned() };
        sign_in::grant(house, ask).await.unwrap();
    }
    let entered = sign_in::enter_by_password(house, login, PHRASE, "test", None).await.unwrap();
    session::visitor(house, &entered.token).await.unwrap().unwrap()
}

fn announce(house: &House, name: &str, value: &str, days: i64) -> Announce {
    Announce {
        name: name.to_owned(),
        value: value.to_owned(),
        reason: "small payouts cost more than they bring".to_owned(),
        day: (house.now() + SignedDuration::from_hours(24 * days)).to_zoned(TimeZone::UTC).date(),
        by: "ada".to_owned(),
    }
}

#[tokio::test]
async fn a_rule_is_told_said_something_to_and_holds_on_its_day() {
    for fresh in house::each(41).await {
        let house = &fresh.house;
        let mira = named(house, "Mira Feld").await;
        let reader = person(house, "mira", Some((Role::Owner, mira.as_str()))).await;
        for (name, value, days, want) in [
            ("no-such", "5", 40, "policy-unknown"),
            ("payout-minimum", "-5", 40, "policy-value"),
            ("payout-minimum", "5", 40, "change-same"),
            ("payout-minimum", "10", 20, "change-early"),
        ] {
            assert_eq!(
                code(policy_change::announce(house, announce(house, name, value, days)).await.unwrap_err()),
                want
            );
        }
        let told = policy_change::announce(house, announce(house, "payout-minimum", "10", 40)).await.unwrap();
        let now = |h: &House| {
            let h = h.clone();
            async move {
                let mut tx = h.store.begin_read().await.unwrap();
                policy::text(&mut tx, "payout-minimum", h.now()).await.unwrap()
            }
        };
        assert_eq!(now(house).await, "5", "it is told, and does not hold yet");
        let id = told.id.as_str();
        policy_change::comment(house, &reader, id, mira.as_str(), "too much for small ones").await.unwrap();
        let other = policy_change::comment(house, &reader, id, "pty-OTHER", "x").await.unwrap_err();
        assert_eq!(code(other), "not-yours");
        let list = policy_change::list(house).await.unwrap();
        assert_eq!((list[0].comments[0].0.as_str(), list[0].waits(house.now())), ("Mira Feld", true));
        // A second one is withdrawn before its day, and changes nothing on it.
        let second = policy_change::announce(house, announce(house, "fee-provider", "2", 50)).await.unwrap();
        policy_change::withdraw(house, second.id.as_str(), "you were right", "ada").await.unwrap();
        let again = policy_change::withdraw(house, second.id.as_str(), "again", "ada").await.unwrap_err();
        assert_eq!(code(again), "change-over");
        fresh.world.pass_seconds(60 * 86_400);
        assert_eq!(now(house).await, "10", "it holds by itself");
        let mut tx = house.store.begin_read().await.unwrap();
        assert_eq!(policy::text(&mut tx, "fee-provider", house.now()).await.unwrap(), "1");
        drop(tx);
        let late = policy_change::comment(house, &reader, id, "", "late").await.unwrap_err();
        assert_eq!(code(late), "change-over");
    }
}

/// A recording that Mira holds three quarters of and Ona a quarter.
async fn recording(house: &House, mira: &PartyId, ona: &PartyId) -> RecordingId {
    let table =
        "id\tartist\ttitle\talbum\tlabel\tduration_s\tisrc\tyear\n1\tMira Feld\tLow Tide\t\t\t364\t\t2024\n";
    let input = Box::new(std::io::Cursor::new(table.as_bytes().to_vec()));
    app::catalogue::import(house, "catalogue.tsv", input, None, "ada", &|_| {}).await.unwrap();
    let mut tx = house.store.begin().await.unwrap();
    let id = tx.recordings_after("", 1).await.unwrap()[0].recording.id.clone();
    for (n, party, num) in [(1, mira, 3), (2, ona, 1)] {
        let share = RightsShare {
            id: ShareId::from_bits(n),
            subject: ShareSubject::Recording(id.clone()),
            party: party.clone(),
            ratio: Ratio::new(num, 4).unwrap(),
            territory: Territory::worldwide(),
            period: Period::ALWAYS,
            use_type: UseType::Any,
            status: ShareStatus::Claimed,
        };
        tx.put_share(&ShareRow { share, source: "test".to_owned(), origin_line: 0 }, house.now())
            .await
            .unwrap();
    }
    tx.commit().await.unwrap();
    id
}

#[tokio::test]
async fn a_share_moves_once_the_other_confirms_and_from_that_day() {
    for fresh in house::each(42).await {
        let house = &fresh.house;
        let (mira, ona, nils) = (
            named(house, "Mira Feld").await,
            named(house, "Ona Veld").await,
            named(house, "Nils Aster").await,
        );
        let id = recording(house, &mira, &ona).await;
        let offer = |from: &PartyId, to: &str, num, den| Offer {
            from: from.to_string(),
            recording: id.to_string(),
            to: to.to_owned(),
            ratio: Ratio::new(num, den).unwrap(),
            words: "for the strings".to_owned(),
            by: "sgn-test".to_owned(),
        };
        for (from, to, num, den, want) in [
            (&mira, "Nobody", 1, 4, "party-unknown"),
            (&mira, "Mira Feld", 1, 4, "offer-self"),
            (&nils, "Mira Feld", 1, 4, "share-none"),
            (&ona, "Nils Aster", 1, 2, "share-less"),
            (&mira, "Nils Aster", 0, 1, "share-less"),
        ] {
            let refused = share_offer::offer(house, offer(from, to, num, den)).await.unwrap_err();
            assert_eq!(code(refused), want, "{to} {num}/{den}");
        }
        let made = share_offer::offer(house, offer(&mira, "Nils Aster", 1, 3)).await.unwrap();
        let other = share_offer::offer(house, offer(&mira, "Ona Veld", 1, 2)).await.unwrap();
        assert!(share_offer::held(house, &nils).await.unwrap().is_empty(), "an offer moves nothing");
        let by = "sgn-test";
        for (who, what) in [(&mira, Answer::Confirm), (&ona, Answer::Confirm), (&nils, Answer::Withdraw)] {
            let refused = share_offer::answer(house, who, made.id.as_str(), what, by).await.unwrap_err();
            assert_eq!(code(refused), "offer-unknown", "not theirs to answer");
        }
        share_offer::answer(house, &nils, made.id.as_str(), Answer::Confirm, by).await.unwrap();
        let again =
            share_offer::answer(house, &nils, made.id.as_str(), Answer::Refuse, by).await.unwrap_err();
        assert_eq!(code(again), "offer-answered");
        // Three quarters less a third are five twelfths: the second offer is more than that now.
        let held = |party| {
            let house = house.clone();
            let party: PartyId = party;
            async move { share_offer::held(&house, &party).await.unwrap()[0].share.ratio }
        };
        assert_eq!(held(mira.clone()).await, Ratio::new(5, 12).unwrap());
        assert_eq!(held(nils.clone()).await, Ratio::new(1, 3).unwrap());
        let less =
            share_offer::answer(house, &ona, other.id.as_str(), Answer::Confirm, by).await.unwrap_err();
        assert_eq!(code(less), "share-less");
        assert_eq!(
            share_offer::list(house, &ona).await.unwrap()[0].offer.status,
            "open",
            "nothing was changed"
        );
        // On every day the parts add up to the whole: before, and since.
        let today = house.now().to_zoned(TimeZone::UTC).date();
        let mut tx = house.store.begin_read().await.unwrap();
        let all = tx.shares_of_recording(&id).await.unwrap();
        drop(tx);
        for day in [today.yesterday().unwrap(), today, today.tomorrow().unwrap()] {
            let on = |r: &&ShareRow| r.share.applies(UseType::Any, None, day);
            let parts: Vec<Ratio> = all.iter().filter(on).map(|r| r.share.ratio).collect();
            let (sum, whole) = Ratio::sum_to_whole(&parts).unwrap();
            assert_eq!(sum, whole, "{day}: {parts:?}");
        }
        // Handed on in whole on the same day, nothing of the first is left behind.
        let on = share_offer::offer(house, offer(&nils, "Ona Veld", 1, 3)).await.unwrap();
        share_offer::answer(house, &ona, on.id.as_str(), Answer::Confirm, by).await.unwrap();
        assert!(share_offer::held(house, &nils).await.unwrap().is_empty());
        let mut tx = house.store.begin_read().await.unwrap();
        let all = tx.shares_of_recording(&id).await.unwrap();
        let parts: Vec<Ratio> = all
            .iter()
            .filter(|r| r.share.applies(UseType::Any, None, today))
            .map(|r| r.share.ratio)
            .collect();
        let (sum, whole) = Ratio::sum_to_whole(&parts).unwrap();
        assert_eq!(sum, whole);
    }
}

#[tokio::test]
async fn an_auditor_is_written_down_and_sees_what_was_written() {
    for fresh in house::each(43).await {
        let house = &fresh.house;
        let auditor = person(house, "auditor", Some((Role::Auditor, ""))).await;
        let operator = person(house, "operator", Some((Role::Operator, ""))).await;
        let nobody = person(house, "nobody", None).await;
        for visitor in [&auditor, &operator, &nobody] {
            audit_visit::note(house, visitor, "/house/runs", 200).await.unwrap();
        }
        audit_visit::note(house, &auditor, &format!("/{}", "é".repeat(600)), 404).await.unwrap();
        let all = audit_visit::list(house, Some(&operator)).await.unwrap();
        assert_eq!(all.len(), 2, "only whoever only looks");
        assert!(all[0].path.len() <= 500 && all[1].path == "/house/runs");
        assert_eq!(audit_visit::list(house, Some(&auditor)).await.unwrap().len(), 2);
        assert_eq!(code(audit_visit::list(house, Some(&nobody)).await.unwrap_err()), "not-yours");
    }
}
