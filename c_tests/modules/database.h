/*
 * database.h - what modules share whose worker says the same inside PostgreSQL and outside: a worker
 * with a connection, and lines in the log that begin with the module's name.
 *
 * A module defines DATABASE_MODULE, its name as a string, before it includes this, and then
 * `static void facts(void)`, which is called once the worker is connected.
 */
#ifndef DATABASE_H
#define DATABASE_H

#include "postgres.h"

#include "access/xact.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "postmaster/bgworker.h"
#include "storage/latch.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"
#include "utils/wait_event.h"

/* PostgreSQL has it since 17.11. */
#pragma weak heap_datum_check

PG_MODULE_MAGIC;

PGDLLEXPORT void _PG_init(void);
PGDLLEXPORT void database_main(Datum arg);

static void facts(void);

#define say(...) elog(LOG, DATABASE_MODULE ": " __VA_ARGS__)

/* Bytes as two digits each. */
static inline char *
hex(const void *bytes, size_t length)
{
	const unsigned char *at = bytes;
	StringInfoData out;
	size_t		i;

	initStringInfo(&out);
	for (i = 0; i < length; i++)
		appendStringInfo(&out, "%02x", at[i]);
	return out.data;
}

/* A transaction with SPI and a snapshot. */
static inline void
begin(void)
{
	SetCurrentStatementStartTimestamp();
	StartTransactionCommand();
	if (SPI_connect() != SPI_OK_CONNECT)
		say("not connected");
	PushActiveSnapshot(GetTransactionSnapshot());
}

static inline void
end(void)
{
	SPI_finish();
	PopActiveSnapshot();
	CommitTransactionCommand();
}

/* The report that was caught, as one line. */
static inline void
say_caught(const char *what, MemoryContext outer)
{
	ErrorData  *error;

	MemoryContextSwitchTo(outer);
	error = CopyErrorData();
	FlushErrorState();
	say("%s failed: %s %s | detail %s | hint %s | at %d in %s | context %s",
		what, unpack_sql_state(error->sqlerrcode), error->message,
		error->detail ? error->detail : "-", error->hint ? error->hint : "-",
		error->internalpos, error->internalquery ? error->internalquery : "-",
		error->context ? error->context : "-");
	FreeErrorData(error);
}

/* Does something that may end in an ERROR, and says so. */
#define caught(what, ...) \
	do { \
		MemoryContext outer_ = CurrentMemoryContext; \
		PG_TRY(); \
		{ \
			__VA_ARGS__; \
			say("%s: no error", what); \
		} \
		PG_CATCH(); \
		{ \
			say_caught(what, outer_); \
		} \
		PG_END_TRY(); \
	} while (0)

/* Does something that fails in a transaction that `start` begins and `abort` ends then. */
#define failing_in(start, abort, what, ...) \
	do { \
		MemoryContext before_ = CurrentMemoryContext; \
		start; \
		PG_TRY(); \
		{ \
			__VA_ARGS__; \
			say("%s: no error", what); \
			end(); \
		} \
		PG_CATCH(); \
		{ \
			say_caught(what, before_); \
			abort; \
		} \
		PG_END_TRY(); \
	} while (0)

#define failing(what, ...) failing_in(begin(), AbortCurrentTransaction(), what, __VA_ARGS__)

void
database_main(Datum arg)
{
	BackgroundWorkerUnblockSignals();
	BackgroundWorkerInitializeConnection("postgres", NULL, 0);
	facts();
	say("done");
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
	BackgroundWorker worker;

	memset(&worker, 0, sizeof(worker));
	snprintf(worker.bgw_name, BGW_MAXLEN, DATABASE_MODULE " worker");
	snprintf(worker.bgw_type, BGW_MAXLEN, DATABASE_MODULE);
	snprintf(worker.bgw_library_name, sizeof(worker.bgw_library_name), DATABASE_MODULE);
	snprintf(worker.bgw_function_name, BGW_MAXLEN, "database_main");
	worker.bgw_flags = BGWORKER_SHMEM_ACCESS | BGWORKER_BACKEND_DATABASE_CONNECTION;
	worker.bgw_start_time = BgWorkerStart_RecoveryFinished;
	worker.bgw_restart_time = BGW_NEVER_RESTART;
	RegisterBackgroundWorker(&worker);
}

#endif
