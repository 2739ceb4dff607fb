/*
 * systems: what port.h and common/string.h do with folders, users, programs and lines, a fact for each question.
 * The facts are the same in PostgreSQL (c_tests/facts/systems.txt).
 */
#include "caught.h"

#include <sys/socket.h>
#include <sys/stat.h>

#include "common/string.h"
#include "lib/stringinfo.h"

PGDLLEXPORT void systems_main(Datum arg);

static void
see(ErrorData *edata)
{
	if (edata->elevel == WARNING || edata->sqlerrcode == ERRCODE_SYSTEM_ERROR)
		emit("%d: %s %s", edata->elevel, unpack_sql_state(edata->sqlerrcode), edata->message);
}

static void
make(const char *name, const char *text)
{
	FILE	   *file = fopen(name, "w");

	fputs(text, file);
	fclose(file);
}

static void
show_folders(void)
{
	mkdir("systems.test", 0700);
	mkdir("systems.test/a", 0700);
	mkdir("systems.test/a/b", 0700);
	mkdir("systems.other", 0700);
	make("systems.test/one", "");
	make("systems.test/a/b/two", "");
	make("systems.other/kept", "");
	emit("link: %d", symlink("../../systems.other", "systems.test/a/link"));
	emit("removed: %d", rmtree("systems.test", false));
	emit("empty: %d", rmdir("systems.test") == 0 && mkdir("systems.test", 0700) == 0);
	emit("kept: %d", access("systems.other/kept", F_OK));
	emit("removed: %d", rmtree("systems.test", true));
	emit("gone: %d", access("systems.test", F_OK));
	emit("removed: %d", rmtree("systems.test", true));
	mkdir("systems.test", 0700);
	mkdir("systems.test/a", 0700);
	make("systems.test/a/x", "");
	emit("a file: %d", rmtree("systems.test/a/x", true));
	chmod("systems.test/a", 0500);
	if (geteuid() != 0)
		emit("denied: %d", rmtree("systems.test", true));
	chmod("systems.test/a", 0700);
	emit("removed: %d %d", rmtree("systems.test", true), rmtree("systems.other", true));
}

static void
show_users(void)
{
	char		text[200];
	char		path[MAXPGPATH];
	bool		ok;
	uid_t		uid;
	gid_t		gid;
	int			sockets[2];
	int			got;

	ok = pg_get_user_name(0, text, sizeof(text));
	emit("name: %d %s", ok, text);
	ok = pg_get_user_name(0, text, 3);
	emit("name: %d %s", ok, text);
	ok = pg_get_user_name(4000000, text, sizeof(text));
	emit("name: %d %s", ok, text);
	ok = pg_get_user_home_dir(0, text, sizeof(text));
	emit("home: %d %s", ok, text);
	ok = pg_get_user_home_dir(4000000, text, sizeof(text));
	emit("home: %d %s", ok, text);
	setenv("HOME", "/a/b/../home", 1);
	ok = get_home_path(path);
	emit("home: %d %s", ok, path);
	setenv("HOME", "", 1);
	ok = get_home_path(path);
	emit("home: %d %d", ok, path[0] == '/');
	emit("pair: %d", socketpair(AF_UNIX, SOCK_STREAM, 0, sockets));
	got = getpeereid(sockets[0], &uid, &gid);
	emit("peer: %d %d %d", got, uid == geteuid(), gid == getegid());
	got = getpeereid(0, &uid, &gid);
	emit("peer: %d %d", got, errno);
}

static void
show_paths(void)
{
	static const char *const paths[] = {"", "a", "/a", "../a", "a/../..", "a/../b", "a/../../b", "./a:b", "a\\b'c''", ":"};

	for (int i = 0; i < lengthof(paths); i++)
	{
		char		path[MAXPGPATH];
		char	   *colon = first_path_var_separator(paths[i]);

		strcpy(path, paths[i]);
		make_native_path(path);
		cleanup_path(path);
		emit("\"%s\": \"%s\" safe %d drive %d colon %d program %s escaped %s", paths[i], path,
			 path_is_safe_for_extraction(paths[i]), has_drive_prefix(paths[i]),
			 colon ? (int) (colon - paths[i]) : -1, get_progname(paths[i]), escape_single_quotes_ascii(paths[i]));
	}
}

