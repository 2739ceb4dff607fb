//! `utils/backend_status.h`, `libpq/pqcomm.h`: a process as `pg_stat_activity` shows it.
//! Runs in: any process.

use core::ffi::{c_char, c_int, c_uint, c_void};

use super::c::{Oid, ProcNumber, TransactionId};
use super::miscadmin::BackendType;
use super::timestamp::TimestampTz;

/// What a process is doing.
pub type BackendState = c_uint;
/// Nothing known.
pub const STATE_UNDEFINED: BackendState = 0;
/// Waits for a command.
pub const STATE_IDLE: BackendState = 1;
/// Runs one.
pub const STATE_RUNNING: BackendState = 2;
/// Waits inside a transaction.
pub const STATE_IDLEINTRANSACTION: BackendState = 3;
/// Runs a fast-path call.
pub const STATE_FASTPATH: BackendState = 4;
/// Waits inside a failed transaction.
pub const STATE_IDLEINTRANSACTION_ABORTED: BackendState = 5;
/// Does not say.
pub const STATE_DISABLED: BackendState = 6;

/// Numbers of progress that a command can publish.
pub const PGSTAT_NUM_PROGRESS_PARAM: usize = 20;

/// A socket address.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct SockAddr {
    /// The address.
    pub addr: libc::sockaddr_storage,
    /// Bytes of it that count.
    pub salen: libc::socklen_t,
}

/// One row of `pg_stat_activity`. The change count is odd while the row is being written.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct PgBackendStatus {
    /// Counts changes.
    pub st_changecount: c_int,
    /// Process id; 0 when not used.
    pub st_procpid: c_int,
    /// What the process is for.
    pub st_backendType: BackendType,
    /// When it started.
    pub st_proc_start_timestamp: TimestampTz,
    /// When its transaction started, or 0.
    pub st_xact_start_timestamp: TimestampTz,
    /// When its command started.
    pub st_activity_start_timestamp: TimestampTz,
    /// When its state changed.
    pub st_state_start_timestamp: TimestampTz,
    /// Database, or 0.
    pub st_databaseid: Oid,
    /// Role, or 0.
    pub st_userid: Oid,
    /// Client.
    pub st_clientaddr: SockAddr,
    /// Client's name.
    pub st_clienthostname: *mut c_char,
    /// A C `bool`: whether SSL is used.
    pub st_ssl: u8,
    /// About it.
    pub st_sslstatus: *mut c_void,
    /// A C `bool`: whether GSSAPI is used.
    pub st_gss: u8,
    /// About it.
    pub st_gssstatus: *mut c_void,
    /// What it is doing.
    pub st_state: BackendState,
    /// `application_name`.
    pub st_appname: *mut c_char,
    /// The command's text, maybe cut inside a character.
    pub st_activity_raw: *mut c_char,
    /// Which command publishes progress.
    pub st_progress_command: c_uint,
    /// On which relation.
    pub st_progress_command_target: Oid,
    /// The numbers.
    pub st_progress_param: [i64; PGSTAT_NUM_PROGRESS_PARAM],
    /// Identifier of the query, or 0.
    pub st_query_id: u64,
}

/// A copy of a row, with what the array of processes says.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct LocalPgBackendStatus {
    /// The row; its texts are copies, too.
    pub backendStatus: PgBackendStatus,
    /// Which process of the array.
    pub proc_number: ProcNumber,
    /// Its transaction, or 0.
    pub backend_xid: TransactionId,
    /// The oldest transaction that it may see, or 0.
    pub backend_xmin: TransactionId,
    /// Its subtransactions.
    pub backend_subxact_count: c_int,
    /// Whether there are more of them than are counted.
    pub backend_subxact_overflowed: bool,
}
