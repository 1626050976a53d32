#![allow(missing_docs, clippy::print_stdout, clippy::unwrap_used)]
fn main() {
    let text = std::fs::read_to_string(std::env::args().nth(1).unwrap()).unwrap();
    let mut lines = text.lines();
    let header = matching::bulk::Header::new(lines.next().unwrap());
    let bytes = matching::index::build(lines.map(|l| header.row(l))).unwrap();
    let index = matching::Index::open(&bytes).unwrap();
    let t = std::time::Instant::now();
    let least: f64 = std::env::args().nth(2).unwrap().parse().unwrap();
    let groups = matching::duplicates::find(&index, least);
    println!("{} groups {} rows {:?}", groups.len(), groups.iter().map(|g| g.gone.len()).sum::<usize>(), t.elapsed());
    for g in &groups {
        println!("--- {:.3} {}", g.likelihood(), g.pairs[0].comparison.evidence.iter().map(|e| e.code).collect::<Vec<_>>().join(" "));
        for r in std::iter::once(g.keep).chain(g.gone.iter().copied()) {
            let r = index.row(r).unwrap();
            println!("  {} | {} | {} | {} | {} | {:?} | {} | {:?}", r.id, r.artist, r.title, r.album, r.label, r.duration_s, r.isrc, r.year);
        }
    }
}
