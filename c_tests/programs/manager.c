/*
 * manager SCENARIO: a C program with a manager of its own. Says what it has seen, a line each.
 */
#include "postgres.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "miscadmin.h"
#include "pgbgw.h"
#include "postmaster/bgworker.h"
#include "storage/ipc.h"
#include "storage/latch.h"
#include "storage/lock.h"
#include "storage/proc.h"
#include "storage/shmem.h"
#include "utils/wait_event.h"

/* The library renames printf for extensions; this is a program. */
#undef printf
#undef fprintf

typedef struct
{
	Latch	   *programs_latch;
	volatile int touched;
	volatile int number;
	volatile bool launched;			/* who crashes may */
} Shared;

static Shared *
shared(bool *found)
{
	void	   *memory = NULL;

	if (pgbgw_shared_memory("manager", sizeof(Shared), &memory, found) != PGBGW_OK)
		fprintf(stdout, "shared memory: %s\n", pgbgw_error_message());
	return memory;
}

static const char *
name_of(int result)
{
	static const char *const failures[] = {"OK", "ARGUMENT", "NOT_RUNNING", "RUNNING", "THREADS", "CLASH", "START",
	"SYSTEM", "FULL", "RESET", "DIED", "ERROR"};
	static const char *const states[] = {"OK", "STARTED", "NOT_YET_STARTED", "STOPPED"};

	return result < 0 ? failures[-result] : states[result];
}

static void
say(const char *what, int result)
{
	fprintf(stdout, "%s: %s\n", what, name_of(result));
}

static struct pgbgw_options
usual(void)
{
	static const char *const settings[] = {"max_worker_processes=4", "log_line_prefix=", NULL};
	struct pgbgw_options options = {.size = sizeof(options), .settings = settings};

	return options;
}

static struct pgbgw_handle
launch(void (*main) (uintptr_t), uintptr_t argument, int restart_time)
{
	struct pgbgw_worker worker = {.name = "w", .main = main, .argument = argument,
	.restarts = restart_time >= 0, .restart_time = restart_time};
	struct pgbgw_handle handle = {0, 0};
	int			result = pgbgw_launch(&worker, &handle);

	if (result != PGBGW_OK)
		fprintf(stdout, "launch: %s, %s\n", name_of(result), pgbgw_error_message());
	return handle;
}

/* The workers. */

static void
touch(uintptr_t argument)
{
	shared(NULL)->touched += (int) argument;
}

static void
sleeper(uintptr_t argument)
{
	BackgroundWorkerUnblockSignals();
	shared(NULL)->number++;
	for (;;)
	{
		(void) WaitLatch(MyLatch, WL_LATCH_SET | WL_EXIT_ON_PM_DEATH, -1L, PG_WAIT_EXTENSION);
		ResetLatch(MyLatch);
		shared(NULL)->touched++;
		if (shared(NULL)->programs_latch)
			SetLatch(shared(NULL)->programs_latch);
	}
}

/* Crash once the program has its handle. */
static void
wait_for_handle(void)
{
	while (!shared(NULL)->launched)
		usleep(1000);
}

static void
aborter(uintptr_t argument)
{
	wait_for_handle();
	abort();
}

static void
crasher(uintptr_t argument)
{
	wait_for_handle();
	exit((int) argument);
}

static void
exiter(uintptr_t argument)
{
	exit((int) argument);
}

/* By its name, for -rdynamic. */
PGDLLEXPORT void by_name(Datum argument);

void
by_name(Datum argument)
{
	shared(NULL)->touched = 7 + memcmp(MyBgworkerEntry->bgw_extra, "extra", 6);
}

/* Scenarios. */

static void
basics(void)
{
	struct pgbgw_options options = usual();
	struct pgbgw_handle handle;
	struct pgbgw_worker full = {.function = "by_name", .extra = "extra", .extra_size = 6};
	pid_t		pid = 0;
	bool		found = true;
	int			i;

	say("before", pgbgw_launch(&full, NULL));
	say("stop before", pgbgw_stop(PGBGW_FAST));
	say("start", pgbgw_start(&options));
	say("again", pgbgw_start(&options));
	fprintf(stdout, "backend: %d %d %d\n", MyBackendType == B_BACKEND, IsUnderPostmaster,
			MyProc->pid == getpid());
	shared(&found);
	fprintf(stdout, "found: %d\n", found);
	handle = launch(touch, 5, -1);
	i = pgbgw_wait_startup(&handle, &pid);
	fprintf(stdout, "startup: %s %d\n", name_of(i), pid > 0);
	say("shutdown", pgbgw_wait_shutdown(&handle));
	say("status", pgbgw_status(&handle, &pid));
	fprintf(stdout, "touched: %d\n", shared(&found)->touched);
	say("by name", pgbgw_launch(&full, &handle));
	say("shutdown", pgbgw_wait_shutdown(&handle));
	fprintf(stdout, "touched: %d\n", shared(NULL)->touched);
	full.restarts = true;
	full.restart_time = -5;
	i = pgbgw_launch(&full, NULL);
	fprintf(stdout, "refused: %s, %s\n", name_of(i), pgbgw_error_message());
	for (i = 0; i < 5; i++)
		handle = launch(sleeper, 0, -1);
	say("stop", pgbgw_stop(PGBGW_FAST));
	say("stopped", pgbgw_status(&handle, NULL));
	/* All over again. */
	say("start", pgbgw_start(&options));
	shared(&found);
	fprintf(stdout, "found: %d\n", found);
	handle = launch(touch, 1, -1);
	say("shutdown", pgbgw_wait_shutdown(&handle));
	say("stop", pgbgw_stop(PGBGW_IMMEDIATE));
}

