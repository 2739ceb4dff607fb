//! PostgreSQL's binary interface: types and constants under PostgreSQL's own names.
//! Runs in: any process.
//!
//! One file per PostgreSQL header. Names, orders and numbers are PostgreSQL 17's, measured from
//! its headers; `layout` proves them at compile time and compares them with the measurement.
//!
//! C enumerations are integer aliases with constants, never Rust enums: a value that C code made
//! up must stay a wrong number and not become undefined behaviour. Function pointers that C may
//! hold as NULL are `Option`s. Fields in shared memory are plain integers (a C `bool` there is a
//! `u8`); who reads them while another process may write goes through
//! `AtomicX::from_ptr` on a raw pointer.
#![deny(unsafe_code)]
#![expect(
    non_camel_case_types,
    non_snake_case,
    non_upper_case_globals,
    reason = "names are PostgreSQL's, so that C authors find them"
)]

pub mod array;
pub mod atomics;
pub mod backend_status;
pub mod barrier;
pub mod bgworker;
pub mod c;
pub mod condition_variable;
pub mod dest;
pub mod dshash;
pub mod dsm;
pub mod elog;
pub mod execnodes;
pub mod fmgr;
pub mod funcapi;
pub mod guc;
pub mod hsearch;
pub mod htup;
pub mod ilist;
pub mod ipc;
pub mod latch;
#[cfg(target_arch = "x86_64")]
mod layout;
pub mod libpq;
pub mod lock;
pub mod lwlock;
pub mod major;
pub mod memnodes;
pub mod miscadmin;
pub mod nodes;
pub mod palloc;
pub mod params;
pub mod pg_list;
pub mod pgtime;
pub mod portal;
pub mod pqsignal;
pub mod proc;
pub mod proclist_types;
pub mod resowner;
pub mod shm_mq;
pub mod shm_toc;
pub mod snapshot;
pub mod spi;
pub mod stringinfo;
pub mod timeout;
pub mod timestamp;
pub mod tupdesc;
pub mod tuptable;
pub mod variable;
pub mod variables;
pub mod varlena;
pub mod wait_event;
pub mod wait_event_names;
pub mod xact;
