//! What a contract is billed as: lines, VAT and words of an electronic invoice.
//!
//! A whole term is billed as quantity times price; where the key counts what the price counts, with a line for each
//! institution. Anything else is one line of its amount, with the attribution to institutions as notes.

use formats::einvoice::{Category, Invoice, Kind, Line, Tax, Trader, line_net, vat_on};
use jiff::civil::Date;
use money::{Amount, Ratio, sum};

use super::contract::{BadTerms, Key, PriceKind, Terms, days};

/// How VAT is treated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vat {
    /// The category.
    pub category: Category,
    /// The rate; nothing unless VAT is due.
    pub rate: Ratio,
    /// Why none is due, as printed; empty where some is.
    pub reason: String,
    /// The code of that reason.
    pub reason_code: String,
}

/// What an invoice is made of.
#[derive(Debug, Clone)]
pub struct Bill<'a> {
    /// What was agreed.
    pub terms: &'a Terms,
    /// The names of the institutions, in the order of the terms' members.
    pub names: &'a [String],
    /// What is sold.
    pub subject: &'a str,
    /// First day of what is billed.
    pub from: Date,
    /// First day after it.
    pub until: Date,
    /// VAT.
    pub vat: Vat,
    /// `en` or `fr`.
    pub lang: &'a str,
}

/// Heads of an invoice that do not follow from the contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heads {
    /// Number.
    pub number: String,
    /// Day of issue.
    pub issued: Date,
    /// Day it is due.
    pub due: Date,
    /// Notes of the house.
    pub notes: Vec<String>,
    /// The buyer's service code.
    pub service_code: String,
    /// The buyer's order number.
    pub order: String,
    /// The contract's id.
    pub contract: String,
    /// Who sells.
    pub seller: Trader,
    /// Who is billed.
    pub buyer: Trader,
    /// Creditor reference.
    pub payment_reference: String,
    /// The house's account; may be empty.
    pub iban: String,
    /// Its holder.
    pub holder: String,
    /// Its bank; may be empty.
    pub bic: String,
}

/// The invoice of a contract for some of its days.
///
/// # Errors
/// [`BadTerms`] where the terms cannot be billed.
pub fn invoice(bill: &Bill<'_>, heads: Heads) -> Result<Invoice, BadTerms> {
    let lines = lines(bill)?;
    let currency = bill.terms.price.currency();
    let beyond = || BadTerms::Price(bill.terms.price);
    let net = sum(lines.iter().map(|l| l.net), currency).map_err(|_| beyond())?;
    let vat = vat_on(net, bill.vat.rate).ok_or_else(beyond)?;
    let mut notes = heads.notes;
    notes.extend(attribution(bill, net)?);
    Ok(Invoice {
        number: heads.number,
        kind: Kind::Invoice,
        issued: heads.issued,
        due: Some(heads.due),
        terms: String::new(),
        notes,
        service_code: heads.service_code,
        order: heads.order,
        contract: heads.contract,
        corrects: None,
        seller: heads.seller,
        buyer: heads.buyer,
        from: bill.from,
        to: bill.until.yesterday().unwrap_or(bill.from),
        lines,
        taxes: vec![Tax {
            category: bill.vat.category,
            rate: bill.vat.rate,
            base: net,
            amount: vat,
            reason: bill.vat.reason.clone(),
            reason_code: bill.vat.reason_code.clone(),
        }],
        net,
        vat,
        gross: net.checked_add(vat).map_err(|_| beyond())?,
        prepaid: Amount::zero(currency),
        payment_reference: heads.payment_reference,
        iban: heads.iban,
        holder: heads.holder,
        bic: heads.bic,
    })
}

/// The credit note that takes an invoice back as a whole: the same amounts, owed to the buyer.
pub fn credit_note(of: &Invoice, number: String, issued: Date, reason: String) -> Invoice {
    let mut notes = vec![reason];
    notes.extend(of.notes.iter().cloned());
    Invoice {
        number,
        kind: Kind::CreditNote,
        corrects: Some((of.number.clone(), of.issued)),
        issued,
        due: Some(issued),
        notes,
        ..of.clone()
    }
}

