//! What each Rust source may hold, by the layer of its crate.
//!
//! Comments, strings and `#[cfg(test)]` items are blanked first, so that only what runs is judged.

use super::table::{DEV, Row};
use super::{File, Finding};

/// Crates that measure likeness, loudness and attention: no amount of money reaches them, so they may round.
const MEASURES: [&str; 3] = ["matching", "media", "discovery"];
/// Paths below `std` that reach the world.
const WORLDLY: [&str; 9] = [
    "std::fs",
    "std::net",
    "std::env",
    "std::process",
    "std::time::SystemTime",
    "std::time::Instant",
    "std::io::stdin",
    "std::io::stdout",
    "std::io::stderr",
];
/// Words that bring time, chance or waiting.
const RESTLESS: [&str; 7] =
    ["Timestamp::now", "Zoned::now", "rand", "getrandom", "tokio", "async", "Instant::now"];
const PRINTS: [&str; 5] = ["println", "print", "eprintln", "eprint", "dbg"];
/// Crates that count money and so hold no floating point.
const EXACT: [&str; 3] = ["money", "ledger", "settlement"];
const ROUNDS: [&str; 4] = [".round", ".ceil", ".floor", ".trunc"];

/// Checks a Rust source below `crates/*/src`; other files have no findings.
pub fn check(file: &File, rows: &[Row]) -> Vec<Finding> {
    let Some(place) = Place::of(&file.path, rows) else { return Vec::new() };
    let source = Source::read(&file.text);
    let mut findings = Vec::new();
    let mut at = |line: usize, what: String, hint| {
        findings.push(Finding { file: file.path.clone(), line, what, hint })
    };
    for (index, line) in source.code.lines().enumerate() {
        let number = index + 1;
        if place.layer <= 3 {
            for word in RESTLESS.iter().filter(|w| holds(line, w)) {
                at(
                    number,
                    format!("`{word}` in layer {}", place.layer),
                    "layers 0–3 take time, chance and input as values, and wait for nothing",
                );
            }
        }
        if place.layer <= 3 && EXACT.contains(&place.name) && (holds(line, "f64") || holds(line, "f32")) {
            at(
                number,
                "a floating-point number where money is counted".to_owned(),
                "use `money::Amount`, `money::Ratio` or whole numbers",
            );
        }
        if place.layer <= 3
            && place.name != "money"
            && !MEASURES.contains(&place.name)
            && ROUNDS.iter().any(|r| line.contains(&format!("{r}()")))
        {
            at(number, "rounding outside `money`".to_owned(), "ask `money::divide`; nothing else rounds");
        }
        if !["tantieme", "xtask", "testkit"].contains(&place.name) {
            for word in PRINTS.iter().filter(|w| holds(line, &format!("{w}!"))) {
                at(
                    number,
                    format!("`{word}!` in `{}`", place.name),
                    "only `tantieme` prints; return the words, or use `tracing`",
                );
            }
        }
        if place.name != "server" && holds(line, "axum") {
            at(number, format!("`axum` in `{}`", place.name), "only `server` serves HTTP");
        }
    }
    if place.layer <= 3 {
        for (line, path) in std_paths(&source.code) {
            if let Some(word) = WORLDLY.iter().find(|w| path == **w || path.starts_with(&format!("{w}::"))) {
                at(
                    line,
                    format!("`{word}` in layer {}", place.layer),
                    "layers 0–3 take files, sockets, settings and time as values",
                );
            }
        }
    }
    if !place.may_hold_sql {
        for (line, text) in source.strings.iter().filter(|(_, text)| is_sql(text)) {
            let start: String = text.split_whitespace().take(4).collect::<Vec<_>>().join(" ");
            at(
                *line,
                format!("SQL outside `store`: `{start} …`"),
                "give `store` a method with a name, and call that",
            );
        }
    }
    findings
}

/// What is expected of a source, by where it stands.
struct Place<'a> {
    name: &'a str,
    layer: u32,
    may_hold_sql: bool,
}

