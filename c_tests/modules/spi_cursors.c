/* spi_cursors: cursors, inside PostgreSQL and outside. */
#define DATABASE_MODULE "spi_cursors"
#include "database.h"

#include "catalog/pg_type.h"
#include "nodes/parsenodes.h"
#include "utils/portal.h"

static void
show(const char *what, Portal portal)
{
	uint64		row;
	StringInfoData text;

	initStringInfo(&text);
	for (row = 0; SPI_tuptable != NULL && row < SPI_tuptable->numvals; row++)
		appendStringInfo(&text, " %s", SPI_getvalue(SPI_tuptable->vals[row], SPI_tuptable->tupdesc, 1));
	say("%s: " UINT64_FORMAT " processed, table %d, rows%s; at " UINT64_FORMAT ", start %d, end %d, status %d, context %s",
		what, SPI_processed, SPI_tuptable != NULL, text.data, portal->portalPos, portal->atStart, portal->atEnd,
		portal->status, CurrentMemoryContext->name);
}

static void
opened(const char *what, Portal portal)
{
	say("%s: name %s, strategy %d, scroll %d, status %d, columns %d, first %s of %u, text %s, start %d, end %d, level %d, "
		"found %d, context %s", what, portal->name, portal->strategy,
		portal->cursorOptions & (CURSOR_OPT_SCROLL | CURSOR_OPT_NO_SCROLL | CURSOR_OPT_HOLD), portal->status,
		portal->tupDesc->natts, NameStr(TupleDescAttr(portal->tupDesc, 0)->attname),
		TupleDescAttr(portal->tupDesc, 0)->atttypid, portal->sourceText, portal->atStart, portal->atEnd,
		portal->createLevel, SPI_cursor_find(portal->name) == portal, CurrentMemoryContext->name);
}

static void
forwards(void)
{
	Oid			types[1] = {INT4OID};
	Datum		values[1];
	SPIPlanPtr	plan;
	Portal		portal;

	begin();
	plan = SPI_prepare("SELECT g AS n FROM generate_series(1, $1) g", 1, types);
	values[0] = Int32GetDatum(7);
	portal = SPI_cursor_open(NULL, plan, values, NULL, true);
	opened("unnamed", portal);
	SPI_cursor_fetch(portal, true, 3);
	show("three", portal);
	SPI_cursor_move(portal, true, 2);
	show("moved two", portal);
	SPI_cursor_fetch(portal, true, 1);
	show("one", portal);
	SPI_cursor_fetch(portal, true, 1);
	show("the last", portal);
	SPI_cursor_fetch(portal, true, 1);
	show("none", portal);
	SPI_cursor_fetch(portal, true, 1);
	show("none again", portal);
	SPI_cursor_close(portal);
	say("closed %d", SPI_cursor_find("<unnamed portal 1>") == NULL);
	portal = SPI_cursor_open("mine", plan, values, NULL, false);
	opened("named", portal);
	SPI_cursor_fetch(portal, true, FETCH_ALL);
	show("all", portal);
	SPI_cursor_close(portal);
	portal = SPI_cursor_open("mine", plan, values, NULL, false);
	opened("the name again", portal);
	SPI_cursor_close(portal);
	end();
}

static void
scrolling(void)
{
	Portal		portal;

	begin();
	portal = SPI_cursor_open_with_args("scroll", "SELECT g FROM generate_series(1, 10) g", 0, NULL, NULL, NULL, true, CURSOR_OPT_SCROLL);
	opened("scroll", portal);
	SPI_scroll_cursor_fetch(portal, FETCH_ABSOLUTE, 4);
	show("absolute 4", portal);
	SPI_scroll_cursor_fetch(portal, FETCH_RELATIVE, 3);
	show("relative 3", portal);
	SPI_scroll_cursor_fetch(portal, FETCH_RELATIVE, 0);
	show("relative 0", portal);
	SPI_scroll_cursor_fetch(portal, FETCH_RELATIVE, -2);
	show("relative -2", portal);
	SPI_cursor_fetch(portal, false, 2);
	show("two back", portal);
	SPI_cursor_fetch(portal, true, -1);
	show("minus one on", portal);
	SPI_scroll_cursor_fetch(portal, FETCH_ABSOLUTE, -1);
	show("absolute -1", portal);
	SPI_scroll_cursor_fetch(portal, FETCH_ABSOLUTE, -3);
	show("absolute -3", portal);
	SPI_scroll_cursor_fetch(portal, FETCH_ABSOLUTE, 9);
	show("absolute 9", portal);
	SPI_scroll_cursor_fetch(portal, FETCH_ABSOLUTE, 20);
	show("absolute 20", portal);
	SPI_scroll_cursor_fetch(portal, FETCH_ABSOLUTE, 10);
	show("absolute 10", portal);
	SPI_scroll_cursor_move(portal, FETCH_FORWARD, FETCH_ALL);
	show("moved to the end", portal);
	SPI_cursor_fetch(portal, false, 3);
	show("three back", portal);
	SPI_cursor_fetch(portal, true, 0);
	show("zero", portal);
	SPI_cursor_move(portal, true, 0);
	show("moved zero", portal);
	SPI_scroll_cursor_move(portal, FETCH_BACKWARD, FETCH_ALL);
	show("moved to the start", portal);
	SPI_cursor_fetch(portal, true, 0);
	show("zero at the start", portal);
	SPI_scroll_cursor_fetch(portal, FETCH_ABSOLUTE, 0);
	show("absolute 0", portal);
	SPI_cursor_fetch(portal, false, 1);
	show("back at the start", portal);
	SPI_cursor_fetch(portal, true, 100);
	show("hundred", portal);
	SPI_cursor_fetch(portal, false, FETCH_ALL);
	show("all back", portal);
	end();
}

