//! The role of a worker: it waits for parts of plans, runs them and forgets them.
//!
//! A worker holds no state of its own. It runs only plans made of the steps that this crate plans, for
//! those who know the key, within its memory; what does not fit is refused to the coordinator, who then
//! cuts smaller. Whatever it spills lies below its work folder and is gone when it starts and ends.

use std::fs::File;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Weak};
use std::time::Duration;

use datafusion::catalog::memory::DataSourceExec;
use datafusion::common::tree_node::{TreeNode as _, TreeNodeRecursion};
use datafusion::common::{DataFusionError, exec_err};
use datafusion::datasource::physical_plan::{FileScanConfig, ParquetSource};
use datafusion::execution::SessionState;
use datafusion::execution::disk_manager::{DiskManagerBuilder, DiskManagerMode};
use datafusion::execution::memory_pool::GreedyMemoryPool;
use datafusion::execution::runtime_env::{RuntimeEnv, RuntimeEnvBuilder};
use datafusion::physical_plan::ExecutionPlan;
use datafusion_distributed::{
    DistributedExt as _, Worker, WorkerPlanRewriteEvent, WorkerPlanRewriteEventResponse, WorkerQueryContext,
};
use tokio::net::TcpListener;
use tonic::service::interceptor::InterceptedService;
use tonic::transport::Server;
use tonic::transport::server::TcpIncoming;
use tonic::{Request, Status};

use crate::cache::Cache;
use crate::channel::Channels;
use crate::greeting::Greeting;
use crate::hook::Hook;
use crate::key::Key;
use crate::nodes::codec::Codec;
use crate::stores::Stores;

/// How long a worker that was told to end lets calls finish.
const LAST_CALLS: Duration = Duration::from_secs(3);
/// How often it asks a silent coordinator for a sign of life, and how long it waits for one.
const ALIVE: (Duration, Duration) = (Duration::from_secs(10), Duration::from_secs(20));

/// How often it looks for rows that nobody asks for any more.
const TIDY: Duration = Duration::from_secs(30);

/// What a worker is started with.
#[derive(Debug, Clone)]
pub struct WorkerOptions {
    /// Where it listens; port 0 takes a free one.
    pub listen: SocketAddr,
    /// A folder of its own, made where it is missing.
    pub work_dir: PathBuf,
    /// What a caller must know.
    pub key: Key,
    /// Bytes that rows and answers may take.
    pub memory: u64,
    /// Partitions it works on at the same time.
    pub cores: usize,
    /// A test's way to make it fail.
    #[doc(hidden)]
    pub hook: Option<Hook>,
}

/// Serves until `stop` comes; calls `ready` with the address once it listens.
///
/// # Errors
/// Where it cannot listen, or its folder cannot be used or is used by another worker.
pub async fn serve(
    options: WorkerOptions,
    ready: impl FnOnce(SocketAddr),
    stop: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let room = Room::enter(&options.work_dir)?;
    let listener = TcpListener::bind(options.listen).await?;
    let at = listener.local_addr()?;
    let key = options.key.clone();
    let guard = move |request: Request<()>| match request.metadata().get("authorization") {
        Some(said) if key.is_proved_by(Some(said.as_encoded_bytes())) => Ok(request),
        _ => Err(Status::unauthenticated("this worker has another key")),
    };
    let service = InterceptedService::new(worker(&options, &room)?.into_worker_server(), guard);
    let (stopping, stopped) = tokio::sync::oneshot::channel();
    let server = Server::builder()
        .http2_keepalive_interval(Some(ALIVE.0))
        .http2_keepalive_timeout(Some(ALIVE.1))
        .add_service(service)
        .serve_with_incoming_shutdown(TcpIncoming::from(listener).with_nodelay(Some(true)), async move {
            stop.await;
            stopping.send(()).ok();
        });
    ready(at);
    let patience = async {
        if stopped.await.is_ok() {
            tokio::time::sleep(LAST_CALLS).await;
        } else {
            std::future::pending::<()>().await;
        }
    };
    tokio::select! {
        served = server => served.map_err(io::Error::other),
        () = patience => Ok(()),
    }
}

fn worker(options: &WorkerOptions, room: &Room) -> io::Result<Worker> {
    let runtime = runtime(options.memory, &room.spill).map_err(io::Error::other)?;
    // Half of the memory may be kept between passes; the other half is for what comes in.
    let cache = Arc::new(Cache::new(usize::try_from(options.memory / 2).unwrap_or(usize::MAX)));
    tokio::spawn(tidy_up(Arc::downgrade(&cache)));
    let own = Own {
        channels: Channels::new(&options.key),
        cache,
        hook: options.hook.clone(),
        cores: options.cores,
    };
    let session = move |context: WorkerQueryContext| {
        let own = own.clone();
        async move { session(context, own) }
    };
    let greeting = Greeting::ours(options.cores, options.memory);
    Ok(Worker::from_session_builder(session).with_runtime_env(runtime).with_version(greeting.to_string()))
}

