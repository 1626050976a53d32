//! Claims, from the invitation to the money; disputes, clocks, proofs, and what is personal.

use app::claim::{self, About, Invite, Open, Relay, Waits};
use app::proof::{self, Issue, Lack, Require};
use app::{Failure, House, mail, party, pot};
use jiff::Timestamp;
use ledger::{Account, Draft, Suspense};
use money::{Amount, Currency};
use music::claim::ClaimStatus;
use music::event::Event;
use music::pot::PayerRole;
use music::{Party, PartyId, PartyKind};
use store::{LineRow, SetListRow, Standing, SuspenseRow};

fn eur(text: &str) -> Amount {
    format!("EUR {text}").parse().unwrap()
}

fn code<T>(result: Result<T, Failure>) -> &'static str {
    match result {
        Err(Failure::Refused(refusal)) => refusal.code,
        Err(Failure::Fault(fault)) => panic!("{fault}"),
        Ok(_) => "done",
    }
}

/// A credited name with money that waits until a clock runs out.
async fn credited(
    house: &House,
    name: &str,
    amount: &str,
    destination: &str,
    due: Option<Timestamp>,
) -> PartyId {
    let mut tx = house.store.begin().await.unwrap();
    let party = Party {
        id: house.party_id(),
        name: name.into(),
        aliases: vec![],
        kind: PartyKind::Person,
        territory: None,
        isni: None,
        ipi: None,
        mbid: None,
    };
    tx.insert_party(&party, Standing::Unclaimed, house.now()).await.unwrap();
    let account = Account::unclaimed(party.id.as_str());
    let draft = Draft::posted("test", party.id.as_str(), format!("test:{}", party.id))
        .debit(Account::bank(), eur(amount))
        .credit(account.clone(), eur(amount));
    tx.post_one(house.now(), draft).await.unwrap();
    let item = SuspenseRow {
        id: house.suspense_id(),
        account: account.to_string(),
        amount: eur(amount),
        reason: "unclaimed".into(),
        party: Some(party.id.clone()),
        recording: None,
        set_line: None,
        run: None,
        bank_line: None,
        opened: house.now(),
        due,
        destination: destination.into(),
        closed: None,
        closed_by: None,
    };
    tx.insert_suspense(&[item]).await.unwrap();
    tx.commit().await.unwrap();
    party.id
}

async fn owed(house: &House, account: Account) -> Amount {
    let mut tx = house.store.begin_read().await.unwrap();
    tx.balance(&account, Currency::EUR).await.unwrap().posted.negated().unwrap()
}

async fn conserved(house: &House) {
    let mut tx = house.store.begin_read().await.unwrap();
    let all = tx.balances("").await.unwrap();
    assert!(money::sum(all.iter().map(|(_, b)| b.posted), Currency::EUR).unwrap().is_zero());
}

fn asking(party: &PartyId, contact: &str) -> Open {
    Open {
        party: party.to_string(),
        claimant: "Ada N.".into(),
        contact: contact.into(),
        evidence: "https://example.org/ada".into(),
        first_payment: Some(true),
        token: None,
    }
}

async fn mails(house: &House) -> Vec<store::MailRow> {
    house.store.begin_read().await.unwrap().waiting_mail(house.store.fields()).await.unwrap()
}

