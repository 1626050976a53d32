//! The crate table of ARCHITECTURE.md: `| layer | crate | one line | knows |`.

use super::Finding;

/// The layer of crates that never are part of the program.
pub const DEV: u32 = u32::MAX;

/// One row of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// From 0 at the bottom; [`DEV`] for `dev`.
    pub layer: u32,
    /// The crate.
    pub name: String,
    /// What its arrows may point to.
    pub knows: Knows,
    /// Where the row stands.
    pub line: usize,
}

/// What the column `knows` allows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Knows {
    /// Crates named in backticks.
    pub names: Vec<String>,
    /// Ranges of layers, both ends included.
    pub layers: Vec<(u32, u32)>,
    /// Every crate of the program.
    pub everything: bool,
}

impl Knows {
    /// Whether an arrow to a row is allowed.
    pub fn allows(&self, row: &Row) -> bool {
        let inside = |(low, high): &(u32, u32)| (*low..=*high).contains(&row.layer);
        self.names.contains(&row.name)
            || self.layers.iter().any(inside)
            || (self.everything && row.layer != DEV)
    }
}

/// The rows, and what could not be read.
pub fn read(file: &str, text: &str) -> (Vec<Row>, Vec<Finding>) {
    let (mut rows, mut findings, mut inside) = (Vec::new(), Vec::new(), false);
    for (place, line) in text.lines().enumerate() {
        let cells: Vec<&str> = line.trim().trim_matches('|').split('|').map(str::trim).collect();
        if cells == ["layer", "crate", "one line", "knows"] {
            inside = true;
        } else if inside && !line.trim_start().starts_with('|') {
            inside = false;
        } else if inside && !cells.iter().all(|c| c.bytes().all(|b| b == b'-' || b == b':')) {
            match row(&cells, place + 1) {
                Some(row) => rows.push(row),
                None => findings.push(Finding {
                    file: file.to_owned(),
                    line: place + 1,
                    what: "this row of the crate table cannot be read".to_owned(),
                    hint: "write `| layer | crate in backticks | one line | knows |`, knows being crates in backticks, `layers 0–2`, `everything` or `nothing`",
                }),
            }
        }
    }
    if rows.is_empty() && findings.is_empty() {
        let what = "the crate table is missing".to_owned();
        findings.push(Finding {
            file: file.to_owned(),
            line: 1,
            what,
            hint: "its head is `| layer | crate | one line | knows |`",
        });
    }
    (rows, findings)
}

fn row(cells: &[&str], line: usize) -> Option<Row> {
    let [layer, name, _, knows] = cells else { return None };
    let layer = if *layer == "dev" { DEV } else { layer.parse().ok()? };
    let name = name.strip_prefix('`')?.strip_suffix('`')?.to_owned();
    Some(Row { layer, name, knows: read_knows(knows)?, line })
}

fn read_knows(cell: &str) -> Option<Knows> {
    let names: Vec<String> = cell.split('`').skip(1).step_by(2).map(str::to_owned).collect();
    let mut layers = Vec::new();
    for part in cell.split("layers ").skip(1) {
        let range = part.split([',', ' ']).next()?;
        let (low, high) = range.split_once(['–', '-'])?;
        layers.push((low.parse().ok()?, high.parse().ok()?));
    }
    let everything = cell.starts_with("everything");
    let some = everything || !names.is_empty() || !layers.is_empty();
    (some || cell.starts_with("nothing")).then_some(Knows { names, layers, everything })
}

#[cfg(test)]
pub mod tests {
    use super::*;

    pub const TABLE: &str = "\
| layer | crate | one line | knows |
|---|---|---|---|
| 0 | `money` | exact amounts | nothing |
| 1 | `music` | words | `money` |
| 4 | `store` | all SQL | layers 0–3 |
| 6 | `server` | pages | `app` |
| 6 | `tantieme` | the program | everything |
| dev | `testkit` | builders | layers 0–1 |

| layer | what |
";

    #[test]
    fn rows_are_read_with_what_they_know() {
        let (rows, findings) = read("A.md", TABLE);
        assert!(findings.is_empty(), "{findings:?}");
        assert_eq!(rows.len(), 6);
        let [money, music, store, server, program, testkit] = &rows[..] else { panic!("{rows:?}") };
        assert_eq!((money.layer, money.line, testkit.layer), (0, 3, DEV));
        assert!(!money.knows.allows(music));
        assert!(music.knows.allows(money));
        assert!(store.knows.allows(music));
        assert!(!store.knows.allows(server));
        assert!(program.knows.allows(server));
        assert!(!program.knows.allows(testkit));
    }

    #[test]
    fn a_row_without_a_clear_rule_is_a_finding() {
        for bad in [
            "| 2 | `x` | y | whatever it likes |",
            "| two | `x` | y | nothing |",
            "| 2 | x | y | nothing |",
            "| 2 | `x` | nothing |",
            "| 2 | `x` | y | layers 0 |",
        ] {
            let (_, findings) =
                read("A.md", &format!("| layer | crate | one line | knows |\n|---|---|---|---|\n{bad}\n"));
            assert_eq!(findings.len(), 1, "{bad}");
            assert_eq!(findings[0].line, 3);
        }
        assert_eq!(read("A.md", "# nothing").1.len(), 1);
    }
}
