/*
 * launcher: a worker that starts another worker whenever it gets SIGHUP ("pgbgw reload" or
 * pg_ctl reload), waits for it, and logs what became of it.
 *
 * It is written for PostgreSQL 17 and knows nothing of pgbgw.
 */
#include "postgres.h"

#include "fmgr.h"
#include "miscadmin.h"
#include "postmaster/bgworker.h"
#include "postmaster/interrupt.h"
#include "storage/ipc.h"
#include "storage/latch.h"
#include "storage/procsignal.h"
#include "tcop/tcopprot.h"
#include "utils/wait_event.h"

PG_MODULE_MAGIC;

PGDLLEXPORT void _PG_init(void);
PGDLLEXPORT void launcher_main(Datum arg);
PGDLLEXPORT void task_main(Datum arg);

/* Fills in what all workers of this library have in common. */
static void
describe(BackgroundWorker *worker, const char *type, const char *function)
{
	memset(worker, 0, sizeof(*worker));
	snprintf(worker->bgw_type, BGW_MAXLEN, "%s", type);
	snprintf(worker->bgw_library_name, sizeof(worker->bgw_library_name), "launcher");
	snprintf(worker->bgw_function_name, BGW_MAXLEN, "%s", function);
	worker->bgw_flags = BGWORKER_SHMEM_ACCESS;
	worker->bgw_start_time = BgWorkerStart_RecoveryFinished;
}

/* Has the postmaster start a task, and waits until it is over. */
static void
launch_task(int number)
{
	BackgroundWorker worker;
	BackgroundWorkerHandle *handle;
	pid_t		pid;

	describe(&worker, "task", "task_main");
	snprintf(worker.bgw_name, BGW_MAXLEN, "task %d", number);
	worker.bgw_restart_time = BGW_NEVER_RESTART;
	worker.bgw_main_arg = Int32GetDatum(number);
	worker.bgw_notify_pid = MyProcPid;	/* tell us when it starts and ends */

	if (!RegisterDynamicBackgroundWorker(&worker, &handle))
	{
		ereport(LOG, (errmsg("launcher: no room for task %d", number),
					  errhint("Consider increasing \"max_worker_processes\".")));
		return;
	}

	if (WaitForBackgroundWorkerStartup(handle, &pid) == BGWH_STARTED)
		elog(LOG, "launcher: task %d has started as process %d", number, (int) pid);

	if (WaitForBackgroundWorkerShutdown(handle) == BGWH_POSTMASTER_DIED)
		proc_exit(1);
	elog(LOG, "launcher: task %d has stopped", number);
	pfree(handle);
}

/* The worker that waits for SIGHUP. */
void
launcher_main(Datum arg)
{
	int			tasks = 0;

	pqsignal(SIGHUP, SignalHandlerForConfigReload);
	pqsignal(SIGTERM, die);		/* CHECK_FOR_INTERRUPTS() ends the worker */
	pqsignal(SIGUSR1, procsignal_sigusr1_handler);	/* news of a task sets the latch */
	BackgroundWorkerUnblockSignals();

	elog(LOG, "launcher starts");

	for (;;)
	{
		(void) WaitLatch(MyLatch, WL_LATCH_SET | WL_EXIT_ON_PM_DEATH, -1, PG_WAIT_EXTENSION);
		ResetLatch(MyLatch);
		CHECK_FOR_INTERRUPTS();

		if (ConfigReloadPending)
		{
			ConfigReloadPending = false;
			launch_task(++tasks);
		}
	}
}

/* A task: this one says hello and takes half a second. To return is to exit with code 0. */
void
task_main(Datum arg)
{
	BackgroundWorkerUnblockSignals();
	elog(LOG, "task %d: hello from process %d", DatumGetInt32(arg), MyProcPid);
	ResetLatch(MyLatch);		/* it is set when a worker starts */
	(void) WaitLatch(MyLatch, WL_LATCH_SET | WL_TIMEOUT | WL_EXIT_ON_PM_DEATH, 500,
					 PG_WAIT_EXTENSION);
}

void
_PG_init(void)
{
	BackgroundWorker worker;

	if (!process_shared_preload_libraries_in_progress)
		return;

	describe(&worker, "launcher", "launcher_main");
	snprintf(worker.bgw_name, BGW_MAXLEN, "launcher");
	worker.bgw_restart_time = 1;	/* seconds */
	RegisterBackgroundWorker(&worker);
}
