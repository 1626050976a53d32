//! The schema of registry lines, as one table from which the reference page is made.

/// One field of a line.
#[derive(Debug)]
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// What may stand there.
    pub value: &'static str,
    /// What it means, and what its absence means.
    pub means: &'static str,
}

/// One type of line.
#[derive(Debug)]
pub struct Type {
    /// The word in `type`.
    pub name: &'static str,
    /// What it says.
    pub says: &'static str,
    /// Its fields.
    pub fields: &'static [Field],
    /// A whole line as an example; a test reads it.
    pub example: &'static str,
}

const fn f(name: &'static str, value: &'static str, means: &'static str) -> Field {
    Field { name, value, means }
}

const ID: Field = f("id", "text", "its id; one kind of thing, one line each");
const LOG: Field = f(
    "log",
    "whole number",
    "its place in the public log; a question at log size n sees places below n; 0 without it",
);
const AT: Field =
    f("at", "day", "the day it got into the log; it takes effect from then; without it, from ever");
const FROM: Field = f("from", "day", "first day; without it, from ever");
const UNTIL: Field = f("until", "day", "the day after the last; without it, for ever");
const WHERE: Field = f("territories", "list of `Worldwide`, `FR`, `FR-42`", "where; everywhere without it");
const LEVEL: Field = f(
    "level",
    "`asserted`, `contact`, `documented`, `identified` or `qualified`",
    "how well it is verified; `asserted` without it",
);
const CONDITIONS: Field = f(
    "conditions",
    "object with any of `output` (list of `walled`, `download`, `streaming`, `advertising`), `model`, `version`, `purpose` (`research` or `commercial`), `project`, `max_days`, `attribution`, `detection`, `fee`",
    "what is asked in return; what the question answers is checked, the rest is told",
);
const USES: Field = f(
    "uses",
    "list of uses and groups, such as `train.gen`, `train`, `*`",
    "at least one; a group never grants a personal use",
);

/// All types, in the order of the page.
pub static TYPES: [Type; 8] = [
    Type {
        name: "party",
        says: "somebody who holds, speaks or asks; need not be there for a party that other lines name",
        fields: &[
            ID,
            f("name", "text", "for people"),
            f("minor_until", "day", "the day a minor comes of age"),
            LEVEL,
        ],
        example: r#"{"type":"party","id":"ada","name":"Ada Nwosu","level":"identified"}"#,
    },
    Type {
        name: "work",
        says: "a composition",
        fields: &[ID, f("iswc", "text", "its ISWC"), f("title", "text", "its title")],
        example: r#"{"type":"work","id":"w1","title":"Night Drive"}"#,
    },
    Type {
        name: "recording",
        says: "one fixed performance, with what resolves it",
        fields: &[
            ID,
            f("isrc", "ISRC", "an ISRC that two recordings share resolves to neither"),
            f("file_hash", "64 hexadecimal digits", "SHA-256 of its file"),
            f("iscc", "ISCC", "its ISCC"),
            f("artist", "text", "as written"),
            f("title", "text", "its title"),
            f("works", "list of ids", "the works it performs"),
            f("project", "id", "the project it is part of"),
            f(
                "tdm_reserved",
                "true or false",
                "the EU reservation of text and data mining; reported beside the answer",
            ),
            LOG,
        ],
        example: r#"{"type":"recording","id":"r1","isrc":"DEA122600001","artist":"Ada Nwosu","title":"Night Drive","works":["w1"]}"#,
    },
    Type {
        name: "claim",
        says: "that a party holds a share in a role",
        fields: &[
            ID,
            f("subject", "`recording:ID`, `work:ID` or `project:ID`", "of what"),
            f(
                "role",
                "`master`, `work`, `lyrics`, `featured`, `voice`, `performer` or `owner`",
                "in which role",
            ),
            f("party", "id", "who"),
            f(
                "share_ppm",
                "whole number",
                "millionths of the whole; who holds 0 is not asked; the whole without it",
            ),
            WHERE,
            FROM,
            UNTIL,
            LOG,
            AT,
            LEVEL,
            f("revoked_at", "day", "the day it ended: somebody else holds the share now, or nobody"),
            f("revoked_log", "whole number", "the place of that in the log"),
        ],
        example: r#"{"type":"claim","id":"c1","subject":"recording:r1","role":"master","party":"ada","share_ppm":500000,"level":"documented"}"#,
    },
    Type {
        name: "mandate",
        says: "that an agent may speak for a principal",
        fields: &[
            ID,
            f("principal", "id", "who is spoken for"),
            f("agent", "id", "who speaks"),
            USES,
            WHERE,
            FROM,
            UNTIL,
            f("guardian", "true or false", "the agent is a minor's guardian"),
            f("revoked_at", "day", "the day it was revoked"),
            f("revoked_log", "whole number", "the place of that in the log"),
            LOG,
            AT,
            LEVEL,
        ],
        example: r#"{"type":"mandate","id":"m1","principal":"ada","agent":"agency","uses":["train"],"until":"2027-01-01"}"#,
    },
    Type {
        name: "statement",
        says: "what somebody said",
        fields: &[
            ID,
            f("speaker", "id", "who said it"),
            f("for", "id", "for whom, where an agent speaks; the speaker without it"),
            f(
                "subject",
                "`recording:ID`, `work:ID`, `project:ID`, `person` or `catalogue`",
                "about what; the last two are the holder's own",
            ),
            f("kind", "`permit`, `refuse`, `ask` or `withdraw`", "what was said"),
            USES,
            f("licensees", "list of ids", "to whom; everybody without it"),
            WHERE,
            FROM,
            UNTIL,
            CONDITIONS,
            f("offer", "text", "what an `ask` offers"),
            f(
                "withdraws",
                "id",
                "the statement that a `withdraw` takes back; without it, all before of the same speaker, subject and uses",
            ),
            f(
                "prev",
                "64 hexadecimal digits",
                "hash of the speaker's statement on this subject before this one",
            ),
            f("salt", "text", "random digits, so that the hash in the public log tells nothing of the rest"),
            f("key", "64 hexadecimal digits", "Ed25519 key"),
            f(
                "signature",
                "128 hexadecimal digits",
                "over the canonical bytes (RFC 8785) without `signature`, `log` and `at`",
            ),
            LOG,
            AT,
            LEVEL,
        ],
        example: r#"{"type":"statement","id":"s1","speaker":"ada","subject":"catalogue","kind":"permit","uses":["train.gen"],"conditions":{"attribution":true},"log":4,"at":"2026-10-01"}"#,
    },
    Type {
        name: "license",
        says: "an agreement that permits uses",
        fields: &[
            ID,
            f("licensee", "id", "who may"),
            f("uses", "list of uses", "one by one; no groups"),
            f(
                "subjects",
                "list of `recording:ID`, `work:ID`, `project:ID`, `person`, `catalogue`",
                "of what; the last two are those of its signers",
            ),
            WHERE,
            FROM,
            UNTIL,
            f("signed_by", "list of ids", "the holders who signed, or for whom it was signed"),
            CONDITIONS,
            f("notice_days", "whole number", "for how many days outputs may go on after a revocation"),
            f("revoked_at", "day", "the day it was revoked"),
            f("revoked_log", "whole number", "the place of that in the log"),
            f("promises", "text", "what was promised for trained models when consent ends"),
            LOG,
            AT,
            LEVEL,
        ],
        example: r#"{"type":"license","id":"l1","licensee":"modelmaker","uses":["train.gen"],"subjects":["recording:r1"],"signed_by":["ada"],"conditions":{"model":"m","version":"2"}}"#,
    },
    Type {
        name: "dispute",
        says: "that somebody contests",
        fields: &[
            ID,
            f("subject", "`recording:ID`, `work:ID`, `project:ID` or `person:ID`", "what is contested"),
            f("closed_at", "day", "the day it was closed"),
            f("closed_log", "whole number", "the place of that in the log"),
            LOG,
            AT,
        ],
        example: r#"{"type":"dispute","id":"d1","subject":"work:w1","at":"2026-10-05"}"#,
    },
];

