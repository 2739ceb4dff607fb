//! The server's variables that have something behind them, under their C names.
//! Runs in: any process.
//!
//! Those with nothing behind them are generated from `src/exports/symbols.tsv` (state `inert`).
#![expect(unsafe_code, reason = "exported statics")]

use core::ffi::{c_char, c_int, c_ulong, c_void};
use core::ptr;

use libc::{pid_t, sigset_t};

use super::backend_status::PgBackendStatus;
use super::bgworker::BackgroundWorker;
use super::c::{
    INVALID_PROC_NUMBER, InvalidOid, MAXPGPATH, Oid, ProcNumber, ResourceOwner, Size, sig_atomic_t,
};
use super::dest::{CommandDest, DestDebug};
use super::dsm::DSM_IMPL_POSIX;
use super::elog::{
    ERROR, ErrorContextCallback, PGERROR_DEFAULT, WARNING, emit_log_hook_type, sigjmp_buf,
};
use super::ipc::{shmem_request_hook_type, shmem_startup_hook_type};
use super::latch::Latch;
use super::libpq::Port;
use super::lwlock::LWLockPadded;
use super::memnodes::MemoryContext;
use super::miscadmin::{B_INVALID, BackendType, InitProcessing, ProcessingMode};
use super::pgtime::{pg_time_t, pg_tz};
use super::portal::Portal;
use super::proc::{PGPROC, PROC_HDR};
use super::shm_mq::SHM_MQ_MINIMUM_SIZE;
use super::spi::SPITupleTable;
use super::timestamp::TimestampTz;
use super::variable::Variable;
use super::xact::XACT_READ_COMMITTED;

