//! The museum of errors: each problem a rule can have, with a small rule that provokes it.

/// One problem and how to provoke it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exhibit {
    /// The code of the problem.
    pub code: &'static str,
    /// What it means.
    pub meaning: &'static str,
    /// A rule that has it and no other.
    pub rule: String,
}

/// Every problem that [`super::read()`] can find, each once, by code.
pub fn museum() -> Vec<Exhibit> {
    let line = "[[split]]\nshare = \"remaining\"\nby = \"line\"\n";
    let exhibit = |code, meaning, rule: &str| Exhibit { code, meaning, rule: format!("{HEAD}{rule}") };
    let bare = |code, meaning, rule: &str| Exhibit { code, meaning, rule: rule.to_owned() };
    vec![
        exhibit(
            "rule-destination-unknown",
            "Money is sent to a place that is neither a destination nor a split.",
            &format!("{line}[unplayed]\nto = \"next month\"\n"),
        ),
        exhibit("rule-key-missing", "A key that every such section needs is not there.", "[[split]]\nshare = \"100 %\"\n"),
        exhibit(
            "rule-key-unfit",
            "A key stands where it means nothing.",
            "[[split]]\nshare = \"remaining\"\nby = \"line\"\ncap = \"1000 plays\"\n",
        ),
        exhibit("rule-key-unknown", "A key is no word of the language.", &format!("payz = \"master\"\n{line}")),
        exhibit("rule-kind-wrong", "A number stands where a text should, or the like.", "[[split]]\nshare = 100\nby = \"line\"\n"),
        exhibit(
            "rule-name-twice",
            "Two splits have one name, or two deductions one place and reason.",
            "[[split]]\nshare = \"50 %\"\nby = \"line\"\n[[split]]\nshare = \"50 %\"\nby = \"line\"\n",
        ),
        bare(
            "rule-name-unfit",
            "A name has signs that names cannot have, or is a destination.",
            &format!("name = \"My Rule\"\nversion = 1\nsummary = \"shares\"\n{line}"),
        ),
        bare("rule-not-toml", "The text is not TOML.", "name = set list\n"),
        exhibit(
            "rule-number-unfit",
            "A number, a span or an amount is out of range or not written as it should be.",
            &format!("{line}[unmatched]\nhold = \"three years\"\nthen = \"recording\"\n"),
        ),
        exhibit(
            "rule-otherwise-circle",
            "The money of splits for which nothing qualifies would go round for ever.",
            "[[split]]\nname = \"a\"\nshare = \"50 %\"\nby = \"play\"\notherwise = \"b\"\n[[split]]\nname = \"b\"\nshare = \"50 %\"\nby = \"line\"\notherwise = \"a\"\n",
        ),
        exhibit(
            "rule-otherwise-missing",
            "A split can come out empty, and the rule does not say where its money goes then.",
            "[[split]]\nshare = \"remaining\"\nby = \"play\"\nwhere = \"local\"\n",
        ),
        exhibit(
            "rule-remaining-twice",
            "Two splits say `remaining`.",
            &format!("{line}[[split]]\nshare = \"remaining\"\nby = \"play\"\n"),
        ),
        exhibit(
            "rule-share-unreadable",
            "A share is neither a percentage nor a fraction, or too fine to be added.",
            "[[split]]\nshare = \"-5 %\"\nby = \"line\"\n",
        ),
        exhibit("rule-share-zero", "A share is nothing.", &format!("[[deduct]]\nshare = \"0 %\"\nto = \"house\"\nreason = \"none\"\n{line}")),
        exhibit(
            "rule-shares-exceed",
            "Deductions and splits are more than the pot.",
            "[[deduct]]\nshare = \"15 %\"\nto = \"house\"\nreason = \"service\"\n[[split]]\nshare = \"97.5 %\"\nby = \"line\"\n",
        ),
        exhibit(
            "rule-shares-miss",
            "Deductions and splits are less than the pot.",
            "[[deduct]]\nshare = \"15 %\"\nto = \"house\"\nreason = \"service\"\n[[split]]\nshare = \"11/12\"\nby = \"line\"\n".replace("11/12", "5/6").as_str(),
        ),
        exhibit("rule-too-long", "The text or the list of its parts is longer than a page that a person reads.", &many_splits()),
        exhibit("rule-word-unknown", "A word is not in the closed list for its key.", "[[split]]\nshare = \"remaining\"\nby = \"lines\"\n"),
    ]
}

const HEAD: &str = "name = \"my-rule\"\nversion = 1\nsummary = \"shares a pot\"\n";

fn many_splits() -> String {
    let split = |n: usize| format!("[[split]]\nname = \"part {n}\"\nshare = \"1/65\"\nby = \"line\"\n");
    // The last is left out when the list is cut, and `remaining` then stands for it.
    let first = "[[split]]\nshare = \"remaining\"\nby = \"play\"\n".to_owned();
    std::iter::once(first).chain((0..super::MOST_PARTS).map(split)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule::read;

    #[test]
    fn every_exhibit_provokes_its_problem_and_no_other() {
        for exhibit in museum() {
            let problems = read("my-rule.toml", &exhibit.rule).expect_err(exhibit.code);
            let codes: Vec<&str> = problems.iter().map(|p| p.code).collect();
            assert_eq!(codes, [exhibit.code], "{}", problems[0]);
            let problem = &problems[0];
            let first = problem.message.chars().next().unwrap();
            assert!(!first.is_uppercase() && !problem.message.ends_with('.'), "{problem}");
            assert!(!problem.hint.is_empty() && problem.origin.line > 0, "{problem}");
        }
    }

    #[test]
    fn the_museum_is_complete_and_sorted() {
        let codes: Vec<&str> = museum().into_iter().map(|e| e.code).collect();
        assert!(codes.windows(2).all(|pair| pair[0] < pair[1]));
        let reader =
            [include_str!("read/mod.rs"), include_str!("read/fields.rs"), include_str!("read/split.rs")];
        let sources = [reader.concat(), include_str!("check.rs").to_owned()].concat();
        for code in sources.split('"').filter(|text| text.starts_with("rule-") && !text.contains(' ')) {
            assert!(codes.contains(&code), "`{code}` is in no exhibit");
        }
    }
}
