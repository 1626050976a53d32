//! Forward-only migrations, numbered and never edited once an issue is resolved with them.

use crate::db::{Db, Tx};
use crate::{Fault, args};

struct Migration {
    number: i64,
    name: &'static str,
    common: &'static str,
    sqlite: &'static str,
    postgres: &'static str,
}

const MIGRATIONS: &[Migration] = &[
    Migration {
        number: 1,
        name: "house",
        common: include_str!("../migrations/0001_house.sql"),
        sqlite: include_str!("../migrations/0001_house.sqlite.sql"),
        postgres: include_str!("../migrations/0001_house.postgres.sql"),
    },
    Migration {
        number: 2,
        name: "balances",
        common: "",
        sqlite: "",
        postgres: include_str!("../migrations/0002_balances.postgres.sql"),
    },
    Migration {
        number: 3,
        name: "life",
        common: include_str!("../migrations/0003_life.sql"),
        sqlite: include_str!("../migrations/0003_life.sqlite.sql"),
        postgres: include_str!("../migrations/0003_life.postgres.sql"),
    },
    Migration {
        number: 4,
        name: "integrity",
        common: include_str!("../migrations/0004_integrity.sql"),
        sqlite: include_str!("../migrations/0004_integrity.sqlite.sql"),
        postgres: include_str!("../migrations/0004_integrity.postgres.sql"),
    },
    Migration {
        number: 5,
        name: "invoices",
        common: include_str!("../migrations/0005_invoices.sql"),
        sqlite: include_str!("../migrations/0005_invoices.sqlite.sql"),
        postgres: include_str!("../migrations/0005_invoices.postgres.sql"),
    },
    Migration {
        number: 6,
        name: "doors",
        common: include_str!("../migrations/0006_doors.sql"),
        sqlite: "",
        postgres: "",
    },
    Migration {
        number: 7,
        name: "media",
        common: include_str!("../migrations/0007_media.sql"),
        sqlite: include_str!("../migrations/0007_media.sqlite.sql"),
        postgres: include_str!("../migrations/0007_media.postgres.sql"),
    },
    Migration {
        number: 8,
        name: "listening",
        common: include_str!("../migrations/0008_listening.sql"),
        sqlite: "",
        postgres: "",
    },
    Migration {
        number: 9,
        name: "institutions",
        common: include_str!("../migrations/0009_institutions.sql"),
        sqlite: include_str!("../migrations/0009_institutions.sqlite.sql"),
        postgres: include_str!("../migrations/0009_institutions.postgres.sql"),
    },
    Migration {
        number: 10,
        name: "members",
        common: include_str!("../migrations/0010_members.sql"),
        sqlite: "",
        postgres: "",
    },
    Migration {
        number: 11,
        name: "counting",
        common: include_str!("../migrations/0011_counting.sql"),
        sqlite: include_str!("../migrations/0011_counting.sqlite.sql"),
        postgres: include_str!("../migrations/0011_counting.postgres.sql"),
    },
    Migration {
        number: 12,
        name: "discovery",
        common: include_str!("../migrations/0012_discovery.sql"),
        sqlite: include_str!("../migrations/0012_discovery.sqlite.sql"),
        postgres: include_str!("../migrations/0012_discovery.postgres.sql"),
    },
    Migration {
        number: 13,
        name: "consent",
        common: include_str!("../migrations/0013_consent.sql"),
        sqlite: include_str!("../migrations/0013_consent.sqlite.sql"),
        postgres: include_str!("../migrations/0013_consent.postgres.sql"),
    },
    Migration {
        number: 14,
        name: "names",
        common: include_str!("../migrations/0014_names.sql"),
        sqlite: "",
        postgres: "",
    },
    Migration {
        number: 15,
        name: "looks",
        common: include_str!("../migrations/0015_looks.sql"),
        sqlite: "",
        postgres: "",
    },
    Migration {
        number: 16,
        name: "tags",
        common: include_str!("../migrations/0016_tags.sql"),
        sqlite: "",
        postgres: "",
    },
    Migration {
        number: 17,
        name: "licenses",
        common: include_str!("../migrations/0017_licenses.sql"),
        sqlite: include_str!("../migrations/0017_licenses.sqlite.sql"),
        postgres: include_str!("../migrations/0017_licenses.postgres.sql"),
    },
    Migration {
        number: 18,
        name: "brands",
        common: include_str!("../migrations/0018_brands.sql"),
        sqlite: include_str!("../migrations/0018_brands.sqlite.sql"),
        postgres: include_str!("../migrations/0018_brands.postgres.sql"),
    },
    Migration {
        number: 19,
        name: "told and heeded",
        common: include_str!("../migrations/0019_told_and_heeded.sql"),
        sqlite: "",
        postgres: "",
    },
    Migration {
        number: 20,
        name: "brand mandates",
        common: include_str!("../migrations/0020_brand_mandates.sql"),
        sqlite: include_str!("../migrations/0020_brand_mandates.sqlite.sql"),
        postgres: include_str!("../migrations/0020_brand_mandates.postgres.sql"),
    },
    Migration {
        number: 21,
        name: "api",
        common: include_str!("../migrations/0021_api.sql"),
        sqlite: "",
        postgres: "",
    },
    Migration {
        number: 22,
        name: "operation",
        common: include_str!("../migrations/0022_operation.sql"),
        sqlite: "",
        postgres: "",
    },
    Migration {
        number: 23,
        name: "walls",
        common: include_str!("../migrations/0023_walls.sql"),
        sqlite: "",
        postgres: "",
    },
    Migration {
        number: 24,
        name: "more doors",
        common: include_str!("../migrations/0024_more_doors.sql"),
        sqlite: "",
        postgres: "",
    },
    Migration {
        number: 25,
        name: "heeded feed",
        common: include_str!("../migrations/0025_heeded_feed.sql"),
        sqlite: "",
        postgres: "",
    },
    Migration {
        number: 26,
        name: "mail in",
        common: include_str!("../migrations/0026_mail_in.sql"),
        sqlite: "",
        postgres: "",
    },
    Migration {
        number: 27,
        name: "merged parties",
        common: include_str!("../migrations/0027_merged_parties.sql"),
        sqlite: "",
        postgres: "",
    },
];

