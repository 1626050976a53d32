//! Merging rows moves nothing that was moved before, on both engines, whatever the rows and however often.

use app::duplicate::{self, Merge};
use app::set_list::{self, Submit};
use app::{House, allocation, answer, catalogue, doctor, party, pot};
use music::RecordingId;
use proptest::prelude::*;

use testkit::house;

fn tsv(rows: &[&str]) -> Vec<u8> {
    format!("id\tartist\ttitle\tisrc\tduration_s\tshares\n{}\n", rows.join("\n")).into_bytes()
}

pub async fn import(house: &House, rows: &[&str]) {
    let bytes = std::io::Cursor::new(tsv(rows));
    catalogue::import(house, "list.tsv", Box::new(bytes), None, "test", &|_| {}).await.unwrap();
}

pub async fn dj(house: &House, name: &str) {
    let ask = party::Register { name: name.into(), by: "test".into(), ..party::Register::default() };
    party::register(house, ask).await.unwrap();
}

/// Submits a list with a gift that is received at once.
pub async fn night(house: &House, dj: &str, event: &str, lines: &str) -> set_list::Submitted {
    let matching = catalogue::open_matching(house).await.unwrap();
    let ask = Submit {
        document: format!("{event}.txt"),
        bytes: lines.as_bytes().to_vec(),
        performer: dj.into(),
        gift: Some(pot::Gift::Amount("EUR 20".parse().unwrap())),
        event: event.into(),
        same: Some(set_list::Same::Another),
        ..Submit::default()
    };
    let done = set_list::submit(house, &matching, ask).await.unwrap();
    let payment = done.payment.clone().unwrap();
    let amount = payment.contribution.pledged;
    let reference = payment.contribution.reference.clone();
    let ask =
        pot::Receive { reference, amount: Some(amount), evidence: "cash".into(), by: "Treasurer".into() };
    pot::receive(house, ask).await.unwrap();
    done
}

async fn share_out(house: &House, done: &set_list::Submitted) -> allocation::Run {
    let pot = done.payment.clone().unwrap().contribution.pot;
    let ask = allocation::Allocate { pots: vec![pot], rule: None, by: "Ada".into() };
    let draft = allocation::draft(house, ask).await.unwrap();
    allocation::approve(house, &draft.run.id, "Paul").await.unwrap()
}

/// Everything the books hold, to the micro.
async fn books(house: &House) -> Vec<(String, String, [i64; 3])> {
    house.store.begin_read().await.unwrap().stored_accounts().await.unwrap()
}

async fn sound(house: &House) {
    let report = doctor::examine(house).await.unwrap();
    assert!(report.is_sound(), "{:?}", report.faults().collect::<Vec<_>>());
}

async fn merge(house: &House, keep: &str, gone: &str) -> Result<duplicate::Merged, app::Failure> {
    let ask = Merge { keep: keep.into(), gone: gone.into(), anyway: true, by: "Paul".into() };
    duplicate::merge(house, ask).await
}

async fn id(house: &House, source: &str) -> RecordingId {
    let mut tx = house.store.begin_read().await.unwrap();
    tx.recordings_by_source_id(source).await.unwrap()[0].recording.id.clone()
}

fn code<T>(result: Result<T, app::Failure>) -> &'static str {
    match result {
        Err(app::Failure::Refused(refusal)) => refusal.code,
        Err(fault) => panic!("{fault}"),
        Ok(_) => "done",
    }
}

