/*
 * tables: hash tables of a process and in shared memory, a fact for each question. The facts are the
 * same in PostgreSQL (c_tests/facts/tables.txt).
 */
#include "caught.h"

#include "access/xact.h"
#include "common/hashfn.h"
#include "storage/lwlock.h"
#include "storage/shmem.h"
#include "utils/hsearch.h"

PGDLLEXPORT void tables_main(Datum arg);
PGDLLEXPORT void tables_other(Datum arg);

typedef struct Number
{
	uint32		key;
	int			value;
} Number;

typedef struct Long
{
	uint64		key;
	uint64		value;
} Long;

typedef struct Text
{
	char		key[16];
	int			value;
} Text;

typedef struct Pair
{
	int64		key[2];
	int			value;
} Pair;

static bool complains;

static HTAB *
numbers(const char *name, long size, int flags, HASHCTL *info)
{
	info->keysize = sizeof(uint32);
	info->entrysize = sizeof(Number);
	return hash_create(name, size, info, HASH_ELEM | flags);
}

static Number *
add(HTAB *table, uint32 key, int value)
{
	bool		found;
	Number	   *entry = hash_search(table, &key, HASH_ENTER, &found);

	if (!found)
		entry->value = value;
	return entry;
}

/* All keys in their order, as one number, and how many. */
static void
show(const char *what, HTAB *table)
{
	HASH_SEQ_STATUS scan;
	Number	   *entry;
	uint32		order = 0;
	int			count = 0;

	hash_seq_init(&scan, table);
	while ((entry = hash_seq_search(&scan)) != NULL)
	{
		order = order * 31 + entry->key;
		count++;
	}
	emit("%s: %d of %ld in order %u", what, count, hash_get_num_entries(table), order);
}

static void
sizes(void)
{
	static const long counts[] = {0, 1, 2, 100, 256, 257, 1000, 65536, 65537, 1000000};
	static const Size entries[] = {4, 8, 17, 100, 1000, 10000};
	HASHCTL		info;

	for (int i = 0; i < lengthof(counts); i++)
	{
		emit("directory of %ld: %ld", counts[i], hash_select_dirsize(counts[i]));
		for (int j = 0; j < lengthof(entries); j++)
			emit("%ld of %zu: %zu", counts[i], entries[j],
				 hash_estimate_size(counts[i], entries[j]));
	}
	info.dsize = info.max_dsize = 512;
	emit("shared %zu", hash_get_shared_size(&info, HASH_DIRSIZE));
	hash_stats("here", NULL);
}

static void
by_number(long size)
{
	HASHCTL		info;
	HTAB	   *table = numbers("by number", size, HASH_BLOBS, &info);
	bool		found = true;
	int			wrong = 0;
	uint32		key = 7;

	emit("empty %ld, none %d", hash_get_num_entries(table),
		 hash_search(table, &key, HASH_FIND, &found) == NULL);
	emit("not found %d", found);
	emit("not removed %d", hash_search(table, &key, HASH_REMOVE, NULL) == NULL);
	emit("hash %u", get_hash_value(table, &key));
	show("empty", table);
	for (uint32 i = 0; i < 5000; i++)
	{
		add(table, i * 7, i);
		if ((i & (i + 1)) == 0)
			show("grown", table);
	}
	for (uint32 i = 0; i < 35000; i++)
	{
		Number	   *entry = hash_search(table, &i, HASH_FIND, &found);

		wrong += found != (i % 7 == 0) || found != (entry != NULL);
		wrong += entry && (entry->key != i || entry->value != i / 7);
	}
	emit("wrong %d, again %d", wrong, add(table, 21, 99)->value);
	for (uint32 i = 0; i < 35000; i += 21)
		wrong += hash_search_with_hash_value(table, &i, get_hash_value(table, &i), HASH_REMOVE,
											 NULL) == NULL;
	emit("wrong %d", wrong);
	show("shrunk", table);
	for (uint32 i = 1; i < 100; i++)
		add(table, i, -1);
	show("used again", table);
	caught("action", hash_search(table, &key, 17, NULL));
	hash_destroy(table);
	hash_destroy(NULL);
}

