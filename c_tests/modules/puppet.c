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

static shmem_request_hook_type prev_shmem_request_hook;
static shmem_startup_hook_type prev_shmem_startup_hook;

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
	errno = ECHILD;				/* the library keeps it for whom it interrupted */
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

/* After everything that the commands use. */
#include "puppet.h"

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
	if (option("crash"))
		abort();
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
