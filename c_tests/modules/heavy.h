/*
 * heavy.h - workers that take heavyweight locks as another one tells them to: what modules about
 * them share.
 */
#ifndef HEAVY_H
#define HEAVY_H

#include "caught.h"

#include "access/xact.h"
#include "lib/stringinfo.h"
#include "storage/lmgr.h"
#include "storage/lock.h"
#include "storage/lwlock.h"
#include "storage/proc.h"
#include "storage/shmem.h"
#include "utils/resowner.h"

PGDLLEXPORT void heavy_puppet(Datum arg);

#define PUPPETS 4

/* Five times deadlock_timeout. */
#define LOOKED_MS 1000

typedef enum
{
	ACQUIRE,
	TRY,
	RELEASE,
	BEGIN,
	COMMIT,
	ABORT,
	SAVEPOINT,
	BACK,
	WITHIN,
	LEAVE,
	FAIL,
	KILL
} Order;

typedef struct Puppet
{
	pg_atomic_uint32 pid;
	pg_atomic_uint32 asked;
	pg_atomic_uint32 done;
	Order		order;
	int			object;
	LOCKMODE	mode;
	bool		session;
	char		said[1024];
} Puppet;

typedef struct Shared
{
	Puppet		puppets[PUPPETS];
	pg_atomic_uint32 rounds;
} Shared;

static Shared *shared;

static inline void
find(void)
{
	bool		found;

	LWLockAcquire(AddinShmemInitLock, LW_EXCLUSIVE);
	shared = ShmemInitStruct("heavy", sizeof(Shared), &found);
	if (!found)
		memset(shared, 0, sizeof(Shared));
	LWLockRelease(AddinShmemInitLock);
}

static inline LOCKTAG
object(int number)
{
	LOCKTAG		tag;

	/* Even ones are the server's, odd ones the users'. */
	if (number % 2)
		SET_LOCKTAG_ADVISORY(tag, 1, 2, number, 1);
	else
		SET_LOCKTAG_OBJECT(tag, 1, 2, number, 0);
	return tag;
}

/* Writes letters for the pids of puppets. */
static inline const char *
masked(const char *text)
{
	StringInfoData out;

	initStringInfo(&out);
	while (*text)
	{
		char	   *end;
		unsigned long number = strtoul(text, &end, 10);
		int			puppet = 0;

		if (*text < '0' || *text > '9')
		{
			appendStringInfoChar(&out, *text++);
			continue;
		}
		while (puppet < PUPPETS && pg_atomic_read_u32(&shared->puppets[puppet].pid) != number)
			puppet++;
		if (puppet < PUPPETS && number != 0)
			appendStringInfoChar(&out, 'A' + puppet);
		else
			appendBinaryStringInfo(&out, text, end - text);
		text = end;
	}
	return out.data;
}

static inline void
obey(Puppet *me)
{
	LOCKTAG		tag = object(me->object);

	switch (me->order)
	{
		case ACQUIRE:
		case TRY:
			snprintf(me->said, sizeof(me->said), "%d",
					 LockAcquire(&tag, me->mode, me->session, me->order == TRY));
			break;
		case RELEASE:
			snprintf(me->said, sizeof(me->said), "%d", LockRelease(&tag, me->mode, me->session));
			break;
		case BEGIN:
			StartTransactionCommand();
			break;
		case COMMIT:
			CommitTransactionCommand();
			break;
		case ABORT:
			AbortCurrentTransaction();
			break;
		case SAVEPOINT:
			BeginInternalSubTransaction(NULL);
			break;
		case BACK:
			RollbackAndReleaseCurrentSubTransaction();
			break;
		case WITHIN:
			ReleaseCurrentSubTransaction();
			break;
		case LEAVE:
			proc_exit(0);
		case FAIL:
			elog(FATAL, "told to");
		case KILL:
			kill(MyProcPid, SIGKILL);
	}
}

