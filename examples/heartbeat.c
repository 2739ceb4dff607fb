/*
 * heartbeat: one worker that logs a line at an interval.
 *
 * It is written for PostgreSQL 17 and knows nothing of pgbgw. Compile it against PostgreSQL's
 * headers or against pgbgw's include/, then name it in shared_preload_libraries:
 *
 *     cc -shared -fPIC -O2 -I include -o heartbeat.so heartbeat.c
 */
#include "postgres.h"

#include "fmgr.h"
#include "miscadmin.h"
#include "postmaster/bgworker.h"
#include "postmaster/interrupt.h"
#include "storage/ipc.h"
#include "storage/latch.h"
#include "utils/guc.h"
#include "utils/wait_event.h"

PG_MODULE_MAGIC;

PGDLLEXPORT void _PG_init(void);
PGDLLEXPORT void heartbeat_main(Datum arg);

/* The setting heartbeat.interval, in milliseconds. */
static int	heartbeat_interval = 1000;

/* What the worker does, from its start to its end. */
void
heartbeat_main(Datum arg)
{
	int			beats = 0;

	/* Both handlers note what came and set the latch: the loop does the work. */
	pqsignal(SIGHUP, SignalHandlerForConfigReload);
	pqsignal(SIGTERM, SignalHandlerForShutdownRequest);
	BackgroundWorkerUnblockSignals();

	elog(LOG, "heartbeat starts: a beat every %d ms", heartbeat_interval);

	while (!ShutdownRequestPending)
	{
		int			events;

		if (ConfigReloadPending)
		{
			ConfigReloadPending = false;
			ProcessConfigFile(PGC_SIGHUP);
		}

		/* Sleep until something happens; if the postmaster dies, end as well. */
		events = WaitLatch(MyLatch, WL_LATCH_SET | WL_TIMEOUT | WL_EXIT_ON_PM_DEATH,
						   heartbeat_interval, PG_WAIT_EXTENSION);
		ResetLatch(MyLatch);
		CHECK_FOR_INTERRUPTS();

		if (events & WL_TIMEOUT)
			elog(LOG, "heartbeat: beat %d", ++beats);
	}

	/* Exit code 0 means: done, do not start me again. With 1 it would come back. */
	elog(LOG, "heartbeat ends after %d beats", beats);
	proc_exit(0);
}

/* Runs once, when the library is loaded. */
void
_PG_init(void)
{
	BackgroundWorker worker;

	/* Workers of this kind can only be registered while the server starts. */
	if (!process_shared_preload_libraries_in_progress)
		return;

	DefineCustomIntVariable("heartbeat.interval",
							"Time between two beats.",
							NULL,
							&heartbeat_interval,
							1000, 1, 3600 * 1000,
							PGC_SIGHUP, GUC_UNIT_MS,
							NULL, NULL, NULL);
	MarkGUCPrefixReserved("heartbeat");

	memset(&worker, 0, sizeof(worker));
	snprintf(worker.bgw_name, BGW_MAXLEN, "heartbeat");
	snprintf(worker.bgw_type, BGW_MAXLEN, "heartbeat");
	snprintf(worker.bgw_library_name, sizeof(worker.bgw_library_name), "heartbeat");
	snprintf(worker.bgw_function_name, BGW_MAXLEN, "heartbeat_main");
	worker.bgw_flags = BGWORKER_SHMEM_ACCESS;
	worker.bgw_start_time = BgWorkerStart_RecoveryFinished;
	worker.bgw_restart_time = 1;	/* seconds */
	RegisterBackgroundWorker(&worker);
}
