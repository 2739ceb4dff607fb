/*
 * splits: how utils/varlena.h splits strings, a fact for each question. The facts are the same in PostgreSQL
 * (c_tests/facts/splits.txt).
 */
#include "probe.h"

#include "nodes/pg_list.h"
#include "utils/varlena.h"

PGDLLEXPORT void splits_main(Datum arg);

#define LONG_NAME "A_name_that_is_longer_than_sixty_three_bytes_and_therefore_cut_off_at_the_end"

static const char *const strings[] = {
	"", "  ", "a", "A", " a , B ,c ", "a,", ",a", "a,,b", "a b", "a b , c", "\"A b\"", "\"a\"\"b\" , \"\"", "\"\"",
	"\"a", "\"a\"b", "a\"b\"", "\"a,b\",c", "\t\na\v,\fb\r", "a;b", LONG_NAME ",x", "\"" LONG_NAME "\"",
	"/a/../b/, ./c//d , \"/e f/.\"", "\303\204,\303\244", "a, ", "\"\"\"\"", "\"\"\"", ","
};

static void
show(const char *what, bool (*split) (char *, char, List **), const char *string)
{
	char		raw[200];
	List	   *list = NULL;
	bool		is_list;

	strcpy(raw, string);
	is_list = split(raw, ',', &list);
	emit("%s [%s]: %d, %d members", what, string[0] == '\t' ? "blanks" : string, is_list,
		 list ? list->length : 0);
	for (int i = 0; list && i < list->length; i++)
		emit("member \"%s\"", (char *) list->elements[i].ptr_value);
}

void
splits_main(Datum arg)
{
	probe_begin();
	for (int i = 0; i < lengthof(strings); i++)
	{
		show("names", SplitIdentifierString, strings[i]);
		show("values", SplitGUCList, strings[i]);
		show("paths", SplitDirectoriesString, strings[i]);
	}
	emit("done");
	probe_idle();
}

void
_PG_init(void)
{
	probe_settings("splits");
	probe_static("splits", "splits_main");
}
