//! Privacy of the giver through the whole house: public figures before and after a gift, and producers who pool what
//! they see.

use app::figures::{self, Told};
use app::statement::{self, Issued};
use app::{allocation, party, payout, policy};
use money::Currency;
use music::Period;

use crate::story::{self, Story, amount};

/// A night whose lines go to two producers and to nobody known, given, received and not shared yet.
async fn give(story: &mut Story, dj: &str, gift: &str) {
    let ask = party::Register { name: dj.to_owned(), by: "ines".to_owned(), ..Default::default() };
    if party::one(story.house(), dj).await.is_err() {
        party::register(story.house(), ask).await.unwrap();
    }
    let lines = "Mira Feld - Low Tide\nSaltmarsh Trio - Reed Song\nNobody Known - Nothing Written\n";
    let done = story.submit(story.night(dj, lines, app::pot::Gift::Amount(amount(gift)))).await.unwrap();
    story.receive(&done.payment.unwrap().contribution.reference, amount(gift)).await;
}

/// Everything that anybody can read of the figures.
async fn public(story: &Story) -> String {
    format!("{:?}", figures::public(story.house()).await.unwrap())
}

async fn told(story: &Story, who: &str) -> Vec<Issued> {
    statement::make(story.house(), who, Period::ALWAYS).await.unwrap()
}

/// Attack: two readings of the figures around one new giver are subtracted.
#[tokio::test]
async fn figures_before_and_after_one_giver_are_the_same() {
    for mut story in story::each().await {
        policy::set(story.house(), "giver-threshold", "3", "ines").await.unwrap();
        give(&mut story, "DJ One", "EUR 30").await;
        let nothing = public(&story).await;
        story.share().await;
        assert_eq!(public(&story).await, nothing, "one giver is nobody's business");
        give(&mut story, "DJ Two", "EUR 40").await;
        story.share().await;
        assert_eq!(public(&story).await, nothing, "two givers are fewer than three");
        give(&mut story, "DJ Three", "EUR 50").await;
        assert_eq!(public(&story).await, nothing, "what is received and not shared is in no figure");
        story.share().await;
        let three = public(&story).await;
        assert_ne!(three, nothing);
        let f = figures::public(story.house()).await.unwrap().currencies.remove(0);
        assert_eq!(f.received_gross, Told::Known(amount("EUR 120")));
        assert_eq!(f.shared_net, Told::Known(amount("EUR 102")));
        // A third of each pot; the micros that did not divide went to earlier lines, and figures round down.
        assert_eq!(f.in_suspense, Told::Known(vec![("unmatched".to_owned(), amount("EUR 33.99"))]));
        // The fourth giver, whatever was given: not one byte moves, on any day, until two others have given too.
        give(&mut story, "DJ Four", "EUR 77").await;
        story.share().await;
        assert_eq!(public(&story).await, three);
        story.fresh.world.pass_days(40);
        assert_eq!(public(&story).await, three);
        // Nor does the payment of producers whom four have paid for tell the fourth.
        story.details("Mira Feld", "DE02500105170137075030").await.unwrap();
        let batch = payout::prepare(story.house(), Currency::EUR, "ines").await.unwrap();
        payout::approve(story.house(), &batch.batch.id, "paul").await.unwrap();
        payout::export(story.house(), None, "sepa", "ines").await.unwrap();
        let sent = batch.payouts[0].0.clone();
        story.bank.debit(story.fresh.world.today(), "Mira Feld", Some(&sent.end_to_end), "", sent.net);
        story.hear().await;
        assert_eq!(
            public(&story).await,
            three,
            "a run of one giver waits, and what came after it waits with it"
        );
        for (dj, gift) in [("DJ Five", "EUR 60"), ("DJ Six", "EUR 70")] {
            give(&mut story, dj, gift).await;
        }
        story.share().await;
        let f = figures::public(story.house()).await.unwrap().currencies.remove(0);
        assert_eq!(f.received_gross, Told::Known(amount("EUR 327")), "three more together");
        assert_eq!((f.paid_gross, f.parties_paid), (Told::Known(sent.gross), 1));
    }
}

