/*
 * levels: settings that are set for a while, tried, reset and read; each step is a fact, and all of
 * them are the same in PostgreSQL.
 */
#include "caught.h"

#include "miscadmin.h"
#include "utils/backend_status.h"
#include "utils/guc.h"
#include "utils/memutils.h"

PGDLLEXPORT void levels_main(Datum arg);

static int	number;
static bool flag;
static double real;
static char *word;
static int	fixed;
static int	inner;
static char folder[MAXPGPATH];

static bool
check_number(int *newval, void **extra, GucSource source)
{
	int		   *left;

	if (*newval == 13)
	{
		GUC_check_errdetail("It is unlucky.");
		return false;
	}
	left = guc_malloc(ERROR, sizeof(int));
	*left = *newval * 2;
	*extra = left;
	return true;
}

static void
assign_number(int newval, void *extra)
{
	if (probe_output && probe_output[0])
		emit("  assigned %d %d", newval, *(int *) extra);
}

static void
show(const char *what)
{
	emit("%s: %d %d %g %s, reset to %s %s", what, number, flag, real, word ? word : "(null)",
		 GetConfigOptionResetString("levels.number"), GetConfigOptionResetString("levels.word"));
}

static int
set(const char *name, const char *value, GucAction action)
{
	return set_config_option(name, value, PGC_USERSET, PGC_S_SESSION, action, true, ERROR, false);
}

/* What is set at a level, and how the level ends. */
static void
levels(void)
{
	int			one;
	int			two;
	int			three;

	emit("outside %d", set("levels.number", "2", GUC_ACTION_SET));
	AtStart_GUC();
	one = NewGUCNestLevel();
	emit("level %d", one);
	emit("save %d", set("levels.number", "3", GUC_ACTION_SAVE));
	emit("save %d", set("levels.word", "saved", GUC_ACTION_SAVE));
	show("saved");
	AtEOXact_GUC(true, one);
	show("back");

	one = NewGUCNestLevel();
	set("levels.number", "4", GUC_ACTION_SET);
	set("levels.word", "kept", GUC_ACTION_SET);
	set("levels.flag", "on", GUC_ACTION_LOCAL);
	set("levels.real", "2.5", GUC_ACTION_SET);
	set("levels.real", "3.5", GUC_ACTION_LOCAL);
	show("within");
	AtEOXact_GUC(true, one);
	show("passed up");
	AtEOXact_GUC(true, 1);
	show("transaction ended");

	AtStart_GUC();
	set("levels.number", "5", GUC_ACTION_LOCAL);
	two = NewGUCNestLevel();
	set("levels.number", "6", GUC_ACTION_SET);
	three = NewGUCNestLevel();
	emit("levels %d %d", two, three);
	set("levels.number", "7", GUC_ACTION_LOCAL);
	set("levels.real", "9", GUC_ACTION_LOCAL);
	AtEOXact_GUC(true, three);
	show("third ended");
	AtEOXact_GUC(true, two);
	show("second ended");
	AtEOXact_GUC(true, 1);
	show("all ended");

	AtStart_GUC();
	set("levels.number", "8", GUC_ACTION_SET);
	two = NewGUCNestLevel();
	(void) NewGUCNestLevel();
	set("levels.number", "9", GUC_ACTION_SET);
	set("levels.word", "lost", GUC_ACTION_SET);
	AtEOXact_GUC(false, two);
	show("rolled back to 1");
	AtEOXact_GUC(false, 1);
	show("rolled back");

	AtStart_GUC();
	emit("new default %d", set_config_option("levels.number", "20", PGC_SIGHUP, PGC_S_FILE,
											 GUC_ACTION_SET, true, ERROR, true));
	show("new default");
	AtEOXact_GUC(true, 1);
}

