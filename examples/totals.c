/*
 * totals: a worker that works in a database. It makes a schema with two tables, folds what is
 * written into totals.deltas into totals.totals, and says so in the log.
 *
 * In SQL its functions are
 *   CREATE FUNCTION totals_add(text, bigint) RETURNS void AS 'totals' LANGUAGE C STRICT;
 *   CREATE FUNCTION totals_of(text) RETURNS bigint AS 'totals' LANGUAGE C STRICT;
 *
 * It is written for PostgreSQL 17 and knows nothing of pgbgw.
 */
#include "postgres.h"

#include "access/xact.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "pgstat.h"
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
PGDLLEXPORT void totals_main(Datum arg);
PG_FUNCTION_INFO_V1(totals_add);
PG_FUNCTION_INFO_V1(totals_of);

static char *totals_database;
static int	totals_interval;

/* A transaction in which statements can be run. */
static void
begin(const char *activity)
{
	SetCurrentStatementStartTimestamp();
	StartTransactionCommand();
	SPI_connect();
	PushActiveSnapshot(GetTransactionSnapshot());
	pgstat_report_activity(STATE_RUNNING, activity);
}

static void
end(void)
{
	SPI_finish();
	PopActiveSnapshot();
	CommitTransactionCommand();
	pgstat_report_activity(STATE_IDLE, NULL);
}

static void
run(const char *statement, int expected)
{
	int			code = SPI_execute(statement, false, 0);

	if (code != expected)
		elog(ERROR, "totals: \"%s\" ended with %s", statement, SPI_result_code_string(code));
}

static void
make_tables(void)
{
	begin("making tables");
	run("CREATE SCHEMA IF NOT EXISTS totals", SPI_OK_UTILITY);
	run("CREATE TABLE IF NOT EXISTS totals.deltas (name text NOT NULL, delta bigint NOT NULL)",
		SPI_OK_UTILITY);
	run("CREATE TABLE IF NOT EXISTS totals.totals (name text PRIMARY KEY, total numeric NOT NULL)",
		SPI_OK_UTILITY);
	end();
}

/* One statement takes the deltas away and adds them to their totals. */
static void
fold(void)
{
	begin("folding deltas");
	run("WITH taken AS (DELETE FROM totals.deltas RETURNING name, delta) "
		"INSERT INTO totals.totals AS t "
		"SELECT name, sum(delta) FROM taken GROUP BY name "
		"ON CONFLICT (name) DO UPDATE SET total = t.total + excluded.total "
		"RETURNING name, total", SPI_OK_INSERT_RETURNING);
	for (uint64 row = 0; row < SPI_processed; row++)
	{
		HeapTuple	tuple = SPI_tuptable->vals[row];

		elog(LOG, "totals: %s is now %s", SPI_getvalue(tuple, SPI_tuptable->tupdesc, 1),
			 SPI_getvalue(tuple, SPI_tuptable->tupdesc, 2));
	}
	end();
}

void
totals_main(Datum arg)
{
	pqsignal(SIGHUP, SignalHandlerForConfigReload);
	pqsignal(SIGTERM, die);
	BackgroundWorkerUnblockSignals();
	BackgroundWorkerInitializeConnection(totals_database, NULL, 0);
	make_tables();
	elog(LOG, "totals: at work in database \"%s\"", totals_database);
	for (;;)
	{
		fold();
		(void) WaitLatch(MyLatch, WL_LATCH_SET | WL_TIMEOUT | WL_EXIT_ON_PM_DEATH,
						 totals_interval, PG_WAIT_EXTENSION);
		ResetLatch(MyLatch);
		CHECK_FOR_INTERRUPTS();
		if (ConfigReloadPending)
		{
			ConfigReloadPending = false;
			ProcessConfigFile(PGC_SIGHUP);
		}
	}
}

/* Writes a delta. */
Datum
totals_add(PG_FUNCTION_ARGS)
{
	Oid			types[] = {TEXTOID, INT8OID};
	Datum		values[] = {PG_GETARG_DATUM(0), PG_GETARG_DATUM(1)};

	SPI_connect();
	if (SPI_execute_with_args("INSERT INTO totals.deltas VALUES ($1, $2)", 2, types, values, NULL,
							  false, 0) != SPI_OK_INSERT)
		elog(ERROR, "totals: the delta could not be written");
	SPI_finish();
	PG_RETURN_VOID();
}

/* The total of a name so far, NULL if there is none. */
Datum
totals_of(PG_FUNCTION_ARGS)
{
	Oid			types[] = {TEXTOID};
	Datum		values[] = {PG_GETARG_DATUM(0)};
	Datum		total = (Datum) 0;
	bool		isnull = true;

	SPI_connect();
	if (SPI_execute_with_args("SELECT total::bigint FROM totals.totals WHERE name = $1", 1, types,
							  values, NULL, true, 1) != SPI_OK_SELECT)
		elog(ERROR, "totals: the total could not be read");
	if (SPI_processed > 0)
		total = SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &isnull);
	SPI_finish();
	if (isnull)
		PG_RETURN_NULL();
	PG_RETURN_DATUM(total);
}

void
_PG_init(void)
{
	BackgroundWorker worker;

	DefineCustomStringVariable("totals.database", "Database to work in.", NULL, &totals_database,
							   "postgres", PGC_POSTMASTER, 0, NULL, NULL, NULL);
	DefineCustomIntVariable("totals.interval", "Time between two looks at the deltas.", NULL,
							&totals_interval, 1000, 1, INT_MAX, PGC_SIGHUP, GUC_UNIT_MS, NULL, NULL,
							NULL);
	MarkGUCPrefixReserved("totals");
	if (!process_shared_preload_libraries_in_progress)
		return;

	memset(&worker, 0, sizeof(worker));
	snprintf(worker.bgw_name, BGW_MAXLEN, "totals");
	snprintf(worker.bgw_type, BGW_MAXLEN, "totals");
	snprintf(worker.bgw_library_name, sizeof(worker.bgw_library_name), "totals");
	snprintf(worker.bgw_function_name, BGW_MAXLEN, "totals_main");
	worker.bgw_flags = BGWORKER_SHMEM_ACCESS | BGWORKER_BACKEND_DATABASE_CONNECTION;
	worker.bgw_start_time = BgWorkerStart_RecoveryFinished;
	worker.bgw_restart_time = 1;
	RegisterBackgroundWorker(&worker);
}
