/* spi_reports: what errors and warnings of statements say, inside PostgreSQL and outside. */
#define DATABASE_MODULE "spi_reports"
#include "database.h"

static emit_log_hook_type next_hook;

/* A text on one line. */
static const char *
flat(const char *text)
{
	char	   *copy = pstrdup(text ? text : "-");
	char	   *at;

	for (at = copy; *at != '\0'; at++)
		if (*at == '\n')
			*at = '/';
	return copy;
}

/* Reports of the server that are no errors. */
static void
see(ErrorData *edata)
{
	static bool busy = false;

	if (edata->elevel >= NOTICE && edata->elevel < ERROR && !busy)
	{
		busy = true;
		say("level %d: %s %s | detail %s | hint %s | context %s | schema %s, table %s", edata->elevel,
			unpack_sql_state(edata->sqlerrcode), edata->message, edata->detail ? edata->detail : "-",
			edata->hint ? edata->hint : "-", flat(edata->context),
			edata->schema_name ? edata->schema_name : "-", edata->table_name ? edata->table_name : "-");
		busy = false;
	}
	if (next_hook)
		next_hook(edata);
}

#define OR(text) ((text) ? (text) : "-")

static void
fail(const char *text)
{
	MemoryContext before = CurrentMemoryContext;

	begin();
	PG_TRY();
	{
		SPI_execute(text, false, 0);
		say("%s: no error", text);
		end();
	}
	PG_CATCH();
	{
		ErrorData  *error;

		MemoryContextSwitchTo(before);
		error = CopyErrorData();
		FlushErrorState();
		say("%s: %s %s | detail %s | hint %s | at %d, %d in %s | context %s | schema %s, table %s, column %s, type %s, constraint %s",
			text, unpack_sql_state(error->sqlerrcode), error->message, OR(error->detail), OR(error->hint),
			error->cursorpos, error->internalpos, OR(error->internalquery), flat(error->context), OR(error->schema_name),
			OR(error->table_name), OR(error->column_name), OR(error->datatype_name), OR(error->constraint_name));
		FreeErrorData(error);
		AbortCurrentTransaction();
	}
	PG_END_TRY();
}

static void
facts(void)
{
	next_hook = emit_log_hook;
	emit_log_hook = see;
	begin();
	SPI_execute("CREATE SCHEMA s", false, 0);
	SPI_execute("CREATE TABLE s.t (n int PRIMARY KEY CHECK (n < 10), text varchar(3) NOT NULL)", false, 0);
	SPI_execute("CREATE DOMAIN s.small AS int CONSTRAINT smaller CHECK (VALUE < 5)", false, 0);
	SPI_execute("INSERT INTO s.t VALUES (1, 'one')", false, 0);
	SPI_execute("CREATE FUNCTION fails() RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN 1/0; END $$", false, 0);
	SPI_execute("CREATE FUNCTION wrong() RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN (SELECT nothing FROM s.t); END $$", false, 0);
	end();
	fail("INSERT INTO s.t VALUES (1, 'two')");
	fail("INSERT INTO s.t VALUES (11, 'two')");
	fail("INSERT INTO s.t VALUES (2, NULL)");
	fail("INSERT INTO s.t VALUES (2, 'three')");
	fail("SELECT 7::s.small");
	fail("SELECT fails()");
	fail("SELECT wrong()");
	fail("SELECT n, 'ü', nothing FROM s.t");
	fail("SELECT 1; SELECT 2; SELECT 'ü' WHERE nothing");
	fail("SELECT 'x'::int");
	fail("SELECT * FROM s.t WHERE n = 'x'");
	fail("DROP TABLE s.nothing");
	fail("SELECT pg_catalog.pg_sleep('x'::float8)");
	begin();
	SPI_execute("DO $$ BEGIN RAISE WARNING 'careful' USING DETAIL = 'd', HINT = 'h', TABLE = 't', SCHEMA = 's'; END $$", false, 0);
	SPI_execute("DROP TABLE IF EXISTS s.nothing", false, 0);
	end();
	emit_log_hook = next_hook;
}
