//! Reading a log's folder, the house's own or a mirror's, while somebody may be writing it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use proof::Note;
use proof::log::{BadRotation, BadTree, KeyRing, Receipt, Tile, Tree, Trusted};

/// A folder with a log's static files.
#[derive(Debug, Clone)]
pub struct LogFolder(PathBuf);

/// Where a tree's tiles come from: the files of a folder.
pub type Source = Box<dyn FnMut(&Tile) -> Option<Vec<u8>> + Send>;

impl LogFolder {
    /// The folder of a log.
    pub fn new(folder: &Path) -> LogFolder {
        LogFolder(folder.to_owned())
    }

    /// The text of the newest checkpoint, believed by nobody yet ([`proof::log::Policy::open`]).
    ///
    /// # Errors
    /// Where there is none, or it cannot be read.
    pub fn checkpoint(&self) -> io::Result<String> {
        fs::read_to_string(self.0.join("checkpoint"))
    }

    /// Follows the log's key rotations from the first key to the newest.
    ///
    /// # Errors
    /// [`BadRotation`] of the first rotation that is not believed.
    pub fn follow_keys(&self, keys: &mut KeyRing) -> Result<(), BadRotation> {
        for number in 1_u32.. {
            let Ok(note) = fs::read_to_string(self.0.join(format!("rotation/{number}"))) else { break };
            keys.rotate(&note)?;
        }
        Ok(())
    }

    /// The tree of a checkpoint that is believed.
    ///
    /// # Errors
    /// [`BadTree`] where its tiles are missing or changed.
    pub fn tree(&self, of: &Trusted) -> Result<Tree<Source>, BadTree> {
        Tree::open(of.checkpoint.size, &of.checkpoint.root, self.source())
    }

    /// The receipt of one entry, with the entry in it, under a checkpoint that is believed.
    ///
    /// # Errors
    /// [`BadTree`] where tiles are missing or changed, or there is no such entry.
    pub fn receipt(&self, index: u64, checkpoint: Note, of: &Trusted) -> Result<Receipt, BadTree> {
        let mut tree = self.tree(of)?;
        let entry = Some(tree.entry(index)?.as_bytes().to_vec());
        Ok(Receipt { entry, index, path: tree.inclusion(index)?, checkpoint })
    }

    pub(super) fn source(&self) -> Source {
        let folder = self.0.clone();
        Box::new(move |tile| fs::read(folder.join(tile.to_string())).ok())
    }
}
