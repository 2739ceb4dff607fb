/*
 * storm: many workers. The captain does one thing at each SIGUSR2 and logs when it is done: starts
 * storm.idle workers that wait; ends them; runs storm.brief workers that end at once, 32 at a
 * time; fills every slot and ends them again.
 */
#include "postgres.h"

#include "fmgr.h"
#include "miscadmin.h"
#include "port/atomics.h"
#include "postmaster/bgworker.h"
#include "storage/ipc.h"
#include "storage/latch.h"
#include "storage/proc.h"
#include "storage/shmem.h"
#include "tcop/tcopprot.h"
#include "utils/guc.h"
#include "utils/memutils.h"
#include "utils/wait_event.h"

PG_MODULE_MAGIC;

PGDLLEXPORT void _PG_init(void);
PGDLLEXPORT void captain(Datum arg);
PGDLLEXPORT void idler(Datum arg);
PGDLLEXPORT void brief(Datum arg);

#define IN_FLIGHT 32
#define MAX_WORKERS 4096

typedef struct Weather
{
	pg_atomic_uint32 entered;
	Latch	   *captain;
} Weather;

static Weather *weather;
static int	idle_workers;
static int	brief_workers;
static BackgroundWorkerHandle *handle[MAX_WORKERS];
static volatile sig_atomic_t told;
static shmem_request_hook_type prev_shmem_request_hook;
static shmem_startup_hook_type prev_shmem_startup_hook;

static BackgroundWorker
worker(const char *function, int number)
{
	BackgroundWorker worker;

	memset(&worker, 0, sizeof(worker));
	snprintf(worker.bgw_name, BGW_MAXLEN, "%s %d", function, number);
	snprintf(worker.bgw_library_name, sizeof(worker.bgw_library_name), "storm");
	snprintf(worker.bgw_function_name, BGW_MAXLEN, "%s", function);
	worker.bgw_flags = BGWORKER_SHMEM_ACCESS;
	worker.bgw_start_time = BgWorkerStart_RecoveryFinished;
	worker.bgw_restart_time = BGW_NEVER_RESTART;
	return worker;
}

static bool
start(const char *function, int number, BackgroundWorkerHandle **handle)
{
	BackgroundWorker asked = worker(function, number);

	return RegisterDynamicBackgroundWorker(&asked, handle);
}

static void
sleep_a_while(void)
{
	(void) WaitLatch(MyLatch, WL_LATCH_SET | WL_EXIT_ON_PM_DEATH, -1, PG_WAIT_EXTENSION);
	ResetLatch(MyLatch);
	CHECK_FOR_INTERRUPTS();
}

void
idler(Datum arg)
{
	pqsignal(SIGTERM, die);
	BackgroundWorkerUnblockSignals();
	pg_atomic_fetch_add_u32(&weather->entered, 1);
	SetLatch(weather->captain);
	for (;;)
		sleep_a_while();
}

void
brief(Datum arg)
{
}

static void
command(SIGNAL_ARGS)
{
	told++;
	SetLatch(MyLatch);
}

static void
wait_for_command(int number)
{
	while (told < number)
		sleep_a_while();
}

static void
end(int count)
{
	for (int i = 0; i < count; i++)
		TerminateBackgroundWorker(handle[i]);
	for (int i = 0; i < count; i++)
	{
		if (WaitForBackgroundWorkerShutdown(handle[i]) != BGWH_STOPPED)
			elog(PANIC, "worker %d did not stop", i);
		pfree(handle[i]);
		handle[i] = NULL;
	}
}

static void
start_idlers(void)
{
	pg_atomic_write_u32(&weather->entered, 0);
	for (int i = 0; i < idle_workers; i++)
		if (!start("idler", i, &handle[i]))
			elog(PANIC, "no room for idler %d", i);
	while (pg_atomic_read_u32(&weather->entered) < (uint32) idle_workers)
		sleep_a_while();
}

static void
run_brief_ones(void)
{
	for (int i = 0; i < brief_workers + IN_FLIGHT; i++)
	{
		BackgroundWorkerHandle **mine = &handle[i % IN_FLIGHT];

		if (*mine)
		{
			(void) WaitForBackgroundWorkerShutdown(*mine);
			pfree(*mine);
			*mine = NULL;
		}
		if (i < brief_workers && !start("brief", i, mine))
			elog(PANIC, "no room for brief worker %d", i);
	}
}

void
captain(Datum arg)
{
	int			room = 0;

	pqsignal(SIGTERM, die);
	pqsignal(SIGUSR2, command);
	BackgroundWorkerUnblockSignals();
	weather->captain = MyLatch;
	elog(LOG, "the captain is here");
	wait_for_command(1);
	start_idlers();
	elog(LOG, "idlers are here");
	wait_for_command(2);
	end(idle_workers);
	elog(LOG, "idlers are gone");
	wait_for_command(3);
	run_brief_ones();
	elog(LOG, "brief ones came and went");
	wait_for_command(4);
	while (room < MAX_WORKERS && start("idler", room, &handle[room]))
		room++;
	end(room);
	elog(LOG, "room for %d", room);
	for (;;)
		sleep_a_while();
}

static void
request(void)
{
	if (prev_shmem_request_hook)
		prev_shmem_request_hook();
	RequestAddinShmemSpace(sizeof(Weather));
}

static void
startup(void)
{
	bool		found;

	if (prev_shmem_startup_hook)
		prev_shmem_startup_hook();
	weather = ShmemInitStruct("storm", sizeof(Weather), &found);
	if (!found)
		pg_atomic_init_u32(&weather->entered, 0);
}

void
_PG_init(void)
{
	BackgroundWorker asked;

	DefineCustomIntVariable("storm.idle", "Workers that wait.", NULL, &idle_workers, 1, 1,
							MAX_WORKERS, PGC_POSTMASTER, 0, NULL, NULL, NULL);
	DefineCustomIntVariable("storm.brief", "Workers that end at once.", NULL, &brief_workers, 1, 1,
							INT_MAX, PGC_POSTMASTER, 0, NULL, NULL, NULL);
	prev_shmem_request_hook = shmem_request_hook;
	shmem_request_hook = request;
	prev_shmem_startup_hook = shmem_startup_hook;
	shmem_startup_hook = startup;
	asked = worker("captain", 0);
	RegisterBackgroundWorker(&asked);
}
