//! From listening to the statement.

use app::heard::{self, Appeal};
use app::pot::{self, Gift};
use app::{allocation, counting, doctor, period, plays, replay, statement};
use money::{Amount, Currency};
use music::pot::{PayerRole, Programme};
use music::{Period, RecordingId};
use programmes::streaming::{Report, Unit};
use testkit::house::{each, sqlite};

use super::{Place, file, place};
use crate::story::{amount, begin, code};

const LIBRARY: &str = "Médiathèque du Port";
const DAY: i64 = 86_400_000;

/// A member listens to a recording of 200 s: fetched whole, reported at half.
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

async fn named(place: &Place, source_id: &str) -> RecordingId {
    let mut tx = place.house.store.begin_read().await.unwrap();
    tx.recordings_by_source_id(source_id).await.unwrap().first().unwrap().recording.id.clone()
}

/// Set lists and plays on one statement; in between everything that can be refused.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn listening_is_counted_shared_told_and_forgotten() {
    for fresh in each(31).await {
        let mut story = begin(fresh).await;
        story.shared("DJ Lantern", "Mira Feld - Low Tide\n", amount("EUR 50")).await;
        let place = place(story.fresh, 0).await;
        let (house, engine) = (&place.house, place.engine);
        let (low, back) = (named(&place, "S01").await, named(&place, "S02").await);
        for m in 0..14_i64 {
            listens(&place, &format!("member-{m}"), &low, m * 600_000).await;
        }
        for m in 0..6_i64 {
            listens(&place, &format!("member-{m}"), &back, DAY + m * 600_000).await;
        }
        let draft = |label: &'static str| period::draft(house, LIBRARY, label, Some(40), "ines");
        let approve = |pot| period::approve(house, LIBRARY, "2026-10", pot, "paul");
        assert_eq!(code(draft("2031-01").await), "period-unknown");
        assert_eq!(code(draft("2026-10").await), "period-not-over");
        assert_eq!(code(approve(None).await), "period-not-drafted");
        place.clock.set(32 * DAY);
        assert_eq!(code(period::draft(house, LIBRARY, "2026-10", Some(13), "ines").await), "seats-too-few");
        let drafted = draft("2026-10").await.unwrap();
        assert_eq!((drafted.totals.plays, drafted.totals.members), (20, 14), "{engine}");
        assert_eq!(code(approve(None).await), "period-pot");
        assert!(
            heard::heard(house, "Mira Feld").await.unwrap().is_empty(),
            "nothing is told of what is open"
        );

        let ask = pot::Open {
            purpose: "October at the library".into(),
            currency: Currency::EUR,
            rule: "territorial-contribution".into(),
            event: None,
            by: "ines".into(),
        };
        let pot = pot::open(house, ask).await.unwrap();
        assert_eq!(pot.programme, Programme::Streaming.word());
        let ask = pot::Contribute {
            pot: pot.id.clone(),
            payer: LIBRARY.into(),
            role: PayerRole::Subscriber,
            gift: Gift::Amount(amount("EUR 400")),
            venue_attests: false,
            by: "ines".into(),
        };
        let payment = pot::contribute(house, ask).await.unwrap();
        let ask = pot::Receive {
            reference: payment.contribution.reference,
            amount: None,
            evidence: "statement 7".into(),
            by: "ines".into(),
        };
        pot::receive(house, ask).await.unwrap();
        let file = house.folder.join("usage").join(format!("{}.parquet", drafted.period.id));
        let bytes = std::fs::read(&file).unwrap();
        std::fs::write(&file, [bytes.as_slice(), b"x"].concat()).unwrap();
        assert_eq!(code(approve(Some(&pot.id)).await), "period-file");
        std::fs::write(&file, bytes).unwrap();
        let closed = approve(Some(&pot.id)).await.unwrap();
        assert_eq!(closed.status, "closed");
        assert_eq!(code(draft("2026-10").await), "period-closed");
        let ask = allocation::Allocate { pots: vec![pot.id.clone()], rule: None, by: "ines".into() };
        let run = allocation::draft(house, ask).await.unwrap();
        allocation::approve(house, &run.run.id, "paul").await.unwrap();

        let issued = statement::make(house, "Mira Feld", Period::ALWAYS).await.unwrap();
        let s = &issued[0].statement;
        let of = |payers: &str| s.lines.iter().filter(|l| l.payers == payers).count();
        assert_eq!((of("set lists"), of("streaming")), (1, 1), "{engine}: {:?}", s.lines);
        // Six members heard the second piece: too few to be told apart, so both stand as one.
        let streamed = s.lines.iter().find(|l| l.payers == "streaming").unwrap();
        assert_eq!(streamed.recordings.len(), 2);
        assert!(streamed.recordings.iter().all(|r| r.plays.is_none()));
        let parts = Amount::from_decimal(&streamed.amount, Currency::EUR).unwrap();
        let all = Amount::from_decimal(&s.credited, Currency::EUR).unwrap();
        assert!(parts.is_positive() && all.micros() > parts.micros());

        let told = heard::heard(house, "Mira Feld").await.unwrap();
        assert_eq!((told.len(), told[0].cells.len(), told[0].withheld), (1, 0, false));
        assert_eq!(told[0].rest.as_ref().map(|(r, n)| (r.len(), *n)), Some((2, 20)));
        let told = heard::heard(house, "Orrin Vale").await.unwrap();
        assert!(
            told[0].cells.is_empty() && told[0].rest.is_none() && told[0].withheld,
            "six members are too few"
        );

        let appeal = |why: &str, words: &str, recording: &RecordingId| Appeal {
            party: "Orrin Vale".into(),
            institution: LIBRARY.into(),
            period: "2026-10".into(),
            recording: recording.clone(),
            why: why.into(),
            words: words.into(),
        };
        assert_eq!(code(heard::appeal(house, appeal("repeat", " ", &back)).await), "appeal-words");
        assert_eq!(code(heard::appeal(house, appeal("bored", "x", &back)).await), "appeal-reason");
        assert_eq!(code(heard::appeal(house, appeal("repeat", "x", &low)).await), "appeal-not-yours");
        let made = heard::appeal(house, appeal("repeat", "played in class", &back)).await.unwrap();
        assert_eq!(code(heard::appeal(house, appeal("repeat", "again", &back)).await), "appeal-before");
        assert_eq!(heard::appeals(house).await.unwrap().len(), 1);
        place.clock.set(100 * DAY);
        assert!(period::forget(house, &place.keys, "house").await.unwrap().is_empty(), "an appeal is open");
        assert_eq!(code(heard::decide(house, &made.id, true, "", "paul").await), "appeal-words");
        assert_eq!(code(heard::decide(house, "apl-1", true, "so", "paul").await), "appeal-unknown");
        assert_eq!(heard::decide(house, &made.id, true, "a class", "paul").await.unwrap().status, "granted");
        assert_eq!(code(heard::decide(house, &made.id, false, "no", "paul").await), "appeal-decided");
        let name = |member| counting::pseudonym(&place.keys, &closed.id, &place.institution, member).unwrap();
        assert!(name("member-1").is_some());
        assert_eq!(period::forget(house, &place.keys, "house").await.unwrap().len(), 1);
        assert!(name("member-1").is_none(), "without its key nobody leads to a name");
        let mut tx = house.store.begin_read().await.unwrap();
        assert_eq!(tx.count_events(&closed.id).await.unwrap(), 0);
        drop(tx);
        assert_eq!(code(heard::appeal(house, appeal("at-once", "late", &back)).await), "appeal-too-late");
        // The run stands, and can be made again from what was kept.
        let report = doctor::examine(house).await.unwrap();
        let faults: Vec<_> = report.faults().collect();
        assert!(faults.is_empty(), "{engine}: {faults:?}");
        assert!(replay::replay_all(house).await.unwrap().iter().all(|r| r.same()));
    }
}

