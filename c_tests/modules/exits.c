/*
 * exits: one worker that ends in the way that the scenario names, "WAY RESTART_TIME FLAGS". Ways
 * are the names of functions here without their prefix.
 */
#include "probe.h"

#include "storage/lwlock.h"

#define WAY(name) \
	PGDLLEXPORT void exits_##name(Datum arg); \
	void exits_##name(Datum arg)

/* How a way begins: says that it runs, and as what. */
static void
begin(void)
{
	BackgroundWorkerUnblockSignals();
	emit("pid %d", MyProcPid);
}

WAY(return)
{
	begin();
}

WAY(proc_exit_0)
{
	begin();
	proc_exit(0);
}

WAY(proc_exit_1)
{
	begin();
	proc_exit(1);
}

WAY(proc_exit_2)
{
	begin();
	proc_exit(2);
}

WAY(exit_0)
{
	begin();
	exit(0);
}

WAY(exit_1)
{
	begin();
	exit(1);
}

WAY(exit_3)
{
	begin();
	exit(3);
}

WAY(_exit_0)
{
	begin();
	_exit(0);
}

WAY(_exit_1)
{
	begin();
	_exit(1);
}

WAY(error)
{
	begin();
	elog(ERROR, "an error");
}

/* With the signals as they are at entry. */
WAY(early_error)
{
	emit("pid %d", MyProcPid);
	elog(ERROR, "an error");
}

WAY(fatal)
{
	begin();
	elog(FATAL, "a fatal error");
}

WAY(panic)
{
	begin();
	elog(PANIC, "a panic");
}

WAY(abort)
{
	begin();
	abort();
}

WAY(segv)
{
	volatile int *volatile nowhere = NULL;

	begin();
	*nowhere = 1;
}

WAY(overflow)
{
	volatile char filler[4096];

	filler[0] = 1;
	if (arg != (Datum) -1)
		exits_overflow(arg + filler[0]);
	filler[1] = 1;
}

WAY(kill)
{
	begin();
	kill(MyProcPid, SIGKILL);
}

WAY(quit)
{
	begin();
	kill(MyProcPid, SIGQUIT);
}

/* The default SIGTERM handler, in WaitLatch, ... */
WAY(default_waiting)
{
	begin();
	for (;;)
	{
		WaitLatch(MyLatch, WL_LATCH_SET | WL_EXIT_ON_PM_DEATH, -1, PG_WAIT_EXTENSION);
		ResetLatch(MyLatch);
	}
}

/* ... and in code that calls nothing, ... */
WAY(default_busy)
{
	begin();
	for (volatile unsigned long i = 0;; i++)
		;
}

/* ... and when it came while it was blocked. */
WAY(default_blocked)
{
	kill(MyProcPid, SIGTERM);
	emit("pid %d", MyProcPid);
	BackgroundWorkerUnblockSignals();
	emit("went on");
}

WAY(die)
{
	pqsignal(SIGTERM, die);
	begin();
	probe_idle();
}

WAY(die_busy)
{
	pqsignal(SIGTERM, die);
	begin();
	for (;;)
		CHECK_FOR_INTERRUPTS();
}

/* SIGTERM is a request that is obeyed: main returns. */
WAY(shutdown_request)
{
	pqsignal(SIGTERM, probe_wake);
	begin();
	ResetLatch(MyLatch);
	WaitLatch(MyLatch, WL_LATCH_SET | WL_EXIT_ON_PM_DEATH, -1, PG_WAIT_EXTENSION);
}

WAY(deaf)
{
	pqsignal(SIGTERM, SIG_IGN);
	begin();
	probe_idle();
}

/* SIGINT and SIGFPE are ignored without the flag for a database connection. */
WAY(interrupted)
{
	begin();
	kill(MyProcPid, SIGINT);
	CHECK_FOR_INTERRUPTS();
	emit("not interrupted");
}

WAY(fpe)
{
	begin();
	kill(MyProcPid, SIGFPE);
	emit("not interrupted");
}

static bool has_callbacks;

/* The module's own exit handler, registered in the postmaster. */
static void
at_exit(void)
{
	if (has_callbacks)
		emit("exit handler");
}

/* Exit callbacks: each says when it is called, and with what. */
static void
told(int code, Datum arg)
{
	emit("%s code=%d", (const char *) DatumGetPointer(arg), code);
}

static void
raises(int code, Datum arg)
{
	told(code, arg);
	elog(ERROR, "an error in an exit callback");
}

static void
register_callbacks(void)
{
	has_callbacks = true;
	on_proc_exit(told, PointerGetDatum("on_proc_exit 1"));
	on_shmem_exit(told, PointerGetDatum("on_shmem_exit 1"));
	before_shmem_exit(told, PointerGetDatum("before_shmem_exit 1"));
	on_proc_exit(told, PointerGetDatum("on_proc_exit 2"));
	on_shmem_exit(told, PointerGetDatum("on_shmem_exit 2"));
	before_shmem_exit(told, PointerGetDatum("before_shmem_exit 2"));
	before_shmem_exit(told, PointerGetDatum("cancelled"));
	cancel_before_shmem_exit(told, PointerGetDatum("cancelled"));
}

WAY(callbacks)
{
	begin();
	register_callbacks();
	proc_exit(0);
}

WAY(callbacks_exit)
{
	begin();
	register_callbacks();
	exit(1);
}

WAY(callbacks_error)
{
	begin();
	register_callbacks();
	elog(ERROR, "an error");
}

WAY(callbacks_terminated)
{
	begin();
	register_callbacks();
	for (;;)
		WaitLatch(MyLatch, WL_TIMEOUT | WL_EXIT_ON_PM_DEATH, PROBE_DEADLINE_MS, PG_WAIT_EXTENSION);
}

WAY(callback_raises)
{
	begin();
	before_shmem_exit(told, PointerGetDatum("after the error"));
	before_shmem_exit(raises, PointerGetDatum("raises"));
	proc_exit(0);
}

/* Ends with a lock held; the next start of the worker takes it. */
WAY(lock_held)
{
	LWLock	   *lock = &GetNamedLWLockTranche("exits")->lock;

	begin();
	LWLockAcquire(lock, LW_EXCLUSIVE);
	emit("locked");
	elog(ERROR, "an error with a lock held");
}

static void
request(void)
{
	RequestNamedLWLockTranche("exits", 1);
}

void
_PG_init(void)
{
	char		way[64];
	char		function[BGW_MAXLEN];
	int			restart_time = BGW_NEVER_RESTART;
	int			flags = 0;
	BackgroundWorker worker;

	probe_settings("exits");
	shmem_request_hook = request;
	atexit(at_exit);
	if (sscanf(probe_scenario, "%63s %d %d", way, &restart_time, &flags) < 1)
		return;
	snprintf(function, sizeof(function), "exits_%s", way);
	worker = probe_worker("name", function);
	strcpy(worker.bgw_type, "type");
	worker.bgw_restart_time = restart_time;
	worker.bgw_flags |= flags;
	RegisterBackgroundWorker(&worker);
}
