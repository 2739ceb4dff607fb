/*
 * sets: what wait event sets and latches of one's own do, each step a fact. All of it holds in
 * PostgreSQL as well. Scenario "death": what they do when the postmaster is gone. Scenario "full":
 * one event too many, which PostgreSQL does not notice.
 */
#include "caught.h"

#include <sys/socket.h>
#include <sys/wait.h>

#include "storage/lwlock.h"
#include "storage/shmem.h"

PGDLLEXPORT void sets_main(Datum arg);
PGDLLEXPORT void sets_waker(Datum arg);
PGDLLEXPORT void sets_death(Datum arg);
PGDLLEXPORT void sets_full(Datum arg);

#define SLOW 60000

/* In shared memory; nobody's at first. */
static Latch *shared;

static Latch *
find_shared(void)
{
	bool		found;
	Latch	   *latch;

	LWLockAcquire(AddinShmemInitLock, LW_EXCLUSIVE);
	latch = ShmemInitStruct("sets", sizeof(Latch), &found);
	if (!found)
		InitSharedLatch(latch);
	LWLockRelease(AddinShmemInitLock);
	return latch;
}

/* Waits, and tells all that was seen. */
static void
look(const char *what, WaitEventSet *set, long timeout, int room)
{
	WaitEvent	seen[8];
	char		text[256] = "";
	int			count = WaitEventSetWait(set, timeout, seen, room, PG_WAIT_EXTENSION);

	for (int i = 0; i < count; i++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text), " %d:%x%s:%s", seen[i].pos,
				 seen[i].events, seen[i].fd < 0 ? "" : "s", (char *) seen[i].user_data);
	emit("%s: %d%s", what, count, text);
}

static void
pair(int fds[2])
{
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) != 0)
		elog(ERROR, "socketpair: %m");
}

static void
fill(int fd)
{
	if (write(fd, "x", 1) != 1)
		elog(ERROR, "write: %m");
}

static void
drain(int fd)
{
	char		byte;

	if (read(fd, &byte, 1) != 1)
		elog(ERROR, "read: %m");
}

static void
arguments(void)
{
	WaitEventSet *set = CreateWaitEventSet(NULL, 8);
	Latch		own;
	Latch		foreign;
	int			fds[2];
	int			pos;

	pair(fds);
	InitLatch(&own);
	InitSharedLatch(&foreign);
	emit("own %d %d %d", own.owner_pid == MyProcPid, own.is_shared, own.is_set);
	emit("foreign %d %d %d", foreign.owner_pid, foreign.is_shared, foreign.is_set);
	caught("no latch", AddWaitEventToSet(set, WL_LATCH_SET, PGINVALID_SOCKET, NULL, NULL));
	caught("foreign", AddWaitEventToSet(set, WL_LATCH_SET, PGINVALID_SOCKET, &foreign, NULL));
	caught("no socket", AddWaitEventToSet(set, WL_SOCKET_READABLE, PGINVALID_SOCKET, NULL, NULL));
	caught("latch only", AddWaitEventToSet(set, WL_SOCKET_READABLE, fds[0], &own, NULL));
	emit("registered %d", GetNumRegisteredWaitEvents(set));
	pos = AddWaitEventToSet(set, WL_LATCH_SET, PGINVALID_SOCKET, &own, "own");
	caught("two latches", AddWaitEventToSet(set, WL_LATCH_SET, PGINVALID_SOCKET, &own, NULL));
	caught("modify latch", ModifyWaitEvent(set, pos, WL_SOCKET_READABLE, NULL));
	caught("foreign later", ModifyWaitEvent(set, pos, WL_LATCH_SET, &foreign));
	pos = AddWaitEventToSet(set, WL_POSTMASTER_DEATH, PGINVALID_SOCKET, NULL, "death");
	caught("modify death", ModifyWaitEvent(set, pos, WL_EXIT_ON_PM_DEATH, NULL));
	pos = AddWaitEventToSet(set, WL_SOCKET_READABLE, fds[0], NULL, "socket");
	emit("position %d", pos);
	caught("twice", AddWaitEventToSet(set, WL_SOCKET_READABLE, fds[0], NULL, NULL));
	caught("no room", WaitEventSetWait(set, 0, NULL, 0, 0));
	emit("can report closed %d", WaitEventSetCanReportClosed());
	OwnLatch(&foreign);
	emit("owned %d", foreign.owner_pid == MyProcPid);
	DisownLatch(&foreign);
	emit("disowned %d", foreign.owner_pid);
	FreeWaitEventSet(set);
	close(fds[0]);
	close(fds[1]);
}

