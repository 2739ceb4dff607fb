/* types: values of many types: what describes them, their bytes, their texts, and what the server
 * makes of them as parameters. */
#define DATABASE_MODULE "types"
#include "database.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"

static const char *const values[] = {
	"true", "NULL::bool", "'x'::\"char\"", "'\\303'::\"char\"", "'name'::name", "repeat('n', 70)::name",
	"(-32768)::int2", "2147483647", "(-9223372036854775808)::int8", "4294967295::oid", "'42'::xid",
	"'18446744073709551615'::xid8", "'7'::cid", "'(4294967295,65535)'::tid", "'1 2 3'::int2vector",
	"'1 2 4294967295'::oidvector", "''::oidvector",
	"1.5::float4", "'NaN'::float4", "'-Infinity'::float8", "(-0.1)::float8", "1e300::float8", "'-0'::float8",
	"0::numeric", "0.00::numeric", "(-12345.6789)::numeric", "'NaN'::numeric", "'Infinity'::numeric",
	"'-Infinity'::numeric", "1e-20::numeric", "1e200::numeric", "12.5::numeric(10,4)", "10000::numeric",
	"0.00001234::numeric", "repeat('1234567890', 100)::numeric", "(repeat('9', 500) || '.' || repeat('7', 500))::numeric",
	"''::text", "'text'", "repeat('long', 100)", "'caf\xc3\xa9'::text", "'var'::varchar(9)", "'ch'::char(4)", "'ch'::bpchar",
	"''::bytea", "'\\x00ff5c'::bytea", "'{\"a\": [1, null]}'::json",
	"'12345678-90ab-cdef-1234-567890abcdef'::uuid",
	"'2024-02-29'::date", "'0044-03-15 BC'::date", "'infinity'::date", "'-infinity'::date", "'5874897-12-31'::date",
	"'12:34:56.789'::time", "'24:00'::time", "'12:34'::time(3)", "'12:34:56.789+05:30'::timetz", "'00:00-15:59:59'::timetz",
	"'2024-02-29 12:34:56.789'::timestamp", "'4713-01-01 00:00 BC'::timestamp", "'infinity'::timestamp",
	"'294276-12-31 23:59:59.999999'::timestamp",
	"'2024-02-29 12:34:56.789+01'::timestamptz", "'2024-07-01 12:00+00'::timestamptz", "'0044-03-15 12:00+00 BC'::timestamptz", "'-infinity'::timestamptz",
	"'1 year 2 mons -3 days 04:05:06.789'::interval", "'-1 year -2 days'::interval", "'0'::interval", "'infinity'::interval",
	"'-00:00:00.000001'::interval", "'1 mon'::interval", "'3 days 01:02:03'::interval",
	"'192.168.0.1'::inet", "'192.168.0.1/24'::inet", "'::1'::inet", "'2001:db8::/32'::cidr", "'10'::cidr", "'::ffff:1.2.3.4'::inet",
	"'08:00:2b:01:02:03'::macaddr", "'08:00:2b:01:02:03:04:05'::macaddr8",
	"B'101'", "B'1010101011'::bit(10)", "X'1F'::varbit", "''::varbit", "'16/B374D848'::pg_lsn",
	"'null'::jsonb", "'{}'::jsonb", "'[]'::jsonb", "'\"text\"'::jsonb", "'12.50'::jsonb",
	"'{\"b\": [1, 2.5, {\"c\": null}], \"a\": true, \"long key\": \"value\", \"a\": false}'::jsonb",
	"(SELECT jsonb_object_agg('k' || i, i) FROM generate_series(1, 100) i)",
	"(SELECT jsonb_agg(CASE WHEN i % 3 = 0 THEN to_jsonb(i) ELSE to_jsonb('s' || i) END) FROM generate_series(1, 70) i)",
	"1234.56::money", "(-0.01)::money",
	"'pg_class'::regclass", "'types_table'::regclass", "'now'::regproc", "'sum(int4)'::regprocedure", "0::regclass", "'int4'::regtype",
	"'pg_catalog'::regnamespace", "'postgres'::regrole", "99999999::regclass", "'+(int4,int4)'::regoperator", "'english'::regconfig",
	"'sad'::types_mood", "'<a/>'::xml", "'c'::refcursor", "3::types_domain::int4", "NULL", "'unknown'",
	"'{}'::int4[]", "'{1,NULL,3}'::int4[]", "'{{1,2},{3,4}}'::int8[]", "'[0:1]={5,6}'::int2[]", "'{a,NULL,\"b c\",\"\"}'::text[]",
	"'[-1:0][2:2]={{x},{y}}'::varchar[]", "'{1.5,NaN}'::numeric[]", "'{t,f}'::bool[]", "'{n1,n2}'::name[]",
	"'{2024-02-29,infinity}'::date[]", "'{2024-02-29 12:00+00}'::timestamptz[]", "'{1 day,02:03:04}'::interval[]",
	"'{\"\\\\x01\",\"\\\\x\"}'::bytea[]", "'{1.5,-0.1}'::float8[]", "'{12:34:56+01}'::timetz[]",
	"'{\"{\\\"a\\\": 1}\",\"[1]\"}'::jsonb[]", "'{happy,sad}'::types_mood[]", "'{pg_class,pg_type}'::regclass[]",
	"'{12345678-90ab-cdef-1234-567890abcdef}'::uuid[]", "'{10.0.0.1,::1}'::inet[]", "'{1,2}'::oid[]", "'{a,b}'::\"char\"[]",
	"'{101,1}'::bit varying[]", "'{08:00:2b:01:02:03,08:00:2b:01:02:04}'::macaddr[]",
};

