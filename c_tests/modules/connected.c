/* connected: workers that connect by numbers, as a role, and without names. What they say is told by bgw_extra. */
#include "postgres.h"

#include "access/xact.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "postmaster/bgworker.h"
#include "storage/ipc.h"
#include "utils/snapmgr.h"

PG_MODULE_MAGIC;

PGDLLEXPORT void _PG_init(void);
PGDLLEXPORT void connected_main(Datum arg);

#define say(...) elog(LOG, "connected: " __VA_ARGS__)

static void
show(const char *text)
{
	StartTransactionCommand();
	SPI_connect();
	PushActiveSnapshot(GetTransactionSnapshot());
	if (SPI_execute(text, true, 0) == SPI_OK_SELECT)
		say("%s", SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1));
	SPI_finish();
	PopActiveSnapshot();
	CommitTransactionCommand();
}

void
connected_main(Datum arg)
{
	const char *how = MyBgworkerEntry->bgw_extra;

	BackgroundWorkerUnblockSignals();
	if (strcmp(how, "numbers") == 0)
		BackgroundWorkerInitializeConnectionByOid(5, 10, 0);
	else if (strcmp(how, "no numbers") == 0)
		BackgroundWorkerInitializeConnectionByOid(5, InvalidOid, 0);
	else if (strcmp(how, "role") == 0)
		BackgroundWorkerInitializeConnection("postgres", "limited", 0);
	else
		BackgroundWorkerInitializeConnection(NULL, NULL, 0);
	say("%s: database %u, user %u", how, MyDatabaseId, GetUserId());
	if (strcmp(how, "nobody") == 0)
	{
		/* The server's catalogs of one database are not there. */
		say("superuser %d", superuser());
		say("done");
		proc_exit(0);
	}
	show("SELECT current_database() || ' ' || current_user || ' ' || session_user");
	say("done");
	/* Until somebody ends it: with the handler that workers have from the start. */
	if (strcmp(how, "role") == 0)
		show("SELECT 'asleep', pg_sleep(600)");
	proc_exit(0);
}

static void
add(const char *how)
{
	BackgroundWorker worker;

	memset(&worker, 0, sizeof(worker));
	snprintf(worker.bgw_name, BGW_MAXLEN, "connected %s", how);
	snprintf(worker.bgw_type, BGW_MAXLEN, "connected");
	snprintf(worker.bgw_library_name, sizeof(worker.bgw_library_name), "connected");
	snprintf(worker.bgw_function_name, BGW_MAXLEN, "connected_main");
	snprintf(worker.bgw_extra, sizeof(worker.bgw_extra), "%s", how);
	worker.bgw_flags = BGWORKER_SHMEM_ACCESS | BGWORKER_BACKEND_DATABASE_CONNECTION;
	worker.bgw_start_time = BgWorkerStart_RecoveryFinished;
	worker.bgw_restart_time = BGW_NEVER_RESTART;
	RegisterBackgroundWorker(&worker);
}

void
_PG_init(void)
{
	add("numbers");
	add("no numbers");
	add("role");
	add("nobody");
}
