/* reloads: a worker that reads the settings again at SIGHUP and says what it has. */
#include "postgres.h"

#include "fmgr.h"
#include "miscadmin.h"
#include "postmaster/bgworker.h"
#include "postmaster/interrupt.h"
#include "storage/latch.h"
#include "tcop/tcopprot.h"
#include "utils/guc.h"
#include "utils/wait_event.h"

PG_MODULE_MAGIC;

PGDLLEXPORT void _PG_init(void);
PGDLLEXPORT void reloads_main(Datum arg);

static int	number;
static char *word;

void
reloads_main(Datum arg)
{
	pqsignal(SIGTERM, die);
	pqsignal(SIGHUP, SignalHandlerForConfigReload);
	BackgroundWorkerUnblockSignals();
	elog(LOG, "reloads: %d %s", number, word);
	for (;;)
	{
		(void) WaitLatch(MyLatch, WL_LATCH_SET | WL_EXIT_ON_PM_DEATH, -1, PG_WAIT_EXTENSION);
		ResetLatch(MyLatch);
		CHECK_FOR_INTERRUPTS();
		if (ConfigReloadPending)
		{
			ConfigReloadPending = false;
			ProcessConfigFile(PGC_SIGHUP);
			elog(LOG, "reloads: %d %s", number, word);
		}
	}
}

void
_PG_init(void)
{
	BackgroundWorker worker;

	DefineCustomIntVariable("reloads.number", "A number.", NULL, &number, 1, 0, 500, PGC_SIGHUP, 0,
							NULL, NULL, NULL);
	DefineCustomStringVariable("reloads.word", "A word.", NULL, &word, "none", PGC_SIGHUP, 0, NULL,
							   NULL, NULL);
	memset(&worker, 0, sizeof(worker));
	snprintf(worker.bgw_name, BGW_MAXLEN, "reloads");
	snprintf(worker.bgw_library_name, sizeof(worker.bgw_library_name), "reloads");
	snprintf(worker.bgw_function_name, BGW_MAXLEN, "reloads_main");
	worker.bgw_flags = BGWORKER_SHMEM_ACCESS;
	worker.bgw_start_time = BgWorkerStart_RecoveryFinished;
	worker.bgw_restart_time = BGW_NEVER_RESTART;
	RegisterBackgroundWorker(&worker);
}
