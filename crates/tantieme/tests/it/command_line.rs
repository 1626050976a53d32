//! What the command line promises of every command: help with an example, JSON that is JSON, data apart from talk.

use std::process::{Command, Stdio};

use serde_json::Value;

struct Ran {
    out: String,
    err: String,
    code: i32,
}

fn tantieme(folder: &std::path::Path, args: &[&str]) -> Ran {
    let done = Command::new(env!("CARGO_BIN_EXE_tantieme"))
        .args(args)
        .current_dir(folder)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let text = |b: Vec<u8>| String::from_utf8_lossy(&b).into_owned();
    Ran { out: text(done.stdout), err: text(done.stderr), code: done.status.code().unwrap_or(-1) }
}

/// The commands below a command, as its help lists them.
fn below(help: &str) -> Vec<String> {
    let list = help.lines().skip_while(|l| *l != "Commands:").skip(1).take_while(|l| !l.is_empty());
    let name = |l: &str| {
        l.strip_prefix("  ")
            .filter(|l| !l.starts_with(' '))
            .and_then(|l| l.split(' ').next())
            .map(str::to_owned)
    };
    list.filter_map(name).filter(|n| n != "help").collect()
}

#[test]
fn every_command_has_help_with_an_example() {
    let folder = tempfile::tempdir().unwrap();
    let mut todo = vec![Vec::new()];
    let (mut without, mut count) = (Vec::new(), 0);
    while let Some(path) = todo.pop() {
        let mut args: Vec<&str> = path.iter().map(String::as_str).collect();
        args.push("--help");
        let ran = tantieme(folder.path(), &args);
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{path:?}");
        let commands = below(&ran.out);
        if commands.is_empty() {
            count += 1;
            if !ran.out.contains("Example") {
                without.push(path.join(" "));
            }
        }
        todo.extend(commands.into_iter().map(|c| [path.clone(), vec![c]].concat()));
    }
    assert!(count > 30, "only {count} commands were found");
    assert!(without.is_empty(), "no example in the help of: {}", without.join(", "));
}

/// Wherever JSON shows an `amount`, it has six decimals and a currency beside it.
fn check_money(value: &Value, at: &str) {
    match value {
        Value::Array(all) => all.iter().for_each(|v| check_money(v, at)),
        Value::Object(fields) => {
            for name in ["amount", "gross", "net", "fee", "recouped"] {
                let Some(amount) = fields.get(name).filter(|a| !a.is_object() && !a.is_null()) else {
                    continue;
                };
                let text = amount.as_str().unwrap_or_else(|| panic!("{at}: `{name}` is no string: {amount}"));
                // A sum that may not be shown is empty.
                if text.is_empty() {
                    continue;
                }
                assert_eq!(
                    text.split_once('.').map(|(_, d)| d.len()),
                    Some(6),
                    "{at}: `{name}` has no six decimals: {text}"
                );
                assert!(fields.contains_key("currency"), "{at}: `{name}` has no currency beside it");
            }
            fields.iter().for_each(|(name, v)| check_money(v, &format!("{at}.{name}")));
        }
        _ => {}
    }
}

#[test]
fn json_is_json_and_money_has_six_decimals() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    std::fs::write(folder.join("list.txt"), "Mira Feld - Undertow\n").unwrap();
    std::fs::write(
        folder.join("catalogue.tsv"),
        "id\tartist\ttitle\tisrc\tshares\nK1\tMira Feld\tUndertow\tDEN062600001\tMira Feld 100 %\n",
    )
    .unwrap();
    let json = |args: &[&str]| -> Value {
        let ran = tantieme(folder, &[args, &["--json"]].concat());
        assert_eq!(ran.code, 0, "{args:?}: {}", ran.err);
        let value = serde_json::from_str(&ran.out)
            .unwrap_or_else(|e| panic!("{args:?} prints no JSON ({e}): {}", ran.out));
        check_money(&value, &args.join(" "));
        value
    };
    for name in ["DJ Low Tide", "Mira Feld"] {
        json(&["party", "add", name]);
    }
    json(&["catalogue", "import", "catalogue.tsv"]);
    let listed = json(&["catalogue", "list"]);
    for field in ["id", "artist", "title", "isrc", "status", "source", "shares"] {
        assert!(listed[0].get(field).is_some(), "catalogue list has no `{field}`");
    }
    json(&["policy", "set", "house-iban", "FR7630001007941234567890185"]);
    let list = json(&[
        "set-list",
        "submit",
        "list.txt",
        "--by",
        "DJ Low Tide",
        "--fee",
        "EUR 1000",
        "--share",
        "5%",
    ]);
    let reference = list["payment"]["reference"].as_str().unwrap().to_owned();
    json(&["set-list", "list"]);
    json(&["set-list", "show", list["set_list"].as_str().unwrap()]);
    json(&["set-list", "review"]);
    json(&["pot", "receive", &reference, "--evidence", "cash book 3"]);
    let run = json(&["allocate"]);
    let run = run["run"].as_str().unwrap();
    json(&["approve", run, "--by", "Paul"]);
    json(&["party", "bank", "Mira Feld", "--holder", "Mira Feld", "--iban", "DE02120300000000202051"]);
    json(&["payout", "preview"]);
    let batch = json(&["payout", "prepare", "--by", "Ines"]);
    json(&["payout", "approve", batch["batch"].as_str().unwrap(), "--by", "Paul"]);
    json(&["payout", "export", "--out", "sepa.xml"]);
    for args in [
        &["pot", "list"][..],
        &["run", "list"],
        &["run", "show", run],
        &["payout", "list"],
        &["party", "list"],
        &["policy", "list"],
        &["rule", "list"],
        &["bank", "list"],
        &["explain", run],
        &["explain", "TNT000001-00001"],
        &["statement", "Mira Feld"],
        &["doctor"],
        &["figures"],
        &["read", "list.txt"],
    ] {
        json(args);
    }
    let first = std::fs::read(folder.join("sepa.xml")).unwrap();
    assert_eq!(
        tantieme(folder, &["payout", "export", "--out", "-"]).out.as_bytes(),
        first,
        "exporting again gives the same bytes"
    );
}