#[tokio::test]
async fn a_name_is_found_invited_claimed_and_paid() {
    for fresh in testkit::house::each(1).await {
        let house = &fresh.house;
        let ada = credited(house, "Ada Nwosu", "12.345678", "fund:solidarity", None).await;
        party::register(
            house,
            party::Register { name: "Adagio Gig Booker".into(), by: "op".into(), ..Default::default() },
        )
        .await
        .unwrap();
        assert_eq!(code(claim::search(house, "a").await), "search-short");
        let found = claim::search(house, "ada").await.unwrap();
        assert_eq!(found.len(), 1, "who is credited for nothing is not shown");
        assert_eq!((found[0].party.clone(), found[0].waits), (ada.clone(), Waits::UnderHundred));

        let invite = |to: &str, by: &str, relay| Invite {
            party: "Ada Nwosu".into(),
            relay,
            to: to.into(),
            by: by.into(),
        };
        assert_eq!(code(claim::invite(house, invite("nobody", "x", Relay::Dj)).await), "mail");
        assert_eq!(
            code(claim::invite(house, invite("ada@example.org", "Nobody", Relay::Dj)).await),
            "party-unknown"
        );
        let (row, token) =
            claim::invite(house, invite("ada@example.org", "op", Relay::Operator)).await.unwrap();
        assert_eq!(row.status, ClaimStatus::Invited);
        assert_eq!(
            code(claim::invite(house, invite("ADA@example.org", "op", Relay::Operator)).await),
            "claim-invited"
        );
        let sent = mails(house).await;
        assert_eq!(sent.len(), 1);
        let body = &sent[0].body;
        assert!(body.contains(&format!("/claim/{token}")) && body.contains("Does money wait? yes"), "{body}");
        assert!(
            body.contains("We never ask for bank details by mail")
                && body.contains("Nous ne demandons jamais"),
            "{body}"
        );
        assert!(!body.contains("12.3") && !body.contains("12,3"), "no amount: {body}");
        assert!(!body.contains("IBAN") && !body.contains("EUR"), "{body}");

        assert_eq!(code(claim::accept(house, &row.id, "op").await), "claim-unanswered");
        let answer = Open {
            party: String::new(),
            token: Some(token.clone()),
            evidence: String::new(),
            ..asking(&ada, "ada@example.org")
        };
        assert_eq!(
            code(claim::open(house, Open { claimant: " ".into(), ..answer.clone() }).await),
            "claimant"
        );
        assert_eq!(code(claim::open(house, Open { contact: "x".into(), ..answer.clone() }).await), "mail");
        assert_eq!(code(claim::open(house, Open { token: None, ..answer.clone() }).await), "evidence");
        assert_eq!(
            code(claim::open(house, Open { token: Some("0".into()), ..answer.clone() }).await),
            "token-unknown"
        );
        let opened = claim::open(house, answer.clone()).await.unwrap();
        assert_eq!(
            (opened.id.clone(), opened.status, opened.relay.as_str()),
            (row.id.clone(), ClaimStatus::Open, "operator")
        );
        assert_eq!(code(claim::open(house, answer).await), "token-used");
        assert_eq!(code(claim::open(house, asking(&ada, "Ada@Example.org")).await), "claim-open");

        let rival = claim::open(house, asking(&ada, "eve@example.org")).await.unwrap();
        assert_eq!(code(claim::accept(house, &row.id, "op").await), "claim-disputed");
        assert_eq!(code(claim::refuse_claim(house, &rival.id, " ", "op").await), "reason");
        let refused = claim::refuse_claim(house, &rival.id, "no evidence", "op").await.unwrap();
        assert_eq!((refused.contact, refused.evidence), (None, None), "evidence goes when settled");
        assert_eq!(code(claim::accept(house, &rival.id, "op").await), "claim-refused");
        for _ in 0..2 {
            let accepted = claim::accept(house, &row.id, "op").await.unwrap();
            assert_eq!(accepted.status, ClaimStatus::Accepted);
            assert_eq!(owed(house, Account::party(ada.as_str())).await, eur("12.345678"), "{}", fresh.engine);
            assert!(owed(house, Account::unclaimed(ada.as_str())).await.is_zero());
        }
        let mut tx = house.store.begin_read().await.unwrap();
        assert_eq!(
            tx.secret(house.store.fields(), &ada, "mail").await.unwrap().as_deref(),
            Some("ada@example.org")
        );
        let record = tx.party(&ada).await.unwrap().unwrap();
        assert_eq!((record.standing, record.first_payment), (Standing::Here, Some(true)));
        assert!(tx.suspense_of_party(&ada).await.unwrap().is_empty());
        drop(tx);
        assert_eq!(
            code(claim::invite(house, invite("b@example.org", "op", Relay::Operator)).await),
            "party-here"
        );
        conserved(house).await;

        let outbox = ports::mail::Outbox::new(fresh.folder.path().join("outbox"), "house@example.org");
        let count = mails(house).await.len();
        assert_eq!(mail::deliver(house, &outbox).await.unwrap().sent, count);
        assert_eq!(mail::deliver(house, &outbox).await.unwrap(), mail::Delivered::default());
        assert_eq!(std::fs::read_dir(outbox.folder()).unwrap().count(), count);
        if fresh.engine == "sqlite" {
            house.store.close().await;
            let bytes = std::fs::read(fresh.folder.path().join("tantieme.db")).unwrap();
            for secret in ["ada@example.org", "eve@example.org", "example.org/ada", token.as_str()] {
                assert!(
                    !bytes.windows(secret.len()).any(|w| w == secret.as_bytes()),
                    "`{secret}` lies open in the database"
                );
            }
        }
    }
}

