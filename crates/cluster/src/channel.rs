//! How workers are called: with the key, and never waiting for a machine that is gone.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use datafusion::common::{DataFusionError, exec_datafusion_err};
use datafusion_distributed::grpc::{BoxCloneSyncChannel, create_worker_client};
use datafusion_distributed::{ChannelResolver, WorkerChannel};
use http::HeaderValue;
use http::header::AUTHORIZATION;
use tonic::transport::{Channel, Endpoint};
use tower::ServiceExt as _;
use url::Url;

use crate::key::Key;

/// Longest wait for a connection to be made.
const CONNECT: Duration = Duration::from_secs(5);
/// A silent connection is asked for a sign of life this often …
const ASK: Duration = Duration::from_secs(5);
/// … and is gone when none comes in this time: a machine that lost power is noticed after 15 seconds.
const ANSWER: Duration = Duration::from_secs(10);

/// Connections to workers, one per address, each request carrying the key.
#[derive(Clone)]
pub(crate) struct Channels {
    key: HeaderValue,
    open: Arc<Mutex<HashMap<Url, Channel>>>,
}

impl Channels {
    pub(crate) fn new(key: &Key) -> Channels {
        // A key is printable ASCII (`Key::parse`), which every header value may hold.
        let mut key = HeaderValue::from_str(&key.header()).unwrap_or(HeaderValue::from_static(""));
        key.set_sensitive(true);
        Channels { key, open: Arc::default() }
    }

    /// A connection that is made when it is first used and made again after it broke.
    fn to(&self, url: &Url) -> Result<BoxCloneSyncChannel, DataFusionError> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let channel = match open.get(url) {
            Some(channel) => channel.clone(),
            None => {
                let channel = endpoint(url)?.connect_lazy();
                open.insert(url.clone(), channel.clone());
                channel
            }
        };
        let key = self.key.clone();
        let with_key = channel.map_request(move |mut request: http::Request<tonic::body::Body>| {
            request.headers_mut().insert(AUTHORIZATION, key.clone());
            request
        });
        Ok(BoxCloneSyncChannel::new(with_key))
    }
}

fn endpoint(url: &Url) -> Result<Endpoint, DataFusionError> {
    let endpoint = Endpoint::from_shared(url.to_string())
        .map_err(|why| exec_datafusion_err!("`{url}` is no address of a worker: {why}"))?;
    Ok(endpoint
        .connect_timeout(CONNECT)
        .tcp_nodelay(true)
        .http2_keep_alive_interval(ASK)
        .keep_alive_timeout(ANSWER)
        .keep_alive_while_idle(true))
}

#[async_trait]
impl ChannelResolver for Channels {
    async fn get_worker_client_for_url(&self, url: &Url) -> Result<Box<dyn WorkerChannel>, DataFusionError> {
        Ok(create_worker_client(self.to(url)?))
    }
}
