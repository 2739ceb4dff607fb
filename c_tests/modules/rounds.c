/*
 * rounds: a worker that sleeps on its latch, has a short worker do something, waits for its end, and
 * sleeps again, as pg_partman's does. Writes how many of the sleeps were slept to their end.
 */
#include "probe.h"

#define ROUNDS 20

PGDLLEXPORT void rounds_main(Datum arg);
PGDLLEXPORT void rounds_task(Datum arg);

/* Long enough for the other one to be asleep when it ends, however busy the machine is. */
void
rounds_task(Datum arg)
{
	pg_usleep(30000L);
	proc_exit(0);
}

void
rounds_main(Datum arg)
{
	int			slept = 0;

	probe_begin();
	ResetLatch(MyLatch);
	for (int i = 0; i < ROUNDS; i++)
	{
		int			seen = WaitLatch(MyLatch, WL_LATCH_SET | WL_TIMEOUT | WL_EXIT_ON_PM_DEATH, 20,
									 PG_WAIT_EXTENSION);
		BackgroundWorkerHandle *handle;
		pid_t		pid;

		ResetLatch(MyLatch);
		slept += (seen & WL_TIMEOUT) != 0;
		handle = probe_dynamic("task", "rounds_task");
		(void) WaitForBackgroundWorkerStartup(handle, &pid);
		(void) WaitForBackgroundWorkerShutdown(handle);
	}
	emit("slept %d of %d", slept, ROUNDS);
	emit("done");
	probe_idle();
}

void
_PG_init(void)
{
	probe_settings("rounds");
	probe_static("driver", "rounds_main");
}
