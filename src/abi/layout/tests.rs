//! The measurement of PostgreSQL's headers against the tables of `layout` and the constants.
//! Runs in: tests.

use core::ops::Range;

use serde_json::Value;

use crate::abi::{
    backend_status, bgworker, c, dsm, elog, fmgr, guc, ipc, latch, lock, lwlock, major, miscadmin,
    palloc, pgtime, pqsignal, proc, shm_mq, timeout, timestamp, wait_event,
};

/// One row of the table, as text and numbers.
pub(super) struct TypeRow {
    pub(super) kind: &'static str,
    pub(super) name: &'static str,
    pub(super) size: usize,
    pub(super) align: usize,
    pub(super) fields: &'static [(&'static str, usize, usize)],
    /// The bytes of each field; none for a union.
    pub(super) spans: fn() -> Vec<Range<usize>>,
}

fn measured() -> Value {
    serde_json::from_str(include_str!("../pg17-x86_64.json")).unwrap()
}

/// C's name of a Rust field.
fn c_name(field: &str) -> &str {
    field.strip_prefix("r#").unwrap_or(field)
}

#[test]
fn every_row_is_what_was_measured() {
    let measured = measured();
    let types = measured["types"].as_object().unwrap();
    for row in super::TYPES.iter().filter(|row| row.kind != "part") {
        let name = row.name;
        let was = types
            .get(name)
            .or_else(|| types.get(&format!("struct {name}")))
            .unwrap_or_else(|| panic!("{name} was not measured"));
        assert_eq!(was["size"], row.size, "size of {name}");
        assert_eq!(was["align"], row.align, "alignment of {name}");
        let fields = was["fields"].as_object().unwrap();
        let of_row: Vec<&str> = row.fields.iter().map(|(field, ..)| c_name(field)).collect();
        for (field, offset, bytes) in row.fields {
            let was = fields
                .get(c_name(field))
                .unwrap_or_else(|| panic!("{name}.{field} was not measured"));
            assert_eq!(was["offset"], *offset, "offset of {name}.{field}");
            assert_eq!(was["size"], *bytes, "size of {name}.{field}");
        }
        for field in fields.keys().filter(|field| !field.contains('.')) {
            assert!(of_row.contains(&field.as_str()), "{name}.{field} has no row");
        }
    }
}

#[test]
fn every_field_spans_the_bytes_of_its_row() {
    for row in super::TYPES.iter().filter(|row| row.kind != "union") {
        let of_row: Vec<_> = row.fields.iter().map(|(_, at, bytes)| *at..*at + *bytes).collect();
        assert_eq!((row.spans)(), of_row, "{}", row.name);
    }
}

/// `(group of the measurement, [(name, value)])` of constants under their own names.
macro_rules! constants {
    ($($group:literal: $($module:ident { $($name:ident)+ })+;)+) => {
        [$(($group, vec![$($((stringify!($name), i128::try_from($module::$name).unwrap()),)+)+]),)+]
    };
}

/// Whether all of a group has to be there, or only what the library needs.
fn is_complete(group: &str) -> bool {
    !["build limits", "node tag", "wait event", "lwlock", "backend status", "shm_mq and dsm"]
        .contains(&group)
}

