//! temporary
#![allow(missing_docs, clippy::print_stdout, clippy::print_stderr, clippy::unwrap_used)]
use matching::bulk::Header;
use matching::{Index, Matcher, Model, Query};
use std::collections::HashMap;
fn clock() -> f64 {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    stat.split(' ').next().and_then(|n| n.parse::<f64>().ok()).unwrap_or(0.0) / 1e9
}
fn main() {
    let args: Vec<String> = std::env::args().collect();
    let path = "/tmp/score/index.bin";
    if !std::path::Path::new(path).exists() || std::env::var("REBUILD").is_ok() {
        let text = std::fs::read_to_string("/tmp/score/catalogue.tsv").unwrap();
        let mut lines = text.lines();
        let header = Header::new(lines.next().unwrap());
        let t = clock();
        let bytes = matching::index::build(lines.map(|l| header.row(l))).unwrap();
        println!("built {} bytes in {:.2}", bytes.len(), clock() - t);
        std::fs::write(path, &bytes).unwrap();
    }
    let bytes = std::fs::read(path).unwrap();
    let index = Index::open(&bytes).unwrap();
    println!("bytes/row {:.1}", bytes.len() as f64 / f64::from(index.len()));
    let matcher = Matcher::new(&index, Model::shipped());
    let ids: HashMap<&str, u32> = (0..index.len()).map(|r| (index.row(r).unwrap().id, r)).collect();
    let truth = std::fs::read_to_string("/work/shared/data/matching/truth.tsv").unwrap();
    let truth: Vec<Option<u32>> = truth.lines().skip(1).map(|l| ids.get(l.split('\t').nth(2).unwrap()).copied()).collect();
    for file in ["lines.tsv", "rough-lines.tsv"] {
        let text = std::fs::read_to_string(format!("/work/shared/data/matching/{file}")).unwrap();
        let lines: Vec<&str> = text.lines().skip(1).map(|l| l.split_once('\t').unwrap().1).collect();
        let mut session = matcher.session();
        let (mut hit, mut all, mut rank12) = (0, 0, 0);
        let t = clock();
        for (l, want) in lines.iter().zip(&truth) {
            let got = session.first_stage(&Query { text: l, ..Query::default() });
            if let Some(w) = want {
                all += 1;
                let at = got.iter().position(|g| g == w);
                hit += usize::from(at.is_some());
                rank12 += usize::from(at.is_some_and(|a| a < 12));
                if at.is_none() && std::env::var("SHOW").is_ok() {
                    println!("missed {l} <- {:?}", index.row(*w).map(|r| (r.artist, r.title)));
                }
            }
        }
        let first = (clock() - t) * 1e6 / lines.len() as f64;
        let mut whole = 0.0;
        if args.len() > 1 {
            let t = clock();
            for l in &lines {
                std::hint::black_box(session.match_line(&Query { text: l, ..Query::default() }));
            }
            whole = (clock() - t) * 1e6 / lines.len() as f64;
        }
        println!("{file}: top20 {:.4} top12 {:.4} first stage {first:.1} us, whole {whole:.1} us", f64::from(hit as u32) / f64::from(all), f64::from(rank12 as u32) / f64::from(all));
    }
}
