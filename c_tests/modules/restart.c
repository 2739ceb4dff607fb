/*
 * restart: a worker that fails with exit code 1. Scenario "N" registers it statically with
 * bgw_restart_time N; "delay" and "terminate" watch one that sits out its delay.
 */
#include "probe.h"

PGDLLEXPORT void restart_fails(Datum arg);
PGDLLEXPORT void restart_fails_once(Datum arg);
PGDLLEXPORT void restart_main(Datum arg);

void
restart_fails(Datum arg)
{
	emit("start %ld", (long) probe_ms());
	proc_exit(1);
}

/* Fails when it is started for the first time, which a file remembers. */
void
restart_fails_once(Datum arg)
{
	char		path[MAXPGPATH];
	int			fd;

	probe_begin();
	snprintf(path, sizeof(path), "%s.failed", probe_output);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0600);
	if (fd >= 0)
		proc_exit(1);
	probe_idle();
}

/* What each function says of the handle, and that *pid stays as it is. */
static void
tell(const char *when, BackgroundWorkerHandle *handle)
{
	pid_t		pid = 4711;
	int64		begin = probe_ms();
	const char *look = probe_status(GetBackgroundWorkerPid(handle, &pid));
	const char *startup = probe_status(WaitForBackgroundWorkerStartup(handle, &pid));
	const char *shutdown = strcmp(look, "STARTED") == 0
		? "-" : probe_status(WaitForBackgroundWorkerShutdown(handle));

	emit("%s: %s %s %s %s", when, look, startup, shutdown, pid == 4711 ? "untouched" : "pid");
	if (probe_ms() - begin > 1000)
		emit("%s: slow", when);
}

void
restart_main(Datum arg)
{
	BackgroundWorker worker = probe_worker("name", "restart_fails_once");
	BackgroundWorkerHandle *handle;

	probe_begin();
	worker.bgw_restart_time = probe_is("delay") ? 2 : 600;
	handle = probe_register(&worker);
	(void) probe_until(strcmp(probe_look(handle), "STOPPED") == 0);
	tell("delayed", handle);
	if (probe_is("delay"))
	{
		(void) probe_until(strcmp(probe_look(handle), "STARTED") == 0);
		tell("again", handle);
	}
	TerminateBackgroundWorker(handle);
	emit("terminated: %s", probe_status(WaitForBackgroundWorkerShutdown(handle)));
	emit("done");
	probe_idle();
}

void
_PG_init(void)
{
	probe_settings("restart");
	if (probe_is("delay") || probe_is("terminate"))
		probe_static("driver", "restart_main");
	else
	{
		BackgroundWorker worker = probe_worker("name", "restart_fails");

		worker.bgw_restart_time = atoi(probe_scenario);
		RegisterBackgroundWorker(&worker);
	}
}