#[test]
fn every_constant_is_what_was_measured() {
    use lwlock::individual;

    let ours = constants! {
        "build limits": major { PG_VERSION_NUM NAMEDATALEN FUNC_MAX_ARGS INDEX_MAX_KEYS
            FLOAT8PASSBYVAL NUM_AUXILIARY_PROCS } c { MAXPGPATH BLCKSZ XLOG_BLCKSZ MAXIMUM_ALIGNOF
            ALIGNOF_BUFFER PG_CACHE_LINE_SIZE InvalidOid InvalidTransactionId }
            proc { PGPROC_MAX_CACHED_SUBXIDS };
        "background worker": bgworker { BGWORKER_SHMEM_ACCESS BGWORKER_BACKEND_DATABASE_CONNECTION
            BGWORKER_CLASS_PARALLEL BGW_DEFAULT_RESTART_INTERVAL BGW_NEVER_RESTART BGW_MAXLEN
            BGW_EXTRALEN BGWORKER_BYPASS_ALLOWCONN BGWORKER_BYPASS_ROLELOGINCHECK
            BgWorkerStart_PostmasterStart BgWorkerStart_ConsistentState
            BgWorkerStart_RecoveryFinished BGWH_STARTED BGWH_NOT_YET_STARTED BGWH_STOPPED
            BGWH_POSTMASTER_DIED };
        "latch": latch { WL_LATCH_SET WL_SOCKET_READABLE WL_SOCKET_WRITEABLE WL_TIMEOUT
            WL_POSTMASTER_DEATH WL_EXIT_ON_PM_DEATH WL_SOCKET_CONNECTED WL_SOCKET_CLOSED
            WL_SOCKET_ACCEPT WL_SOCKET_MASK };
        "wait event": wait_event { PG_WAIT_LWLOCK PG_WAIT_LOCK PG_WAIT_ACTIVITY PG_WAIT_CLIENT
            PG_WAIT_EXTENSION PG_WAIT_IPC PG_WAIT_TIMEOUT PG_WAIT_IO PG_WAIT_BUFFERPIN
            WAIT_EVENT_BGWORKER_STARTUP WAIT_EVENT_BGWORKER_SHUTDOWN WAIT_EVENT_PG_SLEEP
            WAIT_EVENT_MESSAGE_QUEUE_INTERNAL WAIT_EVENT_MESSAGE_QUEUE_PUT_MESSAGE
            WAIT_EVENT_MESSAGE_QUEUE_RECEIVE WAIT_EVENT_MESSAGE_QUEUE_SEND };
        "lwlock": lwlock { LW_EXCLUSIVE LW_SHARED LW_WAIT_UNTIL_FREE LWLOCK_PADDED_SIZE
            NUM_INDIVIDUAL_LWLOCKS NUM_FIXED_LWLOCKS LWTRANCHE_FIRST_USER_DEFINED
            LWTRANCHE_DSM_REGISTRY_DSA LWTRANCHE_DSM_REGISTRY_HASH }
            individual { ShmemIndexLock ProcArrayLock AddinShmemInitLock AutovacuumLock SyncRepLock
            BackgroundWorkerLock DynamicSharedMemoryControlLock AutoFileLock
            ReplicationSlotAllocationLock ReplicationSlotControlLock ReplicationOriginLock
            LogicalRepWorkerLock DSMRegistryLock };
        "elevel": elog { DEBUG5 DEBUG4 DEBUG3 DEBUG2 DEBUG1 LOG LOG_SERVER_ONLY COMMERROR INFO
            NOTICE WARNING WARNING_CLIENT_ONLY ERROR FATAL PANIC PGERROR_TERSE PGERROR_DEFAULT
            PGERROR_VERBOSE LOG_DESTINATION_STDERR LOG_DESTINATION_CSVLOG LOG_DESTINATION_JSONLOG };
        "node tag": major { T_Invalid T_List T_IntList T_OidList T_XidList T_AllocSetContext
            T_SlabContext T_GenerationContext T_BumpContext T_ExprContext T_ReturnSetInfo
            T_TriggerData T_EventTriggerData T_CallContext T_ErrorSaveContext };
        "memory": palloc { ALLOCSET_DEFAULT_MINSIZE ALLOCSET_DEFAULT_INITSIZE
            ALLOCSET_DEFAULT_MAXSIZE ALLOCSET_SMALL_INITSIZE ALLOCSET_SMALL_MAXSIZE MCXT_ALLOC_HUGE
            MCXT_ALLOC_NO_OOM MCXT_ALLOC_ZERO MaxAllocSize };
        "guc context": guc { PGC_INTERNAL PGC_POSTMASTER PGC_SIGHUP PGC_SU_BACKEND PGC_BACKEND
            PGC_SUSET PGC_USERSET };
        "guc source": guc { PGC_S_DEFAULT PGC_S_DYNAMIC_DEFAULT PGC_S_ENV_VAR PGC_S_FILE PGC_S_ARGV
            PGC_S_GLOBAL PGC_S_DATABASE PGC_S_USER PGC_S_DATABASE_USER PGC_S_CLIENT PGC_S_OVERRIDE
            PGC_S_INTERACTIVE PGC_S_TEST PGC_S_SESSION };
        "guc flag": guc { GUC_LIST_INPUT GUC_LIST_QUOTE GUC_NO_SHOW_ALL GUC_NO_RESET
            GUC_NO_RESET_ALL GUC_REPORT GUC_NOT_IN_SAMPLE GUC_DISALLOW_IN_FILE
            GUC_CUSTOM_PLACEHOLDER GUC_SUPERUSER_ONLY GUC_IS_NAME GUC_NOT_WHILE_SEC_REST
            GUC_DISALLOW_IN_AUTO_FILE GUC_EXPLAIN GUC_RUNTIME_COMPUTED GUC_ALLOW_IN_PARALLEL
            GUC_UNIT_KB GUC_UNIT_BLOCKS GUC_UNIT_XBLOCKS GUC_UNIT_MB GUC_UNIT_BYTE GUC_UNIT_MEMORY
            GUC_UNIT_MS GUC_UNIT_S GUC_UNIT_MIN GUC_UNIT_TIME GUC_UNIT GUC_ACTION_SET
            GUC_ACTION_LOCAL GUC_ACTION_SAVE };
        "shm_mq and dsm": dsm { DSM_CREATE_NULL_IF_MAXSEGMENTS DSM_HANDLE_INVALID DSM_IMPL_POSIX
            DSM_IMPL_SYSV DSM_IMPL_MMAP }
            shm_mq { SHM_MQ_SUCCESS SHM_MQ_WOULD_BLOCK SHM_MQ_DETACHED };
        "backend status": backend_status { STATE_UNDEFINED STATE_IDLE STATE_RUNNING
            STATE_IDLEINTRANSACTION STATE_FASTPATH STATE_IDLEINTRANSACTION_ABORTED STATE_DISABLED }
            miscadmin { B_INVALID B_BACKEND B_BG_WORKER B_WAL_SENDER B_LOGGER BootstrapProcessing
            InitProcessing NormalProcessing };
        "timeout": timeout { STARTUP_PACKET_TIMEOUT DEADLOCK_TIMEOUT LOCK_TIMEOUT STATEMENT_TIMEOUT
            USER_TIMEOUT MAX_TIMEOUTS };
        "time": timestamp { POSTGRES_EPOCH_JDATE UNIX_EPOCH_JDATE USECS_PER_SEC USECS_PER_DAY
            SECS_PER_DAY DT_NOBEGIN DT_NOEND } pgtime { TZ_STRLEN_MAX };
    };
    let measured = measured();
    for (group, constants) in ours {
        let values = measured["values"][group].as_object().unwrap();
        for (name, value) in &constants {
            let was = values.get(*name).unwrap_or_else(|| panic!("{name} was not measured"));
            assert_eq!(i128::from(was.as_i64().unwrap()), *value, "{name}");
        }
        if is_complete(group) {
            let names: Vec<&str> = constants.iter().map(|(name, _)| *name).collect();
            for name in values.keys() {
                assert!(names.contains(&name.as_str()), "{group}: {name} is missing");
            }
        }
    }
}

