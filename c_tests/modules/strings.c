/*
 * strings: what strings that grow do, each step a fact; all of it holds in PostgreSQL as well.
 */
#include "caught.h"
#include "lib/stringinfo.h"

PGDLLEXPORT void strings_main(Datum arg);

static void pg_attribute_printf(2, 3)
append(StringInfo str, const char *fmt,...)
{
	for (;;)
	{
		int			needed;
		va_list		args;

		va_start(args, fmt);
		needed = appendStringInfoVA(str, fmt, args);
		va_end(args);
		if (needed == 0)
			break;
		emit("needs %d", needed);
		enlargeStringInfo(str, needed);
	}
}

static void
show(const char *what, StringInfo str)
{
	emit("%s: %d/%d@%d [%.60s] %d", what, str->len, str->maxlen, str->cursor, str->data,
		 str->data[str->len]);
}

static void
appending(void)
{
	StringInfo	made = makeStringInfo();
	StringInfoData str;
	StringInfoData view;

	show("made", made);
	appendStringInfo(made, "%s is %d", "one", 1);
	show("formatted", made);
	errno = EACCES;
	appendStringInfo(made, ": %m, %0*d", 2000, 5);
	emit("grown %d/%d errno %s", made->len, made->maxlen, strstr(made->data, "Perm") ? "kept" : "lost");
	made->cursor = 3;
	resetStringInfo(made);
	show("reset", made);
	destroyStringInfo(made);

	initStringInfo(&str);
	appendStringInfoString(&str, "text");
	appendStringInfoChar(&str, '!');
	appendStringInfoCharMacro(&str, '?');
	appendStringInfoSpaces(&str, 3);
	appendStringInfoSpaces(&str, 0);
	appendStringInfoSpaces(&str, -1);
	appendStringInfoString(&str, "");
	show("pieces", &str);
	appendBinaryStringInfo(&str, "a\0b", 3);
	emit("binary %d %d %c", str.len, str.data[str.len - 2], str.data[str.len - 1]);
	str.data[str.len + 2] = 'x';
	appendBinaryStringInfoNT(&str, "cd", 2);
	emit("not terminated %d %c", str.len, str.data[str.len]);
	resetStringInfo(&str);
	for (int i = 0; i < 1000; i++)
		appendStringInfoCharMacro(&str, 'a' + i % 26);
	append(&str, "%s", "fits");
	append(&str, "%s", "little room is left");
	append(&str, "%0900d", 0);
	emit("macro %d/%d %.10s", str.len, str.maxlen, str.data + 995);
	for (int i = 0; i < 100000; i++)
		appendStringInfo(&str, "%d,", i);
	emit("many %d/%d %s", str.len, str.maxlen, str.data + str.len - 12);

	initReadOnlyStringInfo(&view, str.data, 4);
	emit("view %d/%d", view.len, view.maxlen);
	initStringInfoFromString(&view, pstrdup("own"), 3);
	show("own", &view);
	appendStringInfoString(&view, " and more");
	show("own", &view);
}

static void
limits(void)
{
	StringInfoData str;

	initStringInfo(&str);
	caught("negative", enlargeStringInfo(&str, -1));
	caught("negative length", appendBinaryStringInfo(&str, "", -5));
	caught("too long", enlargeStringInfo(&str, MaxAllocSize));
	caught("just too long", enlargeStringInfo(&str, MaxAllocSize - 1 + 1));
	str.len = 1000;
	caught("by its length", enlargeStringInfo(&str, MaxAllocSize - 1000));
	show("as before", (str.data[1000] = 0, memset(str.data, '.', 1000), &str));
	str.len = 0;
	enlargeStringInfo(&str, 1024);
	emit("doubled %d", str.maxlen);
	enlargeStringInfo(&str, 2047);
	emit("fits %d", str.maxlen);
	enlargeStringInfo(&str, 10000);
	emit("as needed %d", str.maxlen);
	enlargeStringInfo(&str, 600 * 1024 * 1024);
	emit("at most %d", str.maxlen);
}

void
strings_main(Datum arg)
{
	MemoryContext context = AllocSetContextCreate(TopMemoryContext, "strings",
												  ALLOCSET_DEFAULT_SIZES);

	probe_begin();
	MemoryContextSwitchTo(context);
	appending();
	limits();
	MemoryContextSwitchTo(TopMemoryContext);
	MemoryContextDelete(context);
	emit("done");
}

void
_PG_init(void)
{
	probe_settings("strings");
	probe_static("strings", "strings_main");
}
