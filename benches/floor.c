/*
 * floor.c - what the operating system alone costs, as a yardstick.
 *
 *	fork		fork + _exit(0) + waitpid of this small process
 *	fork_big	the same from a process with 16 MiB of dirty private memory
 *	fork_sigchld	fork + _exit(0), noticed by SIGCHLD through a signalfd + epoll
 *	futex		process-to-process round trips through a shared futex
 *	eventfd		the same through two eventfds (blocking read)
 *	signalfd	the same through kill() and signalfd + epoll_wait
 *	selfpipe	the same through kill(), a handler writing to a self-pipe, poll()
 *	fanout_N	N children at once, each with a few pages of its own, until all are up; 10,000
 *			if the argument is "many"
 *	led_fanout_N	the same with children that do what no worker can do without: they lead a
 *			session and have as many pages of their own as libc, the dynamic linker, a
 *			heap, a stack and variables take
 *	churn		such children, which leave by exit(), 8 at a time
 *
 * The round trips are measured with both processes on one CPU ("same") and on
 * two ("cross"); left alone, the scheduler moves between the two and the result
 * jumps by a factor of several.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t) ts.tv_sec * 1000000000 + ts.tv_nsec;
}

static int cmp(const void *a, const void *b)
{
	int64_t x = *(const int64_t *) a, y = *(const int64_t *) b;

	return (x > y) - (x < y);
}

static void distribution(const char *name, int64_t *ns, int n)
{
	qsort(ns, n, sizeof(*ns), cmp);
	printf("floor.%s p50=%.1f p95=%.1f max=%.1f n=%d unit=us\n", name,
		   ns[n / 2] / 1e3, ns[(int) (n * 0.95)] / 1e3, ns[n - 1] / 1e3, n);
	fflush(stdout);
}

static void fork_floor(const char *name, int n, int64_t *entered)
{
	int64_t *total = calloc(n, sizeof(*total)), *to_child = calloc(n, sizeof(*total));

	for (int i = 0; i < n; i++)
	{
		int64_t t0 = now_ns();
		pid_t pid = fork();

		if (pid == 0)
		{
			*entered = now_ns();
			_exit(0);
		}
		waitpid(pid, NULL, 0);
		total[i] = now_ns() - t0;
		to_child[i] = *entered - t0;
	}
	char buf[64];

	snprintf(buf, sizeof(buf), "%s_exit_wait", name);
	distribution(buf, total, n);
	snprintf(buf, sizeof(buf), "%s_to_child", name);
	distribution(buf, to_child, n);
	free(total);
	free(to_child);
}

static void fork_sigchld_floor(int n)
{
	int64_t *total = calloc(n, sizeof(*total));
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, NULL);
	int sfd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
	int ep = epoll_create1(0);
	struct epoll_event ev = {.events = EPOLLIN};

	epoll_ctl(ep, EPOLL_CTL_ADD, sfd, &ev);
	for (int i = 0; i < n; i++)
	{
		int64_t t0 = now_ns();
		struct signalfd_siginfo si;

		if (fork() == 0)
			_exit(0);
		while (epoll_wait(ep, &ev, 1, -1) < 0)
			;
		while (read(sfd, &si, sizeof(si)) > 0)
			;
		while (waitpid(-1, NULL, WNOHANG) > 0)
			;
		total[i] = now_ns() - t0;
	}
	close(sfd);
	close(ep);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	distribution("fork_exit_sigchld", total, n);
	free(total);
}

/* ------------------------------------------------------------- ping-pong */

static volatile uint32_t *word;
static int efd[2];
static int sfd, ep;
static pid_t peer[2];
static int selfpipe[2];

static void futex_send(int side)
{
	__atomic_store_n(word, side ? 0 : 1, __ATOMIC_SEQ_CST);
	syscall(SYS_futex, word, FUTEX_WAKE, 1, NULL, NULL, 0);
}

static void futex_recv(int side)
{
	uint32_t want = side ? 1 : 0, cur;

	while ((cur = __atomic_load_n(word, __ATOMIC_SEQ_CST)) != want)
		syscall(SYS_futex, word, FUTEX_WAIT, cur, NULL, NULL, 0);
}

static void efd_send(int side)
{
	uint64_t one = 1;

	if (write(efd[!side], &one, 8) != 8)
		abort();
}

static void efd_recv(int side)
{
	uint64_t v;

	if (read(efd[side], &v, 8) != 8)
		abort();
}

static void sig_send(int side)
{
	kill(peer[!side], SIGURG);
}

static void sfd_recv(int side)
{
	struct epoll_event ev;
	struct signalfd_siginfo si;

	(void) side;
	while (epoll_wait(ep, &ev, 1, -1) < 0)
		;
	if (read(sfd, &si, sizeof(si)) < 0)
		abort();
}

static void pipe_handler(int sig)
{
	int e = errno;

	(void) sig;
	if (write(selfpipe[1], "", 1) < 0)
		abort();
	errno = e;
}

static void pipe_recv(int side)
{
	struct pollfd p = {.fd = selfpipe[0], .events = POLLIN};
	char c;

	(void) side;
	for (;;)
	{
		if (poll(&p, 1, -1) > 0 && read(selfpipe[0], &c, 1) == 1)
			return;
	}
}

static void setup_none(void) {}

