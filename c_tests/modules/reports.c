/*
 * reports: all that a report can say, soft errors, errors while an error is reported, reports
 * without memory; a fact for each question. The facts are the same in PostgreSQL
 * (c_tests/facts/reports.txt).
 */
#include "probe.h"

#include <sys/resource.h>

#include "nodes/miscnodes.h"
#include "utils/memutils.h"

PGDLLEXPORT void reports_main(Datum arg);

static const char *
or_null(const char *text)
{
	return text ? text : "NULL";
}

static void
tell(const char *what, const ErrorData *e)
{
	emit("%s: %d %s %s | %s | %s | %s | %s", what, e->elevel, unpack_sql_state(e->sqlerrcode),
		 or_null(e->message), or_null(e->detail), or_null(e->detail_log), or_null(e->hint),
		 or_null(e->context));
	emit("%s: %s %s %s %s %s, %d %d %s, hides %d %d, backtrace %d", what, or_null(e->schema_name),
		 or_null(e->table_name), or_null(e->column_name), or_null(e->datatype_name),
		 or_null(e->constraint_name), e->cursorpos, e->internalpos, or_null(e->internalquery),
		 e->hide_stmt, e->hide_ctx, e->backtrace != NULL);
}

static void
caught(const char *what)
{
	ErrorData  *error;

	MemoryContextSwitchTo(TopMemoryContext);
	error = CopyErrorData();
	FlushErrorState();
	tell(what, error);
	FreeErrorData(error);
}

/* Does something that ends in an ERROR. */
#define CATCH(what, ...) \
	do { \
		PG_TRY(); \
		{ \
			__VA_ARGS__; \
			emit("%s: no error", what); \
		} \
		PG_CATCH(); \
		{ \
			caught(what); \
		} \
		PG_END_TRY(); \
	} while (0)

static int
positions(void)
{
	emit("in between: %d %d %d %s", geterrlevel(), geterrposition(), getinternalerrposition(),
		 unpack_sql_state(geterrcode()));
	return 0;
}

static void
note(void *arg)
{
	errcontext("note %s", (char *) arg);
}

static void
fields(void)
{
	ErrorContextCallback outer = {error_context_stack, note, "outer"};

	CATCH("all", ereport(ERROR, errcode(ERRCODE_DIVISION_BY_ZERO), errmsg("message"),
						 errdetail_plural("%d detail", "%d details", 2, 2),
						 errdetail_log_plural("%d secret", "%d secrets", 1, 1),
						 errhint_plural("%d hint", "%d hints", 3, 3), errposition(7),
						 internalerrposition(8), internalerrquery("SELECT"), positions(),
						 errhidestmt(true), errhidecontext(true), errbacktrace(),
						 err_generic_string(PG_DIAG_SCHEMA_NAME, "s"),
						 err_generic_string(PG_DIAG_TABLE_NAME, "t"),
						 err_generic_string(PG_DIAG_COLUMN_NAME, "c"),
						 err_generic_string(PG_DIAG_DATATYPE_NAME, "d"),
						 err_generic_string(PG_DIAG_CONSTRAINT_NAME, "k")));
	CATCH("taken back", ereport(ERROR, internalerrquery("SELECT"), internalerrquery(NULL)));
	CATCH("unknown field", ereport(ERROR, errmsg("message"), err_generic_string('x', "s")));
	CATCH("no report", (void) errposition(1));
	for (int i = 0; i < 2; i++)
		CATCH("socket", errno = i ? EPIPE : EINVAL;
			  ereport(ERROR, errcode_for_socket_access(), errmsg("%m")));
	emit("interesting: %d %d %d", message_level_is_interesting(ERROR),
		 message_level_is_interesting(DEBUG1), message_level_is_interesting(DEBUG2));
	emit("severities: %s %s %s %s %s %s %s", error_severity(DEBUG3), error_severity(LOG_SERVER_ONLY),
		 error_severity(INFO), error_severity(WARNING_CLIENT_ONLY), error_severity(FATAL),
		 error_severity(PANIC), error_severity(99));
	emit("trouble: %d", in_error_recursion_trouble());
	error_context_stack = &outer;
	emit("context: %s", GetErrorContextStack());
	error_context_stack = outer.previous;
	emit("no context: %s", or_null(GetErrorContextStack()));
}

static void
soft(struct Node *context)
{
	errsave(context, errcode(ERRCODE_NO_DATA), errmsg("soft %d", 1), errdetail("some"),
			errhint("none"));
}

static int
soft_return(struct Node *context)
{
	ereturn(context, 5, errmsg("returned"));
	return 6;
}

