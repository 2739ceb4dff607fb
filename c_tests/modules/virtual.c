/*
 * virtual: what storage/fd.h's files of their own numbers do, in a folder in the data directory, a fact for each
 * question. The facts are the same in PostgreSQL (c_tests/facts/virtual.txt).
 */
#include "caught.h"
#include "steps.h"

#include <sys/resource.h>
#include <sys/stat.h>

#include "storage/fd.h"
#include "utils/resowner.h"

PGDLLEXPORT void virtual_main(Datum arg);

#define NAME "virtual.test/one"

static void
show_reading(void)
{
	char		text[40] = "";
	char		more[40] = "";
	struct iovec two[2] = {{"some", 4}, {" content", 8}};
	struct iovec into[2] = {{text, 6}, {more, 30}};
	File		file = PathNameOpenFilePerm(NAME, O_RDWR | O_CREAT | O_EXCL, 0640);
	int			save_errno;

	STEPS("opened", file > 0, fcntl(FileGetRawDesc(file), F_GETFD) & FD_CLOEXEC,
		  (FileGetRawFlags(file) & (O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC)) == (O_RDWR | O_CLOEXEC),
		  FileGetRawMode(file));
	emit("name: %s", FilePathName(file));
	STEPS("written", FileWriteV(file, two, 2, 3, 0), errno, FileSize(file));
	errno = 0;
	STEPS("read", FileReadV(file, into, 2, 3, 0), errno);
	emit("read: \"%s\" \"%s\"", text, more);
	memset(text, 0, sizeof(text));
	STEPS("read", FileRead(file, text, 5, 8, 0), FileRead(file, text, 5, 100, 0), FileWrite(file, "x", 1, 20, 0),
		  FileSize(file));
	STEPS("synced", FileSync(file, 0), FilePrefetch(file, 0, 10, 0), FileTruncate(file, 5, 0), FileSize(file));
	STEPS("zeros", FileZero(file, 2, 20000, 0), FileSize(file), FileZero(file, 0, 0, 0), FileRead(file, text, 3, 1, 0),
		  text[0], text[1]);
	STEPS("room", FileFallocate(file, 20000, 5000, 0), FileSize(file), FileFallocate(file, 0, 10, 0), FileSize(file));
	FileClose(file);
	file = PathNameOpenFile(NAME, O_RDWR | O_CREAT | O_EXCL);
	save_errno = errno;
	STEPS("again", file, save_errno);
	file = PathNameOpenFile(NAME, O_RDONLY);
	STEPS("only read", FileWrite(file, "x", 1, 0, 0), errno, FileTruncate(file, 0, 0), errno, FileZero(file, 0, 1, 0),
		  errno);
	STEPS("only read", FileRead(file, text, 1, -1, 0), errno, FileFallocate(file, 0, 1, 0), errno);
	FileClose(file);
	file = PathNameOpenFile("virtual.test/two", O_RDWR | O_CREAT);
	{
		struct stat st;

		STEPS("mode", fstat(FileGetRawDesc(file), &st), st.st_mode & 07777);
	}
	FileClose(file);
}

/* More than the system lets a process have open. */
static void
show_many(void)
{
	File		files[200];
	struct rlimit limit;
	int			right = 0;

	getrlimit(RLIMIT_NOFILE, &limit);
	limit.rlim_cur = 60;
	setrlimit(RLIMIT_NOFILE, &limit);
	for (int i = 0; i < lengthof(files); i++)
	{
		char		name[40];

		snprintf(name, sizeof(name), "virtual.test/m%d", i);
		files[i] = PathNameOpenFile(name, O_RDWR | O_CREAT | O_TRUNC);
		right += files[i] > 0 && FileWrite(files[i], &i, sizeof(i), 0, 0) == sizeof(i);
	}
	emit("written: %d", right);
	for (int i = right = 0; i < lengthof(files); i++)
	{
		int			got = -1;

		right += FileRead(files[i], &got, sizeof(got), 0, 0) == sizeof(got) && got == i;
	}
	emit("read: %d", right);
	for (int i = 0; i < lengthof(files); i++)
	{
		unlink(FilePathName(files[i]));
		FileClose(files[i]);
	}
}

