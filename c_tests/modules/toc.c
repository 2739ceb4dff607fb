/*
 * toc: tables of contents, a fact for each question. The facts are the same in PostgreSQL
 * (c_tests/facts/toc.txt).
 */
#include "caught.h"

#include "storage/lwlock.h"
#include "storage/shm_toc.h"

#define MAGIC UINT64CONST(0x1234567890abcdef)
#define KEYS 500

PGDLLEXPORT void toc_main(Datum arg);
PGDLLEXPORT void toc_writer(Datum arg);

typedef struct Shared
{
	pg_atomic_uint32 go;
	pg_atomic_uint32 written;
	char		area[64 * 1024] pg_attribute_aligned(64);
} Shared;

static Shared *
find(void)
{
	bool		found;
	Shared	   *shared;

	LWLockAcquire(AddinShmemInitLock, LW_EXCLUSIVE);
	shared = ShmemInitStruct("toc", sizeof(Shared), &found);
	if (!found)
	{
		pg_atomic_init_u32(&shared->go, 0);
		pg_atomic_init_u32(&shared->written, 0);
		shm_toc_create(MAGIC, shared->area, sizeof(shared->area));
	}
	LWLockRelease(AddinShmemInitLock);
	return shared;
}

static void
estimates(void)
{
	static const Size sizes[] = {0, 1, 31, 32, 33, 1000};
	shm_toc_estimator e;

	shm_toc_initialize_estimator(&e);
	emit("empty %zu", shm_toc_estimate(&e));
	for (int i = 0; i < lengthof(sizes); i++)
	{
		shm_toc_estimate_chunk(&e, sizes[i]);
		emit("with %zu: %zu", sizes[i], shm_toc_estimate(&e));
	}
	for (int i = 0; i < 5; i++)
	{
		shm_toc_estimate_keys(&e, i);
		emit("with %d keys: %zu", i, shm_toc_estimate(&e));
	}
	e.number_of_keys = (Size) 1 << 60;
	caught("keys", shm_toc_estimate(&e));
	e.number_of_keys = 1;
	e.space_for_chunks = SIZE_MAX - 30;
	caught("chunks", shm_toc_estimate(&e));
	caught("chunk", shm_toc_estimate_chunk(&e, 100));
}

static void
in_memory(Size size)
{
	char	   *memory = palloc0(size);
	shm_toc    *toc = shm_toc_create(MAGIC, memory, size);
	char	   *piece = NULL;
	MemoryContext context = CurrentMemoryContext;
	volatile int count = 0;

	emit("created %d of %zu", (char *) toc == memory, size);
	emit("attached %d %d", shm_toc_attach(MAGIC, memory) == toc,
		 shm_toc_attach(MAGIC + 1, memory) == NULL);
	emit("free %zu", shm_toc_freespace(toc));
	for (Size n = 0; n < 100; n += 33)
	{
		piece = shm_toc_allocate(toc, n);
		emit("piece of %zu at %d, free %zu", n, (int) (piece - memory), shm_toc_freespace(toc));
	}
	caught("too much", shm_toc_allocate(toc, size));
	caught("far too much", shm_toc_allocate(toc, SIZE_MAX - 100));
	emit("free %zu", shm_toc_freespace(toc));
	shm_toc_insert(toc, 7, piece);
	shm_toc_insert(toc, UINT64_MAX, piece + 1);
	shm_toc_insert(toc, 7, piece + 2);
	shm_toc_insert(toc, 0, memory + 1);
	emit("found at %d %d %d", (int) ((char *) shm_toc_lookup(toc, 7, false) - memory),
		 (int) ((char *) shm_toc_lookup(toc, UINT64_MAX, true) - memory),
		 (int) ((char *) shm_toc_lookup(toc, 0, true) - memory));
	emit("not found %d", shm_toc_lookup(toc, 8, true) == NULL);
	while (shm_toc_freespace(toc) >= 64)
	{
		shm_toc_insert(toc, 100 + count, piece);
		count++;
	}
	emit("full after %d, free %zu", count, shm_toc_freespace(toc));
	shm_toc_allocate(toc, shm_toc_freespace(toc));
	emit("free %zu", shm_toc_freespace(toc));
	emit("last %d", shm_toc_lookup(toc, 100 + count - 1, false) == piece);
	caught("piece", shm_toc_allocate(toc, 32));
	count = 0;
	PG_TRY();
	{
		for (;; count++)
			shm_toc_insert(toc, 1, piece);
	}
	PG_CATCH();
	{
		MemoryContextSwitchTo(context);
		FlushErrorState();
		emit("entries without pieces %d", count);
	}
	PG_END_TRY();
	caught("entry", shm_toc_insert(toc, 1, piece));
	pfree(memory);
}

