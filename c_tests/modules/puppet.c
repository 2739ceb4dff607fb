/*
 * puppet: workers that do what a test tells them.
 *
 * Each worker listens on a datagram socket under its own name in puppet.dir: a datagram is a
 * command, the answer goes back to the sender. What happens by itself, such as a start or a
 * signal, is a line of puppet.dir/events.
 */
#include "postgres.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "fmgr.h"
#include "miscadmin.h"
#include "postmaster/bgworker.h"
#include "postmaster/interrupt.h"
#include "storage/ipc.h"
#include "storage/latch.h"
#include "storage/lwlock.h"
#include "storage/proc.h"
#include "storage/shmem.h"
#include "tcop/tcopprot.h"
#include "utils/guc.h"
#include "utils/wait_event.h"

PG_MODULE_MAGIC;

PGDLLEXPORT void _PG_init(void);
PGDLLEXPORT void puppet_main(Datum arg);

#define MAX_HANDLES 64

/* What the library's handle is made of, for handles that outlive the process that got them. */
typedef struct Handle
{
	int			slot;
	uint64		generation;
} Handle;

typedef struct Stage
{
	LWLock	   *lock;
	int			marker;
} Stage;

static char *dir;
static char *cast;
static Stage *stage;
static bool stage_found;

/* In the postmaster; workers inherit them. */
static int	inits;
static int	requests;
static int	startups;

static int	events = -1;
static int	ears = -1;
static volatile sig_atomic_t seen[NSIG];
static BackgroundWorkerHandle *handle[MAX_HANDLES];
static int	handles;
static char reply[1024];

static shmem_request_hook_type prev_shmem_request_hook;
static shmem_startup_hook_type prev_shmem_startup_hook;

#define REPLY(...) snprintf(reply, sizeof(reply), __VA_ARGS__)

/* One write, so that lines of several processes do not mix. */
static void
note(const char *what, int number)
{
	char		line[256];
	int			n;

	n = snprintf(line, sizeof(line), "%s %s %d\n", what, MyBgworkerEntry->bgw_name, number);
	if (write(events, line, n) != n)
		_exit(99);
}

/* ---------------------------------------------------------------- signals */

static void
count(SIGNAL_ARGS)
{
	seen[postgres_signal_arg]++;
	note("signal", postgres_signal_arg);
	SetLatch(MyLatch);
}

static void
count_and_die(SIGNAL_ARGS)
{
	count(postgres_signal_arg);
	die(postgres_signal_arg);
}

static void
count_and_quit(SIGNAL_ARGS)
{
	note("signal", postgres_signal_arg);
	_exit(2);
}

static void
quit_badly(SIGNAL_ARGS)
{
	note("signal", postgres_signal_arg);
	abort();
}

/* ----------------------------------------------------------- registration */

static void
fill(BackgroundWorker *worker, const char *name, int restart, const char *options)
{
	memset(worker, 0, sizeof(*worker));
	snprintf(worker->bgw_name, BGW_MAXLEN, "%s", name);
	snprintf(worker->bgw_type, BGW_MAXLEN, "puppet");
	snprintf(worker->bgw_library_name, sizeof(worker->bgw_library_name), "puppet");
	snprintf(worker->bgw_function_name, BGW_MAXLEN, "puppet_main");
	snprintf(worker->bgw_extra, sizeof(worker->bgw_extra), "%s", options);
	worker->bgw_flags = BGWORKER_SHMEM_ACCESS;
	worker->bgw_start_time = BgWorkerStart_RecoveryFinished;
	if (strstr(options, "never-start"))
		worker->bgw_start_time = (BgWorkerStartTime) 99;
	worker->bgw_restart_time = restart;
}

static bool
option(const char *name)
{
	return strstr(MyBgworkerEntry->bgw_extra, name) != NULL;
}

/* --------------------------------------------------------------- commands */

static const char *
status_name(BgwHandleStatus status)
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

static BackgroundWorkerHandle *
which(const char *args)
{
	int			i = atoi(args);

	if (i < 0 || i >= handles)
		elog(PANIC, "no handle %d", i);
	return handle[i];
}

static void
do_pid(const char *args)
{
	REPLY("%d", MyProcPid);
}

/* Ends the process, one way or another. */
static void
do_end(const char *args)
{
	int *volatile nowhere = NULL;
	char		how[32] = "";
	int			code = 0;

	sscanf(args, "%31s %d", how, &code);
	if (strcmp(how, "abort") == 0)
		abort();
	if (strcmp(how, "segv") == 0)
		*nowhere = 1;
	if (strcmp(how, "kill") == 0)
		kill(MyProcPid, SIGKILL);
	if (strcmp(how, "exit") == 0)
		exit(code);
	if (strcmp(how, "_exit") == 0)
		_exit(code);
	if (strcmp(how, "proc_exit") == 0)
		proc_exit(code);
	if (strcmp(how, "error") == 0)
		elog(ERROR, "told to fail");
	elog(PANIC, "told to panic");
}

