/*
 * hundred: a program that runs a hundred background workers of its own.
 *
 *   cc -I include -o hundred examples/hundred.c -L target/release -lpgbgw -Wl,-rpath,$PWD/target/release
 *
 * Each worker adds its number to a sum in shared memory.
 */
#include <pgbgw.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#define WORKERS 100

static void
check(int result, const char *what)
{
	if (result >= 0)
		return;
	fprintf(stderr, "%s: %s\n", what, pgbgw_error_message());
	pgbgw_stop(PGBGW_IMMEDIATE);
	exit(1);
}

/* The sum that all processes share: the same piece of memory, made by whoever asks first. */
static atomic_long *
sum(void)
{
	void	   *memory;

	check(pgbgw_shared_memory("sum", sizeof(atomic_long), &memory, NULL), "no shared memory");
	return memory;
}

/* What a worker does, in a process of its own. */
static void
add(uintptr_t number)
{
	atomic_fetch_add(sum(), (long) number);
}

int
main(void)
{
	const char *settings[] = {"max_worker_processes=100", "log_min_messages=fatal", NULL};
	struct pgbgw_options options = {.size = sizeof(options), .settings = settings};
	struct pgbgw_handle handles[WORKERS];

	check(pgbgw_start(&options), "could not start");
	for (int i = 0; i < WORKERS; i++)
	{
		struct pgbgw_worker worker = {.name = "adder", .main = add, .argument = i + 1};

		check(pgbgw_launch(&worker, &handles[i]), "could not launch");
	}
	for (int i = 0; i < WORKERS; i++)
		check(pgbgw_wait_shutdown(&handles[i]), "could not wait");
	printf("%d workers added up to %ld\n", WORKERS, atomic_load(sum()));
	check(pgbgw_stop(PGBGW_FAST), "could not stop");
	return 0;
}
