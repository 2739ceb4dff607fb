//! The C API (`pgbgw.h`): what programs call, the `pgbgw` command first of all.
//! Runs in: the calling program.

mod check;
mod config;
mod run;