/// Defines exported variables: `/// doc` `Name: type = initial value;`.
macro_rules! variables {
    ($($(#[$doc:meta])* $name:ident: $type:ty = $value:expr;)*) => {
        $($(#[$doc])* #[unsafe(no_mangle)] pub static $name: Variable<$type> = Variable::new($value);)*

        /// Name and initial bytes of each, for the comparison with the list of exports.
        #[cfg(test)]
        fn initial() -> Vec<(&'static str, Vec<u8>)> {
            vec![$((stringify!($name), tests::bytes::<$type>($value))),*]
        }
    };
}

/// What this process waits for, as long as it has no entry in the array of processes.
pub static LOCAL_WAIT_EVENT_INFO: Variable<u32> = Variable::new(0);

/// An empty set.
// SAFETY: an array of bits.
const NO_SIGNALS: sigset_t = unsafe { core::mem::zeroed() };

variables! {
    /// The process's entry of the array of processes, NULL outside (storage/proc.h).
    MyProc: *mut PGPROC = ptr::null_mut();
    /// Index of that entry, -1 outside (storage/procnumber.h).
    MyProcNumber: ProcNumber = INVALID_PROC_NUMBER;
    /// Bytes of the smallest queue (storage/shm_mq.h).
    shm_mq_minimum_size: Size = SHM_MQ_MINIMUM_SIZE;
    /// The array of processes (storage/proc.h).
    ProcGlobal: *mut PROC_HDR = ptr::null_mut();
    /// The process's own latch (miscadmin.h).
    MyLatch: *mut Latch = ptr::null_mut();
    /// Process id (miscadmin.h).
    MyProcPid: c_int = 0;
    /// The postmaster's process id (miscadmin.h).
    PostmasterPid: pid_t = 0;
    /// Setting: how deep the stack may become, kB (tcop/tcopprot.h).
    max_stack_depth: c_int = 100;
    /// Setting: what dynamic segments are made of, a `DSM_IMPL_` (storage/dsm_impl.h).
    dynamic_shared_memory_type: c_int = DSM_IMPL_POSIX;
    /// Setting: MB of shared memory that are set aside for them (storage/dsm_impl.h).
    min_dynamic_shared_memory: c_int = 0;
    /// The mask that blocks nothing that the process wants to hear (libpq/pqsignal.h).
    UnBlockSig: sigset_t = NO_SIGNALS;
    /// The mask that blocks all that can wait (libpq/pqsignal.h).
    BlockSig: sigset_t = NO_SIGNALS;
    /// The same for a process that starts (libpq/pqsignal.h).
    StartupBlockSig: sigset_t = NO_SIGNALS;
    /// When the process started, Unix time (miscadmin.h).
    MyStartTime: pg_time_t = 0;
    /// Kind of process, a `BackendType` (miscadmin.h).
    MyBackendType: BackendType = B_INVALID;
    /// The worker's copy of its registration (postmaster/bgworker.h).
    MyBgworkerEntry: *mut BackgroundWorker = ptr::null_mut();
    /// How isolated transactions are (access/xact.h).
    DefaultXactIsoLevel: c_int = XACT_READ_COMMITTED;
    /// How isolated the transaction is (access/xact.h).
    XactIsoLevel: c_int = XACT_READ_COMMITTED;
    /// Whether transactions write nothing (access/xact.h).
    DefaultXactReadOnly: bool = false;
    /// Whether the transaction writes nothing (access/xact.h).
    XactReadOnly: bool = false;
    /// Whether transactions may wait until they cannot fail (access/xact.h).
    DefaultXactDeferrable: bool = false;
    /// Whether the transaction may (access/xact.h).
    XactDeferrable: bool = false;
    /// Rows that the last statement worked on (executor/spi.h).
    SPI_processed: u64 = 0;
    /// The last statement's rows, or NULL (executor/spi.h).
    SPI_tuptable: *mut SPITupleTable = ptr::null_mut();
    /// What the last call that looked at a row says (executor/spi.h).
    SPI_result: c_int = 0;
    /// Database the process is connected to, 0 if none (miscadmin.h).
    MyDatabaseId: Oid = InvalidOid;
    /// The process's client: NULL, a worker has none (miscadmin.h).
    MyProcPort: *mut Port = ptr::null_mut();
    /// Where results and messages go (tcop/tcopprot.h).
    whereToSendOutput: CommandDest = DestDebug;
    /// Where the process writes what it waits for (utils/wait_event.h).
    my_wait_event_info: *mut u32 = LOCAL_WAIT_EVENT_INFO.as_ptr();
    /// The process's row of what processes do, NULL outside (utils/backend_status.h).
    MyBEEntry: *mut PgBackendStatus = ptr::null_mut();
    /// Whether processes say what they do (utils/backend_status.h).
    pgstat_track_activities: bool = true;
    /// Bytes of what they say, with the NUL (utils/backend_status.h).
    pgstat_track_activity_query_size: c_int = 1024;
    /// When the process started (miscadmin.h).
    MyStartTimestamp: TimestampTz = 0;
    /// The postmaster may be gone: look (storage/pmsignal.h).
    postmaster_possibly_dead: sig_atomic_t = 0;
    /// Whether processes show in their title what they do (utils/ps_status.h).
    update_process_title: bool = true;
    /// The process's generator of pseudo-random numbers, a `pg_prng_state` (common/pg_prng.h).
    pg_global_prng_state: [u64; 2] = [0; 2];
    /// When the postmaster started (utils/timestamp.h).
    PgStartTime: TimestampTz = 0;
    /// Whether a postmaster is above this process (miscadmin.h).
    IsUnderPostmaster: bool = false;
    /// Whether there is a postmaster at all (miscadmin.h).
    IsPostmasterEnvironment: bool = false;
    /// Phase of the process's start (miscadmin.h).
    Mode: ProcessingMode = InitProcessing;
    /// Path of the executable (miscadmin.h).
    my_exec_path: [c_char; MAXPGPATH] = [0; MAXPGPATH];
    /// The data directory (miscadmin.h).
    DataDir: *mut c_char = ptr::null_mut();

    /// Whether pg_upgrade runs this server: never (miscadmin.h).
    IsBinaryUpgrade: bool = false;

    /// Something waits for CHECK_FOR_INTERRUPTS (miscadmin.h).
    InterruptPending: sig_atomic_t = 0;
    /// A cancel request came (miscadmin.h).
    QueryCancelPending: sig_atomic_t = 0;
    /// A request to end came (miscadmin.h).
    ProcDiePending: sig_atomic_t = 0;
    /// Interrupts are held off while not 0 (miscadmin.h).
    InterruptHoldoffCount: u32 = 0;
    /// Cancel requests are held off while not 0 (miscadmin.h).
    QueryCancelHoldoffCount: u32 = 0;
    /// Errors are PANICs while not 0 (miscadmin.h).
    CritSectionCount: u32 = 0;
    /// SIGHUP came (postmaster/interrupt.h).
    ConfigReloadPending: sig_atomic_t = 0;
    /// A request to shut down came (postmaster/interrupt.h).
    ShutdownRequestPending: sig_atomic_t = 0;
    /// The process runs its exit callbacks (storage/ipc.h).
    proc_exit_inprogress: bool = false;
    /// The process runs those that need shared memory (storage/ipc.h).
    shmem_exit_inprogress: bool = false;

    /// The innermost handler of errors (utils/elog.h).
    PG_exception_stack: *mut sigjmp_buf = ptr::null_mut();
    /// The innermost callback that adds context to reports (utils/elog.h).
    error_context_stack: *mut ErrorContextCallback = ptr::null_mut();
    /// Sees each report before it is written (utils/elog.h).
    emit_log_hook: emit_log_hook_type = None;
    /// Setting: how much a report in the log says (utils/elog.h).
    Log_error_verbosity: c_int = PGERROR_DEFAULT;
    /// Setting: the lowest level that is logged (utils/guc.h).
    log_min_messages: c_int = WARNING;
    /// Setting: the lowest level that is logged with its statement (utils/guc.h).
    log_min_error_statement: c_int = ERROR;
    /// Setting: permissions of log files (postmaster/syslogger.h).
    Log_file_mode: c_int = 0o600;
    /// The zone of times in the log: the system's (pgtime.h).
    log_timezone: *mut pg_tz = ptr::null_mut();
    /// The zone of times elsewhere: the system's (pgtime.h).
    session_timezone: *mut pg_tz = ptr::null_mut();
    /// How the session writes dates: 1 is ISO (miscadmin.h).
    DateStyle: c_int = 1;
    /// Which part of a date the session reads first: 2 is the month (miscadmin.h).
    DateOrder: c_int = 2;
    /// How the session writes intervals: 0 is PostgreSQL's own way (miscadmin.h).
    IntervalStyle: c_int = 0;
    /// Whether quote_identifier quotes everything (utils/builtins.h).
    quote_all_identifiers: bool = false;
    /// Permissions of new files (common/file_perm.h).
    pg_file_create_mode: c_int = 0o600;
    /// Permissions of new folders (common/file_perm.h).
    pg_dir_create_mode: c_int = 0o700;
    /// The file that settings are read from (utils/guc.h).
    ConfigFileName: *mut c_char = ptr::null_mut();
    /// Setting: what the process calls itself (utils/guc.h).
    application_name: *mut c_char = ptr::null_mut();
    /// The statement being run, for reports (tcop/tcopprot.h).
    debug_query_string: *const c_char = ptr::null();

    /// Where `palloc` allocates (utils/palloc.h).
    CurrentMemoryContext: MemoryContext = ptr::null_mut();
    /// The root of the contexts (utils/memutils.h).
    TopMemoryContext: MemoryContext = ptr::null_mut();
    /// Where reports are made (utils/memutils.h).
    ErrorContext: MemoryContext = ptr::null_mut();
    /// Long-lived caches (utils/memutils.h).
    CacheMemoryContext: MemoryContext = ptr::null_mut();
    /// For one message of a client (utils/memutils.h).
    MessageContext: MemoryContext = ptr::null_mut();
    /// Lives as long as the outermost transaction (utils/memutils.h).
    TopTransactionContext: MemoryContext = ptr::null_mut();
    /// Lives as long as the current (sub)transaction (utils/memutils.h).
    CurTransactionContext: MemoryContext = ptr::null_mut();
    /// Lives as long as the active portal (utils/memutils.h).
    PortalContext: MemoryContext = ptr::null_mut();
    /// The portal that runs (tcop/pquery.h).
    ActivePortal: Portal = ptr::null_mut();
    /// Owner of what is to be released at the end of a transaction (utils/resowner.h).
    CurrentResourceOwner: ResourceOwner = ptr::null_mut();

    /// Owner of what the current (sub)transaction has (utils/resowner.h).
    CurTransactionResourceOwner: ResourceOwner = ptr::null_mut();
    /// Owner of what the outermost transaction has (utils/resowner.h).
    TopTransactionResourceOwner: ResourceOwner = ptr::null_mut();
    /// Owner of what the process itself has (utils/resowner.h).
    AuxProcessResourceOwner: ResourceOwner = ptr::null_mut();

    /// The individual lightweight locks, then the named tranches (storage/lwlock.h).
    MainLWLockArray: *mut LWLockPadded = ptr::null_mut();
    /// Where shared memory is mapped (storage/pg_shmem.h).
    UsedShmemSegAddr: *mut c_void = ptr::null_mut();
    /// Which segment that is (storage/pg_shmem.h).
    UsedShmemSegID: c_ulong = 0;
    /// Asks for shared memory (miscadmin.h).
    shmem_request_hook: shmem_request_hook_type = None;
    /// Sets it up (storage/ipc.h).
    shmem_startup_hook: shmem_startup_hook_type = None;
    /// Whether shmem_request_hook may ask now (miscadmin.h).
    process_shmem_requests_in_progress: bool = false;
    /// Whether shared_preload_libraries have been loaded (miscadmin.h).
    process_shared_preload_libraries_done: bool = false;
    /// Whether shared_preload_libraries are being loaded (miscadmin.h).
    process_shared_preload_libraries_in_progress: bool = false;

    /// Setting: how many workers there can be (miscadmin.h).
    max_worker_processes: c_int = 8;
    /// Setting: how many of them parallel (miscadmin.h).
    max_parallel_workers: c_int = 8;
    /// Setting, for extensions to read (miscadmin.h).
    MaxConnections: c_int = 100;
    /// Setting: locks per process (storage/lock.h).
    max_locks_per_xact: c_int = 0;
    /// Setting: milliseconds before a wait for a lock may be a deadlock (storage/proc.h).
    DeadlockTimeout: c_int = 1000;
    /// Setting: milliseconds that a lock is waited for (storage/proc.h).
    LockTimeout: c_int = 0;
    /// Setting: whether long waits for locks are told (storage/proc.h).
    log_lock_waits: bool = false;
    /// How many processes can be attached (miscadmin.h).
    MaxBackends: c_int = 0;
    /// Setting, for extensions to read: kB (miscadmin.h).
    work_mem: c_int = 4096;
    /// Setting, for extensions to read: kB (miscadmin.h).
    maintenance_work_mem: c_int = 65536;
    /// Text a check hook gives for its refusal (utils/guc.h).
    GUC_check_errmsg_string: *mut c_char = ptr::null_mut();
    /// Its detail (utils/guc.h).
    GUC_check_errdetail_string: *mut c_char = ptr::null_mut();
    /// Its hint (utils/guc.h).
    GUC_check_errhint_string: *mut c_char = ptr::null_mut();
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The object representation of `value`.
    pub(super) fn bytes<T: Copy>(value: T) -> Vec<u8> {
        let start: *const u8 = (&raw const value).cast();
        // SAFETY: the whole of `value`; the types above have no padding.
        unsafe { core::slice::from_raw_parts(start, size_of::<T>()) }.to_vec()
    }

    /// The lines of the list of exports whose state is `variable`: name, size, initial value.
    fn listed() -> Vec<(&'static str, usize, &'static str)> {
        let lines = include_str!("../exports/symbols.tsv").lines().skip(1);
        lines
            .map(|line| line.split('\t').collect::<Vec<_>>())
            .filter(|fields| fields[4] == "variable")
            .map(|fields| (fields[0], fields[2].parse().expect("a size"), fields[5]))
            .collect()
    }

    #[test]
    fn the_list_of_exports_names_these_and_no_others() {
        let mut names: Vec<_> = initial().into_iter().map(|(name, _)| name).collect();
        names.sort_unstable();
        assert_eq!(names, listed().into_iter().map(|(name, ..)| name).collect::<Vec<_>>());
    }

    #[test]
    fn sizes_and_initial_values_are_the_servers() {
        let initial = initial();
        for (name, size, value) in listed() {
            let (_, bytes) = initial.iter().find(|(other, _)| *other == name).expect("defined");
            assert_eq!(bytes.len(), size, "size of {name}");
            if name == "my_wait_event_info" {
                continue; // an address
            }
            let mut expected = vec![0; size];
            if !value.is_empty() {
                let number: i64 = value.parse().expect("a number");
                expected.copy_from_slice(&number.to_le_bytes()[..size]);
            }
            assert_eq!(*bytes, expected, "initial value of {name}");
        }
    }
}
