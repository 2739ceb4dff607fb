/*
 * full: dynamic workers until there is no room, twice. Scenario "parallel" asks for those of class
 * parallel, of which max_parallel_workers are the limit.
 */
#include "probe.h"

#define MOST 100

PGDLLEXPORT void full_main(Datum arg);
PGDLLEXPORT void full_idle(Datum arg);

static BackgroundWorkerHandle *handles[MOST];

void
full_idle(Datum arg)
{
	probe_begin();
	probe_idle();
}

/* Asks until there is no room; how many there are then. */
static int
fill(void)
{
	int			count = 0;

	while (count < MOST)
	{
		BackgroundWorker worker = probe_worker("idle", "full_idle");

		if (probe_is("parallel"))
			worker.bgw_flags |= BGWORKER_CLASS_PARALLEL;
		handles[count] = probe_register(&worker);
		if (!handles[count])
			break;
		count++;
	}
	return count;
}

void
full_main(Datum arg)
{
	BackgroundWorker worker = probe_worker("handleless", "full_idle");

	probe_begin();
	for (int turn = 0; turn < 2; turn++)
	{
		int			count = fill();

		emit("accepted %d", count);
		for (int i = 0; i < count; i++)
			TerminateBackgroundWorker(handles[i]);
		for (int i = 0; i < count; i++)
			if (WaitForBackgroundWorkerShutdown(handles[i]) != BGWH_STOPPED)
				emit("not stopped");
	}
	emit("without a handle: %d", RegisterDynamicBackgroundWorker(&worker, NULL));
	emit("done");
	probe_idle();
}

void
_PG_init(void)
{
	probe_settings("full");
	probe_static("driver", "full_main");
}
