/*
 * entry: what a worker finds when its main is entered: without and with the flag for a database
 * connection, registered statically and by another worker.
 */
#include "probe.h"

#include <sys/stat.h>

#include "storage/proc.h"
#include "utils/memutils.h"
#include "utils/resowner.h"

PGDLLEXPORT void entry_main(Datum arg);
PGDLLEXPORT void entry_driver(Datum arg);

static const char *
name(void)
{
	return MyBgworkerEntry->bgw_name;
}

/* Emits those lines of /proc/self/status whose keys start with prefix. */
static void
tell_status(const char *when, const char *prefix)
{
	char		line[256];
	FILE	   *status = fopen("/proc/self/status", "r");

	while (status && fgets(line, sizeof(line), status))
		if (strncmp(line, prefix, strlen(prefix)) == 0)
		{
			line[strcspn(line, "\n")] = '\0';
			emit("%s %s%s", name(), when, line);
		}
	if (status)
		fclose(status);
}

static void
tell_link(const char *key, const char *path)
{
	char		target[1024];
	ssize_t		n = readlink(path, target, sizeof(target) - 1);

	target[n < 0 ? 0 : n] = '\0';
	emit("%s %s=%s", name(), key, target);
}

static void
tell_process(void)
{
	char		title[256] = "";
	FILE	   *cmdline = fopen("/proc/self/cmdline", "r");

	emit("%s pid=%d own=%d group=%d session=%d parent=%d", name(), (int) getpid(), MyProcPid,
		 (int) getpgrp(), (int) getsid(0), (int) getppid());
	tell_status("", "Umask");
	tell_link("folder", "/proc/self/cwd");
	tell_link("input", "/proc/self/fd/0");
	if (cmdline && fgets(title, sizeof(title), cmdline))
		emit("%s title=%s", name(), title);
	if (cmdline)
		fclose(cmdline);
}

static void
tell_server(void)
{
	emit("%s process: attached=%d pid=%d worker=%d latch=%d set=%d", name(), MyProc != NULL,
		 MyProc->pid == MyProcPid, MyProc->isBackgroundWorker, MyLatch == &MyProc->procLatch,
		 (int) MyLatch->is_set);
	emit("%s server: type=%d under=%d environment=%d preloading=%d database=%u output=%d", name(),
		 (int) MyBackendType, IsUnderPostmaster, IsPostmasterEnvironment,
		 process_shared_preload_libraries_in_progress, MyDatabaseId, (int) whereToSendOutput);
	emit("%s state: top=%d owner=%d handler=%d context=%d", name(),
		 CurrentMemoryContext == TopMemoryContext, CurrentResourceOwner != NULL,
		 PG_exception_stack != NULL, error_context_stack != NULL);
}

void
entry_main(Datum arg)
{
	emit("%s entry: extra=%s arg=%d,%d notify=%d", name(), MyBgworkerEntry->bgw_extra,
		 DatumGetInt32(arg), DatumGetInt32(MyBgworkerEntry->bgw_main_arg),
		 (int) MyBgworkerEntry->bgw_notify_pid);
	tell_process();
	tell_server();
	tell_status("", "SigBlk");
	tell_status("", "SigIgn");
	tell_status("", "SigCgt");
	BackgroundWorkerUnblockSignals();
	tell_status("unblocked ", "SigBlk");
	BackgroundWorkerBlockSignals();
	tell_status("blocked again ", "SigBlk");
	emit("%s told", name());
}

static BackgroundWorker
worker_of(const char *worker_name, int flags, int arg)
{
	BackgroundWorker worker = probe_worker(worker_name, "entry_main");

	worker.bgw_flags |= flags;
	worker.bgw_main_arg = Int32GetDatum(arg);
	snprintf(worker.bgw_extra, BGW_EXTRALEN, "extra of %s", worker_name);
	return worker;
}

void
entry_driver(Datum arg)
{
	BackgroundWorker worker;

	probe_begin();
	worker = worker_of("dynamic", 0, 3);
	probe_register(&worker);
	worker = worker_of("misnotified", 0, 4);
	worker.bgw_notify_pid = 1;
	RegisterDynamicBackgroundWorker(&worker, NULL);
	emit("driver %d", MyProcPid);
	probe_idle();
}

void
_PG_init(void)
{
	BackgroundWorker worker;

	probe_settings("entry");
	probe_static("driver", "entry_driver");
	worker = worker_of("plain", 0, 1);
	RegisterBackgroundWorker(&worker);
	worker = worker_of("database", BGWORKER_BACKEND_DATABASE_CONNECTION, 2);
	RegisterBackgroundWorker(&worker);
}