static void
not_found(void)
{
	char	   *memory = palloc0(128);
	shm_toc    *toc = shm_toc_create(MAGIC, memory, 128);
	MemoryContext context = CurrentMemoryContext;

	PG_TRY();
	{
		shm_toc_lookup(toc, UINT64CONST(0xfedcba9876543210), false);
		emit("no error");
	}
	PG_CATCH();
	{
		ErrorData  *error;

		MemoryContextSwitchTo(context);
		error = CopyErrorData();
		FlushErrorState();
		emit("no key: %s %d", unpack_sql_state(error->sqlerrcode),
			 strcmp(error->message,
					psprintf("could not find key %llu in shm TOC at %p",
							 (unsigned long long) UINT64CONST(0xfedcba9876543210), toc)) == 0);
	}
	PG_END_TRY();
}

/* Sizes that PostgreSQL rounds up to nothing. */
static void
huge(void)
{
	shm_toc    *toc = shm_toc_create(MAGIC, palloc0(128), 128);
	shm_toc_estimator e = {SIZE_MAX - 45, 0};

	caught("piece", shm_toc_allocate(toc, SIZE_MAX));
	caught("estimate", shm_toc_estimate(&e));
}

/* Fills the shared table while the other worker reads it. */
void
toc_writer(Datum arg)
{
	Shared	   *shared = find();
	shm_toc    *toc = shm_toc_attach(MAGIC, shared->area);

	probe_begin();
	(void) probe_until(pg_atomic_read_u32(&shared->go) == 1);
	for (uint64 key = 0; key < KEYS; key++)
	{
		uint64	   *piece = shm_toc_allocate(toc, sizeof(uint64));

		*piece = key * 3;
		shm_toc_insert(toc, key, piece);
		pg_atomic_write_u32(&shared->written, key + 1);
	}
}

/* Both workers add to the table; each finds what the other one added, and never half of it. */
static void
together(void)
{
	Shared	   *shared = find();
	shm_toc    *toc = shm_toc_attach(MAGIC, shared->area);
	BackgroundWorkerHandle *handle = probe_dynamic("writer", "toc_writer");
	int			wrong = 0;
	uint32		written;

	pg_atomic_write_u32(&shared->go, 1);
	for (uint64 key = 0; key < KEYS; key++)
	{
		uint64	   *piece = shm_toc_allocate(toc, sizeof(uint64));

		*piece = key;
		shm_toc_insert(toc, 1000 + key, piece);
		for (uint64 theirs = 0; theirs < KEYS; theirs += 50)
		{
			uint64	   *found = shm_toc_lookup(toc, theirs, true);

			wrong += found && *found != theirs * 3;
		}
	}
	while ((written = pg_atomic_read_u32(&shared->written)) < KEYS)
	{
		CHECK_FOR_INTERRUPTS();
		for (uint32 i = 0; i < written; i++)
		{
			uint64	   *found = shm_toc_lookup(toc, i, true);

			wrong += !found || *found != i * 3;
		}
	}
	emit("stopped %s", probe_status(WaitForBackgroundWorkerShutdown(handle)));
	for (uint64 key = 0; key < KEYS; key++)
	{
		wrong += *(uint64 *) shm_toc_lookup(toc, key, false) != key * 3;
		wrong += *(uint64 *) shm_toc_lookup(toc, 1000 + key, false) != key;
	}
	emit("wrong %d, free %zu", wrong, shm_toc_freespace(toc));
}

void
toc_main(Datum arg)
{
	MemoryContext context = AllocSetContextCreate(TopMemoryContext, "toc", ALLOCSET_DEFAULT_SIZES);

	probe_begin();
	MemoryContextSwitchTo(context);
	if (probe_is("huge"))
		huge();
	else
	{
		estimates();
		in_memory(512);
		in_memory(1000);
		in_memory(4127);
		not_found();
		together();
	}
	emit("done");
}

void
_PG_init(void)
{
	probe_settings("toc");
	probe_static("toc", "toc_main");
}
