//! What each use case refuses, in its order, until the request succeeds; nothing moves before.

use app::allocation::{self, Allocate};
use app::payout::Details;
use app::pot::{Contribute, Gift};
use app::set_list::Same;
use app::{bank, catalogue, party, payout, policy, pot};
use money::{Currency, Ratio};
use music::pot::PayerRole;
use music::{Period, UseType};
use testkit::bank::Bank;

use crate::story::{self, Story, amount, code};

const LINES: &str = "Mira Feld - Low Tide\nOrrin Vale - Backroom Ledger\nSaltmarsh Trio - Reed Song\n";

fn share_of(fee: &str, percent: u64) -> Gift {
    Gift::Share { fee: amount(fee), share: Ratio::new(percent, 100).unwrap() }
}

#[tokio::test]
async fn a_submission_until_it_is_taken() {
    for story in story::each().await {
        let before = story.entries().await;
        let gift = Gift::Amount(amount("EUR 50"));
        let ask = story.night("DJ Lantern", LINES, gift);
        let with = |bytes: &str| app::set_list::Submit { bytes: bytes.as_bytes().to_vec(), ..ask.clone() };
        let refused = [
            ("a file that is no set list", with(""), "set-list-empty"),
            ("a set that is not there", app::set_list::Submit { set: Some(9), ..ask.clone() }, "set-unknown"),
            (
                "a time zone of nowhere",
                app::set_list::Submit { time_zone: "Mars/Olympus".into(), ..ask.clone() },
                "time-zone",
            ),
            (
                "a visibility of no kind",
                app::set_list::Submit { visibility: "all".into(), ..ask.clone() },
                "visibility",
            ),
            (
                "an unknown performer",
                app::set_list::Submit { performer: "Nobody".into(), ..ask.clone() },
                "party-unknown",
            ),
            (
                "a negative fee",
                app::set_list::Submit { gift: Some(share_of("EUR -100", 5)), ..ask.clone() },
                "fee-not-positive",
            ),
            (
                "a fee of nothing",
                app::set_list::Submit { gift: Some(share_of("EUR 0", 5)), ..ask.clone() },
                "fee-not-positive",
            ),
            (
                "a share of nothing",
                app::set_list::Submit { gift: Some(share_of("EUR 100", 0)), ..ask.clone() },
                "gift-not-positive",
            ),
            (
                "a gift of nothing",
                app::set_list::Submit { gift: Some(Gift::Amount(amount("EUR 0"))), ..ask.clone() },
                "gift-not-positive",
            ),
            (
                "a gift below the minimum",
                app::set_list::Submit { gift: Some(Gift::Amount(amount("EUR 4.99"))), ..ask.clone() },
                "gift-too-small",
            ),
            (
                "a rule that is not there",
                app::set_list::Submit { rule: "by-fame".into(), ..ask.clone() },
                "rule-unknown",
            ),
        ];
        for (what, ask, want) in refused {
            assert_eq!(code(story.submit(ask).await), want, "{what}");
        }
        assert!("XQZ 5".parse::<money::Amount>().is_err(), "an unknown currency");
        assert!(
            Ratio::new(101, 100).is_err() && "101 %".parse::<Ratio>().is_err(),
            "a share above the whole"
        );
        assert_eq!(story.entries().await, before, "nothing moved");
        let mut tx = story.house().store.begin_read().await.unwrap();
        assert!(tx.set_lists(10).await.unwrap().is_empty() && tx.pots("").await.unwrap().is_empty());
        drop(tx);
        assert_eq!(code(story.submit(ask.clone()).await), "done");
        let entries = story.entries().await;
        assert!(story.submit(ask).await.unwrap().before, "the same bytes");
        assert_eq!(story.entries().await, entries, "the same bytes move nothing");
    }
}

