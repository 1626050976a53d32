//! A story as text: prose that nobody checks, and blocks that somebody does.
//!
//! | block | what it does |
//! |---|---|
//! | `` ```file NAME `` | writes the file; `encoding=utf-16le`, `encoding=latin-1` or `encoding=hex` behind the name, `text` otherwise |
//! | `` ```bank NAME `` | lets the bank report: `credit EUR 50.00 from "DJ Low Tide" for {reference}`, one movement a line |
//! | `` ```plays NAME `` | writes the table, as CSV, to a Parquet file |
//! | `` ```console `` | commands behind `$ `, what they print below, and `[exit 1]` where they refuse |
//! | `` ```refused `` | the same, and nothing in the data folder may change |

/// A story.
#[derive(Debug)]
pub struct Script {
    /// Its heading.
    pub title: String,
    /// Prose and blocks in their order.
    pub parts: Vec<Part>,
}

/// A piece of a story.
#[derive(Debug)]
pub enum Part {
    /// Text for people, as it stands.
    Prose(String),
    /// A block with its kind, the words behind it, and its text.
    Block {
        /// `file`, `bank`, `plays`, `console` or `refused`.
        kind: String,
        /// What stands behind the kind.
        words: Vec<String>,
        /// The text between the fences, each line with its break.
        text: String,
    },
}

/// A command with what it should print.
#[derive(Debug, PartialEq, Eq)]
pub struct Step {
    /// The command as it stands behind `$ `.
    pub command: String,
    /// What it should print: output, then messages, then `[exit N]` unless that is 0.
    pub prints: String,
}

/// Reads a story.
pub fn read(text: &str) -> Script {
    let title = text.lines().find_map(|l| l.strip_prefix("# ")).unwrap_or_default().to_owned();
    let mut parts = Vec::new();
    let mut prose = String::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let Some(head) = line.strip_prefix("```").filter(|h| !h.is_empty()) else {
            prose.push_str(line);
            prose.push('\n');
            continue;
        };
        parts.push(Part::Prose(std::mem::take(&mut prose)));
        let mut head = head.split_whitespace().map(str::to_owned);
        let kind = head.next().unwrap_or_default();
        let text = lines.by_ref().take_while(|l| *l != "```").flat_map(|l| [l, "\n"]).collect();
        parts.push(Part::Block { kind, words: head.collect(), text });
    }
    parts.push(Part::Prose(prose));
    Script { title, parts }
}

/// The commands of a block. A line that ends in `\` goes on in the next one.
pub fn steps(text: &str) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if let Some(command) = line.strip_prefix("$ ") {
            let mut command = command.to_owned();
            while command.ends_with('\\') {
                command.push('\n');
                command.push_str(lines.next().unwrap_or_default());
            }
            steps.push(Step { command, prints: String::new() });
        } else if let Some(step) = steps.last_mut() {
            step.prints.push_str(line);
            step.prints.push('\n');
        }
    }
    steps
}

/// The words of a command as a shell would cut them: quotes hold words together.
pub fn words(command: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote: Option<char> = None;
    let command = command.replace("\\\n", " ");
    for c in command.chars() {
        match (quote, c) {
            (Some(q), c) if c == q => quote = None,
            (None, '"' | '\'') => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (None, c) if c.is_whitespace() => words.extend(word.take()),
            (_, c) => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    words
}

/// A story as text again.
pub fn write(script: &Script) -> String {
    let mut text = String::new();
    for part in &script.parts {
        match part {
            Part::Prose(prose) => text.push_str(prose),
            Part::Block { kind, words, text: inside } => {
                let head: Vec<&str> =
                    std::iter::once(kind.as_str()).chain(words.iter().map(String::as_str)).collect();
                text.push_str(&format!("```{}\n{inside}```\n", head.join(" ")));
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_story_is_cut_into_blocks_commands_and_words() {
        let text = "# A night\n\nProse.\n\n```console\n$ tantieme pot list\nnone\n$ tantieme party add \"Ada N\" \\\n    --country FR\n```\nMore.\n";
        let script = read(text);
        assert_eq!(script.title, "A night");
        assert_eq!(write(&script), text);
        let Part::Block { text, .. } = &script.parts[1] else { panic!("a block") };
        let steps = steps(text);
        assert_eq!(steps[0], Step { command: "tantieme pot list".to_owned(), prints: "none\n".to_owned() });
        assert_eq!(words(&steps[1].command), ["tantieme", "party", "add", "Ada N", "--country", "FR"]);
    }
}