static void
show_programs(void)
{
	emit("good: %d", pclose_check(popen("exit 0", "r")));
	emit("bad: %d", pclose_check(popen("exit 3", "r")));
	emit("killed: %d", pclose_check(popen("kill -9 $$", "r")));
	emit("none: %d", pclose_check(popen("/none/none 2> /dev/null", "r")));
}

static int
compare(const void *a, const void *b, void *arg)
{
	++*(int *) arg;
	if (*(const int *) a == -1 || *(const int *) b == -1)
		elog(ERROR, "a bad one");
	return (*(const int *) a > *(const int *) b) - (*(const int *) a < *(const int *) b);
}

static void
show_sorting(void)
{
	static int	numbers[1000];
	int			calls = 0;
	bool		sorted = true;
	int			key;

	for (int count = 0; count <= lengthof(numbers); count = count * 3 + 1)
	{
		for (int i = 0; i < count; i++)
			numbers[i] = (i * 7919) % 1009 * 2;
		qsort_interruptible(numbers, count, sizeof(int), compare, &calls);
		for (int i = 1; i < count; i++)
			sorted = sorted && numbers[i - 1] <= numbers[i];
		for (int i = 0; i < count; i++)
		{
			int		   *found = bsearch_arg(&numbers[i], numbers, count, sizeof(int), compare, &calls);

			sorted = sorted && found && *found == numbers[i];
		}
		key = 3;
		sorted = sorted && bsearch_arg(&key, numbers, count, sizeof(int), compare, &calls) == NULL;
		key = 100000;
		sorted = sorted && bsearch_arg(&key, numbers, count, sizeof(int), compare, &calls) == NULL;
	}
	emit("sorted: %d %d", sorted, calls > 1000);
	numbers[50] = -1;
	caught("sorted", qsort_interruptible(numbers, 100, sizeof(int), compare, &calls));
	InterruptPending = QueryCancelPending = true;
	numbers[50] = 0;
	caught("canceled", qsort_interruptible(numbers, 100, sizeof(int), compare, &calls));
}

static void
show_lines(void)
{
	FILE	   *file = fopen("systems.lines", "w+");
	StringInfoData text;
	char	   *line;
	bool		got;

	fputs("first\n\n", file);
	for (int i = 0; i < 5000; i++)
		fputc('x', file);
	fputs("\nappended\nnot ended", file);
	rewind(file);
	line = pg_get_line(file, NULL);
	emit("line: %s", line);
	line = pg_get_line(file, NULL);
	emit("line: %zu", strlen(line));
	initStringInfo(&text);
	appendStringInfoString(&text, "before ");
	got = pg_get_line_buf(file, &text);
	emit("line: %d %d %d", got, text.len, text.data[5000] == '\n');
	resetStringInfo(&text);
	appendStringInfoString(&text, "line\n");
	got = pg_get_line_append(file, &text, NULL);
	emit("line: %d %d %d", got, text.len, strcmp(text.data, "line\nappended\n"));
	got = pg_get_line_append(file, &text, NULL);
	emit("line: %d %d %s", got, text.len, text.data + 5);
	got = pg_get_line_append(file, &text, NULL);
	emit("line: %d %d", got, text.len);
	emit("line: %d", pg_get_line(file, NULL) == NULL);
	fclose(file);
	unlink("systems.lines");
}

void
systems_main(Datum arg)
{
	probe_begin();
	emit_log_hook = see;
	show_folders();
	show_users();
	show_paths();
	show_programs();
	show_lines();
	show_sorting();
	emit("done");
	probe_idle();
}

void
_PG_init(void)
{
	probe_settings("systems");
	probe_static("systems", "systems_main");
}
