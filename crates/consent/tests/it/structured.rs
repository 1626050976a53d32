//! `Content-Usage` against the published tests of structured fields (RFC 9651): what is no dictionary says nothing.

use std::path::Path;

use consent::foreign::aipref::Usage;
use serde_json::Value;

#[test]
fn a_field_is_a_dictionary_or_says_nothing() {
    let folder = Path::new(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../../shared/data/consent/structured-field-tests"
    ));
    if !folder.is_dir() {
        assert!(
            std::env::var("CI").as_deref() != Ok("true"),
            "the shared tests of structured fields are absent"
        );
        eprintln!("SKIPPED: the shared tests of structured fields are absent: {}", folder.display());
        return;
    }
    let (mut good, mut bad) = (0, 0);
    for file in
        ["dictionary", "param-dict", "examples", "key-generated", "large-generated", "string-generated"]
    {
        let text = std::fs::read(folder.join(format!("{file}.json"))).unwrap();
        let all: Vec<Value> = serde_json::from_slice(&text).unwrap();
        for one in all.iter().filter(|t| t["header_type"] == "dictionary") {
            let raw = one["raw"].as_array().unwrap().iter().filter_map(Value::as_str);
            let value = raw.collect::<Vec<_>>().join(", ");
            let (usage, problems) = Usage::from_headers([("content-usage", value.as_str())]);
            if one["must_fail"] == true {
                bad += 1;
                assert_eq!((problems.len(), usage), (1, Usage::default()), "{file}: {}", one["name"]);
            } else if one["can_fail"] != true {
                good += 1;
                assert!(problems.is_empty(), "{file}: {} ({value})", one["name"]);
            }
        }
    }
    assert!(good > 100 && bad > 100, "{good} {bad}");
}
