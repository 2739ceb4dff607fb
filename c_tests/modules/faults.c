/*
 * A worker that connects as it is told (faults.database, faults.user), runs the statements of
 * faults.statements, separated by '|', in one transaction, and then waits; at a SIGHUP it runs them
 * again. It starts again a second after it has failed.
 */
#include "postgres.h"

#include "access/xact.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "postmaster/bgworker.h"
#include "postmaster/interrupt.h"
#include "storage/ipc.h"
#include "storage/latch.h"
#include "tcop/tcopprot.h"
#include "utils/guc.h"
#include "utils/snapmgr.h"
#include "utils/wait_event.h"

PG_MODULE_MAGIC;

PGDLLEXPORT void _PG_init(void);
PGDLLEXPORT void faults_main(Datum arg);

static char *database;
static char *user;
static char *statements;

static void
run(void)
{
	char	   *rest = pstrdup(statements);
	char	   *text;

	StartTransactionCommand();
	SPI_connect();
	PushActiveSnapshot(GetTransactionSnapshot());
	while ((text = strsep(&rest, "|")) != NULL)
	{
		elog(LOG, "faults: runs %s", text);
		SPI_execute(text, false, 0);
	}
	SPI_finish();
	PopActiveSnapshot();
	CommitTransactionCommand();
	elog(LOG, "faults: committed");
}

void
faults_main(Datum arg)
{
	pqsignal(SIGHUP, SignalHandlerForConfigReload);
	pqsignal(SIGTERM, die);
	BackgroundWorkerUnblockSignals();
	BackgroundWorkerInitializeConnection(database[0] ? database : NULL, user[0] ? user : NULL, 0);
	for (;;)
	{
		run();
		while (!ConfigReloadPending)
		{
			(void) WaitLatch(MyLatch, WL_LATCH_SET | WL_EXIT_ON_PM_DEATH, -1, PG_WAIT_EXTENSION);
			ResetLatch(MyLatch);
			CHECK_FOR_INTERRUPTS();
		}
		ConfigReloadPending = false;
	}
}

void
_PG_init(void)
{
	BackgroundWorker worker;

	DefineCustomStringVariable("faults.database", "Database.", NULL, &database, "postgres",
							   PGC_POSTMASTER, 0, NULL, NULL, NULL);
	DefineCustomStringVariable("faults.user", "User.", NULL, &user, "",
							   PGC_POSTMASTER, 0, NULL, NULL, NULL);
	DefineCustomStringVariable("faults.statements", "Statements.", NULL, &statements, "",
							   PGC_POSTMASTER, 0, NULL, NULL, NULL);
	memset(&worker, 0, sizeof(worker));
	snprintf(worker.bgw_name, BGW_MAXLEN, "faults");
	snprintf(worker.bgw_type, BGW_MAXLEN, "faults");
	snprintf(worker.bgw_library_name, sizeof(worker.bgw_library_name), "faults");
	snprintf(worker.bgw_function_name, BGW_MAXLEN, "faults_main");
	worker.bgw_flags = BGWORKER_SHMEM_ACCESS | BGWORKER_BACKEND_DATABASE_CONNECTION;
	worker.bgw_start_time = BgWorkerStart_RecoveryFinished;
	worker.bgw_restart_time = 1;
	RegisterBackgroundWorker(&worker);
}
