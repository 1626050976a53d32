//! The same questions to this engine and to Cedar, in one process on one core.
//!
//! ```text
//! cargo run --release --manifest-path bench/cedar/Cargo.toml
//! ```
//!
//! The world: 10,000 recordings, each with a master, an author and a featured performer among 3,000 holders;
//! every holder has one statement on the whole catalogue, a third of them for one licensee only, a tenth refusals.
//! Cedar is given the question in the form that suits it best: holders resolved beforehand, what each said as attributes of
//! the holder, two policies, requests made before the clock starts. It answers yes or no; ours also says who was asked, by what statement, and why.

use std::collections::HashSet;
use std::str::FromStr;
use std::time::Instant;

use cedar_policy::*;
use consent::registry::read_line;
use consent::{Answer, Asked, Builder, Question, Session, Use};

const RECORDINGS: u64 = 10_000;
const HOLDERS: u64 = 3_000;

fn holders(n: u64) -> [u64; 3] {
    [n % HOLDERS, n * 7 % HOLDERS, n * 13 % HOLDERS]
}

fn main() {
    let index = ours();
    let (mut session, mut answer) = (Session::default(), Answer::default());
    let ids: Vec<String> = (0..RECORDINGS).map(|n| format!("r{n}")).collect();
    let on = "2026-11-01".parse().unwrap();
    let territory: music::Territory = "FR".parse().unwrap();
    let mut mine = Vec::new();
    let mut ask = || {
        mine.clear();
        let started = Instant::now();
        for id in &ids {
            let q = Question::new(Asked::Recording(id), Use::TrainGen, "maker", on, territory.clone());
            index.decide(&q, &mut session, &mut answer);
            mine.push(answer.outcome.is_yes());
        }
        started.elapsed().as_secs_f64()
    };
    let best = (0..9).map(|_| ask()).fold(f64::MAX, f64::min);
    let (cedar, theirs) = cedar();
    assert_eq!(mine, theirs, "the two must answer alike");
    let yes = mine.iter().filter(|y| **y).count();
    println!("{RECORDINGS} questions, {yes} yes");
    println!("ours  {:>10.0} decisions/s", RECORDINGS as f64 / best);
    println!("cedar {:>10.0} decisions/s", RECORDINGS as f64 / cedar);
    println!("ratio {:>10.1}", cedar / best);
}

fn ours() -> consent::Index {
    let mut lines = Vec::new();
    for n in 0..RECORDINGS {
        let [a, b, c] = holders(n);
        lines.push(format!(r#"{{"type":"recording","id":"r{n}","works":["w{n}"]}}"#));
        for (role, subject, party) in [("master", "recording:r", a), ("work", "work:w", b), ("featured", "recording:r", c)] {
            lines.push(format!(r#"{{"type":"claim","id":"c","subject":"{subject}{n}","role":"{role}","party":"h{party}"}}"#));
        }
    }
    for h in 0..HOLDERS {
        let kind = if h % 10 == 0 { "refuse" } else { "permit" };
        let to = if h % 3 == 0 { r#","licensees":["maker"]"# } else { "" };
        lines.push(format!(r#"{{"type":"statement","id":"s{h}","speaker":"h{h}","subject":"catalogue","kind":"{kind}","uses":["train.gen"]{to}}}"#));
    }
    let mut builder = Builder::default();
    for (n, line) in lines.iter().enumerate() {
        let object = read_line(n as u64, line.as_bytes()).unwrap().unwrap();
        builder.push(n as u64, &object).unwrap();
    }
    builder.finish()
}

fn cedar() -> (f64, Vec<bool>) {
    // Holder entities carry what they said; the recording names its holders.
    let policies = PolicySet::from_str(
        r#"
        permit(principal, action == Action::"train.gen", resource)
        when {
            (resource.master.permits_all || resource.master.permits.contains(principal)) &&
            (resource.author.permits_all || resource.author.permits.contains(principal)) &&
            (resource.featured.permits_all || resource.featured.permits.contains(principal))
        };
        forbid(principal, action == Action::"train.gen", resource)
        when { resource.master.refuses || resource.author.refuses || resource.featured.refuses };
        "#,
    )
    .unwrap();
    let uid = |kind: &str, id: &str| EntityUid::from_type_name_and_id(kind.parse().unwrap(), EntityId::new(id));
    let maker = uid("Licensee", "maker");
    let action = uid("Action", "train.gen");
    let mut list = vec![
        Entity::new_no_attrs(maker.clone(), HashSet::new()),
        Entity::new_no_attrs(action.clone(), HashSet::new()),
    ];
    for h in 0..HOLDERS {
        let (refuses, only) = (h % 10 == 0, h % 3 == 0);
        let to = if only && !refuses { vec![RestrictedExpression::new_entity_uid(maker.clone())] } else { vec![] };
        let attrs = [
            ("permits_all".to_owned(), RestrictedExpression::new_bool(!refuses && !only)),
            ("permits".to_owned(), RestrictedExpression::new_set(to)),
            ("refuses".to_owned(), RestrictedExpression::new_bool(refuses)),
        ];
        list.push(Entity::new(uid("Holder", &format!("h{h}")), attrs.into_iter().collect(), HashSet::new()).unwrap());
    }
    for n in 0..RECORDINGS {
        let of = holders(n).map(|h| RestrictedExpression::new_entity_uid(uid("Holder", &format!("h{h}"))));
        let attrs = ["master", "author", "featured"].map(str::to_owned).into_iter().zip(of).collect();
        list.push(Entity::new(uid("Recording", &format!("r{n}")), attrs, HashSet::new()).unwrap());
    }
    let entities = Entities::from_entities(list, None).unwrap();
    let authorizer = Authorizer::new();
    // Requests are made beforehand: only Cedar's answering is timed.
    let requests: Vec<Request> = (0..RECORDINGS)
        .map(|n| {
            let resource = uid("Recording", &format!("r{n}"));
            Request::new(maker.clone(), action.clone(), resource, Context::empty(), None).unwrap()
        })
        .collect();
    let mut answers = Vec::new();
    let mut ask = || {
        answers.clear();
        let started = Instant::now();
        for request in &requests {
            let response = authorizer.is_authorized(request, &policies, &entities);
            answers.push(response.decision() == Decision::Allow);
        }
        started.elapsed().as_secs_f64()
    };
    let best = (0..5).map(|_| ask()).fold(f64::MAX, f64::min);
    (best, answers)
}
