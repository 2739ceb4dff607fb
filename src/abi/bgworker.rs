//! `postmaster/bgworker.h`: asking for a background worker.
//! Runs in: any process.
//!
//! `include/postmaster/bgworker.h` is generated from this file; its comments are C's.

use core::ffi::{c_char, c_int, c_uint};

use super::c::{Datum, MAXPGPATH};

/// The worker uses shared memory; every worker must say so.
pub const BGWORKER_SHMEM_ACCESS: c_int = 0x0001;
/// The worker will connect to a database; needs BGWORKER_SHMEM_ACCESS.
pub const BGWORKER_BACKEND_DATABASE_CONNECTION: c_int = 0x0002;
/// The worker belongs to a parallel query; not for extensions.
pub const BGWORKER_CLASS_PARALLEL: c_int = 0x0010;

/// A usual bgw_restart_time, in seconds.
pub const BGW_DEFAULT_RESTART_INTERVAL: c_int = 60;
/// bgw_restart_time of a worker that is not started again.
pub const BGW_NEVER_RESTART: c_int = -1;
/// Bytes of a worker's name and type, the NUL included.
pub const BGW_MAXLEN: usize = 96;
/// Bytes of bgw_extra.
pub const BGW_EXTRALEN: usize = 128;

/// Connect even where the database forbids connections.
pub const BGWORKER_BYPASS_ALLOWCONN: u32 = 0x0001;
/// Connect even where the role may not log in.
pub const BGWORKER_BYPASS_ROLELOGINCHECK: u32 = 0x0002;

/// The point of the server's start at which a worker starts.
pub type BgWorkerStartTime = c_uint;
/// At once.
pub const BgWorkerStart_PostmasterStart: BgWorkerStartTime = 0;
/// When the database can be read.
pub const BgWorkerStart_ConsistentState: BgWorkerStartTime = 1;
/// When the database can be written.
pub const BgWorkerStart_RecoveryFinished: BgWorkerStartTime = 2;

/// What became of a worker.
pub type BgwHandleStatus = c_uint;
/// It runs.
pub const BGWH_STARTED: BgwHandleStatus = 0;
/// It has not run yet.
pub const BGWH_NOT_YET_STARTED: BgwHandleStatus = 1;
/// It has ended, or waits for its restart.
pub const BGWH_STOPPED: BgwHandleStatus = 2;
/// Nobody can say: the postmaster is gone.
pub const BGWH_POSTMASTER_DIED: BgwHandleStatus = 3;

/// A worker's main function; it gets bgw_main_arg.
pub type bgworker_main_type = Option<unsafe extern "C" fn(main_arg: Datum)>;

/// A worker, as it is asked for. Names end in NUL.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct BackgroundWorker {
    /// Name: process title and messages about starting.
    pub bgw_name: [c_char; BGW_MAXLEN],
    /// Kind: pg_stat_activity and messages about ends; empty means the name.
    pub bgw_type: [c_char; BGW_MAXLEN],
    /// BGWORKER_* bits.
    pub bgw_flags: c_int,
    /// When it may start.
    pub bgw_start_time: BgWorkerStartTime,
    /// Seconds until it is started again, or BGW_NEVER_RESTART.
    pub bgw_restart_time: c_int,
    /// The library, or "postgres".
    pub bgw_library_name: [c_char; MAXPGPATH],
    /// Its main function.
    pub bgw_function_name: [c_char; BGW_MAXLEN],
    /// Argument of the main function.
    pub bgw_main_arg: Datum,
    /// Anything, for the worker.
    pub bgw_extra: [c_char; BGW_EXTRALEN],
    /// Gets SIGUSR1 when the worker starts and ends; 0 is nobody.
    pub bgw_notify_pid: libc::pid_t,
}

impl BackgroundWorker {
    /// One with nothing in it: empty strings, zeros.
    pub const ZEROED: Self = Self {
        bgw_name: [0; BGW_MAXLEN],
        bgw_type: [0; BGW_MAXLEN],
        bgw_flags: 0,
        bgw_start_time: BgWorkerStart_PostmasterStart,
        bgw_restart_time: 0,
        bgw_library_name: [0; MAXPGPATH],
        bgw_function_name: [0; BGW_MAXLEN],
        bgw_main_arg: 0,
        bgw_extra: [0; BGW_EXTRALEN],
        bgw_notify_pid: 0,
    };

    /// One made of any bytes, and zeros behind them.
    #[cfg(any(test, fuzzing))]
    #[expect(unsafe_code, reason = "plain data")]
    pub fn of_bytes(bytes: &[u8]) -> Self {
        let mut this = Self::ZEROED;
        let len = bytes.len().min(size_of::<Self>());
        // SAFETY: as many bytes as both have; every byte pattern is a value.
        unsafe { core::ptr::from_mut(&mut this).cast::<u8>().copy_from(bytes.as_ptr(), len) };
        this
    }

    /// All of its bytes, as they lie in memory.
    #[expect(unsafe_code, reason = "a view of plain data")]
    pub fn as_bytes(&self) -> &[u8] {
        let start: *const u8 = core::ptr::from_ref(self).cast();
        // SAFETY: plain data; C writes its padding where it clears or copies the whole, and what
        // it may not have written is never looked at beyond the strings.
        unsafe { core::slice::from_raw_parts(start, size_of::<Self>()) }
    }
}

/// Names one registration. Opaque in the header, but copied by value by some extensions.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BackgroundWorkerHandle {
    /// Index of the slot.
    pub slot: c_int,
    /// Which tenant of the slot.
    pub generation: u64,
}
