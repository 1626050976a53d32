//! A brand and artists, from the brief to the bank, on both engines; and what a curious brand cannot find out.
//!
//! It is one piece because every story begins with the same brand, artists and brief.

use app::brief::{self, HOUSE, answer, deal, dispute, field, mandate, terms, wall, work};
use app::job::{self, Outcome};
use app::{Failure, payout, statement};
use jiff::civil::Date;
use money::{Amount, Currency};
use music::Period;
use testkit::house::{self};

use crate::story::{self, Story, amount, code};

const BRAND: &str = "Mutuelle des Rives";

fn day(story: &Story, days: i64) -> Date {
    story.fresh.world.today().saturating_add(jiff::Span::new().days(days))
}

fn postal(address: &str) -> terms::Contact {
    terms::Contact {
        contact: address.into(),
        country: "FR".into(),
        mail: "contracts@example.org".into(),
        ..terms::Contact::default()
    }
}

/// A brief of this shape: fee by milestones, a document as people write it.
fn document(story: &Story, milestones: &[(&str, &str)], more: &str) -> String {
    let steps: Vec<String> = milestones
        .iter()
        .zip(1..)
        .map(|((title, pays), n)| {
            format!("{{ title = \"{title}\", pays = \"{pays}\", due = \"{}\" }}", day(story, 20 + n))
        })
        .collect();
    let (starts, ends) = (day(story, 14), day(story, 60));
    format!(
        "title = \"Autumn on the river\"\nwanted = \"Two short films\"\nsector = \"insurance\"\nbudget = \"EUR 9000\"\nterritories = [\"FR\"]\n\
         starts = \"{starts}\"\nends = \"{ends}\"\nmonths = 12\nindicators = [\"views\"]\nmilestones = [{}]\n{more}",
        steps.join(", ")
    )
}

const FILMS: &str = "kind = \"social-content\"\nartists = 3\nuses = [\"own-channels\", \"web\"]\n";

async fn begin() -> Vec<Story> {
    let mut all = story::each().await;
    for story in &mut all {
        let h = story.house();
        for name in [BRAND, "Agence Quai", "Ona Veld"] {
            let ask = app::party::Register {
                name: name.to_owned(),
                territory: Some("FR".into()),
                mail: Some(format!("{}@example.org", name.len())),
                by: "ines".to_owned(),
                ..Default::default()
            };
            app::party::register(h, ask).await.unwrap();
        }
        for name in [BRAND, "Agence Quai", "Mira Feld", "Orrin Vale", "Ona Veld"] {
            terms::set_contact(h, name, postal("12 rue de la Part, Roc-Neuf"), name).await.unwrap();
        }
        terms::set(h, "Mira Feld", "tags = [\"folk\"]", "Mira Feld").await.unwrap();
        terms::set(
            h,
            "Orrin Vale",
            "never_sectors = [\"alcohol\"]\nminimum = { any = \"EUR 500\" }",
            "Orrin Vale",
        )
        .await
        .unwrap();
    }
    all
}

async fn publish(story: &Story, text: String) -> String {
    let h = story.house();
    let ask = brief::Write { brand: BRAND.into(), text, by: BRAND.into(), ..Default::default() };
    let shown = brief::write(h, ask).await.unwrap();
    assert!(shown.flaws.is_empty(), "{:?}", shown.flaws);
    brief::publish(h, shown.row.id.as_str(), BRAND).await.unwrap();
    shown.row.id.to_string()
}

/// To the point where work can start: yes, contract, two signatures, the budget at the bank.
async fn agreed(story: &mut Story, text: String, artist: &str, extra: deal::Terms) -> deal::Shown {
    let id = publish(story, text).await;
    let h = story.house().clone();
    answer::answer(&h, &id, artist, true, "with pleasure").await.unwrap();
    let drafted = deal::choose(&h, &id, artist, "single", extra, BRAND).await.unwrap();
    signed(story, drafted.row.id.as_str(), artist).await
}

async fn signed(story: &mut Story, id: &str, artist: &str) -> deal::Shown {
    let h = story.house().clone();
    deal::sign(&h, id, None, artist).await.unwrap();
    let shown = deal::sign(&h, id, None, BRAND).await.unwrap();
    if let Some(payment) = shown.payment {
        story.receive(&payment.contribution.reference, payment.contribution.pledged).await;
        brief::due(&h, HOUSE).await.unwrap();
    }
    balanced(story).await;
    deal::one(&h, id, HOUSE).await.unwrap()
}

fn delivery(id: &str, milestone: i64, by: &str) -> work::Submit {
    work::Submit {
        deal: id.into(),
        milestone,
        evidence: "https://video.example/1".into(),
        labels: vec!["Publicité".into()],
        by: by.into(),
    }
}

async fn balanced(story: &Story) {
    let report = app::doctor::examine(story.house()).await.unwrap();
    let faults: Vec<_> = report.faults().map(|(name, f)| format!("{name}: {f:?}")).collect();
    assert!(faults.is_empty(), "{faults:#?}");
}

/// A party's statement says all there is: its lines, movements and payouts make its balance, which is what the books hold, and
/// each of them says in words what it is.
async fn explained(story: &Story, name: &str) {
    let Ok(all) = statement::make(story.house(), name, Period::ALWAYS).await else {
        assert_eq!(of(story, name).await, "EUR 0.00", "{name} has money and no statement");
        return;
    };
    for issued in all {
        let s = issued.statement;
        let mut sum = Amount::zero(Currency::EUR);
        let mut add = |text: &str| {
            sum = sum.checked_add(Amount::from_decimal(text, Currency::EUR).unwrap()).unwrap();
        };
        add(&s.opening);
        for l in &s.lines {
            assert!(!l.recordings[0].title.is_empty() && !l.recordings[0].artist.is_empty(), "{l:?}");
            assert_eq!(l.payers, statement::CAMPAIGN);
            add(&l.amount);
        }
        for m in &s.movements {
            assert!(m.what.split_once(": ").is_some_and(|(_, words)| words.len() > 10), "{m:?}");
            add(&m.amount);
        }
        // What is below a cent stays for the next period.
        assert_eq!(sum.round_down_to_minor().to_decimal(), s.balance, "{name}: {s:#?}");
        assert_eq!(of(story, name).await, sum.to_string(), "{name}");
    }
}

async fn holds(story: &Story, account: &str) -> String {
    story.holds(account, Currency::EUR).await.to_string()
}

async fn of(story: &Story, name: &str) -> String {
    holds(story, &format!("party:{}", story.id(name).await)).await
}

