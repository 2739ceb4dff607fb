/* spi: a worker that runs statements and logs what came of them, inside PostgreSQL and outside. */
#define DATABASE_MODULE "spi"
#include "database.h"

#include "access/htup_details.h"
#include "catalog/namespace.h"
#include "catalog/pg_type.h"
#include "commands/dbcommands.h"
#include "utils/acl.h"
#include "utils/timestamp.h"

/* Runs a text and logs its code, its count and its rows. */
static void
run(const char *text, bool read_only, long limit)
{
	int			code = SPI_execute(text, read_only, limit);
	uint64		row;
	int			column;

	say("%s: %s %d, " UINT64_FORMAT " processed, table %d",
		 text, code == 0 ? "0" : SPI_result_code_string(code), code, SPI_processed,
		 SPI_tuptable != NULL);
	for (row = 0; SPI_tuptable != NULL && row < SPI_tuptable->numvals; row++)
		for (column = 1; column <= SPI_tuptable->tupdesc->natts; column++)
		{
			char	   *value = SPI_getvalue(SPI_tuptable->vals[row], SPI_tuptable->tupdesc, column);

			say("  row " UINT64_FORMAT " %s %s = %s", row,
				 SPI_fname(SPI_tuptable->tupdesc, column),
				 SPI_gettype(SPI_tuptable->tupdesc, column), value ? value : "NULL");
		}
}

/* Runs a text that fails, in a transaction of its own, and logs the report. */
static void
fail(const char *text)
{
	MemoryContext before = CurrentMemoryContext;

	begin();
	PG_TRY();
	{
		run(text, false, 0);
		end();
	}
	PG_CATCH();
	{
		say_caught(text, before);
		AbortCurrentTransaction();
	}
	PG_END_TRY();
}

static void
values(void)
{
	HeapTuple	tuple;
	TupleDesc	tupdesc;
	bool		isnull;
	Datum		value;
	static const char *const names[] = {"b", "i2", "i4", "i8", "o", "f4", "f8", "t", "v", "n", "c", "tz", "nul", "after"};
	int			i;

	begin();
	run("SELECT true AS b, (-2)::int2 AS i2, 42 AS i4, (1::int8 << 40) AS i8, 4294967295::oid AS o,"
		" 1.5::float4 AS f4, (-0.1)::float8 AS f8, 'text'::text AS t, 'var'::varchar(9) AS v,"
		" 'name'::name AS n, 'ch'::char(4) AS c, '2024-02-29 12:34:56.789+00'::timestamptz AS tz,"
		" NULL::text AS nul, 7 AS after", true, 0);
	tuple = SPI_tuptable->vals[0];
	tupdesc = SPI_tuptable->tupdesc;
	for (i = 0; i < (int) lengthof(names); i++)
	{
		int			number = SPI_fnumber(tupdesc, names[i]);
		Form_pg_attribute column = TupleDescAttr(tupdesc, number - 1);

		value = SPI_getbinval(tuple, tupdesc, number, &isnull);
		say("%s is column %d, type %u, %d bytes, by value %d, align %c, null %d",
			 names[i], number, SPI_gettypeid(tupdesc, number), column->attlen, column->attbyval,
			 column->attalign, isnull);
		if (!isnull && column->attbyval && column->attlen < 8)
			say("  value %ld", (long) value);
		if (!isnull && column->attbyval && column->attlen == 8)
			say("  value %ld", (long) DatumGetInt64(value));
		if (!isnull && column->atttypid == TEXTOID)
			say("  text %s", TextDatumGetCString(value));
		if (!isnull && column->atttypid == NAMEOID)
			say("  name %s", NameStr(*DatumGetName(value)));
		value = heap_getattr(tuple, number, tupdesc, &isnull);
		if (!isnull && column->atttypid == INT4OID)
			say("  heap_getattr %d", DatumGetInt32(value));
	}
	SPI_getvalue(tuple, tupdesc, 99);
	say("SPI_result %d, SPI_fnumber %d", SPI_result, SPI_fnumber(tupdesc, "none"));
	end();
}

static void
arguments(void)
{
	Oid			types[4] = {INT4OID, TEXTOID, TEXTOID, BOOLOID};
	Datum		all[4];
	int			code;

	begin();
	all[0] = Int32GetDatum(-5);
	all[1] = CStringGetTextDatum("a 'quoted' text");
	all[2] = (Datum) 0;
	all[3] = BoolGetDatum(true);
	code = SPI_execute_with_args("SELECT $1 + 1, $2 || '!', $3 IS NULL, NOT $4", 4, types, all, "  n ", true, 0);
	say("with args: %s, " UINT64_FORMAT, SPI_result_code_string(code), SPI_processed);
	for (code = 1; code <= SPI_tuptable->tupdesc->natts; code++)
		say("  %s", SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, code));
	end();
}

static void
facts(void)
{
	say("database %d, in a transaction %d", MyDatabaseId != InvalidOid, IsTransactionState());
	say("finish without connect: %s", SPI_result_code_string(SPI_finish()));
	begin();
	say("in a transaction %d, snapshot %d, context %s", IsTransactionState(), ActiveSnapshotSet(),
		 CurrentMemoryContext->name);
	say("user %s, superuser %d, database %d, role %d, schema %d",
		 GetUserNameFromId(GetUserId(), false), superuser(),
		 get_database_oid("postgres", false) == MyDatabaseId,
		 get_role_oid("postgres", false) == GetUserId(), get_namespace_oid("none", true) == InvalidOid);
	run("CREATE TABLE things (id int PRIMARY KEY, name text)", false, 0);
	run("INSERT INTO things VALUES (1, 'one'), (2, 'two'), (3, NULL)", false, 0);
	run("SELECT * FROM things ORDER BY id", false, 2);
	run("UPDATE things SET name = 'drei' WHERE id = 3 RETURNING *", false, 0);
	run("DELETE FROM things WHERE id = 2", false, 0);
	run("INSERT INTO things VALUES (4, 'four') RETURNING id", false, 0);
	run("SELECT * INTO copies FROM things", false, 0);
	run("CREATE TABLE others AS SELECT * FROM things", false, 0);
	run("MERGE INTO things t USING copies c ON t.id = c.id WHEN MATCHED THEN UPDATE SET name = 'm'", false, 0);
	run("SHOW server_version_num", false, 0);
	run("SELECT 1; SELECT 2 AS two;", true, 0);
	run("", false, 0);
	run("COMMIT", false, 0);
	run("COPY things FROM stdin", false, 0);
	end();
	say("in a transaction %d, context %s", IsTransactionState(), CurrentMemoryContext->name);
	values();
	arguments();
	fail("SELECT * FROM nothing");
	fail("SELECT 1/0");
	fail("INSERT INTO things VALUES (1, 'again')");
	fail("INSERT INTO things VALUES (9, 'nine'); SELECT 1/0");
	fail("DO $$ BEGIN RAISE EXCEPTION 'own' USING ERRCODE = 'P0042', DETAIL = 'd', HINT = 'h'; END $$");
	begin();
	run("SELECT count(*) FROM things", true, 0);
	say("left open");
	PopActiveSnapshot();
	CommitTransactionCommand();
}
