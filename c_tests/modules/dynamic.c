/*
 * dynamic: segments that come and go, a fact for each question. The facts are the same in PostgreSQL
 * (c_tests/facts/dynamic.txt). Scenario "full": as many segments as there can be. Scenario "set aside": with
 * min_dynamic_shared_memory. Scenario "held": segments that are there when something happens.
 */
#include "caught.h"

#include "storage/dsm.h"
#include "storage/lwlock.h"
#include "storage/shmem.h"
#include "utils/resowner.h"

#define MAGIC 0x5eed

PGDLLEXPORT void dynamic_main(Datum arg);
PGDLLEXPORT void dynamic_other(Datum arg);
PGDLLEXPORT void dynamic_ends(Datum arg);

/* What a segment begins with. */
typedef struct Head
{
	uint32		magic;
	uint32		number;
} Head;

/* What the end of a process shows. */
static dsm_handle ended;

static void
tell(dsm_segment *seg, Datum arg)
{
	emit("detaching %d, mapped %d", DatumGetInt32(arg), dsm_segment_address(seg) != NULL);
}

static void
tell_and_raise(dsm_segment *seg, Datum arg)
{
	elog(ERROR, "cannot detach %d", DatumGetInt32(arg));
}

/* An ERROR may leave the table of segments locked, until the process has coped with it. */
#define caught_and_unlocked(what, ...) \
	do { \
		caught(what, __VA_ARGS__); \
		LWLockReleaseAll(); \
	} while (0)

static dsm_segment *
make(Size size)
{
	dsm_segment *seg = dsm_create(size, 0);
	Head	   *head = dsm_segment_address(seg);

	head->magic = MAGIC;
	head->number = 0;
	return seg;
}

static void
basics(void)
{
	static const Size sizes[] = {1, 8, 4095, 4096, 4097, 1000000};
	dsm_segment *seg;
	dsm_handle	handle;
	int			wrong = 0;

	for (int i = 0; i < lengthof(sizes); i++)
	{
		char	   *bytes;

		seg = dsm_create(sizes[i], 0);
		bytes = dsm_segment_address(seg);
		for (Size n = 0; n < sizes[i]; n++)
			wrong += bytes[n] != 0;
		memset(bytes, 1, sizes[i]);
		emit("%zu: mapped %zu, aligned %d, even %d", sizes[i], dsm_segment_map_length(seg),
			 (uintptr_t) bytes % 4096 == 0, dsm_segment_handle(seg) % 2 == 0);
		dsm_detach(seg);
	}
	emit("not zero %d", wrong);
	seg = make(100);
	handle = dsm_segment_handle(seg);
	emit("found %d, other %d", dsm_find_mapping(handle) == seg,
		 dsm_find_mapping(handle + 2) == NULL);
	emit("invalid %d", handle == DSM_HANDLE_INVALID);
	caught("again", dsm_attach(handle));
	dsm_detach(seg);
	emit("gone %d %d", dsm_find_mapping(handle) == NULL, dsm_attach(handle) == NULL);
	emit("invalid %d", dsm_attach(DSM_HANDLE_INVALID) == NULL);
	emit("unknown %d", dsm_attach(123456) == NULL);
	caught_and_unlocked("unpin", dsm_unpin_segment(handle));
	seg = make(100);
	caught_and_unlocked("unpinned", dsm_unpin_segment(dsm_segment_handle(seg)));
	dsm_pin_segment(seg);
	caught_and_unlocked("pinned", dsm_pin_segment(seg));
	handle = dsm_segment_handle(seg);
	((Head *) dsm_segment_address(seg))->number = 17;
	dsm_detach(seg);
	emit("not mapped %d", dsm_find_mapping(handle) == NULL);
	seg = dsm_attach(handle);
	emit("pinned %d", ((Head *) dsm_segment_address(seg))->number);
	dsm_detach(seg);
	dsm_unpin_segment(handle);
	emit("gone %d", dsm_attach(handle) == NULL);
}

static void
callbacks(void)
{
	dsm_segment *seg = make(100);

	for (int i = 0; i < 4; i++)
		on_dsm_detach(seg, tell, Int32GetDatum(i % 3));
	cancel_on_dsm_detach(seg, tell, Int32GetDatum(0));
	cancel_on_dsm_detach(seg, tell, Int32GetDatum(5));
	dsm_detach(seg);
	seg = make(100);
	on_dsm_detach(seg, tell, Int32GetDatum(10));
	on_dsm_detach(seg, tell_and_raise, Int32GetDatum(11));
	on_dsm_detach(seg, tell, Int32GetDatum(12));
	caught("raised", dsm_detach(seg));
	emit("holdoff %u", InterruptHoldoffCount);
	emit("there %d", dsm_find_mapping(dsm_segment_handle(seg)) == seg);
	dsm_detach(seg);
	emit("holdoff %u", InterruptHoldoffCount);
}