/* Keys of eight bytes that differ in the upper half, or the lower one. */
static void
by_long_number(void)
{
	HASHCTL		info = {.keysize = sizeof(uint64), .entrysize = sizeof(Long)};
	HTAB	   *table = hash_create("by long number", 10, &info, HASH_ELEM | HASH_BLOBS);
	HASH_SEQ_STATUS scan;
	Long	   *entry;
	uint32		order = 0;
	int			wrong = 0;
	bool		found;

	for (uint64 i = 1; i <= 1000; i++)
	{
		uint64		keys[2] = {i, i << 32};

		for (int j = 0; j < 2; j++)
		{
			entry = hash_search(table, &keys[j], HASH_ENTER, &found);
			wrong += found;
			entry->value = keys[j] + 1;
		}
		if (i % 100 == 0)
			emit("hash %u", get_hash_value(table, &keys[1]));
	}
	for (uint64 i = 1; i <= 2000; i++)
	{
		uint64		keys[2] = {i, i << 32};

		for (int j = 0; j < 2; j++)
		{
			entry = hash_search(table, &keys[j], HASH_FIND, NULL);
			wrong += entry ? entry->value != keys[j] + 1 : i <= 1000;
			if (i % 3 == 0)
				wrong += hash_search(table, &keys[j], HASH_REMOVE, NULL) != entry;
		}
	}
	hash_seq_init(&scan, table);
	while ((entry = hash_seq_search(&scan)) != NULL)
		order = order * 31 + (uint32) (entry->key >> 32) + (uint32) entry->key;
	emit("long: wrong %d, %ld in order %u", wrong, hash_get_num_entries(table), order);
	hash_destroy(table);
}

static void
by_text(void)
{
	HASHCTL		info = {.keysize = 16, .entrysize = sizeof(Text)};
	HTAB	   *table = hash_create("by text", 10, &info, HASH_ELEM | HASH_STRINGS);
	bool		found;
	Text	   *entry = hash_search(table, "short", HASH_ENTER, &found);
	Text	   *other;

	emit("entered %s %d", entry->key, found);
	entry = hash_search(table, "longer than the sixteen bytes", HASH_ENTER, &found);
	emit("entered %s %d", entry->key, found);
	other = hash_search(table, "longer than the other", HASH_FIND, &found);
	emit("cut %d %d", other == entry, found);
	entry = hash_search(table, "", HASH_ENTER, &found);
	emit("nothing \"%s\" %d, hashes %u %u", entry->key, found, get_hash_value(table, ""),
		 get_hash_value(table, "longer than the other"));
	emit("count %ld", hash_get_num_entries(table));
	hash_destroy(table);
}

static uint32
my_hash(const void *key, Size size)
{
	if (complains)
		elog(ERROR, "no hash of %zu bytes", size);
	return *(const int64 *) key % 3;
}

static int
my_compare(const void *one, const void *other, Size size)
{
	if (complains)
		elog(ERROR, "no comparison");
	return *(const int64 *) one != *(const int64 *) other;
}

static void *
my_copy(void *to, const void *from, Size size)
{
	((int64 *) to)[0] = *(const int64 *) from;
	((int64 *) to)[1] = 77;
	return to;
}

static void *
my_alloc(Size size)
{
	return complains ? NULL : MemoryContextAlloc(TopMemoryContext, size);
}

