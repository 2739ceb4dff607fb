/*
 * layout.c - print the layouts and constants that a module gets from its headers.
 *
 * Compiled against include/ it must print what was measured (src/abi/pg17-x86_64.json); compiled
 * against PostgreSQL's own headers it must print the same text. Lines are:
 *
 *	type NAME size alignment
 *	field NAME.FIELD offset size		(0 for a flexible array)
 *	size NAME bytes						(of a type without fields)
 *	value NAME number
 */
#include "postgres.h"

#include <setjmp.h>

#include "datatype/timestamp.h"
#include "fmgr.h"
#include "lib/ilist.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "nodes/memnodes.h"
#include "nodes/miscnodes.h"
#include "nodes/pg_list.h"
#include "pgstat.h"
#include "pgtime.h"
#include "port/atomics.h"
#include "portability/instr_time.h"
#include "postmaster/bgworker.h"
#include "storage/condition_variable.h"
#include "storage/ipc.h"
#include "storage/latch.h"
#include "storage/lock.h"
#include "storage/lwlock.h"
#include "storage/proc.h"
#include "storage/shmem.h"
#include "storage/spin.h"
#include "tcop/dest.h"
#include "utils/backend_status.h"
#include "utils/guc.h"
#include "utils/memutils.h"
#include "utils/resowner.h"
#include "utils/timeout.h"
#include "utils/timestamp.h"
#include "utils/varlena.h"
#include "utils/wait_event.h"

#undef printf

/* The individual locks are macros over this variable. */
static LWLockPadded no_locks[1];
LWLockPadded *MainLWLockArray = no_locks;

