/*
 * named: segments with names, a fact for each question. The facts are the same in PostgreSQL
 * (c_tests/facts/named.txt).
 */
#include "caught.h"

#include "port/atomics.h"
#include "storage/dsm.h"
#include "storage/dsm_registry.h"
#include "storage/lwlock.h"
#include "storage/shmem.h"
#include "utils/resowner.h"

#define RACERS 8
#define ROUNDS 20
#define FILLER 50000

PGDLLEXPORT void named_main(Datum arg);
PGDLLEXPORT void named_racer(Datum arg);

typedef struct Shared
{
	pg_atomic_uint32 ready;
	pg_atomic_uint32 go;
	pg_atomic_uint32 inits;
	pg_atomic_uint32 new;
	pg_atomic_uint32 half;
	pg_atomic_uint32 lost;
} Shared;

typedef struct Segment
{
	int			numbers[FILLER];
	pg_atomic_uint32 visitors;
} Segment;

static Shared *shared;
static int	inits;

#define SHARED_PROBE "named"
#include "probe_shared.h"

static void
init(void *ptr)
{
	inits++;
	*(int *) ptr = 77;
}

static void
init_and_raise(void *ptr)
{
	inits++;
	elog(ERROR, "cannot initialize");
}

static void
init_slowly(void *ptr)
{
	Segment    *segment = ptr;

	pg_atomic_fetch_add_u32(&shared->inits, 1);
	for (int i = 0; i < FILLER; i++)
		segment->numbers[i] = i;
	pg_atomic_init_u32(&segment->visitors, 0);
	probe_pause(20);
}

void
named_racer(Datum arg)
{
	pqsignal(SIGTERM, die);
	BackgroundWorkerUnblockSignals();
	shared = find();
	pg_atomic_fetch_add_u32(&shared->ready, 1);
	for (uint32 round = 0; round < ROUNDS; round++)
	{
		char		name[32];
		bool		found;
		Segment    *segment;

		snprintf(name, sizeof(name), "race %u", round);
		(void) probe_until(pg_atomic_read_u32(&shared->go) > round);
		segment = GetNamedDSMSegment(name, sizeof(Segment), init_slowly, &found);
		pg_atomic_fetch_add_u32(&shared->new, !found);
		for (int i = 0; i < FILLER; i++)
			if (segment->numbers[i] != i)
			{
				pg_atomic_fetch_add_u32(&shared->half, 1);
				break;
			}
		pg_atomic_fetch_add_u32(&segment->visitors, 1);
		pg_atomic_fetch_add_u32(&shared->ready, 1);
		/* All are through before the next one. */
		(void) probe_until(pg_atomic_read_u32(&segment->visitors) == RACERS);
		if (pg_atomic_read_u32(&segment->visitors) != RACERS)
			pg_atomic_fetch_add_u32(&shared->lost, 1);
	}
}

static void
race(void)
{
	BackgroundWorkerHandle *handles[RACERS];

	for (int i = 0; i < RACERS; i++)
		handles[i] = probe_dynamic("racer", "named_racer");
	for (uint32 round = 0; round < ROUNDS; round++)
	{
		(void) probe_until(pg_atomic_read_u32(&shared->ready) == RACERS * (round + 1));
		pg_atomic_write_u32(&shared->go, round + 1);
	}
	for (int i = 0; i < RACERS; i++)
		(void) WaitForBackgroundWorkerShutdown(handles[i]);
	emit("initialized %u, new %u, half %u, lost %u", pg_atomic_read_u32(&shared->inits),
		 pg_atomic_read_u32(&shared->new), pg_atomic_read_u32(&shared->half),
		 pg_atomic_read_u32(&shared->lost));
}

static void
basics(void)
{
	bool		found = true;
	char		name[80];
	int		   *first;
	int		   *second;
	ResourceOwner owner;

	caught("null", GetNamedDSMSegment(NULL, 10, init, &found));
	caught("empty", GetNamedDSMSegment("", 10, init, &found));
	memset(name, 'n', sizeof(name));
	name[64] = '\0';
	caught("long", GetNamedDSMSegment(name, 10, init, &found));
	caught("nothing", GetNamedDSMSegment("nothing", 0, init, &found));
	name[63] = '\0';
	first = GetNamedDSMSegment(name, 10, init, &found);
	emit("longest: found %d, %d, initialized %d", found, *first, inits);
	*first = 78;
	second = GetNamedDSMSegment(name, 10, init, &found);
	emit("again: found %d, %d, initialized %d, the same %d", found, *second, inits,
		 first == second);
	caught("size", GetNamedDSMSegment(name, 11, init, &found));
	LWLockReleaseAll();
	first = GetNamedDSMSegment("plain", 100000, NULL, &found);
	emit("plain: found %d, %d", found, *first);
	caught("raises", GetNamedDSMSegment("raises", 10, init_and_raise, &found));
	LWLockReleaseAll();
	emit("initialized %d", inits);
	caught("raises", GetNamedDSMSegment("raises", 12, init, &found));
	LWLockReleaseAll();
	first = GetNamedDSMSegment("raises", 10, init, &found);
	emit("found %d, initialized %d", found, inits);
	/* It is there longer than who was the owner. */
	owner = CurrentResourceOwner = ResourceOwnerCreate(NULL, "owner");
	first = GetNamedDSMSegment("owned", 10, init, &found);
	CurrentResourceOwner = NULL;
	ResourceOwnerRelease(owner, RESOURCE_RELEASE_BEFORE_LOCKS, true, true);
	ResourceOwnerRelease(owner, RESOURCE_RELEASE_LOCKS, true, true);
	ResourceOwnerRelease(owner, RESOURCE_RELEASE_AFTER_LOCKS, true, true);
	ResourceOwnerDelete(owner);
	emit("owned: %d", *first);
	emit("the same %d", GetNamedDSMSegment("owned", 10, init, &found) == first);
}

void
named_main(Datum arg)
{
	probe_begin();
	shared = find();
	basics();
	race();
	emit("done");
}
