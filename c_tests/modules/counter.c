/*
 * counter: counter.workers workers add to two numbers counter.rounds times each, under a lock, and
 * look in between, sharing it, whether the numbers agree.
 */
#include "postgres.h"

#include <sched.h>

#include "fmgr.h"
#include "miscadmin.h"
#include "port/atomics.h"
#include "postmaster/bgworker.h"
#include "storage/ipc.h"
#include "storage/lwlock.h"
#include "storage/shmem.h"
#include "utils/guc.h"

PG_MODULE_MAGIC;

PGDLLEXPORT void _PG_init(void);
PGDLLEXPORT void counter_main(Datum arg);

typedef struct Counter
{
	LWLock	   *lock;
	volatile int64 one;
	volatile int64 two;
	pg_atomic_uint32 done;
} Counter;

static Counter *counter;
static int	workers;
static int	rounds;
static shmem_request_hook_type prev_shmem_request_hook;
static shmem_startup_hook_type prev_shmem_startup_hook;

static void
add(int round)
{
	LWLockAcquire(counter->lock, LW_EXCLUSIVE);
	counter->one++;
	if (round % 64 == 0)
		sched_yield();			/* somebody else is to find it taken */
	counter->two++;
	LWLockRelease(counter->lock);
}

static void
compare(int round)
{
	LWLockAcquire(counter->lock, LW_SHARED);
	if (counter->one != counter->two)
		elog(PANIC, "a reader sees half a change");
	if (round % 64 == 1)
		sched_yield();
	LWLockRelease(counter->lock);
}

void
counter_main(Datum arg)
{
	BackgroundWorkerUnblockSignals();
	for (int round = 0; round < rounds; round++)
	{
		add(round);
		compare(round);
	}
	if (pg_atomic_add_fetch_u32(&counter->done, 1) == (uint32) workers)
		elog(LOG, "counted to %d and %d", (int) counter->one, (int) counter->two);
}

static void
request(void)
{
	if (prev_shmem_request_hook)
		prev_shmem_request_hook();
	RequestAddinShmemSpace(sizeof(Counter));
	RequestNamedLWLockTranche("counter", 1);
}

static void
startup(void)
{
	bool		found;

	if (prev_shmem_startup_hook)
		prev_shmem_startup_hook();
	counter = ShmemInitStruct("counter", sizeof(Counter), &found);
	if (!found)
	{
		memset(counter, 0, sizeof(*counter));
		counter->lock = &GetNamedLWLockTranche("counter")->lock;
		pg_atomic_init_u32(&counter->done, 0);
	}
}

void
_PG_init(void)
{
	DefineCustomIntVariable("counter.workers", "How many.", NULL, &workers, 1, 1, 100,
							PGC_POSTMASTER, 0, NULL, NULL, NULL);
	DefineCustomIntVariable("counter.rounds", "How often.", NULL, &rounds, 1, 1, INT_MAX,
							PGC_POSTMASTER, 0, NULL, NULL, NULL);
	prev_shmem_request_hook = shmem_request_hook;
	shmem_request_hook = request;
	prev_shmem_startup_hook = shmem_startup_hook;
	shmem_startup_hook = startup;
	for (int i = 0; i < workers; i++)
	{
		BackgroundWorker worker;

		memset(&worker, 0, sizeof(worker));
		snprintf(worker.bgw_name, BGW_MAXLEN, "counter %d", i);
		snprintf(worker.bgw_library_name, sizeof(worker.bgw_library_name), "counter");
		snprintf(worker.bgw_function_name, BGW_MAXLEN, "counter_main");
		worker.bgw_flags = BGWORKER_SHMEM_ACCESS;
		worker.bgw_start_time = BgWorkerStart_RecoveryFinished;
		worker.bgw_restart_time = BGW_NEVER_RESTART;
		RegisterBackgroundWorker(&worker);
	}
}
