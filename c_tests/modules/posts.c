/*
 * posts: a worker whose reports go to the process that started it, through a queue, as messages of
 * the protocol. The facts are the same in PostgreSQL (c_tests/facts/posts.txt).
 */
#include "caught.h"

#include "lib/stringinfo.h"
#include "libpq/pqformat.h"
#include "libpq/pqmq.h"
#include "storage/dsm.h"
#include "storage/proc.h"

#define SIZE 1024

PGDLLEXPORT void posts_main(Datum arg);
PGDLLEXPORT void posts_worker(Datum arg);

static void
context(void *arg)
{
	errcontext("in the middle of \"%s\"", (char *) arg);
}

/* Says a lot, and ends with an ERROR. */
void
posts_worker(Datum arg)
{
	static const int levels[] = {DEBUG5, DEBUG1, LOG, LOG_SERVER_ONLY, INFO, NOTICE, WARNING,
	WARNING_CLIENT_ONLY};
	dsm_segment *segment = dsm_attach(DatumGetUInt32(arg));
	shm_mq	   *queue = dsm_segment_address(segment);
	shm_mq_handle *handle;
	ErrorContextCallback callback = {NULL, context, "something"};
	char	   *text = palloc0(3 * SIZE);

	probe_begin();
	shm_mq_set_sender(queue, MyProc);
	handle = shm_mq_attach(queue, segment, NULL);
	ereport(WARNING, (errmsg("nobody hears of this")));
	pq_redirect_to_shm_mq(segment, handle);
	for (int i = 0; i < lengthof(levels); i++)
		ereport(levels[i], (errmsg("at level %d", levels[i])));
	ereport(NOTICE,
			(errcode(ERRCODE_UNIQUE_VIOLATION),
			 errmsg("message"), errdetail("detail"), errdetail_log("for the log"), errhint("hint"),
			 errposition(7), internalerrposition(8), internalerrquery("SELECT 1"),
			 err_generic_string(PG_DIAG_SCHEMA_NAME, "schema"),
			 err_generic_string(PG_DIAG_TABLE_NAME, "table"),
			 err_generic_string(PG_DIAG_COLUMN_NAME, "column"),
			 err_generic_string(PG_DIAG_DATATYPE_NAME, "type"),
			 err_generic_string(PG_DIAG_CONSTRAINT_NAME, "constraint")));
	memset(text, 'x', 3 * SIZE - 1);
	ereport(NOTICE, (errmsg("longer than the queue: %s", text)));
	PG_TRY();
	{
		elog(ERROR, "caught, so nobody hears of it");
	}
	PG_CATCH();
	{
		FlushErrorState();
	}
	PG_END_TRY();
	error_context_stack = &callback;
	ereport(ERROR, (errcode(ERRCODE_DATA_CORRUPTED), errmsg("that is all"), errhint("none")));
}

static const char *
or_none(const char *text)
{
	return text ? text : "-";
}

static void
show(StringInfo message)
{
	ErrorData	data;
	char		kind = pq_getmsgbyte(message);

	pq_parse_errornotice(message, &data);
	emit("%c: level %d state %s \"%.60s\" detail %s hint %s context %s", kind, data.elevel,
		 unpack_sql_state(data.sqlerrcode), or_none(data.message), or_none(data.detail),
		 or_none(data.hint), or_none(data.context));
	emit("  %zu bytes, names %s %s %s %s %s positions %d %d in %s", strlen(data.message),
		 or_none(data.schema_name), or_none(data.table_name), or_none(data.column_name),
		 or_none(data.datatype_name), or_none(data.constraint_name), data.cursorpos,
		 data.internalpos, or_none(data.internalquery));
	emit("  from %s %s, a line %d, here %d", or_none(data.filename), or_none(data.funcname),
		 data.lineno > 0, data.assoc_context == CurrentMemoryContext);
}

/* The message as it is, field by field. */
static void
show_fields(const char *data, Size length)
{
	char		text[1000] = "";

	for (Size i = 1; i + 1 < length && i < 300; i += strlen(data + i) + 1)
		if (data[i] != 'L')
			snprintf(text + strlen(text), sizeof(text) - strlen(text), " %.40s", data + i);
	emit("fields:%s", text);
}

static void
parsed(const char *what, const char *bytes, int length)
{
	StringInfoData message;
	ErrorData	data;

	initStringInfo(&message);
	appendBinaryStringInfo(&message, bytes, length);
	caught(what, pq_parse_errornotice(&message, &data));
	emit("  read %d of %d", message.cursor, message.len);
}

static void
broken(void)
{
	parsed("nothing", "", 0);
	parsed("no fields", "\0", 1);
	parsed("something behind", "\0x", 2);
	parsed("no end of a text", "Mabc", 4);
	parsed("no end", "Mabc\0", 5);
	parsed("level", "VSEVERE\0\0", 9);
	parsed("state", "C1234\0\0", 7);
	parsed("number", "Pseven\0\0", 8);
	parsed("field", "zabc\0\0", 6);
	parsed("odd field", "\377abc\0\0", 6);
	parsed("severity as people read it", "SSEVERE\0\0", 9);
	for (const char *level = "DEBUG\0LOG\0INFO\0NOTICE\0WARNING\0ERROR\0FATAL\0PANIC\0"; *level;
		 level += strlen(level) + 1)
	{
		StringInfoData message;
		ErrorData	data;

		initStringInfo(&message);
		appendStringInfo(&message, "V%s", level);
		appendBinaryStringInfo(&message, "\0\0", 2);
		pq_parse_errornotice(&message, &data);
		emit("%s is %d", level, data.elevel);
	}
}

void
posts_main(Datum arg)
{
	dsm_segment *segment;
	shm_mq	   *queue;
	shm_mq_handle *handle;
	BackgroundWorker worker = probe_worker("posts_worker", "posts_worker");
	BackgroundWorkerHandle *started;
	Size		length;
	void	   *data;

	probe_begin();
	segment = dsm_create(SIZE, 0);
	queue = shm_mq_create(dsm_segment_address(segment), SIZE);
	shm_mq_set_receiver(queue, MyProc);
	worker.bgw_main_arg = UInt32GetDatum(dsm_segment_handle(segment));
	started = probe_register(&worker);
	handle = shm_mq_attach(queue, segment, started);
	while (shm_mq_receive(handle, &length, &data, false) == SHM_MQ_SUCCESS)
	{
		StringInfoData message;

		initStringInfo(&message);
		appendBinaryStringInfo(&message, data, length);
		show(&message);
		if (length < 1000)
			show_fields(data, length);
	}
	emit("stopped %s", probe_status(WaitForBackgroundWorkerShutdown(started)));
	broken();
	emit("done");
}

void
_PG_init(void)
{
	probe_settings("posts");
	probe_static("posts", "posts_main");
}
