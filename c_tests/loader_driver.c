/*
 * Loads libraries through the server's own functions and says what happens:
 *
 *	load FILE FUNCTION...	load_external_function(FILE, FUNCTION) for each, result on stdout
 *	check FILE...			pgbgw_check, "key=value" on stdout
 *
 * An ERROR is reported on stderr; the next function follows.
 */
#include <setjmp.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

extern sigjmp_buf *PG_exception_stack;
extern void MemoryContextInit(void);
extern void *load_external_function(const char *filename, const char *funcname,
									bool signalNotFound, void **filehandle);
extern void *lookup_external_function(void *filehandle, const char *funcname);
extern void EmitErrorReport(void);
extern void FlushErrorState(void);
extern int	pgbgw_check(const char *path,
						void (*fact) (void *arg, const char *key, const char *value), void *arg);

static void
print_fact(void *arg, const char *key, const char *value)
{
	(void) arg;
	printf("%s=%s\n", key, value);
}

static void
load(const char *file, const char *function)
{
	sigjmp_buf	here;
	void	   *handle = NULL;
	int			(*volatile found) (void);

	if (sigsetjmp(here, 0) != 0)
	{
		PG_exception_stack = NULL;
		EmitErrorReport();
		FlushErrorState();
		return;
	}
	PG_exception_stack = &here;
	found = (int (*)(void)) load_external_function(file, function, true, &handle);
	printf("%s=%d\n", function, found());
	if (lookup_external_function(handle, function) != (void *) found)
		printf("lookup_external_function disagrees\n");
	PG_exception_stack = NULL;
}

int
main(int argc, char **argv)
{
	MemoryContextInit();
	if (argc > 2 && strcmp(argv[1], "check") == 0)
		for (int i = 2; i < argc; i++)
			pgbgw_check(argv[i], print_fact, NULL);
	else if (argc > 3 && strcmp(argv[1], "load") == 0)
		for (int i = 3; i < argc; i++)
			load(argv[2], argv[i]);
	else
		return 2;
	return 0;
}
