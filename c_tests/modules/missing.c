/* missing: workers whose library or function is not there, registered both ways. */
#include "probe.h"

PGDLLEXPORT void missing_main(Datum arg);

static BackgroundWorker
worker_of(const char *name, const char *library, const char *function)
{
	BackgroundWorker worker = probe_worker(name, function);

	snprintf(worker.bgw_library_name, sizeof(worker.bgw_library_name), "%s", library);
	return worker;
}

static void
run(const char *name, const char *library, const char *function)
{
	BackgroundWorker worker = worker_of(name, library, function);
	BackgroundWorkerHandle *handle = probe_register(&worker);
	pid_t		pid = 0;

	if (!handle)
		emit("%s: no room", name);
	else
	{
		BgwHandleStatus startup = WaitForBackgroundWorkerStartup(handle, &pid);

		emit("%s: %s %s", name, probe_status(startup),
			 probe_status(WaitForBackgroundWorkerShutdown(handle)));
	}
}

void
missing_main(Datum arg)
{
	probe_begin();
	run("dynamic no library", "no_such_library", "f");
	run("dynamic no function", "missing", "no_such_function");
	run("dynamic empty function", "missing", "");
	emit("done");
	probe_idle();
}

void
_PG_init(void)
{
	BackgroundWorker worker;

	probe_settings("missing");
	worker = worker_of("static no library", "no_such_library", "f");
	RegisterBackgroundWorker(&worker);
	worker = worker_of("static no function", "missing", "no_such_function");
	RegisterBackgroundWorker(&worker);
	worker = worker_of("static empty function", "missing", "");
	RegisterBackgroundWorker(&worker);
	probe_static("driver", "missing_main");
}
