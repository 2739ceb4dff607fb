/*
 * probe.h - what the test modules share: facts go to a file as lines, workers are filled in.
 *
 * Every module has the settings MODULE.output, the file, and MODULE.scenario, what to show. They
 * import nothing but what they show and a few functions that all workers use.
 */
#ifndef PROBE_H
#define PROBE_H

#include "postgres.h"

#include <fcntl.h>
#include <time.h>
#include <unistd.h>

#include "fmgr.h"
#include "miscadmin.h"
#include "postmaster/bgworker.h"
#include "storage/ipc.h"
#include "storage/latch.h"
#include "tcop/tcopprot.h"
#include "utils/guc.h"
#include "utils/wait_event.h"

PG_MODULE_MAGIC;

PGDLLEXPORT void _PG_init(void);

/* Longest wait in a module; the tests' own deadline is shorter. */
#define PROBE_DEADLINE_MS 60000

static char *probe_output;
static char *probe_scenario;
static const char *probe_module;

/* First of all in _PG_init: the two settings. */
static inline void
probe_settings(const char *module)
{
	char		name[64];

	probe_module = module;
	snprintf(name, sizeof(name), "%s.output", module);
	DefineCustomStringVariable(name, "File that facts are written to.", NULL, &probe_output, "",
							   PGC_POSTMASTER, 0, NULL, NULL, NULL);
	snprintf(name, sizeof(name), "%s.scenario", module);
	DefineCustomStringVariable(name, "What to show.", NULL, &probe_scenario, "",
							   PGC_POSTMASTER, 0, NULL, NULL, NULL);
}

static inline bool
probe_is(const char *scenario)
{
	return strcmp(probe_scenario, scenario) == 0;
}

/* One fact, one line, one write. */
static inline void pg_attribute_printf(1, 2)
emit(const char *fmt,...)
{
	char		line[1024];
	int			fd = open(probe_output, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	va_list		ap;

	snprintf(line, sizeof(line), "%s\n", fmt);
	va_start(ap, fmt);
	if (fd < 0 || vdprintf(fd, line, ap) < 0)
		ereport(LOG, (errmsg("could not write to \"%s\": %m", probe_output)));
	va_end(ap);
	close(fd);
}

/* A worker of this module: NEVER_RESTART, no database, nothing else said. */
static inline BackgroundWorker
probe_worker(const char *name, const char *function)
{
	BackgroundWorker worker;

	memset(&worker, 0, sizeof(worker));
	snprintf(worker.bgw_name, BGW_MAXLEN, "%s", name);
	snprintf(worker.bgw_library_name, sizeof(worker.bgw_library_name), "%s", probe_module);
	snprintf(worker.bgw_function_name, BGW_MAXLEN, "%s", function);
	worker.bgw_flags = BGWORKER_SHMEM_ACCESS;
	worker.bgw_start_time = BgWorkerStart_RecoveryFinished;
	worker.bgw_restart_time = BGW_NEVER_RESTART;
	return worker;
}

static inline void
probe_static(const char *name, const char *function)
{
	BackgroundWorker worker = probe_worker(name, function);

	RegisterBackgroundWorker(&worker);
}

/* Asks for a worker whose changes this process hears of; NULL: there is no room. */
static inline BackgroundWorkerHandle *
probe_register(BackgroundWorker *worker)
{
	BackgroundWorkerHandle *handle = NULL;

	worker->bgw_notify_pid = MyProcPid;
	return RegisterDynamicBackgroundWorker(worker, &handle) ? handle : NULL;
}

static inline BackgroundWorkerHandle *
probe_dynamic(const char *name, const char *function)
{
	BackgroundWorker worker = probe_worker(name, function);

	return probe_register(&worker);
}

static inline const char *
probe_status(BgwHandleStatus status)
{
	switch (status)
	{
		case BGWH_STARTED:
			return "STARTED";
		case BGWH_NOT_YET_STARTED:
			return "NOT_YET_STARTED";
		case BGWH_STOPPED:
			return "STOPPED";
		case BGWH_POSTMASTER_DIED:
			return "POSTMASTER_DIED";
	}
	return "?";
}

/* What GetBackgroundWorkerPid says. */
static inline const char *
probe_look(BackgroundWorkerHandle *handle)
{
	pid_t		pid = 0;

	return probe_status(GetBackgroundWorkerPid(handle, &pid));
}

static inline void
probe_wake(SIGNAL_ARGS)
{
	int			save_errno = errno;

	SetLatch(MyLatch);
	errno = save_errno;
}

/* How most workers begin. SIGUSR1 wakes them, which in PostgreSQL the Wait functions need. */
static inline void
probe_begin(void)
{
	pqsignal(SIGTERM, die);
	pqsignal(SIGUSR1, probe_wake);
	BackgroundWorkerUnblockSignals();
}

static inline int64
probe_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64) now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Sleeps that long, or until the latch is set. */
static inline void
probe_nap(long ms)
{
	(void) WaitLatch(MyLatch, WL_LATCH_SET | WL_TIMEOUT | WL_EXIT_ON_PM_DEATH, ms,
					 PG_WAIT_EXTENSION);
	ResetLatch(MyLatch);
	CHECK_FOR_INTERRUPTS();
}

/* Sleeps that long, whatever signals come, and leaves the latch alone. */
static inline void
probe_pause(long ms)
{
	int64		until = probe_ms() + ms;

	while (probe_ms() < until)
		usleep(1000);
}

/* Sleeps until the condition holds; false at the deadline. */
#define probe_until(condition) \
	({ \
		int64		until_ = probe_ms() + PROBE_DEADLINE_MS; \
		while (!(condition) && probe_ms() < until_) \
			probe_nap(5); \
		(condition); \
	})

/* Stops the postmaster, and sees to it that it has stopped. */
static inline void
probe_hold_postmaster(void)
{
	char		path[64];
	char		state = 0;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int) getppid());
	kill(getppid(), SIGSTOP);
	while (state != 'T')
	{
		FILE	   *stat = fopen(path, "r");

		if (!stat || fscanf(stat, "%*d (%*[^)]) %c", &state) != 1)
			state = 0;
		if (stat)
			fclose(stat);
	}
}

/* Waits to be terminated. */
static inline void pg_attribute_noreturn()
probe_idle(void)
{
	for (;;)
		probe_nap(PROBE_DEADLINE_MS);
}

#endif