/// From this number on a migration only adds, so that a running process of an older version goes on beside it.
pub const ADDITIVE_SINCE: i64 = 22;

/// Migrations that older programs do not survive: their number, and the lowest schema that a program must know to run
/// on what they leave. The contracting half of a change comes one version after the expanding half, and stands here.
const CONTRACTS: &[(i64, i64)] = &[];

/// The newest schema that this program knows.
pub fn newest() -> i64 {
    MIGRATIONS.last().map_or(0, |m| m.number)
}

/// Every migration's number, name and SQL on SQLite and on PostgreSQL, and whether it is marked as contracting; for the test
/// that holds the rule.
#[doc(hidden)]
pub fn scripts() -> Vec<(i64, &'static str, [&'static str; 3], bool)> {
    let contracts = |number| CONTRACTS.iter().any(|(n, _)| *n == number);
    MIGRATIONS
        .iter()
        .map(|m| (m.number, m.name, [m.common, m.sqlite, m.postgres], contracts(m.number)))
        .collect()
}

/// Brings the schema up to date, one transaction for all; a database that a newer program wrote is used as it is where its
/// changes only added, and refused where not.
pub(crate) async fn migrate(db: &Db) -> Result<(), Fault> {
    migrate_to(db, i64::MAX).await
}

/// The same up to a number; an older schema is what tests of upgrades start from.
pub(crate) async fn migrate_to(db: &Db, last: i64) -> Result<(), Fault> {
    let mut tx = db.begin().await?;
    if tx.is_postgres() {
        // Two processes that start together must not both migrate.
        tx.run("select pg_advisory_xact_lock(7402981)", args![]).await?;
    }
    tx.script("create table if not exists migration (number bigint primary key, name text not null)").await?;
    let done = tx.number("select max(number) from migration", args![]).await?;
    if done > newest() {
        return from_the_future(&mut tx, done).await;
    }
    for migration in MIGRATIONS.iter().filter(|m| m.number > done && m.number <= last) {
        let postgres = db.is_postgres();
        let (blob, seq) = if postgres {
            ("bytea", "bigint generated always as identity primary key")
        } else {
            ("blob", "integer primary key autoincrement")
        };
        tx.script(&migration.common.replace("{blob}", blob).replace("{seq}", seq)).await?;
        tx.script(if postgres { migration.postgres } else { migration.sqlite }).await?;
        let record = "insert into migration (number, name) values ($1, $2)";
        tx.run(record, args![migration.number, migration.name]).await?;
        if let Some((_, needs)) = CONTRACTS.iter().find(|(n, _)| *n == migration.number) {
            tx.run("update migration set needs = $1 where number = $2", args![*needs, migration.number])
                .await?;
        }
    }
    tx.commit().await
}

/// Whether what newer programs did to the schema lets this one go on.
async fn from_the_future(tx: &mut Tx, done: i64) -> Result<(), Fault> {
    let needs = tx.number("select max(needs) from migration", args![]).await?;
    if needs <= newest() {
        return Ok(());
    }
    Err(Fault::new(format!(
        "the data was written by a newer version of tantieme (schema {done} needs a program that knows {needs}, this one knows {})\n  hint: use that version; nothing was changed",
        newest()
    )))
}
