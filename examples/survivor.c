/*
 * survivor: a program that goes on when one of its background workers crashes.
 *
 *   cc -I include -o survivor examples/survivor.c -L target/release -lpgbgw -Wl,-rpath,$PWD/target/release
 *
 * A crash ends all workers, for what they share cannot be trusted any more. The program is told, attaches itself
 * again to the emptied memory, and asks for what is still to be done.
 */
#include <pgbgw.h>
#include <stdio.h>
#include <stdlib.h>

#define TASKS 5

struct shared
{
	int			done[TASKS];
};

static void
check(int result, const char *what)
{
	if (result >= 0)
		return;
	fprintf(stderr, "%s: %s\n", what, pgbgw_error_message());
	pgbgw_stop(PGBGW_IMMEDIATE);
	exit(1);
}

static struct shared *
shared(void)
{
	void	   *memory;

	check(pgbgw_shared_memory("tasks", sizeof(struct shared), &memory, NULL), "no shared memory");
	return memory;
}

/* A worker: the first attempt at task 2 crashes. */
static void
attempt(uintptr_t argument)
{
	int			task = argument / 2;
	int			again = argument % 2;

	if (task == 2 && !again)
		abort();
	shared()->done[task] = 1;
}

/* Whether the task was done; false after a crash. */
static bool
try(int task, int again)
{
	struct pgbgw_worker worker = {.name = "task", .main = attempt, .argument = task * 2 + again};
	struct pgbgw_handle handle;
	int			result = pgbgw_launch(&worker, &handle);

	if (result == PGBGW_OK)
		result = pgbgw_wait_shutdown(&handle);
	if (result == PGBGW_ERR_RESET)
	{
		printf("task %d crashed\n", task);
		check(pgbgw_reattach(), "could not reattach");
		return false;
	}
	check(result, "could not run a task");
	return shared()->done[task];
}

int
main(void)
{
	const char *settings[] = {"log_min_messages=fatal", NULL};
	struct pgbgw_options options = {.size = sizeof(options), .settings = settings};

	check(pgbgw_start(&options), "could not start");
	for (int task = 0; task < TASKS; task++)
		printf("task %d: %s\n", task, try(task, 0) || try(task, 1) ? "done" : "failed");
	check(pgbgw_stop(PGBGW_FAST), "could not stop");
	return 0;
}
