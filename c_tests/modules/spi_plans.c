/* spi_plans: parameters and plans, inside PostgreSQL and outside. */
#define DATABASE_MODULE "spi_plans"
#include "database.h"

#include "catalog/pg_type.h"
#include "nodes/params.h"
#include "parser/parser.h"

/* What a call of SPI came to, with its rows. */
static void
result(const char *what, int code)
{
	uint64		row;
	int			column;

	say("%s: %s, " UINT64_FORMAT " processed, table %d, context %s", what, code == 0 ? "0" : SPI_result_code_string(code),
		SPI_processed, SPI_tuptable != NULL, CurrentMemoryContext->name);
	for (row = 0; code > 0 && SPI_tuptable != NULL && row < SPI_tuptable->numvals; row++)
		for (column = 1; column <= SPI_tuptable->tupdesc->natts; column++)
		{
			char	   *value = SPI_getvalue(SPI_tuptable->vals[row], SPI_tuptable->tupdesc, column);

			say("  row " UINT64_FORMAT " %s = %s", row, SPI_fname(SPI_tuptable->tupdesc, column), value ? value : "NULL");
		}
}

static ParamListInfo
list(void)
{
	ParamListInfo params = makeParamList(3);

	params->params[0] = (ParamExternData) {Int32GetDatum(41), false, PARAM_FLAG_CONST, INT4OID};
	params->params[1] = (ParamExternData) {CStringGetTextDatum("word"), false, PARAM_FLAG_CONST, TEXTOID};
	params->params[2] = (ParamExternData) {(Datum) 0, true, PARAM_FLAG_CONST, TEXTOID};
	return params;
}

static ParamExternData *
fetch(ParamListInfo params, int number, bool speculative, ParamExternData *room)
{
	*room = (ParamExternData) {Int32GetDatum(number * 100), false, PARAM_FLAG_CONST, INT4OID};
	return room;
}

static void
parameters(void)
{
	SPIExecuteOptions options;
	ParamListInfo copy;

	begin();
	memset(&options, 0, sizeof(options));
	options.params = list();
	say("list: %d, hook %d, setup %d, argument %d", options.params->numParams, options.params->paramFetch != NULL,
		options.params->parserSetup != NULL, options.params->parserSetupArg == options.params);
	result("with a list", SPI_execute_extended("SELECT $1 + 1 AS a, $2 || '!' AS b, $3 IS NULL AS c", &options));
	copy = copyParamList(options.params);
	say("copy: %d, value %d, text %s, null %d, other %d", copy->numParams, DatumGetInt32(copy->params[0].value),
		TextDatumGetCString(copy->params[1].value), copy->params[2].isnull,
		copy->params[1].value != options.params->params[1].value);
	say("copy of none %d%d", copyParamList(NULL) == NULL, copyParamList(makeParamList(0)) == NULL);
	options.params = makeParamList(2);
	options.params->paramFetch = fetch;
	options.read_only = true;
	result("with a hook", SPI_execute_extended("SELECT $1, $2", &options));
	options.params = NULL;
	options.tcount = 2;
	result("two rows", SPI_execute_extended("SELECT generate_series(1, 10)", &options));
	say("no text: %d", SPI_execute_extended(NULL, &options));
	end();
	failing("too many", options.params = list(), SPI_execute_extended("SELECT $1, $4", &options));
	failing("unknown to the parser", options.params = list(), options.params->parserSetup = NULL,
			SPI_execute_extended("SELECT $1", &options));
	failing("none", SPI_execute("SELECT 'x', $1", true, 0));
}

static SPIPlanPtr kept;

