/*
 * called: functions that SQL can call, for "pgbgw call".
 */
#include "postgres.h"

#include <signal.h>
#include <unistd.h>

#include "fmgr.h"
#include "miscadmin.h"
#include "postmaster/bgworker.h"
#include "storage/ipc.h"
#include "storage/latch.h"
#include "storage/proc.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/wait_event.h"

PG_MODULE_MAGIC;

PG_FUNCTION_INFO_V1(called_same);
PG_FUNCTION_INFO_V1(called_add);
PG_FUNCTION_INFO_V1(called_describe);
PG_FUNCTION_INFO_V1(called_null);
PG_FUNCTION_INFO_V1(called_void);
PG_FUNCTION_INFO_V1(called_report);
PG_FUNCTION_INFO_V1(called_sleep);
PG_FUNCTION_INFO_V1(called_end);
PG_FUNCTION_INFO_V1(called_launch);
PG_FUNCTION_INFO_V1(called_state);

/* Whatever it is given. */
Datum
called_same(PG_FUNCTION_ARGS)
{
	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	PG_RETURN_DATUM(PG_GETARG_DATUM(0));
}

Datum
called_add(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT32(PG_GETARG_INT32(0) + PG_GETARG_INT32(1));
}

/* What it sees of its arguments: int2, float8, bool, text. */
Datum
called_describe(PG_FUNCTION_ARGS)
{
	text	   *last = PG_ARGISNULL(3) ? NULL : PG_GETARG_TEXT_PP(3);

	PG_RETURN_TEXT_P(cstring_to_text(psprintf("%d arguments: %d %g %s %s",
											  PG_NARGS(),
											  PG_GETARG_INT16(0),
											  PG_GETARG_FLOAT8(1),
											  PG_GETARG_BOOL(2) ? "true" : "false",
											  last ? text_to_cstring(last) : "(null)")));
}

Datum
called_null(PG_FUNCTION_ARGS)
{
	PG_RETURN_NULL();
}

Datum
called_void(PG_FUNCTION_ARGS)
{
	PG_RETURN_VOID();
}

/* Reports at a level, with everything a report can have. */
Datum
called_report(PG_FUNCTION_ARGS)
{
	ereport(PG_GETARG_INT32(0),
			(errcode(ERRCODE_DATA_EXCEPTION),
			 errmsg("something to say"),
			 errdetail("the detail"),
			 errdetail_log("for the log"),
			 errhint("the hint"),
			 errcontext("the context")));
	PG_RETURN_VOID();
}

/* Waits for its latch until it is canceled. */
Datum
called_sleep(PG_FUNCTION_ARGS)
{
	elog(NOTICE, "sleeping");
	for (;;)
	{
		CHECK_FOR_INTERRUPTS();
		(void) WaitLatch(MyLatch, WL_LATCH_SET | WL_EXIT_ON_PM_DEATH, -1L, PG_WAIT_EXTENSION);
		ResetLatch(MyLatch);
	}
}

/* Ends its process: by a signal, or with an exit code below 0. */
Datum
called_end(PG_FUNCTION_ARGS)
{
	int			how = PG_GETARG_INT32(0);

	if (how < 0)
		proc_exit(-how);
	kill(MyProcPid, how);
	pause();
	PG_RETURN_VOID();
}

/* Launches a worker of the library given, waits for its start, and for its end if asked for. */
Datum
called_launch(PG_FUNCTION_ARGS)
{
	BackgroundWorker worker;
	BackgroundWorkerHandle *handle;
	pid_t		pid = 0;
	BgwHandleStatus status;

	memset(&worker, 0, sizeof(worker));
	worker.bgw_flags = BGWORKER_SHMEM_ACCESS;
	worker.bgw_start_time = BgWorkerStart_RecoveryFinished;
	worker.bgw_restart_time = BGW_NEVER_RESTART;
	worker.bgw_notify_pid = MyProcPid;
	text_to_cstring_buffer(PG_GETARG_TEXT_PP(0), worker.bgw_library_name, MAXPGPATH);
	text_to_cstring_buffer(PG_GETARG_TEXT_PP(1), worker.bgw_function_name, BGW_MAXLEN);
	snprintf(worker.bgw_name, BGW_MAXLEN, "launched");
	if (!RegisterDynamicBackgroundWorker(&worker, &handle))
		PG_RETURN_NULL();
	status = WaitForBackgroundWorkerStartup(handle, &pid);
	if (status != BGWH_STARTED)
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_RESOURCES),
				 errmsg("could not start background process")));
	if (PG_GETARG_BOOL(2) && WaitForBackgroundWorkerShutdown(handle) != BGWH_STOPPED)
		elog(ERROR, "it did not stop");
	PG_RETURN_INT32(pid);
}

/* What kind of process it runs in. */
Datum
called_state(PG_FUNCTION_ARGS)
{
	PG_RETURN_TEXT_P(cstring_to_text(psprintf("backend %d worker %d latch %d entry %d under %d preloading %d context %d",
											  MyBackendType == B_BACKEND,
											  MyProc->isBackgroundWorker,
											  MyLatch == &MyProc->procLatch,
											  MyBgworkerEntry != NULL,
											  IsUnderPostmaster,
											  process_shared_preload_libraries_in_progress,
											  CurrentMemoryContext != TopMemoryContext)));
}