#[tokio::test]
async fn a_brief_pays_an_artist_at_the_bank() {
    for mut story in begin().await {
        let text = document(&story, &[("First film", "EUR 600"), ("Second film", "EUR 400")], FILMS);
        let shown = agreed(&mut story, text, "Mira Feld", deal::Terms::default()).await;
        let h = &story.house().clone();
        let id = shown.row.id.to_string();
        assert_eq!((shown.row.state.as_str(), shown.held.to_string().as_str()), ("held", "EUR 1000.00"));
        assert!(
            shown.text.words.contains("EUR 850.00") && shown.text.words.contains("droit français"),
            "{}",
            shown.text.words
        );
        assert_eq!(shown.signatures.len(), 2);
        // The hash of the text stands in the log.
        let kinds = h.store.begin_read().await.unwrap().leaf_counts().await.unwrap();
        assert!(
            kinds.contains(&("contract".into(), 1)) && kinds.contains(&("contract-signed".into(), 1)),
            "{kinds:?}"
        );

        work::submit(h, delivery(&id, 1, "Mira Feld")).await.unwrap();
        balanced(&story).await;
        let shown = work::accept(h, &id, 1, BRAND).await.unwrap();
        balanced(&story).await;
        assert_eq!(
            (shown.held.to_string().as_str(), shown.paid.to_string().as_str()),
            ("EUR 400.00", "EUR 600.00")
        );
        assert_eq!(of(&story, "Mira Feld").await, "EUR 510.00");
        assert_eq!(holds(&story, "house:operation").await, "EUR 60.00");
        assert_eq!(holds(&story, "fund:solidarity").await, "EUR 30.00");
        balanced(&story).await;

        work::submit(h, delivery(&id, 2, "Mira Feld")).await.unwrap();
        balanced(&story).await;
        let shown = work::accept(h, &id, 2, BRAND).await.unwrap();
        balanced(&story).await;
        assert_eq!(shown.row.state, "done");
        let pot = shown.row.pot.unwrap();
        assert_eq!(holds(&story, &format!("pot:{pot}")).await, "EUR 0.00");
        balanced(&story).await;

        // What the artist is told: each line with whom and what for, and its amount, which both signed.
        let issued = statement::make(h, "Mira Feld", Period::ALWAYS).await.unwrap().remove(0).statement;
        let lines: Vec<_> = issued
            .lines
            .iter()
            .map(|l| (l.recordings[0].artist.as_str(), l.recordings[0].title.as_str(), l.amount.as_str()))
            .collect();
        assert_eq!(
            lines,
            [
                (BRAND, "Autumn on the river: First film", "510.000000"),
                (BRAND, "Autumn on the river: Second film", "340.000000")
            ]
        );
        assert_eq!((issued.credited.as_str(), issued.balance.as_str()), ("850.000000", "850.000000"));
        assert!(issued.rules.iter().any(|r| r.label == "milestone@1" && r.deductions.len() == 2));
        let mira: music::PartyId = story.id("Mira Feld").await.parse().unwrap();
        let run = app::allocation::list(h).await.unwrap().remove(0).id;
        let steps = app::explain::walk(h, run.as_str(), Some(&mira)).await.unwrap();
        assert!(steps.iter().any(|s| s.what == "milestone" && s.text.contains(BRAND)), "{steps:#?}");

        // And to the bank.
        story.details("Mira Feld", "DE02500105170137075030").await.unwrap();
        story.fresh.world.pass_days(8);
        let batch = payout::prepare(h, Currency::EUR, "ines").await.unwrap();
        payout::approve(h, &batch.batch.id, "paul").await.unwrap();
        payout::export(h, None, "sepa", "ines").await.unwrap();
        let p = batch.payouts[0].0.clone();
        assert_eq!(p.net, amount("EUR 850"));
        story.bank.debit(story.fresh.world.today(), "Mira Feld", Some(&p.end_to_end), "", p.net);
        story.hear().await;
        assert_eq!(of(&story, "Mira Feld").await, "EUR 0.00");
        balanced(&story).await;
    }
}

#[tokio::test]
async fn nothing_moves_before_signatures_and_money_and_no_step_is_skipped() {
    for mut story in begin().await {
        let text = document(&story, &[("Film", "EUR 1000")], FILMS);
        let id = publish(&story, text).await;
        let h = &story.house().clone();
        assert_eq!(
            code(deal::choose(h, &id, "Mira Feld", "single", deal::Terms::default(), BRAND).await),
            "not-yes"
        );
        answer::answer(h, &id, "Mira Feld", true, "").await.unwrap();
        assert_eq!(
            code(deal::choose(h, &id, "Mira Feld", "single", deal::Terms::default(), "Club Kessel").await),
            "not-yours"
        );
        let deal = deal::choose(h, &id, "Mira Feld", "single", deal::Terms::default(), BRAND).await.unwrap();
        let id = deal.row.id.to_string();
        assert_eq!(code(work::submit(h, delivery(&id, 1, "Mira Feld")).await), "not-held");
        assert_eq!(code(deal::sign(h, &id, None, "Club Kessel").await), "not-yours");
        let read = deal.text.hash.clone();
        // Another version before anybody signed: a signature under the old text is refused.
        let other = deal::Terms { scene: vec![["Club Kessel".into(), "100 %".into()]], ..Default::default() };
        deal::revise(h, &id, other.clone(), BRAND).await.unwrap();
        assert_eq!(code(deal::sign(h, &id, Some(&read), "Mira Feld").await), "contract-changed");
        deal::sign(h, &id, None, "Mira Feld").await.unwrap();
        assert_eq!(code(deal::sign(h, &id, None, "Mira Feld").await), "signed-before");
        assert_eq!(code(deal::revise(h, &id, other, BRAND).await), "contract-signed");
        assert_eq!(code(work::submit(h, delivery(&id, 1, "Mira Feld")).await), "not-held");
        let entries = story.entries().await;
        let shown = deal::sign(h, &id, None, BRAND).await.unwrap();
        assert_eq!(story.entries().await, entries + 1, "only the promise");
        assert_eq!(code(work::submit(h, delivery(&id, 1, "Mira Feld")).await), "not-held");
        let payment = shown.payment.unwrap();
        // Half the budget is no budget.
        story.receive(&payment.contribution.reference, amount("EUR 500")).await;
        assert_eq!(code(work::submit(h, delivery(&id, 1, "Mira Feld")).await), "not-held");
        story.receive(&payment.contribution.reference, amount("EUR 500")).await;
        assert_eq!(code(work::accept(h, &id, 1, BRAND).await), "milestone-state");
        assert_eq!(code(work::submit(h, delivery(&id, 2, "Mira Feld")).await), "milestone-unknown");
        assert_eq!(code(work::submit(h, delivery(&id, 1, BRAND)).await), "not-yours");
        let mut bare = delivery(&id, 1, "Mira Feld");
        bare.evidence = " ".into();
        assert_eq!(code(work::submit(h, bare).await), "delivery-evidence");
        let mut unlabelled = delivery(&id, 1, "Mira Feld");
        unlabelled.labels = vec!["nice".into()];
        assert_eq!(code(work::submit(h, unlabelled).await), "label-missing");
        work::submit(h, delivery(&id, 1, "Mira Feld")).await.unwrap();
        balanced(&story).await;
        assert_eq!(code(work::accept(h, &id, 1, "Mira Feld").await), "not-yours");
        work::accept(h, &id, 1, BRAND).await.unwrap();
        balanced(&story).await;
        assert_eq!(code(work::accept(h, &id, 1, BRAND).await), "milestone-state");
        assert_eq!(code(work::cancel(h, &id, "late", BRAND).await), "deal-state");
        // The slice went to whom the revised contract names.
        assert_eq!(of(&story, "Club Kessel").await, "EUR 50.00");
        assert_eq!(holds(&story, "fund:solidarity").await, "EUR 0.00");
        let told = statement::make(h, "Club Kessel", Period::ALWAYS).await.unwrap().remove(0).statement;
        assert!(told.lines[0].recordings[0].title.ends_with("Film (solidarity)"), "{told:?}");
        for name in [BRAND, "Mira Feld", "Club Kessel"] {
            explained(&story, name).await;
        }
        balanced(&story).await;
    }
}

#[tokio::test]
async fn of_two_acceptances_at_once_one_wins() {
    for mut story in begin().await {
        let text = document(&story, &[("Film", "EUR 1000")], FILMS);
        let shown = agreed(&mut story, text, "Mira Feld", deal::Terms::default()).await;
        let (h, id) = (story.house().clone(), shown.row.id.to_string());
        work::submit(&h, delivery(&id, 1, "Mira Feld")).await.unwrap();
        balanced(&story).await;
        let mut tasks = Vec::new();
        for n in 0..6 {
            let (h, id) = (h.clone(), id.clone());
            tasks.push(tokio::spawn(async move {
                if n % 2 == 0 {
                    work::accept(&h, &id, 1, BRAND).await
                } else {
                    work::send_back(&h, &id, 1, "no", BRAND).await
                }
            }));
        }
        let mut done = 0;
        for task in tasks {
            match task.await.unwrap() {
                Ok(_) => done += 1,
                Err(Failure::Refused(r)) => assert_eq!(r.code, "milestone-state", "{r}"),
                Err(Failure::Fault(f)) => panic!("{f}"),
            }
        }
        assert_eq!(done, 1);
        let m = deal::one(&h, &id, HOUSE).await.unwrap().milestones.remove(0);
        let want = if m.state == "accepted" { "EUR 850.00" } else { "EUR 0.00" };
        assert_eq!(of(&story, "Mira Feld").await, want);
        balanced(&story).await;
    }
}

