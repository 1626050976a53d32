//! What was billed.

use std::path::Path;

use app::institution::bill::{self, Sale};
use app::{Failure, House};
use serde_json::{Value, json};

use super::Shown;
use crate::input::{self, refuse};
use crate::output;

/// Writes one invoice in a format.
pub(super) async fn write(
    house: &House,
    number: &str,
    format: &str,
    out: Option<&Path>,
) -> Result<(), Failure> {
    let sale = bill::one(house, number).await?;
    let bytes = match format {
        "text" => server::sale_text(&sale).into_bytes(),
        "html" => server::sale_html(&sale).into_bytes(),
        "json" => format!("{}\n", sale_json(&sale)?).into_bytes(),
        "xml" => sale.cii()?.into_bytes(),
        "pdf" => server::sale_pdf(&sale)?,
        other => {
            let hint = "`text`, `json`, `html`, `xml` or `pdf`";
            return Err(refuse("invoice-format", format!("there is no format `{other}`"), hint));
        }
    };
    input::write_whole(out.unwrap_or(Path::new("-")), &bytes)
}

impl Shown {
    /// Invoices and credit notes.
    pub(super) fn sales(self, all: &[Sale]) -> Result<(), Failure> {
        if self.json {
            output::json(&all.iter().map(sale_json).collect::<Result<Vec<_>, _>>()?.into());
            return Ok(());
        }
        let rows = all.iter().map(|s| {
            let kind = if s.body.corrects.is_empty() {
                s.row.kind.clone()
            } else {
                format!("{} of {}", s.row.kind, s.body.corrects)
            };
            vec![
                s.row.printed.clone(),
                s.body.buyer.name.clone(),
                kind,
                s.body.issued.clone(),
                s.row.gross.to_string(),
                s.open().to_string(),
                s.row.reference.clone(),
            ]
        });
        output::table(&["number", "buyer", "kind", "issued", ">total", ">open", "reference"], rows.collect());
        Ok(())
    }
}

fn sale_json(sale: &Sale) -> Result<Value, Failure> {
    let body =
        serde_json::to_value(&sale.body).map_err(|e| Failure::Fault(store::Fault::new(e.to_string())))?;
    let parts: Vec<Value> = sale
        .parts
        .iter()
        .map(|p| json!({ "institution": p.institution.as_str(), "from": p.start.to_string(), "until": p.end.to_string(), "pot": p.pot.as_str(), "amount": output::money(p.amount) }))
        .collect();
    Ok(
        json!({ "invoice": body, "received": output::money(sale.received), "open": output::money(sale.open()), "credited_by": sale.credited_by, "parts": parts }),
    )
}
