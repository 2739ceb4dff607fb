/*
 * others: processes that wait for one another, a fact for each question. The facts are the same in
 * PostgreSQL (c_tests/facts/others.txt).
 */
#include "caught.h"

#include "libpq/pqsignal.h"
#include "postmaster/interrupt.h"
#include "storage/condition_variable.h"
#include "storage/lwlock.h"
#include "storage/proc.h"
#include "storage/shmem.h"

#define SLEEPERS 4

PGDLLEXPORT void others_main(Datum arg);
PGDLLEXPORT void others_sleeper(Datum arg);
PGDLLEXPORT void others_holder(Datum arg);

typedef struct Shared
{
	ConditionVariable cv;
	LWLock		lock;
	pg_atomic_uint32 ready;
	pg_atomic_uint32 go;
	pg_atomic_uint32 awake;
	pg_atomic_uint32 turns;
	pg_atomic_uint64 var;
	pg_atomic_uint32 step;
	int			boss;
} Shared;

static Shared *
find(void)
{
	bool		found;
	Shared	   *shared;

	LWLockAcquire(AddinShmemInitLock, LW_EXCLUSIVE);
	shared = ShmemInitStruct("others", sizeof(Shared), &found);
	if (!found)
	{
		ConditionVariableInit(&shared->cv);
		LWLockInitialize(&shared->lock, LWLockNewTrancheId());
		pg_atomic_init_u32(&shared->ready, 0);
		pg_atomic_init_u32(&shared->go, 0);
		pg_atomic_init_u32(&shared->awake, 0);
		pg_atomic_init_u32(&shared->turns, 0);
		pg_atomic_init_u64(&shared->var, 7);
		pg_atomic_init_u32(&shared->step, 0);
		shared->boss = MyProcNumber;
	}
	LWLockRelease(AddinShmemInitLock);
	return shared;
}

/* Sleeps until it is its turn to go. */
void
others_sleeper(Datum arg)
{
	Shared	   *shared = find();

	probe_begin();
	ConditionVariablePrepareToSleep(&shared->cv);
	pg_atomic_fetch_add_u32(&shared->ready, 1);
	while (pg_atomic_read_u32(&shared->go) == 0)
	{
		ConditionVariableSleep(&shared->cv, PG_WAIT_EXTENSION);
		pg_atomic_fetch_add_u32(&shared->turns, 1);
	}
	ConditionVariableCancelSleep();
	pg_atomic_fetch_add_u32(&shared->awake, 1);
	ProcSendSignal(shared->boss);
}

/* Holds the lock, changes the variable when it is told to, and lets go. */
void
others_holder(Datum arg)
{
	Shared	   *shared = find();

	probe_begin();
	LWLockAcquire(&shared->lock, LW_EXCLUSIVE);
	pg_atomic_write_u32(&shared->step, 1);
	(void) probe_until(pg_atomic_read_u32(&shared->step) == 2);
	probe_pause(20);
	LWLockUpdateVar(&shared->lock, &shared->var, 8);
	(void) probe_until(pg_atomic_read_u32(&shared->step) == 3);
	probe_pause(20);
	LWLockReleaseClearVar(&shared->lock, &shared->var, 0);
}

static void
variables(Shared *shared)
{
	uint64		value = 99;
	bool		is_free;

	emit("timed: %d", ConditionVariableTimedSleep(&shared->cv, 10, PG_WAIT_EXTENSION));
	emit("timed: %d", ConditionVariableTimedSleep(&shared->cv, 10, PG_WAIT_EXTENSION));
	emit("still waits: %d", !ConditionVariableCancelSleep());
	emit("waits no more: %d", !ConditionVariableCancelSleep());
	ConditionVariablePrepareToSleep(&shared->cv);
	ConditionVariableSignal(&shared->cv);
	emit("told: %d", ConditionVariableCancelSleep());
	ConditionVariablePrepareToSleep(&shared->cv);
	ConditionVariableBroadcast(&shared->cv);
	emit("told by itself: %d", ConditionVariableCancelSleep());
	ConditionVariablePrepareToSleep(&shared->cv);
	ConditionVariableSignal(&shared->cv);
	ConditionVariableSleep(&shared->cv, PG_WAIT_EXTENSION);
	emit("slept: %d", !ConditionVariableCancelSleep());
	ConditionVariableSignal(&shared->cv);
	ConditionVariableBroadcast(&shared->cv);

	for (int i = 0; i < SLEEPERS; i++)
		(void) probe_dynamic("sleeper", "others_sleeper");
	emit("ready: %d", probe_until(pg_atomic_read_u32(&shared->ready) == SLEEPERS));
	ConditionVariableSignal(&shared->cv);
	emit("one turn: %d", probe_until(pg_atomic_read_u32(&shared->turns) >= 1));
	ConditionVariableBroadcast(&shared->cv);
	emit("all turn: %d", probe_until(pg_atomic_read_u32(&shared->turns) >= 1 + SLEEPERS));
	pg_atomic_write_u32(&shared->go, 1);
	ConditionVariableBroadcast(&shared->cv);
	while (pg_atomic_read_u32(&shared->awake) < SLEEPERS)
		ProcWaitForSignal(PG_WAIT_EXTENSION);
	emit("all awake");

	is_free = LWLockWaitForVar(&shared->lock, &shared->var, 7, &value);
	emit("free: %d %d", is_free, (int) value);
	(void) probe_dynamic("holder", "others_holder");
	emit("held: %d", probe_until(pg_atomic_read_u32(&shared->step) == 1));
	is_free = LWLockWaitForVar(&shared->lock, &shared->var, 5, &value);
	emit("another value: %d %d", is_free, (int) value);
	pg_atomic_write_u32(&shared->step, 2);
	is_free = LWLockWaitForVar(&shared->lock, &shared->var, 7, &value);
	emit("changed: %d %d", is_free, (int) value);
	pg_atomic_write_u32(&shared->step, 3);
	is_free = LWLockWaitForVar(&shared->lock, &shared->var, 8, &value);
	emit("let go: %d", is_free);
	emit("cleared: %d", (int) pg_atomic_read_u64(&shared->var));
}

