/*
 * rounds: a worker that sleeps on its latch, has a short worker do something, waits for its end, and
 * sleeps again, as pg_partman's does. Writes how many of the sleeps were slept to their end.
 *
 * The worker ends when its driver sleeps in the wait for that, and has heard of its start before: a
 * notification that comes when no wait sleeps leaves the latch set, here and in PostgreSQL.
 */
#include "probe.h"

#include <signal.h>
#include <sys/mman.h>

#define ROUNDS 40

PGDLLEXPORT void rounds_main(Datum arg);
PGDLLEXPORT void rounds_task(Datum arg);

/* Shared by all workers: the driver is about to wait for the end of this round's. */
static volatile int *waits_in;
static volatile sig_atomic_t heard;

static void
hear(SIGNAL_ARGS)
{
	heard++;
	SetLatch(MyLatch);
}

/* Is this process asleep? */
static bool
sleeps(pid_t pid)
{
	char		path[64];
	char		state = 0;
	FILE	   *stat;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int) pid);
	stat = fopen(path, "r");
	if (stat && fscanf(stat, "%*d (%*[^)]) %c", &state) != 1)
		state = 0;
	if (stat)
		fclose(stat);
	return state == 'S';
}

void
rounds_task(Datum arg)
{
	int64		until = probe_ms() + PROBE_DEADLINE_MS;

	while ((*waits_in != DatumGetInt32(arg) || !sleeps(MyBgworkerEntry->bgw_notify_pid)) &&
		   probe_ms() < until)
		usleep(200);
	proc_exit(0);
}

void
rounds_main(Datum arg)
{
	int			slept = 0;

	pqsignal(SIGTERM, die);
	pqsignal(SIGUSR1, hear);
	BackgroundWorkerUnblockSignals();
	for (int i = 1; i <= ROUNDS; i++)
	{
		BackgroundWorker worker = probe_worker("task", "rounds_task");
		BackgroundWorkerHandle *handle;
		pid_t		pid;

		heard = 0;
		worker.bgw_main_arg = Int32GetDatum(i);
		handle = probe_register(&worker);
		(void) WaitForBackgroundWorkerStartup(handle, &pid);
		(void) probe_until(heard == 1);
		ResetLatch(MyLatch);
		*waits_in = i;
		(void) WaitForBackgroundWorkerShutdown(handle);
		slept += (WaitLatch(MyLatch, WL_LATCH_SET | WL_TIMEOUT | WL_EXIT_ON_PM_DEATH, 20,
							PG_WAIT_EXTENSION) & WL_TIMEOUT) != 0 && heard == 2;
		ResetLatch(MyLatch);
	}
	emit("slept %d of %d", slept, ROUNDS);
	emit("done");
	probe_idle();
}

void
_PG_init(void)
{
	waits_in = mmap(NULL, sizeof(*waits_in), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (waits_in == MAP_FAILED)
		elog(ERROR, "could not map a page: %m");
	probe_settings("rounds");
	probe_static("driver", "rounds_main");
}