static void
by_functions(void)
{
	HASHCTL		info = {.keysize = 16, .entrysize = sizeof(Pair), .hash = my_hash,
	.match = my_compare, .keycopy = my_copy, .alloc = my_alloc, .hcxt = CurrentMemoryContext};
	HTAB	   *table = hash_create("functions", 4, &info,
									HASH_ELEM | HASH_FUNCTION | HASH_COMPARE | HASH_KEYCOPY |
									HASH_ALLOC | HASH_CONTEXT);
	int64		key[2] = {5, 6};
	bool		found;
	Pair	   *entry = hash_search(table, key, HASH_ENTER, &found);
	int			count = 1;

	emit("own key %d %d, hash %u", (int) entry->key[0], (int) entry->key[1],
		 get_hash_value(table, key));
	key[1] = 0;
	emit("found %d", hash_search(table, key, HASH_FIND, NULL) == entry);
	complains = true;
	caught("hash", hash_search(table, key, HASH_FIND, NULL));
	caught("comparison", hash_search_with_hash_value(table, key, 2, HASH_FIND, NULL));
	for (;; count++)
	{
		key[0] = 100 + count;
		if (!hash_search_with_hash_value(table, key, 10000 + count, HASH_ENTER_NULL, &found))
			break;
	}
	emit("no memory after %d, %d", count, found);
	caught("no memory", hash_search_with_hash_value(table, key, 9999, HASH_ENTER, NULL));
	complains = false;
	emit("count %ld", hash_get_num_entries(table));
	hash_destroy(table);
}

static void
fixed(void)
{
	HASHCTL		info;
	HTAB	   *table = numbers("fixed", 10, HASH_BLOBS | HASH_FIXED_SIZE, &info);
	uint32		count = 0;
	uint32		key = 0;

	while (hash_search(table, &count, HASH_ENTER_NULL, NULL))
		count++;
	emit("fixed: %u", count);
	caught("one more", hash_search(table, &count, HASH_ENTER, NULL));
	emit("removed %d", hash_search(table, &key, HASH_REMOVE, NULL) != NULL);
	emit("room %d", hash_search(table, &count, HASH_ENTER, NULL) != NULL);
	hash_destroy(table);
}

static void
keys(void)
{
	HASHCTL		info;
	HTAB	   *table = numbers("keys", 10, HASH_BLOBS, &info);
	Number		stranger[4];
	uint32		key = 1000;
	Number	   *entry;

	memset(stranger, 0, sizeof(stranger));
	for (uint32 i = 0; i < 50; i++)
		add(table, i, i);
	entry = add(table, 3, 0);
	emit("changed %d", hash_update_hash_key(table, entry, &key));
	emit("found %d", hash_search(table, &key, HASH_FIND, NULL) == entry);
	key = 4;
	emit("not changed %d", hash_update_hash_key(table, entry, &key));
	key = 3;
	emit("gone %d", hash_search(table, &key, HASH_FIND, NULL) == NULL);
	show("changed", table);
	caught("stranger", hash_update_hash_key(table, &stranger[2], &key));
	hash_freeze(table);
	hash_freeze(table);
	key = 12345;
	caught("frozen", hash_search(table, &key, HASH_ENTER, NULL));
	caught("frozen", hash_update_hash_key(table, entry, &key));
	key = 5;
	emit("removed %d", hash_search(table, &key, HASH_REMOVE, NULL) != NULL);
	show("frozen", table);
	hash_destroy(table);
}

static void
scans(void)
{
	HASHCTL		info;
	HTAB	   *table = numbers("scans", 10, HASH_BLOBS, &info);
	HASH_SEQ_STATUS scan;
	HASH_SEQ_STATUS more;
	Number	   *entry;
	int			count = 0;

	for (uint32 i = 0; i < 300; i++)
		add(table, i, i);
	hash_seq_init(&scan, table);
	while ((entry = hash_seq_search(&scan)) != NULL)
		if (entry->key % 2)
			hash_search(table, &entry->key, HASH_REMOVE, NULL);
	show("deleted on the way", table);
	hash_seq_init(&scan, table);
	hash_seq_search(&scan);
	for (uint32 i = 1000; i < 2000; i++)
		add(table, i, i);
	caught("freeze", hash_freeze(table));
	hash_seq_term(&scan);
	show("grown on the way", table);
	add(table, 5000, 0);
	show("and on", table);
	caught("no scan", hash_seq_term(&scan));
	PG_TRY();
	{
		for (count = 0;; count++)
			hash_seq_init(&more, table);
	}
	PG_CATCH();
	{
		caught_emit("too many", TopMemoryContext);
	}
	PG_END_TRY();
	AtEOSubXact_HashTables(false, 0);
	emit("scans ended");
	hash_seq_init(&scan, table);
	AtEOSubXact_HashTables(false, 1);
	hash_seq_term(&scan);
	hash_seq_init(&scan, table);
	AtEOXact_HashTables(false);
	caught("no scan", hash_seq_term(&scan));
	hash_destroy(table);
}

