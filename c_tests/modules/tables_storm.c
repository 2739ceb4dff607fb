/*
 * tables_storm: workers count in one table of dynamic shared memory, for as many seconds as the scenario says.
 */
#include "probe.h"

#include "common/pg_prng.h"
#include "lib/dshash.h"
#include "port/atomics.h"
#include "storage/lwlock.h"
#include "storage/shmem.h"

#define PEERS 8
#define KEYS 2000

PGDLLEXPORT void tables_storm_main(Datum arg);
PGDLLEXPORT void tables_storm_peer(Datum arg);

typedef struct Counter
{
	uint32		key;
	uint32		check;
	uint64		count;
} Counter;

typedef struct Shared
{
	dsa_handle	area;
	dshash_table_handle table;
	int64		until;
	pg_atomic_uint32 wrong;
	pg_atomic_uint32 finished;
	/* What each key's entry was changed by, of all processes. */
	pg_atomic_uint64 added[KEYS];
	pg_atomic_uint64 removed[KEYS];
} Shared;

static dshash_parameters counters = {
	sizeof(uint32), sizeof(Counter), dshash_memcmp, dshash_memhash, dshash_memcpy, 0
};

#define SHARED_PROBE "tables_storm"
#include "probe_shared.h"

/* Each process counts what it does to each key; all of it together is what the table has. */
void
tables_storm_peer(Datum arg)
{
	Shared	   *shared = find();
	dsa_area   *area;
	dshash_table *table;
	pg_prng_state prng;

	pqsignal(SIGTERM, die);
	BackgroundWorkerUnblockSignals();
	area = dsa_attach(shared->area);
	counters.tranche_id = 100;
	table = dshash_attach(area, &counters, shared->table, NULL);
	pg_prng_seed(&prng, MyProcPid);
	while (probe_ms() < shared->until)
	{
		uint32		key = pg_prng_uint64_range(&prng, 0, KEYS - 1);
		uint64		kind = pg_prng_uint64_range(&prng, 0, 999);
		bool		found;
		Counter    *counter;

		CHECK_FOR_INTERRUPTS();
		if (kind < 500)
		{
			counter = dshash_find_or_insert(table, &key, &found);
			if (!found)
			{
				counter->count = 0;
				counter->check = ~key;
			}
			counter->count++;
			pg_atomic_fetch_add_u64(&shared->added[key], 1);
		}
		else if (kind < 800)
			counter = dshash_find(table, &key, false);
		else if (kind < 998)
		{
			counter = dshash_find(table, &key, true);
			if (counter)
			{
				if (counter->key != key || counter->check != ~key)
					pg_atomic_fetch_add_u32(&shared->wrong, 1);
				pg_atomic_fetch_add_u64(&shared->removed[key], counter->count);
				dshash_delete_entry(table, counter);
			}
			continue;
		}
		else
		{
			dshash_seq_status status;

			dshash_seq_init(&status, table, kind == 999);
			while ((counter = dshash_seq_next(&status)) != NULL)
			{
				if (counter->check != ~counter->key)
					pg_atomic_fetch_add_u32(&shared->wrong, 1);
				if (kind == 999 && counter->key % 7 == 0)
				{
					pg_atomic_fetch_add_u64(&shared->removed[counter->key], counter->count);
					dshash_delete_current(&status);
				}
			}
			dshash_seq_term(&status);
			continue;
		}
		if (counter && (counter->key != key || counter->check != ~key))
			pg_atomic_fetch_add_u32(&shared->wrong, 1);
		if (counter)
			dshash_release_lock(table, counter);
	}
	pg_atomic_fetch_add_u32(&shared->finished, 1);
}

static void
storm(dsa_area *area, int seconds)
{
	Shared	   *shared = find();
	dshash_table *table = dshash_create(area, &counters, NULL);
	BackgroundWorkerHandle *handles[PEERS];
	int			lost = 0;
	uint64		all = 0;

	shared->area = dsa_get_handle(area);
	shared->table = dshash_get_hash_table_handle(table);
	shared->until = probe_ms() + seconds * 1000;
	for (int i = 0; i < PEERS; i++)
		handles[i] = probe_dynamic("peer", "tables_storm_peer");
	for (int i = 0; i < PEERS; i++)
		(void) WaitForBackgroundWorkerShutdown(handles[i]);
	for (uint32 key = 0; key < KEYS; key++)
	{
		Counter    *counter = dshash_find(table, &key, false);
		uint64		added = pg_atomic_read_u64(&shared->added[key]);
		uint64		removed = pg_atomic_read_u64(&shared->removed[key]);

		all += added;
		lost += added - removed != (counter ? counter->count : 0);
		if (counter)
			dshash_release_lock(table, counter);
	}
	emit("peers %u, wrong %u, lost %d, turns %d", pg_atomic_read_u32(&shared->finished),
		 pg_atomic_read_u32(&shared->wrong), lost, all > 1000);
	ereport(LOG, (errmsg("tables_storm: %llu counted", (unsigned long long) all)));
	dshash_destroy(table);
}

void
tables_storm_main(Datum arg)
{
	dsa_area   *area;

	probe_begin();
	counters.tranche_id = LWLockNewTrancheId();
	area = dsa_create(counters.tranche_id);
	storm(area, atoi(probe_scenario));
	dsa_detach(area);
	emit("done");
}
