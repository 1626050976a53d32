//! Money that was paid out, or whose clock ran out, and is corrected afterwards; micros that do not divide.

use app::pot::Gift;
use app::{allocation, doctor, payout, policy, receivable, statement};
use ledger::{Account, Draft};
use money::Currency;
use music::{Period, RunId};
use testkit::house;

use crate::story::{self, Story, amount, code};

const MIRA: &str = "Mira Feld - Low Tide\n";

impl Story {
    /// Prepares, approves and exports everything due.
    async fn pay_out(&self) -> Vec<store::PayoutRow> {
        let h = self.house();
        let batch = payout::prepare(h, Currency::EUR, "ines").await.unwrap();
        payout::approve(h, &batch.batch.id, "paul").await.unwrap();
        payout::export(h, Some(&batch.batch.id), "sepa", "ines").await.unwrap();
        batch.payouts.into_iter().map(|p| p.0).collect()
    }

    /// The bank carries payouts out.
    async fn arrive(&mut self, payouts: &[store::PayoutRow]) {
        for p in payouts {
            self.bank.debit(self.fresh.world.today(), "payee", Some(&p.end_to_end), "", p.net);
        }
        self.hear().await;
    }

    async fn reverse(&self, run: &RunId) -> Result<(), app::Failure> {
        let draft = allocation::reverse(self.house(), run, "ines").await?;
        allocation::approve(self.house(), &draft.run.id, "paul").await.map(drop)
    }

    /// The house's own money comes, and is said to be that.
    async fn own_money(&mut self, text: &str) {
        self.bank.credit(self.fresh.world.today(), "The association", "members' fees", amount(text));
        self.hear().await;
        let line = app::bank::unreferenced_lines(self.house()).await.unwrap().remove(0);
        let booked = receivable::settle_line(self.house(), &line.id, "house", "ines").await.unwrap();
        assert_eq!(booked, ("house:operation".parse().unwrap(), amount(text)));
    }

    async fn sound(&self) -> doctor::Report {
        let report = doctor::examine(self.house()).await.unwrap();
        let faults: Vec<_> = report.faults().collect();
        assert!(faults.is_empty(), "{}: {faults:?}", self.fresh.engine);
        assert!(report.books.iter().all(doctor::Reconciliation::covered));
        report
    }

    async fn told(&self) -> statement::Statement {
        statement::make(self.house(), "Mira Feld", Period::ALWAYS).await.unwrap().remove(0).statement
    }
}

