/*
 * handles: what a handle tells of its worker in every state. The driver holds the postmaster up
 * with SIGSTOP where nothing may happen meanwhile.
 */
#include "probe.h"

#include <sys/stat.h>
#include <sys/time.h>

#define UNTOUCHED 4711

PGDLLEXPORT void handles_main(Datum arg);
PGDLLEXPORT void handles_idle(Datum arg);
PGDLLEXPORT void handles_short(Datum arg);
PGDLLEXPORT void handles_marked(Datum arg);
PGDLLEXPORT void handles_stubborn(Datum arg);

static char mark[MAXPGPATH];
static volatile sig_atomic_t released;
static pid_t victim;
static bool awaited;

void
handles_idle(Datum arg)
{
	probe_begin();
	probe_idle();
}

/* Leaves this process's pid in a file. */
static void
leave_mark(void)
{
	int			fd = open(mark, O_WRONLY | O_CREAT, 0600);

	if (fd < 0 || dprintf(fd, "%d\n", MyProcPid) < 0)
		ereport(LOG, (errmsg("could not write to \"%s\": %m", mark)));
	close(fd);
}

/* Waits for the pid in the file, without asking about a handle. */
static pid_t
await_mark(void)
{
	pid_t		pid = 0;

	while (pid == 0)
	{
		FILE	   *file = fopen(mark, "r");

		if (file && fscanf(file, "%d", &pid) != 1)
			pid = 0;
		if (file)
			fclose(file);
		usleep(1000);
	}
	return pid;
}

void
handles_short(Datum arg)
{
}

/* Is over once somebody has taken its mark away. */
void
handles_marked(Datum arg)
{
	leave_mark();
	while (access(mark, F_OK) == 0)
		usleep(1000);
}

static void
on_release(SIGNAL_ARGS)
{
	released = 1;
	SetLatch(MyLatch);
}

/* Does not care about SIGTERM; ends when it gets SIGUSR2. */
void
handles_stubborn(Datum arg)
{
	pqsignal(SIGTERM, SIG_IGN);
	pqsignal(SIGUSR2, on_release);
	BackgroundWorkerUnblockSignals();
	leave_mark();
	while (!released)
		probe_nap(PROBE_DEADLINE_MS);
}

/* Waits, without asking about a handle, until handles_marked is known to run, and to be gone. */
static void
await_marked(void)
{
	pid_t		pid = await_mark();

	while (GetBackgroundWorkerTypeByPid(pid) == NULL)
		usleep(1000);
	unlink(mark);
	while (GetBackgroundWorkerTypeByPid(pid) != NULL)
		usleep(1000);
}

static const char *
pid_of(pid_t pid, BackgroundWorkerHandle *handle)
{
	pid_t		running = 0;

	if (pid == UNTOUCHED)
		return "untouched";
	(void) GetBackgroundWorkerPid(handle, &running);
	return pid == running && kill(pid, 0) == 0 ? "its" : "other";
}

static void
look(const char *when, BackgroundWorkerHandle *handle)
{
	pid_t		pid = UNTOUCHED;
	BgwHandleStatus status = GetBackgroundWorkerPid(handle, &pid);

	emit("%s: get %s %s", when, probe_status(status), pid_of(pid, handle));
}

/* Whether a wait took as long as it had to: until the handler that soon() set was called. */
static const char *
took(int64 begin)
{
	int64		ms = probe_ms() - begin;
	bool		waits = awaited;

	awaited = false;
	if (waits)
		return ms < 200 ? " too soon" : " after a while";
	return ms < 10000 ? "" : " too late";
}

static void
await_startup(const char *when, BackgroundWorkerHandle *handle)
{
	pid_t		pid = UNTOUCHED;
	int64		begin = probe_ms();
	BgwHandleStatus status = WaitForBackgroundWorkerStartup(handle, &pid);
	const char *how = took(begin);

	emit("%s: startup %s %s%s", when, probe_status(status), pid_of(pid, handle), how);
}

static void
await_shutdown(const char *when, BackgroundWorkerHandle *handle)
{
	int64		begin = probe_ms();
	BgwHandleStatus status = WaitForBackgroundWorkerShutdown(handle);

	emit("%s: shutdown %s%s", when, probe_status(status), took(begin));
}

