/*
 * pairs: workers that send each other messages of all lengths in all ways, and what the one notices
 * of the other one's end. Scenarios: "hammer N", N messages through each of several queues (fewer
 * through the smallest one); "terminated N", N senders and receivers that are terminated at any
 * time; "killed", one of each, which the test kills.
 */
#include "probe.h"

#include "storage/lwlock.h"
#include "storage/proc.h"
#include "storage/shm_mq.h"
#include "storage/shmem.h"

#define AREA 8192
#define PAIRS 4

PGDLLEXPORT void pairs_main(Datum arg);
PGDLLEXPORT void pairs_sender(Datum arg);
PGDLLEXPORT void pairs_receiver(Datum arg);

typedef union Area
{
	char		bytes[AREA];
	uint64		align;
} Area;

static Area *areas;

static void
find_areas(void)
{
	bool		found;

	LWLockAcquire(AddinShmemInitLock, LW_EXCLUSIVE);
	areas = ShmemInitStruct("pairs", PAIRS * sizeof(Area), &found);
	LWLockRelease(AddinShmemInitLock);
}

/* A message: its number, its length by that, and bytes that say so. */
#define LONGEST 20000

static Size
length_of(uint32 number)
{
	uint32		hash = number * 2654435761u;

	return sizeof(number) + (hash >> 8) % (hash % 8 == 0 ? LONGEST : 100);
}

static char
byte_of(uint32 number, Size at)
{
	return (char) (number * 31 + at * 7 + (at >> 8));
}

static void
make(char *message, uint32 number)
{
	for (Size i = 0; i < length_of(number); i++)
		message[i] = byte_of(number, i);
	memcpy(message, &number, sizeof(number));
}

static bool
is_made(const char *message, Size length, uint32 number)
{
	uint32		found;

	memcpy(&found, message, sizeof(found));
	if (found != number || length != length_of(number))
		return false;
	for (Size i = sizeof(number); i < length; i++)
		if (message[i] != byte_of(number, i))
			return false;
	return true;
}

/* How workers know what to do: a pair, how many messages. */
#define JOB(pair, count) Int32GetDatum((pair) << 28 | (count))
#define PAIR(arg) ((uint32) DatumGetInt32(arg) >> 28)
#define COUNT(arg) (DatumGetInt32(arg) & 0xfffffff)
#define FOR_EVER 0xfffffff

static void
begin_side(void)
{
	probe_begin();
	/* It outlives a crash for as long as the postmaster lets it. */
	if (probe_is("killed"))
		pqsignal(SIGQUIT, SIG_IGN);
	find_areas();
}

/* From here on the other side can know of this one. */
static shm_mq_handle *
attached(shm_mq *queue)
{
	shm_mq_handle *handle = shm_mq_attach(queue, NULL, NULL);

	if (probe_is("killed"))
		emit("begun");
	return handle;
}

/* Sends messages in all ways there are. */
void
pairs_sender(Datum arg)
{
	shm_mq	   *queue;
	shm_mq_handle *handle;
	char	   *message = palloc(LONGEST + 100);

	begin_side();
	queue = (shm_mq *) areas[PAIR(arg)].bytes;
	shm_mq_set_sender(queue, MyProc);
	handle = attached(queue);
	for (uint32 i = 0; i < COUNT(arg); i++)
	{
		Size		length = length_of(i);
		shm_mq_iovec iov[3];
		shm_mq_result result;

		make(message, i);
		iov[0].data = message;
		iov[0].len = length / 3;
		iov[1].data = message + iov[0].len;
		iov[1].len = length / 5;
		iov[2].data = iov[1].data + iov[1].len;
		iov[2].len = length - iov[0].len - iov[1].len;
		while ((result = shm_mq_sendv(handle, iov, 3, i % 3 == 0, i % 7 == 0)) == SHM_MQ_WOULD_BLOCK)
		{
			probe_nap(100);
		}
		if (result == SHM_MQ_DETACHED)
		{
			emit("sender %u: DETACHED", PAIR(arg));
			return;
		}
	}
	shm_mq_detach(handle);
}

/* Receives until there is nothing more; says how many were right before one was wrong. */
static void
receive_all(shm_mq_handle *handle, uint32 *right, bool *whole)
{
	shm_mq_result result;
	Size		length;
	void	   *data;

	for (*right = 0, *whole = true;; ++*right)
	{
		while ((result = shm_mq_receive(handle, &length, &data, *right % 5 == 0)) == SHM_MQ_WOULD_BLOCK)
		{
			probe_nap(100);
		}
		if (result == SHM_MQ_DETACHED)
			return;
		if (!is_made(data, length, *right))
		{
			*whole = false;
			return;
		}
	}
}

