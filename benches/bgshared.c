/*
 * bgshared.c - performance probe for what processes share: message queues, locks, tables.
 *
 * Loaded through shared_preload_libraries, it registers one static worker, the "driver". The driver
 * runs the scenarios named in bgshared.scenario (comma separated), appends "scenario.metric
 * key=value ..." lines to the file bgshared.output and ends it with a "done" line.
 *
 *	queue_64, queue_8k			messages from a worker to the driver, each flushed at once
 *	queue_lazy_64, queue_lazy_8k	the same, flushed when a quarter of the ring is full
 *	lock						one process takes and gives back a lock nobody else wants
 *	lock_contended				8 processes want the same lock
 *	table						hash_search in a table of the process, and in a shared one
 *	dshash						the same of a table in a dynamic area
 *
 * bgshared.ms is how long each of them runs.
 */
#include "probe.h"

#include "lib/dshash.h"
#include "storage/shm_mq.h"
#include "utils/dsa.h"
#include "utils/hsearch.h"

PG_MODULE_MAGIC;

#define RING		(64 * 1024)
#define CONTENDERS	8
#define KEYS		(64 * 1024)

typedef struct Shared
{
	pg_atomic_uint32 go;
	pg_atomic_uint32 stop;
	pg_atomic_uint64 taken;
	uint64		counter;
	char		ring[RING] pg_attribute_aligned(64);
} Shared;

static char *scenario_list;
static char *output_path;
static int	run_ms = 500;

static Shared *shared;
static LWLock *lock;
static HTAB *table;
static shmem_request_hook_type prev_request_hook;
static shmem_startup_hook_type prev_startup_hook;

PGDLLEXPORT void _PG_init(void);
PGDLLEXPORT void bgshared_driver(Datum arg);
PGDLLEXPORT void bgshared_sender(Datum arg);
PGDLLEXPORT void bgshared_contender(Datum arg);

static BackgroundWorkerHandle *
start(const char *function, int arg)
{
	BackgroundWorker worker;
	BackgroundWorkerHandle *handle;

	memset(&worker, 0, sizeof(worker));
	worker.bgw_flags = BGWORKER_SHMEM_ACCESS;
	worker.bgw_start_time = BgWorkerStart_RecoveryFinished;
	worker.bgw_restart_time = BGW_NEVER_RESTART;
	snprintf(worker.bgw_name, BGW_MAXLEN, "%s", function);
	snprintf(worker.bgw_library_name, sizeof(worker.bgw_library_name), "bgshared");
	snprintf(worker.bgw_function_name, BGW_MAXLEN, "%s", function);
	worker.bgw_main_arg = Int32GetDatum(arg);
	worker.bgw_notify_pid = MyProcPid;
	if (!RegisterDynamicBackgroundWorker(&worker, &handle))
		elog(FATAL, "no room for a worker");
	return handle;
}

static void
begin(void)
{
	pqsignal(SIGTERM, die);
	pqsignal(SIGUSR1, probe_wake_handler);
	BackgroundWorkerUnblockSignals();
}

/* Sends until the receiver has had enough. */
void
bgshared_sender(Datum arg)
{
	shm_mq	   *queue = (shm_mq *) shared->ring;
	Size		size = DatumGetInt32(arg) >> 1;
	bool		flush = DatumGetInt32(arg) & 1;
	char	   *message = palloc0(size);
	shm_mq_handle *handle;

	begin();
	shm_mq_set_sender(queue, MyProc);
	handle = shm_mq_attach(queue, NULL, NULL);
	while (shm_mq_send(handle, size, message, false, flush) == SHM_MQ_SUCCESS)
		;
}

static void
queue(const char *name, Size size, bool flush)
{
	shm_mq	   *queue = shm_mq_create(shared->ring, RING);
	BackgroundWorkerHandle *worker;
	shm_mq_handle *handle;
	int64		began;
	int64		now;
	uint64		count = 0;
	Size		got;
	void	   *data;

	shm_mq_set_receiver(queue, MyProc);
	worker = start("bgshared_sender", (int) size << 1 | flush);
	handle = shm_mq_attach(queue, NULL, worker);
	/* The first ones belong to the start. */
	for (int i = 0; i < 1000; i++)
		(void) shm_mq_receive(handle, &got, &data, false);
	began = probe_now_ns();
	do
	{
		for (int i = 0; i < 1000; i++, count++)
			if (shm_mq_receive(handle, &got, &data, false) != SHM_MQ_SUCCESS || got != size)
				elog(FATAL, "no message");
		now = probe_now_ns();
	} while (now - began < run_ms * INT64CONST(1000000));
	probe_emit("%s.rate messages_per_s=%.0f", name, count * 1e9 / (now - began));
	shm_mq_detach(handle);
	(void) WaitForBackgroundWorkerShutdown(worker);
}

