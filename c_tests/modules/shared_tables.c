/*
 * shared_tables: hash tables in dynamic shared memory, a fact for each question. The facts are the same in
 * PostgreSQL (c_tests/facts/shared_tables.txt).
 */
#include "caught.h"

#include "common/hashfn.h"
#include "lib/dshash.h"
#include "storage/lwlock.h"
#include "storage/shmem.h"

#define MANY 20000

PGDLLEXPORT void shared_tables_main(Datum arg);
PGDLLEXPORT void shared_tables_other(Datum arg);

typedef struct Number
{
	uint32		key;
	uint32		value;
} Number;

typedef struct Long
{
	uint64		key;
	uint64		value;
} Long;

typedef struct Named
{
	char		key[32];
	uint32		value;
} Named;

typedef struct Shared
{
	dsa_handle	area;
	dshash_table_handle table;
} Shared;

static dshash_parameters numbers = {
	sizeof(uint32), sizeof(Number), dshash_memcmp, dshash_memhash, dshash_memcpy, 0
};
static dshash_parameters longs = {
	sizeof(uint64), sizeof(Long), dshash_memcmp, dshash_memhash, dshash_memcpy, 0
};
static dshash_parameters names = {
	sizeof(((Named *) 0)->key), sizeof(Named), dshash_strcmp, dshash_strhash, dshash_strcpy, 0
};

#define SHARED_PROBE "shared_tables"
#include "probe_shared.h"

static void
set(dshash_table *table, uint32 key, uint32 value)
{
	bool		found;
	Number	   *number = dshash_find_or_insert(table, &key, &found);

	if (found)
		emit("%u was there", key);
	number->value = value;
	dshash_release_lock(table, number);
}

static void
walk(dshash_table *table, const char *what)
{
	dshash_seq_status status;
	Number	   *number;
	uint64		keys = 0;
	uint64		values = 0;
	int			count = 0;

	dshash_seq_init(&status, table, false);
	while ((number = dshash_seq_next(&status)) != NULL)
	{
		count++;
		keys += number->key;
		values += number->value;
	}
	dshash_seq_term(&status);
	emit("%s: %d entries, keys %llu, values %llu", what, count, (unsigned long long) keys,
		 (unsigned long long) values);
}

static void
basics(dsa_area *area)
{
	dshash_table *table = dshash_create(area, &numbers, NULL);
	dshash_seq_status status;
	Number	   *number;
	uint32		key = 5;
	bool		found;
	int			wrong = 0;

	emit("handle %d", dshash_get_hash_table_handle(table) != DSHASH_HANDLE_INVALID);
	emit("none %d %d", dshash_find(table, &key, false) == NULL,
		 dshash_find(table, &key, true) == NULL);
	emit("not deleted %d", dshash_delete_key(table, &key));
	walk(table, "empty");
	set(table, 5, 50);
	set(table, 6, 60);
	number = dshash_find_or_insert(table, &key, &found);
	emit("found %d: %u %u, held %d", found, number->key, number->value,
		 InterruptHoldoffCount > 0);
	dshash_release_lock(table, number);
	emit("held %d", InterruptHoldoffCount > 0);
	number = dshash_find(table, &key, true);
	emit("found %u %u", number->key, number->value);
	dshash_delete_entry(table, number);
	emit("gone %d, held %d", dshash_find(table, &key, false) == NULL, InterruptHoldoffCount > 0);
	key = 6;
	found = dshash_delete_key(table, &key);
	emit("deleted %d %d", found, dshash_delete_key(table, &key));
	for (uint32 i = 0; i < MANY; i++)
		set(table, i, i * 2);
	walk(table, "many");
	for (uint32 i = 0; i < MANY; i++)
	{
		number = dshash_find(table, &i, false);
		wrong += !number || number->key != i || number->value != i * 2;
		if (number)
			dshash_release_lock(table, number);
	}
	emit("wrong %d", wrong);
	/* Every third one goes while the table is walked through. */
	dshash_seq_init(&status, table, true);
	while ((number = dshash_seq_next(&status)) != NULL)
	{
		if (number->key % 3 == 0)
			dshash_delete_current(&status);
		else
			number->value++;
	}
	emit("end again %d", dshash_seq_next(&status) == NULL);
	dshash_seq_term(&status);
	emit("held %d", InterruptHoldoffCount > 0);
	walk(table, "two thirds");
	/* A walk that is not finished. */
	dshash_seq_init(&status, table, false);
	for (int i = 0; i < 100; i++)
		(void) dshash_seq_next(&status);
	dshash_seq_term(&status);
	dshash_seq_init(&status, table, false);
	dshash_seq_term(&status);
	emit("held %d", InterruptHoldoffCount > 0);
	for (uint32 i = 0; i < MANY; i++)
		wrong += dshash_delete_key(table, &i) != (i % 3 != 0);
	emit("wrong %d", wrong);
	walk(table, "none");
	for (uint32 i = 0; i < 1000; i++)
		set(table, i, i);
	dshash_destroy(table);
	dsa_trim(area);
	emit("little is left %d", dsa_get_total_size(area) < 4 * 1024 * 1024);
}

