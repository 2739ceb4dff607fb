/*
 * heavy: heavyweight locks among workers. One worker tells others what to do, and writes down what
 * came of it; all of it holds in PostgreSQL as well.
 */
#include "heavy.h"

PGDLLEXPORT void heavy_main(Datum arg);

/* Which modes exclude which, by table and by trial. */
static void
modes(void)
{
	for (LOCKMODE held = AccessShareLock; held <= AccessExclusiveLock; held++)
	{
		StringInfoData line;

		initStringInfo(&line);
		ask_for(0, ACQUIRE, 10, held, true);
		(void) probe_until(is_done(0));
		for (LOCKMODE mode = AccessShareLock; mode <= AccessExclusiveLock; mode++)
		{
			ask_for(1, TRY, 10, mode, true);
			(void) probe_until(is_done(1));
			appendStringInfo(&line, " %s%d", shared->puppets[1].said,
							 DoLockModesConflict(held, mode));
			if (shared->puppets[1].said[0] == '1')
			{
				ask_for(1, RELEASE, 10, mode, true);
				(void) probe_until(is_done(1));
			}
		}
		ask_for(0, RELEASE, 10, held, true);
		(void) probe_until(is_done(0));
		emit("%s%s", GetLockmodeName(DEFAULT_LOCKMETHOD, held), line.data);
	}
	for (LOCKMODE mode = AccessShareLock; mode <= AccessExclusiveLock; mode++)
		emit("user%s %d", GetLockmodeName(USER_LOCKMETHOD, mode),
			 DoLockModesConflict(mode, mode));
}

/* What one process sees of its own locks. */
static void
alone(void)
{
	LOCKTAG		tag = object(20);
	LOCKTAG		user = object(21);
	LOCKTAG		wrong = tag;
	StringInfoData text;

	emit("first %d", LockAcquire(&tag, ShareLock, true, false));
	emit("again %d", LockAcquire(&tag, ShareLock, false, false));
	emit("held %d, weaker %d, or stronger %d, stronger %d", LockHeldByMe(&tag, ShareLock, false),
		 LockHeldByMe(&tag, AccessShareLock, false), LockHeldByMe(&tag, AccessShareLock, true),
		 LockHeldByMe(&tag, ExclusiveLock, true));
	emit("requests %d, waiters %d", LockWaiterCount(&tag), LockHasWaiters(&tag, ShareLock, true));
	emit("another mode %d", LockAcquire(&tag, AccessExclusiveLock, true, true));
	emit("requests %d", LockWaiterCount(&tag));
	emit("released %d", LockRelease(&tag, ShareLock, true));
	emit("released %d", LockRelease(&tag, ShareLock, true));
	emit("released %d", LockRelease(&tag, ShareLock, false));
	emit("of another mode %d", LockRelease(&tag, ExclusiveLock, true));
	emit("user's %d", LockAcquire(&user, ExclusiveLock, true, false));
	LockReleaseAll(DEFAULT_LOCKMETHOD, false);
	emit("without the session's %d %d", LockHeldByMe(&tag, AccessExclusiveLock, false),
		 LockHeldByMe(&user, ExclusiveLock, false));
	LockReleaseAll(DEFAULT_LOCKMETHOD, true);
	emit("with them %d %d", LockHeldByMe(&tag, AccessExclusiveLock, false),
		 LockHeldByMe(&user, ExclusiveLock, false));
	LockReleaseSession(USER_LOCKMETHOD);
	emit("session's %d", LockHeldByMe(&user, ExclusiveLock, false));
	caught("no mode", LockAcquire(&tag, NoLock, true, false));
	caught("no such mode", LockAcquire(&tag, 9, true, false));
	wrong.locktag_lockmethodid = 3;
	caught("no method", LockAcquire(&wrong, ShareLock, true, false));
	caught("no method", LockRelease(&wrong, ShareLock, true));
	for (int type = 0; type <= 12; type++)
	{
		wrong = tag;
		wrong.locktag_field4 = 7;
		wrong.locktag_type = type;
		initStringInfo(&text);
		DescribeLockTag(&text, &wrong);
		emit("%s: %s", GetLockNameFromTagType(type), text.data);
	}
	emit("method table %d %s", GetLockTagsMethodTable(&tag)->numLockModes,
		 GetLockTagsMethodTable(&tag)->lockModeNames[ShareLock]);
}

