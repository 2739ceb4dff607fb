/* functions: functions of SQL called by address and by number, with what is known of them. */
#define DATABASE_MODULE "functions"
#include "database.h"

#include "catalog/pg_collation_d.h"
#include "catalog/pg_type.h"
#include "common/hashfn.h"
#include "nodes/miscnodes.h"
#include "utils/fmgrprotos.h"
#include "utils/lsyscache.h"
#include "utils/numeric.h"

static Datum
in(PGFunction function, const char *value, int32 modifier)
{
	return DirectFunctionCall3(function, CStringGetDatum(value), ObjectIdGetDatum(InvalidOid), Int32GetDatum(modifier));
}

static const char *
out(PGFunction function, Datum value)
{
	return DatumGetCString(DirectFunctionCall1(function, value));
}

/* In and out, in the order of fmgrprotos.h. */
static const struct
{
	const char *name;
	PGFunction	in;
	PGFunction	out;
	int32		modifier;
	const char *values[8];
}			both[] =
{
	{"bool", boolin, boolout, -1, {"t", " off ", "yes", "maybe", ""}},
	{"char", charin, charout, -1, {"x", "\\303", "", "abc"}},
	{"name", namein, nameout, -1, {"a name", ""}},
	{"int2", int2in, int2out, -1, {"-32768", " 7 ", "0x10", "32768", "x"}},
	{"int4", int4in, int4out, -1, {"2147483647", "1_000", "2147483648", ""}},
	{"int8", int8in, int8out, -1, {"-9223372036854775808", "9223372036854775808"}},
	{"oid", oidin, oidout, -1, {"4294967295", "-1", "4294967296", "x"}},
	{"xid", xidin, xidout, -1, {"7", "x"}},
	{"cid", cidin, cidout, -1, {"8", "x"}},
	{"xid8", xid8in, xid8out, -1, {"18446744073709551615", "x"}},
	{"tid", tidin, tidout, -1, {"(1,2)", "(4294967295,65535)", "(1)", "(1,65536)"}},
	{"int2vector", int2vectorin, int2vectorout, -1, {"1 2 3", "", "1 x"}},
	{"oidvector", oidvectorin, oidvectorout, -1, {"1 2 3", "x"}},
	{"float4", float4in, float4out, -1, {"1.5", "inf", "1e40", "1e-50", "x"}},
	{"float8", float8in, float8out, -1, {"0.1", "-Infinity", "nan", "1e400", ""}},
	{"numeric", numeric_in, numeric_out, -1, {"1.50", "-1e-5", "Infinity", "0x1F", "1e", "1e200000"}},
	{"numeric(5,2)", numeric_in, numeric_out, (5 << 16 | 2) + 4, {"1.005", "999.994", "999.995", "nan", "inf"}},
	{"numeric(3,-2)", numeric_in, numeric_out, (3 << 16 | (-2 & 0x7ff)) + 4, {"12345", "99949", "99950"}},
	{"numeric(2,4)", numeric_in, numeric_out, (2 << 16 | 4) + 4, {"0.00123", "0.01"}},
	{"text", textin, textout, -1, {"a text", ""}},
	{"varchar(3)", varcharin, varcharout, 7, {"abc", "abc  ", "abcd", "\xc3\xa4\xc3\xb6\xc3\xbc"}},
	{"bpchar(3)", bpcharin, bpcharout, 7, {"a", "abc", "abcd", "\xc3\xa4"}},
	{"bytea", byteain, byteaout, -1, {"\\x00ff", "a\\\\b\\001", "\\x0", "\\9"}},
	{"uuid", uuid_in, uuid_out, -1, {"{12345678-90ab-cdef-1234-567890abcdef}", "1234567890abcdef1234567890abcdef", "1234"}},
	{"date", date_in, date_out, -1, {"2024-02-29", "Feb 29, 2024", "2024-02-30", "infinity", "2024-13-01", "x"}},
	{"time", time_in, time_out, -1, {"12:34:56.789", "1:02 pm", "25:00", "x"}},
	{"time(1)", time_in, time_out, 1, {"12:34:56.789", "12:34:56.749"}},
	{"timetz", timetz_in, timetz_out, -1, {"12:34:56+05:30", "12:34 UTC", "12:34+20"}},
	{"timestamp", timestamp_in, timestamp_out, -1, {"2024-02-29 12:34:56.789", "20240229T123456", "epoch", "2024-02-29 25:00", ""}},
	{"timestamp(0)", timestamp_in, timestamp_out, 0, {"2024-02-29 23:59:59.5", "infinity"}},
	{"timestamptz", timestamptz_in, timestamptz_out, -1, {"2024-02-29 12:34:56+01", "2024-02-29 12:34 Europe/Berlin", "29 Feb 2024 12:00 UTC", "2024-02-29 12:00 Nowhere/City"}},
	{"interval", interval_in, interval_out, -1, {"1 year 2 mons -3 days 04:05:06", "P1DT2H", "1.5 weeks", "x", "1 fortnight"}},
	{"inet", inet_in, inet_out, -1, {"10.0.0.1/8", "::1", "10.1", "1.2.3.256"}},
	{"cidr", cidr_in, cidr_out, -1, {"10", "192.168/16", "10.1.2.3/8", "x"}},
	{"macaddr", macaddr_in, macaddr_out, -1, {"08-00-2b-01-02-03", "08002b010203", "08:00"}},
	{"macaddr8", macaddr8_in, macaddr8_out, -1, {"08:00:2b:01:02:03", "08002b0102030405", "08"}},
	{"bit(4)", bit_in, bit_out, 4, {"1010", "xA", "101"}},
	{"varbit(4)", varbit_in, varbit_out, 4, {"1", "", "10101", "b101"}},
	{"pg_lsn", pg_lsn_in, pg_lsn_out, -1, {"16/B374D848", "0/0", "x"}},
	{"json", json_in, json_out, -1, {"{\"a\" :  1}"}},
	{"jsonb", jsonb_in, jsonb_out, -1, {"{\"b\": 1.50, \"a\": [true, null, \"\\u00e4\"]}", "[]", "1"}},
};

