/*
 * memory: shared memory asked for rightly and wrongly; memory.scene says how. The worker "look"
 * writes what it sees to the log.
 */
#include "postgres.h"

#include "fmgr.h"
#include "miscadmin.h"
#include "postmaster/bgworker.h"
#include "storage/ipc.h"
#include "storage/latch.h"
#include "storage/lwlock.h"
#include "storage/shmem.h"
#include "utils/guc.h"

PG_MODULE_MAGIC;

PGDLLEXPORT void _PG_init(void);
PGDLLEXPORT void look_main(Datum arg);

static char *scene;
static int	startups;
static void *made;
static LWLockPadded *first;
static LWLockPadded *second;
static shmem_request_hook_type prev_shmem_request_hook;
static shmem_startup_hook_type prev_shmem_startup_hook;

static bool
is(const char *name)
{
	return strcmp(scene, name) == 0;
}

static void
look(void)
{
	bool		found;
	void	   *again = ShmemInitStruct("made", 1000, &found);
	int		   *fresh;
	char	   *pieces[2];

	elog(LOG, "made: found %d, same place %d, text \"%s\"", found, again == made, (char *) again);
	fresh = ShmemInitStruct("fresh", sizeof(int), &found);
	elog(LOG, "fresh: found %d, start %d", found, ++*fresh);
	for (int i = 0; i < 2; i++)
		pieces[i] = ShmemAlloc(10);
	elog(LOG, "pieces: apart by %d, aligned %d", (int) (pieces[1] - pieces[0]),
		 (uintptr_t) pieces[0] % PG_CACHE_LINE_SIZE == 0);
	elog(LOG, "locks: %d and %d, %d apart", first->lock.tranche - LWTRANCHE_FIRST_USER_DEFINED,
		 second->lock.tranche - LWTRANCHE_FIRST_USER_DEFINED, (int) (second - first));
	for (int i = 0; i < 3; i++)
		LWLockAcquire(&first[i].lock, LW_EXCLUSIVE);
	elog(LOG, "held: %d %d %d, not %d", LWLockHeldByMe(&first[0].lock),
		 LWLockHeldByMe(&first[1].lock), LWLockHeldByMe(&first[2].lock),
		 LWLockHeldByMe(&second[0].lock));
	LWLockRelease(&first[1].lock);
	elog(LOG, "held: %d %d %d", LWLockHeldByMe(&first[0].lock), LWLockHeldByMe(&first[1].lock),
		 LWLockHeldByMe(&first[2].lock));
	LWLockReleaseAll();
	elog(LOG, "held: %d", LWLockHeldByMe(&first[0].lock));
	elog(LOG, "conditionally: %d", LWLockConditionalAcquire(&first[0].lock, LW_EXCLUSIVE));
	elog(LOG, "held: %d", LWLockHeldByMe(&first[0].lock));
}

void
look_main(Datum arg)
{
	bool		found;

	if (is("size"))
		ShmemInitStruct("made", 1001, &found);
	else if (is("room"))
		ShmemInitStruct("large", (Size) 1 << 30, &found);
	else if (is("names"))
		for (int i = 0;; i++)
		{
			char		name[32];

			snprintf(name, sizeof(name), "name %d", i);
			ShmemInitStruct(name, 1, &found);
		}
	else if (is("alloc"))
		for (;;)
			ShmemAlloc(100000);
	else if (is("tranche"))
		GetNamedLWLockTranche("nosuch");
	else if (is("release"))
		LWLockRelease(&second->lock);
	else if (is("late"))
		RequestAddinShmemSpace(1);
	else
		look();
	elog(LOG, "done");
}

static void
request(void)
{
	if (prev_shmem_request_hook)
		prev_shmem_request_hook();
	RequestAddinShmemSpace(1000);
	if (is("overflow"))
	{
		RequestAddinShmemSpace(SIZE_MAX);
		RequestAddinShmemSpace(1);
	}
	RequestNamedLWLockTranche("first", 3);
	RequestNamedLWLockTranche("second", 1);
}

static void
startup(void)
{
	bool		found;

	if (prev_shmem_startup_hook)
		prev_shmem_startup_hook();
	startups++;
	made = ShmemInitStruct("made", 1000, &found);
	if (!found)
		strcpy(made, "written by the postmaster");
	first = GetNamedLWLockTranche("first");
	second = GetNamedLWLockTranche("second");
	if (is("space in startup"))
		RequestAddinShmemSpace(1);
	if (is("locks in startup"))
		RequestNamedLWLockTranche("third", 1);
	if (is("size in startup"))
		ShmemInitStruct("made", 999, &found);
	if (is("second startup") && startups == 2)
		elog(ERROR, "not twice");
}

void
_PG_init(void)
{
	BackgroundWorker worker;

	DefineCustomStringVariable("memory.scene", "What to do.", NULL, &scene, "",
							   PGC_POSTMASTER, 0, NULL, NULL, NULL);
	if (is("space in init"))
		RequestAddinShmemSpace(1);
	if (is("locks in init"))
		RequestNamedLWLockTranche("first", 3);
	prev_shmem_request_hook = shmem_request_hook;
	shmem_request_hook = request;
	prev_shmem_startup_hook = shmem_startup_hook;
	shmem_startup_hook = startup;
	memset(&worker, 0, sizeof(worker));
	snprintf(worker.bgw_name, BGW_MAXLEN, "look");
	snprintf(worker.bgw_library_name, sizeof(worker.bgw_library_name), "memory");
	snprintf(worker.bgw_function_name, BGW_MAXLEN, "look_main");
	worker.bgw_flags = BGWORKER_SHMEM_ACCESS;
	worker.bgw_start_time = BgWorkerStart_RecoveryFinished;
	worker.bgw_restart_time = BGW_NEVER_RESTART;
	RegisterBackgroundWorker(&worker);
}
