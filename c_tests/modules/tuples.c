/* tuples: rows made of values, taken apart and changed. */
#define DATABASE_MODULE "tuples"
#include "database.h"

#include "access/htup_details.h"
#include "access/sysattr.h"
#include "access/tupdesc.h"
#include "catalog/pg_type.h"

static void
show(const char *what, HeapTuple tuple)
{
	say("%s: %u bytes, table %u, %s", what, tuple->t_len, tuple->t_tableOid,
		 hex(tuple->t_data, tuple->t_len));
}

static void
show_values(const char *what, HeapTuple tuple, TupleDesc desc)
{
	Datum		values[16];
	bool		nulls[16];
	int			i;

	heap_deform_tuple(tuple, desc, values, nulls);
	for (i = 0; i < desc->natts; i++)
	{
		char	   *shown = SPI_getvalue(tuple, desc, i + 1);

		say("%s: %s is %s, null %d %d", what, SPI_fname(desc, i + 1), shown ? shown : "null",
			 nulls[i], heap_attisnull(tuple, i + 1, desc));
	}
	if (!nulls[0])
		say("%s: %d", what, DatumGetInt32(values[0]));
	if (!nulls[1])
		say("%s: %s", what, TextDatumGetCString(values[1]));
}

static void
wrong_type(TupleDesc desc)
{
	TupleDescInitEntry(desc, 1, "x", 1234567, -1, 0);
}

static void
wrong_builtin(TupleDesc desc)
{
	TupleDescInitBuiltinEntry(desc, 1, "x", NUMERICOID, -1, 0);
}

static void
wrong_column(TupleDesc desc)
{
	Datum		values[4] = {0};
	bool		nulls[4] = {true, true, true, true};
	int			column = 9;
	HeapTuple	tuple = heap_form_tuple(desc, values, nulls);

	heap_modify_tuple_by_cols(tuple, desc, 1, &column, values, nulls);
}

static void
wrong_sysattr(TupleDesc desc)
{
	Datum		values[4] = {0};
	bool		nulls[4] = {true, true, true, true};
	bool		isnull;

	heap_getsysattr(heap_form_tuple(desc, values, nulls), -9, desc, &isnull);
}

static void
show_column(Form_pg_attribute column)
{
	say("column %s %d of %u, type %u %d, len %d, offset %d, dims %d, %d%c%c, %d%d%d%d%d%d, %d %d %d, parents %d, collation %u",
		 NameStr(column->attname), column->attnum, column->attrelid, column->atttypid, column->atttypmod, column->attlen,
		 column->attcacheoff, column->attndims, column->attbyval, column->attalign, column->attstorage,
		 column->attnotnull, column->atthasdef, column->atthasmissing, column->attisdropped, column->attislocal,
		 column->attcompression, column->attidentity, column->attgenerated, 0, column->attinhcount, column->attcollation);
}

static TupleDesc
describe(void)
{
	TupleDesc	desc = CreateTemplateTupleDesc(4);

	TupleDescInitEntry(desc, 1, "id", INT4OID, -1, 0);
	TupleDescInitEntry(desc, 2, "name", TEXTOID, -1, 0);
	TupleDescInitBuiltinEntry(desc, 3, "big", INT8OID, -1, 0);
	TupleDescInitEntry(desc, 4, "many", NUMERICARRAYOID, -1, 1);
	return desc;
}

