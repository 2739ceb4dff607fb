/* Files that are closed when an ERROR leaves them open. */
#ifndef FD_H
#define FD_H

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include "postgres.h"
#include "port/pg_iovec.h"

PGBGW_BEGIN_DECLS

/* A file of which the process may have more open than the system lets it; -1: there is none. */
typedef int File;

#define PG_O_DIRECT O_DIRECT

extern File PathNameOpenFile(const char *fileName, int fileFlags);
extern File PathNameOpenFilePerm(const char *fileName, int fileFlags, mode_t fileMode);
/* Removed when it is closed: by the current resource owner unless interXact, or when the process ends. */
extern File OpenTemporaryFile(bool interXact);
extern void FileClose(File file);
extern int	FilePrefetch(File file, off_t offset, off_t amount, uint32 wait_event_info);
extern ssize_t FileReadV(File file, const struct iovec *iov, int iovcnt, off_t offset, uint32 wait_event_info);
extern ssize_t FileWriteV(File file, const struct iovec *iov, int iovcnt, off_t offset, uint32 wait_event_info);
extern int	FileSync(File file, uint32 wait_event_info);
extern int	FileZero(File file, off_t offset, off_t amount, uint32 wait_event_info);
extern int	FileFallocate(File file, off_t offset, off_t amount, uint32 wait_event_info);
extern off_t FileSize(File file);
extern int	FileTruncate(File file, off_t offset, uint32 wait_event_info);
extern char *FilePathName(File file);
extern int	FileGetRawDesc(File file);
extern int	FileGetRawFlags(File file);
extern mode_t FileGetRawMode(File file);

static inline ssize_t
FileRead(File file, void *buffer, size_t amount, off_t offset, uint32 wait_event_info)
{
	struct iovec one = {.iov_base = buffer, .iov_len = amount};

	return FileReadV(file, &one, 1, offset, wait_event_info);
}

static inline ssize_t
FileWrite(File file, const void *buffer, size_t amount, off_t offset, uint32 wait_event_info)
{
	struct iovec one = {.iov_base = (void *) buffer, .iov_len = amount};

	return FileWriteV(file, &one, 1, offset, wait_event_info);
}

/* Files that several processes share; the current resource owner closes them and does not remove them. */
extern File PathNameCreateTemporaryFile(const char *path, bool error_on_failure);
extern File PathNameOpenTemporaryFile(const char *path, int mode);
extern bool PathNameDeleteTemporaryFile(const char *path, bool error_on_failure);
extern void TempTablespacePath(char *path, Oid tablespace);

/* Programs. */
extern FILE *OpenPipeStream(const char *command, const char *mode);
extern int	ClosePipeStream(FILE *file);

/* Whoever holds a descriptor for long that was not opened here says so. */
extern bool AcquireExternalFD(void);
extern void ReserveExternalFD(void);
extern void ReleaseExternalFD(void);

extern FILE *AllocateFile(const char *name, const char *mode);
extern int	FreeFile(FILE *file);
extern DIR *AllocateDir(const char *dirname);
extern struct dirent *ReadDir(DIR *dir, const char *dirname);
extern int	FreeDir(DIR *dir);
extern struct dirent *ReadDirExtended(DIR *dir, const char *dirname, int elevel);
extern int	MakePGDirectory(const char *directoryName);
extern int	OpenTransientFile(const char *fileName, int fileFlags);
extern int	OpenTransientFilePerm(const char *fileName, int fileFlags, mode_t fileMode);
extern int	CloseTransientFile(int fd);
extern int	BasicOpenFile(const char *fileName, int fileFlags);
extern int	BasicOpenFilePerm(const char *fileName, int fileFlags, mode_t fileMode);
extern int	pg_fsync(int fd);
extern int	pg_fsync_no_writethrough(int fd);
extern int	pg_fsync_writethrough(int fd);
extern int	pg_fdatasync(int fd);
extern bool pg_file_exists(const char *name);
extern void pg_flush_data(int fd, off_t offset, off_t nbytes);
extern int	pg_truncate(const char *path, off_t length);
extern int	fsync_fname_ext(const char *fname, bool isdir, bool ignore_perm, int elevel);
extern int	data_sync_elevel(int elevel);
extern void fsync_fname(const char *fname, bool isdir);
extern int	durable_unlink(const char *fname, int elevel);
extern int	durable_rename(const char *oldfile, const char *newfile, int elevel);

extern PGDLLIMPORT int max_files_per_process;

PGBGW_END_DECLS

#endif							/* FD_H */
