/* order: three static workers, then three dynamic ones that the postmaster sees all at once. */
#include "probe.h"

PGDLLEXPORT void order_main(Datum arg);
PGDLLEXPORT void order_idle(Datum arg);

void
order_idle(Datum arg)
{
	probe_begin();
	probe_idle();
}

void
order_main(Datum arg)
{
	BackgroundWorkerHandle *handles[3];
	pid_t		pid;

	probe_begin();
	probe_hold_postmaster();
	handles[0] = probe_dynamic("d1", "order_idle");
	handles[1] = probe_dynamic("d2", "order_idle");
	handles[2] = probe_dynamic("d3", "order_idle");
	kill(getppid(), SIGCONT);
	for (int i = 0; i < 3; i++)
		emit("%s", probe_status(WaitForBackgroundWorkerStartup(handles[i], &pid)));
	emit("done");
	probe_idle();
}

void
_PG_init(void)
{
	probe_settings("order");
	probe_static("driver", "order_main");
	probe_static("b1", "order_idle");
	probe_static("b2", "order_idle");
	probe_static("b3", "order_idle");
}
