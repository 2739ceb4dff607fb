/*
 * Defines a setting of each kind, with hooks that refuse, change and raise.
 *
 * The environment variable SETTINGS names, by letters, what else to do at load; each line of the
 * log that starts with "settings:" is this module's.
 */
#include "postgres.h"

#include "fmgr.h"
#include "miscadmin.h"
#include "utils/guc.h"

PG_MODULE_MAGIC;

PGDLLEXPORT void _PG_init(void);

static int	number;
static int	fixed;
static int	word;
static int	another;
static bool flag;
static double real;
static char *some_text;
static char *shown;

static const struct config_enum_entry words[] = {
	{"one", 1, false},
	{"Two", 2, false},
	{"three", 3, true},
	{NULL, 0, false}
};

static bool
check_number(int *newval, void **extra, GucSource source)
{
	int		   *left;

	if (*newval == 13)
	{
		GUC_check_errcode(ERRCODE_DATA_EXCEPTION);
		GUC_check_errmsg("no %d here", *newval);
		GUC_check_errdetail("It is %s.", "unlucky");
		GUC_check_errhint("Take another.");
		return false;
	}
	if (*newval == 14)
		return false;
	if (*newval == 15)
		elog(ERROR, "raised by a check hook");
	left = guc_malloc(ERROR, sizeof(int));
	*left = *newval;
	*extra = left;
	if (*newval == 16)
		*newval = 160;
	return true;
}

static void
assign_number(int newval, void *extra)
{
	elog(LOG, "settings: number %d, given %d, was %d", newval, *(int *) extra, number);
}

static const char *
show_number(void)
{
	return "in its own words";
}

static bool
check_flag(bool *newval, void **extra, GucSource source)
{
	return !*newval;
}

static bool
check_real(double *newval, void **extra, GucSource source)
{
	return *newval < 5;
}

static bool
check_word(int *newval, void **extra, GucSource source)
{
	return *newval != 2;
}

static bool
check_text(char **newval, void **extra, GucSource source)
{
	if (*newval != NULL && strcmp(*newval, "bad") == 0)
		return false;
	if (*newval != NULL && strcmp(*newval, "change me") == 0)
	{
		guc_free(*newval);
		*newval = guc_strdup(ERROR, "changed");
	}
	return true;
}

static void
assign_text(const char *newval, void *extra)
{
	elog(LOG, "settings: text \"%s\"", newval ? newval : "(null)");
}

void
_PG_init(void)
{
	const char *wanted = getenv("SETTINGS");

	if (wanted == NULL)
		wanted = "";
	if (strchr(wanted, 'd'))
		DefineCustomIntVariable("settings.number", "", NULL, &another, 13, 0, 500, PGC_SIGHUP, 0,
								check_number, NULL, NULL);
	if (strchr(wanted, 'q'))
		DefineCustomStringVariable("settings.list", "", NULL, &shown, "", PGC_SIGHUP,
								   GUC_LIST_INPUT | GUC_LIST_QUOTE, NULL, NULL, NULL);
	DefineCustomIntVariable("settings.number", "A number.", NULL, &number, 1, 0, 500, PGC_SIGHUP,
							GUC_UNIT_MS, check_number, assign_number, show_number);
	DefineCustomIntVariable("settings.fixed", "Only at start.", NULL, &fixed, 7, 0, 500,
							PGC_POSTMASTER, GUC_UNIT_S, NULL, NULL, NULL);
	DefineCustomBoolVariable("settings.flag", "A bool.", NULL, &flag, false, PGC_SIGHUP, 0,
							 check_flag, NULL, NULL);
	DefineCustomRealVariable("settings.real", "A real.", NULL, &real, 1.5, 0, 500, PGC_SIGHUP,
							 GUC_UNIT_MS, check_real, NULL, NULL);
	DefineCustomEnumVariable("settings.word", "A word.", NULL, &word, 1, words, PGC_SIGHUP, 0,
							 check_word, NULL, NULL);
	DefineCustomStringVariable("settings.text", "A text.", NULL, &some_text, NULL, PGC_SIGHUP, 0,
							   check_text, assign_text, NULL);
	DefineCustomStringVariable("settings.inner", "Not to be set.", NULL, &shown, "inner",
							   PGC_INTERNAL, 0, NULL, NULL, NULL);
	elog(LOG, "settings: number=%d fixed=%d flag=%d real=%g word=%d text=%s inner=%s",
		 number, fixed, flag, real, word, some_text ? some_text : "(null)", shown);
	elog(LOG, "settings: shown %s, %s, %s",
		 GetConfigOptionByName("Settings.Number", NULL, false),
		 GetConfigOptionByName("settings.fixed", NULL, false),
		 GetConfigOption("settings.fixed", false, false));
	if (strchr(wanted, 'a'))
		DefineCustomIntVariable("SETTINGS.Number", "", NULL, &another, 1, 0, 500, PGC_SIGHUP, 0,
								NULL, NULL, NULL);
	if (strchr(wanted, 's'))
	{
		SetConfigOption("settings.word", "three", PGC_POSTMASTER, PGC_S_OVERRIDE);
		elog(LOG, "settings: word=%d", word);
		SetConfigOption("settings.nosuch", "1", PGC_POSTMASTER, PGC_S_OVERRIDE);
		SetConfigOption("nosuch", "1", PGC_POSTMASTER, PGC_S_OVERRIDE);
	}
	MarkGUCPrefixReserved("settings");
}
