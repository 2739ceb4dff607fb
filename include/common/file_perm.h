/* Permissions of new files and folders. */
#ifndef FILE_PERM_H
#define FILE_PERM_H

#include <sys/stat.h>

#include "c.h"

PGBGW_BEGIN_DECLS

#define PG_MODE_MASK_OWNER (S_IRWXG | S_IRWXO)
#define PG_DIR_MODE_OWNER S_IRWXU
#define PG_FILE_MODE_OWNER (S_IRUSR | S_IWUSR)

extern PGDLLIMPORT int pg_dir_create_mode;
extern PGDLLIMPORT int pg_file_create_mode;

PGBGW_END_DECLS

#endif							/* FILE_PERM_H */