static void setup_signalfd(void)
{
	sigset_t set;
	struct epoll_event ev = {.events = EPOLLIN};

	sigemptyset(&set);
	sigaddset(&set, SIGURG);
	sigprocmask(SIG_BLOCK, &set, NULL);
	sfd = signalfd(-1, &set, SFD_CLOEXEC);
	ep = epoll_create1(0);
	epoll_ctl(ep, EPOLL_CTL_ADD, sfd, &ev);
}

static void setup_selfpipe(void)
{
	struct sigaction sa = {.sa_handler = pipe_handler, .sa_flags = SA_RESTART};

	if (pipe2(selfpipe, O_NONBLOCK) < 0)
		abort();
	sigaction(SIGURG, &sa, NULL);
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGURG);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
}

static void pin(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	sched_setaffinity(0, sizeof(set), &set);
}

static void pingpong(const char *name, int cross, int n, void (*setup) (void),
					 void (*send) (int), void (*recv) (int))
{
	int sync_pipe[2];
	char c;

	*word = 0;
	efd[0] = eventfd(0, 0);
	efd[1] = eventfd(0, 0);
	if (pipe(sync_pipe) < 0)
		abort();
	peer[0] = getpid();
	pid_t pid = fork();

	if (pid == 0)
	{
		peer[1] = getpid();
		pin(cross);
		setup();
		if (write(sync_pipe[1], "", 1) != 1)
			abort();
		for (int i = 0; i < n; i++)
		{
			recv(1);
			send(1);
		}
		_exit(0);
	}
	peer[1] = pid;
	pin(0);
	setup();
	if (read(sync_pipe[0], &c, 1) != 1)
		abort();
	int64_t t0 = now_ns();

	for (int i = 0; i < n; i++)
	{
		send(0);
		recv(0);
	}
	double s = (now_ns() - t0) / 1e9;

	waitpid(pid, NULL, 0);
	printf("floor.pingpong_%s_%s round_trips_per_s=%.0f us_per_round_trip=%.2f n=%d\n",
		   name, cross ? "cross" : "same", n / s, s * 1e6 / n, n);
	fflush(stdout);
	close(efd[0]);
	close(efd[1]);
}

/* What a child has of its own: so many pages, and a session if it leads one. */
static void become_own(char *memory, int pages, int leads)
{
	if (leads)
		setsid();
	for (int page = 0; page < pages; page++)
		memory[page * 4096] = 2;
}

/* Pages that children inherit. */
static char *inherited(int pages)
{
	char *memory = malloc((size_t) pages * 4096);

	memset(memory, 1, (size_t) pages * 4096);
	return memory;
}

/* The time until so many children have all come up; they wait then. */
static void fanout_floor(const char *name, int n, int pages, int leads)
{
	struct shared { volatile int up; } *shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	char *memory = inherited(pages);
	pid_t *pids = calloc(n, sizeof(*pids));
	int64_t start;

	start = now_ns();
	for (int i = 0; i < n; i++)
	{
		pid_t pid = fork();

		if (pid == 0)
		{
			become_own(memory, pages, leads);
			__sync_fetch_and_add(&shared->up, 1);
			for (;;)
				pause();
		}
		if (pid < 0)
		{
			perror("fork");
			n = i;
			break;
		}
		pids[i] = pid;
	}
	while (shared->up < n)
		sched_yield();
	printf("floor.%s_%d ms=%.1f n=%d pages=%d unit=ms\n", name, n, (now_ns() - start) / 1e6, n, pages);
	fflush(stdout);
	for (int i = 0; i < n; i++)
		kill(pids[i], SIGKILL);
	for (int i = 0; i < n; i++)
		waitpid(pids[i], NULL, 0);
	free(pids);
	free(memory);
	munmap(shared, 4096);
}

/* Children that come and go, so many at a time. */
static void churn_floor(int n, int in_flight, int pages)
{
	char *memory = inherited(pages);
	int64_t start = now_ns();

	for (int i = 0; i < n + in_flight; i++)
	{
		if (i >= in_flight)
			wait(NULL);
		if (i >= n)
			continue;
		if (fork() == 0)
		{
			become_own(memory, pages, 1);
			exit(0);
		}
	}
	printf("floor.churn per_s=%.0f n=%d in_flight=%d pages=%d\n", n / ((now_ns() - start) / 1e9), n, in_flight, pages);
	fflush(stdout);
	free(memory);
}

int main(int argc, char **argv)
{
	const int n = 2000, trips = 20000;

	word = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	fork_floor("fork", n, (int64_t *) (word + 2));
	fork_sigchld_floor(n);
	char *big = malloc(16 << 20);

	memset(big, 1, 16 << 20);
	fork_floor("fork_16mib_dirty", n / 4, (int64_t *) (word + 2));
	free(big);
	churn_floor(n, 8, 20);
	fanout_floor("fanout", 1000, 12, 0);
	if (argc > 1 && strcmp(argv[1], "many") == 0)
	{
		fanout_floor("fanout", 10000, 12, 0);
		fanout_floor("led_fanout", 10000, 20, 1);
	}
	for (int cross = 0; cross < 2; cross++)
	{
		pingpong("futex", cross, trips, setup_none, futex_send, futex_recv);
		pingpong("eventfd", cross, trips, setup_none, efd_send, efd_recv);
		pingpong("signalfd", cross, trips, setup_signalfd, sig_send, sfd_recv);
		pingpong("selfpipe", cross, trips, setup_selfpipe, sig_send, pipe_recv);
	}
	return 0;
}
