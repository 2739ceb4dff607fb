/*
 * bgbench_workers.h - what the workers of bgbench.c share with its driver, and what they do.
 */
#include "probe.h"

#include <sched.h>
#include <sys/stat.h>

#define MAX_WORKERS	262143		/* as many as max_worker_processes can be */
#define SPARE_SLOTS	64			/* for scenarios whose workers have numbers of their own */
#define MAX_STARTS	32
#define LOOKUPS		16			/* questions per registration in lookup */

/* One per worker; the index travels in bgw_main_arg. */
typedef struct WorkerSlot
{
	pg_atomic_uint64 entered_ns;	/* when main was entered; 0 = not yet */
	pg_atomic_uint32 nstarts;
	int64		start_ns[MAX_STARTS];
	int64		exit_ns[MAX_STARTS];
} WorkerSlot;

typedef struct BenchShared
{
	LWLock	   *lock;			/* protects marker */
	uint64		marker;			/* survives unless shared memory is reset */
	PGPROC	   *driver;
	PGPROC	   *peer;
	pg_atomic_uint32 ball;		/* pingpong: 1 = peer's turn, 2 = stop */
	pg_atomic_uint32 nentered;	/* idle workers that have entered main */
	uint32		expected;		/* wake the driver at this many */
	WorkerSlot	slot[FLEXIBLE_ARRAY_MEMBER];	/* number_of_slots() */
} BenchShared;

/* Per-worker parameters, passed in bgw_extra. */
typedef struct WorkerParams
{
	int			exit_code;
	int			max_starts;		/* exit 0 from this start on; 0 = no limit */
} WorkerParams;

static char *scenario_list;
static char *output_path;
static char *crash_mode;
static char *pin_mode;
static int	repeat = 200;
static int	in_flight = 8;
static int	n_workers = 50;
static int	observe_s = 10;
static int	driver_restart_s = BGW_NEVER_RESTART;

static BenchShared *shared;
static bool shared_found;		/* what ShmemInitStruct said in the parent */
static int	startup_hook_calls; /* in the parent; children inherit the count */

static shmem_request_hook_type prev_shmem_request_hook;
static shmem_startup_hook_type prev_shmem_startup_hook;

PGDLLEXPORT void _PG_init(void);
PGDLLEXPORT void bgbench_driver(Datum arg);
PGDLLEXPORT void bgbench_oneshot(Datum arg);
PGDLLEXPORT void bgbench_idle(Datum arg);
PGDLLEXPORT void bgbench_pong(Datum arg);
PGDLLEXPORT void bgbench_exiter(Datum arg);
PGDLLEXPORT void bgbench_bystander(Datum arg);
PGDLLEXPORT void bgbench_crasher(Datum arg);

/* ---------------------------------------------------------------- helpers */

static int
number_of_slots(void)
{
	return max_worker_processes + SPARE_SLOTS;
}

static Size
shared_size(void)
{
	return offsetof(BenchShared, slot) + number_of_slots() * sizeof(WorkerSlot);
}

static void
fill_worker(BackgroundWorker *w, const char *function, int slot,
			int restart_s, WorkerParams params)
{
	memset(w, 0, sizeof(*w));
	snprintf(w->bgw_name, BGW_MAXLEN, "%s %d", function, slot);
	snprintf(w->bgw_type, BGW_MAXLEN, "bgbench");
	snprintf(w->bgw_library_name, MAXPGPATH, "bgbench");
	snprintf(w->bgw_function_name, BGW_MAXLEN, "%s", function);
	w->bgw_flags = BGWORKER_SHMEM_ACCESS;
	w->bgw_start_time = BgWorkerStart_RecoveryFinished;
	w->bgw_restart_time = restart_s;
	w->bgw_main_arg = Int32GetDatum(slot);
	memcpy(w->bgw_extra, &params, sizeof(params));
}

/*
 * Register a dynamic worker that notifies us; NULL if there is no room.  The
 * handle is the server's allocation and lives as long as the driver.
 */
static BackgroundWorkerHandle *
launch(const char *function, int slot, int restart_s, WorkerParams params)
{
	BackgroundWorker w;
	BackgroundWorkerHandle *handle;

	fill_worker(&w, function, slot, restart_s, params);
	w.bgw_notify_pid = MyProcPid;
	if (!RegisterDynamicBackgroundWorker(&w, &handle))
		return NULL;
	return handle;
}

static BackgroundWorkerHandle *
launch_or_die(const char *function, int slot, int restart_s, WorkerParams params)
{
	BackgroundWorkerHandle *handle = launch(function, slot, restart_s, params);

	if (handle == NULL)
		ereport(FATAL, (errmsg("bgbench: no room for worker %d", slot)));
	return handle;
}