#[tokio::test]
async fn reminders_are_bounded_and_each_link_closes_all() {
    for fresh in testkit::house::each(1).await {
        let house = &fresh.house;
        credited(house, "Ada Nwosu", "1", "fund:solidarity", None).await;
        let ask = Invite {
            party: "Ada Nwosu".into(),
            relay: Relay::Operator,
            to: "ada@example.org".into(),
            by: "op".into(),
        };
        let (_, token) = claim::invite(house, ask).await.unwrap();
        assert_eq!(claim::remind(house).await.unwrap(), 0);
        let mut sent = Vec::new();
        for _ in 0..5 {
            fresh.world.pass_days(30);
            sent.push(claim::remind(house).await.unwrap());
            assert_eq!(claim::remind(house).await.unwrap(), 0, "twice on one day");
        }
        assert_eq!(sent, [1, 1, 1, 0, 0]);
        let last = mails(house).await.pop().unwrap();
        assert!(last.body.contains("This is the last reminder"), "{}", last.body);
        let second = last.body.split("/claim/").nth(1).unwrap().split_whitespace().next().unwrap().to_owned();
        assert_ne!(second, token);
        assert_eq!(claim::invitation(house, &token).await.unwrap().1, "Ada Nwosu");
        let open = |token: &str| Open {
            token: Some(token.into()),
            claimant: "Ada".into(),
            contact: "ada@example.org".into(),
            ..Open::default()
        };
        claim::open(house, open(&token)).await.unwrap();
        assert_eq!(code(claim::open(house, open(&second)).await), "token-used");
    }
}