static void
forms(void)
{
	TupleDesc	desc = describe();
	TupleDesc	copy;
	Datum		values[4];
	bool		nulls[4] = {false, false, false, true};
	bool		replace[4] = {false, true, false, false};
	int			columns[2] = {3, 1};
	HeapTuple	tuple;
	HeapTuple	other;
	HeapTupleData described;
	MinimalTuple minimal;
	Datum		value;
	bool		isnull;
	uint16		infomask = 0x0100;
	bits8		bit[8] = {0};
	char	   *room;
	Size		size;

	say("description of %d, type %u, %d, %d", desc->natts, desc->tdtypeid, desc->tdtypmod, desc->tdrefcount);
	for (int i = 0; i < desc->natts; i++)
		show_column(TupleDescAttr(desc, i));
	values[0] = Int32GetDatum(-7);
	values[1] = CStringGetTextDatum("a name");
	values[2] = Int64GetDatum(1234567890123);
	values[3] = (Datum) 0;
	tuple = heap_form_tuple(desc, values, nulls);
	show("formed", tuple);
	show_values("formed", tuple, desc);
	values[1] = CStringGetTextDatum(psprintf("%0200d", 7));
	nulls[3] = false;
	SPI_execute("SELECT '{1.5,NULL}'::numeric[]", true, 0);
	values[3] = SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &isnull);
	other = heap_form_tuple(desc, values, nulls);
	show("without nulls", other);
	show_values("without nulls", other, desc);
	size = heap_compute_data_size(desc, values, nulls);
	room = palloc0(size);
	heap_fill_tuple(desc, values, nulls, room, size, &infomask, NULL);
	say("filled %zu, %x, %s", size, infomask, hex(room, size));
	nulls[1] = true;
	size = heap_compute_data_size(desc, values, nulls);
	memset(room, 0, size);
	heap_fill_tuple(desc, values, nulls, room, size, &infomask, bit);
	say("filled %zu, %x, %s, bits %x", size, infomask, hex(room, size), bit[0]);
	show("modified", heap_modify_tuple(other, desc, values, nulls, replace));
	values[0] = Int64GetDatum(5);
	values[1] = Int32GetDatum(6);
	nulls[1] = false;
	show_values("modified by columns", heap_modify_tuple_by_cols(tuple, desc, 2, columns, values, nulls), desc);
	show("copied", heap_copytuple(tuple));
	say("no copy of none %d", heap_copytuple(NULL) == NULL);
	heap_copytuple_with_tuple(tuple, &described);
	show("copied apart", &described);
	value = heap_copy_tuple_as_datum(tuple, desc);
	say("as datum %s", hex(DatumGetPointer(value), tuple->t_len));
	minimal = minimal_tuple_from_heap_tuple(tuple);
	say("minimal %u, %s", minimal->t_len, hex(minimal, minimal->t_len));
	show("back from minimal", heap_tuple_from_minimal_tuple(minimal));
	minimal = heap_copy_minimal_tuple(minimal);
	say("minimal copy %u, %s", minimal->t_len, hex(minimal, minimal->t_len));
	heap_free_minimal_tuple(minimal);
	nulls[3] = true;
	values[0] = Int32GetDatum(1);
	values[1] = CStringGetTextDatum("x");
	minimal = heap_form_minimal_tuple(desc, values, nulls);
	say("minimal formed %u, %s", minimal->t_len, hex(minimal, minimal->t_len));
	value = heap_getsysattr(tuple, TableOidAttributeNumber, desc, &isnull);
	say("table %u, null %d", DatumGetObjectId(value), isnull);
	value = heap_getsysattr(tuple, SelfItemPointerAttributeNumber, desc, &isnull);
	say("itself %d, null %d", DatumGetPointer(value) == (Pointer) &tuple->t_self, heap_attisnull(tuple, -1, desc));
	say("sizes %zu %zu", varsize_any(DatumGetPointer(values[1])), varsize_any("\x07" "ab"));
	heap_freetuple(tuple);
	copy = CreateTupleDescCopy(desc);
	say("equal %d %d", equalTupleDescs(desc, copy), equalRowTypes(desc, copy));
	TupleDescAttr(copy, 0)->attnotnull = true;
	say("equal %d %d", equalTupleDescs(desc, copy), equalRowTypes(desc, copy));
	TupleDescCopyEntry(copy, 4, desc, 1);
	show_column(TupleDescAttr(copy, 3));
	say("equal %d %d", equalTupleDescs(desc, copy), equalRowTypes(desc, copy));
	TupleDescInitEntryCollation(copy, 2, 950);
	say("collation %u", TupleDescAttr(copy, 1)->attcollation);
	TupleDescCopy(copy, desc);
	say("equal %d", equalTupleDescs(desc, copy));
	FreeTupleDesc(copy);
	caught("a column too far", wrong_column(desc));
	caught("a column of none", wrong_sysattr(desc));
	caught("a type of none", wrong_type(desc));
	caught("a type that is not known by heart", wrong_builtin(desc));
}

/* The server's rows keep what belongs to them. */
static void
rows(void)
{
	HeapTuple	tuple;
	HeapTuple	copy;
	TupleDesc	desc;
	Datum		value[1];
	bool		isnull[1] = {false};
	int			column[1] = {1};

	SPI_execute("SELECT 1 AS id, 'one' AS name, '2024-02-29 12:00+00'::timestamptz AS at, NULL::int AS nothing, 'pg_class'::regclass AS of",
				true, 0);
	tuple = SPI_tuptable->vals[0];
	desc = SPI_tuptable->tupdesc;
	show_values("row", tuple, desc);
	copy = heap_copytuple(tuple);
	show_values("copy", copy, desc);
	value[0] = Int32GetDatum(2);
	show_values("modified row", heap_modify_tuple_by_cols(copy, desc, 1, column, value, isnull), desc);
}

static void
facts(void)
{
	begin();
	SPI_execute("SET TimeZone = 'UTC'", false, 0);
	forms();
	rows();
	end();
}
