//! Where inputs lie: this machine's files, or a bucket of an S3-compatible store.
//!
//! Buckets are reached as the usual variables say (`AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`,
//! `AWS_REGION`, `AWS_ENDPOINT`, `AWS_ALLOW_HTTP`), on every machine alike.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use datafusion::common::{Result, exec_datafusion_err};
use datafusion::execution::object_store::ObjectStoreRegistry;
use object_store::ObjectStore;
use object_store::aws::AmazonS3Builder;
use object_store::local::LocalFileSystem;
use url::Url;

/// Opens each store when it is first asked for. Nothing but files and buckets.
#[derive(Debug, Default)]
pub(crate) struct Stores {
    open: Mutex<HashMap<String, Arc<dyn ObjectStore>>>,
}

impl ObjectStoreRegistry for Stores {
    fn register_store(&self, url: &Url, store: Arc<dyn ObjectStore>) -> Option<Arc<dyn ObjectStore>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner).insert(name(url), store)
    }

    fn get_store(&self, url: &Url) -> Result<Arc<dyn ObjectStore>> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(store) = open.get(&name(url)) {
            return Ok(Arc::clone(store));
        }
        let store = connect(url)?;
        open.insert(name(url), Arc::clone(&store));
        Ok(store)
    }
}

fn name(url: &Url) -> String {
    format!("{}://{}", url.scheme(), url.host_str().unwrap_or_default())
}

fn connect(url: &Url) -> Result<Arc<dyn ObjectStore>> {
    match (url.scheme(), url.host_str()) {
        ("file", _) => Ok(Arc::new(LocalFileSystem::new())),
        ("s3", Some(bucket)) => {
            let store = AmazonS3Builder::from_env().with_bucket_name(bucket).build();
            Ok(Arc::new(
                store.map_err(|why| exec_datafusion_err!("bucket `{bucket}` cannot be reached: {why}"))?,
            ))
        }
        _ => Err(exec_datafusion_err!("`{url}` is neither a file nor an S3 bucket")),
    }
}
