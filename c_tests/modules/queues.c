/*
 * queues: queues of messages, a fact for each question. The facts are the same in PostgreSQL
 * (c_tests/facts/queues.txt).
 */
#include "caught.h"

#include "storage/lwlock.h"
#include "storage/proc.h"
#include "storage/shm_mq.h"
#include "storage/shmem.h"

#define AREA 8192

PGDLLEXPORT void queues_main(Datum arg);
PGDLLEXPORT void queues_echo(Datum arg);
PGDLLEXPORT void queues_leaver(Datum arg);
PGDLLEXPORT void queues_absent(Datum arg);

typedef union Area
{
	char		bytes[AREA];
	uint64		align;
} Area;

/* One for each direction. */
static Area *areas;

static const char *
say(shm_mq_result result)
{
	switch (result)
	{
		case SHM_MQ_SUCCESS:
			return "SUCCESS";
		case SHM_MQ_WOULD_BLOCK:
			return "WOULD_BLOCK";
		case SHM_MQ_DETACHED:
			return "DETACHED";
	}
	return "?";
}

static void
find_areas(void)
{
	bool		found;

	LWLockAcquire(AddinShmemInitLock, LW_EXCLUSIVE);
	areas = ShmemInitStruct("queues", 2 * sizeof(Area), &found);
	LWLockRelease(AddinShmemInitLock);
}

/* A message whose bytes say what it is. */
static void
fill(char *message, Size size, int number)
{
	for (Size i = 0; i < size; i++)
		message[i] = (char) (number * 31 + i * 7 + (i >> 8));
}

static bool
is_filled(const char *message, Size size, int number)
{
	for (Size i = 0; i < size; i++)
		if (message[i] != (char) (number * 31 + i * 7 + (i >> 8)))
			return false;
	return true;
}

/* Both ends of a queue, in this process. */
typedef struct Both
{
	shm_mq	   *queue;
	shm_mq_handle *out;
	shm_mq_handle *in;
} Both;

static Both
both(Size size)
{
	Both		both;

	both.queue = shm_mq_create(palloc0(size), size);
	shm_mq_set_sender(both.queue, MyProc);
	shm_mq_set_receiver(both.queue, MyProc);
	both.out = shm_mq_attach(both.queue, NULL, NULL);
	both.in = shm_mq_attach(both.queue, NULL, NULL);
	return both;
}

/* How many messages fit, and what comes out again, three times around. */
static void
capacity(Size size, Size length, bool flush)
{
	Both		ends = both(size);
	char	   *message = palloc(length + 1);
	int			sent = 0;
	int			received = 0;
	int			wrong = 0;
	StringInfoData counts;
	Size		got;
	void	   *data;

	initStringInfo(&counts);
	for (int round = 0; round < 3; round++)
	{
		shm_mq_result result;
		int			before = sent;

		for (;;)
		{
			fill(message, length, sent);
			result = shm_mq_send(ends.out, length, message, true, flush);
			if (result != SHM_MQ_SUCCESS)
				break;
			sent++;
		}
		appendStringInfo(&counts, " %d %s", sent - before, say(result));
		before = received;
		while ((result = shm_mq_receive(ends.in, &got, &data, true)) == SHM_MQ_SUCCESS)
		{
			wrong += got != length || !is_filled(data, got, received);
			received++;
		}
		appendStringInfo(&counts, " %d %s,", received - before, say(result));
		/* The one that did not fit has to go, or the next one would be mistaken for its rest. */
		fill(message, length, sent);
		result = shm_mq_send(ends.out, length, message, true, true);
		if (result != SHM_MQ_SUCCESS)
			break;
		sent++;
	}
	emit("size %zu length %zu flush %d:%s wrong %d", size, length, flush, counts.data, wrong);
}