static void
others(void)
{
	Portal		portal;
	SPIPlanPtr	plan;
	SPIParseOpenOptions options;

	begin();
	SPI_execute("CREATE TABLE rows (n int)", false, 0);
	plan = SPI_prepare("INSERT INTO rows SELECT generate_series(1, 5) RETURNING n", 0, NULL);
	portal = SPI_cursor_open("returning", plan, NULL, NULL, false);
	opened("returning", portal);
	SPI_cursor_fetch(portal, true, 2);
	show("returning two", portal);
	SPI_execute("SELECT count(*) FROM rows", false, 0);
	say("rows %s", SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1));
	SPI_cursor_move(portal, true, 1);
	show("returning moved", portal);
	SPI_cursor_fetch(portal, true, 9);
	show("returning rest", portal);
	memset(&options, 0, sizeof(options));
	options.read_only = true;
	portal = SPI_cursor_parse_open("parsed", "SELECT 6 - n AS n FROM generate_series(1, 5) n", &options);
	opened("parsed", portal);
	SPI_cursor_fetch(portal, true, 1);
	show("parsed", portal);
	options.read_only = false;
	portal = SPI_cursor_parse_open("shown", "SHOW server_version_num", &options);
	opened("shown", portal);
	SPI_cursor_fetch(portal, true, 1);
	say("shown: " UINT64_FORMAT, SPI_processed);
	portal = SPI_cursor_parse_open("locking", "SELECT n FROM rows WHERE n = 2 FOR UPDATE", &options);
	opened("locking", portal);
	SPI_execute("DECLARE sql SCROLL CURSOR FOR SELECT 5 AS five", false, 0);
	portal = SPI_cursor_find("sql");
	say("by SQL: %d, %s", portal != NULL, portal->name);
	SPI_cursor_fetch(portal, true, 1);
	show("by SQL", portal);
	say("unknown %d", SPI_cursor_find("unknown") == NULL);
	end();
	say("after the transaction %d", SPI_cursor_find("sql") == NULL && SPI_cursor_find("returning") == NULL);
}

static void
subtransactions(void)
{
	Portal		outer,
				inner;

	begin();
	outer = SPI_cursor_open_with_args("outer", "SELECT g FROM generate_series(1, 10) g", 0, NULL, NULL, NULL, true, 0);
	BeginInternalSubTransaction(NULL);
	inner = SPI_cursor_open_with_args("inner", "SELECT g FROM generate_series(11, 20) g", 0, NULL, NULL, NULL, true, 0);
	SPI_cursor_fetch(inner, true, 1);
	show("inner", inner);
	SPI_cursor_fetch(outer, true, 1);
	show("outer", outer);
	RollbackAndReleaseCurrentSubTransaction();
	say("inner %d, outer %d", SPI_cursor_find("inner") != NULL, SPI_cursor_find("outer") != NULL);
	SPI_cursor_fetch(outer, true, 1);
	show("outer", outer);
	BeginInternalSubTransaction(NULL);
	inner = SPI_cursor_open_with_args("inner", "SELECT g FROM generate_series(11, 20) g", 0, NULL, NULL, NULL, true, 0);
	say("levels %d %d", inner->createLevel, inner->createSubid);
	ReleaseCurrentSubTransaction();
	say("levels %d %d", inner->createLevel, inner->createSubid);
	SPI_cursor_fetch(inner, true, 1);
	show("inner", inner);
	end();
}