#[tokio::test]
async fn silence_accepts_and_survives_a_restart() {
    for mut story in begin().await {
        let text = document(&story, &[("Film", "EUR 1000")], FILMS);
        let shown = agreed(&mut story, text, "Mira Feld", deal::Terms::default()).await;
        let (h, id) = (story.house().clone(), shown.row.id.to_string());
        work::submit(&h, delivery(&id, 1, "Mira Feld")).await.unwrap();
        balanced(&story).await;
        let back = work::send_back(&h, &id, 1, "too dark", BRAND).await.unwrap();
        balanced(&story).await;
        assert_eq!(back.milestones[0].state, "sent-back");
        work::submit(&h, delivery(&id, 1, "Mira Feld")).await.unwrap();
        balanced(&story).await;
        let handlers = job::handlers(None);
        let drain = async |h: &app::House| {
            while let Some((row, outcome)) = job::run_one(h, &handlers, "w").await.unwrap() {
                assert!(matches!(outcome, Outcome::Done), "{row:?} {outcome:?}");
            }
        };
        story.fresh.world.pass_days(4);
        drain(&h).await;
        assert_eq!(of(&story, "Mira Feld").await, "EUR 0.00", "the brand has five days");
        // A house that is opened again knows its terms: they are rows.
        let again = app::House { store: h.store.clone(), ..h.clone() };
        story.fresh.world.pass_days(2);
        drain(&again).await;
        assert_eq!(of(&story, "Mira Feld").await, "EUR 850.00");
        let shown = deal::one(&h, &id, HOUSE).await.unwrap();
        assert!(shown.row.state == "done" && shown.events.iter().any(|e| e.what == "accepted-by-silence"));
        assert_eq!(code(work::accept(&h, &id, 1, BRAND).await), "milestone-state");
        drain(&again).await;
        assert_eq!(of(&story, "Mira Feld").await, "EUR 850.00");
        balanced(&story).await;
    }
}

#[tokio::test]
async fn a_dispute_freezes_only_what_is_disputed() {
    for mut story in begin().await {
        let text = document(&story, &[("First", "EUR 600"), ("Second", "EUR 400")], FILMS);
        let shown = agreed(&mut story, text, "Mira Feld", deal::Terms::default()).await;
        let (h, id) = (story.house().clone(), shown.row.id.to_string());
        work::submit(&h, delivery(&id, 1, "Mira Feld")).await.unwrap();
        balanced(&story).await;
        assert_eq!(code(work::dispute(&h, &id, 1, "", BRAND).await), "reasons");
        work::dispute(&h, &id, 1, "not what was agreed", BRAND).await.unwrap();
        balanced(&story).await;
        story.fresh.world.pass_days(10);
        brief::due(&h, HOUSE).await.unwrap();
        assert_eq!(of(&story, "Mira Feld").await, "EUR 0.00", "silence accepts nothing that is disputed");
        work::submit(&h, delivery(&id, 2, "Mira Feld")).await.unwrap();
        balanced(&story).await;
        let shown = work::accept(&h, &id, 2, BRAND).await.unwrap();
        balanced(&story).await;
        assert_eq!(
            (of(&story, "Mira Feld").await.as_str(), shown.held.to_string().as_str()),
            ("EUR 340.00", "EUR 600.00")
        );
        // Both sides say what it is about; nobody else does, and not about what is not disputed.
        assert_eq!(code(dispute::say(&h, &id, 1, "x", "Ona Veld").await), "not-yours");
        assert_eq!(code(dispute::say(&h, &id, 2, "x", BRAND).await), "milestone-state");
        assert_eq!(code(dispute::say(&h, &id, 1, " ", BRAND).await), "reasons");
        dispute::say(&h, &id, 1, "the hall was counted twice", "Mira Feld").await.unwrap();
        let shown = dispute::say(&h, &id, 1, "two songs of twelve", BRAND).await.unwrap();
        for _ in 0..19 {
            dispute::say(&h, &id, 1, "again", BRAND).await.unwrap();
        }
        assert_eq!(code(dispute::say(&h, &id, 1, "again", BRAND).await), "dispute-words");
        let open = dispute::list(&h).await.unwrap();
        assert!(open.len() == 1 && open[0].is_open() && open[0].milestone.place == 1, "{open:?}");
        let sides: Vec<_> = shown
            .events
            .iter()
            .filter(|e| e.what == "evidence")
            .map(|e| dispute::side_in(&shown.row, &e.by).map(|s| s.word()))
            .collect();
        assert_eq!(sides, [Some("artist"), Some("brand")]);
        assert_eq!(code(dispute::settle(&h, &id, 1, amount("EUR 600"), "mine", BRAND).await), "not-yours");
        assert_eq!(code(dispute::settle(&h, &id, 1, amount("EUR 600.01"), "x", "ines").await), "award");
        let shown =
            dispute::settle(&h, &id, 1, amount("EUR 200"), "a third was there", "ines").await.unwrap();
        balanced(&story).await;
        assert_eq!(shown.row.state, "done");
        assert_eq!(of(&story, "Mira Feld").await, "EUR 510.00");
        assert_eq!(of(&story, BRAND).await, "EUR 400.00", "the rest goes back");
        let told = shown.events.iter().find(|e| e.what == "settled").unwrap();
        assert_eq!(told.words, "EUR 200.00: a third was there", "both sides read it on the contract");
        assert!(!dispute::list(&h).await.unwrap()[0].is_open());
        assert_eq!(code(dispute::say(&h, &id, 1, "late", BRAND).await), "milestone-state");
        let told = statement::make(&h, BRAND, Period::ALWAYS).await.unwrap().remove(0).statement;
        assert!(told.movements[0].what.contains("the rest goes back"), "{:?}", told.movements);
        for name in [BRAND, "Mira Feld"] {
            explained(&story, name).await;
        }
        balanced(&story).await;
    }
}

#[tokio::test]
async fn cancelling_pays_what_was_agreed() {
    for mut story in begin().await {
        // Before any work: a quarter; after one accepted milestone: that one whole, and a quarter of the other.
        for (accepted, by, artist, brand) in [
            (false, BRAND, "EUR 212.50", "EUR 750.00"),
            (true, BRAND, "EUR 595.00", "EUR 300.00"),
            (true, "Mira Feld", "EUR 510.00", "EUR 400.00"),
        ] {
            let (mira, rives) = (of(&story, "Mira Feld").await, of(&story, BRAND).await);
            let text = document(&story, &[("First", "EUR 600"), ("Second", "EUR 400")], FILMS);
            let shown = agreed(&mut story, text, "Mira Feld", deal::Terms::default()).await;
            let (h, id) = (story.house().clone(), shown.row.id.to_string());
            if accepted {
                work::submit(&h, delivery(&id, 1, "Mira Feld")).await.unwrap();
                balanced(&story).await;
                work::accept(&h, &id, 1, BRAND).await.unwrap();
                balanced(&story).await;
            }
            let shown = work::cancel(&h, &id, "plans changed", by).await.unwrap();
            balanced(&story).await;
            assert_eq!(
                (shown.row.state.as_str(), shown.held.to_string().as_str()),
                ("cancelled", "EUR 0.00")
            );
            let gained = |now: String, before: &str| {
                now.parse::<Amount>().unwrap().checked_sub(before.parse().unwrap()).unwrap().to_string()
            };
            assert_eq!(gained(of(&story, "Mira Feld").await, &mira), artist);
            assert_eq!(gained(of(&story, BRAND).await, &rives), brand);
            assert_eq!(code(work::submit(&h, delivery(&id, 2, "Mira Feld")).await), "milestone-state");
            for name in [BRAND, "Mira Feld"] {
                explained(&story, name).await;
            }
            balanced(&story).await;
        }
    }
}

