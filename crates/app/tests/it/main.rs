//! The use cases, on SQLite and, where `TANTIEME_TEST_POSTGRES` names a server, on PostgreSQL.

mod claim;
mod houses;