static void
held(void)
{
	Portal		portal;

	begin();
	portal = SPI_cursor_open_with_args("held", "SELECT g FROM generate_series(1, 4) g", 0, NULL, NULL, NULL, true, CURSOR_OPT_HOLD | CURSOR_OPT_SCROLL);
	opened("held", portal);
	SPI_cursor_fetch(portal, true, 1);
	show("held", portal);
	end();
	begin();
	portal = SPI_cursor_find("held");
	SPI_cursor_fetch(portal, true, 2);
	show("held over", portal);
	SPI_cursor_close(portal);
	say("held %d", SPI_cursor_find("held") != NULL);
	end();
	begin();
	SPI_execute("SELECT count(*) FROM pg_cursors WHERE name <> ''", true, 0);
	say("cursors %s", SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1));
	end();
}

static Portal
opens(const char *text, bool read_only, int options)
{
	return SPI_cursor_open_with_args("x", text, 0, NULL, NULL, NULL, read_only, options);
}

static void
failures(void)
{
	Portal		portal;

	failing("two", opens("SELECT 1; SELECT 2", true, 0));
	failing("none", opens("", true, 0));
	failing("insert", opens("INSERT INTO rows VALUES (1)", false, 0));
	failing("into", opens("SELECT 1 AS n INTO other", false, 0));
	failing("create", opens("CREATE TABLE other (n int)", false, 0));
	failing("unknown", opens("SELECT * FROM nothing", true, 0));
	failing("wrong", opens("SELEC", true, 0));
	failing("parameter", opens("SELECT $1", true, 0));
	failing("read only", opens("INSERT INTO rows VALUES (1) RETURNING n", true, 0));
	failing("read only lock", opens("SELECT n FROM rows FOR SHARE", true, 0));
	failing("scroll lock", opens("SELECT n FROM rows FOR UPDATE", false, CURSOR_OPT_SCROLL));
	failing("twice", opens("SELECT 1", true, 0); opens("SELECT 1", true, 0));
	failing("no text", SPI_cursor_open_with_args("x", NULL, 0, NULL, NULL, NULL, true, 0));
	failing("no values", SPI_cursor_open_with_args("x", "SELECT 1", 1, NULL, NULL, NULL, true, 0));
	failing("no options", SPI_cursor_parse_open("x", "SELECT 1", NULL));
	failing("no portal", SPI_cursor_fetch(NULL, true, 1));
	failing("no portal", SPI_cursor_move(NULL, true, 1));
	failing("no portal", SPI_cursor_close(NULL));
	failing("division", SPI_cursor_fetch(opens("SELECT 1/(2 - g) FROM generate_series(1, 3) g", true, 0), true, 3));
	failing("back", portal = opens("SELECT g FROM generate_series(1, 3) g", true, CURSOR_OPT_NO_SCROLL); SPI_cursor_fetch(portal, true, 2); SPI_cursor_fetch(portal, false, 1));
	failing("back in rows", portal = opens("INSERT INTO rows VALUES (1) RETURNING n", false, 0); SPI_cursor_fetch(portal, true, 1); SPI_cursor_fetch(portal, false, 1));
	failing("new", SPI_cursor_fetch(CreatePortal("y", false, false), true, 1));
}

/* A loop over a cursor that commits. */
static void
committing(void)
{
	Portal		portal;

	StartTransactionCommand();
	SPI_connect_ext(SPI_OPT_NONATOMIC);
	PushActiveSnapshot(GetTransactionSnapshot());
	portal = SPI_cursor_open_with_args("loop", "SELECT g FROM generate_series(1, 5) g", 0, NULL, NULL, NULL, true, 0);
	PinPortal(portal);
	SPI_cursor_fetch(portal, true, 2);
	show("loop", portal);
	PopActiveSnapshot();
	SPI_commit();
	say("held %d, made in %u, pinned %d", portal->autoHeld, portal->createSubid, portal->portalPinned);
	SPI_cursor_fetch(portal, true, 2);
	show("loop over", portal);
	SPI_rollback();
	SPI_cursor_fetch(portal, true, 2);
	show("loop over", portal);
	UnpinPortal(portal);
	SPI_cursor_close(portal);
	PushActiveSnapshot(GetTransactionSnapshot());
	portal = SPI_cursor_open_with_args("writing", "INSERT INTO rows VALUES (7), (8) RETURNING n", 0, NULL, NULL, NULL, false, 0);
	PinPortal(portal);
	PopActiveSnapshot();
	caught("a loop that writes", SPI_commit());
	say("left %d", GetPortalByName("writing") != NULL);
	SPI_finish();
	CommitTransactionCommand();
}

static void
facts(void)
{
	forwards();
	scrolling();
	others();
	subtransactions();
	held();
	committing();
	failures();
}
