/*
 * ports: what the functions of port.h, common/string.h and common/pg_prng.h return, a fact for each question.
 * The facts are the same in PostgreSQL (c_tests/facts/ports.txt).
 */
#include "probe.h"

#include <math.h>

#include "common/pg_prng.h"
#include "common/string.h"
#include "utils/memutils.h"

PGDLLEXPORT void ports_main(Datum arg);

#define SHOW(...) \
	do { \
		char		text_[80]; \
		int			n_; \
		errno = ENOENT; \
		memset(text_, 'x', sizeof(text_)); \
		n_ = pg_snprintf(text_, 40, __VA_ARGS__); \
		text_[79] = '\0'; \
		emit("printf %s: %d \"%s\"", #__VA_ARGS__, n_, text_); \
	} while (0)

static void
show_printf(void)
{
	const char *volatile null = NULL;

	SHOW("%d %5d %-5d| %05d %+d %x %X %o %#x", 1, 2, 3, 4, 5, 255, 255, 8, 255);
	SHOW("%ld %lld %zu %hd %u %c%%", -1L, -2LL, (size_t) 3, (short) 4, 5u, 'c');
	SHOW("%s|%5s|%-5s|%.2s|%*s|%.*s", "a", "b", "c", "def", 4, "g", 1, "hi");
	SHOW("%s %10s", null, null);
	SHOW("%2$s %1$d", 1, "two");
	SHOW("%m %d", 1);
	SHOW("%m %g", 1.5);
	SHOW("%f %g %e %.0f %5.1f|%-8.2f|%08.3f|%+g", 1.5, 1e100, 12345.678, 2.5, 3.14159, 2.0, -1.5, 1.0);
	SHOW("%g %f %e %G %F %E", NAN, NAN, NAN, NAN, NAN, NAN);
	SHOW("%g %f", INFINITY, -INFINITY);
	SHOW("%10g|%-10g|%+g|%+g", INFINITY, -INFINITY, INFINITY, NAN);
	SHOW("%010g|%-5g|%.1f", INFINITY, NAN, INFINITY);
	SHOW("%s %g %d %ld %p %c%% %5s", "mixed", NAN, 1, 2L, (void *) 0x10, 'c', "end");
	SHOW("%*d %g %-*d| %.*f", 5, 1, 2.5, 4, 2, 1, 3.25);
	SHOW("%hd %g %hhd %zd %llu", (short) 1, 2.5, 3, (ssize_t) -4, 5ULL);
	SHOW("%d %s %s %g", 123456789, "a long text that does not", "fit into the buffer at all", 1.0);
	SHOW("%s %s %s", "a long text that does not", "fit into the buffer at all", "by far");
	SHOW("%d %g %g %%", 7, -0.0, 1e-320);
	for (int precision = -1; precision < 40; precision += 8)
	{
		char		text[60];

		pg_strfromd(text, sizeof(text), precision, 1.0 / 3);
		emit("strfromd %d: %s %d", precision, text, pg_strfromd(text, 60, precision, 1e300));
	}
	{
		char		text[20];
		static const double odd[] = {NAN, INFINITY, -INFINITY, -0.0, 0};

		for (int i = 0; i < lengthof(odd); i++)
			emit("strfromd: %d %s", pg_strfromd(text, sizeof(text), 5, odd[i]), text);
		emit("strfromd: %d %s", pg_strfromd(text, 4, 17, 1.0 / 3), text);
	}
}

static void
show_paths(void)
{
	static const char *const paths[] = {
		"", "/", "//", ".", "..", "./", "../", "/.", "/..", "a", "a/", "a//", "./a", "a/.", "a/..", "a/../..",
		"a/../../b", "../a/..", "../..", "../../a", "/a/../b", "/a/b/../..", "/../../a", "a/b/./../c//d/",
		"...", "a/...", "/a//b///c", ".a", "..a", "a../b", "././.", "a/b/../../../c", "/a/b//"
	};
	char		path[MAXPGPATH];

	for (int i = 0; i < lengthof(paths); i++)
	{
		char		parent[MAXPGPATH];
		char		joined[MAXPGPATH];
		char	   *absolute = make_absolute_path(paths[i][0] == '/' ? paths[i] : "/x/../y");
		char	   *first = first_dir_separator(paths[i]);
		char	   *last = last_dir_separator(paths[i]);

		strcpy(path, paths[i]);
		canonicalize_path(path);
		strcpy(parent, paths[i]);
		get_parent_directory(parent);
		join_path_components(joined, paths[i], "tail");
		emit("path \"%s\": \"%s\" \"%s\" \"%s\" \"%s\" %s %s %d %d %d %d", paths[i], path, parent, joined,
			 absolute, first ? first : "-", last ? last : "-", path_contains_parent_reference(path),
			 path_is_relative_and_below_cwd(path), path_is_prefix_of_path("/a", path),
			 is_absolute_path(paths[i]));
		free(absolute);
		join_path_components(joined, "head", paths[i]);
		emit("joined: \"%s\"", joined);
	}
	strcpy(path, "same");
	join_path_components(path, path, "");
	join_path_components(path, path, "place");
	emit("joined: \"%s\" %d", path, make_absolute_path(NULL) == NULL);
}

static void
show_strings(void)
{
	static const char *const words[] = {"", "a", "A", "ab", "AB", "abc", "b", "Z", "_", "\303\244", "\303\204"};
	static const char *const numbers[] = {
		"0", "42", " -7x", "2147483647", "2147483648", "-2147483649", "99999999999999999999", "x", ""
	};
	char		line[] = "text\r\n\n\r";

	for (int i = 0; i < lengthof(words); i++)
		for (int j = 0; j < lengthof(words); j++)
			emit("compare %d %d: %d %d %d %d", i, j, pg_strcasecmp(words[i], words[j]),
				 pg_strncasecmp(words[i], words[j], 1), pg_strncasecmp(words[i], words[j], 0),
				 pg_str_endswith(words[i], words[j]));
	for (int c = 0; c < 256; c++)
		if (pg_toupper(c) != c || pg_tolower(c) != c || pg_ascii_toupper(c) != c || pg_ascii_tolower(c) != c)
			emit("case %d: %d %d %d %d", c, pg_toupper(c), pg_tolower(c), pg_ascii_toupper(c),
				 pg_ascii_tolower(c));
	for (int i = 0; i < lengthof(numbers); i++)
	{
		char	   *end;
		int			n;

		errno = 0;
		n = strtoint(numbers[i], &end, 10);
		emit("strtoint \"%s\": %d \"%s\" %d", numbers[i], n, end, errno);
	}
	emit("clean: %s", pg_clean_ascii("a\tb\177\303\244 ~", 0));
	emit("strip: %d \"%s\"", pg_strip_crlf(line), line);
	emit("ascii: %d %d", pg_is_ascii("abc"), pg_is_ascii("\303\244"));
	emit("error: %s, %s", pg_strerror(ENOENT), pg_strerror_r(EACCES, (char[100]) {0}, 100));
}

static int
compare_ints(const void *a, const void *b)
{
	return *(const int *) a - *(const int *) b;
}

static int
jump(const void *a, const void *b, void *arg)
{
	ereport(ERROR, (errmsg("compared for the %s time", (char *) arg)));
	return 0;
}

static void
show_sorting(void)
{
	int			numbers[] = {5, 3, 9, -1, 3, 0};
	const char *words[] = {"b", "", "a", "ab"};

	qsort(numbers, lengthof(numbers), sizeof(int), compare_ints);
	emit("sorted: %d %d %d %d %d %d", numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], numbers[5]);
	pg_qsort(words, lengthof(words), sizeof(char *), pg_qsort_strcmp);
	emit("sorted: \"%s\" \"%s\" \"%s\" \"%s\"", words[0], words[1], words[2], words[3]);
	PG_TRY();
	{
		qsort_arg(numbers, 2, sizeof(int), jump, (void *) "first");
	}
	PG_CATCH();
	{
		MemoryContextSwitchTo(TopMemoryContext);
		emit("jumped: %s", CopyErrorData()->message);
		FlushErrorState();
	}
	PG_END_TRY();
}

