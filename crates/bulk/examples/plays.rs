//! Makes plays: so many rows of members and recordings, heavy-tailed, as zstd Parquet. The same seed gives the
//! same files.
//!
//! `cargo run --release -p bulk --example plays -- --plays 100000000 --members 2000000 --recordings 500000
//! --seed 1 --out DIR [--files 8] [--counts] [--full] [--strings]`
//!
//! `--counts` adds the column `plays`; `--full` also `played_s`, `sought` and `artist`.
#![allow(
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "a tool that talks to the person who started it"
)]

use std::collections::HashMap;

use bulk::{Values, write};

/// Rows of one row group.
const GROUP: usize = 1_000_000;

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let mut options: HashMap<&str, &str> = HashMap::new();
    for (place, word) in words.iter().enumerate().filter(|(_, word)| word.starts_with("--")) {
        let value = words.get(place + 1).filter(|next| !next.starts_with("--"));
        options.insert(word.trim_start_matches('-'), value.map_or("yes", String::as_str));
    }
    let number = |name: &str, default: u64| options.get(name).map_or(default, |text| text.parse().unwrap());
    let plan = Plan {
        plays: number("plays", 1_000_000),
        members: number("members", 20_000),
        recordings: number("recordings", 5_000),
        files: number("files", 8).max(1),
        seed: number("seed", 1),
        counts: options.contains_key("counts") || options.contains_key("full"),
        full: options.contains_key("full"),
        strings: options.contains_key("strings"),
    };
    let folder = options.get("out").unwrap_or(&"plays");
    std::fs::create_dir_all(folder).unwrap();
    std::thread::scope(|scope| {
        for file in 0..plan.files {
            let plan = &plan;
            scope.spawn(move || plan.write(file, &format!("{folder}/plays-{file:03}.parquet")));
        }
    });
    eprintln!("{} rows in {} files in {folder}", plan.plays, plan.files);
}

struct Plan {
    plays: u64,
    members: u64,
    recordings: u64,
    files: u64,
    seed: u64,
    counts: bool,
    full: bool,
    strings: bool,
}

impl Plan {
    fn write(&self, file: u64, path: &str) {
        let mut chance = Chance(self.seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ ((file + 1) << 32));
        let rows = self.plays / self.files + u64::from(file < self.plays % self.files);
        let [mut members, mut recordings, mut plays] = [0; 3].map(|_| Vec::with_capacity(rows as usize));
        for _ in 0..rows {
            let [member, recording, count] = self.row(&mut chance);
            members.push(member);
            recordings.push(recording);
            plays.push(count);
        }
        let keys = |letter: &str, values: Vec<u32>| match self.strings {
            true => Values::Texts(values.into_iter().map(|value| format!("{letter}-{value:08x}")).collect()),
            false => Values::Small(values),
        };
        let artists = self.full.then(|| recordings.iter().map(|recording| recording / 10).collect());
        let seconds = self.full.then(|| plays.iter().map(|count| count * (30 + count % 7 * 40)).collect());
        let sought =
            self.full.then(|| members.iter().zip(&recordings).map(|(m, r)| (m ^ r) % 5 == 0).collect());
        let mut columns = vec![("member", keys("m", members)), ("recording", keys("r", recordings))];
        if self.counts {
            columns.push(("plays", Values::Small(plays)));
        }
        columns.extend(artists.map(|artists| ("artist", Values::Small(artists))));
        columns.extend(seconds.map(|seconds| ("played_s", Values::Small(seconds))));
        columns.extend(sought.map(|sought| ("sought", Values::Bools(sought))));
        write(path.as_ref(), &columns, GROUP).unwrap();
    }

    /// Member, recording, plays. Recordings follow Zipf's law, members a milder one, so that some play all day.
    fn row(&self, chance: &mut Chance) -> [u32; 3] {
        let recording = (self.recordings as f64).powf(chance.unit()) as u64 - 1;
        let member = (self.members as f64 * chance.unit().powf(1.7)) as u64;
        let plays = 1 + (1.0 / (1.0 - chance.unit())).log2() as u64;
        [scatter(member, self.members), scatter(recording, self.recordings), plays as u32]
    }
}

/// Spreads ranks over the numbers below `count`, so that a small number is no sign of a large audience.
fn scatter(rank: u64, count: u64) -> u32 {
    // A prime that divides none of the counts in use, so each rank has a number of its own.
    (rank.wrapping_mul(1_000_000_007) % count) as u32
}

/// SplitMix64.
struct Chance(u64);

impl Chance {
    fn unit(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }
}
