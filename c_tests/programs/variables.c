/*
 * variables: a program whose code names the library's variables directly. Without -fPIC the linker
 * puts them into the program (copy relocations), and the library must use them there.
 */
#include "postgres.h"

#include <signal.h>
#include <unistd.h>

#include "miscadmin.h"
#include "postmaster/bgworker.h"
#include "postmaster/interrupt.h"
#include "storage/latch.h"
#include "utils/guc.h"
#include "utils/memutils.h"

#define SEEN(what, condition) \
	fprintf(stdout, "%s: %s\n", what, (condition) ? "the same" : "DIFFERENT")

static Latch latch;
static int	work_mem_seen;

int
main(void)
{
	MemoryContext context;
	char	   *chunk;

	/* The library writes, the program reads. */
	SEEN("TopMemoryContext before", TopMemoryContext == NULL);
	MemoryContextInit();
	SEEN("TopMemoryContext", TopMemoryContext != NULL);
	SEEN("CurrentMemoryContext", CurrentMemoryContext == TopMemoryContext);
	SignalHandlerForConfigReload(SIGHUP);
	SEEN("ConfigReloadPending", ConfigReloadPending == 1);
	SetConfigOption("work_mem", "64kB", PGC_USERSET, PGC_S_SESSION);
	SEEN("work_mem", work_mem == 64);

	/* The program writes, the library reads. */
	context = AllocSetContextCreate(TopMemoryContext, "mine", ALLOCSET_DEFAULT_SIZES);
	MemoryContextSwitchTo(context);
	chunk = palloc(10);
	SEEN("CurrentMemoryContext written", GetMemoryChunkContext(chunk) == context);
	MyLatch = &latch;
	latch.owner_pid = MyProcPid = getpid();
	SignalHandlerForShutdownRequest(SIGTERM);
	SEEN("MyLatch written", latch.is_set == 1);
	SEEN("MyProcPid written", WaitLatch(MyLatch, WL_LATCH_SET, -1, 0) == WL_LATCH_SET);
	work_mem = 4711;
	work_mem_seen = atoi(GetConfigOption("work_mem", false, false));
	SEEN("work_mem written", work_mem_seen == 4711);
	InterruptPending = true;
	QueryCancelPending = true;
	PG_TRY();
	{
		CHECK_FOR_INTERRUPTS();
		SEEN("QueryCancelPending written", false);
	}
	PG_CATCH();
	{
		SEEN("QueryCancelPending written", true);
		FlushErrorState();
	}
	PG_END_TRY();
	SEEN("InterruptPending", !InterruptPending);

	/* Initial values come along. */
	SEEN("max_worker_processes", max_worker_processes == 8);
	SEEN("MyBgworkerEntry", MyBgworkerEntry == NULL);
	return 0;
}
