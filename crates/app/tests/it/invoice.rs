//! Self-billed invoices: refusals in their order, the figures, the numbers, corrections.

use app::House;
use app::invoice::{self, Give, IssuedInvoice, Mandate, Side, Treatment, address_lines};
use app::policy;
use money::{Amount, Currency};
use music::Period;

use crate::story::{self, Story, amount, code};

fn mandate(treatment: Treatment, vat_id: &str, rate: &str) -> Mandate {
    let supplier = Side {
        name: "Mira Feld EI".to_owned(),
        address: address_lines("rue des Forges", "8", "42000", "Saint-Etienne", "FR"),
        country: "fr".to_owned(),
        vat_id: vat_id.to_owned(),
        registration: String::new(),
    };
    Mandate { supplier, treatment, rate: rate.to_owned() }
}

fn give(mandate: Mandate) -> Give {
    Give {
        party: "Mira Feld".to_owned(),
        mandate,
        given: "2026-09-01".parse().unwrap(),
        by: "mira".to_owned(),
    }
}

async fn september(house: &House) -> Result<Vec<IssuedInvoice>, app::Failure> {
    invoice::issue(house, "Mira Feld", Period::parse("2026-09").unwrap(), "ines").await
}

fn micros(text: &str) -> i64 {
    Amount::from_decimal(text, Currency::EUR).unwrap().micros()
}

/// Lines make the net, net and VAT make the total.
fn adds_up(issued: &IssuedInvoice) {
    let i = &issued.invoice;
    assert_eq!(i.lines.iter().map(|l| micros(&l.net)).sum::<i64>(), micros(&i.net), "{i:#?}");
    assert_eq!(micros(&i.net) + micros(&i.vat), micros(&i.gross), "{i:#?}");
}

async fn shared(story: &mut Story, gift: &str) {
    story
        .shared(
            "DJ Lantern",
            "Mira Feld - Low Tide\nOrrin Vale - Backroom Ledger\nNobody - Nothing\n",
            amount(gift),
        )
        .await;
}

#[tokio::test]
async fn refusals_come_in_their_order() {
    for mut story in story::each().await {
        let h = &story.fresh.house.clone();
        let ask = |change: &dyn Fn(&mut Give)| {
            let mut ask = give(mandate(Treatment::NotLiable, "", ""));
            change(&mut ask);
            invoice::give_mandate(h, ask)
        };
        assert_eq!(code(ask(&|a| a.party = "Nobody Here".to_owned()).await), "party-unknown");
        assert_eq!(code(ask(&|a| a.given = "2027-01-01".parse().unwrap()).await), "mandate-day");
        assert_eq!(code(ask(&|a| a.mandate.supplier.address.clear()).await), "invoice-particulars");
        assert_eq!(code(ask(&|a| a.mandate.supplier.vat_id = "40303265045".to_owned()).await), "vat-id");
        assert_eq!(code(ask(&|a| a.mandate.treatment = Treatment::ReverseCharge).await), "vat-id");
        assert_eq!(code(ask(&|a| a.mandate.rate = "20 %".to_owned()).await), "vat-rate");
        assert_eq!(code(ask(&|a| a.mandate.rate = "many".to_owned()).await), "vat-rate");
        assert_eq!(code(invoice::withdraw_mandate(h, "Mira Feld", "mira").await), "mandate-missing");
        shared(&mut story, "EUR 77.77").await;
        assert_eq!(code(invoice::issue(h, "Nobody Here", Period::ALWAYS, "ines").await), "party-unknown");
        assert_eq!(code(invoice::issue(h, "Mira Feld", Period::ALWAYS, "ines").await), "invoice-period");
        assert_eq!(code(september(h).await), "invoice-period");
        story.fresh.world.pass_days(20);
        assert_eq!(code(september(h).await), "mandate-missing");
        ask(&|_| {}).await.unwrap();
        policy::set(h, "house-address", "", "ines").await.unwrap();
        assert_eq!(code(september(h).await), "house-particulars");
        policy::set(h, "house-address", "Am Hafen; 1; 20457; Hamburg; DE", "ines").await.unwrap();
        let july = Period::parse("2026-07").unwrap();
        assert_eq!(code(invoice::issue(h, "Mira Feld", july, "ines").await), "nothing-to-invoice");
        september(h).await.unwrap();
        let span = Period::parse("2026-08-15..2026-09-15").unwrap();
        assert_eq!(code(invoice::issue(h, "Mira Feld", span, "ines").await), "invoice-overlap");
        assert_eq!(code(invoice::one(h, "Mira Feld", "9").await), "invoice-unknown");
        assert_eq!(code(invoice::correct(h, "Mira Feld", "1", " ", "ines").await), "invoice-reason");
        invoice::correct(h, "Mira Feld", "1", "wrong name", "ines").await.unwrap();
        assert_eq!(code(invoice::correct(h, "Mira Feld", "1", "again", "ines").await), "invoice-corrected");
        assert_eq!(code(invoice::correct(h, "Mira Feld", "2", "again", "ines").await), "invoice-corrected");
    }
}

