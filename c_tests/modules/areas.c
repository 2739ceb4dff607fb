/*
 * areas: memory of dynamic segments in pieces, a fact for each question. The facts are the same in PostgreSQL
 * (c_tests/facts/areas.txt).
 */
#include "caught.h"
#include "filled.h"

#include "storage/dsm.h"
#include "storage/lwlock.h"
#include "storage/shmem.h"
#include "utils/dsa.h"
#include "utils/resowner.h"

#define MANY 4000

PGDLLEXPORT void areas_main(Datum arg);
PGDLLEXPORT void areas_other(Datum arg);

typedef struct Shared
{
	dsa_handle	area;
	dsa_pointer object;
	char		place[256 * 1024] pg_attribute_aligned(64);
} Shared;

static int	tranche;

#define SHARED_PROBE "areas"
#include "probe_shared.h"

/* Many objects of all sizes: none lies in another one. */
static void
objects(dsa_area *area, const char *what)
{
	static dsa_pointer many[MANY];
	int			wrong = 0;
	int			unaligned = 0;

	for (int round = 0; round < 3; round++)
	{
		for (int i = 0; i < MANY; i++)
		{
			Size		size = 1 + (Size) i * i % 20000;

			many[i] = dsa_allocate(area, size);
			unaligned += (uintptr_t) dsa_get_address(area, many[i]) % MAXIMUM_ALIGNOF != 0;
			fill(dsa_get_address(area, many[i]), size, i);
		}
		for (int i = 0; i < MANY; i++)
			wrong += differs(dsa_get_address(area, many[i]), 1 + (Size) i * i % 20000, i);
		/* Every other one first. */
		for (int i = 0; i < MANY; i += 2)
			dsa_free(area, many[i]);
		for (int i = 1; i < MANY; i += 2)
			wrong += differs(dsa_get_address(area, many[i]), 1 + (Size) i * i % 20000, i);
		for (int i = 1; i < MANY; i += 2)
			dsa_free(area, many[i]);
	}
	emit("%s: wrong %d, unaligned %d", what, wrong, unaligned);
}

static int
all_zero(const char *object, Size size)
{
	for (Size i = 0; i < size; i++)
		if (object[i] != 0)
			return 0;
	return 1;
}

static void
basics(void)
{
	dsa_area   *area = dsa_create(tranche);
	dsa_pointer first;
	dsa_pointer large;

	emit("total %zu, invalid handle %d", dsa_get_total_size(area),
		 dsa_get_handle(area) == DSA_HANDLE_INVALID);
	emit("segment %d", dsm_find_mapping(dsa_get_handle(area)) != NULL);
	emit("null %d", dsa_get_address(area, InvalidDsaPointer) == NULL);
	first = dsa_allocate(area, 100);
	emit("valid %d, in segment %d", DsaPointerIsValid(first), (int) (first >> DSA_OFFSET_WIDTH));
	strcpy(dsa_get_address(area, first), "first");
	emit("total %zu", dsa_get_total_size(area));
	large = dsa_allocate0(area, 3000000);
	emit("large in segment %d, page %d, zero %d", (int) (large >> DSA_OFFSET_WIDTH),
		 (int) (large % 4096), all_zero(dsa_get_address(area, large), 3000000));
	emit("larger %d", dsa_get_total_size(area) > 4000000);
	dsa_free(area, large);
	emit("as before %zu", dsa_get_total_size(area));
	for (Size size = 1; size < 20000; size = size * 3 / 2 + 1)
	{
		dsa_pointer dirty = dsa_allocate(area, size);
		dsa_pointer clean;

		memset(dsa_get_address(area, dirty), 1, size);
		dsa_free(area, dirty);
		clean = dsa_allocate0(area, size);
		if (!all_zero(dsa_get_address(area, clean), size))
			emit("%zu is not zero", size);
		dsa_free(area, clean);
	}
	objects(area, "objects");
	dsa_trim(area);
	emit("trimmed %zu, first \"%s\"", dsa_get_total_size(area),
		 (char *) dsa_get_address(area, first));
	caught("too large", dsa_allocate(area, MaxAllocSize + 1));
	caught("too huge", dsa_allocate_extended(area, SIZE_MAX, DSA_ALLOC_HUGE));
	dsa_set_size_limit(area, 1024 * 1024);
	caught("limit", dsa_allocate(area, 2000000));
	LWLockReleaseAll();
	emit("no error %d", DsaPointerIsValid(dsa_allocate_extended(area, 2000000, DSA_ALLOC_NO_OOM)));
	dsa_set_size_limit(area, 0);
	caught("nothing more", dsa_allocate(area, 1200000));
	dsa_set_size_limit(area, SIZE_MAX);
	emit("enough %d", DsaPointerIsValid(dsa_allocate(area, 2000000)));
	caught("unpin", dsa_unpin(area));
	dsa_pin(area);
	caught("pin", dsa_pin(area));
	dsa_unpin(area);
	caught("unpin", dsa_unpin(area));
	dsa_detach(area);
}

