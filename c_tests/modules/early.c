/* early: a static worker that ends at once, with exit code 1 or, in scenario "crash", by abort. */
#include "probe.h"

PGDLLEXPORT void early_main(Datum arg);

void
early_main(Datum arg)
{
	emit("started");
	if (probe_is("crash"))
		abort();
	proc_exit(1);
}

void
_PG_init(void)
{
	BackgroundWorker worker;

	probe_settings("early");
	worker = probe_worker("early", "early_main");
	worker.bgw_restart_time = 0;
	RegisterBackgroundWorker(&worker);
}
