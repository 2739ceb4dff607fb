/*
 * errors: reports and the jumps that errors are. What is caught is emitted, what is logged is for
 * the test to look at.
 */
#include "probe.h"

#include "utils/memutils.h"

PGDLLEXPORT void errors_main(Datum arg);

/* What the handler that runs now has caught; forgets it. */
static void
tell(const char *where)
{
	ErrorData  *error;

	MemoryContextSwitchTo(TopMemoryContext);
	error = CopyErrorData();
	FlushErrorState();
	emit("%s: %s %s%s%s%s%s", where, unpack_sql_state(error->sqlerrcode), error->message,
		 error->detail ? " | " : "", error->detail ? error->detail : "",
		 error->hint ? " | " : "", error->hint ? error->hint : "");
	FreeErrorData(error);
}

static void
levels(void)
{
	elog(DEBUG5, "at debug5");
	elog(DEBUG4, "at debug4");
	elog(DEBUG3, "at debug3");
	elog(DEBUG2, "at debug2");
	elog(DEBUG1, "at debug1");
	elog(LOG, "at log");
	elog(COMMERROR, "at commerror");
	elog(INFO, "at info");
	elog(NOTICE, "at notice");
	elog(WARNING, "at warning");
	elog(WARNING_CLIENT_ONLY, "at warning for the client");
	elog(ERROR, "at error");
}

static int
counted(const char *text, int *count)
{
	(*count)++;
	return errdetail("%s", text);
}

static void
parts(void)
{
	int			evaluated = 0;

	ereport(LOG, (errcode(ERRCODE_DISK_FULL), errmsg("%d%% of \"%s\"\nis full", 99, "disk"),
				  errdetail("a detail\nof two lines"), errhint("a hint %c", '!')));
	ereport(LOG, (errmsg("told apart"), errdetail("for the client"), errdetail_log("for the log")));
	ereport(LOG, (errmsg_plural("%d row", "%d rows", 1, 1)));
	ereport(LOG, (errmsg_plural("%d row", "%d rows", 2, 2)));
	ereport(LOG, (errmsg("%2$s before %1$s", "second", "first")));
	ereport(LOG, (errmsg("%s", "")));
	errno = ENOENT;
	ereport(LOG, (errcode_for_file_access(), errmsg("could not open: %m")));
	ereport(DEBUG5, (errmsg("not made"), counted("a detail", &evaluated)));
	emit("evaluated %d", evaluated);
}

/* errno is what it was when the report began, whatever is called in its arguments. */
static const char *
disturbed(void)
{
	errno = EPERM;
	return "disturbed";
}

static void
saved_errno(void)
{
	errno = EACCES;
	ereport(LOG, (errmsg("%s: %m", disturbed()), errdetail("still: %m")));
	emit("errno %s", errno == EPERM || errno == EACCES ? "kept" : "lost");
}

/* A registration that is not acceptable: raised by the server. */
static void
raise_in_server(void)
{
	BackgroundWorker worker = probe_worker("bad", "errors_main");

	worker.bgw_flags = 0;
	RegisterDynamicBackgroundWorker(&worker, NULL);
}

static void
caught(void)
{
	sigjmp_buf *const handler = PG_exception_stack;
	volatile int finally = 0;

	PG_TRY();
	{
		ereport(ERROR, (errcode(ERRCODE_DATA_CORRUPTED), errmsg("mine"), errdetail("a detail"),
						errhint("a hint")));
	}
	PG_CATCH();
	{
		tell("own");
	}
	PG_END_TRY();

	PG_TRY();
	{
		raise_in_server();
	}
	PG_CATCH();
	{
		emit("code %d", geterrcode() == ERRCODE_INVALID_PARAMETER_VALUE);
		tell("of the server");
	}
	PG_END_TRY();

	/* Nested, passed on by the inner one. */
	PG_TRY();
	{
		PG_TRY();
		{
			raise_in_server();
		}
		PG_CATCH();
		{
			emit("inner handler");
			PG_RE_THROW();
		}
		PG_END_TRY();
	}
	PG_CATCH();
	{
		tell("outer");
	}
	PG_END_TRY();

	/* An error in a handler replaces the one it handles. */
	PG_TRY();
	{
		PG_TRY();
		{
			elog(ERROR, "first");
		}
		PG_CATCH();
		{
			raise_in_server();
		}
		PG_END_TRY();
	}
	PG_CATCH();
	{
		tell("replaced");
	}
	PG_END_TRY();

	/* PG_FINALLY runs either way. */
	PG_TRY();
	{
		PG_TRY();
		{
			raise_in_server();
		}
		PG_FINALLY();
		{
			finally++;
		}
		PG_END_TRY();
	}
	PG_CATCH();
	{
		tell("past finally");
	}
	PG_END_TRY();
	PG_TRY();
	{
		emit("no error");
	}
	PG_FINALLY();
	{
		finally++;
	}
	PG_END_TRY();
	emit("finally %d, handler %s", finally, PG_exception_stack == handler ? "restored" : "lost");
}

