//! A depot in a bucket of any store that speaks S3.
//!
//! Keys, region and endpoint come from the environment as for other programs (`AWS_ACCESS_KEY_ID`,
//! `AWS_SECRET_ACCESS_KEY`, `AWS_REGION`, `AWS_ENDPOINT`, `AWS_ALLOW_HTTP`), never from our files.

use std::fs::File;
use std::future::Future;
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::Path as FilePath;
use std::sync::Arc;

use media::Address;
use object_store::aws::AmazonS3Builder;
use object_store::path::Path;
use object_store::{Error, ObjectStore, ObjectStoreExt as _, WriteMultipart};

/// Pieces in which large contents travel.
const PIECE: usize = 8 * 1024 * 1024;

/// A bucket, and the prefix below which the depot lies.
#[derive(Debug, Clone)]
pub struct Bucket {
    store: Arc<dyn ObjectStore>,
    name: String,
    prefix: String,
}

impl Bucket {
    /// The bucket of `bucket/prefix`.
    pub fn at(place: &str) -> io::Result<Bucket> {
        let (name, prefix) = place.split_once('/').unwrap_or((place, ""));
        let store = AmazonS3Builder::from_env().with_bucket_name(name).build().map_err(io::Error::other)?;
        let prefix = prefix.trim_matches('/').to_owned();
        Ok(Bucket { store: Arc::new(store), name: name.to_owned(), prefix })
    }

    /// Where it is, for people.
    pub fn place(&self) -> String {
        format!("s3://{}/{}", self.name, self.prefix)
    }

    fn key(&self, address: &Address) -> Path {
        let path = address.path();
        Path::from(if self.prefix.is_empty() { path } else { format!("{}/{path}", self.prefix) })
    }

    /// Waits for an answer of the store. Blocks the thread, which must be one that may.
    pub fn wait<T>(&self, answer: impl Future<Output = io::Result<T>>) -> io::Result<T> {
        match tokio::runtime::Handle::try_current() {
            Ok(handle) => handle.block_on(answer),
            Err(_) => tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(answer),
        }
    }

    /// The length of a content; `None` where there is none.
    pub async fn length(&self, address: &Address) -> io::Result<Option<u64>> {
        match self.store.head(&self.key(address)).await {
            Ok(about) => Ok(Some(about.size)),
            Err(Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(io::Error::other(error)),
        }
    }

    /// Some bytes of a content.
    pub async fn read_at(&self, address: &Address, from: u64, count: usize) -> io::Result<Vec<u8>> {
        if count == 0 {
            return Ok(Vec::new());
        }
        let range = from..from + count as u64;
        let bytes = self.store.get_range(&self.key(address), range).await.map_err(io::Error::other)?;
        Ok(bytes.to_vec())
    }

    /// Brings a file under an address; tells whether it was new. A content is seen whole or not at all.
    pub fn upload(&self, address: &Address, bytes: u64, file: &FilePath) -> io::Result<bool> {
        self.wait(async {
            if self.length(address).await? == Some(bytes) {
                return Ok(false);
            }
            let mut file = File::open(file)?;
            let key = self.key(address);
            if bytes <= PIECE as u64 {
                let mut whole = Vec::new();
                file.read_to_end(&mut whole)?;
                self.store.put(&key, whole.into()).await.map_err(io::Error::other)?;
                return Ok(true);
            }
            let upload = self.store.put_multipart(&key).await.map_err(io::Error::other)?;
            let mut pieces = WriteMultipart::new_with_chunk_size(upload, PIECE);
            let mut block = vec![0; 1024 * 1024];
            loop {
                pieces.wait_for_capacity(4).await.map_err(io::Error::other)?;
                match file.read(&mut block)? {
                    0 => break,
                    count => pieces.write(block.get(..count).unwrap_or_default()),
                }
            }
            pieces.finish().await.map_err(io::Error::other)?;
            Ok(true)
        })
    }

    /// A content as a temporary file without a name; `None` where there is none.
    pub fn file(&self, address: &Address) -> io::Result<Option<File>> {
        self.wait(async {
            let Some(bytes) = self.length(address).await? else { return Ok(None) };
            let mut file = tempfile::tempfile()?;
            let mut at = 0;
            while at < bytes {
                let block = self.read_at(address, at, PIECE.min((bytes - at) as usize)).await?;
                at += block.len() as u64;
                file.write_all(&block)?;
            }
            file.seek(SeekFrom::Start(0))?;
            Ok(Some(file))
        })
    }
}