static void
show_random(void)
{
	static const uint64 seeds[] = {0, 1, 42, PG_UINT64_MAX};
	uint64		strong[4] = {0};
	pg_prng_state zeros = {0, 0};

	for (int i = 0; i < lengthof(seeds); i++)
	{
		pg_prng_state state;

		pg_prng_seed(&state, seeds[i]);
		emit("random: " UINT64_FORMAT " " UINT64_FORMAT " " INT64_FORMAT " " INT64_FORMAT " %u %d %d %.17g %.12g %d",
			 pg_prng_uint64(&state), pg_prng_uint64_range(&state, 10, 19), pg_prng_int64p(&state),
			 pg_prng_int64(&state), pg_prng_uint32(&state), pg_prng_int32(&state), pg_prng_int32p(&state),
			 pg_prng_double(&state), pg_prng_double_normal(&state), pg_prng_bool(&state));
		emit("random: " INT64_FORMAT " " INT64_FORMAT " " UINT64_FORMAT " " UINT64_FORMAT,
			 pg_prng_int64_range(&state, -5, 5), pg_prng_int64_range(&state, PG_INT64_MIN, PG_INT64_MAX),
			 pg_prng_uint64_range(&state, 3, 2), pg_prng_uint64_range(&state, 0, PG_UINT64_MAX));
		pg_prng_fseed(&state, -0.25 * i);
		emit("random: " UINT64_FORMAT, pg_prng_uint64(&state));
	}
	emit("zeros: %d " UINT64_FORMAT, pg_prng_seed_check(&zeros), pg_prng_uint64(&zeros));
	emit("strong: %d %d", pg_strong_random(strong, sizeof(strong)), (strong[0] | strong[3]) != 0);
}

void
ports_main(Datum arg)
{
	int64		start = probe_ms();

	probe_begin();
	show_printf();
	show_paths();
	show_strings();
	show_sorting();
	show_random();
	pg_usleep(20000);
	pg_usleep(-1);
	emit("slept: %d", probe_ms() - start >= 20);
	emit("done");
	probe_idle();
}

void
_PG_init(void)
{
	probe_settings("ports");
	probe_static("ports", "ports_main");
}