/// Guards against a payee whose balance goes below nothing, and other payees' money that hides it.
#[tokio::test]
async fn what_was_paid_out_and_taken_back_is_owed_back_by_name() {
    for mut story in story::each().await {
        let h = &story.fresh.house.clone();
        let mira = story.id("Mira Feld").await;
        let (balance, owes) = (format!("party:{mira}"), Account::receivable(&mira).to_string());
        story.details("Mira Feld", "DE02500105170137075030").await.unwrap();
        let run = story.shared("DJ Lantern", MIRA, amount("EUR 60")).await;
        let paid = story.pay_out().await;
        story.arrive(&paid).await;
        // The house has nothing of its own once its part is taken back: what others are owed is not touched.
        story.fresh.world.pass_days(1);
        let other = story.shared("Sable Quist", "Orrin Vale - Backroom Ledger\n", amount("EUR 20")).await;
        let before = story.entries().await;
        assert_eq!(code(story.reverse(&run).await), "beyond-own-money");
        assert_eq!(story.entries().await, before, "a refused correction posts nothing");
        story.own_money("EUR 60").await;
        story.reverse(&run).await.unwrap();
        // 8.50 of the second night were still on the balance.
        assert_eq!(story.holds(&balance, Currency::EUR).await, amount("EUR 0"));
        assert_eq!(story.holds(&owes, Currency::EUR).await, amount("EUR -42.50"));
        let report = story.sound().await;
        assert_eq!(report.books[0].owed_back, amount("EUR 42.50"));
        let notices = report.checks.iter().flat_map(|c| &c.findings).filter(|f| f.notice);
        assert!(notices.into_iter().any(|f| f.what.contains("owes back EUR 42.50")));
        let told = story.told().await;
        assert_eq!((told.balance.as_str(), told.owed_back.as_str()), ("0.000000", "42.500000"));
        let why: Vec<&str> = told.movements.iter().map(|m| m.what.as_str()).collect();
        assert!(why.iter().any(|w| w.starts_with("owed-back: the reversal run-")), "{why:?}");
        // The pot is shared again: half of what comes repays, as the policy says, then all of it.
        policy::set(h, "repay-rate", "50 %", "ines").await.unwrap();
        story.share().await;
        assert_eq!(story.holds(&owes, Currency::EUR).await, amount("EUR -17"));
        assert_eq!(story.holds(&balance, Currency::EUR).await, amount("EUR 25.50"));
        policy::set(h, "repay-rate", "100 %", "ines").await.unwrap();
        story.fresh.world.pass_days(1);
        story.shared("DJ Lantern", &MIRA.repeat(2), amount("EUR 10")).await;
        assert_eq!(story.holds(&owes, Currency::EUR).await, amount("EUR -8.50"));
        assert!(
            story.told().await.movements.iter().any(|m| m.what.starts_with("repaid: the allocation run-"))
        );
        // She sends the rest back herself; more than that is not hers to give.
        for (sent, want) in [("EUR 9", "owes-less"), ("EUR 8.50", "done")] {
            story.bank.credit(story.fresh.world.today(), "Mira Feld", "sorry", amount(sent));
            story.hear().await;
            let lines = app::bank::unreferenced_lines(h).await.unwrap();
            let line = lines.into_iter().find(|l| l.amount == amount(sent)).unwrap();
            assert_eq!(code(receivable::settle_line(h, &line.id, "Mira Feld", "ines").await), want);
            let again = if want == "done" { "bank-line-unknown" } else { "party-unknown" };
            let to = if want == "done" { "Mira Feld" } else { "Nobody" };
            assert_eq!(code(receivable::settle_line(h, &line.id, to, "ines").await), again);
        }
        assert_eq!(story.holds(&owes, Currency::EUR).await, amount("EUR 0"));
        assert_eq!(story.told().await.owed_back, "");
        story.reverse(&other).await.unwrap();
        story.sound().await;
    }
}

/// Guards against a correction that comes while a payout is on its way.
#[tokio::test]
async fn a_payout_on_its_way_is_owed_back_once_it_arrives_and_repaid_when_it_comes_back() {
    for mut story in story::each().await {
        let mira = story.id("Mira Feld").await;
        let owes = Account::receivable(&mira).to_string();
        story.details("Mira Feld", "DE02500105170137075030").await.unwrap();
        let run = story.shared("DJ Lantern", MIRA, amount("EUR 60")).await;
        let sent = story.pay_out().await;
        assert_eq!(code(story.reverse(&run).await), "beyond-own-money", "what is on its way counts");
        story.own_money("EUR 60").await;
        story.reverse(&run).await.unwrap();
        assert_eq!(story.holds(&owes, Currency::EUR).await, amount("EUR 0"));
        story.sound().await;
        story.arrive(&sent).await;
        assert_eq!(story.holds(&owes, Currency::EUR).await, amount("EUR -51"));
        story.sound().await;
        story.bank.give_back(story.fresh.world.today(), &sent[0].end_to_end, sent[0].net);
        story.hear().await;
        assert_eq!(story.holds(&owes, Currency::EUR).await, amount("EUR 0"));
        assert_eq!(story.holds(&format!("party:{mira}"), Currency::EUR).await, amount("EUR 0"));
        story.sound().await;
    }
}

