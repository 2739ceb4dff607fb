/*
 * texts: what the functions of utils/builtins.h and the macros of varatt.h make of texts, names and numbers, a
 * fact for each question. The facts are the same in PostgreSQL (c_tests/facts/texts.txt).
 */
#include "probe.h"

#include "utils/builtins.h"
#include "utils/memutils.h"

PGDLLEXPORT void texts_main(Datum arg);

static const char *const names[] = {
	"a", "_a1", "A", "1a", "a b", "a\"b", "", "select", "abort", "between", "Select", "name", "value",
	"\303\244", "a$", "user", "left", "table", "json_table", "merge_action", "authorization", "xmltable"
};
static const char *const literals[] = {"", "a", "it's", "a\\b", "'", "\\'", "\"", "\303\244\n"};
static const char *const numbers[] = {
	"0", "-0", "+7", " 42 ", "\t-1\n", "32767", "32768", "-32768", "-32769", "2147483647", "2147483648",
	"-2147483648", "-2147483649", "9223372036854775807", "9223372036854775808", "-9223372036854775808",
	"-9223372036854775809", "0x10", "0X1f", "-0x80000000", "0o17", "0b101", "0b2", "0x", "0x_1", "1_000",
	"1__0", "1_", "_1", "0_1", "", " ", "-", "1x", "1 x", "99999999999999999999x", "1.5", "0x7fff_ffff"
};
static const char *const booleans[] = {
	"t", "TRUE", "tru", "trues", "f", "False", "y", "yes", "n", "no", "o", "on", "of", "off", "offf", "1", "0",
	"10", "", " t", "ON"
};

/* Tries something; a fact if it raised an error. */
#define TRY(what, ...) \
	do { \
		PG_TRY(); \
		{ \
			__VA_ARGS__; \
		} \
		PG_CATCH(); \
		{ \
			ErrorData  *error_; \
			MemoryContextSwitchTo(TopMemoryContext); \
			error_ = CopyErrorData(); \
			FlushErrorState(); \
			emit("%s: %s %s", what, unpack_sql_state(error_->sqlerrcode), error_->message); \
		} \
		PG_END_TRY(); \
	} while (0)

static void
show_names(void)
{
	for (int i = 0; i < lengthof(names); i++)
		emit("name: %s %d %s %s", quote_identifier(names[i]), quote_identifier(names[i]) == names[i],
			 quote_qualified_identifier(names[i], "x"), quote_qualified_identifier(NULL, names[i]));
	quote_all_identifiers = true;
	emit("name: %s %s", quote_identifier("a"), quote_qualified_identifier("a", "b"));
	quote_all_identifiers = false;
	for (int i = 0; i < lengthof(literals); i++)
		emit("literal: %s", quote_literal_cstr(literals[i]));
}

static void
show_numbers(void)
{
	char		text[32] = "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx";

	for (int i = 0; i < lengthof(numbers); i++)
	{
		TRY("smallint", emit("smallint: %d", pg_strtoint16(numbers[i])));
		TRY("integer", emit("integer: %d", pg_strtoint32(numbers[i])));
		TRY("bigint", emit("bigint: " INT64_FORMAT, pg_strtoint64(numbers[i])));
	}
	emit("itoa: %d %s", pg_itoa(PG_INT16_MIN, text), text);
	emit("ltoa: %d %s", pg_ltoa(PG_INT32_MIN, text), text);
	emit("lltoa: %d %s", pg_lltoa(PG_INT64_MIN, text), text);
	emit("ultoa: %d %.5s", pg_ultoa_n(123, text), text);
	emit("ulltoa: %d %.22s", pg_ulltoa_n(PG_UINT64_MAX, text), text);
	for (int i = 0; i < lengthof(booleans); i++)
	{
		bool		a = true;
		bool		b = true;
		bool		is_one = parse_bool(booleans[i], &a);

		emit("bool \"%s\": %d %d %d %d", booleans[i], is_one, a,
			 parse_bool_with_len(booleans[i], Min(strlen(booleans[i]), 2), &b), b);
	}
}

static void
show_texts(void)
{
	text	   *value = cstring_to_text("some text");
	text	   *part = cstring_to_text_with_len("some text", 4);
	struct varlena *small = palloc(10);
	struct varlena *copy;
	char		buffer[6] = "xxxxx";

	emit("text: %d %d %s %s", (int) VARSIZE(value), (int) VARSIZE_ANY_EXHDR(part), text_to_cstring(value),
		 TextDatumGetCString(PointerGetDatum(part)));
	text_to_cstring_buffer(value, buffer, sizeof(buffer));
	emit("buffer: %s", buffer);
	text_to_cstring_buffer(part, buffer, sizeof(buffer));
	emit("buffer: %s", buffer);
	SET_VARSIZE_SHORT(small, 4);
	memcpy(VARDATA_SHORT(small), "abc", 3);
	emit("short: %d %d %d %s %.3s", VARATT_IS_SHORT(small), (int) VARSIZE_ANY(small),
		 (int) VARSIZE_ANY_EXHDR(small), text_to_cstring((text *) small), VARDATA_ANY(small));
	copy = pg_detoast_datum(small);
	emit("long: %d %d %.3s", copy != small, (int) VARSIZE(copy), VARDATA(copy));
	emit("same: %d %d %d", pg_detoast_datum(copy) == copy, pg_detoast_datum_packed(small) == small,
		 pg_detoast_datum_packed(copy) == copy);
	copy = pg_detoast_datum_copy((struct varlena *) value);
	emit("copy: %d %d %.9s", copy != (struct varlena *) value, (int) VARSIZE(copy), VARDATA(copy));
}

static void
show_fixed_names(void)
{
	NameData	name;
	char		zeros[NAMEDATALEN] = "";

	memset(&name, 'x', sizeof(name));
	namestrcpy(&name, "short");
	emit("name: %s %d", NameStr(name), memcmp(NameStr(name) + 5, zeros, NAMEDATALEN - 5));
	emit("compared: %d %d %d %d %d", namestrcmp(&name, "short"), namestrcmp(&name, "shorter") < 0,
		 namestrcmp(NULL, "a"), namestrcmp(&name, NULL), namestrcmp(NULL, NULL));
	namestrcpy(&name, "a name that is longer than sixty-three bytes and therefore cut off at the end");
	emit("name: %s", NameStr(name));
}

void
texts_main(Datum arg)
{
	probe_begin();
	show_names();
	show_numbers();
	show_texts();
	show_fixed_names();
	emit("done");
	probe_idle();
}

void
_PG_init(void)
{
	probe_settings("texts");
	probe_static("texts", "texts_main");
}
