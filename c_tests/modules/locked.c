/*
 * locked: a worker takes a lock and keeps it; another one, which leaves SIGTERM to the default handler,
 * waits for it.
 */
#include "probe.h"

#include "storage/lwlock.h"
#include "storage/shmem.h"

PGDLLEXPORT void locked_holder(Datum arg);
PGDLLEXPORT void locked_waiter(Datum arg);

static shmem_request_hook_type prev_shmem_request_hook;

static LWLock *
lock(void)
{
	return &GetNamedLWLockTranche("locked")->lock;
}

void
locked_holder(Datum arg)
{
	probe_begin();
	LWLockAcquire(lock(), LW_EXCLUSIVE);
	emit("held");
	/* interrupts are held off with the lock: only the default handler would end this */
	for (;;)
		(void) WaitLatch(MyLatch, WL_TIMEOUT | WL_EXIT_ON_PM_DEATH, PROBE_DEADLINE_MS, PG_WAIT_EXTENSION);
}

void
locked_waiter(Datum arg)
{
	BackgroundWorkerUnblockSignals();
	(void) probe_until(LWLockConditionalAcquire(lock(), LW_EXCLUSIVE) ? (LWLockRelease(lock()), false) : true);
	emit("waits");
	LWLockAcquire(lock(), LW_EXCLUSIVE);
	emit("taken");
	proc_exit(3);
}

static void
request(void)
{
	if (prev_shmem_request_hook)
		prev_shmem_request_hook();
	RequestNamedLWLockTranche("locked", 1);
}

void
_PG_init(void)
{
	probe_settings("locked");
	prev_shmem_request_hook = shmem_request_hook;
	shmem_request_hook = request;
	probe_static("waiter", "locked_waiter");
	probe_static("holder", "locked_holder");
}