void
heavy_puppet(Datum arg)
{
	Puppet	   *me;

	find();
	me = &shared->puppets[DatumGetInt32(arg)];
	/* In PostgreSQL lock_timeout comes as a SIGINT. */
	pqsignal(SIGINT, StatementCancelHandler);
	probe_begin();
	InitPostgres(NULL, InvalidOid, NULL, InvalidOid, 0, NULL);
	SetProcessingMode(NormalProcessing);
	CurrentResourceOwner = ResourceOwnerCreate(NULL, "heavy");
	pg_atomic_write_u32(&me->pid, MyProcPid);
	for (uint32 turn = 1;; turn++)
	{
		MemoryContext outer = CurrentMemoryContext;

		while (pg_atomic_read_u32(&me->asked) < turn)
			probe_nap(1);
		me->said[0] = '\0';
		PG_TRY();
		{
			obey(me);
		}
		PG_CATCH();
		{
			ErrorData  *error;

			MemoryContextSwitchTo(outer);
			error = CopyErrorData();
			FlushErrorState();
			snprintf(me->said, sizeof(me->said), "%s %s | %s | %s | %s",
					 unpack_sql_state(error->sqlerrcode), error->message,
					 error->detail ? error->detail : "", error->detail_log ? error->detail_log : "",
					 error->hint ? error->hint : "");
		}
		PG_END_TRY();
		MemoryContextSwitchTo(outer);
		pg_atomic_write_u32(&me->done, turn);
	}
}

static BackgroundWorkerHandle *handles[PUPPETS];

static inline void
start(int puppet)
{
	BackgroundWorker worker = probe_worker("puppet", "heavy_puppet");

	memset(&shared->puppets[puppet], 0, sizeof(Puppet));
	snprintf(worker.bgw_name, BGW_MAXLEN, "puppet %c", 'A' + puppet);
	worker.bgw_main_arg = Int32GetDatum(puppet);
	handles[puppet] = probe_register(&worker);
	(void) probe_until(pg_atomic_read_u32(&shared->puppets[puppet].pid) != 0);
}

/* What a process waits for, if it is a heavyweight lock. */
static inline const char *
waits(int puppet)
{
	uint32		pid = pg_atomic_read_u32(&shared->puppets[puppet].pid);

	for (uint32 i = 0; i < ProcGlobal->allProcCount; i++)
	{
		volatile PGPROC *proc = &ProcGlobal->allProcs[i];
		uint32		info = proc->wait_event_info;

		if ((uint32) proc->pid == pid && (info & 0xFF000000) == PG_WAIT_LOCK)
			return psprintf("%s %s", pgstat_get_wait_event_type(info), pgstat_get_wait_event(info));
	}
	return NULL;
}

static inline void
ask_for(int puppet, Order order, int object, LOCKMODE mode, bool session)
{
	Puppet	   *it = &shared->puppets[puppet];

	it->order = order;
	it->object = object;
	it->mode = mode;
	it->session = session;
	pg_atomic_fetch_add_u32(&it->asked, 1);
}

static inline bool
is_done(int puppet)
{
	Puppet	   *it = &shared->puppets[puppet];

	return pg_atomic_read_u32(&it->done) == pg_atomic_read_u32(&it->asked);
}

/* What came of what a puppet was told. */
static inline void
answer(int puppet)
{
	bool		came = probe_until(is_done(puppet));

	emit("%c: %s", 'A' + puppet, came ? masked(shared->puppets[puppet].said) : "nothing");
}

#define tell(puppet, ...) (ask_for(puppet, __VA_ARGS__), answer(puppet))

/* Has a puppet wait for a lock. */
static inline void
hang(int puppet, int object, LOCKMODE mode)
{
	ask_for(puppet, ACQUIRE, object, mode, false);
	(void) probe_until(is_done(puppet) || waits(puppet) != NULL);
	if (is_done(puppet))
		answer(puppet);
	else
		emit("%c waits: %s", 'A' + puppet, waits(puppet));
}

/*
 * Waits until a puppet that waits has looked for a deadlock, which nothing outside it tells: much longer
 * than until it does.
 */
static inline void
looked(void)
{
	probe_pause(LOOKED_MS);
}

static inline void
still(int puppet)
{
	emit("%c %s", 'A' + puppet, is_done(puppet) ? "does not wait" : "waits still");
}

/* How the worker that tells the others begins, with so many of them. */
static inline void
begin(int puppets)
{
	find();
	probe_begin();
	InitPostgres(NULL, InvalidOid, NULL, InvalidOid, 0, NULL);
	SetProcessingMode(NormalProcessing);
	CurrentResourceOwner = ResourceOwnerCreate(NULL, "heavy");
	for (int puppet = 0; puppet < puppets; puppet++)
		start(puppet);
}

#endif