#[tokio::test]
async fn what_is_delivered_again_stays_merged_and_comes_back_as_it_was_told_since() {
    for fresh in house::each(1).await {
        let house = &fresh.house;
        import(house, &["A\tMira Feld\tLow Tide\t\t300\t", "B\tMira Feld\tLow Tide\tDEN062600002\t301\t"])
            .await;
        merge(house, "A", "B").await.unwrap();
        let (a, b) = (id(house, "A").await, id(house, "B").await);
        import(house, &["B\tMira Feld\tLow Tide (as delivered)\tDEN062600002\t301\t"]).await;
        let mut tx = house.store.begin_read().await.unwrap();
        let row = tx.recording(&b).await.unwrap().unwrap();
        assert_eq!(
            (row.recording.status.word(), row.merged_into),
            ("merged", Some(a.clone())),
            "{}",
            fresh.engine
        );
        drop(tx);
        // The identifier of the row that went leads to the row that stays.
        assert_eq!(catalogue::find(house, "DEN062600002").await.unwrap(), a);
        assert_eq!(catalogue::find(house, b.as_str()).await.unwrap(), a);
        dj(house, "DJ Reef").await;
        let done =
            night(house, "DJ Reef", "Kiln", "artist,title,isrc\nM. Feld,Low Tide (promo),DEN062600002\n")
                .await;
        assert_eq!(done.lines[0].recording, Some(a.clone()), "{:?}", done.lines[0]);
        house.store.begin_read().await.unwrap();
        let mut tx = house.store.begin().await.unwrap();
        assert!(tx.withdraw_recording("catalogue", "B", house.now()).await.unwrap());
        tx.commit().await.unwrap();
        fresh.world.pass_days(1);
        duplicate::unmerge(house, b.as_str(), "Paul").await.unwrap();
        let mut tx = house.store.begin_read().await.unwrap();
        let row = tx.recording(&b).await.unwrap().unwrap();
        assert_eq!((row.recording.status.word(), row.merged_into), ("withdrawn", None));
        drop(tx);
        assert_eq!(code(duplicate::unmerge(house, b.as_str(), "Paul").await), "not-merged");
        sound(house).await;
    }
}

#[tokio::test]
async fn chains_never_close_and_every_old_id_leads_to_the_end() {
    for fresh in house::each(1).await {
        let house = &fresh.house;
        let rows: Vec<String> = (0..6).map(|n| format!("R{n}\tMira Feld\tLow Tide\t\t300\t")).collect();
        import(house, &rows.iter().map(String::as_str).collect::<Vec<_>>()).await;
        for n in 0..5 {
            merge(house, &format!("R{}", n + 1), &format!("R{n}")).await.unwrap();
        }
        let end = id(house, "R5").await;
        for n in 0..6 {
            assert_eq!(
                catalogue::find(house, id(house, &format!("R{n}")).await.as_str()).await.unwrap(),
                end
            );
        }
        assert_eq!(code(merge(house, "R0", "R5").await), "merge-circle");
        assert_eq!(code(merge(house, "R5", "R2").await), "recording-merged");
        assert_eq!(code(merge(house, "R5", "R5").await), "merge-same");
        assert_eq!(code(merge(house, "R5", "R9").await), "recording-unknown");
        sound(house).await;
        let mut tx = house.store.begin().await.unwrap();
        // what no use case can do, and doctor must see
        let first = id(house, "R0").await;
        let sql = "update recording set merged_into = $2, status = 'merged' where id = $1";
        tx.run(sql, store::args![end.as_str(), first.as_str()]).await.unwrap();
        tx.commit().await.unwrap();
        let report = doctor::examine(house).await.unwrap();
        let told: Vec<String> = report.faults().map(|(_, f)| f.what.clone()).collect();
        assert!(told.iter().any(|w| w.contains("circle")), "{told:?}");
        assert!(told.iter().any(|w| w.contains("no record says so")), "{told:?}");
    }
}