/* register NAME RESTART OPTIONS: the number of the handle, or "full". */
static void
do_register(const char *args)
{
	BackgroundWorker worker;
	char		name[BGW_MAXLEN] = "";
	char		options[BGW_EXTRALEN] = "";
	int			restart = 0;

	sscanf(args, "%95s %d %127s", name, &restart, options);
	fill(&worker, name, restart, options);
	worker.bgw_notify_pid = MyProcPid;
	if (handles < MAX_HANDLES && RegisterDynamicBackgroundWorker(&worker, &handle[handles]))
		REPLY("%d", handles++);
	else
		REPLY("full");
}

/* adopt SLOT GENERATION: a handle that another process got. */
static void
do_adopt(const char *args)
{
	unsigned long generation = 0;
	Handle	   *adopted = palloc(sizeof(Handle));

	sscanf(args, "%d %lu", &adopted->slot, &generation);
	adopted->generation = generation;
	handle[handles] = (BackgroundWorkerHandle *) adopted;
	REPLY("%d", handles++);
}

static void
do_status(const char *args)
{
	pid_t		pid = -1;
	BgwHandleStatus status = GetBackgroundWorkerPid(which(args), &pid);

	REPLY("%s %d", status_name(status), (int) pid);
}

static void
do_terminate(const char *args)
{
	TerminateBackgroundWorker(which(args));
	REPLY("ok");
}

static void
do_startup(const char *args)
{
	pid_t		pid = -1;

	note("waiting", 0);
	REPLY("%s", status_name(WaitForBackgroundWorkerStartup(which(args), &pid)));
}

static void
do_shutdown(const char *args)
{
	note("waiting", 0);
	REPLY("%s", status_name(WaitForBackgroundWorkerShutdown(which(args))));
}

/* What the process sees of shared memory, and of the postmaster's private memory. */
static void
do_memory(const char *args)
{
	LWLockAcquire(stage->lock, LW_SHARED);
	REPLY("marker %d found %d startups %d requests %d inits %d", stage->marker, stage_found,
		  startups, requests, inits);
	LWLockRelease(stage->lock);
}

static void
do_mark(const char *args)
{
	LWLockAcquire(stage->lock, LW_EXCLUSIVE);
	stage->marker = atoi(args);
	LWLockRelease(stage->lock);
	REPLY("ok");
}

/* Takes the lock and does not give it back. */
static void
do_lock(const char *args)
{
	note("waiting", 0);
	LWLockAcquire(stage->lock, LW_EXCLUSIVE);
	REPLY("ok");
}

static void
do_seen(const char *args)
{
	REPLY("%d", (int) seen[atoi(args) % NSIG]);
}

static void
do_notify(const char *args)
{
	REPLY("%d", (int) MyBgworkerEntry->bgw_notify_pid);
}

static void
do_log(const char *args)
{
	ereport(LOG, (errmsg("%s", args)));
	REPLY("ok");
}

/* wait EVENTS MILLISECONDS: WaitLatch without a socket; the events seen. */
static void
do_wait(const char *args)
{
	int			wanted = 0;
	long		timeout = -1;
	int			got;

	sscanf(args, "%x %ld", (unsigned *) &wanted, &timeout);
	ResetLatch(MyLatch);
	note("waiting", 0);
	got = WaitLatch(MyLatch, wanted, timeout, PG_WAIT_EXTENSION);
	REPLY("%x", got);
}

/* The same with a socket that never becomes readable. */
static void
do_wait_socket(const char *args)
{
	int			pair[2];
	int			wanted = 0;
	long		timeout = -1;
	int			got;

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) != 0)
		elog(PANIC, "socketpair: %m");
	sscanf(args, "%x %ld", (unsigned *) &wanted, &timeout);
	ResetLatch(MyLatch);
	note("waiting", 0);
	got = WaitLatchOrSocket(MyLatch, wanted | WL_SOCKET_READABLE, pair[0], timeout,
							PG_WAIT_EXTENSION);
	close(pair[0]);
	close(pair[1]);
	REPLY("%x", got);
}

static void
do_busy(const char *args)
{
	note("waiting", 0);
	for (;;)
		CHECK_FOR_INTERRUPTS();
}

static const struct
{
	const char *name;
	void		(*run) (const char *args);
}			commands[] = {
	{"pid", do_pid}, {"end", do_end}, {"register", do_register}, {"adopt", do_adopt},
	{"status", do_status}, {"terminate", do_terminate}, {"startup", do_startup},
	{"shutdown", do_shutdown}, {"memory", do_memory}, {"mark", do_mark}, {"lock", do_lock},
	{"seen", do_seen}, {"notify", do_notify}, {"log", do_log}, {"wait", do_wait},
	{"wait_socket", do_wait_socket}, {"busy", do_busy},
};

static void
obey(char *text)
{
	size_t		len = strcspn(text, " ");
	const char *args = text[len] == ' ' ? text + len + 1 : "";

	for (int i = 0; i < (int) lengthof(commands); i++)
		if (strlen(commands[i].name) == len && strncmp(commands[i].name, text, len) == 0)
		{
			commands[i].run(args);
			return;
		}
	elog(PANIC, "unknown command \"%s\"", text);
}

