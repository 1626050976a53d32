//! Every story of `scenarios/` happens as told.

use std::path::Path;

use crate::play;

#[test]
fn stories_happen_as_told() {
    play::folder(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../scenarios")), false, |_, _, _| {});
}