#[tokio::test]
async fn shares_stated_twice_count_once_and_contradictions_wait() {
    // columns: shares of the row that stays, of the row that goes, how they stand together, accounts paid of EUR 17
    let cases = [
        ("Mira Feld 60 %; Orrin Vale 40 %", "Mira Feld 60 %; Orrin Vale 40 %", "whole", 2),
        ("Mira Feld 60 %", "Orrin Vale 40 %", "whole", 2),
        ("", "Orrin Vale 100 %", "whole", 1),
        ("Mira Feld 100 %", "", "whole", 1),
        ("Mira Feld 60 %; Orrin Vale 40 %", "Mira Feld 60 %; Kora Lind 40 %", "overclaim", 0),
        ("Mira Feld 100 %", "Orrin Vale 100 %", "overclaim", 0),
        ("Mira Feld 50 %", "Mira Feld 60 %", "disputed", 0),
    ];
    for fresh in house::each(1).await {
        let house = &fresh.house;
        dj(house, "DJ Reef").await;
        for (n, (keep, gone, standing, paid)) in cases.iter().enumerate() {
            let (k, g, title) = (format!("K{n}"), format!("G{n}"), format!("Tide Number{n}"));
            let rows = [
                format!("{k}\tMira Feld\t{title}\t\t300\t{keep}"),
                format!("{g}\tMira Feld\t{title}\t\t300\t{gone}"),
            ];
            import(house, &rows.each_ref().map(String::as_str)).await;
            let merged = merge(house, &k, &g).await.unwrap();
            assert!(merged.standing.starts_with(standing), "{keep} | {gone}: {}", merged.standing);
            assert_eq!(
                merged.notices.iter().any(|n| n.contains("contradict")),
                *paid == 0,
                "{:?}",
                merged.notices
            );
            let done =
                night(house, "DJ Reef", &format!("Night {n}"), &format!("Mira Feld - {title}\n")).await;
            assert_eq!(done.lines[0].verdict, "matched", "{:?}", done.lines[0]);
            let run = share_out(house, &done).await;
            let payees = run.lines.iter().filter(|l| l.kind == "pay").count();
            assert_eq!(payees, *paid, "{keep} | {gone}: {:?}", run.lines);
            let total: i64 = run.lines.iter().map(|l| l.amount.micros()).sum();
            assert_eq!(total, 20_000_000);
            sound(house).await;
        }
        let report = doctor::examine(house).await.unwrap();
        let merged = report.checks.iter().find(|c| c.name == "merged shares").unwrap();
        assert_eq!(merged.findings.len(), 3, "{:?}", merged.findings);
        // withdrawing one of the two settles it
        let ask = party::SetShare {
            recording: id(house, "K5").await,
            party: "Orrin Vale".into(),
            ratio: "0 %".parse().unwrap(),
            territory: None,
            period: music::Period::ALWAYS,
            use_type: None,
            by: "Paul".into(),
        };
        let (_, standing) = party::set_share(house, ask).await.unwrap();
        assert_eq!(standing, "whole");
    }
}

#[tokio::test]
async fn an_answer_follows_the_row_and_can_be_taken_back() {
    for fresh in house::each(1).await {
        let house = &fresh.house;
        import(
            house,
            &[
                "A\tMira Feld\tLow Tide\t\t300\t",
                "B\tMira Feld\tLow Tide\t\t301\t",
                "C\tOrrin Vale\tBackroom\t\t\t",
            ],
        )
        .await;
        dj(house, "DJ Reef").await;
        let (a, b) = (id(house, "A").await, id(house, "B").await);
        let done = night(house, "DJ Reef", "One", "Somebody - Strange Words\n").await;
        let line = done.lines[0].id.clone();
        set_list::settle(house, &line, Some(&b), "DJ Reef").await.unwrap();
        merge(house, "A", "B").await.unwrap();
        fresh.world.pass_days(1);
        let again = night(house, "DJ Reef", "Two", "03. Somebody - Strange Words\n").await;
        assert_eq!((again.lines[0].recording.clone(), again.lines[0].verdict.as_str()), (Some(a), "matched"));
        let matching = catalogue::open_matching(house).await.unwrap();
        let row = answer::take_back(house, &matching, &line, "DJ Reef").await.unwrap();
        assert_eq!((row.verdict.as_str(), row.recording), ("unmatched", None));
        let third = night(house, "DJ Reef", "Three", "Somebody - Strange Words\n").await;
        assert_eq!(third.lines[0].verdict, "unmatched", "{:?}", third.lines[0]);
        assert_eq!(code(answer::take_back(house, &matching, &line, "DJ Reef").await), "not-answered");
    }
}