#[tokio::test]
async fn an_invoice_is_issued_once_and_corrected_by_a_negative_one() {
    for mut story in story::each().await {
        let h = &story.fresh.house.clone();
        invoice::give_mandate(h, give(mandate(Treatment::Standard, "FR 40 303 265 045", "20 %")))
            .await
            .unwrap();
        shared(&mut story, "EUR 77.77").await;
        story.fresh.world.pass_days(20);
        let first = september(h).await.unwrap().remove(0);
        adds_up(&first);
        let i = &first.invoice;
        // 77.77 × 85 % = 66.1045, a third 22.034833 and half of another third: 33.05 in whole cents.
        assert_eq!(
            (i.gross.as_str(), i.net.as_str(), i.vat.as_str()),
            ("33.050000", "27.540000", "5.510000")
        );
        assert_eq!((i.kind.as_str(), i.mandate_day.as_str()), ("invoice", "2026-09-01"));
        assert_eq!(i.supplier.vat_id, "FR40303265045");
        assert_eq!(i.customer.address, ["Am Hafen 1", "20457 Hamburg"]);
        assert!(i.number.starts_with("SB-") && i.number.ends_with("-0001"), "{}", i.number);
        assert_eq!(september(h).await.unwrap().remove(0), first, "issued once");
        // No single night can be read from it, as from the statement.
        assert_eq!(i.lines.len(), 1, "{i:#?}");

        let note = invoice::correct(h, "Mira Feld", &i.number, "wrong VAT treatment", "ines").await.unwrap();
        adds_up(&note);
        assert_eq!(
            (note.invoice.gross.as_str(), note.invoice.corrects.as_str()),
            ("-33.050000", i.number.as_str())
        );
        invoice::give_mandate(h, give(mandate(Treatment::NotLiable, "", ""))).await.unwrap();
        let right = september(h).await.unwrap().remove(0);
        adds_up(&right);
        assert_eq!((right.invoice.gross.as_str(), right.invoice.vat.as_str()), ("33.050000", "0.000000"));
        let numbers: Vec<String> = invoice::list(h, "Mira Feld")
            .await
            .unwrap()
            .iter()
            .map(|i| i.invoice.number[10..].to_owned())
            .collect();
        assert_eq!(numbers, ["0001", "0002", "0003"], "without gaps");

        let key = proof::note::SigningKey::from_seed("house.example/log", &[2; 32]).unwrap();
        invoice::verify(&right, key.verifier()).unwrap();
        let mut changed = right.clone();
        changed.invoice.gross = "99.000000".to_owned();
        assert!(invoice::verify(&changed, key.verifier()).is_err());

        // The database itself keeps what was issued.
        for sql in ["update invoice set gross = 1", "delete from invoice"] {
            let mut tx = h.store.begin().await.unwrap();
            assert!(tx.run(sql, store::args![]).await.is_err(), "{sql} on {}", story.fresh.engine);
        }
    }
}

#[tokio::test]
async fn months_add_up_to_the_last_cent_and_a_taken_back_run_makes_a_credit_note() {
    for mut story in story::each().await {
        let h = &story.fresh.house.clone();
        policy::set(h, "house-vat-id", "DE 123456789", "ines").await.unwrap();
        invoice::give_mandate(h, give(mandate(Treatment::ReverseCharge, "FR40303265045", ""))).await.unwrap();
        shared(&mut story, "EUR 77.77").await;
        story.fresh.world.pass_days(20);
        // 11 October: as much again; both together make a cent that neither has alone.
        let run = story
            .shared(
                "Sable Quist",
                "Mira Feld - Low Tide\nOrrin Vale - Backroom Ledger\nNobody - Nothing\n",
                amount("EUR 77.77"),
            )
            .await;
        story.fresh.world.pass_days(31);
        let reversal = app::allocation::reverse(h, &run, "ines").await.unwrap();
        app::allocation::approve(h, &reversal.run.id, "paul").await.unwrap();
        story.fresh.world.pass_days(30);
        let mut gross = Vec::new();
        for month in ["2026-09", "2026-10", "2026-11"] {
            let period = Period::parse(month).unwrap();
            let issued = invoice::issue(h, "Mira Feld", period, "ines").await.unwrap().remove(0);
            adds_up(&issued);
            assert_eq!(issued.invoice.vat, "0.000000");
            assert_eq!(issued.invoice.customer.vat_id, "DE123456789");
            gross.push((issued.invoice.kind.clone(), issued.invoice.gross.clone()));
        }
        let want = [("invoice", "33.050000"), ("invoice", "33.050000"), ("credit-note", "-33.050000")];
        assert_eq!(gross, want.map(|(kind, gross)| (kind.to_owned(), gross.to_owned())));
    }
}
