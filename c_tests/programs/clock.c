/*
 * clock: preloaded into a process, it moves that process's wall clock (not the monotonic one) by the seconds
 * in the file that CLOCK_OFFSET names, as whoever sets the system's clock does. Without a file: by none.
 */
#include <dlfcn.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static long
offset(void)
{
	const char *path = getenv("CLOCK_OFFSET");
	char		text[32] = "";
	int			file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;

	if (file < 0)
		return 0;
	if (read(file, text, sizeof(text) - 1) < 0)
		text[0] = '\0';
	close(file);
	return atol(text);
}

int
clock_gettime(clockid_t clock, struct timespec *time)
{
	static int	(*real) (clockid_t, struct timespec *);
	int			result;

	if (!real)
		real = (int (*) (clockid_t, struct timespec *)) dlsym(RTLD_NEXT, "clock_gettime");
	result = real(clock, time);
	if (result == 0 && clock == CLOCK_REALTIME)
		time->tv_sec += offset();
	return result;
}

int
gettimeofday(struct timeval *restrict time, void *restrict zone)
{
	struct timespec now;

	(void) zone;
	clock_gettime(CLOCK_REALTIME, &now);
	time->tv_sec = now.tv_sec;
	time->tv_usec = now.tv_nsec / 1000;
	return 0;
}