#[tokio::test]
async fn two_of_one_name_are_asked_about() {
    for story in story::each().await {
        let twin = party::Register { name: "DJ Lantern".into(), by: "ines".into(), ..Default::default() };
        let twin = party::register(story.house(), twin).await.unwrap().party.id;
        let mut ask = story.night("DJ Lantern", LINES, Gift::Amount(amount("EUR 50")));
        assert_eq!(code(story.submit(ask.clone()).await), "party-several");
        ask.performer = twin.to_string();
        assert_eq!(code(story.submit(ask).await), "done");
    }
}

#[tokio::test]
async fn a_file_with_several_sets_is_asked_about() {
    let nml = r#"<?xml version="1.0" encoding="UTF-8"?><NML VERSION="19"><COLLECTION ENTRIES="1"><ENTRY TITLE="Low Tide" ARTIST="Mira Feld"><LOCATION DIR="/:" FILE="a.mp3" VOLUME="x"></LOCATION></ENTRY></COLLECTION><PLAYLISTS><NODE TYPE="FOLDER" NAME="$ROOT"><SUBNODES COUNT="2"><NODE TYPE="PLAYLIST" NAME="One"><PLAYLIST ENTRIES="1" TYPE="LIST"><ENTRY><PRIMARYKEY TYPE="TRACK" KEY="x/:a.mp3"></PRIMARYKEY></ENTRY></PLAYLIST></NODE><NODE TYPE="PLAYLIST" NAME="Two"><PLAYLIST ENTRIES="1" TYPE="LIST"><ENTRY><PRIMARYKEY TYPE="TRACK" KEY="x/:a.mp3"></PRIMARYKEY></ENTRY></PLAYLIST></NODE></SUBNODES></NODE></PLAYLISTS></NML>"#;
    for story in story::each().await {
        let mut ask = story.night("DJ Lantern", nml, Gift::Amount(amount("EUR 50")));
        assert_eq!(code(story.submit(ask.clone()).await), "set-several");
        ask.set = Some(2);
        let done = story.submit(ask.clone()).await.unwrap();
        assert_eq!((done.list.set_number, done.lines.len()), (2, 1));
    }
}

#[tokio::test]
async fn one_performance_reported_twice_is_paid_once() {
    for mut story in story::each().await {
        let first =
            story.submit(story.night("DJ Lantern", LINES, Gift::Amount(amount("EUR 50")))).await.unwrap();
        let mut venue =
            story.night("DJ Lantern", &format!("{LINES}Somebody - Encore\n"), Gift::Amount(amount("EUR 30")));
        (venue.payer, venue.role) = (Some("Club Kessel".into()), PayerRole::Venue);
        assert_eq!(code(story.submit(venue.clone()).await), "same-performance");
        let unknown =
            app::set_list::Submit { same: Some(Same::As(music::SetListId::from_bits(1))), ..venue.clone() };
        assert_eq!(code(story.submit(unknown).await), "set-list-unknown");
        venue.same = Some(Same::As(first.list.id.clone()));
        let second = story.submit(venue.clone()).await.unwrap();
        assert_eq!(
            (second.list.status.as_str(), second.list.event.clone()),
            ("same", first.list.event.clone())
        );
        let (one, two) = (first.payment.unwrap().contribution, second.payment.unwrap().contribution);
        assert_eq!(one.pot, two.pot, "several payers, one pot");
        story.receive(&one.reference, amount("EUR 50")).await;
        story.receive(&two.reference, amount("EUR 30")).await;
        let run = story.share().await;
        let lines = allocation::show(story.house(), &run).await.unwrap().lines;
        let played: std::collections::BTreeSet<_> = lines.iter().filter_map(|l| l.set_line.clone()).collect();
        assert_eq!(played.len(), 3, "the venue's list is evidence, its lines are not paid again");
        // Another performance on the same day has a pot of its own.
        let mut other = story.night(
            "DJ Lantern",
            &format!("{LINES}Somebody - Late Set\n"),
            Gift::Amount(amount("EUR 30")),
        );
        assert_eq!(code(story.submit(other.clone()).await), "same-performance");
        other.same = Some(Same::Another);
        assert_ne!(story.submit(other).await.unwrap().payment.unwrap().contribution.pot, one.pot);
    }
}

