/*
 * waits: names of what processes wait for, the server's and a module's own, a fact for each
 * question. The facts are the same in PostgreSQL (c_tests/facts/waits.txt).
 */
#include "caught.h"

#include "storage/lwlock.h"
#include "storage/proc.h"
#include "storage/shmem.h"
#include "utils/wait_event.h"

PGDLLEXPORT void waits_main(Datum arg);
PGDLLEXPORT void waits_other(Datum arg);

static const char *
or_null(const char *text)
{
	return text ? text : "NULL";
}

static void
name(uint32 info)
{
	emit("%08X %s %s", info, or_null(pgstat_get_wait_event_type(info)),
		 or_null(pgstat_get_wait_event(info)));
}

static void
server_names(void)
{
	static const struct
	{
		uint32		first;
		int			count;
	}			classes[] = {
		{0, 1}, {PG_WAIT_LWLOCK, 93}, {PG_WAIT_LOCK, 14}, {PG_WAIT_BUFFERPIN, 2},
		{PG_WAIT_ACTIVITY, 17}, {PG_WAIT_CLIENT, 10}, {PG_WAIT_EXTENSION, 1}, {PG_WAIT_IPC, 60},
		{PG_WAIT_TIMEOUT, 12}, {PG_WAIT_IO, 80}, {0x02000000, 1}, {0x0C000000, 1}, {0xFF000000, 1}
	};

	for (int class = 0; class < lengthof(classes); class++)
		for (int event = 0; event < classes[class].count; event++)
			if (class != 1 || pgstat_get_wait_event(classes[class].first + event) != NULL)
				name(classes[class].first + event);
	emit("constants: %08X %08X %08X %08X", WAIT_EVENT_ARCHIVER_MAIN, WAIT_EVENT_WAL_WRITER_MAIN,
		 WAIT_EVENT_BGWORKER_STARTUP, WAIT_EVENT_WAL_WRITE);
}

/* Another process knows the names, too. */
void
waits_other(Datum arg)
{
	probe_begin();
	emit("there");
	name(PG_WAIT_EXTENSION + 1);
	emit("the same: %08X", WaitEventExtensionNew("first of mine"));
	emit("another: %08X", WaitEventExtensionNew("of the other"));
}

static void
own_names(void)
{
	char		longest[NAMEDATALEN + 1];
	BackgroundWorkerHandle *handle;
	uint32		info;
	int			count = 0;
	char	  **names;

	caught("unknown", name(PG_WAIT_EXTENSION + 1));
	info = WaitEventExtensionNew("first of mine");
	emit("%08X", info);
	name(info);
	emit("%08X", WaitEventExtensionNew("second of mine"));
	emit("the same: %08X", WaitEventExtensionNew("first of mine"));
	emit("injected: %08X", WaitEventInjectionPointNew("at a point"));
	name(PG_WAIT_INJECTIONPOINT + 3);
	caught("two types", (void) WaitEventExtensionNew("at a point"));
	memset(longest, 'x', NAMEDATALEN);
	longest[NAMEDATALEN] = '\0';
	caught("too long", (void) WaitEventExtensionNew(longest));
	longest[NAMEDATALEN - 1] = '\0';
	name(WaitEventExtensionNew(longest));
	handle = probe_dynamic("other", "waits_other");
	WaitForBackgroundWorkerShutdown(handle);
	emit("here");
	name(PG_WAIT_EXTENSION + 5);
	emit("empty: %08X", WaitEventExtensionNew(""));
	names = GetWaitEventCustomNames(PG_WAIT_INJECTIONPOINT, &count);
	emit("injected: %d %s", count, names[0]);
	(void) GetWaitEventCustomNames(PG_WAIT_EXTENSION, &count);
	emit("mine: %d", count);
	for (int i = 0; i < 120; i++)
		info = WaitEventExtensionNew(psprintf("event %d", i));
	emit("%08X", info);
	caught("one more", emit("%08X", WaitEventExtensionNew("one")));
	caught("two more", emit("%08X", WaitEventExtensionNew("two")));
	/* PostgreSQL leaves its lock with whoever was refused. */
	LWLockReleaseAll();
	emit("an old one: %08X", WaitEventExtensionNew("second of mine"));
}

static void
storage(void)
{
	uint32		mine = 7;

	emit("shared: %d", my_wait_event_info == &MyProc->wait_event_info);
	pgstat_report_wait_start(WAIT_EVENT_PG_SLEEP);
	name(MyProc->wait_event_info);
	pgstat_report_wait_end();
	name(MyProc->wait_event_info);
	pgstat_set_wait_event_storage(&mine);
	pgstat_report_wait_start(WAIT_EVENT_PG_SLEEP);
	emit("elsewhere: %08X %08X", mine, MyProc->wait_event_info);
	pgstat_reset_wait_event_storage();
	pgstat_report_wait_start(WAIT_EVENT_PG_SLEEP);
	emit("local: %08X %08X", *my_wait_event_info, MyProc->wait_event_info);
	pgstat_set_wait_event_storage(&MyProc->wait_event_info);
}

void
waits_main(Datum arg)
{
	probe_begin();
	server_names();
	own_names();
	storage();
	emit("done");
}

void
_PG_init(void)
{
	probe_settings("waits");
	probe_static("waits", "waits_main");
}