#[tokio::test]
async fn not_here_holds_only_against_what_was_here() {
    for fresh in house::each(1).await {
        let house = &fresh.house;
        import(house, &["C\tOrrin Vale\tBackroom\t\t\t"]).await;
        dj(house, "DJ Reef").await;
        let done = night(house, "DJ Reef", "One", "Vesper Okoro - Glass Ferry\n").await;
        set_list::settle(house, &done.lines[0].id, None, "DJ Reef").await.unwrap();
        fresh.world.pass_days(30);
        import(house, &["D\tVesper Okoro\tGlass Ferry\t\t\t"]).await;
        let again = night(house, "DJ Reef", "Two", "Vesper Okoro - Glass Ferry\n").await;
        assert_eq!(again.lines[0].verdict, "matched", "{:?}", again.lines[0]);
        fresh.world.pass_days(1);
        set_list::settle(house, &again.lines[0].id, None, "DJ Reef").await.unwrap();
        let third = night(house, "DJ Reef", "Three", "Vesper Okoro - Glass Ferry\n").await;
        assert_eq!(third.lines[0].verdict, "unmatched");
    }
}

#[tokio::test]
async fn an_identifier_is_stronger_than_any_answer() {
    let fresh = house::each(1).await.remove(0);
    let house = &fresh.house;
    import(
        house,
        &["A\tMira Feld\tUntitled\tDEN062600001\t300\t", "B\tMira Feld\tUntitled\tDEN062600002\t200\t"],
    )
    .await;
    dj(house, "DJ Reef").await;
    let (a, b) = (id(house, "A").await, id(house, "B").await);
    let done = night(house, "DJ Reef", "One", "Mira Feld - Untitled\n").await;
    set_list::settle(house, &done.lines[0].id, Some(&a), "DJ Reef").await.unwrap();
    let told = night(house, "DJ Reef", "Two", "artist,title,isrc\nMira Feld,Untitled,DEN062600002\n").await;
    assert_eq!(told.lines[0].recording, Some(b));
    // nor does an answer reach a track of another length
    let long = night(house, "DJ Reef", "Three", "artist,title,duration\nMira Feld,Untitled,400\n").await;
    assert!(!long.lines[0].reasons.contains("answered"), "{:?}", long.lines[0]);
}

#[tokio::test]
async fn own_edits_pay_whom_the_house_says() {
    let fresh = house::each(1).await.remove(0);
    let house = &fresh.house;
    import(house, &["A\tMira Feld\tLow Tide\t\t300\t", "B\tMira Feld\tLow Tide (Orrin Vale Edit)\t\t300\t"])
        .await;
    dj(house, "DJ Reef").await;
    let a = id(house, "A").await;
    let lines = "Mira Feld - Low Tide (DJ Reef Edit)\nMira Feld - Low Tide (Reef's Edit)\nMira Feld - Low Tide (my edit)\n\
                 Mira Feld - Low Tide (Somebody Else Edit)\nMira Feld - Low Tide (DJ Reef Remix)\n";
    let first = night(house, "DJ Reef", "One", lines).await;
    assert!(first.lines.iter().all(|l| l.recording.is_none()), "{:?}", first.lines);
    let own: Vec<bool> =
        first.lines.iter().map(|l| l.reasons().any(|(code, _)| code == "own-edit")).collect();
    assert_eq!(own, [true, true, true, false, false]);
    assert_eq!(code(app::policy::set(house, "own-edit", "everybody", "Paul").await), "policy-value");
    app::policy::set(house, "own-edit", "original", "Paul").await.unwrap();
    let second = night(house, "DJ Reef", "Two", lines).await;
    let paid: Vec<Option<RecordingId>> = second.lines.iter().map(|l| l.recording.clone()).collect();
    assert_eq!(paid, [Some(a.clone()), Some(a.clone()), Some(a), None, None]);
    assert!(second.lines[0].reasons.contains("by the house's policy"));
}