#[tokio::test]
async fn a_run_until_it_is_posted_and_taken_back() {
    for mut story in story::each().await {
        let done =
            story.submit(story.night("DJ Lantern", LINES, Gift::Amount(amount("EUR 50")))).await.unwrap();
        let contribution = done.payment.unwrap().contribution;
        let all = |pots| Allocate { pots, rule: None, by: "ines".into() };
        let one = || all(vec![contribution.pot.clone()]);
        let h = &story.fresh.house.clone();
        assert_eq!(code(allocation::draft(h, all(vec![])).await), "nothing-to-share");
        assert_eq!(code(allocation::draft(h, all(vec![music::PotId::from_bits(9)])).await), "pot-unknown");
        assert_eq!(code(allocation::draft(h, one()).await), "not-received");
        assert_eq!(code(allocation::adjust(h, &contribution.pot, "ines").await), "not-allocated");
        story.receive(&contribution.reference, amount("EUR 20")).await;
        assert_eq!(
            code(allocation::draft(h, Allocate { rule: Some("by-fame".into()), ..one() }).await),
            "rule-unknown"
        );
        let stale = allocation::draft(h, one()).await.unwrap();
        assert_eq!(
            allocation::draft(h, one()).await.unwrap().run.id,
            stale.run.id,
            "the same inputs, the same draft"
        );
        story.receive(&contribution.reference, amount("EUR 30")).await;
        let draft = allocation::draft(h, one()).await.unwrap();
        assert_ne!(draft.run.id, stale.run.id);
        assert_eq!(code(allocation::reverse(h, &draft.run.id, "ines").await), "run-not-approved");
        let before = story.entries().await;
        allocation::approve(h, &draft.run.id, "paul").await.unwrap();
        assert_eq!(story.entries().await, before + 1, "one entry a run");
        assert_eq!(code(allocation::approve(h, &draft.run.id, "paul").await), "run-not-draft");
        assert_eq!(code(allocation::approve(h, &stale.run.id, "paul").await), "run-stale");
        assert_eq!(code(allocation::drop_draft(h, &draft.run.id, "paul").await), "run-not-draft");
        assert_eq!(code(allocation::drop_draft(h, &stale.run.id, "paul").await), "done");
        assert_eq!(code(allocation::adjust(h, &contribution.pot, "ines").await), "nothing-changed");

        // Two drafts of one change: the second is stale once the first is posted.
        app::set_list::settle(h, &done.lines[2].id, None, "DJ Lantern").await.unwrap();
        let adjust = allocation::adjust(h, &contribution.pot, "ines").await.unwrap();
        let low_tide = catalogue::find(h, "S01").await.unwrap();
        app::set_list::settle(h, &done.lines[2].id, Some(&low_tide), "DJ Lantern").await.unwrap();
        let later = allocation::adjust(h, &contribution.pot, "ines").await.unwrap();
        assert_eq!(code(allocation::approve(h, &adjust.run.id, "paul").await), "run-stale");
        allocation::approve(h, &later.run.id, "paul").await.unwrap();
        assert_eq!(code(allocation::reverse(h, &draft.run.id, "ines").await), "run-adjusted");
        for run in [&later.run.id, &draft.run.id] {
            let back = allocation::reverse(h, run, "ines").await.unwrap();
            allocation::approve(h, &back.run.id, "paul").await.unwrap();
            assert_eq!(code(allocation::reverse(h, run, "ines").await), "run-reversed");
            assert_eq!(code(allocation::reverse(h, &back.run.id, "ines").await), "run-is-reversal");
        }
        assert_eq!(
            story.holds(&format!("pot:{}", contribution.pot), Currency::EUR).await,
            amount("EUR 50"),
            "all of it is back"
        );
        assert_eq!(story.holds("house:operation", Currency::EUR).await, amount("EUR 0"));
    }
}

