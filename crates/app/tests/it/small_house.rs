//! A small house with money in every place: promised, received, shared, waiting, reserved, paid.

use app::{House, allocation, payout, policy, pot};
use money::{Amount, Currency};
use music::pot::PayerRole;
use music::{Party, PartyId, PartyKind, PotId};
use store::{AllocationRow, RunRow, Standing};
use testkit::house::{self, Fresh};

/// A house thrown away at the end.
pub struct Small {
    pub house: House,
    pub engine: &'static str,
    _fresh: Fresh,
}

pub fn eur(text: &str) -> Amount {
    format!("EUR {text}").parse().unwrap()
}

/// A house with money in every place, on each engine that is there.
pub async fn each() -> Vec<Small> {
    let mut all = Vec::new();
    for fresh in house::each(3).await {
        all.push(filled(fresh).await);
    }
    all
}

pub async fn sqlite() -> Small {
    filled(house::sqlite(3).await).await
}

async fn filled(fresh: Fresh) -> Small {
    fill(&fresh.house).await;
    Small { house: fresh.house.clone(), engine: fresh.engine, _fresh: fresh }
}

async fn person(house: &House, name: &str, standing: Standing) -> PartyId {
    let id = house.party_id();
    let party = Party {
        id: id.clone(),
        name: name.to_owned(),
        aliases: Vec::new(),
        kind: PartyKind::Person,
        territory: None,
        isni: None,
        ipi: None,
        mbid: None,
    };
    let mut tx = house.store.begin().await.unwrap();
    tx.insert_party(&party, standing, house.now()).await.unwrap();
    tx.commit().await.unwrap();
    id
}

async fn fill(house: &House) {
    policy::set(house, "house-iban", "DE02120300000000202051", "ada").await.unwrap();
    policy::set(house, "yearly-cost", "12000", "ada").await.unwrap();
    let ask = pot::Open {
        purpose: "Night at the Kiln".into(),
        currency: Currency::EUR,
        rule: "set-list-per-line".into(),
        event: None,
        by: "ada".into(),
    };
    let pot = pot::open(house, ask).await.unwrap().id;
    let dj = person(house, "DJ Umbra", Standing::Here).await;
    for (amount, receives) in [("50", Some("60")), ("30", Some("30")), ("20", None)] {
        let ask = pot::Contribute {
            pot: pot.clone(),
            payer: dj.to_string(),
            role: PayerRole::Dj,
            gift: pot::Gift::Amount(eur(amount)),
            venue_attests: false,
            by: "ada".into(),
        };
        let payment = pot::contribute(house, ask).await.unwrap();
        if let Some(amount) = receives {
            let reference = payment.contribution.reference;
            let ask = pot::Receive {
                reference,
                amount: Some(eur(amount)),
                evidence: "statement 1".into(),
                by: "ada".into(),
            };
            pot::receive(house, ask).await.unwrap();
        }
    }
    let (mira, nils) = (
        person(house, "Mira Feld", Standing::Here).await,
        person(house, "Nils Aster", Standing::Unclaimed).await,
    );
    let run = insert_draft(house, &pot, &mira, &nils).await;
    allocation::approve(house, &run, "bea").await.unwrap();
    let details = payout::Details {
        holder: "Mira Feld".into(),
        iban: "DE02120300000000202051".into(),
        ..payout::Details::default()
    };
    payout::set_details(house, mira.as_str(), details, "mira").await.unwrap();
    let batch = payout::prepare(house, Currency::EUR, "ada").await.unwrap().batch.id;
    payout::approve(house, &batch, "bea").await.unwrap();
    payout::export(house, Some(&batch), "sepa", "bea").await.unwrap();
}

async fn insert_draft(house: &House, pot: &PotId, mira: &PartyId, nils: &PartyId) -> music::RunId {
    let rule = allocation::rule_named("set-list-per-line").unwrap();
    let id = house.run_id();
    let line =
        |place: i64, kind: &str, account: String, party: Option<&PartyId>, reason: &str, amount: &str| {
            AllocationRow {
                id: house.allocation_line_id(),
                run: id.clone(),
                place,
                pot: pot.clone(),
                kind: kind.to_owned(),
                account,
                party: party.cloned(),
                recording: None,
                set_line: None,
                side: None,
                reason: reason.to_owned(),
                amount: eur(amount),
                why: "for the test".to_owned(),
            }
        };
    let lines = vec![
        line(0, "deduct", "house:operation".into(), None, "operation", "12"),
        line(1, "pay", format!("party:{mira}"), Some(mira), "", "40.000001"),
        line(2, "pay", format!("party:{nils}"), Some(nils), "", "19.999999"),
        line(3, "suspense", "suspense:unmatched".into(), None, "unmatched", "8"),
    ];
    let run = RunRow {
        id: id.clone(),
        kind: "allocation".into(),
        status: "draft".into(),
        rule: rule.name.clone(),
        rule_version: rule.version,
        rule_hash: rule.hash(),
        currency: Currency::EUR,
        input_hash: "i".into(),
        lines_hash: "l".into(),
        manifest: b"{}".to_vec(),
        private: true,
        givers: 1,
        of_run: None,
        by: "ada".into(),
        created: house.now(),
        approved_by: None,
        approved: None,
        entry: None,
    };
    let mut tx = house.store.begin().await.unwrap();
    tx.insert_run(&run, &[(pot.clone(), eur("80"))], &lines).await.unwrap();
    tx.commit().await.unwrap();
    id
}

/// Something more is shared and approved, in a house that goes on.
pub async fn more(house: &House) {
    let ask = pot::Open {
        purpose: "Another night".into(),
        currency: Currency::EUR,
        rule: "set-list-per-line".into(),
        event: None,
        by: "ada".into(),
    };
    let pot = pot::open(house, ask).await.unwrap().id;
    let who = person(house, &format!("Giver {}", house.world.bits()), Standing::Here).await;
    let ask = pot::Contribute {
        pot: pot.clone(),
        payer: who.to_string(),
        role: PayerRole::Dj,
        gift: pot::Gift::Amount(eur("80")),
        venue_attests: false,
        by: "ada".into(),
    };
    let reference = pot::contribute(house, ask).await.unwrap().contribution.reference;
    let ask =
        pot::Receive { reference, amount: Some(eur("80")), evidence: "cash book".into(), by: "ada".into() };
    pot::receive(house, ask).await.unwrap();
    let other = person(house, &format!("Payee {}", house.world.bits()), Standing::Here).await;
    let run = insert_draft(house, &pot, &who, &other).await;
    allocation::approve(house, &run, "bea").await.unwrap();
}