static void
sizes(void)
{
	dsa_area   *area = dsa_create_ext(tranche, 256 * 1024, 1024 * 1024);
	Size		before = dsa_get_total_size(area);
	Size		largest = 0;
	int			segments = 1;

	emit("total %zu", before);
	while (segments < 9)
	{
		Size		now;

		dsa_allocate(area, 5000);
		now = dsa_get_total_size(area);
		if (now != before)
		{
			emit("one more of %zu", now - before);
			largest = Max(largest, now - before);
			segments++;
		}
		before = now;
	}
	emit("largest %zu", largest);
	dsa_detach(area);
}

static void
in_place(void)
{
	Size		size = 256 * 1024;
	char	   *place = palloc(size);
	dsa_area   *area;
	dsa_pointer object;
	int			count = 0;

	emit("minimum %d, pages %d", dsa_minimum_size() <= 16384, (int) (dsa_minimum_size() % 4096));
	MemoryContextSwitchTo(TopMemoryContext);
	PG_TRY();
	{
		(void) dsa_create_in_place(place, dsa_minimum_size() - 1, tranche, NULL);
		emit("no error");
	}
	PG_CATCH();
	{
		ErrorData  *error;

		MemoryContextSwitchTo(TopMemoryContext);
		error = CopyErrorData();
		FlushErrorState();
		emit("too small: %d",
			 strcmp(error->message,
					psprintf("dsa_area space must be at least %zu, but %zu provided",
							 dsa_minimum_size(), dsa_minimum_size() - 1)) == 0);
	}
	PG_END_TRY();
	area = dsa_create_in_place(place, size, tranche, NULL);
	emit("total %zu", dsa_get_total_size(area));
	dsa_set_size_limit(area, size);
	while (DsaPointerIsValid(object = dsa_allocate_extended(area, 1000, DSA_ALLOC_NO_OOM)))
	{
		char	   *address = dsa_get_address(area, object);

		if (address < place || address + 1000 > place + size)
			emit("outside");
		memset(address, 1, 1000);
		count++;
	}
	emit("many %d", count > 150);
	dsa_release_in_place(place);
	caught("released", dsa_attach_in_place(place, NULL));
	LWLockReleaseAll();
	dsa_detach(area);
	area = dsa_create_in_place(place, dsa_minimum_size(), tranche, NULL);
	object = dsa_allocate(area, 100);
	emit("more %d, total %zu", (int) (object >> DSA_OFFSET_WIDTH),
		 dsa_get_total_size(area) - dsa_minimum_size());
	dsa_release_in_place(place);
	dsa_detach(area);
	pfree(place);
}

static BackgroundWorkerHandle *
start(const char *name, const char *function, int arg)
{
	BackgroundWorker worker = probe_worker(name, function);

	worker.bgw_main_arg = Int32GetDatum(arg);
	return probe_register(&worker);
}

static void
other(int what)
{
	emit("stopped %s", probe_status(WaitForBackgroundWorkerShutdown(start("other", "areas_other",
																		  what))));
}

