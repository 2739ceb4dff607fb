//! `nodes/nodes.h`: tagged structures.
//! Runs in: any process.

pub use super::major::{
    NodeTag, T_AllocSetContext, T_BumpContext, T_CallContext, T_ErrorSaveContext,
    T_EventTriggerData, T_ExprContext, T_GenerationContext, T_IntList, T_Invalid, T_List,
    T_OidList, T_ReturnSetInfo, T_SlabContext, T_TriggerData, T_XidList,
};

use super::elog::ErrorData;

/// What every tagged structure starts with.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct Node {
    /// Which structure it is.
    pub r#type: NodeTag,
}

/// Where a caller is told of an error that is not raised (nodes/miscnodes.h).
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct ErrorSaveContext {
    /// `T_ErrorSaveContext`.
    pub r#type: NodeTag,
    /// Whether there was an error.
    pub error_occurred: bool,
    /// Whether the caller wants to know more about it.
    pub details_wanted: bool,
    /// More about it, in the memory context that was current.
    pub error_data: *mut ErrorData,
}
