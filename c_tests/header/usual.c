/*
 * usual.c - what worker modules usually write, in one file. It is compiled, with every warning,
 * against include/ and PostgreSQL's own headers, and must import the same from both; not run.
 */
#include "postgres.h"

#include "fmgr.h"
#include "lib/stringinfo.h"
#include "libpq/pqsignal.h"
#include "miscadmin.h"
#include "nodes/pg_list.h"
#include "pgstat.h"
#include "port/atomics.h"
#include "portability/instr_time.h"
#include "postmaster/bgworker.h"
#include "postmaster/interrupt.h"
#include "storage/ipc.h"
#include "storage/latch.h"
#include "storage/lwlock.h"
#include "storage/proc.h"
#include "storage/procsignal.h"
#include "storage/shmem.h"
#include "storage/spin.h"
#include "tcop/tcopprot.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/memutils.h"
#include "utils/ps_status.h"
#include "utils/timestamp.h"
#include "utils/wait_event.h"

PG_MODULE_MAGIC;

PG_FUNCTION_INFO_V1(usual_launch);

PGDLLEXPORT void _PG_init(void);
PGDLLEXPORT void usual_main(Datum main_arg);

typedef struct UsualShared
{
	slock_t		mutex;
	LWLock	   *lock;
	pg_atomic_uint32 rounds;
	pg_atomic_uint64 total;
	pg_atomic_flag once;
	PGPROC	   *worker;
} UsualShared;

static const struct config_enum_entry levels[] = {
	{"debug", DEBUG1, false},
	{"log", LOG, false},
	{NULL, 0, false},
};

static UsualShared *shared;
static int	naptime = 10;
static int	level = LOG;
static bool enabled = true;
static char *names;
static shmem_request_hook_type previous_request;
static shmem_startup_hook_type previous_startup;
static emit_log_hook_type previous_log;

static bool
check_names(char **newval, void **extra, GucSource source)
{
	if (source == PGC_S_TEST || *newval == NULL || strchr(*newval, ' ') == NULL)
		return true;
	GUC_check_errdetail("There is a blank in \"%s\".", *newval);
	GUC_check_errhint("Separate names with commas.");
	return false;
}

static void
count_log(ErrorData *edata)
{
	if (edata->elevel >= WARNING && shared != NULL)
		pg_atomic_fetch_add_u64(&shared->total, 1);
	if (previous_log)
		previous_log(edata);
}

static void
request(void)
{
	if (previous_request)
		previous_request();
	RequestAddinShmemSpace(MAXALIGN(add_size(sizeof(UsualShared), 8)));
	RequestNamedLWLockTranche("usual", 1);
}

static void
startup(void)
{
	bool		found;

	if (previous_startup)
		previous_startup();
	LWLockAcquire(AddinShmemInitLock, LW_EXCLUSIVE);
	shared = (UsualShared *) ShmemInitStruct("usual", sizeof(UsualShared), &found);
	if (!found)
	{
		SpinLockInit(&shared->mutex);
		shared->lock = &GetNamedLWLockTranche("usual")[0].lock;
		pg_atomic_init_u32(&shared->rounds, 0);
		pg_atomic_init_u64(&shared->total, 0);
		pg_atomic_init_flag(&shared->once);
		shared->worker = NULL;
	}
	LWLockRelease(AddinShmemInitLock);
}

static void
forget(int code, Datum arg)
{
	SpinLockAcquire(&shared->mutex);
	shared->worker = NULL;
	SpinLockRelease(&shared->mutex);
}

static void
context_line(void *arg)
{
	errcontext("in round %u", *(uint32 *) arg);
}

static void
one_round(uint32 round)
{
	ErrorContextCallback context;
	MemoryContext mine;
	MemoryContext before;
	StringInfoData buf;
	List	   *list = NIL;
	ListCell   *cell;
	volatile bool cleaned = false;

	context.previous = error_context_stack;
	context.callback = context_line;
	context.arg = &round;
	error_context_stack = &context;

	mine = AllocSetContextCreate(CurrentMemoryContext, "usual", ALLOCSET_DEFAULT_SIZES);
	before = MemoryContextSwitchTo(mine);
	initStringInfo(&buf);
	PG_TRY();
	{
		PG_TRY(inner);
		{
			list = lappend(list, pstrdup("one"));
			list = lappend(list, psprintf("%s %d", "two", list_length(list)));
			foreach(cell, list)
				appendStringInfo(&buf, "%s,", (char *) lfirst(cell));
			if (round % 7 == 6)
				ereport(ERROR,
						errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
						errmsg("round %u is not liked", round),
						errdetail("It is %s.", buf.data),
						errhint("Wait for the next one."));
		}
		PG_FINALLY(inner);
		{
			cleaned = true;
			list_free(list);
		}
		PG_END_TRY(inner);
	}
	PG_CATCH();
	{
		ErrorData  *edata;

		MemoryContextSwitchTo(before);
		edata = CopyErrorData();
		FlushErrorState();
		if (edata->sqlerrcode != ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE)
			PG_RE_THROW();
		elog(LOG, "%s (%s)", edata->message, unpack_sql_state(edata->sqlerrcode));
		FreeErrorData(edata);
	}
	PG_END_TRY();

	MemoryContextSwitchTo(before);
	MemoryContextDelete(mine);
	error_context_stack = context.previous;
	ereport(level, (errmsg("round %u of \"%s\"", round, names),
					errdetail("It is cleaned up: %d.", cleaned)));
}

