//! What a library of any size costs: time to build, memory, and each kind of question.
//!
//! `cargo bench -p library --bench library -- --songs 1000000`

#![allow(clippy::print_stdout, clippy::unwrap_used)] // a program that measures prints, and may fail loudly

use std::hint::black_box;
use std::time::{Duration, Instant};

use library::{AlbumOrder, AudioIn, Builder, Library, Page, ReleaseIn, SongIn, Years};

/// Words that titles and names are made of.
const WORDS: [&str; 24] = [
    "night", "drive", "harbour", "tide", "anchor", "brine", "lantern", "sodium", "paper", "moon", "velvet",
    "signal", "orbit", "north", "ember", "glass", "river", "quiet", "motor", "copper", "winter", "garden",
    "static", "bloom",
];
/// Songs of one album.
const TRACKS: usize = 10;

fn main() {
    // `cargo test` runs benchmarks too: without this it only says that it is there.
    if std::env::args().any(|a| a == "--test") {
        return;
    }
    let args: Vec<String> = std::env::args().collect();
    let songs = args.iter().position(|a| a == "--songs").and_then(|at| args.get(at + 1)?.parse().ok());
    let songs = songs.unwrap_or(1_000_000);
    let (begun, before) = (Instant::now(), cpu());
    let library = build(songs);
    let (count, albums, artists) = library.counts();
    println!(
        "{count} songs, {albums} albums, {artists} artists built in {:.1} s, {:.1} s of CPU",
        begun.elapsed().as_secs_f64(),
        cpu().saturating_sub(before).as_secs_f64()
    );
    println!("library {} MB, process {} MB", library.bytes() / 1_000_000, memory());
    let page = |offset| Page { offset, count: 20 };
    ask("albums newest", |n| drop(black_box(library.albums(AlbumOrder::Newest, page(n % 5_000)))));
    ask("albums random", |n| drop(black_box(library.albums(AlbumOrder::Random(n as u64), page(0)))));
    ask("albums by year", |n| {
        let years = Years { from: 1990 + (n % 30) as u16, to: 2020 };
        drop(black_box(library.albums(AlbumOrder::Year(years), page(100))));
    });
    ask("search, a letter", |n| search(&library, &WORDS[n % 24][..1]));
    ask("search, two letters", |n| search(&library, &WORDS[n % 24][..2]));
    ask("search, a word", |n| search(&library, WORDS[n % 24]));
    ask("search, two words", |n| {
        search(&library, &format!("{} {}", WORDS[n % 24], &WORDS[n / 24 % 24][..3]))
    });
    ask("search, three letters", |n| {
        search(
            &library,
            &format!("{} {} {}", &WORDS[n % 24][..1], &WORDS[n / 7 % 24][..1], &WORDS[n / 3 % 24][..1]),
        );
    });
    ask("search, a number", |n| search(&library, &format!("{}", n % 2_000)));
    ask("search, empty and deep", |n| {
        drop(black_box(library.search_songs("", Page { offset: n * 7_919 % songs, count: 500 })));
    });
    ask("songs like one", |n| {
        let no = library.songs().nth(n * 7_919 % songs).unwrap();
        drop(black_box(library.like_song(no, 50, n as u64)));
    });
}

fn search(library: &Library, query: &str) {
    let page = Page { offset: 0, count: 20 };
    black_box(library.search_songs(query, page));
    black_box(library.search_albums(query, page));
    black_box(library.search_artists(query, page));
}

/// Asks for a second, at most five hundred times; prints the median, the 99th of a hundred and the longest, in time on
/// the processor, so that neighbours on the machine do not count.
fn ask(name: &str, question: impl Fn(usize)) {
    let begun = Instant::now();
    let mut times = Vec::new();
    for n in 0..500 {
        let before = cpu();
        question(n);
        times.push(cpu().saturating_sub(before));
        if begun.elapsed() > Duration::from_secs(1) {
            break;
        }
    }
    times.sort_unstable();
    let ms =
        |part: f64| times[((times.len() as f64 * part) as usize).min(times.len() - 1)].as_secs_f64() * 1e3;
    println!("{name:24} median {:8.3} ms  99 % {:8.3} ms  most {:8.3} ms", ms(0.5), ms(0.99), ms(1.0));
}

fn word(n: usize) -> &'static str {
    WORDS[n.wrapping_mul(2_654_435_761) / 7 % WORDS.len()]
}

fn build(songs: usize) -> Library {
    let mut builder = Builder::default();
    let artist = |n: usize| format!("{} {} {}", word(n / 40 + 11), word(n / 80 + 3), n / 40);
    for n in 0..songs {
        builder.song(SongIn {
            id: &id(n),
            title: &format!("{} {} {}", word(n), word(n / 3 + 5), n / 500),
            credit: &artist(n),
            label: &format!("Label {}", n / 400),
            genre: WORDS[n / 30 % 24],
            seconds: 200,
            year: 1990 + (n / TRACKS % 35) as u16,
            isrc: &format!("FRZ03{n:07}"),
            mbid: &format!("{n:08x}-0000-4000-8000-{n:012x}"),
            added: n as u32,
            audio: AudioIn {
                bytes: 30_000_000,
                kbps: 900,
                suffix: "flac",
                hertz: 44_100,
                channels: 2,
                gain: Some((-400, 900_000)),
            },
            ..SongIn::default()
        });
    }
    for album in (0..songs).step_by(TRACKS) {
        let name = format!("{} {}", word(album / TRACKS), album / TRACKS);
        builder.release(ReleaseIn {
            id: &format!("rel-{album:012}"),
            title: &name,
            credit: &artist(album),
            label: "",
            mbid: "",
        });
        for place in 0..TRACKS.min(songs - album) {
            builder.track(place as u32 + 1, &id(album + place));
        }
    }
    builder.finish()
}

/// Ids as the house makes them: in no order.
fn id(n: usize) -> String {
    format!("rec-{}", music::id::base32((n as u64).wrapping_mul(1_099_511_628_211)))
}

/// How long this thread has been on a processor.
fn cpu() -> Duration {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    Duration::from_nanos(text.split(' ').next().and_then(|n| n.parse().ok()).unwrap_or(0))
}

/// Megabytes of this process that are in memory.
fn memory() -> usize {
    let text = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    text.split(' ').nth(1).and_then(|p| p.parse::<usize>().ok()).unwrap_or(0) * 4_096 / 1_000_000
}