/* A message through a ring that it does not fit into, without waiting. */
static void
piecemeal(Size size, Size length, int pieces)
{
	Both		ends = both(size);
	char	   *message = palloc(length);
	shm_mq_iovec iov[8];
	int			sends = 0;
	int			receives = 0;
	shm_mq_result sent = SHM_MQ_WOULD_BLOCK;
	shm_mq_result received = SHM_MQ_WOULD_BLOCK;
	Size		got = 0;
	void	   *data = NULL;
	Size		at = 0;

	fill(message, length, 5);
	for (int i = 0; i < pieces; i++)
	{
		iov[i].data = message + at;
		iov[i].len = i + 1 < pieces ? Min(length - at, (Size) (3 + 5 * i)) : length - at;
		at += iov[i].len;
	}
	while (received == SHM_MQ_WOULD_BLOCK)
	{
		if (sent == SHM_MQ_WOULD_BLOCK)
		{
			sent = shm_mq_sendv(ends.out, iov, pieces, true, true);
			sends++;
		}
		received = shm_mq_receive(ends.in, &got, &data, true);
		receives++;
	}
	emit("length %zu in %d through %zu: %s after %d, %s after %d, %zu bytes, %s", length, pieces, size,
		 say(sent), sends, say(received), receives, got,
		 got == length && is_filled(data, got, 5) ? "right" : "wrong");
}

/* When the receiver sees what was not flushed, and whose latch is set. */
static void
laziness(void)
{
	static const Size lengths[] = {0, 1, 24, 100, 500};

	for (int i = 0; i < lengthof(lengths); i++)
	{
		Both		ends = both(1024);
		char		message[500] = "";
		shm_mq_result result;
		int			sent = 0;
		Size		got;
		void	   *data;
		int			latches = 0;

		do
		{
			ResetLatch(MyLatch);
			result = shm_mq_send(ends.out, lengths[i], message, true, false);
			latches = latches * 2 + MyLatch->is_set;
			sent++;
		} while (shm_mq_receive(ends.in, &got, &data, true) == SHM_MQ_WOULD_BLOCK && sent < 30);
		emit("length %zu seen after %d (%s), latches %x", lengths[i], sent, say(result), latches);
		ResetLatch(MyLatch);
		result = shm_mq_send(ends.out, lengths[i], message, true, true);
		emit("flushed: %s, latch %d", say(result), (int) MyLatch->is_set);
		sent = 0;
		while (shm_mq_receive(ends.in, &got, &data, true) == SHM_MQ_SUCCESS)
			sent++;
		emit("received %d", sent);
		result = shm_mq_send(ends.out, lengths[i], message, true, false);
		shm_mq_detach(ends.out);
		result = shm_mq_receive(ends.in, &got, &data, true);
		emit("the last one: %s, then %s", say(result),
			 say(shm_mq_receive(ends.in, &got, &data, false)));
	}
	SetLatch(MyLatch);
}

/* A queue with one end, or none. */
static void
ends_missing(void)
{
	Size		size = 256;
	shm_mq	   *queue = shm_mq_create(palloc0(size), size);
	shm_mq_handle *handle;
	char		message[1000] = "";
	Size		got;
	void	   *data;

	emit("minimum %zu", shm_mq_minimum_size);
	emit("nobody %d %d", shm_mq_get_sender(queue) == NULL, shm_mq_get_receiver(queue) == NULL);
	shm_mq_set_receiver(queue, MyProc);
	emit("me %d %d", shm_mq_get_sender(queue) == NULL, shm_mq_get_receiver(queue) == MyProc);
	handle = shm_mq_attach(queue, NULL, NULL);
	emit("queue %d", shm_mq_get_queue(handle) == queue);
	emit("no sender: %s", say(shm_mq_receive(handle, &got, &data, true)));
	shm_mq_detach(handle);
	handle = shm_mq_attach(queue, NULL, NULL);
	emit("after leaving: %s", say(shm_mq_receive(handle, &got, &data, true)));
	emit("and waiting: %s", say(shm_mq_receive(handle, &got, &data, false)));
	emit("for the other: %s", say(shm_mq_wait_for_attach(handle)));

	queue = shm_mq_create(palloc0(size), size);
	shm_mq_set_sender(queue, MyProc);
	handle = shm_mq_attach(queue, NULL, NULL);
	for (int i = 0; i < 3; i++)
		emit("no receiver: %s", say(shm_mq_send(handle, 90, message, true, i == 1)));
	emit("once more: %s", say(shm_mq_send(handle, 90, message, true, true)));
	shm_mq_detach(handle);
	handle = shm_mq_attach(queue, NULL, NULL);
	emit("after leaving: %s", say(shm_mq_send(handle, 1, message, true, true)));
	emit("and waiting: %s", say(shm_mq_send(handle, sizeof(message), message, false, true)));
	emit("for the other: %s", say(shm_mq_wait_for_attach(handle)));
}

