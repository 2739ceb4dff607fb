/*
 * names: workers with unusual names, registered by _PG_init ("static") or by a worker ("dynamic").
 * Each says what it was registered as and what ps shows of it.
 */
#include "probe.h"

#define ODD "a\tb\nc\033d\177e\303\251f"

PGDLLEXPORT void names_main(Datum arg);
PGDLLEXPORT void names_told(Datum arg);

static const struct
{
	const char *key;
	const char *name;
	const char *type;
}			cases[] = {
	{"typeless", "typeless", ""},
	{"nameless", "", ""},
	{"odd", ODD, ODD},
	{"long", NULL, NULL},
};

static BackgroundWorker
worker_of(int i)
{
	BackgroundWorker worker = probe_worker("", "names_told");

	snprintf(worker.bgw_extra, BGW_EXTRALEN, "%s", cases[i].key);
	if (cases[i].name)
	{
		snprintf(worker.bgw_name, BGW_MAXLEN, "%s", cases[i].name);
		snprintf(worker.bgw_type, BGW_MAXLEN, "%s", cases[i].type);
	}
	else
	{
		/* No NUL. */
		memset(worker.bgw_name, 'n', BGW_MAXLEN);
		memset(worker.bgw_type, 't', BGW_MAXLEN);
	}
	return worker;
}

/* Prints bytes that are not plain as octal escapes. */
static const char *
escaped(char *to, const char *from, size_t room)
{
	char	   *at = to;

	for (; *from && at + 5 < to + room; from++)
		if (*from >= ' ' && *from < 127)
			*at++ = *from;
		else
			at += sprintf(at, "\\%03o", (unsigned char) *from);
	*at = '\0';
	return to;
}

void
names_told(Datum arg)
{
	char		name[512];
	char		type[512];
	char		title[512] = "";
	char		shown[512];
	int			fd = open("/proc/self/cmdline", O_RDONLY);

	if (fd < 0 || read(fd, title, sizeof(title) - 1) <= 0)
		ereport(LOG, (errmsg("no title: %m")));
	close(fd);
	emit("%s name=%s", MyBgworkerEntry->bgw_extra,
		 escaped(name, MyBgworkerEntry->bgw_name, sizeof(name)));
	emit("%s type=%s", MyBgworkerEntry->bgw_extra,
		 escaped(type, MyBgworkerEntry->bgw_type, sizeof(type)));
	emit("%s title=%s", MyBgworkerEntry->bgw_extra, escaped(shown, title, sizeof(shown)));
	emit("%s told", MyBgworkerEntry->bgw_extra);
}

void
names_main(Datum arg)
{
	probe_begin();
	for (int i = 0; i < (int) lengthof(cases); i++)
	{
		BackgroundWorker worker = worker_of(i);

		if (!RegisterDynamicBackgroundWorker(&worker, NULL))
			emit("no room");
	}
	probe_idle();
}

void
_PG_init(void)
{
	probe_settings("names");
	if (probe_is("dynamic"))
		probe_static("driver", "names_main");
	else
		for (int i = 0; i < (int) lengthof(cases); i++)
		{
			BackgroundWorker worker = worker_of(i);

			RegisterBackgroundWorker(&worker);
		}
}
