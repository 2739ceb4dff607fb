/*
 * barriers: processes that wait for each other, a fact for each question. The facts are the same
 * in PostgreSQL (c_tests/facts/barriers.txt).
 */
#include "probe.h"

#include "storage/barrier.h"
#include "storage/lwlock.h"
#include "storage/shmem.h"

#define WORKERS 5
#define PHASES 300

PGDLLEXPORT void barriers_main(Datum arg);
PGDLLEXPORT void barriers_worker(Datum arg);
PGDLLEXPORT void barriers_comer(Datum arg);
PGDLLEXPORT void barriers_leaver(Datum arg);
PGDLLEXPORT void barriers_waiter(Datum arg);

typedef struct Shared
{
	Barrier		fixed;
	Barrier		open;
	Barrier		left;
	pg_atomic_uint32 elected;
	pg_atomic_uint32 wrong;
	pg_atomic_uint32 here;
	pg_atomic_uint32 last;
	/* Each worker's own; the others look at it after the barrier. */
	int			values[WORKERS];
} Shared;

static Shared *
find(void)
{
	bool		found;
	Shared	   *shared;

	LWLockAcquire(AddinShmemInitLock, LW_EXCLUSIVE);
	shared = ShmemInitStruct("barriers", sizeof(Shared), &found);
	if (!found)
	{
		memset(shared, 0, sizeof(Shared));
		BarrierInit(&shared->fixed, WORKERS);
		BarrierInit(&shared->open, 0);
		BarrierInit(&shared->left, 0);
	}
	LWLockRelease(AddinShmemInitLock);
	return shared;
}

/* One of a fixed number. */
void
barriers_worker(Datum arg)
{
	Shared	   *shared = find();
	int			me = DatumGetInt32(arg);

	probe_begin();
	for (int phase = 0; phase < PHASES; phase++)
	{
		int			sum = 0;

		if (BarrierPhase(&shared->fixed) != 2 * phase)
			pg_atomic_fetch_add_u32(&shared->wrong, 1);
		shared->values[me] = phase * (me + 1);
		if (BarrierArriveAndWait(&shared->fixed, PG_WAIT_EXTENSION))
			pg_atomic_fetch_add_u32(&shared->elected, 1);
		for (int i = 0; i < WORKERS; i++)
			sum += shared->values[i];
		if (sum != phase * WORKERS * (WORKERS + 1) / 2)
			pg_atomic_fetch_add_u32(&shared->wrong, 1);
		if (BarrierArriveAndWait(&shared->fixed, PG_WAIT_EXTENSION))
			pg_atomic_fetch_add_u32(&shared->elected, 1);
	}
}

/* One that comes and goes. */
void
barriers_comer(Datum arg)
{
	Shared	   *shared = find();

	probe_begin();
	for (int i = 0; i < PHASES; i++)
	{
		int			phase = BarrierAttach(&shared->open);

		pg_atomic_fetch_add_u32(&shared->here, 1);
		for (int j = 0; j < (i + DatumGetInt32(arg)) % 4; j++)
		{
			if (BarrierPhase(&shared->open) != phase)
				pg_atomic_fetch_add_u32(&shared->wrong, 1);
			(void) BarrierArriveAndWait(&shared->open, PG_WAIT_EXTENSION);
			phase++;
		}
		pg_atomic_fetch_sub_u32(&shared->here, 1);
		if (i % 2 ? BarrierDetach(&shared->open) : BarrierArriveAndDetach(&shared->open))
			pg_atomic_fetch_add_u32(&shared->last, 1);
	}
}

/* Takes part in a barrier where somebody waits, and leaves it. */
void
barriers_leaver(Datum arg)
{
	Shared	   *shared = find();

	probe_begin();
	pg_atomic_fetch_add_u32(&shared->here, BarrierAttach(&shared->left) + 1);
	while (*(volatile int *) &shared->left.arrived == 0)
		pg_usleep(1000);
	if (DatumGetInt32(arg))
		pg_atomic_fetch_add_u32(&shared->last, BarrierArriveAndDetach(&shared->left));
	else
		pg_atomic_fetch_add_u32(&shared->last, BarrierDetach(&shared->left));
}