#[tokio::test]
async fn a_pot_without_a_set_list_keeps_nobody_waiting() {
    for mut story in story::each().await {
        let ask = pot::Open {
            purpose: "later".into(),
            currency: Currency::EUR,
            rule: "set-list-per-line".into(),
            event: None,
            by: "ines".into(),
        };
        let empty = pot::open(story.house(), ask).await.unwrap();
        let give = |payer: &str, text: &str| Contribute {
            pot: empty.id.clone(),
            payer: payer.into(),
            role: PayerRole::Venue,
            gift: Gift::Amount(amount(text)),
            venue_attests: false,
            by: "ines".into(),
        };
        assert_eq!(code(pot::contribute(story.house(), give("Club Kessel", "USD 20")).await), "pot-currency");
        assert_eq!(code(pot::contribute(story.house(), give("Nobody", "EUR 20")).await), "party-unknown");
        let payment = pot::contribute(story.house(), give("Club Kessel", "EUR 20")).await.unwrap();
        story.receive(&payment.contribution.reference, amount("EUR 20")).await;
        let only = Allocate { pots: vec![empty.id.clone()], rule: None, by: "ines".into() };
        assert_eq!(code(allocation::draft(story.house(), only).await), "pot-without-usage");
        let run = story.shared("DJ Lantern", LINES, amount("EUR 50")).await;
        assert_eq!(allocation::show(story.house(), &run).await.unwrap().pots.len(), 1);
        pot::close(story.house(), &empty.id, "ines").await.unwrap();
        assert_eq!(code(pot::contribute(story.house(), give("Club Kessel", "EUR 20")).await), "pot-closed");
    }
}

#[tokio::test]
async fn bank_details_until_they_are_taken_and_a_change_waits() {
    for mut story in story::each().await {
        let h = &story.fresh.house.clone();
        let whole = Details {
            holder: "Mira Feld".into(),
            account: "000123456789".into(),
            bic: "LAGOUS33XXX".into(),
            country: "US".into(),
            town: "Town".into(),
            ..Details::default()
        };
        let refused = [
            ("no holder", Details { holder: " ".into(), ..whole.clone() }),
            ("a wrong check digit", Details { iban: "DE03120300000000202051".into(), ..whole.clone() }),
            ("neither IBAN nor BIC", Details { bic: String::new(), ..whole.clone() }),
            ("outside SEPA without an address", Details { town: String::new(), ..whole.clone() }),
        ];
        for (what, details) in refused {
            assert_eq!(
                code(payout::set_details(h, "Mira Feld", details, "mira").await),
                "bank-details",
                "{what}"
            );
        }
        assert_eq!(code(payout::set_details(h, "Nobody", whole.clone(), "mira").await), "party-unknown");
        assert_eq!(payout::set_details(h, "Mira Feld", whole, "mira").await.unwrap().rail, "cross-border");
        let changed = story.details("Mira Feld", "DE02500105170137075030").await.unwrap();
        assert!(changed.usable > h.now(), "a change waits");
        let mails = h.store.begin_read().await.unwrap().waiting_mail(h.store.fields()).await.unwrap();
        assert!(
            mails.iter().any(|m| m.reason == "bank-change" && m.to == "9@example.org"),
            "the contact known before is told"
        );
        story.shared("DJ Lantern", LINES, amount("EUR 100")).await;
        let batch = payout::prepare(h, Currency::EUR, "ines").await.unwrap();
        assert_eq!(batch.payouts[0].0.rail, "cross-border", "until then it goes where it went before");
        payout::drop_batch(h, &batch.batch.id, "ines").await.unwrap();
        story.fresh.world.pass_days(7);
        assert_eq!(payout::prepare(h, Currency::EUR, "ines").await.unwrap().payouts[0].0.rail, "sepa");
    }
}

