//! The API of C programs that embed the manager: `pgbgw_*`.
//! Runs in: any process.

mod check;