/* What is there in texts only: its bytes are not looked at. */
static const char *const foreign[] = {
	"'(1,2)'::point", "'[1,5)'::int4range", "'a b'::tsvector", "ROW(1, 'x')", "'((1,2),(3,4))'::box", "'$.a'::jsonpath",
	"types_row FROM (SELECT 1 AS id, 'x'::text AS name) types_row",
	"'{\"(1,2)\"}'::point[]", "pg_current_snapshot() IS NOT NULL", "'[1,2]'::types_weight",
};

static void
execute(const char *query)
{
	begin();
	SPI_execute(query, false, 0);
	end();
}

static char *
bytes_of(Datum value, Form_pg_attribute column)
{
	const char *at = (const char *) DatumGetPointer(value);
	int			length = column->attlen;

	if (column->attbyval)
		return psprintf("%llx", (unsigned long long) value);
	if (length == -1)
		length = (int) VARSIZE_ANY(at);
	else if (length == -2)
		length = (int) strlen(at) + 1;
	return hex(at, length);
}

/* The number of a type that has the same in each cluster, else its name. */
static const char *
type_of(TupleDesc tupdesc, int column)
{
	Oid			number = SPI_gettypeid(tupdesc, column);

	return number < 10000 ? psprintf("%u", number) : SPI_gettype(tupdesc, column);
}

static void
describe(const char *query, TupleDesc tupdesc)
{
	Form_pg_attribute column = TupleDescAttr(tupdesc, 0);

	say("%.60s: type %s, len %d, by value %d, align %c, storage %c, modifier %d, number %d",
		 query, type_of(tupdesc, 1), column->attlen, column->attbyval, column->attalign, column->attstorage,
		 column->atttypmod, column->attnum);
}

/* With a second column that is found behind the first. */
static void
look(const char *query)
{
	TupleDesc	tupdesc;
	HeapTuple	tuple;
	Form_pg_attribute column;
	Datum		value;
	Datum		second;
	bool		isnull;
	Oid			type;
	char	   *shown;

	begin();
	SPI_execute(psprintf("SELECT %s, 'behind'::text, 7", query), true, 0);
	tupdesc = SPI_tuptable->tupdesc;
	tuple = SPI_tuptable->vals[0];
	column = TupleDescAttr(tupdesc, 0);
	describe(query, tupdesc);
	value = SPI_getbinval(tuple, tupdesc, 1, &isnull);
	if (isnull)
		say("  null");
	else if (strstr(query, "types_") || strstr(query, "regconfig") || column->atttypid >= 10000)
		say("  a number of its own");
	else
		say("  bytes %s", bytes_of(value, column));
	shown = SPI_getvalue(tuple, tupdesc, 1);
	say("  text %s", shown ? shown : "null");
	second = SPI_getbinval(tuple, tupdesc, 2, &isnull);
	say("  behind it %s, %d", TextDatumGetCString(second),
		 DatumGetInt32(heap_getattr(tuple, 3, tupdesc, &isnull)));
	type = SPI_gettypeid(tupdesc, 1);
	if (shown && type != MONEYOID)
	{
		SPI_execute_with_args("SELECT $1::text, pg_typeof($1)::text", 1, &type, &value, NULL, true, 0);
		say("  as a parameter %s of %s", SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1),
			 SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 2));
	}
	end();
}

static void
look_at_text(const char *query)
{
	begin();
	SPI_execute(psprintf("SELECT %s", query), true, 0);
	describe(query, SPI_tuptable->tupdesc);
	say("  text %s", SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1));
	end();
}

static void
refuse(const char *query)
{
	MemoryContext before = CurrentMemoryContext;
	bool		isnull;

	begin();
	PG_TRY();
	{
		SPI_execute(psprintf("SELECT %s", query), true, 0);
		SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &isnull);
		end();
	}
	PG_CATCH();
	{
		ErrorData  *error;

		MemoryContextSwitchTo(before);
		error = CopyErrorData();
		FlushErrorState();
		AbortCurrentTransaction();
		elog(LOG, "types refusal: %s %s", unpack_sql_state(error->sqlerrcode), error->message);
	}
	PG_END_TRY();
}

static void
look_at_all(const char *settings)
{
	int			i;

	say("with %s", settings);
	execute(settings);
	for (i = 0; i < (int) lengthof(values); i++)
		look(values[i]);
	for (i = 0; i < (int) lengthof(foreign); i++)
		look_at_text(foreign[i]);
}

static void
facts(void)
{
	execute("SET TimeZone = 'UTC'; CREATE TYPE types_mood AS ENUM ('happy', 'sad'); CREATE TABLE types_table (id int);"
			" CREATE DOMAIN types_domain AS int4; CREATE TYPE types_weight AS RANGE (subtype = float8);");
	look_at_all("SET DateStyle = 'ISO, MDY'");
	look_at_all("SET DateStyle = 'SQL, DMY'; SET IntervalStyle = 'sql_standard'; SET TimeZone = 'Europe/Berlin'; SET bytea_output = 'escape'");
	look_at_all("SET DateStyle = 'Postgres, MDY'; SET IntervalStyle = 'postgres_verbose'; SET extra_float_digits = 3");
	look_at_all("SET DateStyle = 'German'; SET IntervalStyle = 'iso_8601'; SET TimeZone = 'America/New_York'");
	refuse("'(1,2)'::point");
	refuse("ROW(1)");
}
