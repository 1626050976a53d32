//! One shard as a query on some workers.

use std::sync::Arc;

use async_trait::async_trait;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::catalog::Session;
use datafusion::catalog::memory::DataSourceExec;
use datafusion::common::{DataFusionError, Result, exec_datafusion_err};
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::physical_plan::{FileGroup, FileScanConfigBuilder, ParquetSource};
use datafusion::execution::context::QueryPlanner;
use datafusion::execution::object_store::ObjectStoreUrl;
use datafusion::execution::runtime_env::RuntimeEnv;
use datafusion::execution::{SessionStateBuilder, TaskContext};
use datafusion::logical_expr::{LogicalPlan, LogicalPlanBuilder};
use datafusion::physical_expr::expressions::Column;
use datafusion::physical_plan::coalesce_partitions::CoalescePartitionsExec;
use datafusion::physical_plan::repartition::RepartitionExec;
use datafusion::physical_plan::{ExecutionPlan, Partitioning};
use datafusion::prelude::SessionConfig;
use datafusion_distributed::{
    DistributedExt as _, NetworkCoalesceExec, NetworkShuffleExec, RouteTasksEvent, RouteTasksEventResponse,
    SessionStateBuilderExt as _, WorkerResolver,
};
use futures::TryStreamExt as _;
use object_store::ObjectMeta;
use url::Url;

use crate::answer::{Answer, Gathering};
use crate::channel::Channels;
use crate::nodes::codec::Codec;
use crate::nodes::kernel::KernelExec;
use crate::nodes::pick::PickExec;
use crate::shard::Shard;
use crate::work::Work;

/// What every worker reads: the same files, the same columns, the member first.
#[derive(Debug, Clone)]
pub(crate) struct Scan {
    /// The store that holds all files.
    pub(crate) store: ObjectStoreUrl,
    /// Each file once.
    pub(crate) files: Vec<ObjectMeta>,
    /// The columns and their types after reading, whatever their order in a file.
    pub(crate) columns: SchemaRef,
}

/// One shard, what is to be done with it and by whom.
pub(crate) struct Query<'a> {
    pub(crate) scan: &'a Scan,
    pub(crate) shard: Shard,
    pub(crate) work: &'a Arc<Work>,
    /// At least one.
    pub(crate) workers: &'a [Url],
    /// Partitions that each of them works on at the same time.
    pub(crate) partitions: usize,
    pub(crate) channels: &'a Channels,
    pub(crate) runtime: &'a Arc<RuntimeEnv>,
}

impl Query<'_> {
    /// Runs it; every partition answers once, or it fails.
    pub(crate) async fn run(&self) -> Result<Vec<Answer>> {
        let state = SessionStateBuilder::new()
            .with_config(SessionConfig::new().with_target_partitions(self.partitions))
            .with_runtime_env(Arc::clone(self.runtime))
            .with_query_planner(Arc::new(Ready(self.plan()?)))
            .with_distributed_planner()
            .with_distributed_worker_resolver(Workers(self.workers.to_vec()))
            .with_distributed_channel_resolver(self.channels.clone())
            .with_distributed_user_codec(Codec)
            .with_distributed_route_tasks_handler(in_turn(self.workers.to_vec()))
            .with_distributed_metrics_collection(false)?
            .build();
        let nothing = LogicalPlanBuilder::empty(false).build()?;
        let plan = state.create_physical_plan(&nothing).await?;
        let context: Arc<TaskContext> = state.task_ctx();
        let mut stream = plan.execute(0, context)?;
        let mut gathering = Gathering::default();
        while let Some(batch) = stream.try_next().await? {
            gathering.take(&batch).map_err(|why| exec_datafusion_err!("{why}"))?;
        }
        gathering.finish().map_err(|why| exec_datafusion_err!("{why}"))
    }

    /// Parquet, the shard's rows, each member's rows in one partition, the kernel, the answers.
    fn plan(&self) -> Result<Arc<dyn ExecutionPlan>> {
        // A stage of a single task would be run by the coordinator itself; two tasks of one worker are not.
        let tasks = self.workers.len().max(2);
        let picked = Arc::new(PickExec::new(self.scan.step(self.partitions), self.shard));
        let member = Arc::new(Column::new(self.scan.columns.field(0).name(), 0));
        let by_member = Partitioning::Hash(vec![member], self.partitions);
        let moved =
            NetworkShuffleExec::try_new(Arc::new(RepartitionExec::try_new(picked, by_member)?), tasks)?;
        let shared = Arc::new(KernelExec::new(Arc::new(moved), Arc::clone(self.work)));
        let answers = NetworkCoalesceExec::try_new(shared, tasks, 1)?;
        Ok(Arc::new(CoalescePartitionsExec::new(Arc::new(answers))))
    }
}

impl Scan {
    /// The files, dealt out to `partitions`; the engine cuts them further for its tasks.
    fn step(&self, partitions: usize) -> Arc<dyn ExecutionPlan> {
        let mut groups = vec![Vec::new(); partitions.max(1)];
        let in_turn = groups.len();
        for (at, file) in self.files.iter().enumerate() {
            groups[at % in_turn].push(PartitionedFile::new_from_meta(file.clone()));
        }
        let source = Arc::new(ParquetSource::new(Arc::clone(&self.columns)));
        let groups = groups.into_iter().map(FileGroup::new).collect();
        let config = FileScanConfigBuilder::new(self.store.clone(), source).with_file_groups(groups).build();
        DataSourceExec::from_data_source(config)
    }
}

/// A planner for a plan that is ready.
#[derive(Debug)]
struct Ready(Arc<dyn ExecutionPlan>);

#[async_trait]
impl QueryPlanner for Ready {
    async fn create_physical_plan(&self, _: &LogicalPlan, _: &dyn Session) -> Result<Arc<dyn ExecutionPlan>> {
        Ok(Arc::clone(&self.0))
    }
}

/// The workers of one query.
struct Workers(Vec<Url>);

impl WorkerResolver for Workers {
    fn get_urls(&self) -> Result<Vec<Url>, DataFusionError> {
        Ok(self.0.clone())
    }
}

/// Gives the tasks of every stage to the workers in turn.
fn in_turn(workers: Vec<Url>) -> impl Fn(RouteTasksEvent<'_>) -> Option<Result<RouteTasksEventResponse>> {
    move |event| {
        let urls: Vec<Url> = workers.iter().cycle().take(event.task_count).cloned().collect();
        Some(Ok(RouteTasksEventResponse::new(urls)))
    }
}
