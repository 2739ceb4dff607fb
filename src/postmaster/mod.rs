//! The supervising process: it forks workers, watches them, starts them again and stops them.
//! Runs in: postmaster.
//!
//! One thread, one place to sleep (`event_loop`), no lock in shared memory, no trust in what stands
//! there. What to do is decided by pure functions over plain data (`machine`, `schedule`); `roster`
//! is the postmaster's own memory of every worker; `scan`, `launch`, `reap`, `crash` and `shutdown`
//! do it. `spare` has children that wait for the next workers. `helpers` are processes of its own that are no workers; `server_state` has workers wait for
//! the database server.
#![deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod backends;
mod control;
mod crash;
mod event_loop;
mod files;
#[cfg(any(test, fuzzing))]
pub(crate) mod fuzz;
mod helpers;
mod launch;
mod machine;
mod messages;
mod patience;
mod pidfile;
mod preload;
mod program;
mod reap;
mod roster;
mod scan;
mod schedule;
mod server;
mod server_state;
mod shutdown;
mod spare;
mod startup;
mod verbs;

pub(crate) use program::{Program, Start};
pub(crate) use startup::{run, run_for};
