//! `nodes/nodes.h`: tagged structures.
//! Runs in: any process.

pub use super::major::{
    NodeTag, T_AllocSetContext, T_BumpContext, T_CallContext, T_ErrorSaveContext,
    T_EventTriggerData, T_ExprContext, T_GenerationContext, T_IntList, T_Invalid, T_List,
    T_OidList, T_ReturnSetInfo, T_SlabContext, T_TriggerData, T_XidList,
};

/// What every tagged structure starts with.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct Node {
    /// Which structure it is.
    pub r#type: NodeTag,
}