static void
show_temporary(void)
{
	ResourceOwner owner = ResourceOwnerCreate(NULL, "files");
	char		names[3][MAXPGPATH];
	char		path[MAXPGPATH];
	File		file = OpenTemporaryFile(true);
	File		other;

	TempTablespacePath(path, InvalidOid);
	emit("folder: %s %d", path, strncmp(FilePathName(file), "base/pgsql_tmp/pgsql_tmp", 24) == 0);
	strcpy(names[0], FilePathName(file));
	STEPS("temporary", access(names[0], F_OK), FileWrite(file, "x", 1, 0, 0), FileSize(file));
	FileClose(file);
	STEPS("closed", access(names[0], F_OK));
	CurrentResourceOwner = owner;
	file = OpenTemporaryFile(false);
	strcpy(names[0], FilePathName(file));
	other = OpenTemporaryFile(false);
	strcpy(names[1], FilePathName(other));
	FileClose(other);
	other = OpenTemporaryFile(true);
	strcpy(names[2], FilePathName(other));
	STEPS("there", access(names[0], F_OK), access(names[1], F_OK), access(names[2], F_OK));
	ResourceOwnerRelease(owner, RESOURCE_RELEASE_BEFORE_LOCKS, false, true);
	ResourceOwnerRelease(owner, RESOURCE_RELEASE_LOCKS, false, true);
	STEPS("there", access(names[0], F_OK), access(names[1], F_OK), access(names[2], F_OK));
	ResourceOwnerRelease(owner, RESOURCE_RELEASE_AFTER_LOCKS, false, true);
	STEPS("released", access(names[0], F_OK), access(names[1], F_OK), access(names[2], F_OK));
	ResourceOwnerDelete(owner);
	FileClose(other);
	owner = CurrentResourceOwner = ResourceOwnerCreate(NULL, "shared");
	file = PathNameCreateTemporaryFile("virtual.test/shared", true);
	other = PathNameOpenTemporaryFile("virtual.test/shared", O_RDONLY);
	STEPS("shared", FileWrite(file, "abc", 3, 0, 0), FileSize(other));
	FileClose(file);
	for (int phase = RESOURCE_RELEASE_BEFORE_LOCKS; phase <= RESOURCE_RELEASE_AFTER_LOCKS; phase++)
		ResourceOwnerRelease(owner, phase, true, true);
	owner = CurrentResourceOwner = ResourceOwnerCreate(NULL, "errors");
	STEPS("shared", access("virtual.test/shared", F_OK),
		  PathNameOpenTemporaryFile("virtual.test/none", O_RDONLY), errno,
		  PathNameCreateTemporaryFile("virtual.test/none/none", false), errno,
		  PathNameDeleteTemporaryFile("virtual.test/shared", true),
		  PathNameDeleteTemporaryFile("virtual.test/shared", true));
	caught("created", PathNameCreateTemporaryFile("virtual.test/none/none", true));
	caught("opened", PathNameOpenTemporaryFile("virtual.test/one/none", O_RDONLY));
	caught("deleted", PathNameDeleteTemporaryFile("virtual.test", true));
	CurrentResourceOwner = NULL;
}

static void
show_others(void)
{
	char		text[40] = "";
	char		longest[300];
	int			fd = OpenTransientFile(NAME, O_RDWR);
	FILE	   *pipe = OpenPipeStream("echo text; exit 3", PG_BINARY_R);

	STEPS("pipe", fgets(text, sizeof(text), pipe) != NULL, strcmp(text, "text\n"), ClosePipeStream(pipe));
	ClosePipeStream(popen("exit 2", "r"));
	STEPS("file", pg_file_exists(NAME), pg_file_exists("virtual.test"), pg_file_exists("virtual.test/none"),
		  pg_file_exists(NAME "/none"), pg_file_exists(""));
	memset(longest, 'x', sizeof(longest));
	longest[sizeof(longest) - 1] = '\0';
	caught("file", pg_file_exists(longest));
	STEPS("cut", pg_truncate(NAME, 10), (long) lseek(fd, 0, SEEK_END), pg_truncate("virtual.test/none", 10), errno);
	pg_flush_data(fd, 0, 10);
	pg_flush_data(fd, 0, 0);
	STEPS("synced", pg_fdatasync(fd), pg_fsync_no_writethrough(fd), pg_fdatasync(-1), errno,
		  pg_fsync_writethrough(fd), errno, data_sync_elevel(WARNING) == PANIC);
	CloseTransientFile(fd);
	STEPS("synced", fsync_fname_ext(NAME, false, false, ERROR), fsync_fname_ext("virtual.test", true, true, ERROR),
		  fsync_fname_ext("virtual.test/none", false, true, WARNING), errno);
	caught("synced", fsync_fname_ext("virtual.test/none", false, true, ERROR));
	chmod(NAME, 0);
	STEPS("not allowed", fsync_fname_ext(NAME, false, true, ERROR));
	chmod(NAME, 0600);
	STEPS("external", AcquireExternalFD());
	ReleaseExternalFD();
	for (int i = 0; i < 1000; i++)
		ReserveExternalFD();
	STEPS("external", AcquireExternalFD(), errno);
}

/* Ends, and leaves a temporary file. */
static void
end(void)
{
	emit("left %s", FilePathName(OpenTemporaryFile(true)));
	if (probe_is("error"))
		elog(ERROR, "this is the end");
	if (probe_is("crash"))
		kill(MyProcPid, SIGKILL);
	proc_exit(0);
}

void
virtual_main(Datum arg)
{
	probe_begin();
	emit_log_hook = see;
	MakePGDirectory("virtual.test");
	if (!probe_is(""))
		end();
	show_reading();
	show_temporary();
	show_others();
	show_many();
	emit("done");
	probe_idle();
}

void
_PG_init(void)
{
	probe_settings("virtual");
	probe_static("virtual", "virtual_main");
}
