//! The depot: where masters, renditions and pictures lie, each under the SHA-256 of its content.
//!
//! A folder beside the database, or a store that speaks S3 (with the feature `s3`). A content is written under a
//! temporary name, synchronised and renamed, so that whatever stands under an address is whole; it is never changed
//! and never deleted here. An address is all one can ask for, so no request leads out of the depot.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use media::{Address, Addressing};

/// The file beside the database that names another place than the folder `media`: one line, `s3://bucket/prefix` or
/// the path of a folder.
pub const PLACE_FILE: &str = "media-place";

/// How much is read at a time when a file is kept.
const BLOCK: usize = 256 * 1024;

/// Where contents lie.
#[derive(Debug, Clone)]
pub enum Depot {
    /// In a folder.
    Folder(PathBuf),
    /// In a bucket; what is decoded is copied to a temporary file first.
    #[cfg(feature = "s3")]
    Bucket(crate::bucket::Bucket),
}

/// A content that was kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kept {
    /// Where it lies.
    pub address: Address,
    /// Its length.
    pub bytes: u64,
    /// Whether it was new here.
    pub fresh: bool,
}

/// A content that can be read at any place, by many at once.
#[derive(Debug, Clone)]
pub struct Blob {
    bytes: u64,
    source: Source,
}

#[derive(Debug, Clone)]
enum Source {
    File(Arc<File>),
    #[cfg(feature = "s3")]
    Bucket(crate::bucket::Bucket, Address),
}

