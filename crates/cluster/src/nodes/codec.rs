//! How our two steps travel to a worker.

use std::sync::Arc;

use datafusion::common::{Result, exec_datafusion_err, internal_err};
use datafusion::execution::TaskContext;
use datafusion::physical_plan::ExecutionPlan;
use datafusion_proto::physical_plan::{PhysicalExtensionCodec, PhysicalProtoConverterExtension};

use super::kernel::KernelExec;
use super::pick::PickExec;
use crate::shard::Shard;
use crate::work::Work;

const PICK: u8 = 1;
const KERNEL: u8 = 2;

/// Writes and reads [`PickExec`] and [`KernelExec`], and nothing else.
#[derive(Debug)]
pub(crate) struct Codec;

impl PhysicalExtensionCodec for Codec {
    fn try_decode(
        &self,
        bytes: &[u8],
        inputs: &[Arc<dyn ExecutionPlan>],
        _: &TaskContext,
        _: &dyn PhysicalProtoConverterExtension,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let ([input], Some((kind, rest))) = (inputs, bytes.split_first()) else {
            return internal_err!("our steps have one input and at least one byte");
        };
        let input = Arc::clone(input);
        match *kind {
            PICK => {
                let shard =
                    Shard::from_bytes(rest).ok_or_else(|| exec_datafusion_err!("a shard is no shard"))?;
                Ok(Arc::new(PickExec::new(input, shard)))
            }
            KERNEL => {
                let work = Work::decode(rest).map_err(|why| exec_datafusion_err!("{why}"))?;
                Ok(Arc::new(KernelExec::new(input, Arc::new(work))))
            }
            _ => internal_err!("not one of our steps"),
        }
    }

    fn try_encode(
        &self,
        node: Arc<dyn ExecutionPlan>,
        bytes: &mut Vec<u8>,
        _: &dyn PhysicalProtoConverterExtension,
    ) -> Result<()> {
        if let Some(pick) = node.downcast_ref::<PickExec>() {
            bytes.push(PICK);
            bytes.extend(pick.shard().to_bytes());
        } else if let Some(kernel) = node.downcast_ref::<KernelExec>() {
            bytes.push(KERNEL);
            bytes.extend(kernel.work().encode());
        } else {
            return internal_err!("`{}` is not one of our steps", node.name());
        }
        Ok(())
    }
}
