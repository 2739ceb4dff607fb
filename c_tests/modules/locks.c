/*
 * locks: lightweight locks, tranches and spin locks, each step a fact. All of it holds in
 * PostgreSQL as well. Scenario "stuck": a spin lock that nobody gives back.
 */
#include "caught.h"

#include "storage/lwlock.h"
#include "storage/shmem.h"
#include "storage/spin.h"

PGDLLEXPORT void locks_main(Datum arg);
PGDLLEXPORT void locks_holder(Datum arg);
PGDLLEXPORT void locks_counter(Datum arg);
PGDLLEXPORT void locks_stuck(Datum arg);

#define COUNTERS 4
#define ROUNDS 50000

typedef struct Shared
{
	LWLock		lock;
	slock_t		spin;
	pg_atomic_uint32 held;
	pg_atomic_uint32 let_go;
	long		count;
} Shared;

static Shared *
find(void)
{
	bool		found;
	Shared	   *shared;

	LWLockAcquire(AddinShmemInitLock, LW_EXCLUSIVE);
	shared = ShmemInitStruct("locks", sizeof(Shared), &found);
	if (!found)
	{
		LWLockInitialize(&shared->lock, LWLockNewTrancheId());
		SpinLockInit(&shared->spin);
		pg_atomic_init_u32(&shared->held, 0);
		pg_atomic_init_u32(&shared->let_go, 0);
		shared->count = 0;
	}
	LWLockRelease(AddinShmemInitLock);
	return shared;
}

/* Holds the lock until it is told to let go. */
void
locks_holder(Datum arg)
{
	Shared	   *shared = find();

	probe_begin();
	LWLockAcquire(&shared->lock, LW_EXCLUSIVE);
	pg_atomic_write_u32(&shared->held, 1);
	(void) probe_until(pg_atomic_read_u32(&shared->let_go) == 1);
	probe_pause(20);
	pg_atomic_write_u32(&shared->held, 2);
	LWLockRelease(&shared->lock);
}

/* Adds to a number that only the spin lock protects. */
void
locks_counter(Datum arg)
{
	Shared	   *shared = find();

	probe_begin();
	for (int i = 0; i < ROUNDS; i++)
	{
		SpinLockAcquire(&shared->spin);
		shared->count++;
		SpinLockRelease(&shared->spin);
	}
}

static void
tranches(Shared *shared)
{
	int			first = LWLockNewTrancheId();
	int			second = LWLockNewTrancheId();
	LWLock		local;

	emit("tranches %d %d %d", shared->lock.tranche - LWTRANCHE_FIRST_USER_DEFINED,
		 first - LWTRANCHE_FIRST_USER_DEFINED, second - first);
	LWLockInitialize(&local, second);
	caught("nameless", LWLockRelease(&local));
	LWLockRegisterTranche(second, "locks_of_mine");
	caught("named", LWLockRelease(&local));
	caught("individual", LWLockRelease(AddinShmemInitLock));
}

static void
held(Shared *shared)
{
	LWLockPadded locks[3];

	for (int i = 0; i < 3; i++)
		LWLockInitialize(&locks[i].lock, LWTRANCHE_FIRST_USER_DEFINED);
	LWLockAcquire(&locks[1].lock, LW_SHARED);
	emit("in mode %d %d", LWLockHeldByMeInMode(&locks[1].lock, LW_SHARED),
		 LWLockHeldByMeInMode(&locks[1].lock, LW_EXCLUSIVE));
	emit("any %d %d %d %d", LWLockAnyHeldByMe(&locks[0].lock, 3, sizeof(LWLockPadded)),
		 LWLockAnyHeldByMe(&locks[0].lock, 1, sizeof(LWLockPadded)),
		 LWLockAnyHeldByMe(&locks[2].lock, 1, sizeof(LWLockPadded)),
		 LWLockAnyHeldByMe(&locks[0].lock, 2, sizeof(LWLockPadded) - 8));
	LWLockRelease(&locks[1].lock);
	emit("none %d", LWLockAnyHeldByMe(&locks[0].lock, 3, sizeof(LWLockPadded)));
}

static void
or_wait(Shared *shared)
{
	BackgroundWorkerHandle *handle;
	bool		got = LWLockAcquireOrWait(&shared->lock, LW_EXCLUSIVE);

	emit("at once %d %d", got, LWLockHeldByMe(&shared->lock));
	LWLockRelease(&shared->lock);
	handle = probe_dynamic("holder", "locks_holder");
	emit("held %d", probe_until(pg_atomic_read_u32(&shared->held) == 1));
	emit("conditional %d", LWLockConditionalAcquire(&shared->lock, LW_SHARED));
	pg_atomic_write_u32(&shared->let_go, 1);
	got = LWLockAcquireOrWait(&shared->lock, LW_EXCLUSIVE);
	emit("waited %d %d", got, LWLockHeldByMe(&shared->lock));
	emit("after %u, holdoff %u", pg_atomic_read_u32(&shared->held), InterruptHoldoffCount);
	(void) WaitForBackgroundWorkerShutdown(handle);
}

static void
spins(Shared *shared)
{
	BackgroundWorkerHandle *handles[COUNTERS];
	SpinDelayStatus status;

	emit("free %d", SpinLockFree(&shared->spin));
	SpinLockAcquire(&shared->spin);
	emit("free %d", SpinLockFree(&shared->spin));
	for (int i = 0; i < COUNTERS; i++)
		handles[i] = probe_dynamic("counter", "locks_counter");
	probe_pause(20);
	emit("count %ld", shared->count);
	SpinLockRelease(&shared->spin);
	for (int i = 0; i < COUNTERS; i++)
		(void) WaitForBackgroundWorkerShutdown(handles[i]);
	emit("count %ld", shared->count);
	init_local_spin_delay(&status);
	while (status.delays < 2)
		perform_spin_delay(&status);
	emit("delay %d", status.cur_delay >= 1000);
	finish_spin_delay(&status);
}

void
locks_main(Datum arg)
{
	Shared	   *shared = find();

	probe_begin();
	tranches(shared);
	held(shared);
	or_wait(shared);
	spins(shared);
	emit("done");
}

void
locks_stuck(Datum arg)
{
	SpinDelayStatus status;

	init_spin_delay(&status, "file.c", 7, "function");
	status.delays = 1000;
	for (int i = 0; i < 1000000; i++)
		perform_spin_delay(&status);
	emit("done");
}

void
_PG_init(void)
{
	probe_settings("locks");
	probe_static("locks", probe_is("stuck") ? "locks_stuck" : "locks_main");
}