impl<'a> Place<'a> {
    fn of(path: &'a str, rows: &[Row]) -> Option<Self> {
        let (name, inside) = path.strip_prefix("crates/")?.split_once('/')?;
        let skipped = !path.ends_with(".rs") || !inside.starts_with("src/") || inside.starts_with("src/bin/");
        if skipped || inside.ends_with("/tests.rs") || inside.contains("/tests/") {
            return None;
        }
        // Databases of DJ software are read in memory; that is the one exception among the readers.
        let foreign = name == "formats" && (inside.starts_with("src/set_list/") || inside == "src/sqlite.rs");
        let layer = rows.iter().find(|r| r.name == name).map_or(DEV, |r| r.layer);
        Some(Place { name, layer, may_hold_sql: foreign || ["store", "xtask", "testkit"].contains(&name) })
    }
}

/// A source with everything blanked that does not run, and the strings taken from what does.
struct Source {
    code: String,
    strings: Vec<(usize, String)>,
}

impl Source {
    fn read(text: &str) -> Source {
        let (code, strings) = blank(text);
        let tests = test_lines(&code);
        let is_test = |line: usize| tests.iter().any(|(from, to)| (*from..=*to).contains(&line));
        let kept = code.lines().enumerate().map(|(i, l)| if is_test(i + 1) { "" } else { l });
        let code = kept.collect::<Vec<_>>().join("\n");
        Source { code, strings: strings.into_iter().filter(|(line, _)| !is_test(*line)).collect() }
    }
}

/// Blanks comments and the insides of literals, keeping every line break where it was.
fn blank(text: &str) -> (String, Vec<(usize, String)>) {
    let chars: Vec<char> = text.chars().collect();
    let (mut code, mut strings, mut line, mut i) = (String::with_capacity(text.len()), Vec::new(), 1, 0);
    while i < chars.len() {
        let end = literal_end(&chars, i);
        if end == i {
            line += usize::from(chars[i] == '\n');
            code.push(chars[i]);
            i += 1;
            continue;
        }
        let inside: String = chars[i..end].iter().collect();
        if !inside.starts_with('/') && !inside.starts_with('\'') {
            strings.push((line, inside.trim_start_matches('r').trim_matches(['#', '"']).to_owned()));
        }
        line += inside.matches('\n').count();
        code.extend(inside.chars().map(|c| if c == '\n' { '\n' } else { ' ' }));
        i = end;
    }
    (code, strings)
}

/// Where the comment, string or character that begins at `i` ends; `i` where none begins.
fn literal_end(chars: &[char], i: usize) -> usize {
    let at = |place: usize| chars.get(place).copied().unwrap_or('\0');
    let until = |from: usize, stop: &dyn Fn(usize) -> bool| (from..chars.len()).find(|p| stop(*p));
    match (at(i), at(i + 1)) {
        ('/', '/') => until(i, &|p| at(p) == '\n').unwrap_or(chars.len()),
        ('/', '*') => {
            let (mut depth, mut p) = (1, i + 2);
            while depth > 0 && p < chars.len() {
                let step = match (at(p), at(p + 1)) {
                    ('/', '*') => 1,
                    ('*', '/') => -1,
                    _ => 0,
                };
                depth += step;
                p += if step == 0 { 1 } else { 2 };
            }
            p.min(chars.len())
        }
        ('"', _) => {
            let mut p = i + 1;
            while p < chars.len() && at(p) != '"' {
                p += if at(p) == '\\' { 2 } else { 1 };
            }
            (p + 1).min(chars.len())
        }
        ('r', '"' | '#')
            if i == 0 || !(at(i - 1).is_alphanumeric() && at(i - 1) != 'b') && at(i - 1) != '_' =>
        {
            let hashes = chars[i + 1..].iter().take_while(|c| **c == '#').count();
            if at(i + 1 + hashes) != '"' {
                return i;
            }
            let closes = |p: usize| at(p) == '"' && (1..=hashes).all(|h| at(p + h) == '#');
            until(i + 2 + hashes, &closes).map_or(chars.len(), |p| p + 1 + hashes)
        }
        ('\'', '\\') => until(i + 3, &|p| at(p) == '\'').map_or(chars.len(), |p| p + 1),
        ('\'', _) if at(i + 2) == '\'' => i + 3,
        _ => i,
    }
}