static void
in_and_out(void)
{
	int			i;
	int			j;

	for (i = 0; i < (int) lengthof(both); i++)
		for (j = 0; j < 8 && both[i].values[j]; j++)
			caught(psprintf("%s of %s", both[i].name, both[i].values[j]),
				   say("%s of %s: %s", both[i].name, both[i].values[j],
					   out(both[i].out, in(both[i].in, both[i].values[j], both[i].modifier))));
}

static Datum
number(const char *value)
{
	return in(numeric_in, value, -1);
}

static void
numbers(void)
{
	static const struct
	{
		const char *name;
		PGFunction	function;
	}			all[] = {{"+", numeric_add}, {"-", numeric_sub}, {"*", numeric_mul}, {"/", numeric_div}, {"%", numeric_mod}};
	static const char *const values[] = {"0", "1", "-2.50", "3", "1234567890.0987654321", "1e-20", "99999999999999999999.99", "NaN", "Infinity", "-Infinity", "7e50", "0.0001"};
	int			i;
	int			j;
	int			k;
	bool		error;

	for (i = 0; i < (int) lengthof(values); i++)
	{
		for (j = 0; j < (int) lengthof(values); j++)
		{
			for (k = 0; k < (int) lengthof(all); k++)
				caught(psprintf("%s %s %s", values[i], all[k].name, values[j]),
					   say("%s %s %s = %s", values[i], all[k].name, values[j],
						   out(numeric_out, DirectFunctionCall2(all[k].function, number(values[i]), number(values[j])))));
			say("%s compared with %s: %d %d %d %d", values[i], values[j],
				DatumGetInt32(DirectFunctionCall2(numeric_cmp, number(values[i]), number(values[j]))),
				DatumGetBool(DirectFunctionCall2(numeric_eq, number(values[i]), number(values[j]))),
				DatumGetBool(DirectFunctionCall2(numeric_lt, number(values[i]), number(values[j]))),
				DatumGetBool(DirectFunctionCall2(numeric_ge, number(values[i]), number(values[j]))));
		}
		say("abs %s, - %s", out(numeric_out, DirectFunctionCall1(numeric_abs, number(values[i]))),
			out(numeric_out, DirectFunctionCall1(numeric_uminus, number(values[i]))));
		for (j = -2; j < 5; j += 3)
			say("round %s, trunc %s", out(numeric_out, DirectFunctionCall2(numeric_round, number(values[i]), Int32GetDatum(j))),
				out(numeric_out, DirectFunctionCall2(numeric_trunc, number(values[i]), Int32GetDatum(j))));
		caught("int4", say("int4 %d", DatumGetInt32(DirectFunctionCall1(numeric_int4, number(values[i])))));
		caught("int8", say("int8 " INT64_FORMAT, DatumGetInt64(DirectFunctionCall1(numeric_int8, number(values[i])))));
		caught("int2", say("int2 %d", DatumGetInt16(DirectFunctionCall1(numeric_int2, number(values[i])))));
		say("float8 %s", out(float8out, DirectFunctionCall1(numeric_float8, number(values[i]))));
		say("normalized %s, nan %d, infinite %d", numeric_normalize(DatumGetNumeric(number(values[i]))),
			numeric_is_nan(DatumGetNumeric(number(values[i]))), numeric_is_inf(DatumGetNumeric(number(values[i]))));
	}
	say("int64 %s %s", out(numeric_out, NumericGetDatum(int64_to_numeric(PG_INT64_MIN))), out(numeric_out, NumericGetDatum(int64_div_fast_to_numeric(12345, 3))));
	say("from %s %s %s", out(numeric_out, DirectFunctionCall1(float8_numeric, Float8GetDatum(0.1))),
		out(numeric_out, DirectFunctionCall1(float8_numeric, Float8GetDatum(1e22))), out(numeric_out, DirectFunctionCall1(int4_numeric, Int32GetDatum(-5))));
	numeric_div_opt_error(int64_to_numeric(1), int64_to_numeric(0), &error);
	say("told of an error %d", error);
	say("quotient %s", out(numeric_out, NumericGetDatum(numeric_div_opt_error(int64_to_numeric(1), int64_to_numeric(8), &error))));
	say("told of an error %d", error);
	say("maximum %d %d", numeric_maximum_size((10 << 16 | 2) + 4), numeric_maximum_size(-1));
}