/* What the other end still gets when one has left. */
static void
leaving(void)
{
	Both		ends = both(256);
	char		message[300];
	Size		got;
	void	   *data;
	shm_mq_result result;

	fill(message, sizeof(message), 1);
	emit("sent %s", say(shm_mq_send(ends.out, 50, message, true, true)));
	emit("sent %s", say(shm_mq_send(ends.out, 60, message, true, false)));
	emit("half of one: %s", say(shm_mq_send(ends.out, 300, message, true, true)));
	shm_mq_detach(ends.out);
	for (int i = 0; i < 4; i++)
	{
		got = 0;
		result = shm_mq_receive(ends.in, &got, &data, i % 2);
		emit("received %s %zu", say(result), got);
	}

	ends = both(256);
	emit("sent %s", say(shm_mq_send(ends.out, 50, message, true, true)));
	emit("half of one: %s", say(shm_mq_send(ends.out, 300, message, true, true)));
	shm_mq_detach(ends.in);
	emit("its rest: %s", say(shm_mq_send(ends.out, 300, message, true, true)));
	emit("another: %s", say(shm_mq_send(ends.out, 10, message, false, true)));
}

static void
too_long(void)
{
	Both		ends = both(256);
	shm_mq_iovec iov[2] = {{"", (Size) 1 << 29}, {"", (Size) 1 << 29}};

	caught("too long", shm_mq_send(ends.out, MaxAllocSize + 1, "", true, true));
	caught("far too long", shm_mq_send(ends.out, SIZE_MAX / 2, "", true, true));
	caught("two too long", shm_mq_sendv(ends.out, iov, 2, true, true));
	emit("afterwards: %s", say(shm_mq_send(ends.out, 1, "x", true, true)));
}

/* The other worker: sends back what it gets. */
void
queues_echo(Datum arg)
{
	shm_mq	   *in;
	shm_mq	   *out;
	shm_mq_handle *inqh;
	shm_mq_handle *outqh;
	Size		size;
	void	   *data;

	probe_begin();
	find_areas();
	in = (shm_mq *) areas[0].bytes;
	out = (shm_mq *) areas[1].bytes;
	shm_mq_set_receiver(in, MyProc);
	shm_mq_set_sender(out, MyProc);
	inqh = shm_mq_attach(in, NULL, NULL);
	outqh = shm_mq_attach(out, NULL, NULL);
	while (shm_mq_receive(inqh, &size, &data, false) == SHM_MQ_SUCCESS)
		if (shm_mq_send(outqh, size, data, false, true) != SHM_MQ_SUCCESS)
			break;
	shm_mq_detach(inqh);
	shm_mq_detach(outqh);
}

/* It comes, says a word and leaves. */
void
queues_leaver(Datum arg)
{
	shm_mq	   *out;
	shm_mq_handle *outqh;

	probe_begin();
	find_areas();
	out = (shm_mq *) areas[1].bytes;
	shm_mq_set_sender(out, MyProc);
	outqh = shm_mq_attach(out, NULL, NULL);
	(void) shm_mq_send(outqh, 4, "word", false, false);
	shm_mq_detach(outqh);
}

void
queues_absent(Datum arg)
{
}