/* Keys of eight bytes that differ in the upper half, or the lower one. */
static void
long_numbers(dsa_area *area)
{
	dshash_table *table = dshash_create(area, &longs, NULL);
	bool		found;
	Long	   *entry;
	int			wrong = 0;

	for (uint64 i = 1; i <= 1000; i++)
	{
		uint64		keys[2] = {i, i << 32};

		for (int j = 0; j < 2; j++)
		{
			entry = dshash_find_or_insert(table, &keys[j], &found);
			wrong += found || entry->key != keys[j];
			entry->value = keys[j] + 1;
			dshash_release_lock(table, entry);
		}
	}
	for (uint64 i = 1; i <= 2000; i++)
	{
		uint64		keys[2] = {i << 32, i};

		for (int j = 0; j < 2; j++)
		{
			entry = dshash_find(table, &keys[j], false);
			wrong += (entry != NULL) != (i <= 1000) || (entry && entry->value != keys[j] + 1);
			if (entry)
				dshash_release_lock(table, entry);
			if (i % 2)
				wrong += dshash_delete_key(table, &keys[j]) != (i <= 1000);
		}
	}
	emit("long: wrong %d", wrong);
	dshash_destroy(table);
}

static void
strings(dsa_area *area)
{
	dshash_table *table = dshash_create(area, &names, NULL);
	char		key[64];
	bool		found;
	Named	   *name;
	int			wrong = 0;

	for (int i = 0; i < 1000; i++)
	{
		snprintf(key, sizeof(key), "name %d", i);
		/* What is behind the end does not count. */
		memset(key + strlen(key) + 1, i, 10);
		name = dshash_find_or_insert(table, key, &found);
		wrong += found;
		name->value = i;
		dshash_release_lock(table, name);
	}
	for (int i = 0; i < 1000; i++)
	{
		snprintf(key, sizeof(key), "name %d", i);
		name = dshash_find(table, key, false);
		wrong += !name || name->value != i || strcmp(name->key, key) != 0;
		if (name)
			dshash_release_lock(table, name);
	}
	emit("wrong %d", wrong);
	emit("none %d", dshash_find(table, "name", false) == NULL);
	dshash_destroy(table);
	emit("compare %d %d", dshash_strcmp("a", "b", 32, NULL) < 0,
		 dshash_memcmp("ab", "aa", 2, NULL) > 0);
	emit("hash %u %u %u", dshash_strhash("a name", 32, NULL), dshash_memhash("a name", 6, NULL),
		 string_hash("a name", 32));
	dshash_strcpy(key, "copied", 32, NULL);
	emit("copy \"%s\"", key);
	dshash_memcpy(key, "moved", 5, NULL);
	emit("copy \"%s\"", key);
}

static int	calls;

static int
compare(const void *a, const void *b, size_t size, void *arg)
{
	uint32		x = *(const uint32 *) a;
	uint32		y = *(const uint32 *) b;

	if (arg != &calls || size != sizeof(uint32))
		emit("compare: other arguments");
	if (x == 13)
		elog(ERROR, "cannot compare");
	return x % 100 != y % 100;
}

