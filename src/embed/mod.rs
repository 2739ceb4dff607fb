//! The C API (`pgbgw.h`): what programs call, the `pgbgw` command first of all.
//! Runs in: the calling program.

pub mod check;
mod child;
pub mod config;
pub mod failure;
pub mod manager;
pub mod memory;
pub mod run;
pub mod settings;
pub mod workers;
