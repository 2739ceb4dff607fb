//! `miscadmin.h`: kinds and states of processes.
//! Runs in: any process.

use core::ffi::{CStr, c_uint};

pub use super::ipc::shmem_request_hook_type;
pub use super::major::NUM_AUXILIARY_PROCS;

/// What a process is for.
pub type BackendType = c_uint;
/// Not known yet.
pub const B_INVALID: BackendType = 0;
/// Serves a client.
pub const B_BACKEND: BackendType = 1;
/// Starts autovacuum workers.
pub const B_AUTOVAC_LAUNCHER: BackendType = 2;
/// Vacuums.
pub const B_AUTOVAC_WORKER: BackendType = 3;
/// A background worker.
pub const B_BG_WORKER: BackendType = 4;
/// Sends the write-ahead log.
pub const B_WAL_SENDER: BackendType = 5;
/// Copies replication slots.
pub const B_SLOTSYNC_WORKER: BackendType = 6;
/// A server of one process.
pub const B_STANDALONE_BACKEND: BackendType = 7;
/// Archives the write-ahead log.
pub const B_ARCHIVER: BackendType = 8;
/// Writes pages.
pub const B_BG_WRITER: BackendType = 9;
/// Makes checkpoints.
pub const B_CHECKPOINTER: BackendType = 10;
/// Recovers.
pub const B_STARTUP: BackendType = 11;
/// Receives the write-ahead log.
pub const B_WAL_RECEIVER: BackendType = 12;
/// Summarizes the write-ahead log.
pub const B_WAL_SUMMARIZER: BackendType = 13;
/// Writes the write-ahead log.
pub const B_WAL_WRITER: BackendType = 14;
/// Writes the log files.
pub const B_LOGGER: BackendType = 15;

/// `GetBackendTypeDesc`: kinds of processes in words.
pub fn backend_type_name(kind: BackendType) -> &'static CStr {
    match kind {
        B_INVALID => c"not initialized",
        B_BACKEND => c"client backend",
        B_AUTOVAC_LAUNCHER => c"autovacuum launcher",
        B_AUTOVAC_WORKER => c"autovacuum worker",
        B_BG_WORKER => c"background worker",
        B_WAL_SENDER => c"walsender",
        B_SLOTSYNC_WORKER => c"slotsync worker",
        B_STANDALONE_BACKEND => c"standalone backend",
        B_ARCHIVER => c"archiver",
        B_BG_WRITER => c"background writer",
        B_CHECKPOINTER => c"checkpointer",
        B_STARTUP => c"startup",
        B_WAL_RECEIVER => c"walreceiver",
        B_WAL_SUMMARIZER => c"walsummarizer",
        B_WAL_WRITER => c"walwriter",
        B_LOGGER => c"logger",
        _ => c"unknown process type",
    }
}

/// How far a process has come.
pub type ProcessingMode = c_uint;
/// Making a new cluster.
pub const BootstrapProcessing: ProcessingMode = 0;
/// Starting.
pub const InitProcessing: ProcessingMode = 1;
/// At work.
pub const NormalProcessing: ProcessingMode = 2;