static dshash_hash
hash(const void *v, size_t size, void *arg)
{
	if (arg != &calls || size != sizeof(uint32))
		emit("hash: other arguments");
	if (*(const uint32 *) v == 14)
		elog(ERROR, "cannot hash");
	return *(const uint32 *) v % 10;
}

static void
copy(void *dest, const void *src, size_t size, void *arg)
{
	if (arg != &calls || size != sizeof(uint32))
		emit("copy: other arguments");
	calls++;
	memcpy(dest, src, size);
}

/* With functions of one's own. */
static void
own(dsa_area *area)
{
	dshash_parameters params = {sizeof(uint32), sizeof(Number), compare, hash, copy, 0};
	dshash_table *table;
	uint32		key = 3;
	Number	   *number;

	params.tranche_id = numbers.tranche_id;
	table = dshash_create(area, &params, &calls);
	for (uint32 i = 0; i < 10; i++)
		set(table, i, i);
	emit("copied %d", calls);
	key = 1203;
	number = dshash_find(table, &key, false);
	emit("alike %u", number->key);
	dshash_release_lock(table, number);
	key = 13;
	caught("compare", (void) dshash_find(table, &key, true));
	LWLockReleaseAll();
	key = 14;
	caught("hash", (void) dshash_find(table, &key, true));
	key = 4;
	number = dshash_find(table, &key, true);
	emit("found %u", number->key);
	dshash_release_lock(table, number);
	dshash_destroy(table);
}

static void
limits(dsa_area *area)
{
	dshash_table *table = dshash_create(area, &numbers, NULL);
	volatile uint32 count = 0;
	MemoryContext outer = CurrentMemoryContext;

	dsa_set_size_limit(area, dsa_get_total_size(area));
	PG_TRY();
	{
		for (;;)
		{
			set(table, count, count);
			count++;
		}
	}
	PG_CATCH();
	{
		caught_emit("full", outer);
		LWLockReleaseAll();
	}
	PG_END_TRY();
	emit("many %d", count > 10000);
	for (uint32 i = 0; i < count; i++)
	{
		Number	   *number = dshash_find(table, &i, false);

		if (!number || number->value != i)
			emit("lost %u", i);
		dshash_release_lock(table, number);
	}
	dsa_set_size_limit(area, SIZE_MAX);
	dshash_destroy(table);
}

static BackgroundWorkerHandle *
start(const char *name, const char *function, int arg)
{
	BackgroundWorker worker = probe_worker(name, function);

	worker.bgw_main_arg = Int32GetDatum(arg);
	return probe_register(&worker);
}

static void
shared_by_processes(dsa_area *area)
{
	Shared	   *shared = find();
	dshash_table *table = dshash_create(area, &numbers, NULL);
	BackgroundWorkerHandle *handle;

	shared->area = dsa_get_handle(area);
	shared->table = dshash_get_hash_table_handle(table);
	for (uint32 i = 0; i < 100; i++)
		set(table, i, i);
	handle = start("other", "shared_tables_other", 0);
	emit("stopped %s", probe_status(WaitForBackgroundWorkerShutdown(handle)));
	walk(table, "after the other");
	dshash_destroy(table);
}

void
shared_tables_other(Datum arg)
{
	Shared	   *shared = find();
	dsa_area   *area;
	dshash_table *table;
	int			missing = 0;

	probe_begin();
	area = dsa_attach(shared->area);
	numbers.tranche_id = 100;
	table = dshash_attach(area, &numbers, shared->table, NULL);
	for (uint32 i = 0; i < 100; i++)
		missing += !dshash_delete_key(table, &i);
	emit("missing %d", missing);
	for (uint32 i = 0; i < 5000; i++)
		set(table, i + 1000, 1);
	dshash_detach(table);
	dsa_detach(area);
}

void
shared_tables_main(Datum arg)
{
	dsa_area   *area;

	probe_begin();
	numbers.tranche_id = longs.tranche_id = names.tranche_id = LWLockNewTrancheId();
	LWLockRegisterTranche(numbers.tranche_id, "shared_tables");
	area = dsa_create(numbers.tranche_id);
	basics(area);
	long_numbers(area);
	strings(area);
	own(area);
	limits(area);
	shared_by_processes(area);
	dsa_detach(area);
	emit("done");
}