#[tokio::test]
async fn aliases_lead_to_the_name_and_shared_ones_to_nobody() {
    let fresh = house::each(1).await.remove(0);
    let house = &fresh.house;
    import(
        house,
        &[
            "A\tVesper Okoro\tGlass Ferry\t\t300\t",
            "B\tNachtfalter\tHeather Lantern\t\t\t",
            "C\tMira Feld & Vesper Okoro\tSalt Road\t\t\t",
        ],
    )
    .await;
    dj(house, "DJ Reef").await;
    dj(house, "Vesper Okoro").await;
    let before = night(house, "DJ Reef", "One", "Nachtfalter - Glass Ferry\n").await;
    assert_eq!(before.lines[0].verdict, "unmatched", "{:?}", before.lines[0]);
    party::add_alias(house, "Vesper Okoro", "Nachtfalter", false, "Paul").await.unwrap();
    // as the alias, as the name where the catalogue has the alias, and inside a longer credit
    let after = night(
        house,
        "DJ Reef",
        "Two",
        "Nachtfalter - Glass Ferry\nVesper Okoro - Heather Lantern\nMira Feld & Nachtfalter - Salt Road\n",
    )
    .await;
    for (line, want) in after.lines.iter().zip(["A", "B", "C"]) {
        assert_eq!(line.recording, Some(id(house, want).await), "{line:?}");
    }
    dj(house, "Kora Lind").await;
    assert_eq!(code(party::add_alias(house, "Kora Lind", "Nachtfalter", false, "Paul").await), "alias-taken");
    assert_eq!(code(party::add_alias(house, "Kora Lind", "…", false, "Paul").await), "party-name");
    party::add_alias(house, "Kora Lind", "Nachtfalter", true, "Paul").await.unwrap();
    let shared = night(house, "DJ Reef", "Three", "Nachtfalter - Glass Ferry\n").await;
    assert_eq!(shared.lines[0].verdict, "unmatched", "{:?}", shared.lines[0]);
    // taken back, it is one party's name again; taken back by both, nobody's
    assert_eq!(code(party::remove_alias(house, "Kora Lind", "Nachtlicht", "Paul").await), "alias-unknown");
    party::remove_alias(house, "Kora Lind", "NACHTFALTER", "Paul").await.unwrap();
    let again = night(house, "DJ Reef", "Four", "Nachtfalter - Glass Ferry\n").await;
    assert_eq!(again.lines[0].recording, Some(id(house, "A").await));
    party::remove_alias(house, "Vesper Okoro", "Nachtfalter", "Paul").await.unwrap();
    let none = night(house, "DJ Reef", "Five", "Nachtfalter - Glass Ferry\n").await;
    assert_eq!(none.lines[0].verdict, "unmatched", "{:?}", none.lines[0]);
}

/// What may happen to a small catalogue.
#[derive(Debug, Clone)]
enum Act {
    Merge(usize, usize),
    Unmerge(usize),
    Night(usize),
    Share(usize, usize, u32),
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        3 => (0..5_usize, 0..5_usize).prop_map(|(a, b)| Act::Merge(a, b)),
        1 => (0..5_usize).prop_map(Act::Unmerge),
        2 => (0..5_usize).prop_map(Act::Night),
        2 => (0..5_usize, 0..3_usize, 0..3_u32).prop_map(|(r, p, n)| Act::Share(r, p, n * 50)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]
    #[test]
    fn merging_moves_no_micro_and_loses_no_line(acts in proptest::collection::vec(act(), 1..14)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(play(acts));
    }
}