#[tokio::test]
async fn a_framework_has_orders_and_a_band_divides_through_shares() {
    for mut story in begin().await {
        let more = "kind = \"partnership\"\nartists = 1\nuses = [\"own-channels\"]\n";
        let text = document(&story, &[("Season", "EUR 1000")], more);
        let id = publish(&story, text).await;
        let h = story.house().clone();
        answer::answer(&h, &id, "Mira Feld", true, "").await.unwrap();
        let frame =
            deal::choose(&h, &id, "Mira Feld", "framework", deal::Terms::default(), BRAND).await.unwrap();
        let frame_id = frame.row.id.to_string();
        let step = |pays: &str, days| programmes_step(pays, day(&story, days));
        let order =
            |pays: &str, extra: deal::Terms| deal::Terms { milestones: vec![step(pays, 30)], ..extra };
        assert_eq!(
            code(deal::order(&h, &frame_id, order("EUR 500", Default::default()), BRAND).await),
            "deal-framework"
        );
        deal::sign(&h, &frame_id, None, BRAND).await.unwrap();
        let signed_frame = deal::sign(&h, &frame_id, None, "Mira Feld").await.unwrap();
        assert!(signed_frame.payment.is_none() && signed_frame.text.words.contains("CONTRAT-CADRE"));
        assert_eq!(
            code(deal::order(&h, &frame_id, order("EUR 9000.01", Default::default()), BRAND).await),
            "brief-budget"
        );
        // The first order: a band of three, in thirds; the second as a recording's shares say: half and half.
        let thirds =
            ["Mira Feld", "Orrin Vale", "Ona Veld"].map(|n| [n.to_owned(), "1/3".to_owned()]).to_vec();
        assert_eq!(
            code(
                deal::order(
                    &h,
                    &frame_id,
                    order("EUR 600", deal::Terms { split: thirds[..2].to_vec(), ..Default::default() }),
                    BRAND
                )
                .await
            ),
            "split"
        );
        let first = deal::order(
            &h,
            &frame_id,
            order("EUR 600", deal::Terms { split: thirds, ..Default::default() }),
            BRAND,
        )
        .await
        .unwrap();
        let second = deal::order(
            &h,
            &frame_id,
            order("EUR 400", deal::Terms { split_of: "S02".into(), ..Default::default() }),
            BRAND,
        )
        .await
        .unwrap();
        for (shown, mira, orrin, palo) in [
            (first, "EUR 170.00", "EUR 170.00", "EUR 170.00"),
            (second, "EUR 340.00", "EUR 340.00", "EUR 170.00"),
        ] {
            let id = shown.row.id.to_string();
            signed(&mut story, &id, "Mira Feld").await;
            work::submit(&h, delivery(&id, 1, "Mira Feld")).await.unwrap();
            balanced(&story).await;
            work::accept(&h, &id, 1, BRAND).await.unwrap();
            balanced(&story).await;
            assert_eq!(
                (of(&story, "Mira Feld").await.as_str(), of(&story, "Orrin Vale").await.as_str()),
                (mira, orrin)
            );
            assert_eq!(of(&story, "Ona Veld").await, palo);
            balanced(&story).await;
        }
        let shown = deal::one(&h, &frame_id, BRAND).await.unwrap();
        assert_eq!(shown.orders.len(), 2);
        let told = statement::make(&h, "Ona Veld", Period::ALWAYS).await.unwrap().remove(0).statement;
        assert_eq!(told.lines[0].amount, "170.000000");
        for name in ["Mira Feld", "Orrin Vale", "Ona Veld"] {
            explained(&story, name).await;
        }
    }
}

fn programmes_step(pays: &str, due: Date) -> app::brief::domain::WrittenStep {
    app::brief::domain::WrittenStep { title: "Set".into(), pays: pays.into(), due: due.to_string() }
}

/// Everything a brand can be shown, as one text.
async fn everything_seen(h: &app::House, id: &str) -> String {
    let seen = brief::seen(h, id, BRAND).await.unwrap();
    format!("{:?} {:?} {:?} {:?}", seen.brief.row.status, seen.brief.written, seen.answers, seen.named)
}

#[tokio::test]
async fn a_brand_finds_no_refusal_no_count_and_no_least_fee() {
    for story in begin().await {
        let h = &story.house().clone();
        // Halving the fee until somebody disappears: what is seen is the same at every fee.
        let mut views = Vec::new();
        for pays in ["EUR 800", "EUR 500", "EUR 499.99", "EUR 400", "EUR 1"] {
            let id = publish(&story, document(&story, &[("Film", pays)], FILMS)).await;
            answer::invite(h, &id, "Orrin Vale", BRAND).await.unwrap();
            let plain = everything_seen(h, &id).await.replace(&format!("{:?}", pays), "FEE");
            views.push(plain);
            let invited = answer::invitations(h, "Orrin Vale").await.unwrap();
            let sees = invited.iter().any(|i| i.row.id.as_str() == id);
            assert_eq!(sees, matches!(pays, "EUR 800" | "EUR 500"), "{pays}: the artist's own page knows");
            // Neither does acting on it tell: choosing is refused alike, excluding and inviting twice too.
            assert_eq!(
                code(deal::choose(h, &id, "Orrin Vale", "single", deal::Terms::default(), BRAND).await),
                "not-yes"
            );
            assert_eq!(code(answer::invite(h, &id, "Orrin Vale", BRAND).await), "brief-asked");
        }
        assert!(views.windows(2).all(|w| w[0] == w[1]), "{views:#?}");
        // Trades that are refused, and somebody without terms at all: the same view.
        let drinks = document(&story, &[("Film", "EUR 800")], FILMS).replace("insurance", "alcohol");
        let id = publish(&story, drinks).await;
        for name in ["Orrin Vale", "Ona Veld", "Mira Feld"] {
            answer::invite(h, &id, name, BRAND).await.unwrap();
        }
        answer::answer(h, &id, "Mira Feld", false, "").await.unwrap();
        let seen = brief::seen(h, &id, BRAND).await.unwrap();
        assert_eq!(
            seen.named.iter().map(|(_, w)| w.as_str()).collect::<Vec<_>>(),
            ["open"; 3],
            "a no looks like no answer yet"
        );
        story.fresh.world.pass_days(8);
        brief::due(h, HOUSE).await.unwrap();
        let seen = brief::seen(h, &id, BRAND).await.unwrap();
        assert_eq!(seen.named.iter().map(|(_, w)| w.as_str()).collect::<Vec<_>>(), ["no yes came"; 3]);
        assert!(seen.answers.is_empty());
        // An excluded artist who was told nothing was asked nothing.
        assert!(answer::invitations(h, "Orrin Vale").await.unwrap().iter().all(|i| i.row.id.as_str() != id));
        // Nobody else's brief can be looked at.
        assert_eq!(code(brief::seen(h, &id, "Club Kessel").await), "not-yours");
    }
}