static void
plans(void)
{
	Oid			types[2] = {INT4OID, TEXTOID};
	Datum		values[2];
	SPIPlanPtr	plan,
				other;
	SPIExecuteOptions options;

	memset(&options, 0, sizeof(options));
	say("unconnected: %d, %d", SPI_prepare("SELECT 1", 0, NULL) == NULL, SPI_result);
	begin();
	SPI_execute("CREATE TABLE planned (n int, t text)", false, 0);
	plan = SPI_prepare("SELECT $1 + 1 AS n, $2 AS t", 2, types);
	say("plan %d, result %d, %d arguments, types %u %u, cursor %d, valid %d, context %s", plan != NULL, SPI_result,
		SPI_getargcount(plan), SPI_getargtypeid(plan, 0), SPI_getargtypeid(plan, 1), SPI_is_cursor_plan(plan),
		SPI_plan_is_valid(plan), CurrentMemoryContext->name);
	say("no such type %u, %d", SPI_getargtypeid(plan, 2), SPI_result);
	values[0] = Int32GetDatum(1);
	values[1] = CStringGetTextDatum("t");
	result("plan", SPI_execute_plan(plan, values, "  ", true, 0));
	result("again", SPI_execute_plan(plan, values, " n", true, 0));
	result("execp", SPI_execp(plan, values, NULL, 1));
	say("no values %d, negative %d", SPI_execute_plan(plan, NULL, NULL, true, 0), SPI_execute_plan(plan, values, NULL, true, -1));
	result("list", SPI_execute_plan_with_paramlist(plan, list(), true, 0));
	options.params = list();
	options.read_only = true;
	result("extended", SPI_execute_plan_extended(plan, &options));
	result("snapshot", SPI_execute_snapshot(plan, values, NULL, GetActiveSnapshot(), InvalidSnapshot, true, false, 0));
	kept = SPI_prepare("INSERT INTO planned VALUES ($1, $2) RETURNING n", 2, types);
	say("cursor %d", SPI_is_cursor_plan(kept));
	say("keep %d, again %d", SPI_keepplan(kept), SPI_keepplan(kept));
	other = SPI_saveplan(plan);
	say("saved %d, other %d", other != NULL, other != plan);
	say("free %d", SPI_freeplan(plan));
	result("saved", SPI_execute_plan(other, values, NULL, true, 0));
	say("free %d", SPI_freeplan(other));
	plan = SPI_prepare("INSERT INTO planned VALUES (5, 'five'); SELECT count(*) FROM planned", 0, NULL);
	say("cursor %d", SPI_is_cursor_plan(plan));
	result("two statements", SPI_execute_plan(plan, NULL, NULL, false, 0));
	plan = SPI_prepare("", 0, NULL);
	result("no statement", SPI_execute_plan(plan, NULL, NULL, false, 0));
	plan = SPI_prepare("COMMIT", 0, NULL);
	result("commit", SPI_execute_plan(plan, NULL, NULL, false, 0));
	plan = SPI_prepare_cursor("SHOW server_version_num", 0, NULL, CURSOR_OPT_NO_SCROLL);
	say("cursor %d", SPI_is_cursor_plan(plan));
	result("show", SPI_execute_plan(plan, NULL, NULL, false, 0));
	plan = SPI_prepare("CREATE TABLE prepared (n int)", 0, NULL);
	say("cursor %d", SPI_is_cursor_plan(plan));
	result("create", SPI_execute_plan(plan, NULL, NULL, false, 0));
	say("no text %d %d, no types %d %d", SPI_prepare(NULL, 0, NULL) == NULL, SPI_result, SPI_prepare("SELECT 1", 1, NULL) == NULL, SPI_result);
	say("no plan %d, %d, %d, %d, %d", SPI_keepplan(NULL), SPI_freeplan(NULL), SPI_getargcount(NULL), SPI_is_cursor_plan(NULL), SPI_result);
	say("no plan %d, %d", SPI_execute_plan(NULL, NULL, NULL, false, 0), SPI_saveplan(NULL) == NULL);
	end();
	say("unconnected %d", SPI_execute_plan(kept, values, "nn", false, 0));
	begin();
	values[1] = CStringGetTextDatum("kept");
	result("kept", SPI_execute_plan(kept, values, NULL, false, 0));
	end();
	begin();
	result("rows", SPI_execute("SELECT * FROM planned ORDER BY n", true, 0));
	SPI_freeplan(kept);
	end();
	begin();
	kept = SPI_prepare("SELECT 'still here'", 0, NULL);
	SPI_keepplan(kept);
	SPI_prepare("SELECT 'not kept'", 0, NULL);
	end();
	begin();
	SPI_freeplan(SPI_prepare("SELECT 'freed'", 0, NULL));
	SPI_execute("DEALLOCATE ALL", false, 0);
	result("kept", SPI_execute_plan(kept, NULL, NULL, true, 0));
	SPI_freeplan(kept);
	result("afterwards", SPI_execute("SELECT 1", true, 0));
	end();
	failing("prepare unknown", SPI_prepare("SELECT * FROM nothing", 0, NULL));
	failing("prepare wrong", SPI_prepare("SELEC 1", 0, NULL));
	failing("prepare wrong second", SPI_prepare("SELECT 1; SELECT nothing", 0, NULL));
	failing("prepare without a parameter", SPI_prepare("SELECT $2", 1, types));
	failing("division", SPI_execute_plan(SPI_prepare("SELECT 1/($1 - 1)", 1, types), values, NULL, true, 0));
	failing("writing", SPI_execute_plan(SPI_prepare("INSERT INTO planned VALUES (1)", 0, NULL), NULL, NULL, true, 0));
	failing("no value", SPI_execute_plan_with_paramlist(SPI_prepare("SELECT $1", 1, types), NULL, true, 0));
	types[0] = INT8OID;
	failing("another type", SPI_execute_plan_with_paramlist(SPI_prepare("SELECT $1", 1, types), list(), true, 0));
}