void
usual_main(Datum main_arg)
{
	instr_time	begin;
	TimestampTz since = GetCurrentTimestamp();

	pqsignal(SIGHUP, SignalHandlerForConfigReload);
	pqsignal(SIGTERM, die);
	pqsignal(SIGUSR1, procsignal_sigusr1_handler);
	BackgroundWorkerUnblockSignals();
	before_shmem_exit(forget, (Datum) 0);
	set_ps_display("usual");
	INSTR_TIME_SET_CURRENT(begin);

	LWLockAcquire(shared->lock, LW_SHARED);
	shared->worker = MyProc;
	LWLockRelease(shared->lock);
	if (!pg_atomic_test_set_flag(&shared->once))
		ereport(DEBUG1, (errmsg_plural("%d round so far", "%d rounds so far",
									   DatumGetInt32(main_arg), DatumGetInt32(main_arg))));

	while (!ShutdownRequestPending && !INSTR_TIME_IS_ZERO(begin))
	{
		int			rc = WaitLatch(MyLatch, WL_LATCH_SET | WL_TIMEOUT | WL_EXIT_ON_PM_DEATH,
								   naptime * 1000L, PG_WAIT_EXTENSION);

		if (rc & WL_LATCH_SET)
			ResetLatch(MyLatch);
		CHECK_FOR_INTERRUPTS();
		if (ConfigReloadPending)
		{
			ConfigReloadPending = false;
			ProcessConfigFile(PGC_SIGHUP);
		}
		HOLD_INTERRUPTS();
		pg_memory_barrier();
		RESUME_INTERRUPTS();
		if (enabled && TimestampDifferenceExceeds(since, GetCurrentTimestamp(), naptime))
			one_round(pg_atomic_add_fetch_u32(&shared->rounds, 1));
		pgstat_report_activity(STATE_IDLE, NULL);
	}
	proc_exit(0);
}

static void
fill(BackgroundWorker *worker, int arg)
{
	char	   *end = worker->bgw_extra;

	memset(worker, 0, sizeof(*worker));
	worker->bgw_flags = BGWORKER_SHMEM_ACCESS;
	worker->bgw_start_time = BgWorkerStart_RecoveryFinished;
	worker->bgw_restart_time = BGW_NEVER_RESTART;
	snprintf(worker->bgw_name, BGW_MAXLEN, "usual %d", arg);
	sprintf(worker->bgw_type, "usual");
	snprintf(worker->bgw_library_name, MAXPGPATH, "usual");
	snprintf(worker->bgw_function_name, BGW_MAXLEN, "usual_main");
	worker->bgw_main_arg = Int32GetDatum(arg);
	memcpy(end, &arg, sizeof(arg));
}

Datum
usual_launch(PG_FUNCTION_ARGS)
{
	BackgroundWorker worker;
	BackgroundWorkerHandle *handle;
	BgwHandleStatus status;
	pid_t		pid;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	fill(&worker, PG_GETARG_INT32(0));
	worker.bgw_notify_pid = MyProcPid;
	if (!RegisterDynamicBackgroundWorker(&worker, &handle))
		ereport(ERROR, (errcode(ERRCODE_INSUFFICIENT_RESOURCES),
						errmsg("could not start \"%s\"", text_to_cstring(PG_GETARG_TEXT_PP(1)))));
	status = WaitForBackgroundWorkerStartup(handle, &pid);
	switch (status)
	{
		case BGWH_STARTED:
			PG_RETURN_INT32(pid);
		case BGWH_STOPPED:
		case BGWH_NOT_YET_STARTED:
			TerminateBackgroundWorker(handle);
			pfree(handle);
			PG_RETURN_NULL();
		case BGWH_POSTMASTER_DIED:
			break;
	}
	PG_RETURN_TEXT_P(cstring_to_text("?"));
}

void
_PG_init(void)
{
	BackgroundWorker worker;

	if (!process_shared_preload_libraries_in_progress)
		return;
	DefineCustomIntVariable("usual.naptime", "Seconds between rounds.", NULL, &naptime, 10, 1,
							INT_MAX, PGC_SIGHUP, GUC_UNIT_S, NULL, NULL, NULL);
	DefineCustomBoolVariable("usual.enabled", "Whether there are rounds.", NULL, &enabled, true,
							 PGC_SIGHUP, 0, NULL, NULL, NULL);
	DefineCustomEnumVariable("usual.level", "Level of its messages.", NULL, &level, LOG, levels,
							 PGC_SUSET, 0, NULL, NULL, NULL);
	DefineCustomStringVariable("usual.names", "Names.", NULL, &names, "", PGC_POSTMASTER,
							   GUC_LIST_INPUT, check_names, NULL, NULL);
	MarkGUCPrefixReserved("usual");
	previous_request = shmem_request_hook;
	shmem_request_hook = request;
	previous_startup = shmem_startup_hook;
	shmem_startup_hook = startup;
	previous_log = emit_log_hook;
	emit_log_hook = count_log;
	fill(&worker, 0);
	RegisterBackgroundWorker(&worker);
}
