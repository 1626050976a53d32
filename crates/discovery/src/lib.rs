//! Who else: from what is listened to, and from any name at all, to recordings nobody pushed.
//!
//! People played recordings; a random walk of two steps, recording → person → recording, says how near two recordings
//! are (RP3β, a walk whose arrival at much-played recordings is dampened by the public exponent β). What is left of it is
//! an immutable file of neighbours, each with its grounds: the same DJs, the same members, the same selection, the same
//! label family, the same artist. Everything that is answered is read from that file, and says why.
//!
//! ```
//! use discovery::{Fact, Graph, Play, Settings, Source, Training, train};
//!
//! let facts = ["R1", "R2", "R3"].map(|id| Fact { id: id.into(), ..Fact::default() });
//! let mut training = Training::new(facts.to_vec());
//! for dj in 0..12 {
//!     training.plays.push(Play { source: Source::Djs, person: dj, what: training.recording("R1").unwrap(), count: 1 });
//!     training.plays.push(Play { source: Source::Djs, person: dj, what: training.recording("R2").unwrap(), count: 1 });
//! }
//! let bytes = train(&training, &Settings::default(), 1).unwrap();
//! let graph = Graph::open(&bytes).unwrap();
//! let next = graph.similar(graph.find("R1").unwrap(), 5);
//! assert_eq!(next[0].item.id, "R2");
//! assert_eq!(next[0].reasons[0].words(discovery::Language::En), "played by the same DJs, 10 of them or more");
//! ```
//!
//! It knows no money: nothing that a brand, an agency or a label paid can be given to it, so nothing paid can change an
//! answer. It knows no person either: people come as numbers that mean nothing, and the file holds no neighbour, no name
//! and no reason behind which fewer than [`Settings::least_people`] of them stand. It reads no clock and no file, and
//! takes its threads and seeds as values; the bytes do not depend on how many threads made them.

pub mod baseline;
mod content;
pub mod facts;
pub mod fair;
mod file;
mod graph;
pub mod measure;
mod path;
mod radio;
pub mod reason;
mod recommend;
mod settings;
mod train;
mod voyage;

pub use facts::{Fact, Node, Play, Source, Training};
pub use file::{FORMAT, MAGIC, OpenError};
pub use graph::{Graph, Item};
pub use path::{Leg, Path};
pub use reason::{Language, Reason};
pub use recommend::{Because, Heard, Neighbour, Options, Recommendation};
pub use settings::Settings;
pub use train::{TrainError, train};
pub use voyage::{Known, Voyage};
