// A worker module in C++: the headers are included as they are, without extern "C" around them.
// An ERROR is a longjmp: no object with a destructor may live across a call of the server.
#include "postgres.h"

#include "fmgr.h"
#include "miscadmin.h"
#include "port/atomics.h"
#include "postmaster/bgworker.h"
#include "storage/ipc.h"
#include "storage/latch.h"
#include "storage/spin.h"
#include "utils/guc.h"
#include "utils/wait_event.h"

#include <string>

PG_MODULE_MAGIC;
PG_FUNCTION_INFO_V1(plus_launch);

extern "C" PGDLLEXPORT void plus_main(Datum main_arg);

static pg_atomic_uint64 rounds;
static slock_t mutex;
static int	naptime = 10;

static void
make_name(char *name, size_t size, int number)
{
	std::string text = "plus " + std::to_string(number);

	snprintf(name, size, "%s", text.c_str());
}

void
plus_main(Datum main_arg)
{
	char		name[BGW_MAXLEN];

	make_name(name, sizeof(name), DatumGetInt32(main_arg));
	pqsignal(SIGTERM, [](int) { SetLatch(MyLatch); });
	BackgroundWorkerUnblockSignals();
	PG_TRY();
	{
		SpinLockAcquire(&mutex);
		pg_atomic_fetch_add_u64(&rounds, 1);
		SpinLockRelease(&mutex);
		WaitLatch(MyLatch, WL_LATCH_SET | WL_TIMEOUT | WL_EXIT_ON_PM_DEATH, naptime * 1000L,
				  PG_WAIT_EXTENSION);
		CHECK_FOR_INTERRUPTS();
		ereport(LOG, (errmsg("%s is awake", name)));
	}
	PG_CATCH();
	{
		PG_RE_THROW();
	}
	PG_END_TRY();
	proc_exit(0);
}

Datum
plus_launch(PG_FUNCTION_ARGS)
{
	BackgroundWorker worker = {};
	BackgroundWorkerHandle *handle;

	worker.bgw_flags = BGWORKER_SHMEM_ACCESS;
	worker.bgw_start_time = BgWorkerStart_ConsistentState;
	worker.bgw_restart_time = BGW_NEVER_RESTART;
	snprintf(worker.bgw_name, BGW_MAXLEN, "plus");
	worker.bgw_main_arg = PG_GETARG_DATUM(0);
	PG_RETURN_BOOL(RegisterDynamicBackgroundWorker(&worker, &handle));
}

void
_PG_init(void)
{
	DefineCustomIntVariable("plus.naptime", "Seconds to sleep.", nullptr, &naptime, 10, 1, 3600,
							PGC_SIGHUP, GUC_UNIT_S, nullptr, nullptr, nullptr);
}
