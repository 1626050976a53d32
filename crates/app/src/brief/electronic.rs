//! The electronic twin of an invoice to a brand: the model of EN 16931, from which page, PDF (Factur-X) and XML are made.
//!
//! An invoice is issued when the budget has arrived, so all of it is paid before it is issued (BT-113), and in France it is
//! an invoice already paid (`S2`). A credit note is owed to the brand: it lies on the brand's balance from its day on.

use ::money::{Amount, Ratio};
use formats::einvoice::{self, Category, Kind, Tax, Trader};
use jiff::civil::Date;
use programmes::brief::contract::Contract;
use store::Tx;

use super::tax::{Invoice, Line};
use super::{fault, terms};
use crate::institution::{Body, bill};
use crate::{Failure, House, policy};

/// What an electronic invoice needs beside what is printed.
pub(super) struct About<'a> {
    /// The contract.
    pub(super) contract: &'a Contract,
    /// What is billed, without VAT.
    pub(super) net: Amount,
    /// Its VAT.
    pub(super) vat: Amount,
    /// The brand's own particulars.
    pub(super) buyer: &'a terms::Contact,
    /// The reference under which the budget came.
    pub(super) reference: String,
    /// The invoice that is corrected, with its day; `None` on one.
    pub(super) corrects: Option<(String, Date)>,
}

/// The electronic twin; `None` where the standard refuses it because the brand's or the house's particulars are not whole.
pub(super) async fn twin(
    house: &House,
    tx: &mut Tx,
    printed: &Invoice,
    about: &About<'_>,
) -> Result<Option<Body>, Failure> {
    let now = house.now();
    let category = Category::from_code(&printed.category).ok_or_else(|| fault("no category of VAT"))?;
    let rate: Ratio = printed.rate.parse().map_err(|e: ::money::RatioError| fault(&e))?;
    let seller = match bill::house_as_seller(tx, now).await {
        Ok(seller) => seller,
        Err(Failure::Refused(_)) => return Ok(None),
        Err(fault) => return Err(fault),
    };
    let outside = category == Category::Outside;
    let (reason, code) = reason(category, &seller.country, &printed.lang);
    let kind = if about.corrects.is_some() { Kind::CreditNote } else { Kind::Invoice };
    let gross = about.net.checked_add(about.vat)?;
    let mut notes: Vec<String> = policy::text(tx, "sale-notes", now)
        .await?
        .split(" | ")
        .map(str::trim)
        .filter(|n| !n.is_empty())
        .map(str::to_owned)
        .collect();
    if !printed.agency.is_empty() {
        notes.push(match printed.lang.as_str() {
            "fr" => format!("Par l'intermédiaire de {}, mandataire de l'acheteur", printed.agency),
            _ => format!("By way of {}, the buyer's agent", printed.agency),
        });
    }
    let issued: Date = printed.issued.parse().map_err(|e: jiff::Error| fault(&e))?;
    let c = about.contract;
    let made = einvoice::Invoice {
        number: printed.number.clone(),
        kind,
        issued,
        due: Some(issued),
        terms: String::new(),
        notes,
        service_code: String::new(),
        order: String::new(),
        contract: printed.contract.clone(),
        corrects: about.corrects.clone(),
        seller: without_vat_id(seller, outside),
        buyer: without_vat_id(buyer(&printed.buyer.name, about.buyer), outside),
        from: c.starts,
        to: c.ends.yesterday().unwrap_or(c.starts).max(c.starts),
        lines: lines(printed, about.net, (category, rate))?,
        taxes: vec![Tax {
            category,
            rate,
            base: about.net,
            amount: about.vat,
            reason: reason.to_owned(),
            reason_code: code.to_owned(),
        }],
        net: about.net,
        vat: about.vat,
        gross,
        prepaid: if kind == Kind::Invoice { gross } else { Amount::zero(gross.currency()) },
        payment_reference: about.reference.clone(),
        iban: policy::text(tx, "house-iban", now).await?.replace(' ', ""),
        holder: policy::text(tx, "house-name", now).await?,
        bic: policy::text(tx, "house-bic", now).await?,
    };
    Ok(einvoice::check(&made).is_empty().then(|| Body::of(&made, &printed.lang)))
}

fn without_vat_id(trader: Trader, outside: bool) -> Trader {
    if outside { Trader { vat_id: String::new(), ..trader } } else { trader }
}