/* Calls handler soon, in the middle of the wait that follows. */
static void
soon(void (*handler) (SIGNAL_ARGS))
{
	struct itimerval timer = {.it_value = {.tv_usec = 300000}};

	awaited = true;
	pqsignal(SIGALRM, handler);
	setitimer(ITIMER_REAL, &timer, NULL);
}

static void
let_postmaster_go(SIGNAL_ARGS)
{
	int			save_errno = errno;

	kill(getppid(), SIGCONT);
	errno = save_errno;
}

static void
end_victim(SIGNAL_ARGS)
{
	int			save_errno = errno;

	kill(victim, SIGTERM);
	errno = save_errno;
}

/* The worker starts and ends while the driver, waiting for it, does not look. */
static void
let_postmaster_go_and_linger(SIGNAL_ARGS)
{
	int			save_errno = errno;

	kill(getppid(), SIGCONT);
	await_marked();
	errno = save_errno;
}

static void
not_looked_at(void)
{
	BackgroundWorkerHandle *handle;

	probe_hold_postmaster();
	handle = probe_dynamic("worker", "handles_idle");
	look("held", handle);
	soon(let_postmaster_go);
	await_startup("held", handle);
	probe_hold_postmaster();
	handle = probe_dynamic("short", "handles_short");
	soon(let_postmaster_go);
	await_shutdown("held", handle);
}

static void
terminated_before(void)
{
	BackgroundWorkerHandle *handle;

	probe_hold_postmaster();
	handle = probe_dynamic("worker", "handles_idle");
	TerminateBackgroundWorker(handle);
	look("held", handle);
	soon(let_postmaster_go);
	await_startup("released", handle);
	look("released", handle);
	await_shutdown("released", handle);
}

static void
running(void)
{
	BackgroundWorkerHandle *handle = probe_dynamic("worker", "handles_idle");
	const char *type;

	await_startup("first", handle);
	await_startup("second", handle);
	look("running", handle);
	(void) GetBackgroundWorkerPid(handle, &victim);
	type = GetBackgroundWorkerTypeByPid(victim);
	emit("type %s", type ? type : "unknown");
	soon(end_victim);
	await_shutdown("running", handle);
	type = GetBackgroundWorkerTypeByPid(victim);
	emit("type %s", type ? type : "unknown");
}

static void
not_dead_yet(void)
{
	BackgroundWorkerHandle *handle = probe_dynamic("worker", "handles_stubborn");
	pid_t		pid = 0;

	await_startup("running", handle);
	(void) GetBackgroundWorkerPid(handle, &pid);
	await_mark();
	TerminateBackgroundWorker(handle);
	TerminateBackgroundWorker(handle);
	probe_pause(1000);
	look("terminated", handle);
	await_startup("terminated", handle);
	kill(pid, SIGUSR2);
	await_shutdown("released", handle);
}

static void
ended(void)
{
	BackgroundWorkerHandle *handle = probe_dynamic("short", "handles_short");

	WaitForBackgroundWorkerShutdown(handle);
	look("ended", handle);
	await_startup("ended", handle);
	await_shutdown("ended", handle);
	TerminateBackgroundWorker(handle);
	look("terminated too late", handle);
}

/* With room for one worker besides the driver. */
static void
stale(void)
{
	BackgroundWorkerHandle *old = probe_dynamic("short", "handles_short");
	BackgroundWorkerHandle *new;

	WaitForBackgroundWorkerShutdown(old);
	new = probe_dynamic("worker", "handles_idle");
	await_startup("new", new);
	look("stale", old);
	await_startup("stale", old);
	await_shutdown("stale", old);
	TerminateBackgroundWorker(old);
	probe_pause(300);
	look("new", new);
}

static void
never_again(void)
{
	BackgroundWorker worker = probe_worker("worker", "handles_idle");
	BackgroundWorkerHandle *handle;

	worker.bgw_restart_time = 0;
	handle = probe_register(&worker);
	await_startup("running", handle);
	TerminateBackgroundWorker(handle);
	WaitForBackgroundWorkerShutdown(handle);
	probe_pause(300);
	look("terminated", handle);
}