#[tokio::test]
async fn changing_what_somebody_refuses_changes_nothing_a_brand_sees() {
    // Two houses alike but for one artist's secret terms: the brand's views are equal, byte for byte, until somebody answers.
    for secret in [
        "minimum = { any = \"EUR 5000\" }",
        "never_brands = [\"Mutuelle des Rives\"]",
        "paused = true",
        "never_uses = [\"web\"]",
        "kinds = [\"concert\"]",
    ] {
        let mut views = Vec::new();
        for terms_of_orrin in ["", secret] {
            let mut stories = begin().await;
            let story = stories.swap_remove(0);
            terms::set(story.house(), "Orrin Vale", terms_of_orrin, "Orrin Vale").await.unwrap();
            let id = publish(&story, document(&story, &[("Film", "EUR 800")], FILMS)).await;
            answer::invite(story.house(), &id, "Orrin Vale", BRAND).await.unwrap();
            views.push(everything_seen(story.house(), &id).await);
        }
        assert_eq!(views[0], views[1], "{secret}");
    }
}

#[tokio::test]
async fn lists_take_turns_and_artists_see_what_was_due() {
    for story in begin().await {
        let h = &story.house().clone();
        for n in 0..30 {
            let name = format!("Artist {n:02}");
            app::party::register(
                h,
                app::party::Register { name: name.clone(), by: "ines".into(), ..Default::default() },
            )
            .await
            .unwrap();
            terms::set(h, &name, "tags = [\"dub\"]", &name).await.unwrap();
        }
        let mut shown = std::collections::BTreeMap::new();
        for _ in 0..6 {
            let id = publish(
                &story,
                document(&story, &[("Film", "EUR 800")], &format!("{FILMS}tags = [\"dub\"]\n")),
            )
            .await;
            for w in brief::standings(h, &id).await.unwrap().iter().filter(|w| w.standing.place > 0) {
                *shown.entry(w.name.clone()).or_insert(0) += 1;
                assert!(w.reasons.iter().any(|r| r.0 == "style" && !r.1.is_empty() && !r.2.is_empty()));
            }
        }
        assert!(shown.len() >= 30 && shown.values().all(|n| (2..=6).contains(n)), "{shown:?}");
        let account = terms::exposure(h, "Artist 07").await.unwrap();
        let (earned, given): (i64, i64) =
            account.iter().fold((0, 0), |(e, s), x| (e + x.earned, s + x.shown));
        assert_eq!(account.len(), 6);
        assert!((earned - given).abs() < 1_000_000, "{earned} earned, {given} shown");
        let fairness = field::fairness(h, h.now() + jiff::SignedDuration::from_secs(1)).await.unwrap();
        assert!(fairness.within > 0.9 && fairness.loss <= 0.03, "{fairness:?}");
        // Of six briefs of one brand nobody is told anything.
        story.fresh.world.pass_days(100);
        let told = field::field(h).await.unwrap();
        assert!(told.fairness.is_none() && told.attention.is_empty() && told.prices.is_empty(), "{told:?}");
    }
}

#[tokio::test]
async fn open_calls_cost_nothing_and_stay_within_terms() {
    for story in begin().await {
        let h = &story.house().clone();
        let id = publish(
            &story,
            document(&story, &[("Film", "EUR 400")], &format!("{FILMS}open_call = true\nanonymous = true\n")),
        )
        .await;
        let entries = story.entries().await;
        assert_eq!(code(answer::pitch(h, &id, "Orrin Vale", "me").await), "terms-refuse");
        assert_eq!(code(answer::pitch(h, &id, "Ona Veld", "me").await), "terms-missing");
        terms::set(h, "Ona Veld", "", "Ona Veld").await.unwrap();
        assert!(answer::invitations(h, "Orrin Vale").await.unwrap().is_empty());
        let open = answer::invitations(h, "Ona Veld").await.unwrap();
        assert!(open.len() == 1 && open[0].brand.is_empty() && open[0].offer.net == amount("EUR 340"));
        answer::pitch(h, &id, "Ona Veld", "a film of the dunes").await.unwrap();
        assert_eq!(code(answer::pitch(h, &id, "Ona Veld", "again").await), "brief-asked");
        assert_eq!(story.entries().await, entries, "no pay to apply");
        // Names wait until both agree.
        let seen = brief::seen(h, &id, BRAND).await.unwrap();
        assert_eq!((seen.answers[0].name.as_str(), seen.answers[0].artist.as_str()), ("artist 1", ""));
        let invitation = seen.answers[0].invitation.to_string();
        deal::choose(h, &id, &invitation, "single", deal::Terms::default(), BRAND).await.unwrap();
        assert_eq!(brief::seen(h, &id, BRAND).await.unwrap().answers[0].name, "Ona Veld");
        // Not signed in time: it lapses, and nothing was ever booked.
        story.fresh.world.pass_days(15);
        assert_eq!(brief::due(h, HOUSE).await.unwrap().unsigned.len(), 1);
        assert_eq!(story.entries().await, entries);
        assert_eq!(code(answer::pitch(h, &id, "Mira Feld", "late").await), "brief-status");
    }
}

#[tokio::test]
async fn brand_money_changes_no_search_no_rule_and_no_count() {
    let mut stories = begin().await;
    let mut story = stories.swap_remove(0);
    let h = story.house().clone();
    let train = || app::discovery::Train {
        consent: app::discovery::TrainingConsent::NotAsked,
        plays: vec![],
        selections: vec![],
        threads: 1,
        by: "ines".into(),
    };
    for n in 0..12 {
        let dj = format!("DJ {n}");
        app::party::register(
            &h,
            app::party::Register { name: dj.clone(), by: "ines".into(), ..Default::default() },
        )
        .await
        .unwrap();
        let mut ask = story.night(
            &dj,
            "Mira Feld - Low Tide\nOrrin Vale - Backroom Ledger\n",
            app::pot::Gift::Amount(amount("EUR 5")),
        );
        ask.gift = None;
        story.submit(ask).await.unwrap();
    }
    let before = app::discovery::train(&h, train()).await.unwrap();
    let rules: Vec<String> = ::allocation::library().iter().map(::allocation::RuleSet::hash).collect();
    let found = app::catalogue::find(&h, "S01").await.unwrap();
    let text = document(&story, &[("Film", "EUR 1000")], FILMS);
    let shown = agreed(&mut story, text, "Mira Feld", deal::Terms::default()).await;
    let id = shown.row.id.to_string();
    work::submit(&h, delivery(&id, 1, "Mira Feld")).await.unwrap();
    balanced(&story).await;
    work::accept(&h, &id, 1, BRAND).await.unwrap();
    balanced(&story).await;
    let after = app::discovery::train(&h, train()).await.unwrap();
    assert!(after.before, "the same was trained from the same");
    assert_eq!(before.run.model_hash, after.run.model_hash);
    assert_eq!(rules, ::allocation::library().iter().map(::allocation::RuleSet::hash).collect::<Vec<_>>());
    assert_eq!(found, app::catalogue::find(&h, "S01").await.unwrap());
    assert_eq!(code(wall::label_selection(&h, &id, "x", BRAND).await), "deal-kind");

    // A selection that a brand pays for is labelled wherever it is shown, and teaches the recommender nothing.
    let note = app::institution::Note {
        party: "Club Kessel".into(),
        kind: app::institution::KINDS[0].into(),
        town: "Roc-Neuf".into(),
        country: "FR".into(),
        by: "ines".into(),
        ..Default::default()
    };
    app::institution::note(&h, note).await.unwrap();
    let mut recordings = Vec::new();
    app::catalogue::list(&h, &mut |entry| recordings.push(entry.row.recording.id.clone())).await.unwrap();
    let ask = app::selection::Write {
        institution: "Club Kessel".into(),
        title: "Paid for".into(),
        lang: "fr".into(),
        items: recordings.iter().map(|r| (r.clone(), String::new())).collect(),
        by: "ines".into(),
        ..Default::default()
    };
    let made = app::selection::write(&h, ask).await.unwrap();
    app::selection::set_status(&h, "Club Kessel", &made.row.slug, "published", "ines").await.unwrap();
    let branded = FILMS.replace("social-content", "branded-selection");
    let more = format!("{branded}objective = \"a list\"\n");
    let text = document(&story, &[("List", "EUR 1000")], &more);
    let paid = agreed(&mut story, text, "Mira Feld", deal::Terms::default()).await.row.id.to_string();
    assert_eq!(code(wall::label_selection(&h, &paid, &made.row.slug, "Ona Veld").await), "not-yours");
    assert_eq!(wall::label_selection(&h, &paid, &made.row.slug, BRAND).await.unwrap(), "Publicité");
    let shown = app::selection::public(&h, &made.row.slug).await.unwrap();
    assert_eq!(shown.paid, Some(("Publicité".into(), BRAND.into())));
    let chosen = app::discovery::Selection { id: made.row.id.to_string(), recordings };
    let with = app::discovery::Train { selections: vec![chosen], ..train() };
    let after = app::discovery::train(&h, with).await.unwrap();
    assert_eq!(before.run.model_hash, after.run.model_hash, "what was paid for trains nothing");
    // Beside the contract's own figures stands what the house counted: the labelled selection among it.
    let counted = app::brief::counts::own(&h, &paid, BRAND).await.unwrap();
    assert_eq!(counted.selections.len(), 1);
    assert_eq!(code(app::brief::counts::own(&h, &paid, "Ona Veld").await), "not-yours");
}