/* A copy is thrown later, from elsewhere. */
static void
thrown_again(void)
{
	ErrorData  *volatile kept = NULL;

	PG_TRY();
	{
		ereport(ERROR, (errcode(ERRCODE_DATA_CORRUPTED), errmsg("kept"), errhint("a hint")));
	}
	PG_CATCH();
	{
		MemoryContextSwitchTo(TopMemoryContext);
		kept = CopyErrorData();
		FlushErrorState();
	}
	PG_END_TRY();
	PG_TRY();
	{
		ReThrowError(kept);
	}
	PG_CATCH();
	{
		tell("thrown again");
	}
	PG_END_TRY();
	/* Caught errors do not pile up. */
	for (int i = 0; i < 100; i++)
	{
		PG_TRY();
		{
			elog(ERROR, "one of many");
		}
		PG_CATCH();
		{
			FlushErrorState();
		}
		PG_END_TRY();
	}
	emit("caught many");
}

static void
add_context(void *arg)
{
	errcontext("while %s", (const char *) arg);
}

static void
context(void)
{
	ErrorContextCallback outer = {error_context_stack, add_context, "outer"};
	ErrorContextCallback inner = {&outer, add_context, "inner"};

	error_context_stack = &inner;
	ereport(LOG, (errmsg("with context"), errhint("a hint")));
	PG_TRY();
	{
		elog(ERROR, "an error");
	}
	PG_CATCH();
	{
		ErrorData  *error;

		MemoryContextSwitchTo(TopMemoryContext);
		error = CopyErrorData();
		FlushErrorState();
		emit("context: %s", error->context);
		emit("stack %s", error_context_stack == &inner ? "restored" : "lost");
		FreeErrorData(error);
	}
	PG_END_TRY();
	error_context_stack = outer.previous;
	elog(LOG, "without context");
}

static void
raise_on_reset(void *arg)
{
	elog(ERROR, "raised by a callback of the server's");
}

/* Memory outlives an error; an error may come out of a callback that the server calls. */
static void
memory(void)
{
	MemoryContext before = CurrentMemoryContext;
	MemoryContext own = AllocSetContextCreate(before, "own", ALLOCSET_DEFAULT_SIZES);
	MemoryContextCallback callback = {.func = raise_on_reset};
	char	   *volatile text = NULL;

	PG_TRY();
	{
		MemoryContextSwitchTo(own);
		text = pstrdup("a text");
		raise_in_server();
	}
	PG_CATCH();
	{
		MemoryContextSwitchTo(before);
		FlushErrorState();
	}
	PG_END_TRY();
	emit("%s in its context %d", text, GetMemoryChunkContext(text) == own);
	MemoryContextRegisterResetCallback(own, &callback);
	PG_TRY();
	{
		MemoryContextReset(own);
	}
	PG_CATCH();
	{
		tell("reset");
	}
	PG_END_TRY();
	MemoryContextDelete(own);
	PG_TRY();
	{
		palloc((Size) 1 << 40);
	}
	PG_CATCH();
	{
		tell("palloc");
	}
	PG_END_TRY();
}

static void
refusal(void)
{
	PG_TRY();
	{
		(void) has_rolreplication(1);
	}
	PG_CATCH();
	{
		tell("refused");
	}
	PG_END_TRY();
	(void) has_rolreplication(1);
}

/* A handler does not see a FATAL error. */
static void
fatal(void)
{
	PG_TRY();
	{
		ereport(FATAL, (errmsg("fatal"), errdetail("a detail")));
	}
	PG_CATCH();
	{
		emit("caught");
	}
	PG_END_TRY();
}

static void
critical(void)
{
	START_CRIT_SECTION();
	elog(ERROR, "in a critical section");
}

static emit_log_hook_type previous_hook;

static void
on_log(ErrorData *error)
{
	if (strstr(error->message, "hidden"))
		error->output_to_server = false;
	emit("seen %d: %s", error->elevel, error->message);
	if (previous_hook)
		previous_hook(error);
}

static void
hook(void)
{
	previous_hook = emit_log_hook;
	emit_log_hook = on_log;
	elog(LOG, "shown");
	elog(LOG, "hidden");
	elog(DEBUG5, "below what is logged");
	raise_in_server();
}

static const struct
{
	const char *name;
	void		(*run) (void);
}			scenarios[] = {
	{"levels", levels},
	{"parts", parts},
	{"saved errno", saved_errno},
	{"caught", caught},
	{"thrown again", thrown_again},
	{"context", context},
	{"memory", memory},
	{"refusal", refusal},
	{"fatal", fatal},
	{"critical", critical},
	{"hook", hook},
};

void
errors_main(Datum arg)
{
	probe_begin();
	for (int i = 0; i < (int) lengthof(scenarios); i++)
		if (probe_is(scenarios[i].name))
			scenarios[i].run();
	emit("done");
}

void
_PG_init(void)
{
	BackgroundWorker worker;

	probe_settings("errors");
	if (probe_is("_PG_init"))
		ereport(ERROR, (errcode(ERRCODE_DISK_FULL), errmsg("an error in _PG_init"),
						errhint("a hint")));
	if (probe_is("caught in _PG_init"))
	{
		PG_TRY();
		{
			elog(ERROR, "an error that is caught");
		}
		PG_CATCH();
		{
			FlushErrorState();
		}
		PG_END_TRY();
	}
	worker = probe_worker("worker", "errors_main");
	strcpy(worker.bgw_type, "type");
	RegisterBackgroundWorker(&worker);
}
