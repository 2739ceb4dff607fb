/*
 * heavy_ends: what becomes of heavyweight locks when transactions and processes end. All of it
 * holds in PostgreSQL as well. Scenarios: none; "kill" (a holder is killed), "full" (more locks than there
 * is room for), "timeout" (lock_timeout), "hang" (somebody waits).
 */
#include "heavy.h"

PGDLLEXPORT void heavy_ends_main(Datum arg);
PGDLLEXPORT void heavy_ends_waiter(Datum arg);
PGDLLEXPORT void heavy_ends_timeout(Datum arg);
PGDLLEXPORT void heavy_ends_hang(Datum arg);
PGDLLEXPORT void heavy_ends_kill(Datum arg);
PGDLLEXPORT void heavy_ends_full(Datum arg);

/* What transactions, subtransactions and processes leave at their ends. */
static void
ends(void)
{
	for (int object = 50; object < 52; object++)
	{
		for (Order order = COMMIT; order <= ABORT; order++)
		{
			tell(0, BEGIN, 0, 0, false);
			tell(0, ACQUIRE, object, ShareLock, false);
			tell(0, ACQUIRE, object, AccessShareLock, true);
			tell(0, SAVEPOINT, 0, 0, false);
			tell(0, ACQUIRE, object, RowExclusiveLock, false);
			tell(1, TRY, object, ShareLock, true);
			tell(0, BACK, 0, 0, false);
			tell(1, TRY, object, ShareLock, true);
			tell(1, RELEASE, object, ShareLock, true);
			tell(0, SAVEPOINT, 0, 0, false);
			tell(0, ACQUIRE, object, RowExclusiveLock, false);
			tell(0, WITHIN, 0, 0, false);
			tell(1, TRY, object, ShareLock, true);
			tell(0, order, 0, 0, false);
			tell(1, TRY, object, ShareLock, true);
			tell(1, TRY, object, AccessExclusiveLock, true);
			tell(1, RELEASE, object, ShareLock, true);
			tell(1, RELEASE, object, AccessExclusiveLock, true);
			tell(0, RELEASE, object, AccessShareLock, true);
		}
	}
	/* In a transaction that ends with the process; the session's as well. */
	for (Order order = LEAVE; order <= FAIL; order++)
	{
		tell(2, BEGIN, 0, 0, false);
		tell(2, ACQUIRE, 53, ExclusiveLock, true);
		tell(2, ACQUIRE, 52, ExclusiveLock, false);
		hang(0, 53, ShareLock);
		hang(1, 52, ShareLock);
		ask_for(2, order, 0, 0, false);
		emit("left %s", probe_status(WaitForBackgroundWorkerShutdown(handles[2])));
		answer(0);
		answer(1);
		tell(0, RELEASE, 53, ShareLock, false);
		tell(1, RELEASE, 52, ShareLock, false);
		start(2);
	}
	/* One that is terminated while it waits. */
	tell(0, ACQUIRE, 55, ShareLock, true);
	hang(2, 55, ExclusiveLock);
	hang(1, 55, ShareLock);
	TerminateBackgroundWorker(handles[2]);
	emit("terminated %s", probe_status(WaitForBackgroundWorkerShutdown(handles[2])));
	answer(1);
	tell(1, RELEASE, 55, ShareLock, false);
	tell(0, RELEASE, 55, ShareLock, true);
}

/* Waits for a lock, in a transaction, with the handler of SIGTERM that workers have from the start. */
void
heavy_ends_waiter(Datum arg)
{
	LOCKTAG		tag = object(57);

	find();
	BackgroundWorkerUnblockSignals();
	InitPostgres(NULL, InvalidOid, NULL, InvalidOid, 0, NULL);
	SetProcessingMode(NormalProcessing);
	pg_atomic_write_u32(&shared->puppets[DatumGetInt32(arg)].pid, MyProcPid);
	StartTransactionCommand();
	(void) LockAcquire(&tag, ExclusiveLock, false, false);
	CommitTransactionCommand();
}