void
pairs_receiver(Datum arg)
{
	shm_mq	   *queue;
	uint32		right;
	bool		whole;

	begin_side();
	queue = (shm_mq *) areas[PAIR(arg)].bytes;
	shm_mq_set_receiver(queue, MyProc);
	receive_all(attached(queue), &right, &whole);
	if (COUNT(arg) == FOR_EVER)
		emit("receiver %u: DETACHED, %s", PAIR(arg), whole ? "whole" : "broken");
	else
		emit("pair %u: %u right, %s", PAIR(arg), right, whole ? "whole" : "broken");
}

static int
pid_of(BackgroundWorkerHandle *handle)
{
	pid_t		pid = 0;

	(void) WaitForBackgroundWorkerStartup(handle, &pid);
	return (int) pid;
}

static BackgroundWorkerHandle *
begin(const char *function, Datum arg)
{
	BackgroundWorker worker = probe_worker(function, function);

	worker.bgw_main_arg = arg;
	return probe_register(&worker);
}

/* Several pairs of workers, each with a ring of another size. */
static void
hammer(int count)
{
	static const Size sizes[PAIRS] = {64, 200, 1000, AREA};
	BackgroundWorkerHandle *handles[2 * PAIRS];

	for (int i = 0; i < PAIRS; i++)
	{
		/* The smallest ring has room for one length: it takes a turn for each eight bytes. */
		int			messages = i == 0 ? count / 20 : count;

		shm_mq_create(areas[i].bytes, sizes[i]);
		handles[2 * i] = begin("pairs_sender", JOB(i, messages));
		handles[2 * i + 1] = begin("pairs_receiver", JOB(i, messages));
	}
	for (int i = 0; i < 2 * PAIRS; i++)
		(void) WaitForBackgroundWorkerShutdown(handles[i]);
}

/* Senders and receivers are terminated at any time; this process is on the other side. */
static void
terminated(int rounds)
{
	int			broken = 0;
	uint64		all = 0;
	char	   *message = palloc(LONGEST + 100);

	for (int i = 0; i < rounds; i++)
	{
		shm_mq	   *queue = shm_mq_create(areas[0].bytes, i % 3 ? AREA : 100);
		BackgroundWorkerHandle *worker;
		shm_mq_handle *handle;
		uint32		right = 0;
		bool		whole = true;
		int64		until;

		if (i % 2)
		{
			shm_mq_set_receiver(queue, MyProc);
			worker = begin("pairs_sender", JOB(0, FOR_EVER));
		}
		else
		{
			shm_mq_set_sender(queue, MyProc);
			worker = begin("pairs_receiver", JOB(0, FOR_EVER));
		}
		handle = shm_mq_attach(queue, NULL, i % 4 < 2 ? worker : NULL);
		(void) shm_mq_wait_for_attach(handle);
		until = probe_ms() + i % 5;
		while (probe_ms() < until)
			;
		TerminateBackgroundWorker(worker);
		if (i % 2)
			receive_all(handle, &right, &whole);
		else
			do
				make(message, right);
			while (shm_mq_send(handle, length_of(right++), message, false, true) == SHM_MQ_SUCCESS);
		all += right;
		broken += !whole;
		shm_mq_detach(handle);
		(void) WaitForBackgroundWorkerShutdown(worker);
	}
	emit("messages came: %d", all > 0);
	emit("broken %d", broken);
}

void
pairs_main(Datum arg)
{
	probe_begin();
	find_areas();
	if (strncmp(probe_scenario, "hammer ", 7) == 0)
		hammer(atoi(probe_scenario + 7));
	if (strncmp(probe_scenario, "terminated ", 11) == 0)
		terminated(atoi(probe_scenario + 11));
	if (probe_is("killed"))
	{
		BackgroundWorkerHandle *sender;
		BackgroundWorkerHandle *receiver;

		shm_mq_create(areas[0].bytes, AREA);
		sender = begin("pairs_sender", JOB(0, FOR_EVER));
		receiver = begin("pairs_receiver", JOB(0, FOR_EVER));
		emit("sender %d", pid_of(sender));
		emit("receiver %d", pid_of(receiver));
		probe_idle();
	}
	emit("done");
}

void
_PG_init(void)
{
	probe_settings("pairs");
	probe_static("pairs", "pairs_main");
}
