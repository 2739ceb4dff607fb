//! The C API (`pgbgw.h`): what programs call, the `pgbgw` command first of all.
//! Runs in: the calling program.

pub mod check;
pub mod config;
pub mod run;
pub mod settings;
