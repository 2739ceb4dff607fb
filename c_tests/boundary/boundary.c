/*
 * boundary ROUNDS: errors cross between C and the library in both directions, many times.
 *
 * The library raises into C's PG_TRY; callbacks of C, called by the library, raise through it. At
 * the end exit callbacks raise too, so the exit code is that of FATAL, 1. Whatever is not as it
 * should be ends the program with code 2.
 */
#include "postgres.h"

#include <unistd.h>

#include "fmgr.h"
#include "miscadmin.h"
#include "storage/ipc.h"
#include "storage/latch.h"
#include "storage/lwlock.h"
#include "storage/shmem.h"
#include "utils/guc.h"
#include "utils/memutils.h"

#define CHECK(condition) \
	do { \
		if (!(condition)) \
		{ \
			fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition); \
			_exit(2); \
		} \
	} while (0)

static int	raised;				/* errors that came to a PG_CATCH */
static int	number;
static char *word;
static MemoryContext own;
static int	round_now;

/* Runs `call`, which must raise an error whose message starts with `message`. */
static void
must_raise(void (*call) (void), const char *message)
{
	MemoryContext before = CurrentMemoryContext;
	sigjmp_buf *outer = PG_exception_stack;
	volatile bool caught = false;

	PG_TRY();
	{
		call();
	}
	PG_CATCH();
	{
		ErrorData  *error;

		caught = true;
		MemoryContextSwitchTo(own);
		error = CopyErrorData();
		FlushErrorState();
		if (strncmp(error->message, message, strlen(message)) != 0)
			fprintf(stderr, "got \"%s\"\n", error->message);
		CHECK(strncmp(error->message, message, strlen(message)) == 0);
		FreeErrorData(error);
		MemoryContextSwitchTo(before);
		raised++;
	}
	PG_END_TRY();
	CHECK(caught);
	CHECK(PG_exception_stack == outer);
	CHECK(error_context_stack == NULL);
	CHECK(InterruptHoldoffCount == 0);
}

/* ------------------------------------------------- the library raises, C catches */

static void
ask_for_too_much(void)
{
	palloc(MaxAllocSize + 1);
}

static void
load_nothing(void)
{
	load_external_function("/nowhere/nothing", "f", true, NULL);
}

static void
set_unknown(void)
{
	SetConfigOption("no.such.thing.at all", "1", PGC_USERSET, PGC_S_SESSION);
}

static void
set_badly(void)
{
	SetConfigOption("boundary.number", "many", PGC_USERSET, PGC_S_SESSION);
}

static void
ask_for_shared_memory(void)
{
	bool		found;

	ShmemInitStruct("boundary", 10, &found);
}

static void
release_what_is_not_held(void)
{
	static LWLock lock;

	LWLockInitialize(&lock, LWTRANCHE_FIRST_USER_DEFINED);
	LWLockRelease(&lock);
}

static void
wait_for_a_foreign_latch(void)
{
	static Latch latch = {.owner_pid = 1};

	WaitLatch(&latch, WL_LATCH_SET, -1, 0);
}

static void
cancel_nothing(void)
{
	cancel_before_shmem_exit(NULL, 0);
}

/* --------------------------------------- the library calls C, which raises through it */