#[tokio::test]
async fn a_dispute_freezes_until_it_is_settled() {
    for fresh in testkit::house::each(1).await {
        let house = &fresh.house;
        let ada = credited(house, "Ada Nwosu", "10", "fund:solidarity", Some(house.now())).await;
        let first = claim::open(house, asking(&ada, "ada@example.org")).await.unwrap();
        let second = claim::open(house, asking(&ada, "eve@example.org")).await.unwrap();
        assert_eq!(code(claim::dispute(house, &About::Claim(first.id.clone()), "", "op").await), "reason");
        assert_eq!(code(claim::settle_dispute(house, ada.as_str(), None, "op").await), "party-not-frozen");
        assert_eq!(
            claim::dispute(house, &About::Claim(first.id.clone()), "two people", "op")
                .await
                .unwrap()
                .standing,
            Standing::Frozen
        );
        assert_eq!(
            code(claim::dispute(house, &About::Party(ada.to_string()), "again", "op").await),
            "party-frozen"
        );
        assert_eq!(code(claim::accept(house, &first.id, "op").await), "claim-disputed");
        let ended = app::suspense::due(house, "op").await.unwrap();
        assert!(ended[0].notice.is_some() && ended[0].moved.is_empty(), "the clock stands still");
        // Money shared meanwhile is booked to the party and waits with it.
        let draft = Draft::posted("test", "x", "meanwhile")
            .debit(Account::bank(), eur("5"))
            .credit(Account::party(ada.as_str()), eur("5"));
        house.store.post(house.now(), &[draft]).await.unwrap();
        claim::settle_dispute(house, ada.as_str(), None, "op").await.unwrap();
        assert_eq!(owed(house, Account::unclaimed(ada.as_str())).await, eur("15"));
        assert_eq!(claim::list(house, Some(ClaimStatus::Refused)).await.unwrap().len(), 2);

        let third = claim::open(house, asking(&ada, "ada@example.org")).await.unwrap();
        claim::accept(house, &third.id, "op").await.unwrap();
        let details = app::payout::Details {
            holder: "Ada".into(),
            iban: "DE02120300000000202051".into(),
            ..Default::default()
        };
        app::payout::set_details(house, ada.as_str(), details, "ada").await.unwrap();
        app::payout::prepare(house, Currency::EUR, "op").await.unwrap();
        let late = claim::open(house, asking(&ada, "real@example.org")).await.unwrap();
        assert_eq!(late.status, ClaimStatus::Disputed, "{}", second.id);
        claim::dispute(house, &About::Claim(late.id.clone()), "a better proof", "op").await.unwrap();
        assert_eq!(code(app::payout::prepare(house, Currency::EUR, "op").await), "nothing-due");
        assert_eq!(
            code(claim::settle_dispute(house, ada.as_str(), Some(&third.id), "op").await),
            "claim-decided"
        );
        claim::settle_dispute(house, ada.as_str(), Some(&late.id), "op").await.unwrap();
        assert_eq!(code(app::payout::prepare(house, Currency::EUR, "op").await), "nothing-due");
        let mut tx = house.store.begin_read().await.unwrap();
        assert_eq!(
            tx.secret(house.store.fields(), &ada, "mail").await.unwrap().as_deref(),
            Some("real@example.org")
        );
        drop(tx);
        assert_eq!(owed(house, Account::party(ada.as_str())).await, eur("15"));
        assert_eq!(code(claim::erase(house, ada.as_str(), "op").await), "balance-left");
        let draft = Draft::posted("test", "x", "paid")
            .debit(Account::party(ada.as_str()), eur("15"))
            .credit(Account::bank(), eur("15"));
        house.store.post(house.now(), &[draft]).await.unwrap();
        assert!(claim::export(house, ada.as_str()).await.unwrap().to_string().contains("real@example.org"));
        claim::erase(house, ada.as_str(), "op").await.unwrap();
        assert!(!claim::export(house, ada.as_str()).await.unwrap().to_string().contains("example.org"));
        conserved(house).await;
    }
}

#[tokio::test]
async fn a_claim_may_join_somebody_who_is_here() {
    for fresh in testkit::house::each(1).await {
        let house = &fresh.house;
        let alias = credited(house, "DJ Nightshade", "7", "fund:solidarity", None).await;
        let ada = party::register(
            house,
            party::Register { name: "Ada Nwosu".into(), by: "op".into(), ..Default::default() },
        )
        .await
        .unwrap();
        let claimed = claim::open(house, asking(&alias, "ada@example.org")).await.unwrap();
        assert_eq!(code(claim::accept_as(house, &claimed.id, alias.as_str(), "op").await), "party-not-here");
        claim::accept_as(house, &claimed.id, "Ada Nwosu", "op").await.unwrap();
        assert_eq!(owed(house, Account::party(ada.party.id.as_str())).await, eur("7"));
        let mut tx = house.store.begin_read().await.unwrap();
        assert_eq!(party::find(&mut tx, "dj nightshade").await.unwrap().party.id, ada.party.id);
        assert_eq!(tx.party(&alias).await.unwrap().unwrap().merged_into, Some(ada.party.id.clone()));
        drop(tx);
        conserved(house).await;
    }
}

