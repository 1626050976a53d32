//! The kinds of set-list files.

/// What a file of set lists turned out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// `export.pdb` of a rekordbox USB device.
    RekordboxPdb,
    /// `master.db` of rekordbox 6 and 7.
    RekordboxDb,
    /// A Serato `.session` file.
    SeratoSession,
    /// The `master.sqlite` of Serato DJ 4.
    SeratoDb,
    /// `m.db` or `hm.db` of Engine DJ.
    EngineDb,
    /// `mixxxdb.sqlite` of Mixxx.
    MixxxDb,
}

impl Format {
    /// Its stable word in JSON and on the command line.
    pub fn word(self) -> &'static str {
        match self {
            Format::RekordboxPdb => "rekordbox-pdb",
            Format::RekordboxDb => "rekordbox-db",
            Format::SeratoSession => "serato-session",
            Format::SeratoDb => "serato-db",
            Format::EngineDb => "engine-db",
            Format::MixxxDb => "mixxx-db",
        }
    }
}
