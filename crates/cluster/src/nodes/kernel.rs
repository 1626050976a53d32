//! Runs the kernel over the rows of one partition and sends its answer.

use std::fmt;
use std::sync::Arc;

use datafusion::arrow::array::RecordBatch;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::common::{DataFusionError, Result, exec_datafusion_err, internal_err};
use datafusion::execution::memory_pool::{MemoryConsumer, MemoryPool, MemoryReservation};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_expr::{EquivalenceProperties, PhysicalExpr};
use datafusion::physical_plan::execution_plan::{Boundedness, EmissionType};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, ExecutionPlan, ExecutionPlanProperties as _, Partitioning, PlanProperties,
};
use datafusion_distributed::DistributedTaskContext;
use futures::{TryStreamExt as _, stream};

use crate::answer::{self, Place};
use crate::cache::{Cache, Name};
use crate::hook::Hook;
use crate::work::{Held, Work};

/// The kernel over each partition of the input, which holds every row of the members it holds.
#[derive(Debug)]
pub(crate) struct KernelExec {
    input: Arc<dyn ExecutionPlan>,
    work: Arc<Work>,
    properties: Arc<PlanProperties>,
}

impl KernelExec {
    pub(crate) fn new(input: Arc<dyn ExecutionPlan>, work: Arc<Work>) -> KernelExec {
        let properties = PlanProperties::new(
            EquivalenceProperties::new(answer::schema()),
            Partitioning::UnknownPartitioning(input.output_partitioning().partition_count()),
            EmissionType::Final,
            Boundedness::Bounded,
        );
        KernelExec { input, work, properties: Arc::new(properties) }
    }

    pub(crate) fn work(&self) -> &Work {
        &self.work
    }
}

impl DisplayAs for KernelExec {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KernelExec: {}", self.work.name())
    }
}

impl ExecutionPlan for KernelExec {
    fn name(&self) -> &'static str {
        "KernelExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        vec![&self.input]
    }

    fn apply_expressions(
        &self,
        _: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        Ok(TreeNodeRecursion::Continue)
    }

    fn with_new_children(
        self: Arc<Self>,
        mut children: Vec<Arc<dyn ExecutionPlan>>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        match (children.pop(), children.is_empty()) {
            (Some(input), true) => Ok(Arc::new(KernelExec::new(input, Arc::clone(&self.work)))),
            _ => internal_err!("KernelExec has one input"),
        }
    }

    fn execute(&self, partition: usize, context: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        let (input, inner) = (Arc::clone(&self.input), Arc::clone(&context));
        let input = move || input.execute(partition, inner);
        let task = DistributedTaskContext::from_ctx(&context);
        let place = Place {
            task: task.task_index,
            tasks: task.task_count,
            partition,
            partitions: self.properties.partitioning.partition_count(),
        };
        let run = run(Arc::clone(&self.work), input, place, context);
        let answer =
            stream::once(run).map_ok(|batches| stream::iter(batches.into_iter().map(Ok))).try_flatten();
        Ok(Box::pin(RecordBatchStreamAdapter::new(answer::schema(), answer)))
    }
}

/// Takes all rows in, or finds what is kept of them, and runs the pass where it does not hold up the
/// connections.
async fn run(
    work: Arc<Work>,
    input: impl FnOnce() -> Result<SendableRecordBatchStream>,
    place: Place,
    context: Arc<TaskContext>,
) -> Result<Vec<RecordBatch>> {
    let cache = context.session_config().get_extension::<Cache>();
    let hook = context.session_config().get_extension::<Hook>();
    let pool = &context.runtime_env().memory_pool;
    let name = Name { run: work.run, shard: work.shard, place };
    let kept = cache.as_ref().and_then(|cache| cache.get(&name));
    let held = match kept {
        Some(held) => held,
        None => {
            let room = Room { pool, cache: cache.as_deref() };
            let held = take(&work, input()?, hook.as_deref(), &room).await?;
            if let Some(cache) = &cache {
                cache.put(name, Arc::clone(&held), pool);
            }
            held
        }
    };
    let taken = MemoryConsumer::new("answer").register(pool);
    Room { pool, cache: cache.as_deref() }.grow(&taken, work.needs())?;
    let run =
        move || work.run(&held).map(|answer| hook.iter().fold(answer, |answer, hook| hook.answer(answer)));
    Ok(off_the_line(run).await?.to_batches(place)?)
}

/// The worker's memory, of which kept rows give way to what is needed now.
struct Room<'a> {
    pool: &'a Arc<dyn MemoryPool>,
    cache: Option<&'a Cache>,
}

impl Room<'_> {
    fn grow(&self, taken: &MemoryReservation, bytes: usize) -> Result<()> {
        taken.try_grow(bytes).or_else(|full| match self.cache {
            Some(cache) if cache.clear() => taken.try_grow(bytes),
            _ => Err(full),
        })
    }
}

/// Packs and sorts all rows of the input.
async fn take(
    work: &Arc<Work>,
    mut input: SendableRecordBatchStream,
    hook: Option<&Hook>,
    room: &Room<'_>,
) -> Result<Arc<Held>> {
    let taken = MemoryConsumer::new("rows").register(room.pool);
    let mut taking = work.begin().map_err(say)?;
    while let Some(batch) = input.try_next().await? {
        let batch = match hook {
            Some(hook) => hook.rows(batch),
            None => batch,
        };
        room.grow(&taken, taking.take(&batch).map_err(say)?)?;
    }
    room.grow(&taken, taking.needs_to_finish())?;
    Ok(Arc::new(off_the_line(move || Ok(taking.finish())).await?))
}

/// Runs what takes long on a thread of its own.
async fn off_the_line<T: Send + 'static>(
    run: impl FnOnce() -> Result<T, String> + Send + 'static,
) -> Result<T> {
    let ran = tokio::task::spawn_blocking(run).await;
    ran.map_err(|why| exec_datafusion_err!("the kernel stopped: {why}"))?.map_err(say)
}

fn say(why: String) -> DataFusionError {
    exec_datafusion_err!("{why}")
}