/* Setting, trying, refusing. */
static void
setting(void)
{
	emit("weaker %d", set_config_option("levels.number", "21", PGC_SIGHUP, PGC_S_FILE,
										GUC_ACTION_SET, true, ERROR, false));
	show("weaker");
	emit("tried %d", set_config_option("levels.number", "22", PGC_USERSET, PGC_S_SESSION,
									   GUC_ACTION_SET, false, LOG, false));
	emit("tried in vain %d", set_config_option("levels.number", "x", PGC_USERSET, PGC_S_SESSION,
											   GUC_ACTION_SET, false, DEBUG1, false));
	emit("refused %d", set_config_option("levels.number", "13", PGC_USERSET, PGC_S_SESSION,
										 GUC_ACTION_SET, true, DEBUG1, false));
	show("refused");
	caught("hook", set("levels.number", "13", GUC_ACTION_SET));
	caught("range", set("levels.number", "501", GUC_ACTION_SET));
	caught("unit", set("levels.number", "5MB", GUC_ACTION_SET));
	caught("bool", set("levels.flag", "maybe", GUC_ACTION_SET));
	caught("fixed", set("levels.fixed", "2", GUC_ACTION_SET));
	caught("inner", set("levels.inner", "2", GUC_ACTION_SET));
	caught("unknown", set("nosuch", "2", GUC_ACTION_SET));
	caught("bad name", set("levels.a-b", "2", GUC_ACTION_SET));
	caught("bad prefix", set("1levels.a", "2", GUC_ACTION_SET));
	caught("reserved", set("levels.other", "2", GUC_ACTION_SET));
	caught("reset unknown", GetConfigOptionResetString("nosuch"));
	caught("flags unknown", GetConfigOptionFlags("nosuch", false));
	emit("placeholder %d", set("another.word", "some", GUC_ACTION_SET));
	emit("placeholder %s", GetConfigOption("another.word", false, false));
	emit("reset %d", set("levels.number", NULL, GUC_ACTION_SET));
	show("reset");
	emit("ext %d", set_config_option_ext("levels.number", "30", PGC_USERSET, PGC_S_SESSION, 10,
										 GUC_ACTION_SET, true, ERROR, false));
	emit("handles %d %d %d", get_config_handle("levels.number") != NULL,
		 get_config_handle("another.word") != NULL, get_config_handle("nosuch") != NULL);
	emit("handle %d", set_config_with_handle("levels.number", get_config_handle("levels.number"),
											 "31", PGC_USERSET, PGC_S_SESSION, 10, GUC_ACTION_SET,
											 true, ERROR, false));
	show("set");
	ResetAllOptions();
	show("all reset");
	emit("another %s", GetConfigOption("another.word", false, false));
	emit("flags %x %x %x", GetConfigOptionFlags("levels.number", false),
		 GetConfigOptionFlags("levels.word", false), GetConfigOptionFlags("nosuch", true));
	emit("old name %s", GetConfigOption("sort_mem", false, false));
}

static void
reals(const char *text, int flags)
{
	double		value = -1;
	const char *hint = NULL;
	bool		good = parse_real(text, &value, flags, &hint);

	emit("real [%s] %x: %d %.10g %s", text, (unsigned) flags, good, value, hint ? hint : "-");
}

static void
options(const char *text)
{
	char	   *name = NULL;
	char	   *value = NULL;

	ParseLongOption(text, &name, &value);
	emit("option [%s]: [%s] [%s]", text, name, value ? value : "(null)");
}

static void
reading(void)
{
	static const int units[] = {0, GUC_UNIT_BYTE, GUC_UNIT_KB, GUC_UNIT_MB, GUC_UNIT_BLOCKS,
		GUC_UNIT_XBLOCKS, GUC_UNIT_MS, GUC_UNIT_S, GUC_UNIT_MIN, GUC_UNIT_MS | GUC_NO_RESET};
	static const char *const texts[] = {"1.5", " 2 s ", "1min", "3MB", "0x10", "1e400", "nan",
		"-inf", "", "1 2", "1e-3us", "1e-400", ".5h"};

	for (int i = 0; i < (int) lengthof(units); i++)
	{
		const char *unit = get_config_unit_name(units[i]);

		emit("unit %x %s", (unsigned) units[i], unit ? unit : "(null)");
	}
	caught("unit 6", get_config_unit_name(0x06000000));
	for (int i = 0; i < (int) lengthof(texts); i++)
	{
		reals(texts[i], 0);
		reals(texts[i], GUC_UNIT_MS);
	}
	options("some-name=a-value=b");
	options("some-name");
	options("=x");
	options("a=");
	emit("quoted [%s]", DeescapeQuotedString("'it''s\\n\\101\\q\\\\'"));
	emit("nothing [%s]", DeescapeQuotedString("''"));
}

/* Where the files lie is another folder each time. */
static const char *
without_folder(char *text)
{
	char	   *at = strstr(text, folder);

	if (folder[0] && at)
		memmove(at, at + strlen(folder), strlen(at + strlen(folder)) + 1);
	return text;
}

static void
lines(const char *what, ConfigVariable *list)
{
	for (ConfigVariable *item = list; item; item = item->next)
	{
		const char *file = item->filename ? strrchr(item->filename, '/') : NULL;

		emit("%s: %s = [%s] %s %s:%d %d %d", what, item->name ? item->name : "(null)",
			 item->value ? item->value : "(null)", item->errmsg ? without_folder(item->errmsg) : "-",
			 file ? file + 1 : "(null)", item->sourceline, item->ignore, item->applied);
	}
	FreeConfigVariables(list);
}

static void
put(const char *name, const char *text)
{
	char		path[MAXPGPATH];
	FILE	   *file;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "w");
	if (file == NULL || fputs(text, file) < 0 || fclose(file) != 0)
		elog(ERROR, "could not write \"%s\": %m", path);
}