#[tokio::test]
async fn sessions_go_to_the_emerging_with_their_choice_in_the_log() {
    for mut story in begin().await {
        let text = document(&story, &[("Film", "EUR 8000")], &FILMS.replace('3', "1"));
        let shown = agreed(&mut story, text, "Orrin Vale", deal::Terms::default()).await;
        let (h, id) = (story.house().clone(), shown.row.id.to_string());
        work::submit(&h, delivery(&id, 1, "Orrin Vale")).await.unwrap();
        balanced(&story).await;
        work::accept(&h, &id, 1, BRAND).await.unwrap();
        balanced(&story).await;
        let give = |text: &str, count| field::Give {
            amount: amount(text),
            count,
            place: String::new(),
            by: "ines".into(),
        };
        assert_eq!(code(field::give(&h, give("EUR 500", 1)).await), "grant-fund");
        let given = field::give(&h, give("EUR 200", 2)).await.unwrap();
        // Orrin earned too much to be emerging; Mira is the only other one with terms.
        assert_eq!(given.len(), 1);
        assert_eq!(given[0].artist.to_string(), story.id("Mira Feld").await);
        // The log draws again to the same, by itself; it is the artist's and the house's to read while few stand in it.
        let log = brief::domain::grant::SelectionLog::read(&given[0].choice).unwrap();
        log.check().unwrap();
        assert_eq!((log.candidates.len(), log.chosen.len()), (1, 1));
        let drawn = field::drawn_for(&h, "Mira Feld").await.unwrap();
        assert!(
            drawn[0].chosen && drawn[0].ticket == log.chosen[0] && drawn[0].hash == log.hash(),
            "{drawn:?}"
        );
        assert!(field::drawn_for(&h, "Orrin Vale").await.unwrap().is_empty());
        let id_of = given[0].id.as_str();
        assert_eq!(code(field::selection_log(&h, id_of, false).await), "grant-unknown");
        assert_eq!(field::selection_log(&h, id_of, true).await.unwrap(), given[0].choice);
        let told = field::published_grants(&h).await.unwrap();
        assert!(told[0].log.is_none() && told[0].hash == log.hash() && told[0].candidates == 1);
        explained(&story, "Mira Feld").await;
        assert_eq!(of(&story, "Mira Feld").await, "EUR 200.00");
        assert_eq!(code(field::give(&h, give("EUR 100", 1)).await), "grant-nobody");
        let shown =
            work::measure(&h, &id, "views", 12_345, "the platform's report", "Orrin Vale").await.unwrap();
        assert_eq!(shown.figures[0].value, 12_345);
        assert_eq!(code(work::measure(&h, &id, "clicks", 1, "x", "Orrin Vale").await), "indicator-unknown");
        balanced(&story).await;
    }
}

#[tokio::test]
async fn a_contract_that_french_law_wants_whole_is_not_signed_with_gaps() {
    let mut all = Vec::new();
    for fresh in house::each(9).await {
        all.push(story::begin(fresh).await);
    }
    for story in all {
        let h = story.house().clone();
        app::party::register(
            &h,
            app::party::Register { name: BRAND.into(), by: "ines".into(), ..Default::default() },
        )
        .await
        .unwrap();
        terms::set(&h, "Mira Feld", "", "Mira Feld").await.unwrap();
        let id = publish(&story, document(&story, &[("Film", "EUR 1000")], FILMS)).await;
        answer::answer(&h, &id, "Mira Feld", true, "").await.unwrap();
        let shown =
            deal::choose(&h, &id, "Mira Feld", "single", deal::Terms::default(), BRAND).await.unwrap();
        assert_eq!(code(deal::sign(&h, shown.row.id.as_str(), None, "Mira Feld").await), "contract-missing");
        terms::set_contact(&h, "Mira Feld", postal("3 quai Nord, Roc-Neuf"), "Mira Feld").await.unwrap();
        terms::set_contact(&h, BRAND, postal("1 rue Haute, Roc-Neuf"), BRAND).await.unwrap();
        deal::revise(&h, shown.row.id.as_str(), deal::Terms::default(), BRAND).await.unwrap();
        deal::sign(&h, shown.row.id.as_str(), None, "Mira Feld").await.unwrap();
        // Below the threshold a contract needs less.
        let small = publish(
            &story,
            document(&story, &[("Film", "EUR 100")], &format!("{FILMS}objective = \"another\"\n")),
        )
        .await;
        assert_eq!(code(brief::publish(&h, &small, BRAND).await), "brief-status");
    }
}

#[tokio::test]
async fn an_agency_acts_only_while_its_mandate_holds() {
    for story in begin().await {
        let h = &story.house().clone();
        let agency = "Agence Quai";
        let text = document(&story, &[("Film", "EUR 600")], FILMS);
        let ask = |by: &str| brief::Write {
            brand: BRAND.into(),
            agency: agency.into(),
            text: text.clone(),
            by: by.into(),
            ..Default::default()
        };
        assert_eq!(code(brief::write(h, ask(agency)).await), "brand-mandate");
        // Nobody acts for a brand by naming oneself.
        let other = brief::Write { agency: String::new(), ..ask("Club Kessel") };
        assert_eq!(code(brief::write(h, other).await), "not-yours");
        let give = |by: &str, until: &str| mandate::Give {
            brand: BRAND.into(),
            agency: agency.into(),
            until: until.into(),
            evidence: "contract of 2 March".into(),
            by: by.into(),
        };
        assert_eq!(code(mandate::give(h, give(agency, "")).await), "not-yours");
        assert_eq!(code(mandate::give(h, give(BRAND, "2001-01-01")).await), "brand-mandate-day");
        let until = day(&story, 5).to_string();
        mandate::give(h, give(BRAND, &until)).await.unwrap();
        let id = brief::write(h, ask(agency)).await.unwrap().row.id.to_string();
        brief::publish(h, &id, agency).await.unwrap();
        assert_eq!(brief::of_party(h, agency).await.unwrap().len(), 1);
        answer::answer(h, &id, "Mira Feld", true, "").await.unwrap();
        let deal = deal::choose(h, &id, "Mira Feld", "single", deal::Terms::default(), agency).await.unwrap();
        let deal = deal.row.id.to_string();
        // The term passes: every further step is refused, and the brand goes on by itself.
        story.fresh.world.pass_days(6);
        assert_eq!(code(deal::sign(h, &deal, None, agency).await), "brand-mandate");
        assert_eq!(code(brief::seen(h, &id, agency).await), "brand-mandate");
        assert_eq!(code(deal::one(h, &deal, agency).await), "brand-mandate");
        assert!(brief::of_party(h, agency).await.unwrap().is_empty());
        deal::sign(h, &deal, None, BRAND).await.unwrap();
        // A new one holds until it is taken back, which holds at once.
        let given = mandate::give(h, give(BRAND, "")).await.unwrap();
        assert_eq!(deal::one(h, &deal, agency).await.unwrap().row.state, "half-signed");
        mandate::end(h, given.row.id.as_str(), agency).await.unwrap();
        assert_eq!(code(work::cancel(h, &deal, "late", agency).await), "brand-mandate");
        assert_eq!(code(mandate::end(h, given.row.id.as_str(), BRAND).await), "brand-mandate-ended");
        // And an agency of one brand is nobody to another.
        assert_eq!(code(brief::withdraw(h, &id, "Ona Veld").await), "not-yours");
    }
}

