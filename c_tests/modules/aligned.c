/*
 * aligned: chunks at multiples of a power of two, and what each process's generator of random numbers begins
 * with. The facts are the same in PostgreSQL (c_tests/facts/aligned.txt).
 */
#include "caught.h"

#include "common/pg_prng.h"

PGDLLEXPORT void aligned_main(Datum arg);

static pg_prng_state of_postmaster;
static long random_of_postmaster;

static bool
is(const char *from, char what, Size count)
{
	while (count-- > 0)
		if (*from++ != what)
			return false;
	return true;
}

/* One chunk's whole life. */
static void
live(MemoryContext context, Size size, Size align)
{
	Size		before = MemoryContextMemAllocated(context, false);
	char	   *chunk = MemoryContextAllocAligned(context, size, align, MCXT_ALLOC_ZERO);
	bool		zeros = is(chunk, 0, size);
	bool		aligned = (uintptr_t) chunk % align == 0;
	bool		owned = GetMemoryChunkContext(chunk) == context;
	bool		space = GetMemoryChunkSpace(chunk) >= size;
	bool		kept;

	memset(chunk, 'x', size);
	chunk = repalloc(chunk, size * 3);
	kept = is(chunk, 'x', size);
	memset(chunk, 'y', size * 3);
	aligned = aligned && (uintptr_t) chunk % align == 0;
	chunk = repalloc(chunk, size / 2);
	kept = kept && is(chunk, 'y', size / 2);
	aligned = aligned && (uintptr_t) chunk % align == 0;
	pfree(chunk);
	emit("%zu at %zu: zeros %d aligned %d owned %d space %d kept %d back %d", size, align, zeros, aligned,
		 owned, space, kept, MemoryContextMemAllocated(context, false) >= before);
}

static void
show_chunks(void)
{
	static const Size aligns[] = {1, 2, 8, 16, 32, 64, 128, 4096, 65536};
	static const Size sizes[] = {1, 40, 1000, 100000};
	MemoryContext context = AllocSetContextCreate(TopMemoryContext, "aligned", ALLOCSET_DEFAULT_SIZES);
	MemoryContext slab = SlabContextCreate(TopMemoryContext, "slab", SLAB_DEFAULT_BLOCK_SIZE, 64);
	MemoryContext bump = BumpContextCreate(TopMemoryContext, "bump", ALLOCSET_DEFAULT_SIZES);

	for (int i = 0; i < lengthof(aligns); i++)
		for (int j = 0; j < lengthof(sizes); j++)
			live(context, sizes[j], aligns[i]);
	MemoryContextSwitchTo(context);
	emit("current: %d", GetMemoryChunkContext(palloc_aligned(10, 64, 0)) == context);
	emit("bump: %d", (uintptr_t) MemoryContextAllocAligned(bump, 100, 256, 0) % 256 == 0);
	caught("slab", MemoryContextAllocAligned(slab, 64, 64, 0));
	caught("too much", palloc_aligned(MaxAllocSize, 32, 0));
	caught("too much", palloc_aligned(MaxAllocSize - 31, 32, MCXT_ALLOC_NO_OOM));
	for (int i = 0; i < 1000; i++)
		memset(palloc_aligned(i, 64, 0), 'z', i);
	MemoryContextReset(context);
	emit("empty: %d", MemoryContextIsEmpty(context));
	MemoryContextDelete(context);
	MemoryContextDelete(bump);
}

static void
show_seeds(void)
{
	emit("postmaster: %d", (of_postmaster.s0 | of_postmaster.s1) != 0);
	emit("worker: %d", (pg_global_prng_state.s0 | pg_global_prng_state.s1) != 0);
	emit("other: %d", memcmp(&of_postmaster, &pg_global_prng_state, sizeof(pg_prng_state)) != 0);
	emit("random: %d", random() != random_of_postmaster);
	emit("next: %d", pg_prng_uint64(&pg_global_prng_state) != pg_prng_uint64(&pg_global_prng_state));
}

void
aligned_main(Datum arg)
{
	probe_begin();
	/* PostgreSQL dies of it. */
	if (probe_is("oom"))
		emit("no oom: %d", palloc_aligned(MaxAllocHugeSize - 1024, 64, MCXT_ALLOC_HUGE | MCXT_ALLOC_NO_OOM) == NULL);
	show_chunks();
	show_seeds();
	emit("done");
	probe_idle();
}

void
_PG_init(void)
{
	probe_settings("aligned");
	of_postmaster = pg_global_prng_state;
	random_of_postmaster = random();
	probe_static("aligned", "aligned_main");
}
