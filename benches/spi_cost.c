/*
 * spi_cost: what a statement costs through SPI, against bare libpq that sends the same BEGIN, statement
 * and COMMIT, in the same process and in turns. A worker with a database; settings spi_cost.conninfo (the
 * same server), .calls, .rounds and .output (a file: a line for each round, tab-separated: statement,
 * microseconds per transaction through SPI, through libpq).
 */
#include "postgres.h"

#include <dlfcn.h>
#include <stdio.h>
#include <time.h>

#include "access/xact.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "postmaster/bgworker.h"
#include "storage/ipc.h"
#include "utils/guc.h"
#include "utils/snapmgr.h"

PG_MODULE_MAGIC;

PGDLLEXPORT void _PG_init(void);
PGDLLEXPORT void spi_cost_main(Datum arg);

static char *conninfo;
static char *output;
static int	calls;
static int	rounds;

/* libpq's, found at run time: it is not linked, as it is not to the worker's host. */
typedef struct pg_conn PGconn;
typedef struct pg_result PGresult;
static PGconn *(*connectdb) (const char *);
static PGresult *(*exec) (PGconn *, const char *);
static int	(*status_of) (const PGresult *);
static void (*clear) (PGresult *);

enum
{
	COMMAND_OK = 1, TUPLES_OK = 2
};

static void *
function(void *library, const char *name)
{
	void	   *found = dlsym(library, name);

	if (found == NULL)
		elog(FATAL, "libpq has no %s", name);
	return found;
}

static PGconn *
connection(void)
{
	void	   *library = dlopen("libpq.so.5", RTLD_NOW | RTLD_LOCAL);

	if (library == NULL)
		elog(FATAL, "%s", dlerror());
	connectdb = function(library, "PQconnectdb");
	exec = function(library, "PQexec");
	status_of = function(library, "PQresultStatus");
	clear = function(library, "PQclear");
	return connectdb(conninfo);
}

static double
now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1e6 + t.tv_nsec / 1e3;
}

static double
through_spi(const char *statement)
{
	double		start = now_us();

	for (int i = 0; i < calls; i++)
	{
		SetCurrentStatementStartTimestamp();
		StartTransactionCommand();
		SPI_connect();
		PushActiveSnapshot(GetTransactionSnapshot());
		if (SPI_execute(statement, false, 0) < 0 || SPI_processed != 1)
			elog(FATAL, "not one row");
		SPI_finish();
		PopActiveSnapshot();
		CommitTransactionCommand();
	}
	return (now_us() - start) / calls;
}

static void
send_one(PGconn *conn, const char *text, int expected)
{
	PGresult   *result = exec(conn, text);

	if (status_of(result) != expected)
		elog(FATAL, "libpq: %s failed", text);
	clear(result);
}

static double
through_libpq(PGconn *conn, const char *statement)
{
	double		start = now_us();

	for (int i = 0; i < calls; i++)
	{
		send_one(conn, "BEGIN", COMMAND_OK);
		send_one(conn, statement, TUPLES_OK);
		send_one(conn, "COMMIT", COMMAND_OK);
	}
	return (now_us() - start) / calls;
}

static void
compare(FILE *out, PGconn *conn, const char *name, const char *statement)
{
	/* Both paths warm. */
	through_spi(statement);
	through_libpq(conn, statement);
	for (int i = 0; i < rounds; i++)
	{
		double		spi,
					libpq;

		/* Whoever is first has no advantage from it. */
		if (i % 2 == 0)
		{
			spi = through_spi(statement);
			libpq = through_libpq(conn, statement);
		}
		else
		{
			libpq = through_libpq(conn, statement);
			spi = through_spi(statement);
		}
		fprintf(out, "%s\t%.2f\t%.2f\n", name, spi, libpq);
		fflush(out);
	}
}

void
spi_cost_main(Datum arg)
{
	FILE	   *out = fopen(output, "w");
	PGconn	   *conn;

	BackgroundWorkerUnblockSignals();
	if (out == NULL)
		elog(FATAL, "could not open \"%s\": %m", output);
	BackgroundWorkerInitializeConnection("postgres", NULL, 0);
	conn = connection();
	send_one(conn, "CREATE SCHEMA bench CREATE TABLE counted (type text, value integer)", COMMAND_OK);
	send_one(conn, "INSERT INTO bench.counted VALUES ('total', 0)", COMMAND_OK);
	compare(out, conn, "SELECT 1", "SELECT 1");
	compare(out, conn, "worker_spi's statement",
			"WITH deleted AS (DELETE FROM bench.counted WHERE type = 'delta' RETURNING value), "
			"total AS (SELECT coalesce(sum(value), 0) as sum FROM deleted) "
			"UPDATE bench.counted SET value = counted.value + total.sum "
			"FROM total WHERE type = 'total' RETURNING counted.value");
	fprintf(out, "done\n");
	fclose(out);
	proc_exit(0);
}

void
_PG_init(void)
{
	BackgroundWorker worker;

	DefineCustomStringVariable("spi_cost.conninfo", "Connection string for bare libpq.", NULL,
							   &conninfo, "", PGC_POSTMASTER, 0, NULL, NULL, NULL);
	DefineCustomStringVariable("spi_cost.output", "File for the figures.", NULL,
							   &output, "", PGC_POSTMASTER, 0, NULL, NULL, NULL);
	DefineCustomIntVariable("spi_cost.calls", "Transactions of a round.", NULL,
							&calls, 500, 1, 1000000, PGC_POSTMASTER, 0, NULL, NULL, NULL);
	DefineCustomIntVariable("spi_cost.rounds", "Rounds of each statement.", NULL,
							&rounds, 21, 1, 1000, PGC_POSTMASTER, 0, NULL, NULL, NULL);
	memset(&worker, 0, sizeof(worker));
	snprintf(worker.bgw_name, BGW_MAXLEN, "spi_cost");
	snprintf(worker.bgw_type, BGW_MAXLEN, "spi_cost");
	snprintf(worker.bgw_library_name, sizeof(worker.bgw_library_name), "spi_cost");
	snprintf(worker.bgw_function_name, BGW_MAXLEN, "spi_cost_main");
	worker.bgw_flags = BGWORKER_SHMEM_ACCESS | BGWORKER_BACKEND_DATABASE_CONNECTION;
	worker.bgw_start_time = BgWorkerStart_RecoveryFinished;
	worker.bgw_restart_time = BGW_NEVER_RESTART;
	RegisterBackgroundWorker(&worker);
}