/// What left before midnight of the last day and was heard after it counts in the new month; the same member in two
/// months is two names, and neither the rows nor the file say who it is.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_month_ends_in_the_middle_of_a_play() {
    let place = place(sqlite(32).await, 3).await;
    let (recorder, who) = (place.recorder(), place.listener("member-secret", "phone-secret"));
    let recording = testkit::listening::id(1);
    let end = 31 * DAY + 3_600_000; // the clocks go back on 25 October
    place.clock.set(end - 60_000);
    let mut out = recorder.stream(&who, &recording, file(200_000), Unit::Play);
    let mut sent = 0;
    while sent < 200_000 {
        sent = out.grant(sent).await.unwrap();
    }
    place.clock.set(end + 60_000);
    recorder.say(&who, &[(recording.clone(), Report::Listened { at: None })]).await.unwrap();
    place.clock.set(70 * DAY);
    let (october, november) = (
        period::draft(&place.house, LIBRARY, "2026-10", None, "ines").await.unwrap(),
        period::draft(&place.house, LIBRARY, "2026-11", None, "ines").await.unwrap(),
    );
    assert_eq!(
        (october.totals.plays, november.totals.plays),
        (0, 1),
        "{:?} {:?}",
        october.totals,
        november.totals
    );
    let name = |p: &period::Draft| {
        counting::pseudonym(&place.keys, &p.period.id, &place.institution, "member-secret").unwrap().unwrap()
    };
    assert_ne!(name(&october), name(&november));
    let mut rows = Vec::new();
    let mut tx = place.house.store.begin_read().await.unwrap();
    for draft in [&october, &november] {
        rows.push(format!("{:?}", tx.events_after(&draft.period.id, "", 100).await.unwrap()));
        let file = place.house.folder.join("usage").join(format!("{}.parquet", draft.period.id));
        rows.push(format!("{:?}", bulk::usage::read_usage(&file, |_| true).unwrap()));
    }
    drop(tx);
    assert!(rows[0].contains(&name(&october)) && rows[2].contains(&name(&november)));
    for text in &rows {
        assert!(!text.contains("secret"), "{text}");
        assert!(!text.contains("2026-1"), "no row of a file has a time: {text}");
    }
    assert!(!rows[2].contains(&name(&october)), "nothing leads from one month to the other");
}

