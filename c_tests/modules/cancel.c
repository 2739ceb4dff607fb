/* cancel: a worker whose statement sleeps until it is cancelled, then until it is terminated. */
#include "postgres.h"

#include "access/xact.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "postmaster/bgworker.h"
#include "storage/latch.h"
#include "tcop/tcopprot.h"
#include "utils/snapmgr.h"

PG_MODULE_MAGIC;

PGDLLEXPORT void _PG_init(void);
PGDLLEXPORT void cancel_main(Datum arg);

static void
sleep_in_a_statement(const char *text)
{
	MemoryContext before = CurrentMemoryContext;

	StartTransactionCommand();
	SPI_connect();
	PushActiveSnapshot(GetTransactionSnapshot());
	PG_TRY();
	{
		SPI_execute(text, false, 0);
		elog(LOG, "cancel: not cancelled");
	}
	PG_CATCH();
	{
		ErrorData  *error;

		MemoryContextSwitchTo(before);
		error = CopyErrorData();
		FlushErrorState();
		AbortCurrentTransaction();
		elog(LOG, "cancel: %s %s", unpack_sql_state(error->sqlerrcode), error->message);
	}
	PG_END_TRY();
}

void
cancel_main(Datum arg)
{
	pqsignal(SIGTERM, die);
	BackgroundWorkerUnblockSignals();
	BackgroundWorkerInitializeConnection("postgres", NULL, 0);
	sleep_in_a_statement("SELECT 'first', pg_sleep(600)");
	elog(LOG, "cancel: latch set %d", MyLatch->is_set != 0);
	StartTransactionCommand();
	SPI_connect();
	PushActiveSnapshot(GetTransactionSnapshot());
	SPI_execute("SELECT 1", false, 0);
	elog(LOG, "cancel: " UINT64_FORMAT " row afterwards", SPI_processed);
	SPI_finish();
	PopActiveSnapshot();
	CommitTransactionCommand();
	sleep_in_a_statement("SELECT 'second', pg_sleep(600)");
}

void
_PG_init(void)
{
	BackgroundWorker worker;

	memset(&worker, 0, sizeof(worker));
	snprintf(worker.bgw_name, BGW_MAXLEN, "cancel");
	snprintf(worker.bgw_library_name, sizeof(worker.bgw_library_name), "cancel");
	snprintf(worker.bgw_function_name, BGW_MAXLEN, "cancel_main");
	worker.bgw_flags = BGWORKER_SHMEM_ACCESS | BGWORKER_BACKEND_DATABASE_CONNECTION;
	worker.bgw_start_time = BgWorkerStart_RecoveryFinished;
	worker.bgw_restart_time = BGW_NEVER_RESTART;
	RegisterBackgroundWorker(&worker);
}