/// Attack: a correction of one night is watched in the figures.
#[tokio::test]
async fn a_reversal_of_one_night_moves_no_figure() {
    for mut story in story::each().await {
        policy::set(story.house(), "giver-threshold", "2", "ines").await.unwrap();
        let mut runs = Vec::new();
        for dj in ["DJ One", "DJ Two"] {
            give(&mut story, dj, "EUR 30").await;
            runs.push(story.share().await);
            story.fresh.world.pass_days(1);
        }
        let before = public(&story).await;
        let reversal = allocation::reverse(story.house(), &runs[1], "ines").await.unwrap();
        allocation::approve(story.house(), &reversal.run.id, "paul").await.unwrap();
        assert_eq!(public(&story).await, before, "{}", story.fresh.engine);
    }
}

/// Attack: producers of one night pool their statements, payouts and the public figures.
#[tokio::test]
async fn colluding_producers_learn_nothing_while_money_waits() {
    for mut story in story::each().await {
        policy::set(story.house(), "giver-threshold", "3", "ines").await.unwrap();
        policy::set(story.house(), "giver-wait-months", "3", "ines").await.unwrap();
        story.details("Mira Feld", "DE02500105170137075030").await.unwrap();
        let seen = |all: &[Issued]| {
            let s = &all[0].statement;
            (
                s.lines.clone(),
                s.credited.clone(),
                s.balance.clone(),
                s.unclaimed.clone(),
                s.waits_until.clone(),
            )
        };
        let mut views = Vec::new();
        for gift in ["EUR 30", "EUR 90"] {
            let dj = format!("DJ {gift}");
            give(&mut story, &dj, gift).await;
            story.share().await;
            views.push((seen(&told(&story, "Mira Feld").await), seen(&told(&story, "Saltmarsh Trio").await)));
        }
        assert_eq!(views[0], views[1], "one gift or two, small or large: the same");
        let (mira, _) = &views[0];
        assert_eq!((mira.0.len(), mira.1.as_str(), mira.4.as_str()), (0, "0.000000", "2026-12-21"));
        let due = payout::preview(story.house(), Currency::EUR).await.unwrap();
        assert!(due.payouts.is_empty(), "what waits is not paid out: {due:?}");
        // With a third giver all of it is released together, as one sum.
        give(&mut story, "DJ Three", "EUR 60").await;
        story.share().await;
        let after = told(&story, "Mira Feld").await.remove(0).statement;
        assert_eq!((after.credited.as_str(), after.waits_until.as_str()), ("51.000000", ""));
        assert_eq!(after.lines.len(), 1);
        assert_eq!(payout::preview(story.house(), Currency::EUR).await.unwrap().payouts.len(), 1);
    }
}

/// What waits is released when the longest wait is over, as a total alone.
#[tokio::test]
async fn nobody_waits_for_ever() {
    for mut story in story::each().await {
        policy::set(story.house(), "giver-wait-months", "3", "ines").await.unwrap();
        give(&mut story, "DJ One", "EUR 60").await;
        story.share().await;
        assert_eq!(told(&story, "Mira Feld").await[0].statement.credited, "0.000000");
        story.fresh.world.pass_days(92);
        let december = statement::make(story.house(), "Mira Feld", Period::parse("2026-12").unwrap());
        let s = december.await.unwrap().remove(0).statement;
        assert_eq!((s.credited.as_str(), s.balance.as_str()), ("17.000000", "17.000000"));
        assert!(s.lines.iter().all(|l| l.amount.is_empty()), "the total alone");
        let september = statement::make(story.house(), "Mira Feld", Period::parse("2026-09").unwrap());
        assert_eq!(september.await.unwrap()[0].statement.credited, "0.000000");
    }
}
