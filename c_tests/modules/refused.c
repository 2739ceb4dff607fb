/*
 * refused: registrations that are not acceptable, and the edge of what is. Scenario "static"
 * registers them in _PG_init, "dynamic" from a worker that catches what is raised.
 */
#include "probe.h"
#include "utils/memutils.h"

#define SHMEM BGWORKER_SHMEM_ACCESS
#define DATABASE BGWORKER_BACKEND_DATABASE_CONNECTION
#define PARALLEL BGWORKER_CLASS_PARALLEL
#define LATE BgWorkerStart_RecoveryFinished

PGDLLEXPORT void refused_main(Datum arg);
PGDLLEXPORT void refused_ran(Datum arg);

typedef struct Case
{
	const char *name;
	int			flags;
	unsigned	start_time;
	int			restart_time;
	pid_t		notify_pid;
} Case;

static const Case cases[] = {
	{"no_access", 0, LATE, -1, 0},
	{"database_alone", DATABASE, LATE, -1, 0},
	{"database_early", SHMEM | DATABASE, BgWorkerStart_PostmasterStart, -1, 0},
	{"interval_below", SHMEM, LATE, -2, 0},
	{"interval_beyond", SHMEM, LATE, 86400001, 0},
	{"parallel_restart", SHMEM | PARALLEL, LATE, 0, 0},
	{"notified", SHMEM, LATE, -1, 1},
	{"interval_largest", SHMEM, LATE, 86400000, 0},
	{"interval_never", SHMEM, LATE, -1, 0},
	{"start_unknown", SHMEM, 99, -1, 0},
	{"parallel", SHMEM | PARALLEL, LATE, -1, 0},
	{"early", SHMEM, BgWorkerStart_PostmasterStart, -1, 0},
};

static BackgroundWorker
worker_of(const Case *c)
{
	BackgroundWorker worker = probe_worker(c->name, "refused_ran");

	worker.bgw_flags = c->flags;
	worker.bgw_start_time = (BgWorkerStartTime) c->start_time;
	worker.bgw_restart_time = c->restart_time;
	worker.bgw_notify_pid = c->notify_pid;
	return worker;
}

void
refused_ran(Datum arg)
{
	emit("ran %s", MyBgworkerEntry->bgw_name);
}

static void
register_dynamic(const Case *c)
{
	MemoryContext before = CurrentMemoryContext;
	BackgroundWorker worker = worker_of(c);
	BackgroundWorkerHandle *const untouched = (BackgroundWorkerHandle *) &worker;
	BackgroundWorkerHandle *handle = untouched;

	if (worker.bgw_notify_pid == 0)
		worker.bgw_notify_pid = MyProcPid;
	PG_TRY();
	{
		bool		accepted = RegisterDynamicBackgroundWorker(&worker, &handle);

		emit("%s: %s", c->name, accepted ? "accepted" : "no room");
	}
	PG_CATCH();
	{
		ErrorData  *error;

		MemoryContextSwitchTo(before);
		error = CopyErrorData();
		FlushErrorState();
		emit("%s: %s %s%s%s%s", c->name, unpack_sql_state(error->sqlerrcode), error->message,
			 error->detail ? " has a detail" : "", error->hint ? " has a hint" : "",
			 handle == untouched ? "" : " changed the handle");
		FreeErrorData(error);
	}
	PG_END_TRY();
	if (handle != untouched && c->start_time == 99)
	{
		probe_pause(300);
		emit("%s: %s", c->name, probe_look(handle));
		TerminateBackgroundWorker(handle);
		emit("%s: %s", c->name, probe_status(WaitForBackgroundWorkerShutdown(handle)));
	}
}

void
refused_main(Datum arg)
{
	probe_begin();
	for (int i = 0; i < (int) lengthof(cases); i++)
		register_dynamic(&cases[i]);
	emit("done");
	probe_idle();
}

void
_PG_init(void)
{
	probe_settings("refused");
	if (probe_is("dynamic"))
		probe_static("refused", "refused_main");
	else
		for (int i = 0; i < (int) lengthof(cases); i++)
		{
			BackgroundWorker worker = worker_of(&cases[i]);

			RegisterBackgroundWorker(&worker);
		}
}