static void
latches(void)
{
	struct pgbgw_options options = usual();
	struct pgbgw_handle handle;
	int			before;

	say("start", pgbgw_start(&options));
	shared(NULL)->programs_latch = MyLatch;
	ResetLatch(MyLatch);
	fprintf(stdout, "timeout: %d\n", pgbgw_wait_latch(0) == PGBGW_TIMEOUT);
	handle = launch(sleeper, 0, -1);
	/* At entry its latch is set already: the first round. */
	fprintf(stdout, "woken: %d\n", pgbgw_wait_latch(-1) == PGBGW_LATCH_SET);
	before = shared(NULL)->touched;
	say("set", pgbgw_set_latch(&handle));
	fprintf(stdout, "woken: %d\n", pgbgw_wait_latch(-1) == PGBGW_LATCH_SET);
	fprintf(stdout, "touched: %d\n", shared(NULL)->touched - before);
	say("terminate", pgbgw_terminate(&handle));
	say("shutdown", pgbgw_wait_shutdown(&handle));
	say("stop", pgbgw_stop(PGBGW_FAST));
}

static void
crash(void)
{
	struct pgbgw_options options = usual();
	struct pgbgw_handle kept,
				handle;
	bool		found = true;
	LOCKTAG		tag;

	say("start", pgbgw_start(&options));
	SET_LOCKTAG_ADVISORY(tag, 1, 2, 3, 4);
	fprintf(stdout, "lock: %d\n", LockAcquire(&tag, ExclusiveLock, true, false));
	kept = launch(sleeper, 0, 60);
	while (shared(NULL)->number == 0)
		usleep(1000);
	handle = launch(aborter, 0, -1);
	shared(NULL)->launched = true;
	say("waited", pgbgw_wait_shutdown(&handle));
	say("status", pgbgw_status(&kept, NULL));
	say("launch", pgbgw_launch(&(struct pgbgw_worker) {.main = touch}, NULL));
	fprintf(stdout, "server function: %d\n",
			GetBackgroundWorkerPid((BackgroundWorkerHandle *) &kept, &MyProcPid) == BGWH_STOPPED);
	say("reattach", pgbgw_reattach());
	say("reattach again", pgbgw_reattach());
	fprintf(stdout, "held: %d\n", LockHeldByMe(&tag, ExclusiveLock, false));
	fprintf(stdout, "lock: %d\n", LockAcquire(&tag, ExclusiveLock, true, false));
	shared(&found);
	fprintf(stdout, "found: %d\n", found && shared(NULL)->touched > 1);
	/* Who has a restart time is back. */
	while (shared(NULL)->number == 0)
		usleep(1000);
	handle = launch(touch, 1, -1);
	say("shutdown", pgbgw_wait_shutdown(&handle));
	handle = launch(crasher, 3, -1);
	shared(NULL)->launched = true;
	fprintf(stdout, "latch: %s\n", name_of(pgbgw_wait_latch(-1)));
	while (pgbgw_wait_latch(-1) >= 0);
	say("reattach", pgbgw_reattach());
	say("stop", pgbgw_stop(PGBGW_FAST));
}

static void
own_wait(void)
{
	struct pgbgw_options options = usual();
	struct pgbgw_handle handle;
	pid_t		child;
	int			status;

	say("start", pgbgw_start(&options));
	handle = launch(touch, 1, -1);
	say("shutdown", pgbgw_wait_shutdown(&handle));
	fflush(stdout);
	child = fork();
	if (child == 0)
	{
		/* It has no part in the manager. */
		say("child", pgbgw_stop(PGBGW_IMMEDIATE));
		say("child", pgbgw_wait_shutdown(&handle));
		say("child", pgbgw_start(&options));
		fflush(stdout);
		_exit(0);
	}
	while (wait(&status) != child);
	say("status", pgbgw_status(&handle, NULL));
	/* The postmaster is a child like others. */
	signal(SIGCHLD, SIG_IGN);
	say("stop", pgbgw_stop(PGBGW_SMART));
}

static void *
idle(void *arg)
{
	pause();
	return arg;
}

static void
threads(void)
{
	struct pgbgw_options options = usual();
	pthread_t	thread;
	int			result;

	pthread_create(&thread, NULL, idle, NULL);
	result = pgbgw_start(&options);
	fprintf(stdout, "%s: %s\n", name_of(result), pgbgw_error_message());
}