#[tokio::test]
async fn clocks_that_run_out_move_money_once() {
    for fresh in testkit::house::each(1).await {
        let house = &fresh.house;
        let soon = Some(house.now() + jiff::Span::new().hours(24));
        let a = credited(house, "A One", "3", "fund:solidarity", soon).await;
        credited(house, "B Two", "4", "somewhere else", soon).await;
        assert!(app::suspense::due(house, "op").await.unwrap().is_empty());
        fresh.world.pass_days(2);
        let ended = app::suspense::due(house, "op").await.unwrap();
        assert_eq!((ended.len(), ended.iter().filter(|e| e.notice.is_some()).count()), (2, 1));
        assert_eq!(
            app::suspense::due(house, "op").await.unwrap().len(),
            1,
            "only what needs a person is left"
        );
        assert_eq!(owed(house, "fund:solidarity".parse().unwrap()).await, eur("3"));
        assert!(owed(house, Account::unclaimed(a.as_str())).await.is_zero());
        assert!(owed(house, Account::suspense(Suspense::Unmatched)).await.is_zero());
        assert_eq!(claim::headline(house).await.unwrap().parties, 0);
        conserved(house).await;
    }
}

/// 9 over two recordings of the same pot: 4.5 each, the first of which is held 1 : 2.
#[tokio::test]
async fn unmatched_money_ends_with_the_recordings_of_its_pot() {
    for fresh in testkit::house::each(1).await {
        let house = &fresh.house;
        let soon = house.now() + jiff::Span::new().hours(24);
        let a = party::register(
            house,
            party::Register { name: "A One".into(), by: "op".into(), ..Default::default() },
        )
        .await
        .unwrap()
        .party
        .id;
        let b = credited(house, "B Two", "1", "fund:solidarity", None).await;
        let opened = pot::Open {
            purpose: "x".into(),
            currency: Currency::EUR,
            rule: "set-list-per-line".into(),
            event: None,
            by: "op".into(),
        };
        let pot = pot::open(house, opened).await.unwrap().id;
        let (first, second) = (house.recording_id(), house.recording_id());
        let mut tx = house.store.begin().await.unwrap();
        for id in [&first, &second] {
            let sql = "insert into recording (id, kind, artist, title, status, source, source_id, changed_us) values ($1, 'music', 'x', 'x', 'active', 's', $1, 1)";
            tx.run(sql, store::args![id.as_str()]).await.unwrap();
        }
        let run = store::RunRow {
            id: house.run_id(),
            kind: "allocation".into(),
            status: "draft".into(),
            rule: "set-list-per-line".into(),
            rule_version: 1,
            rule_hash: "h".into(),
            currency: Currency::EUR,
            input_hash: "i".into(),
            lines_hash: "l".into(),
            manifest: vec![],
            private: true,
            givers: 1,
            of_run: None,
            by: "op".into(),
            created: house.now(),
            approved_by: None,
            approved: None,
            entry: None,
        };
        let line = |place,
                    kind: &str,
                    party: Option<&PartyId>,
                    recording: Option<&music::RecordingId>,
                    amount: &str| store::AllocationRow {
            id: house.allocation_line_id(),
            run: run.id.clone(),
            place,
            pot: pot.clone(),
            kind: kind.into(),
            account: "suspense:unmatched".into(),
            party: party.cloned(),
            recording: recording.cloned(),
            set_line: None,
            side: None,
            reason: if kind == "pay" { "" } else { "unmatched" }.into(),
            amount: eur(amount),
            why: String::new(),
        };
        let lines = [
            line(0, "pay", Some(&a), Some(&first), "1"),
            line(1, "pay", Some(&b), Some(&first), "2"),
            line(2, "pay", Some(&b), Some(&second), "50"),
            line(3, "suspense", None, None, "9"),
        ];
        tx.insert_run(&run, &[(pot.clone(), eur("62"))], &lines).await.unwrap();
        let account = Account::suspense(Suspense::Unmatched);
        let draft = Draft::posted("test", "x", "held")
            .debit(Account::bank(), eur("9"))
            .credit(account.clone(), eur("9"));
        let entry = tx.post_one(house.now(), draft).await.unwrap();
        tx.approve_run(&run.id, "op", house.now(), entry.seq()).await.unwrap();
        let item = SuspenseRow {
            id: house.suspense_id(),
            account: account.to_string(),
            amount: eur("9"),
            reason: "unmatched".into(),
            party: None,
            recording: None,
            set_line: None,
            run: Some(run.id.clone()),
            bank_line: None,
            opened: house.now(),
            due: Some(soon),
            destination: "recording".into(),
            closed: None,
            closed_by: None,
        };
        tx.insert_suspense(&[item]).await.unwrap();
        tx.commit().await.unwrap();
        fresh.world.pass_days(2);
        app::suspense::due(house, "op").await.unwrap();
        assert_eq!(owed(house, Account::party(a.as_str())).await, eur("1.5"), "{}", fresh.engine);
        assert_eq!(owed(house, Account::unclaimed(b.as_str())).await, eur("8.5"), "1 from before");
        let mut tx = house.store.begin_read().await.unwrap();
        let waits = tx.suspense_of_party(&b).await.unwrap();
        assert!(
            waits
                .iter()
                .any(|w| w.amount == eur("7.5") && w.due.is_some() && w.destination == "fund:solidarity"),
            "{waits:?}"
        );
        drop(tx);
        let figure = claim::headline(house).await.unwrap();
        assert_eq!((figure.parties, figure.parties_here, figure.money), (2, 1, vec![(eur("53"), eur("1"))]));
        assert_eq!(
            claim::search(house, "b two").await.unwrap()[0].waits,
            Waits::Some,
            "too few givers for a bracket"
        );
        conserved(house).await;
    }
}

