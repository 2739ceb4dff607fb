/*
 * timeouts: handlers that are called when some time is over, a fact for each question. The facts are the
 * same in PostgreSQL (c_tests/facts/timeouts.txt). Scenario "many": one more than there can be.
 */
#include "probe.h"

#include "utils/timeout.h"
#include "utils/timestamp.h"

PGDLLEXPORT void timeouts_main(Datum arg);
PGDLLEXPORT void timeouts_many(Datum arg);

static volatile sig_atomic_t calls[3];
static volatile sig_atomic_t order;
static volatile sig_atomic_t held_off;

static void
called(int which)
{
	calls[which]++;
	order = order * 10 + which + 1;
	held_off = InterruptHoldoffCount;
}

static void
first(void)
{
	called(0);
}

static void
second(void)
{
	called(1);
}

static void
third(void)
{
	called(2);
}

static TimeoutId a,
			b,
			c;

static void
say(const char *what)
{
	emit("%s: calls %d %d %d, order %d, active %d %d %d, fired %d %d %d", what, (int) calls[0],
		 (int) calls[1], (int) calls[2], (int) order, get_timeout_active(a), get_timeout_active(b),
		 get_timeout_active(c), get_timeout_indicator(a, false), get_timeout_indicator(b, false),
		 get_timeout_indicator(c, false));
	calls[0] = calls[1] = calls[2] = order = 0;
}

/* Waits until something was called, and the latch says so too. */
static void
await(int which, int times)
{
	emit("in time: %d", probe_until(calls[which] >= times));
}

static void
one_by_one(void)
{
	TimestampTz start = GetCurrentTimestamp();
	TimestampTz at;

	enable_timeout_after(a, 20);
	say("set");
	emit("starts now: %d, ends then: %d", get_timeout_start_time(a) >= start,
		 get_timeout_finish_time(a) == get_timeout_start_time(a) + 20000);
	await(0, 1);
	emit("not early: %d, held off: %d, now %u", GetCurrentTimestamp() >= start + 20000,
		 (int) held_off, InterruptHoldoffCount);
	say("fired");
	emit("indicator: %d", get_timeout_indicator(a, true));
	emit("taken back: %d", get_timeout_indicator(a, false));

	at = GetCurrentTimestamp() - 1000000;
	enable_timeout_at(b, at);
	await(1, 1);
	emit("in the past: %d", get_timeout_finish_time(b) == at);
	say("past");

	enable_timeout_after(c, 3600000);
	enable_timeout_after(c, 10);
	await(2, 1);
	say("again");
	enable_timeout_after(a, 10);
	enable_timeout_after(a, 3600000);
	probe_pause(50);
	say("put off");
	disable_timeout(a, false);
	say("disabled");
	enable_timeout_after(a, 10);
	disable_timeout(a, true);
	probe_pause(50);
	say("disabled at once");
}

static void
together(void)
{
	TimestampTz at = GetCurrentTimestamp() + 50000;
	EnableTimeoutParams all[] = {
		{.id = c,.type = TMPARAM_AT,.fin_time = at},
		{.id = a,.type = TMPARAM_AT,.fin_time = at},
		{.id = b,.type = TMPARAM_AT,.fin_time = at - 10000},
	};
	EnableTimeoutParams mixed[] = {
		{.id = a,.type = TMPARAM_AFTER,.delay_ms = 5},
		{.id = b,.type = TMPARAM_EVERY,.delay_ms = 3600000},
		{.id = c,.type = TMPARAM_AT,.fin_time = at + INT64CONST(3600000000)},
	};
	DisableTimeoutParams some[] = {{a, true}, {b, false}};

	enable_timeouts(all, 3);
	say("three set");
	(void) probe_until(order >= 100);
	say("three fired");
	enable_timeouts(mixed, 3);
	await(0, 1);
	say("mixed");
	disable_timeouts(some, 2);
	say("some left");
	disable_all_timeouts(true);
	say("none left");
	disable_all_timeouts(false);
	say("nothing known");
}

static void
every(void)
{
	TimestampTz start = GetCurrentTimestamp();

	enable_timeout_every(b, start + 30000, 20);
	await(1, 3);
	emit("active: %d, fired: %d, in step: %d", get_timeout_active(b), get_timeout_indicator(b, true),
		 (get_timeout_finish_time(b) - start) % 10000 == 0 ||
		 get_timeout_finish_time(b) > start + 90000);
	disable_timeout(b, false);
	calls[1] = order = 0;
	probe_pause(60);
	say("ended");
}

void
timeouts_main(Datum arg)
{
	TimeoutId	deadlock;

	probe_begin();
	deadlock = RegisterTimeout(DEADLOCK_TIMEOUT, first);
	a = RegisterTimeout(USER_TIMEOUT, first);
	b = RegisterTimeout(USER_TIMEOUT, second);
	c = RegisterTimeout(USER_TIMEOUT, third);
	emit("registered: %d %d %d %d", deadlock, a, b, c);
	say("at first");
	one_by_one();
	together();
	every();

	/* An alarm wakes whoever sleeps on the latch. */
	ResetLatch(MyLatch);
	enable_timeout_after(a, 20);
	emit("woken: %d", WaitLatch(MyLatch, WL_LATCH_SET | WL_TIMEOUT | WL_EXIT_ON_PM_DEATH,
								PROBE_DEADLINE_MS, PG_WAIT_EXTENSION));
	say("woken");

	/* Not called while the signal is blocked. */
	BackgroundWorkerBlockSignals();
	enable_timeout_after(a, 5);
	probe_pause(40);
	say("blocked");
	BackgroundWorkerUnblockSignals();
	await(0, 1);
	say("unblocked");

	enable_timeout_after(a, 3600000);
	InitializeTimeouts();
	say("initialized");
	emit("registered: %d", RegisterTimeout(USER_TIMEOUT, third));
	enable_timeout_after(a, 5);
	await(2, 1);
	say("anew");
	reschedule_timeouts();
	say("nothing to do");
	emit("done");
}

void
timeouts_many(Datum arg)
{
	probe_begin();
	for (int i = 0; i < MAX_TIMEOUTS; i++)
		emit("%d", RegisterTimeout(USER_TIMEOUT, first));
}

void
_PG_init(void)
{
	probe_settings("timeouts");
	probe_static("timeouts", probe_is("many") ? "timeouts_many" : "timeouts_main");
}