static void
see_lock(LWLock *lock, LWLockMode mode, void *context)
{
	emit("holds: %s %d %s", GetLWLockIdentifier(PG_WAIT_LWLOCK, lock->tranche), mode,
		 (char *) context);
}

static void
see_and_fail(LWLock *lock, LWLockMode mode, void *context)
{
	elog(ERROR, "seen enough");
}

static void
locks(Shared *shared)
{
	int			on_stack;
	char	   *piece = ShmemAllocNoError(100);

	LWLockAcquire(AddinShmemInitLock, LW_SHARED);
	LWLockAcquire(AutoFileLock, LW_EXCLUSIVE);
	ForEachLWLockHeldByMe(see_lock, "here");
	caught("callback", ForEachLWLockHeldByMe(see_and_fail, NULL));
	LWLockReleaseAll();
	ForEachLWLockHeldByMe(see_lock, "none");
	emit("names: %s %s", GetLWLockIdentifier(PG_WAIT_LWLOCK, 53),
		 GetLWLockIdentifier(PG_WAIT_LWLOCK, 60000));
	emit("shared: %d %d %d, not: %d %d", ShmemAddrIsValid(shared), ShmemAddrIsValid(piece),
		 ShmemAddrIsValid(MyProc), ShmemAddrIsValid(&on_stack), ShmemAddrIsValid(NULL));
	emit("too much: %d", ShmemAllocNoError((Size) 1 << 40) == NULL);
}

static int	deep(int most);
static int	deeper(int most);

/* Compilers make loops of functions that plainly call themselves. */
static int	(*volatile call_deep) (int) = deep;
static int	(*volatile call_deeper) (int) = deeper;

/* Calls itself until the stack is too deep; how often, at most. */
static int
deep(int most)
{
	volatile char room[1000];

	room[0] = 1;
	if (most == 0 || stack_is_too_deep())
		return 0;
	return call_deep(most - 1) + room[0];
}

static int
deeper(int most)
{
	volatile char room[1000];

	room[0] = 1;
	check_stack_depth();
	return most == 0 ? 0 : call_deeper(most - 1) + room[0];
}

static const char *
mask(const sigset_t *set)
{
	char	   *text = palloc0(100);

	for (int signal = 1; signal < 32; signal++)
		if (!sigismember(set, signal))
			sprintf(text + strlen(text), " %d", signal);
	return text;
}

static void
process(void)
{
	pg_stack_base_t base;

	emit("limit: %d", max_stack_depth);
	emit("deep enough: %d, too deep: %d", deep(100), deep(100000) < 3000);
	caught("too deep", (void) deeper(100000));
	emit("not too deep: %d", stack_is_too_deep());
	base = set_stack_base();
	restore_stack_base(base);
	emit("system's limit: %d", get_stack_depth_rlimit() > 1000000);
	emit("blocked but for:%s", mask(&BlockSig));
	emit("at start:%s", mask(&StartupBlockSig));
	emit("unblocked: %d %d", sigismember(&UnBlockSig, SIGTERM), sigismember(&UnBlockSig, SIGURG));
	for (int kind = 0; kind <= BACKEND_NUM_TYPES; kind++)
		emit("kind: %s", GetBackendTypeDesc(kind));
	emit("postmaster: %d, preloaded: %d", PostmasterPid == getppid(),
		 process_shared_preload_libraries_done);
	HandleMainLoopInterrupts();
	emit("nothing to do");
	ConfigReloadPending = 1;
	HandleMainLoopInterrupts();
	emit("reloaded: %d", (int) ConfigReloadPending);
}

void
others_main(Datum arg)
{
	Shared	   *shared = find();

	probe_begin();
	variables(shared);
	locks(shared);
	process();
	emit("done");
	ShutdownRequestPending = 1;
	HandleMainLoopInterrupts();
	emit("not reached");
}

void
_PG_init(void)
{
	probe_settings("others");
	probe_static("others", "others_main");
}
