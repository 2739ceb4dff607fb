/*
 * contexts: what memory contexts do, each step a fact. All of it holds in PostgreSQL as well, so
 * sizes that depend on how it lays out its blocks are compared, not printed.
 */
#include "caught.h"

PGDLLEXPORT void contexts_main(Datum arg);

static MemoryContext base;

static void
tell(void *name)
{
	emit("callback %s", (char *) name);
}

static MemoryContext
below(MemoryContext parent, char *name)
{
	MemoryContext context = AllocSetContextCreate(parent, "below", ALLOCSET_SMALL_SIZES);
	MemoryContextCallback *callback = MemoryContextAlloc(context, sizeof(*callback));

	callback->func = tell;
	callback->arg = name;
	MemoryContextRegisterResetCallback(context, callback);
	MemoryContextSetIdentifier(context, name);
	return context;
}

static bool
zeros(const char *from, Size count)
{
	while (count-- > 0)
		if (*from++ != 0)
			return false;
	return true;
}

static void
sizes(void)
{
	char	   *chunk;
	char	   *other;
	Size		n;

	caught("palloc", palloc(MaxAllocSize + 1));
	caught("palloc0", palloc0(SIZE_MAX));
	caught("extended", palloc_extended(MaxAllocSize + 1, MCXT_ALLOC_NO_OOM));
	caught("huge", MemoryContextAllocHuge(base, MaxAllocHugeSize + 1));
	caught("out of memory", MemoryContextAllocHuge(base, MaxAllocHugeSize - 1024));
	emit("no oom %d", palloc_extended(MaxAllocHugeSize - 1024,
									  MCXT_ALLOC_HUGE | MCXT_ALLOC_NO_OOM) == NULL);
	chunk = palloc_extended(100, MCXT_ALLOC_ZERO);
	emit("zeros %d", zeros(chunk, 100));
	memset(chunk, 'x', 100);
	caught("repalloc", other = repalloc(chunk, MaxAllocSize + 1));
	caught("repalloc huge", other = repalloc_huge(chunk, MaxAllocHugeSize - 1024));
	emit("repalloc no oom %d", repalloc_extended(chunk, MaxAllocHugeSize - 1024, MCXT_ALLOC_HUGE |
												 MCXT_ALLOC_NO_OOM) == NULL);
	(void) other;
	chunk = repalloc0(chunk, 100, 100000);
	emit("grown %c%c %d", chunk[0], chunk[99], zeros(chunk + 100, 99900));
	emit("space %d", GetMemoryChunkSpace(chunk) >= 100000);
	emit("owner %d", GetMemoryChunkContext(chunk) == base);
	caught("repalloc0", other = repalloc0(chunk, 10, 9));
	chunk = repalloc(chunk, 10);
	emit("shrunk %c%c", chunk[0], chunk[9]);
	pfree(chunk);
	caught("add", n = add_size(SIZE_MAX, 1));
	caught("mul", n = mul_size(SIZE_MAX, 2));
	(void) n;
	emit("sums %zu %zu", add_size(SIZE_MAX - 1, 1), mul_size(SIZE_MAX, 1));
	caught("array", palloc_array(int64, SIZE_MAX / 4));
	caught("array size", palloc_array(int64, MaxAllocSize));
	emit("object %d", zeros((char *) palloc0_array(int64, 7), 56));
}

static void
texts(void)
{
	char		buffer[8];
	char	   *text;

	emit("pstrdup %s", pstrdup("text"));
	emit("pnstrdup %s %s", pnstrdup("text", 3), pnstrdup("te\0xt", 5));
	emit("pchomp [%s] [%s]", pchomp("\n a\nb\n\n"), pchomp("\n\n"));
	errno = ENOENT;
	text = psprintf("%s %5.1f %m %0*d", "one", 2.25, 300, 7);
	emit("psprintf %zu %.40s", strlen(text), text);
	emit("psprintf short %s", psprintf("%d%%", 99));
	emit("psprintf empty [%s]", psprintf("%s", ""));
	snprintf(buffer, sizeof(buffer), "%s", "1234567");
	emit("exact %s", psprintf("%s", buffer));
	text = psprintf("%0127d", 1);
	emit("127 %zu", strlen(text));
	text = psprintf("%0128d", 1);
	emit("128 %zu", strlen(text));
}

