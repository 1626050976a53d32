//! The rules of EN 16931 that concern what the house writes, each named as the standard names it.

use std::collections::{BTreeMap, BTreeSet};

use money::{Amount, sum};
use music::Problem;

use super::{Category, Invoice, Kind, Line, Tax, Trader, line_net, vat_on};

/// What the standard refuses about an invoice; empty where it may be sent.
///
/// The message of each problem begins with the rule's name.
pub fn check(invoice: &Invoice) -> Vec<Problem> {
    let mut found = Found(Vec::new());
    heads(invoice, &mut found);
    for (number, line) in (1..).zip(&invoice.lines) {
        one_line(number, line, invoice, &mut found);
    }
    sums(invoice, &mut found);
    for tax in &invoice.taxes {
        one_tax(tax, invoice, &mut found);
    }
    breakdown(invoice, &mut found);
    found.0
}

struct Found(Vec<Problem>);

impl Found {
    fn unless(&mut self, fine: bool, rule: &str, what: impl std::fmt::Display) {
        if !fine {
            self.0.push(Problem::new("invoice-rule", 0, format!("{rule}: {what}"), ""));
        }
    }
}

fn heads(i: &Invoice, found: &mut Found) {
    found.unless(!i.number.trim().is_empty(), "BR-02", "an invoice needs a number");
    found.unless(
        i.from <= i.to,
        "BR-29",
        format!("the period ends on {} before it begins on {}", i.to, i.from),
    );
    found.unless(!i.lines.is_empty(), "BR-16", "an invoice needs a line");
    found.unless(!i.taxes.is_empty(), "BR-CO-18", "an invoice needs a VAT breakdown");
    let paid = i.payable().is_zero() || i.due.is_some() || !i.terms.trim().is_empty();
    found.unless(paid, "BR-CO-25", "what is due needs a day or terms of payment");
    found.unless(i.due.is_none_or(|d| d >= i.issued), "BT-9", "it would be due before it is issued");
    if i.kind == Kind::CreditNote {
        found.unless(i.corrects.is_some(), "BR-55", "a credit note names the invoice it corrects");
    }
    trader(&i.seller, "seller", ["BR-06", "BR-08", "BR-09"], found);
    trader(&i.buyer, "buyer", ["BR-07", "BR-10", "BR-11"], found);
    let known =
        !i.seller.siret.is_empty() || !i.seller.registration.is_empty() || !i.seller.vat_id.is_empty();
    found.unless(known, "BR-CO-26", "the seller needs a SIRET, a registration or a VAT id");
    if !i.iban.is_empty() {
        let digits = i.iban.bytes().all(|b| b.is_ascii_alphanumeric());
        found.unless(
            digits && (15..=34).contains(&i.iban.len()),
            "BR-50",
            format!("`{}` is no account", i.iban),
        );
    }
}

fn trader(t: &Trader, who: &str, [name, address, country]: [&str; 3], found: &mut Found) {
    found.unless(!t.name.trim().is_empty(), name, format!("the {who} needs a name"));
    found.unless(
        !t.town.trim().is_empty() || !t.address.is_empty(),
        address,
        format!("the {who} needs an address"),
    );
    let two = t.country.len() == 2 && t.country.bytes().all(|b| b.is_ascii_uppercase());
    found.unless(two, country, format!("the {who}'s country `{}` is not two letters", t.country));
    if !t.siret.is_empty() {
        found.unless(siret_holds(&t.siret), "BT-46", format!("`{}` of the {who} is no SIRET", t.siret));
    }
    if !t.vat_id.is_empty() {
        let prefix = t.vat_id.get(..2).unwrap_or("");
        let letters = prefix.len() == 2 && prefix.bytes().all(|b| b.is_ascii_uppercase());
        found.unless(letters, "BR-CO-09", format!("the VAT id `{}` does not begin with a country", t.vat_id));
    }
}

/// Whether fourteen digits satisfy the check digit (Luhn) of a SIRET. La Poste (SIREN 356000000) numbers its offices
/// otherwise: there the digits add up to a multiple of five.
fn siret_holds(text: &str) -> bool {
    let digits: Vec<u32> = text.chars().filter_map(|c| c.to_digit(10)).collect();
    if digits.len() != 14 || text.len() != 14 {
        return false;
    }
    let luhn: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(place, d)| {
            if place % 2 == 1 {
                let two = d * 2;
                two / 10 + two % 10
            } else {
                *d
            }
        })
        .sum();
    luhn.is_multiple_of(10) || (text.starts_with("356000000") && digits.iter().sum::<u32>().is_multiple_of(5))
}

fn one_line(number: u32, line: &Line, i: &Invoice, found: &mut Found) {
    let at = format!("line {number}");
    found.unless(!line.name.trim().is_empty(), "BR-25", format!("{at} needs a name"));
    found.unless(line.quantity > 0, "BR-22", format!("{at} needs a quantity"));
    found.unless(!line.unit.is_empty(), "BR-23", format!("{at} needs a unit"));
    found.unless(!line.price.is_negative(), "BR-27", format!("the price of {at} is below nothing"));
    found.unless(whole(line.net), "BR-DEC-23", format!("{at} has more decimals than its currency"));
    let currencies = line.net.currency() == i.net.currency() && line.price.currency() == i.net.currency();
    found.unless(currencies, "BR-05", format!("{at} is of another currency"));
    let net = line_net(line.quantity, line.price);
    found.unless(net == Some(line.net), "BT-131", format!("{at} is not its quantity times its price"));
    let rate = !line.rate.is_zero();
    let (rule, fine) = match line.category {
        Category::Standard => ("BR-S-05", rate),
        Category::Zero => ("BR-Z-05", !rate),
        Category::Exempt => ("BR-E-05", !rate),
        Category::ReverseCharge => ("BR-AE-05", !rate),
        Category::Outside => ("BR-O-05", !rate),
    };
    let code = line.category.code();
    found.unless(fine, rule, format!("a rate of {} does not go with `{code}`", line.rate));
}