/// Plays of a table still go to a pot, which is a pot of plays then.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pot_of_imported_plays_is_a_streaming_pot() {
    let place = place(sqlite(33).await, 3).await;
    let ask = pot::Open {
        purpose: "September".into(),
        currency: Currency::EUR,
        rule: "set-list-per-line".into(),
        event: None,
        by: "ines".into(),
    };
    let pot = pot::open(&place.house, ask).await.unwrap();
    assert_eq!(pot.programme, Programme::SetList.word());
    let ask = plays::Deliver {
        pot: pot.id.clone(),
        document: "plays.csv".into(),
        bytes: b"member,recording,plays\na,s1,3\n".to_vec(),
        seats: None,
        days: 30,
        by: "ines".into(),
    };
    plays::deliver(&place.house, ask).await.unwrap();
    let mut tx = place.house.store.begin_read().await.unwrap();
    assert_eq!(tx.pot(&pot.id).await.unwrap().unwrap().programme, Programme::Streaming.word());
}

/// Who refuses is left out under the name of every period whose key is there, and nobody reads from the table who it is.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_members_refusal_reaches_every_period() {
    use app::discovery::refuse;
    for fresh in each(33).await {
        let place = place(fresh, 1).await;
        let (house, engine) = (&place.house, place.engine);
        let recording = super::id(0);
        for m in 0..3_i64 {
            listens(&place, &format!("mbr-{m}"), &recording, m * 600_000).await;
        }
        let refusals = async || house.store.begin_read().await.unwrap().discovery_refusals().await.unwrap();
        refuse::set_member(house, &place.keys, &place.institution, "mbr-0", true).await.unwrap();
        assert!(refuse::of_member(house, "mbr-0").await.unwrap() && !refuse::of_member(house, "mbr-1").await.unwrap());
        let period = house.store.begin_read().await.unwrap().usage_periods(None).await.unwrap().remove(0);
        let name = counting::pseudonym(&place.keys, &period.id, &place.institution, "mbr-0").unwrap().unwrap();
        let kept = refusals().await;
        assert!(kept.len() == 2 && kept.contains(&name), "{engine} {kept:?}");
        assert!(!kept.iter().any(|k| k.contains("mbr-0")));
        // A later month gets another name; where its member lives, it is left out before the next training.
        listens(&place, "mbr-0", &recording, 40 * DAY).await;
        assert_eq!(refuse::spread(house, &place.keys).await.unwrap(), 0, "no member of that id lives here");
        refuse::set_member(house, &place.keys, &place.institution, "mbr-0", true).await.unwrap();
        assert_eq!(refusals().await.len(), 3, "{engine}");
        refuse::set_member(house, &place.keys, &place.institution, "mbr-0", false).await.unwrap();
        assert!(refusals().await.is_empty(), "{engine}");
    }
}
