/*
 * kinds: a setting of each kind that a reload may change. The worker "obedient" reads the file
 * again at SIGHUP, "stubborn" does not; both write what they have to kinds.output.
 */
#include "postgres.h"

#include <fcntl.h>
#include <unistd.h>

#include "fmgr.h"
#include "miscadmin.h"
#include "postmaster/bgworker.h"
#include "postmaster/interrupt.h"
#include "storage/latch.h"
#include "tcop/tcopprot.h"
#include "utils/guc.h"
#include "utils/wait_event.h"

PG_MODULE_MAGIC;

PGDLLEXPORT void _PG_init(void);
PGDLLEXPORT void obedient(Datum arg);
PGDLLEXPORT void stubborn(Datum arg);

enum colour
{
	RED, GREEN, BLUE
};

static const struct config_enum_entry colours[] = {
	{"red", RED, false},
	{"green", GREEN, false},
	{"blue", BLUE, false},
	{NULL, 0, false}
};

static char *output;
static int	even = 2;
static bool flag = false;
static double ratio = 0.5;
static char *word;
static int	colour = RED;
static int	assigned;
static volatile sig_atomic_t hups;

static void
write_down(void)
{
	char		line[256];
	int			fd = open(output, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	int			n;

	n = snprintf(line, sizeof(line), "%s %d: %d %s %g '%s' %s assigned %d\n",
				 MyBgworkerEntry->bgw_name, (int) hups, even, flag ? "on" : "off", ratio, word,
				 colours[colour].name, assigned);
	if (fd < 0 || write(fd, line, n) != n)
		elog(PANIC, "cannot write \"%s\": %m", output);
	close(fd);
}

static void
told(SIGNAL_ARGS)
{
	hups++;
	SignalHandlerForConfigReload(postgres_signal_arg);
}

static void
run(bool obey)
{
	pqsignal(SIGTERM, die);
	pqsignal(SIGHUP, told);
	BackgroundWorkerUnblockSignals();
	write_down();
	for (;;)
	{
		(void) WaitLatch(MyLatch, WL_LATCH_SET | WL_EXIT_ON_PM_DEATH, -1, PG_WAIT_EXTENSION);
		ResetLatch(MyLatch);
		CHECK_FOR_INTERRUPTS();
		if (ConfigReloadPending)
		{
			ConfigReloadPending = false;
			if (obey)
				ProcessConfigFile(PGC_SIGHUP);
			write_down();
		}
	}
}

void
obedient(Datum arg)
{
	run(true);
}

void
stubborn(Datum arg)
{
	run(false);
}

static bool
check_even(int *newval, void **extra, GucSource source)
{
	if (*newval % 2 == 0)
		return true;
	GUC_check_errdetail("%d is odd.", *newval);
	return false;
}

static void
assign_even(int newval, void *extra)
{
	assigned = newval * 10;
}

static void
start(const char *name)
{
	BackgroundWorker worker;

	memset(&worker, 0, sizeof(worker));
	snprintf(worker.bgw_name, BGW_MAXLEN, "%s", name);
	snprintf(worker.bgw_library_name, sizeof(worker.bgw_library_name), "kinds");
	snprintf(worker.bgw_function_name, BGW_MAXLEN, "%s", name);
	worker.bgw_flags = BGWORKER_SHMEM_ACCESS;
	worker.bgw_start_time = BgWorkerStart_RecoveryFinished;
	worker.bgw_restart_time = 0;
	RegisterBackgroundWorker(&worker);
}

void
_PG_init(void)
{
	DefineCustomStringVariable("kinds.output", "File to write to.", NULL, &output, "",
							   PGC_POSTMASTER, 0, NULL, NULL, NULL);
	DefineCustomIntVariable("kinds.even", "An even number.", NULL, &even, 2, 0, 100,
							PGC_SIGHUP, 0, check_even, assign_even, NULL);
	DefineCustomBoolVariable("kinds.flag", "A flag.", NULL, &flag, false, PGC_SIGHUP, 0,
							 NULL, NULL, NULL);
	DefineCustomRealVariable("kinds.ratio", "A ratio.", NULL, &ratio, 0.5, 0, 1, PGC_SIGHUP,
							 0, NULL, NULL, NULL);
	DefineCustomStringVariable("kinds.text", "A text.", NULL, &word, "a", PGC_SIGHUP, 0,
							   NULL, NULL, NULL);
	DefineCustomEnumVariable("kinds.colour", "A colour.", NULL, &colour, RED, colours,
							 PGC_SIGHUP, 0, NULL, NULL, NULL);
	start("obedient");
	start("stubborn");
}