static void
events(void)
{
	WaitEventSet *set = CreateWaitEventSet(CurrentResourceOwner, 5);
	int			a[2];
	int			b[2];
	int			at_a;
	int			at_b;
	int			at_latch;
	int64		begin;
	Latch		own;

	pair(a);
	pair(b);
	InitLatch(&own);
	AddWaitEventToSet(set, WL_EXIT_ON_PM_DEATH, PGINVALID_SOCKET, NULL, "death");
	at_a = AddWaitEventToSet(set, WL_SOCKET_READABLE, a[0], NULL, "a");
	at_latch = AddWaitEventToSet(set, WL_LATCH_SET, PGINVALID_SOCKET, MyLatch, "latch");
	at_b = AddWaitEventToSet(set, WL_SOCKET_READABLE | WL_SOCKET_CLOSED, b[0], NULL, "b");
	ResetLatch(MyLatch);
	emit("registered %d: %d %d %d", GetNumRegisteredWaitEvents(set), at_a, at_latch, at_b);

	look("nothing", set, 0, 8);
	begin = probe_ms();
	look("after a while", set, 50, 8);
	emit("waited %d", probe_ms() - begin >= 50);

	fill(a[1]);
	look("a", set, -1, 8);
	look("still a", set, SLOW, 8);
	fill(b[1]);
	look("one of two", set, -1, 1);
	look("the other", set, -1, 1);
	SetLatch(MyLatch);
	look("room for the latch", set, -1, 1);
	look("latch and one", set, -1, 2);
	drain(b[0]);
	look("latch and a", set, -1, 8);
	ResetLatch(MyLatch);
	drain(a[0]);
	look("rest", set, 0, 8);

	ModifyWaitEvent(set, at_a, WL_SOCKET_WRITEABLE, NULL);
	look("writeable", set, -1, 8);
	ModifyWaitEvent(set, at_a, WL_SOCKET_READABLE | WL_SOCKET_WRITEABLE, NULL);
	fill(a[1]);
	look("both", set, -1, 8);
	ModifyWaitEvent(set, at_a, WL_SOCKET_CLOSED, NULL);
	look("open", set, 0, 8);
	close(a[1]);
	look("closed", set, -1, 8);
	ModifyWaitEvent(set, at_a, WL_SOCKET_READABLE, NULL);
	drain(a[0]);
	look("end of file", set, -1, 8);
	close(a[0]);
	look("gone", set, 0, 8);

	SetLatch(&own);
	look("another latch", set, 0, 8);
	ModifyWaitEvent(set, at_latch, WL_LATCH_SET, &own);
	look("that latch", set, -1, 8);
	SetLatch(MyLatch);
	ResetLatch(&own);
	look("not this", set, 0, 8);
	ModifyWaitEvent(set, at_latch, WL_LATCH_SET, NULL);
	look("no latch", set, 10, 8);
	ResetLatch(MyLatch);
	ModifyWaitEvent(set, at_latch, WL_LATCH_SET, MyLatch);
	if (kill(MyProcPid, SIGUSR1) == 0)
		look("handler", set, SLOW, 8);
	ResetLatch(MyLatch);
	FreeWaitEventSet(set);
	close(b[0]);
	close(b[1]);
}

/* Another process sets a latch in shared memory while this one sleeps in a set. */
static void
others(void)
{
	WaitEventSet *set = CreateWaitEventSet(NULL, 1);
	BackgroundWorkerHandle *handle;

	shared = find_shared();
	OwnLatch(shared);
	AddWaitEventToSet(set, WL_LATCH_SET, PGINVALID_SOCKET, shared, "shared");
	for (int i = 0; i < 3; i++)
	{
		handle = probe_dynamic("waker", "sets_waker");
		look("woken", set, SLOW, 1);
		ResetLatch(shared);
		(void) WaitForBackgroundWorkerShutdown(handle);
		ResetLatch(shared);
	}
	FreeWaitEventSet(set);
	DisownLatch(shared);
}

void
sets_waker(Datum arg)
{
	probe_begin();
	probe_pause(20);
	SetLatch(find_shared());
}

/* A set that a child frees is still the parent's. */
static void
forks(void)
{
	WaitEventSet *set = CreateWaitEventSet(NULL, 1);
	int			fds[2];
	pid_t		child;

	pair(fds);
	AddWaitEventToSet(set, WL_SOCKET_READABLE, fds[0], NULL, "parent");
	child = fork();
	if (child == 0)
	{
		FreeWaitEventSetAfterFork(set);
		_exit(7);
	}
	while (waitpid(child, NULL, 0) < 0 && errno == EINTR)
		;
	fill(fds[1]);
	look("after fork", set, SLOW, 1);
	FreeWaitEventSet(set);
}

void
sets_main(Datum arg)
{
	probe_begin();
	arguments();
	events();
	others();
	forks();
	emit("done");
}

/* Waits in a set until the postmaster is gone, and twice more if it lives on itself. */
void
sets_death(Datum arg)
{
	WaitEventSet *set = CreateWaitEventSet(NULL, 2);
	uint32		death = DatumGetInt32(arg) ? WL_EXIT_ON_PM_DEATH : WL_POSTMASTER_DEATH;

	probe_begin();
	AddWaitEventToSet(set, WL_LATCH_SET, PGINVALID_SOCKET, MyLatch, "latch");
	AddWaitEventToSet(set, death, PGINVALID_SOCKET, NULL, "death");
	ResetLatch(MyLatch);
	emit("%s %d", MyBgworkerEntry->bgw_name, MyProcPid);
	look(MyBgworkerEntry->bgw_name, set, SLOW, 2);
	look(MyBgworkerEntry->bgw_name, set, SLOW, 2);
	emit("done");
}

void
sets_full(Datum arg)
{
	WaitEventSet *set = CreateWaitEventSet(NULL, 1);

	AddWaitEventToSet(set, WL_LATCH_SET, PGINVALID_SOCKET, MyLatch, NULL);
	caught("full", AddWaitEventToSet(set, WL_POSTMASTER_DEATH, PGINVALID_SOCKET, NULL, NULL));
	caught("position", ModifyWaitEvent(set, 1, WL_LATCH_SET, MyLatch));
	FreeWaitEventSet(set);
	emit("done");
}

void
_PG_init(void)
{
	BackgroundWorker worker;

	probe_settings("sets");
	if (probe_is("full"))
	{
		probe_static("sets", "sets_full");
		return;
	}
	if (!probe_is("death"))
	{
		probe_static("sets", "sets_main");
		return;
	}
	worker = probe_worker("stays", "sets_death");
	RegisterBackgroundWorker(&worker);
	worker = probe_worker("leaves", "sets_death");
	worker.bgw_main_arg = Int32GetDatum(1);
	RegisterBackgroundWorker(&worker);
}
