/* Files that are closed when an ERROR leaves them open. */
#ifndef FD_H
#define FD_H

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include "postgres.h"

PGBGW_BEGIN_DECLS

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
extern void fsync_fname(const char *fname, bool isdir);
extern int	durable_unlink(const char *fname, int elevel);
extern int	durable_rename(const char *oldfile, const char *newfile, int elevel);

extern PGDLLIMPORT int max_files_per_process;

PGBGW_END_DECLS

#endif							/* FD_H */