/// The reference page, in Markdown.
pub fn page() -> String {
    let mut text = "# Lines of a consent registry\n\n\
        A registry is NDJSON: one JSON object a line, UTF-8, lines in any order, at most 1 MiB each. A day is `2026-10-01`. A field\n\
        that is not listed is an error, so that a mistyped limit never widens a permit; a bad line costs only itself.\n\
        This page is made from `crates/consent/src/schema.rs`; `tantieme consent schema` prints it.\n"
        .to_owned();
    for t in &TYPES {
        text.push_str(&format!(
            "\n## {}\n\nSays {}.\n\n| field | value | meaning |\n|---|---|---|\n| `type` | `{}` | |\n",
            t.name, t.says, t.name
        ));
        for field in t.fields {
            text.push_str(&format!("| `{}` | {} | {} |\n", field.name, field.value, field.means));
        }
        text.push_str(&format!("\n```json\n{}\n```\n", t.example));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::read_line;

    #[test]
    fn every_example_is_read_and_every_field_is_known() {
        for t in &TYPES {
            assert!(read_line(1, t.example.as_bytes()).unwrap().is_some(), "{}", t.name);
            for field in t.fields {
                let line = format!(r#"{{"type":"{}","{}":{{"no":1}}}}"#, t.name, field.name);
                let problem = read_line(1, line.as_bytes()).unwrap_err();
                assert!(
                    !problem.message.contains(&format!("unknown field `{}`", field.name)),
                    "{}.{}",
                    t.name,
                    field.name
                );
            }
            let line = format!(r#"{{"type":"{}","untill":"2026-01-01"}}"#, t.name);
            let problem = read_line(1, line.as_bytes()).unwrap_err();
            // The reader names the fields it expects: the table must know them all.
            let quoted = problem.message.matches('`').count() / 2;
            assert!(
                problem.message.len() >= 290 || quoted == t.fields.len() + 2,
                "{}: {}",
                t.name,
                problem.message
            );
        }
    }
}