static void
raise_in_callback(void *arg)
{
	char		text[2000];

	memset(text, 'x', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	ereport(ERROR, (errcode(ERRCODE_DATA_EXCEPTION), errmsg("callback %d: %s", *(int *) arg, text),
					errdetail("%s", text), errhint("%s", text)));
}

static MemoryContext
context_with_a_bad_callback(MemoryContext parent)
{
	static int	which;
	MemoryContext context = AllocSetContextCreate(parent, "bad", ALLOCSET_DEFAULT_SIZES);
	MemoryContextCallback *callback = MemoryContextAlloc(context, sizeof(*callback));

	which = round_now;
	callback->func = raise_in_callback;
	callback->arg = &which;
	MemoryContextRegisterResetCallback(context, callback);
	return context;
}

static void
reset_a_context(void)
{
	MemoryContextReset(context_with_a_bad_callback(own));
}

static void
delete_a_parent(void)
{
	MemoryContext parent = AllocSetContextCreate(own, "parent", ALLOCSET_DEFAULT_SIZES);

	for (int i = 0; i < 10; i++)
		MemoryContextAllocZero(parent, i * 100);
	context_with_a_bad_callback(parent);
	MemoryContextDelete(parent);
}

static bool
check_number(int *newval, void **extra, GucSource source)
{
	if (*newval == 13)
		ereport(ERROR, (errmsg("check hook: %d", *newval)));
	if (*newval == 14)
	{
		GUC_check_errdetail("It is %d.", *newval);
		return false;
	}
	return true;
}

static void
assign_number(int newval, void *extra)
{
	if (newval == 15)
		ereport(ERROR, (errmsg("assign hook: %d", newval)));
}

static const char *
show_word(void)
{
	ereport(ERROR, (errmsg("show hook: %s", word)));
	return word;
}

static void
set_number_13(void)
{
	SetConfigOption("boundary.number", "13", PGC_USERSET, PGC_S_SESSION);
}

static void
set_number_14(void)
{
	SetConfigOption("boundary.number", "14", PGC_USERSET, PGC_S_SESSION);
}

static void
set_number_15(void)
{
	SetConfigOption("boundary.number", "15", PGC_USERSET, PGC_S_SESSION);
}

static void
show_a_word(void)
{
	GetConfigOptionByName("boundary.word", NULL, false);
}

/* Through the library twice: a callback that is called in a callback of the library raises. */
static void
raise_deep_inside(void *arg)
{
	PG_TRY();
	{
		set_number_13();
	}
	PG_CATCH();
	{
		raised++;
		PG_RE_THROW();
	}
	PG_END_TRY();
}

static void
raise_through_two(void)
{
	MemoryContext context = AllocSetContextCreate(own, "two", ALLOCSET_DEFAULT_SIZES);
	MemoryContextCallback *callback = MemoryContextAlloc(context, sizeof(*callback));

	callback->func = raise_deep_inside;
	callback->arg = NULL;
	MemoryContextRegisterResetCallback(context, callback);
	MemoryContextReset(context);
}

static void
add_context(void *arg)
{
	errcontext("in the round %d", *(int *) arg);
}

/* An error of the library's with lines of context from C. */
static void
raise_with_context(void)
{
	ErrorContextCallback callback = {error_context_stack, add_context, &round_now};

	error_context_stack = &callback;
	ask_for_too_much();
}

/* An error that a callback for context raises itself. */
static void
add_nonsense(void *arg)
{
	error_context_stack = NULL;
	ereport(ERROR, (errmsg("while reporting")));
}

static void
raise_while_reporting(void)
{
	ErrorContextCallback callback = {error_context_stack, add_nonsense, NULL};

	error_context_stack = &callback;
	ask_for_too_much();
}

static void
one_round(void)
{
	must_raise(ask_for_too_much, "invalid memory alloc request size");
	must_raise(load_nothing, "could not access file \"/nowhere/nothing");
	must_raise(set_unknown, "invalid configuration parameter name");
	must_raise(set_badly, "invalid value for parameter \"boundary.number\"");
	must_raise(ask_for_shared_memory, "shared memory is not set up yet");
	must_raise(release_what_is_not_held, "lock extension is not held");
	must_raise(wait_for_a_foreign_latch, "cannot wait on a latch owned by another process");
	must_raise(cancel_nothing, "before_shmem_exit callback is not the latest entry");
	must_raise(reset_a_context, "callback ");
	must_raise(delete_a_parent, "callback ");
	must_raise(set_number_13, "check hook: 13");
	must_raise(set_number_14, "invalid value for parameter \"boundary.number\": 14");
	must_raise(set_number_15, "assign hook: 15");
	must_raise(show_a_word, "show hook: some");
	must_raise(raise_through_two, "check hook: 13");
	must_raise(raise_with_context, "invalid memory alloc request size");
	must_raise(raise_while_reporting, "while reporting");
	SetConfigOption("boundary.number", "7", PGC_USERSET, PGC_S_SESSION);
	CHECK(number == 7);
	MemoryContextReset(own);
	CHECK(CurrentMemoryContext == TopMemoryContext);
}

#define CASES 17

static void
say(int code, Datum arg)
{
	fprintf(stdout, "exit callback %d with code %d\n", DatumGetInt32(arg), code);
	fflush(stdout);
}

static void
raise_at_exit(int code, Datum arg)
{
	ask_for_too_much();
}

int
main(int argc, char **argv)
{
	int			rounds = argc > 1 ? atoi(argv[1]) : 1;

	MyProcPid = getpid();
	MemoryContextInit();
	own = AllocSetContextCreate(TopMemoryContext, "own", ALLOCSET_DEFAULT_SIZES);
	DefineCustomIntVariable("boundary.number", "A number.", NULL, &number, 1, 0, 100, PGC_USERSET,
							0, check_number, assign_number, NULL);
	DefineCustomStringVariable("boundary.word", "A word.", NULL, &word, "some", PGC_USERSET, 0,
							   NULL, NULL, show_word);
	for (round_now = 0; round_now < rounds; round_now++)
		one_round();
	/* One of them comes to two handlers. */
	CHECK(raised == rounds * (CASES + 1));
	fprintf(stdout, "%d rounds\n", rounds);
	on_proc_exit(say, Int32GetDatum(1));
	on_proc_exit(raise_at_exit, 0);
	on_shmem_exit(say, Int32GetDatum(2));
	on_shmem_exit(raise_at_exit, 0);
	before_shmem_exit(say, Int32GetDatum(3));
	before_shmem_exit(raise_at_exit, 0);
	before_shmem_exit(say, Int32GetDatum(4));
	proc_exit(0);
}