#[tokio::test]
async fn a_batch_until_it_is_paid() {
    for mut story in story::each().await {
        let h = &story.fresh.house.clone();
        assert_eq!(code(payout::prepare(h, Currency::EUR, "ines").await), "nothing-due");
        story.details("Mira Feld", "DE02500105170137075030").await.unwrap();
        story.shared("DJ Lantern", LINES, amount("EUR 10")).await;
        let stays = payout::preview(h, Currency::EUR).await.unwrap().stays;
        assert!(matches!(
            stays[0].2[0],
            settlement::payout::Stays::BelowMinimum { .. } | settlement::payout::Stays::NoBankDetails
        ));
        assert_eq!(
            code(payout::prepare(h, Currency::EUR, "ines").await),
            "nothing-due",
            "below the minimum is carried over"
        );
        story.fresh.world.pass_days(1);
        story.shared("Sable Quist", LINES, amount("EUR 60")).await;
        payout::import_sanctions(h, "list", "MIRA FELD\tXX\n", "ines").await.unwrap();
        assert_eq!(
            code(payout::prepare(h, Currency::EUR, "ines").await),
            "nothing-due",
            "a sanctions hit holds"
        );
        assert_eq!(code(payout::import_sanctions(h, "list", " \n", "ines").await), "sanctions-empty");
        payout::import_sanctions(h, "list", "Somebody Else\n", "ines").await.unwrap();
        assert_eq!(code(payout::export(h, None, "sepa", "ines").await), "no-batch");
        let batch = payout::prepare(h, Currency::EUR, "ines").await.unwrap();
        let id = &batch.batch.id;
        assert_eq!(batch.stays.iter().filter(|s| s.0 == "Orrin Vale").count(), 1, "without bank details");
        assert_eq!(code(payout::prepare(h, Currency::EUR, "ines").await), "nothing-due", "reserved once");
        assert_eq!(code(payout::export(h, Some(id), "sepa", "ines").await), "batch-not-approved");
        assert_eq!(code(payout::approve(h, id, "ines").await), "same-person");
        assert_eq!(code(payout::approve(h, &music::BatchId::from_bits(1), "paul").await), "batch-unknown");
        payout::approve(h, id, "paul").await.unwrap();
        assert_eq!(code(payout::approve(h, id, "paul").await), "batch-not-prepared");
        assert_eq!(code(payout::export(h, Some(id), "pigeon", "ines").await), "rail-unknown");
        assert_eq!(code(payout::export(h, Some(id), "provider", "ines").await), "rail-empty");
        let first = payout::export(h, Some(id), "sepa", "ines").await.unwrap();
        story.fresh.world.pass_days(2);
        let again = payout::export(h, None, "sepa", "paul").await.unwrap();
        assert_eq!(first.bytes, again.bytes, "the same bytes under the same message id");
        assert_eq!(code(payout::drop_batch(h, id, "ines").await), "batch-on-its-way");
        assert_eq!(code(bank::import(h, "own.xml", &first.bytes, "ines").await), "own-order");

        let (end_to_end, net) = (batch.payouts[0].0.end_to_end.clone(), batch.payouts[0].0.net);
        story.bank.debit(story.fresh.world.today(), "Mira Feld", Some(&end_to_end), "", net);
        let bytes = story.bank.notification(h.now()).unwrap();
        assert_eq!(
            bank::import(h, "a.xml", &bytes, "ines").await.unwrap().paid,
            std::slice::from_ref(&end_to_end)
        );
        let entries = story.entries().await;
        assert!(bank::import(h, "b.xml", &bytes, "ines").await.unwrap().before);
        let statement = story.bank.statement(h.now(), story.fresh.world.today());
        assert!(bank::import(h, "c.xml", &statement, "ines").await.unwrap().paid.is_empty());
        assert_eq!(story.entries().await, entries, "confirmed twice moves nothing");

        // It comes back, and is paid again later; a second debit under the old name is nobody's payout.
        let owed = story.holds(&format!("party:{}", story.id("Mira Feld").await), Currency::EUR).await;
        story.bank.give_back(story.fresh.world.today(), &end_to_end, net);
        assert_eq!(story.hear().await.undone.len(), 1);
        let back = story.holds(&format!("party:{}", story.id("Mira Feld").await), Currency::EUR).await;
        assert_eq!(back, owed.checked_add(batch.payouts[0].0.gross).unwrap());
        story.bank.debit(story.fresh.world.today(), "Mira Feld", Some(&end_to_end), "", net);
        assert_eq!(story.hear().await.unreferenced.len(), 1, "one debit settles a payout");
        let second = payout::prepare(h, Currency::EUR, "ines").await.unwrap();
        assert_eq!((second.payouts[0].0.net, second.payouts[0].0.end_to_end == end_to_end), (net, false));
    }
}

