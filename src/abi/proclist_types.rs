//! `storage/proclist_types.h`: lists of processes, linked by process number.
//! Runs in: any process.

use super::c::ProcNumber;

/// A link; both 0 when not in a list.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct proclist_node {
    /// The process after, or -1.
    pub next: ProcNumber,
    /// The process before, or -1.
    pub prev: ProcNumber,
}

/// The head of a list of processes.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct proclist_head {
    /// The first process, or -1.
    pub head: ProcNumber,
    /// The last process, or -1.
    pub tail: ProcNumber,
}