/// Sizes of types without fields.
macro_rules! sizes {
    ($($module:ident { $($name:ident)+ })+) => {
        [$($((stringify!($name), size_of::<$module::$name>()),)+)+]
    };
}

#[test]
fn plain_types_have_the_measured_size() {
    let ours = sizes! {
        c { Datum Oid Size TransactionId CommandId LocalTransactionId XLogRecPtr sig_atomic_t
            slock_t dsm_handle NodeTag AttrNumber }
        timestamp { TimestampTz TimeOffset }
        pgtime { pg_time_t }
        elog { sigjmp_buf }
        pqsignal { pqsigfunc }
        bgworker { bgworker_main_type BgWorkerStartTime BgwHandleStatus }
        fmgr { PGFunction }
        lwlock { LWLockMode }
        shm_mq { shm_mq_result }
        guc { GucContext GucSource }
        backend_status { BackendState }
        miscadmin { ProcessingMode }
    };
    let measured = measured();
    let sizes = &measured["values"]["plain type sizes"];
    for (name, size) in ours {
        assert_eq!(sizes[name], size, "size of {name}");
    }
    assert_eq!(size_of::<ipc::pg_on_exit_callback>(), size_of::<usize>());
    assert_eq!(size_of::<lock::LOCKMODE>(), size_of::<core::ffi::c_int>());
}

#[test]
fn the_magic_block_is_the_measured_one() {
    let measured = measured();
    let magic = &measured["module_magic"];
    assert_eq!(magic["len"], size_of::<fmgr::Pg_magic_struct>());
    assert_eq!(magic["version"], major::PG_MAGIC_VERSION);
    assert_eq!(magic["abi_extra"], major::FMGR_ABI_EXTRA);
    assert_eq!(major::PG_MAJORVERSION.parse(), Ok(major::PG_VERSION_NUM / 10_000));
}

#[test]
fn a_gap_or_an_overlap_is_seen() {
    use super::packed_as_c_does;
    assert!(packed_as_c_does(&[(0, 1, 1), (4, 8, 4), (8, 16, 8)], 16, 8));
    assert!(!packed_as_c_does(&[(0, 1, 1), (8, 12, 4)], 12, 4), "a field is missing");
    assert!(!packed_as_c_does(&[(0, 4, 4), (2, 4, 2)], 4, 4), "fields overlap");
    assert!(!packed_as_c_does(&[(0, 4, 4)], 8, 4), "the tail is missing");
}