static void
default_handler(void)
{
	BackgroundWorker worker = probe_worker("waiter", "heavy_ends_waiter");

	TerminateBackgroundWorker(handles[3]);
	(void) WaitForBackgroundWorkerShutdown(handles[3]);
	tell(0, ACQUIRE, 57, ShareLock, true);
	pg_atomic_write_u32(&shared->puppets[3].pid, 0);
	worker.bgw_main_arg = Int32GetDatum(3);
	handles[3] = probe_register(&worker);
	(void) probe_until(waits(3) != NULL);
	hang(1, 57, ShareLock);
	TerminateBackgroundWorker(handles[3]);
	emit("terminated %s", probe_status(WaitForBackgroundWorkerShutdown(handles[3])));
	answer(1);
	tell(1, RELEASE, 57, ShareLock, false);
	tell(0, RELEASE, 57, ShareLock, true);
}

void
heavy_ends_main(Datum arg)
{
	begin(PUPPETS);
	ends();
	default_handler();
	emit("done");
}

void
heavy_ends_timeout(Datum arg)
{
	begin(2);
	tell(0, ACQUIRE, 60, ExclusiveLock, false);
	tell(1, ACQUIRE, 60, ShareLock, false);
	tell(1, TRY, 60, ShareLock, false);
	tell(0, RELEASE, 60, ExclusiveLock, false);
	tell(1, TRY, 60, ShareLock, false);
	emit("done");
}

void
heavy_ends_hang(Datum arg)
{
	begin(2);
	tell(0, ACQUIRE, 61, ExclusiveLock, false);
	hang(1, 61, ShareLock);
	probe_idle();
}

/* A holder is killed; after the crash everything is free. */
void
heavy_ends_kill(Datum arg)
{
	LOCKTAG		tag = object(70);

	begin(0);
	emit("requests %d", LockWaiterCount(&tag));
	start(0);
	start(1);
	if (access(psprintf("%s.killed", probe_output), F_OK) == 0)
	{
		tell(0, TRY, 70, AccessExclusiveLock, true);
		emit("done");
		proc_exit(0);
	}
	tell(0, ACQUIRE, 70, AccessExclusiveLock, true);
	hang(1, 70, ShareLock);
	close(open(psprintf("%s.killed", probe_output), O_WRONLY | O_CREAT, 0600));
	ask_for(0, KILL, 0, 0, false);
	probe_idle();
}

/* As many locks as there is room for, and one more. */
void
heavy_ends_full(Datum arg)
{
	MemoryContext outer = CurrentMemoryContext;
	volatile int taken = 0;
	LOCKTAG		tag;

	begin(0);
	PG_TRY();
	{
		for (;; taken++)
		{
			SET_LOCKTAG_ADVISORY(tag, 0, 0, taken, 1);
			(void) LockAcquire(&tag, ShareLock, true, false);
		}
	}
	PG_CATCH();
	{
		ErrorData  *error;

		MemoryContextSwitchTo(outer);
		error = CopyErrorData();
		FlushErrorState();
		emit("%s %s %s", unpack_sql_state(error->sqlerrcode), error->message, error->hint);
	}
	PG_END_TRY();
	emit("at least as many as were promised %d",
		 taken >= max_locks_per_xact * (max_worker_processes + MaxConnections));
	SET_LOCKTAG_ADVISORY(tag, 0, 0, 0, 1);
	emit("room %d", LockRelease(&tag, ShareLock, true));
	SET_LOCKTAG_ADVISORY(tag, 0, 0, 5000000, 1);
	emit("again %d", LockAcquire(&tag, ShareLock, true, false));
	LockReleaseAll(USER_LOCKMETHOD, true);
	for (int i = 0; i < taken; i++)
	{
		SET_LOCKTAG_ADVISORY(tag, 1, 0, i, 1);
		(void) LockAcquire(&tag, ShareLock, true, false);
	}
	emit("all again");
	emit("done");
}

void
_PG_init(void)
{
	BackgroundWorker worker;
	const char *function = "heavy_ends_main";

	probe_settings("heavy_ends");
	if (*probe_scenario)
		function = psprintf("heavy_ends_%s", probe_scenario);
	worker = probe_worker("heavy", function);
	if (probe_is("kill"))
		worker.bgw_restart_time = 0;
	RegisterBackgroundWorker(&worker);
}