fn sums(i: &Invoice, found: &mut Found) {
    let currency = i.net.currency();
    let lines = sum(i.lines.iter().map(|l| l.net), currency).ok();
    found.unless(lines == Some(i.net), "BR-CO-10", "the lines do not add up to the total without VAT");
    let taxes = sum(i.taxes.iter().map(|t| t.amount), currency).ok();
    found.unless(
        taxes == Some(i.vat),
        "BR-CO-14",
        "the VAT of the categories does not add up to the total VAT",
    );
    let gross = i.net.checked_add(i.vat).ok();
    found.unless(gross == Some(i.gross), "BR-CO-15", "net and VAT are not the total");
    for (amount, rule) in [(i.net, "BR-DEC-12"), (i.vat, "BR-DEC-13"), (i.gross, "BR-DEC-14")] {
        found.unless(whole(amount), rule, "a total has more decimals than its currency");
    }
    found.unless(!i.gross.is_negative(), "BT-115", "what is due is below nothing; that is a credit note");
    let fits = i.prepaid.currency() == currency
        && !i.prepaid.is_negative()
        && i.prepaid.micros() <= i.gross.micros();
    found.unless(
        fits && whole(i.prepaid),
        "BR-CO-16",
        "what was paid before is more than the total, or no whole cents",
    );
}

fn one_tax(tax: &Tax, i: &Invoice, found: &mut Found) {
    let code = tax.category.code();
    let due = vat_on(tax.base, tax.rate);
    // Parts that are credited one after the other give back the cents of the whole: one more or less is the standard's own
    // tolerance for it.
    let cent = if i.kind == Kind::CreditNote { 1 } else { 0 };
    let near = |d: Amount| d.minor_units().abs_diff(tax.amount.minor_units()) <= cent;
    found.unless(
        due.is_some_and(near),
        "BR-CO-17",
        format!("the VAT of `{code}` is not its base times its rate"),
    );
    let lines = i.lines.iter().filter(|l| l.category == tax.category && l.rate == tax.rate);
    let base = sum(lines.map(|l| l.net), i.net.currency()).ok();
    found.unless(base == Some(tax.base), &format!("BR-{code}-08"), "its base is not the sum of its lines");
    let reasoned = !tax.reason.trim().is_empty() || !tax.reason_code.is_empty();
    let free = matches!(tax.category, Category::Exempt | Category::ReverseCharge | Category::Outside);
    let what =
        if free { "no VAT without the reason why" } else { "VAT that is due has no reason to be exempt" };
    found.unless(reasoned == free, &format!("BR-{code}-10"), what);
    let (seller, buyer) = (&i.seller, &i.buyer);
    match tax.category {
        Category::Standard | Category::Zero | Category::Exempt => {
            // A small enterprise has a registration and no VAT id; the standard takes a tax registration for it.
            let known =
                !seller.vat_id.is_empty() || (tax.category == Category::Exempt && !seller.siret.is_empty());
            found.unless(known, &format!("BR-{code}-02"), "the seller needs a VAT id");
        }
        Category::ReverseCharge => {
            found.unless(!seller.vat_id.is_empty(), "BR-AE-02", "the seller needs a VAT id");
            let buyer = !buyer.vat_id.is_empty() || !buyer.registration.is_empty() || !buyer.siret.is_empty();
            found.unless(buyer, "BR-AE-02", "the buyer needs a VAT id or a registration");
        }
        Category::Outside => {
            let none = seller.vat_id.is_empty() && buyer.vat_id.is_empty();
            found.unless(none, "BR-O-02", "no VAT ids where VAT does not apply");
        }
    }
}

fn breakdown(i: &Invoice, found: &mut Found) {
    let mut seen: BTreeMap<(Category, u32), u32> = BTreeMap::new();
    for tax in &i.taxes {
        *seen.entry((tax.category, tax.rate.ppm_floor())).or_default() += 1;
    }
    for ((category, rate), times) in &seen {
        let once = *times == 1;
        found.unless(
            once,
            &format!("BR-{}-01", category.code()),
            format!("{rate} millionths stand there twice"),
        );
    }
    let categories: BTreeSet<Category> = i.taxes.iter().map(|t| t.category).collect();
    if categories.contains(&Category::Outside) {
        found.unless(categories.len() == 1, "BR-O-11", "what is outside VAT stands alone on an invoice");
    }
    for line in &i.lines {
        let there = seen.contains_key(&(line.category, line.rate.ppm_floor()));
        found.unless(
            there,
            &format!("BR-{}-01", line.category.code()),
            "a line's VAT is not in the breakdown",
        );
    }
}

/// Whether an amount is whole in its currency's minor unit.
fn whole(amount: Amount) -> bool {
    amount.round_down_to_minor() == amount
}
