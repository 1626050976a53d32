//! TDMRep: `/.well-known/tdmrep.json`, and the HTTP fields `tdm-reservation` and `tdm-policy`.
//!
//! It speaks of text and data mining under EU law only; what it says stands beside an answer, never in it.

use music::Problem;
use serde_json::{Value, json};

/// One rule of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// A path, `*` standing for anything.
    pub location: String,
    /// Whether mining is reserved.
    pub reserved: bool,
    /// Where the policy is.
    pub policy: Option<String>,
}

/// Reads the file: the good rules, and a problem for each bad one.
pub fn read(bytes: &[u8]) -> (Vec<Rule>, Vec<Problem>) {
    const HINT: &str = "a list of objects with `location` and `tdm-reservation` 0 or 1";
    let rows: Vec<Value> = match serde_json::from_slice(bytes) {
        Ok(rows) => rows,
        Err(e) => {
            return (
                Vec::new(),
                vec![Problem::new("tdmrep", e.line() as u64, "the file is not a list in JSON", HINT)],
            );
        }
    };
    let (mut rules, mut problems) = (Vec::new(), Vec::new());
    for (place, row) in rows.iter().enumerate() {
        let reserved = match row.get("tdm-reservation").and_then(Value::as_i64) {
            Some(0) => Some(false),
            Some(1) => Some(true),
            _ => None,
        };
        match (row.get("location").and_then(Value::as_str), reserved) {
            (Some(location), Some(reserved)) => {
                let policy = row.get("tdm-policy").and_then(Value::as_str).map(str::to_owned);
                rules.push(Rule { location: location.to_owned(), reserved, policy });
            }
            _ => problems.push(Problem::new(
                "tdmrep",
                0,
                format!("rule {} has no `location` or no `tdm-reservation` of 0 or 1", place + 1),
                HINT,
            )),
        }
    }
    (rules, problems)
}

/// What the HTTP fields say, whatever their case; fields that contradict one another reserve.
pub fn from_headers<'a>(headers: impl IntoIterator<Item = (&'a str, &'a str)>) -> Option<bool> {
    let said = headers.into_iter().filter(|(n, _)| n.trim().eq_ignore_ascii_case("tdm-reservation"));
    said.fold(None, |known, (_, value)| match value.trim() {
        "1" => Some(true),
        "0" => Some(known.unwrap_or(false)),
        _ => known,
    })
}

/// The file for rules.
pub fn write(rules: &[Rule]) -> String {
    let row = |r: &Rule| {
        let mut row = json!({ "location": r.location, "tdm-reservation": i32::from(r.reserved) });
        if let Some(policy) = &r.policy {
            row["tdm-policy"] = json!(policy);
        }
        row
    };
    serde_json::to_string_pretty(&rules.iter().map(row).collect::<Vec<_>>()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_back_and_keeps_the_good_rules() {
        let rules = vec![Rule {
            location: "/a/*".to_owned(),
            reserved: true,
            policy: Some("https://house.example/p".to_owned()),
        }];
        assert_eq!(read(write(&rules).as_bytes()), (rules, vec![]));
        let (good, bad) = read(br#"[{"location":"/"},{"location":"/","tdm-reservation":0},7]"#);
        assert_eq!((good.len(), bad.len()), (1, 2));
        assert_eq!(from_headers([("TDM-Reservation", "1"), ("tdm-reservation", "0")]), Some(true));
        assert_eq!(from_headers([("x", "1")]), None);
    }
}
