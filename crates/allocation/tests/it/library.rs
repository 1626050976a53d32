//! Every rule that ships is read, told in both languages and holds on its worked examples.

use allocation::example::examples;
use allocation::rule::read;
use allocation::{Lang, library, reading, shipped};

#[test]
fn every_rule_is_read_and_holds_on_its_examples() {
    for shipped in shipped() {
        let rule = read(shipped.file, shipped.text).unwrap_or_else(|p| panic!("{}", p[0]));
        assert_eq!(format!("{}.toml", rule.name), shipped.file, "a rule's file carries its name");
        let examples = examples(shipped.file, shipped.examples).unwrap_or_else(|p| panic!("{}", p[0]));
        assert!(!examples.is_empty(), "{} has no worked example", rule.name);
        for example in examples {
            if let Err(differences) = example.check(&rule) {
                panic!("{}, example on line {} ({}):\n{differences}", rule.name, example.line, example.title);
            }
        }
    }
    assert_eq!(library().len(), shipped().len());
}

#[test]
fn every_rule_names_its_side_and_replaces_no_licence() {
    for shipped in shipped() {
        assert!(shipped.text.contains("\npays "), "{} names no side", shipped.file);
        assert!(shipped.text.contains("\nnotice "), "{} states no notice", shipped.file);
        assert!(shipped.text.contains("\nsummary_fr "), "{} has no French", shipped.file);
    }
    for rule in library() {
        println!("{}\n", reading(&rule, Lang::En));
        println!("{}\n", reading(&rule, Lang::Fr));
        assert!(reading(&rule, Lang::En).contains("replaces no collecting society's licence"));
        assert!(reading(&rule, Lang::Fr).contains("ne remplace aucune autorisation"));
    }
}