static const WorkerParams no_params = {0, 0};

static void *
xcalloc(size_t n, size_t size)
{
	void	   *p = calloc(n, size);

	if (p == NULL)
		ereport(FATAL, (errmsg("bgbench: out of memory")));
	return p;
}

static int
compare_int64(const void *a, const void *b)
{
	int64		x = *(const int64 *) a;
	int64		y = *(const int64 *) b;

	return (x > y) - (x < y);
}

static void
emit_distribution(const char *metric, int64 *ns, int n)
{
	qsort(ns, n, sizeof(*ns), compare_int64);
	probe_emit("%s p50=%.1f p95=%.1f max=%.1f min=%.1f n=%d unit=us", metric,
			   ns[n / 2] / 1e3, ns[(int) (n * 0.95)] / 1e3, ns[n - 1] / 1e3,
			   ns[0] / 1e3, n);
}

/* First number after "key" in a /proc file, or -1. */
static long
proc_number(pid_t pid, const char *file, const char *key)
{
	char		path[64];
	char		buf[4096];
	char	   *hit;
	ssize_t		n;
	int			fd;

	snprintf(path, sizeof(path), "/proc/%d/%s", (int) pid, file);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	n = read(fd, buf, sizeof(buf) - 1);
	close(fd);
	if (n <= 0)
		return -1;
	buf[n] = '\0';
	hit = strstr(buf, key);
	return hit ? atol(hit + strlen(key)) : -1;
}

/* Put this process on one CPU if bgbench.pin asks for it. */
static void
pin_to(int cpu)
{
	cpu_set_t	set;

	if (pin_mode[0] == '\0')
		return;
	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	(void) sched_setaffinity(0, sizeof(set), &set);
}

static void
reset_slots(int n)
{
	for (int i = 0; i < n; i++)
	{
		pg_atomic_write_u64(&shared->slot[i].entered_ns, 0);
		pg_atomic_write_u32(&shared->slot[i].nstarts, 0);
	}
}

/* Launch n idle workers and wait until every one has entered its main. */
static BackgroundWorkerHandle **
launch_idle(int n, pid_t *pid, int64 *all_entered_ns)
{
	BackgroundWorkerHandle **handle = xcalloc(n, sizeof(*handle));
	int64		t0;
	int64		last = 0;

	reset_slots(n);
	pg_atomic_write_u32(&shared->nentered, 0);
	shared->expected = n;
	shared->driver = MyProc;
	pg_write_barrier();

	t0 = probe_now_ns();
	for (int i = 0; i < n; i++)
		handle[i] = launch_or_die("bgbench_idle", i, BGW_NEVER_RESTART, no_params);
	while (pg_atomic_read_u32(&shared->nentered) < (uint32) n)
		probe_nap(10000);
	for (int i = 0; i < n; i++)
		last = Max(last, (int64) pg_atomic_read_u64(&shared->slot[i].entered_ns));
	*all_entered_ns = last - t0;
	for (int i = 0; i < n; i++)
		(void) WaitForBackgroundWorkerStartup(handle[i], &pid[i]);
	return handle;
}

static int64
terminate_all(BackgroundWorkerHandle **handle, int n)
{
	int64		t0 = probe_now_ns();

	for (int i = 0; i < n; i++)
		TerminateBackgroundWorker(handle[i]);
	for (int i = 0; i < n; i++)
		(void) WaitForBackgroundWorkerShutdown(handle[i]);
	return probe_now_ns() - t0;
}

/* ---------------------------------------------------------------- workers */

/* Note the time and leave. */
void
bgbench_oneshot(Datum arg)
{
	int64		now = probe_now_ns();

	pg_atomic_write_u64(&shared->slot[DatumGetInt32(arg)].entered_ns, now);
	proc_exit(0);
}

static void
idle_forever(void)
{
	for (;;)
	{
		(void) WaitLatch(MyLatch, WL_LATCH_SET | WL_EXIT_ON_PM_DEATH, -1,
						 PG_WAIT_EXTENSION);
		ResetLatch(MyLatch);
		CHECK_FOR_INTERRUPTS();
	}
}

/* Note the time, then wait to be terminated. */
void
bgbench_idle(Datum arg)
{
	int64		now = probe_now_ns();

	pg_atomic_write_u64(&shared->slot[DatumGetInt32(arg)].entered_ns, now);
	pqsignal(SIGTERM, die);
	BackgroundWorkerUnblockSignals();
	if (pg_atomic_add_fetch_u32(&shared->nentered, 1) == shared->expected)
		SetLatch(&shared->driver->procLatch);
	idle_forever();
}