static void
trees(void)
{
	MemoryContext top = below(base, "top");
	MemoryContext one = below(top, "one");
	MemoryContext two = below(top, "two");
	MemoryContext deep = below(one, "deep");
	Size		alone;

	emit("parents %d %d %d", MemoryContextGetParent(deep) == one,
		 MemoryContextGetParent(two) == top, MemoryContextGetParent(TopMemoryContext) == NULL);
	emit("first child %s, then %s", top->firstchild->ident, top->firstchild->nextchild->ident);
	alone = MemoryContextMemAllocated(deep, true);
	emit("allocated %d %d %d", alone > 0, MemoryContextMemAllocated(one, true) ==
		 MemoryContextMemAllocated(one, false) + alone,
		 MemoryContextMemAllocated(top, true) > MemoryContextMemAllocated(one, true));
	MemoryContextAlloc(deep, 100000);
	emit("more %d", MemoryContextMemAllocated(deep, false) >= alone + 100000);
	emit("empty %d %d", MemoryContextIsEmpty(deep), MemoryContextIsEmpty(top));
	MemoryContextSetParent(deep, two);
	emit("moved %d %d", one->firstchild == NULL, two->firstchild == deep);
	MemoryContextSetParent(one, NULL);
	emit("root %d %s", one->parent == NULL, top->firstchild->ident);
	MemoryContextSetParent(one, top);
	emit("back %s %s", top->firstchild->ident, top->firstchild->nextchild->ident);
	MemoryContextResetOnly(deep);
	emit("reset %d %d", MemoryContextIsEmpty(deep), deep->isReset);
	emit("reset children");
	MemoryContextResetChildren(top);
	emit("still there %d", top->firstchild == one && two->firstchild == deep);
	MemoryContextAlloc(one, 1);
	emit("delete children");
	below(deep, "deeper");
	below(deep, "deepest");
	MemoryContextDeleteChildren(top);
	emit("gone %d %d", top->firstchild == NULL, MemoryContextIsEmpty(top));
	below(top, "last");
	emit("delete");
	MemoryContextDelete(top);
	emit("nothing left %d", base->firstchild == NULL);
}

static void
kinds(void)
{
	MemoryContext slab = SlabContextCreate(base, "slab", SLAB_DEFAULT_BLOCK_SIZE, 40);
	MemoryContext tiny = SlabContextCreate(base, "tiny", SLAB_DEFAULT_BLOCK_SIZE, 4);
	MemoryContext generation = GenerationContextCreate(base, "generation",
													   ALLOCSET_DEFAULT_SIZES);
	MemoryContext bump = BumpContextCreate(base, "bump", ALLOCSET_DEFAULT_SIZES);
	void	   *chunk = MemoryContextAlloc(slab, 40);
	void	   *other;

	emit("kinds %d %d %d", IsA(slab, SlabContext), IsA(generation, GenerationContext),
		 IsA(bump, BumpContext));
	emit("same %d", repalloc(chunk, 40) == chunk);
	caught("slab alloc", MemoryContextAlloc(slab, 41));
	caught("slab tiny", MemoryContextAlloc(tiny, 4));
	caught("slab realloc", other = repalloc(chunk, 41));
	(void) other;
	caught("slab create", SlabContextCreate(base, "none", 64, 100));
	caught("slab large", SlabContextCreate(base, "none", 8192, 8192 - 55));
	emit("slab fits %d", SlabContextCreate(base, "fits", 8192, 8192 - 56) != NULL);
	pfree(chunk);
	emit("generation %d", GetMemoryChunkContext(MemoryContextAlloc(generation, 9)) == generation);
	memset(MemoryContextAlloc(bump, 999), 1, 999);
	MemoryContextReset(bump);
	MemoryContextDeleteChildren(base);
	emit("gone %d", base->firstchild == NULL);
}

/* Only what PostgreSQL says as well is told apart by the test: its numbers are others. */
static void
stats(void)
{
	MemoryContext parent = AllocSetContextCreate(base, "parent", ALLOCSET_SMALL_SIZES);
	MemoryContextCounters counters;
	char		ident[200];

	memset(ident, 'i', sizeof(ident));
	ident[3] = '\n';
	ident[199] = '\0';
	MemoryContextCopyAndSetIdentifier(parent, ident);
	for (int i = 0; i < 103; i++)
		AllocSetContextCreate(parent, "child", ALLOCSET_SMALL_SIZES);
	AllocSetContextCreate(parent->firstchild, "dynahash", ALLOCSET_SMALL_SIZES);
	MemoryContextSetIdentifier(parent->firstchild->firstchild, "table");
	memset(&counters, 0xff, sizeof(counters));
	MemoryContextMemConsumed(parent, &counters);
	emit("consumed %d %d", counters.totalspace == MemoryContextMemAllocated(parent, true),
		 counters.nblocks > 0);
	MemoryContextStats(parent);
	MemoryContextStatsDetail(parent, 1, 1, false);
	MemoryContextDelete(parent);
}

void
contexts_main(Datum arg)
{
	probe_begin();
	base = AllocSetContextCreate(TopMemoryContext, "base", ALLOCSET_DEFAULT_SIZES);
	MemoryContextSwitchTo(base);
	sizes();
	texts();
	MemoryContextReset(base);
	trees();
	kinds();
	stats();
	MemoryContextReset(base);
	MemoryContextSwitchTo(TopMemoryContext);
	emit("left %d", MemoryContextIsEmpty(base));
	MemoryContextDelete(base);
	emit("done");
}

void
_PG_init(void)
{
	probe_settings("contexts");
	probe_static("contexts", "contexts_main");
}
