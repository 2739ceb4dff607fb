/*
 * Three workers, one per start time: each says when it runs and whether the
 * server is in recovery, and then waits.
 */
#include "postgres.h"

#include "access/xlog.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "postmaster/bgworker.h"
#include "storage/ipc.h"
#include "storage/latch.h"
#include "utils/wait_event.h"

PG_MODULE_MAGIC;

PGDLLEXPORT void starts_main(Datum number);

static const char *const names[] = {"first", "consistent", "finished"};

void
starts_main(Datum number)
{
	BackgroundWorkerUnblockSignals();
	elog(LOG, "starts: %s runs, in recovery: %s", names[DatumGetInt32(number)],
		 RecoveryInProgress() ? "yes" : "no");
	for (;;)
	{
		(void) WaitLatch(MyLatch, WL_LATCH_SET | WL_EXIT_ON_PM_DEATH, -1, PG_WAIT_EXTENSION);
		ResetLatch(MyLatch);
		CHECK_FOR_INTERRUPTS();
	}
}

void
_PG_init(void)
{
	static const BgWorkerStartTime times[] = {
		BgWorkerStart_PostmasterStart, BgWorkerStart_ConsistentState, BgWorkerStart_RecoveryFinished
	};

	for (int i = 0; i < 3; i++)
	{
		BackgroundWorker worker;

		memset(&worker, 0, sizeof(worker));
		snprintf(worker.bgw_name, BGW_MAXLEN, "%s", names[i]);
		snprintf(worker.bgw_type, BGW_MAXLEN, "%s", names[i]);
		snprintf(worker.bgw_library_name, sizeof(worker.bgw_library_name), "starts");
		snprintf(worker.bgw_function_name, BGW_MAXLEN, "starts_main");
		worker.bgw_flags = BGWORKER_SHMEM_ACCESS;
		worker.bgw_start_time = times[i];
		worker.bgw_restart_time = 0;
		worker.bgw_main_arg = Int32GetDatum(i);
		RegisterBackgroundWorker(&worker);
	}
}
