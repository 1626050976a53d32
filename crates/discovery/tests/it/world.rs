//! Small invented worlds.

use discovery::{Fact, Node, Play, Settings, Source, Training, train};

/// A recording `artist – title` on a label, with places.
pub fn fact(id: &str, artist: &str, label: &str, places: &[&str]) -> Fact {
    Fact {
        id: id.to_owned(),
        artists: artist.split(" & ").map(str::to_owned).collect(),
        title: format!("Title of {id}"),
        label: label.to_owned(),
        tags: Vec::new(),
        places: places.iter().map(|p| (*p).to_owned()).collect(),
    }
}

/// Says that each of so many people of a source played all of these once; people are numbered from `first`.
pub fn play_all(training: &mut Training, source: Source, first: u32, people: u32, ids: &[&str]) {
    for person in first..first + people {
        for id in ids {
            let what = training.recording(id).unwrap();
            training.play(Play { source, person, what, count: 1 });
        }
    }
}

/// The same for a name that no recording credits.
pub fn play_name(training: &mut Training, first: u32, people: u32, name: &str) {
    let name = training.add_name(name).unwrap();
    for person in first..first + people {
        training.play(Play { source: Source::Djs, person, what: Node::Name(name), count: 1 });
    }
}

pub fn model(training: &Training) -> Vec<u8> {
    train(training, &Settings::default(), 1).unwrap()
}

/// Two scenes that a bridge joins, local work, a label with a family, and a name from elsewhere.
pub fn scenes() -> Training {
    let mut t = Training::new(vec![
        fact("north-1", "Kora Lind", "Kollektiv Nord Records", &["FR-42/roanne"]),
        fact("north-2", "Mira Feld", "Kollektiv Nord Digital", &["FR-42"]),
        fact("north-3", "Orrin Vale", "Low Tide", &["DE"]),
        fact("north-4", "Kora Lind", "Low Tide", &["FR-42"]),
        fact("bridge", "Ada Nwosu & Orrin Vale", "Halfway", &[]),
        fact("south-1", "Teo Brandt", "Sud", &["FR-13"]),
        fact("south-2", "Lua Prado", "Sud", &["PT"]),
        fact("quiet", "Nobody Plays", "Kollektiv Nord", &["FR-42/roanne"]),
        fact("alone", "Quite Alone", "", &[]),
    ]);
    play_all(&mut t, Source::Djs, 0, 25, &["north-1", "north-2", "north-3"]);
    play_all(&mut t, Source::Members, 0, 14, &["north-3", "north-4", "north-1"]);
    play_all(&mut t, Source::Members, 100, 12, &["north-3", "bridge"]);
    play_all(&mut t, Source::Djs, 100, 30, &["bridge", "south-1"]);
    play_all(&mut t, Source::Djs, 200, 40, &["south-1", "south-2"]);
    play_all(&mut t, Source::Selections, 0, 1, &["south-2", "quiet"]);
    play_name(&mut t, 200, 15, "The Stadium Act");
    play_name(&mut t, 0, 9, "Only Nine");
    t
}
