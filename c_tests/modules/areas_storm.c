/*
 * areas_storm: workers allocate, look and free in one area, for as many seconds as the scenario says.
 */
#include "probe.h"
#include "filled.h"

#include "common/pg_prng.h"
#include "port/atomics.h"
#include "storage/lwlock.h"
#include "storage/shmem.h"
#include "utils/dsa.h"

#define PEERS 8
#define SHELVES 256

PGDLLEXPORT void areas_storm_main(Datum arg);
PGDLLEXPORT void areas_storm_peer(Datum arg);

typedef struct Shelf
{
	LWLock		lock;
	dsa_pointer object;
	uint32		size;
	uint32		number;
} Shelf;

typedef struct Shared
{
	dsa_handle	area;
	int64		until;
	pg_atomic_uint32 wrong;
	pg_atomic_uint32 finished;
	pg_atomic_uint64 turns;
	Shelf		shelves[SHELVES];
} Shared;

static int	tranche;

#define SHARED_PROBE "areas_storm"
#include "probe_shared.h"

/* Objects go from shelf to shelf, through the hands of all. */
void
areas_storm_peer(Datum arg)
{
	Shared	   *shared = find();
	dsa_area   *area;
	pg_prng_state prng;
	uint64		turns = 0;

	pqsignal(SIGTERM, die);
	BackgroundWorkerUnblockSignals();
	area = dsa_attach(shared->area);
	pg_prng_seed(&prng, MyProcPid);
	while (probe_ms() < shared->until)
	{
		Shelf	   *shelf = &shared->shelves[pg_prng_uint64_range(&prng, 0, SHELVES - 1)];
		uint64		kind = pg_prng_uint64_range(&prng, 0, 99);
		dsa_pointer object = InvalidDsaPointer;
		uint32		size = kind < 80 ? pg_prng_uint64_range(&prng, 1, 500)
			: kind < 98 ? pg_prng_uint64_range(&prng, 500, 20000)
			: pg_prng_uint64_range(&prng, 20000, 1500000);
		uint32		number = pg_prng_uint64_range(&prng, 0, 255);
		dsa_pointer old;
		uint32		old_size;
		uint32		old_number;

		CHECK_FOR_INTERRUPTS();
		if (kind % 3 != 0)
		{
			object = dsa_allocate(area, size);
			fill(dsa_get_address(area, object), size, number);
		}
		LWLockAcquire(&shelf->lock, LW_EXCLUSIVE);
		old = shelf->object;
		old_size = shelf->size;
		old_number = shelf->number;
		shelf->object = object;
		shelf->size = size;
		shelf->number = number;
		LWLockRelease(&shelf->lock);
		if (DsaPointerIsValid(old))
		{
			if (differs(dsa_get_address(area, old), old_size, old_number))
				pg_atomic_fetch_add_u32(&shared->wrong, 1);
			dsa_free(area, old);
		}
		if (turns++ % 1000 == 0)
			dsa_trim(area);
	}
	pg_atomic_fetch_add_u64(&shared->turns, turns);
	pg_atomic_fetch_add_u32(&shared->finished, 1);
}

static void
storm(int seconds)
{
	Shared	   *shared = find();
	dsa_area   *area = dsa_create(tranche);
	BackgroundWorkerHandle *handles[PEERS];
	uint32		left = 0;

	shared->area = dsa_get_handle(area);
	pg_atomic_init_u32(&shared->wrong, 0);
	for (int i = 0; i < SHELVES; i++)
		LWLockInitialize(&shared->shelves[i].lock, tranche);
	shared->until = probe_ms() + seconds * 1000;
	for (int i = 0; i < PEERS; i++)
		handles[i] = probe_dynamic("peer", "areas_storm_peer");
	for (int i = 0; i < PEERS; i++)
		(void) WaitForBackgroundWorkerShutdown(handles[i]);
	for (int i = 0; i < SHELVES; i++)
	{
		Shelf	   *shelf = &shared->shelves[i];

		if (!DsaPointerIsValid(shelf->object))
			continue;
		left += differs(dsa_get_address(area, shelf->object), shelf->size, shelf->number);
		dsa_free(area, shelf->object);
	}
	dsa_trim(area);
	emit("peers %u, wrong %u, left wrong %u, turns %d, total %zu",
		 pg_atomic_read_u32(&shared->finished), pg_atomic_read_u32(&shared->wrong), left,
		 pg_atomic_read_u64(&shared->turns) > 1000, dsa_get_total_size(area));
	ereport(LOG, (errmsg("areas_storm: %llu turns",
						 (unsigned long long) pg_atomic_read_u64(&shared->turns))));
}

void
areas_storm_main(Datum arg)
{
	probe_begin();
	tranche = LWLockNewTrancheId();
	storm(atoi(probe_scenario));
	emit("done");
}
