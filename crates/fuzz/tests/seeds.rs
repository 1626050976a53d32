//! What once broke a promise is tried again: every file under `seeds/DOOR/` goes through that door.
#![allow(clippy::unwrap_used, reason = "tests may stop short")]

use std::path::Path;

#[test]
fn what_broke_a_promise_once_breaks_none_again() {
    let mut tried = 0;
    for (name, door) in fuzz::DOORS {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds").join(name);
        for file in std::fs::read_dir(&folder).into_iter().flatten() {
            let path = file.unwrap().path();
            let bytes = std::fs::read(&path).unwrap();
            let said = std::panic::catch_unwind(|| door(&bytes));
            assert!(said.is_ok(), "{} breaks a promise", path.display());
            tried += 1;
        }
    }
    assert!(tried > 0, "no seeds found");
}

#[test]
fn every_door_takes_nothing_and_noise() {
    for (_, door) in fuzz::DOORS {
        door(b"");
        door(&[0; 64]);
        door(&(0..=255).collect::<Vec<u8>>());
    }
}

/// A door that is not named everywhere is tried by nobody.
#[test]
fn every_door_has_its_program_and_is_run() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let chores = std::fs::read_to_string(root.join("../xtask/src/fuzz.rs")).unwrap();
    let programs = std::fs::read_to_string(root.join("Cargo.toml")).unwrap();
    for (name, _) in fuzz::DOORS {
        assert!(chores.contains(&format!("(\"{name}\", ")), "`cargo xtask fuzz` does not know {name}");
        assert!(programs.contains(&format!("src/bin/{name}.rs")), "{name} has no program");
        assert!(root.join(format!("src/bin/{name}.rs")).is_file(), "{name} has no program");
    }
}