#[tokio::test]
async fn ai_is_asked_of_the_consent_registry() {
    for story in begin().await {
        let h = &story.house().clone();
        for name in ["Mira Feld", "Orrin Vale", "Ona Veld"] {
            terms::set(h, name, "ai = true", name).await.unwrap();
        }
        let wants = "kind = \"social-content\"\nartists = 3\nuses = [\"web\", \"generation\"]\nai = [\"gen.style\"]\n";
        let text = document(&story, &[("Film", "EUR 600")], wants);
        // Nobody said yes in the registry: nobody is asked, though every artist's own terms allow AI.
        let id = publish(&story, text.clone()).await;
        assert!(brief::standings(h, &id).await.unwrap().is_empty());
        answer::invite(h, &id, "Mira Feld", BRAND).await.unwrap();
        assert!(answer::invitations(h, "Mira Feld").await.unwrap().is_empty(), "not bothered");
        // Mira says yes for her style, Orrin says no.
        for (name, stance) in [("Mira Feld", "permit"), ("Orrin Vale", "refuse")] {
            let said = app::consent::Say {
                speaker: name.into(),
                subject: "person".into(),
                uses: vec!["gen.style".into()],
                word: stance.into(),
                by: name.into(),
                ..app::consent::Say::default()
            };
            app::consent::say(h, &[said]).await.unwrap();
        }
        let id = publish(&story, text.clone()).await;
        let list = brief::standings(h, &id).await.unwrap();
        assert_eq!(list.iter().map(|w| w.name.as_str()).collect::<Vec<_>>(), ["Mira Feld"]);
        assert!(
            list[0].reasons.iter().any(|r| r.0 == "ai-permitted" && r.1.contains("gen.style")),
            "{list:?}"
        );
        answer::answer(h, &id, "Mira Feld", true, "").await.unwrap();
        let deal = deal::choose(h, &id, "Mira Feld", "single", deal::Terms::default(), BRAND).await.unwrap();
        assert!(deal.text.words.contains("gen.style"), "{}", deal.text.words);
        // What AI does has to be said, and training is licensed elsewhere.
        for more in [
            "uses = [\"generation\"]\n",
            "uses = [\"web\"]\nai = [\"gen.style\"]\n",
            "uses = [\"generation\"]\nai = [\"train.gen\"]\n",
        ] {
            let more = format!("kind = \"social-content\"\nartists = 1\n{more}");
            let ask = brief::Write {
                brand: BRAND.into(),
                text: document(&story, &[("Film", "EUR 600")], &more),
                by: BRAND.into(),
                ..Default::default()
            };
            let flaws = brief::write(h, ask).await.unwrap().flaws;
            assert!(
                flaws.iter().all(|f| f.code == "brief-ai" && f.field == "ai") && !flaws.is_empty(),
                "{more}: {flaws:?}"
            );
        }
    }
}

#[tokio::test]
async fn budgets_carry_vat_and_what_goes_back_takes_it_along() {
    for mut story in begin().await {
        let h = &story.house().clone();
        for (name, value) in [
            ("house-vat-id", "FR83404833048"),
            ("house-address", "rue de la Part; 12; 42000; Saint-Etienne; FR"),
        ] {
            app::policy::set(h, name, value, "ines").await.unwrap();
        }
        let text = document(&story, &[("First", "EUR 600.01"), ("Second", "EUR 399.99")], FILMS);
        let id = publish(&story, text).await;
        answer::answer(h, &id, "Mira Feld", true, "").await.unwrap();
        let drafted =
            deal::choose(h, &id, "Mira Feld", "single", deal::Terms::default(), BRAND).await.unwrap();
        let deal = drafted.row.id.to_string();
        deal::sign(h, &deal, None, "Mira Feld").await.unwrap();
        let signed = deal::sign(h, &deal, None, BRAND).await.unwrap();
        let payment = signed.payment.unwrap();
        assert_eq!(payment.contribution.pledged, amount("EUR 1200"));
        // The fee alone is not the budget.
        story.receive(&payment.contribution.reference, amount("EUR 1000")).await;
        assert_eq!(code(work::submit(h, delivery(&deal, 1, "Mira Feld")).await), "not-held");
        story.receive(&payment.contribution.reference, amount("EUR 200")).await;
        brief::due(h, HOUSE).await.unwrap();
        assert_eq!(holds(&story, "vat:FR").await, "EUR 200.00");
        work::submit(h, delivery(&deal, 1, "Mira Feld")).await.unwrap();
        balanced(&story).await;
        let shown = work::accept(h, &deal, 1, BRAND).await.unwrap();
        balanced(&story).await;
        assert_eq!(shown.invoices.len(), 1);
        let (invoice, _) = brief::tax::one(h, &deal, &shown.invoices[0].number, BRAND).await.unwrap();
        assert_eq!(
            (invoice.net.as_str(), invoice.vat.as_str(), invoice.gross.as_str()),
            ("1000.00", "200.00", "1200.00")
        );
        let what: Vec<_> = invoice.lines.iter().map(|l| (l.what.as_str(), l.net.as_str())).collect();
        assert_eq!(what, [("work", "850.00"), ("commission", "100.00"), ("solidarity", "50.00")]);
        assert_eq!(
            code(brief::tax::one(h, &deal, &shown.invoices[0].number, "Mira Feld").await),
            "not-yours"
        );
        // Its electronic twin: paid before it was issued, by the rules of EN 16931.
        let twin = invoice.twin().unwrap();
        assert_eq!((twin.prepaid.as_str(), twin.gross.as_str()), ("1200.000000", "1200.000000"));
        let xml = invoice.cii().unwrap();
        for said in
            ["<ram:ID>S2<", "TotalPrepaidAmount>1200.00<", "DuePayableAmount>0.00<", "CategoryCode>S<"]
        {
            assert!(xml.contains(said), "{said}: {xml}");
        }
        assert!(brief::tax::list(h, Some("Mira Feld")).await.unwrap().is_empty(), "not the artist's to read");
        assert_eq!(brief::tax::list(h, Some(BRAND)).await.unwrap().len(), 1);
        // The brand cancels: a quarter of what was not begun is due, three quarters go back with their VAT.
        let shown = work::cancel(h, &deal, "plans changed", BRAND).await.unwrap();
        balanced(&story).await;
        assert_eq!(shown.invoices.len(), 2);
        let (note, _) = brief::tax::one(h, &deal, &shown.invoices[1].number, BRAND).await.unwrap();
        assert_eq!((note.kind.as_str(), note.corrects.as_str()), ("credit-note", invoice.number.as_str()));
        let twin = note.twin().unwrap();
        assert!(twin.prepaid.is_empty() && twin.corrects == invoice.number, "{twin:?}");
        let back = shown.invoices[1].net.checked_add(shown.invoices[1].vat).unwrap();
        assert_eq!(of(&story, BRAND).await, back.to_string());
        assert_eq!(note.net, "299.99");
        let kept = amount("EUR 200").checked_sub(shown.invoices[1].vat).unwrap();
        assert_eq!(holds(&story, "vat:FR").await, kept.to_string());
        for name in [BRAND, "Mira Feld"] {
            explained(&story, name).await;
        }
        balanced(&story).await;
    }
}