fn lines(bill: &Bill<'_>) -> Result<Vec<Line>, BadTerms> {
    let t = bill.terms;
    let beyond = || BadTerms::Price(t.price);
    let line = |quantity: u64, price: Amount, description: String| {
        Ok(Line {
            name: bill.subject.to_owned(),
            description,
            quantity,
            unit: "C62".to_owned(),
            price,
            net: line_net(quantity, price).ok_or_else(beyond)?,
            category: bill.vat.category,
            rate: bill.vat.rate,
        })
    };
    let whole = bill.from <= t.start && bill.until >= t.end;
    if !whole {
        let net = t.price_of(bill.from, bill.until)?;
        let (some, all) = (days(bill.from.max(t.start), bill.until.min(t.end)), days(t.start, t.end));
        let words = word(bill.lang, "days");
        return Ok(vec![line(1, net, format!("{} {some}/{all} {words}", counted(bill)?))?]);
    }
    if t.members.len() > 1 && t.kind != PriceKind::Flat && t.key == t.priced() {
        // Cents that rounding each line would move stay where one sum has them: then it is one line.
        let each: Vec<Line> = t
            .weights()?
            .into_iter()
            .zip(bill.names)
            .map(|(n, name)| line(n, t.price, format!("{name}, {}", word(bill.lang, t.kind.word()))))
            .collect::<Result<_, BadTerms>>()?;
        if sum(each.iter().map(|l| l.net), t.price.currency())
            == t.total().map_err(|_| money::AmountError::Overflow)
        {
            return Ok(each);
        }
    }
    Ok(vec![line(t.quantity()?, t.price, counted(bill)?)?])
}

fn counted(bill: &Bill<'_>) -> Result<String, BadTerms> {
    let t = bill.terms;
    Ok(match t.kind {
        PriceKind::Flat => word(bill.lang, "flat").to_owned(),
        _ => format!("{} × {} {}", t.quantity()?, t.price.to_decimal(), word(bill.lang, t.kind.word())),
    })
}

/// What each institution brings of it, readable; nothing where there is one only.
pub fn attribution(bill: &Bill<'_>, net: Amount) -> Result<Vec<String>, BadTerms> {
    let t = bill.terms;
    if t.members.len() < 2 {
        return Ok(Vec::new());
    }
    let weights = t.weights()?;
    let all: u128 = weights.iter().map(|w| u128::from(*w)).sum();
    let parts = t.by_institution(net)?;
    let code = net.currency().code();
    Ok(bill
        .names
        .iter()
        .zip(weights)
        .zip(parts)
        .map(|((name, weight), part)| {
            let key = word(bill.lang, t.key.word());
            format!("{name}: {weight}/{all} {key}, {code} {}", part.to_minor_decimal())
        })
        .collect())
}

/// The words of an invoice: data that its body keeps for good, in the language of the contract.
const WORDS: &[(&str, &str, &str)] = &[
    ("days", "days of the term", "jours de la période"),
    ("flat", "flat price for the term", "forfait pour la période"),
    ("per-seat", "seats", "places"),
    ("per-inhabitant", "inhabitants", "habitants"),
    ("equal", "in equal parts", "à parts égales"),
    ("seats", "seats", "places"),
    ("inhabitants", "inhabitants", "habitants"),
    ("weights", "parts as agreed", "parts convenues"),
    ("AE", "Reverse charge", "Autoliquidation"),
    ("O", "Not subject to VAT", "Hors champ d'application de la TVA"),
];

/// A word of an invoice.
pub fn word(lang: &str, key: &str) -> &'static str {
    let row = WORDS.iter().find(|(k, ..)| *k == key);
    row.map_or("", |(_, en, fr)| if lang == "fr" { fr } else { en })
}

