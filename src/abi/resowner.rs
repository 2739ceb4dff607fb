//! `utils/resowner.h`: what is given back together.
//! Runs in: any process.

use core::ffi::{c_char, c_uint, c_void};

use super::c::Datum;

/// When something is given back.
pub type ResourceReleasePhase = c_uint;
/// Before locks.
pub const RESOURCE_RELEASE_BEFORE_LOCKS: ResourceReleasePhase = 1;
/// Locks.
pub const RESOURCE_RELEASE_LOCKS: ResourceReleasePhase = 2;
/// After locks.
pub const RESOURCE_RELEASE_AFTER_LOCKS: ResourceReleasePhase = 3;

/// A kind of things that are given back.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct ResourceOwnerDesc {
    /// What it is called.
    pub name: *const c_char,
    /// When it is given back.
    pub release_phase: ResourceReleasePhase,
    /// The order within the phase: lower ones first.
    pub release_priority: u32,
    /// Gives one back.
    pub ReleaseResource: Option<unsafe extern "C" fn(Datum)>,
    /// One in words, in the current memory context; may be NULL.
    pub DebugPrint: Option<unsafe extern "C" fn(Datum) -> *mut c_char>,
}

/// Called in each phase of each owner: phase, is it a commit, is it the top level, an argument.
pub type ResourceReleaseCallback =
    Option<unsafe extern "C" fn(ResourceReleasePhase, bool, bool, *mut c_void)>;
