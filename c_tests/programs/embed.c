/*
 * embed DIRECTORY [SETTING...]: a C program that runs a postmaster in a child of its own.
 *
 * Says what it has seen, line by line; a line of its input has it stop the postmaster.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "pgbgw.h"

/* Whether the fourth line of postmaster.pid says that the postmaster is ready. */
static bool
is_ready(const char *directory)
{
	char		path[4096];
	char		line[4096];
	FILE	   *file;
	int			lines = 0;
	bool		ready = false;

	snprintf(path, sizeof(path), "%s/postmaster.pid", directory);
	file = fopen(path, "r");
	if (file == NULL)
		return false;
	while (fgets(line, sizeof(line), file))
		ready = ++lines == 4 && strcmp(line, "ready\n") == 0;
	fclose(file);
	return ready;
}

int
main(int argc, char **argv)
{
	pid_t		postmaster;
	int			status;

	if (argc < 2)
		return 2;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	printf("version %s\n", pgbgw_version());
	/* What is still unwritten when the postmaster is forked would come out twice. */
	fflush(stdout);
	postmaster = fork();
	if (postmaster == 0)
	{
		int			code;

		prctl(PR_SET_PDEATHSIG, SIGQUIT);
		code = pgbgw_postmaster_main(argv[1], (const char *const *) argv + 2);
		_exit(code);
	}
	while (!is_ready(argv[1]) && waitpid(postmaster, &status, WNOHANG) == 0)
		usleep(5000);
	printf("ready %d\n", (int) postmaster);
	fflush(stdout);
	getchar();
	if (kill(postmaster, SIGINT) != 0)
		printf("kill: %s\n", strerror(errno));
	if (waitpid(postmaster, &status, 0) != postmaster)
		printf("waitpid: %s\n", strerror(errno));
	printf("exit code %d\n", WIFEXITED(status) ? WEXITSTATUS(status) : -1);
	return 0;
}
