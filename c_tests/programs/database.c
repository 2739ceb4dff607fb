/*
 * A program with a manager and a managed database server of its own: a worker of its own runs a
 * statement there. Arguments are settings.
 */
#include "postgres.h"

#include "access/xact.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "postmaster/bgworker.h"
#include "utils/snapmgr.h"

#include "pgbgw.h"

void		database_main(Datum arg);

void
database_main(Datum arg)
{
	BackgroundWorkerUnblockSignals();
	BackgroundWorkerInitializeConnection("postgres", NULL, 0);
	StartTransactionCommand();
	SPI_connect();
	PushActiveSnapshot(GetTransactionSnapshot());
	SPI_execute("SELECT 6 * 7", true, 0);
	elog(LOG, "database: %s", SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1));
	SPI_finish();
	PopActiveSnapshot();
	CommitTransactionCommand();
}

int
main(int argc, char **argv)
{
	struct pgbgw_options options = {
		.size = sizeof(options), .settings = (const char *const *) argv + 1
	};
	BackgroundWorker worker = {
		.bgw_name = "database",
		.bgw_type = "database",
		.bgw_flags = BGWORKER_SHMEM_ACCESS | BGWORKER_BACKEND_DATABASE_CONNECTION,
		.bgw_start_time = BgWorkerStart_RecoveryFinished,
		.bgw_restart_time = BGW_NEVER_RESTART,
		.bgw_library_name = "$program",
		.bgw_function_name = "database_main",
	};
	BackgroundWorkerHandle *handle;

	if (pgbgw_start(&options) != PGBGW_OK)
	{
		fprintf(stderr, "%s\n", pgbgw_error_message());
		return 1;
	}
	/* The worker waits for the server, and the program for the worker. */
	if (!RegisterDynamicBackgroundWorker(&worker, &handle))
		return 2;
	WaitForBackgroundWorkerShutdown(handle);
	return pgbgw_stop(PGBGW_FAST);
}
