//! Changes of the schema: additive from a number on, and what an older program does with a newer database.

use store::{ADDITIVE_SINCE, Db, FieldKey, Store};

use crate::fresh;

/// The statements of a script, without comments, in lower case, spaces as one.
fn statements(script: &str) -> Vec<String> {
    let bare: String =
        script.lines().map(|l| l.split("--").next().unwrap_or_default()).collect::<Vec<_>>().join(" ");
    let mut found = Vec::new();
    let (mut open, mut begin) = (0, 0);
    let words: Vec<&str> = bare.split_inclusive(';').collect();
    // A trigger's body holds statements of its own; a function's stands between `$$`.
    let mut one = String::new();
    for part in words {
        one.push_str(part);
        begin += part.matches("$$").count();
        let word = one.to_lowercase();
        open =
            usize::from(word.contains(" begin ") && !word.trim_end().trim_end_matches(';').ends_with("end"));
        if begin % 2 == 0 && (open == 0 || word.contains("$$")) {
            found.push(word.split_whitespace().collect::<Vec<_>>().join(" "));
            one.clear();
        }
    }
    let _ = open;
    found.retain(|s| !s.trim_matches([' ', ';']).is_empty());
    found
}

/// Why an older program might not survive a statement; nothing where it only adds.
fn breaks(statement: &str, new_tables: &[String]) -> Option<&'static str> {
    let words: Vec<&str> = statement.split([' ', '(']).filter(|w| !w.is_empty()).collect();
    let on = |at: usize| words.get(at).is_some_and(|t| new_tables.iter().any(|n| n == t));
    match words.as_slice() {
        ["create", "table", ..] | ["create", "function", ..] => None,
        ["create", "unique", "index", ..] => {
            let at = words.iter().position(|w| *w == "on").map_or(0, |p| p + 1);
            (!on(at)).then_some("older programs may write what the new key forbids")
        }
        ["create", "index", ..] => None,
        ["create", "trigger", ..] | ["create", "constraint", "trigger", ..] => {
            let at = words.iter().rposition(|w| *w == "on").map_or(0, |p| p + 1);
            let at = words.iter().position(|w| *w == "on").filter(|p| on(p + 1)).map_or(at, |p| p + 1);
            (!on(at)).then_some("older programs may write what the new trigger forbids")
        }
        ["alter", "table", _, "add", "column", ..] => {
            let fixed = statement.contains("not null") && !statement.contains("default");
            fixed.then_some("older programs write no value into the new column")
        }
        ["insert", "into", ..] | ["update", ..] => None,
        _ => Some("it changes or removes what older programs know"),
    }
}

#[test]
fn every_change_only_adds_from_the_stated_schema_on() {
    let mut wrong = Vec::new();
    for (number, name, scripts, contracting) in store::schema_scripts() {
        if number < ADDITIVE_SINCE || contracting {
            continue;
        }
        let all: Vec<String> = scripts.iter().flat_map(|s| statements(s)).collect();
        let new: Vec<String> = all
            .iter()
            .filter_map(|s| s.strip_prefix("create table "))
            .filter_map(|s| s.split([' ', '(']).next().map(str::to_owned))
            .collect();
        wrong.extend(
            all.iter().filter_map(|s| breaks(s, &new).map(|why| format!("{number} {name}: {s}: {why}"))),
        );
    }
    assert!(
        wrong.is_empty(),
        "{}\nadd first and take away a version later, or say in `CONTRACTS` what a program has to know (docs/operating.md)",
        wrong.join("\n")
    );
}

#[test]
fn what_would_break_an_older_program_is_noticed() {
    let new = vec!["fresh".to_owned()];
    for (statement, fine) in [
        ("create table fresh (id text primary key)", true),
        ("create unique index a on fresh (id)", true),
        ("create unique index a on party (name)", false),
        ("create index a on party (name)", true),
        ("create trigger t before update on fresh begin select raise(abort, 'x'); end", true),
        ("create trigger t before update of a on party for each row execute function never()", false),
        ("alter table party add column nick text", true),
        ("alter table party add column nick text not null", false),
        ("alter table party add column nick text not null default ''", true),
        ("alter table party drop column name", false),
        ("alter table party rename to people", false),
        ("drop table party", false),
        ("delete from party", false),
    ] {
        assert_eq!(breaks(statement, &new).is_none(), fine, "{statement}");
    }
    assert_eq!(
        statements("-- a; b\ncreate table x (\n a text -- c\n);\ncreate trigger t before update on x begin select 1; select 2; end;\ncreate function f() returns trigger language plpgsql as $$ begin return new; end $$;").len(),
        3
    );
}

async fn pretend_newer(db: &Db, needs: i64) {
    let mut tx = db.begin().await.unwrap();
    tx.script("alter table party add column from_the_future text").await.unwrap();
    let sql = "insert into migration (number, name, needs) values ($1, 'future', $2)";
    tx.run(sql, store::args![store::newest_schema() + 7, needs]).await.unwrap();
    tx.commit().await.unwrap();
}

/// A newer program has changed the schema beside a running older one.
#[tokio::test]
async fn an_older_program_goes_on_beside_additive_changes_and_refuses_others() {
    for fresh in fresh::each().await {
        let newest = store::newest_schema();
        pretend_newer(fresh.store.db(), newest - 1).await;
        // The one that runs goes on: its statements name their columns.
        let draft = ledger::Draft::posted("receive", "con-1", "k1")
            .inputs("1")
            .debit(ledger::Account::bank(), "EUR 5".parse().unwrap())
            .credit(ledger::Account::pot("pot-1"), "EUR 5".parse().unwrap());
        fresh.store.post(jiff::Timestamp::from_second(1).unwrap(), &[draft]).await.unwrap();
        // One that starts goes on too.
        let again = reopened(&fresh).await.unwrap();
        let mut tx = again.begin_read().await.unwrap();
        assert_eq!(tx.schema().await.unwrap(), newest + 7, "{}", fresh.engine);
        drop(tx);
        again.close().await;
        let mut tx = fresh.store.begin().await.unwrap();
        tx.run("update migration set needs = $1 where number > $2", store::args![newest + 1, newest])
            .await
            .unwrap();
        tx.commit().await.unwrap();
        let refused = reopened(&fresh).await.unwrap_err().to_string();
        assert!(
            refused.contains("written by a newer version") && refused.contains("nothing was changed"),
            "{refused}"
        );
    }
}

async fn reopened(fresh: &fresh::Fresh) -> Result<Store, store::Fault> {
    let key = FieldKey::new([1; 32]);
    match &fresh.url {
        Some(url) => Store::connect(url, key).await,
        None => Store::open(fresh.folder.path(), key).await,
    }
}