async fn play(acts: Vec<Act>) {
    let folder = tempfile::tempdir().unwrap();
    let fresh = house::sqlite_in(folder, 1).await;
    let house = &fresh.house;
    let names = ["Amber Quay", "Birch Lantern", "Copper Wire", "Dune Parade", "Elder Static"];
    let rows: Vec<String> =
        names.iter().enumerate().map(|(n, t)| format!("R{n}\tMira Feld\t{t}\t\t300\t")).collect();
    import(house, &rows.iter().map(String::as_str).collect::<Vec<_>>()).await;
    for who in ["DJ Reef", "P0", "P1", "P2"] {
        dj(house, who).await;
    }
    let mut nights = 0;
    for act in acts {
        fresh.world.pass_days(1);
        let before = books(house).await;
        let lines = house
            .store
            .begin_read()
            .await
            .unwrap()
            .number("select count(*) from allocation_line", store::args![])
            .await
            .unwrap();
        match act {
            Act::Merge(a, b) => drop(merge(house, &format!("R{a}"), &format!("R{b}")).await),
            Act::Unmerge(a) => {
                drop(duplicate::unmerge(house, id(house, &format!("R{a}")).await.as_str(), "Paul").await)
            }
            Act::Share(r, p, percent) => {
                let ask = party::SetShare {
                    recording: catalogue::find(house, id(house, &format!("R{r}")).await.as_str())
                        .await
                        .unwrap(),
                    party: format!("P{p}"),
                    ratio: format!("{percent} %").parse().unwrap(),
                    territory: None,
                    period: music::Period::ALWAYS,
                    use_type: None,
                    by: "Paul".into(),
                };
                party::set_share(house, ask).await.unwrap();
            }
            Act::Night(n) => {
                nights += 1;
                let done = night(
                    house,
                    "DJ Reef",
                    &format!("Night {nights}"),
                    &format!("Mira Feld - {}\n", names[n]),
                )
                .await;
                let run = share_out(house, &done).await;
                // money is paid once, to the last micro, and never to more than the whole
                assert_eq!(run.lines.iter().map(|l| l.amount.micros()).sum::<i64>(), 20_000_000);
                continue;
            }
        }
        assert_eq!(books(house).await, before, "only nights move money");
        let after = house
            .store
            .begin_read()
            .await
            .unwrap()
            .number("select count(*) from allocation_line", store::args![])
            .await
            .unwrap();
        assert_eq!(after, lines);
    }
    sound(house).await;
}

#[tokio::test]
async fn a_curator_answers_for_the_house_and_nobody_who_borrows_the_name() {
    let fresh = house::each(1).await.remove(0);
    let house = &fresh.house;
    import(house, &["A\tMira Feld\tLow Tide\t\t300\t"]).await;
    for name in ["DJ Reef", "Ilo Brandt", "Ada Quist"] {
        dj(house, name).await;
    }
    let a = id(house, "A").await;
    let done = night(house, "DJ Reef", "One", "Somebody - Strange Words\n").await;
    set_list::settle(house, &done.lines[0].id, Some(&a), "Ada Quist").await.unwrap();
    let before = night(house, "Ilo Brandt", "Two", "Somebody - Strange Words\n").await;
    assert_eq!(before.lines[0].verdict, "unmatched", "{:?}", before.lines[0]);
    app::policy::set(house, "curators", "Ada Quist; Nobody Known", "Paul").await.unwrap();
    let after = night(house, "Ilo Brandt", "Three", "Somebody - Strange Words\n").await;
    assert!(after.lines[0].reasons.starts_with("answered-by-house\t"), "{:?}", after.lines[0]);
    assert_eq!(after.lines[0].recording, Some(a));
    dj(house, "Ada Quist").await;
    let borrowed = night(house, "Ilo Brandt", "Four", "Somebody - Strange Words\n").await;
    assert_eq!(borrowed.lines[0].verdict, "unmatched", "{:?}", borrowed.lines[0]);
}