static HTAB *
shared(const char *name, long partitions)
{
	HASHCTL		info = {.keysize = sizeof(uint32), .entrysize = sizeof(Number),
	.num_partitions = partitions};
	HTAB	   *table;

	LWLockAcquire(AddinShmemInitLock, LW_EXCLUSIVE);
	table = ShmemInitHash(name, 100, 200, &info,
						  HASH_ELEM | HASH_BLOBS | (partitions ? HASH_PARTITION : 0));
	LWLockRelease(AddinShmemInitLock);
	return table;
}

/* Looks into the tables that the other one has made, and changes them. */
void
tables_other(Datum arg)
{
	static const char *const names[] = {"plain", "parts"};

	probe_begin();
	for (int i = 0; i < 2; i++)
	{
		HTAB	   *table = shared(names[i], i ? 16 : 0);
		uint32		key = 3;
		bool		found;

		show(names[i], table);
		emit("removed %d", hash_search(table, &key, HASH_REMOVE, &found) != NULL);
		add(table, 1234, 56);
	}
}

static void
in_shared_memory(void)
{
	HTAB	   *plain = shared("plain", 0);
	HTAB	   *parts = shared("parts", 16);
	BackgroundWorkerHandle *handle;

	for (uint32 i = 0; i < 150; i++)
	{
		add(plain, i, i);
		add(parts, i, i);
	}
	caught("freeze", hash_freeze(plain));
	handle = probe_dynamic("other", "tables_other");
	emit("other %s", probe_status(WaitForBackgroundWorkerShutdown(handle)));
	emit("values %d %d", add(plain, 1234, 0)->value, add(parts, 1234, 0)->value);
	show("plain", plain);
	show("parts", parts);
}

/* Scans that are open when a subtransaction or its transaction ends. */
static void
leaks(void)
{
	HASHCTL		info;
	HTAB	   *table = numbers("leaks", 10, HASH_BLOBS, &info);
	HASH_SEQ_STATUS scan;

	StartTransactionCommand();
	hash_seq_init(&scan, table);
	BeginInternalSubTransaction(NULL);
	hash_seq_init(&scan, table);
	ReleaseCurrentSubTransaction();
	BeginInternalSubTransaction(NULL);
	hash_seq_init(&scan, table);
	RollbackAndReleaseCurrentSubTransaction();
	hash_seq_term(&scan);
	caught("no scan", hash_seq_term(&scan));
	hash_seq_init(&scan, table);
	CommitTransactionCommand();
	StartTransactionCommand();
	hash_seq_init(&scan, table);
	AbortCurrentTransaction();
	caught("no scan", hash_seq_term(&scan));
	emit("table %p", table);
	caught("shared", hash_destroy(shared("plain", 0)));
}

void
tables_main(Datum arg)
{
	MemoryContext context = AllocSetContextCreate(TopMemoryContext, "tables",
												  ALLOCSET_DEFAULT_SIZES);

	probe_begin();
	MemoryContextSwitchTo(context);
	if (probe_is("leaks"))
		leaks();
	else
	{
		sizes();
		by_number(1);
		by_number(300);
		by_number(4000);
		by_long_number();
		by_text();
		by_functions();
		fixed();
		keys();
		scans();
		in_shared_memory();
	}
	emit("done");
}

void
_PG_init(void)
{
	probe_settings("tables");
	probe_static("tables", "tables_main");
}
