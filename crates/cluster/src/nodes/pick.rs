//! Keeps the rows of one shard, by the hash of their member.

use std::fmt;
use std::sync::Arc;

use datafusion::arrow::array::{BooleanArray, RecordBatch};
use datafusion::arrow::compute::filter_record_batch;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::common::{Result, internal_err};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, ExecutionPlan, ExecutionPlanProperties as _, PlanProperties,
};
use futures::StreamExt as _;

use crate::shard::Shard;

/// Rows of the input whose member belongs to the shard.
#[derive(Debug)]
pub(crate) struct PickExec {
    input: Arc<dyn ExecutionPlan>,
    shard: Shard,
    properties: Arc<PlanProperties>,
}

impl PickExec {
    /// The input's first column is the member.
    pub(crate) fn new(input: Arc<dyn ExecutionPlan>, shard: Shard) -> PickExec {
        let properties = PlanProperties::new(
            datafusion::physical_expr::EquivalenceProperties::new(input.schema()),
            datafusion::physical_plan::Partitioning::UnknownPartitioning(
                input.output_partitioning().partition_count(),
            ),
            input.pipeline_behavior(),
            input.boundedness(),
        );
        PickExec { input, shard, properties: Arc::new(properties) }
    }

    pub(crate) fn shard(&self) -> Shard {
        self.shard
    }
}

impl DisplayAs for PickExec {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PickExec: {}", self.shard)
    }
}

impl ExecutionPlan for PickExec {
    fn name(&self) -> &'static str {
        "PickExec"
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
            (Some(input), true) => Ok(Arc::new(PickExec::new(input, self.shard))),
            _ => internal_err!("PickExec has one input"),
        }
    }

    fn execute(&self, partition: usize, context: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        let (shard, schema) = (self.shard, self.schema());
        let input = self.input.execute(partition, context)?;
        let kept = input.map(move |batch| keep(&batch?, shard));
        Ok(Box::pin(RecordBatchStreamAdapter::new(schema, kept)))
    }
}

fn keep(batch: &RecordBatch, shard: Shard) -> Result<RecordBatch> {
    if shard.of() == 1 {
        return Ok(batch.clone());
    }
    let kept: BooleanArray = shard.holds(batch.column(0))?;
    Ok(filter_record_batch(batch, &kept)?)
}
