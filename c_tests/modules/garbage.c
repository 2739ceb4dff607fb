/*
 * garbage: registrations in memory that nobody cleared, as many extensions make them. Only what
 * must be set is set; strings end in NUL, what follows in their fields is rubbish.
 */
#include "probe.h"

PGDLLEXPORT void garbage_main(Datum arg);
PGDLLEXPORT void garbage_told(Datum arg);

static void
fill(BackgroundWorker *worker, const char *name, const char *function)
{
	memset(worker, 0xA5, sizeof(*worker));
	strcpy(worker->bgw_name, name);
	strcpy(worker->bgw_type, "");
	strcpy(worker->bgw_library_name, "garbage");
	strcpy(worker->bgw_function_name, function);
	worker->bgw_flags = BGWORKER_SHMEM_ACCESS;
	worker->bgw_start_time = BgWorkerStart_RecoveryFinished;
	worker->bgw_restart_time = BGW_NEVER_RESTART;
	worker->bgw_main_arg = Int32GetDatum(7);
	worker->bgw_notify_pid = 0;
}

void
garbage_told(Datum arg)
{
	emit("%s type=%s arg=%d extra=%x", MyBgworkerEntry->bgw_name, MyBgworkerEntry->bgw_type,
		 DatumGetInt32(arg), (unsigned char) MyBgworkerEntry->bgw_extra[BGW_EXTRALEN - 1]);
}

void
garbage_main(Datum arg)
{
	BackgroundWorker worker;

	fill(&worker, "dynamic", "garbage_told");
	RegisterDynamicBackgroundWorker(&worker, NULL);
}

void
_PG_init(void)
{
	BackgroundWorker worker;

	probe_settings("garbage");
	fill(&worker, "static", "garbage_told");
	RegisterBackgroundWorker(&worker);
	fill(&worker, "driver", "garbage_main");
	RegisterBackgroundWorker(&worker);
}
