/*
 * closer: numbers and digits with soft errors, texts that are close to one another, ends of
 * children, folders; a fact for each question. The facts are the same in PostgreSQL (c_tests/facts/closer.txt).
 */
#include "caught.h"

#include <sys/stat.h>

#include "nodes/miscnodes.h"
#include "utils/builtins.h"
#include "utils/varlena.h"

PGDLLEXPORT void closer_main(Datum arg);

/* A soft error with its details. */
#define soft(what, call) \
	do { \
		ErrorSaveContext context_ = {.type = T_ErrorSaveContext,.details_wanted = true}; \
		Node	   *node = (Node *) &context_; \
		long		value_ = (long) (call); \
		ErrorData  *e_ = context_.error_data; \
		if (context_.error_occurred) \
			emit("%s: %s %s", what, unpack_sql_state(e_->sqlerrcode), e_->message); \
		else \
			emit("%s: %ld", what, value_); \
	} while (0)

static void
numbers(void)
{
	static const char *const texts[] = {
		"12", "-12", "+7", "0x1F", "010", "09", "4294967295", "4294967296", "-1", "-2147483648",
		"-2147483649", "18446744073709551615", "18446744073709551616", "", " ", "x", " 5 ", "5x", "0x", "40000"
	};
	char		buffer[40];
	char	   *end;
	Oid			few[] = {5, 4294967295U, 5};

	for (int i = 0; i < lengthof(texts); i++)
	{
		soft(texts[i], pg_strtoint16_safe(texts[i], node));
		soft(texts[i], pg_strtoint32_safe(texts[i], node));
		soft(texts[i], pg_strtoint64_safe(texts[i], node));
		soft(texts[i], uint32in_subr(texts[i], NULL, "oid", node));
		soft(texts[i], uint64in_subr(texts[i], NULL, "xid8", node));
	}
	caught("hard", (void) pg_strtoint32_safe("y", NULL));
	caught("hard", (void) uint32in_subr("y", NULL, "oid", NULL));
	few[1] = uint32in_subr(" 77 and more", &end, "oid", NULL);
	emit("part: %u, %s", few[1], end);
	few[1] = 4294967295U;
	memset(buffer, 0, sizeof(buffer));
	emit("%d %s", (int) (pg_ultostr(buffer, 4294967295U) - buffer), buffer);
	memset(buffer, 0, sizeof(buffer));
	emit("%d %s", (int) (pg_ultostr_zeropad(buffer, 7, 5) - buffer), buffer);
	memset(buffer, 0, sizeof(buffer));
	emit("%d %s", (int) (pg_ultostr_zeropad(buffer, 123456, 2) - buffer), buffer);
	emit("order: %d %d %d", oid_cmp(&few[0], &few[1]), oid_cmp(&few[1], &few[0]),
		 oid_cmp(&few[0], &few[2]));
}

static void
digits(void)
{
	char		buffer[100];
	uint64		length;

	memset(buffer, 0, sizeof(buffer));
	length = hex_encode("\x00\x7f\xff@", 4, buffer);
	emit("encoded: %d %s", (int) length, buffer);
	length = hex_decode(" 48 6C\n6c6F ", 12, buffer);
	emit("decoded: %d %.4s", (int) length, buffer);
	caught("odd", (void) hex_decode("484", 3, buffer));
	caught("digit", (void) hex_decode("4g", 2, buffer));
	soft("odd", hex_decode_safe("4", 1, buffer, node));
	soft("blank inside", hex_decode_safe("4 8", 3, buffer, node));
	soft("fine", hex_decode_safe("4849", 4, buffer, node));
}

static int
distance(const char *a, const char *b, int insert, int delete, int substitute)
{
	return varstr_levenshtein(a, strlen(a), b, strlen(b), insert, delete, substitute, false);
}