/* Nobody overtakes one whose request conflicts with his. */
static void
queue(void)
{
	LOCKTAG		tag = object(30);

	emit("mine %d", LockAcquire(&tag, ShareLock, true, false));
	hang(0, 30, ExclusiveLock);
	emit("requests %d, waiters %d", LockWaiterCount(&tag), LockHasWaiters(&tag, ShareLock, true));
	hang(1, 30, ShareLock);
	hang(2, 30, AccessShareLock);
	tell(2, RELEASE, 30, AccessShareLock, false);
	tell(3, TRY, 30, ShareLock, false);
	emit("released %d", LockRelease(&tag, ShareLock, true));
	answer(0);
	still(1);
	tell(0, RELEASE, 30, ExclusiveLock, false);
	answer(1);
	/* Who holds what others wait for goes before them. */
	tell(0, ACQUIRE, 30, AccessShareLock, false);
	hang(2, 30, AccessExclusiveLock);
	hang(3, 30, RowShareLock);
	tell(0, TRY, 30, ShareLock, false);
	tell(0, RELEASE, 30, ShareLock, false);
	tell(0, RELEASE, 30, AccessShareLock, false);
	still(2);
	tell(1, RELEASE, 30, ShareLock, false);
	answer(2);
	still(3);
	tell(2, RELEASE, 30, AccessExclusiveLock, false);
	answer(3);
	tell(3, RELEASE, 30, RowShareLock, false);
}

static void
deadlocks(void)
{
	/* Two. */
	tell(0, ACQUIRE, 40, ExclusiveLock, false);
	tell(1, ACQUIRE, 41, ExclusiveLock, false);
	hang(0, 41, ShareLock);
	tell(1, ACQUIRE, 40, AccessShareLock, false);
	still(0);
	/* Whoever comes last finds it, if the other one has looked before. */
	looked();
	tell(1, ACQUIRE, 40, RowShareLock, false);
	tell(1, RELEASE, 41, ExclusiveLock, false);
	answer(0);
	tell(0, RELEASE, 41, ShareLock, false);
	tell(0, RELEASE, 40, ExclusiveLock, false);
	tell(1, RELEASE, 40, AccessShareLock, false);
	/* Three. */
	tell(0, ACQUIRE, 42, ExclusiveLock, false);
	tell(1, ACQUIRE, 43, ExclusiveLock, false);
	tell(2, ACQUIRE, 44, ExclusiveLock, false);
	hang(0, 43, ExclusiveLock);
	looked();
	hang(1, 44, ExclusiveLock);
	looked();
	tell(2, ACQUIRE, 42, ShareLock, false);
	tell(2, RELEASE, 44, ExclusiveLock, false);
	answer(1);
	tell(1, RELEASE, 43, ExclusiveLock, false);
	answer(0);
	tell(1, RELEASE, 44, ExclusiveLock, false);
	tell(0, RELEASE, 42, ExclusiveLock, false);
	tell(0, RELEASE, 43, ExclusiveLock, false);
	/* At once: both hold what the other waits for. */
	tell(0, ACQUIRE, 46, ShareLock, false);
	tell(1, ACQUIRE, 46, ShareLock, false);
	hang(0, 46, ExclusiveLock);
	tell(1, ACQUIRE, 46, ExclusiveLock, false);
	tell(1, TRY, 46, ExclusiveLock, false);
	tell(1, RELEASE, 46, ShareLock, false);
	answer(0);
	tell(0, RELEASE, 46, ExclusiveLock, false);
	tell(0, RELEASE, 46, ShareLock, false);
	/* Of the queue's making: another order ends it. */
	tell(0, ACQUIRE, 48, AccessShareLock, false);
	tell(2, ACQUIRE, 49, ExclusiveLock, false);
	hang(1, 48, AccessExclusiveLock);
	looked();
	hang(2, 48, AccessShareLock);
	looked();
	hang(0, 49, ExclusiveLock);
	answer(2);
	still(1);
	tell(2, RELEASE, 49, ExclusiveLock, false);
	answer(0);
	tell(0, RELEASE, 48, AccessShareLock, false);
	still(1);
	tell(2, RELEASE, 48, AccessShareLock, false);
	answer(1);
	tell(1, RELEASE, 48, AccessExclusiveLock, false);
	tell(0, RELEASE, 49, ExclusiveLock, false);
}

void
heavy_main(Datum arg)
{
	begin(PUPPETS);
	alone();
	modes();
	queue();
	deadlocks();
	emit("done");
}

void
_PG_init(void)
{
	probe_settings("heavy");
	probe_static("heavy", "heavy_main");
}