static void
release(ResourceOwner owner, bool is_commit)
{
	ResourceOwnerRelease(owner, RESOURCE_RELEASE_BEFORE_LOCKS, is_commit, true);
	ResourceOwnerRelease(owner, RESOURCE_RELEASE_LOCKS, is_commit, true);
	ResourceOwnerRelease(owner, RESOURCE_RELEASE_AFTER_LOCKS, is_commit, true);
	ResourceOwnerDelete(owner);
	CurrentResourceOwner = NULL;
}

static void
owned(void)
{
	ResourceOwner owner = CurrentResourceOwner = ResourceOwnerCreate(NULL, "owner");
	dsm_segment *seg = make(100);
	dsm_handle	handle = dsm_segment_handle(seg);
	dsm_segment *kept;

	on_dsm_detach(seg, tell, Int32GetDatum(20));
	release(owner, false);
	emit("released %d", dsm_find_mapping(handle) == NULL);

	owner = CurrentResourceOwner = ResourceOwnerCreate(NULL, "owner");
	seg = make(100);
	kept = make(200);
	dsm_pin_mapping(kept);
	dsm_pin_mapping(kept);
	on_dsm_detach(seg, tell, Int32GetDatum(21));
	on_dsm_detach(kept, tell, Int32GetDatum(22));
	release(owner, true);
	emit("kept %d", dsm_find_mapping(dsm_segment_handle(kept)) == kept);

	owner = CurrentResourceOwner = ResourceOwnerCreate(NULL, "owner");
	dsm_unpin_mapping(kept);
	release(owner, false);

	owner = CurrentResourceOwner = ResourceOwnerCreate(NULL, "owner");
	seg = make(100);
	dsm_detach(seg);
	release(owner, true);
	emit("nothing left");

	owner = CurrentResourceOwner = ResourceOwnerCreate(NULL, "owner");
	CurrentResourceOwner = NULL;
	seg = make(100);
	release(owner, true);
	emit("without owner %d", dsm_find_mapping(dsm_segment_handle(seg)) == seg);
	dsm_detach(seg);
}

static BackgroundWorkerHandle *
start(const char *name, const char *function, dsm_handle handle)
{
	BackgroundWorker worker = probe_worker(name, function);

	worker.bgw_main_arg = UInt32GetDatum(handle);
	return probe_register(&worker);
}

static void
finish(BackgroundWorkerHandle *handle)
{
	emit("stopped %s", probe_status(WaitForBackgroundWorkerShutdown(handle)));
}

/* Another process writes and reads, too. */
static void
shared(void)
{
	dsm_segment *seg = make(10000);
	Head	   *head = dsm_segment_address(seg);
	dsm_handle	handle = dsm_segment_handle(seg);

	on_dsm_detach(seg, tell, Int32GetDatum(30));
	finish(start("other", "dynamic_other", handle));
	emit("other wrote %u", head->number);
	finish(start("other", "dynamic_other", handle));
	emit("other wrote %u", head->number);
	dsm_detach(seg);
	finish(start("other", "dynamic_other", handle));
	seg = make(100);
	dsm_pin_segment(seg);
	handle = dsm_segment_handle(seg);
	dsm_detach(seg);
	finish(start("other", "dynamic_other", handle));
	finish(start("other", "dynamic_other", handle));
	dsm_unpin_segment(handle);
	finish(start("other", "dynamic_other", handle));
	/* One that reset_on_dsm_detach leaves alone stays. */
	seg = make(100);
	handle = dsm_segment_handle(seg);
	on_dsm_detach(seg, tell, Int32GetDatum(31));
	reset_on_dsm_detach();
	dsm_detach(seg);
	finish(start("other", "dynamic_other", handle));
}

void
dynamic_other(Datum arg)
{
	dsm_segment *seg;
	Head	   *head;

	probe_begin();
	seg = dsm_attach(DatumGetUInt32(arg));
	if (!seg)
	{
		emit("other: gone");
		return;
	}
	head = dsm_segment_address(seg);
	emit("other: magic %d, number %u, length %zu", head->magic == MAGIC, head->number,
		 dsm_segment_map_length(seg));
	head->number++;
	on_dsm_detach(seg, tell, Int32GetDatum(100));
}

static void
before(int code, Datum arg)
{
	emit("before_shmem_exit: there %d", dsm_find_mapping(ended) != NULL);
}