static void
lock_alone(LWLockMode mode, const char *name)
{
	int64		began = probe_now_ns();
	int64		now;
	uint64		count = 0;

	do
	{
		for (int i = 0; i < 10000; i++, count++)
		{
			LWLockAcquire(lock, mode);
			LWLockRelease(lock);
		}
		now = probe_now_ns();
	} while (now - began < run_ms * INT64CONST(1000000));
	probe_emit("lock.%s pairs_per_s=%.0f", name, count * 1e9 / (now - began));
}

void
bgshared_contender(Datum arg)
{
	uint64		count = 0;

	begin();
	pg_atomic_fetch_add_u32(&shared->go, 1);
	while (pg_atomic_read_u32(&shared->go) <= CONTENDERS)
		probe_nap(1);
	while (pg_atomic_read_u32(&shared->stop) == 0)
	{
		LWLockAcquire(lock, LW_EXCLUSIVE);
		shared->counter++;
		LWLockRelease(lock);
		count++;
	}
	pg_atomic_fetch_add_u64(&shared->taken, count);
}

static void
lock_contended(void)
{
	BackgroundWorkerHandle *workers[CONTENDERS];
	int64		began;
	int64		ended;

	pg_atomic_write_u32(&shared->go, 0);
	pg_atomic_write_u32(&shared->stop, 0);
	pg_atomic_write_u64(&shared->taken, 0);
	shared->counter = 0;
	for (int i = 0; i < CONTENDERS; i++)
		workers[i] = start("bgshared_contender", i);
	while (pg_atomic_read_u32(&shared->go) < CONTENDERS)
		probe_nap(1);
	began = probe_now_ns();
	pg_atomic_fetch_add_u32(&shared->go, 1);
	probe_sleep(run_ms);
	pg_atomic_write_u32(&shared->stop, 1);
	ended = probe_now_ns();
	for (int i = 0; i < CONTENDERS; i++)
		(void) WaitForBackgroundWorkerShutdown(workers[i]);
	if (pg_atomic_read_u64(&shared->taken) != shared->counter)
		elog(FATAL, "the lock let two in");
	probe_emit("lock_contended.rate pairs_per_s=%.0f", shared->counter * 1e9 / (ended - began));
}

typedef struct Entry
{
	uint64		key;
	uint64		value;
} Entry;

/* Fills the table and empties it again; then looks keys up. */
static void
search(HTAB *table, const char *name)
{
	int64		began = probe_now_ns();
	int64		now;
	uint64		count = 0;
	uint64		key;
	bool		found;

	do
	{
		for (key = 0; key < KEYS; key++, count++)
			((Entry *) hash_search(table, &key, HASH_ENTER, &found))->value = key;
		for (key = 0; key < KEYS; key++)
			(void) hash_search(table, &key, HASH_REMOVE, NULL);
		now = probe_now_ns();
	} while (now - began < run_ms * INT64CONST(1000000));
	probe_emit("table.%s_insert_remove per_s=%.0f", name, count * 1e9 / (now - began));
	for (key = 0; key < KEYS; key++)
		((Entry *) hash_search(table, &key, HASH_ENTER, &found))->value = key;
	began = probe_now_ns();
	count = 0;
	do
	{
		for (uint64 i = 0; i < KEYS; i++, count++)
		{
			key = i * 40503 % KEYS;
			if (((Entry *) hash_search(table, &key, HASH_FIND, NULL))->value != key)
				elog(FATAL, "another entry");
		}
		now = probe_now_ns();
	} while (now - began < run_ms * INT64CONST(1000000));
	probe_emit("table.%s_find per_s=%.0f", name, count * 1e9 / (now - began));
	for (key = 0; key < KEYS; key++)
		(void) hash_search(table, &key, HASH_REMOVE, NULL);
}

static HASHCTL
entries(void)
{
	HASHCTL		control;

	memset(&control, 0, sizeof(control));
	control.keysize = sizeof(uint64);
	control.entrysize = sizeof(Entry);
	return control;
}

static void
tables(void)
{
	HASHCTL		control = entries();
	HTAB	   *own = hash_create("own", 1024, &control, HASH_ELEM | HASH_BLOBS);

	search(own, "own");
	hash_destroy(own);
	search(table, "shared");
}

