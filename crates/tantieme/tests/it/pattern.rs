//! Comparing what was printed with what a story says: names in braces stand for ids, `…` for anything.
//!
//! `{pot}` takes what stands there at its first use and means that ever after. A line that is only `…`
//! stands for any lines. How many spaces stand between two words does not count.

use std::collections::BTreeMap;

/// What the names in braces stand for.
pub type Names = BTreeMap<String, String>;

/// Whether the printed text is what the story says; learns the names that were new.
pub fn matches(says: &str, printed: &str, names: &mut Names) -> bool {
    let says: Vec<Vec<char>> = plain(says).lines().map(|l| l.chars().collect()).collect();
    let printed: Vec<Vec<char>> = plain(printed).lines().map(|l| l.chars().collect()).collect();
    let mut learned = names.clone();
    let fits = lines(&says, &printed, &mut learned);
    if fits {
        *names = learned;
    }
    fits
}

/// Puts the known names in: `{pot}` becomes `pot-…`.
pub fn fill(text: &str, names: &Names) -> String {
    names.iter().fold(text.to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
}

/// Gives each new id that was printed a name of its kind.
/// What the command itself says stays as it is.
pub fn tell(command: &str, printed: &str, names: &mut Names) {
    let printed = plain(printed);
    for word in printed.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-')) {
        if let Some(kind) = kind_of(word)
            && !command.contains(word)
            && !names.values().any(|v| v == word)
        {
            let free = (1..).map(|n| if n == 1 { kind.to_owned() } else { format!("{kind} {n}") });
            let name = free.into_iter().find(|n| !names.contains_key(n)).expect("a free name");
            names.insert(name, word.to_owned());
        }
    }
}

fn kind_of(word: &str) -> Option<&'static str> {
    let body = |w: &str| w.len() == 12 && w.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase());
    if let Some((prefix, rest)) = word.split_once('-') {
        let kinds = [
            ("pty", "party"),
            ("rec", "recording"),
            ("shr", "share"),
            ("set", "set list"),
            ("lin", "set-list line"),
            ("pot", "pot"),
            ("con", "contribution"),
            ("run", "run"),
            ("all", "line"),
            ("pay", "payout"),
            ("bat", "batch"),
            ("evt", "event"),
            ("adv", "advance"),
            ("clm", "claim"),
            ("stm", "statement"),
            ("sus", "suspense item"),
            ("prf", "proof"),
            ("flg", "flag"),
            ("mrg", "merge"),
            ("off", "offer"),
            ("lic", "licence"),
            ("rpt", "report"),
            ("cts", "contest"),
            ("wai", "wait"),
            ("imi", "imitation"),
            ("vio", "violation"),
            ("trn", "training run"),
            ("whk", "webhook"),
            ("msg", "delivery"),
            ("cst", "word"),
            ("dsp", "dispute"),
        ];
        return kinds.into_iter().find(|(p, _)| *p == prefix && body(rest)).map(|(_, kind)| kind);
    }
    if word.len() == 64 && word.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Some("hash");
    }
    if word.len() == 15 && word.starts_with("TNT") && body(&word[3..]) {
        return Some("own id");
    }
    (word.len() == 16 && word.starts_with("RF") && body(&word[4..])).then_some("reference")
}

/// One space between words, references without theirs, nothing at the ends.
pub fn plain(text: &str) -> String {
    let line = |l: &str| join_references(&l.split_whitespace().collect::<Vec<_>>());
    let text: Vec<String> = text.lines().map(line).collect();
    text.join("\n").trim().to_owned()
}

fn join_references(words: &[&str]) -> String {
    let mut line = String::new();
    let mut inside = false;
    for word in words {
        let group = word.len() == 4 && word.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase());
        let begins = group && word.starts_with("RF") && word[2..].bytes().all(|b| b.is_ascii_digit());
        if !(line.is_empty() || inside && group) {
            line.push(' ');
        }
        line.push_str(word);
        inside = begins || (inside && group);
    }
    line
}

fn lines(says: &[Vec<char>], printed: &[Vec<char>], names: &mut Names) -> bool {
    let Some((first, rest)) = says.split_first() else { return printed.is_empty() };
    if first.as_slice() == ['…'] {
        return (0..=printed.len()).any(|skip| {
            let mut learned = names.clone();
            let fits = lines(rest, &printed[skip..], &mut learned);
            if fits {
                *names = learned;
            }
            fits
        });
    }
    let Some((line, others)) = printed.split_first() else { return false };
    let mut learned = names.clone();
    let fits = one_line(first, line, &mut learned) && lines(rest, others, &mut learned);
    if fits {
        *names = learned;
    }
    fits
}

fn one_line(says: &[char], printed: &[char], names: &mut Names) -> bool {
    match says.first() {
        None => printed.is_empty(),
        Some('…') => (0..=printed.len()).any(|skip| one_line(&says[1..], &printed[skip..], names)),
        Some('{') => match name_at(says) {
            Some((name, after)) => named(&name, &says[after..], printed, names),
            None => printed.first() == Some(&'{') && one_line(&says[1..], &printed[1..], names),
        },
        Some(c) => printed.first() == Some(c) && one_line(&says[1..], &printed[1..], names),
    }
}

/// The name between braces, and where the text goes on; JSON's braces are none.
fn name_at(says: &[char]) -> Option<(String, usize)> {
    let end = says.iter().position(|c| *c == '}')?;
    let name: String = says[1..end].iter().collect();
    let fine = name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.chars().all(|c| c.is_alphanumeric() || c == ' ' || c == '-' || c == '\'');
    fine.then_some((name, end + 1))
}

fn named(name: &str, rest: &[char], printed: &[char], names: &mut Names) -> bool {
    if let Some(value) = names.get(name) {
        let value: Vec<char> = value.chars().collect();
        return printed.starts_with(&value) && one_line(rest, &printed[value.len()..], names);
    }
    let long = printed.iter().take_while(|c| c.is_ascii_alphanumeric() || "-_.:#".contains(**c)).count();
    (1..=long).rev().any(|length| {
        let mut learned = names.clone();
        learned.insert(name.to_owned(), printed[..length].iter().collect());
        let fits = one_line(rest, &printed[length..], &mut learned);
        if fits {
            *names = learned;
        }
        fits
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_learned_once_and_meant_ever_after() {
        let mut names = Names::new();
        assert!(matches("{pot} is open", "pot-1   is open", &mut names));
        assert!(!matches("{pot} is open", "pot-2 is open", &mut names));
        assert!(matches("{\"a\": 1, …}", "{\"a\": 1, \"b\": 2}", &mut names));
        assert!(matches("one\n…\nlast", "one\ntwo\nthree\nlast", &mut names));
        assert!(matches(
            "Reference: {reference} (pot {pot})",
            "Reference: RF18 5390 0754 7034   (pot pot-1)",
            &mut names
        ));
        assert_eq!(names["reference"], "RF18539007547034");
        assert_eq!(fill("to {reference}", &names), "to RF18539007547034");
    }
}
