/* catalogs: what lsyscache.h and its kin say of types, tables, columns and functions. */
#define DATABASE_MODULE "catalogs"
#include "database.h"

#include "catalog/pg_type.h"
#include "utils/lsyscache.h"

static const char *
or_null(const char *name)
{
	return name ? name : "null";
}

static Oid
number(const char *query)
{
	bool		isnull;

	SPI_execute(query, true, 0);
	return DatumGetObjectId(SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &isnull));
}

static void
type(const char *name, Oid oid)
{
	int16		len;
	bool		by_value;
	char		align;
	char		delimiter;
	Oid			ioparam;
	Oid			function;

	get_typlenbyvalalign(oid, &len, &by_value, &align);
	say("%s: len %d, by value %d, align %c, storage %c, kind %c, collation %u, collatable %d", name, len, by_value, align,
		get_typstorage(oid), get_typtype(oid), get_typcollation(oid), type_is_collatable(oid));
	say("%s: enum %d, range %d, multirange %d, row %d, defined %d", name, type_is_enum(oid), type_is_range(oid),
		type_is_multirange(oid), type_is_rowtype(oid), get_typisdefined(oid));
	say("%s: element %d, array %d, promoted %d, base element %d, base %d, len %d %d", name, get_element_type(oid) != 0,
		get_array_type(oid) != 0, get_promoted_array_type(oid) != 0, get_base_element_type(oid) != 0, getBaseType(oid) == oid,
		get_typlen(oid), get_typbyval(oid));
	get_type_io_data(oid, IOFunc_output, &len, &by_value, &align, &delimiter, &ioparam, &function);
	say("%s: delimiter %c, told itself %d, output %u", name, delimiter, ioparam == oid, function);
	getTypeBinaryInputInfo(oid, &function, &ioparam);
	say("%s: receive %u", name, function);
	say("%s: %s, %s", name, format_type_be(oid), or_null(format_type_extended(oid, -1, FORMAT_TYPE_ALLOW_INVALID)));
}

static void
types(void)
{
	Oid			none = 4000000000U;
	Oid			input;
	Oid			ioparam;
	bool		varlena;

	type("int4", INT4OID);
	type("text", TEXTOID);
	type("name", NAMEOID);
	type("int4[]", INT4ARRAYOID);
	type("box", BOXOID);
	type("record", RECORDOID);
	type("int4range", INT4RANGEOID);
	type("mood", number("SELECT 'catalogs_mood'::regtype::oid"));
	type("moods", number("SELECT 'catalogs_mood[]'::regtype::oid"));
	type("domain", number("SELECT 'catalogs_domain'::regtype::oid"));
	type("domain over arrays", number("SELECT 'catalogs_list'::regtype::oid"));
	type("row", number("SELECT 'catalogs_table'::regtype::oid"));
	say("none: %d %d %d %u %u %d", get_typlen(none), get_typtype(none), get_typisdefined(none), get_element_type(none),
		get_array_type(none), type_is_rowtype(none));
	say("base: %u", getBaseType(number("SELECT 'catalogs_domain'::regtype::oid")));
	say("names: %s %s %s", format_type_with_typemod(VARCHAROID, 14), format_type_with_typemod(NUMERICOID, (5 << 16 | 2) + 4),
		format_type_with_typemod(INTERVALOID, -1));
	say("no names: %s %s %s", format_type_extended(0, -1, FORMAT_TYPE_ALLOW_INVALID), format_type_extended(none, -1, FORMAT_TYPE_ALLOW_INVALID),
		or_null(format_type_extended(none, -1, FORMAT_TYPE_INVALID_AS_NULL)));
	caught("a type of none", format_type_be(none));
	caught("input of none", getTypeInputInfo(none, &input, &ioparam));
	caught("output of a shell", getTypeOutputInfo(none, &input, &varlena));
}

static void
tables(void)
{
	Oid			table = number("SELECT 'catalogs_table'::regclass::oid");
	Oid			schema = number("SELECT 'public'::regnamespace::oid");

	say("table: %s, in %d, kind %c, kept %c, type %d, space %u, method %u, partition %d", get_rel_name(table),
		get_rel_namespace(table) == schema, get_rel_relkind(table), get_rel_persistence(table),
		get_rel_type_id(table) == number("SELECT 'catalogs_table'::regtype::oid"), get_rel_tablespace(table), get_rel_relam(table),
		get_rel_relispartition(table));
	say("none: %s, %u, %d", or_null(get_rel_name(1)), get_rel_namespace(1), get_rel_relkind(1));
	say("by name: %d %u", get_relname_relid("catalogs_table", schema) == table, get_relname_relid("nothing", schema));
	say("schema: %s %s %s", get_namespace_name(schema), or_null(get_namespace_name(1)), get_namespace_name_or_temp(schema));
	say("columns: %s %s, %d %d, %u %u", get_attname(table, 2, false), or_null(get_attname(table, 9, true)), get_attnum(table, "name"),
		get_attnum(table, "nothing"), get_atttype(table, 1), get_atttype(table, 9));
	caught("a column of none", get_attname(table, 9, false));
	caught("a table of none", get_rel_persistence(1));
	say("row type: %d", get_typ_typrelid(number("SELECT 'catalogs_table'::regtype::oid")) == table);
}

static void
functions(void)
{
	/* upper(text), int4pl, + of integers */
	say("function: %s, in %u, returns %u, %d arguments, set %d, strict %d, volatile %c, parallel %c, kind %c, leakproof %d, variadic %u",
		get_func_name(871), get_func_namespace(871), get_func_rettype(871), get_func_nargs(871), get_func_retset(871),
		func_strict(871), func_volatile(871), func_parallel(871), get_func_prokind(871), get_func_leakproof(871), get_func_variadictype(871));
	say("none: %s %u", or_null(get_func_name(1)), get_func_namespace(1));
	caught("a function of none", get_func_rettype(1));
	say("operator: %s %u %u %u %u", get_opname(551), get_opcode(551), get_op_rettype(551), get_commutator(551), get_negator(96));
	say("others: %s %s %s", get_collation_name(950), get_language_name(14, false), or_null(get_constraint_name(1)));
	say("ranges: %u %u %u", get_range_subtype(INT4RANGEOID), get_range_multirange(INT4RANGEOID), get_multirange_range(4451));
}

static void
facts(void)
{
	begin();
	SPI_execute("CREATE TYPE catalogs_mood AS ENUM ('happy'); CREATE DOMAIN catalogs_domain AS text;"
				" CREATE DOMAIN catalogs_list AS int[]; CREATE TABLE catalogs_table (id int8, name text)", false, 0);
	end();
	begin();
	types();
	tables();
	functions();
	end();
}