static void
files(void)
{
	char		path[MAXPGPATH];
	ConfigVariable *head = NULL;
	ConfigVariable *tail = NULL;
	FILE	   *file;

	snprintf(folder, sizeof(folder), "%s", probe_output);
	*strrchr(folder, '/') = '\0';
	put("main.conf", "\xEF\xBB\xBF" "bom = 1\n"
		"a = 1\r\nb 'two' # more\ninclude 'sub.conf'\nbad = = 1\n"
		"include_if_exists 'none.conf'\ninclude ''\ninclude 'none.conf'\nC.d=on\na = 2\n"
		"include_dir 'none'\nlast = 'it''s'");
	put("sub.conf", "s = 5kB\n\ninclude 'sub.conf'\nt = -1\n");

	snprintf(path, sizeof(path), "%s/main.conf", folder);
	emit("file %d", ParseConfigFile(path, true, NULL, 0, 0, LOG, &head, &tail));
	lines("file", head);
	head = tail = NULL;
	emit("quiet %d", ParseConfigFile(path, true, NULL, 0, 0, DEBUG1, &head, &tail));
	lines("quiet", head);
	head = tail = NULL;
	caught("raised", ParseConfigFile("/nosuch/file", true, NULL, 0, 0, ERROR, &head, &tail));
	head = tail = NULL;
	emit("none %d", ParseConfigFile("/nosuch/file", false, NULL, 0, 0, DEBUG1, &head, &tail));
	emit("none %d", ParseConfigFile("/nosuch/file", true, path, 7, 0, DEBUG1, &head, &tail));
	emit("deep %d", ParseConfigFile(path, true, path, 8, 11, DEBUG1, &head, &tail));
	emit("empty %d", ParseConfigDirectory(" ", path, 9, 0, DEBUG1, &head, &tail));
	lines("none", head);
	head = tail = NULL;
	file = fopen(path, "r");
	emit("stream %d", ParseConfigFp(file, "/x/stream", 0, DEBUG1, &head, &tail));
	lines("stream", head);
	fclose(file);
	head = tail = NULL;
	put("sub.conf", "s = 5kB\n");
	snprintf(path, sizeof(path), "%s/sub.conf", folder);
	emit("good %d", ParseConfigFile(path, true, NULL, 0, 0, DEBUG1, &head, &tail));
	lines("good", head);
}

static void
variables(void)
{
	emit("%d %d %d %d", Debug_print_plan, Debug_print_parse, Debug_print_rewritten,
		 Debug_pretty_print);
	emit("%d %d %d %d %d", log_parser_stats, log_planner_stats, log_executor_stats,
		 log_statement_stats, log_btree_build_stats);
	emit("%d %d %d", check_function_bodies, AllowAlterSystem, log_duration);
	emit("%d %d %d %d", log_parameter_max_length, log_parameter_max_length_on_error,
		 log_min_error_statement, client_min_messages);
	emit("%d %d %d %g %g", log_min_duration_sample, log_min_duration_statement, log_temp_files,
		 log_statement_sample_rate, log_xact_sample_rate);
	emit("%d %d [%s]", temp_file_limit, num_temp_buffers, cluster_name);
	emit("file %d", ConfigFileName != NULL && access(ConfigFileName, R_OK) == 0 &&
		 strcmp(ConfigFileName, GetConfigOption("config_file", false, false)) == 0);
	emit("%d %d %d %d %d", tcp_keepalives_idle, tcp_keepalives_interval, tcp_keepalives_count,
		 tcp_user_timeout, trace_sort);
}

/* PostgreSQL has a row only for who is connected to a database. */
static void
named(void)
{
	emit("called [%s]", application_name);
	if (probe_is("row"))
		emit("row [%s]", MyBEEntry->st_appname);
}

void
levels_main(Datum arg)
{
	probe_begin();
	/* Without a transaction PostgreSQL has no memory for levels. */
	TopTransactionContext = AllocSetContextCreate(TopMemoryContext, "levels",
												  ALLOCSET_DEFAULT_SIZES);
	levels();
	setting();
	reading();
	files();
	variables();
	SetConfigOption("application_name", "mine", PGC_USERSET, PGC_S_SESSION);
	named();
	ResetAllOptions();
	named();
	emit("done");
}

void
_PG_init(void)
{
	probe_settings("levels");
	DefineCustomIntVariable("levels.number", "A number.", NULL, &number, 1, 0, 500, PGC_USERSET,
							GUC_UNIT_MS, check_number, assign_number, NULL);
	DefineCustomBoolVariable("levels.flag", "A flag.", NULL, &flag, false, PGC_USERSET, 0, NULL,
							 NULL, NULL);
	DefineCustomRealVariable("levels.real", "A real.", NULL, &real, 1.5, 0, 500, PGC_USERSET, 0,
							 NULL, NULL, NULL);
	DefineCustomStringVariable("levels.word", "A word.", NULL, &word, NULL, PGC_USERSET,
							   GUC_NO_RESET_ALL, NULL, NULL, NULL);
	DefineCustomIntVariable("levels.fixed", "Fixed.", NULL, &fixed, 1, 0, 500, PGC_POSTMASTER, 0,
							NULL, NULL, NULL);
	DefineCustomIntVariable("levels.inner", "Inner.", NULL, &inner, 1, 0, 500, PGC_INTERNAL, 0,
							NULL, NULL, NULL);
	MarkGUCPrefixReserved("levels");
	probe_static("levels", "levels_main");
}
