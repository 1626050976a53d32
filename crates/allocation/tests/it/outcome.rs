//! Explanations, adjustments after a late match, and money whose hold has run out.

use allocation::example::{party_id, recording_id};
use allocation::rule::Pays;
use allocation::{
    Input, Lang, LineKind, Reason, Refusal, RuleSet, Shares, SharesOf, Usage, after_hold, allocate, combine,
    diff, explain, explain_to_holder, library,
};
use music::{Origin, PartyId};

fn rule(name: &str) -> RuleSet {
    library().into_iter().find(|r| r.name == name).unwrap()
}

/// Twenty lines: the first is held by two, the last is not identified.
fn night() -> Input {
    let mut shares = Shares::new();
    let half = "50 %".parse().unwrap();
    shares.set(
        recording_id("Night Drive"),
        Pays::Master,
        SharesOf::new([(party_id("Ada"), half), (party_id("Kol"), half)]),
    );
    shares.set(recording_id("Low Tide"), Pays::Master, SharesOf::whole(party_id("Mira")));
    let usage = |n: u64| {
        let title = if n == 1 { "Night Drive" } else { "Low Tide" };
        Usage::line(format!("lin-{n:02}"), Origin::new("set.txt", n), (n < 20).then(|| recording_id(title)))
    };
    Input::set_list((1..=20).map(usage).collect(), shares)
}

fn name(party: &PartyId) -> String {
    party.as_str().trim_start_matches("pty-").to_owned()
}

#[test]
fn a_line_explains_itself() {
    let rule = rule("set-list-per-line");
    let allocation = allocate("EUR 50".parse().unwrap(), &night(), &rule).unwrap();
    let of = |select: &dyn Fn(&LineKind) -> bool| allocation.lines.iter().find(|l| select(&l.kind)).unwrap();
    let ada = of(&|kind| *kind == LineKind::Pay { party: party_id("Ada") });
    let hash = &rule.hash()[..12];
    assert_eq!(
        explain(&allocation, ada, Lang::En, &name),
        [
            format!(
                "The pot of EUR 50.00 was shared by the rule set-list-per-line, version 1 (hash {hash}…)."
            ),
            "The split `line` carries 85 % of the pot: EUR 42.50.".to_owned(),
            "This weighs 1 of 20 lines: EUR 2.125.".to_owned(),
            "ada holds 50 % of the master side: EUR 1.0625.".to_owned(),
        ]
    );
    assert_eq!(
        explain(&allocation, ada, Lang::Fr, &name)[2..],
        ["Ceci pèse 1 sur 20 lignes : 2,125 EUR.", "ada détient 50 % de l'enregistrement : 1,0625 EUR."]
    );
    let house = of(&|kind| matches!(kind, LineKind::Deduct { .. }));
    let told = explain(&allocation, house, Lang::En, &name);
    assert_eq!(
        told[1..],
        ["15 % of it is deducted: EUR 7.50 (running the service).", "It goes to the house."]
    );
    let waiting = of(&|kind| *kind == LineKind::Suspense { reason: Reason::Unmatched });
    let told = explain(&allocation, waiting, Lang::En, &name);
    assert_eq!(told.last().unwrap(), "EUR 2.125 waits: the line is no known recording yet.");
}

#[test]
fn a_holder_is_not_told_what_the_payer_gave() {
    let rule = rule("set-list-per-line");
    let allocation = allocate("EUR 50".parse().unwrap(), &night(), &rule).unwrap();
    for (_, line) in allocation.pays() {
        let told = explain_to_holder(&allocation, line, Lang::En, &name).join(" ");
        for secret in ["EUR 50.00", "42.50", "of 20", "7.50"] {
            assert!(!told.contains(secret), "{told}");
        }
        assert!(told.contains("set-list-per-line, version 1"));
    }
}

#[test]
fn sums_over_pots_say_from_how_many() {
    let rule = rule("set-list-per-line");
    let (one, two) = (allocate("EUR 50".parse().unwrap(), &night(), &rule).unwrap(), {
        let mut other = night();
        other.usages.retain(|u| u.key != "lin-01");
        allocate("EUR 190".parse().unwrap(), &other, &rule).unwrap()
    });
    let combined = combine(&[&one, &two]).unwrap();
    assert_eq!(combined, combine(&[&two, &one]).unwrap());
    let told: Vec<(String, String, u64)> =
        combined.iter().map(|c| (name(&c.party), c.amount.to_string(), c.pots)).collect();
    let expected = [("ada", "EUR 1.0625", 1), ("kol", "EUR 1.0625", 1), ("mira", "EUR 191.25", 2)];
    assert_eq!(told, expected.map(|(who, amount, pots)| (who.to_owned(), amount.to_owned(), pots)));
}

#[test]
fn a_late_match_moves_only_the_money_of_its_line() {
    let rule = rule("set-list-per-line");
    let pot = "EUR 50".parse().unwrap();
    let mut input = night();
    let before = allocate(pot, &input, &rule).unwrap();
    input.usages[19].recording = Some(recording_id("Low Tide"));
    let after = allocate(pot, &input, &rule).unwrap();
    let changes = diff(&before, &after).unwrap();
    let told: Vec<(String, String)> =
        changes.iter().map(|c| (c.kind.target(), c.amount.to_string())).collect();
    let expected = [("unmatched", "EUR -2.125"), ("pty-mira", "EUR 2.125")];
    assert_eq!(told, expected.map(|(to, amount)| (to.to_owned(), amount.to_owned())));
    assert!(changes.iter().all(|c| c.usage.as_deref() == Some("lin-20")));
    assert!(diff(&after, &after).unwrap().is_empty());
}

#[test]
fn money_whose_hold_ran_out_goes_where_the_rule_says() {
    let rule = rule("set-list-per-line");
    let amount = "EUR 2.125".parse().unwrap();
    let done = after_hold(amount, Reason::Unmatched, &night(), &rule).unwrap();
    let paid = |who: &str| done.paid_to(&party_id(who)).unwrap().to_string();
    assert_eq!([paid("Ada"), paid("Kol"), paid("Mira")], ["EUR 0.53125", "EUR 0.53125", "EUR 1.0625"]);
    assert_eq!(done.total(|_| true).unwrap(), amount);
    let fund = after_hold(amount, Reason::NoHolder, &night(), &rule).unwrap();
    assert_eq!(fund.lines[0].kind.target(), "fund:solidarity");
    let nobody = Input { shares: Shares::new(), ..night() };
    let refused = after_hold(amount, Reason::Unmatched, &nobody, &rule).unwrap_err();
    assert_eq!(refused, Refusal::NothingQualifies { split: "recording".to_owned() });
}