/// Guards against `unclaimed:` accounts below nothing: what the clock gave to a fund comes back from there, as far
/// as it is there.
#[tokio::test]
async fn a_share_changed_after_the_clock_ended_is_paid_from_where_the_money_went() {
    for spent in [false, true] {
        for mut story in story::each().await {
            let h = &story.fresh.house.clone();
            let night =
                story.night("DJ Lantern", "Saltmarsh Trio - Reed Song\n", Gift::Amount(amount("EUR 60")));
            let contribution = story.submit(night).await.unwrap().payment.unwrap().contribution;
            story.receive(&contribution.reference, amount("EUR 60")).await;
            story.share().await;
            let trio = format!("unclaimed:{}", story.id("Saltmarsh Trio").await);
            assert_eq!(story.holds(&trio, Currency::EUR).await, amount("EUR 51"));
            story.fresh.world.pass_days(37 * 31);
            app::suspense::due(h, "ines").await.unwrap();
            assert_eq!(story.holds("fund:solidarity", Currency::EUR).await, amount("EUR 51"));
            if spent {
                let draft = Draft::posted("test", "x", "spent")
                    .debit("fund:solidarity".parse().unwrap(), amount("EUR 1"))
                    .credit("house:operation".parse().unwrap(), amount("EUR 1"));
                h.store.post(h.now(), &[draft]).await.unwrap();
            }
            let reed = app::catalogue::find(h, "S04").await.unwrap();
            let ask = app::party::SetShare {
                recording: reed,
                party: "Mira Feld".into(),
                ratio: money::Ratio::WHOLE,
                territory: None,
                period: Period::ALWAYS,
                use_type: None,
                by: "ines".into(),
            };
            app::party::set_share(h, ask).await.unwrap();
            let draft = allocation::adjust(h, &contribution.pot, "ines").await.unwrap();
            let done = allocation::approve(h, &draft.run.id, "paul").await;
            let mira = format!("party:{}", story.id("Mira Feld").await);
            let (want, fund, hers) =
                if spent { ("run-ended", "EUR 50", "EUR 0") } else { ("done", "EUR 0", "EUR 51") };
            assert_eq!(code(done), want);
            assert_eq!(story.holds("fund:solidarity", Currency::EUR).await, amount(fund));
            assert_eq!(story.holds(&mira, Currency::EUR).await, amount(hers));
            assert_eq!(story.holds(&trio, Currency::EUR).await, amount("EUR 0"));
            story.sound().await;
        }
    }
}

/// Guards against ties that random ids decide: the leftover micros go to the earlier lines of the file, in every
/// house alike.
#[tokio::test]
async fn micros_that_do_not_divide_go_to_the_earlier_lines_in_every_house() {
    for seed in 1..6 {
        let mut story = story::begin(house::sqlite(seed).await).await;
        let lines = "Palo Verdin - Desert Clock\nMira Feld - Low Tide\nSaltmarsh Trio - Reed Song\n";
        let night = story.night("DJ Lantern", lines, Gift::Amount(amount("EUR 5")));
        let done = story.submit(night).await.unwrap();
        story.receive(&done.payment.unwrap().contribution.reference, amount("EUR 5")).await;
        let run = allocation::show(story.house(), &story.share().await).await.unwrap();
        let of = |line: &store::LineRow| {
            let parts = run.lines.iter().filter(|l| l.set_line.as_ref() == Some(&line.id)).map(|l| l.amount);
            money::sum(parts, Currency::EUR).unwrap().micros()
        };
        let parts: Vec<i64> = done.lines.iter().map(of).collect();
        assert_eq!(parts, [1_416_667, 1_416_667, 1_416_666], "seed {seed}");
    }
}

#[tokio::test]
async fn the_houses_account_is_checked_before_it_is_kept() {
    let fresh = house::sqlite(3).await;
    let h = &fresh.house;
    for (value, want) in [
        ("DE03120300000000202051", "policy-value"),
        ("DE0212030000000020205", "policy-value"),
        ("not an account", "policy-value"),
        ("DE02 1203 0000 0000 2020 51", "done"),
        ("", "done"),
    ] {
        assert_eq!(code(policy::set(h, "house-iban", value, "ines").await), want, "{value}");
    }
}