#[tokio::test]
async fn the_bank_is_heard_of_its_own_account_only() {
    for story in story::each().await {
        let h = &story.fresh.house.clone();
        let done =
            story.submit(story.night("DJ Lantern", LINES, Gift::Amount(amount("EUR 50")))).await.unwrap();
        let reference = done.payment.unwrap().contribution.reference;
        let mut other = Bank::of("FR7630006000011234567890189", amount("EUR 0"));
        other.credit(story.fresh.world.today(), "A payer", &reference, amount("EUR 50"));
        let bytes = other.notification(h.now()).unwrap();
        assert_eq!(code(bank::import(h, "other.xml", &bytes, "ines").await), "other-account");
        for foreign in [
            &b":20:STARTUMS\r\n:25:12345678/1234567890\r\n:28C:1/1\r\n:60F:C260901EUR1,00\r\n"[..],
            b"",
            &[0; 4096],
            b"<html></html>",
        ] {
            assert_ne!(code(bank::import(h, "x", foreign, "ines").await), "done");
        }
        assert_eq!(story.entries().await, 1, "only the pledge");
        // Once the policy names that account, the same message counts.
        policy::set(h, "house-iban", "FR7630006000011234567890189", "ines").await.unwrap();
        assert_eq!(bank::import(h, "other.xml", &bytes, "ines").await.unwrap().received.len(), 1);
        assert_eq!(code(bank::assign(h, "nothing", &reference, "ines").await), "bank-line-unknown");
        assert_eq!(code(bank::refund(h, &music::SuspenseId::from_bits(1), "ines").await), "suspense-unknown");
    }
}

/// What the bank moved beyond a payout waits under a name of its own.
#[tokio::test]
async fn a_debit_of_another_amount_leaves_no_silent_difference() {
    for mut story in story::each().await {
        story.details("Mira Feld", "DE02500105170137075030").await.unwrap();
        story.shared("DJ Lantern", LINES, amount("EUR 60")).await;
        let h = &story.fresh.house.clone();
        let batch = payout::prepare(h, Currency::EUR, "ines").await.unwrap();
        payout::approve(h, &batch.batch.id, "paul").await.unwrap();
        payout::export(h, None, "sepa", "ines").await.unwrap();
        let p = &batch.payouts[0].0;
        let taken = p.net.checked_add(amount("EUR 0.35")).unwrap();
        story.bank.debit(story.fresh.world.today(), "Mira Feld", Some(&p.end_to_end), "", taken);
        assert_eq!(story.hear().await.problems[0].code, "payout-amount");
        assert_eq!(story.holds("suspense:unreferenced", Currency::EUR).await, amount("EUR -0.35"));
        let statement = story.bank.statement(h.now(), story.fresh.world.today());
        bank::import(h, "camt053.xml", &statement, "ines").await.unwrap();
        let report = app::doctor::examine(h).await.unwrap();
        let told: Vec<_> = report.faults().map(|(c, f)| format!("{c}: {}: {}", f.place, f.what)).collect();
        assert!(report.books[0].unexplained.is_zero(), "{told:?}");
    }
}