/* Waits at a barrier for ever, with the default handler of SIGTERM. */
void
barriers_waiter(Datum arg)
{
	Shared	   *shared = find();

	BackgroundWorkerUnblockSignals();
	(void) BarrierArriveAndWait(&shared->fixed, PG_WAIT_EXTENSION);
}

static BackgroundWorkerHandle *
begin(const char *function, int arg)
{
	BackgroundWorker worker = probe_worker(function, function);

	worker.bgw_main_arg = Int32GetDatum(arg);
	return probe_register(&worker);
}

static void
all(const char *function)
{
	BackgroundWorkerHandle *handles[WORKERS];

	for (int i = 0; i < WORKERS; i++)
		handles[i] = begin(function, i);
	for (int i = 0; i < WORKERS; i++)
		(void) WaitForBackgroundWorkerShutdown(handles[i]);
}

static void
told(const char *what, int result, Barrier *barrier)
{
	emit("%s: %d, phase %d, participants %d", what, result, BarrierPhase(barrier),
		 BarrierParticipants(barrier));
}

static void
alone(void)
{
	Barrier		barrier;

	BarrierInit(&barrier, 1);
	told("fixed", 0, &barrier);
	for (int i = 0; i < 3; i++)
		told("arrived", BarrierArriveAndWait(&barrier, 0), &barrier);
	BarrierInit(&barrier, 0);
	told("open", 0, &barrier);
	for (int i = 0; i < 3; i++)
		told("came", BarrierAttach(&barrier), &barrier);
	told("left", BarrierDetach(&barrier), &barrier);
	told("arrived and left", BarrierArriveAndDetach(&barrier), &barrier);
	told("arrived and stayed", BarrierArriveAndDetachExceptLast(&barrier), &barrier);
	told("left", BarrierDetach(&barrier), &barrier);
	told("came", BarrierAttach(&barrier), &barrier);
	told("arrived and left", BarrierArriveAndDetach(&barrier), &barrier);
	told("came", BarrierAttach(&barrier), &barrier);
	told("came", BarrierAttach(&barrier), &barrier);
	told("arrived and left", BarrierArriveAndDetachExceptLast(&barrier), &barrier);
	told("arrived", BarrierArriveAndWait(&barrier, 0), &barrier);
}

/* Somebody leaves while this process waits. */
static void
left(Shared *shared, int arrive)
{
	BackgroundWorkerHandle *handle;
	int			phase = BarrierAttach(&shared->left);

	pg_atomic_write_u32(&shared->here, 0);
	handle = begin("barriers_leaver", arrive);
	(void) probe_until(pg_atomic_read_u32(&shared->here) != 0);
	emit("elected %d", BarrierArriveAndWait(&shared->left, PG_WAIT_EXTENSION));
	emit("phase %d after %d", BarrierPhase(&shared->left), phase);
	(void) WaitForBackgroundWorkerShutdown(handle);
	emit("last %d", BarrierDetach(&shared->left));
}

void
barriers_main(Datum arg)
{
	Shared	   *shared = find();

	probe_begin();
	if (probe_is("terminated"))
	{
		BackgroundWorkerHandle *handle = begin("barriers_waiter", 0);

		(void) probe_until(*(volatile int *) &shared->fixed.arrived == 1);
		TerminateBackgroundWorker(handle);
		emit("stopped %s", probe_status(WaitForBackgroundWorkerShutdown(handle)));
		emit("done");
		return;
	}
	emit("size %zu", sizeof(Barrier));
	alone();
	all("barriers_worker");
	emit("phase %d elected %u wrong %u", BarrierPhase(&shared->fixed),
		 pg_atomic_read_u32(&shared->elected), pg_atomic_read_u32(&shared->wrong));
	all("barriers_comer");
	emit("participants %d here %u wrong %u", BarrierParticipants(&shared->open),
		 pg_atomic_read_u32(&shared->here), pg_atomic_read_u32(&shared->wrong));
	emit("somebody was last: %d", pg_atomic_read_u32(&shared->last) > 0);
	pg_atomic_write_u32(&shared->last, 0);
	left(shared, 0);
	left(shared, 1);
	emit("leavers who were last: %u", pg_atomic_read_u32(&shared->last));
	emit("done");
}

void
_PG_init(void)
{
	probe_settings("barriers");
	probe_static("barriers", "barriers_main");
}