#[tokio::test]
async fn a_proof_shows_a_threshold_and_a_venue_sees_what_is_missing() {
    for fresh in testkit::house::each(1).await {
        let house = &fresh.house;
        let register = |name: &str| party::Register {
            name: name.into(),
            mail: Some("lio@example.org".into()),
            by: "op".into(),
            ..Default::default()
        };
        let lio = party::register(house, register("Lio Marek")).await.unwrap().party.id;
        party::register(house, register("Kanal 9")).await.unwrap();
        let event = Event {
            id: house.event_id(),
            name: "Friday".into(),
            date: Some("2026-09-04".parse().unwrap()),
            venue: "Kanal 9".into(),
            city: "Lille".into(),
            territory: None,
            time_zone: "Europe/Paris".into(),
            performer: lio.clone(),
        };
        let list = SetListRow {
            id: house.set_list_id(),
            event: event.id.clone(),
            performer: lio.clone(),
            submitted_by: lio.clone(),
            document: "a.txt".into(),
            document_hash: "h".into(),
            format: "plain-text".into(),
            set_number: 1,
            visibility: "track-only".into(),
            status: "open".into(),
            same_as: None,
            created: house.now(),
        };
        let line = |position, played| LineRow {
            id: house.line_id(),
            set_list: list.id.clone(),
            position,
            origin_line: 1,
            raw: "x".into(),
            artist: String::new(),
            title: String::new(),
            version: String::new(),
            label: String::new(),
            duration_s: None,
            isrc: None,
            mbid: None,
            own_id: None,
            started_at: None,
            played_s: None,
            played,
            verdict: "unmatched".into(),
            recording: None,
            probability_ppm: 0,
            reasons: String::new(),
            candidates: String::new(),
            spelling: None,
            decided_by: None,
        };
        let mut tx = house.store.begin().await.unwrap();
        tx.insert_event(&event).await.unwrap();
        tx.insert_set_list(&list).await.unwrap();
        tx.insert_lines(&[line(1, true), line(2, true), line(3, false)]).await.unwrap();
        tx.commit().await.unwrap();
        let ask = |by: &str, at_least| Issue {
            set_list: list.id.clone(),
            at_least,
            show_event: true,
            by: by.into(),
        };
        assert_eq!(code(proof::issue(house, ask("Kanal 9", None)).await), "proof-not-yours");
        assert_eq!(code(proof::issue(house, ask("Lio Marek", None)).await), "proof-nothing-given");
        let opened = pot::Open {
            purpose: "Friday".into(),
            currency: Currency::EUR,
            rule: "set-list-per-line".into(),
            event: Some(event.id.clone()),
            by: "op".into(),
        };
        let pot = pot::open(house, opened).await.unwrap();
        let gift = pot::Gift::Share { fee: eur("1234"), share: "7 %".parse().unwrap() };
        let promise = pot::Contribute {
            pot: pot.id,
            payer: lio.to_string(),
            role: PayerRole::Dj,
            gift,
            venue_attests: true,
            by: "op".into(),
        };
        let payment = pot::contribute(house, promise).await.unwrap();

        let require = |percent| Require {
            party: "Kanal 9".into(),
            venue: "kanal 9".into(),
            at_least: percent,
            since: "2026-01-01".parse().unwrap(),
            by: "op".into(),
        };
        assert_eq!(code(proof::missing(house, "Kanal 9").await), "proof-not-required");
        assert_eq!(code(proof::require(house, require(Some(7))).await), "proof-threshold");
        proof::require(house, require(Some(5))).await.unwrap();
        let lack = async || proof::missing(house, "Kanal 9").await.unwrap().first().map(|m| m.lack);
        assert_eq!(lack().await, Some(Lack::Proof));
        assert_eq!(code(proof::issue(house, ask("Lio Marek", Some(10))).await), "proof-threshold");
        proof::issue(house, ask("Lio Marek", Some(3))).await.unwrap();
        assert_eq!(lack().await, Some(Lack::Share));
        let issued = proof::issue(house, ask("Lio Marek", None)).await.unwrap();
        assert_eq!(
            proof::issue(house, ask("Lio Marek", None)).await.unwrap(),
            issued,
            "the same proof is the same note"
        );
        assert_eq!(lack().await, Some(Lack::Money));
        for part in [
            "lines: 0 of 2 matched",
            "shared: at least 5 % of the fee",
            "fee attested by: dj+venue",
            "money: pledged",
            "Kanal 9, Lille, 2026-09-04",
        ] {
            assert!(issued.note.contains(part), "{part}: {}", issued.note);
        }
        assert!(!issued.note.contains("1234") && !issued.note.contains("86.38"));
        let evidence = pot::Receive {
            reference: payment.contribution.reference.clone(),
            amount: None,
            evidence: "paper 1".into(),
            by: "op".into(),
        };
        pot::receive(house, evidence).await.unwrap();
        let arrived = proof::issue(house, ask("Lio Marek", None)).await.unwrap();
        assert_eq!(lack().await, None);
        let key = proof::verifier(house).unwrap();
        assert_eq!(proof::verify(&arrived.note, &key).unwrap(), arrived.proof);
        assert_eq!(code(proof::verify(&arrived.note.replace("5 %", "10 %"), &key)), "proof-not-believed");

        assert_eq!((mail::receipts(house).await.unwrap(), mail::receipts(house).await.unwrap()), (1, 0));
        let receipt = mails(house).await.pop().unwrap();
        assert!(receipt.body.contains("86.38") && !receipt.body.contains("1234"), "{}", receipt.body);
    }
}