#[tokio::test]
async fn the_year_of_one_brand_and_one_artist_counts_together() {
    for story in begin().await {
        let h = &story.house().clone();
        // Three contracts of EUR 400 for one objective, written differently: the third crosses EUR 1,000.
        let mut mandatory = Vec::new();
        for objective in ["The river", "the  river", "THE RIVER", "another"] {
            let more = format!("{FILMS}objective = \"{objective}\"\n");
            let id = publish(&story, document(&story, &[("Film", "EUR 400")], &more)).await;
            answer::answer(h, &id, "Mira Feld", true, "").await.unwrap();
            let deal =
                deal::choose(h, &id, "Mira Feld", "single", deal::Terms::default(), BRAND).await.unwrap();
            mandatory.push(deal::one(h, deal.row.id.as_str(), HOUSE).await.unwrap().mandatory);
        }
        assert_eq!(mandatory, [false, false, true, false]);
    }
}

#[tokio::test]
async fn names_that_wait_cannot_be_tried() {
    for story in begin().await {
        let h = &story.house().clone();
        let id =
            publish(&story, document(&story, &[("Film", "EUR 800")], &format!("{FILMS}anonymous = true\n")))
                .await;
        answer::answer(h, &id, "Mira Feld", true, "").await.unwrap();
        let before = everything_seen(h, &id).await;
        // Neither asking by name nor choosing by name tells who stands behind `artist 1`.
        for name in ["Mira Feld", "Orrin Vale", "Ona Veld", "Nobody At All"] {
            assert_eq!(code(answer::invite(h, &id, name, BRAND).await), "brief-anonymous", "{name}");
            let tried = deal::choose(h, &id, name, "single", deal::Terms::default(), BRAND).await;
            assert_eq!(code(tried), "brief-anonymous", "{name}");
        }
        assert_eq!(everything_seen(h, &id).await, before);
        assert!(!before.contains("Mira"), "{before}");
    }
}

#[tokio::test]
async fn two_briefs_and_budgets_by_bisection_tell_nothing() {
    // Budgets between EUR 1 and EUR 4096 by halving, audiences and exclusions, with and without one artist whose least fee
    // lies between: whatever a brand sees is the same, and so is what the field is told.
    let mut views = Vec::new();
    for secret in ["minimum = { any = \"EUR 700\" }", "minimum = { any = \"EUR 3000\" }"] {
        let mut stories = begin().await;
        let story = stories.swap_remove(0);
        let h = &story.house().clone();
        terms::set(h, "Orrin Vale", secret, "Orrin Vale").await.unwrap();
        let (mut low, mut high, mut seen) = (1, 4096, Vec::new());
        while high - low > 1 {
            let fee = (low + high) / 2;
            for more in ["", "audience = [\"FR-42\"]\n", "exclude = [\"Mira Feld\"]\n"] {
                let pays = format!("EUR {fee}");
                let id = publish(
                    &story,
                    document(&story, &[("Film", &pays)], &format!("{}{more}", FILMS.replace('3', "1"))),
                )
                .await;
                answer::invite(h, &id, "Orrin Vale", BRAND).await.unwrap();
                seen.push(everything_seen(h, &id).await);
            }
            // The best a brand can do: go on as if the fee had been too low.
            low = fee;
            let _ = &mut high;
        }
        seen.push(format!("{:?}", field::field(h).await.unwrap()));
        views.push(seen);
    }
    assert_eq!(views[0], views[1]);
}

/// What the field is told grows by quarters, in batches that could be told by themselves: whoever subtracts one publication
/// from the next learns of no single deal.
#[tokio::test]
async fn prices_are_told_of_enough_and_differ_by_enough() {
    let mut stories = begin().await;
    let mut story = stories.swap_remove(0);
    let brands = ["Brasserie Haute", "Librairie Basse", "Coop Velo"];
    let artists = ["Ada Brun", "Bela Corr", "Cosma Dahl", "Dov Erlen"];
    for name in brands.iter().chain(&artists) {
        let ask =
            app::party::Register { name: (*name).to_owned(), by: "ines".to_owned(), ..Default::default() };
        app::party::register(story.house(), ask).await.unwrap();
        terms::set_contact(story.house(), name, postal("12 rue de la Part, Roc-Neuf"), name).await.unwrap();
        if artists.contains(name) {
            terms::set(story.house(), name, "", name).await.unwrap();
        }
    }
    let mut made = 0;
    let mut told = Vec::new();
    for quarter in [
        &[(0, 0, 480), (1, 1, 600), (2, 2, 734), (0, 1, 900)][..],
        &[(1, 0, 660)],
        // One more deal alone, by a brand that wants to know what the others paid: it waits.
        &[(0, 3, 8000)],
        &[(1, 1, 510), (2, 2, 520), (0, 0, 530)],
        &[(1, 2, 7600), (2, 0, 540)],
    ] {
        for (brand, artist, fee) in quarter {
            let h = story.house().clone();
            let more = FILMS.replace("artists = 3", "artists = 1");
            let text = document(&story, &[("Film", &format!("EUR {fee}"))], &more);
            let (brand, artist) = (brands[*brand], artists[*artist]);
            let ask = brief::Write { brand: brand.into(), text, by: brand.into(), ..Default::default() };
            let id = brief::write(&h, ask).await.unwrap().row.id.to_string();
            brief::publish(&h, &id, brand).await.unwrap();
            if let Err(Failure::Refused(r)) = answer::answer(&h, &id, artist, true, "").await {
                assert_eq!(r.code, "not-asked");
                answer::invite(&h, &id, artist, brand).await.unwrap();
                answer::answer(&h, &id, artist, true, "").await.unwrap();
            }
            let deal = deal::choose(&h, &id, artist, "single", deal::Terms::default(), brand).await.unwrap();
            deal::sign(&h, deal.row.id.as_str(), None, artist).await.unwrap();
            let signed = deal::sign(&h, deal.row.id.as_str(), None, brand).await.unwrap();
            let payment = signed.payment.unwrap();
            story.receive(&payment.contribution.reference, payment.contribution.pledged).await;
            brief::due(&h, HOUSE).await.unwrap();
            work::submit(&h, delivery(deal.row.id.as_str(), 1, artist)).await.unwrap();
            work::accept(&h, deal.row.id.as_str(), 1, brand).await.unwrap();
            made += 1;
        }
        story.fresh.world.pass_days(92);
        let field = field::field(story.house()).await.unwrap();
        let prices: Vec<String> = field.prices.iter().map(|p| p.middle.to_string()).collect();
        told.push((made, prices, field.fairness.is_some(), field.money.clone()));
    }
    let prices: Vec<_> = told.iter().map(|(made, p, ..)| (*made, p.first().map(String::as_str))).collect();
    // The mean of 600, 660 and 734; with the second batch whole, of six of eleven.
    assert_eq!(
        prices[..4],
        [(4, None), (5, Some("EUR 660.00")), (6, Some("EUR 660.00")), (9, Some("EUR 660.00"))]
    );
    assert_eq!(prices[4].0, 11);
    // Lists are told as deals are: five briefs of three brands at once, then no single one.
    assert_eq!(told.iter().map(|t| t.2).collect::<Vec<_>>(), [false, true, true, true, true]);
    assert!(told[1].3 == told[2].3, "one deal alone moves no part of the money: {told:#?}");
    balanced(&story).await;
}