/* The same of a table that grows in dynamic shared memory. Each entry is locked and given back. */
static void
dynamic_table(void)
{
	int			tranche = LWLockNewTrancheId();
	dsa_area   *area = dsa_create(tranche);
	dshash_parameters parameters = {sizeof(uint64), sizeof(Entry), dshash_memcmp, dshash_memhash,
		dshash_memcpy, tranche};
	dshash_table *table = dshash_create(area, &parameters, NULL);
	int64		began = probe_now_ns();
	int64		now;
	uint64		count = 0;
	uint64		key;
	bool		found;
	Entry	   *entry;

	do
	{
		for (key = 0; key < KEYS; key++, count++)
		{
			entry = dshash_find_or_insert(table, &key, &found);
			entry->value = key;
			dshash_release_lock(table, entry);
		}
		for (key = 0; key < KEYS; key++)
			(void) dshash_delete_key(table, &key);
		now = probe_now_ns();
	} while (now - began < run_ms * INT64CONST(1000000));
	probe_emit("dshash.insert_remove per_s=%.0f", count * 1e9 / (now - began));
	for (key = 0; key < KEYS; key++)
	{
		entry = dshash_find_or_insert(table, &key, &found);
		entry->value = key;
		dshash_release_lock(table, entry);
	}
	began = probe_now_ns();
	count = 0;
	do
	{
		for (uint64 i = 0; i < KEYS; i++, count++)
		{
			key = i * 40503 % KEYS;
			entry = dshash_find(table, &key, false);
			if (entry->value != key)
				elog(FATAL, "another entry");
			dshash_release_lock(table, entry);
		}
		now = probe_now_ns();
	} while (now - began < run_ms * INT64CONST(1000000));
	probe_emit("dshash.find per_s=%.0f", count * 1e9 / (now - began));
	dshash_destroy(table);
	dsa_detach(area);
}

static void
run(const char *name)
{
	if (strcmp(name, "queue_64") == 0)
		queue(name, 64, true);
	else if (strcmp(name, "queue_8k") == 0)
		queue(name, 8192, true);
	else if (strcmp(name, "queue_lazy_64") == 0)
		queue(name, 64, false);
	else if (strcmp(name, "queue_lazy_8k") == 0)
		queue(name, 8192, false);
	else if (strcmp(name, "lock") == 0)
	{
		lock_alone(LW_EXCLUSIVE, "exclusive");
		lock_alone(LW_SHARED, "shared");
	}
	else if (strcmp(name, "lock_contended") == 0)
		lock_contended();
	else if (strcmp(name, "table") == 0)
		tables();
	else if (strcmp(name, "dshash") == 0)
		dynamic_table();
	else
		elog(FATAL, "no scenario \"%s\"", name);
}

void
bgshared_driver(Datum arg)
{
	char	   *names = pstrdup(scenario_list);

	begin();
	probe_open(output_path);
	for (char *name = strtok(names, ", "); name; name = strtok(NULL, ", "))
		run(name);
	probe_emit("done");
}

static void
request(void)
{
	if (prev_request_hook)
		prev_request_hook();
	RequestAddinShmemSpace(sizeof(Shared));
	RequestAddinShmemSpace(hash_estimate_size(KEYS, sizeof(Entry)));
	RequestNamedLWLockTranche("bgshared", 1);
}

static void
startup(void)
{
	HASHCTL		control = entries();
	bool		found;

	if (prev_startup_hook)
		prev_startup_hook();
	LWLockAcquire(AddinShmemInitLock, LW_EXCLUSIVE);
	shared = ShmemInitStruct("bgshared", sizeof(Shared), &found);
	lock = &GetNamedLWLockTranche("bgshared")->lock;
	table = ShmemInitHash("bgshared table", KEYS, KEYS, &control, HASH_ELEM | HASH_BLOBS);
	LWLockRelease(AddinShmemInitLock);
}

void
_PG_init(void)
{
	BackgroundWorker worker;

	DefineCustomStringVariable("bgshared.scenario", "Scenarios to run.", NULL, &scenario_list, "",
							   PGC_POSTMASTER, 0, NULL, NULL, NULL);
	DefineCustomStringVariable("bgshared.output", "File for the figures.", NULL, &output_path, "",
							   PGC_POSTMASTER, 0, NULL, NULL, NULL);
	DefineCustomIntVariable("bgshared.ms", "How long each runs.", NULL, &run_ms, 500, 1, 100000,
							PGC_POSTMASTER, GUC_UNIT_MS, NULL, NULL, NULL);
	prev_request_hook = shmem_request_hook;
	shmem_request_hook = request;
	prev_startup_hook = shmem_startup_hook;
	shmem_startup_hook = startup;
	memset(&worker, 0, sizeof(worker));
	worker.bgw_flags = BGWORKER_SHMEM_ACCESS;
	worker.bgw_start_time = BgWorkerStart_RecoveryFinished;
	worker.bgw_restart_time = BGW_NEVER_RESTART;
	snprintf(worker.bgw_name, BGW_MAXLEN, "bgshared");
	snprintf(worker.bgw_library_name, sizeof(worker.bgw_library_name), "bgshared");
	snprintf(worker.bgw_function_name, BGW_MAXLEN, "bgshared_driver");
	RegisterBackgroundWorker(&worker);
}
