/*
 * files: what the functions of storage/fd.h do, in a folder of their own in the data directory, a fact for each
 * question. The facts are the same in PostgreSQL (c_tests/facts/files.txt).
 */
#include "steps.h"

#include <sys/stat.h>

#include "common/file_perm.h"
#include "storage/fd.h"
#include "utils/memutils.h"

PGDLLEXPORT void files_main(Datum arg);

/* Tries something; a fact if it raised an error. */
#define TRY(what, ...) \
	do { \
		PG_TRY(); \
		{ \
			__VA_ARGS__; \
		} \
		PG_CATCH(); \
		{ \
			ErrorData  *error_; \
			MemoryContextSwitchTo(TopMemoryContext); \
			error_ = CopyErrorData(); \
			FlushErrorState(); \
			emit("%s: %s %s", what, unpack_sql_state(error_->sqlerrcode), error_->message); \
		} \
		PG_END_TRY(); \
	} while (0)

static int
mode_of(const char *name)
{
	struct stat st;

	return stat(name, &st) == 0 ? (int) (st.st_mode & 07777) : -errno;
}

static void
show_files(void)
{
	char		text[20] = "";
	FILE	   *file = AllocateFile("files.test/one", PG_BINARY_W);
	int			fd;

	STEPS("written", fputs("content", file) >= 0, FreeFile(file));
	file = AllocateFile("files.test/one", PG_BINARY_R);
	STEPS("read", fgets(text, sizeof(text), file) != NULL, strcmp(text, "content"), FreeFile(file));
	file = AllocateFile("files.test/none", "r");
	STEPS("none", file == NULL, errno);
	FreeFile(fopen("files.test/one", "r"));
	fd = OpenTransientFile("files.test/two", O_RDWR | O_CREAT | O_EXCL);
	STEPS("transient", fd >= 0, mode_of("files.test/two"), pg_fsync(fd), CloseTransientFile(fd));
	STEPS("transient", OpenTransientFile("files.test/two", O_RDWR | O_CREAT | O_EXCL), errno);
	fd = OpenTransientFilePerm("files.test/three", O_RDWR | O_CREAT, 0400);
	STEPS("transient", fd >= 0, mode_of("files.test/three"), CloseTransientFile(fd));
	fd = BasicOpenFile("files.test/two", O_RDONLY);
	STEPS("basic", fd >= 0, CloseTransientFile(fd));
	STEPS("closed", close(fd), errno);
	emit("modes: %o %o", pg_file_create_mode, pg_dir_create_mode);
}

static void
show_folders(void)
{
	DIR		   *dir = AllocateDir("files.test");
	struct dirent *entry;
	int			count = 0;

	while ((entry = ReadDir(dir, "files.test")) != NULL)
		count += entry->d_name[0] != '.';
	STEPS("folder", count, FreeDir(dir));
	dir = AllocateDir("files.test/none");
	STEPS("no folder", dir == NULL, errno, FreeDir(dir));
	dir = AllocateDir("files.test/none");
	TRY("no folder", ReadDir(dir, "files.test/none"));
	dir = AllocateDir("files.test/one");
	TRY("a file", ReadDir(dir, "files.test/one"));
	dir = AllocateDir("files.test/none");
	emit("no folder: %d", ReadDirExtended(dir, "files.test/none", WARNING) == NULL);
}

static void
show_durable(void)
{
	fsync_fname("files.test/one", false);
	fsync_fname("files.test", true);
	STEPS("renamed", durable_rename("files.test/one", "files.test/new", ERROR),
		  access("files.test/one", F_OK), access("files.test/new", F_OK));
	STEPS("renamed", durable_rename("files.test/new", "files.test/two", ERROR),
		  access("files.test/two", F_OK));
	TRY("renamed", durable_rename("files.test/none", "files.test/two", ERROR));
	TRY("renamed", durable_rename("files.test/two", "files.test/none/two", ERROR));
	TRY("renamed", durable_rename("files.test/two", "files.test", ERROR));
	emit("renamed: %d", durable_rename("files.test/none", "files.test/two", WARNING));
	emit("errno: %d", errno);
	STEPS("unlinked", durable_unlink("files.test/two", ERROR), access("files.test/two", F_OK));
	TRY("unlinked", durable_unlink("files.test/two", ERROR));
	emit("unlinked: %d", durable_unlink("files.test/two", WARNING));
}

void
files_main(Datum arg)
{
	probe_begin();
	emit_log_hook = see;
	STEPS("made", MakePGDirectory("files.test"), mode_of("files.test"));
	STEPS("made", MakePGDirectory("files.test"), errno);
	show_files();
	show_folders();
	show_durable();
	emit("done");
	probe_idle();
}

void
_PG_init(void)
{
	probe_settings("files");
	probe_static("files", "files_main");
}
