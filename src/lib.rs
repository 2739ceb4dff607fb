//! PostgreSQL's background-worker facility outside the PostgreSQL server.
//!
//! Read the modules in the order in which things happen: a library is *loaded*, asks for a worker
//! (*registration*), the *postmaster* forks it, the *worker* runs; they share *shmem* and report
//! through *error*. C sees all of it through *exports* (PostgreSQL's names) and *embed* (`pgbgw_*`).

pub mod abi;
mod backend;
mod cluster;
mod containers;
mod database;
mod datum;
mod dynamic;
mod error;
mod exports;
mod files;
mod guc;
mod loader;
mod locks;
mod memory;
mod monitor;
mod postmaster;
mod queues;
mod registration;
mod shmem;
mod sigsafe;
mod sys;
mod text;
mod time;
mod worker;

pub mod embed;
#[cfg(any(test, fuzzing))]
pub mod fuzzing;

/// A report about lack of memory needs a little memory itself.
#[global_allocator]
static ALLOCATOR: memory::reserve::WithReserve = memory::reserve::WithReserve;
