/*
 * puppet.h - what puppets can be told to do: included by puppet.c once.
 *
 * A command gets what follows its name, and puts its answer into `reply`.
 */
#ifndef PUPPET_H
#define PUPPET_H

#include <sys/socket.h>

#define MAX_HANDLES 64
#define REPLY(...) snprintf(reply, sizeof(reply), __VA_ARGS__)

/* What the library's handle is made of, for handles that outlive the process that got them. */
typedef struct Handle
{
	int			slot;
	uint64		generation;
} Handle;

static BackgroundWorkerHandle *handle[MAX_HANDLES];
static int	handles;
static char reply[1024];

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

static LWLockMode
mode(const char *args)
{
	return args[0] == 's' ? LW_SHARED : LW_EXCLUSIVE;
}

/* lock MODE: takes the lock and does not give it back. */
static void
do_lock(const char *args)
{
	note("waiting", 0);
	LWLockAcquire(stage->lock, mode(args));
	REPLY("ok");
}

static void
do_try(const char *args)
{
	REPLY("%s", LWLockConditionalAcquire(stage->lock, mode(args)) ? "ok" : "taken");
}

static void
do_unlock(const char *args)
{
	LWLockRelease(stage->lock);
	REPLY("ok");
}

/* poke NUMBER: sets the latch of the worker in that slot. */
static void
do_poke(const char *args)
{
	SetLatch(&ProcGlobal->allProcs[atoi(args)].procLatch);
	REPLY("ok");
}

/* Blocks every signal, as a library may do that knows nothing of the server. */
static void
do_mask(const char *args)
{
	sigset_t	all;

	sigfillset(&all);
	sigdelset(&all, SIGURG);
	sigdelset(&all, SIGALRM);
	sigprocmask(SIG_BLOCK, &all, NULL);
	REPLY("ok");
}

/* Whether errno survives a handler that changes it. */
static void
do_errno(const char *args)
{
	errno = EAGAIN;
	raise(SIGUSR1);
	REPLY("%s", errno == EAGAIN ? "kept" : "changed");
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

/* wait EVENTS MILLISECONDS [l]: WaitLatch, with l after it was set; the events seen. */
static void
do_wait(const char *args)
{
	int			wanted = 0;
	long		timeout = -1;
	int			got;

	sscanf(args, "%x %ld", (unsigned *) &wanted, &timeout);
	ResetLatch(MyLatch);
	if (strchr(args, 'l'))
		SetLatch(MyLatch);
	note("waiting", 0);
	got = WaitLatch(MyLatch, wanted, timeout, PG_WAIT_EXTENSION);
	REPLY("%x", got);
}

/*
 * wait_socket EVENTS MILLISECONDS CASE: the same with a socket, whose other end has written (r) or
 * closed (c), which takes no more (f) or is closed itself (b); or with the latch set (l).
 */
static void
do_wait_socket(const char *args)
{
	int			pair[2];
	int			wanted = 0;
	long		timeout = -1;
	char		scene = 0;
	char		byte = 0;
	int			got;

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) != 0)
		elog(PANIC, "socketpair: %m");
	sscanf(args, "%x %ld %c", (unsigned *) &wanted, &timeout, &scene);
	if (scene == 'r' && write(pair[1], &byte, 1) != 1)
		elog(PANIC, "write: %m");
	if (scene == 'c')
		close(pair[1]);
	while (scene == 'f' && send(pair[0], reply, sizeof(reply), MSG_DONTWAIT) > 0)
		;
	if (scene == 'b')
		close(pair[0]);
	ResetLatch(MyLatch);
	if (scene == 'l')
		SetLatch(MyLatch);
	note("waiting", 0);
	got = WaitLatchOrSocket(MyLatch, wanted, pair[0], timeout, PG_WAIT_EXTENSION);
	close(pair[0]);
	if (scene != 'c')
		close(pair[1]);
	REPLY("%x", got);
}

/*
 * scribble SEED: random bytes over what workers and the postmaster meet in, from the start of
 * shared memory up to the array of processes; then the postmaster is told to look.
 */
extern PGDLLIMPORT void *UsedShmemSegAddr;

static void
do_scribble(const char *args)
{
	unsigned short seed[3] = {1, 2, (unsigned short) atoi(args)};
	char	   *end = (char *) ProcGlobal;

	for (char *p = UsedShmemSegAddr; p + sizeof(long) <= end; p += sizeof(long))
		*(volatile long *) p = jrand48(seed) << 32 ^ jrand48(seed);
	kill(getppid(), SIGUSR1);
	REPLY("%d", (int) (end - (char *) UsedShmemSegAddr));
}

/*
 * forge NAME: a registration that the postmaster has not looked at yet becomes one that nobody may
 * make, with strings that have no end.
 */
static void
do_forge(const char *args)
{
	BackgroundWorker *forged = memmem(UsedShmemSegAddr,
									  (char *) ProcGlobal - (char *) UsedShmemSegAddr,
									  args, strlen(args) + 1);

	if (forged == NULL)
		elog(PANIC, "no registration of \"%s\"", args);
	memset(forged->bgw_name, 0xff, sizeof(forged->bgw_name));
	memset(forged->bgw_type, 0xff, sizeof(forged->bgw_type));
	memset(forged->bgw_library_name, 'x', sizeof(forged->bgw_library_name));
	memset(forged->bgw_function_name, 'x', sizeof(forged->bgw_function_name));
	forged->bgw_restart_time = -5;
	REPLY("ok");
}

static void
do_busy(const char *args)
{
	note("waiting", 0);
	for (;;)
		CHECK_FOR_INTERRUPTS();
}

/* A process of the worker's own that knows nothing of any server. */
static void
do_spawn(const char *args)
{
	pid_t		pid = fork();

	if (pid == 0)
	{
		for (int i = 1; i < NSIG; i++)
			signal(i, SIG_DFL);
		alarm(300);
		for (;;)
			pause();
	}
	REPLY("%d", (int) pid);
}

/* The same, with the worker's own signal handlers. */
static void
do_fork(const char *args)
{
	pid_t		pid = fork();

	if (pid == 0)
	{
		alarm(300);
		for (;;)
			pause();
	}
	REPLY("%d", (int) pid);
}

static const struct
{
	const char *name;
	void		(*run) (const char *args);
}			commands[] = {
	{"pid", do_pid}, {"end", do_end}, {"register", do_register}, {"adopt", do_adopt},
	{"status", do_status}, {"terminate", do_terminate}, {"startup", do_startup},
	{"shutdown", do_shutdown}, {"memory", do_memory}, {"mark", do_mark}, {"lock", do_lock},
	{"try", do_try}, {"unlock", do_unlock}, {"poke", do_poke}, {"errno", do_errno},
	{"mask", do_mask},
	{"seen", do_seen}, {"notify", do_notify}, {"log", do_log}, {"wait", do_wait},
	{"wait_socket", do_wait_socket}, {"scribble", do_scribble}, {"forge", do_forge}, {"busy", do_busy}, {"spawn", do_spawn}, {"fork", do_fork},
};

#endif
