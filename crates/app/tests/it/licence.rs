//! A licence from its offer to the statement: what is signed, paid, reported, contested, frozen, and what each comes to.

use app::consent::{self, Say, Spoken};
use app::license::imitation::{self, Bring};
use app::license::offer::{self, Made, Make};
use app::license::permit;
use app::license::quote::{self, Wish};
use app::license::report::{self, Contest, HandIn, Handed};
use app::license::settlement::{self, Settle, Settled};
use app::license::sign::{self, Signed};
use app::license::{self, violation};
use app::licensing::permit::Ask as Want;
use app::{House, allocation, doctor, explain, licensing, party, replay, statement};
use money::{Currency, Ratio};
use music::{Period, RightsShare, ShareStatus, ShareSubject, Territory, UseType, WorkId};
use store::ShareRow;

use crate::story::{self, Story, amount, code};

const EUR: Currency = Currency::EUR;

/// Mira holds, wrote and sang `Low Tide` alone; a licensee and a tool maker are here.
pub(crate) async fn begun() -> Vec<Story> {
    let mut all = Vec::new();
    for story in story::each().await {
        let h = story.house();
        for name in ["Modelmaker", "Mixwright"] {
            let ask = party::Register { name: name.to_owned(), by: "ines".to_owned(), ..Default::default() };
            party::register(h, ask).await.unwrap();
        }
        let (recording, work) = (app::catalogue::find(h, "S01").await.unwrap(), WorkId::from_bits(77));
        let share = RightsShare {
            id: h.share_id(),
            subject: ShareSubject::Work(work.clone()),
            party: story.id("Mira Feld").await.parse().unwrap(),
            ratio: Ratio::WHOLE,
            territory: Territory::worldwide(),
            period: Period::ALWAYS,
            use_type: UseType::Any,
            status: ShareStatus::Claimed,
        };
        let mut tx = h.store.begin().await.unwrap();
        tx.put_work(&work, "Low Tide", None).await.unwrap();
        tx.link_work(&recording, &work).await.unwrap();
        tx.put_share(&ShareRow { share, source: "by ines".into(), origin_line: 0 }, h.now()).await.unwrap();
        tx.commit().await.unwrap();
        let roles = vec!["featured".to_owned()];
        let ask =
            consent::roles::Declare { party: "Mira Feld".into(), roles, subjects: vec![], by: "ines".into() };
        consent::roles::declare(h, ask).await.unwrap();
        all.push(story);
    }
    all
}

fn make(usage: &str, fee: &str) -> Make {
    Make {
        speaker: "Mira Feld".into(),
        uses: vec![usage.to_owned()],
        fee: fee.to_owned(),
        promise: "retrain within 90 days".into(),
        by: "ines".into(),
        ..Make::default()
    }
}

pub(crate) async fn offered(h: &House, usage: &str, fee: &str) -> String {
    match offer::make(h, &make(usage, fee)).await.unwrap() {
        Made::Open(row) => row.id,
        Made::Waits(row) => panic!("{} waits", row.id),
    }
}

pub(crate) fn wish(usage: &str, offers: &[&str]) -> Wish {
    Wish {
        licensee: "Modelmaker".into(),
        uses: vec![usage.to_owned()],
        model: "m".into(),
        version: "2".into(),
        recordings: vec![],
        offers: offers.iter().map(|o| (*o).to_owned()).collect(),
    }
}

pub(crate) async fn accepted(h: &House, usage: &str, offer: &str) -> Signed {
    sign::accept(h, &wish(usage, &[offer]), "ines").await.unwrap().remove(0)
}

pub(crate) async fn id(story: &Story, own: &str) -> String {
    app::catalogue::find(story.house(), own).await.unwrap().to_string()
}

async fn sound(h: &House) {
    let report = doctor::examine(h).await.unwrap();
    assert!(report.is_sound(), "{:?}", report.faults().collect::<Vec<_>>());
    assert!(replay::replay_all(h).await.unwrap().iter().all(replay::Replay::same));
}

