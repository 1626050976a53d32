//! What was agreed.

use app::Failure;
use app::institution::{Agree, Agreed, Under};
use clap::Args;
use serde_json::{Value, json};

use super::Shown;
use crate::input::{parse, refuse};
use crate::output;

/// A contract on the command line.
#[derive(Debug, Args)]
pub struct AgreeArgs {
    /// Who signs and is billed
    holder: String,
    /// An institution under it: `NAME:seats=40:inhabitants=34000:weight=2`; the holder alone without
    #[arg(long)]
    under: Vec<String>,
    /// First day
    #[arg(long)]
    from: String,
    /// First day after it
    #[arg(long)]
    until: String,
    /// What the price is of: `flat`, `per-seat` or `per-inhabitant`
    #[arg(long, default_value = "flat")]
    price_of: String,
    /// The price for the whole term, before VAT
    #[arg(long)]
    price: String,
    /// By what the money is attributed: `equal`, `seats`, `inhabitants` or `weights`
    #[arg(long, default_value = "equal")]
    key: String,
    /// The rule
    #[arg(long, default_value = "territorial-contribution-by-member")]
    rule: String,
    /// What is sold, as the invoice says it
    #[arg(long, default_value = "")]
    subject: String,
    /// The language of the invoices: `en` or `fr`
    #[arg(long, default_value = "fr")]
    lang: String,
    /// How often plays are shared: `month`, `quarter` or `term`
    #[arg(long, default_value = "month")]
    closes: String,
    /// Kiosks are agreed
    #[arg(long)]
    on_site: bool,
    /// Access from home is agreed
    #[arg(long)]
    home: bool,
    /// VAT category: `S` due, `Z` at nothing, `E` exempt, `AE` reverse charge, `O` outside
    #[arg(long, default_value = "S")]
    vat: String,
    /// Which of the country's rates
    #[arg(long, default_value = "standard")]
    vat_class: String,
    /// Why there is no VAT, as printed
    #[arg(long, default_value = "")]
    exemption: String,
    /// The code of that reason, such as VATEX-FR-FRANCHISE
    #[arg(long, default_value = "")]
    exemption_code: String,
    /// The buyer's order number
    #[arg(long, default_value = "")]
    order: String,
    /// Months by which it goes on; it ends where none are given
    #[arg(long)]
    renews: Option<u32>,
    /// Days before the end until which notice may be given
    #[arg(long, default_value_t = 90)]
    notice_days: u32,
    /// Who notes it
    #[arg(long, default_value = "house")]
    by: String,
}

impl AgreeArgs {
    /// As the use case takes it.
    pub(super) fn agree(&self) -> Result<Agree, Failure> {
        Ok(Agree {
            holder: self.holder.clone(),
            members: self.under.iter().map(|u| under(u)).collect::<Result<_, _>>()?,
            start: parse("date", &self.from)?,
            end: parse("date", &self.until)?,
            price_kind: self.price_of.clone(),
            price: parse("amount", &self.price)?,
            key: self.key.clone(),
            rule: self.rule.clone(),
            subject: self.subject.clone(),
            lang: self.lang.clone(),
            closes: self.closes.clone(),
            on_site: self.on_site,
            home: self.home,
            vat: self.vat.clone(),
            vat_class: self.vat_class.clone(),
            exemption: self.exemption.clone(),
            exemption_code: self.exemption_code.clone(),
            order: self.order.clone(),
            renews_months: self.renews,
            notice_days: self.notice_days,
            by: self.by.clone(),
        })
    }
}

/// `NAME:seats=40:inhabitants=34000:weight=2`.
fn under(text: &str) -> Result<Under, Failure> {
    let bad = || {
        let message = format!("`{text}` does not say who is under the contract");
        refuse(
            "contract-under",
            message,
            "`NAME:seats=40:inhabitants=34000:weight=2`, each count where it matters",
        )
    };
    let mut parts = text.split(':');
    let mut one =
        Under { institution: parts.next().unwrap_or_default().trim().to_owned(), ..Under::default() };
    for part in parts {
        let (key, value) = part.split_once('=').ok_or_else(bad)?;
        let number: Option<u64> = Some(value.trim().parse().map_err(|_| bad())?);
        match key.trim() {
            "seats" => one.seats = number,
            "inhabitants" => one.inhabitants = number,
            "weight" => one.weight = number,
            _ => return Err(bad()),
        }
    }
    Ok(one)
}

impl Shown {
    /// Contracts.
    pub(super) fn contracts(self, all: &[Agreed]) {
        self.table(
            &["contract", "holder", "from", "until", ">price of the term", "key", "under"],
            all.iter()
                .map(|a| {
                    let under: Vec<&str> = a.members.iter().map(|m| m.1.as_str()).collect();
                    vec![a.row.id.to_string(), a.holder.clone(), a.row.start.to_string(), a.row.end.to_string(), a.total.to_string(), a.row.key.clone(), under.join(", ")]
                })
                .collect(),
            || {
                all.iter()
                    .map(|a| {
                        let under: Vec<Value> = a.members.iter().map(|(m, name)| json!({ "institution": m.institution.as_str(), "name": name, "seats": m.seats, "inhabitants": m.inhabitants, "weight": m.weight })).collect();
                        json!({ "contract": a.row.id.as_str(), "holder": a.row.holder.as_str(), "name": a.holder, "from": a.row.start.to_string(), "until": a.row.end.to_string(), "price_of": a.row.price_kind, "price": output::money(a.row.price), "total": output::money(a.total), "key": a.row.key, "rule": a.row.rule, "closes": a.row.closes, "home": a.row.home, "on_site": a.row.on_site, "renews_months": a.row.renews_months, "noticed": a.row.noticed.is_some(), "follows": a.row.follows.as_ref().map(|f| f.to_string()), "under": under })
                    })
                    .collect()
            },
        );
    }
}
