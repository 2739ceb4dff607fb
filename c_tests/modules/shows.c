/*
 * shows: what a process says that it is doing, in its row and in its title, a fact for each
 * question. The facts are the same in PostgreSQL (c_tests/facts/shows.txt), where only a worker with
 * a database has its row from the start.
 * Scenario "stay": says something and waits.
 */
#include "probe.h"

#include "pgstat.h"
#include "storage/pmsignal.h"
#include "storage/proc.h"
#include "utils/backend_status.h"
#include "utils/ps_status.h"
#include "utils/timestamp.h"

PGDLLEXPORT void shows_main(Datum arg);
PGDLLEXPORT void shows_stay(Datum arg);

static void
row(const char *what)
{
	emit("%s: state %d, \"%s\" is %s, query %llu, odd %d", what, MyBEEntry->st_state,
		 MyBEEntry->st_appname, MyBEEntry->st_activity_raw,
		 (unsigned long long) pgstat_get_my_query_id(), MyBEEntry->st_changecount & 1);
}

static void
title(const char *what)
{
	char		text[1000] = "";
	int			fd = open("/proc/self/cmdline", O_RDONLY);
	int			length;
	const char *shown = get_ps_display(&length);

	if (read(fd, text, sizeof(text) - 1) < 0)
		text[0] = '\0';
	close(fd);
	emit("%s: \"%s\", \"%.*s\" %d", what, text, length, shown, length);
}

static void
show_row(void)
{
	TimestampTz before = GetCurrentTimestamp();
	char		longer[2000];
	LocalPgBackendStatus *local = NULL;

	pgstat_beinit();
	pgstat_bestart();
	pgstat_report_appname("shows");
	row("at first");
	emit("pid %d, type %d, started %d, database %u", MyBEEntry->st_procpid == MyProcPid,
		 MyBEEntry->st_backendType, MyBEEntry->st_proc_start_timestamp == MyStartTimestamp,
		 MyBEEntry->st_databaseid);
	pgstat_report_activity(STATE_RUNNING, "something");
	row("running");
	emit("since: %d", MyBEEntry->st_state_start_timestamp >= before);
	pgstat_report_activity(STATE_IDLE, NULL);
	row("idle");
	pgstat_report_query_id(5, false);
	pgstat_report_query_id(6, false);
	row("query");
	pgstat_report_query_id(7, true);
	row("forced");
	pgstat_report_activity(STATE_RUNNING, "");
	row("empty");
	pgstat_report_xact_timestamp(77);
	emit("transaction: %d", (int) MyBEEntry->st_xact_start_timestamp);

	memset(longer, 'x', sizeof(longer));
	longer[1022] = (char) 0xC3;
	longer[1023] = (char) 0xB6;
	longer[sizeof(longer) - 1] = '\0';
	pgstat_report_activity(STATE_RUNNING, longer);
	emit("long: %zu, %02X, limit %d", strlen(MyBEEntry->st_activity_raw),
		 (unsigned char) MyBEEntry->st_activity_raw[1022], pgstat_track_activity_query_size);
	longer[NAMEDATALEN + 10] = '\0';
	pgstat_report_appname(longer);
	emit("name: %zu", strlen(MyBEEntry->st_appname));
	pgstat_report_appname("shows");

	pgstat_report_activity(STATE_IDLE, "to be seen");
	pgstat_clear_backend_activity_snapshot();
	for (int i = 1; i <= pgstat_fetch_stat_numbackends(); i++)
	{
		LocalPgBackendStatus *one = pgstat_get_local_beentry_by_index(i);

		if (one->backendStatus.st_procpid == MyProcPid)
			local = one;
	}
	emit("local: %d %s %s, number %d", local->backendStatus.st_state,
		 local->backendStatus.st_appname, local->backendStatus.st_activity_raw,
		 local->proc_number == MyProcNumber);
	pgstat_report_activity(STATE_IDLE, "later");
	emit("still: %s", local->backendStatus.st_activity_raw);
	emit("by number: %d %d", pgstat_get_local_beentry_by_proc_number(MyProcNumber) == local,
		 pgstat_get_beentry_by_proc_number(MyProcNumber) == &local->backendStatus);
	emit("none: %d %d", pgstat_get_local_beentry_by_index(0) == NULL,
		 pgstat_get_local_beentry_by_index(100000) == NULL);
	pgstat_clear_snapshot();
	emit("anew: %s",
		 pgstat_get_local_beentry_by_proc_number(MyProcNumber)->backendStatus.st_activity_raw);
	emit("by pid: %s, %s", pgstat_get_backend_current_activity(MyProcPid, false),
		 pgstat_get_backend_current_activity(1, false));
	emit("clipped: %s", pgstat_clip_activity("short"));

	pgstat_progress_start_command(PROGRESS_COMMAND_COPY, 5);
	pgstat_progress_update_param(3, 10);
	pgstat_progress_incr_param(3, 5);
	pgstat_progress_update_multi_param(2, (int[]) {0, 19}, (int64[]) {-1, 4});
	emit("progress: %d %u, %d %d %d", MyBEEntry->st_progress_command,
		 MyBEEntry->st_progress_command_target, (int) MyBEEntry->st_progress_param[0],
		 (int) MyBEEntry->st_progress_param[3], (int) MyBEEntry->st_progress_param[19]);
	pgstat_progress_end_command();
	emit("ended: %d %u, %d", MyBEEntry->st_progress_command,
		 MyBEEntry->st_progress_command_target, (int) MyBEEntry->st_progress_param[3]);

	pgstat_track_activities = false;
	pgstat_report_activity(STATE_RUNNING, "not to be seen");
	row("disabled");
	pgstat_track_activities = true;
	pgstat_report_activity(STATE_RUNNING, NULL);
	row("enabled");
}

static void
show_title(void)
{
	title("at first");
	set_ps_display("doing this");
	title("set");
	set_ps_display_suffix("waiting");
	title("suffix");
	set_ps_display_suffix("done");
	title("another suffix");
	set_ps_display_remove_suffix();
	title("removed");
	set_ps_display_remove_suffix();
	title("removed twice");
	set_ps_display_suffix("waiting");
	set_ps_display("doing that");
	set_ps_display_remove_suffix();
	title("set anew");
	set_ps_display("");
	set_ps_display_suffix("waiting");
	title("suffix alone");
	init_ps_display("a name");
	title("named");
	set_ps_display("at work");
	title("at work");
	init_ps_display(NULL);
	title("kind");
	update_process_title = false;
	set_ps_display("unseen");
	set_ps_display_suffix("unseen");
	title("kept");
	init_ps_display("renamed");
	title("renamed");
}

void
shows_main(Datum arg)
{
	probe_begin();
	show_row();
	show_title();
	emit("alive: %d %d", PostmasterIsAlive(), PostmasterIsAliveInternal());
	emit("statistics: %ld", pgstat_report_stat(true));
	emit("done");
}

void
shows_stay(Datum arg)
{
	probe_begin();
	pgstat_report_appname("the \t one");
	pgstat_report_activity(STATE_RUNNING, "waits for its end");
	emit("there");
	for (;;)
	{
		(void) WaitLatch(MyLatch, WL_LATCH_SET | WL_TIMEOUT | WL_EXIT_ON_PM_DEATH,
						 PROBE_DEADLINE_MS, WaitEventExtensionNew("the end"));
		ResetLatch(MyLatch);
		CHECK_FOR_INTERRUPTS();
	}
}

void
_PG_init(void)
{
	probe_settings("shows");
	probe_static("shows", probe_is("stay") ? "shows_stay" : "shows_main");
}