static void
known(void)
{
	FmgrInfo	info;
	FmgrInfo	copy;
	Oid			input;
	Oid			ioparam;
	Oid			output;
	bool		varlena;
	bool		done;
	Datum		value;
	ErrorSaveContext told = {T_ErrorSaveContext, false, true, NULL};

	fmgr_info(42, &info);
	say("int4in: %u, %d arguments, strict %d, set %d", info.fn_oid, info.fn_nargs, info.fn_strict, info.fn_retset);
	say("called: %d", DatumGetInt32(InputFunctionCall(&info, "17", INT4OID, -1)));
	say("called with nothing: %d", DatumGetInt32(InputFunctionCall(&info, NULL, INT4OID, -1)));
	fmgr_info_copy(&copy, &info, CurrentMemoryContext);
	done = InputFunctionCallSafe(&copy, "x", INT4OID, -1, (Node *) &told, &value);
	say("soft: %d, %d: %s", done, told.error_occurred, told.error_data->message);
	told.error_occurred = false;
	done = DirectInputFunctionCallSafe(numeric_in, "1.x", NUMERICOID, -1, (Node *) &told, &value);
	say("direct: %d, %d: %s", done, told.error_occurred, told.error_data->message);
	told.error_occurred = false;
	done = DirectInputFunctionCallSafe(numeric_in, "1.5", NUMERICOID, -1, (Node *) &told, &value);
	say("direct: %d, %d: %s", done, told.error_occurred, out(numeric_out, value));
	getTypeInputInfo(TIMESTAMPTZOID, &input, &ioparam);
	getTypeOutputInfo(TIMESTAMPTZOID, &output, &varlena);
	say("timestamptz: %u %u %u %d", input, ioparam, output, varlena);
	value = OidInputFunctionCall(input, "2024-02-29 12:00+00", ioparam, -1);
	say("by number: %s", OidOutputFunctionCall(output, value));
	getTypeInputInfo(INT4ARRAYOID, &input, &ioparam);
	getTypeOutputInfo(INT4ARRAYOID, &output, &varlena);
	say("int4[]: %u %u %u %d", input, ioparam, output, varlena);
	value = OidInputFunctionCall(input, "{1,NULL,3}", ioparam, -1);
	say("by number: %s", OidOutputFunctionCall(output, value));
	caught("a function of none", fmgr_info(999999, &info));
	say("internal: %u %u", fmgr_internal_function("numeric_add"), fmgr_internal_function("no_such_function"));
}