/* Hit the ball back until told to stop. */
void
bgbench_pong(Datum arg)
{
	pin_to(strcmp(pin_mode, "cross") == 0 ? 1 : 0);
	pqsignal(SIGTERM, die);
	BackgroundWorkerUnblockSignals();
	shared->peer = MyProc;
	pg_write_barrier();
	SetLatch(&shared->driver->procLatch);
	for (;;)
	{
		uint32		ball = pg_atomic_read_u32(&shared->ball);

		if (ball == 2)
			proc_exit(0);
		if (ball == 1)
		{
			pg_atomic_write_u32(&shared->ball, 0);
			SetLatch(&shared->driver->procLatch);
		}
		(void) WaitLatch(MyLatch, WL_LATCH_SET | WL_EXIT_ON_PM_DEATH, -1,
						 PG_WAIT_EXTENSION);
		ResetLatch(MyLatch);
		CHECK_FOR_INTERRUPTS();
	}
}

/* Record the start and the end of each run, and exit as bgw_extra says. */
void
bgbench_exiter(Datum arg)
{
	int64		now = probe_now_ns();
	WorkerSlot *slot = &shared->slot[DatumGetInt32(arg)];
	WorkerParams params;
	uint32		n;

	memcpy(&params, MyBgworkerEntry->bgw_extra, sizeof(params));
	n = pg_atomic_fetch_add_u32(&slot->nstarts, 1);
	if (n < MAX_STARTS)
	{
		slot->start_ns[n] = now;
		slot->exit_ns[n] = probe_now_ns();
	}
	if (params.max_starts > 0 && (int) n + 1 >= params.max_starts)
		proc_exit(0);
	proc_exit(params.exit_code);
}

/* ----- crash scenario: state that must outlive shared memory sits in files */

static void
crash_file(char *path, size_t size)
{
	snprintf(path, size, "%s.crash", output_path);
}

/* When the crash happened, or 0 if it has not yet. */
static int64
crash_time(void)
{
	char		path[MAXPGPATH + 16];
	char		buf[64] = {0};
	int			fd;

	crash_file(path, sizeof(path));
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return 0;
	if (read(fd, buf, sizeof(buf) - 1) < 0)
		buf[0] = '\0';
	close(fd);
	return strtoll(buf, NULL, 10);
}

static double
ms_since_crash(void)
{
	int64		t = crash_time();

	return t ? (probe_now_ns() - t) / 1e6 : -1;
}

static void
report_signal(SIGNAL_ARGS)
{
	probe_emit("crash.signal worker=\"%s\" pid=%d signal=%d ms_since_crash=%.2f",
			   MyBgworkerEntry->bgw_name, MyProcPid, postgres_signal_arg,
			   ms_since_crash());
	if (postgres_signal_arg == SIGQUIT || postgres_signal_arg == SIGTERM)
		_exit(2);
}

/* Reports its starts and the signals it gets. */
void
bgbench_bystander(Datum arg)
{
	probe_open(output_path);
	probe_emit("crash.start worker=\"%s\" pid=%d restart_time=%d ms_since_crash=%.2f",
			   MyBgworkerEntry->bgw_name, MyProcPid,
			   MyBgworkerEntry->bgw_restart_time, ms_since_crash());
	pqsignal(SIGTERM, report_signal);
	pqsignal(SIGQUIT, report_signal);
	pqsignal(SIGINT, report_signal);
	pqsignal(SIGUSR1, report_signal);
	pqsignal(SIGHUP, report_signal);
	BackgroundWorkerUnblockSignals();
	if (crash_time() != 0)
		pqsignal(SIGTERM, die);
	idle_forever();
}

/* Note the time in the crash file and go down hard. */
void
bgbench_crasher(Datum arg)
{
	char		path[MAXPGPATH + 16];
	int			fd;

	crash_file(path, sizeof(path));
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	dprintf(fd, "%lld\n", (long long) probe_now_ns());
	close(fd);
	if (strcmp(crash_mode, "abort") == 0)
		abort();
	if (strcmp(crash_mode, "kill") == 0)
		kill(MyProcPid, SIGKILL);
	if (strcmp(crash_mode, "proc_exit2") == 0)
		proc_exit(2);
	if (strcmp(crash_mode, "exit1_raw") == 0)
		_exit(1);				/* normal exit code, but no cleanup was run */
	_exit(3);
}