static void
checks(void)
{
	SPIExecuteOptions options;

	memset(&options, 0, sizeof(options));
	options.must_return_tuples = true;
	failing("no tuples", SPI_execute_extended("INSERT INTO planned VALUES (7)", &options));
	failing("no tuples", SPI_execute_extended("", &options));
	failing("read only insert", SPI_execute("INSERT INTO planned VALUES (7)", true, 0));
	failing("read only table", SPI_execute("CREATE TABLE no (n int)", true, 0));
	failing("read only show", SPI_execute("SHOW work_mem", true, 0));
	failing("read only with", SPI_execute("WITH x AS (DELETE FROM planned RETURNING n) SELECT * FROM x", true, 0));
	failing("read only lock", SPI_execute("SELECT * FROM planned FOR UPDATE", true, 0));
	failing("read only into", SPI_execute("SELECT 1 AS n INTO no", true, 0));
	failing("read only drop", SPI_execute("DROP TABLE planned", true, 0));
	failing("second statement", SPI_execute("SELECT 1; SELECT 'ü', nothing", true, 0));
	begin();
	result("returning all", SPI_execute("INSERT INTO planned SELECT generate_series(1, 3) RETURNING n", false, 3));
	result("values", SPI_execute("VALUES (1), (2), (3)", true, 2));
	result("brackets", SPI_execute("(SELECT 1 UNION SELECT 2 ORDER BY 1)", true, 1));
	result("with", SPI_execute("WITH RECURSIVE x(n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM x WHERE n < 100) SELECT n FROM x", true, 2));
	result("with writing", SPI_execute("WITH x AS (DELETE FROM planned WHERE n < 3 RETURNING n) SELECT count(*) FROM x", false, 0));
	result("locking", SPI_execute("SELECT n FROM planned WHERE n = 5 FOR UPDATE", false, 1));
	SPI_execute("CREATE SEQUENCE counted", false, 0);
	result("stops", SPI_execute("SELECT nextval('counted') FROM generate_series(1, 100)", false, 2));
	result("stopped", SPI_execute("SELECT last_value FROM counted", true, 0));
	result("move", SPI_execute("DECLARE c CURSOR FOR SELECT generate_series(1, 5)", false, 0));
	result("move", SPI_execute("MOVE 2 FROM c", false, 0));
	result("fetch", SPI_execute("FETCH 2 FROM c", false, 0));
	result("explain", SPI_execute("EXPLAIN (COSTS OFF) SELECT 1", false, 0));
	SPI_execute("CREATE RULE also AS ON INSERT TO planned DO ALSO SELECT 'from a rule'", false, 0);
	result("a rule", SPI_execute("INSERT INTO planned VALUES (20)", false, 0));
	SPI_execute("DROP RULE also ON planned", false, 0);
	result("a comment", SPI_execute("SELECT 1 -- one", false, 0));
	result("comments", SPI_execute("/* SELECT 0; */ SELECT '\\' AS a, E'\\'' AS b, $$;$$ AS c; -- two", false, 0));
	result("copy", SPI_execute("CREATE TABLE IF NOT EXISTS planned AS SELECT 1", false, 0));
	end();
	begin();
	SPI_execute("SELECT 1", true, 0);
	SPI_freetuptable(SPI_tuptable);
	say("freed %d", SPI_tuptable == NULL);
	SPI_freetuptable(NULL);
	end();
}

/* What outlives SPI_finish. */
static void
memory(void)
{
	HeapTuple	row;
	char	   *chunk;
	Datum		word;
	TupleDesc	columns;

	caught("unconnected", SPI_palloc(8));
	say("unconnected %d %d", SPI_copytuple(NULL) == NULL, SPI_result);
	begin();
	SPI_execute("SELECT 'kept'::text AS word, 5 AS five", true, 0);
	columns = CreateTupleDescCopy(SPI_tuptable->tupdesc);
	row = SPI_copytuple(SPI_tuptable->vals[0]);
	chunk = SPI_palloc(8);
	chunk = SPI_repalloc(chunk, 100);
	word = SPI_datumTransfer(CStringGetTextDatum("a text"), false, -1);
	say("contexts %s, %s, %s, %s", GetMemoryChunkContext(row)->name, GetMemoryChunkContext(chunk)->name,
		GetMemoryChunkContext(DatumGetPointer(word))->name, CurrentMemoryContext->name);
	say("row %s %s, text %s, value %d", SPI_getvalue(row, columns, 1), SPI_getvalue(row, columns, 2), TextDatumGetCString(word),
		(int) SPI_datumTransfer(Int32GetDatum(7), true, 4));
	SPI_finish();
	SPI_freetuple(row);
	SPI_pfree(chunk);
	PopActiveSnapshot();
	CommitTransactionCommand();
}

static void
facts(void)
{
	memory();
	parameters();
	plans();
	checks();
}