static void
shared_by_processes(void)
{
	Shared	   *shared = find();
	dsa_area   *area = dsa_create(tranche);

	shared->area = dsa_get_handle(area);
	shared->object = dsa_allocate(area, 2000000);
	fill(dsa_get_address(area, shared->object), 2000000, 1);
	other(0);
	emit("answer %d", differs(dsa_get_address(area, shared->object), 5000000, 2));
	dsa_free(area, shared->object);
	dsa_detach(area);
	/* Nobody has it any more, but for the pin. */
	other(2);
	area = dsa_create(tranche);
	shared->area = dsa_get_handle(area);
	dsa_pin(area);
	shared->object = dsa_allocate(area, 2000000);
	fill(dsa_get_address(area, shared->object), 2000000, 1);
	dsa_detach(area);
	other(0);
	other(1);
	other(2);

	area = dsa_create_in_place(shared->place, sizeof(shared->place), tranche, NULL);
	shared->object = dsa_allocate(area, 300000);
	fill(dsa_get_address(area, shared->object), 300000, 7);
	other(3);
	emit("answer \"%s\"", (char *) dsa_get_address(area, shared->object));
	dsa_release_in_place(shared->place);
	dsa_detach(area);
	other(4);
}

void
areas_other(Datum arg)
{
	Shared	   *shared = find();
	dsa_area   *area = NULL;

	probe_begin();
	switch (DatumGetInt32(arg))
	{
		case 0:
			area = dsa_attach(shared->area);
			caught("twice", dsa_attach(shared->area));
			emit("other: differs %d", differs(dsa_get_address(area, shared->object), 2000000, 1));
			dsa_free(area, shared->object);
			shared->object = dsa_allocate(area, 5000000);
			fill(dsa_get_address(area, shared->object), 5000000, 2);
			break;
		case 1:
			area = dsa_attach(shared->area);
			dsa_unpin(area);
			emit("other: differs %d", differs(dsa_get_address(area, shared->object), 5000000, 2));
			break;
		case 2:
			caught("other: gone", dsa_attach(shared->area));
			break;
		case 3:
			area = dsa_attach_in_place(shared->place, NULL);
			on_shmem_exit(dsa_on_shmem_exit_release_in_place, PointerGetDatum(shared->place));
			emit("other: differs %d", differs(dsa_get_address(area, shared->object), 300000, 7));
			dsa_free(area, shared->object);
			shared->object = dsa_allocate(area, 6);
			strcpy(dsa_get_address(area, shared->object), "other");
			break;
		case 4:
			caught("other: gone", dsa_attach_in_place(shared->place, NULL));
			LWLockReleaseAll();
			break;
	}
}

static void
release(ResourceOwner owner)
{
	CurrentResourceOwner = NULL;
	ResourceOwnerRelease(owner, RESOURCE_RELEASE_BEFORE_LOCKS, true, true);
	ResourceOwnerRelease(owner, RESOURCE_RELEASE_LOCKS, true, true);
	ResourceOwnerRelease(owner, RESOURCE_RELEASE_AFTER_LOCKS, true, true);
	ResourceOwnerDelete(owner);
}

/* The area belongs to the owner that it was made with. */
static void
owned(void)
{
	ResourceOwner parent = ResourceOwnerCreate(NULL, "parent");
	ResourceOwner child = ResourceOwnerCreate(parent, "child");
	dsa_area   *area;
	dsa_pointer object;
	dsa_handle	handle;

	CurrentResourceOwner = parent;
	area = dsa_create(tranche);
	CurrentResourceOwner = child;
	object = dsa_allocate(area, 5000000);
	fill(dsa_get_address(area, object), 5000000, 3);
	release(child);
	emit("differs %d", differs(dsa_get_address(area, object), 5000000, 3));
	dsa_pin_mapping(area);
	handle = dsa_get_handle(area);
	release(parent);
	emit("differs %d", differs(dsa_get_address(area, object), 5000000, 3));
	dsa_detach(area);
	caught("gone", dsa_attach(handle));
	parent = CurrentResourceOwner = ResourceOwnerCreate(NULL, "parent");
	area = dsa_create(tranche);
	(void) dsa_allocate(area, 5000000);
	dsa_detach(area);
	release(parent);
	emit("no warnings");
}

void
areas_main(Datum arg)
{
	probe_begin();
	tranche = LWLockNewTrancheId();
	LWLockRegisterTranche(tranche, "areas");
	/* What is made in it stays. */
	MemoryContextSwitchTo(TopMemoryContext);
	basics();
	sizes();
	in_place();
	shared_by_processes();
	owned();
	emit("done");
}
