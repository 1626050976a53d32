//! The invented world: its clock, its chance, its people, labels and music.

use std::sync::{Mutex, OnceLock};
use std::time::Instant;

use app::World;
use formats::set_list::Line;
use jiff::{Span, Timestamp};
use music::usage::Moment;

/// A clock that only moves when told, and chance from a seed: the same demo every time.
#[derive(Debug)]
pub struct DemoWorld {
    state: Mutex<(Timestamp, u64)>,
    /// Since when it runs by itself.
    running: OnceLock<Instant>,
}

impl DemoWorld {
    /// The world on 1 September 2026, nine in the morning UTC.
    pub fn new() -> Self {
        let start = Timestamp::from_second(1_788_253_200).unwrap_or(Timestamp::UNIX_EPOCH);
        DemoWorld { state: Mutex::new((start, 0x7A27_1E3E)), running: OnceLock::new() }
    }

    /// Lets the clock run by itself from here, for pages that people visit.
    pub fn run(&self) {
        self.running.get_or_init(Instant::now);
    }

    /// Lets minutes pass.
    pub fn wait(&self, minutes: i64) {
        self.lock().0 += Span::new().minutes(minutes);
    }

    /// Lets days pass.
    pub fn pass(&self, days: i64) {
        let mut state = self.lock();
        state.0 += Span::new().hours(days * 24);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, (Timestamp, u64)> {
        // The state is two numbers that are whole at every moment, so a poisoned lock holds nothing broken.
        self.state.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// The next number of the seeded sequence (SplitMix64).
    pub fn next(&self) -> u64 {
        let mut state = self.lock();
        state.1 = state.1.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = state.1;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }
}

impl World for DemoWorld {
    fn now(&self) -> Timestamp {
        let mut state = self.lock();
        // Every look takes a millisecond, so that things keep their order.
        state.0 += Span::new().milliseconds(1);
        let ran = self.running.get().map(Instant::elapsed).unwrap_or_default();
        state.0 + jiff::SignedDuration::try_from(ran).unwrap_or_default()
    }

    fn bits(&self) -> u64 {
        self.next()
    }

    fn nonce(&self) -> [u8; 24] {
        // Sealed fields need nonces that never repeat, even where all else may: these come from the machine.
        ports::world::nonce()
    }
}

/// The catalogue of the demo as a table, one recording a row, with a remix beside some originals.
pub const CATALOGUE: &str = "id\tartist\ttitle\talbum\tlabel\tduration_s\tisrc\tyear\tshares
D01\tMira Feld\tLow Tide\tLow Tide EP\tNordlicht\t388\tDEN062600001\t2026\tMira Feld 100 %
D02\tMira Feld\tLow Tide (Orrin Remix)\tLow Tide EP\tNordlicht\t402\tDEN062600002\t2026\tMira Feld 50 %; Orrin Vale 50 %
D03\tKollektiv Süd\tNight Drive\tHarbour Works\tNordlicht\t415\tDEN062600003\t2025\tAda Nwosu 62.5 %; Kollektiv Süd 37.5 %
D04\tKollektiv Süd\tNight Drive (KS Dub)\tHarbour Works\tNordlicht\t431\tDEN062600004\t2025\tKollektiv Süd 100 %
D05\tAda Nwosu\tCopper Rain\tCopper Rain\tTidal Room\t367\tFRT012600005\t2026\tAda Nwosu 100 %
D06\tAda Nwosu\tCopper Rain (Extended)\tCopper Rain\tTidal Room\t521\tFRT012600006\t2026\tAda Nwosu 100 %
D07\tTeodor Lask\tHollow Brass\tHollow Brass\tTidal Room\t354\tFRT012600007\t2024\tTeodor Lask 80 %; Tidal Room 20 %
D08\tTeodor Lask\tSalt Engine\tHollow Brass\tTidal Room\t377\tFRT012600008\t2024\tTeodor Lask 80 %; Tidal Room 20 %
D09\tVesper Okoro\tGlass Ferry\tGlass Ferry\tLagoon Cuts\t399\tUSL012600009\t2026\tVesper Okoro 100 %
D10\tVesper Okoro\tPaper Suns\tGlass Ferry\tLagoon Cuts\t371\tUSL012600010\t2026\tVesper Okoro 100 %
D11\tSaltmarsh Trio\tReed Song\tMarsh Tapes\tFen Records\t412\tGBF012600011\t2023\t
D12\tSaltmarsh Trio\tReed Song (Live at the Mill)\tMarsh Tapes\tFen Records\t498\tGBF012600012\t2023\t
D13\tIngrid Solveig\tAurora Minor\tAurora Minor\tFen Records\t346\tGBF012600013\t2025\t
D14\tPalo Verdin\tDesert Clock\tDesert Clock\tLagoon Cuts\t383\tUSL012600014\t2025\tPalo Verdin 60 %
D15\tPalo Verdin\tQuiet Motor\tDesert Clock\tLagoon Cuts\t366\tUSL012600015\t2025\tPalo Verdin 100 %
D16\tOrrin Vale\tBackroom\tBackroom\tNordlicht\t359\tDEN062600016\t2026\tOrrin Vale 100 %
D17\tOrrin Vale\tSecond Floor\tBackroom\tNordlicht\t372\tDEN062600017\t2026\tOrrin Vale 100 %
D18\tLune Carmin\tVelours\tVelours\tTidal Room\t341\tFRT012600018\t2026\tLune Carmin 70 %; Teodor Lask 30 %
D19\tLune Carmin\tVelours (Mira Feld Remix)\tVelours\tTidal Room\t409\tFRT012600019\t2026\tMira Feld 50 %; Lune Carmin 50 %
D20\tEcho Tallis\tWarehouse Psalm\tPsalms\tFen Records\t455\tGBF012600020\t2024\tEcho Tallis 100 %
";

/// The label of the pieces from around the demo's library.
pub const LOCAL_LABEL: &str = "Rives Sonores";

/// Pieces from around the demo's library: id, artist, title, album, disc, genre, ISRC.
pub const LOCAL: &[[&str; 7]] = &[
    ["E01", "Amande Rive", "Eau Claire", "Carnet du Fleuve", "1", "Chanson", "FRT012600101"],
    ["E02", "Amande Rive", "Le Barrage", "Carnet du Fleuve", "1", "Chanson", "FRT012600102"],
    ["E03", "Amande Rive", "Pierres Plates", "Carnet du Fleuve", "1", "Chanson", "FRT012600103"],
    ["E04", "Amande Rive", "Crue de Mars", "Carnet du Fleuve", "2", "Folk", "FRT012600104"],
    ["E05", "Amande Rive", "L'Autre Rive", "Carnet du Fleuve", "2", "Folk", "FRT012600105"],
    ["E06", "Noé Farge", "Haut Fourneau", "Confluences", "1", "Electro", "FRT012600106"],
    ["E07", "Les Ombres du Pilat", "Crêt de la Perdrix", "Confluences", "1", "Ambient", "FRT012600107"],
    ["E08", "Amande Rive", "Passerelle", "Confluences", "1", "Chanson", "FRT012600108"],
    ["E09", "Noé Farge", "Rubans", "Confluences", "1", "Electro", "FRT012600109"],
    ["E10", "Les Ombres du Pilat", "Brumes", "Brumes", "1", "Ambient", "FRT012600110"],
];

/// Who is registered: name, country, IBAN or `number|BIC` outside SEPA, street, number, postcode, town.
pub const PRODUCERS: &[[&str; 7]] = &[
    ["Mira Feld", "DE", "DE02120300000000202051", "Kanalweg", "4", "20099", "Hamburg"],
    ["Orrin Vale", "DE", "DE02500105170137075030", "Am Speicher", "11", "04109", "Leipzig"],
    ["Ada Nwosu", "FR", "FR1420041010050500013M02606", "rue des Forges", "8", "42000", "Saint-Etienne"],
    ["Teodor Lask", "FR", "FR7630006000011234567890189", "quai Vert", "2", "69001", "Lyon"],
    ["Kollektiv Süd", "AT", "AT611904300234573201", "Donaulände", "30", "4020", "Linz"],
    ["Vesper Okoro", "US", "000123456789|LAGOUS33XXX", "Dock Street", "77", "70130", "New Orleans"],
    ["Lune Carmin", "FR", "", "", "", "", ""],
    ["Palo Verdin", "ES", "ES9121000418450200051332", "Calle del Faro", "5", "11001", "Cádiz"],
];

/// The performers, each with the city they play in, its country and time zone.
pub const DJS: &[[&str; 4]] = &[
    ["DJ Lantern", "Hamburg", "DE", "Europe/Berlin"],
    ["Sable Quist", "Lyon", "FR", "Europe/Paris"],
    ["Marlo Dane", "Manchester", "GB", "Europe/London"],
    ["Ines Calder", "Porto", "PT", "Europe/Lisbon"],
    ["Juno Brask", "Copenhagen", "DK", "Europe/Copenhagen"],
    ["Otis Fenn", "Ghent", "BE", "Europe/Brussels"],
    ["Tamsin Rook", "Berlin", "DE", "Europe/Berlin"],
    ["Noor Halden", "Rotterdam", "NL", "Europe/Amsterdam"],
    ["Cleo Varga", "Budapest", "HU", "Europe/Budapest"],
    ["Remy Aubert", "Saint-Etienne", "FR", "Europe/Paris"],
    ["Silke Thorn", "Vienna", "AT", "Europe/Vienna"],
    ["Dario Penn", "Turin", "IT", "Europe/Rome"],
];

/// A line of a DJ's list, from a row of the catalogue as software shows it.
pub fn line(row: &str, position: u32, at: Option<Moment>) -> Line {
    let cells: Vec<&str> = row.split('\t').collect();
    let cell = |place: usize| cells.get(place).filter(|c| !c.is_empty()).map(|c| (*c).to_owned());
    Line {
        line: u64::from(position),
        set: 1,
        position,
        artist: cell(1),
        title: cell(2),
        label: cell(4),
        duration_s: cell(5).and_then(|d| d.parse().ok()),
        started_at: at,
        played_s: Some(300),
        played: true,
        ..Line::default()
    }
}