static void
refusals(void)
{
	static const char *const settings[] = {"max_worker_processes=many", NULL};
	struct pgbgw_options options = usual();
	int			result;

	options.settings = settings;
	result = pgbgw_start(&options);
	fprintf(stdout, "%s: %s\n", name_of(result), pgbgw_error_message());
	options = usual();
	options.data_directory = "/nowhere";
	result = pgbgw_start(&options);
	fprintf(stdout, "%s: %s\n", name_of(result), pgbgw_error_message());
	options = usual();
	options.size = 3;
	result = pgbgw_start(&options);
	fprintf(stdout, "%s: %s\n", name_of(result), pgbgw_error_message());
	options = usual();
	options.log_file = "/nowhere/log";
	result = pgbgw_start(&options);
	fprintf(stdout, "%s: %s\n", name_of(result), pgbgw_error_message());
	say("start", pgbgw_start(NULL));
	say("no handle", pgbgw_status(NULL, NULL));
	say("no mode", pgbgw_stop(9));
	say("stop", pgbgw_stop(PGBGW_FAST));
}

static void
good_bye(void)
{
	fprintf(stdout, "good bye from %s\n", IsUnderPostmaster ? "a child" : "the program");
}

static void
handlers(void)
{
	struct pgbgw_options options = usual();
	struct pgbgw_handle handle;

	atexit(good_bye);
	fprintf(stdout, "once\n");
	say("start", pgbgw_start(&options));
	handle = launch(exiter, 0, -1);
	say("shutdown", pgbgw_wait_shutdown(&handle));
	handle = launch(exiter, 1, -1);
	say("shutdown", pgbgw_wait_shutdown(&handle));
	say("stop", pgbgw_stop(PGBGW_FAST));
}

static void
register_static(void)
{
	BackgroundWorker worker;

	memset(&worker, 0, sizeof(worker));
	worker.bgw_flags = BGWORKER_SHMEM_ACCESS;
	worker.bgw_start_time = BgWorkerStart_PostmasterStart;
	worker.bgw_restart_time = BGW_NEVER_RESTART;
	memcpy(worker.bgw_extra, "extra", 6);
	snprintf(worker.bgw_name, BGW_MAXLEN, "static");
	snprintf(worker.bgw_library_name, MAXPGPATH, "$program");
	snprintf(worker.bgw_function_name, BGW_MAXLEN, "by_name");
	RegisterBackgroundWorker(&worker);
}

static void
raise_error(void)
{
	ereport(ERROR, (errmsg("no, thanks"), errhint("try again")));
}

static void
init(void)
{
	struct pgbgw_options options = usual();
	int			result;

	options.init = raise_error;
	result = pgbgw_start(&options);
	fprintf(stdout, "%s: %s\n", name_of(result), pgbgw_error_message());
	options.init = register_static;
	say("start", pgbgw_start(&options));
	while (shared(NULL)->touched == 0)
		usleep(1000);
	fprintf(stdout, "touched: %d\n", shared(NULL)->touched);
	say("stop", pgbgw_stop(PGBGW_FAST));
}

/* Says which process its worker is, and waits for its input. */
static void
hold(void)
{
	struct pgbgw_options options = usual();
	struct pgbgw_handle handle;
	pid_t		pid = 0;
	int			result;

	say("start", pgbgw_start(&options));
	handle = launch(sleeper, 0, 0);
	pgbgw_wait_startup(&handle, &pid);
	fprintf(stdout, "worker %d\n", (int) pid);
	fflush(stdout);
	getchar();
	result = pgbgw_status(&handle, NULL);
	fprintf(stdout, "%s: %s\n", name_of(result), result < 0 ? pgbgw_error_message() : "");
	result = pgbgw_stop(PGBGW_FAST);
	fprintf(stdout, "%s: %s\n", name_of(result), result < 0 ? pgbgw_error_message() : "");
}

/* Says which process its worker is, and sits in a call until something happens. */
static void
stuck(void)
{
	struct pgbgw_options options = usual();
	struct pgbgw_handle handle;
	pid_t		pid = 0;

	say("start", pgbgw_start(&options));
	ResetLatch(MyLatch);
	handle = launch(sleeper, 0, 0);
	pgbgw_wait_startup(&handle, &pid);
	fprintf(stdout, "worker %d\n", (int) pid);
	fflush(stdout);
	say("latch", pgbgw_wait_latch(-1));
	say("reattach", pgbgw_reattach());
	handle = launch(touch, 1, -1);
	say("shutdown", pgbgw_wait_shutdown(&handle));
	say("stop", pgbgw_stop(PGBGW_FAST));
}

int
main(int argc, char **argv)
{
	static const struct
	{
		const char *name;
		void		(*run) (void);
	}			scenarios[] = {
		{"basics", basics}, {"latches", latches}, {"crash", crash}, {"own_wait", own_wait}, {"threads", threads},
		{"refusals", refusals}, {"handlers", handlers}, {"init", init}, {"hold", hold}, {"stuck", stuck},
	};
	size_t		i;

	for (i = 0; i < lengthof(scenarios); i++)
		if (argc > 1 && strcmp(argv[1], scenarios[i].name) == 0)
		{
			scenarios[i].run();
			return 0;
		}
	return 2;
}
