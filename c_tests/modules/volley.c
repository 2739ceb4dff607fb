/*
 * volley: two workers that wake each other volley.trips times, sleeping now on the latch alone,
 * now with a socket.
 */
#include "postgres.h"

#include <sys/socket.h>

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
#include "utils/wait_event.h"

PG_MODULE_MAGIC;

PGDLLEXPORT void _PG_init(void);
PGDLLEXPORT void volley_main(Datum arg);

typedef struct Court
{
	pg_atomic_uint32 turn;		/* whose turn it is */
	pg_atomic_uint32 present;
	PGPROC	   *player[2];
} Court;

static Court *court;
static int	trips;
static shmem_request_hook_type prev_shmem_request_hook;
static shmem_startup_hook_type prev_shmem_startup_hook;

static void
nap(int trip, int quiet)
{
	if (trip % 2 == 0)
		(void) WaitLatch(MyLatch, WL_LATCH_SET | WL_EXIT_ON_PM_DEATH, -1, PG_WAIT_EXTENSION);
	else
		(void) WaitLatchOrSocket(MyLatch, WL_LATCH_SET | WL_SOCKET_READABLE | WL_EXIT_ON_PM_DEATH,
								 quiet, -1, PG_WAIT_EXTENSION);
	ResetLatch(MyLatch);
	CHECK_FOR_INTERRUPTS();
}

void
volley_main(Datum arg)
{
	uint32		me = DatumGetUInt32(arg);
	int			pair[2];

	pqsignal(SIGTERM, die);
	BackgroundWorkerUnblockSignals();
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) != 0)
		elog(PANIC, "socketpair: %m");
	court->player[me] = MyProc;
	pg_atomic_fetch_add_u32(&court->present, 1);
	while (pg_atomic_read_u32(&court->present) < 2)
		(void) WaitLatch(MyLatch, WL_TIMEOUT | WL_EXIT_ON_PM_DEATH, 1, PG_WAIT_EXTENSION);
	for (int trip = 0; trip < trips; trip++)
	{
		while (pg_atomic_read_u32(&court->turn) != me)
			nap(trip, pair[0]);
		pg_atomic_write_u32(&court->turn, 1 - me);
		SetLatch(&court->player[1 - me]->procLatch);
	}
	elog(LOG, "player %u: %d trips", me, trips);
}

static void
request(void)
{
	if (prev_shmem_request_hook)
		prev_shmem_request_hook();
	RequestAddinShmemSpace(sizeof(Court));
}

static void
startup(void)
{
	bool		found;

	if (prev_shmem_startup_hook)
		prev_shmem_startup_hook();
	court = ShmemInitStruct("volley", sizeof(Court), &found);
	if (!found)
	{
		pg_atomic_init_u32(&court->turn, 0);
		pg_atomic_init_u32(&court->present, 0);
	}
}

void
_PG_init(void)
{
	DefineCustomIntVariable("volley.trips", "How often.", NULL, &trips, 1, 1, INT_MAX,
							PGC_POSTMASTER, 0, NULL, NULL, NULL);
	prev_shmem_request_hook = shmem_request_hook;
	shmem_request_hook = request;
	prev_shmem_startup_hook = shmem_startup_hook;
	shmem_startup_hook = startup;
	for (int i = 0; i < 2; i++)
	{
		BackgroundWorker worker;

		memset(&worker, 0, sizeof(worker));
		snprintf(worker.bgw_name, BGW_MAXLEN, "player %d", i);
		snprintf(worker.bgw_library_name, sizeof(worker.bgw_library_name), "volley");
		snprintf(worker.bgw_function_name, BGW_MAXLEN, "volley_main");
		worker.bgw_flags = BGWORKER_SHMEM_ACCESS;
		worker.bgw_start_time = BgWorkerStart_RecoveryFinished;
		worker.bgw_restart_time = BGW_NEVER_RESTART;
		worker.bgw_main_arg = UInt32GetDatum(i);
		RegisterBackgroundWorker(&worker);
	}
}