async fn permitted(h: &House, usage: &str, recording: &str) -> bool {
    let found =
        quote::quote(h, &Wish { recordings: vec![recording.to_owned()], ..wish(usage, &[]) }).await.unwrap();
    let index = consent::registry::index(h, u64::MAX).await.unwrap();
    let mut tx = h.store.begin_read().await.unwrap();
    let licensee = party::find(&mut tx, "Modelmaker").await.unwrap().party.id;
    let day = h.now().to_zoned(jiff::tz::TimeZone::UTC).date();
    let question = ::consent::Question {
        model: Some("m"),
        version: Some("2"),
        ..::consent::Question::new(
            ::consent::Asked::Recording(recording),
            usage.parse().unwrap(),
            licensee.as_str(),
            day,
            Territory::worldwide(),
        )
    };
    let mut answer = ::consent::Answer::default();
    index.decide(&question, &mut ::consent::Session::default(), &mut answer);
    assert!(!found.works.is_empty());
    matches!(answer.outcome, ::consent::Outcome::Permit | ::consent::Outcome::PermitIf)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_offer_is_signed_and_paid_for_and_lands_on_the_ledger_and_the_statement() {
    for mut story in begun().await {
        let h = &story.fresh.house.clone();
        let (low_tide, ledger) = (id(&story, "S01").await, id(&story, "S02").await);
        let offer = offered(h, "train.gen", "EUR 10 per work").await;
        assert!(!permitted(h, "train.gen", &low_tide).await, "an offer alone permits nothing");
        let found = quote::quote(h, &wish("train.gen", &[])).await.unwrap();
        assert_eq!(found.offers[0].works.as_slice(), std::slice::from_ref(&low_tide));
        assert_eq!(found.offers[0].due.as_ref().unwrap().why, "1 work × EUR 10.00");
        let missing = found.works.iter().find(|w| w.recording == ledger).unwrap();
        assert_eq!(
            (missing.state, missing.reasons.starts_with("DENY")),
            ("missing", true),
            "Orrin said nothing"
        );
        let signed = accepted(h, "train.gen", &offer).await;
        assert!(permitted(h, "train.gen", &low_tide).await);
        let (paper, agreement) = &signed.license.papers;
        let read = |t: &str| serde_json::from_str(t).unwrap();
        licensing::paper::check(&read(paper), &read(agreement), Some(std::slice::from_ref(&low_tide)))
            .unwrap();
        let payment = signed.payment.unwrap();
        assert_eq!(payment.contribution.pledged, amount("EUR 10"));
        story.receive(&payment.contribution.reference, amount("EUR 10")).await;
        let run = story.share().await;
        let mira = format!("party:{}", story.id("Mira Feld").await);
        assert_eq!(story.holds(&mira, EUR).await, amount("EUR 9"));
        let s = statement::make(h, "Mira Feld", Period::ALWAYS).await.unwrap().remove(0).statement;
        let own: Vec<(&str, &str, &str)> =
            s.lines.iter().map(|l| (l.payers.as_str(), l.side.as_str(), l.amount.as_str())).collect();
        assert_eq!(own, [("licences", "composition", "4.500000"), ("licences", "master", "4.500000")]);
        let lines = allocation::show(h, &run).await.unwrap().lines;
        let pay = lines.iter().find(|l| l.kind == "pay").unwrap();
        let asker = story.id("Mira Feld").await.parse().unwrap();
        for asker in [None, Some(&asker)] {
            let steps = explain::walk(h, pay.id.as_str(), asker).await.unwrap();
            let told: Vec<&str> = steps.iter().map(|s| s.what).collect();
            assert!(told.contains(&"licence") && told.contains(&"recording"), "{told:?}");
            assert!(steps[0].text.contains("EUR 4.50"), "{}", steps[0].text);
        }
        let shown = license::list(h, Some("Mira Feld")).await.unwrap().remove(0);
        assert_eq!((shown.money[0].paid, shown.money[0].own), (amount("EUR 9"), amount("EUR 9")));
        // A retrain is another licence; a withdrawn offer signs nothing more; a revoked licence begins nothing more.
        assert!(
            quote::quote(h, &Wish { version: "3".into(), ..wish("train.gen", &[]) })
                .await
                .unwrap()
                .works
                .iter()
                .all(|w| w.state != "permitted")
        );
        assert_eq!(
            code(sign::accept(h, &wish("train.gen", &[&offer]), "ines").await),
            "license-nothing",
            "what is licensed is not billed twice"
        );
        offer::withdraw(h, &offer, "Mira Feld").await.unwrap();
        assert_eq!(code(offer::withdraw(h, &offer, "ines").await), "offer-withdrawn");
        assert_eq!(code(sign::accept(h, &wish("train.gen", &[&offer]), "ines").await), "offer-unfit");
        assert_eq!(code(sign::accept(h, &wish("train.gen", &[]), "ines").await), "license-nothing");
        consent::license::revoke(h, &signed.license.row.id, "ines").await.unwrap();
        assert!(!permitted(h, "train.gen", &low_tide).await);
        sound(h).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_house_is_one_stop_for_works_that_two_hold_and_neither_alone_is_enough() {
    for mut story in begun().await {
        let h = &story.fresh.house.clone();
        let ledger = id(&story, "S02").await;
        let ask = consent::roles::Declare {
            party: "Orrin Vale".into(),
            roles: vec!["work".into()],
            subjects: vec![format!("recording:{ledger}")],
            by: "ines".into(),
        };
        consent::roles::declare(h, ask).await.unwrap();
        let first = offered(h, "gen.remix", "EUR 10 per work").await;
        let state = |q: &quote::Quote| q.works.iter().find(|w| w.recording == ledger).unwrap().state;
        assert_eq!(state(&quote::quote(h, &wish("gen.remix", &[])).await.unwrap()), "missing");
        let second = match offer::make(
            h,
            &Make { speaker: "Orrin Vale".into(), ..make("gen.remix", "EUR 4 per work") },
        )
        .await
        .unwrap()
        {
            Made::Open(row) => row.id,
            Made::Waits(_) => panic!("nothing is refused"),
        };
        assert_eq!(
            state(&quote::quote(h, &wish("gen.remix", &[&second])).await.unwrap()),
            "missing",
            "one of the two is not enough"
        );
        let found = quote::quote(h, &wish("gen.remix", &[])).await.unwrap();
        assert_eq!(state(&found), "licensed");
        let due: Vec<_> = found
            .offers
            .iter()
            .map(|q| (q.offer.row.id == first, q.works.len(), q.due.as_ref().unwrap().amount))
            .collect();
        assert_eq!(due, [(true, 2, amount("EUR 20")), (false, 1, amount("EUR 4"))]);
        let signed = sign::accept(h, &wish("gen.remix", &[]), "ines").await.unwrap();
        for one in &signed {
            let payment = one.payment.as_ref().unwrap();
            story.receive(&payment.contribution.reference, payment.contribution.pledged).await;
        }
        story.share().await;
        // 18 over two works: 9 of `Low Tide`; of the other 4.50 to each master half. 3.60 of the second: 1.80 a side.
        let mira = format!("party:{}", story.id("Mira Feld").await);
        assert_eq!(story.holds(&mira, EUR).await, amount("EUR 12.15"));
        let orrin = format!("party:{}", story.id("Orrin Vale").await);
        assert_eq!(story.holds(&orrin, EUR).await, amount("EUR 3.15"));
        assert_eq!(
            story.holds("suspense:no-holder", EUR).await,
            amount("EUR 6.30"),
            "who wrote it holds no share in the books"
        );
        sound(h).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_no_offer_is_refused_and_what_lifts_a_refusal_waits() {
    for story in begun().await {
        let h = story.house();
        for (change, want) in [
            (Make { fee: "much".into(), ..make("train.gen", "") }, "license-fee"),
            (Make { promise: "soon".into(), ..make("train.gen", "nothing") }, "license-promise"),
            (make("train", "nothing"), "consent-use"),
            (Make { subjects: vec!["shelf:1".into()], ..make("train.gen", "nothing") }, "consent-subject"),
            (Make { territories: vec!["Nowhere".into()], ..make("train.gen", "nothing") }, "consent-line"),
            (Make { speaker: "Palo Verdin".into(), ..make("train.gen", "nothing") }, "party-not-here"),
            (
                Make {
                    speaker: "Orrin Vale".into(),
                    for_party: Some("Mira Feld".into()),
                    ..make("train.gen", "nothing")
                },
                "consent-mandate",
            ),
            (
                Make {
                    speaker: "Orrin Vale".into(),
                    for_party: Some("Mira Feld".into()),
                    ..make("gen.voice", "nothing")
                },
                "license-in-person",
            ),
        ] {
            assert_eq!(code(offer::make(h, &change).await), want, "{change:?}");
        }
        let wish = |model: &str| Wish { model: model.into(), ..wish("train.gen", &[]) };
        assert_eq!(code(quote::quote(h, &wish("")).await), "license-model");
        assert_eq!(
            code(quote::quote(h, &Wish { offers: vec!["off-x".into()], ..wish("m") }).await),
            "offer-unknown"
        );
        let no = Say {
            speaker: "Mira Feld".into(),
            subject: "catalogue".into(),
            word: "refuse".into(),
            uses: vec!["train".into()],
            by: "ines".into(),
            ..Say::default()
        };
        assert!(matches!(consent::say(h, &[no]).await.unwrap()[0], Spoken::Said(_)));
        let paper = consent::license::Grant {
            licensee: "Modelmaker".into(),
            uses: vec!["train.gen".into()],
            subjects: vec!["catalogue".into()],
            signers: vec!["Mira Feld".into()],
            by: "ines".into(),
            ..Default::default()
        };
        assert_eq!(
            code(consent::license::grant(h, &paper).await),
            "license-refused",
            "the house alone goes round nothing"
        );
        let Made::Waits(row) = offer::make(h, &make("train.gen", "nothing")).await.unwrap() else {
            panic!("a licence goes round a refusal, so an offer of it waits")
        };
        assert!(offer::list(h, Some("Mira Feld")).await.unwrap().is_empty());
        assert!(matches!(offer::make(h, &make("gen.remix", "nothing")).await.unwrap(), Made::Open(_)));
        story.fresh.world.pass_days(8);
        assert_eq!(consent::wait::settle_due(h).await.unwrap(), 1);
        let status = consent::wait::list(h, Some("Mira Feld")).await.unwrap();
        assert_eq!(status.iter().find(|w| w.id == row.id).unwrap().status, "done");
        assert_eq!(offer::list(h, Some("Mira Feld")).await.unwrap().len(), 2);
        sound(h).await;
    }
}

fn hand(license: &str, story: &Story, table: &str) -> HandIn {
    let day = story.fresh.world.today();
    HandIn {
        license: license.to_owned(),
        document: "use.csv".into(),
        bytes: table.as_bytes().to_vec(),
        from: day,
        until: day.checked_add(jiff::Span::new().days(1)).unwrap(),
        outputs: Some(50),
        income: Some(amount("EUR 1000")),
        by: "Modelmaker".into(),
    }
}

async fn taken(h: &House, ask: HandIn) -> report::Taken {
    match report::hand_in(h, ask).await.unwrap() {
        Handed::Taken(taken) => *taken,
        Handed::Refused(problems) => panic!("{problems:?}"),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_report_waits_while_it_can_be_contested_and_then_pays_to_the_millionth() {
    for mut story in begun().await {
        let h = &story.fresh.house.clone();
        let offer = match offer::make(
            h,
            &Make { output_cap: Some(40), ..make("gen.remix", "30 % of income, at least EUR 5") },
        )
        .await
        .unwrap()
        {
            Made::Open(row) => row.id,
            Made::Waits(_) => panic!("nothing is refused"),
        };
        let signed = accepted(h, "gen.remix", &offer).await;
        assert!(signed.payment.is_none(), "reports tell what is due");
        let license = signed.license.row.id.clone();
        let (low_tide, ledger) = (id(&story, "S01").await, id(&story, "S02").await);
        let table = format!("recording,weight\n{low_tide},60\n{ledger},30\n,10\n");
        assert!(matches!(
            report::hand_in(h, hand(&license, &story, "recording,weight\nA,-1\n")).await.unwrap(),
            Handed::Refused(_)
        ));
        assert_eq!(
            code(report::hand_in(h, HandIn { income: None, ..hand(&license, &story, &table) }).await),
            "license-fee"
        );
        assert_eq!(
            code(
                report::hand_in(h, HandIn { license: "lic-x".into(), ..hand(&license, &story, &table) })
                    .await
            ),
            "license-unknown"
        );
        let done = taken(h, hand(&license, &story, &table)).await;
        assert_eq!(done.payment.as_ref().unwrap().contribution.pledged, amount("EUR 300"));
        assert!(
            taken(h, hand(&license, &story, &table)).await.before,
            "the same report again changes nothing"
        );
        let kinds: Vec<(String, String)> = violation::list(h, Some("Modelmaker"))
            .await
            .unwrap()
            .into_iter()
            .map(|v| (v.row.kind, v.row.subject))
            .collect();
        assert_eq!(
            kinds,
            [
                ("no-license".to_owned(), format!("recording:{ledger}")),
                ("over-cap".to_owned(), license.clone())
            ]
        );
        let mails = h.store.begin_read().await.unwrap().waiting_mail(h.store.fields()).await.unwrap();
        assert!(mails.iter().any(|m| m.id.starts_with(&done.report.row.id)), "holders are told");
        story.receive(&done.payment.unwrap().contribution.reference, amount("EUR 300")).await;
        let pots = || allocation::Allocate {
            pots: vec![done.report.money.as_ref().unwrap().pot.parse().unwrap()],
            rule: None,
            by: "ines".into(),
        };
        assert_eq!(code(allocation::draft(h, pots()).await), "report-contestable");
        let rpt = done.report.row.id.clone();
        let ask = |party: &str, recording: &str, words: &str| Contest {
            report: rpt.clone(),
            party: party.into(),
            recording: recording.into(),
            asked: Some("70 %".parse().unwrap()),
            words: words.into(),
            by: "ines".into(),
        };
        assert_eq!(
            code(report::contest(h, &ask("Orrin Vale", &low_tide, "mine")).await),
            "contest-not-yours"
        );
        assert_eq!(code(report::contest(h, &ask("Mira Feld", &low_tide, " ")).await), "contest-words");
        let contest = report::contest(h, &ask("Mira Feld", &low_tide, "in every output")).await.unwrap();
        assert_eq!(code(report::contest(h, &ask("Mira Feld", &low_tide, "again")).await), "contest-twice");
        story.fresh.world.pass_days(31);
        assert_eq!(
            code(allocation::draft(h, pots()).await),
            "report-contested",
            "the money waits as long as it takes"
        );
        assert_eq!(code(report::contest(h, &ask("Orrin Vale", &ledger, "late")).await), "contest-late");
        assert_eq!(code(report::decide(h, &contest.id, None, "", "paul").await), "evidence");
        let told =
            report::decide(h, &contest.id, Some("70 %".parse().unwrap()), "compared", "paul").await.unwrap();
        let counted: Vec<i64> = told.sources.iter().map(|s| s.row.counted).collect();
        assert_eq!(counted, [700_000_000, 225_000_000, 75_000_000]);
        assert_eq!(code(report::decide(h, &contest.id, None, "again", "paul").await), "contest-decided");
        story.share().await;
        // 300 less 10 %: 189 follow the attribution, 81 go to the licensed set, which is `Low Tide` alone.
        let mira = format!("party:{}", story.id("Mira Feld").await);
        assert_eq!(story.holds(&mira, EUR).await, amount("EUR 213.30"));
        assert_eq!(story.holds("suspense:unlicensed", EUR).await, amount("EUR 56.70"));
        assert_eq!(story.holds("house:operation", EUR).await, amount("EUR 30"));
        let waits = h.store.begin_read().await.unwrap().open_suspense("unlicensed").await.unwrap();
        assert!(waits.iter().all(|w| w.due.is_some() && w.destination == "fund:solidarity"), "{waits:?}");
        let (credits, next) = license::public::credits(h, None, 50).await.unwrap();
        assert_eq!(next, None);
        assert_eq!((credits.len(), credits[0].sources[0].title.as_str()), (1, "Mira Feld – Low Tide"));
        let vio = violation::list(h, None).await.unwrap().remove(0).row.id;
        violation::settle(h, &vio, "licensed since", "ines").await.unwrap();
        assert_eq!(code(violation::settle(h, &vio, "again", "ines").await), "violation-unknown");
        // An impostor's later proof names the licences and the money.
        let found = consent::level::impostor(h, "Mira Feld", None, "ines").await.unwrap();
        let fee = &found.fees[0];
        assert_eq!(
            (fee.license.as_str(), fee.received, fee.credited),
            (license.as_str(), amount("EUR 300"), amount("EUR 213.30"))
        );
        sound(h).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_settlement_goes_by_its_named_rule_and_what_is_not_known_waits() {
    for mut story in begun().await {
        let h = &story.fresh.house.clone();
        let ask = |works: &str| Settle {
            payer: "Modelmaker".into(),
            amount: amount("EUR 300"),
            what: "settlement of 4 September".into(),
            works: works.as_bytes().to_vec(),
            by: "ines".into(),
        };
        let low_tide = id(&story, "S01").await;
        assert!(matches!(settlement::settle(h, &ask("x")).await.unwrap(), Settled::Refused(_)));
        let Settled::Open(payment, known, all) =
            settlement::settle(h, &ask(&format!("recording,weight\n{low_tide},2\nDEA000000009,1\n")))
                .await
                .unwrap()
        else {
            panic!("the table is fine")
        };
        assert_eq!((known, all), (1, 2));
        story.receive(&payment.contribution.reference, amount("EUR 300")).await;
        let run = story.share().await;
        assert_eq!(allocation::show(h, &run).await.unwrap().run.rule, "ai-settlement");
        // 285 by weight, 2 : 1, in parts of a milliard: 666,666,667 and 333,333,333 of it.
        let mira = format!("party:{}", story.id("Mira Feld").await);
        assert_eq!(story.holds(&mira, EUR).await, amount("EUR 190.000000"));
        assert_eq!(story.holds("suspense:unlicensed", EUR).await, amount("EUR 95.000000"));
        sound(h).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_permit_is_given_where_all_agree_and_checked_with_the_key_alone() {
    for story in begun().await {
        let h = story.house();
        let low_tide = id(&story, "S01").await;
        let ask = permit::Ask {
            tool: "Mixwright".into(),
            project: "Night Drive".into(),
            uses: vec!["tool.mix".into()],
            recordings: vec![low_tide.clone()],
            minutes: 30,
            by: "ines".into(),
        };
        assert_eq!(
            code(permit::issue(h, &permit::Ask { minutes: 0, ..ask.clone() }).await),
            "permit-minutes"
        );
        assert_eq!(
            code(permit::issue(h, &permit::Ask { uses: vec![], ..ask.clone() }).await),
            "permit-empty"
        );
        assert_eq!(code(permit::issue(h, &ask).await), "permit-denied", "nobody owns the project yet");
        let owner = consent::roles::Declare {
            party: "Mira Feld".into(),
            roles: vec!["owner".into()],
            subjects: vec!["project:Night Drive".into()],
            by: "ines".into(),
        };
        consent::roles::declare(h, owner).await.unwrap();
        assert_eq!(code(permit::issue(h, &ask).await), "permit-denied", "she said nothing");
        let yes = Say {
            speaker: "Mira Feld".into(),
            subject: "catalogue".into(),
            word: "permit".into(),
            uses: vec!["tool.mix".into()],
            conditions: Some(serde_json::json!({ "attribution": true })),
            by: "ines".into(),
            ..Say::default()
        };
        consent::say(h, &[yes]).await.unwrap();
        let (given, note) = permit::issue(h, &ask).await.unwrap();
        assert_eq!(given.conditions, ["attribution=yes"]);
        let keys = [app::proof::verifier(h).unwrap().parse().unwrap()];
        let want = Want {
            usage: Some("tool.mix"),
            project: Some("Night Drive"),
            recording: Some(&low_tide),
            tool: Some("Mixwright"),
        };
        assert_eq!(permit::check(&note, &keys, want, h.now()).unwrap(), given);
        assert_eq!(
            code(permit::check(&note, &keys, Want { usage: Some("gen.voice"), ..want }, h.now())),
            "permit-invalid"
        );
        story.fresh.world.pass_days(1);
        assert_eq!(code(permit::check(&note, &keys, want, h.now())), "permit-invalid", "it ran out");
        assert_eq!(permit::list(h, "Mixwright").await.unwrap().len(), 1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_imitation_freezes_exactly_what_is_disputed_and_every_way_it_ends_is_logged() {
    for mut story in begun().await {
        let h = &story.fresh.house.clone();
        story
            .shared("DJ Lantern", "Mira Feld - Low Tide\nOrrin Vale - Backroom Ledger\n", amount("EUR 100"))
            .await;
        let mira = format!("party:{}", story.id("Mira Feld").await);
        // 42.50 for `Low Tide`, 21.25 of `Backroom Ledger`.
        assert_eq!(story.holds(&mira, EUR).await, amount("EUR 63.75"));
        let low_tide = id(&story, "S01").await;
        let ask = Bring {
            reporter: "Orrin Vale".into(),
            subject: format!("recording:{low_tide}"),
            part: None,
            words: "my voice".into(),
            evidence: "two hours of takes".into(),
            by: "ines".into(),
        };
        for (change, want) in [
            (Bring { words: " ".into(), ..ask.clone() }, "imitation-words"),
            (Bring { evidence: " ".into(), ..ask.clone() }, "evidence"),
            (Bring { subject: "night:1".into(), ..ask.clone() }, "imitation-subject"),
            (Bring { subject: "report:rpt-x".into(), ..ask.clone() }, "report-unknown"),
            (Bring { reporter: "Mira Feld".into(), ..ask.clone() }, "imitation-own"),
        ] {
            assert_eq!(code(imitation::bring(h, &change).await), want);
        }
        let told = imitation::bring(h, &ask).await.unwrap();
        assert_eq!(told.frozen[0].amount, amount("EUR 42.50"), "not a cent of the other recording");
        assert_eq!(story.holds(&mira, EUR).await, amount("EUR 21.25"));
        assert_eq!(story.holds("suspense:disputed", EUR).await, amount("EUR 42.50"));
        assert_eq!(code(imitation::bring(h, &ask).await), "imitation-twice");
        assert_eq!(imitation::evidence(h, &told.row.id).await.unwrap(), "two hours of takes");
        sound(h).await;
        assert_eq!(
            code(imitation::answer(h, &told.row.id, "Club Kessel", "no", "ines").await),
            "imitation-not-yours"
        );
        imitation::answer(h, &told.row.id, "Mira Feld", "recorded before", "ines").await.unwrap();
        story.fresh.world.pass_days(13);
        assert_eq!(imitation::settle_due(h).await.unwrap(), 0);
        story.fresh.world.pass_days(2);
        assert_eq!(
            imitation::settle_due(h).await.unwrap(),
            1,
            "answered and not decided: the money goes back"
        );
        assert_eq!(story.holds(&mira, EUR).await, amount("EUR 63.75"));
        assert_eq!(code(imitation::decide(h, &told.row.id, true, "late", "paul").await), "imitation-decided");
        let again = imitation::bring(h, &ask).await.unwrap();
        story.fresh.world.pass_days(15);
        assert_eq!(imitation::settle_due(h).await.unwrap(), 1);
        let row = imitation::list(h, Some("Mira Feld"))
            .await
            .unwrap()
            .into_iter()
            .find(|t| t.row.id == again.row.id)
            .unwrap()
            .row;
        assert_eq!(
            (row.status.as_str(), story.holds("suspense:disputed", EUR).await),
            ("unanswered", amount("EUR 42.50"))
        );
        assert_eq!(code(imitation::decide(h, &again.row.id, true, " ", "paul").await), "evidence");
        imitation::decide(h, &again.row.id, true, "experts agree", "paul").await.unwrap();
        let orrin = format!("party:{}", story.id("Orrin Vale").await);
        assert_eq!(story.holds(&orrin, EUR).await, amount("EUR 63.75"), "his 21.25 and what was frozen");
        let kinds = app::log::status(h).await.unwrap().kinds;
        for kind in ["imitation", "counter-notice", "outcome", "unanswered"] {
            assert!(kinds.iter().any(|(k, _)| k == kind), "{kind}: {kinds:?}");
        }
        sound(h).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_model_is_reported_for_a_part_and_the_rest_is_shared_meanwhile() {
    for mut story in begun().await {
        let h = &story.fresh.house.clone();
        let offer = offered(h, "gen.remix", "EUR 1 per output").await;
        let license = accepted(h, "gen.remix", &offer).await.license.row.id;
        let low_tide = id(&story, "S01").await;
        let done = taken(h, hand(&license, &story, &format!("recording,weight\n{low_tide},1\n"))).await;
        let pot = done.report.money.as_ref().unwrap().pot.clone();
        story.receive(&done.payment.unwrap().contribution.reference, amount("EUR 50")).await;
        let ask = Bring {
            reporter: "Orrin Vale".into(),
            subject: format!("report:{}", done.report.row.id),
            part: Some("10 %".parse().unwrap()),
            words: "my style".into(),
            evidence: "ten outputs".into(),
            by: "ines".into(),
        };
        let told = imitation::bring(h, &ask).await.unwrap();
        assert_eq!(told.frozen[0].amount, amount("EUR 5"));
        assert_eq!(story.holds(&format!("pot:{pot}"), EUR).await, amount("EUR 45"));
        story.fresh.world.pass_days(31);
        story.share().await;
        let mira = format!("party:{}", story.id("Mira Feld").await);
        assert_eq!(story.holds(&mira, EUR).await, amount("EUR 40.50"));
        imitation::decide(h, &told.row.id, false, "a common figure", "paul").await.unwrap();
        story.share().await;
        assert_eq!(
            story.holds(&mira, EUR).await,
            amount("EUR 45"),
            "what came back is shared by the same report"
        );
        sound(h).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_training_run_beyond_its_licence_is_seen_and_a_withdrawal_names_what_was_promised() {
    for story in begun().await {
        let h = story.house();
        let (low_tide, ledger) = (id(&story, "S01").await, id(&story, "S02").await);
        let offer = offered(h, "train.gen", "nothing").await;
        let license = accepted(h, "train.gen", &offer).await.license.row.id;
        let register = |version: &str| consent::training::Register {
            licensee: "Modelmaker".into(),
            model: "m".into(),
            version: version.into(),
            usage: "train.gen".into(),
            recordings: vec![low_tide.clone(), ledger.clone()],
            by: "ines".into(),
        };
        let run = consent::training::register(h, register("2")).await.unwrap().row.id;
        let done = violation::examine(h, &run, "ines").await.unwrap();
        assert_eq!((done.recordings, done.permitted, done.violations), (2, 1, 1));
        assert_eq!(violation::examine(h, &run, "ines").await.unwrap().violations, 0, "found once");
        let retrain = consent::training::register(h, register("3")).await.unwrap().row.id;
        assert_eq!(
            violation::examine(h, &retrain, "ines").await.unwrap().permitted,
            0,
            "a retrain needs its own licence"
        );
        assert_eq!(code(violation::examine(h, "trn-x", "ines").await), "training-unknown");
        let touched = consent::license::touched(h, "Mira Feld").await.unwrap();
        let of = |id: &str| touched.iter().find(|t| t.run == id).unwrap();
        let promised = &of(&run).promised[0];
        assert_eq!(
            (promised.license.as_str(), promised.words.as_str()),
            (license.as_str(), "retrain within 90 days")
        );
        assert_eq!(promised.due, story.fresh.world.today().checked_add(jiff::Span::new().days(90)).ok());
        assert!(of(&retrain).promised.is_empty(), "version 3 promised nothing");
        let figure = license::public::decided(h).await.unwrap();
        assert_eq!(
            figure.iter().find(|d| d.usage.code() == "train.gen").unwrap().decided,
            0,
            "a licence is no decision for all"
        );
    }
}