/// What the key counts, for whoever shows an attribution.
pub fn key_word(lang: &str, key: Key) -> &'static str {
    word(lang, key.word())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::streaming::contract::{Closes, Member};
    use formats::einvoice::{check, cii};
    use music::PartyId;
    use proptest::prelude::*;

    fn terms(kind: PriceKind, price: &str, key: Key, counts: &[u64]) -> Terms {
        let members = (1..).zip(counts).map(|(n, c)| Member {
            institution: PartyId::from_bits(n),
            seats: Some(*c),
            inhabitants: Some(*c),
            weight: Some(*c),
        });
        Terms {
            start: "2026-01-01".parse().unwrap(),
            end: "2027-01-01".parse().unwrap(),
            kind,
            price: format!("EUR {price}").parse().unwrap(),
            key,
            closes: Closes::Month,
            members: members.collect(),
        }
    }

    fn heads() -> Heads {
        let seller = Trader {
            name: "Maison des Parts".into(),
            siret: "73282932000074".into(),
            vat_id: "FR44732829320".into(),
            town: "Saint-Etienne".into(),
            country: "FR".into(),
            ..Trader::default()
        };
        let buyer = Trader { name: "Ville de Roc-Neuf".into(), vat_id: String::new(), ..seller.clone() };
        Heads {
            number: "TM-2026-0001".into(),
            issued: "2026-01-05".parse().unwrap(),
            due: "2026-02-04".parse().unwrap(),
            notes: Vec::new(),
            service_code: "LECTURE".into(),
            order: "EJ-2026-77".into(),
            contract: "ctr-1".into(),
            seller,
            buyer,
            payment_reference: "RF18539007547034".into(),
            iban: "DE02120300000000202051".into(),
            holder: "Maison des Parts".into(),
            bic: String::new(),
        }
    }

    fn vat(category: Category, rate: &str, reason: &str) -> Vat {
        Vat { category, rate: rate.parse().unwrap(), reason: reason.into(), reason_code: String::new() }
    }

    fn made(t: &Terms, from: &str, until: &str, vat: Vat) -> Invoice {
        let names: Vec<String> = (1..=t.members.len()).map(|n| format!("Library {n}")).collect();
        let bill = Bill {
            terms: t,
            names: &names,
            subject: "Streaming",
            from: from.parse().unwrap(),
            until: until.parse().unwrap(),
            vat,
            lang: "en",
        };
        invoice(&bill, heads()).unwrap()
    }

    #[test]
    fn arithmetic() {
        type Row =
            (PriceKind, &'static str, Key, &'static [u64], &'static str, &'static str, [&'static str; 3]);
        let rows: [Row; 8] = [
            (PriceKind::Flat, "4000", Key::Equal, &[1], "2027-01-01", "20 %", ["4000", "800", "4800"]),
            (
                PriceKind::Flat,
                "4000",
                Key::Equal,
                &[1],
                "2026-04-01",
                "20 %",
                ["986.30", "197.26", "1183.56"],
            ),
            (
                PriceKind::PerSeat,
                "2.5",
                Key::Seats,
                &[40, 60],
                "2027-01-01",
                "5.5 %",
                ["250", "13.75", "263.75"],
            ),
            (
                PriceKind::PerSeat,
                "2.5",
                Key::Equal,
                &[40, 60],
                "2027-01-01",
                "5.5 %",
                ["250", "13.75", "263.75"],
            ),
            (
                PriceKind::PerInhabitant,
                "0.1234",
                Key::Inhabitants,
                &[34_000, 12_000],
                "2027-01-01",
                "20 %",
                ["5676.40", "1135.28", "6811.68"],
            ),
            (
                PriceKind::PerInhabitant,
                "0.333333",
                Key::Inhabitants,
                &[1, 1, 1],
                "2027-01-01",
                "20 %",
                ["1", "0.20", "1.20"],
            ),
            (PriceKind::Flat, "0.02", Key::Weights, &[1, 2], "2027-01-01", "20 %", ["0.02", "0", "0.02"]),
            (
                PriceKind::Flat,
                "999.99",
                Key::Weights,
                &[1, 2],
                "2027-01-01",
                "2.1 %",
                ["999.99", "21", "1020.99"],
            ),
        ];
        for (kind, price, key, counts, until, rate, want) in rows {
            let t = terms(kind, price, key, counts);
            let made = made(&t, "2026-01-01", until, vat(Category::Standard, rate, ""));
            let eur = |t: &str| format!("EUR {t}").parse::<Amount>().unwrap();
            assert_eq!([made.net, made.vat, made.gross], want.map(eur), "{kind:?} {price} at {rate}");
            assert_eq!(check(&made), [], "{kind:?} {price}");
        }
    }

    #[test]
    fn vat_that_does_not_add_up_is_named_by_the_rule() {
        let t = terms(PriceKind::Flat, "100", Key::Equal, &[1]);
        let right = made(&t, "2026-01-01", "2027-01-01", vat(Category::Standard, "20 %", ""));
        type Break = fn(&mut Invoice);
        let breaks: [(&str, Break); 16] = [
            ("BR-02", |i| i.number.clear()),
            ("BR-16", |i| i.lines.clear()),
            ("BR-CO-18", |i| i.taxes.clear()),
            ("BR-CO-10", |i| i.net = i.gross),
            ("BR-CO-14", |i| i.vat = i.net),
            ("BR-CO-15", |i| i.gross = i.net),
            ("BR-CO-17", |i| i.taxes[0].amount = i.net),
            ("BR-S-08", |i| i.taxes[0].base = i.gross),
            ("BR-S-10", |i| i.taxes[0].reason = "none".into()),
            ("BR-S-05", |i| i.lines[0].rate = Ratio::ZERO),
            ("BR-S-02", |i| i.seller.vat_id.clear()),
            ("BR-Z-01", |i| i.lines[0].category = Category::Zero),
            ("BR-CO-09", |i| i.buyer.vat_id = "12345".into()),
            ("BR-CO-25", |i| i.due = None),
            ("BT-46", |i| i.buyer.siret = "73282932000075".into()),
            ("BR-11", |i| i.buyer.country = "fr".into()),
        ];
        for (rule, broken) in breaks {
            let mut bad = right.clone();
            broken(&mut bad);
            let told: Vec<String> = check(&bad).into_iter().map(|p| p.message).collect();
            assert!(told.iter().any(|m| m.starts_with(&format!("{rule}:"))), "{rule}: {told:?}");
        }
    }

    #[test]
    fn no_vat_has_its_mention() {
        let t = terms(PriceKind::Flat, "100", Key::Equal, &[1]);
        for (category, code) in [(Category::Exempt, "E"), (Category::ReverseCharge, "AE")] {
            let without = made(&t, "2026-01-01", "2027-01-01", vat(category, "0 %", ""));
            let told: Vec<String> = check(&without).into_iter().map(|p| p.message).collect();
            assert!(told.iter().any(|m| m.starts_with(&format!("BR-{code}-10"))), "{told:?}");
            let with = made(&t, "2026-01-01", "2027-01-01", vat(category, "0 %", "as the law says"));
            assert_eq!(check(&with), []);
            assert!(cii(&with).contains("<ram:ExemptionReason>as the law says</ram:ExemptionReason>"));
        }
    }

    #[test]
    fn a_credit_note_takes_the_whole_back() {
        let t = terms(PriceKind::Flat, "100", Key::Equal, &[1]);
        let first = made(&t, "2026-01-01", "2027-01-01", vat(Category::Standard, "20 %", ""));
        let note =
            credit_note(&first, "TM-2026-0002".into(), "2026-03-01".parse().unwrap(), "wrong SIRET".into());
        assert_eq!(check(&note), []);
        let xml = cii(&note);
        assert!(xml.contains("<ram:TypeCode>381</ram:TypeCode>") && xml.contains("TM-2026-0001"));
    }

    proptest! {
        #[test]
        fn every_invoice_satisfies_its_rules(price in 1_i64..100_000_000, counts in proptest::collection::vec(1_u64..100_000, 1..6), kind in 0_usize..3, key in 0_usize..4, from in 0_i64..300, long in 1_i64..366, ppm in 1_u32..400_000, words in "\\PC{0,40}") {
            let mut t = terms(PriceKind::ALL[kind], "1", Key::ALL[key], &counts);
            t.price = Amount::from_micros(price, money::Currency::EUR);
            let from = t.start.checked_add(jiff::Span::new().days(from)).unwrap();
            let until = from.checked_add(jiff::Span::new().days(long)).unwrap().min(t.end);
            let names: Vec<String> = counts.iter().map(|_| words.clone()).collect();
            let vat = Vat { category: Category::Standard, rate: Ratio::from_ppm(ppm).unwrap(), reason: String::new(), reason_code: String::new() };
            let bill = Bill { terms: &t, names: &names, subject: "Streaming <&>", from, until, vat, lang: "fr" };
            let made = invoice(&bill, heads()).unwrap();
            prop_assert_eq!(check(&made), []);
            let parts = t.parts(made.net, from, until).unwrap();
            prop_assert_eq!(money::sum(parts.iter().map(|p| p.amount), money::Currency::EUR).unwrap(), made.net);
            prop_assert!(cii(&made).contains("Streaming &lt;&amp;&gt;"));
        }
    }
}
