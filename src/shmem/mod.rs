//! Shared memory: one segment, and what lies in it.
//! Runs in: any process.
//!
//! `segment` says where things are; `slots` and `bitmap` are the meeting place of workers and the
//! postmaster; `procs`, `lwlock` and `latch` are PostgreSQL's, to the byte; `requests` and `index`
//! serve libraries; `dynamic` is room for what `crate::dynamic` makes; `condition` and `barrier` are for processes that wait for one another, `queue` for
//! two that talk to each other, `lock_table` for all that lock something; `activity` and `wait_events` show what
//! processes do;
//! `server_state` is what is known of the database server.

pub(crate) mod activity;
mod atomic;
pub(crate) mod barrier;
pub(crate) mod bitmap;
#[cfg(test)]
mod bitmap_tests;
pub(crate) mod condition;
pub(crate) mod dynamic;
#[cfg(any(test, fuzzing))]
pub(crate) mod fuzz;
pub(crate) mod hooks;
pub(crate) mod index;
pub(crate) mod latch;
mod latch_words;
mod layout;
pub(crate) mod lock_table;
pub(crate) mod lwlock;
mod lwlock_words;
pub(crate) mod procs;
pub(crate) mod program;
pub(crate) mod queue;
pub(crate) mod queue_words;
pub(crate) mod requests;
pub(crate) mod segment;
pub(crate) mod server_state;
mod slot_words;
pub(crate) mod slots;
pub(crate) mod socket_wait;
pub(crate) mod spin;
pub(crate) mod toc;
pub(crate) mod wait_events;
mod wait_fds;
pub(crate) mod wait_sets;