/// First and last line of each item under `#[cfg(test)]`.
fn test_lines(code: &str) -> Vec<(usize, usize)> {
    let line_of = |at: usize| code[..at].matches('\n').count() + 1;
    let mut spans = Vec::new();
    for (at, mark) in code.match_indices("#[cfg(test)]") {
        let (mut depth, mut end) = (0_usize, code.len());
        for (offset, byte) in code[at + mark.len()..].bytes().enumerate() {
            depth = match byte {
                b'{' => depth + 1,
                b'}' => depth.saturating_sub(1),
                _ => depth,
            };
            if depth == 0 && (byte == b'}' || byte == b';') {
                end = at + mark.len() + offset;
                break;
            }
        }
        spans.push((line_of(at), line_of(end)));
    }
    spans
}

/// Every path below `std`, with the braces of `use` written out, and the line it stands on.
fn std_paths(code: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for (at, _) in code.match_indices("std::") {
        if code[..at].chars().next_back().is_some_and(|c| c.is_alphanumeric() || c == '_') {
            continue;
        }
        let line = code[..at].matches('\n').count() + 1;
        let mut paths = Vec::new();
        unfold("std", &code[at + 5..], &mut paths);
        found.extend(paths.into_iter().map(|p| (line, p)));
    }
    found
}

/// Reads one branch of a `use` tree after `prefix::`; returns how many bytes it took.
fn unfold(prefix: &str, text: &str, found: &mut Vec<String>) -> usize {
    let start = text.len() - text.trim_start().len();
    let rest = &text[start..];
    if let Some(inside) = rest.strip_prefix('{') {
        let mut taken = 0;
        loop {
            taken += unfold(prefix, &inside[taken..], found);
            let after = &inside[taken..];
            taken += after.len() - after.trim_start().len();
            match inside[taken..].chars().next() {
                Some(',') => taken += 1,
                Some('}') => return start + 1 + taken + 1,
                _ => return start + 1 + taken,
            }
        }
    }
    let length = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
    let path = if length == 0 { prefix.to_owned() } else { format!("{prefix}::{}", &rest[..length]) };
    match rest[length..].strip_prefix("::") {
        Some(more) if length > 0 => start + length + 2 + unfold(&path, more, found),
        _ => {
            found.push(path);
            start + length
        }
    }
}

/// Whether a line holds a word that is not part of a longer one.
fn holds(line: &str, word: &str) -> bool {
    let part = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(word).any(|(at, _)| {
        let before = line[..at].chars().next_back().is_some_and(part);
        let after = line[at + word.len()..].chars().next().is_some_and(part);
        !before && !after
    })
}

/// Whether a text is a statement for a database.
fn is_sql(text: &str) -> bool {
    let text = text.replace("\\n", " ").replace('\\', " ");
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    let starts = |words: &[&str]| words.iter().any(|w| text.starts_with(w));
    (starts(&["select "]) && (text.contains(" from ") || text == "select 1"))
        || (starts(&["update "]) && text.contains(" set ") && text.contains('='))
        || starts(&[
            "insert into ",
            "insert or ",
            "delete from ",
            "create table ",
            "create index ",
            "create trigger ",
            "drop table ",
            "alter table ",
            "pragma ",
        ])
}

#[cfg(test)]
mod tests {
    use super::super::table::{self, tests::TABLE};
    use super::*;

    fn found(path: &str, text: &str) -> Vec<String> {
        let rows = table::read("A.md", TABLE).0;
        check(&File { path: path.into(), text: text.into() }, &rows).iter().map(Finding::to_string).collect()
    }