static void
over_while_waited_for(void)
{
	BackgroundWorkerHandle *handle;

	probe_hold_postmaster();
	handle = probe_dynamic("marked", "handles_marked");
	look("held", handle);
	soon(let_postmaster_go_and_linger);
	await_startup("waited", handle);
	await_startup("again", handle);
}

static void
over_before_the_first_question(void)
{
	BackgroundWorkerHandle *handle = probe_dynamic("marked", "handles_marked");

	await_marked();
	await_startup("first", handle);
	await_startup("second", handle);
}

/* SIGUSR1 ignored as at entry, first with nobody to notify. The latch stays as it is. */
static void
deaf(void)
{
	BackgroundWorker worker = probe_worker("short", "handles_short");
	BackgroundWorkerHandle *handle;
	pid_t		pid;

	pqsignal(SIGUSR1, SIG_IGN);
	ResetLatch(MyLatch);
	for (int i = 0; i < 3; i++)
	{
		worker.bgw_notify_pid = i == 0 ? 0 : MyProcPid;
		RegisterDynamicBackgroundWorker(&worker, &handle);
		emit("startup %s", probe_status(WaitForBackgroundWorkerStartup(handle, &pid)));
		emit("shutdown %s", probe_status(WaitForBackgroundWorkerShutdown(handle)));
	}
	emit("latch %d", (int) MyLatch->is_set);
}

static void
kill_postmaster(SIGNAL_ARGS)
{
	kill(getppid(), SIGKILL);
}

static void
postmaster_dies(void)
{
	BackgroundWorkerHandle *runs = probe_dynamic("worker", "handles_idle");
	BackgroundWorkerHandle *handle;

	await_startup("running", runs);
	probe_hold_postmaster();
	handle = probe_dynamic("late", "handles_idle");
	soon(kill_postmaster);
	await_startup("late", handle);
	look("late", handle);
	TerminateBackgroundWorker(handle);
	look("late", handle);
	await_shutdown("late", handle);
	handle = probe_dynamic("later", "handles_idle");
	emit("later: %s", handle ? "accepted" : "no room");
	await_startup("later", handle);
}

/* The running worker waits without a look at the postmaster, so it is there still. */
static void
postmaster_dies_shutdown(void)
{
	BackgroundWorkerHandle *handle = probe_dynamic("worker", "handles_stubborn");

	await_startup("running", handle);
	(void) GetBackgroundWorkerPid(handle, &victim);
	soon(kill_postmaster);
	await_shutdown("running", handle);
	emit("get %s", probe_look(handle));
	await_startup("known", handle);
}

/* SIGTERM is the postmaster's shutdown: a worker is asked for in the middle of it. */
static void
shutting_down(void)
{
	BackgroundWorkerHandle *handle;

	pqsignal(SIGTERM, on_release);
	emit("ready");
	while (!released)
		probe_nap(PROBE_DEADLINE_MS);
	handle = probe_dynamic("worker", "handles_idle");
	emit("registered: %s", handle ? "accepted" : "no room");
	await_startup("registered", handle);
	await_shutdown("registered", handle);
	emit("done");
	proc_exit(0);
}

static const struct
{
	const char *name;
	void		(*run) (void);
}			scenarios[] = {
	{"not looked at", not_looked_at},
	{"terminated before", terminated_before},
	{"running", running},
	{"not dead yet", not_dead_yet},
	{"ended", ended},
	{"stale", stale},
	{"never again", never_again},
	{"over while waited for", over_while_waited_for},
	{"over before the first question", over_before_the_first_question},
	{"deaf", deaf},
	{"postmaster dies", postmaster_dies},
	{"postmaster dies, shutdown", postmaster_dies_shutdown},
	{"shutting down", shutting_down},
};

void
handles_main(Datum arg)
{
	probe_begin();
	for (int i = 0; i < (int) lengthof(scenarios); i++)
		if (probe_is(scenarios[i].name))
			scenarios[i].run();
	emit("done");
	probe_idle();
}

void
_PG_init(void)
{
	probe_settings("handles");
	snprintf(mark, sizeof(mark), "%s.mark", probe_output);
	probe_static("driver", "handles_main");
}