#define TYPE(t) \
	{ \
		typedef t	Type; \
		const char *const name = #t; \
		printf("type %s %zu %zu\n", name, sizeof(Type), _Alignof(Type));
#define F(f) \
		printf("field %s.%s %zu %zu\n", name, #f, offsetof(Type, f), sizeof(((Type *) 0)->f));
#define FLEX(f) \
		printf("field %s.%s %zu 0\n", name, #f, offsetof(Type, f));
#define END \
	}
#define SIZE(t) printf("size %s %zu\n", #t, sizeof(t));
#define VALUE(v) printf("value %s %lld\n", #v, (long long) (v));
#define LOCK(l) printf("value %s %td\n", #l, (LWLockPadded *) (l) - no_locks);

static void
print_types(void)
{
	TYPE(BackgroundWorker)
		F(bgw_name) F(bgw_type) F(bgw_flags) F(bgw_start_time) F(bgw_restart_time)
		F(bgw_library_name) F(bgw_function_name) F(bgw_main_arg) F(bgw_extra) F(bgw_notify_pid)
	END
	TYPE(Latch)
		F(is_set) F(maybe_sleeping) F(is_shared) F(owner_pid)
	END
	TYPE(WaitEvent)
		F(pos) F(events) F(fd) F(user_data)
	END
	TYPE(PGPROC)
		F(links) F(procgloballist) F(sem) F(waitStatus) F(procLatch) F(xid) F(xmin) F(pid)
		F(pgxactoff) F(vxid) F(vxid.procNumber) F(vxid.lxid) F(databaseId) F(roleId)
		F(tempNamespaceId) F(isBackgroundWorker) F(recoveryConflictPending) F(lwWaiting)
		F(lwWaitMode) F(lwWaitLink) F(cvWaitLink) F(waitLock) F(waitProcLock) F(waitLockMode)
		F(heldLocks) F(waitStart) F(delayChkptFlags) F(statusFlags) F(waitLSN) F(syncRepState)
		F(syncRepLinks) F(myProcLocks) F(subxidStatus) F(subxids) F(procArrayGroupMember)
		F(procArrayGroupNext) F(procArrayGroupMemberXid) F(wait_event_info) F(clogGroupMember)
		F(clogGroupNext) F(clogGroupMemberXid) F(clogGroupMemberXidStatus) F(clogGroupMemberPage)
		F(clogGroupMemberLsn) F(fpInfoLock) F(fpLockBits) F(fpRelId) F(fpVXIDLock)
		F(fpLocalTransactionId) F(lockGroupLeader) F(lockGroupMembers) F(lockGroupLink)
	END
	TYPE(PROC_HDR)
		F(allProcs) F(xids) F(subxidStates) F(statusFlags) F(allProcCount) F(freeProcs)
		F(autovacFreeProcs) F(bgworkerFreeProcs) F(walsenderFreeProcs) F(procArrayGroupFirst)
		F(clogGroupFirst) F(walwriterLatch) F(checkpointerLatch) F(spins_per_delay)
		F(startupBufferPinWaitBufId)
	END
	TYPE(VirtualTransactionId)
		F(procNumber) F(localTransactionId)
	END
	TYPE(LWLock)
		F(tranche) F(state) F(waiters)
	END
	TYPE(LWLockPadded)
		F(lock) F(pad)
	END
	TYPE(proclist_head)
		F(head) F(tail)
	END
	TYPE(proclist_node)
		F(next) F(prev)
	END
	TYPE(dlist_node)
		F(prev) F(next)
	END
	TYPE(dlist_head)
		F(head)
	END
	TYPE(ConditionVariable)
		F(mutex) F(wakeup)
	END
	TYPE(pg_atomic_flag)
		F(value)
	END
	TYPE(pg_atomic_uint32)
		F(value)
	END
	TYPE(pg_atomic_uint64)
		F(value)
	END
	TYPE(LOCKTAG)
		F(locktag_field1) F(locktag_field2) F(locktag_field3) F(locktag_field4) F(locktag_type)
		F(locktag_lockmethodid)
	END
	TYPE(StringInfoData)
		F(data) F(len) F(maxlen) F(cursor)
	END
	TYPE(Node)
		F(type)
	END
	TYPE(List)
		F(type) F(length) F(max_length) F(elements) FLEX(initial_elements)
	END
	TYPE(ListCell)
		F(ptr_value) F(int_value) F(oid_value) F(xid_value)
	END
	TYPE(ForEachState)
		F(l) F(i)
	END
	TYPE(MemoryContextData)
		F(type) F(isReset) F(allowInCritSection) F(mem_allocated) F(methods) F(parent)
		F(firstchild) F(prevchild) F(nextchild) F(name) F(ident) F(reset_cbs)
	END
	TYPE(MemoryContextMethods)
		F(alloc) F(free_p) F(realloc) F(reset) F(delete_context) F(get_chunk_context)
		F(get_chunk_space) F(is_empty) F(stats)
	END
	TYPE(MemoryContextCallback)
		F(func) F(arg) F(next)
	END
	TYPE(ErrorContextCallback)
		F(previous) F(callback) F(arg)
	END
	TYPE(ErrorSaveContext)
		F(type) F(error_occurred) F(details_wanted) F(error_data)
	END
	TYPE(LocalPgBackendStatus)
		F(backendStatus) F(proc_number) F(backend_xid) F(backend_xmin) F(backend_subxact_count)
		F(backend_subxact_overflowed)
	END
	TYPE(ErrorData)
		F(elevel) F(output_to_server) F(output_to_client) F(hide_stmt) F(hide_ctx) F(filename)
		F(lineno) F(funcname) F(domain) F(context_domain) F(sqlerrcode) F(message) F(detail)
		F(detail_log) F(hint) F(context) F(backtrace) F(message_id) F(schema_name) F(table_name)
		F(column_name) F(datatype_name) F(constraint_name) F(cursorpos) F(internalpos)
		F(internalquery) F(saved_errno) F(assoc_context)
	END
	TYPE(ConfigVariable)
		F(name) F(value) F(errmsg) F(filename) F(sourceline) F(ignore) F(applied) F(next)
	END
	TYPE(struct config_enum_entry)
		F(name) F(val) F(hidden)
	END
	TYPE(Pg_magic_struct)
		F(len) F(version) F(funcmaxargs) F(indexmaxkeys) F(namedatalen) F(float8byval) F(abi_extra)
	END
	TYPE(Pg_finfo_record)
		F(api_version)
	END
	TYPE(FmgrInfo)
		F(fn_addr) F(fn_oid) F(fn_nargs) F(fn_strict) F(fn_retset) F(fn_stats) F(fn_extra)
		F(fn_mcxt) F(fn_expr)
	END
	TYPE(FunctionCallInfoBaseData)
		F(flinfo) F(context) F(resultinfo) F(fncollation) F(isnull) F(nargs) FLEX(args)
	END
	TYPE(NullableDatum)
		F(value) F(isnull)
	END
	TYPE(NameData)
		F(data)
	END
	TYPE(struct pg_tm)
		F(tm_sec) F(tm_min) F(tm_hour) F(tm_mday) F(tm_mon) F(tm_year) F(tm_wday) F(tm_yday)
		F(tm_isdst) F(tm_gmtoff) F(tm_zone)
	END
	TYPE(ResourceOwnerDesc)
		F(name) F(release_phase) F(release_priority) F(ReleaseResource) F(DebugPrint)
	END
	TYPE(ClosestMatchState)
		F(source) F(min_d) F(max_d) F(match)
	END
	TYPE(EnableTimeoutParams)
		F(id) F(type) F(delay_ms) F(fin_time)
	END
	TYPE(DisableTimeoutParams)
		F(id) F(keep_indicator)
	END
	TYPE(Interval)
		F(time) F(day) F(month)
	END
	TYPE(struct pg_itm)
		F(tm_usec) F(tm_sec) F(tm_min) F(tm_hour) F(tm_mday) F(tm_mon) F(tm_year)
	END
	TYPE(struct pg_itm_in)
		F(tm_usec) F(tm_mday) F(tm_mon) F(tm_year)
	END
	TYPE(instr_time)
		F(ticks)
	END
	TYPE(XidCacheStatus)
		F(count) F(overflowed)
	END
	TYPE(MemoryContextCounters)
		F(nblocks) F(freechunks) F(totalspace) F(freespace)
	END
	TYPE(struct varlena)
		F(vl_len_)
	END
}

static void
print_sizes(void)
{
	SIZE(Datum) SIZE(bool) SIZE(Oid) SIZE(Size) SIZE(TransactionId) SIZE(CommandId)
	SIZE(LocalTransactionId) SIZE(XLogRecPtr) SIZE(TimestampTz) SIZE(TimeOffset) SIZE(fsec_t)
	SIZE(pg_time_t) SIZE(pid_t) SIZE(sig_atomic_t) SIZE(sigset_t) SIZE(sigjmp_buf) SIZE(slock_t)
	SIZE(pqsigfunc) SIZE(bgworker_main_type) SIZE(PGFunction) SIZE(NodeTag) SIZE(PGSemaphore)
	SIZE(BgWorkerStartTime) SIZE(BgwHandleStatus) SIZE(LWLockMode) SIZE(GucContext)
	SIZE(GucSource) SIZE(BackendState) SIZE(ResourceReleasePhase) SIZE(ProcessingMode)
	SIZE(CommandDest) SIZE(MemoryContextCounters)
}

static void
print_values(void)
{
	/* build limits */
	VALUE(PG_VERSION_NUM) VALUE(NAMEDATALEN) VALUE(MAXPGPATH) VALUE(FUNC_MAX_ARGS)
	VALUE(INDEX_MAX_KEYS) VALUE(BLCKSZ) VALUE(XLOG_BLCKSZ) VALUE(RELSEG_SIZE)
	VALUE(MAXIMUM_ALIGNOF) VALUE(ALIGNOF_BUFFER) VALUE(ALIGNOF_SHORT) VALUE(ALIGNOF_INT)
	VALUE(ALIGNOF_LONG) VALUE(ALIGNOF_DOUBLE) VALUE(SIZEOF_DATUM) VALUE(FLOAT8PASSBYVAL)
	VALUE(PG_CACHE_LINE_SIZE) VALUE(VARHDRSZ) VALUE(VARHDRSZ_SHORT) VALUE(InvalidOid)
	VALUE(InvalidTransactionId) VALUE(PGPROC_MAX_CACHED_SUBXIDS) VALUE(NUM_AUXILIARY_PROCS)
	/* background worker */
	VALUE(BGWORKER_SHMEM_ACCESS) VALUE(BGWORKER_BACKEND_DATABASE_CONNECTION)
	VALUE(BGWORKER_CLASS_PARALLEL) VALUE(BGW_DEFAULT_RESTART_INTERVAL) VALUE(BGW_NEVER_RESTART)
	VALUE(BGW_MAXLEN) VALUE(BGW_EXTRALEN) VALUE(BGWORKER_BYPASS_ALLOWCONN)
	VALUE(BGWORKER_BYPASS_ROLELOGINCHECK) VALUE(BgWorkerStart_PostmasterStart)
	VALUE(BgWorkerStart_ConsistentState) VALUE(BgWorkerStart_RecoveryFinished) VALUE(BGWH_STARTED)
	VALUE(BGWH_NOT_YET_STARTED) VALUE(BGWH_STOPPED) VALUE(BGWH_POSTMASTER_DIED)
	/* latch */
	VALUE(WL_LATCH_SET) VALUE(WL_SOCKET_READABLE) VALUE(WL_SOCKET_WRITEABLE) VALUE(WL_TIMEOUT)
	VALUE(WL_POSTMASTER_DEATH) VALUE(WL_EXIT_ON_PM_DEATH) VALUE(WL_SOCKET_CONNECTED)
	VALUE(WL_SOCKET_CLOSED) VALUE(WL_SOCKET_ACCEPT) VALUE(WL_SOCKET_MASK)
	/* wait event */
	VALUE(PG_WAIT_LWLOCK) VALUE(PG_WAIT_LOCK) VALUE(PG_WAIT_ACTIVITY) VALUE(PG_WAIT_CLIENT)
	VALUE(PG_WAIT_EXTENSION) VALUE(PG_WAIT_IPC) VALUE(PG_WAIT_TIMEOUT) VALUE(PG_WAIT_IO)
	VALUE(PG_WAIT_BUFFERPIN) VALUE(WAIT_EVENT_BGWORKER_STARTUP)
	VALUE(WAIT_EVENT_BGWORKER_SHUTDOWN) VALUE(WAIT_EVENT_PG_SLEEP)
	/* lwlock */
	VALUE(LW_EXCLUSIVE) VALUE(LW_SHARED) VALUE(LW_WAIT_UNTIL_FREE) VALUE(LWLOCK_PADDED_SIZE)
	VALUE(NUM_INDIVIDUAL_LWLOCKS) VALUE(NUM_FIXED_LWLOCKS) VALUE(LWTRANCHE_FIRST_USER_DEFINED)
	/* heavyweight lock */
	VALUE(NoLock) VALUE(AccessShareLock) VALUE(RowShareLock) VALUE(RowExclusiveLock)
	VALUE(ShareUpdateExclusiveLock) VALUE(ShareLock) VALUE(ShareRowExclusiveLock)
	VALUE(ExclusiveLock) VALUE(AccessExclusiveLock)
	/* elevel */
	VALUE(DEBUG5) VALUE(DEBUG4) VALUE(DEBUG3) VALUE(DEBUG2) VALUE(DEBUG1) VALUE(LOG)
	VALUE(LOG_SERVER_ONLY) VALUE(COMMERROR) VALUE(INFO) VALUE(NOTICE) VALUE(WARNING)
	VALUE(WARNING_CLIENT_ONLY) VALUE(ERROR) VALUE(FATAL) VALUE(PANIC) VALUE(PGERROR_TERSE)
	VALUE(PGERROR_DEFAULT) VALUE(PGERROR_VERBOSE) VALUE(LOG_DESTINATION_STDERR)
	VALUE(LOG_DESTINATION_CSVLOG) VALUE(LOG_DESTINATION_JSONLOG)
	/* sqlstate */
	VALUE(ERRCODE_SUCCESSFUL_COMPLETION) VALUE(ERRCODE_WARNING)
	VALUE(ERRCODE_FEATURE_NOT_SUPPORTED) VALUE(ERRCODE_INVALID_PARAMETER_VALUE)
	VALUE(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE) VALUE(ERRCODE_INSUFFICIENT_RESOURCES)
	VALUE(ERRCODE_CONFIGURATION_LIMIT_EXCEEDED) VALUE(ERRCODE_OUT_OF_MEMORY)
	VALUE(ERRCODE_SYNTAX_ERROR) VALUE(ERRCODE_INSUFFICIENT_PRIVILEGE)
	VALUE(ERRCODE_UNDEFINED_DATABASE) VALUE(ERRCODE_UNDEFINED_OBJECT)
	VALUE(ERRCODE_UNDEFINED_TABLE) VALUE(ERRCODE_UNDEFINED_FUNCTION) VALUE(ERRCODE_QUERY_CANCELED)
	VALUE(ERRCODE_ADMIN_SHUTDOWN) VALUE(ERRCODE_IO_ERROR) VALUE(ERRCODE_INTERNAL_ERROR)
	VALUE(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED)
	/* node tag */
	VALUE(T_Invalid) VALUE(T_List) VALUE(T_IntList) VALUE(T_OidList) VALUE(T_XidList)
	VALUE(T_AllocSetContext) VALUE(T_SlabContext) VALUE(T_GenerationContext) VALUE(T_BumpContext)
	VALUE(T_ExprContext) VALUE(T_ReturnSetInfo) VALUE(T_TriggerData) VALUE(T_EventTriggerData)
	VALUE(T_CallContext) VALUE(T_ErrorSaveContext)
	/* memory */
	VALUE(ALLOCSET_DEFAULT_MINSIZE) VALUE(ALLOCSET_DEFAULT_INITSIZE)
	VALUE(ALLOCSET_DEFAULT_MAXSIZE) VALUE(ALLOCSET_SMALL_INITSIZE) VALUE(ALLOCSET_SMALL_MAXSIZE)
	VALUE(MCXT_ALLOC_HUGE) VALUE(MCXT_ALLOC_NO_OOM) VALUE(MCXT_ALLOC_ZERO) VALUE(MaxAllocSize)
	/* guc context */
	VALUE(PGC_INTERNAL) VALUE(PGC_POSTMASTER) VALUE(PGC_SIGHUP) VALUE(PGC_SU_BACKEND)
	VALUE(PGC_BACKEND) VALUE(PGC_SUSET) VALUE(PGC_USERSET)
	/* guc source */
	VALUE(PGC_S_DEFAULT) VALUE(PGC_S_DYNAMIC_DEFAULT) VALUE(PGC_S_ENV_VAR) VALUE(PGC_S_FILE)
	VALUE(PGC_S_ARGV) VALUE(PGC_S_GLOBAL) VALUE(PGC_S_DATABASE) VALUE(PGC_S_USER)
	VALUE(PGC_S_DATABASE_USER) VALUE(PGC_S_CLIENT) VALUE(PGC_S_OVERRIDE) VALUE(PGC_S_INTERACTIVE)
	VALUE(PGC_S_TEST) VALUE(PGC_S_SESSION)
	/* guc flag */
	VALUE(GUC_LIST_INPUT) VALUE(GUC_LIST_QUOTE) VALUE(GUC_NO_SHOW_ALL) VALUE(GUC_NO_RESET_ALL)
	VALUE(GUC_NO_RESET) VALUE(GUC_REPORT) VALUE(GUC_NOT_IN_SAMPLE) VALUE(GUC_DISALLOW_IN_FILE)
	VALUE(GUC_CUSTOM_PLACEHOLDER) VALUE(GUC_SUPERUSER_ONLY) VALUE(GUC_IS_NAME)
	VALUE(GUC_NOT_WHILE_SEC_REST) VALUE(GUC_DISALLOW_IN_AUTO_FILE) VALUE(GUC_EXPLAIN)
	VALUE(GUC_RUNTIME_COMPUTED) VALUE(GUC_ALLOW_IN_PARALLEL) VALUE(GUC_UNIT_KB)
	VALUE(GUC_UNIT_BLOCKS) VALUE(GUC_UNIT_XBLOCKS) VALUE(GUC_UNIT_MB) VALUE(GUC_UNIT_BYTE)
	VALUE(GUC_UNIT_MEMORY) VALUE(GUC_UNIT_MS) VALUE(GUC_UNIT_S) VALUE(GUC_UNIT_MIN)
	VALUE(GUC_UNIT_TIME) VALUE(GUC_UNIT) VALUE(GUC_ACTION_SET) VALUE(GUC_ACTION_LOCAL)
	VALUE(GUC_ACTION_SAVE)
	/* portal and command */
	VALUE(DestNone) VALUE(DestDebug) VALUE(DestRemote) VALUE(DestSPI) VALUE(DestTuplestore)
	/* snapshot and transaction */
	VALUE(RESOURCE_RELEASE_BEFORE_LOCKS) VALUE(RESOURCE_RELEASE_LOCKS)
	VALUE(RESOURCE_RELEASE_AFTER_LOCKS)
	/* backend status */
	VALUE(STATE_UNDEFINED) VALUE(STATE_IDLE) VALUE(STATE_RUNNING) VALUE(STATE_IDLEINTRANSACTION)
	VALUE(STATE_FASTPATH) VALUE(STATE_IDLEINTRANSACTION_ABORTED) VALUE(STATE_DISABLED)
	VALUE(B_INVALID) VALUE(B_BACKEND) VALUE(B_BG_WORKER) VALUE(B_WAL_SENDER) VALUE(B_LOGGER)
	VALUE(BootstrapProcessing) VALUE(InitProcessing) VALUE(NormalProcessing)
	/* time */
	VALUE(POSTGRES_EPOCH_JDATE) VALUE(UNIX_EPOCH_JDATE) VALUE(USECS_PER_SEC) VALUE(USECS_PER_DAY)
	VALUE(SECS_PER_DAY) VALUE(TZ_STRLEN_MAX) VALUE(DT_NOBEGIN) VALUE(DT_NOEND)
	/* timeout */
	VALUE(STARTUP_PACKET_TIMEOUT) VALUE(DEADLOCK_TIMEOUT) VALUE(LOCK_TIMEOUT)
	VALUE(STATEMENT_TIMEOUT) VALUE(USER_TIMEOUT) VALUE(MAX_TIMEOUTS)
	/* security and objects */
	VALUE(SECURITY_LOCAL_USERID_CHANGE) VALUE(SECURITY_RESTRICTED_OPERATION)
	/* not measured, but the same in both header sets */
	VALUE(TMPARAM_AFTER) VALUE(TMPARAM_AT) VALUE(TMPARAM_EVERY) VALUE(IDLE_SESSION_TIMEOUT)
	VALUE(STARTUP_PROGRESS_TIMEOUT)
	VALUE(B_AUTOVAC_LAUNCHER) VALUE(B_AUTOVAC_WORKER) VALUE(B_SLOTSYNC_WORKER)
	VALUE(B_STANDALONE_BACKEND) VALUE(B_ARCHIVER) VALUE(B_BG_WRITER) VALUE(B_CHECKPOINTER)
	VALUE(B_STARTUP) VALUE(B_WAL_RECEIVER) VALUE(B_WAL_SUMMARIZER) VALUE(B_WAL_WRITER)
	VALUE(BACKEND_NUM_TYPES) VALUE(DestTupleQueue) VALUE(DestExplainSerialize)
	VALUE(PG_WAIT_INJECTIONPOINT) VALUE(PROC_WAIT_STATUS_ERROR) VALUE(GUC_QUALIFIER_SEPARATOR)
	VALUE(LOG_DESTINATION_SYSLOG) VALUE(LOG_DESTINATION_EVENTLOG) VALUE(INIT_PG_OVERRIDE_ROLE_LOGIN)
	VALUE(SECURITY_NOFORCE_RLS) VALUE(INVALID_PROC_NUMBER) VALUE(NUM_BUFFER_PARTITIONS)
	VALUE(MAXALIGN(1)) VALUE(MAXALIGN_DOWN(15)) VALUE(CACHELINEALIGN(129)) VALUE(VARHDRSZ)
	VALUE(SizeForFunctionCallInfo(1)) VALUE(ERRCODE_TO_CATEGORY(ERRCODE_UNDEFINED_TABLE))

	/* indexes of locks */
	LOCK(ShmemIndexLock) LOCK(ProcArrayLock) LOCK(AddinShmemInitLock) LOCK(AutovacuumLock)
	LOCK(SyncRepLock) LOCK(BackgroundWorkerLock) LOCK(DynamicSharedMemoryControlLock)
	LOCK(AutoFileLock) LOCK(ReplicationSlotAllocationLock) LOCK(ReplicationSlotControlLock)
	LOCK(ReplicationOriginLock) LOCK(LogicalRepWorkerLock)
}

int
main(void)
{
	print_types();
	print_sizes();
	print_values();
	return 0;
}