    #[test]
    fn the_core_touches_nothing_of_the_world() {
        for text in [
            "use std::fs;",
            "use std::{fmt, fs};",
            "use std::{\n  collections::BTreeMap,\n  time::{Duration, Instant},\n};",
            "let a = std::env::var(\"X\");",
            "let t = ::std::time::SystemTime::now();",
            "let t = jiff::Timestamp::now();",
            "let z = Zoned::now();",
            "let r = rand::random();",
            "getrandom::fill(&mut b);",
            "pub async fn pay() {}",
            "tokio::spawn(x);",
            "println!(\"x\");",
            "let x = 1.5_f64; let y: f64 = x;",
            "let part = due.round();",
        ] {
            let path =
                if text.contains("round") { "crates/music/src/lib.rs" } else { "crates/money/src/lib.rs" };
            assert!(!found(path, text).is_empty(), "{text}");
        }
    }

    #[test]
    fn innocent_words_pass() {
        for text in [
            "// println! and std::fs are talked about here\n/* tokio /* async */ rand */",
            "use std::{fmt, time::Duration, collections::BTreeMap};",
            "let strand = brand + operand; Moment::Instant(at)",
            "let s = \"std::fs async tokio println!\"; let r = r#\"a \" rand\"#; let c = '\"'; let d = '\\''; rounded.round_down_to_minor()",
            "fn a<'a>(x: &'a str) -> &'a str { x }",
            "#[cfg(test)]\nmod tests {\n  use std::fs;\n  fn a() { println!(\"}}\"); }\n}",
            "#[cfg(test)]\nuse std::fs;\nfn b() {}",
        ] {
            assert_eq!(found("crates/money/src/lib.rs", text), [] as [String; 0], "{text}");
        }
    }

    #[test]
    fn what_follows_a_test_module_is_judged_again() {
        let text = "#[cfg(test)]\nmod tests {\n}\nuse std::fs;\n";
        assert_eq!(found("crates/money/src/lib.rs", text).len(), 1);
        assert!(found("crates/money/src/lib.rs", text)[0].starts_with("crates/money/src/lib.rs:4: "));
    }

    #[test]
    fn the_world_is_open_above_and_in_tests() {
        let text = "use std::fs; pub async fn x() { tokio::spawn(y) }";
        for path in [
            "crates/store/src/lib.rs",
            "crates/money/tests/it/main.rs",
            "crates/money/src/bin/x.rs",
            "crates/money/examples/x.rs",
            "docs/x.md",
        ] {
            assert!(found(path, text).is_empty(), "{path}");
        }
    }

    #[test]
    fn statements_for_a_database_stand_in_the_store() {
        for text in [
            "\"select id from party\"",
            "\"SELECT a\\n FROM b\"",
            "r#\"insert into party values ($1)\"#",
            "\"update party set name = $1\"",
            "\"delete from party\"",
            "\"pragma foreign_keys = on\"",
        ] {
            assert_eq!(found("crates/server/src/lib.rs", &format!("let q = {text};")).len(), 1, "{text}");
            assert!(found("crates/store/src/party.rs", &format!("let q = {text};")).is_empty());
            assert!(found("crates/formats/src/set_list/mixxx.rs", &format!("let q = {text};")).is_empty());
        }
        assert!(
            found(
                "crates/server/src/lib.rs",
                "let a = \"select a file\"; let b = \"update your bank details\";"
            )
            .is_empty()
        );
    }

    #[test]
    fn one_prints_and_one_serves() {
        assert!(found("crates/tantieme/src/main.rs", "println!(\"x\");").is_empty());
        assert_eq!(found("crates/store/src/lib.rs", "eprintln!(\"x\");").len(), 1);
        assert!(found("crates/server/src/lib.rs", "use axum::Router;").is_empty());
        assert_eq!(found("crates/tantieme/src/main.rs", "use axum::Router;").len(), 1);
    }
}
