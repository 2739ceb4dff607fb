/* records: rows as values, rows from texts, and rows that outlive SPI_finish. */
#define DATABASE_MODULE "records"
#include "database.h"

#include "access/htup_details.h"
#include "access/tupdesc.h"
#include "catalog/pg_type.h"
#include "executor/executor.h"
#include "funcapi.h"
#include "utils/typcache.h"

static TupleDesc
describe(const char *second)
{
	TupleDesc	desc = CreateTemplateTupleDesc(3);

	TupleDescInitEntry(desc, 1, "id", INT4OID, -1, 0);
	TupleDescInitEntry(desc, 2, second, VARCHAROID, 3 + VARHDRSZ, 0);
	TupleDescInitEntry(desc, 3, "at", TIMESTAMPTZOID, -1, 0);
	return desc;
}

static void
attributes(HeapTupleHeader row)
{
	bool		isnull;
	Datum		value;

	value = GetAttributeByName(row, "name", &isnull);
	say("name: %s", isnull ? "null" : TextDatumGetCString(value));
	value = GetAttributeByNum(row, 1, &isnull);
	say("first: %d, null %d", DatumGetInt32(value), isnull);
	caught("a column of none", GetAttributeByName(row, "nothing", &isnull));
	caught("a number of none", GetAttributeByNum(row, 0, &isnull));
	GetAttributeByName(NULL, "name", &isnull);
	say("of nothing: null %d", isnull);
}

static void
facts(void)
{
	TupleDesc	desc;
	TupleDesc	found;
	AttInMetadata *metadata;
	HeapTuple	tuple;
	HeapTuple	kept;
	HeapTupleHeader returned;
	Datum		value;
	char	   *values[3] = {"7", "abc", "2024-02-29 12:00+00"};
	char	   *nulls[3] = {NULL, "", NULL};
	char	   *wrong[3] = {"x", "abc", NULL};
	char	   *longer[3] = {"1", "abcd", NULL};
	bool		isnull;
	Oid			table;

	begin();
	SPI_execute("CREATE TABLE records_table (id int, name varchar(3), gone int); ALTER TABLE records_table DROP COLUMN gone", false, 0);
	desc = describe("name");
	say("before: %u %d", desc->tdtypeid, desc->tdtypmod);
	metadata = TupleDescGetAttInMetadata(desc);
	say("blessed: %u, %d, the same %d", desc->tdtypeid, desc->tdtypmod >= 0, metadata->tupdesc == desc);
	say("metadata: %u %u %u, %d", metadata->attinfuncs[0].fn_oid, metadata->attinfuncs[1].fn_oid, metadata->attioparams[2],
		metadata->atttypmods[1]);
	tuple = BuildTupleFromCStrings(metadata, values);
	say("built: %s", SPI_getvalue(tuple, desc, 1));
	say("built: %s %s", SPI_getvalue(tuple, desc, 2), SPI_getvalue(tuple, desc, 3));
	value = HeapTupleGetDatum(tuple);
	attributes((HeapTupleHeader) PG_DETOAST_DATUM(value));
	tuple = BuildTupleFromCStrings(metadata, nulls);
	say("nulls: %d %d %d", heap_attisnull(tuple, 1, desc), heap_attisnull(tuple, 2, desc), heap_attisnull(tuple, 3, desc));
	caught("no number", BuildTupleFromCStrings(metadata, wrong));
	caught("too long", BuildTupleFromCStrings(metadata, longer));
	found = BlessTupleDesc(describe("name"));
	say("like it: %d", found->tdtypmod == desc->tdtypmod);
	found = BlessTupleDesc(describe("other"));
	say("not like it: %d", found->tdtypmod != desc->tdtypmod);
	found = lookup_rowtype_tupdesc_copy(RECORDOID, desc->tdtypmod);
	say("found: %d columns, %s, equal %d", found->natts, SPI_fname(found, 2), equalRowTypes(found, desc));
	caught("not registered", lookup_rowtype_tupdesc(RECORDOID, 12345));
	caught("no rows", lookup_rowtype_tupdesc(INT4OID, -1));
	SPI_execute("SELECT 'records_table'::regtype::oid", true, 0);
	table = DatumGetObjectId(SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &isnull));
	found = lookup_rowtype_tupdesc_copy(table, -1);
	say("table: %d columns, %s %s, modifier %d", found->natts, SPI_fname(found, 1), SPI_gettype(found, 2), TupleDescAttr(found, 1)->atttypmod);
	SPI_execute("SELECT 1 AS id, 'one' AS name, '2024-02-29 12:00+00'::timestamptz AS at", true, 0);
	kept = SPI_copytuple(SPI_tuptable->vals[0]);
	desc = SPI_tuptable->tupdesc;
	returned = SPI_returntuple(SPI_tuptable->vals[0], desc);
	say("returned: type %u, %d, %s", HeapTupleHeaderGetTypeId(returned), HeapTupleHeaderGetTypMod(returned) >= 0,
		hex((char *) returned + returned->t_hoff, 8));
	attributes(returned);
	value = SPI_datumTransfer(CStringGetTextDatum("kept"), false, -1);
	say("no copy of none: %d", SPI_copytuple(NULL) == NULL);
	say("no copy of none: %d", SPI_result);
	SPI_finish();
	say("after the end: %s, %s", hex((char *) kept->t_data + kept->t_data->t_hoff, 8), TextDatumGetCString(value));
	say("not connected: %d", SPI_copytuple(kept) == NULL);
	say("not connected: %d", SPI_result);
	SPI_freetuple(kept);
	PopActiveSnapshot();
	CommitTransactionCommand();
}