static void
after(int code, Datum arg)
{
	emit("on_shmem_exit: there %d", dsm_find_mapping(ended) != NULL);
}

/* What is there at the end of a process. */
void
dynamic_ends(Datum arg)
{
	dsm_segment *seg;

	probe_begin();
	before_shmem_exit(before, 0);
	on_shmem_exit(after, 0);
	for (int i = 0; i < 3; i++)
	{
		seg = make(100);
		on_dsm_detach(seg, tell, Int32GetDatum(40 + i));
		if (i == 1)
			on_dsm_detach(seg, tell_and_raise, Int32GetDatum(43));
	}
	ended = dsm_segment_handle(seg);
	if (DatumGetUInt32(arg) == 1)
		elog(ERROR, "the end");
	if (DatumGetUInt32(arg) == 2)
		proc_exit(1);
}

/* What cannot be had, but for the name in the message. */
static void
refused(Size size)
{
	MemoryContext outer = CurrentMemoryContext;

	PG_TRY();
	{
		(void) dsm_create(size, 0);
		emit("%zu: no error", size);
	}
	PG_CATCH();
	{
		ErrorData  *error;
		char	   *name;

		MemoryContextSwitchTo(outer);
		error = CopyErrorData();
		FlushErrorState();
		name = strchr(error->message, '"');
		*name = '\0';
		emit("%zu: %s %s%s", size, unpack_sql_state(error->sqlerrcode), error->message,
			 strchr(name + 1, '"') + 1);
	}
	PG_END_TRY();
}

static void
limits(void)
{
	refused(0);
	refused((Size) 1 << 62);
	refused(SIZE_MAX / 2);
	emit("there %d", dsm_attach(2) == NULL);
}

/* With min_dynamic_shared_memory = 1MB: what fits has no file. */
static void
set_aside(void)
{
	dsm_segment *segments[4];
	static const Size sizes[] = {100, 4096, 500000, 600000};

	for (int i = 0; i < 4; i++)
	{
		segments[i] = make(sizes[i]);
		emit("%zu: mapped %zu, odd %d", sizes[i], dsm_segment_map_length(segments[i]),
			 dsm_segment_handle(segments[i]) % 2 == 1);
		memset(dsm_segment_address(segments[i]), 'a' + i, sizes[i]);
	}
	for (int i = 0; i < 4; i++)
	{
		char	   *bytes = dsm_segment_address(segments[i]);
		int			wrong = 0;

		for (Size n = 0; n < sizes[i]; n++)
			wrong += bytes[n] != 'a' + i;
		emit("wrong %d, found %d", wrong,
			 dsm_find_mapping(dsm_segment_handle(segments[i])) == segments[i]);
	}
	((Head *) dsm_segment_address(segments[0]))->magic = MAGIC;
	((Head *) dsm_segment_address(segments[0]))->number = 5;
	finish(start("other", "dynamic_other", dsm_segment_handle(segments[0])));
	dsm_detach(segments[2]);
	segments[2] = make(600000);
	emit("again: odd %d", dsm_segment_handle(segments[2]) % 2 == 1);
	dsm_pin_segment(segments[2]);
	dsm_detach(segments[2]);
	finish(start("other", "dynamic_other", dsm_segment_handle(segments[0])));
	shared();
}

/* As many as there can be. */
static void
full(void)
{
	int			count = 0;
	dsm_segment *seg;
	dsm_segment *last = NULL;

	while ((seg = dsm_create(1, DSM_CREATE_NULL_IF_MAXSEGMENTS)) != NULL)
	{
		last = seg;
		count++;
	}
	emit("some %d", count > 64);
	caught("one more", dsm_create(1, 0));
	dsm_detach(last);
	last = dsm_create(1, 0);
	emit("again %d", last != NULL);
	emit("null %d", dsm_create(1, DSM_CREATE_NULL_IF_MAXSEGMENTS) == NULL);
	dsm_backend_shutdown();
	emit("left %d", dsm_find_mapping(ended) != NULL);
}

void
dynamic_main(Datum arg)
{
	probe_begin();
	if (probe_is("full"))
		full();
	else if (probe_is("set aside"))
		set_aside();
	else if (probe_is("held"))
	{
		dsm_segment *seg = make(100);

		dsm_pin_segment(seg);
		(void) make(200);
		(void) make(5000);
		emit("done");
		probe_idle();
	}
	else
	{
		basics();
		callbacks();
		owned();
		shared();
		limits();
		for (int how = 0; how < 3; how++)
			finish(start("ends", "dynamic_ends", how));
	}
	emit("done");
}

void
_PG_init(void)
{
	probe_settings("dynamic");
	probe_static("dynamic", "dynamic_main");
}
