//! `storage/condition_variable.h`.
//! Runs in: any process.

use super::c::slock_t;
use super::proclist_types::proclist_head;

/// Processes that sleep until a condition holds.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct ConditionVariable {
    /// Protects the list.
    pub mutex: slock_t,
    /// Who sleeps.
    pub wakeup: proclist_head,
}
