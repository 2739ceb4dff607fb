/* notify: how often a worker gets SIGUSR1 for what happens to those whose bgw_notify_pid it is. */
#include "probe.h"

PGDLLEXPORT void notify_main(Datum arg);
PGDLLEXPORT void notify_flagged(Datum arg);
PGDLLEXPORT void notify_idle(Datum arg);

static volatile sig_atomic_t count;

static void
counted(SIGNAL_ARGS)
{
	count++;
	SetLatch(MyLatch);
}

static void
failed(SIGNAL_ARGS)
{
	proc_exit(1);
}

/* Ends with exit code 1 when it gets SIGUSR2. */
void
notify_idle(Datum arg)
{
	pqsignal(SIGUSR2, failed);
	emit("worker runs");
	BackgroundWorkerUnblockSignals();
	for (;;)
		pause();
}

/* Waits until something has come, and then for what may come after it. */
static void
tell(const char *what)
{
	(void) probe_until(count > 0);
	probe_pause(200);
	emit("%s %d", what, (int) count);
	count = 0;
}

static void
await(BackgroundWorkerHandle *handle, const char *status)
{
	(void) probe_until(strcmp(probe_look(handle), status) == 0);
}

static void
start_and_exit(void)
{
	BackgroundWorkerHandle *handle = probe_dynamic("worker", "notify_idle");

	await(handle, "STARTED");
	tell("start");
	TerminateBackgroundWorker(handle);
	await(handle, "STOPPED");
	tell("exit");
}

static void
terminated_before(void)
{
	BackgroundWorkerHandle *handle;

	probe_hold_postmaster();
	handle = probe_dynamic("worker", "notify_idle");
	TerminateBackgroundWorker(handle);
	kill(getppid(), SIGCONT);
	await(handle, "STOPPED");
	tell("terminated before the start");
}

static void
terminated_in_delay(void)
{
	BackgroundWorker worker = probe_worker("worker", "notify_idle");
	BackgroundWorkerHandle *handle;
	pid_t		pid = 0;

	worker.bgw_restart_time = 600;
	handle = probe_register(&worker);
	await(handle, "STARTED");
	/* Two signals that come together are one. */
	(void) probe_until(count > 0);
	(void) GetBackgroundWorkerPid(handle, &pid);
	while (strcmp(probe_look(handle), "STARTED") == 0)
	{
		kill(pid, SIGUSR2);
		probe_pause(1);
	}
	await(handle, "STOPPED");
	tell("start and failure");
	TerminateBackgroundWorker(handle);
	tell("terminated in the delay");
}

static void
restarted(void)
{
	BackgroundWorker worker = probe_worker("worker", "notify_idle");
	BackgroundWorkerHandle *handle;
	pid_t		first = 0;
	pid_t		second = 0;

	worker.bgw_restart_time = 0;
	handle = probe_register(&worker);
	await(handle, "STARTED");
	tell("start");
	(void) GetBackgroundWorkerPid(handle, &first);
	/* Its handler may not be there yet; ignored until then. */
	while (GetBackgroundWorkerPid(handle, &second) != BGWH_STARTED || second == first)
	{
		kill(first, SIGUSR2);
		usleep(1000);
	}
	tell("exit and restart");
	TerminateBackgroundWorker(handle);
	await(handle, "STOPPED");
	tell("exit");
}

void
notify_main(Datum arg)
{
	probe_begin();
	pqsignal(SIGUSR1, counted);
	start_and_exit();
	terminated_before();
	terminated_in_delay();
	restarted();
	emit("done");
	probe_idle();
}

/* With the flag for a database connection SIGUSR1 has a handler that sets the latch. */
void
notify_flagged(Datum arg)
{
	int			seen;

	BackgroundWorkerUnblockSignals();
	ResetLatch(MyLatch);
	probe_dynamic("worker", "notify_idle");
	seen = WaitLatch(MyLatch, WL_LATCH_SET | WL_TIMEOUT | WL_EXIT_ON_PM_DEATH, PROBE_DEADLINE_MS,
					 PG_WAIT_EXTENSION);
	emit(seen & WL_LATCH_SET ? "woken" : "not woken");
	emit("done");
}

void
_PG_init(void)
{
	BackgroundWorker worker;

	probe_settings("notify");
	worker = probe_worker("driver", probe_is("flagged") ? "notify_flagged" : "notify_main");
	if (probe_is("flagged"))
		worker.bgw_flags |= BGWORKER_BACKEND_DATABASE_CONNECTION;
	RegisterBackgroundWorker(&worker);
}