impl Depot {
    /// The depot of a house: the folder `media` beside its database, unless [`PLACE_FILE`] names another place.
    pub fn of(house: &Path) -> io::Result<Depot> {
        let place = match fs::read_to_string(house.join(PLACE_FILE)) {
            Ok(text) => text.trim().to_owned(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(error),
        };
        match place.as_str() {
            "" => Ok(Depot::Folder(house.join("media"))),
            place => Depot::at(place),
        }
    }

    /// The depot at a place: `s3://bucket/prefix`, or the path of a folder.
    pub fn at(place: &str) -> io::Result<Depot> {
        if let Some(bucket) = place.strip_prefix("s3://") {
            return bucket_at(bucket);
        }
        Ok(Depot::Folder(PathBuf::from(place)))
    }

    /// Names the place where the depot of a house lies from now on; contents that are there do not move.
    pub fn choose(house: &Path, place: &str) -> io::Result<()> {
        Depot::at(place)?;
        let part = house.join(format!("{PLACE_FILE}.part"));
        fs::write(&part, format!("{place}\n"))?;
        fs::rename(part, house.join(PLACE_FILE))
    }

    /// Where it is, for people.
    pub fn place(&self) -> String {
        match self {
            Depot::Folder(folder) => folder.display().to_string(),
            #[cfg(feature = "s3")]
            Depot::Bucket(bucket) => bucket.place(),
        }
    }

    /// Begins a content that is written piece by piece; it lies in the depot once [`Incoming::finish`] says so.
    pub fn begin(&self) -> io::Result<Incoming> {
        let incoming = match self {
            Depot::Folder(folder) => folder.join("incoming"),
            #[cfg(feature = "s3")]
            Depot::Bucket(_) => std::env::temp_dir().join("tantieme-incoming"),
        };
        fs::create_dir_all(&incoming)?;
        let part = incoming.join(format!("{}-{:016x}", std::process::id(), crate::world::bits()));
        let out = File::options().write(true).create_new(true).open(&part)?;
        Ok(Incoming { depot: self.clone(), out, part, adding: Addressing::default() })
    }

    /// Keeps the content of a reader, read in blocks. Blocks the thread.
    pub fn keep(&self, input: &mut dyn Read) -> io::Result<Kept> {
        let mut incoming = self.begin()?;
        let mut block = vec![0; BLOCK];
        loop {
            match input.read(&mut block) {
                Ok(0) => return incoming.finish(),
                Ok(count) => incoming.write_all(block.get(..count).unwrap_or_default())?,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Keeps these bytes. Blocks the thread.
    pub fn keep_bytes(&self, mut bytes: &[u8]) -> io::Result<Kept> {
        self.keep(&mut bytes)
    }

    /// The content at an address; `None` where there is none.
    pub async fn open(&self, address: &Address) -> io::Result<Option<Blob>> {
        match self {
            Depot::Folder(folder) => {
                let file = folder.join(address.path());
                let opened = tokio::task::spawn_blocking(move || {
                    let file = File::open(file)?;
                    Ok::<_, io::Error>((file.metadata()?.len(), file))
                });
                match opened.await.map_err(io::Error::other)? {
                    Ok((bytes, file)) => Ok(Some(Blob { bytes, source: Source::File(Arc::new(file)) })),
                    Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
                    Err(error) => Err(error),
                }
            }
            #[cfg(feature = "s3")]
            Depot::Bucket(bucket) => {
                let bytes = bucket.length(address).await?;
                let source = Source::Bucket(bucket.clone(), *address);
                Ok(bytes.map(|bytes| Blob { bytes, source }))
            }
        }
    }

    /// The content at an address as a file that can be read and sought; from a bucket it is copied to a temporary
    /// file without a name first. `None` where there is none. Blocks the thread.
    pub fn file(&self, address: &Address) -> io::Result<Option<File>> {
        match self {
            Depot::Folder(folder) => match File::open(folder.join(address.path())) {
                Ok(file) => Ok(Some(file)),
                Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
                Err(error) => Err(error),
            },
            #[cfg(feature = "s3")]
            Depot::Bucket(bucket) => bucket.file(address),
        }
    }

    /// The length of the content at an address; `None` where there is none. Blocks the thread.
    pub fn length(&self, address: &Address) -> io::Result<Option<u64>> {
        match self {
            Depot::Folder(folder) => match fs::metadata(folder.join(address.path())) {
                Ok(about) => Ok(Some(about.len())),
                Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
                Err(error) => Err(error),
            },
            #[cfg(feature = "s3")]
            Depot::Bucket(bucket) => bucket.wait(bucket.length(address)),
        }
    }
}

#[cfg(feature = "s3")]
fn bucket_at(bucket: &str) -> io::Result<Depot> {
    crate::bucket::Bucket::at(bucket).map(Depot::Bucket)
}

#[cfg(not(feature = "s3"))]
fn bucket_at(bucket: &str) -> io::Result<Depot> {
    let words = format!("`s3://{bucket}` needs a program that was built with the feature `s3`");
    Err(io::Error::new(io::ErrorKind::Unsupported, words))
}

/// A content on its way into the depot; dropped before its end it leaves nothing.
#[derive(Debug)]
pub struct Incoming {
    depot: Depot,
    out: File,
    part: PathBuf,
    adding: Addressing,
}

impl Incoming {
    /// Synchronises what was written and gives it its address.
    pub fn finish(mut self) -> io::Result<Kept> {
        self.out.sync_all()?;
        let bytes = self.adding.bytes();
        let address = std::mem::take(&mut self.adding).finish();
        #[cfg_attr(
            not(feature = "s3"),
            allow(clippy::infallible_destructuring_match, reason = "with `s3` there are two")
        )]
        let folder = match &self.depot {
            Depot::Folder(folder) => folder,
            #[cfg(feature = "s3")]
            Depot::Bucket(bucket) => {
                let fresh = bucket.upload(&address, bytes, &self.part)?;
                return Ok(Kept { address, bytes, fresh });
            }
        };
        let end = folder.join(address.path());
        if fs::metadata(&end).is_ok_and(|there| there.len() == bytes) {
            return Ok(Kept { address, bytes, fresh: false });
        }
        let parent = end.parent().unwrap_or(folder);
        fs::create_dir_all(parent)?;
        fs::rename(&self.part, &end)?;
        // The name lasts only when the folder that holds it is on disk, too.
        File::open(parent)?.sync_all()?;
        Ok(Kept { address, bytes, fresh: true })
    }
}

impl Write for Incoming {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.out.write(bytes)?;
        self.adding.add(bytes.get(..count).unwrap_or_default());
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

impl Drop for Incoming {
    fn drop(&mut self) {
        // Gone already where it was renamed; what is left of an attempt is of no use to anybody.
        let _ = fs::remove_file(&self.part);
    }
}

impl Blob {
    /// Its length.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// At most so many bytes from a place; fewer only at the end.
    pub async fn read_at(&self, from: u64, count: usize) -> io::Result<Vec<u8>> {
        let left = self.bytes.saturating_sub(from);
        let count = usize::try_from(left).map_or(count, |left| left.min(count));
        match &self.source {
            Source::File(file) => {
                let file = Arc::clone(file);
                tokio::task::spawn_blocking(move || read_file(&file, from, count))
                    .await
                    .map_err(io::Error::other)?
            }
            #[cfg(feature = "s3")]
            Source::Bucket(bucket, address) => bucket.read_at(address, from, count).await,
        }
    }
}

#[cfg(unix)]
fn read_file(file: &File, from: u64, count: usize) -> io::Result<Vec<u8>> {
    use std::os::unix::fs::FileExt as _;
    let mut bytes = vec![0; count];
    file.read_exact_at(&mut bytes, from)?;
    Ok(bytes)
}

#[cfg(not(unix))]
fn read_file(file: &File, from: u64, count: usize) -> io::Result<Vec<u8>> {
    use std::os::windows::fs::FileExt as _;
    let mut bytes = vec![0; count];
    let mut done = 0;
    while done < count {
        match file.seek_read(&mut bytes[done..], from + done as u64)? {
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            read => done += read,
        }
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Breaks(usize);

    impl Read for Breaks {
        fn read(&mut self, block: &mut [u8]) -> io::Result<usize> {
            self.0 = self.0.checked_sub(1).ok_or_else(|| io::Error::other("the cable is out"))?;
            block.fill(7);
            Ok(block.len())
        }
    }

    #[tokio::test]
    async fn a_content_is_kept_once_and_whole_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let depot = Depot::of(folder.path()).unwrap();
        let first = depot.keep_bytes(b"a tone").unwrap();
        assert!(first.fresh && !depot.keep_bytes(b"a tone").unwrap().fresh);
        let blob = depot.open(&first.address).await.unwrap().unwrap();
        assert_eq!(blob.read_at(2, 100).await.unwrap(), b"tone");
        assert_eq!(blob.read_at(100, 100).await.unwrap(), b"");
        assert!(depot.keep(&mut Breaks(3)).is_err());
        let left: Vec<_> = fs::read_dir(folder.path().join("media/incoming")).unwrap().collect();
        assert!(left.is_empty(), "{left:?}");
        assert!(depot.open(&Address::of(b"b")).await.unwrap().is_none());
    }

    #[test]
    fn another_place_is_remembered() {
        let (house, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        Depot::choose(house.path(), other.path().to_str().unwrap()).unwrap();
        let depot = Depot::of(house.path()).unwrap();
        assert_eq!(depot.place(), other.path().display().to_string());
        assert_eq!(depot.keep_bytes(b"x").unwrap().bytes, 1);
    }
}
