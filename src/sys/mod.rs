//! The few system calls that nix lacks, wrapped.
//! Runs in: any process.

pub(crate) mod backtrace;
pub(crate) mod clock;
pub(crate) mod control;
pub(crate) mod eager;
pub(crate) mod fork;
pub(crate) mod futex;
pub(crate) mod handover;
pub(crate) mod heap;
pub(crate) mod mathematics;
pub(crate) mod poll;
pub(crate) mod process;
pub(crate) mod random;
pub(crate) mod reason;
pub(crate) mod signals;
pub(crate) mod title;