fn runtime(memory: u64, spill: &Path) -> Result<Arc<RuntimeEnv>, DataFusionError> {
    let disk = DiskManagerBuilder::default().with_mode(DiskManagerMode::Directories(vec![spill.to_owned()]));
    RuntimeEnvBuilder::new()
        .with_memory_pool(Arc::new(GreedyMemoryPool::new(usize::try_from(memory).unwrap_or(usize::MAX))))
        .with_disk_manager_builder(disk)
        .with_object_store_registry(Arc::new(Stores::default()))
        .build_arc()
}

/// What every plan of a worker finds.
#[derive(Clone)]
struct Own {
    channels: Channels,
    cache: Arc<Cache>,
    hook: Option<Hook>,
    cores: usize,
}

/// Forgets from time to time what nobody asks for, as long as the worker lives.
async fn tidy_up(cache: Weak<Cache>) {
    while let Some(cache) = cache.upgrade() {
        cache.tidy();
        drop(cache);
        tokio::time::sleep(TIDY).await;
    }
}

fn session(context: WorkerQueryContext, own: Own) -> Result<SessionState, DataFusionError> {
    let mut builder = context.builder;
    let config = builder.config().get_or_insert_default();
    config.options_mut().execution.target_partitions = own.cores;
    config.set_extension(own.cache);
    if let Some(hook) = own.hook {
        config.set_extension(Arc::new(hook));
    }
    Ok(builder
        .with_distributed_user_codec(Codec)
        .with_distributed_channel_resolver(own.channels)
        .with_distributed_worker_plan_rewrite_handler(only_our_plans)
        .build())
}

/// Refuses every plan but those that this crate makes: a worker is no general query engine.
fn only_our_plans(
    event: WorkerPlanRewriteEvent<'_>,
) -> Result<WorkerPlanRewriteEventResponse, DataFusionError> {
    const STEPS: [&str; 6] = [
        "DataSourceExec",
        "PickExec",
        "RepartitionExec",
        "NetworkShuffleExec",
        "KernelExec",
        "CooperativeExec",
    ];
    event.plan.apply(|step| {
        if !STEPS.contains(&step.name()) || !reads_parquet(step) {
            return exec_err!("a worker does not run `{}`", step.name());
        }
        Ok(TreeNodeRecursion::Continue)
    })?;
    Ok(WorkerPlanRewriteEventResponse::new(event.plan))
}

/// Whether a step reads nothing, or reads Parquet.
fn reads_parquet(step: &Arc<dyn ExecutionPlan>) -> bool {
    step.downcast_ref::<DataSourceExec>().is_none_or(|scan| {
        let files = scan.data_source().downcast_ref::<FileScanConfig>();
        files.is_some_and(|files| files.file_source().downcast_ref::<ParquetSource>().is_some())
    })
}

/// A worker's own folder, locked while it works and empty before and after.
struct Room {
    spill: PathBuf,
    _lock: File,
}

impl Room {
    fn enter(folder: &Path) -> io::Result<Room> {
        let say = |why: &dyn std::fmt::Display| {
            io::Error::other(format!("the work folder `{}` cannot be used: {why}", folder.display()))
        };
        std::fs::create_dir_all(folder).map_err(|why| say(&why))?;
        let lock = File::create(folder.join("worker.lock")).map_err(|why| say(&why))?;
        lock.try_lock().map_err(|_| say(&"another worker works in it; give each a folder of its own"))?;
        let spill = folder.join("spill");
        if spill.exists() {
            std::fs::remove_dir_all(&spill).map_err(|why| say(&why))?;
        }
        std::fs::create_dir(&spill).map_err(|why| say(&why))?;
        Ok(Room { spill, _lock: lock })
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.spill).ok();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_work_folder_has_one_worker_and_is_left_clean() {
        let folder = tempfile::tempdir().unwrap();
        let at = folder.path().join("w");
        std::fs::create_dir_all(at.join("spill")).unwrap();
        std::fs::write(at.join("spill/left-by-a-killed-one"), "rows").unwrap();
        let room = Room::enter(&at).unwrap();
        assert_eq!(std::fs::read_dir(at.join("spill")).unwrap().count(), 0);
        assert!(Room::enter(&at).is_err());
        drop(room);
        assert!(!at.join("spill").exists());
        assert!(Room::enter(&at).is_ok());
    }
}