async fn set_share(story: &Story, recording: &str, who: &str, percent: u64) {
    let ask = party::SetShare {
        recording: catalogue::find(story.house(), recording).await.unwrap(),
        party: who.into(),
        ratio: Ratio::new(percent, 100).unwrap(),
        territory: None,
        period: Period::ALWAYS,
        use_type: Some(UseType::Any),
        by: "ines".into(),
    };
    party::set_share(story.house(), ask).await.unwrap();
}

#[tokio::test]
async fn shares_beyond_the_whole_and_open_ones_wait() {
    for mut story in story::each().await {
        set_share(&story, "S02", "DJ Lantern", 25).await;
        story
            .shared(
                "DJ Lantern",
                "Orrin Vale - Backroom Ledger\nPalo Verdin - Desert Clock\nQwx Zzyx - Vvlm Hrrk\n",
                amount("EUR 60"),
            )
            .await;
        // 85 % of 60 over three lines: 17 each; 40 % of the second line is claimed by nobody.
        for (account, want) in [
            ("suspense:overclaimed", "EUR 17"),
            ("suspense:open-share", "EUR 6.8"),
            ("suspense:unmatched", "EUR 17"),
        ] {
            assert_eq!(story.holds(account, Currency::EUR).await, amount(want), "{account}");
        }
        let waits = format!("unclaimed:{}", story.id("Palo Verdin").await);
        assert_eq!(story.holds(&waits, Currency::EUR).await, amount("EUR 10.2"));
    }
}

#[tokio::test]
async fn a_disputed_party_is_not_paid() {
    for mut story in story::each().await {
        let h = &story.fresh.house.clone();
        story.details("Mira Feld", "DE02500105170137075030").await.unwrap();
        story.shared("DJ Lantern", LINES, amount("EUR 60")).await;
        app::claim::dispute(
            h,
            &app::claim::About::Party("Mira Feld".into()),
            "two answer for the name",
            "ines",
        )
        .await
        .unwrap();
        assert_eq!(code(payout::prepare(h, Currency::EUR, "ines").await), "nothing-due");
        app::claim::settle_dispute(h, "Mira Feld", None, "ines").await.unwrap();
        assert_eq!(code(payout::prepare(h, Currency::EUR, "ines").await), "done");
    }
}

#[tokio::test]
async fn a_fund_lends_no_more_than_it_holds() {
    for story in story::each().await {
        let h = story.house();
        let fund: ledger::Account = "fund:start".parse().unwrap();
        let draft = ledger::Draft::posted("grant", "g", "g")
            .debit(ledger::Account::bank(), amount("EUR 50"))
            .credit(fund, amount("EUR 50"));
        let mut tx = h.store.begin().await.unwrap();
        tx.post_one(h.now(), draft).await.unwrap();
        tx.commit().await.unwrap();
        for (gift, want) in [
            ("EUR 0", "advance-amount"),
            ("EUR 50.01", "fund-empty"),
            ("EUR 30", "done"),
            ("EUR 30", "fund-empty"),
            ("EUR 20", "done"),
        ] {
            assert_eq!(
                code(payout::advance(h, "Mira Feld", amount(gift), "start", "ines").await),
                want,
                "{gift}"
            );
        }
    }
}

