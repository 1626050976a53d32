//! TDMRep: `/.well-known/tdmrep.json`, and the HTTP fields `tdm-reservation` and `tdm-policy`.
//!
//! It speaks of text and data mining under EU law only; what it says stands beside an answer, never in it. Of the rules of
//! the file the first that fits an address holds; `1` and `0` are the only values, anything else says nothing. The
//! file, then headers, then the page itself: what comes later takes the place of what came before.

use music::Problem;
use serde_json::{Value, json};

use super::address::fits;
use super::{Exported, Told, all_open, unsaid, uses_under};
use crate::answer::Outcome;
use crate::uses::Use;

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

/// What the first rule that fits an address or path says; nothing where none fits.
pub fn at<'a>(rules: &'a [Rule], address: &str) -> Option<&'a Rule> {
    rules.iter().find(|r| fits(&r.location, address))
}

/// What a page says of itself: `<meta name="tdm-reservation" content="1">` and its policy.
pub fn from_page(page: &[u8]) -> (Option<bool>, Option<String>) {
    let text = String::from_utf8_lossy(page.get(..page.len().min(512 * 1024)).unwrap_or_default());
    let (mut reserved, mut policy) = (None, None);
    let mut rest: &str = &text;
    while let Some(start) = rest.find('<') {
        rest = rest.get(start + 1..).unwrap_or_default();
        if rest.starts_with("!--") {
            let Some(end) = rest.find("-->") else { break };
            rest = rest.get(end..).unwrap_or_default();
            continue;
        }
        let Some(end) = rest.find('>') else { break };
        let (tag, after) = rest.split_at(end);
        rest = after;
        let Some(fields) = tag.get(..4).filter(|t| t.eq_ignore_ascii_case("meta")).and(tag.get(4..)) else {
            continue;
        };
        let name = attribute(fields, "name").unwrap_or_default().to_ascii_lowercase();
        let content = attribute(fields, "content").unwrap_or_default();
        match (name.as_str(), content.trim()) {
            ("tdm-reservation", "1") => reserved = Some(true),
            ("tdm-reservation", "0") => reserved = Some(reserved.unwrap_or(false)),
            ("tdm-policy", address) if !address.is_empty() => policy = Some(address.to_owned()),
            _ => {}
        }
    }
    (reserved, policy)
}

/// An attribute's value in a tag, quoted or not.
fn attribute(fields: &str, wanted: &str) -> Option<String> {
    let mut rest = fields.trim_start();
    while !rest.is_empty() {
        let end = rest.find(|c: char| c == '=' || c.is_whitespace()).unwrap_or(rest.len());
        let (name, after) = rest.split_at(end);
        let after = after.trim_start();
        let Some(value) = after.strip_prefix('=') else {
            rest = if end == 0 { after.get(1..).unwrap_or_default() } else { after };
            continue;
        };
        let value = value.trim_start();
        let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''));
        let (value, after) = match quote {
            Some(quote) => value.get(1..).unwrap_or_default().split_once(quote).unwrap_or((value, "")),
            None => value.split_at(value.find(char::is_whitespace).unwrap_or(value.len())),
        };
        if name.eq_ignore_ascii_case(wanted) {
            return Some(value.to_owned());
        }
        rest = after.trim_start();
    }
    None
}

/// What a reservation says here: the reservation of EU law beside every answer, and a no to mining.
pub fn told(about: &str, reserved: Option<bool>, policy: Option<&str>) -> Told {
    let mut told = Told { format: "TDMRep", about: about.to_owned(), reserved, ..Told::default() };
    match reserved {
        Some(true) => {
            told.refused = uses_under(&["analyse.", "train.", "perf."]);
            told.lost
                .extend(policy.map(|p| format!("the policy `{p}` is not fetched: not allowed without it")));
        }
        Some(false) => told.lost.push("that nothing is reserved is no permit here".to_owned()),
        None => {}
    }
    told
}

/// The file for these answers at a location: reserved unless all mining is open.
pub fn export(location: &str, policy: Option<&str>, answers: &[(Use, Outcome)]) -> Exported {
    let set = uses_under(&["analyse.", "train.", "perf."]);
    let rule = Rule {
        location: location.to_owned(),
        reserved: !all_open(set, answers),
        policy: policy.map(str::to_owned),
    };
    Exported { text: write(&[rule]), unsaid: unsaid(set, answers, "TDMRep") }
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
        assert_eq!(from_headers([("TDM-RESERVATION", " 2 ")]), None);
    }

    #[test]
    fn the_first_rule_that_fits_holds() {
        let file = br#"[{"location":"/a/*.mp3$","tdm-reservation":0},{"location":"/a/","tdm-reservation":1,"tdm-policy":"https://house.example/p"},{"location":"/","tdm-reservation":0}]"#;
        let (rules, problems) = read(file);
        assert!(problems.is_empty());
        let said = |path: &str| at(&rules, path).map(|r| r.reserved);
        assert_eq!(
            (said("/a/x.mp3"), said("/a/x.mp3?y"), said("/A/x")),
            (Some(false), Some(true), Some(false))
        );
        assert_eq!(at(&rules[..2], "/A/x"), None);
        for bad in ["\"1\"", "true", "2", "null", "1.5"] {
            let (rules, problems) =
                read(format!("[{{\"location\":\"/\",\"tdm-reservation\":{bad}}}]").as_bytes());
            assert!(rules.is_empty() && problems.len() == 1, "{bad}");
        }
    }

    #[test]
    fn a_page_says_it_in_any_spelling() {
        for page in [
            "<META NAME='TDM-Reservation' CONTENT=\"1\">",
            "<meta content=1 name=tdm-reservation>",
            "<meta\n  name = \"tdm-reservation\"\n content = '1' />",
        ] {
            assert_eq!(from_page(page.as_bytes()).0, Some(true), "{page}");
        }
        let page = "<!-- <meta name=tdm-reservation content=1> --><meta name=tdm-reservation content=yes><meta name=tdm-policy content=https://h.example/p>";
        assert_eq!(from_page(page.as_bytes()), (None, Some("https://h.example/p".to_owned())));
        assert_eq!(from_page(b"<meta name=\"x").0, None);
    }

    proptest::proptest! {
        #[test]
        fn any_page_is_read(page in r#"(<meta|<!--|-->|>| |name|=|"|'|tdm-reservation|content|1|x){0,30}"#) {
            let _ = from_page(page.as_bytes());
        }
    }
}
