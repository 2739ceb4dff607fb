/*
 * heavy_storm: workers that take heavyweight locks on a few objects in any order and any mode, and
 * look whether anybody is there who must not be. Some of them wait for one another for ever, until
 * deadlocks are found. All of it holds in PostgreSQL as well.
 */
#include "heavy.h"

#include "common/pg_prng.h"

PGDLLEXPORT void heavy_storm_main(Datum arg);
PGDLLEXPORT void heavy_storm_worker(Datum arg);

#define WORKERS 6
#define OBJECTS 4
#define ROUNDS 400

typedef struct Storm
{
	/* How many hold an object in each mode, as they themselves say. */
	pg_atomic_uint32 held[OBJECTS][MAX_LOCKMODES];
	pg_atomic_uint32 violations;
	pg_atomic_uint32 rounds;
	pg_atomic_uint32 deadlocks;
	pg_atomic_uint32 other_errors;
} Storm;

static Storm *storm;

static void
find_storm(void)
{
	bool		found;

	LWLockAcquire(AddinShmemInitLock, LW_EXCLUSIVE);
	storm = ShmemInitStruct("heavy_storm", sizeof(Storm), &found);
	if (!found)
		memset(storm, 0, sizeof(Storm));
	LWLockRelease(AddinShmemInitLock);
}

/* Counts this process in, and whoever it must not meet. */
static void
enter(int object, LOCKMODE mode)
{
	pg_atomic_fetch_add_u32(&storm->held[object][mode], 1);
	for (LOCKMODE other = AccessShareLock; other <= AccessExclusiveLock; other++)
	{
		uint32		mine = other == mode ? 1 : 0;

		if (DoLockModesConflict(mode, other) &&
			pg_atomic_read_u32(&storm->held[object][other]) > mine)
			pg_atomic_fetch_add_u32(&storm->violations, 1);
	}
}

static void
round_of(pg_prng_state *random)
{
	/* Read in the handler of errors. */
	volatile LOCKMODE taken[OBJECTS] = {0};
	MemoryContext outer = CurrentMemoryContext;

	StartTransactionCommand();
	PG_TRY();
	{
		for (int i = 0; i < 3; i++)
		{
			int			number = pg_prng_uint64_range(random, 0, OBJECTS - 1);
			LOCKMODE	mode = pg_prng_uint64_range(random, AccessShareLock, AccessExclusiveLock);
			LOCKTAG		tag = object(80 + number);
			bool		wait = pg_prng_uint64_range(random, 0, 3) != 0;

			/* One mode of an object at a time, so that the counts tell who is there. */
			if (taken[number] != 0)
				continue;
			if (LockAcquire(&tag, mode, false, !wait) == LOCKACQUIRE_NOT_AVAIL)
				continue;
			enter(number, mode);
			taken[number] = mode;
			/* Others come meanwhile. */
			pg_usleep(200);
		}
		for (int number = 0; number < OBJECTS; number++)
			if (taken[number] != 0)
				pg_atomic_fetch_sub_u32(&storm->held[number][taken[number]], 1);
		CommitTransactionCommand();
	}
	PG_CATCH();
	{
		ErrorData  *error;

		MemoryContextSwitchTo(outer);
		error = CopyErrorData();
		FlushErrorState();
		if (error->sqlerrcode == ERRCODE_T_R_DEADLOCK_DETECTED)
			pg_atomic_fetch_add_u32(&storm->deadlocks, 1);
		else
			pg_atomic_fetch_add_u32(&storm->other_errors, 1);
		for (int number = 0; number < OBJECTS; number++)
			if (taken[number] != 0)
				pg_atomic_fetch_sub_u32(&storm->held[number][taken[number]], 1);
		AbortCurrentTransaction();
	}
	PG_END_TRY();
	MemoryContextSwitchTo(outer);
	pg_atomic_fetch_add_u32(&storm->rounds, 1);
}

void
heavy_storm_worker(Datum arg)
{
	pg_prng_state random;

	find_storm();
	probe_begin();
	InitPostgres(NULL, InvalidOid, NULL, InvalidOid, 0, NULL);
	SetProcessingMode(NormalProcessing);
	pg_prng_seed(&random, DatumGetInt32(arg) + 1);
	for (int i = 0; i < ROUNDS; i++)
		round_of(&random);
}

void
heavy_storm_main(Datum arg)
{
	BackgroundWorkerHandle *workers[WORKERS];
	int			left = 0;

	begin(1);
	find_storm();
	for (int i = 0; i < WORKERS; i++)
	{
		BackgroundWorker worker = probe_worker("storm", "heavy_storm_worker");

		worker.bgw_main_arg = Int32GetDatum(i);
		workers[i] = probe_register(&worker);
	}
	for (int i = 0; i < WORKERS; i++)
		(void) WaitForBackgroundWorkerShutdown(workers[i]);
	emit("rounds %u, violations %u, other errors %u", pg_atomic_read_u32(&storm->rounds),
		 pg_atomic_read_u32(&storm->violations), pg_atomic_read_u32(&storm->other_errors));
	emit("deadlocks %d", pg_atomic_read_u32(&storm->deadlocks) > 0);
	for (int number = 0; number < OBJECTS; number++)
	{
		LOCKTAG		tag = object(80 + number);

		left += LockWaiterCount(&tag);
		/* Everything can be had at once. */
		tell(0, TRY, 80 + number, AccessExclusiveLock, true);
		hang(0, 80 + number, AccessShareLock);
	}
	emit("left %d", left);
	emit("done");
}

void
_PG_init(void)
{
	probe_settings("heavy_storm");
	probe_static("heavy", "heavy_storm_main");
}
