//! The invoice as CII XML, in the order the schema asks for. Equal invoices give equal bytes.

use jiff::civil::Date;
use money::Amount;

use super::{Category, Invoice, Line, Tax, Trader, note_parts, percent};

const GUIDELINE: &str = "urn:cen.eu:en16931:2017";
/// How French invoices say what they are (BT-23, XP Z12-012): services, billed by their seller.
const FRENCH_SERVICES: &str = "S1";
/// The same, of an invoice that was paid before it was issued.
const FRENCH_SERVICES_PAID: &str = "S2";
const NAMESPACES: &str = "xmlns:rsm=\"urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100\" \
xmlns:ram=\"urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100\" \
xmlns:qdt=\"urn:un:unece:uncefact:data:standard:QualifiedDataType:100\" \
xmlns:udt=\"urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100\"";

/// The XML of an invoice (UN/CEFACT CII D22B, guideline EN 16931).
pub fn cii(invoice: &Invoice) -> String {
    let mut out = Out::default();
    out.text.push_str("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    out.text.push_str(&format!("<rsm:CrossIndustryInvoice {NAMESPACES}>\n"));
    out.depth = 1;
    out.inside("rsm:ExchangedDocumentContext", |out| {
        if invoice.seller.country == "FR" {
            out.inside("ram:BusinessProcessSpecifiedDocumentContextParameter", |out| {
                let paid = !invoice.gross.is_zero() && invoice.payable().is_zero();
                out.leaf("ram:ID", if paid { FRENCH_SERVICES_PAID } else { FRENCH_SERVICES });
            });
        }
        out.inside("ram:GuidelineSpecifiedDocumentContextParameter", |out| out.leaf("ram:ID", GUIDELINE));
    });
    out.inside("rsm:ExchangedDocument", |out| {
        out.leaf("ram:ID", &invoice.number);
        out.leaf("ram:TypeCode", invoice.kind.code());
        out.inside("ram:IssueDateTime", |out| out.day("udt:DateTimeString", invoice.issued));
        for note in invoice.notes.iter().filter(|n| !n.is_empty()) {
            let (code, words) = note_parts(note);
            out.inside("ram:IncludedNote", |out| {
                out.leaf("ram:Content", words);
                out.some("ram:SubjectCode", code);
            });
        }
    });
    out.inside("rsm:SupplyChainTradeTransaction", |out| {
        for (number, one) in (1..).zip(&invoice.lines) {
            line(out, number, one, invoice);
        }
        agreement(out, invoice);
        out.empty("ram:ApplicableHeaderTradeDelivery");
        settlement(out, invoice);
    });
    out.text.push_str("</rsm:CrossIndustryInvoice>\n");
    out.text
}

fn line(out: &mut Out, number: u32, line: &Line, invoice: &Invoice) {
    out.inside("ram:IncludedSupplyChainTradeLineItem", |out| {
        out.inside("ram:AssociatedDocumentLineDocument", |out| out.leaf("ram:LineID", &number.to_string()));
        out.inside("ram:SpecifiedTradeProduct", |out| {
            out.leaf("ram:Name", &line.name);
            out.some("ram:Description", &line.description);
        });
        out.inside("ram:SpecifiedLineTradeAgreement", |out| {
            out.inside("ram:NetPriceProductTradePrice", |out| {
                out.leaf("ram:ChargeAmount", &price(line.price));
            });
        });
        out.inside("ram:SpecifiedLineTradeDelivery", |out| {
            out.with("ram:BilledQuantity", &[("unitCode", &line.unit)], &line.quantity.to_string());
        });
        out.inside("ram:SpecifiedLineTradeSettlement", |out| {
            out.inside("ram:ApplicableTradeTax", |out| {
                out.leaf("ram:TypeCode", "VAT");
                out.leaf("ram:CategoryCode", line.category.code());
                if line.category != Category::Outside {
                    out.leaf("ram:RateApplicablePercent", &percent(line.rate));
                }
            });
            span(out, invoice);
            out.inside("ram:SpecifiedTradeSettlementLineMonetarySummation", |out| {
                out.leaf("ram:LineTotalAmount", &line.net.to_minor_decimal());
            });
        });
    });
}

fn agreement(out: &mut Out, invoice: &Invoice) {
    out.inside("ram:ApplicableHeaderTradeAgreement", |out| {
        out.some("ram:BuyerReference", &invoice.service_code);
        trader(out, "ram:SellerTradeParty", &invoice.seller, true);
        trader(out, "ram:BuyerTradeParty", &invoice.buyer, false);
        document(out, "ram:BuyerOrderReferencedDocument", &invoice.order);
        document(out, "ram:ContractReferencedDocument", &invoice.contract);
    });
}

fn document(out: &mut Out, name: &'static str, number: &str) {
    if !number.is_empty() {
        out.inside(name, |out| out.leaf("ram:IssuerAssignedID", number));
    }
}

fn trader(out: &mut Out, name: &'static str, t: &Trader, seller: bool) {
    out.inside(name, |out| {
        if !t.siret.is_empty() {
            out.with("ram:GlobalID", &[("schemeID", "0009")], &t.siret);
        }
        out.leaf("ram:Name", &t.name);
        if !t.siret.is_empty() {
            out.inside("ram:SpecifiedLegalOrganization", |out| {
                out.with("ram:ID", &[("schemeID", "0002")], t.siren());
            });
        } else if !t.registration.is_empty() {
            out.inside("ram:SpecifiedLegalOrganization", |out| out.leaf("ram:ID", &t.registration));
        }
        out.inside("ram:PostalTradeAddress", |out| {
            out.some("ram:PostcodeCode", &t.postcode);
            for (name, line) in ["ram:LineOne", "ram:LineTwo", "ram:LineThree"].into_iter().zip(&t.address) {
                out.some(name, line);
            }
            out.some("ram:CityName", &t.town);
            out.leaf("ram:CountryID", &t.country);
        });
        if !t.siret.is_empty() {
            out.inside("ram:URIUniversalCommunication", |out| {
                out.with("ram:URIID", &[("schemeID", "0009")], &t.siret);
            });
        }
        if !t.vat_id.is_empty() {
            out.inside("ram:SpecifiedTaxRegistration", |out| {
                out.with("ram:ID", &[("schemeID", "VA")], &t.vat_id);
            });
        } else if seller && !t.siret.is_empty() {
            // A seller without a VAT id is known to the tax office by its registration (BT-32).
            out.inside("ram:SpecifiedTaxRegistration", |out| {
                out.with("ram:ID", &[("schemeID", "FC")], t.siren());
            });
        }
    });
}

fn settlement(out: &mut Out, invoice: &Invoice) {
    let currency = invoice.net.currency().code();
    out.inside("ram:ApplicableHeaderTradeSettlement", |out| {
        out.some("ram:PaymentReference", &invoice.payment_reference);
        out.leaf("ram:InvoiceCurrencyCode", currency);
        if !invoice.iban.is_empty() {
            out.inside("ram:SpecifiedTradeSettlementPaymentMeans", |out| {
                out.leaf("ram:TypeCode", "30");
                out.inside("ram:PayeePartyCreditorFinancialAccount", |out| {
                    out.leaf("ram:IBANID", &invoice.iban);
                    out.some("ram:AccountName", &invoice.holder);
                });
                if !invoice.bic.is_empty() {
                    out.inside("ram:PayeeSpecifiedCreditorFinancialInstitution", |out| {
                        out.leaf("ram:BICID", &invoice.bic);
                    });
                }
            });
        }
        for one in &invoice.taxes {
            tax(out, one);
        }
        span(out, invoice);
        if invoice.due.is_some() || !invoice.terms.is_empty() {
            out.inside("ram:SpecifiedTradePaymentTerms", |out| {
                out.some("ram:Description", &invoice.terms);
                if let Some(day) = invoice.due {
                    out.inside("ram:DueDateDateTime", |out| out.day("udt:DateTimeString", day));
                }
            });
        }
        out.inside("ram:SpecifiedTradeSettlementHeaderMonetarySummation", |out| {
            out.leaf("ram:LineTotalAmount", &invoice.net.to_minor_decimal());
            out.leaf("ram:TaxBasisTotalAmount", &invoice.net.to_minor_decimal());
            let vat = invoice.vat.to_minor_decimal();
            out.with("ram:TaxTotalAmount", &[("currencyID", currency)], &vat);
            out.leaf("ram:GrandTotalAmount", &invoice.gross.to_minor_decimal());
            if !invoice.prepaid.is_zero() {
                out.leaf("ram:TotalPrepaidAmount", &invoice.prepaid.to_minor_decimal());
            }
            out.leaf("ram:DuePayableAmount", &invoice.payable().to_minor_decimal());
        });
        if let Some((number, day)) = &invoice.corrects {
            out.inside("ram:InvoiceReferencedDocument", |out| {
                out.leaf("ram:IssuerAssignedID", number);
                out.inside("ram:FormattedIssueDateTime", |out| out.day("qdt:DateTimeString", *day));
            });
        }
    });
}

fn tax(out: &mut Out, tax: &Tax) {
    out.inside("ram:ApplicableTradeTax", |out| {
        out.leaf("ram:CalculatedAmount", &tax.amount.to_minor_decimal());
        out.leaf("ram:TypeCode", "VAT");
        out.some("ram:ExemptionReason", &tax.reason);
        out.leaf("ram:BasisAmount", &tax.base.to_minor_decimal());
        out.leaf("ram:CategoryCode", tax.category.code());
        out.some("ram:ExemptionReasonCode", &tax.reason_code);
        if tax.category != Category::Outside {
            out.leaf("ram:RateApplicablePercent", &percent(tax.rate));
        }
    });
}

fn span(out: &mut Out, invoice: &Invoice) {
    out.inside("ram:BillingSpecifiedPeriod", |out| {
        out.inside("ram:StartDateTime", |out| out.day("udt:DateTimeString", invoice.from));
        out.inside("ram:EndDateTime", |out| out.day("udt:DateTimeString", invoice.to));
    });
}

/// A price with as few decimals as say it, two at least.
fn price(amount: Amount) -> String {
    let text = amount.to_decimal();
    let least = text.find('.').map_or(text.len(), |point| point + 3);
    let cut = text.trim_end_matches('0').len().max(least.min(text.len()));
    text.get(..cut).unwrap_or(&text).to_owned()
}

/// XML as it grows, two spaces a level.
#[derive(Default)]
struct Out {
    text: String,
    depth: usize,
}

impl Out {
    fn indent(&mut self) {
        (0..self.depth).for_each(|_| self.text.push_str("  "));
    }

    fn inside(&mut self, name: &'static str, inner: impl FnOnce(&mut Out)) {
        self.indent();
        self.text.push_str(&format!("<{name}>\n"));
        self.depth += 1;
        inner(self);
        self.depth -= 1;
        self.indent();
        self.text.push_str(&format!("</{name}>\n"));
    }

    fn leaf(&mut self, name: &'static str, text: &str) {
        self.with(name, &[], text);
    }

    /// The element only where there is something to say.
    fn some(&mut self, name: &'static str, text: &str) {
        if !text.trim().is_empty() {
            self.leaf(name, text);
        }
    }

    fn empty(&mut self, name: &'static str) {
        self.indent();
        self.text.push_str(&format!("<{name}/>\n"));
    }

    fn with(&mut self, name: &'static str, attributes: &[(&'static str, &str)], text: &str) {
        self.indent();
        self.text.push_str(&format!("<{name}"));
        for (key, value) in attributes {
            self.text.push_str(&format!(" {key}=\"{}\"", escaped(value)));
        }
        self.text.push_str(&format!(">{}</{name}>\n", escaped(text)));
    }

    fn day(&mut self, name: &'static str, day: Date) {
        let text = format!("{:04}{:02}{:02}", day.year(), day.month(), day.day());
        self.with(name, &[("format", "102")], &text);
    }
}

/// Text as XML may hold it: signs that mean something written out, those it cannot hold left out.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\n' | '\t' => safe.push(c),
            c if c < ' ' || matches!(c, '\u{fffe}' | '\u{ffff}' | '\u{7f}') => {}
            c => safe.push(c),
        }
    }
    safe
}