/// Why no VAT is due, with its code of the list VATEX; nothing where some is.
fn reason(category: Category, country: &str, lang: &str) -> (&'static str, &'static str) {
    let fr = lang == "fr";
    match category {
        Category::Standard | Category::Zero => ("", ""),
        Category::Exempt if country == "FR" => {
            ("TVA non applicable, article 293 B du CGI", "VATEX-FR-FRANCHISE")
        }
        Category::Exempt if fr => ("TVA non applicable, directive 2006/112/CE, article 284", ""),
        Category::Exempt => ("No VAT: Directive 2006/112/EC, article 284", ""),
        Category::ReverseCharge => (if fr { "Autoliquidation" } else { "Reverse charge" }, "VATEX-EU-AE"),
        Category::Outside => {
            (if fr { "Hors champ d'application de la TVA" } else { "Not subject to VAT" }, "VATEX-EU-O")
        }
    }
}

fn lines(
    printed: &Invoice,
    net: Amount,
    (category, rate): (Category, Ratio),
) -> Result<Vec<einvoice::Line>, Failure> {
    let line = |l: &Line| -> Result<einvoice::Line, Failure> {
        let amount = Amount::from_decimal(&l.net, net.currency()).map_err(|e| fault(&e))?;
        Ok(einvoice::Line {
            name: named(l, &printed.kind, &printed.lang),
            description: printed.title.clone(),
            quantity: 1,
            unit: "C62".to_owned(),
            price: amount,
            net: amount,
            category,
            rate,
        })
    };
    printed.lines.iter().map(line).collect()
}

fn named(l: &Line, kind: &str, lang: &str) -> String {
    let fr = lang == "fr";
    let words = if fr { &l.french } else { &l.words };
    match (l.what.as_str(), kind) {
        ("work", "invoice") if fr => format!("Travail de {words}"),
        ("work", "invoice") => format!("Work of {words}"),
        ("work", _) if fr => format!("Revient à l'acheteur : {words}"),
        ("work", _) => format!("Goes back to the buyer: {words}"),
        _ => {
            let mut letters = words.chars();
            letters.next().map(|c| c.to_uppercase().chain(letters).collect()).unwrap_or_default()
        }
    }
}

/// The brand as a buyer. An address in one line is taken apart where its last part is a post code with a town.
fn buyer(name: &str, known: &terms::Contact) -> Trader {
    let (street, postcode, town) = apart(&known.contact);
    let digits: String = known.registration.chars().filter(|c| !c.is_whitespace()).collect();
    let siret = digits.len() == 14 && digits.bytes().all(|b| b.is_ascii_digit());
    Trader {
        name: name.to_owned(),
        siret: if siret { digits } else { String::new() },
        registration: if siret { String::new() } else { known.registration.clone() },
        vat_id: known.vat_id.clone(),
        address: vec![street],
        postcode,
        town,
        country: known.country.clone(),
    }
}

/// Street, post code and town of `1 rue Haute, 42000 Saint-Etienne`; all of it the street where it cannot be told.
fn apart(line: &str) -> (String, String, String) {
    let whole = || (line.trim().to_owned(), String::new(), String::new());
    let Some((street, last)) = line.rsplit_once(',') else { return whole() };
    let Some((code, town)) = last.trim().split_once(' ') else { return whole() };
    let is_code = (4..=8).contains(&code.len()) && code.bytes().any(|b| b.is_ascii_digit());
    if !is_code || !code.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') {
        return whole();
    }
    (street.trim().to_owned(), code.to_owned(), town.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_taken_apart_where_it_can_be_told() {
        for (line, street, code, town) in [
            ("1 rue Haute, 42000 Saint-Etienne", "1 rue Haute", "42000", "Saint-Etienne"),
            ("Hof 3, Hafen 2, 20095 Hamburg", "Hof 3, Hafen 2", "20095", "Hamburg"),
            ("1 rue Haute, Roc-Neuf", "1 rue Haute, Roc-Neuf", "", ""),
            ("by its label", "by its label", "", ""),
            ("1 High Street, Old Town", "1 High Street, Old Town", "", ""),
        ] {
            assert_eq!(apart(line), (street.to_owned(), code.to_owned(), town.to_owned()), "{line}");
        }
    }
}