/* Functions that the server has. */
static void
on_server(void)
{
	FmgrInfo	info;
	Datum		value;
	bool		isnull;
	Oid			number;

	SPI_execute("CREATE FUNCTION public.twice(n int, t text) RETURNS text LANGUAGE sql AS 'SELECT t || $1 * 2'", false, 0);
	SPI_execute("CREATE FUNCTION public.nothing() RETURNS int LANGUAGE sql AS 'SELECT NULL::int'", false, 0);
	SPI_execute("SELECT 'public.twice'::regproc::oid, 'public.nothing'::regproc::oid", true, 0);
	number = DatumGetObjectId(SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &isnull));
	fmgr_info(number, &info);
	say("twice: %d arguments, strict %d, set %d", info.fn_nargs, info.fn_strict, info.fn_retset);
	value = FunctionCall2(&info, Int32GetDatum(21), CStringGetTextDatum("is "));
	say("twice: %s", TextDatumGetCString(value));
	value = OidFunctionCall2(number, Int32GetDatum(4), CStringGetTextDatum("eight? "));
	say("twice: %s", TextDatumGetCString(value));
	number = DatumGetObjectId(SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 2, &isnull));
	caught("nothing", value = OidFunctionCall0(number));
	/* upper(text) */
	value = OidFunctionCall1Coll(871, DEFAULT_COLLATION_OID, CStringGetTextDatum("loud"));
	say("upper: %s", TextDatumGetCString(value));
	/* int4pl */
	say("int4pl: %d", DatumGetInt32(OidFunctionCall2(177, Int32GetDatum(40), Int32GetDatum(2))));
}

static void
small(void)
{
	say("text: %d %d %s", DatumGetBool(DirectFunctionCall2Coll(texteq, DEFAULT_COLLATION_OID, CStringGetTextDatum("a"), CStringGetTextDatum("a"))),
		DatumGetBool(DirectFunctionCall2Coll(textne, C_COLLATION_OID, CStringGetTextDatum("a"), CStringGetTextDatum("a"))),
		TextDatumGetCString(DirectFunctionCall2(textcat, CStringGetTextDatum("a"), CStringGetTextDatum("b"))));
	caught("no collation", DirectFunctionCall2(texteq, CStringGetTextDatum("a"), CStringGetTextDatum("a")));
	say("quoted: %s %s", TextDatumGetCString(DirectFunctionCall1(quote_ident, CStringGetTextDatum("a b"))),
		TextDatumGetCString(DirectFunctionCall1(quote_literal, CStringGetTextDatum("it's \\"))));
	say("numbers: %d %d %d", DatumGetInt32(DirectFunctionCall2(btint4cmp, Int32GetDatum(-1), Int32GetDatum(1))),
		DatumGetBool(DirectFunctionCall2(int8eq, Int64GetDatum(-1), Int64GetDatum(-1))),
		DatumGetBool(DirectFunctionCall2(booleq, BoolGetDatum(true), BoolGetDatum(false))));
}

static void
hashes(void)
{
	const char *const bytes = "a key of some length, and more";
	uint32		number = 77;
	int			i;

	for (i = 0; i <= 30; i += 5)
		say("hash of %d: %u, " UINT64_FORMAT, i, hash_bytes((const unsigned char *) bytes, i),
			hash_bytes_extended((const unsigned char *) bytes, i, i * UINT64CONST(0x100000001)));
	say("numbers: %u, " UINT64_FORMAT, hash_bytes_uint32(number), hash_bytes_uint32_extended(number, 5));
	say("keys: %u %u %u %u", string_hash(bytes, 64), string_hash(bytes, 8), tag_hash(bytes, 16), uint32_hash(&number, 4));
	say("of SQL: %d %d %d %d", DatumGetInt32(DirectFunctionCall1(hashint4, Int32GetDatum(-1))),
		DatumGetInt32(DirectFunctionCall1(hashint8, Int64GetDatum(-5000000000))), DatumGetInt32(DirectFunctionCall1(hashoid, ObjectIdGetDatum(4294967295))),
		DatumGetInt32(DirectFunctionCall1Coll(hashtext, DEFAULT_COLLATION_OID, CStringGetTextDatum("text"))));
	caught("no collation", DirectFunctionCall1(hashtext, CStringGetTextDatum("text")));
	say("name: %d", DatumGetInt32(DirectFunctionCall1(hashname, DirectFunctionCall1(namein, CStringGetDatum("a name")))));
}

static void
facts(void)
{
	begin();
	SPI_execute("SET TimeZone = 'UTC'", false, 0);
	in_and_out();
	numbers();
	known();
	small();
	hashes();
	end();
	begin();
	on_server();
	end();
}
