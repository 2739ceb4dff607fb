//! The server functions and variables that extensions import, one file per PostgreSQL header.
//! Runs in: any process.
//!
//! Thin entries only: check, convert, call, convert. Nothing depends on this folder.

mod refused;