static void
close_texts(void)
{
	char		long_text[300];
	ClosestMatchState state;

	emit("far: %d %d %d %d %d", distance("kitten", "sitting", 1, 1, 1), distance("", "abc", 2, 1, 1),
		 distance("abc", "", 1, 3, 1), distance("abc", "abd", 1, 1, 5), distance("same", "same", 1, 1, 1));
	emit("far: %d %d", distance("flaw", "lawn", 2, 3, 4), distance("abcdef", "azced", 1, 2, 3));
	for (int most = -1; most < 5; most++)
		emit("at most %d: %d", most,
			 varstr_levenshtein_less_equal("kitten", 6, "sitting", 7, 1, 1, 1, most, false));
	memset(long_text, 'x', sizeof(long_text));
	caught("too long", (void) varstr_levenshtein(long_text, 256, "x", 1, 1, 1, 1, false));
	emit("trusted: %d", varstr_levenshtein(long_text, 256, "x", 1, 1, 1, 1, true));

	initClosestMatch(&state, "work_men", 4);
	emit("none: %d", getClosestMatch(&state) == NULL);
	updateClosestMatch(&state, "something");
	updateClosestMatch(&state, "");
	updateClosestMatch(&state, NULL);
	emit("none: %d", getClosestMatch(&state) == NULL);
	updateClosestMatch(&state, "work_bench");
	updateClosestMatch(&state, "work_mem");
	updateClosestMatch(&state, "wark_men");
	emit("closest: %s", getClosestMatch(&state));
	initClosestMatch(&state, "ab", 4);
	updateClosestMatch(&state, "xy");
	emit("too far: %d", getClosestMatch(&state) == NULL);
}

static void
children(void)
{
	static const int results[] = {
		0, 1 << 8, 126 << 8, 127 << 8, 137 << 8, 9, 15, 11 | 0x80, 0x137f, 255 << 8
	};

	for (int i = 0; i < lengthof(results); i++)
		emit("%s, %d %d %d %d", wait_result_to_str(results[i]), wait_result_is_signal(results[i], 9),
			 wait_result_is_any_signal(results[i], false), wait_result_is_any_signal(results[i], true),
			 wait_result_to_exit_code(results[i]));
	errno = ENOENT;
	emit("%s, %d %d", wait_result_to_str(-1), wait_result_is_any_signal(-1, true),
		 wait_result_to_exit_code(-1));
	emit("%s, %s", pg_strsignal(SIGTERM), pg_strsignal(1000));
	emit("compared: %d %d %d", timingsafe_bcmp("abc", "abc", 3) == 0, timingsafe_bcmp("abc", "abd", 3) == 0,
		 timingsafe_bcmp("abc", "xyz", 0) == 0);
}

static int
mode_of(const char *name)
{
	struct stat st;

	return stat(name, &st) == 0 ? (int) (st.st_mode & 07777) : -errno;
}

static void
folders(void)
{
	char		path[] = "closer.test/one/two";
	char		file[] = "closer.test/file/two";

	emit("none: %d", pg_check_dir("closer.test"));
	umask(077);
	emit("made: %d", pg_mkdir_p(path, 0750));
	emit("modes: %o %o", mode_of("closer.test/one"), mode_of(path));
	emit("again: %d", pg_mkdir_p(path, 0700));
	emit("empty: %d", pg_check_dir(path));
	close(open("closer.test/one/two/.hidden", O_CREAT | O_WRONLY, 0600));
	emit("hidden: %d", pg_check_dir(path));
	mkdir("closer.test/one/two/lost+found", 0700);
	emit("lost: %d", pg_check_dir(path));
	close(open("closer.test/one/two/file", O_CREAT | O_WRONLY, 0600));
	emit("more: %d", pg_check_dir(path));
	close(open("closer.test/file", O_CREAT | O_WRONLY, 0600));
	emit("a file: %d", pg_mkdir_p(file, 0700));
	emit("errno: %d", errno);
	emit("no folder: %d", pg_check_dir("closer.test/file"));
	emit("errno: %d", errno);
}

void
closer_main(Datum arg)
{
	probe_begin();
	numbers();
	digits();
	close_texts();
	children();
	folders();
	emit("done");
}

void
_PG_init(void)
{
	probe_settings("closer");
	probe_static("closer", "closer_main");
}
