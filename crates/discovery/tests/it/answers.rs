use discovery::{Graph, Heard, Known, Language, Options, Reason};

use crate::world::{model, scenes};

fn ids<'a>(list: &[discovery::Neighbour<'a>]) -> Vec<&'a str> {
    list.iter().map(|n| n.item.id).collect()
}

#[test]
fn neighbours_say_why() {
    let bytes = model(&scenes());
    let graph = Graph::open(&bytes).unwrap();
    let near = graph.similar(graph.find("north-1").unwrap(), 10);
    let second = near.iter().find(|n| n.item.id == "north-2").unwrap();
    assert_eq!(
        second.reasons,
        [Reason::SameDjs { at_least: 20 }, Reason::SameLabel { label: "Kollektiv Nord Digital" }]
    );
    assert_eq!(second.reasons[0].words(Language::Fr), "joué par les mêmes DJ, 20 ou plus");
    // a label mate that nobody plays is found as well
    let quiet = near.iter().find(|n| n.item.id == "quiet").unwrap();
    assert_eq!(quiet.reasons, [Reason::SameLabel { label: "Kollektiv Nord" }]);
    assert!(near.iter().all(|n| n.similarity > 0.0 && n.similarity <= 1.0));
}

#[test]
fn each_artist_stands_once_and_the_own_one_last() {
    let bytes = model(&scenes());
    let graph = Graph::open(&bytes).unwrap();
    for seed in 0..graph.len() {
        let near = graph.similar(seed, 10);
        let mut artists: Vec<&str> = near.iter().flat_map(|n| n.item.artist.split(", ")).collect();
        let all = artists.len();
        artists.sort_unstable();
        artists.dedup();
        assert_eq!(artists.len(), all, "{:?}", ids(&near));
    }
    let near = graph.similar(graph.find("north-1").unwrap(), 10);
    assert_eq!(near.last().unwrap().item.id, "north-4", "the same artist comes last");
}

#[test]
fn local_work_comes_sooner_where_it_is_asked_for() {
    let bytes = model(&scenes());
    let graph = Graph::open(&bytes).unwrap();
    let heard = [Heard { recording: graph.find("north-3").unwrap(), count: 1 }];
    let place = |options: &Options, id| {
        graph.recommend(&heard, options).iter().position(|r| r.item.id == id).unwrap()
    };
    let here = Options { local: Some("FR-42".parse().unwrap()), local_boost: 10.0, ..Options::default() };
    assert!(place(&here, "north-2") < place(&Options::default(), "bridge"));
    let list = graph.recommend(&heard, &here);
    let local: Vec<&str> =
        list.iter().filter(|r| r.reasons.contains(&Reason::Local)).map(|r| r.item.id).collect();
    assert!(local.contains(&"north-2") && !local.contains(&"bridge"), "{local:?}");
}

#[test]
fn the_order_of_a_history_changes_nothing() {
    let bytes = model(&scenes());
    let graph = Graph::open(&bytes).unwrap();
    let heard = |id: &str, count| Heard { recording: graph.find(id).unwrap(), count };
    let (a, b) = (heard("north-1", 3), heard("south-1", 9));
    let one = graph.recommend(&[a, b, heard("north-1", 2)], &Options::default());
    let two = graph.recommend(&[heard("north-1", 2), b, a], &Options::default());
    assert_eq!(one, two);
    assert!(one.iter().all(|r| !["north-1", "south-1"].contains(&r.item.id)));
    let behind_the_last = Heard { recording: 4_000_000, count: 1 };
    assert_eq!(graph.recommend(&[behind_the_last], &Options::default()), []);
}

#[test]
fn a_path_leads_over_the_bridge_and_explains_each_leg() {
    let bytes = model(&scenes());
    let graph = Graph::open(&bytes).unwrap();
    let (a, b) = (graph.find("north-2").unwrap(), graph.find("south-2").unwrap());
    let path = graph.path(a, b, 25).unwrap();
    let way: Vec<&str> = path.legs.iter().map(|l| l.item.id).collect();
    assert_eq!(way.last(), Some(&"south-2"));
    assert!(path.legs.iter().all(|l| !l.reasons.is_empty() && l.similarity > 0.0 && l.similarity <= 1.0));
    assert!(path.legs.windows(2).all(|l| l[1].from_start <= l[0].from_start));
    assert_eq!(graph.path(a, b, way.len()), None, "longer than allowed");
    assert_eq!(graph.path(a, a, 25).unwrap().legs, []);
    assert_eq!(graph.path(a, graph.find("alone").unwrap(), 25), None);
    // what may not be passed is walked around, or there is no way
    let bridge = graph.find("bridge").unwrap();
    let around = graph.path_through(a, graph.find("south-1").unwrap(), 25, &|r| r != bridge);
    assert!(around.is_none_or(|p| p.legs.iter().all(|l| l.item.id != "bridge")));
}

#[test]
fn radio_repeats_itself_for_a_seed_and_never_within() {
    let bytes = model(&scenes());
    let graph = Graph::open(&bytes).unwrap();
    let seed = graph.find("north-1").unwrap();
    let first = graph.radio(seed, 7, 50);
    assert_eq!(first, graph.radio(seed, 7, 50));
    assert!(first.len() >= 4, "{:?}", ids(&first));
    let mut played = ids(&first);
    assert!(!played.contains(&"north-1"));
    let all = played.len();
    played.sort_unstable();
    played.dedup();
    assert_eq!(played.len(), all, "nothing comes twice");
    let other = (0..20).any(|s| ids(&graph.radio(seed, s, 50)) != ids(&first));
    assert!(other, "another seed plays another radio");
}

#[test]
fn any_name_leads_somewhere_or_is_said_to_be_unknown() {
    let bytes = model(&scenes());
    let graph = Graph::open(&bytes).unwrap();
    let voyage = |name: &str| graph.voyage(name, &Options::default());
    // not in the catalogue, but in enough set lists
    let away = voyage("the STADIUM act");
    assert_eq!(away.known, Known::Played { name: "The Stadium Act" });
    assert!(ids(&away.recordings).contains(&"south-1"), "{:?}", ids(&away.recordings));
    assert!(matches!(away.recordings[0].reasons[0], Reason::SameDjs { at_least: 10 }));
    // here: its own work first, then who stands beside it
    let here = voyage("kora lind");
    assert_eq!(here.known, Known::Here { name: "Kora Lind" });
    assert_eq!(here.recordings[0].reasons, [Reason::ByArtist { artist: "Kora Lind" }]);
    assert!(here.recordings.len() > 1);
    // a label's family
    let label = voyage("Kollektiv Nord");
    assert_eq!((label.known, label.recordings.len()), (Known::Label, 3));
    // a spelling nearly right
    let near = voyage("Kora Lindt");
    assert_eq!((near.known, near.spelled_like), (Known::Nothing, vec!["Kora Lind"]));
    // nobody wrote it
    for nothing in ["Zzyzx Quorum", "", "…", &"x".repeat(10_000)] {
        let none = voyage(nothing);
        assert_eq!((none.known, none.recordings.len()), (Known::Nothing, 0), "{nothing}");
    }
}