static void
soft_errors(void)
{
	ErrorSaveContext context = {.type = T_ErrorSaveContext};
	List		list = {.type = T_List};

	soft((struct Node *) &context);
	emit("bare: %d, %d, %d", context.error_occurred, context.error_data == NULL,
		 SOFT_ERROR_OCCURRED(&context));
	context.error_occurred = false;
	context.details_wanted = true;
	soft((struct Node *) &context);
	emit("occurred: %d", context.error_occurred);
	tell("saved", context.error_data);
	emit("from: %s %d %s", context.error_data->filename, context.error_data->lineno > 0,
		 context.error_data->funcname);
	emit("returned: %d, %s", soft_return((struct Node *) &context), context.error_data->message);
	CATCH("hard", soft(NULL));
	CATCH("another node", soft((struct Node *) &list));
	CATCH("thrown", ThrowErrorData(context.error_data));
	context.error_data->elevel = LOG;
	context.error_data->hint = "thrown as it is";
	ThrowErrorData(context.error_data);
	context.error_data->elevel = DEBUG5;
	ThrowErrorData(context.error_data);
	CATCH("nothing lost", elog(ERROR, "an error"));
}

static int	depth;

/* A callback that makes an error of each report. */
static void
fail(void *arg)
{
	depth++;
	elog(ERROR, "failed %d", depth);
}

static void
trouble(void)
{
	ErrorContextCallback failing = {error_context_stack, fail, NULL};

	error_context_stack = &failing;
	CATCH("callback", elog(ERROR, "first"));
	emit("depth %d, stack %d, trouble %d", depth, error_context_stack == &failing,
		 in_error_recursion_trouble());
	error_context_stack = failing.previous;
	CATCH("as ever", elog(ERROR, "an error"));
}

static void *hoard;

/* Takes all the memory that there is; what is left cannot be had. */
static void
take_all(void)
{
	struct rlimit limit = {0, 0};

	getrlimit(RLIMIT_AS, &limit);
	limit.rlim_cur = 1;
	setrlimit(RLIMIT_AS, &limit);
	for (size_t size = 1 << 20; size >= 8; size /= 2)
		for (;;)
		{
			void	  **more = malloc(size);

			if (more == NULL)
				break;
			*more = hoard;
			hoard = more;
		}
}

static void
give_back(void)
{
	struct rlimit limit;

	while (hoard)
	{
		void	   *next = *(void **) hoard;

		free(hoard);
		hoard = next;
	}
	getrlimit(RLIMIT_AS, &limit);
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_AS, &limit);
}

static void
no_memory(void)
{
	for (volatile int i = 0; i < 3; i++)
	{
		PG_TRY();
		{
			take_all();
			for (;;)
				(void) MemoryContextAlloc(TopMemoryContext, 1 << 16);
		}
		PG_CATCH();
		{
			give_back();
			caught("no memory");
		}
		PG_END_TRY();
	}
	take_all();
	ereport(LOG, errmsg("written without memory: %d", 5), errdetail("a detail"), errhint("a hint"));
	ereport(LOG, errmsg("a longer text without memory: %0500d", 5), errdetail("of %s", "many words"));
	PG_TRY();
	{
		ereport(ERROR, errcode(ERRCODE_DISK_FULL), errmsg("raised without memory"),
				errdetail("of no use"));
	}
	PG_CATCH();
	{
		give_back();
		caught("raised");
	}
	PG_END_TRY();
}

static void
lines(void)
{
	ErrorContextCallback outer = {error_context_stack, note, "outer"};

	error_context_stack = &outer;
	debug_query_string = "the statement";
	ereport(LOG, errmsg("at a position"), errposition(5));
	ereport(LOG, errmsg("inside"), internalerrposition(6), internalerrquery("SELECT inside"));
	ereport(LOG, errmsg("without context"), errhidecontext(true));
	PG_TRY();
	{
		ereport(ERROR, errmsg("with its statement"));
	}
	PG_CATCH();
	{
		EmitErrorReport();
		FlushErrorState();
	}
	PG_END_TRY();
	PG_TRY();
	{
		ereport(ERROR, errmsg("without it"), errhidestmt(true));
	}
	PG_CATCH();
	{
		EmitErrorReport();
		FlushErrorState();
	}
	PG_END_TRY();
	debug_query_string = NULL;
	error_context_stack = outer.previous;
	errno = ENOENT;
	write_stderr("to stderr: %s %d: %m\n", "text", 5);
}

void
reports_main(Datum arg)
{
	probe_begin();
	fields();
	soft_errors();
	trouble();
	lines();
	no_memory();
	emit("done");
}

void
_PG_init(void)
{
	probe_settings("reports");
	probe_static("reports", "reports_main");
}