/* Reads one command, if there is one, and answers it. */
static void
listen_once(void)
{
	struct sockaddr_un sender;
	socklen_t	len = sizeof(sender);
	char		text[1024];
	ssize_t		n = recvfrom(ears, text, sizeof(text) - 1, MSG_DONTWAIT,
							 (struct sockaddr *) &sender, &len);

	if (n < 0)
		return;
	text[n] = '\0';
	obey(text);
	(void) sendto(ears, reply, strlen(reply), 0, (struct sockaddr *) &sender, len);
}

static void
open_ears(void)
{
	struct sockaddr_un here = {.sun_family = AF_UNIX};

	snprintf(here.sun_path, sizeof(here.sun_path), "%s/%s", dir, MyBgworkerEntry->bgw_name);
	unlink(here.sun_path);
	ears = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (ears < 0 || bind(ears, (struct sockaddr *) &here, sizeof(here)) != 0)
		elog(PANIC, "cannot listen on \"%s\": %m", here.sun_path);
}

static void
open_events(void)
{
	char		path[MAXPGPATH];

	snprintf(path, sizeof(path), "%s/events", dir);
	events = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	if (events < 0)
		elog(PANIC, "cannot open \"%s\": %m", path);
}

/* Whatever becomes of the postmaster and the test, no worker outlives them for long. */
static void
die_with_the_test(void)
{
	sigset_t	alarms;

	sigemptyset(&alarms);
	sigaddset(&alarms, SIGALRM);
	pqsignal(SIGALRM, SIG_DFL);
	sigprocmask(SIG_UNBLOCK, &alarms, NULL);
	alarm(300);
}

void
puppet_main(Datum arg)
{
	int			wanted = WL_LATCH_SET | WL_SOCKET_READABLE;

	die_with_the_test();
	open_events();
	pqsignal(SIGHUP, count);
	pqsignal(SIGUSR1, count);
	pqsignal(SIGTERM, option("deaf-term") ? count : count_and_die);
	if (option("polite"))
		pqsignal(SIGTERM, SignalHandlerForShutdownRequest);
	if (option("tell-quit"))
		pqsignal(SIGQUIT, count_and_quit);
	if (option("bad-quit"))
		pqsignal(SIGQUIT, quit_badly);
	if (option("deaf-quit"))
		pqsignal(SIGQUIT, SIG_IGN);
	if (!option("blocked"))
		BackgroundWorkerUnblockSignals();
	if (!option("orphan"))
		wanted |= WL_EXIT_ON_PM_DEATH;
	open_ears();
	note("start", MyProcPid);
	if (option("brief"))
		proc_exit(1);
	for (;;)
	{
		(void) WaitLatchOrSocket(MyLatch, wanted, ears, -1, PG_WAIT_EXTENSION);
		ResetLatch(MyLatch);
		CHECK_FOR_INTERRUPTS();
		if (ShutdownRequestPending)
			proc_exit(0);
		listen_once();
	}
}

/* ------------------------------------------------------------ postmaster */

static void
request(void)
{
	if (prev_shmem_request_hook)
		prev_shmem_request_hook();
	requests++;
	RequestAddinShmemSpace(sizeof(Stage));
	RequestNamedLWLockTranche("puppet", 1);
}

static void
startup(void)
{
	if (prev_shmem_startup_hook)
		prev_shmem_startup_hook();
	startups++;
	stage = ShmemInitStruct("puppet", sizeof(Stage), &stage_found);
	if (!stage_found)
		stage->lock = &GetNamedLWLockTranche("puppet")->lock;
}

/* puppet.workers: "NAME RESTART OPTIONS; ..." */
static void
register_cast(void)
{
	const char *rest = cast;

	while (*rest)
	{
		BackgroundWorker worker;
		char		name[BGW_MAXLEN] = "";
		char		options[BGW_EXTRALEN] = "";
		int			restart = 0;

		if (sscanf(rest, " %95[^ ;] %d %127[^ ;]", name, &restart, options) < 2)
			elog(ERROR, "bad puppet.workers at \"%s\"", rest);
		fill(&worker, name, restart, options);
		RegisterBackgroundWorker(&worker);
		rest += strcspn(rest, ";");
		rest += strspn(rest, "; ");
	}
}

void
_PG_init(void)
{
	inits++;
	DefineCustomStringVariable("puppet.dir", "Where workers listen.", NULL, &dir, "",
							   PGC_POSTMASTER, 0, NULL, NULL, NULL);
	DefineCustomStringVariable("puppet.workers", "Static workers.", NULL, &cast, "",
							   PGC_POSTMASTER, 0, NULL, NULL, NULL);
	prev_shmem_request_hook = shmem_request_hook;
	shmem_request_hook = request;
	prev_shmem_startup_hook = shmem_startup_hook;
	shmem_startup_hook = startup;
	register_cast();
}
