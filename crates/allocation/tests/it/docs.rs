//! The reference page says what the code says. `BLESS=1` writes the generated parts anew.

use std::fmt::Write as _;

use allocation::rule::keys::KEYS;
use allocation::rule::{museum, read, vocabulary};
use allocation::shipped;

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/rules.md");

fn keys() -> String {
    let mut table = "| section | key | as in | what it says |\n|---|---|---|---|\n".to_owned();
    for key in KEYS {
        let example = if key.example.is_empty() { String::new() } else { format!("`{}`", key.example) };
        writeln!(table, "| `{}` | `{}` | {example} | {} |", key.section, key.key, key.help).unwrap();
    }
    table.replace("| `the rule` |", "| |")
}

fn words() -> String {
    let mut table = "| behind | word | meaning | sens |\n|---|---|---|---|\n".to_owned();
    for word in vocabulary() {
        writeln!(table, "| `{}` | `{}` | {} | {} |", word.family, word.word, word.help, word.aide).unwrap();
    }
    table
}

fn rules() -> String {
    let mut table = "| rule | what it does | worked examples |\n|---|---|---|\n".to_owned();
    for shipped in shipped() {
        let rule = read(shipped.file, shipped.text).unwrap();
        let examples = allocation::example::examples(shipped.file, shipped.examples).unwrap().len();
        let file = shipped.file.trim_end_matches(".toml");
        let (rule_link, example_link) =
            (format!("../rules/{file}.toml"), format!("../rules/examples/{file}.txt"));
        writeln!(
            table,
            "| [`{}`]({rule_link}) | {} | [{examples}]({example_link}) |",
            rule.label(),
            rule.summary.en
        )
        .unwrap();
    }
    table
}

fn problems() -> String {
    let mut text = String::new();
    for exhibit in museum() {
        let problem = &read("my-rule.toml", &exhibit.rule).unwrap_err()[0];
        writeln!(text, "**`{}`** {}\n\n```text\n{problem}\n```\n", exhibit.code, exhibit.meaning).unwrap();
    }
    text.trim_end().to_owned() + "\n"
}

#[test]
fn the_reference_page_says_what_the_code_says() {
    let page = std::fs::read_to_string(PAGE).unwrap();
    let mut wanted = page.clone();
    for (name, text) in [("keys", keys()), ("words", words()), ("rules", rules()), ("problems", problems())] {
        let (start, end) =
            (format!("<!-- {name}: written by the test `docs` -->\n"), format!("<!-- /{name} -->"));
        let from = wanted.find(&start).unwrap() + start.len();
        let until = wanted.find(&end).unwrap();
        wanted.replace_range(from..until, &format!("\n{text}\n"));
    }
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(PAGE, &wanted).unwrap();
    } else {
        assert!(page == wanted, "docs/rules.md is out of date; run this test once with BLESS=1");
    }
    let example = page.split("```toml\n").nth(1).unwrap().split("```").next().unwrap();
    read("docs/rules.md", example).unwrap_or_else(|problems| panic!("{}", problems[0]));
}