/// Guards against a clock that runs for money that a late match has moved already, and against a late match
/// of money whose clock ran out.
#[tokio::test]
async fn a_late_match_and_a_clock_never_move_the_same_money() {
    let lines = "Mira Feld - Low Tide\nQwx Zzyx - Vvlm Hrrk\n";
    for mut story in story::each().await {
        let h = &story.fresh.house.clone();
        let done =
            story.submit(story.night("DJ Lantern", lines, Gift::Amount(amount("EUR 60")))).await.unwrap();
        let contribution = done.payment.unwrap().contribution;
        // The promise is kept in two parts, each shared by itself: two items wait for one line.
        for part in ["EUR 20", "EUR 40"] {
            story.receive(&contribution.reference, amount(part)).await;
            story.share().await;
        }
        story.fresh.world.pass_days(1);
        story
            .shared("Sable Quist", "Mira Feld - Low Tide\nZork Blim - Unheard Of\n", amount("EUR 100"))
            .await;
        assert_eq!(story.holds("suspense:unmatched", Currency::EUR).await, amount("EUR 68"));
        let reed = catalogue::find(h, "S01").await.unwrap();
        let unknown = done.lines.iter().find(|l| l.verdict != "matched").unwrap();
        app::set_list::settle(h, &unknown.id, Some(&reed), "DJ Lantern").await.unwrap();
        let run = allocation::adjust(h, &contribution.pot, "ines").await.unwrap().run.id;
        allocation::approve(h, &run, "paul").await.unwrap();
        let mut tx = h.store.begin_read().await.unwrap();
        let open = tx.open_suspense("unmatched").await.unwrap();
        assert_eq!(open.iter().map(|i| i.amount).collect::<Vec<_>>(), [amount("EUR 42.5")]);
        let other = open[0].set_line.clone().unwrap();
        let pot = tx.pots("").await.unwrap().into_iter().find(|p| p.id != contribution.pot).unwrap().id;
        drop(tx);
        story.fresh.world.pass_days(37 * 31);
        let ended = app::suspense::due(h, "ines").await.unwrap();
        assert_eq!(ended.iter().filter(|e| !e.moved.is_empty()).count(), 1, "{ended:?}");
        assert_eq!(story.holds("suspense:unmatched", Currency::EUR).await, amount("EUR 0"));
        app::set_list::settle(h, &other, Some(&reed), "DJ Lantern").await.unwrap();
        assert_eq!(code(allocation::adjust(h, &pot, "ines").await), "nothing-changed");
        let ended = app::allocation::list(h).await.unwrap().into_iter().filter(|r| r.kind == "allocation");
        let mut refused = Vec::new();
        for run in ended {
            refused.push(code(allocation::reverse(h, &run.id, "ines").await));
        }
        refused.sort();
        assert_eq!(refused, ["run-adjusted", "run-adjusted", "run-ended"]);
        let report = app::doctor::examine(h).await.unwrap();
        assert!(report.is_sound(), "{:?}", report.faults().collect::<Vec<_>>());
    }
}

/// Guards against a correction that no account feels: a line that was another recording of the same holder.
#[tokio::test]
async fn a_line_moved_between_two_recordings_of_one_holder_is_an_entry_of_its_own() {
    for mut story in story::each().await {
        let h = &story.fresh.house.clone();
        set_share(&story, "S04", "Mira Feld", 100).await;
        let night = story.night("DJ Lantern", "Mira Feld - Low Tide\n", Gift::Amount(amount("EUR 60")));
        let done = story.submit(night).await.unwrap();
        let contribution = done.payment.unwrap().contribution;
        story.receive(&contribution.reference, amount("EUR 60")).await;
        story.share().await;
        let mira = format!("party:{}", story.id("Mira Feld").await);
        let before = (story.holds(&mira, Currency::EUR).await, story.entries().await);
        let other = catalogue::find(h, "S04").await.unwrap();
        app::set_list::settle(h, &done.lines[0].id, Some(&other), "DJ Lantern").await.unwrap();
        let run = allocation::adjust(h, &contribution.pot, "ines").await.unwrap().run.id;
        allocation::approve(h, &run, "paul").await.unwrap();
        let back = allocation::reverse(h, &run, "ines").await.unwrap().run.id;
        allocation::approve(h, &back, "paul").await.unwrap();
        assert_eq!(
            (story.holds(&mira, Currency::EUR).await, story.entries().await),
            (before.0, before.1 + 2)
        );
        assert!(app::doctor::examine(h).await.unwrap().is_sound());
    }
}
