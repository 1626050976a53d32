//! A transparency log kept as static files in a folder, to be served as they lie (C2SP `tlog-tiles`).
//!
//! ```text
//! checkpoint                    the newest signed checkpoint; changes with every batch
//! tile/0/000, tile/0/001.p/17   hashes; a full tile never changes
//! tile/entries/000              entries
//! rotation/1                    the note by which the log went on to its second key
//! cosigned/4096                 the checkpoint of that size with the witnesses' signatures
//! .state/                       lock, unfinished files, the checkpoint that counts; not to be served
//! ```
//!
//! **One writer, no lost leaf, no fork.** A batch is written in this order, each file whole under another name,
//! flushed, then renamed: tiles and entries, their folders, `.state/checkpoint` (from here on the batch counts),
//! `checkpoint`. A leaf is acknowledged after the last step. After a crash before the third step the batch never was, and
//! its files are written over; after it, opening the log publishes the checkpoint. Nobody can have seen a checkpoint
//! that is not in `.state` and flushed, so no second history can begin.
//!
//! What an entry means is not known here, nor who may log it.

mod disk;
mod reader;
mod writer;

pub use reader::{LogFolder, Source};
pub use writer::{BATCH_MOST, LogError, LogWriter, restore};
