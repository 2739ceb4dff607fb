//! `storage/barrier.h`.
//! Runs in: any process.

use core::ffi::c_int;

use super::c::slock_t;
use super::condition_variable::ConditionVariable;

/// A point that processes wait at until all have come.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct Barrier {
    /// Protects the rest.
    pub mutex: slock_t,
    /// How often all have come.
    pub phase: c_int,
    /// How many have to come.
    pub participants: c_int,
    /// How many have come.
    pub arrived: c_int,
    /// The last phase for which one participant was chosen.
    pub elected: c_int,
    /// A C `bool`: who takes part was said at the start.
    pub static_party: u8,
    /// Where those wait that have come.
    pub condition_variable: ConditionVariable,
}