#[test]
fn match_gives_the_same_bytes_whatever_the_threads() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let words = [
        "amber", "brine", "cinder", "delta", "ember", "fathom", "gravel", "harbour", "ivory", "juniper",
        "kelp", "lantern",
    ];
    let title = |n: usize| format!("{} {} {}", words[n % 12], words[n / 12 % 12], words[n / 144 % 12]);
    let mut catalogue = "id\tartist\ttitle\n".to_owned();
    (0..600).for_each(|n| catalogue.push_str(&format!("R{n}\tArtist {}\t{}\n", n % 40, title(n))));
    let mut lines = "line\ttext\n".to_owned();
    (0..5_000).for_each(|n| lines.push_str(&format!("{n}\tArtist {} - {}\n", n % 40, title(n * 7 % 900))));
    std::fs::write(folder.join("catalogue.tsv"), catalogue).unwrap();
    std::fs::write(folder.join("lines.tsv"), lines).unwrap();
    assert_eq!(
        tantieme(folder, &["index", "--catalogue", "catalogue.tsv", "--out", "catalogue.index"]).code,
        0
    );
    let answers = |catalogue: &str, threads: &str| {
        let ran = tantieme(
            folder,
            &["match", "--catalogue", catalogue, "--lines", "lines.tsv", "--out", "-", "--threads", threads],
        );
        assert_eq!(ran.code, 0, "{}", ran.err);
        assert!(ran.err.contains("lines/s"), "{}", ran.err);
        ran.out
    };
    let one = answers("catalogue.index", "1");
    assert!(one.starts_with("line\trecording\tprobability\tverdict\treasons\n"));
    assert_eq!(one.lines().count(), 5_001);
    assert!(
        one == answers("catalogue.index", "2")
            && one == answers("catalogue.index", "7")
            && one == answers("catalogue.tsv", "3")
    );
}

/// Guards against two faults: a thousand blank lines once ended the file, and a full disk once never ended the program.
#[test]
fn match_reads_past_blank_lines_keeps_sets_whole_and_tells_of_a_full_disk() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    std::fs::write(folder.join("catalogue.tsv"), "id\tartist\ttitle\nR1\tTin Bureau\tPaper Lantern\n")
        .unwrap();
    let mut lines = "line\ttext\tset\tperformer\n".to_owned();
    for n in 0..2_500 {
        lines.push_str(&format!("{n}\tTin Bureau - Paper Lantern\tset {}\tDJ {}\n", n / 7, n / 50));
        if n == 500 {
            lines.push_str(&"\n".repeat(1_500));
        }
    }
    std::fs::write(folder.join("lines.tsv"), lines).unwrap();
    let ask = |out: &'static str, threads: &'static str| {
        let args = [
            "match",
            "--catalogue",
            "catalogue.tsv",
            "--lines",
            "lines.tsv",
            "--out",
            out,
            "--threads",
            threads,
        ];
        tantieme(folder, &args)
    };
    let one = ask("-", "1");
    assert_eq!((one.code, one.out.lines().count()), (0, 2_501), "{}", one.err);
    assert!(one.out == ask("-", "3").out);
    if std::path::Path::new("/dev/full").exists() {
        let full = ask("/dev/full", "2");
        assert_eq!(full.code, 1, "{}", full.err);
    }
}