static void
with_workers(void)
{
	static const Size lengths[] = {0, 1, 8, 100, 1000, 8192, 100000};
	shm_mq	   *out = shm_mq_create(areas[0].bytes, AREA);
	shm_mq	   *in = shm_mq_create(areas[1].bytes, AREA);
	shm_mq_handle *outqh;
	shm_mq_handle *inqh;
	BackgroundWorkerHandle *worker;
	char	   *message = palloc(100000);
	Size		got;
	void	   *data;

	shm_mq_set_sender(out, MyProc);
	shm_mq_set_receiver(in, MyProc);
	worker = probe_dynamic("echo", "queues_echo");
	outqh = shm_mq_attach(out, NULL, worker);
	inqh = shm_mq_attach(in, NULL, NULL);
	shm_mq_set_handle(inqh, worker);
	emit("attached: %s", say(shm_mq_wait_for_attach(outqh)));
	for (int i = 0; i < lengthof(lengths); i++)
	{
		int			wrong = 0;

		for (int j = 0; j < 100; j++)
		{
			fill(message, lengths[i], j);
			wrong += shm_mq_send(outqh, lengths[i], message, false, true) != SHM_MQ_SUCCESS;
			wrong += shm_mq_receive(inqh, &got, &data, false) != SHM_MQ_SUCCESS;
			wrong += got != lengths[i] || !is_filled(data, got, j);
		}
		emit("echoes of %zu wrong %d", lengths[i], wrong);
	}
	shm_mq_detach(outqh);
	emit("after leaving: %s", say(shm_mq_receive(inqh, &got, &data, false)));
	emit("stopped %s", probe_status(WaitForBackgroundWorkerShutdown(worker)));

	in = shm_mq_create(areas[1].bytes, AREA);
	shm_mq_set_receiver(in, MyProc);
	worker = probe_dynamic("leaver", "queues_leaver");
	inqh = shm_mq_attach(in, NULL, worker);
	emit("stopped %s", probe_status(WaitForBackgroundWorkerShutdown(worker)));
	emit("its word: %s", say(shm_mq_receive(inqh, &got, &data, false)));
	emit("%.*s", (int) got, (char *) data);
	emit("then %s", say(shm_mq_receive(inqh, &got, &data, false)));

	in = shm_mq_create(areas[1].bytes, AREA);
	shm_mq_set_receiver(in, MyProc);
	worker = probe_dynamic("absent", "queues_absent");
	inqh = shm_mq_attach(in, NULL, worker);
	emit("never came: %s", say(shm_mq_receive(inqh, &got, &data, false)));
	emit("once more: %s", say(shm_mq_receive(inqh, &got, &data, true)));
	out = shm_mq_create(areas[0].bytes, AREA);
	shm_mq_set_sender(out, MyProc);
	worker = probe_dynamic("absent", "queues_absent");
	outqh = shm_mq_attach(out, NULL, worker);
	emit("never came: %s", say(shm_mq_send(outqh, 100000, message, false, true)));
	emit("once more: %s", say(shm_mq_send(outqh, 1, message, true, true)));
}

void
queues_main(Datum arg)
{
	static const Size sizes[] = {64, 65, 72, 100, 128, 1000, 4096};
	static const Size lengths[] = {0, 1, 8, 9, 100};
	MemoryContext context = AllocSetContextCreate(TopMemoryContext, "queues",
												  ALLOCSET_DEFAULT_SIZES);

	probe_begin();
	find_areas();
	MemoryContextSwitchTo(context);
	for (int i = 0; i < lengthof(sizes); i++)
		for (int j = 0; j < lengthof(lengths); j++)
		{
			capacity(sizes[i], lengths[j], true);
			capacity(sizes[i], lengths[j], false);
		}
	for (int i = 0; i < lengthof(sizes); i++)
		for (int pieces = 1; pieces <= 8; pieces++)
		{
			piecemeal(sizes[i], 100, pieces);
			piecemeal(sizes[i], 5000, pieces);
		}
	laziness();
	ends_missing();
	leaving();
	too_long();
	with_workers();
	emit("done");
}

void
_PG_init(void)
{
	probe_settings("queues");
	probe_static("queues", "queues_main");
}
